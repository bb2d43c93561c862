"""What runner and host both know by name. Made of src/contract by `npm run generate`: change it there."""

from typing import Final

# Names.
BACKUP_KINDS: Final = ("manual", "scheduled", "safety", "upgrade", "adopted")
BACKUP_TIMER: Final = "litellm-backup.timer"
COLLECTION_LIMITS: Final = ("models", "model_max_budget", "budget_limits")
DISTRIBUTE: Final = ("master-key", "virtual-key")
FIREWALL_UNIT: Final = "litellm-firewall.service"
HOST_OWNED: Final = (
    "DATABASE_URL",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
    "LITELLM_MASTER_KEY",
    "LITELLM_SALT_KEY",
    "LITELLM_MODE",
    "STORE_MODEL_IN_DB",
    "DISABLE_SCHEMA_UPDATE",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_TELEMETRY",
    "GRACEFUL_SHUTDOWN_TIMEOUT",
)
HOST_SETTINGS: Final = (
    "REDIS_HOST",
    "REDIS_PORT",
    "LITELLM_MODE",
    "STORE_MODEL_IN_DB",
    "DISABLE_SCHEMA_UPDATE",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_TELEMETRY",
    "GRACEFUL_SHUTDOWN_TIMEOUT",
)
KEY_STATES: Final = ("making", "delivering", "delivered", "retired")
LIMIT_NAMES: Final = (
    "max_budget",
    "budget_duration",
    "soft_budget",
    "tpm_limit",
    "rpm_limit",
    "models",
    "model_max_budget",
    "budget_limits",
)
MAIN_UNIT: Final = "litellm.service"
MANAGER: Final = "litellm-gitops"
MARK_FIELDS: Final = "managed_fields"
MARK_LIMITS: Final = "managed_limits"
MARK_MANAGER: Final = "managed_by"
MARK_MEMBERS: Final = "managed_members"
MARK_ROW: Final = "litellm-gitops:made"
NUMBER_LIMITS: Final = ("max_budget", "budget_duration", "soft_budget", "tpm_limit", "rpm_limit")
OLD_KEY_ROLES: Final = ("salted", "unsalted", "before", "none")
OVERLAID_SECTIONS: Final = ("general_settings", "router_settings", "litellm_settings", "environment_variables")
PHASES: Final = ("created", "expanded", "swapping", "swapped")
PLAN_USER: Final = "litellm-plan"
READ_ONLY: Final = ("observe", "doctor", "report")
ROLLBACKS: Final = ("free", "forced", "restore")
SCOPES: Final = ("database", "configuration", "all")
STANDBY_UNIT: Final = "litellm-standby.service"
STORED_SECTIONS: Final = (
    "general_settings",
    "router_settings",
    "litellm_settings",
    "environment_variables",
    "model_list",
    "credential_list",
    "cache",
)
SUBJECTS: Final = ("user", "team", "member", "customer", "key", "tag")
TIMERS: Final = ("litellm-backup.timer", "litellm-verify.timer")
UNITS: Final = (
    "litellm.service",
    "caddy.service",
    "postgresql.service",
    "redis-server.service",
    "litellm-firewall.service",
    "litellm-backup.timer",
    "litellm-verify.timer",
)
VERIFY_TIMER: Final = "litellm-verify.timer"

# LiteLLM's versions.
FILE_FIRST_SINCE: Final = "1.103.0"
KNOWN_BAD_LITELLM: Final = {
    "1.82.7": "the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)",
    "1.82.8": "the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)",
    "1.94.0": "it locks out keys of teams that have a budget",
}
MEMBER_MODELS_SINCE: Final = "1.110.0"
OLDEST_LITELLM: Final = "1.104.0"
TRIED_LITELLM: Final = ("1.106",)

