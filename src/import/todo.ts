import { formatProblem, type Problem } from '../config/problem.ts'
import type { ImportedField } from './field.ts'
import type { VariableToSet } from './references.ts'

/** One kind of thing that is left for a person. */
export interface Todo {
  readonly title: string
  readonly lines: readonly string[]
}

export interface Left {
  readonly file: string
  readonly text: string
  readonly fields: readonly ImportedField[]
  readonly variables: readonly VariableToSet[]
  readonly problems: readonly Problem[]
}

/** Everything that is left to do after an import, in the order in which a person does it. */
export function todosOf({ file, text, fields, variables, problems }: Left): Todo[] {
  const places = placesOf(text)
  const of = (outcome: ImportedField['outcome']) => fields.filter((field) => field.outcome === outcome)
  const line = ({ path, detail }: ImportedField) => `${path}${detail === '' ? '' : `: ${detail}`}`
  const all: Todo[] = [
    {
      title: `Fill in, in ${file}`,
      lines: of('fill-in').map((field) => `line ${places.get(field.path) ?? 1}, ${line(field)}`),
    },
    { title: 'Correct', lines: errorsIn(problems).map(formatProblem) },
    { title: `Decide, in ${file}`, lines: of('decide').map(line) },
    {
      title:
        'Set each of these as a secret in GitHub (gh secret set NAME), or export it where you run the commands',
      lines: variables.map(({ name, from }) => `${name}: ${from}`),
    },
    {
      title:
        'Hand them on in the workflows, under env: of the steps that plan, sync and deploy (init writes workflows that do)',
      lines: variables.map(({ name }) => `${name}: \${{ secrets.${name} }}`),
    },
    {
      title: `Add to ${file} what LiteLLM reads from its environment and nothing delivers`,
      lines: problems.filter(({ code }) => code === 'environment').map(formatProblem),
    },
    { title: 'See whether this is meant', lines: warningsIn(problems).map(formatProblem) },
    { title: 'See what was left out', lines: of('left-out').map(line) },
  ]
  return all.filter(({ lines }) => lines.length > 0)
}

/** Whether the gateway would not come out the same before a person did something in the file itself. */
export function needsPerson({ fields, problems }: Left): boolean {
  return errorsIn(problems).length > 0 || fields.some(({ outcome }) => outcome === 'decide')
}

/** As lines of a terminal. */
export function todoText(todos: readonly Todo[]): string {
  const parts = todos.map(({ title, lines }, index) =>
    [`${index + 1}. ${title}:`, ...lines.map((line) => `     ${line}`)].join('\n'),
  )
  return ['What is left to do:', ...parts].join('\n')
}

function errorsIn(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ severity }) => severity === 'error')
}

/** What is said elsewhere in the list, and what is written as it was read, are not among them. */
function warningsIn(problems: readonly Problem[]): Problem[] {
  return problems.filter(
    ({ severity, code }) => severity === 'warning' && code !== 'environment' && code !== 'yaml-version',
  )
}

/** The line of each key at the top of a file. */
function placesOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line, index) => {
      const [, key] = /^([a-z_]+):/.exec(line) ?? []
      return key === undefined ? [] : [[key, index + 1] as const]
    }),
  )
}
