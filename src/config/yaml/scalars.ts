import {
  boolCoreTag,
  CORE_SCHEMA,
  floatCoreTag,
  intCoreTag,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  type Schema,
} from 'js-yaml'

/** What a scalar without quotes can mean. */
export type Plain = string | number | boolean | null

/** The two versions of YAML: `1.1` as PyYAML reads it, and so LiteLLM; `1.2` as this file's own keys are read. */
export type Version = '1.1' | '1.2'

/** A scalar without quotes that the two versions read differently: `off`, `20_000`, `010`, `1:30`, `1e3`. */
export class Ambiguous {
  readonly text: string
  readonly readings: Readonly<Record<Version, Plain>>

  constructor(text: string, readings: Readonly<Record<Version, Plain>>) {
    this.text = text
    this.readings = readings
  }
}

/** Most numbers there are: both versions read them alike. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/
const DIGITS = '0123456789'

/** PyYAML's `resolver.py` and `constructor.py`, which differ from the text of YAML 1.1 (`y` is a text, `1e3` too). */
const WORDS: ReadonlyMap<string, boolean> = new Map(
  Object.entries({ yes: true, no: false, true: true, false: false, on: true, off: false }).flatMap(
    ([word, value]) => [
      [word, value],
      [word.toUpperCase(), value],
      [word.charAt(0).toUpperCase() + word.slice(1), value],
    ],
  ),
)
const PY_FLOAT =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*)$/
const PY_INT = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/

/** The number that PyYAML makes of a text; undefined when it is none to it. */
function pyNumber(text: string): number | undefined {
  const sign = INFINITE.exec(text)?.[1]
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (NOT_A_NUMBER.test(text)) return Number.NaN
  const isInt = PY_INT.test(text)
  if (!isInt && !PY_FLOAT.test(text)) return undefined
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
  const size = isInt && digits.startsWith('0') ? inBase(digits) : inSixties(digits)
  // Python keeps every digit of a whole number, and no number here can.
  if (isInt && !Number.isFinite(size)) return undefined
  return text.startsWith('-') ? -size : size
}

function inBase(digits: string): number {
  if (digits.startsWith('0b') || digits.startsWith('0x')) return Number(digits)
  return digits === '0' ? 0 : Number.parseInt(digits, 8)
}

/** `1:30` is ninety: YAML 1.1 knows hours, minutes and seconds. */
function inSixties(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

function coreNumber(text: string): number | undefined {
  for (const { resolve, tagName } of [intCoreTag, floatCoreTag]) {
    const found = resolve(text, false, tagName)
    if (typeof found === 'number') return found
  }
  return undefined
}

/** What each version makes of the text of a scalar without quotes. */
export function readingsOf(text: string): Readonly<Record<Version, Plain>> {
  if (text === '' || text === '~' || /^(?:null|Null|NULL)$/.test(text)) return { '1.1': null, '1.2': null }
  const core = boolCoreTag.resolve(text, false, boolCoreTag.tagName)
  return {
    '1.1': WORDS.get(text) ?? pyNumber(text) ?? text,
    '1.2': typeof core === 'boolean' ? core : (coreNumber(text) ?? text),
  }
}

function resolved(text: string): Plain | Ambiguous | typeof NOT_RESOLVED {
  const readings = readingsOf(text)
  const { '1.1': old, '1.2': core } = readings
  // Zero has a sign to one of them, which is all the same to everybody.
  const isSame = old === core || (Number.isNaN(old) && Number.isNaN(core))
  if (!isSame || (typeof core === 'number' && Number.isInteger(core) && !Number.isSafeInteger(core)))
    return new Ambiguous(text, readings)
  return typeof core === 'string' ? NOT_RESOLVED : core
}

/**
 * The schema that all files are read with: values that both versions of YAML read alike, and an `Ambiguous` for any other, so that
 * the caller, which knows the place of the value, chooses. A date is a text in both, as LiteLLM passes it on.
 */
export function schema(found: Ambiguous[]): Schema {
  const resolver = (kind: 'boolean' | 'number') => (text: string, isExplicit: boolean) => {
    // Most texts begin as a word may, and most numbers are plain ones.
    if (kind === 'boolean' && !WORDS.has(text)) return NOT_RESOLVED
    if (kind === 'number' && NUMBER.test(text)) return Number(text)
    const value = resolved(text)
    if (value instanceof Ambiguous) found.push(value)
    const asTold = value instanceof Ambiguous ? value.readings['1.1'] : value
    return isExplicit && typeof asTold !== kind ? NOT_RESOLVED : value
  }
  return CORE_SCHEMA.withTags(
    { ...boolCoreTag, implicitFirstChars: [...'yYnNtTfFoO'], resolve: resolver('boolean') },
    { ...intCoreTag, implicitFirstChars: [...`+-.${DIGITS}`], resolve: resolver('number') },
    { ...floatCoreTag, implicit: false, resolve: resolver('number') },
    mergeTag,
    {
      ...mapTag,
      // Keys are texts, whatever they look like.
      addPair: (mapping: Record<string, unknown>, key: unknown, value: unknown) =>
        mapTag.addPair(mapping, textOf(key), value),
      has: (mapping: Record<string, unknown>, key: unknown) => Object.hasOwn(mapping, String(textOf(key))),
    },
  )
}

function textOf(key: unknown): unknown {
  return key instanceof Ambiguous ? key.text : key
}
