/** How often a property is tried: the quick set takes some, `npm test` (RUNS=200) more. */
export const RUNS = Number(process.env.RUNS ?? 60)
