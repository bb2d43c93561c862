import { expect, test } from 'vitest'
import { backupOf } from '../../../src/config/backup.ts'
import { renderHost } from '../../../src/host/render.ts'
import { callAgent } from './agent.ts'

const { files } = renderHost({
  domain: 'llm.example.com',
  tls: 'acme',
  workers: 4,
  image: `registry.example/litellm@sha256:${'a'.repeat(64)}`,
  proxy: 'caddy',
  backup: backupOf({}),
  firewall: { ssh: ['192.0.2.0/24', '2001:db8::/32'], https: [], gateway: [] },
  sshPort: 2222,
})
const rules = files['/etc/litellm-firewall.nft']?.content
const CASES = [
  ['192.0.2.9', 22, true],
  ['192.0.2.9', 2222, true],
  ['::ffff:192.0.2.9', 22, true],
  ['2001:db8::7', 22, true],
  ['192.0.3.9', 22, false],
  ['fe80::1%eth0', 22, false],
  ['192.0.2.9', 2200, false],
] as const
const admitted = callAgent(
  ...CASES.map(([address, port]) => ['system.firewall.admits', rules, address, port] as const),
)

test.each(CASES.map((one, at) => [...one, at] as const))(
  'the host finds in our rules whether they admit %s at port %i: %s',
  (_, __, expected, at) => expect(admitted[at]).toEqual({ value: expected }),
)
