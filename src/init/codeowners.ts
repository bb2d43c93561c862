import { posix } from 'node:path'
import { besidePaths } from '../config/files/deciding.ts'
import { isRecord } from '../config/record.ts'

/** Where GitHub looks for it, in this order. */
export const CODEOWNERS_PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

const OWNER = /^(?:@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][\w.-]*)?|[^\s@#]+@[^\s@#]+)$/

/** A user, a team or an address, as CODEOWNERS takes them. */
export function isOwner(text: string): boolean {
  return OWNER.test(text)
}

/**
 * Who must review what controls the gateway: the declaration, what it includes, and the workflows, which get its keys. Without an
 * owner the lines are a comment.
 */
export function codeownersText(file: string, declaration: unknown, owner: string | undefined): string {
  const lines = decidingPaths(file, declaration)
    .map((path) => `/${path.replaceAll(' ', '\\ ')}`)
    .map((path) => `${path} ${owner ?? '@your-org/your-team'}`)
  return [
    '# Whoever may change these files administers the gateway. GitHub asks the owners for a review, and waits for it when a rule of',
    '# the protected branch says "Require review from Code Owners".',
    ...(owner === undefined
      ? ['# Name yours, and take the # away:', ...lines.map((line) => `# ${line}`)]
      : lines),
    '',
  ].join('\n')
}

/**
 * The files and folders, from the root of the repository, that decide what the gateway is. A folder that a pattern was cut to ends with
 * a slash; any other path may be one of either.
 */
export function decidingPaths(file: string, declaration: unknown): string[] {
  const include = isRecord(declaration) ? declaration.include : undefined
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  const patterns = [
    ...(Array.isArray(include) ? include : [include]).filter((one) => typeof one === 'string'),
    ...besidePaths(declaration),
  ]
  // CODEOWNERS knows fewer wildcards: the folder in front of the first one is owned.
  const included = patterns.map((pattern) => {
    const plain = posix.normalize(`${folder}${pattern}`)
    return /[*?{[]/.test(plain) ? plain.replace(/[^/]*[*?{[].*$/, '') : plain
  })
  return [...new Set([file, ...included, '.github/'])]
}
