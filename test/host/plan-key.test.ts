import { execFile, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAN_USER } from '../../src/contract/names.ts'
import type { HostManifest } from '../../src/contract/programs/rollout.ts'
import { deploy } from '../../src/host/deploy.ts'
import { HostAuthError } from '../../src/host/errors.ts'
import { readMasterKey } from '../../src/host/master-key.ts'
import { observe } from '../../src/host/observe.ts'
import { connect, type Session } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { canary, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/** The key of pull requests: it gets the facts that a plan needs, and whatever else is tried with it is refused. */
let gateway: DeployedGateway
let key: { file: string; line: string; text: string }
let manifest: HostManifest
/** What must be seen in no answer. */
let secrets: string[]
let standing: string

beforeAll(async () => {
  gateway = await startGateway()
  const { lab } = gateway
  const file = join(lab.dir, 'plan-key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  key = { file, line: readFileSync(`${file}.pub`, 'utf8'), text: readFileSync(file, 'utf8') }
  writeFileSync(join(lab.dir, 'known_hosts'), `${lab.host.address} ${lab.host.hostKey}\n`)
  manifest = manifestWith(key.line)
  const own = await open(lab)
  expect(await deploy(own, { ...deployInput(lab), manifest })).toMatchObject({ outcome: 'converged' })
  own.close()
  const files = 'master_key salt_key postgres_password redis_password'
  const { stdout } = await lab.exec(
    `cd /etc/litellm; cat ${files}; cat /var/lib/litellm-gitops/fingerprint.key`,
  )
  secrets = [...stdout.trim().split('\n'), canary]
  standing = await state()
})
afterAll(async () => await gateway?.lab.stop())

const manifestWith = (planKey: string) => manifestFor(gateway.lab, { planKey })

/** Everything that the key could have changed: files outside of logs and databases, accounts, processes that serve. */
async function state(): Promise<string> {
  const { stdout } = await gateway.lab.exec(
    'find /etc /usr /opt /root /home /srv /tmp /var/tmp /run/litellm-gitops /run/sshd* /var/lib/litellm-gitops /var/lib/litellm-plan ' +
      '/var/spool -xdev -not -path "/tmp/systemd-private*" -printf "%p %T@ %m %U\\n" | sort; ' +
      'systemctl show -p MainPID,InvocationID litellm caddy redis-server; atq 2>/dev/null; crontab -u litellm-plan -l 2>/dev/null',
  )
  return stdout
}

interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const options = (user: string) => [
  ...[
    '-F',
    'none',
    '-i',
    key.file,
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    'BatchMode=yes',
    '-o',
    'LogLevel=ERROR',
  ],
  ...['-o', `UserKnownHostsFile=${join(gateway.lab.dir, 'known_hosts')}`, '-o', 'ControlPath=none'],
  ...['-o', `User=${user}`],
]

/** Runs a client of OpenSSH with the read-only key. */
function client(
  program: 'ssh' | 'sftp' | 'scp',
  args: readonly string[],
  {
    stdin = '',
    user = PLAN_USER,
    env = {},
    timeout = 30_000,
  }: { stdin?: string; user?: string; env?: object; timeout?: number } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...options(user), ...args],
      { env: { ...process.env, ...env }, timeout, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(stdin)
  })
}

const ssh = (args: readonly string[], more: Parameters<typeof client>[2] = {}) =>
  client('ssh', [...args.slice(0, -1), '--', gateway.lab.host.address, ...args.slice(-1)], more)

const request = (more: object = {}) => ({
  files: {},
  packages: [],
  units: [],
  image: null,
  secrets: {},
  budgets: {},
  prices: [],
  gateway: false,
  ...more,
})

function expectNoSecret({ stdout, stderr }: Answer): void {
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret)
}

async function look(session?: Session) {
  const { lab } = gateway
  const own =
    session ??
    (await connect({
      ...lab.host,
      host: lab.host.address,
      user: PLAN_USER,
      privateKey: key.text,
      readOnly: true,
      logger: createRecordingLogger(),
    }))
  try {
    return await observe(own, { manifest, image: lab.image, secrets: { OPENAI_API_KEY: canary } })
  } finally {
    own.close()
  }
}

