import type { GatewayFile } from './schema.ts'

type Vm = GatewayFile['vm']
type Ssh = NonNullable<Vm['ssh']>
export type Proxmox = NonNullable<Vm['proxmox']>

/** How the machine is reached; without `host_key` the hypervisor is asked for it. */
export type Reach = Omit<Ssh, 'host_key'> & Partial<Pick<Ssh, 'host_key'>>

const DEFAULT_USER = 'debian'

/** How the declared machine is reached by SSH, whoever makes it. */
export function reachOf({ ssh, proxmox }: Vm): Reach {
  if (ssh !== undefined) return ssh
  if (proxmox === undefined)
    throw new TypeError('The schema lets no declaration through that says neither ssh nor proxmox.')
  const { address, user = DEFAULT_USER, host_key, plan_key, proxy_jump } = proxmox
  return {
    host: address.split('/')[0] ?? address,
    user,
    ...(host_key === undefined ? {} : { host_key }),
    ...(plan_key === undefined ? {} : { plan_key }),
    ...(proxy_jump === undefined ? {} : { proxy_jump }),
  }
}
