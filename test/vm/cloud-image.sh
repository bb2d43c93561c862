#!/bin/sh
# Makes the bare system in $1 what a cloud image holds: run by mmdebstrap as its last hook.
set -eu
root=$1

# Who may log in, with which key, under which name: cloud-init says it, at the first boot.
: >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
printf 'datasource_list: [NoCloud, None]\n' >"$root/etc/cloud/cloud.cfg.d/99-nocloud.cfg"
printf 'LABEL=system / ext4 defaults 0 1\n' >"$root/etc/fstab"

# What a site would have configured: its package proxy and its registry, under the names that the lab serves.
cat >"$root/etc/apt/sources.list.d/debian.sources" <<'SOURCES'
Types: deb
URIs: http://debian.lab/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://debian.lab/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
rm -f "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/0000*
printf 'Acquire::http::Proxy "http://apt.lab:3142";\nAcquire::Languages "none";\n' >"$root/etc/apt/apt.conf.d/80lab"
printf 'force-unsafe-io\n' >"$root/etc/dpkg/dpkg.cfg.d/lab"
install -d "$root/etc/containers/registries.conf.d"
printf '[[registry]]\nlocation = "registry.lab:5000"\ninsecure = true\n' >"$root/etc/containers/registries.conf.d/lab.conf"
