import { describe, expect, test } from 'vitest'
import { type Container, containersOf } from '../../../../src/steps/old-host/containers.ts'
import {
  chosen,
  configPathOf,
  databaseOf,
  FORWARD_LABEL,
  portOf,
  projectsIn,
  settingsOf,
} from '../../../../src/steps/old-host/project.ts'

interface Given {
  readonly name: string
  readonly image: string
  readonly project?: string
  readonly service?: string
  readonly env?: readonly string[]
  readonly args?: readonly string[]
  readonly running?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly ports?: unknown
  readonly mode?: string
}

/** As Docker says it. */
function inspected({ name, image, project, service, env, args, running = true, labels, ports, mode }: Given) {
  const compose =
    project === undefined
      ? {}
      : {
          'com.docker.compose.project': project,
          'com.docker.compose.service': service ?? name,
          'com.docker.compose.project.working_dir': `/opt/${project}`,
        }
  return {
    Id: `${name}-id`,
    Name: `/${name}`,
    Image: 'sha256:0',
    State: { Running: running },
    Config: {
      Image: image,
      Env: env ?? [],
      Cmd: args ?? null,
      Entrypoint: ['docker/prod_entrypoint.sh'],
      WorkingDir: '/app',
      Labels: { ...compose, ...labels },
    },
    HostConfig: {
      NetworkMode: mode ?? 'net',
      PortBindings: ports ?? {},
      RestartPolicy: { Name: 'always' },
    },
    NetworkSettings: { Networks: { net: { Aliases: [service ?? name], IPAddress: '172.18.0.2' } } },
  }
}

function machine(...given: Given[]): Container[] {
  return containersOf('docker', given.map(inspected))
}

const GATEWAY: Given = {
  name: 'llm-litellm-1',
  image: 'ghcr.io/berriai/litellm:v1.85.0',
  project: 'llm',
  service: 'litellm',
  env: ['DATABASE_URL=postgresql://llm:p%40ss@db:5432/llm', 'LITELLM_SALT_KEY=salt', 'OPENAI_API_KEY=sk-1'],
  args: ['--config', 'config.yaml', '--port', '8000'],
  ports: { '8000/tcp': [{ HostIp: '', HostPort: '4000' }], '9/udp': [{ HostIp: '', HostPort: '9' }] },
}
const DATABASE: Given = { name: 'llm-db-1', image: 'postgres:16', project: 'llm', service: 'db' }

describe('what inspect says', () => {
  test('is read in the form of Docker and of podman', () => {
    const [one] = machine(GATEWAY)
    expect(one).toMatchObject({
      name: 'llm-litellm-1',
      restart: 'always',
      args: ['docker/prod_entrypoint.sh', '--config', 'config.yaml', '--port', '8000'],
      published: [{ port: 8000, address: '', hostPort: 4000 }],
      networks: [{ network: 'net', names: ['litellm'], addresses: ['172.18.0.2'], mac: '' }],
    })
    const podman = { ...inspected(GATEWAY), ImageName: 'docker.io/x/litellm:1', Name: 'a' }
    podman.Config = { ...podman.Config, Entrypoint: '/bin/litellm --x' as never }
    expect(containersOf('podman', [podman])[0]).toMatchObject({
      name: 'a',
      image: 'docker.io/x/litellm:1',
      args: ['/bin/litellm', '--x', '--config', 'config.yaml', '--port', '8000'],
    })
  })

  test.each([null, {}, [null], [{}], [{ Id: 'x', Name: 3 }]])('is nothing when it is %j', (document) => {
    expect(containersOf('docker', document)).toEqual([])
  })
})

describe('the project', () => {
  test.each([
    [{ image: 'ghcr.io/berriai/litellm-database:main-stable@sha256:0' }, true],
    [{ image: 'company/llm-gateway:7', env: ['LITELLM_MASTER_KEY=sk-x'] }, true],
    [{ image: 'company/llm-gateway:7', args: ['/usr/bin/litellm', '--port', '1'] }, true],
    [{ image: 'company/litellm-exporter:1' }, false],
    [{ image: 'postgres:16' }, false],
    [{ image: 'ghcr.io/berriai/litellm:1', labels: { [FORWARD_LABEL]: 'x' } }, false],
  ])('is that of LiteLLM: %j %s', (given, is) => {
    expect(projectsIn(machine({ name: 'a', project: 'p', ...given }))).toHaveLength(is ? 1 : 0)
  })

  test('has what runs, and where nothing runs what was stopped', () => {
    const other = { ...GATEWAY, name: 'llm-migrations-1', running: false }
    expect(projectsIn(machine(GATEWAY, other))[0]?.gateways.map(({ name }) => name)).toEqual([
      'llm-litellm-1',
    ])
    expect(projectsIn(machine({ ...GATEWAY, running: false }))[0]?.gateways).toHaveLength(1)
  })

  test('is the only one, or the one in the folder; any other answer lists them', () => {
    const two = projectsIn(machine(GATEWAY, { ...GATEWAY, name: 'b', project: 'test' }))
    expect(chosen(two, '/opt/test/', 'h').name).toBe('test')
    expect(chosen(two.slice(0, 1), undefined, 'h').name).toBe('llm')
    expect(() => chosen(two, undefined, 'h')).toThrow('llm in /opt/llm (docker); test in /opt/test (docker)')
    expect(() => chosen(two, '/opt', 'h')).toThrow(
      'No LiteLLM of a compose project in /opt is on h. Found: llm in',
    )
    expect(() => chosen([], undefined, 'h')).toThrow('No container of LiteLLM is on h')
  })
})

