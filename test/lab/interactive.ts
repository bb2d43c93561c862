import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, type LabOptions, startLab } from './lab.ts'

export interface InteractiveOptions extends Pick<LabOptions, 'prepared'> {
  /** Runs when the host is up, before anything is printed; answers further lines to print, such as a key to log in with. */
  readonly prepare?: (lab: Lab) => Promise<readonly string[] | undefined>
  readonly print?: (line: string) => void
}

/** Starts a lab for a developer, says how to reach it, and ends it on Ctrl-C or SIGTERM. */
export async function runInteractiveLab(options: InteractiveOptions = {}): Promise<void> {
  const print = options.print ?? ((line) => console.log(line))
  print('Starting a lab; the first time on a machine takes some minutes.')
  const lab = await startLab({
    log: print,
    ...(options.prepared === undefined ? {} : { prepared: options.prepared }),
  })
  try {
    const asked = untilAskedToEnd()
    await writeFile(knownHosts(lab), `${lab.host.address} ${lab.host.hostKey}\n`)
    const further = (await options.prepare?.(lab)) ?? []
    for (const line of [
      ...directions(lab),
      ...further,
      '',
      'Ctrl-C ends the lab and all that belongs to it.',
    ])
      print(line)
    await asked
  } finally {
    await lab.stop()
  }
}

const knownHosts = (lab: Lab) => join(lab.dir, 'known_hosts')

function directions(lab: Lab): string[] {
  const { runnerAddress, image, dir } = lab
  const { address, user, privateKeyFile } = lab.host
  return [
    '',
    `SSH       ssh -i ${privateKeyFile} -o UserKnownHostsFile=${knownHosts(lab)} ${user}@${address}`,
    `API       http://${address}:4000        (once a gateway is deployed; from outside: https://llm.example.com)`,
    `Admin UI  http://${address}:4000/ui`,
    `Domain    curl --insecure --resolve llm.example.com:443:${address} https://llm.example.com/health/readiness`,
    `Image     ${image}`,
    `Upstream  http://${runnerAddress}:8099 and, as Ollama, http://${runnerAddress}:11434`,
    `Logs      ${dir}/logs`,
  ]
}

/** Settles at Ctrl-C, and when the terminal closes. */
export function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}
