import type { Problem } from '../config/problem.ts'
import type { FileReader } from '../config/yaml/source.ts'
import type { Octokit } from '../github/client.ts'
import type { DeploymentRecord } from '../github/deployment.ts'
import type { AppliedCommit, Reviewed } from '../github/merged-plan.ts'
import type { connect } from '../host/session.ts'
import type { ImportedField } from '../import/field.ts'
import type { KnownSecrets } from '../log/known-secrets.ts'
import type { Logger } from '../log/logger.ts'
import type { ChangeResult, Plan } from '../plan/change.ts'

/** What only some commands take; `run.ts` says which. One that is given to another command is an error. */
export interface CommandInputs {
  /** Typed by a person. For destroy: the name of the machine. For restore: the gateway's domain; without it nothing is done. */
  readonly confirm?: string
  /** For rollback: the release to go back to. */
  readonly target?: string
  /** For rollback: although the database's schema has moved on. For rotate: end the grace time now; with revoke, although not every target can be written. For import: replace what is declared. For sync and deploy: although no reviewed plan shows what will be done. */
  readonly force?: boolean
  /** For rotate: `begin`, `finish`, or `due` for either, which it is when left out. */
  readonly phase?: string
  /** For rotate: the key has leaked, so every key of before is refused at the end of this run. */
  readonly revoke?: boolean
  /** For import: a config.yaml of LiteLLM, relative to the folder. */
  readonly from?: string
  /** For init: what to write into gateway.yaml. */
  readonly domain?: string
  readonly host?: string
  readonly user?: string
  readonly users?: string
  readonly image?: string
  readonly providers?: string
  readonly 'host-key'?: string
  readonly 'plan-key'?: string
  /** For init: who must review changes of the gateway, in CODEOWNERS' form. */
  readonly owner?: string
  /** For init: commit of the action, or the tag or branch whose commit is looked up, to pin it to. */
  readonly ref?: string
  /** For import: a running gateway; its admin key is in LITELLM_MASTER_KEY. */
  readonly url?: string
  /** For verify, drill and restore: `latest`, an id or a time. */
  readonly backup?: string
  /** For restore: how much is brought back. */
  readonly scope?: string
  /** For doctor: apply the harmless fixes. */
  readonly fix?: boolean
  /**
   * For report: the first and the last day as YYYY-MM-DD, the zone in which days are cut, and the folder for its files. For backup, on a
   * terminal alone: the file for the sealed keys.
   */
  readonly since?: string
  readonly until?: string
  readonly 'time-zone'?: string
  readonly output?: string
  /** For restore: bring back what the last one replaced. */
  readonly undo?: boolean
}

/** Everything a command works with. The entries make it from the action's inputs or the command line. */
export interface CommandContext {
  /** Path of the declaration, relative to the repository. */
  readonly config: string
  readonly files: FileReader
  /** Validate only; connect to nothing. */
  readonly offline: boolean
  readonly inputs: CommandInputs
  /** The private SSH key itself. */
  readonly sshKey: string | undefined
  /** Where the values of `os.environ/NAME` come from. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  readonly secrets: KnownSecrets
  readonly connect: typeof connect
  /** Addresses of a name in DNS. */
  readonly addressesOf: (name: string) => Promise<readonly string[]>
  readonly now: () => Date
  /** GitHub's API with the token that was given; undefined without one. */
  readonly github?: () => Promise<Octokit | undefined>
  /** Records in GitHub that this commit is being deployed to the gateway at the domain; undefined without GitHub. */
  readonly record?: (domain: string) => Promise<DeploymentRecord | undefined>
  /** The commit that this run is of; undefined where there is no GitHub. */
  readonly commit?: AppliedCommit
  /** What was reviewed since the gateway got what it has; undefined where there is no GitHub. It answers undefined without a token. */
  readonly reviewed?: (applied: AppliedCommit | null) => Promise<Reviewed | 'refused' | undefined>
  /** The files that the pull request or the merge queue's group of this run changes; undefined for any other run. It answers undefined when that cannot be told. */
  readonly changedFiles?: () => Promise<readonly string[] | undefined>
  /** Asks the person at the terminal, who may take the default; undefined where there is none. */
  readonly ask?: (question: string, preset?: string) => Promise<string>
  /** Writes a file for people, relative to the current folder or the workspace. */
  readonly keep?: (path: string, text: string) => void
  /** Writes a file of the repository; only the command line does. With `new-private` for its owner alone, and never over another. */
  readonly write?: (path: string, text: string, how?: 'new-private') => void
  /** Who runs this, for the lock and the audit log: the run's URL, or user and machine; and how long it waits for others at work. */
  readonly run: { readonly holder: string; readonly url: string; readonly waitSeconds?: number }
}

/** What a command found and did. Everything that is printed or published is made from it. */
export interface CommandReport {
  readonly command: string
  readonly plan: Plan | undefined
  /** What was applied; undefined for a command that only looks. */
  readonly applied: readonly ChangeResult[] | undefined
  readonly problems: readonly Problem[]
  /** What `import` made of each field; of no other command. */
  readonly imported?: readonly ImportedField[]
  /** What the command itself answers, for `--json`: the backup, the proof, the drill's report. */
  readonly result?: object
  /** People's text: job summary and comment. */
  readonly markdown: string
  readonly failed: boolean
  /** Of a pull request that changes nothing of the gateway. */
  readonly untouched?: true
  /** Nothing was done, because the gateway has a later commit of the branch already. */
  readonly superseded?: true
  /** What the connection cost; undefined when there was none. */
  readonly cost: { readonly connections: number; readonly execs: number } | undefined
}

export type Command = (context: CommandContext) => Promise<CommandReport>
