"""One request of each declared provider's wire format, served by the LiteLLM that is rehearsed and answered by a stand-in.

For each provider the configuration gets one more model, with the name of a declared one, the stand-in's address and a key that is none.
What a provider's own login needs (Google, Azure's identities) reaches nobody here, so such a provider is named as not tried.
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent.gateway.release import Content
from agent.litellm import configuration as loader, key_rules
from agent.litellm.admin_api import AdminApi, ApiError, understood
from agent.restore import stand_in

if TYPE_CHECKING:
    from agent.contract_types import TriedProvider

NAME = "litellm-gitops-rehearsal-"
KEY = "sk-rehearsal"
# They speak as OpenAI does, each below its own address.
LIKE_OPENAI = frozenset((
    "openai", "azure", "azure_ai", "openrouter", "perplexity", "groq", "mistral", "deepseek", "xai", "together_ai", "fireworks_ai",
    "hosted_vllm", "vllm", "openai_like", "custom_openai", "lm_studio", "litellm_proxy", "nvidia_nim", "cerebras", "sambanova",
))  # fmt: skip
KNOWN = LIKE_OPENAI | {"anthropic", "gemini", "bedrock", "ollama", "ollama_chat"}
# Of the model's own settings those that its request is made by.
KEPT = ("model", "custom_llm_provider", "api_version")
BARE = (("claude", "anthropic"), ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"), ("text-embedding-", "openai"))
# What has another way to be asked than a chat, or an embedding.
MODES = ("chat", "completion", "embedding")

Document = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Trial:
    provider: str
    # As it is declared.
    model: str
    parameters: Document
    is_embedding: bool

    @property
    def name(self) -> str:
        return NAME + self.provider


def trials(config: Document) -> list[Trial]:
    """One for each provider, of the first declared model of it that can be asked."""
    found: dict[str, Trial] = {}
    for parameters, info in _models(config):
        model = str(parameters.get("model") or "")
        provider = _provider(parameters, model)
        mode = str(info.get("mode") or ("embedding" if "embed" in model else "chat"))
        if provider is None or provider in found or (provider in KNOWN and mode not in MODES):
            continue
        kept = {name: parameters[name] for name in KEPT if name in parameters}
        if model.endswith("*"):
            kept["model"] = f"{provider}/rehearsal"
        found[provider] = Trial(provider, model, kept, mode == "embedding")
    return list(found.values())


def _models(config: Document) -> Iterator[tuple[Document, Document]]:
    for entry in config.get("model_list") or []:
        if isinstance(entry, dict) and isinstance(entry.get("litellm_params"), dict):
            info = entry.get("model_info")
            yield entry["litellm_params"], info if isinstance(info, dict) else {}


def _provider(parameters: Document, model: str) -> str | None:
    named = parameters.get("custom_llm_provider")
    if isinstance(named, str):
        return named
    provider, slash, _ = model.partition("/")
    return provider if slash else next((name for begin, name in BARE if model.startswith(begin)), None)


def with_trials(content: Content, port: int) -> Content:
    """The configuration with a model for each trial beside its own."""
    document = loader.load(content.config)
    if not isinstance(document, dict):
        return content
    more = [_entry(trial, port) for trial in trials(document) if trial.provider in KNOWN]
    return Content(json.dumps(document | {"model_list": [*(document.get("model_list") or []), *more]}), content.beside)


def _entry(trial: Trial, port: int) -> Document:
    base = f"http://127.0.0.1:{port}/{trial.provider}"
    if trial.provider == "bedrock":
        access: Document = {
            "aws_access_key_id": "rehearsal", "aws_secret_access_key": KEY, "aws_region_name": "us-east-1",
            "aws_bedrock_runtime_endpoint": base,
        }  # fmt: skip
    else:
        access = {"api_base": base, "api_key": KEY}
    version = {"api_version": "2024-10-21"} if trial.provider == "azure" else {}
    return {"model_name": trial.name, "litellm_params": version | trial.parameters | access, "model_info": {"id": trial.name}}


def ask(api: AdminApi, key: str, config: Document) -> "list[TriedProvider]":
    return [_ask_one(api, key, config, trial) for trial in trials(config)]


def _ask_one(api: AdminApi, key: str, config: Document, trial: Trial) -> "TriedProvider":
    told: TriedProvider = {"provider": trial.provider, "model": trial.model, "ok": None, "detail": "there is no stand-in for it"}
    if trial.provider not in KNOWN:
        return told
    try:
        return told | {"ok": True, "detail": _served(api, key, config, trial)}
    except ApiError as failure:
        return told | {"ok": False, "detail": str(failure)}


def _served(api: AdminApi, key: str, config: Document, trial: Trial) -> str:
    """What was answered. Raises `ApiError`, also where the answer is not the stand-in's."""
    common = key_rules.required(config) | {"model": trial.name, "cache": {"no-cache": True, "no-store": True}}
    path = "/v1/embeddings" if trial.is_embedding else "/v1/chat/completions"
    if trial.is_embedding:
        answer = api.post(path, common | {"input": "rehearsal"}, key)
        with understood(f"POST {path}"):
            return f"an embedding of {len(answer['data'][0]['embedding'])} numbers"
    answer = api.post(path, common | {"messages": [{"role": "user", "content": "rehearsal"}], "max_tokens": 16}, key)
    with understood(f"POST {path}"):
        said = answer["choices"][0]["message"]["content"]
        counted = answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]
    if said != stand_in.SAID:
        raise ApiError(f"POST {path}", 200, "with another answer than the stand-in's")
    return f"a request answered, {counted[0]} and {counted[1]} tokens counted"
