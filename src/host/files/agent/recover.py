"""Finishes or undoes a rollout that was cut short, and does nothing else."""

from typing import Any

from agent import lease, rollout


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Input: {run}. Answers {outcome: none|finished|undone, release?}."""
    lease.require(given["run"])
    return rollout.settle() or {"outcome": "none"}
