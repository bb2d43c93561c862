"""Finishes or undoes a rollout that was cut short, and does nothing else."""

from typing import Any

from agent.base import lease
from agent.rollout import rollout


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Input: {run}. Answers {outcome: none|finished|undone, release?}."""
    lease.require(given["run"])
    return rollout.settle() or {"outcome": "none"}
