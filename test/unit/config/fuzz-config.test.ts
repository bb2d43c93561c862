import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../src/config/desired.ts'
import keys from '../../../src/config/litellm/litellm-keys.json' with { type: 'json' }
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { diff } from '../../../src/plan/diff.ts'
import { cases, counted, FULL } from '../../lab/proof.ts'
import { applied, base, NOW } from '../plan/applied.ts'

/**
 * Declarations that nobody meant: samples with damage, and documents made of LiteLLM's keys and of whatever else. Whatever stands in them,
 * each is taken or refused with places, in time, and no secret that was planted is in what is said of it.
 */
const DOCUMENTS = cases(80, 40_000)
const SAMPLES = ['valid', 'invalid'].flatMap((kind) => {
  const folder = join(import.meta.dirname, '../../samples', kind)
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
})
/** One has a form that is known wherever it stands; the other is one only by its place, which damage would take from it. */
const FORM = 'sk-CaNaRy0123456789abcdef'
const PLACED = 'zQcAnArY7'
const SECRET_KEYS = [
  'api_key',
  'aws_secret_access_key',
  'redis_password',
  'x_token',
  'organization_pw',
  'dsn',
  'authorization',
]

/** The same documents at each run: a failure names its number. */
function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  const one = <T>(items: readonly T[]): T => items[below(items.length)] as T
  return { below, one }
}
type Random = ReturnType<typeof randomOf>

const ODD = [
  ...['\0', '\u0085', '\u2028', '\u202e', '\ufeff', '\r', '\t', '\x1b[31m', '\ud800', '👩\u200d💻', '\u00ad'],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '!!binary ',
    '!!set ',
    '? ',
    '- ',
    ': ',
    '|\n',
    '>-\n',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '# ',
    '`',
    '"',
    "'",
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    '~',
    '__proto__: ',
    'constructor: ',
    'toString: 1\n',
    '.inf',
    '.nan',
    '1e999',
    '0x1f',
    '9'.repeat(400),
  ],
  ...[
    'os.environ/',
    'os.environ/LITELLM_MASTER_KEY',
    'os.environ/PATH',
    'oidc/file//proc/self/environ',
    '$\u007bX}',
    '::stop-commands::x',
  ],
  ...[
    '{a,b}'.repeat(20),
    '[['.repeat(50),
    '- '.repeat(70),
    'max_'.repeat(60),
    ' '.repeat(500),
    'x'.repeat(5000),
  ],
]
const PLANTED = [
  FORM,
  `"${FORM}": `,
  `# ${FORM}\n`,
  `&${FORM} `,
  `*${FORM}`,
  `!${FORM} `,
  `https://u:${PLACED}@x.example`,
  `https://x.example/v1?api_key=${PLACED}`,
]

function damaged(random: Random): string {
  let text = random.one(SAMPLES)
  const plants = random.below(3) === 0
  for (let count = 1 + random.below(random.one([2, 6])); count > 0; count -= 1) {
    const at = random.below(text.length + 1)
    const to = Math.min(at + random.below(60), text.length)
    const lines = text.split('\n')
    const line = random.below(lines.length)
    text = random.one([
      () => text.slice(0, at) + random.one(ODD) + text.slice(at),
      () => text.slice(0, at) + (plants ? random.one(PLANTED) : String(random.below(99))) + text.slice(at),
      () => text.slice(0, at) + text.slice(to),
      () => text.slice(0, to) + text.slice(at),
      () => lines.with(line, `${' '.repeat(random.below(9))}${lines[line]?.trim()}`).join('\n'),
      () => lines.toSpliced(line, 1, random.one(lines), random.one(lines)).join('\n'),
      () =>
        lines
          .with(
            line,
            `${lines[line]?.split(':')[0]}: ${random.one(plants ? [...ODD, ...PLANTED] : ['1', 'text', 'true', random.one(ODD)])}`,
          )
          .join('\n'),
    ])()
  }
  return text
}

const SECTIONS = [
  'litellm_params',
  'model_info',
  'router_settings',
  'litellm_settings',
  'general_settings',
  'cache_params',
] as const

