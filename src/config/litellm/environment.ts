import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { findSecrets } from '../secrets/secrets.ts'
import { ownerOf } from '../secrets/variables.ts'
import { eachText } from '../yaml/each-text.ts'
import { type Path, pathText } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import data from './environment.json' with { type: 'json' }
import { providerOf } from './model-provider.ts'

type Document = Readonly<Record<string, unknown>>

/** Variables that something cannot do without: of each list one, or else one of `or`. */
interface Need {
  readonly needs: readonly (readonly string[])[]
  readonly or?: readonly string[]
  /** LiteLLM does not start without them. */
  readonly stops?: boolean
}

/** Variables that LiteLLM reads of its own accord, and that nothing in the declaration brings to it. */
export interface Undelivered {
  /** Of each list one is missing; the first name is the usual one. */
  readonly missing: readonly (readonly string[])[]
  /** What reads them: `the model "gemini"`, `litellm_settings.callbacks: langfuse`. */
  readonly by: readonly string[]
  /** Where the first of those is. */
  readonly path: Path
  readonly stops: boolean
  /** A deployment's own parameters deliver as well. */
  readonly provider?: string
  /** Where a deployment goes instead of to its provider. */
  readonly elsewhere?: string
}

/** Parameters by which cloud credentials come in another form than the variables'. */
const OTHERWISE: Readonly<Record<string, RegExp>> = {
  AWS_: /^aws_(?:role_name|profile_name|web_identity_token|session_token|bearer_token|access_key_id)$|^api_key$/,
  AZURE_API_KEY: /^(?:azure_ad_token|tenant_id|client_id|client_secret|azure_username|azure_scope)$/,
  VERTEXAI_CREDENTIALS: /^vertex_(?:ai_)?credentials$/,
  VERTEXAI_PROJECT: /^vertex_(?:ai_)?project$/,
  VERTEXAI_LOCATION: /^vertex_(?:ai_)?location$/,
}
const CALLBACKS = [
  ...['callbacks', 'success_callback', 'failure_callback', 'service_callback', 'audit_log_callbacks'],
] as const

/** What LiteLLM will look for in its environment and not find there. Pure; of LiteLLM's own sections. */
export function undelivered(document: Document): Undelivered[] {
  const given = deliveredBy(document)
  return merged([
    ...ofModels(document, given),
    ...ofCallbacks(document, given),
    ...ofGuardrails(document, given),
    ...ofGeneral(document, given),
    ...ofCache(document, given),
    ...ofSearch(document, given),
    ...ofTokens(document, given),
  ])
}

/** As notes of a plan; what LiteLLM does not start without is a warning. */
export function environmentProblems(source: Source): Problem[] {
  return undelivered(source.value).map((one) => ({
    severity: one.stops ? 'warning' : 'info',
    code: 'environment',
    message: `${undeliveredText(one)}.`,
    fix: `${undeliveredFix(one)}.`,
    at: source.locate(one.path),
  }))
}

/** Who reads what, in a sentence without its end. */
export function undeliveredText({ missing, by, stops, elsewhere }: Undelivered): string {
  const names = missing.map((group) => group[0]).join(' and ')
  const where = elsewhere === undefined ? '' : ` and would send it to ${elsewhere}`
  return `LiteLLM reads ${names} from its environment for ${listed(by)}${where}; nothing here delivers ${missing.length === 1 ? 'it' : 'them'}${stops ? ', and LiteLLM does not start without' : ''}`
}

/** The lines to add. */
export function undeliveredFix({ missing, provider, elsewhere }: Undelivered): string {
  const names = missing.flatMap((group) => group[0] ?? [])
  const lines = names.map((name) => `${name}: ${REFERENCE_PREFIX}${nameFor(name)}`).join(', ')
  const [only] = names
  if (elsewhere !== undefined)
    return `write api_key: none in its litellm_params, or a reference to the key that ${elsewhere} wants`
  const cloud =
    only?.startsWith('AWS_') === true
      ? ". A role of the machine itself does not count: the gateway's container has no way to the address that hands it out"
      : ''
  const first =
    provider !== undefined && names.length === 1 && only !== undefined && /_(?:KEY|TOKEN)$/.test(only)
      ? `add api_key: ${REFERENCE_PREFIX}${nameFor(only)} to its litellm_params, or `
      : 'add '
  return `${first}environment_variables: {${lines}}, and give the value${names.length === 1 ? '' : 's'} to the step's environment${cloud}`
}

