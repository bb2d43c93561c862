import { unescape as unescaped } from 'node:querystring'
import { isRecord } from '../../config/record.ts'
import { HostError } from '../../host/errors.ts'
import { type Container, folderOf, projectOf, serviceOf } from './containers.ts'

/** A container that carries the mark of what `move` starts, and is nobody's gateway. */
export const FORWARD_LABEL = 'litellm-gitops.forward'

/** A project of containers in which LiteLLM is. */
export interface Project {
  readonly engine: string
  readonly name: string
  /** Where its compose.yaml is, when compose made it. */
  readonly folder: string | undefined
  /** Those of LiteLLM: more than one where the service is scaled. */
  readonly gateways: readonly Container[]
}

/** The projects with a LiteLLM among all containers of a machine. Of a project with some that run, those that do not are left out. */
export function projectsIn(containers: readonly Container[]): Project[] {
  const byProject = new Map<string, Container[]>()
  for (const one of containers.filter(isLitellm)) {
    const key = JSON.stringify([one.engine, projectOf(one)])
    byProject.set(key, [...(byProject.get(key) ?? []), one])
  }
  return [...byProject.values()].map((found) => {
    const running = found.filter((one) => one.running)
    const gateways = running.length > 0 ? running : found
    const [one] = gateways as [Container]
    return { engine: one.engine, name: projectOf(one), folder: folderOf(one), gateways }
  })
}

/** By its image's name, its own variables, or what it runs. */
function isLitellm({ image, env, args, labels }: Container): boolean {
  if (FORWARD_LABEL in labels) return false
  const name = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? ''
  return (
    /^litellm(?:-(?:database|proxy|non_root|ee|dev))?$/i.test(name) ||
    env.LITELLM_MASTER_KEY !== undefined ||
    env.LITELLM_SALT_KEY !== undefined ||
    args.some((word) => word.split('/').at(-1) === 'litellm')
  )
}

/**
 * The project that is meant: the one in the folder, or the only one.
 * @throws HostError that lists what there is
 */
export function chosen(projects: readonly Project[], folder: string | undefined, where: string): Project {
  const wanted =
    folder === undefined ? projects : projects.filter((one) => trimmed(one.folder) === trimmed(folder))
  const [one] = wanted
  if (one !== undefined && wanted.length === 1) return one
  const listed = projects.map((one) => `${one.name} in ${one.folder ?? 'no compose folder'} (${one.engine})`)
  const found = listed.length === 0 ? '' : ` Found: ${listed.join('; ')}.`
  if (one === undefined)
    throw new HostError(
      projects.length === 0
        ? `No container of LiteLLM is on ${where}: none has an image called litellm, a variable LITELLM_MASTER_KEY or LITELLM_SALT_KEY, or runs litellm. Start the old gateway, or give its database by --data postgres.`
        : `No LiteLLM of a compose project in ${folder} is on ${where}.${found}`,
    )
  throw new HostError(
    `${projects.length === wanted.length ? 'Several projects' : 'Several containers'} on ${where} run LiteLLM.${found} Name the folder of the one that is meant: ssh://…${one.folder ?? '/path'}`,
  )
}

/** `/opt/x/` and `/opt/x` are the same folder. */
function trimmed(folder: string | undefined): string | undefined {
  return folder?.replace(/(?<=.)\/+$/, '')
}

/** What LiteLLM was started with, as far as a takeover needs it. SECRET values. */
export interface OldSettings {
  readonly databaseUrl: string | undefined
  readonly salt: string | undefined
  readonly master: string | undefined
  readonly redis: string | undefined
  /** Models in its file; undefined where there is no file. */
  readonly models: number | undefined
  /** Names of variables that look like secrets and are not among those above. */
  readonly others: readonly string[]
}

const KNOWN = new Set(['DATABASE_URL', 'DATABASE_PASSWORD', 'LITELLM_SALT_KEY', 'LITELLM_MASTER_KEY'])
const SECRET_NAME = /(?:_KEY|_TOKEN|_SECRET|_PASSWORD|_ACCESS_KEY_ID|_CREDENTIALS)$/

/** @param config what LiteLLM's file says, read as YAML */
export function settingsOf({ env }: Container, config: unknown): OldSettings {
  const sections = isRecord(config) ? config : {}
  const general = isRecord(sections.general_settings) ? sections.general_settings : {}
  const value = (written: unknown) => {
    if (typeof written !== 'string' || written === '') return undefined
    const name = /^os\.environ\/(.+)$/.exec(written)?.[1]
    return name === undefined ? written : env[name] || undefined
  }
  return {
    databaseUrl: value(general.database_url) ?? (env.DATABASE_URL || undefined) ?? pieced(env),
    salt: env.LITELLM_SALT_KEY || undefined,
    master: value(general.master_key) ?? (env.LITELLM_MASTER_KEY || undefined),
    redis: env.REDIS_URL || env.REDIS_HOST || undefined,
    models: Array.isArray(sections.model_list) ? sections.model_list.length : undefined,
    others: Object.keys(env)
      .filter((name) => SECRET_NAME.test(name) && !KNOWN.has(name) && env[name] !== '')
      .sort(),
  }
}

