/**
 * The local GitHub as a process of its own, for people at a terminal and for workflows run by act.
 * Prints one line of JSON (`url`, `token`, `repository`) once it listens. SIGINT or SIGTERM ends it; with violations it then
 * prints them and exits with 1.
 */
import { parseArgs } from 'node:util'
import { GitContents } from './git-contents.ts'
import { startGitHub } from './server.ts'
import type { Permission, Permissions } from './tokens.ts'

const USAGE = `node test/github/serve.ts [--address 127.0.0.1] [--port 0] [--repository owner/name] [--git DIR]
    [--permission contents:read]… [--pull-request HEAD_REF]`

const { values } = parseArgs({
  options: {
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    repository: { type: 'string', default: 'example/gateway' },
    git: { type: 'string' },
    permission: { type: 'string', multiple: true, default: ['contents:read', 'pull-requests:write'] },
    'pull-request': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}

const [owner = '', name = ''] = values.repository.split('/')
const github = await startGitHub({
  address: values.address,
  port: Number(values.port),
  permissions: permissionsFrom(values.permission),
  repositories: [{ owner, name, ...(values.git === undefined ? {} : { git: new GitContents(values.git) }) }],
})
const ref = values['pull-request']
if (ref !== undefined) {
  const repository = github.state.repository()
  const sha = repository.commit(ref)?.sha
  if (sha === undefined) throw new Error(`--git has no branch ${ref}`)
  repository.openPullRequest({ title: ref, head: { ref, sha } })
}
process.stdout.write(
  `${JSON.stringify({ url: github.url, token: github.token, repository: values.repository })}\n`,
)

const stop = async () => {
  await github.close()
  for (const violation of github.violations) process.stderr.write(`violation: ${violation}\n`)
  process.exit(github.violations.length === 0 ? 0 : 1)
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

/** `contents:read`, as a workflow's `permissions:` would have it in two lines. */
function permissionsFrom(list: readonly string[]): Permissions {
  const permissions: { [name in Permission]?: 'read' | 'write' } = {}
  for (const item of list) {
    const [permission = '', level] = item.split(':')
    if (level !== 'read' && level !== 'write') throw new Error(`not a permission: ${item}\n${USAGE}`)
    permissions[permission.replaceAll('-', '_') as Permission] = level
  }
  return permissions
}
