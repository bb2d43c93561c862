import type { Pin } from './commit.ts'

/** What a template of a workflow becomes in a user's repository. */
export interface WorkflowOptions {
  /** The action's commit, and the release that it is; undefined when the text is only read. */
  readonly pin: Pin | undefined
  /** Names of the variables that the declaration refers to. */
  readonly references: readonly string[]
}

const ACTION = /(uses: litellm-gitops\/litellm-gitops)@\S+/g
/** One line of the variables that a template hands on by way of example, with its indentation. */
const EXAMPLE = /^( +)([A-Z][A-Z0-9_]*): \$\{\{ secrets\.\2 \}\}\n/
const HEAD = /^ +# [^\n]*os\.environ\/NAME[^\n]*\n/m

/** Pins the action, and passes the secrets that this declaration refers to instead of the template's. */
export function workflowFor(template: string, { pin, references }: WorkflowOptions): string {
  const pinned =
    pin === undefined
      ? template
      : template.replaceAll(ACTION, (_, action: string) => `${action}@${pin.commit} # ${pin.name}`)
  const head = HEAD.exec(pinned)
  if (head === null) return pinned
  const before = pinned.slice(0, head.index + head[0].length)
  let rest = pinned.slice(before.length)
  const indentation = EXAMPLE.exec(rest)?.[1] ?? '          '
  while (EXAMPLE.test(rest)) rest = rest.replace(EXAMPLE, '')
  const lines = references.map((name) => `${indentation}${name}: \${{ secrets.${name} }}\n`)
  return `${before}${lines.join('')}${rest}`
}
