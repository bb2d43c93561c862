"""What every program stands on: processes, files that last, events, locks, keys, units."""
