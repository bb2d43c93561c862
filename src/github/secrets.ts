import sodium from 'libsodium-wrappers'
import { type Octokit, statusOf } from './client.ts'

/** Where GitHub keeps a secret. */
export type SecretTarget =
  | { readonly repository: string; readonly environment?: string; readonly secret: string }
  | { readonly organization: string; readonly secret: string }

/** What stands in the way of writing a secret, and what to do about it. */
export interface TargetFlaw {
  readonly target: string
  readonly problem: string
}

export interface TargetCheck {
  readonly flaws: readonly TargetFlaw[]
  /** What will be written, but not where everybody reads it. */
  readonly warnings: readonly string[]
}

interface PublicKey {
  readonly key_id: string
  readonly key: string
}

/** `owner/name LITELLM_MASTER_KEY`, with the environment in brackets; `org acme …` for an organisation. */
export function targetName(target: SecretTarget): string {
  if ('organization' in target) return `org ${target.organization} ${target.secret}`
  const environment = target.environment === undefined ? '' : ` (${target.environment})`
  return `${target.repository}${environment} ${target.secret}`
}

/**
 * Looks whether every target could be written, before anything is: the public key can be read, and the secret is there already
 * (a rotation that makes new secrets would hide a misspelt name). Warns of a secret of the same name that hides this one.
 */
export async function checkTargets(octokit: Octokit, targets: readonly SecretTarget[]): Promise<TargetCheck> {
  const flaws: TargetFlaw[] = []
  const warnings: string[] = []
  for (const target of targets) {
    const name = targetName(target)
    try {
      await publicKeyOf(octokit, target)
      await updatedAtOf(octokit, target)
      warnings.push(...(await shadows(octokit, target)))
    } catch (error) {
      flaws.push({ target: name, problem: flawOf(error, target) })
    }
  }
  return { flaws, warnings }
}

/**
 * Writes the secret, sealed for its target, and answers when GitHub says that it was written. A public key that was replaced
 * meanwhile is fetched anew. Throws an Error that names target and permission.
 */
export async function writeSecret(octokit: Octokit, target: SecretTarget, value: string): Promise<string> {
  try {
    await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value)).catch(
      async (error) => {
        if (statusOf(error) !== 422 && statusOf(error) !== 409) throw error
        await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value))
      },
    )
    return await updatedAtOf(octokit, target)
  } catch (error) {
    throw new Error(`${targetName(target)}: ${flawOf(error, target)}`, { cause: error })
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

async function selectedBy(octokit: Octokit, org: string, secret_name: string): Promise<number[]> {
  const found = await octokit.paginate(octokit.rest.actions.listSelectedReposForOrgSecret, {
    org,
    secret_name,
    per_page: 100,
  })
  return found.map(({ id }) => id)
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
        ? { selected_repository_ids: await selectedBy(octokit, org, secret_name) }
        : {}
    await actions.createOrUpdateOrgSecret({ org, secret_name, visibility, ...selected, ...box })
    return
  }
  const named = { ...placeOf(target), secret_name, ...box }
  if (target.environment === undefined) await actions.createOrUpdateRepoSecret(named)
  else await actions.createOrUpdateEnvironmentSecret({ ...named, environment_name: target.environment })
}

/** GitHub gives a job the secret of its environment before that of the repository before that of the organisation. */
async function shadows(octokit: Octokit, target: SecretTarget): Promise<string[]> {
  if ('organization' in target || target.environment !== undefined) return []
  const place = placeOf(target)
  const environments = await octokit
    .paginate(octokit.rest.repos.getAllEnvironments, { ...place, per_page: 100 })
    .catch(() => [])
  const hiding: string[] = []
  for (const { name } of environments as readonly { name: string }[]) {
    const found = await octokit.rest.actions
      .getEnvironmentSecret({ ...place, environment_name: name, secret_name: target.secret })
      .catch(() => undefined)
    if (found !== undefined) hiding.push(name)
  }
  return hiding.map(
    (name) =>
      `${target.repository}: jobs in the environment ${name} read its own ${target.secret}, not the repository's. Name that environment as a target, too.`,
  )
}

function placeOf({ repository }: { readonly repository: string }): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

function flawOf(error: unknown, target: SecretTarget): string {
  const needs =
    'organization' in target
      ? 'Organization secrets: write'
      : target.environment === undefined
        ? 'Secrets: write'
        : 'Environments: write'
  switch (statusOf(error)) {
    case 401:
      return 'GitHub does not take the token. Give a fine-grained token or the token of a GitHub App; the job’s own can never write secrets.'
    case 403:
      return `the token may not write it; it needs the permission "${needs}" there. The job’s own token can never have it.`
    case 404:
      return `there is no such secret, or the token does not reach it (it needs "${needs}"). Make the secret once by hand, with any value.`
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
