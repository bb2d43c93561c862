import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from refusals import refuses

from agent.base import lease
from agent.base.process import CommandFailed
from agent.gateway import images, migration, registry, release
from agent.litellm import confined, image_files, known_bad, prices
from agent.restore import application_proof
from agent.rollout import rollback, rollout

IMAGE = f"registry.example/litellm@sha256:{'ab' * 32}"
OTHER = f"registry.example/litellm@sha256:{'cd' * 32}"
LIST = "model_prices_and_context_window_backup.json"
PRICES = {"gpt-4": {"input_cost_per_token": 3}}


class Podman:
    """Podman with images of LiteLLM 1.80.0; `there` are those on the host, `calls` is what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.there = {IMAGE}
        self.calls: list[str] = []
        self.root = folder / "image"
        self.packages = self.root / "opt/venv/lib/python3.13/site-packages"
        self.list = self.packages / "litellm" / LIST
        self.list.parent.mkdir(parents=True)
        for name in ("litellm-1.80.0", "litellm_proxy_extras-9.9.9"):
            (self.packages / f"{name}.dist-info").mkdir()
        self.extras = self.packages / "litellm_proxy_extras"
        (self.extras / "migrations/1_first").mkdir(parents=True)
        (self.extras / "migrations/1_first/migration.sql").write_text("SELECT 1;")
        (self.extras / "schema.prisma").write_text("model LiteLLM_Config {\n  name String\n}\n")
        self.list.write_text(json.dumps(PRICES))

    def __call__(self, *argv: str, **_: object) -> str:
        self.calls.append(" ".join(argv))
        match argv:
            case ("podman", "image", "exists", image) if image not in self.there:
                raise CommandFailed(argv, "exited 1", "", 1)
            case ("podman", "image", "mount", *_):
                return str(self.root)
            case ("podman", "pull", *_, image):
                self.there.add(image)
            case ("podman", "rmi", image):
                self.there.discard(image)
        return ""

    def started(self) -> list[str]:
        return [call for call in self.calls if call.startswith(("podman run", "podman pull"))]


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Podman:
    """A host whose LiteLLM serves nothing yet, and where no version is known to be bad."""
    podman = Podman(tmp_path)
    for module in (images, image_files, confined):
        monkeypatch.setattr(module, "run", podman)
    monkeypatch.setattr(image_files, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(registry, "layers", lambda *_: None)
    monkeypatch.setattr(known_bad, "VERSIONS", {})
    monkeypatch.setattr(release, "serving", lambda: None)
    monkeypatch.setattr(release, "describe", lambda name: {"image": IMAGE, "workers": 1, "settings": {}})
    return podman


def test_version_and_prices_are_kept_by_digest_so_that_the_next_question_mounts_nothing(podman: Podman, tmp_path: Path) -> None:
    image_files.remember(IMAGE)
    podman.calls.clear()
    assert image_files.version(IMAGE) == "1.80.0"
    assert prices.known(IMAGE) == PRICES
    assert podman.calls == []
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "kept").iterdir()] == [0o600, 0o600, 0o600]


def test_image_is_read_without_a_trace_when_nothing_is_kept_of_it(podman: Podman, tmp_path: Path) -> None:
    assert prices.known(IMAGE) == PRICES
    assert image_files.version(IMAGE) == "1.80.0"
    assert not (tmp_path / "kept").exists()
    assert any("unmount" in call for call in podman.calls)


def leads(path: Path, target: Path | str) -> None:
    path.unlink()
    path.symlink_to(target)


def leads_to_the_host(path: Path) -> None:
    outside = path.parents[6] / "of-the-host.json"
    outside.write_text('{"gpt-4": {"input_cost_per_token": 666}}')
    leads(path, outside)


def is_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def is_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def is_below_a_link(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    outside = path.parents[6] / "host"
    outside.mkdir()
    (outside / LIST).write_text('{"gpt-4": {}}')
    path.parent.symlink_to(outside)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(leads_to_the_host, id="a link out of the image"),
        pytest.param(lambda path: leads(path, "/dev/zero"), id="a link to a device"),
        pytest.param(is_a_pipe, id="a pipe"),
        pytest.param(is_a_folder, id="a folder"),
        pytest.param(lambda path: os.truncate(path, 64 * 1024**2 + 1), id="larger than any list"),
        pytest.param(lambda path: path.write_text("{"), id="no JSON"),
        pytest.param(lambda path: path.write_text("[" * 200_000), id="nested without end"),
        pytest.param(lambda path: path.write_text("[1]"), id="not an object"),
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(is_below_a_link, id="below a link"),
    ],
)
def test_image_has_no_prices_when_its_list_is_none(harm: Callable[[Path], object], podman: Podman) -> None:
    harm(podman.list)
    assert prices.known(IMAGE) is None
    assert image_files.version(IMAGE) == "1.80.0"


def test_what_is_kept_of_an_image_is_dropped_with_it(podman: Podman, tmp_path: Path) -> None:
    image_files.remember(IMAGE)
    image_files.remember(OTHER)
    image_files.forget_others({OTHER})
    assert [file.name[:4] for file in (tmp_path / "kept").iterdir()] == ["cdcd", "cdcd", "cdcd"]


@pytest.fixture
def _bad(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    """The images' version is known to be bad."""
    monkeypatch.setattr(known_bad, "VERSIONS", {"1.80.0": "it steals"})


