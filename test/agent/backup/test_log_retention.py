from typing import Any

import pytest
from refusals import refuses

from agent.backup import log_retention

LOG = 'public."LiteLLM_SpendLogs"'
KEYS = 'public."LiteLLM_VerificationToken"'
DECLARED = "maximum_spend_logs_retention_period: 7d"


def manifest(logs: int, keys: int, **more: Any) -> dict[str, Any]:
    return {"database": {"tables": {LOG: {"rows": logs}, KEYS: {"rows": keys}}, "roots": {}}} | more


USUAL = manifest(90_000, 100)


def test_smaller_backup_that_nothing_explains_is_refused_and_the_table_named() -> None:
    said = r'The backup has 7100 rows; the previous ones had 90100. public."LiteLLM_SpendLogs" has 7000 of 90000'
    with refuses("shrunken", said):
        log_retention.require_whole(manifest(7_000, 100), USUAL)


def test_smaller_backup_is_right_when_only_logs_are_fewer_and_their_removal_is_declared() -> None:
    said = log_retention.require_whole(manifest(7_000, 100, logRetention=DECLARED), USUAL)
    assert said == f"83000 rows fewer than is usual, all of them in logs: {DECLARED}"


def test_smaller_backup_is_right_too_when_the_removed_logs_were_partitions() -> None:
    roots = {"public.p1": LOG, "public.p2": LOG}
    now = {"tables": {"public.p2": {"rows": 7_000}, KEYS: {"rows": 100}}, "roots": roots}
    then = {"tables": {"public.p1": {"rows": 90_000}, KEYS: {"rows": 100}}, "roots": roots}
    assert log_retention.require_whole({"database": now, "logRetention": DECLARED}, {"database": then}) is not None


def test_backup_without_keys_is_refused_whatever_is_declared() -> None:
    with refuses("shrunken", "rows"):
        log_retention.require_whole(manifest(7_000, 10, logRetention=DECLARED), USUAL)


def test_backup_with_half_of_the_rows_needs_no_explanation() -> None:
    assert log_retention.require_whole(manifest(50_000, 100), USUAL) is None


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("general_settings: {maximum_spend_logs_retention_period: 7d}", DECLARED),
        ("general_settings: {maximum_spend_logs_size: 10GB}", "maximum_spend_logs_size: 10GB"),
        ("general_settings: {maximum_spend_logs_retention_period: null}", None),
        ("model_list: [{model_name: maximum_spend_logs_size}]", None),
        ("general_settings: {}", None),
        ("", None),
    ],
)
def test_removal_of_logs_is_read_from_the_configuration(config: str, said: str | None) -> None:
    assert log_retention.declared(config) == said
