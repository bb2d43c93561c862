"""Who and what LiteLLM keeps in its database alone: organizations, teams with their members, users, keys, access groups, tags, customers.

One statement for each kind, in one transaction that can write nothing. What is a limit is read as a budget (`budgets.py`). No value of a
key is in LiteLLM's tables, and its hash is not answered. A column that another version does not have reads as "not set".
"""

from typing import TYPE_CHECKING, Any

from agent import contract
from agent.base import redaction
from agent.database import postgres
from agent.rotation import key_records

if TYPE_CHECKING:
    from agent.contract_types import EntityName, ObservedEntity

TABLES = dict(name.split(".") for name in contract.ENTITY_TABLES)
IDS = dict(name.split(".") for name in contract.ENTITY_IDS)
BUDGET = "LiteLLM_BudgetTable"
PERMISSION = "LiteLLM_ObjectPermissionTable"
NOT_SET = "NULL::jsonb"
# What the UI's own sessions belong to.
DASHBOARD = "litellm-dashboard"
MARKS = (contract.MARK_MANAGER, contract.MARK_LIMITS, contract.MARK_MEMBERS, contract.MARK_FIELDS)
# LiteLLM's own bookkeeping.
SYSTEM = ("team_member_budget_id",)
MARKED = {"organization", "team", "user", "key"}
# The names under which a team's budget for each member has what the row of the budget table calls otherwise.
MEMBER_BUDGET = {
    "team_member_budget": "max_budget", "team_member_budget_duration": "budget_duration",
    "team_member_tpm_limit": "tpm_limit", "team_member_rpm_limit": "rpm_limit",
}  # fmt: skip

# A user who was deleted, or made once more, is still on the roster and belongs to no team.
ROSTER = (
    "LEFT JOIN (SELECT team.team_id, jsonb_object_agg(u.user_id, coalesce(m->>'role', 'user')) AS members "
    'FROM "LiteLLM_TeamTable" team CROSS JOIN LATERAL jsonb_array_elements('
    "CASE WHEN jsonb_typeof(team.members_with_roles) = 'array' THEN team.members_with_roles ELSE '[]' END) m "
    "JOIN \"LiteLLM_UserTable\" u ON u.user_id = m->>'user_id' AND team.team_id = ANY (u.teams) "
    "GROUP BY 1) roster ON roster.team_id = t.team_id"
)
ORGANIZATION_MEMBERS = (
    "LEFT JOIN (SELECT organization_id, jsonb_object_agg(user_id, coalesce(user_role, 'internal_user')) AS members "
    'FROM "LiteLLM_OrganizationMembership" GROUP BY 1) o ON o.organization_id = t.organization_id'
)


def read(asked: "list[EntityName]", fingerprint: redaction.Fingerprint) -> "list[ObservedEntity]":
    """Every object that is kept from here, and of the kinds in `asked` all the others; `ObservedEntity` of the contract."""
    with postgres.reading() as session:
        there = postgres.columns(session)
        statements = (_statement(entity, entity in asked, there) for entity in contract.ENTITY_NAMES)
        found = [row for statement in statements if statement for row in session.column(statement)]
    return [_clean(row, fingerprint) for row in _with_deliveries(found)]


