import { modelIds } from './litellm/model-id.ts'
import type { Problem } from './problem.ts'
import type { Usable } from './usable.ts'
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
