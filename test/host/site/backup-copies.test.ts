import { afterAll, beforeAll, expect, it } from 'vitest'
import { restoreBackup, takeBackup, verifyBackup } from '../../../src/backup/programs.ts'
import { backupOf } from '../../../src/config/backup.ts'
import type { OnEvent } from '../../../src/contract/wire.ts'
import { deploy } from '../../../src/host/deploy.ts'
import type { Session } from '../../../src/host/session.ts'
import { contents, fill, leftovers, works } from '../backup-data.ts'
import { type DeployedGateway, deployInput, manifestFor, open, release, startGateway } from '../gateway.ts'

/** Two servers of restic's own protocol, as two providers: each knows one account. */
const SERVERS = { near: 8101, far: 8102 } as const
const VALUES = { NEAR_USER: 'near', NEAR_WORD: 'word-of-near', FAR_USER: 'far', FAR_WORD: 'word-of-far' }
const INSTALL =
  'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends rclone'
const run = 'test'

let gateway: DeployedGateway
let session: Session
beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  await must(INSTALL)
  for (const [name, port] of Object.entries(SERVERS))
    await must(
      `systemd-run --unit=${name} rclone serve restic --addr 127.0.0.1:${port} --user ${name} --pass word-of-${name} /srv/${name}`,
    )
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(command: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000 })
  expect(code, `${command}: ${stderr}`).toBe(0)
  return stdout
}

const shown: OnEvent = (event) => {
  if (event.event === 'step' && event.state !== 'start')
    console.log(`${event.seconds} s ${event.name}: ${event.detail ?? ''}`)
}

const account = (name: string) => ({
  RESTIC_REST_USERNAME: `os.environ/${name}_USER`,
  RESTIC_REST_PASSWORD: `os.environ/${name}_WORD`,
})

async function deployed(copyAccount: string): Promise<void> {
  const backup = backupOf({
    backup: {
      repository: `rest:http://127.0.0.1:${SERVERS.near}/`,
      copy_to: `rest:http://127.0.0.1:${SERVERS.far}/`,
      environment: account('NEAR'),
      copy_environment: account(copyAccount),
    },
  })
  const content = release()
  const input = deployInput(gateway.lab, { ...content, env: { ...content.env, ...VALUES } })
  await deploy(session, { ...input, manifest: manifestFor(gateway.lab, { backup }) })
}

it('the account of one storage does not open the other: the copy says so', async () => {
  await deployed('NEAR')
  await expect(takeBackup(session, { run })).rejects.toMatchObject({ code: 'copy' })
})

it('with an account for each, both are filled, the one that was missed among them', async () => {
  const before = await fill(gateway, 1000)
  await deployed('FAR')
  expect(await takeBackup(session, { run }, { onEvent: shown })).toMatchObject({ copied: true })
  expect(await leftovers(gateway)).toEqual([])
  const held = async (name: string) => Number(await must(`ls /srv/${name}/snapshots | wc -l`))
  expect(await held('far')).toBe(await held('near'))
  expect(await held('far')).toBeGreaterThanOrEqual(2)
  // A second one finds the first there.
  expect(await takeBackup(session, { run })).toMatchObject({ copied: true })
  expect(await held('far')).toBe(await held('near'))

  expect(await verifyBackup(session, { run }, { onEvent: shown })).toMatchObject({ ok: true, level: 'L6' })
  const wanted = await contents(gateway)
  // The copy has to give the backup, and the repository takes the one that a restore makes first. A server that is down would be asked
  // again for a quarter of an hour, by restic itself.
  await must('rm /srv/near/snapshots/*')
  const restored = await restoreBackup(session, { run, confirm: 'llm.example.com' }, { onEvent: shown })
  expect(restored).toMatchObject({ outcome: 'restored' })
  expect(await contents(gateway)).toBe(wanted)
  expect(await works(gateway, before)).toBe(200)
})

it('neither account is given to LiteLLM', async () => {
  const env = await must('cat /etc/litellm/env; cat /etc/litellm/backup.env | wc -l')
  expect(env).not.toMatch(/word-of|NEAR|FAR/)
  expect(env.trim().split('\n').at(-1)).toBe('4')
})
