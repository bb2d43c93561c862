import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupOf } from '../../../src/config/backup.ts'
import { agentFiles } from '../../../src/host/files.ts'
import { renderHost } from '../../../src/host/render.ts'
import { BOOTSTRAP } from '../../../src/host/session.ts'
import { inAgent, modulesWith, PYTHON } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const atFolder = `
from pathlib import Path
from agent.base import paths
here = Path(given["folder"])
for name, value in list(vars(paths).items()):
    if isinstance(value, Path): setattr(paths, name, here / name)
paths.STATE = here
`

describe('the agent', () => {
  it('is valid Python without a line that is too long to read', () => {
    const files = Object.entries(agentFiles())
    const parse = 'import ast,json,sys\nfor name, text in json.load(sys.stdin): ast.parse(text, name)'
    execFileSync(PYTHON, ['-c', parse], { input: JSON.stringify(files) })
    for (const [name, text] of files) {
      expect(Math.max(...text.split('\n').map((line) => line.length)), name).toBeLessThanOrEqual(140)
    }
  })

  it('imports each module without root and without python3-yaml', () => {
    const names = Object.keys(agentFiles())
    const script = `
import importlib, sys
sys.modules["yaml"] = None
for name in given: importlib.import_module("agent." + name.removesuffix(".py").replace("/", "."))
return len(given)`
    const modules = names.filter((name) => !/(^loader|__init__)\.py$/.test(name))
    expect(inAgent(script, modules)).toBe(modules.length)
  })

  it('tells an unexpected exception as a bug, with where it was raised', () => {
    expect(() => inAgent('raise KeyError("x")')).toThrow(/^bug: KeyError: 'x'[\s\S]*script\.py/)
  })
})

describe('a program that is begun before its input is there', () => {
  const begun = (script: string, input: string) =>
    execFileSync(PYTHON, ['-I', '-B', '-c', BOOTSTRAP], {
      input: `${JSON.stringify({ modules: modulesWith(script), main: 'script' })}\n${input}`,
      encoding: 'utf8',
    })

  it('takes the input from a line of its own', () => {
    expect(begun('def main(given): return given["a"]', '{"a": 1}\n')).toBe('{"result":1}\n')
  })

  it('works ahead of it where it can', () => {
    const script = `
order = []
def ahead(asked):
    order.append("ahead")
    return [*order, asked()]
def main(given): return "late"`
    expect(begun(script, '{}\n')).toBe('{"result":["ahead",{}]}\n')
  })

  it.each(['def main(given): return 1', 'def ahead(asked): return asked()'])(
    'ends in silence when nobody asks: %s',
    (script) => {
      expect(begun(script, '')).toBe('')
    },
  )
})

describe('a full disk', () => {
  it('is told as one, wherever it shows', () => {
    const script = 'import errno\nraise OSError(errno.ENOSPC, "No space left on device", "/etc/litellm/x")'
    expect(() => inAgent(script)).toThrow(
      /^disk-full: No space is left on the host's disk for \/etc\/litellm\/x/,
    )
  })
})

describe('the lease', () => {
  const script = `${atFolder}
from agent.base import events, lease, refusal
lease.STATE = here; lease.LOCK = here / "lease.lock"; lease.LEASE = here / "lease.json"
answers = []
for request in given["requests"]:
    try:
        answer = lease.main(request)
        answers.append({"held": (answer["lease"] or {}).get("run"), "over": (answer["takenOver"] or {}).get("run")})
    except refusal.Refused as refused:
        answers.append({"code": refused.code, "message": refused.message, "by": refused.data.get("lease", {}).get("run")})
return answers`
  const ask = (...requests: object[]) => inAgent<Record<string, unknown>[]>(script, { folder, requests })
  const acquire = (run: string, ttlSeconds = 60) => ({
    action: 'acquire',
    holder: `h-${run}`,
    run,
    ttlSeconds,
  })

  it('keeps others out, and says who and until when', () => {
    const [first, second] = ask(acquire('a'), acquire('b'))
    expect(first).toEqual({ held: 'a', over: null })
    expect(second).toMatchObject({ code: 'busy', by: 'a' })
    expect(second?.message).toMatch(/^h-a is working on this gateway \(a\), at the latest until 20\d\d-/)
  })

  it('is the same for the same run', () => {
    expect(ask(acquire('a'), acquire('a'), { ...acquire('a'), action: 'renew' })).toEqual([
      { held: 'a', over: null },
      { held: 'a', over: null },
      { held: 'a', over: null },
    ])
  })

  it('is taken over when it has expired, and the former holder notices', () => {
    const answers = ask(acquire('a', 0), acquire('b'), { ...acquire('a'), action: 'renew' })
    expect(answers[1]).toEqual({ held: 'b', over: 'a' })
    expect(answers[2]).toMatchObject({ code: 'busy', by: 'b' })
  })

  it('cannot be renewed when it has expired', () => {
    expect(ask(acquire('a', 0), { ...acquire('a'), action: 'renew' })[1]).toMatchObject({
      code: 'lease-lost',
    })
  })

  it('is given back only by its holder', () => {
    const release = (run: string) => ({ action: 'release', holder: '', run })
    expect(ask(acquire('a'), release('b'), acquire('c'))[2]).toMatchObject({ code: 'busy', by: 'a' })
    expect(ask(release('a'), acquire('c'))[1]).toEqual({ held: 'c', over: null })
  })
})

