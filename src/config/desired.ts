import type { Entity } from '../contract/entities.ts'
import { REFERENCE_PREFIX } from '../contract/forms.ts'
import { HOST_OWNED } from '../contract/names.ts'
import { type DesiredBudget, desiredBudgets } from './budgets.ts'
import { complete, type Gateway } from './complete.ts'
import { type DesiredEntity, declaredKinds, desiredEntities, entityBudgets } from './entities/desired.ts'
import { type BesideFile, besideOf } from './files/beside.ts'
import { type LitellmConfig, renderLitellmConfig } from './litellm/litellm-config.ts'
import { ConfigError, type Position, type Problem } from './problem.ts'
import type { GatewayFile } from './schema.ts'
import type { Reference } from './secrets/secrets.ts'
import { type Size, sizeFor } from './sizing.ts'
import { validate } from './validate.ts'
import type { Path } from './yaml/path.ts'
import { type FileReader, readSource } from './yaml/source.ts'

/** A variable that the configuration refers to. */
export interface DesiredSecret {
  readonly name: string
  /** Where it is referred to first. */
  readonly path: Path
}

/** Everything that the repository declares, checked. */
export interface Desired {
  readonly file: string
  readonly gateway: Gateway
  readonly size: Size | undefined
  /** LiteLLM's whole configuration as it should be on the host: the user's sections, our ids, and what connects it to the host. */
  readonly litellm: LitellmConfig
  readonly budgets: readonly DesiredBudget[]
  /** Who and what LiteLLM keeps in its database alone. */
  readonly entities: readonly DesiredEntity[]
  /** Kinds of them that are declared here at all. */
  readonly entityKinds: readonly Entity[]
  readonly secrets: readonly DesiredSecret[]
  /** What is beside LiteLLM's configuration on the host: Python, prompts and the like, sorted by path. */
  readonly beside: readonly BesideFile[]
  readonly warnings: readonly Problem[]
  /** What is good to know: nothing is wrong with it. */
  readonly notes: readonly Problem[]
  locate(path: Path): Position
}

/** Reads, checks and completes the declaration. @throws ConfigError with every problem found */
export function loadDesired(file: string, files: FileReader): Desired {
  const source = readSource(file, files)
  const beside = besideOf(source, files)
  const { gateway: declared, problems, notes, references } = validate(source, beside.problems)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (declared === undefined || errors.length > 0) throw new ConfigError(problems)
  const gateway = complete(declared)
  const budgets = desiredBudgets(gateway)
  return {
    file,
    gateway,
    size: sizeOf(gateway),
    litellm: renderLitellmConfig(gateway),
    budgets: [...budgets, ...entityBudgets(gateway, budgets)],
    entities: desiredEntities(gateway),
    entityKinds: declaredKinds(gateway),
    secrets: secretsOf(references, gateway.environment_variables),
    beside: beside.files,
    warnings: problems,
    notes,
    locate: (path) => source.locate(path),
  }
}

function sizeOf({ users, size }: Gateway): Size | undefined {
  if (size !== undefined)
    return {
      vcpu: size.vcpu,
      memoryGiB: Number.parseInt(size.memory, 10),
      diskGiB: Number.parseInt(size.disk, 10),
    }
  const number = Array.isArray(users) ? users.length : users
  return number ? sizeFor(number) : undefined
}

/** Secrets that the step must give: not the host's own, nor what `environment_variables` sets to something else. */
function secretsOf(
  references: readonly Reference[],
  variables: GatewayFile['environment_variables'],
): DesiredSecret[] {
  const others = new Set(HOST_OWNED)
  for (const [name, value] of Object.entries(variables ?? {}))
    if (value !== `${REFERENCE_PREFIX}${name}`) others.add(name)
  const first = new Map<string, DesiredSecret>()
  for (const { name, path } of references) {
    if (!others.has(name) && !first.has(name)) first.set(name, { name, path })
  }
  return [...first.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
