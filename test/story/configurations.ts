import fc from 'fast-check'

/**
 * LiteLLM's part of a gateway.yaml, over the whole of its format as far as a gateway without the internet serves it: every
 * provider of the lab, all strategies, fallbacks, retries, caches, credentials, `environment_variables`, limits of requests.
 * What LiteLLM refuses by itself (a fallback to nowhere, a feature that takes a licence, a parameter that the provider does not
 * know and that is not dropped) is not made: sync refuses that too, since no request would be answered.
 */
export function configurations() {
  return fc
    .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/), { minLength: 2, maxLength: 5 })
    .filter((names) => names.every((name) => !/^[ps]k/.test(name)))
    .chain((names) =>
      fc.record(
        {
          model_list: models(names),
          router_settings: router(names),
          litellm_settings: settings(names),
          general_settings: general(),
          credential_list: fc.constant([
            {
              credential_name: 'second',
              credential_values: { api_key: 'os.environ/OPENAI_API_KEY' },
              credential_info: { custom_llm_provider: 'openai' },
            },
          ]),
        },
        { requiredKeys: ['model_list'] },
      ),
    )
}

const seconds = fc.integer({ min: 1, max: 600 })
const some = fc.integer({ min: 1, max: 100_000 })
/** Providers that know no `seed`. */
const SEEDLESS = /^(anthropic|perplexity)\//
const price = fc.integer({ min: 0, max: 900 }).map((millionths) => millionths / 1e8)

/** One deployment or more of each name. */
function models(names: readonly string[]) {
  const target = fc.constantFrom(
    { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY' },
    { model: 'anthropic/claude-3-haiku-20240307', api_key: 'os.environ/ANTHROPIC_API_KEY' },
    { model: 'openrouter/mistralai/mixtral-8x7b-instruct', api_key: 'os.environ/OPENROUTER_API_KEY' },
    { model: 'perplexity/sonar', api_key: 'os.environ/PERPLEXITY_API_KEY' },
    { model: 'ollama/llama2', api_base: 'http://ollama.mgmt.internal:11434' },
  )
  const params = fc.record(
    {
      rpm: some,
      tpm: some,
      weight: fc.integer({ min: 1, max: 9 }),
      order: fc.integer({ min: 1, max: 3 }),
      timeout: seconds,
      stream_timeout: seconds,
      max_retries: fc.nat(5),
      max_parallel_requests: some,
      temperature: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
      max_tokens: some,
      top_p: fc.constantFrom(0.1, 0.5, 1),
      seed: fc.nat(1000),
      input_cost_per_token: price,
      output_cost_per_token: price,
      tags: fc.uniqueArray(fc.constantFrom('fast', 'cheap', 'eu'), { minLength: 1 }),
      drop_params: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const info = fc.record(
    {
      mode: fc.constant('chat'),
      base_model: fc.constantFrom('openai/gpt-4', 'gpt-4'),
      max_input_tokens: some,
      supports_vision: fc.boolean(),
      access_groups: fc.uniqueArray(fc.constantFrom('beta', 'all'), { minLength: 1 }),
    },
    { requiredKeys: [] },
  )
  const deployment = (name: string) =>
    fc.tuple(target, params, fc.option(info, { nil: undefined })).map(([to, more, about]) => ({
      model_name: name,
      litellm_params: {
        ...to,
        ...more,
        ...(more.seed !== undefined && SEEDLESS.test(to.model) ? { drop_params: true } : {}),
      },
      ...(about === undefined || Object.keys(about).length === 0 ? {} : { model_info: about }),
    }))
  return fc
    .tuple(...names.map((name) => fc.array(deployment(name), { minLength: 1, maxLength: 3 })))
    .map((lists) => lists.flat())
}

/** Each name but the first may fall back to the first, so that no chain comes back to where it began. */
function fallbacks([first = '', ...others]: readonly string[]) {
  return fc.subarray(others, { minLength: 1 }).map((names) => names.map((name) => ({ [name]: [first] })))
}

function router(names: readonly string[]) {
  return fc.record(
    {
      routing_strategy: fc.constantFrom(
        'simple-shuffle',
        'least-busy',
        'latency-based-routing',
        'cost-based-routing',
        'usage-based-routing-v2',
      ),
      num_retries: fc.nat(5),
      timeout: seconds,
      allowed_fails: fc.nat(5),
      cooldown_time: seconds,
      retry_after: fc.nat(5),
      enable_pre_call_checks: fc.boolean(),
      fallbacks: fallbacks(names),
      context_window_fallbacks: fallbacks(names),
      model_group_alias: fc.constant({ 'the-usual': names[0] ?? '' }),
      retry_policy: fc.record(
        { TimeoutErrorRetries: fc.nat(3), RateLimitErrorRetries: fc.nat(3) },
        { requiredKeys: ['TimeoutErrorRetries'] },
      ),
    },
    { requiredKeys: [] },
  )
}

function settings([first = '']: readonly string[]) {
  const cache = fc.record(
    {
      type: fc.constantFrom('redis', 'local'),
      ttl: seconds,
      namespace: fc.constant('gateway'),
      supported_call_types: fc.constant(['acompletion', 'aembedding']),
    },
    { requiredKeys: ['type'] },
  )
  return fc
    .record(
      {
        cache_params: cache,
        drop_params: fc.boolean(),
        request_timeout: seconds,
        num_retries: fc.nat(5),
        default_fallbacks: fc.constant([first]),
        json_logs: fc.boolean(),
        set_verbose: fc.constant(false),
        turn_off_message_logging: fc.boolean(),
        redact_user_api_key_info: fc.boolean(),
        modify_params: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .map((one) => (one.cache_params === undefined ? one : { cache: true, ...one }))
}

function general() {
  return fc.record(
    {
      store_model_in_db: fc.boolean(),
      global_max_parallel_requests: some,
      max_parallel_requests: some,
      proxy_batch_write_at: fc.integer({ min: 5, max: 60 }),
      maximum_spend_logs_retention_period: fc.constantFrom('30d', '90d'),
      disable_error_logs: fc.boolean(),
      allow_requests_on_db_unavailable: fc.boolean(),
    },
    { requiredKeys: [] },
  )
}
