import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError } from '../../../src/config/problem.ts'
import { WRITING } from '../../../src/config/yaml/write.ts'
import type { Observation } from '../../../src/contract/programs/observe.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { imageAtRegistry } from '../../../src/steps/image/at-registry.ts'
import { runningImage } from '../../../src/steps/image/running.ts'
import { applied, base, loadText, NOW } from '../plan/applied.ts'
import { FakeRegistry, putImage, refuse } from '../registry/fake-registry.ts'

let fake: FakeRegistry
let index: string
beforeEach(async () => {
  fake = await new FakeRegistry().start()
  index = putImage(fake, 'v1.106.2').index
})
afterEach(() => fake.stop())

const REGISTRY = { username: 'robot', password: 'os.environ/REGISTRY_TOKEN' }
const BASIC = `Basic ${Buffer.from('robot:word-of-the-robot').toString('base64')}`

function yaml(image: string, registry?: object): string {
  const litellm = { image, ...(registry === undefined ? {} : { registry }) }
  return stringify({ ...base, litellm }, { ...WRITING, lineWidth: 0 })
}

function contextFor(
  text: string,
  more: Partial<CommandContext> = {},
): CommandContext & { text: () => string } {
  const logger = createRecordingLogger()
  return {
    config: 'gateway.yaml',
    files: { read: () => text, list: () => [] },
    inputs: {},
    sshKey: undefined,
    env: { REGISTRY_TOKEN: 'word-of-the-robot' },
    logger,
    secrets: createKnownSecrets(),
    connect: async () => expect.fail('the host was asked'),
    addressesOf: async () => [],
    now: () => NOW,
    run: { holder: 'test', url: 'test' },
    ...more,
    text: () => logger.text,
  }
}

async function planned(text: string, more: Partial<CommandContext> = {}) {
  const context = contextFor(text, more)
  const report = await runCommand('plan', context)
  return { report, text: context.text() }
}

