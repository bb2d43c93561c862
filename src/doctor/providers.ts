import type { ModelUsage, ProviderFacts } from '../host/doctor-facts.ts'
import { byUs, elsewhere, type Finding, inYaml, onHost } from './finding.ts'
import { percent } from './wording.ts'

/** Classes of error that are the provider's or the way to it; what callers did wrong is theirs. */
const DENIED = ['AuthenticationError', 'PermissionDeniedError']
const LIMITED = ['RateLimitError', 'RouterRateLimitError']
const BROKEN = [
  'APIConnectionError',
  'APIError',
  'BadGatewayError',
  'InternalServerError',
  'MidStreamFallbackError',
  'NotFoundError',
  'ServiceUnavailableError',
  'Timeout',
]
const FEW = 10
const SHARE = 0.05

/** Keys, addresses and models, each tried at its provider by a request that costs nothing. */
export function providerFindings({ keys, missing, addresses }: ProviderFacts): Finding[] {
  const tried = new Map(keys.map((key) => [`${key.name} ${key.provider}`, key]))
  return [
    ...missing.map(
      (name): Finding => ({
        id: 'provider-key-missing',
        severity: 'error',
        what: `The configuration refers to os.environ/${name}, and the gateway has no value for it.`,
        why: 'Every request to the models that need it fails.',
        mend: byUs(`litellm-gitops sync # with ${name} in the environment of the step, from a secret`),
      }),
    ),
    ...[...tried.values()].flatMap(keyFindings),
    ...addresses.flatMap(({ address, models, answers, absent }): Finding[] => {
      if (!answers)
        return [
          {
            id: 'provider-unreachable',
            severity: 'error',
            what: `${address}, which serves ${models.join(', ')}, does not answer the host.`,
            why: 'Every request to these models fails.',
            mend: onHost(`curl -sv -m 10 ${address} # then start it there, or correct api_base`),
          },
        ]
      return absent.map((name) => ({
        id: 'ollama-model-missing',
        severity: 'error',
        what: `Ollama at ${address} does not have the model ${name}.`,
        why: 'Every request to it fails.',
        mend: elsewhere(`On the machine of Ollama: ollama pull ${name}`),
      }))
    }),
  ]
}

function keyFindings({ name, provider, status }: ProviderFacts['keys'][number]): Finding[] {
  const finding = (
    id: string,
    severity: Finding['severity'],
    what: string,
    mend: Finding['mend'],
  ): Finding => ({
    id,
    severity,
    what,
    why: `Every request to the models of ${provider} fails.`,
    mend,
  })
  const renew = byUs(
    `litellm-gitops sync # after the secret ${name} was set to a key that is valid at ${provider}`,
  )
  if (status === 401 || status === 403)
    return [
      finding('provider-key-refused', 'error', `${provider} refuses the key in ${name} (${status}).`, renew),
    ]
  if (status === 402)
    return [
      finding(
        'provider-credit',
        'error',
        `${provider} wants to be paid before it answers to the key in ${name} (402).`,
        elsewhere(`Add credit to the account at ${provider}.`),
      ),
    ]
  if (status === 429)
    return [
      {
        ...finding(
          'provider-limited',
          'warning',
          `${provider} limits the key in ${name} at this moment (429).`,
          inYaml(LIMITS),
        ),
        why: 'Requests wait or fail until the limit is over.',
      },
    ]
  if (status === null || status >= 500)
    return [
      finding(
        status === null ? 'provider-unreachable' : 'provider-down',
        status === null ? 'error' : 'warning',
        status === null
          ? `${provider} does not answer the host.`
          : `${provider} answers ${status}, so its service is disturbed.`,
        inYaml('router_settings: {fallbacks: [{MODEL: [ANOTHER]}]} # another provider takes over meanwhile'),
      ),
    ]
  return []
}

const LIMITS =
  'model_list: [{litellm_params: {rpm: …, tpm: …}}] # what the provider grants; router_settings: {fallbacks: [{MODEL: [ANOTHER]}]}'

/** What became of the requests of the last day. */
export function usageFindings(models: readonly ModelUsage[]): Finding[] {
  return models.flatMap(({ model, requests, errors }): Finding[] => {
    const count = (classes: readonly string[]) =>
      classes.reduce((sum, name) => sum + (errors?.[name] ?? 0), 0)
    const found: Finding[] = []
    const [denied, limited, broken] = [count(DENIED), count(LIMITED), count(BROKEN)]
    if (denied >= FEW)
      found.push({
        id: 'model-denied',
        severity: 'error',
        what: `${denied} of ${requests} requests to ${model} of the last day were refused by the provider for their key.`,
        why: 'The key is not valid, or may not use this model.',
        mend: byUs('litellm-gitops sync # with a key that may use the model in the environment of the step'),
      })
    if (limited >= FEW && limited / requests >= SHARE)
      found.push({
        id: 'model-rate-limited',
        severity: 'warning',
        what: `${limited} of ${requests} requests to ${model} of the last day met the rate limit of the provider (${percent(limited / requests)}).`,
        why: 'People wait, or get an error.',
        mend: inYaml(LIMITS),
      })
    if (broken >= FEW && broken / requests >= SHARE)
      found.push({
        id: 'model-failing',
        severity: broken / requests >= 0.5 ? 'error' : 'warning',
        what: `${broken} of ${requests} requests to ${model} of the last day failed at the provider (${percent(broken / requests)}).`,
        why: 'People get errors that are not theirs.',
        mend: inYaml(`router_settings: {fallbacks: [{${model}: [ANOTHER]}], num_retries: 2}`),
      })
    return found
  })
}
