"""What the tests of all packages share."""

import grp
import json
import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import agent
from agent.base import events

REPOSITORY = Path(__file__).parents[2]

# Data that comes along with the programs: src/host/agent-modules.ts.
agent.SOURCES["programs.json"] = (REPOSITORY / "src/agent/programs.json").read_text()

# No time limit: a machine that does much else takes its time.
hypothesis.settings.register_profile("host", max_examples=200, deadline=None, database=None)
hypothesis.settings.load_profile("host")


@pytest.fixture(autouse=True)
def _private_files() -> Iterator[None]:
    """As loader.py does it for every program."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """All that the programs say: events, and at most one result or error."""
    documents: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "_writer", documents.append)
    return documents


@pytest.fixture
def details(said: list[dict[str, Any]]) -> Callable[[], list[str]]:
    """What the events said in words."""
    return lambda: [document["detail"] for document in said if document.get("detail")]


@pytest.fixture
def files() -> Path:
    """What is placed on the host: src/host/files."""
    return REPOSITORY / "src/host/files"


@pytest.fixture
def owner() -> str:
    """`account:group` of what the tests write."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}:{grp.getgrgid(os.getgid()).gr_name}"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder that others may write to, as good as another account's."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    """A backup as ours are, fetched from its repository."""
    backup = tmp_path / "backup"
    etc = backup / "files/etc/litellm"
    for path in ("releases/r1", "slots"):
        (etc / path).mkdir(parents=True)
    for path in ("releases/r1/env", "releases/r1/config.yaml", "salt_key", "master_key", "people.txt"):
        (etc / path).write_text("x")
    (etc / "config.yaml").symlink_to("releases/r1/config.yaml")
    (etc / "slots/main").symlink_to("../releases/r1")
    (backup / "database").mkdir()
    (backup / "database/table").write_text("rows")
    (backup / "redis.rdb").write_text("rdb")
    (backup / "files/etc/caddy").mkdir()
    (backup / "files/etc/caddy/site").symlink_to("/srv/site")
    return backup


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`case` is each JSON file of the folder that is named as the test's module, without `test_`: {output, facts}."""
    if "case" not in metafunc.fixturenames:
        return
    module = Path(metafunc.module.__file__)
    paths = sorted((module.parent / module.stem.removeprefix("test_")).glob("*.json"))
    assert paths, f"there is no case for {module}"
    metafunc.parametrize("case", [json.loads(path.read_text()) for path in paths], ids=[path.stem for path in paths])