/** A registry that only those may read who log in. */
function wantLogin(): void {
  fake.play = (request, response) => {
    if (request.headers.authorization === BASIC) return false
    refuse(response, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="private"' })
    return true
  }
}

test('plan refuses a tag alone with the line to write', async () => {
  const { report, text } = await planned(yaml(`${fake.place}/acme/litellm:v1.106.2`))
  expect(report).toMatchObject({ failed: true, problems: [{ code: 'image-tag', at: { line: 8 } }] })
  expect(text).toContain(
    `Fix: write image: ${fake.place}/acme/litellm:v1.106.2@${index} (as the registry answered`,
  )
})

test('offline the registry is not asked, which is said', async () => {
  const { report, text } = await planned(yaml(`${fake.place}/acme/litellm:v1.106.2`), {
    inputs: { offline: true },
  })
  expect(report).toMatchObject({ failed: true, problems: [{ code: 'image-tag' }] })
  expect(text).toMatch(/:v1\.106\.2@sha256:…; plan without offline asks the registry/)
  expect(fake.seen).toEqual([])
})

test.each([
  ['an unknown tag', ':v9', 'image-unknown', /does not have .*:v9 \(404/],
  ['no tag', '', 'image-unknown', /does not have .*:latest/],
])('of %s the registry’s answer is said', async (_, tag, code, said) => {
  const { report, text } = await planned(yaml(`${fake.place}/acme/litellm${tag}`))
  expect(report.problems).toMatchObject([{ code }])
  expect(text).toMatch(said)
})

test('what is no image is not asked for', async () => {
  const { report } = await planned(yaml(`https://${fake.place}/acme/litellm:v1`))
  expect(report.problems).toMatchObject([{ code: 'value' }])
  expect(fake.seen).toEqual([])
})

test('a declared login is used on a command line', async () => {
  wantLogin()
  const { text } = await planned(yaml(`${fake.place}/acme/litellm:v1.106.2`, REGISTRY))
  expect(text).toContain(`@${index} (as`)
})

test('a pull request’s plan sends no login to whatever it names', async () => {
  wantLogin()
  const changedFiles = async () => ['gateway.yaml']
  const { report, text } = await planned(yaml(`${fake.place}/acme/litellm:v1.106.2`, REGISTRY), {
    changedFiles,
  })
  expect(report.problems).toMatchObject([{ code: 'registry-denied' }])
  expect(text).toContain('sends no login')
  expect(fake.seen.map(({ authorization }) => authorization)).toEqual([undefined])
})

test('a declared login without a value in the step is named', async () => {
  wantLogin()
  const { text } = await planned(yaml(`${fake.place}/acme/litellm:v1.106.2`, REGISTRY), { env: {} })
  expect(text).toMatch(
    /wants a login.*litellm\.registry is declared, but the environment of this step has no value/,
  )
})

/** A host that is as declared, but for its image. */
function hostWith(text: string, image: Observation['differs']['image']) {
  const observation = applied(loadText(text))
  const session = {
    run: async () => ({ ...observation, differs: { ...observation.differs, image } }),
    begin: () => undefined,
    close: () => undefined,
    stats: { connections: 1, execs: 1, channels: 0 },
    readOnly: false,
  }
  return { connect: async () => session as never, sshKey: 'a key' }
}

test.each([
  ['runs', null],
  [
    'has',
    { running: 'other', wanted: 'this', schema: { pending: [], unknown: [], leaving: [], backup: null } },
  ],
])('no registry is asked for an image that the host %s already', async (_, image) => {
  const text = yaml(`${fake.place}/acme/litellm:v1.106.2@${index}`)
  const { report } = await planned(text, hostWith(text, image))
  expect(report.failed).toBe(false)
  expect(fake.seen).toEqual([])
})

test('of an image that the host does not have, the plan has what the registry says', async () => {
  const text = yaml(`${fake.place}/acme/litellm:v1.106.2@${index}`)
  const { report } = await planned(text, hostWith(text, { running: 'other', wanted: 'this', schema: null }))
  expect(report.plan?.notes.map(({ text: said }) => said).join()).toContain(`${index}: signature not checked`)
})

async function notes(
  image: string,
  { registry, ...more }: Partial<CommandContext> & { registry?: object } = {},
) {
  const text = yaml(image, registry)
  const desired = loadText(text)
  const found = await imageAtRegistry(desired, applied(desired), contextFor(text, more))
  return found.map(({ severity, text: said }) => `${severity}: ${said}`)
}

test('of an image that the host does not have, plan says who signed it', async () => {
  expect(await notes(`${fake.place}/acme/litellm:v1.106.2@${index}`)).toEqual([
    `info: Image ${fake.place}/acme/litellm@${index}: signature not checked: the registry has none for it.`,
  ])
})

test('a tag that names another image by now, or none, is a note', async () => {
  const moved = putImage(fake, 'v1.106.2', { WorkingDir: '/other' }).index
  expect(await notes(`${fake.place}/acme/litellm:v1.106.2@${index}`)).toMatchObject([
    `info: ${fake.place}/acme/litellm:v1.106.2 names ${moved} by now; the declared ${index} is what deploy takes.`,
    expect.stringContaining('signature not checked'),
  ])
  expect(await notes(`${fake.place}/acme/litellm:v1.106@${index}`)).toMatchObject([
    expect.stringMatching(/^info: .*:v1\.106 is gone from the registry/),
    expect.anything(),
  ])
})

test('a digest that the registry does not have is an error', async () => {
  const refused = await notes(`${fake.place}/acme/litellm@sha256:${'c'.repeat(64)}`).catch(
    (error: unknown) => error,
  )
  expect(refused).toBeInstanceOf(ConfigError)
  expect(refused).toMatchObject({ problems: [{ code: 'image-unknown', at: { line: 8 } }] })
})

test('a registry that is not reached from here is a note: the host pulls', async () => {
  const { place } = fake
  fake.stop()
  expect(await notes(`${place}/acme/litellm@${index}`)).toMatchObject([
    expect.stringMatching(
      /^info: What the registry has was not seen from here: .*ECONNREFUSED.*Signature not checked/,
    ),
  ])
})

test('a private image that a pull request names is a note, as no login is sent', async () => {
  fake.play = (_, response) => {
    refuse(response, 404, 'NAME_UNKNOWN')
    return true
  }
  const changedFiles = async () => ['gateway.yaml']
  expect(
    await notes(`${fake.place}/acme/litellm@${index}`, { registry: REGISTRY, changedFiles }),
  ).toMatchObject([expect.stringMatching(/^info: .*NAME_UNKNOWN.*sends no login/)])
})

test('the image of a version that runs is found under the tags that LiteLLM gives', async () => {
  const repository = { registry: fake.place, path: 'acme/litellm' }
  expect(await runningImage('1.106.2', repository)).toMatchObject({
    found: `${fake.place}/acme/litellm:v1.106.2@${index}`,
    detail: expect.stringContaining('of the 1.106.2 that runs'),
  })
  const older = putImage(fake, 'main-v1.107.5-stable').index
  expect(await runningImage('1.107.5', repository)).toMatchObject({
    found: `${fake.place}/acme/litellm:main-v1.107.5-stable@${older}`,
  })
  expect(await runningImage('1.999.1', repository)).toEqual({
    missing: expect.stringContaining('1.999.1 runs there'),
  })
  expect(await runningImage('1.80.5', repository)).toEqual({
    missing: expect.stringMatching(/^1\.80\.5 runs there; .* is the oldest/),
  })
  expect(await runningImage(undefined, repository)).toBeUndefined()
  fake.stop()
  expect(await runningImage('1.106.2', repository)).toEqual({
    missing: expect.stringContaining('cannot be reached'),
  })
})
