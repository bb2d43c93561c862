import type { Json, JsonObject } from './neutral-values.ts'
import type { OperationId } from './operations.ts'
import type { GitHubState, Repository } from './state.ts'
import type { Permissions, Token } from './tokens.ts'

/** A request that the contract has found to be right, on its way to the route's handler. */
export interface Call {
  readonly variables: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Checked against the route's schema, so a handler may read the fields as that schema types them. */
  readonly body: JsonObject
  readonly token: Token
  readonly state: GitHubState
  /** The repository in the path; reading it on a route without one throws. */
  readonly repository: Repository
  /** `http://127.0.0.1:PORT`, the start of every `url`. */
  readonly api: string
  /** Page of the repository for people, the start of every `html_url`. */
  readonly html: string
  readonly issueToken: IssueToken
}

/** Makes a token that this server accepts from then on. Throws a TypeError for one that GitHub could not have issued. */
export type IssueToken = (token: {
  readonly kind: Token['kind']
  readonly login: string
  readonly permissions: Permissions
  /** Full names of the repositories it reaches; all when left out. */
  readonly repositories?: readonly string[]
}) => string

export interface Reply {
  readonly status: number
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (call: Call) => Reply
export type Handlers = { readonly [operation in OperationId]?: Handler }

/** An answer that refuses, thrown by handlers: GitHub's status and words. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: Json | undefined

  constructor(status: number, message: string, errors?: Json) {
    super(message)
    this.status = status
    this.errors = errors
  }

  get reply(): Reply {
    return {
      status: this.status,
      body: {
        message: this.message,
        ...(this.errors === undefined ? {} : { errors: this.errors }),
        documentation_url: 'https://docs.github.com/rest',
        status: String(this.status),
      },
    }
  }
}

export const notFound = () => new Refusal(404, 'Not Found')

export const ok = (body: Json): Reply => ({ status: 200, body })
export const created = (body: Json): Reply => ({ status: 201, body })
export const noContent: Reply = { status: 204 }

/** One page of a list, with the Link header that clients follow. `wrap` makes the body of lists that come with a count. */
export function page<Item>(
  call: Call,
  items: readonly Item[],
  present: (item: Item) => Json,
  wrap: (page: Json[], total: number) => Json = (list) => list,
): Reply {
  const size = Math.min(Number(call.query.per_page ?? 30), 100)
  const number = Math.max(1, Number(call.query.page ?? 1))
  const last = Math.max(1, Math.ceil(items.length / size))
  const shown = items.slice((number - 1) * size, number * size).map(present)
  const targets = { prev: number - 1, next: number + 1, last, first: 1 }
  const links = Object.entries(targets).filter(([relation, target]) => {
    if (relation === 'prev' || relation === 'first') return number > 1
    return target > number && target <= last
  })
  const link = links.map(([relation, target]) => `<${pageUrl(call, target)}>; rel="${relation}"`).join(', ')
  return { status: 200, body: wrap(shown, items.length), headers: link === '' ? {} : { link } }
}

/** Set by the server for each call: where this request went, for the links of {@link page}. */
export const requestUrl = new WeakMap<Call, URL>()

function pageUrl(call: Call, target: number): string {
  const url = new URL(requestUrl.get(call) ?? call.api)
  url.searchParams.set('page', String(target))
  return url.href
}

/** The item with the number in the path, or GitHub's 404. */
export function byId<Item extends { readonly id: number }>(
  items: readonly Item[],
  id: string | undefined,
): Item {
  const found = items.find((item) => item.id === Number(id))
  if (found === undefined) throw notFound()
  return found
}
