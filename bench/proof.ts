import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { keep } from './results.ts'

/** The part of vitest's JSON report that is kept. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly duration?: number
      /** What the test said of itself by `counted`. */
      readonly meta?: { readonly counted?: string }
    }[]
  }[]
}

/** Keeps what the long proofs showed, a record for each file of tests: each test's result, and its seconds. */
export function keepProofs(report: string): void {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const { name, assertionResults } of testResults) {
    const proof = basename(name, '.test.ts')
    const figures = assertionResults.map(({ fullName, status, duration = 0, meta }) => [
      fullName,
      [`${status} in ${(duration / 1000).toFixed(1)} s`, ...(meta?.counted ? [meta.counted] : [])].join('; '),
    ])
    keep(`proof-${proof}`, { command: `npm run proof -- ${proof}`, figures: Object.fromEntries(figures) })
  }
}
