import { gatewaySchema } from '../config/schema.ts'
import { completeVm, reachOf } from '../config/vm.ts'
import { glance } from '../config/yaml/source.ts'
import type { SessionOptions } from '../host/session.ts'
import type { CommandContext, StepContext } from './command.ts'
import type { Inputs } from './inputs.ts'
import { sessionTo } from './reach.ts'

/** What of a command's context it takes to begin. */
type Beginning = Pick<
  CommandContext<Pick<Inputs, 'offline'>>,
  'config' | 'files' | 'inputs' | 'sshKey' | 'logger' | 'connect'
>

/** A connection started early, from a first look at the declaration. */
export interface EarlyConnection {
  /** As `connect` of the context, and hands out what was begun where that is what is wanted. */
  readonly connect: StepContext['connect']
  /** Ends it, handed out or not. */
  close(): void
}

/**
 * Begins to connect to the machine that the declaration seems to name, and to start the observing program there, while the
 * declaration is read and checked. Nothing is decided or reported by it; undefined where it cannot be, and for a key that would be refused.
 */
export function connectEarly(context: Beginning, purpose: 'read' | 'write'): EarlyConnection | undefined {
  const options = optionsAtAGlance(context)
  if (options === undefined || (purpose === 'write' && options.readOnly)) return undefined
  const end = new AbortController()
  const session = context.connect({ ...options, signal: end.signal }).then((open) => {
    open.begin('observe')
    return open
  })
  // The caller that asks for it reports a failure; otherwise nobody needs to know.
  session.catch(() => {})
  return {
    connect: (wanted) => (identity(wanted) === identity(options) ? session : context.connect(wanted)),
    close: () => end.abort(),
  }
}

function optionsAtAGlance({ config, files, inputs, sshKey, logger }: Beginning) {
  if (inputs.offline === true || !sshKey?.trim()) return undefined
  try {
    const { success, data } = gatewaySchema.shape.vm.safeParse(glance(files.read(config), 'vm'))
    const reach = success ? reachOf(completeVm(data)) : undefined
    if (reach?.host_key === undefined) return undefined
    return sessionTo({ ...reach, host_key: reach.host_key }, sshKey, logger)
  } catch {
    return undefined
  }
}

function identity({ logger: _, ...options }: SessionOptions): string {
  return JSON.stringify(options)
}
