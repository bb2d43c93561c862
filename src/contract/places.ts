// Where things are on the host, as far as both programs know it. People type the paths under /etc/litellm: they are part of the promise.

export const ETC = '/etc/litellm'
/** What deploy says of backups. */
export const BACKUP_SETTINGS = `${ETC}/backup.json`
export const BACKUP_KNOWN_HOSTS = `${ETC}/backup_known_hosts`
/** What deploy says of the login at the image's registry. */
export const REGISTRY_SETTINGS = `${ETC}/registry.json`
/** What deploy says of a certificate of the user's, and where Caddy reads it, with its key. */
export const CERTIFICATE_SETTINGS = `${ETC}/certificate.json`
export const CERTIFICATE = '/etc/caddy/litellm.pem'
/** The host's own part of the product. */
export const LIBRARY = '/usr/local/lib/litellm-gitops'
/** Mounted in each container of LiteLLM, where `start` is what runs. */
export const CONTAINER_FILES = `${LIBRARY}/container`
/** The modules of the last deploy for the read-only key, and the paths that it may ask for. */
export const AGENT_FILE = `${LIBRARY}/agent.json`
/** Those for people and timers on the host. */
export const TERMINAL_FILE = `${LIBRARY}/terminal.json`
export const CADDYFILE = '/etc/caddy/Caddyfile'
export const FIREWALL_RULES = '/etc/litellm-firewall.nft'
export const QUADLET = '/etc/containers/systemd/litellm.container'
export const QUADLET_STANDBY = '/etc/containers/systemd/litellm-standby.container'
export const PLAN_SSHD = '/etc/ssh/sshd_config.d/00-litellm-plan.conf'
/** Limits of the account that a read-only key logs in as. */
export const PLAN_LIMITS = `${LIBRARY}/account.conf`
export const SYSUSERS = '/etc/sysusers.d/litellm-plan.conf'

/** Where backups go first when nothing else is declared. */
export const BACKUP_REPOSITORY = '/var/backups/litellm'

/** Caddy's port on the host, behind which the serving slot always answers. */
export const GATEWAY_PORT = 4000
