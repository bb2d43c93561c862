"""What LiteLLM keeps encrypted in its database, and whether a key opens it.

LiteLLM starts healthy with a wrong salt key: readiness says connected, nothing is logged, and stored models are gone.
So this is tried, with every stored value, before and after anything that concerns keys.
"""

import json
import re
from typing import Any

import agent
from agent.base import durable, keys
from agent.base.paths import SALT_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import release
from agent.litellm import confined
from agent.litellm.tables import USAGE

# As in litellm/proxy/db/master_key_migration.py of 1.106.2 and 1.110.2; `secret_columns` finds more.
# In the first two every text at the top level is encrypted.
ALWAYS = (("LiteLLM_ProxyModelTable", "litellm_params"), ("LiteLLM_CredentialsTable", "credential_values"))
# Each value is one encrypted text. Of 1.110, and not in that list.
WHOLE = (("LiteLLM_UserProviderCredentials", "credential_b64"),)
SOMETIMES = (
    ("LiteLLM_Config", "param_value"),
    ("LiteLLM_SSOConfig", "sso_settings"),
    ("LiteLLM_CacheConfig", "cache_settings"),
    ("LiteLLM_ConfigOverrides", "config_value"),
    ("LiteLLM_MCPServerTable", "credentials"),
    ("LiteLLM_MCPServerTable", "static_headers"),
    ("LiteLLM_MCPServerTable", "env_vars"),
    ("LiteLLM_MCPServerTable", "env"),
    ("LiteLLM_MCPServerOAuthClient", "credentials"),
    ("LiteLLM_MCPUserCredentials", "credential_b64"),
    ("LiteLLM_MCPUserEnvVars", "values_b64"),
    ("LiteLLM_SSOIdentityAssertion", "assertion_b64"),
    ("LiteLLM_SearchToolsTable", "litellm_params"),
)
# Here encrypted texts carry a mark; without one nothing in them is.
MARKED = (
    ("LiteLLM_GuardrailsTable", "litellm_params"),
    ("LiteLLM_TeamTable", "metadata"),
    ("LiteLLM_VerificationToken", "metadata"),
    ("LiteLLM_UserTable", "metadata"),
    ("LiteLLM_DeletedTeamTable", "metadata"),
    ("LiteLLM_DeletedVerificationToken", "metadata"),
)
LISTED = frozenset((*ALWAYS, *WHOLE, *SOMETIMES, *MARKED))
# What LiteLLM calls a column that holds secrets, in every table that has one so far: those of a later version are found by it.
SECRET = re.compile(
    r"_b64$|(^|_)credentials?(_values)?$|(^|_)secrets?$"
    r"|^(litellm_params|param_value|config_value|sso_settings|cache_settings|static_headers|env|env_vars)$"
)
# And where it marks what it encrypts.
NOTES = "metadata"
TABLES = (
    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
    "AND starts_with(table_name, 'LiteLLM_')"
)
MARK = "litellm_enc::"
GCM = "v2:gcm:"
# A box has 24 bytes of nonce and 16 of proof: in base64 no encrypted text is shorter.
BOX = re.compile(r"[A-Za-z0-9_+/-]{54,}={0,2}")


class Found:
    """Stored values: those that are encrypted for sure, and those that may be."""

    def __init__(self, sure: list[str], perhaps: list[str]) -> None:
        self.sure = sure
        self.perhaps = perhaps


def require_readable(key: str, what: str) -> int:
    """How many stored values `key` opens. Refuses when it does not open all that are encrypted for sure."""
    found = read()
    opened = _opened(key, found.sure + found.perhaps)
    sure = opened[: len(found.sure)]
    if not all(sure):
        raise Refused(
            "salt-key",
            f"{len(sure) - sum(sure)} of {len(sure)} stored credentials and model settings cannot be decrypted with {what}: they "
            "were encrypted with another key. Nothing was changed. Restore the right one (every backup has it), then run again.",
        )
    return sum(opened)


def encryption_key() -> tuple[str, str]:
    """The key that the next release will encrypt with, and what it is called; without a salt key that is the serving master key."""
    served = _served()
    if served.get("LITELLM_SALT_KEY") == "" or (SALT_KEY.exists() and not keys.read(SALT_KEY)):
        # For LiteLLM that is a salt key like any other.
        raise Refused(
            "salt-key", f"The salt key is empty, and LiteLLM would encrypt with the empty text. Put the right one into {SALT_KEY}."
        )
    if SALT_KEY.exists():
        return keys.read(SALT_KEY), f"the salt key in {SALT_KEY}"
    if "LITELLM_SALT_KEY" in served:
        raise Refused("key-missing", f"{SALT_KEY} is missing, but the gateway runs with a salt key. Restore the file from a backup.")
    return served["LITELLM_MASTER_KEY"], "the master key, which encrypts because this gateway has no salt key"


