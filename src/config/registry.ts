import { z } from 'zod'
import { REFERENCE_PREFIX, VARIABLE } from '../contract/forms.ts'
import type { HostRegistry } from '../contract/programs/rollout.ts'
import { whole } from '../contract/whole.ts'

const REFERENCE = whole(`${REFERENCE_PREFIX.replace('.', '\\.')}${VARIABLE}`)

export const registrySchema = z
  .strictObject({
    // A colon ends the name in what is sent.
    username: z
      .string()
      .regex(
        /^[^\s:]{1,200}$|^os\.environ\/\w+$/,
        'want a user name, or a reference such as os.environ/REGISTRY_USER',
      )
      .describe('Whom the registry knows; a reference if it is secret.'),
    password: z
      .string()
      .regex(REFERENCE, 'want a reference such as os.environ/REGISTRY_TOKEN')
      .describe('Password or token that may pull; a reference.'),
  })
  .describe('How the host logs in at the registry of the image, when that wants a login.')

/** What the host gets about its login; the values come separately. Undefined when none is declared. Pure. */
export function registryOf({
  image,
  registry,
}: {
  readonly image: string
  readonly registry?: z.infer<typeof registrySchema> | undefined
}): HostRegistry | undefined {
  if (registry === undefined) return undefined
  const { username, password } = registry
  const named = username.startsWith(REFERENCE_PREFIX)
  return {
    registry: image.split('/')[0] ?? image,
    ...(named ? { usernameFrom: nameIn(username) } : { username }),
    passwordFrom: nameIn(password),
  }
}

function nameIn(reference: string): string {
  return reference.slice(REFERENCE_PREFIX.length)
}
