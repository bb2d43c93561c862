// What a load does and what it found. Pure.

export interface LoadShape {
  readonly model: string
  /** The same message every time (so that a cache may answer); without it, every request has its own. */
  readonly repeat?: string
  /** Further fields of the request's body. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Rest between one client's requests; default 0, back to back. */
  readonly pauseMs?: number
}

export interface LoadJob {
  /** What stands before `/v1/chat/completions`. */
  readonly url: string
  readonly key: string
  readonly clients: number
  readonly plain?: LoadShape
  readonly stream?: LoadShape
  /** End by itself after this many requests. */
  readonly targetRequests?: number
  /** A request without an answer, or a stream without a byte, for this long has failed; default 60 s. */
  readonly timeoutMs?: number
  /** PEM of the authority that signed the gateway's certificate. */
  readonly ca?: string
  /** Connect here instead of to the address of the URL's name. */
  readonly address?: string
}

export interface LoadFailure {
  /** When it was noticed, in milliseconds since the epoch. */
  readonly at: number
  /** `connection`: refused, reset, or cut in the middle; `unfinished`: a stream that ended without `data: [DONE]`; `body`: no JSON, or an error within the stream. */
  readonly kind: 'status' | 'connection' | 'timeout' | 'unfinished' | 'body'
  /** 0 when there was none. */
  readonly status: number
  readonly detail: string
}

export interface LoadReport {
  /** All finished requests, streams among them. */
  readonly requests: number
  readonly failed: number
  /** The first 100 of them. */
  readonly failures: readonly LoadFailure[]
  /** All of them by kind, status and the first word of the detail: how many, the first and the last. */
  readonly reasons: Readonly<Record<string, { count: number; first: number; last: number }>>
  /** Of plain requests that succeeded; 0 when there were none. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** The ten that took longest, failed ones too: when they ended, in milliseconds since the epoch, and how long they took. */
  readonly slowest: readonly { readonly at: number; readonly ms: number }[]
  /** The longest time in which no request was answered well: what clients see of an outage. */
  readonly silenceMs: number
  readonly streams: number
  /** Bytes of the answers' bodies. */
  readonly bytes: number
  readonly seconds: number
}

const FAILURES_KEPT = 100
const SLOWEST_KEPT = 10

/** Adds requests up to a report. */
export class Tally {
  #requests = 0
  #failed = 0
  #streams = 0
  #bytes = 0
  #silence = 0
  #answered = performance.now()
  readonly #failures: LoadFailure[] = []
  readonly #reasons: Record<string, { count: number; first: number; last: number }> = {}
  #slowest: { at: number; ms: number }[] = []
  readonly #latencies: number[] = []
  readonly #began = performance.now()

  add(result: { stream: boolean; ms: number; bytes: number; failure?: LoadFailure | undefined }): void {
    this.#requests += 1
    this.#bytes += result.bytes
    if (result.stream) this.#streams += 1
    this.#slowest = [...this.#slowest, { at: Date.now(), ms: Math.round(result.ms) }]
      .sort((one, other) => other.ms - one.ms)
      .slice(0, SLOWEST_KEPT)
    if (result.failure !== undefined) {
      this.#failed += 1
      const { kind, status, detail, at } = result.failure
      const reason = `${kind} ${status} ${detail.split(' ')[0]}`
      const seen = this.#reasons[reason] ?? { count: 0, first: at, last: at }
      this.#reasons[reason] = { ...seen, count: seen.count + 1, last: at }
      if (this.#failures.length < FAILURES_KEPT) this.#failures.push(result.failure)
      return
    }
    const now = performance.now()
    this.#silence = Math.max(this.#silence, now - this.#answered)
    this.#answered = now
    if (!result.stream) this.#latencies.push(result.ms)
  }

  report(): LoadReport {
    const sorted = this.#latencies.toSorted((a, b) => a - b)
    return {
      requests: this.#requests,
      failed: this.#failed,
      failures: [...this.#failures],
      reasons: { ...this.#reasons },
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      slowest: [...this.#slowest],
      silenceMs: Math.max(this.#silence, performance.now() - this.#answered),
      streams: this.#streams,
      bytes: this.#bytes,
      seconds: (performance.now() - this.#began) / 1000,
    }
  }
}

/** The smallest value that at least this share of the ascending values doesn't exceed; 0 of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
