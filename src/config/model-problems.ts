import { modelIds } from './litellm/model-id.ts'
import { declaredVersion, refused, taggedVersion } from './litellm/versions.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import type { Usable } from './usable.ts'
import { describe } from './yaml/describe.ts'
import type { Source } from './yaml/source.ts'

/** What LiteLLM takes, and what is hardly meant. */
export function emptyProblems(gateway: Usable, source: Source): Problem[] {
  const code = 'empty'
  const none: Problem[] =
    'model_list' in source.value
      ? []
      : [
          {
            severity: 'warning',
            code,
            message:
              'model_list is missing: LiteLLM serves the models that are in its database, and no others.',
            fix: 'add model_list, or model_list: [] if that is meant.',
            at: source.locate(['model_list'], 'key'),
          },
        ]
  const nothings = Object.entries(gateway.environment_variables ?? {}).filter(([, value]) => value === null)
  return [
    ...none,
    ...nothings.map(
      ([name]): Problem => ({
        severity: 'warning',
        code,
        message: `environment_variables.${name} has no value, of which LiteLLM makes the text None.`,
        fix: 'remove it, or write "" for an empty text.',
        at: source.locate(['environment_variables', name], 'key'),
      }),
    ),
  ]
}

/** Keys of a deployment beside `litellm_params` stay with it, whatever they are; but for slips of the three that are read first. */
export function besideProblems({ model_list: list }: Usable, source: Source): Problem[] {
  return [...(list ?? []).entries()].flatMap(([index, model]) =>
    Object.keys(model ?? {}).flatMap((key): Problem[] => {
      const meant = DEPLOYMENT.includes(key) ? undefined : nearest(key, DEPLOYMENT)
      if (meant === undefined) return []
      return [
        {
          severity: 'error',
          code: 'unknown-key',
          message: `${describe(key)} is not a key of model_list[${index}].`,
          fix: `did you mean "${meant}"?`,
          at: source.locate(['model_list', index, key], 'key'),
        },
      ]
    }),
  )
}

const DEPLOYMENT: readonly string[] = ['model_name', 'litellm_params', 'model_info']

/** Two versions that cannot both be that of the image. */
export function versionProblems({ litellm }: Usable, source: Source): Problem[] {
  const tagged = litellm === undefined ? undefined : taggedVersion(litellm.image)
  const declared = litellm?.version
  if (tagged === undefined || declared === undefined || tagged === declared) {
    // Who asks the host compares what the image has.
    const problem = refused(
      declaredVersion(litellm),
      source.locate(['litellm', declared === undefined ? 'image' : 'version']),
    )
    return problem === undefined ? [] : [problem]
  }
  return [
    {
      severity: 'error',
      code: 'version',
      message: `litellm.version is ${declared}, but the tag of the image says ${tagged}.`,
      fix: 'remove litellm.version: the tag is enough.',
      at: source.locate(['litellm', 'version']),
    },
  ]
}

/** Two deployments of one id. */
export function modelProblems({ model_list }: Usable, source: Source): Problem[] {
  const models = [...(model_list ?? []).entries()].flatMap(([index, model]) =>
    model === undefined ? [] : [{ ...model, index }],
  )
  const firstOf = new Map<string, number>()
  return modelIds(models).flatMap((id, nth): Problem[] => {
    const index = models[nth]?.index ?? nth
    const first = firstOf.get(id)
    if (first === undefined) {
      firstOf.set(id, index)
      return []
    }
    return [
      {
        severity: 'warning',
        code: 'duplicate-model',
        message: `the model id "${id}" is also that of the model at line ${source.locate(['model_list', first]).line}: LiteLLM serves both, and counts prices, limits and failures of one for the other.`,
        fix: 'give each model its own model_info.id, or none: then one is made.',
        at: source.locate(['model_list', index, 'model_info', 'id']),
      },
    ]
  })
}
