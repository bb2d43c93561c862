import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploy } from '../../src/host/deploy.ts'
import { observe } from '../../src/host/observe.ts'
import type { Session } from '../../src/host/session.ts'
import { callAgent } from '../unit/host/agent.ts'
import { derivedImage } from './derived-image.ts'
import {
  canary,
  chat,
  type DeployedGateway,
  deployInput,
  manifestFor,
  open,
  release,
  startGateway,
} from './gateway.ts'

/** A program that has taken over LiteLLM: what it can do to the machine. */
let gateway: DeployedGateway
let session: Session
/** Where clouds hand out credentials, by the unit. */
let metadata: string[]
/** Nobody's, and as link-local as those: a provider may live at such an address. */
const NEIGHBOUR = '169.254.99.99'

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  const unit = manifestFor(gateway.lab).files['/etc/containers/systemd/litellm.container']?.content ?? ''
  metadata = [...unit.matchAll(/^IPAddressDeny=(.*)$/gm)].flatMap(([, addresses = '']) =>
    addresses.split(' '),
  )
  // A listener at each of them, in the machine's own network, which is the container's too.
  await must(
    `${[...metadata, NEIGHBOUR].map((one) => `ip addr add ${one}/${one.includes(':') ? '128 nodad' : 32} dev lo`).join('; ')}
systemd-run -q --unit=metadata python3 -c '
import http.server, socket
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Server(("::", 80), http.server.SimpleHTTPRequestHandler).serve_forever()
' || true
systemctl stop caddy; systemctl restart metadata; sleep 1; systemctl is-active metadata`,
  )
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(script: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(script, {
    timeoutMs: 120_000,
    ...(stdin === undefined ? {} : { stdin }),
  })
  expect(code, stdout + stderr).toBe(0)
  return stdout.trim()
}

const PROGRAM = readFileSync(join(import.meta.dirname, 'programs/in-container.py'), 'utf8')
const attempts = (addresses: readonly string[]) => `- $$ ${addresses.join(' ')}`

/** How each of its attempts ended, in the container that serves. */
async function tried(addresses: readonly string[] = []): Promise<Record<string, string>> {
  const python = `$(podman exec litellm sh -c 'head -n 1 "$(command -v litellm)" | cut -c 3-')`
  return JSON.parse(await must(`podman exec -i litellm ${python} ${attempts(addresses)}`, PROGRAM)) as Record<
    string,
    string
  >
}

/** Of each process of the container: what /proc tells under these names. */
async function statusOf(...names: readonly string[]): Promise<Record<string, string>[]> {
  const text = await must(
    'for pid in $(podman top litellm hpid | tail -n +2); do cat /proc/$pid/status || true; echo; done',
  )
  return text
    .split('\n\n')
    .map((process) =>
      Object.fromEntries(
        [...process.matchAll(/^(\w+):\t(.*)$/gm)]
          .filter(([, name = '']) => names.includes(name))
          .map(([, name = '', value = '']) => [name, value.trim()]),
      ),
    )
    .filter((process) => Object.keys(process).length > 0)
}

const NONE = '0'.repeat(16)
const CAPABILITIES = { CapInh: NONE, CapPrm: NONE, CapEff: NONE, CapBnd: NONE, CapAmb: NONE }

describe('the container', () => {
  it('has no capability, gets none, and its system calls are filtered', async () => {
    const processes = await statusOf(...Object.keys(CAPABILITIES), 'NoNewPrivs', 'Seccomp')
    expect(processes.length).toBeGreaterThan(3)
    for (const process of processes)
      expect(process).toEqual({ ...CAPABILITIES, NoNewPrivs: '1', Seccomp: '2' })
  })

  it('gets nowhere, whatever it tries', async () => {
    const ended = await tried()
    console.log(ended)
    expect(Object.entries(ended).filter(([, how]) => how === 'done')).toEqual([])
  })

  it('reaches no address at which clouds hand out credentials, which root on the host reaches', async () => {
    expect(metadata).toContain('169.254.169.254')
    const all = [...metadata, NEIGHBOUR]
    const outside = JSON.parse(
      await must(
        `python3 ${attempts(all)}`,
        PROGRAM.replace(/^library = .*$/m, 'library = "/tmp"').replace(
          /^ATTEMPTS: .*?^\} \| /ms,
          'ATTEMPTS = ',
        ),
      ),
    ) as Record<string, string>
    const inside = await tried(all)
    for (const address of all) {
      expect(outside[`connect ${address}`], address).toBe('done')
      if (address === NEIGHBOUR) expect(inside[`connect ${address}`]).toBe('done')
      else expect(inside[`connect ${address}`], address).not.toBe('done')
    }
  })

  it('leaves the environment of LiteLLM to root alone', async () => {
    const files = await must('find /etc/litellm -name "*env*" -type f -printf "%m %u %p\\n"')
    for (const line of files.split('\n').filter((file) => file.endsWith('/env')))
      expect(line).toMatch(/^600 root /)
    for (const user of ['nobody', 'debian', 'postgres', 'caddy']) {
      const { code, stdout } = await gateway.lab.exec(`runuser -u ${user} -- cat /etc/litellm/env`)
      expect({ code: code > 0, stdout }).toEqual({ code: true, stdout: '' })
    }
    expect(await must('podman inspect litellm')).not.toContain(canary)
    // Nothing of it is left open either, for what runs in the container later.
    expect(await must('ls -l /proc/$(podman inspect -f "{{.State.Pid}}" litellm)/fd')).not.toContain('/env')
  })

  it('is bounded in memory and processes', async () => {
    const shown = await must(
      'systemctl show -p MemoryMax -p TasksMax litellm litellm-jobs.slice; grep MemTotal /proc/meminfo',
    )
    const [main, tasks, jobs, jobTasks] = [...shown.matchAll(/^(?:Memory|Tasks)Max=(\d+)$/gm)].map(
      ([, value]) => Number(value),
    )
    const total = Number(/MemTotal: +(\d+)/.exec(shown)?.[1]) * 1024
    // The lab has no controllers of its own: that the kernel obeys them is systemd's to show.
    expect((main ?? 0) / total).toBeCloseTo(0.75, 1)
    expect((jobs ?? 0) / total).toBeCloseTo(0.5, 1)
    expect([tasks, jobTasks]).toEqual([4096, 1024])
  })

  it('is seen as before by podman and the journal, and shows its UI', async () => {
    expect(await must('podman stats --no-stream litellm 2>/dev/null')).toContain('litellm')
    expect(await must('journalctl -u litellm -o cat')).toContain('Application startup complete')
    expect(
      await must(
        `python3 -c 'import urllib.request as u; print(*(u.urlopen("http://127.0.0.1:4001/" + p).status for p in ("ui/", "ui/login/", "get_image")))'`,
      ),
    ).toBe('200 200 200')
  })
})

