import { isRecord } from '../config/record.ts'
import type { AdminApi } from './admin-api.ts'

/** The hash by which LiteLLM identifies the key of an alias; it cannot be used as one. @throws Error when none has it, or several do */
export async function findKey(api: AdminApi, alias: string): Promise<string> {
  const found = await api.get(
    `/key/list?key_alias=${encodeURIComponent(alias)}&return_full_object=true&size=100`,
  )
  const keys = isRecord(found) && Array.isArray(found.keys) ? found.keys.filter(isRecord) : []
  const [key, ...more] = keys.filter(({ key_alias }) => key_alias === alias)
  if (key === undefined || more.length > 0)
    throw new Error(`${more.length === 0 ? 'no key has' : `${keys.length} keys have`} the alias ${alias}`)
  return String(key.token)
}
