import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proxmoxProvider } from '../../src/hypervisors/proxmox.ts'
import type { WantedVm } from '../../src/hypervisors/vm.ts'
import { type Pve, type SeenVm, startPve, TOKEN, DECLARED as vm, WANTED as wanted } from './pve.ts'

const LIMITED = 'gitops@pve!limited'

let pve: Pve
let steps: string[]
const provider = (token?: string) => proxmoxProvider(pve.api(token), vm)
const converge = (want: WantedVm = wanted) => provider().converge(want, (text) => steps.push(text))
const seen = () => pve.call<SeenVm[]>('vms')

describe.each(['8.4.1', '9.0.10'])('Proxmox VE %s', (version) => {
  beforeEach(async () => {
    pve = await startPve(version)
    steps = []
  })
  afterEach(() => pve.stop())

  test('a machine is made from nothing, and is there the second time', async () => {
    expect(await provider().observe()).toMatchObject({ id: null, hostKey: null })
    const made = await converge()
    expect(made).toMatchObject({
      id: 'pve1/100',
      running: true,
      size: { vcpu: 4, memoryGiB: 4, diskGiB: 20 },
      hostKey: expect.stringMatching(/^ssh-ed25519 AAAA\S+$/),
      pendingRestart: [],
    })
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['download', 'upload', 'create', 'grow', 'start'])
    steps = []
    expect(await converge()).toEqual(made)
    expect(steps).toEqual([])
    expect(await provider().observe()).toEqual(made)
    expect(await seen()).toHaveLength(1)
  })

  test('sizes follow the declaration: the disk at once and never smaller, the rest with a restart', async () => {
    await converge()
    steps = []
    const larger = await converge({ ...wanted, size: { vcpu: 8, memoryGiB: 16, diskGiB: 50 } })
    expect(steps).toEqual([expect.stringMatching(/^give it 8 vCPU, 16384 MiB/), 'grow its disk to 50 GiB'])
    expect(larger.size?.diskGiB).toBe(50)
    expect(larger.pendingRestart).toEqual(['cores', 'memory'])
    steps = []
    await converge({ ...wanted, size: { vcpu: 8, memoryGiB: 16, diskGiB: 20 } })
    expect(steps).toEqual([])
  })

  test('what the machine was told at its birth is removed once it was reached', async () => {
    await converge()
    expect(await pve.call('files', 'images')).toContain(`iso/litellm-gitops-${vm.name}.iso`)
    await provider().forgetSeed((text) => steps.push(text))
    expect(await pve.call('files', 'images')).not.toContain(`iso/litellm-gitops-${vm.name}.iso`)
    const [machine] = await seen()
    expect(machine?.config.ide2).toBe('none,media=cdrom')
    await provider().forgetSeed(() => expect.fail('there was nothing to do'))
  })

  test('it is destroyed by its name alone', async () => {
    await converge()
    await expect(provider().destroy('llm', () => {})).rejects.toThrow(/confirm with its name; got "llm"/)
    expect(await seen()).toHaveLength(1)
    await provider().destroy(vm.name, (text) => steps.push(text))
    expect(await seen()).toEqual([])
    await provider().destroy(vm.name, () => {})
  })

  test('a machine that is called the same and is not ours is neither used nor destroyed', async () => {
    await pve.callWith('add_vm', [100, vm.name], { status: 'running', config: { tags: 'litellm-gitops' } })
    await expect(provider().destroy(vm.name, () => {})).rejects.toThrow(
      /100 is called llm\.example\.com and was not made by/,
    )
    expect((await converge()).id).toBe('pve1/101')
    expect((await seen()).map(({ vmid }) => vmid)).toEqual([100, 101])
  })
})

