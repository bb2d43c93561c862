import type { BackupResult, DrillReport, Exported, Loss, ProofResult } from '../contract/programs/backup.ts'
import type { RestoreDone, RestorePlan, TableFates, UndoPlan } from '../contract/programs/restore.ts'
import { listed } from '../text/list.ts'
import { code, prose, table } from '../text/markdown.ts'
import { count, duration, size, usd } from '../text/units.ts'

/** More than LiteLLM has; a schema that somebody filled up must not fill up the page. */
const MOST_TABLES = 200

/** Markdown for people: what was backed up. `output`: the file that got the sealed keys. Pure, as all of these. */
export function backupMarkdown(result: BackupResult, output?: string): string {
  const { escrow } = result
  const { snapshot, time, rows, tables, bytes, repositoryBytes, copied, expired, litellm } = result
  return [
    '### Backup taken',
    '',
    ...table(
      ['', ''],
      [
        ['backup', `${code(snapshot.slice(0, 8))} of ${prose(time)}`],
        ['database', `${count(rows)} rows in ${count(tables)} tables, ${size(bytes)}`],
        ['LiteLLM', prose(litellm ?? 'unknown')],
        ['repository', repositoryBytes === null ? 'elsewhere' : size(repositoryBytes)],
        ['off-site copy', copied ? 'has it' : 'none is declared'],
        ['removed', count(expired)],
      ],
    ),
    ...(escrow === null
      ? [
          '',
          'Keep `/etc/litellm/backup_password` of the host where two people find it: without it no backup can be read.',
        ]
      : [
          '',
          output === undefined
            ? 'The keys of the gateway were sealed to those that `backup.escrow` names. They are not shown here: `litellm-gitops backup --output FILE` on a terminal writes them, `sudo litellm-gitops backup` on the host prints them.'
            : `The keys of the gateway, encrypted to those named in \`backup.escrow\`, are in ${code(output)}. Keep them outside the host; \`age --decrypt\` opens them.`,
        ]),
  ].join('\n')
}

/** Markdown for people: what was exported, and what to do with it. */
export function exportMarkdown({ folder, rows, tables, bytes, image, postgres, loopback }: Exported): string {
  return [
    '### Gateway exported',
    '',
    ...table(
      ['', ''],
      [
        ['folder on the host', code(folder)],
        ['database', `${count(rows)} rows in ${count(tables)} tables, for PostgreSQL ${count(postgres)}`],
        ['files', size(bytes)],
        ['image', code(image)],
      ],
    ),
    '',
    `Copy the folder as root (\`rsync -a\`), and start it with \`docker compose up -d\` or \`podman-compose up -d\`. It has all keys in clear: remove it here when you have it there (${code(`rm -r ${folder}`)}).`,
    'Redis starts empty: cached answers and the limits of the running minute are not in it. TLS is not part of it either.',
    ...(loopback === 0
      ? []
      : [
          '',
          `**\`litellm/config.yaml\` names the machine itself ${count(loopback)} times (127.0.0.1, localhost).** In a container that is the container: write the machine's own address there.`,
        ]),
  ].join('\n')
}

export function proofMarkdown({
  ok,
  reason,
  levels,
  source,
  snapshot,
  time,
  rows,
  seconds,
}: ProofResult): string {
  const what =
    snapshot === null
      ? `The ${prose(source)} holds no backup.`
      : `Backup ${code(snapshot.slice(0, 8))} of ${prose(time ?? 'unknown time')}, restored from the ${prose(source)} into a scratch place in ${Number(seconds)} s${rows === null ? '' : `: ${count(rows)} rows`}.`
  return [
    ok ? '### Backup proven' : '### Backup NOT proven',
    '',
    what,
    ...(reason === null ? [] : ['', `**${prose(reason) || 'unknown'}**`]),
    '',
    ...table(
      ['level', '', { right: 'seconds' }, ''],
      levels.map((one) => [
        prose(`${one.level} ${one.name}`),
        one.ok ? '✅' : '❌',
        `${Number(one.seconds)}`,
        prose(one.detail ?? ''),
      ]),
    ),
  ].join('\n')
}

