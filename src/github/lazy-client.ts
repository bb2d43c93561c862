import type { Octokit } from './client.ts'

/** Makes the client when it is asked for, which most commands never do; undefined without a token or an address. */
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
