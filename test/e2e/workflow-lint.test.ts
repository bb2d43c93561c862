import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { workflowChecks } from '../../scripts/lint.ts'
import { run } from '../lab/command.ts'

const root = join(import.meta.dirname, '../..')
const templates = globSync('workflows/*.yml', { cwd: root }).sort()
const CALLED = '.github/workflows/gateway.yml'
const ACTION = 'litellm-gitops/litellm-gitops'
/** Where what is called puts the action of its own commit. */
const OWN = './.litellm-gitops'

interface Step {
  uses?: string
  with?: Record<string, unknown>
}

function stepsOf(file: string): Step[] {
  const { jobs } = parse(readFileSync(join(root, file), 'utf8')) as {
    jobs: Record<string, { steps?: Step[] }>
  }
  return Object.values(jobs).flatMap(({ steps }) => steps ?? [])
}

describe('workflow files', { timeout: 300_000 }, () => {
  // As `npm run lint:workflows` has it. The last argument is the last file.
  test.each(['workflow templates: what is unsafe', 'our workflows: what is unsafe'])(
    '%s have nothing unsafe that zizmor knows, pedantically',
    async (name) => {
      const { program, args } = (await workflowChecks()).find((check) => check.name === name) ?? {}
      const unsafe = await run(
        [program ?? '', ...(args ?? []).slice(0, -1), 'test/e2e/unsafe-workflow.yml'],
        {
          cwd: root,
        },
      )
      expect(unsafe.stdout).toContain('unpinned-uses')
      const finished = await run([program ?? '', ...(args ?? [])], { cwd: root })
      expect(finished.stdout).toContain('No findings to report')
      expect(finished.code).toBe(0)
    },
  )

  // The canary runs in repositories that only read a secret, and who signed an image is cosign's to say.
  const without = ['rotate-canary.yml', 'verify-image.yml']
  const running = templates.filter((file) => !without.includes(basename(file)))
  test.each(running)('%s names the release that package.json is', (file) => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const refs = stepsOf(file).filter(({ uses }) => uses?.startsWith(`${ACTION}@`))
    expect([...new Set(refs.map(({ uses }) => uses))]).toEqual([`${ACTION}@v${version}`])
  })

  test('what is called runs the action of its own commit, which its caller names, and nothing by a tag', () => {
    const steps = stepsOf(CALLED)
    const [checkout, action] = steps.slice(steps.findIndex(({ uses }) => uses === OWN) - 1)
    expect(action?.uses).toBe(OWN)
    expect(checkout?.uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/)
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's own form
    expect(checkout?.with).toMatchObject({
      repository: '${{ job.workflow_repository }}',
      ref: '${{ job.workflow_sha }}',
      path: OWN.slice(2),
    })
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's own form
    const refs = steps.flatMap(({ uses }) => (uses === undefined || uses === OWN ? [] : [uses]))
    expect(refs.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([])
  })

  test.each([...templates, CALLED])('%s passes only inputs that the action has', (file) => {
    expect(existsSync(join(root, 'action.yml'))).toBe(true)
    const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
      inputs: Record<string, unknown>
    }
    const ours = stepsOf(file).filter(({ uses }) => uses === OWN || uses?.startsWith(`${ACTION}@`))
    for (const step of ours) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
    }
  })

  test.each(templates)('%s says on its first lines what it is for and where it goes', (file) => {
    const [what, where] = readFileSync(join(root, file), 'utf8').split('\n')
    expect(what).toMatch(/^# [A-Z].*\.$/)
    expect(where).toContain(`.github/workflows/${basename(file)}`)
  })
})
