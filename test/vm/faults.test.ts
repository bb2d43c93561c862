import { afterEach, beforeEach, expect, test } from 'vitest'
import { proxmoxProvider } from '../../src/hypervisors/proxmox.ts'
import { until } from '../lab/waiting.ts'
import { DECLARED, type Pve, type SeenVm, startPve, WANTED } from './pve.ts'

const quiet = () => {}
let pve: Pve
let steps: string[]
const provider = () => proxmoxProvider(pve.api(), DECLARED)
const converge = () => provider().converge(WANTED, (text) => steps.push(text))
const seen = () => pve.call<SeenVm[]>('vms')
const machineSeen = () =>
  until('There was no machine', async () => (await seen()).length === 1, { withinMs: 60_000, everyMs: 10 })

beforeEach(async () => {
  pve = await startPve()
  steps = []
})
afterEach(() => pve.stop())

/** The tasks take their time: a machine is made in 1.5 s. */
async function slowCreation(): Promise<void> {
  await pve.call('set', 'task_secs', { qmcreate: 15 })
  await pve.call('set', 'time_scale', 0.1)
}

test('a run that is repeated while the image of the first is still imported waits for that machine', async () => {
  await slowCreation()
  const first = converge().catch(quiet)
  await machineSeen()
  expect((await seen())[0]?.config, 'Proxmox shows no tag before the import is over').toEqual({
    lock: 'create',
  })
  steps = []
  const made = await converge()
  await first
  expect(made).toMatchObject({ id: 'pve1/100', running: true })
  expect(steps[0]).toMatch(/^wait for .*being made/)
  expect(await seen()).toHaveLength(1)
})

test('a machine that is being made is not overlooked by destroy', async () => {
  await slowCreation()
  const first = converge().catch(quiet)
  await machineSeen()
  const removed = provider().destroy(DECLARED.name, quiet)
  await Promise.allSettled([first, removed])
  await pve.call('set', 'task_secs', {})
  await provider().destroy(DECLARED.name, quiet)
  expect(await seen()).toEqual([])
})

test('a task that takes long is waited for', async () => {
  await slowCreation()
  expect(await converge()).toMatchObject({ running: true, size: WANTED.size })
})

test('an import that fails is told with the reason of Proxmox; when that is mended, the next run makes the machine', async () => {
  await pve.call('add_ceph_storage', 'ceph-pool')
  await slowCreation()
  const onCeph = proxmoxProvider(pve.api(), { ...DECLARED, storage: 'ceph-pool' })
  const told = onCeph.converge(WANTED, quiet).catch((reason: Error) => reason.message)
  await machineSeen()
  await pve.call('ceph_down')
  expect(await told).toMatch(/qmcreate failed: unable to create VM 100 - storage 'ceph-pool' is not online/)
  expect(await seen()).toEqual([])
  await pve.call('ceph_recover')
  expect(await onCeph.converge(WANTED, quiet)).toMatchObject({ id: 'pve1/100', running: true })
  expect(await seen()).toHaveLength(1)
})

test('a machine that is locked by its backup is waited for', async () => {
  await converge()
  await pve.call('snapshot_lock', 100, 'backup')
  const run = provider().converge({ ...WANTED, size: { ...WANTED.size, diskGiB: 30 } }, quiet)
  setTimeout(() => void pve.call('unlock', 100), 300)
  expect((await run).size?.diskGiB).toBe(30)
})

test('a machine that stays locked is named with its lock, and how to end that', async () => {
  await converge()
  await pve.call('snapshot_lock', 100, 'snapshot')
  await expect(converge()).rejects.toThrow(/100 stays locked \(snapshot\).*qm unlock 100/)
  await pve.call('unlock', 100)
  expect((await converge()).running).toBe(true)
})

test('destroy removes the disks of the machine, and none that only carries its number', async () => {
  await converge()
  await pve.call('add_disk', 'local-lvm', 'vm-100-disk-77', 100)
  expect((await pve.call<string[]>('disks', 'local-lvm')).length).toBeGreaterThan(1)
  await provider().destroy(DECLARED.name, quiet)
  expect(await pve.call('disks', 'local-lvm')).toEqual(['vm-100-disk-77'])
})

