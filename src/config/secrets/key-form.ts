import { ENCODED_JSON, KEY, KEY_MARKS, KEY_WITHIN, WEBHOOK } from '../../contract/forms.ts'

const BEGINS_AS_KEY = new RegExp(`^${KEY}`)
const WITHIN = new RegExp(KEY_WITHIN)
const TEXT = '[^\\s"\'`]'
/** `task-…` is a word: within one, only what is as long as a key, and has a digit, is taken for one. */
const INSIDE = new RegExp(
  `(?<![A-Za-z0-9])(?:${KEY_MARKS})${TEXT}{8,}|(?:${KEY_MARKS})(?=${TEXT}*\\d)${TEXT}{16,}|${ENCODED_JSON}[\\w.-]*`,
  'g',
)
const ASSIGNED =
  /((?:^|[\s;,])(?:password|passwd|pwd|accountkey|sharedaccesskey|sharedaccesssignature) ?= ?)[^\s;,"']{3,}/gi
const PRIVATE_KEY = /(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----)[^"']*/g
const QUERY = /([?&][\w.-]+=)[^&#\s"']+/g
const USER = /:\/\/[^\s/@"']*@/g

const IS_WEBHOOK = new RegExp(WEBHOOK, 'i')
const WEBHOOKS = new RegExp(`(${WEBHOOK})[^\\s"'\`?#]{3,}`, 'gi')

/** Whether a text holds the address of a webhook that asks for no other secret. */
export function isWebhook(text: string): boolean {
  return IS_WEBHOOK.test(text)
}

/** Whether a text is a key by its form alone, or has one in it. */
export function isKey(text: string): boolean {
  return BEGINS_AS_KEY.test(text) || WITHIN.test(text)
}

/** The text without what has the form of a key, or is in an address before the host or in the query: a last net for what quotes a file. */
export function withoutKeys(text: string): string {
  return text
    .replaceAll(PRIVATE_KEY, '$1***')
    .replaceAll(INSIDE, '***')
    .replaceAll(ASSIGNED, '$1***')
    .replaceAll(WEBHOOKS, '$1***')
    .replaceAll(USER, '://***@')
    .replaceAll(QUERY, '$1***')
}
