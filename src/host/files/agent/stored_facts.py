"""What LiteLLM's database holds of its configuration: models and settings that somebody made in the UI or by the API.

They are served beside config.yaml, or in its place. They are read where they stand: LiteLLM's own list of models (/v2/model/info)
takes seconds for a thousand of them, whichever page of it is asked for, because it parses config.yaml anew and looks up the price
of every model before it cuts the page out; and of its settings it tells only some.
"""

import json
from typing import Any

from agent import postgres, stored_settings
from agent.command import CommandFailed

Document = dict[str, Any]

# A team's model has a made-up name, and the one that the team knows it by in its description.
SHOWN = "coalesce(model_info->>'team_public_model_name', model_name)"
# Texts are not told: one may be a secret under any name.
TOLD = "CASE WHEN jsonb_typeof(value) IN ('number', 'boolean') THEN value ELSE 'null' END"
SECTIONS = ", ".join(f"'{section}'" for section in stored_settings.SECTIONS)


def readable(stored: bool) -> Document | None:
    """{models: [{id, model_name, source}], settings: [{section, name, value}]}; None when the database does not answer.

    The shapes are `ObservedModel` and `StoredSetting` in src/host/facts.ts. `stored`: whether the release has LiteLLM serve what
    its database holds. It does so too when the database itself says so; else such rows are served to nobody, and none is answered.
    """
    try:
        answer = postgres.read(_script(stored))
    except (CommandFailed, FileNotFoundError):
        return None
    found: dict[str, list[Document]] = {"models": [], "settings": []}
    for line in answer.splitlines():
        ((kind, row),) = json.loads(line).items()
        found[kind].append(row)
    told = {(row["section"], row["name"]) for row in found["settings"]} | {("model_list", row["id"]) for row in found["models"]}
    going = [entry for entry in stored_settings.going() if (entry["section"], entry["name"]) not in told]
    return found | {"settings": found["settings"] + [entry | {"value": None} for entry in going]}


def _script(stored: bool) -> str:
    own = "FROM \"LiteLLM_Config\" WHERE param_name = 'general_settings' AND lower(param_value->>'store_model_in_db') = 'true'"
    setting = "SELECT jsonb_build_object('settings', jsonb_build_object('section', {}, 'name', {}, 'value', {}))"
    served = ":'served'::boolean"
    # Two of the tables came with later versions.
    return f"""
SELECT {stored} OR EXISTS (SELECT {own}) AS served,
  to_regclass('"LiteLLM_CredentialsTable"') IS NOT NULL AS credentials, to_regclass('"LiteLLM_CacheConfig"') IS NOT NULL AS cache \\gset
\\if :credentials
{setting.format("'credential_list'", "credential_name", "null")} FROM "LiteLLM_CredentialsTable" WHERE {served} ORDER BY credential_name;
\\endif
\\if :cache
{setting.format("'cache'", "id", "null")} FROM "LiteLLM_CacheConfig" WHERE {served};
\\endif
{setting.format("param_name", "key", TOLD)} FROM "LiteLLM_Config",
  jsonb_each(CASE WHEN jsonb_typeof(param_value) = 'object' THEN param_value ELSE '{{}}' END)
  WHERE {served} AND param_name IN ({SECTIONS}) AND jsonb_typeof(value) <> 'null' ORDER BY param_name, key;
SELECT jsonb_build_object('models', jsonb_build_object('id', model_id, 'model_name', {SHOWN}, 'source', 'database'))
  FROM "LiteLLM_ProxyModelTable" WHERE {served} ORDER BY model_id;"""
