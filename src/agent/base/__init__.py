"""What every program needs: processes, files that last, events, locks, keys, units."""
