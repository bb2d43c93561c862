import { setTimeout as sleep } from 'node:timers/promises'
import type { MoveRecord } from '../../contract/programs/move.ts'
import { HostError } from '../../host/errors.ts'
import { agentFiles } from '../../host/files.ts'
import { lastLine, quoted, type Said, type Shell } from '../../host/shell.ts'
import { type Attached, type Container, PATHS, serviceOf } from './containers.ts'
import { FORWARD_LABEL, type Project, portOf } from './project.ts'

/** The container that is in the place of LiteLLM's on the old machine. */
export const FORWARD = 'litellm-gitops-forward'
const OPEN = '/tmp/litellm-gitops-open'
/** LiteLLM finishes what it has begun, and writes its spend. */
const STOP_SECONDS = 120
const READY_MS = 240_000
/** Networks in which no name leads to a container. */
const NAMELESS = new Set(['bridge', 'podman', 'host', 'none'])

const PYTHON =
  'p=$(command -v python3 || command -v python || head -n 1 "$(command -v litellm)" | cut -c 3-); "$p" -c "import ssl, http.server" && echo "$p"'
/** Key and URL come on standard input. */
const STATUS = `import sys, urllib.request, urllib.error
url, key = sys.stdin.read().split("\\n")[:2]
try:
    print(urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": "Bearer " + key} if key else {}), timeout=20).status)
except urllib.error.HTTPError as error:
    print(error.code)
except OSError as error:
    print(error)
`

const LISTENS = `import socket, sys, time
end = time.monotonic() + 60
for port in sys.argv[1:]:
    while True:
        try:
            socket.create_connection(("127.0.0.1", int(port)), 5).close()
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
`
/** How the shell there ends where the old gateway did not. */
const NOT_STOPPED = 97

/** The Python of LiteLLM's running container; undefined where there is none that a forwarding could run with. */
export async function pythonOf(
  shell: Shell,
  { engine, id, running, networkMode }: Container,
): Promise<string | undefined> {
  if (!running || networkMode.startsWith('container:')) return undefined
  const { code, stdout } = await run(shell, `${engine} exec ${id} sh -c ${quoted(PYTHON)}`)
  const path = stdout.trim()
  return code === 0 && path.startsWith('/') ? path : undefined
}

/** What a URL answers, as seen from within the container: a status, or in words why there is none. */
export async function answerOf(
  shell: Shell,
  { engine, id }: Container,
  python: string,
  url: string,
  key = '',
): Promise<string> {
  const command = `${engine} exec -i ${id} ${quoted(python)} -c ${quoted(STATUS)}`
  const { stdout, stderr } = await run(shell, command, `${url}\n${key}\n`)
  return stdout.trim() || lastLine(stderr) || 'nothing'
}

/**
 * Makes the container that takes the place of LiteLLM's, so that its port is free for a moment only. LiteLLM serves on. Can be called
 * again. @throws HostError
 */
export async function readyToHold(
  shell: Shell,
  { engine, gateways }: Project,
  { target, python }: Pick<MoveRecord, 'target' | 'python'>,
  warn: (text: string) => void,
): Promise<void> {
  for (const { name, restart } of gateways.filter((one) => one.restart === 'always')) {
    // Or it comes back with the machine.
    const { code } = await run(shell, `${engine} update --restart unless-stopped ${quoted(name)}`)
    if (code !== 0)
      warn(
        `${name} has the restart policy ${restart}, which this ${engine} cannot change: a reboot of the old machine starts it again.`,
      )
  }
  if (python !== undefined) await makeForward(shell, engine, gateways, { target, python, address: 'same' })
}

/**
 * Ends LiteLLM there, which writes its spend, and has requests wait in its place: from when this answers on, all of them. Can be called
 * again, after `readyToHold`. @throws HostError
 */
