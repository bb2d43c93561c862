import pytest

from agent.facts import providers


def model(name: str, target: str, base: str, **more: str) -> dict[str, object]:
    return {"model_name": name, "litellm_params": {"model": target, "api_base": base, **more}}


def test_ollama_is_asked_for_its_models_and_says_which_it_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {"models": [{"name": "llama2:latest"}, {"name": "qwen:7b"}]}
    monkeypatch.setattr(providers, "_ask", lambda address: (True, tags))
    models = [
        model("a", "ollama/llama2", "http://o:1/"),
        model("b", "ollama_chat/qwen:7b", "os.environ/BASE"),
        model("c", "ollama/llama3", "http://o:1"),
        model("d", "openai/gpt-4", "http://keyed:1", api_key="os.environ/KEY"),
        model("e", "openai/gpt-4", "http://user:password@o:1"),
    ]
    assert providers._addresses({"model_list": models}, {"BASE": "http://o:1"}) == [
        {"address": "http://o:1", "models": ["a", "b", "c"], "answers": True, "absent": ["llama3"]}
    ]
