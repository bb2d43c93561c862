import type { Change, Plan } from './change.ts'
import { details, title } from './kinds.ts'

const SIGN = { create: '+', update: '~', delete: '-' } as const

/** `+ model gpt-4`, with its details below; for terminals and logs. */
export function planLines({ changes, adoptions }: Plan): string[] {
  const lines = (sign: string, change: Change) => [
    `${sign} ${title(change)}`,
    ...details(change).map((line) => `    ${line}`),
  ]
  return [
    ...changes.flatMap((change) => lines(SIGN[change.action], change)),
    ...adoptions.flatMap((change) => lines('=', change)),
  ]
}
