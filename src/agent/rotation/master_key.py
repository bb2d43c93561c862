"""Answers the master key, to the runner's API client only; it is never in an argument or a log."""

from typing import TYPE_CHECKING

from agent.base import keys
from agent.base.paths import MASTER_KEY

if TYPE_CHECKING:
    from agent.contract_types import MasterKeyAnswer, MasterKeyQuestion


def main(given: "MasterKeyQuestion") -> "MasterKeyAnswer":
    del given
    return {"masterKey": keys.read(MASTER_KEY)}
