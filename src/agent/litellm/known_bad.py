"""LiteLLM's versions that nobody should run, with the reason: {version: reason}."""

from agent import contract

VERSIONS: dict[str, str] = contract.KNOWN_BAD_LITELLM
