import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { cli } from '../../../src/entries/cli.ts'
import { COMMAND_NAMES } from '../../../src/steps/inputs.ts'

/** What the program prints, with the exit code. */
async function printed(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    return { code: await cli(args), text }
  } finally {
    write.mockRestore()
  }
}

describe('in bash', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'))
    writeFileSync(join(folder, 'script'), (await printed('completion', 'bash')).text)
    writeFileSync(join(folder, 'other.yaml'), '')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const complete = (...words: string[]) => {
    const typed = ['litellm-gitops', ...words].map((word) => `'${word}'`).join(' ')
    const ask = `source ./script; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _litellm_gitops; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', ask], { cwd: folder, encoding: 'utf8' }).trim().split('\n')
  }

  test('an empty word offers every command', () => {
    expect(complete('')).toEqual([...COMMAND_NAMES, 'completion', '--help'])
  })

  test('a begun command is ended', () => {
    expect(complete('rol')).toEqual(['rollback'])
  })

  test('a command offers its own options', () => {
    expect(complete('restore', '--u')).toEqual(['--undo'])
    expect(complete('plan', '--u')).toEqual([''])
  })

  test('an option that takes a file offers files', () => {
    expect(complete('plan', '--config', 'oth')).toEqual(['other.yaml'])
  })
})

test('zsh gets the form of bash, and what reads it', async () => {
  const { text } = await printed('completion', 'zsh')
  expect(text).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_litellm_gitops\(\)/)
})

test('fish gets a line for every command and option', async () => {
  const { text } = await printed('completion', 'fish')
  for (const name of COMMAND_NAMES)
    expect(text).toContain(`complete -c litellm-gitops -n __fish_use_subcommand -f -a ${name} -d '`)
  expect(text).toContain("-n '__fish_seen_subcommand_from restore' -l undo -f -d ")
  expect(text).toContain("-l config -r -F -d 'path of the declaration'")
})
