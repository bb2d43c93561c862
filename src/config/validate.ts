import { z } from 'zod'
import { backupFlaws } from './backup.ts'
import { budgetProblems } from './budgets.ts'
import { connectionProblems } from './connections.ts'
import { destinationProblems } from './destination-problems.ts'
import { entityProblems } from './entities/problems.ts'
import { frontFlaws } from './front.ts'
import { sectionProblems, withoutIgnored } from './ignored-keys.ts'
import { litellmFindings } from './litellm/findings.ts'
import { guardrailProblems } from './litellm/guardrails.ts'
import { checkKeys, type KeyChecks, type LitellmSection } from './litellm/litellm-keys.ts'
import { providerProblems } from './litellm/providers.ts'
import { declaredVersion } from './litellm/versions.ts'
import { besideProblems, emptyProblems, modelProblems, versionProblems } from './model-problems.ts'
import { createSuggest, type Suggest } from './nearest.ts'
import type { Problem } from './problem.ts'
import { isRecord } from './record.ts'
import { rotateProblems } from './rotate-problems.ts'
import { type GatewayFile, gatewaySchema } from './schema.ts'
import { withoutKeys } from './secrets/key-form.ts'
import { ownershipProblems } from './secrets/ownership.ts'
import { isPublicKey, secretProblems, withoutSecond } from './secrets/secret-problems.ts'
import { findSecrets, type Reference } from './secrets/secrets.ts'
import { type Usable, usableParts } from './usable.ts'
import { vmFlaws } from './vm.ts'
import { characterProblems, hasUnseen } from './yaml/characters.ts'
import { describe } from './yaml/describe.ts'
import { type Path, pathText } from './yaml/path.ts'
import { readingsOf } from './yaml/scalars.ts'
import { versionOf } from './yaml/sections.ts'
import type { Source } from './yaml/source.ts'
import { valueAt } from './yaml/value-at.ts'

/** Names that LiteLLM's own sections can set and that the host sets itself. */
const OWNED_BY_HOST = {
  master_key: 'os.environ/LITELLM_MASTER_KEY',
  database_url: 'os.environ/DATABASE_URL',
} as const

export interface Validated {
  /** Undefined when its shape is wrong. */
  readonly gateway: GatewayFile | undefined
  /** No secret's value is in any. */
  readonly problems: readonly Problem[]
  /** What is good to know, and asks for nothing. */
  readonly notes: readonly Problem[]
  readonly references: readonly Reference[]
}

/**
 * Checks a declaration whole: what is wrong in one place keeps nothing from being checked elsewhere.
 * @param others what else was found wrong, reported in one list with the rest
 */
export function validate(source: Source, others: readonly Problem[] = []): Validated {
  const secrets = findSecrets(source.value)
  const suggest = createSuggest()
  const { strict, litellm } = source.value
  const checks: KeyChecks = { strict: strict === true, version: declaredVersion(litellm), suggest }
  const read = withoutIgnored(source.value, suggest)
  const parsed = gatewaySchema.safeParse(read, { reportInput: false })
  const findings = litellmFindings(source)
  const issues = (parsed.error?.issues ?? []).flatMap((issue) => chosen(issue, source))
  const unseen = characterProblems(source)
  const problems = [
    ...source.problems,
    ...issues.flatMap((issue) => shapeProblems(issue, source, suggest)),
    ...secretProblems(source, secrets),
    ...ownershipProblems(source, read),
    ...sectionProblems(source, checks),
    ...keyProblems(source, checks),
    ...destinationProblems(source),
    ...findings.problems,
    ...meaningProblems(parsed.data ?? usableParts(source.value, issues), source),
    ...others,
  ]
  return {
    gateway: parsed.data,
    // Secrets in a section that is ignored are not asked for.
    references: read === source.value ? secrets.references : findSecrets(read).references,
    problems: inOrder(withUnseen(unseen, withoutSecond(problems))),
    notes: inOrder(withUnseen(unseen, findings.notes).filter(isNote)),
  }
}

function isNote({ severity }: Problem): boolean {
  return severity === 'info'
}

/** Other messages quote the file: those with an invisible character in them are left out. */
function withUnseen(unseen: readonly Problem[], others: readonly Problem[]): readonly Problem[] {
  if (unseen.length === 0) return others
  return [...unseen, ...others.filter(({ message, fix }) => !hasUnseen(message) && !hasUnseen(fix))]
}

