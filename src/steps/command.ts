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
import type { Inputs } from './inputs.ts'

/** What every step works with. The entries make it from the action's inputs or the command line. */
export interface StepContext {
  /** Path of the declaration, relative to the repository. */
  readonly config: string
  readonly files: FileReader
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
  /** The same with the token that may write the secrets of `deliver`. */
  readonly receivers?: () => Promise<Octokit | undefined>
  /** Records in GitHub that this commit is being deployed to the gateway at the domain; undefined without GitHub. */
  readonly record?: (domain: string) => Promise<DeploymentRecord | undefined>
  /** The commit that this run is of; undefined where there is no GitHub. */
  readonly commit?: AppliedCommit
  /** What was reviewed since the gateway got what it has; undefined where there is no GitHub. It answers undefined without a token. */
  readonly reviewed?: (applied: AppliedCommit | null) => Promise<Reviewed | 'refused' | undefined>
  /** The files that the pull request or the merge queue's group of this run changes; undefined for any other run. It answers undefined when that is not known. */
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

/** Everything a command works with: what every step does, and the inputs that this command takes. */
export interface CommandContext<Given = Inputs> extends StepContext {
  readonly inputs: Given
}

/** What a command found and did. */
export interface CommandResult {
  /** People's text: job summary and comment. */
  readonly markdown: string
  readonly plan?: Plan
  /** What was applied; left out by a command that only looks. */
  readonly applied?: readonly ChangeResult[]
  readonly problems?: readonly Problem[]
  /** What `import` made of each field; of no other command. */
  readonly imported?: readonly ImportedField[]
  /** What the command itself answers, for `--json`: the backup, the proof, the drill's report. */
  readonly result?: object
  readonly failed?: boolean
  /** It did its work, and a person has to finish it: the CLI exits 2. */
  readonly unfinished?: true
  /** What the CLI says last, below all warnings. */
  readonly last?: string
  /** Of a pull request that changes nothing of the gateway. */
  readonly untouched?: true
  /** Nothing was done, because a later commit of the branch was applied already. */
  readonly superseded?: true
  /** What the connection cost; left out when there was none. */
  readonly cost?: { readonly connections: number; readonly execs: number }
}

/** The result of a command, complete. Everything that is printed or published is made from it. */
export interface CommandReport
  extends Pick<
    CommandResult,
    'markdown' | 'imported' | 'result' | 'unfinished' | 'last' | 'untouched' | 'superseded'
  > {
  readonly command: string
  readonly plan: Plan | undefined
  readonly applied: readonly ChangeResult[] | undefined
  readonly problems: readonly Problem[]
  readonly failed: boolean
  readonly cost: CommandResult['cost'] | undefined
}

export type Command = (context: CommandContext) => Promise<CommandResult>
