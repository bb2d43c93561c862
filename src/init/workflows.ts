/** What a template of a workflow becomes in a user's repository. */
export interface WorkflowOptions {
  /** Commit or tag of the action. */
  readonly ref: string
  /** Names of the variables that the declaration refers to. */
  readonly references: readonly string[]
}

const ACTION = /(uses: litellm-gitops\/litellm-gitops)@(\S+)/g
const COMMIT = /^[0-9a-f]{40}$/
/** One line of the variables that a template hands on by way of example, with its indentation. */
const EXAMPLE = /^( +)([A-Z][A-Z0-9_]*): \$\{\{ secrets\.\2 \}\}\n/
const HEAD = /^ +# [^\n]*os\.environ\/NAME[^\n]*\n/m

/** Pins the action, and hands on the secrets that this declaration refers to in place of the template's. */
export function workflowFor(template: string, { ref, references }: WorkflowOptions): string {
  const pinned = template.replaceAll(ACTION, (_, action: string, version: string) =>
    COMMIT.test(ref) ? `${action}@${ref} # ${version}` : `${action}@${ref}`,
  )
  const head = HEAD.exec(pinned)
  if (head === null) return pinned
  const before = pinned.slice(0, head.index + head[0].length)
  let rest = pinned.slice(before.length)
  const indentation = EXAMPLE.exec(rest)?.[1] ?? '          '
  while (EXAMPLE.test(rest)) rest = rest.replace(EXAMPLE, '')
  const lines = references.map((name) => `${indentation}${name}: \${{ secrets.${name} }}\n`)
  return `${before}${lines.join('')}${rest}`
}