describe('its settings', () => {
  const gateway = machine(GATEWAY)[0] as Container

  test('are those of the container, its file first', () => {
    expect(settingsOf(gateway, undefined)).toEqual({
      databaseUrl: 'postgresql://llm:p%40ss@db:5432/llm',
      salt: 'salt',
      master: undefined,
      redis: undefined,
      models: undefined,
      others: ['OPENAI_API_KEY'],
    })
    const file = {
      model_list: [{}, {}],
      general_settings: { master_key: 'sk-in-the-file', database_url: 'os.environ/OPENAI_API_KEY' },
    }
    expect(settingsOf(gateway, file)).toMatchObject({
      master: 'sk-in-the-file',
      databaseUrl: 'sk-1',
      models: 2,
    })
  })

  test('have a URL that LiteLLM itself would put together', () => {
    const env = ['DATABASE_HOST=db', 'DATABASE_USERNAME=u', 'DATABASE_PASSWORD=p@ss', 'DATABASE_NAME=n']
    const [one] = machine({ ...GATEWAY, env })
    expect(settingsOf(one as Container, {}).databaseUrl).toBe('postgresql://u:p%40ss@db/n')
  })

  test('have its file and its port', () => {
    expect([configPathOf(gateway), portOf(gateway)]).toEqual(['/app/config.yaml', 8000])
    const [shell] = machine({ ...GATEWAY, args: ['sh', '-c', 'litellm --config=/etc/c.yaml --port=7'] })
    expect([configPathOf(shell as Container), portOf(shell as Container)]).toEqual(['/etc/c.yaml', 7])
    const [bare] = machine({ ...GATEWAY, args: [] })
    expect([configPathOf(bare as Container), portOf(bare as Container)]).toEqual([undefined, 4000])
  })
})

describe('its database', () => {
  const find = (url: string, ...others: Given[]) => {
    const all = machine(GATEWAY, DATABASE, ...others)
    return databaseOf(all[0] as Container, url, all, 'old.example.com')
  }

  test('may have a password with a bare %', () => {
    expect(find('postgresql://llm:50%off@db/llm')).toMatchObject({ password: '50%off' })
  })

  test.each(['db', 'llm-db-1', '172.18.0.2'])('is the container that %s is', (host) => {
    const elsewhere: Given = { ...DATABASE, name: 'x-db-1', project: 'x', service: 'y' }
    const found = find(`postgresql://llm:p%40ss@${host}/llm`, elsewhere)
    expect(found).toMatchObject({
      container: { name: 'llm-db-1' },
      port: 5432,
      user: 'llm',
      password: 'p@ss',
      database: 'llm',
    })
  })

  test('is behind a published port of the machine', () => {
    const published: Given = {
      name: 'pg',
      image: 'postgres:16',
      ports: { '5432/tcp': [{ HostPort: '5433' }] },
    }
    for (const host of ['localhost', 'host.docker.internal', 'old.example.com'])
      expect(find(`postgres://a:b@${host}:5433/c`, published)).toMatchObject({
        container: { name: 'pg' },
        port: 5432,
      })
  })

  test('is elsewhere', () => {
    const url = 'postgresql://a:b@db.example.com/c'
    expect(find(url)).toEqual({ kind: 'url', url })
  })

  test.each([
    ['postgresql://a:b@127.0.0.1:5999/c', 'a server of the machine itself (127.0.0.1:5999)'],
    ['mysql://a:b@db/c', 'none that can be read'],
    ['postgresql:///c', 'none that can be read'],
    ['no url with secret-4711', 'none that can be read'],
  ])('is refused: %s', (url, said) => {
    expect(() => find(url)).toThrow(said)
    expect(() => find(url)).not.toThrow('secret-4711')
  })
})
