import { SECTIONS } from '../litellm/section-shapes.ts'
import { gatewaySchema } from '../schema.ts'
import type { Version } from './scalars.ts'

/** What is LiteLLM's own in a declaration, verbatim: all that any version known here reads at the top of a file. */
export const LITELLM_SECTIONS: readonly string[] = [
  ...new Set([
    'model_list',
    'router_settings',
    'litellm_settings',
    'general_settings',
    'environment_variables',
    'credential_list',
    ...Object.keys(SECTIONS),
  ]),
]
const OWN: ReadonlySet<string> = new Set(
  Object.keys(gatewaySchema.shape).filter((key) => !LITELLM_SECTIONS.includes(key)),
)

/**
 * The version of YAML that holds below a key of the file: what is LiteLLM's, known here or not, means what LiteLLM's own reader says;
 * `tls: off` and `at: 12:00` are ours, and texts.
 */
export function versionOf(key: string): Version {
  return OWN.has(key) ? '1.2' : '1.1'
}
