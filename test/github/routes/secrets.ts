import {
  type Call,
  created,
  type Handler,
  type Handlers,
  noContent,
  notFound,
  ok,
  page,
  Refusal,
} from '../call.ts'
import type { JsonObject } from '../neutral-values.ts'
import type { SecretStore, StoredSecret } from '../secret-store.ts'
import type { Organization, Variable } from '../state.ts'
import { environmentInPath } from './deployments.ts'
import { presentRepository } from './repository.ts'

interface Scope {
  readonly secrets: SecretStore
  readonly variables: Map<string, Variable>
}

/** The three places that hold secrets and variables; the routes below are the same for all of them. */
const repositoryScope = (call: Call): Scope => call.repository
const environmentScope = (call: Call): Scope => environmentInPath(call)
function organizationScope(call: Call): Organization {
  const found = call.state.organizations.get(call.variables.org ?? '')
  if (found === undefined) throw notFound()
  return found
}

const NAME_RULE =
  'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. ' +
  'Must start with a letter ([a-z], [A-Z]) or underscores (_).'

/** GitHub's words, as users of its API report them (integrations/terraform-provider-github#2315). */
const IMPROPER = 'Bad request - validation failed due to an improperly encrypted secret'

function usableName(name: string): string {
  const upper = name.toUpperCase()
  if (!/^[A-Z_][A-Z0-9_]*$/.test(upper)) throw new Refusal(422, NAME_RULE)
  if (upper.startsWith('GITHUB_')) throw new Refusal(422, 'Secret names must not start with GITHUB_.')
  return upper
}

function presentSecret(call: Call, secret: StoredSecret): JsonObject {
  const { name, createdAt, updatedAt, visibility } = secret
  const org = call.variables.org
  const shared = {
    visibility,
    selected_repositories_url: `${call.api}/orgs/${org}/actions/secrets/${name}/repositories`,
  }
  return { name, created_at: createdAt, updated_at: updatedAt, ...(org === undefined ? {} : shared) }
}

function secretInPath(call: Call, { secrets }: Scope): StoredSecret {
  const found = secrets.secrets.get((call.variables.secret_name ?? '').toUpperCase())
  if (found === undefined) throw notFound()
  return found
}

function putSecret(call: Call, { secrets }: Scope) {
  const { encrypted_value, key_id, visibility, selected_repository_ids } = call.body as {
    encrypted_value: string
    key_id: string
    visibility?: StoredSecret['visibility']
    selected_repository_ids?: number[]
  }
  const name = usableName(call.variables.secret_name ?? '')
  const value = secrets.open(encrypted_value, key_id)
  if (value === undefined) throw new Refusal(422, IMPROPER)
  // 48 KB is GitHub's limit for a secret.
  if (Buffer.byteLength(value) > 48 * 1024) throw new Refusal(422, 'Secret is too large')
  const now = call.state.now()
  const before = secrets.secrets.get(name)
  secrets.secrets.set(name, {
    name,
    value,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    visibility: visibility ?? before?.visibility ?? 'private',
    selectedRepositoryIds: selected_repository_ids ?? before?.selectedRepositoryIds ?? [],
  })
  return before === undefined ? created({}) : noContent
}

const listSecrets = (call: Call, list: readonly StoredSecret[]) =>
  page(
    call,
    list,
    (secret) => presentSecret(call, secret),
    (secrets, total_count) => ({ total_count, secrets }),
  )

function secretHandlers(
  scopeOf: (call: Call) => Scope,
): Record<'list' | 'key' | 'get' | 'put' | 'delete', Handler> {
  return {
    list: (call) => listSecrets(call, [...scopeOf(call).secrets.secrets.values()]),
    key: (call) => ok({ ...scopeOf(call).secrets.publicKey }),
    get: (call) => ok(presentSecret(call, secretInPath(call, scopeOf(call)))),
    put: (call) => putSecret(call, scopeOf(call)),
    delete: (call) => {
      const scope = scopeOf(call)
      scope.secrets.secrets.delete(secretInPath(call, scope).name)
      return noContent
    },
  }
}

function presentVariable(call: Call, { name, value, createdAt, updatedAt }: Variable): JsonObject {
  const org = call.variables.org
  const shared = {
    visibility: 'all',
    selected_repositories_url: `${call.api}/orgs/${org}/actions/variables/${name}/repositories`,
  }
  return { name, value, created_at: createdAt, updated_at: updatedAt, ...(org === undefined ? {} : shared) }
}

