import type { Position, Problem } from '../problem.ts'
import { isSecretName } from '../secrets/secret-name.ts'
import { describe } from './describe.ts'
import { type Path, pathText } from './path.ts'
import type { AmbiguousValue } from './read.ts'
import type { Plain } from './scalars.ts'

const WORD = /^[A-Za-z]+$/

/** Values that mean one thing to LiteLLM, whose reader knows YAML 1.1, and another in YAML 1.2, which editors and people go by. */
export function versionProblems(
  values: readonly AmbiguousValue[],
  locate: (path: Path) => Position,
): Problem[] {
  return values.map(({ path, scalar: { text, readings } }) => {
    const { '1.1': read, '1.2': other } = readings
    const isShown = WORD.test(text) || !mayBeSecret(path)
    return {
      severity: 'warning',
      code: 'yaml-version',
      at: locate(path),
      ...(read === other ? tooLong(path, read, isShown) : twoReadings(path, { read, other, text, isShown })),
    }
  })
}

function twoReadings(
  path: Path,
  { read, other, text, isShown }: { read: Plain; other: Plain; text: string; isShown: boolean },
): Pick<Problem, 'message' | 'fix'> {
  if (!isShown)
    return {
      message: `${pathText(path)} is ${kindOf(read)} to LiteLLM, which reads YAML 1.1, but ${kindOf(other)} in YAML 1.2.`,
      fix: 'put it in quotes if it is a text.',
    }
  const value = typeof read === 'string' ? other : read
  return {
    message: `${pathText(path)} is ${named(read)} to LiteLLM, which reads YAML 1.1, but ${named(other)} in YAML 1.2.`,
    fix: `write ${plainText(value)}, or "${text}" in quotes for the text.`,
  }
}

function tooLong(path: Path, read: Plain, isShown: boolean): Pick<Problem, 'message' | 'fix'> {
  return {
    message: `${pathText(path)} is a number with more digits than can be kept${isShown ? `, and becomes ${String(read)}` : ''}.`,
    fix: 'put it in quotes to keep every digit.',
  }
}

function mayBeSecret(path: Path): boolean {
  return (
    path[0] === 'environment_variables' || path.some((step) => typeof step === 'string' && isSecretName(step))
  )
}

function named(value: Plain): string {
  return typeof value === 'string' ? `the text ${describe(value)}` : String(value)
}

/** In a form that both versions read alike. */
function plainText(value: Plain): string {
  return String(value).replace(/^(-?\d+)e/, '$1.0e')
}

function kindOf(value: Plain): string {
  if (typeof value === 'string') return 'a text'
  return typeof value === 'number' ? 'a number' : 'true or false'
}
