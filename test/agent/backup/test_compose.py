import yaml

from agent.backup import compose


def test_project_is_yaml_with_its_three_services() -> None:
    text = compose.project("llm.example.com", "2026-11-30", "registry.example.com/litellm@sha256:0", 4, 17)
    project = yaml.safe_load(text)
    assert sorted(project["services"]) == ["database", "litellm", "redis"]
    assert project["services"]["litellm"]["command"][-1] == "4"
    assert project["services"]["database"]["image"].endswith("postgres:17")
    # What compose itself would fill in is the shell's.
    assert '"$$REDIS_PASSWORD"' in project["services"]["redis"]["command"][2]


def test_values_come_through_whatever_they_hold() -> None:
    values = {"A": "plain", "B": '"quoted" \\ $HOME ${X}', "C": "a: b # c", "D": "", "E": "ü\u2028", "F": '{"json": "yes"}'}
    services = yaml.safe_load(compose.override({"litellm": values}))["services"]
    assert {name: value.replace("$$", "$") for name, value in services["litellm"]["environment"].items()} == values
