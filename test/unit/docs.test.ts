import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** What the documents say of files, permissions and errors is what there is. */
const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]

describe.each(documents)('%s', (document) => {
  test('links to files that are there', () => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link)
    const missing = links.filter((link) => globSync(join(root, dirname(document), link)).length === 0)
    expect(missing).toEqual([])
  })
})

test('each error of the troubleshooting page is one of ours', () => {
  const headings = [...read('docs/troubleshooting.md').matchAll(/^### `(.*)`$/gm)].map(
    ([, text = '']) => text,
  )
  const sources = ['src/**/*.ts', 'src/**/*.py'].flatMap((pattern) => globSync(pattern, { cwd: root }))
  // A message may be broken into several literals.
  const all = sources.map((file) => read(file).replace(/["'`]\s*\+?\s*f?["'`]/g, '')).join('\n')
  const unknown = headings
    .flatMap((heading) => heading.split('…').map((part) => part.trim()))
    .filter((part) => !all.includes(part))
  expect(headings.length).toBeGreaterThan(20)
  expect(unknown).toEqual([])
})

test('each workflow is in the table of permissions, with those that it asks for', () => {
  const table = [...read('docs/tokens.md').matchAll(/^\| `([\w-]+\.yml)` \| (.*) \|$/gm)]
  const told = table.map(([, name, permissions = '']) => [name, permissions.replaceAll('`', '')])
  const asked = globSync('workflows/*.yml', { cwd: root }).map((file) => {
    const { jobs } = parse(read(file)) as { jobs: Record<string, { permissions?: Record<string, string> }> }
    const permissions = Object.values(jobs).flatMap((job) => Object.entries(job.permissions ?? {}))
    const named = new Set(permissions.map(([name, level]) => `${name}: ${level}`))
    return [basename(file), [...named].join(', ') || 'none']
  })
  expect(told.sort()).toEqual(asked.sort())
})

/** One entry of the last column of a threat: a file, and the name of a test as it stands there. */
const NAMED = /`(test\/[\w./-]+(?:\.test\.ts|\/test_\w+\.py))`: `([^`]+)`/g

describe('the threats of SECURITY.md', () => {
  const lines = read('SECURITY.md').split('\n')
  const rows = lines.flatMap((line, index) => {
    const head = lines.slice(0, index).findLastIndex((one) => !one.startsWith('|'))
    if (!line.startsWith('| ') || lines[head + 1] !== '| threat | control | test |') return []
    const [, threat = '', , tests = ''] = line.split(' | ').join('|').split('|')
    return index > head + 2 ? [[threat.trim(), tests.trim()] as const] : []
  })

  test('are told for each who may be the attacker', () => {
    const named = [
      'Runner',
      'Pull request author',
      'Fork',
      'Gateway user',
      'Container',
      'Network',
      'Backup holder',
      'Dependency',
    ]
    const headings = lines.filter((line) => line.startsWith('### ')).map((line) => line.slice(4))
    expect(headings).toEqual(named)
    expect(rows.length).toBeGreaterThan(40)
  })

  test.each(rows)('%s: has a test, and it is there', (_, tests) => {
    const named = [...tests.matchAll(NAMED)]
    // Nothing else stands in the cell, such as a note that a test is still to be written.
    expect(tests.replaceAll(NAMED, '').replaceAll(/[; ]/g, '')).toBe('')
    expect(named.length).toBeGreaterThan(0)
    const missing = named.filter(
      ([, file = '', name = '']) => globSync(file, { cwd: root }).length === 0 || !read(file).includes(name),
    )
    expect(missing.map(([whole]) => whole)).toEqual([])
  })
})
