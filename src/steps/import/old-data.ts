import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AdoptInput } from '../../contract/programs/adopt.ts'
import { HostError } from '../../host/errors.ts'
import type { Shell } from '../../host/shell.ts'
import type { StepContext } from '../command.ts'
import { whyNot } from '../files.ts'
import { dumpOf, factsOf } from '../old-host/dump.ts'
import type { OldGateway } from '../old-host/look.ts'

/** The word for a database that its URL names. */
const POSTGRES = 'postgres'
/** By field of the question: the variable that has it. */
const SECRETS = {
  url: 'OLD_DATABASE_URL',
  salt: 'OLD_SALT_KEY',
  master: 'OLD_MASTER_KEY',
  before: 'OLD_MASTER_KEY_BEFORE',
} as const

/** Where the old data comes from: what the host is asked with, and the bytes that follow. */
export interface OldData {
  readonly question: Pick<AdoptInput, 'source' | 'authority' | keyof typeof SECRETS>
  readonly body?: AsyncIterable<Uint8Array>
}

/** What of a gateway on a machine of its own is taken; what the environment has counts more. @throws HostError */
export async function dataOf(
  shell: Shell,
  { settings, database, project }: OldGateway,
  ca: string | undefined,
  context: StepContext,
): Promise<OldData> {
  const found = {
    ...(settings.salt === undefined ? {} : { salt: settings.salt }),
    ...(settings.master === undefined ? {} : { master: settings.master }),
  }
  const { url, ...given } = secretsIn(context)
  const keys = { ...found, ...given }
  if (database.kind === 'url') {
    const authority = ca === undefined ? {} : { authority: textOf(ca) }
    return { question: { ...keys, ...authority, url: url ?? database.url, source: { kind: 'postgres' } } }
  }
  const { bytes } = await factsOf(shell, database)
  const place = `${database.database} in ${database.container.name} (${project.name} on ${shell.where})`
  return {
    question: { ...keys, source: { kind: 'stream', place, bytes } },
    body: dumpOf(shell, database),
  }
}

/** Reads what was named, and its secrets from the environment; they are known as secrets from here on. @throws HostError */
export function oldData(data: string, ca: string | undefined, context: StepContext): OldData {
  const given = secretsIn(context)
  const authority = ca === undefined ? {} : { authority: textOf(ca) }
  if (data !== POSTGRES) {
    const { url: _, ...keys } = given
    const files = filesOf(data)
    return {
      question: {
        ...keys,
        source: { kind: 'files', files: files.map(({ name, bytes }) => ({ name, bytes })) },
      },
      body: contentOf(files),
    }
  }
  if (given.url === undefined)
    throw new HostError(
      `${SECRETS.url} is not set. Export what the old gateway has as DATABASE_URL, or a URL of a role that may read its tables.`,
    )
  return { question: { ...given, ...authority, source: { kind: 'postgres' } } }
}

function secretsIn({ env, secrets }: StepContext): Partial<Record<keyof typeof SECRETS, string>> {
  const found = Object.entries(SECRETS).flatMap(([field, variable]) => {
    const value = env[variable]?.trim()
    return value === undefined || value === '' ? [] : [[field, value] as const]
  })
  secrets.add(...found.map(([, value]) => value))
  const password = found.find(([field]) => field === 'url')?.[1].match(/^[^:]+:\/\/[^:/@]*:([^@]*)@/)?.[1]
  if (password !== undefined && password !== '') secrets.add(password)
  return Object.fromEntries(found)
}

interface NamedFile {
  readonly path: string
  readonly name: string
  readonly bytes: number
}

function filesOf(path: string): NamedFile[] {
  try {
    const about = statSync(path)
    if (about.isFile()) return [{ path, name: 'dump', bytes: about.size }]
    if (!about.isDirectory()) throw new Error('it is neither a file nor a folder')
    const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile())
    const files = entries.map(({ name }) => ({
      name,
      path: join(path, name),
      bytes: statSync(join(path, name)).size,
    }))
    if (files.length === 0) throw new Error('it is an empty folder')
    return files.sort((one, other) => (one.name < other.name ? -1 : 1))
  } catch (cause) {
    throw new HostError(
      `The dump ${path} cannot be read: ${whyNot(cause)}. Give --data ${POSTGRES}, ssh://USER@HOST, or a file or folder that pg_dump wrote.`,
    )
  }
}

async function* contentOf(files: readonly NamedFile[]): AsyncGenerator<Uint8Array> {
  // As long as it was when it was announced, and no longer.
  for (const { path, bytes } of files)
    if (bytes > 0) yield* createReadStream(path, { end: bytes - 1, highWaterMark: 1024 * 1024 })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HostError(`The certificates in ${path} cannot be read: ${whyNot(cause)}.`)
  }
}
