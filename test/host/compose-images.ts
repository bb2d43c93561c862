import { expect } from 'vitest'
import type { Lab } from '../lab/lab.ts'

/**
 * Images named as a compose project names them, of the PostgreSQL and Redis that the host's packages installed: no registry of images can
 * be reached here. They start as those do: PostgreSQL makes its cluster in an empty PGDATA, and runs what is in
 * /docker-entrypoint-initdb.d while it listens on its socket alone.
 */
export async function composeImages(lab: Lab, postgres: number): Promise<void> {
  const { code, stderr } = await lab.exec(MAKE.replaceAll('MAJOR', String(postgres)), { timeoutMs: 300_000 })
  expect(code, stderr).toBe(0)
}

const MAKE = String.raw`
set -eu
umask 022
mkdir -p /var/tmp/entry
cat >/var/tmp/entry/entry.sh <<'ENTRY'
#!/bin/sh
set -eu
[ -n "\${POSTGRES_USER:-}" ] || exec "$@"
bin=/usr/lib/postgresql/MAJOR/bin
mkdir -p "$PGDATA" /run/postgresql
chown -R postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  (umask 077; printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password; chown postgres /tmp/password)
  as "$bin/initdb" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  as "$bin/pg_ctl" -w -D "$PGDATA" -o "-c listen_addresses=''" start
  as "$bin/createdb" --username="$POSTGRES_USER" "$POSTGRES_DB"
  for file in /docker-entrypoint-initdb.d/*.sh; do
    [ ! -e "$file" ] || PATH="$bin:$PATH" as sh "$file"
  done
  as "$bin/pg_ctl" -w -D "$PGDATA" -m fast stop
fi
export PATH="$bin:$PATH"
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/postgres" -D "$PGDATA" -c listen_addresses='*'
ENTRY
chmod 755 /var/tmp/entry/entry.sh
tar -C / --sort=name -cf /var/tmp/base.tar --exclude=usr/share/doc --exclude=usr/share/man --exclude=usr/lib/python3 \
  --exclude=usr/lib/modules --exclude=usr/lib/podman --exclude=usr/bin/podman --exclude=usr/bin/caddy \
  bin lib lib64 usr/bin usr/lib usr/lib64 usr/share/postgresql usr/share/zoneinfo etc/passwd etc/group etc/ld.so.cache etc/nsswitch.conf etc/ssl
tar -C /var/tmp/entry -rf /var/tmp/base.tar entry.sh
mkdir -p /var/tmp/empty/tmp /var/tmp/empty/run /var/tmp/empty/var/lib/postgresql/data /var/tmp/empty/data
chmod 1777 /var/tmp/empty/tmp
ln -sfn ../run /var/tmp/empty/var/run
tar -C /var/tmp/empty -rf /var/tmp/base.tar tmp run var data
podman import -q --change 'ENTRYPOINT ["/entry.sh"]' --change 'CMD ["postgres"]' --change 'ENV PATH=/usr/bin:/bin' /var/tmp/base.tar docker.io/library/postgres:MAJOR >&2
podman tag docker.io/library/postgres:MAJOR docker.io/library/redis:7
rm -rf /var/tmp/base.tar /var/tmp/entry /var/tmp/empty
`.replaceAll('\\${', '${')
