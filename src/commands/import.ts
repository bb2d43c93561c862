import { loadDesired } from '../config/desired.ts'
import { keyHeaderOf } from '../config/litellm/key-header.ts'
import { ConfigError, formatProblem, type Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import type { Path } from '../config/yaml/path.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import { type FileReader, parseFile, readSource } from '../config/yaml/source.ts'
import type { ObservedBudget, ObservedGateway } from '../contract/programs/observe.ts'
import { readGateway } from '../gateway/read.ts'
import { HostError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import { declarationOf } from '../import/declaration.ts'
import type { ImportedField } from '../import/field.ts'
import { importMarkdown } from '../import/markdown.ts'
import { storedName } from '../plan/change.ts'
import type { CommandContext, CommandResult, StepContext } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { filesWith, isThere } from '../steps/files.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { takeAlong } from '../steps/take-along.ts'

/** LiteLLM's part of a gateway.yaml; all else there is kept as it is. */
const LITELLM_KEYS: ReadonlySet<string> = new Set([...LITELLM_SECTIONS, 'budget_config', 'include'])

/** Writes gateway.yaml from a gateway that runs, or from a config.yaml, and reports what became of each field. Changes no gateway. */
export async function importGateway(context: CommandContext<InputsOf<'import'>>): Promise<CommandResult> {
  const { inputs, write, config: target, files, logger } = context
  if (write === undefined)
    throw new HostError('import writes a file for a person to review; run it on a command line.')
  const existing = isThere(files, target) ? readSource(target, files).value : undefined
  requireFree(existing, target, inputs)
  const { config, budgets, fields: found, notes = [] } = await read(context, inputs, existing)
  for (const { path } of findSecrets(config).literals) context.secrets.add(...textAt(config, path))
  const own = Object.fromEntries(Object.entries(existing ?? {}).filter(([key]) => !LITELLM_KEYS.has(key)))
  const { text, fields: made } = declarationOf({ config, budgets, own })
  const known = new Set(found.map(({ path }) => path))
  const along =
    inputs.from === undefined
      ? { fields: [], problems: [] }
      : takeAlong(inputs.from, { litellm: own.litellm, ...config }, context, {
          write,
          force: inputs.force === true,
        })
  const fields = [...found, ...made.filter(({ path }) => !known.has(path)), ...along.fields]
  // The result is read like any declaration: an existing problem is reported with its new place.
  const later = problemsOf(target, text, files)
  // What is missing there was missing where it was read from, which is the place that people know.
  const others = along.problems.length === 0 ? later : later.filter(({ code }) => code !== 'beside-missing')
  const problems = [...notes, ...along.problems, ...others]
  write(target, text)
  for (const problem of problems) if (problem.severity === 'error') logger.error(formatProblem(problem))
  for (const { path, outcome, detail } of fields)
    if (outcome !== 'kept') logger.info(`${outcome}: ${path}${detail === '' ? '' : ` (${detail})`}`)
  logger.info(`${target} is written: ${countText(fields)}.`)
  return {
    problems,
    imported: fields,
    markdown: importMarkdown(target, context.secrets.redacted(fields)),
    // The file is there; but no other command takes it as it is.
    failed: problems.some(({ severity }) => severity === 'error'),
  }
}

/** The text at a path; undefined for anything else. */
function textAt(config: unknown, path: Path): string[] {
  const found = path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), config)
  return typeof found === 'string' ? [found] : []
}

interface Read {
  readonly fields: readonly ImportedField[]
  readonly config: Readonly<Record<string, unknown>>
  readonly budgets: readonly ObservedBudget[]
  /** Of the file that was read: values that are read otherwise than people may think. */
  readonly notes?: readonly Problem[]
}

