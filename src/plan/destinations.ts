import { destinationOf, isUrl, printable } from '../config/address.ts'
import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/record.ts'
import { OWN_HOSTS, providerOf } from '../config/secrets/own-host.ts'
import type { Path } from '../config/yaml/path.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import { HOST_OWNED } from '../contract/names.ts'
import { BACKUP_SETTINGS } from '../contract/places.ts'
import type { Note } from './change.ts'

type Config = Readonly<Record<string, unknown>>

/** Something that leaves the gateway, and where to. */
interface Sent {
  readonly what: string
  /** A host, or in words who gets it. */
  readonly to: string
  readonly path: Path
}

const REFERENCE = /os\.environ\/([A-Za-z_]\w*)/g
/** A key of a mapping, or the end of a variable's name, whose value is an address. */
const ADDRESS = /(?:^|_)(?:base|url|uri|host|endpoint|target|server|address|proxy|nodes)$/i
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i
const PROXY = /^(?:https?|all|wss?)_proxy$/i
const UNCHECKED = /^(?:ssl_verify|ssl_cert_file|ssl_cert_dir|requests_ca_bundle|curl_ca_bundle)$/i
const CALLBACKS = /^(?:callbacks|(?:success|failure|service|input)_callback|audit_log_callbacks)$/

/** Looked at in their own ways. */
const APART: ReadonlySet<string> = new Set(['model_list', 'credential_list', 'environment_variables'])
/** Guardrails that LiteLLM runs within its own process. */
const WITHIN: ReadonlySet<string> = new Set([
  'hide-secrets',
  'hide_secrets',
  'litellm_content_filter',
  'tool_permission',
  'block_code_execution',
])

/** By provider, how the variables begin that it takes a key or an address from; of others that is its name. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  bedrock: ['AWS'],
  sagemaker: ['AWS'],
  sagemaker_chat: ['AWS'],
  vertex_ai: ['VERTEX', 'VERTEXAI', 'GOOGLE'],
  gemini: ['GEMINI', 'GOOGLE'],
  huggingface: ['HUGGINGFACE', 'HF'],
  together_ai: ['TOGETHERAI', 'TOGETHER_AI', 'TOGETHER'],
  'text-completion-openai': ['OPENAI'],
  custom_openai: ['OPENAI'],
}

/**
 * What goes from now on to whom it did not go before: keys by every way in which a configuration sends them, and what users ask where a
 * callback is handed it. A line for each. Pure.
 */
export function destinationNotes(desired: Desired, live: Config): Note[] {
  const before = sentBy(live)
  const known = new Set(before.map(identity))
  const senders = new Set(before.map(({ what }) => what))
  const fresh = new Map(
    sentBy(desired.litellm)
      .filter((one) => !known.has(identity(one)))
      .map((one) => [identity(one), one] as const)
      .reverse(),
  )
  return [...fresh.values()].reverse().map(({ what, to, path }) => ({
    severity: 'warning',
    about: 'destination',
    sent: { what, to },
    text: `${what} will from now on ${senders.has(what) ? 'also ' : ''}be sent to ${to}.`,
    at: desired.locate(path),
  }))
}

/** Where backups go with which keys, when their settings on the host differ: the host does not reveal those. */
export function backupNote({ gateway: { backup }, locate }: Desired, differs: readonly string[]): Note[] {
  if (!differs.includes(BACKUP_SETTINGS)) return []
  const places = [backup.repository, backup.copyTo].filter((place) => place?.includes(':') === true)
  if (places.length === 0) return []
  const keys = [
    ...new Set([backup.environment, backup.copyEnvironment ?? {}].flatMap((one) => Object.values(one))),
  ]
  return [
    {
      severity: 'warning',
      about: 'destination',
      text: `The backups' settings differ from those on the host. After a deploy they${keys.length === 0 ? '' : `, with ${keys.join(', ')},`} will be sent to ${places.map((place) => placeOf(place ?? '')).join(' and ')}.`,
      at: locate(['backup']),
    },
  ]
}

/** `s3:https://host/bucket`, `sftp:user@host:/folder`, `b2:bucket:path` */
function placeOf(place: string): string {
  const [, kind = '', rest = ''] = /^([a-z0-9]+):(.*)$/.exec(place) ?? []
  const [, host = ''] = /^(?:\/\/)?(?:[^@/]+@)?([^:/]+)/.exec(rest) ?? []
  return isUrl(rest) ? destinationOf(rest).label : kind === 'sftp' ? printable(host) : printable(place)
}

