from collections.abc import Callable

import pytest
from refusals import refuses

from agent.base import machine

System = Callable[[str, str], None]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    """Makes the host one with this system."""

    def runs(name: str, version: str) -> None:
        monkeypatch.setattr(machine, "os_release", lambda: {"ID": name, "VERSION_ID": version, "PRETTY_NAME": "This OS"})

    return runs


@pytest.mark.parametrize(("name", "version"), [("debian", "13"), ("ubuntu", "24.04"), ("ubuntu", "26.04")])
def test_system_is_supported(name: str, version: str, system: System) -> None:
    system(name, version)
    machine.require_supported()


@pytest.mark.parametrize(("name", "version"), [("debian", "12"), ("ubuntu", "22.04"), ("fedora", "44")])
def test_system_whose_podman_is_too_old_is_refused(name: str, version: str, system: System) -> None:
    system(name, version)
    with refuses("unsupported-system", "podman"):
        machine.require_supported()
