import type { Desired } from '../config/desired.ts'
import { litellmConfigText } from '../config/litellm/config-text.ts'
import type { ReleaseContent } from '../contract/programs/rollout.ts'

/** What the host makes a release of. Loaded only when there is one to make: the package yaml takes longer to load than a plan. */
export function releaseOf(
  { litellm, beside }: Desired,
  values: Readonly<Record<string, string>>,
): ReleaseContent {
  return {
    config: litellmConfigText(litellm),
    env: { ...values },
    beside: Object.fromEntries(beside.map(({ path, text }) => [path, text])),
  }
}
