"""Whether the providers take the keys that the gateway has, and answer at all; by requests that cost nothing."""

import concurrent.futures
import json
import urllib.error
import urllib.request
from typing import Any

from agent.gateway import release
from agent.litellm import configuration, provider_keys
from agent.litellm.provider_keys import REFERENCE, SECONDS

Document = dict[str, Any]

LATEST = ":latest"


def gather() -> Document:
    """{keys: [{name, provider, status}], missing, addresses: [{address, models, answers, absent}]}.

    `status` is null when the provider does not answer. `missing` are names that the configuration refers to and that have no value.
    `addresses` are those of providers without a key, such as Ollama; `absent` are models that it says it does not have.
    """
    name = release.serving()
    if name is None:
        return {"keys": [], "missing": [], "addresses": []}
    text = (release.folder(name) / "config.yaml").read_text()
    environment = release.environment(name)
    document = configuration.load(text)
    return {
        "keys": _keys(document, environment),
        "missing": sorted(set(release.REFERENCE.findall(text)) - environment.keys()),
        "addresses": _addresses(document, environment),
    }


def _keys(document: Document, environment: dict[str, str]) -> list[Document]:
    found = {trial.same_as(): trial for trial in provider_keys.trials(document, set(environment), environment)}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = pool.map(lambda trial: provider_keys.ask(trial, environment[trial.name]), found.values())
        return [
            {"name": trial.name, "provider": trial.provider, "status": status}
            for trial, status in zip(found.values(), statuses, strict=True)
        ]


def _addresses(document: Document, environment: dict[str, str]) -> list[Document]:
    """Providers of one's own: an address, and no key that would say whether it is the right one."""
    found: dict[str, dict[str, str]] = {}
    for model in document.get("model_list") or []:
        parameters = model.get("litellm_params") or {}
        base = str(parameters.get("api_base") or "")
        if base.startswith(REFERENCE):
            base = environment.get(base.removeprefix(REFERENCE), "")
        # An address with a password in it is not one to repeat.
        if base.startswith(("http://", "https://")) and "@" not in base and not parameters.get("api_key"):
            found.setdefault(base.rstrip("/"), {})[str(model.get("model_name"))] = str(parameters.get("model"))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda item: _address(*item), found.items()))


def _address(address: str, models: dict[str, str]) -> Document:
    names = {name: target.partition("/")[2] for name, target in models.items() if target.startswith(("ollama/", "ollama_chat/"))}
    answers, body = _ask(address + "/api/tags" if names else address)
    absent: list[str] = []
    if names and body is not None:
        has = {str(one.get("name")).removesuffix(LATEST) for one in body.get("models") or []}
        absent = sorted({target for target in names.values() if target.removesuffix(LATEST) not in has})
    return {"address": address, "models": sorted(models), "answers": answers, "absent": absent}


def _ask(address: str) -> tuple[bool, Document | None]:
    """Whether anything answers there, and its document when it is one."""
    try:
        with urllib.request.build_opener(provider_keys.NoRedirect).open(address, timeout=SECONDS) as answer:
            document = json.loads(answer.read(4 * 1024 * 1024))
            return True, document if isinstance(document, dict) else None
    except urllib.error.HTTPError:
        return True, None
    except ValueError:
        return True, None
    except OSError:
        return False, None
