"""What makes the backups happen automatically: timers, the storage's values, and a key of this host's own for SFTP."""

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
