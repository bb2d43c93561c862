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


@pytest.fixture(autouse=True)
def _little_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(admin_api, "MOST_BYTES", MOST_BYTES)
    monkeypatch.setattr(client, "MOST_BYTES", MOST_BYTES)
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 600 * 1024


def asked(ports: list[int], ask: Callable[[int], object]) -> str:
    """How a question to each of the answers ended, a line each."""

    def ended(port: int) -> str:
        begun = time.monotonic()
        try:
            said = repr(ask(port))[:100]
        except (admin_api.ApiError, client.RedisError) as failure:
            said = f"{type(failure).__name__}: {failure}"
        # One connection more, when a kept one has ended: a question is asked twice at most.
        assert time.monotonic() - begun < 10, said
        return said

    with concurrent.futures.ThreadPoolExecutor(len(ports)) as pool:
        return "\n".join(pool.map(ended, ports))


def of_litellm(question: Callable[[AdminApi], object]) -> Callable[[int], object]:
    def ask(port: int) -> object:
        with contextlib.closing(AdminApi(port, "sk-master", timeout=1)) as api:
            return question(api)

    return ask


def generate_key(api: AdminApi) -> object:
    with admin_api.understood("POST /key/generate"):
        return api.post("/key/generate", {})["key"]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(lambda api: api.get("/key/list"), id="a question"),
        pytest.param(generate_key, id="an order"),
        pytest.param(lambda api: proof.probe_one(api, "sk-x", {}, "gpt-4"), id="a model"),
    ],
)
def test_answer_in_the_place_of_litellm_is_refused_or_taken_within_its_time_and_size(
    question: Callable[[AdminApi], object], ports: Ports
) -> None:
    ended = asked(ports["LiteLLM"], of_litellm(question))
    assert "more than 4 MiB" in ended
    assert "timed out" in ended
    assert re.search("30[1278]", ended), "a redirect was followed"


def of_redis(question: Callable[[Redis], object]) -> Callable[[int], object]:
    def ask(port: int) -> object:
        with contextlib.closing(Redis(("127.0.0.1", port), "password", timeout=1, most=MOST_BYTES)) as redis:
            return question(redis)

    return ask


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(lambda redis: redis.info("persistence"), id="INFO"),
        pytest.param(lambda redis: redis.number("LASTSAVE"), id="a number"),
        pytest.param(lambda redis: sum(map(len, redis.scan())), id="all keys"),
    ],
)
def test_answer_in_the_place_of_redis_is_refused_or_taken_within_its_time_and_size(
    question: Callable[[Redis], object], ports: Ports
) -> None:
    ended = asked(ports["Redis"], of_redis(question))
    assert "more than it can mean" in ended
    assert re.search("does not answer within 1 s|timed out", ended)
