import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts'
import { untilServed } from '../lab/waiting.ts'
import { type CliRun, runCli } from './cli.ts'
import { gatewayFile, WORKERS } from './gateway-file.ts'
import { planKey } from './plan-key.ts'

/** Provider keys that must be seen nowhere but at the provider and in files of mode 0600. */
export const KEYS = {
  OPENAI_API_KEY: 'sk-canary-openai-f3a9c1e7b2d84650',
  ANTHROPIC_API_KEY: 'sk-ant-canary-7d1e5b9a3c6f4820',
  OPENROUTER_API_KEY: 'sk-or-canary-2b8f6d4c0a9e7315',
  PERPLEXITY_API_KEY: 'pplx-canary-9c4a7e1f5b3d6082',
} as const

/** Deploys a declaration, that of the README unless told otherwise, by the built CLI. */
export async function deployTo(lab: Lab, declaration = gatewayFile(lab)): Promise<CliRun> {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'))
  try {
    writeFileSync(join(folder, 'gateway.yaml'), declaration)
    return await runCli(folder, ['deploy'], { ...KEYS, SSH_KEY: lab.host.privateKey })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export interface DeployedLab {
  readonly lab: Lab
  /** Plain http through Caddy. */
  readonly url: string
  readonly masterKey: string
  /** How the deploy went; undefined when the host came from the snapshot of an earlier one. */
  readonly deployed: CliRun | undefined
}

/** The snapshot of a host on which the README's declaration was deployed by this build, for `startLab`. */
export function deployedSnapshot(
  onDeployed: (run: CliRun) => void = () => {},
): NonNullable<LabOptions['prepared']> {
  return {
    key: `readme-${bundleHash()}`,
    prepare: async (lab) => {
      const run = await deployTo(lab)
      if (run.code !== 0) throw new Error(`deploy failed:\n${run.stderr}`)
      onDeployed(run)
    },
  }
}

/** A host on which the README's declaration was deployed: from the snapshot of an earlier time, made now where there is none. */
export async function startDeployedLab(log: (line: string) => void = () => {}): Promise<DeployedLab> {
  let deployed: CliRun | undefined
  const prepared = deployedSnapshot((run) => {
    deployed = run
  })
  const lab = await startLab({ prepared, log })
  try {
    const url = `http://${lab.host.address}:4000`
    const masterKey = (await lab.exec('cat /etc/litellm/master_key')).stdout.trim()
    await untilServed('The deployed gateway', `${url}/health/readiness`, 120_000)
    return { lab, url, masterKey, deployed }
  } catch (error) {
    await lab.stop()
    throw error
  }
}

/** What the snapshot was made with: the bundle and what is declared. */
function bundleHash(): string {
  const hash = createHash('sha256').update(`${planKey().publicKey} ${WORKERS}`)
  const dist = join(import.meta.dirname, '../../dist')
  for (const file of [join(import.meta.dirname, 'gateway-file.ts'), ...chunks(dist)])
    hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function chunks(dist: string): string[] {
  return readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => join(dist, name))
}
