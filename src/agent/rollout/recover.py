"""Finishes or undoes a rollout that was cut short, and does nothing else."""

from typing import TYPE_CHECKING

from agent.base import lease
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, RecoverQuestion


def main(given: "RecoverQuestion") -> "RecoverAnswer":
    """Input: {run}. Answers {outcome: none|finished|undone, release?}."""
    lease.require(given["run"])
    return rollout.settle() or {"outcome": "none"}
