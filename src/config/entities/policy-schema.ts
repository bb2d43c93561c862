import { z } from 'zod'
import { usd } from '../limits.ts'

/** What a key may be asked to have. */
const REQUIRED = ['owner', 'max_budget', 'budget_duration', 'models', 'rotate'] as const
export type Required = (typeof REQUIRED)[number]

/** What a pull request may declare. */
export const policy = z.strictObject({
  keys: z
    .strictObject({
      require: z
        .array(z.enum(REQUIRED))
        .optional()
        .describe('What each entry of keys has to have. owner: a team_id or a user_id.'),
      max_budget: usd.optional().describe('The most USD that the budget of a key may be.'),
      rotate: z
        .string()
        .regex(/^[1-9]\d{0,3}[hd]$/, 'want hours or days, such as 90d')
        .optional()
        .describe(
          'How long a key may go on at most before it is replaced; those without deliver are left out.',
        ),
    })
    .optional()
    .describe('What holds for keys.'),
})

export type KeyPolicy = NonNullable<z.infer<typeof policy>['keys']>
