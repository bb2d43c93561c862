import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { OnEvent } from '../../src/contract/wire.ts'
import { observe } from '../../src/host/observe.ts'
import { recover, rollout } from '../../src/host/rollout.ts'
import type { Session } from '../../src/host/session.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { chat, type DeployedGateway, open, release, startGateway } from './gateway.ts'

const UNIT = 'litellm-gitops-rollout.service'
let gateway: DeployedGateway
let session: Session
let load: LoadHandle

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  const { url, key } = gateway
  load = await startLoad({
    url,
    key,
    clients: 3,
    plain: { model: 'gpt-4', pauseMs: 20 },
    stream: { model: 'streamed' },
  })
})
afterAll(async () => {
  await load?.stop()
  session?.close()
  await gateway?.lab.stop()
})

async function nothingLost(): Promise<void> {
  expect((await load.progress()).failures).toEqual([])
}

/** Does `what` once when the step begins. */
function at(step: string, what: () => void): OnEvent {
  let done = false
  return (event) => {
    if (done || event.event !== 'step' || event.state !== 'start' || event.name !== step) return
    done = true
    what()
  }
}

/** Begins a rollout and lets its unit die for good (no restart by systemd) when `step` begins. */
async function dieAt(step: string, model: string): Promise<void> {
  const begun = rollout(
    session,
    { release: release(model), probe: { models: [model] }, run: 'dies' },
    { onEvent: at(step, () => void gateway.lab.exec(`systemctl stop ${UNIT}`)) },
  )
  await expect(begun).rejects.toMatchObject({ code: 'interrupted' })
  expect((await observe(session, {})).interrupted).toMatchObject({ kind: 'rollout' })
}

describe('a rollout whose unit is killed at every step', () => {
  it('goes on by itself each time, and no request is lost', async () => {
    const killed = new Set<string>()
    const result = await rollout(
      session,
      { release: release('killed'), probe: { models: ['killed'] }, run: 'killed' },
      {
        onEvent: (event) => {
          if (event.event !== 'step' || event.state !== 'start' || killed.has(event.name)) return
          if (event.name === 'release') return
          killed.add(event.name)
          void gateway.lab.exec(`systemctl kill -s KILL ${UNIT}`)
        },
      },
    )
    expect(result).toMatchObject({ outcome: 'rolled-out', resumed: true })
    expect([...killed]).toEqual(
      expect.arrayContaining([
        'standby',
        'switch',
        'drain main',
        'main',
        'switch back',
        'drain standby',
        'finish',
      ]),
    )
    expect((await chat(gateway, 'killed')).status).toBe(200)
    const seen = await observe(session, {})
    expect(seen.interrupted).toBeNull()
    expect(seen.gateway).toMatchObject({ release: result.release, healthy: true })
    expect(
      (await gateway.lab.exec('systemctl is-active litellm-standby; ls /run/litellm-gitops')).stdout,
    ).toBe('inactive\naudit.lock\nchange.lock\n')
    await nothingLost()
  })
})

describe('a rollout that died for good', () => {
  it('before the traffic moved is undone', async () => {
    const before = (await observe(session, {})).gateway?.release
    await dieAt('standby', 'early')
    await nothingLost()
    expect(await recover(session, { run: 'next' })).toMatchObject({ outcome: 'undone' })
    expect((await observe(session, {})).gateway?.release).toBe(before)
    expect((await gateway.lab.exec('systemctl is-active litellm-standby')).stdout.trim()).toBe('inactive')
    await nothingLost()
  })

  it('while main was being replaced is finished, and standby serves meanwhile', async () => {
    await dieAt('main', 'late')
    expect((await chat(gateway, 'late')).status).toBe(200)
    await nothingLost()
    expect(await recover(session, { run: 'next' })).toMatchObject({ outcome: 'finished' })
    expect((await chat(gateway, 'late')).status).toBe(200)
    expect(await recover(session, { run: 'next' })).toEqual({ outcome: 'none' })
    await nothingLost()
  })
})

describe('a runner that vanishes', () => {
  it('does not stop the rollout', async () => {
    const runner = await open(gateway.lab)
    const begun = rollout(
      runner,
      { release: release('orphan'), probe: { models: ['orphan'] }, run: 'orphan' },
      { onEvent: at('standby', () => runner.close()) },
    )
    await expect(begun).rejects.toThrow(/continues there/)
    // The next run waits for it by itself.
    expect(await rollout(session, { release: release('orphan'), run: 'next' })).toMatchObject({
      outcome: 'unchanged',
    })
    expect((await chat(gateway, 'orphan')).status).toBe(200)
    await nothingLost()
  })
})

describe('a machine that reboots in the middle of a rollout', () => {
  it('serves again by itself, and the next run brings the rollout to an end', async () => {
    await load.stop()
    const begun = rollout(
      session,
      { release: release('rebooted'), probe: { models: ['rebooted'] }, run: 'reboot' },
      { onEvent: at('main', () => void gateway.lab.exec('systemctl reboot').catch(() => {})) },
    )
    await expect(begun).rejects.toThrow()
    session.close()
    await vi.waitFor(async () => expect((await chat(gateway, 'gpt-4')).status).toBe(200), {
      timeout: 120_000,
      interval: 1_000,
    })
    session = await open(gateway.lab)
    expect((await observe(session, {})).interrupted).toMatchObject({ kind: 'rollout' })
    const result = await rollout(session, { release: release('rebooted'), run: 'next' })
    expect(['rolled-out', 'unchanged']).toContain(result.outcome)
    expect((await chat(gateway, 'rebooted')).status).toBe(200)
    expect((await observe(session, {})).interrupted).toBeNull()
  })
})
