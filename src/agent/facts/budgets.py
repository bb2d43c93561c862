"""Every budget in LiteLLM's database, each in one form, read in one transaction that can write nothing.

The API would answer the same rows a hundred a call, has no list of members' budgets and the spend of tags, and says nothing
while LiteLLM is down. A column that another version does not have reads as "not set".
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from agent import contract
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres

if TYPE_CHECKING:
    from agent.contract_types import ObservedBudget, Person

T = TypeVar("T")

# Of a member the team and the user.
Owner = str | tuple[str, str]

# Who may be somebody's e-mail address.
AT = "@"
# What is shown of keys that share an alias; one more than people are told of.
MOST_KEYS = 6

# An empty list or mapping is LiteLLM's way of saying "no limit".
COLLECTIONS = contract.COLLECTION_LIMITS
SUBJECTS = contract.SUBJECTS
LIMITS = contract.LIMIT_NAMES

USER, TEAM, KEY = "LiteLLM_UserTable", "LiteLLM_TeamTable", "LiteLLM_VerificationToken"
MEMBER, CUSTOMER, TAG = "LiteLLM_TeamMembership", "LiteLLM_EndUserTable", "LiteLLM_TagTable"
BUDGET = "LiteLLM_BudgetTable"
NOT_SET = "NULL::jsonb"
LINKED = f'LEFT JOIN "{BUDGET}" b ON b.budget_id = t.budget_id'

MARK = (
    f"CASE WHEN t.metadata->>'{contract.MARK_MANAGER}' = '{contract.MANAGER}' "
    f"THEN coalesce(t.metadata->'{contract.MARK_LIMITS}', '[\"max_budget\", \"budget_duration\"]') END"
)
# Owners that a request names, as one array of JSON.
OTHERS = "id IN (SELECT jsonb_array_elements_text(%(owners)s::jsonb))"
MEMBERS = "(team, id) IN (SELECT pair->>0, pair->>1 FROM jsonb_array_elements(%(owners)s::jsonb) pair)"
# A row of the budget table that we made for one owner: all in it is ours.
OURS = (
    "CASE WHEN b.budget_id = {id} THEN to_jsonb(array(SELECT jsonb_object_keys(jsonb_strip_nulls(to_jsonb(b))) UNION SELECT 'models')) END"
)


PEOPLE = (
    "SELECT jsonb_build_object('email', asked, 'id', t.user_id) FROM jsonb_array_elements_text(%(asked)s::jsonb) asked "
    f'JOIN "{USER}" t ON lower(t.user_email) = lower(asked) ORDER BY asked, t.user_id'
)
# Beside an alias that several keys have, those keys.
KEYS = f"""(
  SELECT *, CASE WHEN count(*) OVER same > 1 THEN to_jsonb((array_agg(
    coalesce(key_name || ' ', '') || '(hash ' || left(token, 12) || ')') OVER same)[1:{MOST_KEYS}]) END AS same_alias
  FROM "{KEY}" WHERE key_alias IS NOT NULL AND team_id IS DISTINCT FROM 'litellm-dashboard' WINDOW same AS (PARTITION BY key_alias)
)"""
# Of each user, the keys to which LiteLLM applies the team's budget and not the user's.
TEAM_KEYS = f"""(
  SELECT user_id AS owner, count(*) AS keys FROM "{KEY}"
  WHERE team_id IS NOT NULL AND team_id <> 'litellm-dashboard' AND (expires IS NULL OR expires > now() AT TIME ZONE 'UTC')
  GROUP BY user_id
)"""


def limited() -> "list[ObservedBudget]":
    """Every owner that has a limit or our mark, as {subject, id, team?, alias?, managed?, spend, budget_reset_at} and the limits that
    are set; `managed` lists the limits that are ours. The shape is `ObservedBudget` of the contract.
    """
    limit = " OR ".join(f"{name} IS NOT NULL" for name in (*LIMITS, "managed"))
    return _read(dict.fromkeys(SUBJECTS, limit))


def others(found: "list[ObservedBudget]", declared: dict[str, list[Owner]]) -> "list[ObservedBudget]":
    """Those that `declared`, owners by subject, names beside the ones found: they have no limit."""
    have = {(row["subject"], row.get("team"), row["id"]) for row in found}
    absent = {
        subject: [owner for owner in declared.get(subject, []) if (subject, *_team_and_id(owner)) not in have] for subject in SUBJECTS
    }
    asked = {subject: owners for subject, owners in absent.items() if owners}
    conditions = {subject: MEMBERS if subject == "member" else OTHERS for subject in asked}
    return _read(conditions, {subject: {"owners": json.dumps(owners)} for subject, owners in asked.items()})


def people(declared: dict[str, list[Owner]]) -> "list[Person]":
    """Users whose e-mail address `declared` gives as an id, as {email, id}: LiteLLM's UI and SSO name them by an id of their own."""
    asked = sorted({id_ for subject in ("user", "member") for owner in declared.get(subject, []) if AT in (id_ := _team_and_id(owner)[1])})
    if not asked:
        return []
    with postgres.reading() as session:
        if (USER, "user_email") not in postgres.columns(session):
            return []
        return session.column(PEOPLE, {"asked": json.dumps(asked)})


