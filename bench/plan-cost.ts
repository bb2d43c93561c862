// What a plan with nothing to do costs on a gateway that has much: time, calls of the admin API, memory.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeployedLab } from '../test/story/deployed-lab.ts'
import { delayedLink } from './delayed-link.ts'
import { peakMemory } from './peak-memory.ts'
import { measure } from './results.ts'

const ROUND_TRIP_MS = 50
const PLAN = ['plan', '--json'] as const

/** Where the command line runs, and with what. */
interface Place {
  readonly deployed: DeployedLab
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Plans behind a slow link; answers figures for `keep`.
 * @param what what the gateway has, for people
 * @param fileFor gateway.yaml with this host
 */
export async function planCost(
  { deployed, folder, env }: Place,
  what: string,
  fileFor: (host: DeployedLab['lab']['host']) => string,
): Promise<Record<string, number>> {
  const { host } = deployed.lab
  const link = await delayedLink(host.address, host.port, ROUND_TRIP_MS)
  try {
    writeFileSync(join(folder, 'gateway.yaml'), fileFor({ ...host, address: '127.0.0.1', port: link.port }))
    const others = await countCalls(deployed, async () => undefined)
    // Counting reads the journal of the host, which takes as long as a part of a plan: a plan is either counted or timed.
    const calls = await countCalls(deployed, () => peakMemory(folder, PLAN, env))
    const kilobytes: number[] = []
    const plan = await measure(`plan of ${what}`, 3, async () => {
      kilobytes.push(await peakMemory(folder, PLAN, env))
    })
    return {
      [`seconds of a plan with nothing to do, ${what}, ${ROUND_TRIP_MS} ms round trip`]: Math.max(
        ...plan.samples,
      ),
      'calls of the admin API that it made': calls - others,
      'MiB of memory that the plan took at most (RSS)': Math.max(...kilobytes) / 1024,
    }
  } finally {
    link.close()
  }
}

/** Lines that LiteLLM logged of requests while `work` ran. */
async function countCalls({ lab }: DeployedLab, work: () => Promise<unknown>): Promise<number> {
  const { stdout: from } = await lab.exec('date +%s.%N')
  await work()
  const lines = `journalctl -u litellm -o cat --since @${from.trim()} | grep -cE '"(GET|POST) ' || true`
  return Number((await lab.exec(lines)).stdout)
}
