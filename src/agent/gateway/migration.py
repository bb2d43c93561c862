"""Database migrations, as a step of their own before anything serves the new image."""

from typing import Any

import agent
from agent.base import durable, env_file, redaction
from agent.base.paths import MIGRATED
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import OWNER
from agent.gateway import images, release
from agent.litellm import confined

SECONDS = 1800
KEPT = 20


def needed(image: str) -> bool:
    """An image brings the migrations it was built with, so they are run once for each image that this database has met."""
    return image not in _met() or postgres.state() != "ready"


def run_when_needed(image: str, settings: dict[str, Any]) -> list[str]:
    if not needed(image):
        return []
    run_on(image, settings, postgres.owner_url())
    postgres.give_rows(OWNER, postgres.NAME)
    if postgres.state() != "ready":
        raise Refused("migration", f"The migrations of {image} ended without an error, but the schema is not in the database.")
    durable.write_json(MIGRATED, {"images": [*_met(), image][-KEPT:]})
    return ["schema migrated"]


def run_on(image: str, settings: dict[str, Any], url: str) -> None:
    """Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines."""
    images.require_good(image)
    environment = release.host_environment(settings) | {"DISABLE_SCHEMA_UPDATE": "false", "DATABASE_URL": url}
    try:
        confined.run_python(
            image, agent.SOURCES["litellm.in_image.migrate"], env_file.text(environment),
            "--log-driver=journald", "--env=LITELLM_MIGRATION_DIR=/tmp/litellm-migrations",
            name="litellm-migrate", network="host", timeout=SECONDS,
        )  # fmt: skip
    except CommandFailed as failed:
        hide = redaction.redactor([*environment.values()])
        log = [hide(line) for line in failed.output]
        raise Refused(
            "migration",
            f"The database migrations of {image} failed. Nothing serves the new image yet. The lines below say why.",
            log,
        ) from None


def _met() -> list[str]:
    met: list[str] = (durable.read_json(MIGRATED) or {}).get("images", [])
    return met
