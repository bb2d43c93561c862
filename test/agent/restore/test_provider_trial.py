import contextlib
import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agent.gateway.release import Content
from agent.litellm import configuration
from agent.litellm.admin_api import ApiError
from agent.restore import provider_trial, scratch, stand_in


def model(name: str, **more: Any) -> dict[str, Any]:
    return {"model_name": "x", "litellm_params": {"model": name, "api_key": "os.environ/KEY", **more}, "model_info": {"id": "1"}}


def config(*models: dict[str, Any]) -> dict[str, Any]:
    return {"model_list": list(models), "litellm_settings": {"cache": True}}


def providers(*models: dict[str, Any]) -> list[str]:
    return [one.provider for one in provider_trial.trials(config(*models))]


@pytest.mark.parametrize(
    ("declared", "provider"),
    [
        (model("openai/gpt-4o"), "openai"),
        (model("gpt-4o"), "openai"),
        (model("claude-sonnet-4"), "anthropic"),
        (model("azure/mine", custom_llm_provider="azure_ai"), "azure_ai"),
        (model("vertex_ai/gemini-2.5-pro"), "vertex_ai"),
        (model("openrouter/openai/gpt-4o"), "openrouter"),
    ],
)
def test_the_provider_is_the_one_that_is_named_or_known_by_the_name(declared: dict[str, Any], provider: str) -> None:
    assert providers(declared) == [provider]


def test_each_provider_is_tried_once_with_a_model_that_can_be_asked() -> None:
    image = model("openai/gpt-image-1")
    image["model_info"]["mode"] = "image_generation"
    found = provider_trial.trials(config(image, model("openai/gpt-4o"), model("openai/gpt-5"), model("no provider at all")))
    assert [(one.provider, one.model) for one in found] == [("openai", "openai/gpt-4o")]


def test_a_model_with_a_star_is_asked_by_some_name() -> None:
    (trial,) = provider_trial.trials(config(model("anthropic/*")))
    assert (trial.model, trial.parameters["model"]) == ("anthropic/*", "anthropic/rehearsal")


def test_what_is_no_list_of_models_is_none() -> None:
    assert provider_trial.trials({"model_list": [None, 1, {"litellm_params": "x"}, {}]}) == []


def test_models_are_added_at_the_stand_in_without_any_key_of_theirs() -> None:
    text = json.dumps(config(model("azure/mine", azure_ad_token="os.environ/SECRET", api_base="https://real"), model("bedrock/claude")))
    made = configuration.load(provider_trial.with_trials(Content(text, {}), 4711).config)
    assert isinstance(made, dict)
    before, added = made["model_list"][:2], made["model_list"][2:]
    assert before == json.loads(text)["model_list"]
    assert [one["model_name"] for one in added] == ["litellm-gitops-rehearsal-azure", "litellm-gitops-rehearsal-bedrock"]
    assert added[0]["litellm_params"] == {
        "model": "azure/mine", "api_version": "2024-10-21", "api_base": "http://127.0.0.1:4711/azure", "api_key": "sk-rehearsal",
    }  # fmt: skip
    assert "SECRET" not in json.dumps(added)
    assert made["litellm_settings"] == {"cache": True}


# One for all: to end a server takes half a second.
@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[str, str, str], tuple[int, Any]]]:
    with pytest.MonkeyPatch.context() as patched, contextlib.ExitStack() as started:
        patched.setattr(scratch, "inside", lambda work: work())
        port = started.enter_context(stand_in.running())

        def request(method: str, path: str, body: str) -> tuple[int, Any]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request(method, path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            found = answer.status, json.loads(answer.read())
            connection.close()
            return found

        yield request


@pytest.mark.parametrize(
    "path",
    [
        "/openai/chat/completions", "/azure/openai/deployments/x/chat/completions?api-version=1", "/anthropic/v1/messages",
        "/gemini/models/x:generateContent?key=1", "/bedrock/model/x/converse", "/ollama/api/chat", "/ollama/api/generate",
    ],
)  # fmt: skip
def test_the_stand_in_says_its_sentence_in_each_wire_format(ask: Callable[[str, str, str], tuple[int, Any]], path: str) -> None:
    status, document = ask("POST", path, '{"model": "x"}')
    assert status == 200
    assert stand_in.SAID in json.dumps(document)


def test_the_stand_in_refuses_what_it_does_not_know(ask: Callable[[str, str, str], tuple[int, Any]]) -> None:
    assert ask("POST", "/openai/responses", "{}")[0] == 404
    assert ask("POST", "/openai/chat/completions", "no json")[0] == 404


class Answers:
    """LiteLLM's API as far as it is asked here."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def post(self, path: str, body: Any, key: str) -> Any:
        del path, body, key
        if isinstance(self.answer, ApiError):
            raise self.answer
        return self.answer


def tried(answer: Any, *models: dict[str, Any]) -> list[Any]:
    return [one["ok"] for one in provider_trial.ask(Answers(answer), "key", config(*models))]  # type: ignore[arg-type]


def test_only_the_stand_ins_own_sentence_with_its_tokens_counts_as_served() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 5}
    right = {"choices": [{"message": {"content": stand_in.SAID}}], "usage": usage}
    assert tried(right, model("openai/gpt-4o")) == [True]
    assert tried(right | {"choices": [{"message": {"content": "mock"}}]}, model("openai/gpt-4o")) == [False]
    assert tried({"choices": []}, model("openai/gpt-4o")) == [False]
    assert tried(ApiError("POST", 500, "broken"), model("openai/gpt-4o"), model("vertex_ai/x")) == [False, None]
