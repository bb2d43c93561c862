import type { Problem } from '../config/problem.ts'
import type { ListedPrice } from '../contract/programs/observe.ts'
import type { Rehearsal } from '../contract/programs/rehearsal.ts'
import { code, folded, prose, table } from '../text/markdown.ts'
import { count, counted, duration, exactUsd, size } from '../text/units.ts'
import type { Skipped } from './releases.ts'

/** An upgrade as it would be: from what, to what, and what is known of the new image. */
export interface Upgrade {
  readonly domain: string
  readonly from: { readonly image: string; readonly version: string }
  readonly to: {
    readonly image: string
    readonly version: string
    readonly created: Date | undefined
    /** What is known of its signature, as the end of a sentence. */
    readonly signature: string
  }
  readonly skipped: readonly Skipped[]
  readonly rehearsal: Rehearsal
  /** What the declaration says that is wrong, or odd, with the new version alone. */
  readonly problems: readonly Problem[]
}

const MILLION = 1_000_000
const MOST = 50

/** Whether it can be proposed. */
export function holds({ rehearsal, problems }: Upgrade): boolean {
  return rehearsal.ok && !problems.some(({ severity }) => severity === 'error')
}

export function titleOf({ from, to }: Upgrade): string {
  return `Upgrade LiteLLM from ${from.version} to ${to.version}`
}

/** People's text: what the upgrade changes, and what its rehearsal found. What hosts and registries say is shown as text. Pure. */
export function upgradeMarkdown(upgrade: Upgrade): string {
  const { rehearsal, domain } = upgrade
  return [
    `### ${holds(upgrade) ? 'Upgrade' : 'Do not upgrade'} of ${prose(domain)} from LiteLLM ${prose(upgrade.from.version)} to ${prose(upgrade.to.version)}`,
    '',
    ...verdict(upgrade),
    '',
    ...facts(upgrade),
    ...migrations(rehearsal),
    ...problems(upgrade),
    ...prices(rehearsal),
    ...providers(rehearsal),
    ...steps(rehearsal),
    ...skipped(upgrade),
  ].join('\n')
}

function verdict({ rehearsal, problems: found }: Upgrade): string[] {
  const wrong = found.filter(({ severity }) => severity === 'error')
  if (rehearsal.reason !== null) return [`**The rehearsal failed: ${prose(rehearsal.reason)}**`]
  if (wrong.length > 0)
    return [
      `**The declaration does not fit this version: ${wrong.map(({ message }) => prose(message)).join(' ')}**`,
    ]
  const { backup } = rehearsal
  const of =
    backup === null ? '' : `, on the backup ${code(backup.snapshot.slice(0, 8))} of ${prose(backup.time)}`
  return [
    `It was rehearsed beside the living gateway in ${duration(rehearsal.seconds)}${of}. Nothing of the gateway was touched, and nothing is left of it.`,
  ]
}

function facts({ from, to, rehearsal }: Upgrade): string[] {
  return [
    ...table(
      ['', ''],
      [
        ['serves now', `${prose(from.version)}: ${code(from.image)}`],
        ['new', `${prose(to.version)}: ${code(to.image)}`],
        ['made', to.created === undefined ? 'not known' : to.created.toISOString().slice(0, 10)],
        ['signature', prose(to.signature)],
        ['migrations take', rehearsal.migrations === null ? 'not known' : tookText(rehearsal.migrations)],
        ['way back', wayBack(rehearsal)],
        [
          'release notes',
          `https://github.com/BerriAI/litellm/releases/tag/v${encodeURIComponent(to.version)}`,
        ],
      ],
    ),
    '',
  ]
}

type Migrations = NonNullable<Rehearsal['migrations']>

function tookText({ pending, seconds, bytesBefore, bytesAfter, bytesMost }: Migrations): string {
  if (pending.length === 0) return 'none are pending'
  return `${duration(seconds)} for ${counted(pending.length, 'migration')}; the database grows from ${size(bytesBefore)} to ${size(bytesAfter)}, ${size(bytesMost)} at most meanwhile`
}

