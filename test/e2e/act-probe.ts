/**
 * What a command does with GitHub, in one go: run as the action of a workflow by act.test.ts, which then looks at what GitHub
 * would have seen. Uses nothing but src/github.
 */
import { getInput, setSecret } from '@actions/core'
import { createActionsLogger } from '../../src/github/actions-logger.ts'
import { annotate } from '../../src/github/annotations.ts'
import { createClient } from '../../src/github/client.ts'
import { readRunContext } from '../../src/github/context.ts'
import { setOutputs } from '../../src/github/outputs.ts'
import { upsertStickyComment } from '../../src/github/sticky-comment.ts'
import { writeSummary } from '../../src/github/summary.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'

const secrets = createKnownSecrets(setSecret)
const { redact } = secrets
const providerKey = process.env.PROVIDER_KEY ?? ''
secrets.add(providerKey, process.env.SSH_KEY ?? '')

const log = createActionsLogger(redact)
const context = readRunContext({ env: process.env })
if (context?.pullRequest === undefined) throw new Error('the probe is for pull requests')
const { owner, repo, pullRequest, apiUrl } = context

await log.group('Compare', async () => {
  log.info(`the key is ${providerKey}, in base64 ${Buffer.from(`user:${providerKey}`).toString('base64')}`)
  log.info('::error::a line of a container, not a command')
  log.debug('only for those who ask')
})
annotate(
  [
    {
      severity: 'error',
      title: 'Unknown key',
      message: `no such model\n${providerKey}`,
      file: 'gateway.yaml',
      line: 3,
      column: 5,
    },
  ],
  redact,
)
await writeSummary({
  markdown: `## Plan\n\n| key |\n|---|\n| ${providerKey} |`,
  redact,
  file: process.env.GITHUB_STEP_SUMMARY,
})
const octokit = createClient({
  token: getInput('github-token'),
  apiUrl: getInput('github-api-url') || apiUrl,
})
const body = `The plan for ${pullRequest.headSha} with ${providerKey}`
const comment = await upsertStickyComment({
  octokit,
  owner,
  repo,
  issue: pullRequest.number,
  marker: 'litellm-gitops plan',
  body,
  redact,
})
setOutputs(
  {
    changes: 2,
    'has-changes': true,
    'plan-json': JSON.stringify({ comment: comment.outcome, context, key: providerKey }),
  },
  redact,
)
