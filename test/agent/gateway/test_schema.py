import pytest
from hypothesis import given, strategies as st
from refusals import refuses

from agent.base import migration_runs
from agent.gateway import images, schema
from agent.gateway.schema import Database, Distance
from agent.litellm import image_files
from agent.litellm.image_files import Schema

FIRST = "20250326162113_baseline"
SECOND = "20260108_add_user_email_lower_idx"
THIRD = "20260918000000_add_managed_file_content_table"
RETIRED = "20251115120021_baseline_diff"
KEYS = {"LiteLLM_VerificationToken": ["token", "spend"]}

Columns = dict[str, list[str]]


def database(migrations: list[str], columns: Columns | None = None) -> Database:
    return Database(migrations, {table: set(names) for table, names in (columns or {}).items()})


def image(migrations: list[str], columns: Columns | None = None, taken: dict[str, list[str]] | None = None) -> Schema:
    return Schema(migrations, columns or {}, taken or {})


def with_columns(*more: str) -> Columns:
    return {"LiteLLM_VerificationToken": ["token", "spend", *more]}


@pytest.mark.parametrize(
    ("has", "wants", "expected"),
    [
        pytest.param(database([FIRST, SECOND], KEYS), image([FIRST, SECOND], KEYS), Distance([], [], [], []), id="none"),
        pytest.param(database([FIRST]), image([FIRST, SECOND]), Distance([SECOND], [], [], []), id="a newer image"),
        pytest.param(database([FIRST, SECOND, THIRD]), image([FIRST]), Distance([], [SECOND, THIRD], [], []), id="an older image"),
        pytest.param(
            database([FIRST, RETIRED], KEYS), image([FIRST, SECOND], KEYS), Distance([SECOND], [], [], []), id="one that LiteLLM took back"
        ),
        pytest.param(
            database([FIRST, *sorted(schema.WITHDRAWN)], with_columns("of_mine")),
            image([FIRST, THIRD], KEYS),
            Distance([THIRD], [], [], ["LiteLLM_VerificationToken.of_mine"]),
            id="those that LiteLLM took back, beside a column of somebody's own",
        ),
        pytest.param(
            database([FIRST, RETIRED, SECOND], with_columns("of_mine")),
            image([FIRST, THIRD], KEYS),
            Distance([THIRD], [RETIRED, SECOND], [], ["LiteLLM_VerificationToken.of_mine"]),
            id="one that LiteLLM took back among others that the image does not know",
        ),
        pytest.param(
            database([FIRST, RETIRED], with_columns("of_mine")),
            image([FIRST], KEYS),
            Distance([], [RETIRED], [], ["LiteLLM_VerificationToken.of_mine"]),
            id="an image from before one that LiteLLM took back later",
        ),
        pytest.param(
            database([FIRST, SECOND], with_columns("budget_fallbacks")),
            image([FIRST, THIRD], KEYS),
            Distance([THIRD], [SECOND], [], ["LiteLLM_VerificationToken.budget_fallbacks"]),
            id="an image of another line, whose newest migration is newer",
        ),
        pytest.param(
            database([FIRST], {"LiteLLM_VerificationToken": ["token"]}),
            image([FIRST], KEYS),
            Distance([], [], ["LiteLLM_VerificationToken.spend"], []),
            id="a column that was dropped although its migration is recorded",
        ),
        pytest.param(
            database([FIRST], {**with_columns("of_mine"), "mine": ["a"], "LiteLLM_SpendLogs_legacy": ["b"]}),
            image([FIRST], KEYS),
            Distance([], [], [], ["LiteLLM_VerificationToken.of_mine"]),
            id="tables of people and partitions of the log",
        ),
        pytest.param(
            database([FIRST], KEYS),
            image(
                [FIRST, SECOND],
                KEYS,
                {SECOND: ["LiteLLM_VerificationToken.spend", "LiteLLM_Gone"], FIRST: ["LiteLLM_VerificationToken.token"]},
            ),
            Distance([SECOND], [], [], ["LiteLLM_VerificationToken.spend"]),
            id="what the pending migrations take away of what there is",
        ),
        pytest.param(
            database([FIRST, "20260108235959_x"]), image([FIRST, SECOND]), Distance([SECOND], [], [], []), id="names go by their bytes"
        ),
    ],
)
def test_distance(has: Database, wants: Schema, expected: Distance) -> None:
    assert schema.distance(has, wants) == expected


NAMES = st.sets(st.integers(10, 60).map(lambda day: f"202601{day}_m"), min_size=1, max_size=12).map(sorted)


@given(has=NAMES, wants=NAMES)
def test_image_that_lacks_the_newest_migration_is_never_let_in(has: list[str], wants: list[str]) -> None:
    between = schema.distance(database(has), image(wants))
    if has[-1] > wants[-1]:
        assert has[-1] in between.unknown
    assert not set(between.unknown) & set(wants)
    assert between.pending == [name for name in wants if name not in has]


@pytest.fixture
def _second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with two migrations; the image `now` serves on it."""
    brings = {"old": [FIRST], "now": [FIRST, SECOND], "new": [FIRST, SECOND, THIRD]}
    monkeypatch.setattr(image_files, "schema", lambda name: image(brings[name]) if name in brings else None)
    monkeypatch.setattr(images, "is_served", lambda name: name == "now")
    monkeypatch.setattr(images, "litellm_version", lambda name: "1.80.5")
    monkeypatch.setattr(migration_runs, "backup_before", lambda names: None)
    monkeypatch.setattr(schema, "of_database", lambda: database([FIRST, SECOND]))


@pytest.mark.usefixtures("_second")
@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("old", "schema-moved", rf"1 migration \({SECOND}\) that old \(LiteLLM 1\.80\.5\) does not know"),
        ("new", "migrations-pending", rf"does not have 1 migration \({THIRD}\)"),
        ("other", "image-schema", "no migrations that could be read"),
    ],
)
def test_rollout_to_an_image_that_does_not_fit_is_refused(name: str, code: str, says: str) -> None:
    with refuses(code, says):
        schema.require_fit(name)


@pytest.mark.usefixtures("_second")
def test_image_that_serves_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "of_database", lambda: database([FIRST, SECOND, THIRD]))
    schema.require_fit("now")


@pytest.mark.usefixtures("_second")
def test_empty_database_fits_every_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "of_database", lambda: database([]))
    schema.require_fit("new")
