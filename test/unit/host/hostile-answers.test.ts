import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inAgent, PYTHON } from './agent.ts'

/**
 * LiteLLM's container shares the network of its host and has the passwords: it can answer in the place of LiteLLM and of Redis. The
 * answers are those that the intruder of the lab gives (test/host/intruder/servers.py), one a connection.
 */
const SERVER = `
import sys, threading, time
sys.path.insert(0, sys.argv[1])
import servers
places = []
for answers, ready in ((servers.HTTP, True), (servers.REDIS, False)):
    server = servers.listen(0)
    places += [server.getsockname()[1], len(answers)]
    threading.Thread(target=servers.serve, args=(server, answers, ready, time.monotonic() + 600), daemon=True).start()
print(*places, flush=True)
sys.stdin.read()`
let server: ChildProcess
let places: { http: number; https: number; redis: number; answers: number }

beforeAll(async () => {
  const folder = join(import.meta.dirname, '../../host/intruder')
  server = spawn(PYTHON, ['-B', '-c', SERVER, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  const [http = 0, https = 0, redis = 0, answers = 0] = await new Promise<number[]>((resolve) =>
    server.stdout?.on('data', (data) => {
      said += String(data)
      if (said.endsWith('\n')) resolve(said.split(' ').map(Number))
    }),
  )
  places = { http, https, redis, answers }
})
afterAll(() => {
  server.kill()
})

/** How each of so many questions ended, and the seconds of the slowest. */
function asked(count: number, port: number, question: string) {
  return inAgent<{ ended: string[]; slowest: number; mib: number }>(
    `
import concurrent.futures, resource, time
from agent.litellm import admin_api, proof
from agent.redis import client as redis_client
admin_api.MOST_BYTES = redis_client.MOST_BYTES = 4 * 1024**2
def one(_):
    begun = time.monotonic()
    try:
        ended = repr(ask())[:100]
    except (admin_api.ApiError, redis_client.RedisError) as failure:
        ended = f"{type(failure).__name__}: {failure}"
    return ended, time.monotonic() - begun
def ask():
${question.replace(/^/gm, '    ')}
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    found = list(pool.map(one, range(given["count"])))
return {"ended": [ended for ended, _ in found], "slowest": max(seconds for _, seconds in found), "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}`,
    { count, port },
  )
}

describe('what answers in the place of LiteLLM', () => {
  it.each([
    ['a question', 'return admin_api.AdminApi(given["port"], "sk-master", timeout=1).get("/key/list")'],
    [
      'an order',
      `api = admin_api.AdminApi(given["port"], "sk-master", timeout=1)
with admin_api.understood("POST /key/generate"):
    return api.post("/key/generate", {})["key"]`,
    ],
    [
      'a model',
      'return proof.probe_one(admin_api.AdminApi(given["port"], "sk-master", timeout=1), "sk-x", {}, "gpt-4")',
    ],
  ])('is refused or taken within its time and size: %s', (_, question) => {
    const { ended, slowest, mib } = asked(places.https, places.http, question)
    // One connection more, when a kept one has ended: a question is asked twice at most.
    expect(slowest).toBeLessThan(10)
    expect(mib).toBeLessThan(600)
    expect(ended.join('\n')).toMatch(/more than 4 MiB/)
    expect(ended.join('\n')).toMatch(/timed out/)
    expect(ended.join('\n')).toMatch(/30[1278]/)
  })
})

describe('what answers in the place of Redis', () => {
  it.each([
    ['INFO', 'redis.info("persistence")'],
    ['a number', 'redis.number("LASTSAVE")'],
    ['all keys', 'sum(map(len, redis.keys()))'],
  ])('is refused or taken within its time and size: %s', (_, question) => {
    const { ended, slowest, mib } = asked(
      places.answers,
      places.redis,
      `redis = redis_client.Redis(("127.0.0.1", given["port"]), "password", timeout=1, most=4 * 1024**2)\nreturn ${question}`,
    )
    expect(slowest).toBeLessThan(10)
    expect(mib).toBeLessThan(600)
    expect(ended.join('\n')).toMatch(/more than can be meant/)
    expect(ended.join('\n')).toMatch(/does not answer within 1 s|timed out/)
  })
})
