import * as core from '@actions/core'
import type { Redactor } from '../log/redact.ts'

/** GitHub refuses a job output larger than this (1 MiB, counted in UTF-16). */
export const OUTPUT_LIMIT_BYTES = 1024 * 1024

export type OutputValue = string | number | boolean

/**
 * Sets the step's outputs; names are kebab-case. Values pass the redactor, because GitHub blanks a whole job output in which it
 * finds a masked value.
 * @returns the names that were left out for being too large: half a JSON document would be worse than none.
 */
export function setOutputs(outputs: Readonly<Record<string, OutputValue>>, redact: Redactor): string[] {
  const tooLarge: string[] = []
  for (const [name, value] of Object.entries(outputs)) {
    const text = redact(String(value))
    if (text.length * 2 > OUTPUT_LIMIT_BYTES) tooLarge.push(name)
    else core.setOutput(name, text)
  }
  return tooLarge
}
