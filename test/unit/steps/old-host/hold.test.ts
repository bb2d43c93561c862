import { describe, expect, test } from 'vitest'
import type { Said, Shell } from '../../../../src/host/shell.ts'
import { containersOf } from '../../../../src/steps/old-host/containers.ts'
import { FORWARD, giveBack, hold, openForward, readyToHold } from '../../../../src/steps/old-host/hold.ts'
import type { Project } from '../../../../src/steps/old-host/project.ts'

function project(more: object = {}, engine = 'docker'): Project {
  const [gateway] = containersOf(engine, [
    {
      Id: 'a'.repeat(64),
      Name: '/llm-litellm-1',
      Image: 'sha256:1234',
      State: { Running: true },
      Config: {
        Image: 'litellm:1',
        Env: [],
        Cmd: ['--port', '4000'],
        Labels: { 'com.docker.compose.service': 'litellm' },
      },
      HostConfig: {
        NetworkMode: 'net',
        RestartPolicy: { Name: 'always' },
        PortBindings: { '4000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
      },
      NetworkSettings: {
        Networks: {
          net: {
            Aliases: ['litellm', 'aaaaaaaaaaaa'],
            IPAddress: '10.89.0.4',
            MacAddress: '0a:00:00:00:00:04',
          },
          back: { Aliases: ['gateway'] },
          ...more,
        },
      },
    },
  ])
  if (gateway === undefined) throw new Error('no container')
  return { engine, name: 'llm', folder: '/opt/llm', gateways: [gateway] }
}

/** A machine that takes down what it is told, without what every command begins with. */
function shell(answers: (command: string) => Partial<Said> = () => ({})) {
  const told: string[] = []
  const fake: Shell = {
    where: 'root@old:22',
    run: async (command) => {
      const short = command
        .replace(/^export [^;]*; /, '')
        .replace(/-c 'import [\s\S]*|-c '"""[\s\S]*?"""[\s\S]*__main__[\s\S]*?' /, '… ')
      told.push(short)
      return { code: 0, stdout: '200', stderr: '', ...answers(short) }
    },
    stream: () => {
      throw new Error('not used')
    },
    close: () => {},
  }
  return { fake, told }
}

type Held = Parameters<typeof readyToHold>[2]

async function held(on: Shell, of: Project, record: Held, warn: (text: string) => void = () => {}) {
  await readyToHold(on, of, record, warn)
  await hold(on, of, record, warn)
}

const HELD = { target: 'https://llm.example.com', python: '/usr/bin/python3' }

describe('the old gateway is held', () => {
  test('by an end that lets it write its spend; a container with its ports and its names is made before, and waited for', async () => {
    const { fake, told } = shell()
    await held(fake, project(), HELD)
    expect(told[0]).toBe("docker update --restart unless-stopped 'llm-litellm-1'")
    expect(told[1]).toBe(`docker rm -f ${FORWARD}`)
    expect(told[2]).toContain(
      "--network 'net' --network-alias 'litellm' --network-alias 'llm-litellm-1' -p '127.0.0.1:8080:4000'",
    )
    expect(told[2]).toMatch(/^docker create --name litellm-gitops-forward /)
    expect(told[2]).toContain("--entrypoint '/usr/bin/python3' 'sha256:1234'")
    expect(told[2]).toMatch(/'https:\/\/llm\.example\.com' '4000'$/)
    expect(told[2]).not.toContain('aaaaaaaaaaaa')
    expect(told[3]).toMatch(/^docker network connect --alias 'gateway' .* 'back' litellm-gitops-forward$/)
    expect(told[4]).toBe(`docker stop -t 120 'llm-litellm-1' || exit 97; exec docker start ${FORWARD}`)
    expect(told[5]).toBe(`docker exec ${FORWARD} '/usr/bin/python3' … `)
    expect(told[6]).toContain('{{.State.ExitCode}}')
    expect(told).toHaveLength(7)
  })

  test('in the network of the machine where it was', async () => {
    const { fake, told } = shell()
    const own = project()
    await held(
      fake,
      { ...own, gateways: own.gateways.map((one) => ({ ...one, networkMode: 'host', networks: [] })) },
      HELD,
    )
    expect(told[2]).toContain('--network host')
    expect(told[2]).not.toContain(' -p ')
  })

  test('at the same address by podman, and at another one where somebody has that', async () => {
    const { fake, told } = shell((command) =>
      command.includes(' stop ') ? { code: 126, stderr: 'Error: IPAM error' } : {},
    )
    await held(fake, project({}, 'sudo -n podman'), HELD)
    const made = told.filter((one) => one.includes(' create '))
    expect(made[0]).toContain(" --ip 10.89.0.4 --mac-address 0a:00:00:00:00:04 -p '127.0.0.1:8080:4000'")
    expect(made[1]).not.toContain('--ip')
    const reset = told.find((one) => one.includes('--cap-add NET_ADMIN'))
    expect(reset).toMatch(/^sudo -n podman run --rm --network host --user 0:0 --cap-drop ALL .* 8080$/)
    expect(told).toContain(`sudo -n podman start ${FORWARD}`)
  })

  test('without one, when its image has no Python', async () => {
    const { fake, told } = shell()
    await held(fake, project(), { target: HELD.target })
    expect(told.some((one) => one.includes(FORWARD))).toBe(false)
  })

  test('with a word about a policy that cannot be changed, and an error when it does not end', async () => {
    const warnings: string[] = []
    const { fake } = shell((command) => (command.includes('update') ? { code: 125 } : {}))
    await held(fake, project(), HELD, (text) => warnings.push(text))
    expect(warnings[0]).toContain('a reboot of the old machine starts it again')
    const killed = shell((command) => (command.includes('ExitCode') ? { stdout: '137\n' } : {}))
    await held(killed.fake, project(), HELD, (text) => warnings.push(text))
    expect(warnings.at(-1)).toContain('was killed')
    const broken = shell((command) =>
      command.includes(' stop ') ? { code: 97, stderr: 'Error: no such container' } : {},
    )
    await expect(held(broken.fake, project(), HELD)).rejects.toThrow(
      'The old gateway cannot be stopped on root@old:22: Error: no such container.',
    )
    const taken = shell((command) =>
      / stop | start /.test(command) ? { code: 125, stderr: 'Error: address already in use' } : {},
    )
    await expect(held(taken.fake, project(), HELD)).rejects.toThrow(
      'The forwarding cannot be started on root@old:22: Error: address already in use.',
    )
    const silent = shell((command) =>
      command.includes('exec litellm') ? { code: 1, stderr: 'ConnectionRefusedError' } : {},
    )
    await expect(held(silent.fake, project(), HELD)).rejects.toThrow(
      'The forwarding does not answer on root@old:22: ConnectionRefusedError.',
    )
  })
})

test('what waits is let go by a file in the container', async () => {
  const { fake, told } = shell()
  await openForward(fake, 'sudo -n podman')
  expect(told[0]).toMatch(/^sudo -n podman exec litellm-gitops-forward sh -c ':/)
})

describe('it is given back', () => {
  const CONTAINERS = { containers: [{ name: 'llm-litellm-1', restart: 'always' }] }

  test('without the forwarding, with its policy, and when it is ready', async () => {
    const { fake, told } = shell((command) =>
      command.includes('command -v') ? { stdout: '/usr/bin/python3\n' } : {},
    )
    await giveBack(fake, project(), CONTAINERS)
    expect(told.slice(0, 4)).toEqual([
      `docker inspect --type container ${FORWARD}`,
      `docker rm -f ${FORWARD}`,
      "docker update --restart always 'llm-litellm-1'",
      "docker start 'llm-litellm-1'",
    ])
  })

  test('also when nothing of it was begun', async () => {
    const { fake, told } = shell((command) => (command.includes('inspect') ? { code: 1 } : {}))
    await giveBack(fake, project(), CONTAINERS)
    expect(told.some((one) => one.includes('rm -f'))).toBe(false)
  })
})
