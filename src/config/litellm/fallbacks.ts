import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import { type Path, pathText } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { type ModelNames, modelNames } from './model-names.ts'

/** Kinds of fallbacks; of these LiteLLM looks at the items when it starts, and ends when one is malformed (`Router.validate_fallbacks`). */
const KINDS = { fallbacks: true, content_policy_fallbacks: true, context_window_fallbacks: false } as const
type Kind = keyof typeof KINDS
const SECTIONS = ['router_settings', 'litellm_settings'] as const
const FORM = 'write each as a mapping of one model to a list: - {model: [other, another]}.'

/** Fallbacks that LiteLLM does not start with, and those that lead to a model that is not declared. */
export function fallbackProblems(source: Source): Problem[] {
  const names = modelNames(source.value)
  return SECTIONS.flatMap((section) => {
    const settings = source.value[section]
    if (!isRecord(settings)) return []
    const kinds = (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
      const stops = KINDS[kind] && !(section === 'litellm_settings' && isReplaced(source, kind))
      return ofKind(settings[kind], [section, kind], stops, source, names)
    })
    return [
      ...kinds,
      ...targets(settings.default_fallbacks, [section, 'default_fallbacks'], source, names),
      ...aliases(settings.model_group_alias, [section, 'model_group_alias'], source, names),
    ]
  })
}

/** LiteLLM takes those of router_settings alone when there are any. */
function isReplaced({ value }: Source, kind: Kind): boolean {
  const router = value.router_settings
  return isRecord(router) && Array.isArray(router[kind]) && router[kind].length > 0
}

function ofKind(list: unknown, path: Path, stops: boolean, source: Source, names: ModelNames): Problem[] {
  const malformed = (at: Path, what: string): Problem => ({
    severity: stops ? 'error' : 'warning',
    code: 'fallback-form',
    message: `${pathText(at)} is ${what}; ${stops ? 'LiteLLM does not start with it' : 'LiteLLM does not read it as a fallback'}.`,
    fix: FORM,
    at: source.locate(at),
  })
  if (!Array.isArray(list))
    return isRecord(list) && stops ? [{ ...malformed(path, 'a mapping'), code: 'wrong-type' }] : []
  return list.flatMap((item: unknown, index): Problem[] => {
    const at = [...path, index]
    if (!isRecord(item)) return [malformed(at, `${describe(item)}, not a mapping`)]
    const keys = Object.keys(item)
    if (keys.length !== 1)
      return [malformed(at, keys.length === 0 ? 'empty' : `a mapping of ${keys.length} models`)]
    const [from = ''] = keys
    return [
      ...(from === '*' || names.hasGroup(from) ? [] : [unknown(at, from, 'is for', source, names, 'key')]),
      ...targets(item[from], [...at, from], source, names),
    ]
  })
}

function targets(list: unknown, path: Path, source: Source, names: ModelNames): Problem[] {
  if (typeof list === 'string')
    return [
      {
        severity: 'warning',
        code: 'fallback-form',
        message: `${pathText(path)} is a text; LiteLLM before 1.109 takes each letter of it for a model, and does not start with it from then on.`,
        fix: `write a list: [${list}].`,
        at: source.locate(path),
      },
      ...(names.has(list) ? [] : [unknown(path, list, 'leads to', source, names)]),
    ]
  return (Array.isArray(list) ? list : []).flatMap((target: unknown, index): Problem[] => {
    // A mapping gives parameters of the request as well.
    const name = isRecord(target) ? target.model : target
    return typeof name !== 'string' || names.has(name)
      ? []
      : [unknown([...path, index], name, 'leads to', source, names)]
  })
}

function aliases(map: unknown, path: Path, source: Source, names: ModelNames): Problem[] {
  return Object.entries(isRecord(map) ? map : {}).flatMap(([alias, target]): Problem[] => {
    const name = isRecord(target) ? target.model : target
    return typeof name !== 'string' || names.has(name)
      ? []
      : [unknown([...path, alias], name, 'leads to', source, names)]
  })
}

function unknown(
  path: Path,
  name: string,
  how: 'is for' | 'leads to',
  source: Source,
  { inDatabase, meant }: ModelNames,
  part: 'key' | 'value' = 'value',
): Problem {
  const likely = meant(name)
  return {
    severity: inDatabase ? 'info' : 'warning',
    code: 'unknown-model',
    message: `${pathText(path)} ${how} the model ${describe(name)}, which no entry of model_list declares${inDatabase ? '; it works only while the database has one of this name' : ''}.`,
    fix: likely === undefined ? 'add the model, or take this out.' : `did you mean "${likely}"?`,
    at: source.locate(path, part),
  }
}
