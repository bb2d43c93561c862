import type { ErrorText } from './error-text.ts'

export const BACKUP_ERRORS = {
  backup: {
    means: 'restic ended without naming a snapshot.',
    fix: 'Read the log, and run `backup` again.',
  },
  'backup-password': {
    means: 'The repository cannot be opened with the password of this host.',
    fix: 'Put `/etc/litellm/backup_password` back from its escrow, or declare another place for new backups.',
  },
  'backup-value': {
    means: 'The off-site storage needs a variable that the host was never given.',
    fix: 'Set it in the environment of the step that runs `deploy`, and deploy.',
  },
  copy: {
    means: 'The backup is on the host and not in the off-site copy, or the copy is missing some.',
    fix: 'Check that the host reaches the copy. The next backup copies what is missing.',
  },
  'database-dump': {
    means: 'The database could not be read for the backup.',
    fix: 'The log has the lines of PostgreSQL.',
  },
  'database-tools': {
    means:
      "The programs of the gateway's own PostgreSQL version are missing, or another version took its port.",
    fix: 'Install the packages that the message names, or give the cluster port 5432 (`pg_lsclusters`).',
  },
  'redis-down': {
    means: 'Redis does not answer.',
    fix: '`systemctl start redis-server`, then run the same command again.',
  },
  'redis-dump': {
    means: 'Redis could not write its content to disk, or it is damaged.',
    fix: '`journalctl -u redis-server` says why. A client that keeps calling FLUSHALL prevents it.',
  },
  escrow: {
    means: "The gateway's keys could not be encrypted to the people that `backup.escrow` names.",
    fix: 'Check these public keys: age1… or ssh-….',
  },
  'repository-missing': {
    means: 'There is no repository at that place.',
    fix: 'Check `backup.repository` and `backup.copy_to`, and that the disk is mounted.',
  },
  'repository-locked': {
    means: 'Another program holds the lock of the repository.',
    fix: 'Wait for it. A lock that a dead program left is removed automatically.',
  },
  'repository-backup': {
    means: '`restic backup` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-check': {
    means: '`restic check` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-copy': {
    means: '`restic copy` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-dump': {
    means: '`restic dump` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-forget': {
    means: '`restic forget` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-init': {
    means: '`restic init` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-restore': {
    means: '`restic restore` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-snapshots': {
    means: '`restic snapshots` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
  'repository-unlock': {
    means: '`restic unlock` failed at the repository.',
    fix: "The message has restic's own reason: mostly the storage, its credentials, or a damaged repository (`restic check`).",
  },
} as const satisfies Readonly<Record<string, ErrorText>>
