import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PYTHON } from '../../../scripts/python-tools.ts'
import programs from '../../../src/agent/programs.json' with { type: 'json' }
import { KNOWN_BAD_LITELLM } from '../../../src/contract/litellm.ts'
import { agentModules } from '../../../src/host/agent-modules.ts'
import { printed } from '../../lab/starter/starter.ts'
import { callAgent } from './agent.ts'

const SRC = join(import.meta.dirname, '../../../src')
/** Each stands on those before it. What is in no package stands on all, but for what loads programs: that is the ground. */
const ORDER = [
  ...['', 'base', 'system', 'database', 'redis', 'litellm', 'gateway', 'backup', 'rollout', 'rotation'],
  ...['restore', 'takeover', 'facts', 'top'],
]
const GROUND = ['contract', 'contract_types', 'loader', 'programs', 'programs.json']
/** Programs that import what starts units to see how these are, and start none. */
const STARTS_NONE = ['observe', 'doctor', 'read_only', 'autofix', 'backups']

interface Module {
  readonly imports: readonly string[]
  readonly units: readonly string[]
}

const modules: Record<string, Module> = JSON.parse(
  printed(PYTHON, [join(import.meta.dirname, 'agent-imports.py'), join(SRC, 'agent')]),
)
const table = Object.entries(programs)
const importsOf = (name: string) => modules[name]?.imports ?? []
const floor = (name: string) =>
  GROUND.includes(name) ? 0 : ORDER.indexOf(name.includes('.') ? (name.split('.')[0] ?? '') : 'top')

function reached(...from: string[]): Set<string> {
  const found = new Set(from)
  for (const name of found) for (const one of importsOf(name)) found.add(one)
  return found
}

test('no import of the agent goes upward', () => {
  const upward = Object.keys(modules)
    // The loader loads what it is asked for; what it imports itself is the way to do so.
    .filter((name) => name !== 'loader')
    .flatMap((name) => importsOf(name).map((one): [string, string] => [name, one]))
    .filter(([name, one]) => floor(one) > floor(name) || floor(name) < 0)
  expect(upward).toEqual([])
})

test('what runs inside of an image imports nothing of the agent', () => {
  const inside = Object.keys(modules).filter((name) => name.startsWith('litellm.in_image.'))
  expect(inside.flatMap(importsOf)).toEqual([])
  const named = table.filter(([, { by }]) => by.includes('image')).map(([, { module }]) => module)
  expect(named.sort()).toEqual(inside.sort())
})

test.each(table)('%s is sent what Python says that it imports, and no more', (name, { module, starts }) => {
  const sent = new Set(Object.keys(agentModules(name)))
  if (starts.length > 0) {
    expect([...reached('loader', module)].filter((one) => !sent.has(one))).toEqual([])
  } else expect(sent).toEqual(new Set([...reached('loader', module), 'programs.json']))
})

test('a program that starts units names them in the table', () => {
  const forgotten = table
    .filter(([name, { by }]) => !by.includes('image') && !STARTS_NONE.includes(name))
    .flatMap(([name, { module }]) => {
      const known = JSON.parse(agentModules(name)['programs.json'] ?? '')
      const started = [...reached(module)].flatMap((one) => modules[one]?.units ?? [])
      return started.filter((unit) => known[unit] === undefined).map((unit) => `${name}: ${unit}`)
    })
  expect(forgotten).toEqual([])
})

test('each program can be loaded from what it is sent, and hand on what it starts', () => {
  const given = Object.fromEntries(
    table.filter(([, { by }]) => !by.includes('image')).map(([name]) => [name, agentModules(name)]),
  )
  const loaded = printed(PYTHON, ['-I', '-B', join(import.meta.dirname, 'agent-load.py')], {
    input: JSON.stringify(given),
  })
  expect(Number(loaded)).toBe(Object.keys(given).length)
})

test('the runner starts the programs that the table lets it start', () => {
  const text = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(SRC, name), 'utf8'))
    .join('\n')
  const started = new Set(
    [...text.matchAll(/\.(?:run|begin)(?:<[^(]*>)?\(\s*'(\w+)'/g)].map(([, name]) => name),
  )
  const allowed = table.filter(([, { by }]) => by.includes('runner')).map(([name]) => name)
  // These three by a name in a variable, see observe.ts.
  expect(new Set([...started, 'observe', 'doctor', 'report'])).toEqual(new Set(allowed))
})

test('the versions that are known to be bad come along with the programs, also those that timers start', () => {
  const [known] = callAgent(['litellm.known_bad.VERSIONS'])
  expect(known).toEqual({ value: KNOWN_BAD_LITELLM })
  expect(KNOWN_BAD_LITELLM).toMatchObject({ '1.82.7': expect.any(String) })
})
