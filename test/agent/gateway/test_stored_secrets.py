import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

import agent
from agent.gateway import release, stored_secrets
from agent.litellm import confined, system_calls

BOX = "A" * 70
OTHER_BOX = "B" + "A" * 69
GCM = "v2:gcm:AAAA"


@pytest.mark.parametrize(
    ("column", "stored", "sure", "perhaps"),
    [
        pytest.param(
            ("LiteLLM_ProxyModelTable", "litellm_params"),
            {"api_key": BOX, "rpm": 5, "model": "gpt-4", "extra": {"header": OTHER_BOX}},
            [BOX],
            [OTHER_BOX],
            id="models: each text at the top that can be a box",
        ),
        pytest.param(("LiteLLM_CredentialsTable", "credential_values"), {"api_key": GCM}, [GCM], [], id="credentials in the other form"),
        pytest.param(
            ("LiteLLM_Config", "param_value"),
            {"environment_variables": {"A": BOX, "B": "plain"}},
            [],
            [BOX],
            id="settings: perhaps",
        ),
        pytest.param(("LiteLLM_MCPUserCredentials", "credential_b64"), BOX, [], [BOX], id="a column that is a text itself"),
        pytest.param(
            ("LiteLLM_UserProviderCredentials", "credential_b64"),
            BOX,
            [BOX],
            [],
            id="a column of which each value is one encrypted text",
        ),
        pytest.param(
            ("LiteLLM_TeamTable", "metadata"),
            {"callback": [f"litellm_enc::{BOX}"], "note": BOX},
            [BOX],
            [],
            id="metadata: what is marked and nothing that only looks so",
        ),
        pytest.param(("LiteLLM_CredentialsTable", "credential_values"), {"api_base": "https://example.com"}, [], [], id="nothing"),
    ],
)
def test_encrypted_texts_of_a_stored_value_are_found(column: tuple[str, str], stored: object, sure: list[str], perhaps: list[str]) -> None:
    found_sure: list[str] = []
    found_perhaps: list[str] = []
    stored_secrets.sort(stored, column, found_sure, found_perhaps)
    assert (found_sure, found_perhaps) == (sure, perhaps)


def test_columns_of_a_later_litellm_are_found_by_their_names() -> None:
    of_110 = {
        ("LiteLLM_UserProviderCredentials", "credential_b64"), ("LiteLLM_ProxyModelTable", "litellm_params"),
        ("LiteLLM_ProxyModelTable", "model_name"), ("LiteLLM_TeamTable", "metadata"),
    }  # fmt: skip
    later = {("LiteLLM_Vault", "token_b64"), ("LiteLLM_Vault", "client_secret"), ("LiteLLM_Vault", "metadata"), ("LiteLLM_Vault", "name")}
    never = {
        ("LiteLLM_SpendLogs", "metadata"), ("LiteLLM_VerificationTokenView", "metadata"), ("mine", "credentials"),
        ("LiteLLM_DailyUserSpend", "secret"),
    }  # fmt: skip
    tables = ["LiteLLM_UserProviderCredentials", "LiteLLM_ProxyModelTable", "LiteLLM_TeamTable", "LiteLLM_Vault", "LiteLLM_SpendLogs",
              "LiteLLM_DailyUserSpend"]  # fmt: skip
    found = stored_secrets.secret_columns(of_110 | later | never, tables)
    assert set(found) == (of_110 | later) - {("LiteLLM_ProxyModelTable", "model_name"), ("LiteLLM_Vault", "name")}


def test_every_column_that_litellm_encrypts_today_is_named_by_the_rule() -> None:
    unnamed = [column for column in stored_secrets.LISTED if not stored_secrets.SECRET.search(column[1]) and column[1] != "metadata"]
    assert unnamed == []


