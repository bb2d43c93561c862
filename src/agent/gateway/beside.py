"""What a release has beside its config.yaml: Python that LiteLLM imports, prompts, certificates and other texts that people wrote.

To all programs here they are bytes. What is code among them runs in LiteLLM's container and nowhere else; the folder is mounted there
read-only, as the one that config.yaml is in.
"""

import hashlib
import os
import re
import stat
from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.refusal import Refused

FOLDER = "beside"
# An empty file in the folder, over which the configuration itself is mounted.
PLACE = "config.yaml"
MOUNTED = f"/{FOLDER}:{contract.ETC}:ro"

# By path from the folder.
Files = dict[str, bytes]


def given(texts: dict[str, str] | None) -> Files:
    """Those of a question, checked again here: the caller alone does not decide what root writes."""
    files = {path: text.encode() for path, text in (texts or {}).items()}
    for path, content in files.items():
        if not re.fullmatch(contract.BESIDE_PATH, path) or path == PLACE:
            raise Refused("beside", f"{path!r} cannot be the path of a file beside the configuration.")
        if len(content) > contract.MOST_BESIDE_BYTES:
            raise Refused("beside", f"{path} has {len(content)} bytes; {contract.MOST_BESIDE_BYTES} are taken.")
    total = sum(map(len, files.values()))
    if len(files) > contract.MOST_BESIDE or total > contract.MOST_BESIDE_TOTAL:
        most = f"{contract.MOST_BESIDE} files and {contract.MOST_BESIDE_TOTAL} bytes"
        raise Refused("beside", f"{len(files)} files with {total} bytes beside the configuration; {most} are taken.")
    return files


def write(release: Path, files: Files) -> None:
    """Makes the folder in that of a release that nothing runs yet."""
    folder = release / FOLDER
    durable.folder(folder, 0o755)
    durable.write(folder / PLACE, b"", 0o644)
    for path, content in files.items():
        # Also those in between: anybody may be whom the container runs as.
        for above in reversed(Path(path).parents[:-1]):
            durable.folder(folder / above, 0o755)
        durable.write(folder / path, content, 0o644)


def read(release: Path) -> Files:
    """The files of a release; none where an earlier version wrote it."""
    return {path: file.read_bytes() for path, file in _found(release).items()}


def hashes(release: Path) -> dict[str, str]:
    """SHA-256 by path, of the files as they are now."""
    return {path: _hash(file) for path, file in _found(release).items()}


def hashes_of(files: Files) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}


def require_mounted() -> None:
    """Refuses on a host whose units are those of an earlier version: its containers would not see the files."""
    unit = Path(contract.QUADLET)
    if not unit.exists() or MOUNTED not in unit.read_text():
        raise Refused(
            "deploy-first",
            "The units on this host are of an earlier version and show LiteLLM no files beside its configuration. Run deploy.",
        )


def complete(releases: Path) -> None:
    """Gives each release of an earlier version the folder that the units mount, before those units are placed."""
    for release in releases.iterdir() if releases.is_dir() else ():
        if not release.name.startswith(".") and not (release / FOLDER / PLACE).exists():
            write(release, {})


def _found(release: Path) -> dict[str, Path]:
    folder = release / FOLDER
    files = [Path(root) / name for root, _, names in os.walk(folder) for name in names]
    named = {str(file.relative_to(folder)): file for file in sorted(files) if stat.S_ISREG(file.lstat().st_mode)}
    named.pop(PLACE, None)
    return named


def _hash(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
