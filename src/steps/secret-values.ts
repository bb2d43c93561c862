import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Plan } from '../plan/change.ts'
import type { StepContext } from './command.ts'

/** The values that this step has for the variables that the declaration refers to, known as secrets from here on. */
export function valuesFor({ secrets }: Desired, context: StepContext): Record<string, string> {
  const found = secrets.flatMap(({ name }): [string, string][] => {
    // An unset secret reaches a workflow step as an empty text.
    const value = context.env[name]
    return value === undefined || value.trim() === '' ? [] : [[name, value]]
  })
  context.secrets.add(...found.map(([, value]) => value))
  return Object.fromEntries(found)
}

/** Refuses a change that would need a value that neither the step nor the gateway has. @throws ConfigError */
export function requireValues(
  { secrets, file, locate }: Desired,
  values: Readonly<Record<string, string>>,
  plan: Plan,
): void {
  const unknown = new Set(
    plan.changes.flatMap((change) =>
      change.kind === 'secret' && change.action === 'create' ? [change.name] : [],
    ),
  )
  const missing = secrets.filter(({ name }) => values[name] === undefined && unknown.has(name))
  if (missing.length === 0) return
  throw new ConfigError(
    missing.map(({ name, path }) => ({
      severity: 'error',
      code: 'missing-value',
      message: `${file} refers to os.environ/${name}, but this step's environment has no value for it and the gateway knows none.`,
      fix: `add "${name}: \${{ secrets.${name} }}" to the step's env, with the secret set in the repository or its environment; on a terminal, export ${name}.`,
      at: locate(path),
    })),
  )
}
