import { isRecord } from '../record.ts'
import { withIncluded } from './include.ts'
import { type FileReader, parsed, type Source } from './one-file.ts'
import { readYaml } from './read.ts'
import { versionOf } from './sections.ts'

export type { FileReader, Source }

/**
 * Reads the file and all that it includes.
 * @throws ConfigError when the file is missing or is not YAML; errors in the files that it includes are in `problems`
 */
export function readSource(file: string, files: FileReader): Source {
  return withIncluded(parsed(file, files), files, (name) => parsed(name, files))
}

/** Reads one file, whatever it includes. @throws ConfigError for a file that is missing or is not YAML */
export function parseFile(file: string, files: FileReader): Source {
  return parsed(file, files)
}

/** What is under one key of the file, of whatever form, without reading the rest; undefined when that cannot be. */
export function glance(text: string, key: string): unknown {
  const block = new RegExp(`^${key}:.*(?:\\r?\\n(?:[ \\t#].*)?)*`, 'm').exec(text)?.[0]
  try {
    const value: unknown = block === undefined ? undefined : readYaml(block, versionOf).value
    return isRecord(value) ? value[key] : undefined
  } catch {
    return undefined
  }
}
