"""Backups: taking, keeping, listing and describing them."""
