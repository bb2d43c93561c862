from typing import Any

from agent.facts import ports


def test_open_ports_are_read_from_ss(case: dict[str, Any]) -> None:
    assert ports.listening("\n".join(case["output"])) == case["facts"]
