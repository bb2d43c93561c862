"""The running gateway as it is: configuration, environment, budgets and models, with fingerprints in place of secrets."""

import concurrent.futures
from typing import Any

from agent import backup_settings, budget_facts, caddy, configuration, keys, model_facts, prices, proof, redaction, release, traffic
from agent import units, worker_processes
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
    about = release.describe(name)
    # The database, LiteLLM and we ourselves each work on another part.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        reading = pool.submit(budget_facts.readable, declared)
        listing = pool.submit(model_facts.readable, (about.get("settings") or {}).get("storeModelInDb") is True)
        counting = pool.submit(traffic.gather) if targets else None
        config = _config(name, fingerprint)
        asking = pool.submit(_asked, slot.port, config) if healthy else None
        priced = prices.gather(targets, slot.port) if healthy else None
        budgets, unreadable = reading.result()
        answers = {"version": None, "providers": {}, "problem": unreadable} | (asking.result() if asking else {})
        models = listing.result()
        used = counting.result() if counting else {}
    return {
        "release": name,
        "identity": about.get("identity"),
        "image": about.get("image"),
        "settings": about.get("settings"),
        "healthy": healthy,
        "budgets": budgets,
        "models": models,
        "prices": priced,
        "traffic": used,
        "workers": len(worker_processes.workers(slot.port)),
        "config": config,
        "env": _environment(name, secrets, fingerprint),
    } | answers


def _asked(port: int, config: Any) -> Document:
    """What LiteLLM itself answers; why not, under `problem`."""
    api = AdminApi(port, keys.read(MASTER_KEY), timeout=60)
    try:
        return {
            "version": api.get("/health/readiness/details").get("litellm_version"),
            "providers": _providers(api) if _has_provider_budgets(config) else {},
        }
    except (ApiError, KeyError) as failure:
        return {"problem": str(failure)}
    finally:
        api.close()


def _has_provider_budgets(config: Any) -> bool:
    settings = config.get("router_settings") if isinstance(config, dict) else None
    return isinstance(settings, dict) and bool(settings.get("provider_budget_config"))


def _providers(api: AdminApi) -> Document:
    """What each provider that has a budget has spent: {name: {spend, budget_reset_at}}. Kept in Redis alone."""
    try:
        return api.get("/provider/budgets")["providers"]
    except ApiError as failure:
        if failure.status is None:
            raise
        # A worker that does not know of any budget answers an error.
        return {}


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
