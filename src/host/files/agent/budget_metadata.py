"""What has to be known of objects before their budgets are written: LiteLLM replaces some of it as a whole."""

import json
from typing import Any

from agent import postgres, sql_values

METADATA = {
    "user": ("LiteLLM_UserTable", "user_id"),
    "team": ("LiteLLM_TeamTable", "team_id"),
    "key": ("LiteLLM_VerificationToken", "key_alias"),
}
# Who can point to a row of the budget table.
REFERRING = (
    "LiteLLM_TagTable", "LiteLLM_EndUserTable", "LiteLLM_VerificationToken", "LiteLLM_TeamMembership", "LiteLLM_OrganizationTable",
    "LiteLLM_OrganizationMembership",
)  # fmt: skip


def main(given: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Input: ids by subject (user, team, key, tag). Answers {subject: {id: document}}.

    Of users, teams and keys that is their metadata as it is stored; secrets in it are LiteLLM's ciphertext. Of tags it is
    {row, owners}: the row of the budget table that the tag points to, and how many objects do.
    """
    return {subject: _tags(ids) if subject == "tag" else _metadata(subject, ids) for subject, ids in given.items() if ids}


def _metadata(subject: str, ids: list[str]) -> dict[str, Any]:
    table, key = METADATA[subject]
    return _read(f"SELECT jsonb_build_array({key}, metadata) FROM \"{table}\" WHERE {key} IN {_listed(ids)};")


def _tags(names: list[str]) -> dict[str, Any]:
    owners = " + ".join(f'(SELECT count(*) FROM "{table}" WHERE budget_id = tag.budget_id)' for table in REFERRING)
    return _read(
        f"SELECT jsonb_build_array(tag_name, jsonb_build_object('row', budget_id, 'owners', {owners})) "
        f'FROM "LiteLLM_TagTable" tag WHERE tag_name IN {_listed(names)};'
    )


def _listed(ids: list[str]) -> str:
    return f"(SELECT jsonb_array_elements_text({sql_values.array(ids)}))"


def _read(query: str) -> dict[str, Any]:
    return dict(json.loads(line) for line in postgres.read(query).splitlines() if line)
