"""Runs in a lab host: databases of many kinds, a backup of each, changes after it, and a restore of each scope by the host's own code.

Input: {seeds}. Answers a list of sentences about rows that were there before a restore, are not there after it, and were not named by
its plan; it is empty when all is right.
"""

import collections
import random
import shutil
import tempfile
from pathlib import Path

from agent.database import dump as database_dump, postgres, swap as database_swap, tables as database_tables
from agent.database.server import OWNER, READER
from agent.database.session import session
from agent.litellm import tables as litellm_tables
from agent.restore import database as restore_database, kept_tables, plan as restore_plan

LIVE, BESIDE, BEFORE = "litellm_case", "litellm_restore_case", "litellm_before_case"
SPEND = 'public."LiteLLM_SpendLogs"'
TABLES = {
    "public._prisma_migrations": "id text PRIMARY KEY, migration_name text, logs text, finished_at timestamptz, rolled_back_at timestamptz",
    'public."LiteLLM_VerificationToken"': "token text PRIMARY KEY, note text",
    'public."LiteLLM_ModelTable"': "id serial PRIMARY KEY, note text",
    'public."LiteLLM_DailyUserSpend"': "id text PRIMARY KEY, note text",
}
DAYS = 'PARTITION BY RANGE ("startTime")'
LOG = 'request_id text, "startTime" timestamp(3), spend double precision DEFAULT 1, note text'
# Whatever somebody, or a later LiteLLM, may have there beside.
OTHERS = {
    "public.plain": ("CREATE TABLE plain (id int PRIMARY KEY, note text)",),
    "public.keyless": ("CREATE TABLE keyless (note text, more json)",),
    'public."LiteLLM_Future"': ('CREATE TABLE "LiteLLM_Future" (id bigserial PRIMARY KEY, note text)',),
    "public.tied": ('CREATE TABLE tied (id int PRIMARY KEY, note text REFERENCES "LiteLLM_VerificationToken" ON DELETE CASCADE)',),
    "public.spread": (
        "CREATE TABLE spread (id int PRIMARY KEY, note text) PARTITION BY HASH (id)",
        "CREATE TABLE spread_even PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE spread_odd PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    ),
    """public."it's ""odd"" 100%s\"""": ('CREATE TABLE "it\'s ""odd"" 100%s" (id int PRIMARY KEY, "50%" text)',),
}


class Case:
    """One database, by the numbers of a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0
        for name in (LIVE, BESIDE, BEFORE):
            database_swap.drop(name)
        database_swap.create(LIVE)
        for name, columns in TABLES.items():
            self.do(f"CREATE TABLE {name} ({columns})")
        self.do("INSERT INTO _prisma_migrations VALUES ('1', 'first', NULL, now(), NULL)")
        self.do(f'CREATE TABLE {SPEND} ({LOG}, CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY (request_id))')
        self.do(f"CREATE VIEW spent AS SELECT sum(spend) FROM {SPEND}")
        if self.random.random() < 0.5:
            self.partition()
        for name in OTHERS:
            if self.random.random() < 0.5:
                self.create(name)
        for _ in range(12):
            self.insert()

    def do(self, sql, database=LIVE):
        with session(OWNER, database, settings={"search_path": "public"}) as asked:
            return asked.rows(sql)

    def tables(self):
        with session(READER, LIVE) as asked:
            return sorted(set(database_tables.read(asked).parts) - {"public._prisma_migrations"})

    def partition(self):
        """As LiteLLM's documentation has it done: the old table is put aside, and a new one is begun."""
        if 'public."LiteLLM_SpendLogs_legacy"' in self.tables():
            return
        self.do(f'ALTER TABLE {SPEND} RENAME TO "LiteLLM_SpendLogs_legacy"')
        self.do('ALTER INDEX "LiteLLM_SpendLogs_pkey" RENAME TO "LiteLLM_SpendLogs_legacy_pkey"')
        self.do(f'CREATE TABLE {SPEND} (LIKE "LiteLLM_SpendLogs_legacy" INCLUDING DEFAULTS) {DAYS}')
        self.do(f'ALTER TABLE {SPEND} ADD PRIMARY KEY (request_id, "startTime")')
        self.do(f'CREATE TABLE "LiteLLM_SpendLogs_pdefault" PARTITION OF {SPEND} DEFAULT')
        self.day()

    def days(self):
        found = self.do(f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{SPEND}'::regclass")
        return [name for (name,) in found if "default" not in name]

    def day(self):
        """A partition of a day that no row is of yet, nested in another schema now and then."""
        if not self.do(f"SELECT 1 FROM pg_partitioned_table WHERE partrelid = '{SPEND}'::regclass"):
            return
        self.number += 1
        year = 2030 + self.number
        schema = "public"
        if self.random.random() < 0.2:
            schema = "elsewhere"
            self.do("CREATE SCHEMA IF NOT EXISTS elsewhere")
        self.do(f"""CREATE TABLE {schema}."LiteLLM_SpendLogs_p{year}0101" PARTITION OF {SPEND}
            FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')""")

    def create(self, name):
        if name not in self.tables():
            for statement in OTHERS[name]:
                self.do(statement)

    def insert(self, name=None):
        name = name or self.random.choice(self.tables())
        self.number += 1
        number = self.number
        if "SpendLogs" in name:
            day = f"{self.random.choice([2029, *(2030 + one for one in range(1, number + 1))])}-01-01"
            self.do(f"INSERT INTO {name} (request_id, \"startTime\", note) VALUES ('r{number}', '{day}', 'x')")
        elif name == "public.keyless":
            self.do(f"""INSERT INTO keyless VALUES ('k{number % 3}', '{{"a": 1}}')""")
        elif name == "public.tied":
            self.do(f"INSERT INTO \"LiteLLM_VerificationToken\" VALUES ('t{number}', 'y')")
            self.do(f"INSERT INTO tied VALUES ({number}, 't{number}')")
        elif "Token" in name or "Daily" in name:
            self.do(f"INSERT INTO {name} VALUES ('n{number}', 'x')")
        else:
            self.do(f"INSERT INTO {name} VALUES ({number + 1000}, 'x')")

    def update(self):
        name = self.random.choice([one for one in self.tables() if "odd" not in one and "tied" not in one])
        self.do(f"UPDATE {name} SET note = note || '{self.number}' WHERE ctid IN (SELECT ctid FROM {name} LIMIT 1)")

    def delete(self):
        name = self.random.choice(self.tables())
        self.do(f"DELETE FROM {name} WHERE ctid IN (SELECT ctid FROM {name} LIMIT 1)")

    def add(self):
        self.create(self.random.choice(sorted(OTHERS)))

    def drop(self):
        there = [name for name in OTHERS if name in self.tables()]
        if there:
            self.do(f"DROP TABLE {self.random.choice(there)} CASCADE")

    def expire(self):
        if days := self.days():
            self.do(f"DROP TABLE {self.random.choice(days)}")

    def widen(self):
        name = self.random.choice([SPEND, 'public."LiteLLM_DailyUserSpend"'])
        self.number += 1
        self.do(f"ALTER TABLE {name} ADD COLUMN more{self.number} int DEFAULT 7")

    def change(self):
        ways = [self.insert] * 6 + [self.update] * 3 + [self.delete] * 3
        ways += [self.partition, self.day, self.add, self.drop, self.expire, self.widen]
        for _ in range(self.random.randint(0, 20)):
            self.random.choice(ways)()


def rows(database):
    """By table how often it has each row, as JSON."""
    with session(READER, database) as asked:
        found = {}
        for name in database_tables.read(asked).parts:
            found[name] = collections.Counter(asked.column(f"SELECT to_jsonb(t)::text FROM {name} t"))
        return found


def lost(scope, before, after, named):
    return [
        f"{scope}: {name} lost {sum((have - after.get(name, collections.Counter())).values())} rows"
        for name, have in before.items()
        if have - after.get(name, collections.Counter()) and name not in named
    ]


def restored(case, scope, about, dumped):
    """What is wrong with a restore of that scope."""
    before = rows(LIVE)
    found = restore_plan.compare(about, restore_plan.stays(scope))
    kept = restore_database.build(about, scope, BESIDE, dumped, None)
    wrong = [f"{scope}: {name} is said to stay and to go" for name in found.kept if name in found.replaced]
    if kept is None:
        return wrong + lost(scope, before, rows(BESIDE), found.replaced)
    wrong += [f"{scope}: {name} does not stay" for name in before if name in litellm_tables.USAGE and name not in found.kept]
    staying = [name for name in found.kept if name != 'public."LiteLLM_SpendLogs_legacy"']
    for _ in range(4):
        case.insert(case.random.choice(staying))
    late = rows(LIVE)
    database_swap.exchange(BESIDE, BEFORE)
    kept_tables.follow(BEFORE, LIVE, kept)
    kept_tables.follow(BEFORE, LIVE, kept)
    after = rows(LIVE)
    wrong += lost(scope, {name: late[name] for name in found.kept}, after, [])
    wrong += lost("back", {name: after[name] for name in found.kept}, late, [])
    with session(READER, LIVE) as new, session(READER, BEFORE) as old:
        shapes = database_tables.read(old).parts
        wrong += [
            f"{scope}: {name} has another shape"
            for name in found.kept
            if new.one(kept_tables.SHAPE, {"parts": list(shapes[name])}) != old.one(kept_tables.SHAPE, {"parts": list(shapes[name])})
        ]
    return wrong + lost(scope, before, after, found.replaced)


def main(given):
    postgres.NAME = database_swap.LIVE = LIVE
    wrong = []
    for seed in given["seeds"]:
        folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
        try:
            case = Case(seed)
            about = database_dump.dump(READER, LIVE, folder / "database")
            case.change()
            for scope in ("database", "configuration"):
                wrong += [f"seed {seed}: {one}" for one in restored(case, scope, about, folder / "database")]
        finally:
            shutil.rmtree(folder)
    for name in (LIVE, BESIDE, BEFORE):
        database_swap.drop(name)
    return wrong
