import datetime

from agent.backup import restic
from agent.facts import backups


class Repository:
    location = "/var/backups/litellm"

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def snapshots(self, *_: str) -> list[restic.Snapshot]:
        time = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
        days = [time + datetime.timedelta(days=day) for day in range(len(self.kinds))]
        return [restic.Snapshot(kind, day, kind, 1, kind, ("/x",)) for kind, day in zip(self.kinds, days, strict=True)]


def test_database_that_was_taken_over_does_not_count_as_a_backup_of_this_gateway() -> None:
    place = backups._place(Repository("scheduled", "adopted"))  # type: ignore[arg-type]
    assert (place["count"], place["newest"]) == (1, "2026-11-01T00:00:00+00:00")
    assert backups._place(Repository("adopted"))["newest"] is None  # type: ignore[arg-type]
