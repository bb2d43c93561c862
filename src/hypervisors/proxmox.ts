import { createHash } from 'node:crypto'
import { HostError } from '../host/errors.ts'
import { generateHostKey } from './host-key-pair.ts'
import { type Parameters, type ProxmoxApi, ProxmoxError } from './proxmox-api.ts'
import { requireRights } from './proxmox-rights.ts'
import { seedOf } from './seed.ts'
import type { BornVm, OnVmStep, VmProvider, VmState, WantedVm } from './vm.ts'

export interface ProxmoxVm extends BornVm {
  readonly node: string
  /** The resource pool that it is created in. */
  readonly pool?: string
  /** For the disk. */
  readonly storage: string
  /** For the image and the seed: a storage of files whose content includes `import` and `iso`. */
  readonly imageStorage: string
  readonly bridge: string
  readonly vlan?: number
}

const TAG = 'litellm-gitops'
const MIB_PER_GIB = 1024
const GIB = 1024 ** 3
const OLDEST = [8, 4] as const
const DISK = 'scsi0'
const CDROM = 'ide2'
const NEXT_ID_TRIES = 5
/** Of a machine whose configuration does not say it. */
const DEFAULTS = { cores: 1, memory: 512 } as const

interface Resource {
  readonly vmid: number
  readonly node: string
  readonly name?: string
  readonly tags?: string
  readonly status?: string
  readonly pool?: string
}
interface Task {
  readonly upid: string
  readonly type: string
  /** The number of the machine. */
  readonly id: string
  /** Seconds since 1970; only of a task that has ended. */
  readonly endtime?: number
}
type Config = Readonly<Record<string, string | number | undefined>>

/** A virtual machine on Proxmox VE, by its HTTP API alone. Ours is the one with our tag whose description names it. */
export function proxmoxProvider(api: ProxmoxApi, vm: ProxmoxVm): VmProvider {
  return new ProxmoxProvider(api, vm)
}

class ProxmoxProvider implements VmProvider {
  readonly #api: ProxmoxApi
  readonly #vm: ProxmoxVm

  constructor(api: ProxmoxApi, vm: ProxmoxVm) {
    this.#api = api
    this.#vm = vm
  }

  async observe(): Promise<VmState> {
    const found = await this.#find()
    return found === undefined
      ? { id: null, running: false, size: null, hostKey: null, pendingRestart: [] }
      : await this.#state(found)
  }