export function drillMarkdown(report: DrillReport): string {
  const { met, missed, rtoSeconds, rpoSeconds, targets, worstGapSeconds, loss, history } = report
  const goal = (name: string, took: number, target: number) => [
    name,
    duration(took),
    duration(target),
    took <= target ? '✅' : '❌',
  ]
  return [
    met ? '### Drill: every target met' : '### Drill: targets missed',
    '',
    ...missed.map((text) => `- ${prose(text)}`),
    ...(missed.length > 0 ? [''] : []),
    ...table(
      ['', { right: 'measured' }, { right: 'target' }, ''],
      [
        goal('RTO, from nothing to the first answer', rtoSeconds, targets.rtoSeconds),
        goal('RPO, age of the backup', rpoSeconds, targets.rpoSeconds),
        [
          'longest time between two backups',
          worstGapSeconds === null ? 'only one there is' : duration(worstGapSeconds),
          '',
          '',
        ],
        ['would be lost now', lossText(loss), '', ''],
      ],
    ),
    '',
    proofMarkdown(report).replace(/^### /, '#### '),
    '',
    `Source: ${report.offSite ? 'the off-site copy' : 'the repository on the host itself, because no off-site copy is declared; it is lost together with the host'}, opened with the password ${report.escrow ? 'from its escrow' : "on the host; give BACKUP_PASSWORD to prove the escrow's"}.`,
    `Not restored: ${prose(report.notRestored.join('; '))}. Clean-up: ${report.cleanedUp ? 'done' : 'NOT complete'}.`,
    ...(history.length > 1 ? ['', ...chart(history)] : []),
  ].join('\n')
}

/** The last drills as a chart that GitHub draws. */
function chart(history: DrillReport['history']): string[] {
  const bars = history.map(({ rtoSeconds }) => Math.round(rtoSeconds))
  return [
    '```mermaid',
    'xychart-beta',
    '  title "RTO of the last drills, seconds"',
    `  x-axis [${history.map(({ time }) => `"${time.slice(5, 16).replace(/[^\d:-]/g, ' ')}"`).join(', ')}]`,
    `  y-axis "seconds" 0 --> ${Math.max(...bars, 1)}`,
    `  bar [${bars.join(', ')}]`,
    '```',
  ]
}

/** What a restore would do, and how to have it done. */
export function planMarkdown(plan: RestorePlan, domain: string): string {
  return [
    '### Restore planned, nothing done',
    '',
    `Backup ${code(plan.snapshot.slice(0, 8))} of ${prose(plan.time)} (LiteLLM ${prose(plan.litellm ?? 'unknown')}, ${count(plan.rows)} rows, from the ${prose(plan.source)}), scope ${code(plan.scope)}.`,
    '',
    `Lost would be: ${lossText(plan.newer)}.`,
    '',
    ...fates(plan),
    '',
    `To do it, give ${code(`confirm: ${domain}`)}. A safety backup is taken first, and \`undo\` brings back what was there.`,
  ].join('\n')
}

/** What undoing the last restore would do. */
export function undoMarkdown(plan: UndoPlan, domain: string): string {
  return [
    '### Undo planned, nothing done',
    '',
    `The database ${code(plan.undo)} would be live again, scope ${code(plan.scope)}.`,
    '',
    `Lost would be: ${lossText(plan.newer)}.`,
    '',
    ...fates(plan),
    '',
    `To do it, give ${code(`confirm: ${domain}`)}.`,
  ].join('\n')
}

/** Each table of which a row would not be there any more is named, and each that nobody here knows. */
function fates({ tables, kept, unknown }: TableFates): string[] {
  const replaced = Object.entries(tables)
  const known = Object.entries(kept).filter(([name]) => !unknown.includes(name))
  const rows = replaced
    .slice(0, MOST_TABLES)
    .map(([name, [now, then]]) => [
      prose(name),
      count(now),
      `${count(then)}${now === then ? ', others' : ''}`,
    ])
  if (replaced.length > MOST_TABLES) rows.push([`… ${replaced.length - MOST_TABLES} more`, '', ''])
  return [
    ...(replaced.length === 0
      ? ['Every other table has the same rows now as then.']
      : table(['table that is replaced', { right: 'rows now' }, { right: 'rows then' }], rows)),
    ...(known.length === 0 ? [] : ['', `Logs and usage stay as they are: ${rowsOf(known)}.`]),
    ...(unknown.length === 0
      ? []
      : [
          '',
          `Not LiteLLM's as this version knows it, so it stays as it is: ${rowsOf(unknown.map((name) => [name, kept[name] ?? 0]))}.`,
        ]),
  ]
}

function rowsOf(tables: readonly (readonly [name: string, rows: number])[]): string {
  return listed(
    tables.map(([name, rows]) => `${prose(name)} ${count(rows)} rows`),
    MOST_TABLES,
  )
}

export function restoredMarkdown(done: RestoreDone): string {
  const what = {
    restored: '### Restored',
    resumed: '### Restore brought to its end',
    undone: '### Restore undone',
  }[done.outcome]
  return [
    what,
    '',
    done.outcome === 'undone'
      ? `What was there before the restore of ${code(done.snapshot.slice(0, 8))} is served again, by release ${code(done.release)}.`
      : `Backup ${code(done.snapshot.slice(0, 8))} of ${prose(done.time)} is served, scope ${code(done.scope)}, by release ${code(done.release)}: every row was checked before, and every worker after.`,
    '',
    ...(done.kept === undefined
      ? []
      : [`Logs and usage are as they were: ${rowsOf(Object.entries(done.kept))}.`, '']),
    `The database that was live until then is kept on the host as ${code(done.undo)} until the next restore; \`undo\` exchanges the two.`,
  ].join('\n')
}

function lossText(loss: Loss | null): string {
  if (loss === null) return 'unknown, the live database does not answer'
  return loss.requests === 0 ? 'no request' : `${count(loss.requests)} requests that cost ${usd(loss.spend)}`
}
