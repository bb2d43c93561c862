// Regular expressions that both programs go by, in what JavaScript and Python have in common: no named groups, no flags within, no \d or
// \w of letters that are not ASCII. Each is for a whole text unless said otherwise.

/** An image by digest: registry/repository@sha256:… */
export const IMAGE = '[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}'
export const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*'
/** Variables that decide which code a process loads, where it looks for programs, and who it is; whatever their case. */
export const PROCESS_VARIABLE =
  '(LD_|DYLD_|PYTHON|NODE_|NPM_|BASH_|PRISMA_|GUNICORN_|UVICORN_|MALLOC_|GLIBC_).*|PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|PS4|TMPDIR|GCONV_PATH|LOCPATH|HOSTALIASES|RES_OPTIONS|SSLKEYLOGFILE|OPENSSL_CONF|OPENSSL_MODULES|VIRTUAL_ENV'
/** Variables that would lead LiteLLM to another database, Redis or configuration than the host's; whatever their case. */
export const LEADING_VARIABLE =
  '(DATABASE_|REDIS_|LITELLM_CONFIG_).*|DIRECT_URL|CONFIG_FILE_PATH|WORKER_CONFIG|PORT|NUM_WORKERS'
/** How LiteLLM refers to a variable of its environment. */
export const REFERENCE_PREFIX = 'os.environ/'
export const SHA256 = '[0-9a-f]{64}'
/** A file beside config.yaml, by its path from there: plain names, none of which is hidden or leads up. */
export const BESIDE_PATH = '[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}){0,7}'
/** Of "a | b" one is enough. */
export const PACKAGE = '[a-z0-9][a-z0-9+.-]{1,99}( \\| [a-z0-9][a-z0-9+.-]{1,99}){0,9}'
export const UNIT = '[a-z0-9][A-Za-z0-9@_.-]{0,99}\\.(service|timer|path|socket)'
export const MODE = '0[0-7]{3}'
export const OWNER = '[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}'
export const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
export const ZONE = '[A-Za-z][A-Za-z0-9_+/-]{0,63}'

// What is a secret by its name: refused in a declaration, fingerprinted in an answer of the host.

/** Looked for in a name, whatever its case. */
export const SECRET_NAME =
  '(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|connection_string|litellm_licen[cs]e|auth_value)s?$|(apikey|secretkey|accesskey|authtoken|accesstoken|apitoken|password|passphrase)s?$'
/** As well: names that end in a secret's word and are none. */
export const NOT_SECRET =
  '(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$|(^|_)(bos|eos|pad|unk|sep|cls|mask|stop|start|end)_token$|^hosted_keys$|^prefix_for_stored_virtual_keys$|public_key$|(partition|sort|primary|foreign|dedup|object|plugin|lookup|estimator|spend|next_page|page)_(key|token)$|^litellm_user_api_key$'
/** Where a word begins in `apiKey` or `api-key`, which are named as `api_key` is; looked for. */
export const HUMP = '(?<=[a-z0-9])(?=[A-Z])|-'
/** Whole sections whose names are no secret's. */
export const NEVER_SECRET = ['environment_variables', 'keys'] as const
/** Mappings whose keys are names of models that somebody chose, and whose values are others. */
export const NAMES_OF_MODELS = '(^|_)(alias|aliases|alias_map|fallbacks)$'
/** What is looked at of a name: its end says what it is, and a pattern would be tried on a long one for ever. */
export const NAME_END = 200
/** What is in these mappings is a secret, unless header and value are harmless: people who write headers by hand write secrets there. */
export const SECRET_MAPPINGS = ['extra_headers', 'headers', 'default_headers', 'static_headers'] as const
/** Parameters in the query of an address that are keys, besides those whose names say so: of Azure's functions and signed addresses. */
export const QUERY_KEY = 'sig(nature)?|token|code|auth|x-amz-(signature|credential|security-token)'
/** Of such a parameter that is shorter, nothing is a key. */
export const SHORTEST_IN_QUERY = 4
/** A number of fewer digits under a secret's name is a limit or a switch. */
export const SMALLEST_SECRET_NUMBER = 1000
/** Of a header that is a number: a key rather than a limit, unless the header's name says it. */
export const SMALLEST_HEADER_NUMBER = 10_000_000
/** How keys of providers begin. */
export const KEY_MARKS =
  'sk-|pk-|xox[abp]-|xapp-|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|tvly-|lsv2_|ya29\\.|AIza|AKIA|Bearer '
