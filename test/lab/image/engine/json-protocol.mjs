// Writes an operation in the engine's JSON protocol, the only one its WebAssembly build speaks. Values of Json fields are wrapped
// and told apart from filters by the schema's types.
const OPERATION =
  /^(findUnique|findFirst|findMany|createOne|createManyAndReturn|createMany|updateOne|updateMany|deleteOne|deleteMany|upsertOne|aggregate|groupBy)(\w+?)(OrThrow)?$/
export const RAW_OPERATIONS = new Set(['queryRaw', 'executeRaw', 'runCommandRaw'])
/** Operators of a Json filter whose operand is no JSON document. */
const PLAIN_JSON_OPERATORS = new Set([
  'path',
  'string_contains',
  'string_starts_with',
  'string_ends_with',
  'mode',
])
const quoted = JSON.stringify

/** Writes an object (or each of a list of objects), its values by `write(name, value)`. */
function fields(value, write) {
  if (value.type === 'list') return `[${value.items.map((item) => fields(item, write)).join()}]`
  if (value.type !== 'object') return value.json
  return `{${value.entries.map(([name, item]) => `${quoted(name)}:${write(name, item)}`).join()}}`
}

const plain = (value) =>
  value.type === 'list' ? `[${value.items.map(plain).join()}]` : fields(value, (_, item) => plain(item))

function json(value) {
  if (value.type === 'text') return `{"$type":"Json","value":${value.json}}`
  if (value.type === 'list') return `[${value.items.map(json).join()}]`
  return fields(value, (name, item) => (PLAIN_JSON_OPERATORS.has(name) ? plain(item) : json(item)))
}

/** Makes the writer for a schema; `types` as from `fieldTypes`. */
export function createWriter(types) {
  const typeOf = (model, field) => types.get(model)?.get(field)

  /** Conditions; what is no field of the model (AND, is, some, equals, compound keys) holds conditions on the same model. */
  function where(value, model) {
    return fields(value, (name, item) => {
      const type = typeOf(model, name)
      if (type === undefined) return where(item, model)
      if (type === 'Json') return json(item)
      return types.has(type) ? where(item, type) : plain(item)
    })
  }

  function data(value, model) {
    return fields(value, (name, item) => {
      const type = typeOf(model, name)
      if (type === 'Json') return json(item)
      return types.has(type) ? related(item, type) : plain(item)
    })
  }

  /** Nested writes to a related model. */
  function related(value, model) {
    const part = (name, item) =>
      name === 'where' ? where(item, model) : name === 'skipDuplicates' ? plain(item) : data(item, model)
    return fields(value, (name, item) => {
      if (name === 'create') return data(item, model)
      if (name === 'update') return isWrapped(item) ? fields(item, part) : data(item, model)
      if (['connectOrCreate', 'upsert', 'createMany', 'updateMany'].includes(name)) return fields(item, part)
      return where(item, model)
    })
  }

  function argumentsOf(args, model) {
    const written = args.map(([name, value]) => {
      if (name === 'where' || name === 'having' || name === 'cursor')
        return `${quoted(name)}:${where(value, model)}`
      if (name === 'data' || name === 'create' || name === 'update')
        return `${quoted(name)}:${data(value, model)}`
      return `${quoted(name)}:${plain(value)}`
    })
    return `{${written.join()}}`
  }

  function selectionOf(selection, model) {
    const written = (selection ?? []).map((field) => {
      if (field.selection === undefined && field.args.length === 0) return `${quoted(field.name)}:true`
      return `${quoted(field.name)}:${queryOf(field, typeOf(model, field.name))}`
    })
    return `{${written.join()}}`
  }

  const queryOf = (field, model) =>
    `{"arguments":${argumentsOf(field.args, model)},"selection":${selectionOf(field.selection, model)}}`

  /** The JSON text of an operation whose root field this is. */
  return function write(root) {
    if (RAW_OPERATIONS.has(root.name))
      return `{"action":${quoted(root.name)},"query":${queryOf({ ...root, selection: [] })}}`
    const [, action, name, orThrow = ''] = OPERATION.exec(root.name) ?? []
    if (action === undefined) throw new Error(`unknown operation ${root.name}`)
    // A model may itself be called SomethingOrThrow.
    const whole = types.has(name + orThrow)
    const model = whole ? name + orThrow : name
    if (!types.has(model)) throw new Error(`unknown model ${model}`)
    return `{"modelName":${quoted(model)},"action":${quoted(whole ? action : action + orThrow)},"query":${queryOf(root, model)}}`
  }
}

/** Whether a nested update is `{where, data}` and not the data itself. */
function isWrapped(value) {
  const first = value.type === 'list' ? value.items[0] : value
  return (
    first?.type === 'object' &&
    first.entries.some(([name, item]) => name === 'data' && item.type === 'object')
  )
}
