import { type Desired, loadDesired } from '../config/desired.ts'
import { compareVersions, declaredVersion, withoutTag } from '../config/litellm/versions.ts'
import { ConfigError, type Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import { edited } from '../config/yaml/edit.ts'
import { readSource } from '../config/yaml/source.ts'
import { HostError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import { rehearse } from '../host/rehearsal.ts'
import type { Session } from '../host/session.ts'
import { listedTargets } from '../plan/costs.ts'
import { Registry } from '../registry/client.ts'
import { type ImageReference, parseReference, referenceText } from '../registry/reference.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { filesWith } from '../steps/files.ts'
import { loginOf, signatureText } from '../steps/image/pinned.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { code, prose } from '../text/markdown.ts'
import { holds, nothingMarkdown, titleOf, type Upgrade, upgradeMarkdown } from '../upgrade/markdown.ts'
import { newerThan, type Release, refusedFor, type Skipped, tooYoung } from '../upgrade/releases.ts'

type UpgradeContext = CommandContext<InputsOf<'upgrade'>>

const AGE_DAYS = 7
/** Registries are asked about so many releases at most: each is a few requests. */
const MOST_ASKED = 20

/** Finds the newest stable release that is old enough, rehearses it beside the gateway, and proposes it in one pull request. */
export async function upgrade(context: UpgradeContext): Promise<CommandResult> {
  const days = daysOf(context.inputs.age)
  return await onHost(context, 'write', async ({ desired, session }) => {
    const declared = declaredImage(context)
    const current = await versionOf(desired, session, context)
    const { chosen, skipped } = await choose(declared, current, days, context)
    for (const { version, why } of skipped) context.logger.info(`LiteLLM ${version}: ${why}`)
    if (chosen === undefined)
      return { markdown: nothingMarkdown(current, skipped), result: { outcome: 'none', skipped } }
    const { release, image, created, signature } = chosen
    context.logger.info(`LiteLLM ${release.version} is rehearsed: ${image}`)
    const text = changed(context, image, release.version)
    const question = { run: context.run.url, image: withoutTag(image), prices: listedTargets(desired) }
    const rehearsal = await rehearse(session, question, { onEvent: progress(context) })
    const found: Upgrade = {
      domain: desired.gateway.domain,
      from: { image: desired.gateway.litellm.image, version: current },
      to: { image, version: release.version, created, signature },
      skipped,
      rehearsal: context.secrets.redacted(rehearsal),
      problems: newProblems(desired, text, context),
    }
    const ok = holds(found)
    if (!ok) context.logger.error(rehearsal.reason ?? 'The declaration does not fit the new version.')
    const told = await tell(found, text, context)
    return {
      markdown: [upgradeMarkdown(found), told.text].filter(Boolean).join('\n\n'),
      result: {
        outcome: ok ? 'proposed' : 'failed',
        reason: rehearsal.reason,
        image,
        pull: told.url ?? null,
        rehearsal,
        skipped,
      },
      failed: !ok || told.refused === true,
    }
  })
}

function daysOf(age: string | undefined): number {
  const days = Number(age ?? AGE_DAYS)
  if (Number.isInteger(days) && days >= 0 && days <= 365) return days
  throw new HostError(`age is "${age}"; it can be a whole number of days from 0 to 365.`)
}

/** With its tag, which the host does not know. */
function declaredImage({ config, files }: UpgradeContext): ImageReference {
  const { litellm } = readSource(config, files).value
  const image = isRecord(litellm) ? parseReference(String(litellm.image)) : undefined
  if (image === undefined) throw new HostError('litellm.image is no image whose registry can be asked.')
  return image
}

/** What serves, or what is declared where that is newer and only waits for its deploy: nothing older is proposed. */
async function versionOf({ gateway }: Desired, session: Session, context: UpgradeContext): Promise<string> {
  const serving = (await observe(session, {})).gateway
  if (serving == null)
    throw new HostError('No gateway serves on this host, so there is nothing to upgrade. Run deploy.')
  const declared = declaredVersion(readSource(context.config, context.files).value.litellm)
  const [newest] = [serving.version, declared, gateway.litellm.version]
    .filter((version) => version != null)
    .sort((one, other) => compareVersions(other, one))
  if (newest !== undefined) return newest
  throw new HostError(
    'The version of LiteLLM that serves is not known. Declare litellm.version, and run again.',
  )
}

interface Chosen {
  readonly release: Release
  /** `registry/repository:tag@sha256:…` */
  readonly image: string
  readonly created: Date | undefined
  readonly signature: string
}

/** The newest that may be taken, and why the newer ones may not. @throws RegistryError */
async function choose(
  declared: ImageReference,
  current: string,
  days: number,
  context: UpgradeContext,
): Promise<{ readonly chosen: Chosen | undefined; readonly skipped: readonly Skipped[] }> {
  const { litellm } = readSource(context.config, context.files).value
  const registry = new Registry(declared, { login: loginOf(litellm, context) })
  const skipped: Skipped[] = []
  for (const release of newerThan(await registry.tags(), current, declared.tag).slice(0, MOST_ASKED)) {
    const { version, tag } = release
    const why = refusedFor(version)
    const facts = why === undefined ? await registry.facts(tag) : undefined
    const young = why ?? tooYoung(facts?.created, context.now(), days)
    if (facts === undefined || young !== undefined) {
      skipped.push({ version, why: young ?? '' })
      continue
    }
    const exact = { ...declared, tag, digest: facts.digest }
    const { text, suspicious } = await signatureText(registry, exact)
    if (suspicious) skipped.push({ version, why: text })
    else
      return {
        chosen: { release, image: referenceText(exact), created: facts.created, signature: text },
        skipped,
      }
  }
  return { chosen: undefined, skipped }
}

/** The declaration with the new image in the place of the old one. */
function changed({ config, files }: UpgradeContext, image: string, version: string): string {
  const { litellm } = readSource(config, files).value
  const says = isRecord(litellm) && typeof litellm.version === 'string'
  return edited(config, files, [
    { path: ['litellm', 'image'], value: image },
    ...(says ? [{ path: ['litellm', 'version'], value: version }] : []),
  ])
}

/** What the declaration says that is wrong or odd with the new version, and is not now. */
function newProblems(before: Desired, text: string, context: UpgradeContext): Problem[] {
  const known = new Set([...before.warnings, ...before.notes].map(({ message }) => message))
  const isNew = ({ message }: Problem) => !known.has(message)
  try {
    const { warnings, notes } = loadDesired(context.config, filesWith(context.files, context.config, text))
    return [...warnings, ...notes].filter(isNew)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.filter(isNew)
  }
}

interface Told {
  readonly text: string
  readonly url?: string
  readonly refused?: true
}

/** Opens or updates the pull request; on a command line writes the file. What does not hold opens none, and an open one says so. */
async function tell(found: Upgrade, text: string, context: UpgradeContext): Promise<Told> {
  const { commit, write, logger, secrets } = context
  const octokit = commit === undefined ? undefined : await context.github?.()
  if (commit === undefined || octokit === undefined) {
    if (!holds(found) || write === undefined) return { text: '' }
    write(context.config, text)
    return { text: `${code(context.config)} names it now. Commit it, and have it reviewed.` }
  }
  const [owner = '', repo = ''] = commit.repository.split('/')
  const common = { octokit, owner, repo, body: upgradeMarkdown(found), redact: secrets.redact }
  const { keepUpgradePull, PullRefused, tellUpgradePull } = await import('../github/upgrade-pull.ts')
  try {
    const pull = holds(found)
      ? await keepUpgradePull({
          ...common,
          title: titleOf(found),
          file: { path: context.config, before: context.files.read(context.config), text },
        })
      : await tellUpgradePull(common)
    if (pull === undefined) return { text: 'No pull request was opened.' }
    logger.info(`pull request ${pull.outcome}: ${pull.url}`)
    return { text: `Pull request #${pull.number} was ${pull.outcome}.`, url: pull.url }
  } catch (error) {
    if (!(error instanceof PullRefused)) throw error
    logger.error(error.message)
    return { text: `**${prose(error.message)}**`, refused: true }
  }
}
