"""The last level of a proof: LiteLLM itself on the restored data, with the restored keys and configuration."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from agent.backup.manifest import Manifest, release_folder
from agent.base import env_file
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import Server
from agent.database.session import identifier, session
from agent.gateway import images, release, stored_secrets
from agent.litellm import configuration as loader, key_rules, proof
from agent.litellm.admin_api import AdminApi, ApiError, understood
from agent.restore import scratch

MOST_VALUES = 50
# One that its owner could use now for any model: teams, users and budgets of it are looked up as those of the real one.
EXISTING = (
    'FROM public."LiteLLM_VerificationToken" WHERE (expires IS NULL OR expires > now()) AND blocked IS NOT TRUE '
    "AND coalesce(cardinality(models), 0) = 0 AND (max_budget IS NULL OR spend < max_budget) "
    "AND team_id IS DISTINCT FROM 'litellm-dashboard' ORDER BY token LIMIT 1"
)
REFUSED = (401, 403)


def environment(files: Path, manifest: Manifest) -> dict[str, str]:
    """What the backed up release gave LiteLLM."""
    return env_file.read(release_folder(files.parent, manifest) / "env")


def prove(server: Server, url: str, redis_password: str, files: Path, manifest: Manifest) -> str:
    """Answers what was proven. Refuses with the cause."""
    image = manifest["image"]
    images.make_ready(image)
    salt = (files / "etc/litellm/salt_key").read_text().strip()
    master = (files / "etc/litellm/master_key").read_text().strip()
    decrypted = decrypt(server, image, salt)
    host = host_environment(url, redis_password, master, salt)
    content = release.content_in(release_folder(files.parent, manifest))
    rules = loader.load(content.config) or {}
    seconds = scratch.start_litellm(image, content, environment(files, manifest) | host)
    models = sorted(name for name in proof.model_ids(content.config).values() if "*" not in name)
    try:
        is_adopted = manifest["kind"] == "adopted"
        answered = scratch.inside(lambda: ask(master, server, rules, models[:1], is_adopted))
    except (ApiError, proof.NotProven, KeyError) as failure:
        raise Refused("litellm", f"LiteLLM runs on the restored data, but: {failure}", scratch.litellm_log()) from None
    return f"LiteLLM {manifest['litellmVersion']} ready after {seconds:.1f} s; {decrypted}; {answered}"


def host_environment(url: str, redis_password: str, master: str, salt: str) -> dict[str, str]:
    """What the host gives LiteLLM otherwise, of the scratch place."""
    return {
        "DATABASE_URL": url,
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": "6379",
        "REDIS_PASSWORD": redis_password,
        "LITELLM_MASTER_KEY": master,
        "LITELLM_SALT_KEY": salt,
        "DISABLE_SCHEMA_UPDATE": "true",
    }


def decrypt(server: Server, image: str, salt: str) -> str:
    """LiteLLM's own libraries open what is stored encrypted, with the restored salt key."""
    values: list[str] = []
    with session(server, scratch.DATABASE) as asked:
        for table, column in stored_secrets.ALWAYS:
            query = (
                f'SELECT entry.value FROM public."{table}" AS row, jsonb_each_text(to_jsonb(row.{column})) AS entry '
                f"WHERE jsonb_typeof(to_jsonb(row.{column}) -> entry.key) = 'string' LIMIT {MOST_VALUES}"
            )
            values += [value for value in asked.column(query) if value]
        known = set(values)
        # Wherever else LiteLLM says, by the column or by a mark, that a text is encrypted.
        values += [value for value in stored_secrets.read_from(asked).sure if value not in known][:MOST_VALUES]
    if not values:
        return "nothing is stored encrypted"
    opened = stored_secrets.opened(salt, values, image, scratch.CONTAINER)
    if not all(opened):
        raise Refused(
            "salt-key",
            f"{opened.count(False)} of {len(opened)} stored credentials and model settings cannot be decrypted with the "
            "salt key of this backup: they were encrypted with another one.",
        )
    return f"{len(opened)} stored values decrypt"


def ask(master: str, server: Server, rules: dict[str, Any], models: list[str], as_existing: bool = False) -> str:
    api = AdminApi(scratch.PORT, master, timeout=60, header=key_rules.header(rules))
    try:
        said = []
        with session(server, scratch.DATABASE) as asked:
            tokens = asked.one('SELECT count(*) FROM public."LiteLLM_VerificationToken"')
        with understood("GET /key/list"):
            listed = int(api.get("/key/list", size=1).get("total_count", 0))
        if tokens > 0 and listed == 0:
            raise proof.NotProven(f"it lists no virtual key, and the database holds {tokens}.")
        said.append(f"{listed} virtual keys known")
        if key_rules.has_own_auth(rules):
            return ", ".join([*said, "no model asked, as general_settings.custom_auth decides whose requests are taken"])
        alias = f"{proof.PROBE_ALIAS}-{secrets.token_hex(6)}"
        made = proof.make_key(api, rules, alias)
        for model in models:
            proof.probe_one(api, made, rules, model)
            said.append(f"{model} answered a request")
            if as_existing:
                said.append(_ask_as_existing(api, server, rules, model))
        return ", ".join(said)
    finally:
        api.close()


def _ask_as_existing(api: AdminApi, server: Server, rules: dict[str, Any], model: str) -> str:
    """A request with an existing virtual key. The database has only hashes, so it is a copy of one, under a key that is known here."""
    key = f"sk-{secrets.token_hex(16)}"
    own = {"token": "%(token)s", "key_alias": "NULL", "metadata": "metadata || '{\"allow_client_mock_response\": true}'"}
    with session(server, scratch.DATABASE) as asked:
        there = [name for table, name in sorted(postgres.columns(asked)) if table == "LiteLLM_VerificationToken" and name not in own]
        names = ", ".join([*own, *(identifier(name) for name in there)])
        values = ", ".join([*own.values(), *(identifier(name) for name in there)])
        made = asked.column(
            f'INSERT INTO public."LiteLLM_VerificationToken" ({names}) SELECT {values} {EXISTING} RETURNING token',
            {"token": hashlib.sha256(key.encode()).hexdigest()},
        )
    if not made:
        return "no key could be tried that may ask for any model now"
    try:
        return f"{model} answered a copy of an existing key" if proof.probe_one(api, key, rules, model) else "a copy of a key was let in"
    except ApiError as refused:
        if refused.status in REFUSED:
            raise proof.NotProven(f"it refuses a copy of an existing key. {refused}") from None
        return f"a copy of an existing key was let in, and answered {refused.status}"
