import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Too long for every run: `npm run proof`. Their short forms stand in the other projects. */
const PROOFS = [
  'test/host/crash.test.ts',
  'test/host/killed-runner.test.ts',
  'test/commands/cut.test.ts',
  'test/commands/rotate-killed.test.ts',
  'test/commands/rotate-finish-killed.test.ts',
  'test/commands/rotate-adopted.test.ts',
  'test/commands/rotate-harmed.test.ts',
  'test/commands/rotate-refused.test.ts',
  'test/host/backup-corruption.test.ts',
  'test/host/backup-crash.test.ts',
  'test/host/backup-harmed.test.ts',
  'test/host/round-trip.test.ts',
  'test/e2e/upgrade.test.ts',
  'test/commands/main-job/machine.test.ts',
  'test/commands/main-job/components.test.ts',
  'test/vm/libvirt-deploy.test.ts',
  'test/lab/kubernetes/two-nodes.test.ts',
]

/** In every run with a part of their cases or load; whole here. */
const SHORTENED = [
  'test/commands/faults.test.ts',
  'test/commands/doctor.test.ts',
  'test/commands/whole.test.ts',
  'test/commands/gateway.test.ts',
  'test/commands/budgets.test.ts',
  'test/commands/rotate.test.ts',
  'test/commands/keys/keys.test.ts',
  'test/host/adopted/adopted-data.test.ts',
  'test/host/adopted/move.test.ts',
  'test/commands/main-job/versions.test.ts',
  'test/commands/main-job/layouts.test.ts',
  'test/host/backup.test.ts',
  'test/host/rollout.test.ts',
  'test/host/release/load-config.test.ts',
  'test/host/rehearsal.test.ts',
  'test/host/upgrade.test.ts',
  'test/vm/libvirt.test.ts',
  'test/unit/config/files/beside.test.ts',
  'test/unit/config/fuzz-config.test.ts',
  'test/unit/config/yaml/read.test.ts',
  'test/unit/github/workflow-commands.test.ts',
  'test/unit/import/corpus.test.ts',
  'test/unit/import/declaration.test.ts',
  'test/unit/plan/diff.test.ts',
  'test/e2e/markdown.test.ts',
  'test/unit/fuzz-output.test.ts',
]

/** About time: what runs beside it would be in what it sees. The last one makes dist anew. */
const ALONE = ['test/lab/lab.test.ts', 'test/e2e/single-file.test.ts']

/**
 * The longest early: begun last, one of them would keep a single core busy while the other has nothing left. Of two that follow each
 * other one computes and one waits, and the first two make the snapshots that nearly all others stand on.
 */
const ORDER = [
  'test/host/backup.test.ts',
  'test/commands/rotate.test.ts',
  'test/commands/main-job/versions.test.ts',
  'test/commands/main-job/layouts.test.ts',
  'test/commands/faults.test.ts',
  'test/commands/keys/keys.test.ts',
  'test/host/upgrade.test.ts',
  'test/commands/gateway.test.ts',
  'test/e2e/story.test.ts',
  'test/commands/budgets.test.ts',
  'test/e2e/newcomer.test.ts',
  'test/host/rollout.test.ts',
  'test/vm/libvirt.test.ts',
  'test/host/deploy.test.ts',
  'test/commands/doctor.test.ts',
  'test/commands/routing.test.ts',
  'test/vm/faults.test.ts',
  'test/host/plan-key.test.ts',
  'test/host/plan-key-flood.test.ts',
  'test/vm/proxmox.test.ts',
  'test/vm/interrupted.test.ts',
  'test/commands/whole.test.ts',
  'test/e2e/workflow-lint.test.ts',
]

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const known = ORDER.findIndex((name) => moduleId.endsWith(name))
      return known < 0 ? ORDER.length : known
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

const TIMES = { testTimeout: 10 * 60_000, hookTimeout: 15 * 60_000 }

/** A rollout of LiteLLM takes two thirds of the time with two workers. The story and deploy.test have the four of the README. */
const env = { LAB_WORKERS: '2' }

/** `unit` needs no root and no lab. `lab` starts real hosts side by side; `alone` is what cannot share the machine;
 * `kubernetes` starts clusters. */
export default defineConfig({
  test: {
    sequence: { sequencer: InOrder },
    reporters: process.env.CI ? ['verbose'] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/unit/**/*.test.ts',
            'test/lab/{upstream,load}/*.test.ts',
            'test/lab/{cache,mirror,packages,snapshot}.test.ts',
            'test/lab/kubernetes/{cloudnative-pg,go,groups}.test.ts',
          ],
          // Node runs the files as they are, as it does everywhere here: nothing is mocked, so nothing has to be compiled for that.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          // No test changes what another reads, and a worker per file costs more than the tests.
          pool: 'threads',
          isolate: false,
          // Left to itself vitest takes one of two cores.
          maxWorkers: 2,
          // Against hanging alone: a machine that does much else takes its time.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: [
            'test/vm/**/*.test.ts',
            'test/host/**/*.test.ts',
            'test/commands/**/*.test.ts',
            'test/e2e/**/*.test.ts',
          ],
          exclude: [...PROOFS, ...ALONE],
          env,
          // One lab alone leaves two cores idle for two fifths of its time.
          maxWorkers: 2,
          ...TIMES,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          env,
          fileParallelism: false,
          ...TIMES,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          // After all others: what their cluster is made of is compiled beside those.
          name: 'kubernetes',
          include: ['test/lab/kubernetes/cluster.test.ts'],
          fileParallelism: false,
          ...TIMES,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'proof',
          include: [...PROOFS, ...SHORTENED],
          env: { ...env, PROOF: 'full' },
          fileParallelism: false,
          // One test may go through a hundred cases.
          testTimeout: 120 * 60_000,
          hookTimeout: 15 * 60_000,
        },
      },
    ],
  },
})
