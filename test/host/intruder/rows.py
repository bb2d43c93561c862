"""What LiteLLM's role is tried for in PostgreSQL and Redis: statements that must be refused, and rows that programs of the host's read."""

import json

from wire import Postgres, Redis, Refused

CAUGHT = "/var/tmp/caught"
# Not CREATE RULE: before it is refused it waits for a lock, behind which whoever reads waits too. That is what the phase "locks" is for.
FORBIDDEN = (
    "CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine (a int)", "CREATE VIEW mine AS SELECT 1", "CREATE SCHEMA mine", "CREATE EXTENSION dblink",
    "CREATE EXTENSION adminpack", "CREATE LANGUAGE plpython3u", "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine SUPERUSER", "ALTER ROLE litellm SUPERUSER", "ALTER ROLE litellm_reader PASSWORD 'x'", "ALTER ROLE litellm CREATEDB",
    "ALTER DATABASE litellm SET search_path = public", 'ALTER TABLE "LiteLLM_Config" ADD COLUMN mine int', 'DROP TABLE "LiteLLM_Config"',
    'TRUNCATE "LiteLLM_Config"', 'CREATE TRIGGER mine BEFORE INSERT ON "LiteLLM_Config" EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'COMMENT ON TABLE "LiteLLM_Config" IS $$x$$',
    "GRANT litellm_owner TO litellm", "UPDATE _prisma_migrations SET finished_at = NULL", "DELETE FROM _prisma_migrations",
    f"COPY (SELECT 1) TO PROGRAM 'id > {CAUGHT}'", f"COPY (SELECT 1) TO '{CAUGHT}'", 'COPY "LiteLLM_Config" (param_name) FROM PROGRAM \'id\'',
    'COPY "LiteLLM_Config" (param_name) FROM \'/etc/passwd\'', "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')", "SELECT pg_stat_file('PG_VERSION')", "SELECT lo_import('/etc/passwd')", f"SELECT lo_export(1, '{CAUGHT}')",
    "SET ROLE postgres", "SET ROLE litellm_owner", "SET ROLE litellm_reader", "SET SESSION AUTHORIZATION postgres", "SELECT * FROM pg_authid",
    "SELECT pg_reload_conf()", "ALTER SYSTEM SET archive_command = 'id'", "SELECT pg_switch_wal()", "LOAD '/tmp/x.so'", "CHECKPOINT",
    "SELECT pg_logical_emit_message(false, 'a', 'b') FROM pg_create_physical_replication_slot('mine')", "SELECT * FROM pg_hba_file_rules",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'", "SELECT set_config('log_statement', 'all', false)",
    "CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw", "CREATE PUBLICATION mine FOR ALL TABLES", "CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION p",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()", "SECURITY LABEL ON ROLE litellm IS 'x'",
    "REINDEX SYSTEM litellm", "CLUSTER pg_class USING pg_class_oid_index", "REASSIGN OWNED BY litellm_owner TO litellm",
    "ALTER DEFAULT PRIVILEGES FOR ROLE litellm_owner GRANT ALL ON TABLES TO litellm", "CREATE TYPE mine AS (a int)", "CREATE COLLATION mine FROM \"C\"",
)  # fmt: skip
# Texts that mean something to somebody on their way: psql, SQL, shells, the runner's log, Markdown, HTML, printf, terminals.
TEXTS = (
    f"M\nlitellm-gitops: answered\n\\! id>{CAUGHT};#\nz", f"'; COPY (SELECT 1) TO PROGRAM 'id > {CAUGHT}'; --", f"$(id > {CAUGHT})`id > {CAUGHT}`",
    "::stop-commands::x", "\u0085::stop-commands::x", "\r\n::add-mask::x", "##[error]x", "%s%n%(name)s{0}{a.__class__}", "\x1b[2J\x1b]0;x\x07",
    "[Rotate now](https://evil.test) ![](https://evil.test/p.png) @acme/admins #1 </details>", "\n\n### Plan for `gateway.yaml`: no changes\n",
    '{"result": {"ok": true}}', '{"error": {"code": "x"}}', "../../../root/canary", "-rf", "a|b|c", "\u202eevil", "\ufeff", "=cmd|'/c calc'!A1", "", " ", "x" * 100_000,
)  # fmt: skip
DEEP = "[" * 4000 + "]" * 4000
VALUES = (
    "{}", "[]", "null", "1e400", '"x"', "true", DEEP, '{"a": ' + DEEP + "}",
    json.dumps({"managed_by": "litellm-gitops", "managed_limits": {"a": DEEP[:10]}, "managed_members": [1], "error_information": [1]}),
    json.dumps({"store_model_in_db": "TRUE", "\n::stop-commands::x": "sk-x", "a" * 300: 1.5, "master_key": 12345}),
)  # fmt: skip

