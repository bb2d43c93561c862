"""What LiteLLM itself does with configurations: reads each of standard input with its own `load_config`, and says what became of it.

Standard input: a JSON list of {name, text}, or of {name, files} whose first file is config.yaml. Standard output: a JSON line for each:
{name, accepted, models, guardrails, config} or {name, accepted: false, error}. Each is loaded by a process of its own: LiteLLM keeps much in its modules.
`models` are those that LiteLLM serves, by name and id, and `guardrails` those that it runs, by name: what it drops is missing there. `config`
is what it made of the file.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

os.environ |= {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": "sk-of-a-test", "LITELLM_LOG": "ERROR"}
#: LiteLLM prints what it reads.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.simplefilter("ignore")

import redis.retry  # noqa: E402
from litellm.proxy import proxy_server  # noqa: E402
from litellm.proxy.guardrails.guardrail_registry import IN_MEMORY_GUARDRAIL_HANDLER  # noqa: E402

#: A connection to nobody fails at once, and not after ten seconds of trying.
redis.retry.Retry.call_with_retry = lambda self, do, *_, **__: do()  # type: ignore[method-assign]

AT_MOST = 60.0
#: Where a connection is refused at once.
NOBODY = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1"}


def became_of(case: dict[str, Any]) -> dict[str, Any]:
    files: dict[str, str] = case.get("files") or {"config.yaml": case["text"]}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        # What a configuration refers to is there on a host, too.
        named = {name for text in files.values() for name in re.findall(r"os\.environ/(\w+)", text)}
        os.environ |= {name: f"value-of-{name}" for name in named} | NOBODY
        os.chdir(folder)
        try:
            # Whatever goes on in the background ends with the process: asyncio.run would wait for it.
            models = asyncio.new_event_loop().run_until_complete(asyncio.wait_for(loaded(Path(folder, "config.yaml")), AT_MOST))
        except (Exception, SystemExit) as error:
            return {"name": case["name"], "accepted": False, "error": f"{type(error).__name__}: {error}"[:500]}
        finally:
            os.chdir("/")
    served = [{"name": model["model_name"], "id": model["model_info"]["id"]} for model in models or []]
    config = json.loads(json.dumps(dict(proxy_server.proxy_config.get_config_state()), default=str))
    guarding = sorted(one["guardrail_name"] for one in IN_MEMORY_GUARDRAIL_HANDLER.IN_MEMORY_GUARDRAILS.values())
    return {"name": case["name"], "accepted": True, "models": served, "guardrails": guarding, "config": config}


async def loaded(file: Path) -> list[dict[str, Any]] | None:
    _, models, _ = await proxy_server.proxy_config.load_config(router=None, config_file_path=str(file))
    return models


def in_a_process(case: dict[str, Any]) -> str:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            with os.fdopen(writing, "w") as answer:
                answer.write(json.dumps(became_of(case)))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.wait()
    return text or json.dumps({"name": case["name"], "accepted": False, "error": "the process ended without an answer"})


for one in json.load(sys.stdin):
    print(in_a_process(one), file=ANSWERS, flush=True)
