#!/bin/sh
# Starts LiteLLM inside its container with the variables of a mounted file, one NAME=value a line, taken literally.
# They don't come by podman's own options, because podman keeps those in its database and in config.json, which are not 0600.
set -eu
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    [A-Za-z_]*=*)
      # shellcheck disable=SC2163 # the line is NAME=value, both at once
      export "$line"
      ;;
  esac
done </run/litellm/env
exec litellm "$@"