function withoutKeysIn(problem: Problem): Problem {
  return { ...problem, message: withoutKeys(problem.message), fix: withoutKeys(problem.fix) }
}

/** Nobody reads more of them; a file of wrong keys alone has tens of thousands. */
const MOST_LISTED = 200

const SEVERITIES: readonly Problem['severity'][] = ['error', 'warning', 'info']

function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems
      .map(withoutKeysIn)
      .map((problem) => [
        `${problem.at.file}:${problem.at.line}:${problem.at.column}:${problem.message}`,
        problem,
      ]),
  )
  const sorted = [...unique.values()].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.at.line - b.at.line,
  )
  const [next] = sorted.slice(MOST_LISTED)
  if (next === undefined) return sorted
  const left = sorted.length - MOST_LISTED
  return [
    ...sorted.slice(0, MOST_LISTED),
    {
      severity: next.severity,
      code: 'more',
      message: `from here on ${left} more ${left === 1 ? 'problem is' : 'problems are'} not listed.`,
      fix: 'correct these first.',
      at: next.at,
    },
  ]
}

function keyProblems(source: Source, checks: KeyChecks): Problem[] {
  const check = (section: LitellmSection, value: unknown, path: Path) =>
    checkKeys(section, value, path, source, checks)
  const { model_list, router_settings, litellm_settings, general_settings } = source.value
  const cache = isRecord(litellm_settings) ? litellm_settings.cache_params : undefined
  return [
    ...providerProblems(source, checks),
    ...guardrailProblems(source, checks),
    ...(Array.isArray(model_list) ? model_list : []).flatMap((model, index) =>
      isRecord(model)
        ? (['litellm_params', 'model_info'] as const).flatMap((section) =>
            check(section, model[section], ['model_list', index, section]),
          )
        : [],
    ),
    ...check('router_settings', router_settings, ['router_settings']),
    ...check('litellm_settings', litellm_settings, ['litellm_settings']),
    ...check('cache_params', cache, ['litellm_settings', 'cache_params']),
    ...check('general_settings', general_settings, ['general_settings']),
  ]
}

function meaningProblems(gateway: Usable, source: Source): Problem[] {
  const problems: Problem[] = []
  const error = (code: string, path: Path, message: string, fix: string) =>
    problems.push({ severity: 'error', code, message, fix, at: source.locate(path) })
  if (typeof gateway.users === 'number' && gateway.size !== undefined)
    error('size', ['size'], 'both users and size are given.', 'keep one of the two.')
  for (const [name, reference] of Object.entries(OWNED_BY_HOST)) {
    const value = gateway.general_settings?.[name]
    if (value !== undefined && value !== reference)
      error(
        'owned',
        ['general_settings', name],
        `${name} is set, but it is made and kept on the host.`,
        `remove it, or write ${reference}.`,
      )
  }
  for (const { path, ...flaw } of [...backupFlaws(gateway), ...frontFlaws(gateway), ...vmFlaws(gateway.vm)])
    problems.push({ severity: 'error', ...flaw, at: source.locate(path) })
  return [
    ...problems,
    ...versionProblems(gateway, source),
    ...connectionProblems(gateway, source),
    ...rotateProblems(gateway, source),
    ...emptyProblems(gateway, source),
    ...modelProblems(gateway, source),
    ...besideProblems(gateway, source),
    ...budgetProblems(gateway, source),
    ...entityProblems(gateway, source),
  ]
}

/** Where a number or a list is allowed, the problem is reported for the one that was meant. */
function chosen(issue: z.core.$ZodIssue, source: Source): z.core.$ZodIssue[] {
  // Some say themselves what they want.
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue]
  const isList = Array.isArray(valueAt(source, pathOf(issue)))
  const wantsList = ([first]: readonly z.core.$ZodIssue[]) =>
    first?.code === 'invalid_type' && first.expected === 'array' && first.path.length === 0
  const ofItems = (option: readonly z.core.$ZodIssue[]) =>
    option.every(({ path }) => typeof path[0] === 'number')
  const option = isList
    ? issue.errors.find(ofItems)
    : issue.errors.some(wantsList)
      ? issue.errors.find((one) => !wantsList(one))
      : undefined
  return option?.map((one) => ({ ...one, path: [...issue.path, ...one.path] })) ?? [issue]
}