# What LiteLLM keeps in its database alone, by kind.
ENTITY_NAMES: Final = ("organization", "team", "user", "key", "access_group", "tag", "customer")
PERMISSIONS: Final = ("mcp_servers", "mcp_access_groups", "mcp_toolsets", "vector_stores", "agents", "agent_access_groups", "search_tools")
ENTITY_TABLES: Final = (
    "organization.LiteLLM_OrganizationTable",
    "team.LiteLLM_TeamTable",
    "user.LiteLLM_UserTable",
    "key.LiteLLM_VerificationToken",
    "access_group.LiteLLM_AccessGroupTable",
    "tag.LiteLLM_TagTable",
    "customer.LiteLLM_EndUserTable",
)
ENTITY_IDS: Final = (
    "organization.organization_id",
    "team.team_id",
    "user.user_id",
    "key.key_alias",
    "access_group.access_group_name",
    "tag.tag_name",
    "customer.user_id",
)
ENTITY_COLUMNS: Final = (
    "organization.organization_alias",
    "organization.models",
    "team.team_alias",
    "team.organization_id",
    "team.blocked",
    "team.default_team_member_models",
    "team.team_member_permissions",
    "user.user_email",
    "user.user_alias",
    "user.user_role",
    "user.max_parallel_requests",
    "key.team_id",
    "key.user_id",
    "key.blocked",
    "key.max_parallel_requests",
    "key.allowed_routes",
    "key.aliases",
    "access_group.description",
    "access_group.access_model_names",
    "access_group.access_mcp_server_ids",
    "access_group.access_agent_ids",
    "tag.description",
    "customer.alias",
    "customer.blocked",
    "customer.allowed_model_region",
    "customer.default_model",
)
ENTITY_METADATA: Final = (
    "organization.model_tpm_limit",
    "organization.model_rpm_limit",
    "team.model_tpm_limit",
    "team.model_rpm_limit",
    "team.tags",
    "team.guardrails",
    "team.prompts",
    "key.model_tpm_limit",
    "key.model_rpm_limit",
    "key.tags",
    "key.guardrails",
)
ENTITY_BUDGET: Final = ("organization.max_budget", "organization.budget_duration", "organization.tpm_limit", "organization.rpm_limit")
ENTITY_MEMBER_BUDGET: Final = (
    "team.team_member_budget",
    "team.team_member_budget_duration",
    "team.team_member_tpm_limit",
    "team.team_member_rpm_limit",
)

# Places.
AGENT_FILE: Final = "/usr/local/lib/litellm-gitops/agent.json"
BACKUP_KNOWN_HOSTS: Final = "/etc/litellm/backup_known_hosts"
BACKUP_REPOSITORY: Final = "/var/backups/litellm"
BACKUP_SETTINGS: Final = "/etc/litellm/backup.json"
CADDYFILE: Final = "/etc/caddy/Caddyfile"
CERTIFICATE: Final = "/etc/caddy/litellm.pem"
CERTIFICATE_SETTINGS: Final = "/etc/litellm/certificate.json"
CONTAINER_FILES: Final = "/usr/local/lib/litellm-gitops/container"
ETC: Final = "/etc/litellm"
FIREWALL_RULES: Final = "/etc/litellm-firewall.nft"
GATEWAY_PORT: Final = 4000
LIBRARY: Final = "/usr/local/lib/litellm-gitops"
PLAN_LIMITS: Final = "/usr/local/lib/litellm-gitops/account.conf"
PLAN_SSHD: Final = "/etc/ssh/sshd_config.d/00-litellm-plan.conf"
QUADLET: Final = "/etc/containers/systemd/litellm.container"
QUADLET_STANDBY: Final = "/etc/containers/systemd/litellm-standby.container"
REGISTRY_SETTINGS: Final = "/etc/litellm/registry.json"
SYSUSERS: Final = "/etc/sysusers.d/litellm-plan.conf"
TERMINAL_FILE: Final = "/usr/local/lib/litellm-gitops/terminal.json"