/** LiteLLM puts these four together where it has no URL. */
function pieced(env: Readonly<Record<string, string>>): string | undefined {
  const {
    DATABASE_HOST: host,
    DATABASE_USERNAME: user,
    DATABASE_PASSWORD: password,
    DATABASE_NAME: name,
  } = env
  if (!host || !user || !name) return undefined
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@${host}/${name}`
}

/** Where its file is within the container; undefined when it was started without one. */
export function configPathOf({ args, env, folder }: Container): string | undefined {
  const words = args.flatMap((word) => word.split(/\s+/))
  const at = words.findIndex((word) => word === '--config' || word === '-c')
  const joined = words.find((word) => word.startsWith('--config='))?.slice('--config='.length)
  const path = joined ?? (at < 0 ? undefined : words[at + 1]) ?? env.CONFIG_FILE_PATH
  if (path === undefined || path === '') return undefined
  return path.startsWith('/') ? path : `${folder.replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`
}

/** The port that LiteLLM listens on within its container. */
export function portOf({ args, env }: Container): number {
  const words = args.flatMap((word) => word.split(/\s+/))
  const at = words.indexOf('--port')
  const joined = words.find((word) => word.startsWith('--port='))?.slice('--port='.length)
  const port = Number(joined ?? (at < 0 ? undefined : words[at + 1]) ?? env.PORT ?? 4000)
  return Number.isInteger(port) && port > 0 ? port : 4000
}

/** A database inside a container, and how it is entered there. SECRET values. */
export interface DatabaseInside {
  readonly kind: 'container'
  readonly container: Container
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export type DatabaseAt = DatabaseInside | { readonly kind: 'url'; readonly url: string }

const ITSELF = new Set([
  'localhost',
  '127.0.0.1',
  '[::1]',
  'host.docker.internal',
  'host.containers.internal',
  '172.17.0.1',
])

/**
 * Which container the URL of the gateway leads to, or that it leads off the machine.
 * @param machine the address by which the machine itself is known
 * @throws HostError for one that is no URL, and for a server of the machine itself
 */
export function databaseOf(
  gateway: Container,
  url: string,
  containers: readonly Container[],
  machine: string,
): DatabaseAt {
  const parts = parsed(url)
  if (parts === undefined)
    throw new HostError(
      `The database URL of ${gateway.name} is none that can be read: it should be postgresql://USER:PASSWORD@HOST:PORT/NAME, with characters such as # and / in the password as %23 and %2F.`,
    )
  const port = Number(parts.port || 5432)
  const others = containers.filter((one) => one.engine === gateway.engine && one.id !== gateway.id)
  const itself = ITSELF.has(parts.hostname) || parts.hostname === machine
  const container = itself
    ? others.find((one) => one.running && one.published.some(({ hostPort }) => hostPort === port))
    : others.find((one) => isCalled(one, parts.hostname, gateway))
  if (container === undefined && itself)
    throw new HostError(
      `The database of ${gateway.name} is a server of the machine itself (${parts.hostname}:${port}), in no container. Give it by --data postgres with OLD_DATABASE_URL, if the new host reaches it, or a dump: pg_dump -Fc … > old.dump, and --data old.dump.`,
    )
  if (container === undefined) return { kind: 'url', url }
  const inner = itself ? container.published.find(({ hostPort }) => hostPort === port)?.port : port
  return {
    kind: 'container',
    container,
    port: inner ?? port,
    user: unescaped(parts.username),
    password: unescaped(parts.password),
    database: unescaped(parts.pathname.slice(1)) || unescaped(parts.username),
  }
}

/** The database of a gateway whose project is down is looked for all the same, so that the error can say that it does not run. */
function isCalled(one: Container, host: string, gateway: Container): boolean {
  const near = new Set(gateway.networks.map(({ network }) => network))
  const inside = one.networks.filter(({ network }) => near.has(network))
  return (
    one.name === host ||
    (serviceOf(one) === host && projectOf(one) === projectOf(gateway)) ||
    inside.some(({ names, addresses }) => names.includes(host) || addresses.includes(host))
  )
}

function parsed(url: string): URL | undefined {
  try {
    const parts = new URL(url.trim())
    const known = parts.protocol === 'postgresql:' || parts.protocol === 'postgres:'
    return known && parts.hostname !== '' && parts.username !== '' ? parts : undefined
  } catch {
    return undefined
  }
}
