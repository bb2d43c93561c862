import { RegistryError } from './errors.ts'
import type { Answer } from './exchange.ts'

const LOGIN = 'litellm.registry {username, password: os.environ/…}'

/** What a status other than 200 means. Of what a registry writes only its code is repeated, which is a word. */
export function statusError(
  answer: Answer,
  what: string,
  { login, elsewhere }: { readonly login: boolean; readonly elsewhere: boolean },
): RegistryError {
  const { host } = answer.url
  const said = codeIn(answer.body)
  const status = `${answer.status}${said === undefined ? '' : ` ${said}`}`
  if (answer.status === 429)
    return new RegistryError(
      'registry-limited',
      `${host} answers no more requests for now (${status}), asked for ${what}${waitText(answer.headers.get('retry-after'))}${login ? '' : `; those who log in (${LOGIN}) are allowed more`}.`,
    )
  if (answer.status >= 500)
    return new RegistryError(
      'registry-unreachable',
      `${host} is down: it answered ${status}, asked for ${what}.`,
    )
  if (answer.status === 404 && !elsewhere)
    return new RegistryError('image-unknown', `${host} does not have ${what} (${status}).`)
  if (answer.status === 401 || answer.status === 403)
    return new RegistryError(
      'registry-denied',
      login
        ? `${host} refuses the declared login for ${what} (${status}): renew the token that litellm.registry.password names, or there is no such image.`
        : `${host} wants a login for ${what} (${status}): declare ${LOGIN} with one that may read it, or there is no such image.`,
    )
  return new RegistryError('registry-answer', `${host} answered ${status}, asked for ${what}.`)
}

/** Such as `MANIFEST_UNKNOWN`. */
function codeIn(body: Buffer): string | undefined {
  return /^\s*\{\s*"errors"\s*:\s*\[\s*\{[^{}]{0,200}?"code"\s*:\s*"([A-Z_]{1,40})"/.exec(
    body.subarray(0, 1000).toString('latin1'),
  )?.[1]
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function waitText(header: string | null): string {
  if (header === null) return ''
  if (/^\d{1,7}$/.test(header)) return `: run again in ${header} seconds`
  const at = Date.parse(header)
  return Number.isNaN(at) ? '' : `: run again after ${new Date(at).toISOString()}`
}
