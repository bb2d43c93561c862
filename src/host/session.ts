import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { NodeSSH } from 'node-ssh'
import { READ_ONLY } from '../contract/names.ts'
import type { Answered, ProgramName, Question } from '../contract/programs.ts'
import { BOOTSTRAP, type OnEvent } from '../contract/wire.ts'
import type { Logger } from '../log/logger.ts'
import { agentModules } from './agent-modules.ts'
import { Answer } from './answer.ts'
import { explainConnectError } from './connect-errors.ts'
import { HostAuthError, HostError, HostProgramError, HostUnreachableError } from './errors.ts'
import { type Ended, execute } from './execute.ts'
import { hostFile } from './files.ts'
import { fingerprintOf, parseHostKeys } from './host-key.ts'
import { wrongKey } from './private-key.ts'
import { openTunnel, type Tunnel } from './tunnel.ts'

export interface Machine {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Pinned host keys, one "TYPE BASE64" a line. Mandatory: an unknown host is refused, not trusted. */
  readonly hostKey: string
}

export interface SessionOptions extends Machine {
  /** A machine that is reached first and from which the host is; it has its own pinned key and sees only ciphertext. */
  readonly jump?: Machine
  /** The private key itself (OpenSSH or PEM), not a path. */
  readonly privateKey: string
  readonly logger: Logger
  /** The key is one that the host forces to the observing program: nothing else is asked, and no module is sent. */
  readonly readOnly?: boolean
  /** For connecting, in milliseconds. */
  readonly timeoutMs?: number
  /** Ends the connection, whether it is open already or not. */
  readonly signal?: AbortSignal
}

/** What this session has cost so far. */
export interface SessionStats {
  connections: number
  execs: number
  channels: number
}

export interface RunOptions {
  readonly onEvent?: OnEvent
  /** Gives up waiting after this long; the program on the host continues to its end. */
  readonly timeoutMs?: number
  /** What the program reads after its question, for one that says so. */
  readonly body?: AsyncIterable<Uint8Array>
}

/** One SSH connection to the host; everything goes through it. */
export interface Session {
  /**
   * Runs a program of the agent on the host as root, in one exec; question and modules go in on stdin, nothing is installed.
   * @throws HostProgramError when the program refused, `answer` when it answers what the contract does not know;
   *   HostUnreachableError when the link died while it ran
   */
  run<Name extends ProgramName>(
    program: Name,
    question: Question<Name>,
    options?: RunOptions,
  ): Promise<Answered<Name>>
  /** Starts a program of the agent, which waits for the question that the next `run` of it brings: its own start is over by then. */
  begin(program: ProgramName): void
  /** HTTP to 127.0.0.1:port of the host, through this connection. */
  forward(port: number): Promise<Tunnel>
  /** Installs python3 where it is missing; one exec. */
  bootstrap(): Promise<void>
  readonly stats: Readonly<SessionStats>
  readonly readOnly: boolean
  close(): void
}

const CONNECT_MS = 20_000
const PROGRAM_MS = 45 * 60_000
const NOT_FOUND = 127

/** Connects and proves who answers, the machine to jump from first. @throws HostKeyError, HostUnreachableError, HostAuthError */
export async function connect(options: SessionOptions): Promise<Session> {
  const where = `${options.user}@${options.host}:${options.port}`
  const jump = options.jump === undefined ? undefined : await openConnection(options.jump, options)
  try {
    const socket = jump && (await through(jump.ssh, jump.where, options))
    const { ssh } = await openConnection(options, options, socket)
    if (jump !== undefined) ssh.connection?.once('close', () => jump.ssh.dispose())
    return new SshSession(ssh, options, where)
  } catch (error) {
    jump?.ssh.dispose()
    throw error
  }
}

