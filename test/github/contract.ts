import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { type Json, type JsonObject, NeutralValues, type Schema } from './neutral-values.ts'
import type { OperationId } from './operations.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly schema: Schema
}

interface Body {
  readonly required?: boolean
  readonly content?: { readonly 'application/json'?: { readonly schema: Schema } }
}

interface Operation {
  readonly operationId: OperationId
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
  readonly requestBody?: Body
  readonly responses: { readonly [status: string]: Body | { readonly $ref: string } }
}

interface Description {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
  readonly components: { readonly [group: string]: { readonly [name: string]: unknown } }
}

export interface Route {
  readonly operation: Operation
  /** As people write it and as `fail({ route })` takes it: `GET /repos/{owner}/{repo}`. */
  readonly name: string
  readonly method: string
  readonly pattern: RegExp
  readonly pathParameters: readonly string[]
}

/** GitHub's API description, made executable: finds the route of a request and says what is wrong with requests and answers. */
export class Contract {
  readonly routes: readonly Route[]
  readonly #description: Description
  readonly #ajv: Ajv
  readonly #parameterAjv: Ajv
  readonly #neutral: NeutralValues
  readonly #compiled = new Map<object, ValidateFunction>()
  /** By the schema of a parameter: each is compiled once. */
  readonly #wrapped = new Map<Schema, Schema>()

