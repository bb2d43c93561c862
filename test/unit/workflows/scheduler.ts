import { parse } from 'yaml'

/**
 * GitHub's documented rules of when a run may begin, over real workflow files. act knows neither groups nor environments.
 *
 * - A run or job waits while another one of its group is in progress. One more that comes then drops the one that waits, unless the group
 *   says `queue: max`; `cancel-in-progress` ends the one in progress.
 *   https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 * - A job that names an environment with reviewers waits for one of them before it gets a runner or a secret; after 30 days it fails.
 *   https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
 * - A run that waits like that is in progress, and holds its group: vstorm-co/agenticos#1832, elizaOS/eliza#18092. Nothing says whether
 *   a group of a job is taken before or after the approval: here before, which is the worse for us (hypothesis/lms#4533).
 * - Rejecting it may leave the group taken for ever (elizaOS/eliza#15914): here it does.
 */
export type State = 'pending' | 'waiting' | 'running' | 'cancelled' | 'rejected' | 'skipped'

interface Concurrency {
  readonly group: string
  readonly cancels: boolean
  readonly queues: boolean
}

interface JobFile {
  readonly if?: string
  readonly environment?: string
  readonly concurrency?: unknown
}

export interface Job {
  readonly name: string
  readonly environment: string | undefined
  readonly groups: readonly string[]
  state: State
}

export interface Run {
  readonly workflow: string
  readonly jobs: readonly Job[]
}

export interface Event {
  readonly name: string
  readonly schedule?: string
  readonly inputs?: Readonly<Record<string, string | boolean>>
}

export class Scheduler {
  readonly #files: Readonly<Record<string, string>>
  readonly #reviewed: ReadonlySet<string>
  /** By group, who holds it and who waits for it. */
  readonly #held = new Map<string, Job>()
  readonly #queues = new Map<string, Job[]>()
  #runs = 0

  /** @param reviewed the environments that have reviewers */
  constructor(files: Readonly<Record<string, string>>, reviewed: readonly string[]) {
    this.#files = files
    this.#reviewed = new Set(reviewed)
  }

  /** The workflows that an event begins, and where their jobs stand then. */
  begin(name: string, event: Event): Run {
    const workflow = parse(this.#files[name] ?? '') as {
      on: Record<string, unknown>
      concurrency?: unknown
      jobs: Record<string, JobFile>
    }
    if (!(event.name in workflow.on)) throw new Error(`${name} does not run on ${event.name}`)
    this.#runs += 1
    const values = {
      github: { run_id: this.#runs, event_name: event.name, event },
      inputs: event.inputs ?? {},
    }
    const whole = concurrencyOf(workflow.concurrency, values)
    const jobs = Object.entries(workflow.jobs).map(([key, file]) => {
      const wanted = [whole, concurrencyOf(file.concurrency, values)].flatMap((one) => one ?? [])
      const job: Job = {
        name: `${name}/${key}`,
        environment: file.environment,
        groups: wanted.map(({ group }) => group),
        state: 'pending',
      }
      if (file.if !== undefined && !truthy(file.if, values)) job.state = 'skipped'
      else this.#admit(job, wanted)
      return job
    })
    return { workflow: name, jobs }
  }

  approve(job: Job): void {
    if (job.state !== 'waiting') throw new Error(`${job.name} is ${job.state} and cannot be approved`)
    job.state = 'running'
  }

  /** Leaves its groups taken. */
  reject(job: Job): void {
    job.state = 'rejected'
  }

  #admit(job: Job, wanted: readonly Concurrency[]): void {
    for (const { group, cancels, queues } of wanted) {
      const holder = this.#held.get(group)
      if (holder === undefined) continue
      if (cancels) {
        holder.state = 'cancelled'
        this.#held.delete(group)
        continue
      }
      const queue = this.#queues.get(group) ?? []
      if (!queues) for (const dropped of queue.splice(0)) dropped.state = 'cancelled'
      this.#queues.set(group, [...queue, job])
      return
    }
    for (const { group } of wanted) this.#held.set(group, job)
    job.state = job.environment !== undefined && this.#reviewed.has(job.environment) ? 'waiting' : 'running'
  }
}

function concurrencyOf(given: unknown, values: object): Concurrency | undefined {
  if (given === undefined) return undefined
  const {
    group,
    'cancel-in-progress': cancels = false,
    queue,
  } = (typeof given === 'string' ? { group: given } : given) as Record<string, unknown>
  return {
    group: String(group).replaceAll(/\$\{\{(.*?)\}\}/g, (_, text: string) => String(evaluated(text, values))),
    cancels: cancels === true,
    queues: queue === 'max',
  }
}

function truthy(condition: string, values: object): boolean {
  return Boolean(evaluated(condition.replace(/^\$\{\{(.*)\}\}$/s, '$1'), values))
}

/** The part of GitHub's expressions that is JavaScript too; what is not there is empty. */
function evaluated(expression: string, values: object): unknown {
  const filled = expression.replaceAll(/\b(?:github|inputs)(?:\.[\w-]+)+/g, (path) => {
    let at: unknown = values
    for (const key of path.split('.')) at = (at as Record<string, unknown> | undefined | null)?.[key]
    return JSON.stringify(at ?? '')
  })
  return new Function(`return (${filled})`)()
}
