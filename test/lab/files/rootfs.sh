#!/bin/sh
# Makes a Debian 13 cloud image out of the bare system in $1: run by mmdebstrap as its last hook.
set -eu
root=$1

chroot "$root" useradd --create-home --shell /bin/bash --uid 1000 debian
install -d -m 0700 -o 1000 -g 1000 "$root/home/debian/.ssh"
printf 'debian ALL=(ALL) NOPASSWD:ALL\n' >"$root/etc/sudoers.d/90-cloud-init-users"
chmod 0440 "$root/etc/sudoers.d/90-cloud-init-users"

# Every host makes its own keys and its own identity.
rm -f "$root"/etc/ssh/ssh_host_*
: >"$root/etc/machine-id"
printf 'PasswordAuthentication no\n' >"$root/etc/ssh/sshd_config.d/50-cloud-init.conf"

# A lab tells when packages are fetched; the timers of a real image would take dpkg's lock at random.
# A guest shares this machine's kernel and has no modules to load.
chroot "$root" systemctl mask --quiet systemd-modules-load.service
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  chroot "$root" systemctl mask --quiet "$unit"
done
chroot "$root" systemctl disable --quiet getty@tty1.service || true
chroot "$root" systemctl mask --quiet console-getty.service

# A lab that starts from a snapshot of yesterday was "off" at the time of the daily backup, and would take it at once.
for timer in litellm-backup litellm-verify; do
  install -d "$root/etc/systemd/system/$timer.timer.d"
  printf '[Timer]\nPersistent=false\n' >"$root/etc/systemd/system/$timer.timer.d/lab.conf"
done

# What a site would have configured before it runs a gateway: its package proxy, its registry, its limits.
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
cat >"$root/etc/apt/apt.conf.d/80lab" <<'APT'
Acquire::http::Proxy "http://apt.lab:3142";
Acquire::Languages "none";
APT
# A lab's disk is thrown away: flushing it to the platter only costs time.
printf 'force-unsafe-io\n' >"$root/etc/dpkg/dpkg.cfg.d/lab"

install -d "$root/etc/containers/registries.conf.d" "$root/etc/containers/containers.conf.d"
cat >"$root/etc/containers/registries.conf.d/lab.conf" <<'REGISTRY'
[[registry]]
location = "registry.lab:5000"
insecure = true
REGISTRY
# The machine may hold the pids controller in its old hierarchy, where a guest cannot reach it.
cat >"$root/etc/containers/containers.conf.d/lab.conf" <<'CONTAINERS'
[containers]
pids_limit = 0
CONTAINERS
