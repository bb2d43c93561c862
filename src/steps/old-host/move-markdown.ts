import type { MoveAnswer, MoveRecord } from '../../contract/programs/move.ts'
import { code, prose } from '../../text/markdown.ts'
import { count, counted, usd } from '../../text/units.ts'
import { FORWARD } from './hold.ts'
import type { OldGateway } from './look.ts'
import type { Moved } from './move.ts'
import type { Prepared } from './prepared.ts'

/** What a move would do. Pure, like all here. */
export function movePlanMarkdown(old: OldGateway, plan: Prepared, where: string, domain: string): string {
  const { copySeconds, gapSeconds, forwards, target } = plan.told
  const { gateways, engine } = old.project
  const names = gateways.map(({ name }) => code(name)).join(', ')
  return [
    '### Move planned, nothing done',
    '',
    `**About ${count(gapSeconds)} s without an answer**: the old LiteLLM ends, the last copy takes about as long as the first one (${Number(copySeconds)} s), and its restore as well.`,
    '',
    '1. Restore the first copy here, while the old gateway serves: what fails then stops nothing.',
    `2. Stop ${names} on ${prose(where)}: what was begun is answered, what was spent is written.`,
    forwards
      ? `   In its place a container (${code(FORWARD)}, by ${code(engine)}, of the same image) lets new requests wait.`
      : '   Its image has no Python that requests could wait with: clients get no connection until they use the new address.',
    '3. Take the last copy, and restore it here.',
    `4. Ask the new gateway ${KEYS[plan.keyIs]}.`,
    forwards
      ? `5. Let the requests that wait go to ${code(target)}, and all that still come to the old address.`
      : `5. Then point clients to ${code(target)}.`,
    '',
    ...(plan.losesSpend
      ? [
          `**LiteLLM ${prose(old.version ?? '')} does not write its spend when it ends**: requests of its last ten seconds are not counted. Keep clients away for as long before, if that matters.`,
          '',
        ]
      : []),
    'If a step fails before the fifth, the old gateway serves again. `--undo` gives it back later, too.',
    '',
    `To do it, give ${code(`--confirm ${domain}`)}.`,
  ].join('\n')
}

const KEYS = {
  virtual: 'with the virtual key in OLD_VIRTUAL_KEY',
  master: 'with the old master key (give OLD_VIRTUAL_KEY to have it asked with the key of a program)',
  none: 'nothing, as no key is known: give OLD_VIRTUAL_KEY',
} as const

export function movedMarkdown(
  old: OldGateway,
  { told, record }: Moved,
  where: string,
  domain: string,
): string {
  const { engine, folder, name } = old.project
  const { prepare, rest, ...gap } = told.steps
  const steps = Object.entries(gap).map(([step, seconds]) => `${step} ${Number(seconds)} s`)
  return [
    `### Moved to ${prose(domain)}`,
    '',
    `**${Number(told.gapSeconds)} s without an answer** (about ${count(told.estimatedSeconds)} s were said): ${steps.join(', ')}. Backup ${code(told.snapshot.slice(0, 8))}.`,
    ...(prepare === undefined || rest === undefined
      ? []
      : [
          `Before it the first copy was restored in ${Number(prepare)} s; after it new processes started, in ${Number(rest)} s.`,
        ]),
    '',
    told.forwards
      ? `Requests of the old address go to ${code(record.target)}, by the container ${code(FORWARD)} on ${prose(where)}. WebSockets do not.`
      : `Nothing answers at the old address on ${prose(where)}.`,
    '',
    'What is left to do:',
    '',
    `- Point DNS, or the proxy before the old gateway, to ${code(record.target)}.`,
    ...(told.forwards
      ? [`- When nobody uses the old address any more: ${code(`${engine} rm -f ${FORWARD}`)} there.`]
      : []),
    `- The project ${prose(name)}${folder === undefined ? '' : ` in ${code(folder)}`} is as it was, with LiteLLM stopped. Do not start it by compose: \`move --undo\` does.`,
  ].join('\n')
}

export function returnPlanMarkdown(
  record: MoveRecord,
  live: MoveAnswer['live'],
  where: string,
  domain: string,
): string {
  return [
    '### Return planned, nothing done',
    '',
    `The old gateway on ${prose(where)} would serve again, with what it had at ${record.held}.`,
    '',
    ...sinceText(live),
    '',
    `To do it, give ${code(`--confirm ${domain}`)}.`,
  ].join('\n')
}

export function returnedMarkdown(
  record: MoveRecord,
  live: MoveAnswer['live'],
  where: string,
  seconds: number,
): string {
  return [
    `### Back on ${prose(where)}`,
    '',
    `The old gateway serves again after ${Number(seconds)} s, with what it had at ${record.held}.`,
    '',
    ...sinceText(live),
    '',
    'The new gateway keeps its data. Another `move` takes another copy.',
  ].join('\n')
}

/** What the old gateway does not know of. */
function sinceText(live: MoveAnswer['live']): string[] {
  if (live === null)
    return ['What happened on the new gateway since is not known: its database does not answer.']
  const { requests, spent, fresh } = live
  const keys = fresh.length === 0 ? '' : ` Keys made there: ${fresh.map((name) => prose(name)).join(', ')}.`
  return [
    `On the new gateway since: ${counted(requests, 'request')}, ${usd(spent)}. The old one does not know of them.${keys}`,
  ]
}
