// A host as a sync leaves it behind, for tests of what is compared with it.

import { parse, stringify } from 'yaml'
import { type DesiredBudget, LIMITS, type Limits } from '../../../src/config/budgets.ts'
import { type Desired, loadDesired } from '../../../src/config/desired.ts'
import { type DesiredEntity, partsOf } from '../../../src/config/entities/desired.ts'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import type { FileReader } from '../../../src/config/yaml/source.ts'
import { WRITING } from '../../../src/config/yaml/write.ts'
import { entityKind } from '../../../src/contract/entities.ts'
import {
  type Observation,
  type ObservedBudget,
  type ObservedEntity,
  type ObservedGateway,
  PROTOCOL,
} from '../../../src/contract/programs/observe.ts'

export const NOW = new Date('2026-11-23T12:00:00Z')

/** What the host answers of a budget that was made as declared. */
function observedBudget({ subject, id, team, limits, declared }: DesiredBudget): ObservedBudget {
  const windows = (given: Limits['modelBudgets']) =>
    Object.fromEntries(
      Object.entries(given ?? {}).map(([model, { maxBudget, duration }]) => [
        model,
        { max_budget: maxBudget, budget_duration: duration },
      ]),
    )
  const all = {
    team,
    max_budget: limits.maxBudget,
    budget_duration: limits.duration,
    soft_budget: limits.softBudget,
    tpm_limit: limits.tpmLimit,
    rpm_limit: limits.rpmLimit,
    models: limits.models,
    model_max_budget: limits.modelBudgets && windows(limits.modelBudgets),
    budget_limits: limits.windows?.map(({ maxBudget, duration }) => ({
      max_budget: maxBudget,
      budget_duration: duration,
    })),
  }
  const set = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== null && value !== undefined),
  )
  return {
    subject: subject as ObservedBudget['subject'],
    id,
    ...set,
    ...(limits.duration === null ? {} : { budget_reset_at: '2026-12-01T00:00:00' }),
    spend: 1.5,
    managed: declared.map((name) => LIMITS[name]),
  }
}

/** What the host answers of an object that was made as declared. */
export function observedEntity({ kind, id, ownId, fields }: DesiredEntity): ObservedEntity {
  const of = (group: string) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([path, value]) => {
        const [first, name] = partsOf(path)
        return first === group && name !== undefined ? [[name, value]] : []
      }),
    )
  return {
    kind,
    id,
    ...(entityKind(kind).ownId === undefined ? {} : { own_id: ownId ?? `own-${id}` }),
    managed: entityKind(kind).mark === 'row' ? [] : Object.keys(fields),
    fields: Object.fromEntries(Object.entries(fields).filter(([path]) => partsOf(path)[1] === undefined)),
    metadata: of('metadata'),
    members: of('members') as Record<string, string>,
    permission: of('object_permission') as Record<string, string[]>,
  }
}

/** The host exactly as the declaration wants it: what a sync leaves behind. */
export function applied(desired: Desired, changed: Partial<ObservedGateway> = {}): Observation {
  const budgets = desired.budgets
    .filter(
      ({ subject, section, declared }) => subject !== 'provider' && (section !== true || declared.length > 0),
    )
    .map(observedBudget)
  return {
    protocol: PROTOCOL,
    host: {
      os: { id: 'debian', version: '13', name: 'Debian' },
      python: '3.13',
      arch: 'x86_64',
      vcpu: 4,
      memoryBytes: 4e9,
      disk: { sizeBytes: 2e10, freeBytes: 1e10 },
      time: NOW.toISOString(),
      hostname: 'gateway',
    },
    differs: { packages: [], files: [], units: [], image: null, database: 'ready', keys: [], accounts: [] },
    gateway: {
      release: 'r1',
      image: 'i',
      settings: null,
      version: '1.106.2',
      healthy: true,
      workers: 4,
      config: parse(litellmConfigText(desired.litellm)),
      env: Object.fromEntries(desired.secrets.map(({ name }) => [name, { live: 'aaaa', given: 'aaaa' }])),
      budgets,
      entities: desired.entities.map(observedEntity),
      providers: {},
      prices: null,
      traffic: {},
      models: [],
      problem: null,
      ...changed,
    },
    lease: null,
    interrupted: null,
  }
}

export function load(document: object): Desired {
  return loadText(stringify(document, WRITING))
}

export function loadText(text: string): Desired {
  const files: FileReader = { read: () => text, list: () => [] }
  return loadDesired('gateway.yaml', files)
}

export const base = {
  domain: 'llm.example.com',
  vm: {
    ssh: {
      host: '192.0.2.10',
      user: 'debian',
      host_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS',
    },
  },
  litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}` },
  model_list: [
    {
      model_name: 'gpt-4',
      litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY', rpm: 10 },
    },
  ],
  budget_config: [{ user_id: 'team-dev', max_budget: 100, time_period: 'monthly' }],
}