function identity({ what, to }: Sent): string {
  return `${what}\0${to}`
}

function sentBy(config: Config): Sent[] {
  const { environment_variables: given } = config
  const variables = isRecord(given) ? given : {}
  return [
    ...byModels(config, variables),
    ...LITELLM_SECTIONS.filter((name) => !APART.has(name)).flatMap((name) =>
      bySection(name, config[name], variables),
    ),
    ...byGuardrails(config.guardrails),
    ...byVariables(variables),
  ]
}

function byModels(config: Config, variables: Config): Sent[] {
  const { model_list, credential_list, router_settings, litellm_settings } = config
  const defaults = isRecord(router_settings) ? record(router_settings.default_litellm_params) : {}
  const everywhere = record(litellm_settings)
  const credentials = new Map(
    list(credential_list).map((one) => [record(one).credential_name, record(record(one).credential_values)]),
  )
  const available = [...new Set([...namesIn(config), ...Object.keys(variables)])]
  return list(model_list).flatMap((entry, index) => {
    const path = ['model_list', index, 'litellm_params']
    const own = record(record(entry).litellm_params)
    const params = { ...defaults, ...credentials.get(own.litellm_credential_name), ...own }
    const addresses = addressesIn(params)
    if (addresses.length === 0) {
      const general = everywhere.api_base ?? everywhere.base_url
      const moved = typeof general === 'string' ? [general] : movedBy(params, variables, available)
      addresses.push(...moved)
    }
    const to =
      addresses.length > 0 ? addresses.map((address) => whither(address, variables)) : [ownHost(params)]
    const implied = params.api_key === undefined ? impliedKeys(params, variables, available) : []
    return pairs([...keysIn(params), ...implied], to, path)
  })
}

/** Each part of a section alone: a key is sent to the address next to it, or to the service that the part is for. */
function bySection(name: string, section: unknown, variables: Config): Sent[] {
  const parts = Array.isArray(section)
    ? section.map((item, index) => [nameOf(item) ?? String(index), item, index] as const)
    : Object.entries(record(section)).map(([key, value]) => [key, value, key] as const)
  const flat = Object.fromEntries(parts.filter(([, value]) => typeof value === 'string'))
  const around = addressesIn(flat)
  return parts.flatMap(([key, value, step]): Sent[] => {
    const path = [name, step]
    if (UNCHECKED.test(key) && isOff(value)) return [unchecked(path)]
    if (CALLBACKS.test(key))
      return list(Array.isArray(value) ? value : [value]).flatMap((callback) =>
        typeof callback === 'string'
          ? [{ what: 'What users ask and models answer', to: `the callback ${printable(callback)}`, path }]
          : [],
      )
    const items = Array.isArray(value)
      ? value.map((item, index) => [item, [...path, index]] as const)
      : [[value, path] as const]
    return items.flatMap(([item, at]) => {
      const isAddress = typeof item === 'string' && ADDRESS.test(key)
      const found = isAddress ? [item] : typeof value === 'string' ? around : addressesIn(item)
      const names = isAddress ? [] : keysIn(item)
      const part = `${name}.${printable(key)}`
      if (names.length > 0)
        return pairs(
          names,
          found.length === 0 ? [`whom ${part} is for`] : found.map((one) => whither(one, variables)),
          at,
        )
      if (typeof value === 'string' && !isAddress) return []
      return found
        .filter((one) => !namesIn(one).some((variable) => HOST_OWNED.includes(variable)))
        .map((one) => ({ what: `What LiteLLM sends by ${part}`, to: whither(one, variables), path: at }))
    })
  })
}

/** What each request is shown to before a model answers, or after. */
function byGuardrails(guardrails: unknown): Sent[] {
  return list(guardrails).flatMap((item, index): Sent[] => {
    const { guardrail } = record(record(item).litellm_params)
    if (typeof guardrail !== 'string' || WITHIN.has(guardrail)) return []
    return [
      {
        what: 'What users ask and models answer',
        to: `the guardrail ${printable(guardrail)}`,
        path: ['guardrails', index],
      },
    ]
  })
}

