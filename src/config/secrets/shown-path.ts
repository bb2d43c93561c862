import type { Path } from '../yaml/path.ts'
import { isKey } from './key-form.ts'
import { isSecretName } from './secret-name.ts'

/** The path as far as it may be shown: within a mapping under a secret's name, keys may be the secret. */
export function shownPath(path: Path): Path {
  if (path[0] === 'environment_variables' && typeof path[1] === 'number') return path.slice(0, 1)
  const itself = path.findIndex((step) => typeof step === 'string' && isKey(step))
  const shown = itself < 0 ? path : path.slice(0, itself)
  const secret = shown.findIndex((step, index) => typeof step === 'string' && index > 0 && isSecretName(step))
  return secret < 0 ? shown : shown.slice(0, secret + 1)
}
