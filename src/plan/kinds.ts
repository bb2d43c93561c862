import { ownerText } from '../config/budgets.ts'
import { wordsOf } from '../config/entities/problems.ts'
import { type Change, type Plan, storedName } from './change.ts'
import { entityTexts } from './entities/wording.ts'
import { budgetChangeText, fieldText, fileText, overrideText } from './wording.ts'

/** Who makes a change: a rollout of a new configuration, LiteLLM's admin API, or `deploy`, which alone touches the host. */
type Maker = 'rollout' | 'admin-api' | 'deploy'

/** All that is known of a kind of change. Nothing has a default: a new kind says each of it, or does not compile. */
interface Kind<Of extends Change> {
  /** What programs know it by, among those of its kind. */
  readonly id: (change: Of) => string
  /** What distinguishes two of the same id. */
  readonly within: (change: Of) => readonly string[]
  /** What it is called in one line: `model local-llama`, `budget of user team-dev`. */
  readonly title: (change: Of) => string
  /** What it consists of, a line each. */
  readonly details: (change: Of) => readonly string[]
  readonly madeBy: (change: Of) => Maker
  /**
   * Whether the plan that a reviewer saw shows it. Values of secrets are not there, because a pull request is planned without them; nor
   * is the host, which only `deploy` changes.
   */
  readonly isCompared: boolean
}

const KINDS: { readonly [Name in Change['kind']]: Kind<Extract<Change, { kind: Name }>> } = {
  model: {
    id: ({ id }) => id,
    within: () => [],
    title: ({ name, id }) => `model ${name} (${id})`,
    details: ({ action, fields }) =>
      action === 'delete' ? ['no longer declared: it is not served any more'] : fields.map(fieldText),
    madeBy: () => 'rollout',
    isCompared: true,
  },
  setting: {
    id: ({ section }) => section,
    within: () => [],
    title: ({ section }) => section,
    details: ({ fields }) => fields.map(fieldText),
    madeBy: () => 'rollout',
    isCompared: true,
  },
  file: {
    id: ({ path }) => path,
    within: () => [],
    title: ({ path }) => `${path}, beside config.yaml`,
    details: (change) => [fileText(change)],
    madeBy: () => 'rollout',
    isCompared: true,
  },
  secret: {
    id: ({ name }) => name,
    within: () => [],
    title: ({ name }) => `value of ${name}`,
    details: ({ action }) => [
      {
        create: 'the gateway has none yet',
        update: 'differs from what the gateway has',
        delete: 'nothing refers to it any more',
      }[action],
    ],
    madeBy: () => 'rollout',
    isCompared: false,
  },
  override: {
    id: ({ section, name }) => `${section}.${name}`,
    within: () => [],
    title: (change) => `${storedName(change)} in LiteLLM's database`,
    details: (change) => [overrideText(change)],
    madeBy: () => 'rollout',
    isCompared: true,
  },
  budget: {
    id: ({ id }) => id,
    within: ({ subject, team }) => (team === undefined ? [subject] : [subject, team]),
    title: (change) => `budget of ${ownerText(change)}`,
    details: (change) => [budgetChangeText(change)],
    // Those of providers are a section of the configuration.
    madeBy: ({ subject }) => (subject === 'provider' ? 'rollout' : 'admin-api'),
    isCompared: true,
  },
  entity: {
    id: ({ id }) => id,
    within: ({ entity }) => [entity],
    title: ({ entity, id }) => `${wordsOf(entity)} ${id}`,
    details: entityTexts,
    madeBy: () => 'admin-api',
    isCompared: true,
  },
  host: {
    id: ({ name }) => name,
    within: ({ part }) => [part],
    title: ({ part, name }) => `${part} ${name}`,
    details: ({ detail }) => [detail],
    madeBy: () => 'deploy',
    isCompared: false,
  },
}

function kindOf(change: Change): Kind<Change> {
  // The compiler does not follow that a change is given only to what is known of its own kind.
  return KINDS[change.kind] as unknown as Kind<Change>
}

export const idOf = (change: Change): string => kindOf(change).id(change)
export const title = (change: Change): string => kindOf(change).title(change)
export const details = (change: Change): readonly string[] => kindOf(change).details(change)
export const isCompared = (change: Change): boolean => kindOf(change).isCompared
export const madeBy = (change: Change, maker: Maker): boolean => kindOf(change).madeBy(change) === maker

/** The same text for two changes of the same thing, whatever becomes of it, and for no others. */
export function identityOf(change: Change): string {
  const { id, within } = kindOf(change)
  return JSON.stringify([change.kind, ...within(change), id(change)])
}

export function needsDeploy({ changes }: Plan): boolean {
  return changes.some((change) => madeBy(change, 'deploy'))
}
