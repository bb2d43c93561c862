import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Part } from '../../../src/host/doctor-facts.ts'
import { inAgent } from './agent.ts'

const folder = mkdtempSync(join(tmpdir(), 'doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a part that is broken hides no other, and tells nothing of what it worked on', () => {
  const script = `
from agent import doctor, observe
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
def raises(failure):
    def gather():
        raise failure
    return gather
observe.main = lambda given: {"asked": given}
doctor.PARTS = {
    "fine": lambda: 1,
    "refused": raises(Refused("x", "Run deploy.")),
    "failed": raises(CommandFailed(["psql"], "exited 2", "no server")),
    "bug": raises(KeyError("sk-secret")),
}
return doctor.main({"gateway": True})`
  const answer = inAgent<{
    observation: Part<unknown>
    parts: Record<string, Part<unknown>>
    time: number
  }>(script)
  expect(answer.observation).toEqual({ value: { asked: { gateway: true } } })
  expect(answer.parts).toEqual({
    fine: { value: 1 },
    refused: { problem: 'Run deploy.' },
    failed: { problem: 'psql exited 2: no server' },
    bug: { problem: expect.stringMatching(/^KeyError in script\.py:\d+$/) },
  })
  expect(Math.abs(answer.time - Date.now() / 1000)).toBeLessThan(60)
})

test('who was killed is told by who speaks of it', () => {
  const entries = [
    { MESSAGE: 'Out of memory: Killed process 123 (postgres) total-vm:1kB, anon-rss:2kB' },
    // Of the unit that has no more: MemoryMax.
    { MESSAGE: 'Memory cgroup out of memory: Killed process 124 (python) total-vm:1kB, anon-rss:2kB' },
    { MESSAGE: 'A process of this unit has been killed by the OOM killer.', UNIT: 'litellm.service' },
    { MESSAGE: 'A process of this unit has been killed by the OOM killer.', UNIT: 'browser.service' },
    { MESSAGE: '[ERROR] Worker (pid:7) was sent SIGKILL! Perhaps out of memory?' },
    { MESSAGE: '[CRITICAL] WORKER TIMEOUT (pid:9)' },
    { MESSAGE: [1, 2, 3] },
  ]
  const script = `
import json, re
from agent.facts import memory as memory_facts
# As the journal is asked.
asked = re.compile("|".join([memory_facts.KERNEL, memory_facts.SYSTEMD, memory_facts.GUNICORN, memory_facts.TIMEOUT]))
return memory_facts.sort([line for line in given if asked.search(str(json.loads(line)["MESSAGE"]))])`
  expect(
    inAgent(
      script,
      entries.map((entry) => JSON.stringify(entry)),
    ),
  ).toEqual({
    killed: ['123 (postgres)', '124 (python)', 'litellm.service'],
    workersKilled: 1,
    workersTimedOut: 1,
  })
})

test('ports of loopback are nobody else’s', () => {
  const text = `tcp   LISTEN 0 128    0.0.0.0:22       0.0.0.0:*    users:(("sshd",pid=1,fd=3))
tcp   LISTEN 0 244    127.0.0.1:5432   0.0.0.0:*    users:(("postgres",pid=2,fd=6))
tcp   LISTEN 0 244    [::1]:6379       [::]:*       users:(("redis-server",pid=2,fd=6))
tcp   LISTEN 0 4096   127.0.0.53%lo:53 0.0.0.0:*    users:(("systemd-resolve",pid=2,fd=6))
udp   UNCONN 0 0      10.0.0.5%eth0:68 0.0.0.0:*
tcp   LISTEN 0 4096   *:4000           *:*          users:(("caddy",pid=4,fd=9),("caddy",pid=4,fd=10))
tcp   LISTEN 0 4096   [::]:22          [::]:*       users:(("sshd",pid=1,fd=4))`
  expect(
    inAgent('from agent.facts import ports as port_facts\nreturn port_facts.listening(given)', text),
  ).toEqual([
    { protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' },
    { protocol: 'tcp', address: '::', port: 22, process: 'sshd' },
    { protocol: 'udp', address: '10.0.0.5', port: 68, process: 'unknown' },
    { protocol: 'tcp', address: '*', port: 4000, process: 'caddy' },
  ])
})

test('a certificate is read with its names and its end', () => {
  const [key, pem] = [join(folder, 'key'), join(folder, 'pem')]
  const subject = ['-subj', '/CN=x', '-addext', 'subjectAltName=DNS:llm.example.com,DNS:*.example.net']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', pem, ...subject],
    { stdio: 'ignore' },
  )
  const script = `
from agent.facts import certificate as certificate_facts
return certificate_facts.describe(open(given).read())`
  const found = inAgent<{ notBefore: number; notAfter: number; names: string[]; issuer: string }>(script, pem)
  expect(found.names).toEqual(['llm.example.com', '*.example.net'])
  expect(found.notAfter - found.notBefore).toBe(2 * 86_400)
  expect(Math.abs(found.notBefore - Date.now() / 1000)).toBeLessThan(60)
  expect(found.issuer).toMatch(/CN ?= ?x/)
})

test('a secret that others can read is told with what it should be', () => {
  const path = join(folder, 'secret')
  writeFileSync(path, 'x')
  const owner = execFileSync('stat', ['-c', '%U:%G', path], { encoding: 'utf8' }).trim()
  const script = `
from pathlib import Path
from agent.facts import secret_files
return secret_files.judged(Path(given["path"]), given["owner"])`
  const judged = (mode: number, wanted = owner) => {
    chmodSync(path, mode)
    return inAgent<object | null>(script, { path, owner: wanted })
  }
  expect([judged(0o600), judged(0o400)]).toEqual([null, null])
  expect(judged(0o640)).toEqual({ path, mode: '0640', owner, wantedMode: '0600', wantedOwner: owner })
  expect(judged(0o600, 'daemon:daemon')).toMatchObject({ owner, wantedOwner: 'daemon:daemon' })
  expect(inAgent(script, { path: join(folder, 'none'), owner })).toBeNull()
})

test('what a service reads by its group may be open to that, and to nobody else', () => {
  const script = `
import os
from pathlib import Path
from agent.facts import secret_files
def about(mode):
    secret_files.os = type("os", (), {"lstat": lambda path: os.stat_result((0o100000 | mode, 0, 0, 1, 0, 0, 0, 0, 0, 0))})
    secret_files._name = lambda lookup, number: "root" if lookup is secret_files.pwd.getpwuid else "redis"
    wrong = secret_files.judged(Path("/x"), "root:redis")
    return wrong and wrong["wantedMode"]
return [about(mode) for mode in (0o640, 0o600, 0o660, 0o644, 0o650)]`
  expect(inAgent(script)).toEqual([null, null, '0640', '0640', '0640'])
})

test('Ollama says which models it has not', () => {
  const script = `
from agent.facts import providers as provider_facts
provider_facts._ask = lambda address: (True, {"models": [{"name": "llama2:latest"}, {"name": "qwen:7b"}]})
return provider_facts._addresses(given, {"BASE": "http://o:1"})`
  const model = (model_name: string, model: string, api_base: string, api_key?: string) => ({
    model_name,
    litellm_params: { model, api_base, ...(api_key === undefined ? {} : { api_key }) },
  })
  const model_list = [
    model('a', 'ollama/llama2', 'http://o:1/'),
    model('b', 'ollama_chat/qwen:7b', 'os.environ/BASE'),
    model('c', 'ollama/llama3', 'http://o:1'),
    model('d', 'openai/gpt-4', 'http://keyed:1', 'os.environ/KEY'),
    model('e', 'openai/gpt-4', 'http://user:password@o:1'),
  ]
  expect(inAgent(script, { model_list })).toEqual([
    { address: 'http://o:1', models: ['a', 'b', 'c'], answers: true, absent: ['llama3'] },
  ])
})
