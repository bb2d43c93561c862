import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../src/config/desired.ts'
import { diff } from '../../../src/plan/diff.ts'
import { readReviewedMark, reviewedMark, unreviewed } from '../../../src/plan/digest.ts'
import { details } from '../../../src/plan/kinds.ts'
import { planLines } from '../../../src/plan/lines.ts'
import { planMarkdown } from '../../../src/plan/markdown.ts'
import { applied, base, NOW } from './applied.ts'

/** A declaration whose files are these. */
function load(files: Readonly<Record<string, string>>) {
  const text = stringify({ ...base, ...(Object.keys(files).length === 0 ? {} : { files: ['*.py'] }) })
  const all: Readonly<Record<string, string>> = { ...files, 'gateway.yaml': text }
  const read = (path: string) => {
    const found = all[path]
    if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return found
  }
  return loadDesired('gateway.yaml', { read, list: () => Object.keys(files) })
}

const hashes = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(load(files).beside.map(({ path, sha256 }) => [path, sha256]))
const LIVE = { 'same.py': 'same', 'changed.py': 'before', 'gone.py': 'gone' }
const WANTED = { 'same.py': 'same', 'changed.py': 'after', 'new.py': 'secret sauce' }

function planOf(files: Readonly<Record<string, string>>, live: Readonly<Record<string, string>> | undefined) {
  const desired = load(files)
  const beside = live === undefined ? {} : { beside: hashes(live) }
  return diff(desired, applied(desired, beside), NOW)
}

test('files that are added, changed and removed are shown by name and hash, and nothing else of them', () => {
  const plan = planOf(WANTED, LIVE)
  expect(plan.changes).toMatchObject([
    { kind: 'file', action: 'update', path: 'changed.py', at: { file: 'gateway.yaml' } },
    { kind: 'file', action: 'create', path: 'new.py' },
    { kind: 'file', action: 'delete', path: 'gone.py' },
  ])
  expect(plan.changes.flatMap(details)).toEqual([
    expect.stringMatching(/^changed, SHA-256 [0-9a-f]{12} → [0-9a-f]{12}$/),
    expect.stringMatching(/^added, SHA-256 [0-9a-f]{12}$/),
    expect.stringMatching(/^removed, SHA-256 [0-9a-f]{12}$/),
  ])
  const said = [...planLines(plan), planMarkdown(plan, { file: 'gateway.yaml' })].join('\n')
  expect(said).toContain('new.py, beside config.yaml')
  expect(said).not.toContain('secret sauce')
})

test('the same files are no change, whatever their order', () => {
  expect(planOf(LIVE, Object.fromEntries(Object.entries(LIVE).reverse())).changes).toEqual([])
})

test('a host of an earlier version has none yet', () => {
  expect(planOf({ 'a.py': '' }, undefined).changes).toMatchObject([{ action: 'create', path: 'a.py' }])
  expect(planOf({}, undefined).changes).toEqual([])
})

test('a reviewed plan holds for exactly these files', () => {
  const sha = '0'.repeat(40)
  const mark = readReviewedMark(`<!-- plan -->\n${reviewedMark(planOf(WANTED, LIVE), sha)}\n`)
  if (mark === undefined) throw new Error('no mark')
  expect(unreviewed(planOf(WANTED, LIVE), mark)).toEqual([])
  expect(unreviewed(planOf({ ...WANTED, 'changed.py': 'after that' }, LIVE), mark)).toEqual([
    'changed.py, beside config.yaml',
  ])
  // The reviewer saw what it replaces, too.
  expect(unreviewed(planOf(WANTED, { ...LIVE, 'changed.py': 'before that' }), mark)).toEqual([
    'changed.py, beside config.yaml',
  ])
})
