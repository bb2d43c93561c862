import { isRecord } from '../record.ts'

/** LiteLLM looks for keys in this header alone, those of administrators too; undefined where none is declared. */
export function keyHeaderOf(config: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const settings = config?.general_settings
  const name = isRecord(settings) ? settings.litellm_key_header_name : undefined
  return typeof name === 'string' && /^[A-Za-z0-9-]+$/.test(name) ? name : undefined
}
