"""Answers the master key, to the runner's API client only; it never stands in an argument or a log."""

from typing import Any

from agent.base import keys
from agent.base.paths import MASTER_KEY


def main(given: dict[str, Any]) -> dict[str, str]:
    del given
    return {"masterKey": keys.read(MASTER_KEY)}