/** GitHub takes no secret of some names, and the runner has variables of its own. */
function nameFor(name: string): string {
  return ownerOf(name) === undefined ? name : `MY_${name}`
}

function listed(names: readonly string[]): string {
  const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names
  return shown.length === 1 ? String(shown[0]) : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

type Given = (name: string) => boolean

/** A variable that anything refers to is in the process's environment too. */
function deliveredBy({ budget_config: _many, ...document }: Document): Given {
  const { environment_variables: variables } = document
  const set = isRecord(variables) ? Object.keys(variables) : []
  const names = new Set([...set, ...findSecrets(document).references.map(({ name }) => name)])
  return (name) => names.has(name)
}

/** What is left of a need; undefined when it is met. */
function missingOf(need: Need, given: Given, params: Document): readonly (readonly string[])[] | undefined {
  if (need.or?.some(given) === true) return undefined
  const left = need.needs.filter((group) => !group.some((name) => given(name) || isParameter(name, params)))
  return left.length === 0 ? undefined : left
}

/** Whether a parameter delivers what a variable would: `api_key`, `presidio_analyzer_api_base`, `vertex_project`. */
function isParameter(name: string, params: Document): boolean {
  const lower = name.toLowerCase()
  return Object.entries(params).some(([key, value]) => {
    if (value === null || value === undefined || value === '') return false
    if (key === 'api_key' && /_(?:key|token|jwt|apikey)$/.test(lower) && !lower.startsWith('aws_'))
      return true
    if (/^(?:api_base|base_url)$/.test(key) && /_(?:base|url|endpoint)$/.test(lower)) return true
    const otherwise = Object.entries(OTHERWISE).find(([prefix]) => name.startsWith(prefix))?.[1]
    return otherwise?.test(key) === true || (key.length > 4 && key !== 'api_key' && lower.endsWith(key))
  })
}

const PROVIDERS: Readonly<Record<string, Need>> = data.providers

function ofModels(document: Document, given: Given): Undelivered[] {
  const { model_list: list, litellm_settings: settings, general_settings: general } = document
  // A key manager answers for every name.
  if (isRecord(general) && general.key_management_system !== undefined) return []
  const all = isRecord(settings) ? settings : {}
  return (Array.isArray(list) ? list : []).flatMap((model: unknown, index): Undelivered[] => {
    const params = isRecord(model) && isRecord(model.litellm_params) ? model.litellm_params : {}
    if (params.litellm_credential_name !== undefined || params.mock_response !== undefined) return []
    const provider = providerOf(params)
    const need = provider === undefined ? undefined : PROVIDERS[provider]
    if (provider === undefined || need === undefined || hasCommonKey(all, provider)) return []
    const missing = missingOf(need, given, params)
    if (missing === undefined) return []
    const elsewhere = provider === 'openai' ? hostOf(params.api_base ?? params.base_url) : undefined
    const name = isRecord(model) ? String(model.model_name) : ''
    return [
      {
        missing,
        by: [`the model ${JSON.stringify(name)}`],
        path: ['model_list', index, 'litellm_params', 'model'],
        stops: false,
        provider,
        ...(elsewhere === undefined ? {} : { elsewhere }),
      },
    ]
  })
}

/** `litellm_settings: {openai_key: …}` sets LiteLLM's own variable of that name; `enable_azure_ad_token_refresh` asks the cloud. */
function hasCommonKey(settings: Document, provider: string): boolean {
  return (
    settings.api_key !== undefined ||
    settings[`${provider}_key`] !== undefined ||
    (provider.startsWith('azure') && settings.enable_azure_ad_token_refresh === true)
  )
}

/** The server that a deployment names, when it is not one of OpenAI's. */
function hostOf(base: unknown): string | undefined {
  if (typeof base !== 'string' || !URL.canParse(base)) return undefined
  const { hostname, host } = new URL(base)
  return /(?:^|\.)openai\.(?:com|azure\.com)$/.test(hostname) ? undefined : host
}

function ofCallbacks(
  { litellm_settings: settings, callback_settings: own }: Document,
  given: Given,
): Undelivered[] {
  if (!isRecord(settings)) return []
  return CALLBACKS.flatMap((key) =>
    texts(settings[key]).flatMap(({ text, step }) => {
      const params = [
        settings[`${text}_callback_params`],
        settings[`${text}_params`],
        isRecord(own) ? own[text] : undefined,
      ]
      const path = ['litellm_settings', key, ...step]
      return of(
        data.callbacks,
        text,
        Object.assign({}, ...params.filter(isRecord).map(withoutPrefix)),
        path,
        given,
      )
    }),
  )
}

/** `s3_aws_access_key_id` is `aws_access_key_id` elsewhere. */
function withoutPrefix(params: Document): Document {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key.replace(/^(?:s3|sqs)_/, ''), value]),
  )
}

