// The tables of docs/versions.md: what `npm run proof -- versions` and `npm run proof -- layouts` showed, and what is known of versions.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareVersions, isOlder, minorOf } from '../src/config/litellm/versions.ts'
import { KNOWN_BAD_LITELLM, OLDEST_LITELLM } from '../src/contract/litellm.ts'
import { LITELLM } from '../test/lab/image/build.ts'
import { INSTALLABLE, NEWEST_INSTALLABLE, OLDEST_DEPLOYED } from '../test/lab/versions.ts'

const RESULTS = join(import.meta.dirname, '../bench/results')
const STEPS = [
  'deploy',
  'plan',
  'sync',
  'budgets',
  'rotate',
  'backup',
  'verify',
  'restore',
  'upgrade',
  'rollback',
]
const NOT_RUN = 'not run'

/** What the record says of one step: passed with what it counted, failed with the reason, or nothing. */
export interface Shown {
  readonly passed: boolean
  /** What the test counted, or why it failed. */
  readonly said: string
}

/** By `VERSION: STEP`, as the tests name themselves. */
export function recordOf(proof: string): ReadonlyMap<string, Shown> {
  const file = join(RESULTS, `proof-${proof}.json`)
  if (!existsSync(file)) return new Map()
  const { figures } = JSON.parse(readFileSync(file, 'utf8')) as { readonly figures: Record<string, string> }
  return new Map(
    Object.entries(figures).flatMap(([test, text]): [string, Shown][] => {
      const [, step] = /(?:^| )([\w.]+: [\w ]+)$/.exec(test) ?? []
      const [, ended, said = ''] =
        /^(passed|failed) in [\d.]+ s(?:; (.*?))?(?: \([\d-]+\))?$/.exec(text) ?? []
      return step === undefined || ended === undefined ? [] : [[step, { passed: ended === 'passed', said }]]
    }),
  )
}

/** The steps of a version; after the newest there is none to go to and come back from. */
function stepsOf(version: string): readonly string[] {
  return version === INSTALLABLE.at(-1) ? STEPS.slice(0, -2) : STEPS
}

/** On the host that goes from the oldest to the newest: what is done with which of them. */
const IN_JUMP: Readonly<Record<string, readonly string[]>> = {
  [OLDEST_DEPLOYED]: ['deploy', 'plan', 'sync'],
  [NEWEST_INSTALLABLE]: ['budgets', 'rotate', 'backup', 'verify', 'restore'],
}

/** What a version showed on a host of its own, or else on that one. */
function shownOf(record: ReadonlyMap<string, Shown>, version: string, step: string): Shown | undefined {
  const inJump = IN_JUMP[version]?.includes(step) ? record.get(`jump: ${step}`) : undefined
  return record.get(`${version}: ${step}`) ?? inJump
}

/** The minor versions of which one patch went through all of it, and the one that every other test here runs on; the oldest first. */
export function triedMinors(): string[] {
  const record = recordOf('versions')
  const whole = INSTALLABLE.filter((version) =>
    stepsOf(version).every((step) => shownOf(record, version, step)?.passed === true),
  )
  return [...new Set([...whole, LITELLM].sort(compareVersions).map(minorOf))]
}

/** One row for each version: ✓, or a number that leads to what is wrong, below the table. */
export function versionTable(): string {
  const record = recordOf('versions')
  const wrong: string[] = []
  const cell = (version: string, step: string): string => {
    const shown = shownOf(record, version, step)
    if (!stepsOf(version).includes(step)) return '–'
    if (shown === undefined) return NOT_RUN
    if (shown.passed) return '✓'
    wrong.push(`${version}, ${step}: ${plain(shown.said)}`)
    return `✗ ${wrong.length}`
  }
  const rows = [...INSTALLABLE].reverse().map((version) => {
    const supported = isOlder(version, OLDEST_LITELLM) ? 'refused' : 'yes'
    return `| ${version} | ${supported} | ${STEPS.map((step) => cell(version, step)).join(' | ')} |`
  })
  const reasons = wrong.map((text, at) => `${at + 1}. ${text}\n`).join('')
  return `| LiteLLM | \`deploy\` takes it | ${STEPS.join(' | ')} |\n|---|---|${'---|'.repeat(STEPS.length)}\n${rows.join('\n')}\n${reasons && `\n${reasons}`}`
}