function nameOf(item: unknown): string | undefined {
  const found = Object.entries(record(item)).find(([key]) => /(?:^|_)(?:name|id)$/.test(key))?.[1]
  return typeof found === 'string' ? found : undefined
}

function byVariables(variables: Config): Sent[] {
  const entries = Object.entries(variables)
  return entries.flatMap(([name, given]): Sent[] => {
    const path = ['environment_variables', name]
    const value = String(given)
    if (PROXY.test(name))
      return [{ what: 'Every request with its key', to: `the proxy ${whither(value, variables)}`, path }]
    if (UNCHECKED.test(name)) return [unchecked(path)]
    if (ADDRESS.test(name))
      return [{ what: `What LiteLLM sends by ${name}`, to: whither(value, variables), path }]
    const [family = ''] = name.split('_')
    const beside = entries.flatMap(([other, address]) =>
      other.startsWith(`${family}_`) && ADDRESS.test(other) ? [whither(String(address), variables)] : [],
    )
    return pairs(keysIn(value), beside.length === 0 ? [`the service behind ${name}`] : beside, path)
  })
}

function unchecked(path: Path): Sent {
  return {
    what: 'Every key',
    to: `anyone on the network path, because ${path.join('.')} changes how certificates are checked`,
    path,
  }
}

function isOff(value: unknown): boolean {
  return value !== true && !/^true$/i.test(String(value))
}

function pairs(names: readonly string[], to: readonly string[], path: Path): Sent[] {
  return [...new Set(names)]
    .filter((name) => !HOST_OWNED.includes(name))
    .flatMap((name) => [...new Set(to)].map((one) => ({ what: `Key ${name}`, to: one, path })))
}

/** The host of an address, also of one that a variable holds. */
function whither(address: string, variables: Config): string {
  const [name] = namesIn(address)
  if (name === undefined) return destinationOf(address).label
  const value = variables[name]
  return typeof value === 'string' && namesIn(value).length === 0
    ? destinationOf(value).label
    : `the address that ${name} holds`
}

function ownHost(params: Config): string {
  const provider = providerOf(params)
  return (
    (Object.hasOwn(OWN_HOSTS, provider) ? OWN_HOSTS[provider] : undefined) ??
    `the provider ${printable(provider)}`
  )
}

function prefixesOf(params: Config): readonly string[] {
  const provider = providerOf(params)
  const known = Object.hasOwn(PREFIXES, provider) ? PREFIXES[provider] : undefined
  return known ?? [provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')]
}

/** The addresses that variables give this provider. */
function movedBy(params: Config, variables: Config, available: readonly string[]): string[] {
  const prefixes = prefixesOf(params)
  return available
    .filter((name) => ADDRESS.test(name) && prefixes.some((prefix) => name.startsWith(`${prefix}_`)))
    .map((name) => (typeof variables[name] === 'string' ? String(variables[name]) : `os.environ/${name}`))
}

/** LiteLLM takes the provider's usual variable for a deployment that names no key, wherever its address leads. */
function impliedKeys(params: Config, variables: Config, available: readonly string[]): string[] {
  const prefixes = prefixesOf(params)
  return available
    .filter((name) => SECRET.test(name) && prefixes.some((prefix) => name.startsWith(`${prefix}_`)))
    .flatMap((name) => (typeof variables[name] === 'string' ? namesIn(variables[name]) : [name]))
}

/** The variables that any text in it refers to. */
function namesIn(node: unknown): string[] {
  return texts(node).flatMap(([, text]) => [...text.matchAll(REFERENCE)].map(([, name = '']) => name))
}

/** Those that are no addresses themselves. */
function keysIn(node: unknown): string[] {
  return texts(node).flatMap(([key, text]) => (ADDRESS.test(key) ? [] : namesIn(text)))
}

function addressesIn(node: unknown): string[] {
  return texts(node).flatMap(([key, text]) =>
    text !== '' && (ADDRESS.test(key) || isUrl(text)) ? [text] : [],
  )
}

/** Every text with the key that it is under. */
function texts(node: unknown, key = ''): (readonly [string, string])[] {
  if (typeof node === 'string') return [[key, node]]
  if (Array.isArray(node)) return node.flatMap((item) => texts(item, key))
  return isRecord(node) ? Object.entries(node).flatMap(([name, item]) => texts(item, name)) : []
}

function record(value: unknown): Config {
  return isRecord(value) ? value : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
