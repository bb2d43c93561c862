"use strict";exports.id=5937,exports.ids=[5937],exports.modules={5937:((e,t,n)=>{n.d(t,{O:()=>agentFile,z:()=>agentModules});let r=JSON.parse(`{"deploy":{"module":"deploy","by":["runner"],"starts":["rollout_unit","job_unit","upgrade_backup"]},"observe":{"module":"observe","by":["runner"],"starts":[]},"doctor":{"module":"doctor","by":["runner"],"starts":[]},"report":{"module":"report","by":["runner"],"starts":[]},"autofix":{"module":"autofix","by":["runner"],"starts":[]},"key_records":{"module":"rotation.key_records","by":["runner"],"starts":[]},"lease":{"module":"base.lease","by":["runner"],"starts":[]},"hypervisor":{"module":"system.hypervisor","by":["runner"],"starts":[]},"budget_metadata":{"module":"litellm.budget_metadata","by":["runner"],"starts":[]},"rollout":{"module":"rollout.rollout","by":["runner"],"starts":["rollout_unit"]},"recover":{"module":"rollout.recover","by":["runner"],"starts":["rollout_unit"]},"rollback":{"module":"rollout.rollback","by":["runner"],"starts":["rollout_unit"]},"rotation":{"module":"rotation.rotation","by":["runner"],"starts":["rollout_unit"]},"rotation_status":{"module":"rotation.status","by":["runner"],"starts":[]},"rotation_made":{"module":"rotation.made","by":["runner"],"starts":[]},"master_key":{"module":"rotation.master_key","by":["runner"],"starts":[]},"backup":{"module":"backup.backup","by":["runner","job"],"starts":["job_unit"]},"verify":{"module":"restore.verify","by":["runner","job"],"starts":["job_unit"]},"rehearse":{"module":"restore.rehearsal","by":["runner","job"],"starts":["job_unit"]},"drill":{"module":"restore.drill","by":["runner","job"],"starts":["job_unit"]},"export":{"module":"backup.export","by":["runner","job"],"starts":["job_unit"]},"adopt":{"module":"takeover.adopt","by":["runner","job"],"starts":["job_unit"]},"move":{"module":"takeover.move","by":["runner"],"starts":[]},"restore":{"module":"restore.restore","by":["runner","job"],"starts":["job_unit","rollout_unit"]},"read_only":{"module":"read_only","by":["read-only key"],"starts":[]},"terminal":{"module":"terminal","by":["command line"],"starts":["backup","backups","verify","restore"]},"backups":{"module":"backup.listing","by":["job"],"starts":[]},"upgrade_backup":{"module":"backup.upgrade","by":["job"],"starts":["job_unit"]},"rollout_unit":{"module":"rollout.unit","by":["unit"],"starts":[]},"job_unit":{"module":"base.job_unit","by":["unit"],"starts":[]},"migrate_in_image":{"module":"litellm.in_image.migrate","by":["image"],"starts":[]},"open_boxes":{"module":"litellm.in_image.open_boxes","by":["image"],"starts":[]},"seal_boxes":{"module":"litellm.in_image.seal_boxes","by":["image"],"starts":[]},"forward":{"module":"litellm.in_image.forward","by":["image"],"starts":[]},"reset":{"module":"litellm.in_image.reset","by":["image"],"starts":[]}}`);var i=n(8496);let a=r;function agentModules(...e){let t=withStarted(e).map(e=>[e,programCalled(e)]).map(([e,t])=>[e,{...t,modules:partsOf(t.module)}]),n=[...new Set(t.flatMap(([,{modules:e}])=>e))].sort();return{...Object.fromEntries(n.map(e=>[e,textOf(e)])),"programs.json":JSON.stringify(Object.fromEntries(t))}}function agentFile(e){return`${JSON.stringify(e,void 0,1)}\n`}function withStarted(e){let t=new Set(e);for(let e of t)for(let n of programCalled(e).starts)t.add(n);return[...t]}function programCalled(e){let t=a[e];if(t===void 0)throw Error(`src/agent/programs.json has no program called ${e}`);return t}function partsOf(e){let t=new Set([`loader`,e]);for(let e of t)for(let n of importsOf(e))t.add(n);return[...t]}let o;function modules(){return o??=new Map(Object.entries((0,i.V)()).filter(([e])=>!e.endsWith(`__init__.py`)).map(([e,t])=>[e.replace(/\.py$/,``).replaceAll(`/`,`.`),t])),o}function textOf(e){let t=modules().get(e);if(t===void 0)throw Error(`src/agent has no module called ${e}`);return t}let s=new Map,c=/^if TYPE_CHECKING:\n(?: {4}.*\n)+/m,l=/^ *from agent(\S*) import (\([^)]*\)|.*)|SOURCES\["([^"]+)"\]/gm;function importsOf(e){let t=s.get(e);return t===void 0&&(t=[...textOf(e).replace(c,``).matchAll(l)].flatMap(([,e=``,t=``,n])=>n===void 0?importedFrom(e.slice(1),t):n),s.set(e,t)),t}function importedFrom(e,t){return modules().has(e)?[e]:[...t.replace(/#.*/g,``).matchAll(/(\w+)(?: as \w+)?/g)].map(([,t])=>e===``?`${t}`:`${e}.${t}`)}}),8496:((e,t,n)=>{n.d(t,{R:()=>hostFile,V:()=>agentFiles});let read=()=>({files:{"apt/60litellm-gitops":`// Placed by litellm-gitops: security updates come by themselves, each day. When the machine restarts is for people to say.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";
// The packages of PostgreSQL and Redis give these folders to their services, again with each update. They stay root's: see
// agent/base/nofollow.py.
DPkg::Post-Invoke { "for folder in /etc/postgresql /etc/redis; do [ ! -d $folder ] || { chown -h root $folder && chmod go-w $folder; }; done"; };
`,"backup/litellm-gitops":`#!/usr/bin/python3 -IB
"""litellm-gitops backup | backups | verify | restore: the gateway's backups, from the host itself.

The modules are those of the deploy that placed terminal.json; systemd's timers run this too.
"""

import json
import os
import sys

AGENT = "/usr/local/lib/litellm-gitops/terminal.json"

if os.geteuid() != 0:
    sys.exit("Run this as root: sudo litellm-gitops …")
with open(AGENT, encoding="utf-8") as file:
    modules = json.load(file)["modules"]
loader: dict[str, object] = {}
exec(compile(modules["loader"], "loader.py", "exec"), loader)  # noqa: S102 - placed by deploy, as this file is
start = loader["start"]
assert callable(start)
sys.exit(start({"modules": modules, "main": "terminal", "input": {"argv": sys.argv[1:]}}, "command line"))
`,"bootstrap.sh":`#!/bin/sh
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
`,"caddy/Caddyfile":`# In front of both slots of the gateway. Which slot gets a request is decided for each request by whether a file exists:
# nothing is reloaded during a rollout, so no idle connection of a client is closed just when it is used again.
{
	admin unix//run/caddy/admin.sock
	# The local authority signs for this host only; nobody's trust store is changed.
	skip_install_trust
	servers {
		timeouts {
			# Bounds a client that never finishes its headers. Bodies and streams have no bound: answers take minutes.
			read_header 30s
		}
	}
}

(slot) {
	# A connection that is refused is tried again this long, which covers a restart after a crash. There is no second address to
	# fall back to: during a rollout the other slot is one that ends or is not proven yet.
	lb_try_duration 20s
	lb_try_interval 250ms
@TRUSTED@
	# What LiteLLM streams, Caddy passes on at once. With a \`flush_interval -1\` that says so, Caddy 2.6, which Debian has, ends with a
	# panic when its configuration changes or it stops while a request is under way: it gives the request a context without an end.
	transport http {
		dial_timeout 3s
		# gunicorn closes an idle connection after 2 s. Caddy must be first, or it sends a request into a closing one.
		keepalive 1s
		keepalive_idle_conns_per_host 64
	}
}

(gateway) {
@CLOSED@
	@standby file {
		root /run/litellm-gitops
		try_files serve-standby
	}
	handle @standby {
		reverse_proxy 127.0.0.1:4002 {
			import slot
		}
	}
	handle {
		reverse_proxy 127.0.0.1:4001 {
			import slot
		}
	}
}

:4000 {
	import gateway
}
`,"caddy/admin.closed":`# For whom the front door is closed but for what calls models: a route that a later LiteLLM adds is closed until it is listed here.
# Looked at is the path as LiteLLM takes it, decoded once and otherwise untouched, where Caddy's own matcher would tidy it up first.
@closed {
	not remote_ip @ADMIN@
	not vars_regexp {http.request.uri.path} \`@PUBLIC@\`
}
@dots {
	not remote_ip @ADMIN@
	vars_regexp {http.request.uri.path} \`(?:^|[/\\\\\\\\])\\.\\.?(?:[/\\\\\\\\]|$)\`
}
handle @dots {
	respond "A path with . or .. in it is not served to your network." 403
}
handle @closed {
	respond "The admin API and UI of this gateway are not open to your network." 403
}
`,"caddy/domain.acme":`
@DOMAIN@ {
	# Half a year. A browser that was here once asks by TLS only.
	header Strict-Transport-Security max-age=15552000
	import gateway
}
`,"caddy/domain.internal":`
@DOMAIN@ {
	tls internal
	import gateway
}
`,"caddy/domain.own":`
@DOMAIN@ {
	# Certificate and key in one file, so that both are replaced at once.
	tls @CERTIFICATE@ @CERTIFICATE@
	import gateway
}
`,"caddy/trusted":`# Proxies in front: what they say of scheme, name and client is passed on. What others say is replaced by what Caddy sees itself.
trusted_proxies @PROXIES@
# LiteLLM believes Caddy alone and takes the last address for the client's. With the proxy's own cut off, that is the one which the proxy
# reports; what the client wrote itself comes before it, and is cut off too.
header_up X-Forwarded-For \`^(?:.*,)?\\s*([^,\\s]+)\\s*,[^,]*$\` \`$1\`
`,"container/sitecustomize.py":`"""Python runs this before LiteLLM: the garbage collector looks at what loading makes neither while it loads nor ever after.

Loading makes millions of objects that stay, and the collector goes through them again and again: a quarter of the time of a
start. After the fork it would write into the pages that all workers share, and each would get its own copy. Hence \`gc.freeze\`,
as the documentation of Python's gc module advises for a server that forks. What requests make is collected as ever. A server
that never forks, as the one that a backup is proven with, goes without a collector for its minute.

A module beside the configuration may import those beside itself, and an image of your own may have some where it starts; what is
installed comes before both.

And a place for the admin UI, where LiteLLM would rewrite its files: the image's own are read-only.
"""

import gc
import importlib.util
import os
import sys
from pathlib import Path

gc.disable()
os.register_at_fork(before=gc.freeze, after_in_parent=gc.enable, after_in_child=gc.enable)

sys.path += filter(None, os.environ.get("LITELLM_PYTHON_LAST", "").split(":"))


def _ui_is_rewritten() -> bool:
    """LiteLLM puts its path into the UI's files, and moves \`login.html\` of older builds to \`login/index.html\`."""
    if os.environ.get("SERVER_ROOT_PATH", "/") not in ("", "/"):
        return True
    if os.environ.get("LITELLM_NON_ROOT", "").lower() == "true":
        # These images bring it as it has to be.
        return False
    litellm = importlib.util.find_spec("litellm")
    return litellm is not None and (Path(litellm.origin or "").parent / "proxy/_experimental/out/login.html").exists()


if "LITELLM_UI_PATH" not in os.environ and _ui_is_rewritten():
    os.environ["LITELLM_UI_PATH"] = "/tmp/litellm-ui"  # noqa: S108 - the container's own, which it alone writes to
`,"container/start":`#!/bin/sh
# Starts LiteLLM inside its container with the variables of the file that is open as descriptor 3, one NAME=value a line, taken
# literally. They don't come by podman's own options, because podman keeps those in its database and in config.json, which are not
# 0600; and not as a mounted file, because only root may read that, and the image may run as somebody else.
set -eu
# A unit of an earlier version, which runs until its slot gets its next release, mounts the file.
[ ! -r /run/litellm/env ] || exec 3</run/litellm/env
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    [A-Za-z_]*=*)
      # shellcheck disable=SC2163 # the line is NAME=value, both at once
      export "$line"
      ;;
  esac
done <&3
exec 3<&-
# systemd's way to announce the descriptor; gunicorn would take it for a socket to serve.
unset LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
# What the configuration names by a relative path is beside it. The image's own folder stays one that Python looks in.
LITELLM_PYTHON_LAST="/etc/litellm:$PWD"
export LITELLM_PYTHON_LAST
[ ! -d /etc/litellm ] || cd /etc/litellm
# Where sitecustomize.py is.
export PYTHONPATH="/run/litellm/bin\${PYTHONPATH:+:$PYTHONPATH}"
# The image's own file system is read-only: downloads of tokenizers go where something can be written.
export HF_HOME="\${HF_HOME:-/tmp/huggingface}"
exec litellm "$@"
`,"firewall/litellm-gitops.nft":`# Placed by litellm-gitops. Who may connect to this machine, as gateway.yaml says under \`firewall\`; everything else that comes
# in is dropped. Loaded as a whole in one transaction, beside tables of others, which stay as they are.
table inet litellm_gitops
delete table inet litellm_gitops

table inet litellm_gitops {
	set ssh4 {
		type ipv4_addr
		flags interval
		auto-merge
		@SSH4@
	}
	set ssh6 {
		type ipv6_addr
		flags interval
		auto-merge
		@SSH6@
	}
	set https4 {
		type ipv4_addr
		flags interval
		auto-merge
		@HTTPS4@
	}
	set https6 {
		type ipv6_addr
		flags interval
		auto-merge
		@HTTPS6@
	}
	set gateway4 {
		type ipv4_addr
		flags interval
		auto-merge
		@GATEWAY4@
	}
	set gateway6 {
		type ipv6_addr
		flags interval
		auto-merge
		@GATEWAY6@
	}

	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
		iif lo accept
		# Without these neither path MTU nor IPv6 neighbours are found.
		meta l4proto { icmp, ipv6-icmp } accept
		# Answers of DHCP come from a server that was not asked directly.
		udp sport { 67, 547 } udp dport { 68, 546 } accept
		ip saddr @ssh4 tcp dport { @SSH_PORTS@ } accept
		ip6 saddr @ssh6 tcp dport { @SSH_PORTS@ } accept
		ip saddr @https4 tcp dport { 80, 443 } accept
		ip6 saddr @https6 tcp dport { 80, 443 } accept
		# HTTP/3
		ip saddr @https4 udp dport 443 accept
		ip6 saddr @https6 udp dport 443 accept
		ip saddr @gateway4 tcp dport 4000 accept
		ip6 saddr @gateway6 tcp dport 4000 accept
	}
}
`,"firewall/off.nft":`# Placed by litellm-gitops: gateway.yaml says \`firewall: off\`, so the site says who may connect.
table inet litellm_gitops
delete table inet litellm_gitops
`,"plan-key/account.conf":`# Placed by litellm-gitops: what all connections of the read-only key may take while they wait for their turn.
[Slice]
MemoryMax=384M
MemorySwapMax=0
TasksMax=256
CPUQuota=100%
CPUWeight=20
IOWeight=20
`,"plan-key/authorized_keys":`# Placed by litellm-gitops: the keys of vm.ssh.plan_key. Whatever they ask for, they get the answer of one program.
`,"plan-key/litellmplan.slice":`# Placed by litellm-gitops: the one answer to the read-only key that is being made. Its name has no dash, so that its weight counts against
# that of the services, and not within the slice of somebody else.
[Unit]
Description=Answers to the read-only key of litellm-gitops

[Slice]
MemoryMax=512M
MemorySwapMax=0
TasksMax=160
CPUWeight=20
IOWeight=20
`,"plan-key/observe":`#!/usr/bin/python3 -IB
"""What the key of pull requests is forced to: answers how this host and its gateway stand, and changes nothing.

Runs as root through one rule of sudo, for a caller who is not trusted: one line of JSON on standard input is all that is
taken, whatever was asked for as a command. The modules are those of the deploy that placed agent.json beside this file.

Whoever asks without end must cost the gateway nothing. The line is taken as bytes, few and soon, by each caller for itself, so that
one who sends it slowly holds up nobody; then callers wait in a row with a few MiB each. Only the one whose turn it is has the
line looked at, in a scope of systemd's with limits of its own (litellmplan.slice) that ends with all its processes.
"""

import fcntl
import os
import select
import signal
import sys
import time

FOLDER = "/usr/local/lib/litellm-gitops"
STATE = "/run/litellm-plan"
# 10,000 budgets take one; what they may be parsed into takes 30 times as much.
MOST_BYTES = 2 * 1024 * 1024
READ_SECONDS = 5
# Callers that wait at a time. Each costs some 6 MiB with its connection.
PLACES = 48
TURN_SECONDS = 120
MOST_SECONDS = 240
# Whoever is sent away holds this connection for so long, which is cheaper than another try.
AWAY_SECONDS = 1
# Where the one whose turn it is keeps the lock.
LOCK = 9


def refuse(code: str, message: str, **data: object) -> int:
    import json

    document = {"error": {"code": code, "message": message, "log": [], "data": data}}
    os.write(1, (json.dumps(document) + "\\n").encode())
    return 1


def away() -> int:
    refuse("busy", "Others are asking this host all the time; try again.", seconds=5)
    os.execve("/usr/bin/sh", ["sh", "-c", f"sleep {AWAY_SECONDS}; exit 1"], {"PATH": "/usr/bin:/bin"})


def take_place() -> bool:
    places = os.open(f"{STATE}/places", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for place in range(PLACES):
        try:
            fcntl.lockf(places, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            return True
        except OSError:
            continue
    return False


def received() -> "int | None":
    """The line as a file in memory; None when it did not come soon. One that is too long ends there."""
    line = os.memfd_create("request")
    length = 0
    deadline = time.monotonic() + READ_SECONDS
    while length <= MOST_BYTES:
        ready, _, _ = select.select([0], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return None
        part = os.read(0, 65536)
        end = part.find(b"\\n")
        length += os.write(line, part if end < 0 else part[:end])
        if not part or end >= 0:
            break
    os.lseek(line, 0, os.SEEK_SET)
    return line


def take_turn(descriptor: int) -> bool:
    """One at a time, in the order of asking: the kernel wakes who waits longest."""

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(TURN_SECONDS)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return True
    except TimeoutError:
        return False
    finally:
        signal.alarm(0)


def has_gone() -> bool:
    """Whether nobody reads the answer any more: a connection that was closed leaves this program behind."""
    poll = select.poll()
    poll.register(1, 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))


def ask() -> int:
    os.makedirs(STATE, 0o700, exist_ok=True)
    if not take_place():
        return away()
    line = received()
    if line is None:
        return refuse("slow", f"The question did not come within {READ_SECONDS} s; ask again when it is ready.")
    if os.fstat(line).st_size > MOST_BYTES:
        return refuse("request", f"The request is longer than {MOST_BYTES} bytes.")
    turn = os.open(f"{STATE}/turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not take_turn(turn):
        return away()
    if has_gone():
        return 1
    os.dup2(line, 0)
    os.dup2(turn, LOCK)
    # A scope is ended with every process in it, whatever has become of this one.
    scope = ("--scope", "--quiet", "--collect", "--slice=litellmplan.slice", "-p", "TimeoutStopSec=5")
    limit = ("-p", f"RuntimeMaxSec={MOST_SECONDS + 10}")
    program = ("/usr/bin/python3", "-IB", f"{FOLDER}/observe", "answer")
    return os.execve("/usr/bin/systemd-run", ["systemd-run", *scope, *limit, "--", *program], {})


def answer() -> int:
    """For the one whose turn it is; standard input is the line."""
    import json

    os.set_inheritable(LOCK, False)
    # A group of its own: what was started for the answer ends with it.
    if os.getpgrp() != os.getpid():
        os.setsid()
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(MOST_SECONDS)
    try:
        asked = json.loads(sys.stdin.buffer.read())
    except (ValueError, RecursionError):
        return refuse("request", "Send one line of JSON; this key can ask for nothing else than how the gateway stands.")
    with open(f"{FOLDER}/agent.json", encoding="utf-8") as file:
        installed = json.load(file)
    modules = installed["modules"]
    loader: dict[str, object] = {}
    exec(compile(modules["loader"], "loader.py", "exec"), loader)  # noqa: S102 - placed by deploy, as this file is
    start = loader["start"]
    assert callable(start)
    request = {"modules": modules, "main": "read_only", "input": {"asked": asked, "paths": installed["paths"]}}
    return 0 if start(request, "read-only key") == 0 else 1


def too_long(*_: object) -> None:
    refuse("too-long", f"The host was not done after {MOST_SECONDS} s. doctor with the key of sync tells more of what holds it up.")
    os.killpg(0, signal.SIGKILL)


os.environ.clear()
os.umask(0o077)
os.chdir("/")
# The rule of sudo lets nobody give an argument.
sys.exit(answer() if sys.argv[1:] == ["answer"] else ask())
`,"plan-key/sshd.conf":`# Placed by litellm-gitops: what a connection of the read-only key may hold open. What it may do stands in its authorized_keys.
Match User litellm-plan
    MaxSessions 1
    UnusedConnectionTimeout 60s
    ClientAliveInterval 15
    ClientAliveCountMax 3
    AuthenticationMethods publickey
    DisableForwarding yes
    PermitTTY no
    PermitUserRC no
Match all
`,"plan-key/sudoers":`# Placed by litellm-gitops: the key of pull requests may start this one program, without arguments.
# What both sudo and sudo-rs (Ubuntu 25.10 and later) read; the program sees to its umask and environment itself.
Defaults:litellm-plan env_reset, !env_keep, !env_check
litellm-plan ALL=(root) NOPASSWD: NOSETENV: /usr/local/lib/litellm-gitops/observe ""
`,"plan-key/sysusers.conf":`# Placed by litellm-gitops: who the key of pull requests logs in as. Owns nothing, and has no password.
u litellm-plan - "litellm-gitops plan" /var/lib/litellm-plan /bin/sh
`,"postgresql/litellm.conf":`# Placed by litellm-gitops. Reached from this machine only; sized for @WORKERS@ workers in each of two slots.
listen_addresses = '127.0.0.1'
port = 5432
password_encryption = scram-sha-256
max_connections = @MAX_CONNECTIONS@
shared_buffers = @SHARED_BUFFERS_MB@MB
effective_cache_size = @CACHE_MB@MB
work_mem = 4MB
maintenance_work_mem = 64MB
idle_in_transaction_session_timeout = 10min
`,"postgresql/pg_hba.conf":`# Placed by litellm-gitops. TYPE  DATABASE  USER  ADDRESS  METHOD
# root may be the superuser where nothing of LiteLLM's is, to make databases and roles.
local   postgres       postgres                                peer map=administration
local   all            postgres                                peer
# root becomes these (pg_ident.conf), so that \`psql -U litellm\` works for who administers the machine.
local   all            litellm,litellm_owner,litellm_reader    peer map=litellm
local   all            all                                     peer
# LiteLLM serves with the first; migrations and restores are the owner's, also in a database that is to take the place of the live one.
host    litellm        litellm          127.0.0.1/32           scram-sha-256
host    /^litellm      litellm_owner    127.0.0.1/32           scram-sha-256
`,"postgresql/pg_ident.conf":`# Placed by litellm-gitops. MAPNAME  SYSTEM-USERNAME  PG-USERNAME
administration  root      postgres
administration  postgres  postgres
litellm         root      litellm
litellm         root      litellm_owner
litellm         root      litellm_reader
`,"redis/redis.conf":`# Placed by litellm-gitops. LiteLLM's response cache, spend counters and locks; reached from this machine only.
bind 127.0.0.1
port 6379
protected-mode yes
include /etc/redis/litellm-password.conf
supervised systemd
pidfile /run/redis/redis-server.pid
logfile ""
dir /var/lib/redis
tcp-keepalive 60
# Spend that is not yet in the database may be kept here (use_redis_transaction_buffer): each second is written to disk.
appendonly yes
appendfsync everysec
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 64mb
save ""
maxmemory @MAXMEMORY_MB@mb
# Cached answers have a lifetime and may go when memory is short; buffers of spend have none and must stay.
maxmemory-policy volatile-lru
`,"systemd/caddy-litellm.conf":`# The folder of Caddy's admin socket: only root and Caddy may talk to it.
[Unit]
After=network-online.target
StartLimitIntervalSec=0

[Service]
RuntimeDirectory=caddy
RuntimeDirectoryMode=0750
Restart=on-failure
RestartSec=1
`,"systemd/journald.conf":`# Placed by litellm-gitops: LiteLLM writes a line for each request, and a full disk would stop PostgreSQL.
[Journal]
SystemMaxUse=1G
SystemKeepFree=1G
MaxRetentionSec=30day
`,"systemd/litellm-jobs.slice":`# What runs in LiteLLM's image without serving: migrations, proofs of a backup. Bounded as the gateway is, and less memory.
[Unit]
Description=Jobs in the LiteLLM gateway's image

[Slice]
MemoryMax=50%
TasksMax=1024
# No way to the addresses at which clouds hand out their machines' credentials: AWS, Azure, Google, OpenStack and most others;
# AWS containers, AWS and OpenStack by IPv6, Google by IPv6, Alibaba, Tencent, Scaleway.
IPAddressDeny=169.254.169.254
IPAddressDeny=169.254.170.2 169.254.170.23 fd00:ec2::254 fd00:ec2::23 fe80::a9fe:a9fe fd20:ce::254
IPAddressDeny=100.100.100.200 169.254.0.23 169.254.42.42 fd00:42::42
`,"systemd/postgresql-litellm.conf":`# Debian's unit leaves a cluster down whose server was killed, by the kernel for memory above all; the gateway cannot do without.
[Unit]
# However often: a server that stopped on a full disk is there again as soon as there is room, and nobody has to start it.
StartLimitIntervalSec=0

[Service]
Restart=on-failure
RestartSec=1
`,"systemd/redis-litellm.conf":`# Debian's unit gives up after five starts within a second, which a disk that is full for a moment outlasts.
[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
`,"units/litellm-backup.service":`# The daily backup. What it does and how it went: journalctl -u litellm-backup
[Unit]
Description=Backup of the LiteLLM gateway
After=network-online.target postgresql.service redis-server.service
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/litellm-gitops backup --scheduled
# Also after a kill: removes what lies in clear on its way into the repository.
ExecStopPost=/usr/local/sbin/litellm-gitops backup --scheduled
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=12h
`,"units/litellm-backup.timer":`[Unit]
Description=Daily backup of the LiteLLM gateway

[Timer]
OnCalendar=*-*-* @AT@:00 UTC
# A machine that was off at that time takes it when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
`,"units/litellm-firewall.service":`# The machine's firewall, loaded before the network is up.
[Unit]
Description=Firewall of the LiteLLM gateway
DefaultDependencies=no
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/litellm-firewall.nft
ExecReload=/usr/sbin/nft -f /etc/litellm-firewall.nft
# With the firewall off there is no table.
ExecStop=-/usr/sbin/nft delete table inet litellm_gitops

[Install]
WantedBy=sysinit.target
`,"units/litellm-standby.container":`# The slot that serves during a rollout, while main gets its new release. Stopped at all other times and never started at boot.
[Unit]
Description=LiteLLM gateway, standby for a rollout
Wants=network-online.target
After=network-online.target postgresql.service redis-server.service

[Container]
ContainerName=litellm-standby
Image=\${LITELLM_IMAGE}
Pull=never
Network=host
Volume=/usr/local/lib/litellm-gitops/container:/run/litellm/bin:ro
Volume=/etc/litellm/slots/standby/beside:/etc/litellm:ro
Volume=/etc/litellm/slots/standby/config.yaml:/etc/litellm/config.yaml:ro
Exec=--config /etc/litellm/config.yaml --host 127.0.0.1 --port 4002 --num_workers \${LITELLM_STANDBY_WORKERS} --run_gunicorn
LogDriver=journald
# What LiteLLM may do is compute, and talk over the network. What it writes is memory that ends with it.
NoNewPrivileges=true
DropCapability=all
SeccompProfile=/usr/local/lib/litellm-gitops/seccomp.json
ReadOnly=true
Tmpfs=/tmp:rw,nosuid,nodev,size=512m,mode=1777
PodmanArgs=--stop-timeout=80 --entrypoint=/run/litellm/bin/start

[Service]
EnvironmentFile=/etc/litellm/slots/standby/unit.env
# The start script reads the environment from this descriptor, whichever user the image runs as: no other user can read the file,
# and values given to podman itself would stand in its database.
OpenFile=/etc/litellm/slots/standby/env:env:read-only
Restart=always
RestartSec=2
TimeoutStartSec=120
TimeoutStopSec=100
OOMPolicy=continue
# What goes wrong in here takes neither PostgreSQL nor sshd with it. All that runs on the smallest machine takes 42 % of its memory at
# rest (docs/proofs.md), and 64 workers, the most there may be, with all their threads 3,200 tasks.
MemoryMax=75%
TasksMax=4096
# No way to the addresses at which clouds hand out their machines' credentials: AWS, Azure, Google, OpenStack and most others;
# AWS containers, AWS and OpenStack by IPv6, Google by IPv6, Alibaba, Tencent, Scaleway.
IPAddressDeny=169.254.169.254
IPAddressDeny=169.254.170.2 169.254.170.23 fd00:ec2::254 fd00:ec2::23 fe80::a9fe:a9fe fd20:ce::254
IPAddressDeny=100.100.100.200 169.254.0.23 169.254.42.42 fd00:42::42
`,"units/litellm-verify.service":`# The daily proof that the newest backup can be restored: journalctl -u litellm-verify
[Unit]
Description=Proof of the LiteLLM gateway's newest backup
After=network-online.target postgresql.service litellm-backup.service
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/litellm-gitops verify --scheduled
# Also after a kill: removes the scratch place.
ExecStopPost=/usr/local/sbin/litellm-gitops verify --scheduled
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=12h
`,"units/litellm-verify.timer":`[Unit]
Description=Daily proof of the LiteLLM gateway's newest backup

[Timer]
OnCalendar=*-*-* @AT@:00 UTC
Persistent=true
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
`,"units/litellm.container":`# The slot that serves. Image, workers and environment are those of the release it points at: /etc/litellm/slots/main.
# It is pointed elsewhere only while this unit is stopped, so a restart after a crash runs the same release again.
[Unit]
Description=LiteLLM gateway
Wants=network-online.target
After=network-online.target postgresql.service redis-server.service
StartLimitIntervalSec=0

[Container]
ContainerName=litellm
Image=\${LITELLM_IMAGE}
Pull=never
Network=host
Volume=/usr/local/lib/litellm-gitops/container:/run/litellm/bin:ro
Volume=/etc/litellm/slots/main/beside:/etc/litellm:ro
Volume=/etc/litellm/slots/main/config.yaml:/etc/litellm/config.yaml:ro
# gunicorn loads the application once and forks: a third of the memory and a quarter of the time of separate workers.
Exec=--config /etc/litellm/config.yaml --host 127.0.0.1 --port 4001 --num_workers \${LITELLM_WORKERS} --run_gunicorn
LogDriver=journald
# What LiteLLM may do is compute, and talk over the network. What it writes is memory that ends with it.
NoNewPrivileges=true
DropCapability=all
SeccompProfile=/usr/local/lib/litellm-gitops/seccomp.json
ReadOnly=true
Tmpfs=/tmp:rw,nosuid,nodev,size=512m,mode=1777
# Longer than GRACEFUL_SHUTDOWN_TIMEOUT (60 s) and gunicorn's 10 s on top, or streams are cut and spend is lost.
PodmanArgs=--stop-timeout=80 --entrypoint=/run/litellm/bin/start

[Service]
EnvironmentFile=/etc/litellm/slots/main/unit.env
# The start script reads the environment from this descriptor, whichever user the image runs as: no other user can read the file,
# and values given to podman itself would stand in its database.
OpenFile=/etc/litellm/slots/main/env:env:read-only
Restart=always
RestartSec=2
TimeoutStartSec=120
TimeoutStopSec=100
# One worker that outgrows the machine is replaced by gunicorn; it must not take the whole gateway down.
OOMPolicy=continue
# What goes wrong in here takes neither PostgreSQL nor sshd with it. All that runs on the smallest machine takes 42 % of its memory at
# rest (docs/proofs.md), and 64 workers, the most there may be, with all their threads 3,200 tasks.
MemoryMax=75%
TasksMax=4096
# No way to the addresses at which clouds hand out their machines' credentials: AWS, Azure, Google, OpenStack and most others;
# AWS containers, AWS and OpenStack by IPv6, Google by IPv6, Alibaba, Tencent, Scaleway.
IPAddressDeny=169.254.169.254
IPAddressDeny=169.254.170.2 169.254.170.23 fd00:ec2::254 fd00:ec2::23 fe80::a9fe:a9fe fd20:ce::254
IPAddressDeny=100.100.100.200 169.254.0.23 169.254.42.42 fd00:42::42

[Install]
WantedBy=multi-user.target
`},agent:{"__init__.py":`"""What runs on the host. Each run gets its modules from the runner, or from a file that deploy placed, see \`loader\`.

Packages stand on those before them: base, system, database, redis, litellm, gateway, backup, rollout, rotation, restore, facts, and
the stories beside this file. \`programs\` says what may be started.
"""

# The text of each module that came along, by its name below \`agent\`, and of data by the name of its file. Filled by the loader.
SOURCES: dict[str, str] = {}
`,"autofix.py":`"""The fixes of \`doctor\` that can do no harm: files of ours are closed to others, units that should run are started."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.base import audit, lease, nofollow, units
from agent.base.events import step
from agent.base.refusal import Refused
from agent.facts import secret_files
from agent.gateway.slots import MAIN
from agent.litellm import proof, readiness
from agent.rollout import rollout
from agent.system.managed_files import owner_of

if TYPE_CHECKING:
    from agent.contract_types import AutofixAnswer, AutofixAnswerFailedItem, AutofixQuestion

# A restart could cut requests; a start of what is down cannot.
UNITS = frozenset(contract.UNITS)


def main(given: "AutofixQuestion") -> "AutofixAnswer":
    """Input: {run, close: [path], start: [unit]}. Answers {done, failed: [{what, why}]}; anything that is not ours is refused."""
    lease.require(given["run"])
    known = {str(path): (path, owner) for path, owner in secret_files.secrets()}
    foreign = sorted({*given["close"]} - known.keys() | {*given["start"]} - UNITS)
    if foreign:
        raise Refused("request", f"Not ours to fix: {', '.join(foreign)}.")
    done: list[str] = []
    failed: list[AutofixAnswerFailedItem] = []
    for path in given["close"]:
        try:
            text = _close(*known[path])
        except Refused as refused:
            failed.append({"what": path, "why": refused.message})
            continue
        if text:
            done.append(text)
    for unit in given["start"]:
        try:
            with step(f"start {unit}"):
                _start(unit)
            done.append(f"{unit} started")
        except Refused as refused:
            failed.append({"what": unit, "why": refused.message})
    if done:
        audit.record(given["run"], "doctor", done=done)
    return {"done": done, "failed": failed}


def _close(path: Path, owner: str) -> str | None:
    wrong = secret_files.judged(path, owner)
    if wrong is None:
        return None
    numbers = owner_of(owner)
    # What others could write to may have been replaced by a link, and so may a folder on its way.
    with nofollow.folder(path.parent) as at:
        descriptor = os.open(path.name, nofollow.OPEN_FILE, dir_fd=at)
    try:
        if numbers:
            os.fchown(descriptor, *numbers)
        os.fchmod(descriptor, int(wrong["wantedMode"], 8))
    finally:
        os.close(descriptor)
    return f"{path} closed: it was {wrong['mode']} of {wrong['owner']}"


def _start(unit: str) -> None:
    if unit == contract.MAIN_UNIT:
        if rollout.is_under_way():
            raise Refused("busy", "A rollout is in progress, which stops and starts it.")
        # Quadlet's unit is enabled by its file.
        units.start(unit)
        if not any(proof.is_ready(MAIN.port)[0] for _ in readiness.turns(time.monotonic())):
            late = f"{unit} was started, but is not ready after {readiness.READY_SECONDS} s."
            raise Refused("service-down", late, units.log_of(unit))
    elif unit == contract.FIREWALL_UNIT and units.is_active(unit):
        units.restart(unit)
    else:
        units.enable_and_start(unit)
`,"backup/__init__.py":`"""Backups: taking, keeping, listing and describing them."""
`,"backup/backup.py":`"""Takes a backup: database, Redis, keys and configuration of one moment, into the repository and its off-site copy."""

import concurrent.futures
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import escrow, manifest, restic, retention, settings as backup_settings
from agent.base import audit, durable, jobs, lease, migration_runs, room
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import BACKUPS
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, dump as database_dump, swap as database_swap
from agent.database.server import READER
from agent.database.session import session
from agent.redis import dump as redis_dump

if TYPE_CHECKING:
    from agent.contract_types import BackupAnswer, BackupKind, BackupQuestion

UNIT = "litellm-gitops-backup.service"
# The same, by the clock.
SCHEDULED = "litellm-backup.service"
# Always the same path: restic finds what is new by it.
STAGING = BACKUPS / "staging"
PROVEN = BACKUPS / "proven.json"
# What replaces a backup where no release serves; the next backup takes its place.
DUMPS = BACKUPS / "before-migrations"

Document = dict[str, Any]


def main(given: "BackupQuestion") -> "BackupAnswer":
    """Input: {run, kind?}. Answers what \`take\` does."""
    lease.require(given["run"])
    answer: BackupAnswer = jobs.work(UNIT, "backup", given, *jobs.GENTLY)
    return answer


def work(given: "BackupQuestion") -> "BackupAnswer":
    return take(given.get("kind") or "manual", given["run"])


def clean_up() -> None:
    """Removes what a backup that was cut short left: it holds keys and all rows in clear."""
    shutil.rmtree(STAGING, ignore_errors=True)


def take(kind: "BackupKind", run: str) -> "BackupAnswer":
    """Holds: the gateway serves on, and no snapshot is in the repository that is not whole."""
    settings = backup_settings.read()

    def gather() -> manifest.Manifest:
        _require_room(settings)
        # None of them waits for another.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            redis = pool.submit(copy_redis)
            files = pool.submit(copy_files)
            database = _database()
            files.result()
            return manifest.write(STAGING, kind, settings.domain, database, redis.result())

    return keep(kind, run, settings, gather)


def keep(kind: "BackupKind", run: str, settings: backup_settings.Settings, gather: Callable[[], manifest.Manifest]) -> "BackupAnswer":
    """Puts into the repository, and into its copy, what \`gather\` writes into \`STAGING\` with its manifest.

    Answers {snapshot, time, kind, rows, bytes, tables, copied, expired, repositoryBytes, litellm, escrow}. Refuses when the copy
    failed, though the backup in the repository is kept then.
    """
    repository = restic.local(settings)
    proven = (durable.read_json(PROVEN) or {}).get("snapshot")
    clean_up()
    durable.folder(STAGING, 0o700)
    try:
        # A call of restic takes a second for its password alone.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = pool.submit(_before, repository, proven is not None or settings.copy_to is not None)
            about = gather()
            there = before.result()
        database = about["database"]
        rows = database_content.rows(database)
        with step("repository") as this:
            snapshot = repository.add(STAGING, kind, rows, now())
            size = repository.bytes()
            this.detail = snapshot.id[:8] + ("" if size is None else f", the whole repository has {_mib(size)}")
    finally:
        clean_up()
    there.append(snapshot)
    audit.record(run, "backup", snapshot=snapshot.id, kind=kind, rows=rows)
    copied, trouble = _copy(settings, repository, there)
    gone = 0 if trouble else _expire([(repository, there), *copied], settings.keep_days, proven)
    # One of another gateway's database takes no place of this one's.
    own = kind != "adopted"
    if own:
        _drop_kept()
        shutil.rmtree(DUMPS, ignore_errors=True)
    result: BackupAnswer = {
        "snapshot": snapshot.id,
        "time": about["created"],
        "kind": kind,
        "rows": rows,
        "bytes": database["bytes"],
        "tables": len(database["tables"]),
        "copied": bool(copied),
        "expired": gone,
        "repositoryBytes": size,
        "litellm": about["litellmVersion"],
        "escrow": escrow.seal(settings),
    }
    if trouble:
        raise Refused(
            "copy",
            f"The backup {snapshot.id[:8]} is in {settings.repository}, but not in its off-site copy: {trouble.message}",
            trouble.log,
            backup=result,
        )
    if own:
        _tell(settings)
    return result


def _require_room(settings: backup_settings.Settings) -> None:
    try:
        with session(READER, database_swap.LIVE) as asked:
            bytes_ = asked.one("SELECT pg_database_size(current_database())")
    except CommandFailed as failed:
        raise _undumped(failed) from None
    # What restic writes is smaller than this; the first time it is not much smaller.
    repository = {Path(settings.repository): bytes_} if settings.repository.startswith("/") else {}
    room.require({BACKUPS: bytes_} | repository, "A backup")


def _database() -> Document:
    with step("database") as this:
        try:
            database = database_dump.dump(READER, database_swap.LIVE, STAGING / "database")
        except CommandFailed as failed:
            raise _undumped(failed) from None
        this.detail = f"{database_content.rows(database)} rows in {len(database['tables'])} tables, {_mib(database['bytes'])}"
        return database


def _undumped(failed: CommandFailed) -> Refused:
    return Refused("database-dump", f"The database cannot be backed up: {failed}", failed.output)


def copy_redis() -> dict[str, int]:
    """The content of Redis, as \`copy_files\`; answers how many keys of which kind."""
    with step("redis") as this:
        redis = redis_dump.dump(STAGING / "redis.rdb")
        this.detail = f"{redis['keys']} keys"
        return redis


def copy_files() -> None:
    """The machine's files into what becomes the backup."""
    with step("files") as this:
        this.detail = f"{manifest.copy_files(STAGING / 'files')} files"


def _before(repository: restic.Repository, wanted: bool) -> list[restic.Snapshot]:
    """What is in the repository, which is begun where there is none; nothing when it is there and nobody wants to know."""
    if not wanted and repository.is_here():
        return []
    try:
        return repository.snapshots()
    except Refused as refused:
        if refused.code != "repository-missing":
            raise
    repository.begin()
    note("repository", f"There was no repository at {repository.location}; a new one is created there.")
    return []


def _copy(
    settings: backup_settings.Settings, repository: restic.Repository, there: list[restic.Snapshot]
) -> tuple[list[tuple[restic.Repository, list[restic.Snapshot]]], Refused | None]:
    """Copies what is missing in the copy, the newest at the end of \`there\` among it; answers what it holds then, and what went wrong."""
    copy = restic.copy(settings)
    if copy is None:
        return [], None
    try:
        with step("copy") as this:
            have = {one.original for one in _held(copy, repository)}
            missing = [one for one in there if one.original not in have]
            copy.copy_from(repository, missing, STAGING)
            held = copy.snapshots()
            if there[-1].original not in {one.original for one in held}:
                raise Refused("copy", f"restic copied {there[-1].id[:8]} without an error, but it is not in {settings.copy_to}.")
            this.detail = f"{len(missing)} snapshots to {settings.copy_to}"
        return [(copy, held)], None
    except Refused as refused:
        return [], refused


def _held(copy: restic.Repository, repository: restic.Repository) -> list[restic.Snapshot]:
    try:
        return copy.snapshots()
    except Refused as refused:
        if refused.code != "repository-missing":
            raise
    copy.begin(like=repository)
    return []


def _expire(places: list[tuple[restic.Repository, list[restic.Snapshot]]], keep_days: int, proven: str | None) -> int:
    """Forgets what is older than is wanted; a copy that only takes (append-only) keeps all, as it is meant to."""
    count = 0
    held = migration_runs.backups()
    with step("retention") as this:
        for one, snapshots in places:
            gone = retention.expired(snapshots, keep_days, proven, held)
            try:
                one.forget(gone)
                count += len(gone)
            except Refused as refused:
                if one is places[0][0]:
                    raise
                note(
                    "retention",
                    f"Nothing could be removed from the off-site copy, which is right for an append-only copy: {refused.message}",
                )
        this.detail = f"{count} removed" if proven else "all kept until one is verified"
    return count


def _drop_kept() -> None:
    """What an earlier restore kept. A backup that was made is not called failed because PostgreSQL went away after it."""
    try:
        database_swap.drop_kept()
    except CommandFailed as failed:
        note("retention", f"What a restore kept for its undo was not checked; the next backup does it: {failed}")


def _tell(settings: backup_settings.Settings) -> None:
    """Calls the heartbeat's address, so that somebody outside notices when this no longer happens."""
    if settings.heartbeat is None:
        return
    address = backup_settings.stored_values().get(settings.heartbeat)
    if not address:
        note("heartbeat", f"{settings.heartbeat} was never given to this host; no external monitor is notified.")
        return
    try:
        urllib.request.urlopen(address, timeout=20).close()  # noqa: S310 - of those who deploy, and nothing of the answer is read
    except (OSError, ValueError, urllib.error.URLError):
        # The address is a secret of its own and stays out of the text.
        note("heartbeat", f"The address in {settings.heartbeat} did not answer.")


def _mib(count: int) -> str:
    return f"{count / 1024**2:.1f} MiB"
`,"backup/compose.py":`"""The gateway as a project of docker compose or podman-compose: files that run it without this product."""

import json
from collections.abc import Mapping
from string import Template

# In the containers' own network.
DATABASE = "database"
REDIS = "redis"
USER = "litellm"

PROJECT = Template("""\\
# The LiteLLM gateway $domain, exported by litellm-gitops on $date. Start it in this folder:
#   docker compose up -d        (or podman-compose up -d)
# The first start loads the database from database/dump. Passwords and keys are in compose.override.yaml, which compose reads too.
# The gateway answers on 127.0.0.1:4000 without TLS: put a proxy with a certificate before it.
name: litellm
services:
  litellm:
    image: $image
    entrypoint: [litellm]
    command: [--config, /etc/litellm/config.yaml, --port, "4000", --num_workers, "$workers"]
    working_dir: /etc/litellm
    volumes: ["./litellm:/etc/litellm:ro"]
    ports: ["127.0.0.1:4000:4000"]
    depends_on:
      database: { condition: service_healthy }
      redis: { condition: service_started }
    restart: unless-stopped
  database:
    image: docker.io/library/postgres:$postgres
    volumes:
      - database:/var/lib/postgresql/data
      - ./database/restore.sh:/docker-entrypoint-initdb.d/restore.sh:ro
      - ./database/dump:/dump:ro
    healthcheck:
      # While the dump is loaded, the server listens on its socket alone.
      test: [CMD, pg_isready, --host=127.0.0.1, --username=$user, --dbname=$user]
      interval: 2s
      start_period: 6h
    restart: unless-stopped
  redis:
    image: docker.io/library/redis:7
    # The password comes by standard input: arguments can be read by others.
    command: [sh, -c, "printf 'requirepass %s\\\\nappendonly yes\\\\n' \\\\"$$$$REDIS_PASSWORD\\\\" | exec redis-server -"]
    volumes: ["redis:/data"]
    restart: unless-stopped
volumes:
  database:
  redis:
""")

RESTORE = (
    "#!/bin/sh\\n"
    "# The postgres image runs this once, while its volume is empty.\\n"
    f"exec pg_restore --no-owner --no-privileges --exit-on-error --jobs=2 --username={USER} --dbname={USER} /dump\\n"
)

OVERRIDE = """\\
# SECRET: the keys of the gateway, and of its providers. Without LITELLM_SALT_KEY what is stored encrypted cannot be read.
services:
"""


def project(domain: str, date: str, image: str, workers: int, postgres: int) -> str:
    """compose.yaml, in which nothing is secret."""
    return PROJECT.substitute(domain=domain, date=date, image=image, workers=workers, postgres=postgres, user=USER)


def override(services: Mapping[str, Mapping[str, str]]) -> str:
    """compose.override.yaml: the environment of each service."""
    parts = []
    for service, values in services.items():
        lines = "".join(f"      {name}: {_quoted(value)}\\n" for name, value in values.items())
        parts.append(f"  {service}:\\n    environment:\\n{lines}")
    return OVERRIDE + "".join(parts)


def _quoted(value: str) -> str:
    """A JSON string is one of YAML; \`$\` begins a variable to compose."""
    return json.dumps(value).replace("$", "$$")
`,"backup/escrow.py":`"""The keys without which no backup is worth anything, encrypted by age to people who keep them outside of the host."""

import json

from agent.backup.settings import Settings
from agent.base import keys
from agent.base.paths import BACKUP_PASSWORD, BACKUP_SSH_KEY, MASTER_KEY, SALT_KEY
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused


def seal(settings: Settings) -> str | None:
    """The sealed text, or None when nobody is named. Only who has one of the private keys can open it; this host cannot."""
    if not settings.escrow:
        return None
    held = {path.name: keys.read(path) for path in (BACKUP_PASSWORD, SALT_KEY, MASTER_KEY, BACKUP_SSH_KEY) if path.exists()}
    about = {"domain": settings.domain, "repository": settings.repository, "copyTo": settings.copy_to}
    recipients = [word for one in settings.escrow for word in ("--recipient", one)]
    try:
        return run("age", "--armor", *recipients, stdin=json.dumps(about | held, indent=1) + "\\n")
    except (CommandFailed, FileNotFoundError) as failed:
        raise Refused("escrow", f"The keys could not be encrypted to those that backup.escrow names: {failed}") from None
`,"backup/export.py":`"""Writes the gateway out as a plain compose project with all its data, so that nobody depends on this product to go on."""

import re
import secrets
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.backup import compose, settings as backup_settings
from agent.base import audit, durable, jobs, lease, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import STATE
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, dump as database_dump, swap as database_swap
from agent.database.server import READER
from agent.database.session import session
from agent.gateway import beside, release

if TYPE_CHECKING:
    from agent.contract_types import ExportAnswer, ExportQuestion

UNIT = "litellm-gitops-export.service"
FOLDER = STATE / "export"
STAGING = STATE / "export.new"
# The machine itself, which within a container is another one.
LOOPBACK = re.compile(r"(?<![\\w.])(?:127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1\\])(?![\\w.])")
# Of the host's units, and not for one who starts the image alone: there LiteLLM brings its database forward.
NOT_EXPORTED = ("DISABLE_SCHEMA_UPDATE",)


def main(given: "ExportQuestion") -> "ExportAnswer":
    """Input: {run}. Answers what \`work\` does."""
    lease.require(given["run"])
    answer: ExportAnswer = jobs.work(UNIT, "export", given, *jobs.GENTLY)
    return answer


def clean_up() -> None:
    """Removes what an export that was cut short left: it holds keys and all rows in clear."""
    shutil.rmtree(STAGING, ignore_errors=True)


def work(given: "ExportQuestion") -> "ExportAnswer":
    """Holds: the gateway serves on; the folder of before is there until the new one is whole."""
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
    clean_up()
    try:
        _require_room()
        durable.folder(STAGING, 0o700)
        database = _database()
        with step("files"):
            _files(serving, database["serverVersion"] // 10000)
        shutil.rmtree(FOLDER, ignore_errors=True)
        STAGING.rename(FOLDER)
        durable.flush_directory(STATE)
    finally:
        clean_up()
    rows = database_content.rows(database)
    audit.record(given["run"], "export", release=serving, rows=rows)
    config = (FOLDER / "litellm/config.yaml").read_text()
    return {
        "folder": str(FOLDER),
        "rows": rows,
        "tables": len(database["tables"]),
        "bytes": sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()),
        "image": release.describe(serving)["image"],
        "postgres": database["serverVersion"] // 10000,
        "loopback": len(LOOPBACK.findall(config)),
    }


def _require_room() -> None:
    with session(READER, database_swap.LIVE) as asked:
        room.require({STATE: int(asked.one("SELECT pg_database_size(current_database())"))}, "An export")


def _database() -> dict[str, Any]:
    folder = STAGING / "database"
    durable.folder(folder, 0o755)
    with step("database") as this:
        try:
            database = database_dump.dump(READER, database_swap.LIVE, folder / "dump")
        except CommandFailed as failed:
            raise Refused("database-dump", f"The database cannot be exported: {failed}", failed.output) from None
        found, expected = database_dump.tables_listed(folder / "dump"), len(database["tables"])
        if found < expected:
            raise Refused("database-dump", f"The dump has the rows of {found} tables; the database has {expected}.")
        this.detail = f"{database_content.rows(database)} rows in {expected} tables"
    # The server in the container is nobody that this host knows; the folder above lets root alone in.
    (folder / "dump").chmod(0o755)
    for file in (folder / "dump").iterdir():
        file.chmod(0o644)
    durable.write(folder / "restore.sh", compose.RESTORE.encode(), 0o755)
    return database


def _files(serving: str, postgres: int) -> None:
    about = release.describe(serving)
    content = release.content_in(release.folder(serving))
    folder = STAGING / "litellm"
    durable.folder(folder, 0o755)
    for path, file in content.beside.items():
        durable.folder((folder / path).parent, 0o755)
        durable.write(folder / path, file, 0o644)
    durable.write(folder / beside.PLACE, content.config.encode(), 0o644)
    domain, date = backup_settings.read().domain, now().date().isoformat()
    text = compose.project(domain, date, about["image"], about["workers"], postgres)
    durable.write(STAGING / "compose.yaml", text.encode(), 0o644)
    durable.write(STAGING / "compose.override.yaml", compose.override(_environments(serving)).encode())


def _environments(serving: str) -> Mapping[str, Mapping[str, str]]:
    """New passwords for what is reached in the project's own network alone; the keys of the gateway and its providers are the same."""
    database, redis = secrets.token_hex(24), secrets.token_hex(24)
    own = {
        "DATABASE_URL": f"postgresql://{compose.USER}:{database}@{compose.DATABASE}:5432/{compose.USER}",
        "REDIS_HOST": compose.REDIS,
        "REDIS_PASSWORD": redis,
    }
    litellm = {name: value for name, value in release.environment(serving).items() if name not in NOT_EXPORTED}
    return {
        "litellm": litellm | own,
        "database": {
            "POSTGRES_USER": compose.USER,
            "POSTGRES_DB": compose.USER,
            "POSTGRES_PASSWORD": database,
            "PGDATA": "/var/lib/postgresql/data",
        },
        "redis": {"REDIS_PASSWORD": redis},
    }
`,"backup/listing.py":`"""Lists the backups that there are."""

from typing import TYPE_CHECKING

from agent.backup import backup, restic, settings as backup_settings
from agent.base import durable

if TYPE_CHECKING:
    from agent.contract_types import BackupsAnswer, BackupsQuestion, ListedBackup


def work(given: "BackupsQuestion") -> "BackupsAnswer":
    """Answers {backups: [{id, time, kind}], copy: the same or null, proven, keepDays}; the newest last."""
    del given
    settings = backup_settings.read()
    copy = restic.copy(settings)
    return {
        "backups": _list(restic.local(settings)),
        "copy": None if copy is None else _list(copy),
        "proven": durable.read_json(backup.PROVEN),
        "keepDays": settings.keep_days,
    }


def _list(repository: restic.Repository) -> "list[ListedBackup]":
    return [{"id": one.original[:8], "time": one.time.isoformat(), "kind": one.kind} for one in repository.snapshots()]
`,"backup/log_retention.py":`"""What LiteLLM is declared to remove of its own logs, and whether that explains a backup that is smaller than the ones before."""

from typing import Any

from agent.base.refusal import Refused
from agent.database import tables as database_tables
from agent.litellm import configuration, tables as litellm_tables

SETTINGS = ("maximum_spend_logs_retention_period", "maximum_spend_logs_size")
# By which part of its rows a backup may be smaller than is usual.
SHRUNKEN = 0.5

Document = dict[str, Any]


def declared(config: str) -> str | None:
    """The settings of a config.yaml that remove logs, as \`name: value\`; None when none does."""
    if not any(name in config for name in SETTINGS):
        return None
    document = configuration.load(config)
    general = document.get("general_settings") if isinstance(document, dict) else None
    found = [f"{name}: {general[name]}" for name in SETTINGS if general.get(name)] if isinstance(general, dict) else []
    return ", ".join(found) or None


def require_whole(about: Document, usual: Document) -> str | None:
    """Refuses a backup in which more than half of the rows of \`usual\` are missing; both are manifests.

    Rows of logs alone may be missing, when the backup's own configuration removes them: then that is said.
    """
    database, before = about["database"], usual["database"]
    rows, had = _rows(database), _rows(before)
    total, usually = sum(rows.values()), sum(had.values())
    if total >= usually * SHRUNKEN:
        return None
    kept, kept_before = (sum(count for name, count in one.items() if name not in litellm_tables.EXPIRING) for one in (rows, had))
    if about.get("logRetention") and kept >= kept_before * SHRUNKEN:
        return f"{usually - total} rows fewer than is usual, all of them in logs: {about['logRetention']}"
    raise Refused("shrunken", f"The backup has {total} rows; the previous ones had {usually}. {_most(rows, had)}")


def _rows(database: Document) -> dict[str, int]:
    return database_tables.by_table(database["tables"], database.get("roots", {}))


def _most(rows: dict[str, int], had: dict[str, int]) -> str:
    name = max(had, key=lambda one: had[one] - rows.get(one, 0))
    return f"{name} has {rows.get(name, 0)} of {had[name]}."
`,"backup/manifest.py":`"""What a backup says of itself: what it holds, of which moment, and what it takes to use it. Restores are checked against it."""

import concurrent.futures
import hashlib
import hmac
import json
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

from agent import contract
from agent.backup import log_retention
from agent.base import durable, keys, nofollow
from agent.base.clock import now
from agent.base.paths import AUDIT_LOG, ETC, FINGERPRINT_KEY, MIGRATED, RELEASES, SALT_KEY
from agent.base.refusal import Refused
from agent.gateway import certificates, images

SCHEMA = 1
NAME = "manifest.json"
# What makes up the machine's part; the rest of it comes with the packages, or by deploy.
TREES = (
    ETC, Path("/etc/caddy"), Path("/etc/containers/systemd"), Path("/etc/redis"), Path("/etc/postgresql"), FINGERPRINT_KEY,
    MIGRATED, AUDIT_LOG, Path(contract.FIREWALL_RULES), *certificates.TREES,
)  # fmt: skip

# It becomes part of paths.
RELEASE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,80}")

Manifest = dict[str, Any]


def copy_files(target: Path) -> int:
    """Copies the machine's files below \`target\`, links as links; answers how many there are."""
    for last in (False, True):
        try:
            _copy(target)
            break
        except FileNotFoundError:
            # A rollout that ends just now removes old releases.
            if last:
                raise
            shutil.rmtree(target)
    return sum(len(files) for _, _, files in os.walk(target))


def _copy(target: Path) -> None:
    for tree in TREES:
        to = target / tree.relative_to("/")
        # Services own some of these, and might swap a name for a link meanwhile.
        if tree.is_dir():
            nofollow.copy_tree(tree, to)
        elif tree.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            nofollow.copy_file(tree, to)


def write(folder: Path, kind: str, domain: str, database: dict[str, Any], redis: dict[str, int]) -> Manifest:
    """Writes the manifest of what is in the folder, and answers it."""
    # What was copied counts, not what may serve by now.
    etc = folder / "files" / ETC.relative_to("/")
    serving = Path(os.readlink(etc / "config.yaml")).parent.name
    about = durable.read_json(etc / "releases" / serving / "release.json")
    image = about["image"]
    manifest = {
        "schema": SCHEMA,
        "created": now().isoformat(),
        "kind": kind,
        "domain": domain,
        "release": serving,
        "image": image,
        "workers": about["workers"],
        "litellmVersion": images.litellm_version(image) if images.present(image) else None,
        "logRetention": log_retention.declared((etc / "releases" / serving / "config.yaml").read_text()),
        "salt": fingerprint(keys.read(etc / SALT_KEY.name)),
        "database": database,
        "redis": redis,
        "files": hashes(folder),
    }
    durable.write_json(folder / NAME, manifest)
    return manifest


def parse(content: bytes) -> Manifest:
    """Refuses what is no manifest of ours, or one that a newer version wrote."""
    try:
        manifest: Manifest = json.loads(content)
        schema = int(manifest["schema"])
    except (ValueError, KeyError, TypeError):
        raise Refused("manifest", f"{NAME} of the backup is damaged, or the backup is not ours.") from None
    if schema > SCHEMA:
        raise Refused("manifest", "The backup was made by a newer version of litellm-gitops. Use that one.")
    for name, shape in (("release", RELEASE), ("image", images.BY_DIGEST)):
        if not isinstance(manifest.get(name), str) or not shape.fullmatch(manifest[name]):
            raise Refused("manifest", f"{NAME} of the backup has a {name} that none of ours has: it is damaged, or forged.")
    return manifest


def require_ours(folder: Path) -> None:
    """Refuses a fetched backup with anything in it that none of ours has: anyone who can forge one must not gain more than the data.

    Files, folders and links are all there is, and links only among the machine's files, at none of the places that are read here.
    """
    machine = folder / "files"
    releases = machine / RELEASES.relative_to("/")
    places = (releases, *(machine / path.relative_to("/") for path in keys.MAKERS))
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(root) / name
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                leads = any(place.is_relative_to(path) for place in places) or path.is_relative_to(releases)
                strange = leads or not path.is_relative_to(machine)
            else:
                strange = not stat.S_ISREG(kind) and not stat.S_ISDIR(kind)
            if strange:
                raise Refused(
                    "forged",
                    f"The backup holds {path.relative_to(folder)}, which is not a plain file as in every genuine backup. None of it was "
                    "used. Find out who can write to the repository, and take another backup.",
                )


def release_folder(folder: Path, manifest: Manifest) -> Path:
    """Where the release that served is in a fetched backup."""
    return folder / "files" / RELEASES.relative_to("/") / str(manifest["release"])


def fingerprint(key: str) -> str:
    """Distinguishes two keys, and reveals nothing else about them."""
    return hmac.new(key.strip().encode(), b"litellm-gitops backup", hashlib.sha256).hexdigest()[:16]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below the folder, of links where they point to; the manifest itself is left out."""
    paths = [Path(root) / name for root, _, names in os.walk(folder) for name in sorted(names)]
    named = {str(path.relative_to(folder)): path for path in paths}
    named.pop(NAME, None)
    # hashlib lets other threads run while it works.
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return dict(zip(named, pool.map(_hash, named.values()), strict=True))


def _hash(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differences(manifest: Manifest, folder: Path) -> list[str]:
    """Names the files that are not as they were backed up."""
    wanted, found = manifest["files"], hashes(folder)
    return (
        [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
        + [f"{name} was not there" for name in sorted(found.keys() - wanted.keys())]
        + [f"{name} is damaged" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]
    )
`,"backup/restic.py":`"""restic, which keeps the backups: encrypted, deduplicated, in a repository on this machine and in one elsewhere."""

import dataclasses
import datetime
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent.backup.settings import Settings
from agent.base import durable
from agent.base.paths import BACKUP_PASSWORD, BACKUPS
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused, disk_full

if TYPE_CHECKING:
    from agent.contract_types import ErrorCode

CACHE = Path("/var/cache/litellm-gitops-restic")
TAG = "litellm-gitops"
ROWS = "rows-"
# Of a copy that restic did not make: the snapshot that it is of.
OF = "of-"
HOURS = 3600
# Seconds without any work, beyond waiting for a lock, after which restic is ended: 0.18 waits for ever when a disk was full while it
# wrote. From afar it tries again for a quarter of an hour what fails.
STILL_HERE, STILL_AFAR = 180, 1200
# Kinds that are not meant by "the latest".
NAMED = ("safety", "adopted")
# restic's own codes since 0.17; Ubuntu 24.04 has 0.16, where the text says.
CAUSE = re.compile(r"error|fatal|denied|refused|damaged|not found", re.IGNORECASE)
NO_REPOSITORY, LOCKED, WRONG_PASSWORD = 10, 11, 12


@dataclasses.dataclass(frozen=True)
class Snapshot:
    id: str
    time: datetime.datetime
    kind: str
    # Of the whole database, when it was taken.
    rows: int
    # That of the snapshot it was copied from, so that both are known to be the same.
    original: str
    paths: tuple[str, ...]


class Repository:
    """One repository; \`name\` is what people read: "repository" or "off-site copy"."""

    def __init__(
        self, location: str, settings: Settings, name: str, references: dict[str, str], password_file: Path = BACKUP_PASSWORD
    ) -> None:
        self.location = location
        # By variable of the storage: the name of its value. A folder of this host needs none.
        self.references = references if ":" in location else {}
        self.settings = settings
        self.name = name
        self.password_file = password_file

    def begin(self, like: "Repository | None" = None) -> None:
        """Makes the repository where there is none. Like another one, data that both have is the same in both."""
        if like is None or not self.is_reached_with(like):
            self.run("init", timeout=120)
        else:
            self.run("init", "--from-repo", like.location, "--copy-chunker-params", source=like, timeout=120)

    def is_reached_with(self, other: "Repository") -> bool:
        """Whether one process can reach both: restic has one environment for two storages, and so one account for two of a kind."""
        if not (self.is_remote() and other.is_remote()) or self.references == other.references:
            return True
        return self.kind() != other.kind() and not self.references.keys() & other.references.keys()

    def is_remote(self) -> bool:
        return ":" in self.location

    def kind(self) -> str:
        """Such as \`s3\`, by restic's word for it."""
        return self.location.partition(":")[0]

    def is_here(self) -> bool:
        """Whether it is a folder of this host that holds a repository, which takes no call of restic to see."""
        return ":" not in self.location and (Path(self.location) / "config").exists()

    def snapshots(self, *options: str) -> list[Snapshot]:
        """Ours, the oldest first."""
        listing: list[dict[str, Any]] = json.loads(self.run("snapshots", *options, "--json", "--tag", TAG, timeout=300)) or []
        found = [
            Snapshot(
                id=one["id"],
                time=datetime.datetime.fromisoformat(one["time"]),
                kind=next((tag for tag in one["tags"] if tag != TAG and not tag.startswith((ROWS, OF))), "scheduled"),
                rows=next((int(tag[len(ROWS) :]) for tag in one["tags"] if tag.startswith(ROWS)), 0),
                original=one.get("original") or next((tag[len(OF) :] for tag in one["tags"] if tag.startswith(OF)), one["id"]),
                paths=tuple(one["paths"]),
            )
            for one in listing
        ]
        return sorted(found, key=lambda one: one.time)

    def add(self, folder: Path, kind: str, rows: int, time: datetime.datetime, of: str | None = None) -> Snapshot:
        """Backs up the folder and answers its snapshot; with \`of\`, as a copy of that one."""
        tags = [TAG, kind, f"{ROWS}{rows}", *([] if of is None else [f"{OF}{of}"])]
        lines = self.run(
            "backup", "--json", "--host", self.settings.domain, *(word for tag in tags for word in ("--tag", tag)), "--time",
             time.astimezone().strftime("%Y-%m-%d %H:%M:%S"), str(folder), timeout=12 * HOURS,
        ).splitlines()  # fmt: skip
        summary = next((one for one in map(json.loads, reversed(lines)) if one.get("message_type") == "summary"), None)
        if summary is None or not summary.get("snapshot_id"):
            raise Refused("backup", f"restic exited without naming a snapshot in the {self.name}.", lines[-5:])
        name = str(summary["snapshot_id"])
        return Snapshot(id=name, time=time, kind=kind, rows=rows, original=of or name, paths=(str(folder),))

    def read(self, snapshot: Snapshot, path: str, *options: str) -> bytes:
        """One file of a snapshot, its path below the folder that was backed up."""
        return self.run("dump", *options, snapshot.id, f"{snapshot.paths[0]}/{path}", timeout=600).encode()

    def restore(self, snapshot: Snapshot, target: Path) -> Path:
        """Writes the snapshot's files below \`target\`; answers the folder that was backed up."""
        # \`ID:folder\` has the folder itself become the target, whatever path it was taken from.
        self.run("restore", f"{snapshot.id}:{snapshot.paths[0]}", "--target", str(target), timeout=12 * HOURS)
        return target

    def copy_from(self, other: "Repository", snapshots: list[Snapshot], by_way_of: Path) -> None:
        """Copies them; where no process can reach both, through a folder of this host, one after the other."""
        if not snapshots:
            return
        if self.is_reached_with(other):
            self.run("copy", "--from-repo", other.location, *(one.id for one in snapshots), source=other, timeout=24 * HOURS)
            return
        for one in snapshots:
            try:
                durable.folder(by_way_of, 0o700)
                self.add(other.restore(one, by_way_of), one.kind, one.rows, one.time, of=one.original)
            finally:
                shutil.rmtree(by_way_of, ignore_errors=True)

    def forget(self, snapshots: list[str]) -> None:
        if snapshots:
            self.run("forget", "--prune", *snapshots, timeout=12 * HOURS)

    def check(self, part: str | None) -> None:
        """Proves structure and, by \`part\` ("3/30", "100%"), so much of the data against its hashes."""
        data = () if part is None else (f"--read-data-subset={part}",)
        self.run("check", *data, timeout=12 * HOURS)

    def bytes(self) -> int | None:
        """What the repository takes on this host's disk; None when it is elsewhere."""
        if ":" in self.location:
            return None
        return sum(file.stat().st_size for file in Path(self.location).rglob("*") if file.is_file())

    def run(self, *arguments: str, timeout: float, source: "Repository | None" = None) -> str:
        """Raises \`Refused\` with a code of its own for what people can fix.

        A lock of somebody who was killed holds nobody up: it is removed, and those of the living are waited for.
        """
        try:
            return self._run(10, *arguments, timeout=timeout, source=source)
        except Refused as refused:
            if refused.code != "repository-locked":
                raise
        for one in (self, source):
            if one is not None:
                one.unlock()
        return self._run(300, *arguments, timeout=timeout, source=source)

    def unlock(self) -> None:
        """Removes the locks of those who are gone."""
        self._run(10, "unlock", timeout=120)

    def _run(self, patience: int, *arguments: str, timeout: float, source: "Repository | None" = None) -> str:
        durable.folder(BACKUPS, 0o700)
        remote = self.is_remote() or (source is not None and source.is_remote())
        environment = {
            "RESTIC_REPOSITORY": self.location,
            "RESTIC_PASSWORD_FILE": str(self.password_file),
            "RESTIC_CACHE_DIR": str(CACHE),
            "RESTIC_PROGRESS_FPS": "0.01",
        } | self.settings.storage_environment(self.references, *(() if source is None else (source.references,)))
        if source is not None:
            environment["RESTIC_FROM_PASSWORD_FILE"] = str(source.password_file)
        options = self.settings.sftp_options() if remote else ()
        try:
            return run(
                *("restic", *options, f"--retry-lock={patience}s", *arguments),
                timeout=timeout,
                environment=environment,
                still=patience + (STILL_AFAR if remote else STILL_HERE),
            )
        except FileNotFoundError:
            raise Refused("not-deployed", "restic is not installed on this host. Run deploy.") from None
        except CommandFailed as failed:
            raise self._refused(arguments[0], failed) from None

    def _refused(self, what: str, failed: CommandFailed) -> Refused:
        text = "\\n".join(failed.output)
        where = f"The {self.name} {self.location}"
        if failed.code == NO_REPOSITORY or "Is there a repository at" in text:
            return Refused("repository-missing", f"{where} does not exist, or has no repository.", failed.output)
        if failed.code == WRONG_PASSWORD or "wrong password or no key found" in text:
            return Refused(
                "backup-password",
                f"{where} cannot be opened with the password in {self.password_file}. Restore the right one from its escrow, or "
                "declare another place for new backups.",
                failed.output,
            )
        # A lock that cannot be written has the same number as one that somebody else holds.
        if "no space left on device" in text:
            # A server says it in other words: for a repository that is elsewhere, this is of what restic writes on this host.
            return disk_full(f"restic {what}" if what == "restore" or ":" in self.location else self.location, failed.output)
        if failed.code == LOCKED or "unable to create lock" in text:
            return Refused("repository-locked", f"{where} is locked by another program.", failed.output)
        cause = next((line for line in failed.output if CAUSE.search(line)), failed.output[-1] if failed.output else str(failed))
        return Refused(cast("ErrorCode", f"repository-{what}"), f"{where} failed at restic {what}: {cause[:300]}", failed.output)


def local(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository:
    return Repository(settings.repository, settings, "repository", settings.references, password_file)


def copy(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository | None:
    if settings.copy_to is None:
        return None
    return Repository(settings.copy_to, settings, "off-site copy", settings.copy_references, password_file)


def furthest(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository:
    """The one to trust least and to prove from: the copy, where there is one."""
    return copy(settings, password_file) or local(settings, password_file)


def choose(snapshots: list[Snapshot], wanted: str | None) -> Snapshot:
    """The snapshot that is meant by "latest", an id (or its beginning), or a time: the last one up to then."""
    if not snapshots:
        raise Refused("no-backup", "There is no backup yet. Run backup.")
    if wanted is None or wanted == "latest":
        # A safety backup holds what somebody just chose to replace, and an adopted one another gateway's data: these are named.
        return [one for one in snapshots if one.kind not in NAMED or one is snapshots[0]][-1]
    named = [one for one in snapshots if one.id.startswith(wanted) or one.original.startswith(wanted)]
    if len(named) == 1:
        return named[0]
    try:
        time = datetime.datetime.fromisoformat(wanted)
    except ValueError:
        known = ", ".join(f"{one.id[:8]} of {one.time:%Y-%m-%d %H:%M}" for one in snapshots[-10:])
        raise Refused(
            "no-backup", f'"{wanted}" names no backup; give latest, an id or a time such as 2026-11-23T02:00. There are: {known}.'
        ) from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=datetime.timezone.utc)
    before = [one for one in snapshots if one.time <= time]
    if not before:
        raise Refused("no-backup", f"There is no backup from before {time.isoformat()}; the oldest is of {snapshots[0].time.isoformat()}.")
    return before[-1]
`,"backup/retention.py":`"""Which backups may go. Pure: what it decides depends on nothing but what it is given."""

import datetime
from collections.abc import Container, Iterable

from agent.backup.restic import Snapshot


def expired(snapshots: Iterable[Snapshot], keep_days: int, last_good: str | None, held: Container[str] = ()) -> list[str]:
    """Ids of those to forget, given the original ids of the newest one that was proven, and of those \`held\` for a way back.

    Kept are: of each of the last \`keep_days\` days that have any, the last one; all of the last of these days; the newest that was
    proven, and with none proven all; those that are held; and of these days those that were adopted, as a takeover is not done in a day.
    Days that have backups are counted, not days of the calendar: when backups
    stop, or the clock jumps, the old ones stay.
    """
    ordered = sorted(snapshots, key=lambda one: one.time)
    if last_good is None or all(one.original != last_good for one in ordered):
        return []
    days: dict[datetime.date, list[Snapshot]] = {}
    for one in ordered:
        days.setdefault(one.time.astimezone(datetime.timezone.utc).date(), []).append(one)
    recent = sorted(days)[-keep_days:]
    kept = {days[day][-1].id for day in recent} | {one.id for one in days[recent[-1]]}
    kept |= {one.id for day in recent for one in days[day] if one.kind == "adopted"}
    kept |= {one.id for one in ordered if one.original == last_good or one.original in held}
    return [one.id for one in ordered if one.id not in kept]
`,"backup/settings.py":`"""What deploy said about backups: /etc/litellm/backup.json, and the values its storage needs in backup.env."""

import dataclasses
import shlex
from pathlib import Path
from typing import Any

from agent import contract
from agent.base import durable, env_file
from agent.base.paths import BACKUP_ENV, BACKUP_SETTINGS, BACKUP_SSH_KEY
from agent.base.refusal import Refused

KNOWN_HOSTS = Path(contract.BACKUP_KNOWN_HOSTS)


@dataclasses.dataclass(frozen=True)
class Settings:
    domain: str
    keep_days: int
    repository: str
    copy_to: str | None
    # Variable of the storage, such as AWS_ACCESS_KEY_ID, and the name under which backup.env has its value.
    references: dict[str, str]
    # The same for the copy.
    copy_references: dict[str, str]
    heartbeat: str | None
    # Hours after which a backup counts as missing.
    oldest_hours: float
    escrow: tuple[str, ...]

    def storage_environment(self, *places: dict[str, str]) -> dict[str, str]:
        """What restic needs to reach these storages, given what each refers to. Refuses when a value was never given."""
        values = stored_values()
        references = {variable: name for place in places for variable, name in place.items()}
        absent = sorted({name for name in references.values() if name not in values})
        if absent:
            raise Refused(
                "backup-value",
                f"The storage of the backups needs {', '.join(absent)}, which this host never got. Set it in the "
                "environment of the step that runs deploy, and deploy.",
            )
        return {variable: values[name] for variable, name in references.items()}

    def sftp_options(self) -> tuple[str, ...]:
        """restic's options for SFTP: our own key, and no host that is not pinned."""
        if not any((place or "").startswith("sftp:") for place in (self.repository, self.copy_to)):
            return ()
        words = ["-i", str(BACKUP_SSH_KEY), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]
        return ("-o", f"sftp.args={shlex.join([*words, '-o', f'UserKnownHostsFile={KNOWN_HOSTS}'])}")


def read() -> Settings:
    document: dict[str, Any] | None = durable.read_json(BACKUP_SETTINGS)
    if document is None:
        raise Refused("not-deployed", f"{BACKUP_SETTINGS} is missing on this host. Run deploy, which places it.")
    return parse(document)


def parse(document: dict[str, Any]) -> Settings:
    return Settings(
        domain=document["domain"],
        keep_days=int(document["keepDays"]),
        repository=document["repository"],
        copy_to=document.get("copyTo"),
        references=document.get("environment") or {},
        copy_references=document.get("copyEnvironment", document.get("environment")) or {},
        heartbeat=document.get("heartbeat"),
        oldest_hours=float(document.get("oldestHours", 26)),
        escrow=tuple(document.get("escrow") or ()),
    )


def stored_values() -> dict[str, str]:
    return env_file.read(BACKUP_ENV)


def take_values(given: dict[str, str]) -> dict[str, str]:
    """Keeps those of \`given\` that are the backup's, drops kept ones that are named no more, and answers the rest for LiteLLM."""
    document = durable.read_json(BACKUP_SETTINGS) or {}
    names = {name for part in ("environment", "copyEnvironment") for name in (document.get(part) or {}).values()}
    if document.get("heartbeat"):
        names.add(document["heartbeat"])
    before = stored_values()
    after = {name: env_file.one_line(name, value) for name, value in sorted((before | given).items()) if name in names}
    if after != before:
        durable.write(BACKUP_ENV, env_file.text(after).encode())
    return {name: value for name, value in given.items() if name not in names}
`,"backup/timers.py":`"""What makes the backups happen automatically: timers, the storage's values, and a key of this host's own for SFTP."""

from agent import contract
from agent.backup import settings as backup_settings
from agent.base import units
from agent.base.events import note
from agent.base.paths import BACKUP_ENV, BACKUP_SSH_KEY
from agent.base.process import run
from agent.system import pending_restarts


def ensure(given: dict[str, str]) -> list[str]:
    """Answers what was done."""
    done = []
    before = backup_settings.stored_values()
    backup_settings.take_values(given)
    if backup_settings.stored_values() != before:
        done.append(f"{BACKUP_ENV} written")
    settings = backup_settings.read()
    if settings.sftp_options() and not BACKUP_SSH_KEY.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"backups of {settings.domain}", "-f", str(BACKUP_SSH_KEY))
        done.append(f"{BACKUP_SSH_KEY} made")
        public = BACKUP_SSH_KEY.with_suffix(".pub").read_text().strip()
        note("backup", f"Authorize this key on the off-site storage ({settings.copy_to}): {public}")
    if pending_restarts.has("restart timers"):
        for timer in contract.TIMERS:
            units.restart(timer)
        pending_restarts.done("restart timers")
    for timer in contract.TIMERS:
        units.enable_and_start(timer)
    return done
`,"backup/upgrade.py":`"""The backup before migrations: taken, read back, and named wherever somebody may want it. Without it no migration is run."""

import shutil
from typing import TYPE_CHECKING

from agent.backup import backup, manifest, restic, settings as backup_settings
from agent.base import durable, jobs, room
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import BACKUPS
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import dump as database_dump, postgres
from agent.database.server import READER
from agent.gateway import release

if TYPE_CHECKING:
    from agent.contract_types import UpgradeBackupAnswer, UpgradeBackupQuestion

# Of a host that no release serves on, which a backup would need: kept until the next backup.
DUMPS = backup.DUMPS
READ_BACK = BACKUPS / "read-back"


def before(migrations: str, run_url: str) -> "UpgradeBackupAnswer":
    """Answers {snapshot, name, time}, with a file's path as \`name\` and no snapshot where no release serves."""
    try:
        if release.serving() is None:
            return _dump()
        given = {"run": run_url}
        answer: UpgradeBackupAnswer = jobs.work(
            backup.UNIT, "upgrade_backup", given, *jobs.GENTLY, what="backup", description="backup before migrations"
        )
        return answer
    except (Refused, CommandFailed) as failure:
        reason = failure.message if isinstance(failure, Refused) else str(failure)
        log = failure.log if isinstance(failure, Refused) else failure.output
        raise Refused(
            "upgrade-backup",
            f"{migrations} wait to be run, and the backup that comes before them failed: {reason} Nothing was migrated; the gateway serves "
            "as before. Put that right and run again.",
            log,
        ) from None


def work(given: "UpgradeBackupQuestion") -> "UpgradeBackupAnswer":
    """As \`before\`, in a unit of its own."""
    try:
        taken = backup.take("upgrade", given["run"])
    except Refused as refused:
        if refused.code != "copy":
            raise
        taken = refused.data["backup"]
        note("backup", f"{refused.message} It is on this host, which is enough to go back with.")
    with step("read back") as this:
        this.detail = _read_back(taken["snapshot"])
    return {"snapshot": taken["snapshot"], "name": taken["snapshot"][:8], "time": taken["time"]}


def clean_up() -> None:
    backup.clean_up()
    shutil.rmtree(READ_BACK, ignore_errors=True)


def _read_back(wanted: str) -> str:
    """Takes the backup out of the repository again: its manifest, the hash of every file, and what PostgreSQL says is in the dump."""
    repository = restic.local(backup_settings.read())
    snapshot = restic.choose(repository.snapshots(), wanted)
    about = manifest.parse(repository.read(snapshot, manifest.NAME))
    room.require({BACKUPS: about["database"]["bytes"]}, "To read the backup back")
    shutil.rmtree(READ_BACK, ignore_errors=True)
    durable.folder(READ_BACK, 0o700)
    try:
        repository.restore(snapshot, READ_BACK)
        manifest.require_ours(READ_BACK)
        wrong = manifest.differences(about, READ_BACK)
        if wrong:
            raise Refused("damaged", f"{len(wrong)} files of it are not as they were backed up: {'; '.join(wrong[:5])}")
        listed = database_dump.tables_listed(READ_BACK / "database")
        tables = len(about["database"]["tables"])
        if listed < tables:
            raise Refused("damaged", f"Its dump holds the rows of {listed} tables, and the database has {tables}.")
    finally:
        shutil.rmtree(READ_BACK, ignore_errors=True)
    return f"{len(about['files'])} files as they were backed up, the rows of {listed} tables in the dump"


def _dump() -> "UpgradeBackupAnswer":
    time = now()
    file = DUMPS / f"{time:%Y%m%dT%H%M%SZ}.dump"
    with step("dump") as this:
        with postgres.reading() as asked:
            bytes_ = asked.one("SELECT pg_database_size(current_database())")
        durable.folder(DUMPS, 0o700)
        room.require({DUMPS: bytes_}, "A dump of the database")
        run(*READER.tool("pg_dump", "--format=custom", "--no-large-objects", f"--file={file}", postgres.NAME), timeout=12 * 3600)
        this.detail = f"{file}, the rows of {database_dump.tables_listed(file)} tables; it is kept until the next backup"
    return {"snapshot": None, "name": str(file), "time": time.isoformat()}
`,"base/__init__.py":`"""What every program needs: processes, files that last, events, locks, keys, units."""
`,"base/applied.py":`"""The commit whose declaration this gateway has, as the run in GitHub that applied it says.

It is written with the key that changes the gateway, so nothing that a pull request can write moves it. What was reviewed since is
counted from here: a run that was dropped or never approved is made up for by the next one.
"""

import re
from typing import TYPE_CHECKING

from agent.base import durable
from agent.base.paths import APPLIED
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import Applied

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[\\w.-]{1,100}")


def write(commit: str, repository: str) -> None:
    """Remembers that all that the commit declares is on the gateway."""
    if not COMMIT.fullmatch(commit) or not REPOSITORY.fullmatch(repository):
        raise Refused("applied", f"{commit!r} of {repository!r} is no commit of a repository.")
    durable.write_json(APPLIED, {"commit": commit, "repository": repository})


def current() -> "Applied | None":
    found: Applied | None = durable.read_json(APPLIED)
    return found
`,"base/audit.py":`"""The host's own record of who changed what, one JSON line each.

Each line ends with a hash over itself and the line before. Anyone who becomes root can write the whole file again; so the last link goes
into the log of each run too, which lies elsewhere, and into each backup.
"""

import hashlib
import json
import re
from typing import Any

from agent.base import durable, login
from agent.base.clock import now
from agent.base.events import note
from agent.base.paths import AUDIT_LOG, RUNTIME

Document = dict[str, Any]

LOCK = RUNTIME / "audit.lock"
CHAINED = re.compile(rb'(\\{.*), "chain": "([0-9a-f]{64})"\\}')


def record(run: str, what: str, **details: Any) -> None:
    """Adds one line; call it when the change is made, with names and counts, never values.

    \`who\` is what the runner says of itself. \`login\` is what sshd knows: the account and the key that logged in; null when nobody did,
    as for what the host does automatically.
    """
    durable.folder(AUDIT_LOG.parent, 0o700)
    line = {"time": now().isoformat(), "who": run, "login": login.current(), "what": what} | details
    with durable.locked(LOCK):
        text = _content()
        count, _, link = _walk(text)
        # What was cut off by a loss of power stays a line of its own.
        torn = "" if not text or text.endswith(b"\\n") else "\\n"
        body = json.dumps(line)
        link = _next(link, body.encode())
        durable.append_line(AUDIT_LOG, f'{torn}{body[:-1]}, "chain": "{link}"}}')
    note("audit", f"{what} is line {count + 1} of audit.log, chain {link[:16]}")


def gather() -> Document:
    """{lines, broken, link}: the number of the first line that does not follow from the ones before it, or null, and the last link."""
    count, broken, link = _walk(_content())
    return {"lines": count, "broken": broken, "link": link[:16]}


def _content() -> bytes:
    try:
        return AUDIT_LOG.read_bytes()
    except FileNotFoundError:
        return b""


def _walk(text: bytes) -> tuple[int, int | None, str]:
    """How many lines there are, the first one that is wrong, and the link that the next one follows from.

    Lines of earlier versions have no link. They come first, and the first link is over all of them.
    """
    lines = text.split(b"\\n")[:-1] if text.endswith(b"\\n") else text.split(b"\\n") if text else []
    link = ""
    chained = False
    before = hashlib.sha256()
    broken: int | None = None
    for number, line in enumerate(lines, 1):
        found = CHAINED.fullmatch(line)
        if found is None:
            before.update(line + b"\\n")
            # A line that was being written when the power went is no JSON; one that is was put there by somebody else.
            if chained and broken is None and _is_whole(line):
                broken = number
            continue
        if not chained:
            link = before.hexdigest()
            chained = True
        expected = _next(link, found[1] + b"}")
        link = found[2].decode()
        if link != expected and broken is None:
            broken = number
    return len(lines), broken, link if chained else before.hexdigest()


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
        return True
    except ValueError:
        return False


def _next(link: str, body: bytes) -> str:
    return hashlib.sha256(link.encode() + b"\\n" + body).hexdigest()
`,"base/background.py":`"""Work in progress beside the steps of a deploy: what is waited for are programs, so a thread will do."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

from agent.base.events import note

Answer = TypeVar("Answer")


class Beside(Generic[Answer]):
    """Holds: when its \`with\` block is left, by an error of another step too, nothing of the work continues."""

    def __init__(self, name: str, work: Callable[[], Answer]) -> None:
        self._name = name
        self._work = work
        self._pool = ThreadPoolExecutor(1)
        self._begun: Future[Answer] | None = None

    def begin(self) -> Future[Answer]:
        """Called as soon as the work can be done; again, it does nothing."""
        self._begun = self._begun or self._pool.submit(self._work)
        return self._begun

    def finish(self) -> Answer:
        """Waits for the end and gives the answer; raises what the work raised."""
        return self.begin().result()

    def __enter__(self) -> "Beside[Answer]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._begun is not None and not self._begun.done():
            note(self._name, "is still running; waiting for it.")
        self._pool.shutdown()
`,"base/clock.py":`"""The time as every record of this host has it."""

import datetime


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
`,"base/durable.py":`"""Files that survive a power cut: written beside, flushed, then renamed over."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.base import nofollow
from agent.base.events import note
from agent.base.refusal import Refused


def write(
    path: Path,
    content: bytes,
    mode: int = 0o600,
    owner: tuple[int, int] | None = None,
) -> None:
    """Replaces \`path\` as a whole; it never exists half written, nor for a moment with a wider mode or another owner.

    Refuses with the code \`path\` where somebody else than root could move the folder away, as all of this module does.
    """
    with nofollow.folder(path.parent) as at:
        write_at(at, path, content, mode, owner)


def write_at(at: int, path: Path, content: bytes, mode: int, owner: tuple[int, int] | None) -> None:
    """As \`write\`, into the folder that is open as \`at\`."""
    beside = _beside(path)
    with _named(path):
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=at)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if owner is not None:
                    os.fchown(file.fileno(), *owner)
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            os.replace(beside, path.name, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=at)
            raise
        os.fsync(at)


def _beside(path: Path) -> str:
    return f".{path.name}.{secrets.token_hex(4)}"


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error names the whole path, though the work is done by a descriptor of its folder."""
    try:
        yield
    except OSError as failure:
        failure.filename = str(path)
        failure.filename2 = None
        raise


def write_json(path: Path, document: Any) -> None:
    write(path, (json.dumps(document, indent=1) + "\\n").encode())


def read_json(path: Path) -> Any:
    """The document in \`path\`, or None when there is none."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def append_line(path: Path, line: str) -> None:
    """Adds one line in a single write and flushes it."""
    with nofollow.folder(path.parent) as at, _named(path):
        descriptor = os.open(path.name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=at)
    try:
        os.write(descriptor, (line + "\\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link(path: Path, target: str) -> None:
    """Makes \`path\` a symbolic link to \`target\`, instead of what it was, without a moment in which it is missing."""
    beside = _beside(path)
    with nofollow.folder(path.parent) as at, _named(path):
        os.symlink(target, beside, dir_fd=at)
        os.replace(beside, path.name, src_dir_fd=at, dst_dir_fd=at)
        os.fsync(at)


def remove(path: Path) -> None:
    with nofollow.folder(path.parent) as at, _named(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path.name, dir_fd=at)
        os.fsync(at)


def folder(path: Path, mode: int) -> None:
    """Makes sure that the folder exists; the ones made on the way get 0755, the last one \`mode\`, whatever the umask says."""
    with nofollow.folder(path, make=mode):
        pass


def flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path, seconds: float = 30) -> Iterator[None]:
    """Holds an exclusive lock on \`path\`; the kernel frees it when this process ends, however it ends."""
    with nofollow.folder(path.parent, make=0o755) as at, _named(path):
        descriptor = os.open(path.name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=at)
    try:
        begun = time.monotonic()
        noted = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - begun
                if waited > 5 and not noted:
                    note("wait", "Work that an earlier run started on this host is still running; waiting for it.")
                    noted = True
                if waited >= seconds:
                    raise Refused(
                        "busy",
                        "Another run of litellm-gitops is changing this host right now. Run again when it has finished.",
                    ) from None
                time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)
`,"base/env_file.py":`"""Files of NAME=value lines: written here and read here, so that what was written is what is read, whatever a value holds.

A line ends at a line feed and at nothing else, as it does for the shell in the container that reads the same file. What Python
takes for the end of a line besides that (U+0085, U+2028, a vertical tab and more) is part of a value.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from agent import contract
from agent.base.refusal import Refused

NAME = re.compile(contract.VARIABLE)


def text(values: Mapping[str, str]) -> str:
    """The file's content. Refuses what it cannot hold."""
    return "".join(f"{name}={_held(name, value)}\\n" for name, value in values.items())


def parse(content: bytes | str) -> dict[str, str]:
    whole = content.decode() if isinstance(content, bytes) else content
    return dict(line.split("=", 1) for line in whole.split("\\n") if "=" in line)


def read(path: Path) -> dict[str, str]:
    """Nothing when there is no such file."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return {}


def one_line(name: str, value: str) -> str:
    """The value as it is in the file, which keeps one line each. JSON is put on one line; other texts are refused."""
    if not NAME.fullmatch(name):
        raise Refused("env-name", f"{name!r} cannot be the name of an environment variable.")
    stripped = value.strip()
    if "\\0" in stripped:
        raise Refused("env-value", f"The value of {name} holds a zero byte.")
    if "\\n" not in stripped and "\\r" not in stripped:
        return stripped
    try:
        return json.dumps(json.loads(stripped), separators=(",", ":"))
    except ValueError:
        raise Refused(
            "env-value",
            f"The value of {name} has several lines, and an environment file keeps one. JSON would be put on one line; "
            "for anything else give it as base64 or in a form without line breaks.",
        ) from None


def _held(name: str, value: str) -> str:
    """What comes here went through \`one_line\`, or was made by the host: anything else is a bug that must not become a second variable."""
    if not NAME.fullmatch(name) or any(end in value for end in "\\n\\r\\0"):
        raise Refused("env-value", f"The value of {name!r} does not fit in one line of an environment file.")
    return value
`,"base/events.py":`"""What the agent says: progress as it happens, then one result or one error, each a JSON line."""

import contextlib
import errno
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from agent.base.process import DatabaseGone, DatabaseRefused, NotPrepared
from agent.base.refusal import Refused, database_gone, disk_full

Writer = Callable[[dict[str, Any]], None]


def _to_stdout(document: dict[str, Any]) -> None:
    try:
        line = json.dumps(document, default=str, separators=(",", ":"), allow_nan=False) + "\\n"
    except ValueError:
        # PostgreSQL's numbers may be NaN or infinite, which JSON cannot say.
        line = json.dumps(_finite(document), default=str, separators=(",", ":")) + "\\n"
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except OSError:
        # The runner is gone. The work continues; standard output must not raise again when the interpreter ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end


def _finite(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_finite(item) for item in node]
    return None if isinstance(node, float) and not math.isfinite(node) else node


_writer: Writer = _to_stdout


def write_to(writer: Writer) -> None:
    """Sends everything said from now on to \`writer\`: the rollout's own unit writes a journal instead of standard output."""
    global _writer  # noqa: PLW0603 - one for the process, as standard output is
    _writer = writer


def say(document: dict[str, Any]) -> None:
    _writer(document)


def note(name: str, detail: str) -> None:
    """A line of progress inside a step."""
    say({"event": "note", "name": name, "detail": detail})


class Step:
    """Lets the work inside say what it did; the text is shown when the step is done."""

    detail: str | None = None


@contextlib.contextmanager
def step(name: str) -> Iterator[Step]:
    """Reports start, end and seconds of one step; an exception is reported as its failure and passed on."""
    begun = time.monotonic()
    this = Step()
    say({"event": "step", "name": name, "state": "start"})
    try:
        yield this
    except BaseException as failure:
        say(_ended(name, "fail", begun, _first_line(str(failure))))
        raise
    say(_ended(name, "done", begun, this.detail))


def _ended(name: str, state: str, begun: float, detail: str | None) -> dict[str, Any]:
    seconds = round(time.monotonic() - begun, 3)
    document = {"event": "step", "name": name, "state": state, "seconds": seconds}
    return document if detail is None else document | {"detail": detail}


def _first_line(text: str) -> str:
    return text.strip().split("\\n", 1)[0][:300]


def answer(main: Callable[[Any], Any], given: Any) -> int:
    """Runs \`main\` and says how it ended. An unexpected exception is answered too, with its traceback as log."""
    try:
        say({"result": main(given)})
        return 0
    except Refused as refused:
        say({"error": refused.document()})
    except DatabaseGone as gone:
        say({"error": database_gone(gone.output).document()})
    except DatabaseRefused as refused:
        say({"error": Refused("database", str(refused), refused.output).document()})
    except NotPrepared as old:
        say({"error": Refused("not-prepared", str(old)).document()})
    except Exception as failure:  # noqa: BLE001 - whatever it is, it must be answered
        if isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT):
            say({"error": disk_full(failure.filename or "a file").document()})
            return 1
        # Only file, line and exception: frames' values could be secrets and are never formatted.
        log = traceback.format_exc().strip().split("\\n")[-20:]
        say(
            {
                "error": {
                    "code": "bug",
                    "message": f"{type(failure).__name__}: {failure}",
                    "log": log,
                    "data": {},
                }
            }
        )
    return 1
`,"base/job_unit.py":`"""A backup, its proof or its restore as systemd runs it."""

import json
import os
from pathlib import Path
from typing import Any

from agent import programs
from agent.base import durable, events, priority
from agent.base.paths import BACKUP_LOCK

# One that runs by the clock may hold the lock when somebody asks for another.
LOCK_SECONDS = 6 * 3600


def main(given: dict[str, Any]) -> Any:
    """Input: {program, input, events?}. Runs the program's \`work\`; called after its end, however it ended, its \`clean_up\`."""
    program = programs.load(given["program"], "job")
    if "SERVICE_RESULT" in os.environ:
        program.clean_up()
        return None
    if "events" in given:
        log = Path(given["events"])
        events.write_to(lambda document: durable.append_line(log, json.dumps(document, default=str)))
    priority.follow(os.getpid())
    with durable.locked(BACKUP_LOCK, LOCK_SECONDS):
        return program.work(given["input"])
`,"base/jobs.py":`"""Long work as a unit of systemd: neither the runner nor its SSH connection is needed to bring it to its end."""

import json
import secrets
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent import contract, programs
from agent.base import durable, units
from agent.base.events import note, say
from agent.base.paths import RUNS
from agent.base.process import run
from agent.base.refusal import Refused, disk_full

KEPT_RUNS = 10
BUSY_SECONDS = 1800
AFTER_SECONDS = 120
# Properties of units that let the gateway go first; those that run by the clock have the same.
GENTLY = ("Nice=10", "IOSchedulingClass=idle")
LEAST_SPACE = 1024**2


def start(unit: str, main: str, given: dict[str, Any], name: str, description: str, *properties: str, after: bool = False) -> Path:
    """Starts the agent's program \`main\` as a unit, with {events: file} added to its input; answers the folder of that file.

    It gets the modules of that program, and of the one that \`given\` names as its own \`program\`.
    With \`after\` the program is started once more when it has ended, however it ended, with SERVICE_RESULT in its environment.
    """
    wait_for_end(unit)
    folder = RUNS / f"{name}-{secrets.token_hex(3)}"
    durable.folder(folder, 0o700)
    _drop_old_runs()
    events = folder / "events.jsonl"
    events.touch(mode=0o600)
    modules = programs.sources(main, *([given["program"]] if "program" in given else []))
    request = {"modules": modules, "main": main, "input": given | {"events": str(events)}}
    durable.write(folder / "request.json", (json.dumps(request) + "\\n").encode())
    program = [sys.executable, "-I", "-B", "-c", contract.BOOTSTRAP_UNIT]
    stop = [f"--property=ExecStopPost={_quoted(program)}"] if after else []
    run(
        "systemd-run", f"--unit={unit}", "--collect", "--quiet", f"--description={description}", "--property=Type=exec",
        f"--property=StandardInput=file:{folder / 'request.json'}", *[f"--property={one}" for one in properties], *stop, *program,
    )  # fmt: skip
    return folder


def start_work(unit: str, program: str, given: Mapping[str, Any], *properties: str, description: str | None = None) -> Path:
    """Starts a unit that does the \`work\` of a program with \`given\`, and then, however that ended, its \`clean_up\`.

    The unit is called litellm-gitops-NAME.service; NAME also names the folder, which this answers, and describes the unit.
    """
    name = unit.removeprefix("litellm-gitops-").removesuffix(".service")
    request = {"program": program, "input": given}
    return start(unit, "job_unit", request, name, f"litellm-gitops {description or name}", *properties, after=True)


def work(
    unit: str, program: str, given: Mapping[str, Any], *properties: str, what: str | None = None, description: str | None = None
) -> Any:
    """Has a unit do the \`work\` of a program, as \`start_work\`; answers what that does. \`what\` names the work in an error."""
    folder = start_work(unit, program, given, *properties, description=description)
    return finish(unit, folder, what or program)


def wait_for_end(unit: str) -> None:
    """The one before may still be at work, or cleaning up behind itself."""
    deadline = time.monotonic() + BUSY_SECONDS
    noted = False
    while is_under_way(unit):
        if time.monotonic() > deadline:
            raise Refused("busy", f"The same job has been running on this host for very long. See: journalctl -u {unit}")
        if not noted and deadline - time.monotonic() < BUSY_SECONDS - 3:
            note("wait", "The same job is already running; waiting for it.")
            noted = True
        time.sleep(0.2)


def _quoted(words: list[str]) -> str:
    """As a line of a unit file: there \`$\` and \`%\` mean something, and quotes hold words together."""
    escaped = (word.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"').replace("$", "$$").replace("%", "%%") for word in words)
    return " ".join(f'"{word}"' for word in escaped)


def follow(unit: str, folder: Path, what: str) -> Any:
    """Passes on the unit's events until its answer, which has the shape of its program's. Ending this program does not end the unit."""
    with open(folder / "events.jsonl", encoding="utf-8") as events:
        partial = ""
        quiet_since = time.monotonic()
        ended = False
        while True:
            partial += events.readline()
            if partial.endswith("\\n"):
                document: dict[str, Any] = json.loads(partial)
                partial = ""
                quiet_since = time.monotonic()
                if "result" in document:
                    return document["result"]
                if "error" in document:
                    error = document["error"]
                    raise Refused(error["code"], error["message"], error["log"], **error["data"])
                say(document)
                continue
            if ended:
                if shutil.disk_usage(folder).free < LEAST_SPACE:
                    # It could not even write down why it ended.
                    raise disk_full(folder)
                raise Refused("interrupted", f"The {what} ended without an answer. Run again: it continues from the journal.")
            if time.monotonic() - quiet_since > 3:
                # Its last line may have come between the read above and this: read once more before giving it up.
                ended = not is_under_way(unit)
                quiet_since = time.monotonic()
            time.sleep(0.05)


def finish(unit: str, folder: Path, what: str) -> Any:
    """Like \`follow\`, and what the unit does after its end has been done too when this answers or refuses."""
    try:
        return follow(unit, folder, what)
    finally:
        deadline = time.monotonic() + AFTER_SECONDS
        while is_under_way(unit) and time.monotonic() < deadline:
            time.sleep(0.05)


def is_under_way(unit: str) -> bool:
    return not units.is_down(unit)


def _drop_old_runs() -> None:
    folders = sorted((entry for entry in RUNS.iterdir() if entry.is_dir()), key=lambda entry: entry.stat().st_mtime)
    for folder in folders[:-KEPT_RUNS]:
        shutil.rmtree(folder, ignore_errors=True)
`,"base/journal.py":`"""What is in progress on this host, so that the next run after a crash can finish or undo it."""

from typing import Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import JOURNAL


def begin(kind: str, run: str, **details: Any) -> None:
    durable.write_json(JOURNAL, {"kind": kind, "run": run, "step": "begin", "since": now().isoformat()} | details)


def advance(step: str, **details: Any) -> None:
    """Notes the step before it is taken: after a crash it may have happened or not."""
    durable.write_json(JOURNAL, current() | {"step": step} | details)


def end() -> None:
    durable.remove(JOURNAL)


def current() -> dict[str, Any]:
    """The entry of what was begun and has not ended, or {}."""
    return durable.read_json(JOURNAL) or {}
`,"base/keys.py":`"""The keys that are made on the host, once each, and never leave it in clear."""

import hashlib
import hmac
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from agent.base import durable
from agent.base.paths import (
    BACKUP_PASSWORD,
    ETC,
    FINGERPRINT_KEY,
    MASTER_KEY,
    POSTGRES_OWNER_PASSWORD,
    POSTGRES_PASSWORD,
    REDIS_PASSWORD,
    SALT_KEY,
    STATE,
)
from agent.base.refusal import Refused

MAKERS: dict[Path, Callable[[], str]] = {
    # LiteLLM asks for the prefix, and refuses to start with a well-known key.
    MASTER_KEY: lambda: "sk-" + secrets.token_hex(32),
    # Everything stored encrypted in the database hangs on this one: made at the first deploy, never changed.
    SALT_KEY: lambda: secrets.token_hex(32),
    POSTGRES_PASSWORD: lambda: secrets.token_hex(24),
    POSTGRES_OWNER_PASSWORD: lambda: secrets.token_hex(24),
    REDIS_PASSWORD: lambda: secrets.token_hex(24),
    FINGERPRINT_KEY: lambda: secrets.token_hex(32),
    BACKUP_PASSWORD: lambda: secrets.token_hex(32),
}


def missing() -> list[str]:
    return [str(path) for path in MAKERS if not _has_content(path)]


def make_missing(database_has_content: Callable[[], bool]) -> list[str]:
    """Makes the key files that are not there and answers what was done.

    Refuses when the salt key is gone but the database is not: a new one would make every stored credential unreadable.
    """
    durable.folder(ETC, 0o755)
    durable.folder(STATE, 0o700)
    absent = [path for path in MAKERS if not _has_content(path)]
    if SALT_KEY in absent and database_has_content():
        raise Refused(
            "salt-key-lost",
            f"{SALT_KEY} is missing, but the database has data encrypted with it. A new key would make that unreadable. "
            "Restore the file from a backup (every one has it), then deploy again.",
        )
    for path in absent:
        durable.write(path, (MAKERS[path]() + "\\n").encode(), 0o600)
    wide = [path for path in MAKERS if stat.S_IMODE(path.stat().st_mode) != 0o600]
    for path in wide:
        path.chmod(0o600)
    return [f"{path} made" for path in absent] + [f"{path} closed to others" for path in wide]


def read(path: Path) -> str:
    """The key without the line end that people's editors add: LiteLLM compares every byte."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise Refused("key-missing", f"{path} is missing on the host. Run deploy, or restore a backup.") from None


def fingerprinter() -> Callable[[str], str] | None:
    """A function from a value to 16 hex digits that only this host can compute; None before the first deploy."""
    if not _has_content(FINGERPRINT_KEY):
        return None
    key = read(FINGERPRINT_KEY).encode()
    return lambda value: hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16]


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 1
    except FileNotFoundError:
        return False
`,"base/lease.py":`"""The lock on this gateway: a lease that expires, so a runner that died blocks nobody for long."""

import datetime
from typing import TYPE_CHECKING

from agent.base import applied, durable
from agent.base.clock import now
from agent.base.paths import LEASE, STATE
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import Lease, LeaseAnswer, LeaseQuestion

LOCK = STATE / "lease.lock"


def main(given: "LeaseQuestion") -> "LeaseAnswer":
    """Input: {action: acquire|renew|release|applied, holder, run, ttlSeconds?, commit?, repository?}.

    Any caller with the same \`run\` is the same holder. With \`applied\`, the holder says that the gateway has all of this commit.
    """
    durable.folder(STATE, 0o700)
    with durable.locked(LOCK):
        held = current()
        if given["action"] == "release":
            # Somebody else's lease is left alone: ours had expired and was taken over.
            if held and held["run"] == given["run"]:
                durable.remove(LEASE)
            return {"lease": None, "takenOver": None}
        if held and held["run"] != given["run"]:
            raise busy(held)
        if given["action"] in ("renew", "applied") and not held:
            raise Refused("lease-lost", "The lease expired before it was renewed. Run the command again.")
        if given["action"] == "applied":
            applied.write(given["commit"], given["repository"])
            return {"lease": held, "takenOver": None}
        before = durable.read_json(LEASE)
        expires = now() + datetime.timedelta(seconds=int(given["ttlSeconds"]))
        lease: Lease = {"holder": given["holder"], "run": given["run"], "expires": expires.isoformat()}
        durable.write_json(LEASE, lease)
        expired = before if before and before["run"] != given["run"] else None
        return {"lease": lease, "takenOver": expired}


def current() -> "Lease | None":
    """The lease that counts now, or None."""
    lease: Lease | None = durable.read_json(LEASE)
    if lease is None or datetime.datetime.fromisoformat(lease["expires"]) <= now():
        return None
    return lease


def require(run: str) -> None:
    """Refuses when somebody else holds the lease; every program that changes the host asks this first."""
    held = current()
    if held and held["run"] != run:
        raise busy(held)


def busy(held: "Lease") -> Refused:
    return Refused(
        "busy",
        f"{held['holder']} is working on this gateway ({held['run']}), at the latest until {held['expires']}. "
        "Wait for that run; after that time its lease no longer counts.",
        lease=held,
    )
`,"base/login.py":`"""Who logged in, as sshd knows it: what a runner says of itself is its own word."""

import functools
import os
import re
from pathlib import Path

from agent.base.process import CommandFailed, run

ACCEPTED = re.compile(r"Accepted publickey for (\\S+) from (\\S+) port \\d+ ssh2: \\S+ (SHA256:\\S+)")


@functools.cache
def current() -> dict[str, str] | None:
    """{user, from, key}: account, address and fingerprint of the SSH key of the connection that this program runs in."""
    for pid in _ancestors():
        try:
            # Of root alone, who is sshd: others can write lines that look the same.
            log = run("journalctl", "-q", "--no-pager", "-b", "-o", "cat", "-n", "50", f"_PID={pid}", "_UID=0", timeout=10)
        except (CommandFailed, FileNotFoundError):
            return None
        accepted = ACCEPTED.findall(log)
        if accepted:
            # An earlier process may have had the same number.
            user, address, key = accepted[-1]
            return {"user": user, "from": address, "key": key}
    return None


def _ancestors() -> list[int]:
    """Those that are sshd, the nearest first."""
    found: list[int] = []
    pid = os.getppid()
    while pid > 1:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            break
        name = stat[stat.index("(") + 1 : stat.rindex(")")]
        if name.startswith("sshd"):
            found.append(pid)
        pid = int(stat[stat.rindex(")") + 2 :].split()[1])
    return found
`,"base/machine.py":`"""Facts of the machine itself, and whether this product supports it."""

import os
import platform
import socket
from typing import TYPE_CHECKING

from agent.base import paths
from agent.base.clock import now
from agent.base.refusal import Refused, disk_full

if TYPE_CHECKING:
    from agent.contract_types import HostFacts

LEAST_SPACE = 100 * 1024**2
LEAST_FILES = 1000
# The first releases that carry podman 4.4 or newer, which brought Quadlet.
OLDEST = {"debian": (13,), "ubuntu": (24, 4)}


def facts() -> "HostFacts":
    release = os_release()
    disk = os.statvfs("/")
    return {
        "os": {
            "id": release.get("ID", "unknown"),
            "version": release.get("VERSION_ID", ""),
            "name": release.get("PRETTY_NAME", "unknown"),
        },
        "python": platform.python_version(),
        "arch": platform.machine(),
        "vcpu": len(os.sched_getaffinity(0)),
        "memoryBytes": memory_bytes(),
        "disk": {
            "sizeBytes": disk.f_blocks * disk.f_frsize,
            "freeBytes": disk.f_bavail * disk.f_frsize,
        },
        "time": now().isoformat(),
        "hostname": socket.gethostname(),
    }


def os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def memory_bytes() -> int:
    return _memory("MemTotal")


def available_bytes() -> int:
    """Memory that can be had without taking it from somebody."""
    return _memory("MemAvailable")


def _memory(name: str) -> int:
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def require_space() -> None:
    """Refuses to begin what could not be finished: a release, its journal and its log lines need some room."""
    for path in (paths.ETC, paths.STATE):
        above = next(one for one in (path, *path.parents) if one.exists())
        disk = os.statvfs(above)
        if disk.f_bavail * disk.f_frsize < LEAST_SPACE or (disk.f_files > 0 and disk.f_favail < LEAST_FILES):
            raise disk_full(path)


def require_supported() -> None:
    """Refuses what cannot run the gateway, with the reason."""
    release = os_release()
    name = release.get("PRETTY_NAME", "an unknown system")
    oldest = OLDEST.get(release.get("ID", ""))
    version = release.get("VERSION_ID", "0")
    if oldest is None or _numbers(version) < oldest:
        raise Refused(
            "unsupported-system",
            f"This host runs {name}. The gateway needs Debian 13 or Ubuntu 24.04 or newer, the first whose "
            "podman (4.4 or newer) runs containers as systemd services (Quadlet). Use such a machine.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
`,"base/migration_runs.py":`"""Which images' migrations this database has had, and which backup was taken before each run of them."""

from typing import TYPE_CHECKING, Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import MIGRATED

if TYPE_CHECKING:
    from agent.contract_types import UpgradeBackupAnswer

KEPT = 20

Document = dict[str, Any]


def images() -> list[str]:
    """Those whose migrations were run, the newest last."""
    known: list[str] = _read().get("images", [])
    return known


def runs() -> list[Document]:
    """[{image, time, migrations: [name], backup: {snapshot, name, time}}], the newest last; those on an empty database are left out."""
    known: list[Document] = _read().get("runs", [])
    return known


def note(image: str, migrations: list[str], backup: "UpgradeBackupAnswer") -> None:
    """Called before the migrations are run: one that dies halfway has changed something already."""
    run = {"image": image, "time": now().isoformat(), "migrations": migrations, "backup": backup}
    durable.write_json(MIGRATED, _read() | {"runs": [*runs(), run][-KEPT:]})


def done(image: str) -> None:
    durable.write_json(MIGRATED, _read() | {"images": [*(one for one in images() if one != image), image][-KEPT:]})


def backup_before(migrations: list[str]) -> "UpgradeBackupAnswer | None":
    """The backup that was taken before the first of these was run: {snapshot, name, time}; with no snapshot it is a file."""
    first = min(migrations, key=str.encode)
    # After a restore the same one may have been run again.
    return next((run["backup"] for run in reversed(runs()) if first in run["migrations"]), None)


def backup_for(image: str) -> "UpgradeBackupAnswer | None":
    """The backup that was taken before the image's migrations were last run."""
    return next((run["backup"] for run in reversed(runs()) if run["image"] == image), None)


def backups() -> set[str]:
    """The snapshots that a way back leads over."""
    return {run["backup"]["snapshot"] for run in runs()} - {None}


def _read() -> Document:
    return durable.read_json(MIGRATED) or {}
`,"base/nofollow.py":`"""Folders and files opened so that nobody but root decides where they lie.

Holds: a folder is root's when it belongs to root and nobody else may write to it; then every name in it, links too, was made by
root. In a folder of another account, that account can put a link or something else in the place of any name, at any moment, also
between two calls of ours. So paths are walked from \`/\` on, folder by folder, by descriptors; a link is followed only where root
made it; and what lies in a folder of another account is only looked at by \`foreign\`, which follows none.
"""

import contextlib
import errno
import grp
import io
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from agent.base.refusal import Refused

# In tests that need no root the account that runs them is all there is.
TRUSTED = frozenset((0, os.geteuid()))
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
MOST_LINKS = 40
MOST_ROUNDS = 10_000
# What another account may be given by its package, and deploy takes back: the folders that configuration of ours lies in.
CLAIMED = Path("/etc")


@contextlib.contextmanager
def folder(path: Path, make: int | None = None, claim: bool = False) -> Iterator[int]:
    """A descriptor of the folder, which is root's, as are all above it; refuses with the code \`path\` where they are not.

    With \`make\` what is missing is made, the folder itself with that mode. With \`claim\` folders below /etc that belong to another
    account become root's; they keep their group.
    """
    descriptor = _walk(path, make, claim, False)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def foreign(path: Path) -> Iterator[int]:
    """A descriptor of a folder that may belong to anybody, reached without a link that somebody else than root made."""
    descriptor = _walk(path, None, False, True)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_safe(path: Path) -> bool:
    """Whether the folder and all above it are root's. One that is missing is none."""
    try:
        with folder(path):
            return True
    except (Refused, FileNotFoundError):
        return False


def regular(name: str, at: int, where: Path) -> int:
    """A descriptor to read the regular file \`name\` of the folder; anything else is refused, and a pipe does not hold us up."""
    try:
        descriptor = os.open(name, OPEN_FILE, dir_fd=at)
    except OSError as failure:
        failure.filename = str(where / name)
        if failure.errno in (errno.ELOOP, errno.ENXIO):
            raise _refused(where / name, "is not a regular file") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(where / name, "is not a regular file")
    return descriptor


@contextlib.contextmanager
def reading(path: Path) -> Iterator[io.BufferedReader]:
    """The regular file, open to be read; its folder may belong to anybody."""
    with foreign(path.parent) as at, open(regular(path.name, at, path.parent), "rb") as file:
        yield file


def copy_file(source: Path, target: Path) -> None:
    """Copies a regular file out of a folder of anybody; \`target\` is new and lies in a folder of ours."""
    with foreign(source.parent) as at:
        _copy_regular(source.name, at, source.parent, target)


def copy_tree(source: Path, target: Path) -> None:
    """Copies a folder of anybody with its modes and times, links as links; what is neither file, folder nor link stays behind."""
    with foreign(source) as at:
        _copy_folder(at, source, target)


def remove_tree(path: Path) -> None:
    """Removes what is there, a folder with all below it, no matter who owns it, works in it now or swaps names in it.

    The folder above may be another account's: only the one name in it is at stake.
    """
    try:
        with foreign(path.parent) as above:
            _remove(path.name, above)
    except FileNotFoundError:
        pass


def _walk(path: Path, make: int | None, claim: bool, anybody: bool) -> int:
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{path} is not an absolute path")
    links = 0
    while True:
        at, where, rest = os.open("/", OPEN_FOLDER), Path("/"), list(path.parts[1:])
        try:
            ours = _accept(at, where, True, claim, anybody)
            while rest:
                below = _below(at, where, rest, make)
                if isinstance(below, Path):
                    links += 1
                    if not ours or links > MOST_LINKS:
                        raise _refused(where / rest[0], "is a link that somebody else than root could have made")
                    path = below
                    break
                os.close(at)
                at, where = below, where / rest.pop(0)
                ours = _accept(at, where, ours, claim, anybody)
            else:
                found, at = at, -1
                return found
        finally:
            if at != -1:
                os.close(at)


def _below(at: int, where: Path, rest: list[str], make: int | None) -> int | Path:
    """The next folder, or where the link in its place leads to."""
    name = rest[0]
    try:
        return os.open(name, OPEN_FOLDER, dir_fd=at)
    except FileNotFoundError:
        if make is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(where / name)) from None
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=at)
        made = os.open(name, OPEN_FOLDER, dir_fd=at)
        # Whatever the umask says.
        os.fchmod(made, make if len(rest) == 1 else 0o755)
        return made
    except OSError as failure:
        about = os.lstat(name, dir_fd=at)
        if not stat.S_ISLNK(about.st_mode):
            failure.filename = str(where / name)
            raise
        if about.st_uid not in TRUSTED:
            raise _refused(where / name, f"is a link that the user {about.st_uid} made") from None
        return Path(os.path.normpath(where / os.readlink(name, dir_fd=at) / "/".join(rest[1:])))


def _accept(at: int, where: Path, above: bool, claim: bool, anybody: bool) -> bool:
    """Whether the folder and all above it are root's; refuses where it must be and is not."""
    about = os.fstat(at)
    if above and _is_ours(about):
        return True
    if claim and above and where.is_relative_to(CLAIMED) and where != CLAIMED:
        # Owner first: from then on nobody else may change the mode.
        os.fchown(at, 0, -1)
        os.fchmod(at, stat.S_IMODE(about.st_mode) & ~0o022)
        return True
    if not anybody:
        mode = stat.S_IMODE(about.st_mode)
        raise _refused(where, f"belongs to the user {about.st_uid} and has the mode {mode:04o}, so others than root may change it")
    return False


def _is_ours(about: os.stat_result) -> bool:
    if about.st_uid not in TRUSTED:
        return False
    # In a sticky folder, such as /tmp, nobody may move what is somebody else's; what belongs to whom is looked at one step below.
    writers = 0 if about.st_mode & stat.S_ISVTX else about.st_mode & 0o022
    return not writers & 0o002 and (not writers or about.st_gid in _groups_of_root())


def _groups_of_root() -> tuple[int, ...]:
    """Root's own, and \`staff\`, which Debian lets write to /usr/local of a machine that is old enough: who is in it is root anyway."""
    try:
        return (0, grp.getgrnam("staff").gr_gid)
    except KeyError:
        return (0,)


def _refused(path: Path, what: str) -> Refused:
    return Refused(
        "path",
        f"{path} {what}: that account could make root write to, or read from, a place of its choice, so nothing was done there. "
        "Give the folder to root (chown root, chmod go-w), or use another one.",
    )


def _copy_folder(at: int, where: Path, target: Path) -> None:
    about = os.fstat(at)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in sorted(os.listdir(at)):
        kind = os.lstat(name, dir_fd=at).st_mode
        if stat.S_ISDIR(kind):
            below = _enter(name, at, where)
            try:
                _copy_folder(below, where / name, target / name)
            finally:
                os.close(below)
        elif stat.S_ISLNK(kind):
            os.symlink(os.readlink(name, dir_fd=at), target / name)
        elif stat.S_ISREG(kind):
            _copy_regular(name, at, where, target / name)
    _like(target, about)


def _enter(name: str, at: int, where: Path) -> int:
    try:
        return os.open(name, OPEN_FOLDER, dir_fd=at)
    except NotADirectoryError:
        raise _refused(where / name, "is no folder any more") from None


def _copy_regular(name: str, at: int, where: Path, target: Path) -> None:
    with open(regular(name, at, where), "rb") as source, open(target, "xb") as copy:
        while chunk := source.read(1024 * 1024):
            copy.write(chunk)
        about = os.fstat(source.fileno())
    _like(target, about)


def _like(target: Path, about: os.stat_result) -> None:
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))
    target.chmod(stat.S_IMODE(about.st_mode) & 0o777)


def _remove(name: str, above: int) -> None:
    if not _unlink(name, above):
        return
    at = os.open(name, OPEN_FOLDER, dir_fd=above)
    try:
        if os.geteuid() == 0:
            # Nobody comes in by its path from now on.
            os.fchown(at, 0, 0)
            os.fchmod(at, 0o700)
        # Folders are moved up and emptied here, so that however deep they lie a few descriptors are enough. Anyone who works in one
        # of them still may fill it again, but not for ever.
        for _ in range(MOST_ROUNDS):
            names = os.listdir(at)
            for each in names:
                if _unlink(each, at):
                    _hoist(each, at)
            if not names:
                break
    finally:
        os.close(at)
    os.rmdir(name, dir_fd=above)


def _hoist(name: str, at: int) -> None:
    below = os.open(name, OPEN_FOLDER, dir_fd=at)
    try:
        for each in os.listdir(below):
            if _unlink(each, below):
                os.rename(each, secrets.token_hex(8), src_dir_fd=below, dst_dir_fd=at)
    finally:
        os.close(below)
    try:
        os.rmdir(name, dir_fd=at)
    except OSError as failure:
        if failure.errno != errno.ENOTEMPTY:
            raise


def _unlink(name: str, at: int) -> bool:
    """Removes the name; true when it is a folder, which that does not do."""
    try:
        if stat.S_ISDIR(os.lstat(name, dir_fd=at).st_mode):
            return True
        os.unlink(name, dir_fd=at)
    except FileNotFoundError:
        pass
    return False
`,"base/paths.py":`"""Where things stand on the host. People type the paths under /etc/litellm: they are part of the product's promise."""

from pathlib import Path

from agent import contract

ETC = Path(contract.ETC)
MASTER_KEY = ETC / "master_key"
SALT_KEY = ETC / "salt_key"
POSTGRES_PASSWORD = ETC / "postgres_password"
POSTGRES_OWNER_PASSWORD = ETC / "postgres_owner_password"
REDIS_PASSWORD = ETC / "redis_password"
ROTATION = ETC / "rotation"
KEY_RECORDS = ETC / "key_records.json"
# Without this one no backup can be read: escrow it outside of the machine.
BACKUP_PASSWORD = ETC / "backup_password"
BACKUP_SETTINGS = Path(contract.BACKUP_SETTINGS)
BACKUP_ENV = ETC / "backup.env"
BACKUP_SSH_KEY = ETC / "backup_ssh_key"
REGISTRY_ENV = ETC / "registry.env"
CERTIFICATE_VALUES = ETC / "certificate_values.json"
RELEASES = ETC / "releases"
SLOTS = ETC / "slots"
CONFIG = ETC / "config.yaml"
ENV = ETC / "env"

STATE = Path("/var/lib/litellm-gitops")
FINGERPRINT_KEY = STATE / "fingerprint.key"
LEASE = STATE / "lease.json"
APPLIED = STATE / "applied.json"
AUDIT_LOG = STATE / "audit.log"
JOURNAL = STATE / "journal.json"
MIGRATED = STATE / "migrated.json"
GOING_SETTINGS = STATE / "going-settings.json"
RUNS = STATE / "runs"
# The last copy of an old gateway, and how far its move has come.
ADOPTED = STATE / "adopted.json"
MOVE = STATE / "move.json"
BACKUPS = STATE / "backups"
RESTORE_STATE = BACKUPS / "restore.json"

# Gone after a reboot on purpose: then Caddy sends everything to the main slot, the only one that starts with the machine.
RUNTIME = Path("/run/litellm-gitops")
SERVE_STANDBY = RUNTIME / "serve-standby"
CHANGE_LOCK = RUNTIME / "change.lock"
BACKUP_LOCK = RUNTIME / "backup.lock"
# A run whose runner died may be in the middle of installing packages or pulling an image.
CHANGE_LOCK_SECONDS = 900

# Placed by deploy and mounted in each container of LiteLLM, where \`start\` is what runs.
CONTAINER_FILES = Path(contract.CONTAINER_FILES)
# Which system calls it may make.
SYSTEM_CALLS = Path(contract.LIBRARY) / "seccomp.json"

CADDY_ADMIN = Path("/run/caddy/admin.sock")
REDIS_SECRET_CONF = Path("/etc/redis/litellm-password.conf")
`,"base/pause.py":`"""A least time between two answers to a question that costs PostgreSQL and the disk much: anyone who may only ask may ask in a loop."""

import contextlib
import math
import time
from collections.abc import Iterator
from pathlib import Path

from agent.base import durable
from agent.base.refusal import Refused

# Made by the program of the read-only key, for root alone; gone after a reboot, as is the clock that is written there.
FOLDER = Path("/run/litellm-plan")
SECONDS = 30


@contextlib.contextmanager
def after(question: str) -> Iterator[None]:
    """Refuses with \`busy\` and {seconds: left} within SECONDS of the end of the last answer to it, or of its begin when it was cut off.

    Only one answers at a time, so nobody comes in between.
    """
    last = FOLDER / question
    left = _read(last) + SECONDS - _now()
    # A time that lies ahead is none of ours.
    if 0 < left <= SECONDS:
        seconds = math.ceil(left)
        raise Refused("busy", f"This was answered a moment ago; it can be asked again in {seconds} s.", seconds=seconds)
    _note(last)
    try:
        yield
    finally:
        _note(last)


def _note(last: Path) -> None:
    durable.folder(FOLDER, 0o700)
    last.write_text(f"{_now():.3f}\\n")


def _read(last: Path) -> float:
    try:
        return float(last.read_text())
    except (OSError, ValueError):
        return -math.inf


def _now() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
`,"base/priority.py":`"""Has long work let the gateway go first."""

import contextlib
import os
from pathlib import Path


def follow(process_id: int) -> None:
    """Gives the process the priority of this one, which systemd set; one that has ended meanwhile needs none.

    Where sessions are scheduled as groups (autogroup, as Debian's kernels do), a priority counts within the session alone: every
    service has one of its own, and so has each process of PostgreSQL. The group takes a priority too.
    """
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process_id, nice)
    # Not there without autogroup; and a kernel that takes no other change so soon after the last leaves it as it was.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process_id}/autogroup").write_text(str(nice))
`,"base/process.py":`"""Runs programs of the host. Values that are secret go in by standard input or files, never as arguments."""

import math
import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

# Programs must answer in the language that the agent parses, and must not wait for a person.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
    "NEEDRESTART_SUSPEND": "1",
}
# What a program does at most that only waits, in the units of \`_work\`.
NO_WORK = 0.5
# What is kept of a program's output. One that talks to a container, or reads what a container wrote, would go on for as long as that does.
MOST_PRINTED = 64 * 1024**2


class CommandFailed(Exception):
    """A program ended with another code than 0, or took too long; \`output\` holds its last lines."""

    def __init__(self, argv: Sequence[str], reason: str, output: str, code: int | None = None) -> None:
        self.code = code
        self.output = [line for line in output.strip().split("\\n") if line][-40:]
        # After a full disk come lines of what was done about it.
        full = (line for line in self.output if "no space left" in line.lower())
        cause = next(full, self.output[-1] if self.output else "(it printed nothing)")
        super().__init__(f"{' '.join(argv[:4])} {reason}: {cause}")


class DatabaseGone(CommandFailed):
    """The server was not there, or went away while it worked."""


class DatabaseRefused(CommandFailed):
    """The server is there and did not do what it was asked."""


class NotPrepared(CommandFailed):
    """The host was deployed by a version that read its database in another way."""

    def __init__(self, missing: str) -> None:
        super().__init__(("PostgreSQL",), "cannot be asked", f"{missing} is missing on this host; deploy installs it. Run deploy once.")


def run(
    *argv: str,
    stdin: str | None = None,
    timeout: float = 60,
    check: bool = True,
    environment: dict[str, str] | None = None,
    still: float = math.inf,
) -> str:
    """Standard output of a program. Raises \`CommandFailed\` with what it printed when it fails or exceeds \`timeout\` seconds.

    \`environment\` holds variables beside the usual ones; like a file, it is seen by root alone. A program that does nothing for
    \`still\` seconds is asked to end, so that it can say what held it up, and killed after as long again.
    """
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | _proxies() | (environment or {}),
    ) as process:
        try:
            stdout, stderr, ended = _printed(process, stdin, timeout, still)
        except subprocess.TimeoutExpired as expired:
            raise CommandFailed(argv, f"took more than {timeout:.0f} s", _text(expired.stderr or b"")) from None
        except _TooMuch:
            raise CommandFailed(argv, f"printed more than {MOST_PRINTED // 1024**2} MiB and was ended", "") from None
        finally:
            process.kill()
    if ended:
        raise CommandFailed(argv, f"did nothing for {still:.0f} s and was ended", stdout + stderr, process.returncode)
    if check and process.returncode != 0:
        raise CommandFailed(argv, f"exited {process.returncode}", stdout + stderr, process.returncode)
    return stdout


class _TooMuch(Exception):
    pass


def _printed(process: "subprocess.Popen[bytes]", stdin: str | None, timeout: float, still: float) -> tuple[str, str, bool]:
    """What it prints on both outputs, and whether it was asked to end because it did nothing."""
    deadline = time.monotonic() + timeout
    worked, since, look = 0.0, time.monotonic(), time.monotonic() + still / 10
    ended = False
    with _Pipes(process, stdin) as pipes:
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise subprocess.TimeoutExpired(process.args, timeout, stderr=bytes(pipes.stderr))
            if pipes.are_over(min(look, deadline) - now):
                return _text(pipes.stdout), _text(pipes.stderr), ended
            if (now := time.monotonic()) < look:
                continue
            look = now + still / 10
            work = _work(process.pid)
            if work - worked > NO_WORK:
                worked, since = work, now
            elif now - since > still:
                if ended:
                    process.kill()
                else:
                    process.terminate()
                ended, since = True, now


class _Pipes:
    """Both outputs of a program as far as they were read, and its input as far as it took it."""

    def __init__(self, process: "subprocess.Popen[bytes]", stdin: str | None) -> None:
        self._process = process
        self._left = memoryview((stdin or "").encode())
        self.stdout, self.stderr = bytearray(), bytearray()

    def __enter__(self) -> "_Pipes":  # noqa: PYI034 - typing.Self is of Python 3.11
        self._selector = selectors.DefaultSelector()
        for pipe, heard in ((self._process.stdout, self.stdout), (self._process.stderr, self.stderr)):
            assert pipe is not None
            self._selector.register(pipe, selectors.EVENT_READ, heard)
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
            self._selector.register(self._process.stdin, selectors.EVENT_WRITE)
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    def are_over(self, seconds: float) -> bool:
        """Moves what can be moved, or waits so long for it; whether both outputs and the program itself have ended."""
        if not self._selector.get_map():
            try:
                self._process.wait(max(seconds, 0))
                return True
            except subprocess.TimeoutExpired:
                return False
        for key, _ in self._selector.select(max(seconds, 0)):
            if key.data is None:
                self._write(key)
            elif chunk := os.read(key.fd, 2**16):
                key.data.extend(chunk)
                if len(key.data) > MOST_PRINTED:
                    raise _TooMuch
            else:
                self._selector.unregister(key.fileobj)
        return False

    def _write(self, key: selectors.SelectorKey) -> None:
        try:
            self._left = self._left[os.write(key.fd, self._left[: 2**16]) :] if self._left else self._left
        except BlockingIOError:
            return
        except BrokenPipeError:
            # It ended without reading all; how it ended says the rest.
            self._left = self._left[:0]
        if not self._left:
            self._selector.unregister(key.fileobj)
            assert self._process.stdin is not None
            self._process.stdin.close()


def _text(printed: bytes | bytearray) -> str:
    return printed.decode(errors="replace").replace("\\r\\n", "\\n").replace("\\r", "\\n")


def _work(pid: int) -> float:
    """What a process has done up to now: seconds of processor, and bytes read and written, of which 128 KiB count as much as one."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        moved = (int(line.split()[1]) for line in Path(f"/proc/{pid}/io").read_text().splitlines()[:2])
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(moved) / 2**17
    except OSError:
        return 0


def memory_file() -> TextIO:
    """What a program that runs on may print into: on no disk, which may be full, and which those who only look must not touch."""
    return open(os.memfd_create("output"), "w+", errors="replace")


def _proxies() -> dict[str, str]:
    """A host that reaches the world through a proxy says so in these variables; apt and podman need them."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    both = [*names, *(name.upper() for name in names)]
    return {name: os.environ[name] for name in both if name in os.environ}
`,"base/redaction.py":`"""Takes secrets out of what leaves the host: values out of log lines, literals out of a parsed configuration."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import unquote

from agent import contract

# Shorter values turn up inside ordinary words.
SHORTEST = 6
REFERENCE = contract.REFERENCE_PREFIX
SECRET_NAME = re.compile(contract.SECRET_NAME, re.IGNORECASE)
NOT_SECRET = re.compile(contract.NOT_SECRET, re.IGNORECASE)
HUMP = re.compile(contract.HUMP)
IN_QUERY = re.compile(contract.IN_QUERY)
KEY = re.compile(contract.KEY)
KEY_WITHIN = re.compile(contract.KEY_WITHIN)
NAMES_OF_MODELS = re.compile(contract.NAMES_OF_MODELS, re.IGNORECASE)
HEADERS_TEXT = re.compile(contract.HEADERS_TEXT, re.IGNORECASE)
HEADER_PAIR = re.compile(contract.HEADER_PAIR)
WEBHOOK = re.compile(contract.WEBHOOK, re.IGNORECASE)
SECRET_HEADER = re.compile(contract.SECRET_HEADER, re.IGNORECASE)
PLAIN_HEADER = re.compile(contract.PLAIN_HEADER, re.IGNORECASE)
PLACEHOLDER_NAME = re.compile(contract.PLACEHOLDER_NAME, re.IGNORECASE)
POINTER_NAME = re.compile(contract.POINTER_NAME, re.IGNORECASE)
OWN_KEY = re.compile(r"(?!.*(?:api|secret|access|auth|private|master|sign))[A-Za-z0-9_]*_key", re.IGNORECASE)
LONGEST_PLACEHOLDER = 64

Redact = Callable[[str], str]
Fingerprint = Callable[[str], str]
# Why a value is a secret: by its own name or one above it, or as a header. \`none\`: it is no secret, whatever it looks like.
Why = Literal["name", "header", "none"] | None


def redactor(values: Iterable[str]) -> Redact:
    """A function that replaces each of \`values\` by \`***\` in a text."""
    needles = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
    if not needles:
        return lambda text: text
    pattern = re.compile("|".join(re.escape(needle) for needle in needles))
    return lambda text: pattern.sub("***", text)


def without_secrets(document: Any, fingerprint: Fingerprint) -> Any:
    """A copy of a parsed config.yaml in which every literal under a secret's name is {"fingerprint": …}.

    References (\`os.environ/NAME\`) stay, and what a declaration may have written out, such as the placeholder for a server
    that checks no key: they are what the plan compares. Passwords inside URLs are fingerprinted in place.
    """
    return _walk(document, fingerprint, None, ())


def _walk(node: Any, fingerprint: Fingerprint, why: Why, path: tuple[str, ...]) -> Any:
    if isinstance(node, dict):
        below = ((str(key), value) for key, value in node.items())
        return {key: _walk(value, fingerprint, _why_below(why, key, value, path), (*path, key)) for key, value in below}
    if isinstance(node, list):
        return [_walk(item, fingerprint, why, path) for item in node]
    if why == "none" or isinstance(node, bool):
        return node
    if isinstance(node, int | float):
        is_secret = why is not None and abs(node) >= _smallest(path[-1], why)
        return {"fingerprint": fingerprint(str(node))} if is_secret else node
    return _text(node, fingerprint, why, path) if isinstance(node, str) else node


def _text(text: str, fingerprint: Fingerprint, why: Why, path: tuple[str, ...]) -> Any:
    if text.startswith(REFERENCE) or _is_no_secret(path[-1] if path else "", text, path):
        return text
    if why is not None or _looks_secret(text) or WEBHOOK.search(text):
        return {"fingerprint": fingerprint(text)}
    return _without_password(text, fingerprint)


def _without_password(text: str, fingerprint: Fingerprint) -> str:
    if "://" not in text:
        return text
    text = IN_QUERY.sub(
        lambda found: f"{found[1]}{found[2]}=fingerprint-{fingerprint(found[3])}" if _is_secret_parameter(found[2], found[3]) else found[0],
        text,
    )
    return re.sub(
        r"(?<=://)([^/\\s:@]*):([^/\\s@]+)(?=@)",
        lambda found: f"{found[1]}:fingerprint-{fingerprint(found[2])}",
        text,
    )


def _is_secret_parameter(name: str, value: str) -> bool:
    if len(value) < contract.SHORTEST_IN_QUERY or unquote(value).startswith(REFERENCE):
        return False
    return _names_secret(name, value) or _wholly(contract.QUERY_KEY, name)


def _smallest(name: str, why: Why) -> int:
    is_key = why == "name" or SECRET_HEADER.search(name) is not None
    return contract.SMALLEST_SECRET_NUMBER if is_key else contract.SMALLEST_HEADER_NUMBER


def _why_below(why: Why, name: str, value: Any, path: tuple[str, ...]) -> Why:
    if why is None:
        return _why_of(name, value, path)
    is_harmless = why == "header" and _is_harmless_header(name, value)
    return "none" if is_harmless and not (isinstance(value, str) and _looks_secret(value)) else why


def _why_of(name: str, value: Any, path: tuple[str, ...]) -> Why:
    # Headers that are written by hand hold secrets.
    if isinstance(value, dict):
        return "header" if name in contract.SECRET_MAPPINGS else None
    if path and NAMES_OF_MODELS.search(path[-1]):
        return None
    # All headers as one text.
    if isinstance(value, str) and HEADERS_TEXT.search(name) and HEADER_PAIR.search(value):
        return "header"
    is_token = name == "token" and isinstance(value, str) and not re.fullmatch("[0-9]{0,9}", value)
    return "name" if is_token or _names_secret(name, value) else None


def _names_secret(name: str, value: Any) -> bool:
    # Longer ones are refused in a declaration, and a pattern would be tried on them for ever.
    end = name[-contract.NAME_END :]
    if name in contract.NEVER_SECRET or NOT_SECRET.search(end):
        return False
    return not isinstance(value, dict) and SECRET_NAME.search(HUMP.sub("_", end)) is not None


def _looks_secret(text: str) -> bool:
    return KEY.match(text) is not None or KEY_WITHIN.search(text) is not None


def _is_no_secret(name: str, text: str, path: tuple[str, ...]) -> bool:
    """Whether a text is what a declaration may have written out under a secret's name."""
    return (
        _wholly(contract.SCHEMED_REFERENCE, text.strip())
        or _is_placeholder(name, text)
        or (POINTER_NAME.search(name) is not None and _wholly(contract.POINTER, text))
        or (name.lower().endswith("public_key") and _wholly(contract.PUBLIC_VALUE, text))
        or ("model_info" in path and OWN_KEY.fullmatch(name) is not None and _wholly(contract.PLAIN_VALUE, text))
    )


def _is_placeholder(name: str, text: str) -> bool:
    if len(text) > LONGEST_PLACEHOLDER or not PLACEHOLDER_NAME.search(name.replace("-", "_")):
        return False
    return _wholly(contract.PLACEHOLDER, text) or _wholly(contract.COUNTED, text)


def _is_harmless_header(name: str, value: Any) -> bool:
    if _wholly(contract.HARMLESS_HEADER, name):
        return True
    if SECRET_HEADER.search(name):
        return name == "litellm_user_api_key"
    return PLAIN_HEADER.search(name) is not None and _wholly(contract.PLAIN_VALUE, str(value))


def _wholly(form: str, text: str) -> bool:
    return re.fullmatch(form, text, re.IGNORECASE) is not None
`,"base/refusal.py":`"""What a program refuses, with a code that is stable and a text for people that names the next step."""

import os
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.contract_types import ErrorCode

MOST_NAMED = 5
DATABASE = "/var/lib/postgresql"
# A file of PostgreSQL's log.
LEAST_FREE = 16 * 1024**2
FREE_SOME = (
    "Free some (journalctl --vacuum-size=200M, podman image prune, old files in /var/backups), or give the machine a larger disk, "
    "and run again."
)


class Refused(Exception):
    """Something the caller can understand and fix; \`code\` is stable (docs/errors.md), \`message\` is for people and names the next step."""

    def __init__(self, code: "ErrorCode", message: str, log: list[str] | None = None, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.log = log or []
        self.data = data

    def document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "log": self.log,
            "data": self.data,
        }


def few(names: Iterable[str]) -> str:
    """The first names of a list, for a message: \`a, b, c, d, e …\`"""
    known = list(names)
    return ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")


def disk_full(where: object, log: list[str] | None = None) -> Refused:
    return Refused(
        "disk-full",
        f"No space is left on the host's disk for {where}. The gateway keeps serving. {FREE_SOME}",
        log,
    )


def database_gone(log: list[str]) -> Refused:
    # It ends when its log cannot be written.
    if os.path.isdir(DATABASE) and shutil.disk_usage(DATABASE).free < LEAST_FREE:
        return disk_full("PostgreSQL", log)
    return Refused(
        "database-down",
        "PostgreSQL does not answer, or stopped in the meantime. systemd restarts it; journalctl -u 'postgresql@*' shows why "
        "it stopped. Run the same command again when it is up.",
        log,
    )
`,"base/room.py":`"""Room on the host's disks, looked at before something is begun that would fill them and so stop PostgreSQL."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from agent.base.refusal import FREE_SOME, Refused

# What must be left: PostgreSQL and Redis write on meanwhile.
SPARE = 512 * 1024**2
MIB = 1024**2


def require(needed: Mapping[Path, int], what: str) -> None:
    """Refuses when a file system has less than is needed in all the places on it, in bytes, and a spare."""
    disks: dict[int, list[Path]] = {}
    for place in needed:
        disks.setdefault(_there(place).stat().st_dev, []).append(place)
    for places in disks.values():
        bytes_ = sum(needed[place] for place in places)
        free = shutil.disk_usage(_there(places[0])).free
        if bytes_ > 0 and free < bytes_ + SPARE:
            on = " and ".join(str(place) for place in places if needed[place] > 0)
            raise Refused(
                "disk-full",
                f"{what} needs {-(-bytes_ // MIB)} MiB on the disk of {on}, {SPARE // MIB} MiB must stay free, and {free // MIB} MiB "
                f"are free. Nothing was started; the gateway keeps serving. {FREE_SOME}",
                needed=bytes_,
                free=free,
            )


def _there(place: Path) -> Path:
    """The place, or the folder that it will be made in."""
    return next(one for one in (place, *place.parents) if os.path.exists(one))
`,"base/units.py":`"""systemd units: their state, starting and stopping, and what they wrote to the journal."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import HostDifferencesUnitsItem

PROPERTIES = "Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,InvocationID,Result"


def show(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Properties of each unit, by its name with the suffix, in one call."""
    if not names:
        return {}
    answer = run("systemctl", "show", "-p", PROPERTIES, "--", *names)
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in answer.strip().split("\\n\\n")]
    # The order of the answer is that of the question; \`Id\` may differ from it for an alias.
    return dict(zip(names, blocks, strict=True))


def one(name: str) -> dict[str, str]:
    return show([name])[name]


def is_active(name: str) -> bool:
    return one(name)["ActiveState"] == "active"


def differing(names: Sequence[str]) -> "list[HostDifferencesUnitsItem]":
    """Units that do not run, or would not start with the machine."""
    return [
        {"name": name, "active": unit["ActiveState"], "enabled": unit["UnitFileState"] or unit["LoadState"]}
        for name, unit in show(names).items()
        if unit["ActiveState"] != "active"
        # "generated" is Quadlet's word for a unit whose [Install] section is honoured.
        or unit["UnitFileState"] not in ("enabled", "generated", "enabled-runtime", "alias")
    ]


def reload_definitions() -> None:
    run("systemctl", "daemon-reload")


def start(name: str) -> None:
    """Starts the unit and does not wait for it to be ready."""
    forget_failure(name)
    run("systemctl", "start", "--no-block", name)


def stop_soon(name: str) -> None:
    """Asks the unit to stop and does not wait for it."""
    run("systemctl", "stop", "--no-block", name)


def forget_failure(name: str) -> None:
    run("systemctl", "reset-failed", name, check=False)


def is_down(name: str) -> bool:
    return one(name)["ActiveState"] in ("inactive", "failed")


def enable_and_start(name: str) -> None:
    """Starts a service of the distribution and waits until systemd says that it runs; a failure is reported with its log."""
    if not differing([name]):
        return
    forget_failure(name)
    try:
        run("systemctl", "enable", "--now", "--quiet", name, timeout=180)
    except CommandFailed as failed:
        raise Refused("service-down", f"{name} does not start: {failed}", log_of(name)) from None


def restart(name: str) -> None:
    try:
        run("systemctl", "restart", name, timeout=180)
    except CommandFailed as failed:
        raise Refused("service-down", f"{name} does not restart: {failed}", log_of(name)) from None


# An access line of gunicorn for a request that was answered well.
ANSWERED = re.compile(r'"(GET|POST) \\S+ HTTP/[\\d.]+" 2\\d\\d')
READ_LINES = 400


def log_of(name: str, lines: int = 40, invocation: str | None = None) -> list[str]:
    """The last lines the unit wrote; with \`invocation\` only those of that run of it."""
    which = [f"_SYSTEMD_INVOCATION_ID={invocation}"] if invocation else ["-u", name]
    answer = run("journalctl", "--no-pager", "-q", "-o", "cat", "-n", str(READ_LINES), *which, check=False)
    return _telling(answer)[-lines:]


def lines_since(name: str, since: float, limit: int = 4000) -> list[str]:
    """What the unit wrote from the wall clock time \`since\` on, at most the last \`limit\` lines."""
    answer = run(
        "journalctl", "--no-pager", "-q", "-o", "cat", "-u", name, "-n", str(limit), "--since", f"@{since:.0f}",
        check=False,
    )  # fmt: skip
    return _telling(answer)


def _telling(text: str) -> list[str]:
    """The lines that can say why: requests that went well, our own above all, would fill every excerpt."""
    return [line for line in text.splitlines() if line.strip() and not ANSWERED.search(line)]
`,"contract.py":`"""What runner and host both know by name. Made of src/contract by \`npm run generate\`: change it there."""

from typing import Final

# Names.
BACKUP_KINDS: Final = ("manual", "scheduled", "safety", "upgrade", "adopted")
BACKUP_TIMER: Final = "litellm-backup.timer"
COLLECTION_LIMITS: Final = ("models", "model_max_budget", "budget_limits")
DISTRIBUTE: Final = ("master-key", "virtual-key")
FIREWALL_UNIT: Final = "litellm-firewall.service"
HOST_OWNED: Final = (
    "DATABASE_URL",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
    "LITELLM_MASTER_KEY",
    "LITELLM_SALT_KEY",
    "LITELLM_MODE",
    "STORE_MODEL_IN_DB",
    "DISABLE_SCHEMA_UPDATE",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_TELEMETRY",
    "GRACEFUL_SHUTDOWN_TIMEOUT",
)
HOST_SETTINGS: Final = (
    "REDIS_HOST",
    "REDIS_PORT",
    "LITELLM_MODE",
    "STORE_MODEL_IN_DB",
    "DISABLE_SCHEMA_UPDATE",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_TELEMETRY",
    "GRACEFUL_SHUTDOWN_TIMEOUT",
)
KEY_STATES: Final = ("making", "delivering", "delivered", "retired")
LIMIT_NAMES: Final = (
    "max_budget",
    "budget_duration",
    "soft_budget",
    "tpm_limit",
    "rpm_limit",
    "models",
    "model_max_budget",
    "budget_limits",
)
MAIN_UNIT: Final = "litellm.service"
MANAGER: Final = "litellm-gitops"
MARK_FIELDS: Final = "managed_fields"
MARK_LIMITS: Final = "managed_limits"
MARK_MANAGER: Final = "managed_by"
MARK_MEMBERS: Final = "managed_members"
MARK_ROW: Final = "litellm-gitops:made"
NUMBER_LIMITS: Final = ("max_budget", "budget_duration", "soft_budget", "tpm_limit", "rpm_limit")
OLD_KEY_ROLES: Final = ("salted", "unsalted", "before", "none")
OVERLAID_SECTIONS: Final = ("general_settings", "router_settings", "litellm_settings", "environment_variables")
PHASES: Final = ("created", "expanded", "swapping", "swapped")
PLAN_USER: Final = "litellm-plan"
READ_ONLY: Final = ("observe", "doctor", "report")
ROLLBACKS: Final = ("free", "forced", "restore")
SCOPES: Final = ("database", "configuration", "all")
STANDBY_UNIT: Final = "litellm-standby.service"
STORED_SECTIONS: Final = (
    "general_settings",
    "router_settings",
    "litellm_settings",
    "environment_variables",
    "model_list",
    "credential_list",
    "cache",
)
SUBJECTS: Final = ("user", "team", "member", "customer", "key", "tag")
TIMERS: Final = ("litellm-backup.timer", "litellm-verify.timer")
UNITS: Final = (
    "litellm.service",
    "caddy.service",
    "postgresql.service",
    "redis-server.service",
    "litellm-firewall.service",
    "litellm-backup.timer",
    "litellm-verify.timer",
)
VERIFY_TIMER: Final = "litellm-verify.timer"

# LiteLLM's versions.
FILE_FIRST_SINCE: Final = "1.103.0"
KNOWN_BAD_LITELLM: Final = {
    "1.82.7": "the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)",
    "1.82.8": "the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)",
    "1.94.0": "it locks out keys of teams that have a budget",
}
MEMBER_MODELS_SINCE: Final = "1.110.0"
OLDEST_LITELLM: Final = "1.104.0"
TRIED_LITELLM: Final = ("1.106",)

# What LiteLLM keeps in its database alone, by kind.
ENTITY_NAMES: Final = ("organization", "team", "user", "key", "access_group", "tag", "customer")
PERMISSIONS: Final = ("mcp_servers", "mcp_access_groups", "mcp_toolsets", "vector_stores", "agents", "agent_access_groups", "search_tools")
ENTITY_TABLES: Final = (
    "organization.LiteLLM_OrganizationTable",
    "team.LiteLLM_TeamTable",
    "user.LiteLLM_UserTable",
    "key.LiteLLM_VerificationToken",
    "access_group.LiteLLM_AccessGroupTable",
    "tag.LiteLLM_TagTable",
    "customer.LiteLLM_EndUserTable",
)
ENTITY_IDS: Final = (
    "organization.organization_id",
    "team.team_id",
    "user.user_id",
    "key.key_alias",
    "access_group.access_group_name",
    "tag.tag_name",
    "customer.user_id",
)
ENTITY_COLUMNS: Final = (
    "organization.organization_alias",
    "organization.models",
    "team.team_alias",
    "team.organization_id",
    "team.blocked",
    "team.default_team_member_models",
    "team.team_member_permissions",
    "user.user_email",
    "user.user_alias",
    "user.user_role",
    "user.max_parallel_requests",
    "key.team_id",
    "key.user_id",
    "key.blocked",
    "key.max_parallel_requests",
    "key.allowed_routes",
    "key.aliases",
    "access_group.description",
    "access_group.access_model_names",
    "access_group.access_mcp_server_ids",
    "access_group.access_agent_ids",
    "tag.description",
    "customer.alias",
    "customer.blocked",
    "customer.allowed_model_region",
    "customer.default_model",
)
ENTITY_METADATA: Final = (
    "organization.model_tpm_limit",
    "organization.model_rpm_limit",
    "team.model_tpm_limit",
    "team.model_rpm_limit",
    "team.tags",
    "team.guardrails",
    "team.prompts",
    "key.model_tpm_limit",
    "key.model_rpm_limit",
    "key.tags",
    "key.guardrails",
)
ENTITY_BUDGET: Final = ("organization.max_budget", "organization.budget_duration", "organization.tpm_limit", "organization.rpm_limit")
ENTITY_MEMBER_BUDGET: Final = (
    "team.team_member_budget",
    "team.team_member_budget_duration",
    "team.team_member_tpm_limit",
    "team.team_member_rpm_limit",
)

# Places.
AGENT_FILE: Final = "/usr/local/lib/litellm-gitops/agent.json"
BACKUP_KNOWN_HOSTS: Final = "/etc/litellm/backup_known_hosts"
BACKUP_REPOSITORY: Final = "/var/backups/litellm"
BACKUP_SETTINGS: Final = "/etc/litellm/backup.json"
CADDYFILE: Final = "/etc/caddy/Caddyfile"
CERTIFICATE: Final = "/etc/caddy/litellm.pem"
CERTIFICATE_SETTINGS: Final = "/etc/litellm/certificate.json"
CONTAINER_FILES: Final = "/usr/local/lib/litellm-gitops/container"
ETC: Final = "/etc/litellm"
FIREWALL_RULES: Final = "/etc/litellm-firewall.nft"
GATEWAY_PORT: Final = 4000
LIBRARY: Final = "/usr/local/lib/litellm-gitops"
PLAN_LIMITS: Final = "/usr/local/lib/litellm-gitops/account.conf"
PLAN_SSHD: Final = "/etc/ssh/sshd_config.d/00-litellm-plan.conf"
QUADLET: Final = "/etc/containers/systemd/litellm.container"
QUADLET_STANDBY: Final = "/etc/containers/systemd/litellm-standby.container"
REGISTRY_SETTINGS: Final = "/etc/litellm/registry.json"
SYSUSERS: Final = "/etc/sysusers.d/litellm-plan.conf"
TERMINAL_FILE: Final = "/usr/local/lib/litellm-gitops/terminal.json"

# Forms.
BESIDE_PATH: Final = "[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}){0,7}"
COUNTED: Final = "(sk-)?(0{1,20}|1{1,20}|x{1,32}|123|1234|12345|123456|1234567|12345678|123456789|1234567890)|sk-|[-.*x]"
DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ENCODED_JSON: Final = "eyJ[A-Za-z0-9_-]{17}"
HARMLESS_HEADER: Final = (
    "content-[a-z-]+|accept(-[a-z-]+)?|user-agent|anthropic-(?!auth|key|api-key)[a-z-]+|openai-(?!auth|key|api-key)"
    "[a-z-]+|http-referer|referer|referrer|origin|host|date|from|prefer|x-title|x-openrouter-[a-z-]+|editor-[a-z-]+|"
    "copilot-(?!token|auth)[a-z-]+|x-request-id|x-correlation-id|x-github-api-version|x-stainless-[a-z-]+|"
    "cache-control|connection|api-version|x-api-version|x-goog-user-project|x-goog-api-client|traceparent|"
    "tracestate|helicone-(?!auth)[a-z-]+|x-litellm-(tags|timeout|[a-z-]*trace-id)"
)
HEADERS_TEXT: Final = "(^|_)headers$"
HEADER_PAIR: Final = "[A-Za-z0-9_-] *[=:] *[^ ]"
HUMP: Final = "(?<=[a-z0-9])(?=[A-Z])|-"
IMAGE: Final = "[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}"
IN_QUERY: Final = r"([?&])([A-Za-z0-9_.-]+)=([^&#\\s]+)"
KEY: Final = (
    r"(?:(?:sk-|pk-|xox[abp]-|xapp-|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|tvly-|lsv2_|ya29\\.|AIza|AKIA|Bearer )"
    r"\\S{8}|eyJ[A-Za-z0-9_-]{17}|-----BEGIN )"
)
KEY_MARKS: Final = r"sk-|pk-|xox[abp]-|xapp-|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|tvly-|lsv2_|ya29\\.|AIza|AKIA|Bearer "
KEY_WITHIN: Final = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|(^|[ ;,\\n])([Pp]assword|PASSWORD|[Pp]asswd|PASSWD|[Pp]wd|PWD|AccountKey|"
    r"SharedAccessKey|SharedAccessSignature) ?= ?(?!os\\.environ/)[^ ;,\\n]{3}|(^| )--?[A-Za-z-]{0,40}([Kk]ey|[Tt]oken|"
    r"[Ss]ecret|[Pp]assword|[Pp]asswd)=(?!os\\.environ/|[$])[^ ]{8}|(^|[^A-Za-z0-9_-])(sk-([A-Za-z0-9]{1,12}-){0,3}|"
    "gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|xox[abp]-([0-9]{8,14}-){0,2}|AIza)(?=[A-Za-z0-9_-]{0,60}[0-9])"
    "[A-Za-z0-9]{16}|(^|[^A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{17,4000}[.]eyJ"
)
LEADING_VARIABLE: Final = "(DATABASE_|REDIS_|LITELLM_CONFIG_).*|DIRECT_URL|CONFIG_FILE_PATH|WORKER_CONFIG|PORT|NUM_WORKERS"
MODE: Final = "0[0-7]{3}"
NAMES_OF_MODELS: Final = "(^|_)(alias|aliases|alias_map|fallbacks)$"
NAME_END: Final = 200
NEVER_SECRET: Final = ("environment_variables", "keys")
NOT_SECRET: Final = (
    "(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|"
    "key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$|(^|_)(bos|eos|pad|unk|sep|"
    "cls|mask|stop|start|end)_token$|^hosted_keys$|^prefix_for_stored_virtual_keys$|public_key$|(partition|sort|"
    "primary|foreign|dedup|object|plugin|lookup|estimator|spend|next_page|page)_(key|token)$|^litellm_user_api_key$"
)
OWNER: Final = "[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}"
PACKAGE: Final = r"[a-z0-9][a-z0-9+.-]{1,99}( \\| [a-z0-9][a-z0-9+.-]{1,99}){0,9}"
PLACEHOLDER: Final = (
    "(?=(.*[-_ .])?(none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|unused|ignored?|noop|nokey|notneeded|"
    "notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|local|localhost|ollama|"
    "lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|tabbyapi|xinference|lemonade|"
    "lmdeploy|gpt4all|n/a|noauth|x{2,32})([-_ .]|$))(none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|"
    "unused|ignored?|noop|nokey|notneeded|notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|"
    "local|localhost|ollama|lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|"
    "tabbyapi|xinference|lemonade|lmdeploy|gpt4all|n/a|noauth|x{2,32}|key|keys|api|apikey|token|secret|sk|needed|"
    "required|necessary|used|use|need|auth|authentication|lm|studio|llama|cpp|server|model|proxy|litellm|openai|"
    "here|this|is|it|for|the|a|me|my|change|replace|insert|put|set|value|string|text|default|blank|without|or|can|"
    "be|only|llm|provider|ant|proj|or|v1|dev)([-_ .](none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|"
    "unused|ignored?|noop|nokey|notneeded|notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|"
    "local|localhost|ollama|lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|"
    "tabbyapi|xinference|lemonade|lmdeploy|gpt4all|n/a|noauth|x{2,32}|key|keys|api|apikey|token|secret|sk|needed|"
    "required|necessary|used|use|need|auth|authentication|lm|studio|llama|cpp|server|model|proxy|litellm|openai|"
    "here|this|is|it|for|the|a|me|my|change|replace|insert|put|set|value|string|text|default|blank|without|or|can|"
    "be|only|llm|provider|ant|proj|or|v1|dev)){0,7}"
)
PLACEHOLDER_NAME: Final = "^(?!.*(master|salt|signing|encryption|private|virtual)_?key)(.*_)?(api_?)?key$"
PLAIN_HEADER: Final = (
    "(^|[-_])(team|tenant|env|environment|region|org|organization|organisation|project|user|app|application|client|"
    "source|name|id|title|version|model|cache|trace|features?|provider|priority|tags?|mode|format|lang|language|"
    "country|type|timeout|retry|retries|service|department|group|channel|platform|product|stage|zone|beta|enabled?)"
    "$"
)
PLAIN_VALUE: Final = (
    r"v?[0-9]{1,4}(\\.[0-9]{1,4}){0,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z]{1,24}([ ._/-][A-Za-z]{1,24}){0,6}|"
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
POINTER: Final = (
    "oidc/(google|circleci|circleci_v2|github|azure|file|env|env_path)(/.*)?|/(var|run|etc|opt|app|apps|home|root|"
    "mnt|tmp|usr|srv|data|config|configs|secrets?|credentials|certs?|workspace|code|litellm)(/[A-Za-z0-9_.@-]{1,64})"
    r"{1,12}|(/[a-z_.-]{1,24}){1,12}|(~|\\.{1,2})?/?([A-Za-z0-9_.@-]{1,64}/){0,12}[A-Za-z0-9_@-]{1,64}\\.(json|pem|p12|"
    "pfx|crt|cer)"
)
POINTER_NAME: Final = "(credentials?|tokens?|keys?)$"
PROCESS_VARIABLE: Final = (
    "(LD_|DYLD_|PYTHON|NODE_|NPM_|BASH_|PRISMA_|GUNICORN_|UVICORN_|MALLOC_|GLIBC_).*|PATH|HOME|SHELL|USER|LOGNAME|"
    "PWD|OLDPWD|IFS|ENV|PS4|TMPDIR|GCONV_PATH|LOCPATH|HOSTALIASES|RES_OPTIONS|SSLKEYLOGFILE|OPENSSL_CONF|"
    "OPENSSL_MODULES|VIRTUAL_ENV"
)
PUBLIC_VALUE: Final = "pk-lf-[A-Za-z0-9-]{8,64}"
QUERY_KEY: Final = "sig(nature)?|token|code|auth|x-amz-(signature|credential|security-token)"
REFERENCE_PREFIX: Final = "os.environ/"
SCHEMED_REFERENCE: Final = r"((bearer|basic|token|api-?key|key) ?:? ?)?os\\.environ/[A-Za-z_][A-Za-z0-9_]*"
SECRET_HEADER: Final = "auth|key|token|secret|cookie|passw|signature|session|credential|jwt|license"
SECRET_MAPPINGS: Final = ("extra_headers", "headers", "default_headers", "static_headers")
SECRET_NAME: Final = (
    "(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|"
    "connection_string|litellm_licen[cs]e|auth_value)s?$|(apikey|secretkey|accesskey|authtoken|accesstoken|apitoken|"
    "password|passphrase)s?$"
)
SHA256: Final = "[0-9a-f]{64}"
SHORTEST_IN_QUERY: Final = 4
SMALLEST_HEADER_NUMBER: Final = 10000000
SMALLEST_SECRET_NUMBER: Final = 1000
UNIT: Final = r"[a-z0-9][A-Za-z0-9@_.-]{0,99}\\.(service|timer|path|socket)"
VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]*"
WEBHOOK: Final = (
    r"https?://(hooks\\.slack(-gov)?\\.com/|[A-Za-z0-9_.-]*webhook\\.office(365)?\\.com/|[A-Za-z0-9_.-]*\\.(logic\\.azure|"
    r"api\\.powerplatform)\\.(com|us|cn)(:[0-9]+)?/|[A-Za-z0-9_.-]*discord(app)?\\.com/api/(v[0-9]+/)?webhooks/|"
    r"chat\\.googleapis\\.com/v1/spaces/|hooks\\.zapier\\.com/|([A-Za-z0-9-]+\\.)?hook\\.([A-Za-z0-9]+\\.)?make\\.com/|"
    r"open\\.(feishu\\.cn|larksuite\\.com)/open-apis/bot/|api\\.telegram\\.org/bot|"
    "[A-Za-z0-9_.:-]+/hooks/(?=[A-Za-z0-9_-]{20}))"
)
ZONE: Final = "[A-Za-z][A-Za-z0-9_+/-]{0,63}"

# Bounds of a question.
MOST_BYTES: Final = 2097152
MOST_FILES: Final = 200
MOST_PATH: Final = 299
MOST_NAMES: Final = 100
MOST_MODELS: Final = 5000
MOST_OWNERS: Final = 20000
MOST_ID: Final = 256

# Bounds of what a release has beside its configuration.
MOST_BESIDE: Final = 200
MOST_BESIDE_BYTES: Final = 1048576
MOST_BESIDE_TOTAL: Final = 4194304

# The wire.
BOOTSTRAP: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))'
BOOTSTRAP_UNIT: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r,"unit"))'
PROTOCOL: Final = 1
QUESTION_FIELDS: Final = ("files", "packages", "units", "image", "secrets", "budgets", "prices", "gateway")
`,"database/__init__.py":`"""PostgreSQL: its server, roles and sessions, dumps, and the exchange of two databases."""
`,"database/content.py":`"""What is in a database, in a form that two of them can be compared by: rows and checksum of every table, and each definition."""

from typing import Any

from agent.base.refusal import few
from agent.database.session import Session

Content = dict[str, Any]

# The text of a row must not depend on who asks.
SETTINGS = (
    "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET xmlbinary = 'base64'; SET search_path = ''; SET idle_in_transaction_session_timeout = 0; "
    "SET statement_timeout = 0"
)
OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
NAME = "format('%I.%I', n.nspname, c.relname)"
# By kind: SQL that answers name and definition of each object.
DEFINITIONS = {
    "column": (
        f"SELECT {NAME} || '.' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || "
        "coalesce(pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        f"WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {OURS}"
    ),
    "index": (
        f"SELECT {NAME}, pg_get_indexdef(c.oid) || ' ' || i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}"
    ),
    "constraint": (
        f"SELECT {NAME} || '.' || quote_ident(o.conname), pg_get_constraintdef(o.oid) FROM pg_constraint o "
        f"JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE o.contype <> 'n' AND {OURS}"
    ),
    # Not its position: see \`positions\`.
    "sequence": (
        "SELECT format('%I.%I', schemaname, sequencename), "
        "concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle) FROM pg_sequences WHERE schemaname !~ '^pg_'"
    ),
    # Rows are counted in the partitions that hold them; this is which table they are part of.
    "partition": (
        f"SELECT {NAME}, concat_ws(' ', pg_get_partkeydef(c.oid), i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid)) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
        f"WHERE c.relkind IN ('r', 'p') AND (c.relkind = 'p' OR c.relispartition) AND {OURS}"
    ),
    "view": f"SELECT {NAME}, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE c.relkind IN ('v', 'm') AND {OURS}",
    "enum": (
        "SELECT format('%I.%I', n.nspname, t.typname), string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e "
        f"JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {OURS} GROUP BY 1"
    ),
}
TABLES = f"SELECT {NAME} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS} ORDER BY 1"
# Hashed as they are stored, also in an array; a value of any other type is hashed by its text, which takes more than twice as long.
STORED = (
    "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "uuid", "date", "timestamp",
    "timestamptz", "jsonb", "bytea",
)  # fmt: skip
# The row of a table as one expression, with every name quoted by the server.
ROW = (
    "SELECT string_agg(format(CASE WHEN coalesce(e.typname, t.typname) = ANY (%(stored)s) THEN 't.%%I' ELSE 't.%%I::text' END, a.attname), "
    "', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' "
    "WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped"
)
# By sequence the number that it gave last. No transaction holds it back, so two questions in one snapshot may be answered apart.
POSITIONS = (
    "SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value - increment_by) FROM pg_sequences "
    "WHERE schemaname !~ '^pg_'"
)


def read(asked: Session, tables: list[str] | None = None) -> Content:
    """{tables: {name: {rows, checksum}}, sequences: {name: [at least, at most]}, definitions: {kind: {name: md5}}}.

    The rows are of \`tables\` only, or of all.
    """
    asked.rows(SETTINGS)
    return {
        "sequences": {name: [at, at] for name, at in positions(asked).items()},
        "tables": {name: read_table(asked, name) for name in asked.column(TABLES) if tables is None or name in tables},
        "definitions": {kind: _definitions(asked, sql) for kind, sql in DEFINITIONS.items()},
    }


def read_table(asked: Session, name: str) -> dict[str, str | int]:
    """The checksum does not depend on the order of rows, which no dump keeps. \`name\` is as \`TABLES\` answers it: quoted by the server."""
    row = asked.one(ROW, {"table": name, "stored": list(STORED)}) or ""
    ((rows, checksum),) = asked.rows(f"SELECT count(*), coalesce(sum(hash_record_extended(ROW({row}), 0)), 0)::text FROM ONLY {name} t")
    return {"rows": int(rows), "checksum": checksum}


def positions(asked: Session) -> dict[str, int]:
    """The number that each sequence gave last."""
    return {name: int(at) for name, at in asked.rows(POSITIONS)}


def moved(content: Content, after: dict[str, int]) -> Content:
    """The content with the sequences as they may be in a dump that was taken between its reading and \`after\`."""
    span = {name: [min(low, after.get(name, low)), max(high, after.get(name, high))] for name, (low, high) in content["sequences"].items()}
    return content | {"sequences": span}


def _definitions(asked: Session, sql: str) -> dict[str, str]:
    return dict(asked.rows(f"SELECT name::text, md5(definition) FROM ({sql}) AS found(name, definition) ORDER BY 1"))


def differences(wanted: Content, found: Content) -> list[str]:
    """Sentences that name what is not the same; empty when the two hold the same."""
    said = []
    tables, others = wanted["tables"], found["tables"]
    said += _names("tables are missing", [name for name in tables if name not in others])
    said += _names("tables were not there", [name for name in others if name not in tables])
    for name in tables.keys() & others.keys():
        want, got = tables[name], others[name]
        if want["rows"] != got["rows"]:
            said.append(f"{name} has {got['rows']} rows where {want['rows']} were backed up")
        elif want["checksum"] != got["checksum"]:
            said.append(f"the rows of {name} are other ones than were backed up")
    sequences = wanted.get("sequences")
    for name, (low, high) in (sequences or {}).items():
        if (at := found["sequences"].get(name, [low])[0]) < low or at > high:
            said.append(f"the sequence {name} is at {at}, not between {low} and {high} as while it was backed up")
    for kind, definitions in wanted["definitions"].items():
        have = found["definitions"].get(kind, {})
        plural = {"index": "indexes"}.get(kind, f"{kind}s")
        said += _names(f"{plural} are missing", [name for name in definitions if name not in have])
        if kind == "sequence" and sequences is None:
            # Backups of versions before 0.2 have here where each stood at the beginning, which the dump does not go by.
            continue
        said += _names(f"{plural} differ", [name for name in definitions if name in have and have[name] != definitions[name]])
    return sorted(said)


def _names(what: str, names: list[str]) -> list[str]:
    if not names:
        return []
    return [f"{len(names)} {what}: {few(sorted(names))}"]


def rows(content: Content) -> int:
    return sum(int(table["rows"]) for table in content["tables"].values())
`,"database/dump.py":`"""Takes a database out: one exported snapshot for the dump and for what is remembered of its content."""

import concurrent.futures
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from agent.base import priority
from agent.base.process import ENVIRONMENT, CommandFailed, memory_file, run
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres, tables
from agent.database.server import Server, programs
from agent.database.session import LOCK_SECONDS, Session, session

HOURS = 3600
# By which the server's process that works for pg_dump is known.
NAME = "litellm-gitops-dump"


def jobs() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


def dump(server: Server, database: str, target: Path) -> dict[str, Any]:
    """Dumps into the folder \`target\` and answers what the same moment held, with facts of the server.

    Uncompressed, because restic finds the same data again only so, and not flushed to the disk, because what a crash leaves is thrown
    away. The checksums are read while the dump is written.
    """
    with session(server, database) as asked, concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _require_own_programs(asked)
        asked.rows(database_content.SETTINGS)
        # Beside pg_dump's own session there is work for two cores already; the gateway needs the others.
        asked.rows("SET max_parallel_workers_per_gather = 0")
        ((snapshot, process_id),) = asked.rows("SELECT pg_export_snapshot(), pg_backend_pid()")
        priority.follow(process_id)
        # Large objects are not LiteLLM's; the serving role could make one that the reading role may not read, which would end the dump.
        argv = server.tool(
            "pg_dump", "--format=directory", "--compress=0", "--no-sync", f"--snapshot={snapshot}", "--no-password",
            "--no-large-objects", f"--lock-wait-timeout={LOCK_SECONDS}s", f"--file={target}", database,
        )  # fmt: skip
        with memory_file() as said:
            named = ENVIRONMENT | {"PGAPPNAME": NAME}
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=named)
            pool.submit(_give_way, server, database, process)
            try:
                content = facts(asked) | database_content.read(asked) | {"roots": tables.read(asked).roots()}
                code = process.wait(12 * HOURS)
                content = database_content.moved(content, database_content.positions(asked))
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise CommandFailed(argv, f"exited {code}", said.read(), code)
    return content


def _require_own_programs(asked: Session) -> None:
    serving, ours = asked.one("SELECT current_setting('server_version_num')::int / 10000"), int(programs().parent.name)
    if serving != ours:
        raise Refused(
            "database-tools",
            f"PostgreSQL {serving} answers on port 5432, but the configuration of this product is in the cluster of PostgreSQL {ours}. "
            "Give that one the port, or run deploy when the other one has the gateway's data now.",
        )


def _give_way(server: Server, database: str, dump: "subprocess.Popen[bytes]") -> None:
    """The server's process that works for pg_dump does not belong to our unit: it gets its priority when it appears."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s AND usename = current_user"
    with session(server, database) as asked:
        while dump.poll() is None:
            if found := asked.one(query, {"name": NAME}):
                priority.follow(found)
                return
            time.sleep(0.1)


def facts(asked: Session) -> dict[str, Any]:
    """What a manifest says of the server, and of how far the database has come."""
    ((bytes_, version, locale),) = asked.rows(
        "SELECT pg_database_size(current_database()), current_setting('server_version_num')::int, datcollate "
        "FROM pg_catalog.pg_database WHERE datname = current_database()"
    )
    migrations = postgres.finished_migrations(asked)
    ((spend, newest),) = asked.rows(f'SELECT coalesce(sum({postgres.SPEND}), 0), max("startTime")::text FROM public."LiteLLM_SpendLogs"')
    return {
        "bytes": bytes_,
        "serverVersion": version,
        "locale": locale,
        "migrations": migrations,
        "spend": float(spend),
        "newestRequest": newest,
    }


def tables_listed(dumped: Path) -> int:
    """How many tables' rows are in a dump, by its own list."""
    listing = run(str(programs() / "pg_restore"), "--list", str(dumped), timeout=600).splitlines()
    return sum(" TABLE DATA " in line for line in listing if not line.startswith(";"))
`,"database/load.py":`"""Puts a dump into an empty database.

What is large goes in by several sessions: pg_restore gives each table one, and one table of LiteLLM holds nearly all there is.
"""

import concurrent.futures
import itertools
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from agent.base.machine import available_bytes
from agent.base.process import ENVIRONMENT, CommandFailed, run
from agent.base.refusal import Refused
from agent.database import content
from agent.database.dump import HOURS, jobs
from agent.database.server import Server, programs
from agent.database.session import session

LARGE = 32 * 1024**2
BLOCK = 1024**2
MIB = 1024**2
# The row of pg_restore's list for the rows of a table; its number is also the name of the file.
DATA = re.compile(r"\\d+; \\d+ \\d+ TABLE DATA (?P<schema>\\S+) (?P<table>.+) \\S+")
QUALIFIED = re.compile(r'([^".]+|"(?:[^"]|"")+")\\.([^".]+|"(?:[^"]|"")+")')
IDENTIFIER = r'(?:[a-z_][a-z0-9_]*|"(?:[^"\\x00-\\x1f]|"")+")'
COPY = re.compile(rf"COPY public\\.{IDENTIFIER} \\({IDENTIFIER}(?:, {IDENTIFIER})*\\) FROM stdin;")


def load(
    server: Server, database: str, dumped: Path, without: Collection[str] = (), wanted: Callable[[str], bool] = lambda _line: True
) -> None:
    """Restores a dump into an empty database; rows of the tables \`without\` stay out. Their names are as the server quotes them.

    Of the dump's own list only those entries are taken that are \`wanted\`.

    Refuses at the first thing that fails.

    Statistics are not gathered: see \`read_back\`.
    """
    try:
        listing = [line for line in listed(dumped) if wanted(line)]
        named = {as_listed(name) for name in without}
        left_out = [line for line in listing if (found := DATA.fullmatch(line)) and (found["schema"], found["table"]) in named]
        large = [line for line in listing if line not in left_out and _bytes(dumped, line) >= LARGE]
        _restore(server, database, dumped, listing, "--section=pre-data")
        large.sort(key=lambda line: _bytes(dumped, line), reverse=True)
        loaded = [line for line in large if _load_in_pieces(server, database, dumped, line)]
        rest = [line for line in listing if line not in left_out and line not in loaded]
        _restore(server, database, dumped, rest, "--section=data", "--section=post-data", f"--jobs={jobs()}")
    except CommandFailed as failed:
        if any("unsupported version" in line for line in failed.output):
            major = programs().parent.name
            raise Refused(
                "dump",
                f"The dump was written by the pg_dump of a newer PostgreSQL than {major}, which is this host's. Restore it on a host with "
                "that version, or choose a backup that this version of litellm-gitops took: it takes them with the server's own.",
                failed.output,
            ) from None
        raise Refused("dump", f"The dump cannot be restored: {failed}", failed.output) from None


def listed(dumped: Path) -> list[str]:
    """The entries of a dump by its own list, with lines of remarks that begin with \`;\`."""
    return run(str(programs() / "pg_restore"), "--list", str(dumped), timeout=600).splitlines()


def as_listed(name: str) -> tuple[str, str]:
    """Schema and table as pg_restore lists them: without quotes, and in one line whatever they are made of."""
    found = QUALIFIED.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no name of a table with its schema")
    schema, table = (part[1:-1].replace('""', '"') if part.startswith('"') else part for part in found.groups())
    return schema, table.replace("\\n", " ").replace("\\r", " ")


def read_back(server: Server, database: str, tables: list[str] | None = None) -> content.Content:
    """What the database holds, as \`database_content.read\` has it; it also gathers the statistics, which are not in a dump."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool, session(server, database) as asked:
        analyzed = pool.submit(_analyze, server, database)
        found = content.read(asked, tables)
        analyzed.result()
    return found


def _analyze(server: Server, database: str) -> None:
    with session(server, database, HOURS) as asked:
        asked.rows("ANALYZE")


def _restore(server: Server, database: str, dumped: Path, entries: Sequence[str], *options: str) -> None:
    with _listed(entries) as chosen:
        argv = server.tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={database}", chosen, *options)
        run(*argv, str(dumped), timeout=12 * HOURS, environment=environment())


@contextmanager
def _listed(entries: Sequence[str]) -> Iterator[str]:
    """The option by which pg_restore takes these entries alone."""
    with tempfile.NamedTemporaryFile("w") as listing:
        listing.write("".join(f"{line}\\n" for line in entries))
        listing.flush()
        yield f"--use-list={listing.name}"


def _load_in_pieces(server: Server, database: str, dumped: Path, entry: str) -> bool:
    """Whether it was done: a table whose statement cannot be separated from its neighbours' is left to pg_restore."""
    file = _file(dumped, entry)
    statement = _statement(dumped, entry)
    if statement is None:
        return False
    pieces = cut(file, jobs())
    with concurrent.futures.ThreadPoolExecutor(len(pieces)) as pool:
        for done in [pool.submit(_feed, server, database, statement, file, piece) for piece in pieces]:
            done.result()
    return True


def _statement(dumped: Path, entry: str) -> str | None:
    """The COPY of the table with its columns, as pg_restore would run it."""
    with _listed([entry]) as chosen:
        argv = [str(programs() / "pg_restore"), "--file=-", chosen, str(dumped)]
        nothing = subprocess.DEVNULL
        with subprocess.Popen(argv, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing, env=ENVIRONMENT) as process:
            assert process.stdout
            lines = (line.decode(errors="replace").rstrip("\\n") for line in process.stdout)
            statement = next((line for line in lines if COPY.fullmatch(line)), None)
            process.kill()
    return statement


def cut(file: Path, count: int) -> list[tuple[int, int]]:
    """Where each of at most \`count\` pieces of about the same size begins and ends. Rows are lines in such a file; none is cut."""
    size = file.stat().st_size
    ends = [0]
    with open(file, "rb") as rows:
        for number in range(1, count):
            rows.seek(max(size * number // count, ends[-1]))
            rows.readline()
            ends.append(rows.tell())
    ends.append(size)
    return [(start, end) for start, end in itertools.pairwise(ends) if start < end]


class _Piece:
    """The bytes of a file between two places, as the driver of a COPY reads them."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._left = end - start
        file.seek(start)

    def read(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block


def _feed(server: Server, database: str, statement: str, file: Path, piece: tuple[int, int]) -> None:
    """Has one session take a piece."""
    with open(file, "rb") as rows, session(server, database, settings=settings()) as loading:
        loading.copy_in(statement.removesuffix(";"), _Piece(rows, *piece), BLOCK)


def settings() -> dict[str, str]:
    """Of the sessions that load. Commits may reach the disk later: the one that exchanges the names flushes all before it."""
    memory = min(512, max(64, available_bytes() // MIB // 8 // jobs()))
    return {
        "synchronous_commit": "off",
        "maintenance_work_mem": f"{memory}MB",
        "statement_timeout": "0",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "search_path": "",
    }


def environment() -> dict[str, str]:
    return {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in settings().items())}


def _file(dumped: Path, entry: str) -> Path:
    return dumped / f"{entry.split(';', maxsplit=1)[0]}.dat"


def _bytes(dumped: Path, entry: str) -> int:
    return _file(dumped, entry).stat().st_size if DATA.fullmatch(entry) and _file(dumped, entry).exists() else 0
`,"database/postgres.py":`"""The database \`litellm\`, local only, and its roles. Root becomes each by the peer map (pg_ident.conf).

    litellm         LiteLLM serves with it: rows, and nothing of the schema
    litellm_owner   migrations and restores: owns the database and all in it
    litellm_reader  everything that this product reads: may write nothing
    postgres        the superuser, in the database \`postgres\` alone: databases and roles

Anyone who runs code in LiteLLM's container has the first one. What it can write is data for the others, never a statement, and the second
one, which an old database's functions and triggers would run as, owns nothing else.
"""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.base import durable, keys
from agent.base.paths import CONFIG, POSTGRES_OWNER_PASSWORD, POSTGRES_PASSWORD
from agent.base.process import CommandFailed, DatabaseGone, NotPrepared, run
from agent.database.server import OWNER, READER, SERVING, SUPERUSER, Server
from agent.database.session import Session, identifier, session

if TYPE_CHECKING:
    from agent.contract_types import DatabaseState

NAME = "litellm"
ITERATIONS = 4096
# What the serving role is called until it takes the place of the one that owned all before.
COMING = "litellm_coming"
RELOAD_SECONDS = 20

# What a request cost, instead of the column. The serving role can store any number, and one sum that leaves a double's range is an
# error of the whole statement: a single row would be the end of all backups. No request costs as much, and NaN is no cost either.
SPEND = "CASE WHEN abs(spend) < 1e15 THEN spend END"

# Table and name.
Column = tuple[str, str]


def state() -> "DatabaseState":
    """'ready' when roles, database and LiteLLM's schema are there; 'outdated' when the serving role owns them, as it once did."""
    try:
        with reading() as asked:
            return "ready" if asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL") else "missing"
    except NotPrepared:
        return "outdated" if CONFIG.is_symlink() else "missing"
    except CommandFailed:
        return "missing"


def require_running() -> None:
    """Raises \`DatabaseGone\` while the server does not answer, which is something else than having no database of ours."""
    with administering() as admin:
        admin.one("SELECT 1")


@contextmanager
def reading(seconds: float = 60) -> Iterator[Session]:
    """One transaction in which nothing can be written, as the role that only reads."""
    with session(READER, NAME, seconds) as asked:
        asked.rows("BEGIN READ ONLY")
        yield asked


@contextmanager
def administering() -> Iterator[Session]:
    """The superuser's session, outside of our database."""
    with session(SUPERUSER, "postgres", settings={"search_path": "pg_catalog"}) as admin:
        # A failing statement must not be copied into the server's log with a password's verifier in it.
        admin.rows("SET log_min_error_statement = panic")
        yield admin


def migrations() -> list[str]:
    """Names of the migrations that the schema has, in order; what an image of LiteLLM brings is a list that only grows."""
    try:
        with reading() as asked:
            return finished_migrations(asked)
    except CommandFailed:
        # Before the first deploy there is no PostgreSQL at all.
        return []


def finished_migrations(asked: Session) -> list[str]:
    return asked.column(
        "SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1"
    )


def has_content() -> bool:
    """Whether LiteLLM has ever kept something in the database, under any owner. Raises \`DatabaseGone\` where that cannot be known."""
    with administering() as admin:
        if not admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm'"):
            return False
        owner = SERVING if _is_undivided(admin) else OWNER
    with session(owner, NAME) as asked:
        return bool(asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL"))


def owner_serves() -> bool:
    """Whether LiteLLM still has sessions of the owner, from before the roles were separated. No migration is in progress."""
    with administering() as admin:
        over_tcp = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'litellm_owner' AND client_addr IS NOT NULL)"
        return bool(admin.one(over_tcp))


def reload() -> None:
    """Makes the server read again who may connect; sessions go on. Answers when it has."""
    run("systemctl", "reload", "postgresql.service", timeout=60)
    deadline = time.monotonic() + RELOAD_SECONDS
    while True:
        try:
            return require_running()
        except DatabaseGone:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def ensure() -> list[str]:
    """Creates roles and database where they are missing, and sets a password when it is another; answers what was done."""
    done: list[str] = []
    if not POSTGRES_OWNER_PASSWORD.exists():
        durable.write(POSTGRES_OWNER_PASSWORD, (keys.MAKERS[POSTGRES_OWNER_PASSWORD]() + "\\n").encode())
    with administering() as admin:
        if _is_undivided(admin):
            _divide(admin)
            done.append("database roles separated")
        done += _ensure_roles(admin)
        if not admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm'"):
            create(admin, NAME)
            done.append("database made")
        elif admin.one("SELECT has_database_privilege('litellm', 'litellm', 'TEMP')"):
            _close(admin, NAME)
    return done


def _is_undivided(admin: Session) -> bool:
    """Whether the serving role still owns the database, as on a host that an earlier version deployed."""
    return bool(admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm' AND pg_get_userbyid(datdba) = 'litellm'"))


def _divide(admin: Session) -> None:
    """The role that owned everything becomes the owner, and a new one of its name may read and write rows alone.

    Holds at each moment: a new session of LiteLLM finds its role with its password and its rights. Sessions that are open stay those
    of the owner until the rollout that follows ends their processes.
    """
    if not admin.one("SELECT 1 FROM pg_roles WHERE rolname = %(name)s", {"name": COMING}):
        admin.rows(f"CREATE ROLE {COMING} NOLOGIN")
    admin.rows(f"GRANT CONNECT ON DATABASE litellm TO {COMING}")
    with session(SERVING, NAME) as owner:
        _grant(owner, COMING)
    serving, own = verifier(keys.read(POSTGRES_PASSWORD)), verifier(keys.read(POSTGRES_OWNER_PASSWORD))
    admin.rows(
        "BEGIN; ALTER ROLE litellm RENAME TO litellm_owner; "
        f"ALTER ROLE {COMING} RENAME TO litellm; "
        "ALTER ROLE litellm LOGIN PASSWORD %(serving)s; ALTER ROLE litellm_owner LOGIN PASSWORD %(own)s; COMMIT",
        {"serving": serving, "own": own},
    )


def _ensure_roles(admin: Session) -> list[str]:
    done: list[str] = []
    known = "SELECT rolname, coalesce(rolpassword, '') FROM pg_authid WHERE starts_with(rolname, 'litellm')"
    stored: dict[str, str] = dict(admin.rows(known))
    for role, file in ((OWNER.user, POSTGRES_OWNER_PASSWORD), (SERVING.user, POSTGRES_PASSWORD)):
        password = keys.read(file)
        if role not in stored:
            admin.rows(f"CREATE ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": verifier(password)})
            done.append(f"role {role} made")
        elif not _matches(stored[role], password):
            admin.rows(f"ALTER ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": verifier(password)})
            done.append(f"password of {role} set")
    if READER.user not in stored:
        admin.rows(
            f"BEGIN; CREATE ROLE {READER.user} LOGIN; GRANT pg_read_all_data, pg_read_all_stats TO {READER.user}; "
            f"ALTER ROLE {READER.user} SET default_transaction_read_only = on; COMMIT"
        )
        done.append(f"role {READER.user} made")
    return done


def create(admin: Session, name: str) -> None:
    """A new, empty database of the owner, which the serving role may enter."""
    admin.rows(f"CREATE DATABASE {identifier(name)} OWNER litellm_owner ENCODING 'UTF8' TEMPLATE template0")
    _close(admin, name)


def _close(admin: Session, name: str) -> None:
    """Others may not enter, and nobody but the owner may make temporary tables, which could take the place of real ones."""
    admin.rows(
        f"BEGIN; REVOKE ALL ON DATABASE {identifier(name)} FROM PUBLIC; REVOKE ALL ON DATABASE {identifier(name)} FROM litellm; "
        f"GRANT CONNECT ON DATABASE {identifier(name)} TO litellm, litellm_reader; COMMIT"
    )


def give_rows(server: Server, database: str) -> None:
    """Lets the serving role read and write the rows of all tables, those of later migrations too. Called after what makes tables."""
    with session(server, database) as owner:
        _grant(owner, SERVING.user)


def _grant(owner: Session, role: str) -> None:
    tables, sequences = "SELECT, INSERT, UPDATE, DELETE ON", "USAGE, SELECT ON"
    owner.rows(
        f"BEGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT {tables} ALL TABLES IN SCHEMA public TO {role}; "
        f"GRANT {sequences} ALL SEQUENCES IN SCHEMA public TO {role}; "
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {tables} TABLES TO {role}; "
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {sequences} SEQUENCES TO {role}; COMMIT"
    )
    # How far the schema has come decides what may be rolled back or restored.
    if owner.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL"):
        owner.rows(f"REVOKE INSERT, UPDATE, DELETE ON public._prisma_migrations FROM {role}")


def let_partition(wanted: bool) -> None:
    """Whether LiteLLM makes and drops partitions of its log itself, which only the owner can: it then serves as the owner.

    Nothing else depends on that role having no more than rows: what this product reads, it reads as another one.
    """
    with administering() as admin:
        if admin.one("SELECT pg_has_role('litellm', 'litellm_owner', 'MEMBER')") == wanted:
            return
        if wanted:
            admin.rows("BEGIN; GRANT litellm_owner TO litellm; ALTER ROLE litellm SET role = 'litellm_owner'; COMMIT")
        else:
            admin.rows("BEGIN; ALTER ROLE litellm RESET role; REVOKE litellm_owner FROM litellm; COMMIT")


def url(database: str = NAME) -> str:
    """What LiteLLM serves with. The password is hexadecimal, so nothing in it needs escaping."""
    return _url(SERVING.user, POSTGRES_PASSWORD, database)


def owner_url(database: str = NAME) -> str:
    """What migrations connect to."""
    return _url(OWNER.user, POSTGRES_OWNER_PASSWORD, database)


def _url(role: str, password: Path, database: str) -> str:
    return f"postgresql://{role}:{keys.read(password)}@127.0.0.1:5432/{database}"


def verifier(password: str, salt: bytes | None = None) -> str:
    """PostgreSQL's stored form of a SCRAM-SHA-256 password (RFC 5803), so that no statement ever carries the password."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hmac.new(salted, b"Client Key", hashlib.sha256).digest()
    stored = hashlib.sha256(client).digest()
    server = hmac.new(salted, b"Server Key", hashlib.sha256).digest()
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256\${ITERATIONS}:{text[0]}\${text[1]}:{text[2]}"


def columns(asked: Session) -> set[Column]:
    """The columns that the schema of the running version has."""
    found = asked.rows("SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'")
    return {(table, column) for table, column in found}


def _matches(stored: str, password: str) -> bool:
    try:
        salt = base64.b64decode(stored.split("$")[1].split(":")[1])
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(stored, verifier(password, salt))
`,"database/server.py":`"""PostgreSQL's own programs against one server: the machine's, or a scratch one."""

import dataclasses
from pathlib import Path

from agent.base.refusal import Refused
from agent.system import clusters

VERSIONS = Path("/usr/lib/postgresql")
# What a backup and its proof need.
PROGRAMS = ("postgres", "initdb", "pg_dump", "pg_restore", "pg_amcheck")
SOCKET = Path("/var/run/postgresql")


@dataclasses.dataclass(frozen=True)
class Server:
    """A server and the role that asks it."""

    socket: Path
    user: str
    port: int = 5432

    @property
    def is_machine(self) -> bool:
        return self.socket == SOCKET

    def tool(self, name: str, *arguments: str) -> list[str]:
        """The command line of a program of PostgreSQL that is root's to run; it connects by the socket, without a password."""
        return [str(programs() / name), "-h", str(self.socket), "-p", str(self.port), "-U", self.user, *arguments]


# The machine's server by each role that root becomes by the peer map (pg_ident.conf). What each may do: see \`postgres\`.
READER = Server(SOCKET, "litellm_reader")
SERVING = Server(SOCKET, "litellm")
OWNER = Server(SOCKET, "litellm_owner")
# Lets root in to the database \`postgres\` alone, where nothing of LiteLLM's is.
SUPERUSER = Server(SOCKET, "postgres")


def programs() -> Path:
    """Those of the gateway's own major version; Debian's wrappers would choose on their own.

    A dump, its scratch server and the live one are of one major: a newer pg_restore writes settings that an older server refuses.
    """
    major = clusters.ours()
    if major is None:
        raise Refused("database-down", "PostgreSQL is not installed on this host. Run deploy.")
    folder = VERSIONS / str(major) / "bin"
    missing = [name for name in PROGRAMS if not (folder / name).exists()]
    if missing:
        raise Refused(
            "database-tools",
            f"The gateway's database is of PostgreSQL {major}, and {', '.join(missing)} of that version are missing in {folder}. "
            f"Install them (apt-get install postgresql-{major}), or move the database to a version that is installed (pg_upgradecluster).",
        )
    return folder
`,"database/session.py":`"""Sessions with PostgreSQL by libpq (psycopg2), in this process.

No shell and no \`psql\` is in between: a line of a statement, of a name or of a value can never be a command. Values go in apart from
the statement, rows come back as Python's own, and names are quoted by \`identifier\` or on the server.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.base.process import DatabaseGone, DatabaseRefused, NotPrepared
from agent.database.server import READER, Server

# A question that takes longer has something in its way; what may take long says so.
SECONDS = 60
CONNECT_SECONDS = 20
# LiteLLM's role may lock its tables for as long as it likes; who only reads waits no longer than migrations keep it.
LOCK_SECONDS = 10
LOCKED = "55P03"
# No SQLSTATE comes with these: the connection was never there.
FULL = re.compile(r"too many (clients|connections)|remaining connection slots")
HOLDERS = (
    'sudo -u postgres psql -c "SELECT pid, usename, application_name, xact_start, query FROM pg_stat_activity '
    'WHERE usename IS NOT NULL ORDER BY xact_start"'
)
# By these, SQLSTATE classes, the server says that it is shutting down, starting, or that the connection broke.
GONE = ("57P", "08")
IDENTITIES = "/etc/postgresql/*/main/pg_ident.conf"

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class Session:
    """One connection; each statement is a transaction of its own unless \`BEGIN\` was among them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        """The rows of the last statement in \`sql\`; \`%(name)s\` in it is a value. Raises \`DatabaseRefused\`."""
        with _told(), self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def column(self, sql: str, values: Values | None = None) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(sql, values)]

    def one(self, sql: str, values: Values | None = None) -> Any:
        """The first value of the first row, None where there is no row."""
        return next(iter(self.column(sql, values)), None)

    def copy_out(self, query: str, values: Values, target: Any) -> None:
        """Writes the rows that \`query\` answers into the file \`target\`, as \`copy_in\` takes them."""
        with _told(), self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({cursor.mogrify(query, values).decode()}) TO STDOUT", target)

    def copy_in(self, statement: str, source: Any, size: int) -> None:
        """Runs a \`COPY … FROM STDIN\` on what \`source.read(size)\` gives."""
        with _told(), self._connection.cursor() as cursor:
            cursor.copy_expert(statement, source, size)


@contextmanager
def session(server: Server, database: str, seconds: float = SECONDS, settings: Mapping[str, str] | None = None) -> Iterator[Session]:
    """Opens a session and ends it, and with it its transaction, however the work inside ends.

    \`seconds\` bounds each statement. Settings that the owner of a database or role could have changed for us are pinned.
    Raises \`DatabaseGone\` where no server answers, \`NotPrepared\` on a host that an older version deployed.
    """
    pinned = {
        "search_path": "pg_catalog,public",
        "statement_timeout": f"{int(seconds * 1000)}",
        "lock_timeout": f"{LOCK_SECONDS}s" if server.user == READER.user else "0",
        "standard_conforming_strings": "on",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "row_security": "off",
    } | dict(settings or {})
    parameters = {
        "host": str(server.socket), "port": str(server.port), "user": server.user, "dbname": database,
        "connect_timeout": str(CONNECT_SECONDS), "application_name": "litellm-gitops",
        "options": " ".join(f"-c {name}={value}" for name, value in pinned.items()),
    }  # fmt: skip
    with connected(parameters, server) as asked:
        yield asked


@contextmanager
def connected(parameters: Mapping[str, str], server: Server | None = None) -> Iterator[Session]:
    """A session by these parameters of libpq; \`server\` where it is one of this host's."""
    psycopg2 = _library()
    with _told(server):
        connection = psycopg2.connect(**parameters)
    try:
        connection.autocommit = True
        yield Session(connection)
    finally:
        connection.close()


def identifier(name: str) -> str:
    """The name as SQL, whatever is in it. Raises ValueError for what PostgreSQL takes for no name."""
    if not name or "\\0" in name:
        raise ValueError("not a PostgreSQL name")
    return '"' + name.replace('"', '""') + '"'


def _library() -> Any:
    try:
        import psycopg2  # noqa: PLC0415 - installed by deploy
    except ImportError:
        raise NotPrepared("python3-psycopg2") from None
    return psycopg2


@contextmanager
def _told(connecting: Server | None = None) -> Iterator[None]:
    """Says what the driver found wrong in the words of this product."""
    psycopg2 = _library()
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        # Rows may hold a date after the year 9999, or JSON that is nested too deeply for Python.
        raise DatabaseRefused(("PostgreSQL",), "answered", f"something unreadable ({type(error).__name__})") from None
    except psycopg2.Error as error:
        text = str(error).strip() or type(error).__name__
        gone = isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError))
        if gone and (error.pgcode is None or error.pgcode.startswith(GONE)):
            if FULL.search(text):
                taken = f"all of its connections are taken. systemctl restart litellm ends LiteLLM's; who has them: {HOLDERS}"
                raise DatabaseRefused(("PostgreSQL",), "refused", taken) from None
            if connecting is not None and connecting.is_machine and not _is_prepared():
                raise NotPrepared("the roles of its database") from None
            raise DatabaseGone(("PostgreSQL",), "found no server", text) from None
        if error.pgcode == LOCKED:
            text = (
                f"somebody has kept a table locked for more than {LOCK_SECONDS} s. systemctl restart litellm ends what LiteLLM locks; "
                f"who works there: {HOLDERS}"
            )
        raise DatabaseRefused(("PostgreSQL",), "refused", text) from None


def _is_prepared() -> bool:
    places = Path("/").glob(IDENTITIES.lstrip("/"))
    return any("litellm_reader" in place.read_text(errors="replace") for place in places)
`,"database/swap.py":`"""Databases beside the live one, and the exchange of the two by their names."""

import datetime
import threading
import time

from agent.base.clock import now
from agent.base.paths import RESTORE_STATE
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres, waits
from agent.database.server import OWNER
from agent.database.session import identifier

LIVE = postgres.NAME
SECONDS = 30
KEPT = datetime.timedelta(days=7)


def exists(name: str) -> bool:
    with postgres.administering() as admin:
        return bool(admin.one("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": name}))


def create(name: str) -> None:
    with postgres.administering() as admin:
        postgres.create(admin, name)


def drop(name: str) -> None:
    with postgres.administering() as admin:
        admin.rows(f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")


def others(prefix: str) -> list[str]:
    """Databases whose names begin so, oldest first: they end in the time they were made at."""
    with postgres.administering() as admin:
        return sorted(admin.column("SELECT datname::text FROM pg_database WHERE starts_with(datname, %(prefix)s)", {"prefix": prefix}))


def drop_kept() -> None:
    """Drops what a restore kept for its undo, when nobody wanted it back for a week."""
    if RESTORE_STATE.exists():
        return
    for name in [*others("litellm_before_"), *others("litellm_undone_")]:
        made = datetime.datetime.strptime(name.rpartition("_")[2], "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
        if now() - made > KEPT:
            drop(name)


def has_exchanged(new: str, old: str) -> bool:
    """Whether \`exchange\` was done with these. Before it, also when \`new\` was never made, there is no \`old\`."""
    return exists(old) and not exists(new)


def exchange(new: str, old: str) -> None:
    """The database \`new\` becomes the live one, which is called \`old\` from then on. Both or none; done before, it does nothing.

    Renaming waits while somebody is connected, and holds off who wants to connect: so the sessions are ended while it waits.
    LiteLLM's pools reconnect automatically, to the new one.
    """
    if has_exchanged(new, old):
        return
    postgres.give_rows(OWNER, new)
    stop = threading.Event()

    def end_sessions() -> None:
        while not stop.wait(0.05):
            try:
                with postgres.administering() as admin:
                    admin.rows(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%(live)s, %(new)s)",
                        {"live": LIVE, "new": new},
                    )
            except CommandFailed:
                time.sleep(0.2)

    ending = threading.Thread(target=end_sessions)
    ending.start()
    deadline = time.monotonic() + SECONDS
    try:
        while True:
            try:
                with postgres.administering() as admin:
                    live, coming, kept = identifier(LIVE), identifier(new), identifier(old)
                    admin.rows(f"BEGIN; ALTER DATABASE {live} RENAME TO {kept}; ALTER DATABASE {coming} RENAME TO {live}; COMMIT")
                return
            except CommandFailed as failed:
                if time.monotonic() > deadline:
                    raise Refused("swap", f"The databases could not be swapped: {failed}{_held([LIVE, new])}", failed.output) from None
                time.sleep(0.1)
    finally:
        stop.set()
        ending.join()


def _held(names: list[str]) -> str:
    try:
        with postgres.administering() as admin:
            return f" In them: {waits.inside(admin, names)}."
    except CommandFailed:
        return ""
`,"database/tables.py":`"""Tables as people know them: one that is kept in partitions is one table, by the catalogue and never by the names of its parts."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from agent.database.content import NAME, OURS, read_table
from agent.database.session import Session

# Of each table that holds rows or partitions, the table that it is a part of: itself, where it is none.
PARTS = (
    f"SELECT {NAME}, format('%I.%I', m.nspname, r.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid) JOIN pg_namespace m ON m.oid = r.relnamespace "
    f"WHERE c.relkind IN ('r', 'p') AND {OURS} ORDER BY 1"
)
REFERENCES = (
    "SELECT DISTINCT format('%I.%I', n.nspname, c.relname), format('%I.%I', m.nspname, r.relname) FROM pg_constraint o "
    "JOIN pg_class c ON c.oid = coalesce(pg_partition_root(o.conrelid), o.conrelid) JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_class r ON r.oid = coalesce(pg_partition_root(o.confrelid), o.confrelid) JOIN pg_namespace m ON m.oid = r.relnamespace "
    "WHERE o.contype = 'f' AND c.oid <> r.oid"
)


@dataclasses.dataclass(frozen=True)
class Schema:
    """The tables of a database, with what connects them; names as the server quotes them."""

    # By table its parts, itself among them.
    parts: Mapping[str, tuple[str, ...]]
    # Tables whose rows refer to rows of another one, and that one.
    references: frozenset[tuple[str, str]]

    def roots(self) -> dict[str, str]:
        """By part the table that it is a part of, for those that are not one of their own: what a backup remembers."""
        return {part: name for name, parts in self.parts.items() for part in parts if part != name}


def read(asked: Session) -> Schema:
    parts: dict[str, tuple[str, ...]] = {}
    for part, name in asked.rows(PARTS):
        parts[name] = (*parts.get(name, ()), part)
    return Schema(parts, frozenset((child, parent) for child, parent in asked.rows(REFERENCES)))


def checksum(asked: Session, parts: Iterable[str]) -> int:
    """Of a table with all its parts: the sum of theirs, so that rows may lie in other partitions and be the same."""
    return sum(int(read_table(asked, part)["checksum"]) for part in parts)


def by_table(counts: Mapping[str, Any], roots: Mapping[str, str]) -> dict[str, int]:
    """Rows by table, from the rows of the parts."""
    found: dict[str, int] = {}
    for part, about in counts.items():
        name = roots.get(part, part)
        found[name] = found.get(name, 0) + int(about["rows"])
    return found


def parents_first(names: list[str], references: frozenset[tuple[str, str]]) -> list[str]:
    """In an order in which rows can be put in: a table comes after those that its rows refer to. Circles stay as they are."""
    ordered: list[str] = []
    left = list(names)
    while left:
        free = [one for one in left if not any(child == one and parent in left for child, parent in references)]
        ordered += free or left
        left = [one for one in left if one not in ordered]
    return ordered
`,"database/waits.py":`"""Who keeps schema changes waiting: what PostgreSQL says of its locks, said while they wait, and not half an hour later.

LiteLLM's jobs also take advisory locks by asking again and again, which PostgreSQL shows as no wait at all. So those that hold such a
lock are named too. Source: litellm_proxy_extras 0.4.108 to 0.4.110, migration_lock.py and utils.py.
"""

import dataclasses
import re
import threading
import time
from types import TracebackType
from typing import Any

from agent.base.events import note
from agent.base.process import CommandFailed
from agent.database.server import OWNER, Server
from agent.database.session import Session, session

# How often it is looked, how long somebody has to wait before it is said, and how often it is said again.
LOOK_SECONDS = 3
PATIENCE_SECONDS = 10
AGAIN_SECONDS = 60
MOST_HOLDERS = 3
ADVISORY = {
    72707369: "Prisma's advisory lock 72707369",
    int.from_bytes(b"llm_mig2", "big"): "the advisory lock of LiteLLM's migrations",
    int.from_bytes(b"litellm", "big"): "the advisory lock of LiteLLM's indexes",
}
# A statement may hold anything, a secret too: what it does is in its first words.
KIND = re.compile(r"\\s*((?:[A-Za-z]{2,20}\\s+){0,2}[A-Za-z]{2,20})")
CLAUSE = re.compile(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|VALUES|MERGE INTO|COPY|TABLE|EXPLAIN)\\b.*", re.IGNORECASE)
UNPRINTABLE = re.compile(r"[^\\x20-\\x7e]")
MOST_NAME = 60

# Of a bigint the key is in two halves, and objsubid is 1.
_KEY = "((l.classid::bigint << 32) | l.objid::bigint)"
WAITS = f"""
SELECT w.pid, w.query, extract(epoch FROM clock_timestamp() - w.query_start)::float8, l.locktype,
       CASE WHEN l.relation IS NOT NULL AND l.database = d.oid THEN l.relation::regclass::text END,
       CASE WHEN l.locktype = 'advisory' THEN {_KEY} END, pg_blocking_pids(w.pid)
FROM pg_stat_activity w JOIN pg_locks l ON l.pid = w.pid AND NOT l.granted JOIN pg_database d ON d.datname = current_database()
WHERE w.datid = d.oid ORDER BY w.query_start"""
HELD = f"""
SELECT l.pid, {_KEY} FROM pg_locks l JOIN pg_database d ON d.datname = current_database()
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = d.oid AND {_KEY} = ANY(%(keys)s)"""
SESSIONS = """
SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''), coalesce(query, ''),
       extract(epoch FROM clock_timestamp() - xact_start)::float8, extract(epoch FROM clock_timestamp() - state_change)::float8,
       client_addr IS NOT NULL, extract(epoch FROM clock_timestamp() - backend_start)::float8, backend_type
FROM pg_stat_activity WHERE datname = ANY(%(names)s::name[]) AND pid <> pg_backend_pid()"""
PREPARED = "SELECT gid FROM pg_prepared_xacts WHERE database = ANY(%(names)s::name[])"


@dataclasses.dataclass(frozen=True)
class Holder:
    """A session of the database; seconds are how long ago something was."""

    pid: int
    role: str
    application: str
    state: str
    query: str
    transaction: float | None
    changed: float | None
    is_remote: bool
    connected: float
    kind: str

    def text(self) -> str:
        who = f"pid {self.pid}, {_plain(self.role) or _plain(self.kind)}"
        name = _plain(self.application)
        since = "" if self.transaction is None else f", in a transaction for {self.transaction:.0f} s"
        return f"{who}{f', {name}' if name else ''}, {self._work()}{since}"

    def _work(self) -> str:
        if self.state.startswith("idle"):
            return f"{_plain(self.state)} for {self.changed or 0:.0f} s after {kind_of(self.query)}"
        return f"at {kind_of(self.query)}"


@dataclasses.dataclass(frozen=True)
class Wait:
    """What waits, for what, for how many seconds, and who is before it."""

    what: str
    lock: str
    seconds: float
    holders: list[Holder]
    behind: int

    def text(self) -> str:
        waited = f" for {self.seconds:.0f} s" if self.seconds else ""
        holders = "; ".join(one.text() for one in self.holders[:MOST_HOLDERS]) or "nobody that is still there"
        more = f" and {len(self.holders) - MOST_HOLDERS} more" if len(self.holders) > MOST_HOLDERS else ""
        behind = f" {self.behind} other sessions wait behind it." if self.behind else ""
        return f"{self.what} waits{waited} for {self.lock}, which has: {holders}{more}.{behind}"

    def remedy(self) -> str:
        pids = ", ".join(str(one.pid) for one in self.holders[:MOST_HOLDERS])
        return f"It continues when the lock is free; SELECT pg_terminate_backend(pid) as postgres ends a session (pid {pids})."


class Watch:
    """Says while the work inside waits for somebody, and keeps it for the error: \`wait\` is the last one, None when nothing waits."""

    def __init__(self, server: Server, database: str, name: str) -> None:
        self._server = server
        self._database = database
        self._name = name
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._begun = time.monotonic()
        self.wait: Wait | None = None
        self._doing = ""
        self._since: float | None = None
        self._said: float | None = None
        self._is_told = False

    def __enter__(self) -> "Watch":  # noqa: PYI034 - typing.Self is of Python 3.11
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def told(self, is_late: bool = False) -> str:
        """For the error: what it last waited for; of what did not end in time, what it last did."""
        if self.wait is not None:
            return f" {self.wait.text()}"
        return f" {self._doing}" if is_late and self._doing else ""

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                with session(self._server, self._database, LOOK_SECONDS) as asked:
                    self._take(look(asked, time.monotonic() - self._begun), asked)
            except CommandFailed:
                # That the server is gone is said by the work itself.
                continue

    def _take(self, found: Wait | None, asked: Session) -> None:
        """Holds what was found, and says it when it has been there for long enough."""
        now = time.monotonic()
        if found is None:
            if self._is_told:
                note(self._name, "The lock is free; they continue.")
            self.wait = self._since = None
            self._is_told = False
            self._doing = _at_work(asked)
            if now - (self._said or self._begun) > AGAIN_SECONDS:
                self._say(f"They have been running for {now - self._begun:.0f} s. {self._doing}")
            return
        self.wait, self._since = found, self._since or now
        waited = max(found.seconds, now - self._since)
        if waited > PATIENCE_SECONDS and (not self._is_told or now - (self._said or 0) > AGAIN_SECONDS):
            self._is_told = True
            self._say(f"{found.text()} {found.remedy()}")

    def _say(self, text: str) -> None:
        self._said = time.monotonic()
        note(self._name, text)


def look(asked: Session, seconds: float) -> Wait | None:
    """What the owner's sessions wait for longest; \`seconds\` ago the work began, so that its own sessions are told from others."""
    sessions = {one.pid: one for one in _sessions(asked, [asked.one("SELECT current_database()::text")])}
    waiting = asked.rows(WAITS)
    for pid, query, waited, kind, relation, key, blockers in waiting:
        if pid in sessions and _is_own(sessions[pid], seconds):
            holders = [sessions.get(one, _gone(one)) for one in dict.fromkeys(blockers)]
            behind = len([1 for other in waiting if pid in other[6]])
            return Wait(kind_of(query), _lock(kind, relation, key), max(0.0, waited or 0), holders, behind)
    for pid, key in asked.rows(HELD, {"keys": list(ADVISORY)}):
        if pid in sessions and not _is_own(sessions[pid], seconds):
            return Wait("The job", ADVISORY[key], 0, [sessions[pid]], 0)
    return None


def inside(asked: Session, names: list[str]) -> str:
    """Who is in these databases, which then cannot be renamed or dropped."""
    sessions = [one.text() for one in _sessions(asked, names)]
    prepared = [f"the prepared transaction {_plain(gid)}" for gid in asked.column(PREPARED, {"names": names})]
    return "; ".join([*sessions, *prepared][:MOST_HOLDERS]) or "nobody"


def _sessions(asked: Session, names: list[str]) -> list[Holder]:
    return [Holder(*row) for row in asked.rows(SESSIONS, {"names": names})]


def _is_own(one: Holder, seconds: float) -> bool:
    """Whether the session is one of the work's: of the owner, by the network, and no older."""
    return one.role == OWNER.user and one.is_remote and one.connected <= seconds


def _gone(pid: int) -> Holder:
    """A prepared transaction, whose pid is 0, or a session of another database."""
    kind = "a prepared transaction" if pid == 0 else "a session of another database"
    return Holder(pid, "", "", "active", "", None, None, False, 0, kind)


def _lock(kind: str, relation: Any, key: int | None) -> str:
    if key is not None:
        return ADVISORY.get(key, f"the advisory lock {key}")
    if relation:
        return f"the table or index {_plain(str(relation))}"
    return {"virtualxid": "a transaction that may still see the old rows", "transactionid": "a transaction to end"}.get(
        kind, f"a lock of the kind {_plain(kind)}"
    )


def _at_work(asked: Session) -> str:
    everybody = _sessions(asked, [asked.one("SELECT current_database()::text")])
    busy = [one for one in everybody if one.role == OWNER.user and one.state == "active"]
    return f"In the database: {'; '.join(one.text() for one in busy[:MOST_HOLDERS])}." if busy else "In the database they do nothing now."


def kind_of(query: str) -> str:
    """\`ALTER TABLE\` of a statement, and nothing of what may be secret in it."""
    found = KIND.match(query)
    if found is None:
        return "a statement"
    words = CLAUSE.sub(lambda clause: clause[1], " ".join(found[1].split()))
    return words.upper()


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("?", text)[:MOST_NAME]
`,"deploy.py":`"""Makes the host what is declared: each step looks first, and does something only where that differs."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from agent.backup import timers as backup_timers
from agent.base import audit, durable, journal, keys, lease, machine, paths, units
from agent.base.background import Beside
from agent.base.events import note, step
from agent.database import postgres
from agent.gateway import beside as beside_files, caddy, images, own_certificate, registry_login, release, stored_secrets
from agent.litellm import system_calls
from agent.redis import server as redis_server
from agent.rollout import rollout, upgrade
from agent.system import account, firewall, managed_files, name_servers, other_firewalls, packages, pending_restarts, sshd, sudoers

if TYPE_CHECKING:
    from agent.contract_types import DeployAnswer, DeployQuestion, FileHash, ManagedFile

Pull = Beside[float | None]
Steps = tuple[tuple[str, Callable[["DeployQuestion"], list[str]]], ...]


def main(given: "DeployQuestion") -> "DeployAnswer":
    """Input: {files, packages, image, workers, settings, config, env, probe?, undo?, run}.

    Answers {changed: [what], migrated: [what], release, outcome}; \`changed\` is empty when the host was as declared already.
    """
    machine.require_supported()
    machine.require_space()
    lease.require(given["run"])
    rollout.settle()
    with durable.locked(paths.CHANGE_LOCK, paths.CHANGE_LOCK_SECONDS):
        changed, migrated = _converge(given)
        wanted = rollout.Wanted(
            content=release.Content(given["config"], beside_files.given(given.get("beside"))),
            given=rollout.for_litellm(given["env"]),
            image=given["image"],
            workers=int(given["workers"]),
            settings=given["settings"],
            probe=given["probe"]["models"] if "probe" in given else [],
            undo=given.get("undo") or [],
        )
        folder = rollout.prepare(wanted, given["run"], again=postgres.owner_serves())
    # Outside the lock, which the rollout holds now.
    changed += _take(STEPS_BESIDE, given)
    if folder is None:
        # It is the one that was prepared.
        serving = release.serving()
        assert serving is not None
        return {"changed": changed, "outcome": "converged" if changed else "unchanged", "release": serving, "migrated": migrated}
    return {**rollout.follow(folder), "changed": [*changed, "release"], "migrated": migrated}


def _converge(given: "DeployQuestion") -> tuple[list[str], list[str]]:
    """What was changed, and of that what people read about migrations."""
    migrated: list[str] = []
    durable.folder(paths.STATE, 0o700)
    journal.begin("deploy", given["run"])
    with Beside("image", lambda: _pull(given)) as pull:
        changed = _take(_steps(pull, migrated), given, journal.advance)
    journal.end()
    return changed, migrated


def _pull(given: "DeployQuestion") -> float | None:
    image = given["image"]
    seconds = images.make_ready(image, lambda: registry_login.declared(given["files"], given["env"]))
    images.require_supported(image)
    return seconds


def _take(steps: Steps, given: "DeployQuestion", begin: Callable[[str], None] = lambda _: None) -> list[str]:
    changed: list[str] = []
    for name, work in steps:
        begin(name)
        with step(name) as this:
            did = work(given)
            this.detail = ", ".join(did) or "as declared"
        changed += did
    if changed:
        audit.record(given["run"], "deploy", changed=changed)
    return changed


def _packages(pull: Pull, given: "DeployQuestion") -> list[str]:
    absent = packages.missing(given["packages"])
    first = [name for name in absent if name in images.PULLED_WITH]
    then = [name for name in absent if name not in {*first, *packages.UPKEEP}]
    if not first:
        pull.begin()
    if absent:
        with packages.installing(absent) as install:
            install(first)
            pull.begin()
            install(then)
    return [f"{name} installed" for name in [*first, *then]]


def _files(given: "DeployQuestion") -> list[str]:
    durable.folder(paths.RUNTIME, 0o755)
    wanted = given["files"]
    hashed = {path: _hash(want) for path, want in wanted.items()}
    differing = managed_files.differing(hashed)
    # Caddy checks its configuration together with the certificate that it names.
    certificate = own_certificate.bring(given["env"], own_certificate.declared(wanted))
    if caddy.CADDYFILE in differing:
        caddy.check(wanted[caddy.CADDYFILE]["content"])
    if firewall.RULES in differing:
        firewall.check(wanted[firewall.RULES]["content"])
    if sshd.CONFIG in differing:
        sshd.check(wanted[sshd.CONFIG]["content"])
    if sudoers.CONFIG in differing:
        sudoers.check(wanted[sudoers.CONFIG]["content"])
    beside_files.complete(paths.RELEASES)
    pending_restarts.note_for(managed_files.with_other_content({path: hashed[path] for path in differing}))
    managed_files.place({path: wanted[path] for path in differing})
    placed = [str(paths.SYSTEM_CALLS)] if system_calls.place() else []
    if name_servers.allow():
        pending_restarts.note_for([str(path) for path in name_servers.DROP_INS])
    if pending_restarts.has("daemon-reload"):
        units.reload_definitions()
        pending_restarts.done("daemon-reload")
    if pending_restarts.has("restart journald"):
        units.restart("systemd-journald.service")
        pending_restarts.done("restart journald")
    if pending_restarts.has("reload sshd") and sshd.take_up():
        pending_restarts.done("reload sshd")
    return differing + certificate + placed


def _hash(want: "ManagedFile") -> "FileHash":
    return {"sha256": hashlib.sha256(want["content"].encode()).hexdigest(), "mode": want["mode"], "owner": want["owner"]}


def _firewall(given: "DeployQuestion") -> list[str]:
    done = firewall.load()
    caddyfile, rules = (given["files"][path]["content"] if path in given["files"] else "" for path in (caddy.CADDYFILE, firewall.RULES))
    for one in other_firewalls.closed(other_firewalls.needed(caddyfile, rules)):
        note("firewall", other_firewalls.text(one))
    return done


def _account(given: "DeployQuestion") -> list[str]:
    del given
    return account.make_missing()


def _database(given: "DeployQuestion") -> list[str]:
    del given
    if pending_restarts.has("restart postgresql"):
        units.restart("postgresql.service")
        pending_restarts.done("restart postgresql", "reload postgresql")
    units.enable_and_start("postgresql.service")
    if pending_restarts.has("reload postgresql"):
        postgres.reload()
        pending_restarts.done("reload postgresql")
    # A host that has served has its roles before anything is read of the database.
    done = postgres.ensure() if paths.POSTGRES_PASSWORD.exists() else []
    return done + stored_secrets.give_salt_key() + keys.make_missing(postgres.has_content) + postgres.ensure()


def _redis(given: "DeployQuestion") -> list[str]:
    del given
    placed = redis_server.place_password()
    if placed or pending_restarts.has("restart redis"):
        units.restart("redis-server.service")
        pending_restarts.done("restart redis")
    units.enable_and_start("redis-server.service")
    return ["Redis password set"] if placed else []


def _image(pull: Pull, given: "DeployQuestion") -> list[str]:
    seconds = pull.finish()
    if seconds is None:
        return []
    note("image", f"was pulled in {seconds:.1f} s, during the steps before")
    return [f"{given['image']} pulled"]


def _upkeep(given: "DeployQuestion") -> list[str]:
    return [f"{name} installed" for name in packages.install_missing(given["packages"])]


def _migrations(migrated: list[str], given: "DeployQuestion") -> list[str]:
    done = []
    if release.serving() is not None and not images.is_served(given["image"]):
        # A backup may come first, and a deploy that died may have left its programs out.
        done = _upkeep(given)
        rollout.for_litellm(given["env"])
    did = upgrade.run_when_needed(given["image"], given["settings"], given["run"])
    migrated += [line for line in did if line != upgrade.MIGRATED]
    return done + did


def _caddy(given: "DeployQuestion") -> list[str]:
    del given
    if pending_restarts.has("restart caddy"):
        units.restart("caddy.service")
    elif pending_restarts.has("reload caddy") and units.is_active("caddy.service"):
        caddy.reload()
    units.enable_and_start("caddy.service")
    pending_restarts.done("restart caddy", "reload caddy")
    return []


def _backup(given: "DeployQuestion") -> list[str]:
    return backup_timers.ensure(given["env"])


def _steps(pull: Pull, migrated: list[str]) -> Steps:
    """All that comes before the release. The image is pulled beside the packages; what does without it comes before its step."""
    return (
        ("packages", partial(_packages, pull)),
        ("files", _files),
        ("firewall", _firewall),
        ("account", _account),
        ("database", _database),
        ("redis", _redis),
        ("caddy", _caddy),
        ("image", partial(_image, pull)),
        ("migrations", partial(_migrations, migrated)),
    )


# What no request needs: done while LiteLLM starts, which leaves all cores but one idle for half of its time.
STEPS_BESIDE: Steps = (
    ("upkeep", _upkeep),
    ("backup", _backup),
)
`,"doctor.py":`"""Everything that \`doctor\` judges, in one program that changes nothing: what \`observe\` answers, and how everything is doing that the
gateway depends on. It judges nothing itself; what a figure means is decided by src/doctor.
"""

import concurrent.futures
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from agent import observe
from agent.base import audit
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.facts import (
    backups,
    certificate,
    clock,
    counters,
    database,
    disks,
    memory,
    ports,
    providers,
    redis,
    secret_files,
    system,
    units,
    usage,
    workers,
)
from agent.redis.client import RedisError

if TYPE_CHECKING:
    from agent.contract_types import DoctorFacts, DoctorFactsObservation, DoctorParts, DoctorQuestion, Unreadable

Document = dict[str, Any]

PARTS: dict[str, Callable[[], Any]] = {
    "audit": audit.gather,
    "backups": backups.gather,
    "certificate": certificate.gather,
    "clock": clock.gather,
    "counters": counters.gather,
    "database": database.gather,
    "disks": disks.gather,
    "memory": memory.gather,
    "ports": ports.gather,
    "providers": providers.gather,
    "redis": redis.gather,
    "secretFiles": secret_files.gather,
    "system": system.gather,
    "units": units.gather,
    "usage": usage.gather,
    "workers": workers.gather,
}


def main(given: "DoctorQuestion") -> "DoctorFacts":
    """Input: that of \`observe\`. Answers {observation, parts, time}.

    Each part is {"value": …} or {"problem": why it cannot be read}: what is broken must not hide the rest. \`time\` is the host's
    clock in seconds, read last. The shapes are those of the contract.
    """
    with concurrent.futures.ThreadPoolExecutor(7) as pool:
        observation = pool.submit(_part, lambda: observe.main(given))
        parts = {name: pool.submit(_part, gather) for name, gather in PARTS.items()}
        # Each of PARTS gathers what the contract says of its name.
        gathered = cast("DoctorParts", {name: part.result() for name, part in parts.items()})
        seen = cast("DoctorFactsObservation | Unreadable", observation.result())
    return {"observation": seen, "parts": gathered, "time": time.time()}


def _part(gather: Callable[[], Any]) -> Document:
    try:
        return {"value": gather()}
    except Refused as refused:
        return {"problem": refused.message}
    except (CommandFailed, RedisError) as failure:
        return {"problem": str(failure)}
    except Exception as failure:  # noqa: BLE001 - one part must not hide the others
        # The text of an exception that nobody expected may quote what it worked on.
        where = traceback.extract_tb(failure.__traceback__)[-1]
        return {"problem": f"{type(failure).__name__} in {where.filename}:{where.lineno}"}
`,"facts/__init__.py":`"""What can be read of host and gateway, in the shapes that src/host declares. Nothing here changes anything."""
`,"facts/backups.py":`"""How old the newest backup and its last proof are, here and off-site."""

from typing import Any

from agent.backup import backup, restic, settings as backup_settings
from agent.base import durable
from agent.base.refusal import Refused

Document = dict[str, Any]


def gather() -> Document:
    """{oldestHours, repository, copy, proven}: a place is {count, newest, problem}, \`copy\` null when none is declared."""
    settings = backup_settings.read()
    copy = restic.copy(settings)
    return {
        "oldestHours": settings.oldest_hours,
        "repository": _place(restic.local(settings)),
        "copy": None if copy is None else _place(copy),
        "proven": durable.read_json(backup.PROVEN),
    }


def _place(repository: restic.Repository) -> Document:
    about: Document = {"location": repository.location, "count": 0, "newest": None, "problem": None}
    try:
        # Without a lock: a program that only looks writes nothing into it.
        # One of another gateway's database is none of this one's.
        found = [one for one in repository.snapshots("--no-lock") if one.kind != "adopted"]
    except Refused as refused:
        # There is none before the first backup, which has a finding of its own.
        return about if refused.code == "repository-missing" else about | {"problem": refused.message}
    return about | {"count": len(found), "newest": found[-1].time.isoformat() if found else None}
`,"facts/budgets.py":`"""Every budget in LiteLLM's database, each in one form, read in one transaction that can write nothing.

The API would answer the same rows a hundred a call, has no list of members' budgets and the spend of tags, and says nothing
while LiteLLM is down. A column that another version does not have reads as "not set".
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from agent import contract
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres

if TYPE_CHECKING:
    from agent.contract_types import ObservedBudget, Person

T = TypeVar("T")

# Of a member the team and the user.
Owner = str | tuple[str, str]

# Who may be somebody's e-mail address.
AT = "@"
# What is shown of keys that share an alias; one more than people are told of.
MOST_KEYS = 6

# An empty list or mapping is LiteLLM's way of saying "no limit".
COLLECTIONS = contract.COLLECTION_LIMITS
SUBJECTS = contract.SUBJECTS
LIMITS = contract.LIMIT_NAMES

USER, TEAM, KEY = "LiteLLM_UserTable", "LiteLLM_TeamTable", "LiteLLM_VerificationToken"
MEMBER, CUSTOMER, TAG = "LiteLLM_TeamMembership", "LiteLLM_EndUserTable", "LiteLLM_TagTable"
BUDGET = "LiteLLM_BudgetTable"
NOT_SET = "NULL::jsonb"
LINKED = f'LEFT JOIN "{BUDGET}" b ON b.budget_id = t.budget_id'

MARK = (
    f"CASE WHEN t.metadata->>'{contract.MARK_MANAGER}' = '{contract.MANAGER}' "
    f"THEN coalesce(t.metadata->'{contract.MARK_LIMITS}', '[\\"max_budget\\", \\"budget_duration\\"]') END"
)
# Owners that a request names, as one array of JSON.
OTHERS = "id IN (SELECT jsonb_array_elements_text(%(owners)s::jsonb))"
MEMBERS = "(team, id) IN (SELECT pair->>0, pair->>1 FROM jsonb_array_elements(%(owners)s::jsonb) pair)"
# A row of the budget table that we made for one owner: all in it is ours.
OURS = (
    "CASE WHEN b.budget_id = {id} THEN to_jsonb(array(SELECT jsonb_object_keys(jsonb_strip_nulls(to_jsonb(b))) UNION SELECT 'models')) END"
)


PEOPLE = (
    "SELECT jsonb_build_object('email', asked, 'id', t.user_id) FROM jsonb_array_elements_text(%(asked)s::jsonb) asked "
    f'JOIN "{USER}" t ON lower(t.user_email) = lower(asked) ORDER BY asked, t.user_id'
)
# Beside an alias that several keys have, those keys.
KEYS = f"""(
  SELECT *, CASE WHEN count(*) OVER same > 1 THEN to_jsonb((array_agg(
    coalesce(key_name || ' ', '') || '(hash ' || left(token, 12) || ')') OVER same)[1:{MOST_KEYS}]) END AS same_alias
  FROM "{KEY}" WHERE key_alias IS NOT NULL AND team_id IS DISTINCT FROM 'litellm-dashboard' WINDOW same AS (PARTITION BY key_alias)
)"""
# Of each user, the keys to which LiteLLM applies the team's budget and not the user's.
TEAM_KEYS = f"""(
  SELECT user_id AS owner, count(*) AS keys FROM "{KEY}"
  WHERE team_id IS NOT NULL AND team_id <> 'litellm-dashboard' AND (expires IS NULL OR expires > now() AT TIME ZONE 'UTC')
  GROUP BY user_id
)"""


def limited() -> "list[ObservedBudget]":
    """Every owner that has a limit or our mark, as {subject, id, team?, alias?, managed?, spend, budget_reset_at} and the limits that
    are set; \`managed\` lists the limits that are ours. The shape is \`ObservedBudget\` of the contract.
    """
    limit = " OR ".join(f"{name} IS NOT NULL" for name in (*LIMITS, "managed"))
    return _read(dict.fromkeys(SUBJECTS, limit))


def others(found: "list[ObservedBudget]", declared: dict[str, list[Owner]]) -> "list[ObservedBudget]":
    """Those that \`declared\`, owners by subject, names beside the ones found: they have no limit."""
    have = {(row["subject"], row.get("team"), row["id"]) for row in found}
    absent = {
        subject: [owner for owner in declared.get(subject, []) if (subject, *_team_and_id(owner)) not in have] for subject in SUBJECTS
    }
    asked = {subject: owners for subject, owners in absent.items() if owners}
    conditions = {subject: MEMBERS if subject == "member" else OTHERS for subject in asked}
    return _read(conditions, {subject: {"owners": json.dumps(owners)} for subject, owners in asked.items()})


def people(declared: dict[str, list[Owner]]) -> "list[Person]":
    """Users whose e-mail address \`declared\` gives as an id, as {email, id}: LiteLLM's UI and SSO name them by an id of their own."""
    asked = sorted({id_ for subject in ("user", "member") for owner in declared.get(subject, []) if AT in (id_ := _team_and_id(owner)[1])})
    if not asked:
        return []
    with postgres.reading() as session:
        if (USER, "user_email") not in postgres.columns(session):
            return []
        return session.column(PEOPLE, {"asked": json.dumps(asked)})


def with_people(declared: dict[str, list[Owner]], known: "list[Person]") -> dict[str, list[Owner]]:
    """The same owners, and under their own ids those whom they name by e-mail."""
    ids: dict[str, list[str]] = {}
    for person in known:
        ids.setdefault(person["email"], []).append(person["id"])
    users: list[Owner] = [own for user in declared.get("user", []) for own in ids.get(_team_and_id(user)[1], [])]
    members: list[Owner] = []
    for member in declared.get("member", []):
        team, user = _team_and_id(member)
        members += [(team or "", own) for own in ids.get(user, [])]
    more = {"user": users, "member": members}
    return declared | {subject: declared.get(subject, []) + found for subject, found in more.items() if found}


def _team_and_id(owner: Owner) -> tuple[str | None, str]:
    return (None, owner) if isinstance(owner, str) else (owner[0], owner[1])


def _read(conditions: dict[str, str], values: dict[str, dict[str, str]] | None = None) -> "list[ObservedBudget]":
    """The rows of each of the subjects for which its condition, with its values, holds."""
    if not conditions:
        return []
    rows: list[ObservedBudget] = []
    with postgres.reading() as asked:
        subjects = _subjects(postgres.columns(asked))
        for name, wanted in conditions.items():
            rows += asked.column(_statement(name, wanted, *subjects[name]), (values or {}).get(name))
    return rows


def _subjects(there: set[postgres.Column]) -> dict[str, tuple[str, dict[str, str]]]:
    """Rows and fields of each subject: \`t\` is its row, \`b\` the row of LiteLLM_BudgetTable that it points to."""

    def from_row(alias: str, table: str) -> dict[str, str]:
        return {name: f"{alias}.{name}" if (table, name) in there else NOT_SET for name in (*LIMITS, "budget_reset_at")}

    linked = from_row("b", BUDGET)
    spend = {"spend": "t.spend"}
    return {
        "user": (f'"{USER}" t LEFT JOIN {TEAM_KEYS} k ON k.owner = t.user_id',
            from_row("t", USER) | spend | {"id": "t.user_id", "managed": MARK, "team_keys": "k.keys"}),
        "team": (f'"{TEAM}" t', from_row("t", TEAM) | spend | {"id": "t.team_id", "alias": "t.team_alias", "managed": MARK}),
        "member": (f'"{MEMBER}" t {LINKED} LEFT JOIN "{TEAM}" team ON team.team_id = t.team_id', linked | spend | {
            "id": "t.user_id", "team": "t.team_id",
            "models": "b.allowed_models" if (BUDGET, "allowed_models") in there else NOT_SET,
            "managed": f"team.metadata->'{contract.MARK_MEMBERS}'->t.user_id",
            "shared": "CASE WHEN b.budget_id = team.metadata->>'team_member_budget_id' THEN true END",
        }),
        "customer": (f'"{CUSTOMER}" t {LINKED}', linked | spend | {
            "id": "t.user_id",
            "models": "t.models" if (CUSTOMER, "models") in there else NOT_SET,
            "managed": OURS.format(id=f"'{contract.MANAGER}:customer:' || t.user_id"),
        }),
        # Sessions of the UI are keys with a budget of their own; a key without an alias cannot be declared.
        "key": (f"{KEYS} t {LINKED}", from_row("t", KEY) | spend | {
            "id": "t.key_alias", "soft_budget": linked["soft_budget"], "managed": MARK, "same_alias": "t.same_alias",
        }),
        "tag": (f'"{TAG}" t {LINKED}', linked | spend | {
            "id": "t.tag_name", "models": NOT_SET, "managed": OURS.format(id=f"'{contract.MANAGER}:tag:' || t.tag_name"),
        }),
    }  # fmt: skip


def _statement(subject: str, condition: str, rows: str, fields: dict[str, str]) -> str:
    fields = fields | {name: _unless_empty(fields[name]) for name in COLLECTIONS}
    built = ", ".join(f"{source} AS {name}" for name, source in fields.items())
    return (
        f"SELECT json_strip_nulls(row_to_json(o)) FROM (SELECT '{subject}' AS subject, {built} FROM {rows}) o\\n"
        f"WHERE {condition}\\n"
        f"ORDER BY {'team, id' if subject == 'member' else 'id'}"
    )


def _unless_empty(source: str) -> str:
    return f"CASE WHEN to_jsonb({source}) NOT IN ('[]', '{{}}', 'null') THEN to_jsonb({source}) END"


def readable(read: Callable[[], T]) -> tuple[T | None, str | None]:
    """What \`read\` answers, or None and why the database does not answer."""
    try:
        return read(), None
    except (CommandFailed, FileNotFoundError, Refused) as failure:
        return None, f"the database does not answer: {failure}"
`,"facts/certificate.py":`"""The certificate that people get who call the gateway by its domain."""

import re
import socket
import ssl
from typing import Any

from agent.backup import settings as backup_settings
from agent.base.process import run

FIELD = re.compile(r"^(notBefore|notAfter|issuer)=(.*)$", re.MULTILINE)
NAME = re.compile(r"DNS:([^,\\s]+)")


def gather() -> dict[str, Any]:
    """{answers, notBefore, notAfter, issuer, names}; times in seconds. \`answers\` is why there is none, null when there is one."""
    domain = backup_settings.read().domain
    try:
        shown = served(domain)
    except OSError as failure:
        return {"answers": f"{type(failure).__name__}: {failure.strerror or failure}"}
    return {"answers": None} | describe(shown)


def served(domain: str, address: tuple[str, int] = ("127.0.0.1", 443)) -> str:
    """The certificate in PEM. Who signed it is not checked here: to be expired is what it may be found to be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(address, timeout=10) as plain, context.wrap_socket(plain, server_hostname=domain) as secure:
        return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")


def describe(pem: str) -> dict[str, Any]:
    answer = run("openssl", "x509", "-noout", "-dates", "-issuer", "-ext", "subjectAltName", stdin=pem)
    fields = {name: value.strip() for name, value in FIELD.findall(answer)}
    return {
        "notBefore": ssl.cert_time_to_seconds(fields["notBefore"]),
        "notAfter": ssl.cert_time_to_seconds(fields["notAfter"]),
        "issuer": fields.get("issuer", ""),
        "names": NAME.findall(answer),
    }
`,"facts/clock.py":`"""Whether somebody keeps the host's clock right."""

from typing import Any

from agent.base import units
from agent.base.process import run

SERVICES = ["systemd-timesyncd.service", "chrony.service", "ntpsec.service", "openntpd.service"]


def gather() -> dict[str, Any]:
    """{synchronized, service, container}: a container has the clock of the machine around it, and none of its own to set."""
    answer = run("timedatectl", "show", "-p", "NTPSynchronized", "--value", check=False).strip()
    active = [name for name, unit in units.show(SERVICES).items() if unit["ActiveState"] == "active"]
    container = run("systemd-detect-virt", "--container", check=False).strip()
    return {
        "synchronized": {"yes": True, "no": False}.get(answer),
        "service": active[0] if active else None,
        "container": container not in ("", "none"),
    }
`,"facts/counters.py":`"""Owners whom LiteLLM refuses by what Redis counts, although the database has spent less than their budget.

LiteLLM asks its counters in Redis first, and reads the database again only when one is missing or too low. What reserves and is never
settled, or comes from another moment (a snapshot of Redis, a restore), so keeps people out whose budget is not used up.
"""

import json
import math
import time
from typing import Any

from agent.base import keys
from agent.base.paths import REDIS_PASSWORD
from agent.database import postgres
from agent.gateway import release
from agent.litellm import redis_keys
from agent.redis.client import Redis, RedisError

Document = dict[str, Any]

# LiteLLM writes what was spent every ten seconds: until then Redis is ahead, and right.
SECONDS_UNTIL_WRITTEN = 15
MOST_SHOWN = 20
BATCH = 1000

# Each owner that has a budget which is not used up, by the name of its counter (litellm/proxy/db/spend_counter_reseed.py).
OWNERS = """
SELECT jsonb_build_object('counter', counter, 'subject', subject, 'id', id, 'hash', hash, 'spend', spend, 'budget', budget) FROM (
  SELECT 'spend:key:' || token AS counter, 'key' AS subject, coalesce(key_alias, key_name, '') AS id, left(token, 12) AS hash,
    t.spend, coalesce(t.max_budget, b.max_budget) AS budget
    FROM "LiteLLM_VerificationToken" t LEFT JOIN "LiteLLM_BudgetTable" b USING (budget_id)
    WHERE team_id IS DISTINCT FROM 'litellm-dashboard'
  UNION ALL SELECT 'spend:team:' || team_id, 'team', team_id, NULL, spend, max_budget FROM "LiteLLM_TeamTable"
  UNION ALL SELECT 'spend:user:' || user_id, 'user', user_id, NULL, spend, max_budget FROM "LiteLLM_UserTable"
  UNION ALL SELECT 'spend:team_member:' || user_id || ':' || team_id, 'member', user_id || ' of team ' || team_id, NULL, t.spend,
    b.max_budget FROM "LiteLLM_TeamMembership" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
  UNION ALL SELECT 'spend:end_user:' || user_id, 'customer', user_id, NULL, t.spend, b.max_budget
    FROM "LiteLLM_EndUserTable" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
  UNION ALL SELECT 'spend:tag:' || tag_name, 'tag', tag_name, NULL, t.spend, b.max_budget
    FROM "LiteLLM_TagTable" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
) o WHERE spend < budget AND (%(only)s::jsonb IS NULL OR counter IN (SELECT jsonb_array_elements_text(%(only)s::jsonb)))
ORDER BY counter
"""


def gather() -> list[Document]:
    """[{subject, id, hash, spend, counted, budget}]: USD that were spent by the database, and by Redis, where it is the budget or more."""
    ahead = _ahead(None)
    if not ahead:
        return []
    # What is only not written yet is written by then, and what was released is gone.
    time.sleep(SECONDS_UNTIL_WRITTEN)
    found = _ahead([one["counter"] for one in ahead])
    return [{name: one[name] for name in ("subject", "id", "hash", "spend", "counted", "budget")} for one in found[:MOST_SHOWN]]


def _ahead(only: list[str] | None) -> list[Document]:
    with postgres.reading() as asked:
        owners: list[Document] = asked.column(OWNERS, {"only": None if only is None else json.dumps(only)})
    serving = release.serving()
    prefix = redis_keys.prefix(release.configuration(serving) if serving else {})
    redis = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=10)
    try:
        found = []
        for start in range(0, len(owners), BATCH):
            some = owners[start : start + BATCH]
            values = redis.ask("MGET", *(prefix + one["counter"] for one in some))
            if not isinstance(values, list) or len(values) != len(some):
                raise RedisError("Redis answered something unknown to MGET")
            counted = zip(some, map(_number, values), strict=True)
            found += [one | {"counted": number} for one, number in counted if number is not None and number >= one["budget"]]
        return found
    finally:
        redis.close()


def _number(value: Any) -> float | None:
    """A counter; None for what is missing, or no amount."""
    try:
        amount = float(value) if isinstance(value, bytes) else math.nan
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None
`,"facts/database.py":`"""How PostgreSQL is doing: connections against the limit, what waits, what grows, what is damaged."""

from typing import Any

from agent.database import postgres

# Of all sessions; nothing of what they ask is answered.
SERVER = """
SELECT jsonb_build_object(
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
  'maxConnections', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  'idleInTransactionSeconds', (SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0)::int FROM pg_stat_activity
     WHERE state LIKE 'idle in transaction%' AND backend_type = 'client backend'),
  'longestQuerySeconds', (SELECT coalesce(max(extract(epoch FROM now() - query_start)), 0)::int FROM pg_stat_activity
     WHERE state = 'active' AND datname = 'litellm' AND backend_type = 'client backend' AND application_name NOT LIKE 'pg\\\\_%'
     AND pid <> pg_backend_pid()),
  'waitingSeconds', (SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0)::int FROM pg_stat_activity
     WHERE wait_event_type = 'Lock'),
  'transactionAge', (SELECT max(age(datfrozenxid)) FROM pg_database),
  'checksumFailures', (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database),
  'durable', current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
)"""
# Read in our database.
CONTENT = """
SELECT jsonb_build_object(
  'bytes', pg_database_size(current_database()),
  'invalidIndexes', (SELECT coalesce(jsonb_agg(indexrelid::regclass::text), '[]') FROM pg_index WHERE NOT indisvalid),
  'failedMigrations', (SELECT coalesce(jsonb_agg(migration_name), '[]') FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL),
  'tables', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
     SELECT relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows, n_dead_tup AS "deadRows"
     FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 2 DESC LIMIT 10) t)
)"""
SECONDS = 20


def gather() -> dict[str, Any]:
    """The two documents above as one; sizes in bytes."""
    with postgres.reading(SECONDS) as asked:
        found: dict[str, Any] = asked.one(SERVER) | asked.one(CONTENT)
        return found
`,"facts/disks.py":`"""How full the file systems are that the gateway writes to."""

import os
from pathlib import Path
from typing import Any

from agent import contract
from agent.base import durable
from agent.base.paths import BACKUP_SETTINGS

PLACES = (
    "/", contract.ETC, "/var/lib/litellm-gitops", "/var/lib/postgresql", "/var/lib/redis", "/var/lib/containers", "/var/log",
    "/tmp",  # noqa: S108 - looked at, not written to
)  # fmt: skip


def gather() -> list[dict[str, Any]]:
    """One entry for each file system: {path, sizeBytes, freeBytes, files, freeFiles, readOnly, holds}; \`holds\` are our places on it."""
    repository = str((durable.read_json(BACKUP_SETTINGS) or {}).get("repository") or "")
    found: dict[str, dict[str, Any]] = {}
    for place in (*PLACES, *([repository] if repository.startswith("/") else [])):
        if not os.path.exists(place):
            continue
        mount = _mount_of(Path(place))
        disk = os.statvfs(mount)
        entry = found.setdefault(
            str(mount),
            {
                "path": str(mount),
                "sizeBytes": disk.f_blocks * disk.f_frsize,
                "freeBytes": disk.f_bavail * disk.f_frsize,
                "files": disk.f_files,
                "freeFiles": disk.f_favail,
                "readOnly": bool(disk.f_flag & os.ST_RDONLY),
                "holds": [],
            },
        )
        entry["holds"].append(place)
    return list(found.values())


def _mount_of(path: Path) -> Path:
    above = path.resolve()
    while not os.path.ismount(above):
        above = above.parent
    return above
`,"facts/entities.py":`"""Who and what LiteLLM keeps in its database alone: organizations, teams with their members, users, keys, access groups, tags, customers.

One statement for each kind, in one transaction that can write nothing. What is a limit is read as a budget (\`budgets.py\`). No value of a
key is in LiteLLM's tables, and its hash is not answered. A column that another version does not have reads as "not set".
"""

from typing import TYPE_CHECKING, Any

from agent import contract
from agent.base import redaction
from agent.database import postgres
from agent.rotation import key_records

if TYPE_CHECKING:
    from agent.contract_types import EntityName, ObservedEntity

TABLES = dict(name.split(".") for name in contract.ENTITY_TABLES)
IDS = dict(name.split(".") for name in contract.ENTITY_IDS)
BUDGET = "LiteLLM_BudgetTable"
PERMISSION = "LiteLLM_ObjectPermissionTable"
NOT_SET = "NULL::jsonb"
# What the UI's own sessions belong to.
DASHBOARD = "litellm-dashboard"
MARKS = (contract.MARK_MANAGER, contract.MARK_LIMITS, contract.MARK_MEMBERS, contract.MARK_FIELDS)
# LiteLLM's own bookkeeping.
SYSTEM = ("team_member_budget_id",)
MARKED = {"organization", "team", "user", "key"}
# The names under which a team's budget for each member has what the row of the budget table calls otherwise.
MEMBER_BUDGET = {
    "team_member_budget": "max_budget", "team_member_budget_duration": "budget_duration",
    "team_member_tpm_limit": "tpm_limit", "team_member_rpm_limit": "rpm_limit",
}  # fmt: skip

# A user who was deleted, or made once more, is still on the roster and belongs to no team.
ROSTER = (
    "LEFT JOIN (SELECT team.team_id, jsonb_object_agg(u.user_id, coalesce(m->>'role', 'user')) AS members "
    'FROM "LiteLLM_TeamTable" team CROSS JOIN LATERAL jsonb_array_elements('
    "CASE WHEN jsonb_typeof(team.members_with_roles) = 'array' THEN team.members_with_roles ELSE '[]' END) m "
    "JOIN \\"LiteLLM_UserTable\\" u ON u.user_id = m->>'user_id' AND team.team_id = ANY (u.teams) "
    "GROUP BY 1) roster ON roster.team_id = t.team_id"
)
ORGANIZATION_MEMBERS = (
    "LEFT JOIN (SELECT organization_id, jsonb_object_agg(user_id, coalesce(user_role, 'internal_user')) AS members "
    'FROM "LiteLLM_OrganizationMembership" GROUP BY 1) o ON o.organization_id = t.organization_id'
)


def read(asked: "list[EntityName]", fingerprint: redaction.Fingerprint) -> "list[ObservedEntity]":
    """Every object that is kept from here, and of the kinds in \`asked\` all the others; \`ObservedEntity\` of the contract."""
    with postgres.reading() as session:
        there = postgres.columns(session)
        statements = (_statement(entity, entity in asked, there) for entity in contract.ENTITY_NAMES)
        found = [row for statement in statements if statement for row in session.column(statement)]
    return [_clean(row, fingerprint) for row in _with_deliveries(found)]


def _with_deliveries(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keys with what is remembered of their delivery, and without the hash by which they were found."""
    records = key_records.read()
    by_token = {record["token"]: record for record in records if record["token"]}
    # Of one that was being made, the hash may not be known.
    by_alias = {record["alias"]: record for record in records if not record["token"]}
    for row in rows:
        record = by_token.get(row.pop("token", None)) or (by_alias.get(row["id"]) if row["kind"] == "key" else None)
        if record:
            row["delivery"] = key_records.delivery(record)
    return rows


def _clean(row: dict[str, Any], fingerprint: redaction.Fingerprint) -> "ObservedEntity":
    """Anyone may have written a secret into metadata: it is told by its fingerprint."""
    if row.get("metadata"):
        row["metadata"] = redaction.without_secrets(row["metadata"], fingerprint)
    return row  # type: ignore[return-value] # built by the statement


def _statement(entity: str, all_of_them: bool, there: set[postgres.Column]) -> str | None:
    table, column = TABLES[entity], IDS[entity]
    if (table, column) not in there:
        return None
    joins, parts = _parts(entity, there)
    fields = _fields(entity, there)
    given = {"kind": f"'{entity}'", "id": f"t.{column}", "fields": _object(fields)} | parts
    condition = f"t.{column} IS NOT NULL" + (f" AND t.team_id IS DISTINCT FROM '{DASHBOARD}'" if entity == "key" else "")
    if not all_of_them:
        condition += f" AND {parts['managed']} IS NOT NULL"
    return f'SELECT {_object(given)} FROM "{table}" t {" ".join(joins)} WHERE {condition} ORDER BY t.{column}'


def _object(values: dict[str, str]) -> str:
    """One of JSON, without what is null."""
    pairs = ", ".join(f"'{name}', {source}" for name, source in values.items())
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _of(entity: str, names: tuple[str, ...]) -> list[str]:
    return [name.split(".", 1)[1] for name in names if name.startswith(f"{entity}.")]


def _fields(entity: str, there: set[postgres.Column]) -> dict[str, str]:
    table = TABLES[entity]

    def known(name: str, where: str, source: str) -> str:
        return source if (where, name) in there else NOT_SET

    fields = {name: known(name, table, f"t.{name}") for name in _of(entity, contract.ENTITY_COLUMNS)}
    fields |= {name: f"t.metadata->'{name}'" for name in _of(entity, contract.ENTITY_METADATA)}
    fields |= {name: f"b.{name}" for name in _of(entity, contract.ENTITY_BUDGET)}
    fields |= {name: f"b.{MEMBER_BUDGET[name]}" for name in _of(entity, contract.ENTITY_MEMBER_BUDGET)}
    if entity == "team":
        fields["model_aliases"] = "a.aliases"
    if entity == "access_group" and (TABLES["team"], "access_group_ids") in there:
        fields["assigned_team_ids"] = (
            f'(SELECT jsonb_agg(team_id ORDER BY team_id) FROM "{TABLES["team"]}" WHERE t.access_group_id = ANY (access_group_ids))'
        )
    return fields


def _parts(entity: str, there: set[postgres.Column]) -> tuple[list[str], dict[str, str]]:
    """Joins, and what is beside the fields: the mark, metadata, members, what it may reach, and what hangs on it."""
    joins: list[str] = []
    parts: dict[str, str] = {}
    table, column = TABLES[entity], IDS[entity]
    if entity in MARKED:
        others = ", ".join(f"'{name}'" for name in (*MARKS, *SYSTEM, *_of(entity, contract.ENTITY_METADATA)))
        parts["managed"] = f"t.metadata->'{contract.MARK_FIELDS}'"
        parts["metadata"] = f"CASE WHEN jsonb_typeof(t.metadata) = 'object' THEN t.metadata - ARRAY[{others}] END"
    else:
        own = "t.access_group_id" if entity == "access_group" else f"t.{column}"
        joins.append(f"LEFT JOIN \\"{BUDGET}\\" mark ON mark.budget_id = '{contract.MARK_ROW}:{entity}:' || {own}")
        parts["managed"] = "CASE WHEN mark.budget_id IS NOT NULL THEN '[]'::jsonb END"
    if (table, "object_permission_id") in there and (PERMISSION, "object_permission_id") in there:
        joins.append(f'LEFT JOIN "{PERMISSION}" p ON p.object_permission_id = t.object_permission_id')
        names = [name for name in contract.PERMISSIONS if (PERMISSION, name) in there]
        parts["permission"] = _object({name: f"CASE WHEN cardinality(p.{name}) > 0 THEN to_jsonb(p.{name}) END" for name in names})
    more, beside = OWN[entity]
    return joins + list(more), parts | beside


def _counted(alias: str, table: str, by: str, to: str) -> str:
    return f'LEFT JOIN (SELECT {by}, count(*) AS number FROM "{table}" GROUP BY 1) {alias} ON {alias}.{by} = t.{to}'


KEYS_OF = {by: _counted("keys", TABLES["key"], by, by) for by in ("team_id", "user_id", "organization_id")}
# Of each kind what no other has: joins, and parts of the answer.
OWN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "organization": (
        (
            f'LEFT JOIN "{BUDGET}" b ON b.budget_id = t.budget_id', ORGANIZATION_MEMBERS, KEYS_OF["organization_id"],
            _counted("teams", TABLES["team"], "organization_id", "organization_id"),
        ),
        {"members": "o.members", "holds": _object({"keys": "keys.number", "teams": "teams.number"})},
    ),
    "team": (
        (
            f"LEFT JOIN \\"{BUDGET}\\" b ON b.budget_id = t.metadata->>'team_member_budget_id'",
            'LEFT JOIN "LiteLLM_ModelTable" a ON a.id = t.model_id', ROSTER, KEYS_OF["team_id"],
        ),
        {"members": "roster.members", "holds": _object({"keys": "keys.number"})},
    ),
    "user": ((KEYS_OF["user_id"],), {"holds": _object({"keys": "keys.number", "teams": "nullif(cardinality(t.teams), 0)"})}),
    "key": ((), {"shown": "t.key_name", "used": "t.last_active", "made": "t.created_at", "token": "t.token"}),
    "access_group": ((), {"own_id": "t.access_group_id"}),
    "tag": ((), {}),
    "customer": ((), {}),
}  # fmt: skip
`,"facts/gateway.py":`"""The running gateway as it is: configuration, environment, budgets and models, with fingerprints instead of secrets."""

import concurrent.futures
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from agent.backup import settings as backup_settings
from agent.base import env_file, keys, redaction, units
from agent.base.paths import MASTER_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.facts import budgets as budget_facts, entities as entity_facts, stored as stored_facts
from agent.gateway import beside as beside_files, caddy, images, own_certificate, registry_login, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import key_rules, prices, proof, traffic, workers
from agent.litellm.admin_api import AdminApi, ApiError, understood

if TYPE_CHECKING:
    from agent.contract_types import EntityName, ObservedBudget, ObservedGateway

Document = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Look:
    """What is read without being asked for; \`facts\` can be answered as they are."""

    facts: Document
    budgets: "list[ObservedBudget] | None"
    prices: Document | None
    traffic: Document
    fingerprint: Callable[[str], str]


def look() -> Look | None:
    """Reads all that is the same whatever is asked; None when nothing was ever deployed."""
    name = release.serving()
    fingerprint = keys.fingerprinter()
    if name is None or fingerprint is None:
        return None
    slot = STANDBY if caddy.standby_serves() else MAIN
    healthy = units.is_active(slot.unit) and proof.is_ready(slot.port)[0]
    about = release.describe(name)
    # The database, LiteLLM and we ourselves each work on another part.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        reading = pool.submit(budget_facts.readable, budget_facts.limited)
        listing = pool.submit(stored_facts.readable, (about.get("settings") or {}).get("storeModelInDb") is True)
        counting = pool.submit(traffic.gather)
        config = redaction.without_secrets(release.configuration(name), fingerprint)
        asking = pool.submit(_asked, slot.port, config) if healthy else None
        known = prices.known(about.get("image")) if healthy else None
        budgets, unreadable = reading.result()
        stored = listing.result() or {"models": None, "settings": None}
        facts = {
            "release": name,
            "identity": about.get("identity"),
            "image": about.get("image"),
            "settings": about.get("settings"),
            "healthy": healthy,
            "models": stored["models"],
            "stored": stored["settings"],
            "workers": len(workers.workers(slot.port)),
            "config": config,
            "beside": beside_files.hashes(release.folder(name)),
            "version": None,
            "providers": {},
            "problem": unreadable,
        } | (asking.result() if asking else {})
        # A gateway that is stopped is of some version too, and an old one does not answer which.
        facts["version"] = facts["version"] or _version_in(about.get("image"))
        return Look(facts, budgets, known, counting.result(), fingerprint)


def answer(
    seen: Look | None,
    secrets: dict[str, str],
    declared: dict[str, list[budget_facts.Owner]],
    targets: list[str],
    kinds: "list[EntityName]",
) -> "ObservedGateway | None":
    """The facts of the serving release, with what was asked for; None when there is none. A list is null when nobody answers it."""
    if seen is None:
        return None
    found = seen.budgets
    known, unreadable = budget_facts.readable(lambda: budget_facts.people(declared))
    more: list[ObservedBudget] | None = None
    if found is not None and known is not None:
        more, unreadable = budget_facts.readable(lambda: budget_facts.others(found, budget_facts.with_people(declared, known)))
    entities, no_entities = budget_facts.readable(lambda: entity_facts.read(kinds, seen.fingerprint))
    answered = seen.facts | {
        "budgets": None if found is None or more is None else found + more,
        "people": known,
        "entities": entities,
        "deliveries": True,
        "problem": seen.facts["problem"] or unreadable or no_entities,
        "prices": prices.of(seen.prices, targets),
        "traffic": seen.traffic if targets else {},
        "env": _environment(seen.facts["release"], secrets, seen.fingerprint),
    }
    # Its parts were read side by side.
    return cast("ObservedGateway", answered)


def _asked(port: int, config: Any) -> Document:
    """What LiteLLM itself answers; why not, under \`problem\`."""
    header = key_rules.header(config if isinstance(config, dict) else {})
    api = AdminApi(port, keys.read(MASTER_KEY), timeout=60, header=header)
    try:
        with understood("LiteLLM's answers"):
            return {"version": _version(api), "providers": _providers(api) if _has_provider_budgets(config) else {}}
    except ApiError as failure:
        why = key_rules.reason(config, str(failure), failure.status) if isinstance(config, dict) else ""
        return {"problem": f"{failure} {why}".strip()}
    finally:
        api.close()


def _version(api: AdminApi) -> str | None:
    """None of a LiteLLM that is too old to say it there."""
    try:
        version = api.get("/health/readiness/details").get("litellm_version")
    except ApiError as failure:
        if failure.status != 404:
            raise
        return None
    return version if isinstance(version, str) else None


def _version_in(image: str | None) -> str | None:
    try:
        return None if image is None else images.litellm_version(image)
    except (CommandFailed, OSError):
        return None


def _has_provider_budgets(config: Any) -> bool:
    settings = config.get("router_settings") if isinstance(config, dict) else None
    return isinstance(settings, dict) and bool(settings.get("provider_budget_config"))


def _providers(api: AdminApi) -> Document:
    """What each provider that has a budget has spent: {name: {spend, budget_reset_at}}. Kept in Redis alone."""
    try:
        found: Document = api.get("/provider/budgets")["providers"]
        return {name: {key: one.get(key) for key in ("spend", "budget_reset_at")} for name, one in found.items()}
    except ApiError as failure:
        if failure.status is None:
            raise
        # A worker that does not know of any budget answers an error.
        return {}


def _environment(name: str, given: dict[str, str], fingerprint: Any) -> dict[str, Document]:
    """For each name that the release has or the step gives: the fingerprints of both values, null where there is none."""
    live = release.provider_environment(name) | backup_settings.stored_values() | registry_login.stored_values()
    live |= own_certificate.stored_values()
    normal: dict[str, str] = {}
    for key, value in given.items():
        if key in release.HOST_OWNED:
            continue
        try:
            normal[key] = env_file.one_line(key, value)
        except Refused:
            # The program that applies it says why it cannot be kept; here it is only another value than the live one.
            normal[key] = value
    names = sorted(live.keys() | normal.keys())
    return {
        key: {
            "live": fingerprint(live[key]) if key in live else None,
            "given": fingerprint(normal[key]) if key in normal else None,
        }
        for key in names
    }
`,"facts/memory.py":`"""How much memory is left, and who was killed for the want of it."""

import json
from typing import Any

from agent import contract
from agent.base.process import run

# The kernel's words, of the machine's memory and of what a unit may have; systemd's, and gunicorn's for a worker that was killed or
# did not answer.
KERNEL = "[Oo]ut of memory: Killed process|oom-kill:"
SYSTEMD = "killed by the OOM killer"
GUNICORN = "Perhaps out of memory"
TIMEOUT = "WORKER TIMEOUT"
LATELY_HOURS = 24
# The newest: LiteLLM may write such lines for as long as it likes.
MOST = 2000
UNITS = (contract.MAIN_UNIT, "postgresql@", "redis-server.service", "caddy.service")


def gather() -> dict[str, Any]:
    """{totalBytes, availableBytes, swapBytes, swapFreeBytes, killed, workersKilled, workersTimedOut}; events of the last day."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        sizes = {name: int(rest.split()[0]) * 1024 for name, rest in (line.split(":", 1) for line in lines)}
    return {
        "totalBytes": sizes["MemTotal"],
        "availableBytes": sizes["MemAvailable"],
        "swapBytes": sizes.get("SwapTotal", 0),
        "swapFreeBytes": sizes.get("SwapFree", 0),
    } | _events()


def _events() -> dict[str, Any]:
    answer = run(
        "journalctl", "-q", "--no-pager", "-o", "json", "--output-fields=MESSAGE,UNIT", "--since", f"-{LATELY_HOURS}h", f"--lines={MOST}",
        "--grep", f"{KERNEL}|{SYSTEMD}|{GUNICORN}|{TIMEOUT}", "--case-sensitive=yes",
        "_TRANSPORT=kernel", "+", f"_SYSTEMD_UNIT={contract.MAIN_UNIT}", "+", "_PID=1", timeout=60, check=False,
    )  # fmt: skip
    return sort(answer.splitlines())


def sort(lines: list[str]) -> dict[str, Any]:
    """Events by who speaks of them, from journalctl's JSON lines."""
    killed: list[str] = []
    workers = timeouts = 0
    for entry in map(json.loads, lines):
        # A message with bytes that are no text comes as a list of numbers.
        text = entry.get("MESSAGE") if isinstance(entry.get("MESSAGE"), str) else ""
        unit = str(entry.get("UNIT") or "")
        if TIMEOUT in text:
            timeouts += 1
        elif GUNICORN in text:
            workers += 1
        elif "Killed process" in text:
            killed.append(text.partition("Killed process ")[2].partition(" total-vm")[0].strip(" ,") or "a process")
        elif SYSTEMD in text and unit.startswith(UNITS):
            killed.append(unit)
    return {"killed": killed, "workersKilled": workers, "workersTimedOut": timeouts}
`,"facts/ports.py":`"""Which ports other machines could reach, and whether the firewall is loaded."""

from typing import Any

from agent.base.process import CommandFailed, run
from agent.system import other_firewalls

TABLE = ("inet", "litellm_gitops")


def gather() -> dict[str, Any]:
    """{open: [{protocol, address, port, process}], firewall, others}; loopback is left out, \`firewall\` says whether our table drops.

    \`others\`: [{name, ports, opens}], firewalls of others that drop what people come by.
    """
    others = other_firewalls.closed(other_firewalls.needed_here())
    return {"open": listening(run("ss", "-H", "-tulnp")), "firewall": _drops(), "others": others}


def listening(text: str) -> list[dict[str, Any]]:
    """What \`ss -H -tulnp\` says, a port of a program once for each family."""
    found: dict[tuple[str, str, int, str], dict[str, Any]] = {}
    for line in text.splitlines():
        fields = line.split()
        address, _, port = fields[4].rpartition(":")
        bare = address.partition("%")[0].strip("[]")
        if bare.startswith("127.") or bare in ("::1", "::ffff:127.0.0.1") or address.endswith("%lo"):
            continue
        process = line.partition('users:(("')[2].partition('"')[0] or "unknown"
        entry = {"protocol": fields[0], "address": bare, "port": int(port), "process": process}
        found[(fields[0], bare, int(port), process)] = entry
    return sorted(found.values(), key=lambda one: (one["port"], one["protocol"], one["address"]))


def _drops() -> bool:
    try:
        return "policy drop" in run("nft", "list", "chain", *TABLE, "input")
    except (CommandFailed, FileNotFoundError):
        return False
`,"facts/providers.py":`"""Whether the providers take the keys that the gateway has, and answer at all; by requests that cost nothing."""

import concurrent.futures
import json
import urllib.error
import urllib.request
from typing import Any

from agent.gateway import release
from agent.litellm import configuration, provider_keys
from agent.litellm.provider_keys import REFERENCE, SECONDS

Document = dict[str, Any]

LATEST = ":latest"


def gather() -> Document:
    """{keys: [{name, provider, status}], missing, addresses: [{address, models, answers, absent}]}.

    \`status\` is null when the provider does not answer. \`missing\` are names that the configuration refers to and that have no value.
    \`addresses\` are those of providers without a key, such as Ollama; \`absent\` are models that it says it does not have.
    """
    name = release.serving()
    if name is None:
        return {"keys": [], "missing": [], "addresses": []}
    text = (release.folder(name) / "config.yaml").read_text()
    environment = release.environment(name)
    document = configuration.load(text)
    return {
        "keys": _keys(document, environment),
        "missing": sorted(set(release.REFERENCE.findall(text)) - environment.keys()),
        "addresses": _addresses(document, environment),
    }


def _keys(document: Document, environment: dict[str, str]) -> list[Document]:
    found = {trial.same_as(): trial for trial in provider_keys.trials(document, set(environment), environment)}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = pool.map(lambda trial: provider_keys.ask(trial, environment[trial.name]), found.values())
        return [
            {"name": trial.name, "provider": trial.provider, "status": status}
            for trial, status in zip(found.values(), statuses, strict=True)
        ]


def _addresses(document: Document, environment: dict[str, str]) -> list[Document]:
    """Providers of one's own: an address, and no key that would say whether it is the right one."""
    found: dict[str, dict[str, str]] = {}
    for model in document.get("model_list") or []:
        parameters = model.get("litellm_params") or {}
        base = str(parameters.get("api_base") or "")
        if base.startswith(REFERENCE):
            base = environment.get(base.removeprefix(REFERENCE), "")
        # An address with a password in it is not one to repeat.
        if base.startswith(("http://", "https://")) and "@" not in base and not parameters.get("api_key"):
            found.setdefault(base.rstrip("/"), {})[str(model.get("model_name"))] = str(parameters.get("model"))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda item: _address(*item), found.items()))


def _address(address: str, models: dict[str, str]) -> Document:
    names = {name: target.partition("/")[2] for name, target in models.items() if target.startswith(("ollama/", "ollama_chat/"))}
    answers, body = _ask(address + "/api/tags" if names else address)
    absent: list[str] = []
    if names and body is not None:
        has = {str(one.get("name")).removesuffix(LATEST) for one in body.get("models") or []}
        absent = sorted({target for target in names.values() if target.removesuffix(LATEST) not in has})
    return {"address": address, "models": sorted(models), "answers": answers, "absent": absent}


def _ask(address: str) -> tuple[bool, Document | None]:
    """Whether anything answers there, and its document when it is one."""
    try:
        with urllib.request.build_opener(provider_keys.NoRedirect).open(address, timeout=SECONDS) as answer:
            document = json.loads(answer.read(4 * 1024 * 1024))
            return True, document if isinstance(document, dict) else None
    except urllib.error.HTTPError:
        return True, None
    except ValueError:
        return True, None
    except OSError:
        return False, None
`,"facts/redis.py":`"""How Redis is doing: whether it keeps what it is given, and how often it is asked in vain."""

from typing import Any

from agent.base import keys
from agent.base.paths import REDIS_PASSWORD
from agent.redis.client import Redis, RedisError


def gather() -> dict[str, Any]:
    """{hits, misses, evicted, rejected, usedBytes, maxBytes, policy, appendOnly, lastWriteOk, lastRewriteOk, keys, uptimeSeconds}."""
    server = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=10)
    try:
        stats, memory, persistence = (server.info(section) for section in ("stats", "memory", "persistence"))
        return {
            "hits": int(stats["keyspace_hits"]),
            "misses": int(stats["keyspace_misses"]),
            "evicted": int(stats["evicted_keys"]),
            "rejected": int(stats["rejected_connections"]),
            "usedBytes": int(memory["used_memory"]),
            "maxBytes": int(memory["maxmemory"]),
            "policy": memory["maxmemory_policy"],
            "appendOnly": persistence["aof_enabled"] == "1",
            "lastWriteOk": persistence.get("aof_last_write_status", "ok") == "ok",
            "lastRewriteOk": persistence.get("aof_last_bgrewrite_status", "ok") == "ok",
            "keys": server.number("DBSIZE"),
            "uptimeSeconds": int(server.info("server")["uptime_in_seconds"]),
        }
    except (KeyError, ValueError):
        raise RedisError("Redis returns no readable status; restart it with systemctl restart redis-server.") from None
    finally:
        server.close()
`,"facts/secret_files.py":`"""Files that hold secrets and that others than their owner could read; and what was left lying in clear."""

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.backup import backup
from agent.base import durable, keys
from agent.base.paths import (
    BACKUP_ENV,
    BACKUP_SETTINGS,
    BACKUP_SSH_KEY,
    BACKUPS,
    CERTIFICATE_VALUES,
    REDIS_SECRET_CONF,
    REGISTRY_ENV,
    RELEASES,
    ROTATION,
    STATE,
)
from agent.base.process import run
from agent.gateway import own_certificate
from agent.redis import server as redis_server

FOLDERS = (STATE, BACKUPS)


def gather() -> dict[str, Any]:
    """{wide: [{path, mode, owner, wantedMode, wantedOwner}], leftovers}: only what is wrong."""
    return {"wide": [wrong for path, owner in secrets() if (wrong := judged(path, owner))], "leftovers": _leftovers()}


def secrets() -> Iterator[tuple[Path, str]]:
    """Everything that only its owner may read."""
    given = (BACKUP_ENV, REGISTRY_ENV, CERTIFICATE_VALUES)
    for path in (*keys.MAKERS, *given, BACKUP_SSH_KEY, *FOLDERS, *sorted(RELEASES.glob("*/env"))):
        yield path, "root:root"
    if ROTATION.exists():
        for path in (ROTATION, *sorted(ROTATION.rglob("*"))):
            yield path, "root:root"
    yield REDIS_SECRET_CONF, redis_server.OWNER
    yield own_certificate.BUNDLE, own_certificate.OWNER
    repository = str((durable.read_json(BACKUP_SETTINGS) or {}).get("repository") or "")
    if repository.startswith("/"):
        yield Path(repository), "root:root"


def judged(path: Path, wanted: str) -> dict[str, Any] | None:
    """What is wrong with the file, None when nothing is or it is not there: what is missing is reported elsewhere."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return None
    owner = f"{_name(pwd.getpwuid, status.st_uid)}:{_name(grp.getgrgid, status.st_gid)}"
    mode = stat.S_IMODE(status.st_mode)
    # A service reads what is root's by its group, in which nobody else is.
    shared = not wanted.endswith(":root") and wanted.startswith("root:")
    if mode & (0o037 if shared else 0o077) == 0 and owner == wanted:
        return None
    closed = "0700" if stat.S_ISDIR(status.st_mode) else "0640" if shared else "0600"
    return {"path": str(path), "mode": f"{mode:04o}", "owner": owner, "wantedMode": closed, "wantedOwner": wanted}


def _name(lookup: Any, number: int) -> str:
    try:
        return str(lookup(number)[0])
    except KeyError:
        return str(number)


def _leftovers() -> list[str]:
    """What a backup writes in clear on its way into the repository, while none is in progress."""
    if not backup.STAGING.exists():
        return []
    busy = run("systemctl", "list-units", "--plain", "--no-legend", "--state=activating,active", "litellm-*backup.service", check=False)
    return [] if busy.strip() else [str(backup.STAGING)]
`,"facts/stored.py":`"""What LiteLLM's database holds of its configuration: models and settings that somebody made in the UI or by the API.

They are served beside config.yaml, or in its place. They are read where they stand: LiteLLM's own list of models (/v2/model/info)
takes seconds for a thousand of them, whichever page of it is asked for, because it parses config.yaml again and looks up the price
of every model before it cuts the page out; and of its settings it answers only some.
"""

from typing import Any

from agent.base.process import CommandFailed
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import stored_settings

Document = dict[str, Any]

# A team's model has a made-up name, and the one that the team knows it by in its description.
SHOWN = "coalesce(model_info->>'team_public_model_name', model_name)"
# Texts are not answered: one may be a secret under any name.
VALUE = "CASE WHEN jsonb_typeof(value) IN ('number', 'boolean') THEN value ELSE 'null' END"
SAYS_SO = (
    "SELECT EXISTS (SELECT FROM \\"LiteLLM_Config\\" WHERE param_name = 'general_settings' "
    "AND lower(param_value->>'store_model_in_db') = 'true')"
)
SETTINGS = (
    f'SELECT param_name, key, {VALUE} FROM "LiteLLM_Config", '
    "jsonb_each(CASE WHEN jsonb_typeof(param_value) = 'object' THEN param_value ELSE '{}' END) "
    "WHERE param_name = ANY (%(sections)s) AND jsonb_typeof(value) <> 'null' ORDER BY param_name, key"
)
MODELS = f'SELECT model_id, {SHOWN} FROM "LiteLLM_ProxyModelTable" ORDER BY model_id'


def readable(stored: bool) -> Document | None:
    """{models: [{id, model_name, source}], settings: [{section, name, value}]}; None when the database does not answer.

    The shapes are \`ObservedModel\` and \`StoredSetting\` of the contract. \`stored\`: whether the release has LiteLLM serve what
    its database holds. It does so too when the database itself says so; else such rows are served to nobody, and none is answered.
    """
    try:
        with postgres.reading() as asked:
            found = _found(asked, stored)
    except CommandFailed:
        return None
    listed = {(row["section"], row["name"]) for row in found["settings"]} | {("model_list", row["id"]) for row in found["models"]}
    going = [entry for entry in stored_settings.going() if (entry["section"], entry["name"]) not in listed]
    return found | {"settings": found["settings"] + [entry | {"value": None} for entry in going]}


def _found(asked: Session, stored: bool) -> dict[str, list[Document]]:
    if not (stored or asked.one(SAYS_SO)):
        return {"models": [], "settings": []}
    settings = []
    # Two of the tables came with later versions.
    there = {table for table, _ in postgres.columns(asked)}
    if "LiteLLM_CredentialsTable" in there:
        names = asked.column('SELECT credential_name FROM "LiteLLM_CredentialsTable" ORDER BY credential_name')
        settings += [{"section": "credential_list", "name": name, "value": None} for name in names]
    if "LiteLLM_CacheConfig" in there:
        settings += [{"section": "cache", "name": name, "value": None} for name in asked.column('SELECT id FROM "LiteLLM_CacheConfig"')]
    sections = {"sections": list(stored_settings.SECTIONS)}
    settings += [{"section": section, "name": name, "value": value} for section, name, value in asked.rows(SETTINGS, sections)]
    models = [{"id": id_, "model_name": name, "source": "database"} for id_, name in asked.rows(MODELS)]
    return {"models": models, "settings": settings}
`,"facts/system.py":`"""What ages: the image, the master key, updates that wait for a restart."""

import datetime
from pathlib import Path
from typing import Any

from agent.base.paths import MASTER_KEY, SALT_KEY
from agent.base.process import run
from agent.gateway import release

REBOOT = Path("/run/reboot-required")


def gather() -> dict[str, Any]:
    """{rebootRequired, imageCreated, masterKeySince, deployedSince}; times in seconds, null when nobody knows."""
    return {
        "rebootRequired": REBOOT.exists(),
        "imageCreated": _image_created(),
        "masterKeySince": _since(MASTER_KEY),
        "deployedSince": _since(SALT_KEY),
    }


def _since(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _image_created() -> float | None:
    serving = release.serving()
    image = release.describe(serving).get("image") if serving else None
    if not image:
        return None
    form = '{{.Created.Format "2006-01-02T15:04:05Z07:00"}}'
    text = run("podman", "image", "inspect", "--format", form, "--", image, check=False).strip()
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None
`,"facts/units.py":`"""Services that failed or keep falling over, and timers that will not fire."""

from typing import Any

from agent import contract
from agent.base.process import run

RESTARTED = (contract.MAIN_UNIT, "caddy.service", "redis-server.service")


def gather() -> dict[str, Any]:
    """{failed, restarts, timers}: names of failed units, restarts since each was started by somebody, and when timers fire next."""
    failed = run("systemctl", "list-units", "--plain", "--no-legend", "--state=failed", "--all", check=False)
    return {
        "failed": [line.split()[0] for line in failed.splitlines() if line.strip()],
        "restarts": {name: int(_property(name, "NRestarts") or 0) for name in RESTARTED},
        "timers": {name: _timer(name) for name in contract.TIMERS},
    }


def _timer(name: str) -> dict[str, Any]:
    service = name.replace(".timer", ".service")
    return {
        "active": _property(name, "ActiveState") == "active",
        "scheduled": _property(name, "NextElapseUSecRealtime") not in ("", "n/a"),
        "lastResult": _property(service, "Result"),
        "running": _property(service, "ActiveState") in ("activating", "active"),
    }


def _property(name: str, which: str) -> str:
    return run("systemctl", "show", "-p", which, "--value", "--", name, check=False).strip()
`,"facts/usage.py":`"""What LiteLLM's own log says of the last days: how fast it grows, how models answer, what the cache is worth."""

from typing import Any

from agent.database import postgres

DAYS = 7
MOST = 100
SECONDS = 45

# LiteLLM writes UTC into columns without a zone.
SINCE = "(now() AT TIME ZONE 'UTC') - interval '{}'"
# The table itself, or its partitions where LiteLLM keeps it in such: of itself a partitioned table has neither rows nor size.
GROWTH = f"""
WITH parts AS (
  SELECT oid, reltuples FROM pg_class WHERE relkind <> 'p' AND (oid = '"LiteLLM_SpendLogs"'::regclass
    OR oid IN (SELECT relid FROM pg_partition_tree('"LiteLLM_SpendLogs"'::regclass)))
)
SELECT jsonb_build_object(
  'rows', (SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM parts),
  'bytes', (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM parts),
  'recentRows', (SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE "startTime" > {SINCE.format(f"{DAYS} days")}),
  'oldest', (SELECT extract(epoch FROM min("startTime")) FROM "LiteLLM_SpendLogs"),
  'days', {DAYS}
)"""
# A cached answer says nothing of how fast a model is.
MODELS = f"""
SELECT coalesce(jsonb_agg(m), '[]') FROM (
  SELECT model_group AS model, count(*) AS requests,
    count(*) FILTER (WHERE status = 'failure') AS failures,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM "endTime" - "startTime"))
      FILTER (WHERE status IS DISTINCT FROM 'failure' AND cache_hit IS DISTINCT FROM 'True') AS seconds,
    (SELECT jsonb_object_agg(class, n) FROM (
       SELECT coalesce(e.metadata->'error_information'->>'error_class', 'unknown') AS class, count(*) AS n
       FROM "LiteLLM_SpendLogs" e WHERE e.model_group = l.model_group AND e.status = 'failure'
         AND e."startTime" > {SINCE.format("1 day")} GROUP BY 1) errors) AS errors
  FROM "LiteLLM_SpendLogs" l
  WHERE "startTime" > {SINCE.format("1 day")} AND model_group <> ''
  GROUP BY model_group ORDER BY count(*) DESC LIMIT {MOST}) m"""
# A request could have been answered from the cache when the same one was asked before. What a hit saved is what such a request
# costs on average when it is not one.
CACHE = f"""
WITH asked AS (
  SELECT model_group, coalesce(cache_hit = 'True', false) AS hit, {postgres.SPEND} AS spend,
    extract(epoch FROM "startTime" - lag("startTime") OVER (PARTITION BY cache_key ORDER BY "startTime")) AS gap
  FROM "LiteLLM_SpendLogs"
  WHERE "startTime" > {SINCE.format(f"{DAYS} days")} AND cache_key NOT IN ('', 'Cache OFF') AND status IS DISTINCT FROM 'failure'
), saved AS (
  SELECT count(*) FILTER (WHERE hit) * coalesce(avg(spend) FILTER (WHERE NOT hit), 0) AS usd FROM asked GROUP BY model_group
)
SELECT jsonb_build_object(
  'requests', count(*), 'hits', count(*) FILTER (WHERE hit), 'repeats', count(gap),
  'repeatHits', count(*) FILTER (WHERE hit AND gap IS NOT NULL),
  'gapSeconds', percentile_cont(0.8) WITHIN GROUP (ORDER BY gap) FILTER (WHERE gap IS NOT NULL),
  'savedUsd', (SELECT coalesce(sum(usd), 0) FROM saved)
) FROM asked"""


def gather() -> dict[str, Any]:
    """{growth: {rows, bytes, recentRows, oldest, days}, models: [{model, requests, failures, seconds, errors}], cache: {…}}."""
    with postgres.reading(SECONDS) as asked:
        return {"growth": asked.one(GROWTH), "models": asked.one(MODELS), "cache": asked.one(CACHE)}
`,"facts/workers.py":`"""Whether every worker lives and serves the same."""

from typing import Any

from agent.base import keys
from agent.base.paths import MASTER_KEY
from agent.gateway import caddy, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import proof, workers

# A rollout waits longer: what starts may be late, what has been serving may not.
SECONDS = 20


def gather() -> dict[str, Any]:
    """{expected, running, ready, said, disagree}: \`disagree\` is why not all of them serve what the release declares, null when they do."""
    name = release.serving()
    if name is None:
        return {"expected": 0, "running": 0, "ready": False, "said": "nothing is deployed", "disagree": None}
    slot = STANDBY if caddy.standby_serves() else MAIN
    expected = release.workers_in(slot.name, name) if release.describe(name) else 0
    ready, said = proof.is_ready(slot.port)
    disagree = None
    if ready:
        try:
            config = (release.folder(name) / "config.yaml").read_text()
            proof.prove(slot.port, keys.read(MASTER_KEY), config, expected, [], SECONDS)
        except proof.NotProven as reason:
            disagree = str(reason)
    running = len(workers.workers(slot.port))
    return {"expected": expected, "running": running, "ready": ready, "said": None if ready else said[:200], "disagree": disagree}
`,"gateway/__init__.py":`"""The gateway on this host: releases, the two slots, the proxy before them, and what its database keeps."""
`,"gateway/beside.py":`"""What a release has beside its config.yaml: Python that LiteLLM imports, prompts, certificates and other texts that people wrote.

To all programs here they are bytes. What is code among them runs in LiteLLM's container and nowhere else; the folder is mounted there
read-only, as the one that config.yaml is in.
"""

import hashlib
import os
import re
import stat
from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.refusal import Refused

FOLDER = "beside"
# An empty file in the folder, over which the configuration itself is mounted.
PLACE = "config.yaml"
MOUNTED = f"/{FOLDER}:{contract.ETC}:ro"

# By path from the folder.
Files = dict[str, bytes]


def given(texts: dict[str, str] | None) -> Files:
    """Those of a question, checked again here: the caller alone does not decide what root writes."""
    files = {path: text.encode() for path, text in (texts or {}).items()}
    for path, content in files.items():
        if not re.fullmatch(contract.BESIDE_PATH, path) or path == PLACE:
            raise Refused("beside", f"{path!r} cannot be the path of a file beside the configuration.")
        if len(content) > contract.MOST_BESIDE_BYTES:
            raise Refused("beside", f"{path} has {len(content)} bytes; {contract.MOST_BESIDE_BYTES} are taken.")
    total = sum(map(len, files.values()))
    if len(files) > contract.MOST_BESIDE or total > contract.MOST_BESIDE_TOTAL:
        most = f"{contract.MOST_BESIDE} files and {contract.MOST_BESIDE_TOTAL} bytes"
        raise Refused("beside", f"{len(files)} files with {total} bytes beside the configuration; {most} are taken.")
    return files


def write(release: Path, files: Files) -> None:
    """Makes the folder in that of a release that nothing runs yet."""
    folder = release / FOLDER
    durable.folder(folder, 0o755)
    durable.write(folder / PLACE, b"", 0o644)
    for path, content in files.items():
        # Also those in between: anybody may be whom the container runs as.
        for above in reversed(Path(path).parents[:-1]):
            durable.folder(folder / above, 0o755)
        durable.write(folder / path, content, 0o644)


def read(release: Path) -> Files:
    """The files of a release; none where an earlier version wrote it."""
    return {path: file.read_bytes() for path, file in _found(release).items()}


def hashes(release: Path) -> dict[str, str]:
    """SHA-256 by path, of the files as they are now."""
    return {path: _hash(file) for path, file in _found(release).items()}


def hashes_of(files: Files) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}


def require_mounted() -> None:
    """Refuses on a host whose units are those of an earlier version: its containers would not see the files."""
    unit = Path(contract.QUADLET)
    if not unit.exists() or MOUNTED not in unit.read_text():
        raise Refused(
            "deploy-first",
            "The units on this host are of an earlier version and show LiteLLM no files beside its configuration. Run deploy.",
        )


def complete(releases: Path) -> None:
    """Gives each release of an earlier version the folder that the units mount, before those units are placed."""
    for release in releases.iterdir() if releases.is_dir() else ():
        if not release.name.startswith(".") and not (release / FOLDER / PLACE).exists():
            write(release, {})


def _found(release: Path) -> dict[str, Path]:
    folder = release / FOLDER
    files = [Path(root) / name for root, _, names in os.walk(folder) for name in names]
    named = {str(file.relative_to(folder)): file for file in sorted(files) if stat.S_ISREG(file.lstat().st_mode)}
    named.pop(PLACE, None)
    return named


def _hash(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
`,"gateway/caddy.py":`"""Caddy's part in a rollout: which slot gets new requests, and how many are still in flight."""

import http.client
import json
import socket
import time
from typing import Any

from agent import contract
from agent.base import durable
from agent.base.events import note
from agent.base.paths import CADDY_ADMIN, RUNTIME, SERVE_STANDBY
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CADDYFILE = contract.CADDYFILE
# A request that Caddy has matched but not yet counted is invisible for a moment: it must have been quiet this often in a row.
QUIET_POLLS = 5
POLL_SECONDS = 0.2
# In a configuration of ours before 0.2.
FLUSHING = "flush_interval"
QUIET_SECONDS = 60
SILENT = (OSError, ValueError, http.client.HTTPException)


class AdminConnection(http.client.HTTPConnection):
    """HTTP over Caddy's admin socket, which only root and Caddy can open."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(str(CADDY_ADMIN))


def serve_standby(on: bool) -> None:
    """Sends new requests to the standby slot, or to the main one. It counts from the next request on; nothing is reloaded."""
    durable.folder(RUNTIME, 0o755)
    if on:
        durable.write(SERVE_STANDBY, b"", 0o644)
    else:
        durable.remove(SERVE_STANDBY)


def standby_serves() -> bool:
    return SERVE_STANDBY.exists()


def under_way(port: int) -> int | None:
    """Requests that Caddy has open to the slot at 127.0.0.1:port, streams included; None when Caddy does not say."""
    try:
        return max((one["num_requests"] for one in _upstreams() if one["address"] == f"127.0.0.1:{port}"), default=0)
    except (*SILENT, TypeError, KeyError):
        return None


def _upstreams() -> list[dict[str, Any]]:
    return _ask("/reverse_proxy/upstreams") or []


def drain(port: int, seconds: float) -> int | None:
    """Waits until no request to the slot is in flight, and answers 0; else how many were left when the time was over.

    None when Caddy could not be asked, which is waited out just as long: what is not known to be idle is not stopped early.
    """
    deadline = time.monotonic() + seconds
    quiet = 0
    while True:
        left = under_way(port)
        quiet = quiet + 1 if left == 0 else 0
        if quiet >= QUIET_POLLS:
            return 0
        if time.monotonic() >= deadline:
            return left
        time.sleep(POLL_SECONDS)


def check(content: str) -> None:
    """Refuses a Caddyfile that Caddy would not load; called before it is placed, so a broken one never lies where it starts from."""
    candidate = RUNTIME / "Caddyfile.candidate"
    durable.write(candidate, content.encode(), 0o644)
    try:
        run(
            "runuser", "-u", "caddy", "--", "env", "HOME=/var/lib/caddy",
            "caddy", "validate", "--config", str(candidate), "--adapter", "caddyfile",
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("caddy", f"Caddy refuses its new configuration: {failed}", failed.output) from None
    finally:
        durable.remove(candidate)


def reload() -> None:
    """Makes Caddy take up its configuration; open requests go on.

    One that was written by an earlier version cannot be left while a request is in flight: Caddy would end. Where that is all there is
    to change, it stays until Caddy starts again; else a quiet moment is waited for.
    """
    try:
        running = _ask("/config/")
        if _without_flushing(running) == _without_flushing(_adapted()):
            return
        if FLUSHING in json.dumps(running) and not _is_quiet_for_once():
            note("caddy", "is never idle, and its old configuration cannot be replaced without cutting requests in flight.")
    except SILENT:
        # It is the reload's to say what is wrong.
        pass
    run("systemctl", "reload", "caddy.service", timeout=120)


def _adapted() -> Any:
    return json.loads(run("caddy", "adapt", "--config", CADDYFILE, "--adapter", "caddyfile"))


def _is_quiet_for_once() -> bool:
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        if not any(one["num_requests"] for one in _upstreams()):
            return True
        time.sleep(0.02)
    return False


def _without_flushing(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _without_flushing(value) for name, value in node.items() if name != FLUSHING}
    return [_without_flushing(item) for item in node] if isinstance(node, list) else node


def _ask(path: str) -> Any:
    """What Caddy's admin socket answers; raises one of SILENT when it does not."""
    connection = AdminConnection("localhost", timeout=10)
    try:
        # On a socket that is a file Caddy accepts only the empty host name.
        connection.request("GET", path, headers={"Host": ""})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
`,"gateway/certificates.py":`"""Certificates that Caddy got and made, put back from a backup: authorities issue only a few of the same name in a week.

Caddy's account owns the folder and may swap any name in it for a link, so root neither reads by name there nor writes: files go in by
that account, from a stream.
"""

import io
import os
import ssl
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from agent.base import nofollow
from agent.base.clock import now
from agent.base.events import note
from agent.base.process import ENVIRONMENT, CommandFailed, run
from agent.base.refusal import Refused

HOME = Path("/var/lib/caddy")
DATA = HOME / ".local/share/caddy"
# What is backed up of it. The rest are locks and what Caddy makes on its own.
TREES = tuple(DATA / name for name in ("acme", "certificates", "pki"))
# Caddy's own authority, and what it signed.
AUTHORITY = "pki/authorities/local"
LOCAL = "certificates/local"
LARGEST = 1024**2


def put_back(machine: Path) -> str:
    """Puts back what is missing on this host, from the machine's files of a backup; answers what that was.

    A certificate of this host that is still valid stays. Its own authority stays only when it is the older one: people trust the one
    that was there before the host was lost.
    """
    source = machine / DATA.relative_to("/")
    chosen = [*_certificates(source), *_accounts(source)]
    if _is_older(source):
        nofollow.remove_tree(DATA / "pki")
        nofollow.remove_tree(DATA / LOCAL)
        chosen += [source / "pki"]
    names = [str(one.relative_to(source)) for one in chosen]
    if not names:
        return "this host has its own"
    try:
        _write(source, chosen)
        run("systemctl", "reload", "caddy.service", timeout=120)
    except CommandFailed as failed:
        note("certificates", f"Not put back, so Caddy asks for new ones: {failed}")
        return "none put back"
    return f"{', '.join(names)} put back"


def _certificates(source: Path) -> Iterator[Path]:
    for folder in sorted(source.glob("certificates/*/*")):
        if folder.is_relative_to(source / LOCAL):
            continue
        name = f"{folder.name}.crt"
        if _until(_text(folder / name)) > now().timestamp() >= _until(_text(DATA / folder.relative_to(source) / name)):
            yield folder


def _accounts(source: Path) -> Iterator[Path]:
    yield from (folder for folder in sorted(source.glob("acme/*")) if not os.path.lexists(DATA / folder.relative_to(source)))


def _is_older(source: Path) -> bool:
    """Whether the backup has an authority, and this host a younger one or none."""
    then, here = (_time(_text(place / AUTHORITY / "root.crt"), "start") for place in (source, DATA))
    return then is not None and (here is None or here > then)


def _until(pem: str) -> float:
    return _time(pem, "end") or 0


def _time(pem: str, which: str) -> float | None:
    """The \`start\` or \`end\` of a certificate, None where the text is none."""
    try:
        return ssl.cert_time_to_seconds(run("openssl", "x509", "-noout", f"-{which}date", stdin=pem).strip().partition("=")[2])
    except (CommandFailed, ValueError):
        return None


def _text(path: Path) -> str:
    """What the file holds, empty where there is none; a link in its place is none."""
    try:
        with nofollow.reading(path) as file:
            return file.read(LARGEST).decode(errors="replace")
    except (OSError, Refused):
        return ""


def _write(source: Path, chosen: list[Path]) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for top in chosen:
            for path in (top, *sorted(top.rglob("*"))):
                about = tarfile.TarInfo(str(DATA.relative_to(HOME) / path.relative_to(source)))
                if path.is_symlink():
                    continue
                if path.is_dir():
                    about.type, about.mode = tarfile.DIRTYPE, 0o700
                    archive.addfile(about)
                elif path.is_file():
                    about.mode, about.size = 0o600, path.stat().st_size
                    with open(path, "rb") as file:
                        archive.addfile(about, file)
    argv = ("runuser", "-u", "caddy", "--", "tar", "--extract", "--no-same-owner", "--preserve-permissions", f"--directory={HOME}")
    done = subprocess.run(argv, input=stream.getvalue(), capture_output=True, env=ENVIRONMENT, timeout=120, check=False)
    if done.returncode != 0:
        raise CommandFailed(argv, f"exited {done.returncode}", done.stderr.decode(errors="replace"), done.returncode)
`,"gateway/cooldowns.py":`"""What the workers know of deployments that failed, in Redis: a release that changes such a deployment has it tried again at once.

Its id stays the same when its key is corrected, so the new processes would leave it out for as long as the old ones had to.
"""

import json
import re
from typing import Any

from agent.base import keys
from agent.base.events import note
from agent.base.paths import REDIS_PASSWORD
from agent.gateway import release
from agent.litellm import redis_keys
from agent.redis.client import Redis, RedisError

SECONDS = 10
BATCH = 1_000
VARIABLE = re.compile(r"os\\.environ/([A-Za-z_][A-Za-z0-9_]*)")

Document = dict[str, Any]


def forget(new: str, old: str | None) -> None:
    """Takes away those of the deployments that are another in the new release. Without Redis there are none."""
    changed = [] if old is None else _changed(_whole(new), _whole(old))
    if not changed:
        return
    try:
        gone = _delete(redis_keys.prefix(release.configuration(new)), changed)
    except RedisError as failure:
        note("cooldown", f"is not reset, so what failed before may be left out for a while: {failure}")
        return
    if gone:
        note("cooldown", f"ended for {gone} of the deployments that this release changes")


def _whole(name: str) -> tuple[Document, dict[str, str]]:
    return release.configuration(name), release.environment(name)


def _changed(new: tuple[Document, dict[str, str]], old: tuple[Document, dict[str, str]]) -> list[str]:
    """Ids of deployments that are not as they were; of all, when what they share is not."""
    config, before = new[0], old[0]
    models, earlier = _models(*new), _models(*old)
    if _shared(config, new[1]) != _shared(before, old[1]):
        return sorted(models)
    return sorted(key for key, model in models.items() if model != earlier.get(key))


def _models(config: Document, env: dict[str, str]) -> dict[str, str]:
    listed = [model for model in config.get("model_list") or [] if isinstance(model, dict)]
    return {str((model.get("model_info") or {}).get("id")): _resolved(model, env) for model in listed}


def _shared(config: Document, env: dict[str, str]) -> str:
    """All but the models, and the variables that no model names: LiteLLM reads some of them unasked."""
    named = set(VARIABLE.findall(json.dumps(config.get("model_list"), default=str)))
    rest = {name: part for name, part in config.items() if name != "model_list"}
    unnamed = {name: value for name, value in env.items() if name not in named}
    return _resolved(rest, env) + json.dumps(unnamed, sort_keys=True)


def _resolved(part: Any, env: dict[str, str]) -> str:
    """The part as text, with the values that it refers to; compared and never shown."""
    text = json.dumps(part, sort_keys=True, default=str)
    return text + json.dumps({name: env.get(name) for name in sorted(set(VARIABLE.findall(text)))})


def _delete(prefix: str, deployments: list[str]) -> int:
    redis = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=SECONDS)
    try:
        gone = 0
        for start in range(0, len(deployments), BATCH):
            names = [redis_keys.cooldown(one) for one in deployments[start : start + BATCH]]
            # The router's own connection has no prefix; that of the cache, which it may share, has.
            answer = redis.ask("DEL", *sorted({*names, *(prefix + name for name in names)}))
            gone += answer if isinstance(answer, int) else 0
        return gone
    finally:
        redis.close()
`,"gateway/images.py":`"""Container images, always by digest."""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from agent import contract
from agent.base import durable, env_file, room
from agent.base.events import note
from agent.base.paths import RELEASES
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.gateway import registry, registry_login, release
from agent.litellm import image_files, known_bad

# Enough to pull with, so that the rest is installed meanwhile. With netavark, for podman settles on its network at its first run.
PULLED_WITH = ("podman", "netavark", "ca-certificates")
# Where podman puts what it is sent (image_copy_tmp_dir), until it is unpacked.
DOWNLOADS = Path("/var/tmp")  # noqa: S108 - nothing is written there
# So many times what was sent, with some to spare: LiteLLM's images unpack to between two and four times.
UNPACKED = 4
# As registries say it, in the words that podman passes on.
DENIED = re.compile(r"unauthorized|authentication required|invalid username/password|denied|status code 40[13]", re.IGNORECASE)
UNREACHED = re.compile(r"network is unreachable|no route to host|i/o timeout|no such host", re.IGNORECASE)
# As the declaration has it. What a backup says may be anything, such as an option of podman.
BY_DIGEST = re.compile(contract.IMAGE)


def present(image: str) -> bool:
    try:
        run("podman", "image", "exists", image)
        return True
    except (CommandFailed, FileNotFoundError):
        return False


def pull(image: str, login: registry_login.Login | None = None) -> None:
    """Refuses before a byte is pulled where the disk has no room for the image."""
    _require_room(image, login)
    try:
        with registry_login.options(login, image) as options:
            run("podman", "pull", "--quiet", *options, image, timeout=1800)
    except CommandFailed as failed:
        raise _refused(image, login, failed) from None


def _refused(image: str, login: registry_login.Login | None, failed: CommandFailed) -> Refused:
    place = image.partition("/")[0]
    text = "\\n".join(failed.output)
    if DENIED.search(text):
        why = (
            f"the login as {login.username} is refused, or may not read the image: renew the token that litellm.registry.password names"
            if login is not None and login.is_for(image)
            else "it wants a login: declare litellm.registry {username, password: os.environ/…} with one that may read the image"
        )
        return Refused(
            "image-denied", f"{place} does not let this host pull {image}: {why}. The registry says: {failed.output[-1]}", failed.output
        )
    if UNREACHED.search(text) and not registry.has_way(place):
        return Refused(
            "image-pull",
            f"The image {image} could not be pulled: this host has no way to IPv4, and {place} has no IPv6 address. Give the host one "
            "(NAT64, or a proxy in the environment of its services), or take the image from a registry that has IPv6.",
            failed.output,
        )
    return Refused(
        "image-pull",
        f"The image {image} could not be pulled: {failed}. Check that the host reaches the registry and that the digest exists.",
        failed.output,
    )


def _require_room(image: str, login: registry_login.Login | None) -> None:
    layers = registry.layers(image, login.basic() if login is not None and login.is_for(image) else None)
    if layers is None:
        note("image", "The registry did not say how large the image is; the disk was not looked at before the pull.")
        return
    stored = Path(run("podman", "info", "--format", "{{.Store.GraphRoot}}").strip())
    sent = sum(size for digest, size in layers.items() if digest not in _stored_layers(stored))
    # On a disk of its own PostgreSQL is not in the way; on the same one it is what the spare is for.
    room.require({DOWNLOADS: sent, stored: sent * UNPACKED}, f"To pull {image}, of which {sent // room.MIB} MiB are sent,")


def _stored_layers(store: Path) -> set[str]:
    """Digests of the layers that the host has of other images: they are not sent again."""
    listed = durable.read_json(store / "overlay-layers/layers.json") or []
    return {str(layer.get("compressed-diff-digest")) for layer in listed}


def make_ready(image: str, login: Callable[[], registry_login.Login | None] = registry_login.stored) -> float | None:
    """Pulls the image where it is missing, refuses one that is known to be bad, and answers the seconds that a pull took."""
    if not BY_DIGEST.fullmatch(image):
        raise Refused("image", f"{image!r} is not an image by digest (registry/repository@sha256:…).")
    seconds = None
    if not present(image):
        begun = time.monotonic()
        pull(image, login())
        seconds = time.monotonic() - begun
    image_files.remember(image)
    require_good(image)
    return seconds


def litellm_version(image: str) -> str | None:
    return image_files.version(image)


def is_served(image: str) -> bool:
    """Whether the release that serves has this image."""
    serving = release.serving()
    return serving is not None and release.describe(serving).get("image") == image


def require_good(image: str) -> None:
    """Refuses an image whose LiteLLM is known to be bad, and removes it, before anything of it is run.

    Called by all that start an image, since one may be on the host that nobody has checked: pulled by a run that died then, by an
    earlier version, by people. What serves already has run: to refuse it would only stand in the way of a rotation or a restore;
    \`doctor\` reports it.
    """
    if is_served(image):
        return
    version = litellm_version(image)
    if version is None or version not in known_bad.VERSIONS:
        return
    run("podman", "rmi", image, check=False)
    raise Refused(
        "known-bad",
        f"{image} is LiteLLM {version}, which is known to be bad: {known_bad.VERSIONS[version]}. None of it was run. Name another image.",
    )


def require_supported(image: str) -> None:
    """Refuses an image without LiteLLM, and one older than what deploy can migrate and run. Restores take what their backup names."""
    if is_served(image):
        return
    version = litellm_version(image)
    if version is None or image_files.schema(image) is None:
        missing = "package litellm" if version is None else "migrations of LiteLLM (litellm_proxy_extras/migrations)"
        raise Refused(
            "image-unusable",
            f"{image} has no {missing} in a folder of Python's packages. None of it was run. Name one of LiteLLM's own images "
            "(litellm-database, litellm-non_root or litellm), or one that is made from them.",
        )
    if not _older(version, contract.OLDEST_LITELLM):
        return
    raise Refused(
        "too-old",
        f"{image} is LiteLLM {version}, and {contract.OLDEST_LITELLM} is the oldest that is supported. None of it was run. Name a newer "
        "image.",
    )


def _older(version: str, than: str) -> bool:
    """By their numbers alone: a release candidate counts as the release."""

    def numbers(text: str) -> list[int]:
        found = [int(digits) for digits in re.findall(r"\\d{1,9}", text)[:3]]
        return found + [0] * (3 - len(found))

    return numbers(version) < numbers(than)


def drop_unused(removed: Iterable[str]) -> None:
    """After releases were removed: images that no release names are removed too. One that is in use stays, podman sees to that."""
    if not list(removed):
        return
    named = _named()
    repositories = {image.partition("@")[0] for image in named}
    listing = run("podman", "images", "--digests", "--format", "{{.Repository}} {{.Digest}}", check=False)
    for line in listing.splitlines():
        repository, _, digest = line.partition(" ")
        if repository in repositories and f"{repository}@{digest}" not in named:
            run("podman", "rmi", f"{repository}@{digest}", check=False)
    image_files.forget_others(named)


def drop(image: str) -> None:
    """Removes an image, and what is kept of it, unless a release names it or a container is made of it."""
    named = _named()
    if image not in named:
        run("podman", "rmi", image, check=False, timeout=300)
        image_files.forget_others(named)


def _named() -> set[str]:
    return {image for path in RELEASES.glob("*/unit.env") if (image := env_file.read(path).get("LITELLM_IMAGE"))}
`,"gateway/migration.py":`"""Database migrations, as a step of their own before anything serves the new image."""

import dataclasses
from typing import TYPE_CHECKING

import agent
from agent.base import env_file, migration_runs, redaction
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import postgres, waits
from agent.database.server import OWNER, READER, Server
from agent.gateway import images, release, schema
from agent.litellm import confined, image_files

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

SECONDS = 1800


@dataclasses.dataclass(frozen=True)
class Place:
    """A database that is migrated: what migrations connect to, and the server as which it is asked who keeps them waiting."""

    url: str
    asked: Server = READER
    network: str = "host"
    container: str = "litellm-migrate"
    seconds: float = SECONDS

    def stop(self) -> None:
        """Podman's own end is not the container's, which would go on in the database."""
        run("podman", "rm", "--force", "--time=0", "--ignore", self.container, check=False, timeout=120)


def run_live(image: str, settings: "ReleaseSettings") -> None:
    """Migrates the live database. Refuses when something that the image works with is missing afterwards."""
    run_on(image, settings, Place(postgres.owner_url()))
    postgres.give_rows(OWNER, postgres.NAME)
    database = schema.of_database()
    if not database.migrations:
        raise Refused("migration", f"The migrations of {image} ended without an error, but the schema is not in the database.")
    wanted = image_files.schema(image)
    if wanted is not None:
        schema.require_complete(image, schema.distance(database, wanted))
    migration_runs.done(image)


def run_on(image: str, settings: "ReleaseSettings", place: Place) -> None:
    """Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines, and with who holds what it waits for."""
    images.require_good(image)
    environment = release.host_environment(settings) | {"DISABLE_SCHEMA_UPDATE": "false", "DATABASE_URL": place.url}
    with waits.Watch(place.asked, place.url.rpartition("/")[2], "migrations") as watch:
        try:
            confined.run_python(
                image, agent.SOURCES["litellm.in_image.migrate"], env_file.text(environment),
                "--log-driver=journald", "--env=LITELLM_MIGRATION_DIR=/tmp/litellm-migrations",
                name=place.container, network=place.network, timeout=place.seconds,
            )  # fmt: skip
        except CommandFailed as failed:
            place.stop()
            raise _refused(image, failed, watch, environment) from None


def _refused(image: str, failed: CommandFailed, watch: waits.Watch, environment: dict[str, str]) -> Refused:
    hide = redaction.redactor([*environment.values()])
    is_late = failed.code is None
    ended = "did not end in time and were stopped" if is_late else "failed"
    return Refused(
        "migration",
        f"The database migrations of {image} {ended}. Nothing serves the new image yet.{watch.told(is_late)} The lines below say why.",
        [hide(line) for line in failed.output],
    )
`,"gateway/own_certificate.py":`"""A certificate of the user's for the domain: its values come with the step, and Caddy reads both from one file.

The values are kept as they were given, in a file that root alone reads, so that a plan can tell whether they differ.
"""

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.base import durable, units
from agent.base.paths import CERTIFICATE_VALUES, RUNTIME
from agent.base.process import run
from agent.base.refusal import Refused
from agent.system import managed_files

if TYPE_CHECKING:
    from agent.contract_types import ManagedFile

SETTINGS = Path(contract.CERTIFICATE_SETTINGS)
BUNDLE = Path(contract.CERTIFICATE)
CADDYFILE = Path(contract.CADDYFILE)
CADDY = "caddy.service"
OWNER = "root:caddy"

Settings = dict[str, str] | None


def declared(files: "Mapping[str, ManagedFile]") -> Settings:
    """That of a deploy which has placed nothing yet."""
    file = files.get(str(SETTINGS))
    return json.loads(file["content"]) if file else None


def stored_values() -> dict[str, str]:
    """As they were given, by their names."""
    return durable.read_json(CERTIFICATE_VALUES) or {}


def take_values(given: dict[str, str]) -> dict[str, str]:
    """Brings what was given of the certificate of the last deploy, drops one that is declared no more, and answers the rest for LiteLLM."""
    settings = durable.read_json(SETTINGS)
    bring(given, settings)
    if settings is None and not _is_named():
        durable.remove(BUNDLE)
        durable.remove(CERTIFICATE_VALUES)
    names = set((settings or {}).values())
    return {name: value for name, value in given.items() if name not in names}


def bring(given: dict[str, str], settings: Settings) -> list[str]:
    """Places the certificate and has Caddy serve it, where it is another one. Answers what was done."""
    if settings is None:
        return []
    before = stored_values()
    values = {name: (before | given).get(name, "") for name in settings.values()}
    absent = sorted(name for name, value in values.items() if not value)
    if absent:
        raise Refused(
            "certificate", f"The certificate of the domain needs {', '.join(absent)}, which this host never got. Pass it to the step."
        )
    bundle = f"{values[settings['certFrom']].strip()}\\n{values[settings['keyFrom']].strip()}\\n"
    if values == before and BUNDLE.exists():
        return []
    _require_pair(bundle)
    want: ManagedFile = {"content": bundle, "mode": "0640", "owner": OWNER}
    managed_files.place({str(BUNDLE): want})
    if _is_named() and units.is_active(CADDY):
        run("systemctl", "reload", CADDY, timeout=120)
    # Last: who dies before it does all of it again.
    durable.write_json(CERTIFICATE_VALUES, values)
    return ["certificate of the domain placed"]


def _is_named() -> bool:
    """Whether the configuration that Caddy starts from names the file."""
    try:
        return str(BUNDLE) in CADDYFILE.read_text()
    except OSError:
        return False


def _require_pair(bundle: str) -> None:
    """Refuses what Caddy would not start with."""
    candidate = RUNTIME / "certificate.candidate"
    durable.folder(RUNTIME, 0o755)
    durable.write(candidate, bundle.encode())
    try:
        # An empty password rather than a question for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(candidate, password="")
    except (ssl.SSLError, OSError, ValueError) as failure:
        reason = failure.reason if isinstance(failure, ssl.SSLError) and failure.reason else type(failure).__name__
        raise Refused(
            "certificate",
            f"The declared certificate and key cannot be used ({reason}). Give both in PEM, the certificate of the domain first, the key "
            "without a passphrase. The one before stays.",
        ) from None
    finally:
        durable.remove(candidate)
`,"gateway/registry.py":`"""What a registry says of an image before it is pulled: its layers, and what room they take.

A manifest is asked for by its hash and compared with it, so that it does not matter whom the answer came from, nor how.
"""

import hashlib
import json
import platform
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

from agent.base.process import run

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)
# Manifests have a few kilobytes.
MOST_BYTES = 4 * 1024**2
SECONDS = 20
# By registry, where the API is elsewhere.
ELSEWHERE = {"docker.io": "registry-1.docker.io"}
CHALLENGE = re.compile(r'(\\w+)="([^"]*)"')

Document = dict[str, Any]


def layers(image: str, basic: str | None = None) -> dict[str, int] | None:
    """By digest: the bytes of each layer as they are sent. None when the registry does not say; a pull then says why.

    \`basic\` is user and password in base64. It goes out by TLS alone.
    """
    registry, _, rest = image.partition("/")
    path, _, digest = rest.partition("@")
    try:
        document = _manifest(registry, path, digest, basic)
        if "manifests" in document:
            document = _manifest(registry, path, _of_this_machine(document), basic)
        return {str(layer["digest"]): int(layer["size"]) for layer in document["layers"]}
    except (OSError, HTTPException, ValueError, KeyError, TypeError, StopIteration):
        return None


def _of_this_machine(index: Document) -> str:
    wanted = {"os": "linux", "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())}
    return next(str(one["digest"]) for one in index["manifests"] if wanted.items() <= one["platform"].items())


def _manifest(registry: str, path: str, digest: str, basic: str | None) -> Document:
    content = _get(registry, f"/v2/{path}/manifests/{digest}", basic)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
        raise ValueError("not what was asked for")
    document: Document = json.loads(content)
    return document


def _get(registry: str, path: str, basic: str | None) -> bytes:
    host = ELSEWHERE.get(registry, registry)
    try:
        return _ask(f"https://{host}{path}", basic)
    except urllib.error.HTTPError:
        raise
    except OSError:
        # One on the local network may have no TLS; registries.conf says so to podman.
        if ":" not in host:
            raise
        return _ask(f"http://{host}{path}", None)


def _ask(url: str, basic: str | None) -> bytes:
    try:
        return _read(url)
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        if error.code != 401:
            raise
        if challenge.startswith("Basic ") and basic is not None:
            return _read(url, f"Basic {basic}")
        if not challenge.startswith("Bearer "):
            raise
    # Public images want a token all the same, which anybody is given.
    asked = dict(CHALLENGE.findall(challenge))
    query = urllib.parse.urlencode({name: asked[name] for name in ("service", "scope") if name in asked})
    if urllib.parse.urlsplit(asked["realm"]).scheme not in ("https", urllib.parse.urlsplit(url).scheme):
        raise ValueError("a token in clear")
    granted = json.loads(_read(f"{asked['realm']}?{query}", None if basic is None else f"Basic {basic}"))
    token = granted.get("token") or granted["access_token"]
    return _read(url, f"Bearer {token}")


def _read(url: str, authorization: str | None = None) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": ACCEPTED})  # noqa: S310 - the callers let through http and https alone
    if authorization is not None:
        # Not to where a redirect leads.
        request.add_unredirected_header("Authorization", authorization)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
        return bytes(answer.read(MOST_BYTES))


def has_way(registry: str) -> bool:
    """Whether this host has a way to IPv4, or the registry an IPv6 address."""
    if "default" in run("ip", "-4", "route", "show", "default", check=False):
        return True
    name = ELSEWHERE.get(registry, registry)
    host, _, port = name.partition(":")
    try:
        return bool(socket.getaddrinfo(host, port or 443, socket.AF_INET6))
    except OSError:
        return False
`,"gateway/registry_login.py":`"""The login at the registry of the image: who is declared by deploy in /etc/litellm/registry.json, the values are in registry.env.

podman gets it in a file that root alone reads and that is gone after the pull; it is in no argument and no environment.
"""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import contract
from agent.base import durable, env_file
from agent.base.paths import REGISTRY_ENV, RUNTIME
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import ManagedFile

SETTINGS = Path(contract.REGISTRY_SETTINGS)
AUTH_FILE = RUNTIME / "registry-auth.json"

Document = dict[str, Any]


class Login(NamedTuple):
    registry: str
    username: str
    password: str

    def is_for(self, image: str) -> bool:
        return image.partition("/")[0] == self.registry

    def basic(self) -> str:
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


def stored() -> Login | None:
    """That of the last deploy."""
    return _login(durable.read_json(SETTINGS), stored_values())


def declared(files: "dict[str, ManagedFile]", given: dict[str, str]) -> Login | None:
    """That of a deploy which has placed nothing yet; a value that it does not bring is the one of before."""
    placed = files.get(str(SETTINGS))
    return _login(json.loads(placed["content"]) if placed and placed["content"] else None, stored_values() | given)


def _login(settings: Document | None, values: dict[str, str]) -> Login | None:
    if not settings:
        return None
    absent = sorted(name for name in _names(settings) if not values.get(name))
    if absent:
        raise Refused(
            "registry-value",
            f"The login at {settings['registry']} needs {', '.join(absent)}, which this host never got. Set it in the environment of "
            "the step that runs deploy, and deploy.",
        )
    name = settings.get("usernameFrom")
    return Login(settings["registry"], values[name] if name else settings["username"], values[settings["passwordFrom"]])


def _names(settings: Document | None) -> set[str]:
    return {settings[key] for key in ("usernameFrom", "passwordFrom") if settings.get(key)} if settings else set()


def stored_values() -> dict[str, str]:
    return env_file.read(REGISTRY_ENV)


def take_values(given: dict[str, str]) -> dict[str, str]:
    """Keeps those of \`given\` that are the login's, drops kept ones that are named no more, and answers the rest for LiteLLM."""
    names = _names(durable.read_json(SETTINGS))
    before = stored_values()
    after = {name: env_file.one_line(name, value) for name, value in sorted((before | given).items()) if name in names}
    if after != before:
        durable.write(REGISTRY_ENV, env_file.text(after).encode())
    return {name: value for name, value in given.items() if name not in names}


@contextlib.contextmanager
def options(login: Login | None, image: str) -> Iterator[tuple[str, ...]]:
    """podman's options for a pull of the image; none where the login is for another registry, or there is none."""
    if login is None or not login.is_for(image):
        yield ()
        return
    durable.folder(RUNTIME, 0o755)
    durable.write(AUTH_FILE, json.dumps({"auths": {login.registry: {"auth": login.basic()}}}).encode())
    try:
        yield ("--authfile", str(AUTH_FILE))
    finally:
        durable.remove(AUTH_FILE)
`,"gateway/release.py":`"""Releases: what one generation of the gateway is made of, in a folder of its own that is never edited.

/etc/litellm/releases/ID/config.yaml   models and settings, no secret in it
                         beside/       files that people wrote, such as Python hooks (\`beside\`)
                         env           what the container gets, 0600
                         unit.env      image and number of workers, for the unit
                         release.json  how it came about
/etc/litellm/slots/{main,standby}      the release each slot runs, changed only while that slot is stopped
/etc/litellm/{config.yaml,env}         those of the release that serves
"""

import dataclasses
import hashlib
import hmac
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import contract
from agent.base import durable, env_file, keys, migration_runs
from agent.base.clock import now
from agent.base.env_file import one_line
from agent.base.paths import CONFIG, CONTAINER_FILES, ENV, FINGERPRINT_KEY, MASTER_KEY, REDIS_PASSWORD, RELEASES, SALT_KEY, SLOTS
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import beside as beside_files, variables
from agent.litellm import configuration as loader

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

UNIT_FILES = [
    Path(contract.QUADLET),
    Path(contract.QUADLET_STANDBY),
    CONTAINER_FILES / "start",
    CONTAINER_FILES / "sitecustomize.py",
]
REFERENCE = re.compile(rf"{re.escape(contract.REFERENCE_PREFIX)}({contract.VARIABLE})")
KEPT = 3
# LiteLLM lets open requests end for this long when it is asked to stop; the units' stop timeouts are longer.
GRACEFUL_SHUTDOWN_SECONDS = 60

Document = dict[str, Any]


def host_environment(settings: "ReleaseSettings") -> dict[str, str]:
    """What the host itself gives LiteLLM."""
    return {
        "DATABASE_URL": postgres.url(),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": "6379",
        "REDIS_PASSWORD": keys.read(REDIS_PASSWORD),
        "LITELLM_MASTER_KEY": keys.read(MASTER_KEY),
        "LITELLM_SALT_KEY": keys.read(SALT_KEY),
        "LITELLM_MODE": "PRODUCTION",
        "STORE_MODEL_IN_DB": "True" if settings.get("storeModelInDb") else "False",
        # Migrations are a step of their own: a timeout in them once led to serving on a broken schema (L#23976).
        "DISABLE_SCHEMA_UPDATE": "true",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "GRACEFUL_SHUTDOWN_TIMEOUT": str(GRACEFUL_SHUTDOWN_SECONDS),
    }


HOST_OWNED = frozenset(contract.HOST_OWNED)


@dataclasses.dataclass(frozen=True)
class Content:
    """What people declared for LiteLLM: no secret is in it."""

    config: str
    beside: beside_files.Files


def content_in(release: Path) -> Content:
    """That of a release's folder, wherever it is."""
    return Content((release / "config.yaml").read_text(), beside_files.read(release))


def folder(release: str) -> Path:
    return RELEASES / release


def serving() -> str | None:
    """The release that people are served by, or None before the first one."""
    try:
        return Path(os.readlink(CONFIG)).parent.name
    except (FileNotFoundError, OSError):
        return None


def in_slot(slot: str) -> str | None:
    try:
        return Path(os.readlink(SLOTS / slot)).name
    except FileNotFoundError:
        return None


def put_in_slot(slot: str, release: str) -> None:
    """Points the slot at the release. Holds: its unit is stopped, because podman resolves the link when it starts."""
    durable.folder(SLOTS, 0o755)
    durable.link(SLOTS / slot, f"../releases/{release}")


def forget_slot(slot: str) -> None:
    durable.remove(SLOTS / slot)


def publish(release: str) -> None:
    """Makes the paths that people read those of the release that serves now."""
    durable.link(CONFIG, f"releases/{release}/config.yaml")
    durable.link(ENV, f"releases/{release}/env")


def describe(release: str) -> Document:
    return durable.read_json(folder(release) / "release.json") or {}


def workers_in(slot: str, release: str) -> int:
    """How many workers the release has in the slot."""
    return int(describe(release)["standbyWorkers" if slot == "standby" else "workers"])


def _standby_workers(workers: int) -> int:
    """Standby serves for the minute that main takes: more workers than cores would serve no more, and come up later.

    Two at least, where there are two: one that hangs then takes only half of the requests with it.
    """
    return min(workers, max(2, os.cpu_count() or 2))


def environment(release: str) -> dict[str, str]:
    """The release's environment as LiteLLM gets it."""
    return env_file.read(folder(release) / "env")


def configuration(release: str) -> Document:
    """The release's config.yaml as a document."""
    found: Document | None = loader.load((folder(release) / "config.yaml").read_text())
    return found or {}


def provider_environment(release: str) -> dict[str, str]:
    """The part of the environment that was given by the user: provider keys and what else the configuration refers to."""
    others = HOST_OWNED | set(set_by_configuration(release))
    return {name: value for name, value in environment(release).items() if name not in others}


def set_by_configuration(release: str) -> list[str]:
    """The variables that have their value from the release's configuration; earlier releases have none."""
    return list(describe(release).get("variables") or [])


def assemble(config: str, given: dict[str, str], settings: "ReleaseSettings") -> dict[str, str]:
    """The environment of a new release: what the step gave, what it refers to and the serving one has, what the configuration sets
    (\`variables\`), and the host's own.

    Refuses a reference that nobody has a value for, a name that belongs to the host, and a value the file cannot hold.
    """
    taken = sorted(set(given) & HOST_OWNED)
    if taken:
        raise Refused("env-reserved", f"{', '.join(taken)} is set by the host itself. Remove it from the environment.")
    before = serving()
    kept = provider_environment(before) if before else {}
    values = {name: one_line(name, value) for name, value in given.items()}
    referred = set(REFERENCE.findall(config)) - HOST_OWNED - set(variables.own(config))
    values |= {name: kept[name] for name in referred - set(values) if name in kept}
    absent = sorted(referred - set(values))
    if absent:
        raise Refused(
            "env-missing",
            f"The configuration refers to {', '.join(absent)}, but the environment has no value for it and the gateway has "
            "none from before. Pass it to the step (env: in the workflow, from a secret).",
            names=absent,
        )
    return dict(sorted((values | variables.resolved(config, values)).items())) | host_environment(settings)


def identity(content: Content, env: dict[str, str], image: str, workers: int) -> str:
    """A keyed hash of all that a release is: equal exactly when nothing would change. Keyed, as secrets are part of it."""
    units = [path.read_text() if path.exists() else "" for path in UNIT_FILES]
    beside = beside_files.hashes_of(content.beside)
    whole = json.dumps([content.config, env, image, workers, units, *([beside] if beside else [])], sort_keys=True)
    key = keys.read(FINGERPRINT_KEY).encode()
    return hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()


def is_as_written(release: str, content: Content) -> bool:
    """Whether this is what is in the release's folder: somebody may have changed it there by hand."""
    return content_in(folder(release)) == content


def write(content: Content, env: dict[str, str], image: str, workers: int, settings: "ReleaseSettings", run: str, probe: list[str]) -> str:
    """Writes a new release folder, complete or not at all, and answers its id."""
    same = identity(content, env, image, workers)
    release = f"{now():%Y%m%dT%H%M%SZ}-{same[:8]}"
    durable.folder(RELEASES, 0o755)
    made = RELEASES / f".{release}"
    shutil.rmtree(made, ignore_errors=True)
    durable.folder(made, 0o755)
    durable.write(made / "config.yaml", content.config.encode(), 0o644)
    beside_files.write(made, content.beside)
    durable.write(made / "env", env_file.text(env).encode(), 0o600)
    in_standby = _standby_workers(workers)
    unit = {"LITELLM_IMAGE": image, "LITELLM_WORKERS": str(workers), "LITELLM_STANDBY_WORKERS": str(in_standby)}
    durable.write(made / "unit.env", env_file.text(unit).encode(), 0o644)
    durable.write_json(
        made / "release.json",
        {
            "id": release,
            "identity": same,
            "image": image,
            "workers": workers,
            "standbyWorkers": in_standby,
            "settings": settings,
            "probe": probe,
            "variables": variables.own(content.config),
            "run": run,
            "migrations": len(postgres.migrations()),
            "backup": migration_runs.backup_for(image),
            "created": now().isoformat(),
        },
    )
    target = folder(release)
    if target.exists():
        # The same content within the same second: a run that was begun and undone just now.
        shutil.rmtree(target)
    os.rename(made, target)
    durable.flush_directory(RELEASES)
    return release


def earlier() -> list[str]:
    """Releases that were there before the one that serves, the newest first."""
    now_serving = serving()
    if now_serving is None:
        return []
    known = sorted((entry.name for entry in RELEASES.iterdir() if not entry.name.startswith(".")), reverse=True)
    return [name for name in known if name < now_serving]


def remove(release: str) -> None:
    """Removes a release that nothing points at."""
    if release not in (serving(), in_slot("main")):
        if in_slot("standby") == release:
            durable.remove(SLOTS / "standby")
        shutil.rmtree(folder(release), ignore_errors=True)


def prune() -> list[str]:
    """Removes all but the newest releases; those in use stay whatever their age. Answers what was removed."""
    if not RELEASES.is_dir():
        return []
    used = {serving(), in_slot("main"), in_slot("standby")}
    known = sorted(entry.name for entry in RELEASES.iterdir() if not entry.name.startswith("."))
    old = [name for name in known[:-KEPT] if name not in used]
    for name in old:
        shutil.rmtree(folder(name), ignore_errors=True)
    return old
`,"gateway/schema.py":`"""How the database's schema and the one that an image of LiteLLM wants differ, and what follows from that.

An older LiteLLM on a newer schema loses data in two ways: up to 1.103 its own migrations compare the database with the image's schema
and drop what that does not have, and any version works without the columns that it does not know. No migration leads back.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from agent.base import migration_runs
from agent.base.process import CommandFailed
from agent.base.refusal import Refused, few
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import images
from agent.litellm import image_files

if TYPE_CHECKING:
    from agent.contract_types import ImageSchema, UpgradeBackupAnswer

# Their names begin so; all else in the database is somebody's own.
PREFIX = "LiteLLM_"
# LiteLLM's own partitions of it, and what its runbook for them leaves.
PARTITIONED = "LiteLLM_SpendLogs_"
# LiteLLM took these out of later versions, as 24 of its packages show from 0.1.21 to 0.4.110. The baseline_diff are empty files, the first
# made a table under the name that it has no more, the last took columns of MCP servers away that came back. A database that has had one is
# not ahead of an image by that.
WITHDRAWN = frozenset((
    "20251101123718_add_vector_store_index_table", "20251115120021_baseline_diff", "20251115120539_baseline_diff",
    "20260214124140_baseline_diff", "20260311180521_schema_sync",
))  # fmt: skip
COLUMNS = (
    "SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "AND a.attnum > 0 AND NOT a.attisdropped AND starts_with(c.relname, 'LiteLLM_')"
)


@dataclasses.dataclass(frozen=True)
class Database:
    """What a database has: names of its finished migrations, and LiteLLM's columns by table."""

    migrations: list[str]
    columns: dict[str, set[str]]

    @property
    def is_empty(self) -> bool:
        return not self.migrations and not self.columns


@dataclasses.dataclass(frozen=True)
class Distance:
    """What lies between a database and an image."""

    # Migrations that the image brings and the database has not had.
    pending: list[str]
    # Those that the database has had and the image does not know.
    unknown: list[str]
    # Columns that the image works with and the database has not, as table.column.
    missing: list[str]
    # Columns of LiteLLM's tables that the image does not know, and what its pending migrations drop, rename or empty by name.
    leaving: list[str]


def distance(database: Database, wanted: image_files.Schema) -> Distance:
    """Pure.

    LiteLLM took some migrations out of later versions whose columns came by others. So one that the image does not know counts only
    when it is newer than all that the image brings, or when the database has a column that the image does not know either; and a column
    that somebody added by hand says nothing of those that are known to have been taken out.
    """
    brought, had = set(wanted.migrations), set(database.migrations)
    strange = [name for name in database.migrations if name not in brought]
    newest = max((name.encode() for name in wanted.migrations), default=b"")
    known = {table: set(columns) for table, columns in wanted.columns.items()}
    extra = _beyond(database.columns, known)
    is_ahead = any(name.encode() > newest or (extra and name not in WITHDRAWN) for name in strange)
    pending = [name for name in wanted.migrations if name not in had]
    return Distance(
        pending=pending,
        unknown=strange if strange and is_ahead else [],
        missing=_beyond(known, database.columns),
        leaving=sorted({*extra, *taken(database, wanted, pending)}),
    )


def taken(database: Database, wanted: image_files.Schema, pending: Iterable[str]) -> list[str]:
    """What these migrations drop, rename or empty by name, of what the database has: \`table\` or \`table.column\`."""
    return sorted({*_there(database.columns, (one for name in pending for one in wanted.taken.get(name, [])))})


def _there(columns: Mapping[str, set[str]], names: Iterable[str]) -> list[str]:
    """Of \`table\` and \`table.column\` those that the database has."""
    has = {*columns, *(f"{table}.{column}" for table, names_ in columns.items() for column in names_)}
    return [name for name in names if name in has]


def _beyond(some: Mapping[str, set[str]], others: Mapping[str, set[str]]) -> list[str]:
    ours = (table for table in some if table.startswith(PREFIX) and not table.startswith(PARTITIONED))
    return sorted(f"{table}.{column}" for table in ours for column in some[table] - others.get(table, set()))


def of_database() -> Database:
    """Of the live one. Raises where it cannot be asked: that it has no schema yet is something else."""
    with postgres.reading() as asked:
        return read(asked)


def read(asked: Session) -> Database:
    columns: dict[str, set[str]] = {}
    for table, column in asked.rows(COLUMNS):
        columns.setdefault(table, set()).add(column)
    # One that was made by \`prisma db push\` has tables and no record of migrations.
    is_recorded = asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL")
    return Database(postgres.finished_migrations(asked) if is_recorded else [], columns)


def of_image(image: str) -> image_files.Schema:
    wanted = image_files.schema(image)
    if wanted is None:
        raise Refused(
            "image-schema",
            f"The image {image} has no migrations that could be read (litellm_proxy_extras/migrations), so it is not known whether it fits "
            "the database, which has content. Nothing was changed. Name one of LiteLLM's own images, such as litellm-database.",
        )
    return wanted


def require_fit(image: str) -> None:
    """Refuses an image that the database is ahead of, and one whose migrations have not been run.

    What serves already is taken as it is: to refuse it would only stand in the way of a rotation or a sync.
    """
    if images.is_served(image):
        return
    database = of_database()
    if database.is_empty:
        return
    between = distance(database, of_image(image))
    if between.unknown:
        raise moved_on(image, between.unknown)
    if between.pending:
        raise Refused(
            "migrations-pending",
            f"The database does not have {named(between.pending, 'migration')} of {image}. Nothing was changed. "
            "Declare this image and run deploy, which takes a backup and then runs them.",
            migrations=between.pending,
        )


def require_complete(image: str, between: Distance) -> None:
    """After migrations: refuses where some are not recorded, or a column is not there although they are."""
    if between.pending:
        raise Refused(
            "migration",
            f"The migrations of {image} ended without an error, but {named(between.pending, 'migration')} are not recorded in the "
            "database. Nothing serves the new image.",
        )
    if between.missing:
        raise Refused(
            "schema-incomplete",
            f"All migrations of {image} are recorded in the database, but it does not have {named(between.missing, 'column')}, which this "
            "LiteLLM reads and writes. They were dropped by an older LiteLLM or by hand, or this version forgot their migration. Nothing "
            "serves the new image. Restore a backup from before they were dropped, or name another version.",
            columns=between.missing,
        )


def foreseen(image: str) -> "ImageSchema | None":
    """{pending, unknown, leaving, backup}: what deploy will find, of an image that was on this host before, and the name of the backup
    that leads back. None for one that was not, whose migrations are read once it is pulled.
    """
    wanted = image_files.kept_schema(image)
    if wanted is None:
        return None
    try:
        between = distance(of_database(), wanted)
    except CommandFailed:
        # That there is no database is reported beside this.
        return None
    before = migration_runs.backup_before(between.unknown) if between.unknown else None
    return {
        "pending": between.pending, "unknown": between.unknown, "leaving": between.leaving, "backup": before["name"] if before else None,
    }  # fmt: skip


def moved_on(image: str, unknown: list[str]) -> Refused:
    """The refusal of an image that is older than the database's schema; names the backup from before."""
    version = images.litellm_version(image)
    older = f"{image} (LiteLLM {version})" if version else image
    before = migration_runs.backup_before(unknown)
    return Refused(
        "schema-moved",
        f"The database has had {named(unknown, 'migration')} that {older} does not know. It would work on a schema that it was not made "
        "for. Neither the database nor what serves was touched. Declare the image that serves, or a newer one. To go back: "
        f"{_way_back(before)} If you know that these migrations only added things, rollback with force goes back to an earlier release on "
        "the schema as it is.",
        migrations=unknown,
        backup=None if before is None else before["snapshot"],
    )


def _way_back(before: "UpgradeBackupAnswer | None") -> str:
    if before is None:
        return "restore a backup from before them; none is known that was taken for them, the command backups lists all there are."
    name = before["name"]
    if before["snapshot"] is None:
        return f"the dump {name} of {before['time']} was taken before them; load it into a new database with pg_restore."
    return (
        f"the backup {name} of {before['time']} was taken before them; the command restore with backup: {name} and scope: all brings its "
        "image back too, and first says what was written since."
    )


def lost(before: Database, after: Database) -> list[str]:
    """Columns of LiteLLM's tables that were there and are not any more."""
    return _beyond(before.columns, after.columns)


def named(names: Iterable[str], what: str) -> str:
    """\`2 migrations (20250101_a, 20250102_b)\`"""
    known = list(names)
    return f"{len(known)} {what}{'' if len(known) == 1 else 's'} ({few(known)})"
`,"gateway/slots.py":`"""The two places a release can run in. Holds at every moment of a rollout: at least one of them serves a proven release."""

import dataclasses
import json
import os
import time

from agent import contract
from agent.base import keys, redaction, units
from agent.base.paths import MASTER_KEY
from agent.base.process import run
from agent.base.refusal import Refused
from agent.gateway import release
from agent.litellm import log as litellm_log, proof, readiness, workers as worker_processes


@dataclasses.dataclass(frozen=True)
class Slot:
    name: str
    unit: str
    container: str
    port: int
    # How often the unit may restart while it comes up. A standby that fails once is given up, nothing depends on it.
    restarts: int


MAIN = Slot("main", contract.MAIN_UNIT, "litellm", 4001, 1)
STANDBY = Slot("standby", contract.STANDBY_UNIT, "litellm-standby", 4002, 0)

# Longer than the unit's own TimeoutStopSec.
STOP_SECONDS = 150


def start_and_prove(slot: Slot, name: str) -> str:
    """Runs the release in the slot and proves it; answers what was proven. Refuses with LiteLLM's own reason."""
    stop(slot)
    release.put_in_slot(slot.name, name)
    since = time.time()
    units.start(slot.unit)
    return prove(slot, name, since)


def prove(slot: Slot, name: str, since: float | None = None) -> str:
    """Waits until the running slot is ready, then proves that each of its workers serves the release."""
    about = release.describe(name)
    begun = time.time() if since is None else since
    hide = redaction.redactor(secrets_of(name))
    try:
        seconds = _wait_ready(slot, hide)
        proven = proof.prove(
            slot.port,
            keys.read(MASTER_KEY),
            (release.folder(name) / "config.yaml").read_text(),
            release.workers_in(slot.name, name),
            about.get("probe") or [],
        )
    except proof.NotProven as reason:
        raise unhealthy(slot, str(reason), begun, hide) from None
    return f"ready after {seconds:.1f} s, {proven}"


def stop(slot: Slot) -> None:
    """Stops the slot's unit, as fast as its workers end.

    gunicorn 23 may miss that its last worker has ended (a signal that interrupts its own log call) and then sits out its timeout
    of 30 s with nothing left to do. When the workers are gone, so is all that had to be flushed: the rest is killed.
    """
    if units.is_down(slot.unit):
        return
    workers = worker_processes.workers(slot.port)
    units.stop_soon(slot.unit)
    deadline = time.monotonic() + STOP_SECONDS
    gone_since: float | None = None
    while not units.is_down(slot.unit):
        if time.monotonic() > deadline:
            raise Refused("service-down", f"{slot.unit} does not stop.", units.log_of(slot.unit))
        # A process that has ended and is not yet reaped has no descriptors any more.
        if gone_since is None and not any(os.path.exists(f"/proc/{pid}/fd/0") for pid in workers):
            gone_since = time.monotonic()
        if workers and gone_since is not None and time.monotonic() - gone_since > 0.5:
            run("podman", "kill", "--signal=KILL", slot.container, check=False)
            workers = set()
        time.sleep(0.1)
    # To be killed counts as a failure with systemd; it was meant.
    units.forget_failure(slot.unit)


def unhealthy(slot: Slot, reason: str, begun: float, hide: redaction.Redact) -> Refused:
    """The refusal that says why a release does not run, with the lines of LiteLLM's log that show it."""
    log = [hide(line) for line in units.lines_since(slot.unit, begun)]
    cause = litellm_log.cause_in(log)
    text = f"The new release is not healthy: {hide(reason)}"
    if cause:
        text += f" LiteLLM says: {cause}"
    if litellm_log.lacks_instructions(log):
        text += " This machine's CPU is missing instructions that LiteLLM's libraries use: give the VM the type x86-64-v2-AES or host."
    return Refused("unhealthy", text, litellm_log.excerpt(log))


def secrets_of(name: str) -> list[str]:
    """All values that must not be seen in a log of this release. Short settings such as \`True\` are words, not secrets."""
    known = {*contract.HOST_SETTINGS, *release.set_by_configuration(name)}
    values = [value for key, value in release.environment(name).items() if key not in known]
    password = [part for value in values if value.startswith("postgresql://") for part in [value.split(":")[2].split("@")[0]]]
    escaped = [json.dumps(value)[1:-1] for value in values]
    return values + password + escaped


def _wait_ready(slot: Slot, hide: redaction.Redact) -> float:
    begun = time.monotonic()
    restarts: int | None = None
    last = ""
    for _ in readiness.turns(begun):
        ready, last = proof.is_ready(slot.port)
        unit = units.one(slot.unit)
        if ready and unit["ActiveState"] == "active":
            return time.monotonic() - begun
        count = int(unit["NRestarts"] or 0)
        restarts = count if restarts is None else restarts
        if unit["ActiveState"] == "failed" or count - restarts > slot.restarts:
            raise proof.NotProven(f"{slot.unit} ended while it started.")
    answered = hide(last) or "nothing"
    raise proof.NotProven(f"{slot.unit} was not ready after {readiness.READY_SECONDS} s. It last answered: {answered}.")
`,"gateway/stored_secrets.py":`"""What LiteLLM keeps encrypted in its database, and whether a key opens it.

LiteLLM starts healthy with a wrong salt key: readiness says connected, nothing is logged, and stored models are gone.
So this is tried, with every stored value, before and after anything that concerns keys.
"""

import json
import re
from typing import Any

import agent
from agent.base import durable, keys
from agent.base.paths import SALT_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import release
from agent.litellm import confined
from agent.litellm.tables import USAGE

# As in litellm/proxy/db/master_key_migration.py of 1.106.2 and 1.110.2; \`secret_columns\` finds more.
# In the first two every text at the top level is encrypted.
ALWAYS = (("LiteLLM_ProxyModelTable", "litellm_params"), ("LiteLLM_CredentialsTable", "credential_values"))
# Each value is one encrypted text. Of 1.110, and not in that list.
WHOLE = (("LiteLLM_UserProviderCredentials", "credential_b64"),)
SOMETIMES = (
    ("LiteLLM_Config", "param_value"),
    ("LiteLLM_SSOConfig", "sso_settings"),
    ("LiteLLM_CacheConfig", "cache_settings"),
    ("LiteLLM_ConfigOverrides", "config_value"),
    ("LiteLLM_MCPServerTable", "credentials"),
    ("LiteLLM_MCPServerTable", "static_headers"),
    ("LiteLLM_MCPServerTable", "env_vars"),
    ("LiteLLM_MCPServerTable", "env"),
    ("LiteLLM_MCPServerOAuthClient", "credentials"),
    ("LiteLLM_MCPUserCredentials", "credential_b64"),
    ("LiteLLM_MCPUserEnvVars", "values_b64"),
    ("LiteLLM_SSOIdentityAssertion", "assertion_b64"),
    ("LiteLLM_SearchToolsTable", "litellm_params"),
)
# Here encrypted texts carry a mark; without one nothing in them is.
MARKED = (
    ("LiteLLM_GuardrailsTable", "litellm_params"),
    ("LiteLLM_TeamTable", "metadata"),
    ("LiteLLM_VerificationToken", "metadata"),
    ("LiteLLM_UserTable", "metadata"),
    ("LiteLLM_DeletedTeamTable", "metadata"),
    ("LiteLLM_DeletedVerificationToken", "metadata"),
)
LISTED = frozenset((*ALWAYS, *WHOLE, *SOMETIMES, *MARKED))
# What LiteLLM calls a column that holds secrets, in every table that has one so far: those of a later version are found by it.
SECRET = re.compile(
    r"_b64$|(^|_)credentials?(_values)?$|(^|_)secrets?$"
    r"|^(litellm_params|param_value|config_value|sso_settings|cache_settings|static_headers|env|env_vars)$"
)
# And where it marks what it encrypts.
NOTES = "metadata"
TABLES = (
    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
    "AND starts_with(table_name, 'LiteLLM_')"
)
MARK = "litellm_enc::"
GCM = "v2:gcm:"
# A box has 24 bytes of nonce and 16 of proof: in base64 no encrypted text is shorter.
BOX = re.compile(r"[A-Za-z0-9_+/-]{54,}={0,2}")


class Found:
    """Stored values: those that are encrypted for sure, and those that may be."""

    def __init__(self, sure: list[str], perhaps: list[str]) -> None:
        self.sure = sure
        self.perhaps = perhaps


def require_readable(key: str, what: str) -> int:
    """How many stored values \`key\` opens. Refuses when it does not open all that are encrypted for sure."""
    found = read()
    opened = _opened(key, found.sure + found.perhaps)
    sure = opened[: len(found.sure)]
    if not all(sure):
        raise Refused(
            "salt-key",
            f"{len(sure) - sum(sure)} of {len(sure)} stored credentials and model settings cannot be decrypted with {what}: they "
            "were encrypted with another key. Nothing was changed. Restore the right one (every backup has it), then run again.",
        )
    return sum(opened)


def encryption_key() -> tuple[str, str]:
    """The key that the next release will encrypt with, and what it is called; without a salt key that is the serving master key."""
    served = _served()
    if served.get("LITELLM_SALT_KEY") == "" or (SALT_KEY.exists() and not keys.read(SALT_KEY)):
        # For LiteLLM that is a salt key like any other.
        raise Refused(
            "salt-key", f"The salt key is empty, and LiteLLM would encrypt with the empty text. Put the right one into {SALT_KEY}."
        )
    if SALT_KEY.exists():
        return keys.read(SALT_KEY), f"the salt key in {SALT_KEY}"
    if "LITELLM_SALT_KEY" in served:
        raise Refused("key-missing", f"{SALT_KEY} is missing, but the gateway runs with a salt key. Restore the file from a backup.")
    return served["LITELLM_MASTER_KEY"], "the master key, which encrypts because this gateway has no salt key"


def give_salt_key() -> list[str]:
    """A gateway that was adopted without a salt key gets one: the text of the master key that has encrypted until now.

    Not one stored byte changes by that, so the slots before and after a rollout read the same database. From then on the master
    key encrypts nothing. Answers what was done.
    """
    served = _served()
    if SALT_KEY.exists() or not served or "LITELLM_SALT_KEY" in served:
        return []
    require_readable(*encryption_key())
    durable.write(SALT_KEY, (served["LITELLM_MASTER_KEY"] + "\\n").encode())
    return [f"{SALT_KEY} made of the master key that has encrypted until now"]


def _served() -> dict[str, str]:
    serving = release.serving()
    return release.environment(serving) if serving else {}


def read() -> Found:
    """Everything that is, or may be, encrypted. Raises \`CommandFailed\` when the database does not answer."""
    with postgres.reading() as asked:
        return read_from(asked)


def read_from(asked: Session) -> Found:
    """As \`read\`, of the database that the session is on."""
    found = by_column(asked).values()
    return Found([value for one in found for value in one.sure], [value for one in found for value in one.perhaps])


def by_column(asked: Session) -> dict[postgres.Column, Found]:
    """As \`read_from\`, apart by where they are."""
    found: dict[postgres.Column, Found] = {}
    for column in secret_columns(postgres.columns(asked), asked.column(TABLES)):
        found[column] = Found([], [])
        for stored in asked.column(*_query(column)):
            sort(stored, column, found[column].sure, found[column].perhaps)
    return found


def secret_columns(there: set[postgres.Column], tables: list[str]) -> list[postgres.Column]:
    """Of these columns those that hold secrets, or may: the listed ones, and those of later versions that are named as such columns are.

    The log of requests and what else usage writes is left out: it is long, and LiteLLM encrypts nothing there.
    """
    kept = {table for table in tables if f'public."{table}"' not in USAGE}
    more = {(table, name) for table, name in there if table in kept and (SECRET.search(name) or name == NOTES)}
    return sorted((LISTED & there) | more)


def _has_marks(column: postgres.Column) -> bool:
    return column in MARKED or (column not in LISTED and column[1] == NOTES)


def sort(stored: Any, column: postgres.Column, sure: list[str], perhaps: list[str]) -> None:
    """Puts the texts of one stored value where they belong."""
    top = stored if isinstance(stored, dict) else {}
    certain = {value for value in top.values() if isinstance(value, str) and BOX.fullmatch(value)} if column in ALWAYS else set()
    for text in texts(stored):
        if text.startswith(MARK):
            sure.append(text.removeprefix(MARK))
        elif text.startswith(GCM) or text in certain or (column in WHOLE and BOX.fullmatch(text)):
            sure.append(text)
        elif not _has_marks(column) and BOX.fullmatch(text):
            perhaps.append(text)


def texts(node: Any) -> list[str]:
    """All texts in it, in their order. Not by recursion: PostgreSQL takes JSON that is nested deeper than Python's stack."""
    found: list[str] = []
    left = [node]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            left.extend(reversed(one.values()))
        elif isinstance(one, list):
            left.extend(reversed(one))
    return found


def _query(column: postgres.Column) -> tuple[str, dict[str, str]]:
    """The stored values as JSON, and what the statement asks with."""
    table, name = column
    only = f' AND strpos("{name}"::text, %(mark)s) > 0' if _has_marks(column) else ""
    return f'SELECT to_jsonb("{name}") FROM "{table}" WHERE "{name}" IS NOT NULL{only}', {"mark": MARK}


def _opened(key: str, values: list[str]) -> list[bool]:
    serving = release.serving()
    return opened(key, values, release.describe(serving)["image"] if serving else "", "litellm-open-boxes")


def opened(key: str, values: list[str], image: str, container: str) -> list[bool]:
    """Which of the values \`key\` opens, tried with LiteLLM's own libraries in a container of its image that is called \`container\`."""
    if not values:
        return []
    try:
        # In a container of its own, which reaches nothing: what runs in the one that serves could read the key as it comes, answer in
        # the program's place, or print without end.
        asked = json.dumps({"key": key, "values": values})
        said = confined.run_python(image, agent.SOURCES["litellm.in_image.open_boxes"], asked, name=container, timeout=120)
        answer = json.loads(said.strip().splitlines()[-1])
        if not isinstance(answer, list) or len(answer) != len(values):
            raise ValueError("not an answer for each value")
        return [value is True for value in answer]
    except (CommandFailed, ValueError, IndexError) as failure:
        log = failure.output if isinstance(failure, CommandFailed) else []
        raise Refused("decrypt", "The stored credentials could not be checked with LiteLLM's own libraries.", log) from None
`,"gateway/stored_settings.py":`"""Takes settings out of LiteLLM's database that stand there in the place of declared ones, so that these are served again.

LiteLLM's API can write them and not take them away. Nor does a process let go of what it once read, so new ones follow: each
setting is noted as going before its row goes, and is gone when a rollout has ended. Until then plans continue to show it.
"""

import time
from typing import TYPE_CHECKING

from agent import contract
from agent.base import durable
from agent.base.events import note, step
from agent.base.paths import GOING_SETTINGS
from agent.base.process import CommandFailed, DatabaseGone
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import SERVING
from agent.database.session import session
from agent.gateway import release
from agent.litellm import configuration
from agent.redis import dump as redis_dump
from agent.redis.client import RedisError

if TYPE_CHECKING:
    from agent.contract_types import SettingName

# Rows of LiteLLM_Config that overlay sections of config.yaml, as in ProxyConfig of litellm/proxy/proxy_server.py of 1.106.2.
SECTIONS = contract.OVERLAID_SECTIONS
# Each other kind: its table, and the column that names it.
ROWS = {
    "model_list": ("LiteLLM_ProxyModelTable", "model_id"),
    "credential_list": ("LiteLLM_CredentialsTable", "credential_name"),
    "cache": ("LiteLLM_CacheConfig", "id"),
}
# LiteLLM's processes share what they read of LiteLLM_Config in Redis for this long.
SHARED_SECONDS = 60
# A process that read the old row just before it went may share it just after.
LATE_SECONDS = 1.0
OUR_REDIS = (f"{contract.REFERENCE_PREFIX}REDIS_HOST", None)


def going() -> "list[SettingName]":
    """Each as {section, name}: noted, and perhaps still known to a process."""
    found: list[SettingName] = durable.read_json(GOING_SETTINGS) or []
    return found


def note_going(settings: "list[SettingName]") -> None:
    """Refuses what is no setting that LiteLLM keeps in its database."""
    foreign = sorted({str(setting["section"]) for setting in settings} - {*SECTIONS, *ROWS})
    if foreign:
        raise Refused("stored-setting", f"LiteLLM has no settings of {', '.join(foreign)} in its database.")
    if settings:
        wanted = [{"section": str(setting["section"]), "name": str(setting["name"])} for setting in settings]
        durable.write_json(GOING_SETTINGS, wanted + [known for known in going() if known not in wanted])


def take_away(new: str) -> None:
    """Takes away what is noted, before the processes of the release \`new\` start. Can be done twice."""
    settings = going()
    if not settings:
        return
    with step("stored settings") as this:
        try:
            with session(SERVING, postgres.NAME) as serving:
                serving.rows("BEGIN")
                for setting in settings:
                    serving.rows(*_deletion(setting))
                serving.rows("COMMIT")
        except DatabaseGone:
            raise
        except CommandFailed as failed:
            raise Refused("stored-setting", f"The settings in LiteLLM's database could not be changed: {failed}", failed.output) from None
        _forget_shared(new)
        this.detail = f"{len(settings)} taken out of LiteLLM's database"


def forget() -> None:
    """Called when no process is left that may know of one."""
    durable.remove(GOING_SETTINGS)


def _deletion(setting: "SettingName") -> tuple[str, dict[str, str]]:
    values = {"section": setting["section"], "name": setting["name"]}
    if setting["section"] in SECTIONS:
        return 'UPDATE "LiteLLM_Config" SET param_value = param_value - %(name)s WHERE param_name = %(section)s', values
    table, column = ROWS[setting["section"]]
    return f'DELETE FROM "{table}" WHERE "{column}" = %(name)s', values


def _forget_shared(new: str) -> None:
    """New processes would take the old row from Redis, and keep it."""
    config = configuration.load((release.folder(new) / "config.yaml").read_text()) or {}
    cache = (config.get("litellm_settings") or {}).get("cache_params") or {}
    try:
        if cache.get("host") in OUR_REDIS and not cache.get("url"):
            _forget_in_ours()
            time.sleep(LATE_SECONDS)
            _forget_in_ours()
            return
    except (RedisError, Refused) as failure:
        note("stored settings", f"Redis could not be updated: {failure}")
    note("stored settings", f"waiting {SHARED_SECONDS} s, for which LiteLLM keeps what it read in Redis")
    time.sleep(SHARED_SECONDS + LATE_SECONDS)


def _forget_in_ours() -> None:
    redis = redis_dump.live()
    try:
        for names in redis.scan("*litellm_config:param:*"):
            redis.ask("UNLINK", *names)
    finally:
        redis.close()
`,"gateway/variables.py":`"""What \`environment_variables\` of a configuration put into the environment of LiteLLM's process, from its first moment on.

LiteLLM reads that section when it has loaded, and many of its constants before (L#22088): such as MAX_STRING_LENGTH_PROMPT_IN_DB of
\`litellm/constants.py\`. Some it takes from the environment alone, such as LITELLM_ENABLE_MCP_STDIO and NO_PROXY. All others it sets once
more itself, to the same values.
"""

import re
from collections.abc import Mapping

from agent import contract
from agent.litellm import configuration

SECTION = "environment_variables"
NAME = re.compile(contract.VARIABLE)
# Those of the process and the host; the runner refuses to declare them, and here nobody is trusted with them.
OWNED = re.compile(
    f"{contract.PROCESS_VARIABLE}|{contract.LEADING_VARIABLE}|{'|'.join(contract.HOST_OWNED)}",
    re.IGNORECASE,
)
REFERENCE = contract.REFERENCE_PREFIX


def declared(config: str) -> dict[str, str]:
    """The variables that a configuration sets, references among the values as they are written."""
    # To read a thousand models for a word that is not there would take a tenth of a second.
    if SECTION not in config:
        return {}
    document = configuration.load(config)
    section = document.get(SECTION) if isinstance(document, dict) else None
    pairs = section.items() if isinstance(section, dict) else ()
    return {str(name): str(value) for name, value in pairs if _may_be_set(str(name)) and _is_one_line(str(value))}


def own(config: str) -> list[str]:
    """The names among them that have their value from the configuration, and not from the step under the same name."""
    return sorted(name for name, value in declared(config).items() if value != REFERENCE + name)


def resolved(config: str, values: Mapping[str, str]) -> dict[str, str]:
    """With the values that references stand for; a reference that nobody has a value for sets nothing, as with LiteLLM."""
    found = {name: _value(value, values) for name, value in declared(config).items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(written: str, values: Mapping[str, str]) -> str | None:
    return values.get(written.removeprefix(REFERENCE)) if written.startswith(REFERENCE) else written


def _may_be_set(name: str) -> bool:
    return NAME.fullmatch(name) is not None and not OWNED.fullmatch(name)


def _is_one_line(value: str) -> bool:
    """The file of the environment keeps one line each; LiteLLM sets the others itself, later."""
    return not any(end in value for end in "\\n\\r\\0")
`,"litellm/__init__.py":`"""LiteLLM as a program: its API, image, configuration, log, workers, and the proof that they serve."""
`,"litellm/admin_api.py":`"""LiteLLM's admin API over loopback, on connections that are kept open.

What answers there is the container's, and may be anything. An answer is bounded in size and time, no redirect is followed with a key,
and what has not the shape of LiteLLM's answers is an \`ApiError\` like any other (\`understood\`).
"""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

# All models of the largest gateways take a tenth of it.
MOST_BYTES = 64 * 1024**2


class ApiError(Exception):
    """The gateway did not answer, or answered with an error status."""

    def __init__(self, what: str, status: int | None, body: str) -> None:
        super().__init__(f"{what}: {status if status is not None else 'no answer'} {body[:300]}".strip())
        self.status = status


@contextlib.contextmanager
def understood(what: str) -> Iterator[None]:
    """Inside, an answer may be taken apart as if it had the shape that LiteLLM gives it. Raises \`ApiError\` where it has not."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as failure:
        raise ApiError(what, None, f"(an answer that is not from LiteLLM: {type(failure).__name__})") from None


def exchange(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Status and text of one answer, which is there whole within the connection's timeout. Raises OSError and HTTPException.

    A timeout of a socket is one of each read: who sends a byte now and then, or says "100 Continue" without end, would never meet it.
    """
    if connection.sock is None:
        connection.connect()
    sock: socket.socket = connection.sock
    late = threading.Event()

    def end() -> None:
        late.set()
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(connection.timeout or 60, end)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise http.client.HTTPException(f"an answer of more than {MOST_BYTES // 1024**2} MiB")
        # \`read\` with a size does not complain about an answer that was cut.
        if late.is_set() or answer.length:
            raise http.client.IncompleteRead(b"")
        return answer.status, text.decode(errors="replace")
    except (OSError, http.client.HTTPException):
        connection.close()
        if late.is_set():
            raise TimeoutError("timed out") from None
        raise
    finally:
        alarm.cancel()


class AdminApi:
    """One keep-alive connection to one slot, and with that to one of its workers."""

    def __init__(self, port: int, master_key: str, timeout: float = 30, header: str = "Authorization") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        # Where the gateway looks for keys (\`key_rules.header\`).
        self.header = header
        self.headers = {header: f"Bearer {master_key}", "Content-Type": "application/json"}

    def get(self, path: str, key: str | None = None, **query: Any) -> Any:
        found = self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, key)
        if not isinstance(found, dict):
            raise ApiError(f"GET {path}", None, "(no object)")
        return found

    def post(self, path: str, document: Any, key: str | None = None) -> Any:
        return self._ask("POST", path, document, key)

    def local_port(self) -> int:
        """Our end of the connection, by which the worker at the other end is found."""
        if self.connection.sock is None:
            self.connection.connect()
        sock: socket.socket = self.connection.sock
        return int(sock.getsockname()[1])

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, document: Any, key: str | None = None) -> Any:
        body = None if document is None else json.dumps(document)
        headers = self.headers if key is None else self.headers | {self.header: f"Bearer {key}"}
        # A kept connection may have been closed by the other side meanwhile; one new try distinguishes that from a gateway that is down.
        for last in (False, True):
            fresh = self.connection.sock is None
            try:
                status, text = exchange(self.connection, method, path, body, headers)
                break
            except (OSError, http.client.HTTPException) as failure:
                self.connection.close()
                if last or fresh:
                    raise ApiError(f"{method} {path}", None, str(failure)) from None
        if not 200 <= status < 300:
            raise ApiError(f"{method} {path}", status, text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ApiError(f"{method} {path}", status, "not JSON") from None
`,"litellm/budget_metadata.py":`"""What must be known of objects before their budgets are written: LiteLLM replaces some of it as a whole."""

import json
from typing import TYPE_CHECKING, Any

from agent.database import postgres

if TYPE_CHECKING:
    from agent.contract_types import BudgetMetadataAnswer, BudgetMetadataAnswerTagValue, BudgetMetadataQuestion

METADATA = {
    "user": ("LiteLLM_UserTable", "user_id"),
    "team": ("LiteLLM_TeamTable", "team_id"),
    "organization": ("LiteLLM_OrganizationTable", "organization_id"),
    "key": ("LiteLLM_VerificationToken", "key_alias"),
}
LISTED = "(SELECT jsonb_array_elements_text(%(ids)s::jsonb))"
# Who can point to a row of the budget table.
REFERRING = (
    "LiteLLM_TagTable", "LiteLLM_EndUserTable", "LiteLLM_VerificationToken", "LiteLLM_TeamMembership", "LiteLLM_OrganizationTable",
    "LiteLLM_OrganizationMembership",
)  # fmt: skip


def main(given: "BudgetMetadataQuestion") -> "BudgetMetadataAnswer":
    """Input: ids by subject (user, team, organization, key, tag). Answers {subject: {id: document}}.

    Of users, teams, organizations and keys that is their metadata as it is stored; secrets in it are LiteLLM's ciphertext. Of tags it is
    {row, owners}: the row of the budget table that the tag points to, and how many objects do.
    """
    answer: BudgetMetadataAnswer = {}
    if users := given.get("user"):
        answer["user"] = _metadata("user", users)
    if teams := given.get("team"):
        answer["team"] = _metadata("team", teams)
    if organizations := given.get("organization"):
        answer["organization"] = _metadata("organization", organizations)
    if keys := given.get("key"):
        answer["key"] = _metadata("key", keys)
    if tags := given.get("tag"):
        answer["tag"] = _tags(tags)
    return answer


def _metadata(subject: str, ids: list[str]) -> dict[str, Any]:
    table, key = METADATA[subject]
    return _read(f'SELECT {key}, metadata FROM "{table}" WHERE {key} IN {LISTED}', ids)


def _tags(names: list[str]) -> "dict[str, BudgetMetadataAnswerTagValue]":
    owners = " + ".join(f'(SELECT count(*) FROM "{table}" WHERE budget_id = tag.budget_id)' for table in REFERRING)
    row = f"jsonb_build_object('row', budget_id, 'owners', {owners})"
    return _read(f'SELECT tag_name, {row} FROM "LiteLLM_TagTable" tag WHERE tag_name IN {LISTED}', names)


def _read(query: str, ids: list[str]) -> dict[str, Any]:
    with postgres.reading() as asked:
        return dict(asked.rows(query, {"ids": json.dumps(ids)}))
`,"litellm/configuration.py":`"""LiteLLM's config.yaml as a document."""

from typing import Any


def load(text: str) -> Any:
    """By libyaml where it is: a thousand models take it a tenth of the time."""
    import yaml  # noqa: PLC0415 - installed by deploy, and there is no configuration before that

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
`,"litellm/confined.py":`"""What a container of LiteLLM's image may do that is started beside the units: as little as those, which say the same."""

from pathlib import Path

from agent.base.paths import SYSTEM_CALLS
from agent.base.process import run
from agent.litellm import system_calls

# Bounds memory and processes, and shuts off the addresses at which clouds hand out credentials.
SLICE = "litellm-jobs.slice"
OPTIONS = (
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    f"--security-opt=seccomp={SYSTEM_CALLS}",
    "--read-only",
    "--tmpfs=/tmp:rw,nosuid,nodev,size=512m,mode=1777",
    f"--cgroup-parent={SLICE}",
)


# Any Python of the image would do that has LiteLLM's libraries: the one that its start script names has.
PYTHON = 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" -c "$0"'


def options() -> tuple[str, ...]:
    """Its options, on any host: one that was deployed by an earlier version has no list of system calls."""
    system_calls.place()
    return OPTIONS


def run_python(image: str, program: str, given: str, *more: str, name: str, network: str = "none", timeout: float) -> str:
    """What \`program\`, the text of one of \`in_image\`, printed in a container of its own; \`given\` is its standard input.

    \`more\` are further options of \`podman run\`. Raises \`CommandFailed\`.
    """
    # Not where the image starts: some have LiteLLM's source there, and Python would import that.
    return run(
        "podman", "run", "--rm", "--interactive", "--replace", f"--name={name}", "--pull=never", f"--network={network}", "--workdir=/tmp",
        *options(), *more, "--entrypoint=/bin/sh", image, "-c", PYTHON, program, stdin=given, timeout=timeout,
    )  # fmt: skip


def with_descriptor(file: Path) -> tuple[str, ...]:
    """What comes before a command that finds the file open as descriptor 3: only root may read it, and not each image runs as root."""
    return ("/bin/sh", "-c", 'exec 3<"$0" "$@"', str(file))
`,"litellm/every_worker.py":`"""Asks each worker of a slot the same thing.

No address leads to one worker: of those that are idle the kernel hands a new connection to the same one each time. So those that
were met are kept busy, with the same question, while connections are opened for the others.
"""

import concurrent.futures
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from agent.litellm import workers as worker_processes
from agent.litellm.admin_api import AdminApi, ApiError

Answer = TypeVar("Answer")

AT_ONCE = 8
# A worker that is busy accepts when it comes to it.
ACCEPT_SECONDS = 1
LOOK_SECONDS = 0.02
# Between two connections, so that not all of them come to one that is idle for a moment.
SPREAD_SECONDS = 0.003
PAUSE_SECONDS = 0.25


def rounds(
    port: int,
    key: str,
    ask: Callable[[AdminApi], Answer],
    is_right: Callable[[Answer], bool],
    seconds: float,
    timeout: float = 30,
    header: str = "Authorization",
) -> Iterator[dict[int, Answer | None]]:
    """After each round: what each worker that runs now answered last, by process id; None for one that did not answer yet.

    When all were met, one that answered rightly is not asked again. Ends after \`seconds\`.
    """
    deadline = time.monotonic() + seconds
    answers: dict[int, Answer] = {}
    held: dict[int, AdminApi] = {}

    def put(pid: int) -> None:
        api = held[pid]
        try:
            local = api.local_port()
            answer = ask(api)
            if api.local_port() == local:
                answers[pid] = answer
                return
        except (ApiError, OSError):
            pass
        # Connected again, and so perhaps to another worker.
        held.pop(pid).close()

    try:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            while True:
                workers = worker_processes.workers(port)
                yield {pid: answers.get(pid) for pid in workers}
                if time.monotonic() > deadline:
                    return
                wrong = {pid for pid in workers & answers.keys() if not is_right(answers[pid])}
                unmet = workers - held.keys()
                asked = workers & held.keys() if unmet else wrong | (workers - answers.keys())
                if wrong or (not unmet and not asked):
                    time.sleep(PAUSE_SECONDS)
                questions = [pool.submit(put, pid) for pid in asked]
                if unmet:
                    _connect(held, lambda: AdminApi(port, key, timeout, header), port)
                concurrent.futures.wait(questions)
    finally:
        for api in held.values():
            api.close()


def _connect(held: dict[int, AdminApi], fresh: Callable[[], AdminApi], port: int) -> None:
    """Adds to \`held\` a connection for each worker that accepts one and has none yet."""
    by_port: dict[int, AdminApi] = {}
    for _ in range(AT_ONCE):
        time.sleep(SPREAD_SECONDS)
        api = fresh()
        try:
            by_port[api.local_port()] = api
        except OSError:
            break
    deadline = time.monotonic() + ACCEPT_SECONDS
    while len(found := worker_processes.workers_of(port, by_port.keys())) < len(by_port) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    for local, api in by_port.items():
        pid = found.get(local)
        if pid is None or pid in held:
            api.close()
        else:
            held[pid] = api
`,"litellm/image_files.py":`"""What is read of an image's own files, without anything of it being run: LiteLLM's version, its list of prices and its schema.

They are read from the image as the registry gave it, mounted read-only by podman, and never through the file system of a running
container, where every name may be a link that leads to the host's own files. What was read is kept by the image's digest.
"""

import dataclasses
import json
import os
import re
import stat
from pathlib import Path

from agent.base import durable
from agent.base.paths import STATE
from agent.base.process import run
from agent.litellm import migration_sql, prisma_schema

KEPT = STATE / "images"
DIGEST = re.compile(r"@sha256:([0-9a-f]{64})$")
VERSION = re.compile(r"litellm-([0-9][0-9A-Za-z.+!_]*)\\.dist-info")
PACKAGES = ("site-packages", "dist-packages")
PRICES = "model_prices_and_context_window_backup.json"
# LiteLLM's list has 3 MB.
MOST_BYTES = 64 * 1024 * 1024
EXTRAS = "litellm_proxy_extras"
# People read them. One of LiteLLM's own has spaces.
MIGRATION = re.compile(r"[^\\x00-\\x1f\\x7f/]{1,200}")
FILES = ("prices", "version", "schema")
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclasses.dataclass(frozen=True)
class Schema:
    """The database's schema as the image wants it."""

    # Names of its migrations, in the order that Prisma runs them.
    migrations: list[str]
    # By table.
    columns: dict[str, list[str]]
    # By migration: what it drops, renames or empties, as \`table\` or \`table.column\`. Those that only add are left out.
    taken: dict[str, list[str]]


@dataclasses.dataclass(frozen=True)
class Contents:
    version: str | None
    # The list's bytes as LiteLLM has them: JSON, if all is well.
    prices: bytes | None
    schema: Schema | None


def version(image: str) -> str | None:
    """The version of the package litellm in the image: a bad release may do harm as soon as Python starts."""
    file = _kept(image, "version")
    known = None if file is None else _bytes(file)
    return read(image).version if known is None else known.decode() or None


def kept_version(image: str) -> str | None:
    """As \`version\`, of an image that was on this host before; one that was not is not looked at."""
    file = _kept(image, "version")
    known = None if file is None else _bytes(file)
    return known.decode() or None if known else None


def prices(image: str) -> bytes | None:
    """LiteLLM's list of prices; None when the image has none. Writes nothing, as who asks may be let look only."""
    file = _kept(image, "prices")
    known = None if file is None else _bytes(file)
    return read(image).prices if known is None else known or None


def schema(image: str) -> Schema | None:
    """What the image wants of the database; None when the image has no migrations to read."""
    known = kept_schema(image)
    return read(image).schema if known is None else known


def kept_schema(image: str) -> Schema | None:
    """As \`schema\`, of an image that was on this host before; one that was not is not looked at."""
    file = _kept(image, "schema")
    content = None if file is None else _bytes(file)
    return Schema(**json.loads(content)) if content else None


def remember(image: str) -> None:
    """Keeps what is read of the image, so that a plan need not mount it."""
    files = [_kept(image, name) for name in FILES]
    if None in files or all(file is not None and file.exists() for file in files):
        return
    found = read(image)
    wants = b"" if found.schema is None else json.dumps(dataclasses.asdict(found.schema)).encode()
    durable.folder(KEPT, 0o700)
    for file, content in zip(files, (found.prices or b"", (found.version or "").encode(), wants), strict=True):
        assert file is not None
        durable.write(file, content)


def forget_others(images: set[str]) -> None:
    """Removes what is kept of images that are not among these."""
    wanted = {digest[1] for image in images if (digest := DIGEST.search(image))}
    for file in KEPT.iterdir() if KEPT.is_dir() else ():
        if file.name.partition(".")[0] not in wanted:
            durable.remove(file)


def read(image: str) -> Contents:
    """Mounts the image and looks."""
    root = run("podman", "image", "mount", image).strip()
    try:
        return contents(root)
    finally:
        run("podman", "image", "unmount", image, check=False)


def contents(root: str) -> Contents:
    """What lies below the root of a file system; no link in it is followed."""
    for _, below, _, folder in os.fwalk(root, follow_symlinks=False):
        for name in [name for name in below if name in PACKAGES]:
            below.remove(name)
            try:
                packages = os.open(name, OPEN | os.O_DIRECTORY, dir_fd=folder)
            except OSError:
                # A link: what it leads to is found where it lies, if it is in the image at all.
                continue
            try:
                found = [match[1] for match in map(VERSION.fullmatch, sorted(os.listdir(packages))) if match]
                if found:
                    return Contents(found[-1], _list_in(packages), _schema_in(packages) or _schema_below(root))
            finally:
                os.close(packages)
    return Contents(None, None, None)


def _schema_below(root: str) -> Schema | None:
    """Where the package is not among the others, as when it was installed from where its source lies."""
    for _, below, _, folder in os.fwalk(root, follow_symlinks=False):
        if EXTRAS in below and (found := _schema_in(folder)):
            return found
    return None


def _schema_in(packages: int) -> Schema | None:
    """The migrations and the schema of the package, when they are plain files and folders."""
    try:
        extras = os.open(EXTRAS, OPEN | os.O_DIRECTORY, dir_fd=packages)
    except OSError:
        return None
    try:
        statements = _migrations_in(extras)
        text = _plain_file("schema.prisma", extras)
        if not statements or not text:
            return None
        taken = {name: found for name, sql in statements.items() if (found := migration_sql.taken(sql))}
        return Schema(list(statements), prisma_schema.columns(text.decode(errors="replace")), taken)
    finally:
        os.close(extras)


def _migrations_in(extras: int) -> dict[str, str]:
    """The statements of each migration by its name, in the order in which Prisma runs them: by the bytes of the names."""
    try:
        folder = os.open("migrations", OPEN | os.O_DIRECTORY, dir_fd=extras)
    except OSError:
        return {}
    try:
        found = {name: _statements(name, folder) for name in sorted(os.listdir(folder), key=os.fsencode) if MIGRATION.fullmatch(name)}
        return {name: sql for name, sql in found.items() if sql is not None}
    finally:
        os.close(folder)


def _statements(migration: str, folder: int) -> str | None:
    try:
        at = os.open(migration, OPEN | os.O_DIRECTORY, dir_fd=folder)
    except OSError:
        return None
    try:
        content = _plain_file("migration.sql", at)
        return None if content is None else content.decode(errors="replace")
    finally:
        os.close(at)


def _list_in(packages: int) -> bytes | None:
    """The list, when it is a regular file of a size that one may have, in a folder that is one."""
    try:
        folder = os.open("litellm", OPEN | os.O_DIRECTORY, dir_fd=packages)
    except OSError:
        return None
    try:
        return _plain_file(PRICES, folder)
    finally:
        os.close(folder)


def _plain_file(name: str, folder: int) -> bytes | None:
    try:
        with open(os.open(name, OPEN, dir_fd=folder), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                return None
            return file.read(MOST_BYTES)
    except OSError:
        return None


def _kept(image: str, what: str) -> Path | None:
    digest = DIGEST.search(image)
    return None if digest is None else KEPT / f"{digest[1]}.{what}"


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
`,"litellm/in_image/__init__.py":`"""What runs inside LiteLLM's image, by the Python there. Nothing of this agent can be imported in there."""
`,"litellm/in_image/forward.py":`"""Runs in an image that has Python, in the place of an old gateway: holds requests while its data moves, then sends them to the new one.

Arguments: the URL of the new gateway, and the ports to listen on. It holds while the file OPEN does not exist. It changes nothing of a
request but the name of the host, keeps nothing, and knows no key.
"""

import http.client
import json
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from socketserver import TCPServer
from urllib.parse import SplitResult, urlsplit

OPEN = "/tmp/litellm-gitops-open"  # noqa: S108 - of a container in which nobody else is
# As long as a client of a model waits; then it is told when to come again.
HOLD_SECONDS = 300.0
LOOK_SECONDS = 0.1
RETRY_AFTER = "15"
# A model may think for long before its first word.
ANSWER_SECONDS = 6000.0
CONNECT_SECONDS = 20.0
IDLE_SECONDS = 75.0
MOST_AT_ONCE = 1000
BLOCK = 64 * 1024
# What is between two neighbours, and not between client and gateway (RFC 9110 7.6.1).
HOP = frozenset(("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect", "host"))


class Forward(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def do_any(self) -> None:
        if not self.server.seats.acquire(blocking=False):
            return self.refuse(503, "Too many requests wait here.")
        try:
            if not is_open(HOLD_SECONDS):
                return self.refuse(503, "This gateway is being moved. Try again.")
            if "upgrade" in self.headers.get("Connection", "").lower():
                return self.refuse(501, f"WebSockets are not forwarded. Use {self.server.target.geturl()}.")
            self.forward()
        finally:
            self.server.seats.release()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_any  # noqa: N815 - their names

    def forward(self) -> None:
        # A connection of its own for each request: on one that was kept nobody knows whether a request that failed was served.
        upstream = self.server.connect()
        try:
            try:
                upstream.connect()
                if upstream.sock:
                    upstream.sock.settimeout(ANSWER_SECONDS)
                self.send(upstream)
                answer = upstream.getresponse()
            except (OSError, ValueError, http.client.HTTPException) as failure:
                return self.refuse(502, f"The new gateway does not answer: {type(failure).__name__}.")
            self.give(answer)
        finally:
            upstream.close()

    def send(self, upstream: http.client.HTTPConnection) -> None:
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        length = int(self.headers.get("Content-Length") or 0)
        path = self.server.target.path.rstrip("/") + self.path
        upstream.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        upstream.putheader("Host", self.server.target.netloc)
        for name, value in self.headers.items():
            if name.lower() not in HOP and name.lower() != "content-length":
                upstream.putheader(name, value)
        if chunked:
            upstream.putheader("Transfer-Encoding", "chunked")
        elif length or self.command in ("POST", "PUT", "PATCH"):
            upstream.putheader("Content-Length", str(length))
        upstream.endheaders()
        for block in chunks(self.rfile) if chunked else blocks(self.rfile, length):
            upstream.send(framed(block) if chunked else block)
        if chunked:
            upstream.send(framed(b""))

    def give(self, answer: http.client.HTTPResponse) -> None:
        bodiless = self.command == "HEAD" or answer.status in (204, 304)
        chunked = not bodiless and answer.getheader("Content-Length") is None
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if bodiless:
            return
        try:
            while block := answer.read1(BLOCK):
                self.wfile.write(framed(block) if chunked else block)
            if chunked:
                self.wfile.write(framed(b""))
            elif answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
        except (OSError, http.client.HTTPException):
            # Half an answer must not look like a whole one.
            self.close_connection = True

    def refuse(self, status: int, why: str) -> None:
        """As LiteLLM says an error. What is left of the request is not read, so the connection ends."""
        body = json.dumps({"error": {"message": why, "type": "moving", "param": None, "code": str(status)}}).encode()
        self.close_connection = True
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        if status == 503:
            self.send_header("Retry-After", RETRY_AFTER)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Paths may hold what nobody should keep."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, port: int, target: SplitResult, address: str = "") -> None:
        self.target = target
        self.seats = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__((address, port), Forward)

    def server_bind(self) -> None:
        """Without the question for its own name that an HTTPServer asks: where no DNS answers, nobody could connect for twenty seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "", int(self.server_address[1])

    def connect(self) -> http.client.HTTPConnection:
        host, port = self.target.hostname or "", self.target.port
        if self.target.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left."""


def is_open(seconds: float) -> bool:
    """Waits for it at most this long."""
    end = time.monotonic() + seconds
    while not os.path.exists(OPEN):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def blocks(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length > 0:
        block = stream.read(min(BLOCK, length))
        if not block:
            raise ConnectionAbortedError("the request was cut short")
        length -= len(block)
        yield block


def framed(block: bytes) -> bytes:
    """A chunk; the empty one is the last."""
    return b"%x\\r\\n%s\\r\\n" % (len(block), block)


def chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    """The body of a request in chunks (RFC 9112 7.1)."""
    while size := int(stream.readline(BLOCK).split(b";")[0].strip() or b"x", 16):
        yield from blocks(stream, size)
        stream.readline(BLOCK)
    while stream.readline(BLOCK).strip():
        pass


def main(arguments: list[str]) -> None:
    target, *ports = arguments
    servers = [Server(int(port), urlsplit(target)) for port in ports]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
`,"litellm/in_image/migrate.py":`"""Runs inside LiteLLM's image, by its own Python: brings the database to the schema of the image, and makes LiteLLM's views.

Migrations are all that changes the schema here. LiteLLM's first resolver, which its server took by default up to 1.103, compares the
database with schema.prisma after them and drops whatever that does not have: columns of a newer version, tables of people's own. It is
never asked. By version of litellm_proxy_extras:

    from 0.4.104  run_migration_job: the second resolver, then LiteLLM's indexes                            LiteLLM 1.104 and newer
    from 0.4.68   setup_database with the second resolver                                                   1.83 to 1.103
    before        has the first one alone: Prisma runs the migrations, and nothing tries to fix what fails   up to 1.82

The server's own entry point comes to the same in the end and first loads all of LiteLLM. The views are what LiteLLM makes when it
starts to serve an empty database, and may not make here: it serves with a role that changes no schema.
"""

import asyncio
import contextlib
import importlib.machinery
import importlib.util
import inspect
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

# To load these takes most of a start; the job has a way for where they are not installed.
HEAVY = ("litellm", "prisma")


def main() -> int:
    # One NAME=value a line, taken literally: as container/start reads it.
    lines = sys.stdin.buffer.read().decode().split("\\n")
    os.environ.update({name: value for name, has, value in (line.partition("=") for line in lines) if has})
    litellm = importlib.machinery.PathFinder.find_spec("litellm")
    views = Path((litellm.submodule_search_locations or ["/"])[0] if litellm else "/") / "proxy/db/create_views.py"
    code = _migrate()
    if code == 0 and views.exists():
        asyncio.run(_make_views(views))
    return code


def _migrate() -> int:
    sys.modules.update(dict.fromkeys(HEAVY))  # type: ignore[arg-type]
    try:
        from litellm_proxy_extras.utils import ProxyExtrasDBManager as Manager  # in the image only

        if hasattr(Manager, "run_migration_job"):
            _do_not_wait_for_others()
            return 0 if Manager.run_migration_job(use_migrate=True, use_v2_resolver=True) else 1
        if "use_v2_resolver" in inspect.signature(Manager.setup_database).parameters:
            return 0 if Manager.setup_database(use_migrate=True, use_v2_resolver=True) else 1
        return _deploy_alone(Manager)
    except RuntimeError as refused:
        # So the second resolver says what it cannot do.
        print(refused, file=sys.stderr, flush=True)
        return 1
    finally:
        for name in HEAVY:
            del sys.modules[name]


def _do_not_wait_for_others() -> None:
    """After each index it sleeps, for another replica that may wait for the lock: here is none."""
    with contextlib.suppress(ImportError):
        from litellm_proxy_extras import request_log_indexes

        request_log_indexes._LOCK_HANDOVER_SECONDS = 0  # noqa: SLF001 - it has no setting


def _deploy_alone(manager: Any) -> int:
    """Prisma's own part, which changes nothing but by migrations, and stops at the first that fails."""
    prisma = getattr(sys.modules[manager.__module__], "_get_prisma_command", lambda: "prisma")()
    return subprocess.run([prisma, "migrate", "deploy"], cwd=manager._get_prisma_dir(), check=False).returncode  # noqa: SLF001 - as LiteLLM itself does


async def _make_views(file: Path) -> None:
    """Makes those that are missing, by LiteLLM's own statements."""
    try:
        import psycopg  # in images whose job makes indexes with it
    except ImportError:
        await _make_views_by_prisma()
        return
    with psycopg.connect(os.environ["DATABASE_URL"].split("?")[0], autocommit=True) as connection:
        await _load_alone(file).create_missing_views(_Database(connection))


async def _make_views_by_prisma() -> None:
    from litellm.proxy.db.create_views import create_missing_views
    from prisma import Prisma

    async with Prisma() as database:
        await create_missing_views(database)


class _Database:
    """As much of Prisma's client as the statements are run by."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def query_raw(self, query: str) -> Any:
        return self._connection.execute(query).fetchall()

    async def execute_raw(self, query: str) -> int:
        self._connection.execute(query)
        return 0


def _load_alone(file: Path) -> Any:
    """The module without the rest of LiteLLM, of which it wants a logger and a span of nobody's trace."""

    @contextlib.asynccontextmanager
    async def db_span(*_: object) -> AsyncIterator[None]:
        yield

    logger = {"verbose_logger": logging.getLogger("litellm")}
    for name, members in {"litellm": logger, "litellm._logging": logger, "litellm.proxy": {}, "litellm.proxy.db": {}}.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__dict__.update(members)
    span = ModuleType("litellm.proxy.db.db_span")
    span.__dict__["db_span"] = db_span
    sys.modules[span.__name__] = span
    spec = importlib.util.spec_from_file_location("litellm.proxy.db.create_views", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
`,"litellm/in_image/open_boxes.py":`"""Runs inside LiteLLM's container, by its own Python and with the libraries it encrypts with: which values does a key open?

Reads {key, values} on standard input, answers a list of true and false. Neither LiteLLM nor its settings are loaded, which
would take seconds. The two forms are those of litellm/proxy/common_utils/encrypt_decrypt_utils.py: base64url of a nonce and a
NaCl secret box; or \`v2:gcm:\` and base64url of nonce, AES-256-GCM ciphertext and tag. The key of both is SHA-256 of the salt key.
"""

import base64
import hashlib
import json
import sys

GCM = "v2:gcm:"


def opens(value: str, key: bytes) -> bool:
    try:
        if value.startswith(GCM):
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            sealed = base64.urlsafe_b64decode(value[len(GCM) :])
            AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
        else:
            import nacl.secret

            nacl.secret.SecretBox(key).decrypt(_bytes(value))
        return True
    except Exception:  # noqa: BLE001 - each library has its own way to say "not a box of this key"
        return False


def _bytes(value: str) -> bytes:
    """Older versions used the ordinary alphabet of base64."""
    return base64.b64decode(value.replace("-", "+").replace("_", "/"))


def main() -> None:
    asked = json.load(sys.stdin)
    key = hashlib.sha256(asked["key"].encode()).digest()
    print(json.dumps([opens(value, key) for value in asked["values"]]))


if __name__ == "__main__":
    main()
`,"litellm/in_image/reset.py":`"""Runs in an image that has Python, in the network of its machine: resets connections to ports that lead into a container.

Podman 5.3 and later listen on such a port themselves, to keep it from others, a moment before the way into the container is there. Who
connects in that moment is heard by nobody; reset, such a client tries again. Arguments: the ports.
"""

import socket
import struct
import sys
from collections.abc import Iterator

# Of Linux: linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h.
SOCK_DIAG = 4
BY_FAMILY = 20
DESTROY = 21
REQUEST, ACK, DUMP = 1, 4, 0x300
ERROR, DONE = 2, 3
ESTABLISHED, CLOSE_WAIT = 1 << 1, 1 << 8
# Addresses, ports, interface and cookie of a connection: as they are told, so they are given back.
IDENTITY = slice(4, 52)
SECONDS = 5.0


def reset(ports: set[int]) -> int:
    """Answers how many there were."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as link:
        link.settimeout(SECONDS)
        found: list[tuple[socket.AddressFamily, bytes]] = []
        for family in (socket.AF_INET, socket.AF_INET6):
            ask(link, BY_FAMILY, REQUEST | DUMP, family, bytes(IDENTITY.stop - IDENTITY.start))
            identities = (told[IDENTITY] for told in answers(link))
            found += [(family, one) for one in identities if int.from_bytes(one[:2], "big") in ports]
        for family, identity in found:
            ask(link, DESTROY, REQUEST | ACK, family, identity)
            for _ in answers(link):
                pass
    return len(found)


def ask(link: socket.socket, kind: int, flags: int, family: int, identity: bytes) -> None:
    question = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, ESTABLISHED | CLOSE_WAIT) + identity
    link.send(struct.pack("=IHHII", 16 + len(question), kind, flags, 1, 0) + question)


def answers(link: socket.socket) -> Iterator[bytes]:
    while True:
        data = link.recv(1 << 17)
        while data:
            size, kind = struct.unpack_from("=IH", data)
            if kind in (ERROR, DONE):
                return
            yield data[16:size]
            data = data[(size + 3) & ~3 :]


if __name__ == "__main__":
    reset({int(port) for port in sys.argv[1:]})
`,"litellm/in_image/seal_boxes.py":`"""Runs inside LiteLLM's container, by its own Python and libraries: opens values with any of the old keys, and seals them with one.

Reads {keys, key, values} on standard input, answers a list of sealed texts, each in the form that it had; null where no key opens it.
The forms are those of \`open_boxes\`. Nothing that was sealed is printed open.
"""

import base64
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable

GCM = "v2:gcm:"


def sealed_again(value: str, keys: list[bytes], key: bytes) -> str | None:
    if value.startswith(GCM):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        sealed = base64.urlsafe_b64decode(value[len(GCM) :])
        plain = _first(lambda one: AESGCM(one).decrypt(sealed[:12], sealed[12:], None), keys)
        if plain is None:
            return None
        nonce = os.urandom(12)
        return GCM + base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode()
    import nacl.secret

    box = base64.b64decode(value.replace("-", "+").replace("_", "/"))
    plain = _first(lambda one: nacl.secret.SecretBox(one).decrypt(box), keys)
    return None if plain is None else base64.urlsafe_b64encode(bytes(nacl.secret.SecretBox(key).encrypt(plain))).decode()


def _first(decrypt: Callable[[bytes], bytes], keys: list[bytes]) -> bytes | None:
    for key in keys:
        # Each library has its own way to say "not a box of this key".
        with contextlib.suppress(Exception):
            return decrypt(key)
    return None


def main() -> None:
    asked = json.load(sys.stdin)
    keys = [hashlib.sha256(key.encode()).digest() for key in asked["keys"]]
    key = hashlib.sha256(asked["key"].encode()).digest()
    print(json.dumps([sealed_again(value, keys, key) for value in asked["values"]]))


if __name__ == "__main__":
    main()
`,"litellm/key_rules.py":`"""What LiteLLM's configuration demands of keys and requests, so that ours are let through.

Rules for people must fail no rollout, no proof of a backup and no rotation. What LiteLLM 1.106 asks (proxy/auth/auth_checks.py,
litellm_pre_call_utils.py, management_endpoints/key_management_endpoints.py):

- \`general_settings.enforce_user_param\` and \`enforced_params\`: parameters that each request must have
- \`litellm_settings.default_key_generate_params\`: what a new key gets that does not say otherwise: models, a team, limits
- \`litellm_settings.upperbound_key_generate_params\`: what no new key may exceed, of an administrator neither; and what it gets by default
- \`general_settings.litellm_key_header_name\`: the one header in which keys are looked for
- \`general_settings.disable_custom_api_keys\`, \`custom_key_generate\`: whether there is a new key at all
- \`general_settings.custom_auth\`: Python that is asked before LiteLLM about every key, the master key too (auth/user_api_key_auth.py);
  what it answers about keys of ours is not known
"""

import re
from typing import Any

from agent.base.refusal import Refused

Document = dict[str, Any]

OURS = "litellm-gitops"
# LiteLLM's name for every model, also of a gateway whose keys get a few of them by default.
ALL_MODELS = "all-proxy-models"
# The user that the master key acts as.
ADMIN = "default_user_id"
# Months of LiteLLM end at different days; here the shortest.
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 28 * 86400}
LIMITS = ("max_budget", "budget_duration", "max_parallel_requests", "tpm_limit", "rpm_limit")
# What a text of each parameter would not be taken for.
NUMBERS = ("temperature", "top_p", "n", "seed", "max_tokens", "max_completion_tokens")
SHAPES: Document = dict.fromkeys(NUMBERS, 1) | {"metadata": {}, "stream": False}

# LiteLLM's words, and the setting that they come from.
REASONS = (
    ("over max limit set in config", "litellm_settings.upperbound_key_generate_params allows less."),
    ("Custom API key values are disabled", "general_settings.disable_custom_api_keys forbids keys that are chosen by hand."),
    ("Team doesn't exist in db", "litellm_settings.default_key_generate_params.team_id names a team that does not exist."),
    ("Required param", "litellm_settings.key_generation_settings demands more of a key."),
)


def required(config: Document) -> Document:
    """The parameters that each request must have, with values that no provider sees."""
    general = _section(config, "general_settings")
    listed = general.get("enforced_params")
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    if general.get("enforce_user_param"):
        names.append("user")
    found: Document = {}
    for name in names:
        outer, _, inner = name.partition(".")
        value = SHAPES.get(outer, OURS)
        if not inner:
            found.setdefault(outer, value)
        elif isinstance(found.get(outer, {}), dict):
            found[outer] = found.get(outer, {}) | {inner: OURS}
    return found


def header(config: Document) -> str:
    """In which header the gateway looks for keys, those of administrators too."""
    name = _section(config, "general_settings").get("litellm_key_header_name")
    return name if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9-]+", name) else "Authorization"


def free(config: Document) -> Document:
    """What a key of ours says when it is made, so that it does not get what others get by default."""
    default = _section(_section(config, "litellm_settings"), "default_key_generate_params")
    models: Document = {"models": [ALL_MODELS]} if default.get("models") else {}
    user: Document = {"user_id": ADMIN} if default.get("user_id") else {}
    return models | user


def lifted(config: Document) -> Document:
    """What is taken off a key of ours once it is made: neither default nor bound can be left out before. Empty when there is nothing."""
    settings = _section(config, "litellm_settings")
    given = _section(settings, "default_key_generate_params") | _section(settings, "upperbound_key_generate_params")
    return {name: None for name in (*LIMITS, "team_id") if given.get(name) is not None}


def longest(config: Document) -> int | None:
    """For how many seconds a key may live; None where nothing bounds it."""
    bound = _section(_section(config, "litellm_settings"), "upperbound_key_generate_params").get("duration")
    return seconds_of(bound) if isinstance(bound, str) else None


def within(config: Document, seconds: int) -> int:
    bound = longest(config)
    return seconds if bound is None else min(seconds, bound)


def seconds_of(duration: str) -> int | None:
    """LiteLLM's form, such as 30d; None for any other."""
    found = re.fullmatch(r"\\s*(\\d+)\\s*(mo|[smhdw])\\s*", duration)
    return int(found[1]) * UNITS[found[2]] if found else None


def require_rotation(config: Document, grace: int) -> None:
    """Refuses by the setting's name what would keep the gateway from taking two master keys at a time."""
    if str(_section(config, "general_settings").get("disable_custom_api_keys")).lower() in ("true", "1"):
        raise Refused(
            "rotation-keys",
            "general_settings.disable_custom_api_keys forbids keys that are chosen by hand, and a rotation registers the old and the new "
            "master key. Nothing was changed. Allow them while it rotates: remove the setting, sync, rotate, and put it back.",
        )
    bound = longest(config)
    if bound is not None and bound < grace:
        raise Refused(
            "rotation-grace",
            f"The old key is to work for {grace} seconds (rotate.grace), and litellm_settings.upperbound_key_generate_params.duration lets "
            f"no key live longer than {bound}. Nothing was changed. Shorten rotate.grace, or raise the bound.",
        )


def has_own_auth(config: Document) -> bool:
    """Whether Python of the configuration's own decides who may call."""
    general = _section(config, "general_settings")
    settings = _section(general, "custom_auth_settings")
    return bool(general.get("custom_auth")) and settings.get("mode") != "off"


def reason(config: Document, said: str, status: int | None) -> str:
    """The setting that made LiteLLM refuse a key; "" when its words do not say."""
    for words, setting in REASONS:
        if words in said:
            return setting
    if status in (401, 403) and has_own_auth(config):
        return (
            "general_settings.custom_auth is asked about the master key too, and does not let it administer: for the value of "
            "os.environ LITELLM_MASTER_KEY it must return UserAPIKeyAuth(api_key=api_key, user_role=LitellmUserRoles.PROXY_ADMIN)."
        )
    if status == 403 and _section(config, "general_settings").get("custom_key_generate"):
        return "general_settings.custom_key_generate decides about new keys, and refuses this one."
    return ""


def _section(config: Document, name: str) -> Document:
    found = config.get(name)
    return found if isinstance(found, dict) else {}
`,"litellm/known_bad.py":`"""LiteLLM's versions that nobody should run, with the reason: {version: reason}."""

from agent import contract

VERSIONS: dict[str, str] = contract.KNOWN_BAD_LITELLM
`,"litellm/log.py":`"""Reads LiteLLM's log for why it does not run. Each of its workers reports the same failure, and gunicorn adds failures of its own."""

import re

COLOUR = re.compile(r"\\x1b\\[[0-9;]*m")
EXCEPTION = re.compile(r"^\\s*(?:\\S+:\\s+)?([\\w.]*(?:Error|Exception|Failure)\\b.*)$")
# What follows from a worker that does not start: gunicorn's signal handler that interrupts its own log call, and its way out.
AFTERMATH = re.compile(r"reentrant call inside|gunicorn\\.errors\\.|--- Logging error ---")
# As podman (128 and the signal), systemd and gunicorn write it.
ILLEGAL_INSTRUCTION = re.compile(r"status=(132/|4/ILL)|was sent SIGILL")
BEFORE, AFTER = 8, 3


def cause_in(log: list[str]) -> str | None:
    """The line that most likely says why LiteLLM did not start: the last exception that is not an aftermath."""
    found = _cause(log)
    return None if found is None else _plain(log[found]).strip()[:400]


def lacks_instructions(log: list[str]) -> bool:
    """Whether LiteLLM, or a worker of it, ended because the processor does not know an instruction of its libraries."""
    return any(ILLEGAL_INSTRUCTION.search(line) for line in log)


def excerpt(log: list[str], lines: int = 40) -> list[str]:
    """At most \`lines\` of the log: its end; if the cause is further up, first the cause with the lines around it."""
    found = _cause(log)
    if found is None or found >= len(log) - lines:
        return log[-lines:]
    around = log[max(0, found - BEFORE) : found + AFTER + 1]
    return [*around, "…", *log[len(log) - (lines - len(around) - 1) :]]


def _cause(log: list[str]) -> int | None:
    for at in reversed(range(len(log))):
        plain = _plain(log[at])
        if AFTERMATH.search(plain):
            continue
        if EXCEPTION.match(plain) or ("LiteLLM Proxy: " in plain and ("cannot" in plain or "failed" in plain)):
            return at
    return None


def _plain(line: str) -> str:
    return COLOUR.sub("", line)
`,"litellm/migration_sql.py":`"""What a migration of LiteLLM's takes away, as far as its statements say so by name. It is shown before, and never decides anything."""

import re

COMMENT = re.compile(r"--[^\\n]*|/\\*.*?\\*/", re.DOTALL)
NAME = r'(?:"?public"?\\.)?"?(\\w+)"?'
ALTERED = re.compile(rf"ALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?{NAME}\\s([^;]*)", re.IGNORECASE)
COLUMN = re.compile(rf"(?:DROP\\s+COLUMN\\s+(?:IF\\s+EXISTS\\s+)?|RENAME\\s+COLUMN\\s+){NAME}", re.IGNORECASE)
RENAMED = re.compile(r"RENAME\\s+TO\\s", re.IGNORECASE)
DROPPED = re.compile(rf"(?:DROP\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?|TRUNCATE\\s+(?:TABLE\\s+)?|DELETE\\s+FROM\\s+){NAME}", re.IGNORECASE)


def taken(sql: str) -> list[str]:
    """Tables, and \`table.column\`, that the statements drop, rename or empty."""
    text = COMMENT.sub(" ", sql)
    found = set(DROPPED.findall(text))
    for table, clauses in ALTERED.findall(text):
        found |= {f"{table}.{column}" for column in COLUMN.findall(clauses)}
        if RENAMED.match(clauses.lstrip()):
            found.add(table)
    return sorted(found)
`,"litellm/prices.py":`"""What models cost, by the list that the LiteLLM which serves was shipped with."""

import json
from typing import Any

from agent.base.process import CommandFailed
from agent.litellm import image_files

Document = dict[str, Any]

FIELDS = ("input_cost_per_token", "output_cost_per_token", "mode", "deprecation_date")


def known(image: str | None) -> Document | None:
    """LiteLLM's own list, or None when it cannot be read: that nobody knows a price is something else."""
    try:
        content = None if image is None else image_files.prices(image)
        listed = None if content is None else json.loads(content)
    except (CommandFailed, OSError, ValueError, RecursionError):
        return None
    return listed if isinstance(listed, dict) else None


def of(listed: Document | None, targets: list[str]) -> dict[str, Document | None] | None:
    """For each \`litellm_params.model\`: {input_cost_per_token?, output_cost_per_token?, mode?, deprecation_date?}, None when the list
    does not have it; None for all without a list.
    """
    if not targets:
        return {}
    return None if listed is None else {target: _price(listed, target) for target in targets}


def _price(listed: Document, target: str) -> Document | None:
    """LiteLLM knows a model by its whole name, or by the part behind its provider."""
    for name in (target, target.partition("/")[2]):
        found = listed.get(name)
        if isinstance(found, dict) and name != "sample_spec":
            return {field: found[field] for field in FIELDS if field in found}
    return None
`,"litellm/prisma_schema.py":`"""What a schema of Prisma declares of tables: as much of its language as says which columns there are."""

import re
from collections.abc import Container

# A field of a model: its name, its type, whether it is a list or may be missing, and its attributes.
FIELD = re.compile(r"(\\w+)\\s+(\\w+)(?:\\(.*?\\))?(?:\\[\\])?\\??(?:\\s+(.*))?$")
MODEL = re.compile(r"^model[ \\t]+(\\w+)[ \\t]*\\{(?=[ \\t]*(?://.*)?$)(.*?)^\\}", re.MULTILINE | re.DOTALL)
TABLE_NAME = re.compile(r'@@map\\(\\s*(?:name:\\s*)?"([^"]+)"')
COLUMN_NAME = re.compile(r'(?<!@)@map\\(\\s*(?:name:\\s*)?"([^"]+)"')


def columns(text: str) -> dict[str, list[str]]:
    """By table: the columns that the schema wants. A field of another model's type is a relation, which has no column of its own."""
    models = dict(MODEL.findall(text))
    return {_table(name, body): _columns(body, models.keys()) for name, body in models.items()}


def _table(model: str, body: str) -> str:
    mapped = TABLE_NAME.search(body)
    return mapped[1] if mapped else model


def _columns(body: str, models: Container[str]) -> list[str]:
    found = []
    for line in body.splitlines():
        field = FIELD.match(line.partition("//")[0].strip())
        if field is None or field[2] in models:
            continue
        mapped = COLUMN_NAME.search(field[3] or "")
        found.append(mapped[1] if mapped else field[1])
    return sorted(found)
`,"litellm/proof.py":`"""Proves that a slot serves what its release says: ready is not enough.

A worker that missed its first load calls itself ready and answers "Invalid model name" (L#26237), so each worker is asked.
\`/v1/models\` is never used: it once cost seven minutes of CPU (L#33636).
"""

import http.client
import secrets
import time
from typing import Any

from agent.base.refusal import few
from agent.litellm import configuration, every_worker, key_rules
from agent.litellm.admin_api import AdminApi, ApiError, exchange, understood

WORKER_SECONDS = 60
WRONG_SECONDS = 5
ALL = 10_000
KEY_SECONDS = 600
# LiteLLM names the key whose budget is exceeded.
PROBE_ALIAS = "litellm-gitops-probe"

Document = dict[str, Any]


class NotProven(Exception):
    """Why the slot cannot be trusted with traffic."""


def is_ready(port: int) -> tuple[bool, str]:
    """Whether LiteLLM says that it is ready and reaches its database; and what it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        status, text = exchange(connection, "GET", "/health/readiness")
        return status == 200 and '"connected"' in text[:300].replace("'", '"'), text[:300]
    except (OSError, http.client.HTTPException) as failure:
        return False, str(failure)
    finally:
        connection.close()


def prove(port: int, master_key: str, config: str, workers: int, probe: list[str], seconds: float = WORKER_SECONDS) -> str:
    """Every worker serves every model of the configuration, and each model of \`probe\` answers a request that costs nothing."""
    document = configuration.load(config) or {}
    seen = _ask_every_worker(port, master_key, document, workers, seconds)
    probed = _probe(port, master_key, document, probe)
    return f"{seen} workers serve {len(_ids(document))} models{probed}"


def model_ids(config: str) -> dict[str, str]:
    """Name of each model by its id, for those that state one (the renderer gives all of them one)."""
    return _ids(configuration.load(config) or {})


def _ids(config: Document) -> dict[str, str]:
    models = config.get("model_list") or []
    pairs = [((model.get("model_info") or {}).get("id"), model.get("model_name")) for model in models]
    return {str(key): str(name) for key, name in pairs if key}


def _ask_every_worker(port: int, master_key: str, config: Document, count: int, seconds: float) -> int:
    expected = _ids(config)
    failures: list[ApiError] = []

    def ask(api: AdminApi) -> str:
        """What the worker does not serve; "" when all is there."""
        try:
            with understood("GET /v2/model/info"):
                served = {str((model.get("model_info") or {}).get("id")) for model in api.get("/v2/model/info", size=ALL)["data"]}
        except ApiError as failure:
            failures.append(failure)
            raise
        missing = sorted(name for key, name in expected.items() if key not in served)
        return f"Missing: {few(missing)}." if missing else ""

    answers: dict[int, str | None] = {}
    wrong_since: float | None = None
    for answers in every_worker.rounds(
        port, master_key, ask, lambda missing: missing == "", seconds, min(30, seconds), key_rules.header(config)
    ):
        if len(answers) >= count and all(missing == "" for missing in answers.values()):
            return len(answers)
        # All have answered and none of them rightly: that is the configuration, not a worker that is late.
        if len(answers) >= count and (all(answers.values()) or _all_refused(failures, answers)):
            wrong_since = wrong_since or time.monotonic()
            if time.monotonic() - wrong_since > WRONG_SECONDS:
                break
        else:
            wrong_since = None
    wrong = [missing for missing in answers.values() if missing]
    if wrong:
        raise NotProven(f"{len(wrong)} of {len(answers)} workers do not serve what is declared. {wrong[0]}")
    if _all_refused(failures, answers):
        why = key_rules.reason(config, str(failures[-1]), failures[-1].status)
        raise NotProven(f"It refuses the master key. {why} {failures[-1]}")
    met = len([missing for missing in answers.values() if missing is not None])
    raise NotProven(f"{len(answers)} of {count} workers run, and {met} of them answered within {seconds:.0f} s.")


def _all_refused(failures: list[ApiError], answers: dict[int, str | None]) -> bool:
    """Whether the key was refused each time, and nothing else was answered."""
    return not any(answer is not None for answer in answers.values()) and bool(failures) and failures[-1].status in (401, 403)


def _probe(port: int, master_key: str, config: Document, models: list[str]) -> str:
    """One chat request for each model that LiteLLM answers itself.

    \`mock_response\` goes through authentication, the router and the model's settings, and calls no provider. LiteLLM honours it
    only for a key that is allowed to (\`allow_client_mock_response\`), so such a key is made for this moment.
    """
    if not models:
        return ""
    if key_rules.has_own_auth(config):
        # It might take the key of the probe for another one, that may not ask for mock answers, and a provider would be paid.
        return ", none probed, as general_settings.custom_auth decides whose requests are taken"
    api = AdminApi(port, master_key, header=key_rules.header(config))
    alias = f"{PROBE_ALIAS}-{secrets.token_hex(6)}"
    try:
        try:
            key = make_key(api, config, alias)
            kept_back = [model for model in models if not probe_one(api, key, config, model)]
            _require_unknown_refused(api, key, config)
        finally:
            api.post("/key/delete", {"key_aliases": [alias]})
    except ApiError as failure:
        raise NotProven(f"A probe request failed. {failure}") from None
    finally:
        api.close()
    return f", {len(models)} probed" + (f", of which LiteLLM asks none at present: {few(kept_back)}" if kept_back else "")


def make_key(api: AdminApi, config: Document, alias: str) -> str:
    """A key that may ask for mock answers, for ten minutes at most, whatever others get by default."""
    about = {"key_alias": alias, "metadata": {"allow_client_mock_response": True}} | key_rules.free(config)
    try:
        with understood("POST /key/generate"):
            key = str(api.post("/key/generate", about | {"duration": f"{key_rules.within(config, KEY_SECONDS)}s"})["key"])
        lifted = key_rules.lifted(config)
        if lifted:
            api.post("/key/update", {"key": key} | lifted)
    except ApiError as failure:
        raise NotProven(f"No key could be made to probe with. {key_rules.reason(config, str(failure), failure.status)} {failure}") from None
    return key


def probe_one(api: AdminApi, key: str, config: Document, model: str) -> bool:
    """The model answers a request that no provider sees. The key is one that may ask for that.

    False where the router knows the model and would send nobody there now: a budget is spent, or its deployments have failed and are
    in cooldown, which all workers share. A release that corrects a provider's key must not be refused for that.
    """
    word = f"probe-{secrets.token_hex(4)}"
    try:
        answer = api.post("/v1/chat/completions", _chat(config, model, word), key)
    except ApiError as failure:
        if _is_spent(failure) or _is_cooling(failure):
            return False
        raise
    with understood("POST /v1/chat/completions"):
        right = answer["choices"][0]["message"]["content"] == word
    if not right:
        raise NotProven(f"The model {model} did not answer the probe with what it should.")
    return True


def _require_unknown_refused(api: AdminApi, key: str, config: Document) -> None:
    """A gateway that answers for a model nobody declared would make the probe worthless."""
    try:
        api.post("/v1/chat/completions", _chat(config, f"no-such-model-{secrets.token_hex(4)}", "x"), key)
    except ApiError as refused:
        if refused.status in (400, 401, 403, 404) or _is_spent(refused):
            return
        raise
    raise NotProven("The gateway answered for a model that is not declared.")


def _is_spent(failure: ApiError) -> bool:
    """The budget of a provider, or of the whole gateway (\`litellm_settings.max_budget\`); our own key has none to exceed."""
    said = str(failure)
    return (failure.status == 429 and "crossed budget" in said) or ("budget_exceeded" in said and PROBE_ALIAS not in said)


def _is_cooling(failure: ApiError) -> bool:
    """The router has deployments of the model, and none that it would ask now. Source: types/router.py of 1.80.5 to 1.110.2."""
    return failure.status == 429 and "No deployments available for selected model" in str(failure)


def _chat(config: Document, model: str, word: str) -> Document:
    return key_rules.required(config) | {
        "model": model,
        "messages": [{"role": "user", "content": "litellm-gitops probe"}],
        "max_tokens": 1,
        "mock_response": word,
        "cache": {"no-cache": True, "no-store": True},
    }
`,"litellm/provider_keys.py":`"""Tries a provider's key that is to replace another one, by a request that costs nothing, while the old one still serves.

A key that the provider refuses is refused here. One that cannot be tried (no address that is free of charge is known, or the
provider does not answer) is reported, and taken: the gateway must not depend on that.
"""

import concurrent.futures
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from agent import contract
from agent.base.events import note, step
from agent.base.refusal import Refused
from agent.litellm import configuration

REFERENCE = contract.REFERENCE_PREFIX
SECONDS = 10

# Provider by LiteLLM's name: variables that move its address, its own address, and a path there that asks for a key and is free.
PROVIDERS = {
    "openai": (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1", "/models"),
    "anthropic": (("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"), "https://api.anthropic.com", "/v1/models"),
    "mistral": (("MISTRAL_API_BASE",), "https://api.mistral.ai/v1", "/models"),
    "groq": (("GROQ_API_BASE",), "https://api.groq.com/openai/v1", "/models"),
    "deepseek": (("DEEPSEEK_API_BASE",), "https://api.deepseek.com", "/models"),
    "xai": (("XAI_API_BASE",), "https://api.x.ai/v1", "/models"),
    # Its list of models asks for no key.
    "openrouter": (("OPENROUTER_API_BASE",), "https://openrouter.ai/api/v1", "/key"),
}

Document = dict[str, Any]


class Trial:
    """One request that shows whether a key is taken."""

    def __init__(self, name: str, provider: str, address: str) -> None:
        self.name = name
        self.provider = provider
        self.address = address

    def same_as(self) -> tuple[str, str]:
        return self.name, self.address


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key along, to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


def try_changed(config: str, environment: dict[str, str], before: dict[str, str]) -> None:
    """Refuses when a provider refuses a key that differs from the one it replaces."""
    changed = {name for name, value in environment.items() if before.get(name) not in (None, value)}
    if not changed:
        return
    document = configuration.load(config)
    found = {trial.same_as(): trial for trial in trials(document, changed, environment)} if isinstance(document, dict) else {}
    if not found:
        return
    with step("provider keys") as this, concurrent.futures.ThreadPoolExecutor(8) as pool:
        ordered = list(found.values())
        answers = list(pool.map(lambda trial: ask(trial, environment[trial.name]), ordered))
        refused = [trial for trial, status in zip(ordered, answers, strict=True) if status == 401]
        if refused:
            names = ", ".join(f"{trial.name} ({trial.provider})" for trial in refused)
            raise Refused(
                "provider-key",
                f"The provider refuses the new value of {names}. Nothing was changed; the old one is still in use. "
                "Set the secret to a key that is valid, then run again.",
            )
        for trial, status in zip(ordered, answers, strict=True):
            if status != 200:
                note("provider keys", f"{trial.name} could not be checked at {trial.provider}: it answered {status or 'nothing'}.")
        this.detail = f"{answers.count(200)} of {len(answers)} new keys are taken by their provider"


def trials(document: Document, changed: set[str], environment: dict[str, str]) -> Iterator[Trial]:
    """Of the keys of these names, those that a provider can be asked about free of charge, once for each model that uses one."""
    declared = document.get("environment_variables") or {}
    variables = {str(name): str(value) for name, value in declared.items()} | environment
    for model in document.get("model_list") or []:
        parameters = model.get("litellm_params") or {}
        key = str(parameters.get("api_key") or "")
        name = key.removeprefix(REFERENCE)
        provider = str(parameters.get("custom_llm_provider") or str(parameters.get("model")).partition("/")[0])
        if not key.startswith(REFERENCE) or name not in changed or provider not in PROVIDERS:
            continue
        address = _address(provider, str(parameters.get("api_base") or ""), variables)
        if address:
            yield Trial(name, provider, address)


def _address(provider: str, given: str, variables: dict[str, str]) -> str | None:
    moved_by, own, path = PROVIDERS[provider]
    if given.startswith(REFERENCE):
        base = variables.get(given.removeprefix(REFERENCE))
    else:
        base = given or next((variables[name] for name in moved_by if variables.get(name)), own)
    return base.rstrip("/") + path if base and base.startswith(("http://", "https://")) else None


def ask(trial: Trial, key: str) -> int | None:
    """The status that the provider answers to the key; None when it does not answer."""
    headers = {"Authorization": f"Bearer {key}"}
    if trial.provider == "anthropic":
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
    request = urllib.request.Request(trial.address, headers=headers)  # noqa: S310 - http or https, see \`_address\`
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as failure:
        return failure.code
    except (OSError, ValueError):
        return None
`,"litellm/readiness.py":`"""Waiting until LiteLLM is ready."""

import time
from collections.abc import Iterator

# A small machine that is busy besides takes minutes. A process that ends meanwhile is noticed at once.
READY_SECONDS = 900


def turns(begun: float) -> Iterator[None]:
    """A turn for each question, until READY_SECONDS are over since \`begun\` (by \`time.monotonic\`).

    On a slow machine questions hold up what they wait for, so they get a fifth of the time at most.
    """
    while (asked := time.monotonic()) - begun < READY_SECONDS:
        yield
        time.sleep(min(2, max(0.1, 4 * (time.monotonic() - asked))))
`,"litellm/redis_keys.py":`"""How LiteLLM names what it keeps in Redis."""

from typing import Any


def prefix(config: dict[str, Any]) -> str:
    """Before each key: \`litellm_settings.cache_params.namespace\`. Source: caching/redis_cache.py of 1.106.2."""
    node: Any = config
    for name in ("litellm_settings", "cache_params", "namespace"):
        node = node.get(name) if isinstance(node, dict) else None
    return f"{node}:" if isinstance(node, str) and node else ""


def cooldown(deployment: str) -> str:
    """Under which all workers learn that a deployment failed. Source: router_utils/cooldown_cache.py of 1.106.2."""
    return f"deployment:{deployment}:cooldown"
`,"litellm/system_calls.py":`"""Which system calls a container of LiteLLM's image may make: podman's own list, without those that make namespaces and mounts.

podman allows them to everybody, so that podman works inside of podman. With a user namespace of its own a program has all capabilities
in it, and with those it reaches the parts of the kernel in which most ways to become root on the host were found.
"""

import json
from pathlib import Path
from typing import Any

from agent.base import durable
from agent.base.paths import SYSTEM_CALLS
from agent.base.refusal import Refused

# Of the distribution, and so of its podman.
LIST = Path("/usr/share/containers/seccomp.json")
REFUSED = (
    "unshare", "setns", "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount",
    "fspick", "pivot_root", "chroot", "keyctl", "add_key", "request_key",
)  # fmt: skip
# CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWNS.
NAMESPACES = 0x7E020000
EPERM, ENOSYS = 1, 38


def place() -> bool:
    """Places the list as this machine's podman has it now; answers whether that is another one than before."""
    try:
        listed = json.loads(LIST.read_bytes())
    except (OSError, ValueError) as failure:
        raise Refused(
            "system-calls",
            f"podman's list of system calls, {LIST}, cannot be read: {failure}. "
            "Reinstall it: apt-get install --reinstall golang-github-containers-common",
        ) from None
    wanted = (json.dumps(without_namespaces(listed), indent=1) + "\\n").encode()
    if SYSTEM_CALLS.exists() and SYSTEM_CALLS.read_bytes() == wanted:
        return False
    durable.folder(SYSTEM_CALLS.parent, 0o755)
    durable.write(SYSTEM_CALLS, wanted, 0o644)
    return True


def without_namespaces(listed: dict[str, Any]) -> dict[str, Any]:
    """The same list; \`clone\` stays for what makes no namespace, and of \`clone3\`, whose flags cannot be looked at, libraries do without."""
    gone = {*REFUSED, "clone", "clone3"}
    rules = [{**rule, "names": [name for name in rule["names"] if name not in gone]} for rule in listed["syscalls"]]
    no_namespace = {"index": 0, "value": NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    return {
        **listed,
        "syscalls": [
            *(rule for rule in rules if rule["names"]),
            {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [no_namespace]},
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
            {"names": [*REFUSED], "action": "SCMP_ACT_ERRNO", "errnoRet": EPERM},
        ],
    }
`,"litellm/tables.py":`"""LiteLLM's tables, by what a restore of the configuration does with them, under the names by which PostgreSQL quotes them.

What people decided is configuration, and comes from the backup. What requests made, and what LiteLLM wrote down of them and of its
own work, is usage, and stays as it is. A table in neither list is of a newer LiteLLM, or somebody's own: it stays too, because what
nobody knows must not be lost, and the plan of the restore names it. Both lists together are the schema.prisma of 1.110.2.
"""

CONFIGURATION = frozenset(
    f'public."LiteLLM_{name}"'
    for name in (
        "AccessGroupTable", "AgentIdentity", "AgentsTable", "BudgetTable", "BudgetWindowSpend", "CacheConfig",
        "ClaudeCodePluginTable", "ClaudeCodePluginVersion", "ClaudeCodePluginDownload", "ClaudeCodePluginUpload", "Config",
        "ConfigOverrides", "CredentialsTable", "DeletedTeamTable", "DeletedVerificationToken", "DeprecatedVerificationToken",
        "EndUserTable", "GuardrailsTable", "InvitationLink", "JWTKeyMapping", "Lens", "LensDataset", "LensIngestionKey",
        "LensReview", "LensSignalConfig", "MCPServerOAuthClient", "MCPServerTable", "MCPToolsetTable", "MCPUserCredentials",
        "MCPUserEnvVars", "ManagedVectorStoreIndexTable", "ManagedVectorStoresTable", "ModelAccessGroupBudgetTable", "ModelTable",
        "ObjectPermissionTable", "OrganizationMembership", "OrganizationTable", "PolicyAttachmentTable", "PolicyTable",
        "ProjectTable", "PromptTable",
        "ProxyModelTable", "RetiredAgent", "RetiredAgentIdentity", "SSOConfig", "SSOIdentityAssertion", "SearchToolsTable",
        "SkillSubmission", "SkillsTable", "SubscriptionAccountTable", "TagTable", "TeamMembership", "TeamTable", "ToolTable",
        "UISettings", "UserNotifications", "UserProviderCredentials", "UserTable", "VerificationToken", "VerifiedSubject",
    )
) | {"public._prisma_migrations"}  # fmt: skip
# What LiteLLM removes automatically when it is configured how long to keep its log.
EXPIRING = frozenset(f'public."LiteLLM_{name}"' for name in ("SpendLogs", "SpendLogToolIndex"))
USAGE = frozenset(
    f'public."LiteLLM_{name}"'
    for name in (
        "AdaptiveRouterSession", "AdaptiveRouterState", "AuditLog", "AutoRouterBaselineComparison", "AutoRouterBaselineObservation",
        "AutoRouterDailySpend", "AutoRouterSession", "AutoRouterUserSession", "BackgroundInteractionSettlement", "CronJob",
        "DailyAgentSpend", "DailyEndUserSpend", "DailyGatewayFailedRequests", "DailyGatewayRequests", "DailyGlobalSpend",
        "DailyGuardrailMetrics", "DailyGuardrailUsageUnits", "DailyModelUsage", "DailyOrganizationSpend", "DailyPolicyMetrics",
        "DailyRequestErrors", "DailyTagSpend", "DailyTeamSpend", "DailyToolSpend", "DailyUserSpend", "ErrorLogs",
        "HealthCheckTable", "LensRun", "LensTraceSignal", "LensWorker", "ManagedFileContentTable", "ManagedFileTable",
        # A batch that was paid for must not be taken for one that is yet to be paid.
        "ManagedObjectTable", "ManagedVectorStoreTable", "MemoryTable", "ProxyWorkerHeartbeat",
        "ShadowEvalAttempt", "ShadowEvalFunnel", "ShadowEvalJob",
        # A delivery that is pending adds its cost to keys and teams. An old one that came back would add it twice.
        "SpendLogDelivery",
        "SpendLogGuardrailIndex", "SpendLogToolIndex", "SpendLogs", "TelemetryReport", "WorkflowEvent", "WorkflowMessage",
        "WorkflowRun",
    )
)  # fmt: skip
`,"litellm/traffic.py":`"""What was asked of each model lately, from LiteLLM's own daily sums."""

import datetime
from typing import Any

from agent.base.clock import now
from agent.base.process import CommandFailed
from agent.database import postgres

DAYS = 30
MOST = 1000


def gather() -> dict[str, Any]:
    """By name of the model: {requests, prompt_tokens, completion_tokens, spend} of the last 30 whole days; {} when there are none."""
    since = now().date() - datetime.timedelta(days=DAYS)
    try:
        with postgres.reading() as asked:
            rows = asked.rows(
                "SELECT model_group, jsonb_build_object('requests', sum(api_requests), 'prompt_tokens', sum(prompt_tokens), "
                "'completion_tokens', sum(completion_tokens), "
                f"'spend', coalesce(sum({postgres.SPEND}), 0)) "
                'FROM "LiteLLM_DailyUserSpend" WHERE date >= %(since)s AND model_group IS NOT NULL '
                f"GROUP BY model_group ORDER BY sum({postgres.SPEND}) DESC NULLS LAST LIMIT %(most)s",
                {"since": since.isoformat(), "most": MOST},
            )
    except CommandFailed:
        return {}
    return dict(rows)
`,"litellm/workers.py":`"""Finds LiteLLM's worker processes in /proc, and which of them answers a given connection.

No address leads to one worker: the kernel hands each new connection to any of them. What distinguishes them is who holds the
accepted socket, and that is in /proc.
"""

import os
import re
from collections.abc import Collection, Iterator

LISTEN = "0A"


def workers(port: int) -> set[int]:
    """Process ids of the workers that listen on 127.0.0.1:port; the process that forked them is not one."""
    holders = {pid for pid, _ in _holders(_sockets(port, LISTEN))}
    children = {pid for pid in holders if _parent(pid) in holders}
    return children or holders


def workers_of(port: int, peer_ports: Collection[int]) -> dict[int, int]:
    """The worker that holds the server's side of each connection from 127.0.0.1, by our port; none before it was accepted."""
    ends = {inode: peer for inode, peer in _sockets(port).items() if peer in peer_ports}
    return {ends[inode]: pid for pid, inode in _holders(ends)}


def _sockets(local_port: int, state: str | None = None) -> dict[str, int]:
    """The port at the other end of each socket of ours, by its inode."""
    found: dict[str, int] = {}
    with open("/proc/net/tcp", encoding="ascii") as lines:
        next(lines)
        for line in lines:
            fields = line.split()
            if _port(fields[1]) == local_port and state in (None, fields[3]) and fields[9] != "0":
                found[fields[9]] = _port(fields[2])
    return found


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)


def _holders(inodes: Collection[str]) -> Iterator[tuple[int, str]]:
    """Each process that has one of the sockets open, with its inode."""
    if inodes:
        wanted = {f"socket:[{inode}]": inode for inode in inodes}
        for pid in _litellm_processes():
            yield from ((pid, wanted[name]) for name in _opened(pid) if name in wanted)


def _opened(pid: int) -> list[str]:
    folder = f"/proc/{pid}/fd"
    try:
        return [_points_at(f"{folder}/{name}") for name in os.listdir(folder)]
    except OSError:
        return []


def _litellm_processes() -> list[int]:
    """Only processes that could be LiteLLM: reading every descriptor of a busy host would take long."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _is_python(name)]


def _is_python(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return re.search(rb"litellm|gunicorn|python", file.read(400)) is not None
    except OSError:
        return False


def _points_at(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The name in parentheses may hold spaces: the fields start behind the last one.
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0
`,"loader.py":`"""Runs one program of the agent from the modules that came on standard input; nothing is installed on the host.

The command line holds only \`exec(...)\` of this file's text, so no argument list ever carries a value. The request is one
JSON line: {"modules": {name: source}, "main": program, "input": {...}}, or the input in a line of its own, which may come when
the program has long been loaded. The answer is JSON lines, see \`agent.base.events\`.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
from types import ModuleType
from typing import Any

PACKAGE = "agent"


class StreamedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds \`agent.PACKAGE.NAME\` among the sources of the request, by "PACKAGE.NAME"."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources
        parents = [name.rpartition(".")[0] for name in sources if not name.endswith(".json")]
        self.packages = {"", *parents, *(parent.partition(".")[0] for parent in parents)}

    def find_spec(self, fullname: str, _path: Any = None, _target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        package, _, name = fullname.partition(".")
        if package != PACKAGE:
            return None
        if name in self.packages:
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        return importlib.util.spec_from_loader(fullname, self) if name in self.sources else None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__.partition(".")[2]
        if name == "":
            module.__dict__["SOURCES"] = self.sources
        elif name not in self.packages:
            text = self.sources[name]
            exec(compile(text, f"{name.replace('.', '/')}.py", "exec"), module.__dict__)  # noqa: S102 - what the loader is for


def start(request: dict[str, Any], by: Any = "runner") -> int:
    """Runs the program \`main\`, which \`by\` must be allowed to start; the exit code is 0 when it answered a result."""
    # Files are private unless a mode is given: what the agent writes holds keys more often than not.
    os.umask(0o077)
    # The runner may vanish at any time. What was begun is brought to its end: every step is safe to finish alone.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.meta_path.insert(0, StreamedModules(request["modules"]))
    from agent import programs  # noqa: PLC0415 - found from here on
    from agent.base import events  # noqa: PLC0415

    program = programs.load(request["main"], by)
    if "input" in request:
        return events.answer(program.main, request["input"])
    # Who is asked later may use the time.
    return events.answer(program.ahead, asked) if hasattr(program, "ahead") else events.answer(program.main, asked())


def asked() -> Any:
    line = sys.stdin.buffer.readline()
    if not line:
        # Who began it has gone without asking anything.
        raise SystemExit(0)
    return json.loads(line)
`,"observe.py":`"""Everything a plan needs to know of the host, in one program that changes nothing and answers no secret."""

import concurrent.futures
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent import contract
from agent.base import applied, durable, journal, keys, lease, machine, units
from agent.base.paths import RESTORE_STATE
from agent.database import postgres
from agent.facts import gateway as gateway_facts
from agent.gateway import images, release, schema
from agent.litellm import image_files
from agent.rollout import rollout
from agent.system import account, managed_files, packages

if TYPE_CHECKING:
    from agent.contract_types import HostDifferencesImage, Observation, ObservationInterruptedRollout, ObserveQuestion

# Looked at side by side.
PARTS = 8


def main(given: "ObserveQuestion") -> "Observation":
    """Input: {files, packages, units, image, secrets, budgets, prices, gateway, entities?}.

    The answer's shape is \`Observation\` of the contract.
    """
    return _seen(lambda: given, given["gateway"])


def ahead(asked: "Callable[[], ObserveQuestion]") -> "Observation":
    """As \`main\`, for a program whose input comes later: \`asked\` waits for the input; what does not depend on it is read meanwhile."""
    return _seen(asked, True)


def _seen(asked: "Callable[[], ObserveQuestion]", looks: bool) -> "Observation":
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        # LiteLLM takes longest to answer, and of the others most wait for another program each.
        looking = pool.submit(gateway_facts.look) if looks else None
        database, absent_keys, accounts = pool.submit(postgres.state), pool.submit(keys.missing), pool.submit(account.missing)
        running = pool.submit(_running)
        given = asked()
        absent = pool.submit(packages.missing, given["packages"])
        files = pool.submit(managed_files.differing, given["files"])
        down = pool.submit(units.differing, given["units"])
        gateway = None
        if looking and given["gateway"]:
            gateway = gateway_facts.answer(looking.result(), given["secrets"], given["budgets"], given["prices"], given.get("entities", []))
        return {
            "protocol": contract.PROTOCOL,
            "host": machine.facts(),
            "lease": lease.current(),
            "applied": applied.current(),
            "interrupted": _interrupted(),
            "gateway": gateway,
            "differs": {
                "database": database.result(),
                "keys": absent_keys.result(),
                "accounts": accounts.result(),
                "packages": absent.result(),
                "files": files.result(),
                "units": down.result(),
                "image": _image(running.result(), given["image"]),
            },
        }


def _running() -> tuple[str | None, bool]:
    """The image that main runs, and whether it is there to run again."""
    serving = release.in_slot("main")
    image = release.describe(serving).get("image") if serving else None
    return image, image is not None and images.present(image)


def _image(running: tuple[str | None, bool], wanted: str | None) -> "HostDifferencesImage | None":
    """What main runs and what is wanted, when these differ, and what that one would find in the database."""
    if wanted is None or running == (wanted, True):
        return None
    version = image_files.kept_version(wanted)
    return {"running": running[0], "wanted": wanted, "version": version, "schema": schema.foreseen(wanted)}


def _interrupted() -> "ObservationInterruptedRollout | None":
    restoring = durable.read_json(RESTORE_STATE)
    if restoring and restoring["step"] != "beside":
        return {"kind": "restore", "step": restoring["step"], "since": restoring["time"]}
    state = journal.current()
    if not state or rollout.is_under_way():
        return None
    return {"kind": state["kind"], "step": state["step"], "since": state["since"]}
`,"programs.py":`"""The programs of this folder and who may start each, by name, as programs.json has them: the one place that says so.

What runs here was sent by somebody who needs a part of it. So the table that came along holds only the programs that this part
can start, each with the names of its modules.
"""

import importlib
import json
from types import ModuleType
from typing import Literal, TypedDict

import agent

Caller = Literal["runner", "read-only key", "command line", "unit", "job", "image"]
TABLE_NAME = "programs.json"


class Program(TypedDict):
    """\`module\` is below \`agent\`; \`starts\` names the programs that it starts as units or jobs; \`modules\` is what it is made of."""

    module: str
    by: list[Caller]
    starts: list[str]
    modules: list[str]


TABLE: dict[str, Program] = json.loads(agent.SOURCES[TABLE_NAME])


def load(name: str, by: Caller) -> ModuleType:
    """The module of a program that \`by\` may start."""
    program = TABLE.get(name)
    if program is None or by not in program["by"]:
        raise LookupError(f"There is no program {name!r} for the {by}; see src/agent/{TABLE_NAME}.")
    return importlib.import_module(f"agent.{program['module']}")


def sources(*names: str) -> dict[str, str]:
    """All that these programs need to run on their own, in the form that the loader takes."""
    wanted = _with_started(names)
    modules = sorted({module for name in wanted for module in TABLE[name]["modules"]})
    table = {name: TABLE[name] for name in wanted}
    return {module: agent.SOURCES[module] for module in modules} | {TABLE_NAME: json.dumps(table)}


def _with_started(names: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys(names))
    for name in found:
        found.extend(one for one in TABLE[name]["starts"] if one not in found)
    return found
`,"read_only.py":`"""The observing program for a caller who is not trusted: what is asked is bounded and checked before anything looks at it."""

import contextlib
import re
import traceback
from collections.abc import Callable
from typing import Any

from agent import contract, doctor, observe, report
from agent.base import keys, pause, redaction
from agent.base.refusal import Refused

Document = dict[str, Any]

FIELDS = frozenset(contract.QUESTION_FIELDS)
# Asked by some alone: a plan of the same version asks what it always did.
MORE = {"doctor", "report", "entities"}
PACKAGE, UNIT, IMAGE, MODE, OWNER, SHA256 = map(
    re.compile, (contract.PACKAGE, contract.UNIT, contract.IMAGE, contract.MODE, contract.OWNER, contract.SHA256)
)


def main(given: Document) -> Document:
    """Input: {asked: what came from the caller, paths: the files that deploy placed}. Answers what \`observe\`, \`doctor\` or \`report\` does."""
    asked = checked(given["asked"])
    # Whether some other file has a certain content is nobody's business: it is as rendered, or it is not ours.
    foreign = sorted(asked["files"].keys() - set(given["paths"]))
    request = asked | {"files": {path: want for path, want in asked["files"].items() if path not in foreign}}
    question = "report" if asked.get("report") else "doctor" if asked.get("doctor") else None
    program = {"report": report, "doctor": doctor, None: observe}[question]
    try:
        with pause.after(question) if question else contextlib.nullcontext():
            answer = program.main(request)
    except Refused:
        raise
    except Exception as failure:  # noqa: BLE001 - answered without its text
        # The text of an exception may quote what it worked on.
        where = traceback.extract_tb(failure.__traceback__)[-1]
        raise Refused(
            "bug", f"{type(failure).__name__} in {where.filename}:{where.lineno}; run \`plan\` with the write key for details."
        ) from None
    seen = answer if program is observe else answer.get("observation", {}).get("value")
    if seen is not None:
        seen["differs"]["files"] = sorted([*seen["differs"]["files"], *foreign])
    clean: Document = without(answer, [keys.read(path) for path in keys.MAKERS if path.exists()])
    return clean


def checked(asked: Any) -> Document:
    """The request with every field as \`observe\` wants it. Refuses all else, and reveals nothing about the host by that."""
    if not isinstance(asked, dict) or asked.keys() - MORE != FIELDS:
        raise Refused("request", f"A request has the fields {', '.join(sorted(FIELDS))}.")
    files = asked["files"]
    if not isinstance(files, dict) or len(files) > contract.MOST_FILES or not all(map(_is_file, files.items())):
        raise Refused("request", f"files takes at most {contract.MOST_FILES} of {{path: {{sha256, mode, owner}}}}.")
    _names(asked, "packages", PACKAGE)
    _names(asked, "units", UNIT)
    if asked["image"] is not None and not _fits(IMAGE, asked["image"]):
        raise Refused("request", "image takes null or registry/repository@sha256:….")
    if not isinstance(asked["gateway"], bool) or not isinstance(asked.get("doctor", False), bool):
        raise Refused("request", "gateway and doctor take true or false.")
    if asked.get("report") is not None:
        report.checked(asked["report"])
    _kinds(asked.get("entities", []))
    owners = asked["budgets"]
    if not isinstance(owners, dict) or not all(isinstance(ids, list) for ids in owners.values()):
        raise Refused("request", "budgets takes lists of ids by subject.")
    if sum(map(len, owners.values())) > contract.MOST_OWNERS or not all(_is_owner(owner) for ids in owners.values() for owner in ids):
        raise Refused("request", f"budgets takes at most {contract.MOST_OWNERS} ids of at most {contract.MOST_ID} characters.")
    models = asked["prices"]
    if not isinstance(models, list) or len(models) > contract.MOST_MODELS or not all(map(_is_id, models)):
        raise Refused("request", f"prices takes at most {contract.MOST_MODELS} names of models.")
    # Comparing values would answer guesses: one bit for each, as often as somebody asks.
    if asked["secrets"] != {}:
        raise Refused("request", "This key compares no values of secrets; leave secrets empty.")
    return asked


def _kinds(kinds: Any) -> None:
    if not isinstance(kinds, list) or not all(kind in contract.ENTITY_NAMES for kind in kinds):
        raise Refused("request", f"entities takes a list of {', '.join(contract.ENTITY_NAMES)}.")


def _names(asked: Document, field: str, form: re.Pattern[str]) -> None:
    names = asked[field]
    if not isinstance(names, list) or len(names) > contract.MOST_NAMES or not all(_fits(form, name) for name in names):
        raise Refused("request", f"{field} takes a list of at most {contract.MOST_NAMES} names.")


def _is_file(entry: tuple[Any, Any]) -> bool:
    path, want = entry
    return (
        isinstance(want, dict)
        and want.keys() == {"sha256", "mode", "owner"}
        and len(path) <= contract.MOST_PATH
        and all(_fits(form, want[name]) for name, form in (("sha256", SHA256), ("mode", MODE), ("owner", OWNER)))
    )


def _is_owner(owner: Any) -> bool:
    return _is_id(owner) or (isinstance(owner, list) and len(owner) == 2 and all(map(_is_id, owner)))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= contract.MOST_ID and "\\0" not in value


def _fits(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def without(document: Any, values: list[str]) -> Any:
    """A last net: none of the host's own keys leaves it, whichever field somebody wrote it into."""
    return _replace(document, redaction.redactor(values))


def _replace(node: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(node, dict):
        return {clean(key): _replace(value, clean) for key, value in node.items()}
    if isinstance(node, list):
        return [_replace(item, clean) for item in node]
    return clean(node) if isinstance(node, str) else node
`,"redis/__init__.py":`"""Redis: its protocol, its password, its dumps."""
`,"redis/client.py":`"""Talks to a Redis server in its own protocol; no argument list and no log ever holds its password.

Who answers at the port may be somebody else: anyone who has the password, as LiteLLM does, can end Redis and listen there. So an answer has
a size, a depth and a time, and what has no meaning is an error like any other.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Value = Any

MIB = 1024**2
# For one answer: the longest is a thousand names of keys. Values, where they are read, have Redis' own limit.
MOST_BYTES = 64 * MIB
MOST_ITEMS = 1_000_000
MOST_LINE = 64 * 1024
MOST_DEPTH = 8
LARGEST_VALUE = 512 * MIB


class RedisError(Exception):
    """The server answered an error, or did not answer."""


class Redis:
    """One connection. Address: (host, port), or the path of a socket. In \`timeout\` seconds all answers of a pipeline are there."""

    def __init__(self, address: tuple[str, int] | Path, password: str | None, timeout: float = 60, most: int = MOST_BYTES) -> None:
        self.timeout, self.most = timeout, most
        self.buffer = bytearray()
        self.deadline, self.left, self.items = 0.0, 0, 0
        try:
            if isinstance(address, Path):
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.socket.settimeout(timeout)
                self.socket.connect(str(address))
            else:
                self.socket = socket.create_connection(address, timeout)
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None
        if password is not None:
            try:
                self.ask("AUTH", password)
            except RedisError:
                self.close()
                raise

    def ask(self, *words: str | bytes | int) -> Value:
        return self.pipeline([words])[0]

    def pipeline(self, commands: Sequence[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Answers in order; the first error is raised after all were read."""
        answers = self.try_all(commands)
        for answer in answers:
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def try_all(self, commands: Sequence[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Like \`pipeline\`, but errors stand among the answers."""
        self.deadline = time.monotonic() + self.timeout
        try:
            self.socket.settimeout(self.timeout)
            self.socket.sendall(b"".join(map(_encode, commands)))
            return [self._whole() for _ in commands]
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None
        except ValueError:
            raise RedisError("Redis answered something unknown: not a number where one belongs") from None

    def scan(self, pattern: str = "*") -> Iterator[list[bytes]]:
        """All keys that match, in batches; nothing is held up for longer than a batch takes."""
        cursor: bytes = b"0"
        while True:
            answer = self.ask("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], bytes) and _are_names(answer[1])):
                raise RedisError("Redis answered something unknown to SCAN")
            cursor, names = answer
            if names:
                yield names
            if cursor == b"0":
                return

    def info(self, section: str) -> dict[str, str]:
        answer = self.ask("INFO", section)
        if not isinstance(answer, bytes):
            raise RedisError("Redis answered something unknown to INFO")
        lines = answer.decode(errors="replace").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def number(self, *words: str | bytes | int) -> int:
        """The answer to what answers a number."""
        answer = self.ask(*words)
        if not isinstance(answer, int):
            raise RedisError(f"Redis answered something other than a number to {words[0]!s}")
        return answer

    def close(self) -> None:
        self.socket.close()

    def _whole(self) -> Value:
        self.left, self.items = self.most, MOST_ITEMS
        return self._answer(0)

    def _answer(self, depth: int) -> Value:
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest
        if kind == b"-":
            return RedisError(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            return None if length < 0 else self._take(length)
        if kind == b"*":
            count = int(rest)
            self.items -= max(count, 0)
            if depth == MOST_DEPTH or self.items < 0:
                raise RedisError("Redis answered more than it can mean")
            return None if count < 0 else [self._answer(depth + 1) for _ in range(count)]
        raise RedisError(f"Redis answered something unknown: {line[:40]!r}")

    def _line(self) -> bytes:
        while (end := self.buffer.find(b"\\r\\n")) < 0:
            if len(self.buffer) > MOST_LINE:
                raise RedisError("Redis answered more than it can mean")
            self._receive()
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    def _take(self, length: int) -> bytes:
        self.left -= length
        if self.left < 0:
            raise RedisError(f"Redis answered more than {self.most // MIB} MiB at once")
        while len(self.buffer) < length + 2:
            self._receive()
        value = bytes(self.buffer[:length])
        del self.buffer[: length + 2]
        return value

    def _receive(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise RedisError(f"Redis does not answer within {self.timeout:.0f} s")
        self.socket.settimeout(left)
        received = self.socket.recv(2**18)
        if not received:
            raise RedisError("Redis closed the connection")
        self.buffer += received


def _are_names(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(name, bytes) for name in value)


def _encode(words: tuple[str | bytes | int, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\\r\\n" % len(parts) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(part), part) for part in parts)
`,"redis/dump.py":`"""Redis in a backup: its content as an RDB file, and what of it is put back."""

import os
import pwd
import re
import time
from pathlib import Path

from agent.base import keys, nofollow
from agent.base.paths import REDIS_PASSWORD
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.redis.client import Redis, RedisError

RDB = Path("/var/lib/redis/dump.rdb")
SECONDS = 1800
# Questions, some twenty a second, that found it neither saving nor saved.
MOST_LOST = 300
# Behind the namespace, which \`litellm_settings.cache_params.namespace\` puts before every key.
NAMESPACE = rb"(?:.*:)?"
# Counters that LiteLLM reads again from the database, and spend that was on its way into it: of another moment than the database,
# they would give wrong budgets or count twice.
NOT_RESTORED = (
    b"spend:", b"litellm_spend_update_buffer", b"litellm_daily_", b"litellm_window_spend_update_buffer", b"litellm_spend_logs_buffer",
    b"litellm_gateway_requests_buffer", b"litellm_request_errors_buffer", b"litellm_tool_discovery_buffer",
)  # fmt: skip


IS_NOT_RESTORED = re.compile(NAMESPACE + b"(?:" + b"|".join(map(re.escape, NOT_RESTORED)) + b")", re.DOTALL)


def live() -> Redis:
    return Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD))


def dump(target: Path) -> dict[str, int]:
    """Has Redis write its content in the background and copies it; answers {keys, expiring}."""
    try:
        redis = live()
        before = redis.number("LASTSAVE")
        # LASTSAVE counts whole seconds: within the same one a new save would look like the old.
        turn = time.monotonic() + 2
        while int(time.time()) <= before and time.monotonic() < turn:
            time.sleep(0.1)
        _save(redis, before)
        redis.close()
    except RedisError as failure:
        raise Refused("redis-down", f"Redis cannot be backed up: {failure}") from None
    # Its folder is Redis' own: what lies there under this name may be anything.
    nofollow.copy_file(RDB, target)
    return check(target)


def _save(redis: Redis, before: int) -> None:
    """Returns when Redis has saved after \`before\`, its LASTSAVE."""
    deadline = time.monotonic() + SECONDS
    asked, lost = False, 0
    while True:
        info = redis.info("persistence")
        if asked and info.get("rdb_bgsave_in_progress") == "0":
            if info.get("rdb_last_bgsave_status") != "ok":
                raise Refused("redis-dump", "Redis could not write its content to disk. journalctl -u redis-server shows why.")
            if redis.number("LASTSAVE") > before:
                return
            # It never began yet, or FLUSHALL ended it, which Redis calls no failure.
            asked = False
            lost += info.get("aof_rewrite_in_progress") == "0"
            if lost > MOST_LOST:
                raise Refused("redis-dump", "Redis never gets to write its content to disk: something keeps emptying it (FLUSHALL).")
        if not asked:
            answer = redis.try_all([("BGSAVE", "SCHEDULE")])[0]
            if isinstance(answer, RedisError) and "in progress" not in str(answer):
                raise answer
            asked = not isinstance(answer, RedisError)
        if time.monotonic() > deadline:
            raise Refused("redis-dump", f"Redis did not write its content to disk within {SECONDS} s.")
        time.sleep(0.05)


def check(rdb: Path) -> dict[str, int]:
    """Reads the file whole by Redis' own program; answers {keys, expiring}.

    Anyone who has Redis' password chooses each byte of it (REPLICAOF has Redis store what another server sends), so the program reads it
    with Redis' rights and not with root's. It is handed the open file, which belongs to that account meanwhile: no folder lets it in.
    """
    account = pwd.getpwnam("redis")
    os.chown(rdb, account.pw_uid, account.pw_gid, follow_symlinks=False)
    try:
        said = run(
            "/bin/sh", "-c", 'exec "$@" <"$0"', str(rdb), "setpriv", "--reuid=redis", "--regid=redis", "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--bounding-set=-all", "redis-check-rdb", "/proc/self/fd/0", timeout=SECONDS,
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("redis-dump", f"The content of Redis is damaged: {failed}", failed.output) from None
    finally:
        os.chown(rdb, 0, 0, follow_symlinks=False)
    counts = {name: int(count) for count, name in re.findall(r"\\[info\\] (\\d+) (keys read|expires)\\b", said)}
    return {"keys": counts.get("keys read", 0), "expiring": counts.get("expires", 0)}


def forget_counters(redis: Redis) -> int:
    """Deletes what belongs to another moment of the database; LiteLLM reads the counters again from there."""
    count = 0
    for names in redis.scan():
        gone = [name for name in names if IS_NOT_RESTORED.match(name)]
        if gone:
            count += redis.number("UNLINK", *gone)
    return count


def put_back(source: Redis, target: Redis) -> int:
    """Copies keys that \`target\` does not have, with their lifetimes. It goes through its append-only file, as any write does."""
    count = 0
    for names in source.scan():
        wanted = [name for name in names if not IS_NOT_RESTORED.match(name)]
        values = source.pipeline([("DUMP", name) for name in wanted])
        lifetimes = source.pipeline([("PTTL", name) for name in wanted])
        commands = [
            ("RESTORE", name, max(lifetime, 0), value)
            for name, value, lifetime in zip(wanted, values, lifetimes, strict=True)
            if value is not None and lifetime != -2
        ]
        for answer in target.try_all(commands):
            if isinstance(answer, RedisError):
                if not str(answer).startswith("BUSYKEY"):
                    raise answer
            else:
                count += 1
    return count
`,"redis/server.py":`"""Redis' password: the one line of its configuration that is made on the host."""

import os
import stat

from agent.base import durable, keys, nofollow
from agent.base.paths import REDIS_PASSWORD, REDIS_SECRET_CONF
from agent.base.refusal import Refused
from agent.system.managed_files import owner_of

MODE, OWNER = 0o640, "root:redis"


def place_password() -> bool:
    """Writes the included file with the password when it differs, or is another's; true when Redis must read it again."""
    content = f"requirepass {keys.read(REDIS_PASSWORD)}\\n".encode()
    owner = owner_of(OWNER)
    with nofollow.folder(REDIS_SECRET_CONF.parent, make=0o750, claim=True) as at:
        there = None
        try:
            with open(nofollow.regular(REDIS_SECRET_CONF.name, at, REDIS_SECRET_CONF.parent), "rb") as file:
                there = file.read()
                about = os.fstat(file.fileno())
                if there == content and (about.st_uid, about.st_gid) == owner and stat.S_IMODE(about.st_mode) == MODE:
                    return False
        except (FileNotFoundError, Refused):
            pass
        durable.write_at(at, REDIS_SECRET_CONF, content, MODE, owner)
    return there != content
`,"report.py":`"""What was used and spent in a range of days, from LiteLLM's own log of requests or, where that does not have them, from its daily sums:
counted by PostgreSQL, read in one transaction that can write nothing. Nothing of what people asked is looked at.
"""

import re
from typing import TYPE_CHECKING, Any, Literal

from agent import contract
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session
from agent.facts import budgets as budget_facts

if TYPE_CHECKING:
    from agent.contract_types import ReportQuestion, UsageFacts, UsageGroup

Document = dict[str, Any]

DAY = re.compile(contract.DAY)
ZONE = re.compile(contract.ZONE)
SECONDS = 120

DAILY_TABLE, DAILY_TEAMS = "LiteLLM_DailyUserSpend", "LiteLLM_DailyTeamSpend"
# LiteLLM writes UTC into columns without a zone.
LOG = f"""
  SELECT ("startTime" AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date::text AS day,
    coalesce(nullif(model_group, ''), nullif(model, ''), '') AS model, coalesce(custom_llm_provider, '') AS provider,
    coalesce(team_id, '') AS team, coalesce("user", '') AS person, coalesce(api_key, '') AS key,
    status IS NOT DISTINCT FROM 'failure' AS failed, cache_hit IS NOT DISTINCT FROM 'True' AS hit,
    {postgres.SPEND} AS spend, prompt_tokens, completion_tokens
  FROM "LiteLLM_SpendLogs"
  WHERE "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
"""
LOG_COUNTS = """count(*) AS requests, count(*) FILTER (WHERE failed) AS failures, count(*) FILTER (WHERE hit) AS hits,
    coalesce(sum(spend), 0) AS spend, coalesce(sum(prompt_tokens), 0) AS prompt, coalesce(sum(completion_tokens), 0) AS completion,
    avg(spend) FILTER (WHERE NOT hit AND NOT failed) AS average"""
DAILY_COUNTS = """coalesce(sum(api_requests), 0) AS requests, coalesce(sum(failed_requests), 0) AS failures, NULL::bigint AS hits,
    coalesce(sum(spend), 0) AS spend, coalesce(sum(prompt_tokens), 0) AS prompt, coalesce(sum(completion_tokens), 0) AS completion,
    NULL::double precision AS average"""


def _daily(table: str, team: str, person: str) -> str:
    """LiteLLM's own sums of each day in UTC, which it writes also while it logs no request, and keeps when the log is shortened."""
    return f"""
  SELECT date AS day, coalesce(nullif(model_group, ''), nullif(model, ''), '') AS model, coalesce(custom_llm_provider, '') AS provider,
    coalesce({team}, '') AS team, coalesce({person}, '') AS person, coalesce(api_key, '') AS key,
    api_requests, failed_requests, {postgres.SPEND} AS spend, prompt_tokens, completion_tokens
  FROM "{table}" WHERE date >= %(since)s AND date < %(until)s
"""


def _grouped(rows: str, counts: str) -> str:
    """Keys are named by a part of their hash, which says nothing of the key."""
    return f"""
WITH used AS MATERIALIZED ({rows}), counted AS (
  SELECT CASE WHEN GROUPING(day) = 0 THEN 'day' WHEN GROUPING(model) = 0 THEN 'model' WHEN GROUPING(provider) = 0 THEN 'provider'
      WHEN GROUPING(team) = 0 THEN 'team' WHEN GROUPING(person) = 0 THEN 'user' WHEN GROUPING(key) = 0 THEN 'key' ELSE 'total' END AS by,
    coalesce(day, model, provider, team, person, key, '') AS id, {counts}
  FROM used GROUP BY GROUPING SETS ((), (day), (model), (provider), (team), (person), (key))
)
SELECT jsonb_build_object('by', by, 'id', CASE WHEN by = 'key' THEN left(id, 12) ELSE id END,
  'alias', CASE by WHEN 'team' THEN t.team_alias WHEN 'key' THEN coalesce(k.key_alias, k.key_name) END,
  'requests', requests, 'failures', failures, 'hits', hits, 'spend', counted.spend,
  'promptTokens', prompt, 'completionTokens', completion, 'averageUncached', average)
FROM counted
LEFT JOIN "LiteLLM_TeamTable" t ON by = 'team' AND t.team_id = id
LEFT JOIN "LiteLLM_VerificationToken" k ON by = 'key' AND k.token = id
ORDER BY by, counted.spend DESC, id
"""


USED = _grouped(LOG, LOG_COUNTS)
# Its teams are those of the other table.
USED_DAILY = _grouped(_daily(DAILY_TABLE, "NULL", "user_id"), DAILY_COUNTS)
USED_BY_TEAMS = _grouped(_daily(DAILY_TEAMS, "team_id", "NULL"), DAILY_COUNTS)
ERRORS = """
SELECT jsonb_build_object('class', class, 'count', count(*)) FROM (
  SELECT coalesce(metadata->'error_information'->>'error_class', 'unknown') AS class FROM "LiteLLM_SpendLogs"
  WHERE status = 'failure' AND "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
) e GROUP BY class ORDER BY count(*) DESC, class
"""
# Of the same days in UTC, what the log has and what LiteLLM summed up.
IN_LOG = """
SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE "startTime" >= %(since)s::timestamp AND "startTime" < %(until)s::timestamp
"""
IN_SUMS = f'SELECT coalesce(sum(api_requests), 0)::bigint FROM "{DAILY_TABLE}" WHERE date >= %(since)s AND date < %(until)s'
# Both are written some seconds after a request, one after the other.
COMPLETE = 0.9
KNOWN_ZONE = """
SELECT jsonb_build_object('zone', EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s), 'now', now() AT TIME ZONE 'UTC')
"""


def main(given: "ReportQuestion") -> "UsageFacts":
    """Input: {report: {since, until, zone}}: the first day, the day after the last one, and the zone in which days are cut.

    Answers {source, groups: [{by, id, alias, requests, failures, hits, spend, promptTokens, completionTokens, averageUncached}],
    errors: [{class, count}], budgets, now}. The shape is \`UsageFacts\` of the contract.
    """
    asked = checked(given["report"])
    with postgres.reading(SECONDS) as session:
        known = session.one(KNOWN_ZONE, asked)
        if not known["zone"]:
            raise Refused("time-zone", f"The host does not know the time zone {asked['zone']}. Use one such as Europe/Berlin, or UTC.")
        source: Literal["log", "daily"] = "log" if _is_logged(session, asked) else "daily"
        groups: list[UsageGroup] = session.column(USED, asked) if source == "log" else _summed(session, asked)
        errors = session.column(ERRORS, asked)
    return {"source": source, "groups": groups, "errors": errors, "budgets": budget_facts.limited(), "now": known["now"]}


def _is_logged(session: Session, asked: Document) -> bool:
    """Whether the log has the requests of these days: it may be off (disable_spend_logs), or cut off (its retention)."""
    if (DAILY_TABLE, "api_requests") not in postgres.columns(session):
        return True
    logged, summed = session.one(IN_LOG, asked), session.one(IN_SUMS, asked)
    return bool(logged >= summed * COMPLETE)


def _summed(session: Session, asked: Document) -> "list[UsageGroup]":
    groups: list[UsageGroup] = [group for group in session.column(USED_DAILY, asked) if group["by"] != "team"]
    return groups + [group for group in session.column(USED_BY_TEAMS, asked) if group["by"] == "team"]


def checked(asked: Any) -> Document:
    """The request when each of its fields is what it should be."""
    if not isinstance(asked, dict) or asked.keys() != {"since", "until", "zone"}:
        raise Refused("request", "report takes since, until and zone.")
    for name, form in (("since", DAY), ("until", DAY), ("zone", ZONE)):
        if not isinstance(asked[name], str) or form.fullmatch(asked[name]) is None:
            raise Refused("request", f"report takes {name} as {'a name such as Europe/Berlin' if name == 'zone' else 'YYYY-MM-DD'}.")
    return asked
`,"restore/__init__.py":`"""Bringing back a backup, and proving that it can be brought back."""
`,"restore/application_proof.py":`"""The last level of a proof: LiteLLM itself on the restored data, with the restored keys and configuration."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from agent.backup.manifest import Manifest, release_folder
from agent.base import env_file
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import Server
from agent.database.session import identifier, session
from agent.gateway import images, release, stored_secrets
from agent.litellm import configuration as loader, key_rules, proof
from agent.litellm.admin_api import AdminApi, ApiError, understood
from agent.restore import scratch

MOST_VALUES = 50
# One that its owner could use now for any model: teams, users and budgets of it are looked up as those of the real one.
EXISTING = (
    'FROM public."LiteLLM_VerificationToken" WHERE (expires IS NULL OR expires > now()) AND blocked IS NOT TRUE '
    "AND coalesce(cardinality(models), 0) = 0 AND (max_budget IS NULL OR spend < max_budget) "
    "AND team_id IS DISTINCT FROM 'litellm-dashboard' ORDER BY token LIMIT 1"
)
REFUSED = (401, 403)


def environment(files: Path, manifest: Manifest) -> dict[str, str]:
    """What the backed up release gave LiteLLM."""
    return env_file.read(release_folder(files.parent, manifest) / "env")


def prove(server: Server, url: str, redis_password: str, files: Path, manifest: Manifest) -> str:
    """Answers what was proven. Refuses with the cause."""
    image = manifest["image"]
    images.make_ready(image)
    salt = (files / "etc/litellm/salt_key").read_text().strip()
    master = (files / "etc/litellm/master_key").read_text().strip()
    decrypted = decrypt(server, image, salt)
    host = host_environment(url, redis_password, master, salt)
    content = release.content_in(release_folder(files.parent, manifest))
    rules = loader.load(content.config) or {}
    seconds = scratch.start_litellm(image, content, environment(files, manifest) | host)
    models = sorted(name for name in proof.model_ids(content.config).values() if "*" not in name)
    try:
        is_adopted = manifest["kind"] == "adopted"
        answered = scratch.inside(lambda: ask(master, server, rules, models[:1], is_adopted))
    except (ApiError, proof.NotProven, KeyError) as failure:
        raise Refused("litellm", f"LiteLLM runs on the restored data, but: {failure}", scratch.litellm_log()) from None
    return f"LiteLLM {manifest['litellmVersion']} ready after {seconds:.1f} s; {decrypted}; {answered}"


def host_environment(url: str, redis_password: str, master: str, salt: str) -> dict[str, str]:
    """What the host gives LiteLLM otherwise, of the scratch place."""
    return {
        "DATABASE_URL": url,
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": "6379",
        "REDIS_PASSWORD": redis_password,
        "LITELLM_MASTER_KEY": master,
        "LITELLM_SALT_KEY": salt,
        "DISABLE_SCHEMA_UPDATE": "true",
    }


def decrypt(server: Server, image: str, salt: str) -> str:
    """LiteLLM's own libraries open what is stored encrypted, with the restored salt key."""
    values: list[str] = []
    with session(server, scratch.DATABASE) as asked:
        for table, column in stored_secrets.ALWAYS:
            query = (
                f'SELECT entry.value FROM public."{table}" AS row, jsonb_each_text(to_jsonb(row.{column})) AS entry '
                f"WHERE jsonb_typeof(to_jsonb(row.{column}) -> entry.key) = 'string' LIMIT {MOST_VALUES}"
            )
            values += [value for value in asked.column(query) if value]
        known = set(values)
        # Wherever else LiteLLM says, by the column or by a mark, that a text is encrypted.
        values += [value for value in stored_secrets.read_from(asked).sure if value not in known][:MOST_VALUES]
    if not values:
        return "nothing is stored encrypted"
    opened = stored_secrets.opened(salt, values, image, scratch.CONTAINER)
    if not all(opened):
        raise Refused(
            "salt-key",
            f"{opened.count(False)} of {len(opened)} stored credentials and model settings cannot be decrypted with the "
            "salt key of this backup: they were encrypted with another one.",
        )
    return f"{len(opened)} stored values decrypt"


def ask(master: str, server: Server, rules: dict[str, Any], models: list[str], as_existing: bool = False) -> str:
    api = AdminApi(scratch.PORT, master, timeout=60, header=key_rules.header(rules))
    try:
        said = []
        with session(server, scratch.DATABASE) as asked:
            tokens = asked.one('SELECT count(*) FROM public."LiteLLM_VerificationToken"')
        with understood("GET /key/list"):
            listed = int(api.get("/key/list", size=1).get("total_count", 0))
        if tokens > 0 and listed == 0:
            raise proof.NotProven(f"it lists no virtual key, and the database holds {tokens}.")
        said.append(f"{listed} virtual keys known")
        if key_rules.has_own_auth(rules):
            return ", ".join([*said, "no model asked, as general_settings.custom_auth decides whose requests are taken"])
        alias = f"{proof.PROBE_ALIAS}-{secrets.token_hex(6)}"
        made = proof.make_key(api, rules, alias)
        for model in models:
            proof.probe_one(api, made, rules, model)
            said.append(f"{model} answered a request")
            if as_existing:
                said.append(_ask_as_existing(api, server, rules, model))
        return ", ".join(said)
    finally:
        api.close()


def _ask_as_existing(api: AdminApi, server: Server, rules: dict[str, Any], model: str) -> str:
    """A request with an existing virtual key. The database has only hashes, so it is a copy of one, under a key that is known here."""
    key = f"sk-{secrets.token_hex(16)}"
    own = {"token": "%(token)s", "key_alias": "NULL", "metadata": "metadata || '{\\"allow_client_mock_response\\": true}'"}
    with session(server, scratch.DATABASE) as asked:
        there = [name for table, name in sorted(postgres.columns(asked)) if table == "LiteLLM_VerificationToken" and name not in own]
        names = ", ".join([*own, *(identifier(name) for name in there)])
        values = ", ".join([*own.values(), *(identifier(name) for name in there)])
        made = asked.column(
            f'INSERT INTO public."LiteLLM_VerificationToken" ({names}) SELECT {values} {EXISTING} RETURNING token',
            {"token": hashlib.sha256(key.encode()).hexdigest()},
        )
    if not made:
        return "no key could be tried that may ask for any model now"
    try:
        return f"{model} answered a copy of an existing key" if proof.probe_one(api, key, rules, model) else "a copy of a key was let in"
    except ApiError as refused:
        if refused.status in REFUSED:
            raise proof.NotProven(f"it refuses a copy of an existing key. {refused}") from None
        return f"a copy of an existing key was let in, and answered {refused.status}"
`,"restore/database.py":`"""The database of a restore, beside the live one: loaded, compared with what was backed up, and completed by what stays."""

from pathlib import Path
from typing import Any

from agent.base.events import step
from agent.base.refusal import Refused
from agent.database import content as database_content, load as database_load, postgres, swap as database_swap
from agent.database.server import OWNER
from agent.gateway import migration
from agent.restore import kept_tables, plan as restore_plan

Document = dict[str, Any]


def build(about: Document, scope: str, name: str, dumped: Path, migrate: str | None) -> Document | None:
    """Makes the database \`name\` of a dump and of what its manifest says of it; the live one is only read.

    \`migrate\` is the image that brings it to the live schema where it is older. Answers what \`kept_tables.follow\` needs after the
    exchange, null where nothing stays. Refuses when what was loaded is not what was backed up.
    """
    with step("database") as this:
        postgres.ensure()
        database_swap.drop(name)
        database_swap.create(name)
        loaded = restore_plan.loaded(about, restore_plan.stays(scope))
        database_load.load(OWNER, name, dumped, without=about["tables"].keys() - set(loaded))
        this.detail = name
    with step("check") as this:
        _check(about, name, loaded)
        rows = sum(about["tables"][one]["rows"] for one in loaded)
        this.detail = f"{rows} rows in {len(loaded)} tables, every checksum equal"
    if migrate is not None:
        with step("migrations") as this:
            migration.run_on(migrate, {"storeModelInDb": False}, migration.Place(postgres.owner_url(name)))
            this.detail = f"the backup is of an older version; its copy has the schema of {migrate} now"
    if scope != "configuration":
        return None
    # After the migrations: these tables are as the live version has them.
    with step("logs") as this:
        kept = kept_tables.copy(database_swap.LIVE, name)
        this.detail = f"{len(kept['tables'])} tables of the live database taken along as they are"
    return kept


def _check(about: Document, name: str, loaded: list[str]) -> None:
    read = database_load.read_back(OWNER, name, loaded)
    wanted = about | {"tables": {one: about["tables"][one] for one in loaded}}
    wrong = database_content.differences(wanted, read)
    if wrong:
        raise Refused("content", "The restored data differs from the backup: " + "; ".join(wrong[:10]))
`,"restore/drill.py":`"""A drill: the gateway from nothing but the off-site copy and the password, in a scratch place, by the clock."""

import itertools
import time
from typing import TYPE_CHECKING

from agent.backup import restic, settings as backup_settings
from agent.base import audit, durable, jobs
from agent.base.clock import now
from agent.base.paths import BACKUP_PASSWORD, BACKUPS
from agent.restore import plan, scratch, verify

if TYPE_CHECKING:
    from agent.contract_types import DrillAnswer, DrillQuestion, DrillRun

UNIT = "litellm-gitops-drill.service"
HISTORY = BACKUPS / "drills.json"
KEPT = 12
# What a rebuilt host gets otherwise, or should not get.
NOT_RESTORED = (
    "counters of spend in Redis, which LiteLLM reads again from the database",
    "the system itself, which deploy makes",
)


def main(given: "DrillQuestion") -> "DrillAnswer":
    """Input: {run, targets: {rtoSeconds, rpoSeconds}, backup?, password?}. Answers what \`work\` does."""
    answer: DrillAnswer = jobs.work(UNIT, "drill", plan.keep_password(given), *jobs.GENTLY)
    return answer


def clean_up() -> None:
    scratch.sweep()
    plan.GIVEN_PASSWORD.unlink(missing_ok=True)


def work(given: "DrillQuestion") -> "DrillAnswer":
    """Answers what a proof does, and how long it took, how old the backup is, and what would be lost: \`DrillReport\`."""
    settings = backup_settings.read()
    targets = given["targets"]
    password = plan.password_file(given)
    scratch.sweep()
    began = now()
    begun = time.monotonic()
    proof = verify.Proof(settings, restic.furthest(settings, password), given.get("backup"), False)
    try:
        result = proof.run(without=("L1", "L6"))
        rto = round(time.monotonic() - begun, 1)
    finally:
        scratch.sweep()
    about = proof.manifest
    age = (began - proof.snapshot.time).total_seconds() if proof.snapshots else None
    times = [one.time for one in proof.snapshots]
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(times)]
    missed = [result["reason"]] if result["reason"] is not None else []
    if result["ok"] and rto > targets["rtoSeconds"]:
        missed.append(f"It took {rto:.0f} s to the first answer; the target is {targets['rtoSeconds']} s.")
    if age is not None and age > targets["rpoSeconds"]:
        missed.append(f"The backup is {age / 3600:.1f} hours old; the target is {targets['rpoSeconds'] / 3600:.1f} hours.")
    run: DrillRun = {"time": began.isoformat(), "met": not missed, "rtoSeconds": rto, "rpoSeconds": round(age or 0)}
    history = [*(durable.read_json(HISTORY) or []), run][-KEPT:]
    durable.write_json(HISTORY, history)
    audit.record(given["run"], "drill", snapshot=result["snapshot"], met=not missed, rto=rto)
    return {
        **result,
        "rtoSeconds": rto,
        "rpoSeconds": run["rpoSeconds"],
        "worstGapSeconds": max(gaps, default=None),
        "targets": {"rtoSeconds": targets["rtoSeconds"], "rpoSeconds": targets["rpoSeconds"]},
        "missed": missed,
        "met": not missed,
        "loss": plan.newer_than(about["database"].get("newestRequest")) if about else None,
        "offSite": settings.copy_to is not None,
        "escrow": password != BACKUP_PASSWORD,
        "notRestored": list(NOT_RESTORED),
        "cleanedUp": scratch.is_gone(),
        "history": history,
    }
`,"restore/forward.py":`"""The way forward from the moment that the databases have changed places: keys, Redis, new processes, and what undo needs."""

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agent.backup import manifest, restic, settings as backup_settings
from agent.base import audit, durable, env_file, keys, units
from agent.base.events import note, step
from agent.base.paths import (
    BACKUP_PASSWORD,
    BACKUP_SETTINGS,
    BACKUPS,
    CHANGE_LOCK,
    CHANGE_LOCK_SECONDS,
    CONFIG,
    ENV,
    ETC,
    FINGERPRINT_KEY,
    MASTER_KEY,
    POSTGRES_OWNER_PASSWORD,
    POSTGRES_PASSWORD,
    REDIS_PASSWORD,
    RELEASES,
    RESTORE_STATE as STATE_FILE,
    ROTATION,
    SALT_KEY,
    SLOTS,
)
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import swap as database_swap
from agent.gateway import certificates, images, release
from agent.redis import dump as redis_dump, server as redis_server
from agent.redis.client import LARGEST_VALUE, Redis, RedisError
from agent.restore import kept_tables, plan, scratch
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RestoreDone

FETCHED = BACKUPS / "restore"
UNDO = BACKUPS / "undo"
NEXT_UNDO = BACKUPS / "undo.next"
# Those that belong to the data. The passwords of PostgreSQL and Redis belong to the host, and are taken only where it lost them.
KEYS = (SALT_KEY, MASTER_KEY)
HOST_KEYS = (POSTGRES_PASSWORD, POSTGRES_OWNER_PASSWORD, REDIS_PASSWORD, FINGERPRINT_KEY)
# A rollout, the settings or the password given make these; a rotation goes by the keys that are valid now.
MADE_ANEW = (RELEASES, SLOTS, CONFIG, ENV, ROTATION, BACKUP_SETTINGS, BACKUP_PASSWORD)

Document = dict[str, Any]


def remember(state: Document) -> None:
    """Keeps what undo will put back: keys, and the release that serves now."""
    shutil.rmtree(NEXT_UNDO, ignore_errors=True)
    durable.folder(NEXT_UNDO, 0o700)
    for path in KEYS:
        if path.exists():
            shutil.copy2(path, NEXT_UNDO / path.name)
    serving = release.serving()
    if serving is not None:
        shutil.copytree(release.folder(serving), NEXT_UNDO / "release")
    record = {key: state[key] for key in ("before", "snapshot", "time", "scope")}
    if state.get("kept"):
        record["kept"] = state["kept"] | {"since": state["swapped"]}
    durable.write_json(NEXT_UNDO / "undo.json", record)


def undo_state(record: Document, run: str) -> Document:
    """The state of an undo: the same way forward, with what was kept instead of what was fetched."""
    kept = record["before"]
    return record | {
        "step": "swap",
        "run": run,
        "undo": True,
        "beside": kept,
        "before": kept.replace("_before_", "_undone_") if "_before_" in kept else kept.replace("_undone_", "_before_"),
    }


def forward(state: Document, outcome: Literal["restored", "resumed", "undone"]) -> "RestoreDone":
    """Takes the gateway to the restored data; may be called again after a crash at any place. Answers {release, undo, kept?}."""
    run = state["run"]
    database_swap.exchange(state["beside"], state["before"])
    _keep_logs(state)
    source = UNDO if state.get("undo") else FETCHED
    if state["scope"] == "all":
        with step("keys") as this:
            this.detail = _take_keys(source, bool(state.get("undo")))
    if state["scope"] == "all" and not state.get("undo"):
        with step("files") as this:
            this.detail = f"{_put_back_files()} put back that this host lacked"
        with step("certificates") as this:
            this.detail = certificates.put_back(source / "files")
    with step("counters") as this:
        this.detail = _counters()
    if state["scope"] == "all" and not state.get("undo"):
        with step("redis") as this:
            this.detail = _put_back_redis()
    try:
        name = _roll_out(state, source, run)
    except Refused as refused:
        if state.get("undo"):
            raise
        _go_back(state)
        raise Refused(
            refused.code,
            f"LiteLLM does not run on the restored data, so the previous state is back: {refused.message}",
            refused.log,
        ) from None
    with step("keep") as this:
        _counters()
        for old in [*database_swap.others("litellm_before_"), *database_swap.others("litellm_undone_")]:
            if old != state["before"]:
                database_swap.drop(old)
        _adopt_password(state)
        shutil.rmtree(UNDO, ignore_errors=True)
        if NEXT_UNDO.exists():
            NEXT_UNDO.rename(UNDO)
        shutil.rmtree(FETCHED, ignore_errors=True)
        audit.record(run, "restore", snapshot=state["snapshot"], scope=state["scope"], undo=bool(state.get("undo")))
        durable.remove(STATE_FILE)
        this.detail = f"{state['before']} is kept for an undo, until the next restore or for a week"
    done: RestoreDone = {
        "outcome": outcome,
        "release": name,
        "undo": state["before"],
        "snapshot": state["snapshot"],
        "time": state["time"],
        "scope": state["scope"],
    }
    if state.get("kept"):
        done["kept"] = kept_tables.counts(database_swap.LIVE, state["kept"]["tables"])
    return done


def _keep_logs(state: Document) -> None:
    """What was logged while the other database was made follows; an undo takes along what was logged since the restore."""
    if not state.get("kept"):
        return
    try:
        with step("logs") as this:
            this.detail = f"{kept_tables.follow(state['before'], database_swap.LIVE, state['kept'])} rows that were written meanwhile"
    except Refused as refused:
        if state.get("undo"):
            raise
        _go_back(state)
        raise Refused(refused.code, f"{refused.message} What was there before is back.", refused.log) from None


def _bring_logs_back(state: Document) -> None:
    """What was logged into the restored data, which is dropped now."""
    if not state.get("kept"):
        return
    try:
        kept_tables.follow(state["beside"], database_swap.LIVE, state["kept"] | {"since": state["swapped"]})
    except Refused as refused:
        note("undo", f"What was logged since the restore began may be lost: {refused.message}")


def place_lost_passwords(scope: str) -> None:
    """A host that lost /etc/litellm gets the keys back that its own services still go by."""
    if scope != "all":
        return
    placed = []
    for path in HOST_KEYS:
        kept = FETCHED / "files" / path.relative_to("/")
        if not path.exists() and kept.exists():
            durable.folder(path.parent, 0o700 if path == FINGERPRINT_KEY else 0o755)
            durable.write(path, kept.read_bytes())
            placed.append(path.name)
    if placed:
        note("keys", f"{', '.join(placed)} restored from the backup")
        if redis_server.place_password():
            units.restart("redis-server.service")


def _take_keys(source: Path, undo: bool) -> str:
    folder = source if undo else source / "files" / SALT_KEY.parent.relative_to("/")
    changed = []
    for path in KEYS:
        content = (folder / path.name).read_bytes() if (folder / path.name).exists() else None
        if content is not None and (not path.exists() or path.read_bytes() != content):
            durable.write(path, content)
            changed.append(path.name)
    return f"{', '.join(changed)} taken from the backup" if changed else "the same as before"


def _put_back_files() -> int:
    """What else stood in /etc/litellm: values and keys of the off-site copy, files of people. What this host has stays."""
    source = FETCHED / "files" / ETC.relative_to("/")
    count = 0
    for kept in sorted(source.rglob("*")):
        path = ETC / kept.relative_to(source)
        if (kept.is_dir() and not kept.is_symlink()) or os.path.lexists(path) or any(path.is_relative_to(one) for one in MADE_ANEW):
            continue
        if kept.is_symlink():
            target = os.readlink(kept)
            if not Path(os.path.normpath(path.parent / target)).is_relative_to(ETC):
                note("files", f"{path} is a link to {target} in the backup, which leads out of {ETC}: it was not restored.")
                continue
            durable.folder(path.parent, 0o755)
            durable.link(path, target)
        else:
            # A backup has all files as root's. Nothing comes back that runs with its owner's rights, or that others may change.
            durable.folder(path.parent, stat.S_IMODE(kept.parent.stat().st_mode) & 0o755)
            durable.write(path, kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode) & 0o755)
        count += 1
    return count


def _counters() -> str:
    try:
        redis = redis_dump.live()
        count = redis_dump.forget_counters(redis)
        redis.close()
        return f"{count} counters of spend removed from Redis; LiteLLM reads them again from the database"
    except RedisError as failure:
        raise Refused("redis-down", f"Redis does not answer: {failure} Start it and run the same command again.") from None


def _put_back_redis() -> str:
    """What Redis lost; keys that it has are newer and stay."""
    scratch.sweep()
    try:
        scratch.network()
        password = scratch.start_redis(FETCHED / "redis.rdb")
        source = scratch.inside(lambda: Redis(("127.0.0.1", 6379), password, timeout=600, most=LARGEST_VALUE))
        target = redis_dump.live()
        return f"{redis_dump.put_back(source, target)} keys put back"
    except (RedisError, CommandFailed) as failure:
        # A cache: people are served without it.
        return f"nothing put back: {failure}"
    finally:
        scratch.sweep()


def _roll_out(state: Document, source: Path, run: str) -> str:
    """New processes on the restored database; the old ones remember keys, budgets and teams of the other one."""
    rollout.settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        folder = _release_folder(state, source)
        about = durable.read_json(folder / "release.json")
        images.make_ready(about["image"])
        given = {name: value for name, value in env_file.read(folder / "env").items() if name not in release.HOST_OWNED}
        wanted = rollout.Wanted(
            content=release.content_in(folder),
            given=given,
            image=about["image"],
            workers=int(about["workers"]),
            settings=about["settings"],
            probe=about.get("probe") or [],
        )
        if wanted.is_served():
            note("serving", "The restored data is served by the processes that were there: their keys and configuration are its own.")
        events = rollout.prepare(wanted, run, again=True, forced=True)
    assert events is not None
    return str(rollout.follow(events)["release"])


def _release_folder(state: Document, source: Path) -> Path:
    if state["scope"] != "all":
        return release.folder(str(release.serving()))
    if state.get("undo"):
        return source / "release"
    return manifest.release_folder(source, manifest.parse((source / manifest.NAME).read_bytes()))


def _go_back(state: Document) -> None:
    """The rollout left the old release serving; now it gets its database and its keys back."""
    with step("undo"):
        database_swap.exchange(state["before"], state["beside"])
        _bring_logs_back(state)
        if state["scope"] == "all":
            _take_keys(NEXT_UNDO, undo=True)
        _counters()
        if (NEXT_UNDO / "release").exists():
            try:
                _roll_out(state | {"undo": True}, NEXT_UNDO, state["run"])
            except Refused as refused:
                note("undo", f"The old release serves, but it could not be restarted: {refused.message}")
        database_swap.drop(state["beside"])
        shutil.rmtree(FETCHED, ignore_errors=True)
        shutil.rmtree(NEXT_UNDO, ignore_errors=True)
        durable.remove(STATE_FILE)


def _adopt_password(state: Document) -> None:
    """A host that was restored from elsewhere with an escrowed password keeps it."""
    given = plan.GIVEN_PASSWORD
    if state.get("passwordFile") != str(given) or not given.exists():
        return
    if not BACKUP_PASSWORD.exists() or keys.read(given) != keys.read(BACKUP_PASSWORD):
        settings = backup_settings.read()
        durable.write(BACKUP_PASSWORD, given.read_bytes())
        place = Path(settings.repository)
        if place.is_absolute() and place.exists():
            try:
                restic.local(settings).snapshots()
            except Refused:
                # Its backups are of the empty gateway that was here; their password goes beside them.
                place.rename(place.with_name(f"{place.name}.before-restore"))
                note("repository", f"{place} had another password and is kept as {place}.before-restore.")
    durable.remove(given)
`,"restore/kept_tables.py":`"""The tables that a restore of the configuration leaves as they are: copied out of the live database, with what is written meanwhile.

Holds: no row of them is lost between the copy and the exchange of the databases. What was written after the copy began is known by
its transaction, whose number counts for the whole server, and follows after the exchange.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from agent.base import room
from agent.base.paths import BACKUPS
from agent.base.process import ENVIRONMENT, CommandFailed, memory_file
from agent.base.refusal import DATABASE, Refused
from agent.database import load as database_load, tables as database_tables
from agent.database.dump import HOURS
from agent.database.server import OWNER, READER
from agent.database.session import LOCK_SECONDS, Session, identifier, session
from agent.litellm import tables as litellm_tables

# What a table and its parts are made of, in no order: two of the same shape take each other's rows.
SHAPE = """
WITH part AS (SELECT one::regclass AS oid FROM unnest(%(parts)s::text[]) AS one)
SELECT md5(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM (
  SELECT concat_ws(' ', c.oid::regclass, c.relkind, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid)) AS line
    FROM part JOIN pg_class c USING (oid)
  UNION ALL SELECT concat_ws(' ', a.attrelid::regclass, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM part JOIN pg_attribute a ON a.attrelid = part.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM part JOIN pg_index i ON i.indrelid = part.oid
  UNION ALL SELECT concat_ws(' ', o.conrelid::regclass, quote_ident(o.conname), pg_get_constraintdef(o.oid))
    FROM part JOIN pg_constraint o ON o.conrelid = part.oid WHERE o.contype <> 'n'
) AS shape"""
VIEWS = "SELECT format('%I.%I', schemaname, viewname) FROM pg_views WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'"
SCHEMAS = (
    "SELECT DISTINCT quote_ident(n.nspname) FROM unnest(%(parts)s::text[]) one "
    "JOIN pg_class c ON c.oid = one::regclass JOIN pg_namespace n ON n.oid = c.relnamespace"
)
COLUMNS = (
    "SELECT quote_ident(attname), "
    "attnum = ANY (coalesce((SELECT indkey::int2[] FROM pg_index WHERE indrelid = attrelid AND indisprimary), '{}')) "
    "FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
# The transaction that wrote a row, by its full number: a row holds the lower half.
WRITER = "now.xid - ((now.xid %% 4294967296) - t.xmin::text::bigint + 4294967296) %% 4294967296"
LATER = (
    "SELECT {columns} FROM {table} t, (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid) now "
    f"WHERE {WRITER} >= pg_snapshot_xmin(%(since)s::pg_snapshot)::text::bigint"
)
SIZE = "SELECT coalesce(sum(pg_total_relation_size(one::regclass)), 0)::bigint FROM unnest(%(parts)s::text[]) one"
MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
# A table without a key would get rows twice that were just about to be seen.
UNSEEN = f" AND NOT pg_visible_in_snapshot(({WRITER})::text::xid8, %(since)s::pg_snapshot)"

Document = dict[str, Any]


def of(live: database_tables.Schema) -> list[str]:
    """The tables that stay: all but the configuration, and but those of others that are tied to it by a foreign key."""
    stay = {name for name in live.parts if name not in litellm_tables.CONFIGURATION}
    while True:
        tied = {
            one
            for pair in live.references
            for one in pair
            if one in stay and one not in litellm_tables.USAGE and not stay.issuperset(pair) and not litellm_tables.USAGE & set(pair)
        }
        if not tied:
            return sorted(stay)
        stay -= tied


def copy(source: str, target: str) -> Document:
    """Puts the tables into \`target\`, a database with the configuration of a backup; answers {tables, since}: what \`follow\` needs."""
    with session(READER, source, 12 * HOURS) as live, session(OWNER, target) as there:
        live.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0")
        ((snapshot, since),) = live.rows("SELECT pg_export_snapshot(), pg_current_snapshot()::text")
        schema = database_tables.read(live)
        tables = of(schema)
        if not tables:
            return {"tables": [], "since": since}
        parts = [part for name in tables for part in schema.parts[name]]
        room.require({Path(DATABASE): int(live.one(SIZE, {"parts": parts}))}, "The copy of the logs")
        other = _differing(live, there, schema, tables)
        views = set(there.column(VIEWS))
        there.rows("SET statement_timeout = 0")
        for name in _in_the_way(there, schema, other):
            there.rows(f"DROP TABLE IF EXISTS {name} CASCADE")
        lost = views - set(there.column(VIEWS))
        new = [part for name in other for part in schema.parts[name]]
        for place in live.column(SCHEMAS, {"parts": new}):
            there.rows(f"CREATE SCHEMA IF NOT EXISTS {place}")
        carry = _Carrier(source, target, snapshot)
        carry("--section=pre-data", new)
        carry("--data-only", parts)
        carry("--section=post-data", new)
        carry("--schema-only", sorted(lost & set(live.column(VIEWS))))
    return {"tables": tables, "since": since}


def follow(source: str, target: str, kept: Document) -> int:
    """Takes along what was written into \`source\` since; answers how many rows. Done twice, it does the same."""
    count = 0
    try:
        with session(READER, source, 12 * HOURS) as there, session(OWNER, target, settings=database_load.settings()) as live:
            live.rows("BEGIN")
            # Rows without a key could not be distinguished from those that an attempt before a crash has brought.
            mark = f"litellm-gitops: what was written into {source} since {kept['since']} is here"
            if live.one(MARK) == mark:
                return 0
            schema = database_tables.read(there)
            for name in database_tables.parents_first([one for one in kept["tables"] if one in schema.parts], schema.references):
                count += _follow(there, live, name, kept["since"])
            live.rows(f"COMMENT ON DATABASE {identifier(target)} IS %(mark)s", {"mark": mark})
            live.rows("COMMIT")
    except CommandFailed as failed:
        raise Refused("logs", f"What was logged meanwhile could not be copied: {failed}", failed.output) from None
    return count


def counts(database: str, tables: list[str]) -> dict[str, int]:
    """How many rows each of the tables has now, those without any left out."""
    with session(READER, database, HOURS) as asked:
        there = database_tables.read(asked).parts
        found = {name: int(asked.one(f"SELECT count(*) FROM {name}")) for name in tables if name in there}
    return {name: count for name, count in sorted(found.items()) if count > 0}


def now(database: str) -> str:
    """The moment, as \`follow\` takes it."""
    with session(READER, database) as asked:
        return str(asked.one("SELECT pg_current_snapshot()::text"))


def _differing(live: Session, there: Session, schema: database_tables.Schema, tables: list[str]) -> list[str]:
    """Those that the target does not have, or has in another shape: partitions are made from day to day, and columns by migrations."""
    have = database_tables.read(there).parts
    return [
        name
        for name in tables
        if set(have.get(name, ())) != set(schema.parts[name])
        or live.one(SHAPE, {"parts": list(schema.parts[name])}) != there.one(SHAPE, {"parts": list(schema.parts[name])})
    ]


def _in_the_way(there: Session, schema: database_tables.Schema, tables: list[str]) -> list[str]:
    """Tables of the target whose names these and their parts need."""
    needed = {part for name in tables for part in schema.parts[name]}
    return sorted(name for name, parts in database_tables.read(there).parts.items() if needed.intersection(parts))


class _Carrier:
    """Copies tables from one database of the server into another, as one moment had them and without a file between."""

    def __init__(self, source: str, target: str, snapshot: str) -> None:
        self._dump = READER.tool(
            "pg_dump", "--format=custom", "--compress=0", "--no-password", "--strict-names", f"--lock-wait-timeout={LOCK_SECONDS}s",
            f"--snapshot={snapshot}",
        )  # fmt: skip
        self._restore = OWNER.tool("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={target}")
        self._source = source

    def __call__(self, option: str, names: list[str]) -> None:
        if not names:
            return
        # As the server quotes a name, quotes stand around what pg_dump would take for a pattern; capitals need them anyway.
        chosen = [f"--table={name}" for name in names]
        with memory_file() as said:
            argv, env = [*self._dump, option, *chosen, self._source], ENVIRONMENT | database_load.environment()
            with (
                subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=said, env=env) as giving,
                subprocess.Popen([*self._restore, option], stdin=giving.stdout, stdout=said, stderr=said, env=env) as taking,
            ):
                assert giving.stdout
                giving.stdout.close()
                try:
                    codes = taking.wait(12 * HOURS), giving.wait(60)
                finally:
                    giving.kill()
                    taking.kill()
            if any(codes):
                said.seek(0)
                failed = CommandFailed(self._restore, f"exited {max(codes)}", said.read(), max(codes))
                raise Refused("logs", f"The tables that stay could not be copied: {failed} Nothing was changed.", failed.output)


def _follow(source: Session, target: Session, table: str, since: str) -> int:
    columns = source.rows(COLUMNS, {"table": table})
    names = ", ".join(name for name, _ in columns)
    key = ", ".join(name for name, is_key in columns if is_key)
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name, is_key in columns if not is_key)
    # What is no value of the statement, but a part of a name, must not be taken for one.
    chosen = {"columns": ", ".join(f"t.{name}" for name, _ in columns).replace("%", "%%"), "table": table.replace("%", "%%")}
    wanted = LATER.format(**chosen) + ("" if key else UNSEEN)
    with tempfile.TemporaryFile(dir=BACKUPS) as rows:
        source.copy_out(wanted, {"since": since}, rows)
        if not rows.tell():
            return 0
        rows.seek(0)
        target.rows(f"CREATE TEMPORARY TABLE carried AS SELECT {names} FROM {table} WITH NO DATA")
        target.copy_in(f"COPY pg_temp.carried ({names}) FROM STDIN", rows, database_load.BLOCK)
    clash = f"ON CONFLICT ({key}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING") if key else ""
    target.rows(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM pg_temp.carried {clash}")
    count: int = target.one("SELECT count(*) FROM pg_temp.carried")
    target.rows("DROP TABLE pg_temp.carried")
    return count
`,"restore/migration_costs.py":`"""What migrations do to a database while they run: how large it gets, and which tables they keep from others, for how long."""

import dataclasses
import shutil
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType

from agent.base import room
from agent.base.process import CommandFailed
from agent.database.server import Server
from agent.database.session import Session, session

LOOK_SECONDS = 0.2
# A lock that was seen once was held for about this long.
SIZE_SECONDS = 1
# By the strongest mode that was seen: who waits for it. Source: PostgreSQL's manual, 13.3.1.
BLOCKS = {"AccessExclusiveLock": "all", "ExclusiveLock": "writes", "ShareRowExclusiveLock": "writes", "ShareLock": "writes"}
SIZE = "SELECT pg_database_size(current_database())"
LOCKS = """
SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.granted AND l.mode = ANY(%(modes)s) AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p')
AND c.relnamespace = 'public'::regnamespace AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@dataclasses.dataclass
class Seen:
    bytes_before: int = 0
    bytes_most: int = 0
    bytes_after: int = 0
    # By table: how long it was locked, and whether for all or for those who write.
    locked: dict[str, float] = dataclasses.field(default_factory=dict)
    blocks: dict[str, str] = dataclasses.field(default_factory=dict)
    # The disk ran short, and \`stop\` was called.
    is_full: bool = False


class Observed:
    """Looks while the work inside runs; calls \`stop\` once when less than the spare is left on the disk of \`place\`."""

    def __init__(self, server: Server, database: str, tables: Collection[str], place: Path, stop: Callable[[], None]) -> None:
        self._server, self._database, self._tables = server, database, frozenset(tables)
        self._place, self._stop = place, stop
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._watch_disk, self._watch_database)]
        self.seen = Seen()

    def __enter__(self) -> "Observed":  # noqa: PYI034 - typing.Self is of Python 3.11
        with session(self._server, self._database) as asked:
            self.seen.bytes_before = self.seen.bytes_most = asked.one(SIZE)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if error is None:
            with session(self._server, self._database) as asked:
                self.seen.bytes_after = asked.one(SIZE)
                self.seen.bytes_most = max(self.seen.bytes_most, self.seen.bytes_after)

    def _watch_disk(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if shutil.disk_usage(self._place).free < room.SPARE:
                self.seen.is_full = True
                self._stop()
                return

    def _watch_database(self) -> None:
        try:
            with session(self._server, self._database) as asked:
                last = sized = time.monotonic()
                while not self._over.wait(LOOK_SECONDS):
                    now = time.monotonic()
                    self._add_locks(asked, now - last)
                    if now - sized > SIZE_SECONDS:
                        self.seen.bytes_most = max(self.seen.bytes_most, asked.one(SIZE))
                        sized = now
                    last = now
        except CommandFailed:
            # The server was stopped, which the work says itself.
            return

    def _add_locks(self, asked: Session, seconds: float) -> None:
        held: dict[str, str] = {}
        for table, mode in asked.rows(LOCKS, {"modes": list(BLOCKS)}):
            if table in self._tables and held.get(table) != "all":
                held[table] = BLOCKS[mode]
        for table, blocks in held.items():
            self.seen.locked[table] = self.seen.locked.get(table, 0) + seconds
            if self.seen.blocks.get(table) != "all":
                self.seen.blocks[table] = blocks
`,"restore/plan.py":`"""Which backup is restored, whether it fits, and what that would change; nothing here changes the gateway."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from agent import contract
from agent.backup import manifest, restic, settings as backup_settings
from agent.backup.manifest import Manifest
from agent.base import durable, keys
from agent.base.events import note
from agent.base.paths import BACKUP_PASSWORD, BACKUP_SETTINGS, BACKUPS, ETC, SALT_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres, tables as database_tables
from agent.database.server import READER, programs
from agent.database.session import Session, session
from agent.gateway import release
from agent.litellm import tables as litellm_tables
from agent.restore import kept_tables

if TYPE_CHECKING:
    from agent.contract_types import BackupSettings, Loss, RestorePlan, RestoreQuestion, RestoreScope, UndoPlan

GIVEN_PASSWORD = BACKUPS / "given_password"

Document = dict[str, Any]
Stays = Callable[[database_tables.Schema], list[str]]


@dataclasses.dataclass(frozen=True)
class Chosen:
    repository: restic.Repository
    snapshot: restic.Snapshot
    manifest: Manifest
    scope: "RestoreScope"
    # What serves on the restored data.
    image: str
    # Its schema is older than what that image wants.
    migrate: bool


def place_settings(given: "BackupSettings | None") -> None:
    """On a host that lost /etc/litellm, what the declaration says of backups takes the place of what deploy said."""
    if given is not None and not BACKUP_SETTINGS.exists():
        durable.folder(ETC, 0o755)
        durable.write(BACKUP_SETTINGS, json.dumps(given, indent=1).encode(), 0o644)


def choose(settings: backup_settings.Settings, given: "RestoreQuestion") -> Chosen:
    """Refuses what doesn't fit before anything is touched."""
    scope = given.get("scope") or "database"
    if scope not in contract.SCOPES:
        raise Refused("scope", f'The scope is "{scope}"; it can be {", ".join(contract.SCOPES)}.')
    repository, snapshot = _find(settings, given.get("backup"), password_file(given))
    about = manifest.parse(repository.read(snapshot, manifest.NAME))
    if about["domain"] != settings.domain:
        raise Refused("foreign", f"The backup is of {about['domain']}, not of {settings.domain}: it was not restored.")
    serving = release.serving()
    if scope == "all":
        image, migrate = about["image"], False
    elif serving is None:
        raise Refused(
            "not-deployed", "No gateway is deployed on this host. Restore with the scope all, which restores its keys and release too."
        )
    else:
        _require_salt(about)
        image = release.describe(serving)["image"]
        migrate = _require_migrations(about, image)
    _require_server(about)
    return Chosen(repository, snapshot, about, scope, image, migrate)


def keep_password(given: Mapping[str, Any]) -> Document:
    """Puts a password from the escrow where restic reads it, and takes it out of what is passed on and written down."""
    rest = {name: value for name, value in given.items() if name != "password"}
    if not given.get("password"):
        return rest
    durable.folder(BACKUPS, 0o700)
    durable.write(GIVEN_PASSWORD, (given["password"].strip() + "\\n").encode())
    return rest | {"escrow": True}


def password_file(given: Mapping[str, Any]) -> Path:
    """Where restic reads the password: the host's own file, or the one with what was given."""
    return GIVEN_PASSWORD if given.get("escrow") else BACKUP_PASSWORD


def _find(settings: backup_settings.Settings, wanted: str | None, password: Path) -> tuple[restic.Repository, restic.Snapshot]:
    """The repository of this host first: it is near. Where it cannot give the backup, the off-site copy does."""
    near, far = restic.local(settings, password), restic.copy(settings, password)
    try:
        return near, restic.choose(near.snapshots(), wanted)
    except Refused as refused:
        if far is None or refused.code == "disk-full":
            raise
        note("repository", f"{refused.message} Trying the off-site copy.")
    return far, restic.choose(far.snapshots(), wanted)


def _require_salt(about: Manifest) -> None:
    if SALT_KEY.exists() and about["salt"] == manifest.fingerprint(keys.read(SALT_KEY)):
        return
    raise Refused(
        "salt-key",
        "The data in this backup was encrypted with another salt key than this host has and could not be read. Restore with the "
        "scope all, which restores the backup's keys too.",
    )


def _require_migrations(about: Manifest, image: str) -> bool:
    """Whether the backup's schema is older than the live one. One that is newer has no way back."""
    live, then = set(postgres.migrations()), set(about["database"]["migrations"])
    if not live:
        return bool(image != about["image"])
    unknown = sorted(then - live)
    if unknown:
        raise Refused(
            "schema-newer",
            f"The backup was made by LiteLLM {about['litellmVersion']}, whose schema has {len(unknown)} migrations that the serving image "
            f"does not know ({unknown[-1]}). Deploy {about['image']} first, or restore with the scope all.",
        )
    return bool(live - then)


def _require_server(about: Manifest) -> None:
    here, there = int(programs().parent.name), about["database"]["serverVersion"] // 10000
    if here < there:
        raise Refused("server-older", f"The backup is of PostgreSQL {there}, and this host has {here}, which cannot read it.")


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What a restore finds in the live database beside a backup; tables by name, partitions among the table that they are of."""

    # Tables whose rows stay, and how many they are.
    kept: dict[str, int]
    # Those that the backup replaces with other rows: how many there are now, and how many then.
    replaced: dict[str, tuple[int, int]]


class Tables(TypedDict):
    # By table: rows now, rows then.
    tables: dict[str, tuple[int, int]]
    kept: dict[str, int]
    unknown: list[str]


def describe(chosen: Chosen, confirm: str, interrupted: str | None = None) -> "RestorePlan":
    """What a restore would lose and gain, in rows and in dollars: every table of which a row would not be there any more is named."""
    about = chosen.manifest["database"]
    found = compare(about, stays(chosen.scope))
    return {
        "outcome": "planned",
        "confirm": confirm,
        "interrupted": interrupted,
        "snapshot": chosen.snapshot.original,
        "time": chosen.manifest["created"],
        "source": chosen.repository.name,
        "scope": chosen.scope,
        "litellm": chosen.manifest["litellmVersion"],
        "rows": database_content.rows({"tables": about["tables"]}),
        # With the logs all requests stay.
        "newer": {"requests": 0, "spend": 0.0} if chosen.scope == "configuration" else newer_than(about.get("newestRequest")),
        **_tables(found),
    }


def describe_undo(record: Document, confirm: str) -> "UndoPlan":
    """What would be lost and what stays when the last restore is undone; shapes as in \`describe\`."""
    with session(READER, record["before"], 600) as asked:
        asked.rows("BEGIN READ ONLY")
        about = database_content.read(asked) | {"roots": database_tables.read(asked).roots()}
        newest = asked.one('SELECT max("startTime")::text FROM public."LiteLLM_SpendLogs"')
    kept = record.get("kept")
    found = compare(about, lambda live: [name for name in kept["tables"] if name in live.parts] if kept else [])
    return {
        "outcome": "planned",
        "undo": record["before"],
        "confirm": confirm,
        "scope": record["scope"],
        "newer": {"requests": 0, "spend": 0.0} if kept else newer_than(newest),
        **_tables(found),
    }


def _tables(found: Comparison) -> Tables:
    kept = {name: count for name, count in sorted(found.kept.items()) if count > 0}
    return {
        "tables": dict(sorted(found.replaced.items())),
        "kept": kept,
        "unknown": [name for name in kept if name not in litellm_tables.USAGE],
    }


def stays(scope: str) -> Stays:
    """Which tables of the live database keep their rows."""
    return kept_tables.of if scope == "configuration" else lambda _live: []


def loaded(about: Document, stays: Stays) -> list[str]:
    """The tables and partitions of the backup whose rows a restore loads: all but those of tables that stay."""
    if postgres.state() != "ready":
        return list(about["tables"])
    with postgres.reading() as asked:
        schema = database_tables.read(asked)
    roots, kept = schema.roots() | about.get("roots", {}), stays(schema)
    return [part for part in about["tables"] if roots.get(part, part) not in kept]


def compare(about: Document, stays: Stays) -> Comparison:
    """Holds: a table of the live database is kept, or it has the same rows in the backup, or it is among the replaced."""
    if postgres.state() != "ready":
        return _compared(about, {}, database_tables.Schema({}, frozenset()), [])
    with postgres.reading() as asked:
        asked.rows(database_content.SETTINGS)
        asked.rows("SET statement_timeout = '600s'")
        schema = database_tables.read(asked)
        kept = stays(schema)
        return _compared(about, _live(asked, schema, about, kept), schema, kept)


def _live(asked: Session, schema: database_tables.Schema, about: Document, kept: list[str]) -> Document:
    """{table: {rows, checksum}}; the checksum only of those that may differ from the backup's, as it takes long."""
    then = database_tables.by_table(about["tables"], schema.roots() | about.get("roots", {}))
    live: Document = {}
    for name in schema.parts:
        rows = int(asked.one(f"SELECT count(*) FROM {'' if len(schema.parts[name]) > 1 else 'ONLY'} {name}"))
        same = name not in kept and rows == then.get(name) and rows > 0
        live[name] = {"rows": rows, "checksum": database_tables.checksum(asked, schema.parts[name]) if same else None}
    return live


def _compared(about: Document, live: Document, schema: database_tables.Schema, kept: list[str]) -> Comparison:
    roots = schema.roots() | about.get("roots", {})
    then = database_tables.by_table(about["tables"], roots)
    sums: dict[str, int] = {}
    for part, table in about["tables"].items():
        sums[roots.get(part, part)] = sums.get(roots.get(part, part), 0) + int(table["checksum"])
    replaced = {}
    for name in live.keys() | then.keys():
        now = live.get(name, {"rows": 0, "checksum": None})
        other = now["checksum"] is not None and now["checksum"] != sums[name]
        if name not in kept and (now["rows"] != then.get(name, 0) or other):
            replaced[name] = (now["rows"], then.get(name, 0))
    return Comparison(kept={name: live[name]["rows"] for name in kept}, replaced=replaced)


def newer_than(time: str | None) -> "Loss | None":
    """{requests, spend}: what the live database has of requests after that time, and a restore would lose; null when it is not known."""
    since = (
        f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0) FROM "LiteLLM_SpendLogs" '
        'WHERE %(time)s IS NULL OR "startTime" > %(time)s::timestamp'
    )
    try:
        with postgres.reading(seconds=600) as asked:
            ((count, spend),) = asked.rows(since, {"time": time})
    except CommandFailed:
        return None
    return {"requests": count, "spend": float(spend)}
`,"restore/provider_trial.py":`"""One request of each declared provider's wire format, served by the LiteLLM that is rehearsed and answered by a stand-in.

For each provider the configuration gets one more model, with the name of a declared one, the stand-in's address and a key that is none.
What a provider's own login needs (Google, Azure's identities) reaches nobody here, so such a provider is named as not tried.
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent.gateway.release import Content
from agent.litellm import configuration as loader, key_rules
from agent.litellm.admin_api import AdminApi, ApiError, understood
from agent.restore import stand_in

if TYPE_CHECKING:
    from agent.contract_types import TriedProvider

NAME = "litellm-gitops-rehearsal-"
KEY = "sk-rehearsal"
# They speak as OpenAI does, each below its own address.
LIKE_OPENAI = frozenset((
    "openai", "azure", "azure_ai", "openrouter", "perplexity", "groq", "mistral", "deepseek", "xai", "together_ai", "fireworks_ai",
    "hosted_vllm", "vllm", "openai_like", "custom_openai", "lm_studio", "litellm_proxy", "nvidia_nim", "cerebras", "sambanova",
))  # fmt: skip
KNOWN = LIKE_OPENAI | {"anthropic", "gemini", "bedrock", "ollama", "ollama_chat"}
# Of the model's own settings those that its request is made by.
KEPT = ("model", "custom_llm_provider", "api_version")
BARE = (("claude", "anthropic"), ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"), ("text-embedding-", "openai"))
# What has another way to be asked than a chat, or an embedding.
MODES = ("chat", "completion", "embedding")

Document = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Trial:
    provider: str
    # As it is declared.
    model: str
    parameters: Document
    is_embedding: bool

    @property
    def name(self) -> str:
        return NAME + self.provider


def trials(config: Document) -> list[Trial]:
    """One for each provider, of the first declared model of it that can be asked."""
    found: dict[str, Trial] = {}
    for parameters, info in _models(config):
        model = str(parameters.get("model") or "")
        provider = _provider(parameters, model)
        mode = str(info.get("mode") or ("embedding" if "embed" in model else "chat"))
        if provider is None or provider in found or (provider in KNOWN and mode not in MODES):
            continue
        kept = {name: parameters[name] for name in KEPT if name in parameters}
        if model.endswith("*"):
            kept["model"] = f"{provider}/rehearsal"
        found[provider] = Trial(provider, model, kept, mode == "embedding")
    return list(found.values())


def _models(config: Document) -> Iterator[tuple[Document, Document]]:
    for entry in config.get("model_list") or []:
        if isinstance(entry, dict) and isinstance(entry.get("litellm_params"), dict):
            info = entry.get("model_info")
            yield entry["litellm_params"], info if isinstance(info, dict) else {}


def _provider(parameters: Document, model: str) -> str | None:
    named = parameters.get("custom_llm_provider")
    if isinstance(named, str):
        return named
    provider, slash, _ = model.partition("/")
    return provider if slash else next((name for begin, name in BARE if model.startswith(begin)), None)


def with_trials(content: Content, port: int) -> Content:
    """The configuration with a model for each trial beside its own."""
    document = loader.load(content.config)
    if not isinstance(document, dict):
        return content
    more = [_entry(trial, port) for trial in trials(document) if trial.provider in KNOWN]
    return Content(json.dumps(document | {"model_list": [*(document.get("model_list") or []), *more]}), content.beside)


def _entry(trial: Trial, port: int) -> Document:
    base = f"http://127.0.0.1:{port}/{trial.provider}"
    if trial.provider == "bedrock":
        access: Document = {
            "aws_access_key_id": "rehearsal", "aws_secret_access_key": KEY, "aws_region_name": "us-east-1",
            "aws_bedrock_runtime_endpoint": base,
        }  # fmt: skip
    else:
        access = {"api_base": base, "api_key": KEY}
    version = {"api_version": "2024-10-21"} if trial.provider == "azure" else {}
    return {"model_name": trial.name, "litellm_params": version | trial.parameters | access, "model_info": {"id": trial.name}}


def ask(api: AdminApi, key: str, config: Document) -> "list[TriedProvider]":
    return [_ask_one(api, key, config, trial) for trial in trials(config)]


def _ask_one(api: AdminApi, key: str, config: Document, trial: Trial) -> "TriedProvider":
    told: TriedProvider = {"provider": trial.provider, "model": trial.model, "ok": None, "detail": "there is no stand-in for it"}
    if trial.provider not in KNOWN:
        return told
    try:
        return told | {"ok": True, "detail": _served(api, key, config, trial)}
    except ApiError as failure:
        return told | {"ok": False, "detail": str(failure)}


def _served(api: AdminApi, key: str, config: Document, trial: Trial) -> str:
    """What was answered. Raises \`ApiError\`, also where the answer is not the stand-in's."""
    common = key_rules.required(config) | {"model": trial.name, "cache": {"no-cache": True, "no-store": True}}
    path = "/v1/embeddings" if trial.is_embedding else "/v1/chat/completions"
    if trial.is_embedding:
        answer = api.post(path, common | {"input": "rehearsal"}, key)
        with understood(f"POST {path}"):
            return f"an embedding of {len(answer['data'][0]['embedding'])} numbers"
    answer = api.post(path, common | {"messages": [{"role": "user", "content": "rehearsal"}], "max_tokens": 16}, key)
    with understood(f"POST {path}"):
        said = answer["choices"][0]["message"]["content"]
        counted = answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]
    if said != stand_in.SAID:
        raise ApiError(f"POST {path}", 200, "with another answer than the stand-in's")
    return f"a request answered, {counted[0]} and {counted[1]} tokens counted"
`,"restore/rehearsal.py":`"""Tries an image beside the gateway that serves: its migrations on the newest backup, its start, decryption, and a request of each kind.

Nothing of the gateway is touched. All is made in the scratch place that proofs of backups use, and removed however it ends; an image
that was pulled for it too, unless a release took it meanwhile.
"""

import dataclasses
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.backup import restic, settings as backup_settings
from agent.base import audit, durable, jobs, redaction, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import BACKUPS, CHANGE_LOCK, STATE
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres
from agent.database.server import Server
from agent.database.session import session
from agent.gateway import images, migration, release, schema
from agent.litellm import configuration as loader, image_files, key_rules, prices, proof
from agent.litellm.admin_api import AdminApi, ApiError
from agent.redis.client import RedisError
from agent.restore import application_proof, migration_costs, provider_trial, scratch, stand_in, verify

if TYPE_CHECKING:
    from agent.contract_types import ChangedPrice, RehearsalAnswer, RehearsalQuestion, RehearsedMigrations, RehearsedStep, TriedProvider

UNIT = "litellm-gitops-rehearsal.service"
CONTAINER = "litellm-scratch-migrate"
# Images that rehearsals have pulled and not yet removed.
PULLED = STATE / "rehearsal.json"
SECONDS = 1800
# For all the rest: the pull, the restore, and a start on a slow machine.
REST_SECONDS = 3600
LOCK_SECONDS = 60
# Migrations may write each table once more, and its indexes.
GROWTH = 3
# Of what an image says.
MOST_LINES, MOST_TEXT = 12, 3000


def main(given: "RehearsalQuestion") -> "RehearsalAnswer":
    """Input: {run, image, prices, seconds?}. Answers what \`work\` does."""
    limit = f"RuntimeMaxSec={int(given.get('seconds', SECONDS)) + REST_SECONDS}"
    answer: RehearsalAnswer = jobs.work(UNIT, "rehearse", given, *jobs.GENTLY, limit, what="rehearsal")
    return answer


def clean_up() -> None:
    """After its end, without the lock of backups: a deploy that holds the lock of changes may wait for that one."""
    _sweep()
    pulled = _pulled()
    if not pulled:
        return
    try:
        with durable.locked(CHANGE_LOCK, LOCK_SECONDS):
            for image in pulled:
                images.drop(image)
            durable.remove(PULLED)
    except Refused:
        # Somebody deploys. The next rehearsal removes it, if that deploy does not.
        return


def _sweep() -> None:
    migration.Place("", container=CONTAINER).stop()
    scratch.sweep()


def _pulled() -> list[str]:
    known: list[str] = (durable.read_json(PULLED) or {}).get("images", [])
    return known


def work(given: "RehearsalQuestion") -> "RehearsalAnswer":
    """Answers what was found up to the first step that failed, and which that was."""
    _sweep()
    rehearsal = Rehearsal(given)
    try:
        rehearsal.climb()
    finally:
        _sweep()
    audit.record(given["run"], "rehearse", image=given["image"], ok=rehearsal.reason is None)
    return rehearsal.answer(scratch.is_gone())


@dataclasses.dataclass
class Rehearsal:
    """What was found so far."""

    given: "RehearsalQuestion"
    steps: "list[RehearsedStep]" = dataclasses.field(default_factory=list)
    reason: str | None = None
    seconds: float = 0
    pull_seconds: float | None = None
    migrations: "RehearsedMigrations | None" = None
    rollback: Any = None
    providers: "list[TriedProvider]" = dataclasses.field(default_factory=list)
    prices: "list[ChangedPrice] | None" = None

    def __post_init__(self) -> None:
        self.image = self.given["image"]
        self.serving = _serving()
        self.serves = str(release.describe(self.serving).get("image"))
        self.hide = redaction.redactor(_secrets(self.serving))
        settings = backup_settings.read()
        self.proof = verify.Proof(settings, restic.local(settings), None, False)

    def climb(self) -> None:
        with self.proof.beside:
            for name, work in self._steps():
                if not self._take(name, work):
                    break
        # How long the image takes to come says nothing of the rehearsal.
        self.seconds = round(sum(one["seconds"] for one in self.steps if one["name"] != "image"), 1)

    def _take(self, name: str, work: Callable[[], str]) -> bool:
        started = time.monotonic()
        try:
            with step(name) as this:
                this.detail = self._hidden(work)
        except Refused as failure:
            log = failure.log[-MOST_LINES:] if name == "migrations" else []
            self._note(name, False, started, " ".join([failure.message, *log]))
            self.reason = f"{name}: {failure.message}"
            return False
        self._note(name, True, started, this.detail)
        return True

    def _hidden(self, work: Callable[[], str]) -> str:
        """What an image says that nobody has reviewed is shown to people: in it are no values of this host."""
        try:
            return self.hide(work())
        except Refused as refused:
            raise Refused(refused.code, self.hide(refused.message), [self.hide(line) for line in refused.log]) from None
        except (CommandFailed, RedisError, ApiError, proof.NotProven) as failure:
            raise Refused("rehearsal", self.hide(str(failure))) from None

    def _note(self, name: str, ok: bool, started: float, detail: str | None) -> None:
        shown = detail and detail[:MOST_TEXT]
        self.steps.append({"name": name, "ok": ok, "seconds": round(time.monotonic() - started, 2), "detail": shown})

    def _steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("image", self._pull),
            ("prices", self._compare_prices),
            ("backup", self._restore),
            ("migrations", self._migrate),
            ("start", self._start),
        ]

    def _pull(self) -> str:
        if not images.present(self.image):
            durable.write_json(PULLED, {"images": sorted({*_pulled(), self.image})})
        self.pull_seconds = images.make_ready(self.image)
        images.require_supported(self.image)
        version = images.litellm_version(self.image)
        pulled = "on this host already" if self.pull_seconds is None else f"pulled in {self.pull_seconds:.1f} s"
        return f"LiteLLM {version or 'of an unknown version'}, {pulled}"

    def _compare_prices(self) -> str:
        targets = list(self.given["prices"])
        before, after = (prices.of(prices.known(image), targets) for image in (self.serves, self.image))
        if before is None or after is None:
            return "a list of prices could not be read"
        self.prices = [_price(target, before[target], after[target]) for target in targets if before[target] != after[target]]
        return f"{len(self.prices)} of {len(targets)} models have another one"

    def _restore(self) -> str:
        about = self.proof.presence()
        bytes_ = self.proof.manifest["database"]["bytes"]
        room.require({BACKUPS: bytes_ * 2, scratch.PLACE: bytes_ * GROWTH}, "A rehearsal")
        return f"{about}; {self.proof.files()}; {self.proof.load()}"

    def _migrate(self) -> str:
        server, wanted = self.proof.server, schema.of_image(self.image)
        before = _schema_in(server)
        between = schema.distance(before, wanted)
        if between.unknown:
            raise schema.moved_on(self.image, between.unknown)
        seconds, seen = self._run_migrations(server, before)
        after = _schema_in(server)
        self.migrations = {
            "pending": between.pending, "seconds": seconds, "bytesBefore": seen.bytes_before, "bytesAfter": seen.bytes_after,
            "bytesMost": seen.bytes_most, "takes": schema.taken(before, wanted, between.pending), "lost": schema.lost(before, after),
            "locks": _locks(seen),
        }  # fmt: skip
        schema.require_complete(self.image, schema.distance(after, wanted))
        self.rollback = way_back(after, image_files.schema(self.serves))
        grown = f"{seen.bytes_before / room.MIB:.1f} to {seen.bytes_after / room.MIB:.1f} MiB"
        return f"{len(between.pending)} in {seconds:.1f} s, the database grew from {grown}"

    def _run_migrations(self, server: Server, before: schema.Database) -> tuple[float, migration_costs.Seen]:
        begun = time.monotonic()
        network, seconds = f"ns:/run/netns/{scratch.NETWORK}", self.given.get("seconds", SECONDS)
        place = migration.Place(self.proof.owner_url, server, network, CONTAINER, seconds)
        watched = migration_costs.Observed(server, scratch.DATABASE, before.columns, scratch.PLACE, partial(_stop, place))
        try:
            with watched:
                migration.run_on(self.image, {"storeModelInDb": False}, place)
        except (Refused, CommandFailed):
            if watched.seen.is_full:
                raise _too_large(self.image, watched.seen) from None
            raise
        return round(time.monotonic() - begun, 1), watched.seen

    def _start(self) -> str:
        """Boots the image with what serves now, on the migrated copy."""
        files = scratch.FILES / "files"
        postgres.give_rows(self.proof.server, scratch.DATABASE)
        salt = (files / "etc/litellm/salt_key").read_text().strip()
        master = (files / "etc/litellm/master_key").read_text().strip()
        host = application_proof.host_environment(self.proof.url, self.proof.redis_password, master, salt)
        content = release.content_in(release.folder(self.serving))
        rules = loader.load(content.config) or {}
        decrypted = application_proof.decrypt(self.proof.server, self.image, salt)
        models = sorted(name for name in proof.model_ids(content.config).values() if "*" not in name)
        with stand_in.running() as port:
            ready = scratch.start_litellm(self.image, provider_trial.with_trials(content, port), release.environment(self.serving) | host)
            try:
                answered = scratch.inside(lambda: application_proof.ask(master, self.proof.server, rules, models[:1]))
                tried = scratch.inside(partial(_try_providers, master, rules))
                self.providers = [one | {"detail": self.hide(one["detail"])[:MOST_TEXT]} for one in tried]
            except (ApiError, proof.NotProven, KeyError) as failure:
                raise Refused("litellm", f"LiteLLM runs on the migrated copy, but: {failure}", scratch.litellm_log()) from None
        failed = [f"{one['provider']}: {one['detail']}" for one in self.providers if one["ok"] is False]
        if failed:
            raise Refused("litellm", f"A request to a stand-in for the provider failed. {'; '.join(failed)}", scratch.litellm_log())
        served = sum(one["ok"] is True for one in self.providers)
        return f"ready after {ready:.1f} s; {decrypted}; {answered}; {served} of {len(self.providers)} providers answered by a stand-in"

    def answer(self, cleaned_up: bool) -> "RehearsalAnswer":
        about = self.proof.manifest
        return {
            "ok": self.reason is None and cleaned_up,
            "reason": self.reason if cleaned_up or self.reason else "clean-up: the scratch place is not gone",
            "image": self.image,
            "version": image_files.kept_version(self.image),
            "serves": {"image": self.serves, "version": image_files.kept_version(self.serves)},
            "backup": {
                "snapshot": self.proof.snapshot.original, "time": about["created"], "rows": database_content.rows(about["database"]),
                "bytes": about["database"]["bytes"],
            } if about else None,
            "steps": self.steps,
            "seconds": self.seconds,
            "pull": self.pull_seconds,
            "migrations": self.migrations,
            "rollback": self.rollback,
            "providers": self.providers,
            "prices": self.prices,
            "cleanedUp": cleaned_up,
        }  # fmt: skip


def _serving() -> str:
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No release serves on this host, so there is nothing to upgrade. Run deploy.")
    return serving


def _price(model: str, before: Any, after: Any) -> "ChangedPrice":
    return {"model": model, "before": before, "after": after}


def _locks(seen: migration_costs.Seen) -> Any:
    longest = sorted(seen.locked.items(), key=lambda one: -one[1])
    return [{"table": table, "seconds": round(held, 1), "blocks": seen.blocks[table]} for table, held in longest]


def _secrets(serving: str) -> list[str]:
    environment = release.environment(serving)
    own = (environment.get(name, "") for name in ("LITELLM_MASTER_KEY", "LITELLM_SALT_KEY", "REDIS_PASSWORD"))
    return [*release.provider_environment(serving).values(), *own]


def _schema_in(server: Server) -> schema.Database:
    with session(server, scratch.DATABASE) as asked:
        return schema.read(asked)


def _too_large(image: str, seen: migration_costs.Seen) -> Refused:
    had, most, spare = (bytes_ // room.MIB for bytes_ in (seen.bytes_before, seen.bytes_most, room.SPARE))
    return Refused(
        "disk-full",
        f"The migrations of {image} would fill the disk: of a database of {had} MiB they made more than {most} MiB until {spare} MiB were "
        "left, and were stopped. Give the machine a larger disk before this upgrade.",
    )


def _stop(place: migration.Place) -> None:
    """At once: the server would work on without the container that asked."""
    run("systemctl", "kill", "--signal=KILL", scratch.POSTGRES_UNIT, check=False)
    place.stop()


def way_back(after: schema.Database, serves: image_files.Schema | None) -> str | None:
    """How what serves now could be served again once the database is so. Pure."""
    if serves is None:
        return None
    between = schema.distance(after, serves)
    if between.missing:
        return "restore"
    return "forced" if between.unknown else "free"


def _try_providers(master: str, rules: dict[str, Any]) -> "list[TriedProvider]":
    if key_rules.has_own_auth(rules):
        return [
            {"provider": one.provider, "model": one.model, "ok": None, "detail": "general_settings.custom_auth decides who may ask"}
            for one in provider_trial.trials(rules)
        ]
    api = AdminApi(scratch.PORT, master, timeout=60, header=key_rules.header(rules))
    try:
        key = proof.make_key(api, rules, f"{proof.PROBE_ALIAS}-{now():%H%M%S%f}")
        return provider_trial.ask(api, key, rules)
    finally:
        api.close()
`,"restore/restore.py":`"""Brings back a backup: beside the live database, checked there, then exchanged by name. \`undo\` exchanges back.

    safety     a backup of what there is now, unless saved   \\\\
    fetch      the backup out of the repository, hash by hash  | nothing of the gateway has changed: undo is to drop the copy
    database   a new database from it, beside the live one     |
    check      every row against the backup's own checksums   /
    logs       those of the live database (scope configuration)
    swap       the two databases change names, both or none      from here on the way is forward
    forward    keys (scope all), Redis, a rollout of new processes with the usual proofs, finish

Each step can be taken twice, and the state file names the one that was begun last.
"""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import backup, manifest, settings as backup_settings
from agent.base import audit, durable, jobs, lease, room
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, RESTORE_STATE as STATE_FILE
from agent.base.process import CommandFailed
from agent.base.refusal import DATABASE, Refused
from agent.database import postgres, swap as database_swap
from agent.gateway import release
from agent.restore import database, forward, kept_tables, plan as restore_plan, scratch
from agent.restore.forward import FETCHED, UNDO

if TYPE_CHECKING:
    from agent.contract_types import RestoreAnswer, RestoreDone, RestoreQuestion, UndoPlan

UNIT = "litellm-gitops-restore.service"

Document = dict[str, Any]


def main(given: "RestoreQuestion") -> "RestoreAnswer":
    """Input: {run, backup?, scope?, confirm?, undo?, password?, settings?, saved?}. Answers what \`work\` does."""
    if given.get("confirm"):
        lease.require(given["run"])
    answer: RestoreAnswer = jobs.work(UNIT, "restore", restore_plan.keep_password(given))
    return answer


def clean_up() -> None:
    """After a crash before the swap nothing is left of the attempt; after it all is kept that the next run needs to go on."""
    backup.clean_up()
    scratch.sweep()
    state = durable.read_json(STATE_FILE)
    if state is None:
        shutil.rmtree(FETCHED, ignore_errors=True)
    elif not _has_swapped(state):
        _drop_attempt(state)
    if not STATE_FILE.exists():
        restore_plan.GIVEN_PASSWORD.unlink(missing_ok=True)


def work(given: "RestoreQuestion") -> "RestoreAnswer":
    """Without the gateway's domain as \`confirm\` it only says what would happen: {outcome: planned, …}.

    Else {outcome: restored | undone | resumed, snapshot, time, scope, seconds, release, undo}.
    """
    restore_plan.place_settings(given.get("settings"))
    settings = backup_settings.read()
    state = durable.read_json(STATE_FILE)
    confirmed = given.get("confirm") == settings.domain
    if confirmed and state is not None and _has_swapped(state):
        note("resume", f"A restore of {state['snapshot'][:8]} was interrupted after its swap and is finished now.")
        result = forward.forward(state, "resumed")
        if bool(given.get("undo")) == bool(state.get("undo")):
            return result
        state = None
    if given.get("undo"):
        return _undo(settings, given)
    chosen = restore_plan.choose(settings, given)
    if not confirmed:
        return restore_plan.describe(chosen, settings.domain, state["step"] if state else None)
    if state is not None:
        _drop_attempt(state)
    return _restore(chosen, given, settings.domain)


def _restore(chosen: restore_plan.Chosen, given: "RestoreQuestion", domain: str) -> "RestoreDone":
    begun = time.monotonic()
    plan = restore_plan.describe(chosen, domain)
    if not given.get("saved"):
        _safety(given["run"])
    name = f"{now():%Y%m%d%H%M%S}"
    state: Document = {
        "step": "beside",
        "run": given["run"],
        "snapshot": chosen.snapshot.original,
        "time": chosen.manifest["created"],
        "scope": chosen.scope,
        "beside": f"litellm_restore_{name}",
        "before": f"litellm_before_{name}",
        "passwordFile": str(chosen.repository.password_file),
    }
    durable.write_json(STATE_FILE, state)
    try:
        _beside(chosen, state)
    except (Refused, CommandFailed) as failure:
        _drop_attempt(state)
        if isinstance(failure, Refused):
            raise
        raise Refused("restore", f"{failure} The gateway was not touched.", failure.output) from None
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        postgres.ensure()
        state["swapped"] = kept_tables.now(database_swap.LIVE)
        forward.remember(state)
        state["step"] = "swap"
        durable.write_json(STATE_FILE, state)
        with step("swap") as this:
            started = time.monotonic()
            database_swap.exchange(state["beside"], state["before"])
            this.detail = f"in {time.monotonic() - started:.2f} s; what was live is kept as {state['before']}"
    done = forward.forward(state, "restored")
    return {
        **done,
        "seconds": round(time.monotonic() - begun, 1),
        "source": plan["source"],
        "litellm": plan["litellm"],
        "rows": plan["rows"],
        "tables": plan["tables"],
        "kept": done.get("kept", plan["kept"]),
        "unknown": plan["unknown"],
        "newer": plan["newer"],
    }


def _safety(run: str) -> None:
    with step("safety backup") as this:
        # One that is only down has something to save.
        postgres.require_running()
        if postgres.state() != "ready" or release.serving() is None:
            this.detail = "there is nothing to save: no database of LiteLLM, or no release, is on this host"
            return
        try:
            this.detail = backup.take("safety", run)["snapshot"][:8]
        except Refused as refused:
            if refused.code != "copy":
                raise
            this.detail = f"{refused.data['backup']['snapshot'][:8]}, on this host only: the off-site copy did not take it"


def _beside(chosen: restore_plan.Chosen, state: Document) -> None:
    about = chosen.manifest["database"]
    with step("fetch") as this:
        room.require({FETCHED.parent: about["bytes"] * 2, Path(DATABASE): about["bytes"]}, "A restore")
        shutil.rmtree(FETCHED, ignore_errors=True)
        durable.folder(FETCHED, 0o700)
        chosen.repository.restore(chosen.snapshot, FETCHED)
        manifest.require_ours(FETCHED)
        wrong = manifest.differences(chosen.manifest, FETCHED)
        if wrong:
            raise Refused("damaged", f"{len(wrong)} files of the backup differ from what was backed up: {'; '.join(wrong[:5])}")
        this.detail = f"{len(chosen.manifest['files'])} files, every hash equal"
    forward.place_lost_passwords(chosen.scope)
    migrate = chosen.image if chosen.migrate else None
    state["kept"] = database.build(about, chosen.scope, state["beside"], FETCHED / "database", migrate)
    durable.write_json(STATE_FILE, state)


def _has_swapped(state: Document) -> bool:
    """Whether the databases have changed places. One that cannot be asked is taken to have: nothing is dropped by guess."""
    try:
        return database_swap.has_exchanged(state["beside"], state["before"])
    except CommandFailed:
        return True


def _drop_attempt(state: Document) -> None:
    if not state.get("undo"):
        try:
            database_swap.drop(state["beside"])
        except CommandFailed as failed:
            note("clean-up", f"The database {state['beside']} could not be dropped; the next restore does it: {failed}")
            return
    shutil.rmtree(FETCHED, ignore_errors=True)
    durable.remove(STATE_FILE)


def _undo(settings: backup_settings.Settings, given: "RestoreQuestion") -> "UndoPlan | RestoreDone":
    """What the last restore replaced changes places with what it brought; undone again, that is back."""
    record = durable.read_json(UNDO / "undo.json")
    missing_release = record is not None and record["scope"] == "all" and not (UNDO / "release").exists()
    if record is None or missing_release or not database_swap.exists(record["before"]):
        raise Refused("no-undo", "There is no restore on this host to undo.")
    if given.get("confirm") != settings.domain:
        return restore_plan.describe_undo(record, settings.domain)
    state = forward.undo_state(record, given["run"])
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        state["swapped"] = kept_tables.now(database_swap.LIVE)
        forward.remember(state)
        durable.write_json(STATE_FILE, state)
        with step("swap"):
            database_swap.exchange(state["beside"], state["before"])
    result = forward.forward(state, "undone")
    audit.record(given["run"], "undo", snapshot=state["snapshot"])
    return result
`,"restore/scratch.py":`"""A scratch place on the host: PostgreSQL, Redis and LiteLLM on restored data, in a network of their own that leads nowhere.

Nothing in it can reach a provider, send an alert or be reached. All of it has fixed names, so that any run can remove it.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import pwd
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent.base import durable, env_file, nofollow, units
from agent.base.paths import BACKUPS, CONTAINER_FILES, RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.dump import jobs
from agent.database.server import OWNER, Server, programs
from agent.database.session import session
from agent.gateway import beside as beside_files
from agent.gateway.release import Content
from agent.litellm import confined, readiness
from agent.litellm.admin_api import AdminApi, ApiError

NETWORK = "litellm-scratch"
POSTGRES_UNIT = "litellm-gitops-scratch-postgres.service"
REDIS_UNIT = "litellm-gitops-scratch-redis.service"
PSQL_UNIT = "litellm-gitops-scratch-psql.service"
CONTAINER = "litellm-scratch"
# Root's, though others may pass: nobody can move away what lies in it. Each folder below belongs to one of the servers; root does
# not follow a name into it.
PLACE = Path("/var/lib/litellm-gitops-scratch")
POSTGRES_FOLDER = PLACE / "postgresql"
REDIS_FOLDER = PLACE / "redis"
REDIS_CONF = PLACE / "redis.conf"
# Of versions before 0.2, in folders of the servers' accounts.
FORMER = (Path("/var/lib/postgresql/litellm-gitops-scratch"), Path("/var/lib/redis/litellm-gitops-scratch"))
FILES = BACKUPS / "scratch"
ENV_FILE = RUNTIME / "scratch.env"
CONFIG_FILE = RUNTIME / "scratch.yaml"
BESIDE = RUNTIME / "scratch"
PSQL_PASSWORD = RUNTIME / "scratch.pgpass"
DATABASE = "litellm"
PORT = 4001
# When memory runs short the kernel takes this, never the gateway.
SACRIFICED = "OOMScoreAdjust=900"

Result = TypeVar("Result")


def sweep() -> None:
    """Removes the whole scratch place, as far as there is one."""
    run("podman", "rm", "--force", "--time=0", "--ignore", CONTAINER, check=False, timeout=120)
    for unit in (PSQL_UNIT, POSTGRES_UNIT, REDIS_UNIT):
        run("systemctl", "kill", "--signal=KILL", unit, check=False)
        run("systemctl", "stop", unit, check=False, timeout=120)
        units.forget_failure(unit)
    run("ip", "netns", "delete", NETWORK, check=False)
    for folder in (PLACE, FILES, BESIDE, *FORMER):
        with contextlib.suppress(OSError):
            nofollow.remove_tree(folder)
    for file in (ENV_FILE, CONFIG_FILE, PSQL_PASSWORD):
        file.unlink(missing_ok=True)


def is_gone() -> bool:
    """Whether nothing of the scratch place is left."""
    folders = (PLACE, FILES, *FORMER, Path("/run/netns") / NETWORK)
    return not any(os.path.lexists(path) for path in folders) and not units.is_active(POSTGRES_UNIT) and not units.is_active(REDIS_UNIT)


def network() -> None:
    run("ip", "netns", "add", NETWORK)
    run("ip", "-n", NETWORK, "link", "set", "lo", "up")


def inside(work: Callable[[], Result]) -> Result:
    """Runs the work in a thread of its own whose sockets are those of the scratch network."""

    def enter() -> Result:
        descriptor = os.open(f"/run/netns/{NETWORK}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.setns(descriptor, os.CLONE_NEWNET)
        finally:
            os.close(descriptor)
        return work()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(enter).result()


def _hand_over(folder: Path, account: str) -> None:
    """Gives the folder, made when there is none, to the account; from then on root works in it no more."""
    about = pwd.getpwnam(account)
    durable.folder(PLACE, 0o711)
    with nofollow.folder(folder, make=0o700) as at:
        os.fchown(at, about.pw_uid, about.pw_gid)


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The scratch PostgreSQL: as its owner asks it, and by which password its two roles enter from within the network."""

    server: Server
    password: str = dataclasses.field(repr=False)

    @property
    def url(self) -> str:
        """What LiteLLM serves with."""
        return self._url("litellm")

    @property
    def owner_url(self) -> str:
        """What migrations connect to."""
        return self._url(OWNER.user)

    def _url(self, role: str) -> str:
        return f"postgresql://{role}:{self.password}@127.0.0.1:5432/{DATABASE}"


def start_postgres(locale: str, with_amcheck: bool = True) -> Cluster:
    """A new cluster with an empty database \`litellm\`. What is dumped from it again must not have the extension for \`amcheck\`."""
    # Answers only who owns the folder, or is root: \`trust\` is for these two.
    _hand_over(POSTGRES_FOLDER, "postgres")
    data = POSTGRES_FOLDER / "data"
    run(
        "runuser", "-u", "postgres", "--", str(programs() / "initdb"), f"--pgdata={data}", "--encoding=UTF8", f"--locale={locale}",
        "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", timeout=300,
    )  # fmt: skip
    settings = {
        "unix_socket_directories": str(POSTGRES_FOLDER), "listen_addresses": "127.0.0.1", "port": "5432", "fsync": "off",
        "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "40", "shared_buffers": "64MB",
        "maintenance_work_mem": "128MB", "max_wal_size": "4GB", "wal_level": "minimal", "max_wal_senders": "0",
        "password_encryption": "scram-sha-256",
    }  # fmt: skip
    try:
        run(
            "systemd-run", f"--unit={POSTGRES_UNIT}", "--collect", "--quiet", "--uid=postgres", "--gid=postgres",
            "--property=Type=notify", f"--property={SACRIFICED}", f"--property=Nice={os.getpriority(os.PRIO_PROCESS, 0)}",
            f"--property=NetworkNamespacePath=/run/netns/{NETWORK}", str(programs() / "postgres"), "-D", str(data),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            timeout=180,
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("scratch", f"The scratch PostgreSQL does not start: {failed}", units.log_of(POSTGRES_UNIT)) from None
    password = secrets.token_hex(16)
    _prepare(Server(POSTGRES_FOLDER, "postgres"), password, with_amcheck)
    return Cluster(Server(POSTGRES_FOLDER, OWNER.user), password)


def _prepare(administrator: Server, password: str, with_amcheck: bool) -> None:
    """Roles and database as on the host. The superuser is done before anything of a backup is there: what it finds may be anybody's."""
    with session(administrator, "template1") as admin:
        # For the owner to ask it; what it reads runs as the role that asks.
        for role in (OWNER.user, "litellm"):
            admin.rows(f"CREATE ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": postgres.verifier(password)})
        if with_amcheck:
            admin.rows(f"CREATE EXTENSION amcheck SCHEMA public; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {OWNER.user}")
    with session(administrator, "postgres") as admin:
        admin.rows(f"CREATE DATABASE {DATABASE} OWNER {OWNER.user}")


def amcheck(server: Server) -> None:
    """Every index and heap page of the scratch database is sound. Refuses with what is not."""
    try:
        options = ("--heapallindexed", "--no-dependent-toast", f"--jobs={jobs()}", f"--database={DATABASE}")
        run(*server.tool("pg_amcheck", *options), timeout=7200)
    except CommandFailed as failed:
        raise Refused("amcheck", f"pg_amcheck finds the restored database damaged: {failed}", failed.output) from None


def start_redis(rdb: Path) -> str:
    """A Redis that has loaded the file; answers its password. Without an append-only file: with one it would ignore the RDB."""
    account = pwd.getpwnam("redis")
    password = secrets.token_hex(16)
    durable.folder(PLACE, 0o711)
    durable.folder(REDIS_FOLDER, 0o700)
    # Before the account can reach the folder.
    nofollow.copy_file(rdb, REDIS_FOLDER / "dump.rdb")
    os.lchown(REDIS_FOLDER / "dump.rdb", account.pw_uid, account.pw_gid)
    settings = f'bind 127.0.0.1\\nport 6379\\nappendonly no\\nsave ""\\ndir {REDIS_FOLDER}\\nrequirepass {password}\\nlogfile ""\\n'
    durable.write(REDIS_CONF, settings.encode(), 0o640, (0, account.pw_gid))
    _hand_over(REDIS_FOLDER, "redis")
    run(
        "systemd-run", f"--unit={REDIS_UNIT}", "--collect", "--quiet", "--uid=redis", "--gid=redis", "--property=Type=notify",
        f"--property={SACRIFICED}", f"--property=NetworkNamespacePath=/run/netns/{NETWORK}",
        "/usr/bin/redis-server", str(REDIS_CONF), "--supervised", "systemd", timeout=600,
    )  # fmt: skip
    return password


def start_litellm(image: str, content: Content, environment: dict[str, str]) -> float:
    """Boots the image with one worker; answers the seconds until it is ready with its database."""
    durable.folder(RUNTIME, 0o755)
    durable.write(ENV_FILE, env_file.text(environment).encode())
    # Whichever user the image runs as reads it, as the one of a release; no secret is in it.
    durable.write(CONFIG_FILE, content.config.encode(), 0o644)
    nofollow.remove_tree(BESIDE)
    durable.folder(BESIDE, 0o755)
    beside_files.write(BESIDE, content.beside)
    begun = time.monotonic()
    run(
        *confined.with_descriptor(ENV_FILE),
        "podman", "run", "--detach", "--replace", f"--name={CONTAINER}", "--pull=never", f"--network=ns:/run/netns/{NETWORK}",
        *confined.options(), "--preserve-fds=1", "--log-driver=journald", f"--volume={CONTAINER_FILES}:/run/litellm/bin:ro",
        f"--volume={BESIDE}{beside_files.MOUNTED}", f"--volume={CONFIG_FILE}:/etc/litellm/config.yaml:ro",
        "--entrypoint=/run/litellm/bin/start", image, "--config", "/etc/litellm/config.yaml", "--host", "127.0.0.1",
        "--port", str(PORT), "--num_workers", "1",
        timeout=180,
    )  # fmt: skip
    last = "nothing"
    for _ in readiness.turns(begun):
        if run("podman", "container", "inspect", "--format={{.State.Running}}", CONTAINER, check=False).strip() != "true":
            raise Refused("litellm", "LiteLLM exited while starting on the restored data.", litellm_log())
        try:
            answer = inside(lambda: AdminApi(PORT, "none", timeout=10).get("/health/readiness"))
            if answer.get("db") == "connected":
                return time.monotonic() - begun
            last = str(answer)[:200]
        except ApiError as failure:
            last = str(failure)
    late = f"LiteLLM was not ready on the restored data after {readiness.READY_SECONDS} s. It answered: {last}"
    raise Refused("litellm", late, litellm_log())


def litellm_log() -> list[str]:
    said = run("journalctl", "--no-pager", "-q", "-o", "cat", "-n", "40", f"CONTAINER_NAME={CONTAINER}", check=False)
    return [line for line in said.splitlines() if line.strip()]
`,"restore/stand_in.py":`"""A stand-in for providers on the scratch network's loopback: answers each wire format that it knows with the same sentence.

It is asked by the LiteLLM that is rehearsed, with keys that are none.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.restore import scratch

SAID = "This is the stand-in of a rehearsal."
IN, OUT = 7, 5
MOST_BYTES = 1024**2

Document = dict[str, Any]


def openai(asked: Document) -> Document:
    return {
        "id": "chatcmpl-rehearsal", "object": "chat.completion", "created": int(time.time()), "model": asked.get("model", ""),
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": SAID}}],
        "usage": {"prompt_tokens": IN, "completion_tokens": OUT, "total_tokens": IN + OUT},
    }  # fmt: skip


def embeddings(asked: Document) -> Document:
    return {
        "object": "list", "model": asked.get("model", ""), "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
        "usage": {"prompt_tokens": IN, "total_tokens": IN},
    }  # fmt: skip


def anthropic(asked: Document) -> Document:
    return {
        "id": "msg_rehearsal", "type": "message", "role": "assistant", "model": asked.get("model", ""),
        "content": [{"type": "text", "text": SAID}], "stop_reason": "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": IN, "output_tokens": OUT},
    }  # fmt: skip


def gemini(asked: Document) -> Document:
    del asked
    return {
        "candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [{"text": SAID}]}}],
        "usageMetadata": {"promptTokenCount": IN, "candidatesTokenCount": OUT, "totalTokenCount": IN + OUT},
    }


def bedrock(asked: Document) -> Document:
    del asked
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": SAID}]}}, "stopReason": "end_turn",
        "usage": {"inputTokens": IN, "outputTokens": OUT, "totalTokens": IN + OUT}, "metrics": {"latencyMs": 1},
    }  # fmt: skip


def ollama_chat(asked: Document) -> Document:
    return _ollama(asked) | {"message": {"role": "assistant", "content": SAID}}


def ollama_generate(asked: Document) -> Document:
    return _ollama(asked) | {"response": SAID}


def _ollama(asked: Document) -> Document:
    return {
        "model": asked.get("model", ""), "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop",
        "prompt_eval_count": IN, "eval_count": OUT, "total_duration": 1, "eval_duration": 1,
    }  # fmt: skip


# By the end of the path, whatever is before it.
FORMATS: tuple[tuple[re.Pattern[str], Callable[[Document], Document]], ...] = (
    (re.compile(r"/chat/completions$"), openai),
    (re.compile(r"/embeddings$"), embeddings),
    (re.compile(r"/messages$"), anthropic),
    (re.compile(r":generateContent$"), gemini),
    (re.compile(r"/converse$"), bedrock),
    (re.compile(r"/api/chat$"), ollama_chat),
    (re.compile(r"/api/generate$"), ollama_generate),
    (re.compile(r"/api/show$"), lambda _: {}),
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        length = min(int(self.headers.get("content-length") or 0), MOST_BYTES)
        path = self.path.partition("?")[0]
        found = next((answer for form, answer in FORMATS if form.search(path)), None)
        try:
            asked = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            asked = None
        if found is None or not isinstance(asked, dict):
            self._answer(404, {"error": {"message": f"the stand-in of the rehearsal knows no POST {path}"}})
        else:
            self._answer(200, found(asked))

    def do_GET(self) -> None:
        self._answer(200, {"object": "list", "data": [], "models": []})

    def _answer(self, status: int, document: Document) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - its name
        """Says nothing: what it is asked is not for a journal."""


@contextlib.contextmanager
def running() -> Iterator[int]:
    """Answers its port. Its socket is made inside the scratch network, so that nobody else reaches it."""
    server = scratch.inside(lambda: ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
`,"restore/verify.py":`"""Proves that the newest backup can be restored, by restoring it into a scratch place. What it reached is a level:

L0  there is a backup, young enough, and not smaller than the ones before it let expect
L1  the repository is whole: its structure, a rotating thirtieth of its data, all on Sundays; none of the host's is missing in the copy
L2  every file of the backup comes out with the hash it went in with
L3  PostgreSQL and Redis load it
L4  every table has the rows and the checksum of the moment of the backup, every definition is there, pg_amcheck finds nothing
L5  the LiteLLM of the backup boots on it, decrypts what is stored, and answers a request
L6  the checks themselves turn red when one byte is flipped and when one row is changed
"""

import concurrent.futures
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agent.backup import backup, log_retention, manifest, restic, settings as backup_settings
from agent.base import audit, durable, jobs, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import BACKUPS
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, load as database_load, postgres
from agent.database.server import Server
from agent.database.session import session
from agent.redis import dump as redis_dump
from agent.redis.client import Redis, RedisError
from agent.restore import application_proof, scratch

if TYPE_CHECKING:
    from agent.contract_types import ProofAnswer, ProofLevel, VerifyQuestion

UNIT = "litellm-gitops-verify.service"
PARTS = 30
SUNDAY = 6


def main(given: "VerifyQuestion") -> "ProofAnswer":
    """Input: {run, backup?, full?}. Answers what \`work\` does."""
    answer: ProofAnswer = jobs.work(UNIT, "verify", given, *jobs.GENTLY, what="proof")
    return answer


def clean_up() -> None:
    scratch.sweep()


def work(given: "VerifyQuestion") -> "ProofAnswer":
    """Answers {ok, reason, level, levels: [{level, name, ok, seconds, detail}], snapshot, time, source, rows, seconds}."""
    settings = backup_settings.read()
    proof = Proof(settings, restic.furthest(settings), given.get("backup"), bool(given.get("full")))
    scratch.sweep()
    try:
        result = proof.run()
    finally:
        scratch.sweep()
    if result["ok"] and result["newest"]:
        durable.write_json(backup.PROVEN, {"snapshot": result["snapshot"], "time": now().isoformat(), "level": result["level"]})
    audit.record(given["run"], "verify", snapshot=result["snapshot"], ok=result["ok"], level=result["level"])
    return result


class Proof:
    """One proof of one snapshot; each level rests on those before it, and the first that fails ends it."""

    def __init__(self, settings: backup_settings.Settings, repository: restic.Repository, wanted: str | None, full: bool) -> None:
        self.settings = settings
        self.repository = repository
        self.wanted = wanted
        self.full = full
        near = restic.local(settings)
        # The host's own repository, where this one is the copy of it.
        self.near = near if near.location != repository.location else None
        self.snapshots: list[restic.Snapshot] = []
        self.snapshot: restic.Snapshot
        self.manifest: manifest.Manifest = {}
        # What a level needs, or takes long without needing the others, is begun before its turn.
        self.beside = concurrent.futures.ThreadPoolExecutor()
        self.checked: concurrent.futures.Future[str]
        self.owed: concurrent.futures.Future[list[restic.Snapshot]]
        self.reading: tuple[str, ...] = ()
        self.place: concurrent.futures.Future[scratch.Cluster]
        self.server: Server
        self.url = ""
        self.owner_url = ""
        self.redis_password = ""
        self.levels: list[ProofLevel] = []

    def run(self, without: tuple[str, ...] = ()) -> "ProofAnswer":
        begun = time.monotonic()
        with self.beside:
            reason = self._climb(without)
        reached = [one["level"] for one in self.levels if one["ok"]]
        about = self.manifest
        return {
            "ok": reason is None,
            "reason": reason,
            "level": reached[-1] if reached else None,
            "levels": self.levels,
            "source": self.repository.name,
            "snapshot": self.snapshot.original if self.snapshots else None,
            "newest": bool(self.snapshots) and self.snapshot == restic.choose(self.snapshots, None),
            "time": about.get("created"),
            "rows": database_content.rows(about["database"]) if about else None,
            "seconds": round(time.monotonic() - begun, 1),
        }

    def _climb(self, without: tuple[str, ...]) -> str | None:
        """Goes from level to level; answers what failed."""
        if "L1" not in without:
            self.owed = self.beside.submit(self._owed)
            self.checked = self.beside.submit(self._check)
            # The check in progress while the first level reads has the only lock that there may be.
            self.reading = ("--no-lock",)
        for level, name, work in self._levels():
            if level in without:
                continue
            started = time.monotonic()
            try:
                with step(f"{level} {name}") as this:
                    this.detail = work()
                self._note(level, name, True, started, this.detail)
            except (Refused, CommandFailed, RedisError) as failure:
                text = failure.message if isinstance(failure, Refused) else str(failure)
                self._note(level, name, False, started, text)
                return f"{level} {name}: {text}"
        return None

    def _note(self, level: str, name: str, ok: bool, started: float, detail: str | None) -> None:
        seconds = round(time.monotonic() - started, 2)
        self.levels.append({"level": level, "name": name, "ok": ok, "seconds": seconds, "detail": detail})

    def _levels(self) -> list[tuple[str, str, Callable[[], str]]]:
        return [
            ("L0", "presence", self.presence),
            ("L1", "repository", self.whole),
            ("L2", "files", self.files),
            ("L3", "load", self.load),
            ("L4", "content", self.content),
            ("L5", "application", self.application),
            ("L6", "negative control", self.negative_control),
        ]

    def presence(self) -> str:
        self.snapshots = self.repository.snapshots(*self.reading)
        self.snapshot = restic.choose(self.snapshots, self.wanted)
        self.manifest = manifest.parse(self.repository.read(self.snapshot, manifest.NAME, *self.reading))
        if self.manifest["domain"] != self.settings.domain:
            raise Refused("foreign", f"The backup is of {self.manifest['domain']}, not of {self.settings.domain}.")
        hours = (now() - self.snapshot.time).total_seconds() / 3600
        if self.wanted in (None, "latest"):
            if hours > self.settings.oldest_hours:
                raise Refused(
                    "too-old",
                    f"The newest backup is {hours:.0f} hours old; at most {self.settings.oldest_hours:g} are allowed (backup.rpo), and one "
                    "is due every 24. systemctl status litellm-backup shows why.",
                )
            if hours < -1:
                raise Refused("clock", f"The newest backup is from {self.snapshot.time.isoformat()}, which is in the future.")
        return f"{len(self.snapshots)} backups, this one is {hours:.1f} hours old{self._not_shrunken()}"

    def _not_shrunken(self) -> str:
        """Rows against the median of the seven backups before it: a dump that went wrong is small before it is missing."""
        if not self.manifest["database"]["tables"] or not self.manifest["database"]["migrations"]:
            raise Refused("empty", "The backup has no LiteLLM schema: the database was empty when it was taken.")
        if self.snapshot.kind == "adopted":
            return "; it was taken over from another gateway"
        ours = (one for one in self.snapshots if one.time < self.snapshot.time and one.kind != "adopted")
        before = sorted(ours, key=lambda one: one.time)[-7:]
        usual = sorted(before, key=lambda one: one.rows)[len(before) // 2] if before else self.snapshot
        if database_content.rows(self.manifest["database"]) >= usual.rows * log_retention.SHRUNKEN:
            return ""
        explained = log_retention.require_whole(self.manifest, manifest.parse(self.repository.read(usual, manifest.NAME, *self.reading)))
        return f"; {explained}" if explained else ""

    def whole(self) -> str:
        found = self.checked.result()
        held = {one.original for one in self.snapshots}
        absent = [one for one in self.owed.result() if one.original not in held]
        if absent:
            raise Refused(
                "copy",
                f"{len(absent)} of the host's backups are missing in the {self.repository.name}, the last of "
                f"{absent[-1].time.isoformat()}. The next backup copies them again; find out who removed them.",
            )
        return found

    def _owed(self) -> list[restic.Snapshot]:
        """What the copy must hold: all that the host has, but for safety backups, and while none is being copied."""
        if self.near is None or any(jobs.is_under_way(unit) for unit in (backup.UNIT, backup.SCHEDULED)):
            return []
        return [one for one in self.near.snapshots("--no-lock") if one.kind != "safety"]

    def _check(self) -> str:
        today = now()
        full = self.full or today.weekday() == SUNDAY
        part = "100%" if full else f"{today.timetuple().tm_yday % PARTS + 1}/{PARTS}"
        self.repository.check(part)
        if self.near is not None:
            self.near.check(part)
        return f"structure sound, {'all data' if full else f'part {part} of the data'} read"

    def files(self) -> str:
        bytes_ = self.manifest["database"]["bytes"]
        room.require({BACKUPS: bytes_ * 2, scratch.PLACE: bytes_}, "A proof")
        durable.folder(scratch.FILES, 0o700)
        self.place = self.beside.submit(self._prepare_place)
        self.repository.restore(self.snapshot, scratch.FILES)
        manifest.require_ours(scratch.FILES)
        wrong = manifest.differences(self.manifest, scratch.FILES)
        if wrong:
            raise Refused("damaged", f"{len(wrong)} files differ from what was backed up: {'; '.join(wrong[:5])}")
        return f"{len(self.manifest['files'])} files as they were backed up"

    def _prepare_place(self) -> scratch.Cluster:
        scratch.network()
        return scratch.start_postgres(self.manifest["database"]["locale"])

    def load(self) -> str:
        cluster = self.place.result()
        self.server, self.url, self.owner_url = cluster.server, cluster.url, cluster.owner_url
        redis = self.beside.submit(self._load_redis)
        database_load.load(self.server, scratch.DATABASE, scratch.FILES / "database")
        postgres.give_rows(self.server, scratch.DATABASE)
        return f"PostgreSQL and Redis run on it, {redis.result()} keys in Redis"

    def _load_redis(self) -> int:
        rdb = scratch.FILES / "redis.rdb"
        counts = redis_dump.check(rdb)
        self.redis_password = scratch.start_redis(rdb)
        loaded = int(scratch.inside(lambda: Redis(("127.0.0.1", 6379), self.redis_password).number("DBSIZE")))
        if not counts["keys"] - counts["expiring"] <= loaded <= counts["keys"] or counts != self.manifest["redis"]:
            raise Refused("redis", f"Redis loaded {loaded} keys of {self.manifest['redis']['keys']} that were backed up.")
        return loaded

    def content(self) -> str:
        found = database_load.read_back(self.server, scratch.DATABASE)
        wrong = database_content.differences(self.manifest["database"], found)
        if wrong:
            raise Refused("content", "; ".join(wrong[:10]))
        scratch.amcheck(self.server)
        return f"{database_content.rows(found)} rows in {len(found['tables'])} tables, every checksum equal, pg_amcheck clean"

    def application(self) -> str:
        return application_proof.prove(self.server, self.url, self.redis_password, scratch.FILES / "files", self.manifest)

    def negative_control(self) -> str:
        """A check that never turns red proves nothing: the same ones are asked about data that is wrong on purpose."""
        victim = max((scratch.FILES / name for name in self.manifest["files"]), key=_size)
        flip_byte(victim)
        if manifest.differences(self.manifest, scratch.FILES) != [f"{victim.relative_to(scratch.FILES)} is damaged"]:
            raise Refused("blind", f"A flipped byte in {victim.name} was not noticed: the file check does not work.")
        with session(self.server, scratch.DATABASE) as asked:
            asked.rows("BEGIN")
            asked.rows(database_content.SETTINGS)
            asked.rows("UPDATE public._prisma_migrations SET logs = coalesce(logs, '') || 'x' WHERE id = "
                       "(SELECT id FROM public._prisma_migrations LIMIT 1)")  # fmt: skip
            name = "public._prisma_migrations"
            found = database_content.read_table(asked, name)
            if found == self.manifest["database"]["tables"][name]:
                raise Refused("blind", "A changed row was not noticed: the content check does not work.")
        return "a flipped byte and a changed row are noticed"


def flip_byte(file: Path) -> None:
    with open(file, "r+b") as handle:
        handle.seek(_size(file) // 2)
        byte = handle.read(1)
        handle.seek(-1, 1)
        handle.write(bytes([byte[0] ^ 1]))


def _size(path: Path) -> int:
    return 0 if path.is_symlink() else path.stat().st_size
`,"rollout/__init__.py":`"""From one release to the next without a lost request, and back."""
`,"rollout/recover.py":`"""Finishes or undoes a rollout that was cut short, and does nothing else."""

from typing import TYPE_CHECKING

from agent.base import lease
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, RecoverQuestion


def main(given: "RecoverQuestion") -> "RecoverAnswer":
    """Input: {run}. Answers {outcome: none|finished|undone, release?}."""
    lease.require(given["run"])
    return rollout.settle() or {"outcome": "none"}
`,"rollout/rollback.py":`"""Goes back to what an earlier release served: its configuration, image and workers, with the keys of today."""

from typing import TYPE_CHECKING

from agent.base import durable, lease
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS
from agent.base.refusal import Refused
from agent.gateway import images, release
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RollbackAnswer, RollbackQuestion


def main(given: "RollbackQuestion") -> "RollbackAnswer":
    """Input: {to?: a release, force?: although the database is ahead of its image, run}. Answers what a rollout answers, and {to}."""
    lease.require(given["run"])
    rollout.settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        to = _choose(given.get("to"))
        about = release.describe(to)
        images.make_ready(about["image"])
        serving = release.serving()
        # A provider key that was changed since was changed for a reason: the newer value counts.
        values = release.provider_environment(to)
        values |= {name: value for name, value in release.provider_environment(serving or to).items() if name in values}
        prepared = rollout.prepare(
            rollout.Wanted(
                content=release.content_in(release.folder(to)),
                given=values,
                image=about["image"],
                workers=int(about["workers"]),
                settings=about["settings"],
                probe=about.get("probe") or [],
            ),
            given["run"],
            forced=bool(given.get("force")),
        )
    if prepared is None:
        # It was compared with what serves.
        assert serving is not None
        return {"outcome": "unchanged", "release": serving, "to": to}
    return {**rollout.follow(prepared), "to": to}


def _choose(wanted: str | None) -> str:
    earlier = release.earlier()
    if not earlier:
        raise Refused("no-release", "There is no earlier release on this host to go back to.")
    if wanted is None:
        return earlier[0]
    if wanted not in earlier:
        raise Refused("no-release", f"There is no earlier release {wanted} on this host; there are: {', '.join(earlier)}.")
    return wanted
`,"rollout/rollout.py":`"""Starts a rollout as a unit of its own and reports what it does until it ends."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.backup import settings as backup_settings
from agent.base import durable, jobs, journal, lease, machine, units
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import beside as beside_files, images, own_certificate, registry_login, release, schema, stored_settings
from agent.litellm import configuration, provider_keys
from agent.rollout import steps

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, ReleaseSettings, RolloutAnswer, RolloutQuestion, SettingName

UNIT = "litellm-gitops-rollout.service"
SETTLE_SECONDS = 1800
# With it LiteLLM keeps its log of requests in partitions, which it makes and drops as days pass.
PARTITIONING = "use_spend_logs_partitioning"


def main(given: "RolloutQuestion") -> "RolloutAnswer":
    """Input: {release: {config, env}, probe: {models}, run, workers?, image?, settings?, undo?}; what is left out stays as served now."""
    lease.require(given["run"])
    settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        serving = release.serving()
        if serving is None:
            raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
        before = release.describe(serving)
        wanted = Wanted(
            content=release.Content(given["release"]["config"], beside_files.given(given["release"].get("beside"))),
            given=for_litellm(given["release"].get("env") or {}),
            image=given.get("image") or before["image"],
            workers=int(given.get("workers") or before["workers"]),
            settings=given.get("settings") or before["settings"],
            probe=given["probe"]["models"] if "probe" in given else [],
            undo=given.get("undo") or [],
        )
        prepared = prepare(wanted, given["run"])
    return {"outcome": "unchanged", "release": serving} if prepared is None else follow(prepared)


def for_litellm(given: dict[str, str]) -> dict[str, str]:
    """Of the values that a step gives those that are LiteLLM's; the others are kept for what they are for."""
    return own_certificate.take_values(registry_login.take_values(backup_settings.take_values(given)))


class Wanted:
    """What the host should serve."""

    def __init__(
        self,
        content: release.Content,
        given: dict[str, str],
        image: str,
        workers: int,
        settings: "ReleaseSettings",
        probe: list[str],
        undo: "list[SettingName] | None" = None,
    ) -> None:
        self.content = content
        self.image = image
        self.workers = workers
        self.settings = settings
        self.probe = probe
        # Settings of LiteLLM's database that stand in the place of these.
        self.undo = undo or []
        self.environment = release.assemble(content.config, given, settings)

    def is_served(self) -> bool:
        """Whether the serving release is this one, in every byte, and runs in main."""
        serving = release.serving()
        if serving is None or release.in_slot("main") != serving:
            return False
        same = release.identity(self.content, self.environment, self.image, self.workers)
        is_same = release.describe(serving).get("identity") == same and release.is_as_written(serving, self.content)
        return is_same and units.is_active(contract.MAIN_UNIT)


def prepare(wanted: Wanted, run_url: str, again: bool = False, forced: bool = False) -> Path | None:
    """Writes the release and starts the unit; answers the folder of its events, or None when there is nothing to do.

    With \`again\` new processes replace the old ones even so: what they keep in memory belongs to another database. So they do when
    settings are to go out of the database. With \`forced\` nobody asks whether the image fits the
    database: a person knows, or both come from the same moment.
    """
    if not again and not wanted.undo and wanted.is_served():
        return None
    if not images.present(wanted.image):
        raise Refused("image-missing", f"The image {wanted.image} is not on the host. Run deploy: it pulls images, sync does not.")
    images.require_good(wanted.image)
    if wanted.content.beside:
        beside_files.require_mounted()
    if not forced:
        schema.require_fit(wanted.image)
    machine.require_space()
    postgres.let_partition(_partitions(wanted.content.config))
    previous = release.serving()
    if previous is not None:
        # What is in the database is another value than the one that takes its place.
        replaced = {str(one["name"]).upper(): "" for one in wanted.undo if one["section"] == "environment_variables"}
        provider_keys.try_changed(wanted.content.config, wanted.environment, release.provider_environment(previous) | replaced)
    with step("release") as this:
        name = release.write(wanted.content, wanted.environment, wanted.image, wanted.workers, wanted.settings, run_url, wanted.probe)
        this.detail = name
    stored_settings.note_going(wanted.undo)
    journal.begin("rollout", run_url, release=name, previous=previous)
    return _start_unit(name)


def _partitions(config: str) -> bool:
    # To read a thousand models for a word that is not there would take a tenth of a second.
    if PARTITIONING not in config:
        return False
    document = configuration.load(config)
    general = document.get("general_settings") if isinstance(document, dict) else None
    return isinstance(general, dict) and general.get(PARTITIONING) is True


def _start_unit(name: str) -> Path:
    return jobs.start(
        UNIT, "rollout_unit", {"release": name}, name, "litellm-gitops rollout",
        # Killed: go on from the journal. Ended with an answer (0 or 1): that is the answer.
        "Restart=on-failure", "RestartPreventExitStatus=1", "RestartSec=1", "StartLimitIntervalSec=600", "StartLimitBurst=10",
        "OOMScoreAdjust=-500",
    )  # fmt: skip


def follow(folder: Path) -> "RolloutAnswer":
    """Passes on the unit's events until its answer. Ending this program does not end the unit."""
    answer: RolloutAnswer = jobs.follow(UNIT, folder, "rollout")
    return answer


def settle() -> "RecoverAnswer | None":
    """Brings an earlier rollout to its end, before anything new begins: waits for one that runs, recovers one that crashed."""
    state = journal.current()
    if state.get("kind") != "rollout":
        return None
    if is_under_way():
        note("settle", f"An earlier rollout ({state['run']}) is still running; waiting for it.")
        deadline = time.monotonic() + SETTLE_SECONDS
        while is_under_way():
            if time.monotonic() > deadline:
                raise Refused("busy", f"An earlier rollout ({state['run']}) has been running for very long. See: journalctl -u {UNIT}")
            time.sleep(0.5)
    with durable.locked(CHANGE_LOCK, seconds=120):
        state = journal.current()
        if state.get("kind") != "rollout":
            return None
        with step("recover") as this:
            result = steps.recover(state)
            this.detail = f"the rollout of {state['release']} that was cut short in the step {state['step']} is {result['outcome']}"
        return {"outcome": result["outcome"], "release": result["release"]}


def is_under_way() -> bool:
    return jobs.is_under_way(UNIT)
`,"rollout/steps.py":`"""A rollout: the new release proves itself in the standby slot, takes the traffic, then moves into the main slot.

    standby   start the new release beside the old one and prove it         nothing has moved: undo is to stop it
              (before it: settings that are to go leave LiteLLM's database)
    switch    Caddy sends new requests to standby, the old ones end         from here on the way is forward
    main      stop main, give it the new release, start and prove it        fails: the old release goes back into main
    back      Caddy sends new requests to main again
    finish    stop standby, publish the release, drop old ones

Each step can be taken twice, and the journal names the one that was begun last, so any of them may be cut short by a crash.
Holds: people are served by a slot whose release was proven, at every moment.
"""

from typing import TYPE_CHECKING, Any

from agent.base import audit, journal, units
from agent.base.events import note, step
from agent.base.refusal import Refused
from agent.gateway import caddy, cooldowns, images, release, slots, stored_settings
from agent.gateway.slots import MAIN, STANDBY

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, RolloutAnswer

# Streams may run for minutes. What is still open then is cut, and the result says how many that were.
DRAIN_SECONDS = 600


def roll(new: str, old: str | None, run: str) -> "RolloutAnswer":
    """Takes the release from its folder to serving everybody. Refuses, and leaves the old one serving, when it isn't healthy."""
    if old is None:
        return _first(new, run)
    journal.advance("standby")
    try:
        stored_settings.take_away(new)
        cooldowns.forget(new, old)
        with step("standby") as this:
            this.detail = slots.start_and_prove(STANDBY, new)
    except Refused:
        _drop_standby(new)
        journal.end()
        raise
    return _forward(new, old, run)


def recover(state: dict[str, Any]) -> "RecoverAnswer":
    """Finishes or undoes what a crash left, whichever keeps people served; answers which of the two it was."""
    new, old, run = state["release"], state["previous"], state["run"]
    if old is None:
        if release.in_slot(MAIN.name) != new:
            release.remove(new)
            journal.end()
            return {"outcome": "undone", "release": new}
        return {**_first(new, run), "outcome": "finished"}
    if state["step"] == "undo":
        _main_back_to(old)
        _drop_standby(new)
        journal.end()
        return {"outcome": "undone", "release": new}
    if release.in_slot(MAIN.name) == new:
        return {**_main_is_new(new, old, run), "outcome": "finished"}
    if caddy.standby_serves() and units.is_active(STANDBY.unit):
        return {**_forward(new, old, run), "outcome": "finished"}
    with step("undo"):
        if not units.is_active(MAIN.unit):
            slots.start_and_prove(MAIN, old)
        _to_main()
        _drop_standby(new)
        journal.end()
    return {"outcome": "undone", "release": new}


def _first(new: str, run: str) -> "RolloutAnswer":
    """The first release of this host: nobody is served yet, so it goes straight into main."""
    journal.advance("main")
    try:
        with step("start") as this:
            this.detail = slots.start_and_prove(MAIN, new)
    except Refused:
        slots.stop(MAIN)
        release.forget_slot(MAIN.name)
        release.remove(new)
        journal.end()
        raise
    return _publish(new, None, run, 0)


def _forward(new: str, old: str, run: str) -> "RolloutAnswer":
    journal.advance("switch")
    with step("switch"):
        caddy.serve_standby(True)
    with step("drain main") as this:
        left = caddy.drain(MAIN.port, DRAIN_SECONDS)
        this.detail = _drained(left)
    journal.advance("main")
    # The old processes, which had the old key until now, are at their end.
    cooldowns.forget(new, old)
    try:
        with step("main") as this:
            this.detail = slots.start_and_prove(MAIN, new)
    except Refused as reason:
        _undo_main(new, old)
        raise Refused(reason.code, reason.message + " The old release serves again.", reason.log) from None
    return _back(new, old, run, left or 0)


def _main_is_new(new: str, old: str, run: str) -> "RolloutAnswer":
    """Main has the new release already, but nobody saw it proven."""
    try:
        with step("main") as this:
            if units.is_active(MAIN.unit):
                this.detail = slots.prove(MAIN, new)
            else:
                this.detail = slots.start_and_prove(MAIN, new)
    except Refused as reason:
        _undo_main(new, old)
        raise Refused(reason.code, reason.message + " The old release serves again.", reason.log) from None
    return _back(new, old, run, 0)


def _back(new: str, old: str, run: str, cut: int) -> "RolloutAnswer":
    journal.advance("back")
    with step("switch back"):
        caddy.serve_standby(False)
    with step("drain standby") as this:
        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)
        this.detail = _drained(left)
    return _publish(new, old, run, cut + (left or 0))


def _publish(new: str, old: str | None, run: str, cut: int) -> "RolloutAnswer":
    journal.advance("finish")
    with step("finish"):
        slots.stop(STANDBY)
        release.publish(new)
        stored_settings.forget()
        images.drop_unused(release.prune())
        audit.record(run, "rollout", release=new, previous=old, cut=cut)
        journal.end()
    return {"outcome": "rolled-out", "release": new, "previous": old, "cut": cut}


def _undo_main(new: str, old: str) -> None:
    """The new release was fine in standby and isn't in main: the old one takes its place, standby serves meanwhile."""
    journal.advance("undo")
    with step("undo"):
        _main_back_to(old)
        _drop_standby(new)
        journal.end()


def _main_back_to(old: str) -> None:
    try:
        if release.in_slot(MAIN.name) != old or not units.is_active(MAIN.unit):
            slots.start_and_prove(MAIN, old)
    except Refused as reason:
        # Two proofs failed in this slot, so the machine is at fault. What serves (standby, if it does) is left as it is.
        raise Refused(
            "main-down",
            f"Neither the new nor the old release runs in the main slot: {reason.message} The standby slot keeps serving if it "
            "is up. Check memory and disk of the host, then run the same command again: it continues from here.",
            reason.log,
        ) from None
    _to_main()


def _to_main() -> None:
    caddy.serve_standby(False)
    if units.is_active(STANDBY.unit):
        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)
        if left != 0:
            note("drain standby", _drained(left))


def _drop_standby(new: str) -> None:
    slots.stop(STANDBY)
    release.remove(new)


def _drained(left: int | None) -> str:
    if left is None:
        return f"Caddy did not say within {DRAIN_SECONDS} s how many requests are open; they are cut"
    return "no request left" if left == 0 else f"{left} requests were still open after {DRAIN_SECONDS} s and are cut"
`,"rollout/unit.py":`"""The rollout as systemd runs it, on its own: neither the runner nor the SSH connection is needed any more.

systemd starts it again when it is killed; the journal then says how far it came.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import durable, events, journal
from agent.base.events import note
from agent.base.paths import CHANGE_LOCK
from agent.base.refusal import Refused
from agent.rollout import steps

if TYPE_CHECKING:
    from agent.contract_types import RolloutAnswer


def main(given: dict[str, Any]) -> "RolloutAnswer":
    log = Path(given["events"])
    events.write_to(lambda document: durable.append_line(log, json.dumps(document, default=str)))
    with durable.locked(CHANGE_LOCK, seconds=120):
        state = journal.current()
        if state.get("release") != given["release"]:
            # Killed after its last step and before it could say so.
            return {"outcome": "rolled-out", "release": given["release"], "resumed": True}
        if state["step"] in ("begin", "standby"):
            return _roll(state)
        note("resume", f"The rollout was killed in the step {state['step']} and continues.")
        return _recover(state)


def _recover(state: dict[str, Any]) -> "RolloutAnswer":
    result = steps.recover(state)
    if result["outcome"] == "undone":
        raise Refused("interrupted", "The rollout was killed before the new release was proven, and is being undone. Run again.")
    return {**result, "outcome": "rolled-out", "release": state["release"], "resumed": True}


def _roll(state: dict[str, Any]) -> "RolloutAnswer":
    try:
        return steps.roll(state["release"], state["previous"], state["run"])
    except Refused:
        raise
    except Exception as failure:  # noqa: BLE001 - raised again below
        # Not foreseen, so perhaps with the traffic moved half way: bring it to a good end first, then report.
        note("recover", f"{type(failure).__name__}: {failure}")
        try:
            return _recover(journal.current())
        except Refused:
            raise failure from None
`,"rollout/upgrade.py":`"""Takes the database to the schema of another image before anything serves that: looks, takes a backup, and migrates."""

from typing import TYPE_CHECKING

from agent.backup import upgrade as upgrade_backup
from agent.base import migration_runs
from agent.gateway import images, migration, schema

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

MIGRATED = "schema migrated"


def run_when_needed(image: str, settings: "ReleaseSettings", run_url: str) -> list[str]:
    """Answers what was done. Refuses an image that the database is ahead of.

    Where the database has content and is changed, a backup comes first, and no migration is run without it.
    """
    database = schema.of_database()
    if database.is_empty:
        migration.run_live(image, settings)
        return [MIGRATED]
    between = schema.distance(database, schema.of_image(image))
    if images.is_served(image) and not between.pending:
        # After a rollback that was forced it may be older than the schema.
        return []
    if between.unknown:
        raise schema.moved_on(image, between.unknown)
    if not between.pending and image in migration_runs.images():
        schema.require_complete(image, between)
        return []
    done = []
    if between.pending:
        pending = schema.named(between.pending, "migration")
        backup = upgrade_backup.before(pending, run_url)
        migration_runs.note(image, between.pending, backup)
        done.append(f"backup {backup['name']} taken before {pending}")
    migration.run_live(image, settings)
    gone = schema.lost(database, schema.of_database())
    if gone:
        done.append(f"{schema.named(gone, 'column')} dropped or renamed by LiteLLM's migrations")
    return [*done, MIGRATED]
`,"rotation/__init__.py":`"""The master key's rotation."""
`,"rotation/files.py":`"""What a rotation keeps on the host, below /etc/litellm/rotation: how far it came, the keys, and which targets have which."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import ROTATION

if TYPE_CHECKING:
    from agent.contract_types import Distributed, RotationState

STATE = ROTATION / "state.json"
# The new master key, and the old one once the file that people read has the new one.
PENDING = ROTATION / "pending"
PREVIOUS = ROTATION / "previous"
# With \`distribute: virtual-key\`: the key that the targets get in this rotation, and the one they have since the last.
VIRTUAL_PENDING = ROTATION / "virtual_pending"
VIRTUAL = ROTATION / "virtual"
# Outlives the rotation: who was given what, so that a target that somebody else wrote since is noticed.
DISTRIBUTED = ROTATION / "distributed.json"

Document = dict[str, Any]


def state() -> "RotationState | None":
    """The rotation in progress; one whose work is done and whose files were only not yet removed is none."""
    found = durable.read_json(STATE)
    if found is None or found["phase"] == "finished":
        return None
    current: RotationState = found
    return current


def advance(**changes: Any) -> Document:
    changed: Document = (durable.read_json(STATE) or {}) | changes
    durable.write_json(STATE, changed)
    return changed


def distributed() -> "Distributed | None":
    given_out: Distributed | None = durable.read_json(DISTRIBUTED)
    return given_out


def remember_targets(state_now: "RotationState", alias: str | None) -> None:
    """The record of \`DISTRIBUTED\`: {id, time, distribute, key: first digits of its hash, alias of the virtual key, targets}."""
    virtual = state_now["distribute"] == "virtual-key"
    record: Distributed = {
        "id": state_now["id"],
        "time": now().isoformat(),
        "distribute": state_now["distribute"],
        "key": state_now["virtual" if virtual else "new"],
        "alias": alias,
        "targets": state_now["targets"],
    }
    durable.write_json(DISTRIBUTED, record)


def write_key(path: Path, key: str) -> None:
    durable.write(path, (key + "\\n").encode())


def finish() -> None:
    """The last step, and what is left of it when it was cut short. The state goes last: it is what leads here again."""
    found = durable.read_json(STATE)
    if found is None or found["phase"] != "finished":
        return
    if VIRTUAL_PENDING.exists():
        write_key(VIRTUAL, VIRTUAL_PENDING.read_text().strip())
    elif found["distribute"] == "master-key":
        durable.remove(VIRTUAL)
    for path in (VIRTUAL_PENDING, PREVIOUS, PENDING, STATE):
        durable.remove(path)


def short_hash(key: str) -> str:
    """The first twelve hex digits of SHA-256: enough to distinguish keys of 256 random bits, nothing to guess them by."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]
`,"rotation/key_records.py":`"""What is remembered of keys that are delivered into secrets: whose they are, how far each has come, and which secrets have it.

LiteLLM keeps the keys, GitHub their values. Neither can say whether a secret holds a key: a run writes it here before each step, so that
the next one knows what a dead one may have done. It is not kept in LiteLLM's metadata, which the owner of a key may write.
"""

from typing import TYPE_CHECKING, Any

from agent.base import durable, lease
from agent.base.clock import now
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, KEY_RECORDS

if TYPE_CHECKING:
    from agent.contract_types import KeyRecord, KeyRecordsAnswer, KeyRecordsQuestion


def main(given: "KeyRecordsQuestion") -> "KeyRecordsAnswer":
    """Input: {action: read | change, run?, put?, drop?}. Answers {records, time}: all of them, after the change."""
    if given["action"] == "change":
        lease.require(given["run"])
        with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
            _change(given["put"], given["drop"])
    return {"records": read(), "time": now().isoformat()}


def read() -> "list[KeyRecord]":
    """In the order in which they were made."""
    found: list[KeyRecord] = (durable.read_json(KEY_RECORDS) or {}).get("records", [])
    return found


def delivery(record: "KeyRecord") -> dict[str, Any]:
    """\`KeyDelivery\` of the contract: what may be told of it."""
    return {name: record[name] for name in ("of", "state", "since", "receivers", "graceSeconds")}


def _change(put: "list[KeyRecord]", drop: list[str]) -> None:
    """All of it or nothing: one file, replaced as a whole."""
    records = {record["id"]: record for record in [*read(), *put] if record["id"] not in drop}
    durable.write_json(KEY_RECORDS, {"records": list(records.values())})
`,"rotation/keys.py":`"""The keys of a rotation as the running gateway knows them: both masters, and the virtual key that targets may get instead.

LiteLLM has one master key. The other value of a rotation works beside it because it is registered as the virtual key of an
administrator; that it is taken, or refused, is asked of every worker.
"""

import re
import time
from typing import Any

from agent import contract
from agent.base import keys
from agent.base.events import note
from agent.base.paths import MASTER_KEY
from agent.base.refusal import Refused
from agent.gateway import caddy, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import every_worker, key_rules
from agent.litellm.admin_api import AdminApi, ApiError

USER = f"{contract.MANAGER}-rotation"
MARK = {"metadata": {contract.MARK_MANAGER: contract.MANAGER}}
# Costs a worker little beside looking up the key; what only an administrator may ask; and what a key for programs may ask.
PLAIN_ROUTE = "/v2/model/info?size=1"
ADMIN_ROUTE = "/key/list?size=1"
OWN_ROUTE = "/key/info"

Document = dict[str, Any]


def alias(rotation: str, name: str) -> str:
    return f"{USER}-{rotation}-{name}"


def port() -> int:
    return (STANDBY if caddy.standby_serves() else MAIN).port


class Gateway:
    """The admin API of the slot that serves, with the key that is its master now, whatever the file says already."""

    def __enter__(self) -> "Gateway":  # noqa: PYI034 - typing.Self is of Python 3.11
        serving = release.serving()
        master = release.environment(serving).get("LITELLM_MASTER_KEY") if serving else None
        self.config = release.configuration(serving) if serving else {}
        self.api = AdminApi(port(), master or keys.read(MASTER_KEY), header=key_rules.header(self.config))
        return self

    def __exit__(self, kind: object, failure: BaseException | None, *_: object) -> None:
        self.api.close()
        if isinstance(failure, ApiError) and failure.status is None:
            raise Refused(
                "gateway-down",
                f"The gateway does not answer: {failure} The master key is as it was. Run rotate again when it answers (doctor).",
            ) from None
        if isinstance(failure, ApiError):
            # LiteLLM's answer may quote what it was asked.
            said = re.sub(r"sk-[\\w-]+", "sk-***", str(failure))
            raise Refused(
                "rotation-keys",
                f"The gateway does not handle keys as a rotation needs: {said} The master key is as it was. "
                f"{key_rules.reason(self.config, said, failure.status)}".strip(),
            ) from None

    def make_user(self) -> None:
        user = {"user_id": USER, "user_role": "proxy_admin", "auto_create_key": False}
        try:
            self.api.post("/user/new", user | MARK)
        except ApiError as failure:
            # There already: of an earlier rotation, or of this one before it died.
            if failure.status not in (400, 409):
                raise

    def remove_user(self) -> None:
        try:
            self.api.post("/user/delete", {"user_ids": [USER]})
        except ApiError as failure:
            if failure.status != 404:
                raise

    def register(self, key: str, name: str, seconds: int) -> None:
        """Has the gateway take \`key\` for an administrator's for so long from now on; prolongs that when it does already."""
        about = {"key": key, "duration": f"{seconds}s"}
        try:
            self.api.post("/key/generate", about | key_rules.free(self.config) | {"user_id": USER, "key_alias": name})
        except ApiError as failure:
            if failure.status is None or not self.knows(name):
                raise
            self.api.post("/key/update", about)
        # It takes the place of the master key, which no default and no bound of other keys holds.
        lifted = key_rules.lifted(self.config)
        if lifted:
            self.api.post("/key/update", {"key": key} | lifted)

    def lives(self, key: str, seconds: int) -> None:
        """Ends a registration so long from now, whenever it would have."""
        self.api.post("/key/update", {"key": key, "duration": f"{seconds}s"})

    def make_virtual(self, key: str, name: str, limits: Document) -> None:
        """A key for programs: it calls models and sees its own data, within \`limits\` as LiteLLM's /key/generate takes them."""
        if not self.knows(name):
            routes = {"allowed_routes": ["llm_api_routes", "info_routes"]}
            self.api.post("/key/generate", {"key": key, "key_alias": name} | routes | MARK | limits)
            bound = key_rules.longest(self.config)
            if bound is not None:
                note("virtual key", f"It ends in {bound // 3600} hours (upperbound_key_generate_params.duration): rotate before.")

    def knows(self, name: str) -> bool:
        return bool(self.api.get("/key/list", key_alias=name, return_full_object="true", size=1).get("keys"))

    def delete(self, names: list[str]) -> None:
        known = [name for name in names if self.knows(name)]
        if known:
            self.api.post("/key/delete", {"key_aliases": known})


def require_answers(wanted: dict[str, int], seconds: float = 30, route: str = PLAIN_ROUTE) -> None:
    """Every worker of the serving slot answers to each key its status. Refuses otherwise."""

    def ask(api: AdminApi) -> dict[str, int | None]:
        return {key: _status(api, key, route) for key in wanted}

    answers: dict[int, dict[str, int | None] | None] = {}
    for answers in every_worker.rounds(port(), "", ask, lambda got: got == wanted, seconds, header=_header()):
        if answers and all(got == wanted for got in answers.values()):
            return
    wrong = [got or {} for got in answers.values() if got != wanted]
    said = {str(got.get(key) or "nothing") for got in wrong for key, status in wanted.items() if got.get(key) != status}
    raise Refused(
        "rotation-test",
        f"{len(wrong)} of {len(answers)} workers do not answer {' and '.join(map(str, wanted.values()))} to "
        f"{'a key' if len(wanted) == 1 else 'the keys of the rotation'} within {seconds:.0f} s, but "
        f"{', '.join(sorted(said)) or 'nothing'}. Nothing was removed; run rotate again.",
    )


def require_administrators(wanted: list[str], seconds: float = 30) -> None:
    """Each of the keys may ask what only an administrator may. What a key may do is in the database, so one worker shows it."""
    deadline = time.monotonic() + seconds
    api = AdminApi(port(), "", header=_header())
    try:
        while (said := {_status(api, key, ADMIN_ROUTE) for key in wanted}) != {200}:
            if None not in said or time.monotonic() > deadline:
                raise Refused(
                    "rotation-test",
                    "An admin request with the keys of the rotation is answered with "
                    f"{', '.join(sorted(str(status or 'nothing') for status in said - {200}))} (GET {ADMIN_ROUTE}). "
                    "Nothing was removed; run rotate again.",
                )
            time.sleep(0.5)
    finally:
        api.close()


def _header() -> str:
    serving = release.serving()
    return key_rules.header(release.configuration(serving)) if serving else "Authorization"


def _status(api: AdminApi, key: str, route: str) -> int | None:
    try:
        api.get(route, key)
        return 200
    except ApiError as failure:
        return failure.status
`,"rotation/made.py":`"""What was made with a master key, to find out what became of one that leaked."""

import datetime
from typing import TYPE_CHECKING

from agent.base.refusal import Refused
from agent.database import postgres
from agent.rotation.keys import USER

if TYPE_CHECKING:
    from agent.contract_types import MadeWithKey, RotationMadeQuestion


# Whom LiteLLM writes down for the master key (\`LITELLM_PROXY_ADMIN_NAME\`), and for it while a rotation has it registered.
MASTERS = ("default_user_id", USER)
MOST = 500
LATELY = "(%(since)s IS NULL OR created_at >= %(since)s::timestamp) ORDER BY created_at DESC LIMIT %(most)s"
KEYS = f"""
SELECT jsonb_build_object('id', left(token, 12), 'alias', key_alias, 'by', created_by, 'at', created_at,
  'user', user_id, 'team', team_id, 'expires', expires)
FROM "LiteLLM_VerificationToken"
WHERE created_by = ANY (%(masters)s) AND user_id IS DISTINCT FROM %(registered)s AND {LATELY}"""
USERS = f"""
SELECT jsonb_build_object('id', user_id, 'alias', coalesce(user_alias, user_email), 'role', user_role, 'at', created_at)
FROM "LiteLLM_UserTable"
WHERE user_id <> ALL (%(masters)s) AND {LATELY}"""


def main(given: "RotationMadeQuestion") -> "MadeWithKey":
    """Input: {since: ISO 8601, or null for always}. Answers {since, keys: [{id, alias, by, at, user, team, expires}], users: [{id, alias,
    role, at}], more}: at most MOST of each, the newest first; \`more\` says that there are others.

    Of a key only the first digits of its hash are answered. LiteLLM writes down who made a key, but not who made a user: those are all that
    were made in the time. Times are UTC.
    """
    since = given.get("since")
    values = {"masters": list(MASTERS), "registered": USER, "since": None if since is None else _utc(since), "most": MOST + 1}
    with postgres.reading() as asked:
        keys, users = asked.column(KEYS, values), asked.column(USERS, values)
    return {"since": since, "keys": keys[:MOST], "users": users[:MOST], "more": max(len(keys), len(users)) > MOST}


def _utc(time: str) -> str:
    """LiteLLM writes UTC into columns without a zone."""
    try:
        return datetime.datetime.fromisoformat(time).astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        raise Refused("request", "since takes a time as ISO 8601.") from None
`,"rotation/master_key.py":`"""Answers the master key, to the runner's API client only; it is never in an argument or a log."""

from typing import TYPE_CHECKING

from agent.base import keys
from agent.base.paths import MASTER_KEY

if TYPE_CHECKING:
    from agent.contract_types import MasterKeyAnswer, MasterKeyQuestion


def main(given: "MasterKeyQuestion") -> "MasterKeyAnswer":
    del given
    return {"masterKey": keys.read(MASTER_KEY)}
`,"rotation/rotation.py":`"""The master key's rotation: a journaled state machine that any run can take up where another one died.

    created      the new key is in a file of its own; nothing uses it yet
    expanded     the gateway takes both keys: each is registered as an administrator's virtual key that ends after the grace time
                 (the runner now writes the new key to every target, and has each noted here)
    swapping     the key file holds the new key, a rollout brings it to the workers
    swapped      the new key is the master; the old one works until the grace time is over
    finished     the registrations are deleted, every worker refuses the old key; what is left is to remove files

Holds at every moment: anyone who has the old or the new key is served. With \`distribute: virtual-key\` the targets get a key for
programs instead of the master key; old and new are both taken meanwhile in the same way.

The master key encrypts nothing when there is a salt key. A gateway that was adopted without one gets one here: the old master
key's own text, with which everything stored is encrypted already. That changes not one stored byte, so that the slot before
and the slot after a rollout read the same database; re-encrypting it (LITELLM_MIGRATE_FROM_MASTER_KEY, /key/regenerate) would
take the stored models away from the one that still serves.
"""

import datetime
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import audit, durable, keys, lease
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, MASTER_KEY, ROTATION
from agent.base.refusal import Refused
from agent.gateway import release, stored_secrets
from agent.litellm import key_rules
from agent.rollout import rollout
from agent.rotation import files, keys as gateway, status

if TYPE_CHECKING:
    from agent.contract_types import (
        NotedTarget,
        RotationActionAnswer,
        RotationQuestion,
        RotationQuestionBegin,
        RotationQuestionFinish,
        RotationQuestionSwap,
        RotationState,
    )

# Until the new key is the master: how long targets that hold it already are served when nobody continues the rotation. The old
# key is the master all that time, so nothing is kept open by it. Every run of a rotation in progress prolongs it.
SLACK = datetime.timedelta(days=30)
# From then on the registrations end soon after the grace time, also when no run ever comes to end them.
LATE = datetime.timedelta(minutes=15)
# A worker remembers a key that it has seen for \`user_api_key_cache_ttl\` seconds, one minute when that is not set.
CACHE_SECONDS = 60

Document = dict[str, Any]


def main(given: "RotationQuestion") -> "RotationActionAnswer":
    """Input: {action: begin | noted | swap | finish, run, graceSeconds?, distribute?, limits?, targets?, now?}.

    Answers what \`rotation_status\` does, and for \`begin\` also {key}: what the targets should get. With \`swap\` as with \`noted\`,
    \`targets\` hold the new key now.
    """
    lease.require(given["run"])
    rollout.settle()
    folder: Path | None = None
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        files.finish()
        if given["action"] == "begin":
            _begin(given)
            return {**status.answer(), "key": keys.read(_given_out(_require_state()))}
        if given["action"] == "finish":
            _finish(given)
        elif given["targets"]:
            _note(given["targets"])
        if given["action"] == "swap":
            folder = _swap(given)
    if given["action"] == "swap":
        _swapped(given, folder)
    answered = status.answer()
    return {"rotation": answered["rotation"], "distributed": answered["distributed"]}


def _require_state() -> "RotationState":
    state = files.state()
    if state is None:
        raise Refused("rotation-phase", "No rotation is in progress. Run rotate.")
    return state


def _given_out(state: "RotationState") -> Path:
    """Where the key is that the targets get."""
    return files.VIRTUAL_PENDING if state["distribute"] == "virtual-key" else files.PENDING


def _begin(given: "RotationQuestionBegin") -> None:
    durable.folder(ROTATION, 0o700)
    state = files.state()
    if state is None:
        with step("preflight") as this:
            this.detail = _preflight(int(given["graceSeconds"]))
        with step("create"):
            state = _create(given)
    elif state["phase"] == "swapped":
        # What a dead run had begun on the host went on, and came so far while this one waited for it.
        note("rotation", f"Another run has brought the rotation {state['id']} this far in the meantime.")
        return
    elif state["distribute"] != given["distribute"]:
        note("distribute", f"This rotation was started with {state['distribute']} and keeps it; the next one will be as declared.")
    with step("expand") as this:
        this.detail = _expand(state, given.get("limits") or {})
        if state["phase"] == "created":
            files.advance(phase="expanded")


def _preflight(grace: int) -> str:
    """Looks whether the gateway can stand another master key, before anything is changed."""
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
    if release.environment(serving).get("LITELLM_MASTER_KEY") != keys.read(MASTER_KEY):
        raise Refused(
            "master-key-differs",
            f"The gateway runs with another master key than the one in {MASTER_KEY}; the file was changed by hand. Restore the key that "
            "people use (LITELLM_MASTER_KEY in /etc/litellm/env), or make the gateway take the file's: run deploy.",
        )
    key_rules.require_rotation(_configuration(), grace)
    key, what = stored_secrets.encryption_key()
    return f"{stored_secrets.require_readable(key, what)} stored values are readable with {what}"


def _create(given: "RotationQuestionBegin") -> "RotationState":
    """The keys exist durably before anything is said about them."""
    new, old = _fresh(), keys.read(MASTER_KEY)
    before = files.distributed()
    files.write_key(files.PENDING, new)
    state: RotationState = {
        "id": secrets.token_hex(4),
        "phase": "created",
        "run": given["run"],
        "since": now().isoformat(),
        "graceSeconds": int(given["graceSeconds"]),
        "distribute": given["distribute"],
        "old": files.short_hash(old),
        "new": files.short_hash(new),
        "targets": [],
        # The virtual key that the targets have until now, and since when the old key is the master.
        "before": before.get("alias") if before else None,
        "oldSince": before.get("time") if before else None,
    }
    if given["distribute"] == "virtual-key":
        virtual = _fresh()
        files.write_key(files.VIRTUAL_PENDING, virtual)
        state["virtual"] = files.short_hash(virtual)
    durable.write_json(files.STATE, state)
    return state


def _fresh() -> str:
    # LiteLLM asks for the prefix of every key.
    return "sk-" + secrets.token_hex(32)


def _expand(state: "RotationState", limits: Document) -> str:
    """Makes the gateway take both keys, whichever of them is the master, or go on taking them."""
    old = files.PREVIOUS if files.PREVIOUS.exists() else MASTER_KEY
    both = {"old": keys.read(old), "new": keys.read(files.PENDING)}
    with gateway.Gateway() as api:
        api.make_user()
        for name, key in both.items():
            api.register(key, gateway.alias(state["id"], name), _seconds(state))
        if state["distribute"] == "virtual-key":
            api.make_virtual(keys.read(files.VIRTUAL_PENDING), gateway.alias(state["id"], "targets"), limits)
    _require_taken(*both.values())
    _require_virtual(state)
    return "both keys are taken"


def _seconds(state: "RotationState", beyond: datetime.timedelta = SLACK) -> int:
    return key_rules.within(_configuration(), int(state["graceSeconds"] + beyond.total_seconds()))


def _require_taken(*both: str) -> None:
    gateway.require_answers(dict.fromkeys(both, 200))
    gateway.require_administrators([*both])


def _require_virtual(state: "RotationState") -> None:
    if state["distribute"] == "virtual-key":
        gateway.require_answers({keys.read(files.VIRTUAL_PENDING): 200}, route=gateway.OWN_ROUTE)


def _note(targets: "list[NotedTarget]") -> None:
    names = {target["name"] for target in targets}
    others = [one for one in _require_state()["targets"] if one["name"] not in names]
    files.advance(targets=[*others, *targets])


def _swap(given: "RotationQuestionSwap") -> Path | None:
    """Puts the new key in the file and prepares its rollout; None when the workers have it already."""
    state = _require_state()
    if state["phase"] == "created":
        raise Refused("rotation-phase", "The gateway does not accept both keys yet. Run rotate.")
    if state["phase"] == "swapped":
        return None
    if state["phase"] == "expanded":
        files.write_key(files.PREVIOUS, keys.read(MASTER_KEY))
        files.advance(phase="swapping")
    serving = release.serving()
    assert serving is not None
    for done in stored_secrets.give_salt_key():
        note("salt key", done)
    files.write_key(MASTER_KEY, keys.read(files.PENDING))
    about = release.describe(serving)
    try:
        return rollout.prepare(
            rollout.Wanted(
                content=release.content_in(release.folder(serving)),
                given={},
                image=about["image"],
                workers=int(about["workers"]),
                settings=about["settings"],
                probe=about.get("probe") or [],
            ),
            given["run"],
        )
    except Refused:
        _back_to_old()
        raise


def _swapped(given: "RotationQuestionSwap", folder: Path | None) -> None:
    if folder is not None:
        try:
            rollout.follow(folder)
        except Refused as refused:
            # Nothing moved to the new key; "interrupted" means that nobody knows, and the next run looks.
            if refused.code != "interrupted":
                with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
                    _back_to_old()
            raise
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        state = _require_state()
        if state["phase"] == "swapped":
            return
        with step("test") as this:
            this.detail = _test(state)
        with gateway.Gateway() as api:
            for path in (files.PREVIOUS, files.PENDING):
                api.lives(keys.read(path), _seconds(state, LATE))
        until = now() + datetime.timedelta(seconds=state["graceSeconds"])
        files.remember_targets(state, gateway.alias(state["id"], "targets") if state["distribute"] == "virtual-key" else None)
        hashes = {name: state[name] for name in ("old", "new")}
        audit.record(given["run"], "rotate", id=state["id"], graceUntil=until.isoformat(), **hashes)
        files.advance(phase="swapped", graceUntil=until.isoformat())


def _test(state: "RotationState") -> str:
    """The new key is the master of what serves, the old one is taken, and what is stored can be read."""
    new, old = keys.read(files.PENDING), keys.read(files.PREVIOUS)
    serving = release.serving()
    if serving is None or release.environment(serving).get("LITELLM_MASTER_KEY") != new:
        raise Refused("rotation-not-served", "The gateway does not run with the new master key. Run rotate again.")
    _require_taken(new, old)
    _require_virtual(state)
    count = stored_secrets.require_readable(*stored_secrets.encryption_key())
    return f"every worker takes the new key as the master and the old one beside it, {count} stored values are readable"


def _back_to_old() -> None:
    """The rollout was refused, so the old key is what the workers have: the file must say the same."""
    if files.PREVIOUS.exists():
        files.write_key(MASTER_KEY, keys.read(files.PREVIOUS))
        files.advance(phase="expanded")


def _finish(given: "RotationQuestionFinish") -> None:
    state = files.state()
    if state is None:
        return
    if state["phase"] != "swapped":
        raise Refused("rotation-phase", f"The rotation is at {state['phase']} and cannot be finished yet. Run rotate.")
    if not given.get("now") and now() < datetime.datetime.fromisoformat(state["graceUntil"]):
        note("grace", f"The old key is accepted until {state['graceUntil']}.")
        return
    with step("finish") as this:
        ended = [gateway.alias(state["id"], name) for name in ("old", "new")]
        before = state["before"]
        with gateway.Gateway() as api:
            api.delete([*ended, before] if before else ended)
        seconds = _remembered_seconds() * 2
        gateway.require_answers({keys.read(files.PREVIOUS): 401, keys.read(MASTER_KEY): 200}, seconds)
        if before and files.VIRTUAL.exists():
            gateway.require_answers({keys.read(files.VIRTUAL): 401}, seconds, gateway.OWN_ROUTE)
        _require_virtual(state)
        with gateway.Gateway() as api:
            api.remove_user()
        audit.record(given["run"], "rotate-finish", id=state["id"])
        files.advance(phase="finished")
        files.finish()
        this.detail = "every worker refuses the old key"


def _remembered_seconds() -> float:
    """How long a worker may go on taking a key that was deleted, as the serving configuration says."""
    declared = (_configuration().get("general_settings") or {}).get("user_api_key_cache_ttl")
    return max(CACHE_SECONDS, float(declared)) if isinstance(declared, int | float) else CACHE_SECONDS


def _configuration() -> Document:
    """The one that is served; empty where none is."""
    serving = release.serving()
    return release.configuration(serving) if serving else {}
`,"rotation/status.py":`"""How far a rotation of the master key has come. Apart from \`rotation\`, which takes long to load what it changes with."""

from typing import TYPE_CHECKING

from agent.rotation import files

if TYPE_CHECKING:
    from agent.contract_types import RotationStatusAnswer, RotationStatusQuestion


def main(given: "RotationStatusQuestion") -> "RotationStatusAnswer":
    """Answers {rotation, distributed}: the one in progress, or null, and who was given what by the last one."""
    del given
    return answer()


def answer() -> "RotationStatusAnswer":
    return {"rotation": files.state(), "distributed": files.distributed()}
`,"system/__init__.py":`"""The machine itself: packages, accounts, files of ours, firewall, sshd; and the hypervisor that makes machines."""
`,"system/account.py":`"""The account that the key of pull requests logs in as, and what all of its connections together may take of the machine."""

import os
import pwd
from pathlib import Path

from agent import contract
from agent.base import durable, units
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.system import pending_restarts

NAME = contract.PLAN_USER
DEFINITION = contract.SYSUSERS
# Placed by deploy. The slice that logind makes for an account has the number of the account in its name, which differs from host to host.
LIMITS = contract.PLAN_LIMITS
SYSTEMD = Path("/etc/systemd/system")


def missing() -> list[str]:
    """The account's name when it or its limits are missing."""
    try:
        return [] if _limited(pwd.getpwnam(NAME).pw_uid) else [NAME]
    except KeyError:
        return [NAME]


def make_missing() -> list[str]:
    """Makes the account that its definition, placed before, describes, and limits it; answers what was done."""
    done: list[str] = []
    try:
        user = pwd.getpwnam(NAME)
    except KeyError:
        try:
            run("systemd-sysusers", DEFINITION)
        except CommandFailed as failed:
            raise Refused("account", f"The account {NAME} cannot be created: {failed}", failed.output) from None
        user = pwd.getpwnam(NAME)
        done.append(f"account {NAME} made")
    if not _limited(user.pw_uid):
        path = _drop_in(user.pw_uid)
        pending_restarts.note_for([str(path)])
        durable.folder(path.parent, 0o755)
        durable.link(path, LIMITS)
        units.reload_definitions()
        pending_restarts.done("daemon-reload")
        done.append(f"account {NAME} limited")
    return done


def _drop_in(uid: int) -> Path:
    return SYSTEMD / f"user-{uid}.slice.d" / "litellm-gitops.conf"


def _limited(uid: int) -> bool:
    try:
        return os.readlink(_drop_in(uid)) == LIMITS
    except OSError:
        return False
`,"system/clusters.py":`"""Which of the machine's PostgreSQL clusters is the gateway's. Another major may be there beside it: installed for something else, or
brought by an upgrade of the distribution that moved nothing.
"""

import re
from pathlib import Path

PLACE = Path("/etc/postgresql")
# What deploy places in the cluster that it makes the gateway's; it says port 5432.
OURS = "main/conf.d/litellm.conf"
# The second line names the data folder of the server that has the port.
SERVING = Path("/var/run/postgresql/.s.PGSQL.5432.lock")
FOLDER = re.compile(r"/(\\d+)/main/?")


def ours(place: Path = PLACE, serving: Path = SERVING) -> int | None:
    """The major version of the gateway's cluster: the one with our configuration. Before the first deploy that is the newest.

    pg_upgradecluster copies our configuration: of several that have it, the one that serves is meant, or else that starts with the
    machine. None when no cluster is there.
    """
    majors = sorted(int(entry.name) for entry in place.iterdir() if entry.name.isdigit()) if place.is_dir() else []
    placed = [major for major in majors if (place / str(major) / OURS).exists()]
    if not placed:
        return max(majors, default=None)
    served = _served(serving)
    if served in placed:
        return served
    return min([major for major in placed if _starts(place / str(major))] or placed)


def _served(serving: Path) -> int | None:
    try:
        found = [FOLDER.search(line) for line in serving.read_text().splitlines()[1:2]]
    except (OSError, ValueError):
        return None
    return int(found[0][1]) if found and found[0] else None


def _starts(cluster: Path) -> bool:
    try:
        lines = (line.partition("#")[0].strip() for line in (cluster / "main/start.conf").read_text().splitlines())
        return next((line for line in lines if line), "auto") == "auto"
    except OSError:
        return True
`,"system/firewall.py":`"""The machine's firewall: who may connect, loaded as a whole."""

import ipaddress
import os
import re
from pathlib import Path

from agent import contract
from agent.base import durable, units
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.system import pending_restarts

RULES = contract.FIREWALL_RULES
UNIT = contract.FIREWALL_UNIT


def check(content: str) -> None:
    """Refuses rules that nft would not load, and rules that would shut out the very connection that brings them."""
    connection = ssh_connection()
    if connection is not None and not admits(content, *connection):
        address, port = connection
        raise Refused(
            "firewall",
            f"firewall.ssh would lock out {address}, from where this run reaches port {port} of the host. Nothing was "
            "changed. Add its network to firewall.ssh.",
        )
    candidate = RUNTIME / "firewall.candidate"
    durable.write(candidate, content.encode(), 0o644)
    try:
        run("nft", "--check", "--file", str(candidate))
    except CommandFailed as failed:
        raise Refused("firewall", f"nft refuses the firewall's rules: {failed}", failed.output) from None
    finally:
        durable.remove(candidate)


def load() -> list[str]:
    """Loads the rules that were placed, in one transaction, now and at every boot."""
    waiting = pending_restarts.has("load firewall")
    if waiting and units.is_active(UNIT):
        run("systemctl", "reload", UNIT)
    else:
        units.enable_and_start(UNIT)
    pending_restarts.done("load firewall")
    return ["firewall loaded"] if waiting else []


def admits(content: str, address: str, port: int) -> bool:
    """Whether a new SSH connection from \`address\` to \`port\` would be let in by these rules."""
    if "chain input" not in content:
        return True
    ports = re.search(r"@ssh4 tcp dport \\{ ([\\d, ]+) \\}", content)
    if ports is None or port not in [int(one) for one in ports[1].split(",")]:
        return False
    source = ipaddress.ip_address(address.partition("%")[0])
    if source.version == 6 and source.ipv4_mapped is not None:
        source = source.ipv4_mapped
    members = re.search(rf"set ssh{source.version} \\{{[^}}]*?elements = \\{{ ([^}}]*) \\}}", content)
    return members is not None and any(source in ipaddress.ip_network(one.strip(), strict=False) for one in members[1].split(","))


def ssh_connection() -> tuple[str, int] | None:
    """Client address and server port of the SSH connection that this program came by; sudo hides them, its parents have them."""
    process = os.getpid()
    while process > 1:
        try:
            environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\\0")
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return None
        for entry in environment:
            if entry.startswith(b"SSH_CONNECTION="):
                client, _, _, port = entry.decode().partition("=")[2].split(" ")
                return client, int(port)
    return None
`,"system/firewall_rules.py":`"""What the rules of a firewall do to one packet: the first of a new TCP connection to a port, from anywhere.

A rule that depends on more than that may match or not. Dropped is only what is dropped either way: no other answer proves anything.
"""

import shlex
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Verdict = Literal["accept", "drop", "return"]
OURS = ("inet", "litellm_gitops")
# Chains call each other without end nowhere: nft and iptables refuse that.
DEEPEST = 16
VERDICTS: dict[str, Verdict] = {"accept": "accept", "drop": "drop", "reject": "drop", "return": "return"}


class Rule(NamedTuple):
    """\`matches\` is None where that depends on more than the port."""

    matches: bool | None
    # A verdict, or the chain that goes on; None for what decides nothing, such as a log.
    then: str | None
    returns: bool = True


Chains = dict[str, list[Rule]]


def dropped_by_iptables(rules: str, port: int) -> bool:
    """Whether \`iptables -S\` says that a new connection to the port is dropped or rejected."""
    policy = "accept"
    chains: Chains = {}
    for line in rules.splitlines():
        words = shlex.split(line)
        if words[:2] == ["-P", "INPUT"]:
            policy = "accept" if words[2] == "ACCEPT" else "drop"
        elif words[:1] in (["-P"], ["-N"]):
            chains.setdefault(words[1], [])
        elif words[:1] == ["-A"]:
            chains.setdefault(words[1], []).append(_iptables_rule(words[2:], port))
    verdict = _walk(chains, "INPUT")
    return (policy if verdict == "return" else verdict) == "drop"


IPTABLES_VERDICTS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "drop", "RETURN": "return"}
# What they add decides nothing by itself, or is looked at by its options.
PLAIN_MODULES = {"tcp", "conntrack", "state", "multiport", "comment", "addrtype", "udp", "icmp"}
# Options of targets and modules that say nothing of the packet.
SILENT = {"--comment", "--reject-with", "--log-prefix", "--log-level", "--limit", "--limit-burst"}


def _iptables_rule(words: list[str], port: int) -> Rule:
    matches: list[bool | None] = []
    then, returns, turned = None, True, False
    rest = iter(words)
    for option in rest:
        if option == "!":
            turned = True
            continue
        if option in ("-j", "-g"):
            target = next(rest)
            then, returns = IPTABLES_VERDICTS.get(target, target), option == "-j"
            continue
        matched = _iptables_match(option, rest, port)
        matches.append(matched if matched is None or not turned else not matched)
        turned = False
    return Rule(_all(matches), then, returns)


def _iptables_match(option: str, rest: Iterator[str], port: int) -> bool | None:
    value = next(rest, "")
    match option:
        case "-m" | "--match":
            matched = True if value in PLAIN_MODULES else None
        case "-p" | "--protocol":
            matched = value in ("tcp", "all")
        case "--dport" | "--dports":
            matched = any(_within(part, port) for part in value.split(","))
        case "--ctstate" | "--state":
            matched = "NEW" in value.split(",")
        case "--dst-type":
            matched = value == "LOCAL"
        case "-i" if value == "lo":
            matched = False
        case _:
            matched = True if option in SILENT else None
    return matched


def _within(part: str, port: int) -> bool:
    first, _, last = part.partition(":")
    return first.isdigit() and int(first) <= port <= int(last or first)


def _walk(chains: Chains, name: str, depth: int = 0) -> Verdict:
    """How a chain decides of the packet."""
    # After a rule that may have left the chain, a drop is not certain any more.
    certain = True
    for rule in chains.get(name, []):
        if rule.matches is False or depth > DEEPEST:
            continue
        verdict = _verdict(chains, rule, depth)
        if verdict == "accept":
            return "accept"
        if verdict is not None and rule.matches and certain:
            return verdict
        certain = certain and verdict != "return"
    return "return"


def _verdict(chains: Chains, rule: Rule, depth: int) -> Verdict | None:
    """What a rule that matches does; None when the next one goes on."""
    if rule.then in chains:
        inner = _walk(chains, rule.then, depth + 1)
        return None if inner == "return" and rule.returns else inner
    return VERDICTS.get(rule.then or "")


def _all(matches: list[bool | None]) -> bool | None:
    if False in matches:
        return False
    return None if None in matches else True


Entries = list[dict[str, Any]]
DECIDES_NOTHING = ("counter", "log", "comment")
OTHER_PROTOCOLS = ("udp", "icmp", "icmpv6", "ip6", "sctp")


def tables(document: dict[str, Any]) -> dict[tuple[str, str], Entries]:
    """The chains and rules of each table for IPv4 but ours."""
    found: dict[tuple[str, str], Entries] = {}
    for entry in document.get("nftables", []):
        for kind in ("chain", "rule"):
            if kind in entry and entry[kind]["family"] in ("ip", "inet"):
                one = entry[kind]
                found.setdefault((one["family"], one["table"]), []).append({kind: one})
    found.pop(OURS, None)
    return found


def dropped_by_nftables(document: dict[str, Any], port: int) -> bool:
    """Whether a table of \`nft --json list ruleset\` other than ours drops or rejects a new connection to the port."""
    return any(drops(entries, port) for entries in tables(document).values())


def drops(entries: Entries, port: int) -> bool:
    """Whether one table drops or rejects a new connection to the port."""
    chains: Chains = {}
    entrances: list[tuple[str, str]] = []
    for entry in entries:
        if chain := entry.get("chain"):
            chains.setdefault(chain["name"], [])
            if chain.get("hook") == "input":
                entrances.append((chain["name"], chain.get("policy", "accept")))
        else:
            rule = entry["rule"]
            chains.setdefault(rule["chain"], []).append(_nft_rule(rule.get("expr", []), port))
    verdicts = ((_walk(chains, name), policy) for name, policy in entrances)
    return any((policy if verdict == "return" else verdict) == "drop" for verdict, policy in verdicts)


def _nft_rule(expressions: list[Any], port: int) -> Rule:
    matches: list[bool | None] = []
    for one in expressions:
        for name, value in one.items() if isinstance(one, dict) else ():
            if name in VERDICTS:
                return Rule(_all(matches), VERDICTS[name])
            if name in ("jump", "goto"):
                return Rule(_all(matches), value["target"], name == "jump")
            if name == "vmap":
                return _nft_map(value, matches, port)
            if name == "match":
                matches.append(_nft_match(value, port))
            elif name not in DECIDES_NOTHING:
                matches.append(None)
    return Rule(_all(matches), None)


def _nft_map(vmap: dict[str, Any], matches: list[bool | None], port: int) -> Rule:
    """A verdict by a value: by the port it is looked up, by the state of the connection a new one is in none of the usual."""
    key, data = vmap.get("key"), vmap.get("data")
    if _is_port(key) and isinstance(data, dict):
        for value, verdict in data.get("set", []):
            if _holds(value, port):
                return _nft_rule([verdict], port)._replace(matches=_all(matches))
        return Rule(False, None)
    if _is_state(key):
        return Rule(False, None)
    # Where it leads depends on more: it may be let in.
    return Rule(None, "accept")


def _nft_match(match: dict[str, Any], port: int) -> bool | None:
    left = match.get("left")
    if _of(left, "payload").get("protocol") in OTHER_PROTOCOLS:
        return False
    matched = _nft_value(left, match.get("right"), port)
    return matched if matched is None or match.get("op") != "!=" else not matched


def _nft_value(left: Any, right: Any, port: int) -> bool | None:
    """Whether what a rule looks at is in the packet what the rule wants; None where that depends on more."""
    if _is_port(left):
        return _holds(right, port)
    if _is_state(left):
        return _holds(right, "new")
    if left in ({"meta": {"key": "l4proto"}}, {"payload": {"protocol": "ip", "field": "protocol"}}):
        return _holds(right, "tcp") or _holds(right, 6)
    # It came from another machine, and nothing redirected it.
    local = _of(left, "meta").get("key") in ("iif", "iifname") and right == "lo"
    return False if local or left == {"ct": {"key": "status"}} else None


def _of(left: Any, kind: str) -> dict[str, Any]:
    found = left.get(kind) if isinstance(left, dict) else None
    return found if isinstance(found, dict) else {}


def _is_port(left: object) -> bool:
    return left in ({"payload": {"protocol": "tcp", "field": "dport"}}, {"payload": {"protocol": "th", "field": "dport"}})


def _is_state(left: object) -> bool:
    return left == {"ct": {"key": "state"}}


def _holds(right: Any, wanted: int | str) -> bool | None:
    """Whether a value, a list, a set or a range holds what is wanted; None for a set that is named elsewhere."""
    if isinstance(right, dict):
        if "range" in right:
            first, last = right["range"]
            return isinstance(wanted, int) and first <= wanted <= last
        right = right.get("set", [])
    if isinstance(right, list):
        held = [_holds(one, wanted) for one in right]
        return True if True in held else None if None in held else False
    return None if isinstance(right, str) and right.startswith("@") else bool(right == wanted)
`,"system/hypervisor.py":`"""A machine of libvirt, made on its hypervisor. Each action looks first: done again after any failure, it continues with the same machine.

The machine's own description in libvirt says that it is ours and which host key it was born with. It is defined before its disk
is made, and the disk gets its name when it is whole: a machine without a disk was never started, and is recreated.
"""

import base64
import hashlib
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from agent.base import durable
from agent.base.events import note
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import HypervisorAnswer, HypervisorQuestion, HypervisorQuestionConverge, HypervisorQuestionConvergeImage


SPACE = "urn:litellm-gitops"
MARK = f"{{{SPACE}}}gateway"
TOOLS = {"virsh": "libvirt-clients", "virt-install": "virtinst", "qemu-img": "qemu-utils"}
IMAGES = Path("/var/cache/litellm-gitops")
LOCKS = Path("/run/lock/litellm-gitops")
# Pools of files: the disk is made as one and gets its name when it is whole.
FILE_POOLS = ("dir", "fs", "netfs")
DISK = "vda"
GIB = 1024**3
WAIT_SECONDS = 600
CHUNK = 1 << 20


def main(given: "HypervisorQuestion") -> "HypervisorAnswer":
    """Input: {action: observe | converge | forget-seed | destroy, name, pool}; for converge also {network or bridge, vcpu,
    memoryMib, diskGib, image: {url, checksum, algorithm}, hostKey, seed: base64 of a CD}.

    Answers the machine as it is then: {id, running, vcpu, memoryMib, diskBytes, hostKey, pendingRestart}; id is null without one.
    """
    _require_tools()
    name = given["name"]
    if given["action"] == "observe":
        return _state(name, _ours(name))
    with durable.locked(LOCKS / f"{name}.lock", WAIT_SECONDS):
        folder = _pool_folder(given["pool"])
        match given["action"]:
            case "converge":
                _converge(given, name, folder)
            case "forget-seed":
                _forget_seed(given["pool"], name, folder)
            case "destroy":
                _destroy(given["pool"], name, folder)
                return _state(name, None)
        return _state(name, _ours(name))


def _converge(given: "HypervisorQuestionConverge", name: str, folder: Path) -> None:
    domain = _ours(name)
    disk = _disk_path(folder, name) if domain is None else _disk_of(domain)
    if domain is not None and not disk.exists():
        note("machine", f"{name} was never finished: creating it again")
        run("virsh", "undefine", "--nvram", name)
        domain = None
    if domain is None:
        _require_network(given)
        if disk.exists():
            raise Refused(
                "disk-exists",
                f"There is no VM {name}, but its disk {disk}. It may hold data of a VM that was removed by hand: keep it under "
                "another name, or remove it, and run again.",
            )
        _make(given, name, folder, disk)
    else:
        _resize(given, name, domain, disk)
    if _run_state(name) != "running":
        note("machine", f"start {name}")
        run("virsh", "start", name, timeout=120)


def _make(given: "HypervisorQuestionConverge", name: str, folder: Path, disk: Path) -> None:
    image = _image(given["image"])
    note("machine", f"define {name}, with its own host key")
    durable.write(_seed_path(folder, name), base64.b64decode(given["seed"]))
    run("virsh", "define", "/dev/stdin", stdin=_definition(given, name, disk, _seed_path(folder, name)))
    run("virsh", "autostart", name)
    note("machine", f"create its disk of {given['diskGib']} GiB")
    beside = disk.with_name(f"{disk.name}.part")
    beside.unlink(missing_ok=True)
    run("qemu-img", "convert", "-O", "qcow2", str(image), str(beside), timeout=1800)
    if given["diskGib"] * GIB > _disk_bytes(beside):
        run("qemu-img", "resize", "-q", str(beside), f"{given['diskGib']}G")
    os.replace(beside, disk)
    durable.flush_directory(folder)
    _refresh(given["pool"])


def _definition(given: "HypervisorQuestionConverge", name: str, disk: Path, seed: Path) -> str:
    network = f"bridge={given['bridge']}" if given.get("bridge") else f"network={given['network']}"
    text = run(
        "virt-install", "--connect", "qemu:///system", "--print-xml", "--dry-run", "--import", "--name", name,
        # All that the hypervisor's has: QEMU's own default does not have what LiteLLM's libraries are compiled for (x86-64-v2).
        "--memory", str(given["memoryMib"]), "--vcpus", str(given["vcpu"]), "--cpu", "mode=maximum",
        "--osinfo", "detect=on,require=off",
        "--disk", f"path={disk},size={given['diskGib']},format=qcow2,target.dev={DISK},target.bus=virtio,driver.discard=unmap",
        "--disk", f"path={seed},device=cdrom", "--network", f"{network},model=virtio",
        "--graphics", "none", "--serial", "pty", "--rng", "/dev/urandom", "--noautoconsole",
        timeout=120,
    )  # fmt: skip
    ElementTree.register_namespace("litellm-gitops", SPACE)
    domain = ElementTree.fromstring(text)
    metadata = domain.find("metadata")
    if metadata is None:
        metadata = ElementTree.SubElement(domain, "metadata")
    ElementTree.SubElement(metadata, MARK, {"name": name, "host-key": given["hostKey"]})
    return ElementTree.tostring(domain, encoding="unicode")


def _resize(given: "HypervisorQuestionConverge", name: str, domain: ElementTree.Element, disk: Path) -> None:
    vcpu, memory = given["vcpu"], given["memoryMib"]
    if _vcpu(domain) != vcpu:
        note("machine", f"give it {vcpu} vCPU")
        growing = vcpu > _vcpu(domain)
        # Neither may pass the other on the way.
        for maximum in (["--maximum"], []) if growing else ([], ["--maximum"]):
            run("virsh", "setvcpus", name, str(vcpu), "--config", *maximum)
    if _memory_mib(domain) != memory:
        note("machine", f"give it {memory} MiB of memory")
        run("virsh", "setmaxmem", name, f"{memory}MiB", "--config")
        run("virsh", "setmem", name, f"{memory}MiB", "--config")
    running = _run_state(name) == "running"
    if _disk_bytes(disk) < given["diskGib"] * GIB:
        note("machine", f"grow its disk to {given['diskGib']} GiB")
        if running:
            run("virsh", "blockresize", name, str(disk), f"{given['diskGib']}GiB")
        else:
            run("qemu-img", "resize", "-q", str(disk), f"{given['diskGib']}G")


def _forget_seed(pool: str, name: str, folder: Path) -> None:
    domain = _ours(name)
    seed = _seed_path(folder, name)
    if domain is not None:
        for drive in domain.iterfind("devices/disk[@device='cdrom']"):
            source, target = drive.find("source"), drive.find("target")
            if source is None or target is None or source.get("file") != str(seed):
                continue
            note("machine", "eject the CD with the first configuration")
            live = ["--live"] if _run_state(name) == "running" else []
            run("virsh", "change-media", name, target.get("dev", ""), "--eject", "--force", "--config", *live)
    if seed.exists():
        durable.remove(seed)
        _refresh(pool)


def _destroy(pool: str, name: str, folder: Path) -> None:
    domain = _ours(name)
    if domain is None:
        # A run before this one may have died between the machine and what belonged to it; a disk without a machine is nobody's to remove.
        _seed_path(folder, name).unlink(missing_ok=True)
        return
    disk = _disk_of(domain)
    if _run_state(name) not in ("shut off", "crashed"):
        note("machine", f"stop {name}")
        run("virsh", "destroy", name, timeout=120)
    note("machine", f"remove {name} and its disk")
    # The machine last: as long as it exists, the next run knows that the disk is its own.
    for path in (disk, disk.with_name(f"{disk.name}.part"), _seed_path(folder, name)):
        path.unlink(missing_ok=True)
    durable.flush_directory(folder)
    run("virsh", "undefine", "--nvram", "--snapshots-metadata", "--managed-save", name)
    _refresh(pool)


def _state(name: str, domain: ElementTree.Element | None) -> "HypervisorAnswer":
    if domain is None:
        return {"id": None, "running": False, "vcpu": 0, "memoryMib": 0, "diskBytes": 0, "hostKey": None, "pendingRestart": []}
    running = _run_state(name) == "running"
    live = ElementTree.fromstring(run("virsh", "dumpxml", name)) if running else domain
    disk = _disk_of(domain)
    pending = [word for word, of in (("vCPU", _vcpu), ("memory", _memory_mib)) if of(live) != of(domain)]
    mark = domain.find(f"metadata/{MARK}")
    return {
        "id": domain.findtext("uuid"),
        "running": running,
        "vcpu": _vcpu(domain),
        "memoryMib": _memory_mib(domain),
        "diskBytes": _disk_bytes(disk) if disk.exists() else 0,
        # Without its disk it never ran: it will be recreated, with another key.
        "hostKey": mark.get("host-key") if mark is not None and disk.exists() else None,
        "pendingRestart": pending,
    }


def _ours(name: str) -> ElementTree.Element | None:
    """The machine as it will be after its next start; None when there is none. Refuses one that somebody else made."""
    if name not in run("virsh", "list", "--all", "--name").split():
        return None
    domain = ElementTree.fromstring(run("virsh", "dumpxml", "--inactive", name))
    mark = domain.find(f"metadata/{MARK}")
    if mark is None or mark.get("name") != name:
        raise Refused(
            "foreign",
            f"The VM {name} on this hypervisor was not made by litellm-gitops: the mark is missing in its description. It is left alone; "
            "give ours another name (vm.libvirt.name).",
        )
    return domain


def _run_state(name: str) -> str:
    return run("virsh", "domstate", name).strip()


def _vcpu(domain: ElementTree.Element) -> int:
    element = domain.find("vcpu")
    return int(element.get("current") or element.text or 1) if element is not None else 1


def _memory_mib(domain: ElementTree.Element) -> int:
    element = domain.find("currentMemory")
    # libvirt itself answers KiB, whatever was given.
    return int(element.text or 0) // 1024 if element is not None else 0


def _disk_of(domain: ElementTree.Element) -> Path:
    for drive in domain.iterfind("devices/disk[@device='disk']"):
        source, target = drive.find("source"), drive.find("target")
        if source is not None and target is not None and target.get("dev") == DISK and source.get("file"):
            return Path(source.get("file", ""))
    raise Refused("disk", f"The VM {domain.findtext('name')} no longer has a disk {DISK} in a file; it was changed by hand.")


def _disk_path(folder: Path, name: str) -> Path:
    return folder / f"litellm-gitops-{name}.qcow2"


def _seed_path(folder: Path, name: str) -> Path:
    return folder / f"litellm-gitops-{name}-seed.iso"


def _disk_bytes(disk: Path) -> int:
    """What the machine sees, by the header (version 2 and 3 alike): a running machine's disk is locked against qemu-img."""
    with disk.open("rb") as file:
        header = file.read(32)
    if header[:4] != b"QFI\\xfb":
        raise Refused("disk", f"{disk} is not a qcow2 image; it was changed by hand.")
    return int.from_bytes(header[24:32], "big")


def _image(image: "HypervisorQuestionConvergeImage") -> Path:
    """The image on the hypervisor, fetched where it is not there; its name is its checksum, so another image is another file."""
    durable.folder(IMAGES, 0o755)
    path = IMAGES / f"{image['checksum'][:16]}.img"
    if path.exists():
        return path
    note("machine", f"download {image['url']}")
    beside = path.with_name(f"{path.name}.part")
    digest = hashlib.new(image["algorithm"])
    try:
        with urllib.request.urlopen(image["url"], timeout=60) as answer, beside.open("wb") as file:  # noqa: S310 - compared by checksum
            while chunk := answer.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except (urllib.error.URLError, TimeoutError) as failure:
        beside.unlink(missing_ok=True)
        raise Refused("image", f"The hypervisor cannot fetch {image['url']}: {failure}. Nothing was created.") from None
    if digest.hexdigest() != image["checksum"]:
        beside.unlink()
        raise Refused(
            "image",
            f"The image at {image['url']} has the {image['algorithm']} {digest.hexdigest()}, but {image['checksum']} is declared. "
            "Nothing was created. Cloud images are replaced in place: use a URL with a date in it, and the checksum from the same folder.",
        )
    os.replace(beside, path)
    return path


def _pool_folder(pool: str) -> Path:
    try:
        described = ElementTree.fromstring(run("virsh", "pool-dumpxml", pool))
        active = run("virsh", "pool-list", "--name").split()
    except CommandFailed as failed:
        raise Refused("pool", f"The hypervisor has no storage pool {pool}: {failed}. virsh pool-list --all shows those it has.") from None
    if described.get("type") not in FILE_POOLS:
        kind, wanted = described.get("type"), ", ".join(FILE_POOLS)
        raise Refused("pool", f"The storage pool {pool} has the type {kind}; a file-based one is needed ({wanted}).")
    if pool not in active:
        raise Refused("pool", f"The storage pool {pool} is not active: virsh pool-start {pool}; virsh pool-autostart {pool}.")
    return Path(described.findtext("target/path") or "")


def _refresh(pool: str) -> None:
    # Only so that virsh vol-list shows what exists.
    run("virsh", "pool-refresh", pool, check=False)


def _require_tools() -> None:
    absent = {tool: package for tool, package in TOOLS.items() if shutil.which(tool) is None}
    if absent:
        raise Refused(
            "tools",
            f"Programs are missing on the hypervisor: {', '.join(absent)}. Run "
            f"apt-get install {' '.join(absent.values())} libvirt-daemon-system qemu-system-x86.",
        )
    try:
        run("virsh", "version", timeout=30)
    except CommandFailed as failed:
        text = f"libvirt does not answer on the hypervisor: {failed}. See systemctl status libvirtd."
        raise Refused("libvirt", text, failed.output) from None


def _require_network(given: "HypervisorQuestionConverge") -> None:
    bridge, network = given.get("bridge"), given.get("network")
    if bridge:
        if not Path(f"/sys/class/net/{bridge}/bridge").exists():
            raise Refused("network", f"The hypervisor has no bridge {bridge}. ip link show type bridge shows those it has.")
    elif network not in run("virsh", "net-list", "--name").split():
        raise Refused(
            "network",
            f"The network {network} is not active on the hypervisor: virsh net-start {network}; virsh net-autostart {network}. "
            "virsh net-list --all shows those it has.",
        )
`,"system/managed_files.py":`"""The files that this product places on the host, compared by hash, mode and owner, and replaced as a whole.

All of them belong to root and lie in folders of root: the services that they configure read them by their group. The packages of
PostgreSQL and Redis give these folders to the services; a service that was broken into could have root write elsewhere then.
"""

import grp
import hashlib
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.base import durable, nofollow
from agent.base.refusal import Refused
from agent.system import clusters

if TYPE_CHECKING:
    from agent.contract_types import FileHash, ManagedFile

# PostgreSQL's configuration lies under its major version, which the distribution decides: \`*\` is that of the gateway's cluster.
WILDCARD = "*"


def resolve(pattern: str) -> Path | None:
    """The path that \`pattern\` means on this host, or None while the folder with the wildcard does not exist."""
    if WILDCARD not in pattern:
        return Path(pattern)
    before, _, after = pattern.partition(WILDCARD)
    major = clusters.ours(Path(before))
    return None if major is None else Path(f"{before}{major}{after}")


def differing(wanted: "Mapping[str, FileHash]") -> list[str]:
    """Paths whose content hash, mode ("0644") or owner ("user:group") is not as wanted. Shape: {path: {sha256, mode, owner}}."""
    return sorted(path for path, want in wanted.items() if not _same(path, want))


def _same(pattern: str, want: "FileHash") -> bool:
    return _is(pattern, want) and nofollow.is_safe(Path(str(resolve(pattern))).parent)


def _is(pattern: str, want: "FileHash") -> bool:
    """Whether the file is as wanted, wherever its folder belongs."""
    path = resolve(pattern)
    if path is None:
        return False
    try:
        with nofollow.reading(path) as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) != int(want["mode"], 8) or (status.st_uid, status.st_gid) != owner_of(want["owner"]):
                return False
            found = hashlib.file_digest(file, "sha256").hexdigest()
        return found == str(want["sha256"])
    except (FileNotFoundError, NotADirectoryError, Refused):
        return False


def with_other_content(wanted: "Mapping[str, FileHash]") -> list[str]:
    """Of the files, those that a service must read again: what is merely another owner or mode it does not see."""
    return [pattern for pattern, want in wanted.items() if _hash(pattern) != want["sha256"]]


def _hash(pattern: str) -> str | None:
    path = resolve(pattern)
    try:
        if path is None:
            return None
        with nofollow.reading(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, Refused):
        return None


def place(wanted: "Mapping[str, ManagedFile]") -> None:
    """Writes the files, after their folders became root's where they were not. Shape: {path: {content, mode, owner}}."""
    for pattern, want in wanted.items():
        path = resolve(pattern)
        if path is None:
            raise FileNotFoundError(f"no folder matches {pattern}")
        owner = owner_of(want["owner"])
        if owner is None:
            raise LookupError(f"{path} should belong to {want['owner']}, which does not exist here")
        with nofollow.folder(path.parent, make=0o755, claim=True) as at:
            durable.write_at(at, path, want["content"].encode(), int(want["mode"], 8), owner)


def owner_of(text: str) -> tuple[int, int] | None:
    """Numeric user and group of "user:group"; None while one of them does not exist."""
    user, _, group = text.partition(":")
    try:
        return pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid
    except KeyError:
        return None
`,"system/name_servers.py":`"""Lets LiteLLM reach the host's name server where that is one of the addresses that its unit denies.

Google's machines, for one, ask 169.254.169.254 for names, at which it hands out credentials too. Without names no provider is reached,
so there the address stays open, and the run says so. Where a resolver of the machine itself is asked, as with systemd-resolved, nothing
of this is needed.
"""

from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.events import note

UNIT = Path(contract.QUADLET)
RESOLVER = Path("/etc/resolv.conf")
ABOVE = Path("/etc/systemd/system")
DROP_INS = {
    ABOVE / "litellm.service.d/name-server.conf": "Service",
    ABOVE / "litellm-standby.service.d/name-server.conf": "Service",
    ABOVE / "litellm-jobs.slice.d/name-server.conf": "Slice",
}


def allow() -> bool:
    """Places or removes the files that allow it; answers whether systemd must read its definitions again."""
    named = exceptions(UNIT.read_text(), RESOLVER.read_text() if RESOLVER.exists() else "")
    if named:
        servers = ", ".join(named)
        note("files", f"This machine uses {servers} for DNS, so LiteLLM can reach that address, at which clouds hand out credentials.")
    changed = False
    for path, section in DROP_INS.items():
        wanted = f"[{section}]\\nIPAddressAllow={' '.join(named)}\\n" if named else None
        if wanted == (path.read_text() if path.exists() else None):
            continue
        changed = True
        if wanted is None:
            durable.remove(path)
        else:
            durable.folder(path.parent, 0o755)
            durable.write(path, wanted.encode(), 0o644)
    return changed


def exceptions(unit: str, resolver: str) -> list[str]:
    """Addresses that the unit denies and that are asked for names."""
    denied = {address for line in unit.splitlines() if line.startswith("IPAddressDeny=") for address in line.partition("=")[2].split()}
    asked = [line.split()[1] for line in resolver.splitlines() if len(line.split()) > 1 and line.split()[0] == "nameserver"]
    return sorted(denied & set(asked))
`,"system/other_firewalls.py":`"""Firewalls of others beside ours: an accept in one table does not undo a drop in another, whichever comes first."""

import json
import re
from pathlib import Path
from typing import Any

from agent import contract
from agent.base.process import CommandFailed, run
from agent.system.firewall_rules import dropped_by_iptables, drops, tables

HTTPS = (80, 443)
GATEWAY = contract.GATEWAY_PORT


def needed(caddyfile: str, rules: str) -> list[int]:
    """The ports that people come by: those of the domain, and 4000 where all the world may reach it."""
    site = re.search(r"^[a-z0-9.-]+\\.[a-z0-9-]+ \\{$", caddyfile, re.MULTILINE)
    gateway = re.search(r"set gateway4 \\{[^}]*elements = \\{[^}]*0\\.0\\.0\\.0/0", rules)
    return [*(HTTPS if site else ()), *((GATEWAY,) if gateway else ())]


def needed_here() -> list[int]:
    return needed(_text(contract.CADDYFILE), _text(contract.FIREWALL_RULES))


def closed(ports: list[int]) -> list[dict[str, Any]]:
    """Shape: [{name, ports, opens}]: which firewall drops what comes to which of the ports, and the command that lets it in."""
    iptables = _said("iptables", "-S")
    listed = _said("nft", "--json", "list", "ruleset")
    judged = {_iptables_name(iptables): [port for port in ports if dropped_by_iptables(iptables, port)]} if iptables else {}
    for (family, table), entries in tables(json.loads(listed) if listed else {}).items():
        # Rules of iptables are read from iptables: nft does not show all of their matches.
        if not (iptables and family == "ip"):
            name = table if table == "firewalld" else f"nftables (table {family} {table})"
            judged[name] = [port for port in ports if drops(entries, port)]
    return [{"name": name, "ports": shut, "opens": opens(name, shut)} for name, shut in judged.items() if shut]


def opens(name: str, ports: list[int]) -> str:
    """The command, or what to write, that lets the ports in and stays after a reboot."""
    listed = ",".join(map(str, ports))
    if name == "ufw":
        return f"ufw allow {listed}/tcp"
    if name == "firewalld":
        added = " ".join(f"--add-port={port}/tcp" for port in ports)
        return f"firewall-cmd --permanent {added} && firewall-cmd --reload"
    if name == "iptables":
        return (
            f"iptables -I INPUT -p tcp -m multiport --dports {listed} -j ACCEPT && netfilter-persistent save "
            "# ip6tables the same way; or remove that firewall: ours stays"
        )
    return f"add \`tcp dport {{ {listed} }} accept\` to its input chain in /etc/nftables.conf, and load it: nft -f /etc/nftables.conf"


def text(one: dict[str, Any]) -> str:
    """In one sentence, with what to do."""
    ports = " and ".join(map(str, one["ports"]))
    return f"{one['name']} on this host drops what comes to port {ports}, whatever our rules let in. Open it: {one['opens']}"


def _iptables_name(rules: str) -> str:
    return "ufw" if "-N ufw-before-input" in rules else "iptables"


def _said(*argv: str) -> str:
    try:
        return run(*argv)
    except (CommandFailed, FileNotFoundError):
        return ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
`,"system/packages.py":`"""Packages of the distribution."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

POLICY = Path("/usr/sbin/policy-rc.d")
# Debian starts a service the moment it is installed, with defaults that are not ours (Redis without a password). This file
# holds that back, and says that it is ours so that a crash in between is cleaned up by the next run.
OUR_POLICY = "#!/bin/sh\\n# litellm-gitops: services start after their configuration is placed\\nexit 101\\n"
OPTIONS = (
    "-o", "DPkg::Lock::Timeout=300",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "Dpkg::Options::=--force-confold",
    "-o", "Acquire::Retries=3",
)  # fmt: skip

# What no request needs: installed while LiteLLM starts.
UPKEEP = frozenset(("unattended-upgrades", "logrotate", "restic", "age", "openssh-client", "systemd-timesyncd"))


def missing(names: Sequence[str]) -> list[str]:
    """Those of \`names\` that are not installed, in the given order. Of "a | b" one is enough; \`a\` is named when none is there."""
    if not names:
        return []
    choices = {name: name.split(" | ") for name in names}
    answer = run(
        "dpkg-query",
        "-W",
        "-f",
        "\${binary:Package} \${db:Status-Status}\\\\n",
        *(one for any_of in choices.values() for one in any_of),
        check=False,
    )
    installed = {line.split()[0].partition(":")[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [any_of[0] for any_of in choices.values() if installed.isdisjoint(any_of)]


@contextlib.contextmanager
def installing(names: Sequence[str]) -> Iterator[Callable[[Sequence[str]], None]]:
    """For installing all of \`names\` with what it gives, some of them at a time; what a crash left is brought to order first.

    Waits up to five minutes for another package manager to end.
    """
    with _services_held_back(names):
        run("dpkg", "--configure", "-a", "--force-confold", timeout=600)
        run("apt-get", *OPTIONS, "-q", "update", timeout=300)
        yield _install


def install_missing(names: Sequence[str]) -> list[str]:
    """Installs what is left of \`names\` after others were installed just now, and answers which that were."""
    absent = missing(names)
    with _services_held_back(absent):
        _install(absent)
    return absent


@contextlib.contextmanager
def _services_held_back(names: Sequence[str]) -> Iterator[None]:
    left_over = POLICY.exists() and POLICY.read_text() == OUR_POLICY
    held_back = left_over or (bool(names) and not POLICY.exists())
    try:
        if names and held_back:
            POLICY.write_text(OUR_POLICY)
            POLICY.chmod(0o755)
        yield
    except CommandFailed as failed:
        raise Refused(
            "packages",
            f"The packages {', '.join(names)} could not be installed: {failed}. See the lines below; a mirror that cannot be "
            "reached and a full disk are the usual reasons.",
            failed.output,
        ) from None
    finally:
        if held_back:
            POLICY.unlink(missing_ok=True)


def _install(names: Sequence[str]) -> None:
    """Installs the packages in one transaction."""
    if names:
        run("apt-get", *OPTIONS, "-q", "-y", "--no-install-recommends", "install", *names, timeout=1200)
`,"system/pending_restarts.py":`"""Services that still must take up a file that was placed. Kept on disk: a deploy that dies in between must not forget."""

from agent import contract
from agent.base import durable
from agent.base.paths import STATE

FILE = STATE / "pending.json"

# What to do after a file below a folder was replaced, the longest match counts.
AFTER = {
    "/etc/containers/systemd/": ("daemon-reload",),
    "/etc/systemd/": ("daemon-reload",),
    "/etc/systemd/system/caddy.service.d/": ("daemon-reload", "restart caddy"),
    "/etc/systemd/system/litellm-backup.timer": ("daemon-reload", "restart timers"),
    "/etc/systemd/system/litellm-verify.timer": ("daemon-reload", "restart timers"),
    "/etc/systemd/journald.conf.d/": ("restart journald",),
    "/etc/systemd/system/litellm-firewall.service": ("daemon-reload", "load firewall"),
    contract.PLAN_LIMITS: ("daemon-reload",),
    "/etc/ssh/sshd_config.d/": ("reload sshd",),
    contract.FIREWALL_RULES: ("load firewall",),
    "/etc/caddy/": ("reload caddy",),
    "/etc/redis/": ("restart redis",),
    "/etc/postgresql/": ("restart postgresql",),
    # Who may connect is read again without ending anybody's session.
    "/etc/postgresql/*/main/pg_hba.conf": ("reload postgresql",),
    "/etc/postgresql/*/main/pg_ident.conf": ("reload postgresql",),
}


def note_for(paths: list[str]) -> None:
    """Remembers what the files will ask for. Called before they are placed."""
    actions = current()
    for path in paths:
        matches = [prefix for prefix in AFTER if path.startswith(prefix)]
        if matches:
            actions |= set(AFTER[max(matches, key=len)])
    if actions:
        durable.folder(STATE, 0o700)
        durable.write_json(FILE, sorted(actions))


def current() -> set[str]:
    return set(durable.read_json(FILE) or [])


def has(action: str) -> bool:
    return action in current()


def done(*actions: str) -> None:
    left = current() - set(actions)
    if left:
        durable.write_json(FILE, sorted(left))
    elif FILE.exists():
        durable.remove(FILE)
`,"system/sshd.py":`"""Our part of sshd's configuration: checked before it is placed, taken up without cutting a connection, and looked at afterwards."""

from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.events import note
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CONFIG = contract.PLAN_SSHD
UNIT = "ssh.service"
# As sshd sees a connection of the account.
CONNECTION = f"user={contract.PLAN_USER},host=localhost,addr=127.0.0.1"
EFFECT = "maxsessions 1"


def check(text: str) -> None:
    """Refuses a text that sshd of this host does not take, before it is where the next restart of sshd would read it."""
    candidate = RUNTIME / "sshd.conf"
    durable.write(candidate, text.encode())
    try:
        run("sshd", "-t", "-f", str(candidate))
    except (CommandFailed, FileNotFoundError) as failed:
        log = failed.output if isinstance(failed, CommandFailed) else []
        raise Refused("sshd", f"sshd of this host does not accept {CONFIG}: {failed}. Nothing was placed.", log) from None
    finally:
        candidate.unlink(missing_ok=True)


def take_up() -> bool:
    """Has sshd read its configuration again; answers whether it did. One that sshd would not start with is left alone, and reported."""
    try:
        run("sshd", "-t")
        run("systemctl", "try-reload-or-restart", UNIT)
    except CommandFailed as failed:
        note("sshd", f"was not reloaded: {failed}. Check \`sshd -t\` before anyone restarts sshd; then deploy again.")
        return False
    if not is_effective():
        note(
            "sshd",
            f"does not use {CONFIG}: {_why()}. The read-only key works anyway, but its connections are limited by its account only.",
        )
    return True


def is_effective() -> bool:
    try:
        return EFFECT in run("sshd", "-T", "-C", CONNECTION).lower().splitlines()
    except CommandFailed:
        return False


def _why() -> str:
    try:
        lines = [line.split() for line in Path("/etc/ssh/sshd_config").read_text().splitlines()]
    except OSError:
        return "/etc/ssh/sshd_config cannot be read"
    if any(words[:1] and words[0].lower() == "include" and "sshd_config.d" in " ".join(words[1:]) for words in lines):
        return "another line that comes first says otherwise (sshd -T -C " + CONNECTION + ")"
    return "/etc/ssh/sshd_config has no line \`Include /etc/ssh/sshd_config.d/*.conf\`; add it as the first one, and deploy again"
`,"system/sudoers.py":`"""Our part of sudo's rules: checked before it is placed, by the sudo that this host has (sudo or sudo-rs).

A rule that sudo does not read would have it complain to everybody, at every call.
"""

from agent import contract
from agent.base import durable
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CONFIG = f"/etc/sudoers.d/{contract.PLAN_USER}"
# Some accept rules of mode 0440 alone.
MODE = 0o440


def check(text: str) -> None:
    """Refuses a text that sudo of this host does not read."""
    candidate = RUNTIME / "sudoers.candidate"
    durable.write(candidate, text.encode(), MODE)
    try:
        run("visudo", "-c", "-f", str(candidate))
    except (CommandFailed, FileNotFoundError) as failed:
        log = failed.output if isinstance(failed, CommandFailed) else []
        raise Refused("sudoers", f"sudo of this host does not accept {CONFIG}: {failed}. Nothing was placed.", log) from None
    finally:
        durable.remove(candidate)
`,"takeover/__init__.py":`"""Taking over the database of a LiteLLM that runs somewhere else. Nothing of that one is ever changed."""
`,"takeover/adopt.py":`"""An old gateway's database becomes a backup of this host like any other: looked at, copied, brought forward, and kept with its keys.

    look       what is there, what opens, what stays behind; without a confirmation that is all
    copy       one moment of it, as a dump; a dump file is taken as it is
    load       into the scratch cluster: what is LiteLLM's, as an ordinary role     \\\\  left out where the dump of a server of the
    keys       values of another key are sealed again with the one of the rest       | same version is as ours would be
    migrate    by the image that serves here                                        /
    keep       with the old salt key, into the repository: \`verify\` proves it, \`restore\` with the scope all brings it in

Nothing of the old gateway is changed, and nothing of this one. Each run begins anew; what one that was cut short left is removed.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import backup, manifest, settings as backup_settings
from agent.base import durable, jobs, lease, room
from agent.base.events import step
from agent.base.paths import ADOPTED, BACKUPS, ETC, MASTER_KEY, SALT_KEY
from agent.base.process import run
from agent.base.refusal import Refused
from agent.database import dump as database_dump, load as database_load, postgres
from agent.database.session import Session, session
from agent.gateway import migration, release, schema
from agent.restore import scratch
from agent.takeover import carried, copy, dump_file, old_keys, old_server, survey, upload

if TYPE_CHECKING:
    from agent.contract_types import AdoptAnswer, AdoptPlan, AdoptQuestion, LeftOut, OldMaster

UNIT = "litellm-gitops-adopt.service"
MIGRATING = "litellm-migrate-copy"
DUMPED = upload.PLACE / "dump"
# Named in the answer; a database may hold any number of tables of others.
MOST_LEFT_OUT = 500

Document = dict[str, Any]


def main(given: "AdoptQuestion") -> "AdoptAnswer":
    """Input: {run, source: {kind: postgres} | {kind: files, files} | {kind: stream, place, bytes}, confirm?, urgent?, and secrets}.

    Files, or the blocks of one dump, follow the question on standard input.
    """
    lease.require(given["run"])
    # A runner that died left it at work, with files that it still reads.
    jobs.wait_for_end(UNIT)
    shutil.rmtree(upload.PLACE, ignore_errors=True)
    try:
        rest = upload.keep_secrets(given)
        upload.receive(given["source"])
        # While the old gateway is held, its people wait for this.
        gently = () if given.get("urgent") else jobs.GENTLY
        folder = jobs.start_work(UNIT, "adopt", rest, *gently, description="import --data")
    except BaseException:
        shutil.rmtree(upload.PLACE, ignore_errors=True)
        raise
    answer: AdoptAnswer = jobs.finish(UNIT, folder, "import of the old database")
    return answer


def clean_up() -> None:
    run("podman", "rm", "--force", "--time=0", "--ignore", MIGRATING, old_keys.CONTAINER, check=False, timeout=120)
    backup.clean_up()
    scratch.sweep()
    shutil.rmtree(upload.PLACE, ignore_errors=True)


def work(given: "AdoptQuestion") -> "AdoptAnswer":
    """Answers what is there: {outcome: planned, …}; with the gateway's domain as \`confirm\` also what was kept: {outcome: adopted, …}."""
    try:
        return Adoption(given).run()
    finally:
        clean_up()


class Adoption:
    """One run, from the look to the snapshot."""

    def __init__(self, given: "AdoptQuestion") -> None:
        self.run_url = given["run"]
        self.settings = backup_settings.read()
        self.confirmed = given.get("confirm") == self.settings.domain
        serving = release.serving()
        if serving is None:
            raise Refused("not-deployed", "No gateway is deployed on this host. Run deploy: the copy is kept in this host's repository.")
        self.about = release.describe(serving)
        self.image = str(self.about["image"])
        self.source: Document = {**given["source"]}
        secrets = upload.secrets()
        self.keys = old_keys.OldKeys(*(secrets.get(name, "") for name in ("salt", "master", "before")))
        self.server = upload.server(secrets) if given["source"]["kind"] == "postgres" else None
        self.version: int | None = None
        self.left_out: list[LeftOut] = []
        self.cluster: scratch.Cluster
        self.took: dict[str, float] = {}

    def run(self) -> "AdoptAnswer":
        begun = time.monotonic()
        scratch.sweep()
        if self.server is None:
            self._load_file()
        plan, between, tried = self._look()
        if not self.confirmed:
            return plan
        tried.require_readable()
        kept = backup.keep("adopted", self.run_url, self.settings, lambda: self._gather(between, tried, plan["bytes"]))
        seconds = round(time.monotonic() - begun, 1)
        durable.write_json(ADOPTED, {"snapshot": kept["snapshot"], "time": kept["time"], "place": plan["source"], "seconds": seconds})
        return {
            **plan, "outcome": "adopted", "snapshot": kept["snapshot"], "time": kept["time"], "copied": kept["copied"],
            "took": self.took, "seconds": seconds,
        }  # fmt: skip

    @contextmanager
    def _asking(self) -> Iterator[Session]:
        """A session with the old data: its own server, or the scratch one that a dump was loaded into."""
        if self.server is not None:
            with self.server.session() as asked:
                asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield asked
            return
        with session(self.cluster.server, scratch.DATABASE, old_server.SECONDS) as asked:
            asked.rows("BEGIN READ ONLY")
            yield asked

    def _look(self) -> "tuple[AdoptPlan, schema.Distance, old_keys.Tried]":
        with step("look") as this, self._asking() as asked:
            if self.server is not None:
                self.version = copy.require_version(asked, self.server)
            survey.require_litellm(asked)
            between = survey.distance(asked, self.image)
            content = survey.read(asked)
            tried = old_keys.attempt(asked, self.keys, self.image)
            plan: AdoptPlan = {
                "outcome": "planned",
                "confirm": self.settings.domain,
                "source": str(self.source.get("place", "dump")) if self.server is None else self.server.place,
                "server": None if self.version is None else postgres_version(self.version),
                "bytes": int(asked.one("SELECT pg_database_size(current_database())")),
                "content": content,
                "secrets": tried.document(),
                "master": self._master(),
                "image": self.image,
                "pending": len(between.pending),
                "storeModelInDb": bool((self.about.get("settings") or {}).get("storeModelInDb")),
                "leftOut": (self.left_out or carried.LeftOut(asked).document())[:MOST_LEFT_OUT],
            }
            this.detail = f"{content['rows']} rows in {len(content['tables'])} tables, {content['keys']['count']} keys"
        return plan, between, tried

    def _master(self) -> "OldMaster":
        if not self.keys.master:
            return "own"
        return "taken" if old_keys.usable_master(self.keys.master) else "unusable"

    def _load_file(self) -> None:
        needed = dump_file.required(upload.source())
        room.require({scratch.PLACE: needed, BACKUPS: needed}, "To load the dump")
        with step("load") as this:
            self._start_cluster()
            loaded = dump_file.load(self.cluster, upload.source())
            self.version = loaded.version
            with session(self.cluster.server, scratch.DATABASE) as asked:
                survey.require_litellm(asked)
                self.left_out = [*carried.strip(asked), *loaded.left]
            this.detail = "into a scratch PostgreSQL that leads nowhere"

    def _start_cluster(self) -> None:
        scratch.network()
        self.cluster = scratch.start_postgres(_locale(), with_amcheck=False)

    def _gather(self, between: schema.Distance, tried: old_keys.Tried, size: int) -> manifest.Manifest:
        """Writes the backup, as \`backup.keep\` wants it."""
        repository = {Path(self.settings.repository): size} if self.settings.repository.startswith("/") else {}
        room.require({BACKUPS: size * (2 if self.server else 1), scratch.PLACE: size} | repository, "The copy of the old database")
        redis = backup.copy_redis()
        backup.copy_files()
        self._place_keys(tried)
        database = self._database(between, tried)
        return manifest.write(backup.STAGING, "adopted", self.settings.domain, database, redis)

    def _place_keys(self, tried: old_keys.Tried) -> None:
        """The keys of the data instead of this host's: what a restore with the scope all brings along."""
        folder = backup.STAGING / "files" / ETC.relative_to("/")
        if tried.key is not None:
            durable.write(folder / SALT_KEY.name, (tried.key + "\\n").encode())
        if self._master() == "taken":
            durable.write(folder / MASTER_KEY.name, (self.keys.master + "\\n").encode())

    def _database(self, between: schema.Distance, tried: old_keys.Tried) -> Document:
        target = backup.STAGING / "database"
        if self.server is not None:
            with self._timed("copy") as this:
                content = copy.take(self.server, DUMPED, between, _locale())
                this.append("one moment of it")
            if content is not None and not tried.strange:
                DUMPED.rename(target)
                return content
            with self._timed("load"):
                self._start_cluster()
                database_load.load(self.cluster.server, scratch.DATABASE, DUMPED, wanted=carried.is_loaded)
                shutil.rmtree(DUMPED, ignore_errors=True)
                with session(self.cluster.server, scratch.DATABASE) as asked:
                    carried.strip(asked)
        with self._timed("keys") as this, session(self.cluster.server, scratch.DATABASE) as asked:
            this.append(f"{old_keys.seal_again(asked, tried, self.keys, self.image)} values sealed again with the key of the others")
        with self._timed("migrations") as this:
            place = migration.Place(self.cluster.owner_url, self.cluster.server, f"ns:/run/netns/{scratch.NETWORK}", MIGRATING)
            # What the image's own migrations would look for and not find costs as long as a start of LiteLLM.
            if between.pending or between.missing:
                migration.run_on(self.image, {"storeModelInDb": False}, place)
            this.append(f"{len(between.pending)} of {self.image} run on the copy")
        with self._timed("keep"), session(self.cluster.server, scratch.DATABASE) as asked:
            schema.require_complete(self.image, survey.distance(asked, self.image))
            return database_dump.dump(self.cluster.server, scratch.DATABASE, target)

    @contextmanager
    def _timed(self, name: str) -> Iterator[list[str]]:
        """A step whose time is part of the answer."""
        begun = time.monotonic()
        said: list[str] = []
        with step(name) as this:
            yield said
            this.detail = "; ".join(said) or None
        self.took[name] = round(time.monotonic() - begun, 1)


def postgres_version(number: int) -> str:
    """As PostgreSQL writes it: 17.2, 9.6.24."""
    major, rest = divmod(number, 10000)
    return f"{major}.{rest}" if major >= 10 else f"{major}.{rest // 100}.{rest % 100}"


def _locale() -> str:
    with postgres.reading() as asked:
        return str(asked.one("SELECT datcollate FROM pg_catalog.pg_database WHERE datname = current_database()"))
`,"takeover/carried.py":`"""What of an old database is LiteLLM's, and so is carried: by names, in a dump's list and in a database.

Everything else stays where it is, and is named: tables of people's own and of other programs, functions and triggers that are not
LiteLLM's, other schemas, extensions, and who may do what.
"""

import re
from typing import TYPE_CHECKING

from agent.database import content as database_content
from agent.database.session import Session, identifier

if TYPE_CHECKING:
    from agent.contract_types import LeftOut as LeftOutEntry

PREFIX = re.compile(r"litellm[_-]", re.IGNORECASE)
MIGRATIONS = "_prisma_migrations"
# Those that LiteLLM makes when it first serves; the migrations of an image make the missing ones (\`in_image/migrate.py\`).
VIEWS = frozenset((
    "LiteLLM_VerificationTokenView", "MonthlyGlobalSpend", "Last30dKeysBySpend", "Last30dModelsBySpend", "MonthlyGlobalSpendPerKey",
    "MonthlyGlobalSpendPerUserPerKey", "DailyTagSpend", "Last30dTopEndUsersSpend",
))  # fmt: skip
# Kinds of a dump's entries, by what their name is of. What is not here is not carried.
OF_DATABASE = ("ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE")
# An index has only its own name there, and an enum is used by columns.
OF_SCHEMA = ("TYPE", "INDEX", "INDEX ATTACH", "TABLE ATTACH", "TABLE", "SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET", "DEFAULT",
             "CONSTRAINT", "FK CONSTRAINT")  # fmt: skip
# These count only where the name, or that of their table, is LiteLLM's.
OF_LITELLM = ("TABLE DATA", "VIEW", "FUNCTION", "TRIGGER")
KINDS = sorted((*OF_SCHEMA, *OF_LITELLM), key=len, reverse=True)
ENTRY = re.compile(rf"\\d+; \\d+ \\d+ (?P<kind>{'|'.join(KINDS)}) public (?P<name>.+) \\S+")
WHOLE = re.compile(rf"\\d+; \\d+ \\d+ ({'|'.join(OF_DATABASE)}) - .*")
STAYS = re.compile(
    r"\\d+; \\d+ \\d+ (?P<kind>SCHEMA|VIEW|MATERIALIZED VIEW|FUNCTION|PROCEDURE|TRIGGER|EXTENSION) \\S+ (?P<name>(?!public ).+) \\S*"
)
RELATIONS = (
    "SELECT n.nspname::text, c.relname::text, c.relkind::text, greatest(c.reltuples, 0)::bigint FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') "
    f"AND {database_content.OURS} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1, 2"
)
# A sequence that belongs to a column goes where its table goes.
OWNED = (
    "SELECT s.relname::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
    "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND (t.relname ~* '^litellm[_-]' OR t.relname = '_prisma_migrations')"
)
SCHEMAS = f"SELECT n.nspname::text FROM pg_namespace n WHERE {database_content.OURS} AND n.nspname <> 'public'"
ROUTINES = (
    "SELECT p.oid::regprocedure::text, p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
TRIGGERS = (
    "SELECT t.tgname::text, c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
)
RULES = "SELECT rulename::text, tablename::text FROM pg_rules WHERE schemaname = 'public' AND rulename <> '_RETURN'"
POLICIES = "SELECT policyname::text, tablename::text FROM pg_policies WHERE schemaname = 'public'"
DROPPED = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "f": "FOREIGN TABLE", "S": "SEQUENCE"}


def is_table(name: str) -> bool:
    """Whether LiteLLM has the table of this name, or a later version may."""
    return PREFIX.match(name) is not None or name == MIGRATIONS


def is_loaded(line: str) -> bool:
    """Whether the entry of a dump's list goes into the scratch database."""
    found = ENTRY.fullmatch(line)
    if found is None:
        return WHOLE.fullmatch(line) is not None
    kind, name = found["kind"], found["name"]
    if kind == "VIEW":
        return name in VIEWS
    # Of a trigger the name of the table comes first.
    return kind in OF_SCHEMA or (is_table(name) if kind != "TRIGGER" else PREFIX.search(name.partition(" ")[2]) is not None)


def left_in(listing: list[str]) -> "list[LeftOutEntry]":
    """What a dump has and is not carried, for people; tables are in what \`strip\` answers."""
    found = (STAYS.fullmatch(line) for line in listing if not is_loaded(line))
    return [{"name": f"{one['kind'].lower()} {one['name']}", "why": "not LiteLLM's: it stays in the dump"} for one in found if one]


def is_data(line: str) -> bool:
    return " TABLE DATA " in line


class LeftOut:
    """What is in a database and stays there, by kind."""

    def __init__(self, asked: Session) -> None:
        relations = [(schema, name, kind, int(rows)) for schema, name, kind, rows in asked.rows(RELATIONS)]
        owned = set(asked.column(OWNED))
        self.relations = [
            (name, kind, rows)
            for schema, name, kind, rows in relations
            if schema == "public" and not is_table(name) and name not in owned and name not in VIEWS
        ]
        self.schemas: list[str] = asked.column(SCHEMAS)
        self.routines = [str(signature) for signature, name in asked.rows(ROUTINES) if not PREFIX.match(name)]
        self.triggers = [(name, table) for name, table in asked.rows(TRIGGERS) if not PREFIX.match(name)]
        self.rules = [*asked.rows(RULES)]
        self.policies = [*asked.rows(POLICIES)]

    def document(self) -> "list[LeftOutEntry]":
        """For people."""
        own = "not LiteLLM's: it stays in the old database"
        tables: list[LeftOutEntry] = [
            {"name": f"public.{name}", "why": f"{own}, with about {rows} rows"} for name, kind, rows in self.relations if kind in "rp"
        ]
        others: list[LeftOutEntry] = [{"name": f"public.{name}", "why": own} for name, kind, _ in self.relations if kind in "vmf"]
        schemas: list[LeftOutEntry] = [{"name": f"schema {name}", "why": own} for name in self.schemas]
        routines: list[LeftOutEntry] = [{"name": f"function {name}", "why": own} for name in self.routines]
        on_tables: list[LeftOutEntry] = [
            {"name": f"{name} on {table}", "why": own} for name, table in (*self.triggers, *self.rules, *self.policies)
        ]
        return [*tables, *others, *schemas, *routines, *on_tables]

    def excluded(self) -> list[str]:
        """The options by which pg_dump leaves them alone, also where its role may not read them."""
        return [
            *(f"--exclude-schema={identifier(name)}" for name in self.schemas),
            *(f"--exclude-table=public.{identifier(name)}" for name, _, _ in self.relations),
        ]


def strip(asked: Session) -> "list[LeftOutEntry]":
    """Takes out of a scratch database what came along and is not carried, and answers that. Called as the role that owns it all."""
    found = LeftOut(asked)
    for name in found.schemas:
        asked.rows(f"DROP SCHEMA {identifier(name)} CASCADE")
    for name, kind, _ in found.relations:
        asked.rows(f"DROP {DROPPED[kind]} IF EXISTS public.{identifier(name)} CASCADE")
    for signature in found.routines:
        asked.rows(f"DROP ROUTINE IF EXISTS {signature} CASCADE")
    left = LeftOut(asked)
    for what, pairs in (("TRIGGER", left.triggers), ("RULE", left.rules), ("POLICY", left.policies)):
        for name, table in pairs:
            asked.rows(f"DROP {what} IF EXISTS {identifier(name)} ON public.{identifier(table)} CASCADE")
    for table in asked.column("SELECT relname::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"):
        asked.rows(f"ALTER TABLE public.{identifier(table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
    return found.document()
`,"takeover/copy.py":`"""Takes an old database out of its server: one exported snapshot for the dump and for what is remembered of its content."""

import subprocess
from pathlib import Path
from typing import Any

from agent.base.process import CommandFailed, memory_file
from agent.base.refusal import Refused, disk_full
from agent.database import content as database_content, dump as database_dump, load as database_load, tables as database_tables
from agent.database.server import programs
from agent.database.session import Session
from agent.gateway import schema
from agent.takeover import carried, old_server

OLDEST_TO_DUMP = 90200


def require_version(asked: Session, server: old_server.OldServer) -> int:
    """The version of the server, as PostgreSQL counts. Refuses one that this host's programs do not know."""
    version = int(asked.one("SELECT current_setting('server_version_num')::int"))
    ours = int(programs().parent.name)
    if version // 10000 > ours:
        raise Refused(
            "server-older",
            f"The old database at {server.place} is of PostgreSQL {version // 10000}, and this host has {ours}, whose programs cannot copy "
            "it. Take it over on a host with that version or a newer one.",
        )
    if version < OLDEST_TO_DUMP:
        raise Refused("server-older", f"PostgreSQL {version // 10000} of the old database is older than pg_dump reads.")
    return version


def take(server: old_server.OldServer, target: Path, between: schema.Distance, locale: str) -> dict[str, Any] | None:
    """Dumps what is carried into the folder \`target\`. Answers what the same moment held, in the form of a manifest; None where the dump
    has to go through the scratch cluster first: its schema is older, there is more in it, or nothing of it can be compared.
    """
    with server.session(0) as asked:
        asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        asked.rows(database_content.SETTINGS)
        left = carried.LeftOut(asked)
        as_it_is = _is_as_ours(asked) and not between.pending and not between.missing and not left.document()
        argv = _pg_dump(asked.one("SELECT pg_export_snapshot()"), left, target)
        content: dict[str, Any] = {}
        with memory_file() as said:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=server.environment())
            try:
                if as_it_is:
                    roots = {"roots": database_tables.read(asked).roots(), "locale": locale}
                    content = database_dump.facts(asked) | database_content.read(asked) | roots
                code = process.wait(12 * database_dump.HOURS)
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise _undumped(server, CommandFailed(argv[:1], f"exited {code}", said.read(), code), target)
        if as_it_is:
            content = database_content.moved(content, database_content.positions(asked))
    listing = [line for line in database_load.listed(target) if line and not line.startswith(";")]
    return content if as_it_is and all(carried.is_loaded(line) for line in listing) else None


def _is_as_ours(asked: Session) -> bool:
    """Whether what it says of rows and definitions is what this host's own server would say of the same."""
    ((major, encoding),) = asked.rows("SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding()::text")
    views = set(asked.column("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"))
    return major == int(programs().parent.name) and encoding == "UTF8" and views >= carried.VIEWS


def _pg_dump(snapshot: str, left: carried.LeftOut, target: Path) -> list[str]:
    return old_server.tool(
        "pg_dump", "--format=directory", "--compress=0", "--no-sync", f"--jobs={database_dump.jobs()}", f"--snapshot={snapshot}",
        "--no-password", "--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions",
        "--no-security-labels", "--no-tablespaces", "--no-large-objects", f"--lock-wait-timeout={old_server.LOCK_SECONDS}s",
        *left.excluded(), f"--file={target}",
    )  # fmt: skip


def _undumped(server: old_server.OldServer, failed: CommandFailed, target: Path) -> Refused:
    if any("No space left" in line for line in failed.output):
        return disk_full(target, failed.output)
    return server.refused(failed)
`,"takeover/dump_file.py":`"""A dump that somebody brought: of pg_dump's custom, directory or plain format. It is loaded into the scratch cluster alone.

The entries of an archive are chosen by its own list. A plain dump is a program for psql, which could run anything as its caller: psql runs
here as nobody, who sees nothing but the scratch database, there owns nothing but that, and cannot become anybody else.
"""

import contextlib
import dataclasses
import gzip
import pwd
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.base import durable
from agent.base.paths import RUNTIME
from agent.base.process import ENVIRONMENT, CommandFailed
from agent.base.refusal import Refused, disk_full
from agent.database import load as database_load
from agent.database.server import OWNER, programs
from agent.restore import scratch
from agent.takeover import carried

if TYPE_CHECKING:
    from agent.contract_types import LeftOut

GZIP = b"\\x1f\\x8b"
CUSTOM = b"PGDMP"
TAR = 257
TAR_MAGIC = b"ustar"
TABLE_OF_CONTENTS = "toc.dat"
# The files that pg_dump writes into a folder.
OF_DIRECTORY = re.compile(r"(toc|\\d{1,10})\\.dat(\\.(gz|lz4|zst))?|blobs(_\\d{1,10})?\\.toc|blob_\\d{1,10}\\.dat(\\.(gz|lz4|zst))?")
COMPLETE = re.compile(rb"-- PostgreSQL database (cluster )?dump complete")
VERSION = re.compile(r"Dumped from database version:? (\\d+)(?:\\.(\\d+))?")
BLOCK = 1024**2
TAIL = 64 * 1024
NOBODY = "nobody"
# psql goes on after these: who owned what and may do what is not carried, and so are extensions; of what they would have made, the first
# use is an error that counts.
PASSED_OVER = frozenset(("42704", "42501", "42P06", "42710", "58P01", "0A000"))
SAID = re.compile(r"ERROR:\\s+(?P<state>[0-9A-Z]{5}): (?P<text>.*)")
MOST_SAID = 20
SECONDS = 12 * 3600
# How many times larger what is in a compressed dump is at most taken to be.
SWELLS, SWELLS_PLAIN = 8, 2


def required(source: Path) -> int:
    """Bytes that a database of this dump is taken to need."""
    size = sum(file.stat().st_size for file in (source.iterdir() if source.is_dir() else [source]))
    return size * (SWELLS_PLAIN if source.is_file() and not _is_archive(source) and not _is_packed(source) else SWELLS)


@dataclasses.dataclass(frozen=True)
class Loaded:
    """\`version\` is that of the server that was dumped, as PostgreSQL counts, where the dump says it."""

    version: int | None
    left: "list[LeftOut]"


def load(cluster: scratch.Cluster, source: Path) -> Loaded:
    """Loads what is LiteLLM's of a dump, and of a plain one all there is."""
    if source.is_dir() or _is_archive(source):
        return _load_archive(cluster, source)
    return _load_plain(cluster, source)


def _is_archive(source: Path) -> bool:
    with open(source, "rb") as file:
        begin = file.read(TAR + len(TAR_MAGIC))
    if begin[TAR:] == TAR_MAGIC:
        raise Refused("dump-file", "This is an archive of tar. Give a dump of pg_dump as -Fc or plain makes it, or the folder of -Fd.")
    return begin.startswith(CUSTOM)


def _is_packed(source: Path) -> bool:
    with open(source, "rb") as file:
        return file.read(2) == GZIP


def _load_archive(cluster: scratch.Cluster, source: Path) -> Loaded:
    try:
        listing = database_load.listed(source)
    except CommandFailed as failed:
        raise _unreadable(str(failed), failed.output) from None
    if not any(carried.is_data(line) and carried.is_loaded(line) for line in listing):
        raise _not_litellm(f"{source.name} lists no rows of a table of LiteLLM in the schema public")
    try:
        database_load.load(cluster.server, scratch.DATABASE, source, wanted=carried.is_loaded)
    except Refused as refused:
        text = "\\n".join(refused.log)
        if "No space left" in text:
            raise disk_full(scratch.PLACE, refused.log) from None
        if re.search(r"end of file|could not (read|find|open|uncompress)|unexpected", text):
            raise _unreadable(refused.message, refused.log) from None
        raise
    return Loaded(_version("\\n".join(line for line in listing if line.startswith(";"))), carried.left_in(listing))


def _unreadable(text: str, log: list[str]) -> Refused:
    major = programs().parent.name
    return Refused(
        "dump-file",
        f"The dump cannot be read to its end: {text}. It is cut short, damaged, no dump of pg_dump, or of the pg_dump of a newer "
        f"PostgreSQL than {major}, which is this host's. Make it again, and copy it whole.",
        log,
    )


def _not_litellm(why: str) -> Refused:
    return Refused("not-litellm", f"This is not a database of LiteLLM: {why}. Nothing was taken over.")


def _version(text: str) -> int | None:
    found = VERSION.search(text)
    if found is None:
        return None
    major, minor = int(found[1]), int(found[2] or 0)
    return major * 10000 + minor if major >= 10 else major * 10000 + minor * 100


def _load_plain(cluster: scratch.Cluster, source: Path) -> Loaded:
    account = pwd.getpwnam(NOBODY)
    durable.folder(RUNTIME, 0o755)
    password = f"127.0.0.1:5432:*:{OWNER.user}:{cluster.password}\\n"
    durable.write(scratch.PSQL_PASSWORD, password.encode(), 0o600, (account.pw_uid, account.pw_gid))
    with subprocess.Popen(
        _psql(str(programs() / "psql")), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as psql:
        assert psql.stdin
        assert psql.stderr
        listener = _Listener(psql.stderr)
        listener.start()
        try:
            head, tail = _feed(source, psql.stdin)
        finally:
            listener.join()
            code = psql.wait()
            scratch.PSQL_PASSWORD.unlink(missing_ok=True)
    if any("No space left" in line for line in listener.wrong):
        raise disk_full(scratch.PLACE, listener.wrong)
    if COMPLETE.search(tail) is None and code == 0:
        raise _unreadable('its last line is not "PostgreSQL database dump complete"', listener.wrong)
    if listener.wrong or code != 0:
        first = listener.wrong[0] if listener.wrong else (listener.other or [f"psql ended with {code}"])[-1]
        raise Refused("dump", f"The dump cannot be loaded: {first}", listener.wrong or listener.other)
    return Loaded(_version(head.decode(errors="replace")), [])


def _psql(program: str) -> list[str]:
    """As a unit, so that systemd takes from it all that it does not need, and any run can end it."""
    confined = (
        f"User={NOBODY}", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
        "PrivateDevices=yes", "ProtectKernelTunables=yes", "ProtectControlGroups=yes", "RestrictNamespaces=yes", "RestrictSUIDSGID=yes",
        # No socket of another program of this host, and no network but the scratch one.
        "RestrictAddressFamilies=AF_INET", f"NetworkNamespacePath=/run/netns/{scratch.NETWORK}", "MemoryMax=1G", "TasksMax=16",
        "Nice=10", scratch.SACRIFICED, f"RuntimeMaxSec={SECONDS}",
    )  # fmt: skip
    return [
        "systemd-run", f"--unit={scratch.PSQL_UNIT}", "--collect", "--quiet", "--pipe", "--wait",
        *(f"--property={one}" for one in confined),
        f"--setenv=PGPASSFILE={scratch.PSQL_PASSWORD}", "--setenv=PGOPTIONS=-c synchronous_commit=off", "--setenv=LC_ALL=C.UTF-8",
        program, "--no-psqlrc", "--quiet", "--set=VERBOSITY=verbose", "--no-password",
        "--host=127.0.0.1", "--port=5432", f"--username={OWNER.user}", f"--dbname={scratch.DATABASE}", "--output=/dev/null",
    ]  # fmt: skip


class _Listener(threading.Thread):
    """Takes down what psql says on the error output, as far as anybody would read it, and lets it say all of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        # Of the errors that count, and of all else.
        self.wrong: list[str] = []
        self.other: list[str] = []
        self._stream = stream

    def run(self) -> None:
        for raw in iter(lambda: self._stream.readline(BLOCK), b""):
            self.hear(raw.decode(errors="replace").strip())

    def hear(self, line: str) -> None:
        found = SAID.search(line)
        if found is None:
            self.other = [*self.other, line][-MOST_SAID:]
        elif found["state"] not in PASSED_OVER and len(self.wrong) < MOST_SAID:
            self.wrong.append(found["text"][:300])


def _feed(source: Path, to: IO[bytes]) -> tuple[bytes, bytes]:
    """Gives psql the whole file; answers how it begins and how it ends."""
    head, tail = b"", b""
    try:
        for block in _blocks(source):
            head = head or block[:TAIL]
            tail = (tail + block)[-TAIL:]
            to.write(block)
    except BrokenPipeError:
        # It ended before; what it said tells why.
        pass
    finally:
        with contextlib.suppress(BrokenPipeError):
            to.close()
    return head, tail


def _blocks(source: Path) -> Iterator[bytes]:
    with gzip.open(source) if _is_packed(source) else open(source, "rb") as file:
        try:
            yield from iter(lambda: file.read(BLOCK), b"")
        except (EOFError, gzip.BadGzipFile) as cut:
            raise _unreadable(str(cut), []) from None
`,"takeover/move.py":`"""How far the move of an old gateway to this host has come, and what the database that serves here holds since."""

from typing import TYPE_CHECKING

from agent.base import audit, durable, lease
from agent.base.paths import ADOPTED, MOVE
from agent.base.process import CommandFailed
from agent.database import postgres
from agent.gateway import release
from agent.takeover import survey

if TYPE_CHECKING:
    from agent.contract_types import LiveContent, MoveAnswer, MoveQuestion, MoveRecord

MOST_NAMED = 20
LONGEST = 80


def main(given: "MoveQuestion") -> "MoveAnswer":
    """Input: {run, record?}. Takes down the record that is given, and answers what is there."""
    if "record" in given:
        lease.require(given["run"])
        record = given["record"]
        durable.write_json(MOVE, record)
        audit.record(given["run"], "move", phase=record["phase"], place=record["place"], snapshot=record.get("snapshot"))
    found: MoveRecord | None = durable.read_json(MOVE)
    return {
        "record": found,
        "copy": durable.read_json(ADOPTED),
        "live": None if "record" in given else _live(found["held"] if found else None),
    }


def _live(since: str | None) -> "LiveContent | None":
    if release.serving() is None:
        return None
    try:
        with postgres.reading() as asked:
            keys, spend = asked.rows(
                f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0)::float8 FROM public."{survey.KEYS}" WHERE {survey.NOT_OF_PEOPLE}'
            )[0]
            if since is None:
                return {"keys": int(keys), "spend": float(spend), "requests": 0, "spent": 0, "fresh": []}
            requests, spent = asked.rows(
                f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0)::float8 FROM public."{survey.LOG}" '
                "WHERE \\"startTime\\" >= %(since)s::timestamptz AT TIME ZONE 'UTC'",
                {"since": since},
            )[0]
            fresh = asked.column(
                f"SELECT left(coalesce(key_alias, 'without an alias')::text, {LONGEST}) FROM public.\\"{survey.KEYS}\\" "
                f"WHERE {survey.NOT_OF_PEOPLE} AND created_at >= %(since)s::timestamptz AT TIME ZONE 'UTC' ORDER BY 1 LIMIT {MOST_NAMED}",
                {"since": since},
            )
    except CommandFailed:
        return None
    return {"keys": int(keys), "spend": float(spend), "requests": int(requests), "spent": float(spent), "fresh": fresh}
`,"takeover/old_keys.py":`"""Which key opens what an old database holds encrypted, and in which role; nothing is believed that was not tried.

LiteLLM encrypts with its salt key, or with its master key where it has none. So a database may hold values of several keys: a salt key
that came later, or a master key that was changed. Those that the gateway's own key does not open are dead there, and are sealed again
with it in the copy, when one of the other keys opens them.
"""

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import agent
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session, identifier
from agent.gateway import stored_secrets
from agent.litellm import confined

if TYPE_CHECKING:
    from agent.contract_types import OldKeyRole, OldSecrets

CONTAINER = "litellm-old-keys"
# LiteLLM asks for the prefix; what people wrote from its documentation is everybody's.
PREFIX = "sk-"
SHORTEST_MASTER = 16
NAMES = {"salt": "OLD_SALT_KEY", "master": "OLD_MASTER_KEY", "before": "OLD_MASTER_KEY_BEFORE"}

By = dict[postgres.Column, stored_secrets.Found]


@dataclasses.dataclass(frozen=True)
class OldKeys:
    """As the old gateway had them; empty where it had none."""

    salt: str = dataclasses.field(default="", repr=False)
    master: str = dataclasses.field(default="", repr=False)
    before: str = dataclasses.field(default="", repr=False)

    def named(self) -> dict[str, str]:
        return {name: value for name in NAMES if (value := str(getattr(self, name)))}


@dataclasses.dataclass(frozen=True)
class Tried:
    """What came of trying the keys."""

    # Values that are encrypted, and how many of them each key opens.
    total: int
    opened: dict[str, int]
    # The key that all are sealed with in the copy, None where none is needed; and what it is of the old gateway.
    key: str | None = dataclasses.field(repr=False)
    role: "OldKeyRole"
    # Those that this key does not open and another one does, by column.
    strange: dict[postgres.Column, list[str]] = dataclasses.field(repr=False)
    # Those that none opens: table and number.
    dead: list[tuple[str, int]]
    # Texts that look as if they were encrypted, and that none opens.
    unsure: int

    def document(self) -> "OldSecrets":
        """What people may know of it: nothing of a key is in it."""
        return {
            "total": self.total,
            "opened": {NAMES[name]: count for name, count in self.opened.items()},
            "role": self.role,
            "again": sum(len(values) for values in self.strange.values()),
            "unsure": self.unsure,
            "dead": [{"table": table, "count": count} for table, count in self.dead],
        }

    def require_readable(self) -> None:
        if self.unsure and not self.opened:
            raise Refused(
                "old-key",
                f"{self.unsure} texts in the old database look encrypted, and no key was given to try. Give LITELLM_SALT_KEY of the old "
                "gateway as OLD_SALT_KEY if it has one, else its master key as OLD_MASTER_KEY. Nothing was taken over.",
            )
        if not self.dead:
            return
        count = sum(number for _, number in self.dead)
        places = ", ".join(f"{number} in {table}" for table, number in self.dead)
        tried = ", ".join(NAMES[name] for name in self.opened) or "none was given"
        raise Refused(
            "old-key",
            f"{count} of {self.total} values that the old database holds encrypted open with none of the keys (tried: {tried}): {places}. "
            "Give the keys that the old gateway runs with: LITELLM_SALT_KEY as OLD_SALT_KEY if it has one, its master key as "
            "OLD_MASTER_KEY, one that it had before as OLD_MASTER_KEY_BEFORE. What even the old gateway cannot read can be deleted there. "
            "Nothing was taken over.",
        )


def attempt(asked: Session, given: OldKeys, image: str) -> Tried:
    """Tries every key on every value, with the libraries of LiteLLM's image."""
    found = stored_secrets.by_column(asked)
    sure = [(column, value) for column, values in found.items() for value in values.sure]
    places = [*sure, *((column, value) for column, values in found.items() for value in values.perhaps)]
    values = [value for _, value in places]
    opened = {name: stored_secrets.opened(key, values, image, CONTAINER) for name, key in given.named().items()}
    return judge(places, len(sure), opened, given)


def judge(places: list[tuple[postgres.Column, str]], sure: int, opened: dict[str, list[bool]], given: OldKeys) -> Tried:
    """Pure: what follows from which key opened which value. The first \`sure\` of them are encrypted, of the rest those that open."""
    keys = given.named()
    counts = {name: sum(answers) for name, answers in opened.items()}
    # The gateway's own comes first; one that opens more is the one that it ran with.
    name = max(keys, key=lambda one: (counts[one], -list(NAMES).index(one)), default=None)
    strange: dict[postgres.Column, list[str]] = {}
    dead: dict[str, int] = {}
    unsure = 0
    for number, (column, value) in enumerate(places):
        if name is not None and opened[name][number]:
            continue
        if any(answers[number] for answers in opened.values()):
            strange.setdefault(column, []).append(value)
        elif number >= sure:
            unsure += 1
        else:
            dead[column[0]] = dead.get(column[0], 0) + 1
    role: OldKeyRole = "none" if name is None else "salted" if name == "salt" else "unsalted" if name == "master" else "before"
    key = None if name is None else keys[name]
    return Tried(len(places) - unsure, counts, key, role, strange, sorted(dead.items()), unsure)


def seal_again(asked: Session, tried: Tried, given: OldKeys, image: str) -> int:
    """Seals in the copy what another key opens with the one of the rest. Answers how many values that were."""
    count = 0
    for (table, name), values in tried.strange.items():
        kind = asked.one(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attname = %(name)s",
            {"table": f"public.{identifier(table)}", "name": name},
        )
        column = identifier(name)
        for old, new in zip(values, _resealed(values, tried, given, image), strict=True):
            # The text of a sealed value is nowhere by chance.
            asked.rows(
                f"UPDATE public.{identifier(table)} SET {column} = replace({column}::text, %(old)s, %(new)s)::{kind} "
                f"WHERE strpos({column}::text, %(old)s) > 0",
                {"old": old, "new": new},
            )
            count += 1
    return count


def _resealed(values: list[str], tried: Tried, given: OldKeys, image: str) -> list[str]:
    question = json.dumps({"keys": list(given.named().values()), "key": tried.key, "values": values})
    try:
        said = confined.run_python(image, agent.SOURCES["litellm.in_image.seal_boxes"], question, name=CONTAINER, timeout=120)
        answer: Any = json.loads(said.strip().splitlines()[-1])
        if not isinstance(answer, list) or len(answer) != len(values) or not all(isinstance(one, str) and one for one in answer):
            raise ValueError("not a sealed text for each value")
        return answer
    except (CommandFailed, ValueError, IndexError) as failure:
        log = failure.output if isinstance(failure, CommandFailed) else []
        raise Refused("decrypt", "The stored credentials could not be sealed again with LiteLLM's own libraries.", log) from None


def usable_master(master: str) -> bool:
    """Whether the new gateway can go on with it."""
    return master.startswith(PREFIX) and len(master) >= SHORTEST_MASTER and "\\n" not in master
`,"takeover/old_server.py":`"""A PostgreSQL that is not this host's: reached by a URL, read in transactions that can write nothing, over TLS that is verified."""

import contextlib
import dataclasses
import ipaddress
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from agent.base.process import ENVIRONMENT, CommandFailed
from agent.base.refusal import Refused
from agent.database.server import programs
from agent.database.session import Session, connected

# What the system trusts. libpq's own word for it, \`system\`, is of version 16.
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SCHEMES = ("postgres", "postgresql")
UNREADABLE = "it cannot be read as a URL; characters such as # and / in the password are written as %23 and %2F"
CONNECT_SECONDS = 20
# A count of a long log takes minutes where the disk is slow.
SECONDS = 600
LOCK_SECONDS = 10
LOOPBACK = ("localhost", "")
# In the words of libpq 15 to 17, by what is wrong.
TLS = re.compile(r"certificate verify failed|server certificate for|does not support SSL|SSL error|root certificate file", re.IGNORECASE)
LOGIN = re.compile(r"password authentication failed|no password supplied|role \\"|database \\"|no pg_hba.conf entry|authentication")
UNREACHABLE = re.compile(r"could not (connect|translate)|timeout expired|Connection refused|No route|unreachable", re.IGNORECASE)
VERIFIED = (
    "The connection must be encrypted, by a certificate that is valid for this name. Give the file of the authority that signed it (--ca), "
    "and the name that is in the certificate. In a network of your own, ?sslmode=disable at the end of the URL does without."
)


@dataclasses.dataclass(frozen=True)
class OldServer:
    """Where it is and how it is entered. The password is in here: an instance is never printed."""

    host: str
    port: int
    database: str
    user: str
    password: str = dataclasses.field(repr=False)
    tls: bool
    # The certificates that sign the server's.
    authority: Path

    @property
    def place(self) -> str:
        """For people; no secret is in it."""
        return f"{self.host}:{self.port}/{self.database}"

    def parameters(self) -> dict[str, str]:
        """By libpq's names."""
        return {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.database,
            "user": self.user,
            "password": self.password,
            "connect_timeout": str(CONNECT_SECONDS),
            "sslmode": "verify-full" if self.tls else "disable",
            "gssencmode": "disable",
            "channel_binding": "prefer",
        } | ({"sslrootcert": str(self.authority)} if self.tls else {})

    def environment(self) -> dict[str, str]:
        """The same for PostgreSQL's programs: like a file, only root sees it."""
        names = {"dbname": "PGDATABASE", "connect_timeout": "PGCONNECT_TIMEOUT", "channel_binding": "PGCHANNELBINDING"}
        given = {names.get(name, f"PG{name.upper()}"): value for name, value in self.parameters().items()}
        return ENVIRONMENT | given | {"PGOPTIONS": _options(0)}

    @contextlib.contextmanager
    def session(self, seconds: float = SECONDS) -> Iterator[Session]:
        """Ends however the work inside ends. Refuses in the words of what a person can do about it."""
        try:
            with connected(self.parameters() | {"application_name": "litellm-gitops", "options": _options(seconds)}) as asked:
                yield asked
        except CommandFailed as failed:
            raise self.refused(failed) from None

    def refused(self, failed: CommandFailed) -> Refused:
        """What its server, or the way to it, said, and what a person does about it."""
        log = failed.output
        text = "\\n".join(log) or str(failed)
        said = f"The old database at {self.place}, which was not changed: {_first(text)}."
        if TLS.search(text):
            return Refused("old-database-tls", f"{said} {VERIFIED}", log)
        if "permission denied" in text:
            grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO it, and the same for the sequences, is enough."
            return Refused("old-database-rights", f"{said} The role {self.user} may not read all that a copy needs. {grant}", log)
        if LOGIN.search(text):
            fix = "Check the user, the password and the name of the database in OLD_DATABASE_URL."
            return Refused("old-database-login", f"{said} {fix}", log)
        if UNREACHABLE.search(text):
            fix = "Check that the new host reaches it: address, port and firewall, as seen from there."
            return Refused("old-database-unreachable", f"{said} {fix}", log)
        return Refused("old-database", f"{said} Run again: a copy begins anew.", log)


def read(url: str, authority: Path | None) -> OldServer:
    """What LiteLLM has as DATABASE_URL. Refuses what is none, and what a copy of one moment cannot be made through."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 5432
    except ValueError:
        raise _no_url(UNREADABLE) from None
    if parts.fragment:
        raise _no_url(UNREADABLE)
    if parts.scheme not in SCHEMES or not (parts.hostname or parts.path.strip("/")):
        raise _no_url("it does not begin with postgresql://USER:PASSWORD@HOST")
    query = parse_qs(parts.query)
    if query.get("pgbouncer", ["false"])[-1] == "true":
        raise _no_url("it leads to PgBouncer, and a copy of one moment needs the server itself; leave out pgbouncer=true with its address")
    if query.get("schema", ["public"])[-1] != "public":
        raise _no_url(f"LiteLLM's tables are in the schema {query['schema'][-1][:60]}, and only public is taken over")
    host = parts.hostname or "127.0.0.1"
    database = unquote(parts.path.strip("/")) or unquote(parts.username or "")
    if not parts.username or not database:
        raise _no_url("it names no user or no database")
    return OldServer(
        host=host, port=port, database=database, user=unquote(parts.username), password=unquote(parts.password or ""),
        tls=not is_here(host) and query.get("sslmode", [""])[-1] != "disable", authority=authority or SYSTEM_CERTIFICATES,
    )  # fmt: skip


def is_here(host: str) -> bool:
    """Whether the way to it never leaves this machine."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tool(name: str, *arguments: str) -> list[str]:
    """A program of PostgreSQL; where it connects is in its environment."""
    return [str(programs() / name), *arguments]


def _options(seconds: float) -> str:
    """Nothing can be written by such a session, and it stands in nobody's way for long."""
    pinned: Mapping[str, str] = {
        "default_transaction_read_only": "on",
        "search_path": "pg_catalog,public",
        "statement_timeout": f"{int(seconds * 1000)}",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": "0",
        "standard_conforming_strings": "on",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "row_security": "off",
    }
    return " ".join(f"-c {name}={value}" for name, value in pinned.items())


def _no_url(why: str) -> Refused:
    return Refused("old-database-url", f"OLD_DATABASE_URL cannot be used: {why}.")


def _first(text: str) -> str:
    """The line that says most, without what libpq puts before it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    best = next(
        (line for line in lines if re.search(r"error|fatal|denied|failed", line, re.IGNORECASE)), lines[0] if lines else "no answer"
    )
    return best.rstrip(".")[:300]
`,"takeover/survey.py":`"""What an old database holds, in the words of those who decide whether to take it over. Only read; no secret is in the answer."""

from typing import TYPE_CHECKING

from agent.base.refusal import Refused
from agent.database import content as database_content, postgres
from agent.database.session import Session, identifier
from agent.gateway import schema
from agent.litellm import image_files
from agent.takeover import carried

if TYPE_CHECKING:
    from agent.contract_types import OldContent, OldNames

KEYS = "LiteLLM_VerificationToken"
LOG = "LiteLLM_SpendLogs"
MOST_NAMED = 20
LONGEST = 80
# A table of more rows is not counted for a plan.
MOST_COUNTED = 2_000_000
# Whom LiteLLM's own interface makes a key for at each login.
NOT_OF_PEOPLE = "team_id IS DISTINCT FROM 'litellm-dashboard'"
UNREADABLE = (
    "SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'S') AND c.relname = ANY (%(names)s) AND NOT "
    "CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END ORDER BY 1"
)


def require_litellm(asked: Session) -> None:
    """Refuses a database of another product, an empty one, and one that the role may not read."""
    names = asked.column("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S')")
    owned = asked.column(carried.OWNED)
    ours = [name for name in names if carried.is_table(name) or name in owned]
    if KEYS not in ours:
        what = f"it has {len(names)} other tables in the schema public" if names else "its schema public is empty"
        raise Refused("not-litellm", f"This is not a database of LiteLLM: it has no table {KEYS}; {what}. Nothing was taken over.")
    refused = asked.column(UNREADABLE, {"names": ours})
    if refused:
        shown = ", ".join(refused[:MOST_NAMED]) + (" …" if len(refused) > MOST_NAMED else "")
        raise Refused(
            "old-database-rights",
            f"The role may not read {len(refused)} of LiteLLM's tables in the old database: {shown}. GRANT SELECT ON ALL TABLES IN SCHEMA "
            "public and on all sequences to it is enough; it needs no other right.",
        )


def distance(asked: Session, image: str) -> schema.Distance:
    """How far the schema is from that of the image. Refuses one that is newer: nothing leads back."""
    wanted = image_files.schema(image) or schema.of_image(image)
    between = schema.distance(schema.read(asked), wanted)
    if between.unknown:
        raise Refused(
            "schema-newer",
            f"The old database is of a newer LiteLLM: it has had {schema.named(between.unknown, 'migration')} that {image} does not know. "
            "Declare the image that the old gateway runs, or a newer one, deploy it, and run again.",
            migrations=between.unknown,
        )
    return between


def read(asked: Session) -> "OldContent":
    """What people know of a gateway: how many keys, teams, … it has, and what they are called."""
    tables = {name: _rows(asked, name) for name in asked.column(database_content.TABLES) if _is_carried(name)}
    there = postgres.columns(asked)
    return {
        "tables": dict(sorted(tables.items())),
        "rows": sum(tables.values()),
        "keys": _named(asked, there, KEYS, "key_alias", where=NOT_OF_PEOPLE),
        "teams": _named(asked, there, "LiteLLM_TeamTable", "team_alias", "team_id"),
        "users": _named(asked, there, "LiteLLM_UserTable", "user_email", "user_id"),
        "budgets": _named(asked, there, "LiteLLM_BudgetTable", "budget_id"),
        "models": _named(asked, there, "LiteLLM_ProxyModelTable", "model_name"),
        "credentials": _named(asked, there, "LiteLLM_CredentialsTable", "credential_name"),
        "spend": _spend(asked, tables),
    }


def _is_carried(name: str) -> bool:
    schema_, _, table = name.partition(".")
    return schema_ == "public" and carried.is_table(table.strip('"').replace('""', '"'))


def _spend(asked: Session, tables: dict[str, int]) -> float | None:
    """Of the log of requests; None where that is long."""
    rows = tables.get(f'public."{LOG}"')
    if rows is None or rows > MOST_COUNTED:
        return None
    return float(asked.one(f'SELECT coalesce(sum({postgres.SPEND}), 0) FROM public."{LOG}"'))


def _rows(asked: Session, name: str) -> int:
    """Of a large table about how many."""
    about = asked.one("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %(name)s::regclass", {"name": name})
    if about > MOST_COUNTED:
        return int(about)
    return int(asked.one(f"SELECT count(*) FROM ONLY {name}"))


def _named(asked: Session, there: set[postgres.Column], table: str, *columns: str, where: str = "true") -> "OldNames":
    """How many there are, and what the first of them are called, by the first of the columns that has something."""
    known = [identifier(name) for name in columns if (table, name) in there]
    if not known:
        return {"count": 0, "names": []}
    name, of = f"coalesce({', '.join(known)})", f"FROM public.{identifier(table)} WHERE {where}"
    names = asked.column(f"SELECT left({name}::text, {LONGEST}) {of} AND {name} IS NOT NULL ORDER BY 1 LIMIT {MOST_NAMED}")
    return {"count": int(asked.one(f"SELECT count(*) {of}")), "names": names}
`,"takeover/upload.py":`"""What an adoption is given besides its question: keys and a URL, which are written down nowhere else, and the files of a dump."""

import errno
import json
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from agent.base import durable, room
from agent.base.events import step
from agent.base.paths import BACKUPS
from agent.base.refusal import Refused, disk_full
from agent.takeover import dump_file, old_server

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = BACKUPS / "adopt"
SECRETS = PLACE / "secrets.json"
AUTHORITY = PLACE / "authority.pem"
FILES = PLACE / "source"
SECRET = ("url", "authority", "salt", "master", "before")
BLOCK = 1024**2
MOST_BLOCK = 16 * BLOCK
SINGLE = "dump"

Document = dict[str, Any]


def keep_secrets(given: "Mapping[str, Any]") -> Document:
    """Puts them where only this run's unit reads them; answers the rest, which may be written down."""
    durable.folder(BACKUPS, 0o700)
    durable.folder(PLACE, 0o700)
    durable.write(SECRETS, json.dumps({name: given[name] for name in SECRET if given.get(name)}).encode())
    return {name: value for name, value in given.items() if name not in SECRET}


def secrets() -> dict[str, str]:
    found: dict[str, str] = durable.read_json(SECRETS) or {}
    return found


def server(secrets: dict[str, str]) -> old_server.OldServer:
    """The one that the URL names; its authority becomes a file, as libpq wants it."""
    authority = None
    if secrets.get("authority"):
        durable.write(AUTHORITY, secrets["authority"].encode())
        authority = AUTHORITY
    return old_server.read(secrets.get("url", ""), authority)


def source() -> Path:
    """The dump that was brought: a file, or a folder."""
    single = FILES / SINGLE
    return single if single.exists() else FILES


def receive(source: "Mapping[str, Any]", stream: IO[bytes] | None = None) -> None:
    """Takes the files from standard input, one after the other, each as long as was said; or one dump in blocks. Refuses what is cut."""
    if source["kind"] == "stream":
        room.require({BACKUPS: int(source["bytes"])}, "To receive the dump")
        durable.folder(FILES, 0o700)
        with step("receive") as this:
            this.detail = f"{_receive_blocks(FILES / SINGLE, stream or sys.stdin.buffer)} bytes"
        return
    if source["kind"] != "files":
        return
    files = source["files"]
    if len(files) > 1 and not any(one["name"] == dump_file.TABLE_OF_CONTENTS for one in files):
        raise Refused("dump-file", f"The folder has no {dump_file.TABLE_OF_CONTENTS}: it is no dump of pg_dump --format=directory.")
    room.require({BACKUPS: sum(int(one["bytes"]) for one in files)}, "To receive the dump")
    durable.folder(FILES, 0o700)
    with step("receive") as this:
        for one in files:
            _receive(FILES / _name(one["name"], len(files)), int(one["bytes"]), stream or sys.stdin.buffer)
        this.detail = f"{sum(int(one['bytes']) for one in files)} bytes"


def _name(name: str, count: int) -> str:
    """A file on its own gets a name of ours; of a folder only what pg_dump writes is taken."""
    if count == 1 and name != dump_file.TABLE_OF_CONTENTS:
        return SINGLE
    if not dump_file.OF_DIRECTORY.fullmatch(name):
        raise Refused("dump-file", f"The folder holds {name[:80]!r}, which pg_dump --format=directory does not write. Nothing was read.")
    return name


def _receive_blocks(path: Path, stream: IO[bytes]) -> int:
    """A dump whose length nobody knows before: blocks, each after its length in 4 bytes, and an empty one when pg_dump ended well."""
    total = 0
    try:
        with os.fdopen(_create(path), "wb") as file:
            while size := int.from_bytes(_whole(stream, 4, total)):
                file.write(_whole(stream, size, total))
                total += size
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(path) from None
        raise
    return total


def _whole(stream: IO[bytes], size: int, before: int) -> bytes:
    block = stream.read(size) if size <= MOST_BLOCK else b""
    if len(block) < size:
        raise Refused("dump-file", f"The dump ended early, after {before} bytes: the connection ended, or pg_dump failed. Run again.")
    return block


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _receive(path: Path, size: int, stream: IO[bytes]) -> None:
    left = size
    with os.fdopen(_create(path), "wb") as file:
        while left > 0 and (block := stream.read(min(BLOCK, left))):
            file.write(block)
            left -= len(block)
    if left > 0:
        raise Refused("dump-file", f"Only {size - left} of {size} bytes of the dump arrived: the connection ended. Run again.")
`,"terminal.py":`"""The same programs for people and timers on the host: what happens is printed in lines, and nothing of it needs GitHub."""

import argparse
import sys
from typing import Any

from agent import contract
from agent.base import events, job_unit
from agent.base.refusal import Refused


def main(given: dict[str, Any]) -> Any:
    """Input: {argv}. Exits 0 when it went well, 1 when it did not."""
    events.write_to(_print)
    asked = _parser().parse_args(given["argv"])
    request: dict[str, Any] = {"run": "on the host", "kind": "scheduled" if asked.scheduled else "manual"}
    request |= {name: value for name, value in vars(asked).items() if name not in ("command", "scheduled") and value is not None}
    try:
        result = job_unit.main({"program": asked.command, "input": request})
    except Refused as refused:
        # On the first day the time of the proof may come before that of the backup. That no backup is ever taken, doctor finds.
        if not (asked.scheduled and asked.command == "verify" and refused.code == "no-backup"):
            raise
        print("There is no backup to prove yet.", flush=True)
        return None
    if isinstance(result, dict) and result.get("ok") is False:
        raise Refused("not-proven", result["reason"])
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="litellm-gitops", description="Backups of this gateway, without GitHub.")
    commands = parser.add_subparsers(dest="command", required=True)
    about = {
        "backup": "take a backup now",
        "backups": "list the backups",
        "verify": "restore the newest backup into a scratch place and prove its content",
        "restore": "bring back a backup; without --confirm only say what would happen",
    }
    for name, text in about.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("--scheduled", action="store_true", help=argparse.SUPPRESS)
        if name in ("verify", "restore"):
            command.add_argument("--backup", help="latest, an id or a time; latest when left out")
        if name == "restore":
            command.add_argument("--scope", choices=contract.SCOPES)
            command.add_argument("--confirm", help="the gateway's domain")
            command.add_argument("--undo", action="store_true", default=None, help="put back what the last restore replaced")
    return parser


def _print(document: dict[str, Any]) -> None:
    if document.get("event") == "note":
        print(f"  {document['name']}: {document['detail']}", flush=True)
    elif document.get("event") == "step" and document["state"] != "start":
        mark = "✓" if document["state"] == "done" else "✗"
        detail = f": {document['detail']}" if document.get("detail") else ""
        print(f"  {mark} {document['name']} ({document['seconds']:.1f} s){detail}", flush=True)
    elif "error" in document:
        print("\\n".join([document["error"]["message"], *document["error"]["log"]]), file=sys.stderr, flush=True)
    elif document.get("result"):
        for name, value in document["result"].items():
            _print_value(name, value)


def _print_value(name: str, value: Any) -> None:
    """One line for a value, one for each entry of a list; what is null is not worth one."""
    if isinstance(value, list):
        for entry in value:
            text = "  ".join(str(part) for part in entry.values()) if isinstance(entry, dict) else entry
            print(f"{name}: {text}", flush=True)
    elif isinstance(value, dict):
        for part, count in value.items():
            print(f"{name}: {part}: {' → '.join(map(str, count)) if isinstance(count, list) else count}", flush=True)
    elif value is not None:
        print(f"{name}: {value}", flush=True)
`}}),r,all=()=>r??=read();function hostFile(e){let t=all().files[e];if(t===void 0)throw Error(`no file of the host is called `+e);return t}function agentFiles(){return all().agent}})};