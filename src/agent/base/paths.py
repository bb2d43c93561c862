"""Where things stand on the host. People type the paths under /etc/litellm: they are part of the product's promise."""

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

# Placed by deploy and mounted in each container of LiteLLM, where `start` is what runs.
CONTAINER_FILES = Path(contract.CONTAINER_FILES)
# Which system calls it may make.
SYSTEM_CALLS = Path(contract.LIBRARY) / "seccomp.json"

CADDY_ADMIN = Path("/run/caddy/admin.sock")
REDIS_SECRET_CONF = Path("/etc/redis/litellm-password.conf")
