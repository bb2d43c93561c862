"""What LiteLLM's configuration demands of keys and requests, and what ours do about it."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agent.base.refusal import Refused
from agent.litellm import every_worker, key_rules, proof
from agent.litellm.admin_api import AdminApi, ApiError

Document = dict[str, Any]

OURS = "litellm-gitops"
DAY = 86_400


def bounded(duration: object) -> Document:
    return {"litellm_settings": {"upperbound_key_generate_params": {"duration": duration}}}


def general(**settings: object) -> Document:
    return {"general_settings": settings}


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ({}, {}),
        ({"general_settings": None}, {}),
        (general(enforce_user_param=False), {}),
        (general(enforce_user_param=True), {"user": OURS}),
        (
            general(enforced_params=["user", "metadata", "metadata.generation_name", "seed"]),
            {"user": OURS, "metadata": {"generation_name": OURS}, "seed": 1},
        ),
        (general(enforced_params=["metadata.a", "metadata.b", 7]), {"metadata": {"a": OURS, "b": OURS}}),
        (general(enforced_params="user"), {}),
    ],
)
def test_a_request_of_ours_has_what_each_request_must_have(config: Document, parameters: Document) -> None:
    assert key_rules.required(config) == parameters


@pytest.mark.parametrize(
    ("config", "header"),
    [
        ({}, "Authorization"),
        (general(litellm_key_header_name="X-Litellm-Key"), "X-Litellm-Key"),
        (general(litellm_key_header_name="a\r\nb"), "Authorization"),
    ],
)
def test_a_key_is_sent_where_the_gateway_looks_for_it(config: Document, header: str) -> None:
    assert key_rules.header(config) == header


def test_a_key_of_ours_is_freed_of_what_others_get_by_default_and_of_what_bounds_them() -> None:
    defaults = {"models": ["gpt-4"], "team_id": "core-infra", "user_id": "somebody", "max_budget": 0, "rpm_limit": 1, "metadata": {"a": 1}}
    bounds = {"duration": "30d", "tpm_limit": 5}
    config = {"litellm_settings": {"default_key_generate_params": defaults, "upperbound_key_generate_params": bounds}}
    assert key_rules.free(config) == {"models": ["all-proxy-models"], "user_id": "default_user_id"}
    assert key_rules.lifted(config) == {"max_budget": None, "tpm_limit": None, "rpm_limit": None, "team_id": None}


@pytest.mark.parametrize("config", [{}, {"litellm_settings": None}, {"litellm_settings": {"default_key_generate_params": []}}])
def test_a_key_of_ours_is_asked_for_plainly_where_there_are_no_rules(config: Document) -> None:
    assert (key_rules.free(config), key_rules.lifted(config), key_rules.within(config, 77)) == ({}, {}, 77)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("30d", 30 * DAY), ("1h", 3600), ("90s", 90), ("2w", 14 * DAY), ("1mo", 28 * DAY), ("soon", None), (7, None)],
)
def test_a_key_lives_as_long_as_the_bound_allows(duration: object, seconds: int | None) -> None:
    assert key_rules.longest(bounded(duration)) == seconds
    assert key_rules.within(bounded(duration), 10**9) == (10**9 if seconds is None else seconds)
    assert key_rules.within(bounded(duration), 30) == 30


def test_a_rotation_that_the_rules_allow_is_not_refused() -> None:
    key_rules.require_rotation(bounded("30d"), DAY)
    key_rules.require_rotation({}, DAY)


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (bounded("1h"), r"rotate\.grace.*upperbound_key_generate_params\.duration.*no key live longer than 3600"),
        (general(disable_custom_api_keys=True), r"general_settings\.disable_custom_api_keys forbids"),
        (general(disable_custom_api_keys="true"), r"general_settings\.disable_custom_api_keys forbids"),
    ],
)
def test_what_forbids_a_rotation_is_named_before_anything_changes(config: Document, named: str) -> None:
    with pytest.raises(Refused) as refused:
        key_rules.require_rotation(config, DAY)
    assert re.search(named, str(refused.value))


@pytest.mark.parametrize(
    ("said", "status", "config", "setting"),
    [
        ("max_budget is over max limit set in config - user_value=9", 400, {}, "upperbound_key_generate_params"),
        ("Custom API key values are disabled by your administrator", 403, {}, "disable_custom_api_keys"),
        ("Required param tags not in data", 400, {}, "key_generation_settings"),
        ("Team doesn't exist in db. Team=core-infra.", 404, {}, "default_key_generate_params.team_id"),
        ("no", 403, general(custom_key_generate="a.b"), "custom_key_generate"),
    ],
)
def test_the_setting_that_refused_a_key_is_named_by_what_litellm_says(said: str, status: int, config: Document, setting: str) -> None:
    assert setting in key_rules.reason(config, said, status)


def test_nothing_is_blamed_that_litellm_does_not_say() -> None:
    assert key_rules.reason({}, "database is down", 500) == ""


@pytest.mark.parametrize(
    ("status", "said", "spent"),
    [
        (429, "No deployments available - crossed budget for provider openai", True),
        (422, '{"error":{"message":"Budget has been exceeded! Proxy Current cost: 3","type":"budget_exceeded"}}', True),
        (422, '{"error":{"message":"Budget has been exceeded! Key=litellm-gitops-probe-8f","type":"budget_exceeded"}}', False),
        (401, "no such key", False),
    ],
)
def test_only_a_budget_that_is_not_our_own_keys_proves_that_a_model_is_known(status: int, said: str, spent: bool) -> None:
    assert proof._is_spent(ApiError("POST /v1/chat/completions", status, said)) is spent


@pytest.mark.parametrize(
    ("status", "said", "cooling"),
    [
        (429, "No deployments available for selected model, Try again in 5 seconds. Passed model=a. cooldown_list=['1']", True),
        (429, "No deployments available for selected model, Try again in 5 s. All deployments for selected model are in cooldown.", True),
        (400, "Invalid model name passed in model=a", False),
        (429, "Rate limit exceeded for api_key: litellm-gitops-probe", False),
        (500, "No deployments available for selected model", False),
    ],
)
def test_what_the_router_leaves_out_for_a_while_is_known_to_it(status: int, said: str, cooling: bool) -> None:
    assert proof._is_cooling(ApiError("POST /v1/chat/completions", status, said)) is cooling


@pytest.mark.parametrize(
    ("config", "own"),
    [
        ({}, False),
        (general(custom_auth=None), False),
        (general(custom_auth="auth.check"), True),
        (general(custom_auth="auth.check", custom_auth_settings={"mode": "auto"}), True),
        (general(custom_auth="auth.check", custom_auth_settings={"mode": "off"}), False),
    ],
    ids=str,
)
def test_python_of_the_configuration_decides_who_may_call(config: Document, own: bool) -> None:
    assert key_rules.has_own_auth(config) is own
    assert ("custom_auth" in key_rules.reason(config, "Authentication Error", 401)) is own
    assert key_rules.reason(config, "Authentication Error", 500) == ""


def test_no_key_is_probed_with_where_a_hook_might_take_it_for_one_that_a_provider_is_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "AdminApi", None)
    assert "none probed" in proof._probe(1, "sk", general(custom_auth="auth.check"), ["gpt-4"])


class Refusing(AdminApi):
    """Answers each question with a status that is an error."""

    status = 401

    def get(self, path: str, key: str | None = None, **query: Any) -> Any:
        del key, query
        raise ApiError(f"GET {path}", self.status, "nobody knows this key")


def refusing(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Both workers do."""
    monkeypatch.setattr(Refusing, "status", status)

    def rounds(_port: int, _key: str, ask: Callable[[AdminApi], str], *_args: object) -> Iterator[dict[int, None]]:
        for _ in range(2):
            yield {1: None, 2: None}
            with contextlib.suppress(ApiError):
                ask(Refusing(1, "sk"))

    monkeypatch.setattr(every_worker, "rounds", rounds)


def test_hook_that_refuses_the_master_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, 401)
    with pytest.raises(proof.NotProven, match=r"refuses the master key\. general_settings\.custom_auth .* 401 nobody knows this key"):
        proof._ask_every_worker(1, "sk", general(custom_auth="auth.check"), 2, 5)
    with pytest.raises(proof.NotProven, match=r"refuses the master key\. +GET"):
        proof._ask_every_worker(1, "sk", {}, 2, 5)


def test_worker_that_is_late_is_not_one_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, 500)
    with pytest.raises(proof.NotProven, match="2 of 2 workers run, and 0 of them answered"):
        proof._ask_every_worker(1, "sk", general(custom_auth="auth.check"), 2, 5)
