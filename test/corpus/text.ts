import { stringify } from 'yaml'
import { WRITING } from '../../src/config/yaml/write.ts'

/** The text as LiteLLM's reader takes it. */
export function textOf(config: object): string {
  return stringify(config, { version: '1.1', customTags: WRITING.customTags })
}
