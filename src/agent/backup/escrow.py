"""The keys without which no backup is worth anything, encrypted by age to people who keep them outside of the host."""

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
        return run("age", "--armor", *recipients, stdin=json.dumps(about | held, indent=1) + "\n")
    except (CommandFailed, FileNotFoundError) as failed:
        raise Refused("escrow", f"The keys could not be encrypted to those that backup.escrow names: {failed}") from None
