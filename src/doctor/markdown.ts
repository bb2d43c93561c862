import { block, code, prose } from '../text/markdown.ts'
import type { Finding } from './finding.ts'
import type { Measured } from './measured.ts'
import { gib, percent } from './wording.ts'

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
    '| | |',
    '| --- | --- |',
    ...figures(measured).map(([name, text]) => `| ${name} | ${prose(text)} |`),
    ...models(measured),
    ...(advice.length === 0
      ? []
      : ['', '#### Could be better', '', ...advice.map((text) => `- ${prose(text)}`)]),
  ].join('\n')
}

/** `nothing wrong`, `2 errors, 1 warning` */
export function countText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing wrong'
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  return [
    ...(errors === 0 ? [] : [`${errors} ${errors === 1 ? 'error' : 'errors'}`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ].join(', ')
}

function figures(measured: Measured): [string, string][] {
  const { cache, databaseConnections: connections } = measured
  const rate = (share: number | null | undefined) => (share == null ? 'no requests' : percent(share))
  return [
    ['workers', `${measured.workers ?? 'unknown'}`],
    ['cache, 7 days', cache === null ? 'unknown' : `${rate(cache.hitRate)} of ${cache.requests} requests`],
    ['cache, of repeated requests', rate(cache?.repeatHitRate)],
    ['saved by the cache, 7 days', cache === null ? 'unknown' : `${cache.savedUsd.toFixed(2)} USD`],
    ['Redis hits since its start', rate(measured.redisHitRate)],
    [
      'database',
      measured.databaseBytes === null
        ? 'unknown'
        : `${gib(measured.databaseBytes)}, ${connections?.[0] ?? '?'} of ${connections?.[1] ?? '?'} connections`,
    ],
    [
      'disk full in',
      measured.daysUntilDiskFull === null
        ? 'too few requests to say'
        : `${Math.floor(measured.daysUntilDiskFull)} days`,
    ],
    ['newest backup', measured.newestBackup ?? 'none'],
    ['newest proof', measured.newestProof ?? 'none'],
    ['certificate expires', measured.certificateEnds ?? 'none presented'],
  ]
}

function models({ models }: Measured): string[] {
  if (models.length === 0) return []
  const seconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(2)} s`)
  return [
    '',
    '| model, 1 day | requests | failed | median | 95 % within |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...models.map(
      (one) =>
        `| ${prose(one.model)} | ${Number(one.requests)} | ${Number(one.failures)} | ${seconds(one.seconds?.[0])} | ${seconds(one.seconds?.[1])} |`,
    ),
  ]
}
