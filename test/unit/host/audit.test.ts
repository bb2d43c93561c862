import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'))
  log = join(folder, 'audit.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

const AUDIT = `
from pathlib import Path
from agent.base import audit, events, login
audit.AUDIT_LOG, audit.LOCK = Path(given["folder"]) / "audit.log", Path(given["folder"]) / "lock"
login.current = lambda: {"user": "debian", "from": "192.0.2.1", "key": "SHA256:abc"}
`
/** Records so many changes, and answers what was said of them. */
const record = (count: number) =>
  inAgent<string[]>(
    `${AUDIT}
said, say = [], events._writer
events.write_to(lambda document: said.append(document["detail"]))
for number in range(given["count"]):
    audit.record("a run", "deploy", changed=["é \\"x\\"", number])
events.write_to(say)
return said`,
    { folder, count },
  )
const seen = () =>
  inAgent<{ lines: number; broken: number | null; link: string }>(`${AUDIT}return audit.gather()`, { folder })
const lines = () => readFileSync(log, 'utf8').split('\n').slice(0, -1)

describe('the record of changes', () => {
  it('is a chain, whose last link every run tells', () => {
    const [, , third] = record(3)
    expect(seen()).toEqual({ lines: 3, broken: null, link: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(third).toBe(`deploy is line 3 of audit.log, chain ${seen().link}`)
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      who: 'a run',
      login: { user: 'debian', key: 'SHA256:abc' },
      what: 'deploy',
      changed: ['é "x"', 0],
    })
    expect(record(1)).toEqual([expect.stringContaining('line 4')])
    expect(seen()).toMatchObject({ lines: 4, broken: null })
  })

  it.each<[string, number, (text: string[]) => string[]]>([
    ['a changed word', 2, (text) => text.map((line, n) => (n === 1 ? line.replace('a run', 'b run') : line))],
    [
      'a changed link',
      3,
      (text) => text.map((line, n) => (n === 2 ? line.replace(/"chain": "./, '"chain": "g') : line)),
    ],
    ['a removed line', 2, (text) => text.toSpliced(1, 1)],
    ['the first line removed', 1, (text) => text.slice(1)],
    [
      'two lines exchanged',
      2,
      ([one = '', two = '', ...rest]) => [one, rest[0] ?? '', two, ...rest.slice(1)],
    ],
    [
      'an added line without a link',
      3,
      (text) => text.toSpliced(2, 0, '{"who": "nobody", "what": "deploy"}'),
    ],
  ])('tells of %s', (_, broken, change) => {
    record(5)
    writeFileSync(
      log,
      change(lines())
        .map((line) => `${line}\n`)
        .join(''),
    )
    expect(seen().broken).toBe(broken)
    // What comes after does not hide it.
    record(1)
    expect(seen().broken).toBe(broken)
  })

  it('goes on after the lines of an earlier version, and covers them', () => {
    writeFileSync(
      log,
      '{"time": "t", "who": "a", "what": "deploy"}\n{"time": "t", "who": "b", "what": "rollout"}\n',
    )
    expect(seen()).toMatchObject({ lines: 2, broken: null })
    record(2)
    expect(seen()).toMatchObject({ lines: 4, broken: null })
    writeFileSync(log, readFileSync(log, 'utf8').replace('"who": "a"', '"who": "c"'))
    expect(seen().broken).toBe(3)
  })

  it('goes on after a line that was cut off by a loss of power', () => {
    record(2)
    appendFileSync(log, '{"time": "2026-11-2')
    record(1)
    expect(lines().length).toBe(4)
    expect(seen()).toMatchObject({ lines: 4, broken: null })
  })

  it('is empty before the first change', () => {
    expect(seen()).toMatchObject({ lines: 0, broken: null })
  })
})

describe('who logged in', () => {
  const script = `
from agent.base import login
login._ancestors = lambda: [20, 10]
logs = {20: given.get("session", ""), 10: given.get("daemon", "")}
login.run = lambda *argv, **more: logs[int(next(word for word in argv if word.startswith("_PID="))[5:])]
login.current.cache_clear()
answer = login.current()
login.current.cache_clear()
return answer`
  const accepted = (user: string, key: string) =>
    `Connection from 192.0.2.1 port 5\nAccepted publickey for ${user} from 192.0.2.1 port 40022 ssh2: ED25519 SHA256:${key}\n`

  it('is what sshd wrote last of this connection', () => {
    const session = `${accepted('root', 'old')}${accepted('debian', 'Abc/+1')}`
    expect(inAgent(script, { session })).toEqual({ user: 'debian', from: '192.0.2.1', key: 'SHA256:Abc/+1' })
    expect(inAgent(script, { daemon: session })).toMatchObject({ user: 'debian' })
  })

  it('is nobody for what the host does by itself', () => {
    expect(inAgent(script, {})).toBeNull()
    expect(inAgent('from agent.base import login\nreturn login._ancestors()')).toEqual([])
  })
})
