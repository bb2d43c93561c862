import { HostError } from '../../host/errors.ts'
import { lastLine, quoted, type Shell } from '../../host/shell.ts'
import { PATHS } from './containers.ts'
import type { DatabaseInside } from './project.ts'

/** What the server of an old gateway says of itself. */
export interface DatabaseFacts {
  readonly major: number
  readonly bytes: number
}

// User, password, name and port come on standard input: arguments can be read by others.
const ENTER =
  'IFS= read -r PGUSER; IFS= read -r PGPASSWORD; IFS= read -r PGDATABASE; IFS= read -r PGPORT; ' +
  'export PGUSER PGPASSWORD PGDATABASE PGPORT PGHOST=127.0.0.1 PGCONNECT_TIMEOUT=20 PGOPTIONS="-c default_transaction_read_only=on"; '
const FACTS =
  "SELECT current_setting('server_version_num')::int / 10000 || ' ' || pg_database_size(current_database())"
// Compressed a little: the way may be long, and the old machine has other work.
const DUMP =
  'pg_dump --format=custom --compress=1 --no-owner --no-privileges --no-comments --no-publications --no-subscriptions --no-security-labels --no-tablespaces --no-large-objects --lock-wait-timeout=10s --no-password'

/** @throws HostError when the database does not run, cannot be entered, or its image has no psql */
export async function factsOf(shell: Shell, database: DatabaseInside): Promise<DatabaseFacts> {
  const { container } = database
  if (!container.running)
    throw new HostError(
      `The database ${container.name} on ${shell.where} does not run. Start it: ${container.engine} start ${container.name}`,
    )
  const { code, stdout, stderr } = await shell.run(
    command(database, `exec psql -XAtqwc ${quoted(FACTS)}`),
    login(database),
  )
  const found = /^(\d+) (\d+)$/.exec(stdout.trim())
  if (code === 0 && found !== null) return { major: Number(found[1]), bytes: Number(found[2]) }
  throw new HostError(`${inside(shell, database)}: ${why(stderr, code)}`)
}

/** A dump of one moment, in blocks that each follow their length; an empty one says that it is whole. @throws HostError */
export async function* dumpOf(shell: Shell, database: DatabaseInside): AsyncGenerator<Uint8Array> {
  try {
    for await (const block of shell.stream(command(database, `exec ${DUMP}`), login(database)))
      yield* framed(block)
  } catch (cause) {
    if (!(cause instanceof HostError) || cause.constructor !== HostError) throw cause
    throw new HostError(`${inside(shell, database)}: ${why(cause.message, null)} Nothing was kept.`)
  }
  yield length(0)
}

function* framed(block: Uint8Array): Generator<Uint8Array> {
  if (block.length === 0) return
  yield length(block.length)
  yield block
}

function length(bytes: number): Uint8Array {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes)
  return head
}

function command({ container }: DatabaseInside, inner: string): string {
  return `${PATHS}; exec ${container.engine} exec -i ${container.id} sh -c ${quoted(ENTER + inner)}`
}

function login({ user, password, database, port }: DatabaseInside): string {
  return [user, password, database, port, ''].join('\n')
}

function inside({ where }: Shell, { container, database }: DatabaseInside): string {
  return `The database ${database} in ${container.name} on ${where}, which was not changed, cannot be read`
}

/** In words of what to do. */
function why(said: string, code: number | null): string {
  const line = lastLine(said) || `exit ${code}`
  if (/not found|no such file/i.test(line) && /psql|pg_dump/.test(line))
    return `its image has no psql or pg_dump (${line}). If this is a pooler such as PgBouncer, give the database itself by --data postgres.`
  if (
    /authentication failed|no password supplied|role ".*" does not exist|database ".*" does not exist/.test(
      line,
    )
  )
    return `${line}. The user, the password and the name are those of the gateway's DATABASE_URL; if the gateway runs, check that it was not changed since it started.`
  if (/permission denied for/.test(line))
    return `${line}. The role of the gateway's DATABASE_URL may not read all; make a dump as the owner (pg_dump -Fc), and give it by --data FILE.`
  return `${line.replace(/\.$/, '')}.`
}