describe('files', () => {
  it('are replaced whole, with mode and no rest beside them', () => {
    const script = `
from pathlib import Path
from agent.base import durable
target = Path(given["folder"]) / "file"
durable.write(target, b"one"); durable.write(target, b"two", 0o640)
return [target.read_text(), sorted(p.name for p in target.parent.iterdir())]`
    expect(inAgent(script, { folder })).toEqual(['two', ['file']])
    expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o640)
  })

  it('differ by content, mode, owner, kind or absence', () => {
    const script = `
import hashlib
from pathlib import Path
from agent.system import managed_files
here = Path(given["folder"])
(here / "same").write_bytes(b"x"); (here / "same").chmod(0o644)
(here / "mode").write_bytes(b"x"); (here / "mode").chmod(0o600)
(here / "text").write_bytes(b"y"); (here / "text").chmod(0o644)
(here / "link").symlink_to("same")
import os, pwd, grp
owner = pwd.getpwuid(os.getuid()).pw_name + ":" + grp.getgrgid(os.getgid()).gr_name
want = {"sha256": hashlib.sha256(b"x").hexdigest(), "mode": "0644", "owner": owner}
files = {str(here / name): want for name in ("same", "mode", "text", "link", "none")}
files[str(here / "same2")] = want
(here / "same2").write_bytes(b"x"); (here / "same2").chmod(0o644)
files[str(here / "same2")] = want | {"owner": "nobody-there:nogroup"}
return [Path(path).name for path in managed_files.differing(files)]`
    expect(inAgent(script, { folder })).toEqual(['link', 'mode', 'none', 'same2', 'text'])
  })

  it('may lie below the newest version folder', () => {
    const script = `
from pathlib import Path
from agent.system import managed_files
here = Path(given["folder"])
for name in ("9", "17", "common"): (here / name).mkdir()
return [str(managed_files.resolve(f"{here}/*/main/x")), managed_files.resolve(f"{here}/none/*/x")]`
    expect(inAgent(script, { folder })).toEqual([join(folder, '17/main/x'), null])
  })
})

