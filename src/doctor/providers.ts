import type { ModelUsage, ProviderFacts } from '../contract/programs/doctor.ts'
import { percent } from '../text/units.ts'
import { byUs, elsewhere, type Finding, inYaml, onHost } from './finding.ts'

/** Error classes caused by the provider or the network, not by the caller. */
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
        what: `The configuration refers to os.environ/${name}, but the gateway has no value for it.`,
        why: 'Every request to the models that need it fails.',
        remedy: byUs(`litellm-gitops sync # with ${name} in the step's environment, from a secret`),
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
            remedy: onHost(`curl -sv -m 10 ${address} # then start it there, or fix api_base`),
          },
        ]
      return absent.map((name) => ({
        id: 'ollama-model-missing',
        severity: 'error',
        what: `Ollama at ${address} does not have the model ${name}.`,
        why: 'Every request to it fails.',
        remedy: elsewhere(`On the Ollama machine: ollama pull ${name}`),
      }))
    }),
  ]
}

function keyFindings({ name, provider, status }: ProviderFacts['keys'][number]): Finding[] {
  const finding = (
    id: string,
    severity: Finding['severity'],
    what: string,
    remedy: Finding['remedy'],
  ): Finding => ({
    id,
    severity,
    what,
    why: `Every request to the models of ${provider} fails.`,
    remedy,
  })
  const renew = byUs(
    `litellm-gitops sync # after setting the secret ${name} to a key that is valid at ${provider}`,
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
        `${provider} requires payment for the key in ${name} (402).`,
        elsewhere(`Add credit to the account at ${provider}.`),
      ),
    ]
  if (status === 429)
    return [
      {
        ...finding(
          'provider-limited',
          'warning',
          `${provider} is rate-limiting the key in ${name} (429).`,
          inYaml(LIMITS),
        ),
        why: 'Requests wait or fail until the limit resets.',
      },
    ]
  if (status === null || status >= 500)
    return [
      finding(
        status === null ? 'provider-unreachable' : 'provider-down',
        status === null ? 'error' : 'warning',
        status === null
          ? `${provider} does not answer the host.`
          : `${provider} answers ${status}: its service has a problem.`,
        inYaml(
          'router_settings: {fallbacks: [{MODEL: [ANOTHER]}]} # another provider takes over in the meantime',
        ),
      ),
    ]
  return []
}

const LIMITS =
  'model_list: [{litellm_params: {rpm: …, tpm: …}}] # what the provider grants; router_settings: {fallbacks: [{MODEL: [ANOTHER]}]}'

/** Outcomes of the last day's requests. */
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
        what: `${denied} of ${requests} requests to ${model} in the last day were refused by the provider because of the key.`,
        why: 'The key is not valid, or may not use this model.',
        remedy: byUs("litellm-gitops sync # with a key that may use the model, in the step's environment"),
      })
    if (limited >= FEW && limited / requests >= SHARE)
      found.push({
        id: 'model-rate-limited',
        severity: 'warning',
        what: `${limited} of ${requests} requests to ${model} in the last day hit the provider's rate limit (${percent(limited / requests)}).`,
        why: 'People wait, or get an error.',
        remedy: inYaml(LIMITS),
      })
    if (broken >= FEW && broken / requests >= SHARE)
      found.push({
        id: 'model-failing',
        severity: broken / requests >= 0.5 ? 'error' : 'warning',
        what: `${broken} of ${requests} requests to ${model} in the last day failed at the provider (${percent(broken / requests)}).`,
        why: 'People get errors they did not cause.',
        remedy: inYaml(`router_settings: {fallbacks: [{${model}: [ANOTHER]}], num_retries: 2}`),
      })
    return found
  })
}