/** A connection that is authenticated in both directions. @throws HostKeyError, HostUnreachableError, HostAuthError */
export async function openConnection(
  machine: Machine,
  { privateKey, timeoutMs, logger, signal }: SessionOptions,
  sock?: Readable,
): Promise<{ ssh: NodeSSH; where: string }> {
  const pinned = parseHostKeys(machine.hostKey)
  const where = `${machine.user}@${machine.host}:${machine.port}`
  const ssh = new NodeSSH()
  let shown: string | null = null
  signal?.addEventListener('abort', () => ssh.connection?.destroy())
  try {
    signal?.throwIfAborted()
    await ssh.connect({
      host: machine.host,
      port: machine.port,
      username: machine.user,
      privateKey,
      ...(sock === undefined ? {} : { sock }),
      readyTimeout: timeoutMs ?? CONNECT_MS,
      // Not `none` first, which only asks what else there is: a round trip.
      authHandler: ['publickey'],
      // A link that is dead in the middle is noticed within half a minute.
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: pinned.algorithms },
      hostVerifier: (key: Buffer) => {
        shown = fingerprintOf(key)
        return pinned.accepts(key)
      },
    })
  } catch (cause) {
    ssh.dispose()
    throw explainConnectError(cause, where, pinned.fingerprints, shown, wrongKey(privateKey))
  }
  logger.debug(`connected to ${where}, host key ${shown}`)
  return { ssh, where }
}

async function through(jump: NodeSSH, from: string, { host, port }: Machine): Promise<Readable> {
  // Without a listener a broken link would end the process; the connection that it carries reports it.
  jump.connection?.on('error', () => {})
  try {
    const stream = await jump.forwardOut('127.0.0.1', 0, host, port)
    // A host that hangs up while it boots ends one direction only, and nobody would ever hear of the other.
    stream.once('end', () => stream.close())
    return stream
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new HostUnreachableError(
      `${from} cannot reach ${host}:${port} for us: ${said}. Check the address as seen from there, and that its sshd has AllowTcpForwarding.`,
      { cause },
    )
  }
}

class SshSession implements Session {
  readonly stats: SessionStats
  readonly readOnly: boolean
  private readonly ssh: NodeSSH
  private readonly sudo: string
  private readonly where: string
  private readonly logger: Logger
  private lost: Error | undefined
  private readonly closed: Promise<void>
  private readonly begun = new Map<ProgramName, Begun>()
  private readonly tunnels = new Set<Tunnel>()

  constructor(ssh: NodeSSH, options: SessionOptions, where: string) {
    this.ssh = ssh
    this.where = where
    this.readOnly = options.readOnly === true
    this.logger = options.logger
    this.stats = { connections: options.jump === undefined ? 1 : 2, execs: 0, channels: 0 }
    this.sudo = options.user === 'root' ? '' : 'sudo -n '
    // Without a listener a broken link would end the process; with it the pending exec reports it.
    ssh.connection?.on('error', (error) => {
      this.lost = error
    })
    this.closed = new Promise((resolve) => ssh.connection?.once('close', resolve))
  }

  async run<Name extends ProgramName>(
    program: Name,
    question: Question<Name>,
    options: RunOptions = {},
  ): Promise<Answered<Name>> {
    const { stdin, answer, ended } = this.begun.get(program) ?? this.start(program)
    this.begun.delete(program)
    answer.onEvent = options.onEvent
    const sent = send(stdin, `${JSON.stringify(question)}\n`, options.body)
    // Its schemas are loaded while the host is at work.
    const reading = import('./read-answer.ts')
    const { code, stderr } = await this.within(options.timeoutMs ?? PROGRAM_MS, Promise.race([ended, sent]))
    // One that has seen enough reads no further.
    stdin.destroy()
    const { readAnswer } = await reading
    const result = answer.end(() => this.noAnswer(program, code, [...answer.noise, stderr].join('\n')))
    return readAnswer(program, result, this.where)
  }

  begin(program: ProgramName): void {
    this.begun.set(program, this.start(program))
  }

  private start(main: ProgramName): Begun {
    const stdin = new PassThrough()
    const answer = new Answer({ where: this.where, note: (text) => this.logger.debug(text) })
    const command = this.readOnly ? this.only(main) : `${this.sudo}python3 -I -B -c '${BOOTSTRAP}'`
    // The read-only key's program has its modules on the host.
    if (!this.readOnly) stdin.write(`${JSON.stringify({ modules: agentModules(main), main })}\n`)
    const ended = this.exec(command, stdin, (chunk) => answer.add(chunk))
    return { stdin, answer, ended }
  }

