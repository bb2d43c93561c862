import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import { isRecord } from '../record.ts'
import type { Path } from '../yaml/path.ts'

/**
 * What is named: Python to import (`module.attribute`), a file or folder to read, or a file that holds a key. `maybe-…`: LiteLLM takes
 * the text for something else where there is no such file.
 */
export type NamedKind = 'module' | 'maybe-module' | 'path' | 'maybe-path' | 'key'

export interface Named {
  readonly kind: NamedKind
  readonly path: Path
  readonly text: string
}

/**
 * Where LiteLLM reads what lies beside its configuration: `[]` is each of a list, `*` each of a mapping. Modules are the callers of
 * `get_instance_fn` and of `load_custom_secret_manager` in 1.106.2; paths are what it opens.
 */
const PLACES: Readonly<Record<NamedKind, readonly string[]>> = {
  module: [
    'litellm_settings.callbacks',
    'litellm_settings.callbacks[]',
    'litellm_settings.success_callback[]',
    'litellm_settings.failure_callback[]',
    'litellm_settings.audit_log_callbacks[]',
    'litellm_settings.post_call_rules',
    'litellm_settings.custom_provider_map[].custom_handler',
    'litellm_settings.guardrails[].*.callbacks[]',
    'general_settings.custom_auth',
    'general_settings.custom_key_generate',
    'general_settings.custom_key_update',
    'general_settings.custom_key_policy',
    'general_settings.custom_team_metadata_validate',
    'general_settings.custom_sso',
    'general_settings.custom_ui_sso_sign_in_handler',
    'general_settings.litellm_jwtauth.custom_validate',
    'general_settings.key_management_settings.custom_secret_manager',
    'guardrails[].litellm_params.guardrail',
    'router_settings.plugins[]',
    'model_list[].litellm_params.complexity_router_config.plugins[]',
    'model_list[].litellm_params.complexity_router_config.classifier_plugin',
    'mcp_tools[].handler',
  ],
  'maybe-module': ['general_settings.pass_through_endpoints[].target'],
  path: [
    'litellm_settings.global_prompt_directory',
    'litellm_settings.ssl_verify',
    'model_list[].litellm_params.ssl_verify',
    'model_list[].litellm_params.auto_router_config_path',
    'model_list[].litellm_params.prompt_directory',
    'prompts[].litellm_params.prompt_file',
    'guardrails[].litellm_params.presidio_ad_hoc_recognizers',
    'guardrails[].litellm_params.custom_routes_file',
    'guardrails[].litellm_params.blocked_words_file',
    'mcp_servers.*.spec_path',
  ],
  'maybe-path': [
    'guardrails[].litellm_params.categories[].category_file',
    'mcp_servers.*.args[]',
    'environment_variables.SSL_VERIFY',
    'environment_variables.SSL_CERT_FILE',
    'environment_variables.REQUESTS_CA_BUNDLE',
    'environment_variables.CURL_CA_BUNDLE',
  ],
  key: [
    'model_list[].litellm_params.vertex_credentials',
    'model_list[].litellm_params.vertex_ai_credentials',
    'model_list[].litellm_params.oci_key_file',
    'credential_list[].credential_values.vertex_credentials',
    'credential_list[].credential_values.vertex_ai_credentials',
    'credential_list[].credential_values.oci_key_file',
    'default_vertex_config.vertex_credentials',
    'files_settings[].vertex_credentials',
    'litellm_settings.ssl_certificate',
    'litellm_settings.cache_params.gcs_path_service_account',
    'environment_variables.GOOGLE_APPLICATION_CREDENTIALS',
    'environment_variables.GCS_PATH_SERVICE_ACCOUNT',
    'environment_variables.SSL_CERTIFICATE',
  ],
}

const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/
const IS_SWITCH = /^(?:true|false|yes|no|on|off|0|1)$/i
const LONGEST_PATH = 300

/** Everything of LiteLLM's sections that may be Python or a file beside the configuration. Pure. */
export function namedIn(config: Readonly<Record<string, unknown>>): Named[] {
  return WAYS.flatMap(({ kind, steps }) =>
    texts(config, steps)
      .filter(isNamed)
      .map((one) => ({ kind, ...one })),
  ).filter(({ kind, text }) => FORMS[kind](text))
}

const WAYS = Object.entries(PLACES).flatMap(([kind, patterns]) =>
  patterns.map((pattern) => ({ kind: kind as NamedKind, steps: pattern.replaceAll('[]', '.[]').split('.') })),
)

const FORMS: Readonly<Record<NamedKind, (text: string) => boolean>> = {
  module: (text) => MODULE.test(text),
  'maybe-module': (text) => MODULE.test(text),
  path: () => true,
  'maybe-path': (text) => /[./]/.test(text) && !text.startsWith('-'),
  // Else it is the key itself, which is another fault.
  key: (text) => /^[\w.~@+-]*\/|\.(?:json|pem|key|crt|p12)$/i.test(text) && !/[{}\s]/.test(text),
}

function isNamed({ text }: { readonly text: string }): boolean {
  // An address, `s3://bucket/module.attribute` among them, is fetched by LiteLLM.
  return (
    text !== '' &&
    text.length <= LONGEST_PATH &&
    !text.startsWith(REFERENCE_PREFIX) &&
    !text.includes('://') &&
    !IS_SWITCH.test(text)
  )
}

interface Text {
  readonly path: Path
  readonly text: string
}

function texts(node: unknown, steps: readonly string[]): Text[] {
  const found: Text[] = []
  collect(node, steps, [], found)
  return found
}

/** `path` is walked along: the list of models is looked through for each of its places. */
function collect(node: unknown, steps: readonly string[], path: (string | number)[], found: Text[]): void {
  const step = steps[path.length]
  if (step === undefined) {
    if (typeof node === 'string') found.push({ path: [...path], text: node.trim() })
  } else if (step === '[]') {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) within(index, item)
  } else if (isRecord(node)) {
    for (const key of step === '*' ? Object.keys(node) : [step])
      if (Object.hasOwn(node, key)) within(key, node[key])
  }

  function within(at: string | number, item: unknown): void {
    path.push(at)
    collect(item, steps, path, found)
    path.pop()
  }
}
