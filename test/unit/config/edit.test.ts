import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config/problem.ts'
import { edited } from '../../../src/config/yaml/edit.ts'

const OLD = `ghcr.io/berriai/litellm-database:v1.106.2@sha256:${'a'.repeat(64)}`
const NEW = `ghcr.io/berriai/litellm-database:v1.108.14@sha256:${'b'.repeat(64)}`

function changed(text: string): string {
  return edited('gateway.yaml', { read: () => text, list: () => [] }, [
    { path: ['litellm', 'image'], value: NEW },
    ...(text.includes('version:') ? [{ path: ['litellm', 'version'], value: '1.108.14' }] : []),
  ])
}

describe('the image alone is another one, and not a character besides', () => {
  test.each([
    ['plain', `# ours\ndomain: a.b   # c\nlitellm:\n    image:   ${OLD}   # pinned\n    workers: 4\n`],
    ['in double quotes', `litellm: {workers: 4, image: "${OLD}"} # one line\n`],
    ['in single quotes', `litellm:\n  image: '${OLD}'\n\n\nmodel_list: []\n`],
    ['with the line ends of Windows', `domain: a.b\r\nlitellm:\r\n  image: ${OLD}\r\n  workers: 4\r\n`],
    ['on the next line', `litellm:\n  image:\n    ${OLD}\n`],
    ['beside the same text elsewhere', `# ${OLD}\nnote: ${OLD}\nlitellm:\n  image: ${OLD}\n`],
    ['without an end of line', `litellm:\n  image: ${OLD}`],
    ['with a version', `litellm:\n  version: 1.106.2 # says so\n  image: ${OLD}\n`],
    ['with a version in quotes behind it', `litellm:\n  image: ${OLD}\n  version: "1.106.2"\n`],
    ['behind letters of other planes', `note: 😀 ü\nlitellm: {note: 😀, image: ${OLD}}\n`],
  ])('%s', (_, text) => {
    const last = text.lastIndexOf(OLD)
    const expected = `${text.slice(0, last)}${NEW}${text.slice(last + OLD.length)}`
    const withVersion = expected.replace(/(version: "?)1\.106\.2/, (_, before) => `${before}1.108.14`)
    expect(changed(text)).toBe(withVersion)
  })
})

describe('what is not written as it is, is refused with its place', () => {
  test.each([
    ['an alias', `x: &it ${OLD}\nlitellm:\n  image: *it\n`],
    ['an anchor that others use', `litellm:\n  image: &it ${OLD}\nx: *it\n`],
    ['a folded text', `litellm:\n  image: >-\n    ${OLD}\n`],
    ['with escapes', `litellm:\n  image: "\\x67${OLD.slice(1)}"\n`],
  ])('%s', (_, text) => {
    expect(() => changed(text)).toThrow(ConfigError)
    expect(() => changed(text)).toThrow(
      /^gateway\.yaml:\d+:\d+: litellm\.image is not written here as plain text/,
    )
  })
})
