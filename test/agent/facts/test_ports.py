from typing import Any

from agent import port_facts


def test_open_ports_are_read_from_ss(case: dict[str, Any]) -> None:
    assert port_facts.listening("\n".join(case["output"])) == case["facts"]
