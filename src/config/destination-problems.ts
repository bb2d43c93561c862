import { destinationOf, isMetadata, isUrl, printable } from './address.ts'
import type { Problem } from './problem.ts'
import { withoutKeys } from './secrets/key-form.ts'
import { eachText } from './yaml/each-text.ts'
import { type Path, pathText } from './yaml/path.ts'
import { LITELLM_SECTIONS } from './yaml/sections.ts'
import type { Source } from './yaml/source.ts'

/** LiteLLM downloads a module from there and runs it. */
const REMOTE_CODE = /^(?:s3|gs|gcs):\/\//i
/**
 * What is allowed and still wants a second look: requests to where clouds give machines their credentials, and code that is fetched from
 * elsewhere when LiteLLM starts.
 */
export function destinationProblems(source: Source): Problem[] {
  const problems: Problem[] = []
  const warning = (code: string, path: Path, message: string, fix: string) =>
    problems.push({ severity: 'warning', code, message, fix, at: source.locate(path) })
  const look = (path: Path, text: string): void => {
    if (!isUrl(text)) return
    if (REMOTE_CODE.test(text) && mayBeCode(path))
      warning(
        'remote-code',
        path,
        `${pathText(path)} is code that LiteLLM loads from ${printable(withoutKeys(text))} at each start: anyone who writes there runs code beside all keys.`,
        'put it into the image, or see who may write to that bucket.',
      )
    else if (isMetadata(destinationOf(text)))
      warning(
        'metadata-address',
        path,
        `${pathText(path)} is ${destinationOf(text).label}, where clouds tell a machine its credentials: requests of users would reach it.`,
        'name the host of a provider.',
      )
  }
  for (const section of LITELLM_SECTIONS) eachText(source.value[section], [section], look)
  return problems
}

/** Callbacks, handlers and `custom_…`: not the bucket that logs go to. */
function mayBeCode(path: Path): boolean {
  const key = String(path.findLast((step) => typeof step === 'string'))
  return /callback|handler|custom|auth|rules|sso|guardrail|plugin|hook/i.test(key)
}
