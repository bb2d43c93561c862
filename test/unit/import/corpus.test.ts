import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { importGateway } from '../../../src/commands/import.ts'
import { loadDesired } from '../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { isRecord } from '../../../src/config/record.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { problemsMarkdown } from '../../../src/plan/markdown.ts'
import { cases } from '../../lab/proof.ts'
import { base } from '../plan/applied.ts'

/**
 * Configurations with secrets of every kind in every place, the same at each run: none of them is seen again, and each comes back.
 * `npm run proof -- import/corpus` goes through 1,500.
 */
const RUNS = { numRuns: cases(25, 1500), seed: 20_261_130 }

/** What is planted: unlike any word, so that it is found wherever it is seen. */
const canary = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{13}[0-9]$/).map((text) => `Zq${text}9`)
const digits = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map((number) => number * 1000 + 517)

/** A secret as a value under a secret's name. */
const valued = fc.oneof(
  canary,
  canary.map((text) => `sk-${text}`),
  canary.map((text) => `hunter2 ${text}`),
  canary.map((text) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${text}.x`),
)
/** One that is found by its form, under any name. */
const formed = fc.oneof(
  canary.map((text) => `sk-${text}`),
  canary.map((text) => `https://hooks.slack.com/services/T0/B0/${text}`),
  canary.map((text) => `https://prod-1.westeurope.logic.azure.com:443/workflows/${text}/run`),
  canary.map((text) => `https://chat.googleapis.com/v1/spaces/A/messages?key=${text}`),
  canary.map((text) => `https://discord.com/api/webhooks/1/${text}`),
  canary.map((text) => `https://me:${text}@e.example/v1`),
  canary.map((text) => `https://${text}@e.example/v1`),
  canary.map((text) => `https://e.example/v1?code=${text}`),
  canary.map((text) => `https://e.example/v1?subscription-key=${text}`),
  canary.map((text) => `host=db port=5432 password=${text} dbname=x`),
  canary.map((text) =>
    JSON.stringify({ type: 'service_account', private_key: `-----BEGIN PRIVATE KEY-----\n${text}\n` }),
  ),
  canary.map((text) => JSON.stringify({ deep: [{ client_secret: text }] })),
  canary.map((text) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${text}.x`),
)

const header = fc.record({
  name: fc.constantFrom('Authorization', 'X-Api-Key', 'x-session', 'Cookie', 'x-other'),
  value: valued,
})
const deployment = fc
  .record({
    model: fc.constantFrom('openai/a', 'groq/b', 'azure/c', 'github/d', 'hosted_vllm/e', 'anthropic/f'),
    api_base: fc.option(
      fc.constantFrom('http://10.0.0.7:8000/v1', 'https://api.openai.com/v1', 'https://x.openai.azure.com'),
      {
        nil: undefined,
      },
    ),
    api_key: fc.oneof(
      valued,
      digits,
      fc.constantFrom(
        undefined,
        'os.environ/OPENAI_API_KEY',
        'os.environ/GITHUB_TOKEN',
        'os.environ/MINE',
        'none',
      ),
      valued.map((v) => ({ v: [v] })),
    ),
    aws_secret_access_key: fc.option(valued, { nil: undefined }),
    extra_headers: fc.option(
      header.map(({ name, value }) => ({ [name]: value, 'anthropic-beta': 'x' })),
      { nil: undefined },
    ),
    note: fc.option(formed, { nil: undefined }),
  })
  .map((params) => JSON.parse(JSON.stringify(params)) as Record<string, unknown>)
const NAMES = ['gpt-4o', 'openai', 'local', 'azure', 'groq', '*', 'github', 'OPENAI_API_KEY']
const configuration = fc
  .record({
    models: fc.array(fc.tuple(fc.constantFrom(...NAMES), deployment), { minLength: 1, maxLength: 5 }),
    redis: fc.option(fc.oneof(valued, digits), { nil: undefined }),
    hook: fc.option(formed, { nil: undefined }),
    license: fc.option(valued, { nil: undefined }),
    aKey: fc.option(
      canary.map((text) => `sk-${text}`),
      { nil: undefined },
    ),
    endpoints: fc.array(header, { maxLength: 2 }),
    variables: fc.dictionary(
      fc.constantFrom(
        'OPENAI_API_KEY',
        'UI_PASSWORD',
        'LANGFUSE_SECRET_KEY',
        'WATSONX_ZENAPIKEY',
        'OTEL_HEADERS',
      ),
      fc.oneof(valued, digits),
    ),
    comment: fc.oneof(
      valued.map((text) => `api_key: ${text}`),
      formed,
    ),
  })
  .map(({ models, redis, hook, license, aKey, endpoints, variables, comment }) => ({
    comment,
    document: JSON.parse(
      JSON.stringify({
        model_list: models.map(([model_name, litellm_params]) => ({ model_name, litellm_params })),
        router_settings: { redis_host: 'r.example', redis_password: redis },
        litellm_settings: { callback_settings: { some: hook } },
        general_settings: {
          litellm_license: license,
          ...(aKey === undefined ? {} : { [aKey]: { a: aKey } }),
          pass_through_endpoints: endpoints.map(({ name, value }, index) => ({
            path: `/p${index}`,
            target: 'https://a.example',
            headers: { [name]: value, accept: 'application/json' },
          })),
        },
        environment_variables: Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [
            name,
            /HEADERS/.test(name) ? `api-key=${value}` : value,
          ]),
        ),
      }),
    ) as Record<string, unknown>,
  }))

/** The planted texts, wherever they were planted. */
function planted(text: string): string[] {
  return [...text.matchAll(/Zq[A-Za-z][A-Za-z0-9]{13}[0-9]9|\d{10}517/g)].map(([found]) => found)
}

test('an import shows no secret, gives each its own name, and with their values it is the same gateway', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, async ({ document, comment }) => {
      const single = comment.replaceAll('\n', ' ')
      const text = `# ${single}\n${stringify(document, { lineWidth: 0 })}# ${single}\n`
      const { written, said } = await imported(text)
      for (const secret of planted(text)) expect(written + said, secret).not.toContain(secret)
      expect(written).not.toMatch(/os\.environ\/GITHUB_/)
      const names = new Map<string, string>()
      resolve(setIn(document), parse(written), [], names)
    }),
    RUNS,
  )
})

