import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import type { Rehearsal } from '../../src/contract/programs/rehearsal.ts'
import type { OnEvent } from '../../src/contract/wire.ts'
import { deploy } from '../../src/host/deploy.ts'
import { observe } from '../../src/host/observe.ts'
import { rehearse } from '../../src/host/rehearsal.ts'
import type { Session } from '../../src/host/session.ts'
import { counted, FULL } from '../lab/proof.ts'
import { cutOff, kill, leftovers, sql } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, open, release, startGateway } from './gateway.ts'
import { withMigration } from './schema/litellm-of.ts'

/** One of each wire format; vertex_ai has none that a stand-in could speak. */
const MODELS = {
  anthropic: 'anthropic/claude-sonnet-4-20250514',
  azure: 'azure/gpt-4o',
  bedrock: 'bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0',
  gemini: 'gemini/gemini-2.5-flash',
  ollama: 'ollama/llama3.1',
  openai: 'openai/gpt-4o',
  openrouter: 'openrouter/openai/gpt-4o',
  perplexity: 'perplexity/sonar',
  vertex_ai: 'vertex_ai/gemini-2.5-pro',
} as const
const run = 'test'

let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  const entries = Object.entries(MODELS).map(
    ([provider, model]) =>
      `  - model_name: with-${provider}\n    litellm_params: {model: "${model}", api_key: os.environ/OPENAI_API_KEY, api_base: "https://${provider}.example"}\n    model_info: {id: id-of-${provider}}\n`,
  )
  const { config, env } = release()
  const more = { config: config.replace('litellm_settings:', `${entries.join('')}litellm_settings:`), env }
  await deploy(session, deployInput(gateway.lab, more))
  await sql(gateway, 'ALTER TABLE "LiteLLM_TagTable" ADD COLUMN mine text')
  await takeBackup(session, { run })
}, 600_000)
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const prices = Object.values(MODELS)
const migrating = (name: string, statements: string) =>
  withMigration(gateway.lab, `2099010${name}`, statements)

/** What a rehearsal must leave as it was, whatever it found. */
async function tried(image: string, seconds = 120): Promise<Rehearsal> {
  const before = (await observe(session, {})).gateway
  const found = await rehearse(session, { run, image, prices, seconds })
  expect(await leftovers(gateway)).toEqual([])
  expect((await gateway.lab.exec(`podman image exists ${image}`)).code).toBe(
    image === gateway.lab.image ? 0 : 1,
  )
  expect((await gateway.lab.exec('test -e /var/lib/litellm-gitops/rehearsal.json')).code).toBe(1)
  expect((await observe(session, {})).gateway?.release).toBe(before?.release)
  expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  return found
}

