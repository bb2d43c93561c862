from typing import Any

import pytest

from agent.litellm import system_calls

SOCKET = {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 2, "value": 9, "op": "SCMP_CMP_NE"}]}
LISTED: dict[str, Any] = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
        {"names": ["read", "clone", "clone3", "unshare", "mount", "setns"], "action": "SCMP_ACT_ALLOW", "args": []},
        {"names": ["setns"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
        SOCKET,
    ],
}


def rules_of(name: str) -> list[dict[str, Any]]:
    return [rule for rule in system_calls.without_namespaces(LISTED)["syscalls"] if name in rule["names"]]


def test_container_has_the_system_calls_of_the_list() -> None:
    assert system_calls.without_namespaces(LISTED)["defaultAction"] == "SCMP_ACT_ERRNO"
    assert rules_of("read") == [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": []}]
    assert rules_of("socket") == [SOCKET]


@pytest.mark.parametrize("name", ["unshare", "mount", "setns", "clone3"])
def test_container_has_no_system_call_that_makes_namespaces_and_mounts(name: str) -> None:
    assert [rule["action"] for rule in rules_of(name)] == ["SCMP_ACT_ERRNO"]


def test_container_makes_threads_and_processes_as_ever() -> None:
    [clone] = rules_of("clone")
    assert clone["action"] == "SCMP_ACT_ALLOW"
    [arguments] = clone["args"]
    assert {"op": "SCMP_CMP_MASKED_EQ", "value": 0x7E02_0000, "valueTwo": 0}.items() <= arguments.items()
    # What the C library does without it takes for absent, not for forbidden.
    [clone3] = rules_of("clone3")
    assert clone3["errnoRet"] == 38
