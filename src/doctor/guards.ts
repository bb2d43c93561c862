import { parse } from 'yaml'
import { isRecord } from '../config/record.ts'
import type { Finding } from './finding.ts'

/** What GitHub says of an environment. */
export interface EnvironmentFacts {
  readonly name: string
  /** Somebody has to approve each job, or it waits for a while. */
  readonly waits: boolean
  /** Which branches may use it is restricted. */
  readonly restricted: boolean
}

/** The workflow files of the checkout, and the environments of the repository. */
export interface GuardFacts {
  readonly workflows: readonly { readonly path: string; readonly text: string }[]
  readonly environments: readonly EnvironmentFacts[]
}

/** One job that runs a command of ours. */
interface Job {
  readonly path: string
  readonly commands: readonly string[]
  readonly environment: string | undefined
  readonly scheduled: boolean
  /** Of the file and of the job. */
  readonly groups: readonly string[]
}

const OURS = /^litellm-gitops\/litellm-gitops(?:\/\.github\/workflows\/gateway\.ya?ml)?@/
/** What has to run while nobody looks. The first half of a rotation changes the gateway, and may wait for a person. */
const WATCHERS: ReadonlySet<string> = new Set([
  'plan',
  'doctor',
  'report',
  'backup',
  'verify',
  'drill',
  'rotate finish',
])

/** Environments that are missing or open, and those whose reviewers hold up what must not wait for them. */
export function guardFindings({ workflows, environments }: GuardFacts): Finding[] {
  const jobs = workflows.flatMap(jobsOf)
  const known = new Map(environments.map((one) => [one.name.toLowerCase(), one]))
  const of = ({ environment }: Job) =>
    environment === undefined ? undefined : known.get(environment.toLowerCase())
  const named = [...new Set(jobs.flatMap(({ environment }) => environment ?? []))].sort()
  return [
    ...named.flatMap((name) => environmentFindings(name, known.get(name.toLowerCase()))),
    ...jobs
      .filter(
        (job) => job.scheduled && of(job)?.waits === true && job.commands.every((one) => WATCHERS.has(one)),
      )
      .map(waitsFinding),
    ...sharedFindings(jobs, (job) => of(job)?.waits === true),
  ]
}

function environmentFindings(name: string, found: EnvironmentFacts | undefined): Finding[] {
  if (found?.restricted === true) return []
  const text = `gh api --method PUT 'repos/{owner}/{repo}/environments/${encodeURIComponent(name).replaceAll("'", '%27')}' -F "deployment_branch_policy[protected_branches]=true" -F "deployment_branch_policy[custom_branch_policies]=false"`
  return [
    {
      id: found === undefined ? 'environment-missing' : 'environment-open',
      severity: 'warning',
      what:
        found === undefined
          ? `The workflows name the environment ${name}, which the repository does not have.`
          : `Every branch may use the environment ${name}.`,
      why:
        found === undefined
          ? 'GitHub creates it when a job first uses it: without secrets, and open to every branch.'
          : 'Anyone who can push a branch can write a workflow there that reads its secrets.',
      remedy: {
        where: 'GitHub',
        text: found === undefined ? text : `${text} # keeps its reviewers only if you name them too`,
      },
    },
  ]
}

function waitsFinding({ path, environment, commands }: Job): Finding {
  return {
    id: 'schedule-waits',
    severity: 'warning',
    what: `${path} runs ${commands.join(' and ')} on a schedule, in the environment ${environment}, which waits for a reviewer.`,
    why: 'A run that nobody approves ends as failed after 30 days, and what it should tell is not told.',
    remedy: {
      where: 'GitHub',
      text: `Remove the reviewers of ${environment}, or give the job the environment of the template (docs/review.md).`,
    },
  }
}

/** A run that waits for a reviewer holds its group: what shares it waits too, or is dropped. */
function sharedFindings(jobs: readonly Job[], waits: (job: Job) => boolean): Finding[] {
  const groups = new Map<string, Job[]>()
  for (const job of jobs)
    for (const group of job.groups) groups.set(group, [...(groups.get(group) ?? []), job])
  return [...groups].flatMap(([group, sharing]): Finding[] => {
    const paths = [...new Set(sharing.map(({ path }) => path))].sort()
    if (!sharing.some(waits)) return []
    return [
      {
        id: 'run-blocks-others',
        severity: 'warning',
        what: `Runs of ${paths.join(', ')} share the concurrency group ${group}, and some of them wait for a reviewer.`,
        why: 'A run that waits for its approval holds the group: a rollback or a restore waits behind it, and a later sync may be dropped.',
        remedy: {
          where: 'GitHub',
          text: "Take the concurrency of the templates (workflows/ of the action's release): each run has a group of its own, and the lock on the host keeps them apart.",
        },
      },
    ]
  })
}

function jobsOf({ path, text }: GuardFacts['workflows'][number]): Job[] {
  const workflow: unknown = readYaml(text)
  if (!isRecord(workflow) || !isRecord(workflow.jobs)) return []
  const scheduled = isRecord(workflow.on) && workflow.on.schedule !== undefined
  return Object.values(workflow.jobs).flatMap((job): Job[] => {
    if (!isRecord(job)) return []
    const commands = commandsOf(job)
    if (commands.length === 0) return []
    const groups = [workflow.concurrency, job.concurrency].flatMap(groupOf)
    return [{ path, commands, environment: environmentOf(job), scheduled, groups }]
  })
}

function commandsOf(job: Readonly<Record<string, unknown>>): string[] {
  const steps = [job, ...(Array.isArray(job.steps) ? job.steps : [])]
  return steps.flatMap((step) => {
    if (!isRecord(step) || typeof step.uses !== 'string' || !OURS.test(step.uses) || !isRecord(step.with))
      return []
    const { command, phase } = step.with
    return [command === 'rotate' && phase === 'finish' ? 'rotate finish' : String(command)]
  })
}

/** Undefined also for one that GitHub computes. */
function environmentOf(job: Readonly<Record<string, unknown>>): string | undefined {
  const called = isRecord(job.with) && typeof job.uses === 'string' ? job.with.environment : undefined
  const own = isRecord(job.environment) ? job.environment.name : job.environment
  const name = own ?? called
  return typeof name === 'string' && name !== '' && !name.includes('${{') ? name : undefined
}

/** One that differs from run to run holds up nobody. */
function groupOf(concurrency: unknown): string[] {
  const group = isRecord(concurrency) ? concurrency.group : concurrency
  return typeof group === 'string' && !/github\.run_id/.test(group) ? [group.toLowerCase()] : []
}

/** What GitHub itself does not read has no jobs. */
function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
