import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../waiting.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { whatClustersLack } from './groups.ts'

const lack = await whatClustersLack()

describe.skipIf(lack !== undefined)('a cluster of two nodes with CloudNativePG', () => {
  let cluster: Cluster
  const kubectl = (...args: string[]) => cluster.kubectl(args)
  const got = async (...args: string[]) => JSON.parse(await kubectl('get', ...args, '--output=json'))

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 2, cloudNativePg: true, log: console.log })
  })
  afterAll(() => cluster?.stop())

  test('both nodes take pods, which reach each other', async () => {
    await kubectl('apply', '--server-side', '--filename', join(import.meta.dirname, 'manifests/spread.yaml'))
    await kubectl('rollout', 'status', 'daemonset/spread', '--timeout=120s')
    const pods = (await got('pods', '--selector=app=spread')).items
    expect(pods.map((pod: Pod) => pod.spec.nodeName).sort()).toEqual(['node1', 'node2'])
    for (const from of pods)
      for (const { status } of pods) {
        const url = `http://${status.podIP}:8080/`
        const answer = await kubectl('exec', from.metadata.name, '--', 'wget', '-q', '-O', '-', url)
        expect(answer.trim()).toBe('here')
      }
  })

  test('PostgreSQL comes up with two instances and a backup in S3', async () => {
    await cluster.apply('postgresql')
    const healthy = async () => {
      const { status } = await got('cluster.postgresql.cnpg.io/postgresql')
      return status?.readyInstances === 2
    }
    await until('PostgreSQL did not come up', healthy, { withinMs: 300_000, everyMs: 1000 })
    const completed = async () => (await got('backup.postgresql.cnpg.io/first')).status?.phase === 'completed'
    await until('The backup did not end', completed, { withinMs: 120_000, everyMs: 1000 })
  })

  test('PostgreSQL outlives the loss of its primary', async () => {
    const primary = async () => (await got('cluster.postgresql.cnpg.io/postgresql')).status.currentPrimary
    const sql = async (text: string) =>
      await kubectl('exec', await primary(), '--', 'psql', '-Atc', text, 'litellm')
    await sql('create table kept as select 42 as value')
    const lost = await primary()
    await kubectl('delete', 'pod', lost, '--force', '--grace-period=0')
    const from = performance.now()
    await until('No other primary came', async () => (await primary()) !== lost, { withinMs: 120_000 })
    const value = async () => (await sql('select value from kept').catch(() => '')).trim() === '42'
    await until('The new primary did not answer', value, { withinMs: 60_000 })
    console.log(`  failover: a new primary answers after ${((performance.now() - from) / 1000).toFixed(1)} s`)
  })
})

interface Pod {
  readonly spec: { readonly nodeName: string }
}
