import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { FULL } from '../lab/proof.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { configurations } from '../story/configurations.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile, PROVIDERS } from '../story/gateway-file.ts'

/**
 * For configurations over the whole of LiteLLM's format, on the real gateway: after a sync the plan is empty, and `import`
 * writes what was declared. Each is a rollout of half a minute; `npm run proof -- whole` makes more of them.
 */
const SEED = Number(process.env.SEED ?? 11)
const generated = fc.sample(configurations(), { seed: SEED, numRuns: FULL ? 20 : 1 })
const SECTIONS = [
  'model_list',
  'router_settings',
  'litellm_settings',
  'general_settings',
  'credential_list',
] as const
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'whole-'))
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

async function cli(...args: string[]): Promise<CliRun> {
  return await runCli(folder, args, { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })
}

/** Empty sections are none, and the order of deployments says nothing. */
function comparable(declared: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(
    SECTIONS.map((section) => {
      const value = declared[section] ?? {}
      const parts = Array.isArray(value) ? value : Object.entries(value)
      return [
        section,
        parts.map((part) => stringify(part, { sortMapEntries: true, aliasDuplicateObjects: false })).sort(),
      ]
    }),
  )
}

describe(`seed ${SEED}`, () => {
  test.each(generated.map((one, index) => [index, one] as const))(
    'number %i: the plan after a sync is empty, and import writes it as it was',
    async (_, configuration) => {
      const own = { router_settings: {}, litellm_settings: {}, environment_variables: PROVIDERS }
      const { model_list, ...more } = configuration
      const declared = gatewayFile(deployed.lab, { models: model_list, more: { ...own, ...more } })
      writeFileSync(join(folder, 'gateway.yaml'), declared)
      const run = await cli('sync')
      expect(run.code, `${run.stderr}\n${declared}`).toBe(0)
      const plan = await cli('plan')
      expect(plan.json.changes, declared).toEqual([])
      expect(plan.code).toBe(0)
      const imported = await cli('import', '--force')
      expect(imported.code, imported.stderr).toBe(0)
      expect(comparable(parse(readFileSync(join(folder, 'gateway.yaml'), 'utf8')))).toEqual(
        comparable(parse(declared)),
      )
      expect((await cli('plan')).json.changes).toEqual([])
    },
  )
})
