/** Whether a version of LiteLLM comes before another, by its numbers alone: release candidates and `+local` parts count as the release. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number))
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
