"""The running gateway as it is: configuration, environment, budgets and models, with fingerprints in place of secrets."""

import concurrent.futures
from typing import Any

from agent import backup_settings, budget_facts, caddy, configuration, keys, prices, proof, redaction, release, traffic, units
from agent import worker_processes
from agent.admin_api import AdminApi, ApiError
from agent.output import Refused
from agent.paths import MASTER_KEY
from agent.slots import MAIN, STANDBY

Document = dict[str, Any]


def gather(secrets: dict[str, str], declared: dict[str, list[Any]], targets: list[str]) -> Document | None:
    """The facts of the serving release; None when none was ever deployed. A list is null when nobody answers it."""
    name = release.serving()
    fingerprint = keys.fingerprinter()
    if name is None or fingerprint is None:
        return None
    slot = STANDBY if caddy.standby_serves() else MAIN
    healthy = units.is_active(slot.unit) and proof.is_ready(slot.port)[0]
    # The database, LiteLLM and we ourselves each work on another part.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asking = pool.submit(_asked, slot.port) if healthy else None
        reading = pool.submit(budget_facts.readable, declared)
        counting = pool.submit(traffic.gather) if targets else None
        config = _config(name, fingerprint)
        priced = prices.gather(targets, slot.port) if healthy else None
        budgets, unreadable = reading.result()
        lists = {"version": None, "models": None, "providers": {}, "problem": unreadable} | (asking.result() if asking else {})
        used = counting.result() if counting else {}
    about = release.describe(name)
    return {
        "release": name,
        "identity": about.get("identity"),
        "image": about.get("image"),
        "settings": about.get("settings"),
        "healthy": healthy,
        "budgets": budgets,
        "prices": priced,
        "traffic": used,
        "workers": len(worker_processes.workers(slot.port)),
        "config": config,
        "env": _environment(name, secrets, fingerprint),
    } | lists


def _asked(port: int) -> Document:
    """What LiteLLM itself answers; why not, under `problem`."""
    api = AdminApi(port, keys.read(MASTER_KEY), timeout=60)
    try:
        return _lists(api)
    except (ApiError, KeyError) as failure:
        return {"problem": str(failure)}
    finally:
        api.close()


def _lists(api: AdminApi) -> Document:
    return {
        "version": api.get("/health/readiness/details").get("litellm_version"),
        "providers": _providers(api),
        "models": [_model(model) for model in api.get("/v2/model/info", size=proof.ALL)["data"]],
    }


def _providers(api: AdminApi) -> Document:
    """What each provider that has a budget has spent: {name: {spend, budget_reset_at}}. Kept in Redis alone."""
    try:
        return api.get("/provider/budgets")["providers"]
    except ApiError as failure:
        if failure.status is None:
            raise
        # LiteLLM answers an error when no provider has a budget.
        return {}


def _model(model: Document) -> Document:
    info = model.get("model_info") or {}
    source = "database" if info.get("db_model") else "file"
    return {"id": info.get("id"), "model_name": model.get("model_name"), "source": source}


def _config(name: str, fingerprint: Any) -> Any:
    text = (release.folder(name) / "config.yaml").read_text()
    return redaction.without_secrets(configuration.load(text), fingerprint)


def _environment(name: str, given: dict[str, str], fingerprint: Any) -> dict[str, Document]:
    """For each name that the release has or the step gives: the fingerprints of both values, null where there is none."""
    live = release.provider_environment(name) | backup_settings.stored_values()
    normal: dict[str, str] = {}
    for key, value in given.items():
        if key in release.HOST_OWNED:
            continue
        try:
            normal[key] = release.one_line(key, value)
        except Refused:
            # Whoever applies it is told why it cannot be kept; here it is only another value than the live one.
            normal[key] = value
    names = sorted(live.keys() | normal.keys())
    return {
        key: {
            "live": fingerprint(live[key]) if key in live else None,
            "given": fingerprint(normal[key]) if key in normal else None,
        }
        for key in names
    }
