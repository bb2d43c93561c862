import { defineConfig } from 'vitest/config'

/** `unit` needs no root and no lab; `lab` starts real hosts, one file at a time, because two cores carry one LiteLLM rollout. */
export default defineConfig({
  test: {
    reporters: process.env.CI ? ['verbose'] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/lab/upstream*.test.ts', 'test/lab/load.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: [
            'test/lab/lab.test.ts',
            'test/host/**/*.test.ts',
            'test/commands/**/*.test.ts',
            'test/e2e/**/*.test.ts',
          ],
          fileParallelism: false,
          testTimeout: 10 * 60_000,
          hookTimeout: 15 * 60_000,
        },
      },
    ],
  },
})
