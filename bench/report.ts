// The report of a hundred thousand requests in three months, against PostgreSQL adding up the same rows by itself.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GENERATED_CALLS, generateCalls } from '../test/story/calls.ts'
import { startDeployedLab } from '../test/story/deployed-lab.ts'
import { gatewayFile } from '../test/story/gateway-file.ts'
import { peakMemory } from './peak-memory.ts'
import { keep, measure } from './results.ts'

const TIMES = 5
const SUM =
  'SELECT count(*), sum(spend), sum(prompt_tokens), sum(completion_tokens) FROM "LiteLLM_SpendLogs" GROUP BY ROLLUP (team_id)'
const start = promisify(execFile)

/** Prints and keeps bench/results/report.json. */
export async function benchReport(): Promise<void> {
  const { lab } = await startDeployedLab(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab))
    await generateCalls(lab)
    const args = ['report', '--json', '--since', GENERATED_CALLS.since, '--until', GENERATED_CALLS.until]
    const peaks: number[] = []
    const ours = await measure(
      `litellm-gitops report of ${GENERATED_CALLS.count} requests`,
      TIMES,
      async () => {
        peaks.push(await peakMemory(folder, args, { SSH_KEY: lab.host.privateKey }))
      },
    )
    const known = join(folder, 'known_hosts')
    writeFileSync(known, `${lab.host.address} ${lab.host.hostKey}\n`)
    const options = [`UserKnownHostsFile=${known}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes']
    const ssh = ['-i', lab.host.privateKeyFile, ...options.flatMap((option) => ['-o', option])]
    const against = await measure('OpenSSH and psql adding up by team', TIMES, () =>
      start('ssh', [
        ...ssh,
        `${lab.host.user}@${lab.host.address}`,
        `sudo -n runuser -u postgres -- psql -d litellm -c '${SUM}'`,
      ]),
    )
    keep('report', {
      command: 'npm run bench -- report',
      ratios: [{ what: 'report', ours, against }],
      figures: {
        'seconds of a report of three months, at most': Math.max(...ours.samples),
        'MiB of memory that it took at most (RSS)': Math.max(...peaks) / 1024,
      },
    })
  } finally {
    rmSync(folder, { recursive: true })
    await lab.stop()
  }
}
