#!/opt/litellm/bin/python
"""The lab's `prisma`, and `migrate diff` as Prisma answers it: what makes the database be as schema.prisma has it, and nothing else.

LiteLLM's first migration resolver executes the answer. Only what takes something away is told: that is what the tests look for.
"""

import os
import re
import sys
from pathlib import Path

import psycopg

LAB = "/opt/litellm/bin/prisma-of-the-lab"
MODEL = re.compile(r"^model\s+(\w+)\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)


def diff(schema: Path) -> str:
    models = dict(MODEL.findall(schema.read_text()))
    wanted = {name: set(re.findall(r"^\s+(\w+)\s", body, re.MULTILINE)) for name, body in models.items()}
    with psycopg.connect(os.environ["DATABASE_URL"].split("?")[0]) as database:
        columns = database.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_name, table_schema) "
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND table_name <> '_prisma_migrations'"
        ).fetchall()
    gone = sorted({table for table, _ in columns if table not in wanted})
    lines = [f'DROP TABLE "{table}" CASCADE;' for table in gone]
    lines += [
        f'ALTER TABLE "{table}" DROP COLUMN "{column}";' for table, column in columns if table in wanted and column not in wanted[table]
    ]
    return "\n".join(lines)


match sys.argv[1:]:
    case ["migrate", "diff", *rest]:
        print(diff(Path(rest[rest.index("--to-schema-datamodel") + 1])))
    case rest:
        os.execv(LAB, [LAB, *rest])
