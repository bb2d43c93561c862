import type { Octokit } from './client.ts'

/**
 * The account of the token. REST shows it only for people's tokens (`GET /user` is 403 for the job's own token and for Apps);
 * GraphQL's viewer answers for every kind, with `[bot]` behind the name of an App (marocchino/sticky-pull-request-comment#332).
 */
export async function loginOf(octokit: Octokit): Promise<string> {
  const { viewer } = await octokit.graphql<{ viewer: { login: string } }>('query { viewer { login } }')
  return viewer.login
}
