import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploy } from '../../src/host/deploy.ts'
import { HostProgramError } from '../../src/host/errors.ts'
import { observe } from '../../src/host/observe.ts'
import { rollback } from '../../src/host/rollout.ts'
import type { Session } from '../../src/host/session.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted, FULL } from '../lab/proof.ts'
import { derivedImage } from './derived-image.ts'
import {
  chat,
  type DeployedGateway,
  deployInput,
  manifestFor,
  open,
  release,
  startGateway,
} from './gateway.ts'

let gateway: DeployedGateway
let session: Session
let newer: string
/** The release that served `newer`. */
let upgraded: string

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  newer = await derivedImage(gateway.lab, ['LABEL generation=2'])
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

/** Clients that never pause take the machine for themselves: three times as long, to show the same. */
const [REQUESTS, PAUSE_MS] = FULL ? [5_000, 0] : [300, 1_000]

const serving = async () => (await observe(session, {})).gateway

describe('under constant load of eight clients, half of them six-second streams', () => {
  let load: LoadHandle
  beforeAll(async () => {
    const { url, key } = gateway
    load = await startLoad({
      url,
      key,
      plain: { model: 'gpt-4', pauseMs: PAUSE_MS },
      stream: { model: 'streamed' },
    })
  })

  it('a deploy with a new image and a new configuration is rolled out', async () => {
    const input = deployInput(gateway.lab, release('second'))
    const result = await deploy(session, { ...input, image: newer })
    expect(result).toMatchObject({ outcome: 'rolled-out', cut: 0 })
    expect(result.changed).toEqual([`${newer} pulled`, 'schema migrated', 'release'])
    expect(await serving()).toMatchObject({ image: newer, healthy: true })
    upgraded = result.release ?? expect.fail('no release')
    expect((await chat(gateway, 'second')).status).toBe(200)
  })

  it('a rollback serves the earlier image and configuration again', async () => {
    const result = await rollback(session, { run: 'back' })
    expect(result).toMatchObject({ outcome: 'rolled-out', cut: 0 })
    expect(await serving()).toMatchObject({ image: gateway.lab.image, healthy: true })
    expect((await chat(gateway, 'second')).status).toBe(400)
  })

  it.runIf(FULL)('a change of the scripts and units on the host is rolled out', async () => {
    const manifest = manifestFor(gateway.lab)
    const unit = '/etc/containers/systemd/litellm.container'
    const file = manifest.files[unit] ?? expect.fail('no unit')
    const files = {
      ...manifest.files,
      [unit]: { ...file, content: `${file.content}\n# another generation\n` },
    }
    const result = await deploy(session, { ...deployInput(gateway.lab), manifest: { ...manifest, files } })
    expect(result).toMatchObject({ outcome: 'rolled-out', changed: [unit, 'release'], cut: 0 })
  })

  it('and no request is lost', async ({ task }) => {
    await expect
      .poll(async () => (await load.progress()).requests, { timeout: 300_000, interval: 1_000 })
      .toBeGreaterThanOrEqual(REQUESTS)
    const report = await load.stop()
    counted(
      task,
      `${report.requests} requests, ${report.streams} of them streams, ${report.failed} failed, in ${report.seconds.toFixed(0)} s`,
    )
    expect(report.failures).toEqual([])
  })
})

describe('an upgrade that cannot be made is refused, and the gateway serves on as before', () => {
  const refusal = async (image: string) => {
    const before = await serving()
    const error = await deploy(session, { ...deployInput(gateway.lab), image }).then(
      () => expect.fail('it was not refused'),
      (reason: HostProgramError) => reason,
    )
    expect(error).toBeInstanceOf(HostProgramError)
    const { lab } = gateway
    const { stdout } = await lab.exec(
      `podman image exists ${image} && echo there; systemctl is-active litellm`,
    )
    expect(stdout.trim().split('\n').at(-1)).toBe('active')
    expect((await serving())?.release).toBe(before?.release)
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    return { code: error.code, message: error.message, log: error.log, kept: stdout.startsWith('there') }
  }

  const badImage = () =>
    derivedImage(gateway.lab, ['COPY site-packages /usr/lib/python3/site-packages'], {
      from: 'scratch',
      prepare:
        'mkdir -p "$context/site-packages/litellm-1.82.7.dist-info"; touch "$context/site-packages/litellm-1.82.7.dist-info/METADATA"',
    })

  it('a version that is known to be bad, before anything of it was run', async () => {
    const { code, message, kept } = await refusal(await badImage())
    expect({ code, kept }).toEqual({ code: 'known-bad', kept: false })
    expect(message).toContain('LiteLLM 1.82.7')
  })

  it('the same when the image is on the host already, as after a run that died before it looked', async () => {
    const bad = await badImage()
    const pulled = await gateway.lab.exec(`podman pull --quiet ${bad}`, { timeoutMs: 120_000 })
    expect(pulled.code, pulled.stderr).toBe(0)
    const { code, kept } = await refusal(bad)
    expect({ code, kept }).toEqual({ code: 'known-bad', kept: false })
  })

  it('an image that the registry does not have', async () => {
    const absent = gateway.lab.image.replace(/.{8}$/, '00000000')
    expect(await refusal(absent)).toMatchObject({
      code: 'image-pull',
      message: expect.stringContaining(absent),
    })
  })

  it('an image whose registry is down', async () => {
    const nobody = gateway.lab.image.replace(/:\d+\//, ':9/')
    expect(await refusal(nobody)).toMatchObject({
      code: 'image-pull',
      message: expect.stringContaining(nobody),
    })
  })

  it('migrations that fail', async () => {
    const find =
      'find "$(podman image mount IMAGE)" -type d -path "*/litellm_proxy_extras/migrations" | head -1'
    const { lab } = gateway
    const { stdout } = await lab.exec(find.replace('IMAGE', lab.image))
    const inside = stdout.trim().replace(/^.*\/(merged|diff)\//, '/')
    const failing = await derivedImage(lab, [`COPY failing ${inside}/20990101000000_failing`], {
      prepare:
        'mkdir "$context/failing"; echo "SELECT no_such_function();" >"$context/failing/migration.sql"',
    })
    const { code, message, log } = await refusal(failing)
    expect(code).toBe('migration')
    expect(message).toContain('Nothing serves the new image yet')
    expect(log.join('\n')).toContain('no_such_function')
  })

  it('a disk without room for a release', async () => {
    const { lab } = gateway
    await lab.exec(
      'cp -a /etc/litellm /root/etc-litellm && mount -t tmpfs -o size=8m,mode=755 none /etc/litellm && cp -a /root/etc-litellm/. /etc/litellm/',
    )
    const { code, message } = await refusal(newer)
    await lab.exec('umount /etc/litellm; rm -r /root/etc-litellm')
    expect(code).toBe('disk-full')
    expect(message).toContain('The gateway keeps serving')
  })

  it('a rollback over migrations that the earlier image does not know', async () => {
    const { lab } = gateway
    const query = (text: string) =>
      lab.exec('runuser -u postgres -- psql -X -q -d litellm', { stdin: text, timeoutMs: 20_000 })
    await query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ('test', '', '20990102000000_later', now(), now(), 1);",
    )
    await expect(rollback(session, { run: 'back', to: upgraded })).rejects.toMatchObject({
      code: 'schema-moved',
      message: expect.stringMatching(
        /has had 1 migration \(20990102000000_later\) that .* does not know.*restore/,
      ),
    })
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    await query("DELETE FROM _prisma_migrations WHERE id = 'test';")
  })
})
