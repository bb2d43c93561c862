"""What can be read of host and gateway, in the shapes that src/host declares. Nothing here changes anything."""
