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
    return [basename(file), permissions.map(([name, level]) => `${name}: ${level}`).join(', ') || 'none']
  })
  expect(told.sort()).toEqual(asked.sort())
})
