import { parse } from 'yaml'
import { isRecord } from '../config/record.ts'

/** Where the value of a secret comes from; those of providers are prompted for on the terminal. */
const ORIGINS: Readonly<Record<string, string>> = {
  GATEWAY_SSH_KEY: ' < ~/.ssh/id_ed25519',
  GATEWAY_READ_SSH_KEY: ' < ~/.ssh/gateway-read',
  BACKUP_PASSWORD: ' # after the first deploy: the text of /etc/litellm/backup_password',
  GATEWAY_ROTATE_TOKEN: ' # a token that may write the secrets named under rotate.targets',
}

/** A step before the environments, which admit every branch while none is protected. */
const PROTECT_MAIN =
  '# Protect main first: on github.com, Settings, Branches, a rule for main that requires a pull request. Until then the environments let in every branch.'

export interface Needed {
  readonly name: string
  /** Undefined for one of the repository. */
  readonly environment: string | undefined
}

/** The secrets that the jobs of these workflows read, and the environment that holds each. Their own token is GitHub's business. */
export function secretsOf(workflows: readonly string[]): Needed[] {
  const needed = workflows.flatMap((text) => {
    const { jobs } = parse(text)
    return Object.values(isRecord(jobs) ? jobs : {}).flatMap((job): Needed[] => {
      const environment = isRecord(job) && typeof job.environment === 'string' ? job.environment : undefined
      const names = [
        ...JSON.stringify(job).matchAll(/secrets\.(?!NOTIFY_|GATEWAY_SECRETS_TOKEN)([A-Z][A-Z0-9_]*)/g),
      ].map(([, name = '']) => name)
      return names.map((name) => ({ name, environment }))
    })
  })
  // Every job sees the repository's secrets, those with an environment too.
  const everywhere = new Set(
    needed.filter(({ environment }) => environment === undefined).map(({ name }) => name),
  )
  const once = needed.filter(({ name, environment }) => environment === undefined || !everywhere.has(name))
  const known = new Map(once.map((one) => [`${one.environment ?? ''} ${one.name}`, one]))
  return [...known.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** What is left for a person, because it holds secrets or is GitHub's to decide: lines for a shell, in the order in which they work. */
export function nextSteps(
  workflows: readonly string[],
  { planKey }: { readonly planKey: boolean },
): string[] {
  const secrets = secretsOf(workflows)
  const environments = [...new Set(secrets.flatMap(({ environment }) => environment ?? []))]
  return [
    ...(planKey
      ? []
      : [
          'ssh-keygen -q -t ed25519 -N "" -C "" -f ~/.ssh/gateway-read # then vm.ssh.plan_key: the line of ~/.ssh/gateway-read.pub',
        ]),
    // For people, as no branch is there before the first push, and what a review asks for is theirs to decide.
    ...(environments.length === 0 ? [] : [PROTECT_MAIN]),
    ...environments.map(
      (name) =>
        `gh api --method PUT repos/{owner}/{repo}/environments/${name} -F "deployment_branch_policy[protected_branches]=true" -F "deployment_branch_policy[custom_branch_policies]=false"`,
    ),
    ...secrets.map(
      ({ name, environment }) =>
        `gh secret set ${name}${environment === undefined ? '' : ` --env ${environment}`}${ORIGINS[name] ?? ''}`,
    ),
    'litellm-gitops deploy # once, with SSH_KEY and the keys of the providers in the environment',
    'git add gateway.yaml .github && git commit -m "Describe the gateway" && git push',
  ]
}
