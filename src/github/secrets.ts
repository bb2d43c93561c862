import sodium from 'libsodium-wrappers'
import { type SecretTarget, targetName } from '../contract/secret-target.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'

/** Why a secret cannot be written, and what to do about it. */
export interface TargetFlaw {
  readonly target: string
  readonly problem: string
}

export interface TargetCheck {
  readonly flaws: readonly TargetFlaw[]
  /** What will be written, but not where everybody reads it. */
  readonly warnings: readonly string[]
  /** When each target was last written, by its name; missing for those with a flaw. */
  readonly updatedAt: ReadonlyMap<string, string>
}

interface PublicKey {
  readonly key_id: string
  readonly key: string
}

/** The secrets that get a key, and the client that writes them; without a token there are none. */
export type Targets =
  | { readonly octokit: Octokit; readonly targets: readonly SecretTarget[] }
  | { readonly octokit: undefined; readonly targets: readonly [] }

/**
 * Looks whether every target could be written, before anything is: the public key can be read, and the secret is there already
 * (a rotation that makes new secrets would hide a misspelt name). Warns of a secret of the same name that hides this one.
 */
export async function checkTargets({ octokit, targets }: Targets): Promise<TargetCheck> {
  if (octokit === undefined) return { flaws: [], warnings: [], updatedAt: new Map() }
  const flaws: TargetFlaw[] = []
  const warnings: string[] = []
  const updatedAt = new Map<string, string>()
  const look = async (target: SecretTarget) => {
    const [, written] = await Promise.all([publicKeyOf(octokit, target), updatedAtOf(octokit, target)])
    return { written, hiding: await shadows(octokit, target, targets) }
  }
  const looks = await Promise.allSettled(targets.map(look))
  looks.forEach((result, index) => {
    const target = targets[index] as SecretTarget
    const name = targetName(target)
    if (result.status === 'rejected') flaws.push({ target: name, problem: flawOf(result.reason, target) })
    else {
      updatedAt.set(name, result.value.written)
      warnings.push(...result.value.hiding)
    }
  })
  return { flaws, warnings, updatedAt }
}

/** When each secret was last written, by the name of its target; null for one that is not there yet. */
export type WrittenTimes = ReadonlyMap<string, string | null>

/**
 * The same for secrets that get a key made for them: one of a repository or an environment that is not there yet is made. Of an organization
 * it has to exist: who may read it is its owners' to say.
 */
export async function checkReceivers(
  octokit: Octokit,
  targets: readonly SecretTarget[],
): Promise<{ readonly flaws: readonly TargetFlaw[]; readonly updatedAt: WrittenTimes }> {
  const flaws: TargetFlaw[] = []
  const updatedAt = new Map<string, string | null>()
  for (let from = 0; from < targets.length; from += AT_ONCE)
    await Promise.all(
      targets.slice(from, from + AT_ONCE).map(async (target) => {
        try {
          await publicKeyOf(octokit, target)
          updatedAt.set(targetName(target), await writtenAt(octokit, target))
        } catch (error) {
          flaws.push({ target: targetName(target), problem: flawOf(error, target, true) })
        }
      }),
    )
  return { flaws, updatedAt }
}

/** GitHub asks for few requests at a time. */
const AT_ONCE = 8

/** When GitHub says that the secret was written; null when it is not there. @throws when it cannot be asked */
export async function writtenAt(octokit: Octokit, target: SecretTarget): Promise<string | null> {
  return await updatedAtOf(octokit, target).catch((error) => {
    if (statusOf(error) === 404 && 'repository' in target) return null
    throw error
  })
}

/**
 * Writes the secret, sealed for its target, and answers when GitHub says that it was written, or what stood in the way. A public
 * key that was replaced in the meantime is fetched again.
 * @param isNew it may be made by this
 */
export async function writeSecret(
  octokit: Octokit,
  target: SecretTarget,
  value: string,
  isNew = false,
): Promise<{ readonly updatedAt: string } | TargetFlaw> {
  try {
    await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value)).catch(
      async (error) => {
        if (statusOf(error) !== 422 && statusOf(error) !== 409) throw error
        await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value))
      },
    )
    return { updatedAt: await updatedAtOf(octokit, target) }
  } catch (error) {
    return { target: targetName(target), problem: flawOf(error, target, isNew) }
  }
}

async function sealed({ key, key_id }: PublicKey, value: string) {
  await sodium.ready
  const box = sodium.crypto_box_seal(new TextEncoder().encode(value), Buffer.from(key, 'base64'))
  return { key_id, encrypted_value: Buffer.from(box).toString('base64') }
}

async function publicKeyOf({ rest: { actions } }: Octokit, target: SecretTarget): Promise<PublicKey> {
  if ('organization' in target) return (await actions.getOrgPublicKey({ org: target.organization })).data
  const place = placeOf(target)
  return target.environment === undefined
    ? (await actions.getRepoPublicKey(place)).data
    : (await actions.getEnvironmentPublicKey({ ...place, environment_name: target.environment })).data
}

