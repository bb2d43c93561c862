import { userSections } from '../config/litellm/litellm-config.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { sizeFor } from '../config/sizing.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import type { ObservedBudget, ObservedEntity } from '../contract/programs/observe.ts'
import { budgetEntries } from './budgets.ts'
import { entityEntries } from './entities.ts'
import { type ImportedField, keptFields } from './field.ts'
import { models, providerEntries } from './models.ts'
import { type VariableToSet, withReferences } from './references.ts'
import { scrubberOf } from './scrub.ts'
import { textOf, type Written } from './text.ts'

type Sections = Readonly<Record<string, unknown>>

export interface ImportInput {
  /** LiteLLM's configuration, parsed. */
  readonly config: Sections
  readonly budgets: readonly ObservedBudget[]
  /** What LiteLLM keeps in its database alone; of it what is kept from here is written, and with `people` all of it. */
  readonly entities?: readonly ObservedEntity[]
  readonly people?: boolean
  /** The keys of a gateway.yaml that are not LiteLLM's; what is missing gets a placeholder. */
  readonly own: Sections
  /** The image of the LiteLLM that runs, as far as it is known: by tag and digest, or why it is not. */
  readonly image?:
    | { readonly found: string; readonly detail: string }
    | { readonly missing: string }
    | undefined
  /** Where both were written, for their comments. */
  readonly written?: Written
}

export interface Imported {
  /** The whole gateway.yaml. */
  readonly text: string
  readonly fields: readonly ImportedField[]
  /** What the gateway needs a value for. */
  readonly variables: readonly VariableToSet[]
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
  litellm: 'the image: name:tag, for which plan says the line with its digest',
}

/** A gateway.yaml of a LiteLLM that runs or is configured, and what became of each of its fields. Pure; no secret's value is in it. */
export function declarationOf({
  config,
  budgets,
  entities = [],
  people = false,
  own: kept,
  image,
  written = {},
}: ImportInput): Imported {
  const fields: ImportedField[] = []
  const { sections: known, dropped } = userSections(config)
  for (const { path, why } of dropped) fields.push({ path, outcome: 'left-out', detail: why })
  const placed = Object.entries(known).filter(([, value]) => value !== undefined && value !== null)
  for (const [path] of placed.filter(([name]) => !LITELLM_SECTIONS.includes(name)))
    fields.push({ path, outcome: 'left-out', detail: 'LiteLLM reads no such section' })
  const sections = Object.fromEntries(placed.filter(([name]) => LITELLM_SECTIONS.includes(name)))
  const secrets = withReferences({ ...sections, model_list: models(sections.model_list, fields) })
  const providers = providerEntries(secrets.document.router_settings, fields)
  const database = entityEntries(entities, budgets, people)
  const own = withSize(kept, database.sections)
  const found = budgetEntries(database.budgets)
  const entries = [...found.entries, ...providers.entries]
  const document: Record<string, unknown> = {
    ...PLACEHOLDERS,
    ...(image !== undefined && 'found' in image ? { litellm: { image: image.found } } : {}),
    ...own,
    ...secrets.document,
    ...(providers.settings === undefined ? {} : { router_settings: providers.settings }),
    ...(entries.length === 0 ? {} : { budget_config: entries }),
    ...database.sections,
  }
  const told = new Set([...secrets.fields, ...fields].map(({ path }) => path))
  fields.push(
    ...keptFields(sections, '').filter(({ path }) => !isWithin(path, told)),
    ...secrets.fields,
    ...database.fields,
    ...found.fields,
  )
  const missing = Object.keys(PLACEHOLDERS).filter((name) => own[name] === undefined)
  const running = missing.includes('litellm') ? image : undefined
  const hints: Record<string, string> = Object.fromEntries(missing.map((name) => [name, TO_FILL[name] ?? '']))
  if (running !== undefined && 'found' in running) {
    delete hints.litellm
    fields.push({ path: 'litellm.image', outcome: 'decide', detail: running.detail })
  } else if (running !== undefined) hints.litellm += `. ${running.missing}`
  for (const [path, detail] of Object.entries(hints)) fields.push({ path, outcome: 'fill-in', detail })
  const text = textOf(document, hints, written, scrubberOf(literalsIn(config)))
  return { text, fields, variables: secrets.variables }
}

/** A number of users, which sized the VM, gives way to the users themselves: the size stays. */
function withSize(own: Sections, sections: Sections): Sections {
  const { users, ...others } = own
  if (sections.users === undefined || typeof users !== 'number') return own
  const { vcpu, memoryGiB, diskGiB } = sizeFor(users)
  return { ...others, size: { vcpu, memory: `${memoryGiB}GiB`, disk: `${diskGiB}GiB` } }
}

/** Whether a path is one of others, or below one. */
function isWithin(path: string, others: ReadonlySet<string>): boolean {
  return others.has(path) || [...path.matchAll(/[.[]/g)].some(({ index }) => others.has(path.slice(0, index)))
}

/** The values of all secrets that are written out: to be found elsewhere, and never to be said. */
export function literalsIn(config: Sections): string[] {
  return findSecrets(config).literals.flatMap(({ path, why }) => {
    if (why === 'key') return [String(path.at(-1))]
    const value = path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), config)
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
  })
}
