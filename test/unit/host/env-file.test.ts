import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-file-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('an environment file', () => {
  it('gives back every character of Unicode that it takes, in any place of a value', () => {
    const script = `
import sys
from agent.base import env_file
from agent.base.refusal import Refused
lost, refused, batch = [], [], {}
def check():
    content = env_file.text(batch)
    if env_file.parse(content.encode()) != batch or content.count("\\n") != len(batch): lost.extend(batch)
    batch.clear()
for code in range(sys.maxunicode + 1):
    if 0xD800 <= code < 0xE000: continue
    value = f"a{chr(code)}EVIL=1"
    try:
        if env_file.one_line("A", value) != value: lost.append(code)
    except Refused:
        refused.append(code)
        continue
    batch[f"A{code}"] = value
    if len(batch) == 1000: check()
check()
return [lost, refused]`
    expect(inAgent(script)).toEqual([[], [0, 10, 13]])
  }, 60_000)

  it.each([
    [{ 'A\nEVIL': 'x' }],
    [{ 'A=B': 'x' }],
    [{ A: 'x\nEVIL=1' }],
    [{ A: 'x\rEVIL=1' }],
    [{ A: 'x\0' }],
    [{ '': 'x' }],
  ])('is never written with %j', (values) => {
    expect(() => inAgent('from agent.base import env_file\nreturn env_file.text(given)', values)).toThrow(
      /^env-value: /,
    )
  })

  it('is read the same by all who read one: a release, a rollout after a restore, a proof, the backup’s own', () => {
    const script = `
from pathlib import Path
from agent.backup import settings as backup_settings
from agent.base import durable, paths
from agent.gateway import release
from agent.restore import application_proof
from agent.base import env_file
here = Path(given["folder"])
values = {"A": "one\\u2028two\\u0085three\\x0bfour\\x1cfive=six", "B": "b"}
release.RELEASES = here / "files/etc/litellm/releases"
durable.folder(release.RELEASES / "r", 0o755)
durable.write(release.RELEASES / "r/env", env_file.text(values).encode())
backup_settings.BACKUP_ENV = here / "backup.env"
backup_settings.BACKUP_SETTINGS = here / "backup.json"
durable.write_json(backup_settings.BACKUP_SETTINGS, {"environment": {"X": "A"}, "heartbeat": "B"})
rest = backup_settings.take_values(values | {"C": "c"})
return [release.environment("r") == values, application_proof.environment(here / "files", {"release": "r"}) == values,
        backup_settings.stored_values() == values, rest]`
    expect(inAgent(script, { folder })).toEqual([true, true, true, { C: 'c' }])
  })

  it('of the backup takes no value that would become two, and JSON on one line', () => {
    const script = `
from pathlib import Path
from agent.backup import settings as backup_settings
from agent.base import durable
here = Path(given["folder"])
backup_settings.BACKUP_ENV, backup_settings.BACKUP_SETTINGS = here / "backup.env", here / "backup.json"
durable.write_json(backup_settings.BACKUP_SETTINGS, {"environment": {"X": "A"}})
backup_settings.take_values({"A": given["value"]})
return backup_settings.stored_values()`
    expect(inAgent(script, { folder, value: '{\n "a": 1\n}' })).toEqual({ A: '{"a":1}' })
    expect(() => inAgent(script, { folder, value: 'x\nLD_PRELOAD=/tmp/x.so' })).toThrow(
      /^env-value: The value of A has several lines/,
    )
  })
})
