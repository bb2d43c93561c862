import { stringify } from 'yaml'
import { loadDesired } from '../config/desired.ts'
import { ConfigError, type Problem } from '../config/problem.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { readSource } from '../config/yaml/source.ts'
import { WRITING } from '../config/yaml/write.ts'
import { HostError } from '../host/errors.ts'
import { scanHostKey } from '../host/scan-host-key.ts'
import { CODEOWNERS_PLACES, codeownersText, isOwner } from '../init/codeowners.ts'
import { pinFor } from '../init/commit.ts'
import {
  type Answers,
  declarationText,
  isProvider,
  machineOf,
  PROVIDERS,
  type Provider,
} from '../init/declaration.ts'
import { nextSteps } from '../init/steps.ts'
import { templates } from '../init/templates.ts'
import { workflowFor } from '../init/workflows.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { filesWith, isThere } from '../steps/files.ts'
import { withPinnedImage } from '../steps/image/pinned.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { VERSION } from '../version.ts'
import { importGateway } from './import.ts'

/** What is prompted for on a terminal when its option is missing. */
const QUESTIONS = {
  domain: 'Domain of the gateway, such as llm.example.com',
  host: 'Address of the machine by SSH',
  user: 'User there, who may become root',
  users: 'People who will use it',
  image: 'Image of LiteLLM, such as ghcr.io/berriai/litellm-database:v1.106.2',
  providers: `Providers, of ${Object.keys(PROVIDERS).join(', ')}`,
} as const
const DEFAULTS: Partial<Record<keyof typeof QUESTIONS, string>> = {
  user: 'debian',
  users: '100',
  providers: 'openai',
}
const WORKFLOWS = [
  'plan.yml',
  'verify-image.yml',
  'sync.yml',
  'deploy.yml',
  'rollback.yml',
  'drift.yml',
  'doctor.yml',
  'report.yml',
  'backup-verify.yml',
  'restore.yml',
]
const LITELLM_CONFIG = 'config.yaml'

type InitContext = CommandContext<InputsOf<'init'>>

/** Writes a first gateway.yaml and the workflows, and lists what is left to be done. What is there already stays as it is. */
export async function init(context: InitContext): Promise<CommandResult> {
  const { write, files, logger, config: file, inputs } = context
  if (write === undefined)
    throw new HostError('init writes files for a person to review; run it on a command line.')
  if (inputs.owner !== undefined && !isOwner(inputs.owner))
    throw refused(
      'owner',
      `got the owner ${JSON.stringify(inputs.owner)}.`,
      'write a user, a team or an address as CODEOWNERS does: @octocat, @acme/platform, ops@example.com.',
    )
  const done: string[] = []
  const put = (path: string, text: string) => {
    if (isThere(files, path)) done.push(`kept ${path}: it exists already`)
    else {
      write(path, text)
      done.push(`wrote ${path}`)
    }
  }
  const wanted = Object.entries(templates()).filter(([name]) => WORKFLOWS.includes(name))
  // Before anybody is asked anything: without it there is nothing to write.
  const pin = wanted.every(([name]) => isThere(files, `.github/workflows/${name}`))
    ? undefined
    : await pinFor(inputs.ref, VERSION, process.argv[1] ?? '')
  let problems: readonly Problem[] = []
  if (!isThere(files, file)) {
    const answers = await withPinnedImage(await answersOf(context), done)
    if (isThere(files, LITELLM_CONFIG)) {
      write(file, stringify(machineOf(answers), { ...WRITING, lineWidth: 0 }))
      const imported = await importGateway({ ...context, inputs: { from: LITELLM_CONFIG } })
      problems = imported.problems ?? []
      if (imported.last !== undefined) logger.info(imported.last)
      done.push(`wrote ${file}, with the models and settings of ${LITELLM_CONFIG}`)
    } else {
      const text = declarationText(answers)
      // Read as any declaration is, before anything is written.
      problems = loadDesired(file, filesWith(files, file, text)).warnings
      put(file, text)
    }
  } else put(file, '')
  const declaration = readSource(file, files).value
  const references = [...new Set(findSecrets(declaration).references.map(({ name }) => name))].sort()
  const written = wanted.map(([name, template]) => {
    const text = workflowFor(template, { pin, references })
    put(`.github/workflows/${name}`, text)
    return text
  })
  tellOwners(context, declaration, put, done)
  const steps = nextSteps(written, { planKey: JSON.stringify(declaration).includes('"plan_key"') })
  for (const line of done) logger.info(line)
  logger.info(`What is left:\n${steps.map((step) => `  ${step}`).join('\n')}`)
  return {
    problems,
    result: { files: done, steps },
    markdown: ['### `init` done', '', ...done.map((line) => `- ${line}`), '', '```sh', ...steps, '```'].join(
      '\n',
    ),
  }
}

