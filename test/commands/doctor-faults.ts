/** Harms of a deployed gateway, each with what `doctor` finds and the cure that it names. */
export interface Fault {
  readonly harm: string
  /** What is found, and nothing else. */
  readonly ids: readonly string[]
  readonly cure: RegExp
  /** Undoes it where the cure that is named is no plain command for the host. */
  readonly undo?: string
}

const CADDYFILE = '/etc/caddy/Caddyfile'
const EXPIRED = `
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=llm.example.com -addext subjectAltName=DNS:llm.example.com \\
  -not_before 20250101000000Z -not_after 20250201000000Z -keyout /etc/caddy/old.key -out /etc/caddy/old.pem 2>/dev/null
chown caddy /etc/caddy/old.*
cp -p ${CADDYFILE} ${CADDYFILE}.kept
sed -i 's|tls internal|tls /etc/caddy/old.pem /etc/caddy/old.key|' ${CADDYFILE}
systemctl restart caddy`
const SESSIONS = `
for one in $(seq 120); do psql -U litellm -c 'SELECT pg_sleep(90)' >/dev/null 2>&1 & echo $! >> /run/sessions; done
sleep 4`

/** Those of every run. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a stopped timer': {
    harm: 'systemctl stop litellm-backup.timer',
    ids: ['timer-stopped'],
    cure: /^systemctl enable --now litellm-backup\.timer$/,
  },
  'a service that is not enabled': {
    harm: 'systemctl disable --quiet redis-server',
    ids: ['unit-disabled'],
    cure: /^systemctl enable --now redis-server\.service$/,
  },
  'Redis stopped': {
    harm: 'systemctl stop redis-server',
    ids: ['unit-stopped'],
    cure: /^systemctl enable --now redis-server\.service$/,
  },
  'a master key that others can read': {
    harm: 'chmod 644 /etc/litellm/master_key',
    ids: ['file-mode'],
    cure: /^chmod 0600 \/etc\/litellm\/master_key$/,
  },
  'the firewall flushed': {
    harm: 'nft delete table inet litellm_gitops',
    ids: ['firewall-off'],
    cure: /^systemctl restart litellm-firewall/,
  },
  'another firewall that drops HTTPS': {
    harm: "nft add table inet site; nft 'add chain inet site input { type filter hook input priority 0; policy drop; }'; nft add rule inet site input ct state established,related accept; nft add rule inet site input iifname lo accept; nft add rule inet site input tcp dport { 22, 4000 } accept",
    ids: ['firewall-other'],
    cure: /tcp dport \{ 80,443 \} accept/,
    undo: 'nft delete table inet site',
  },
  'Redis that keeps nothing': {
    harm: 'REDISCLI_AUTH=$(cat /etc/litellm/redis_password) redis-cli CONFIG SET appendonly no',
    ids: ['redis-not-persistent'],
    cure: /^systemctl restart redis-server/,
  },
  'an expired certificate': {
    harm: EXPIRED,
    ids: ['certificate-expired', 'file-changed'],
    cure: /systemctl restart caddy/,
    undo: `mv ${CADDYFILE}.kept ${CADDYFILE}; rm /etc/caddy/old.*; systemctl restart caddy`,
  },
  'no connection left': {
    harm: SESSIONS,
    ids: ['database-connections'],
    cure: /pg_stat_activity/,
    // A session that sleeps does not notice that its client is gone.
    undo: `rm /run/sessions; runuser -u postgres -- psql -qAtc "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(90)%' AND pid <> pg_backend_pid()"; sleep 2`,
  },
  'an index that was not built': {
    harm: `psql -q -U litellm_owner -d litellm -c 'CREATE TABLE harm (a int)' -c 'INSERT INTO harm VALUES (1), (1)'
psql -q -U litellm_owner -d litellm -c 'CREATE UNIQUE INDEX CONCURRENTLY harm_a ON harm (a)' 2>/dev/null || true`,
    ids: ['database-invalid-index'],
    cure: /REINDEX INDEX CONCURRENTLY harm_a/,
    undo: "psql -q -U litellm_owner -d litellm -c 'DROP TABLE harm'",
  },
  'a full disk': {
    harm: `install -d -m 700 /var/backups/litellm; mount -t tmpfs -o size=8m,mode=700 tmpfs /var/backups/litellm
head -c 8m /dev/zero > /var/backups/litellm/large || true`,
    ids: ['disk-full'],
    cure: /du -xh --max-depth=2 \/var\/backups\/litellm/,
    undo: 'umount /var/backups/litellm',
  },
  'a worker that hangs': {
    harm: `pgrep -f 'gunicorn|litellm' -P "$(podman inspect -f '{{.State.Pid}}' litellm)" | head -1 > /run/hung; kill -STOP $(cat /run/hung)`,
    ids: ['workers-disagree'],
    cure: /^systemctl restart litellm$/,
    undo: 'kill -CONT $(cat /run/hung)',
  },
}

const PSQL = (sql: string) =>
  `runuser -u postgres -- psql -qAt -v ON_ERROR_STOP=1 -d litellm <<'SQL'\n${sql}\nSQL`
const REDIS = (text: string) => `REDISCLI_AUTH=$(cat /etc/litellm/redis_password) redis-cli ${text}`
const TINY = (options: string) =>
  `install -d -m 700 /var/backups/litellm; mount -t tmpfs -o mode=700,${options} tmpfs /var/backups/litellm`
const UNMOUNT = 'umount /var/backups/litellm'
const READY = `for i in $(seq 60); do python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4001/health/readiness', timeout=2)" 2>/dev/null && break; sleep 1; done`

/** A certificate of the lab's own making in place of Caddy's. */
function certificate(name: string, from: string, to: string): Pick<Fault, 'harm' | 'undo'> {
  return {
    harm: `
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=${name} -addext subjectAltName=DNS:${name} \\
  -not_before "$(date -ud '${from}' +%Y%m%d%H%M%SZ)" -not_after "$(date -ud '${to}' +%Y%m%d%H%M%SZ)" -keyout /etc/caddy/old.key -out /etc/caddy/old.pem 2>/dev/null
chown caddy /etc/caddy/old.*
cp -p ${CADDYFILE} ${CADDYFILE}.kept
sed -i 's|tls internal|tls /etc/caddy/old.pem /etc/caddy/old.key|' ${CADDYFILE}
systemctl restart caddy`,
    undo: `mv ${CADDYFILE}.kept ${CADDYFILE}; rm /etc/caddy/old.*; systemctl restart caddy`,
  }
}

