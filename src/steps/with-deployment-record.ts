import type { DeploymentRecord } from '../github/deployment.ts'
import type { StepContext } from './command.ts'

/**
 * Does the work with a record of it in GitHub. A refusal by GitHub is a warning: the gateway does not wait for it.
 * The record says failure when the work throws, or when its result does.
 */
export async function withDeploymentRecord<Result extends object>(
  domain: string,
  { record, logger }: StepContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const quietly = <T>(telling: Promise<T> | undefined): Promise<T | undefined> | undefined =>
    telling?.catch((error) => {
      logger.warning(`GitHub did not take the record of this deployment: ${error.message}`)
      return undefined
    })
  const begun: DeploymentRecord | undefined = await quietly(record?.(domain))
  try {
    const result = await work()
    const state = 'failed' in result && result.failed === true ? 'failure' : 'success'
    await quietly(begun?.finish(state, state === 'success' ? 'done and read back' : 'some of it failed'))
    return result
  } catch (error) {
    await quietly(begun?.finish('failure', 'failed; the summary of the run says why'))
    throw error
  }
}
