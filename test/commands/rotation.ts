// What tests of `rotate` share: a deployed gateway, a local GitHub with two targets, and what has to hold of both.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import type { Order } from './dying-command.ts'

const SECRET = 'LITELLM_MASTER_KEY'

export interface RotationLab extends DeployedLab {
  readonly github: LocalGitHub
  rotate(...options: string[]): Promise<CliRun>
  /** Runs `rotate` and kills it after that line of its log; answers the lines, and whether it came to that. */
  rotateDying(afterLine: number): Promise<{ killed: boolean; lines: string[] }>
  /** The master key as the file has it. */
  inFile(): Promise<string>
  /** The values in the targets. */
  inTargets(): (string | undefined)[]
  /** What the gateway answers to an administrator's question with this key. */
  asks(key: string): Promise<number>
  close(): Promise<void>
}

export async function startRotationLab(): Promise<RotationLab> {
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
  const targets = ['example/gateway', 'example/consumer'].map((repository) => ({
    repository,
    secret: SECRET,
  }))
  writeFileSync(
    join(folder, 'gateway.yaml'),
    gatewayFile(lab, { more: { rotate: { grace: '24h', targets } } }),
  )
  const access = { GITHUB_TOKEN: token, GITHUB_API_URL: github.url }
  return {
    ...deployed,
    github,
    rotate: (...options) =>
      runCli(folder, ['rotate', ...options], { ...KEYS, ...access, SSH_KEY: lab.host.privateKey }),
    rotateDying: async (afterLine) => {
      const runner = fork(join(import.meta.dirname, 'dying-command.ts'), {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      const lines: string[] = []
      runner.on('message', (line) => lines.push(String(line)))
      const { privateKey: sshKey } = lab.host
      const order: Order = {
        command: 'rotate',
        folder,
        sshKey,
        env: KEYS,
        github: { token, url: github.url },
        afterLine,
      }
      runner.send(order)
      const [, signal] = (await once(runner, 'exit')) as [number | null, string | null]
      return { killed: signal === 'SIGKILL', lines }
    },
    inFile: async () => (await lab.exec('cat /etc/litellm/master_key')).stdout.trim(),
    inTargets: () => stores.map(({ secrets }) => secrets.get(SECRET)?.value),
    asks: async (key) => {
      const answer = await fetch(`${url}/key/list?size=1`, { headers: { authorization: `Bearer ${key}` } })
      await answer.arrayBuffer()
      return answer.status
    },
    close: async () => {
      await github.close()
      rmSync(folder, { recursive: true })
      await lab.stop()
      expect(github.violations).toEqual([])
    },
  }
}
