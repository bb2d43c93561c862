// The record of what reached the upstream.
import type { Provider } from './wire.ts'

export interface Call {
  /** When the request's body had arrived, in milliseconds since the epoch. */
  readonly at: number
  readonly provider: Provider
  /** Model calls are `generate` and `embed`; `lookup` reads metadata; `unknown` asked for an endpoint that isn't there. */
  readonly kind: 'generate' | 'embed' | 'lookup' | 'unknown'
  readonly model: string
  readonly path: string
  readonly stream: boolean
  /** The key as it arrived: labs use made-up keys only. */
  readonly key: string
  /** 0 until the answer begins. */
  readonly status: number
  /** `open` while the answer is under way; `aborted` when either side broke off. */
  readonly ended: 'open' | 'complete' | 'aborted'
}

/** Fields that a call must equal. Without `kind`, lookups are left out: they are no calls to a model. */
export type CallFilter = Partial<Omit<Call, 'at'>> & {
  /** Only calls at or after this time, in milliseconds since the epoch. */
  readonly since?: number
}

/** Keeps the newest calls; older ones are forgotten beyond this many. */
const KEPT = 100_000

export class CallLog {
  #calls: { -readonly [Field in keyof Call]: Call[Field] }[] = []

  /** Records a call and answers the entry, to be completed as the answer proceeds. */
  open(call: Omit<Call, 'status' | 'ended'>): { -readonly [Field in keyof Call]: Call[Field] } {
    const entry = { ...call, status: 0, ended: 'open' as Call['ended'] }
    this.#calls.push(entry)
    if (this.#calls.length > KEPT * 1.1) this.#calls = this.#calls.slice(-KEPT)
    return entry
  }

  find(filter: CallFilter = {}): readonly Call[] {
    const { since = 0, ...fields } = filter
    const wanted = Object.entries(fields).filter(([, value]) => value !== undefined)
    return this.#calls.filter(
      (call) =>
        call.at >= since &&
        (filter.kind !== undefined || call.kind !== 'lookup') &&
        wanted.every(([name, value]) => call[name as keyof Call] === value),
    )
  }

  clear(): void {
    this.#calls = []
  }
}
