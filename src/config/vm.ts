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

/** How the declared machine is reached by SSH, whoever makes it. */
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