  async converge(wanted: WantedVm, onStep: OnVmStep): Promise<VmState> {
    await this.#requireVersion()
    await requireRights(this.#api, this.#vm)
    let found = await this.#findEvenUnfinished(onStep)
    if (found === undefined) {
      await this.#fetchImage(onStep)
      await this.#create(wanted, onStep)
      found = await this.#find()
      if (found === undefined)
        throw new HostError(`Proxmox made ${this.#vm.name}, and shows no such machine. Run again.`)
    }
    this.#notePool(found, onStep)
    await this.#unlocked(found)
    await this.#resize(found, wanted, onStep)
    if ((await this.#status(found)) !== 'running') {
      onStep(`start ${this.#vm.name}`)
      await this.#do(found, 'POST', '/status/start').catch(async (error: unknown) => {
        // The start of a run before this one may have come in between: what counts is that it runs.
        if (!(error instanceof ProxmoxError) || (await this.#status(found)) !== 'running') throw error
      })
    }
    return await this.#state(found)
  }

  async forgetSeed(onStep: OnVmStep): Promise<void> {
    const found = await this.#find()
    if (found === undefined) return
    const config = await this.#config(found)
    if (String(config[CDROM] ?? '').includes(this.#seedFile())) {
      onStep('eject the CD with the first configuration')
      await this.#do(found, 'POST', '/config', { [CDROM]: 'none,media=cdrom' })
    }
    await this.#removeSeed()
  }

  async destroy(confirm: string, onStep: OnVmStep): Promise<void> {
    const { name } = this.#vm
    if (confirm !== name)
      throw new HostError(
        `To destroy ${name} and its disks, confirm with its name; got ${JSON.stringify(confirm)}. Nothing was removed.`,
      )
    // A token that may not see a machine would find none, and this would pass for success.
    await requireRights(this.#api, this.#vm)
    const found = await this.#findEvenUnfinished(onStep)
    if (found === undefined) {
      const foreign = (await this.#resources()).find((one) => one.name === name)
      // The run before this one may have died between the machine and its seed.
      if (foreign === undefined) return await this.#removeSeed()
      throw new HostError(
        `The VM ${foreign.vmid} is called ${name} and was not made by litellm-gitops (the tag or the description is missing). It is left alone.`,
      )
    }
    await this.#unlocked(found)
    if ((await this.#status(found)) === 'running') {
      onStep(`stop ${name}`)
      await this.#do(found, 'POST', '/status/stop')
    }
    onStep(`remove ${name} and its disks`)
    const path = `/nodes/${found.node}/qemu/${found.vmid}`
    // Not destroy-unreferenced-disks: a disk that only carries the number may be another cluster's, on a shared storage.
    await this.#api.task(found.node, await this.#api.delete(path, { purge: 1 }))
    await this.#removeSeed()
  }

  async #requireVersion(): Promise<void> {
    const { version } = await this.#api.get<{ version: string }>('/version')
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      throw new HostError(
        `This is Proxmox VE ${version}; importing an image over its API needs ${OLDEST.join('.')} or newer.`,
      )
  }

  async #resources(): Promise<Resource[]> {
    return await this.#api.get<Resource[]>('/cluster/resources', { type: 'vm' })
  }

  async #find(): Promise<Resource | undefined> {
    const tagged = (await this.#resources()).filter(({ tags = '' }) => tags.split(/[;, ]/).includes(TAG))
    const ours: Resource[] = []
    for (const one of tagged) {
      const { description = '' } = await this.#config(one)
      if (String(description).split('\n').includes(this.#mark())) ours.push(one)
    }
    if (ours.length > 1)
      throw new HostError(
        `There are ${ours.length} machines for ${this.#vm.name}: ${ours.map(({ vmid }) => vmid).join(', ')}. Remove the tag ${TAG} from those that are not the gateway.`,
      )
    return ours[0]
  }

  /**
   * Finds ours also when a run that died left it being made: until its image is imported, Proxmox shows neither tag nor description,
   * and only the task shows it. Holds: no second VM is created while a first is unfinished.
   */
  async #findEvenUnfinished(onStep: OnVmStep): Promise<Resource | undefined> {
    const found = await this.#find()
    if (found !== undefined) return found
    const { node, name } = this.#vm
    const tasks = await this.#api.get<Task[]>(`/nodes/${node}/tasks`, {
      source: 'active',
      typefilter: 'qmcreate',
    })
    const running = tasks.filter(({ type, endtime }) => type === 'qmcreate' && endtime === undefined)
    for (const { upid, id } of running) {
      onStep(`wait for the machine ${id} on ${node}, which is being made and may be ${name}`)
      // The state afterwards shows how it ended.
      await this.#api.ended(node, upid)
    }
    // Looked at even when nothing runs: it may have ended between the first look and the question for tasks.
    return await this.#find()
  }

  /** A pool that was declared later: a token that is scoped to it would not see the machine, and make another. */
  #notePool({ vmid, pool: its }: Resource, onStep: OnVmStep): void {
    const { name, pool } = this.#vm
    if (pool === undefined || its === pool) return
    onStep(
      `${name} (${vmid}) is ${its === undefined ? 'in no pool' : `in the pool ${its}`}; move it before the token is scoped to ${pool}: pvesh set /pools/${pool} --vms ${vmid}${its === undefined ? '' : ' --allow-move 1'}`,
    )
  }

  #mark(): string {
    return `litellm-gitops: ${this.#vm.name}`
  }

  async #config({ node, vmid }: Resource): Promise<Config> {
    return await this.#api.get<Config>(`/nodes/${node}/qemu/${vmid}/config`)
  }

