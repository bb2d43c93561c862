import { unescape as unescaped } from 'node:querystring'
import { HostError } from '../../host/errors.ts'
import { openShell, type Shell } from '../../host/shell.ts'
import type { StepContext } from '../command.ts'

/** How a machine of the old gateway is written: `ssh://user@host[:port][/path/to/compose/folder]`. */
export const SSH = 'ssh://'

/** Where the old gateway is. */
export interface OldPlace {
  readonly user: string
  readonly host: string
  readonly port: number
  /** Of compose.yaml; undefined for the only project there. */
  readonly folder: string | undefined
}

/** @throws HostError */
export function oldPlace(text: string): OldPlace {
  const parts = URL.canParse(text) ? new URL(text) : undefined
  const form = 'ssh://USER@HOST, with :PORT and /PATH/TO/COMPOSE/FOLDER where needed'
  if (parts === undefined || parts.protocol !== 'ssh:' || parts.hostname === '')
    throw new HostError(`data is "${text}", which is no address of a machine. Write it as ${form}.`)
  if (parts.username === '') throw new HostError(`data is "${text}" and names no user. Write it as ${form}.`)
  if (parts.password !== '' || parts.search !== '' || parts.hash !== '')
    throw new HostError(
      `data has more in it than a user, a host, a port and a folder. Write it as ${form}; the key is in OLD_SSH_KEY.`,
    )
  const folder = unescaped(parts.pathname)
  return {
    user: unescaped(parts.username),
    host: parts.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(parts.port || 22),
    folder: folder === '' || folder === '/' ? undefined : folder,
  }
}

/** Connects to it, with its pinned key. @param hostKey the line that was given with the command. @throws HostError */
export async function openOld(
  place: OldPlace,
  hostKey: string | undefined,
  context: StepContext,
): Promise<Shell> {
  const { env, sshKey, secrets, logger } = context
  const where = `${place.user}@${place.host}`
  const privateKey = env.OLD_SSH_KEY?.trim() ? env.OLD_SSH_KEY : sshKey
  const pinned = hostKey?.trim() ? hostKey : env.OLD_HOST_KEY
  if (privateKey === undefined || privateKey.trim() === '')
    throw new HostError(
      `No SSH key was given for ${where}. Export the private key itself as OLD_SSH_KEY; without it, the key of the new host is used.`,
    )
  if (pinned === undefined || pinned.trim() === '')
    throw new HostError(
      `No host key was given for ${place.host}, and an unknown machine is never trusted. Give the line of its /etc/ssh/ssh_host_ed25519_key.pub by --host-key or in OLD_HOST_KEY, read on its console ("ssh-keyscan -t ed25519${place.port === 22 ? '' : ` -p ${place.port}`} ${place.host}" shows what it says of itself).`,
    )
  secrets.add(privateKey)
  const { repairedKey } = await import('../../host/private-key.ts')
  return await openShell({
    user: place.user,
    host: place.host,
    port: place.port,
    hostKey: pinned,
    privateKey: repairedKey(privateKey),
    logger,
  })
}
