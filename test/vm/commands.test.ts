import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { exposedIn } from '../story/canary.ts'
import { chat } from '../story/chat.ts'
import { runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { DECLARED, type Pve, type SeenVm, startPve, TOKEN } from './pve.ts'

/** The commands with a hypervisor declared: Proxmox as fakepve plays it, and a real host at the address of the machine it makes. */
let deployed: DeployedLab
let pve: Pve
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  pve = await startPve()
  folder = mkdtempSync(join(tmpdir(), 'proxmox-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await pve?.stop()
  await deployed?.lab.stop()
})

async function cli(command: string, { args = [] as string[], more = {}, token = TOKEN } = {}) {
  const { host } = deployed.lab
  const { vm, ...declared } = parse(gatewayFile(deployed.lab, { more }))
  const { node, storage, imageStorage: image_storage, bridge, gateway, image } = DECLARED
  const proxmox = {
    ...{ api: pve.url, fingerprint: pve.fingerprint, node, storage, image_storage, bridge, gateway },
    image: { url: image.url, sha512: image.checksum },
    ...{
      address: `${host.address}/24`,
      user: vm.ssh.user,
      plan_key: vm.ssh.plan_key,
      host_key: host.hostKey,
    },
  }
  writeFileSync(join(folder, 'gateway.yaml'), stringify({ ...declared, vm: { proxmox } }))
  const access = { SSH_KEY: host.privateKey, ...(token === '' ? {} : { PROXMOX_TOKEN: token }) }
  const run = await runCli(folder, [command, ...args], { ...KEYS, ...access })
  expect(exposedIn(run.stdout + run.stderr, [TOKEN, TOKEN.split('=')[1] ?? ''])).toEqual([])
  return run
}
const seen = () => pve.call<SeenVm[]>('vms')

test('plan says what would be made, and makes nothing', async () => {
  const run = await cli('plan')
  expect(run.code, run.stderr).toBe(2)
  expect(run.stderr).toContain('vm llm.example.com\n    4 vCPU, 4 GiB of memory, 20 GiB of disk')
  expect(await seen()).toEqual([])
})

test('deploy without a token names it', async () => {
  const run = await cli('deploy', { token: '' })
  expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('set PROXMOX_TOKEN')])
})

test('deploy makes the machine, and takes its first configuration back once it was reached', async () => {
  const run = await cli('deploy')
  expect(run.code, run.stderr).toBe(0)
  expect(run.json.applied).toEqual([expect.objectContaining({ kind: 'host', outcome: 'done' })])
  expect(await seen()).toEqual([expect.objectContaining({ name: 'llm.example.com', status: 'running' })])
  expect(await pve.call('files', 'images')).not.toContain('iso/litellm-gitops-llm.example.com.iso')
  expect((await cli('plan')).code).toBe(0)
})

test('a larger size is planned and given', async () => {
  const more = { users: undefined, size: { vcpu: 6, memory: '4GiB', disk: '60GiB' } }
  const planned = await cli('plan', { more })
  expect(planned.stderr).toContain('4 → 6 vCPU with its next restart, 20 → 60 GiB of disk')
  const run = await cli('deploy', { more })
  expect(run.code, run.stderr).toBe(0)
  expect(run.json.applied).toEqual([expect.objectContaining({ kind: 'host', outcome: 'done' })])
  expect((await chat(deployed.url, deployed.masterKey, 'gpt-4')).status).toBe(200)
})

test('destroy asks for the name, and removes what deploy made', async () => {
  expect((await cli('destroy', { args: ['--confirm', 'another'] })).stderr).toContain('confirm with its name')
  expect(await seen()).toHaveLength(1)
  const run = await cli('destroy', { args: ['--confirm', 'llm.example.com'] })
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('its disks are gone')])
  expect(await seen()).toEqual([])
})
