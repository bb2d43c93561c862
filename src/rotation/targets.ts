import type { NotedTarget, RotationState } from '../contract/programs/rotation.ts'
import { type SecretTarget, targetName } from '../contract/secret-target.ts'
import { type TargetCheck, type TargetFlaw, type Targets, writeSecret } from '../github/secrets.ts'
import { noteTargets } from '../host/rotation.ts'
import type { Session } from '../host/session.ts'
import type { Logger } from '../log/logger.ts'

/** Whom the targets are written for. */
type Writing = Targets & { readonly session: Session; readonly run: string; readonly logger: Logger }

/** Targets that are written side by side; GitHub asks for few requests at a time. */
const AT_ONCE = 8

/**
 * Writes every target that does not hold the key yet, also after one failed. Answers those that were written and that the host has
 * not noted yet, and those that could not be.
 */
export async function writeTargets(
  { session, run, octokit, targets, logger }: Writing,
  { rotation, key }: { readonly rotation: RotationState; readonly key: string },
  { updatedAt }: TargetCheck,
): Promise<{ written: readonly NotedTarget[]; flaws: readonly TargetFlaw[] }> {
  if (octokit === undefined) return { written: [], flaws: [] }
  const noted = new Map(rotation.targets.map((target) => [target.name, target.updatedAt]))
  // A target that somebody else wrote since is written again.
  const left = targets.filter((target) => {
    const name = targetName(target)
    return !noted.has(name) || noted.get(name) !== updatedAt.get(name)
  })
  const flaws: TargetFlaw[] = []
  let written: NotedTarget[] = []
  const write = async (target: SecretTarget) => {
    const name = targetName(target)
    const outcome = await writeSecret(octokit, target, key)
    if ('problem' in outcome) {
      logger.error(`${name}: ${outcome.problem}`)
      flaws.push(outcome)
    } else {
      written.push({ name, updatedAt: outcome.updatedAt })
      logger.info(`  ✓ ${name} holds the new key (${outcome.updatedAt})`)
    }
  }
  for (let from = 0; from < left.length; from += AT_ONCE) {
    if (written.length > 0) await noteTargets(session, { run, targets: written })
    written = []
    await Promise.all(left.slice(from, from + AT_ONCE).map(write))
  }
  return { written, flaws }
}
