import { isIP } from 'node:net'
import { RegistryError } from './errors.ts'

/** One answer, whole. */
export interface Answer {
  /** Where it came from in the end. */
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

export interface Request {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly mostBytes: number
  /** Whether loopback may be asked in clear: a registry elsewhere must not lead there. */
  readonly clear: boolean
  /** Ends the request whatever it is at. */
  readonly signal: AbortSignal
}

/** Asks once, follows nothing, and reads no more than `mostBytes`. @throws RegistryError */
export async function exchange({ url, headers, mostBytes, clear, signal }: Request): Promise<Answer> {
  requireSafe(url, clear)
  let reached = false
  try {
    // A compressed answer would be small on the way and large here.
    const sent = { ...headers, 'Accept-Encoding': 'identity', 'User-Agent': 'litellm-gitops' }
    const answer = await fetch(url, { headers: sent, redirect: 'manual', signal })
    reached = true
    const body = await bodyOf(answer, mostBytes, url)
    return { url, status: answer.status, headers: answer.headers, body }
  } catch (error) {
    if (error instanceof RegistryError) throw error
    throw broken(error, url, { reached, late: signal.aborted })
  }
}

/** HTTPS; or in clear on the machine's own loopback, where nobody listens in. @throws RegistryError */
function requireSafe(url: URL, clear: boolean): void {
  const safe = url.protocol === 'https:' || (clear && url.protocol === 'http:' && isLoopback(url.hostname))
  if (safe && url.username === '' && url.password === '') return
  throw new RegistryError(
    'registry-answer',
    `An answer of the registry leads to ${url.protocol}//${url.host}, which is not asked: want HTTPS, and no login in the address.`,
  )
}

export function isLoopback(hostname: string): boolean {
  const plain = hostname.replace(/^\[|\]$/g, '')
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

async function bodyOf(answer: Response, mostBytes: number, url: URL): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of answer.body ?? []) {
    length += part.byteLength
    if (length > mostBytes)
      throw new RegistryError(
        'registry-answer',
        `${url.host} sends more than ${mostBytes} bytes where less is enough; the rest was not read.`,
      )
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function broken(
  error: unknown,
  { host }: URL,
  { reached, late }: { readonly reached: boolean; readonly late: boolean },
): RegistryError {
  const options = { cause: error }
  if (late)
    return new RegistryError('registry-unreachable', `The registry ${host} did not answer in time.`, options)
  if (reached)
    return new RegistryError('registry-answer', `The answer of ${host} broke off before its end.`, options)
  return new RegistryError(
    'registry-unreachable',
    `The registry ${host} cannot be reached: ${reasonOf(error)}.`,
    options,
  )
}

/** Node's own words, which come from this machine: `connect ECONNREFUSED 192.0.2.1:443`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  const code = Reflect.get(cause, 'code')
  return cause.message !== '' ? cause.message : typeof code === 'string' ? code : cause.name
}
