/**
 * What people's programs call, by the path as LiteLLM takes it. From LiteLLM 1.106.2: LiteLLMRoutes in litellm/proxy/_types.py, of which
 * these are the routes that call models, tools and agents; all else administers. A route that a later version adds is none of them until
 * somebody puts it here.
 */

/** With `/v1` before it or without, and with whatever follows. */
const FAMILIES = [
  ...[
    'chat/completions',
    'completions',
    'embeddings',
    'moderations',
    'rerank',
    'responses',
    'messages',
    'realtime',
  ],
  ...[
    'images',
    'videos',
    'audio',
    'ocr',
    'search',
    'rag',
    'models',
    'engines',
    'batches',
    'files',
    'fine_tuning',
  ],
  ...[
    'assistants',
    'threads',
    'vector_stores',
    'containers',
    'skills',
    'evals',
    'decisions',
    'systemone',
    'a2a',
  ],
  'interactions',
]
/** LiteLLM hands on whatever follows to the provider. */
const PROVIDERS = [
  ...[
    'anthropic',
    'assemblyai',
    'azure',
    'azure_ai',
    'azure_speech',
    'bedrock',
    'bespoke',
    'cohere',
    'comprehendmedical',
  ],
  ...[
    'cursor',
    'deepgram',
    'eu.assemblyai',
    'fal_ai',
    'gemini',
    'gigachat',
    'langfuse',
    'laya',
    'milvus',
    'mistral',
  ],
  ...[
    'nvidia_nim',
    'openai',
    'openai_passthrough',
    'openrouter',
    'tinyfish',
    'transcribe',
    'typesafe',
    'vertex-ai',
  ],
  ...['vertex_ai', 'vllm', 'watsonx', 'claude_code_gateway'],
]
/** As they are. Many programs ask for what shows a key's models and limits to its holder. */
const SINGLE = [
  ...['health/liveliness', 'health/liveness', 'health/readiness'],
  ...[
    'model/info',
    'v1/model/info',
    'model_group/info',
    'v1/vector_store/list',
    'vector_store/list',
    'v2/rerank',
  ],
  ...[
    'utils/token_counter',
    'utils/model_info',
    'guardrails/apply_guardrail',
    'agents',
    'queue/chat/completions',
  ],
  ...['mcp-rest/tools/list', 'mcp-rest/tools/call', 'v1/mcp/tools', 'callback', 'introspect'],
  'claude-code/marketplace.json',
]
const PATTERNS = [
  'v1beta/(?:models|interactions|agents)(?:/.*)?',
  // Files and batches of one provider.
  '[^/]+/v1/(?:batches|files)(?:/.*)?',
  // Servers of tools, all of them or one by its name, with the OAuth by which their clients log in. To register a client with one by
  // its name is not among them: routes of administration end in that word too.
  'mcp(?:/.*)?',
  '[^/]+/mcp',
  'toolset/[^/]+/mcp',
  '(?:[^/]+/)?(?:authorize|token)',
  'register',
  '\\.well-known/(?:oauth-authorization-server|oauth-protected-resource|openid-configuration)(?:/.*)?',
  '\\.well-known/(?:agent-card|agent|jwks)\\.json',
]

/** An entry of `general_settings.pass_through_endpoints`. */
export interface PassThrough {
  readonly path: string
  /** Whether it serves what follows the path too. */
  readonly below: boolean
}

/** Those of the declaration with a known path; LiteLLM itself reports the others. */
export function passThroughPaths(declared: unknown): PassThrough[] {
  return (Array.isArray(declared) ? declared : []).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('path' in entry)) return []
    const { path } = entry
    const below = 'include_subpath' in entry && entry.include_subpath === true
    return typeof path === 'string' && /^\/[\w.~/{}:@+,=-]*$/.test(path) ? [{ path, below }] : []
  })
}

/** The regular expression (RE2) of all paths that are open to anyone the firewall admits. */
export function publicApi(passThrough: readonly PassThrough[]): string {
  const own = passThrough.map(({ path, below }) => `${pattern(path.slice(1))}${below ? '(?:/.*)?' : ''}`)
  const all = [
    `(?:v1/)?(?:${FAMILIES.map(literally).join('|')})(?:/.*)?`,
    `(?:${PROVIDERS.map(literally).join('|')})(?:/.*)?`,
    ...SINGLE.map(literally),
    ...PATTERNS,
    ...own,
  ]
  return `^/(?:${all.join('|')})/?$`
}

/** FastAPI's `{name}` is one step of a path, `{name:path}` any number. */
function pattern(path: string): string {
  return path
    .split(/(\{[^{}]*\})/)
    .map((part) => (!part.startsWith('{') ? literally(part) : part.endsWith(':path}') ? '.*' : '[^/]+'))
    .join('')
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
