import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { must } from '../command.ts'
import { openNamespace } from '../namespace.ts'

/**
 * Pushes an image into the storage of a registry that runs only for this; answers the manifest's digest.
 * @param source as skopeo takes it: `oci:folder:tag`, `docker://…`
 * @param name `repository:tag` that it gets
 */
export async function pushTo(storage: string, source: string, name: string): Promise<string> {
  await mkdir(storage)
  const port = await freePort()
  const settings = `${storage}.yml`
  await writeFile(
    settings,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  )
  const space = await openNamespace(`${storage}.alive`)
  try {
    space.spawn(['docker-registry', 'serve', settings])
    const address = `127.0.0.1:${port}`
    await answers(`http://${address}/v2/`)
    const digestFile = `${storage}.digest`
    await must([
      'skopeo',
      '--insecure-policy',
      'copy',
      '--quiet',
      '--dest-tls-verify=false',
      '--digestfile',
      digestFile,
      source,
      `docker://${address}/${name}`,
    ])
    return (await readFile(digestFile, 'utf8')).trim()
  } finally {
    await space.close()
  }
}

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error('docker-registry does not answer on loopback')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}
