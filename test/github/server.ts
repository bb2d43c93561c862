import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Call,
  type Handlers,
  type IssueToken,
  notFound,
  Refusal,
  type Reply,
  requestUrl,
} from './call.ts'
import { Contract, type Route } from './contract.ts'
import { type Failure, Failures, usualMessage } from './failures.ts'
import type { Json, JsonObject } from './neutral-values.ts'
import { checkHandlers } from './routes/checks.ts'
import { deploymentHandlers } from './routes/deployments.ts'
import { issueHandlers } from './routes/issues.ts'
import { pullHandlers } from './routes/pulls.ts'
import { repositoryHandlers } from './routes/repository.ts'
import { runHandlers } from './routes/runs.ts'
import { secretAndVariableHandlers } from './routes/secrets.ts'
import { GitHubState, type Repository, type RepositoryOptions } from './state.ts'
import { allows, assertPossible, type Permissions, permissionsFor, type Token } from './tokens.ts'

export interface GitHubOptions {
  /** Where to listen; 127.0.0.1 and a free port when left out. */
  readonly address?: string
  readonly port?: number
  /** The first one is the repository of the job's own token. `example/gateway` when left out. */
  readonly repositories?: readonly RepositoryOptions[]
  /** What the job's own token may do, as a workflow's `permissions:` says it; nothing but `metadata` when left out. */
  readonly permissions?: Permissions
}

/** One request as it came and what it was answered with. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: Json | undefined
  /** GitHub's operation id; undefined for an unknown route. */
  readonly operation: string | undefined
  /** What it was answered with; undefined while it is open, and when the connection was broken on purpose. */
  status: number | undefined
}

export interface LocalGitHub {
  /** For `GITHUB_API_URL` and the input `github-api-url`. */
  readonly url: string
  /** The job's own token, as `github.token`. */
  readonly token: string
  readonly state: GitHubState
  /** What GitHub would not have understood or not have answered; a test ends with this being empty. */
  readonly violations: string[]
  readonly requests: readonly RecordedRequest[]
  /** Makes another token, for example an App's that may write secrets. */
  readonly issueToken: IssueToken
  fail(failure: Failure): void
  close(): Promise<void>
}

/** Complete by type: an operation without a handler does not compile. */
const handlers: Required<Handlers> = {
  ...repositoryHandlers,
  ...issueHandlers,
  ...pullHandlers,
  ...checkHandlers,
  ...deploymentHandlers,
  ...secretAndVariableHandlers,
  ...runHandlers,
}

/** Reading its 140 KB takes longer than starting the server, so all servers of a process share it. */
let sharedContract: Contract | undefined

/**
 * Starts a GitHub API on this machine. Every request and every answer is held against GitHub's own OpenAPI description; what
 * does not fit is answered as GitHub would and noted in `violations`.
 */
export async function startGitHub(options: GitHubOptions = {}): Promise<LocalGitHub> {
  sharedContract ??= new Contract()
  const github = new Server(sharedContract, options)
  await github.listen(options.address ?? '127.0.0.1', options.port ?? 0)
  return github
}

