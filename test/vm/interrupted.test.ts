import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proxmoxProvider } from '../../src/hypervisors/proxmox.ts'
import { type Parameters, ProxmoxApi } from '../../src/hypervisors/proxmox-api.ts'
import { DECLARED, type Pve, type SeenVm, startPve, WANTED } from './pve.ts'

/** A run that dies before its nth call: from then on it asks nothing. To die after a call is to die before the next one. */
class DyingApi extends ProxmoxApi {
  made = 0
  diesAt = Number.POSITIVE_INFINITY

  #alive(): void {
    this.made += 1
    if (this.made >= this.diesAt) throw new Error('the runner died')
  }
  override async get<T>(path: string, query?: Parameters): Promise<T> {
    this.#alive()
    return await super.get<T>(path, query)
  }
  override async post<T>(path: string, parameters?: Parameters): Promise<T> {
    this.#alive()
    return await super.post<T>(path, parameters)
  }
  override async put<T>(path: string, parameters?: Parameters): Promise<T> {
    this.#alive()
    return await super.put<T>(path, parameters)
  }
  override async delete<T>(path: string, query?: Parameters): Promise<T> {
    this.#alive()
    return await super.delete<T>(path, query)
  }
  override async upload(...file: Arguments<ProxmoxApi['upload']>): Promise<void> {
    this.#alive()
    await super.upload(...file)
  }
}
type Arguments<F extends (...args: never[]) => unknown> = F extends (...args: infer A) => unknown ? A : never

const quiet = () => {}
let pve: Pve
const dying = (diesAt?: number) => {
  const api = new DyingApi(pve.options)
  if (diesAt !== undefined) api.diesAt = diesAt
  return api
}
const seen = () => pve.call<SeenVm[]>('vms')
const seeds = async () =>
  (await pve.call<string[]>('files', 'images')).filter((file) => file.startsWith('iso/'))

async function startAnew(): Promise<void> {
  await proxmoxProvider(pve.api(), DECLARED).destroy(DECLARED.name, quiet)
  await pve.call('remove_files', 'images')
}

describe.each(['8.4.1', '9.0.10'])('Proxmox VE %s, at every call', (version) => {
  beforeAll(async () => {
    pve = await startPve(version)
  })
  afterAll(() => pve.stop())

  test('of making it: the next run finishes the same machine', async () => {
    const whole = dying()
    await proxmoxProvider(whole, DECLARED).converge(WANTED, quiet)
    expect(whole.made).toBeGreaterThan(20)
    for (let call = 1; call <= whole.made; call += 1) {
      await startAnew()
      await expect(proxmoxProvider(dying(call), DECLARED).converge(WANTED, quiet)).rejects.toThrow(/died/)
      const left = await seen()
      const made = await proxmoxProvider(pve.api(), DECLARED).converge(WANTED, quiet)
      expect(made, `died before call ${call}`).toMatchObject({
        running: true,
        size: WANTED.size,
        hostKey: expect.stringMatching(/^ssh-ed25519 \S+$/),
      })
      const now = await seen()
      expect(now, `died before call ${call}`).toHaveLength(1)
      if (left[0]) expect(now[0]?.config.description).toBe(left[0].config.description)
    }
    await startAnew()
  })

  test('of making it, and then destroyed: neither a machine nor its first configuration is left', async () => {
    const whole = dying()
    await proxmoxProvider(whole, DECLARED).converge(WANTED, quiet)
    for (let call = 1; call <= whole.made; call += 1) {
      await startAnew()
      await expect(proxmoxProvider(dying(call), DECLARED).converge(WANTED, quiet)).rejects.toThrow(/died/)
      await proxmoxProvider(pve.api(), DECLARED).destroy(DECLARED.name, quiet)
      expect(await seen(), `died before call ${call}`).toEqual([])
      expect(await seeds(), `died before call ${call}`).toEqual([])
    }
    await startAnew()
  })

  test('of removing it: the next run leaves nothing, not its private host key either', async () => {
    const whole = dying()
    await proxmoxProvider(pve.api(), DECLARED).converge(WANTED, quiet)
    await proxmoxProvider(whole, DECLARED).destroy(DECLARED.name, quiet)
    for (let call = 1; call <= whole.made; call += 1) {
      await proxmoxProvider(pve.api(), DECLARED).converge(WANTED, quiet)
      await expect(proxmoxProvider(dying(call), DECLARED).destroy(DECLARED.name, quiet)).rejects.toThrow(
        /died/,
      )
      await proxmoxProvider(pve.api(), DECLARED).destroy(DECLARED.name, quiet)
      expect(await seen(), `died before call ${call}`).toEqual([])
      expect(await seeds(), `died before call ${call}`).toEqual([])
    }
    await startAnew()
  })

  test('of taking back the seed: the next run takes it', async () => {
    await proxmoxProvider(pve.api(), DECLARED).converge(WANTED, quiet)
    const whole = dying()
    await proxmoxProvider(whole, DECLARED).forgetSeed(quiet)
    for (let call = 1; call <= whole.made; call += 1) {
      await startAnew()
      await proxmoxProvider(pve.api(), DECLARED).converge(WANTED, quiet)
      await expect(proxmoxProvider(dying(call), DECLARED).forgetSeed(quiet)).rejects.toThrow(/died/)
      await proxmoxProvider(pve.api(), DECLARED).forgetSeed(quiet)
      expect((await seen())[0]?.config.ide2, `died before call ${call}`).toBe('none,media=cdrom')
      expect(await seeds(), `died before call ${call}`).toEqual([])
    }
    await startAnew()
  })
})
