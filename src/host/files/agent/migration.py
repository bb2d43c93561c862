"""Database migrations, as a step of their own before anything serves the new image, and after a backup."""

from typing import Any

import agent
from agent import confined, env_file, image_files, images, migration_runs, postgres, redaction, release, schema, upgrade_backup
from agent.command import CommandFailed, run
from agent.database_server import OWNER
from agent.output import Refused

SECONDS = 1800
# Any Python of the image would do that has LiteLLM's libraries: the one that its start script names has.
PROGRAM = 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" -c "$0"'

Document = dict[str, Any]


def run_when_needed(image: str, settings: Document, run_url: str) -> list[str]:
    """Takes the database to the schema that the image wants; answers what was done.

    Refuses an image that the database is ahead of. Where the database has content and is changed, a backup comes first, and no
    migration is run without it.
    """
    database = schema.of_database()
    if database.is_empty:
        _run(image, settings)
        return ["schema migrated"]
    between = schema.distance(database, schema.of_image(image))
    if images.is_served(image) and not between.pending:
        # After a rollback that was forced it may be older than the schema.
        return []
    if between.unknown:
        raise schema.moved_on(image, between.unknown)
    if not between.pending and image in migration_runs.images():
        _require_complete(image, between)
        return []
    done = []
    if between.pending:
        pending = schema.named(between.pending, "migration")
        backup = upgrade_backup.before(pending, run_url)
        migration_runs.note(image, between.pending, backup)
        done.append(f"backup {backup['name']} taken before {pending}")
    _run(image, settings)
    gone = schema.lost(database, schema.of_database())
    if gone:
        done.append(f"{schema.named(gone, 'column')} dropped or renamed by LiteLLM's migrations")
    return [*done, "schema migrated"]


def _run(image: str, settings: Document) -> None:
    run_on(image, settings, postgres.owner_url())
    postgres.give_rows(OWNER, postgres.NAME)
    database = schema.of_database()
    if not database.migrations:
        raise Refused("migration", f"The migrations of {image} ended without an error, but the schema is not in the database.")
    wanted = image_files.schema(image)
    if wanted is not None:
        _require_complete(image, schema.distance(database, wanted))
    migration_runs.done(image)


def _require_complete(image: str, between: schema.Distance) -> None:
    if between.pending:
        raise Refused(
            "migration",
            f"The migrations of {image} ended without an error, but {schema.named(between.pending, 'migration')} are not recorded in the "
            "database. Nothing serves the new image.",
        )
    if between.missing:
        raise Refused(
            "schema-incomplete",
            f"All migrations of {image} are recorded in the database, but it lacks {schema.named(between.missing, 'column')}, which this "
            "LiteLLM reads and writes. They were dropped by an older LiteLLM or by hand, or this version forgot their migration. Nothing "
            "serves the new image. Restore a backup from before they were dropped, or name another version.",
            columns=between.missing,
        )


def run_on(image: str, settings: Document, url: str) -> None:
    """Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines."""
    images.require_good(image)
    environment = release.host_environment(settings) | {"DISABLE_SCHEMA_UPDATE": "false", "DATABASE_URL": url}
    try:
        run(
            "podman", "run", "--rm", "--interactive", "--replace", "--name=litellm-migrate", "--pull=never", "--network=host",
            *confined.options(), "--log-driver=journald", "--env=LITELLM_MIGRATION_DIR=/tmp/litellm-migrations",
            "--entrypoint=/bin/sh", image, "-c", PROGRAM, agent.SOURCES["migrate_in_image"],
            stdin=env_file.text(environment), timeout=SECONDS,
        )  # fmt: skip
    except CommandFailed as failed:
        hide = redaction.redactor([*environment.values()])
        log = [hide(line) for line in failed.output]
        raise Refused(
            "migration",
            f"The database migrations of {image} failed. Nothing serves the new image yet. The lines below say why.",
            log,
        ) from None
