import { connectionsFor } from '../config/connections.ts'
import type { Desired } from '../config/desired.ts'
import { adminText } from '../config/front.ts'
import { type LitellmModel, poolOf } from '../config/litellm/litellm-config.ts'
import { isRecord } from '../config/record.ts'
import { CADDYFILE } from '../contract/places.ts'
import type { HostDifferences, Observation, ObservedGateway } from '../contract/programs/observe.ts'
import { besideChanges } from './beside.ts'
import { budgetChanges, budgetNotes, unmanagedBudgets } from './budgets.ts'
import type {
  Change,
  HostChange,
  ModelChange,
  Note,
  Plan,
  SecretChange,
  SettingChange,
  Unmanaged,
} from './change.ts'
import { modelCosts, priceNotes } from './costs.ts'
import { backupNote, destinationNotes } from './destinations.ts'
import { deliveryNotes } from './entities/delivery.ts'
import { entityChanges, unmanagedEntities } from './entities/diff.ts'
import { fieldChanges, firstPlace } from './fields.ts'
import { imageChange, imageNotes, untriedNotes } from './image.ts'
import { machineTooSmall } from './machine.ts'
import { peopleNotes, withPeople } from './people.ts'
import { PROVIDER_BUDGETS, providerChanges } from './provider-budgets.ts'
import { storedSettings } from './stored.ts'

/** Compares the declaration with what was observed (nothing before the machine exists). Pure: the same input gives the same plan. */
export function diff(declared: Desired, observed: Observation | undefined, now: Date): Plan {
  const gateway = observed?.gateway ?? null
  const desired = withPeople(declared, gateway)
  const live =
    gateway === null
      ? undefined
      : { version: gateway.version, workers: gateway.workers, healthy: gateway.healthy }
  const config = isRecord(gateway?.config) ? gateway.config : {}
  const budgets = budgetChanges(desired, gateway, now)
  const entities = entityChanges(desired, gateway)
  const stored = gateway === null ? { overrides: [], unmanaged: [] } : storedSettings(desired, gateway)
  const changes: Change[] = [
    ...hostChanges(observed?.differs, gateway, desired),
    ...modelChanges(desired, modelsOf(config)),
    ...settingChanges(desired, config),
    ...besideChanges(desired, gateway),
    ...secretChanges(desired, gateway),
    ...stored.overrides,
    ...providerChanges(desired, gateway, config),
    ...entities.changes,
    ...budgets.changes,
  ]
  return {
    changes,
    adoptions: [...entities.adoptions, ...budgets.adoptions],
    costs: modelCosts(desired, gateway, modelsOf(config), changes),
    unmanaged: gateway === null ? [] : [...stored.unmanaged, ...unmanagedInDatabase(desired, gateway)],
    notes: [
      ...destinationNotes(desired, config),
      ...backupNote(desired, observed?.differs.files ?? []),
      ...(gateway === null ? [] : imageNotes(observed?.differs.image ?? null)),
      ...(observed === undefined
        ? []
        : untriedNotes(gateway, observed.differs.image, desired.gateway.litellm.version)),
      ...(observed === undefined ? [] : notes(desired, observed)),
      ...priceNotes(desired, gateway),
      ...budgetNotes(desired, gateway, now),
      ...peopleNotes(declared, gateway),
      ...deliveryNotes(desired, gateway, now),
    ],
    live,
  }
}

/** Each once, with its limit; one that will be deleted, and not only freed of its limit, says so. */
function unmanagedInDatabase(desired: Desired, gateway: ObservedGateway): Unmanaged[] {
  const budgets = unmanagedBudgets(desired, gateway)
  const { own, others } = unmanagedEntities(desired, gateway)
  const key = ({ kind, id }: Unmanaged) => JSON.stringify([kind, id])
  const [goes, listed] = [own, budgets].map((some) => new Set(some.map(key)))
  return [
    ...own,
    ...others.filter((one) => listed?.has(key(one)) !== true),
    ...budgets.filter((one) => goes?.has(key(one)) !== true),
  ]
}

function hostChanges(
  differs: HostDifferences | undefined,
  gateway: ObservedGateway | null,
  desired: Desired,
): HostChange[] {
  const change = (
    part: HostChange['part'],
    name: string,
    detail: string,
    action: HostChange['action'] = 'update',
  ): HostChange => ({ kind: 'host', action, part, name, detail })
  if (gateway === null || differs === undefined)
    return [change('gateway', 'LiteLLM', 'nothing is deployed on this host yet', 'create')]
  return [
    ...differs.packages.map((name) => change('package', name, 'is not installed', 'create')),
    ...differs.files.map((path) => change('file', path, `is not as rendered${rendered(path, desired)}`)),
    ...differs.units.map(({ name, active, enabled }) => change('unit', name, `is ${active}, ${enabled}`)),
    ...differs.keys.map((path) => change('key', path, 'is missing', 'create')),
    ...differs.accounts.map((name) => change('account', name, 'is missing', 'create')),
    ...(differs.database === 'missing' ? [change('database', 'litellm', 'is missing', 'create')] : []),
    ...(differs.database === 'outdated'
      ? [
          change(
            'database',
            'litellm',
            'LiteLLM serves with the role that owns it; deploy gives it one that cannot change the schema',
          ),
        ]
      : []),
    ...(differs.image === null
      ? []
      : [imageChange(differs.image, desired.gateway.backup.copyTo !== undefined)]),
  ]
}

/** What a reviewer cannot see from the name of the file. */
function rendered(path: string, { gateway }: Desired): string {
  if (path.startsWith('/etc/postgresql/') && path.endsWith('/conf.d/litellm.conf'))
    return `, which allows ${connectionsFor(gateway.litellm.workers, poolOf(gateway.general_settings))} connections`
  return path === CADDYFILE ? `, which has the admin API and UI ${adminText(gateway.front)}` : ''
}

