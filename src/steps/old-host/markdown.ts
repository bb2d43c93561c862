import { listed } from '../../text/list.ts'
import { code, prose, table } from '../../text/markdown.ts'
import { counted } from '../../text/units.ts'
import type { OldGateway } from './look.ts'

const MOST_NAMES = 20

/** What was found on the machine of the old gateway, without a value of it. Pure. */
export function foundMarkdown({ project, settings, database, version }: OldGateway, where: string): string {
  const { engine, name, folder, gateways } = project
  const [gateway] = gateways
  const place = folder === undefined ? '' : ` in ${code(folder)}`
  const names = gateways.map((one) => code(one.name)).join(', ')
  const server =
    database.kind === 'url'
      ? 'on another machine, which the new host asks by the URL of DATABASE_URL'
      : `${code(database.container.name)}, image ${code(database.container.image)}`
  const keys = [
    settings.salt === undefined ? 'no salt key' : 'a salt key',
    settings.master === undefined ? 'no master key' : 'a master key',
  ].join(' and ')
  const models = settings.models === undefined ? 'started without one' : counted(settings.models, 'model')
  const others = settings.others.map((one) => code(one))
  return [
    `### Found on ${prose(where)}: ${prose(name)}`,
    '',
    ...table(
      ['', ''],
      [
        ['project', `${prose(name)}${place}, by ${code(engine)}`],
        ['LiteLLM', `${version ?? 'of an unknown version'}, ${names}, image ${code(gateway?.image ?? '')}`],
        ['configuration', models],
        ['database', server],
        ['keys of the data', keys],
        ['Redis', settings.redis === undefined ? 'none' : 'a cache, which is not carried'],
        [
          'other secrets in its environment',
          others.length === 0
            ? 'none'
            : `${listed(others, MOST_NAMES)}: set them where gateway.yaml refers to them`,
        ],
      ],
    ),
    '',
  ].join('\n')
}
