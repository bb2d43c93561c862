import json

import pytest

from agent import contract
from agent.gateway import release, variables

CONFIG = """
model_list: []
environment_variables:
  MAX_STRING_LENGTH_PROMPT_IN_DB: 9000
  FLAG: true
  LANGFUSE_SECRET_KEY: os.environ/LANGFUSE_SECRET_KEY
  LANGFUSE_HOST: os.environ/TRACES
  NOBODY: os.environ/ABSENT
"""
VALUES = {"LANGFUSE_SECRET_KEY": "s", "TRACES": "https://traces.example"}


def test_values_are_texts_and_references_are_resolved_as_litellm_does() -> None:
    assert variables.resolved(CONFIG, VALUES) == {
        "MAX_STRING_LENGTH_PROMPT_IN_DB": "9000",
        "FLAG": "True",
        "LANGFUSE_SECRET_KEY": "s",
        "LANGFUSE_HOST": "https://traces.example",
    }


def test_value_that_the_step_gives_under_the_same_name_is_the_steps() -> None:
    assert variables.own(CONFIG) == ["FLAG", "LANGFUSE_HOST", "MAX_STRING_LENGTH_PROMPT_IN_DB", "NOBODY"]


OWNED = [
    *contract.HOST_OWNED, "DATABASE_URL", "database_host", "REDIS_URL", "PORT", "CONFIG_FILE_PATH",
    "PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "HOME", "GUNICORN_CMD_ARGS", "MALLOC_ARENA_MAX",
    "A B", "A=B", "1A",
]  # fmt: skip


@pytest.mark.parametrize("name", OWNED)
def test_variable_of_the_host_or_the_process_is_set_by_no_configuration(name: str) -> None:
    assert variables.declared(json.dumps({"environment_variables": {name: "x"}})) == {}


@pytest.mark.parametrize(
    "config", ["", "model_list: []", "environment_variables:", "environment_variables: [A]", 'environment_variables: {A: "x\\ny"}']
)
def test_configuration_without_a_variable_sets_none(config: str) -> None:
    assert variables.resolved(config, {}) == {}


@pytest.fixture
def _serving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "serving", lambda: "before")
    monkeypatch.setattr(
        release, "environment", lambda name: {"LANGFUSE_SECRET_KEY": "s", "TRACES": "t", "FLAG": "True", "DATABASE_URL": "x"}
    )
    monkeypatch.setattr(release, "describe", lambda name: {"variables": ["FLAG"]})
    monkeypatch.setattr(release, "host_environment", lambda settings: {"DATABASE_URL": "host"})


@pytest.mark.usefixtures("_serving")
def test_release_has_them_in_its_environment() -> None:
    config = "environment_variables: {LANGFUSE_HOST: os.environ/TRACES, DEBUG_LEVEL: 3}"
    assert release.assemble(config, {}, {"storeModelInDb": False}) == {
        "TRACES": "t",
        "LANGFUSE_HOST": "t",
        "DEBUG_LEVEL": "3",
        "DATABASE_URL": "host",
    }


@pytest.mark.usefixtures("_serving")
def test_nobody_has_to_give_what_the_configuration_sets() -> None:
    config = "model_list: [{litellm_params: {api_key: os.environ/KEY}}]\nenvironment_variables: {KEY: os.environ/TRACES}"
    assert release.assemble(config, {}, {"storeModelInDb": False})["KEY"] == "t"


@pytest.mark.usefixtures("_serving")
def test_what_an_earlier_configuration_set_is_not_kept_as_a_value_of_the_step() -> None:
    assert release.provider_environment("before") == {"LANGFUSE_SECRET_KEY": "s", "TRACES": "t"}
    assert "FLAG" not in release.assemble("a: os.environ/TRACES", {}, {"storeModelInDb": False})


@pytest.mark.usefixtures("_serving")
def test_host_s_own_value_stands_whatever_a_configuration_says() -> None:
    assert release.assemble("environment_variables: {DATABASE_URL: mine}", {}, {"storeModelInDb": False})["DATABASE_URL"] == "host"
