import type { OperationId } from './operations.ts'
import type { Account } from './state.ts'

/** A permission as the REST API's documentation names it; `metadata` is always there. */
export type Permission =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'environments'
  | 'issues'
  | 'metadata'
  | 'organization_secrets'
  | 'organization_variables'
  | 'pull_requests'
  | 'secrets'
  | 'variables'

export type Permissions = { readonly [name in Permission]?: 'read' | 'write' }

/**
 * Whose token it is decides what it can ever do: the job's own (`actions`) reaches its own repository only and can never touch
 * secrets or variables, an App's installation has no user, a person's fine-grained token has one, and an App's own (`jwt`)
 * can only look at the App and ask for installation tokens.
 */
export interface Token {
  readonly value: string
  readonly kind: 'actions' | 'app' | 'personal' | 'jwt'
  readonly account: Account
  readonly permissions: Permissions
  /** Full names of the repositories it reaches; undefined means all. */
  readonly repositories?: readonly string[]
}

/** What a workflow's `permissions:` block can grant. Asking for more is a mistake in the test, not a case to test. */
const GRANTABLE_TO_ACTIONS: readonly Permission[] = [
  'actions',
  'checks',
  'contents',
  'deployments',
  'issues',
  'metadata',
  'pull_requests',
]

/** Throws a TypeError for a token that GitHub could not have issued. */
export function assertPossible({ kind, permissions }: Token): void {
  if (kind !== 'actions') return
  const impossible = Object.keys(permissions).filter(
    (name) => !GRANTABLE_TO_ACTIONS.includes(name as Permission),
  )
  if (impossible.length > 0) throw new TypeError(`no workflow can grant its token ${impossible.join(', ')}`)
}

/**
 * Which permission a route needs, any one of several, as GitHub's documentation of each route says. Whether `read` or `write`
 * is needed follows from the method. A conversation on a pull request is open to both permissions that name it.
 */
export function permissionsFor(operation: OperationId, onPullRequest: boolean): readonly Permission[] {
  const conversation: readonly Permission[] = onPullRequest ? ['issues', 'pull_requests'] : ['issues']
  if (operation.startsWith('issues/')) return conversation
  if (operation.startsWith('pulls/') || operation === 'repos/list-pull-requests-associated-with-commit') {
    return ['pull_requests']
  }
  if (operation.startsWith('checks/')) return ['checks']
  if (operation.includes('deployment')) return ['deployments']
  if (operation === 'repos/create-or-update-environment') return ['administration']
  if (/^repos\/get-(all-environments|environment)$/.test(operation)) return ['actions']
  if (operation.includes('environment')) return ['environments']
  if (
    /-org-(secret|public-key)/.test(operation) ||
    operation === 'actions/list-selected-repos-for-org-secret'
  ) {
    return ['organization_secrets']
  }
  if (/-org-variable/.test(operation)) return ['organization_variables']
  if (/secret|public-key/.test(operation)) return ['secrets']
  if (/variable/.test(operation)) return ['variables']
  if (operation.startsWith('actions/')) return ['actions']
  if (
    operation.startsWith('git/') ||
    /^repos\/(get-content|create-or-update-file-contents|list-commits|get-commit|compare-commits-with-basehead|create-dispatch-event)$/.test(
      operation,
    )
  )
    return ['contents']
  return ['metadata']
}

export function allows(
  { permissions }: Token,
  needed: readonly Permission[],
  level: 'read' | 'write',
): boolean {
  return needed.some((name) => {
    const granted = name === 'metadata' ? (permissions.metadata ?? 'read') : permissions[name]
    return granted === 'write' || granted === level
  })
}