test('a token that sees no machine does not say that there is none to destroy', async () => {
  await converge()
  const blind = 'gitops@pve!blind'
  await pve.call('set', 'apitokens', { [blind]: 'secret' })
  await pve.call('grants', blind, { '/storage': ['Datastore.Audit'] })
  await expect(
    proxmoxProvider(pve.api(`${blind}=secret`), DECLARED).destroy(DECLARED.name, quiet),
  ).rejects.toThrow(/missing rights.*VM\.Audit on \/vms/)
  expect(await seen()).toHaveLength(1)
})

test('a right on the bridge is found in whichever zone the bridge is', async () => {
  const limited = 'gitops@pve!vnet'
  await pve.call('set', 'apitokens', { [limited]: 'secret' })
  await pve.call('grants', limited, { '/sdn/zones/office/vmbr0': ['SDN.Use'] })
  const error = await proxmoxProvider(pve.api(`${limited}=secret`), DECLARED)
    .converge(WANTED, quiet)
    .catch((reason: Error) => reason.message)
  expect(error).toContain('VM.Allocate on /vms')
  expect(error).not.toContain('SDN.Use')
})

/** What the manual lists. */
const LISTED = {
  '/vms': [
    'VM.Allocate',
    'VM.Audit',
    'VM.PowerMgmt',
    ...['CDROM', 'CPU', 'Disk', 'HWType', 'Memory', 'Network', 'Options'].map((what) => `VM.Config.${what}`),
  ],
  '/storage/local-lvm': ['Datastore.AllocateSpace', 'Datastore.Audit'],
  '/storage/images': [
    'Datastore.Allocate',
    'Datastore.AllocateSpace',
    'Datastore.AllocateTemplate',
    'Datastore.Audit',
  ],
  '/sdn/zones/localnetwork/vmbr0': ['SDN.Use'],
  // In place of Sys.AccessNetwork on the node: fakepve knows for downloads only what its schema calls the other way.
  '/': ['Sys.Audit', 'Sys.Modify'],
}

test('a token with the listed rights and no others makes, sizes, tidies and removes the machine', async () => {
  const least = 'gitops@pve!least'
  await pve.call('set', 'apitokens', { [least]: 'secret' })
  await pve.call('grants', least, LISTED)
  const limited = proxmoxProvider(pve.api(`${least}=secret`), DECLARED)
  expect(await limited.converge(WANTED, quiet)).toMatchObject({ running: true })
  const larger = { vcpu: 8, memoryGiB: 8, diskGiB: 30 }
  expect((await limited.converge({ ...WANTED, size: larger }, quiet)).size?.diskGiB).toBe(30)
  await limited.forgetSeed(quiet)
  expect((await pve.call<string[]>('files', 'images')).filter((file) => file.startsWith('iso/'))).toEqual([])
  await limited.destroy(DECLARED.name, quiet)
  expect(await seen()).toEqual([])
})

test('without any one of the listed rights that one is named, before anything is made', async () => {
  const each = Object.entries(LISTED)
    .filter(([path]) => path !== '/')
    .flatMap(([path, rights]) => rights.map((right) => [path, right] as const))
  expect(each).toHaveLength(17)
  const less = 'gitops@pve!less'
  await pve.call('set', 'apitokens', { [less]: 'secret' })
  for (const [path, right] of each) {
    const others = LISTED[path as keyof typeof LISTED].filter((one) => one !== right)
    await pve.call('grants', less, { ...LISTED, [path]: others })
    const limited = proxmoxProvider(pve.api(`${less}=secret`), DECLARED)
    await expect(limited.converge(WANTED, quiet)).rejects.toThrow(`${right} on ${path}.`)
  }
  const requests = await pve.call<[string, string][]>('requests')
  expect(requests.filter(([method]) => method !== 'GET')).toEqual([])
})
