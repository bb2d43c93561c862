import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { reportJsonSchema } from '../../scripts/json-schema.ts'

/** Every report that a test sees is as published, and has nothing that is not. */
const isReport = new Ajv2020({ strictTypes: false }).compile(reportJsonSchema({ closed: true }))
const CLI = join(import.meta.dirname, '../../dist/cli.js')

export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** The document of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: read by tests field by field
  readonly json: any
}

/** Runs the built CLI, or another one, as a user does, with `--json`, in a folder, with exactly this environment beside PATH. */
export function runCli(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cli = CLI,
): Promise<CliRun> {
  const from = performance.now()
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, ...args, '--json'],
      { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') return reject(error)
        const code = error === null ? 0 : Number(error.code)
        const json = stdout === '' ? undefined : JSON.parse(stdout)
        if (json !== undefined && !isReport(json))
          return reject(new Error(`not as in report.schema.json: ${JSON.stringify(isReport.errors)}`))
        resolve({
          code,
          stdout,
          stderr,
          seconds: (performance.now() - from) / 1000,
          json,
        })
      },
    )
  })
}
