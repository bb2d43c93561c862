"""LiteLLM's config.yaml as a document."""

from typing import Any


def load(text: str) -> Any:
    """By libyaml where it is: a thousand models take it a tenth of the time."""
    import yaml  # noqa: PLC0415 - installed by deploy, and there is no configuration before that

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
