import type { Desired } from '../config/desired.ts'
import { reachOf } from '../config/vm.ts'
import type { Outside } from '../doctor/front.ts'
import type { ScheduleFacts } from '../doctor/github.ts'
import { everyPage, statusOf } from '../github/client.ts'
import type { CommandContext } from '../steps/command.ts'
import { answersAdmin, dnsFlaw, expectedAddresses, pathFlaw } from './probe.ts'

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
export async function schedulesOf({
  github,
  env,
  logger,
}: CommandContext): Promise<ScheduleFacts | undefined> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (github === undefined || !owner || !repo) return undefined
  try {
    const octokit = await github()
    if (octokit === undefined) return undefined
    const workflows = await everyPage(
      octokit.paginate.iterator(octokit.rest.actions.listRepoWorkflows, { owner, repo, per_page: 100 }),
      `workflows of ${owner}/${repo}`,
    )
    return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) }
  } catch (error) {
    const status = statusOf(error)
    const why =
      status === undefined && error instanceof Error && error.name !== 'HttpError'
        ? error.message
        : `GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`
    logger.info(`The repository's workflows were not looked at: ${why}`)
    return undefined
  }
}
