import type { MoveAnswer } from '../../contract/programs/move.ts'
import { HostError } from '../../host/errors.ts'
import type { Shell } from '../../host/shell.ts'
import type { Container } from './containers.ts'
import { answerOf, pythonOf } from './hold.ts'
import type { OldGateway } from './look.ts'
import { portOf } from './project.ts'

/** LiteLLM writes what was spent when it ends from this version on; before, up to ten seconds of it are lost. */
const WRITES_AT_ITS_END = [1, 102] as const
/** What is not copied: the end of the old LiteLLM, and the switch. */
const BESIDE_SECONDS = 10

/** What is known before anything is done. */
export interface Prepared {
  readonly target: string
  /** The copy that was taken last: restored before anything is stopped. */
  readonly first: string
  /** The Python that a forwarding runs with; undefined where requests cannot be held there. */
  readonly python: string | undefined
  /** SECRET. A key by which the new gateway is asked before requests are sent to it, and whose it is. */
  readonly key: string | undefined
  readonly keyIs: 'virtual' | 'master' | 'none'
  /** It does not write its spend when it ends. */
  readonly losesSpend: boolean
  readonly told: {
    readonly place: string
    readonly target: string
    readonly copySeconds: number
    /** About how long no request is answered. */
    readonly gapSeconds: number
    readonly forwards: boolean
  }
}

/**
 * Looks at everything that a move needs, while the old gateway serves.
 * @throws HostError without a first copy, for a key that the old gateway refuses, and when the new one is not reached from there
 */
export async function prepared(
  shell: Shell,
  old: OldGateway,
  { copy, record }: MoveAnswer,
  { domain, url, env }: { domain: string; url?: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Prepared> {
  const [gateway] = old.project.gateways as [Container]
  if (copy === null)
    throw new HostError(
      'The first copy is missing: it says how long the gap will be, and that everything can be restored. Take it by import --data with confirm, and prove it by verify.',
    )
  if (old.database.kind === 'container' && !copy.place.includes(`on ${shell.where}`))
    throw new HostError(
      `The last copy that was taken is of ${copy.place}, and not of the gateway on ${shell.where}. Take that one by import --data with confirm first.`,
    )
  const target = targetOf(url ?? `https://${domain}`)
  const python = await pythonOf(shell, gateway)
  const given = env.OLD_VIRTUAL_KEY?.trim()
  const key = given || old.settings.master
  if (gateway.running && python !== undefined) {
    await requireReached(shell, gateway, python, target)
    if (given) await requireServed(shell, gateway, python, given)
  } else if (gateway.running === false && record === null)
    throw new HostError(
      `${gateway.name} on ${shell.where} does not run. Start it, so that it can be looked at: ${gateway.engine} start ${gateway.name}`,
    )
  const [major = 0, minor = 0] = (old.version ?? '').split('.').map(Number)
  return {
    target,
    first: copy.snapshot,
    python,
    key,
    keyIs: given ? 'virtual' : key === undefined ? 'none' : 'master',
    losesSpend:
      old.version !== undefined &&
      (major < WRITES_AT_ITS_END[0] || (major === WRITES_AT_ITS_END[0] && minor < WRITES_AT_ITS_END[1])),
    told: {
      place: shell.where,
      target,
      copySeconds: copy.seconds,
      gapSeconds: Math.round(copy.seconds * 2 + BESIDE_SECONDS),
      forwards: (python ?? record?.python) !== undefined,
    },
  }
}

/** @throws HostError */
function targetOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '')
    throw new HostError(
      `url is "${text}"; it should be the address of the new gateway, such as https://llm.example.com.`,
    )
  return text.replace(/\/+$/, '')
}

async function requireReached(
  shell: Shell,
  gateway: Container,
  python: string,
  target: string,
): Promise<void> {
  const answer = await answerOf(shell, gateway, python, `${target}/health/liveliness`)
  if (answer === '200') return
  throw new HostError(
    `The new gateway is not reached from ${gateway.name} on ${shell.where}: ${target}/health/liveliness answers ${answer}. Requests of the old address could not be sent on. Open the way (DNS, firewall, certificate), or give another address of it by --url.`,
  )
}

async function requireServed(shell: Shell, gateway: Container, python: string, key: string): Promise<void> {
  const answer = await answerOf(shell, gateway, python, `http://127.0.0.1:${portOf(gateway)}/v1/models`, key)
  if (answer === '200') return
  throw new HostError(
    `The old gateway does not serve the key in OLD_VIRTUAL_KEY (${answer}), so it would prove nothing. Give one that works there, or leave it out.`,
  )
}
