import { isKey } from '../config/secrets/key-form.ts'

/** What became of one field of the gateway that was imported. */
export interface ImportedField {
  /** Where it stood, such as `model_list[0].litellm_params.api_key` or `budget of user alice`. */
  readonly path: string
  /**
   * `kept`: in gateway.yaml as it was. `reference`: a secret, now `os.environ/NAME`. `moved`: says the same in another place.
   * `left-out`: not in gateway.yaml. `fill-in`: a placeholder to replace. `decide`: kept, and does not say the same there.
   */
  readonly outcome: 'kept' | 'reference' | 'moved' | 'left-out' | 'fill-in' | 'decide'
  /** Why, or where it is now; empty for what was kept. */
  readonly detail: string
}

/** Each leaf of a section that was kept. */
export function keptFields(value: unknown, path: string): ImportedField[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
    return value.flatMap((item, index) => keptFields(item, `${path}[${index}]`))
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, item]) =>
      isKey(key) ? [] : keptFields(item, path === '' ? key : `${path}.${key}`),
    )
  return [{ path, outcome: 'kept', detail: '' }]
}

/** How many fields had each outcome. */
export function countText(fields: readonly ImportedField[]): string {
  const outcomes = ['kept', 'reference', 'moved', 'left-out', 'fill-in', 'decide'] as const
  const counts = outcomes.map(
    (outcome) => [fields.filter((field) => field.outcome === outcome).length, outcome] as const,
  )
  return counts.flatMap(([count, outcome]) => (count === 0 ? [] : `${count} ${outcome}`)).join(', ')
}
