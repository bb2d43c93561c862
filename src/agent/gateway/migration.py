"""Database migrations, as a step of their own before anything serves the new image."""

import dataclasses
from typing import TYPE_CHECKING

import agent
from agent.base import env_file, migration_runs, redaction
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import postgres, waits
from agent.database.server import OWNER, READER, Server
from agent.gateway import images, release, schema
from agent.litellm import confined, image_files

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

SECONDS = 1800


@dataclasses.dataclass(frozen=True)
class Place:
    """A database that is migrated: what migrations connect to, and the server as which it is asked who keeps them waiting."""

    url: str
    asked: Server = READER
    network: str = "host"
    container: str = "litellm-migrate"
    seconds: float = SECONDS

    def stop(self) -> None:
        """Podman's own end is not the container's, which would go on in the database."""
        run("podman", "rm", "--force", "--time=0", "--ignore", self.container, check=False, timeout=120)


def run_live(image: str, settings: "ReleaseSettings") -> None:
    """Migrates the live database. Refuses when something that the image works with is missing afterwards."""
    run_on(image, settings, Place(postgres.owner_url()))
    postgres.give_rows(OWNER, postgres.NAME)
    database = schema.of_database()
    if not database.migrations:
        raise Refused("migration", f"The migrations of {image} ended without an error, but the schema is not in the database.")
    wanted = image_files.schema(image)
    if wanted is not None:
        schema.require_complete(image, schema.distance(database, wanted))
    migration_runs.done(image)


def run_on(image: str, settings: "ReleaseSettings", place: Place) -> None:
    """Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines, and with who holds what it waits for."""
    images.require_good(image)
    environment = release.host_environment(settings) | {"DISABLE_SCHEMA_UPDATE": "false", "DATABASE_URL": place.url}
    with waits.Watch(place.asked, place.url.rpartition("/")[2], "migrations") as watch:
        try:
            confined.run_python(
                image, agent.SOURCES["litellm.in_image.migrate"], env_file.text(environment),
                "--log-driver=journald", "--env=LITELLM_MIGRATION_DIR=/tmp/litellm-migrations",
                name=place.container, network=place.network, timeout=place.seconds,
            )  # fmt: skip
        except CommandFailed as failed:
            place.stop()
            raise _refused(image, failed, watch, environment) from None


def _refused(image: str, failed: CommandFailed, watch: waits.Watch, environment: dict[str, str]) -> Refused:
    hide = redaction.redactor([*environment.values()])
    is_late = failed.code is None
    ended = "did not end in time and were stopped" if is_late else "failed"
    return Refused(
        "migration",
        f"The database migrations of {image} {ended}. Nothing serves the new image yet.{watch.told(is_late)} The lines below say why.",
        [hide(line) for line in failed.output],
    )
