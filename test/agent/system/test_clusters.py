from pathlib import Path

import pytest
from refusals import refuses

from agent.database import server
from agent.system import clusters


def make(place: Path, major: int, ours: bool = False, start: str = "") -> None:
    (place / f"{major}/main/conf.d").mkdir(parents=True)
    if ours:
        (place / f"{major}/main/conf.d/litellm.conf").write_text("port = 5432\n")
    if start:
        (place / f"{major}/main/start.conf").write_text(f"# how it starts\n\n{start}\n")


def found(place: Path, served: int | None = None) -> int | None:
    lock = place / "lock"
    if served is not None:
        lock.write_text(f"4711\n/var/lib/postgresql/{served}/main\n1790000000\n5432\n")
    return clusters.ours(place, lock)


def test_no_cluster_before_postgresql_is_installed(tmp_path: Path) -> None:
    assert found(tmp_path) is None
    assert clusters.ours(tmp_path / "none", tmp_path) is None


def test_newest_cluster_before_the_first_deploy(tmp_path: Path) -> None:
    for major in (9, 16, 17):
        make(tmp_path, major)
    assert found(tmp_path) == 17


@pytest.mark.parametrize("served", [None, 16, 17, 99])
def test_cluster_with_our_configuration_though_a_newer_one_is_there(tmp_path: Path, served: int | None) -> None:
    make(tmp_path, 16, ours=True)
    make(tmp_path, 17)
    assert found(tmp_path, served) == 16


@pytest.mark.parametrize("served", [16, 17])
def test_after_pg_upgradecluster_the_one_that_serves(tmp_path: Path, served: int) -> None:
    make(tmp_path, 16, ours=True)
    make(tmp_path, 17, ours=True)
    assert found(tmp_path, served) == served


@pytest.mark.parametrize(("old", "ours"), [("manual", 17), ("auto", 16)])
def test_while_none_serves_the_older_one_that_starts_with_the_machine(tmp_path: Path, old: str, ours: int) -> None:
    make(tmp_path, 16, ours=True, start=old)
    make(tmp_path, 17, ours=True, start="auto")
    assert found(tmp_path) == ours


def test_programs_are_those_of_the_cluster_and_no_others_are_taken_where_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "VERSIONS", tmp_path)
    for name in server.PROGRAMS:
        (tmp_path / "17/bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / "17/bin" / name).touch()
    monkeypatch.setattr(clusters, "ours", lambda: 17)
    assert server.programs() == tmp_path / "17/bin"
    monkeypatch.setattr(clusters, "ours", lambda: 16)
    with refuses("database-tools", r"is of PostgreSQL 16, and postgres, .* are missing .*apt-get install postgresql-16"):
        server.programs()
