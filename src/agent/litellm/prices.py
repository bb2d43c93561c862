"""What models cost, by the list that the LiteLLM which serves was shipped with."""

import json
from typing import Any

from agent.base.process import CommandFailed
from agent.litellm import image_files

Document = dict[str, Any]

FIELDS = ("input_cost_per_token", "output_cost_per_token", "mode", "deprecation_date")


def known(image: str | None) -> Document | None:
    """LiteLLM's own list, or None when it cannot be read: that nobody knows a price is something else."""
    try:
        content = None if image is None else image_files.prices(image)
        listed = None if content is None else json.loads(content)
    except (CommandFailed, OSError, ValueError, RecursionError):
        return None
    return listed if isinstance(listed, dict) else None


def of(listed: Document | None, targets: list[str]) -> dict[str, Document | None] | None:
    """For each `litellm_params.model`: {input_cost_per_token?, output_cost_per_token?, mode?, deprecation_date?}, None when the list
    does not have it; None for all without a list.
    """
    if not targets:
        return {}
    return None if listed is None else {target: _price(listed, target) for target in targets}


def _price(listed: Document, target: str) -> Document | None:
    """LiteLLM knows a model by its whole name, or by the part behind its provider."""
    for name in (target, target.partition("/")[2]):
        found = listed.get(name)
        if isinstance(found, dict) and name != "sample_spec":
            return {field: found[field] for field in FIELDS if field in found}
    return None
