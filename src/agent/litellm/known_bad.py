"""LiteLLM's versions that nobody should run, with the reason: {version: reason}. Comes with these programs, so that those that a
timer starts know it too.
"""

import json

import agent

VERSIONS: dict[str, str] = json.loads(agent.SOURCES["known-bad.json"])
