import type { z } from 'zod'
import { ENTITY_SECTIONS } from './entities/schema.ts'
import { isRecord } from './record.ts'
import type { GatewayFile } from './schema.ts'

const LISTS = ['model_list', 'budget_config'] as const
const ALL_LISTS: readonly string[] = [...LISTS, ...ENTITY_SECTIONS]
type List = (typeof LISTS)[number]
type Holes<Items> = readonly (Items extends readonly (infer Item)[] ? Item | undefined : never)[]

/** A declaration as far as its shape is right; an item of these lists that is not is left out, and the others keep their places. */
export type Usable = Partial<Omit<GatewayFile, List>> & {
  readonly [Key in List]?: Holes<NonNullable<GatewayFile[Key]>> | null | undefined
}

/**
 * What of a declaration of a wrong shape can be checked further, so that a missing key hides nothing else. Each value that the schema
 * refuses is left out, whole items of the long lists.
 */
export function usableParts(
  value: Readonly<Record<string, unknown>>,
  issues: readonly z.core.$ZodIssue[],
): Usable {
  const parts: Record<string, unknown> = structuredClone({ ...value })
  for (const { code, path } of issues) {
    // A key too many takes nothing away from the others.
    if (code === 'unrecognized_keys' && !isInList(path)) continue
    const kept = isInList(path) ? path.slice(0, 2) : path
    remove(parts, kept)
  }
  return parts
}

function isInList(path: readonly PropertyKey[]): boolean {
  return path.length > 1 && ALL_LISTS.some((list) => list === path[0])
}

function remove(parts: unknown, path: readonly PropertyKey[]): void {
  const [last] = path.slice(-1)
  let node = parts
  for (const step of path.slice(0, -1))
    node = isRecord(node) || Array.isArray(node) ? Reflect.get(node, step) : undefined
  if (last === undefined) return
  if (Array.isArray(node)) node[Number(last)] = undefined
  else if (isRecord(node)) delete node[String(last)]
}
