// The reference of gateway.yaml and of the codes that programs on a host refuse with, as Markdown: docs/gateway-yaml.md, docs/errors.md.

import { LITELLM_SECTIONS } from '../src/config/yaml/sections.ts'
import { ERROR_SUBJECTS } from '../src/contract/errors.ts'
import { gatewayJsonSchema } from './json-schema.ts'
import type { Schema } from './schema.ts'

const MADE = '<!-- Made by npm run generate; scripts/reference.ts says of what. -->'

/** Every code, by subject: what it means and what to do. */
export function errorsMarkdown(): string {
  const subjects = Object.entries(ERROR_SUBJECTS).map(([subject, codes]) => {
    const rows = Object.entries(codes).map(([code, { means, fix }]) => `| \`${code}\` | ${means} | ${fix} |`)
    return `## ${subject}\n\n| code | what it means | what to do |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `# Error codes
${MADE}

A program on the host that cannot do its work answers a code, a text for people, and sometimes lines of a log. What goes wrong when the
registry of the image is asked has codes, too. The codes are stable; the text has the names and numbers of the case. [Troubleshooting](troubleshooting.md) explains the common ones.

${subjects.join('\n')}`
}

interface Row {
  readonly path: string
  readonly type: string
  readonly fallback: string
  readonly description: string
}

/** LiteLLM's own sections are open: their keys are LiteLLM's. */
const THEIRS = [...LITELLM_SECTIONS.filter((name) => name !== 'model_list'), 'litellm_params', 'model_info']

/** Every key of gateway.yaml with its type, its default and what it is. @throws Error for a key without a description */
export function gatewayMarkdown(): string {
  const schema = gatewayJsonSchema() as Schema
  const sections = Object.entries(schema.properties ?? {}).map(([key, one]) =>
    rowsOf(key, one, schema.required?.includes(key) === true),
  )
  const single = sections.filter((rows) => rows.length === 1).flat()
  const several = sections.filter((rows) => rows.length > 1)
  const head = '| key | type | default | what it is |\n|---|---|---|---|\n'
  return `# gateway.yaml
${MADE}

Every key of the file. Editors complete and check it by \`dist/gateway.schema.json\`; \`plan --offline\` checks it as a whole. A secret is
never written: \`os.environ/NAME\` is in its place, and the step has the value. Keys of LiteLLM's own sections are
[LiteLLM's](https://docs.litellm.ai/docs/proxy/config_settings).

${head}${single.map(line).join('')}
${several.map((rows) => `## ${rows[0]?.path}\n\n${head}${rows.map(line).join('')}`).join('\n')}`
}

function line({ path, type, fallback, description }: Row): string {
  return `| \`${path}\` | ${type} | ${fallback} | ${description} |\n`
}

function rowsOf(path: string, schema: Schema, required: boolean): Row[] {
  const { description } = schema
  if (description === undefined) throw new Error(`${path} of gateway.yaml has no description (src/config).`)
  const name = path.split('.').at(-1)?.replace('[]', '') ?? ''
  const [phrase, left] = /(?:^|; |\. )([^;.]*?),? when left out(?=\.)/.exec(description) ?? []
  const row = {
    path,
    type: typeOf(schema),
    fallback: required ? '**required**' : fallbackOf(schema, left),
    description: cell(phrase?.startsWith('; ') ? description.replace(phrase, '') : description),
  }
  return [row, ...(THEIRS.includes(name) && path !== 'litellm' ? model(path, schema) : partsOf(path, schema))]
}

/** The words of the description, as code where they can be written in the file. */
function fallbackOf({ type }: Schema, said: string | undefined): string {
  if (said === undefined) return type === 'boolean' ? '`false`' : ''
  return /^(?:Never|all|none)$|[ ]/.test(said) ? said.toLowerCase() : `\`${said}\``
}

/** Of LiteLLM's own mappings in a model, the keys that mean something to us. */
function model(path: string, { properties = {}, required = [] }: Schema): Row[] {
  return Object.entries(properties)
    .filter(([, { description }]) => description !== undefined)
    .flatMap(([key, one]) => rowsOf(`${path}.${key}`, one, required.includes(key)))
}

function partsOf(path: string, schema: Schema): Row[] {
  const found = new Map<string, Row>()
  for (const [inner, at] of objectsIn(schema, path))
    for (const [key, one] of Object.entries(inner.properties ?? {}))
      for (const row of rowsOf(`${at}.${key}`, one, inner.required?.includes(key) === true))
        if (!found.has(row.path)) found.set(row.path, row)
  return [...found.values()]
}

/** The mappings with keys of ours, directly or in a list, a choice or a mapping by name. */
function objectsIn(schema: Schema, path: string): [Schema, string][] {
  const { properties, items, anyOf, additionalProperties } = schema
  return [
    ...(properties === undefined ? [] : [[schema, path] as [Schema, string]]),
    ...(items ? objectsIn(items, `${path}[]`) : []),
    ...(anyOf ?? []).flatMap((one) => objectsIn(one, path)),
    ...(typeof additionalProperties === 'object' ? objectsIn(additionalProperties, `${path}.NAME`) : []),
  ]
}

function typeOf(schema: Schema): string {
  const { type, items, anyOf, minimum, maximum, additionalProperties } = schema
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(', ')
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf).filter((one) => one !== ''))].join(' or ')
  if (type === 'array') return items ? `list of ${typeOf(items).replace(/^mapping.*/, 'mappings')}` : 'list'
  if (type === 'object')
    return typeof additionalProperties === 'object' && additionalProperties.type !== undefined
      ? `mapping to ${typeOf(additionalProperties)}`
      : 'mapping'
  const plain = [type ?? 'any']
    .flat()
    .filter((one) => one !== 'null')
    .join(' or ')
  if (minimum !== undefined && maximum !== undefined) return `${plain}, ${minimum} to ${maximum}`
  return minimum === undefined ? plain : `${plain} from ${minimum}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
