import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
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

/**
 * Keeps what the long proofs showed, a record for each file of tests: each test's result, and its seconds. What a run left out
 * (`-t`) stays as the run before it showed it, with its date.
 */
export function keepProofs(report: string): void {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const { name, assertionResults } of testResults) {
    const proof = basename(name, '.test.ts')
    const earlier = earlierOf(proof)
    const figures = assertionResults.map(({ fullName, status, duration = 0, meta }) => [
      fullName,
      RAN.has(status)
        ? [`${status} in ${(duration / 1000).toFixed(1)} s`, ...(meta?.counted ? [meta.counted] : [])].join(
            '; ',
          )
        : (earlier[fullName] ?? status),
    ])
    keep(`proof-${proof}`, { command: `npm run proof -- ${proof}`, figures: Object.fromEntries(figures) })
  }
}

const RAN = new Set(['passed', 'failed'])

/** What an earlier run of the proof showed, by test. */
function earlierOf(proof: string): Readonly<Record<string, string>> {
  const file = join(import.meta.dirname, `results/proof-${proof}.json`)
  if (!existsSync(file)) return {}
  const { date, figures } = JSON.parse(readFileSync(file, 'utf8'))
  const dated = (text: string) => (/\(\d{4}-\d\d-\d\d\)$/.test(text) ? text : `${text} (${date})`)
  return Object.fromEntries(
    Object.entries(figures as Record<string, string>).flatMap(([test, text]) =>
      /^(passed|failed) /.test(text) ? [[test, dated(text)]] : [],
    ),
  )
}
