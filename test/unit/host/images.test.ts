import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

const IMAGE = `registry.example/litellm@sha256:${'ab'.repeat(32)}`
const LIST = 'model_prices_and_context_window_backup.json'
let folder: string
let packages: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'))
  packages = join(folder, 'image/opt/venv/lib/python3.13/site-packages')
  mkdirSync(join(packages, 'litellm'), { recursive: true })
  mkdirSync(join(packages, 'litellm-1.80.0.dist-info'))
  mkdirSync(join(packages, 'litellm_proxy_extras-9.9.9.dist-info'))
  writeFileSync(join(packages, 'litellm', LIST), JSON.stringify({ 'gpt-4': { input_cost_per_token: 3 } }))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Podman answers by what `state` says is there; every call of it is in `calls`. */
const world = `
from pathlib import Path
from agent.base import durable
from agent.gateway import images, migration, release
from agent.litellm import image_files, known_bad, prices
from agent.restore import application_proof
from agent.rollout import rollback, rollout
from agent.base.refusal import Refused
here, image = Path(given["folder"]), given["image"]
calls, there = [], set(given.get("there", [image]))
def podman(*argv, **more):
    calls.append(" ".join(argv))
    if argv[:3] == ("podman", "image", "exists") and argv[3] not in there:
        from agent.base.process import CommandFailed
        raise CommandFailed(argv, "exited 1", "", 1)
    if argv[:2] == ("podman", "pull"): there.add(argv[-1])
    if argv[:2] == ("podman", "rmi"): there.discard(argv[-1])
    return str(here / "image") if argv[:3] == ("podman", "image", "mount") else ""
images.run = image_files.run = migration.run = application_proof.run = podman
image_files.KEPT = here / "kept"
known_bad.VERSIONS = given.get("bad", {})
release.serving = lambda: given.get("serving") and "now"
release.describe = lambda name: {"image": given["serving"] if name == "now" else image, "workers": 1, "settings": {}}
def code(work):
    try: return [None, work()]
    except Refused as refused: return [refused.code, refused.message]
`
const base = () => ({ folder, image: IMAGE })

describe('what is read of an image', () => {
  it('is its version and its prices, kept by digest so that the next question mounts nothing', () => {
    const script = `${world}
image_files.remember(image)
before = len(calls)
return [image_files.version(image), prices.known(image), len(calls) - before, sorted(oct(f.stat().st_mode & 0o777) for f in (here / "kept").iterdir())]`
    expect(inAgent(script, base())).toEqual([
      '1.80.0',
      { 'gpt-4': { input_cost_per_token: 3 } },
      0,
      ['0o600', '0o600'],
    ])
  })

  it('is read without a trace when nothing is kept', () => {
    const script = `${world}
return [prices.known(image), image_files.version(image), (here / "kept").exists(), [call for call in calls if "unmount" in call] != []]`
    expect(inAgent(script, base())).toEqual([{ 'gpt-4': { input_cost_per_token: 3 } }, '1.80.0', false, true])
  })

  const list = () => join(packages, 'litellm', LIST)
  const replaced = (make: (path: string) => void) => () => {
    rmSync(list())
    make(list())
  }
  const outside = () => {
    const path = join(folder, 'of-the-host.json')
    writeFileSync(path, '{"gpt-4": {"input_cost_per_token": 666}}')
    return path
  }
  it.each<[string, () => void]>([
    ['a link out of the image', replaced((path) => symlinkSync(outside(), path))],
    ['a link to a device', replaced((path) => symlinkSync('/dev/zero', path))],
    ['a pipe', replaced((path) => void execFileSync('mkfifo', [path]))],
    ['a folder', replaced((path) => mkdirSync(path))],
    ['larger than any list', () => truncateSync(list(), 64 * 1024 * 1024 + 1)],
    ['no JSON', () => writeFileSync(list(), '{')],
    ['nested without end', () => writeFileSync(list(), '['.repeat(200_000))],
    ['not an object', () => writeFileSync(list(), '[1]')],
    ['missing', () => rmSync(list())],
    [
      'below a link',
      () => {
        rmSync(join(packages, 'litellm'), { recursive: true })
        mkdirSync(join(folder, 'host'))
        writeFileSync(join(folder, 'host', LIST), '{"gpt-4": {}}')
        symlinkSync(join(folder, 'host'), join(packages, 'litellm'))
      },
    ],
  ])('is no list of prices when that is %s', (_, make) => {
    make()
    expect(inAgent(`${world}\nreturn [prices.known(image), image_files.version(image)]`, base())).toEqual([
      null,
      '1.80.0',
    ])
  })

  it('is dropped with the image', () => {
    const script = `${world}
image_files.remember(image)
other = image.replace("ab", "cd")
image_files.remember(other)
image_files.forget_others({other})
return [file.name[:4] for file in sorted((here / "kept").iterdir())]`
    expect(inAgent(script, base())).toEqual(['cdcd', 'cdcd'])
  })
})

describe('an image whose LiteLLM is known to be bad', () => {
  const bad = { '1.80.0': 'it steals' }
  const starts = {
    'deploy, rollback, restore, proof': 'images.make_ready(image)',
    'every rollout': `rollout.prepare(type("W", (), {"image": image, "undo": [], "is_served": lambda self: False})(), "run")`,
    migrations: 'migration.run_on(image, {}, "postgresql://")',
    'a proof of a backup': 'application_proof.prove(None, "", "", here, {"image": image})',
    'a rollback': `(setattr(rollback.lease, "require", lambda run: None), setattr(rollout, "settle", lambda: None),
        setattr(rollback, "_choose", lambda to: "before"), setattr(rollback, "CHANGE_LOCK", here / "lock"),
        rollback.main({"run": "run", "force": True}))`,
  }

  it.each(Object.entries(starts))('is not started by %s, though it is on the host already', (_, start) => {
    const script = `${world}
answer = code(lambda: ${start})
return [*answer, image in there, [call for call in calls if call.startswith(("podman run", "podman pull"))]]`
    expect(inAgent(script, { ...base(), bad })).toEqual([
      'known-bad',
      expect.stringMatching(
        / is LiteLLM 1\.80\.0, which is known to be bad: it steals\. Nothing of it was run/,
      ),
      false,
      [],
    ])
  })

  it('is pulled, looked at and removed where it is not there', () => {
    const script = `${world}\nreturn [code(lambda: images.make_ready(image))[0], image in there]`
    expect(inAgent(script, { ...base(), bad, there: [] })).toEqual(['known-bad', false])
  })

  it('is told by what was kept too', () => {
    const script = `${world}
image_files.remember(image)
return code(lambda: images.require_good(image))[0]`
    expect(inAgent(script, { ...base(), bad })).toBe('known-bad')
  })

  it('goes on where it serves: a rotation and a restore are not held up by what has long run', () => {
    const script = `${world}\nreturn [code(lambda: images.make_ready(image)), image in there]`
    expect(inAgent(script, { ...base(), bad, serving: IMAGE })).toEqual([[null, null], true])
  })

  it('is known to the programs that timers start, which get no input from a run', () => {
    const script = 'from agent.litellm import known_bad\nreturn known_bad.VERSIONS'
    expect(inAgent(script)).toMatchObject({ '1.82.7': expect.any(String) })
  })

  it.each(['--help', 'litellm:latest', `x@sha256:${'ab'.repeat(32)} y`])('%s is no image', (image) => {
    expect(() => inAgent(`${world}\nimages.make_ready(image)`, { folder, image })).toThrow(/^image: /)
  })
})
