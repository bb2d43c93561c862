import { type Entity, entityKind } from '../../contract/entities.ts'
import { MARK_FIELDS, MARK_LIMITS, MARK_MANAGER, MARK_MEMBERS } from '../../contract/names.ts'
import { type DesiredBudget, LICENSE_VARIABLE, LIMITS, ownerKey, ownerOf, ownerText } from '../budgets.ts'
import { needsLicence } from '../limits.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import type { Usable } from '../usable.ts'
import type { Path } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { deliveryProblems } from './delivery.ts'
import { idOf, limitsDeclared, membersOf, sectionsOf } from './desired.ts'
import { policyProblems } from './policy.ts'
import type { EntityEntry } from './schema.ts'

const WITHOUT_LICENCE = `remove it, or give the licence as ${LICENSE_VARIABLE}: os.environ/${LICENSE_VARIABLE} in environment_variables.`

type Report = (code: string, path: Path, message: string, fix: string) => void

/** What is wrong in the sections beyond their shape. */
export function entityProblems(gateway: Usable, source: Source): Problem[] {
  const problems: Problem[] = []
  const error: Report = (code, path, message, fix) =>
    problems.push({ severity: 'error', code, message, fix, at: source.locate(path) })
  const line = (path: Path) => source.locate(path).line
  let licence: boolean | undefined
  const licensed = () => (licence ??= JSON.stringify(gateway).includes(`os.environ/${LICENSE_VARIABLE}`))
  for (const [entity, entries] of sectionsOf(gateway)) {
    const { section } = entityKind(entity)
    const first = new Map<string, number>()
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined) continue
      const id = idOf(entity, entry)
      const earlier = first.get(id)
      if (earlier === undefined) first.set(id, index)
      else
        error(
          'duplicate',
          [section, index],
          `${wordsOf(entity)} ${id} is declared already, at line ${line([section, earlier])}.`,
          'keep one of the two.',
        )
      entryProblems(entity, entry, [section, index], licensed, error)
    }
  }
  budgetConflicts(gateway, licensed, line, error)
  return [...problems, ...deliveryProblems(gateway, source), ...policyProblems(gateway, source)]
}

/** `access group` */
export function wordsOf(entity: Entity): string {
  return entity.replace('_', ' ')
}

function entryProblems(
  entity: Entity,
  entry: EntityEntry,
  path: Path,
  licensed: () => boolean,
  error: Report,
): void {
  const kind = entityKind(entity)
  const needs = (at: Path, what: string, fix: string) => {
    if (!licensed()) error('license', at, `LiteLLM takes ${what} with a licence only.`, fix)
  }
  if (kind.licence === true) needs(path, kind.section, WITHOUT_LICENCE)
  for (const [name, field] of Object.entries(kind.fields))
    if (field.licence === true && entry[name] !== undefined)
      needs([...path, name], `${name} of a ${wordsOf(entity)}`, WITHOUT_LICENCE)
  memberProblems(entity, entry, path, needs, error)
  metadataProblems(entity, entry, path, error)
}

function memberProblems(
  entity: Entity,
  entry: EntityEntry,
  path: Path,
  needs: (at: Path, what: string, fix: string) => void,
  error: Report,
): void {
  const licensed = entityKind(entity).members?.licensed ?? []
  const seen = new Set<unknown>()
  for (const [index, { user_id, role }] of membersOf(entry).entries()) {
    const at = [...path, 'members', index]
    if (seen.has(user_id)) error('duplicate', at, `${user_id} is a member already.`, 'keep one of the two.')
    seen.add(user_id)
    if (licensed.includes(String(role)))
      needs(
        [...at, 'role'],
        `the role ${role} in a ${wordsOf(entity)}`,
        'leave the role out, or give the licence.',
      )
  }
}

const MARKS: readonly string[] = [MARK_FIELDS, MARK_LIMITS, MARK_MANAGER, MARK_MEMBERS]

/** One home for each value. */
function metadataProblems(entity: Entity, { metadata }: EntityEntry, path: Path, error: Report): void {
  const { fields } = entityKind(entity)
  for (const name of Object.keys(isRecord(metadata) ? metadata : {})) {
    if (MARKS.includes(name))
      error(
        'owned',
        [...path, 'metadata', name],
        `${name} is where sync notes what it keeps.`,
        'use another name.',
      )
    else if (fields[name]?.place === 'metadata')
      error(
        'owned',
        [...path, 'metadata', name],
        `${name} is a field of its own.`,
        `write ${name} beside metadata.`,
      )
  }
}

/** Limits that need a licence, and limits of one owner in two places. */
function budgetConflicts(
  gateway: Usable,
  licensed: () => boolean,
  line: (path: Path) => number,
  error: Report,
): void {
  const declared = limitsDeclared(gateway)
  if (declared.length === 0) return
  const places = new Map(
    (gateway.budget_config ?? []).flatMap((entry, index) => {
      const owner = entry === undefined ? undefined : ownerOf(entry)
      return owner === undefined ? [] : [[ownerKey(owner), index] as const]
    }),
  )
  for (const budget of declared) {
    limitProblems(budget, licensed, error)
    const other = places.get(ownerKey(budget))
    if (other === undefined || budget.declared.length === 0) continue
    error(
      'duplicate-budget',
      budget.path,
      `${ownerText(budget)} has limits here and in budget_config, at line ${line(['budget_config', other])}.`,
      'keep them in one of the two places.',
    )
  }
}

function limitProblems(
  { subject, limits, declared, path }: DesiredBudget,
  licensed: () => boolean,
  error: Report,
): void {
  for (const name of declared)
    if (needsLicence(subject, name) && !licensed())
      error(
        'license',
        [...path, LIMITS[name]],
        `LiteLLM takes ${LIMITS[name]} for a ${subject} with a licence only.`,
        WITHOUT_LICENCE,
      )
  const { softBudget: soft, maxBudget: most } = limits
  if (soft !== null && most !== null && soft >= most)
    error(
      'budget',
      [...path, 'soft_budget'],
      `soft_budget is ${soft}, and max_budget ${most}: it would never alert before requests are refused.`,
      'write less than max_budget.',
    )
}
