import type { ErrorText } from './error-text.ts'

export const TAKEOVER_ERRORS = {
  'old-database-url': {
    means: 'The URL of the old database cannot be used.',
    fix: 'Set OLD_DATABASE_URL to what the old gateway has as DATABASE_URL: `postgresql://USER:PASSWORD@HOST:PORT/NAME`.',
  },
  'old-database-unreachable': {
    means: 'The new host does not reach the server of the old database.',
    fix: 'Open its port for the address of the new host, or bring a dump: `import --data FILE`.',
  },
  'old-database-tls': {
    means: 'The server of the old database does not encrypt, or its certificate is not valid for its name.',
    fix: 'Give the certificate of its authority (`--ca FILE`). Managed databases have it for download.',
  },
  'old-database-login': {
    means: 'The server of the old database refuses the user or the password, or has no such database.',
    fix: 'Correct OLD_DATABASE_URL.',
  },
  'old-database-rights': {
    means: 'The role may not read all tables of LiteLLM in the old database.',
    fix: '`GRANT SELECT ON ALL TABLES IN SCHEMA public TO role`, and the same for the sequences.',
  },
  'old-database': {
    means: 'The old database could not be read to the end.',
    fix: 'The log has the words of its server. Run again.',
  },
  'not-litellm': {
    means: 'This database is of another product, or empty.',
    fix: 'Name the database of the old gateway.',
  },
  'dump-file': {
    means: 'The dump is cut short, damaged, or none of pg_dump.',
    fix: 'Make it again with pg_dump (`-Fc`, `-Fd` or plain), and copy it whole.',
  },
  'old-key': {
    means: 'Stored credentials or models of the old database open with none of the keys that were given.',
    fix: 'Give OLD_SALT_KEY or OLD_MASTER_KEY as the old gateway has them.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
