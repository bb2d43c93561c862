"""Tries a provider's key that is to replace another one, by a request that costs nothing, while the old one still serves.

A key that the provider refuses is refused here. One that cannot be tried (no address that is free of charge is known, or the
provider does not answer) is reported, and taken: the gateway must not depend on that.
"""

import concurrent.futures
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from agent import contract
from agent.base.events import note, step
from agent.base.refusal import Refused
from agent.litellm import configuration

REFERENCE = contract.REFERENCE_PREFIX
SECONDS = 10

# Provider by LiteLLM's name: variables that move its address, its own address, and a path there that asks for a key and is free.
PROVIDERS = {
    "openai": (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1", "/models"),
    "anthropic": (("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"), "https://api.anthropic.com", "/v1/models"),
    "mistral": (("MISTRAL_API_BASE",), "https://api.mistral.ai/v1", "/models"),
    "groq": (("GROQ_API_BASE",), "https://api.groq.com/openai/v1", "/models"),
    "deepseek": (("DEEPSEEK_API_BASE",), "https://api.deepseek.com", "/models"),
    "xai": (("XAI_API_BASE",), "https://api.x.ai/v1", "/models"),
    # Its list of models asks for no key.
    "openrouter": (("OPENROUTER_API_BASE",), "https://openrouter.ai/api/v1", "/key"),
}

Document = dict[str, Any]


class Trial:
    """One request that shows whether a key is taken."""

    def __init__(self, name: str, provider: str, address: str) -> None:
        self.name = name
        self.provider = provider
        self.address = address

    def same_as(self) -> tuple[str, str]:
        return self.name, self.address


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key along, to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


def try_changed(config: str, environment: dict[str, str], before: dict[str, str]) -> None:
    """Refuses when a provider refuses a key that differs from the one it replaces."""
    changed = {name for name, value in environment.items() if before.get(name) not in (None, value)}
    if not changed:
        return
    document = configuration.load(config)
    found = {trial.same_as(): trial for trial in trials(document, changed, environment)} if isinstance(document, dict) else {}
    if not found:
        return
    with step("provider keys") as this, concurrent.futures.ThreadPoolExecutor(8) as pool:
        ordered = list(found.values())
        answers = list(pool.map(lambda trial: ask(trial, environment[trial.name]), ordered))
        refused = [trial for trial, status in zip(ordered, answers, strict=True) if status == 401]
        if refused:
            names = ", ".join(f"{trial.name} ({trial.provider})" for trial in refused)
            raise Refused(
                "provider-key",
                f"The provider refuses the new value of {names}. Nothing was changed; the old one is still in use. "
                "Set the secret to a key that is valid, then run again.",
            )
        for trial, status in zip(ordered, answers, strict=True):
            if status != 200:
                note("provider keys", f"{trial.name} could not be checked at {trial.provider}: it answered {status or 'nothing'}.")
        this.detail = f"{answers.count(200)} of {len(answers)} new keys are taken by their provider"


def trials(document: Document, changed: set[str], environment: dict[str, str]) -> Iterator[Trial]:
    """Of the keys of these names, those that a provider can be asked about free of charge, once for each model that uses one."""
    declared = document.get("environment_variables") or {}
    variables = {str(name): str(value) for name, value in declared.items()} | environment
    for model in document.get("model_list") or []:
        parameters = model.get("litellm_params") or {}
        key = str(parameters.get("api_key") or "")
        name = key.removeprefix(REFERENCE)
        provider = str(parameters.get("custom_llm_provider") or str(parameters.get("model")).partition("/")[0])
        if not key.startswith(REFERENCE) or name not in changed or provider not in PROVIDERS:
            continue
        address = _address(provider, str(parameters.get("api_base") or ""), variables)
        if address:
            yield Trial(name, provider, address)


def _address(provider: str, given: str, variables: dict[str, str]) -> str | None:
    moved_by, own, path = PROVIDERS[provider]
    if given.startswith(REFERENCE):
        base = variables.get(given.removeprefix(REFERENCE))
    else:
        base = given or next((variables[name] for name in moved_by if variables.get(name)), own)
    return base.rstrip("/") + path if base and base.startswith(("http://", "https://")) else None


def ask(trial: Trial, key: str) -> int | None:
    """The status that the provider answers to the key; None when it does not answer."""
    headers = {"Authorization": f"Bearer {key}"}
    if trial.provider == "anthropic":
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
    request = urllib.request.Request(trial.address, headers=headers)  # noqa: S310 - http or https, see `_address`
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as failure:
        return failure.code
    except (OSError, ValueError):
        return None
