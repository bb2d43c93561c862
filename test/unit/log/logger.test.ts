import { describe, expect, test, vi } from 'vitest'
import { createActionsLogger } from '../../../src/github/actions-logger.ts'
import { createRecordingLogger, createTerminalLogger } from '../../../src/log/logger.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import { withoutCommands } from '../../../src/text/controls.ts'

const redact = createRedactor(['s3cr3t-value'])

async function printed(work: () => Promise<void> | void): Promise<string> {
  let text = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    await work()
  } finally {
    write.mockRestore()
  }
  return text
}

async function everyLevel(log: ReturnType<typeof createActionsLogger>) {
  await log.group('phase s3cr3t-value', async () => log.info('info s3cr3t-value'))
  log.debug('debug s3cr3t-value')
  log.notice('notice s3cr3t-value')
  log.warning('warning s3cr3t-value')
  log.error('error s3cr3t-value\nsecond line')
}

describe('the logger for workflows', () => {
  test('speaks in workflow commands, without secrets', async () => {
    expect(await printed(() => everyLevel(createActionsLogger(redact)))).toBe(
      [
        '::group::phase ***',
        'info ***',
        '::endgroup::',
        '::debug::debug ***',
        '::notice::notice ***',
        '::warning::warning ***',
        '::error::error ***%0Asecond line',
        '',
      ].join('\n'),
    )
  })

  test('closes the group and passes on what its work throws', async () => {
    const log = createActionsLogger(redact)
    const text = await printed(async () => {
      await expect(log.group('phase', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    })
    expect(text).toBe('::group::phase\n::endgroup::\n')
  })

  test.each([
    ['::error::from a log', ': :error::from a log'],
    ['fine\n  ::stop-commands::x', 'fine\n  : :stop-commands::x'],
    ['so ##[error]bad', 'so ## [error]bad'],
    ['std::vector and a::b stay', 'std::vector and a::b stay'],
  ])('takes no orders from what it logs: %j', (line, harmless) => {
    expect(withoutCommands(line)).toBe(harmless)
  })
})

describe('the logger for terminals', () => {
  const terminal = (options: { colors?: boolean; verbose?: boolean } = {}) => {
    const state = { text: '' }
    const write = (text: string) => {
      state.text += text
    }
    return { state, log: createTerminalLogger({ redact, write, colors: false, ...options }) }
  }

  test('indents what is in a group, without secrets and colours', async () => {
    const { state, log } = terminal({ verbose: true })
    await everyLevel(log)
    expect(state.text).toBe(
      'phase ***\n  info ***\ndebug debug ***\nnotice notice ***\nwarning warning ***\nerror error ***\nsecond line\n',
    )
  })

  test('keeps debug to itself unless asked, and paints when it may', () => {
    const { state, log } = terminal({ colors: true })
    log.debug('hidden')
    log.error('bad')
    expect(state.text).toBe('\u001b[31merror \u001b[0mbad\n')
  })

  test('has no colours when stderr is no terminal or NO_COLOR is set', () => {
    vi.stubEnv('NO_COLOR', '1')
    let text = ''
    createTerminalLogger({
      redact,
      write: (chunk) => {
        text += chunk
      },
    }).warning('x')
    vi.unstubAllEnvs()
    expect(text).toBe('warning x\n')
  })
})

describe('the logger for tests', () => {
  test('keeps levels, order and groups', async () => {
    const log = createRecordingLogger(redact)
    await everyLevel(log)
    expect(log.records.map(({ level, groups }) => `${groups.join('/')}|${level}`)).toEqual([
      '|group',
      'phase ***|info',
      '|debug',
      '|notice',
      '|warning',
      '|error',
    ])
    expect(log.text).not.toContain('s3cr3t')
  })
})
