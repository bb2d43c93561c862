import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PYTHON } from './agent.ts'

const CONTAINER = join(import.meta.dirname, '../../../src/host/files/container')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(path: string, text: string): string {
  const whole = join(folder, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, text)
  return whole
}

/** What LiteLLM is started with, when systemd opened the file. */
function started(file: string, environment: Record<string, string> = {}): Record<string, string> {
  const descriptor = openSync(put('env', file), 'r')
  const print =
    'import json, os, sys; print(json.dumps({**os.environ, "argv": sys.argv[1:], "open": [os.path.realpath("/proc/self/fd/" + one) for one in os.listdir("/proc/self/fd")]}))'
  chmodSync(put('bin/litellm', `#!/bin/sh\nexec ${PYTHON} -S -c '${print}' "$@"\n`), 0o755)
  try {
    const said = execFileSync('/bin/sh', [join(CONTAINER, 'start'), '--port', '4001'], {
      env: {
        PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
        LISTEN_FDS: '1',
        LISTEN_PID: '1',
        LISTEN_FDNAMES: 'env',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit', descriptor],
      encoding: 'utf8',
    })
    return JSON.parse(said) as Record<string, string>
  } finally {
    closeSync(descriptor)
  }
}

describe('the start script', () => {
  it('gives LiteLLM the variables of the open file, taken literally, the last without an end of line too', () => {
    const given = started(
      '# none\nA=1\nQUOTED="x" $(touch /tmp/x) `id`\nnot one\nEMPTY=\nEQUALS=a=b=c\nLAST=\\n',
    )
    expect(given).toMatchObject({
      ...{ A: '1', QUOTED: '"x" $(touch /tmp/x) `id`', EMPTY: '', EQUALS: 'a=b=c', LAST: '\\n' },
      argv: ['--port', '4001'],
    })
  })

  it('leaves neither the file open nor a word of it that gunicorn would take for a socket', () => {
    const given = started('A=1\n')
    expect(given.open).not.toContain(join(folder, 'env'))
    expect(Object.keys(given).filter((name) => name.startsWith('LISTEN'))).toEqual([])
  })

  it('has downloads go where something can be written, unless the image has a place', () => {
    expect(started('A=1').HF_HOME).toBe('/tmp/huggingface')
    expect(started('A=1', { HF_HOME: '/models' }).HF_HOME).toBe('/models')
  })
})

describe('the admin UI', () => {
  /** Where LiteLLM is told to take it from. */
  function uiPath(file: 'login.html' | 'login/index.html', environment: Record<string, string> = {}): string {
    put('site/litellm/__init__.py', 'raise SystemExit("it was loaded")')
    put(`site/litellm/proxy/_experimental/out/${file}`, '')
    return execFileSync(PYTHON, ['-c', 'import os; print(os.environ.get("LITELLM_UI_PATH", ""))'], {
      env: { PYTHONPATH: `${CONTAINER}:${join(folder, 'site')}`, ...environment },
      encoding: 'utf8',
    }).trim()
  }

  it.each([
    ['login/index.html', {}, ''],
    ['login/index.html', { SERVER_ROOT_PATH: '/' }, ''],
    ['login.html', { LITELLM_NON_ROOT: 'true' }, ''],
    ['login.html', {}, '/tmp/litellm-ui'],
    ['login/index.html', { SERVER_ROOT_PATH: '/llm' }, '/tmp/litellm-ui'],
    ['login.html', { LITELLM_UI_PATH: '/own' }, '/own'],
  ] as const)('%s with %o is taken from "%s"', (file, environment, path) => {
    expect(uiPath(file, environment)).toBe(path)
  })

  it('is no matter to a Python without LiteLLM', () => {
    const said = execFileSync(PYTHON, ['-c', 'print("fine")'], {
      env: { PYTHONPATH: CONTAINER },
      encoding: 'utf8',
    })
    expect(said.trim()).toBe('fine')
  })
})
