import { stringify } from 'yaml'
import { WRITING } from '../../src/config/yaml/write.ts'

/** The JSON schema of a field, as far as it is looked at. */
interface Field {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Field[]
}

/** What `fields.py` answers: the fields of LiteLLM's definitions, by table. */
export type Fields = Readonly<Record<string, Readonly<Record<string, Field>>>>

/** One field with one value. */
export interface Generated {
  readonly name: string
  readonly field: string
  readonly value: unknown
  /** With this value and no other. */
  readonly config: Readonly<Record<string, unknown>>
}

/** A configuration for LiteLLM, and what was put together in it. */
export interface Batch {
  readonly name: string
  readonly text: string
  readonly cases: readonly Generated[]
}

/** A value of each form that YAML has. */
const FORMS: readonly unknown[] = [null, true, 5, 1.5, 'text', '5', ['a'], { a: 1 }]
const MODEL = { model: 'openai/gpt-4o', api_key: 'os.environ/SOME_KEY' }

/** Every field of every table with a value of each form, and each of the words that it allows. */
export function generated(fields: Fields): Generated[] {
  return Object.entries(fields).flatMap(([table, names]) =>
    Object.entries(names).flatMap(([field, schema]) =>
      [...FORMS, ...wordsOf(schema)].map((value, index) => ({
        name: `${table}.${field}:${index}`,
        field: `${table}.${field}`,
        value,
        config: configOf(table, field, value),
      })),
    ),
  )
}

/** As few configurations as possible: deployments stand beside each other, and LiteLLM drops a wrong one alone. */
export function batches(cases: readonly Generated[]): Batch[] {
  const together = new Map<string, Generated[]>()
  for (const one of cases) {
    const isDeployment = Object.keys(one.config).length === 1
    const key = isDeployment ? one.field : one.name
    together.set(key, [...(together.get(key) ?? []), one])
  }
  return [...together].map(([name, all]) => ({ name, text: textOf(joined(all)), cases: all }))
}

/** Each model is named by its case. */
function joined(cases: readonly Generated[]): Readonly<Record<string, unknown>> {
  const [first] = cases
  const models = cases.flatMap(({ name, config: { model_list } }) =>
    (model_list as object[]).map((model) => ({ ...model, model_name: name })),
  )
  return { ...first?.config, model_list: models }
}

function wordsOf({ enum: words = [], const: one, anyOf = [] }: Field): readonly unknown[] {
  return [...words, ...(one === undefined ? [] : [one]), ...anyOf.flatMap(wordsOf)].filter(
    (word) => word !== null,
  )
}

function configOf(table: string, field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (table === 'litellm_params')
    return { model_list: [{ model_name: 'm', litellm_params: { ...MODEL, [field]: value } }] }
  if (table === 'model_info')
    return { model_list: [{ model_name: 'm', litellm_params: MODEL, model_info: { [field]: value } }] }
  return { model_list: [{ model_name: 'm', litellm_params: MODEL }], [table]: { [field]: value } }
}

/** The text as LiteLLM's reader takes it. */
export function textOf(config: object): string {
  return stringify(config, { version: '1.1', customTags: WRITING.customTags })
}
