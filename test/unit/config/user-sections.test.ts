import { expect, test } from 'vitest'
import { userSections } from '../../../src/config/litellm/litellm-config.ts'

test('variables that the host sets are left out, each with the reason, and those of the user stay', () => {
  const { sections, dropped } = userSections({
    environment_variables: { REDIS_HOST: 'cache.example', DATABASE_URL: 'x', PORT: 4000, MY_NAME: 'a' },
  })
  expect(sections.environment_variables).toEqual({ MY_NAME: 'a' })
  expect(dropped.map(({ path }) => path)).toEqual([
    'environment_variables.REDIS_HOST',
    'environment_variables.DATABASE_URL',
    'environment_variables.PORT',
  ])
  expect(new Set(dropped.map(({ why }) => why))).toEqual(new Set(['the host makes and keeps it']))
})

test('a section of nothing else goes as a whole, and one of another form is not touched', () => {
  expect(userSections({ environment_variables: { REDIS_PORT: 6379 } }).sections.environment_variables).toBe(
    undefined,
  )
  expect(userSections({ environment_variables: ['A=b'] }).sections.environment_variables).toEqual(['A=b'])
})