async function read(
  context: StepContext,
  { from, url }: InputsOf<'import'>,
  existing: Readonly<Record<string, unknown>> | undefined,
): Promise<Read> {
  const file = from === undefined ? undefined : readConfig(from, context.files)
  if (url !== undefined) {
    const key = context.env.LITELLM_MASTER_KEY
    if (key === undefined || key.trim() === '')
      throw new HostError(
        `LITELLM_MASTER_KEY is not set, so ${url} cannot be read. Export an admin key of that gateway.`,
      )
    context.secrets.add(key)
    const running = await readGateway(url, key, keyHeaderOf(file?.config ?? existing))
    return file === undefined ? running : { ...file, budgets: running.budgets }
  }
  if (file !== undefined) return file
  if (existing === undefined)
    throw new HostError(
      `There is nothing to read from: give --from config.yaml, --url https://gateway, or a ${context.config} with domain, vm, litellm and an empty model_list.`,
    )
  const desired = loadDesired(context.config, context.files)
  const session = await connectTo(desired, context, 'read')
  try {
    const { gateway, host } = await observe(session, {})
    if (gateway === null)
      throw new HostError(`No gateway is deployed on ${host.hostname} yet; deploy creates one.`)
    if (gateway.budgets === null) throw new HostError(`The budgets cannot be read: ${gateway.problem}`)
    const config = isRecord(gateway.config) ? gateway.config : {}
    return { config, budgets: gateway.budgets, fields: leftInDatabase(gateway) }
  } finally {
    session.close()
  }
}

/** What the gateway serves from LiteLLM's database, in addition to its configuration. */
function leftInDatabase({ models, stored }: ObservedGateway): ImportedField[] {
  const detail =
    "is in LiteLLM's database and is still served from there; declare it here and delete it there"
  return [
    ...(models ?? [])
      .filter(({ source }) => source === 'database')
      .map(({ id, model_name }): ImportedField => {
        return { path: `model ${model_name} (${id})`, outcome: 'left-out', detail }
      }),
    ...(stored ?? []).map((setting): ImportedField => {
      return { path: storedName(setting), outcome: 'left-out', detail }
    }),
  ]
}

/**
 * A config.yaml with what it includes: LiteLLM adds the lists of included files to the lists, and their keys to the keys.
 * @throws ConfigError for a file that is missing or is not YAML
 */
function readConfig(path: string, files: FileReader): Read {
  const { value, problems } = parseFile(path, files)
  if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems)
  const { include, ...config } = value
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  const names = (Array.isArray(include) ? include : [include]).filter((name) => typeof name === 'string')
  const parts = names.map((name) => readConfig(folder + name, files))
  return {
    config: parts.reduce((all, part) => merged(all, part.config), config),
    budgets: [],
    fields: [],
    notes: [...problems, ...parts.flatMap(({ notes = [] }) => notes)],
  }
}

function merged(
  config: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const all: Record<string, unknown> = { ...config }
  for (const [key, value] of Object.entries(more)) {
    const before = all[key]
    all[key] =
      Array.isArray(before) && Array.isArray(value)
        ? [...before, ...value]
        : isRecord(before) && isRecord(value)
          ? { ...before, ...value }
          : value
  }
  return all
}

/** Refuses to replace an existing declaration. @throws ConfigError */
function requireFree(
  existing: Readonly<Record<string, unknown>> | undefined,
  file: string,
  { force = false }: InputsOf<'import'>,
): void {
  const declared = Object.entries(existing ?? {}).filter(
    ([key, value]) => LITELLM_KEYS.has(key) && value !== null && Object.keys(value as object).length > 0,
  )
  if (force || declared.length === 0) return
  throw new ConfigError([
    {
      severity: 'error',
      code: 'exists',
      message: `${file} declares ${declared.map(([key]) => key).join(', ')} already.`,
      fix: 'give --force to replace that, or --config with another name.',
      at: { file, line: 1, column: 1 },
    },
  ])
}

function problemsOf(file: string, text: string, files: FileReader) {
  try {
    return loadDesired(file, filesWith(files, file, text)).warnings
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

function countText(fields: readonly ImportedField[]): string {
  const outcomes = ['kept', 'reference', 'moved', 'left-out', 'fill-in'] as const
  const counts = outcomes.map(
    (outcome) => [fields.filter((field) => field.outcome === outcome).length, outcome] as const,
  )
  return counts.flatMap(([count, outcome]) => (count === 0 ? [] : `${count} ${outcome}`)).join(', ')
}
