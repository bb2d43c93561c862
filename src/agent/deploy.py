"""Makes the host what is declared: each step looks first, and does something only where that differs."""

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

    Answers {changed: [what], migrated: [what], release, outcome}; `changed` is empty when the host was as declared already.
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
