import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../story/cli.ts'
import { KEYS } from '../story/deployed-lab.ts'
import { ADDRESS, type Hypervisor, INSTALL, MAKE_POOL, START_NETWORK, startHypervisor } from './hypervisor.ts'

/** `deploy` from an empty hypervisor to a gateway that serves. Without KVM the machine computes ten times slower: a proof, not for every run. */
let hypervisor: Hypervisor
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'libvirt-'))
  hypervisor = await startHypervisor()
  for (const command of [INSTALL, MAKE_POOL, START_NETWORK]) await hypervisor.run(command)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await hypervisor?.stop()
})

test('one deploy makes the machine, and its gateway serves', async () => {
  const { lab } = hypervisor
  const size = { vcpu: 2, memory: '4GiB', disk: '20GiB' }
  const { litellm } = { litellm: { image: lab.image, workers: 1 } }
  writeFileSync(join(folder, 'gateway.yaml'), hypervisor.gatewayFile({ size, litellm }))
  const env = { ...KEYS, SSH_KEY: lab.host.privateKey, LIBVIRT_SSH_KEY: lab.host.privateKey }

  const deployed = await runCli(folder, ['deploy'], env)
  console.log(deployed.stderr)
  expect(deployed.code, deployed.stderr).toBe(0)
  const planned = await runCli(folder, ['plan'], env)
  expect(planned.code, planned.stderr).toBe(0)
  const answer = await hypervisor.run(
    `python3 -c "import urllib.request; print(urllib.request.urlopen('http://${ADDRESS}:4000/health/readiness', timeout=60).status)"`,
  )
  expect(answer).toBe('200')
})
