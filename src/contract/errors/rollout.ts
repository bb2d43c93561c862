import type { ErrorText } from './error-text.ts'

export const ROLLOUT_ERRORS = {
  image: {
    means:
      'The image is not named by digest, or the cloud image could not be fetched or has another checksum.',
    fix: 'Write `registry/repository@sha256:…`. For a cloud image: correct the address or the checksum.',
  },
  'image-pull': {
    means: 'The image could not be pulled.',
    fix: 'Check that the host reaches the registry and that the digest exists there.',
  },
  'image-denied': {
    means:
      'The registry does not let this host pull the image: it wants a login, or refuses the one that is declared.',
    fix: 'Declare `litellm.registry` with a user and a token that may read the image, or renew the token. Registries also say so of an image that does not exist.',
  },
  'registry-value': {
    means: 'The host never got a value that the login at the registry needs.',
    fix: 'Give it to the step that runs `deploy` (`env:` in the workflow, from a secret).',
  },
  'image-missing': {
    means: 'The image is not on the host: `sync` pulls none.',
    fix: 'Run `deploy`.',
  },
  'known-bad': {
    means: 'This release of LiteLLM is known to be bad. Nothing of it was run.',
    fix: 'Declare another image; the message says why.',
  },
  'image-unusable': {
    means: 'The image has no LiteLLM, or none of its migrations. Nothing of it was run.',
    fix: "Declare one of LiteLLM's own images (`litellm-database`, `litellm-non_root`, `litellm`), or one that is made from them.",
  },
  'too-old': {
    means: 'The image is an older LiteLLM than this product supports. Nothing of it was run.',
    fix: 'Declare a newer image; `import` reads gateways of any version.',
  },
  migration: {
    means: 'The database migrations of the image failed. Nothing serves the new image.',
    fix: 'Read the log. Restore the backup from before the upgrade if the database was changed.',
  },
  'env-missing': {
    means: 'The configuration refers to a variable that has no value.',
    fix: 'Give it to the step (`env:` in the workflow, from a secret).',
  },
  'env-reserved': {
    means: 'A variable was given that the host itself sets.',
    fix: 'Take it out of the environment of the step.',
  },
  'env-name': {
    means: 'This cannot be the name of an environment variable.',
    fix: 'Use letters, digits and `_`, and no digit first.',
  },
  'env-value': {
    means: 'The value does not fit in one line of an environment file, or holds a zero byte.',
    fix: 'Encode it (base64), or give JSON, which is put on one line.',
  },
  beside: {
    means: 'A file beside the configuration has a path or a size that none may have.',
    fix: 'Correct it in the repository; the message names it.',
  },
  'deploy-first': {
    means:
      'The host is as an earlier version deployed it, and has no place for what is declared. Nothing was changed.',
    fix: 'Run `deploy`.',
  },
  'provider-key': {
    means: 'The provider refuses the new key. The old one keeps serving.',
    fix: 'Correct the secret and run again.',
  },
  unhealthy: {
    means: 'The new release did not pass its proof. The old one keeps serving.',
    fix: "The message has LiteLLM's own reason, the log the lines around it. Correct the configuration and run again.",
  },
  'main-down': {
    means:
      'Neither the new nor the old release starts in the main slot. The standby slot keeps serving if it is up.',
    fix: 'Check memory and disk of the host. Run the same command again: it continues from there.',
  },
  interrupted: {
    means: 'What was started on the host was interrupted, by a reboot or a kill.',
    fix: 'Run again: it takes up from the journal.',
  },
  'no-release': {
    means: 'There is no such earlier release on the host.',
    fix: 'Choose one of those in the message, or deploy what you want to serve.',
  },
  'schema-moved': {
    means: 'The database has had migrations that the image does not know. Nothing was changed.',
    fix: 'Declare the image that serves, or a newer one. To go back, restore the backup that the message names with the scope `all`, or roll back with `--force` if you know that the migrations only added things.',
  },
  'image-schema': {
    means: 'The image has no migrations that could be read, and the database has content.',
    fix: "Use one of LiteLLM's own images, such as `litellm-database`.",
  },
  'migrations-pending': {
    means: 'The image brings migrations that the database has not had.',
    fix: 'Declare this image and run `deploy`, which takes a backup and then runs them.',
  },
  'upgrade-backup': {
    means: 'The backup before the migrations failed, so no migration ran. The gateway serves as before.',
    fix: 'Fix what the message says, often the disk or the password of the repository, and run `deploy` again.',
  },
  'schema-incomplete': {
    means: 'The migrations are recorded in the database, but columns that this LiteLLM uses are missing.',
    fix: 'Restore a backup from before they were dropped, or declare another version.',
  },
  'stored-setting': {
    means: "A setting in LiteLLM's database could not be removed, or LiteLLM keeps none of that name there.",
    fix: 'Remove it in the UI, or run again when PostgreSQL answers.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
