// An old gateway's database, as people have one: its own PostgreSQL, keys in people's programs, spend, credentials sealed with its keys.
import type { DeployedGateway } from '../gateway.ts'

export const OLD = {
  port: 5544,
  role: 'old_reader',
  password: 'p@ss/word#of-the-old',
  salt: 'salt-of-the-old-gateway-2718281828',
  master: 'sk-master-of-the-old-gateway-3141592653',
  before: 'sk-master-that-it-had-before-1414213562',
}

/** What LiteLLM has as DATABASE_URL, of a role that may read the tables and nothing else. */
export function oldUrl(host = '127.0.0.1', more = ''): string {
  const { role, password, port } = OLD
  return `postgresql://${role}:${encodeURIComponent(password)}@${host}:${port}/llmproxy${more}`
}

/** The key of somebody's program; the database has its hash. */
export const oldKey = (number: number) => `sk-old-key-${number}`

export interface OldSize {
  readonly keys: number
  readonly teams: number
  readonly rows: number
}

/** Which of the old gateway's keys each credential is sealed with. */
export type SealedWith = readonly (keyof Pick<typeof OLD, 'salt' | 'master' | 'before'>)[]

const SEAL = `
import base64, hashlib, json, sys
from nacl.secret import SecretBox
asked = json.load(sys.stdin)
seal = lambda key, text: base64.urlsafe_b64encode(bytes(SecretBox(hashlib.sha256(key.encode()).digest()).encrypt(text.encode()))).decode()
print(json.dumps([seal(key, text) for key, text in asked]))`

/** Makes the PostgreSQL of the old gateway on the host, empty. */
export async function startOldServer(gateway: DeployedGateway): Promise<void> {
  await must(
    gateway,
    `pg_createcluster $(ls /usr/lib/postgresql) old --port ${OLD.port} --start -- --auth-host=scram-sha-256 >/dev/null`,
  )
}

/** Fills it: a database with the schema of the live one. */
export async function fillOld(
  gateway: DeployedGateway,
  { keys, teams, rows }: OldSize,
  sealed: SealedWith,
): Promise<void> {
  const boxes = await sealAll(gateway, [
    ...sealed.map((key): [string, string] => [OLD[key], `sk-provider-key-${key}`]),
    [OLD[sealed[0] ?? 'salt'], 'openai/gpt-4'],
    [OLD[sealed[0] ?? 'salt'], 'http://upstream.lab:8099/openai/v1'],
    [OLD[sealed[0] ?? 'salt'], 'sk-canary-of-the-provider-key-4711'],
  ])
  const [model, base, key] = boxes.slice(sealed.length)
  const credentials = sealed.map(
    (name, number) => `('c${number}', 'of-${name}', '{"api_key": "${boxes[number]}"}', '{}', 'x', 'x')`,
  )
  await must(
    gateway,
    `cd /; as_old() { runuser -u postgres -- psql -p ${OLD.port} -v ON_ERROR_STOP=1 -qAt "$@"; }
     as_old -d postgres -c 'DROP DATABASE IF EXISTS llmproxy WITH (FORCE)' -c 'CREATE DATABASE llmproxy'
     as_old -d postgres -c 'DROP ROLE IF EXISTS ${OLD.role}' -c "CREATE ROLE ${OLD.role} LOGIN PASSWORD '${OLD.password}'"
     pg_dump -U litellm_owner --no-owner --no-privileges litellm | as_old -d llmproxy >/dev/null`,
  )
  await oldSql(
    gateway,
    `TRUNCATE "LiteLLM_SpendLogs", "LiteLLM_VerificationToken", "LiteLLM_TeamTable", "LiteLLM_CredentialsTable", "LiteLLM_ProxyModelTable" CASCADE;
     INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, spend, max_budget) SELECT 'team-' || n, 'Team ' || n, n * 0.37, 1000 FROM generate_series(1, ${teams}) n;
     INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, spend, max_budget, team_id, models)
       SELECT encode(sha256(('sk-old-key-' || n)::bytea), 'hex'), 'program ' || n, n * 0.0123, 500, 'team-' || (n % ${teams} + 1), '{}' FROM generate_series(1, ${keys}) n;
     INSERT INTO "LiteLLM_CredentialsTable" (credential_id, credential_name, credential_values, credential_info, created_by, updated_by) VALUES ${credentials.join(', ')};
     INSERT INTO "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info, created_by, updated_by)
       VALUES ('old-id', 'old-model', '{"model": "${model}", "api_base": "${base}", "api_key": "${key}"}', '{"id": "old-id", "db_model": true}', 'x', 'x');
     INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime", model, metadata)
       SELECT 'old-' || n, 'acompletion', encode(sha256(('sk-old-key-' || (n % ${keys} + 1))::bytea), 'hex'), (n % 977) * 0.000123, now() - n * interval '1 s', now(), 'gpt-4', jsonb_build_object('note', md5(n::text)) FROM generate_series(1, ${rows}) n;
     GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${OLD.role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${OLD.role}`,
  )
}

