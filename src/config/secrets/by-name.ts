/**
 * A question about a name, each name asked once: a declaration of ten thousand budgets has the same few keys over and over. For keys of a
 * file alone, never for values: names that were asked for are kept.
 */
export function byName(ask: (name: string) => boolean): (name: string) => boolean {
  const answers = new Map<string, boolean>()
  return (name) => {
    let answer = answers.get(name)
    if (answer === undefined) {
      answer = ask(name)
      answers.set(name, answer)
    }
    return answer
  }
}
