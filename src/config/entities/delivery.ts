import { type SecretTarget, targetName } from '../../contract/secret-target.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import type { Usable } from '../usable.ts'
import type { Path } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { secondsIn } from './deliver-schema.ts'
import type { EntityEntry } from './schema.ts'

/** Who gets the value of a key, and when it is replaced. Durations are in seconds. */
export interface DesiredDelivery {
  readonly targets: readonly SecretTarget[]
  /** As it is written, for people; undefined: on request only. */
  readonly rotate: { readonly text: string; readonly seconds: number } | undefined
  readonly grace: { readonly text: string; readonly seconds: number }
}

const GRACE = '24h'
/** A replaced key that is still used ends after so many times its grace. */
export const OVERDUE = 7

/** Of an entry that was found right; undefined for a key that nobody gets. */
export function deliveryOf({ deliver, rotate, grace = GRACE }: EntityEntry): DesiredDelivery | undefined {
  if (!Array.isArray(deliver)) return undefined
  const duration = (text: unknown) => ({ text: String(text), seconds: secondsIn(String(text)) })
  return {
    targets: deliver.filter(isRecord).map(targetOf),
    rotate: rotate === undefined ? undefined : duration(rotate),
    grace: duration(grace),
  }
}

/** As `gateway.yaml` names a secret. */
export function targetOf({ organization, repository, environment, name }: EntityEntry): SecretTarget {
  const secret = String(name)
  if (organization !== undefined) return { organization: String(organization), secret }
  return {
    repository: String(repository),
    secret,
    ...(environment === undefined ? {} : { environment: String(environment) }),
  }
}

type Report = (code: string, path: Path, message: string, fix: string) => void

/** Keys of which nobody could get the value, and secrets that would get two. */
export function deliveryProblems(gateway: Usable, source: Source): Problem[] {
  const problems: Problem[] = []
  const error: Report = (code, path, message, fix) =>
    problems.push({ severity: 'error', code, message, fix, at: source.locate(path) })
  const taken = masterKeyTargets(gateway)
  for (const [index, entry] of (gateway.keys ?? []).entries()) {
    if (entry === undefined) continue
    const path = ['keys', index]
    durationProblems(entry, path, error)
    for (const [at, target] of (deliveryOf(entry)?.targets ?? []).entries()) {
      const name = targetName(target)
      const place = [...path, 'deliver', at]
      const earlier = taken.get(name.toLowerCase())
      if (earlier === undefined) taken.set(name.toLowerCase(), place)
      else
        error(
          'duplicate',
          place,
          `${name} gets another key already, at line ${source.locate(earlier).line}.`,
          'a secret holds one key: remove one of the two, or give it another name.',
        )
    }
  }
  return problems
}

function masterKeyTargets({ rotate }: Usable): Map<string, Path> {
  const targets: readonly unknown[] = Array.isArray(rotate?.targets) ? rotate.targets : []
  return new Map(
    targets.flatMap((target, index) =>
      isRecord(target)
        ? [[targetName(targetOf(target)).toLowerCase(), ['rotate', 'targets', index]] as const]
        : [],
    ),
  )
}

function durationProblems(entry: EntityEntry, path: Path, error: Report): void {
  for (const name of ['rotate', 'grace'])
    if (entry[name] !== undefined && entry.deliver === undefined)
      error(
        'delivery',
        [...path, name],
        `${name} is for a key that is delivered, and nobody gets the value of ${entry.key_alias}.`,
        `say under deliver which secrets get it, or remove ${name}.`,
      )
  const { rotate, grace } = deliveryOf(entry) ?? {}
  if (rotate !== undefined && grace !== undefined && rotate.seconds <= grace.seconds)
    error(
      'delivery',
      [...path, 'rotate'],
      `rotate is ${rotate.text}, and a replaced key works on for ${grace.text}: it would be replaced before the one of before is ended.`,
      'rotate less often, or shorten grace.',
    )
}
