// The JSON Schemas that the build puts into dist/: of gateway.yaml, which editors take for completion and for marking mistakes,
// and of the report, for any reader of `--json`.
import { z } from 'zod'
import keys from '../src/config/litellm/litellm-keys.json' with { type: 'json' }
import { gatewaySchema } from '../src/config/schema.ts'
import { reportSchema } from '../src/entries/report-schema.ts'

type Schema = { [key: string]: unknown }

/** JSON Schema 2020-12 of `gateway.yaml`: our own keys closed, LiteLLM's known keys with their types, its unknown ones allowed. */
export function gatewayJsonSchema(): Schema {
  const schema = z.toJSONSchema(gatewaySchema, { io: 'input', override: withoutBounds }) as Schema
  const properties = within(schema, 'properties')
  const [models] = within(properties, 'model_list').anyOf as [Schema]
  const model = within(within(models, 'items'), 'properties')
  complete(within(model, 'litellm_params'), keys.litellm_params)
  complete(within(model, 'model_info'), keys.model_info)
  for (const section of ['router_settings', 'litellm_settings', 'general_settings'] as const)
    properties[section] = {
      description: within(properties, section).description,
      anyOf: [complete({ type: 'object' }, keys[section]), { type: 'null' }],
    }
  const [litellmSettings] = within(properties, 'litellm_settings').anyOf as [Schema]
  within(litellmSettings, 'properties').cache_params = complete({ type: 'object' }, keys.cache_params)
  return {
    ...schema,
    patternProperties: { '^(x[-_]|[._])': {} },
    title: 'gateway.yaml of litellm-gitops',
    description: `LiteLLM's own keys are those of the versions ${keys.versions.join(', ')}.`,
  }
}

/** JSON Schema 2020-12 of the report. Published with room for fields to come; `closed` knows no others. */
export function reportJsonSchema({ closed = false } = {}): Schema {
  const schema = z.toJSONSchema(reportSchema, {
    io: closed ? 'output' : 'input',
    override: withoutBounds,
  }) as Schema
  return { ...schema, title: 'Report of litellm-gitops (--json, output plan-json)' }
}

/** zod writes the largest exact number of JavaScript as a limit: true, and noise. */
function withoutBounds({
  jsonSchema,
}: {
  jsonSchema: { maximum?: number | undefined; minimum?: number | undefined }
}): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

function complete(section: Schema, known: Readonly<Record<string, string>>): Schema {
  const written = (section.properties ?? {}) as Schema
  const added = Object.entries(known).filter(([name]) => !Object.hasOwn(written, name))
  section.properties = {
    ...written,
    ...Object.fromEntries(added.map(([name, kind]) => [name, typeOf(kind)])),
  }
  return section
}

/** The types that `litellm-keys.ts` accepts for a kind; a reference to the environment may stand for any value. */
function typeOf(kind: string): Schema {
  if (kind === 'any') return {}
  const words = kind.split('|').filter((one) => one.startsWith('='))
  if (words.length > 0) return { type: 'string', examples: words.map((one) => one.slice(1)) }
  const types = kind.split('|').map((one) => ({ list: 'array', map: 'object' })[one] ?? one)
  if (types.includes('string')) return { type: [...types, 'null'] }
  return { anyOf: [{ type: [...types, 'null'] }, { type: 'string', pattern: asText(types) }] }
}

/** LiteLLM's own examples write numbers and booleans in quotes now and then. */
function asText(types: readonly string[]): string {
  const quoted = [
    ...(types.includes('number') ? ['-?[0-9]*[.]?[0-9]+(e-?[0-9]+)?'] : []),
    ...(types.includes('boolean') ? ['true', 'false'] : []),
  ]
  return `^(${['os[.]environ/.+', ...quoted].join('|')})$`
}

function within(schema: Schema, key: string): Schema {
  const value = schema[key]
  if (typeof value !== 'object' || value === null) throw new Error(`The schema has no "${key}" any more.`)
  return value as Schema
}
