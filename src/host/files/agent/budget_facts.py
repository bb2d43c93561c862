"""Every budget that stands in LiteLLM's database, each in one form, read in one transaction that can write nothing.

The API would answer the same rows a hundred a call, lacks a list of members' budgets and the spend of tags, and says nothing
while LiteLLM is down. Rows are taken as JSON, so that a column another version lacks reads as "not set".
"""

import json
from typing import Any

from agent import postgres, sql_values
from agent.command import CommandFailed

Document = dict[str, Any]

LIMITS = (
    "max_budget", "budget_duration", "soft_budget", "tpm_limit", "rpm_limit", "models", "model_max_budget", "budget_limits",
)  # fmt: skip

# Where the fields of one subject stand: `t` is its row, `b` the row of LiteLLM_BudgetTable it points to.
OWN = {name: f"t->'{name}'" for name in LIMITS} | {"spend": "t->'spend'", "budget_reset_at": "t->'budget_reset_at'"}
LINKED = {name: f"b->'{name}'" for name in LIMITS} | {"spend": "t->'spend'", "budget_reset_at": "b->'budget_reset_at'"}
MARK = (
    "CASE WHEN t->'metadata'->>'managed_by' = 'litellm-gitops' "
    "THEN coalesce(t->'metadata'->'managed_limits', '[\"max_budget\", \"budget_duration\"]') END"
)
# A row of the budget table that we made for one owner: all in it is ours.
OURS = (
    "CASE WHEN b->>'budget_id' = {id} "
    "THEN to_jsonb(array(SELECT jsonb_object_keys(jsonb_strip_nulls(b)) UNION SELECT 'models')) END"
)

JOIN = 'LEFT JOIN "LiteLLM_BudgetTable" bt ON bt.budget_id = tt.budget_id'


def gather(declared: dict[str, list[Any]]) -> list[Document]:
    """Input: by subject the ids that the repository declares (a member's as [team, user]).

    Answers who has a limit or our mark, or is declared, as {subject, id, team?, alias?, managed?, spend, budget_reset_at} and the
    limits that are set; `managed` lists the limits that are ours. The shape is `ObservedBudget` in src/host/facts.ts.
    """
    statements = "\n".join(_statement(declared, *subject) for subject in _subjects())
    answer = postgres.read(f"BEGIN READ ONLY;\n{statements}\nCOMMIT;")
    return [json.loads(line) for line in answer.splitlines() if line.startswith("{")]


def _subjects() -> list[tuple[str, str, dict[str, str]]]:
    """Name, rows and fields of each subject."""
    key = OWN | {"id": "t->'key_alias'", "soft_budget": "b->'soft_budget'", "managed": MARK}
    member = LINKED | {
        "id": "t->'user_id'",
        "team": "t->'team_id'",
        "models": "b->'allowed_models'",
        "managed": "team->'metadata'->'managed_members'->(t->>'user_id')",
        "shared": "CASE WHEN b->>'budget_id' = team->'metadata'->>'team_member_budget_id' THEN to_jsonb(true) END",
    }
    customer = LINKED | {
        "id": "t->'user_id'",
        "models": "t->'models'",
        "managed": OURS.format(id="'litellm-gitops:customer:' || (t->>'user_id')"),
    }
    tag = LINKED | {"id": "t->'tag_name'", "models": "NULL", "managed": OURS.format(id="'litellm-gitops:tag:' || (t->>'tag_name')")}
    return [
        ("user", 'SELECT to_jsonb(tt) t FROM "LiteLLM_UserTable" tt', OWN | {"id": "t->'user_id'", "managed": MARK}),
        ("team", 'SELECT to_jsonb(tt) t FROM "LiteLLM_TeamTable" tt', OWN | {
            "id": "t->'team_id'", "alias": "t->'team_alias'", "managed": MARK,
        }),
        ("member", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b, to_jsonb(teams) team FROM "LiteLLM_TeamMembership" tt {JOIN} '
            'LEFT JOIN "LiteLLM_TeamTable" teams ON teams.team_id = tt.team_id', member),
        ("customer", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM "LiteLLM_EndUserTable" tt {JOIN}', customer),
        # Sessions of the UI are keys with a budget of their own; a key without an alias cannot be declared.
        ("key", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM "LiteLLM_VerificationToken" tt {JOIN} '
            "WHERE tt.key_alias IS NOT NULL AND tt.team_id IS DISTINCT FROM 'litellm-dashboard'", key),
        ("tag", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM "LiteLLM_TagTable" tt {JOIN}', tag),
    ]  # fmt: skip


def _statement(declared: dict[str, list[Any]], subject: str, rows: str, fields: dict[str, str]) -> str:
    built = ", ".join(f"'{name}', {_set(source) if name in LIMITS else source}" for name, source in fields.items())
    limits = ", ".join(f"'{name}'" for name in (*LIMITS, "managed"))
    owner = "jsonb_build_array(o->'team', o->'id')" if subject == "member" else "o->'id'"
    # Held in place, or PostgreSQL makes the whole row JSON again for every field of it: 22 times as long for 10,000 users.
    return (
        f"WITH r AS MATERIALIZED ({rows}),\n"
        f"x AS MATERIALIZED (SELECT jsonb_strip_nulls(jsonb_build_object('subject', '{subject}', {built})) o FROM r)\n"
        "SELECT o FROM x\n"
        f"WHERE o ?| array[{limits}] OR {owner} IN (SELECT jsonb_array_elements({sql_values.array(declared.get(subject) or [])}))\n"
        "ORDER BY o->>'team', o->>'id';"
    )


def _set(source: str) -> str:
    """An empty list or mapping is LiteLLM's way of saying "no limit"."""
    return f"NULLIF(NULLIF(NULLIF({source}, '[]'), '{{}}'), 'null')"


def readable(declared: dict[str, list[Any]]) -> tuple[list[Document] | None, str | None]:
    """The budgets, or None and why they cannot be read."""
    try:
        return gather(declared), None
    except (CommandFailed, FileNotFoundError) as failure:
        return None, f"the database does not answer: {failure}"
