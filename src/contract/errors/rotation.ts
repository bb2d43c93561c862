import type { ErrorText } from './error-text.ts'

export const ROTATION_ERRORS = {
  'master-key-differs': {
    means: 'The gateway runs with another master key than `/etc/litellm/master_key` holds.',
    fix: 'Put the key that people use back into the file, or run `deploy` to serve the one in the file.',
  },
  'rotation-phase': {
    means: 'The rotation is not at the step that was asked for.',
    fix: 'Run `rotate`: it takes up where it was cut short.',
  },
  'rotation-test': {
    means: 'Not every worker answers to the keys as it should. Nothing was removed; both keys work.',
    fix: 'Run `rotate` again. If it stays so, look at `doctor`.',
  },
  'rotation-not-served': {
    means: 'The gateway does not run with the new master key.',
    fix: 'Run `rotate` again.',
  },
  'rotation-keys': {
    means: 'LiteLLM refuses what a rotation does with its keys. The master key is as it was.',
    fix: 'Change the setting that the message names while it rotates, such as `disable_custom_api_keys`.',
  },
  'rotation-grace': {
    means: 'No key may live as long as the old one is to work. Nothing was changed.',
    fix: 'Shorten `rotate.grace`, or raise `upperbound_key_generate_params.duration`.',
  },
  'gateway-down': {
    means: 'LiteLLM does not answer. The master key is as it was.',
    fix: 'Run `doctor`, then `rotate` again.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
