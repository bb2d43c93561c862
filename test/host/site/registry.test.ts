import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { runCommand } from '../../../src/entries/run.ts'
import { deploy } from '../../../src/host/deploy.ts'
import { connect, type Session } from '../../../src/host/session.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { Registry } from '../../../src/registry/client.ts'
import { ports } from '../../lab/services.ts'
import { base } from '../../unit/plan/applied.ts'
import {
  chat,
  type DeployedGateway,
  deployInput,
  manifestFor,
  open,
  release,
  startGateway,
} from '../gateway.ts'
import { registryWithTokens } from './registry-with-tokens.ts'

const PLACE = '127.0.0.1:5001'
const WORD = 'word-of-the-robot-4711'
const CONFIGURATION = JSON.stringify({
  version: 0.1,
  storage: { filesystem: { rootdirectory: '/srv/registry' } },
  http: { addr: PLACE },
  auth: { htpasswd: { realm: 'private', path: '/root/htpasswd' } },
  proxy: { remoteurl: `http://registry.lab:${ports.registry}` },
})

let gateway: DeployedGateway
let session: Session
let image: string
/** A registry that wants a login, in front of the lab's own. */
beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  image = gateway.lab.image.replace(/^[^/]+/, PLACE)
  await must(
    'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends docker-registry apache2-utils',
  )
  await must('systemctl disable --now docker-registry; cat > /root/registry.json', CONFIGURATION)
  await must('htpasswd -iBc /root/htpasswd robot', WORD)
  await must(
    `printf '[[registry]]\\nlocation = "${PLACE}"\\ninsecure = true\\n' > /etc/containers/registries.conf.d/private.conf`,
  )
  await must('systemd-run --unit=private docker-registry serve /root/registry.json')
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(command: string, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000, stdin })
  expect(code, `${command}: ${stderr}`).toBe(0)
  return stdout
}

async function deployed(word?: string) {
  const content = release()
  const registry = { registry: PLACE, username: 'robot', passwordFrom: 'REGISTRY_WORD' }
  const manifest = manifestFor(gateway.lab, { image, ...(word === undefined ? {} : { registry }) })
  const env = { ...content.env, ...(word === undefined ? {} : { REGISTRY_WORD: word }) }
  return await deploy(session, { ...deployInput(gateway.lab, { ...content, env }), manifest, image })
}

it.each([
  [
    'no login',
    undefined,
    /127\.0\.0\.1:5001 does not let this host pull .*it wants a login: declare litellm\.registry/,
  ],
  ['another password', 'wrong-word-of-the-robot', /the login as robot is refused/],
])('with %s nothing is pulled, and the gateway serves on', async (_, word, said) => {
  const refused = await deployed(word).catch((error: Error) => error)
  expect(refused).toMatchObject({ code: 'image-denied', message: expect.stringMatching(said) })
  expect(JSON.stringify(refused)).not.toContain('wrong-word')
  expect((await chat(gateway, 'gpt-4')).status).toBe(200)
})

it('with the declared login the image is pulled and served, and the password is nowhere but in its file', async () => {
  // Whoever looks at processes all the time sees the arguments of each.
  await must(
    `systemd-run --unit=watch sh -c 'while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " >> /run/seen; sleep 0.05; done'`,
  )
  expect(await deployed(WORD)).toMatchObject({ outcome: 'rolled-out' })
  await must('systemctl stop watch')
  expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  const seen = await must('cat /run/seen')
  expect(seen).toContain('--authfile /run/litellm-gitops/registry-auth.json')
  const basic = Buffer.from(`robot:${WORD}`).toString('base64')
  for (const secret of [WORD, basic]) expect(seen).not.toContain(secret)
  const holding = await must(
    `grep -rlF -e ${WORD} -e ${basic} /etc /run /root /var/lib /tmp --exclude-dir=postgresql --exclude-dir=overlay --exclude=htpasswd 2>/dev/null; true`,
  )
  expect(holding.trim().split('\n')).toEqual(['/etc/litellm/registry.env'])
  expect(await must('stat -c "%a %U" /etc/litellm/registry.env')).toBe('600 root\n')
})

it('declared no more, the login is dropped', async () => {
  expect(await deployed()).toMatchObject({ changed: ['/etc/litellm/registry.json'] })
  expect(await must('cat /etc/litellm/registry.json /etc/litellm/registry.env')).toBe('null\n')
})

describe('asked from here, as plan and init do', () => {
  let access: Awaited<ReturnType<typeof registryWithTokens>>
  let tag: string
  beforeAll(async () => {
    access = await registryWithTokens({
      remote: `http://${gateway.lab.runnerAddress}:${ports.registry}`,
      login: { username: 'robot', password: WORD },
    })
    const tags = await opened().tags()
    tag = tags.length === 1 ? String(tags[0]) : expect.fail(`one tag, not ${tags}`)
  })
  afterAll(() => access?.stop())

  const REPOSITORY = 'berriai/litellm-database'
  const digest = () => gateway.lab.image.replace(/^.*@/, '')
  const opened = (password = WORD) =>
    new Registry({ registry: access.place, path: REPOSITORY }, { login: { username: 'robot', password } })

  it('a registry with tokens gives tags, digest and what is known of the real image', async () => {
    expect(tag).toMatch(/lab$/)
    expect(await opened().digestOf(tag)).toBe(digest())
    const facts = await opened().facts(digest())
    expect(facts).toMatchObject({ digest: digest(), created: expect.any(Date) })
    expect(facts.bytes).toBeGreaterThan(50_000_000)
    const inspected = await must(
      `podman image inspect --format '{{.Config.WorkingDir}}' ${gateway.lab.image}`,
    )
    expect(facts.workingDirectory).toBe(inspected.trim())
  })

  it('another password is refused', async () => {
    await expect(opened('wrong-word-of-the-robot').tags()).rejects.toMatchObject({ code: 'registry-denied' })
  })

  it('plan says the line to write for a tag, with the login that is declared', async () => {
    const image = `${access.place}/${REPOSITORY}:${tag}`
    const text = stringify({
      ...base,
      litellm: { image, registry: { username: 'robot', password: 'os.environ/W' } },
    })
    const logger = createRecordingLogger()
    const report = await runCommand('plan', {
      ...{
        config: 'gateway.yaml',
        files: { read: () => text, list: () => [] },
        inputs: {},
        sshKey: undefined,
      },
      ...{ env: { W: WORD }, logger, secrets: createKnownSecrets(), connect, addressesOf: async () => [] },
      ...{ now: () => new Date(), run: { holder: 'test', url: 'test' } },
    })
    expect(report.problems).toMatchObject([{ code: 'image-tag' }])
    expect(logger.text).toContain(`write image: ${image}@${digest()} (`)
    expect(logger.text).not.toContain(WORD)
  })
})
