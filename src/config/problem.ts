import type { Path } from './yaml/path.ts'
/** A place in a file; line and column count from 1, as editors and GitHub's annotations do. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Something in the user's files that is wrong (`error`), probably not meant (`warning`), or good to know (`info`). */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info'
  /** Stable name of the kind of problem, such as `literal-secret`. */
  readonly code: string
  /** One sentence: what is wrong and what was found there. Never holds a secret's value. */
  readonly message: string
  /** What to write instead. */
  readonly fix: string
  readonly at: Position
}

/** The user's files cannot be applied as they are. Everything that is wrong is listed, not only the first. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** `gateway.yaml:12:5: … Fix: …`, the form that editors turn into links. */
export function formatProblem({ message, fix, at }: Problem): string {
  return `${at.file}:${at.line}:${at.column}: ${message} Fix: ${fix}`
}

/** What is wrong at a place of the declaration; an error unless it says otherwise. */
export interface Flaw extends Pick<Problem, 'code' | 'message' | 'fix'> {
  readonly path: Path
  readonly severity?: Problem['severity']
}