/** An existing CODEOWNERS file is kept: people decide who else reviews what. */
function tellOwners(
  { files, config, inputs: { owner } }: InitContext,
  declaration: unknown,
  put: (path: string, text: string) => void,
  done: string[],
): void {
  const text = codeownersText(config, declaration, owner)
  const there = CODEOWNERS_PLACES.find((path) => isThere(files, path))
  if (there === undefined) {
    put(CODEOWNERS_PLACES[0], text)
    return
  }
  const known = files.read(there).split('\n')
  const missing = text.split('\n').filter((line) => line.startsWith('/') && !known.includes(line))
  done.push(
    `kept ${there}: it exists already${missing.length === 0 ? '' : `; add these lines: ${missing.join(', ')}`}`,
  )
}

/** @throws ConfigError that names everything missing at once, when there is no terminal to prompt on */
async function answersOf(context: InitContext): Promise<Answers> {
  const { inputs, ask } = context
  const given: Record<string, string> = {}
  const missing: string[] = []
  for (const [name, question] of Object.entries(QUESTIONS) as [keyof typeof QUESTIONS, string][]) {
    const value = inputs[name] ?? (await ask?.(question, DEFAULTS[name])) ?? DEFAULTS[name]
    if (value === undefined || value.trim() === '') missing.push(`--${name}`)
    else given[name] = value.trim()
  }
  if (missing.length > 0)
    throw refused(
      'missing',
      `there is no terminal to prompt on, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      'give them, or run init on a terminal.',
    )
  const { domain = '', host = '', user = '', users = '', image = '', providers = '' } = given
  return {
    ...{ domain, host, user, image },
    users: Number(users),
    providers: providersOf(providers),
    hostKey: inputs['host-key'] ?? (await confirmedKey(host, context)),
    ...(inputs['plan-key'] === undefined ? {} : { planKey: inputs['plan-key'] }),
  }
}

function providersOf(text: string): Provider[] {
  return text.split(/[\s,]+/).map((name) => {
    if (isProvider(name)) return name
    throw refused(
      'provider',
      `got the provider "${name}".`,
      `write one or more of ${Object.keys(PROVIDERS).join(', ')}; add others in gateway.yaml.`,
    )
  })
}

/** A key is pinned only after a person has compared it with the machine's own. */
async function confirmedKey(host: string, { ask }: InitContext): Promise<string> {
  const { line, fingerprint } = await scanHostKey(host)
  const compare = 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'
  const said = await ask?.(
    `${host} shows the key ${fingerprint}. Type yes when "${compare}" on its console says the same`,
  )
  if (said?.trim() === 'yes') return line
  throw refused(
    'host-key',
    `${host} shows the key ${fingerprint}, and nobody has confirmed that it is the machine's.`,
    `compare it with ${compare} on its console, then give --host-key "${line}".`,
  )
}

function refused(code: string, message: string, fix: string): ConfigError {
  return new ConfigError([
    { severity: 'error', code, message, fix, at: { file: 'init', line: 1, column: 1 } },
  ])
}
