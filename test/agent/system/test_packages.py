from agent.system import packages


def test_package_is_missing_when_none_of_its_alternatives_is_installed() -> None:
    assert packages.missing(["no-such | dpkg", "no-such | neither", "dpkg"]) == ["no-such"]
