"""Bringing back a backup, and proving that it can be brought back."""