async function sealAll(gateway: DeployedGateway, pairs: readonly [string, string][]): Promise<string[]> {
  const python = '$(head -n 1 /opt/litellm/bin/litellm | cut -c 3-)'
  const out = await must(
    gateway,
    `podman exec -i litellm sh -c 'exec ${python} -c "$0"' '${SEAL.replaceAll("'", `'\\''`)}'`,
    JSON.stringify(pairs),
  )
  return JSON.parse(out) as string[]
}

/** A database of an older LiteLLM, made by its own migrations. `migrate` is run with the URL of its owner. */
export async function makeOlder(
  gateway: DeployedGateway,
  keys: number,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  await must(
    gateway,
    `cd /; as_old() { runuser -u postgres -- psql -p ${OLD.port} -v ON_ERROR_STOP=1 -qAt "$@"; }
     as_old -d postgres -c 'DROP DATABASE IF EXISTS llmproxy WITH (FORCE)' -c 'DROP ROLE IF EXISTS old_owner' \
       -c "CREATE ROLE old_owner LOGIN PASSWORD 'owner'" -c 'CREATE DATABASE llmproxy OWNER old_owner'`,
  )
  await migrate(`postgresql://old_owner:owner@127.0.0.1:${OLD.port}/llmproxy`)
  await oldSql(
    gateway,
    `INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, spend) VALUES ('team-1', 'Team 1', 0.37);
     INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, spend, max_budget, team_id, models)
       SELECT encode(sha256(('sk-old-key-' || n)::bytea), 'hex'), 'program ' || n, n * 0.0123, 500, 'team-1', '{}' FROM generate_series(1, ${keys}) n;
     GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${OLD.role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${OLD.role}`,
  )
}

/** What pg_dump makes of it, in one file. */
export async function oldDump(
  gateway: DeployedGateway,
  format: 'custom' | 'plain' | 'plain, packed',
): Promise<Buffer> {
  const dump = `pg_dump -p ${OLD.port} llmproxy`
  const command = { custom: `${dump} -Fc`, plain: dump, 'plain, packed': `${dump} | gzip` }[format]
  return Buffer.from(
    await must(gateway, `cd /; runuser -u postgres -- sh -c '${command}' | base64 -w0`),
    'base64',
  )
}

/** Has the old server listen on every address, with a certificate for this name of an authority of its own; answers that, in PEM. */
export async function encryptOld(gateway: DeployedGateway, name: string): Promise<string> {
  return await must(
    gateway,
    `cd "$(mktemp -d)"; exec 3>&1 >/dev/null 2>&1
     openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=authority -keyout ca.key -out ca.pem
     openssl req -newkey rsa:2048 -nodes -subj /CN=old -keyout old.key -out old.csr
     openssl x509 -req -in old.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile <(echo "subjectAltName=${name}") -out old.pem
     data=$(pg_lsclusters -h | awk '$2 == "old" { print $6 }')
     install -o postgres -m 600 old.key old.pem "$data/"
     runuser -u postgres -- psql -p ${OLD.port} -d postgres -c "ALTER SYSTEM SET listen_addresses = '*'" -c 'ALTER SYSTEM SET ssl = on' \
       -c "ALTER SYSTEM SET ssl_cert_file = 'old.pem'" -c "ALTER SYSTEM SET ssl_key_file = 'old.key'"
     echo 'host all all 0.0.0.0/0 scram-sha-256' >> "$(pg_lsclusters -h | awk '$2 == "old" { print "/etc/postgresql/" $1 "/old/pg_hba.conf" }')"
     pg_ctlcluster $(ls /usr/lib/postgresql) old restart
     cat ca.pem >&3`,
  )
}

/** As the superuser of the old server. */
export async function oldSql(gateway: DeployedGateway, text: string): Promise<string> {
  return await must(
    gateway,
    `cd /; runuser -u postgres -- psql -p ${OLD.port} -d llmproxy -v ON_ERROR_STOP=1 -qAt`,
    text,
  )
}

/** What must be the same before and after: all of it as text, and how many rows of its tables were ever written. */
export async function oldState(gateway: DeployedGateway): Promise<string> {
  return await must(
    gateway,
    `cd /; runuser -u postgres -- pg_dump -p ${OLD.port} llmproxy | grep -v '^.\\(un\\)\\?restrict ' | md5sum
     runuser -u postgres -- psql -p ${OLD.port} -d llmproxy -qAtc 'SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables'`,
  )
}

/** Keys, teams and sums, the same question to both. */
export const SUMS = `SELECT (SELECT count(*) || ' ' || sum(spend)::numeric(20, 6) || ' ' || sum(max_budget) FROM "LiteLLM_VerificationToken" WHERE key_alias LIKE 'program %'),
  (SELECT count(*) || ' ' || sum(spend)::numeric(20, 6) FROM "LiteLLM_TeamTable" WHERE team_alias LIKE 'Team %'),
  (SELECT count(*) || ' ' || sum(spend)::numeric(20, 6) || ' ' || sum(hashtextextended(t::text, 0)) FROM "LiteLLM_SpendLogs" t WHERE request_id LIKE 'old-%')`

async function must({ lab }: DeployedGateway, command: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(`set -e -o pipefail; ${command}`, {
    ...(stdin === undefined ? {} : { stdin }),
    timeoutMs: 600_000,
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}
