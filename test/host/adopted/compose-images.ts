import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.ts'

const script = (name: string) => readFileSync(join(import.meta.dirname, '../programs', name), 'utf8')

/** The images of PostgreSQL and Redis that a compose project names, made of the host's own packages. */
export async function composeImages(lab: Lab, postgres: number): Promise<void> {
  const entry = Buffer.from(script('compose-entry.sh')).toString('base64')
  const command = `mkdir -p /var/tmp/entry && echo ${entry} | base64 -d >/var/tmp/entry/entry.sh && set -- ${postgres}\n${script('compose-images.sh')}`
  const { code, stderr } = await lab.exec(command, { timeoutMs: 600_000 })
  expect(code, stderr).toBe(0)
}
