import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory } from '../lab/cache.ts'

/** The key of pull requests: made once on each machine, as snapshots of hosts hold its public half. */
export function planKey(): { readonly publicKey: string; readonly privateKey: string } {
  const folder = join(cacheDirectory(), 'plan-key')
  if (!existsSync(folder)) {
    mkdirSync(cacheDirectory(), { recursive: true })
    const beside = mkdtempSync(`${folder}-`)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(beside, 'key')])
    try {
      renameSync(beside, folder)
    } catch {
      // Another run was first.
      rmSync(beside, { recursive: true })
    }
  }
  return {
    publicKey: readFileSync(join(folder, 'key.pub'), 'utf8').trim(),
    privateKey: readFileSync(join(folder, 'key'), 'utf8'),
  }
}
