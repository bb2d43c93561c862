"""Starts a rollout as a unit of its own and reports what it does until it ends."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.backup import settings as backup_settings
from agent.base import durable, jobs, journal, lease, machine, units
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import beside as beside_files, images, own_certificate, registry_login, release, schema, stored_settings
from agent.litellm import configuration, provider_keys
from agent.rollout import steps

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, ReleaseSettings, RolloutAnswer, RolloutQuestion, SettingName

UNIT = "litellm-gitops-rollout.service"
SETTLE_SECONDS = 1800
# With it LiteLLM keeps its log of requests in partitions, which it makes and drops as days pass.
PARTITIONING = "use_spend_logs_partitioning"


def main(given: "RolloutQuestion") -> "RolloutAnswer":
    """Input: {release: {config, env}, probe: {models}, run, workers?, image?, settings?, undo?}; what is left out stays as served now."""
    lease.require(given["run"])
    settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        serving = release.serving()
        if serving is None:
            raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
        before = release.describe(serving)
        wanted = Wanted(
            content=release.Content(given["release"]["config"], beside_files.given(given["release"].get("beside"))),
            given=for_litellm(given["release"].get("env") or {}),
            image=given.get("image") or before["image"],
            workers=int(given.get("workers") or before["workers"]),
            settings=given.get("settings") or before["settings"],
            probe=given["probe"]["models"] if "probe" in given else [],
            undo=given.get("undo") or [],
        )
        prepared = prepare(wanted, given["run"])
    return {"outcome": "unchanged", "release": serving} if prepared is None else follow(prepared)


def for_litellm(given: dict[str, str]) -> dict[str, str]:
    """Of the values that a step gives those that are LiteLLM's; the others are kept for what they are for."""
    return own_certificate.take_values(registry_login.take_values(backup_settings.take_values(given)))


class Wanted:
    """What the host should serve."""

    def __init__(
        self,
        content: release.Content,
        given: dict[str, str],
        image: str,
        workers: int,
        settings: "ReleaseSettings",
        probe: list[str],
        undo: "list[SettingName] | None" = None,
    ) -> None:
        self.content = content
        self.image = image
        self.workers = workers
        self.settings = settings
        self.probe = probe
        # Settings of LiteLLM's database that stand in the place of these.
        self.undo = undo or []
        self.environment = release.assemble(content.config, given, settings)

    def is_served(self) -> bool:
        """Whether the serving release is this one, in every byte, and runs in main."""
        serving = release.serving()
        if serving is None or release.in_slot("main") != serving:
            return False
        same = release.identity(self.content, self.environment, self.image, self.workers)
        is_same = release.describe(serving).get("identity") == same and release.is_as_written(serving, self.content)
        return is_same and units.is_active(contract.MAIN_UNIT)


def prepare(wanted: Wanted, run_url: str, again: bool = False, forced: bool = False) -> Path | None:
    """Writes the release and starts the unit; answers the folder of its events, or None when there is nothing to do.

    With `again` new processes replace the old ones even so: what they keep in memory belongs to another database. So they do when
    settings are to go out of the database. With `forced` nobody asks whether the image fits the
    database: a person knows, or both come from the same moment.
    """
    if not again and not wanted.undo and wanted.is_served():
        return None
    if not images.present(wanted.image):
        raise Refused("image-missing", f"The image {wanted.image} is not on the host. Run deploy: it pulls images, sync does not.")
    images.require_good(wanted.image)
    if wanted.content.beside:
        beside_files.require_mounted()
    if not forced:
        schema.require_fit(wanted.image)
    machine.require_space()
    postgres.let_partition(_partitions(wanted.content.config))
    previous = release.serving()
    if previous is not None:
        # What is in the database is another value than the one that takes its place.
        replaced = {str(one["name"]).upper(): "" for one in wanted.undo if one["section"] == "environment_variables"}
        provider_keys.try_changed(wanted.content.config, wanted.environment, release.provider_environment(previous) | replaced)
    with step("release") as this:
        name = release.write(wanted.content, wanted.environment, wanted.image, wanted.workers, wanted.settings, run_url, wanted.probe)
        this.detail = name
    stored_settings.note_going(wanted.undo)
    journal.begin("rollout", run_url, release=name, previous=previous)
    return _start_unit(name)


def _partitions(config: str) -> bool:
    # To read a thousand models for a word that is not there would take a tenth of a second.
    if PARTITIONING not in config:
        return False
    document = configuration.load(config)
    general = document.get("general_settings") if isinstance(document, dict) else None
    return isinstance(general, dict) and general.get(PARTITIONING) is True


def _start_unit(name: str) -> Path:
    return jobs.start(
        UNIT, "rollout_unit", {"release": name}, name, "litellm-gitops rollout",
        # Killed: go on from the journal. Ended with an answer (0 or 1): that is the answer.
        "Restart=on-failure", "RestartPreventExitStatus=1", "RestartSec=1", "StartLimitIntervalSec=600", "StartLimitBurst=10",
        "OOMScoreAdjust=-500",
    )  # fmt: skip


def follow(folder: Path) -> "RolloutAnswer":
    """Passes on the unit's events until its answer. Ending this program does not end the unit."""
    answer: RolloutAnswer = jobs.follow(UNIT, folder, "rollout")
    return answer


def settle() -> "RecoverAnswer | None":
    """Brings an earlier rollout to its end, before anything new begins: waits for one that runs, recovers one that crashed."""
    state = journal.current()
    if state.get("kind") != "rollout":
        return None
    if is_under_way():
        note("settle", f"An earlier rollout ({state['run']}) is still running; waiting for it.")
        deadline = time.monotonic() + SETTLE_SECONDS
        while is_under_way():
            if time.monotonic() > deadline:
                raise Refused("busy", f"An earlier rollout ({state['run']}) has been running for very long. See: journalctl -u {UNIT}")
            time.sleep(0.5)
    with durable.locked(CHANGE_LOCK, seconds=120):
        state = journal.current()
        if state.get("kind") != "rollout":
            return None
        with step("recover") as this:
            result = steps.recover(state)
            this.detail = f"the rollout of {state['release']} that was cut short in the step {state['step']} is {result['outcome']}"
        return {"outcome": result["outcome"], "release": result["release"]}


def is_under_way() -> bool:
    return jobs.is_under_way(UNIT)
