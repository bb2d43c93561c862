import { z } from 'zod'

const text = z.string().min(1)
const secretName = z
  .string()
  .regex(/^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/, 'want the name of a secret such as LITELLM_MASTER_KEY')

/** A secret of GitHub that gets a key. */
export const secretTarget = z.union([
  z.strictObject({
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'want owner/name')
      .describe('owner/name of the repository that has the secret.'),
    environment: text.optional().describe('Its environment, when the secret is in one.'),
    name: secretName.describe('Name of the secret.'),
  }),
  z.strictObject({
    organization: z
      .string()
      .regex(/^[\w.-]+$/, 'want the name of an organisation')
      .describe('The organization that has the secret.'),
    name: secretName.describe('Name of the secret.'),
  }),
])

const DURATION = /^[1-9]\d{0,3}[hd]$/
export const graceForm = z.string().regex(DURATION, 'want hours or days, such as 24h or 2d')

/** Who gets the value of a key, and how it is rotated. */
export const DELIVERY = {
  deliver: z
    .array(secretTarget)
    .min(1)
    .optional()
    .describe(
      'The GitHub secrets that get the value of the key, which sync makes then. Those of a repository or environment are made if missing; that of an organization has to exist.',
    ),
  rotate: z
    .string()
    .regex(DURATION, 'want hours or days, such as 30d')
    .optional()
    .describe('How often rotate replaces the key; on request only, when left out.'),
  grace: graceForm
    .optional()
    .describe(
      'How long the replaced key works on at least; 24h when left out. It is ended when it was not used for so long, or after seven times that.',
    ),
}

/** @param duration as the schema takes it: 24h, 30d */
export function secondsIn(duration: string): number {
  const count = Number.parseInt(duration, 10)
  return duration.endsWith('d') ? count * 86_400 : count * 3600
}
