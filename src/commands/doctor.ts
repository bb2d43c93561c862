import { type Desired, loadDesired } from '../config/desired.ts'
import knownBad from '../config/known-bad.json' with { type: 'json' }
import { reachOf } from '../config/vm.ts'
import { examine } from '../doctor/examine.ts'
import type { Outside } from '../doctor/front.ts'
import type { ScheduleFacts } from '../doctor/github.ts'
import { countText, doctorMarkdown } from '../doctor/markdown.ts'
import { advice, measure } from '../doctor/measured.ts'
import { dnsFlaw, expectedAddresses, pathFlaw } from '../gateway/front-door.ts'
import { statusOf } from '../github/client.ts'
import { observeForDoctor } from '../host/observe.ts'
import { diff } from '../plan/diff.ts'
import type { CommandContext, CommandReport } from './command.ts'
import { connectTo, manifestOf } from './host-of.ts'
import { valuesFor } from './values.ts'

/** Looks at everything that the gateway stands on, and says of each thing that is wrong what mends it. Changes nothing. */
export async function doctor(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const secrets = valuesFor(desired, context)
  const outside = seenFromHere(desired, context)
  const schedules = schedulesOf(context)
  const session = await connectTo(desired, context, 'look')
  try {
    const facts = await observeForDoctor(session, {
      manifest: manifestOf(desired),
      image: desired.gateway.litellm.image,
      secrets,
      owners: desired.budgets,
    })
    const now = context.now()
    const observed = 'value' in facts.observation ? facts.observation.value : undefined
    const found = await schedules
    const findings = examine({
      desired,
      facts,
      plan: observed === undefined ? undefined : diff(desired, observed, now),
      outside: await outside,
      ...(found === undefined ? {} : { schedules: found }),
      knownBad,
      now: now.getTime() / 1000,
    })
    for (const { id, severity, what, mend } of findings)
      context.logger[severity](`${id}: ${what} ${mend.text}`)
    context.logger.info(`Doctor: ${countText(findings)}.`)
    const measured = measure(facts)
    const hints = advice(desired, facts)
    return {
      command: 'doctor',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: doctorMarkdown(findings, measured, hints),
      result: { findings, measured, advice: hints },
      failed: findings.some(({ severity }) => severity === 'error'),
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

/** How the domain looks from where this program runs. Asked where the declaration says that the world sees it. */
async function seenFromHere({ gateway }: Desired, { addressesOf, logger }: CommandContext): Promise<Outside> {
  const { domain, proxy = 'caddy', tls = 'acme', public_address: declared, vm } = gateway
  const forTheWorld = tls === 'acme' || declared !== undefined
  if (!forTheWorld) return {}
  const { host, proxy_jump } = reachOf(vm)
  try {
    const machine = proxy_jump === undefined ? await addressesOf(host) : []
    // Behind somebody else's proxy the domain is to point there.
    const expected = expectedAddresses([declared ?? []].flat(), proxy === 'external' ? [] : machine)
    const dns = dnsFlaw(domain, await addressesOf(domain), expected)
    if (dns !== undefined) return { dns }
  } catch (error) {
    logger.warning(`DNS could not be asked for ${domain}: ${error instanceof Error ? error.message : error}`)
    return {}
  }
  const path = tls === 'acme' ? await pathFlaw(domain) : undefined
  return path === undefined ? {} : { path }
}

/** The state of the repository's workflows; undefined without a token, or with one that may not read them. */
async function schedulesOf({ github, env, logger }: CommandContext): Promise<ScheduleFacts | undefined> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (github === undefined || !owner || !repo) return undefined
  try {
    const octokit = await github()
    if (octokit === undefined) return undefined
    const workflows = await octokit.paginate(octokit.rest.actions.listRepoWorkflows, {
      owner,
      repo,
      per_page: 100,
    })
    return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) }
  } catch (error) {
    const status = statusOf(error)
    logger.info(
      `The repository's workflows were not looked at: GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`,
    )
    return undefined
  }
}
