"""Redis: its protocol, its password, its dumps."""
