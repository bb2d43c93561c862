"""The gateway as a project of docker compose or podman-compose: files that run it without this product."""

import json
from collections.abc import Mapping
from string import Template

# In the containers' own network.
DATABASE = "database"
REDIS = "redis"
USER = "litellm"

PROJECT = Template("""\
# The LiteLLM gateway $domain, exported by litellm-gitops on $date. Start it in this folder:
#   docker compose up -d        (or podman-compose up -d)
# The first start loads the database from database/dump. Passwords and keys are in compose.override.yaml, which compose reads too.
# The gateway answers on 127.0.0.1:4000 without TLS: put a proxy with a certificate before it.
name: litellm
services:
  litellm:
    image: $image
    entrypoint: [litellm]
    command: [--config, /etc/litellm/config.yaml, --port, "4000", --num_workers, "$workers"]
    working_dir: /etc/litellm
    volumes: ["./litellm:/etc/litellm:ro"]
    ports: ["127.0.0.1:4000:4000"]
    depends_on:
      database: { condition: service_healthy }
      redis: { condition: service_started }
    restart: unless-stopped
  database:
    image: docker.io/library/postgres:$postgres
    volumes:
      - database:/var/lib/postgresql/data
      - ./database/restore.sh:/docker-entrypoint-initdb.d/restore.sh:ro
      - ./database/dump:/dump:ro
    healthcheck:
      # While the dump is loaded, the server listens on its socket alone.
      test: [CMD, pg_isready, --host=127.0.0.1, --username=$user, --dbname=$user]
      interval: 2s
      start_period: 6h
    restart: unless-stopped
  redis:
    image: docker.io/library/redis:7
    # The password comes by standard input: arguments can be read by others.
    command: [sh, -c, "printf 'requirepass %s\\nappendonly yes\\n' \\"$$$$REDIS_PASSWORD\\" | exec redis-server -"]
    volumes: ["redis:/data"]
    restart: unless-stopped
volumes:
  database:
  redis:
""")

RESTORE = (
    "#!/bin/sh\n"
    "# The postgres image runs this once, while its volume is empty.\n"
    f"exec pg_restore --no-owner --no-privileges --exit-on-error --jobs=2 --username={USER} --dbname={USER} /dump\n"
)

OVERRIDE = """\
# SECRET: the keys of the gateway, and of its providers. Without LITELLM_SALT_KEY what is stored encrypted cannot be read.
services:
"""


def project(domain: str, date: str, image: str, workers: int, postgres: int) -> str:
    """compose.yaml, in which nothing is secret."""
    return PROJECT.substitute(domain=domain, date=date, image=image, workers=workers, postgres=postgres, user=USER)


def override(services: Mapping[str, Mapping[str, str]]) -> str:
    """compose.override.yaml: the environment of each service."""
    parts = []
    for service, values in services.items():
        lines = "".join(f"      {name}: {_quoted(value)}\n" for name, value in values.items())
        parts.append(f"  {service}:\n    environment:\n{lines}")
    return OVERRIDE + "".join(parts)


def _quoted(value: str) -> str:
    """A JSON string is one of YAML; `$` begins a variable to compose."""
    return json.dumps(value).replace("$", "$$")
