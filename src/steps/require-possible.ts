import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Observation } from '../contract/programs/observe.ts'
import { refusals } from '../plan/refusals.ts'

/** Refuses a declaration that this gateway cannot be brought to, before anything changes. @throws ConfigError with every such problem */
export function requirePossible(desired: Desired, observed: Observation | undefined): void {
  const problems = refusals(desired, observed)
  // What was found in the file alone is reported beside it.
  if (problems.length > 0) throw new ConfigError([...problems, ...desired.warnings])
}
