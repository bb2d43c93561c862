// A deployed gateway on a lab host, as the tests of src/host need it.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { backupOf } from '../../src/config/backup.ts'
import { firewallOf } from '../../src/config/firewall.ts'
import type { HostManifest, ReleaseContent } from '../../src/contract/programs/rollout.ts'
import type { HostEvent } from '../../src/contract/wire.ts'
import { type DeployInput, deploy } from '../../src/host/deploy.ts'
import { type HostSettings, renderHost } from '../../src/host/render.ts'
import { connect, type Session } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { untilServed } from '../lab/waiting.ts'
import { WORKERS } from '../story/gateway-file.ts'

/** A provider key that must be seen nowhere but in files of mode 0600 and at the provider. */
export const canary = 'sk-canary-of-the-provider-key-4711'

/** `gpt-4`, a model whose answers stream for six seconds, and those named. */
export function release(...models: readonly string[]): ReleaseContent {
  const entries = ['gpt-4', 'streamed', ...models].map(
    (name) => `  - model_name: ${name}
    litellm_params: {model: openai/${name}, api_key: os.environ/OPENAI_API_KEY, api_base: "http://upstream.lab:8099/openai/v1"}
    model_info: {id: id-of-${name}}`,
  )
  const config = `model_list:
${entries.join('\n')}
litellm_settings: {cache: true, cache_params: {type: redis, ttl: 600}}
general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, database_url: os.environ/DATABASE_URL}
`
  return { config, env: { OPENAI_API_KEY: canary } }
}

export function manifestFor(lab: Lab, other: Partial<HostSettings> = {}): HostManifest {
  return renderHost({
    domain: 'llm.example.com',
    tls: 'internal',
    workers: WORKERS,
    image: lab.image,
    proxy: 'caddy',
    memoryBytes: 4 * 1024 ** 3,
    firewall: firewallOf(undefined, { proxy: 'caddy', tls: 'internal' }),
    backup: backupOf({}),
    sshPort: 22,
    ...other,
  })
}

export function deployInput(
  lab: Lab,
  content: ReleaseContent = release(),
  workers: number = WORKERS,
): DeployInput {
  return {
    manifest: manifestFor(lab, { workers }),
    image: lab.image,
    workers,
    settings: { storeModelInDb: false },
    release: content,
    probe: { models: ['gpt-4'] },
    run: 'test',
  }
}

export async function open(lab: Lab): Promise<Session> {
  const { host } = lab
  return await connect({ ...host, host: host.address, logger: createRecordingLogger() })
}

export interface DeployedGateway {
  readonly lab: Lab
  /** What stands before `/v1/chat/completions`. */
  readonly url: string
  readonly key: string
}

/** Starts a lab from the snapshot of a host that `deploy` was run on, and waits until the gateway answers through Caddy. */
export async function startGateway(workers: number = WORKERS): Promise<DeployedGateway> {
  const prepare = async (lab: Lab) => {
    const session = await open(lab)
    await deploy(session, deployInput(lab, release(), workers))
    session.close()
  }
  const lab = await startLab({ prepared: { key: `host-${workers}-${sourcesHash()}`, prepare } })
  const url = `http://${lab.host.address}:4000`
  const key = (await lab.exec('cat /etc/litellm/master_key')).stdout.trim()
  await lab.upstream.behave({ model: 'streamed', streamSeconds: 6 })
  try {
    await untilServed('The deployed gateway', `${url}/health/readiness`, 180_000)
    return { lab, url, key }
  } catch (error) {
    await lab.stop()
    throw error
  }
}

export interface ChatAnswer {
  readonly status: number
  readonly text: string
}

/** One chat request, its own message each time. */
export async function chat(gateway: DeployedGateway, model: string): Promise<ChatAnswer> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: `hello ${Math.random()}` }] }),
  })
  return { status: answer.status, text: await answer.text() }
}

/** Collects the names of the steps that were done. */
export function stepsOf(events: readonly HostEvent[]): string[] {
  return events.filter((event) => event.event === 'step' && event.state === 'done').map(({ name }) => name)
}

/** A snapshot is as good as the files that made it. */
function sourcesHash(): string {
  const hash = createHash('sha256')
  for (const folder of ['src/agent', 'src/contract', 'src/host', 'test/host/gateway.ts']) {
    const root = join(import.meta.dirname, '../..', folder)
    const files = folder.endsWith('.ts')
      ? [root]
      : readdirSync(root, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
    for (const file of files) hash.update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}