describe('what runs in the image without serving', () => {
  it('is as confined', async () => {
    const [known] = callAgent(['litellm.confined.OPTIONS'])
    const { value: options } = known as { value: string[] }
    const all = [...metadata, NEIGHBOUR]
    const ended = JSON.parse(
      await must(
        `podman run --rm -i --network=host ${options.join(' ')} --entrypoint=/bin/sh ${gateway.lab.image} -c 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" "$@"' sh ${attempts(all)}`,
        PROGRAM,
      ),
    ) as Record<string, string>
    expect(Object.keys(ended).filter((what) => ended[what] === 'done')).toEqual([`connect ${NEIGHBOUR}`])
  })
})

describe('a machine whose name server is such an address', () => {
  const DROP_IN = '/etc/systemd/system/litellm.service.d/name-server.conf'

  it('keeps that one open, says so, and closes it when it is no more', async () => {
    await must(
      'cp /etc/resolv.conf /root/resolv.conf; echo nameserver 169.254.169.254 >/etc/resolv.conf; systemctl stop metadata; systemctl start caddy',
    )
    const notes: string[] = []
    const input = deployInput(gateway.lab)
    await deploy(session, input, { onEvent: (event) => void notes.push(JSON.stringify(event)) })
    expect(notes.join('\n')).toContain('uses 169.254.169.254 for DNS')
    expect(await must(`cat ${DROP_IN}; systemctl show -P IPAddressAllow litellm`)).toBe(
      '[Service]\nIPAddressAllow=169.254.169.254\n169.254.169.254/32',
    )
    await must('cp /root/resolv.conf /etc/resolv.conf')
    await deploy(session, input)
    expect(await must(`ls ${DROP_IN} 2>&1 || true; systemctl show -P IPAddressAllow litellm`)).toMatch(
      /No such file/,
    )
  })
})

describe('an image that runs as somebody else than root', () => {
  it('is migrated, rolled out and read as that user', async () => {
    const image = await derivedImage(gateway.lab, ['ENV HOME=/tmp', 'WORKDIR /tmp', 'USER 65532:65532'])
    const result = await deploy(session, { ...deployInput(gateway.lab, release('second')), image })
    expect(result).toMatchObject({ outcome: 'rolled-out' })
    expect(result.changed).toContain('schema migrated')
    const processes = await statusOf('Uid', 'Gid', 'CapEff', 'NoNewPrivs')
    expect(processes.length).toBeGreaterThan(3)
    for (const process of processes) {
      expect(process.Uid?.split('\t')).toEqual(Array(4).fill('65532'))
      expect(process.Gid?.split('\t')).toEqual(Array(4).fill('65532'))
      expect(process).toMatchObject({ CapEff: NONE, NoNewPrivs: '1' })
    }
    expect((await chat(gateway, 'second')).status).toBe(200)
    expect((await observe(session, {})).gateway).toMatchObject({ image, healthy: true, problem: null })
    const ended = await tried()
    expect(Object.entries(ended).filter(([, how]) => how === 'done')).toEqual([])
    expect(await must('stat -c "%a %U" /etc/litellm/slots/main/env')).toBe('600 root')
  })

  it('and a backup of it is proven by starting it', async () => {
    const said = await must('litellm-gitops backup && litellm-gitops verify')
    expect(said).toMatch(/ready after/)
  })
})
