import type { Desired } from '../../config/desired.ts'
import { ConfigError, type Problem } from '../../config/problem.ts'
import { targetName } from '../../contract/secret-target.ts'
import type { Note, Plan } from '../../plan/change.ts'
import type { StepContext } from '../command.ts'

const TOKEN =
  'set secrets-token (action) or SECRETS_TOKEN (CLI) to a fine-grained token, or that of a GitHub App, that has "Secrets: write" on the repositories, "Environments: write" for their environments, "Organization secrets: write" on organizations.'

/**
 * Looks whether the secrets of the keys that are made can be written, before anything is. A plan of a pull request has no such token: it says
 * that this was not looked at.
 * @param acts whether this run would make them
 * @throws ConfigError with each secret that cannot be written, and what to grant
 */
export async function requireDeliverable(
  desired: Desired,
  plan: Plan,
  { receivers }: Pick<StepContext, 'receivers'>,
  acts: boolean,
): Promise<readonly Note[]> {
  const wanted = deliveriesOf(desired, plan)
  if (wanted.length === 0) return []
  const octokit = await receivers?.()
  const secrets = wanted.flatMap(({ delivery, path }) =>
    (delivery?.targets ?? []).map((target, index) => ({ target, path: [...path, 'deliver', index] })),
  )
  if (octokit === undefined) {
    const names = secrets.map(({ target }) => targetName(target)).join(', ')
    if (!acts)
      return [
        {
          severity: 'info',
          text: `Whether ${names} can be written was not looked at: this run has no secrets-token. sync looks before it changes anything.`,
        },
      ]
    const [first] = secrets
    throw new ConfigError([
      {
        severity: 'error',
        code: 'secrets-token',
        message: `no token was given that may write ${names}.`,
        fix: TOKEN,
        at: desired.locate(first?.path ?? ['keys']),
      },
    ])
  }
  const { checkReceivers } = await import('../../github/secrets.ts')
  const { flaws } = await checkReceivers(
    octokit,
    secrets.map(({ target }) => target),
  )
  const problems = new Map(flaws.map(({ target, problem }) => [target, problem]))
  const found = secrets.flatMap(({ target, path }): Problem[] => {
    const problem = problems.get(targetName(target))
    if (problem === undefined) return []
    return [
      {
        severity: 'error',
        code: 'delivery',
        message: `${targetName(target)} cannot get its key: ${problem}`,
        fix: 'grant that, or name another secret.',
        at: desired.locate(path),
      },
    ]
  })
  if (found.length > 0) throw new ConfigError(found)
  return []
}

function deliveriesOf({ entities }: Desired, { changes }: Plan) {
  const ids = new Set(
    changes.flatMap((change) =>
      change.kind === 'entity' && change.delivery !== undefined ? [change.id] : [],
    ),
  )
  return ids.size === 0 ? [] : entities.filter(({ kind, id }) => kind === 'key' && ids.has(id))
}