  constructor(file = new URL('openapi.trimmed.json', import.meta.url)) {
    const raw: Description = JSON.parse(readFileSync(file, 'utf8'))
    this.#description = nullableAsType(raw) as Description
    // To make a schema's code shorter takes longer than all that is ever checked with it.
    const code = { optimize: false }
    const settings = { strict: false, allErrors: true, validateFormats: true, code } as const
    this.#ajv = withGitHubFormats(new Ajv(settings))
    this.#parameterAjv = withGitHubFormats(new Ajv({ ...settings, coerceTypes: true }))
    for (const ajv of [this.#ajv, this.#parameterAjv]) {
      ajv.addSchema({ $id: 'github', components: this.#description.components })
    }
    this.#neutral = new NeutralValues(
      (reference) => this.#resolve(reference) as Schema,
      (schema, value) => this.#problems(this.#ajv, schema, value, '').length === 0,
    )
    this.routes = Object.entries(this.#description.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => route(path, method, operation)),
      )
      // `/secrets/public-key` before `/secrets/{secret_name}`: a route with fewer variables is the more exact one.
      .sort((a, b) => a.pathParameters.length - b.pathParameters.length)
  }

  /** The route of a request with its path variables decoded; undefined when GitHub, as far as it is kept here, has none. */
  match(method: string, path: string): { route: Route; variables: Record<string, string> } | undefined {
    for (const candidate of this.routes) {
      const found = candidate.method === method ? candidate.pattern.exec(path) : null
      if (found === null) continue
      const values = found.slice(1).map((value) => decodeURIComponent(value ?? ''))
      const entries = candidate.pathParameters.map((name, index) => [name, values[index] ?? ''])
      return { route: candidate, variables: Object.fromEntries(entries) }
    }
    return undefined
  }

  /** What is wrong with a request, empty when nothing is. Names that GitHub would silently ignore count as wrong here. */
  checkRequest(
    { operation }: Route,
    request: { variables: Record<string, string>; query: Record<string, string>; body: Json | undefined },
  ): string[] {
    const problems: string[] = []
    const parameters = (operation.parameters ?? []).map((parameter) =>
      this.#dereference<Parameter>(parameter),
    )
    for (const parameter of parameters) {
      const value = (parameter.in === 'path' ? request.variables : request.query)[parameter.name]
      if (value !== undefined) {
        const place = `${parameter.in} parameter ${parameter.name}`
        problems.push(...this.#parameterProblems(parameter.schema, value, place))
      } else if (parameter.required) problems.push(`${parameter.in} parameter ${parameter.name} is missing`)
    }
    const known = new Set(parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name))
    for (const name of Object.keys(request.query)) {
      if (!known.has(name)) problems.push(`query parameter ${name} does not exist`)
    }
    return [...problems, ...this.#bodyProblems(operation.requestBody, request.body)]
  }

  /** What is wrong with an answer of ours, empty when GitHub could have sent it. */
  checkResponse({ operation }: Route, status: number, body: Json | undefined): string[] {
    const declared = operation.responses[String(status)]
    if (declared === undefined) {
      // Any route can refuse; the description lists refusals for some of them only.
      const schema: Schema = { $ref: '#/components/schemas/basic-error' }
      if (status >= 400) return this.#problems(this.#ajv, schema, body, 'error answer')
      return [`the description has no status ${status} for ${operation.operationId}`]
    }
    const schema = this.#dereference<Body>(declared).content?.['application/json']?.schema
    if (schema === undefined) return body === undefined ? [] : [`status ${status} has no body`]
    return this.#problems(this.#ajv, schema, body, `answer ${status}`)
  }

  /** Adds to an answer the required fields that this server has no opinion on, each with the most neutral value allowed. */
  complete({ operation }: Route, status: number, body: Json): Json {
    const declared = operation.responses[String(status)]
    if (declared === undefined || status >= 400) return body
    const schema = this.#dereference<Body>(declared).content?.['application/json']?.schema
    return schema === undefined ? body : this.#neutral.complete(schema, body)
  }

  #bodyProblems(declared: Body | undefined, body: Json | undefined): string[] {
    const schema = declared?.content?.['application/json']?.schema
    if (body === undefined) return declared?.required ? ['the body is missing'] : []
    if (schema === undefined) return ['this route takes no body']
    const problems = this.#problems(this.#ajv, schema, body, 'body')
    const fields = this.#neutral.fieldsOf(schema)
    if (fields !== undefined && typeof body === 'object' && body !== null && !Array.isArray(body)) {
      for (const name of Object.keys(body)) if (!fields.has(name)) problems.push(`body has no field ${name}`)
    }
    return problems
  }

  #parameterProblems(schema: Schema, value: string, place: string): string[] {
    // Lists come as `a,b` in GitHub's queries; wrapped in an object because coercion needs a place to write to.
    const wrapped = this.#wrapped.get(schema) ?? { type: 'object', properties: { value: schema } }
    this.#wrapped.set(schema, wrapped)
    const list = schema.type === 'array'
    return this.#problems(this.#parameterAjv, wrapped, { value: list ? value.split(',') : value }, place)
  }

  #problems(ajv: Ajv, schema: Schema, value: unknown, place: string): string[] {
    let validate = this.#compiled.get(schema)
    if (validate === undefined) {
      validate = ajv.compile(withAbsoluteReferences(schema) as object)
      this.#compiled.set(schema, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${place}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  #dereference<Part>(part: Part | { readonly $ref: string }): Part {
    const reference = (part as { $ref?: unknown }).$ref
    return typeof reference === 'string' ? (this.#resolve(reference) as Part) : (part as Part)
  }

  #resolve(reference: string): unknown {
    const [, , group = '', name = ''] = reference.split('/')
    const found = this.#description.components[group]?.[name]
    if (found === undefined) throw new Error(`dangling reference ${reference}`)
    return found
  }
}

function route(path: string, method: string, operation: Operation): Route {
  const pathParameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  // `path` of the contents route is the only variable that spans slashes, and the only one that may be missing (the root).
  const source = path
    .replaceAll('.', '\\.')
    .replace('/{path}', '(?:/(.*))?')
    .replace(/\{\w+\}/g, '([^/]+)')
  const name = `${method.toUpperCase()} ${path}`
  return { operation, name, method: method.toUpperCase(), pattern: new RegExp(`^${source}$`), pathParameters }
}

function withGitHubFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv)
  ajv.addFormat('timestamp', true)
  ajv.addFormat('repo.nwo', true)
  // GitHub's own examples answer with empty URLs where there is none (a deployment's status without a log).
  ajv.addFormat('uri', (text: string) => text === '' || URL.canParse(text))
  return ajv
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has a type more (and, in an enum, a value more). */
function nullableAsType(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullableAsType)
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...rest } = value as JsonObject
  const schema = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, nullableAsType(item)]))
  if (nullable !== true) return nullable === undefined ? schema : { ...schema, nullable }
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = schema.enum
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(Array.isArray(values) ? { enum: [...values.filter((item) => item !== null), null] } : {}),
  }
}

function withAbsoluteReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withAbsoluteReferences)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? `github${item}` : withAbsoluteReferences(item),
    ]),
  )
}
