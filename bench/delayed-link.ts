import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DelayedLink {
  readonly port: number
  close(): void
}

/** A port on loopback that leads to `host`:`port`, each byte arriving `roundTripMs` / 2 later; connecting itself is not delayed. */
export async function delayedLink(host: string, port: number, roundTripMs: number): Promise<DelayedLink> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', async (chunk) => {
        // Timers of one length fire in the order they were set, so bytes stay in theirs.
        if (roundTripMs > 0) await sleep(roundTripMs / 2)
        to.write(chunk)
      })
      from.on('end', async () => {
        if (roundTripMs > 0) await sleep(roundTripMs / 2)
        to.end()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
