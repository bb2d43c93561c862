// What a caller with the read-only key may ask, who is not trusted: checked on the host before anything looks at it.

/** Bytes of one question; 10,000 budgets take half of it. `plan-key/observe` refuses more before it has any module. */
export const MOST_BYTES = 2 * 1024 * 1024
export const MOST_FILES = 200
export const MOST_PATH = 299
export const MOST_NAMES = 100
export const MOST_MODELS = 5_000
export const MOST_OWNERS = 20_000
/** Characters. */
export const MOST_ID = 256
