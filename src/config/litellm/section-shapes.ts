import { z } from 'zod'
import data from './litellm-keys.json' with { type: 'json' }

/** What is LiteLLM's own at the top of a file, and which form it has there. */
export const SECTIONS: Readonly<Record<string, string>> = data.sections

const some = z.unknown().refine((value) => value !== undefined && value !== null, 'want a value')
const mapping = z.record(z.string(), z.unknown())
const itemsOf = (item: z.ZodType) => z.array(item).nullish()
const byName = (item: z.ZodType) => z.record(z.string(), item).nullish()

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
  mcp_servers: byName(mapping),
  policies: byName(mapping),
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
