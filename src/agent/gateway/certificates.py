"""Certificates that Caddy got and made, put back from a backup: authorities issue only a few of the same name in a week.

Caddy's account owns the folder and may swap any name in it for a link, so root neither reads by name there nor writes: files go in by
that account, from a stream.
"""

import io
import os
import ssl
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from agent.base import nofollow
from agent.base.clock import now
from agent.base.events import note
from agent.base.process import ENVIRONMENT, CommandFailed, run
from agent.base.refusal import Refused

HOME = Path("/var/lib/caddy")
DATA = HOME / ".local/share/caddy"
# What is backed up of it. The rest are locks and what Caddy makes on its own.
TREES = tuple(DATA / name for name in ("acme", "certificates", "pki"))
# Caddy's own authority, and what it signed.
AUTHORITY = "pki/authorities/local"
LOCAL = "certificates/local"
LARGEST = 1024**2


def put_back(machine: Path) -> str:
    """Puts back what is missing on this host, from the machine's files of a backup; answers what that was.

    A certificate of this host that is still valid stays. Its own authority stays only when it is the older one: people trust the one
    that was there before the host was lost.
    """
    source = machine / DATA.relative_to("/")
    chosen = [*_certificates(source), *_accounts(source)]
    if _is_older(source):
        nofollow.remove_tree(DATA / "pki")
        nofollow.remove_tree(DATA / LOCAL)
        chosen += [source / "pki"]
    names = [str(one.relative_to(source)) for one in chosen]
    if not names:
        return "this host has its own"
    try:
        _write(source, chosen)
        run("systemctl", "reload", "caddy.service", timeout=120)
    except CommandFailed as failed:
        note("certificates", f"Not put back, so Caddy asks for new ones: {failed}")
        return "none put back"
    return f"{', '.join(names)} put back"


def _certificates(source: Path) -> Iterator[Path]:
    for folder in sorted(source.glob("certificates/*/*")):
        if folder.is_relative_to(source / LOCAL):
            continue
        name = f"{folder.name}.crt"
        if _until(_text(folder / name)) > now().timestamp() >= _until(_text(DATA / folder.relative_to(source) / name)):
            yield folder


def _accounts(source: Path) -> Iterator[Path]:
    yield from (folder for folder in sorted(source.glob("acme/*")) if not os.path.lexists(DATA / folder.relative_to(source)))


def _is_older(source: Path) -> bool:
    """Whether the backup has an authority, and this host a younger one or none."""
    then, here = (_time(_text(place / AUTHORITY / "root.crt"), "start") for place in (source, DATA))
    return then is not None and (here is None or here > then)


def _until(pem: str) -> float:
    return _time(pem, "end") or 0


def _time(pem: str, which: str) -> float | None:
    """The `start` or `end` of a certificate, None where the text is none."""
    try:
        return ssl.cert_time_to_seconds(run("openssl", "x509", "-noout", f"-{which}date", stdin=pem).strip().partition("=")[2])
    except (CommandFailed, ValueError):
        return None


def _text(path: Path) -> str:
    """What the file holds, empty where there is none; a link in its place is none."""
    try:
        with nofollow.reading(path) as file:
            return file.read(LARGEST).decode(errors="replace")
    except (OSError, Refused):
        return ""


def _write(source: Path, chosen: list[Path]) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for top in chosen:
            for path in (top, *sorted(top.rglob("*"))):
                about = tarfile.TarInfo(str(DATA.relative_to(HOME) / path.relative_to(source)))
                if path.is_symlink():
                    continue
                if path.is_dir():
                    about.type, about.mode = tarfile.DIRTYPE, 0o700
                    archive.addfile(about)
                elif path.is_file():
                    about.mode, about.size = 0o600, path.stat().st_size
                    with open(path, "rb") as file:
                        archive.addfile(about, file)
    argv = ("runuser", "-u", "caddy", "--", "tar", "--extract", "--no-same-owner", "--preserve-permissions", f"--directory={HOME}")
    done = subprocess.run(argv, input=stream.getvalue(), capture_output=True, env=ENVIRONMENT, timeout=120, check=False)
    if done.returncode != 0:
        raise CommandFailed(argv, f"exited {done.returncode}", done.stderr.decode(errors="replace"), done.returncode)
