"""What `environment_variables` of a configuration put into the environment of LiteLLM's process, from its first moment on.

LiteLLM reads that section when it has loaded, and many of its constants before (L#22088): such as MAX_STRING_LENGTH_PROMPT_IN_DB of
`litellm/constants.py`. Some it takes from the environment alone, such as LITELLM_ENABLE_MCP_STDIO and NO_PROXY. All others it sets once
more itself, to the same values.
"""

import re
from collections.abc import Mapping

from agent import contract
from agent.litellm import configuration

SECTION = "environment_variables"
NAME = re.compile(contract.VARIABLE)
# Those of the process and the host; the runner refuses to declare them, and here nobody is trusted with them.
OWNED = re.compile(
    f"{contract.PROCESS_VARIABLE}|{contract.LEADING_VARIABLE}|{'|'.join(contract.HOST_OWNED)}",
    re.IGNORECASE,
)
REFERENCE = contract.REFERENCE_PREFIX


def declared(config: str) -> dict[str, str]:
    """The variables that a configuration sets, references among the values as they are written."""
    # To read a thousand models for a word that is not there would take a tenth of a second.
    if SECTION not in config:
        return {}
    document = configuration.load(config)
    section = document.get(SECTION) if isinstance(document, dict) else None
    pairs = section.items() if isinstance(section, dict) else ()
    return {str(name): str(value) for name, value in pairs if _may_be_set(str(name)) and _is_one_line(str(value))}


def own(config: str) -> list[str]:
    """The names among them that have their value from the configuration, and not from the step under the same name."""
    return sorted(name for name, value in declared(config).items() if value != REFERENCE + name)


def resolved(config: str, values: Mapping[str, str]) -> dict[str, str]:
    """With the values that references stand for; a reference that nobody has a value for sets nothing, as with LiteLLM."""
    found = {name: _value(value, values) for name, value in declared(config).items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(written: str, values: Mapping[str, str]) -> str | None:
    return values.get(written.removeprefix(REFERENCE)) if written.startswith(REFERENCE) else written


def _may_be_set(name: str) -> bool:
    return NAME.fullmatch(name) is not None and not OWNED.fullmatch(name)


def _is_one_line(value: str) -> bool:
    """The file of the environment keeps one line each; LiteLLM sets the others itself, later."""
    return not any(end in value for end in "\n\r\0")
