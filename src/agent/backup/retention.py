"""Which backups may go. Pure: what it decides depends on nothing but what it is given."""

import datetime
from collections.abc import Container, Iterable

from agent.backup.restic import Snapshot


def expired(snapshots: Iterable[Snapshot], keep_days: int, last_good: str | None, held: Container[str] = ()) -> list[str]:
    """Ids of those to forget, given the original ids of the newest one that was proven, and of those `held` for a way back.

    Kept are: of each of the last `keep_days` days that have any, the last one; all of the last of these days; the newest that was
    proven, and with none proven all; those that are held; and of these days those that were adopted, as a takeover is not done in a day.
    Days that have backups are counted, not days of the calendar: when backups
    stop, or the clock jumps, the old ones stay.
    """
    ordered = sorted(snapshots, key=lambda one: one.time)
    if last_good is None or all(one.original != last_good for one in ordered):
        return []
    days: dict[datetime.date, list[Snapshot]] = {}
    for one in ordered:
        days.setdefault(one.time.astimezone(datetime.timezone.utc).date(), []).append(one)
    recent = sorted(days)[-keep_days:]
    kept = {days[day][-1].id for day in recent} | {one.id for one in days[recent[-1]]}
    kept |= {one.id for day in recent for one in days[day] if one.kind == "adopted"}
    kept |= {one.id for one in ordered if one.original == last_good or one.original in held}
    return [one.id for one in ordered if one.id not in kept]
