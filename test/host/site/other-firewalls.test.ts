import { afterAll, beforeAll, expect, it } from 'vitest'
import { deploy } from '../../../src/host/deploy.ts'
import { observeForDoctor } from '../../../src/host/observe.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from '../gateway.ts'

let gateway: DeployedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => await gateway?.lab.stop())

async function run(command: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000 })
  expect(code, `${command}: ${stderr}`).toBe(0)
  return stdout
}

const install = (name: string) =>
  run(
    `DEBIAN_FRONTEND=noninteractive apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${name}`,
  )

/** What doctor reads of firewalls of others, and what deploy says of them. */
async function told() {
  const session = await open(gateway.lab)
  const said: string[] = []
  try {
    const { parts } = await observeForDoctor(session, {
      manifest: manifestFor(gateway.lab),
      image: gateway.lab.image,
    })
    await deploy(session, deployInput(gateway.lab), {
      onEvent: (event) => 'detail' in event && event.name === 'firewall' && said.push(event.detail ?? ''),
    })
    return { others: 'value' in parts.ports ? parts.ports.value.others : parts.ports.problem, said }
  } finally {
    session.close()
  }
}

it('none: nothing is said', async () => {
  expect((await told()).others).toEqual([])
})

it('ufw that lets in SSH alone is named with the ports, and its command opens them', async () => {
  await install('ufw')
  await run('ufw allow 22/tcp && ufw --force enable')
  const { others, said } = await told()
  expect(others).toEqual([{ name: 'ufw', ports: [80, 443], opens: 'ufw allow 80,443/tcp' }])
  expect(said.join('\n')).toMatch(
    /^ufw on this host drops what comes to port 80 and 443.*ufw allow 80,443\/tcp/m,
  )
  await run('ufw allow 80,443/tcp')
  expect((await told()).others).toEqual([])
  await run('ufw --force disable; apt-get purge -y -q ufw')
})

it('firewalld as well', async () => {
  await install('firewalld')
  await run('systemctl start firewalld; firewall-cmd --state')
  const { others } = await told()
  const opens = 'firewall-cmd --permanent --add-port=80/tcp --add-port=443/tcp && firewall-cmd --reload'
  expect(others).toEqual([{ name: 'firewalld', ports: [80, 443], opens }])
  await run(opens)
  expect((await told()).others).toEqual([])
})