function variableInPath(call: Call, { variables }: Scope): Variable {
  const found = variables.get((call.variables.name ?? '').toUpperCase())
  if (found === undefined) throw notFound()
  return found
}

function variableHandlers(
  scopeOf: (call: Call) => Scope,
): Record<'list' | 'get' | 'create' | 'update' | 'delete', Handler> {
  return {
    list: (call) =>
      page(
        call,
        [...scopeOf(call).variables.values()],
        (variable) => presentVariable(call, variable),
        (variables, total_count) => ({ total_count, variables }),
      ),
    get: (call) => ok(presentVariable(call, variableInPath(call, scopeOf(call)))),
    create: (call) => {
      const { variables } = scopeOf(call)
      const { name, value } = call.body as { name: string; value: string }
      const upper = usableName(name)
      if (variables.has(upper)) throw new Refusal(409, 'Already exists - Variable already exists')
      const now = call.state.now()
      variables.set(upper, { name: upper, value, createdAt: now, updatedAt: now })
      return created({})
    },
    update: (call) => {
      const { variables } = scopeOf(call)
      const variable = variableInPath(call, { ...scopeOf(call), variables })
      const { name, value } = call.body as { name?: string; value?: string }
      variables.delete(variable.name)
      variable.name = name === undefined ? variable.name : usableName(name)
      variable.value = value ?? variable.value
      variable.updatedAt = call.state.now()
      variables.set(variable.name, variable)
      return noContent
    },
    delete: (call) => {
      const scope = scopeOf(call)
      scope.variables.delete(variableInPath(call, scope).name)
      return noContent
    },
  }
}

function visibleTo(repositoryId: number, isPrivate: boolean) {
  return ({ visibility, selectedRepositoryIds }: StoredSecret) =>
    visibility === 'all' ||
    (visibility === 'private' && isPrivate) ||
    (visibility === 'selected' && selectedRepositoryIds.includes(repositoryId))
}

const repository = secretHandlers(repositoryScope)
const environment = secretHandlers(environmentScope)
const organization = secretHandlers(organizationScope)
const repositoryVariable = variableHandlers(repositoryScope)
const environmentVariable = variableHandlers(environmentScope)
const organizationVariable = variableHandlers(organizationScope)

export const secretAndVariableHandlers = {
  'actions/list-repo-secrets': repository.list,
  'actions/get-repo-public-key': repository.key,
  'actions/get-repo-secret': repository.get,
  'actions/create-or-update-repo-secret': repository.put,
  'actions/delete-repo-secret': repository.delete,
  'actions/list-environment-secrets': environment.list,
  'actions/get-environment-public-key': environment.key,
  'actions/get-environment-secret': environment.get,
  'actions/create-or-update-environment-secret': environment.put,
  'actions/delete-environment-secret': environment.delete,
  'actions/list-org-secrets': organization.list,
  'actions/get-org-public-key': organization.key,
  'actions/get-org-secret': organization.get,
  'actions/create-or-update-org-secret': organization.put,
  'actions/delete-org-secret': organization.delete,
  'actions/list-selected-repos-for-org-secret': (call) => {
    const { selectedRepositoryIds } = secretInPath(call, organizationScope(call))
    const selected = call.state.repositories.filter(({ id }) => selectedRepositoryIds.includes(id))
    return page(
      call,
      selected,
      (item) => presentRepository(call, item),
      (repositories, total_count) => ({
        total_count,
        repositories,
      }),
    )
  },
  'actions/list-repo-organization-secrets': (call) => {
    const { owner, id, private: isPrivate } = call.repository
    const all = call.state.organizations.get(owner.login)?.secrets.secrets.values() ?? []
    return listSecrets(call, [...all].filter(visibleTo(id, isPrivate)))
  },
  'actions/list-repo-variables': repositoryVariable.list,
  'actions/get-repo-variable': repositoryVariable.get,
  'actions/create-repo-variable': repositoryVariable.create,
  'actions/update-repo-variable': repositoryVariable.update,
  'actions/delete-repo-variable': repositoryVariable.delete,
  'actions/list-environment-variables': environmentVariable.list,
  'actions/get-environment-variable': environmentVariable.get,
  'actions/create-environment-variable': environmentVariable.create,
  'actions/update-environment-variable': environmentVariable.update,
  'actions/delete-environment-variable': environmentVariable.delete,
  'actions/list-org-variables': organizationVariable.list,
  'actions/get-org-variable': organizationVariable.get,
  'actions/create-org-variable': organizationVariable.create,
  'actions/update-org-variable': organizationVariable.update,
  'actions/delete-org-variable': organizationVariable.delete,
} satisfies Handlers
