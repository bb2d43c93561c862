import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LITELLM_SECTIONS } from '../../../src/config/yaml/sections.ts'
import { DOCUMENTED, type Loaded, verdictOf } from '../../corpus/documented.ts'
import { batches, type Fields, type Generated, generated, textOf } from '../../corpus/generated.ts'
import { ours } from '../../corpus/ours.ts'
import { counted, FULL } from '../../lab/proof.ts'
import { type DeployedGateway, startGateway } from '../gateway.ts'

/**
 * LiteLLM's own `load_config` and our reading of the same configurations: the documented ones, and one for each value of each form in each
 * field of LiteLLM's own definitions. Every run takes one field in eight.
 */
const EACH = FULL ? 1 : 8
const CORPUS = join(import.meta.dirname, '../../corpus')
/** The Python of a virtual environment with LiteLLM: then no lab host is needed. */
const PYTHON = process.env.LITELLM_PYTHON
let gateway: DeployedGateway

beforeAll(async () => {
  if (PYTHON !== undefined) return
  gateway = await startGateway()
  for (const name of ['load_config.py', 'fields.py'])
    await must(`mkdir -p /root/corpus && cat >/root/corpus/${name}`, readFileSync(join(CORPUS, name), 'utf8'))
})
afterAll(async () => {
  await gateway?.lab.stop()
})

async function must(script: string, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(script, { timeoutMs: 100 * 60_000, stdin })
  expect(code, stdout.slice(-2000) + stderr.slice(-2000)).toBe(0)
  return stdout
}

/** Runs one of the programs in LiteLLM's image, which serves nothing there and reaches nobody. */
async function inImage(program: string, stdin = ''): Promise<string> {
  if (PYTHON !== undefined)
    return execFileSync(PYTHON, [join(CORPUS, program)], {
      input: stdin,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  return await must(
    `podman run --rm -i --network=none -v /root/corpus:/corpus:ro --entrypoint=/bin/sh ${gateway.lab.image} -c 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" /corpus/${program}'`,
    stdin,
  )
}

async function loaded(
  cases: readonly { readonly name: string; readonly text: string }[],
): Promise<Map<string, Loaded>> {
  const lines = (await inImage('load_config.py', JSON.stringify(cases))).trim().split('\n')
  const answers = lines.filter((line) => line !== '').map((line): Loaded => JSON.parse(line))
  return new Map(answers.map((answer) => [answer.name, answer]))
}

it('documented configurations are what they are said to be, and what we make of them is the same to LiteLLM', async ({
  task,
}) => {
  const rendered = DOCUMENTED.flatMap(({ name, config }) => {
    const found = ours(config)
    return 'text' in found ? [{ name: `ours: ${name}`, text: found.text }] : []
  })
  const answers = await loaded([
    ...DOCUMENTED.map(({ name, config }) => ({ name, text: textOf(config) })),
    ...rendered,
  ])
  for (const { name, is, config } of DOCUMENTED) {
    const answer = answers.get(name)
    expect(answer && verdictOf(answer, config), `${name}: ${answer?.error}`).toBe(is)
    const same = answers.get(`ours: ${name}`)
    if (same === undefined) continue
    expect(same.accepted, `${name}: ${same.error}`).toBe(true)
    expect(same.models?.map((model) => model.name)).toEqual(answer?.models?.map((model) => model.name))
    expect(same.guardrails).toEqual(answer?.guardrails)
    for (const [key, value] of Object.entries(answer?.config ?? {}))
      if (LITELLM_SECTIONS.includes(key) && value !== null && key !== 'model_list')
        expect(same.config?.[key], `${key} of ${name}`).toEqual(
          MADE_HERE.has(key) ? expect.objectContaining(value as object) : value,
        )
    expect(parametersOf(same), name).toEqual(parametersOf(answer))
  }
  counted(
    task,
    `${DOCUMENTED.length} documented configurations, ${rendered.length} of them read again as ours`,
  )
})

/** Ours have the host's database and Redis in them. */
const MADE_HERE: ReadonlySet<string> = new Set(['router_settings', 'general_settings'])

/** Of each deployment all but the id that we give it. */
function parametersOf(loaded: Loaded | undefined): readonly unknown[] {
  const list = loaded?.config?.model_list
  return (Array.isArray(list) ? list : []).map(({ model_info, ...more }) => more)
}

it('each value of each field is taken, dropped or refused by both', async ({ task }) => {
  const fields: Fields = JSON.parse(await inImage('fields.py'))
  const cases = generated(fields).filter(({ field }) => isChosen(field))
  const verdicts = await verdictsOf(cases)
  const differing = cases.flatMap((one) => {
    const found = ours(one.config)
    const [takes, weTake] = [verdicts.get(one.name) === true, 'text' in found]
    if (takes === weTake || isAllowed(one, takes, 'codes' in found ? found.codes : [])) return []
    return [`${one.name} ${JSON.stringify(one.value)}: LiteLLM ${takes ? 'takes' : 'does not take'} it`]
  })
  expect(differing).toEqual([])
  counted(task, `${cases.length} values of ${new Set(cases.map(({ field }) => field)).size} fields`)
})

/** The same fields each time, from all over the tables. */
function isChosen(field: string): boolean {
  return [...field].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % EACH === 0
}

/** Whether LiteLLM serves what each value was put into. What it refuses together is asked again alone. */
async function verdictsOf(cases: readonly Generated[]): Promise<ReadonlyMap<string, boolean>> {
  const all = batches(cases)
  const first = await loaded(all)
  const again = all
    .filter(({ name, cases }) => first.get(name)?.accepted === false && cases.length > 1)
    .flatMap(({ cases }) =>
      cases.flatMap((one) => batches([one]).map((batch) => ({ ...batch, name: one.name }))),
    )
  const second = again.length === 0 ? new Map<string, Loaded>() : await loaded(again)
  return new Map(
    all.flatMap(({ name, cases }) =>
      cases.map((one) => {
        const { accepted, models = [] } = second.get(one.name) ?? first.get(name) ?? { accepted: false }
        return [one.name, accepted && models.some((model) => model.name === one.name)] as const
      }),
    ),
  )
}

/** Where we differ, and mean to. */
function isAllowed({ field, value }: Generated, takes: boolean, codes: readonly string[]): boolean {
  const [table = ''] = field.split('.')
  // LiteLLM keeps what it does not check, and fails with it later.
  if (takes) return codes.every((code) => OURS.has(code) || (code === 'wrong-type' && !CHECKED.has(table)))
  // Whether a provider can be made out is told where the price list is; what LiteLLM writes itself nobody declares.
  return (
    WRITTEN_BY_LITELLM.test(field) ||
    /^litellm_params\.(?:custom_llm_provider|model)$/.test(field) ||
    isNested(field, value)
  )
}

/** Secrets must not be committed, and what is the host's is not the user's to set. */
const OURS: ReadonlySet<string> = new Set([
  'literal-secret',
  'owned',
  'owned-variable',
  'value',
  'beside-missing',
])
const CHECKED: ReadonlySet<string> = new Set(['litellm_params', 'model_info'])
const WRITTEN_BY_LITELLM =
  /\.(?:db_model|member_auto_router|created_at|updated_at|ptu_effective_(?:from|to))$/

/** What is in a list or a mapping has forms of its own, and some settings of the gateway name code or need a licence. */
function isNested(field: string, value: unknown): boolean {
  return typeof value === 'object' || /^(?:general|router)_settings\./.test(field)
}
