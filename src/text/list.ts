/** The first `most` of them in a line, and how many more there are. */
export function listed(items: readonly string[], most: number, between = ', '): string {
  const left = items.length - most
  return items.slice(0, most).join(between) + (left > 0 ? `${between}and ${left} more` : '')
}
