import { shortened, visible } from '../text/controls.ts'

/** What people are told where they are, in place of an issue or a red run that they would have to look at. */
export interface Notice {
  readonly state: 'wrong' | 'over' | 'failed' | 'done'
  readonly title: string
  /** What was found, a line each; plain text. */
  readonly lines: readonly string[]
  readonly repository: string
  readonly command: string
  readonly run: string
  /** The issue that is kept, if one is. */
  readonly issue: string | undefined
}

/** Where notices go, by kind: the address of an incoming webhook, which is a secret. */
export interface Channels {
  readonly slack?: string
  readonly teams?: string
  readonly webhook?: string
}

const MARKS = { wrong: '🔴', over: '🟢', failed: '🔴', done: '🟢' } as const
const MOST_LINES = 5
const MOST_CHARACTERS = 300
const NAMES = { slack: 'Slack', teams: 'Teams', webhook: 'The webhook' } as const

/** Sends it to each channel. What fails is a warning: nobody's run fails for a message. Holds: no address is in any text. */
export async function sendNotice(
  notice: Notice,
  channels: Channels,
  told: { readonly redact: (text: string) => string; readonly warning: (text: string) => void },
  limitMs = 10_000,
): Promise<void> {
  const clean = cleaned(notice, told.redact)
  const kinds = (Object.keys(NAMES) as (keyof Channels)[]).filter((kind) => channels[kind] !== undefined)
  await Promise.all(
    kinds.map(async (kind) => {
      const trouble = await post(channels[kind] ?? '', BODIES[kind](clean), limitMs)
      if (trouble !== undefined) told.warning(`${NAMES[kind]} did not take the notice: ${trouble}.`)
    }),
  )
}

/** Without secrets, on one line each, and bounded. */
function cleaned(notice: Notice, redact: (text: string) => string): Notice {
  const line = (text: string) =>
    shortened(visible(redact(text)).replaceAll(/\s+/g, ' ').trim(), MOST_CHARACTERS)
  const lines = notice.lines.slice(0, MOST_LINES).map(line)
  const left = notice.lines.length - lines.length
  return {
    ...notice,
    title: line(notice.title),
    lines: left > 0 ? [...lines, `and ${left} more`] : lines,
  }
}

/** The body that each service takes. Texts of others cannot mention, link or format anything in it. */
export const BODIES: Readonly<Record<keyof Channels, (notice: Notice) => object>> = {
  // https://docs.slack.dev/messaging/formatting-message-text: these three characters are all there is to escape.
  slack: ({ state, title, lines, repository, run, issue }) => {
    const escaped = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const links = [...(issue === undefined ? [] : [`<${issue}|issue>`]), `<${run}|run>`].join(' · ')
    const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })
    return {
      text: `${MARKS[state]} ${escaped(`${repository}: ${title}`)}`,
      blocks: [
        { type: 'section', text: plain(`${MARKS[state]} ${repository}: ${title}`) },
        ...(lines.length === 0 ? [] : [{ type: 'section', text: plain(lines.join('\n')) }]),
        { type: 'context', elements: [{ type: 'mrkdwn', text: links }] },
      ],
      unfurl_links: false,
      unfurl_media: false,
    }
  },
  // An adaptive card, as the workflow "When a Teams webhook request is received" takes it. A TextRun knows no Markdown.
  teams: ({ state, title, lines, repository, run, issue }) => {
    const text = (one: string, weight = 'Default') => ({
      type: 'RichTextBlock',
      inlines: [{ type: 'TextRun', text: one, weight }],
    })
    const open = (name: string, url: string) => ({ type: 'Action.OpenUrl', title: name, url })
    return {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              text(`${MARKS[state]} ${repository}: ${title}`, 'Bolder'),
              ...lines.map((one) => text(one)),
            ],
            actions: [...(issue === undefined ? [] : [open('Issue', issue)]), open('Run', run)],
          },
        },
      ],
    }
  },
  webhook: ({ state, title, lines, repository, command, run, issue }) => ({
    version: 1,
    state,
    title,
    lines,
    repository,
    command,
    run,
    issue: issue ?? null,
  }),
}

/** Why it was not taken; undefined when it was. */
async function post(address: string, body: object, limitMs: number): Promise<string | undefined> {
  const url = URL.parse(address)
  if (url === null || !isSafe(url)) return 'its secret is no address that begins with https://'
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    })
    await answer.body?.cancel()
    return answer.ok ? undefined : `it answered ${answer.status}`
  } catch (error) {
    // Its message may name the address.
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return `it did not answer within ${limitMs / 1000} s`
    const cause: unknown = error instanceof Error ? error.cause : undefined
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    return `it cannot be reached, or redirects${code}`
  }
}

/** In clear only to the machine itself, such as a relay that runs beside the job. */
function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  )
}
