#!/bin/sh
# Starts as the images postgres and redis do: PostgreSQL makes its cluster in an empty PGDATA, and runs what is in
# /docker-entrypoint-initdb.d while it listens on its socket alone.
set -eu
[ -n "${POSTGRES_USER:-}" ] || exec "$@"
bin=$(echo /usr/lib/postgresql/*/bin)
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
