// What tests of `rotate` share: a deployed gateway, a local GitHub with two targets, and what has to hold of both.
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Inputs } from '../../src/steps/inputs.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import type { Order } from './dying-command.ts'

const SECRET = 'LITELLM_MASTER_KEY'

export interface RotationLab extends DeployedLab {
  readonly github: LocalGitHub
  /** Where gateway.yaml lies, and what it says. */
  readonly folder: string
  readonly declaration: string
  rotate(...options: string[]): Promise<CliRun>
  /** Runs `rotate` and kills it after that line of its log; answers the lines, and whether it came to that. With `force` it ends the grace time. */
  rotateDying(afterLine: number, inputs?: Inputs): Promise<{ killed: boolean; lines: string[] }>
  /** Runs `rotate` and does harm after that line of its log; answers the lines, and whether it succeeded all the same. */
  rotateHarmed(afterLine: number, harm: string): Promise<{ succeeded: boolean; lines: string[] }>
  /** For proofs of many rotations: workers forget a key after two seconds in place of sixty. */
  hasten(): Promise<void>
  /** The lease of a run that died ends after so many seconds, 0 when left out; by itself it does after two minutes. */
  endLease(seconds?: number): Promise<void>
  /** Whether the host has a rotation to go on with, when what a dead run began there has ended. */
  underWay(): Promise<boolean>
  /** The master key as the file has it. */
  inFile(): Promise<string>
  /** The values in the targets. */
  inTargets(): (string | undefined)[]
  /**
   * The rotation away from `old` reached one key, the same in file, gateway and targets, beside which the old one works; its grace time
   * is ended, and the old one is refused. Throws otherwise.
   */
  endsWithOneKey(old: string): Promise<void>
  /** Stores a provider's key in the gateway, which keeps it encrypted. */
  storeCredential(masterKey: string, name: string): Promise<void>
  /** What the gateway answers to an administrator's question with this key. */
  asks(key: string): Promise<number>
  close(): Promise<void>
}

/** @param more what the section `rotate` says beside its targets */
export async function startRotationLab(more: Readonly<Record<string, unknown>> = {}): Promise<RotationLab> {
  const deployed = await startDeployedLab(console.log)
  const { lab, url } = deployed
  const folder = mkdtempSync(join(tmpdir(), 'rotation-'))
  const github = await startGitHub({
    repositories: [
      { owner: 'example', name: 'gateway' },
      { owner: 'example', name: 'consumer' },
    ],
  })
  const stores = ['example/gateway', 'example/consumer'].map((name) => github.state.repository(name).secrets)
  for (const { secrets } of stores) {
    const at = github.state.now()
    secrets.set(SECRET, {
      name: SECRET,
      value: 'old',
      createdAt: at,
      updatedAt: at,
      visibility: 'private',
      selectedRepositoryIds: [],
    })
  }
  const token = github.issueToken({
    kind: 'app',
    login: 'rotator[bot]',
    permissions: { secrets: 'write', actions: 'read' },
  })
  const targets = ['example/gateway', 'example/consumer'].map((repository) => ({ repository, name: SECRET }))
  const sections = { rotate: { grace: '24h', targets, ...more } }
  const declaration = gatewayFile(lab, { more: sections })
  writeFileSync(join(folder, 'gateway.yaml'), declaration)
  const access = { GITHUB_TOKEN: token, GITHUB_API_URL: github.url }
  /** Runs `rotate` in a process of its own; it kills itself after a line of its log, and `onLine` is told of each. */
  const forked = async (afterLine: number, onLine: (count: number) => void, inputs = {}) => {
    const runner = fork(join(import.meta.dirname, 'dying-command.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const lines: string[] = []
    runner.on('message', (line) => onLine(lines.push(String(line))))
    const { privateKey: sshKey } = lab.host
    const order: Order = {
      command: 'rotate',
      inputs,
      folder,
      sshKey,
      env: KEYS,
      github: { token, url: github.url },
      afterLine,
    }
    runner.send(order)
    const [code, signal] = (await once(runner, 'close')) as [number | null, string | null]
    return { code, signal, lines }
  }
  const rotate = (...options: string[]) =>
    runCli(folder, ['rotate', ...options], { ...KEYS, ...access, SSH_KEY: lab.host.privateKey })
  const inFile = async () => (await lab.exec('cat /etc/litellm/master_key')).stdout.trim()
  const inTargets = () => stores.map(({ secrets }) => secrets.get(SECRET)?.value)
  const asks = async (key: string) => {
    const answer = await fetch(`${url}/key/list?size=1`, { headers: { authorization: `Bearer ${key}` } })
    await answer.arrayBuffer()
    return answer.status
  }
  return {
    ...deployed,
    github,
    folder,
    declaration,
    rotate,
    rotateDying: async (afterLine, inputs) => {
      const { signal, lines } = await forked(afterLine, () => {}, inputs)
      return { killed: signal === 'SIGKILL', lines }
    },
    rotateHarmed: async (afterLine, harm) => {
      const { code, lines } = await forked(0, (count) => {
        if (count === afterLine) void lab.exec(harm)
      })
      return { succeeded: code === 0, lines }
    },
    hasten: async () => {
      const quick = { general_settings: { user_api_key_cache_ttl: 2 } }
      writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab, { more: { ...sections, ...quick } }))
      const { code, stderr } = await runCli(folder, ['deploy'], { ...KEYS, SSH_KEY: lab.host.privateKey })
      equal(code, 0, stderr)
    },
    endLease: async (seconds = 0) => {
      const expires = new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '+00:00')
      const file = '/var/lib/litellm-gitops/lease.json'
      await lab.exec(`[ ! -e ${file} ] || sed -i 's/"expires": "[^"]*"/"expires": "${expires}"/' ${file}`)
    },
    underWay: async () => {
      const { stdout } = await lab.exec(
        String.raw`while pgrep -f 'exec\(r\["modules"\]' >/dev/null; do sleep 0.2; done; ls /etc/litellm/rotation`,
        { timeoutMs: 120_000 },
      )
      return stdout.split('\n').includes('state.json')
    },
    inFile,
    inTargets,
    endsWithOneKey: async (old) => {
      const key = await inFile()
      notEqual(key, old)
      deepEqual(inTargets(), [key, key])
      deepEqual([await asks(key), await asks(old)], [200, 200])
      const finished = await rotate('--force')
      equal(finished.code, 0, finished.stderr)
      deepEqual([await asks(key), await asks(old)], [200, 401])
    },
    storeCredential: async (masterKey, name) => {
      const answer = await fetch(`${url}/credentials`, {
        method: 'POST',
        headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          credential_name: name,
          credential_values: { api_key: `sk-of-${name}` },
          credential_info: {},
        }),
      })
      equal(answer.status, 200, await answer.text())
    },
    asks,
    close: async () => {
      await github.close()
      rmSync(folder, { recursive: true })
      await lab.stop()
      deepEqual(github.violations, [])
    },
  }
}
