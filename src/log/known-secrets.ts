import { createRedactor, partsOf, type Redactor, redacted } from './redact.ts'

/** Every secret that this run has met so far. Secrets turn up late (the master key is read on the host), so it grows. */
export interface KnownSecrets {
  /** Call it the moment a secret exists, before any await: what is printed earlier cannot be taken back. */
  add(...values: readonly string[]): void
  readonly redact: Redactor
  /** A document without secrets, for what is made into Markdown, HTML, CSV or JSON: escaped, a secret would not be known any more. */
  redacted<T>(document: T): T
}

/**
 * Makes the run's list of secrets.
 * @param mask makes the runner mask a value in logs and summaries (`core.setSecret`); one line at a time, since the runner's
 *   masks match single lines. Left out on a terminal.
 */
export function createKnownSecrets(mask: (value: string) => void = () => {}): KnownSecrets {
  const values = new Set<string>()
  let redact: Redactor = createRedactor([])
  return {
    add(...added) {
      const fresh = new Set(added.filter((value) => !values.has(value)))
      if (fresh.size === 0) return
      for (const value of fresh) {
        values.add(value)
        for (const part of partsOf(value)) if (!part.includes('\n')) mask(part)
      }
      redact = createRedactor([...values])
    },
    redact: (text) => redact(text),
    redacted: (document) => redacted(document, redact),
  }
}
