import programs from '../agent/programs.json' with { type: 'json' }
import { agentFiles } from './files.ts'

interface Program {
  readonly module: string
  readonly by: readonly string[]
  readonly starts: readonly string[]
}

const TABLE: Readonly<Record<string, Program>> = programs

/**
 * What the programs named are made of, and those that they start in turn: the text of each module by its name, as the loader wants it.
 * Only that much is sent, and `deploy` places no more for the read-only key, and beside it for people and timers on the host.
 */
export function agentModules(...names: readonly string[]): Record<string, string> {
  const wanted = withStarted(names).map((name): [string, Program] => [name, programCalled(name)])
  const made = wanted.map(
    ([name, program]) => [name, { ...program, modules: partsOf(program.module) }] as const,
  )
  const parts = [...new Set(made.flatMap(([, { modules }]) => modules))].sort()
  return {
    ...Object.fromEntries(parts.map((part) => [part, textOf(part)])),
    'programs.json': JSON.stringify(Object.fromEntries(made)),
  }
}

/** Modules as they are placed on a host: one file, so that a deploy replaces all at once while some run. */
export function agentFile(content: {
  readonly modules: Record<string, string>
  readonly paths?: readonly string[]
}): string {
  return `${JSON.stringify(content, undefined, 1)}\n`
}

function withStarted(names: readonly string[]): string[] {
  const found = new Set(names)
  for (const name of found) for (const one of programCalled(name).starts) found.add(one)
  return [...found]
}

function programCalled(name: string): Program {
  const program = TABLE[name]
  if (program === undefined) throw new Error(`src/agent/programs.json has no program called ${name}`)
  return program
}

/** The module, what loads it, and all that these import in turn. */
function partsOf(module: string): string[] {
  const found = new Set(['loader', module])
  for (const part of found) for (const one of importsOf(part)) found.add(one)
  return [...found]
}

let read: ReadonlyMap<string, string> | undefined

/** Modules by name. What a package says of itself in its __init__.py is not needed on a host. */
function modules(): ReadonlyMap<string, string> {
  read ??= new Map(
    Object.entries(agentFiles())
      .filter(([path]) => !path.endsWith('__init__.py'))
      .map(([path, text]) => [path.replace(/\.py$/, '').replaceAll('/', '.'), text]),
  )
  return read
}

function textOf(part: string): string {
  const text = modules().get(part)
  if (text === undefined) throw new Error(`src/agent has no module called ${part}`)
  return text
}

const imported = new Map<string, readonly string[]>()
/** What only mypy reads; `contract_types` is never imported otherwise. */
const FOR_MYPY = /^if TYPE_CHECKING:\n(?: {4}.*\n)+/m
const IMPORT = /^ *from agent(\S*) import (\([^)]*\)|.*)|SOURCES\["([^"]+)"\]/gm

/** Every import of this package is written `from agent… import …`, and what is taken as text `SOURCES["…"]`; a test holds them to it. */
function importsOf(part: string): readonly string[] {
  let found = imported.get(part)
  if (found === undefined) {
    const text = textOf(part).replace(FOR_MYPY, '')
    found = [...text.matchAll(IMPORT)].flatMap(([, from = '', names = '', taken]) =>
      taken === undefined ? importedFrom(from.slice(1), names) : taken,
    )
    imported.set(part, found)
  }
  return found
}

/** `from agent.base import paths` names a module, `from agent.base.paths import STATE` something of one. */
function importedFrom(from: string, names: string): string[] {
  if (modules().has(from)) return [from]
  const wanted = names.replace(/#.*/g, '').matchAll(/(\w+)(?: as \w+)?/g)
  return [...wanted].map(([, name]) => (from === '' ? `${name}` : `${from}.${name}`))
}
