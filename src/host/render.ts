import { isIP } from 'node:net'
import type { BackupSettings } from '../config/backup.ts'
import { connectionsFor } from '../config/connections.ts'
import type { Firewall } from '../config/firewall.ts'
import { CONNECTIONS_PER_WORKER } from '../config/litellm/litellm-config.ts'
import { IMAGE } from '../contract/forms.ts'
import { BACKUP_TIMER, FIREWALL_UNIT, UNITS, VERIFY_TIMER } from '../contract/names.ts'
import {
  BACKUP_KNOWN_HOSTS,
  BACKUP_SETTINGS,
  CADDYFILE,
  CERTIFICATE,
  CERTIFICATE_SETTINGS,
  CONTAINER_FILES,
  FIREWALL_RULES,
  QUADLET,
  QUADLET_STANDBY,
  REGISTRY_SETTINGS,
  TERMINAL_FILE,
} from '../contract/places.ts'
import type { HostBackupSettings } from '../contract/programs/backup.ts'
import type {
  HostCertificate,
  HostManifest,
  HostRegistry,
  ManagedFile,
} from '../contract/programs/rollout.ts'
import { whole } from '../contract/whole.ts'
import { agentFile, agentModules } from './agent-modules.ts'
import { hostFile } from './files.ts'
import { planKeyFiles } from './plan-key.ts'
import { type PassThrough, publicApi } from './public-api.ts'

/** What the host is made of, as far as it doesn't change with each release. */
export interface HostSettings {
  readonly domain: string
  /** Where the certificate of the domain comes from; `off` leaves TLS to a proxy in front. */
  readonly tls: 'acme' | 'internal' | 'off' | 'own'
  /** Of the user's, with `own`. */
  readonly certificate?: HostCertificate | undefined
  readonly workers: number
  /** Connections that each worker may open to PostgreSQL; LiteLLM's own number when left out. */
  readonly pool?: number
  /** By digest: `registry/repository@sha256:…`. */
  readonly image: string
  /** The machine's memory, for sizing PostgreSQL and Redis; 4 GiB when left out. */
  readonly memoryBytes?: number
  /** `external`: another proxy terminates TLS and forwards to port 4000. */
  readonly proxy: 'caddy' | 'external'
  /** Who may connect; undefined leaves that to the site. */
  readonly firewall: Firewall | undefined
  /** Who reaches the admin API and UI through Caddy; everybody when undefined. */
  readonly admin?: readonly string[] | undefined
  /** Networks of the proxies in front, whose X-Forwarded-* are believed. */
  readonly trustedProxies?: readonly string[]
  /** What the declaration makes LiteLLM pass through to other servers, which is not administration. */
  readonly passThrough?: readonly PassThrough[]
  /** Where sshd listens as seen from outside, besides 22. */
  readonly sshPort: number
  readonly backup: BackupSettings
  /** How the host logs in where the image comes from. */
  readonly registry?: HostRegistry | undefined
  /** Read-only public keys, one per line. */
  readonly planKey?: string
}

const MIB = 1024 * 1024
const DEFAULT_MEMORY = 4096 * MIB

const PACKAGES = [
  'postgresql',
  'redis-server',
  'caddy',
  'podman',
  'netavark',
  'python3',
  'python3-yaml',
  'python3-psycopg2',
  'sudo',
  'ca-certificates',
  'nftables',
  'unattended-upgrades',
  'logrotate',
  'restic',
  'age',
  'iproute2',
  'openssh-client',
  // Budgets reset by the clock, and certificates end by it.
  'systemd-timesyncd | chrony | ntpsec | openntpd',
]

/** The machine itself, and who comes by a tunnel to it. */
const LOOPBACK = ['127.0.0.0/8', '::1/128']
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const BY_DIGEST = whole(IMAGE)

/**
 * The files, packages and units of a host with these settings. Pure.
 * @throws RangeError when a value could mean something else in the file it is put into; what a user writes is checked before
 */
