import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INSIDES, type Inside } from '../../lab/image/insides.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import { FULL } from '../../lab/proof.ts'
import { type MainJob, mainJob } from './job.ts'

/** The main job with LiteLLM where the official images have it, as the user that they name; every run takes the one that is no root. */
const STEPS = ['plan', 'sync', 'rotate', 'backup', 'verify', 'restore'] as const
const TRIED: readonly Inside[] = FULL ? ['non_root', 'database', 'venv'] : ['non_root']

describe.each(TRIED)('%s', (inside) => {
  let lab: Lab
  let job: MainJob
  beforeAll(async () => {
    lab = await startLab({ images: [{ inside }], log: console.log })
    job = mainJob(lab)
  })
  afterAll(async () => {
    job?.end()
    await lab?.stop()
  })

  test(`${inside}: deploy`, () => job.deploy(lab.image))
  test(`${inside}: the user and the program are those of the image`, async () => {
    const { stdout } = await lab.exec('podman top litellm user args | sed 1d')
    const processes = stdout.trim().split('\n')
    expect(processes.filter((line) => !line.startsWith(INSIDES[inside].config.User ?? 'root'))).toEqual([])
    expect(stdout).toContain(inside === 'database' ? '/usr/bin/litellm' : '/app/.venv/bin/litellm')
  })
  test(`${inside}: the provider keys are in a file that only root reads`, async () => {
    const { stdout } = await lab.exec("stat -L -c '%a %U' /etc/litellm/env")
    expect(stdout.trim()).toBe('600 root')
  })
  for (const step of STEPS) test(`${inside}: ${step}`, () => job[step]())
})

describe.runIf(FULL)('a registry mirror that fetches what it does not have', () => {
  let lab: Lab
  let job: MainJob
  beforeAll(async () => {
    lab = await startLab({ log: console.log })
    job = mainJob(lab)
    const { code, stderr } = await lab.exec(MIRROR, { timeoutMs: 300_000 })
    expect(code, stderr).toBe(0)
  })
  afterAll(async () => {
    job?.end()
    await lab?.stop()
  })

  const named = () => lab.image.replace(/^[^/]+/, 'ghcr.io')
  test('mirror: deploy', () => job.deploy(named()))
  test('mirror: what serves is named by the registry that is declared', async () => {
    const { stdout } = await lab.exec(
      "podman inspect litellm --format '{{.ImageName}}'; ls /root/mirror/docker",
    )
    expect(stdout).toContain(named())
    expect(stdout).toContain('registry')
  })
  for (const step of STEPS) test(`mirror: ${step}`, () => job[step]())
})

/** A docker-registry on the host that asks the lab's, in the place of ghcr.io. */
const MIRROR = `set -e
apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y docker-registry >/dev/null
systemctl disable -q --now docker-registry
mkdir -p /root/mirror /etc/containers/registries.conf.d
cat >/root/mirror.yml <<'YML'
version: 0.1
storage: {filesystem: {rootdirectory: /root/mirror}}
http: {addr: "127.0.0.1:5001"}
proxy: {remoteurl: "http://registry.lab:5000"}
YML
systemd-run -q --unit=mirror docker-registry serve /root/mirror.yml
cat >/etc/containers/registries.conf.d/mirror.conf <<'CONF'
[[registry]]
location = "ghcr.io"
[[registry.mirror]]
location = "127.0.0.1:5001"
insecure = true
CONF
`
