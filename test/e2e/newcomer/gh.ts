import { appendFileSync, readFileSync } from 'node:fs'

/**
 * Stands for GitHub's command line where a newcomer's commands are run: `repo create` makes a repository here, `api` calls the
 * local GitHub, `secret set` writes down what it was given. Anything else is an error, as a step that nobody planned.
 * Environment: GH_API, GH_TOKEN, GH_REPO (`owner/name`), GH_SECRETS (a file, one JSON a line), GH_ASKED (values as a person types them, JSON).
 */
const env = (name: string) => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
const [verb = '', ...args] = process.argv.slice(2)
const after = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined)

if (verb === 'secret' && args[0] === 'set') {
  const [, name = ''] = args
  const piped = process.stdin.isTTY ? '' : readFileSync(0, 'utf8')
  const value = piped === '' ? JSON.parse(env('GH_ASKED'))[name] : piped
  appendFileSync(env('GH_SECRETS'), `${JSON.stringify({ name, environment: after('--env'), value })}\n`)
} else if (verb === 'api') {
  const path = args.find((arg) => arg.startsWith('repos/'))?.replace('{owner}/{repo}', env('GH_REPO'))
  const body: Record<string, Record<string, boolean>> = {}
  for (const [index, arg] of args.entries()) {
    const [, group, key, value] =
      (arg === '-F' && /^(\w+)\[(\w+)\]=(true|false)$/.exec(args[index + 1] ?? '')) || []
    if (group !== undefined && key !== undefined) body[group] = { ...body[group], [key]: value === 'true' }
  }
  const answer = await fetch(`${env('GH_API')}/${path}`, {
    method: after('--method') ?? 'GET',
    headers: { authorization: `Bearer ${env('GH_TOKEN')}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
} else throw new Error(`no such command here: gh ${process.argv.slice(2).join(' ')}`)
