"""Which key opens what an old database holds encrypted, and in which role; nothing is believed that was not tried.

LiteLLM encrypts with its salt key, or with its master key where it has none. So a database may hold values of several keys: a salt key
that came later, or a master key that was changed. Those that the gateway's own key does not open are dead there, and are sealed again
with it in the copy, when one of the other keys opens them.
"""

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import agent
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session, identifier
from agent.gateway import stored_secrets
from agent.litellm import confined

if TYPE_CHECKING:
    from agent.contract_types import OldKeyRole, OldSecrets

CONTAINER = "litellm-old-keys"
# LiteLLM asks for the prefix; what people wrote from its documentation is everybody's.
PREFIX = "sk-"
SHORTEST_MASTER = 16
NAMES = {"salt": "OLD_SALT_KEY", "master": "OLD_MASTER_KEY", "before": "OLD_MASTER_KEY_BEFORE"}

By = dict[postgres.Column, stored_secrets.Found]


@dataclasses.dataclass(frozen=True)
class OldKeys:
    """As the old gateway had them; empty where it had none."""

    salt: str = dataclasses.field(default="", repr=False)
    master: str = dataclasses.field(default="", repr=False)
    before: str = dataclasses.field(default="", repr=False)

    def named(self) -> dict[str, str]:
        return {name: value for name in NAMES if (value := str(getattr(self, name)))}


@dataclasses.dataclass(frozen=True)
class Tried:
    """What came of trying the keys."""

    # Values that are encrypted, and how many of them each key opens.
    total: int
    opened: dict[str, int]
    # The key that all are sealed with in the copy, None where none is needed; and what it is of the old gateway.
    key: str | None = dataclasses.field(repr=False)
    role: "OldKeyRole"
    # Those that this key does not open and another one does, by column.
    strange: dict[postgres.Column, list[str]] = dataclasses.field(repr=False)
    # Those that none opens: table and number.
    dead: list[tuple[str, int]]
    # Texts that look as if they were encrypted, and that none opens.
    unsure: int

    def document(self) -> "OldSecrets":
        """What people may know of it: nothing of a key is in it."""
        return {
            "total": self.total,
            "opened": {NAMES[name]: count for name, count in self.opened.items()},
            "role": self.role,
            "again": sum(len(values) for values in self.strange.values()),
            "unsure": self.unsure,
            "dead": [{"table": table, "count": count} for table, count in self.dead],
        }

    def require_readable(self) -> None:
        if self.unsure and not self.opened:
            raise Refused(
                "old-key",
                f"{self.unsure} texts in the old database look encrypted, and no key was given to try. Give LITELLM_SALT_KEY of the old "
                "gateway as OLD_SALT_KEY if it has one, else its master key as OLD_MASTER_KEY. Nothing was taken over.",
            )
        if not self.dead:
            return
        count = sum(number for _, number in self.dead)
        places = ", ".join(f"{number} in {table}" for table, number in self.dead)
        tried = ", ".join(NAMES[name] for name in self.opened) or "none was given"
        raise Refused(
            "old-key",
            f"{count} of {self.total} values that the old database holds encrypted open with none of the keys (tried: {tried}): {places}. "
            "Give the keys that the old gateway runs with: LITELLM_SALT_KEY as OLD_SALT_KEY if it has one, its master key as "
            "OLD_MASTER_KEY, one that it had before as OLD_MASTER_KEY_BEFORE. What even the old gateway cannot read can be deleted there. "
            "Nothing was taken over.",
        )


def attempt(asked: Session, given: OldKeys, image: str) -> Tried:
    """Tries every key on every value, with the libraries of LiteLLM's image."""
    found = stored_secrets.by_column(asked)
    sure = [(column, value) for column, values in found.items() for value in values.sure]
    places = [*sure, *((column, value) for column, values in found.items() for value in values.perhaps)]
    values = [value for _, value in places]
    opened = {name: stored_secrets.opened(key, values, image, CONTAINER) for name, key in given.named().items()}
    return judge(places, len(sure), opened, given)


def judge(places: list[tuple[postgres.Column, str]], sure: int, opened: dict[str, list[bool]], given: OldKeys) -> Tried:
    """Pure: what follows from which key opened which value. The first `sure` of them are encrypted, of the rest those that open."""
    keys = given.named()
    counts = {name: sum(answers) for name, answers in opened.items()}
    # The gateway's own comes first; one that opens more is the one that it ran with.
    name = max(keys, key=lambda one: (counts[one], -list(NAMES).index(one)), default=None)
    strange: dict[postgres.Column, list[str]] = {}
    dead: dict[str, int] = {}
    unsure = 0
    for number, (column, value) in enumerate(places):
        if name is not None and opened[name][number]:
            continue
        if any(answers[number] for answers in opened.values()):
            strange.setdefault(column, []).append(value)
        elif number >= sure:
            unsure += 1
        else:
            dead[column[0]] = dead.get(column[0], 0) + 1
    role: OldKeyRole = "none" if name is None else "salted" if name == "salt" else "unsalted" if name == "master" else "before"
    key = None if name is None else keys[name]
    return Tried(len(places) - unsure, counts, key, role, strange, sorted(dead.items()), unsure)


def seal_again(asked: Session, tried: Tried, given: OldKeys, image: str) -> int:
    """Seals in the copy what another key opens with the one of the rest. Answers how many values that were."""
    count = 0
    for (table, name), values in tried.strange.items():
        kind = asked.one(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attname = %(name)s",
            {"table": f"public.{identifier(table)}", "name": name},
        )
        column = identifier(name)
        for old, new in zip(values, _resealed(values, tried, given, image), strict=True):
            # The text of a sealed value is nowhere by chance.
            asked.rows(
                f"UPDATE public.{identifier(table)} SET {column} = replace({column}::text, %(old)s, %(new)s)::{kind} "
                f"WHERE strpos({column}::text, %(old)s) > 0",
                {"old": old, "new": new},
            )
            count += 1
    return count


def _resealed(values: list[str], tried: Tried, given: OldKeys, image: str) -> list[str]:
    question = json.dumps({"keys": list(given.named().values()), "key": tried.key, "values": values})
    try:
        said = confined.run_python(image, agent.SOURCES["litellm.in_image.seal_boxes"], question, name=CONTAINER, timeout=120)
        answer: Any = json.loads(said.strip().splitlines()[-1])
        if not isinstance(answer, list) or len(answer) != len(values) or not all(isinstance(one, str) and one for one in answer):
            raise ValueError("not a sealed text for each value")
        return answer
    except (CommandFailed, ValueError, IndexError) as failure:
        log = failure.output if isinstance(failure, CommandFailed) else []
        raise Refused("decrypt", "The stored credentials could not be sealed again with LiteLLM's own libraries.", log) from None


def usable_master(master: str) -> bool:
    """Whether the new gateway can go on with it."""
    return master.startswith(PREFIX) and len(master) >= SHORTEST_MASTER and "\n" not in master
