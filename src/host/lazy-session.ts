import type { Session, SessionOptions } from './session.ts'

/** `connect`, with SSH loaded when it is called: an offline command, and the first line of any other, does not wait for it. */
export async function connect(options: SessionOptions): Promise<Session> {
  return await (await import('./session.ts')).connect(options)
}
