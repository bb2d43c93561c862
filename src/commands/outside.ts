import type { Desired } from '../config/desired.ts'
import { reachOf } from '../config/vm.ts'
import type { Outside } from '../doctor/front.ts'
import type { ScheduleFacts } from '../doctor/github.ts'
import type { EnvironmentFacts, GuardFacts } from '../doctor/guards.ts'
import { answersAdmin, dnsFlaw, expectedAddresses, pathFlaw } from '../gateway/front-door.ts'
import { everyPage, type Octokit, statusOf } from '../github/client.ts'
import type { CommandContext } from './command.ts'

/** How the domain looks from where this program runs. Asked where the declaration says that the world sees it. */
export async function seenFromHere(
  { gateway }: Desired,
  { addressesOf, logger }: CommandContext,
): Promise<Outside> {
  const { domain, proxy = 'caddy', tls = 'acme', public_address: declared, vm } = gateway
  if (tls !== 'acme' && declared === undefined) return {}
  const { host, proxy_jump } = reachOf(vm)
  try {
    const machine = proxy_jump === undefined && proxy === 'caddy' ? await addressesOf(host) : []
    const expected = expectedAddresses([declared ?? []].flat(), machine)
    const dns = dnsFlaw(domain, await addressesOf(domain), expected)
    if (dns !== undefined) return { dns }
  } catch (error) {
    logger.warning(`DNS could not be asked for ${domain}: ${error instanceof Error ? error.message : error}`)
    return {}
  }
  if (tls !== 'acme') return {}
  const [path, admin] = await Promise.all([pathFlaw(domain), answersAdmin(domain)])
  return { ...(path === undefined ? {} : { path }), admin }
}

/** The state of the repository's workflows; undefined without a token, or with one that may not read them. */
export async function schedulesOf(context: CommandContext): Promise<ScheduleFacts | undefined> {
  return await asked(context, "The repository's workflows", async (octokit, place) => {
    const workflows = await everyPage(
      octokit.paginate.iterator(octokit.rest.actions.listRepoWorkflows, { ...place, per_page: 100 }),
      `workflows of ${place.owner}/${place.repo}`,
    )
    return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) }
  })
}

/** The workflow files beside the declaration, and the repository's environments; undefined as above. */
export async function guardsOf(context: CommandContext): Promise<GuardFacts | undefined> {
  const { files } = context
  return await asked(context, "The repository's environments", async (octokit, place) => {
    const environments = await everyPage<EnvironmentAnswer>(
      octokit.paginate.iterator(octokit.rest.repos.getAllEnvironments, { ...place, per_page: 100 }),
      `environments of ${place.owner}/${place.repo}`,
    )
    const paths = ['.github/workflows/*.yml', '.github/workflows/*.yaml'].flatMap((one) => files.list(one))
    return {
      workflows: paths.map((path) => ({ path, text: files.read(path) })),
      environments: environments.map(environmentFacts),
    }
  })
}

/** The part of GitHub's answer that matters. */
interface EnvironmentAnswer {
  readonly name: string
  readonly protection_rules?: readonly { readonly type: string; readonly wait_timer?: number }[]
  readonly deployment_branch_policy?: object | null
}

function environmentFacts({
  name,
  protection_rules: rules,
  deployment_branch_policy: branches,
}: EnvironmentAnswer): EnvironmentFacts {
  const waits = rules?.some(
    ({ type, wait_timer }) => type === 'required_reviewers' || (type === 'wait_timer' && wait_timer !== 0),
  )
  return { name, waits: waits === true, restricted: branches !== undefined && branches !== null }
}

async function asked<Facts>(
  { github, env, logger }: CommandContext,
  what: string,
  ask: (octokit: Octokit, place: { readonly owner: string; readonly repo: string }) => Promise<Facts>,
): Promise<Facts | undefined> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (github === undefined || !owner || !repo) return undefined
  try {
    const octokit = await github()
    if (octokit === undefined) return undefined
    return await ask(octokit, { owner, repo })
  } catch (error) {
    const status = statusOf(error)
    const why =
      status === undefined && error instanceof Error && error.name !== 'HttpError'
        ? error.message
        : `GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`
    logger.info(`${what} were not looked at: ${why}`)
    return undefined
  }
}