  async #status({ node, vmid }: Resource): Promise<string> {
    return (await this.#api.get<{ status: string }>(`/nodes/${node}/qemu/${vmid}/status/current`)).status
  }

  /** A VM that is being created or backed up is locked until that ends. */
  async #unlocked(found: Resource): Promise<void> {
    for (let looks = 0; looks < 120; looks += 1) {
      const { lock } = await this.#config(found)
      if (lock === undefined) return
      if (looks === 119)
        throw new HostError(
          `The machine ${found.vmid} stays locked (${lock}). When nothing works on it any more: qm unlock ${found.vmid}.`,
        )
      await this.#api.pause()
    }
  }

  async #fetchImage(onStep: OnVmStep): Promise<void> {
    const { node, imageStorage, image } = this.#vm
    if (await this.#has(this.#imageVolume())) return
    onStep(`download ${image.url} to ${imageStorage}`)
    const upid = await this.#api.post<string>(`/nodes/${node}/storage/${imageStorage}/download-url`, {
      content: 'import',
      filename: this.#imageFile(),
      url: image.url,
      checksum: image.checksum,
      'checksum-algorithm': image.algorithm,
    })
    await this.#api.task(node, upid)
  }

  async #has(volume: string): Promise<boolean> {
    const { node, imageStorage } = this.#vm
    const held = await this.#api.get<{ volid: string }[]>(`/nodes/${node}/storage/${imageStorage}/content`)
    return held.some(({ volid }) => volid === volume)
  }

  /** Named by its checksum: a newly declared image is another file. */
  #imageFile(): string {
    return `litellm-gitops-${this.#vm.image.checksum.slice(0, 16)}.qcow2`
  }

  #imageVolume(): string {
    return `${this.#vm.imageStorage}:import/${this.#imageFile()}`
  }

  #seedFile(): string {
    return `litellm-gitops-${this.#vm.name}.iso`
  }

  async #removeSeed(): Promise<void> {
    const { node, imageStorage } = this.#vm
    const volume = `${imageStorage}:iso/${this.#seedFile()}`
    if (!(await this.#has(volume))) return
    const upid = await this.#api.delete<string | null>(
      `/nodes/${node}/storage/${imageStorage}/content/${encodeURIComponent(volume)}`,
    )
    await this.#api.task(node, upid)
  }

  async #create(wanted: WantedVm, onStep: OnVmStep): Promise<void> {
    const { name, node, storage, imageStorage, bridge, vlan, pool } = this.#vm
    const hostKey = generateHostKey(name)
    const seed = seedOf(this.#vm, wanted, hostKey)
    onStep('upload the first configuration, with its own host key')
    // The seed of a run that died has an unknown host key; Proxmox overwrites no file.
    await this.#removeSeed()
    const checksum = createHash('sha256').update(seed).digest('hex')
    await this.#api.upload(node, imageStorage, this.#seedFile(), seed, checksum)

    const parameters: Parameters = {
      name,
      ...(pool === undefined ? {} : { pool }),
      tags: TAG,
      description: [this.#mark(), `host key: ${hostKey.public}`].join('\n'),
      ostype: 'l26',
      cores: wanted.size.vcpu,
      memory: wanted.size.memoryGiB * MIB_PER_GIB,
      cpu: 'x86-64-v2-AES',
      scsihw: 'virtio-scsi-single',
      [DISK]: `${storage}:0,import-from=${this.#imageVolume()},discard=on,iothread=1`,
      [CDROM]: `${imageStorage}:iso/${this.#seedFile()},media=cdrom`,
      net0: `virtio,bridge=${bridge}${vlan === undefined ? '' : `,tag=${vlan}`}`,
      serial0: 'socket',
      boot: `order=${DISK}`,
      onboot: 1,
    }
    for (let attempt = 1; ; attempt += 1) {
      const vmid = Number(await this.#api.get<string>('/cluster/nextid'))
      onStep(`create ${name} as ${vmid} on ${node}`)
      try {
        await this.#api.task(
          node,
          await this.#api.post<string>(`/nodes/${node}/qemu`, { vmid, ...parameters }),
        )
        return
      } catch (error) {
        // Somebody else took the number between the two calls.
        if (
          !(error instanceof ProxmoxError) ||
          !/already exists/.test(error.message) ||
          attempt === NEXT_ID_TRIES
        )
          throw error
      }
    }
  }

  async #resize(found: Resource, { size }: WantedVm, onStep: OnVmStep): Promise<void> {
    const config = await this.#config(found)
    const changes: Record<string, number> = {}
    if (Number(config.cores ?? DEFAULTS.cores) !== size.vcpu) changes.cores = size.vcpu
    if (Number(config.memory ?? DEFAULTS.memory) !== size.memoryGiB * MIB_PER_GIB)
      changes.memory = size.memoryGiB * MIB_PER_GIB
    const pending = await this.#pending(found)
    const news = Object.entries(changes).filter(([name, value]) => Number(pending.get(name)) !== value)
    if (news.length > 0) {
      onStep(
        `give it ${news.map(([name, value]) => `${value} ${name === 'memory' ? 'MiB of memory' : 'vCPU'}`).join(', ')}`,
      )
      await this.#do(found, 'POST', '/config', Object.fromEntries(news))
    }
    const has = diskBytes(String(config[DISK] ?? ''))
    if (has !== undefined && has < size.diskGiB * GIB) {
      onStep(`grow its disk to ${size.diskGiB} GiB`)
      await this.#do(found, 'PUT', '/resize', { disk: DISK, size: `${size.diskGiB}G` })
    }
  }

  async #pending({ node, vmid }: Resource): Promise<Map<string, unknown>> {
    const all = await this.#api.get<{ key: string; pending?: unknown }[]>(
      `/nodes/${node}/qemu/${vmid}/pending`,
    )
    return new Map(all.flatMap(({ key, pending }) => (pending === undefined ? [] : [[key, pending]])))
  }

  async #do(
    { node, vmid }: Resource,
    method: 'POST' | 'PUT',
    what: string,
    parameters: Parameters = {},
  ): Promise<void> {
    const path = `/nodes/${node}/qemu/${vmid}${what}`
    const upid =
      method === 'POST'
        ? await this.#api.post<string | null>(path, parameters)
        : await this.#api.put<string | null>(path, parameters)
    await this.#api.task(node, upid)
  }

  async #state(found: Resource): Promise<VmState> {
    const config = await this.#config(found)
    const pending = await this.#pending(found)
    const line = String(config.description ?? '')
      .split('\n')
      .find((one) => one.startsWith('host key: '))
    const declared = (name: 'cores' | 'memory') => Number(pending.get(name) ?? config[name] ?? DEFAULTS[name])
    return {
      id: `${found.node}/${found.vmid}`,
      running: (await this.#status(found)) === 'running',
      size: {
        vcpu: declared('cores'),
        memoryGiB: declared('memory') / MIB_PER_GIB,
        diskGiB: Math.floor((diskBytes(String(config[DISK] ?? '')) ?? 0) / GIB),
      },
      hostKey: line?.slice('host key: '.length) ?? null,
      pendingRestart: ['cores', 'memory'].filter((name) => pending.has(name)),
    }
  }
}

/** `storage:vm-101-disk-0,size=20G` → bytes. */
function diskBytes(drive: string): number | undefined {
  const found = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)/.exec(drive)
  if (found === null) return undefined
  const unit = { '': 1, K: 1024, M: 1024 ** 2, G: GIB, T: 1024 ** 4 }[found[2] ?? ''] ?? 1
  return Number(found[1]) * unit
}
