"""LiteLLM's container shares the network of its host and has the passwords: it can answer in the place of LiteLLM and of Redis.

The answers are those that the intruder of the lab gives (test/host/intruder/servers.py), here each at a port of its own.
"""

import concurrent.futures
import contextlib
import multiprocessing
import re
import resource
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

import pytest
import servers

from agent.litellm import admin_api, proof
from agent.litellm.admin_api import AdminApi
from agent.redis import client
from agent.redis.client import Redis

MOST_BYTES = 4 * 1024**2


# By who is asked: where each answer is given.
Ports = dict[str, list[int]]


def intrude(parent: Connection) -> None:
    until = time.monotonic() + 600
    ports: Ports = {}
    for asked, answers, ready in (("LiteLLM", servers.HTTP, True), ("Redis", servers.REDIS, False)):
        for answer in answers:
            server = servers.listen(0)
            threading.Thread(target=servers.serve, args=(server, (answer,), ready, until), daemon=True).start()
            ports.setdefault(asked, []).append(server.getsockname()[1])
    parent.send(ports)
    threading.Event().wait()


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    """In a process of its own, so that neither its memory nor its work counts."""
    ours, its = multiprocessing.Pipe()
    intruder = multiprocessing.get_context("fork").Process(target=intrude, args=(its,), daemon=True)
    intruder.start()
    yield ours.recv()
    intruder.kill()
    intruder.join()


def of_litellm(question: Callable[[AdminApi], object]) -> Callable[[int], object]:
    def ask(port: int) -> object:
        with contextlib.closing(AdminApi(port, "sk-master", timeout=1)) as api:
            return question(api)

    return ask


def generate_key(api: AdminApi) -> object:
    with admin_api.understood("POST /key/generate"):
        return api.post("/key/generate", {})["key"]


def of_redis(question: Callable[[Redis], object]) -> Callable[[int], object]:
    def ask(port: int) -> object:
        with contextlib.closing(Redis(("127.0.0.1", port), "password", timeout=1, most=MOST_BYTES)) as redis:
            return question(redis)

    return ask


QUESTIONS: dict[str, dict[str, Callable[[int], object]]] = {
    "LiteLLM": {
        "a question": of_litellm(lambda api: api.get("/key/list")),
        "an order": of_litellm(generate_key),
        "a model": of_litellm(lambda api: proof.probe_one(api, "sk-x", {}, "gpt-4")),
    },
    "Redis": {
        "INFO": of_redis(lambda redis: redis.info("persistence")),
        "a number": of_redis(lambda redis: redis.number("LASTSAVE")),
        "all keys": of_redis(lambda redis: sum(map(len, redis.scan()))),
    },
}


def ended(ask: Callable[[int], object], port: int) -> str:
    """How a question ended."""
    begun = time.monotonic()
    try:
        said = repr(ask(port))[:100]
    except (admin_api.ApiError, client.RedisError) as failure:
        said = f"{type(failure).__name__}: {failure}"
    # One connection more, when a kept one has ended: a question is asked twice at most.
    assert time.monotonic() - begun < 10, said
    return said


@pytest.fixture(scope="module")
def endings(ports: Ports) -> Iterator[dict[str, str]]:
    """By question: how it ended with each of the answers, a line each. All are asked at once, as many wait until their time is over."""
    with pytest.MonkeyPatch.context() as patch, concurrent.futures.ThreadPoolExecutor(64) as pool:
        patch.setattr(admin_api, "MOST_BYTES", MOST_BYTES)
        patch.setattr(client, "MOST_BYTES", MOST_BYTES)
        waiting = {
            name: [pool.submit(ended, ask, port) for port in ports[asked]]
            for asked, questions in QUESTIONS.items()
            for name, ask in questions.items()
        }
        yield {name: "\n".join(future.result() for future in futures) for name, futures in waiting.items()}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 600 * 1024


@pytest.mark.parametrize("question", QUESTIONS["LiteLLM"])
def test_answer_in_the_place_of_litellm_is_refused_or_taken_within_its_time_and_size(question: str, endings: dict[str, str]) -> None:
    assert "more than 4 MiB" in endings[question]
    assert "timed out" in endings[question]
    assert re.search("30[1278]", endings[question]), "a redirect was followed"


@pytest.mark.parametrize("question", QUESTIONS["Redis"])
def test_answer_in_the_place_of_redis_is_refused_or_taken_within_its_time_and_size(question: str, endings: dict[str, str]) -> None:
    assert "more than it can mean" in endings[question]
    assert re.search("does not answer within 1 s|timed out", endings[question])