@pytest.mark.parametrize(
    ("column", "stored", "sure", "perhaps"),
    [
        (("LiteLLM_Vault", "token_b64"), BOX, [], [BOX]),
        (("LiteLLM_Vault", "token_b64"), GCM, [GCM], []),
        (("LiteLLM_Vault", "metadata"), {"callback": f"litellm_enc::{BOX}", "note": OTHER_BOX}, [BOX], []),
    ],
)
def test_texts_of_a_column_that_nobody_listed_are_sure_only_where_they_say_so(
    column: tuple[str, str], stored: object, sure: list[str], perhaps: list[str]
) -> None:
    found_sure: list[str] = []
    found_perhaps: list[str] = []
    stored_secrets.sort(stored, column, found_sure, found_perhaps)
    assert (found_sure, found_perhaps) == (sure, perhaps)


def test_texts_of_json_that_is_nested_deeper_than_a_stack_are_found_in_their_order() -> None:
    deep: Any = "in the middle"
    for _ in range(100_000):
        deep = [deep]
    document = {"a": ["first", {"b": deep}], "c": [1, None, ["last"]]}
    assert stored_secrets.texts(document) == ["first", "in the middle", "last"]


Key = Callable[[str | None, dict[str, str]], str]


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Key:
    """The key that encrypts on a host with this salt key, and with this in the environment that serves."""

    def encrypts(salt: str | None, served: dict[str, str]) -> str:
        monkeypatch.setattr(stored_secrets, "SALT_KEY", tmp_path / "salt_key")
        if salt is not None:
            (tmp_path / "salt_key").write_text(salt)
        monkeypatch.setattr(release, "serving", lambda: "release")
        monkeypatch.setattr(release, "environment", lambda name: {"LITELLM_MASTER_KEY": "sk-m"} | served)
        return stored_secrets.encryption_key()[0]

    return encrypts


def test_key_that_encrypts_is_the_salt_key_that_the_next_release_will_have(key: Key) -> None:
    assert key("salt\n", {"LITELLM_SALT_KEY": "other"}) == "salt"


def test_key_that_encrypts_is_the_master_key_where_there_was_never_a_salt_key(key: Key) -> None:
    assert key(None, {}) == "sk-m"


@pytest.mark.parametrize(
    ("salt", "served", "code", "message"),
    [
        (" ", "salt", "salt-key", "^The salt key is empty"),
        (None, "", "salt-key", "^The salt key is empty"),
        (None, "salt", "key-missing", " runs with a salt key"),
    ],
)
def test_salt_key_that_is_empty_or_missing_is_refused(salt: str | None, served: str, code: str, message: str, key: Key) -> None:
    with refuses(code, message):
        key(salt, {"LITELLM_SALT_KEY": served})


@pytest.fixture
def podman(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What podman was started with, and `prints`, which it answers."""
    seen: dict[str, Any] = {"prints": ""}

    def run(*argv: str, stdin: str, timeout: float) -> str:
        seen.update(argv=argv, stdin=stdin)
        return str(seen["prints"])

    monkeypatch.setattr(confined, "run", run)
    monkeypatch.setattr(system_calls, "place", lambda: None)
    monkeypatch.setitem(agent.SOURCES, "litellm.in_image.open_boxes", "the program")
    return seen


def test_stored_secrets_are_tried_in_a_container_that_reaches_nothing_and_shows_no_key(podman: dict[str, Any]) -> None:
    podman["prints"] = "a line of the image\n[true, false]\n"
    assert stored_secrets.opened("the-key", [BOX, OTHER_BOX], "an-image", "a-name") == [True, False]
    assert {"--network=none", "--name=a-name", "--pull=never", *confined.OPTIONS} < set(podman["argv"])
    assert podman["argv"][-2:] == (confined.PYTHON, "the program")
    assert not any(secret in word for word in podman["argv"] for secret in ("the-key", BOX))
    assert json.loads(podman["stdin"]) == {"key": "the-key", "values": [BOX, OTHER_BOX]}


@pytest.mark.parametrize("printed", ["", "[true]", '{"good": 2}', "no JSON"])
def test_answer_of_an_image_that_is_none_for_each_stored_secret_is_refused(printed: str, podman: dict[str, Any]) -> None:
    podman["prints"] = printed
    with refuses("decrypt"):
        stored_secrets.opened("the-key", [BOX, OTHER_BOX], "an-image", "a-name")