class Server implements LocalGitHub {
  readonly state = new GitHubState()
  readonly violations: string[] = []
  readonly requests: RecordedRequest[] = []
  readonly token: string
  readonly #contract: Contract
  readonly #tokens = new Map<string, Token>()
  readonly #failures = new Failures()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  constructor(contract: Contract, options: GitHubOptions) {
    this.#contract = contract
    for (const repository of options.repositories ?? [{ owner: 'example', name: 'gateway' }]) {
      this.state.addRepository(repository)
    }
    const repositories = [this.state.repository().fullName]
    const login = 'github-actions[bot]'
    this.token = this.issueToken({
      kind: 'actions',
      login,
      permissions: options.permissions ?? {},
      repositories,
    })
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  }

  listen(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, address, () => resolve())
    })
  }

  readonly issueToken: IssueToken = (options) => {
    const prefix = { actions: 'ghs_', app: 'ghs_', personal: 'github_pat_', jwt: 'eyJ' }[options.kind]
    const value = `${prefix}lab${String(this.#tokens.size + 1).padStart(33, '0')}`
    const account = this.state.account(options.login, options.kind === 'personal' ? 'User' : 'Bot')
    const token: Token = { ...options, value, account }
    assertPossible(token)
    this.#tokens.set(value, token)
    return value
  }

  fail(failure: Failure): void {
    this.#failures.add(failure)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const method = request.method ?? 'GET'
    const text = await readAll(request)
    const body = parseJson(text)
    const match = this.#contract.match(method, url.pathname)
    const record: RecordedRequest = {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: body ?? (text === '' ? undefined : text),
      operation: match?.route.operation.operationId,
      status: undefined,
    }
    this.requests.push(record)

    const name = match?.route.name ?? `${method} ${url.pathname}`
    const failure = this.#failures.take(name, record)
    if (failure?.with === 'hang') return
    if (failure?.with === 'reset') return void request.socket.destroy()

    const reply =
      typeof failure?.with === 'number' ? injected(failure) : this.#answer(request, url, record, match)
    if (failure?.with === 'lost') return void request.socket.destroy()
    record.status = reply.status
    send(response, reply)
  }

  #answer(
    request: IncomingMessage,
    url: URL,
    record: RecordedRequest,
    match: ReturnType<Contract['match']>,
  ): Reply {
    const place = match?.route.name ?? `${record.method} ${record.path}`
    try {
      if (!request.headers['user-agent']) throw new Refusal(403, 'Request forbidden by administrative rules.')
      const token = this.#authenticate(request.headers.authorization)
      if (record.path === '/graphql') return this.#graphql(token, record)
      if (match === undefined) {
        this.violations.push(`${place}: no such route in the part of GitHub's description that is kept here`)
        throw notFound()
      }
      return this.#handle(match, token, url, record)
    } catch (error) {
      if (error instanceof Refusal) return error.reply
      this.violations.push(
        `${place}: the local GitHub broke: ${error instanceof Error ? error.stack : String(error)}`,
      )
      return new Refusal(500, 'Server Error').reply
    }
  }

  #handle(
    { route, variables }: { route: Route; variables: Record<string, string> },
    token: Token,
    url: URL,
    record: RecordedRequest,
  ): Reply {
    const { query } = record
    const problems = this.#contract.checkRequest(route, { variables, query, body: record.body })
    if (problems.length > 0) {
      this.violations.push(...problems.map((problem) => `${route.name}: ${problem}`))
      throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`)
    }
    const repository = this.#repositoryFor(token, variables)
    const call: Call = {
      variables,
      query,
      body: (record.body ?? {}) as JsonObject,
      token,
      state: this.state,
      issueToken: this.issueToken,
      api: this.url,
      html: `https://github.com/${repository?.fullName ?? ''}`,
      get repository(): Repository {
        if (repository === undefined) throw new Error('this route has no repository')
        return repository
      },
    }
    requestUrl.set(call, url)
    this.#authorize(call, route, repository)
    return this.#completed(route, handlers[route.operation.operationId](call))
  }

  #completed(route: Route, reply: Reply): Reply {
    const body =
      reply.body === undefined ? undefined : this.#contract.complete(route, reply.status, reply.body)
    const problems = this.#contract.checkResponse(route, reply.status, body)
    this.violations.push(...problems.map((problem) => `${route.name}: our own ${problem}`))
    return body === undefined ? reply : { ...reply, body }
  }

  #authenticate(header: string | undefined): Token {
    if (header === undefined) throw new Refusal(401, 'Requires authentication')
    const found = this.#tokens.get(header.replace(/^(token|bearer) /i, ''))
    if (found === undefined) throw new Refusal(401, 'Bad credentials')
    return found
  }

  #repositoryFor({ repositories }: Token, { owner, repo }: Record<string, string>): Repository | undefined {
    if (owner === undefined || repo === undefined) return undefined
    const found = this.state.find(`${owner}/${repo}`)
    // What a token does not reach does not exist for it: GitHub answers 404, so as not to tell that it is there.
    if (found === undefined || (repositories !== undefined && !repositories.includes(found.fullName)))
      throw notFound()
    return found
  }

  #authorize(
    { token, variables }: Call,
    { operation, method }: Route,
    repository: Repository | undefined,
  ): void {
    if (token.kind === 'jwt') return
    const comment = repository?.comments.find(({ id }) => id === Number(variables.comment_id))
    const number = comment?.issue ?? Number(variables.issue_number)
    const onPullRequest = repository?.issues.get(number)?.pull !== undefined
    const needed = permissionsFor(operation.operationId, onPullRequest)
    if (allows(token, needed, method === 'GET' ? 'read' : 'write')) return
    throw new Refusal(
      403,
      `Resource not accessible by ${token.kind === 'personal' ? 'personal access token' : 'integration'}`,
    )
  }

  /** GraphQL is not in the OpenAPI description. The one query that the product asks is answered, any other is a violation. */
  #graphql({ account }: Token, record: RecordedRequest): Reply {
    const { query } = (record.body ?? {}) as { query?: unknown }
    if (typeof query === 'string' && /^\s*(query)?\s*\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/.test(query)) {
      return { status: 200, body: { data: { viewer: { login: account.login } } } }
    }
    this.violations.push(`POST /graphql: a query that this server does not know: ${JSON.stringify(query)}`)
    return {
      status: 200,
      body: { errors: [{ type: 'undefinedField', message: 'not a query of the local GitHub' }] },
    }
  }
}

function injected(failure: Failure): Reply {
  const status = Number(failure.with)
  const reply = new Refusal(status, failure.message ?? usualMessage(status)).reply
  const limited = status === 429 ? { 'retry-after': '1' } : {}
  return { ...reply, headers: { ...limited, ...failure.headers } }
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-request-id': 'LOCAL',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    ...headers,
  })
  response.end(text)
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): Json | undefined {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
