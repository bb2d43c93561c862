import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { base, load } from '../plan/applied.ts'

const SSH_KEY = 'ssh-ed25519 AAAA'
const IMAGE = { url: 'https://cloud.example/x.qcow2', sha256: 'a'.repeat(64) }
const MADE = { address: '192.0.2.10/24', gateway: '192.0.2.1', image: IMAGE }

test('what is left out has its default, and nobody else knows it', () => {
  const { gateway } = load(base)
  expect(gateway).toMatchObject({
    proxy: 'caddy',
    tls: 'acme',
    prune: false,
    litellm: { workers: 4 },
    vm: { ssh: { port: 22 } },
    firewall: { ssh: ['0.0.0.0/0', '::/0'], https: ['0.0.0.0/0', '::/0'] },
    backup: { at: '02:00', keepDays: 30, repository: '/var/backups/litellm', environment: {} },
    drill: { rtoSeconds: 1800, rpoSeconds: 93_600 },
    rotate: undefined,
  })
})

test('what is written stays', () => {
  const { gateway } = load({
    ...base,
    proxy: 'external',
    tls: 'off',
    prune: true,
    litellm: { ...base.litellm, workers: 2 },
    vm: { ssh: { ...base.vm.ssh, port: 2222, proxy_jump: { host: 'j', user: 'u', host_key: SSH_KEY } } },
    firewall: 'off',
    rotate: { targets: [], grace: '2d' },
  } as never)
  expect(gateway).toMatchObject({
    proxy: 'external',
    tls: 'off',
    prune: true,
    litellm: { workers: 2 },
    vm: { ssh: { port: 2222, proxy_jump: { port: 22 } } },
    rotate: { grace: '2d', distribute: 'master-key', canary: false },
  })
  expect(gateway.firewall).toBeUndefined()
})

test('each hypervisor has its own', () => {
  const proxmox = {
    api: 'https://pve.example:8006',
    node: 'pve',
    storage: 'local-lvm',
    bridge: 'vmbr0',
    ...MADE,
  }
  const libvirt = { uri: 'qemu+ssh://root@hv.example/system', hypervisor_key: SSH_KEY, ...MADE }
  const vmOf = (vm: object) => load({ ...base, vm } as never).gateway.vm
  expect(vmOf({ proxmox })).toMatchObject({
    proxmox: { user: 'debian', image_storage: 'local', nameservers: ['192.0.2.1'] },
  })
  expect(vmOf({ libvirt })).toMatchObject({
    libvirt: { user: 'debian', pool: 'default', link: { network: 'default' }, nameservers: ['192.0.2.1'] },
  })
  expect(
    vmOf({ libvirt: { ...libvirt, bridge: 'br0', pool: 'fast', nameservers: ['9.9.9.9'] } }),
  ).toMatchObject({
    libvirt: { pool: 'fast', link: { bridge: 'br0' }, nameservers: ['9.9.9.9'] },
  })
})

test('a declaration that is written out in full is the same to every reader', () => {
  const full = {
    ...base,
    proxy: 'caddy',
    tls: 'acme',
    prune: false,
    litellm: { ...base.litellm, workers: 4 },
  }
  const { backup, firewall, vm } = load(parse(stringify(full))).gateway
  const less = load(base).gateway
  expect({ backup, firewall, vm }).toEqual({ backup: less.backup, firewall: less.firewall, vm: less.vm })
})