test('a pasted configuration shows none in its errors', () => {
  fc.assert(
    fc.property(configuration, ({ document }) => {
      const text = stringify({ ...base, budget_config: [], ...document })
      try {
        loadDesired('gateway.yaml', { read: () => text, list: () => [] })
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        const { problems } = error
        const said = [
          ...problems.map(formatProblem),
          JSON.stringify(problems),
          problemsMarkdown(problems, 'gateway.yaml'),
        ].join('\n')
        for (const secret of planted(text)) expect(said, secret).not.toContain(secret)
      }
    }),
    RUNS,
  )
})

/** What `environment_variables` sets is what references to it mean. */
function setIn(document: Record<string, unknown>): unknown {
  const { environment_variables: variables = {} } = document as {
    environment_variables?: Record<string, unknown>
  }
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk)
    if (isRecord(node))
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item)]))
    const name = typeof node === 'string' ? /^os\.environ\/(\w+)$/.exec(node)?.[1] : undefined
    return name === undefined ? node : (variables[name] ?? node)
  }
  return walk(document)
}

async function imported(text: string): Promise<{ written: string; said: string }> {
  const files = new Map([['config.yaml', text]])
  const logger = createRecordingLogger()
  const report = await importGateway({
    inputs: { from: 'config.yaml' },
    config: 'gateway.yaml',
    files: {
      read: (name: string) => {
        const found = files.get(name)
        if (found === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' })
        return found
      },
      list: () => [],
    },
    write: (name: string, content: string) => files.set(name, content),
    env: {},
    secrets: createKnownSecrets(),
    logger,
  } as never)
  return { written: files.get('gateway.yaml') ?? '', said: JSON.stringify([report, logger]) }
}

/** Each value is what it was, or a name that has that one value everywhere. */
function resolve(
  before: unknown,
  after: unknown,
  path: (string | number)[],
  names: Map<string, string>,
): void {
  if (Array.isArray(before)) {
    expect(after).toHaveLength(before.length)
    for (const [index, item] of before.entries())
      resolve(item, (after as unknown[])[index], [...path, index], names)
  } else if (isRecord(before))
    for (const [key, item] of Object.entries(before)) {
      const empty = isRecord(item) && Object.keys(item).length === 0
      // A key that is a secret is left out.
      if (!empty && !key.startsWith('sk-'))
        resolve(item, (after as Record<string, unknown> | undefined)?.[key], [...path, key], names)
    }
  else {
    const name = typeof after === 'string' ? /^os\.environ\/(\w+)$/.exec(after)?.[1] : undefined
    if (name === undefined) {
      expect(after, path.join('.')).toEqual(before)
      return
    }
    const known = names.get(name)
    if (known !== undefined) expect(String(before), `${path.join('.')} is ${name}`).toBe(known)
    names.set(name, String(before))
  }
}
