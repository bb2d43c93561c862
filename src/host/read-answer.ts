import { type Answered, PROGRAMS, type ProgramName } from '../contract/programs.ts'
import { HostProgramError } from './errors.ts'

/** Of what is wrong in an answer. */
const MOST_FLAWS = 3

/**
 * What a program answered, when it is what the contract says of it. A host of another version, or one that somebody has changed, could
 * answer anything.
 * @throws HostProgramError `answer`, with the place of what is wrong and without its value, which may be a secret
 */
export function readAnswer<Name extends ProgramName>(
  program: Name,
  result: unknown,
  where: string,
): Answered<Name> {
  const read = PROGRAMS[program].answer.safeParse(result)
  if (read.success) return read.data as Answered<Name>
  const wrong = read.error.issues.slice(0, MOST_FLAWS).map(flawText)
  throw new HostProgramError(
    'answer',
    `What ${program} on ${where} answers is not what this version expects: ${wrong.join('; ')}.`,
    [],
    {},
  )
}

function flawText(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  // Keys are whatever the host says.
  const path = issue.path
    .map((step) => (/^[\x21-\x7e]{1,80}$/.test(String(step)) ? String(step) : '…'))
    .join('.')
  return `${path === '' ? 'the answer' : path}: ${issue.message}`
}
