import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { type Path, pathText } from '../yaml/path.ts'
import { versionOf } from '../yaml/sections.ts'
import type { Source } from '../yaml/source.ts'
import { valueAt } from '../yaml/value-at.ts'
import { foreignReference } from './foreign-reference.ts'
import { isKey } from './key-form.ts'
import { isHarmlessHeader, isPlaceholder } from './no-secret.ts'
import { addressOf, OWN_HOSTS, providerOf } from './own-host.ts'
import type { Unfollowed } from './reference.ts'
import { isSecretName } from './secret-name.ts'
import type { LiteralSecret, SecretFindings } from './secrets.ts'
import { shownPath } from './shown-path.ts'
import { variableNames } from './variable-names.ts'
import { ownerOf } from './variables.ts'

const PUBLIC_KEYS: ReadonlySet<unknown> = new Set(['host_key', 'plan_key', 'copy_host_key', 'hypervisor_key'])
/** What the host makes and keeps; a pasted config.yaml has them. */
const MADE_BY_HOST: ReadonlyMap<string, string> = new Map([
  ['general_settings.master_key', 'LITELLM_MASTER_KEY'],
  ['general_settings.database_url', 'DATABASE_URL'],
])

/** Whether the public half of a key pair belongs there. */
export function isPublicKey(path: Path): boolean {
  return PUBLIC_KEYS.has(path.at(-1)) && (path[0] === 'vm' || path[0] === 'backup')
}

/** Secrets that are written out, references that are none, and placeholders that a provider would refuse. */
export function secretProblems(
  source: Source,
  { literals, malformed, unfollowed, references }: SecretFindings,
): Problem[] {
  // The public half of a key pair; a private one that is pasted there by mistake has a form of its own.
  const found = literals.filter(
    ({ path }) => !isPublicKey(path) || isKey(String(valueAt(source, path)).trim()),
  )
  const shown = found.map(({ path }) => shownPath(path))
  const names = variableNames(
    source.value,
    shown.map((path) => ({ path, value: JSON.stringify(valueAt(source, path)) })),
    references.map(({ name }) => name),
  )
  return [
    ...found.map((literal, index) => literalProblem(source, literal, names[index] ?? 'NAME')),
    ...malformed.map(
      ({ path }): Problem => ({
        severity: 'error',
        code: 'reference',
        // Unquoted: a password may be where the name should be.
        message: `${pathText(shownPath(path))} refers to what cannot be the name of an environment variable.`,
        fix: 'write os.environ/NAME with letters, digits and underscores.',
        at: source.locate(path),
      }),
    ),
    ...unfollowed.filter(({ path }) => isLitellms(path)).map((one) => unfollowedProblem(source, one)),
    ...placeholderProblems(source),
  ]
}

/** Where a reference is read: what LiteLLM is given, and the storage of backups. */
function isReferring(path: Path): boolean {
  return path[0] === 'backup' || isLitellms(path)
}

function isLitellms([section]: Path): boolean {
  return typeof section === 'string' && versionOf(section) === '1.1'
}

/** An error where the text would be sent as a key; elsewhere it may be meant as a text. */
function unfollowedProblem(source: Source, { path, why }: Unfollowed): Problem {
  const place = pathText(shownPath(path))
  const key = String(path.findLast((step) => typeof step === 'string'))
  const isSent = isSecretName(key) || (path.some(isHeaders) && !isHarmlessHeader(key, ''))
  return {
    severity: isSent ? 'error' : 'warning',
    code: 'unfollowed-reference',
    ...(why === 'list'
      ? {
          message: `${place} is a reference in a list of texts, where LiteLLM follows none: it takes the text as it is.`,
          fix: 'write os.environ/NAME as the value of a key, or the value itself if it is no secret.',
        }
      : {
          message: `${place} has os.environ/NAME with other text around it, which LiteLLM follows only at the end of a header of pass_through_endpoints: it takes the text as it is.`,
          fix: 'give the whole text to one variable, and write os.environ/NAME alone.',
        }),
    at: source.locate(path),
  }
}

function isHeaders(step: string | number): boolean {
  return typeof step === 'string' && /headers$/.test(step)
}

