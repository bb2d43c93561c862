import { readFileSync } from 'node:fs'
import { exec } from '@actions/exec'
import { BOOTSTRAP } from '../src/contract/wire.ts'
import { agentModules } from '../src/host/agent-modules.ts'

/**
 * Runs one of the host's programs by hand, as a session does: `npm run program -- HOST NAME <question.json`. HOST is what ssh takes;
 * `here` is this machine. The question comes on standard input, so no value gets into an argument list.
 */
export async function runProgram([host, name, ...more]: readonly string[]): Promise<void> {
  if (host === undefined || name === undefined || more.length > 0)
    throw new Error('Give a host and a program: npm run program -- HOST NAME <question.json')
  const request = { modules: agentModules(name), main: name }
  const question = JSON.parse(readFileSync(0, 'utf8'))
  const input = Buffer.from(`${JSON.stringify(request)}\n${JSON.stringify(question)}\n`)
  const [program, ...args] =
    host === 'here'
      ? ['python3', '-I', '-B', '-c', BOOTSTRAP]
      : ['ssh', host, `sudo -n python3 -I -B -c '${BOOTSTRAP}'`]
  await exec(program ?? '', args, { input, silent: false })
}
