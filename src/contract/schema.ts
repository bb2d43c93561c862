import { z } from 'zod'

/** What a schema reads, with nothing in it that could be changed. */
export type Read<Schema extends z.ZodType> = Fixed<z.infer<Schema>>
type Fixed<Value> = Value extends object ? { readonly [Key in keyof Value]: Fixed<Value[Key]> } : Value

/** Gives an object the name that it has in both languages; the types of a program that have none are named after where they are. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  return schema.meta({ id })
}

/**
 * An object that comes out of LiteLLM's database, where its container can write anything that PostgreSQL holds: a field that may be
 * missing and is not of its form counts as missing. Whole objects are tried first, because zod reads them many times as fast.
 */
export function tolerant<Shape extends z.ZodRawShape>(
  object: z.ZodObject<Shape>,
): z.ZodType<z.infer<z.ZodObject<Shape>>> {
  const fields = Object.entries(object.shape).map(([name, field]) => [
    name,
    field instanceof z.ZodExactOptional ? z.catch(field, undefined) : field,
  ])
  const patient = z.object(Object.fromEntries(fields))
  return z.union([object, patient]).meta({ tolerant: true }) as unknown as z.ZodType<
    z.infer<z.ZodObject<Shape>>
  >
}

/** A value out of LiteLLM's database that is always there; what is not of this form counts as null. */
export function storedOrNull<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().catch(null)
}

/** ISO 8601 in UTC. */
export const time = z.string()
export const text = z.string()
export const texts = z.array(z.string())
const whole = () => z.number().meta({ whole: true })
/** A whole number; PostgreSQL's may be larger than JavaScript counts exactly. */
export const count = whole()
/** Seconds since 1970. */
export const seconds = z.number()
export const bytes = whole()
/** A number with a fraction: of seconds, hours, dollars. */
export const amount = z.number()
