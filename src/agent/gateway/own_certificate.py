"""A certificate of the user's for the domain: its values come with the step, and Caddy reads both from one file.

The values are kept as they were given, in a file that root alone reads, so that a plan can tell whether they differ.
"""

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.base import durable, units
from agent.base.paths import CERTIFICATE_VALUES, RUNTIME
from agent.base.process import run
from agent.base.refusal import Refused
from agent.system import managed_files

if TYPE_CHECKING:
    from agent.contract_types import ManagedFile

SETTINGS = Path(contract.CERTIFICATE_SETTINGS)
BUNDLE = Path(contract.CERTIFICATE)
CADDYFILE = Path(contract.CADDYFILE)
CADDY = "caddy.service"
OWNER = "root:caddy"

Settings = dict[str, str] | None


def declared(files: "Mapping[str, ManagedFile]") -> Settings:
    """That of a deploy which has placed nothing yet."""
    file = files.get(str(SETTINGS))
    return json.loads(file["content"]) if file else None


def stored_values() -> dict[str, str]:
    """As they were given, by their names."""
    return durable.read_json(CERTIFICATE_VALUES) or {}


def take_values(given: dict[str, str]) -> dict[str, str]:
    """Brings what was given of the certificate of the last deploy, drops one that is declared no more, and answers the rest for LiteLLM."""
    settings = durable.read_json(SETTINGS)
    bring(given, settings)
    if settings is None and not _is_named():
        durable.remove(BUNDLE)
        durable.remove(CERTIFICATE_VALUES)
    names = set((settings or {}).values())
    return {name: value for name, value in given.items() if name not in names}


def bring(given: dict[str, str], settings: Settings) -> list[str]:
    """Places the certificate and has Caddy serve it, where it is another one. Answers what was done."""
    if settings is None:
        return []
    before = stored_values()
    values = {name: (before | given).get(name, "") for name in settings.values()}
    absent = sorted(name for name, value in values.items() if not value)
    if absent:
        raise Refused(
            "certificate", f"The certificate of the domain needs {', '.join(absent)}, which this host never got. Pass it to the step."
        )
    bundle = f"{values[settings['certFrom']].strip()}\n{values[settings['keyFrom']].strip()}\n"
    if values == before and BUNDLE.exists():
        return []
    _require_pair(bundle)
    want: ManagedFile = {"content": bundle, "mode": "0640", "owner": OWNER}
    managed_files.place({str(BUNDLE): want})
    if _is_named() and units.is_active(CADDY):
        run("systemctl", "reload", CADDY, timeout=120)
    # Last: who dies before it does all of it again.
    durable.write_json(CERTIFICATE_VALUES, values)
    return ["certificate of the domain placed"]


def _is_named() -> bool:
    """Whether the configuration that Caddy starts from names the file."""
    try:
        return str(BUNDLE) in CADDYFILE.read_text()
    except OSError:
        return False


def _require_pair(bundle: str) -> None:
    """Refuses what Caddy would not start with."""
    candidate = RUNTIME / "certificate.candidate"
    durable.folder(RUNTIME, 0o755)
    durable.write(candidate, bundle.encode())
    try:
        # An empty password rather than a question for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(candidate, password="")
    except (ssl.SSLError, OSError, ValueError) as failure:
        reason = failure.reason if isinstance(failure, ssl.SSLError) and failure.reason else type(failure).__name__
        raise Refused(
            "certificate",
            f"The declared certificate and key cannot be used ({reason}). Give both in PEM, the certificate of the domain first, the key "
            "without a passphrase. The one before stays.",
        ) from None
    finally:
        durable.remove(candidate)
