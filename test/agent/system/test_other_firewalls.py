import json
from pathlib import Path
from typing import Any

import pytest

from agent.base.process import CommandFailed
from agent.system import firewall_rules, other_firewalls

PORTS = (22, 80, 443, 4000)


def test_what_a_firewall_drops_is_read_from_its_rules(case: dict[str, Any]) -> None:
    if case["command"] == "iptables -S":
        found = [port for port in PORTS if firewall_rules.dropped_by_iptables("\n".join(case["output"]), port)]
        assert found == case["dropped"]
    else:
        document = {"nftables": case["output"]}
        assert [port for port in (*PORTS, 8005, 8443) if firewall_rules.dropped_by_nftables(document, port)] == case["dropped"]


class Host:
    """What its programs print, by name; those that are not there are not installed."""

    def __init__(self, **printed: str) -> None:
        self.printed = printed

    def run(self, *argv: str) -> str:
        if argv[0] not in self.printed:
            raise FileNotFoundError(argv[0])
        if self.printed[argv[0]] == "fails":
            raise CommandFailed(argv, "exited 1", "Operation not permitted", 1)
        return self.printed[argv[0]]


def _rules(name: str) -> str:
    case = json.loads((Path(__file__).parent / f"other_firewalls/{name}.json").read_text())
    return json.dumps({"nftables": case["output"]}) if case["command"].startswith("nft") else "\n".join(case["output"])


@pytest.mark.parametrize(
    ("host", "name", "opens"),
    [
        (Host(iptables=_rules("ufw-ssh-only")), "ufw", "ufw allow 80,443/tcp"),
        (Host(iptables=_rules("oracle-cloud")), "iptables", "iptables -I INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT"),
        (Host(nft=_rules("firewalld-ssh-only")), "firewalld", "firewall-cmd --permanent --add-port=80/tcp --add-port=443/tcp"),
    ],
)
def test_firewall_is_named_with_the_ports_and_the_command(host: Host, name: str, opens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_firewalls, "run", host.run)
    (found,) = other_firewalls.closed([80, 443])
    assert (found["name"], found["ports"]) == (name, [80, 443])
    assert found["opens"].startswith(opens)
    assert other_firewalls.text(found).startswith(f"{name} on this host drops what comes to port 80 and 443")


def test_only_the_ports_that_are_shut_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_firewalls, "run", Host(nft=_rules("nftables-conf")).run)
    assert other_firewalls.closed([80, 4000]) == []
    assert other_firewalls.closed([80, 443]) == [
        {"name": "nftables (table inet filter)", "ports": [443], "opens": other_firewalls.opens("nftables", [443])}
    ]


@pytest.mark.parametrize("host", [Host(), Host(nft="fails", iptables="fails"), Host(nft='{"nftables": []}', iptables="-P INPUT ACCEPT")])
def test_host_without_another_firewall_has_none(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_firewalls, "run", host.run)
    assert other_firewalls.closed([80, 443]) == []


SITE = "\nllm.example.com {\n\ttls internal\n\timport gateway\n}\n"
WORLD = "\tset gateway4 {\n\t\ttype ipv4_addr\n\t\telements = { 0.0.0.0/0 }\n\t}\n"


@pytest.mark.parametrize(
    ("caddyfile", "rules", "ports"),
    [
        (":4000 {\n}\n" + SITE, WORLD.replace("0.0.0.0/0", "10.0.0.0/8"), [80, 443]),
        (":4000 {\n}\n", WORLD, [4000]),
        (":4000 {\n}\n" + SITE, WORLD, [80, 443, 4000]),
        ("", "", []),
    ],
)
def test_what_people_need_is_the_domain_and_port_4000_where_the_world_may_reach_it(caddyfile: str, rules: str, ports: list[int]) -> None:
    assert other_firewalls.needed(caddyfile, rules) == ports
