"""Python runs this before LiteLLM: the garbage collector looks at what loading makes neither while it loads nor ever after.

Loading makes millions of objects that stay, and the collector goes through them again and again: a quarter of the time of a
start. After the fork it would write into the pages that all workers share, and each would get its own copy. Hence `gc.freeze`,
as the documentation of Python's gc module advises for a server that forks. What requests make is collected as ever. A server
that never forks, as the one that a backup is proven with, goes without a collector for its minute.

A module beside the configuration may import those beside itself, and an image of your own may have some where it starts; what is
installed comes before both.

And a place for the admin UI, where LiteLLM would rewrite its files: the image's own are read-only.
"""

import gc
import importlib.util
import os
import sys
from pathlib import Path

gc.disable()
os.register_at_fork(before=gc.freeze, after_in_parent=gc.enable, after_in_child=gc.enable)

sys.path += filter(None, os.environ.get("LITELLM_PYTHON_LAST", "").split(":"))


def _ui_is_rewritten() -> bool:
    """LiteLLM puts its path into the UI's files, and moves `login.html` of older builds to `login/index.html`."""
    if os.environ.get("SERVER_ROOT_PATH", "/") not in ("", "/"):
        return True
    if os.environ.get("LITELLM_NON_ROOT", "").lower() == "true":
        # These images bring it as it has to be.
        return False
    litellm = importlib.util.find_spec("litellm")
    return litellm is not None and (Path(litellm.origin or "").parent / "proxy/_experimental/out/login.html").exists()


if "LITELLM_UI_PATH" not in os.environ and _ui_is_rewritten():
    os.environ["LITELLM_UI_PATH"] = "/tmp/litellm-ui"  # noqa: S108 - the container's own, which it alone writes to
