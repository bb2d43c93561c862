import { KEY, KEY_MARKS } from '../../contract/forms.ts'

const BEGINS_AS_KEY = new RegExp(`^${KEY}`)
const TEXT = '[^\\s"\'`]'
/** `task-…` is a word: within one, only what is as long as a key, and has a digit, is taken for one. */
const INSIDE = new RegExp(
  `(?<![A-Za-z0-9])(?:${KEY_MARKS})${TEXT}{8,}|(?:${KEY_MARKS})(?=${TEXT}*\\d)${TEXT}{16,}`,
  'g',
)
const QUERY = /([?&][\w.-]+=)[^&#\s"']+/g
const USER = /:\/\/[^\s/@"']*@/g

/** Whoever knows these addresses may write there: their path is the secret. Slack, Teams, Discord, Telegram, Mattermost and others. */
const WEBHOOKS = [
  String.raw`hooks\.slack(?:-gov)?\.com\/`,
  String.raw`[\w.-]*webhook\.office(?:365)?\.com\/`,
  String.raw`[\w.-]*\.(?:logic\.azure|api\.powerplatform)\.com(?::\d+)?\/`,
  String.raw`[\w.-]*discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/`,
  String.raw`api\.telegram\.org\/bot`,
  String.raw`[\w.:-]+\/hooks\/(?=[\w-]{20})`,
].join('|')
const WEBHOOK = new RegExp(`(https?:\\/\\/(?:${WEBHOOKS}))[^\\s"'\`?#]{3,}`, 'gi')

/** Whether a text holds the address of a webhook that asks for no other secret. */
export function isWebhook(text: string): boolean {
  return text.search(WEBHOOK) >= 0
}

/** Whether a text is a key by its form alone. */
export function isKey(text: string): boolean {
  return BEGINS_AS_KEY.test(text)
}

/** The text without what has the form of a key, or stands in an address before the host or in the query: a last net for what quotes a file. */
export function withoutKeys(text: string): string {
  return text
    .replaceAll(INSIDE, '***')
    .replaceAll(WEBHOOK, '$1***')
    .replaceAll(USER, '://***@')
    .replaceAll(QUERY, '$1***')
}
