// Turns the engine's JSON answers into those that the GraphQL client expects: bare scalars, the root field under its alias, and rows
// of raw queries in the form of engines before 5.14, which prisma-client-py 0.11 was written for.
import { RAW_OPERATIONS } from './json-protocol.mjs'

/** Quotes inside strings are escaped, so this matches structure only. */
const TAGGED = /\{"\$type":"\w+","value":("(?:[^"\\]|\\.)*")\}/g
const ROOT = /\{"data":\{"\w+":/g

export function answerOf(text, root) {
  if (!text.startsWith('{"data"')) return text
  if (root.name === 'queryRaw') return rawRows(text, root.alias)
  const renamed = text.replace(/^\{"data":\{"\w+":/, `{"data":{${JSON.stringify(root.alias)}:`)
  return RAW_OPERATIONS.has(root.name) ? renamed : renamed.replace(TAGGED, '$1')
}

/** Answers of a batch stand in the order of its operations. */
export function batchAnswerOf(text, roots) {
  let index = 0
  return text
    .replace(TAGGED, '$1')
    .replace(ROOT, () => `{"data":{${JSON.stringify(roots[index++]?.alias ?? '')}:`)
}

function rawRows(text, alias) {
  const { columns, types, rows } = JSON.parse(text).data.queryRaw
  if (columns === undefined) return text
  const row = (cells) =>
    `{${cells.map((cell, index) => `${JSON.stringify(columns[index])}:${rawCell(types[index], cell)}`).join()}}`
  return `{"data":{${JSON.stringify(alias)}:[${rows.map(row).join()}]}}`
}

function rawCell(type, value) {
  if (value === null || value === undefined) return '{"prisma__type":"null","prisma__value":null}'
  if (Array.isArray(value) && type.endsWith('-array')) {
    return `{"prisma__type":"array","prisma__value":[${value.map((item) => rawCell(type.slice(0, -'-array'.length), item)).join()}]}`
  }
  // A float without a fraction would be read as an integer.
  const whole = (type === 'float' || type === 'double') && Number.isInteger(value) && Math.abs(value) < 1e15
  return `{"prisma__type":${JSON.stringify(type)},"prisma__value":${whole ? `${value}.0` : JSON.stringify(value)}}`
}

export function errorAnswer(error) {
  const message = error instanceof Error ? error.message : String(error)
  return JSON.stringify({
    errors: [{ error: message, user_facing_error: { is_panic: false, message, backtrace: null } }],
  })
}
