import type { RegistryErrorCode } from '../contract/errors/registry.ts'

/** A registry does not give what was asked for: `code` is stable (docs/errors.md). Nothing that it sent is in the message but names. */
export class RegistryError extends Error {
  override name = 'RegistryError'
  readonly code: RegistryErrorCode

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
