import type { EnvironmentFacts, GuardFacts } from '../doctor/guards.ts'
import { everyPage } from './client.ts'
import { type Asking, asked } from './workflow-states.ts'

/** Those beside the declaration. */
interface Files {
  read(path: string): string
  list(pattern: string): readonly string[]
}

/** The part of GitHub's answer that matters. */
interface EnvironmentAnswer {
  readonly name: string
  readonly protection_rules?: readonly { readonly type: string; readonly wait_timer?: number }[]
  readonly deployment_branch_policy?: object | null
}

/** The workflow files of the checkout, and the repository's environments; undefined without a token, or with one that may not read them. */
export async function guardFacts(
  asking: Asking & { readonly files: Files },
): Promise<GuardFacts | undefined> {
  const { files } = asking
  return await asked(asking, "The repository's environments", async (octokit, place) => {
    const environments = await everyPage<EnvironmentAnswer>(
      octokit.paginate.iterator(octokit.rest.repos.getAllEnvironments, { ...place, per_page: 100 }),
      `environments of ${place.owner}/${place.repo}`,
    )
    const paths = ['.github/workflows/*.yml', '.github/workflows/*.yaml'].flatMap((one) => files.list(one))
    return {
      workflows: paths.map((path) => ({ path, text: files.read(path) })),
      environments: environments.map(factsOf),
    }
  })
}

function factsOf({
  name,
  protection_rules: rules,
  deployment_branch_policy: branches,
}: EnvironmentAnswer): EnvironmentFacts {
  const waits = rules?.some(
    ({ type, wait_timer }) => type === 'required_reviewers' || (type === 'wait_timer' && wait_timer !== 0),
  )
  return { name, waits: waits === true, restricted: branches !== undefined && branches !== null }
}
