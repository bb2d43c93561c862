import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient } from '../../../src/github/client.ts'

const program = join(import.meta.dirname, '../../github/serve.ts')
let child: ChildProcessWithoutNullStreams

async function serve(...args: string[]) {
  child = spawn(process.execPath, [program, ...args])
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return JSON.parse(String(line)) as { url: string; token: string; repository: string }
}

async function stopped(): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await exit
  return code
}

afterEach(() => {
  child.kill('SIGKILL')
})

describe('the local GitHub as a process', () => {
  test('says where it is and serves what it was asked for', async () => {
    const { url, token, repository } = await serve('--repository', 'acme/llm', '--permission', 'issues:write')
    expect(repository).toBe('acme/llm')
    const octokit = createClient({ token, apiUrl: url })
    const { data } = await octokit.rest.issues.create({ owner: 'acme', repo: 'llm', title: 'Drift' })
    expect(data.number).toBe(1)
    expect(await stopped()).toBe(0)
  })

  test('ends with 1 and names what GitHub would not have understood', async () => {
    const { url, token } = await serve()
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    await fetch(`${url}/repos/example/gateway/nothing`, { headers: { authorization: `Bearer ${token}` } })
    expect(await stopped()).toBe(1)
    expect(stderr).toContain('violation: GET /repos/example/gateway/nothing')
  })
})
