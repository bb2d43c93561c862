// Apart from what makes the configuration: the package yaml takes longer to load than all else that a plan needs.
import { stringify } from 'yaml'
import { WRITING } from '../yaml/write.ts'
import type { LitellmConfig } from './litellm-config.ts'

/** The first line of a config.yaml that is made here. */
export const MADE_HERE =
  '# Written by litellm-gitops from the repository; changes made here are undone by the next sync.'

/** The text of config.yaml, quoted for YAML 1.1: LiteLLM's parser takes a bare `2024-10-21` for a date and `on` for true. */
export function litellmConfigText(config: LitellmConfig): string {
  return `${MADE_HERE}\n${stringify(config, { version: '1.1', customTags: WRITING.customTags, lineWidth: 0, aliasDuplicateObjects: false })}`
}
