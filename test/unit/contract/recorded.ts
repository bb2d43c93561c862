import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAMS, type ProgramName } from '../../../src/contract/programs.ts'

/** What a program on a lab host was asked and answered, as `npm run record` wrote it down. */
export interface Recorded {
  readonly file: string
  readonly program: ProgramName
  readonly question: unknown
  readonly answer: { readonly result?: unknown; readonly error?: { readonly code: string } }
}

const FOLDER = join(import.meta.dirname, '../../contract/recorded')

export function recordings(): Recorded[] {
  return readdirSync(FOLDER).map((name) => {
    const recorded = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recorded
    if (!Object.hasOwn(PROGRAMS, recorded.program)) throw new Error(`${name}: no program ${recorded.program}`)
    return { ...recorded, file: name }
  })
}
