import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hostFiles } from '../../../src/host/files.ts'

/** The system's own, as on a host; what else PATH has under that name may be a slow shim. */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** Runs Python against the agent's own modules, as the host would, and gives back what the script prints as JSON. */
export function inAgent<Answer>(script: string, input: unknown = {}): Answer {
  const modules = Object.fromEntries(
    Object.entries(hostFiles('agent')).map(([name, text]) => [name.replace(/\.py$/, ''), text]),
  )
  modules.script = `import json\ndef main(given):\n${script.replace(/^/gm, '    ')}\n`
  const bootstrap =
    'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))'
  let output: string
  try {
    output = execFileSync(PYTHON, ['-I', '-B', '-c', bootstrap], {
      input: `${JSON.stringify({ modules, main: 'script', input })}\n`,
      encoding: 'utf8',
    })
  } catch (error) {
    output = (error as { stdout: string }).stdout
  }
  const last = JSON.parse(output.trim().split('\n').at(-1) ?? '') as
    | { result: Answer }
    | { error: { code: string; message: string; log: string[] } }
  if ('error' in last)
    throw new Error(`${last.error.code}: ${last.error.message}\n${last.error.log.join('\n')}`)
  return last.result
}
