"""What runs on the host. Each run gets its modules from the runner, or from a file that deploy placed, see `loader`.

Packages stand on those before them: base, system, database, redis, litellm, gateway, backup, rollout, rotation, restore, facts, and
the stories beside this file. `programs` says what may be started.
"""

# The text of each module that came along, by its name below `agent`, and of data by the name of its file. Filled by the loader.
SOURCES: dict[str, str] = {}