function pathOf({ path }: z.core.$ZodIssue): (string | number)[] {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step))
}

function shapeProblems(issue: z.core.$ZodIssue, source: Source, suggest: Suggest): Problem[] {
  const path = pathOf(issue)
  const problem = (
    code: string,
    at: Path,
    message: string,
    fix: string,
    part: 'key' | 'value' = 'value',
  ): Problem => ({ severity: 'error', code, message, fix, at: source.locate(at, part) })
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path)
    return issue.keys.slice(0, MOST_LISTED + 1).map((key) => {
      const meant = suggest(key, known)
      return problem(
        'unknown-key',
        [...path, key],
        `${describe(key)} is not a key of ${path.length === 0 ? 'gateway.yaml' : pathText(path)}.`,
        meant === undefined ? `allowed here: ${known.join(', ')}.` : `did you mean "${meant}"?`,
        'key',
      )
    })
  }
  const got = valueAt(source, path)
  if (got === undefined) {
    return [
      problem(
        'missing',
        path,
        `${pathText(path)} is missing.`,
        `add ${path.at(-1)}: ${hint(issue) ?? 'a value'}.`,
        'key',
      ),
    ]
  }
  if (isPublicKey(path))
    return [
      problem(
        'value',
        path,
        `${pathText(path)} is not the line of a public key.`,
        `${hint(issue) ?? issue.message}.`,
      ),
    ]
  // A list or a mapping is named by its form alone.
  const isSecret = typeof got !== 'object' && findSecrets({ [String(path.at(-1))]: got }).literals.length > 0
  // Where keys and values belong nobody knows what a text is.
  const isLost = issue.code === 'invalid_type' && /^(?:object|record|array)$/.test(issue.expected)
  const shown = isSecret ? 'a secret' : isLost && typeof got === 'string' ? 'a text' : describe(got)
  const [top] = path
  // `strict: yes` is what the same words would mean in one of LiteLLM's sections.
  const isOldWord =
    !isSecret &&
    typeof got === 'string' &&
    typeof readingsOf(got)['1.1'] === (issue as { expected?: unknown }).expected
  const why = isOldWord && versionOf(String(top)) === '1.2' ? ': a text, for our own keys are YAML 1.2' : ''
  return [
    problem(
      issue.code === 'invalid_type' ? 'wrong-type' : 'value',
      path,
      `${pathText(path)} is ${shown}${why}.`,
      `${hint(issue) ?? issue.message}.`,
    ),
  ]
}

/** The schema's messages say what it wants. */
function hint(issue: z.core.$ZodIssue): string | undefined {
  return wanted(issue)?.replace(/(^|; )want /, '$1write ')
}

function wanted(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `write ${{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys and values', record: 'keys and values' }[issue.expected as string] ?? issue.expected} here`
    case 'invalid_value':
      return `allowed: ${issue.values.join(', ')}`
    case 'too_small':
      if (issue.origin === 'string') return 'write some text here'
      // A whole number above 0 is at least 1.
      return `write at least ${issue.inclusive === false ? Number(issue.minimum) + 1 : issue.minimum}`
    case 'too_big':
      return `write at most ${issue.maximum}`
    case 'invalid_union':
      return issue.message === 'Invalid input' ? 'write it as the README shows' : issue.message
    default:
      return issue.message
  }
}

/** Made when it is first needed: most declarations are right. */
let schema: JSONSchema | undefined

/** The keys that the schema allows at a path. */
function knownKeys(path: Path): string[] {
  schema ??= z.toJSONSchema(gatewaySchema) as JSONSchema
  let node: JSONSchema | undefined = schema
  for (const step of path) {
    // A list that may also be null is a choice of two.
    node = optionsOf(node)
      .map((option) => (typeof step === 'number' ? option?.items : option?.properties?.[step]))
      .find((found) => found !== undefined)
  }
  return [...new Set(optionsOf(node).flatMap((option) => Object.keys(option?.properties ?? {})))]
}

function optionsOf(node: JSONSchema | undefined): readonly (JSONSchema | undefined)[] {
  return node?.anyOf?.flatMap(optionsOf) ?? [node]
}

/** What is looked at of a JSON Schema. */
interface JSONSchema {
  readonly properties?: Readonly<Record<string, JSONSchema>>
  readonly items?: JSONSchema
  readonly anyOf?: readonly JSONSchema[]
}
