import { expect, test } from 'vitest'
import { registryOf, registrySchema } from '../../../src/config/registry.ts'
import { manifestOf } from '../../../src/steps/manifest.ts'
import { declared } from '../doctor/healthy.ts'

const image = `ghcr.io/acme/litellm@sha256:${'a'.repeat(64)}`
const load = (registry?: unknown) =>
  declared({ litellm: { image, ...(registry === undefined ? {} : { registry }) } })
const placed = (registry?: unknown) =>
  JSON.parse(manifestOf(load(registry)).files['/etc/litellm/registry.json']?.content ?? '')

test('the host is told the names of the values, never these', () => {
  const password = 'os.environ/REGISTRY_TOKEN'
  expect(placed({ username: 'robot$pull', password })).toEqual({
    registry: 'ghcr.io',
    username: 'robot$pull',
    passwordFrom: 'REGISTRY_TOKEN',
  })
  expect(registryOf({ image, registry: { username: 'os.environ/REGISTRY_USER', password } })).toEqual({
    registry: 'ghcr.io',
    usernameFrom: 'REGISTRY_USER',
    passwordFrom: 'REGISTRY_TOKEN',
  })
  expect(load({ username: 'me', password }).secrets.map(({ name }) => name)).toContain('REGISTRY_TOKEN')
})

test('without a login the host drops the one that it has', () => expect(placed()).toBeNull())

test.each([
  { username: 'me' },
  { password: 'os.environ/X' },
  { username: 'me:you', password: 'os.environ/X' },
  { username: 'me you', password: 'os.environ/X' },
  { username: 'me', password: 'written-out' },
  { username: 'me', password: 'os.environ/X', email: 'me@example.com' },
])('refuses %o', (wrong) => expect(registrySchema.safeParse(wrong).success).toBe(false))

test('a password that is written out is an error with its place, and is not repeated', () => {
  expect(() => load({ username: 'me', password: 'ghp_abcdefABCDEF0123456789abcdef012345' })).toThrow(
    /^(?![\s\S]*ghp_)[\s\S]*gateway\.yaml:\d+:\d+/,
  )
})
