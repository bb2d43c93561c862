"""The master key's rotation."""
