import fc from 'fast-check'

/**
 * Sections of people, teams and the like that need no licence, and whose references lead to each other: what a gateway takes as a whole. No keys,
 * which are made by hand.
 */
export function peopleDeclarations(): fc.Arbitrary<Readonly<Record<string, readonly object[]>>> {
  // Names that begin as keys do are refused: that is another test.
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/).filter((text) => !/^[ps]k-|^default/.test(text))
  const text = fc.constantFrom('Data', 'Ä "quoted" name', 'x: y', '0123', "it's")
  const usd = fc.nat(1_000_000_000).map((hundredths) => hundredths / 10_000)
  const period = fc.constantFrom('daily', 'weekly', 'monthly', '12h', '14d')
  const count = fc.nat(100_000)
  const models = fc.uniqueArray(fc.constantFrom('gpt-4', 'claude-3'), { minLength: 1 })
  const limits = { max_budget: usd, budget_duration: period, tpm_limit: count, rpm_limit: count, models }
  const metadata = fc.dictionary(
    fc.constantFrom('cost', 'a.b', 'nested', 'on'),
    fc.constantFrom<unknown>(7, 'A7', { deep: [1, 'x'] }, ['a'], true, false),
    { minKeys: 1 },
  )
  const some = (required: string, id: string, more: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
    fc.record({ [required]: fc.constant(id), ...more }, { requiredKeys: [required] })
  const all = <Item>(ids: readonly string[], of: (id: string) => fc.Arbitrary<Item>) =>
    fc.tuple(...ids.map(of))
  const names = (prefix: string) =>
    fc.uniqueArray(name, { maxLength: 3 }).map((found) => found.map((one) => `${prefix}-${one}`))

  return fc
    .tuple(names('u'), names('t'), names('c'), names('x'), names('g'))
    .chain(([users, teams, customers, tags, groups]) =>
      fc.record({
        users: all(users, (id) =>
          some('user_id', id, {
            user_alias: text,
            user_email: fc.constant(`${id}@example.com`),
            user_role: fc.constantFrom('internal_user', 'internal_user_viewer', 'proxy_admin_viewer'),
            max_parallel_requests: fc.integer({ min: 1, max: 99 }),
            metadata,
            ...limits,
          }),
        ),
        teams: all(teams, (id) =>
          some('team_id', id, {
            team_alias: text.map((one) => `${one} ${id}`),
            blocked: fc.constant(true),
            default_team_member_models: models,
            team_member_permissions: fc.constant(['/key/info', '/key/health']),
            model_aliases: fc.constant({ fast: 'gpt-4' }),
            team_member_budget: usd,
            team_member_rpm_limit: count,
            model_rpm_limit: fc.constant({ 'gpt-4': 10 }),
            object_permission: fc.constant({ vector_stores: ['manuals'], agents: ['a'] }),
            metadata,
            ...limits,
            ...(users.length === 0
              ? {}
              : {
                  members: fc.subarray([...users], { minLength: 1 }).chain((chosen) =>
                    all(chosen, (user) =>
                      some('user_id', user, {
                        max_budget_in_team: usd,
                        budget_duration: period,
                        rpm_limit: count,
                        allowed_models: models,
                      }),
                    ),
                  ),
                }),
          }),
        ),
        customers: all(customers, (id) =>
          some('user_id', id, {
            alias: text,
            blocked: fc.constant(true),
            allowed_model_region: fc.constantFrom('eu', 'us'),
            default_model: fc.constant('gpt-4'),
            ...limits,
          }),
        ),
        tags: all(tags, (id) =>
          some('name', id, { description: text, max_budget: usd, budget_duration: period }),
        ),
        access_groups: all(groups, (id) =>
          some('access_group_name', id, {
            description: text,
            access_model_names: models,
            ...(teams.length === 0 ? {} : { assigned_team_ids: fc.subarray([...teams], { minLength: 1 }) }),
          }),
        ),
      }),
    )
}