describe('the read-only key', () => {
  it('gets the same facts as the other key, in one connection and one exec, without a secret', async () => {
    const whole = await look(await open(gateway.lab))
    const seen = await look()
    const { OPENAI_API_KEY: compared } = whole.gateway?.env ?? {}
    // What differs: time goes on, and no value was sent to compare with.
    expect({ ...seen, host: { ...seen.host, time: '', disk: null } }).toEqual({
      ...whole,
      host: { ...whole.host, time: '', disk: null },
      gateway: { ...whole.gateway, env: { OPENAI_API_KEY: { live: compared?.live, given: null } } },
    })
    expect(seen.differs).toMatchObject({ files: [], packages: [], units: [], accounts: [] })
    expect(seen.gateway?.healthy).toBe(true)
    expectNoSecret({ code: 0, stdout: JSON.stringify(seen), stderr: '' })
  })

  it('is refused on the runner already for what changes something', async () => {
    const { lab } = gateway
    const session = await connect({
      ...lab.host,
      host: lab.host.address,
      user: PLAN_USER,
      privateKey: key.text,
      readOnly: true,
      logger: createRecordingLogger(),
    })
    await expect(readMasterKey(session)).rejects.toThrow(HostAuthError)
    await expect((await session.forward(4000)).fetch('/health/readiness')).rejects.toThrow()
    session.close()
  })

  const commands = [
    'id',
    'cat /etc/litellm/master_key',
    'sudo -n cat /etc/litellm/master_key',
    'sudo -n -s',
    'sh -c "cat /etc/passwd"',
    'bash -i',
    '; cat /etc/litellm/env',
    '$(cat /etc/litellm/env)',
    '`touch /tmp/pwned`',
    '&& touch /tmp/pwned',
    '| tee /tmp/pwned',
    '> /tmp/pwned',
    'x\ntouch /tmp/pwned',
    '-c touch /tmp/pwned',
    '--help',
    'observe; touch /tmp/pwned',
    'master_key',
    "python3 -c \"open('/tmp/pwned', 'w')\"",
    'env',
    'kill -9 1',
    'systemctl stop litellm',
    'crontab -',
    'scp -t /tmp',
    'scp -f /etc/litellm/env',
    'rsync --server --sender -logDtpr . /etc/litellm',
    'internal-sftp',
    '/usr/lib/openssh/sftp-server',
    'git-upload-pack /etc',
    'podman run --privileged -v /:/host x',
    `${'A'.repeat(60_000)}`,
  ]
  it.each(commands.map((command) => [command.slice(0, 60), command]))(
    'ignores the command %j',
    async (_, command) => {
      const answer = await ssh([command])
      expect(answer.code).toBe(1)
      expect(JSON.parse(answer.stdout)).toMatchObject({ error: { code: 'request' } })
      expectNoSecret(answer)
    },
  )

  it('gives no shell, with a terminal or without', async () => {
    const { address } = gateway.lab.host
    const plain = await client('ssh', [address], { stdin: 'id\ncat /etc/litellm/env\n' })
    expect(JSON.parse(plain.stdout)).toMatchObject({ error: { code: 'request' } })
    const terminal = await client('ssh', ['-tt', address], { stdin: 'id\n' })
    expect(terminal.stderr).toContain('PTY allocation request failed')
    expect(terminal.stdout).not.toContain('uid=')
  })

  it('gives no files by sftp or scp, in either direction', async () => {
    const { address } = gateway.lab.host
    const target = join(gateway.lab.dir, 'taken')
    // Side by side: each waits for an answer that the program which it gets instead never gives; a file takes a tenth of the time.
    const timeout = 10_000
    const attempts = [
      client('sftp', ['-b', '-', address], { stdin: 'get /etc/hostname /dev/null\n', timeout }),
      ...[[], ['-O']].flatMap((old) => [
        client('scp', [...old, `${address}:/etc/hostname`, target], { timeout }),
        client('scp', [...old, key.file, `${address}:/tmp/pwned`], { timeout }),
      ]),
    ]
    for (const { code } of await Promise.all(attempts)) expect(code).not.toBe(0)
    expect(existsSync(target)).toBe(false)
    expect((await gateway.lab.exec('test -e /tmp/pwned')).code).toBe(1)
  })

  it.each([
    ['-W', '127.0.0.1:4000'],
    ['-W', '127.0.0.1:5432'],
    ['-W', '127.0.0.1:22'],
  ])('opens no way into the host: %s %s', async (...args) => {
    const answer = await client('ssh', [...args, gateway.lab.host.address], {
      stdin: 'GET / HTTP/1.0\r\n\r\n',
    })
    expect(answer.code).not.toBe(0)
    expect(answer.stdout).toBe('')
    expect(answer.stderr).toMatch(/forwarding failed|prohibited|refused/)
  })

  it.each([
    ['-R', '17000:127.0.0.1:22'],
    ['-R', '/tmp/pwned.sock:127.0.0.1:22'],
    ['-R', '17000'],
    ['-w', '0:0'],
  ])('opens no way out of the host: %s %s', async (...args) => {
    const answer = await client('ssh', [
      '-o',
      'ExitOnForwardFailure=yes',
      '-N',
      ...args,
      gateway.lab.host.address,
    ])
    expect(answer.code).not.toBe(0)
    expect(answer.stderr).toMatch(/forwarding failed|forwarding request failed|prohibited|Tunnel|tunnel/)
  })

  it.each([
    ['a local port', ['-L', '17001:127.0.0.1:4000']],
    ['a local socket', ['-L', '17001:/run/caddy/admin.sock']],
    ['a SOCKS proxy', ['-D', '17001']],
  ])('carries nothing through %s', async (_, args) => {
    const child = spawn('ssh', [...options(PLAN_USER), '-N', ...args, gateway.lab.host.address])
    try {
      const proxy =
        args[0] === '-D'
          ? ['--socks5', '127.0.0.1:17001', 'http://127.0.0.1:4000/']
          : ['http://127.0.0.1:17001/']
      const got = await new Promise<string>((resolve) =>
        execFile(
          'curl',
          ['-s', '--retry', '20', '--retry-delay', '0', '--retry-connrefused', '--max-time', '10', ...proxy],
          (_error, stdout) => resolve(stdout),
        ),
      )
      expect(got).toBe('')
    } finally {
      child.kill()
    }
  })

  it('forwards no agent and no display, and takes no environment', async () => {
    const { lab } = gateway
    mkdirSync(join(lab.dir, 'agent'), { recursive: true })
    const names = [
      'LC_PWNED',
      'LANG',
      'LD_PRELOAD',
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'BASH_ENV',
      'ENV',
      'SUDO_ASKPASS',
    ]
    const child = spawn('ssh', [
      ...options(PLAN_USER),
      ...['-A', '-X', '-o', `SetEnv=${names.map((name) => `${name}=/tmp/pwned`).join(' ')}`],
      lab.host.address,
    ])
    try {
      // It waits for its line of input meanwhile.
      const environ =
        'cat /proc/$(pgrep -u root -f "^/usr/bin/python3 -IB /usr/local/lib/litellm-gitops/observe$")/environ | tr "\\0" "\\n"'
      let seen = ''
      for (let turn = 0; turn < 50 && !seen.includes('SUDO_USER'); turn += 1) {
        seen = (await lab.exec(`${environ} 2>/dev/null; true`)).stdout
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      expect(seen).toContain(`SUDO_USER=${PLAN_USER}`)
      expect(seen).not.toMatch(/pwned|SSH_AUTH_SOCK|DISPLAY/)
      expect((await lab.exec('find /tmp -name "ssh-*" -o -name "agent.*"')).stdout).toBe('')
    } finally {
      child.kill()
    }
  })
})

describe('the program for the read-only key', () => {
  const want = { sha256: '0'.repeat(64), mode: '0600', owner: 'root:root' }
  it.each<[string, string]>([
    ['no JSON', 'cat /etc/litellm/master_key'],
    ['a list', '[]'],
    ['nothing of what is needed', '{}'],
    ['modules of our own', JSON.stringify({ ...request(), modules: { loader: 'x' }, main: 'master_key' })],
    ['an option for a package', JSON.stringify(request({ packages: ['--admindir=/tmp'] }))],
    ['an option for a unit', JSON.stringify(request({ units: ['--version'] }))],
    ['a unit with a shell in it', JSON.stringify(request({ units: ['$(touch /tmp/pwned).service'] }))],
    ['an option for an image', JSON.stringify(request({ image: '--help' }))],
    ['a guess of a key', JSON.stringify(request({ secrets: { OPENAI_API_KEY: canary } }))],
    ['a file without its fields', JSON.stringify(request({ files: { '/etc/shadow': {} } }))],
    [
      'a file with another mode',
      JSON.stringify(request({ files: { '/etc/shadow': { ...want, mode: '-1' } } })),
    ],
    ['an owner with a path', JSON.stringify(request({ files: { '/x': { ...want, owner: '../..:root' } } }))],
    [
      'thousands of files',
      JSON.stringify(
        request({ files: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`/f${n}`, want])) }),
      ),
    ],
    ['a gateway that is neither true nor false', JSON.stringify(request({ gateway: 'yes' }))],
    ['brackets without end', '['.repeat(500_000)],
    ['ten megabytes', JSON.stringify(request({ image: 'x'.repeat(10_000_000) }))],
    ['an owner that is no text', JSON.stringify(request({ budgets: { user: [{ id: 1 }] } }))],
    ['owners without end', JSON.stringify(request({ budgets: { user: Array(200_000).fill('u') } }))],
    ['bytes that are no text', '\u0000\uFFFF\u0001'],
  ])('refuses %s', async (_, stdin) => {
    const answer = await ssh(['observe'], { stdin: `${stdin}\n` })
    expect(answer.code).toBe(1)
    expect(JSON.parse(answer.stdout)).toMatchObject({ error: { code: 'request' } })
    expectNoSecret(answer)
  })

  it('does not tell what a file holds that is not one of ours', async () => {
    const { lab } = gateway
    const text = (await lab.exec('cat /etc/litellm/master_key')).stdout
    const right = {
      sha256: createHash('sha256').update(text).digest('hex'),
      mode: '0600',
      owner: 'root:root',
    }
    const files = {
      '/etc/litellm/master_key': right,
      '/etc/litellm/../litellm/salt_key': want,
      '/nowhere': want,
    }
    const answer = await ssh(['observe'], { stdin: `${JSON.stringify(request({ files }))}\n` })
    expect(JSON.parse(answer.stdout).result.differs.files).toEqual(Object.keys(files).sort())
  })

  it('answers one at a time, however many ask', async () => {
    const stdin = `${JSON.stringify(request({ gateway: true }))}\n`
    const answers = await Promise.all(Array.from({ length: 4 }, () => ssh(['observe'], { stdin })))
    for (const answer of answers)
      expect(JSON.parse(answer.stdout)).toHaveProperty('result.gateway.healthy', true)
  })

  it.each([
    'sudo -n cat /etc/litellm/master_key',
    'sudo -n -s',
    'sudo -n -u postgres psql -c "select 1"',
    'sudo -n /usr/local/lib/litellm-gitops/observe --help',
    'sudo -n PYTHONPATH=/tmp /usr/local/lib/litellm-gitops/observe',
    'sudo -n -E /usr/local/lib/litellm-gitops/observe',
    'sudo -n /usr/local/lib/litellm-gitops/../litellm-gitops/container/start',
    'cat /etc/litellm/env',
    'cat /var/lib/litellm-gitops/fingerprint.key',
    'touch /var/lib/litellm-plan/x',
    'touch /var/lib/litellm-plan/.ssh/x',
    'sh -c "echo >>/var/lib/litellm-plan/.ssh/authorized_keys"',
    'sh -c "echo >>/usr/local/lib/litellm-gitops/agent.json"',
    'sh -c "echo >>/etc/sudoers.d/litellm-plan"',
  ])('its account could not, even with a shell: %s', async (command) => {
    const answer = await gateway.lab.exec(`runuser -u ${PLAN_USER} -- ${command} </dev/null`)
    expect(answer.code).not.toBe(0)
    expectNoSecret(answer)
  })
})

