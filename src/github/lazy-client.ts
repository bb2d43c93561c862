import type { Octokit } from './client.ts'

/** Creates the client on first use, which most commands never need; undefined without a token or an address. */
export function clientFor(
  token: string | undefined,
  apiUrl: string | undefined,
): () => Promise<Octokit | undefined> {
  return async () => {
    if (token === undefined || token === '' || apiUrl === undefined) return undefined
    const { createClient } = await import('./client.ts')
    return createClient({ token, apiUrl })
  }
}
