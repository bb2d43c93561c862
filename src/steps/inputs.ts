/** What can be done, in the words of the help. `cli`: on a command line alone, because it writes files for people to look at. */
export const COMMANDS = {
  plan: { about: 'validate gateway.yaml and show what it would change on the running gateway' },
  sync: { about: 'apply models, settings, keys and budgets to the running gateway' },
  deploy: { about: 'build the whole gateway as declared, starting from an empty machine if need be' },
  rollback: { about: 'serve again what an earlier release served' },
  doctor: {
    about: 'check everything the gateway depends on, and say how to fix each problem',
  },
  report: { about: 'say what was used and spent, by whom, and how far the budgets reach' },
  rotate: { about: 'give the gateway a new master key, and the declared GitHub secrets the same' },
  destroy: { about: 'remove the VM that deploy created on a hypervisor, and its disks' },
  init: {
    about: 'write a first gateway.yaml and the workflows, and list what is left to be set',
    cli: true,
  },
  import: {
    about: 'write gateway.yaml from a LiteLLM that runs or is configured, with a report of each field',
    cli: true,
  },
  move: {
    about: 'move an old gateway here: hold it, take its last copy, restore it, and send its requests on',
  },
  backup: { about: 'take a backup now, as the host does automatically each day' },
  upgrade: {
    about: 'rehearse the newest release of LiteLLM beside the gateway, and propose it in a pull request',
  },
  verify: { about: 'restore a backup into a scratch place and prove its content' },
  drill: { about: 'bring the gateway up from the off-site copy in a scratch place, by the clock' },
  export: {
    about: 'write the gateway with all its data as a plain compose project, in a folder on the host',
  },
  restore: { about: 'bring back a backup, or undo that; without confirm only say what would change' },
} as const satisfies Readonly<Record<string, { readonly about: string; readonly cli?: true }>>

export type CommandName = keyof typeof COMMANDS

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[]

/** Something that a command can be given. */
export interface Input {
  /** A flag is on or off; a text is what its value is called in the help of the command line, such as `release`. */
  readonly kind: 'flag' | { readonly text: string }
  /** What it does, for each command that takes it; another that is given it is an error. Names and values stand in back-ticks. */
  readonly for: Readonly<Partial<Record<CommandName, string | { readonly cli: string }>>>
  /** What it is when left out. */
  readonly preset?: string
}

const UNREVIEWED = 'go on although no reviewed plan shows what will be done'
const WHICH_BACKUP = '`latest`, an id, or a time such as `2026-11-23T02:00`'

/**
 * Every input that only some commands take. From it come the options of the command line and their completion, what the action reads, the
 * inputs of `action.yml` and of the reusable workflow, and the table in `docs/commands.md` (`npm run generate`).
 */