export function renderHost(settings: HostSettings): HostManifest {
  const { domain, workers, image } = settings
  if (!DOMAIN.test(domain)) throw new RangeError(`not a domain name: ${JSON.stringify(domain)}`)
  if (!BY_DIGEST.test(image)) throw new RangeError(`not an image by digest: ${JSON.stringify(image)}`)
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    throw new RangeError(`not a number of workers: ${workers}`)
  }
  const memory = Math.floor((settings.memoryBytes ?? DEFAULT_MEMORY) / MIB)
  return {
    packages: PACKAGES,
    units: UNITS,
    files: withPlanKey(settings.planKey, {
      [QUADLET]: root(hostFile('units/litellm.container')),
      [QUADLET_STANDBY]: root(hostFile('units/litellm-standby.container')),
      [`${CONTAINER_FILES}/start`]: { ...root(hostFile('container/start')), mode: '0755' },
      [`${CONTAINER_FILES}/sitecustomize.py`]: root(hostFile('container/sitecustomize.py')),
      '/etc/systemd/system/litellm-jobs.slice': root(hostFile('systemd/litellm-jobs.slice')),
      [`/etc/systemd/system/${FIREWALL_UNIT}`]: root(hostFile('units/litellm-firewall.service')),
      [FIREWALL_RULES]: root(firewall(settings)),
      ...backupFiles(settings),
      [CERTIFICATE_SETTINGS]: root(`${JSON.stringify(settings.certificate ?? null, undefined, 1)}\n`),
      [REGISTRY_SETTINGS]: root(`${JSON.stringify(settings.registry ?? null, undefined, 1)}\n`),
      '/etc/apt/apt.conf.d/60litellm-gitops': root(hostFile('apt/60litellm-gitops')),
      '/etc/systemd/journald.conf.d/litellm-gitops.conf': root(hostFile('systemd/journald.conf')),
      [CADDYFILE]: root(caddyfile(settings)),
      '/etc/systemd/system/caddy.service.d/litellm.conf': root(hostFile('systemd/caddy-litellm.conf')),
      '/etc/systemd/system/postgresql@.service.d/litellm.conf': root(
        hostFile('systemd/postgresql-litellm.conf'),
      ),
      '/etc/systemd/system/redis-server.service.d/litellm.conf': root(hostFile('systemd/redis-litellm.conf')),
      '/etc/postgresql/*/main/conf.d/litellm.conf': service(
        fill(hostFile('postgresql/litellm.conf'), {
          WORKERS: workers,
          MAX_CONNECTIONS: connectionsFor(workers, settings.pool ?? CONNECTIONS_PER_WORKER),
          SHARED_BUFFERS_MB: within(memory / 16, 64, 2048),
          CACHE_MB: within(memory / 4, 256, 16_384),
        }),
        'postgres',
      ),
      '/etc/postgresql/*/main/pg_hba.conf': service(hostFile('postgresql/pg_hba.conf'), 'postgres'),
      '/etc/postgresql/*/main/pg_ident.conf': service(hostFile('postgresql/pg_ident.conf'), 'postgres'),
      '/etc/redis/redis.conf': service(
        fill(hostFile('redis/redis.conf'), { MAXMEMORY_MB: within(memory / 16, 128, 2048) }),
        'redis',
      ),
    }),
  }
}

