import { join } from 'node:path'
import { PYTHON } from '../../../scripts/python-tools.ts'
import programs from '../../../src/agent/programs.json' with { type: 'json' }
import { agentModules } from '../../../src/host/agent-modules.ts'
import { printed } from '../../lab/starter/starter.ts'

/** What is named below the package `agent`, such as `read_only.checked`, and what it is called with. */
export type Call = readonly [name: string, ...args: readonly unknown[]]

/** How a call ended: with a value, or refused as `code: message`. */
export type Outcome = { readonly value: unknown } | { readonly refused: string }

/**
 * Calls functions of the host's programs, or reads constants of theirs when nothing is given: for what TypeScript and Python have to
 * agree on. All in one process, whose start takes longer than most calls. Tests of the programs themselves are in test/agent.
 */
export function callAgent(...calls: readonly Call[]): Outcome[] {
  const modules = agentModules(...Object.keys(programs))
  const answers = printed(PYTHON, ['-I', '-B', join(import.meta.dirname, 'agent-call.py')], {
    input: JSON.stringify({ modules, calls }),
  })
  return JSON.parse(answers) as Outcome[]
}
