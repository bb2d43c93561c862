import { setImmediate } from 'node:timers/promises'
import { HOST_OWNED } from '../contract/names.ts'
import { type DesiredBudget, desiredBudgets } from './budgets.ts'
import { type LitellmConfig, renderLitellmConfig } from './litellm/litellm-config.ts'
import { ConfigError, type Position, type Problem } from './problem.ts'
import type { GatewayFile } from './schema.ts'
import type { Reference } from './secrets/secrets.ts'
import { type Size, sizeFor } from './sizing.ts'
import { validate } from './validate.ts'
import type { Path } from './yaml/path.ts'
import { type FileReader, type Pieces, readInPieces, type Source, whole } from './yaml/source.ts'

/** A variable that the configuration refers to. */
export interface DesiredSecret {
  readonly name: string
  /** Where it is referred to first. */
  readonly at: Position
}

/** Everything that the repository declares, checked. */
export interface Desired {
  readonly file: string
  readonly gateway: GatewayFile
  readonly size: Size | undefined
  /** LiteLLM's whole configuration as it is to stand on the host: the user's sections, our ids, and what connects it to the host. */
  readonly litellm: LitellmConfig
  readonly budgets: readonly DesiredBudget[]
  readonly secrets: readonly DesiredSecret[]
  readonly warnings: readonly Problem[]
  locate(path: Path): Position
}

/** Reads, checks and completes the declaration. @throws ConfigError with every problem found */
export function loadDesired(file: string, files: FileReader): Desired {
  return whole(inPieces(file, files))
}

/** What `loadDesired` does; in between, who else has something to do gets a turn: a host that answers while it is being connected to. */
export async function loadDesiredInTurns(file: string, files: FileReader): Promise<Desired> {
  const pieces = inPieces(file, files)
  for (;;) {
    const { done, value } = pieces.next()
    if (done) return value
    await setImmediate()
  }
}

function* inPieces(file: string, files: FileReader): Pieces<Desired> {
  const source = yield* readInPieces(file, files)
  const { gateway, problems, references } = validate(source)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (gateway === undefined || errors.length > 0) throw new ConfigError(problems)
  return {
    file,
    gateway,
    size: sizeOf(gateway),
    litellm: renderLitellmConfig(gateway),
    budgets: desiredBudgets(gateway, source),
    secrets: secretsOf(references, source),
    warnings: problems,
    locate: (path) => source.locate(path),
  }
}

function sizeOf({ users, size }: GatewayFile): Size | undefined {
  if (size !== undefined)
    return {
      vcpu: size.vcpu,
      memoryGiB: Number.parseInt(size.memory, 10),
      diskGiB: Number.parseInt(size.disk, 10),
    }
  return users === undefined ? undefined : sizeFor(users)
}

function secretsOf(references: readonly Reference[], source: Source): DesiredSecret[] {
  const first = new Map<string, DesiredSecret>()
  for (const { name, path } of references) {
    if (!HOST_OWNED.includes(name) && !first.has(name)) first.set(name, { name, at: source.locate(path) })
  }
  return [...first.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
