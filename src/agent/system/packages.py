"""Packages of the distribution."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

POLICY = Path("/usr/sbin/policy-rc.d")
# Debian starts a service the moment it is installed, with defaults that are not ours (Redis without a password). This file
# holds that back, and says that it is ours so that a crash in between is cleaned up by the next run.
OUR_POLICY = "#!/bin/sh\n# litellm-gitops: services start after their configuration is placed\nexit 101\n"
OPTIONS = (
    "-o", "DPkg::Lock::Timeout=300",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "Dpkg::Options::=--force-confold",
    "-o", "Acquire::Retries=3",
)  # fmt: skip

# What no request needs: installed while LiteLLM starts.
UPKEEP = frozenset(("unattended-upgrades", "logrotate", "restic", "age", "openssh-client", "systemd-timesyncd"))


def missing(names: Sequence[str]) -> list[str]:
    """Those of `names` that are not installed, in the given order. Of "a | b" one is enough; `a` is named when none is there."""
    if not names:
        return []
    choices = {name: name.split(" | ") for name in names}
    answer = run(
        "dpkg-query",
        "-W",
        "-f",
        "${binary:Package} ${db:Status-Status}\\n",
        *(one for any_of in choices.values() for one in any_of),
        check=False,
    )
    installed = {line.split()[0].partition(":")[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [any_of[0] for any_of in choices.values() if installed.isdisjoint(any_of)]


@contextlib.contextmanager
def installing(names: Sequence[str]) -> Iterator[Callable[[Sequence[str]], None]]:
    """For installing all of `names` with what it gives, some of them at a time; what a crash left is brought to order first.

    Waits up to five minutes for another package manager to end.
    """
    with _services_held_back(names):
        run("dpkg", "--configure", "-a", "--force-confold", timeout=600)
        run("apt-get", *OPTIONS, "-q", "update", timeout=300)
        yield _install


def install_missing(names: Sequence[str]) -> list[str]:
    """Installs what is left of `names` after others were installed just now, and answers which that were."""
    absent = missing(names)
    with _services_held_back(absent):
        _install(absent)
    return absent


@contextlib.contextmanager
def _services_held_back(names: Sequence[str]) -> Iterator[None]:
    left_over = POLICY.exists() and POLICY.read_text() == OUR_POLICY
    held_back = left_over or (bool(names) and not POLICY.exists())
    try:
        if names and held_back:
            POLICY.write_text(OUR_POLICY)
            POLICY.chmod(0o755)
        yield
    except CommandFailed as failed:
        raise Refused(
            "packages",
            f"The packages {', '.join(names)} could not be installed: {failed}. See the lines below; a mirror that cannot be "
            "reached and a full disk are the usual reasons.",
            failed.output,
        ) from None
    finally:
        if held_back:
            POLICY.unlink(missing_ok=True)


def _install(names: Sequence[str]) -> None:
    """Installs the packages in one transaction."""
    if names:
        run("apt-get", *OPTIONS, "-q", "-y", "--no-install-recommends", "install", *names, timeout=1200)
