import { type ChildProcess, spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inAgent, PYTHON } from './agent.ts'

// One listening socket and three processes that accept from it, as gunicorn's workers do. `/again` is answered rightly by the
// second request that a worker gets for it, and `/closes` ends its connection after each answer.
const SERVER = `
import http.server, json, os, signal, socket, sys
asked = {}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        asked[self.path] = asked.get(self.path, 0) + 1
        right = self.path != "/again" or asked[self.path] > 1
        body = json.dumps({"pid": os.getpid(), "right": right}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/closes": self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
workers = []
for _ in range(3):
    pid = os.fork()
    if pid == 0: server.serve_forever(0.05)
    workers.append(pid)
def end(*_):
    for pid in workers: os.kill(pid, signal.SIGKILL)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
print(json.dumps({"port": server.server_port, "workers": workers}), flush=True)
while True: signal.pause()`
let server: ChildProcess
let listening: { port: number; workers: number[] }

beforeAll(async () => {
  server = spawn(PYTHON, ['-c', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] })
  listening = await new Promise((resolve) =>
    server.stdout?.once('data', (data) => resolve(JSON.parse(String(data)))),
  )
})
afterAll(() => {
  server.kill()
})

/** What each worker answered last, when all were right or the time was over. */
function ask(path: string, seconds = 20) {
  const script = `
from agent.litellm import every_worker as each_worker
for answers in each_worker.rounds(given["port"], "sk", lambda api: api.get(given["path"]), lambda got: got["right"], given["seconds"]):
    if answers and all(got and got["right"] for got in answers.values()):
        break
return [[pid, got] for pid, got in answers.items()]`
  return inAgent<[pid: number, got: { pid: number; right: boolean } | null][]>(script, {
    ...listening,
    path,
    seconds,
  })
}

test.each(['/at-once', '/again'])('each worker is asked by a connection that it has accepted: %s', (path) => {
  const answers = ask(path)
  expect(answers.map(([pid]) => pid).toSorted()).toEqual(listening.workers.toSorted())
  for (const [pid, got] of answers) expect(got).toEqual({ pid, right: true })
})

test('an answer after which the connection is gone counts for nobody', () => {
  const answers = ask('/closes', 1)
  expect(answers.map(([, got]) => got)).toEqual([null, null, null])
})