/** JSON in base64: a JWT, and Google's file of an account. */
export const ENCODED_JSON = 'eyJ[A-Za-z0-9_-]{17}'
/** A key by its form alone, at the beginning of a text. Eight characters behind the mark: a team may be called `pk-one`. */
export const KEY = `(?:(?:${KEY_MARKS})\\S{8}|${ENCODED_JSON}|-----BEGIN )`
/** A secret within a text, such as JSON, `host=… password=…`, `--api-key=…` or a note with a key in it; looked for. */
export const KEY_WITHIN =
  '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|(^|[ ;,\\n])([Pp]assword|PASSWORD|[Pp]asswd|PASSWD|[Pp]wd|PWD|AccountKey|SharedAccessKey|SharedAccessSignature) ?= ?(?!os\\.environ/)[^ ;,\\n]{3}' +
  '|(^| )--?[A-Za-z-]{0,40}([Kk]ey|[Tt]oken|[Ss]ecret|[Pp]assword|[Pp]asswd)=(?!os\\.environ/|[$])[^ ]{8}' +
  '|(^|[^A-Za-z0-9_-])(sk-([A-Za-z0-9]{1,12}-){0,3}|gh[pousr]_|github_pat_|glpat-|gsk_|nvapi-|xox[abp]-([0-9]{8,14}-){0,2}|AIza)(?=[A-Za-z0-9_-]{0,60}[0-9])[A-Za-z0-9]{16}' +
  '|(^|[^A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{17,4000}[.]eyJ'
/** Any caller may post to these addresses: their path is the secret. Slack, Teams, Discord, Google Chat and others; looked for. */
export const WEBHOOK =
  'https?://(hooks\\.slack(-gov)?\\.com/|[A-Za-z0-9_.-]*webhook\\.office(365)?\\.com/|[A-Za-z0-9_.-]*\\.(logic\\.azure|api\\.powerplatform)\\.(com|us|cn)(:[0-9]+)?/|[A-Za-z0-9_.-]*discord(app)?\\.com/api/(v[0-9]+/)?webhooks/|chat\\.googleapis\\.com/v1/spaces/|hooks\\.zapier\\.com/|([A-Za-z0-9-]+\\.)?hook\\.([A-Za-z0-9]+\\.)?make\\.com/|open\\.(feishu\\.cn|larksuite\\.com)/open-apis/bot/|api\\.telegram\\.org/bot|[A-Za-z0-9_.:-]+/hooks/(?=[A-Za-z0-9_-]{20}))'
/** All headers as one text, by its name and by its form, as OpenTelemetry has them: `api-key=…,team=…`; looked for. */
export const HEADERS_TEXT = '(^|_)headers$'
export const HEADER_PAIR = '[A-Za-z0-9_-] *[=:] *[^ ]'
/** What begins a parameter in the query of an address, its name and its value; looked for. */
export const IN_QUERY = '([?&])([A-Za-z0-9_.-]+)=([^&#\\s]+)'

// What is no secret where one belongs. Whatever their case.

/** A reference with the word before it that says how the header is to be read. */
export const SCHEMED_REFERENCE =
  '((bearer|basic|token|api-?key|key) ?:? ?)?os\\.environ/[A-Za-z_][A-Za-z0-9_]*'
/** Names under which a placeholder is one: under another, such as a password's, it would be a weak secret. */
export const PLACEHOLDER_NAME =
  '^(?!.*(master|salt|signing|encryption|private|virtual)_?key)(.*_)?(api_?)?key$'
