import type { Lab } from '../lab/lab.ts'

/** 100,000 calls over three months, whose sums are no round numbers: by teams, people, keys, models and providers. */
export const GENERATED_CALLS = { count: 100_000, since: '2026-08-24', until: '2026-11-23' } as const

const SQL = `
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, spend, max_budget, budget_duration, budget_reset_at)
  SELECT 'team-' || i, CASE WHEN i % 2 = 0 THEN 'Team <' || i || '>' END, i * 3.5, 100, '30d', now() AT TIME ZONE 'UTC' + interval '9 days'
  FROM generate_series(1, 7) i;
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
  "startTime", "endTime", model, model_group, custom_llm_provider, "user", team_id, status, cache_hit, cache_key, metadata)
SELECT 'generated-' || i, 'acompletion', md5((i % 60)::text), CASE WHEN i % 9 = 0 OR i % 31 = 0 THEN 0 ELSE (i % 977) * 0.0000137 END,
  i % 700 + i % 300, i % 700, i % 300, at, at + interval '1 second', 'm', 'model-' || i % 5,
  'provider-' || i % 4, 'person-' || i % 40, CASE WHEN i % 8 = 0 THEN NULL ELSE 'team-' || i % 8 END,
  CASE WHEN i % 31 = 0 THEN 'failure' ELSE 'success' END, CASE WHEN i % 9 = 0 AND i % 31 <> 0 THEN 'True' ELSE 'False' END, 'k' || i % 100,
  CASE WHEN i % 31 = 0 THEN '{"error_information": {"error_class": "RateLimitError"}}'::jsonb ELSE '{}'::jsonb END
FROM (SELECT i, timestamp '2026-08-23 12:00' + i * interval '80 seconds' AS at FROM generate_series(1, ${GENERATED_CALLS.count}) i) calls;
ANALYZE "LiteLLM_SpendLogs";
`

/** Writes the calls into the log of a deployed lab's gateway, as LiteLLM would. */
export async function generateCalls(lab: Lab): Promise<void> {
  await psql(lab, SQL)
}

/** What the statement answers, without its line ends at both sides. */
export async function psql(lab: Lab, sql: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(
    `runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 -d litellm <<'SQL'\n${sql}\nSQL`,
  )
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}
