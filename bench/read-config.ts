// A process of `bench/config.ts`: read-config.ts FILE [CHECKOUT] reads the file by the sources there, or by js-yaml and zod alone, and prints what that took.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './results.ts'

const LATER = 10

const [file = '', checkout] = process.argv.slice(2)
const text = readFileSync(file, 'utf8')
const read = await readerOf(checkout)

const first = seconds()
const later = Array.from({ length: LATER }, seconds)
console.log(JSON.stringify({ first, later: median(later) }))

async function readerOf(checkout: string | undefined): Promise<() => unknown> {
  if (checkout === undefined) {
    const [{ load }, { gatewaySchema }] = await Promise.all([
      import('js-yaml'),
      import('../src/config/schema.ts'),
    ])
    return () => gatewaySchema.parse(load(text))
  }
  const { loadDesired } = await import(join(checkout, 'src/config/desired.ts'))
  return () => loadDesired('gateway.yaml', { read: () => text, list: () => [] })
}

function seconds(): number {
  const before = process.threadCpuUsage()
  read()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}
