import { z } from 'zod'
import { type Challenge, challengesIn } from './challenge.ts'
import { RegistryError } from './errors.ts'
import { type Answer, exchange, isLoopback } from './exchange.ts'
import { parsedJson } from './json.ts'
import type { Repository } from './reference.ts'
import { statusError } from './status.ts'

export interface Login {
  readonly username: string
  readonly password: string
}

export interface Asked {
  readonly accept?: string
  readonly mostBytes: number
  readonly signal: AbortSignal
  /** What it is in a sentence: `the tags of ghcr.io/acme/litellm`. */
  readonly what: string
}

/** By registry, where its API is elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' }
const MOST_REDIRECTS = 5
const MOST_TOKEN_BYTES = 64 * 1024
const REQUEST_MS = 20_000
const granted = z.object({ token: z.string().optional(), access_token: z.string().optional() })

/**
 * Asks one repository of a registry, with a login where that is asked for. Credentials go to the registry itself and to the place that it
 * names for tokens, as with every client; never to where a redirect leads, and never in clear.
 */
export class Access {
  readonly #repository: Repository
  readonly #login: Login | undefined
  readonly #base: URL
  readonly #requestMs: number
  #authorization: string | undefined

  constructor(repository: Repository, login: Login | undefined, requestMs = REQUEST_MS) {
    const { registry } = repository
    this.#repository = repository
    this.#login = login
    this.#requestMs = requestMs
    const host = ELSEWHERE[registry] ?? registry
    const base = new URL(`https://${host}`)
    // As every client has it: a registry of this machine needs no certificate.
    this.#base = isLoopback(base.hostname) ? new URL(`http://${host}`) : base
  }

  /** The address of a part of the repository, such as `manifests/v1`. */
  address(part: string): URL {
    return new URL(`/v2/${this.#repository.path}/${part}`, this.#base)
  }

  /** Answers what has status 200. @throws RegistryError */
  async get(url: URL, asked: Asked): Promise<Answer> {
    let answer = await this.#followed(url, asked)
    // What a redirect led to has no say in who logs in where.
    if (answer.status === 401 && answer.url.origin === this.#base.origin) {
      this.#authorization = await this.#authorized(answer, asked)
      answer = await this.#followed(url, asked)
    }
    if (answer.status === 200) return answer
    throw this.#error(answer, asked)
  }

  async #followed(url: URL, asked: Asked): Promise<Answer> {
    let next = url
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const own = next.origin === this.#base.origin
      const answer = await this.#exchange(next, asked, own ? this.#authorization : undefined)
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status > 399 || location === null) return answer
      if (!URL.canParse(location, next.href)) break
      next = new URL(location, next)
    }
    throw new RegistryError(
      'registry-answer',
      `${this.#base.host} leads from place to place for ${asked.what}.`,
    )
  }

  #exchange(url: URL, { accept, mostBytes, signal }: Asked, authorization?: string): Promise<Answer> {
    return exchange({
      url,
      mostBytes,
      clear: this.#base.protocol === 'http:',
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#requestMs)]),
      headers: {
        Accept: accept ?? '*/*',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    })
  }

  /** What to send with a request after this answer. */
  async #authorized(answer: Answer, asked: Asked): Promise<string> {
    const challenges = challengesIn(answer.headers.get('www-authenticate'))
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    if (bearer !== undefined) return `Bearer ${await this.#token(bearer, asked)}`
    const basic = challenges.some(({ scheme }) => scheme === 'basic') ? this.#basic() : undefined
    if (basic === undefined) throw this.#error(answer, asked)
    return basic
  }

  #basic(): string | undefined {
    if (this.#login === undefined) return undefined
    const { username, password } = this.#login
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }

  /** Asks the place that the registry names, which gives a token for public images to anyone. */
  async #token({ parameters }: Challenge, asked: Asked): Promise<string> {
    const { realm = '', service, scope = `repository:${this.#repository.path}:pull` } = parameters
    if (!URL.canParse(realm))
      throw new RegistryError('registry-answer', `${this.#base.host} names no place that gives tokens.`)
    const url = new URL(realm)
    url.hash = ''
    if (service !== undefined) url.searchParams.set('service', service)
    url.searchParams.set('scope', scope)
    const what = `a token for ${asked.what}`
    const ask = { ...asked, accept: 'application/json', mostBytes: MOST_TOKEN_BYTES, what }
    const answer = await this.#exchange(url, ask, this.#basic())
    if (answer.status !== 200) throw this.#error(answer, asked)
    const { token, access_token } = parsedJson(answer, granted, what)
    const value = token ?? access_token ?? ''
    // What cannot be in a header is no token.
    if (/^[\x21-\x7e]+$/.test(value)) return value
    throw new RegistryError('registry-answer', `${url.host} answered without a token for ${asked.what}.`)
  }

  #error(answer: Answer, { what }: Asked): RegistryError {
    return statusError(answer, what, {
      login: this.#login !== undefined,
      elsewhere: answer.url.origin !== this.#base.origin && ![401, 403].includes(answer.status),
    })
  }
}
