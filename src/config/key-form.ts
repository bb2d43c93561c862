/** How keys of providers begin. Eight characters at least behind it: a team may be called `pk-` or `sk-one`, and no key is that short. */
const MARKS = 'sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer '
const KEY = new RegExp(`^(?:(?:${MARKS})\\S{8}|-----BEGIN )`)
const TEXT = '[^\\s"\'`]'
/** `task-…` is a word: within one, only what is as long as a key, and has a digit, is taken for one. */
const INSIDE = new RegExp(
  `(?<![A-Za-z0-9])(?:${MARKS})${TEXT}{8,}|(?:${MARKS})(?=${TEXT}*\\d)${TEXT}{16,}`,
  'g',
)
const QUERY = /([?&][\w.-]+=)[^&#\s"']+/g
const USER = /:\/\/[^\s/@"']*@/g

/** Whether a text is a key by its form alone. */
export function isKey(text: string): boolean {
  return KEY.test(text)
}

/** The text without what has the form of a key, or stands in an address before the host or in the query: a last net for what quotes a file. */
export function withoutKeys(text: string): string {
  return text.replaceAll(INSIDE, '***').replaceAll(USER, '://***@').replaceAll(QUERY, '$1***')
}
