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
  return gateway === null
    ? []
    : withFate(desired, gateway, 'served').map((setting) => {
        const { section, name, value } = setting
        return { kind: 'override', action: 'delete', section, name, value, ...place(desired, setting) }
      })
}

/** Models and settings in LiteLLM's database that take the place of nothing that is declared. */
export function unmanagedStored(desired: Desired, gateway: ObservedGateway): Unmanaged[] {
  const names = new Map(gateway.models?.map(({ id, model_name }) => [id, model_name]))
  return withFate(desired, gateway, 'beside').map((setting): Unmanaged => {
    const { section, name, value } = setting
    if (section === 'model_list')
      return { kind: 'model', id: name, detail: `${names.get(name) ?? name}, added in the UI or by the API` }
    const detail = `${value === null ? '' : `${value}, `}set in the UI or by the API`
    return { kind: 'setting', id: storedName(setting), detail }
  })
}

/** `served` in the place of something declared, `ignored` for it, or standing `beside` what is declared. */
type Fate = 'served' | 'ignored' | 'beside'

function withFate(
  desired: Desired,
  { models, stored, version }: ObservedGateway,
  fate: Fate,
): StoredSetting[] {
  const rows = (models ?? []).filter(({ source }) => source === 'database')
  const all = [
    ...rows.map(({ id }): StoredSetting => ({ section: 'model_list', name: id, value: null })),
    ...(stored ?? []),
  ]
  if (all.length === 0) return []
  const fateOf = fates(desired, version)
  return all.filter((setting) => fateOf(setting) === fate)
}

function fates({ litellm }: Desired, version: string | null): (setting: StoredSetting) => Fate {
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

/** One that is down does not tell its version; it is hardly an old one. */
function isFileFirst(version: string | null): boolean {
  if (version === null) return true
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > (FILE_FIRST[0] ?? 0) || (major === FILE_FIRST[0] && minor >= (FILE_FIRST[1] ?? 0))
}

function place(desired: Desired, { section, name }: StoredSetting): Pick<OverrideChange, 'at'> {
  const secret = desired.secrets.find((one) => one.name.toUpperCase() === name.toUpperCase())
  if (section === 'environment_variables' && secret !== undefined) return { at: secret.at }
  if (section !== 'model_list') return {}
  const index = desired.litellm.model_list.findIndex(({ model_info }) => model_info.id === name)
  return { at: desired.locate(['model_list', index, 'model_name']) }
}
