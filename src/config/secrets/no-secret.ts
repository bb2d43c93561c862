import * as forms from '../../contract/forms.ts'
import { isRecord } from '../record.ts'
import { byName } from './by-name.ts'
import { isForeign } from './own-host.ts'
import { isSecretName } from './secret-name.ts'

/** Of a text that is longer, nothing is a placeholder. */
const LONGEST_PLACEHOLDER = 64

const wholly = (form: string) => new RegExp(`^(?:${form})$`, 'i')
const PLACEHOLDER = wholly(forms.PLACEHOLDER)
const COUNTED = wholly(forms.COUNTED)
const PLACEHOLDER_NAME = new RegExp(forms.PLACEHOLDER_NAME, 'i')
const mayBePlaceholder = byName((name) => PLACEHOLDER_NAME.test(name.replaceAll('-', '_')))
const mayBeCounted = byName((name) => PLACEHOLDER_NAME.test(name))
const POINTER = wholly(forms.POINTER)
const POINTER_NAME = new RegExp(forms.POINTER_NAME, 'i')
const mayBePointer = byName((name) => POINTER_NAME.test(name))
const mayBePublic = byName((name) => /public_key$/i.test(name))
const HARMLESS_HEADER = wholly(forms.HARMLESS_HEADER)
const SECRET_HEADER = new RegExp(forms.SECRET_HEADER, 'i')
const PLAIN_HEADER = new RegExp(forms.PLAIN_HEADER, 'i')
const PLAIN_VALUE = wholly(forms.PLAIN_VALUE)
const PUBLIC_VALUE = wholly(forms.PUBLIC_VALUE)
const SCHEMED_REFERENCE = wholly(forms.SCHEMED_REFERENCE)
/** In `model_info`, which is free-form: names that say no more than "key". */
const OWN_KEY = /^(?!.*(?:api|secret|access|auth|private|master|sign))\w*_key$/i
/** LiteLLM puts these in itself: `${NAME}` of a user or of the server. */
const MCP_VARIABLE = /^[^$]{0,40}\$\{[A-Za-z_]\w*\}$/

/** What people write for a server that wants some key and checks none, such as `not-needed`. */
export function isPlaceholder(name: string, text: string): boolean {
  return text.length <= LONGEST_PLACEHOLDER && mayBePlaceholder(name) && PLACEHOLDER.test(text)
}

/** Whether a text that is written out is no secret, although its name or its form says so. */
export function isNoSecret(
  name: string,
  text: string,
  { path, beside }: { path: readonly (string | number)[]; beside: Readonly<Record<string, unknown>> },
): boolean {
  if (isPlaceholder(name, text)) return true
  if (mayBeCounted(name) && COUNTED.test(text) && isForeign(beside)) return true
  if (mayBePointer(name) && POINTER.test(text)) return true
  if (mayBePublic(name) && PUBLIC_VALUE.test(text)) return true
  if (path[0] === 'mcp_servers' && MCP_VARIABLE.test(text)) return true
  return path.includes('model_info') && OWN_KEY.test(name) && PLAIN_VALUE.test(text)
}

/** Whether a header carries no secret, by its name or by the form of its value. */
export function isHarmlessHeader(name: string, value: unknown): boolean {
  if (HARMLESS_HEADER.test(name)) return true
  if (SECRET_HEADER.test(name)) return name === 'litellm_user_api_key'
  return PLAIN_HEADER.test(name) && PLAIN_VALUE.test(String(value))
}

/** `Bearer os.environ/NAME`: nothing but the reference is in it. */
export function isSchemedReference(text: string): boolean {
  return SCHEMED_REFERENCE.test(text.trim())
}

/** JSON that is written as a text, when something in it is a secret by its name. */
export function holdsSecretJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text) || !text.includes('"')) return false
  try {
    return hasSecret(JSON.parse(text))
  } catch {
    return false
  }
}

function hasSecret(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasSecret)
  if (!isRecord(node)) return false
  return Object.entries(node).some(
    ([name, item]) =>
      hasSecret(item) ||
      (typeof item === 'string' &&
        item !== '' &&
        isSecretName(name) &&
        !isNoSecret(name, item, { path: [], beside: node }) &&
        !item.startsWith(forms.REFERENCE_PREFIX)),
  )
}