const MARKS =
  'none|no|not|nil|null|na|dummy|fake|mock|empty|placeholder|unused|ignored?|noop|nokey|notneeded|notrequired|notused|any|anything|whatever|test|changeme|todo|example|your|local|localhost|ollama|lm[-_ ]?studio|vllm|llama[-_.]?cpp|sglang|llamafile|localai|koboldcpp|oobabooga|tabbyapi|xinference|lemonade|lmdeploy|gpt4all|n/a|noauth|x{2,32}'
const WORDS = `${MARKS}|key|keys|api|apikey|token|secret|sk|needed|required|necessary|used|use|need|auth|authentication|lm|studio|llama|cpp|server|model|proxy|litellm|openai|here|this|is|it|for|the|a|me|my|change|replace|insert|put|set|value|string|text|default|blank|without|or|can|be|only|llm|provider|ant|proj|or|v1|dev`
/** What people write for servers that want some key and check none: `not-needed`, `sk-none`, `EMPTY`. Of a closed set of words, one of which says so. */
export const PLACEHOLDER = `(?=(.*[-_ .])?(${MARKS})([-_ .]|$))(${WORDS})([-_ .](${WORDS})){0,7}`
/** As well, where the address is not the provider's own: `sk-1234`, `sk-`, `0000`. */
export const COUNTED =
  '(sk-)?(0{1,20}|1{1,20}|x{1,32}|123|1234|12345|123456|1234567|12345678|123456789|1234567890)|sk-|[-.*x]'
/** Names under which a place may be given: a password may begin as a path does. Looked for. */
export const POINTER_NAME = '(credentials?|tokens?|keys?)$'
/** Where LiteLLM finds a token, or a file that holds it. */
export const POINTER =
  'oidc/(google|circleci|circleci_v2|github|azure|file|env|env_path)(/.*)?|/(var|run|etc|opt|app|apps|home|root|mnt|tmp|usr|srv|data|config|configs|secrets?|credentials|certs?|workspace|code|litellm)(/[A-Za-z0-9_.@-]{1,64}){1,12}|(/[a-z_.-]{1,24}){1,12}|(~|\\.{1,2})?/?([A-Za-z0-9_.@-]{1,64}/){0,12}[A-Za-z0-9_@-]{1,64}\\.(json|pem|p12|pfx|crt|cer)'
/** Headers that carry no secret, whatever they say. */
export const HARMLESS_HEADER =
  'content-[a-z-]+|accept(-[a-z-]+)?|user-agent|anthropic-(?!auth|key|api-key)[a-z-]+|openai-(?!auth|key|api-key)[a-z-]+|http-referer|referer|referrer|origin|host|date|from|prefer|x-title|x-openrouter-[a-z-]+|editor-[a-z-]+|copilot-(?!token|auth)[a-z-]+|x-request-id|x-correlation-id|x-github-api-version|x-stainless-[a-z-]+|cache-control|connection|api-version|x-api-version|x-goog-user-project|x-goog-api-client|traceparent|tracestate|helicone-(?!auth)[a-z-]+|x-litellm-(tags|timeout|[a-z-]*trace-id)'
/** A header's name that says that there is a secret in it; looked for. */
export const SECRET_HEADER = 'auth|key|token|secret|cookie|passw|signature|session|credential|jwt|license'
/** A header's name that says what a plain word in it is; looked for. */
export const PLAIN_HEADER =
  '(^|[-_])(team|tenant|env|environment|region|org|organization|organisation|project|user|app|application|client|source|name|id|title|version|model|cache|trace|features?|provider|priority|tags?|mode|format|lang|language|country|type|timeout|retry|retries|service|department|group|channel|platform|product|stage|zone|beta|enabled?)$'
/** A value that is no secret in such a header: a word or a few, a version, a date, an id. */
export const PLAIN_VALUE =
  'v?[0-9]{1,4}(\\.[0-9]{1,4}){0,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z]{1,24}([ ._/-][A-Za-z]{1,24}){0,6}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** Langfuse's public key begins as others' secret ones do. */
export const PUBLIC_VALUE = 'pk-lf-[A-Za-z0-9-]{8,64}'
