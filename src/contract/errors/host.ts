import type { ErrorText } from './error-text.ts'

export const HOST_ERRORS = {
  busy: {
    means: 'Another run holds the lock on this gateway, or does the same on the host right now.',
    fix: 'Wait for it. A run that died loses its lock within two minutes.',
  },
  'lease-lost': {
    means: 'The lock expired before this run could renew it; the connection was broken for two minutes.',
    fix: 'Run the command again.',
  },
  applied: {
    means: 'The run named no commit of a repository as the one that the gateway has.',
    fix: 'Report a bug with the log. The gateway is as declared; the next run counts from an earlier commit.',
  },
  'unsupported-system': {
    means: 'The host runs a system without Quadlet.',
    fix: 'Use Debian 13, Ubuntu 24.04, or newer.',
  },
  'disk-full': {
    means: 'No space, or too little, is left on the disk of the host. The gateway keeps serving.',
    fix: 'Free some (`journalctl --vacuum-size=200M`, `podman image prune`), or enlarge the disk. Run again.',
  },
  packages: {
    means: 'Packages could not be installed.',
    fix: 'See the lines of apt in the log. Often a mirror cannot be reached, or another package manager runs: run `deploy` again.',
  },
  account: {
    means: 'The account for the read-only key could not be created.',
    fix: 'See the log; `systemd-sysusers` says why. Then run `deploy`.',
  },
  path: {
    means:
      'A folder, or a link on the way to a file, can be changed by somebody other than root. Nothing was read or written there.',
    fix: 'Give the folder to root (`chown root`, `chmod go-w`), or name another one.',
  },
  firewall: {
    means: 'The declared rules would lock out this run, or nft refuses them. Nothing was changed.',
    fix: 'Add the address in the message to `firewall.ssh`, or remove the rule.',
  },
  sshd: {
    means: 'sshd does not take the configuration for the read-only key. Nothing was placed.',
    fix: 'Run `sshd -t` on the host and correct what it names.',
  },
  sudoers: {
    means: 'sudo of the host does not take the rule for the read-only key. Nothing was placed.',
    fix: 'Read the line of visudo in the message; `visudo -c` on the host shows whether its other rules are right. Otherwise report it.',
  },
  caddy: {
    means: 'Caddy refuses its new configuration. The old one stays.',
    fix: 'Read the line of Caddy in the message. With an own Caddyfile on the host, remove it; otherwise report it.',
  },
  certificate: {
    means:
      'The declared certificate and its key do not belong together, or one of them cannot be read. The one before stays.',
    fix: 'Give both in PEM, the certificate of the domain first, the key without a passphrase.',
  },
  'system-calls': {
    means: "podman's list of system calls is missing or cannot be read.",
    fix: 'Install it again with the command in the message, then run `deploy`.',
  },
  'service-down': {
    means: 'A service does not start or stop.',
    fix: "The log holds the service's last lines. `systemctl status NAME` on the host shows the rest.",
  },
  'key-missing': {
    means: 'A key file of the host is missing.',
    fix: 'Run `deploy`, which creates the missing ones. If the gateway served before, restore the file from a backup.',
  },
  'salt-key': {
    means: 'What is stored in the database cannot be decrypted with the salt key of this host.',
    fix: 'Restore the right `/etc/litellm/salt_key` back. For a restore: use the scope `all`, which brings the key too.',
  },
  'salt-key-lost': {
    means: 'The salt key is missing, and the database has data encrypted with it.',
    fix: 'Restore `/etc/litellm/salt_key` from a backup or its escrow. A new key would make the data unreadable.',
  },
  database: {
    means: 'PostgreSQL refused a statement, or another client keeps it from answering.',
    fix: 'The message says which. `systemctl restart litellm` ends connections and locks that LiteLLM holds.',
  },
  'database-down': {
    means: 'PostgreSQL does not answer, or went away.',
    fix: "systemd starts it again automatically; `journalctl -u 'postgresql@*'` says why it ended. Run the same command again.",
  },
  'not-prepared': {
    means: 'The database was prepared by an earlier version.',
    fix: 'Run `deploy`.',
  },
  'not-deployed': {
    means: 'The host has no gateway yet, or lost what `deploy` placed.',
    fix: 'Run `deploy`.',
  },
  'time-zone': {
    means: 'PostgreSQL on the host knows no such time zone.',
    fix: 'Give an IANA name such as `Europe/Berlin`, or `UTC`.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
