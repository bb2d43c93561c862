import pytest
from refusals import refuses

from agent.base.process import DatabaseGone, DatabaseRefused
from agent.takeover import old_server

URL = "postgresql://reader:p%40ss%2Fword@db.example.com:6432/llm%20proxy?connection_limit=20&sslmode=require"


def test_url_of_litellm_is_read_with_what_its_password_has_been_written_as() -> None:
    server = old_server.read(URL, None)
    assert (server.host, server.port, server.user, server.password, server.database) == (
        "db.example.com", 6432, "reader", "p@ss/word", "llm proxy",
    )  # fmt: skip
    assert server.place == "db.example.com:6432/llm proxy"
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        pytest.param(URL, "verify-full", id="an encryption that trusts anybody is none"),
        pytest.param("postgres://u@db.example.com/x?sslmode=prefer", "verify-full", id="preferred"),
        pytest.param("postgres://u@10.0.0.5/x", "verify-full", id="a private address"),
        pytest.param("postgres://u@10.0.0.5/x?sslmode=disable", "disable", id="declared"),
        pytest.param("postgres://u@127.0.0.1/x", "disable", id="this machine"),
        pytest.param("postgres://u@[::1]/x", "disable", id="this machine, IPv6"),
        pytest.param("postgres://u@localhost/x", "disable", id="this machine, by its name"),
        pytest.param("postgres://u@localhost.example.com/x", "verify-full", id="a name that only begins so"),
    ],
)
def test_server_elsewhere_is_reached_over_tls_that_is_verified(url: str, mode: str) -> None:
    server = old_server.read(url, None)
    assert server.parameters()["sslmode"] == mode
    assert ("sslrootcert" in server.parameters()) == (mode == "verify-full")


def test_programs_get_the_password_in_their_environment_and_a_session_that_writes_nothing() -> None:
    given = old_server.read(URL, None).environment()
    assert given["PGPASSWORD"] == "p@ss/word"
    assert given["PGSSLMODE"] == "verify-full"
    assert "default_transaction_read_only=on" in given["PGOPTIONS"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://u:p@h/x", "does not begin with"),
        ("", "does not begin with"),
        ("postgres://u:p@ss#word@h:x/y", "cannot be read|no user|does not begin"),
        ("postgres://h/x", "no user"),
        ("postgres://u:p@h:6432/x?pgbouncer=true", "PgBouncer"),
        ("postgres://u:p@h/x?schema=litellm", "schema litellm"),
    ],
)
def test_url_that_cannot_be_used_is_refused_without_being_repeated(url: str, why: str) -> None:
    with refuses("old-database-url", why) as found:
        old_server.read(url, None)
    assert "u:p" not in found.value.message


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('connection to server at "h", port 5432 failed: SSL error: certificate verify failed', "old-database-tls"),
        ('connection to server at "h", port 5432 failed: server does not support SSL, but SSL was required', "old-database-tls"),
        ('server certificate for "a" does not match host name "h"', "old-database-tls"),
        ('FATAL:  password authentication failed for user "u"', "old-database-login"),
        ('FATAL:  database "x" does not exist', "old-database-login"),
        ('connection to server at "h", port 5432 failed: Connection refused', "old-database-unreachable"),
        ('could not translate host name "h" to address: Name or service not known', "old-database-unreachable"),
        ('connection to server at "h", port 5432 failed: timeout expired', "old-database-unreachable"),
        ("pg_dump: error: query failed: ERROR:  permission denied for table LiteLLM_Config", "old-database-rights"),
        ("canceling statement due to statement timeout", "old-database"),
    ],
)
def test_what_a_server_says_becomes_one_clear_error(said: str, code: str) -> None:
    server = old_server.read(URL, None)
    for failed in (DatabaseGone(("PostgreSQL",), "found no server", said), DatabaseRefused(("PostgreSQL",), "refused", said)):
        refused = server.refused(failed)
        assert refused.code == code
        assert "was not changed" in refused.message
        assert "p@ss" not in refused.message
