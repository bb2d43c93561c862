import { Document, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml'
import { userSections } from '../config/litellm/litellm-config.ts'
import { isRecord } from '../config/record.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { readYaml } from '../config/yaml/read.ts'
import { LITELLM_SECTIONS, versionOf } from '../config/yaml/sections.ts'
import { WRITING } from '../config/yaml/write.ts'
import type { ObservedBudget } from '../contract/programs/observe.ts'
import { budgetEntries } from './budgets.ts'
import { likeBefore, pairLike, pairOf, type Scrub } from './comments.ts'
import { type ImportedField, keptFields } from './field.ts'
import type { LitellmFiles } from './includes.ts'
import { models, providerEntries } from './models.ts'
import { type VariableToSet, withReferences } from './references.ts'
import { scrubberOf } from './scrub.ts'
import { UNPLACED } from './sections.ts'

type Sections = Readonly<Record<string, unknown>>

export interface ImportInput {
  /** LiteLLM's configuration, parsed. */
  readonly config: Sections
  readonly budgets: readonly ObservedBudget[]
  /** The keys of a gateway.yaml that are not LiteLLM's; what is missing gets a placeholder. */
  readonly own: Sections
  /** Where both were written, for their comments. */
  readonly written?: {
    readonly origins?: LitellmFiles['origins']
    readonly main?: LitellmFiles['main']
    /** The text of the gateway.yaml that is there. */
    readonly own?: string
  }
}

export interface Imported {
  /** The whole gateway.yaml. */
  readonly text: string
  readonly fields: readonly ImportedField[]
  /** What the gateway needs a value for. */
  readonly variables: readonly VariableToSet[]
  /** Sections that LiteLLM reads and that have no place in a gateway.yaml. */
  readonly lost: readonly string[]
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
const HEAD = ' Written by `litellm-gitops import`.'

/** A gateway.yaml of a LiteLLM that runs or is configured, and what became of each of its fields. Pure; no secret's value is in it. */
export function declarationOf({ config, budgets, own, written = {} }: ImportInput): Imported {
  const fields: ImportedField[] = []
  const { sections: known, dropped } = userSections(config)
  for (const { path, why } of dropped) fields.push({ path, outcome: 'left-out', detail: why })
  const placed = Object.entries(known).filter(([, value]) => value !== undefined && value !== null)
  const lost = leftOut(placed, fields)
  const sections = Object.fromEntries(placed.filter(([name]) => LITELLM_SECTIONS.includes(name)))
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
  const replaced = new Set([...secrets.fields, ...fields].map(({ path }) => path))
  fields.push(
    ...keptFields(sections, '').filter(({ path }) => !replaced.has(path)),
    ...secrets.fields,
    ...found.fields,
  )
  const missing = Object.keys(PLACEHOLDERS).filter((name) => own[name] === undefined)
  for (const name of missing) fields.push({ path: name, outcome: 'fill-in', detail: TO_FILL[name] ?? '' })
  const text = textOf(document, missing, written, scrubberOf(literalsIn(config)))
  return { text, fields, variables: secrets.variables, lost }
}

/** What has no place: of that LiteLLM reads some, which a person has to know of. */
function leftOut(placed: readonly (readonly [string, unknown])[], fields: ImportedField[]): string[] {
  const names = placed.map(([name]) => name).filter((name) => !LITELLM_SECTIONS.includes(name))
  for (const path of names)
    fields.push({
      path,
      outcome: 'left-out',
      detail: UNPLACED.includes(path)
        ? 'LiteLLM reads it, and gateway.yaml has no such section: the gateway will be without'
        : 'LiteLLM reads no such section',
    })
  return names.filter((name) => UNPLACED.includes(name))
}

/** The values of secrets, to be compared with and not returned. */
function literalsIn(config: Sections): string[] {
  return findSecrets(config).literals.flatMap(({ path }) => {
    const value = path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), config)
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
  })
}

/** With the comments of before where that changes nothing of what is written, or without. */
function textOf(
  document: Sections,
  missing: readonly string[],
  written: NonNullable<ImportInput['written']>,
  scrub: Scrub,
): string {
  const bare = documentOf(document, missing)
  const commented = documentOf(document, missing)
  withBefore(commented, written, scrub)
  const [text, safe] = [commented, bare].map((one) => one.toString({ lineWidth: 0 }))
  return text !== undefined && readsAlike(text, safe ?? '') ? text : (safe ?? '')
}

function readsAlike(text: string, other: string): boolean {
  try {
    const [one, two] = [text, other].map((given) => JSON.stringify(readYaml(given, versionOf).value))
    return one === two
  } catch {
    return false
  }
}

function documentOf(document: Sections, missing: readonly string[]): Document {
  const yaml = new Document(document, { ...WRITING, aliasDuplicateObjects: false })
  yaml.commentBefore = HEAD
  for (const name of missing) {
    const key = pairOf(yaml.contents, name)?.key
    if (isScalar(key)) key.commentBefore = ` FILL IN: ${TO_FILL[name]}`
  }
  return yaml
}

function withBefore(
  yaml: Document,
  { origins = new Map(), main, own }: NonNullable<ImportInput['written']>,
  scrub: Scrub,
): void {
  if (!isMap(yaml.contents)) return
  const parsed = new Map<string, Document>()
  const read = (text: string) => {
    const known = parsed.get(text) ?? parseDocument(text, { logLevel: 'silent', uniqueKeys: false, strict: false })
    parsed.set(text, known)
    return known
  }
  const head = own === undefined ? undefined : read(own)
  const above = head === undefined ? '' : aboveOf(head)
  if (above !== '') yaml.commentBefore = scrub(above)
  let isFirst = true
  for (const pair of yaml.contents.items) {
    const name = String(isScalar(pair.key) ? pair.key.value : pair.key)
    if (LITELLM_SECTIONS.includes(name)) {
      sectionLike(pair, name, (origins.get(name) ?? []).map(({ text }) => read(text)), scrub)
      const about = isFirst && main !== undefined ? aboveOf(read(main.text)) : ''
      if (about !== '' && isScalar(pair.key)) pair.key.commentBefore = joined(scrub(about), pair.key.commentBefore)
      isFirst = false
    } else if (head !== undefined) pairLike(pair, pairOf(head.contents, name), head, scrub)
  }
  const last = main === undefined ? undefined : read(main.text)
  const below = joined(last?.contents?.comment, last?.comment)
  if (below !== '') yaml.comment = scrub(below)
}

/** What a file begins with. */
function aboveOf({ commentBefore, contents }: Document): string {
  return joined(commentBefore, contents?.commentBefore)
}

function joined(...comments: (string | null | undefined)[]): string {
  return comments
    .filter(Boolean)
    .join('\n')
    .replaceAll('\r', '')
}

/** A section of one file; or a list, to which each file adds its items. */
function sectionLike(pair: Pair, name: string, files: readonly Document[], scrub: Scrub): void {
  const [first, ...others] = files
  if (first === undefined) return
  pairLike(pair, pairOf(first.contents, name), first, scrub)
  let from = itemsOf(pairOf(first.contents, name)?.value, first).length
  for (const file of others) {
    const items = itemsOf(pairOf(file.contents, name)?.value, file)
    for (const [index, item] of items.entries())
      likeBefore(itemsOf(pair.value, file)[from + index], item, file, scrub)
    from += items.length
  }
}

function itemsOf(node: unknown, document: Document): readonly unknown[] {
  const found = isAlias(node) ? node.resolve(document) : node
  return isSeq(found) ? found.items : []
}
