import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Owner } from '../config/budgets.ts'
import type { Entity } from '../contract/entities.ts'
import { BOUNDS } from '../contract/limits.ts'
import type { READ_ONLY } from '../contract/names.ts'
import type { DoctorFacts } from '../contract/programs/doctor.ts'
import { type FileHash, type Observation, PROTOCOL } from '../contract/programs/observe.ts'
import type { UsageFacts, UsageRange } from '../contract/programs/report.ts'
import type { HostManifest } from '../contract/programs/rollout.ts'
import type { Answered, Question } from '../contract/programs.ts'
import { HostProgramError } from './errors.ts'
import type { RunOptions, Session } from './session.ts'

export interface ObserveInput {
  /** What the host should be made of; only hashes of the files travel. Left out: nothing of the host is compared. */
  readonly manifest?: HostManifest
  /** The image that should run, by digest. */
  readonly image?: string
  /** Values of provider keys that the step has; the host answers fingerprints of them, never the values. Not sent with a read-only key. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Which owners to report even without any limit; owners with a limit always are. */
  readonly owners?: readonly Owner[]
  /** Models, as `litellm_params.model` names them, whose prices are wanted. */
  readonly prices?: readonly string[]
  /** Kinds of what LiteLLM keeps in its database alone, of which all objects are wanted; those that are kept from here are answered anyway. */
  readonly entities?: readonly Entity[]
  /** Whether to read the gateway itself (its API lists take most of the time). */
  readonly gateway?: boolean
}

const LOOK_MS = 5 * 60_000
/** Between two tries when the host says nothing of it; it wants the earlier channel closed. */
const AGAIN_SECONDS = 0.5

/** Reads the state of the host and its gateway in one exec; changes nothing. @throws HostProgramError, `observer-outdated` when the host's program for the read-only key is of another version */
export async function observe(
  session: Session,
  input: ObserveInput,
  options: RunOptions = {},
): Promise<Observation> {
  return requireProtocol(await ask(session, 'observe', requestOf(session, input), options))
}

/** Also reads everything the gateway depends on, in the same exec; changes nothing. @throws HostProgramError as `observe` does */
export async function observeForDoctor(
  session: Session,
  input: ObserveInput,
  options: RunOptions = {},
): Promise<DoctorFacts> {
  const request = { ...requestOf(session, input), doctor: true as const }
  const facts = await ask(session, 'doctor', request, options)
  if ('value' in facts.observation) requireProtocol(facts.observation.value)
  return facts
}

/** Reads what was used and spent in a range of days, in one exec; changes nothing. @throws HostProgramError `time-zone`, and as `observe` does */
export async function observeUsage(
  session: Session,
  range: UsageRange,
  options: RunOptions = {},
): Promise<UsageFacts> {
  const request = { ...requestOf(session, { gateway: false }), report: range }
  return await ask(session, 'report', request, options)
}

/** Asks; with a read-only key, retries while there is time when the host must answer others first. */
async function ask<Name extends (typeof READ_ONLY)[number]>(
  session: Session,
  program: Name,
  question: Question<Name>,
  { timeoutMs = LOOK_MS, onEvent }: RunOptions,
): Promise<Answered<Name>> {
  if (session.readOnly) requireShort(question)
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const options = { timeoutMs: deadline - performance.now(), ...(onEvent === undefined ? {} : { onEvent }) }
    try {
      return await session.run(program, question, options)
    } catch (error) {
      const seconds = session.readOnly ? secondsUntilNext(error) : undefined
      if (seconds === undefined || performance.now() + seconds * 1000 > deadline) refusal(session)(error)
      else await sleep(seconds * 1000)
    }
  }
}

/** How long the host asks us to wait; undefined when it refused for another reason. */
function secondsUntilNext(error: unknown): number | undefined {
  if (!(error instanceof HostProgramError)) return undefined
  // It was started before the question was known, which then took its time.
  if (error.code === 'slow') return AGAIN_SECONDS
  if (error.code !== 'busy') return undefined
  const { seconds } = error.data
  // Not all at the same moment, for those who were sent away together.
  return (typeof seconds === 'number' ? seconds : AGAIN_SECONDS) * (1 + Math.random() / 4)
}

function requireShort(request: object): void {
  const bytes = Buffer.byteLength(JSON.stringify(request))
  if (bytes <= BOUNDS.MOST_BYTES) return
  throw new HostProgramError(
    'request-too-long',
    `This declaration asks for more than the read-only key may: a question of ${bytes} bytes, of which ${BOUNDS.MOST_BYTES} are taken. Some 10,000 budgets fit, fewer with long ids. Give the key of sync for it, or offline.`,
    [],
    {},
  )
}

/** What the programs on the host are asked. */
function requestOf(session: Session, input: ObserveInput): Question<'observe'> {
  const { manifest, image, secrets, owners = [], prices = [], entities = [], gateway } = input
  const budgets: Question<'observe'>['budgets'] = Object.fromEntries(
    [...new Set(owners.map(({ subject }) => subject))].map((subject) => [
      subject,
      owners
        .filter((owner) => owner.subject === subject)
        .map(({ id, team }) => (team === undefined ? id : ([team, id] as const))),
    ]),
  )
  return {
    files: Object.fromEntries(
      Object.entries(manifest?.files ?? {}).map(([path, { content, mode, owner }]): [string, FileHash] => [
        path,
        { sha256: createHash('sha256').update(content).digest('hex'), mode, owner },
      ]),
    ),
    packages: manifest?.packages ?? [],
    units: manifest?.units ?? [],
    image: image ?? null,
    secrets: session.readOnly ? {} : (secrets ?? {}),
    budgets,
    prices,
    gateway: gateway ?? true,
    // The program of an earlier deploy knows nothing of it: only who declares some asks.
    ...(entities.length === 0 ? {} : { entities }),
  }
}

function refusal(session: Session): (error: unknown) => never {
  return (error) => {
    // It checks what it is asked, as we check what it answers: what one side does not know is of another version.
    if (session.readOnly && error instanceof HostProgramError && /^(?:request|answer)$/.test(error.code))
      throw outdated([error.message])
    throw error
  }
}

function requireProtocol(seen: Observation): Observation {
  if (seen.protocol !== PROTOCOL) throw outdated()
  return seen
}

function outdated(log: readonly string[] = []): HostProgramError {
  return new HostProgramError(
    'observer-outdated',
    'The program on the host that answers the read-only key is of another version than this one. Run deploy, which replaces it; until then plan needs the key of sync, or offline.',
    log,
    {},
  )
}
