import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/source.ts'
import type { ObservedGateway, StoredSetting } from '../host/facts.ts'
import { type OverrideChange, storedName, type Unmanaged } from './change.ts'

const REFERENCE = /os\.environ\/([A-Za-z_]\w*)/g
/** From this version on LiteLLM serves what config.yaml declares, whatever its database says. https://github.com/BerriAI/litellm/pull/41779 */
const FILE_FIRST = [1, 103]
/** Served beside those of config.yaml, never in their place. */
const BESIDE = 'general_settings.pass_through_endpoints'

/** What somebody set in the UI or by the API, and what LiteLLM serves in the place of what is declared. */
export function overrides(desired: Desired, gateway: ObservedGateway | null): OverrideChange[] {
  if (gateway === null) return []
  const replaces = replacing(desired, gateway.version)
  return stored(gateway).flatMap((setting): OverrideChange[] => {
    if (replaces(setting) !== 'served') return []
    const { section, name, value } = setting
    return [{ kind: 'override', action: 'delete', section, name, value, ...place(desired, setting) }]
  })
}

/** Models and settings in LiteLLM's database that take the place of nothing that is declared. */
export function unmanagedStored(desired: Desired, gateway: ObservedGateway): Unmanaged[] {
  const replaces = replacing(desired, gateway.version)
  return stored(gateway).flatMap((setting): Unmanaged[] => {
    if (replaces(setting) !== undefined) return []
    const { section, name, value } = setting
    if (section === 'model_list') {
      const model = gateway.models?.find(({ id }) => id === name)
      return [{ kind: 'model', id: name, detail: `${model?.model_name}, added in the UI or by the API` }]
    }
    return [
      {
        kind: 'setting',
        id: storedName(setting),
        detail: `${value === null ? '' : `${value}, `}set in the UI or by the API`,
      },
    ]
  })
}

function stored({ models, stored: settings }: ObservedGateway): StoredSetting[] {
  const rows = (models ?? []).filter(({ source }) => source === 'database')
  return [
    ...rows.map(({ id }): StoredSetting => ({ section: 'model_list', name: id, value: null })),
    ...(settings ?? []),
  ]
}

/** Whether a setting of the database is served in the place of a declared one, or is ignored for it; undefined when none is declared. */
function replacing({ litellm }: Desired, version: string | null): (setting: StoredSetting) => Fate {
  const ids = new Set(litellm.model_list.map(({ model_info }) => model_info.id))
  const { environment_variables, credential_list, litellm_settings: settings } = litellm
  const referred = [...JSON.stringify(litellm).matchAll(REFERENCE)].map(([, name]) => name ?? '')
  const names = isRecord(environment_variables) ? Object.keys(environment_variables) : []
  // LiteLLM sets each in capitals too.
  const variables = new Set([...referred, ...names].map((name) => name.toUpperCase()))
  const credentials = new Set(
    (Array.isArray(credential_list) ? credential_list : []).map(
      (one) => isRecord(one) && one.credential_name,
    ),
  )
  const cached = isRecord(settings) && (settings.cache !== undefined || settings.cache_params !== undefined)
  const inSettings = isFileFirst(version) ? 'ignored' : 'served'
  return ({ section, name }) => {
    switch (section) {
      case 'model_list':
        return ids.has(name) ? 'served' : undefined
      case 'environment_variables':
        return variables.has(name.toUpperCase()) ? 'served' : undefined
      case 'credential_list':
        return credentials.has(name) ? 'served' : undefined
      case 'cache':
        return cached ? 'served' : undefined
      default: {
        const declared = litellm[section]
        return isRecord(declared) && declared[name] !== undefined && `${section}.${name}` !== BESIDE
          ? inSettings
          : undefined
      }
    }
  }
}

type Fate = 'served' | 'ignored' | undefined

function isFileFirst(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  return major > (FILE_FIRST[0] ?? 0) || (major === FILE_FIRST[0] && minor >= (FILE_FIRST[1] ?? 0))
}

function place(desired: Desired, { section, name }: StoredSetting): Pick<OverrideChange, 'at'> {
  const secret = desired.secrets.find((one) => one.name.toUpperCase() === name.toUpperCase())
  if (section === 'environment_variables' && secret !== undefined) return { at: secret.at }
  if (section !== 'model_list') return {}
  const index = desired.litellm.model_list.findIndex(({ model_info }) => model_info.id === name)
  return { at: desired.locate(['model_list', index, 'model_name']) }
}
