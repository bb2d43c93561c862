import type { EntityChange } from '../change.ts'
import { fieldText } from '../wording.ts'
import { deliveryTexts } from './delivery.ts'

/** What becomes of an object, a line each; what goes with it comes first. */
export function entityTexts({ action, fields, managed, loses, delivery }: EntityChange): string[] {
  if (action === 'delete') return ['no longer declared: it is deleted', ...loses]
  const mark =
    managed.before === undefined && action === 'update' ? ['adopted: kept from here from now on'] : []
  const delivered = delivery === undefined ? [] : deliveryTexts(delivery)
  const lines = [...fields.map(fieldText), ...loses, ...mark, ...delivered]
  if (lines.length > 0) return lines
  if (action === 'create') return ['new']
  return [`kept from here: ${differing(managed).join(', ')}`]
}

function differing({ before = [], after = [] }: EntityChange['managed']): string[] {
  return [
    ...after.filter((path) => !before.includes(path)),
    ...before.filter((path) => !after.includes(path)),
  ]
}
