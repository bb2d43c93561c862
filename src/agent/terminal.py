"""The same programs for people and timers on the host: what happens is printed in lines, and nothing of it needs GitHub."""

import argparse
import sys
from typing import Any

from agent import contract
from agent.base import events, job_unit
from agent.base.refusal import Refused


def main(given: dict[str, Any]) -> Any:
    """Input: {argv}. Exits 0 when it went well, 1 when it did not."""
    events.write_to(_print)
    asked = _parser().parse_args(given["argv"])
    request: dict[str, Any] = {"run": "on the host", "kind": "scheduled" if asked.scheduled else "manual"}
    request |= {name: value for name, value in vars(asked).items() if name not in ("command", "scheduled") and value is not None}
    try:
        result = job_unit.main({"program": asked.command, "input": request})
    except Refused as refused:
        # On the first day the time of the proof may come before that of the backup. That no backup is ever taken, doctor finds.
        if not (asked.scheduled and asked.command == "verify" and refused.code == "no-backup"):
            raise
        print("There is no backup to prove yet.", flush=True)
        return None
    if isinstance(result, dict) and result.get("ok") is False:
        raise Refused("not-proven", result["reason"])
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="litellm-gitops", description="Backups of this gateway, without GitHub.")
    commands = parser.add_subparsers(dest="command", required=True)
    about = {
        "backup": "take a backup now",
        "backups": "list the backups",
        "verify": "restore the newest backup into a scratch place and prove its content",
        "restore": "bring back a backup; without --confirm only say what would happen",
    }
    for name, text in about.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("--scheduled", action="store_true", help=argparse.SUPPRESS)
        if name in ("verify", "restore"):
            command.add_argument("--backup", help="latest, an id or a time; latest when left out")
        if name == "restore":
            command.add_argument("--scope", choices=contract.SCOPES)
            command.add_argument("--confirm", help="the gateway's domain")
            command.add_argument("--undo", action="store_true", default=None, help="put back what the last restore replaced")
    return parser


def _print(document: dict[str, Any]) -> None:
    if document.get("event") == "note":
        print(f"  {document['name']}: {document['detail']}", flush=True)
    elif document.get("event") == "step" and document["state"] != "start":
        mark = "✓" if document["state"] == "done" else "✗"
        detail = f": {document['detail']}" if document.get("detail") else ""
        print(f"  {mark} {document['name']} ({document['seconds']:.1f} s){detail}", flush=True)
    elif "error" in document:
        print("\n".join([document["error"]["message"], *document["error"]["log"]]), file=sys.stderr, flush=True)
    elif document.get("result"):
        for name, value in document["result"].items():
            _print_value(name, value)


def _print_value(name: str, value: Any) -> None:
    """One line for a value, one for each entry of a list; what is null is not worth one."""
    if isinstance(value, list):
        for entry in value:
            text = "  ".join(str(part) for part in entry.values()) if isinstance(entry, dict) else entry
            print(f"{name}: {text}", flush=True)
    elif isinstance(value, dict):
        for part, count in value.items():
            print(f"{name}: {part}: {' → '.join(map(str, count)) if isinstance(count, list) else count}", flush=True)
    elif value is not None:
        print(f"{name}: {value}", flush=True)