describe('after all that', () => {
  it('nothing on the host has changed', async () => {
    expect(await state()).toBe(standing)
  })

  it('sudo-rs, which newer Ubuntu has in the place of sudo, lets it start the program and nothing else', async () => {
    const { lab } = gateway
    const sudo = '/usr/lib/cargo/bin/sudo'
    const install =
      'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends sudo-rs'
    const installed = await lab.exec(`${install} && ln -s ${sudo} /usr/local/bin/sudo`)
    expect(installed.code, installed.stderr).toBe(0)
    const read = await lab.exec('/usr/lib/cargo/bin/visudo -c -f /etc/sudoers.d/litellm-plan')
    expect([read.code, read.stdout + read.stderr]).toEqual([0, expect.stringContaining('parsed OK')])
    const answer = await ssh(['observe'], { stdin: `${JSON.stringify(request())}\n` })
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(answer.stdout)).toHaveProperty('result.host.os.id', 'debian')
    for (const command of [
      'cat /etc/litellm/master_key',
      '/usr/local/lib/litellm-gitops/observe --help',
      '-s',
    ]) {
      const refused = await lab.exec(`runuser -u ${PLAN_USER} -- ${sudo} -n ${command} </dev/null`)
      expect(refused.code).not.toBe(0)
      expectNoSecret(refused)
    }
    const { stderr } = await lab.exec(`runuser -u postgres -- ${sudo} -n true`)
    expect(stderr).not.toContain('litellm-plan')
    await lab.exec('rm /usr/local/bin/sudo')
  })

  it('deploy takes the key away when it is declared no more', async () => {
    const { lab } = gateway
    const own = await open(lab)
    const result = await deploy(own, { ...deployInput(lab), manifest: manifestWith('') })
    own.close()
    expect(result.changed).toContain('/var/lib/litellm-plan/.ssh/authorized_keys')
    expect((await ssh(['id'])).stderr).toContain('Permission denied')
  })

  // Last, because sshd shuts an address out for a while that keeps failing to log in.
  it.each(['debian', 'root', 'postgres', 'caddy'])('opens no other account: %s', async (user) => {
    const answer = await ssh(['id'], { user })
    expect(answer.code).toBe(255)
    expect(answer.stderr).toMatch(/Permission denied|Connection (closed|reset)|Not allowed/)
  })
})
