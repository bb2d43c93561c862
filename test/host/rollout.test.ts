import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ReleaseContent } from '../../src/contract/programs/rollout.ts'
import type { HostEvent } from '../../src/contract/wire.ts'
import type { HostProgramError } from '../../src/host/errors.ts'
import { observe } from '../../src/host/observe.ts'
import { rollout } from '../../src/host/rollout.ts'
import type { Session } from '../../src/host/session.ts'
import { startLoad } from '../lab/load/load.ts'
import { memory } from '../lab/memory.ts'
import { counted, FULL } from '../lab/proof.ts'
import { WORKERS as LAB_WORKERS } from '../story/gateway-file.ts'
import { canary, chat, type DeployedGateway, open, release, startGateway, stepsOf } from './gateway.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 900_000 })

/** All of the README's where everything is gone through: the swap, its memory and its proof are of each of them. */
const WORKERS = FULL ? 4 : LAB_WORKERS
const GIB = 1024 ** 3
let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway(WORKERS)
  session = await open(gateway.lab)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

/** What must be the same before and after something that was refused. */
async function standing() {
  const { stdout } = await gateway.lab.exec(
    'readlink /etc/litellm/config.yaml /etc/litellm/env /etc/litellm/slots/main; ls /etc/litellm/releases; ' +
      'systemctl is-active litellm litellm-standby; systemctl show -p MainPID litellm; ls /run/litellm-gitops',
  )
  return stdout
}

async function refusal(work: Promise<unknown>): Promise<HostProgramError> {
  return await work.then(
    () => expect.fail('it was not refused'),
    (error: HostProgramError) => error,
  )
}

describe('a rollout', () => {
  /** Rolls out a model that is not served yet, and looks that it went from step to step and is served then. */
  async function rollsOut(model: string, content: ReleaseContent): Promise<void> {
    expect((await chat(gateway, model)).status).toBe(400)
    const events: HostEvent[] = []
    const result = await rollout(
      session,
      { release: content, probe: { models: ['gpt-4', model] }, run: model },
      { onEvent: (event) => events.push(event) },
    )
    for (const event of events) if (event.event === 'step' && event.state !== 'start') console.log(event)
    expect((await chat(gateway, model)).status).toBe(200)
    expect(result).toMatchObject({ outcome: 'rolled-out', cut: 0 })
    expect(stepsOf(events)).toEqual([
      'release',
      'standby',
      'switch',
      'drain main',
      'main',
      'switch back',
      'drain standby',
      'finish',
    ])
  }

  it('goes from step to step', async () => {
    // Without the provider's key, which the host has.
    const { config } = release('added')
    await rollsOut('added', { config, env: {} })
  })

  it('leaves one slot, the published release and no flag behind', async () => {
    const { stdout } = await gateway.lab.exec(
      'systemctl is-active litellm litellm-standby caddy; ls -A /run/litellm-gitops; podman ps --format "{{.Names}}"',
    )
    expect(stdout.trim().split('\n')).toEqual([
      'active',
      'inactive',
      'active',
      'audit.lock',
      'change.lock',
      'litellm',
    ])
    const seen = await observe(session, {})
    expect(seen.interrupted).toBeNull()
    expect(seen.gateway).toMatchObject({ healthy: true, workers: WORKERS, problem: null })
    expect(seen.gateway?.config).toMatchObject({
      model_list: ['gpt-4', 'streamed', 'added'].map((name) => ({ model_info: { id: `id-of-${name}` } })),
    })
    expect(seen.gateway?.models).toEqual([])
    for (const name of ['gpt-4', 'streamed', 'added'])
      expect((await chat(gateway, name)).status, name).toBe(200)
  })

  it('keeps the provider key that it was not given', async () => {
    await gateway.lab.upstream.behave({ requireKey: canary })
    expect((await chat(gateway, 'added')).status).toBe(200)
    const seen = await observe(session, { secrets: { OPENAI_API_KEY: `${canary}\n`, NEW: 'x' } })
    const { OPENAI_API_KEY: kept, NEW: fresh } = seen.gateway?.env ?? {}
    expect(kept?.live).toMatch(/^[0-9a-f]{16}$/)
    expect(kept?.given).toBe(kept?.live)
    expect(fresh).toEqual({ live: null, given: expect.stringMatching(/^[0-9a-f]{16}$/) })
  })

  it('of the same release does nothing', async () => {
    const before = await standing()
    const again = await rollout(session, { release: release('added'), run: 'again' })
    expect(again.outcome).toBe('unchanged')
    expect(await standing()).toBe(before)
  })

  // The story does so in every run, through the workflows.
  it.runIf(FULL)(
    'loses no request of eight clients, half of them six-second streams, and stays under 4 GiB',
    async ({ task }) => {
      const load = await startLoad({
        url: gateway.url,
        key: gateway.key,
        clients: 8,
        plain: { model: 'gpt-4' },
        stream: { model: 'streamed' },
      })
      await vi.waitFor(async () => expect((await load.progress()).streams).toBeGreaterThan(3), 60_000)
      let most = 0
      let done = false
      const watching = (async () => {
        while (!done) {
          most = Math.max(most, (await memory(gateway.lab)).totalBytes)
          await new Promise((resolve) => setTimeout(resolve, 1_000))
        }
      })()
      await rollsOut('loaded', release('loaded'))
      await vi.waitFor(async () => expect((await load.progress()).requests).toBeGreaterThanOrEqual(3_000), {
        timeout: 400_000,
        interval: 1_000,
      })
      const report = await load.stop()
      done = true
      await watching
      counted(
        task,
        `${report.requests} requests, ${report.streams} of them streams, ${report.failed} failed, in ${report.seconds.toFixed(0)} s; ` +
          `p50 ${report.p50Ms.toFixed(0)} ms, p99 ${report.p99Ms.toFixed(0)} ms; at most ${(most / GIB).toFixed(2)} GiB on the host`,
      )
      expect(report.failures).toEqual([])
      expect(report.failed).toBe(0)
      expect(report.requests).toBeGreaterThanOrEqual(3_000)
      expect(most).toBeLessThan(4 * GIB)
    },
  )
})

