"""The running gateway as it is: configuration, environment, budgets and models, with fingerprints instead of secrets."""

import concurrent.futures
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from agent.backup import settings as backup_settings
from agent.base import env_file, keys, redaction, units
from agent.base.paths import MASTER_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.facts import budgets as budget_facts, entities as entity_facts, stored as stored_facts
from agent.gateway import beside as beside_files, caddy, images, own_certificate, registry_login, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import key_rules, prices, proof, traffic, workers
from agent.litellm.admin_api import AdminApi, ApiError, understood

if TYPE_CHECKING:
    from agent.contract_types import EntityName, ObservedBudget, ObservedGateway

Document = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Look:
    """What is read without being asked for; `facts` can be answered as they are."""

    facts: Document
    budgets: "list[ObservedBudget] | None"
    prices: Document | None
    traffic: Document
    fingerprint: Callable[[str], str]


def look() -> Look | None:
    """Reads all that is the same whatever is asked; None when nothing was ever deployed."""
    name = release.serving()
    fingerprint = keys.fingerprinter()
    if name is None or fingerprint is None:
        return None
    slot = STANDBY if caddy.standby_serves() else MAIN
    healthy = units.is_active(slot.unit) and proof.is_ready(slot.port)[0]
    about = release.describe(name)
    # The database, LiteLLM and we ourselves each work on another part.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        reading = pool.submit(budget_facts.readable, budget_facts.limited)
        listing = pool.submit(stored_facts.readable, (about.get("settings") or {}).get("storeModelInDb") is True)
        counting = pool.submit(traffic.gather)
        config = redaction.without_secrets(release.configuration(name), fingerprint)
        asking = pool.submit(_asked, slot.port, config) if healthy else None
        known = prices.known(about.get("image")) if healthy else None
        budgets, unreadable = reading.result()
        stored = listing.result() or {"models": None, "settings": None}
        facts = {
            "release": name,
            "identity": about.get("identity"),
            "image": about.get("image"),
            "settings": about.get("settings"),
            "healthy": healthy,
            "models": stored["models"],
            "stored": stored["settings"],
            "workers": len(workers.workers(slot.port)),
            "config": config,
            "beside": beside_files.hashes(release.folder(name)),
            "version": None,
            "providers": {},
            "problem": unreadable,
        } | (asking.result() if asking else {})
        # A gateway that is stopped is of some version too, and an old one does not answer which.
        facts["version"] = facts["version"] or _version_in(about.get("image"))
        return Look(facts, budgets, known, counting.result(), fingerprint)


def answer(
    seen: Look | None,
    secrets: dict[str, str],
    declared: dict[str, list[budget_facts.Owner]],
    targets: list[str],
    kinds: "list[EntityName]",
) -> "ObservedGateway | None":
    """The facts of the serving release, with what was asked for; None when there is none. A list is null when nobody answers it."""
    if seen is None:
        return None
    found = seen.budgets
    known, unreadable = budget_facts.readable(lambda: budget_facts.people(declared))
    more: list[ObservedBudget] | None = None
    if found is not None and known is not None:
        more, unreadable = budget_facts.readable(lambda: budget_facts.others(found, budget_facts.with_people(declared, known)))
    entities, no_entities = budget_facts.readable(lambda: entity_facts.read(kinds, seen.fingerprint))
    answered = seen.facts | {
        "budgets": None if found is None or more is None else found + more,
        "people": known,
        "entities": entities,
        "deliveries": True,
        "problem": seen.facts["problem"] or unreadable or no_entities,
        "prices": prices.of(seen.prices, targets),
        "traffic": seen.traffic if targets else {},
        "env": _environment(seen.facts["release"], secrets, seen.fingerprint),
    }
    # Its parts were read side by side.
    return cast("ObservedGateway", answered)


def _asked(port: int, config: Any) -> Document:
    """What LiteLLM itself answers; why not, under `problem`."""
    header = key_rules.header(config if isinstance(config, dict) else {})
    api = AdminApi(port, keys.read(MASTER_KEY), timeout=60, header=header)
    try:
        with understood("LiteLLM's answers"):
            return {"version": _version(api), "providers": _providers(api) if _has_provider_budgets(config) else {}}
    except ApiError as failure:
        why = key_rules.reason(config, str(failure), failure.status) if isinstance(config, dict) else ""
        return {"problem": f"{failure} {why}".strip()}
    finally:
        api.close()


def _version(api: AdminApi) -> str | None:
    """None of a LiteLLM that is too old to say it there."""
    try:
        version = api.get("/health/readiness/details").get("litellm_version")
    except ApiError as failure:
        if failure.status != 404:
            raise
        return None
    return version if isinstance(version, str) else None


def _version_in(image: str | None) -> str | None:
    try:
        return None if image is None else images.litellm_version(image)
    except (CommandFailed, OSError):
        return None


def _has_provider_budgets(config: Any) -> bool:
    settings = config.get("router_settings") if isinstance(config, dict) else None
    return isinstance(settings, dict) and bool(settings.get("provider_budget_config"))


def _providers(api: AdminApi) -> Document:
    """What each provider that has a budget has spent: {name: {spend, budget_reset_at}}. Kept in Redis alone."""
    try:
        found: Document = api.get("/provider/budgets")["providers"]
        return {name: {key: one.get(key) for key in ("spend", "budget_reset_at")} for name, one in found.items()}
    except ApiError as failure:
        if failure.status is None:
            raise
        # A worker that does not know of any budget answers an error.
        return {}


def _environment(name: str, given: dict[str, str], fingerprint: Any) -> dict[str, Document]:
    """For each name that the release has or the step gives: the fingerprints of both values, null where there is none."""
    live = release.provider_environment(name) | backup_settings.stored_values() | registry_login.stored_values()
    live |= own_certificate.stored_values()
    normal: dict[str, str] = {}
    for key, value in given.items():
        if key in release.HOST_OWNED:
            continue
        try:
            normal[key] = env_file.one_line(key, value)
        except Refused:
            # The program that applies it says why it cannot be kept; here it is only another value than the live one.
            normal[key] = value
    names = sorted(live.keys() | normal.keys())
    return {
        key: {
            "live": fingerprint(live[key]) if key in live else None,
            "given": fingerprint(normal[key]) if key in normal else None,
        }
        for key in names
    }
