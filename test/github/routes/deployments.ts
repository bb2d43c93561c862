import { byId, type Call, created, type Handlers, notFound, ok, page, Refusal } from '../call.ts'
import type { Json, JsonObject } from '../neutral-values.ts'
import type { Environment, Kept, Protection } from '../state.ts'
import { presentAccount } from './repository.ts'

function deploymentUrl(call: Call, id: number): string {
  return `${call.api}/repos/${call.repository.fullName}/deployments/${id}`
}

function presentDeployment(call: Call, kept: Kept): JsonObject {
  const url = deploymentUrl(call, kept.id)
  const field = (name: string, otherwise: Json): Json => (kept.fields[name] as Json | undefined) ?? otherwise
  return {
    id: kept.id,
    sha: call.repository.commit(String(kept.fields.ref))?.sha ?? String(kept.fields.ref),
    ref: field('ref', ''),
    task: field('task', 'deploy'),
    environment: field('environment', 'production'),
    payload: field('payload', {}),
    description: field('description', null),
    creator: presentAccount(call, call.token.account),
    created_at: kept.createdAt,
    updated_at: kept.updatedAt,
    url,
    statuses_url: `${url}/statuses`,
    repository_url: `${call.api}/repos/${call.repository.fullName}`,
  }
}

function presentStatus(call: Call, deployment: number, kept: Kept): JsonObject {
  const url = deploymentUrl(call, deployment)
  const field = (name: string): Json => (kept.fields[name] as Json | undefined) ?? ''
  return {
    id: kept.id,
    state: field('state'),
    description: field('description'),
    environment_url: field('environment_url'),
    log_url: field('log_url'),
    target_url: field('target_url'),
    creator: presentAccount(call, call.token.account),
    created_at: kept.createdAt,
    updated_at: kept.updatedAt,
    deployment_url: url,
    url: `${url}/statuses/${kept.id}`,
    repository_url: `${call.api}/repos/${call.repository.fullName}`,
  }
}

function presentRules(
  call: Call,
  id: number,
  { reviewers = [], waitMinutes, protectedBranches }: Protection,
) {
  const rule = (type: string, more: JsonObject = {}): JsonObject => ({
    id,
    node_id: `R_${id}`,
    type,
    ...more,
  })
  const people = reviewers.map((login) => ({
    type: 'User',
    reviewer: presentAccount(call, call.state.account(login, 'User')),
  }))
  return [
    ...(waitMinutes === undefined ? [] : [rule('wait_timer', { wait_timer: waitMinutes })]),
    ...(people.length === 0
      ? []
      : [rule('required_reviewers', { prevent_self_review: false, reviewers: people })]),
    ...(protectedBranches === true ? [rule('branch_policy')] : []),
  ]
}

function presentEnvironment(call: Call, { id, name, createdAt, protection = {} }: Environment): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/environments/${encodeURIComponent(name)}`
  return {
    id,
    name,
    url,
    html_url: `${call.html}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: createdAt,
    updated_at: createdAt,
    protection_rules: presentRules(call, id, protection),
    deployment_branch_policy:
      protection.protectedBranches === true
        ? { protected_branches: true, custom_branch_policies: false }
        : null,
  }
}

/** The environment in the path, or GitHub's 404. */
export function environmentInPath(call: Call): Environment {
  const found = call.repository.environments.get(call.variables.environment_name ?? '')
  if (found === undefined) throw notFound()
  return found
}

export const deploymentHandlers = {
  'repos/list-deployments': (call) => {
    const { environment, sha, ref } = call.query
    const wanted = call.repository.deployments.filter(
      ({ fields }) =>
        (environment === undefined || fields.environment === environment) &&
        (ref === undefined || fields.ref === ref) &&
        (sha === undefined || call.repository.commit(String(fields.ref))?.sha === sha),
    )
    return page(call, wanted.toReversed(), (kept) => presentDeployment(call, kept))
  },
  'repos/create-deployment': (call) => {
    const { ref } = call.body as { ref: string }
    if (call.repository.git !== undefined && call.repository.commit(ref) === undefined) {
      throw new Refusal(422, `No ref found for: ${ref}`)
    }
    const now = call.state.now()
    const kept = { id: call.state.nextId(), createdAt: now, updatedAt: now, fields: call.body, statuses: [] }
    call.repository.deployments.push(kept)
    return created(presentDeployment(call, kept))
  },
  'repos/get-deployment': (call) =>
    ok(presentDeployment(call, byId(call.repository.deployments, call.variables.deployment_id))),
  'repos/list-deployment-statuses': (call) => {
    const deployment = byId(call.repository.deployments, call.variables.deployment_id)
    return page(call, deployment.statuses.toReversed(), (kept) => presentStatus(call, deployment.id, kept))
  },
  'repos/create-deployment-status': (call) => {
    const deployment = byId(call.repository.deployments, call.variables.deployment_id)
    return created(presentStatus(call, deployment.id, call.repository.keep(deployment.statuses, call.body)))
  },
  'repos/get-all-environments': (call) =>
    page(
      call,
      [...call.repository.environments.values()],
      (environment) => presentEnvironment(call, environment),
      (environments, total_count) => ({ total_count, environments }),
    ),
  'repos/get-environment': (call) => ok(presentEnvironment(call, environmentInPath(call))),
  'repos/create-or-update-environment': (call) => {
    const name = call.variables.environment_name ?? ''
    const environment = call.repository.environments.get(name) ?? call.repository.createEnvironment(name)
    return ok(presentEnvironment(call, environment))
  },
} satisfies Handlers
