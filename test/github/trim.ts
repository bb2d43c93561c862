/**
 * Makes openapi.trimmed.json: GitHub's own OpenAPI description, cut down to the routes that our local API serves.
 * Run it with `node test/github/trim.ts` when a route is added to operations.ts or when GitHub's description has moved on.
 * The npm package has 400 MB and stays out of the dependencies: it is fetched into a scratch folder and thrown away.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operations } from './operations.ts'

const PACKAGE = '@octokit/openapi@23.0.2'
const METHODS = ['get', 'put', 'post', 'patch', 'delete']
/** Words for people, and octokit's own extensions: most of the size and nothing to validate with. */
const PROSE = ['description', 'summary', 'externalDocs', 'tags', 'example', 'examples', 'deprecated', 'title']

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

const scratch = mkdtempSync(join(tmpdir(), 'octokit-openapi-'))
try {
  const full = fetchDescription(scratch)
  const trimmed = trim(full, new Set<string>(operations))
  writeFileSync(join(import.meta.dirname, 'openapi.trimmed.json'), onePartPerLine(trimmed))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function fetchDescription(folder: string): JsonObject {
  execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error(`npm pack ${PACKAGE} left no archive`)
  const member = 'package/generated/api.github.com.json'
  execFileSync('tar', ['xzf', archive, member], { cwd: folder })
  return JSON.parse(readFileSync(join(folder, member), 'utf8'))
}

function trim(full: JsonObject, wanted: Set<string>): JsonObject {
  const paths: JsonObject = {}
  for (const [path, item] of Object.entries(asObject(full.paths))) {
    const kept = Object.entries(asObject(item)).filter(
      ([method, operation]) =>
        METHODS.includes(method) && wanted.has(String(asObject(operation).operationId)),
    )
    if (kept.length > 0) paths[path] = withoutProse(Object.fromEntries(kept))
    for (const [, operation] of kept) wanted.delete(String(asObject(operation).operationId))
  }
  if (wanted.size > 0) throw new Error(`GitHub's description has no ${[...wanted].join(', ')}`)
  return {
    openapi: full.openapi ?? null,
    info: { 'x-from': PACKAGE, 'x-license': 'MIT, Octokit contributors' },
    paths,
    components: componentsUsedBy(paths, asObject(full.components)),
  }
}

/** Everything reachable by `$ref`, grouped as in the source and sorted, so that a new version gives a readable diff. */
function componentsUsedBy(paths: JsonObject, all: JsonObject): JsonObject {
  const used: { [group: string]: JsonObject } = {}
  const queue: Json[] = [paths]
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    for (const [, group = '', name = ''] of JSON.stringify(part).matchAll(
      /"#\/components\/([^/"]+)\/([^"]+)"/g,
    )) {
      used[group] ??= {}
      const members = used[group]
      if (members[name] !== undefined) continue
      const found = asObject(all[group])[name]
      if (found === undefined) throw new Error(`dangling reference ${group}/${name}`)
      const member = withoutProse(found)
      members[name] = member
      queue.push(member)
    }
  }
  const sorted = (members: JsonObject) =>
    Object.fromEntries(Object.entries(members).sort(([a], [b]) => a.localeCompare(b, 'en')))
  return sorted(Object.fromEntries(Object.entries(used).map(([group, members]) => [group, sorted(members)])))
}

function withoutProse(value: Json, insideProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      // Inside `properties` the keys are GitHub's field names, and `description` or `title` is a field like any other.
      .filter(([key]) => insideProperties || !(PROSE.includes(key) || key.startsWith('x-')))
      .map(([key, item]) => [key, withoutProse(item, !insideProperties && key === 'properties')]),
  )
}

function onePartPerLine(document: JsonObject): string {
  const part = (value: Json, depth: number): string => {
    if (depth === 0 || value === null || typeof value !== 'object' || Array.isArray(value))
      return JSON.stringify(value)
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${part(item, depth - 1)}`,
    )
    return `{\n${members.join(',\n')}\n}`
  }
  return `${part(document, 3)}\n`
}

function asObject(value: Json | undefined): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error('not an object')
  return value
}
