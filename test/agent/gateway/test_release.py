import pytest
from refusals import refuses

from agent.base import env_file, keys
from agent.database import postgres
from agent.gateway import release


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
