import type { GatewayFile } from './schema.ts'

type Vm = GatewayFile['vm']
type Ssh = NonNullable<Vm['ssh']>
export type Proxmox = NonNullable<Vm['proxmox']>
export type Libvirt = NonNullable<Vm['libvirt']>

/** How the machine is reached; without `host_key` the hypervisor is asked for it. */
export type Reach = Omit<Ssh, 'host_key'> & Partial<Pick<Ssh, 'host_key'>>

const DEFAULT_USER = 'debian'

/** Where in `vm` the machine is declared, and so who makes it. */
export function vmSection({ proxmox, libvirt }: Vm): 'ssh' | 'proxmox' | 'libvirt' {
  if (proxmox !== undefined) return 'proxmox'
  return libvirt === undefined ? 'ssh' : 'libvirt'
}

/** How the declared machine is reached by SSH, whoever makes it. */
export function reachOf({ ssh, proxmox, libvirt }: Vm): Reach {
  if (ssh !== undefined) return ssh
  const born = proxmox ?? libvirt
  if (born === undefined)
    throw new TypeError('The schema lets no declaration through that says neither ssh nor a hypervisor.')
  const { address, user = DEFAULT_USER, host_key, plan_key, proxy_jump } = born
  return {
    host: address.split('/')[0] ?? address,
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
    ...(port === '' ? {} : { port: Number(port) }),
  }
}
