"""What runner and host both know by name. Made of src/contract by `npm run generate`: change it there."""

from typing import Final

# Names.
BACKUP_KINDS: Final = ("manual", "scheduled", "safety", "upgrade")
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
MARK_LIMITS: Final = "managed_limits"
MARK_MANAGER: Final = "managed_by"
MARK_MEMBERS: Final = "managed_members"
NUMBER_LIMITS: Final = ("max_budget", "budget_duration", "soft_budget", "tpm_limit", "rpm_limit")
OVERLAID_SECTIONS: Final = ("general_settings", "router_settings", "litellm_settings", "environment_variables")
PHASES: Final = ("created", "expanded", "swapping", "swapped")
PLAN_USER: Final = "litellm-plan"
READ_ONLY: Final = ("observe", "doctor", "report")
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

# Places.
AGENT_FILE: Final = "/usr/local/lib/litellm-gitops/agent.json"
BACKUP_KNOWN_HOSTS: Final = "/etc/litellm/backup_known_hosts"
BACKUP_REPOSITORY: Final = "/var/backups/litellm"
BACKUP_SETTINGS: Final = "/etc/litellm/backup.json"
CADDYFILE: Final = "/etc/caddy/Caddyfile"
CONTAINER_FILES: Final = "/usr/local/lib/litellm-gitops/container"
ETC: Final = "/etc/litellm"
FIREWALL_RULES: Final = "/etc/litellm-firewall.nft"
GATEWAY_PORT: Final = 4000
LIBRARY: Final = "/usr/local/lib/litellm-gitops"
PLAN_LIMITS: Final = "/usr/local/lib/litellm-gitops/account.conf"
PLAN_SSHD: Final = "/etc/ssh/sshd_config.d/00-litellm-plan.conf"
QUADLET: Final = "/etc/containers/systemd/litellm.container"
QUADLET_STANDBY: Final = "/etc/containers/systemd/litellm-standby.container"
SYSUSERS: Final = "/etc/sysusers.d/litellm-plan.conf"
TERMINAL_FILE: Final = "/usr/local/lib/litellm-gitops/terminal.json"

# Forms.
DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
HUMP: Final = "(?<=[a-z0-9])(?=[A-Z])"
IMAGE: Final = "[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}"
IN_QUERY: Final = r"([?&])([A-Za-z0-9_.-]+)=([^&#\s]+)"
KEY: Final = r"(?:(?:sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\S{8}|-----BEGIN )"
KEY_MARKS: Final = "sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer "
MODE: Final = "0[0-7]{3}"
NAME_END: Final = 200
NEVER_SECRET: Final = ("environment_variables", "keys")
NOT_SECRET: Final = (
    "(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|"
    "key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$"
)
OWNER: Final = "[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}"
PACKAGE: Final = r"[a-z0-9][a-z0-9+.-]{1,99}( \| [a-z0-9][a-z0-9+.-]{1,99}){0,9}"
REFERENCE_PREFIX: Final = "os.environ/"
SECRET_MAPPINGS: Final = ("extra_headers", "headers", "default_headers")
SECRET_NAME: Final = (
    "(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|connection_string)s?$"
)
SHA256: Final = "[0-9a-f]{64}"
SMALLEST_SECRET_NUMBER: Final = 1000
UNIT: Final = r"[a-z0-9][A-Za-z0-9@_.-]{0,99}\.(service|timer|path|socket)"
VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]*"
ZONE: Final = "[A-Za-z][A-Za-z0-9_+/-]{0,63}"

# Bounds of a question.
MOST_BYTES: Final = 2097152
MOST_FILES: Final = 200
MOST_PATH: Final = 299
MOST_NAMES: Final = 100
MOST_MODELS: Final = 5000
MOST_OWNERS: Final = 20000
MOST_ID: Final = 256

# The wire.
BOOTSTRAP: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))'
BOOTSTRAP_UNIT: Final = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r,"unit"))'
PROTOCOL: Final = 1
QUESTION_FIELDS: Final = ("files", "packages", "units", "image", "secrets", "budgets", "prices", "gateway")
