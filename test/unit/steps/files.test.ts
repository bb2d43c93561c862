import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { filesFrom, filesIn } from '../../../src/steps/files.ts'

const HEAD = `domain: llm.example.com
vm: {ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAA"}}
litellm: {image: ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}}
model_list: []
`
const MODEL = 'model_list:\n  - {model_name: a, litellm_params: {model: openai/a}}\n'
let folder: string
const put = (path: string, text: string | Buffer) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What is said of the declaration, or how many models it has. */
function load(include?: string): string | number {
  put('gateway.yaml', include === undefined ? HEAD : `${HEAD}include: ${JSON.stringify(include)}\n`)
  try {
    return loadDesired('gateway.yaml', filesIn(folder)).litellm.model_list.length
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(formatProblem).join('\n')
  }
}

describe('a link in the repository', () => {
  test.each(['/etc/passwd', '/proc/self/environ', '/etc', '../elsewhere.yaml'])(
    'to %s is not followed',
    (target) => {
      symlinkSync(target, join(folder, 'more.yaml'))
      const said = load('more.yaml')
      expect(said).toMatch(/more\.yaml:1:1: the file cannot be read|no file matches/)
      expect(said).not.toContain('root:')
    },
  )

  test('of a folder leads nowhere either', () => {
    symlinkSync('/etc', join(folder, 'models'))
    expect(load('models/passwd')).toMatch(/a link that leads out of the repository/)
    expect(load('models/*')).toMatch(/cannot be read \(it is a link that leads out/)
    expect(load('**/passwd')).toContain('no file matches')
  })

  test('to a file of the same repository is', () => {
    put('real.yaml', MODEL)
    symlinkSync('real.yaml', join(folder, 'more.yaml'))
    expect(load('more.yaml')).toBe(1)
  })

  test('is not followed for gateway.yaml itself', () => {
    symlinkSync('/etc/passwd', join(folder, 'other.yaml'))
    expect(() => filesIn(folder).read('other.yaml')).toThrow('leads out of the repository')
  })
})

describe('a pattern', () => {
  test.each([
    ['../x.yaml', 'leads out of the folder'],
    ['models/../../x.yaml', 'leads out of the folder'],
    ['{a,..}/x.yaml', 'leads out of the folder'],
    ['/etc/*', 'absolute'],
    ['/**/*.nosuch', 'absolute'],
    ['{a,/etc}/passwd', 'absolute'],
    [`${'{a,b}'.repeat(20)}`, 'alternatives'],
    [`${'*a'.repeat(40)}`, 'stars'],
    ['x'.repeat(400), 'characters'],
  ])('%s is refused with its place, before anything is looked at', (pattern, why) => {
    const begun = performance.now()
    expect(load(pattern)).toMatch(new RegExp(`^gateway\\.yaml:5:10: .*${why}`))
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  test.each([
    ['models/*.yaml', ['models/a.yaml', 'models/b.yaml']],
    ['models/?.yaml', ['models/a.yaml', 'models/b.yaml']],
    ['models/{a,c/d}.yaml', ['models/a.yaml', 'models/c/d.yaml']],
    ['**/*.yaml', ['..foo.yaml', 'models/a.yaml', 'models/b.yaml', 'models/c/d.yaml']],
    ['models/**', ['models/a.yaml', 'models/b.yaml', 'models/c/d.yaml', 'models/e.txt']],
    ['**/**/d.yaml', ['models/c/d.yaml']],
    ['./models/a.yaml', ['models/a.yaml']],
    ['..foo.yaml', ['..foo.yaml']],
    ['models', []],
    ['*.nosuch', []],
    ['**', ['..foo.yaml', 'models/a.yaml', 'models/b.yaml', 'models/c/d.yaml', 'models/e.txt']],
  ])('%s matches %j', (pattern, found) => {
    for (const path of [
      'models/a.yaml',
      'models/b.yaml',
      'models/c/d.yaml',
      'models/e.txt',
      '..foo.yaml',
      '.git/x.yaml',
    ])
      put(path, '')
    expect(filesIn(folder).list(pattern)).toEqual(found)
  })

  test('of many stars takes no time for a name that almost matches', () => {
    put(`${'a'.repeat(200)}b`, '')
    const begun = performance.now()
    expect(filesIn(folder).list(`${'*a'.repeat(15)}*c`)).toEqual([])
    expect(performance.now() - begun).toBeLessThan(500)
  })
})

describe('bytes that are no UTF-8 are an error with their place', () => {
  test.each([
    [
      'Latin-1',
      Buffer.concat([Buffer.from(HEAD), Buffer.from('# \ufffd Gr'), Buffer.from([0xfc]), Buffer.from('n')]),
      '5:7',
    ],
    ['an overlong form', Buffer.concat([Buffer.from(HEAD), Buffer.from([0xc0, 0xaf])]), '5:1'],
    ['UTF-16', Buffer.from(`\ufeff${HEAD}`, 'utf16le'), '1:1'],
    ['a surrogate', Buffer.concat([Buffer.from('a: "'), Buffer.from([0xed, 0xa0, 0x80])]), '1:5'],
  ])('%s', (_, bytes, place) => {
    put('gateway.yaml', bytes)
    expect(() => loadDesired('gateway.yaml', filesIn(folder))).toThrow(
      `gateway.yaml:${place}: the file is not UTF-8`,
    )
  })

  test('a byte order mark and CRLF are none', () => {
    put('gateway.yaml', `\ufeff${HEAD.replaceAll('\n', '\r\n')}`)
    expect(loadDesired('gateway.yaml', filesIn(folder)).warnings).toEqual([])
  })
})

test('a FIFO does not hold a run', () => {
  execFileSync('mkfifo', [join(folder, 'more.yaml')])
  expect(load('more.yaml')).toMatch('cannot be read (it is not a file)')
})

describe('from the folder that a person is in', () => {
  const from = (where: string, config: string, ...named: string[]) => {
    try {
      return loadDesired(config, filesFrom(join(folder, where), [config, ...named])).litellm.model_list.length
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return error.problems.map(formatProblem).join('\n')
    }
  }
  beforeEach(() => {
    put('repo/gateway.yaml', `${HEAD}include: models/*.yaml\n`)
    put('repo/models/a.yaml', MODEL)
    put('repo/sub/.keep', '')
    put('elsewhere.yaml', MODEL)
  })

  test.each([
    ['repo/sub', '../gateway.yaml'],
    ['repo', './gateway.yaml'],
    ['repo/sub', '../sub/../gateway.yaml'],
    ['', 'repo/gateway.yaml'],
  ])('%s: %s is read with what it includes, in a repository and in none', (where, config) => {
    expect(from(where, config)).toBe(1)
    mkdirSync(join(folder, 'repo/.git'))
    expect(from(where, config)).toBe(1)
    expect(from(where, join(folder, 'repo/gateway.yaml'))).toBe(1)
  })

  test('what is included lies in the same repository all the same', () => {
    mkdirSync(join(folder, 'repo/.git'))
    symlinkSync(join(folder, 'elsewhere.yaml'), join(folder, 'repo/models/b.yaml'))
    expect(from('repo/sub', '../gateway.yaml')).toContain('a link that leads out of the repository')
    put('repo/gateway.yaml', `${HEAD}include: ../elsewhere.yaml\n`)
    expect(from('repo/sub', '../gateway.yaml')).toContain('leads out of the folder')
  })

  test('a file that was named is read wherever it lies, and no other', () => {
    mkdirSync(join(folder, 'repo/.git'))
    const path = join(folder, 'elsewhere.yaml')
    const named = filesFrom(join(folder, 'repo'), ['gateway.yaml', path])
    expect(named.read(path)).toBe(MODEL)
    expect(() => filesFrom(join(folder, 'repo'), ['gateway.yaml']).read(path)).toThrow(
      'outside of the repository',
    )
    expect(() => filesIn(join(folder, 'repo')).read('../elsewhere.yaml')).toThrow('outside of the repository')
  })
})
