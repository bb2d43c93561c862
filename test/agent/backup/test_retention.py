import datetime

from hypothesis import given, strategies as st

from agent.backup import restic, retention

DAY = 24
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def days(count: int) -> list[int]:
    """One backup a day, in hours since the start."""
    return [day * DAY for day in range(count)]


def expired(hours: list[int], keep: int, good: int | None, held: tuple[int, ...] = ()) -> list[int]:
    """Numbers of the backups to forget; `good` is the one that was proven."""
    snapshots = [
        restic.Snapshot(str(number), START + datetime.timedelta(hours=hour), "scheduled", 0, f"o{number}", ("/x",))
        for number, hour in enumerate(hours)
    ]
    last_good = None if good is None else f"o{good}"
    return [int(name) for name in retention.expired(snapshots, keep, last_good, [f"o{number}" for number in held])]


def test_last_backup_of_each_day_and_all_of_the_last_day_are_kept_and_older_ones_dropped() -> None:
    hours = [*days(10), 9 * DAY + 1, 9 * DAY + 2, 8 * DAY + 5]
    assert expired(hours, keep=3, good=9) == [0, 1, 2, 3, 4, 5, 6, 8]


def test_everything_is_kept_while_nothing_was_proven_or_what_was_proven_is_gone() -> None:
    assert expired(days(100), keep=1, good=None) == []
    assert expired(days(100), keep=1, good=1000) == []


def test_last_proven_backup_is_kept_however_old_it_is() -> None:
    assert expired(days(40), keep=30, good=2) == [0, 1, *range(3, 10)]


def test_backups_from_before_migrations_are_kept_also_when_their_day_had_later_ones() -> None:
    assert expired([*days(40), 1], keep=30, good=39, held=(0, 5)) == [40, *range(1, 5), *range(6, 10)]


def test_repository_is_not_emptied_when_the_clock_jumps_by_years_or_backups_had_stopped() -> None:
    assert expired([*days(30), DAY * 3650], keep=30, good=29) == [0]


@given(hours=st.lists(st.integers(0, DAY * 90), min_size=1, max_size=60), keep=st.integers(1, 40), data=st.data())
def test_proven_and_newest_backups_are_never_dropped_and_as_many_days_as_wanted_are_left(
    hours: list[int], keep: int, data: st.DataObject
) -> None:
    good = data.draw(st.integers(0, len(hours) - 1))
    gone = expired(hours, keep, good)
    left = [number for number in range(len(hours)) if number not in gone]
    days_left = {hours[number] // DAY for number in left}
    days_then = {hour // DAY for hour in hours}
    assert good not in gone
    assert max(hours) in [hours[number] for number in left]
    assert min(keep, len(days_then)) <= len(days_left) <= keep + 1


def test_adopted_backup_stays_as_long_as_its_day_though_that_had_later_ones() -> None:
    taken = [(0, "adopted"), (1, "scheduled"), (DAY, "adopted"), (DAY + 1, "scheduled"), (2 * DAY, "scheduled")]
    snapshots = [
        restic.Snapshot(str(number), START + datetime.timedelta(hours=hour), kind, 0, f"o{number}", ("/x",))
        for number, (hour, kind) in enumerate(taken)
    ]
    assert retention.expired(snapshots, 2, "o4") == ["0", "1"]
    assert retention.expired(snapshots, 3, "o4") == []
