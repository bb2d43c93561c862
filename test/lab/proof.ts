/** Whether this run goes through everything (`npm run proof`), or through the part of it that every run has time for. */
export const FULL = process.env.PROOF === 'full'
