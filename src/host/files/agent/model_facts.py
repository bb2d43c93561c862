"""Models that somebody added in LiteLLM's UI or by its API: rows of its database, served beside the models of config.yaml.

They are read where they stand. LiteLLM's own list (/v2/model/info) takes seconds for a thousand models, whichever page of it is
asked for: it parses config.yaml anew and looks up the price of every model before it cuts the page out.
"""

import json
from typing import Any

from agent import postgres
from agent.command import CommandFailed

Document = dict[str, Any]


def readable(stored: bool) -> list[Document] | None:
    """Each as {id, model_name, source}; None when the database does not answer. The shape is `ObservedModel` in src/host/facts.ts.

    `stored`: whether the release has LiteLLM serve what its database holds. It does so too when the database itself says so; else
    such rows are served to nobody, and none is answered.
    """
    told = (
        "SELECT FROM \"LiteLLM_Config\" WHERE param_name = 'general_settings' "
        "AND lower(param_value->>'store_model_in_db') = 'true'"
    )
    # A team's model has a made-up name, and the one that the team knows it by in its description.
    shown = "coalesce(model_info->>'team_public_model_name', model_name)"
    try:
        answer = postgres.read(
            f"SELECT jsonb_build_object('id', model_id, 'model_name', {shown}, 'source', 'database') "
            f'FROM "LiteLLM_ProxyModelTable" WHERE {stored} OR EXISTS ({told}) ORDER BY model_id;'
        )
    except (CommandFailed, FileNotFoundError):
        return None
    return [json.loads(line) for line in answer.splitlines()]