# Forms.
BESIDE_PATH: Final = "[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}){0,7}"
COUNTED: Final = "(sk-)?(0{1,20}|1{1,20}|x{1,32}|123|1234|12345|123456|1234567|12345678|123456789|1234567890)|sk-|[-.*x]"
DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ENCODED_JSON: Final = "eyJ[A-Za-z0-9_-]{17}"
HARMLESS_HEADER: Final = (
    "content-[a-z-]+|accept(-[a-z-]+)?|user-agent|anthropic-(?!auth|key|api-key)[a-z-]+|openai-(?!auth|key|api-key)"
    "[a-z-]+|http-referer|referer|referrer|origin|host|date|from|prefer|x-title|x-openrouter-[a-z-]+|editor-[a-z-]+|"
    "copilot-(?!token|auth)[a-z-]+|x-request-id|x-correlation-id|x-github-api-version|x-stainless-[a-z-]+|"
    "cache-control|connection|api-version|x-api-version|x-goog-user-project|x-goog-api-client|traceparent|"
    "tracestate|helicone-(?!auth)[a-z-]+|x-litellm-(tags|timeout|[a-z-]*trace-id)"
)
HEADERS_TEXT: Final = "(^|_)headers$"
HEADER_PAIR: Final = "[A-Za-z0-9_-] *[=:] *[^ ]"
HUMP: Final = "(?<=[a-z0-9])(?=[A-Z])|-"
IMAGE: Final = "[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}"
IN_QUERY: Final = r"([?&])([A-Za-z0-9_.-]+)=([^&#\s]+)"
KEY: Final = (
    r"(?:(?:sk-|pk-|xox[abp]-|xapp-|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|tvly-|lsv2_|ya29\.|AIza|AKIA|Bearer )"
    r"\S{8}|eyJ[A-Za-z0-9_-]{17}|-----BEGIN )"
)
KEY_MARKS: Final = r"sk-|pk-|xox[abp]-|xapp-|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|tvly-|lsv2_|ya29\.|AIza|AKIA|Bearer "
KEY_WITHIN: Final = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|(^|[ ;,\n])([Pp]assword|PASSWORD|[Pp]asswd|PASSWD|[Pp]wd|PWD|AccountKey|"
    r"SharedAccessKey|SharedAccessSignature) ?= ?(?!os\.environ/)[^ ;,\n]{3}|(^| )--?[A-Za-z-]{0,40}([Kk]ey|[Tt]oken|"
    r"[Ss]ecret|[Pp]assword|[Pp]asswd)=(?!os\.environ/|[$])[^ ]{8}|(^|[^A-Za-z0-9_-])(sk-([A-Za-z0-9]{1,12}-){0,3}|"
    "gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|xox[abp]-([0-9]{8,14}-){0,2}|AIza)(?=[A-Za-z0-9_-]{0,60}[0-9])"
    "[A-Za-z0-9]{16}|(^|[^A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{17,4000}[.]eyJ"
)
LEADING_VARIABLE: Final = "(DATABASE_|REDIS_|LITELLM_CONFIG_).*|DIRECT_URL|CONFIG_FILE_PATH|WORKER_CONFIG|PORT|NUM_WORKERS"
MODE: Final = "0[0-7]{3}"
NAMES_OF_MODELS: Final = "(^|_)(alias|aliases|alias_map|fallbacks)$"
NAME_END: Final = 200
NEVER_SECRET: Final = ("environment_variables", "keys")
NOT_SECRET: Final = (
    "(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|"
    "key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$|(^|_)(bos|eos|pad|unk|sep|"
    "cls|mask|stop|start|end)_token$|^hosted_keys$|^prefix_for_stored_virtual_keys$|public_key$|(partition|sort|"
    "primary|foreign|dedup|object|plugin|lookup|estimator|spend|next_page|page)_(key|token)$|^litellm_user_api_key$"
)
OWNER: Final = "[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}"
PACKAGE: Final = r"[a-z0-9][a-z0-9+.-]{1,99}( \| [a-z0-9][a-z0-9+.-]{1,99}){0,9}"
PLACEHOLDER: Final = (
    "(?=(.*[-_ .])?(none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|unused|ignored?|noop|nokey|notneeded|"
    "notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|local|localhost|ollama|"
    "lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|tabbyapi|xinference|lemonade|"
    "lmdeploy|gpt4all|n/a|noauth|x{2,32})([-_ .]|$))(none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|"
    "unused|ignored?|noop|nokey|notneeded|notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|"
    "local|localhost|ollama|lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|"
    "tabbyapi|xinference|lemonade|lmdeploy|gpt4all|n/a|noauth|x{2,32}|key|keys|api|apikey|token|secret|sk|needed|"
    "required|necessary|used|use|need|auth|authentication|lm|studio|llama|cpp|server|model|proxy|litellm|openai|"
    "here|this|is|it|for|the|a|me|my|change|replace|insert|put|set|value|string|text|default|blank|without|or|can|"
    "be|only|llm|provider|ant|proj|or|v1|dev)([-_ .](none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|"
    "unused|ignored?|noop|nokey|notneeded|notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|"
    "local|localhost|ollama|lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|"
    "tabbyapi|xinference|lemonade|lmdeploy|gpt4all|n/a|noauth|x{2,32}|key|keys|api|apikey|token|secret|sk|needed|"
    "required|necessary|used|use|need|auth|authentication|lm|studio|llama|cpp|server|model|proxy|litellm|openai|"
    "here|this|is|it|for|the|a|me|my|change|replace|insert|put|set|value|string|text|default|blank|without|or|can|"
    "be|only|llm|provider|ant|proj|or|v1|dev)){0,7}"
)
PLACEHOLDER_NAME: Final = "^(?!.*(master|salt|signing|encryption|private|virtual)_?key)(.*_)?(api_?)?key$"
PLAIN_HEADER: Final = (
    "(^|[-_])(team|tenant|env|environment|region|org|organization|organisation|project|user|app|application|client|"
    "source|name|id|title|version|model|cache|trace|features?|provider|priority|tags?|mode|format|lang|language|"
    "country|type|timeout|retry|retries|service|department|group|channel|platform|product|stage|zone|beta|enabled?)"
    "$"
)
PLAIN_VALUE: Final = (
    r"v?[0-9]{1,4}(\.[0-9]{1,4}){0,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z]{1,24}([ ._/-][A-Za-z]{1,24}){0,6}|"
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
POINTER: Final = (
    "oidc/(google|circleci|circleci_v2|github|azure|file|env|env_path)(/.*)?|/(var|run|etc|opt|app|apps|home|root|"
    "mnt|tmp|usr|srv|data|config|configs|secrets?|credentials|certs?|workspace|code|litellm)(/[A-Za-z0-9_.@-]{1,64})"
    r"{1,12}|(/[a-z_.-]{1,24}){1,12}|(~|\.{1,2})?/?([A-Za-z0-9_.@-]{1,64}/){0,12}[A-Za-z0-9_@-]{1,64}\.(json|pem|p12|"
    "pfx|crt|cer)"
)
POINTER_NAME: Final = "(credentials?|tokens?|keys?)$"
PROCESS_VARIABLE: Final = (
    "(LD_|DYLD_|PYTHON|NODE_|NPM_|BASH_|PRISMA_|GUNICORN_|UVICORN_|MALLOC_|GLIBC_).*|PATH|HOME|SHELL|USER|LOGNAME|"
    "PWD|OLDPWD|IFS|ENV|PS4|TMPDIR|GCONV_PATH|LOCPATH|HOSTALIASES|RES_OPTIONS|SSLKEYLOGFILE|OPENSSL_CONF|"
    "OPENSSL_MODULES|VIRTUAL_ENV"
)
PUBLIC_VALUE: Final = "pk-lf-[A-Za-z0-9-]{8,64}"
QUERY_KEY: Final = "sig(nature)?|token|code|auth|x-amz-(signature|credential|security-token)"
REFERENCE_PREFIX: Final = "os.environ/"
SCHEMED_REFERENCE: Final = r"((bearer|basic|token|api-?key|key) ?:? ?)?os\.environ/[A-Za-z_][A-Za-z0-9_]*"
SECRET_HEADER: Final = "auth|key|token|secret|cookie|passw|signature|session|credential|jwt|license"
SECRET_MAPPINGS: Final = ("extra_headers", "headers", "default_headers", "static_headers")
SECRET_NAME: Final = (
    "(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|"
    "connection_string|litellm_licen[cs]e|auth_value)s?$|(apikey|secretkey|accesskey|authtoken|accesstoken|apitoken|"
    "password|passphrase)s?$"
)
SHA256: Final = "[0-9a-f]{64}"
SHORTEST_IN_QUERY: Final = 4
SMALLEST_HEADER_NUMBER: Final = 10000000
SMALLEST_SECRET_NUMBER: Final = 1000
UNIT: Final = r"[a-z0-9][A-Za-z0-9@_.-]{0,99}\.(service|timer|path|socket)"
VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]*"
WEBHOOK: Final = (
    r"https?://(hooks\.slack(-gov)?\.com/|[A-Za-z0-9_.-]*webhook\.office(365)?\.com/|[A-Za-z0-9_.-]*\.(logic\.azure|"
    r"api\.powerplatform)\.(com|us|cn)(:[0-9]+)?/|[A-Za-z0-9_.-]*discord(app)?\.com/api/(v[0-9]+/)?webhooks/|"
    r"chat\.googleapis\.com/v1/spaces/|hooks\.zapier\.com/|([A-Za-z0-9-]+\.)?hook\.([A-Za-z0-9]+\.)?make\.com/|"
    r"open\.(feishu\.cn|larksuite\.com)/open-apis/bot/|api\.telegram\.org/bot|"
    "[A-Za-z0-9_.:-]+/hooks/(?=[A-Za-z0-9_-]{20}))"
)
ZONE: Final = "[A-Za-z][A-Za-z0-9_+/-]{0,63}"

# Bounds of a question.
MOST_BYTES: Final = 2097152
MOST_FILES: Final = 200
MOST_PATH: Final = 299
MOST_NAMES: Final = 100
MOST_MODELS: Final = 5000
MOST_OWNERS: Final = 20000
MOST_ID: Final = 256

# Bounds of what a release has beside its configuration.
MOST_BESIDE: Final = 200
MOST_BESIDE_BYTES: Final = 1048576
MOST_BESIDE_TOTAL: Final = 4194304

# The wire.
BOOTSTRAP: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))'
BOOTSTRAP_UNIT: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r,"unit"))'
PROTOCOL: Final = 1
QUESTION_FIELDS: Final = ("files", "packages", "units", "image", "secrets", "budgets", "prices", "gateway")
