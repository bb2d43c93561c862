import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import { HOST_OWNED } from '../../contract/names.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { eachText } from '../yaml/each-text.ts'
import { type Path, pathText } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { ownerOf, setterOf, type VariableOwner } from './variables.ts'

/** LiteLLM finds a reference inside of a header's value as well, and looks into a variable for `oidc/env/NAME`. */
const NAMED = /(?:os\.environ|oidc\/env(?:_path)?)\/([A-Za-z_][A-Za-z0-9_]*)/gi
/** What is in each text that names one: few do. */
const NAMING = new RegExp(`environ/|oidc/|^(?:${[...HOST_OWNED].join('|')})$`, 'i')
/** A token that is read from a file: the process's own environment is one, too. */
const OWN_PROCESS = /^oidc\/file\/.*\bproc\b/i
/** Redis of the host's: beside another one its password would go there. */
const OTHER_REDIS = ['url', 'startup_nodes', 'sentinel_nodes'] as const

/**
 * References to variables, and variables that are set, that the user cannot pass on. No value is in the messages.
 * @param read the part of the file that is read; the rest is ignored
 */
export function ownershipProblems(source: Source, read: Source['value'] = source.value): Problem[] {
  const problems: Problem[] = []
  const error = (path: Path, message: string, fix: string, part: 'key' | 'value' = 'value') =>
    problems.push({ severity: 'error', code: 'owned-variable', message, fix, at: source.locate(path, part) })
  eachText(read, [], (path, text) => {
    if (!NAMING.test(text)) return
    for (const name of namesIn(path, text)) {
      const owner = ownerOf(name)
      if (owner === undefined || (owner === 'host' && isOwnPlace(read, path, name))) continue
      const refused = /^GITHUB_/i.test(name)
        ? ' GitHub accepts no secret whose name begins with GITHUB_.'
        : ''
      error(path, `${pathText(path)} names ${name}, ${WHOSE[owner]}.`, `${REFERENCE_FIX[owner]}${refused}`)
    }
    if (OWN_PROCESS.test(text))
      error(
        path,
        `${pathText(path)} reads a file of a process, where all secrets of the gateway stand.`,
        'name the file that holds the token alone.',
      )
  })
  const { environment_variables: variables } = read
  for (const name of isRecord(variables) ? Object.keys(variables) : []) {
    const owner = setterOf(name)
    if (owner === undefined) continue
    error(
      ['environment_variables', name],
      `environment_variables sets ${name}, ${WHOSE[owner]}.`,
      SETTING_FIX[owner],
      'key',
    )
  }
  return problems
}

/**
 * Variables of the host's own that the file sets to a value of its own, for an import that leaves them out: what depends on the other
 * value, such as credentials that were encrypted with another salt key, is for a person to see.
 */
export function replacedByHost(source: Source): Problem[] {
  const { environment_variables: variables } = source.value
  return Object.entries(isRecord(variables) ? variables : {})
    .filter(([name, value]) => setterOf(name) === 'host' && !isOwnValue(name, value))
    .map(([name]) => ({
      severity: 'error',
      code: 'owned-variable',
      message: `environment_variables sets ${name}, ${WHOSE.host}.`,
      fix: 'it is left out: the host makes and keeps it. See that nothing needs the other value.',
      at: source.locate(['environment_variables', name], 'key'),
    }))
}

/** Nothing, or a reference to the variable itself. */
function isOwnValue(name: string, value: unknown): boolean {
  return value === null || value === '' || value === `${REFERENCE_PREFIX}${name}`
}

const WHOSE: Readonly<Record<VariableOwner, string>> = {
  host: "which is the host's own",
  runner: "which is the runner's own or a key of this tool",
  process: 'which decides how a process finds its programs and code',
}
const REFERENCE_FIX: Readonly<Record<VariableOwner, string>> = {
  host: "give the value under a name of your own; the host's own secrets leave it for no provider, header or endpoint.",
  runner: 'give the value under another name, such as os.environ/MY_PROVIDER_API_KEY.',
  process: 'give the value under another name, such as os.environ/MY_PROVIDER_API_KEY.',
}
const SETTING_FIX: Readonly<Record<VariableOwner, string>> = {
  host: 'remove it: the host makes and keeps it. Another Redis is named under router_settings and cache_params.',
  runner: "remove it; a provider's key is given as api_key: os.environ/NAME with a name of your own.",
  process: 'remove it; the process of LiteLLM is started with what the host sets.',
}

/** The variables that a text names, wherever in it. */
function namesIn(path: Path, text: string): string[] {
  // What asks for a secret by its bare name gets the variable of that name (`get_secret`).
  if (HOST_OWNED.includes(text.toUpperCase()) && isBare(path)) return [text]
  return [...text.matchAll(NAMED)].map(([, name = '']) => name)
}

function isBare(path: Path): boolean {
  return path.includes('litellm_params') || path.includes('credential_values')
}

/** The places where the renderer writes these references itself, so that a pasted config.yaml may have them there. */
export function isOwnPlace(root: Readonly<Record<string, unknown>>, path: Path, name: string): boolean {
  const place = path.join('.')
  const { general_settings: general, router_settings: router, litellm_settings: litellm } = root
  if (place === 'general_settings.master_key')
    return exactly(general, 'master_key', name, 'LITELLM_MASTER_KEY')
  if (place === 'general_settings.database_url') return exactly(general, 'database_url', name, 'DATABASE_URL')
  const cache = isRecord(litellm) ? litellm.cache_params : undefined
  const coordination = isRecord(general) ? general.coordination_redis : undefined
  return (
    isOwnRedis(router, 'router_settings', 'redis_') ||
    isOwnRedis(cache, 'litellm_settings.cache_params', '') ||
    isOwnRedis(coordination, 'general_settings.coordination_redis', '')
  )

  function isOwnRedis(section: unknown, at: string, prefix: string): boolean {
    if (!isRecord(section) || path.length !== at.split('.').length + 1) return false
    const key = String(path.at(-1))
    const variable = { host: 'REDIS_HOST', port: 'REDIS_PORT', password: 'REDIS_PASSWORD' }[
      key.slice(prefix.length)
    ]
    const host = section[`${prefix}host`]
    return (
      place === `${at}.${key}` &&
      key.startsWith(prefix) &&
      variable !== undefined &&
      exactly(section, key, name, variable) &&
      (host === undefined || host === 'os.environ/REDIS_HOST') &&
      OTHER_REDIS.every((other) => section[prefix + other] === undefined) &&
      section.redis_startup_nodes === undefined
    )
  }
}

function exactly(section: unknown, key: string, name: string, variable: string): boolean {
  return name === variable && isRecord(section) && section[key] === `os.environ/${variable}`
}
