import { withoutKeys } from '../config/secrets/key-form.ts'
import { isNoSecret } from '../config/secrets/no-secret.ts'
import { isSecretName } from '../config/secrets/secret-name.ts'
import { REFERENCE_PREFIX } from '../contract/forms.ts'
import type { Scrub } from './comments.ts'

/** `api_key: ` in a line that somebody commented out; `PASSWORD=`. */
const NAME = /(["']?)([A-Za-z_][\w.-]{0,100})\1\s*[:=]\s*["']?/g
const VALUE = /[^\s"',}\]][^"',}\]\n]*/y
/** Shorter values are found inside ordinary words. */
const SHORTEST = 4

/** Takes secrets out of comments: those that the file has elsewhere, what has the form of a key, and what is assigned to a secret's name. */
export function scrubberOf(secrets: readonly string[]): Scrub {
  const known = [...new Set(secrets)]
    .filter((one) => one.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
  return (comment) =>
    withoutAssigned(withoutKeys(known.reduce((text, secret) => text.replaceAll(secret, '***'), comment)))
}

function withoutAssigned(text: string): string {
  let [bare, from] = ['', 0]
  for (const { 0: found, 2: name = '', index } of text.matchAll(NAME)) {
    VALUE.lastIndex = index + found.length
    const value = index < from ? undefined : VALUE.exec(text)?.[0]
    if (value === undefined || !isSecret(name, value.trim())) continue
    bare += `${text.slice(from, index + found.length)}***`
    from = index + found.length + value.length
  }
  return bare + text.slice(from)
}

function isSecret(name: string, value: string): boolean {
  return (
    isSecretName(name) &&
    !value.startsWith(REFERENCE_PREFIX) &&
    !value.startsWith('$') &&
    !isNoSecret(name, value, { path: [], beside: {} })
  )
}