export async function hold(
  shell: Shell,
  { engine, gateways }: Project,
  { target, python }: Pick<MoveRecord, 'target' | 'python'>,
  warn: (text: string) => void,
): Promise<void> {
  const names = gateways.map(({ name }) => quoted(name)).join(' ')
  const start = python === undefined ? '' : `; exec ${engine} start ${FORWARD}`
  const stop = `${engine} stop -t ${STOP_SECONDS} ${names} || exit ${NOT_STOPPED}${start}`
  const { code, stderr } = await run(shell, stop)
  if (code === NOT_STOPPED || (code !== 0 && python === undefined))
    throw new HostError(
      `The old gateway cannot be stopped on ${shell.where}: ${lastLine(stderr) || `exit ${code}`}.`,
    )
  if (python !== undefined) {
    if (code !== 0) {
      // Somebody else has the address now; another one does as well.
      await makeForward(shell, engine, gateways, { target, python, address: 'any' })
      await must(shell, `${engine} start ${FORWARD}`, 'The forwarding cannot be started')
    }
    await resetUnheard(shell, engine, gateways, python)
    await untilListening(shell, engine, gateways, python)
  }
  await warnOfKilled(shell, engine, names, warn)
}

async function makeForward(
  shell: Shell,
  engine: string,
  gateways: readonly Container[],
  how: Forwarding,
): Promise<void> {
  await run(shell, `${engine} rm -f ${FORWARD}`)
  const [network, ...others] = networksOf(gateways)
  await must(
    shell,
    `${engine} create ${forwardArguments(gateways, network, how)}`,
    'The forwarding cannot be made',
  )
  for (const one of others)
    await must(
      shell,
      `${engine} network connect ${aliases(one, '--alias')} ${quoted(one.network)} ${FORWARD}`,
      'The forwarding cannot join a network',
    )
}

/** Of podman's own listening, before the way into the container was there: such a client would wait until it gives up. */
async function resetUnheard(
  shell: Shell,
  engine: string,
  gateways: readonly Container[],
  python: string,
): Promise<void> {
  const ports = gateways.flatMap((one) => one.published.map(({ hostPort }) => hostPort))
  const [{ imageId }] = gateways as [Container]
  if (!engine.endsWith('podman') || ports.length === 0) return
  const rights = '--user 0:0 --cap-drop ALL --cap-add NET_ADMIN --security-opt no-new-privileges'
  const script = agentFiles()['litellm/in_image/reset.py'] ?? ''
  // Where it may not, as without root, podman has another way to the port, and there is nothing to reset.
  await run(
    shell,
    `${engine} run --rm --network host ${rights} --entrypoint ${quoted(python)} ${quoted(imageId)} -c ${quoted(script)} ${ports.join(' ')}`,
  )
}

/** A container is started before its program is. @throws HostError */
async function untilListening(
  shell: Shell,
  engine: string,
  gateways: readonly Container[],
  python: string,
): Promise<void> {
  const command = [quoted(python), '-c', quoted(LISTENS), ...portsWithin(gateways)].join(' ')
  await must(shell, `${engine} exec ${FORWARD} ${command}`, 'The forwarding does not answer')
}

/** One that did not end in its time was killed, before it wrote what was spent. */
async function warnOfKilled(
  shell: Shell,
  engine: string,
  names: string,
  warn: (text: string) => void,
): Promise<void> {
  const { stdout } = await run(
    shell,
    `${engine} inspect --type container --format '{{.State.ExitCode}}' ${names}`,
  )
  if (stdout.split('\n').includes('137'))
    warn(
      `The old LiteLLM did not end within ${STOP_SECONDS} s and was killed: what its last requests cost may be missing. Its entry point may not pass the signal on.`,
    )
}

/** Lets the requests go to the new gateway, those that wait first. @throws HostError */
export async function openForward(shell: Shell, engine: string): Promise<void> {
  await must(
    shell,
    `${engine} exec ${FORWARD} sh -c ${quoted(`: >${OPEN}`)}`,
    'The requests that wait cannot be let go',
  )
}

/** Everything there as before: no forwarding, and LiteLLM serves. Can be called again. @throws HostError */
export async function giveBack(
  shell: Shell,
  project: Project,
  { containers }: Pick<MoveRecord, 'containers'>,
): Promise<void> {
  const { engine } = project
  const exists = await run(shell, `${engine} inspect --type container ${FORWARD}`)
  if (exists.code === 0) await must(shell, `${engine} rm -f ${FORWARD}`, 'The forwarding cannot be removed')
  for (const { name, restart } of containers.filter((one) => one.restart === 'always'))
    await run(shell, `${engine} update --restart ${restart} ${quoted(name)}`)
  const names = containers.map(({ name }) => quoted(name)).join(' ')
  await must(shell, `${engine} start ${names}`, 'The old gateway cannot be started')
  const [gateway] = project.gateways
  if (gateway !== undefined) await untilReady(shell, { ...gateway, running: true })
}

