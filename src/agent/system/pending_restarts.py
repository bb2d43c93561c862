"""Services that still must take up a file that was placed. Kept on disk: a deploy that dies in between must not forget."""

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