function backupFiles({ domain, backup }: HostSettings): HostManifest['files'] {
  const { at, verifyAt, knownHost, ...settings } = backup
  const timer = (name: string, time: string) => root(fill(hostFile(`units/${name}.timer`), { AT: time }))
  return {
    // Its modules first: the command of an earlier deploy knows nothing of them, and the new one cannot do without.
    [TERMINAL_FILE]: root(agentFile({ modules: agentModules('terminal') })),
    '/usr/local/sbin/litellm-gitops': { ...root(hostFile('backup/litellm-gitops')), mode: '0755' },
    '/etc/systemd/system/litellm-backup.service': root(hostFile('units/litellm-backup.service')),
    [`/etc/systemd/system/${BACKUP_TIMER}`]: timer('litellm-backup', at),
    '/etc/systemd/system/litellm-verify.service': root(hostFile('units/litellm-verify.service')),
    [`/etc/systemd/system/${VERIFY_TIMER}`]: timer('litellm-verify', verifyAt),
    [BACKUP_SETTINGS]: root(`${JSON.stringify({ domain, ...settings }, undefined, 1)}\n`),
    [BACKUP_KNOWN_HOSTS]: root(knownHost === undefined ? '' : `${knownHost}\n`),
  }
}

/** What deploy sends the host about its backups, for a host that lost it. */
export function hostBackupSettings({ files }: HostManifest): HostBackupSettings | null {
  return JSON.parse(files[BACKUP_SETTINGS]?.content ?? 'null')
}

function withPlanKey(keys: string | undefined, files: HostManifest['files']): HostManifest['files'] {
  return { ...files, ...planKeyFiles(keys ?? '', Object.keys(files)) }
}

function caddyfile({
  domain,
  tls,
  proxy,
  admin,
  trustedProxies = [],
  passThrough = [],
}: HostSettings): string {
  const closed =
    admin === undefined
      ? '# The admin API and UI are open to everybody, as nothing is declared under front.admin.\n'
      : fill(hostFile('caddy/admin.closed'), {
          ADMIN: [...LOOPBACK, ...admin].join(' '),
          PUBLIC: publicApi(passThrough),
        })
  const trusted =
    trustedProxies.length === 0
      ? '# X-Forwarded-For and X-Forwarded-Proto are ours: no proxy is declared under front.trusted_proxies.\n'
      : fill(hostFile('caddy/trusted'), { PROXIES: trustedProxies.join(' ') })
  const common = hostFile('caddy/Caddyfile')
    .replace('@CLOSED@\n', () => indented(closed))
    .replace('@TRUSTED@\n', () => indented(trusted))
  if (proxy === 'external' || tls === 'off') return common
  return common + fill(hostFile(`caddy/domain.${tls}`), { DOMAIN: domain.toLowerCase(), CERTIFICATE })
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '\t')
}

function firewall({ firewall, sshPort }: HostSettings): string {
  if (firewall === undefined) return hostFile('firewall/off.nft')
  const { ssh, https, gateway } = firewall
  return fill(hostFile('firewall/litellm-gitops.nft'), {
    SSH_PORTS: [...new Set([22, sshPort])].join(', '),
    SSH4: elements(ssh, 4),
    SSH6: elements(ssh, 6),
    HTTPS4: elements(https, 4),
    HTTPS6: elements(https, 6),
    GATEWAY4: elements(gateway, 4),
    GATEWAY6: elements(gateway, 6),
  })
}

/** The line of a set that names its members; nft knows no empty one. */
function elements(networks: readonly string[], version: 4 | 6): string {
  const mine = networks.filter((network) => isIP(network.split('/')[0] ?? '') === version)
  return mine.length === 0 ? '# nobody' : `elements = { ${mine.join(', ')} }`
}

/** Replaces `@NAME@`; the values were checked, and a placeholder without a value is a bug. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/@([A-Z_]+[46]?)@/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) throw new RangeError(`no value for ${placeholder}`)
    return String(value)
  })
}

function within(value: number, least: number, most: number): number {
  return Math.floor(Math.min(Math.max(value, least), most))
}

function root(content: string): ManagedFile {
  return { content, mode: '0644', owner: 'root:root' }
}

/** What a service reads by its group and cannot change: what it could put in the place of a file, root would work with. */
function service(content: string, group: string): ManagedFile {
  return { content, mode: '0640', owner: `root:${group}` }
}
