"""Asks each worker of a slot the same thing.

No address leads to one worker: of those that are idle the kernel hands a new connection to the same one each time. So those that
were met are kept busy, with the same question, while connections are opened for the others.
"""

import concurrent.futures
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from agent.litellm import workers as worker_processes
from agent.litellm.admin_api import AdminApi, ApiError

Answer = TypeVar("Answer")

AT_ONCE = 8
# A worker that is busy accepts when it comes to it.
ACCEPT_SECONDS = 1
LOOK_SECONDS = 0.02
# Between two connections, so that not all of them come to one that is idle for a moment.
SPREAD_SECONDS = 0.003
PAUSE_SECONDS = 0.25


def rounds(
    port: int,
    key: str,
    ask: Callable[[AdminApi], Answer],
    is_right: Callable[[Answer], bool],
    seconds: float,
    timeout: float = 30,
    header: str = "Authorization",
) -> Iterator[dict[int, Answer | None]]:
    """After each round: what each worker that runs now answered last, by process id; None for one that did not answer yet.

    When all were met, one that answered rightly is not asked again. Ends after `seconds`.
    """
    deadline = time.monotonic() + seconds
    answers: dict[int, Answer] = {}
    held: dict[int, AdminApi] = {}

    def put(pid: int) -> None:
        api = held[pid]
        try:
            local = api.local_port()
            answer = ask(api)
            if api.local_port() == local:
                answers[pid] = answer
                return
        except (ApiError, OSError):
            pass
        # Connected again, and so perhaps to another worker.
        held.pop(pid).close()

    try:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            while True:
                workers = worker_processes.workers(port)
                yield {pid: answers.get(pid) for pid in workers}
                if time.monotonic() > deadline:
                    return
                wrong = {pid for pid in workers & answers.keys() if not is_right(answers[pid])}
                unmet = workers - held.keys()
                asked = workers & held.keys() if unmet else wrong | (workers - answers.keys())
                if wrong or (not unmet and not asked):
                    time.sleep(PAUSE_SECONDS)
                questions = [pool.submit(put, pid) for pid in asked]
                if unmet:
                    _connect(held, lambda: AdminApi(port, key, timeout, header), port)
                concurrent.futures.wait(questions)
    finally:
        for api in held.values():
            api.close()


def _connect(held: dict[int, AdminApi], fresh: Callable[[], AdminApi], port: int) -> None:
    """Adds to `held` a connection for each worker that accepts one and has none yet."""
    by_port: dict[int, AdminApi] = {}
    for _ in range(AT_ONCE):
        time.sleep(SPREAD_SECONDS)
        api = fresh()
        try:
            by_port[api.local_port()] = api
        except OSError:
            break
    deadline = time.monotonic() + ACCEPT_SECONDS
    while len(found := worker_processes.workers_of(port, by_port.keys())) < len(by_port) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    for local, api in by_port.items():
        pid = found.get(local)
        if pid is None or pid in held:
            api.close()
        else:
            held[pid] = api
