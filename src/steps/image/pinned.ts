import { ConfigError, type Problem } from '../../config/problem.ts'
import { isRecord } from '../../config/record.ts'
import { registrySchema } from '../../config/registry.ts'
import { readSource } from '../../config/yaml/source.ts'
import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Login } from '../../registry/access.ts'
import { Registry } from '../../registry/client.ts'
import { RegistryError } from '../../registry/errors.ts'
import { isOfficial, litellmSigners } from '../../registry/litellm.ts'
import { type ImageReference, parseReference, referenceText } from '../../registry/reference.ts'
import { type Signature, signatureOf } from '../../registry/signature.ts'
import type { StepContext } from '../command.ts'

type Asking = Pick<StepContext, 'env' | 'secrets' | 'changedFiles'>

/**
 * The login that is declared for the registry, when this step has its values. None in a pull request: whoever writes one can name any
 * registry and any variable of the step, and would be sent its value.
 * @param litellm the section of gateway.yaml, which may not be checked yet
 */
export function loginOf(litellm: unknown, { env, secrets, changedFiles }: Asking): Login | undefined {
  if (changedFiles !== undefined || !isRecord(litellm)) return undefined
  const { data } = registrySchema.safeParse(litellm.registry)
  const [username, password] = [data?.username, data?.password].map((value) =>
    value?.startsWith(REFERENCE_PREFIX) ? env[value.slice(REFERENCE_PREFIX.length)] : value,
  )
  if (!username || !password) return undefined
  secrets.add(password, Buffer.from(`${username}:${password}`).toString('base64'))
  return { username, password }
}

export interface Pinned {
  /** `registry/repository:tag@sha256:…`, as gateway.yaml has it. */
  readonly image: string
  /** What is known of its signature, as the end of a sentence. */
  readonly signature: string
}

/** The digest that a tag has now, for an image that the host can run. @throws RegistryError */
export async function pinned(image: ImageReference, login?: Login): Promise<Pinned> {
  const tag = image.tag ?? 'latest'
  const registry = new Registry(image, { login })
  const { digest } = await registry.facts(tag)
  const exact = { ...image, tag, digest }
  return { image: referenceText(exact), signature: (await signatureText(registry, exact)).text }
}

/** An image by tag gets the digest that the tag has now; one by digest is taken as it is. @param done what is said of it */
export async function withPinnedImage<Answers extends { readonly image: string }>(
  answers: Answers,
  done: string[],
): Promise<Answers> {
  const image = parseReference(answers.image)
  // What is no image at all is refused with the rest of the declaration.
  if (image === undefined || image.digest !== undefined) return answers
  try {
    const { image: exact, signature } = await pinned(image)
    done.push(`image ${exact}: ${signature}`)
    return { ...answers, image: exact }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const { code, message } = error
    const fix = 'give another tag, or the image with its digest: name:tag@sha256:….'
    throw new ConfigError([
      { severity: 'error', code, message, fix, at: { file: 'init', line: 1, column: 1 } },
    ])
  }
}

/** What is known of the signature of an image; `suspicious` when an image of LiteLLM's own place has none of LiteLLM. */
export async function signatureText(
  registry: Registry,
  image: ImageReference & { readonly digest: string },
): Promise<{ readonly text: string; readonly suspicious: boolean }> {
  try {
    const signature = await signatureOf(registry, image.digest, litellmSigners(image))
    const foreign = signature.state === 'unknown' || signature.state === 'none'
    return { text: said(signature), suspicious: foreign && isOfficial(image) }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return { text: `signature not checked: ${error.message.replace(/\.$/, '')}`, suspicious: false }
  }
}

function said(signature: Signature): string {
  switch (signature.state) {
    case 'verified':
      return `signed by ${signature.by}`
    case 'unchecked':
      return `signature not checked: ${signature.why}`
    case 'unknown':
      return 'its signature is not one of LiteLLM'
    case 'none':
      return 'signature not checked: the registry has none for it'
  }
}

/**
 * What is wrong with a declaration, with the line to write where an image is named by its tag alone: plan asks the registry for the digest.
 */
export async function withDigest(
  error: ConfigError,
  context: Asking & Pick<StepContext, 'config' | 'files'>,
  { offline = false }: { readonly offline?: boolean },
): Promise<ConfigError> {
  const source = readSource(context.config, context.files)
  const { litellm } = source.value
  const image =
    isRecord(litellm) && typeof litellm.image === 'string' ? parseReference(litellm.image) : undefined
  if (image === undefined || image.digest !== undefined) return error
  const { line, column } = source.locate(['litellm', 'image'])
  const isImage = ({ code, at }: Problem) => code === 'value' && at.line === line && at.column === column
  const answered = async (problem: Problem): Promise<Problem> =>
    isImage(problem) ? { ...problem, ...(await answer(image, problem, litellm, context, offline)) } : problem
  return new ConfigError(await Promise.all(error.problems.map(answered)))
}

async function answer(
  image: ImageReference,
  { message }: Problem,
  litellm: unknown,
  context: Asking,
  offline: boolean,
): Promise<Pick<Problem, 'code' | 'message' | 'fix'>> {
  const code = 'image-tag'
  const told = `${message.replace(/\.$/, '')}: a tag, which may name another image tomorrow.`
  const form = `write it with its digest, ${referenceText({ ...image, digest: 'sha256:…' })}`
  if (offline)
    return {
      ...{ code, message: told },
      fix: `${form}; plan without offline asks the registry for it, which this run did not.`,
    }
  const login = loginOf(litellm, context)
  try {
    const { image: exact, signature } = await pinned(image, login)
    return {
      code,
      message: told,
      fix: `write image: ${exact} (as the registry answered just now; ${signature}).`,
    }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const why = `${error.message}${withoutLogin(litellm, login, context)}`
    return { code: error.code, message: `${told} ${why}`, fix: `${form}.` }
  }
}

/** Why a declared login was not used, as further sentences; none when there was one, or none is declared. */
export function withoutLogin(litellm: unknown, login: Login | undefined, { changedFiles }: Asking): string {
  if (login !== undefined || !isRecord(litellm) || litellm.registry === undefined) return ''
  return changedFiles === undefined
    ? ' litellm.registry is declared, but the environment of this step has no value for what it refers to.'
    : ' The plan of a pull request sends no login to a registry, since whoever writes one can name any; litellm-gitops plan on a command line does.'
}