async function updatedAtOf({ rest: { actions } }: Octokit, target: SecretTarget): Promise<string> {
  const secret_name = target.secret
  if ('organization' in target)
    return (await actions.getOrgSecret({ org: target.organization, secret_name })).data.updated_at
  const named = { ...placeOf(target), secret_name }
  return target.environment === undefined
    ? (await actions.getRepoSecret(named)).data.updated_at
    : (await actions.getEnvironmentSecret({ ...named, environment_name: target.environment })).data.updated_at
}

async function selectedBy(octokit: Octokit, org: string, secret_name: string) {
  return await everyPage(
    octokit.paginate.iterator(octokit.rest.actions.listSelectedReposForOrgSecret, {
      org,
      secret_name,
      per_page: 100,
    }),
    `repositories of the secret ${secret_name} of ${org}`,
  )
}

async function put(
  octokit: Octokit,
  target: SecretTarget,
  box: { key_id: string; encrypted_value: string },
): Promise<void> {
  const { actions } = octokit.rest
  const secret_name = target.secret
  if ('organization' in target) {
    // GitHub asks for the visibility with each write: it stays what it was.
    const org = target.organization
    const { visibility } = (await actions.getOrgSecret({ org, secret_name })).data
    const selected =
      visibility === 'selected'
        ? { selected_repository_ids: (await selectedBy(octokit, org, secret_name)).map(({ id }) => id) }
        : {}
    await actions.createOrUpdateOrgSecret({ org, secret_name, visibility, ...selected, ...box })
    return
  }
  const named = { ...placeOf(target), secret_name, ...box }
  if (target.environment === undefined) await actions.createOrUpdateRepoSecret(named)
  else await actions.createOrUpdateEnvironmentSecret({ ...named, environment_name: target.environment })
}

/**
 * GitHub gives a job the secret of its environment before that of the repository before that of the organisation: who reads one of
 * the same name that is no target. For an organisation's secret the repositories looked at are those selected for it, or those
 * that are targets themselves.
 */
async function shadows(
  octokit: Octokit,
  target: SecretTarget,
  targets: readonly SecretTarget[],
): Promise<string[]> {
  const hiding =
    'organization' in target
      ? await hidingOrganization(octokit, target, targets)
      : target.environment === undefined
        ? await hidingRepository(octokit, target)
        : []
  const named = new Set(targets.map(targetName))
  const others = hiding.filter((one) => !named.has(targetName(one)))
  const looks = await Promise.all(
    others.map(async (one) => await updatedAtOf(octokit, one).then(Boolean, () => false)),
  )
  return others.filter((_, index) => looks[index]).map((one) => hiddenText(target, one))
}

type InRepository = Extract<SecretTarget, { repository: string }>

async function hidingRepository(octokit: Octokit, target: InRepository): Promise<InRepository[]> {
  const environments = await everyPage(
    octokit.paginate.iterator(octokit.rest.repos.getAllEnvironments, { ...placeOf(target), per_page: 100 }),
    `environments of ${target.repository}`,
  ).catch((error: unknown) => {
    // Without the right to read them, the secret was written all the same.
    if (error instanceof Error && error.name === 'HttpError') return []
    throw error
  })
  return (environments as readonly { name: string }[]).map(({ name }) => ({ ...target, environment: name }))
}

async function hidingOrganization(
  octokit: Octokit,
  { organization, secret }: { readonly organization: string; readonly secret: string },
  targets: readonly SecretTarget[],
): Promise<InRepository[]> {
  const { visibility } = (await octokit.rest.actions.getOrgSecret({ org: organization, secret_name: secret }))
    .data
  const repositories =
    visibility === 'selected'
      ? (await selectedBy(octokit, organization, secret)).map(({ full_name }) => full_name)
      : targets.flatMap((one) =>
          'repository' in one && one.repository.startsWith(`${organization}/`) ? [one.repository] : [],
        )
  return [...new Set(repositories)].map((repository) => ({ repository, secret }))
}

function hiddenText(target: SecretTarget, by: InRepository): string {
  return by.environment === undefined
    ? `${targetName(target)}: jobs in ${by.repository} read its own ${by.secret}, not the organisation's. Name that repository as a target, too.`
    : `${by.repository}: jobs in the environment ${by.environment} read its own ${by.secret}, not the repository's. Name that environment as a target, too.`
}

function placeOf({ repository }: { readonly repository: string }): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

function flawOf(error: unknown, target: SecretTarget, isNew = false): string {
  const needs =
    'organization' in target
      ? 'Organization secrets: write'
      : target.environment === undefined
        ? 'Secrets: write'
        : 'Environments: write'
  switch (statusOf(error)) {
    case 401:
      return "GitHub does not take the token. Give a fine-grained token or the token of a GitHub App; the job's own can never write secrets."
    case 403:
      return `the token may not write it; it needs the permission "${needs}" there. The job's own token can never have it.`
    case 404:
      if (isNew && 'repository' in target)
        return `there is no such ${target.environment === undefined ? 'repository' : 'repository or environment'}, or the token does not reach it (it needs "${needs}").`
      return `there is no such secret, or the token does not reach it (it needs "${needs}"). Create the secret once by hand, with any value.`
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
