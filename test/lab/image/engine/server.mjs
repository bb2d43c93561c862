// Stands in for Prisma's native query engine, which cannot be had from package registries: serves its HTTP protocol on the port given
// with -p, for the one process that started it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { errorAnswer } from './answer.mjs'
import { startEngine } from './engine.mjs'

const GIVE_UP_MS = 1500
const WATCH_MS = 2000

// LiteLLM knows the engines that it started by this name.
process.title = 'query-engine'

const { PRISMA_DML, PRISMA_DML_PATH } = process.env
const schema =
  PRISMA_DML === undefined
    ? readFileSync(PRISMA_DML_PATH, 'utf8')
    : Buffer.from(PRISMA_DML, 'base64').toString()
const portFlag = process.argv.findIndex((argument) => argument === '-p' || argument === '--port')
const port = Number(portFlag === -1 ? (process.env.PORT ?? 4466) : process.argv[portFlag + 1])

const starting = startEngine(schema, process.env)
starting.catch((error) => {
  console.error('query engine: cannot start:', error.message)
  process.exit(1)
})

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8') || '{}'
}

/** What a failed transaction call is answered with, by the engine's own words for it. */
function transactionFailure(text) {
  let failure
  try {
    failure = JSON.parse(text)
  } catch {
    failure = { is_panic: false, message: String(text), meta: {}, error_code: 'P2028' }
  }
  const { message = '' } = failure
  const status = /already closed/i.test(message)
    ? 422
    : /not found/i.test(message)
      ? 404
      : /unable to start|acquire/i.test(message)
        ? 504
        : 500
  return [status, JSON.stringify(failure)]
}

async function answer(request) {
  const path = request.url.split('?')[0]
  const engine = await starting
  if (request.method === 'GET') {
    if (path === '/status') return [200, '{"status":"ok"}']
    if (path === '/metrics')
      return request.url.includes('prometheus')
        ? [200, '']
        : [200, '{"counters":[],"gauges":[],"histograms":[]}']
    return [404, '{}']
  }
  const body = JSON.parse(await bodyOf(request))
  if (path === '/') {
    try {
      return [200, await engine.query(body, request.headers['x-transaction-id'])]
    } catch (error) {
      console.error('query engine:', error.stack ?? error)
      return [200, errorAnswer(error)]
    }
  }
  if (path === '/transaction/start') {
    const { max_wait = 2000, timeout = 5000, isolation_level = null } = body
    const begun = await engine.begin({ max_wait, timeout, isolation_level }).catch((error) => error.message)
    return /^\{"id"/.test(begun) ? [200, begun] : transactionFailure(begun)
  }
  const [, id, end] = /^\/transaction\/([^/]+)\/(commit|rollback)$/.exec(path) ?? []
  if (id === undefined) return [404, '{}']
  const ended = await engine[end](id).catch((error) => error.message)
  return ended?.includes('error_code') ? transactionFailure(ended) : [200, '{}']
}

const server = createServer(async (request, response) => {
  const [status, text] = await answer(request).catch((error) => [500, errorAnswer(error)])
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(text)
})
server.keepAliveTimeout = 0
server.requestTimeout = 0
server.listen({ port, host: 'localhost' })

let ending = false
async function end() {
  if (ending) return
  ending = true
  setTimeout(() => process.exit(0), GIVE_UP_MS).unref()
  server.close()
  await starting.then((engine) => engine.close()).catch(() => {})
  process.exit(0)
}
process.on('SIGINT', end)
process.on('SIGTERM', end)
// Never outlives the worker that it belongs to.
const parent = process.ppid
setInterval(() => process.ppid !== parent && end(), WATCH_MS).unref()
