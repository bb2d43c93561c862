import { LITELLM_SECTIONS } from '../config/yaml/sections.ts'

/** What LiteLLM reads at the top of its configuration (`load_config` of 1.106.2). */
const READ_BY_LITELLM: readonly string[] = [
  ...['model_list', 'router_settings', 'litellm_settings', 'general_settings', 'environment_variables'],
  ...[
    'credential_list',
    'guardrails',
    'mcp_servers',
    'mcp_tools',
    'search_tools',
    'sandbox_tools',
    'prompts',
  ],
  ...['files_settings', 'finetune_settings', 'policies', 'policy_attachments', 'vector_store_registry'],
  ...['callback_settings', 'worker_registry', 'agents', 'agent_list', 'assistant_settings'],
  ...['default_vertex_config'],
]

/** Of those, what a gateway.yaml has no place for: without them the gateway is another one. */
export const UNPLACED: readonly string[] = READ_BY_LITELLM.filter((name) => !LITELLM_SECTIONS.includes(name))
