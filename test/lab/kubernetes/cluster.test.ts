import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../command.ts'
import { sweepDeadLabs } from '../sweep.ts'
import { until } from '../waiting.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { hierarchies } from './groups.ts'

const WEB = join(import.meta.dirname, 'manifests/web.yaml')
const WEB_PORT = 30080
const LITELLM = join(import.meta.dirname, 'manifests/litellm.yaml')
const LITELLM_PORT = 30400
const MIGRATION = join(import.meta.dirname, '../../../src/agent/litellm/in_image/migrate.py')

describe('a cluster of one node', () => {
  let cluster: Cluster
  const kubectl = (...args: string[]) => cluster.kubectl(args)
  const address = () => `http://${cluster.address}:${WEB_PORT}/`

  beforeAll(async () => {
    const from = performance.now()
    cluster = await startCluster({ log: console.log })
    console.log(`  the cluster was up after ${((performance.now() - from) / 1000).toFixed(1)} s`)
  })
  afterAll(() => cluster?.stop())

  test('has real components of one release, and a node that is ready', async () => {
    const { serverVersion } = JSON.parse(await kubectl('version', '--output=json'))
    expect(serverVersion).toMatchObject({ gitVersion: 'v1.37.2', major: '1', minor: '37' })
    const nodes = JSON.parse(await kubectl('get', 'nodes', '--output=json')).items
    expect(nodes).toHaveLength(1)
    expect(nodes[0].status.nodeInfo).toMatchObject({
      kubeletVersion: 'v1.37.2',
      containerRuntimeVersion: expect.stringMatching(/^containerd:\/\/1\.7/),
    })
  })

  test('rolls a Deployment under requests and loses none', async () => {
    await kubectl('apply', '--server-side', '--filename', WEB)
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=120s')
    await until('The Service did not answer', async () => (await get(address())) === 'v1 of-a-secret', {
      withinMs: 10_000,
    })
    const load = underLoad(address())
    await kubectl('set', 'env', 'deployment/web', 'VERSION=v2')
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=120s')
    await until('The old pods did not go', oldPodsGone, { withinMs: 60_000 })
    const { answered, failed } = await load.end()
    console.log(`  rollout: ${answered} requests answered, ${failed.length} failed`)
    expect(failed).toEqual([])
    expect(answered).toBeGreaterThan(200)
    expect(await get(address())).toBe('v2 of-a-secret')
  })

  const oldPodsGone = async () => {
    const pods = JSON.parse(await kubectl('get', 'pods', '--selector=app=web', '--output=json')).items
    return pods.length === 2
  }

  test('an image that is not there leaves the old pods serving', async () => {
    await kubectl('set', 'image', 'deployment/web', 'web=registry.lab:5000/lab/none:1')
    await expect(kubectl('rollout', 'status', 'deployment/web', '--timeout=5s')).rejects.toThrow('timed out')
    expect(await get(address())).toBe('v2 of-a-secret')
    await kubectl('rollout', 'undo', 'deployment/web')
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s')
  })

  test('resolves names of the cluster and of the lab for pods, and nothing beyond', async () => {
    const inPod = (...command: string[]) => kubectl('exec', 'deployment/web', '--', ...command)
    expect(await inPod('wget', '-q', '-O', '-', 'http://web.default.svc.cluster.local')).toBe(
      'v2 of-a-secret\n',
    )
    expect(await inPod('wget', '-q', '-O', '-', 'http://registry.lab:5000/v2/')).toBe('{}')
    expect(await inPod('wget', '-q', '-O', '-', 'http://ollama.mgmt.internal:11434/api/version')).toContain(
      'version',
    )
    await expect(inPod('wget', '-q', '-O', '-', 'http://example.com/')).rejects.toThrow('bad address')
  })

  test('keeps a database on a volume when its pod is replaced', async () => {
    await cluster.apply('database')
    await kubectl('rollout', 'status', 'statefulset/db', '--timeout=180s')
    const sql = async (text: string) =>
      (await kubectl('exec', 'db-0', '--', 'psql', '-h', '/tmp', '-U', 'litellm', '-Atc', text)).trim()
    await sql('create table kept as select 42 as value')
    await kubectl('delete', 'pod', 'db-0', '--wait=true')
    const kept = async () => (await sql('select value from kept').catch(() => '')) === '42'
    await until('The database did not come back with its table', kept, { withinMs: 120_000 })
  })

  test('runs LiteLLM on that database, restricted, after its migrations', async () => {
    await kubectl('create', 'namespace', 'gateway')
    await kubectl('label', 'namespace', 'gateway', 'pod-security.kubernetes.io/enforce=restricted')
    await kubectl('--namespace=gateway', 'create', 'configmap', 'migration', `--from-file=${MIGRATION}`)
    const manifest = (await readFile(LITELLM, 'utf8')).replaceAll('IMAGE', cluster.images[0] ?? '')
    await cluster.kubectl(['apply', '--server-side', '--filename', '-'], { stdin: manifest })
    const gateway = (...args: string[]) => kubectl('--namespace=gateway', ...args)
    await gateway('wait', '--for=condition=complete', 'job/migration', '--timeout=300s')
    await gateway('rollout', 'status', 'deployment/litellm', '--timeout=300s')
    const answer = await fetch(`http://${cluster.address}:${LITELLM_PORT}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-lab-master', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: 'hello' }] }),
    })
    expect(answer.status).toBe(200)
    expect(await cluster.upstream.count({ provider: 'openai' })).toBe(1)
  })

  test('leaves nothing: no process, no control group, no mount, no folder, no interface', async () => {
    const { id, dir } = cluster
    const groups = (await hierarchies()).map(({ own }) => join(own, `litellm-lab-${id}`))
    expect(groups.filter((group) => !existsSync(group))).toEqual([])
    const from = performance.now()
    await cluster.stop()
    console.log(`  the cluster was gone after ${((performance.now() - from) / 1000).toFixed(1)} s`)
    expect(groups.filter((group) => existsSync(group))).toEqual([])
    expect(existsSync(dir)).toBe(false)
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(id)
    expect((await run(['ip', 'link', 'show', `lab-${id}`])).code).not.toBe(0)
    expect(processesThatName(dir)).toEqual([])
  })
})

test('when its runner is killed, the next start takes away what is left', async () => {
  const program = `
    const { startCluster } = await import(${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))})
    const { id, dir } = await startCluster()
    console.log(JSON.stringify({ id, dir }))
    await new Promise(() => {})`
  const node = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program]
  const runner = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(runner, 'close').then(() => Promise.reject(new Error('The runner ended by itself.')))
  const [line] = await Promise.race([once(runner.stdout, 'data'), ended])
  ended.catch(() => {})
  const { id, dir } = JSON.parse(String(line))
  runner.kill('SIGKILL')
  const isSwept = async () => {
    await sweepDeadLabs()
    return !existsSync(dir)
  }
  // Its processes go one after the other, and those of pods do not name the folder.
  await until('Its folder did not go', isSwept, { withinMs: 60_000 })
  expect(processesThatName(dir)).toEqual([])
  const groups = (await hierarchies()).map(({ own }) => join(own, `litellm-lab-${id}`))
  expect(groups.filter((group) => existsSync(group))).toEqual([])
})

async function get(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
  return answer?.ok ? (await answer.text()).trim() : undefined
}

interface Load {
  /** Stops asking; what failed is told by its message. */
  end(): Promise<{ answered: number; failed: string[] }>
}

/** Eight clients, each with one request at a time. */
function underLoad(url: string): Load {
  let asking = true
  let answered = 0
  const failed: string[] = []
  const client = async () => {
    while (asking) {
      try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(5000) })
        await answer.text()
        if (answer.ok) answered += 1
        else failed.push(`${answer.status}`)
      } catch (error) {
        failed.push(String(error instanceof Error ? (error.cause ?? error) : error))
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const clients = Promise.all(Array.from({ length: 8 }, client))
  return {
    end: async () => {
      asking = false
      await clients
      return { answered, failed }
    },
  }
}

function processesThatName(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
}
