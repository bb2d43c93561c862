import type { Finding } from './finding.ts'

/** What GitHub says of the repository's workflows; `state` in its words: `active`, `disabled_inactivity`, … */
export interface ScheduleFacts {
  readonly workflows: readonly { readonly name: string; readonly path: string; readonly state: string }[]
}

/** Schedules that GitHub stopped. One that a person disabled is that person's choice. */
export function scheduleFindings({ workflows }: ScheduleFacts): Finding[] {
  return workflows
    .filter(({ state }) => state === 'disabled_inactivity')
    .map(({ name, path }) => ({
      id: 'workflow-disabled',
      severity: 'warning',
      what: `GitHub stopped the workflow ${name} (${path}), because nothing happened in the repository for 60 days.`,
      why: 'What it does on its schedule does not happen any more.',
      mend: { where: 'GitHub', text: `gh workflow enable ${path.split('/').at(-1) ?? path}` },
    }))
}
