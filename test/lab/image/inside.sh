#!/bin/sh
# Runs in the image's root: makes LiteLLM's Python of the wheels under /wheels and Prisma's client for it.
set -eu
python3 -m venv --without-pip /opt/litellm
PYTHONPATH=$(echo /usr/share/python-wheels/pip-*.whl) /opt/litellm/bin/python -m pip install --quiet --no-index --no-compile --find-links /wheels -r /wheels/requirements.txt
packages=$(/opt/litellm/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
work=$(mktemp -d)
: > "$work/none.so.node"
# The variables keep Prisma from fetching engines that it does not need for this.
PATH=/opt/litellm/bin:$PATH HOME=$work CHECKPOINT_DISABLE=1 \
  PRISMA_QUERY_ENGINE_BINARY=/opt/engine/query-engine PRISMA_SCHEMA_ENGINE_BINARY=/opt/engine/query-engine \
  PRISMA_QUERY_ENGINE_LIBRARY=$work/none.so.node \
  node /opt/engine/node_modules/prisma/build/index.js generate --schema="$packages/litellm_proxy_extras/schema.prisma" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
# Only `generate` needs these.
rm -rf "$work" /opt/engine/node_modules/prisma /opt/engine/node_modules/@prisma/engines
# For exports to CloudZero, FOCUS and Vantage and for another server than gunicorn: a fifth of what each pull would unpack.
rm -rf "$packages/polars" "$packages/_polars_runtime_32" "$packages/granian"
find "$packages" -type d \( -name tests -o -name test \) -prune -exec rm -rf {} +
install -m 0755 /opt/engine/prisma /opt/litellm/bin/prisma
# Without these every start would compile all of it again.
/opt/litellm/bin/python -m compileall -q -j 2 "$packages" >/dev/null || true
