// The rooms of src/ and the direction of imports between them. What Biome enforces and what CONTRIBUTING draws are both made from this.
interface Room {
  /** What is in it, in a few words. */
  readonly what: string
  /** Decides and words, and asks nobody: no file, no network, no clock of its own. */
  readonly pure?: true
  /** The rooms that it may import, all of them further down; a pattern for a part of one. */
  readonly on: readonly string[]
}

/** From the top down: a room imports only what is below it. `entries`, `commands` and `steps` may import every room below. */
export const ROOMS: Readonly<Record<string, Room>> = {
  entries: { what: 'the action and the command line: inputs in, one command, its report out', on: ['*'] },
  commands: { what: 'a verb a file: load, look, plan, act, read back, report', on: ['*'] },
  steps: { what: 'what several verbs do: connect, hold the lock, require a review, apply', on: ['*'] },
  rotation: {
    what: 'the master key and its targets, keys that are delivered and theirs, step by step',
    on: ['gateway', 'github', 'host', 'plan', 'config', 'log', 'contract'],
  },
  backup: {
    what: "what the host's programs for backups answer, and how that is said",
    on: ['host', 'text', 'contract'],
  },
  hypervisors: { what: 'what makes the VM: Proxmox or libvirt', on: ['host', 'plan', 'config', 'contract'] },
  gateway: { what: "LiteLLM's admin API", on: ['host', 'import', 'plan', 'config', 'contract'] },
  front: { what: 'the domain as seen from outside', on: ['contract', 'doctor', 'log', 'config', 'text'] },
  registry: {
    what: 'the registry of an image: tags, digests, what is known of an image, who signed it',
    on: ['contract', 'text'],
  },
  github: {
    what: 'comment, summary, annotations, outputs, secrets',
    on: ['contract', 'doctor', 'log', 'text'],
  },
  host: {
    what: 'the machine behind SSH; files/ is what is put on it',
    on: ['agent', 'log', 'config', 'text', 'contract'],
  },
  agent: { what: 'the programs that run on the host, in Python', on: [] },
  init: { what: 'a first gateway.yaml, and what is left to be set', on: ['config'] },
  doctor: {
    what: 'what the facts of a host mean, and how to fix it',
    pure: true,
    on: ['plan', 'config', 'text', 'contract'],
  },
  import: {
    what: 'gateway.yaml of what runs already',
    pure: true,
    on: ['plan', 'config', 'text', 'contract'],
  },
  report: {
    what: 'what was used and spent, and how far budgets reach',
    pure: true,
    on: ['config', 'text', 'contract'],
  },
  upgrade: {
    what: 'which release of LiteLLM is next, and what its rehearsal says',
    pure: true,
    on: ['plan', 'config', 'text', 'contract'],
  },
  plan: {
    what: 'what differs, what it costs, and how people and programs are told',
    pure: true,
    on: ['config', 'text', 'contract'],
  },
  config: { what: 'gateway.yaml: schema, places, secrets, periods', pure: true, on: ['contract'] },
  log: { what: 'logger, and the redaction of secrets', on: ['text'] },
  text: { what: 'text for people: text of others made harmless, Markdown, numbers', pure: true, on: [] },
  contract: {
    what: 'what the runner and the programs on a host both know: questions, answers, codes, names',
    pure: true,
    on: [],
  },
}

/** The rooms as a reader sees them, with what each imports. */
export function drawnRooms(): string {
  const width = Math.max(...Object.keys(ROOMS).map((name) => name.length))
  const lines = Object.entries(ROOMS).map(([name, { what, pure, on }]) => {
    const below = on.map((room) => (room === '*' ? 'all below' : room)).join(', ')
    return `${`${name}/`.padEnd(width + 2)} ${what}${pure ? ' (pure)' : ''}${below === '' ? '' : ` → ${below}`}`
  })
  return ['```text', ...lines, '```', ''].join('\n')
}

/** What a pure room may take from Node and from packages. */
const HARMLESS = [
  'js-yaml',
  'node:crypto',
  'node:net',
  'node:path',
  'node:timers/promises',
  'node:util',
  'yaml',
  'zod',
]

/** The part of Biome's configuration that refuses every other import, types included. */
export function biomeRooms(): string {
  const names = Object.keys(ROOMS)
  const overrides = Object.entries(ROOMS).flatMap(([name, { on, pure }]) => {
    const allowed = on.flatMap((below) => (below === '*' ? names.slice(names.indexOf(name) + 1) : below))
    const stands = allowed.length === 0 ? 'on no other room' : `on ${allowed.join(', ')} alone`
    const message = `src/${name} stands ${stands} (scripts/rooms.ts).`
    // A room in folders is left by one step more.
    return [
      [`src/${name}/*`, '..'],
      [`src/${name}/*/**`, '../..'],
    ].map(([includes, out]) => ({
      includes: [includes],
      linter: {
        rules: {
          style: {
            noRestrictedImports: {
              level: 'error',
              options: {
                patterns: [
                  {
                    group: [
                      `${out}/**`,
                      ...[...allowed, 'version.ts'].flatMap((below) =>
                        below.endsWith('.ts') ? `!${out}/${below}` : `!${out}/${below}/**`,
                      ),
                    ],
                    message,
                  },
                  ...(pure === undefined
                    ? []
                    : [
                        {
                          group: ['**', ...['./**', '../**', ...HARMLESS].map((module) => `!${module}`)],
                          message: `src/${name} does no input or output (scripts/rooms.ts).`,
                        },
                      ]),
                ],
              },
            },
          },
        },
      },
    }))
  })
  // A line for each, so that a change of an arrow is seen as one.
  return `{ "overrides": [\n${overrides.map((override) => JSON.stringify(override)).join(',\n')}\n] }\n`
}
