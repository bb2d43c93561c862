import { byId, type Call, type Handlers, ok, page } from '../call.ts'
import type { JsonObject } from '../neutral-values.ts'
import type { Kept } from '../state.ts'
import { presentRepository } from './repository.ts'

function presentArtifact(call: Call, kept: Kept): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/actions/artifacts/${kept.id}`
  return {
    size_in_bytes: 0,
    expired: false,
    expires_at: null,
    ...(kept.fields as JsonObject),
    id: kept.id,
    created_at: kept.createdAt,
    updated_at: kept.updatedAt,
    url,
    archive_download_url: `${url}/zip`,
  }
}

function presentRun(call: Call, kept: Kept): JsonObject {
  const repository = presentRepository(call, call.repository)
  return {
    status: 'completed',
    conclusion: 'success',
    ...(kept.fields as JsonObject),
    id: kept.id,
    created_at: kept.createdAt,
    updated_at: kept.updatedAt,
    url: `${call.api}/repos/${call.repository.fullName}/actions/runs/${kept.id}`,
    html_url: `${call.html}/actions/runs/${kept.id}`,
    repository,
    head_repository: repository,
  }
}

const artifactPage = (call: Call, kept: readonly Kept[]) =>
  page(
    call,
    kept,
    (item) => presentArtifact(call, item),
    (artifacts, total_count) => ({ total_count, artifacts }),
  )

function presentWorkflow(call: Call, kept: Kept): JsonObject {
  return {
    state: 'active',
    ...(kept.fields as JsonObject),
    id: kept.id,
    created_at: kept.createdAt,
    updated_at: kept.updatedAt,
    url: `${call.api}/repos/${call.repository.fullName}/actions/workflows/${kept.id}`,
  }
}

export const runHandlers = {
  'actions/list-repo-workflows': (call) =>
    page(
      call,
      call.repository.workflows,
      (kept) => presentWorkflow(call, kept),
      (workflows, total_count) => ({ total_count, workflows }),
    ),
  'actions/list-artifacts-for-repo': (call) => {
    const name = call.query.name
    const wanted = call.repository.artifacts.filter(
      ({ fields }) => name === undefined || fields.name === name,
    )
    return artifactPage(call, wanted.toReversed())
  },
  'actions/list-workflow-run-artifacts': (call) => {
    const run = byId(call.repository.runs, call.variables.run_id)
    const ofRun = ({ fields }: Kept) => (fields.workflow_run as { id?: number } | undefined)?.id === run.id
    return artifactPage(call, call.repository.artifacts.filter(ofRun))
  },
  'actions/list-workflow-runs-for-repo': (call) => {
    const { event, status, branch } = call.query
    const wanted = call.repository.runs.filter(
      ({ fields }) =>
        (event === undefined || fields.event === event) &&
        (branch === undefined || fields.head_branch === branch) &&
        (status === undefined ||
          [fields.status ?? 'completed', fields.conclusion ?? 'success'].includes(status)),
    )
    return page(
      call,
      wanted.toReversed(),
      (kept) => presentRun(call, kept),
      (workflow_runs, total_count) => ({
        total_count,
        workflow_runs,
      }),
    )
  },
  'actions/get-workflow-run': (call) =>
    ok(presentRun(call, byId(call.repository.runs, call.variables.run_id))),
} satisfies Handlers
