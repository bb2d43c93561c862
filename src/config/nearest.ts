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

/** The known name that was probably meant, or undefined when none is close: at most two letters, or a third of them, differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name, candidate, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Levenshtein's distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced))
    }
    previous = current
  }
  return previous[b.length] ?? limit
}
