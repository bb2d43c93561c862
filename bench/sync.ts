// What a sync with nothing to do costs, against the least that any tool over SSH could do: one connection and one command.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { memory } from '../test/lab/memory.ts'
import { runCli } from '../test/story/cli.ts'
import { KEYS, startDeployedLab } from '../test/story/deployed-lab.ts'
import { gatewayFile } from '../test/story/gateway-file.ts'
import { keep, measure, type Ratio } from './results.ts'

const TIMES = 9
const start = promisify(execFile)

/** Prints and keeps bench/results/sync.json. Throws when one of the syncs changed something. */
export async function benchSync(): Promise<void> {
  // The parts are in the cache after the first start: what is measured is the second.
  await (await startDeployedLab(console.log)).lab.stop()
  const from = performance.now()
  const { lab } = await startDeployedLab()
  const deployedStart = (performance.now() - from) / 1000
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const { host } = lab
    writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab))
    writeFileSync(join(folder, 'known_hosts'), `${host.address} ${host.hostKey}\n`)
    const env = { ...KEYS, SSH_KEY: host.privateKey }
    const sync = async (command: string) => {
      const run = await runCli(folder, [command], env)
      if (run.code !== 0 || run.json.changes.length > 0) throw new Error(`${command}: ${run.stderr}`)
      return run
    }
    const { connection } = (await sync('sync')).json
    const options = ['UserKnownHostsFile=known_hosts', 'StrictHostKeyChecking=yes', 'BatchMode=yes']
    const ssh = ['-i', host.privateKeyFile, ...options.flatMap((option) => ['-o', option])]
    const bare = () =>
      start('ssh', [...ssh, `${host.user}@${host.address}`, 'sudo -n python3 -c pass'], { cwd: folder })
    const against = await measure('OpenSSH running an empty Python program as root', TIMES, bare)
    const ratios: Ratio[] = []
    for (const command of ['sync', 'plan', 'deploy']) {
      const ours = await measure(`litellm-gitops ${command}`, TIMES, () => sync(command))
      ratios.push({ what: `${command} with nothing to do`, ours, against })
    }
    const node = await measure('node with an empty program', TIMES, () =>
      start(process.execPath, ['-e', '0']),
    )
    const help = [join(import.meta.dirname, '../dist/cli.js'), '--help']
    const cli = await measure('litellm-gitops --help', TIMES, () => start(process.execPath, help))
    const { totalBytes } = await memory(lab)
    keep('sync', {
      command: 'npm run bench',
      ratios: [...ratios, { what: 'start of the CLI', ours: cli, against: node }],
      figures: {
        'SSH connections of a sync with nothing to do': connection.connections,
        'commands on the host of a sync with nothing to do': connection.execs,
        'seconds until a deployed host serves, from the snapshot': deployedStart,
        'GiB of everything on the host at rest (PSS)': totalBytes / 1024 ** 3,
      },
    })
  } finally {
    rmSync(folder, { recursive: true })
    await lab.stop()
  }
}