def roll_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rollout.prepare(SimpleNamespace(image=IMAGE, undo=[], is_served=lambda: False), "run")  # type: ignore[arg-type]


def roll_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "require", lambda run: None)
    monkeypatch.setattr(rollout, "settle", lambda: None)
    monkeypatch.setattr(rollback, "_choose", lambda to: "before")
    monkeypatch.setattr(rollback, "CHANGE_LOCK", folder / "lock")
    rollback.main({"run": "run", "force": True})


@pytest.mark.usefixtures("_bad")
@pytest.mark.parametrize(
    "start",
    [
        pytest.param(lambda folder, patch: images.make_ready(IMAGE), id="a deploy, a rollback, a restore or a proof"),
        pytest.param(roll_out, id="a rollout"),
        pytest.param(
            lambda folder, patch: migration.run_on(IMAGE, {"storeModelInDb": False}, migration.Place("postgresql://")), id="migrations"
        ),
        pytest.param(
            lambda folder, patch: application_proof.prove(None, "", "", folder, {"image": IMAGE}),  # type: ignore[arg-type]
            id="a proof of a backup",
        ),
        pytest.param(roll_back, id="a rollback"),
    ],
)
def test_known_bad_image_is_not_started_though_it_is_on_the_host_already(
    start: Callable[[Path, pytest.MonkeyPatch], object], podman: Podman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refuses("known-bad", r" is LiteLLM 1\.80\.0, which is known to be bad: it steals\. None of it was run"):
        start(tmp_path, monkeypatch)
    assert IMAGE not in podman.there
    assert podman.started() == []


@pytest.mark.usefixtures("_bad")
def test_known_bad_image_is_pulled_looked_at_and_removed_where_it_is_not_there(podman: Podman) -> None:
    podman.there.clear()
    with refuses("known-bad"):
        images.make_ready(IMAGE)
    assert IMAGE not in podman.there


@pytest.mark.usefixtures("_bad")
def test_known_bad_image_is_told_by_what_was_kept_too(podman: Podman) -> None:
    image_files.remember(IMAGE)
    with refuses("known-bad"):
        images.require_good(IMAGE)


@pytest.mark.usefixtures("_bad")
def test_known_bad_image_goes_on_where_it_serves_so_that_no_rotation_or_restore_is_held_up(
    podman: Podman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "serving", lambda: "now")
    assert images.make_ready(IMAGE) is None
    assert IMAGE in podman.there


@pytest.mark.usefixtures("podman")
@pytest.mark.parametrize("image", ["--help", "litellm:latest", f"x@sha256:{'ab' * 32} y"])
def test_text_that_is_no_image_by_digest_is_refused(image: str) -> None:
    with refuses("image"):
        images.make_ready(image)


def test_old_version_is_not_deployed_but_restored_and_kept_serving(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    with refuses("too-old", r"LiteLLM 1\.80\.0, and 1\.104\.0 is the oldest"):
        images.require_supported(IMAGE)
    assert images.make_ready(IMAGE) is None
    monkeypatch.setattr(images, "is_served", lambda image: True)
    images.require_supported(IMAGE)
    assert podman.started() == []


@pytest.mark.parametrize(("gone", "said"), [("litellm-1.80.0.dist-info", "no package litellm"), ("litellm_proxy_extras", "no migrations")])
def test_image_without_litellm_or_its_migrations_is_refused_before_anything_of_it_runs(podman: Podman, gone: str, said: str) -> None:
    shutil.rmtree(podman.packages / gone)
    with refuses("image-unusable", f"{said}.*litellm-database"):
        images.require_supported(IMAGE)
    assert podman.started() == []


@pytest.mark.parametrize(
    ("version", "refused"), [("1.103.9", True), ("1.104.0", False), ("1.104.0rc1", False), ("2.0", False), ("0.9", True)]
)
def test_versions_are_compared_by_number(podman: Podman, monkeypatch: pytest.MonkeyPatch, version: str, refused: bool) -> None:
    monkeypatch.setattr(images, "litellm_version", lambda image: version)
    if refused:
        with refuses("too-old"):
            images.require_supported(IMAGE)
    else:
        images.require_supported(IMAGE)
