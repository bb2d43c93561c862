import type { ObservedGateway } from '../contract/programs/observe.ts'
import { storedName } from '../plan/change.ts'
import type { ImportedField } from './field.ts'

/** What the gateway serves from LiteLLM's database, in addition to its configuration. */
export function leftInDatabase({ models, stored }: ObservedGateway): ImportedField[] {
  const detail =
    "is in LiteLLM's database and is still served from there; declare it here and delete it there"
  return [
    ...(models ?? [])
      .filter(({ source }) => source === 'database')
      .map(({ id, model_name }): ImportedField => {
        return { path: `model ${model_name} (${id})`, outcome: 'left-out', detail }
      }),
    ...(stored ?? []).map((setting): ImportedField => {
      return { path: storedName(setting), outcome: 'left-out', detail }
    }),
  ]
}
