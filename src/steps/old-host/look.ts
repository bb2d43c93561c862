import { parse } from 'yaml'
import { HostError } from '../../host/errors.ts'
import { lastLine, quoted, type Shell } from '../../host/shell.ts'
import type { StepContext } from '../command.ts'
import { type Container, containersOf, PATHS, serviceOf } from './containers.ts'
import type { OldPlace } from './open.ts'
import {
  chosen,
  configPathOf,
  type DatabaseAt,
  databaseOf,
  type OldSettings,
  type Project,
  projectsIn,
  settingsOf,
} from './project.ts'

/** An old gateway, as its machine has it. SECRET values are in its settings, and known as secrets. */
export interface OldGateway {
  readonly project: Project
  readonly settings: OldSettings
  readonly database: DatabaseAt
  /** The version of LiteLLM in the running container; undefined where it could not be asked. */
  readonly version: string | undefined
  /** Other containers of the machine. */
  readonly containers: readonly Container[]
}

/**
 * Reads what runs there; changes nothing.
 * @param only names of containers, where it is known already which are meant
 * @throws HostError without rights, without LiteLLM, for several, for one without a database
 */
export async function lookAt(
  shell: Shell,
  place: OldPlace,
  { secrets, logger }: Pick<StepContext, 'secrets' | 'logger'>,
  only?: readonly string[],
): Promise<OldGateway> {
  const containers = await allContainers(shell)
  const meant = only === undefined ? containers : containers.filter(({ name }) => only.includes(name))
  const project = chosen(projectsIn(meant), place.folder, shell.where)
  const [gateway] = project.gateways as [Container]
  const config = await configOf(shell, gateway)
  const settings = settingsOf(gateway, config)
  const words = wordsOf(project)
  const known = [settings.salt, settings.master, settings.databaseUrl].filter((value) => value !== undefined)
  const all = [...known, ...project.gateways.flatMap(({ env }) => Object.entries(env).flatMap(secretValues))]
  secrets.add(...all.filter((value) => !words.has(value)))
  if (settings.databaseUrl === undefined)
    throw new HostError(
      `${gateway.name} on ${shell.where} has no DATABASE_URL, neither in its environment nor in its configuration: it keeps no keys and no spend, so there is nothing to take over. Take its configuration by import --from.`,
    )
  const database = databaseOf(gateway, settings.databaseUrl, containers, place.host)
  if (database.kind === 'container' && !words.has(database.password)) secrets.add(database.password)
  logger.debug(`found ${project.name}: ${project.gateways.map(({ name }) => name).join(', ')}`)
  return { project, settings, database, version: await versionOf(shell, gateway), containers }
}

/** What is public here: a password such as `litellm` would make every text unreadable, and hides nothing. */
function wordsOf({ name, gateways, engine }: Project): Set<string> {
  const named = gateways.flatMap((one) => [one.name, serviceOf(one), one.image])
  return new Set(['litellm', 'postgres', engine, name, ...named])
}

/** Everything in an environment that may be a secret. */
function secretValues([name, value]: [string, string]): string[] {
  if (!/KEY|TOKEN|SECRET|PASSW|CREDENTIAL|URL|DSN|AUTH/i.test(name) || value.length < 6) return []
  const password = /^[a-z+]+:\/\/[^:/@]*:([^@]+)@/.exec(value)?.[1]
  return password === undefined ? [value] : [value, password]
}

/** Of every engine that may be asked: docker's, and podman's of this user and of root. @throws HostError */
async function allContainers(shell: Shell): Promise<Container[]> {
  const { stdout } = await shell.run(`${PATHS}; id -u; command -v docker; command -v podman; true`)
  const [uid, ...programs] = stdout.split('\n').filter((line) => line !== '')
  const installed = ['docker', 'podman'].filter((name) => programs.some((path) => path.endsWith(`/${name}`)))
  if (installed.length === 0)
    throw new HostError(
      `Neither docker nor podman is installed on ${shell.where}. Give the database by --data postgres, or a dump of it.`,
    )
  const engines = installed.flatMap((name) => (uid === '0' ? [name] : [name, `sudo -n ${name}`]))
  const found: Container[] = []
  const refused: string[] = []
  for (const engine of engines) {
    // Docker's containers are the same for all who may ask.
    if (engine === 'sudo -n docker' && !refused.some((one) => one.startsWith('docker:'))) continue
    const answer = await containersBy(shell, engine)
    if (typeof answer === 'string') refused.push(`${engine}: ${answer}`)
    else found.push(...answer)
  }
  if (refused.length > 0 && !found.some(({ running }) => running) && projectsIn(found).length === 0)
    throw new HostError(
      `The containers on ${shell.where} cannot be read. ${refused.join('; ')}. Connect as root, let that user run docker or podman by sudo without a password, or put it into the group docker.`,
    )
  return found
}

async function containersBy(shell: Shell, engine: string): Promise<Container[] | string> {
  const listed = await shell.run(`${PATHS}; ${engine} ps --all --quiet --no-trunc`)
  if (listed.code !== 0) return lastLine(listed.stderr) || `exit ${listed.code}`
  const ids = listed.stdout.split('\n').filter((id) => /^[0-9a-f]{12,64}$/.test(id))
  if (ids.length === 0) return []
  // One that ended in the meantime makes it fail, and the others are said all the same.
  const { stdout, stderr } = await shell.run(`${PATHS}; ${engine} inspect --type container ${ids.join(' ')}`)
  try {
    return containersOf(engine, JSON.parse(stdout))
  } catch {
    return lastLine(stderr) || 'inspect answers no JSON'
  }
}

/** What LiteLLM's file says; undefined where it was started without one. @throws HostError */
async function configOf(shell: Shell, gateway: Container): Promise<unknown> {
  const path = configPathOf(gateway)
  if (path === undefined) return undefined
  const { engine, id, running, name } = gateway
  const read = running
    ? `${engine} exec ${id} cat ${quoted(path)}`
    : `${engine} cp ${quoted(`${id}:${path}`)} - | tar -xOf -`
  const { code, stdout, stderr } = await shell.run(`${PATHS}; ${read}`)
  if (code !== 0)
    throw new HostError(`${path} of ${name} on ${shell.where} cannot be read: ${lastLine(stderr)}.`)
  try {
    return parse(stdout)
  } catch (cause) {
    const [said] = cause instanceof Error ? cause.message.split('\n') : ['']
    throw new HostError(`${path} of ${name} on ${shell.where} is no YAML: ${said}`)
  }
}

const VERSION =
  'p=$(command -v litellm); "$(head -n 1 "$p" | cut -c 3-)" -c "import importlib.metadata as m; print(m.version(\\"litellm\\"))"'

async function versionOf(shell: Shell, { engine, id, running }: Container): Promise<string | undefined> {
  if (!running) return undefined
  const { code, stdout } = await shell.run(`${PATHS}; ${engine} exec ${id} sh -c ${quoted(VERSION)}`)
  return code === 0 ? /^\d+\.\d+\.\d+\S*/.exec(stdout.trim())?.[0] : undefined
}
