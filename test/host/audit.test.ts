import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deploy } from '../../src/host/deploy.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

let gateway: DeployedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => await gateway?.lab.stop())

test('the record of changes has the key that logged in, beside what the run says of itself', async () => {
  const { lab } = gateway
  const said: string[] = []
  const session = await open(lab)
  const manifest = manifestFor(lab, { domain: 'other.example.com' })
  await deploy(
    session,
    { ...deployInput(lab), manifest, run: 'somebody else' },
    { onEvent: (event) => event.event === 'note' && said.push(`${event.name}: ${event.detail}`) },
  )
  session.close()
  const { stdout } = await lab.exec('tail -1 /var/lib/litellm-gitops/audit.log')
  const [, key] = execFileSync('ssh-keygen', ['-lf', lab.host.privateKeyFile], { encoding: 'utf8' }).split(
    ' ',
  )
  const line = JSON.parse(stdout)
  expect(line).toMatchObject({ who: 'somebody else', what: 'deploy', login: { user: lab.host.user, key } })
  expect(said).toContainEqual(
    expect.stringMatching(`^audit: deploy is line \\d+ of audit.log, chain ${line.chain.slice(0, 16)}$`),
  )
})
