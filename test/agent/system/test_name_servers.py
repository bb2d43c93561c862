from pathlib import Path

import pytest

from agent.system import name_servers


class Host:
    def __init__(self, folder: Path, unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.resolver = folder / "resolv.conf"
        self.main, self.standby, self.jobs = (folder / f"{name}.d/x.conf" for name in ("main", "standby", "jobs"))
        monkeypatch.setattr(name_servers, "UNIT", unit)
        monkeypatch.setattr(name_servers, "RESOLVER", self.resolver)
        sections = {self.main: "Service", self.standby: "Service", self.jobs: "Slice"}
        monkeypatch.setattr(name_servers, "DROP_INS", sections)


@pytest.fixture
def host(tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Runs LiteLLM by our own unit, which denies it 169.254.0.0/16."""
    return Host(tmp_path, files / "units/litellm.container", monkeypatch)


@pytest.mark.parametrize(
    "resolver",
    [
        pytest.param("nameserver 127.0.0.53\noptions edns0\n", id="a resolver of its own"),
        pytest.param("# nameserver 169.254.169.254\nnameserver 10.0.0.2\nsearch 169.254.169.254\n", id="another machine"),
        pytest.param("nameserver 168.63.129.16\n", id="Azure, whose address for names is not denied"),
        pytest.param("", id="nobody"),
        pytest.param(None, id="no file"),
    ],
)
def test_no_denied_address_is_allowed_when_the_machine_asks_another_for_names(resolver: str | None, host: Host) -> None:
    if resolver is not None:
        host.resolver.write_text(resolver)
    assert not name_servers.allow()
    assert not host.main.exists()
    assert not host.jobs.exists()


def test_denied_address_is_allowed_while_the_machine_asks_it_for_names(host: Host) -> None:
    host.resolver.write_text("domain c.project.internal\nnameserver 169.254.169.254\n")
    for changed in (True, False):
        assert name_servers.allow() is changed
        assert host.main.read_text() == "[Service]\nIPAddressAllow=169.254.169.254\n"
        assert host.jobs.read_text() == "[Slice]\nIPAddressAllow=169.254.169.254\n"
    host.resolver.write_text("nameserver 127.0.0.53\n")
    assert name_servers.allow()
    assert not host.main.exists()
    assert not host.jobs.exists()