function ofGuardrails({ guardrails }: Document, given: Given): Undelivered[] {
  return (Array.isArray(guardrails) ? guardrails : []).flatMap((guard: unknown, index): Undelivered[] => {
    const params = isRecord(guard) ? guard.litellm_params : undefined
    if (!isRecord(params) || typeof params.guardrail !== 'string') return []
    return of(
      data.guardrails,
      params.guardrail,
      params,
      ['guardrails', index, 'litellm_params', 'guardrail'],
      given,
    )
  })
}

function ofGeneral({ general_settings: settings }: Document, given: Given): Undelivered[] {
  if (!isRecord(settings)) return []
  const { alerting, alert_to_webhook_url: urls, key_management_system: manager } = settings
  return [
    ...texts(alerting).flatMap(({ text, step }) =>
      text === 'slack' && urls !== undefined
        ? []
        : of(data.alerting, text, {}, ['general_settings', 'alerting', ...step], given),
    ),
    ...texts(manager).flatMap(({ text }) =>
      of(data.key_managers, text, {}, ['general_settings', 'key_management_system'], given),
    ),
  ]
}

function ofCache({ litellm_settings: settings }: Document, given: Given): Undelivered[] {
  const params = isRecord(settings) && settings.cache === true ? settings.cache_params : undefined
  if (!isRecord(params)) return []
  const path = ['litellm_settings', 'cache_params', 'type']
  return texts(params.type).flatMap(({ text }) => of(data.caches, text, withoutPrefix(params), path, given))
}

function ofSearch({ search_tools: tools }: Document, given: Given): Undelivered[] {
  return (Array.isArray(tools) ? tools : []).flatMap((tool: unknown, index): Undelivered[] => {
    const params = isRecord(tool) ? tool.litellm_params : undefined
    if (!isRecord(params) || typeof params.search_provider !== 'string') return []
    const path = ['search_tools', index, 'litellm_params', 'search_provider']
    return of(data.search, params.search_provider, params, path, given)
  })
}

/** `oidc/env/NAME`: a token that a variable holds, or a file that it names. */
function ofTokens({ budget_config: _many, ...document }: Document, given: Given): Undelivered[] {
  const found: Undelivered[] = []
  eachText(document, [], (path, text) => {
    const name = /^oidc\/env(?:_path)?\/([A-Za-z_]\w*)$/.exec(text)?.[1]
    if (name !== undefined && !given(name))
      found.push({ missing: [[name]], by: [pathText(path)], path: [...path], stops: false })
  })
  return found
}

function of(
  table: Readonly<Record<string, Need>>,
  name: string,
  params: Document,
  path: Path,
  given: Given,
): Undelivered[] {
  const need = Object.hasOwn(table, name) ? table[name] : undefined
  const missing = need && missingOf(need, given, params)
  if (need === undefined || missing === undefined) return []
  const place = pathText(path.filter((step) => typeof step === 'string'))
  return [{ missing, by: [`${place}: ${name}`], path, stops: need.stops === true }]
}

/** A text, or each text of a list, with the step that leads to it. */
function texts(value: unknown): { text: string; step: Path }[] {
  if (typeof value === 'string') return [{ text: value, step: [] }]
  return (Array.isArray(value) ? value : []).flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ text, step: [index] }] : [],
  )
}

/** One for all that reads the same variables. */
function merged(found: readonly Undelivered[]): Undelivered[] {
  const byNames = new Map<string, Undelivered>()
  for (const one of found) {
    const key = JSON.stringify([one.missing, one.provider, one.elsewhere])
    const before = byNames.get(key)
    byNames.set(
      key,
      before === undefined
        ? one
        : { ...before, by: [...before.by, ...one.by], stops: before.stops || one.stops },
    )
  }
  return [...byNames.values()]
}
