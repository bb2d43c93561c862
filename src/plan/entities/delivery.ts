import type { Desired } from '../../config/desired.ts'
import { OVERDUE } from '../../config/entities/delivery.ts'
import type { DesiredEntity } from '../../config/entities/desired.ts'
import type { ObservedEntity, ObservedGateway } from '../../contract/programs/observe.ts'
import { targetName } from '../../contract/secret-target.ts'
import type { Note, PlannedDelivery } from '../change.ts'

/** Whether a key is one that is being made, or that another one has replaced: what becomes of it is known, and it is nobody's to declare. */
export function isPassing({ delivery }: ObservedEntity): boolean {
  return delivery !== undefined && delivery.state !== 'delivered'
}

/** Aliases of such keys: what limits them is nobody's to declare either. */
export function passingAliases(gateway: Pick<ObservedGateway, 'entities'> | null): ReadonlySet<string> {
  return new Set((gateway?.entities ?? []).filter(isPassing).map(({ id }) => id))
}

/** Whether a new key has to be made for a declared one, and why. */
export function plannedDeliveries(
  gateway: Pick<ObservedGateway, 'entities' | 'deliveries'> | null,
): (entity: DesiredEntity) => PlannedDelivery | undefined {
  const observed = gateway?.entities ?? []
  const mine = byAlias(observed)
  const aliases = new Set(observed.flatMap(({ kind, id }) => (kind === 'key' ? [id] : [])))
  return ({ id, delivery }) => {
    if (delivery === undefined) return undefined
    const own = mine.get(id) ?? []
    const current = own.find((one) => one.delivery?.state === 'delivered')
    const to = delivery.targets.map(targetName)
    const why = (reason: PlannedDelivery['why']) => ({ why: reason, to, grace: delivery.grace.text })
    const isUnfinished = own.some(
      (one) => one.delivery?.state === 'making' || one.delivery?.state === 'delivering',
    )
    if (isUnfinished || (current !== undefined && current.id !== id)) return why('unfinished')
    if (current === undefined && !aliases.has(id)) return why('new')
    // The read-only key may be forced to a program that does not know; the write key never is.
    if (current === undefined) return gateway?.deliveries === true ? why('unknown') : undefined
    const holding = new Set(current.delivery?.receivers.map(({ name }) => name))
    return to.every((name) => holding.has(name)) ? undefined : why('targets')
  }
}

function byAlias(observed: readonly ObservedEntity[]): Map<string, ObservedEntity[]> {
  const found = new Map<string, ObservedEntity[]>()
  for (const one of observed)
    if (one.delivery !== undefined) found.set(one.delivery.of, [...(found.get(one.delivery.of) ?? []), one])
  return found
}

/** What of it is said in a plan, a line each. */
export function deliveryTexts({ why, to, grace }: PlannedDelivery): string[] {
  const secrets = to.join(', ')
  switch (why) {
    case 'new':
      return [`a key is made; its value goes to ${secrets}, and nobody sees it`]
    case 'unknown':
      return [
        `the value of this key is not known here: a new one goes to ${secrets}`,
        `the one of before works on for ${grace}, and as long as it is used`,
      ]
    case 'targets':
      return [
        `not every secret has it: a new one goes to ${secrets}`,
        `the one of before works on for ${grace}, and as long as it is used`,
      ]
    case 'unfinished':
      return [`a run died while it made a new one: that is finished, or done again, for ${secrets}`]
  }
}

/** When a replaced key may be ended: it was not used for its grace, or is used long after. */
export type End =
  | { readonly end: 'unused' | 'overdue' }
  | { readonly end: 'not-yet'; readonly soonest: Date; readonly latest: Date }

/** @param used when LiteLLM noted its last use; its clock has no zone and is UTC */
export function endOf(
  { since, graceSeconds }: { readonly since: string; readonly graceSeconds: number },
  used: string | undefined,
  now: Date,
): End {
  const grace = graceSeconds * 1000
  const replaced = Date.parse(since)
  const latest = replaced + OVERDUE * grace
  const soonest = Math.min(Math.max(replaced, used === undefined ? 0 : timeOf(used)) + grace, latest)
  if (now.getTime() < soonest) return { end: 'not-yet', soonest: new Date(soonest), latest: new Date(latest) }
  return { end: soonest === latest ? 'overdue' : 'unused' }
}

function timeOf(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}

export function isDue(
  { delivery }: DesiredEntity,
  { since }: { readonly since: string },
  now: Date,
): boolean {
  return delivery?.rotate !== undefined && now.getTime() >= Date.parse(since) + delivery.rotate.seconds * 1000
}

/** `2026-11-30 19:20 UTC` */
export function moment(time: Date | string): string {
  const date = typeof time === 'string' ? new Date(timeOf(time)) : time
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function lastUse(used: string | undefined): string {
  return used === undefined ? 'LiteLLM knows of no use' : `last used ${moment(used)}`
}

/** What the next `rotate` will do: which keys it replaces, and which it ends. */
export function deliveryNotes(desired: Desired, gateway: ObservedGateway | null, now: Date): Note[] {
  if (
    gateway?.entities != null &&
    gateway.deliveries !== true &&
    desired.entities.some((one) => one.delivery)
  )
    return [
      {
        severity: 'info',
        text: 'Who has which key is not known to the program of the last deploy, which this run asks: sync may replace keys with deliver. deploy brings a newer one.',
      },
    ]
  const mine = byAlias(gateway?.entities ?? [])
  return desired.entities.flatMap((entity) => {
    if (entity.delivery === undefined) return []
    return (mine.get(entity.id) ?? []).flatMap(({ delivery, used }): Note[] => {
      if (delivery?.state === 'delivered' && isDue(entity, delivery, now))
        return [
          {
            severity: 'info',
            text: `key ${entity.id} was delivered ${moment(delivery.since)} and is due (rotate: ${entity.delivery?.rotate?.text}): the next rotate with keys replaces it.`,
          },
        ]
      if (delivery?.state !== 'retired') return []
      return [{ severity: 'info', text: `key ${entity.id}: ${retiredText(delivery, used, now)}` }]
    })
  })
}

/** `the one that was replaced 2026-11-28 19:20 UTC works until …; last used …` */
export function retiredText(
  delivery: { readonly since: string; readonly graceSeconds: number },
  used: string | undefined,
  now: Date,
): string {
  const end = endOf(delivery, used, now)
  const replaced = `the one that was replaced ${moment(delivery.since)}`
  if (end.end !== 'not-yet') return `${replaced} is ended by the next rotate with keys; ${lastUse(used)}.`
  return `${replaced} works until ${moment(end.soonest)}, and while it is used until ${moment(end.latest)} at most; ${lastUse(used)}.`
}
