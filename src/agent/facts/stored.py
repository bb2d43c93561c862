"""What LiteLLM's database holds of its configuration: models and settings that somebody made in the UI or by the API.

They are served beside config.yaml, or in its place. They are read where they stand: LiteLLM's own list of models (/v2/model/info)
takes seconds for a thousand of them, whichever page of it is asked for, because it parses config.yaml again and looks up the price
of every model before it cuts the page out; and of its settings it answers only some.
"""

from typing import Any

from agent.base.process import CommandFailed
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import stored_settings

Document = dict[str, Any]

# A team's model has a made-up name, and the one that the team knows it by in its description.
SHOWN = "coalesce(model_info->>'team_public_model_name', model_name)"
# Texts are not answered: one may be a secret under any name.
VALUE = "CASE WHEN jsonb_typeof(value) IN ('number', 'boolean') THEN value ELSE 'null' END"
SAYS_SO = (
    "SELECT EXISTS (SELECT FROM \"LiteLLM_Config\" WHERE param_name = 'general_settings' "
    "AND lower(param_value->>'store_model_in_db') = 'true')"
)
SETTINGS = (
    f'SELECT param_name, key, {VALUE} FROM "LiteLLM_Config", '
    "jsonb_each(CASE WHEN jsonb_typeof(param_value) = 'object' THEN param_value ELSE '{}' END) "
    "WHERE param_name = ANY (%(sections)s) AND jsonb_typeof(value) <> 'null' ORDER BY param_name, key"
)
MODELS = f'SELECT model_id, {SHOWN} FROM "LiteLLM_ProxyModelTable" ORDER BY model_id'


def readable(stored: bool) -> Document | None:
    """{models: [{id, model_name, source}], settings: [{section, name, value}]}; None when the database does not answer.

    The shapes are `ObservedModel` and `StoredSetting` of the contract. `stored`: whether the release has LiteLLM serve what
    its database holds. It does so too when the database itself says so; else such rows are served to nobody, and none is answered.
    """
    try:
        with postgres.reading() as asked:
            found = _found(asked, stored)
    except CommandFailed:
        return None
    listed = {(row["section"], row["name"]) for row in found["settings"]} | {("model_list", row["id"]) for row in found["models"]}
    going = [entry for entry in stored_settings.going() if (entry["section"], entry["name"]) not in listed]
    return found | {"settings": found["settings"] + [entry | {"value": None} for entry in going]}


def _found(asked: Session, stored: bool) -> dict[str, list[Document]]:
    if not (stored or asked.one(SAYS_SO)):
        return {"models": [], "settings": []}
    settings = []
    # Two of the tables came with later versions.
    there = {table for table, _ in postgres.columns(asked)}
    if "LiteLLM_CredentialsTable" in there:
        names = asked.column('SELECT credential_name FROM "LiteLLM_CredentialsTable" ORDER BY credential_name')
        settings += [{"section": "credential_list", "name": name, "value": None} for name in names]
    if "LiteLLM_CacheConfig" in there:
        settings += [{"section": "cache", "name": name, "value": None} for name in asked.column('SELECT id FROM "LiteLLM_CacheConfig"')]
    sections = {"sections": list(stored_settings.SECTIONS)}
    settings += [{"section": section, "name": name, "value": value} for section, name, value in asked.rows(SETTINGS, sections)]
    models = [{"id": id_, "model_name": name, "source": "database"} for id_, name in asked.rows(MODELS)]
    return {"models": models, "settings": settings}
