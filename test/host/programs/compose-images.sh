#!/bin/sh
# Makes the images that a compose project names of the PostgreSQL (major version $1) and Redis that this host's packages installed: no
# registry of images can be reached here. The entry point is /var/tmp/entry/entry.sh.
set -eu
umask 022
chmod 755 /var/tmp/entry/entry.sh
tar -C / --sort=name -cf /var/tmp/base.tar --exclude=usr/share/doc --exclude=usr/share/man --exclude=usr/lib/python3 \
  --exclude=usr/lib/modules --exclude=usr/lib/podman --exclude=usr/bin/podman --exclude=usr/bin/caddy \
  bin lib lib64 usr/bin usr/lib usr/lib64 usr/share/postgresql usr/share/zoneinfo etc/passwd etc/group etc/ld.so.cache etc/nsswitch.conf etc/ssl
tar -C /var/tmp/entry -rf /var/tmp/base.tar entry.sh
mkdir -p /var/tmp/empty/tmp /var/tmp/empty/run /var/tmp/empty/var/lib/postgresql/data /var/tmp/empty/data
chmod 1777 /var/tmp/empty/tmp
ln -sfn ../run /var/tmp/empty/var/run
tar -C /var/tmp/empty -rf /var/tmp/base.tar tmp run var data
podman import -q --change 'ENTRYPOINT ["/entry.sh"]' --change 'CMD ["postgres"]' --change "ENV PATH=/usr/lib/postgresql/$1/bin:/usr/bin:/bin" /var/tmp/base.tar "docker.io/library/postgres:$1" >&2
podman tag "docker.io/library/postgres:$1" docker.io/library/redis:7
rm -rf /var/tmp/base.tar /var/tmp/entry /var/tmp/empty
