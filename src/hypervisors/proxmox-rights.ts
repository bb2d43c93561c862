import { HostError } from '../host/errors.ts'
import type { ProxmoxApi } from './proxmox-api.ts'

/** Permissions of a token, by path and right, as `GET /access/permissions` answers: 1 with inheritance, 0 without. */
type Permissions = Readonly<Record<string, Readonly<Record<string, number>>>>

interface Places {
  readonly node: string
  readonly storage: string
  readonly imageStorage: string
  readonly bridge: string
  readonly pool?: string
}

/** What making, changing and removing a machine asks for, by the path it is asked on (PVE's API schema, 9.1). */
function rightsFor({
  node,
  storage,
  imageStorage,
  bridge,
  pool,
}: Places): readonly (readonly [path: string, rights: readonly string[]])[] {
  return [
    [
      pool === undefined ? '/vms' : `/pool/${pool}`,
      [
        'VM.Allocate',
        'VM.Audit',
        'VM.Config.CDROM',
        'VM.Config.CPU',
        'VM.Config.Disk',
        'VM.Config.HWType',
        'VM.Config.Memory',
        'VM.Config.Network',
        'VM.Config.Options',
        'VM.PowerMgmt',
      ],
    ],
    [`/storage/${storage}`, ['Datastore.AllocateSpace', 'Datastore.Audit']],
    [
      `/storage/${imageStorage}`,
      // Without Datastore.Allocate, Proxmox lets nobody delete a file: the seed with the private host key could not be removed.
      ['Datastore.Allocate', 'Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'Datastore.Audit'],
    ],
    [`/nodes/${node}`, ['Sys.AccessNetwork']],
    [`/sdn/zones/localnetwork/${bridge}`, ['SDN.Use']],
  ]
}

/** Checks before anything is created that the token has every right it needs. @throws HostError that names each missing one with its path */
export async function requireRights(api: ProxmoxApi, places: Places): Promise<void> {
  const held = await api.get<Permissions>('/access/permissions')
  const missing = rightsFor(places).flatMap(([path, rights]) =>
    rights
      .filter((right) => !has(held, path, right) && !otherwise(held, right, places))
      .map((right) => `${right} on ${path}`),
  )
  if (missing.length === 0) return
  throw new HostError(
    `The Proxmox token is missing ${missing.length === 1 ? 'a right' : 'rights'}; nothing was changed: ${missing.join(', ')}. ` +
      "Give them to the token itself (a token with privilege separation has none of its user's), with propagation.",
  )
}

/** Some rights can be held in another way, which Proxmox takes as well. */
function otherwise(held: Permissions, right: string, { bridge }: Places): boolean {
  // Those on the pool of a VM: all VMs are in reach of who has them on /vms.
  if (right.startsWith('VM.')) return has(held, '/vms', right)
  // What allowed downloads before they had their own right.
  if (right === 'Sys.AccessNetwork') return has(held, '/', 'Sys.Audit') && has(held, '/', 'Sys.Modify')
  // A bridge of software-defined networking is in its own zone, which only the grant names.
  if (right === 'SDN.Use')
    return Object.entries(held).some(
      ([path, rights]) =>
        /^\/sdn\/zones\/[^/]+\/([^/]+)$/.exec(path)?.[1] === bridge && rights['SDN.Use'] !== undefined,
    )
  return false
}

function has(held: Permissions, path: string, right: string): boolean {
  const parts = path.split('/').filter((part) => part !== '')
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const granted = held[`/${parts.slice(0, depth).join('/')}`]?.[right]
    if (granted === undefined) continue
    return depth === parts.length || granted === 1
  }
  return false
}
