/** What a caller with the read-only key may ask, who is not trusted: checked on the host before anything looks at it. */
export const BOUNDS = {
  /** Bytes of one question; 10,000 budgets take half of it. `plan-key/observe` refuses more before it has any module. */
  MOST_BYTES: 2 * 1024 * 1024,
  MOST_FILES: 200,
  MOST_PATH: 299,
  MOST_NAMES: 100,
  MOST_MODELS: 5_000,
  MOST_OWNERS: 20_000,
  /** Characters. */
  MOST_ID: 256,
} as const

/** What a release may have beside its config.yaml: code and texts that people wrote, which are small. */
export const BESIDE = {
  MOST_BESIDE: 200,
  MOST_BESIDE_BYTES: 1024 * 1024,
  /** Of all together. */
  MOST_BESIDE_TOTAL: 4 * 1024 * 1024,
} as const
