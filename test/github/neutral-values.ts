export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}
/** A JSON Schema as it stands in GitHub's description, with `nullable` already turned into a type. */
export type Schema = { readonly [key: string]: unknown }

/** GitHub answers with dozens of fields that no test is about. This gives them the most neutral value that their schema allows. */
export class NeutralValues {
  readonly #resolve: (reference: string) => Schema
  readonly #allows: (schema: Schema, value: Json) => boolean

  constructor(resolve: (reference: string) => Schema, allows: (schema: Schema, value: Json) => boolean) {
    this.#resolve = resolve
    this.#allows = allows
  }

  /** `value` with every required field that it lacks, at all depths. Fields that are there are never changed. */
  complete(schema: Schema, value: Json): Json {
    const target = this.#target(schema)
    if (value === null || typeof value !== 'object') return value
    const variants = variantsOf(target)
    if (variants.length > 0) {
      const candidates = variants.map((variant) => this.complete(variant, value))
      return candidates.find((candidate) => this.#allows(target, candidate)) ?? candidates[0] ?? value
    }
    if (Array.isArray(value)) {
      const items = target.items as Schema | undefined
      return items === undefined ? value : value.map((item) => this.complete(items, item))
    }
    const merged = this.#merged(target)
    const completed: JsonObject = {}
    for (const [name, item] of Object.entries(value)) {
      const property = merged.properties[name]
      completed[name] = property === undefined ? item : this.complete(property, item)
    }
    for (const name of merged.required) {
      if (!Object.hasOwn(value, name)) completed[name] = this.#neutral(merged.properties[name] ?? {}, name)
    }
    return completed
  }

  /** The names that an object of this schema can have; undefined when it may have any. */
  fieldsOf(schema: Schema): Set<string> | undefined {
    const target = this.#target(schema)
    const parts = [target, ...variantsOf(target), ...partsOf(target)].map((part) => this.#target(part))
    if (parts.some((part) => part.additionalProperties)) return undefined
    const names = parts.flatMap((part) => Object.keys((part.properties as object | undefined) ?? {}))
    return names.length === 0 ? undefined : new Set(names)
  }

  #neutral(schema: Schema, name: string): Json {
    const target = this.#target(schema)
    const types = [target.type].flat()
    const variants = variantsOf(target).map((variant) => this.#target(variant))
    if (types.includes('null') || variants.some((variant) => variant.type === 'null')) return null
    if (target.default !== undefined) return target.default as Json
    const [allowed] = (target.enum as Json[] | undefined) ?? []
    if (allowed !== undefined) return allowed
    const [variant] = variants
    if (variant !== undefined) return this.#neutral(variant, name)
    switch (types[0]) {
      case 'string':
        return neutralString(String(target.format ?? ''), name)
      case 'integer':
      case 'number':
        return 0
      case 'boolean':
        return false
      case 'array':
        return []
      default:
        return this.complete(target, {})
    }
  }

  #target(schema: Schema): Schema {
    const reference = schema.$ref
    return typeof reference === 'string' ? this.#target(this.#resolve(reference)) : schema
  }

  #merged(schema: Schema): { properties: Record<string, Schema>; required: Set<string> } {
    const properties: Record<string, Schema> = {}
    const required = new Set<string>()
    for (const part of [schema, ...partsOf(schema)].map((item) => this.#target(item))) {
      Object.assign(properties, part.properties)
      for (const name of (part.required as string[] | undefined) ?? []) required.add(name)
    }
    return { properties, required }
  }
}

function variantsOf(schema: Schema): Schema[] {
  return ((schema.oneOf ?? schema.anyOf) as Schema[] | undefined) ?? []
}

function partsOf(schema: Schema): Schema[] {
  return (schema.allOf as Schema[] | undefined) ?? []
}

function neutralString(format: string, name: string): string {
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  if (format === 'email') return 'nobody@example.com'
  // A field that this server does not fill leads nowhere on purpose: following it in a test fails at once.
  if (format === 'uri') return `https://not-modelled.invalid/${name}`
  return ''
}
