import type { ErrorText } from './error-text.ts'

export const RESTORE_ERRORS = {
  scope: {
    means: 'There is no such scope.',
    fix: 'Give database, configuration or all.',
  },
  'schema-newer': {
    means: 'The backup is of a newer LiteLLM than the one that serves.',
    fix: 'Deploy the image in the message first, or restore with the scope `all`.',
  },
  'server-older': {
    means: 'The backup is of a newer PostgreSQL than the host has.',
    fix: 'Restore on a host with that version or a newer one.',
  },
  restore: {
    means: 'The restore failed before it touched the gateway.',
    fix: 'The message says why. Run it again.',
  },
  swap: {
    means: 'The databases could not change places.',
    fix: 'Run the same command again: it continues from there.',
  },
  logs: {
    means:
      'A table that stays with the scope `configuration` could not be copied. What was there before is served.',
    fix: 'The log names the table. Restore with the scope `database`, or move that table away.',
  },
  'no-undo': {
    means: 'There is no restore on this host to undo.',
    fix: 'Restore the backup that was taken before it (`litellm-gitops backups`).',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
