import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Permission, Permissions } from '../github/tokens.ts'

const grants = z.record(z.string(), z.enum(['read', 'write', 'none']))
const workflowSchema = z.object({
  permissions: grants.optional(),
  jobs: z.record(z.string(), z.object({ permissions: grants.optional() })),
})

/**
 * What a job's token may do, read from the workflow file itself. act does not enforce `permissions:`, but a local GitHub that
 * is started with these does, so a template that asks for too little fails in the test and not at the user's.
 */
export function jobPermissions(workflowFile: string, jobId: string): Permissions {
  const workflow = workflowSchema.parse(parse(readFileSync(workflowFile, 'utf8')))
  const job = workflow.jobs[jobId]
  if (job === undefined) throw new Error(`${workflowFile} has no job ${jobId}`)
  const granted = Object.entries(job.permissions ?? workflow.permissions ?? {})
  return Object.fromEntries(
    granted
      .filter(([, level]) => level !== 'none')
      .map(([name, level]) => [name.replaceAll('-', '_') as Permission, level]),
  )
}
