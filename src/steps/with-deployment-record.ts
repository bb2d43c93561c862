import type { DeploymentRecord } from '../github/deployment.ts'
import type { StepContext } from './command.ts'

const DESCRIPTION = {
  success: 'done and read back',
  failure: 'some of it failed',
  inactive: 'a later commit was applied meanwhile',
} as const

/**
 * Does the work with a record of it in GitHub. A refusal by GitHub is a warning: the gateway does not wait for it.
 * The record says failure when the work throws, or when its result does.
 */
export async function withDeploymentRecord<Result extends object>(
  domain: string,
  { record, logger }: StepContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const quietly = <T>(request: Promise<T> | undefined): Promise<T | undefined> | undefined =>
    request?.catch((error) => {
      logger.warning(`GitHub did not take the record of this deployment: ${error.message}`)
      return undefined
    })
  const begun: DeploymentRecord | undefined = await quietly(record?.(domain))
  try {
    const result = await work()
    const state = stateOf(result)
    await quietly(begun?.finish(state, DESCRIPTION[state]))
    return result
  } catch (error) {
    await quietly(begun?.finish('failure', 'failed; the summary of the run says why'))
    throw error
  }
}

function stateOf(result: object): keyof typeof DESCRIPTION {
  if ('failed' in result && result.failed === true) return 'failure'
  return 'superseded' in result && result.superseded === true ? 'inactive' : 'success'
}
