import { setFailed } from '@actions/core'
import { tellAlarm } from '../github/alarm-issue.ts'
import { annotate } from '../github/annotations.ts'
import { createClient } from '../github/client.ts'
import type { RunContext } from '../github/context.ts'
import type { Channels } from '../github/notices.ts'
import { setOutputs } from '../github/outputs.ts'
import { PLAN_MARKER, upsertStickyComment } from '../github/sticky-comment.ts'
import { writeSummary } from '../github/summary.ts'
import type { KnownSecrets } from '../log/known-secrets.ts'
import type { Logger } from '../log/logger.ts'
import { reviewedMark } from '../plan/digest.ts'
import { needsDeploy } from '../plan/kinds.ts'
import type { CommandReport } from '../steps/command.ts'
import { type Alarm, alarmOf, type Kept, noticeOf } from './alarms.ts'
import { reportText } from './report-json.ts'

export interface Publication {
  readonly report: CommandReport
  readonly run: RunContext | undefined
  readonly token: string
  readonly apiUrl: string | undefined
  /** Where else people are told. */
  readonly channels: Channels
  readonly secrets: KnownSecrets
  readonly logger: Logger
}

/** Reports to GitHub what a command found and did: summary and outputs always, annotations on the files, one comment on a pull request. */
export async function publish(publication: Publication): Promise<void> {
  const { report, secrets, logger } = publication
  const { redact } = secrets
  await writeSummary({ markdown: `${report.markdown}\n`, redact, file: process.env.GITHUB_STEP_SUMMARY })
  annotate(
    report.problems.map(({ severity, message, fix, at, code }) => ({
      severity: severity === 'info' ? 'notice' : severity,
      title: `litellm-gitops: ${code}`,
      message: `${message} Fix: ${fix}`,
      ...at,
    })),
    redact,
  )
  const { plan } = report
  const left = setOutputs(
    {
      changes: plan?.changes.length ?? 0,
      'has-changes': (plan?.changes.length ?? 0) > 0,
      'needs-deploy': plan !== undefined && needsDeploy(plan),
      'plan-json': reportText(report, secrets),
    },
    redact,
  )
  if (left.length > 0) logger.warning(`Too large for an output, left out: ${left.join(', ')}`)
  await comment(publication)
  await alarm(publication)
  if (report.failed) setFailed(`${report.command} failed; the summary says why.`)
}

async function comment({
  report,
  run,
  token,
  apiUrl,
  secrets: { redact },
  logger,
}: Publication): Promise<void> {
  if (report.command !== 'plan' || run?.pullRequest === undefined || apiUrl === undefined) return
  const { origin, number } = run.pullRequest
  if (token === '') return logger.notice('No github-token: the plan is in the summary only.')
  const { owner, repo } = run
  // A plan that asked no gateway promises nothing that a later sync could be held to.
  const mark = report.plan === undefined ? '' : `${reviewedMark(report.plan, run.pullRequest.headSha)}\n`
  const body = `${mark}${report.markdown}\n\n<sub>${run.sha.slice(0, 7)} · [run](${run.runUrl})</sub>`
  try {
    const result = await upsertStickyComment({
      octokit: createClient({ token, apiUrl }),
      owner,
      repo,
      issue: number,
      marker: PLAN_MARKER,
      body,
      redact,
      // A plan of an earlier push is not left there; where there was none, nobody is bothered.
      create: report.untouched !== true,
    })
    if (result.outcome === 'none') return
    if (result.outcome === 'refused')
      logger.notice(
        `The token may not comment here${origin === 'trusted' ? ' (the job needs pull-requests: write)' : `, as usual for a ${origin === 'fork' ? 'fork' : 'Dependabot branch'}`}: the plan is in the summary.`,
      )
    else logger.info(`Comment ${result.outcome}: ${result.url}`)
  } catch (error) {
    // The plan is in the summary; a comment that cannot be written must not hide it.
    logger.warning(`The comment could not be written: ${error instanceof Error ? error.message : error}`)
  }
}

/** Tells people: by an issue that is kept, and where they asked for it. */
async function alarm(publication: Publication): Promise<void> {
  const { report, run, channels, logger } = publication
  const found = run === undefined ? undefined : alarmOf(report, run)
  const kept = await keepIssue(publication, found)
  const notice = run && noticeOf(report, run, found, kept)
  if (notice === undefined || Object.keys(channels).length === 0) return
  const { sendNotice } = await import('../github/notices.ts')
  await sendNotice(notice, channels, {
    redact: publication.secrets.redact,
    warning: (text) => logger.warning(text),
  })
}

/** Keeps the issue of an alarm; answers what became of it. */
async function keepIssue(
  { report, run, token, apiUrl, secrets: { redact }, logger }: Publication,
  found: Alarm | undefined,
): Promise<Kept> {
  if (found === undefined || run === undefined) return { outcome: 'none' }
  if (token === '' || apiUrl === undefined) {
    logger.notice('No github-token: no issue is kept, the result is in the summary only.')
    return { outcome: 'none' }
  }
  const { owner, repo, runUrl } = run
  try {
    const result = await tellAlarm({
      octokit: createClient({ token, apiUrl }),
      owner,
      repo,
      marker: `litellm-gitops ${found.name}`,
      title: found.title,
      wrong: found.wrong ? `${report.markdown}\n\n<sub>[run](${runUrl})</sub>` : undefined,
      over: `It is over: [this run](${runUrl}) went well.\n\n${report.markdown}`,
      redact,
    })
    if (result.outcome === 'refused')
      logger[found.name === 'report' ? 'info' : 'warning'](
        'The token may not write issues (the job needs issues: write): see the summary.',
      )
    else if (result.outcome !== 'quiet') logger.info(`Issue ${result.outcome}: ${result.url}`)
    return result
  } catch (error) {
    logger.warning(`The issue could not be written: ${error instanceof Error ? error.message : error}`)
    return { outcome: 'none' }
  }
}
