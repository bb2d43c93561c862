import { byId, type Call, created, type Handlers, ok, page } from '../call.ts'
import type { Json, JsonObject } from '../neutral-values.ts'
import type { Kept } from '../state.ts'

type Output = { title?: string; summary?: string; text?: string; annotations?: JsonObject[] }

function outputOf({ fields }: Kept): Output {
  return (fields.output as Output | undefined) ?? {}
}

function presentCheck(call: Call, kept: Kept): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/check-runs/${kept.id}`
  const { title = null, summary = null, text = null, annotations = [] } = outputOf(kept)
  const field = (name: string): Json => (kept.fields[name] as Json | undefined) ?? null
  const conclusion = field('conclusion')
  return {
    id: kept.id,
    name: field('name'),
    head_sha: field('head_sha'),
    // A conclusion makes a check completed, whatever status was sent with it.
    status: conclusion === null ? (field('status') ?? 'queued') : 'completed',
    conclusion,
    external_id: field('external_id'),
    details_url: field('details_url'),
    started_at: field('started_at') ?? kept.createdAt,
    completed_at: field('completed_at') ?? (conclusion === null ? null : kept.updatedAt),
    output: {
      title,
      summary,
      text,
      annotations_count: annotations.length,
      annotations_url: `${url}/annotations`,
    },
    url,
    html_url: `${call.html}/runs/${kept.id}`,
  }
}

function checkInPath(call: Call): Kept {
  return byId(call.repository.checkRuns, call.variables.check_run_id)
}

export const checkHandlers = {
  'checks/create': (call) =>
    created(presentCheck(call, call.repository.keep(call.repository.checkRuns, call.body))),
  'checks/get': (call) => ok(presentCheck(call, checkInPath(call))),
  'checks/update': (call) => {
    const kept = checkInPath(call)
    const before = outputOf(kept)
    Object.assign(kept.fields, call.body)
    const after = outputOf(kept)
    // An update adds its annotations to those that are there: that is how more than 50 get in.
    if (call.body.output !== undefined) {
      kept.fields.output = {
        ...after,
        annotations: [...(before.annotations ?? []), ...(after.annotations ?? [])],
      }
    }
    kept.updatedAt = call.state.now()
    return ok(presentCheck(call, kept))
  },
  'checks/list-for-ref': (call) => {
    const ref = call.variables.ref ?? ''
    const sha = call.repository.commit(ref)?.sha ?? ref
    const name = call.query.check_name
    const checks = call.repository.checkRuns.filter(
      ({ fields }) => fields.head_sha === sha && (name === undefined || fields.name === name),
    )
    return page(
      call,
      checks,
      (kept) => presentCheck(call, kept),
      (check_runs, total_count) => ({ total_count, check_runs }),
    )
  },
  'checks/list-annotations': (call) => {
    const kept = checkInPath(call)
    return page(call, outputOf(kept).annotations ?? [], (annotation) => ({
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      ...annotation,
      blob_href: `${call.html}/blob/${String(kept.fields.head_sha)}/${String(annotation.path)}`,
    }))
  },
} satisfies Handlers