/** A placeholder that goes to the provider, which refuses it. */
function placeholderProblems(source: Source): Problem[] {
  const { model_list: list } = source.value
  return (Array.isArray(list) ? list : []).flatMap((model: unknown, index): Problem[] => {
    const params = isRecord(model) ? model.litellm_params : undefined
    if (!isRecord(params) || typeof params.api_key !== 'string') return []
    const provider = providerOf(params)
    const host = Object.hasOwn(OWN_HOSTS, provider) ? OWN_HOSTS[provider] : undefined
    if (host === undefined || addressOf(params) !== undefined || !isPlaceholder('api_key', params.api_key))
      return []
    if (params.mock_response !== undefined || params.configurable_clientside_auth_params !== undefined)
      return []
    const path = ['model_list', index, 'litellm_params', 'api_key']
    return [
      {
        severity: 'warning',
        code: 'placeholder-key',
        message: `${pathText(path)} is a placeholder, and without api_base it is sent to ${host}, which refuses it.`,
        fix: 'add the api_base of your own server, or write os.environ/NAME for the key.',
        at: source.locate(path),
      },
    ]
  })
}

/** One problem for each value: for a secret only that it is one, and for a wrong type the first that is reported. */
export function withoutSecond(problems: readonly Problem[]): Problem[] {
  const placeOf = ({ at }: Problem) => `${at.file}:${at.line}:${at.column}`
  const taken = new Set(
    problems.filter(({ code }) => code === 'literal-secret' || code === 'reference').map(placeOf),
  )
  return problems.filter((problem) => {
    if (!/^(?:wrong-type|value|owned|yaml-version|unfollowed-reference)$/.test(problem.code)) return true
    const place = placeOf(problem)
    if (taken.has(place)) return false
    // Our schema and LiteLLM's own may both refuse a value.
    if (problem.code === 'wrong-type') taken.add(place)
    return true
  })
}

const LITERAL: Record<LiteralSecret['why'], string> = {
  name: 'is a literal secret',
  header: 'is a header with a literal secret',
  form: 'looks like a key',
  url: 'has a password in a URL',
  query: 'has a key in the query of a URL',
  random: 'looks like a key',
  webhook: 'is a webhook address, which lets anyone post there',
  lines: 'is a text with several literal values',
  key: 'has a key that looks like a secret',
}

const PUSHED = 'If this file was ever pushed, replace the key at its provider.'

function literalProblem(source: Source, { path, why }: LiteralSecret, name: string): Problem {
  const shown = shownPath(path)
  const problem = (message: string, fix: string): Problem => ({
    severity: 'error',
    code: 'literal-secret',
    message: `${pathText(shown)} ${message}`,
    fix,
    at: source.locate(shown),
  })
  const never = `${LITERAL[why]}; secrets must not be committed.`
  if (isPublicKey(path))
    return problem(
      'is a secret, not a public key; secrets must not be committed.',
      'give the line of the file that ends in .pub. If this file was ever pushed, create a new key pair.',
    )
  if (why === 'lines')
    return problem(never, `write each as its own key, such as NAME: os.environ/NAME. ${PUSHED}`)
  if (why === 'key')
    return {
      ...problem(never, `take it out: no secret is read there. ${PUSHED}`),
      message: `${pathText(shown) || 'the file'} ${never}`,
      at: source.locate(path, 'key'),
    }
  const own = MADE_BY_HOST.get(pathText(path))
  if (own !== undefined)
    return problem(
      never,
      `remove it, or write os.environ/${own} there: the host makes and keeps its own. If this file was ever pushed, replace the old one.`,
    )
  const meant = variableIn(valueAt(source, path))
  if (meant !== undefined)
    return problem(
      'names a variable in a form that LiteLLM does not read.',
      `write os.environ/${meant || name}, and give the value to the step's environment.`,
    )
  if (!isReferring(path)) return problem(never, `take it out: no secret belongs there. ${PUSHED}`)
  return problem(never, `write os.environ/${name} and give the value to the step's environment. ${PUSHED}`)
}

/** The variable that a text means to name, empty when it may be a secret in such a form; undefined for any other text. */
function variableIn(value: unknown): string | undefined {
  const name = typeof value === 'string' ? foreignReference(value)?.name : undefined
  return name === undefined || (isSecretName(name) && ownerOf(name) === undefined) ? name : ''
}
