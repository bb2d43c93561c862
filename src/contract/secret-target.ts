/** Where GitHub keeps a secret. */
export type SecretTarget =
  | { readonly repository: string; readonly environment?: string; readonly secret: string }
  | { readonly organization: string; readonly secret: string }

/** `owner/name LITELLM_MASTER_KEY`, with the environment in brackets; `org acme …` for an organisation. */
export function targetName(target: SecretTarget): string {
  if ('organization' in target) return `org ${target.organization} ${target.secret}`
  const environment = target.environment === undefined ? '' : ` (${target.environment})`
  return `${target.repository}${environment} ${target.secret}`
}
