import type { Finding } from './finding.ts'

/** GitHub's view of the repository's workflows; `state` in its words: `active`, `disabled_inactivity`, … */
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
      what: `GitHub disabled the workflow ${name} (${path}) after 60 days without activity in the repository.`,
      why: 'It no longer runs on its schedule.',
      remedy: { where: 'GitHub', text: `gh workflow enable ${path.split('/').at(-1) ?? path}` },
    }))
}
