"""The backup before migrations: taken, read back, and named wherever somebody may want it. Without it no migration is run."""

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
    """Answers {snapshot, name, time}, with a file's path as `name` and no snapshot where no release serves."""
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
    """As `before`, in a unit of its own."""
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
