// What is known of LiteLLM's versions, each fact once, for both programs: the Python side has the constants in agent/contract.py. What a
// setting does in some versions alone is in src/config/litellm (caveats.ts, litellm-keys.json, environment.json).

/**
 * The oldest LiteLLM that is deployed. From it on migrations are a job of their own that changes nothing else (`run_migration_job`), config.yaml
 * wins over the database, and a LiteLLM that stops writes down what was spent. `import` reads older gateways too.
 */
export const OLDEST_LITELLM = '1.104.0'

/** Versions that nobody should run, with the reason. `plan` and `deploy` refuse them, and `doctor` reports one that serves. */
export const KNOWN_BAD_LITELLM: Readonly<Record<string, string>> = {
  // https://github.com/BerriAI/litellm/issues/24518
  '1.82.7': 'the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)',
  '1.82.8': 'the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)',
  '1.94.0': 'it locks out keys of teams that have a budget',
}

/**
 * Minor versions that went through the whole of `npm run proof -- versions`, and the one that all other tests on lab hosts run on, 1.106.2;
 * bench/results/proof-versions.json shows how, docs/versions.md for people. A test holds this list to that record. The oldest first.
 */
export const TRIED_LITELLM: readonly string[] = ['1.106']

/** From this version on LiteLLM serves what config.yaml declares, whatever its database says. https://github.com/BerriAI/litellm/pull/41779 */
export const FILE_FIRST_SINCE = '1.103.0'

/** LiteLLM before that takes budgets by model of a member without a word and keeps none (`TeamMemberUpdateRequest`). */
export const MEMBER_MODELS_SINCE = '1.110.0'
