"""Proves that a slot serves what its release says: ready is not enough.

A worker that missed its first load calls itself ready and answers "Invalid model name" (L#26237), so each worker is asked.
`/v1/models` is never used: it once cost seven minutes of CPU (L#33636).
"""

import http.client
import secrets
import time
from typing import Any

from agent.base.refusal import few
from agent.litellm import configuration, every_worker, key_rules
from agent.litellm.admin_api import AdminApi, ApiError, exchange, understood

WORKER_SECONDS = 60
WRONG_SECONDS = 5
ALL = 10_000
KEY_SECONDS = 600
# LiteLLM names the key whose budget is exceeded.
PROBE_ALIAS = "litellm-gitops-probe"

Document = dict[str, Any]


class NotProven(Exception):
    """Why the slot cannot be trusted with traffic."""


def is_ready(port: int) -> tuple[bool, str]:
    """Whether LiteLLM says that it is ready and reaches its database; and what it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        status, text = exchange(connection, "GET", "/health/readiness")
        return status == 200 and '"connected"' in text[:300].replace("'", '"'), text[:300]
    except (OSError, http.client.HTTPException) as failure:
        return False, str(failure)
    finally:
        connection.close()


def prove(port: int, master_key: str, config: str, workers: int, probe: list[str], seconds: float = WORKER_SECONDS) -> str:
    """Every worker serves every model of the configuration, and each model of `probe` answers a request that costs nothing."""
    document = configuration.load(config) or {}
    seen = _ask_every_worker(port, master_key, document, workers, seconds)
    probed = _probe(port, master_key, document, probe)
    return f"{seen} workers serve {len(_ids(document))} models{probed}"


def model_ids(config: str) -> dict[str, str]:
    """Name of each model by its id, for those that state one (the renderer gives all of them one)."""
    return _ids(configuration.load(config) or {})


def _ids(config: Document) -> dict[str, str]:
    models = config.get("model_list") or []
    pairs = [((model.get("model_info") or {}).get("id"), model.get("model_name")) for model in models]
    return {str(key): str(name) for key, name in pairs if key}


def _ask_every_worker(port: int, master_key: str, config: Document, count: int, seconds: float) -> int:
    expected = _ids(config)
    failures: list[ApiError] = []

    def ask(api: AdminApi) -> str:
        """What the worker does not serve; "" when all is there."""
        try:
            with understood("GET /v2/model/info"):
                served = {str((model.get("model_info") or {}).get("id")) for model in api.get("/v2/model/info", size=ALL)["data"]}
        except ApiError as failure:
            failures.append(failure)
            raise
        missing = sorted(name for key, name in expected.items() if key not in served)
        return f"Missing: {few(missing)}." if missing else ""

    answers: dict[int, str | None] = {}
    wrong_since: float | None = None
    for answers in every_worker.rounds(
        port, master_key, ask, lambda missing: missing == "", seconds, min(30, seconds), key_rules.header(config)
    ):
        if len(answers) >= count and all(missing == "" for missing in answers.values()):
            return len(answers)
        # All have answered and none of them rightly: that is the configuration, not a worker that is late.
        if len(answers) >= count and (all(answers.values()) or _all_refused(failures, answers)):
            wrong_since = wrong_since or time.monotonic()
            if time.monotonic() - wrong_since > WRONG_SECONDS:
                break
        else:
            wrong_since = None
    wrong = [missing for missing in answers.values() if missing]
    if wrong:
        raise NotProven(f"{len(wrong)} of {len(answers)} workers do not serve what is declared. {wrong[0]}")
    if _all_refused(failures, answers):
        why = key_rules.reason(config, str(failures[-1]), failures[-1].status)
        raise NotProven(f"It refuses the master key. {why} {failures[-1]}")
    met = len([missing for missing in answers.values() if missing is not None])
    raise NotProven(f"{len(answers)} of {count} workers run, and {met} of them answered within {seconds:.0f} s.")


def _all_refused(failures: list[ApiError], answers: dict[int, str | None]) -> bool:
    """Whether the key was refused each time, and nothing else was answered."""
    return not any(answer is not None for answer in answers.values()) and bool(failures) and failures[-1].status in (401, 403)


def _probe(port: int, master_key: str, config: Document, models: list[str]) -> str:
    """One chat request for each model that LiteLLM answers itself.

    `mock_response` goes through authentication, the router and the model's settings, and calls no provider. LiteLLM honours it
    only for a key that is allowed to (`allow_client_mock_response`), so such a key is made for this moment.
    """
    if not models:
        return ""
    if key_rules.has_own_auth(config):
        # It might take the key of the probe for another one, that may not ask for mock answers, and a provider would be paid.
        return ", none probed, as general_settings.custom_auth decides whose requests are taken"
    api = AdminApi(port, master_key, header=key_rules.header(config))
    alias = f"{PROBE_ALIAS}-{secrets.token_hex(6)}"
    try:
        try:
            key = make_key(api, config, alias)
            kept_back = [model for model in models if not probe_one(api, key, config, model)]
            _require_unknown_refused(api, key, config)
        finally:
            api.post("/key/delete", {"key_aliases": [alias]})
    except ApiError as failure:
        raise NotProven(f"A probe request failed. {failure}") from None
    finally:
        api.close()
    return f", {len(models)} probed" + (f", of which LiteLLM asks none at present: {few(kept_back)}" if kept_back else "")


def make_key(api: AdminApi, config: Document, alias: str) -> str:
    """A key that may ask for mock answers, for ten minutes at most, whatever others get by default."""
    about = {"key_alias": alias, "metadata": {"allow_client_mock_response": True}} | key_rules.free(config)
    try:
        with understood("POST /key/generate"):
            key = str(api.post("/key/generate", about | {"duration": f"{key_rules.within(config, KEY_SECONDS)}s"})["key"])
        lifted = key_rules.lifted(config)
        if lifted:
            api.post("/key/update", {"key": key} | lifted)
    except ApiError as failure:
        raise NotProven(f"No key could be made to probe with. {key_rules.reason(config, str(failure), failure.status)} {failure}") from None
    return key


def probe_one(api: AdminApi, key: str, config: Document, model: str) -> bool:
    """The model answers a request that no provider sees. The key is one that may ask for that.

    False where the router knows the model and would send nobody there now: a budget is spent, or its deployments have failed and are
    in cooldown, which all workers share. A release that corrects a provider's key must not be refused for that.
    """
    word = f"probe-{secrets.token_hex(4)}"
    try:
        answer = api.post("/v1/chat/completions", _chat(config, model, word), key)
    except ApiError as failure:
        if _is_spent(failure) or _is_cooling(failure):
            return False
        raise
    with understood("POST /v1/chat/completions"):
        right = answer["choices"][0]["message"]["content"] == word
    if not right:
        raise NotProven(f"The model {model} did not answer the probe with what it should.")
    return True


def _require_unknown_refused(api: AdminApi, key: str, config: Document) -> None:
    """A gateway that answers for a model nobody declared would make the probe worthless."""
    try:
        api.post("/v1/chat/completions", _chat(config, f"no-such-model-{secrets.token_hex(4)}", "x"), key)
    except ApiError as refused:
        if refused.status in (400, 401, 403, 404) or _is_spent(refused):
            return
        raise
    raise NotProven("The gateway answered for a model that is not declared.")


def _is_spent(failure: ApiError) -> bool:
    """The budget of a provider, or of the whole gateway (`litellm_settings.max_budget`); our own key has none to exceed."""
    said = str(failure)
    return (failure.status == 429 and "crossed budget" in said) or ("budget_exceeded" in said and PROBE_ALIAS not in said)


def _is_cooling(failure: ApiError) -> bool:
    """The router has deployments of the model, and none that it would ask now. Source: types/router.py of 1.80.5 to 1.110.2."""
    return failure.status == 429 and "No deployments available for selected model" in str(failure)


def _chat(config: Document, model: str, word: str) -> Document:
    return key_rules.required(config) | {
        "model": model,
        "messages": [{"role": "user", "content": "litellm-gitops probe"}],
        "max_tokens": 1,
        "mock_response": word,
        "cache": {"no-cache": True, "no-store": True},
    }
