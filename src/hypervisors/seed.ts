import { randomBytes } from 'node:crypto'
import { BITS, family } from '../config/network.ts'
import { isOnLink } from '../config/vm.ts'
import type { HostKeyPair } from './host-key-pair.ts'
import { isoImage } from './iso9660.ts'
import type { BornVm, WantedVm } from './vm.ts'

export interface SeedOptions {
  /** Changes with each machine: cloud-init does its work once for each. */
  readonly instanceId: string
  readonly hostname: string
  readonly user: string
  /** Public keys that may log in. */
  readonly authorizedKeys: readonly string[]
  /** The machine's own key pair, made before it is: so it is known before anybody connects. */
  readonly hostKey: HostKeyPair
  /** With its prefix length: `192.0.2.10/24`. */
  readonly address: string
  readonly gateway: string
  readonly nameservers: readonly string[]
}

/** The seed of a machine that is made now. */
export function seedOf(vm: BornVm, { user, authorizedKeys }: WantedVm, hostKey: HostKeyPair): Buffer {
  const { name, address, gateway, nameservers } = vm
  const instanceId = randomBytes(8).toString('hex')
  const hostname = name.split('.')[0] ?? name
  return seedImage(
    { instanceId, hostname, user, authorizedKeys, hostKey, address, gateway, nameservers },
    new Date(),
  )
}

/** The CD from which a cloud image learns who it is (cloud-init's NoCloud). It holds the private host key: it is removed once it was read. */
export function seedImage(options: SeedOptions, date: Date): Buffer {
  const { instanceId, hostname, user, authorizedKeys, hostKey, address, gateway, nameservers } = options
  // JSON is YAML, and leaves nothing to quote.
  const userData = {
    hostname,
    manage_etc_hosts: true,
    ssh_pwauth: false,
    disable_root: true,
    ssh_deletekeys: true,
    // With keys given, cloud-init generates none.
    ssh_keys: { ed25519_private: hostKey.private, ed25519_public: hostKey.public },
    users: [
      {
        name: user,
        lock_passwd: true,
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: authorizedKeys,
      },
    ],
    growpart: { mode: 'auto', devices: ['/'] },
    package_update: false,
  }
  const network = {
    version: 2,
    ethernets: {
      lan: {
        match: { name: 'e*' },
        addresses: [address],
        routes: routes(address, gateway),
        nameservers: { addresses: nameservers },
      },
    },
  }
  const file = (name: string, text: string) => ({ name, content: Buffer.from(text) })
  return isoImage(
    'cidata',
    [
      file('user-data', `#cloud-config\n${JSON.stringify(userData, undefined, 1)}\n`),
      file('meta-data', `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostname })}\n`),
      file('network-config', `${JSON.stringify(network, undefined, 1)}\n`),
    ],
    date,
  )
}

/**
 * The way out. A router outside of the VM's network is reached directly all the same (Hetzner, OVH and others give a /32): netplan is told so
 * by `on-link`, and networkd, to which cloud-init 25.1 does not pass that on, by a route to the router alone.
 */
function routes(address: string, gateway: string): object[] {
  const way = { to: family(gateway) === 'ipv6' ? '::/0' : '0.0.0.0/0', via: gateway }
  if (isOnLink(address, gateway)) return [way]
  return [
    { to: `${gateway}/${BITS[family(gateway)]}`, scope: 'link' },
    { ...way, 'on-link': true },
  ]
}
