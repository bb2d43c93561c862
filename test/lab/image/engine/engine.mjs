// Prisma's own query engine, the WebAssembly build that npm carries, over node-postgres.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { answerOf, batchAnswerOf } from './answer.mjs'
import { parseOperation } from './graphql.mjs'
import { createWriter } from './json-protocol.mjs'
import { databaseUrl, fieldTypes } from './prisma-schema.mjs'

const require = createRequire(import.meta.url)
const { Pool } = require('pg')
const { PrismaPg } = require('@prisma/adapter-pg')
const { bindAdapter } = require('@prisma/driver-adapter-utils')
const runtime = join(dirname(require.resolve('@prisma/client/package.json')), 'runtime')
const glue = require(join(runtime, 'query_engine_bg.postgresql.js'))
const TEXT = 25
/** Types of PostgreSQL that the adapter has a name for; it refuses others, which the native engine reads as text. */
const NAMED_TYPES = new Set(
  '16 17 20 21 23 25 26 114 142 143 199 600 650 651 700 701 790 791 829 869 1000 1001 1002 1005 1007 1009 1014 1015 1016 1021 1022 1028 1040 1041 1042 1043 1082 1083 1114 1115 1182 1183 1184 1185 1231 1266 1270 1560 1561 1562 1563 1700 2950 2951 3802 3807'
    .split(' ')
    .map(Number),
)
const FIRST_OWN_TYPE = 10_000
const NO_TRACE = '{}'

function poolFor(url) {
  const parameters = url.searchParams
  const number = (name, otherwise) => Number(parameters.get(name) ?? otherwise)
  const schema = parameters.get('schema')
  const path = schema && schema !== 'public' ? `-c search_path="${schema}"` : undefined
  const pool = new Pool({
    host: parameters.get('host') ?? decodeURIComponent(url.hostname),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    max: number('connection_limit', availableParallelism() * 2 + 1),
    connectionTimeoutMillis: number('pool_timeout', 10) * 1000,
    idleTimeoutMillis: 300_000,
    keepAlive: true,
    application_name: parameters.get('application_name') ?? undefined,
    options: [parameters.get('options'), path].filter(Boolean).join(' ') || undefined,
    ssl: parameters.get('sslmode') === 'require' ? { rejectUnauthorized: false } : undefined,
  })
  // An idle connection that the server closed; the pool makes a new one.
  pool.on('error', (error) => console.error('query engine: idle connection:', error.message))
  return pool
}

function readUnnamedTypesAsText() {
  const shared = Object.getPrototypeOf(PrismaPg.prototype)
  const { performIO } = shared
  shared.performIO = async function (query) {
    const answer = await performIO.call(this, query)
    for (const field of (answer.ok && answer.value.fields) || []) {
      if (field.dataTypeID < FIRST_OWN_TYPE && !NAMED_TYPES.has(field.dataTypeID)) field.dataTypeID = TEXT
    }
    return answer
  }
}

/** Starts the engine for a schema; rejects when its database does not answer, as the native one does. */
export async function startEngine(schema, environment) {
  const url = databaseUrl(schema, environment)
  const write = createWriter(fieldTypes(schema))
  readUnnamedTypesAsText()
  const wasm = new WebAssembly.Module(readFileSync(join(runtime, 'query_engine_bg.postgresql.wasm')))
  glue.__wbg_set_wasm(new WebAssembly.Instance(wasm, { './query_engine_bg.js': glue }).exports)
  const pool = poolFor(url)
  const schemaName = url.searchParams.get('schema')
  const adapter = bindAdapter(new PrismaPg(pool, schemaName ? { schema: schemaName } : undefined))
  const settings = {
    datamodel: schema,
    logLevel: 'error',
    logQueries: false,
    engineProtocol: 'json',
    datasourceOverrides: {},
    env: {},
    configDir: '.',
  }
  const engine = new glue.QueryEngine(settings, () => {}, adapter)
  await engine.connect(NO_TRACE)
  await pool.query('SELECT 1')

  /** Errors of the driver come as P2036 with a number under which the adapter keeps them. */
  const withDriverErrors = (text) => {
    if (!text.includes('"P2036"')) return text
    const answer = JSON.parse(text)
    for (const entry of answer.errors ?? []) {
      const kept =
        entry.user_facing_error?.error_code === 'P2036'
          ? adapter.errorRegistry.consumeError(entry.user_facing_error.meta?.id)
          : undefined
      if (kept === undefined) continue
      const cause = kept.error ?? kept
      const unreachable = /ECONN|ENOTFOUND|EPIPE|timeout|terminat|Connection/i.test(
        `${cause.code ?? ''} ${cause.message}`,
      )
      const message = unreachable
        ? `Can't reach database server at ${url.host}: ${cause.message}`
        : String(cause.message ?? cause)
      entry.error = message
      entry.user_facing_error = {
        is_panic: false,
        message,
        meta: {},
        error_code: unreachable ? 'P1001' : 'P2010',
      }
    }
    return JSON.stringify(answer)
  }

  return {
    /** Answers one request of the GraphQL protocol, `{query}` or `{batch, transaction}`, as text. */
    async query(request, transaction) {
      if (Array.isArray(request.batch)) {
        const roots = request.batch.map(({ query }) => parseOperation(query))
        const together = request.transaction
          ? JSON.stringify({ isolationLevel: request.isolationLevel ?? null })
          : 'null'
        const text = await engine.query(
          `{"batch":[${roots.map(write).join()}],"transaction":${together}}`,
          NO_TRACE,
          transaction,
        )
        return batchAnswerOf(withDriverErrors(text), roots)
      }
      const root = parseOperation(request.query)
      return answerOf(withDriverErrors(await engine.query(write(root), NO_TRACE, transaction)), root)
    },
    begin: (options) => engine.startTransaction(JSON.stringify(options), NO_TRACE),
    commit: (id) => engine.commitTransaction(id, NO_TRACE),
    rollback: (id) => engine.rollbackTransaction(id, NO_TRACE),
    async close() {
      await engine.disconnect(NO_TRACE)
      await pool.end()
    },
  }
}