/** Requests under which each upgrade was made. */
export function upgradeTable(): string {
  const record = recordOf('versions')
  const rows = [...record].flatMap(([step, { passed, said }]) =>
    step.endsWith(': upgrade') && !step.startsWith('jump')
      ? [`| ${step.replace(/:.*/, '')} | ${passed ? plain(said) : `✗ ${plain(said)}`} |\n`]
      : [],
  )
  const jump = record.get('jump: upgrade')
  const whole = jump === undefined ? NOT_RUN : `${jump.passed ? '' : '✗ '}${plain(jump.said)}`
  return `| from | to, and requests meanwhile |\n|---|---|\n${rows.join('')}| the oldest to the newest at once | ${whole} |\n`
}

/** The layouts of the official images. */
export function layoutTable(): string {
  const record = recordOf('layouts')
  const layouts = {
    database:
      '`litellm-database` until spring 2026: the Python of the system, `/app` with a copy of the source, root',
    venv: '`litellm`, `litellm-database`: `/app/.venv`, root',
    non_root: '`litellm-non_root`: `/app/.venv`, the user `nobody`',
    mirror: 'any of them, by a registry mirror that fetches what it does not have',
  }
  const rows = Object.entries(layouts).map(([name, what]) => {
    const steps = [...record].filter(([step]) => step.startsWith(`${name}: `))
    const failed = steps.filter(([, { passed }]) => !passed).map(([step]) => step.replace(/.*: /, ''))
    const shown = steps.length === 0 ? NOT_RUN : failed.length === 0 ? '✓' : `✗ ${failed.join(', ')}`
    return `| ${what} | ${shown} |\n`
  })
  return `| inside of the image | deploy, plan, sync, rotate, backup, verify, restore |\n|---|---|\n${rows.join('')}`
}

/** What Ubuntu 24.04 has of each component, and what was tried in its place. */
export function componentTable(): string {
  const record = recordOf('components')
  const steps = [...record.values()]
  const failed = [...record].filter(([, { passed }]) => !passed).map(([step]) => step.replace(/.*: /, ''))
  const outcome = steps.length === 0 ? NOT_RUN : failed.length === 0 ? '✓' : `✗ ${failed.join(', ')}`
  const older = (what: string) => `${what}, by \`npm run proof -- components\`: ${outcome}`
  const rows = [
    ['PostgreSQL 16', `${older('15 (Debian 12)')}; 17 in everything else`],
    ['Redis 7.0', `${older('7.0 (Debian 12)')}; 8.0 in everything else`],
    ['Caddy 2.6', '2.6 (Debian 13) in everything'],
    [
      'Python 3.12',
      "3.12.1 from source: the tests of the host's programs, 650 passed, 1 skipped (2026-11-30); 3.13 in everything else",
    ],
    [
      'podman 4.9',
      'not run: Debian has 4.3, which is older than Quadlet, and 5.4, which is in everything else',
    ],
    [
      'ufw 0.36',
      '0.36 (Debian 13), by `npm run test:lab -- other-firewalls`: it is found, and its command named',
    ],
    ['needrestart', 'not run: it is told to wait while packages are installed (`NEEDRESTART_SUSPEND`)'],
    ['AppArmor', "not run: the lab's kernel has none"],
    ['restic 0.16', 'not run: 0.18 in everything else; messages of 0.16 are read where it has no codes'],
  ]
  return `| Ubuntu 24.04 | tried |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`
}

/** Versions that are refused whatever they would do. */
export function badTable(): string {
  const rows = Object.entries(KNOWN_BAD_LITELLM).map(([version, why]) => `| ${version} | ${why} |\n`)
  return `| version | why |\n|---|---|\n${rows.join('')}| before ${OLDEST_LITELLM} | older than what \`deploy\` knows how to migrate and run |\n`
}

/** What a program said, as a cell of a table. */
function plain(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/[<>]/g, '')
}
