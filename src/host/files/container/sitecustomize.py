"""Python runs this before LiteLLM: the garbage collector looks at what loading makes neither while it loads nor ever after.

Loading makes millions of objects that stay, and the collector goes through them again and again: a quarter of the time of a
start. After the fork it would write into the pages that all workers share, and each would get its own copy. Hence `gc.freeze`,
as the documentation of Python's gc module advises for a server that forks. What requests make is collected as ever. A server
that never forks, as the one that a backup is proven with, goes without a collector for its minute.
"""

import gc
import os

gc.disable()
os.register_at_fork(before=gc.freeze, after_in_parent=gc.enable, after_in_child=gc.enable)
