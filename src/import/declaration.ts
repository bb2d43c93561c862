import { Document, isMap, isPair, isScalar } from 'yaml'
import { userSections } from '../config/litellm/litellm-config.ts'
import { modelIds } from '../config/litellm/model-id.ts'
import { isRecord } from '../config/record.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import { WRITING } from '../config/yaml/write.ts'
import { SHA256 } from '../contract/forms.ts'
import type { ObservedBudget } from '../contract/programs/observe.ts'
import { whole } from '../contract/whole.ts'
import { budgetEntries, word } from './budgets.ts'
import { type ImportedField, keptFields } from './field.ts'
import { withReferences } from './references.ts'

type Sections = Readonly<Record<string, unknown>>

export interface ImportInput {
  /** LiteLLM's configuration, parsed. */
  readonly config: Sections
  readonly budgets: readonly ObservedBudget[]
  /** The keys of a gateway.yaml that are not LiteLLM's; what is missing gets a placeholder. */
  readonly own: Sections
}

export interface Imported {
  /** The whole gateway.yaml. */
  readonly text: string
  readonly fields: readonly ImportedField[]
}

/** Placeholders for what only the owner knows: valid, so that `plan --offline` checks all the rest. */
const PLACEHOLDERS: Sections = {
  domain: 'llm.example.com',
  vm: { ssh: { host: '192.0.2.10', user: 'debian', host_key: 'ssh-ed25519 AAAA' } },
  litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'0'.repeat(64)}` },
}
const TO_FILL: Readonly<Record<string, string>> = {
  domain: 'the name under which people reach the gateway',
  vm: 'the machine; host_key is the line in its /etc/ssh/ssh_host_ed25519_key.pub',
  litellm: 'the image by digest; skopeo inspect --format "{{.Digest}}" docker://IMAGE:TAG prints it',
}

/** A gateway.yaml of a LiteLLM that runs or is configured, and what became of each of its fields. Pure; no secret's value is in it. */
export function declarationOf({ config, budgets, own }: ImportInput): Imported {
  const fields: ImportedField[] = []
  const { sections: known, dropped } = userSections(config)
  for (const { path, why } of dropped) fields.push({ path, outcome: 'left-out', detail: why })
  for (const name of Object.keys(known).filter((key) => !LITELLM_SECTIONS.includes(key)))
    fields.push({ path: name, outcome: 'left-out', detail: 'gateway.yaml has no such section' })
  const sections = Object.fromEntries(
    LITELLM_SECTIONS.flatMap((name) => {
      const value = known[name]
      return value === undefined || value === null ? [] : [[name, value] as const]
    }),
  )
  const secrets = withReferences({ ...sections, model_list: models(sections.model_list, fields) })
  const providers = providerEntries(secrets.document.router_settings, fields)
  const found = budgetEntries(budgets)
  const entries = [...found.entries, ...providers.entries]
  const document: Record<string, unknown> = {
    ...PLACEHOLDERS,
    ...own,
    ...secrets.document,
    ...(providers.settings === undefined ? {} : { router_settings: providers.settings }),
    ...(entries.length === 0 ? {} : { budget_config: entries }),
  }
  const references = new Set(secrets.fields.map(({ path }) => path))
  const moved = new Set(fields.map(({ path }) => path))
  fields.push(
    ...keptFields(sections, '').filter(({ path }) => !references.has(path) && !moved.has(path)),
    ...secrets.fields,
    ...found.fields,
  )
  const missing = Object.keys(PLACEHOLDERS).filter((name) => own[name] === undefined)
  for (const name of missing) fields.push({ path: name, outcome: 'fill-in', detail: TO_FILL[name] ?? '' })
  return { text: textOf(document, missing), fields }
}

/** Without the ids that follow from the deployment itself: those are made again, the same. */
function models(list: unknown, fields: ImportedField[]): unknown[] {
  const entries = (Array.isArray(list) ? list : []).filter(isRecord)
  const bare = entries.map(({ model_info, ...rest }) => {
    const { id, ...info } = isRecord(model_info) ? model_info : {}
    return { ...rest, ...(Object.keys(info).length === 0 ? {} : { model_info: info }) }
  })
  const made = modelIds(bare.map(identified))
  return entries.map((entry, index) => {
    const info = isRecord(entry.model_info) ? entry.model_info : {}
    const generated = info.id === made[index] || whole(SHA256).test(String(info.id ?? ''))
    if (info.id === undefined || !generated) return entry
    fields.push({
      path: `model_list[${index}].model_info.id`,
      outcome: 'left-out',
      detail: 'it follows from the deployment',
    })
    return bare[index] ?? entry
  })
}

function identified(entry: Readonly<Record<string, unknown>>) {
  const { model_name, litellm_params } = entry
  return {
    model_name: String(model_name),
    litellm_params: isRecord(litellm_params) ? litellm_params : {},
  }
}

/** Budgets of providers are with the other budgets, in the same form. */
function providerEntries(
  settings: unknown,
  fields: ImportedField[],
): { entries: Record<string, unknown>[]; settings: unknown } {
  const budgets = isRecord(settings) ? settings.provider_budget_config : undefined
  if (!isRecord(settings) || !isRecord(budgets)) return { entries: [], settings: undefined }
  const entries = Object.entries(budgets).map(([provider, entry]) => {
    const {
      budget_limit,
      max_budget = budget_limit,
      time_period,
      budget_duration,
      ...more
    } = isRecord(entry) ? entry : {}
    const period = time_period ?? budget_duration
    return typeof max_budget === 'number' && typeof period === 'string' && Object.keys(more).length === 0
      ? { provider, max_budget, time_period: word(period) }
      : undefined
  })
  const complete = entries.filter((entry) => entry !== undefined)
  if (complete.length < entries.length) return { entries: [], settings: undefined }
  for (const { path } of keptFields(budgets, 'router_settings.provider_budget_config'))
    fields.push({ path, outcome: 'moved', detail: 'budget_config' })
  const { provider_budget_config: _moved, ...rest } = settings
  return { entries: complete, settings: rest }
}

function textOf(document: Readonly<Record<string, unknown>>, missing: readonly string[]): string {
  const yaml = new Document(document, { ...WRITING, aliasDuplicateObjects: false })
  yaml.commentBefore = ' Written by `litellm-gitops import`.'
  if (isMap(yaml.contents))
    for (const pair of yaml.contents.items)
      if (isPair(pair) && isScalar(pair.key) && missing.includes(String(pair.key.value)))
        pair.key.commentBefore = ` FILL IN: ${TO_FILL[String(pair.key.value)]}`
  return yaml.toString({ lineWidth: 0 })
}
