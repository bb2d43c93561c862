import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reportText } from '../../../src/entries/report-json.ts'
import { createActionsLogger } from '../../../src/github/actions-logger.ts'
import { annotate } from '../../../src/github/annotations.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createTerminalLogger } from '../../../src/log/logger.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import { cases } from '../../lab/proof.ts'
import { type Comparing, obeyed, printedLines } from './runner-commands.ts'

let output = ''
beforeEach(() => {
  output = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += chunk
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const COMPARING: readonly Comparing[] = ['ordinal', 'linguistic']
const log = createActionsLogger((text) => text)

/** All commands in what is printed, by either way of comparing. */
function orders(): string[] {
  return COMPARING.flatMap((comparing) => obeyed(output, comparing).map(({ name }) => name))
}

/** Text in which a character might hide a command. */
function disguised(character: string): string {
  return [
    `${character}::stop-commands::token`,
    `  ${character} ::add-mask::x`,
    `:${character}:stop-commands::token`,
    `::${character}stop-commands::token`,
    `::stop-commands:${character}:token`,
    `words ${character}##[stop-commands]token`,
    `#${character}#[stop-commands]token`,
    `##${character}[stop-commands]token`,
  ].join('\n')
}

describe('the runner as the test knows it', () => {
  test.each([
    ['::stop-commands::x', ['stop-commands']],
    ['  \u0085\u2028::stop-commands::x', ['stop-commands']],
    ['::STOP-Commands::x\n::add-mask::secret', ['STOP-Commands']],
    ['::stop-commands::x\n::x::\n::add-mask::secret', ['stop-commands', 'x', 'add-mask']],
    ['words ##[error]bad', ['error']],
    ['one\r::debug::two\r\n::notice file=a::b', ['debug', 'notice']],
    ['std::vector and ::unknown::x', []],
  ])('obeys %j', (text, names) => {
    expect(obeyed(text).map(({ name }) => name)).toEqual(names)
  })
})

describe('text of others is never an order to the runner', () => {
  test('with any character of Unicode before it, in it or around it', () => {
    const perLine = 4096
    // Beyond the first plane are scripts and symbols of the same few kinds: every run looks at some of each, the proof at all.
    const starts = Array.from({ length: 0x110000 / perLine }, (_, index) => index * perLine)
    const rare = cases(16, 1)
    for (const from of starts.filter((start) => start < 0x10000 || (start / perLine) % rare === 0)) {
      output = ''
      const characters = Array.from({ length: perLine }, (_, index) => String.fromCodePoint(from + index))
      // Beyond the first planes one line tells what all the forms would.
      log.info(
        characters
          .map((one) => (from < 0x3000 ? disguised(one) : `${one}::stop-commands::x ##[error]${one}`))
          .join('\n'),
      )
      expect([from, obeyed(output)]).toEqual([from, []])
      if (from < 0x3000) expect([from, obeyed(output, 'linguistic')]).toEqual([from, []])
    }
  })

  const odd = fc.constantFrom(
    ...'\u0085\u2028\u2029\u00a0\u1680\u2003\u3000\ufeff\u200b\u200c\u200d\u00ad\u2060\u034f\u115f\u180e\u0000\u001b\t\n\r\v\f :#[]'.split(
      '',
    ),
    '::',
    '##[',
    'stop-commands',
    'error]',
    '::stop-commands::',
    'é',
    '👩‍💻',
  )
  test('property: however it is put together, on every level and in a group', async () => {
    const property = fc.asyncProperty(fc.string({ unit: odd, maxLength: 12 }), async (text) => {
      const own = ['debug', 'notice', 'warning', 'error', 'group', 'endgroup']
      output = ''
      log.info(text)
      log.info(`  ${text}`)
      expect(orders()).toEqual([])
      output = ''
      for (const level of ['debug', 'notice', 'warning', 'error'] as const) log[level](text)
      await log.group(text, async () => {})
      expect(orders()).toEqual([...own, ...own])
    })
    await fc.assert(property, { numRuns: cases(200, 20_000) })
  })

  test('property: in annotations, on a terminal, and in the document of --json', () => {
    const property = fc.property(fc.string({ unit: odd, maxLength: 12 }), (text) => {
      output = ''
      const place = { file: text, line: 1, column: 1 }
      annotate(
        Array.from({ length: 12 }, () => ({
          severity: 'error' as const,
          title: text,
          message: text,
          ...place,
        })),
        (line) => line,
      )
      expect(new Set(orders())).toEqual(new Set(['error']))
      expect(obeyed(output)).toHaveLength(10)

      output = ''
      const terminal = createTerminalLogger({
        redact: (line) => line,
        write: (line) => {
          output += line
        },
        colors: true,
      })
      terminal.info(text)
      terminal.error(text)
      const problem = { severity: 'error' as const, code: text, message: text, fix: text, at: place }
      const report = { command: 'plan', markdown: '', failed: false } as const
      const none = { plan: undefined, applied: undefined, cost: undefined }
      const document = reportText({ ...report, ...none, problems: [problem] }, createKnownSecrets())
      output += `${document}\n`
      expect(orders()).toEqual([])
      expect(JSON.parse(document).problems).toEqual([problem])
    })
    fc.assert(property, { numRuns: cases(100, 10_000) })
  })

  test('what cannot be seen is shown, and no two ends of a secret grow together', () => {
    const redact = createRedactor(['sk-live-1234567'])
    const careful = createActionsLogger(redact)
    careful.info('\u001b[31mred \u202eevil sk-live-\u200b1234567 sk-live-1234567 👩‍💻\tok\r\nnext\rlast')
    expect(output).toBe('\\u001b[31mred \\u202eevil sk-live-\\u200b1234567 *** 👩‍💻\tok\nnext\\u000dlast\n')
  })

  test('a mask that comes after it is still a command: nothing is left for the log to show', () => {
    log.info('    model_info.description: Fast and cheap.\n\u0085::stop-commands::x')
    const secrets = createKnownSecrets((value) => {
      process.stdout.write(`::add-mask::${value}\n`)
    })
    secrets.add('sk-2d71master')
    expect(obeyed(output)).toEqual([{ name: 'add-mask', data: 'sk-2d71master' }])
    expect(printedLines(output).join('\n')).not.toContain('sk-2d71master')
  })
})
