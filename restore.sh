#!/bin/sh
# Brings back a backup of the gateway that gateway.yaml declares. Without --confirm it only says what would change:
#   ./restore.sh [--backup latest|ID|TIME] [--scope database|configuration|all] [--confirm DOMAIN] [--undo]
# gateway.yaml is looked for in the current folder; the SSH key stands in SSH_KEY or comes by --ssh-key-file.
exec node "$(dirname "$0")/dist/cli.js" restore "$@"
