/** Comparing is slow enough that a file of wrong keys alone would keep a run busy for minutes. */
const MOST_LOOKED_UP = 100
const LONGEST = 64

/** Finds what was probably meant by wrong names, the first hundred of them. */
export type Suggest = (name: string, known: readonly string[]) => string | undefined

export function createSuggest(): Suggest {
  const found = new Map<string, string | undefined>()
  return (name, known) => {
    const key = `${known.length} ${known[0]} ${name}`
    if (!found.has(key)) {
      if (found.size >= MOST_LOOKED_UP || name.length > LONGEST) return undefined
      found.set(key, nearest(name, known))
    }
    return found.get(key)
  }
}

/** The known name that was probably meant, or undefined when none is close: one letter differs in a short name, three in a long one. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const bare = plain(name)
  let best: string | undefined
  let bestDistance = mostDiffering(bare) + 1
  for (const candidate of known) {
    const distance = editDistance(bare, plain(candidate), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Whether two letters are in each other's place, or one of a longer name is wrong, missing or too many: hardly two names that exist. */
export function isSlip(name: string, known: string): boolean {
  if (name.length < 3 || editDistance(name, known, 2) !== 1) return false
  return name.length >= 6 || [...name].sort().join('') === [...known].sort().join('')
}

/** `modelList`, `model-list` and `model_list` are one name. */
function plain(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

function mostDiffering({ length }: string): number {
  if (length < 3) return 0
  return length < 6 ? 1 : length < 11 ? 2 : 3
}

/** How many letters are wrong, missing, too many or in each other's place, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : limit
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced, swapped))
    }
    before = previous
    previous = current
  }
  return Math.min(previous[b.length] ?? limit, limit)
}
