import { isNoSecret } from '../config/secrets/no-secret.ts'
import { withoutKeys } from '../config/secrets/key-form.ts'
import { isSecretName } from '../config/secrets/secret-name.ts'
import { REFERENCE_PREFIX } from '../contract/forms.ts'
import type { Scrub } from './comments.ts'

/** `api_key: …` in a line that somebody commented out; `PASSWORD=…`. */
const ASSIGNED = /(["']?)([A-Za-z_][\w.-]{0,100})\1(\s*[:=]\s*)(["']?)([^\s"',}\]]+)/g
/** Shorter values are found inside ordinary words. */
const SHORTEST = 4

/** Takes secrets out of comments: those that the file has elsewhere, what has the form of a key, and what is assigned to a secret's name. */
export function scrubberOf(secrets: readonly string[]): Scrub {
  const known = [...new Set(secrets)].filter((one) => one.length >= SHORTEST).sort((a, b) => b.length - a.length)
  return (comment) => {
    const bare = known.reduce((text, secret) => text.replaceAll(secret, '***'), comment)
    return withoutKeys(bare.replaceAll(ASSIGNED, hidden))
  }
}

function hidden(whole: string, quote: string, name: string, between: string, open: string, value: string): string {
  const isHarmless =
    !isSecretName(name) ||
    value.startsWith(REFERENCE_PREFIX) ||
    value.startsWith('$') ||
    isNoSecret(name, value, { path: [], beside: {} })
  return isHarmless ? whole : `${quote}${name}${quote}${between}${open}***`
}
