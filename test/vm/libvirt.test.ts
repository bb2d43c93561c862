import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HostKeyError } from '../../src/host/errors.ts'
import { publicHalf } from '../../src/host/host-key.ts'
import { observe } from '../../src/host/observe.ts'
import { connect } from '../../src/host/session.ts'
import { type LibvirtVm, libvirtProvider } from '../../src/hypervisors/libvirt.ts'
import type { WantedVm } from '../../src/hypervisors/vm.ts'
import type { Lab } from '../lab/lab.ts'
import { FULL } from '../lab/proof.ts'
import { until } from '../lab/waiting.ts'
import { exposedIn } from '../story/canary.ts'
import { runCli } from '../story/cli.ts'
import { KEYS } from '../story/deployed-lab.ts'
import {
  BOOT_MS,
  type Hypervisor,
  INSTALL,
  MAKE_POOL,
  NAME,
  POOL_FOLDER,
  SILENT,
  START_NETWORK,
  startHypervisor,
} from './hypervisor.ts'

let hypervisor: Hypervisor
let lab: Lab
let vm: LibvirtVm
let wanted: WantedVm
let steps: string[] = []
let folder: string

const provider = (of: Partial<LibvirtVm> = {}) =>
  libvirtProvider(async () => await connect({ ...hypervisor.machine, logger: SILENT }), { ...vm, ...of })
const converge = (of: Partial<LibvirtVm> = {}, want = wanted) =>
  provider(of).converge(want, (text) => steps.push(text))
const run = (command: string) => hypervisor.run(command)
const machines = async () => (await run('virsh list --all --name')).split('\n').filter((name) => name !== '')
const files = async () => (await run(`ls ${POOL_FOLDER}`)).split('\n').filter((name) => name !== '')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'libvirt-'))
  hypervisor = await startHypervisor()
  lab = hypervisor.lab
  vm = hypervisor.vm
  wanted = {
    name: NAME,
    size: { vcpu: 2, memoryGiB: 1, diskGiB: 4 },
    user: 'debian',
    authorizedKeys: [publicHalf(lab.host.privateKey)],
  }
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await hypervisor?.stop()
})
beforeEach(() => {
  steps = []
})

describe('what the hypervisor lacks is named, and nothing is made', () => {
  test('the programs', async () => {
    await expect(converge()).rejects.toThrow(
      /missing on the hypervisor: virsh, virt-install, qemu-img\. Run apt-get install/,
    )
    await run(INSTALL)
  })

  test('the pool, the network, the image', async () => {
    await expect(converge()).rejects.toThrow(/no storage pool default.*virsh pool-list --all/)
    await run(MAKE_POOL)
    await expect(converge()).rejects.toThrow(/network default is not active.*virsh net-start default/)
    await run(START_NETWORK)
    await expect(converge({ link: { bridge: 'br9' } })).rejects.toThrow(/no bridge br9/)
    const other = { ...vm.image, checksum: 'a'.repeat(64) }
    await expect(converge({ image: other })).rejects.toThrow(
      /has the sha256 [0-9a-f]{64}, but a{64} is declared/,
    )
    const nobody = { ...other, url: `http://${lab.runnerAddress}:9/image` }
    await expect(converge({ image: nobody })).rejects.toThrow(/cannot fetch http.*Nothing was created/)
    expect([await machines(), await files()]).toEqual([[], []])
  })
})

test('a run that is killed while it makes the disk is finished by the next: one machine, with one key', async () => {
  const dying = converge().catch((error: unknown) => error)
  const begun = async () => (await run(`ls ${POOL_FOLDER}`)).includes('.part')
  await until('No disk was begun', begun, { withinMs: 10 * 60_000, everyMs: 20 })
  await run("pkill -9 -f '^python3 -I -B' ; pkill -9 qemu-img; true")
  expect(await dying).toBeInstanceOf(Error)
  expect(await provider().observe()).toMatchObject({ size: null, hostKey: null, running: false })

  steps = []
  const made = await converge()
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    running: true,
    size: wanted.size,
    hostKey: expect.stringMatching(/^ssh-ed25519 AAAA\S+$/),
    pendingRestart: [],
  })
  expect(steps.map((step) => step.split(' ')[0])).toEqual([NAME, 'define', 'create', 'start'])
  steps = []
  expect(await converge()).toEqual(made)
  expect(steps).toEqual([])
  expect(await machines()).toEqual([NAME])
  expect(await files()).toEqual([`litellm-gitops-${NAME}-seed.iso`, `litellm-gitops-${NAME}.qcow2`])
})

