#!/bin/sh
# Runs in the image's root: moves LiteLLM to where one of the official images has it.
#   /app                 the source tree, which the Dockerfiles copy in; it is not what runs, and whoever imports it here hears so
#   /app/docker          the entry point
set -eu
inside=$1
mkdir -p /app/docker /app/litellm
printf 'raise ImportError("this is the copy of the source in /app, and not the package that is installed")\n' >/app/litellm/__init__.py
# One instance of what is in /usr/bin or in the virtual environment, by its name alone.
printf '#!/bin/sh\nexec litellm "$@"\n' >/app/docker/prod_entrypoint.sh
chmod 0755 /app/docker/prod_entrypoint.sh

# move FROM TO: and every text that names the old place names the new one.
move() {
  mkdir -p "$(dirname "$2")"
  mv "$1" "$2"
  grep -rIl --include='*.py' --include='*.cfg' --include='*.sh' "$1" "$2" /opt/engine/prisma 2>/dev/null | xargs -r sed -i "s#$1#$2#g"
}

packages=$(/opt/litellm/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
case $inside in
database)
  # The system's Python, which looks there only in Wolfi.
  python=/usr/bin/$(basename "$(dirname "$packages")")
  site=/usr/lib/$(basename "$python")/site-packages
  move "$packages" "$site"
  mkdir -p /usr/lib/python3/dist-packages
  # So that the .pth files in there are read too.
  echo "import site; site.addsitedir('$site')" >/usr/lib/python3/dist-packages/wolfi.pth
  for script in /opt/litellm/bin/*; do
    case $(basename "$script") in python* | activate* | Activate*) continue ;; esac
    sed "1s#^\#!/opt/litellm/bin/python[0-9.]*#\#!$python#" "$script" >"/usr/bin/$(basename "$script")"
    chmod 0755 "/usr/bin/$(basename "$script")"
  done
  rm -rf /opt/litellm
  ;;
venv | non_root)
  move /opt/litellm /app/.venv
  grep -Il '^#!/opt/litellm/bin/' /app/.venv/bin/* | xargs sed -i '1s#/opt/litellm/bin/#/app/.venv/bin/#'
  python=/app/.venv/bin/python
  site=$($python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  ;;
esac
$python -m compileall -q -j 2 "$site/prisma" >/dev/null || true

if [ "$inside" = non_root ]; then
  # The admin UI as that image brings it: each page in a folder of its own, and a mark that it is ready.
  mkdir -p /var/lib/litellm/ui /var/lib/litellm/assets /app/.cache/npm
  cp -r "$site/litellm/proxy/_experimental/out/." /var/lib/litellm/ui/
  for page in /var/lib/litellm/ui/*.html; do
    name=$(basename "$page" .html)
    [ "$name" = index ] || { mkdir -p "/var/lib/litellm/ui/$name" && mv "$page" "/var/lib/litellm/ui/$name/index.html"; }
  done
  touch /var/lib/litellm/ui/.litellm_ui_ready
  chown -R nobody:nogroup /app /var/lib/litellm
fi
# What the redirections above made in a root without devices.
rm -f /dev/null
