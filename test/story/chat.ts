export interface ChatAnswer {
  readonly status: number
  /** The answer's text, or LiteLLM's reason. */
  readonly text: string
  /** LiteLLM's kind of error, such as `budget_exceeded`. */
  readonly kind: string | undefined
}

/** One chat request through Caddy, as a colleague's program makes it; every message is its own unless given. */
export async function chat(
  url: string,
  key: string,
  model: string,
  message = `hello ${Math.random()}`,
): Promise<ChatAnswer> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: message }] }),
  })
  const text = await answer.text()
  try {
    const body = JSON.parse(text)
    return {
      status: answer.status,
      text: body.choices?.[0]?.message?.content ?? body.error?.message ?? text,
      kind: body.error?.type,
    }
  } catch {
    return { status: answer.status, text, kind: undefined }
  }
}

/** A virtual key of a user, made as an admin makes it in the UI. */
export async function virtualKey(url: string, masterKey: string, user: string): Promise<string> {
  const answer = await fetch(`${url}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: user }),
  })
  const body: unknown = await answer.json()
  const key = typeof body === 'object' && body !== null && 'key' in body ? body.key : undefined
  if (typeof key !== 'string') throw new Error(`no key for ${user}: ${answer.status} ${JSON.stringify(body)}`)
  return key
}
