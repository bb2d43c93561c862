import { createHash } from 'node:crypto'
import type { Owner } from '../config/budgets.ts'
import type { DoctorFacts } from './doctor-facts.ts'
import { HostProgramError } from './errors.ts'
import { type FileHash, type HostManifest, type Observation, PROTOCOL } from './facts.ts'
import type { RunOptions, Session } from './session.ts'
import type { UsageFacts, UsageRange } from './usage-facts.ts'

export interface ObserveInput {
  /** What the host should be made of; only hashes of the files travel. Left out: nothing of the host is compared. */
  readonly manifest?: HostManifest
  /** The image that should run, by digest. */
  readonly image?: string
  /** Values of provider keys that the step has; the host answers fingerprints of them, never the values. Not sent with a read-only key. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Who is to be answered also without any limit; who has one always is. */
  readonly owners?: readonly Owner[]
  /** Models, as `litellm_params.model` names them, whose prices are wanted. */
  readonly prices?: readonly string[]
  /** Whether to read the gateway itself (its API lists take most of the time). */
  readonly gateway?: boolean
}

/** Reads the state of the host and its gateway in one exec; changes nothing. @throws HostProgramError, `observer-outdated` when what stands on the host for the read-only key is of another version */
export async function observe(
  session: Session,
  input: ObserveInput,
  options: RunOptions = {},
): Promise<Observation> {
  const seen = await session
    .run<Observation>('observe', requestOf(session, input), { timeoutMs: 5 * 60_000, ...options })
    .catch(refusal(session))
  return requireProtocol(seen)
}

/** Reads also all that the gateway stands on, in the same one exec; changes nothing. @throws HostProgramError as `observe` does */
export async function observeForDoctor(
  session: Session,
  input: ObserveInput,
  options: RunOptions = {},
): Promise<DoctorFacts> {
  const facts = await session
    .run<DoctorFacts>(
      'doctor',
      { ...requestOf(session, input), doctor: true },
      { timeoutMs: 5 * 60_000, ...options },
    )
    .catch(refusal(session))
  if ('value' in facts.observation) requireProtocol(facts.observation.value)
  return facts
}

/** Reads what was used and spent in a range of days, in one exec; changes nothing. @throws HostProgramError `time-zone`, and as `observe` does */
export async function observeUsage(session: Session, range: UsageRange): Promise<UsageFacts> {
  return await session
    .run<UsageFacts>('report', { ...requestOf(session, { gateway: false }), report: range })
    .catch(refusal(session))
}

/** What the programs on the host are asked. */
function requestOf(session: Session, input: ObserveInput): object {
  const { manifest, image, secrets, owners = [], prices = [], gateway } = input
  const budgets = Object.fromEntries(
    [...new Set(owners.map(({ subject }) => subject))].map((subject) => [
      subject,
      owners
        .filter((owner) => owner.subject === subject)
        .map(({ id, team }) => (team === undefined ? id : [team, id])),
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
  }
}

function refusal(session: Session): (error: unknown) => never {
  return (error) => {
    // It checks what it is asked: a question that it does not know is one of another version.
    if (session.readOnly && error instanceof HostProgramError && error.code === 'request') throw outdated()
    throw error
  }
}

function requireProtocol(seen: Observation): Observation {
  if (seen.protocol !== PROTOCOL) throw outdated()
  return seen
}

function outdated(): HostProgramError {
  return new HostProgramError(
    'observer-outdated',
    'The program on the host that answers the read-only key is of another version than this one. Run deploy, which replaces it; until then plan needs the key of sync, or offline.',
    [],
    {},
  )
}
