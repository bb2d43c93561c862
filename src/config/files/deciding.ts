import { isRecord } from '../record.ts'
import { localPath } from './beside.ts'
import { namedIn } from './named.ts'

/** Files and folders that a declaration names, from its own folder, whether they exist or not; what its Python imports is not among them. Pure. */
export function besidePaths(declaration: unknown): string[] {
  if (!isRecord(declaration)) return []
  const named = namedIn(declaration).flatMap(({ kind, text }) => {
    if (kind === 'path') return localPath(text) ?? []
    if (kind !== 'module') return []
    const module = text.slice(0, text.lastIndexOf('.'))
    return module.startsWith('litellm.') ? [] : `${module.replaceAll('.', '/')}.py`
  })
  const { files } = declaration
  const listed = (Array.isArray(files) ? files : []).filter((one) => typeof one === 'string')
  return [...new Set([...named, ...listed])]
}
