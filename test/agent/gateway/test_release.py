from pathlib import Path

import pytest
from refusals import refuses

from agent.base import env_file, keys
from agent.database import postgres
from agent.gateway import beside, release


def test_value_is_compared_as_it_is_kept_so_a_line_end_more_is_no_difference() -> None:
    given = ["key\n", " key", '{\n "a": 1,\n "b": "x y"\n}\n']
    assert [env_file.one_line("A", value) for value in given] == ["key", "key", '{"a":1,"b":"x y"}']


def test_value_of_several_lines_is_refused() -> None:
    with refuses("env-value", "^The value of A has several lines"):
        env_file.one_line("A", "one\ntwo")


def test_variables_that_the_host_sets_are_those_that_nobody_else_may_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "read", lambda path: "")
    monkeypatch.setattr(postgres, "url", lambda: "")
    assert release.host_environment({"storeModelInDb": False}).keys() == set(release.HOST_OWNED)


@pytest.fixture
def _serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release serves, whose environment has KEPT and GONE."""
    monkeypatch.setattr(release, "serving", lambda: "before")
    monkeypatch.setattr(release, "environment", lambda name: {"KEPT": "k", "GONE": "g", "DATABASE_URL": "x"})
    monkeypatch.setattr(release, "host_environment", lambda settings: {"DATABASE_URL": "host"})


@pytest.mark.usefixtures("_serving")
def test_environment_keeps_what_is_referred_to_drops_what_is_not_and_takes_what_is_given() -> None:
    assembled = release.assemble("a: os.environ/KEPT\nb: os.environ/NEW", {"NEW": "n", "MORE": "m"}, {"storeModelInDb": False})
    assert assembled == {"KEPT": "k", "NEW": "n", "MORE": "m", "DATABASE_URL": "host"}


@pytest.mark.usefixtures("_serving")
@pytest.mark.parametrize(
    ("configuration", "given", "code", "message"),
    [
        pytest.param("a: os.environ/NEW", {}, "env-missing", "^The configuration refers to NEW,", id="without a value that it needs"),
        pytest.param("", {"DATABASE_URL": "mine"}, "env-reserved", "^DATABASE_URL", id="with a variable of the host"),
        pytest.param("", {"A B": "x"}, "env-name", None, id="with a name that is none"),
    ],
)
def test_environment_is_refused(configuration: str, given: dict[str, str], code: str, message: str | None) -> None:
    with refuses(code, message):
        release.assemble(configuration, given, {"storeModelInDb": False})


def test_identity_changes_with_each_file_beside_the_configuration_and_with_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "read", lambda path: "key")

    def identity(beside: dict[str, bytes]) -> str:
        return release.identity(release.Content("config", beside), {}, "image", 2)

    one = {"hooks.py": b"1", "words.py": b""}
    assert identity(one) == identity(dict(reversed(one.items())))
    others = [
        {},
        {"hooks.py": b"1"},
        {"hooks.py": b"2", "words.py": b""},
        {"hooks.py": b"", "words.py": b"1"},
        {"hook.py": b"1", "words.py": b""},
    ]
    assert len({identity(files) for files in (one, *others)}) == len(others) + 1


def test_release_that_was_changed_by_hand_is_not_as_it_was_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(release, "RELEASES", tmp_path)
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "config.yaml").write_text("model_list: []\n")
    beside.write(folder, {"hooks.py": b"1"})
    assert release.is_as_written("one", release.Content("model_list: []\n", {"hooks.py": b"1"}))
    (folder / "beside/hooks.py").write_text("2")
    assert not release.is_as_written("one", release.Content("model_list: []\n", {"hooks.py": b"1"}))
    (folder / "beside/hooks.py").write_text("1")
    (folder / "config.yaml").write_text("model_list: [] # mine\n")
    assert not release.is_as_written("one", release.Content("model_list: []\n", {"hooks.py": b"1"}))
