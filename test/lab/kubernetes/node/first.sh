#!/bin/bash
# The first process of a node, in namespaces and control groups of its own: lays out the node's file system and starts its programs in it.
#   first.sh NAME POD_RANGE ADDRESS RUNNER_ADDRESS HIERARCHY...
# From the environment: NODE_ROOT (read-only, below), NODE_FOLDER (what the node writes), NODE_PROGRAMS, NODE_CREDENTIALS
set -eu

name=$1 pods=$2 address=$3 runner=$4
shift 4
here=$(dirname "$0")
root=$NODE_FOLDER/root
mkdir -p "$root" "$NODE_FOLDER/upper" "$NODE_FOLDER/work" "$NODE_FOLDER/lib" "$NODE_FOLDER/log"

# volatile: otherwise its end waits until all that anybody has written to that disk is on it.
mount -t overlay overlay -o "lowerdir=$NODE_ROOT,upperdir=$NODE_FOLDER/upper,workdir=$NODE_FOLDER/work,volatile" "$root"
# containerd lays its own layers there, which the kernel does not take on ours; kubelet measures that disk.
cp -a "$root/var/lib/." "$NODE_FOLDER/lib/"
mount --bind "$NODE_FOLDER/lib" "$root/var/lib"
mount --bind "$NODE_FOLDER/log" "$root/var/log"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

# Through its own namespace a node sees its own group as the root of each hierarchy.
mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
for options in "$@"; do
  point=$root/sys/fs/cgroup/${options#none,name=}
  mkdir "$point"
  mount -t cgroup -o "$options" cgroup "$point"
done

# kubelet sets these three and ends where it cannot. They are the whole kernel's: it finds files of the node's own in their place.
mkdir "$root/run/kernel"
while read -r setting value; do
  file=$root/run/kernel/$(basename "$setting")
  echo "$value" >"$file"
  mount --bind "$file" "$root/proc/sys/$setting"
done <<'SETTINGS'
vm/overcommit_memory 1
kernel/panic 10
kernel/panic_on_oops 1
SETTINGS

cp -a "$here/etc/." "$root/etc/"
mkdir -p "$root/etc/cni/net.d" "$root/etc/kubernetes" "$root/opt/kubernetes"
mount --bind "$NODE_CREDENTIALS" "$root/etc/kubernetes"
mount --bind "$NODE_PROGRAMS" "$root/opt/kubernetes"
cat >"$root/etc/cni/net.d/10-lab.conflist" <<CNI
{ "cniVersion": "1.0.0", "name": "lab", "plugins": [
  { "type": "ptp", "ipMasq": false,
    "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$pods" }]], "routes": [{ "dst": "0.0.0.0/0" }] } } ] }
CNI
printf '%s\n' '127.0.0.1 localhost' "$address $name" "$runner registry.lab" >"$root/etc/hosts"
: >"$root/etc/resolv.conf"
hostname "$name"

cp "$here/components.sh" "$root/etc/lab/components.sh"
cd "$root"
mkdir -p .before
pivot_root . .before
cd /
umount -l /.before
# Volumes of a pod are mounted by kubelet and seen by containerd.
mount --make-rshared /
exec bash /etc/lab/components.sh "$name" "$address"
