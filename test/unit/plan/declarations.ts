import fc from 'fast-check'

/** Declarations of models, settings and budgets of every kind, as parts of a gateway.yaml. */
export function declarations() {
  // Names that begin as keys do are refused: that is another test.
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/).filter((text) => !/^[ps]k-/.test(text))
  const model = fc.record({
    model_name: name,
    litellm_params: fc.record(
      {
        model: name.map((text) => `openai/${text}`),
        api_key: fc.constantFrom('os.environ/OPENAI_API_KEY', 'os.environ/SECOND_KEY'),
        rpm: fc.nat(1000),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      },
      { requiredKeys: ['model'] },
    ),
  })
  // Money: down to the hundredth of a cent.
  const usd = fc.nat(1_000_000_000).map((hundredths) => hundredths / 10_000)
  const period = fc.constantFrom('daily', 'weekly', 'monthly', 'yearly', '12h', '14d')
  const window = fc.record({ max_budget: usd, time_period: period })
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
  const count = fc.nat(100_000)
  const budget = (subject: string, more: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
    fc.record({ [subject]: name, max_budget: usd, time_period: period, ...more }, { requiredKeys: [subject] })
  const limits = { tpm_limit: count, rpm_limit: count, models: names }
  const windows = { budget_limits: fc.array(window, { minLength: 1, maxLength: 3 }) }
  const budgets = fc.tuple(
    ...[
      budget('user_id', {
        ...limits,
        model_max_budget: fc.dictionary(name, window, { minKeys: 1, maxKeys: 3 }),
      }),
      budget('team_id', { ...limits, ...windows }),
      fc
        .tuple(name, budget('team_id', limits))
        .map(([user_id, entry]) => ({ ...entry, user_id }) as Record<string, unknown>),
      budget('customer_id', limits),
      budget('key_alias', { ...limits, ...windows }),
      budget('tag', {}),
      fc.record({ provider: name, max_budget: usd, time_period: period }),
    ].map((entry) =>
      fc.uniqueArray(entry as fc.Arbitrary<Record<string, unknown>>, {
        maxLength: 3,
        selector: ({ user_id, team_id, customer_id, key_alias, tag, provider }) =>
          JSON.stringify([user_id, team_id, customer_id, key_alias, tag, provider]),
      }),
    ),
  )
  return fc.record({
    model_list: fc.array(model, { maxLength: 8 }),
    budget_config: budgets.map((lists) => lists.flat()),
    router_settings: fc.record({ num_retries: fc.nat(9), timeout: fc.nat(600) }),
  })
}
