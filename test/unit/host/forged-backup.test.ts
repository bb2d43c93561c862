import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forged-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A fetched backup as ours are, in `backup`; a host whose /etc/litellm is `etc`. */
const world = `
import json, os
from pathlib import Path
from agent.backup import manifest
from agent.restore import forward as restore_forward
here = Path(given["folder"])
backup, etc = here / "backup", here / "etc"
kept = backup / "files/etc/litellm"
for path in ("releases/r1", "slots"): (kept / path).mkdir(parents=True)
etc.mkdir()
for path in ("releases/r1/env", "releases/r1/config.yaml", "salt_key", "master_key", "people.txt"): (kept / path).write_text("x")
(kept / "config.yaml").symlink_to("releases/r1/config.yaml"); (kept / "slots/main").symlink_to("../releases/r1")
(backup / "database").mkdir(); (backup / "database/table").write_text("rows"); (backup / "redis.rdb").write_text("rdb")
(backup / "files/etc/caddy").mkdir(); (backup / "files/etc/caddy/site").symlink_to("/srv/site")
`
const good = {
  schema: 1,
  release: '20261129T125641Z-b4143738',
  image: `registry.example:5000/litellm@sha256:${'0'.repeat(64)}`,
}

describe('the manifest of a backup', () => {
  const parse = (manifest: object) =>
    inAgent(
      'import json\nfrom agent.backup import manifest\nreturn manifest.parse(json.dumps(given).encode())',
      manifest,
    )

  it('is taken as ours are', () => {
    expect(parse(good)).toEqual(good)
  })

  it.each([
    ['release', '../../../../root'],
    ['release', '/etc'],
    ['release', '..'],
    ['release', 'a/b'],
    ['release', 'a\n'],
    ['release', ''],
    ['release', 7],
    ['release', undefined],
    ['image', '--privileged'],
    ['image', 'litellm:latest'],
    ['image', `${good.image}\n`],
    ['image', null],
  ])('is refused with the %s %j', (name, value) => {
    expect(() => parse({ ...good, [name]: value })).toThrow(
      new RegExp(`^manifest: manifest.json of the backup names a ${name} that none of ours has`),
    )
  })
})

describe('a fetched backup', () => {
  it('is taken with the links that a host has', () => {
    expect(inAgent(`${world}\nreturn manifest.require_ours(backup)`, { folder })).toBeNull()
  })

  it.each([
    [
      'a salt key that is a link',
      '(kept / "salt_key").unlink(); (kept / "salt_key").symlink_to("/etc/shadow")',
    ],
    ['a release that is a link', '(kept / "releases/r2").symlink_to("/root")'],
    [
      'an environment that is a link',
      '(kept / "releases/r1/env").unlink(); (kept / "releases/r1/env").symlink_to("/root/x")',
    ],
    [
      'a folder above that is a link',
      'os.rename(backup / "files/etc", here / "x"); (backup / "files/etc").symlink_to(here / "x")',
    ],
    [
      'all files as a link',
      'os.rename(backup / "files", here / "x"); (backup / "files").symlink_to(here / "x")',
    ],
    ['rows that are a link', '(backup / "database/other").symlink_to("/etc/shadow")'],
    [
      'an RDB that is a link',
      '(backup / "redis.rdb").unlink(); (backup / "redis.rdb").symlink_to("/dev/zero")',
    ],
    ['a pipe', 'os.mkfifo(kept / "pipe")'],
  ])('is refused with %s', (_, forge) => {
    expect(() => inAgent(`${world}\n${forge}\nmanifest.require_ours(backup)`, { folder })).toThrow(
      /^forged: /,
    )
  })

  it('puts back what people had in /etc/litellm, and no link that leads out of it', () => {
    const script = `${world}
(kept / "run").write_text("x"); (kept / "run").chmod(0o6777)
for name, to in (("up", "../../root/.ssh"), ("away", "/etc/cron.d"), ("within", "people.txt"), ("full", str(etc / "people.txt"))):
    (kept / name).symlink_to(to)
restore_forward.FETCHED, restore_forward.ETC = backup, etc
restore_forward.MADE_ANEW = tuple(etc / name for name in ("releases", "slots", "config.yaml", "env"))
original = Path.relative_to
Path.relative_to = lambda self, *other: original(Path("/etc/litellm"), "/") if self == etc and other == ("/",) else original(self, *other)
restore_forward._put_back_files()
return [sorted(os.listdir(etc)), oct((etc / "run").stat().st_mode & 0o7777), os.readlink(etc / "within")]`
    expect(inAgent(script, { folder })).toEqual([
      ['full', 'master_key', 'people.txt', 'run', 'salt_key', 'within'],
      '0o755',
      'people.txt',
    ])
  })
})
