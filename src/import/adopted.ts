import type { AdoptDone, AdoptPlan, OldNames } from '../contract/programs/adopt.ts'
import { listed } from '../text/list.ts'
import { code, prose, table } from '../text/markdown.ts'
import { count, counted, size, usd } from '../text/units.ts'

const MOST_NAMES = 8
const MOST_TABLES = 30

/** What an old database brings, and what follows: of a plan and of what was kept. Pure. */
export function adoptMarkdown(found: AdoptPlan | AdoptDone, domain: string): string {
  const { source, server, bytes, content } = found
  const { rows, tables } = content
  const from = source === 'dump' ? 'a dump' : code(source)
  return [
    found.outcome === 'planned'
      ? '### Takeover planned, nothing kept'
      : '### Database taken over as a backup',
    '',
    `From ${from}${server === null ? '' : ` of PostgreSQL ${prose(server)}`}: ${counted(rows, 'row')} in ${counted(Object.keys(tables).length, 'table')}, ${size(bytes)}. Nothing was changed there.`,
    '',
    ...table(
      ['', { right: 'number' }, ''],
      [
        row('virtual keys', content.keys),
        row('teams', content.teams),
        row('users', content.users),
        row('budgets', content.budgets),
        row('models in the database', content.models),
        row('stored credentials', content.credentials),
        ['spend in the log', content.spend === null ? 'too long to sum up' : usd(content.spend), ''],
      ],
    ),
    '',
    ...keyText(found),
    ...schemaText(found),
    ...modelText(found),
    ...leftOutText(found),
    '',
    ...tablesText(tables),
    '',
    ...(found.outcome === 'planned' ? nextOfPlan(found, domain) : nextOfBackup(found, domain)),
  ].join('\n')
}

function row(what: string, { count: number, names }: OldNames): string[] {
  return [what, count(number), names.length === 0 ? '' : named(names, number)]
}

function named(names: readonly string[], number: number): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => prose(name))
  const left = number - shown.length
  return shown.join(', ') + (left > 0 ? ` and ${count(left)} more` : '')
}

const ROLES = {
  salted: 'the salt key (OLD_SALT_KEY)',
  unsalted: 'the master key (OLD_MASTER_KEY), as the old gateway has no salt key',
  before: 'a master key that the old gateway had before (OLD_MASTER_KEY_BEFORE)',
  none: 'no key',
} as const

/** Which key opens what is stored, and what becomes of both keys. */
function keyText({ secrets, master }: AdoptPlan | AdoptDone): string[] {
  const { total, role, again, dead, unsure } = secrets
  const lines: string[] = []
  if (total === 0) lines.push('- Nothing is stored encrypted.')
  else if (role !== 'none') {
    const lost = dead.reduce((sum, one) => sum + one.count, 0)
    lines.push(
      `- ${count(total - again - lost)} of ${counted(total, 'stored secret')} can be read with ${ROLES[role]}. It becomes the salt key of the new gateway with the restore.`,
    )
  }
  if (again > 0)
    lines.push(
      `- ${count(again)} can be read with another of the keys that were given; in the copy they are sealed again with that one.`,
    )
  if (dead.length > 0)
    lines.push(
      `- **${dead.map((one) => `${count(one.count)} in ${prose(one.table)}`).join(', ')} can be read with none of the keys**: give OLD_SALT_KEY and OLD_MASTER_KEY as the old gateway has them. Nothing is taken over before.`,
    )
  if (unsure > 0)
    lines.push(
      `- ${counted(unsure, 'text')} that may be encrypted cannot be read with any key that was given: carried unchanged.`,
    )
  return [...lines, `- ${MASTER[master]}`]
}

const MASTER = {
  own: 'The new gateway keeps its own master key. Virtual keys work with any.',
  taken:
    'The old master key stays valid: with the restore it becomes that of the new gateway. `rotate` ends it.',
  unusable:
    'The new gateway keeps its own master key: the old one does not begin with sk- or has fewer than 16 characters, so anybody may guess it.',
} as const

function schemaText(found: AdoptPlan | AdoptDone): string[] {
  const { pending, image } = found
  if (pending === 0) return [`- The schema is that of ${code(image)}.`]
  const seconds = found.outcome === 'adopted' ? found.took.migrations : undefined
  return [
    seconds === undefined
      ? `- ${counted(pending, 'migration')} of ${code(image)} will be run on the copy.`
      : `- ${counted(pending, 'migration')} of ${code(image)} were run on the copy, in ${Number(seconds)} s.`,
  ]
}

function modelText({ content: { models }, storeModelInDb }: AdoptPlan | AdoptDone): string[] {
  return models.count > 0 && !storeModelInDb
    ? [
        `- **${counted(models.count, 'model')} in the database will not be served**: declare them in gateway.yaml (\`import --url\` writes them), or set \`general_settings.store_model_in_db: true\`.`,
      ]
    : []
}

function leftOutText({ leftOut }: AdoptPlan | AdoptDone): string[] {
  return [
    ...leftOut.slice(0, MOST_TABLES).map(({ name, why }) => `- Not carried: ${prose(name)}, ${prose(why)}.`),
    ...(leftOut.length > MOST_TABLES
      ? [`- … ${count(leftOut.length - MOST_TABLES)} more are not carried`]
      : []),
    '- Not carried: the cache in Redis. Spend counters are read again from the database.',
  ]
}

function tablesText(tables: Readonly<Record<string, number>>): string[] {
  const full = Object.entries(tables)
    .filter(([, rows]) => rows > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, rows]) => `${prose(shortName(name))} ${count(rows)}`)
  return full.length === 0 ? ['No table has a row.'] : [`Rows by table: ${listed(full, MOST_TABLES)}.`]
}

/** Of `public."Name"`, as PostgreSQL quotes it. */
function shortName(table: string): string {
  return table.replace(/^public\./, '').replace(/^"(.*)"$/, '$1')
}

function nextOfPlan({ secrets }: AdoptPlan, domain: string): string[] {
  return secrets.dead.length > 0
    ? []
    : [`To have it as a backup of the new gateway, give ${code(`--confirm ${domain}`)}.`]
}

function nextOfBackup({ snapshot, copied, seconds }: AdoptDone, domain: string): string[] {
  const id = snapshot.slice(0, 8)
  return [
    `Backup ${code(id)}, after ${Number(seconds)} s${copied ? ', also in the off-site copy' : ''}. Prove it, then bring it in:`,
    '',
    '```sh',
    `litellm-gitops verify --backup ${id}`,
    `litellm-gitops restore --backup ${id} --scope all --confirm ${domain}`,
    '```',
  ]
}
