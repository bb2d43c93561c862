"""What must be known of objects before their budgets are written: LiteLLM replaces some of it as a whole."""

import json
from typing import TYPE_CHECKING, Any

from agent.database import postgres

if TYPE_CHECKING:
    from agent.contract_types import BudgetMetadataAnswer, BudgetMetadataAnswerTagValue, BudgetMetadataQuestion

METADATA = {
    "user": ("LiteLLM_UserTable", "user_id"),
    "team": ("LiteLLM_TeamTable", "team_id"),
    "organization": ("LiteLLM_OrganizationTable", "organization_id"),
    "key": ("LiteLLM_VerificationToken", "key_alias"),
}
LISTED = "(SELECT jsonb_array_elements_text(%(ids)s::jsonb))"
# Who can point to a row of the budget table.
REFERRING = (
    "LiteLLM_TagTable", "LiteLLM_EndUserTable", "LiteLLM_VerificationToken", "LiteLLM_TeamMembership", "LiteLLM_OrganizationTable",
    "LiteLLM_OrganizationMembership",
)  # fmt: skip


def main(given: "BudgetMetadataQuestion") -> "BudgetMetadataAnswer":
    """Input: ids by subject (user, team, organization, key, tag). Answers {subject: {id: document}}.

    Of users, teams, organizations and keys that is their metadata as it is stored; secrets in it are LiteLLM's ciphertext. Of tags it is
    {row, owners}: the row of the budget table that the tag points to, and how many objects do.
    """
    answer: BudgetMetadataAnswer = {}
    if users := given.get("user"):
        answer["user"] = _metadata("user", users)
    if teams := given.get("team"):
        answer["team"] = _metadata("team", teams)
    if organizations := given.get("organization"):
        answer["organization"] = _metadata("organization", organizations)
    if keys := given.get("key"):
        answer["key"] = _metadata("key", keys)
    if tags := given.get("tag"):
        answer["tag"] = _tags(tags)
    return answer


def _metadata(subject: str, ids: list[str]) -> dict[str, Any]:
    table, key = METADATA[subject]
    return _read(f'SELECT {key}, metadata FROM "{table}" WHERE {key} IN {LISTED}', ids)


def _tags(names: list[str]) -> "dict[str, BudgetMetadataAnswerTagValue]":
    owners = " + ".join(f'(SELECT count(*) FROM "{table}" WHERE budget_id = tag.budget_id)' for table in REFERRING)
    row = f"jsonb_build_object('row', budget_id, 'owners', {owners})"
    return _read(f'SELECT tag_name, {row} FROM "LiteLLM_TagTable" tag WHERE tag_name IN {LISTED}', names)


def _read(query: str, ids: list[str]) -> dict[str, Any]:
    with postgres.reading() as asked:
        return dict(asked.rows(query, {"ids": json.dumps(ids)}))
