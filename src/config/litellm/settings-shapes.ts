import { z } from 'zod'
import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import { isRecord } from '../record.ts'

const mapping = z.record(z.string(), z.unknown())
/** What a variable holds is LiteLLM's to judge. */
const isReference = (value: unknown) => typeof value === 'string' && value.startsWith(REFERENCE_PREFIX)

/** LiteLLM calls or iterates over it without looking whether it is there. */
const given = z
  .unknown()
  .refine((value) => value !== null, 'want a value; LiteLLM does not start with an empty one')
  .optional()

/** `module.name`: text that names no module is taken for one all the same, and cannot be imported. */
const callbacks = z
  .unknown()
  .refine(
    (value) => value !== null && (typeof value !== 'string' || value.includes('.') || isReference(value)),
    'want a list, such as [prometheus]: text alone names a module of your own, and LiteLLM does not start without it',
  )

/** The form that guardrails had before they got a section of their own: a name, with its settings. */
const oldGuardrails = z
  .array(
    z
      .unknown()
      .refine(
        (item) => !isRecord(item) || item.guardrail_name === undefined,
        'want {name: {callbacks: […]}}; what has guardrail_name belongs into the section guardrails, at the top of the file',
      )
      .pipe(z.record(z.string(), z.looseObject({ callbacks: z.array(z.unknown()) }))),
  )
  .nullish()

const time = z
  .unknown()
  .refine(
    (value) =>
      value === null ||
      value === '' ||
      isReference(value) ||
      (typeof value === 'string' && /^([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d)?$/.test(value)),
    'want the time of day in quotes: "12:00"',
  )

/**
 * Values of `litellm_settings` that LiteLLM takes apart when it starts, and without which it does not start or does something else than was
 * meant. The others are attributes of its module, whose types are in litellm-keys.json. Source: ProxyConfig.load_config of 1.106.2.
 */
export const litellmSettings = z.looseObject({
  callbacks: callbacks.optional(),
  success_callback: given,
  failure_callback: given,
  audit_log_callbacks: given,
  max_budget: given,
  max_internal_user_budget: given,
  default_max_internal_user_budget: given,
  guardrails: oldGuardrails,
  custom_provider_map: z
    .array(z.looseObject({ provider: z.string(), custom_handler: z.string() }))
    .optional(),
  default_team_settings: z.array(z.looseObject({ team_id: z.string() })).optional(),
  upperbound_key_generate_params: mapping.optional(),
  priority_reservation_settings: mapping.optional(),
  model_group_settings: mapping.optional(),
  responses: mapping.optional(),
  budget_reset_time: time.optional(),
})