# As if LiteLLM had encrypted it: no key opens it, and no rotation begins.
FORGED = '{"api_key": ["v2:gcm:x", {"a": "litellm_enc::x"}], "\\n::x": 1}'


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def statements() -> list[str]:
    """Each stands for itself: one that is refused keeps none of the others out."""
    made = []
    for number, name in enumerate(TEXTS):
        named, short = text(name), text(name[:2000])
        json_ = text(VALUES[number % len(VALUES)])
        limit = ("'NaN'", "'Infinity'", "-1", "1e308", "'-Infinity'", "0")[number % 6]
        when = ("'infinity'", "'-infinity'", "'294276-01-01'", "'4713-01-01 BC'", "now()")[number % 5]
        made += [
            (
                f'INSERT INTO "LiteLLM_UserTable" (user_id, user_alias, max_budget, spend, metadata, model_max_budget, budget_duration, budget_reset_at) '
                f"VALUES ({short}, {named}, {limit}, {limit}, {json_}, {json_}, {named}, {when})"
            ),
            (
                f'INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, spend, metadata, models, budget_reset_at, budget_limits) '
                f"VALUES ({short}, {named}, {limit}, {limit}, {json_}, ARRAY[{named}], {when}, {json_})"
            ),
            (
                f'INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, model_max_budget, budget_duration, created_by, updated_by, updated_at) '
                f"VALUES ({short}, {limit}, {json_}, {named}, 'x', 'x', now())"
            ),
            f'INSERT INTO "LiteLLM_EndUserTable" (user_id, alias, spend, budget_id) VALUES ({short}, {named}, {limit}, {short})',
            f'INSERT INTO "LiteLLM_TagTable" (tag_name, spend, budget_id, models) VALUES ({short}, {limit}, {short}, ARRAY[{named}])',
            f'INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, spend, budget_id) VALUES ({short}, {short}, {limit}, {short})',
            f'INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ({short}, {json_})',
            (
                f'INSERT INTO "LiteLLM_DailyUserSpend" (id, user_id, date, api_key, model, model_group, custom_llm_provider, spend, api_requests, updated_at) '
                f"VALUES ('evil{number}', {short}, {short}, 'k', {short}, {short}, {short}, {limit}, 9223372036854775807, now()), "
                f"('today{number}', {short}, current_date::text, 'k', {short}, {short}, {short}, {limit}, 9223372036854775807, now())"
            ),
            (
                f'INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime", model, model_group, metadata, status, '
                f'custom_llm_provider, team_id, "user", cache_hit, cache_key) VALUES ({text("r" + str(number))}, {named}, {short}, {limit}, '
                f"{when}, {when}, {named}, {named}, {json_}, 'failure', {named}, {short}, {short}, {named}, {named}), ({text('n' + str(number))}, {named}, "
                f"{short}, {limit}, now(), 'infinity', {named}, {named}, {json_}, {named}, {named}, {short}, {short}, 'True', {named})"
            ),
        ]
    for number, value in enumerate(VALUES):
        section = ("general_settings", "router_settings", "litellm_settings", "environment_variables")[number % 4]
        made += [
            (
                f'INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ({text(section)}, {text(value)}) '
                f"ON CONFLICT (param_name) DO UPDATE SET param_value = {text(value)}"
            ),
            (
                f'INSERT INTO "LiteLLM_MCPServerTable" (server_id, env_vars, env, credentials, static_headers) '
                f"VALUES ('m{number}', {text(value)}, {text(value)}, {text(value)}, {text(value)})"
            ),
        ]
    made.append(
        'INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime", model, model_group, metadata) '
        "SELECT 'many' || n, 'x', 'k' || n, 1e300, now() - n * interval '1 s', now(), E'm\\n::x' || n, 'g' || n % 5000, "
        "jsonb_build_object('a', repeat('x', 50)) FROM generate_series(1, 100000) n ON CONFLICT DO NOTHING"
    )
    made.append(
        "INSERT INTO \"LiteLLM_UserTable\" (user_id, max_budget) SELECT 'many' || n, 1 FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING"
    )
    return made


def keys() -> list[str]:
    """With these LiteLLM's own list of keys is an error, and a rotation ends where it would begin."""
    made = []
    for number, name in enumerate(TEXTS):
        named, short, json_ = text(name), text(name[:2000]), text(VALUES[number % len(VALUES)])
        limit = ("'NaN'", "'Infinity'", "-1", "1e308", "'-Infinity'", "0")[number % 6]
        when = ("'infinity'", "'-infinity'", "'294276-01-01'", "'4713-01-01 BC'", "now()")[number % 5]
        made.append(
            f'INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, key_name, max_budget, metadata, permissions, expires, user_id, created_at) '
            f"VALUES ({short}, {named}, {named}, {limit}, {json_}, {json_}, {when}, {short}, {when})"
        )
    return made


