import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'content-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const content = (more: object = {}) => ({
  tables: { a: { rows: 3, checksum: '17' }, b: { rows: 0, checksum: '0' } },
  definitions: { index: { a_pkey: 'x', b_pkey: 'y' }, column: { 'a.id': 'z' } },
  ...more,
})

describe('two databases', () => {
  const differences = (wanted: object, found: object) =>
    inAgent<string[]>(
      'from agent.database import content as database_content\nreturn database_content.differences(given["wanted"], given["found"])',
      { wanted, found },
    )

  it('that are the same have no differences', () => expect(differences(content(), content())).toEqual([]))

  it.each([
    [
      { tables: { a: { rows: 2, checksum: '17' }, b: { rows: 0, checksum: '0' } } },
      'a has 2 rows where 3 were backed up',
    ],
    [
      { tables: { a: { rows: 3, checksum: '18' }, b: { rows: 0, checksum: '0' } } },
      'the rows of a are other ones than were backed up',
    ],
    [{ tables: { a: { rows: 3, checksum: '17' } } }, '1 tables are missing: b'],
    [{ definitions: { index: { a_pkey: 'x' }, column: { 'a.id': 'z' } } }, '1 indexes are missing: b_pkey'],
    [
      { definitions: { index: { a_pkey: 'x', b_pkey: 'w' }, column: { 'a.id': 'z' } } },
      '1 indexes differ: b_pkey',
    ],
    [{ definitions: { index: { a_pkey: 'x', b_pkey: 'y' }, column: {} } }, '1 columns are missing: a.id'],
  ])('that differ by %o are told apart', (changed, said) => {
    expect(differences(content(), content(changed))).toEqual([said])
  })
})

describe('the choice of a backup', () => {
  const choose = (wanted: string | null) =>
    inAgent<string>(
      `
import datetime
from agent.backup import restic
at = lambda day: datetime.datetime(2026, 11, day, 2, tzinfo=datetime.timezone.utc)
kinds = ["scheduled", "manual", "safety"]
all = [restic.Snapshot(f"{day:02}beef", at(day), kinds[day - 20], 0, f"{day:02}beef", ("/x",)) for day in (20, 21, 22)]
return restic.choose(all, given).id`,
      wanted,
    )

  it.each([
    [null, '21beef'],
    ['latest', '21beef'],
    ['22be', '22beef'],
    ['2026-11-21T01:59', '20beef'],
    ['2026-11-21T03:00:00+01:00', '21beef'],
    ['2027-01-01', '22beef'],
  ])('%s', (wanted, id) => expect(choose(wanted)).toBe(id))

  it.each(['yesterday', '99', '2026-11-19'])('%s is refused, with those that there are', (wanted) => {
    expect(() => choose(wanted)).toThrow(/no-backup: .*(20beef|2026-11-20)/)
  })
})

describe('the files of a backup', () => {
  it('are told when one is damaged, missing or new; a link counts by where it points', () => {
    writeFileSync(join(folder, 'same'), 'a')
    writeFileSync(join(folder, 'damaged'), 'a')
    writeFileSync(join(folder, 'missing'), 'a')
    const script = `
import os
from pathlib import Path
from agent.backup import manifest
from agent.restore import verify
folder = Path(given)
os.symlink("same", folder / "link")
before = {"files": manifest.hashes(folder)}
none = manifest.differences(before, folder)
verify.flip_byte(folder / "damaged")
(folder / "missing").unlink()
(folder / "new").write_text("")
(folder / "link").unlink()
os.symlink("new", folder / "link")
return [none, manifest.differences(before, folder)]`
    expect(inAgent(script, folder)).toEqual([
      [],
      ['missing is missing', 'new was not there', 'damaged is damaged', 'link is damaged'],
    ])
  })

  it.each(['', '{}', '[]', '{"schema": 2}'])('a manifest that is %j is refused', (text) => {
    expect(() =>
      inAgent('from agent.backup import manifest\nreturn manifest.parse(given.encode())', text),
    ).toThrow(/^manifest: /)
  })
})
