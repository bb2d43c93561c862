import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { labMirror } from '../../lab/mirror.ts'
import { counted } from '../../lab/proof.ts'
import { type MainJob, mainJob } from './job.ts'

/**
 * The main job on Debian 13 with what Ubuntu 24.04 has of each component, or with what is older still: Redis 7.0 and PostgreSQL 15 (16 there), from
 * Debian 12. Caddy is 2.6 in all three. Debian 12's podman, 4.3, cannot run the units: Quadlet is from 4.4 on.
 */
const STEPS = ['plan', 'sync', 'budgets', 'rotate', 'backup', 'verify', 'restore'] as const
let lab: Lab
let job: MainJob

beforeAll(async () => {
  lab = await startLab({ log: console.log })
  job = mainJob(lab)
  const { code, stderr } = await lab.exec(OLDER, { timeoutMs: 300_000 })
  expect(code, stderr).toBe(0)
})
afterAll(async () => {
  job?.end()
  await lab?.stop()
})

describe('older components', () => {
  test('components: deploy', () => job.deploy(lab.image))
  test('components: versions', async ({ task }) => {
    const { stdout } = await lab.exec(VERSIONS)
    counted(task, stdout.trim().replaceAll('\n', ', '))
    expect(stdout).toMatch(/PostgreSQL\) 15\..*v=7\.0\..*\b2\.6\./s)
  })
  for (const step of STEPS) test(`components: ${step}`, () => job[step]())
})

const OLDER = `set -e
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://${labMirror.archive} bookworm main' >/etc/apt/sources.list.d/bookworm.list
cat >/etc/apt/preferences.d/older <<'PIN'
Package: postgresql postgresql-client redis-server redis-tools
Pin: release n=bookworm
Pin-Priority: 1001

Package: *
Pin: release n=bookworm
Pin-Priority: 100
PIN
apt-get -qq update
apt-cache policy postgresql redis-server | grep Candidate
`
const VERSIONS = `psql --version; redis-server --version; caddy version; podman --version; python3 --version`