def give_salt_key() -> list[str]:
    """A gateway that was adopted without a salt key gets one: the text of the master key that has encrypted until now.

    Not one stored byte changes by that, so the slots before and after a rollout read the same database. From then on the master
    key encrypts nothing. Answers what was done.
    """
    served = _served()
    if SALT_KEY.exists() or not served or "LITELLM_SALT_KEY" in served:
        return []
    require_readable(*encryption_key())
    durable.write(SALT_KEY, (served["LITELLM_MASTER_KEY"] + "\n").encode())
    return [f"{SALT_KEY} made of the master key that has encrypted until now"]


def _served() -> dict[str, str]:
    serving = release.serving()
    return release.environment(serving) if serving else {}


def read() -> Found:
    """Everything that is, or may be, encrypted. Raises `CommandFailed` when the database does not answer."""
    with postgres.reading() as asked:
        return read_from(asked)


def read_from(asked: Session) -> Found:
    """As `read`, of the database that the session is on."""
    found = by_column(asked).values()
    return Found([value for one in found for value in one.sure], [value for one in found for value in one.perhaps])


def by_column(asked: Session) -> dict[postgres.Column, Found]:
    """As `read_from`, apart by where they are."""
    found: dict[postgres.Column, Found] = {}
    for column in secret_columns(postgres.columns(asked), asked.column(TABLES)):
        found[column] = Found([], [])
        for stored in asked.column(*_query(column)):
            sort(stored, column, found[column].sure, found[column].perhaps)
    return found


def secret_columns(there: set[postgres.Column], tables: list[str]) -> list[postgres.Column]:
    """Of these columns those that hold secrets, or may: the listed ones, and those of later versions that are named as such columns are.

    The log of requests and what else usage writes is left out: it is long, and LiteLLM encrypts nothing there.
    """
    kept = {table for table in tables if f'public."{table}"' not in USAGE}
    more = {(table, name) for table, name in there if table in kept and (SECRET.search(name) or name == NOTES)}
    return sorted((LISTED & there) | more)


def _has_marks(column: postgres.Column) -> bool:
    return column in MARKED or (column not in LISTED and column[1] == NOTES)


def sort(stored: Any, column: postgres.Column, sure: list[str], perhaps: list[str]) -> None:
    """Puts the texts of one stored value where they belong."""
    top = stored if isinstance(stored, dict) else {}
    certain = {value for value in top.values() if isinstance(value, str) and BOX.fullmatch(value)} if column in ALWAYS else set()
    for text in texts(stored):
        if text.startswith(MARK):
            sure.append(text.removeprefix(MARK))
        elif text.startswith(GCM) or text in certain or (column in WHOLE and BOX.fullmatch(text)):
            sure.append(text)
        elif not _has_marks(column) and BOX.fullmatch(text):
            perhaps.append(text)


def texts(node: Any) -> list[str]:
    """All texts in it, in their order. Not by recursion: PostgreSQL takes JSON that is nested deeper than Python's stack."""
    found: list[str] = []
    left = [node]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            left.extend(reversed(one.values()))
        elif isinstance(one, list):
            left.extend(reversed(one))
    return found


def _query(column: postgres.Column) -> tuple[str, dict[str, str]]:
    """The stored values as JSON, and what the statement asks with."""
    table, name = column
    only = f' AND strpos("{name}"::text, %(mark)s) > 0' if _has_marks(column) else ""
    return f'SELECT to_jsonb("{name}") FROM "{table}" WHERE "{name}" IS NOT NULL{only}', {"mark": MARK}


def _opened(key: str, values: list[str]) -> list[bool]:
    serving = release.serving()
    return opened(key, values, release.describe(serving)["image"] if serving else "", "litellm-open-boxes")


def opened(key: str, values: list[str], image: str, container: str) -> list[bool]:
    """Which of the values `key` opens, tried with LiteLLM's own libraries in a container of its image that is called `container`."""
    if not values:
        return []
    try:
        # In a container of its own, which reaches nothing: what runs in the one that serves could read the key as it comes, answer in
        # the program's place, or print without end.
        asked = json.dumps({"key": key, "values": values})
        said = confined.run_python(image, agent.SOURCES["litellm.in_image.open_boxes"], asked, name=container, timeout=120)
        answer = json.loads(said.strip().splitlines()[-1])
        if not isinstance(answer, list) or len(answer) != len(values):
            raise ValueError("not an answer for each value")
        return [value is True for value in answer]
    except (CommandFailed, ValueError, IndexError) as failure:
        log = failure.output if isinstance(failure, CommandFailed) else []
        raise Refused("decrypt", "The stored credentials could not be checked with LiteLLM's own libraries.", log) from None
