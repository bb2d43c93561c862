import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'account-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the account of the read-only key', () => {
  const script = `
from pathlib import Path
from types import SimpleNamespace
from agent.system import account
account.SYSTEMD = Path(given["folder"])
made = [given["there"]]
class Accounts:
    @staticmethod
    def getpwnam(name):
        if not made[0]:
            raise KeyError(name)
        return SimpleNamespace(pw_uid=994)
account.pwd = Accounts
account.run = lambda *argv: made.__setitem__(0, True)
reloads = []
account.units = SimpleNamespace(reload_definitions=lambda: reloads.append(1))
account.pending_restarts = SimpleNamespace(note_for=lambda paths: reloads.append(paths), done=lambda *_: None)
return [account.missing(), account.make_missing(), account.missing(), account.make_missing(), reloads]`

  it.each([
    [false, ['account litellm-plan made', 'account litellm-plan limited']],
    // Made by an earlier version.
    [true, ['account litellm-plan limited']],
  ])('gets its limits with it, or after it when it is there: %s', (there, done) => {
    const drop = join(folder, 'user-994.slice.d/litellm-gitops.conf')
    expect(inAgent(script, { folder, there })).toEqual([['litellm-plan'], done, [], [], [[drop], 1]])
  })

  it('has limits that are placed with the other files', () => {
    const text = readFileSync(
      join(import.meta.dirname, '../../../src/host/files/plan-key/account.conf'),
      'utf8',
    )
    expect(text).toMatch(/^\[Slice\]\nMemoryMax=/m)
  })
})

describe('our part of the configuration of sshd', () => {
  const script = `
from pathlib import Path
from agent.base import events
from agent.system import sshd
from agent.base.process import CommandFailed
said, say = [], events._writer
events.write_to(lambda document: said.append(document.get("detail", "")))
sshd.RUNTIME = Path(given["folder"])
ran = []
def run(*argv):
    ran.append(" ".join(argv[:2]))
    if " ".join(argv[:2]) in given["fails"]:
        raise CommandFailed(argv, "exited 255", "/etc/ssh/sshd_config: line 3: Bad configuration option: Foo", 255)
    return given["effect"] if argv[1] == "-T" else ""
sshd.run = run
sshd._why = lambda: given.get("why", "because")
try:
    answer = given["do"] == "check" and sshd.check("Match User x\\n") or given["do"] == "take_up" and sshd.take_up()
finally:
    events.write_to(say)
return [answer, ran, said, sorted(path.name for path in Path(given["folder"]).iterdir())]`
  const given = (more: object) => ({ folder, fails: [], effect: 'port 22\nmaxsessions 1\n', ...more })

  it('is refused before it is placed when sshd does not take it, and leaves nothing', () => {
    expect(inAgent(script, given({ do: 'check' }))).toEqual([false, ['sshd -t'], [], []])
    expect(() => inAgent(script, given({ do: 'check', fails: ['sshd -t'] }))).toThrow(
      /^sshd: sshd of this host does not take .*Bad configuration option: Foo. Nothing was placed/,
    )
  })

  it('is taken up by a reload, never by one that sshd would not survive', () => {
    const reload = 'systemctl try-reload-or-restart'
    expect(inAgent(script, given({ do: 'take_up' }))).toEqual([true, ['sshd -t', reload, 'sshd -T'], [], []])
    const [answer, ran, [text]] = inAgent<[boolean, string[], string[]]>(
      script,
      given({ do: 'take_up', fails: ['sshd -t'] }),
    )
    expect([answer, ran]).toEqual([false, ['sshd -t']])
    expect(text).toMatch(/was not reloaded: .*Bad configuration option/)
  })

  it('is told when it has no effect, with what to do', () => {
    const effect = 'port 22\nmaxsessions 10\n'
    const [answer, , [text]] = inAgent<[boolean, string[], string[]]>(
      script,
      given({ do: 'take_up', effect }),
    )
    expect(answer).toBe(true)
    expect(text).toMatch(/does not go by .*00-litellm-plan.conf: because/)
  })

  it.each([
    ['Port 22\n#Include /etc/ssh/sshd_config.d/*.conf\n', /has no line `Include/],
    ['Include /etc/ssh/sshd_config.d/*.conf\nMaxSessions 4\n', /another line that comes first/],
  ])('says why it has none: %j', (text, why) => {
    const told = inAgent(
      `
from agent.system import sshd
class Path:
    def __init__(self, path): pass
    def read_text(self): return given["text"]
sshd.Path = Path
return sshd._why()`,
      { text },
    )
    expect(told).toMatch(why)
  })
})