describe('a rehearsal beside the gateway', () => {
  it('of an image that would serve says so, with what its migrations do, and each provider tried', async ({
    task,
  }) => {
    const image = await migrating(
      '1000000_index',
      'ALTER TABLE "LiteLLM_TagTable" ADD COLUMN more text; CREATE INDEX ON "LiteLLM_VerificationToken" (spend); SELECT pg_sleep(2);',
    )
    const proof = await verifyBackup(session, { run })
    expect(proof.reason).toBeNull()
    const found = await tried(image)
    expect(found.reason).toBeNull()
    expect(found).toMatchObject({ ok: true, cleanedUp: true, rollback: 'forced', prices: [] })
    expect(found.steps.map(({ name }) => name)).toEqual(['image', 'prices', 'backup', 'migrations', 'start'])
    expect(found.migrations).toMatchObject({
      pending: ['20990101000000_index'],
      lost: [],
    })
    expect(found.migrations?.seconds).toBeGreaterThan(2)
    expect(found.migrations?.locks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ table: 'LiteLLM_TagTable', blocks: 'all' }),
        expect.objectContaining({ table: 'LiteLLM_VerificationToken', blocks: 'writes' }),
      ]),
    )
    expect(
      Object.fromEntries(found.providers.map(({ provider, ok, detail }) => [provider, ok ?? detail])),
    ).toEqual({
      ...Object.fromEntries(Object.keys(MODELS).map((provider) => [provider, true])),
      vertex_ai: 'there is no stand-in for it',
    })
    const times = found.seconds / Number(proof.seconds)
    // On a machine that does much else, the one of the two that waits longer is the slower one.
    if (FULL) expect(times).toBeLessThan(1.5)
    counted(task, `${found.seconds} s, ${times.toFixed(2)} times the proof of the same backup`)
  })

  it('finds a migration that fails', async () => {
    const found = await tried(await migrating('2000000_failing', 'SELECT no_such_function();'))
    expect(found).toMatchObject({
      ok: false,
      migrations: null,
      reason: expect.stringMatching(/^migrations: .*failed/),
    })
    expect(found.steps.at(-1)?.detail).toContain('no_such_function')
  })

  it('finds a migration that hangs, and says what it does', async () => {
    const found = await tried(await migrating('3000000_hanging', 'SELECT pg_sleep(1000);'), 15)
    expect(found.reason).toMatch(/did not end in time and were stopped.*pid \d+, litellm_owner.*SELECT/)
  })

  it('finds a migration that takes something away', async () => {
    const found = await tried(
      await migrating('4000000_destructive', 'ALTER TABLE "LiteLLM_TagTable" DROP COLUMN mine;'),
    )
    expect(found).toMatchObject({
      ok: true,
      migrations: { takes: ['LiteLLM_TagTable.mine'], lost: ['LiteLLM_TagTable.mine'] },
    })
  })

  it('finds a migration that would fill the disk, and stops it before it does', async () => {
    const image = await migrating(
      '5000000_filling',
      `CREATE TABLE filling AS SELECT repeat(md5(i::text), 50) FROM generate_series(1, 100000000) i;`,
    )
    const place = '/var/lib/litellm-gitops-scratch'
    const mount = `mkdir -m 711 ${place} && mount -t tmpfs -o size=1500m,mode=711 none ${place}`
    let mounted: Promise<unknown> | undefined
    const onEvent: OnEvent = (event) => {
      // What was there before is swept away first.
      if (event.name === 'image') mounted ??= gateway.lab.exec(mount)
    }
    const found = await rehearse(session, { run, image, prices: [] }, { onEvent })
    await mounted
    const { stdout } = await gateway.lab.exec(`ls ${place}; umount ${place} && rmdir ${place}`)
    expect(found.reason).toMatch(/would fill the disk: of a database of \d+ MiB they made more than \d+ MiB/)
    expect(stdout).toBe('')
    expect(await leftovers(gateway)).toEqual([])
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })

  it.each(FULL ? ['image', 'prices', 'backup', 'migrations', 'start'] : ['backup', 'start'])(
    'that is killed at the step %s leaves nothing',
    async (name) => {
      const image = await migrating('7000000_slow', 'SELECT pg_sleep(1);')
      const killed = rehearse(
        session,
        { run, image, prices },
        {
          onEvent: (event) => {
            if (event.event === 'step' && event.name === name && event.state === 'start')
              void kill(gateway, 'litellm-gitops-rehearsal.service')
          },
        },
      )
      await expect(killed).rejects.toMatchObject({ code: 'interrupted' })
      expect(await leftovers(gateway)).toEqual([])
      expect((await gateway.lab.exec(`podman image exists ${image}`)).code).toBe(1)
      expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    },
  )

  it.runIf(FULL)('that is cut off as by a loss of power is cleaned up by the next one', async () => {
    const image = await migrating('8000000_cut', 'SELECT pg_sleep(1);')
    const cut = rehearse(
      session,
      { run, image, prices },
      {
        onEvent: (event) => {
          if (event.event === 'step' && event.name === 'migrations' && event.state === 'start')
            void cutOff(gateway, 'litellm-gitops-rehearsal.service')
        },
      },
    )
    await expect(cut).rejects.toMatchObject({ code: 'interrupted' })
    expect((await tried(image)).reason).toBeNull()
  })
})
