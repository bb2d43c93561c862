"""What a host is made of, as JSON: {files: {path: facts}, processes, sockets}. Of what the gateway's own work changes, only who owns it."""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

# Whole, with what stands in them.
HASHED = ("/etc", "/root", "/home", "/opt", "/srv", "/tmp", "/boot", "/var/tmp", "/var/spool", "/usr/local", "/var/www", "/var/mail")
# Too much to read; no change keeps the time of an inode's last change.
STATED = ("/usr", "/var/lib/postgresql", "/var/lib/redis", "/var/lib/caddy", "/var/backups", "/var/lib/litellm-gitops", "/var/cache")
# Podman's own, and what systemd makes anew with each start.
LEFT_OUT = ("/var/lib/containers", "/tmp/systemd-private-", "/var/tmp/systemd-private-")
# The cluster's files come and go by themselves; that they are all the server's is what counts.
BUSY = ("/var/lib/postgresql/", "/var/lib/redis/")


def entry(path: str, hashed: bool) -> str:
    about = os.lstat(path)
    who = f"{about.st_uid}:{about.st_gid} {stat.filemode(about.st_mode)}"
    if stat.S_ISLNK(about.st_mode):
        return f"{who} -> {os.readlink(path)}"
    if not stat.S_ISREG(about.st_mode):
        return who
    if not hashed:
        return f"{who} {about.st_size} {about.st_ctime_ns}"
    with open(path, "rb") as file:
        return f"{who} {hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"


def files() -> dict[str, str]:
    found: dict[str, str] = {}
    for hashed, tops in ((True, HASHED), (False, STATED)):
        for top in tops:
            for folder, below, names in os.walk(top):
                below[:] = [name for name in below if not os.path.join(folder, name).startswith(LEFT_OUT)]
                for name in [*names, *below]:
                    path = os.path.join(folder, name)
                    if path in found or path.startswith(LEFT_OUT):
                        continue
                    try:
                        found[path] = entry(path, hashed)
                    except FileNotFoundError:
                        continue
                    if path.startswith(BUSY):
                        del found[path]
                        about = os.lstat(path)
                        found[f"{path.split('/')[3]}: {about.st_uid}:{about.st_gid} {stat.filemode(about.st_mode)}"] = ""
    return found


def processes() -> list[str]:
    """Who runs what in which unit, outside of the containers' own."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            group = Path(f"/proc/{pid}/cgroup").read_text().strip().rpartition("::")[2]
            program = os.readlink(f"/proc/{pid}/exe")
            uid = os.stat(f"/proc/{pid}").st_uid
        except OSError:
            continue
        inside = os.readlink(f"/proc/{pid}/ns/mnt") != os.readlink("/proc/1/ns/mnt") and "litellm" in group
        if not inside and int(pid) != os.getpid():
            found.add(f"{uid} {program} {group}")
    return sorted(found)


def sockets() -> list[str]:
    said = subprocess.run(["ss", "-Hltnux"], capture_output=True, text=True, check=True).stdout
    # LiteLLM's query engines, one a worker, take any port that is free, and others after a rollout.
    said = re.sub(r"\[::1\]:[3-6]\d{4}\b", "[::1]:engine", said)
    return sorted({" ".join(line.split()[i] for i in (0, 4)) for line in said.splitlines() if "LISTEN" in line or "UNCONN" in line})


json.dump({"files": files(), "processes": processes(), "sockets": sockets()}, sys.stdout)
