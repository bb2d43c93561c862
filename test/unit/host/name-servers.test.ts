import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostFile } from '../../../src/host/files.ts'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'name-servers-'))
  writeFileSync(join(folder, 'unit'), hostFile('units/litellm.container'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What is allowed, and whether systemd has to read anew, with this resolv.conf. */
function allow(resolver?: string): { changed: boolean; main: string | undefined; jobs: string | undefined } {
  const [main = '', standby = '', jobs = ''] = ['main', 'standby', 'jobs'].map((name) =>
    join(folder, `${name}.d`, 'x.conf'),
  )
  if (resolver !== undefined) writeFileSync(join(folder, 'resolv.conf'), resolver)
  const script = `
from pathlib import Path
from agent.system import name_servers
name_servers.UNIT = Path(given["unit"])
name_servers.RESOLVER = Path(given["resolver"])
name_servers.DROP_INS = {Path(path): section for path, section in given["drop_ins"].items()}
return name_servers.allow()`
  const changed = inAgent<boolean>(script, {
    unit: join(folder, 'unit'),
    resolver: join(folder, 'resolv.conf'),
    drop_ins: { [main]: 'Service', [standby]: 'Service', [jobs]: 'Slice' },
  })
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  return { changed, main: read(main), jobs: read(jobs) }
}

describe('a denied address that the machine asks for names', () => {
  it.each([
    ['a resolver of its own', 'nameserver 127.0.0.53\noptions edns0\n'],
    ['another machine', '# nameserver 169.254.169.254\nnameserver 10.0.0.2\nsearch 169.254.169.254\n'],
    ['Azure, whose address for names is not denied', 'nameserver 168.63.129.16\n'],
    ['nobody', ''],
    ['no file', undefined],
  ])('%s: nothing is let through', (_, resolver) => {
    expect(allow(resolver)).toEqual({ changed: false, main: undefined, jobs: undefined })
  })

  it('is let through, once, and no more when another is asked', () => {
    const google = 'domain c.project.internal\nnameserver 169.254.169.254\n'
    const open = {
      main: '[Service]\nIPAddressAllow=169.254.169.254\n',
      jobs: '[Slice]\nIPAddressAllow=169.254.169.254\n',
    }
    expect(allow(google)).toEqual({ changed: true, ...open })
    expect(allow(google)).toEqual({ changed: false, ...open })
    expect(allow('nameserver 127.0.0.53\n')).toEqual({ changed: true, main: undefined, jobs: undefined })
  })
})
