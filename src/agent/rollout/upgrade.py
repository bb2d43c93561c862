"""Takes the database to the schema of another image before anything serves that: looks, takes a backup, and migrates."""

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
