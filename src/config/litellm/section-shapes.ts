import { z } from 'zod'
import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import data from './litellm-keys.json' with { type: 'json' }

/** What is LiteLLM's own at the top of a file, and which form it has there. */
export const SECTIONS: Readonly<Record<string, string>> = data.sections

const some = z.unknown().refine((value) => value !== undefined && value !== null, 'want a value')
const mapping = z.record(z.string(), z.unknown())
const itemsOf = (item: z.ZodType) => z.array(item).nullish()
/** One of these words, or what a variable holds. */
const oneOf = (words: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => words.includes(text) || text.startsWith(REFERENCE_PREFIX),
      `want one of ${words.join(', ')}`,
    )
    .nullish()

/** Without these LiteLLM does not start, or starts without the guardrail. Everything else in them is LiteLLM's to judge. */
const REQUIRED: Readonly<Record<string, z.ZodType>> = {
  guardrails: itemsOf(
    z.looseObject({
      guardrail_name: some.describe('Its name.'),
      litellm_params: z.looseObject({ guardrail: some, mode: some }),
    }),
  ),
  prompts: itemsOf(z.looseObject({ prompt_id: some, litellm_params: mapping })),
  credential_list: itemsOf(
    z.looseObject({ credential_name: some, credential_info: mapping, credential_values: mapping }),
  ),
  vector_store_registry: itemsOf(
    z.looseObject({ litellm_params: z.looseObject({ vector_store_id: some, custom_llm_provider: some }) }),
  ),
  assistant_settings: z.looseObject({ litellm_params: mapping }).nullish(),
  mcp_servers: z
    .record(
      z.string().regex(/^[^-]*$/, 'want a name without a dash: LiteLLM puts one between it and the tool'),
      z.looseObject({ transport: oneOf(data.mcp_transports), auth_type: oneOf(data.mcp_auth_types) }),
    )
    .nullish(),
  policies: z
    .record(z.string(), z.looseObject({ inherit: z.string().nullish() }))
    .superRefine((policies, context) => {
      for (const [name, { inherit }] of Object.entries(policies))
        if (typeof inherit === 'string' && !Object.hasOwn(policies, inherit))
          context.addIssue({
            code: 'custom',
            path: [name, 'inherit'],
            message: 'want the name of a policy in this section',
          })
    })
    .nullish(),
}

const GENERAL: Readonly<Record<string, z.ZodType>> = {
  list: itemsOf(mapping),
  map: mapping.nullish(),
  any: z.unknown(),
}

/** The shapes of the sections that LiteLLM reads and we carry as they are. */
export const carriedShapes: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(SECTIONS).map(([name, kind]) => [
    name,
    (REQUIRED[name] ?? GENERAL[kind] ?? z.unknown()).describe(
      `LiteLLM's own section of that name, carried as it is.`,
    ),
  ]),
)