export const INPUTS = {
  offline: {
    kind: 'flag',
    for: { plan: 'validate the files only; the gateway is not asked, and no SSH key is needed' },
  },
  target: {
    kind: { text: 'release' },
    for: { rollback: 'the release to go back to' },
    preset: 'the one before the serving one',
  },
  force: {
    kind: 'flag',
    for: {
      sync: UNREVIEWED,
      deploy: UNREVIEWED,
      rollback: 'go back although the schema of the database has moved on since',
      rotate:
        'end the grace time now, and begin nothing; with `revoke`, go on although not every target can be written',
      import: 'replace what is declared',
    },
  },
  phase: {
    kind: { text: 'phase' },
    for: {
      rotate:
        '`begin` makes a new key; `finish` ends the old one when its grace time is over, and begins nothing; `due` does whichever of the two is due',
    },
    preset: '`due`',
  },
  revoke: {
    kind: 'flag',
    for: {
      rotate:
        'the key has leaked: a new one is made, and every key of before is refused at the end of this run',
    },
  },
  keys: {
    kind: { text: 'which' },
    for: {
      rotate:
        'keys of `keys` with `deliver`, and not the master key: `due` ends replaced ones and replaces those that are due, `all` replaces all, an alias that one; with `phase: finish` it only ends, with `force` replaced ones at once, with `revoke` every earlier one of what it replaces',
    },
  },
  from: { kind: { text: 'file' }, for: { import: "LiteLLM's config.yaml; its secrets become references" } },
  people: {
    kind: 'flag',
    for: { import: 'also write teams, users, keys and the like that were made in the UI' },
  },
  url: {
    kind: { text: 'url' },
    for: {
      import: 'a running gateway; its admin key in LITELLM_MASTER_KEY',
      move: 'where the old machine reaches the new gateway; https and its domain when left out',
    },
  },
  data: {
    kind: { text: 'source' },
    for: {
      import:
        'take over a database: `postgres` (its URL in OLD_DATABASE_URL), `ssh://user@host[:port][/folder]` (a compose project with LiteLLM there), or a dump, a file or a folder of pg_dump',
      move: 'the machine of the old gateway: `ssh://user@host[:port][/folder]`',
    },
  },
  ca: {
    kind: { text: 'file' },
    for: {
      import: "with `data`: the certificates that sign the old server's",
      move: 'the certificates that sign the server of a database that is on no machine of yours',
    },
    preset: "the system's own",
  },
  backup: {
    kind: { text: 'which' },
    for: { verify: WHICH_BACKUP, drill: WHICH_BACKUP, restore: WHICH_BACKUP },
    preset: '`latest`',
  },
  scope: {
    kind: { text: 'scope' },
    for: { restore: '`database`, `configuration` (without the logs), or `all` (keys and release too)' },
    preset: '`database`',
  },
  confirm: {
    kind: { text: 'name' },
    for: {
      restore: "the gateway's domain; without it the run only says what would change",
      destroy: "the machine's name",
      import: "with `data`: the gateway's domain; without it the run only says what would come",
      move: "the new gateway's domain; without it the run only says what it would do, and how long that takes",
    },
  },
  undo: {
    kind: 'flag',
    for: {
      restore: 'bring back what the last restore replaced',
      move: 'the old gateway serves again, as it was',
    },
  },
  domain: { kind: { text: 'domain' }, for: { init: 'of the gateway' } },
  host: { kind: { text: 'address' }, for: { init: 'of the machine, by SSH' } },
  user: { kind: { text: 'name' }, for: { init: 'who may become root there' }, preset: '`debian`' },
  users: { kind: { text: 'number' }, for: { init: 'people who will use it' }, preset: '`100`' },
  image: {
    kind: { text: 'image:tag' },
    for: { init: 'of LiteLLM with a database; the registry is asked for the digest of the tag' },
  },
  providers: {
    kind: { text: 'names' },
    for: { init: '`openai`, `anthropic`, `openrouter`, `perplexity`' },
    preset: '`openai`',
  },
  'host-key': {
    kind: { text: 'line' },
    for: {
      init: 'of /etc/ssh/ssh_host_ed25519_key.pub on the machine',
      import: 'with `data` of ssh: the same of the old machine; or in OLD_HOST_KEY',
      move: 'the same of the old machine; or in OLD_HOST_KEY',
    },
  },
  'plan-key': {
    kind: { text: 'line' },
    for: { init: 'the public half of the key that pull requests use' },
  },
  ref: {
    kind: { text: 'commit' },
    for: { init: 'of the action, or a tag or branch whose commit is looked up, to pin it to' },
    preset: 'that of this program',
  },
  owner: {
    kind: { text: '@org/team' },
    for: { init: 'who must review changes of the gateway, for CODEOWNERS' },
  },
  age: {
    kind: { text: 'days' },
    for: { upgrade: 'how old a release must be, in days; 0 takes any' },
    preset: '7',
  },
  since: {
    kind: { text: 'day' },
    for: { report: 'the first day, `YYYY-MM-DD`' },
    preset: 'seven whole days before today',
  },
  until: { kind: { text: 'day' }, for: { report: 'the last day' } },
  'time-zone': {
    kind: { text: 'name' },
    for: { report: 'where days are cut, such as `Europe/Berlin`' },
    preset: '`UTC`',
  },
  output: {
    kind: { text: 'path' },
    for: {
      report: 'the folder for `report.html`, `report.csv` and `report.json`; `gateway-report` when left out',
      // What it holds does not belong into the workspace of a job.
      backup: { cli: 'a new file for the keys that backup.escrow seals' },
    },
  },
  fix: {
    kind: 'flag',
    for: {
      doctor: 'restrict the modes of our files, and start what should run; nothing else is changed',
    },
  },
} as const satisfies Readonly<Record<string, Input>>

export type InputName = keyof typeof INPUTS

export const INPUT_NAMES = Object.keys(INPUTS) as readonly InputName[]

type Value<Name extends InputName> = (typeof INPUTS)[Name]['kind'] extends 'flag' ? boolean : string

/** The inputs of any command. One that was not given is not there. */
export type Inputs = { readonly [Name in InputName]?: Value<Name> }

type InputsByCommand = {
  readonly [Taker in CommandName]: {
    readonly [Name in InputName as Taker extends keyof (typeof INPUTS)[Name]['for']
      ? Name
      : never]?: Value<Name>
  }
}

/** What this command takes. */
export type InputsOf<Taker extends CommandName> = InputsByCommand[Taker]

/** What an input does for a command; undefined when it does not take it. */
export function aboutInput(
  input: InputName,
  command: CommandName,
  entry: 'cli' | 'action',
): string | undefined {
  const { for: takers }: Input = INPUTS[input]
  const about = takers[command]
  if (typeof about !== 'object') return about
  return entry === 'cli' ? about.cli : undefined
}

export function inputsOf(command: CommandName): InputName[] {
  return INPUT_NAMES.filter((input) => Object.hasOwn(INPUTS[input].for, command))
}

export function takersOf(input: InputName): CommandName[] {
  return COMMAND_NAMES.filter((command) => Object.hasOwn(INPUTS[input].for, command))
}

/** Whether the action offers it: some command of the action takes it there. */
export function isOfAction(input: InputName): boolean {
  return takersOf(input).some((command) => isOnAction(command) && aboutInput(input, command, 'action'))
}

/** Whether the action has the command, too. */
export function isOnAction(command: CommandName): boolean {
  return !('cli' in COMMANDS[command])
}

export function isFlag(input: InputName): boolean {
  return INPUTS[input].kind === 'flag'
}
