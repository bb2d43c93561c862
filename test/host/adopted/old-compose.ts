// An old gateway as people have one: LiteLLM, PostgreSQL and Redis as containers of a compose project, on a machine of its own.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { exportProject } from '../../../src/backup/programs.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import { untilServed } from '../../lab/waiting.ts'
import { deployTo } from '../../story/deployed-lab.ts'
import { gatewayFile } from '../../story/gateway-file.ts'
import { open } from '../gateway.ts'
import { composeImages } from './compose-images.ts'

export const FOLDER = '/opt/llm'
export const GATEWAY = 'litellm_litellm_1'
const DATABASE = 'litellm_database_1'
const SERVICES = 'caddy litellm litellm-standby postgresql redis-server litellm-firewall'

/** The key of somebody's program. */
export const oldKey = (number: number) => `sk-old-key-of-a-program-${number}`

export interface OldSize {
  readonly keys: number
  readonly teams: number
  /** Of the log of requests. */
  readonly rows: number
}

export interface OldGateway {
  readonly lab: Lab
  /** Plain http, as its clients have it. */
  readonly url: string
  readonly master: string
  /** Values that must be seen nowhere. */
  readonly secrets: readonly string[]
}

/** Starts it from a snapshot of its machine, which is made where there is none. */
export async function startOldCompose(size: OldSize): Promise<OldGateway> {
  const source = readFileSync(new URL(import.meta.url))
  const hash = createHash('sha256').update(source).update(JSON.stringify(size)).digest('hex').slice(0, 12)
  const lab = await startLab({ prepared: { key: `old-compose-${hash}`, prepare: (on) => prepare(on, size) } })
  try {
    const on = told(lab)
    await on(`systemctl stop ${SERVICES}`)
    await on(`podman start ${DATABASE} litellm_redis_1 && sleep 2 && podman start ${GATEWAY}`)
    const url = `http://${lab.host.address}:4000`
    await untilServed('The old gateway', `${url}/health/readiness`, 180_000)
    const env = await on(
      `podman inspect --format '{{range .Config.Env}}{{println .}}{{end}}' ${GATEWAY} ${DATABASE}`,
    )
    const values = env.split('\n').map((line) => line.split(/=(.*)/s) as [string, string])
    const secrets = values.filter(([name]) => /_KEY$|PASSWORD$/.test(name)).map(([, value]) => value)
    const master = values.find(([name]) => name === 'LITELLM_MASTER_KEY')?.[1] ?? ''
    return { lab, url, master, secrets }
  } catch (error) {
    await lab.stop()
    throw error
  }
}

/** Runs a command as root there. */
export function told(lab: Lab) {
  return async (command: string, stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await lab.exec(`set -e -o pipefail; ${command}`, {
      timeoutMs: 600_000,
      ...(stdin === undefined ? {} : { stdin }),
    })
    if (code !== 0) throw new Error(`${command.slice(0, 200)}\n${stderr}`)
    return stdout.trim()
  }
}

/** SQL in the database's container. */
export async function oldSql({ lab }: Pick<OldGateway, 'lab'>, text: string): Promise<string> {
  return await told(lab)(`podman exec -i ${DATABASE} psql -U litellm -d litellm -qAtv ON_ERROR_STOP=1`, text)
}

/** What must be the same before and after: the containers, since when they run, and their files. */
export async function oldState({ lab }: Pick<OldGateway, 'lab'>): Promise<string> {
  return await told(lab)(
    `podman ps --all --format '{{.ID}} {{.Names}} {{.StartedAt}} {{.Status}}' | sed 's/ Up .*//'; find ${FOLDER} -type f -exec sha256sum {} + | sort`,
  )
}

async function prepare(lab: Lab, { keys, teams, rows }: OldSize): Promise<void> {
  const on = told(lab)
  const run = await deployTo(lab, gatewayFile(lab, { workers: 1, budgets: [] }))
  if (run.code !== 0) throw new Error(run.stderr)
  const key = await on('cat /etc/litellm/master_key')
  const url = `http://${lab.host.address}:4000`
  const admin = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
  for (let team = 1; team <= teams; team++)
    await admin('/team/new', { team_id: `team-${team}`, team_alias: `Team ${team}`, max_budget: 1000 })
  for (let number = 1; number <= keys; number++)
    await admin('/key/generate', {
      key: oldKey(number),
      key_alias: `program ${number}`,
      team_id: `team-${(number % teams) + 1}`,
      max_budget: 500,
    })
  await admin('/credentials', {
    credential_name: 'stored',
    credential_values: { api_key: 'sk-stored-provider-key-1234' },
    credential_info: {},
  })
  await on(
    'runuser -u postgres -- psql -X -qd litellm',
    `INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime", model, metadata)
       SELECT 'old-' || n, 'acompletion', 'of-before', (n % 977) * 0.000123, now() - n * interval '1 s', now(), 'gpt-4', '{}' FROM generate_series(1, ${rows}) n`,
  )
  const session = await open(lab)
  const exported = await exportProject(session, { run: 'test' })
  session.close()
  await composeImages(lab, exported.postgres)
  await on('apt-get install -qq -y --no-install-recommends podman-compose netavark aardvark-dns >/dev/null')
  await on(`systemctl disable --now ${SERVICES} 2>&1; mv ${exported.folder} ${FOLDER}`)
  // Its clients are on other machines.
  await on(`sed -i 's/127.0.0.1:4000:4000/4000:4000/' ${FOLDER}/compose.yaml`)
  await on(`cd ${FOLDER} && timeout 600 podman-compose up -d 2>&1`)
  await untilServed('The old gateway', `${url}/health/readiness`, 400_000)
  await on(`podman stop --time 60 ${GATEWAY} && podman stop --time 60 --all`)
}
