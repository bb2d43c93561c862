import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { templates } from '../../../src/init/templates.ts'
import { type Event, type Job, type Run, Scheduler, type State } from './scheduler.ts'

/** As the manual has it. */
const REVIEWED = ['gateway', 'gateway-restore']
const BY_HAND: Event = { name: 'workflow_dispatch' }
const FINISH: Event = { name: 'workflow_dispatch', inputs: { phase: 'finish', revoke: false, force: false } }
const FINISH_SCHEDULE = '41 4 * * *'
const KEYS_SCHEDULE = '41 6 * * *'

const schedules = Object.entries(templates()).flatMap(([name, text]) => {
  const { on } = parse(text) as { on: { schedule?: { cron: string }[] } }
  return (on.schedule ?? []).map(({ cron }) => [name, cron] as const)
})
/** What changes the gateway and so may wait for a person. */
const isBegin = (name: string, cron: string) =>
  (name === 'rotate.yml' && cron !== FINISH_SCHEDULE) ||
  (name === 'rotate-keys.yml' && cron !== KEYS_SCHEDULE)

const states = ({ jobs }: Run) => jobs.map(({ state }) => state).filter((state) => state !== 'skipped')
const only = ({ jobs }: Run) => jobs.find(({ state }) => state !== 'skipped') as Job
const begins = (run: Run, expected: State) =>
  expect([run.workflow, states(run)]).toEqual([run.workflow, [expected]])

function everythingElseRuns(scheduler: Scheduler): void {
  for (const name of ['rollback.yml', 'restore.yml', 'deploy.yml', 'rotate.yml']) {
    const run = scheduler.begin(name, BY_HAND)
    begins(run, 'waiting')
    scheduler.approve(only(run))
    begins(run, 'running')
  }
  begins(scheduler.begin('rotate.yml', FINISH), 'running')
  for (const [name, cron] of schedules)
    if (!isBegin(name, cron)) begins(scheduler.begin(name, { name: 'schedule', schedule: cron }), 'running')
}

describe.each(['that nobody approves', 'that was rejected'])('a sync %s', (how) => {
  test('holds up no rollback, no restore, no deploy, no rotation and no watcher', () => {
    const scheduler = new Scheduler(templates(), REVIEWED)
    const sync = scheduler.begin('sync.yml', { name: 'push' })
    begins(sync, 'waiting')
    if (how === 'that was rejected') scheduler.reject(only(sync))
    everythingElseRuns(scheduler)
  })

  test('holds up no later sync', () => {
    const scheduler = new Scheduler(templates(), REVIEWED)
    const [a, b, c] = ['a', 'b', 'c'].map(() => scheduler.begin('sync.yml', { name: 'push' }))
    if (how === 'that was rejected') scheduler.reject(only(a as Run))
    scheduler.approve(only(c as Run))
    begins(c as Run, 'running')
    begins(b as Run, 'waiting')
  })
})

test.each(['rollback.yml', 'restore.yml', 'deploy.yml', 'rotate.yml'])(
  'a run of %s that nobody approves holds up nothing',
  (name) => {
    const scheduler = new Scheduler(templates(), REVIEWED)
    begins(scheduler.begin(name, BY_HAND), 'waiting')
    const sync = scheduler.begin('sync.yml', { name: 'push' })
    scheduler.approve(only(sync))
    everythingElseRuns(scheduler)
  },
)

test('A, B and C merged within one sync: none of their runs is dropped', () => {
  const scheduler = new Scheduler(templates(), [])
  const runs = ['a', 'b', 'c'].map(() => scheduler.begin('sync.yml', { name: 'push' }))
  expect(runs.flatMap(states)).toEqual(['running', 'running', 'running'])
})

test.each(schedules)('%s at %s beside required reviewers', (name, cron) => {
  const scheduler = new Scheduler(templates(), REVIEWED)
  const run = scheduler.begin(name, { name: 'schedule', schedule: cron })
  begins(run, isBegin(name, cron) ? 'waiting' : 'running')
})

test('what ends a grace time before its end, or makes a new key, waits for a reviewer', () => {
  for (const inputs of [
    { phase: 'finish', revoke: false, force: true },
    { phase: 'due', revoke: true, force: false },
    { phase: 'due', revoke: false, force: false },
    { phase: 'begin', revoke: false, force: false },
  ])
    begins(new Scheduler(templates(), REVIEWED).begin('rotate.yml', { ...BY_HAND, inputs }), 'waiting')
})

test('no file has a key that GitHub Enterprise Server does not know', () => {
  for (const text of Object.values(templates())) expect(text).not.toMatch(/^\s*queue:/m)
})

describe('with the group that all of them shared', () => {
  const shared = (queue: string) =>
    Object.fromEntries(
      Object.entries(templates()).map(([name, text]) => [
        name,
        text.replace(/group: litellm-gitops-\w+-\$\{\{ github\.run_id \}\}/, `group: litellm-gitops${queue}`),
      ]),
    )

  test('a rollback waited behind a sync that nobody approved', () => {
    const scheduler = new Scheduler(shared('\n  queue: max'), REVIEWED)
    scheduler.begin('sync.yml', { name: 'push' })
    begins(scheduler.begin('rollback.yml', BY_HAND), 'pending')
    begins(scheduler.begin('rotate.yml', FINISH), 'pending')
  })

  test('a sync was dropped for a later one where there is no queue', () => {
    const scheduler = new Scheduler(shared(''), [])
    const [a, b, c] = ['a', 'b', 'c'].map(() => scheduler.begin('sync.yml', { name: 'push' }))
    begins(a as Run, 'running')
    begins(b as Run, 'cancelled')
    begins(c as Run, 'pending')
  })
})