describe('fingerprints', () => {
  it('are keyed, and stand in place of every literal secret', () => {
    const config = {
      model_list: [
        {
          litellm_params: {
            model: 'openai/gpt-4',
            api_key: 'sk-literal-canary',
            max_tokens: 5,
            api_base: 'http://u:pass-canary@h/',
          },
        },
        {
          litellm_params: {
            api_key: 'os.environ/OPENAI_API_KEY',
            extra_headers: { 'x-auth': 'header-canary' },
          },
        },
      ],
      litellm_settings: { cache_params: { password: 'redis-canary', ttl: 600 } },
      general_settings: { master_key: 'os.environ/LITELLM_MASTER_KEY', alerting: ['slack'] },
      router_settings: { note: 'sk-somewhere-canary', model_group_alias: { a: 'b' } },
    }
    const script = `
from agent.base import redaction
import hmac, hashlib
return redaction.without_secrets(given, lambda v: hmac.new(b"k", v.encode(), hashlib.sha256).hexdigest()[:16])`
    const answer = inAgent<typeof config>(script, config)
    expect(JSON.stringify(answer)).not.toContain('canary')
    expect(answer.model_list[0]).toMatchObject({
      litellm_params: {
        model: 'openai/gpt-4',
        api_key: { fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
        max_tokens: 5,
      },
    })
    expect(answer.model_list[1]).toMatchObject({ litellm_params: { api_key: 'os.environ/OPENAI_API_KEY' } })
    expect(answer.general_settings).toEqual(config.general_settings)
    expect(answer.litellm_settings).toMatchObject({ cache_params: { ttl: 600 } })
  })

  it('are taken of the value as it is kept, so a line end more is no difference', () => {
    const script = `
from agent.gateway import release
return [release.one_line("A", value) for value in given]`
    expect(inAgent(script, ['key\n', ' key', '{\n "a": 1,\n "b": "x y"\n}\n'])).toEqual([
      'key',
      'key',
      '{"a":1,"b":"x y"}',
    ])
    expect(() => inAgent(script, ['one\ntwo'])).toThrow(/env-value: The value of A has several lines/)
  })
})

describe('the environment of a release', () => {
  const script = `
from agent.gateway import release
release.serving = lambda: "before"
release.environment = lambda name: {"KEPT": "k", "GONE": "g", "DATABASE_URL": "x"}
release.host_environment = lambda settings: {"DATABASE_URL": "host"}
return release.assemble(given["config"], given["env"], {})`

  it('keeps what is referred to, drops what is not, and takes what is given', () => {
    expect(
      inAgent(script, { config: 'a: os.environ/KEPT\nb: os.environ/NEW', env: { NEW: 'n', MORE: 'm' } }),
    ).toEqual({
      KEPT: 'k',
      NEW: 'n',
      MORE: 'm',
      DATABASE_URL: 'host',
    })
  })

  it.each([
    ['a: os.environ/NEW', {}, /^env-missing: The configuration refers to NEW,/],
    ['', { DATABASE_URL: 'mine' }, /^env-reserved: DATABASE_URL/],
    ['', { 'A B': 'x' }, /^env-name/],
  ])('refuses %o with %o', (config, env, message) => {
    expect(() => inAgent(script, { config, env })).toThrow(message)
  })
})

describe('the database password', () => {
  it('is stored as PostgreSQL itself would (RFC 7677 test vector)', () => {
    const script = `
import base64
from agent.database import postgres
return postgres.verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))`
    expect(inAgent(script)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    )
  })
})

describe('systems', () => {
  it.each([
    ['debian', '13', true],
    ['debian', '12', false],
    ['ubuntu', '24.04', true],
    ['ubuntu', '26.04', true],
    ['ubuntu', '22.04', false],
    ['fedora', '44', false],
  ])('%s %s: %s', (id, version, supported) => {
    const script = `
from agent.base import events, machine, refusal
machine.os_release = lambda: {"ID": given["id"], "VERSION_ID": given["version"], "PRETTY_NAME": "This OS"}
try: machine.require_supported(); return True
except refusal.Refused as refused: return "podman" in refused.message and False`
    expect(inAgent(script, { id, version })).toBe(supported)
  })
})

describe('the firewall', () => {
  const { files } = renderHost({
    domain: 'llm.example.com',
    tls: 'acme',
    workers: 4,
    image: `registry.example/litellm@sha256:${'a'.repeat(64)}`,
    proxy: 'caddy',
    backup: backupOf({}),
    firewall: { ssh: ['192.0.2.0/24', '2001:db8::/32'], https: [], gateway: [] },
    sshPort: 2222,
  })
  const rules = files['/etc/litellm-firewall.nft']?.content
  const script =
    'from agent.system import firewall\nreturn firewall.admits(given["rules"], given["address"], given["port"])'

  it.each([
    ['192.0.2.9', 22, true],
    ['192.0.2.9', 2222, true],
    ['::ffff:192.0.2.9', 22, true],
    ['2001:db8::7', 22, true],
    ['192.0.3.9', 22, false],
    ['fe80::1%eth0', 22, false],
    ['192.0.2.9', 2200, false],
  ])('admits %s at port %i: %s', (address, port, admitted) => {
    expect(inAgent(script, { rules, address, port })).toBe(admitted)
  })
})

describe('packages', () => {
  it('are missing when none of those that would do is installed', () => {
    const script = 'from agent.system import packages\nreturn packages.missing(given)'
    expect(inAgent(script, ['no-such | dpkg', 'no-such | neither', 'dpkg'])).toEqual(['no-such'])
  })
})

describe('work beside the steps', () => {
  const script = (rest: string) => `import time
from agent.base import events, refusal
from agent.gateway import images
from agent.base.background import Beside
seen = []
events.write_to(lambda document: seen.append(document["detail"]) if "event" in document else events._to_stdout(document))
def work():
    time.sleep(0.3)
    seen.append("worked")
    return 7
${rest}`

  it('goes on meanwhile, once', () => {
    const told = script(`with Beside("work", work) as beside:
    beside.begin()
    beside.begin()
    seen.append("meanwhile")
    seen.append(beside.finish())
return seen`)
    expect(inAgent(told)).toEqual(['meanwhile', 'worked', 7])
  })

  it('is waited for, and that told, when other work fails', () => {
    const told = script(`try:
    with Beside("work", work) as beside:
        beside.begin()
        raise LookupError("other")
except LookupError as failure:
    seen.append(str(failure))
return seen`)
    expect(inAgent(told)).toEqual([expect.stringContaining('waiting'), 'worked', 'other'])
  })

  it('is refused where its end is asked for', () => {
    const told = script(`def refuse(image):
    raise refusal.Refused("image-pull", "no such image")
images.present, images.pull = (lambda image: False), refuse
with Beside("image", lambda: images.make_ready("example.com/an/image@sha256:" + "0" * 64)) as beside:
    beside.begin()
    time.sleep(0.1)
    beside.finish()`)
    expect(() => inAgent(told)).toThrow('image-pull: no such image')
  })
})

describe("LiteLLM's log", () => {
  const told = (log: string[]) =>
    inAgent<{ cause: string | null; shown: string[] }>(
      `from agent.litellm import log as litellm_log
return {"cause": litellm_log.cause_in(given), "shown": litellm_log.excerpt(given)}`,
      log,
    )
  const worker = [
    'Traceback (most recent call last):',
    '\x1b[31mValueError: no such strategy: fastest\x1b[0m',
  ]
  // Seen with gunicorn 23 when several workers fail at once.
  const aftermath = [
    '--- Logging error ---',
    "RuntimeError: reentrant call inside <_io.BufferedWriter name='<stderr>'>",
    ...Array.from({ length: 60 }, (_, at) => `  File "gunicorn/arbiter.py", line ${at}, in handle_chld`),
    "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
  ]

  it('is shown as it ends when the end tells the cause', () => {
    const log = [...Array.from({ length: 60 }, (_, at) => `line ${at}`), ...worker]
    expect(told(log)).toEqual({ cause: 'ValueError: no such strategy: fastest', shown: log.slice(-40) })
  })

  it('is shown with the cause first when what gunicorn wrote after it is long', () => {
    const { cause, shown } = told(['starting', ...worker, ...aftermath])
    expect(cause).toBe('ValueError: no such strategy: fastest')
    expect(shown).toHaveLength(40)
    expect(shown.slice(0, 3)).toEqual(['starting', ...worker])
    expect(shown).toContain('…')
    expect(shown.at(-1)).toBe(aftermath.at(-1))
  })

  it.each([
    'litellm.service: Main process exited, code=exited, status=132/n/a',
    'litellm.service: Main process exited, code=killed, status=4/ILL',
    '[ERROR] Worker (pid:31) was sent SIGILL!',
  ])('tells a processor that is too old: %s', (line) => {
    const tells = (log: string[]) =>
      inAgent(
        'from agent.litellm import log as litellm_log\nreturn litellm_log.lacks_instructions(given)',
        log,
      )
    expect(tells(['starting', line])).toBe(true)
    expect(tells(['litellm.service: Main process exited, code=exited, status=4/NOPERMISSION'])).toBe(false)
    expect(tells(['starting', line.replace(/132|4(?=\/)|SIGILL/, '1')])).toBe(false)
  })

  it('has no cause when only gunicorn complains', () => {
    expect(told(aftermath)).toEqual({ cause: null, shown: aftermath.slice(-40) })
  })
})
