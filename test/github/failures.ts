/** A fault to happen instead of, or after, what a route does. */
export interface Failure {
  /** `GET /repos/{owner}/{repo}/…` as in GitHub's description, its operation id, or `POST /graphql`; left out it meets any route. */
  readonly route?: string
  /** `owner/name`, for requests to that repository alone. */
  readonly repository?: string
  /**
   * A status to answer with; `hang` never answers; `reset` breaks the connection before anything is done; `lost` does
   * everything and breaks the connection instead of saying so.
   */
  readonly with: number | 'hang' | 'reset' | 'lost'
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** How many requests it meets; once, when left out. */
  readonly times?: number
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: 'Resource not accessible by integration',
  404: 'Not Found',
  422: 'Validation Failed',
  429: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  500: 'Server Error',
  502: 'Server Error',
  503: 'Service unavailable. Please wait a few minutes before you try again.',
}

/** The faults that are still to happen, each met by the first requests that fit. */
export class Failures {
  readonly #pending: { failure: Failure; left: number }[] = []

  add(failure: Failure): void {
    this.#pending.push({ failure, left: failure.times ?? 1 })
  }

  /** The fault that this request meets, used up once by it. */
  take(
    routeName: string,
    { operation, path }: { readonly operation: string | undefined; readonly path: string },
  ): Failure | undefined {
    const index = this.#pending.findIndex(
      ({ failure: { route, repository } }) =>
        (route === undefined || route === routeName || route === operation) &&
        (repository === undefined || path.startsWith(`/repos/${repository}/`)),
    )
    const met = this.#pending[index]
    if (met === undefined) return undefined
    met.left -= 1
    if (met.left === 0) this.#pending.splice(index, 1)
    return met.failure
  }
}

/** What GitHub says with a status, when the test does not care. */
export function usualMessage(status: number): string {
  return MESSAGES[status] ?? 'Injected failure'
}
