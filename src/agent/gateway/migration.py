"""Database migrations, as a step of their own before anything serves the new image."""

from typing import TYPE_CHECKING

import agent
from agent.base import env_file, migration_runs, redaction
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import OWNER
from agent.gateway import images, release, schema
from agent.litellm import confined, image_files

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

SECONDS = 1800


def run_live(image: str, settings: "ReleaseSettings") -> None:
    """Migrates the live database. Refuses when something that the image works with is missing afterwards."""
    run_on(image, settings, postgres.owner_url())
    postgres.give_rows(OWNER, postgres.NAME)
    database = schema.of_database()
    if not database.migrations:
        raise Refused("migration", f"The migrations of {image} ended without an error, but the schema is not in the database.")
    wanted = image_files.schema(image)
    if wanted is not None:
        schema.require_complete(image, schema.distance(database, wanted))
    migration_runs.done(image)


def run_on(image: str, settings: "ReleaseSettings", url: str, network: str = "host", name: str = "litellm-migrate") -> None:
    """Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines.

    `network` is where it is reached. `name` is that of the container: one of the same name is replaced, so a copy has another.
    """
    images.require_good(image)
    environment = release.host_environment(settings) | {"DISABLE_SCHEMA_UPDATE": "false", "DATABASE_URL": url}
    try:
        confined.run_python(
            image, agent.SOURCES["litellm.in_image.migrate"], env_file.text(environment),
            "--log-driver=journald", "--env=LITELLM_MIGRATION_DIR=/tmp/litellm-migrations",
            name=name, network=network, timeout=SECONDS,
        )  # fmt: skip
    except CommandFailed as failed:
        hide = redaction.redactor([*environment.values()])
        log = [hide(line) for line in failed.output]
        raise Refused(
            "migration",
            f"The database migrations of {image} failed. Nothing serves the new image yet. The lines below say why.",
            log,
        ) from None