def with_people(declared: dict[str, list[Owner]], known: "list[Person]") -> dict[str, list[Owner]]:
    """The same owners, and under their own ids those whom they name by e-mail."""
    ids: dict[str, list[str]] = {}
    for person in known:
        ids.setdefault(person["email"], []).append(person["id"])
    users: list[Owner] = [own for user in declared.get("user", []) for own in ids.get(_team_and_id(user)[1], [])]
    members: list[Owner] = []
    for member in declared.get("member", []):
        team, user = _team_and_id(member)
        members += [(team or "", own) for own in ids.get(user, [])]
    more = {"user": users, "member": members}
    return declared | {subject: declared.get(subject, []) + found for subject, found in more.items() if found}


def _team_and_id(owner: Owner) -> tuple[str | None, str]:
    return (None, owner) if isinstance(owner, str) else (owner[0], owner[1])


def _read(conditions: dict[str, str], values: dict[str, dict[str, str]] | None = None) -> "list[ObservedBudget]":
    """The rows of each of the subjects for which its condition, with its values, holds."""
    if not conditions:
        return []
    rows: list[ObservedBudget] = []
    with postgres.reading() as asked:
        subjects = _subjects(postgres.columns(asked))
        for name, wanted in conditions.items():
            rows += asked.column(_statement(name, wanted, *subjects[name]), (values or {}).get(name))
    return rows


def _subjects(there: set[postgres.Column]) -> dict[str, tuple[str, dict[str, str]]]:
    """Rows and fields of each subject: `t` is its row, `b` the row of LiteLLM_BudgetTable that it points to."""

    def from_row(alias: str, table: str) -> dict[str, str]:
        return {name: f"{alias}.{name}" if (table, name) in there else NOT_SET for name in (*LIMITS, "budget_reset_at")}

    linked = from_row("b", BUDGET)
    spend = {"spend": "t.spend"}
    return {
        "user": (f'"{USER}" t LEFT JOIN {TEAM_KEYS} k ON k.owner = t.user_id',
            from_row("t", USER) | spend | {"id": "t.user_id", "managed": MARK, "team_keys": "k.keys"}),
        "team": (f'"{TEAM}" t', from_row("t", TEAM) | spend | {"id": "t.team_id", "alias": "t.team_alias", "managed": MARK}),
        "member": (f'"{MEMBER}" t {LINKED} LEFT JOIN "{TEAM}" team ON team.team_id = t.team_id', linked | spend | {
            "id": "t.user_id", "team": "t.team_id",
            "models": "b.allowed_models" if (BUDGET, "allowed_models") in there else NOT_SET,
            "managed": f"team.metadata->'{contract.MARK_MEMBERS}'->t.user_id",
            "shared": "CASE WHEN b.budget_id = team.metadata->>'team_member_budget_id' THEN true END",
        }),
        "customer": (f'"{CUSTOMER}" t {LINKED}', linked | spend | {
            "id": "t.user_id",
            "models": "t.models" if (CUSTOMER, "models") in there else NOT_SET,
            "managed": OURS.format(id=f"'{contract.MANAGER}:customer:' || t.user_id"),
        }),
        # Sessions of the UI are keys with a budget of their own; a key without an alias cannot be declared.
        "key": (f"{KEYS} t {LINKED}", from_row("t", KEY) | spend | {
            "id": "t.key_alias", "soft_budget": linked["soft_budget"], "managed": MARK, "same_alias": "t.same_alias",
        }),
        "tag": (f'"{TAG}" t {LINKED}', linked | spend | {
            "id": "t.tag_name", "models": NOT_SET, "managed": OURS.format(id=f"'{contract.MANAGER}:tag:' || t.tag_name"),
        }),
    }  # fmt: skip


def _statement(subject: str, condition: str, rows: str, fields: dict[str, str]) -> str:
    fields = fields | {name: _unless_empty(fields[name]) for name in COLLECTIONS}
    built = ", ".join(f"{source} AS {name}" for name, source in fields.items())
    return (
        f"SELECT json_strip_nulls(row_to_json(o)) FROM (SELECT '{subject}' AS subject, {built} FROM {rows}) o\n"
        f"WHERE {condition}\n"
        f"ORDER BY {'team, id' if subject == 'member' else 'id'}"
    )


def _unless_empty(source: str) -> str:
    return f"CASE WHEN to_jsonb({source}) NOT IN ('[]', '{{}}', 'null') THEN to_jsonb({source}) END"


def readable(read: Callable[[], T]) -> tuple[T | None, str | None]:
    """What `read` answers, or None and why the database does not answer."""
    try:
        return read(), None
    except (CommandFailed, FileNotFoundError, Refused) as failure:
        return None, f"the database does not answer: {failure}"
