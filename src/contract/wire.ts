// How a program on the host is started and how it answers: JSON lines, of which the last one is a result or an error.
import { z } from 'zod'
import { named, type Read, text, texts } from './schema.ts'

/** Constant, so that no argument list ever holds a value. The loader's text, like all else, comes on standard input. */
const LOAD = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"])'
export const BOOTSTRAP = `${LOAD};sys.exit(start(r))`
/** As a unit of systemd, which a program starts for what has to outlive the connection. */
export const BOOTSTRAP_UNIT = `${LOAD};sys.exit(start(r,"unit"))`

const step = named(
  'StepEvent',
  z.object({
    event: z.literal('step'),
    name: text,
    state: z.enum(['start', 'done', 'fail']),
    seconds: z.number().exactOptional().describe('this and the detail are there when it ended'),
    detail: text.exactOptional(),
  }),
)
/** One step of a program on the host began or ended. */
export type StepEvent = Read<typeof step>

const note = named('NoteEvent', z.object({ event: z.literal('note'), name: text, detail: text }))
/** Something worth a line that is no step of its own. */
export type NoteEvent = Read<typeof note>

export const hostEvent = named('HostEvent', z.discriminatedUnion('event', [step, note]))
/** What a program on the host says while it works. No secret is in it. */
export type HostEvent = Read<typeof hostEvent>
export type OnEvent = (event: HostEvent) => void

/** Whatever of it is missing: a host that refuses is to be heard. */
export const hostError = named(
  'ErrorDocument',
  z.object({
    code: text.catch('unknown'),
    message: text.min(1).catch('the program on the host failed and did not say why'),
    log: texts.catch([]).describe('redacted lines'),
    data: z.record(text, z.unknown()).catch({}),
  }),
)
