// A gateway with something to lose, and the questions whether it is all there.
import { chat, type DeployedGateway } from './gateway.ts'

export interface Contents {
  /** A virtual key that was made before the backup. */
  readonly key: string
}

/** A stored credential, a virtual key, `rows` rows of spend, and keys in Redis, one of them a counter of spend. */
export async function fill(gateway: DeployedGateway, rows: number): Promise<Contents> {
  const stored = { credential_name: 'stored', credential_values: { api_key: 'sk-stored-canary-31415926' } }
  await admin(gateway, '/credentials', { ...stored, credential_info: {} })
  const { key } = await admin<{ key: string }>(gateway, '/key/generate', { key_alias: 'before-the-backup' })
  await sql(
    gateway,
    `INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime", model, metadata)
     SELECT 'request-' || n, 'acompletion', 'key-' || n % 1000, n % 7 * 0.001, now() - n * interval '1 s', now(), 'gpt-4',
       jsonb_build_object('note', md5(n::text)) FROM generate_series(1, ${rows}) n;`,
  )
  // Somebody's own table, with types that LiteLLM does not use and that PostgreSQL does not hash.
  await sql(
    gateway,
    `CREATE TABLE "somebody's own" (plain json, place point, tags text[], "a name" int4range);
     INSERT INTO "somebody's own" VALUES ('{"a": 1}', '(1,2)', '{a,b}', '[1,9)'), (NULL, NULL, NULL, NULL);`,
  )
  await redis(gateway, 'set kept yes')
  await redis(gateway, 'set lasting yes ex 86400')
  await redis(gateway, 'set spend:key:somebody 4711')
  return { key }
}

/** What must be the same before a loss and after its restore. */
export async function contents(gateway: DeployedGateway): Promise<string> {
  return await sql(
    gateway,
    `SELECT (SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)) FROM "LiteLLM_SpendLogs" t WHERE request_id LIKE 'request-%'),
      (SELECT count(*) FROM "LiteLLM_CredentialsTable"), (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public');`,
  )
}

export async function works(gateway: DeployedGateway, { key }: Contents): Promise<number> {
  return (await chat({ ...gateway, key }, 'gpt-4').catch(() => ({ status: 0 }))).status
}

export async function admin<Answer>(gateway: DeployedGateway, path: string, body: object): Promise<Answer> {
  const answer = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

export async function sql({ lab }: DeployedGateway, text: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec('psql -U litellm_owner -d litellm -v ON_ERROR_STOP=1 -At', {
    stdin: text,
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}

export async function redis({ lab }: DeployedGateway, command: string): Promise<string> {
  const { stdout } = await lab.exec(
    `redis-cli --no-auth-warning -a "$(cat /etc/litellm/redis_password)" ${command}`,
  )
  return stdout.trim()
}

/** The newest backup that was proven, and whether repository and off-site copy still have it. */
export async function lastGood({ lab }: DeployedGateway, copy: string): Promise<object> {
  const listing = (place: string) =>
    `RESTIC_PASSWORD_FILE=/etc/litellm/backup_password restic -r ${place} --no-lock snapshots --json`
  const { stdout } = await lab.exec(
    `cat /var/lib/litellm-gitops/backups/proven.json | tr -d '\n'; echo; ${listing('/var/backups/litellm')}; echo; ${listing(copy)}`,
  )
  const [proven, ...places] = stdout.split('\n').filter((line) => line !== '')
  const { snapshot } = JSON.parse(proven ?? '') as { snapshot: string }
  const has = (place = '[]') =>
    (JSON.parse(place) as { id: string; original?: string }[]).some(
      ({ id, original }) => (original ?? id) === snapshot,
    )
  return { here: has(places[0]), offSite: has(places[1]) }
}

/** Kills all that the unit runs. systemd ends the unit then, and starts what it has for that. */
export async function kill({ lab }: DeployedGateway, unit: string): Promise<void> {
  // Not by `systemctl kill`: on Linux 6.18 whatever enters a control group that was killed as a whole dies too.
  await lab.exec(`kill -KILL $(cat /sys/fs/cgroup/system.slice/${unit}/cgroup.procs)`)
}

/** Kills all that the unit runs and what is started at its end, as when the host loses power. */
export async function cutOff({ lab }: DeployedGateway, unit: string): Promise<void> {
  await lab.exec(
    `while systemctl is-active -q ${unit} || systemctl show -P ActiveState ${unit} | grep -q deactivating; do
       kill -KILL $(cat /sys/fs/cgroup/system.slice/${unit}/cgroup.procs); sleep 0.01
     done 2>/dev/null`,
  )
}

/** What a backup, a proof or a restore must not leave behind. */
export async function leftovers({ lab }: DeployedGateway): Promise<string[]> {
  const { stdout } = await lab.exec(
    `ls -d /var/lib/litellm-gitops/backups/{staging,scratch,restore,adopt} /var/lib/litellm-gitops-scratch /var/lib/postgresql/litellm* /var/lib/redis/litellm* /run/netns/* /run/litellm-gitops/scratch* 2>/dev/null
     podman ps -a --format '{{.Names}}' | grep -v '^litellm$'
     systemctl list-units --no-legend --plain 'litellm-gitops-*' | cut -d' ' -f1
     psql -U litellm -Atc "SELECT datname FROM pg_database WHERE datname LIKE 'litellm_restore_%'"`,
  )
  return stdout.split('\n').filter((line) => line !== '')
}
