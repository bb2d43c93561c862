import type { ErrorCode } from '../contract/errors.ts'

/** A problem with the host that its owner can fix: the message says what and how. */
export class HostError extends Error {
  override name = 'HostError'
}

/** Nobody answers at the address, or the link died. */
export class HostUnreachableError extends HostError {
  override name = 'HostUnreachableError'
}

/** Somebody answers, but not the machine whose key is pinned. Nothing was sent to it. */
export class HostKeyError extends HostError {
  override name = 'HostKeyError'
  readonly expected: readonly string[]
  readonly got: string | null

  constructor(message: string, expected: readonly string[], got: string | null) {
    super(message)
    this.expected = expected
    this.got = got
  }
}

/** The host refuses our key, or the key cannot be read. */
export class HostAuthError extends HostError {
  override name = 'HostAuthError'
}

/** A program on the host refused or failed: `code` is stable (docs/errors.md), `log` holds redacted lines. */
export class HostProgramError extends HostError {
  override name = 'HostProgramError'
  readonly code: ErrorCode
  readonly log: readonly string[]
  readonly data: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    log: readonly string[],
    data: Readonly<Record<string, unknown>>,
  ) {
    super(message)
    this.code = code
    this.log = log
    this.data = data
  }
}
