import type { Desired } from '../../config/desired.ts'
import type { DesiredEntity } from '../../config/entities/desired.ts'
import { keyHeaderOf } from '../../config/litellm/key-header.ts'
import { GATEWAY_PORT } from '../../contract/places.ts'
import { createAdminApi } from '../../gateway/admin-api.ts'
import { HostError } from '../../host/errors.ts'
import { readMasterKey } from '../../host/master-key.ts'
import type { Session } from '../../host/session.ts'
import { isDue } from '../../plan/entities/delivery.ts'
import { type KeyPurpose, type KeysRotated, rotateKeys } from '../../rotation/delivered/rotate.ts'
import { prose } from '../../text/markdown.ts'
import type { CommandContext, CommandResult } from '../command.ts'
import type { InputsOf } from '../inputs.ts'
import { onHostOf } from '../on-host.ts'
import { withLease } from '../with-lease.ts'
import { openRoom, wantedOf } from './deliveries.ts'

type Context = CommandContext<InputsOf<'rotate'>>

/** `rotate` with `keys`: ends replaced keys, and replaces those that are due, or all, or one. The master key is left alone. */
export async function rotateDeliveredKeys(
  desired: Desired,
  which: string,
  purpose: KeyPurpose,
  context: Context,
): Promise<CommandResult> {
  const chosen = chosenOf(desired, which)
  return await onHostOf(desired, context, 'write', async (session) =>
    withLease(session, context, async ({ run }) =>
      tell(await rotate(session, desired, chosen, which, purpose, run, context), context),
    ),
  )
}

async function rotate(
  session: Session,
  { litellm }: Desired,
  chosen: readonly DesiredEntity[],
  which: string,
  purpose: KeyPurpose,
  run: string,
  context: Context,
): Promise<KeysRotated> {
  const masterKey = await readMasterKey(session)
  context.secrets.add(masterKey)
  const tunnel = await session.forward(GATEWAY_PORT)
  try {
    const api = createAdminApi(tunnel, masterKey, { keyHeader: keyHeaderOf(litellm) })
    const byAlias = new Map(chosen.map((entity) => [entity.id, entity]))
    return await rotateKeys(await openRoom(session, run, api, context), {
      wanted: chosen.flatMap(wantedOf),
      all: which !== 'due',
      isDue: (of, since, now) => {
        const entity = byAlias.get(of)
        return entity !== undefined && isDue(entity, { since }, now)
      },
      purpose,
      force: context.inputs.force === true,
    })
  } finally {
    tunnel.close()
  }
}

/** @throws HostError when the declaration has no such key */
function chosenOf({ entities, file }: Desired, which: string): DesiredEntity[] {
  const delivered = entities.filter(({ kind, delivery }) => kind === 'key' && delivery !== undefined)
  if (which === 'due' || which === 'all') return delivered
  const found = delivered.filter(({ id }) => id === which)
  if (found.length > 0) return found
  const names = delivered.map(({ id }) => id).join(', ')
  throw new HostError(
    `keys is ${JSON.stringify(which)}; it can be due, all, or the alias of a key that ${file} delivers${names === '' ? ', and it delivers none' : `: ${names}`}.`,
  )
}

function tell(found: KeysRotated, { logger, secrets }: Context): CommandResult {
  const lines = [
    ...found.replaced.map((of) => `key ${of}: every secret has a new one; the one of before works on`),
    ...found.ended,
    ...found.waiting,
  ]
  const told =
    lines.length + found.failures.length === 0 ? ['No key is due, and none is to be ended.'] : lines
  for (const line of told) logger.info(line)
  for (const line of found.failures) logger.error(line)
  return {
    markdown: [
      '### `rotate`: keys',
      '',
      [...found.failures, ...told].map((line) => `- ${prose(secrets.redact(line))}`).join('\n'),
    ].join('\n\n'),
    result: found,
    failed: found.failures.length > 0,
  }
}