  /** The host ignores the name; a program that it would not run is not asked for. */
  private only(main: ProgramName): string {
    if ((READ_ONLY as readonly string[]).includes(main)) return main
    throw new HostAuthError(
      `The SSH key given is the read-only key, and ${main} on ${this.where} changes something. Give the key that may.`,
    )
  }

  async forward(port: number): Promise<Tunnel> {
    const tunnel = openTunnel(port, async () => {
      this.stats.channels += 1
      return await this.ssh.forwardOut('127.0.0.1', 0, '127.0.0.1', port)
    })
    this.tunnels.add(tunnel)
    return tunnel
  }

  async bootstrap(): Promise<void> {
    const ended = this.exec(`${this.sudo}sh -s`, hostFile('bootstrap.sh'))
    const { code, stderr } = await this.within(10 * 60_000, ended)
    if (code !== 0) throw this.noAnswer('bootstrap', code, stderr)
  }

  close(): void {
    for (const tunnel of this.tunnels) tunnel.close()
    this.ssh.dispose()
  }

  private exec(
    command: string,
    stdin: string | Readable,
    onStdout: (chunk: string) => void = () => {},
  ): Promise<Ended> {
    this.stats.execs += 1
    const ended = execute(this.ssh, command, stdin, onStdout)
    // The caller that waits for it may have given up before: a late rejection is nobody's then, and must not end the process.
    ended.catch(() => {})
    return ended
  }

  private async within(timeoutMs: number, ended: Promise<Ended>): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await Promise.race([
        ended,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(this.tooSlow(timeoutMs)), timeoutMs)
        }),
        this.disconnected(),
      ])
    } finally {
      clearTimeout(timer)
    }
  }

  private async disconnected(): Promise<never> {
    await this.closed
    const reason = this.lost === undefined ? '' : ` (${this.lost.message})`
    throw new HostUnreachableError(
      `The connection to ${this.where} broke${reason}. What was started on the host continues there; run again to see how it ended.`,
      { cause: this.lost },
    )
  }

  private tooSlow(timeoutMs: number): Error {
    return new HostError(
      `The program on ${this.where} did not answer within ${Math.round(timeoutMs / 1000)} s. It continues there; run again to see how it ended.`,
    )
  }

  private noAnswer(main: string, code: number | null, stderr: string): Error {
    const said = stderr.trim().split('\n').slice(-5).join('\n')
    this.logger.debug(`${main} on ${this.where} exited ${code}: ${said}`)
    if (/must have a tty/.test(said)) {
      return new HostAuthError(
        `sudo on ${this.where} wants a terminal, which no program has. Remove "Defaults requiretty" there, or lift it for this user: "Defaults:USER !requiretty" in /etc/sudoers.d.`,
      )
    }
    if (NO_SUDO.test(said)) {
      return new HostAuthError(
        `${this.where} cannot become root without a password. Let it: "USER ALL=(ALL) NOPASSWD: ALL" in /etc/sudoers.d, or connect as root.`,
      )
    }
    if (code === NOT_FOUND || /command not found|not found/.test(said)) {
      return new HostProgramError('no-python', `python3 or sudo is missing on ${this.where}: ${said}`, [], {})
    }
    return new HostProgramError(
      'no-answer',
      `${main} on ${this.where} ended (exit ${code}) without an answer. ${said.split('\n').at(-1) ?? ''}`.trimEnd(),
      said.split('\n'),
      {},
    )
  }
}

/** Never settles but by an error of the body itself: how the program ends decides when it is over. */
async function send(stdin: PassThrough, question: string, body?: AsyncIterable<Uint8Array>): Promise<never> {
  if (body === undefined) stdin.end(question)
  else {
    stdin.write(question)
    await pipeline(body, stdin).catch((error) => {
      // It was let go, as the program has ended.
      if (!stdin.destroyed || stdin.errored !== null) throw error
    })
  }
  return await new Promise<never>(() => {})
}

/** What sudo says, and sudo-rs. */
const NO_SUDO =
  /a password is required|interactive authentication is required|not in the sudoers|not allowed to execute|I'm afraid I can't do that/

/** A program that was started on the host. */
interface Begun {
  /** Its input is written here, as one line. */
  readonly stdin: PassThrough
  readonly answer: Answer
  readonly ended: Promise<Ended>
}