function composed(random: Random): string {
  const isOdd = random.below(2) === 0
  const plants = random.below(3) === 0
  const value = (depth: number): unknown =>
    random.one<() => unknown>([
      () =>
        random.one([
          'text',
          '',
          'https://x.example',
          'http://169.254.169.254',
          's3://b/m.h',
          'os.environ/KEY',
          plants ? FORM : 'text',
        ]),
      () => (isOdd ? random.one(ODD) : 'text'),
      () => random.one([0, -1, 1.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY, 123456789]),
      () => random.one([true, null]),
      () => (depth > 3 ? 1 : Array.from({ length: random.below(4) }, () => value(depth + 1))),
      () => (depth > 3 ? 1 : mapping(depth + 1)),
    ])()
  const mapping = (depth: number) => {
    const section = Object.keys(keys[random.one(SECTIONS)])
    const found = Array.from({ length: random.below(5) }, (): [string, unknown] => {
      const secret = plants && random.below(4) === 0
      return secret
        ? [random.one(SECRET_KEYS), PLACED]
        : [isOdd && random.below(5) === 0 ? random.one(ODD) : random.one(section), value(depth)]
    })
    return Object.fromEntries(found)
  }
  const models = Array.from({ length: random.below(4) }, () =>
    isOdd && random.below(5) === 0
      ? value(0)
      : {
          model_name: value(3),
          litellm_params: { model: random.one(['openai/a', 'x', plants ? FORM : 'groq/b']), ...mapping(0) },
        },
  )
  const parts = [
    'router_settings',
    'litellm_settings',
    'general_settings',
    'environment_variables',
    'credential_list',
    'budget_config',
    'backup',
    'rotate',
    'firewall',
    'include',
    'prune',
    'vm',
  ]
  const more = Object.fromEntries(
    parts.flatMap((part) => (isOdd && random.below(4) === 0 ? [[part, value(0)]] : [])),
  )
  return stringify({ ...base, model_list: models, ...more }, { lineWidth: 0 })
}

test(`${DOCUMENTS} documents are taken, or refused with places, in time and without a secret`, {
  timeout: 30 * 60_000,
}, ({ task }) => {
  let refused = 0
  let slowest = 0
  let most = 0
  for (let seed = 1; seed <= DOCUMENTS; seed += 1) {
    const random = randomOf(seed)
    const text = random.below(3) === 0 ? composed(random) : damaged(random)
    const begun = process.cpuUsage()
    const said = outcomeOf(text, seed)
    slowest = Math.max(slowest, process.cpuUsage(begun).user / 1e6)
    most = Math.max(most, process.memoryUsage().heapUsed)
    if (said.refused) refused += 1
    expect(said.text, `document ${seed}`).not.toMatch(/CaNaRy0123|zQcAnArY7/)
  }
  // The worker of the tests shares its processor time with others: the proof runs alone.
  if (FULL) {
    expect(slowest).toBeLessThan(2)
    expect(most).toBeLessThan(300 * 2 ** 20)
  }
  // Both kinds are there, or the documents test nothing.
  expect(refused).toBeGreaterThan(DOCUMENTS / 4)
  expect(refused).toBeLessThan(DOCUMENTS)
  counted(
    task,
    `${DOCUMENTS} documents, ${refused} refused; the slowest took ${slowest.toFixed(2)} s, the heap had ${(most / 2 ** 20).toFixed(0)} MiB at most`,
  )
})

/** All that is said of a document: problems when it is refused, or warnings and what the plan says of destinations. */
function outcomeOf(text: string, seed: number): { readonly refused: boolean; readonly text: string } {
  try {
    const desired = loadDesired('gateway.yaml', { read: () => text, list: () => [] })
    const notes = diff(desired, { ...applied(desired), gateway: null }, NOW).notes.map((note) => note.text)
    return { refused: false, text: [...desired.warnings.map(formatProblem), ...notes].join('\n') }
  } catch (error) {
    if (!(error instanceof ConfigError))
      throw new Error(`document ${seed} made another error`, { cause: error })
    for (const { at, message, fix } of error.problems) {
      expect(at.file).toBe('gateway.yaml')
      expect(
        Math.min(at.line, at.column, message.length, fix.length),
        `document ${seed}: ${message}`,
      ).toBeGreaterThan(0)
    }
    return { refused: true, text: error.message }
  }
}
