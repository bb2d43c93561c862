"""What is read of an image's migrations and its schema."""

from pathlib import Path

import pytest

from agent.litellm import image_files, migration_sql, prisma_schema

FIRST, SECOND = "20250326162113_baseline", "20260108_add_user_email_lower_idx"
# One of LiteLLM's own has spaces.
SPACED = "20251122125322_Add organization_id to spend logs"


@pytest.mark.parametrize(
    ("sql", "taken"),
    [
        ('ALTER TABLE "LiteLLM_A" ADD COLUMN "b" TEXT;', []),
        (
            'ALTER TABLE "LiteLLM_A" DROP COLUMN IF EXISTS "b",\nDROP COLUMN "c",\nADD COLUMN "d" TEXT;\nCREATE INDEX x ON "LiteLLM_B" (c);',
            ["LiteLLM_A.b", "LiteLLM_A.c"],
        ),
        ('-- ALTER TABLE "LiteLLM_A" DROP COLUMN "b";\n/* DROP TABLE "LiteLLM_A"; */', []),
        ('DO $$ BEGIN\n ALTER TABLE IF EXISTS public."LiteLLM_A" RENAME COLUMN "b" TO "c";\nEND $$;', ["LiteLLM_A.b"]),
        ('ALTER TABLE IF EXISTS "LiteLLM_A" RENAME TO "LiteLLM_B"; drop table "LiteLLM_C" cascade;', ["LiteLLM_A", "LiteLLM_C"]),
        ('DELETE FROM "LiteLLM_A" WHERE b; TRUNCATE TABLE "LiteLLM_B";', ["LiteLLM_A", "LiteLLM_B"]),
    ],
)
def test_what_a_migration_takes_away(sql: str, taken: list[str]) -> None:
    assert migration_sql.taken(sql) == taken


def test_schema_of_prisma_has_a_column_for_each_field_that_is_no_relation() -> None:
    text = """
model LiteLLM_BudgetTable {
  budget_id String @id @default(uuid()) // the key
  max_budget Float?
  models String[] @default([])
  metadata Json? @default("{}")
  createdAt DateTime @default(now()) @map("created_at")
  keys Key[] // a relation
  state JobStatus @default(INACTIVE)
  @@index([budget_id])
}
model Key { // called otherwise
  token String @id
  budget LiteLLM_BudgetTable? @relation(fields: [token], references: [budget_id])
  @@map("LiteLLM_VerificationToken")
}
enum JobStatus {
  ACTIVE
  INACTIVE
}
"""
    assert prisma_schema.columns(text) == {
        "LiteLLM_BudgetTable": ["budget_id", "created_at", "max_budget", "metadata", "models", "state"],
        "LiteLLM_VerificationToken": ["token"],
    }


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Of an image below `tmp_path`."""
    packages = tmp_path / "usr/lib/python3.13/site-packages"
    (packages / "litellm-1.106.2.dist-info").mkdir(parents=True)
    return packages


def make_extras(below: Path) -> Path:
    extras = below / "litellm_proxy_extras"
    for name in (SECOND, SPACED, FIRST):
        (extras / "migrations" / name).mkdir(parents=True)
        (extras / "migrations" / name / "migration.sql").write_text('DROP TABLE "LiteLLM_A";' if name == SECOND else "SELECT 1;")
    (extras / "migrations/empty").mkdir()
    (extras / "migrations/migration_lock.toml").touch()
    (extras / "schema.prisma").write_text("model LiteLLM_Config {\n  param_name String @id\n}\n")
    return extras


FOUND = image_files.Schema([FIRST, SPACED, SECOND], {"LiteLLM_Config": ["param_name"]}, {SECOND: ["LiteLLM_A"]})


def test_schema_is_read_beside_litellm_in_the_order_of_its_migrations(packages: Path, tmp_path: Path) -> None:
    make_extras(packages)
    assert image_files.contents(str(tmp_path)).schema == FOUND


def test_schema_is_read_from_where_its_source_is(packages: Path, tmp_path: Path) -> None:
    make_extras(tmp_path / "app/litellm-proxy-extras")
    assert image_files.contents(str(tmp_path)).schema == FOUND


def test_no_link_in_the_image_is_followed(packages: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (packages / "litellm_proxy_extras").symlink_to(make_extras(tmp_path_factory.mktemp("outside")))
    assert image_files.contents(str(tmp_path)).schema is None
