"""What deploy said about backups: /etc/litellm/backup.json, and the values its storage needs in backup.env."""

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
    """Keeps those of `given` that are the backup's, drops kept ones that are named no more, and answers the rest for LiteLLM."""
    document = durable.read_json(BACKUP_SETTINGS) or {}
    names = {name for part in ("environment", "copyEnvironment") for name in (document.get(part) or {}).values()}
    if document.get("heartbeat"):
        names.add(document["heartbeat"])
    before = stored_values()
    after = {name: env_file.one_line(name, value) for name, value in sorted((before | given).items()) if name in names}
    if after != before:
        durable.write(BACKUP_ENV, env_file.text(after).encode())
    return {name: value for name, value in given.items() if name not in names}