// Without KVM it takes two cores for minutes.
test.runIf(FULL)(
  'it boots the cloud image, takes its first configuration, and is reached with the key that was pinned before',
  {
    timeout: 2 * BOOT_MS,
  },
  async () => {
    const { hostKey } = await provider().observe()
    const session = await hypervisor.reach(hostKey ?? '')
    const { host } = await observe(session, { gateway: false })
    session.close()
    expect(host).toMatchObject({ os: { id: 'debian', version: '13' } })
    await expect(hypervisor.reach(lab.host.hostKey)).rejects.toThrow(HostKeyError)
  },
)

test('what the machine was told at its birth is taken back', async () => {
  await provider().forgetSeed((text) => steps.push(text))
  expect(steps).toEqual(['eject the CD with the first configuration'])
  expect(await files()).toEqual([`litellm-gitops-${NAME}.qcow2`])
  expect(await run(`virsh dumpxml ${NAME}; virsh dumpxml --inactive ${NAME}`)).not.toContain('seed.iso')
  steps = []
  await provider().forgetSeed((text) => steps.push(text))
  expect(steps).toEqual([])
})

test('a larger size is given: the disk at once, the rest with the next restart', async () => {
  const size = { vcpu: 3, memoryGiB: 2, diskGiB: 5 }
  const larger = await converge({}, { ...wanted, size })
  expect(steps).toEqual(['give it 3 vCPU', 'give it 2048 MiB of memory', 'grow its disk to 5 GiB'])
  expect(larger).toMatchObject({ size, running: true, pendingRestart: ['vCPU', 'memory'] })
  steps = []
  expect(await converge({}, { ...wanted, size: { ...size, diskGiB: 4 } })).toEqual(larger)
  expect(steps).toEqual([])
})

test("somebody else's machine is left alone, and so is a disk that may hold data", async () => {
  await run(
    `virt-install --print-xml --import --name other --memory 64 --disk none --osinfo detect=on,require=off > /tmp/other.xml && virsh define /tmp/other.xml`,
  )
  const other = provider({ name: 'other' })
  await expect(other.observe()).rejects.toThrow(/other on this hypervisor was not made by litellm-gitops/)
  await expect(converge({ name: 'other' })).rejects.toThrow(/left alone/)
  await expect(other.destroy('other', () => {})).rejects.toThrow(/left alone/)
  await run(`echo data > ${POOL_FOLDER}/litellm-gitops-lost.qcow2`)
  await expect(converge({ name: 'lost' })).rejects.toThrow(/no VM lost, but its disk.*keep it/)
  await provider({ name: 'lost' }).destroy('lost', () => {})
  expect(
    await run(`cat ${POOL_FOLDER}/litellm-gitops-lost.qcow2; rm ${POOL_FOLDER}/litellm-gitops-lost.qcow2`),
  ).toBe('data')
  expect((await machines()).sort()).toEqual([NAME, 'other'])
})

describe('the commands', () => {
  const cli = async (command: string, args: readonly string[] = [], access = true) => {
    const { host } = lab
    const size = { vcpu: 4, memory: '4GiB', disk: '5GiB' }
    writeFileSync(join(folder, 'gateway.yaml'), hypervisor.gatewayFile({ size }))
    const env = { ...KEYS, SSH_KEY: host.privateKey, ...(access ? { LIBVIRT_SSH_KEY: host.privateKey } : {}) }
    const ran = await runCli(folder, [command, ...args], env)
    expect(exposedIn(ran.stdout + ran.stderr, [host.privateKey])).toEqual([])
    return ran
  }

  test.runIf(FULL)('plan asks the hypervisor and the machine', async () => {
    const without = await cli('plan', [], false)
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('set LIBVIRT_SSH_KEY')])
    const planned = await cli('plan')
    expect(planned.code, planned.stderr).toBe(2)
    expect(planned.stderr).toContain('3 → 4 vCPU with its next restart, 2 → 4 GiB of memory')
  })

  test('destroy removes the machine, its disk and nothing else', async () => {
    const wrong = await cli('destroy', ['--confirm', 'llm'])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Nothing was removed')])
    expect(await machines()).toContain(NAME)
    const gone = await cli('destroy', ['--confirm', NAME])
    expect(gone.code, gone.stderr).toBe(0)
    expect([await machines(), await files()]).toEqual([['other'], []])
    const again = await cli('destroy', ['--confirm', NAME])
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('nothing was removed')])
  })
})
