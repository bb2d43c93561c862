import { block, code, prose, table } from '../text/markdown.ts'
import { count, counted, days, percent, size, usd } from '../text/units.ts'
import type { Finding } from './finding.ts'
import type { Measured } from './measured.ts'

const MARK = { error: '❌', warning: '⚠️' } as const
const WHERE: Readonly<Record<Finding['remedy']['where'], string>> = {
  host: 'On the host, as root',
  'litellm-gitops': 'With this program',
  'gateway.yaml': 'In `gateway.yaml`',
  GitHub: 'In the repository',
  elsewhere: 'Elsewhere',
}

/** The findings of `doctor` as Markdown, each with its fix, then the figures. */
export function doctorMarkdown(
  findings: readonly Finding[],
  measured: Measured,
  advice: readonly string[],
  fixed: readonly string[] = [],
): string {
  return [
    `### Doctor: ${countText(findings)}`,
    ...findings.flatMap(({ id, severity, what, why, remedy }) => [
      '',
      `#### ${MARK[severity]} ${code(id)}`,
      '',
      `${prose(what)} ${prose(why)}`,
      '',
      `${WHERE[remedy.where]}:`,
      '',
      block(remedy.text),
    ]),
    ...(fixed.length === 0 ? [] : ['', '#### Fixed', '', ...fixed.map((text) => `- ${prose(text)}`)]),
    '',
    '#### Measured',
    '',
    ...table(
      ['', ''],
      figures(measured).map(([name, text]) => [name, prose(text)]),
    ),
    ...models(measured),
    ...(advice.length === 0
      ? []
      : ['', '#### Could be better', '', ...advice.map((text) => `- ${prose(text)}`)]),
  ].join('\n')
}

/** `nothing wrong`, `2 errors, 1 warning` */
export function countText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing wrong'
  const number = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  return (['error', 'warning'] as const)
    .map((severity) => [number(severity), severity] as const)
    .filter(([some]) => some > 0)
    .map(([some, severity]) => counted(some, severity))
    .join(', ')
}

function figures(measured: Measured): [string, string][] {
  const { cache, databaseConnections: connections } = measured
  const rate = (share: number | null | undefined) => (share == null ? 'no requests' : percent(share))
  return [
    ['workers', `${measured.workers ?? 'unknown'}`],
    [
      'cache, 7 days',
      cache === null ? 'unknown' : `${rate(cache.hitRate)} of ${count(cache.requests)} requests`,
    ],
    ['cache, of repeated requests', rate(cache?.repeatHitRate)],
    ['saved by the cache, 7 days', cache === null ? 'unknown' : usd(cache.savedUsd)],
    ['Redis hits since its start', rate(measured.redisHitRate)],
    [
      'database',
      measured.databaseBytes === null
        ? 'unknown'
        : `${size(measured.databaseBytes)}, ${connections?.[0] ?? '?'} of ${connections?.[1] ?? '?'} connections`,
    ],
    [
      'disk full in',
      measured.daysUntilDiskFull === null ? 'too few requests to say' : days(measured.daysUntilDiskFull),
    ],
    ['newest backup', measured.newestBackup ?? 'none'],
    ['newest proof', measured.newestProof ?? 'none'],
    ['certificate expires', measured.certificateEnds ?? 'none presented'],
  ]
}

function models({ models }: Measured): string[] {
  if (models.length === 0) return []
  const seconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(2)} s`)
  const rows = models.map((one) => [
    prose(one.model),
    count(one.requests),
    count(one.failures),
    ...[0, 1].map((index) => seconds(one.seconds?.[index])),
  ])
  const numbers = ['requests', 'failed', 'median', '95 % within'].map((right) => ({ right }))
  return ['', ...table(['model, 1 day', ...numbers], rows)]
}
