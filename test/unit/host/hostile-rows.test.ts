import { describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

/** What LiteLLM's role can do to its own database, and what that may come to for programs that read it. */
describe('a number that JSON cannot say', () => {
  it('is none in what the host answers, which stays one line of JSON', () => {
    const said = inAgent<string>(`
import contextlib, io
from agent.base import events
with contextlib.redirect_stdout(io.StringIO()) as said:
    events.say({"result": {"spend": float("nan"), "rows": [1.5, float("inf"), (float("-inf"), "NaN")]}})
return said.getvalue()`)
    expect(JSON.parse(said)).toEqual({ result: { spend: null, rows: [1.5, null, [null, 'NaN']] } })
  })
})

describe('JSON that is nested deeper than a stack', () => {
  it('gives its texts in their order', () => {
    const found = inAgent<string[]>(`
from agent.gateway import stored_secrets
deep = "in the middle"
for _ in range(100_000):
    deep = [deep]
return stored_secrets.texts({"a": ["first", {"b": deep}], "c": [1, None, ["last"]]})`)
    expect(found).toEqual(['first', 'in the middle', 'last'])
  })
})

describe('a database that refuses', () => {
  const refused = (script: string) =>
    inAgent<{ code: string; message: string }>(`
import contextlib, io, json, types
from agent.base import events
from agent.database import session as database_session
from agent.database.server import READER
class Error(Exception): pgcode = None
class OperationalError(Error): pass
class InterfaceError(Error): pass
Driver = types.SimpleNamespace(
    Error=Error, OperationalError=OperationalError, InterfaceError=InterfaceError, connect=lambda **_: Connection())
class Connection:
    autocommit = False
    def cursor(self): return self
    def close(self): pass
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def execute(self, *_): raise_in_statement()
def raise_in_statement(): pass
${script}
database_session._library = lambda: Driver
def main(given):
    with database_session.session(READER, "litellm") as asked:
        return asked.rows("SELECT 1")
with contextlib.redirect_stdout(io.StringIO()) as said:
    events.answer(main, {})
return json.loads(said.getvalue())["error"]`)

  it.each([
    [
      'all connections taken',
      'def connect(**_): raise OperationalError("FATAL:  sorry, too many clients already")\nDriver.connect = connect',
      /all of its connections are taken.*restart litellm/,
    ],
    [
      'those of others taken',
      'def connect(**_): raise OperationalError("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute")\nDriver.connect = connect',
      /all of its connections are taken/,
    ],
    [
      'a table locked',
      'def raise_in_statement():\n    error = OperationalError("canceling statement due to lock timeout"); error.pgcode = "55P03"; raise error',
      /kept a table locked for more than 10 s.*restart litellm/,
    ],
    [
      'a sum out of range',
      'def raise_in_statement():\n    error = Error("value out of range: overflow"); error.pgcode = "22003"; raise error',
      /refused: value out of range/,
    ],
    [
      'a date after the year 9999',
      'def raise_in_statement(): raise ValueError("year 294276 is out of range")',
      /what cannot be read/,
    ],
    [
      'JSON that is too deep',
      'def raise_in_statement(): raise RecursionError("maximum recursion depth exceeded")',
      /what cannot be read/,
    ],
  ])('says why, and is no bug: %s', (_, script, message) => {
    expect(refused(script)).toMatchObject({ code: 'database', message: expect.stringMatching(message) })
  })
})

describe('a Redis that is emptied while it saves', () => {
  // A FLUSHALL ends a save under way, and Redis goes on to say that its last one went well.
  const dumped = (ended: number) =>
    inAgent<{ asked: number; refused: string | null }>(
      `
from agent.base import events
from agent.redis import dump as redis_dump
from agent.base.refusal import Refused
asked = 0
class Redis:
    def number(self, *_): return 1 if asked > given["ended"] else 0
    def info(self, _): return {"rdb_bgsave_in_progress": "0", "rdb_last_bgsave_status": "ok", "aof_rewrite_in_progress": "0"}
    def try_all(self, commands):
        nonlocal asked
        asked += 1
        return [b"Background saving started"]
    def close(self): pass
redis_dump.live, redis_dump.check, redis_dump.MOST_LOST = Redis, lambda _: {}, 20
redis_dump.nofollow.copy_file = lambda *_: None
try:
    redis_dump.dump("target")
    return {"asked": asked, "refused": None}
except Refused as refused:
    return {"asked": asked, "refused": refused.message}`,
      { ended },
    )

  it('is asked again, and not for ever', () => {
    expect(dumped(3)).toEqual({ asked: 4, refused: null })
    expect(dumped(1000)).toEqual({ asked: 21, refused: expect.stringContaining('FLUSHALL') })
  })
})
