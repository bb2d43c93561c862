// A deploy onto an empty host against the least that it cannot do without, and one with nothing to do against ansible-core.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PYTHON, pythonPackages } from '../scripts/python-tools.ts'
import { backupOf } from '../src/config/backup.ts'
import { firewallOf } from '../src/config/firewall.ts'
import { renderHost } from '../src/host/render.ts'
import { must } from '../test/lab/command.ts'
import { type Lab, startLab } from '../test/lab/lab.ts'
import { runCli } from '../test/story/cli.ts'
import { deployTo, KEYS, startDeployedLab } from '../test/story/deployed-lab.ts'
import { gatewayFile } from '../test/story/gateway-file.ts'
import { delayedLink } from './delayed-link.ts'
import { inTurn, keep, measure, type Ratio, secondsOf } from './results.ts'

/** ansible-core, and all that it needs. */
const ANSIBLE = join(import.meta.dirname, 'ansible/requirements.txt')
const TIMES = 5
const PAIRS = 3

/** Prints and keeps bench/results/deploy.json. */
export async function benchDeploy(): Promise<void> {
  const ratios = [await fromEmpty()]
  for (const roundTripMs of [0, 40]) ratios.push(await nothingToDo(roundTripMs))
  keep('deploy', { command: 'npm run bench -- deploy', ratios })
}

const manifest = (lab: Lab, sshPort = 22) =>
  renderHost({
    domain: 'llm.example.com',
    tls: 'internal',
    proxy: 'caddy',
    workers: 4,
    image: lab.image,
    memoryBytes: 4 * 1024 ** 3,
    backup: backupOf({}),
    firewall: firewallOf(undefined, { proxy: 'caddy', tls: 'internal' }),
    sshPort,
  })

/** Each time on a new host, when all that the one before has left is written to the disk. */
async function fromEmpty(): Promise<Ratio> {
  const onNewHost = (work: (lab: Lab) => Promise<unknown>) => async () => {
    const lab = await startLab()
    try {
      await must(['sync'])
      return await secondsOf(() => work(lab))
    } finally {
      await lab.stop()
    }
  }
  const raw = onNewHost(async (lab) => {
    const names = manifest(lab).packages.map((name) => name.split(' | ')[0])
    const install = `apt-get -q update && apt-get -q -y --no-install-recommends install ${names.join(' ')}`
    const { code, stderr } = await lab.exec(
      `export DEBIAN_FRONTEND=noninteractive; ${install} && podman pull -q ${lab.image}`,
      { timeoutMs: 600_000 },
    )
    if (code !== 0) throw new Error(stderr)
  })
  const ours = onNewHost(async (lab) => {
    const run = await deployTo(lab)
    if (run.code !== 0) throw new Error(run.stderr)
  })
  return {
    what: 'from an empty host to a gateway that serves',
    ...(await inTurn(
      PAIRS,
      { name: 'litellm-gitops deploy', run: ours },
      { name: 'apt-get install and podman pull of the same', run: raw },
    )),
  }
}

async function nothingToDo(roundTripMs: number): Promise<Ratio> {
  const { lab } = await startDeployedLab(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const link = await delayedLink(lab.host.address, lab.host.port, roundTripMs)
  try {
    const near = { ...lab, host: { ...lab.host, address: '127.0.0.1', port: link.port } }
    writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(near))
    const deploy = async () => {
      const run = await runCli(folder, ['deploy'], { ...KEYS, SSH_KEY: lab.host.privateKey })
      if (run.code !== 0) throw new Error(run.stderr)
      return run
    }
    // The port of the link is one that the firewall lets in: the first run places that.
    await deploy()
    const ours = await measure('litellm-gitops deploy', TIMES, async () => {
      const run = await deploy()
      if (run.json.changes.length > 0) throw new Error(run.stderr)
    })
    const play = await playbook(lab, folder, link.port)
    await play()
    const against = await measure('ansible-playbook, pipelined', TIMES, async () => {
      const said = await play()
      if (!/changed=0 .*failed=0/.test(said)) throw new Error(said)
    })
    return { what: `a deploy with nothing to do, round trip ${roundTripMs} ms`, ours, against }
  } finally {
    link.close()
    rmSync(folder, { recursive: true })
    await lab.stop()
  }
}

/** Writes inventory and variables; answers a function that plays them and gives back what ansible said. */
async function playbook(lab: Lab, folder: string, port: number): Promise<() => Promise<string>> {
  const { packages, files, units } = manifest(lab, port)
  const installed = packages.map((name) => name.split(' | ')[0])
  mkdirSync(join(folder, 'files'))
  const copied = Object.entries(files).map(([path, { content, mode, owner }], index) => {
    const src = join(folder, 'files', String(index))
    writeFileSync(src, content)
    const [user, group] = owner.split(':')
    return { src, dest: path.replace('*', '17'), mode, owner: user, group }
  })
  const keys = ['master_key', 'salt_key', 'postgres_password', 'redis_password'].map(
    (name) => `/etc/litellm/${name}`,
  )
  const vars = { packages: installed, files: copied, keys, units, image: lab.image }
  writeFileSync(join(folder, 'vars.json'), JSON.stringify(vars))
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${lab.host.hostKey}\n`)
  writeFileSync(
    join(folder, 'inventory'),
    `127.0.0.1 ansible_port=${port} ansible_user=${lab.host.user} ansible_ssh_private_key_file=${lab.host.privateKeyFile} ansible_python_interpreter=/usr/bin/python3\n`,
  )
  writeFileSync(
    join(folder, 'ansible.cfg'),
    `[defaults]\nhost_key_checking=True\n[ssh_connection]\npipelining=True\nssh_args=-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${join(folder, 'known_hosts')}\n`,
  )
  const env = {
    ...process.env,
    PYTHONPATH: await pythonPackages('ansible', ANSIBLE),
    ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
    ANSIBLE_HOME: join(folder, 'home'),
  }
  const program = [PYTHON, '-m', 'ansible', 'playbook', '-i', join(folder, 'inventory')] as const
  const play = [
    ...program,
    '-e',
    `@${join(folder, 'vars.json')}`,
    join(import.meta.dirname, 'ansible/converge.yml'),
  ] as const
  return async () => await must(play, { env })
}