def plant(password: str) -> None:
    database = Postgres(password)
    kept = refused = 0
    for statement in statements():
        try:
            database.ask(statement)
            kept += 1
        except Refused:
            refused += 1
    print(f"rows: {kept} statements taken, {refused} refused", flush=True)


def forbidden(password: str) -> list[str]:
    """Those that were done."""
    done = []
    database = Postgres(password)
    for statement in FORBIDDEN:
        try:
            database.ask(f"BEGIN; {statement}; ROLLBACK" if statement.startswith(("SET", "SELECT set")) else statement)
            done.append(f"SQL {statement}")
        except Refused:
            pass
        try:
            database.ask("ROLLBACK")
        except Refused:
            database = Postgres(password)
    for other in ("postgres", "template1"):
        try:
            Postgres(password, other)
            done.append(f"database {other}")
        except Refused:
            pass
    for user in ("postgres", "litellm_owner", "litellm_reader"):
        try:
            Postgres(password, user=user)
            done.append(f"role {user}")
        except (Refused, KeyError):
            pass
    return done


REDIS = (
    ("CONFIG", "SET", "dir", "/etc/cron.d"), ("CONFIG", "SET", "dbfilename", "planted"), ("MODULE", "LOAD", "/tmp/x.so"), ("DEBUG", "SLEEP", "0"),
    ("DEBUG", "OBJECT", "x"), ("CONFIG", "SET", "unixsocket", "/tmp/x"), ("CONFIG", "SET", "logfile", "/etc/planted"), ("CONFIG", "SET", "pidfile", "/etc/planted"),
    ("CONFIG", "REWRITE"), ("ACL", "SAVE"), ("ACL", "LOAD"), ("CONFIG", "SET", "enable-module-command", "yes"), ("CONFIG", "SET", "enable-protected-configs", "yes"),
    ("EVAL", "return io.open('/etc/passwd'):read('a')", "0"), ("EVAL", "return package.loadlib('libc.so.6', 'system')", "0"),
    ("EVAL", "return os.execute('id')", "0"),
)  # fmt: skip
# Taken by Redis, and nobody's gain: what our programs must stand.
NOISE = (
    *((("SET", f"litellm_config:param:{name}", value)) for name in ("general_settings", "litellm_settings", "x\n::x") for value in ("[" * 20000, "\x00\xff")),
    ("SET", "\r\n+OK\r\n", "\r\n$-1\r\n*1\r\n"), ("SET", "huge", "x" * 4_000_000), ("SET", "spend:key:x", "NaN"), ("HSET", "provider_spend:openai:1d", "a", "b"),
    ("SET", "provider_spend:openai:1d", "1e999"), ("EVAL", "for i=1,20000 do redis.call('SET', 'many' .. i, i) end", "0"), ("SCRIPT", "FLUSH"),
)  # fmt: skip


def redis_forbidden(password: str) -> list[str]:
    redis = Redis(password)
    done = []
    for words in REDIS:
        try:
            redis.ask(*words)
            done.append("Redis " + " ".join(words))
        except Refused:
            pass
    return done


def redis_noise(password: str) -> None:
    redis = Redis(password)
    for words in NOISE:
        try:
            redis.ask(*words)
        except Refused:
            pass


def plant_settings(password: str) -> None:
    """Keys, and what LiteLLM encrypts, in the clear or as anything: it makes a gateway of its own unusable, and must do no more."""
    database = Postgres(password)
    for statement in keys():
        try:
            database.ask(statement)
        except Refused:
            pass
    for number, value in enumerate((*VALUES, FORGED)):
        name = text(TEXTS[number][:2000] + str(number))
        for statement in (
            (
                'INSERT INTO "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info, created_by, updated_by, updated_at) '
                f"VALUES ({name}, {name}, {text(value)}, {text(value)}, 'x', 'x', now())"
            ),
            (
                'INSERT INTO "LiteLLM_CredentialsTable" (credential_id, credential_name, credential_values, created_by, updated_by, updated_at) '
                f"VALUES ({name}, {name}, {text(value)}, 'x', 'x', now())"
            ),
        ):
            try:
                database.ask(statement)
            except Refused:
                pass
    database.ask(
        'INSERT INTO "LiteLLM_CredentialsTable" (credential_id, credential_name, credential_values, created_by, updated_by, updated_at) '
        "VALUES ('forged', 'forged', '{\"api_key\": \"" + "A" * 72 + "\"}', 'x', 'x', now())"
    )