describe('what is in the way', () => {
  beforeEach(async () => {
    pve = await startPve()
    steps = []
  })
  afterEach(() => pve.stop())

  test('a token without rights: each of them is named, and nothing is made', async () => {
    await pve.call('set', 'apitokens', { [LIMITED]: 'secret' })
    await pve.call('grants', LIMITED, {
      '/vms': ['VM.Allocate', 'VM.Audit'],
      '/storage/images': ['Datastore.AllocateTemplate'],
    })
    const limited = provider(`${LIMITED}=secret`)
    const error = await limited.converge(wanted, () => {}).catch((reason: Error) => reason.message)
    expect(error).toContain('VM.Config.Disk on /vms')
    expect(error).toContain('Datastore.AllocateSpace on /storage/local-lvm')
    expect(error).toContain('SDN.Use on /sdn/zones/localnetwork/vmbr0')
    expect(error).toContain('Sys.AccessNetwork on /nodes/pve1')
    expect(error).not.toContain('VM.Allocate on')
    const requests = await pve.call<[string, string][]>('requests')
    expect(requests.filter(([method]) => method !== 'GET')).toEqual([])
  })

  describe('a token that is scoped to a resource pool', () => {
    const PLACES = {
      '/storage/images': [
        'Datastore.Allocate',
        'Datastore.AllocateSpace',
        'Datastore.AllocateTemplate',
        'Datastore.Audit',
      ],
      '/storage/local-lvm': ['Datastore.AllocateSpace', 'Datastore.Audit'],
      // For the download of the image: the older way, which is all that fakepve knows.
      '/': ['Sys.Audit', 'Sys.Modify'],
      '/sdn/zones/localnetwork/vmbr0': ['SDN.Use'],
    }
    const RIGHTS =
      'Allocate Audit Config.CDROM Config.CPU Config.Disk Config.HWType Config.Memory Config.Network Config.Options PowerMgmt'
        .split(' ')
        .map((right) => `VM.${right}`)
    const scoped = (of: object) => proxmoxProvider(pve.api(`${LIMITED}=secret`), { ...vm, ...of })
    beforeEach(async () => {
      await pve.call('set', 'apitokens', {
        [LIMITED]: 'secret',
        [TOKEN.split('=')[0] ?? '']: TOKEN.split('=')[1],
      })
      await pve.call('add_pool', 'gateways')
      await pve.call('grants', LIMITED, { ...PLACES, '/pool/gateways': RIGHTS })
    })

    test('makes the machine in the pool, sizes and removes it there, with no right on others', async () => {
      await expect(scoped({}).converge(wanted, () => {})).rejects.toThrow(/VM\.Allocate on \/vms/)
      const made = await scoped({ pool: 'gateways' }).converge(wanted, (text) => steps.push(text))
      expect(made).toMatchObject({ id: 'pve1/100', running: true })
      expect(await pve.call('pool_members', 'gateways')).toEqual([100])
      steps = []
      const larger = { ...wanted, size: { vcpu: 8, memoryGiB: 4, diskGiB: 30 } }
      await scoped({ pool: 'gateways' }).converge(larger, (text) => steps.push(text))
      expect(steps).toEqual(['give it 8 vCPU', 'grow its disk to 30 GiB'])
      await scoped({ pool: 'gateways' }).destroy(vm.name, () => {})
      expect(await seen()).toEqual([])
    })

    test('that misses rights there is told so, by the path of the pool', async () => {
      await pve.call('grants', LIMITED, { ...PLACES, '/pool/gateways': ['VM.Audit'] })
      await expect(scoped({ pool: 'gateways' }).converge(wanted, () => {})).rejects.toThrow(
        /VM\.Allocate on \/pool\/gateways/,
      )
      expect(await seen()).toEqual([])
    })

    test('and a machine from before the pool: how to move it is said', async () => {
      await converge()
      steps = []
      await proxmoxProvider(pve.api(), { ...vm, pool: 'gateways' }).converge(wanted, (text) =>
        steps.push(text),
      )
      expect(steps).toEqual([expect.stringContaining('in no pool; move it')])
    })
  })

  test('a version that cannot import is named', async () => {
    await pve.call('set', 'version', '8.3.5')
    await expect(converge()).rejects.toThrow(/Proxmox VE 8\.3\.5; importing .* needs 8\.4/)
  })

  test('another certificate than the pinned one: nothing is sent', async () => {
    const { ProxmoxApi } = await import('../../src/hypervisors/proxmox-api.ts')
    const api = new ProxmoxApi({ api: pve.url, token: TOKEN, fingerprint: 'AA:BB' })
    await expect(api.get('/version')).rejects.toThrow(/shows the certificate .* but AA:BB is pinned/)
    expect(await pve.call('requests')).toEqual([])
  })

  test('a number that was taken in between: the next one', async () => {
    await pve.callWith('fail', ['POST', '/nodes/pve1/qemu'], {
      status: 500,
      message: 'unable to create VM 100 - VM 100 already exists on node "pve1"',
      times: 1,
    })
    expect((await converge()).running).toBe(true)
    expect(await seen()).toHaveLength(1)
  })

  test('a cluster without quorum: nothing is made, and the next run makes it', async () => {
    await pve.call('lose_quorum')
    await expect(converge()).rejects.toThrow(/quorum/)
    expect(await seen()).toEqual([])
    await pve.call('regain_quorum')
    expect((await converge()).running).toBe(true)
  })
})

describe('a run that dies', () => {
  /** The calls that change something, in the order of a whole run. */
  const calls = [
    ['POST', '/nodes/pve1/storage/images/download-url'],
    ['POST', '/nodes/pve1/storage/images/upload'],
    ['POST', '/nodes/pve1/qemu'],
    ['PUT', '/nodes/pve1/qemu/100/resize'],
    ['POST', '/nodes/pve1/qemu/100/status/start'],
  ] as const

  test.each(calls)('at %s %s: the next one finishes the same machine', async (method, path) => {
    pve = await startPve()
    steps = []
    await pve.callWith('fail', [method, path], { status: 596, message: 'Connection timed out', times: 1 })
    await expect(converge()).rejects.toThrow(/596/)
    const made = await converge()
    expect(made).toMatchObject({ id: 'pve1/100', running: true, size: { diskGiB: 20 } })
    expect(await seen()).toHaveLength(1)
    await pve.stop()
  })
})
