import { isRecord } from '../../config/record.ts'

/** Begins each command on an old machine: a shell that nobody logged in to may not have these folders. */
export const PATHS = 'export LC_ALL=C PATH="$PATH:/usr/local/bin:/usr/sbin:/sbin"'

/** A port of the machine that leads into a container. */
export interface Published {
  /** Within the container. */
  readonly port: number
  /** The address of the machine that it is bound to; empty for all. */
  readonly address: string
  readonly hostPort: number
}

/** How a container takes part in a network of its engine. */
export interface Attached {
  readonly network: string
  /** Names that others in the network know it by. */
  readonly names: readonly string[]
  readonly addresses: readonly string[]
  /** Of its interface there; empty where it does not run. */
  readonly mac: string
}

/** What `docker inspect` and `podman inspect` both say of a container, in one form. */
export interface Container {
  /** The command that sees it: `docker`, `sudo -n podman`, … */
  readonly engine: string
  readonly id: string
  readonly name: string
  /** As it was asked for: `ghcr.io/berriai/litellm:v1.85.0`. */
  readonly image: string
  readonly imageId: string
  readonly running: boolean
  readonly labels: Readonly<Record<string, string>>
  /** SECRET values. */
  readonly env: Readonly<Record<string, string>>
  /** Entry point and command, one after the other. */
  readonly args: readonly string[]
  readonly folder: string
  readonly networkMode: string
  readonly networks: readonly Attached[]
  readonly published: readonly Published[]
  /** When the engine starts it again: `no`, `always`, `unless-stopped`, `on-failure`. */
  readonly restart: string
}

/** Reads the document of `inspect`; what is not in the form of a container is left out. */
export function containersOf(engine: string, inspected: unknown): Container[] {
  if (!Array.isArray(inspected)) return []
  return inspected.filter(isRecord).flatMap((one) => {
    const id = textOf(one.Id)
    const name = textOf(one.Name).replace(/^\//, '')
    if (id === '' || name === '') return []
    const config = recordOf(one.Config)
    const host = recordOf(one.HostConfig)
    return [
      {
        engine,
        id,
        name,
        image: textOf(one.ImageName) || textOf(config.Image),
        imageId: textOf(one.Image),
        running: recordOf(one.State).Running === true,
        labels: textsIn(recordOf(config.Labels)),
        env: environmentOf(config.Env),
        args: [...wordsOf(config.Entrypoint), ...wordsOf(config.Cmd)],
        folder: textOf(config.WorkingDir) || '/',
        networkMode: textOf(host.NetworkMode),
        networks: networksOf(recordOf(recordOf(one.NetworkSettings).Networks)),
        published: publishedOf(recordOf(host.PortBindings)),
        restart: textOf(recordOf(host.RestartPolicy).Name) || 'no',
      },
    ]
  })
}

const PROJECT = ['com.docker.compose.project', 'io.podman.compose.project']
const SERVICE = ['com.docker.compose.service', 'io.podman.compose.service']
const FOLDER = ['com.docker.compose.project.working_dir', 'io.podman.compose.project.working_dir']

/** The compose project that made it; one that was started alone is a project of its own. */
export function projectOf({ labels, name }: Container): string {
  return first(labels, PROJECT) ?? name
}

/** What compose.yaml calls it. */
export function serviceOf({ labels, name }: Container): string {
  return first(labels, SERVICE) ?? name
}

/** Where compose.yaml is; undefined for a container that no compose made. */
export function folderOf({ labels }: Container): string | undefined {
  return first(labels, FOLDER)
}

function first(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  return names.map((name) => labels[name]).find((value) => value !== undefined && value !== '')
}

function networksOf(networks: Readonly<Record<string, unknown>>): Attached[] {
  return Object.entries(networks).map(([network, value]) => {
    const { Aliases, DNSNames, IPAddress, GlobalIPv6Address, MacAddress } = recordOf(value)
    return {
      network,
      names: [...wordsOf(Aliases), ...wordsOf(DNSNames)],
      addresses: [textOf(IPAddress), textOf(GlobalIPv6Address)].filter((address) => address !== ''),
      mac: textOf(MacAddress),
    }
  })
}

function publishedOf(bindings: Readonly<Record<string, unknown>>): Published[] {
  return Object.entries(bindings).flatMap(([name, value]) => {
    const port = /^(\d+)\/tcp$/.exec(name)?.[1]
    if (port === undefined || !Array.isArray(value)) return []
    return value.filter(isRecord).flatMap(({ HostIp, HostPort }) => {
      const hostPort = Number(textOf(HostPort))
      const address = textOf(HostIp)
      return hostPort > 0
        ? [{ port: Number(port), address: address === '0.0.0.0' ? '' : address, hostPort }]
        : []
    })
  })
}

function environmentOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    wordsOf(value).map((line) => {
      const at = line.indexOf('=')
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
    }),
  )
}

function textsIn(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )
}

/** A list of words; older podman has the entry point as one text. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
