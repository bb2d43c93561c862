"""Runs inside LiteLLM's image, by its own Python: brings the database to the schema of the image.

LiteLLM's migration job does that by itself, in a second or two. The server's own entry point, which comes to the same job in the
end, first loads all of LiteLLM; it is asked only in an image whose job is missing or cannot do without.
"""

import os
import sys


def main() -> int:
    # One NAME=value a line, taken literally: as container/start reads it.
    os.environ.update(line.rstrip("\n").split("=", 1) for line in sys.stdin if "=" in line)
    # The job has a way for where these two are not installed. To load them (the second is a client of 10 MB) takes most of a start.
    sys.modules.update({"litellm": None, "prisma": None})  # type: ignore[dict-item]
    try:
        from litellm_proxy_extras import request_log_indexes  # in the image only
        from litellm_proxy_extras.utils import ProxyExtrasDBManager

        # After each index it sleeps, for another replica that may wait for the lock: here is none.
        request_log_indexes._LOCK_HANDOVER_SECONDS = 0
        # The resolver that the server takes by default: it forces nothing.
        return 0 if ProxyExtrasDBManager.run_migration_job(use_migrate=True, use_v2_resolver=True) else 1
    except (ImportError, AttributeError) as absent:
        print(f"LiteLLM's server migrates by itself, as this image has no job for it: {absent}", file=sys.stderr)
        sys.stderr.flush()
        os.execvp("litellm", ["litellm", "--skip_server_startup"])


if __name__ == "__main__":
    sys.exit(main())
