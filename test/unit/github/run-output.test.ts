import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Annotation,
  annotate,
  annotationLine,
  SHOWN_PER_SEVERITY,
} from '../../../src/github/annotations.ts'
import { OUTPUT_LIMIT_BYTES, setOutputs } from '../../../src/github/outputs.ts'
import { SUMMARY_LIMIT_BYTES, writeSummary } from '../../../src/github/summary.ts'
import { createRedactor } from '../../../src/log/redact.ts'

const redact = createRedactor(['s3cr3t-value'])
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-output-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('the job summary', () => {
  test('is added to what stands there, without secrets', async () => {
    const file = join(folder, 'summary')
    writeFileSync(file, '# Before\n')
    expect(await writeSummary({ markdown: 'key s3cr3t-value', redact, file })).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('# Before\nkey ***\n')
  })

  test('stays within 1 MiB together with what stood there', async () => {
    const file = join(folder, 'summary')
    writeFileSync(file, 'x'.repeat(1000))
    await writeSummary({ markdown: 'a line with an ä in it\n'.repeat(60_000), redact, file })
    const text = readFileSync(file)
    expect(text.length).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES)
    expect(text.length).toBeGreaterThan(SUMMARY_LIMIT_BYTES - 200)
    expect(text.toString()).toMatch(/job summary holds 1 MiB/)
    await writeSummary({ markdown: 'more\n'.repeat(100), redact, file })
    expect(readFileSync(file).length).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES)
  })

  test('is not written where there is none', async () => {
    expect(await writeSummary({ markdown: 'x', redact, file: undefined })).toBe(false)
    expect(await writeSummary({ markdown: 'x', redact, file: '' })).toBe(false)
  })
})

describe('outputs', () => {
  test('reach the next step, without secrets', () => {
    const file = join(folder, 'output')
    writeFileSync(file, '')
    vi.stubEnv('GITHUB_OUTPUT', file)
    const planJson = JSON.stringify({ key: 's3cr3t-value', text: 'two\nlines' })
    expect(setOutputs({ changes: 3, 'has-changes': true, 'plan-json': planJson }, redact)).toEqual([])
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^changes<<(\S+)\n3\n\1\nhas-changes<<(\S+)\ntrue\n\2\n/)
    expect(text).toContain('{"key":"***","text":"two\\nlines"}')
  })

  test('that GitHub would refuse are left out and named', () => {
    const file = join(folder, 'output')
    writeFileSync(file, '')
    vi.stubEnv('GITHUB_OUTPUT', file)
    const large = 'x'.repeat(OUTPUT_LIMIT_BYTES / 2 + 1)
    expect(setOutputs({ 'plan-json': large, changes: 1 }, redact)).toEqual(['plan-json'])
    expect(readFileSync(file, 'utf8')).not.toContain('plan-json')
  })
})

describe('annotations', () => {
  const problem: Annotation = {
    severity: 'error',
    title: 'Unknown key',
    message: 's3cr3t-value\nfix: remove it',
    file: 'gateway.yaml',
    line: 3,
    column: 5,
  }
  const printed = (annotations: readonly Annotation[]) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    annotate(annotations, redact)
    return write.mock.calls.map(([text]) => text).join('')
  }

  test('carry the place and no secret', () => {
    expect(printed([problem])).toBe(
      '::error title=Unknown key,file=gateway.yaml,line=3,endLine=3,col=5::***%0Afix: remove it\n',
    )
    expect(printed([{ ...problem, severity: 'warning', endLine: 4, endColumn: 9 }])).toContain(
      '::warning title=Unknown key,file=gateway.yaml,line=3,endLine=4,col=5,endColumn=9::',
    )
  })

  test('beyond what GitHub shows go to the log', () => {
    const many = Array.from({ length: SHOWN_PER_SEVERITY + 2 }, (_, index) => ({
      ...problem,
      line: index + 1,
    }))
    const text = printed([...many, { ...problem, severity: 'notice' }])
    expect(text.match(/^::error /gm)).toHaveLength(SHOWN_PER_SEVERITY)
    expect(text).toContain('::notice ')
    expect(text).toContain('2 more, beyond the 10 of a kind that GitHub shows:\n')
    expect(text).toContain('gateway.yaml:12:5: error: Unknown key: ***\n')
  })

  test('read like a compiler prints them', () => {
    const { title: _, ...untitled } = problem
    expect(annotationLine({ ...untitled, message: 'bad' })).toBe('gateway.yaml:3:5: error: bad')
  })
})
