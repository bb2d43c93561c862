/** What every command can be given, beside its own inputs (`steps/inputs.ts`). */
interface CommonInput {
  /** In Markdown: names and values stand in back-ticks. */
  readonly about: string
  readonly on: readonly ('cli' | 'action')[]
  /** What its value is called in the help; none for a flag. */
  readonly value?: string
  /** What it is when left out. */
  readonly preset?: string
  /** The same in words, where the value says little. */
  readonly presetText?: string
  readonly required?: true
}

export const COMMON_INPUTS = {
  command: { on: ['action'], about: 'one of the commands above', required: true },
  config: { on: ['cli', 'action'], about: 'path of the declaration', value: 'file', preset: 'gateway.yaml' },
  json: { on: ['cli'], about: 'print one JSON document on stdout' },
  verbose: { on: ['cli'], about: 'show details' },
  'ssh-key-file': { on: ['cli'], about: 'the private SSH key; or its text in SSH_KEY', value: 'file' },
  'ssh-key': {
    on: ['action'],
    about: 'the private SSH key for the host that `gateway.yaml` names: the key itself, from a secret',
  },
  'github-token': {
    on: ['action'],
    about:
      'for the comment on the pull request (`pull-requests: write`); for `rotate` one that may write the secrets',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own form
    preset: '${{ github.token }}',
    presetText: "the job's token",
  },
  'secrets-token': {
    on: ['action'],
    about:
      'a token that may write the secrets of `keys[].deliver`, for `sync`, `deploy` and `plan`; `rotate` takes `github-token` when it is left out',
  },
  'github-api-url': {
    on: ['action'],
    about: "GitHub's API; differs on GitHub Enterprise Server",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own form
    preset: '${{ github.api_url }}',
    presetText: "the job's API",
  },
  'notify-slack': {
    on: ['action'],
    about:
      'where people are told when something begins to be wrong, is over, fails, or was changed: the address of a Slack webhook, from a secret',
  },
  'notify-teams': { on: ['action'], about: 'the same for a webhook of a Teams workflow' },
  'notify-webhook': { on: ['action'], about: 'the same for a server of your own, as JSON' },
} as const satisfies Readonly<Record<string, CommonInput>>

export type CommonInputName = keyof typeof COMMON_INPUTS

export function commonInputs(entry: 'cli' | 'action'): (CommonInput & { readonly name: CommonInputName })[] {
  const all: Readonly<Record<CommonInputName, CommonInput>> = COMMON_INPUTS
  return (Object.keys(all) as CommonInputName[])
    .map((name) => ({ name, ...all[name] }))
    .filter(({ on }) => on.includes(entry))
}