function wayBack({ rollback }: Rehearsal): string {
  switch (rollback) {
    case 'free':
      return '`rollback`, without a restore'
    case 'forced':
      return '`rollback --force`, without a restore: the schema has more than the version that serves now knows, and all that it uses'
    case 'restore':
      return '**only by `restore` with the scope `all`** of the backup that `deploy` takes before: something that the version that serves now uses is gone'
    default:
      return 'not known'
  }
}

function migrations({ migrations: done }: Rehearsal): string[] {
  if (done === null || done.pending.length === 0) return []
  const taken = [...new Set([...done.takes, ...done.lost])]
  const blocked = done.locks
    .slice(0, MOST)
    .map(({ table: name, seconds, blocks }) => [
      code(name),
      `${Number(seconds)}`,
      blocks === 'all' ? 'all requests that use it' : 'requests that write it',
    ])
  return [
    ...(taken.length === 0 ? [] : [`**They take away or empty: ${few(taken).map(code).join(', ')}**`, '']),
    ...(blocked.length === 0
      ? []
      : [...table(['table', { right: 'locked for seconds' }, 'who waits meanwhile'], blocked), '']),
    ...folded(
      counted(done.pending.length, 'migration'),
      few(done.pending).map((name) => `- ${code(name)}`),
    ),
    '',
  ]
}

function problems({ problems: found, to }: Upgrade): string[] {
  if (found.length === 0) return []
  return [
    `With ${prose(to.version)} the declaration has what it does not have now:`,
    '',
    ...found
      .slice(0, MOST)
      .map(
        ({ severity, message, fix, at }) =>
          `- ${severity}: ${prose(`${message} Fix: ${fix}`)} (${code(`${at.file}:${at.line}`)})`,
      ),
    '',
  ]
}

function prices({ prices: changed }: Rehearsal): string[] {
  if (changed === null) return ['A list of prices could not be read, so prices were not compared.', '']
  if (changed.length === 0) return ['No price of a declared model changes.', '']
  return [
    ...table(
      ['model', { right: 'USD for a million tokens now, in / out' }, { right: 'then' }],
      changed
        .slice(0, MOST)
        .map(({ model, before, after }) => [code(model), priceText(before), priceText(after)]),
    ),
    '',
  ]
}

function priceText(price: ListedPrice | null): string {
  const { input_cost_per_token: input, output_cost_per_token: output } = price ?? {}
  if (input === undefined && output === undefined) return 'not known'
  return `${exactUsd((input ?? 0) * MILLION)} / ${exactUsd((output ?? 0) * MILLION)}`
}

function providers({ providers: tried }: Rehearsal): string[] {
  if (tried.length === 0) return []
  const mark = (ok: boolean | null) => (ok === null ? '–' : ok ? '✅' : '❌')
  return [
    ...table(
      ['provider', '', 'by', ''],
      tried
        .slice(0, MOST)
        .map(({ provider, ok, model, detail }) => [prose(provider), mark(ok), code(model), prose(detail)]),
    ),
    '',
  ]
}

function steps({ steps: done }: Rehearsal): string[] {
  const rows = done.map(({ name, ok, seconds, detail }) => [
    prose(name),
    ok ? '✅' : '❌',
    `${Number(seconds)}`,
    prose(detail ?? ''),
  ])
  return [...folded('The rehearsal', table(['step', '', { right: 'seconds' }, ''], rows)), '']
}

function skipped({ skipped: left }: Upgrade): string[] {
  if (left.length === 0) return []
  const lines = left.slice(0, MOST).map(({ version, why }) => `- ${prose(version)}: ${prose(why)}`)
  return [...folded(`${count(left.length)} newer, not taken`, lines), '']
}

function few(names: readonly string[]): string[] {
  return names.length > MOST ? [...names.slice(0, MOST), `… and ${names.length - MOST} more`] : [...names]
}

/** When there is nothing to propose. */
export function nothingMarkdown(current: string, left: readonly Skipped[]): string {
  const lines = left.slice(0, MOST).map(({ version, why }) => `- ${prose(version)}: ${prose(why)}`)
  return [
    `### LiteLLM ${prose(current)} is what there is to have`,
    '',
    ...(lines.length === 0 ? ['There is no newer stable release.'] : ['Newer, and not taken:', '', ...lines]),
  ].join('\n')
}
