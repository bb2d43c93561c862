import { expect, test } from 'vitest'
import { layoutTable, triedMinors, upgradeTable, versionTable } from '../../scripts/versions.ts'
import { OLDEST_LITELLM, TRIED_LITELLM } from '../../src/contract/litellm.ts'
import { INSTALLABLE } from '../lab/versions.ts'

test('what the plan takes for tried is what the record of the proof shows, and is deployed', () => {
  const supported = triedMinors().filter(
    (minor) => Number(minor.split('.')[1]) >= Number(OLDEST_LITELLM.split('.')[1]),
  )
  expect(TRIED_LITELLM).toEqual(supported)
})

test('the tables of docs/versions.md have a row for each version and layout, and a cell for what was not run', () => {
  const rows = versionTable().split('\n')
  for (const version of INSTALLABLE)
    expect(rows.filter((row) => row.startsWith(`| ${version} |`))).toHaveLength(1)
  expect(rows.filter((row) => /\| *\|/.test(row))).toEqual([])
  expect(upgradeTable()).toContain('the oldest to the newest at once')
  expect(layoutTable().match(/^\| (?!inside).*\|$/gm)?.length).toBe(4)
})
