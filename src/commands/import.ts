import { loadDesired } from '../config/desired.ts'
import { ENTITY_SECTIONS } from '../config/entities/schema.ts'
import { litellmFindings } from '../config/litellm/findings.ts'
import { keyHeaderOf } from '../config/litellm/key-header.ts'
import { ConfigError, formatProblem, type Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import { replacedByHost } from '../config/secrets/ownership.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import { type FileReader, readSource } from '../config/yaml/source.ts'
import { ENTITY_NAMES } from '../contract/entities.ts'
import type { ObservedBudget, ObservedEntity } from '../contract/programs/observe.ts'
import { readGateway } from '../gateway/read.ts'
import { HostError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import { declarationOf, type Imported, type ImportInput, literalsIn } from '../import/declaration.ts'
import { countText, type ImportedField } from '../import/field.ts'
import { asWritten, type LitellmFiles, readLitellmFiles } from '../import/includes.ts'
import { leftInDatabase } from '../import/left-in-database.ts'
import { importMarkdown } from '../import/markdown.ts'
import { needsPerson, todosOf, todoText } from '../import/todo.ts'
import type { CommandContext, CommandResult, StepContext } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { filesWith, isThere } from '../steps/files.ts'
import { runningImage } from '../steps/image/running.ts'
import { takeAlong } from '../steps/import/take-along.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { importData } from './import-data.ts'

/** LiteLLM's part of a gateway.yaml; all else there is kept as it is. */
const LITELLM_KEYS: ReadonlySet<string> = new Set([
  ...LITELLM_SECTIONS,
  ...ENTITY_SECTIONS,
  'budget_config',
  'include',
])

/** Writes gateway.yaml from a gateway that runs, or from a config.yaml, and says what is left to do. Changes no gateway. */
export async function importGateway(context: CommandContext<InputsOf<'import'>>): Promise<CommandResult> {
  const { inputs, write, config: target, files, logger, secrets } = context
  if (inputs.data !== undefined) return await importData(context, inputs.data)
  if (write === undefined)
    throw new HostError('import writes a file for a person to review; run it on a command line.')
  const existing = isThere(files, target) ? readSource(target, files).value : undefined
  requireFree(existing, target, inputs)
  const found = await read(context, inputs, existing)
  secrets.add(...literalsIn(found.config))
  const image = existing?.litellm === undefined ? await runningImage(found.version) : undefined
  const made = declaration({ ...found, image }, existing, target, files, inputs.people === true)
  const along = alongWith(found, existing, context, write)
  const known = new Set(found.fields.map(({ path }) => path))
  const fields = secrets.redacted([
    ...found.fields,
    ...made.fields.filter(({ path }) => !known.has(path)),
    ...along.fields,
  ])
  // The result is read like any declaration: an existing problem is reported with its new place.
  const notes = (found.files?.notes ?? []).map((note) => asWritten(note, target))
  const later = problemsOf(target, made.text, files)
  // What is missing there was missing where it was read from, which is the place that people know.
  const others = along.problems.length === 0 ? later : later.filter(({ code }) => code !== 'beside-missing')
  const owned = (found.files?.origins.get('environment_variables') ?? []).flatMap(({ source }) =>
    replacedByHost(source),
  )
  const problems = [...notes, ...owned, ...along.problems, ...others]
  write(target, made.text)
  const left = {
    file: target,
    text: made.text,
    fields,
    variables: made.variables,
    problems,
  }
  const todos = todosOf(left)
  for (const { path, outcome, detail } of fields)
    if (outcome === 'reference' || outcome === 'moved' || outcome === 'left-out')
      logger.info(`${outcome}: ${path}${detail === '' ? '' : ` (${detail})`}`)
  const errors = problems.filter(({ severity }) => severity === 'error')
  for (const problem of errors) logger.error(formatProblem(problem))
  logger.info(`${target} is written: ${countText(fields)}.`)
  return {
    problems,
    imported: fields,
    result: { left: todos },
    ...(todos.length === 0 ? {} : { last: todoText(todos) }),
    markdown: importMarkdown(target, fields, todos),
    // The file is there; but no other command takes it as it is.
    failed: errors.length > owned.length,
    ...(needsPerson(left) ? { unfinished: true as const } : {}),
  }
}

/** The files that the configuration names, from where it was read. */
function alongWith(
  { config }: Read,
  existing: Readonly<Record<string, unknown>> | undefined,
  context: CommandContext<InputsOf<'import'>>,
  write: (path: string, text: string) => void,
) {
  const { from, force } = context.inputs
  return from === undefined
    ? { fields: [], problems: [] }
    : takeAlong(from, { litellm: existing?.litellm, ...config }, context, { write, force: force === true })
}

function declaration(
  { config, budgets, entities = [], image, files: from }: Read & Pick<ImportInput, 'image'>,
  existing: Readonly<Record<string, unknown>> | undefined,
  target: string,
  files: FileReader,
  people: boolean,
): Imported {
  // A number of users sizes the VM.
  const isOwn = ([key, value]: [string, unknown]) => !LITELLM_KEYS.has(key) || typeof value === 'number'
  const own = Object.fromEntries(Object.entries(existing ?? {}).filter(isOwn))
  const head = existing === undefined ? {} : { own: files.read(target) }
  return declarationOf({ config, budgets, entities, people, own, image, written: { ...from, ...head } })
}

interface Read {
  readonly fields: readonly ImportedField[]
  readonly config: Readonly<Record<string, unknown>>
  readonly budgets: readonly ObservedBudget[]
  /** Of the LiteLLM that runs. */
  readonly version?: string | undefined
  readonly entities?: readonly ObservedEntity[]
  /** Where the configuration was written, if it was read from a file. */
  readonly files?: LitellmFiles
}

async function read(
  context: StepContext,
  { from, url, people = false }: InputsOf<'import'>,
  existing: Readonly<Record<string, unknown>> | undefined,
): Promise<Read> {
  const file = from === undefined ? undefined : readFile(from, context.files)
  if (url !== undefined) {
    const key = context.env.LITELLM_MASTER_KEY
    if (key === undefined || key.trim() === '')
      throw new HostError(
        `LITELLM_MASTER_KEY is not set, so ${url} cannot be read. Export an admin key of that gateway.`,
      )
    context.secrets.add(key)
    const running = await readGateway(url, key, keyHeaderOf(file?.config ?? existing))
    const { budgets, entities, version } = running
    return file === undefined ? running : { ...file, budgets, entities, version }
  }
  if (file !== undefined) return file
  if (existing === undefined)
    throw new HostError(
      `There is nothing to read from: give --from config.yaml, --url https://gateway, or a ${context.config} with domain, vm, litellm and an empty model_list.`,
    )
  const desired = loadDesired(context.config, context.files)
  const session = await connectTo(desired, context, 'read')
  try {
    const { gateway, host } = await observe(session, { entities: people ? ENTITY_NAMES : [] })
    if (gateway === null)
      throw new HostError(`No gateway is deployed on ${host.hostname} yet; deploy creates one.`)
    if (gateway.budgets === null) throw new HostError(`The budgets cannot be read: ${gateway.problem}`)
    const config = isRecord(gateway.config) ? gateway.config : {}
    return {
      config,
      budgets: gateway.budgets,
      entities: gateway.entities ?? [],
      fields: leftInDatabase(gateway),
    }
  } finally {
    session.close()
  }
}

function readFile(name: string, files: FileReader): Read {
  const found = readLitellmFiles(name, files)
  return { config: found.config, budgets: [], fields: [], files: found }
}

/** Refuses to replace an existing declaration. @throws ConfigError */
function requireFree(
  existing: Readonly<Record<string, unknown>> | undefined,
  file: string,
  { force = false }: InputsOf<'import'>,
): void {
  const declared = Object.entries(existing ?? {}).filter(
    ([key, value]) =>
      LITELLM_KEYS.has(key) &&
      value !== null &&
      typeof value !== 'number' &&
      Object.keys(value as object).length > 0,
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

function problemsOf(file: string, text: string, files: FileReader): readonly Problem[] {
  const read = filesWith(files, file, text)
  try {
    const { warnings, notes } = loadDesired(file, read)
    return [...warnings, ...notes]
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems, ...notesIn(file, read)]
    throw error
  }
}

/** What is good to know of a declaration that is refused. */
function notesIn(file: string, files: FileReader): readonly Problem[] {
  try {
    return litellmFindings(readSource(file, files)).notes
  } catch {
    return []
  }
}
