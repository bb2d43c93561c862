import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../config/record.ts'
import type { Path } from '../config/yaml/path.ts'
import type { FieldChange } from './change.ts'

/** A field that differs, and the way to it in each document that has it. */
interface Found extends FieldChange {
  readonly place: Path
}

/** What names an item of LiteLLM's lists, such as `guardrail_name`. */
const NAME = /^(?:id|name|path|\w+_(?:name|id))$/

/**
 * The leaves in which two documents differ. A list whose items have names is compared item by item, and its order, which has a meaning
 * to LiteLLM; any other list is one leaf. Key order has no meaning.
 */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  return found(before, after, '', []).map(({ path, before, after }) => ({ path, before, after }))
}

/** Where the first of them is in what comes after. */
export function firstPlace(before: unknown, after: unknown): Path {
  return found(before, after, '', [])[0]?.place ?? []
}

function found(before: unknown, after: unknown, path: string, place: Path): Found[] {
  // A mapping that is added or removed as a whole is shown leaf by leaf, if it has any.
  const from = before === undefined && isRecord(after) && Object.keys(after).length > 0 ? {} : before
  const to = after === undefined && isRecord(before) && Object.keys(before).length > 0 ? {} : after
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    return keys.flatMap((key) =>
      found(from[key], to[key], path === '' ? key : `${path}.${key}`, [...place, key]),
    )
  }
  if (isDeepStrictEqual(before, after)) return []
  return byName(before, after, path, place) ?? [{ path, before, after, place }]
}

/** The same for two lists whose items have names; undefined for any others. */
function byName(before: unknown, after: unknown, path: string, place: Path): Found[] | undefined {
  const from = namedItems(before ?? [])
  const to = namedItems(after ?? [])
  if (from === undefined || to === undefined || from.size + to.size === 0) return undefined
  const names = [...new Set([...from.keys(), ...to.keys()])]
  const order = [...to.keys()]
  const items = names.flatMap((name) => {
    const at = order.indexOf(name)
    const changes = found(from.get(name), to.get(name), `${path}[${name}]`, at < 0 ? place : [...place, at])
    return changes
  })
  const [was, is] = [[...from.keys()], order].map((all) =>
    all.filter((name) => from.has(name) && to.has(name)),
  )
  if (isDeepStrictEqual(was, is)) return items
  return [...items, { path: path === '' ? 'order' : `${path}.order`, before: was, after: is, place }]
}

function namedItems(list: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!Array.isArray(list)) return undefined
  const named = new Map<string, unknown>()
  for (const item of list) {
    const key = isRecord(item) ? Object.keys(item).find((one) => NAME.test(one)) : undefined
    const name = key === undefined || !isRecord(item) ? undefined : item[key]
    if (typeof name !== 'string' || named.has(name)) return undefined
    named.set(name, item)
  }
  return named
}
