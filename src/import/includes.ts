import { dirname, join } from 'node:path'
import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { MADE_HERE } from '../config/litellm/config-text.ts'
import { ConfigError, type Position, type Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import { describe } from '../config/yaml/describe.ts'
import { type Entry, includedBy, joined } from '../config/yaml/included.ts'
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
 * Reads a config.yaml and what it includes, as LiteLLM does.
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
  for (const part of includedOf(main, files)) {
    notes.push(...part.source.problems)
    for (const [key, more] of Object.entries(part.source.value)) {
      if (key === 'include') continue
      const { value, effect } = joined(all[key], more)
      if (effect === 'replaces') notes.push(replacement(part, key))
      all[key] = value
      origins.set(key, effect === 'adds' ? [...(origins.get(key) ?? []), part] : [part])
    }
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

function includedOf(main: ConfigFile, files: FileReader): ConfigFile[] {
  return includedBy<ConfigFile>(main, {
    nameOf: ({ name }) => name,
    entriesOf,
    find(entry, beside) {
      const place = placeOf(entry, beside)
      return isThere(place, files) ? [place] : []
    },
    missing: (entry) =>
      wrong(
        'include',
        entry.at,
        `the included file ${placeOf(entry, entry.by)} cannot be read.`,
        'correct its name, which is relative to the file that includes it, or remove it.',
      ),
    read: (name) => read(name, files),
    failed(error) {
      throw error
    },
  })
}

function entriesOf(by: ConfigFile): Entry<ConfigFile>[] {
  const { source } = by
  const { include } = source.value
  if (include === undefined) return []
  if (!Array.isArray(include) || include.some((one) => typeof one !== 'string'))
    throw wrong(
      'include',
      source.locate(['include']),
      'include is no list of files, and LiteLLM refuses that.',
      'write include: [models.yaml].',
    )
  return include.map((named: unknown, index) => ({ named, by, at: source.locate(['include', index]) }))
}

function placeOf({ named }: Entry<ConfigFile>, beside: ConfigFile): string {
  const name = String(named)
  return name.startsWith('/') ? join(name) : join(dirname(beside.name), name)
}

function isThere(name: string, files: FileReader): boolean {
  try {
    files.read(name)
    return true
  } catch {
    return false
  }
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
