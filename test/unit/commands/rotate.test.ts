import { describe, expect, test } from 'vitest'
import { runCommand } from '../../../src/entries/run.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import type { Inputs } from '../../../src/steps/inputs.ts'

const DECLARATION = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm: {image: "ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}"}
users: 100
model_list:
  - model_name: gpt-4
    litellm_params: {model: openai/gpt-4, api_key: os.environ/OPENAI_API_KEY}
rotate: {targets: []}
`

/** What the command says without ever having connected. */
async function said(inputs: Inputs): Promise<string> {
  const context = {
    config: 'gateway.yaml',
    files: { read: () => DECLARATION, list: () => [] },
    inputs,
    sshKey: 'a key',
    env: {},
    logger: createRecordingLogger(),
    secrets: createKnownSecrets(),
    connect: async () => {
      throw new Error('connected')
    },
  } as unknown as CommandContext
  const report = await runCommand('rotate', context)
  expect(report.failed).toBe(true)
  return report.markdown
}

describe('rotate is asked for one thing at a time', () => {
  test.each<[Inputs, RegExp]>([
    [{ phase: 'end' }, /phase is "end"; it can be begin or finish/],
    [{ phase: 'begin', force: true }, /force ends a grace time, and phase begin creates a new key/],
    [{ phase: 'finish', revoke: true }, /revoke begins and ends a rotation in one run; remove phase/],
    [{ phase: 'due', revoke: true }, /connected/],
    [{ force: true, phase: 'finish' }, /connected/],
    [{}, /connected/],
  ])('%o', async (inputs, text) => expect(await said(inputs)).toMatch(text))
})
