import pytest

from agent.takeover import carried


@pytest.mark.parametrize(
    "line",
    [
        "3; 0 0 ENCODING - ENCODING ",
        "5; 0 0 SEARCHPATH - SEARCHPATH ",
        "1262; 1 16384 DATABASE - litellm llmproxy",
        "215; 1259 16390 TABLE public LiteLLM_SpendLogs llmproxy",
        "216; 1259 16391 TABLE public _prisma_migrations llmproxy",
        "900; 1247 17000 TYPE public JobStatus llmproxy",
        "4000; 0 16390 TABLE DATA public LiteLLM_SpendLogs llmproxy",
        "4001; 0 16391 TABLE DATA public _prisma_migrations llmproxy",
        "300; 1259 17001 VIEW public MonthlyGlobalSpend llmproxy",
        "3700; 1259 17100 INDEX public idx_adaptive_router_session_activity llmproxy",
        "3800; 2606 17200 CONSTRAINT public LiteLLM_TeamTable LiteLLM_TeamTable_pkey llmproxy",
        "3900; 2606 17300 FK CONSTRAINT public LiteLLM_TeamTable LiteLLM_TeamTable_budget_id_fkey llmproxy",
        "410; 1255 17400 FUNCTION public litellm_bump_mcp_catalog_revision() llmproxy",
        "3950; 2620 17500 TRIGGER public LiteLLM_MCPServerTable litellm_mcp_catalog_revision llmproxy",
    ],
)
def test_what_is_litellms_is_loaded_from_a_dump(line: str) -> None:
    assert carried.is_loaded(line)


@pytest.mark.parametrize(
    "line",
    [
        ";",
        "; Dumped from database version: 15.4",
        "2; 3079 16385 EXTENSION - pg_stat_statements ",
        "3; 0 0 COMMENT - EXTENSION pg_stat_statements ",
        "6; 2615 2200 SCHEMA - public pg_database_owner",
        "7; 2615 16999 SCHEMA - grafana grafana",
        "500; 1259 18000 TABLE grafana dashboard grafana",
        "4100; 0 18000 TABLE DATA grafana dashboard grafana",
        "4101; 0 18001 TABLE DATA public invoices llmproxy",
        "301; 1259 18002 VIEW public spend_by_office llmproxy",
        "411; 1255 18003 FUNCTION public send_mail(text) llmproxy",
        "3951; 2620 18004 TRIGGER public LiteLLM_SpendLogs send_mail_trigger llmproxy",
        "3952; 3466 18005 EVENT TRIGGER - watch postgres",
        "4200; 0 0 ACL public TABLE LiteLLM_SpendLogs llmproxy",
        "4201; 0 0 POLICY public LiteLLM_SpendLogs mine llmproxy",
        "4202; 0 0 ROW SECURITY public LiteLLM_SpendLogs llmproxy",
        "4203; 2618 18006 RULE public LiteLLM_SpendLogs also llmproxy",
        "4204; 6104 18007 PUBLICATION - all llmproxy",
        "4205; 2613 18008 BLOB - 18008 llmproxy",
        "4206; 2328 18009 FOREIGN DATA WRAPPER - postgres_fdw postgres",
        "4207; 0 0 DEFAULT ACL public DEFAULT PRIVILEGES FOR TABLES llmproxy",
    ],
)
def test_anything_else_is_not(line: str) -> None:
    assert not carried.is_loaded(line)


def test_what_stays_in_a_dump_is_named_by_kind() -> None:
    listing = [
        "; Dumped from database version: 15.4",
        "2; 3079 16385 EXTENSION - pg_stat_statements ",
        "0; 0 0 COMMENT - EXTENSION pg_stat_statements ",
        "6; 2615 2200 SCHEMA - public pg_database_owner",
        "7; 2615 16999 SCHEMA - grafana grafana",
        "411; 1255 18003 FUNCTION public send_mail(text) llmproxy",
        "215; 1259 16390 TABLE public LiteLLM_SpendLogs llmproxy",
    ]
    assert [one["name"] for one in carried.left_in(listing)] == [
        "extension pg_stat_statements", "schema grafana", "function send_mail(text)",
    ]  # fmt: skip
