// What is needed of a Prisma schema: where the database is, and which fields hold JSON or lead to other models.

/** By model: the type of each field, without `?` and `[]`. */
export function fieldTypes(schema) {
  const types = new Map()
  for (const [, model, body] of schema.matchAll(/^\s*model\s+(\w+)\s*\{([\s\S]*?)^\s*\}/gm)) {
    const fields = new Map()
    for (const [, field, type] of body.matchAll(/^\s*(\w+)\s+(\w+)(?:\[\])?\??(?=\s|$)/gm))
      fields.set(field, type)
    types.set(model, fields)
  }
  return types
}

/** The database's address, as the client overrides it, the environment has it or the schema states it. */
export function databaseUrl(schema, environment) {
  const [, name, body] = /datasource\s+(\w+)\s*\{([^}]*)\}/.exec(schema) ?? []
  if (body === undefined) throw new Error('the Prisma schema names no datasource')
  const overrides = JSON.parse(environment.OVERWRITE_DATASOURCES ?? '[]')
  const variable = /\burl\s*=\s*env\("([^"]+)"\)/.exec(body)?.[1]
  const url =
    overrides.find((override) => override.name === name)?.url ??
    (variable === undefined ? /\burl\s*=\s*"([^"]+)"/.exec(body)?.[1] : environment[variable])
  if (!url) throw new Error(`no address for the datasource ${name}`)
  return new URL(url)
}