describe('what is refused leaves the gateway as it was', () => {
  type Refused = [string, () => ReturnType<typeof release>, RegExp, string]
  /** LiteLLM itself does not start with them: each takes a start of it, and gateway.test.ts has one in every run. */
  const neverUp: Refused[] = [
    [
      'an unknown routing strategy',
      () => ({
        ...release(),
        config: `${release().config}router_settings: {routing_strategy: no-such-strategy}\n`,
      }),
      /no-such-strategy|routing/i,
      'unhealthy',
    ],
    [
      'a file that is no YAML',
      () => ({ ...release(), config: 'model_list: [' }),
      /yaml|pars|expected/i,
      'unhealthy',
    ],
  ]
  const refused: Refused[] = [
    [
      'a model of a provider that does not exist',
      () => ({ ...release(), config: release('odd').config.replace('openai/odd', 'no-such-provider/odd') }),
      /odd/,
      'unhealthy',
    ],
    [
      'a reference without a value',
      () => ({ ...release(), config: release().config.replace('OPENAI_API_KEY', 'NOBODY_GAVE_IT') }),
      /NOBODY_GAVE_IT/,
      'env-missing',
    ],
    [
      'a value of several lines',
      () => ({ ...release(), env: { OPENAI_API_KEY: 'a\nb' } }),
      /OPENAI_API_KEY/,
      'env-value',
    ],
  ]

  const isRefused = async (_: string, content: Refused[1], message: RegExp, code: string) => {
    const before = await standing()
    const error = await refusal(rollout(session, { release: content(), run: 'refused' }))
    console.log(`${error.code}: ${error.message}`)
    expect(error.code).toBe(code)
    expect(`${error.message}\n${error.log.join('\n')}`).toMatch(message)
    expect(error.log.length).toBeLessThanOrEqual(40)
    expect(JSON.stringify(error)).not.toContain(canary)
    expect(await standing()).toBe(before)
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    expect((await observe(session, {})).interrupted).toBeNull()
  }
  it.runIf(FULL).each(neverUp)('%s', isRefused)
  it.each(refused)('%s', isRefused)

  it.runIf(FULL)('a probe model that is not declared', async () => {
    const before = await standing()
    const given = { release: release('other'), probe: { models: ['no-such-model'] }, run: 'probe' }
    const error = await refusal(rollout(session, given))
    expect(error.code).toBe('unhealthy')
    expect(error.message).toContain('no-such-model')
    expect(await standing()).toBe(before)
  })

  it('an image that the host does not have', async () => {
    const image = `registry.lab:5000/berriai/litellm-database@sha256:${'0'.repeat(64)}`
    const error = await refusal(rollout(session, { release: release(), image, run: 'image' }))
    expect(error.code).toBe('image-missing')
  })
})
