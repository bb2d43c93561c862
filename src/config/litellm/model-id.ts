import { createHash } from 'node:crypto'

interface Identified {
  readonly model_name: string
  readonly litellm_params: Readonly<Record<string, unknown>>
  readonly model_info?: Readonly<Record<string, unknown>> | undefined
}

/** What makes a deployment another one. Limits, prices and keys may change without it: statistics and cool-downs go on. */
const IDENTITY = [
  'model',
  'api_base',
  'base_url',
  'api_version',
  'region_name',
  'aws_region_name',
  'vertex_project',
  'vertex_location',
] as const

/**
 * The `model_info.id` of each deployment: the one that is written, or one made of what identifies it. LiteLLM would hash all
 * parameters with resolved keys, so that a rotated key makes another model; see `router.py`, `deployment_id`.
 */
export function modelIds(models: readonly Identified[]): string[] {
  const seen = new Map<string, number>()
  return models.map(({ model_name, litellm_params, model_info }) => {
    const written = model_info?.id
    // LiteLLM takes a number for its text.
    if (typeof written === 'string' || typeof written === 'number') return String(written)
    const identity = JSON.stringify([model_name, ...IDENTITY.map((key) => litellm_params[key] ?? null)])
    const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16)
    const count = (seen.get(hash) ?? 0) + 1
    seen.set(hash, count)
    // The same deployment twice is legal (two keys of one provider); their order distinguishes them.
    return count === 1 ? hash : `${hash}-${count}`
  })
}
