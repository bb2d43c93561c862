import { isRecord } from '../record.ts'
import type { Path } from './path.ts'

type Visit = (path: Path, text: string) => void

/**
 * Visits each text below `node` with its path, which is the same list each time: copy it to keep it. Ten thousand budgets have a hundred
 * thousand texts.
 */
export function eachText(node: unknown, start: Path, visit: Visit): void {
  walk(node, [...start], visit)
}

function walk(node: unknown, path: (string | number)[], visit: Visit): void {
  if (typeof node === 'string') visit(path, node)
  else if (Array.isArray(node))
    for (let index = 0; index < node.length; index += 1) within(index, node[index], path, visit)
  else if (isRecord(node)) for (const key of Object.keys(node)) within(key, node[key], path, visit)
}

function within(step: string | number, item: unknown, path: (string | number)[], visit: Visit): void {
  path.push(step)
  walk(item, path, visit)
  path.pop()
}
