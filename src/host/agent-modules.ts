import { hostFiles } from './files.ts'

/** What the programs on the host are made of, by name of the module; `deploy` places the same text for the read-only key. */
export function agentModules(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hostFiles('agent')).map(([name, text]) => [name.replace(/\.py$/, ''), text]),
  )
}