function modelsOf(config: unknown): LitellmModel[] {
  const list = isRecord(config) ? config.model_list : undefined
  return Array.isArray(list)
    ? list.filter(
        (entry) => isRecord(entry) && isRecord(entry.model_info) && typeof entry.model_info.id === 'string',
      )
    : []
}

function modelChanges(desired: Desired, live: readonly LitellmModel[]): ModelChange[] {
  const before = byId(live)
  const wanted = byId(desired.litellm.model_list)
  const made = [...wanted].flatMap(([key, model], index): ModelChange[] => {
    const { id } = model.model_info
    const at = desired.locate(['model_list', index, 'model_name'])
    const old = before.get(key)
    const fields = fieldChanges(old ?? {}, model).filter(({ path }) => path !== 'model_info.id')
    if (old === undefined)
      return [
        {
          kind: 'model',
          action: 'create',
          id,
          name: model.model_name,
          fields: fields.filter(({ path }) => path !== 'model_name'),
          at,
        },
      ]
    return fields.length === 0
      ? []
      : [{ kind: 'model', action: 'update', id, name: model.model_name, fields, at }]
  })
  const gone = [...before]
    .filter(([key]) => !wanted.has(key))
    .map(
      ([, model]): ModelChange => ({
        kind: 'model',
        action: 'delete',
        id: model.model_info.id,
        name: model.model_name,
        fields: [],
      }),
    )
  // LiteLLM's routing does not depend on the order of deployments, so a new order is not a change.
  return [...made, ...gone]
}

/** LiteLLM serves two deployments of one id: their order distinguishes them. */
function byId(models: readonly LitellmModel[]): ReadonlyMap<string, LitellmModel> {
  const counts = new Map<string, number>()
  return new Map(
    models.map((model) => {
      const { id } = model.model_info
      const count = (counts.get(id) ?? 0) + 1
      counts.set(id, count)
      return [count === 1 ? id : JSON.stringify([id, count]), model]
    }),
  )
}

function settingChanges(desired: Desired, live: Readonly<Record<string, unknown>>): SettingChange[] {
  const sections = [...new Set([...Object.keys(desired.litellm), ...Object.keys(live)])].filter(
    (name) => name !== 'model_list',
  )
  return sections.flatMap((section): SettingChange[] => {
    const before = live[section]
    const after = desired.litellm[section]
    const none = Array.isArray(before ?? after) ? [] : {}
    const fields = fieldChanges(before ?? none, after ?? none).filter(
      // Reported as budgets.
      ({ path }) => section !== 'router_settings' || path.split('.')[0] !== PROVIDER_BUDGETS,
    )
    if (fields.length === 0) return []
    const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
    return [
      {
        kind: 'setting',
        action,
        section,
        fields,
        at: desired.locate([section, ...firstPlace(before ?? none, after ?? none)]),
      },
    ]
  })
}

function secretChanges({ secrets, locate }: Desired, gateway: ObservedGateway | null): SecretChange[] {
  const env = gateway?.env ?? {}
  const declared = new Set(secrets.map(({ name }) => name))
  const changed = secrets.flatMap(({ name, path }): SecretChange[] => {
    const at = locate(path)
    const { live = null, given = null } = env[name] ?? {}
    if (live === null) return [{ kind: 'secret', action: 'create', name, at }]
    return given !== null && given !== live ? [{ kind: 'secret', action: 'update', name, at }] : []
  })
  const gone = Object.entries(env).filter(([name, { live }]) => live !== null && !declared.has(name))
  return [...changed, ...gone.map(([name]): SecretChange => ({ kind: 'secret', action: 'delete', name }))]
}

function notes(
  { secrets, warnings, size, gateway: { litellm_settings } }: Desired,
  { gateway, interrupted, lease, host }: Observation,
): Note[] {
  const found: Note[] = warnings.map(({ severity, message, fix, at }) => ({
    severity: severity === 'info' ? 'info' : 'warning',
    text: `${message} ${fix}`,
    at,
  }))
  if (gateway !== null) {
    if (!gateway.healthy)
      found.push({
        severity: 'warning',
        text: 'The gateway does not answer as ready. Budgets and models in its database could not be read.',
      })
    else if (gateway.problem !== null)
      found.push({ severity: 'warning', text: `The gateway did not answer its lists: ${gateway.problem}` })
    const unknown = secrets
      .filter(({ name }) => gateway.env[name]?.live != null && gateway.env[name]?.given == null)
      .map(({ name }) => name)
    if (unknown.length > 0)
      found.push({
        severity: 'info',
        text: `Not compared, because this step has no value for it: ${unknown.join(', ')}. The gateway keeps the value that it has.`,
      })
  }
  const small = machineTooSmall(size, host)
  if (small !== undefined) found.push({ severity: 'warning', text: small })
  if (interrupted !== null)
    found.push({
      severity: 'warning',
      text:
        interrupted.kind === 'restore'
          ? `A restore of the backup of ${interrupted.since} was interrupted; restore again with the same confirmation to finish it.`
          : `A ${interrupted.kind} was interrupted at "${interrupted.step}" (${interrupted.since}); the next sync or deploy finishes or undoes it.`,
    })
  if (lease !== null && lease.expires > host.time)
    found.push({
      severity: 'info',
      text: `Another run holds the gateway until ${lease.expires}: ${lease.holder}, ${lease.run}`,
    })
  if (litellm_settings?.timezone !== undefined)
    found.push({
      severity: 'info',
      text: 'litellm_settings.timezone is set: budgets reset at midnight of that zone; the dates below are in UTC.',
    })
  return found
}
