// A lab's host as hypervisor: real libvirt and QEMU without KVM, on which a real cloud image boots and is reached by way of it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { HostUnreachableError } from '../../src/host/errors.ts'
import { connect, type Machine, type Session } from '../../src/host/session.ts'
import type { LibvirtVm } from '../../src/hypervisors/libvirt.ts'
import type { Logger } from '../../src/log/logger.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { cloudImage } from './cloud-image.ts'

export const NAME = 'llm.example.com'
export const ADDRESS = '192.168.122.10'
export const POOL_FOLDER = '/var/lib/libvirt/images'
const PACKAGES =
  'libvirt-daemon-system libvirt-clients virtinst qemu-system-x86 qemu-utils dnsmasq-base iptables'
/** What a hypervisor is made of; a test takes them one after the other, to see what is said of one that lacks them. */
export const INSTALL = `apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${PACKAGES}`
export const MAKE_POOL = `virsh pool-define-as default dir --target ${POOL_FOLDER} && virsh pool-build default && virsh pool-start default`
export const START_NETWORK = 'virsh net-start default'

/** Without KVM a first boot takes a minute and a half of two idle cores, and many times that of busy ones. */
export const BOOT_MS = 15 * 60_000
const none = () => undefined
export const SILENT: Logger = {
  ...{ debug: none, info: none, notice: none, warning: none, error: none },
  group: async (_, work) => await work(),
}

export interface Hypervisor {
  readonly lab: Lab
  readonly vm: LibvirtVm
  readonly machine: Machine & { readonly privateKey: string }
  /** Runs a command on it as root; answers what it printed. Rejects when it fails. */
  run(command: string): Promise<string>
  /** Connects to the machine that it made, as soon as that has booted. */
  reach(hostKey: string): Promise<Session>
  /** A declaration of the README's gateway on a machine of it. */
  gatewayFile(more: Readonly<Record<string, unknown>>): string
  stop(): Promise<void>
}

/** Starts a host that has neither libvirt nor a pool yet, and serves the image to it. */
export async function startHypervisor(): Promise<Hypervisor> {
  const [lab, image] = await Promise.all([startLab({ log: console.log }), cloudImage()])
  const { host } = lab
  const bytes = readFileSync(join(image.folder, image.file))
  const web = createServer((_, response) => response.end(bytes))
  await new Promise<void>((resolve) => web.listen(0, lab.runnerAddress, resolve))
  const { port } = web.address() as AddressInfo
  const url = `http://${lab.runnerAddress}:${port}/debian-13.qcow2`
  const machine = {
    host: host.address,
    port: 22,
    user: host.user,
    hostKey: host.hostKey,
    privateKey: host.privateKey,
  }
  const net = { address: `${ADDRESS}/24`, gateway: '192.168.122.1' }
  return {
    lab,
    machine,
    vm: {
      // A router that is outside of the machine's own network, as with providers who give one address: that needs a route of its own.
      ...{ name: NAME, ...net, address: `${ADDRESS}/32`, nameservers: [net.gateway] },
      ...{ pool: 'default', link: { network: 'default' } },
      image: { url, checksum: image.sha256, algorithm: 'sha256' },
    },
    run: async (command) => {
      const { code, stdout, stderr } = await lab.exec(command, { timeoutMs: 300_000 })
      if (code !== 0) throw new Error(`${command}: ${stderr}`)
      return stdout.trim()
    },
    reach: async (hostKey) => {
      const made = { host: ADDRESS, port: 22, user: 'debian', hostKey, privateKey: host.privateKey }
      for (const deadline = Date.now() + BOOT_MS; ; ) {
        try {
          return await connect({ ...made, jump: machine, logger: SILENT, timeoutMs: 60_000 })
        } catch (error) {
          if (!(error instanceof HostUnreachableError) || Date.now() > deadline) throw error
          await new Promise((resolve) => setTimeout(resolve, 1000))
        }
      }
    },
    gatewayFile: (more) => {
      const { vm: _, users: __, ...declared } = parse(gatewayFile(lab, {}))
      const libvirt = {
        uri: `qemu+ssh://${host.user}@${host.address}/system`,
        hypervisor_key: host.hostKey,
        ...net,
        image: { url, sha256: image.sha256 },
        proxy_jump: { host: host.address, user: host.user, host_key: host.hostKey },
      }
      return stringify({ ...declared, ...more, vm: { libvirt } })
    },
    stop: async () => {
      web.close()
      await lab.stop()
    },
  }
}
