import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HostAuthError, HostKeyError, HostProgramError, HostUnreachableError } from '../../src/host/errors.ts'
import { acquireLease, releaseLease, renewLease } from '../../src/host/lease.ts'
import { observe } from '../../src/host/observe.ts'
import { connect, type Session } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { canary, manifestFor, open } from './gateway.ts'

let lab: Lab
let session: Session

beforeAll(async () => {
  lab = await startLab()
  session = await open(lab)
})
afterAll(async () => {
  session?.close()
  await lab?.stop()
})

const options = () => ({ ...lab.host, host: lab.host.address, logger: createRecordingLogger() })

function newKey(name: string): { line: string; text: string; fingerprint: string } {
  const file = join(lab.dir, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const shown = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' })
  return {
    line: readFileSync(`${file}.pub`, 'utf8').trim(),
    text: readFileSync(file, 'utf8'),
    fingerprint: shown.split(' ')[1] ?? '',
  }
}

async function failure<Kind extends Error>(
  work: Promise<unknown>,
  kind: abstract new (...args: never[]) => Kind,
) {
  const error = await work.then(
    () => expect.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(kind)
  return error as Kind
}

describe('connecting', () => {
  it('to a machine with another key is refused, with both fingerprints', async () => {
    const other = newKey('other-host')
    const error = await failure(connect({ ...options(), hostKey: other.line }), HostKeyError)
    expect(error.expected).toEqual([other.fingerprint])
    expect(error.got).toMatch(/^SHA256:/)
    expect(error.got).not.toBe(other.fingerprint)
    expect(error.message).toContain(`${error.got}, but ${other.fingerprint} is pinned`)
  })

  it('to a machine without a key of the pinned kind is refused', async () => {
    const pinned = execFileSync('sh', [
      '-c',
      `ssh-keygen -q -t ecdsa -N '' -f ${lab.dir}/e && cat ${lab.dir}/e.pub`,
    ])
    await lab.exec('rm -f /etc/ssh/ssh_host_ecdsa_key*')
    await failure(connect({ ...options(), hostKey: String(pinned) }), HostKeyError)
  })

  it('where nobody listens says what to look at', async () => {
    const error = await failure(connect({ ...options(), port: 1 }), HostUnreachableError)
    expect(error.message).toMatch(/^debian@169\.254\..*:1 cannot be reached: .*ECONNREFUSED.*firewall/)
  })

  it('is given up at once when it is not wanted any more', async () => {
    await lab.exec(
      'systemd-run -q --collect python3 -c "import socket, time; s = socket.create_server((str(), 2255)); c = s.accept(); time.sleep(60)"; sleep 1',
    )
    const end = new AbortController()
    const connecting = connect({ ...options(), port: 2255, signal: end.signal })
    const began = Date.now()
    setTimeout(() => end.abort(), 500)
    await failure(connecting, HostUnreachableError)
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  it('with a key that the host does not know names user and host', async () => {
    const error = await failure(connect({ ...options(), privateKey: newKey('stranger').text }), HostAuthError)
    expect(error.message).toMatch(/^debian@169\.254\..*:22 refuses the SSH key/)
  })

  it.each(['', 'no key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'])(
    'with %o for a key says that it cannot be read',
    async (privateKey) => {
      expect((await failure(connect({ ...options(), privateKey }), HostAuthError)).message).toContain('key')
    },
  )

  describe('through a machine to jump from', () => {
    const inner = () => ({ ...options(), host: '127.0.0.1', jump: { ...lab.host, host: lab.host.address } })

    it('reaches a host that only that one reaches', async () => {
      const own = await connect(inner())
      expect((await observe(own, {})).host.os.id).toBe('debian')
      expect(own.stats).toMatchObject({ connections: 2, execs: 1 })
      own.close()
    })

    it('each of the two has to show its own key', async () => {
      const other = newKey('other-jump').line
      const wrongJump = connect({ ...inner(), jump: { ...inner().jump, hostKey: other } })
      expect((await failure(wrongJump, HostKeyError)).message).toContain(lab.host.address)
      expect((await failure(connect({ ...inner(), hostKey: other }), HostKeyError)).message).toContain(
        '127.0.0.1',
      )
    })

    it('says which of the two does not get on', async () => {
      const error = await failure(connect({ ...inner(), port: 1 }), HostUnreachableError)
      expect(error.message).toMatch(/^debian@169\.254\..*:22 cannot reach 127\.0\.0\.1:1 for us/)
    })

    it('notices a host that hangs up before it has shown its key, as one does that boots', async () => {
      const listener = `import socket, time; s = socket.create_server(("127.0.0.1", 2244)); c = s.accept()[0]; c.sendall(b"SSH-2.0-x\\r\\n"); c.shutdown(1); time.sleep(60)`
      await lab.exec(`systemd-run -q --collect python3 -c '${listener}'; sleep 1`)
      const began = Date.now()
      await failure(connect({ ...inner(), port: 2244, timeoutMs: 20_000 }), HostUnreachableError)
      expect(Date.now() - began).toBeLessThan(10_000)
    })
  })
})

describe('a session', () => {
  it('observes an empty host in one connection and one exec, and changes nothing', async () => {
    const own = await open(lab)
    const listing =
      'find / -xdev -newer /tmp/before -not -path "/proc/*" -type f 2>/dev/null | grep -v -E "^/(run|var/log|tmp)"'
    await lab.exec('touch /tmp/before; sleep 1')
    const seen = await observe(own, { manifest: manifestFor(lab), image: lab.image, secrets: { A: canary } })
    expect((await lab.exec(listing)).stdout).toBe('')
    expect(own.stats).toEqual({ connections: 1, execs: 1, channels: 0 })
    expect(seen.host.os).toMatchObject({ id: 'debian', version: '13' })
    expect(seen.gateway).toBeNull()
    expect(seen.differs.keys).toContain('/etc/litellm/master_key')
    expect(JSON.stringify(seen)).not.toContain(canary)
    own.close()
  })

  it('starts a program before its input is known, in the same one exec', async () => {
    const own = await open(lab)
    own.begin('observe')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect((await observe(own, {})).host.os.id).toBe('debian')
    expect(own.stats).toEqual({ connections: 1, execs: 1, channels: 0 })
    own.close()
  })

  it('leaves no program behind that was started and asked nothing', async () => {
    const own = await open(lab)
    own.begin('observe')
    const running = async () => (await lab.exec('pgrep -fc "python3 -I -B -c"')).stdout.trim()
    await expect.poll(running, { timeout: 10_000 }).not.toBe('0')
    own.close()
    await expect.poll(running, { timeout: 10_000 }).toBe('0')
  })

  it('shows no value in the process list while it runs', async () => {
    await lab.exec('mkdir -p /var/lib/litellm-gitops; touch /var/lib/litellm-gitops/lease.lock')
    // Holds the lock that the program waits for, so that it can be looked at.
    const holding = lab.exec('flock /var/lib/litellm-gitops/lease.lock sleep 3')
    const asking = acquireLease(session, { holder: canary, run: canary, ttlSeconds: 60 })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const { stdout } = await lab.exec('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr "\\0" " "')
    expect(stdout).toContain('python3 -I -B -c')
    expect(stdout).not.toContain(canary)
    await Promise.all([holding, asking])
    await releaseLease(session, { holder: canary, run: canary })
  })

  it('keeps a second run out by the lease, and lets it in afterwards', async () => {
    const mine = { holder: 'octocat', run: 'https://github.example/runs/1', ttlSeconds: 60 }
    await acquireLease(session, mine)
    await renewLease(session, mine)
    const second = { holder: 'hubot', run: 'https://github.example/runs/2', ttlSeconds: 60 }
    const error = await failure(acquireLease(session, second), HostProgramError)
    expect(error.code).toBe('busy')
    expect(error.message).toContain('octocat is working on this gateway (https://github.example/runs/1)')
    await releaseLease(session, mine)
    expect((await acquireLease(session, second)).takenOver).toBeNull()
    await releaseLease(session, second)
  })

  it('speaks HTTP to a port of the host through itself, at most eight at a time', async () => {
    await lab.exec(`cat >/tmp/echo.py <<'PY'
import http.server, time
class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])); time.sleep(0.2)
        self.send_response(201); self.send_header("content-length", str(len(body))); self.send_header("x-path", self.path); self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", 7801), Echo).serve_forever()
PY
systemd-run -q --unit=echo python3 /tmp/echo.py; sleep 1`)
    const own = await open(lab)
    const tunnel = await own.forward(7801)
    const asked = Array.from({ length: 24 }, (_, n) =>
      tunnel.fetch(`/p?n=${n}`, { method: 'POST', body: `body ${n} ü` }),
    )
    const answers = await Promise.all(asked)
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(
      answers.map((_, n) => `body ${n} ü`),
    )
    expect(answers[3]?.status).toBe(201)
    expect(answers[3]?.headers.get('x-path')).toBe('/p?n=3')
    expect(own.stats.channels).toBeLessThanOrEqual(8)
    // Longer than an idle channel is kept: a new one is opened.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect((await tunnel.fetch('/again', { method: 'POST', body: 'x' })).status).toBe(201)
    own.close()
  })

  it('fails a request to a port where nobody listens', async () => {
    const tunnel = await session.forward(7999)
    await failure(tunnel.fetch('/'), HostUnreachableError)
  })

  it('notices that the link is cut while a program runs', async () => {
    const own = await open(lab)
    const holding = lab.exec('flock /var/lib/litellm-gitops/lease.lock sleep 4')
    const asking = acquireLease(own, { holder: 'cut', run: 'cut', ttlSeconds: 1 })
    asking.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await lab.exec(
      'for p in $(pgrep -f "sshd-session: debian"); do grep -q notty /proc/$p/cmdline && kill -9 $p; done; pkill -9 -f "sshd-session: debian"',
    )
    const error = await failure(asking, HostUnreachableError)
    expect(error.message).toContain('continues there')
    own.close()
    await holding
  })
})
