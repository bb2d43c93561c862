import type { z } from 'zod'
import { RegistryError } from './errors.ts'
import type { Answer } from './exchange.ts'

/** Reads an answer by its schema. @throws RegistryError */
export function parsedJson<Schema extends z.ZodType>(
  { body, url }: Pick<Answer, 'body' | 'url'>,
  schema: Schema,
  what: string,
): z.infer<Schema> {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new RegistryError('registry-answer', `${url.host} answered ${what} with something that is no JSON.`)
  }
  const read = schema.safeParse(value, { reportInput: false })
  if (read.success) return read.data
  const at = read.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new RegistryError(
    'registry-answer',
    `${url.host} answered ${what} in another form than registries do${/^[\w.]{1,60}$/.test(at) ? ` (${at})` : ''}.`,
  )
}
