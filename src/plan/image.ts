import { untried } from '../config/litellm/versions.ts'
import type { HostDifferences, ImageSchema, ObservedGateway } from '../contract/programs/observe.ts'
import { counted } from '../text/units.ts'
import type { HostChange, Note } from './change.ts'

type Difference = NonNullable<HostDifferences['image']>

const MOST_NAMED = 5

/**
 * The change of LiteLLM's image: from which to which, and what that means for the database.
 * @param offSite whether backups are copied to another machine
 */
export function imageChange({ running, wanted, schema }: Difference, offSite: boolean): HostChange {
  const place = offSite ? '' : ' (on this host only: backup.copy_to is not declared)'
  const backup = `a backup is taken and read back${place}`
  const detail = `${running ?? 'none'} → ${wanted ?? 'none'}; ${schemaText(schema ?? null, backup)}`
  return { kind: 'host', action: 'update', part: 'image', name: 'LiteLLM', detail }
}

function schemaText(schema: ImageSchema | null, backup: string): string {
  if (schema === null)
    return `its migrations are read when it is pulled: before any of them is run, ${backup}; an image that is older than the schema of the database is refused`
  if (schema.unknown.length > 0)
    return `refused by deploy: the database has had ${named(schema.unknown)} that it does not know`
  if (schema.pending.length > 0)
    return `${backup}, then the database gets ${named(schema.pending)}${leavingText(schema)}`
  return 'the database needs no migrations for it, so no backup is taken'
}

function leavingText({ leaving }: ImageSchema): string {
  if (leaving.length === 0) return ''
  return `, which may drop or rename ${named(leaving, 'column')} that this LiteLLM does not have`
}

/** That an image will be refused is worth more than a line among the changes. */
export function imageNotes(image: HostDifferences['image']): Note[] {
  const schema = image?.schema ?? null
  if (image === null || schema === null || schema.unknown.length === 0) return []
  const back =
    schema.backup === null
      ? 'restore a backup from before them (command backups)'
      : `restore the backup ${schema.backup}, which was taken before them (backup: ${schema.backup}, scope: all)`
  return [
    {
      severity: 'warning',
      text: `The image ${image.wanted} is older than the schema of the database, which has had ${named(schema.unknown)} that it does not know. deploy refuses it and changes nothing. Declare the image that serves, or a newer one; to go back, ${back}.`,
    },
  ]
}

/** Says that the image that would be deployed was never tried. Nothing is said of the one that serves already. */
export function untriedNotes(
  gateway: ObservedGateway | null,
  image: HostDifferences['image'],
  declared: string | undefined,
): Note[] {
  const version = image?.version ?? declared
  if (version === undefined || (gateway !== null && image === null)) return []
  const text = untried(version)
  return text === undefined ? [] : [{ severity: 'info', text }]
}

/** `2 migrations (20250101_a, 20250102_b)` */
function named(names: readonly string[], what = 'migration'): string {
  const shown = names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ' …' : '')
  return `${counted(names.length, what)} (${shown})`
}
