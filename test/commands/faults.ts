// A proxy that does harm to one call, in front of a real gateway; and what has to hold whatever it did.
import { spawn } from 'node:child_process'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Desired, loadDesired } from '../../src/config/desired.ts'
import { observe } from '../../src/host/observe.ts'
import type { Session } from '../../src/host/session.ts'
import type { Tunnel } from '../../src/host/tunnel.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import type { ChangeResult, Plan } from '../../src/plan/change.ts'
import { diff } from '../../src/plan/diff.ts'
import { resultsOf } from '../../src/plan/results.ts'
import { applyBudgets } from '../../src/steps/apply-budgets.ts'
import type { Lab } from '../lab/lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

/** What happens to one call. `lost`: carried out, and the answer never comes. `cut`: never reaches the gateway. */
export const FAULTS = ['500-after', 'lost', '200-without', '429', 'cut', 'kill'] as const
export type Fault = (typeof FAULTS)[number]

export interface FaultyProxy {
  readonly url: string
  /** Calls that came since the last `arm`. */
  readonly calls: readonly string[]
  /** From now on call number `nth` (from 1) meets the fault; 0: none does. */
  arm(nth: number, fault?: Fault, onKill?: () => void): void
  close(): void
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let [nth, fault, onKill]: [number, Fault | undefined, () => void] = [0, undefined, () => {}]
  const calls: string[] = []
  const pass = (from: IncomingMessage, to: ServerResponse, after?: (body: string) => void) => {
    const { hostname, port } = new URL(target)
    // As the tunnel asks: without it `fetch` takes compressed answers.
    const { 'accept-encoding': _, ...headers } = from.headers
    const onward = forward({ hostname, port, path: from.url, method: from.method, headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const body = Buffer.concat(parts)
        if (after !== undefined) return after(body.toString())
        to.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' }).end(body)
      })
    })
    onward.on('error', () => to.destroy())
    from.pipe(onward)
  }
  const server = createServer((from, to) => {
    calls.push(`${from.method} ${from.url?.split('?')[0]}`)
    if (calls.length !== nth || fault === undefined) return pass(from, to)
    const say = (status: number, body: object) =>
      to.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (fault) {
      case '500-after':
        return pass(from, to, () => say(500, { error: { message: 'injected' } }))
      case 'lost':
        return pass(from, to, () => {})
      case '200-without':
        from.resume()
        return say(200, {})
      case '429':
        from.resume()
        return say(429, { error: { message: 'too many requests' } })
      case 'cut':
        return to.destroy()
      case 'kill':
        return pass(from, to, onKill)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    arm(at, what, kill) {
      calls.length = 0
      ;[nth, fault, onKill] = [at, what, kill ?? (() => {})]
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Budgets of every kind that the API makes, of people that no other round knows. */
export function declared(lab: Lab, round: string): Desired {
  const budgets = [
    { user_id: `new-${round}`, max_budget: 1, time_period: 'daily' },
    {
      user_id: `new-too-${round}`,
      max_budget: 2,
      model_max_budget: { 'gpt-4': { max_budget: 1, time_period: 'daily' } },
    },
    { user_id: `old-${round}`, max_budget: 3, rpm_limit: 5 },
    { user_id: `old-too-${round}`, max_budget: 4 },
    { team_id: `team-${round}`, max_budget: 5, time_period: 'monthly', soft_budget: 2 },
    { team_id: `team-${round}`, user_id: `old-${round}`, max_budget: 6 },
    { customer_id: `customer-${round}`, max_budget: 0, models: ['gpt-4'] },
    { tag: `tag-${round}`, max_budget: 7, time_period: 'weekly' },
    { key_alias: `key-${round}`, max_budget: 8, time_period: 'weekly' },
  ]
  const text = gatewayFile(lab, { more: { budget_config: budgets } })
  return loadDesired('gateway.yaml', { read: () => text, list: () => [] })
}

/** What an admin made in the UI before. */
export async function prepare(url: string, masterKey: string, round: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
  await post('/user/new', { user_id: `old-${round}`, auto_create_key: false, metadata: { floor: 3 } })
  await post('/user/new', { user_id: `old-too-${round}`, auto_create_key: false, max_budget: 99 })
  await post('/key/generate', { key_alias: `key-${round}` })
}

export interface Attempt {
  readonly results: readonly ChangeResult[]
  /** What was left to do after it, as read back. */
  readonly left: Plan
}

/** What sync does with budgets, but that its calls go through the proxy. */
export async function attempt(session: Session, desired: Desired, through: string): Promise<Attempt> {
  const secrets = createKnownSecrets()
  const look = async () => diff(desired, await observe(session, { owners: desired.budgets }), new Date())
  const plan = await look()
  const proxied: Session = { ...bound(session), forward: async () => httpTunnel(through) }
  const context = { secrets, logger: createRecordingLogger() }
  const failures = await applyBudgets(proxied, desired, plan, context, CALL_MS)
  const left = await look()
  const budgets = [...plan.changes, ...plan.adoptions].filter(({ kind }) => kind === 'budget')
  return { results: resultsOf(budgets, failures, left), left }
}

/** Long enough for a real answer of a busy lab, short enough to wait for one that never comes. */
const CALL_MS = 8_000

/** A class's methods, as a plain object can pass them on. */
function bound(session: Session): Session {
  return {
    run: (main, input, options) => session.run(main, input, options),
    forward: (port) => session.forward(port),
    begin: (main) => session.begin(main),
    bootstrap: () => session.bootstrap(),
    stats: session.stats,
    readOnly: session.readOnly,
    close: () => session.close(),
  }
}

function httpTunnel(base: string): Tunnel {
  return {
    fetch: (path, options = {}) => fetch(`${base}${path}`, options),
    close: () => {},
  }
}

/** The same in a process of its own, which the proxy kills while its call is under way. Resolves when it is gone. */
export function attemptAndDie(
  lab: Lab,
  round: string,
  proxy: FaultyProxy,
  nth: number,
): Promise<'killed' | 'ended'> {
  return new Promise((resolve, reject) => {
    const { host, image } = lab
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'fault-victim.ts'),
        round,
        proxy.url,
      ],
      {
        env: { PATH: process.env.PATH, LAB: stringify({ host, image }) },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    proxy.arm(nth, 'kill', () => child.kill('SIGKILL'))
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed')
      else if (code === 0) resolve('ended')
      else reject(new Error(said))
    })
  })
}
