export interface StepInRun {
  /** The step's `id`, or its place in the job from 0. */
  readonly id: string
  readonly name: string
  readonly result: 'success' | 'failure' | 'skipped'
  readonly outputs: Readonly<Record<string, string>>
  /** What the step printed, without workflow commands. */
  readonly log: string
}

export interface JobInRun {
  readonly result: 'success' | 'failure' | 'cancelled'
  readonly steps: readonly StepInRun[]
}

export interface AnnotationInRun {
  readonly severity: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly endLine?: number
  readonly endColumn?: number
}

/** What a workflow run left behind, as GitHub would show it, but for masks: nothing is masked here. */
export interface WorkflowRun {
  readonly success: boolean
  /** By job id; a job that was skipped is not there. */
  readonly jobs: Readonly<Record<string, JobInRun>>
  /** All steps in the order in which they ended. */
  readonly steps: readonly StepInRun[]
  /** What all steps printed; workflow commands (annotations, masks) are not part of it, group titles are. */
  readonly log: string
  readonly annotations: readonly AnnotationInRun[]
  readonly debug: readonly string[]
  /** All job summaries, one after the other. */
  readonly summary: string
  /** Outputs of all steps together; of two with the same name the later one. */
  readonly outputs: Readonly<Record<string, string>>
  /** What the runner was told to mask, in order. */
  readonly masks: readonly string[]
}

/** A line of `act --json`. */
interface ActLine {
  readonly jobID?: string
  readonly msg?: string
  readonly step?: string
  readonly stepID?: readonly string[]
  readonly stage?: string
  readonly raw_output?: boolean
  readonly command?: string
  readonly arg?: string
  readonly raw?: string
  readonly name?: string
  readonly content?: string
  readonly kvPairs?: Readonly<Record<string, string>>
  readonly stepResult?: StepInRun['result']
  readonly jobResult?: JobInRun['result']
}

interface StepDraft {
  id: string
  name: string
  result: StepInRun['result']
  outputs: Record<string, string>
  log: string
}

/** Turns the lines of `act --json` into a run; `success` is the caller's to know. Lines that are no JSON are act's own words. */
export function collectRun(lines: readonly string[]): Omit<WorkflowRun, 'success'> {
  const jobs: Record<string, { result: JobInRun['result']; steps: StepDraft[] }> = {}
  const run = {
    steps: [] as StepDraft[],
    log: '',
    annotations: [] as AnnotationInRun[],
    debug: [] as string[],
    summary: '',
    outputs: {} as Record<string, string>,
    masks: [] as string[],
  }
  for (const line of lines.map(parsed)) {
    if (line?.jobID === undefined) continue
    jobs[line.jobID] ??= { result: 'failure', steps: [] }
    const job = jobs[line.jobID]
    if (job === undefined) continue
    if (line.jobResult !== undefined) job.result = line.jobResult
    if (line.stepID === undefined) continue
    const step = stepOf(job.steps, line)
    if (line.stepResult !== undefined && line.stage === 'Main') {
      step.result = line.stepResult
      run.steps.push(step)
    }
    if (line.command !== undefined) obey(line, step, run)
    const printed = line.raw_output ? line.msg : line.command === 'group' ? `${line.arg}\n` : undefined
    step.log += printed ?? ''
    run.log += printed ?? ''
  }
  return { jobs, ...run }
}

function stepOf(steps: StepDraft[], { stepID = [], step = '' }: ActLine): StepDraft {
  const id = stepID.join('.')
  const known = steps.find((candidate) => candidate.id === id)
  if (known !== undefined) return known
  const draft: StepDraft = { id, name: step, result: 'skipped', outputs: {}, log: '' }
  steps.push(draft)
  return draft
}

function obey(
  line: ActLine,
  step: StepDraft,
  run: {
    annotations: AnnotationInRun[]
    debug: string[]
    summary: string
    outputs: Record<string, string>
    masks: string[]
  },
): void {
  const argument = line.arg ?? ''
  switch (line.command) {
    case 'error':
    case 'warning':
    case 'notice':
      run.annotations.push({ severity: line.command, message: argument, ...place(line.kvPairs ?? {}) })
      break
    case 'debug':
      run.debug.push(argument)
      break
    case 'add-mask':
      run.masks.push(argument)
      break
    case 'set-output':
      if (line.name !== undefined) {
        step.outputs[line.name] = argument
        run.outputs[line.name] = argument
      }
      break
    case 'summary':
      run.summary += line.content ?? ''
      break
  }
}

function place(pairs: Readonly<Record<string, string>>): Omit<AnnotationInRun, 'severity' | 'message'> {
  const { title, file, line, col, endLine, endColumn } = pairs
  return {
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(col === undefined ? {} : { column: Number(col) }),
    ...(endLine === undefined ? {} : { endLine: Number(endLine) }),
    ...(endColumn === undefined ? {} : { endColumn: Number(endColumn) }),
  }
}

function parsed(line: string): ActLine | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
