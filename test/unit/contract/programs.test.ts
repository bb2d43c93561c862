import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import programs from '../../../src/agent/programs.json' with { type: 'json' }
import { PROTOCOL } from '../../../src/contract/programs/observe.ts'
import { PROGRAMS, type ProgramName } from '../../../src/contract/programs.ts'
import { HostProgramError } from '../../../src/host/errors.ts'
import { readAnswer } from '../../../src/host/read-answer.ts'
import { type Recorded, recordings } from './recorded.ts'

const recorded = recordings()
const answers = recorded.filter(({ answer }) => 'result' in answer)

function recordedAs(file: string): Recorded {
  return recorded.find((one) => one.file === file) ?? expect.fail(`no ${file}`)
}

describe('the contract knows all of what programs on a lab host', () => {
  test.each(recorded.map((one) => [one.file, one] as const))('were asked: %s', (_, { program, question }) => {
    // A key that the contract does not know is left out by it, and so missing here.
    expect(PROGRAMS[program].question.parse(question)).toEqual(question)
  })

  test.each(answers.map((one) => [one.file, one] as const))('answered: %s', (_, { program, answer }) => {
    expect(readAnswer(program, answer.result, 'lab')).toEqual(answer.result)
  })

  test('answered after a crash, which no recording has', () => {
    const rolledOut = { release: '20261130T155042Z-0bc2d2c2', previous: null, cut: 0 }
    const resumed = { outcome: 'rolled-out', ...rolledOut, resumed: true }
    expect(readAnswer('rollout', resumed, 'lab')).toEqual(resumed)
    const finished = { outcome: 'finished', ...rolledOut }
    expect(readAnswer('recover', finished, 'lab')).toEqual(finished)
  })

  test('every program that a lab host can run is recorded', () => {
    const unrecorded = Object.keys(PROGRAMS).filter(
      (name) => !answers.some(({ program }) => program === name),
    )
    // They need a hypervisor, and an old gateway: test/vm/libvirt.test.ts, test/host/adopted/.
    expect(unrecorded).toEqual(['adopt', 'move', 'hypervisor'])
  })
})

test('every program of the contract is one that src/agent/programs.json lets a runner, or a job, start', () => {
  const table: Readonly<Record<string, { readonly by: readonly string[] }>> = programs
  const may = Object.entries(table).filter(([, { by }]) => by.includes('runner') || by.includes('job'))
  expect(may.map(([name]) => name).sort()).toEqual(Object.keys(PROGRAMS).sort())
})

describe(`an answer of protocol ${PROTOCOL}, which the read-only key's program of an earlier deploy gives`, () => {
  const folder = join(import.meta.dirname, `../../contract/protocol-${PROTOCOL}`)

  test.each(readdirSync(folder))(
    '%s is read; when it no longer can be, raise PROTOCOL and record another',
    (file) => {
      const { program, answer } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded
      expect(readAnswer(program, answer.result, 'lab')).toEqual(answer.result)
    },
  )

  test('is read also without what came after its first version', () => {
    const answer = structuredClone(recordedAs('doctor.json').answer.result) as {
      parts: { audit?: unknown }
      observation: { value: { gateway: { stored?: unknown; identity?: unknown } } }
    }
    delete answer.parts.audit
    delete answer.observation.value.gateway.stored
    delete answer.observation.value.gateway.identity
    expect(readAnswer('doctor', answer, 'lab')).toEqual(answer)
  })
})

describe('an answer', () => {
  const { result } = recordedAs('observe.json').answer as { result: { gateway: { budgets: object[] } } }

  function refused(program: ProgramName, answer: unknown): HostProgramError {
    try {
      readAnswer(program, answer, 'root@192.0.2.1:22')
    } catch (error) {
      if (error instanceof HostProgramError) return error
      throw error
    }
    return expect.fail('it was taken')
  }

  test('that is not of the contract is refused with its place and without its value', () => {
    const error = refused('observe', { ...result, gateway: { ...result.gateway, healthy: 'sk-secret-0123' } })
    expect(error.code).toBe('answer')
    expect(error.message).toBe(
      'What observe on root@192.0.2.1:22 answers is not what this version expects: gateway.healthy: Invalid input: expected boolean, received string.',
    )
  })

  test.each([null, 42, 'sk-secret-0123', [], {}, { masterKey: ['sk-secret-0123'] }])(
    'of another kind altogether is refused: %j',
    (answer) => {
      const error = refused('master_key', answer)
      expect(error.code).toBe('answer')
      expect(error.message).not.toContain('sk-secret')
    },
  )

  test('is not quoted where the host chose a key that cannot be printed in a line', () => {
    const env = { [`\u001b[2J\n::x${'a'.repeat(500)}`]: { live: 1, given: null } }
    const { message } = refused('observe', { ...result, gateway: { ...result.gateway, env } })
    expect(message).toContain('expects: gateway.env.….live: Invalid input')
  })

  test('may have fields of a later version, which are passed over', () => {
    expect(readAnswer('observe', { ...result, later: 1 }, 'lab')).toEqual(result)
  })

  test('of rows that somebody wrote into the database by hand loses what is no value, and nothing else', () => {
    const row = { subject: 'user', id: 'alice', spend: 'NaN', max_budget: 'Infinity', tpm_limit: 5 }
    const strange = {
      ...row,
      ...{
        budget_reset_at: 'infinity',
        managed: 7,
        model_max_budget: 'x',
        budget_limits: [null],
        models: {},
      },
    }
    const read = readAnswer(
      'observe',
      { ...result, gateway: { ...result.gateway, budgets: [strange] } },
      'lab',
    )
    expect(JSON.parse(JSON.stringify(read.gateway?.budgets))).toEqual([
      { subject: 'user', id: 'alice', tpm_limit: 5 },
    ])
  })
})
