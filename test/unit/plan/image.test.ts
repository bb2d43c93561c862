import { describe, expect, it } from 'vitest'
import { TRIED_LITELLM } from '../../../src/contract/litellm.ts'
import type { ImageSchema } from '../../../src/contract/programs/observe.ts'
import { diff } from '../../../src/plan/diff.ts'
import { applied, base, load, NOW } from './applied.ts'

const desired = load(base)
const FIRST = '20260918000000_add_managed_file_content_table'
const none: ImageSchema = { pending: [], unknown: [], leaving: [], backup: null }

/** The plan for another image, of which the host knows that much. */
const plan = (schema?: Partial<ImageSchema> | null) => {
  const observed = applied(desired)
  const image = {
    running: 'a@sha256:1',
    wanted: 'a@sha256:2',
    ...(schema === undefined ? {} : { schema: schema === null ? null : { ...none, ...schema } }),
  }
  const { changes, notes } = diff(desired, { ...observed, differs: { ...observed.differs, image } }, NOW)
  const details = changes.flatMap((change) => (change.kind === 'host' ? [change.detail] : []))
  return { detail: details.join(), notes: notes.filter(({ text }) => text.includes('older than the schema')) }
}

describe('another image', () => {
  it.each([
    ['that the host never had', null, 'before any of them is run, a backup is taken and read back'],
    ['told by the program of an earlier version', undefined, 'its migrations are read when it is pulled'],
    [
      'that brings migrations',
      { pending: [FIRST] },
      `a backup is taken and read back (on this host only: backup.copy_to is not declared), then the database gets 1 migration (${FIRST})`,
    ],
    [
      'whose migrations may take columns away',
      { pending: [FIRST], leaving: ['LiteLLM_ToolTable.call_policy'] },
      'which may drop or rename 1 column (LiteLLM_ToolTable.call_policy) that this LiteLLM does not have',
    ],
    ['that brings none', {}, 'the database needs no migrations for it, so no backup is taken'],
  ])('%s says what it means for the database', (_, schema, expected) => {
    const { detail, notes } = plan(schema)
    expect(detail).toMatch(/^a@sha256:1 → a@sha256:2; /)
    expect(detail).toContain(expected)
    expect(notes).toEqual([])
  })

  it('that is older than the schema will be refused, which is a warning with the way back', () => {
    const { detail, notes } = plan({ unknown: [FIRST], backup: 'abcdef01' })
    expect(detail).toContain(
      `refused by deploy: the database has had 1 migration (${FIRST}) that it does not know`,
    )
    expect(notes).toEqual([
      {
        severity: 'warning',
        text: expect.stringContaining('restore the backup abcdef01, which was taken before them'),
      },
    ])
    expect(plan({ unknown: [FIRST] }).notes[0]?.text).toContain(
      'restore a backup from before them (command backups)',
    )
  })
})

describe('a version that nobody has tried', () => {
  const notesFor = (version: string, deployed = true) => {
    const observed = applied(desired)
    const image = { running: 'a@sha256:1', wanted: 'a@sha256:2', version }
    const { gateway } = deployed ? observed : { gateway: null }
    const { notes } = diff(desired, { ...observed, gateway, differs: { ...observed.differs, image } }, NOW)
    return notes.filter(({ text }) => text.includes('was not tried'))
  }

  it.each([true, false])('is a note where it is to be deployed (something serves: %s)', (deployed) => {
    expect(notesFor('1.999.3', deployed)).toEqual([
      { severity: 'info', text: expect.stringMatching(/^LiteLLM 1\.999 was not tried .*docs\/versions\.md/) },
    ])
  })

  it('is none where another patch of it was', () => {
    for (const minor of TRIED_LITELLM) expect(notesFor(`${minor}.77`)).toEqual([])
  })

  it('is none where it serves already', () => {
    const serving = applied(desired, { version: '1.999.3' })
    const { notes } = diff(desired, serving, NOW)
    expect(notes.filter(({ text }) => text.includes('was not tried'))).toEqual([])
  })
})
