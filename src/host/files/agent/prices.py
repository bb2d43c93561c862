"""What models cost, by the list of the LiteLLM that serves: it lies in the container's own file system."""

import json
from pathlib import Path
from typing import Any

from agent import worker_processes

Document = dict[str, Any]

LIST = "site-packages/litellm/model_prices_and_context_window_backup.json"
FIELDS = ("input_cost_per_token", "output_cost_per_token", "mode", "deprecation_date")


def known(port: int) -> Document | None:
    """LiteLLM's own list, or None when it cannot be read: that nobody knows a price is something else."""
    file = _file(port)
    if file is None:
        return None
    with file.open(encoding="utf-8") as text:
        return json.load(text)


def of(listed: Document | None, targets: list[str]) -> dict[str, Document | None] | None:
    """For each `litellm_params.model`: {input_cost_per_token?, output_cost_per_token?, mode?, deprecation_date?}, None when the list
    lacks it; None for all without a list.
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


def _file(port: int) -> Path | None:
    for pid in worker_processes.workers(port):
        root = Path(f"/proc/{pid}/root")
        try:
            python = Path((Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0", 1)[0]).decode())
        except OSError:
            continue
        # Its own environment first; a system-wide one is what is left.
        for prefix in (python.parent.parent, Path("/usr/local"), Path("/usr"), Path("/app/.venv")):
            for found in (root / prefix.relative_to("/") / "lib").glob(f"python3*/{LIST}") if prefix.is_absolute() else ():
                return found
    return None