/** A service that ends in failure. */
function failing(unit: string): Pick<Fault, 'harm' | 'undo'> {
  const folder = `/run/systemd/system/${unit}.d`
  return {
    harm: `mkdir -p ${folder}; printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' > ${folder}/harm.conf; systemctl daemon-reload; systemctl start ${unit} || true`,
    undo: `rm -r ${folder}; systemctl daemon-reload; systemctl reset-failed ${unit}`,
  }
}

/** Requests of the last hour in LiteLLM's log. */
function requests(count: number, columns: Readonly<Record<string, string>>): Pick<Fault, 'harm' | 'undo'> {
  const all: Readonly<Record<string, string>> = {
    request_id: "'harm-' || i",
    call_type: "'acompletion'",
    api_key: "'k'",
    spend: '0.01',
    '"startTime"': "now() AT TIME ZONE 'UTC' - interval '1 hour' + i * interval '1 second'",
    '"endTime"': "now() AT TIME ZONE 'UTC' - interval '59 minutes' + i * interval '1 second'",
    model: "'gpt-4'",
    model_group: "'gpt-4'",
    status: "'success'",
    cache_hit: "'False'",
    cache_key: "'Cache OFF'",
    metadata: "'{}'::jsonb",
    ...columns,
  }
  return {
    harm: PSQL(
      `INSERT INTO "LiteLLM_SpendLogs" (${Object.keys(all).join(', ')}) SELECT ${Object.values(all).join(', ')} FROM generate_series(1, ${count}) i;`,
    ),
    undo: PSQL(`DELETE FROM "LiteLLM_SpendLogs" WHERE request_id LIKE 'harm-%';`),
  }
}

const failure = (name: string) =>
  requests(200, {
    status: "'failure'",
    metadata: `'{"error_information": {"error_class": "${name}"}}'::jsonb`,
  })