async function untilReady(shell: Shell, gateway: Container): Promise<void> {
  const python = await pythonOf(shell, gateway)
  if (python === undefined) return
  const end = performance.now() + READY_MS
  for (;;) {
    const answer = await answerOf(
      shell,
      gateway,
      python,
      `http://127.0.0.1:${portOf(gateway)}/health/readiness`,
    )
    if (answer === '200') return
    if (performance.now() > end)
      throw new HostError(
        `${gateway.name} on ${shell.where} was started and does not get ready (${answer}). Its log: ${gateway.engine} logs ${gateway.name}`,
      )
    await sleep(1000)
  }
}

/** The networks of all of them, each once. */
function networksOf(gateways: readonly Container[]): Attached[] {
  const found = new Map<string, Attached>()
  for (const gateway of gateways)
    for (const one of gateway.networks) {
      const names = [...(found.get(one.network)?.names ?? []), ...one.names, gateway.name, serviceOf(gateway)]
      // Docker has the container's own id among them.
      const known = new Set(names.filter((name) => !/^[0-9a-f]{12,64}$/.test(name)))
      found.set(one.network, { ...one, names: [...known] })
    }
  return [...found.values()]
}

function aliases({ network, names }: Attached, option: string): string {
  return NAMELESS.has(network) ? '' : names.map((name) => `${option} ${quoted(name)}`).join(' ')
}

interface Forwarding {
  readonly target: string
  readonly python: string
  /** Whether it has the address that LiteLLM's container had. */
  readonly address: 'same' | 'any'
}

/**
 * Podman's firewall leads a connection that is being made to the address that the port had, also when that container is gone: such a
 * client would wait for nobody. Docker ends the way first, and lets nobody choose in a network that compose made.
 */
function sameAddress(engine: string, { addresses, mac }: Attached): string {
  const ip = addresses.find((one) => !one.includes(':'))
  if (!engine.endsWith('podman') || ip === undefined || mac === '') return ''
  return ` --ip ${ip} --mac-address ${mac}`
}

/** The image is LiteLLM's own, so nothing is pulled. */
function forwardArguments(
  gateways: readonly Container[],
  network: Attached | undefined,
  { target, python, address }: Forwarding,
): string {
  const [{ engine, imageId, networkMode }] = gateways as [Container]
  const shared = networkMode === 'host'
  const joined = shared
    ? '--network host'
    : network === undefined
      ? ''
      : `--network ${quoted(network.network)} ${aliases(network, '--network-alias')}${address === 'same' ? sameAddress(engine, network) : ''}`
  const published = gateways.flatMap((one) => one.published)
  return [
    `--name ${FORWARD} --label ${FORWARD_LABEL}=${quoted(target)} --restart unless-stopped`,
    '--cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges',
    joined,
    ...(shared
      ? []
      : published.map(
          ({ address, hostPort, port }) => `-p ${quoted(`${bound(address)}${hostPort}:${port}`)}`,
        )),
    `--entrypoint ${quoted(python)} ${quoted(imageId)} -c`,
    quoted(agentFiles()['litellm/in_image/forward.py'] ?? ''),
    [target, ...portsWithin(gateways)].map((word) => quoted(String(word))).join(' '),
  ].join(' ')
}

/** What LiteLLM's container listens on: by its arguments, and where ports of the machine lead to. */
function portsWithin(gateways: readonly Container[]): number[] {
  const shared = gateways[0]?.networkMode === 'host'
  return [
    ...new Set(
      gateways.flatMap((one) => [portOf(one), ...(shared ? [] : one.published.map(({ port }) => port))]),
    ),
  ]
}

function bound(address: string): string {
  if (address === '') return ''
  return address.includes(':') ? `[${address}]:` : `${address}:`
}

async function run(shell: Shell, command: string, stdin?: string): Promise<Said> {
  return await shell.run(`${PATHS}; ${command}`, stdin)
}

async function must(shell: Shell, command: string, what: string): Promise<void> {
  const { code, stderr } = await run(shell, command)
  if (code !== 0) throw new HostError(`${what} on ${shell.where}: ${lastLine(stderr) || `exit ${code}`}.`)
}
