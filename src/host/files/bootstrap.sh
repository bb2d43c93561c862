#!/bin/sh
# Installs the one thing the agent needs and a minimal image may lack. Run as root; says nothing when python3 is there.
set -eu
command -v python3 >/dev/null 2>&1 && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "This host has neither python3 nor apt-get. The gateway needs Debian 13 or Ubuntu 24.04 or newer." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o Acquire::Retries=3 update >&2
apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install python3 >&2
