import type { Desired } from '../config/desired.ts'
import { isOlder } from '../config/litellm/versions.ts'
import { isRecord } from '../config/record.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { FILE_FIRST_SINCE } from '../contract/litellm.ts'
import type { ObservedGateway, StoredSetting } from '../contract/programs/observe.ts'
import { type OverrideChange, storedName, type Unmanaged } from './change.ts'

/** Served in addition to those of config.yaml, never instead of them. */
const BESIDE = 'general_settings.pass_through_endpoints'

/** What is in LiteLLM's database: instead of what is declared (to be removed), or in addition to it. */
export function storedSettings(
  desired: Desired,
  gateway: ObservedGateway,
): { readonly overrides: OverrideChange[]; readonly unmanaged: Unmanaged[] } {
  const rows = (gateway.models ?? []).filter(({ source }) => source === 'database')
  const all = [
    ...rows.map(({ id }): StoredSetting => ({ section: 'model_list', name: id, value: null })),
    ...(gateway.stored ?? []),
  ]
  if (all.length === 0) return { overrides: [], unmanaged: [] }
  const fateOf = fates(desired, gateway.version)
  const modelNames = new Map(rows.map(({ id, model_name }) => [id, model_name]))
  return {
    overrides: all
      .filter((setting) => fateOf(setting) === 'served')
      .map((setting) => {
        const { section, name, value } = setting
        return { kind: 'override', action: 'delete', section, name, value, ...place(desired, setting) }
      }),
    unmanaged: all
      .filter((setting) => fateOf(setting) === 'beside')
      .map((setting) => unmanaged(setting, modelNames)),
  }
}

function unmanaged(setting: StoredSetting, modelNames: ReadonlyMap<string, string>): Unmanaged {
  const { section, name, value } = setting
  if (section === 'model_list')
    return {
      kind: 'model',
      id: name,
      detail: `${modelNames.get(name) ?? name}, added in the UI or by the API`,
    }
  const detail = `${value === null ? '' : `${value}, `}set in the UI or by the API`
  return { kind: 'setting', id: storedName(setting), detail }
}

/** `served` instead of something declared, `ignored` in favour of it, or `beside` what is declared. */
type Fate = 'served' | 'ignored' | 'beside'

function fates({ litellm }: Desired, version: string | null): (setting: StoredSetting) => Fate {
  const ids = new Set(litellm.model_list.map(({ model_info }) => model_info.id))
  const { environment_variables, credential_list, litellm_settings: settings } = litellm
  const referred = findSecrets(litellm).references.map(({ name }) => name)
  const names = isRecord(environment_variables) ? Object.keys(environment_variables) : []
  // LiteLLM sets each in capitals too.
  const variables = new Set([...referred, ...names].map((name) => name.toUpperCase()))
  const credentials = new Set(
    (Array.isArray(credential_list) ? credential_list : []).map(
      (one) => isRecord(one) && one.credential_name,
    ),
  )
  const cached = isRecord(settings) && (settings.cache !== undefined || settings.cache_params !== undefined)
  const inSettings = fateInSettings(version)
  return ({ section, name }) => {
    switch (section) {
      case 'model_list':
        return ids.has(name) ? 'served' : 'beside'
      case 'environment_variables':
        return variables.has(name.toUpperCase()) ? 'served' : 'beside'
      case 'credential_list':
        return credentials.has(name) ? 'served' : 'beside'
      case 'cache':
        return cached ? 'served' : 'beside'
      default: {
        const declared = litellm[section]
        return isRecord(declared) && declared[name] !== undefined && `${section}.${name}` !== BESIDE
          ? inSettings
          : 'beside'
      }
    }
  }
}

/** One of unknown version may serve either: what its database holds is shown, and left alone. */
function fateInSettings(version: string | null): Fate {
  if (version === null) return 'beside'
  return isOlder(version, FILE_FIRST_SINCE) ? 'served' : 'ignored'
}

function place(desired: Desired, { section, name }: StoredSetting): Pick<OverrideChange, 'at'> {
  const secret = desired.secrets.find((one) => one.name.toUpperCase() === name.toUpperCase())
  if (section === 'environment_variables' && secret !== undefined) return { at: desired.locate(secret.path) }
  if (section !== 'model_list') return {}
  const index = desired.litellm.model_list.findIndex(({ model_info }) => model_info.id === name)
  return { at: desired.locate(['model_list', index, 'model_name']) }
}
