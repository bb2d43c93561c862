import { dirname, join } from 'node:path'
import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { MADE_HERE } from '../config/litellm/config-text.ts'
import { ConfigError, type Position, type Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import { describe } from '../config/yaml/describe.ts'
import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'
import { type FileReader, parseFile, type Source } from '../config/yaml/source.ts'

/** A configuration of LiteLLM's, of one file or of several. */
export interface LitellmFiles {
  readonly config: Readonly<Record<string, unknown>>
  /** Values that YAML 1.2 reads otherwise. */
  readonly notes: readonly Problem[]
  /** By section, the files that it is from, in order: of a list each adds its items, of anything else there is one. */
  readonly origins: ReadonlyMap<string, readonly ConfigFile[]>
  readonly main: ConfigFile
}

export interface ConfigFile {
  readonly name: string
  readonly text: string
  readonly source: Source
}

/**
 * Reads a config.yaml and what it includes as LiteLLM does (`config_includes.py`): lists are extended, anything else is replaced by the
 * included file's, and no file is read twice.
 * @throws ConfigError for what LiteLLM would refuse
 */
export function readLitellmFiles(name: string, files: FileReader): LitellmFiles {
  requireMapping(name, files.read(name))
  const main = read(name, files)
  requireLitellm(main)
  const { include: _, ...config } = main.source.value
  const all: Record<string, unknown> = { ...config }
  const origins = new Map<string, ConfigFile[]>(Object.keys(config).map((key) => [key, [main]]))
  const notes = [...main.source.problems]
  const loaded = new Set([join(name)])
  const pending = includedBy(main)
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const place = placeOf(next, name, files)
    if (loaded.has(place)) continue
    loaded.add(place)
    const part = readIncluded(place, next, files)
    notes.push(...part.source.problems)
    for (const [key, value] of Object.entries(part.source.value)) {
      if (key === 'include') continue
      const before = all[key]
      const adds = Array.isArray(before) && Array.isArray(value)
      if (!adds && before !== undefined && before !== null) notes.push(replacement(part, key))
      all[key] = adds ? [...before, ...value] : value
      origins.set(key, adds ? [...(origins.get(key) ?? []), part] : [part])
    }
    pending.push(...includedBy(part))
  }
  return { config: all, notes, origins, main }
}

/** @throws ConfigError */
function read(name: string, files: FileReader): ConfigFile {
  const source = parseFile(name, files)
  if (source.problems.some(({ severity }) => severity === 'error')) throw new ConfigError(source.problems)
  const text = files.read(name)
  requireModels(name, text, source)
  // It is true of the file on the host, and not of what is written from it.
  return { name, text: text.replace(MADE_HERE, ''), source }
}

function replacement({ name, source }: ConfigFile, key: string): Problem {
  return {
    severity: 'warning',
    code: 'include-replaces',
    message: `${describe(key)} of ${name} takes the place of all that came before under that key, as LiteLLM does it: only lists go on.`,
    fix: 'see that the gateway of before was meant so.',
    at: source.locate([key], 'key'),
  }
}

interface Entry {
  readonly entry: string
  readonly by: string
  readonly at: Position
}

function includedBy({ name, source }: ConfigFile): Entry[] {
  const { include } = source.value
  if (include === undefined) return []
  if (!Array.isArray(include) || include.some((one) => typeof one !== 'string'))
    throw wrong(
      'include',
      source.locate(['include']),
      'include is no list of files, and LiteLLM refuses that.',
      'write include: [models.yaml].',
    )
  return include.map((entry, index) => ({
    entry: String(entry),
    by: name,
    at: source.locate(['include', index]),
  }))
}

/** Next to the file that names it; where there is none, next to the first one. */
function placeOf({ entry, by }: Entry, root: string, files: FileReader): string {
  const [beside, above] = [by, root].map((file) =>
    entry.startsWith('/') ? join(entry) : join(dirname(file), entry),
  )
  if (beside === undefined || above === undefined || beside === above || isThere(beside, files))
    return beside ?? entry
  return isThere(above, files) ? above : beside
}

function isThere(name: string, files: FileReader): boolean {
  try {
    files.read(name)
    return true
  } catch {
    return false
  }
}

function readIncluded(name: string, { at }: Entry, files: FileReader): ConfigFile {
  if (!isThere(name, files))
    throw wrong(
      'include',
      at,
      `the included file ${name} cannot be read.`,
      'correct its name, which is relative to the file that includes it, or remove it.',
    )
  return read(name, files)
}

/** What LiteLLM refuses, and what would be lost here without a word. @throws ConfigError */
function requireModels(name: string, text: string, source: Source): void {
  const { model_list: list } = source.value
  if (list === undefined || list === null) return
  if (!Array.isArray(list))
    throw wrong(
      'model-list',
      source.locate(['model_list'], 'key'),
      'model_list is no list, and LiteLLM refuses that.',
      'write each model as an item: - model_name: …',
    )
  const problems = list.flatMap((item: unknown, index) =>
    isRecord(item)
      ? []
      : wrong(
          'model-list',
          placeOfItem(name, text, index),
          `model_list[${index}] is ${item === null ? 'empty' : 'no model'}, and LiteLLM refuses that.`,
          'remove the item, or write model_name and litellm_params.',
        ).problems,
  )
  if (problems.length > 0) throw new ConfigError(problems)
}

/** Also of an item of which nothing is written but its dash. */
function placeOfItem(file: string, text: string, index: number): Position {
  const lineCounter = new LineCounter()
  const node = parseDocument(text, { logLevel: 'silent', uniqueKeys: false, lineCounter }).getIn(
    ['model_list', index],
    true,
  )
  const { line, col } = lineCounter.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0)
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** @throws ConfigError for a file that is empty, or holds a text or a list; what is no YAML is said with its place later */
function requireMapping(name: string, text: string): void {
  const { contents, errors } = parseDocument(text, { logLevel: 'silent', uniqueKeys: false })
  if (errors.length === 0 && !isMap(contents))
    throw notLitellm(name, contents === null ? 'it is empty' : 'it has no keys')
}

/** @throws ConfigError for a file of something else */
function requireLitellm({ name, source }: ConfigFile): void {
  const known = new Set([...LITELLM_SECTIONS, 'include'])
  if (Object.keys(source.value).some((key) => known.has(key))) return
  throw notLitellm(name, 'it has no section that LiteLLM reads')
}

function notLitellm(file: string, why: string): ConfigError {
  return wrong(
    'not-litellm',
    { file, line: 1, column: 1 },
    `this is not a LiteLLM configuration: ${why}.`,
    'name the file that LiteLLM is started with (`litellm --config`); it has a model_list.',
  )
}

function wrong(code: string, at: Position, message: string, fix: string): ConfigError {
  return new ConfigError([{ severity: 'error', code, message, fix, at }])
}

/** A value that was read as LiteLLM reads it is written so. */
export function asWritten(note: Problem, target: string): Problem {
  return note.code === 'yaml-version'
    ? { ...note, fix: `${target} has what LiteLLM reads; see that it is meant.` }
    : note
}
