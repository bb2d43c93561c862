import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { type Path, pathText } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { valueAt } from '../yaml/value-at.ts'
import { isKey } from './key-form.ts'
import { isSecretName } from './secret-name.ts'
import type { LiteralSecret, SecretFindings } from './secrets.ts'
import { ownerOf } from './variables.ts'

const PUBLIC_KEYS: ReadonlySet<unknown> = new Set(['host_key', 'plan_key', 'copy_host_key', 'hypervisor_key'])
/** Where a reference is read: what LiteLLM is given, and the storage of backups. */
const REFERRING: ReadonlySet<unknown> = new Set([
  ...['model_list', 'router_settings', 'litellm_settings', 'general_settings', 'environment_variables'],
  ...['credential_list', 'backup'],
])
/** Words that say nothing of what the secret is for. */
const COMMON =
  /^(?:api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|(?:extra_|default_)?headers)$/i
/** `${NAME}`, `$NAME`, `os.environ.NAME`, `os.getenv("NAME")`, `${{ secrets.NAME }}`, `env:NAME`: how others refer to a variable. */
const FOREIGN =
  /^(?:\$\{?|\$?\{\{ *(?:secrets|env|vars)\. *|os\.environ(?:\.get\(|[.[:]) *["']?|os\.environ|os\.getenv\(["']|(?:env|ENV)[:./])\/?([A-Z][A-Z0-9_]*)["']?[\])]? *\}{0,2}$/
/** A variable's name that stands by itself. */
const BARE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

/** Whether the public half of a key pair belongs there. */
export function isPublicKey(path: Path): boolean {
  return PUBLIC_KEYS.has(path.at(-1)) && (path[0] === 'vm' || path[0] === 'backup')
}

/** Secrets that are written out, and references that are none. */
export function secretProblems(
  source: Source,
  { literals, malformed }: Pick<SecretFindings, 'literals' | 'malformed'>,
): Problem[] {
  return [
    ...literals
      // The public half of a key pair; a private one that is pasted there by mistake has a form of its own.
      .filter(({ path }) => !isPublicKey(path) || isKey(String(valueAt(source, path)).trim()))
      .map((literal) => literalProblem(source, literal)),
    ...malformed.map(
      ({ path }): Problem => ({
        severity: 'error',
        code: 'reference',
        // Unquoted: a password may stand where the name should.
        message: `${pathText(shownOf(path))} refers to what cannot be the name of an environment variable.`,
        fix: 'write os.environ/NAME with letters, digits and underscores.',
        at: source.locate(path),
      }),
    ),
  ]
}

/** One problem for each value: of a secret only that it is one, and of a wrong type the first that is told. */
export function withoutSecond(problems: readonly Problem[]): Problem[] {
  const placeOf = ({ at }: Problem) => `${at.file}:${at.line}:${at.column}`
  const taken = new Set(
    problems.filter(({ code }) => code === 'literal-secret' || code === 'reference').map(placeOf),
  )
  return problems.filter((problem) => {
    if (!/^(?:wrong-type|value|owned|yaml-version)$/.test(problem.code)) return true
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
}

const PUSHED = 'If this file was ever pushed, replace the key at its provider.'

function literalProblem(source: Source, { path, why }: LiteralSecret): Problem {
  const shown = shownOf(path)
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
  const value = valueAt(source, path)
  const meant = typeof value === 'string' ? variableIn(value) : undefined
  if (meant !== undefined)
    return problem(
      'names a variable in a form that LiteLLM does not read.',
      `write os.environ/${meant || variableFor(shown, source)}, and give the value to the step's environment.`,
    )
  if (!REFERRING.has(path[0])) return problem(never, `take it out: no secret belongs there. ${PUSHED}`)
  return problem(
    never,
    `write os.environ/${variableFor(shown, source)} and give the value to the step's environment. ${PUSHED}`,
  )
}

/** The path as far as it may be told: within a mapping under a secret's name, keys may be the secret. */
function shownOf(path: Path): Path {
  if (path[0] === 'environment_variables' && typeof path[1] === 'number') return path.slice(0, 1)
  const secret = path.findIndex((step, index) => typeof step === 'string' && index > 0 && isSecretName(step))
  return secret < 0 ? path : path.slice(0, secret + 1)
}

/** The variable that a text means to name, empty when it may be a secret in such a form; undefined for any other text. */
function variableIn(text: string): string | undefined {
  const name = FOREIGN.exec(text)?.[1] ?? (BARE.test(text) && isSecretName(text) ? text : undefined)
  return name === undefined || isSecretName(name) ? name : ''
}

/** A likely name: OPENAI_API_KEY for the key of `openai/…`, REDIS_STARTUP_NODES_PASSWORD for that of one in a list. */
function variableFor(path: Path, source: Source): string {
  const [section, index] = path
  const steps = path.filter((step) => typeof step === 'string')
  const last = steps.at(-1) ?? ''
  if (section === 'general_settings' && last === 'master_key') return 'LITELLM_MASTER_KEY'
  if (section === 'general_settings' && last === 'database_url') return 'DATABASE_URL'
  const list = source.value.model_list
  const model =
    section === 'model_list' && typeof index === 'number' && Array.isArray(list) ? list[index] : undefined
  const target = isRecord(model) && isRecord(model.litellm_params) ? model.litellm_params.model : undefined
  const [provider] = typeof target === 'string' ? target.split('/') : []
  const words =
    provider !== undefined ? [provider, steps[2] ?? last] : steps.slice(COMMON.test(last) ? -2 : -1)
  const name = words
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  // What is the host's own, or the runner's, cannot be referred to.
  if (ownerOf(name) !== undefined) return `EXTERNAL_${name}`
  return /^[A-Z]/.test(name) ? name : `KEY_${name}`
}
