import datetime

import pytest
from refusals import refuses

from agent.backup import restic

# Of the 20th, 21st and 22nd, at two o'clock.
SNAPSHOTS = [
    restic.Snapshot(
        id=f"{day}beef",
        time=datetime.datetime(2026, 11, day, 2, tzinfo=datetime.timezone.utc),
        kind=kind,
        rows=0,
        original=f"{day}beef",
        paths=("/x",),
    )
    for day, kind in ((20, "scheduled"), (21, "manual"), (22, "safety"))
]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (None, "21beef"),
        ("latest", "21beef"),
        ("22be", "22beef"),
        ("2026-11-21T01:59", "20beef"),
        ("2026-11-21T03:00:00+01:00", "21beef"),
        ("2027-01-01", "22beef"),
    ],
)
def test_backup_is_chosen_by_latest_id_or_time(wanted: str | None, chosen: str) -> None:
    assert restic.choose(SNAPSHOTS, wanted).id == chosen


@pytest.mark.parametrize("wanted", ["yesterday", "99", "2026-11-19"])
def test_choice_of_no_backup_is_refused_with_those_that_there_are(wanted: str) -> None:
    with refuses("no-backup", "20beef|2026-11-20"):
        restic.choose(SNAPSHOTS, wanted)