def _with_deliveries(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keys with what is remembered of their delivery, and without the hash by which they were found."""
    records = key_records.read()
    by_token = {record["token"]: record for record in records if record["token"]}
    # Of one that was being made, the hash may not be known.
    by_alias = {record["alias"]: record for record in records if not record["token"]}
    for row in rows:
        record = by_token.get(row.pop("token", None)) or (by_alias.get(row["id"]) if row["kind"] == "key" else None)
        if record:
            row["delivery"] = key_records.delivery(record)
    return rows


def _clean(row: dict[str, Any], fingerprint: redaction.Fingerprint) -> "ObservedEntity":
    """Anyone may have written a secret into metadata: it is told by its fingerprint."""
    if row.get("metadata"):
        row["metadata"] = redaction.without_secrets(row["metadata"], fingerprint)
    return row  # type: ignore[return-value] # built by the statement


def _statement(entity: str, all_of_them: bool, there: set[postgres.Column]) -> str | None:
    table, column = TABLES[entity], IDS[entity]
    if (table, column) not in there:
        return None
    joins, parts = _parts(entity, there)
    fields = _fields(entity, there)
    given = {"kind": f"'{entity}'", "id": f"t.{column}", "fields": _object(fields)} | parts
    condition = f"t.{column} IS NOT NULL" + (f" AND t.team_id IS DISTINCT FROM '{DASHBOARD}'" if entity == "key" else "")
    if not all_of_them:
        condition += f" AND {parts['managed']} IS NOT NULL"
    return f'SELECT {_object(given)} FROM "{table}" t {" ".join(joins)} WHERE {condition} ORDER BY t.{column}'


def _object(values: dict[str, str]) -> str:
    """One of JSON, without what is null."""
    pairs = ", ".join(f"'{name}', {source}" for name, source in values.items())
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _of(entity: str, names: tuple[str, ...]) -> list[str]:
    return [name.split(".", 1)[1] for name in names if name.startswith(f"{entity}.")]


def _fields(entity: str, there: set[postgres.Column]) -> dict[str, str]:
    table = TABLES[entity]

    def known(name: str, where: str, source: str) -> str:
        return source if (where, name) in there else NOT_SET

    fields = {name: known(name, table, f"t.{name}") for name in _of(entity, contract.ENTITY_COLUMNS)}
    fields |= {name: f"t.metadata->'{name}'" for name in _of(entity, contract.ENTITY_METADATA)}
    fields |= {name: f"b.{name}" for name in _of(entity, contract.ENTITY_BUDGET)}
    fields |= {name: f"b.{MEMBER_BUDGET[name]}" for name in _of(entity, contract.ENTITY_MEMBER_BUDGET)}
    if entity == "team":
        fields["model_aliases"] = "a.aliases"
    if entity == "access_group" and (TABLES["team"], "access_group_ids") in there:
        fields["assigned_team_ids"] = (
            f'(SELECT jsonb_agg(team_id ORDER BY team_id) FROM "{TABLES["team"]}" WHERE t.access_group_id = ANY (access_group_ids))'
        )
    return fields


def _parts(entity: str, there: set[postgres.Column]) -> tuple[list[str], dict[str, str]]:
    """Joins, and what is beside the fields: the mark, metadata, members, what it may reach, and what hangs on it."""
    joins: list[str] = []
    parts: dict[str, str] = {}
    table, column = TABLES[entity], IDS[entity]
    if entity in MARKED:
        others = ", ".join(f"'{name}'" for name in (*MARKS, *SYSTEM, *_of(entity, contract.ENTITY_METADATA)))
        parts["managed"] = f"t.metadata->'{contract.MARK_FIELDS}'"
        parts["metadata"] = f"CASE WHEN jsonb_typeof(t.metadata) = 'object' THEN t.metadata - ARRAY[{others}] END"
    else:
        own = "t.access_group_id" if entity == "access_group" else f"t.{column}"
        joins.append(f"LEFT JOIN \"{BUDGET}\" mark ON mark.budget_id = '{contract.MARK_ROW}:{entity}:' || {own}")
        parts["managed"] = "CASE WHEN mark.budget_id IS NOT NULL THEN '[]'::jsonb END"
    if (table, "object_permission_id") in there and (PERMISSION, "object_permission_id") in there:
        joins.append(f'LEFT JOIN "{PERMISSION}" p ON p.object_permission_id = t.object_permission_id')
        names = [name for name in contract.PERMISSIONS if (PERMISSION, name) in there]
        parts["permission"] = _object({name: f"CASE WHEN cardinality(p.{name}) > 0 THEN to_jsonb(p.{name}) END" for name in names})
    more, beside = OWN[entity]
    return joins + list(more), parts | beside


def _counted(alias: str, table: str, by: str, to: str) -> str:
    return f'LEFT JOIN (SELECT {by}, count(*) AS number FROM "{table}" GROUP BY 1) {alias} ON {alias}.{by} = t.{to}'


KEYS_OF = {by: _counted("keys", TABLES["key"], by, by) for by in ("team_id", "user_id", "organization_id")}
# Of each kind what no other has: joins, and parts of the answer.
OWN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "organization": (
        (
            f'LEFT JOIN "{BUDGET}" b ON b.budget_id = t.budget_id', ORGANIZATION_MEMBERS, KEYS_OF["organization_id"],
            _counted("teams", TABLES["team"], "organization_id", "organization_id"),
        ),
        {"members": "o.members", "holds": _object({"keys": "keys.number", "teams": "teams.number"})},
    ),
    "team": (
        (
            f"LEFT JOIN \"{BUDGET}\" b ON b.budget_id = t.metadata->>'team_member_budget_id'",
            'LEFT JOIN "LiteLLM_ModelTable" a ON a.id = t.model_id', ROSTER, KEYS_OF["team_id"],
        ),
        {"members": "roster.members", "holds": _object({"keys": "keys.number"})},
    ),
    "user": ((KEYS_OF["user_id"],), {"holds": _object({"keys": "keys.number", "teams": "nullif(cardinality(t.teams), 0)"})}),
    "key": ((), {"shown": "t.key_name", "used": "t.last_active", "made": "t.created_at", "token": "t.token"}),
    "access_group": ((), {"own_id": "t.access_group_id"}),
    "tag": ((), {}),
    "customer": ((), {}),
}  # fmt: skip
