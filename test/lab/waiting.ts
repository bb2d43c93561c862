/** Looks again and again until something is there, and returns it. @throws Error that says what did not come */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false>,
  { withinMs, everyMs = 200 }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<Found> {
  for (const deadline = Date.now() + withinMs; ; ) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`${what} within ${withinMs / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Waits until a GET of `url` is answered with success. @throws Error that begins with `what` */
export async function untilServed(what: string, url: string, withinMs: number): Promise<void> {
  const served = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(`${what} did not answer`, served, { withinMs })
}
