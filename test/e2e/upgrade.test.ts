import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect as connectTo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommand } from '../../src/entries/run.ts'
import { createClient } from '../../src/github/client.ts'
import { UPGRADE_BRANCH } from '../../src/github/upgrade-pull.ts'
import { connect } from '../../src/host/session.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { filesIn } from '../../src/steps/files.ts'
import { GitContents } from '../github/git-contents.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { derivedImage } from '../host/derived-image.ts'
import { extrasIn } from '../host/schema/litellm-of.ts'
import { startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { ports } from '../lab/services.ts'
import { runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

const REPOSITORY = 'berriai/litellm-database'
const LATER = '20990101000000_later'

let deployed: DeployedLab
let folder: string
let forward: Server
let github: LocalGitHub

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  const { lab } = deployed
  forward = createServer((socket) => {
    const target = connectTo(ports.registry, lab.runnerAddress)
    socket.pipe(target).pipe(socket)
    for (const one of [socket, target]) one.on('error', () => socket.destroy())
  })
  await new Promise<void>((done) => forward.listen(0, '127.0.0.1', done))
  // The same name leads to the lab's registry from here and from the host, as that of a real one would.
  const here = place()
  await must(
    `systemd-run --quiet --unit=forward --socket-property=ListenStream=${here} /lib/systemd/systemd-socket-proxyd ${lab.runnerAddress}:${ports.registry}
     printf '[[registry]]\\nlocation = "${here}"\\ninsecure = true\\n' >/etc/containers/registries.conf.d/forward.conf`,
  )
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'))
  const image = `${here}/${REPOSITORY}:v1.106.2@${lab.image.replace(/^.*@/, '')}`
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(folder, 'gateway.yaml'), `# ours\n${gatewayFile({ ...lab, image })}`)
  git('add', '-A')
  git('commit', '--quiet', '-m', 'first')
  const repository = { owner: 'example', name: 'gateway', git: new GitContents(folder) }
  github = await startGitHub({
    repositories: [repository],
    permissions: { contents: 'write', pull_requests: 'write' },
  })
}, 900_000)
afterAll(async () => {
  forward?.close()
  await github?.close()
  await deployed?.lab.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

const place = () => `127.0.0.1:${(forward.address() as AddressInfo).port}`
const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args])
    .toString()
    .trim()
const cli = (...args: string[]) => runCli(folder, args, { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })

async function must(command: string): Promise<string> {
  const { code, stdout, stderr } = await deployed.lab.exec(command, { timeoutMs: 120_000 })
  expect(code, `${command}: ${stderr}`).toBe(0)
  return stdout
}

/** Another image of LiteLLM, that calls itself a newer version and brings a migration, under a tag as releases have. */
async function release(version: string): Promise<void> {
  const { lab } = deployed
  const inside = await extrasIn(lab)
  const packages = inside.replace(/\/[^/]+$/, '')
  const image = await derivedImage(
    lab,
    [
      `COPY more ${inside}/migrations/${LATER}`,
      `RUN mv ${packages}/litellm-1.106.2.dist-info ${packages}/litellm-${version}.dist-info && sed -i 's/^Version: .*/Version: ${version}/' ${packages}/litellm-${version}.dist-info/METADATA`,
    ],
    {
      prepare: `mkdir "$context/more"; echo 'ALTER TABLE "LiteLLM_TagTable" ADD COLUMN later text;' >"$context/more/migration.sql"`,
    },
  )
  const manifests = `http://${place()}/v2/${REPOSITORY}/manifests`
  const accept =
    'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
  const found = await fetch(`${manifests}/${image.replace(/^.*@/, '')}`, { headers: { accept } })
  const type = found.headers.get('content-type') ?? ''
  const body = await found.text()
  const put = await fetch(`${manifests}/v${version}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body,
  })
  expect(put.status).toBe(201)
}

async function upgrade() {
  const logger = createRecordingLogger()
  const octokit = createClient({ token: github.token, apiUrl: github.url, wait: async () => {} })
  const report = await runCommand('upgrade', {
    ...{ config: 'gateway.yaml', files: filesIn(folder), inputs: { age: '0' } },
    ...{ sshKey: deployed.lab.host.privateKey, env: {}, logger, secrets: createKnownSecrets(), connect },
    ...{ addressesOf: async () => [], now: () => new Date(), run: { holder: 'test', url: 'test' } },
    commit: { commit: git('rev-parse', 'HEAD'), repository: 'example/gateway' },
    github: async () => octokit,
  })
  return { report, text: logger.text }
}
const pulls = () => [...github.state.repository().issues.values()]

it('a release is found, rehearsed and proposed; merged and deployed, it serves, and no request was lost', async ({
  task,
}) => {
  const first = await cli('deploy')
  expect(first.code, first.stderr).toBe(0)
  const backup = await cli('backup')
  expect(backup.code, backup.stderr).toBe(0)
  expect((await upgrade()).report.result).toMatchObject({ outcome: 'none' })
  await release('1.107.0')
  const key = deployed.masterKey
  const load = await startLoad({
    url: `${deployed.url}/v1/chat/completions`,
    key,
    plain: { model: 'gpt-4', pauseMs: 500 },
    stream: { model: 'gpt-4' },
  })
  const { report, text } = await upgrade()
  expect(report.failed, text).toBe(false)
  console.log(report.markdown)
  expect(pulls()).toMatchObject([{ title: 'Upgrade LiteLLM from 1.106.2 to 1.107.0', state: 'open' }])
  expect(pulls()[0]?.body).toContain('`rollback --force`, without a restore')
  expect(
    git('diff', '--unified=0', 'main', UPGRADE_BRANCH)
      .split('\n')
      .filter((line) => /^[-+] /.test(line)),
  ).toHaveLength(2)
  git(
    'merge',
    '--quiet',
    '--no-ff',
    '-m',
    `Merge pull request #1 from example/${UPGRADE_BRANCH}`,
    UPGRADE_BRANCH,
  )
  const merged = await cli('deploy')
  expect(merged.code, merged.stderr).toBe(0)
  const served = await load.stop()
  const after = await cli('plan')
  expect(after.json).toMatchObject({ failed: false, changes: [] })
  expect(await must('podman ps --format "{{.Image}}"')).toContain(`${place()}/${REPOSITORY}`)
  expect(served.failures).toEqual([])
  expect((await upgrade()).report.result).toMatchObject({ outcome: 'none' })
  counted(task, `${served.requests} requests, ${served.failed} failed from the rehearsal to the deploy`)
}, 1_200_000)
