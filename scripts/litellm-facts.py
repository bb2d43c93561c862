"""Writes src/config/litellm/environment.json and models.json: what LiteLLM reads from its environment without being told to, and which
models it knows by name and price.

Usage: python3 scripts/litellm-facts.py DIR VERSION   (DIR holds the unpacked `litellm` package of that wheel), then npm run format
The source is parsed, never imported. Names of variables are found in it; those that are listed here by hand are looked for in the
source that reads them, and the script ends with an error when one is not there.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE, VERSION = Path(sys.argv[1]) / "litellm", sys.argv[2]
OUT = Path(__file__).parent.parent / "src/config/litellm"
READS = r'(?:get_secret(?:_str)?|getenv|environ\.get|environ)\s*[(\[]\s*(?:secret_name=)?"([A-Z][A-Z0-9_]+)"'
KEY = re.compile(r"(?:_KEY|_TOKEN|_APIKEY|_API_KEY_ID)$")
# Read by many providers' code, for something else than their own key.
FOREIGN = re.compile(r"^(?:LITELLM_|OPENAI_|AZURE_|GOOGLE_|ANTHROPIC_|AWS_|HF_|HUGGINGFACE_)|_CACHE|_MAX_|_TIMEOUT")
# Servers that want no key unless they were set up with one.
KEYLESS = ["docker_model_runner", "hosted_vllm", "infinity", "lemonade", "llamafile", "lm_studio", "oobabooga", "petals", "triton", "vllm",
    "xinference", "langgraph", "litellm_agent", "custom", "custom_openai", "aiohttp_openai", "text-completion-openai-compatible", "topaz",
    "a2a", "a2a_agent", "auto_router", "pydantic_ai_agents", "ragflow", "langflow", "dotprompt", "humanloop", "langfuse", "chatgpt",
    "github_copilot", "ollama", "ollama_chat", "openai_like", "searxng", "duckduckgo", "strands_decider"]  # fmt: skip
# Of these LiteLLM finds the provider of no model by its bare name (`get_llm_provider`).
UNROUTED = ["deepseek", "volcengine", "fireworks_ai", "fireworks_ai-embedding-models", "jina_ai", "together_ai", "gemini"]
# Providers that are reached as another one is: where the source reads their variables.
SAME_AS = {
    "azure_text": "azure", "text-completion-openai": "openai", "anthropic_text": "anthropic", "cohere_chat": "cohere", "ai21_chat": "ai21",
    "text-completion-codestral": "codestral", "vertex_ai_beta": "vertex_ai", "sagemaker_chat": "sagemaker", "sagemaker_nova": "sagemaker",
    "watsonx_text": "watsonx", "text-completion-inception": "inception", "aws_polly": "bedrock", "aws_textract": "bedrock",
}  # fmt: skip
# Which parameter of a deployment delivers what a variable would.
AWS = [["AWS_ACCESS_KEY_ID"], ["AWS_SECRET_ACCESS_KEY"]]
AWS_OTHERWISE = ["AWS_ROLE_ARN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_BEARER_TOKEN_BEDROCK"]
# What the search below does not find, or not all of.
MORE = {
    "azure_ai": ([["AZURE_AI_API_KEY"], ["AZURE_AI_API_BASE"]], [], "llms/azure_ai"),
    "databricks": ([["DATABRICKS_API_KEY"], ["DATABRICKS_API_BASE"]], ["DATABRICKS_CLIENT_ID"], "llms/databricks"),
    "snowflake": ([["SNOWFLAKE_JWT"], ["SNOWFLAKE_ACCOUNT_ID"]], [], "llms/snowflake"),
    "litellm_proxy": ([["LITELLM_PROXY_API_KEY"], ["LITELLM_PROXY_API_BASE"]], [], "llms/litellm_proxy"),
    "vertex_ai": ([["VERTEXAI_PROJECT"], ["VERTEXAI_LOCATION", "VERTEX_LOCATION"], ["GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_CREDENTIALS"]], [], "llms/vertex_ai"),
    "watsonx": ([["WATSONX_API_KEY", "WATSONX_APIKEY", "WX_API_KEY", "WATSONX_TOKEN", "WATSONX_ZENAPIKEY"], ["WATSONX_URL", "WATSONX_API_BASE", "WX_URL", "WML_URL"], ["WATSONX_PROJECT_ID", "WX_PROJECT_ID", "PROJECT_ID", "WATSONX_SPACE_ID", "WATSONX_DEPLOYMENT_SPACE_ID", "WX_SPACE_ID", "SPACE_ID"]], [], "llms/watsonx"),
}  # fmt: skip
# What each callback cannot do without; the source that reads each name follows it.
CALLBACKS = {
    "agentops": ([["AGENTOPS_API_KEY"]], "integrations/agentops"),
    "argilla": ([["ARGILLA_API_KEY"], ["ARGILLA_DATASET_NAME"]], "integrations/argilla.py"),
    "arize": ([["ARIZE_SPACE_KEY", "ARIZE_SPACE_ID"], ["ARIZE_API_KEY"]], "integrations/arize"),
    "arize_phoenix": ([["PHOENIX_API_KEY", "PHOENIX_COLLECTOR_HTTP_ENDPOINT", "PHOENIX_COLLECTOR_ENDPOINT"]], "integrations/arize"),
    "athina": ([["ATHINA_API_KEY"]], "integrations/athina.py"),
    "aws_sqs": (AWS, None),
    "azure_sentinel": ([["AZURE_SENTINEL_DCR_IMMUTABLE_ID"], ["AZURE_SENTINEL_ENDPOINT"], ["AZURE_SENTINEL_TENANT_ID", "AZURE_TENANT_ID"], ["AZURE_SENTINEL_CLIENT_ID", "AZURE_CLIENT_ID"], ["AZURE_SENTINEL_CLIENT_SECRET", "AZURE_CLIENT_SECRET"]], "integrations/azure_sentinel"),
    "azure_storage": ([["AZURE_STORAGE_ACCOUNT_NAME"], ["AZURE_STORAGE_FILE_SYSTEM"]], "integrations/azure_storage"),
    "braintrust": ([["BRAINTRUST_API_KEY"]], "integrations/braintrust_logging.py"),
    "clickhouse": ([["CLICKHOUSE_URL"]], "tracing/config.py"),
    "cloudzero": ([["CLOUDZERO_API_KEY"], ["CLOUDZERO_CONNECTION_ID"]], "integrations/cloudzero"),
    "datadog": ([["DD_API_KEY", "LITELLM_DD_AGENT_HOST"], ["DD_SITE", "LITELLM_DD_AGENT_HOST"]], "integrations/datadog"),
    "datadog_llm_observability": ([["DD_API_KEY", "LITELLM_DD_AGENT_HOST"], ["DD_SITE", "LITELLM_DD_AGENT_HOST"]], "integrations/datadog"),
    "datadog_metrics": ([["DD_API_KEY"], ["DD_SITE"]], "integrations/datadog"),
    "dynamodb": (AWS, None),
    "galileo": ([["GALILEO_API_KEY", "GALILEO_USERNAME"]], "integrations/galileo.py"),
    "gcs_bucket": ([["GCS_BUCKET_NAME"], ["GCS_PATH_SERVICE_ACCOUNT"]], "integrations/gcs_bucket"),
    "gcs_pubsub": ([["GCS_PUBSUB_TOPIC_ID"], ["GCS_PUBSUB_PROJECT_ID"]], "integrations/gcs_pubsub"),
    "generic_api": ([["GENERIC_LOGGER_ENDPOINT"]], "integrations/generic_api"),
    "custom_callback_api": ([["GENERIC_LOGGER_ENDPOINT"]], "integrations/generic_api"),
    "greenscale": ([["GREENSCALE_API_KEY"], ["GREENSCALE_ENDPOINT"]], "integrations/greenscale.py"),
    "helicone": ([["HELICONE_API_KEY"]], "integrations/helicone.py"),
    "humanloop": ([["HUMANLOOP_API_KEY"]], "integrations/humanloop.py"),
    "lago": ([["LAGO_API_KEY"], ["LAGO_API_BASE"], ["LAGO_API_EVENT_CODE"]], "integrations/lago.py"),
    "langfuse": ([["LANGFUSE_PUBLIC_KEY"], ["LANGFUSE_SECRET_KEY"]], "integrations/langfuse"),
    "langfuse_otel": ([["LANGFUSE_PUBLIC_KEY"], ["LANGFUSE_SECRET_KEY"]], "integrations/langfuse"),
    "langsmith": ([["LANGSMITH_API_KEY"]], "integrations/langsmith.py"),
    "langtrace": ([["LANGTRACE_API_KEY"]], "litellm_core_utils/litellm_logging.py"),
    "levo": ([["LEVOAI_API_KEY"]], "integrations/levo"),
    "literalai": ([["LITERAL_API_KEY"]], "integrations/literal_ai.py"),
    "logfire": ([["LOGFIRE_TOKEN"]], "litellm_core_utils/litellm_logging.py"),
    "mavvrik": ([["MAVVRIK_API_KEY"]], "integrations/mavvrik_focus"),
    "mlflow": ([["MLFLOW_TRACKING_URI"]], None),
    "newrelic": ([["NEW_RELIC_LICENSE_KEY"], ["NEW_RELIC_APP_NAME"]], "integrations/newrelic"),
    "openmeter": ([["OPENMETER_API_KEY"]], "integrations/openmeter.py"),
    "opik": ([["OPIK_API_KEY", "OPIK_URL_OVERRIDE"]], None),
    "otel": ([["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_ENDPOINT", "OTEL_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_ENDPOINT"]], "integrations"),
    "pagerduty": ([["PAGERDUTY_API_KEY"]], None),
    "pointfive": ([["POINTFIVE_API_KEY"]], "integrations/pointfive"),
    "posthog": ([["POSTHOG_API_KEY"]], "integrations/posthog.py"),
    "promptlayer": ([["PROMPTLAYER_API_KEY"]], "integrations/prompt_layer.py"),
    "resend_email": ([["RESEND_API_KEY"]], None),
    "s3": (AWS, None),
    "s3_v2": (AWS, None),
    "sendgrid_email": ([["SENDGRID_API_KEY"]], None),
    "sentry": ([["SENTRY_DSN"]], "litellm_core_utils/sentry_scrubbing.py"),
    "signoz": ([["SIGNOZ_INGESTION_ENDPOINT"]], "integrations"),
    "slack": ([["SLACK_WEBHOOK_URL"]], "integrations"),
    "smtp_email": ([["SMTP_HOST"]], "proxy"),
    "supabase": ([["SUPABASE_URL"], ["SUPABASE_KEY"]], "integrations/supabase.py"),
    "vantage": ([["VANTAGE_API_KEY"]], "integrations/vantage"),
    "wandb": ([["WANDB_API_KEY"]], None),
    "weave_otel": ([["WANDB_API_KEY"], ["WANDB_PROJECT_ID"]], "integrations/weave"),
    "zerobus": ([["ZEROBUS_WORKSPACE_URL"], ["ZEROBUS_CLIENT_ID"], ["ZEROBUS_CLIENT_SECRET"], ["ZEROBUS_TABLE_NAME"]], "integrations/zerobus"),
}  # fmt: skip

# The hooks of guardrails that are not called as their folder is.
HOOKS = {
    "aporia": "aporia_ai",
    "lakera": "lakera_ai",
    "lakera_v2": "lakera_ai_v2",
    "noma_v2": "noma",
    "qostodian_nexus": "qohash",
    "openai_moderation": "openai",
}
# A guardrail's; and whether LiteLLM ends at its start without them (tried on 1.106.2 by its own load_config, each variable alone).
GUARDRAILS: dict[str, tuple[list[list[str]], bool]] = {
    "agent_365": ([["AGENT365_CLIENT_ID"], ["AGENT365_CLIENT_SECRET"], ["AGENT365_TENANT_ID"]], False),
    "aim": ([["AIM_API_KEY"]], True),
    "alice": ([["ALICE_API_KEY"]], True),
    "aporia": ([["APORIO_API_BASE"], ["APORIO_API_KEY"]], True),
    "cato_networks": ([["CATO_API_KEY"]], True),
    "cisco_ai_defense": ([["CISCO_AI_DEFENSE_API_KEY"]], True),
    "crowdstrike_aidr": ([["CS_AIDR_TOKEN"], ["CS_AIDR_BASE_URL"]], True),
    "deepkeep": ([["DEEPKEEP_API_KEY"], ["DEEPKEEP_API_BASE"], ["DEEPKEEP_FIREWALL_ID"]], True),
    "dynamoai": ([["DYNAMOAI_API_KEY"]], False),
    "enkryptai": ([["ENKRYPTAI_API_KEY"]], False),
    "generic_guardrail_api": ([["GENERIC_GUARDRAIL_API_BASE"]], False),
    "grayswan": ([["GRAYSWAN_API_KEY"]], True),
    "hiddenlayer": ([["HIDDENLAYER_CLIENT_ID", "HIDDENLAYER_API_BASE"], ["HIDDENLAYER_CLIENT_SECRET", "HIDDENLAYER_API_BASE"]], False),
    "ibm_guardrails": ([["IBM_GUARDRAILS_AUTH_TOKEN"]], False),
    "lakera": ([["LAKERA_API_KEY"]], False),
    "lakera_v2": ([["LAKERA_API_KEY"]], False),
    "lasso": ([["LASSO_API_KEY"]], True),
    "noma": ([["NOMA_API_KEY"]], False),
    "noma_v2": ([["NOMA_API_KEY"]], False),
    "onyx": ([["ONYX_API_KEY"]], False),
    "openai_moderation": ([["OPENAI_API_KEY"]], False),
    "ovalix": ([["OVALIX_TRACKER_API_BASE"], ["OVALIX_TRACKER_API_KEY"], ["OVALIX_APPLICATION_ID"]], True),
    "pangea": ([["PANGEA_API_KEY"]], True),
    "panw_prisma_airs": ([["PANW_PRISMA_AIRS_API_KEY"]], False),
    "pillar": ([["PILLAR_API_KEY"]], True),
    "presidio": ([["PRESIDIO_ANALYZER_API_BASE"], ["PRESIDIO_ANONYMIZER_API_BASE"]], True),
    "prompt_security": ([["PROMPT_SECURITY_API_BASE"], ["PROMPT_SECURITY_API_KEY"]], True),
    "promptguard": ([["PROMPTGUARD_API_KEY"]], True),
    "qualifire": ([["QUALIFIRE_API_KEY"]], False),
    "repelloai": ([["ARGUS_API_KEY", "REPELLOAI_API_KEY"]], True),
    "xecguard": ([["XECGUARD_API_KEY"]], True),
    "zscaler_ai_guard": ([["ZSCALER_AI_GUARD_API_KEY"]], False),
}  # fmt: skip
# Callbacks, too, that are guardrails of an older form.
AS_CALLBACKS = {"presidio": "presidio", "aporia_prompt_injection": "aporia", "lakera_prompt_injection": "lakera"}
ALERTING = {
    "slack": ([["SLACK_WEBHOOK_URL", "ALERTING_WEBHOOK_URL"]], "integrations/SlackAlerting"),
    "webhook": ([["WEBHOOK_URL"]], "integrations/SlackAlerting"),
    "email": ([["SMTP_HOST"]], "proxy/utils.py"),
}
# general_settings.key_management_system.
KEY_MANAGERS = {
    "azure_key_vault": ([["AZURE_KEY_VAULT_URI"]], "proxy"),
    "hashicorp_vault": ([["HCP_VAULT_ADDR"], ["HCP_VAULT_TOKEN", "HCP_VAULT_APPROLE_ROLE_ID", "HCP_VAULT_CLIENT_CERT"]], "secret_managers"),
    "cyberark": ([["CYBERARK_API_KEY", "CYBERARK_CLIENT_CERT"]], "secret_managers"),
    "aws_kms": ([["AWS_REGION_NAME"]], "secret_managers"),
    "google_secret_manager": ([["GOOGLE_SECRET_MANAGER_PROJECT_ID"]], "secret_managers"),
}
CACHES = {
    "qdrant-semantic": ([["QDRANT_URL", "QDRANT_API_BASE"]], True, "caching"),
    "s3": (AWS, False, None),
}
SEARCH = {
    "brave": [["BRAVE_API_KEY"]], "dataforseo": [["DATAFORSEO_LOGIN"], ["DATAFORSEO_PASSWORD"]], "exa_ai": [["EXA_API_KEY"]],
    "firecrawl": [["FIRECRAWL_API_KEY"]], "google_pse": [["GOOGLE_PSE_API_KEY"], ["GOOGLE_PSE_ENGINE_ID"]], "linkup": [["LINKUP_API_KEY"]],
    "parallel_ai": [["PARALLEL_AI_API_KEY"]], "searchapi": [["SEARCHAPI_API_KEY"]], "serper": [["SERPER_API_KEY"]],
    "tavily": [["TAVILY_API_KEY"]], "searxng": [["SEARXNG_API_BASE"]],
}  # fmt: skip


def source(place: str) -> str:
    path = BASE / place
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return "\n".join(file.read_text() for file in files)


def require(place: str | None, names: list[str]) -> None:
    """Ends the script when the source does not read a name that is listed here."""
    missing = [] if place is None else [name for name in names if not re.search(rf"\b{name}\b", source(place))]
    if missing:
        sys.exit(f"LiteLLM {VERSION} does not read {', '.join(missing)} in {place}.")


def conditions(test: ast.expr) -> tuple[list[list[str]], list[str]]:
    """What has to be set by a condition such as `("A" in os.environ and "B" in os.environ) or "C" in os.environ`: all of the lists, one of
    each; or else one of the second."""
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Constant):
        return [[str(test.left.value)]], []
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [group for value in test.values for group in conditions(value)[0]], []
    if isinstance(test, ast.BoolOp):
        parts = [conditions(value) for value in test.values]
        whole = next((needs for needs, _ in parts if len(needs) > 1), None)
        single = [name for needs, others in parts for name in [*(needs[0] if len(needs) == 1 else []), *others]]
        return (whole, single) if whole else ([single], [])
    return [], []


def compared(test: ast.expr) -> Iterator[str]:
    """The names that `custom_llm_provider` is compared with."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and getattr(node.left, "id", None) == "custom_llm_provider":
            yield from (
                c.value for part in node.comparators for c in ast.walk(part) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )


def branches(module: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Each `if custom_llm_provider == NAME:` with its body."""
    for node in ast.walk(ast.parse(source(module))):
        if isinstance(node, ast.If):
            for name in compared(node.test):
                yield name, node.body


def reads(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(READS, text)))


def of_classes(text: str) -> list[str]:
    """What the classes of LiteLLM that a branch calls read."""
    found = []
    for name in dict.fromkeys(re.findall(r"\blitellm\.(\w+Config)\b", text)):
        for path in sorted((BASE / "llms").rglob("*.py")):
            content = path.read_text()
            if re.search(rf"^class {name}\b", content, re.MULTILINE):
                found += reads(content)
    return found


def providers() -> dict[str, Any]:
    utils = ast.parse(source("utils.py"))
    checker = next(n for n in ast.walk(utils) if isinstance(n, ast.FunctionDef) and n.name == "validate_environment")
    needs: dict[str, tuple[list[list[str]], list[str]]] = {}
    for node in ast.walk(checker):
        if isinstance(node, ast.If) and isinstance(node.body[0], ast.If):
            for name in compared(node.test):
                needs.setdefault(name, conditions(node.body[0].test))
    for name, entry in json.loads(source("llms/openai_like/providers.json")).items():
        needs[name] = ([[entry["api_key_env"]]], [])
    keys: dict[str, list[str]] = {}
    for module in ("litellm_core_utils/get_llm_provider_logic.py", "main.py"):
        for name, body in branches(module):
            text = "\n".join(ast.unparse(statement) for statement in body).replace("'", '"')
            keys.setdefault(name, []).extend([*reads(text), *(of_classes(text) if module != "main.py" else [])])
    known = next(
        [i.value.value for i in n.body if isinstance(i, ast.Assign) and isinstance(i.value, ast.Constant)]
        for n in ast.walk(ast.parse(source("types/utils.py")))
        if isinstance(n, ast.ClassDef) and n.name == "LlmProviders"
    )
    found: dict[str, Any] = {}
    for name in sorted(set(known) | set(needs)):
        if name in KEYLESS and name not in ("ollama", "ollama_chat"):
            continue
        like = SAME_AS.get(name, name)
        groups, others = needs.get(like, ([], []))
        own = [key for key in [*keys.get(like, []), *reads(source(f"llms/{like}"))] if KEY.search(key)]
        if not groups:
            mine = [key for key in own if not FOREIGN.search(key)]
            stem = re.sub(r"[^A-Z0-9]", "", like.upper())
            likely = [key for key in mine if re.sub(r"[^A-Z0-9]", "", key).startswith(stem[:4])] or mine[:1]
            groups = [list(dict.fromkeys(likely))] if likely else []
        elif any(KEY.search(key) for key in groups[0]) and len(groups) == 1:
            groups = [list(dict.fromkeys([*groups[0], *(key for key in own if not FOREIGN.search(key))]))]
        if like in ("bedrock", "sagemaker"):
            groups, others = AWS, list(dict.fromkeys([*others, *AWS_OTHERWISE]))
        if like in MORE:
            groups, others, place = MORE[like]
            require(place, [key for group in groups for key in group] + others)
        if groups:
            stem = like.upper().split("_")[0]
            groups = [sorted(group, key=lambda key: not key.startswith(stem)) for group in groups]
            found[name] = {"needs": groups} | ({"or": others} if others else {})
    return found


def entry(groups: list[list[str]], place: str | None, stops: bool = False, others: list[str] | None = None) -> dict[str, Any]:
    require(place, [name for group in groups for name in group])
    return {"needs": groups} | ({"or": others} if others else {}) | ({"stops": True} if stops else {})


def guardrails() -> dict[str, Any]:
    text = source("types/guardrails.py").split("class SupportedGuardrailIntegrations")[1].split("class ")[0]
    supported = re.findall(r'^    [A-Z0-9_]+ = "([^"]+)"', text, re.MULTILINE)
    found = {}
    for name, (groups, stops) in GUARDRAILS.items():
        if name not in supported:
            sys.exit(f"LiteLLM {VERSION} has no guardrail {name}.")
        hook = f"proxy/guardrails/guardrail_hooks/{HOOKS.get(name, name)}"
        found[name] = entry(groups, hook if (BASE / hook).is_dir() else f"{hook}.py", stops)
    return found


def environment() -> dict[str, Any]:
    guards = guardrails()
    callbacks = {name: entry(groups, place) for name, (groups, place) in CALLBACKS.items()}
    return {
        "version": VERSION,
        "providers": providers(),
        "callbacks": callbacks | {name: guards[guard] for name, guard in AS_CALLBACKS.items()},
        "guardrails": guards,
        "alerting": {name: entry(groups, place) for name, (groups, place) in ALERTING.items()},
        "key_managers": {
            name: entry(groups, place, name in ("aws_kms", "cyberark", "hashicorp_vault")) for name, (groups, place) in KEY_MANAGERS.items()
        },
        "caches": {
            name: entry(groups, place, stops, AWS_OTHERWISE if groups is AWS else None) for name, (groups, stops, place) in CACHES.items()
        },
        "search": {name: entry(groups, f"llms/{name}") for name, groups in SEARCH.items()},
    }


def models() -> dict[str, Any]:
    """The names in the price list, those with and those without a price, by what precedes their last slash. Sizes of pictures are no
    models."""
    listed = json.loads(source("model_prices_and_context_window_backup.json"))
    rules = listed.pop("fallback_generalizations", {}).get("rules", [])
    listed.pop("sample_spec", None)
    folders: dict[str, dict[str, list[str]]] = {"priced": {}, "unpriced": {}, "unrouted": {}}
    for name, about in sorted(listed.items()):
        if re.search(r"(?:^|/)(?:\d+-x-\d+|max-x-max|\d+-steps|standard|hd|low|medium|high)/", name):
            continue
        folder, _, last = name.rpartition("/")
        kind = "priced" if any("cost" in field or "price" in field for field in about) else "unpriced"
        folders[kind].setdefault(folder, []).append(last)
        # Of fine-tuned ones it knows two families by their form.
        is_unrouted = about.get("litellm_provider") in UNROUTED or (
            about.get("litellm_provider") == "openai" and re.match(r"ft:(?!gpt-3\.5-turbo|gpt-4)", name)
        )
        if folder == "" and is_unrouted:
            folders["unrouted"].setdefault(folder, []).append(last)
    endpoints = next(
        [c.value for c in ast.walk(n.value) if isinstance(c, ast.Constant)]
        for n in ast.parse(source("constants.py")).body
        if isinstance(n, ast.AnnAssign) and getattr(n.target, "id", "") == "openai_compatible_endpoints" and n.value
    )
    return {
        "version": VERSION,
        **{kind: {folder: " ".join(names) for folder, names in sorted(found.items())} for kind, found in folders.items()},
        "routed": [rule["pattern"] for rule in rules if "litellm_provider" in rule.get("model_info", {})],
        "endpoints": sorted(endpoints),
    }


def write(name: str, document: dict[str, Any]) -> None:
    lines = [
        f"{json.dumps(key)}: {json.dumps(value)}" if not isinstance(value, dict)
        else f"{json.dumps(key)}: {{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + "\n}"
        for key, value in document.items()
    ]  # fmt: skip
    (OUT / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    write("environment.json", environment())
    write("models.json", models())
