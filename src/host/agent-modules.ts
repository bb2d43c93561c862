import knownBad from '../config/litellm/known-bad.json' with { type: 'json' }
import { hostFiles } from './files.ts'

/**
 * What the programs on the host are made of, by name of the module; `deploy` places the same text for the read-only key and the
 * timers. One of them is data, which is valid Python too: what `agent/known_bad.py` reads.
 */
export function agentModules(): Record<string, string> {
  const programs = Object.entries(hostFiles('agent')).map(([name, text]) => [name.replace(/\.py$/, ''), text])
  return { ...Object.fromEntries(programs), known_bad_versions: JSON.stringify(knownBad) }
}