/** LiteLLM says that it is not ready for as long as its connection is gone. */
const REDIS_AGAIN = `systemctl restart redis-server; sleep 2; ${READY}`

/** Those of the proof. */
export const MORE_FAULTS: Readonly<Record<string, Fault>> = {
  'PostgreSQL stopped': {
    harm: 'systemctl stop postgresql',
    ids: ['unit-stopped'],
    cure: /systemctl enable --now postgresql/,
    undo: `systemctl start postgresql; sleep 5; ${READY}`,
  },
  'PostgreSQL that may lose what it confirmed': {
    harm: PSQL('ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();'),
    ids: ['database-not-durable'],
    cure: /fsync/,
    undo: PSQL('ALTER SYSTEM RESET fsync;\nSELECT pg_reload_conf();'),
  },
  'a migration that failed': {
    harm: PSQL(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count) VALUES ('harm', 'x', '29991231000000_harm', now() - interval '1 hour', 0);`,
    ),
    ids: ['migration-failed'],
    cure: /migrat|deploy/,
    undo: PSQL(`DELETE FROM _prisma_migrations WHERE id = 'harm';`),
  },
  'Redis that throws away what was not to be': {
    harm: REDIS('CONFIG SET maxmemory-policy allkeys-random'),
    ids: ['redis-policy'],
    cure: /systemctl restart redis-server|maxmemory-policy/,
    undo: REDIS_AGAIN,
  },
  'Redis without room': {
    harm: `${REDIS('CONFIG SET maxmemory 4mb')}
${REDIS(`EVAL "for i = 1, 6000 do redis.call('SET', 'harm' .. i, string.rep('x', 1000), 'EX', 600) end" 0`)}`,
    ids: ['redis-memory'],
    cure: /ttl: \d+.*more memory under size/,
    undo: `${REDIS(`EVAL "for _, key in ipairs(redis.call('KEYS', 'harm*')) do redis.call('DEL', key) end" 0`)}; ${REDIS_AGAIN}`,
  },
  'a key of the host that is gone': {
    harm: 'mv /etc/litellm/backup_password /root/kept',
    // Without its password nobody can look into the repository either.
    ids: ['key-missing', 'backup-repository-broken'],
    cure: /deploy|restore/,
    undo: 'mv /root/kept /etc/litellm/backup_password',
  },
  'a file of ours that somebody edited': {
    harm: 'cp -p /etc/redis/redis.conf /root/kept; echo "# by hand" >> /etc/redis/redis.conf',
    ids: ['file-changed'],
    cure: /litellm-gitops deploy/,
    undo: 'mv /root/kept /etc/redis/redis.conf',
  },
  'a salt key that a group can read': {
    harm: 'chmod 640 /etc/litellm/salt_key',
    ids: ['file-mode'],
    cure: /^chmod 0600 \/etc\/litellm\/salt_key$/,
  },
  'a backup password that others can read': {
    harm: 'chmod 604 /etc/litellm/backup_password',
    ids: ['file-mode'],
    cure: /^chmod 0600 \/etc\/litellm\/backup_password$/,
  },
  'a package that was removed': {
    harm: 'dpkg --remove --force-depends logrotate >/dev/null 2>&1',
    ids: ['package-missing'],
    cure: /litellm-gitops deploy|apt-get install/,
    undo: 'apt-get install -qq -y logrotate >/dev/null 2>&1',
  },
  'the account of the read-only key gone': {
    harm: 'cp -p /etc/passwd /root/passwd; cp -p /etc/shadow /root/shadow; cp -p /etc/group /root/group; cp -p /etc/gshadow /root/gshadow; userdel litellm-plan',
    ids: ['account-missing'],
    cure: /litellm-gitops deploy/,
    undo: 'for name in passwd shadow group gshadow; do mv /root/$name /etc/$name; done',
  },
  'Redis on all addresses': {
    harm: REDIS('CONFIG SET bind "* -::*"'),
    ids: ['port-internal'],
    cure: /their files say 127\.0\.0\.1/,
    undo: REDIS_AGAIN,
  },
  'Caddy stopped': {
    harm: 'systemctl stop caddy',
    ids: ['unit-stopped'],
    cure: /^systemctl enable --now caddy\.service$/,
  },
  'LiteLLM stopped': {
    harm: 'systemctl stop litellm',
    ids: ['unit-stopped'],
    cure: /systemctl (enable --now|start) litellm/,
    undo: `systemctl start litellm; ${READY}`,
  },
  'a certificate of another name': {
    ...certificate('other.example.com', '-1 day', '+60 days'),
    ids: ['certificate-name', 'file-changed'],
    cure: /caddy/,
  },
  'a certificate that ends in three days': {
    ...certificate('llm.example.com', '-80 days', '+3 days'),
    ids: ['certificate-ending', 'file-changed'],
    cure: /caddy/,
  },
  'a budget that somebody changed': {
    harm: PSQL(`UPDATE "LiteLLM_UserTable" SET max_budget = 5 WHERE user_id = 'team-dev';`),
    ids: ['drift'],
    cure: /litellm-gitops (sync|plan)/,
    undo: PSQL(`UPDATE "LiteLLM_UserTable" SET max_budget = 100 WHERE user_id = 'team-dev';`),
  },
  'a disk without inodes': {
    harm: `${TINY('size=20g,nr_inodes=100')}\nfor one in $(seq 200); do touch /var/backups/litellm/$one 2>/dev/null || true; done`,
    ids: ['disk-inodes'],
    cure: /\/var\/backups\/litellm/,
    undo: UNMOUNT,
  },
  'a disk that is almost full': {
    harm: `${TINY('size=1200m')}\nfallocate -l 1085m /var/backups/litellm/large`,
    ids: ['disk-low'],
    cure: /\/var\/backups\/litellm/,
    undo: UNMOUNT,
  },
  'a disk that takes no writes': {
    harm: TINY('size=20g,ro'),
    ids: ['disk-read-only'],
    cure: /\/var\/backups\/litellm/,
    undo: UNMOUNT,
  },
  'a restart that waits': {
    harm: 'touch /run/reboot-required',
    ids: ['reboot-required'],
    cure: /reboot/,
    undo: 'rm /run/reboot-required',
  },
  'providers that cannot be reached': {
    harm: 'cp -p /etc/hosts /root/kept; echo "127.0.0.9 upstream.lab ollama.mgmt.internal" > /etc/hosts',
    ids: ['provider-unreachable', 'provider-unreachable', 'provider-unreachable'],
    cure: /router_settings: \{fallbacks: .*another provider takes over/,
    undo: 'cat /root/kept > /etc/hosts',
  },
  'a master key of years ago': {
    harm: 'touch -d "2 years ago" /etc/litellm/master_key',
    ids: ['master-key-old'],
    cure: /litellm-gitops rotate/,
    undo: 'touch /etc/litellm/master_key',
  },
  'what a backup wrote in clear, and left': {
    harm: 'install -d -m 700 /var/lib/litellm-gitops/backups/staging',
    ids: ['backup-leftover'],
    cure: /^systemctl start litellm-backup/,
    undo: 'rmdir /var/lib/litellm-gitops/backups/staging',
  },
  'no backup, days after the first deploy': {
    harm: 'touch -d "5 days ago" /etc/litellm/salt_key',
    ids: ['backup-missing'],
    cure: /litellm-gitops backup|systemctl start litellm-backup/,
    undo: 'touch /etc/litellm/salt_key',
  },
  'a model that mostly fails': { ...failure('APIError'), ids: ['model-failing'], cure: /./ },
  'a model that its provider limits': {
    ...failure('RateLimitError'),
    ids: ['model-rate-limited'],
    cure: /rpm|tpm|limit/,
  },
  'a model that its provider denies': {
    ...failure('AuthenticationError'),
    ids: ['model-denied'],
    cure: /./,
  },
  'a cache that never answers': {
    ...requests(500, { cache_key: "'same-' || i % 5" }),
    ids: ['cache-useless'],
    cure: /cache|ttl/,
  },
  'a backup that fails': {
    ...failing('litellm-backup.service'),
    ids: ['backup-failed'],
    cure: /journalctl|systemctl status litellm-backup/,
  },
  'a proof that fails': {
    ...failing('litellm-verify.service'),
    ids: ['proof-failed'],
    cure: /journalctl|systemctl status litellm-verify|verify/,
  },
}
