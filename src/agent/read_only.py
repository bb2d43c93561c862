"""The observing program for a caller who is not trusted: what is asked is bounded and checked before anything looks at it."""

import contextlib
import re
import traceback
from collections.abc import Callable
from typing import Any

from agent import contract, doctor, observe, report
from agent.base import keys, pause, redaction
from agent.base.refusal import Refused

Document = dict[str, Any]

FIELDS = frozenset(contract.QUESTION_FIELDS)
# Asked by some alone: a plan of the same version asks what it always did.
MORE = {"doctor", "report", "entities"}
PACKAGE, UNIT, IMAGE, MODE, OWNER, SHA256 = map(
    re.compile, (contract.PACKAGE, contract.UNIT, contract.IMAGE, contract.MODE, contract.OWNER, contract.SHA256)
)


def main(given: Document) -> Document:
    """Input: {asked: what came from the caller, paths: the files that deploy placed}. Answers what `observe`, `doctor` or `report` does."""
    asked = checked(given["asked"])
    # Whether some other file has a certain content is nobody's business: it is as rendered, or it is not ours.
    foreign = sorted(asked["files"].keys() - set(given["paths"]))
    request = asked | {"files": {path: want for path, want in asked["files"].items() if path not in foreign}}
    question = "report" if asked.get("report") else "doctor" if asked.get("doctor") else None
    program = {"report": report, "doctor": doctor, None: observe}[question]
    try:
        with pause.after(question) if question else contextlib.nullcontext():
            answer = program.main(request)
    except Refused:
        raise
    except Exception as failure:  # noqa: BLE001 - answered without its text
        # The text of an exception may quote what it worked on.
        where = traceback.extract_tb(failure.__traceback__)[-1]
        raise Refused(
            "bug", f"{type(failure).__name__} in {where.filename}:{where.lineno}; run `plan` with the write key for details."
        ) from None
    seen = answer if program is observe else answer.get("observation", {}).get("value")
    if seen is not None:
        seen["differs"]["files"] = sorted([*seen["differs"]["files"], *foreign])
    clean: Document = without(answer, [keys.read(path) for path in keys.MAKERS if path.exists()])
    return clean


def checked(asked: Any) -> Document:
    """The request with every field as `observe` wants it. Refuses all else, and reveals nothing about the host by that."""
    if not isinstance(asked, dict) or asked.keys() - MORE != FIELDS:
        raise Refused("request", f"A request has the fields {', '.join(sorted(FIELDS))}.")
    files = asked["files"]
    if not isinstance(files, dict) or len(files) > contract.MOST_FILES or not all(map(_is_file, files.items())):
        raise Refused("request", f"files takes at most {contract.MOST_FILES} of {{path: {{sha256, mode, owner}}}}.")
    _names(asked, "packages", PACKAGE)
    _names(asked, "units", UNIT)
    if asked["image"] is not None and not _fits(IMAGE, asked["image"]):
        raise Refused("request", "image takes null or registry/repository@sha256:….")
    if not isinstance(asked["gateway"], bool) or not isinstance(asked.get("doctor", False), bool):
        raise Refused("request", "gateway and doctor take true or false.")
    if asked.get("report") is not None:
        report.checked(asked["report"])
    _kinds(asked.get("entities", []))
    owners = asked["budgets"]
    if not isinstance(owners, dict) or not all(isinstance(ids, list) for ids in owners.values()):
        raise Refused("request", "budgets takes lists of ids by subject.")
    if sum(map(len, owners.values())) > contract.MOST_OWNERS or not all(_is_owner(owner) for ids in owners.values() for owner in ids):
        raise Refused("request", f"budgets takes at most {contract.MOST_OWNERS} ids of at most {contract.MOST_ID} characters.")
    models = asked["prices"]
    if not isinstance(models, list) or len(models) > contract.MOST_MODELS or not all(map(_is_id, models)):
        raise Refused("request", f"prices takes at most {contract.MOST_MODELS} names of models.")
    # Comparing values would answer guesses: one bit for each, as often as somebody asks.
    if asked["secrets"] != {}:
        raise Refused("request", "This key compares no values of secrets; leave secrets empty.")
    return asked


def _kinds(kinds: Any) -> None:
    if not isinstance(kinds, list) or not all(kind in contract.ENTITY_NAMES for kind in kinds):
        raise Refused("request", f"entities takes a list of {', '.join(contract.ENTITY_NAMES)}.")


def _names(asked: Document, field: str, form: re.Pattern[str]) -> None:
    names = asked[field]
    if not isinstance(names, list) or len(names) > contract.MOST_NAMES or not all(_fits(form, name) for name in names):
        raise Refused("request", f"{field} takes a list of at most {contract.MOST_NAMES} names.")


def _is_file(entry: tuple[Any, Any]) -> bool:
    path, want = entry
    return (
        isinstance(want, dict)
        and want.keys() == {"sha256", "mode", "owner"}
        and len(path) <= contract.MOST_PATH
        and all(_fits(form, want[name]) for name, form in (("sha256", SHA256), ("mode", MODE), ("owner", OWNER)))
    )


def _is_owner(owner: Any) -> bool:
    return _is_id(owner) or (isinstance(owner, list) and len(owner) == 2 and all(map(_is_id, owner)))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= contract.MOST_ID and "\0" not in value


def _fits(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def without(document: Any, values: list[str]) -> Any:
    """A last net: none of the host's own keys leaves it, whichever field somebody wrote it into."""
    return _replace(document, redaction.redactor(values))


def _replace(node: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(node, dict):
        return {clean(key): _replace(value, clean) for key, value in node.items()}
    if isinstance(node, list):
        return [_replace(item, clean) for item in node]
    return clean(node) if isinstance(node, str) else node
