import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    counted?: string
  }
}

/** Whether this run goes through everything (`npm run proof`), or through the part of it that every run has time for. */
export const FULL = process.env.PROOF === 'full'

/** How many cases a generated test goes through: a few in every run, all of them in its proof. */
export const cases = (few: number, all: number): number => (FULL ? all : few)

/** Prints what a test counted, and has it kept beside the test's result in bench/results. */
export function counted(task: TestContext['task'], text: string): void {
  console.log(text)
  task.meta.counted = text
}
