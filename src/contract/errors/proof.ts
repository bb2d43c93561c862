import type { ErrorText } from './error-text.ts'

export const PROOF_ERRORS = {
  'not-proven': {
    means: 'The backup could not be proven.',
    fix: 'The reason is in the message. Take a new backup and verify it.',
  },
  rehearsal: {
    means: 'A step of the rehearsal of an upgrade failed. The gateway was not touched.',
    fix: 'The reason is in the message. Nothing is proposed until it goes well.',
  },
  'no-backup': {
    means: 'There is no backup, or none of that name or time.',
    fix: 'Run `backup`, or choose one of those in the message.',
  },
  'too-old': {
    means: 'The newest backup is older than `backup.rpo` allows.',
    fix: '`systemctl status litellm-backup` says why none was taken.',
  },
  clock: {
    means: 'The newest backup is from the future.',
    fix: 'Correct the clock of the host (`timedatectl`).',
  },
  empty: {
    means: 'The backup holds no schema of LiteLLM.',
    fix: 'The database was empty when it was taken: choose an earlier backup.',
  },
  shrunken: {
    means: 'The backup has less than half of the rows of those before it.',
    fix: 'Find out what removed the rows. If it was meant, the warning ends after some backups.',
  },
  damaged: {
    means: 'Files of the backup are not as they were backed up.',
    fix: 'Use another backup, or the off-site copy. Run `restic check --read-data`.',
  },
  forged: {
    means: 'The backup holds something that no backup of ours has. Nothing of it was used.',
    fix: 'Find out who can write to the repository. Use another backup.',
  },
  manifest: {
    means: 'The description in the backup is damaged, or of a newer version.',
    fix: 'Use that version, or another backup.',
  },
  foreign: {
    means: 'This is of another gateway, or was not made by litellm-gitops. It was left alone.',
    fix: 'Check the domain and the name; choose another repository or another name for the VM.',
  },
  scratch: {
    means: 'The scratch PostgreSQL does not start.',
    fix: 'Read the log. Check memory and disk of the host.',
  },
  dump: {
    means: 'The dump cannot be loaded.',
    fix: 'Use another backup; read the log.',
  },
  content: {
    means: 'What was restored is not what was backed up.',
    fix: 'Use another backup. The message names the tables.',
  },
  amcheck: {
    means: 'pg_amcheck finds the restored database damaged.',
    fix: 'Look at disk and memory of the host (`dmesg`). Use another backup.',
  },
  redis: {
    means: 'Redis did not load all the keys of the backup.',
    fix: 'Use another backup.',
  },
  litellm: {
    means: 'LiteLLM does not run on the restored data.',
    fix: "The message has LiteLLM's own reason.",
  },
  decrypt: {
    means: "Stored credentials could not be tried with LiteLLM's own libraries.",
    fix: 'The log says why. Check that the image is whole (`podman image inspect`).',
  },
  blind: {
    means: 'A check did not notice data that was made wrong on purpose. Its other results prove nothing.',
    fix: 'Report it.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
