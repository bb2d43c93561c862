import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, formatProblem } from '../../../../src/config/problem.ts'
import { base, loadText } from '../../plan/applied.ts'

const { model_list: _models, budget_config: _budgets, ...own } = base
const HEAD = stringify(own)

function said(text: string): string {
  try {
    loadText(text)
    return ''
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { at } of error.problems) expect(at.line).toBeGreaterThan(0)
    return error.problems.map(formatProblem).join('\n')
  }
}
const PLACE = /^gateway\.yaml:\d+:\d+: /
const tens = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index))

describe('a document that would take minutes or much memory is refused in time, with its place', () => {
  test.each([
    [
      'an alias bomb',
      `x0: &x0 [a]\n${tens(9, (i) => `x${i + 1}: &x${i + 1} [${tens(10, () => `*x${i}`).join(', ')}]\n`).join('')}`,
      'aliases repeat more than',
    ],
    [
      'many aliases of a large mapping',
      `a: &a {${tens(3000, (i) => `k${i}: 1`).join(', ')}}\nb: [${tens(900, () => '*a').join(', ')}]`,
      'aliases repeat more than',
    ],
    ['a cycle of aliases', 'a: &a\n  b: *a', 'this alias is inside of what it repeats'],
    ['bytes', 'litellm_settings: {x: !!binary c2stbGl2ZS0xMjM0NTY3ODkw}', 'a tag is before this value'],
    ['a set', 'litellm_settings: !!set {? a, ? b}', 'a tag is before this value'],
    ['an ordered map', 'litellm_settings: {x: !!omap [a: 1]}', 'a tag is before this value'],
    ['a merge of a text', 'a:\n  <<: b', 'merges what is not a mapping'],
    ['a merge of a list of texts', 'a: &a 1\nb:\n  <<: [*a]', 'merges what is not a mapping'],
    ['a merge of an alias of nothing', 'b:\n  <<: *a', 'no anchor of its name'],
    ['a cycle by a merge', 'a: &a\n  <<: *a', 'this alias is inside of what it repeats'],
    ['an alias of nothing', 'a: *nothing', 'no anchor of its name'],
    ['brackets within brackets', `a: ${'['.repeat(100_000)}`, 'nested in each other'],
    ['and less of them', `a: ${'['.repeat(200)}${']'.repeat(200)}`, 'nested in each other'],
    ['dashes within dashes', `a:\n  ${'- '.repeat(5000)}x`, 'nested in each other'],
    ['a scalar of ten megabytes', `a: ${'x'.repeat(10_000_000)}`, 'characters, and 4194304 are read'],
    ['the same key many times', tens(8000, () => 'a: 1\n').join(''), 'more than 5000 keys'],
    ['unknown keys', tens(4000, (i) => `unknwn_kee_${i}: 1\n`).join(''), 'is not a key of gateway.yaml'],
    ['more keys than anybody has', tens(6000, (i) => `unknwn_kee_${i}: 1\n`).join(''), 'more than 5000 keys'],
    [
      'unknown keys of LiteLLM',
      `litellm_settings:\n${tens(4000, (i) => `  unknwn_kee_${i}: 1\n`).join('')}strict: true`,
      'more problems are not listed',
    ],
    [
      'a key that a pattern would be tried on',
      `litellm_settings: {"${'max_'.repeat(240)}": x}`,
      'has 960 characters',
    ],
  ])('%s', (_, more, why) => {
    const text = said(`${HEAD}${more.includes('model_list') ? '' : 'model_list: []\n'}${more}\n`)
    expect(text).toMatch(PLACE)
    expect(text).toMatch(new RegExp(why))
    expect(text.length).toBeLessThan(200_000)
    expect(process.cpuUsage().user).toBeGreaterThan(0)
  })

  test.each([
    ['plan_key', `${' '.repeat(60)}x`],
    ['plan_key', `${'ssh-ed25519 AAAA\n \n'.repeat(500)}x`],
    ['host_key', `${'\n'.repeat(15_000)}x`],
    ['host_key', `${' '.repeat(19_000)}x`],
  ])('%s, whose pattern once had too many ways', (key, value) => {
    const begun = process.cpuUsage()
    const { ssh } = own.vm
    expect(said(stringify({ ...own, vm: { ssh: { ...ssh, [key]: value } }, model_list: [] }))).toMatch(PLACE)
    expect(process.cpuUsage(begun).user).toBeLessThan(1e6)
  })
})

test('keys of both kinds are taken as they were', () => {
  const { ssh } = own.vm
  const keys = '# of the pull requests\nssh-ed25519 AAAA ci@example\n\n  ssh-rsa AAAA==\n'
  expect(said(stringify({ ...own, vm: { ssh: { ...ssh, plan_key: keys } }, model_list: [] }))).toBe('')
})

test.each(['../../x', 'a/b', 'pve?x=1', 'pve#', '..', '.', '-oX', 'a b', 'pve%2f'])(
  'the node of a Proxmox is part of an address: %j is none',
  (node) => {
    const proxmox = {
      ...{ api: 'https://pve.example:8006', node, storage: 'local-lvm', bridge: 'vmbr0' },
      ...{ address: '192.0.2.10/24', gateway: '192.0.2.1' },
      image: { url: 'https://cloud.example/x.qcow2', sha256: 'a'.repeat(64) },
    }
    expect(said(stringify({ ...own, vm: { proxmox }, model_list: [] }))).toContain('vm.proxmox.node is')
    expect(said(stringify({ ...own, vm: { proxmox: { ...proxmox, node: 'pve-1' } }, model_list: [] }))).toBe(
      '',
    )
  },
)
