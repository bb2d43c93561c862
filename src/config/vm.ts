import { isIP } from 'node:net'
import { BITS, family, holds } from './network.ts'
import type { Flaw } from './problem.ts'
import type { GatewayFile } from './schema.ts'

type Declared = GatewayFile['vm']
type DeclaredSsh = NonNullable<Declared['ssh']>
type DeclaredProxmox = NonNullable<Declared['proxmox']>
type DeclaredLibvirt = NonNullable<Declared['libvirt']>

type WithPort<Machine> = Omit<Machine, 'port'> & { readonly port: number }
interface Jump {
  readonly proxy_jump?: WithPort<NonNullable<DeclaredSsh['proxy_jump']>>
}
/** What a hypervisor makes, with all that may be left out. */
type Made<Machine> = Omit<Machine, 'user' | 'nameservers' | 'proxy_jump'> &
  Jump & { readonly user: string; readonly nameservers: readonly string[] }

type Ssh = Omit<WithPort<DeclaredSsh>, 'proxy_jump'> & Jump
export type Proxmox = Made<DeclaredProxmox> & { readonly image_storage: string }
export type Libvirt = Made<Omit<DeclaredLibvirt, 'network' | 'bridge'>> & {
  readonly pool: string
  readonly link: { readonly network: string } | { readonly bridge: string }
}

/** Who makes the machine, with defaults filled in: one of the three. */
export interface Vm {
  readonly ssh?: Ssh
  readonly proxmox?: Proxmox
  readonly libvirt?: Libvirt
}

/** How the machine is reached; without `host_key` the hypervisor is asked for it. */
export type Reach = Omit<Ssh, 'host_key'> & Partial<Pick<Ssh, 'host_key'>>

const PORT = 22
/** Of cloud images. */
const USER = 'debian'

/** Fills in the defaults. Pure. */
export function completeVm({ ssh, proxmox, libvirt }: Declared): Vm {
  if (ssh !== undefined) {
    const { proxy_jump, ...rest } = ssh
    return { ssh: { ...rest, port: ssh.port ?? PORT, ...jumpOf(proxy_jump) } }
  }
  if (proxmox !== undefined) {
    const { proxy_jump: _, image_storage = 'local', ...rest } = proxmox
    return { proxmox: { ...rest, ...madeOf(proxmox), image_storage } }
  }
  if (libvirt === undefined)
    throw new TypeError('The schema lets no declaration through that says neither ssh nor a hypervisor.')
  const { network = 'default', bridge, pool = 'default', proxy_jump: _, ...rest } = libvirt
  const link = bridge === undefined ? { network } : { bridge }
  return { libvirt: { ...rest, ...madeOf(libvirt), pool, link } }
}

function madeOf({
  user = USER,
  gateway,
  nameservers = [gateway],
  proxy_jump,
}: DeclaredProxmox | DeclaredLibvirt) {
  return { user, nameservers, ...jumpOf(proxy_jump) }
}

function jumpOf(declared: DeclaredSsh['proxy_jump']): Jump {
  return declared === undefined ? {} : { proxy_jump: { ...declared, port: declared.port ?? PORT } }
}

/** Where in `vm` the machine is declared, and so who makes it. */
export function vmSection({ proxmox, libvirt }: Vm): 'ssh' | 'proxmox' | 'libvirt' {
  if (proxmox !== undefined) return 'proxmox'
  return libvirt === undefined ? 'ssh' : 'libvirt'
}

/** How the declared machine is reached by SSH, however it is made. */
export function reachOf({ ssh, proxmox, libvirt }: Vm): Reach {
  if (ssh !== undefined) return ssh
  const born = proxmox ?? libvirt
  if (born === undefined) throw new TypeError('One of ssh, proxmox and libvirt is always there.')
  const { address, user, host_key, plan_key, proxy_jump } = born
  return {
    host: address.split('/')[0] ?? address,
    port: PORT,
    user,
    ...(host_key === undefined ? {} : { host_key }),
    ...(plan_key === undefined ? {} : { plan_key }),
    ...(proxy_jump === undefined ? {} : { proxy_jump }),
  }
}

/** How the hypervisor of libvirt is reached, from the address in libvirt's own form, which the schema has checked. */
export function hypervisorOf({ uri, hypervisor_key }: Libvirt): Ssh {
  const { username, hostname, port } = new URL(uri)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    user: username,
    host_key: hypervisor_key,
    port: port === '' ? PORT : Number(port),
  }
}

/** Errors in the addresses of a VM that would boot, but could not be reached. */
export function vmFlaws({ proxmox, libvirt }: Partial<Declared> = {}): Flaw[] {
  const section = proxmox === undefined ? 'libvirt' : 'proxmox'
  // A declaration whose shape is wrong elsewhere may be missing one of them.
  const { address, gateway }: { address?: string; gateway?: string } = proxmox ?? libvirt ?? {}
  if (address === undefined || gateway === undefined) return []
  const [own = '', length] = address.split('/')
  const bits = BITS[family(own)]
  const at = (key: string) => ({ code: 'vm-address', path: ['vm', section, key] })
  if (isIP(own) === 0 || Number(length) > bits || Number(length) === 0)
    return [
      {
        ...at('address'),
        message: `vm.${section}.address is ${address}, which is no address with its prefix length.`,
        fix: 'write the address of the VM and how long the prefix of its network is, such as 192.0.2.10/24.',
      },
    ]
  if (isIP(own) !== isIP(gateway))
    return [
      {
        ...at('gateway'),
        message: `vm.${section}.gateway is ${gateway}, and the address ${address} is of the other IP version.`,
        fix: 'give both of one version.',
      },
    ]
  if (holds(`${own}/${bits}`, gateway))
    return [
      {
        ...at('gateway'),
        message: `vm.${section}.gateway is the address of the VM itself.`,
        fix: 'write the address of the router.',
      },
    ]
  // With a network of one address there is no other way, and providers say so.
  if (isOnLink(address, gateway) || Number(length) === bits) return []
  return [
    {
      ...at('gateway'),
      severity: 'warning',
      message: `vm.${section}.gateway ${gateway} is not in the network of ${address}.`,
      fix: `correct the address, its prefix length or the gateway; or write ${own}/${bits}, if the router is reached directly all the same.`,
    },
  ]
}

/** Whether the router is in the network of the address, or is named by an address of the link, where all are. */
export function isOnLink(address: string, gateway: string): boolean {
  return holds(address, gateway) || holds('fe80::/10', gateway)
}
