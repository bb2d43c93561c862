import type { StepContext } from './command.ts'

/** The repository's password from where it is escrowed, as the step has it in BACKUP_PASSWORD; known as a secret from here on. */
export function escrowedPassword({ env, secrets }: StepContext): string | undefined {
  const value = env.BACKUP_PASSWORD?.trim()
  if (value === undefined || value === '') return undefined
  secrets.add(value)
  return value
}
