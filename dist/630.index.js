"use strict";
exports.id = 630;
exports.ids = [630];
exports.modules = {

/***/ 6753:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m6: () => (/* binding */ connectTo),
  $V: () => (/* binding */ manifestOf),
  f5: () => (/* binding */ settingsOf),
  N: () => (/* binding */ workersOf)
});

// EXTERNAL MODULE: ./lib/config/firewall.js
var firewall = __webpack_require__(331);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/host/host-key.js
var host_key = __webpack_require__(6399);
// EXTERNAL MODULE: ./lib/host/agent-modules.js
var agent_modules = __webpack_require__(3410);
// EXTERNAL MODULE: ./lib/host/files.js
var host_files = __webpack_require__(8496);
;// CONCATENATED MODULE: ./lib/host/plan-key.js



/** The account that a read-only key logs in as; see `agent/account.py`. */
const PLAN_USER = 'litellm-plan';
const FOLDER = '/usr/local/lib/litellm-gitops';
/** `restrict` refuses forwarding of every kind, a terminal and ~/.ssh/rc; what is asked for instead of the command is ignored. */
const FORCED = `restrict,command="exec sudo -n ${FOLDER}/observe"`;
/**
 * What a host holds for the keys that may only look. It stands there without any key too: a key that is not declared any more
 * is taken away by the same files. Pure.
 * @param keys public keys, one a line
 * @param managed paths of the other managed files: those whose state may be asked for
 */
function planKeyFiles(keys, managed) {
    const lines = (0,host_key/* publicKeyLines */.qT)(keys).map((key) => `${FORCED} ${key}\n`);
    const files = {
        '/etc/sysusers.d/litellm-plan.conf': file((0,host_files/* hostFile */.R)('plan-key/sysusers.conf'), '0644'),
        '/etc/sudoers.d/litellm-plan': file((0,host_files/* hostFile */.R)('plan-key/sudoers'), '0440'),
        [`${FOLDER}/observe`]: file((0,host_files/* hostFile */.R)('plan-key/observe'), '0755'),
        '/var/lib/litellm-plan/.ssh/authorized_keys': file((0,host_files/* hostFile */.R)('plan-key/authorized_keys') + lines.join(''), '0644'),
    };
    const agent = `${FOLDER}/agent.json`;
    const paths = [...managed, ...Object.keys(files), agent].sort();
    // One file, so that a deploy replaces all modules at once while somebody may be asking.
    const content = `${JSON.stringify({ paths, modules: (0,agent_modules/* agentModules */.z)() }, undefined, 1)}\n`;
    return { ...files, [agent]: file(content, '0644') };
}
function file(content, mode) {
    return { content, mode, owner: 'root:root' };
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/host/render.js



const MIB = 1024 * 1024;
const DEFAULT_MEMORY = 4096 * MIB;
/** LiteLLM's pool for each worker (`database_connection_pool_limit`). */
const CONNECTIONS_PER_WORKER = 10;
/** People's psql, backups, migrations. */
const SPARE_CONNECTIONS = 40;
const PACKAGES = [
    'postgresql',
    'redis-server',
    'caddy',
    'podman',
    'netavark',
    'python3',
    'python3-yaml',
    'sudo',
    'ca-certificates',
    'nftables',
    'unattended-upgrades',
    'logrotate',
    // Budgets reset by the clock, and certificates end by it.
    'systemd-timesyncd | chrony | ntpsec | openntpd',
];
const UNITS = [
    'litellm.service',
    'caddy.service',
    'postgresql.service',
    'redis-server.service',
    'litellm-firewall.service',
];
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const IMAGE = /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;
/**
 * The files, packages and units of a host with these settings. Pure.
 * @throws RangeError when a value could mean something else in the file it is put into; what a user writes is checked before
 */
function renderHost(settings) {
    const { domain, workers, image } = settings;
    if (!DOMAIN.test(domain))
        throw new RangeError(`not a domain name: ${JSON.stringify(domain)}`);
    if (!IMAGE.test(image))
        throw new RangeError(`not an image by digest: ${JSON.stringify(image)}`);
    if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
        throw new RangeError(`not a number of workers: ${workers}`);
    }
    const memory = Math.floor((settings.memoryBytes ?? DEFAULT_MEMORY) / MIB);
    return {
        packages: PACKAGES,
        units: UNITS,
        files: withPlanKey(settings.planKey, {
            '/etc/containers/systemd/litellm.container': root((0,host_files/* hostFile */.R)('units/litellm.container')),
            '/etc/containers/systemd/litellm-standby.container': root((0,host_files/* hostFile */.R)('units/litellm-standby.container')),
            '/usr/local/lib/litellm-gitops/start': { ...root((0,host_files/* hostFile */.R)('litellm-start.sh')), mode: '0755' },
            '/etc/systemd/system/litellm-firewall.service': root((0,host_files/* hostFile */.R)('units/litellm-firewall.service')),
            '/etc/litellm-firewall.nft': root(render_firewall(settings)),
            '/etc/apt/apt.conf.d/60litellm-gitops': root((0,host_files/* hostFile */.R)('apt/60litellm-gitops')),
            '/etc/systemd/journald.conf.d/litellm-gitops.conf': root((0,host_files/* hostFile */.R)('systemd/journald.conf')),
            '/etc/caddy/Caddyfile': root(caddyfile(settings)),
            '/etc/systemd/system/caddy.service.d/litellm.conf': root((0,host_files/* hostFile */.R)('systemd/caddy-litellm.conf')),
            '/etc/systemd/system/postgresql@.service.d/litellm.conf': root((0,host_files/* hostFile */.R)('systemd/postgresql-litellm.conf')),
            '/etc/postgresql/*/main/conf.d/litellm.conf': postgres(fill((0,host_files/* hostFile */.R)('postgresql/litellm.conf'), {
                WORKERS: workers,
                MAX_CONNECTIONS: 2 * workers * CONNECTIONS_PER_WORKER + SPARE_CONNECTIONS,
                SHARED_BUFFERS_MB: within(memory / 16, 64, 2048),
                CACHE_MB: within(memory / 4, 256, 16_384),
            }), '0644'),
            '/etc/postgresql/*/main/pg_hba.conf': postgres((0,host_files/* hostFile */.R)('postgresql/pg_hba.conf'), '0640'),
            '/etc/postgresql/*/main/pg_ident.conf': postgres((0,host_files/* hostFile */.R)('postgresql/pg_ident.conf'), '0640'),
            '/etc/redis/redis.conf': {
                content: fill((0,host_files/* hostFile */.R)('redis/redis.conf'), { MAXMEMORY_MB: within(memory / 16, 128, 2048) }),
                mode: '0640',
                owner: 'redis:redis',
            },
        }),
    };
}
function withPlanKey(keys, files) {
    return { ...files, ...planKeyFiles(keys ?? '', Object.keys(files)) };
}
function caddyfile({ domain, tls, proxy }) {
    const common = (0,host_files/* hostFile */.R)('caddy/Caddyfile');
    if (proxy === 'external' || tls === 'off')
        return common;
    return common + fill((0,host_files/* hostFile */.R)(`caddy/domain.${tls}`), { DOMAIN: domain.toLowerCase() });
}
function render_firewall({ firewall, sshPort = 22 }) {
    if (firewall === undefined)
        return (0,host_files/* hostFile */.R)('firewall/off.nft');
    const { ssh, https, gateway } = firewall;
    return fill((0,host_files/* hostFile */.R)('firewall/litellm-gitops.nft'), {
        SSH_PORTS: [...new Set([22, sshPort])].join(', '),
        SSH4: render_elements(ssh, 4),
        SSH6: render_elements(ssh, 6),
        HTTPS4: render_elements(https, 4),
        HTTPS6: render_elements(https, 6),
        GATEWAY4: render_elements(gateway, 4),
        GATEWAY6: render_elements(gateway, 6),
    });
}
/** The line of a set that names its members; nft knows no empty one. */
function render_elements(networks, version) {
    const mine = networks.filter((network) => (0,external_node_net_.isIP)(network.split('/')[0] ?? '') === version);
    return mine.length === 0 ? '# nobody' : `elements = { ${mine.join(', ')} }`;
}
/** Replaces `@NAME@`; the values were checked, and a placeholder without a value is a bug of ours. */
function fill(text, values) {
    return text.replace(/@([A-Z_]+[46]?)@/g, (placeholder, name) => {
        const value = values[name];
        if (value === undefined)
            throw new RangeError(`no value for ${placeholder}`);
        return String(value);
    });
}
function within(value, least, most) {
    return Math.floor(Math.min(Math.max(value, least), most));
}
function root(content) {
    return { content, mode: '0644', owner: 'root:root' };
}
function postgres(content, mode) {
    return { content, mode, owner: 'postgres:postgres' };
}

;// CONCATENATED MODULE: ./lib/commands/host-of.js





const GIB = 1024 ** 3;
/**
 * Connects to the machine that the declaration names, with its pinned key. The key that may only look is known by its public
 * half in `plan_key`, and has an account of its own.
 * @throws ConfigError without an SSH key, or when one that may only look is given for what changes something; HostError
 */
async function connectTo({ gateway, locate }, { connect, sshKey, logger }, purpose) {
    const { ssh } = gateway.vm;
    if (sshKey === undefined || sshKey.trim() === '') {
        throw new problem/* ConfigError */.x([
            {
                severity: 'error',
                code: 'ssh-key',
                message: `${ssh.user}@${ssh.host} is to be reached, but no SSH key was given.`,
                fix: 'set the input ssh-key from a secret (action), SSH_KEY or --ssh-key-file (CLI), or validate only with offline.',
                at: locate(['vm', 'ssh']),
            },
        ]);
    }
    const readOnly = ssh.plan_key !== undefined && (0,host_key/* isHalfOf */.Bo)(sshKey, ssh.plan_key);
    if (readOnly && purpose === 'change') {
        throw new problem/* ConfigError */.x([
            {
                severity: 'error',
                code: 'read-only-key',
                message: 'the SSH key given is the one of plan_key, which may look and change nothing.',
                fix: `give the key of ${ssh.user}@${ssh.host} instead, from a GitHub environment that only the protected branch can use.`,
                at: locate(['vm', 'ssh', 'plan_key']),
            },
        ]);
    }
    return await connect({
        ...machineOf(ssh),
        ...(ssh.proxy_jump === undefined ? {} : { jump: machineOf(ssh.proxy_jump) }),
        ...(readOnly ? { user: PLAN_USER } : {}),
        readOnly,
        privateKey: sshKey,
        logger,
    });
}
function machineOf({ host, port, user, host_key }) {
    return { host, user, hostKey: host_key, ...(port === undefined ? {} : { port }) };
}
/** What the machine has to be, as declared. */
function manifestOf({ gateway, size }) {
    const { domain, litellm, proxy = 'caddy', tls = 'acme' } = gateway;
    const memory = size === undefined ? {} : { memoryBytes: size.memoryGiB * GIB };
    const { port, plan_key: planKey } = gateway.vm.ssh;
    return renderHost({
        domain,
        tls,
        proxy,
        image: litellm.image,
        workers: workersOf(gateway),
        firewall: (0,firewall/* firewallOf */.e)(gateway.firewall, { proxy, tls }),
        ...(port === undefined ? {} : { sshPort: port }),
        ...memory,
        ...(planKey === undefined ? {} : { planKey }),
    });
}
function workersOf({ litellm }) {
    return litellm.workers ?? 4;
}
/** Settings that reach LiteLLM by its environment. */
function settingsOf({ gateway }) {
    return { storeModelInDb: gateway.general_settings?.store_model_in_db === true };
}


/***/ }),

/***/ 2055:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  f: () => (/* binding */ loadDesired)
});

// UNUSED EXPORTS: HOST_VARIABLES

// EXTERNAL MODULE: ./lib/config/budgets.js
var budgets = __webpack_require__(6909);
// EXTERNAL MODULE: ./lib/config/litellm-config.js
var litellm_config = __webpack_require__(6871);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/source.js
var config_source = __webpack_require__(5794);
;// CONCATENATED MODULE: ./lib/config/secrets.js

/** LiteLLM's own form of a reference: the value comes from this variable of the gateway's environment. */
const REFERENCE = /^os\.environ\/(.*)$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
// The same names and forms as in the host's redaction (files/agent/redaction.py): what is refused here is what is fingerprinted there.
const SECRET_NAME = /(^|_)(api_?key|key|secret|token|password|passwd|credentials?|authorization|private_key|dsn|connection_string)s?$/i;
const NOT_SECRET = /(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$/i;
// Eight characters at least behind the mark: a team may be called `pk-` or `sk-one`, and no provider's key is that short.
const SECRET_FORM = /^(?:(?:sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\S{8}|-----BEGIN )/;
const URL_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;
const HEADERS = new Set(['extra_headers', 'headers', 'default_headers']);
/** Finds every reference and every secret that is written out. Pure; values of secrets are never returned. */
function findSecrets(value) {
    const references = [];
    const malformed = [];
    const literals = [];
    walk(value, [], undefined, (path, text, why) => {
        const name = REFERENCE.exec(text)?.[1];
        if (name !== undefined)
            (VARIABLE.test(name) ? references : malformed).push({ name, path });
        else if (why !== undefined && text !== '')
            literals.push({ path, why });
        else if (SECRET_FORM.test(text))
            literals.push({ path, why: 'form' });
        else if (URL_PASSWORD.test(text))
            literals.push({ path, why: 'url' });
    });
    return { references, malformed, literals };
}
function walk(node, path, why, visit) {
    if (typeof node === 'string')
        visit(path, node, why);
    else if (Array.isArray(node))
        for (const [index, item] of node.entries())
            walk(item, [...path, index], why, visit);
    else if ((0,config_source/* isRecord */.u4)(node)) {
        for (const [key, item] of Object.entries(node))
            walk(item, [...path, key], why ?? secretBy(key, item), visit);
    }
}
function secretBy(name, value) {
    if (NOT_SECRET.test(name) || name === 'environment_variables' || name === 'keys')
        return undefined;
    // Whoever writes headers by hand writes secrets there.
    if ((0,config_source/* isRecord */.u4)(value))
        return HEADERS.has(name) ? 'header' : undefined;
    return SECRET_NAME.test(name) ? 'name' : undefined;
}

;// CONCATENATED MODULE: ./lib/config/sizing.js
/** The sizing table of the README. */
const TABLE = [
    { upTo: 100, size: { vcpu: 4, memoryGiB: 4, diskGiB: 20 } },
    { upTo: 250, size: { vcpu: 4, memoryGiB: 8, diskGiB: 30 } },
    { upTo: Number.POSITIVE_INFINITY, size: { vcpu: 8, memoryGiB: 16, diskGiB: 50 } },
];
/** The machine for so many people: the first row of the table that holds them. */
function sizeFor(users) {
    for (const { upTo, size } of TABLE)
        if (users <= upTo)
            return size;
    throw new RangeError(`not a number of users: ${users}`);
}

// EXTERNAL MODULE: ./node_modules/zod/v4/core/json-schema-processors.js
var json_schema_processors = __webpack_require__(8439);
;// CONCATENATED MODULE: ./lib/config/litellm-keys.json
const litellm_keys_namespaceObject = /*#__PURE__*/JSON.parse('{"rE":"1.106.2","RZ":{"adaptive_router_config":"map","adaptive_router_default_model":"string","additional_drop_params":"any","allow_client_keepalive_override":"boolean","allowed_openai_params":"any","annotation_cost_per_page":"number","annotation_cost_per_page_batches":"number","anthropic_disable_workload_identity_federation":"boolean","anthropic_federation_rule_id":"string","anthropic_federation_workspace_id":"string","anthropic_identity_source":"string","anthropic_identity_token":"string","anthropic_identity_token_file":"string","anthropic_issuer_audience":"string","anthropic_issuer_signing_key_ref":"string","anthropic_issuer_subject":"string","anthropic_issuer_ttl_seconds":"number","anthropic_issuer_url":"string","anthropic_keycloak_auth_method":"string","anthropic_keycloak_client_id":"string","anthropic_keycloak_client_secret_ref":"string","anthropic_keycloak_scope":"string","anthropic_keycloak_token_url":"string","anthropic_organization_id":"string","anthropic_service_account_id":"string","api_base":"string","api_key":"string","api_version":"string","audio":"any","auto_router_config":"string","auto_router_config_path":"string","auto_router_default_model":"string","auto_router_embedding_model":"string","auto_router_max_input_chars":"number","auto_router_model_compression":"string","auto_router_routing_compression":"string","aws_access_key_id":"string","aws_batch_role_arn":"string","aws_bedrock_project_id":"string","aws_bedrock_runtime_endpoint":"string","aws_external_id":"string","aws_profile_name":"string","aws_region_name":"string","aws_role_name":"string","aws_secret_access_key":"string","aws_session_name":"string","aws_session_tags":"list","aws_session_token":"string","aws_sts_endpoint":"string","aws_web_identity_token":"string","azure_ad_token":"string","azure_password":"string","azure_scope":"string","azure_username":"string","base_url":"any","bedrock_tags":"list","bucket_name":"string","budget_duration":"string","cache_creation_input_audio_token_cost":"number","cache_creation_input_token_cost":"number","cache_creation_input_token_cost_above_100k_tokens":"number","cache_creation_input_token_cost_above_100k_tokens_batches":"number","cache_creation_input_token_cost_above_1hr":"number","cache_creation_input_token_cost_above_1hr_above_100k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens":"number","cache_creation_input_token_cost_above_272k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens_flex":"number","cache_creation_input_token_cost_above_272k_tokens_priority":"number","cache_creation_input_token_cost_above_272k_tokens_ultrafast":"number","cache_creation_input_token_cost_batches":"number","cache_creation_input_token_cost_flex":"number","cache_creation_input_token_cost_priority":"number","cache_creation_input_token_cost_ultrafast":"number","cache_read_input_audio_token_cost":"number","cache_read_input_image_token_cost":"number","cache_read_input_token_cost":"number","cache_read_input_token_cost_above_100k_tokens":"number","cache_read_input_token_cost_above_100k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens":"number","cache_read_input_token_cost_above_200k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens":"number","cache_read_input_token_cost_above_272k_tokens_batches":"number","cache_read_input_token_cost_above_272k_tokens_flex":"number","cache_read_input_token_cost_above_272k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens_ultrafast":"number","cache_read_input_token_cost_above_512k_tokens":"number","cache_read_input_token_cost_balanced":"number","cache_read_input_token_cost_batches":"number","cache_read_input_token_cost_flex":"number","cache_read_input_token_cost_priority":"number","cache_read_input_token_cost_ultrafast":"number","citation_cost_per_token":"number","client_id":"string","client_secret":"string","complexity_router_config":"map","complexity_router_default_model":"string","configurable_clientside_auth_params":"any","context_management":"any","cost_per_second":"number","custom_llm_provider":"string","default_api_key_rpm_limit":"number","default_api_key_tpm_limit":"number","default_headers":"any","deployment_id":"any","dimensions":"any","drop_params":"boolean|string","encoding_format":"any","extra_headers":"any","fireworks_forward_user_id":"boolean","frequency_penalty":"any","function_call":"any","functions":"any","gcs_bucket_name":"string","google_maps_grounding_cost_per_query":"number","include_server_side_tool_invocations":"any","input_cost_per_audio_per_second":"number","input_cost_per_audio_per_second_above_128k_tokens":"number","input_cost_per_audio_token":"number","input_cost_per_audio_token_batches":"number","input_cost_per_character":"number","input_cost_per_character_above_128k_tokens":"number","input_cost_per_image":"number","input_cost_per_image_above_128k_tokens":"number","input_cost_per_image_token":"number","input_cost_per_image_token_batches":"number","input_cost_per_pixel":"number","input_cost_per_query":"number","input_cost_per_second":"number","input_cost_per_token":"number","input_cost_per_token_above_100k_tokens":"number","input_cost_per_token_above_100k_tokens_batches":"number","input_cost_per_token_above_128k_tokens":"number","input_cost_per_token_above_200k_tokens":"number","input_cost_per_token_above_200k_tokens_batches":"number","input_cost_per_token_above_200k_tokens_priority":"number","input_cost_per_token_above_272k_tokens":"number","input_cost_per_token_above_272k_tokens_batches":"number","input_cost_per_token_above_272k_tokens_flex":"number","input_cost_per_token_above_272k_tokens_priority":"number","input_cost_per_token_above_272k_tokens_ultrafast":"number","input_cost_per_token_above_512k_tokens":"number","input_cost_per_token_balanced":"number","input_cost_per_token_batches":"number","input_cost_per_token_cache_hit":"number","input_cost_per_token_flex":"number","input_cost_per_token_priority":"number","input_cost_per_token_ultrafast":"number","input_cost_per_video_per_second":"number","input_cost_per_video_per_second_above_128k_tokens":"number","input_cost_per_video_per_second_above_15s_interval":"number","input_cost_per_video_per_second_above_8s_interval":"number","input_cost_per_video_token":"number","input_cost_per_video_token_batches":"number","itpm":"number","keepalive_seconds":"number","litellm_credential_name":"string","litellm_trace_id":"string","logit_bias":"any","logprobs":"any","max_budget":"number","max_completion_tokens":"any","max_file_size_mb":"number","max_retries":"number","max_tokens":"any","merge_reasoning_content_in_choices":"boolean","messages":"any","metadata":"any","milvus_db_name":"string","milvus_partition_names":"list","milvus_text_field":"string","mock_response":"any","modalities":"any","model":"string","model_config":"any","model_info":"map","n":"any","ocr_cost_per_credit":"number","ocr_cost_per_page":"number","ocr_cost_per_page_batches":"number","openai_identity_provider_id":"string","openai_identity_token_file":"string","openai_service_account_id":"string","organization":"string","otpm":"number","output_cost_per_audio_per_second":"number","output_cost_per_audio_token":"number","output_cost_per_character":"number","output_cost_per_character_above_128k_tokens":"number","output_cost_per_image":"number","output_cost_per_image_1024":"number","output_cost_per_image_1536":"number","output_cost_per_image_512":"number","output_cost_per_image_token":"number","output_cost_per_image_token_batches":"number","output_cost_per_pixel":"number","output_cost_per_reasoning_token":"number","output_cost_per_reasoning_token_flex":"number","output_cost_per_reasoning_token_priority":"number","output_cost_per_second":"number","output_cost_per_second_1080p":"number","output_cost_per_second_2k":"number","output_cost_per_second_480p":"number","output_cost_per_second_4k":"number","output_cost_per_second_720p":"number","output_cost_per_second_768p":"number","output_cost_per_token":"number","output_cost_per_token_above_100k_tokens":"number","output_cost_per_token_above_100k_tokens_batches":"number","output_cost_per_token_above_128k_tokens":"number","output_cost_per_token_above_200k_tokens":"number","output_cost_per_token_above_200k_tokens_batches":"number","output_cost_per_token_above_200k_tokens_priority":"number","output_cost_per_token_above_272k_tokens":"number","output_cost_per_token_above_272k_tokens_batches":"number","output_cost_per_token_above_272k_tokens_flex":"number","output_cost_per_token_above_272k_tokens_priority":"number","output_cost_per_token_above_272k_tokens_ultrafast":"number","output_cost_per_token_above_512k_tokens":"number","output_cost_per_token_balanced":"number","output_cost_per_token_batches":"number","output_cost_per_token_flex":"number","output_cost_per_token_priority":"number","output_cost_per_token_ultrafast":"number","output_cost_per_video_per_second":"number","output_cost_per_video_token":"number","output_vector_size":"number","parallel_tool_calls":"any","prediction":"any","presence_penalty":"any","prompt_cache_key":"any","prompt_cache_retention":"any","provider_affinity_header":"string","quality_router_config":"map","quality_router_default_model":"string","reasoning_effort":"any","region_name":"string","regional_endpoint_uplift_multiplier":"number","regional_processing_uplift_multiplier_eu":"number","regional_processing_uplift_multiplier_us":"number","request_timeout":"any","response_format":"any","rpm":"number","rust":"any","s3_access_key_id":"string","s3_bucket_name":"string","s3_bucket_owner":"string","s3_encryption_key_id":"string","s3_endpoint_url":"string","s3_output_bucket_name":"string","s3_region_name":"string","s3_secret_access_key":"string","safety_identifier":"any","search_context_cost_per_query":"map","seed":"any","self":"any","service_tier":"any","stop":"any","store":"any","stream":"any","stream_options":"any","stream_timeout":"number|string","stream_timeout_by_service_tier":"map","tag_regex":"list","tags":"list","temperature":"any","tenant_id":"string","thinking":"any","tiered_pricing":"list","timeout":"any","timeout_by_service_tier":"map","tool_choice":"any","tools":"any","top_logprobs":"any","top_p":"any","tpm":"number","use_chat_completions_api":"boolean","use_client":"any","use_in_pass_through":"boolean","use_litellm_proxy":"boolean","use_xai_oauth":"boolean","user":"any","valkey_embedding_field":"string","valkey_host":"string","valkey_password":"string","valkey_port":"number","valkey_ssl":"boolean","valkey_text_field":"string","vector_store_id":"string","verbosity":"any","vertex_credentials":"map|string","vertex_location":"string","vertex_project":"string","watsonx_region_name":"string","web_search_options":"any"},"nE":{"access_groups":"list","access_windows":"list","allow_fail_open":"boolean","annotation_cost_per_page":"number","annotation_cost_per_page_batches":"number","base_model":"string","bedrock_converse_supports_strict_tools":"any","bedrock_output_config_effort_ceiling":"any","blocked":"boolean","cache_creation_input_audio_token_cost":"number","cache_creation_input_token_cost":"number","cache_creation_input_token_cost_above_100k_tokens":"number","cache_creation_input_token_cost_above_100k_tokens_batches":"number","cache_creation_input_token_cost_above_1hr":"number","cache_creation_input_token_cost_above_1hr_above_100k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens":"number","cache_creation_input_token_cost_above_272k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens_flex":"number","cache_creation_input_token_cost_above_272k_tokens_priority":"number","cache_creation_input_token_cost_above_272k_tokens_ultrafast":"number","cache_creation_input_token_cost_batches":"number","cache_creation_input_token_cost_flex":"number","cache_creation_input_token_cost_priority":"number","cache_creation_input_token_cost_ultrafast":"number","cache_read_input_audio_token_cost":"number","cache_read_input_image_token_cost":"number","cache_read_input_token_cost":"number","cache_read_input_token_cost_above_100k_tokens":"number","cache_read_input_token_cost_above_100k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens":"number","cache_read_input_token_cost_above_200k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens":"number","cache_read_input_token_cost_above_272k_tokens_batches":"number","cache_read_input_token_cost_above_272k_tokens_flex":"number","cache_read_input_token_cost_above_272k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens_ultrafast":"number","cache_read_input_token_cost_above_512k_tokens":"number","cache_read_input_token_cost_balanced":"number","cache_read_input_token_cost_batches":"number","cache_read_input_token_cost_flex":"number","cache_read_input_token_cost_priority":"number","cache_read_input_token_cost_ultrafast":"number","citation_cost_per_token":"number","cost_per_ptu_per_hour":"number","cost_per_second":"number","created_at":"any","created_by":"string","db_model":"boolean","default_reasoning_effort":"any","discoverable":"boolean","enable_tag_filtering":"boolean","google_maps_grounding_cost_per_query":"number","health_check_model":"string","id":"string","input_cost_per_audio_per_second":"number","input_cost_per_audio_per_second_above_128k_tokens":"number","input_cost_per_audio_token":"number","input_cost_per_audio_token_batches":"number","input_cost_per_character":"number","input_cost_per_character_above_128k_tokens":"number","input_cost_per_image":"number","input_cost_per_image_above_128k_tokens":"number","input_cost_per_image_token":"number","input_cost_per_image_token_batches":"number","input_cost_per_pixel":"number","input_cost_per_query":"number","input_cost_per_second":"number","input_cost_per_token":"number","input_cost_per_token_above_100k_tokens":"number","input_cost_per_token_above_100k_tokens_batches":"number","input_cost_per_token_above_128k_tokens":"number","input_cost_per_token_above_200k_tokens":"number","input_cost_per_token_above_200k_tokens_batches":"number","input_cost_per_token_above_200k_tokens_priority":"number","input_cost_per_token_above_272k_tokens":"number","input_cost_per_token_above_272k_tokens_batches":"number","input_cost_per_token_above_272k_tokens_flex":"number","input_cost_per_token_above_272k_tokens_priority":"number","input_cost_per_token_above_272k_tokens_ultrafast":"number","input_cost_per_token_above_512k_tokens":"number","input_cost_per_token_balanced":"number","input_cost_per_token_batches":"number","input_cost_per_token_cache_hit":"number","input_cost_per_token_flex":"number","input_cost_per_token_priority":"number","input_cost_per_token_ultrafast":"number","input_cost_per_video_per_second":"number","input_cost_per_video_per_second_above_128k_tokens":"number","input_cost_per_video_per_second_above_15s_interval":"number","input_cost_per_video_per_second_above_8s_interval":"number","input_cost_per_video_token":"number","input_cost_per_video_token_batches":"number","internal_router_model":"boolean","key":"any","litellm_provider":"any","max_input_tokens":"any","max_output_tokens":"any","max_tokens":"any","member_auto_router":"boolean","mode":"string","ocr_cost_per_credit":"number","ocr_cost_per_page":"number","ocr_cost_per_page_batches":"number","off_peak_pricing":"any","output_cost_per_audio_per_second":"number","output_cost_per_audio_token":"number","output_cost_per_character":"number","output_cost_per_character_above_128k_tokens":"number","output_cost_per_image":"number","output_cost_per_image_1024":"number","output_cost_per_image_1536":"number","output_cost_per_image_512":"number","output_cost_per_image_token":"number","output_cost_per_image_token_batches":"number","output_cost_per_pixel":"number","output_cost_per_reasoning_token":"number","output_cost_per_reasoning_token_flex":"number","output_cost_per_reasoning_token_priority":"number","output_cost_per_second":"number","output_cost_per_second_1080p":"number","output_cost_per_second_2k":"number","output_cost_per_second_480p":"number","output_cost_per_second_4k":"number","output_cost_per_second_720p":"number","output_cost_per_second_768p":"number","output_cost_per_token":"number","output_cost_per_token_above_100k_tokens":"number","output_cost_per_token_above_100k_tokens_batches":"number","output_cost_per_token_above_128k_tokens":"number","output_cost_per_token_above_200k_tokens":"number","output_cost_per_token_above_200k_tokens_batches":"number","output_cost_per_token_above_200k_tokens_priority":"number","output_cost_per_token_above_272k_tokens":"number","output_cost_per_token_above_272k_tokens_batches":"number","output_cost_per_token_above_272k_tokens_flex":"number","output_cost_per_token_above_272k_tokens_priority":"number","output_cost_per_token_above_272k_tokens_ultrafast":"number","output_cost_per_token_above_512k_tokens":"number","output_cost_per_token_balanced":"number","output_cost_per_token_batches":"number","output_cost_per_token_flex":"number","output_cost_per_token_priority":"number","output_cost_per_token_ultrafast":"number","output_cost_per_video_per_second":"number","output_cost_per_video_token":"number","output_vector_size":"number","prompt_cache_min_tokens":"any","provider_specific_entry":"any","ptu_count":"number","ptu_effective_from":"any","ptu_effective_to":"any","reasoning_effort_levels":"any","regional_endpoint_uplift_multiplier":"number","regional_processing_uplift_multiplier_eu":"number","regional_processing_uplift_multiplier_us":"number","rpm":"any","search_context_cost_per_query":"map","search_free_requests":"any","supported_audio_formats":"any","supported_endpoints":"any","supports_adaptive_thinking":"any","supports_anthropic_compaction":"any","supports_anthropic_thinking_payload":"any","supports_assistant_prefill":"any","supports_audio_input":"any","supports_audio_output":"any","supports_box_questions":"any","supports_computer_use":"any","supports_embedding_image_input":"any","supports_function_calling":"any","supports_image_size":"any","supports_legacy_thinking":"any","supports_low_reasoning_effort":"any","supports_max_reasoning_effort":"any","supports_mid_conversation_system":"any","supports_minimal_reasoning_effort":"any","supports_native_streaming":"any","supports_native_structured_output":"any","supports_none_reasoning_effort":"any","supports_output_config":"any","supports_parallel_function_calling":"any","supports_pdf_input":"any","supports_prompt_cache_breakpoint":"any","supports_prompt_caching":"any","supports_reasoning":"any","supports_regex_lookaround":"any","supports_response_schema":"any","supports_system_messages":"any","supports_thinking_cache_preservation":"any","supports_tool_choice":"any","supports_tool_search":"any","supports_url_context":"any","supports_video_input":"any","supports_vision":"any","supports_web_search":"any","supports_xhigh_reasoning_effort":"any","team_id":"string","team_public_model_name":"string","thinking_always_on":"any","tier":"=free|=paid","tiered_pricing":"list","token_count_framing":"any","token_count_model":"any","token_count_tokenizer":"any","tpm":"any","updated_at":"any","updated_by":"string","use_openai_responses_path":"any","uses_embed_content":"any","vertex_ai_audio_api":"any","web_search_billing_unit":"any"},"GE":{"alerting_config":"any","allowed_fails":"number","allowed_fails_policy":"any","assistants_config":"any","auto_router_capability_limit":"any","background_health_check_model_groups":"list","cache_kwargs":"map","cache_responses":"boolean","caching_groups":"list","client_ttl":"number","content_policy_fallbacks":"list","context_window_fallbacks":"list","cooldown_time":"number","debug_level":"=DEBUG|=INFO","default_fallbacks":"list","default_litellm_params":"map","default_max_parallel_requests":"number","default_priority":"number","deployment_affinity_ttl_seconds":"number","disable_cooldowns":"boolean","enable_health_check_routing":"boolean","enable_pre_call_checks":"boolean","enable_tag_filtering":"boolean","enable_weighted_failover":"boolean","fallback_access_check":"any","fallback_budget_check":"any","fallbacks":"list","guardrail_list":"list","health_check_ignore_transient_errors":"boolean","health_check_staleness_threshold":"number","ignore_invalid_deployments":"boolean","max_fallbacks":"number","max_retries":"number","model_group_affinity_config":"map","model_group_alias":"map","model_group_retry_policy":"map","model_list":"list","num_retries":"number","optional_pre_call_checks":"any","plugins":"list","polling_interval":"number","provider_budget_config":"any","redis_db":"number","redis_host":"string","redis_password":"string","redis_port":"number","redis_url":"string","retry_after":"number","retry_policy":"any","router_general_settings":"any","routing_groups":"list","routing_strategy":"=simple-shuffle|=least-busy|=usage-based-routing|=latency-based-routing|=cost-based-routing|=usage-based-routing-v2|=lar1","routing_strategy_args":"map","search_tools":"list","set_verbose":"boolean","stream_timeout":"number","tag_filtering_match_any":"boolean","tag_routing_prefix":"string","timeout":"number","weights":"any"},"IF":{"aclient_session":"any","adapters":"list","add_function_to_prompt":"boolean","add_user_information_to_llm_headers":"boolean","agent_search_embedding_model":"string","ai21_chat_models":"any","ai21_key":"string","ai21_models":"any","aiml_models":"any","aiohttp_trust_env":"boolean","aleph_alpha_key":"string","aleph_alpha_models":"any","alert_to_webhook_url":"any","allow_dynamic_callback_disabling":"boolean","allowed_fails":"number","amazon_nova_api_key":"string","amazon_nova_models":"any","anthropic_beta_headers_url":"string","anthropic_key":"string","anthropic_models":"any","anthropic_prompt_caching_ttl":"=5m|=1h","anthropic_sse_ping_interval_seconds":"number","anyscale_models":"any","api_base":"string","api_key":"string","api_version":"string","apply_search_free_tier":"boolean","argilla_batch_size":"number","argilla_transformation_object":"map","assemblyai_models":"any","audit_log_callbacks":"any","autorouter_presets_url":"string","aws_polly_models":"any","aws_sqs_callback_params":"map","azure_ai_models":"any","azure_anthropic_models":"any","azure_key":"string","azure_models":"any","azure_text_models":"any","banned_keywords_list":"any","baseten_key":"string","bedrock_converse_models":"any","bedrock_mantle_models":"any","bedrock_models":"any","bedrock_neutralize_orphaned_tool_blocks":"boolean","bedrock_request_metadata_fields":"list","black_forest_labs_models":"any","block_requests_for_models_without_pricing":"boolean","blocked_user_list":"any","blog_posts_url":"string","budget_duration":"string","budget_exceeded_status_code":"number","budget_exceeded_throttle_percentage":"number","budget_reset_time":"any","budget_rollover":"boolean","bytez_key":"string","cache":"any","cache_params":"map","caching":"boolean","caching_with_models":"boolean","callback_settings":"map","callbacks":"any","cerebras_models":"any","chatgpt_models":"any","clarifai_key":"string","client_session":"any","cloudflare_api_key":"string","cloudflare_models":"any","codestral_models":"any","cohere_chat_models":"any","cohere_key":"string","cohere_models":"any","cold_storage_custom_logger":"any","cometapi_key":"string","cometapi_models":"any","common_cloud_provider_auth_params":"map","content_policy_fallbacks":"list","context_window_fallbacks":"list","cost_discount_config":"map","cost_margin_config":"map","credential_list":"list","custom_prometheus_metadata_labels":"list","custom_prometheus_tags":"list","custom_prompt_dict":"map","custom_provider_map":"any","darkbloom_models":"any","dashscope_models":"any","databricks_key":"string","databricks_models":"any","datadog_llm_observability_params":"any","datadog_params":"any","datadog_use_v1":"boolean","datarobot_key":"string","datarobot_models":"any","deepgram_models":"any","deepinfra_models":"any","deepseek_models":"any","default_fallbacks":"list","default_in_memory_ttl":"number","default_internal_user_params":"any","default_key_generate_params":"map","default_key_max_budget_alert_emails":"map","default_max_internal_user_budget":"any","default_redis_batch_cache_expiry":"number","default_redis_ttl":"number","default_soft_budget":"number","default_team_params":"any","default_team_settings":"any","disable_add_prefix_to_prompt":"boolean","disable_add_transform_inline_image_block":"boolean","disable_add_user_agent_to_request_tags":"boolean","disable_aiohttp_transport":"boolean","disable_aiohttp_trust_env":"boolean","disable_anthropic_gemini_context_caching_transform":"boolean","disable_copilot_system_to_assistant":"boolean","disable_end_user_cost_tracking":"boolean","disable_end_user_cost_tracking_prometheus_only":"boolean","disable_hf_tokenizer_download":"boolean","disable_stop_sequence_limit":"boolean","disable_streaming_logging":"boolean","disable_token_counter":"boolean","disable_vertex_batch_output_transformation":"boolean","docker_model_runner_models":"any","drop_params":"any","dynamodb_table_name":"string","edenai_models":"any","elevenlabs_models":"any","email":"string","enable_anthropic_prompt_caching":"boolean","enable_azure_ad_token_refresh":"boolean","enable_caching_on_provider_specific_optional_params":"boolean","enable_end_user_cost_tracking_prometheus_only":"boolean","enable_gemini_default_thinking_level_low":"boolean","enable_json_schema_validation":"boolean","enable_key_alias_format_validation":"boolean","enable_loadbalancing_on_batch_endpoints":"boolean","enable_model_config_credential_overrides":"boolean","enable_preview_features":"boolean","enable_redis_auth_cache":"any","error_logs":"map","expose_router_debug_in_errors":"boolean","extra_spend_tag_headers":"list","failure_callback":"any","fal_ai_models":"any","fallbacks":"list","featherless_ai_models":"any","filter_invalid_headers":"boolean","fireworks_ai_embedding_models":"any","fireworks_ai_models":"any","force_ipv4":"boolean","force_redis_hash_tag_grouping":"boolean","forward_traceparent_to_llm_provider":"boolean","friendliai_models":"any","galadriel_models":"any","gcs_pub_sub_use_v1":"boolean","gdc_api_base":"string","gdc_key":"string","gemini_live_defer_setup":"boolean","gemini_models":"any","generic_api_use_v1":"boolean","generic_logger_headers":"map","gigachat_key":"string","gigachat_models":"any","github_copilot_models":"any","global_bitbucket_config":"any","global_disable_no_log_param":"boolean","global_gitlab_config":"any","global_prompt_directory":"any","google_moderation_confidence_threshold":"number","gradient_ai_api_key":"string","gradient_ai_models":"any","groq_key":"string","groq_models":"any","guardrail_name_config_map":"map","guardrails":"any","heroku_key":"string","heroku_models":"any","http2":"boolean","huggingface_key":"string","hyperbolic_models":"any","in_memory_llm_clients_cache":"any","inception_key":"string","inception_models":"any","include_cost_in_streaming_usage":"boolean","infinity_key":"string","infinity_models":"any","initialized_langfuse_clients":"number","input_callback":"list","internal_user_budget_duration":"string","jina_ai_models":"any","json_logs":"any","key_alias_pattern":"any","key_generation_settings":"any","lambda_ai_models":"any","langfuse_default_tags":"list","langfuse_enable_update_trace_keys":"boolean","langsmith_batch_size":"number","lemonade_key":"string","lemonade_models":"any","llama_api_key":"string","llama_models":"any","llamagate_models":"any","llamaguard_model_name":"string","llamaguard_unsafe_content_categories":"string","llm_guard_mode":"=all|=key-specific|=request-specific","log_auth_failure_key_identity":"boolean","log_client_error_tracebacks":"boolean","log_raw_request_response":"boolean","logged_real_time_event_types":"any","logging":"boolean","longer_context_model_fallback_dict":"map","maritalk_key":"string","max_budget":"any","max_end_user_budget":"number","max_end_user_budget_id":"string","max_fallbacks":"number","max_internal_user_budget":"any","max_tokens":"number","max_ui_session_budget":"any","max_user_budget":"number","mcp_aliases":"any","mcp_semantic_tool_filter":"any","mcp_tool_search":"map","minimax_models":"any","mistral_chat_models":"any","model_alias_map":"map","model_cost_map_url":"string","model_fallbacks":"list","model_group_settings":"any","models_by_provider":"map","moonshot_models":"any","morph_models":"any","nadir_models":"any","nebius_embedding_models":"any","nebius_key":"string","nebius_models":"any","network_mock":"boolean","newrelic_params":"any","nlp_cloud_key":"string","nlp_cloud_models":"any","novita_api_key":"string","novita_models":"any","nscale_models":"any","num_retries":"number","num_retries_per_request":"number","nvidia_nim_models":"any","nvidia_riva_models":"any","oci_models":"any","ollama_key":"string","open_ai_chat_completion_models":"any","open_ai_text_completion_models":"any","openai_key":"string","openai_like_key":"string","openai_moderations_model_name":"string","openai_system_messages_first":"boolean","openrouter_key":"string","openrouter_models":"any","otel_tenant_destination_mode":"string","output_parse_pii":"boolean","overwrite_user_with_key_hash":"boolean","ovhcloud_embedding_models":"any","ovhcloud_key":"string","ovhcloud_models":"any","palm_models":"any","perplexity_models":"any","plugin_key":"any","plugins":"any","pointfive_params":"any","post_call_rules":"any","pre_call_rules":"list","predibase_key":"string","predibase_tenant_id":"string","presidio_ad_hoc_recognizers":"string","priority_reservation":"map","priority_reservation_settings":"any","prometheus_deployment_and_latency_caller_identity":"=api_key_alias|=user_email|=both","prometheus_emit_input_sequence_length_label":"boolean","prometheus_emit_rate_limit_labels":"boolean","prometheus_emit_stream_label":"boolean","prometheus_end_user_metrics_cleanup_interval_seconds":"number","prometheus_end_user_metrics_max_series_per_metric":"number","prometheus_end_user_metrics_ttl_seconds":"number","prometheus_exclude_labels":"list","prometheus_exclude_metrics":"list","prometheus_initialize_budget_metrics":"boolean","prometheus_latency_buckets":"list","prometheus_metrics_cleanup_interval_seconds":"number","prometheus_metrics_config":"list","prometheus_metrics_max_series_per_metric":"number","prometheus_metrics_ttl_seconds":"number","prometheus_user_budget_label_include_email_alias":"boolean","prompt_name_config_map":"map","provider_url_destination_allowed_hosts":"list","proxy_auth":"any","public_agent_groups":"list","public_mcp_hub_strict_whitelist":"boolean","public_mcp_servers":"list","public_model_groups":"list","public_model_groups_links":"map","public_skills_index":"boolean","publicai_models":"any","qwen_ai_platform_models":"any","qwencloud_models":"any","reasoning_auto_summary":"boolean","recraft_models":"any","redact_messages_in_exceptions":"boolean","redact_user_api_key_info":"boolean","reducto_models":"any","replicate_key":"string","request_correlation_in_logs":"boolean","request_timeout":"number","require_auth_for_metrics_endpoint":"boolean","require_managed_files":"boolean","responses":"any","return_response_headers":"boolean","route_all_chat_openai_to_responses":"boolean","runwayml_models":"any","s3_audit_callback_params":"map","s3_callback_params":"map","safe_memory_mode":"boolean","sambanova_embedding_models":"any","sambanova_models":"any","sap_service_key":"string","secret_manager_client":"any","service_callback":"list","skill_search_embedding_model":"string","skip_system_message_in_guardrail":"boolean","skip_tool_message_in_guardrail":"boolean","snowflake_key":"string","snowflake_models":"any","soniox_models":"any","sse_keepalive_ping_interval_seconds":"number","ssl_certificate":"string","ssl_ecdh_curve":"string","ssl_security_level":"string","ssl_verify":"any","stability_models":"any","standard_logging_payload_excluded_fields":"list","store_audit_logs":"any","strip_anthropic_total_tokens":"boolean","success_callback":"any","suppress_debug_info":"boolean","tag_budget_config":"map","tencent_models":"any","text_completion_codestral_models":"any","text_completion_inception_models":"any","togetherai_api_key":"string","token":"string","transcribe_models":"any","turn_off_message_logging":"boolean","undefined":"any","upperbound_key_generate_params":"any","use_aiohttp_transport":"boolean","use_chat_completions_url_for_anthropic_messages":"boolean","use_client":"boolean","use_litellm_proxy":"boolean","user_url_allowed_hosts":"list","user_url_validation":"boolean","v0_models":"any","validate_end_user_id_in_db":"boolean","vector_store_index_registry":"any","vector_store_registry":"any","vector_store_search_failure_mode":"any","vercel_ai_gateway_key":"string","vercel_ai_gateway_models":"any","vertex_ai_ai21_models":"any","vertex_ai_image_models":"any","vertex_ai_safety_settings":"map","vertex_ai_video_models":"any","vertex_anthropic_models":"any","vertex_chat_models":"any","vertex_code_chat_models":"any","vertex_code_text_models":"any","vertex_deepseek_models":"any","vertex_embedding_models":"any","vertex_language_models":"any","vertex_llama3_models":"any","vertex_location":"string","vertex_minimax_models":"any","vertex_mistral_models":"any","vertex_moonshot_models":"any","vertex_openai_models":"any","vertex_project":"string","vertex_text_models":"any","vertex_vision_models":"any","vertex_zai_models":"any","volcengine_models":"any","voyage_models":"any","wandb_key":"string","wandb_models":"any","watsonx_models":"any","websearch_interception_params":"any","xai_key":"string","xai_models":"any","zai_models":"any","zerobus_params":"any"},"pU":{"admission_queue_timeout_seconds":"number","alert_to_webhook_url":"map","alert_type_config":"any","alert_types":"list","alerting":"list","alerting_args":"map","alerting_threshold":"number","allow_cli_sso_verification_uri_complete":"boolean","allow_unmanaged_response_ids":"boolean","allowed_file_extensions":"list","allowed_ips":"any","allowed_routes":"list","apply_user_budget_to_team_keys":"boolean","background_health_check_model_groups":"list","background_health_checks":"boolean","blocked_file_extensions":"list","cancel_on_disconnect":"boolean","claude_code_gateway_managed_settings":"map","completion_model":"string","control_plane_url":"string","coordination_redis":"any","custom_auth":"string","custom_auth_run_common_checks":"any","custom_key_generate":"any","custom_key_policy":"any","custom_key_update":"any","custom_sso":"any","custom_team_metadata_validate":"any","custom_ui_sso_sign_in_handler":"any","dangerously_permit_weak_or_unset_master_key":"boolean","database_args":"any","database_connect_timeout":"number","database_connection_pool_limit":"number","database_connection_timeout":"number","database_disable_prepared_statements":"boolean","database_extra_connection_params":"map","database_max_idle_connection_lifetime":"number","database_socket_timeout":"number","database_type":"=dynamo_db","database_url":"string","disable_auto_add_proxy_admin_to_teams":"boolean","disable_budget_reservation":"boolean","disable_env_credential_login":"boolean","disable_model_info_refresh":"any","disable_password_login_when_sso_enabled":"boolean","disable_reset_budget":"any","disable_responses_id_security":"boolean","disable_retry_on_max_parallel_request_limit_error":"any","disable_spend_logs":"any","enable_claude_code_gateway":"boolean","enable_health_check_routing":"any","enable_openai_websocket_passthrough":"boolean","enable_public_model_hub":"boolean","enforce_fallback_model_access":"boolean","enforced_params":"any","expose_fallback_errors_to_caller":"any","fail_closed_budget_enforcement":"any","fail_closed_rate_limit_enforcement":"boolean","failed_login_block_seconds":"number","failed_login_window_seconds":"number","forward_client_headers_to_llm_api":"boolean","global_max_parallel_requests":"number","health_check_concurrency":"number","health_check_details":"any","health_check_ignore_transient_errors":"any","health_check_interval":"number","health_check_skip_disabled_background_models":"boolean","health_check_staleness_threshold":"any","include_call_id_in_error_body":"boolean","infer_model_from_keys":"boolean","key_management_settings":"any","key_management_system":"any","litellm_jwtauth":"any","litellm_key_header_name":"any","litellm_license":"any","master_key":"string","max_batch_file_records":"number","max_batch_file_size_mb":"number","max_batch_file_uploads_per_day":"number","max_failed_login_attempts_per_source":"number","max_failed_login_attempts_per_source_overrides":"map","max_file_downloads_per_minute":"number","max_file_size_mb":"number","max_in_flight_requests_per_worker":"number","max_parallel_requests":"number","max_queued_requests_per_worker":"number","max_request_size_mb":"number","max_response_size_mb":"number","maximum_autorouter_session_retention_period":"string","maximum_daily_tag_spend_retention_period":"string","maximum_health_check_retention_period":"string","maximum_spend_logs_cleanup_batch_size":"number","maximum_spend_logs_cleanup_batch_timeout":"string","maximum_spend_logs_cleanup_cron":"any","maximum_spend_logs_cleanup_max_batches":"number","maximum_spend_logs_cleanup_run_budget":"string","maximum_spend_logs_retention_interval":"any","maximum_spend_logs_retention_period":"string","mcp_advertised_versions":"any","mcp_allowed_clients":"list","mcp_client_id_header":"string","mcp_internal_ip_ranges":"list","mcp_prefer_client_id_metadata_document":"boolean","mcp_required_fields":"list","mcp_trusted_proxy_ranges":"list","mcp_xff_num_trusted_hops":"number","missing_session_id":"=generate|=omit|=reject","model_list_healthy_only":"boolean","otel":"boolean","pass_through_endpoints":"list","pass_through_request_timeout":"number","password_policy_min_length":"number","password_policy_require_lowercase":"boolean","password_policy_require_numbers":"boolean","password_policy_require_special_characters":"boolean","password_policy_require_uppercase":"boolean","plugins":"list","provider_url_destination_allowed_hosts":"list","proxy_batch_polling_interval":"any","proxy_batch_write_at":"any","proxy_budget_rescheduler_max_time":"any","proxy_budget_rescheduler_min_time":"any","proxy_config_reload_interval_seconds":"number","reject_clientside_metadata_tags":"boolean","responses_websocket_session_limit_seconds":"number","role_permissions":"any","scheduled_job_stagger":"any","search_tool_deny_by_default":"boolean","search_tools":"any","spend_capture_rate_check":"any","spend_logs_metadata_fields":"any","spend_report_frequency":"any","store_model_in_db":"boolean","store_prompts_in_spend_logs":"boolean","supported_db_objects":"list","team_metadata_schema":"any","tracing":"any","track_unmanaged_batch_cost":"any","transcribe_media_buckets":"list","trusted_proxy_ranges":"list","ui_access_mode":"=admin_only|=all","use_azure_key_vault":"boolean","use_google_kms":"boolean","use_redis_transaction_buffer":"any","use_shared_health_check":"any","use_spend_logs_partitioning":"boolean","user_api_key_cache_max_size":"number","user_api_key_cache_ttl":"any","user_header_mappings":"list","user_header_name":"string","user_mcp_management_mode":"any","user_url_allowed_hosts":"list","user_url_validation":"boolean","vector_store_deny_by_default":"boolean"},"cp":{"azure_account_url":"string","azure_blob_container":"string","db":"number","default_in_memory_ttl":"number","default_in_redis_ttl":"number","disk_cache_dir":"string","gcp_service_account":"string","gcp_ssl_ca_certs":"string","gcs_bucket_name":"string","gcs_path":"string","gcs_path_service_account":"string","host":"string","max_connections":"number","max_messages":"number","mode":"any","namespace":"string","password":"string","port":"number|string","qdrant_api_base":"string","qdrant_api_key":"string","qdrant_collection_name":"string","qdrant_quantization_config":"string","qdrant_semantic_cache_embedding_model":"string","qdrant_semantic_cache_vector_size":"number","redis_flush_size":"number","redis_semantic_cache_embedding_model":"string","redis_semantic_cache_index_name":"string","redis_startup_nodes":"list","s3_api_version":"string","s3_aws_access_key_id":"string","s3_aws_secret_access_key":"string","s3_aws_session_token":"string","s3_bucket_name":"string","s3_config":"any","s3_endpoint_url":"string","s3_path":"string","s3_region_name":"string","s3_use_ssl":"boolean","s3_verify":"boolean|string","semantic_cache_embedding_max_input_tokens":"number","semantic_cache_embedding_timeout":"number","semantic_cache_scope":"string","sentinel_nodes":"list","sentinel_password":"string","service_name":"string","similarity_threshold":"number","socket_timeout":"number","ssl":"boolean","supported_call_types":"list","ttl":"number","type":"any","url":"string","username":"string","valkey_semantic_cache_embedding_model":"string","valkey_semantic_cache_index_name":"string"}}');
;// CONCATENATED MODULE: ./lib/config/nearest.js
/** The known name that was probably meant, or undefined when none is close: at most two letters, or a third of them, differ. */
function nearest(name, known) {
    let best;
    let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
    for (const candidate of known) {
        const distance = editDistance(name, candidate, bestDistance);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}
/** Levenshtein's distance, given up at `limit`. */
function editDistance(a, b, limit) {
    if (Math.abs(a.length - b.length) >= limit)
        return limit;
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i += 1) {
        const current = [i];
        for (let j = 1; j <= b.length; j += 1) {
            const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced));
        }
        previous = current;
    }
    return previous[b.length] ?? limit;
}

;// CONCATENATED MODULE: ./lib/config/litellm-keys.js



/** The LiteLLM version whose keys and types are known here; newer versions may have more. */
const KNOWN_VERSION = litellm_keys_namespaceObject.rE;
const SECTIONS = {
    litellm_params: litellm_keys_namespaceObject.RZ,
    model_info: litellm_keys_namespaceObject.nE,
    router_settings: litellm_keys_namespaceObject.GE,
    litellm_settings: litellm_keys_namespaceObject.IF,
    general_settings: litellm_keys_namespaceObject.pU,
    cache_params: litellm_keys_namespaceObject.cp,
};
/**
 * Checks one mapping of LiteLLM's own format: a known key of a wrong type is an error, an unknown key a warning with the nearest
 * known name (LiteLLM gains keys every week), or an error when `strict`.
 */
function checkKeys(section, value, path, source, strict) {
    if (!(0,config_source/* isRecord */.u4)(value))
        return [];
    const known = SECTIONS[section];
    return Object.entries(value).flatMap(([key, item]) => {
        const at = [...path, key];
        const kind = Object.hasOwn(known, key) ? known[key] : undefined;
        if (kind === undefined) {
            const meant = nearest(key, Object.keys(known));
            return [
                {
                    severity: strict ? 'error' : 'warning',
                    code: 'unknown-key',
                    message: `LiteLLM ${KNOWN_VERSION} has no key "${key}" in ${section}.`,
                    fix: meant === undefined
                        ? 'remove it, or ignore this if your version of LiteLLM is newer.'
                        : `did you mean "${meant}"?`,
                    at: source.locate(at, 'key'),
                },
            ];
        }
        const allowed = kind.split('|');
        if (item === null || kind === 'any' || allowed.some((one) => matches(one, item)))
            return [];
        return [
            {
                severity: 'error',
                code: 'wrong-type',
                message: `"${key}" is ${(0,config_source/* describe */.q0)(item)}, but ${section} wants ${allowed.map(wording).join(' or ')}.`,
                fix: `write ${example(allowed[0] ?? '')}.`,
                at: source.locate(at),
            },
        ];
    });
}
function matches(kind, value) {
    if (typeof value === 'string' && value.startsWith('os.environ/'))
        return true;
    if (kind.startsWith('='))
        return value === kind.slice(1);
    if (kind === 'list')
        return Array.isArray(value);
    if (kind === 'map')
        return (0,config_source/* isRecord */.u4)(value);
    // LiteLLM's own examples write numbers and booleans in quotes now and then, and its models take them.
    if (kind === 'number')
        return (typeof value === 'number' ||
            (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))));
    if (kind === 'boolean')
        return typeof value === 'boolean' || value === 'true' || value === 'false';
    return typeof value === kind;
}
function wording(kind) {
    if (kind.startsWith('='))
        return `"${kind.slice(1)}"`;
    return ({ list: 'a list', map: 'a mapping', number: 'a number', boolean: 'true or false', string: 'text' }[kind] ?? kind);
}
function example(kind) {
    if (kind.startsWith('='))
        return kind.slice(1);
    return ({
        list: 'it as a list: [first, second]',
        map: 'it as a mapping: {key: value}',
        number: 'a plain number',
        boolean: 'true or false',
        string: 'text, in quotes if it looks like a number',
    }[kind] ?? 'it as LiteLLM documents it');
}

// EXTERNAL MODULE: ./lib/config/model-id.js
var model_id = __webpack_require__(2602);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 5 modules
var schemas = __webpack_require__(2047);
// EXTERNAL MODULE: ./lib/config/firewall.js
var firewall = __webpack_require__(331);
// EXTERNAL MODULE: ./lib/config/period.js
var period = __webpack_require__(1526);
;// CONCATENATED MODULE: ./lib/config/schema.js




const schema_text = schemas/* string */.YjP().min(1);
const settings = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J());
/** `ssh-ed25519 AAAA…`, one key a line, as in a file `/etc/ssh/ssh_host_*_key.pub`. */
const hostKey = schemas/* string */.YjP()
    .regex(/^\s*(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?$/m, 'want the public host key, such as "ssh-ed25519 AAAA…": the line in /etc/ssh/ssh_host_ed25519_key.pub on the host');
const planKey = schemas/* string */.YjP()
    .regex(/^(\s*((ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?|#.*)?\n?)+$/, 'want public keys such as "ssh-ed25519 AAAA…", one a line: the file that ssh-keygen writes with .pub at its end');
const machine = {
    host: schema_text.describe('Address or name of the machine.'),
    port: schemas/* int */.Whr().min(1).max(65_535).optional().describe('Port of sshd; 22 when left out.'),
    user: schemas/* string */.YjP()
        .regex(/^[a-z_][a-z0-9_-]*$/i, 'want a user name')
        .describe('root, or a user who may sudo without a password.'),
    host_key: hostKey.describe('The public host key that is pinned: "ssh-ed25519 AAAA…".'),
};
const ssh = schemas/* strictObject */.rej({
    ...machine,
    proxy_jump: schemas/* strictObject */.rej({ ...machine, user: machine.user.describe('Needs no rights there but forwarding.') })
        .optional()
        .describe('A machine that is reached first, with the same SSH key, and from which the host is.'),
    plan_key: planKey
        .optional()
        .describe('The public half of the key that pull requests use; deploy lets it look and do nothing else.'),
});
const address = schemas/* string */.YjP().refine((value) => (0,external_node_net_.isIP)(value) !== 0, 'want an IPv4 or IPv6 address');
const gib = schemas/* string */.YjP().regex(/^[1-9]\d{0,3}GiB$/, 'want a size such as 4GiB');
const schema_period = schemas/* string */.YjP().superRefine((value, context) => {
    const parsed = (0,period/* parsePeriod */.DB)(value);
    if ('wrong' in parsed)
        context.addIssue({ code: 'custom', message: `${parsed.wrong}; want ${period/* PERIODS_ALLOWED */.O1}` });
});
const usd = schemas/* number */.aig().nonnegative();
const schema_window = schemas/* strictObject */.rej({ max_budget: usd, time_period: schema_period });
/** Whose it is and which limits that one can have is checked in `budgets.ts`: the place is known better there. */
const budget = schemas/* strictObject */.rej({
    user_id: schema_text.optional().describe('An internal user; with team_id: that user within the team.'),
    team_id: schema_text.optional(),
    customer_id: schema_text.optional().describe('An end user: what requests give as `user`.'),
    key_alias: schema_text.optional().describe('A virtual key that exists, by its alias.'),
    provider: schema_text.optional().describe('A provider such as openai; all its deployments together.'),
    tag: schema_text.optional().describe('A tag that requests carry.'),
    max_budget: usd.optional().describe('USD in each period; no limit when left out.'),
    time_period: schema_period
        .optional()
        .describe(`When the spend starts anew: ${period/* PERIODS_ALLOWED */.O1}. Never, when left out.`),
    soft_budget: usd.optional().describe('USD from which on LiteLLM alerts; nothing is refused.'),
    tpm_limit: schemas/* int */.Whr().nonnegative().optional().describe('Tokens a minute.'),
    rpm_limit: schemas/* int */.Whr().nonnegative().optional().describe('Requests a minute.'),
    models: schemas/* array */.YOg(schema_text).min(1).optional().describe('The models that may be used; all, when left out.'),
    model_max_budget: schemas/* record */.g1P(schema_text, schema_window).optional().describe('Budgets by name of the model.'),
    budget_limits: schemas/* array */.YOg(schema_window).min(1).optional().describe('Further budgets that hold at the same time.'),
});
const IMAGE = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;
const secretName = schemas/* string */.YjP()
    .regex(/^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/, 'want the name of a secret such as LITELLM_MASTER_KEY');
const rotate = schemas/* strictObject */.rej({
    grace: schemas/* string */.YjP()
        .regex(/^[1-9]\d{0,3}[hd]$/, 'want hours or days, such as 24h or 2d')
        .optional()
        .describe('How long the old key goes on working; 24h when left out. At least the longest job that reads the secret.'),
    targets: schemas/* array */.YOg(schemas/* union */.KCZ([
        schemas/* strictObject */.rej({
            repository: schemas/* string */.YjP().regex(/^[\w.-]+\/[\w.-]+$/, 'want owner/name'),
            environment: schema_text.optional(),
            secret: secretName,
        }),
        schemas/* strictObject */.rej({
            organization: schemas/* string */.YjP().regex(/^[\w.-]+$/, 'want the name of an organisation'),
            secret: secretName,
        }),
    ]))
        .describe('The GitHub secrets that get the new master key. Each has to exist already.'),
});
/** The shape of `gateway.yaml`. LiteLLM's own sections are open here; their keys are checked against LiteLLM's (`litellm-keys.ts`). */
const gatewaySchema = schemas/* strictObject */.rej({
    domain: schemas/* string */.YjP()
        .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'want a domain name such as llm.example.com')
        .describe('The name under which people reach the gateway.'),
    users: schemas/* int */.Whr().positive().optional().describe('How many people use it; sizes the VM.'),
    size: schemas/* strictObject */.rej({ vcpu: schemas/* int */.Whr().positive(), memory: gib, disk: gib })
        .optional()
        .describe('The VM, when the table does not fit.'),
    vm: schemas/* strictObject */.rej({ ssh }).describe('Who makes the machine.'),
    litellm: schemas/* strictObject */.rej({
        image: schemas/* string */.YjP()
            .regex(IMAGE, 'want an image by digest: registry/repository@sha256:… (skopeo inspect --format "{{.Digest}}" docker://IMAGE:TAG tells it)'),
        workers: schemas/* int */.Whr().min(1).max(64).optional().describe('Worker processes; 4 when left out.'),
    }),
    strict: schemas/* boolean */.zMY().optional().describe('Unknown LiteLLM keys are errors, not warnings.'),
    model_list: schemas/* array */.YOg(schemas/* strictObject */.rej({
        model_name: schema_text,
        litellm_params: schemas/* looseObject */._H3({ model: schema_text }),
        model_info: schemas/* looseObject */._H3({ id: schema_text.optional() }).optional(),
    })),
    router_settings: settings.nullish(),
    litellm_settings: settings.nullish(),
    general_settings: settings.nullish(),
    environment_variables: schemas/* record */.g1P(schemas/* string */.YjP().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'want the name of an environment variable'), schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()]))
        .nullish(),
    credential_list: schemas/* array */.YOg(settings).nullish(),
    budget_config: schemas/* array */.YOg(budget).nullish(),
    prune: schemas/* boolean */.zMY()
        .optional()
        .describe('Budgets that this repository made and declares no more are lifted; without it they stay and are listed.'),
    backup: schemas/* strictObject */.rej({
        at: schemas/* string */.YjP()
            .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'want a time such as "02:00"')
            .optional(),
        keep: schemas/* string */.YjP()
            .regex(/^[1-9]\d*d$/, 'want days, such as 30d')
            .optional(),
        repository: schema_text.optional(),
        copy_to: schema_text.optional(),
    })
        .optional(),
    rotate: rotate.optional().describe('How the master key is rotated, and who gets the new one.'),
    proxy: schemas/* enum */.k5n(['caddy', 'external']).optional().describe('Who stands in front; caddy when left out.'),
    tls: schemas/* enum */.k5n(['acme', 'internal', 'off'])
        .optional()
        .describe('Where the certificate comes from; acme when left out. internal: an authority on the host itself.'),
    public_address: schemas/* union */.KCZ([address, schemas/* array */.YOg(address).min(1)])
        .optional()
        .describe('The addresses that DNS has to name for the domain, when they are not those of the machine.'),
    firewall: firewall/* firewallSchema */.m.optional(),
    include: schemas/* union */.KCZ([schema_text, schemas/* array */.YOg(schema_text)])
        .optional()
        .describe('Files that hold more of the lists.'),
});

;// CONCATENATED MODULE: ./lib/config/validate.js








/** Names that LiteLLM's own sections can set and that the host sets itself. */
const OWNED_BY_HOST = {
    master_key: 'os.environ/LITELLM_MASTER_KEY',
    database_url: 'os.environ/DATABASE_URL',
};
const PUBLIC_KEYS = new Set(['host_key', 'plan_key']);
/** Checks a declaration whole. `gateway` is undefined when its shape is wrong; no secret's value is in any problem. */
function validate(source) {
    const secrets = secretProblems(source);
    const parsed = gatewaySchema.safeParse(source.value, { reportInput: false });
    if (!parsed.success) {
        return {
            gateway: undefined,
            problems: inOrder([
                ...parsed.error.issues.flatMap((issue) => shapeProblems(issue, source)),
                ...keyProblems(source),
                ...secrets,
            ]),
        };
    }
    return {
        gateway: parsed.data,
        problems: inOrder([...secrets, ...keyProblems(source), ...meaningProblems(parsed.data, source)]),
    };
}
function inOrder(problems) {
    const unique = new Map(problems.map((problem) => [
        `${problem.at.file}:${problem.at.line}:${problem.at.column}:${problem.message}`,
        problem,
    ]));
    return [...unique.values()].sort((a, b) => a.severity === b.severity ? a.at.line - b.at.line : a.severity === 'error' ? -1 : 1);
}
function keyProblems(source) {
    const strict = source.value.strict === true;
    const check = (section, value, path) => checkKeys(section, value, path, source, strict);
    const { model_list, router_settings, litellm_settings, general_settings } = source.value;
    const cache = (0,config_source/* isRecord */.u4)(litellm_settings) ? litellm_settings.cache_params : undefined;
    return [
        ...(Array.isArray(model_list) ? model_list : []).flatMap((model, index) => (0,config_source/* isRecord */.u4)(model)
            ? ['litellm_params', 'model_info'].flatMap((section) => check(section, model[section], ['model_list', index, section]))
            : []),
        ...check('router_settings', router_settings, ['router_settings']),
        ...check('litellm_settings', litellm_settings, ['litellm_settings']),
        ...check('cache_params', cache, ['litellm_settings', 'cache_params']),
        ...check('general_settings', general_settings, ['general_settings']),
    ];
}
function secretProblems(source) {
    const { literals, malformed } = findSecrets(source.value);
    return [
        ...literals
            // The public half of a key pair; a private one that is pasted there by mistake has a form of its own.
            .filter(({ path, why }) => why === 'form' || !PUBLIC_KEYS.has(path.at(-1)))
            .map(({ path, why }) => ({
            severity: 'error',
            code: 'literal-secret',
            message: `${pathText(path)} ${LITERAL[why]}; a secret never stands in the repository.`,
            fix: `write os.environ/${variableFor(path, source)} and give the value to the step's environment. If this file was ever pushed, replace the key at its provider.`,
            at: source.locate(path),
        })),
        ...malformed.map(({ name, path }) => ({
            severity: 'error',
            code: 'reference',
            message: `${pathText(path)} refers to ${JSON.stringify(name)}, which cannot be the name of an environment variable.`,
            fix: 'write os.environ/NAME with letters, digits and underscores.',
            at: source.locate(path),
        })),
    ];
}
const LITERAL = {
    name: 'is written out',
    header: 'is a header that is written out',
    form: 'looks like a key',
    url: 'holds a password in a URL',
};
/** A likely name: OPENAI_API_KEY for the key of `openai/…`. */
function variableFor(path, source) {
    const [section, index, , key] = path;
    const list = source.value.model_list;
    const model = section === 'model_list' && typeof index === 'number' && Array.isArray(list) ? list[index] : undefined;
    const target = (0,config_source/* isRecord */.u4)(model) && (0,config_source/* isRecord */.u4)(model.litellm_params) ? model.litellm_params.model : undefined;
    const provider = typeof target === 'string' ? target.split('/')[0] : undefined;
    return [provider, key ?? path.at(-1)]
        .filter((part) => part !== undefined)
        .join('_')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, '_');
}
function meaningProblems(gateway, source) {
    const problems = [];
    const error = (code, path, message, fix) => problems.push({ severity: 'error', code, message, fix, at: source.locate(path) });
    if (gateway.users !== undefined && gateway.size !== undefined)
        error('size', ['size'], 'both users and size are given.', 'keep one of the two.');
    for (const [name, reference] of Object.entries(OWNED_BY_HOST)) {
        const value = gateway.general_settings?.[name];
        if (value !== undefined && value !== reference)
            error('owned', ['general_settings', name], `${name} is set, but it is made and kept on the host.`, `remove it, or write ${reference}.`);
    }
    const ids = (0,model_id/* modelIds */.K)(gateway.model_list);
    const firstOf = new Map();
    for (const [index, id] of ids.entries()) {
        const first = firstOf.get(id);
        if (first === undefined)
            firstOf.set(id, index);
        else {
            const { line } = source.locate(['model_list', first]);
            error('duplicate-model', ['model_list', index, 'model_info', 'id'], `the model id "${id}" is taken by the model at line ${line}.`, 'give each model its own model_info.id, or none: then one is made.');
        }
    }
    return [...problems, ...(0,budgets/* budgetProblems */.iU)(gateway, source)];
}
function shapeProblems(issue, source) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const problem = (code, at, message, fix, part = 'value') => ({ severity: 'error', code, message, fix, at: source.locate(at, part) });
    if (issue.code === 'unrecognized_keys') {
        const known = knownKeys(path);
        return issue.keys.map((key) => {
            const meant = nearest(key, known);
            return problem('unknown-key', [...path, key], `"${key}" is not a key of ${path.length === 0 ? 'gateway.yaml' : pathText(path)}.`, meant === undefined ? `allowed here: ${known.join(', ')}.` : `did you mean "${meant}"?`, 'key');
        });
    }
    const got = valueAt(source, path);
    if (got === undefined) {
        return [
            problem('missing', path, `${pathText(path)} is missing.`, `add ${path.at(-1)}: ${hint(issue) ?? 'a value'}.`, 'key'),
        ];
    }
    const shown = findSecrets({ [String(path.at(-1))]: got }).literals.length > 0 ? 'a secret' : (0,config_source/* describe */.q0)(got);
    return [
        problem(issue.code === 'invalid_type' ? 'wrong-type' : 'value', path, `${pathText(path)} is ${shown}.`, `${hint(issue) ?? issue.message}.`),
    ];
}
function hint(issue) {
    switch (issue.code) {
        case 'invalid_type':
            return `write ${{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys and values', record: 'keys and values' }[issue.expected] ?? issue.expected} here`;
        case 'invalid_value':
            return `allowed: ${issue.values.join(', ')}`;
        case 'too_small':
            return issue.origin === 'string' ? 'write some text here' : `write at least ${issue.minimum}`;
        case 'too_big':
            return `write at most ${issue.maximum}`;
        case 'invalid_union':
            return 'write it as the README shows';
        default:
            return issue.message;
    }
}
function valueAt(source, path) {
    let value = source.value;
    for (const step of path) {
        if (Array.isArray(value) && typeof step === 'number')
            value = value[step];
        else if ((0,config_source/* isRecord */.u4)(value))
            value = value[step];
        else
            return undefined;
    }
    return value;
}
/** The keys that the schema allows at a path. */
function knownKeys(path) {
    let node = json_schema_processors/* toJSONSchema */.bl(gatewaySchema);
    for (const step of path) {
        // A list that may also be null is a choice of two.
        const options = node?.anyOf ?? [node];
        node = options
            .map((option) => (typeof step === 'number' ? option?.items : option?.properties?.[step]))
            .find((found) => found !== undefined);
    }
    return [...new Set((node?.anyOf ?? [node]).flatMap((option) => Object.keys(option?.properties ?? {})))];
}
/** `model_list[0].litellm_params.api_key` */
function pathText(path) {
    return path
        .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
        .join('');
}

;// CONCATENATED MODULE: ./lib/config/desired.js







/** Names that the host sets for LiteLLM itself; a reference to one needs no value from the step. */
const HOST_VARIABLES = new Set([
    'DATABASE_URL',
    'REDIS_HOST',
    'REDIS_PORT',
    'REDIS_PASSWORD',
    'LITELLM_MASTER_KEY',
    'LITELLM_SALT_KEY',
]);
/** Reads, checks and completes the declaration. @throws ConfigError with every problem found */
function loadDesired(file, files) {
    const source = (0,config_source/* readSource */.o$)(file, files);
    const { gateway, problems } = validate(source);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (gateway === undefined || errors.length > 0)
        throw new problem/* ConfigError */.x(problems);
    return {
        file,
        gateway,
        size: sizeOf(gateway),
        litellm: (0,litellm_config/* renderLitellmConfig */.U)(gateway),
        budgets: (0,budgets/* desiredBudgets */.Fo)(gateway, source),
        secrets: secretsOf(source),
        warnings: problems,
        locate: (path) => source.locate(path),
    };
}
function sizeOf({ users, size }) {
    if (size !== undefined)
        return {
            vcpu: size.vcpu,
            memoryGiB: Number.parseInt(size.memory, 10),
            diskGiB: Number.parseInt(size.disk, 10),
        };
    return users === undefined ? undefined : sizeFor(users);
}
function secretsOf(source) {
    const first = new Map();
    for (const { name, path } of findSecrets(source.value).references) {
        if (!HOST_VARIABLES.has(name) && !first.has(name))
            first.set(name, { name, at: source.locate(path) });
    }
    return [...first.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}


/***/ }),

/***/ 331:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ firewallOf),
/* harmony export */   m: () => (/* binding */ firewallSchema)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2047);


/** Addresses of networks that are reached from inside only: RFC 1918, shared and link-local ones, and their IPv6 kin. */
const PRIVATE = [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
];
const ANY = ['0.0.0.0/0', '::/0'];
const network = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
    .refine(isNetwork, 'want an address or a network such as 10.0.0.0/8 or 2001:db8::/32');
const from = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['any', 'private', 'none']), zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(network).min(1)]);
const firewallSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([
    zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz('off'),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
        ssh: from.optional().describe('Who may reach sshd; any when left out.'),
        https: from
            .optional()
            .describe('Who may reach ports 80 and 443; any when left out and Caddy terminates TLS.'),
        port_4000: from
            .optional()
            .describe('Who may reach plain HTTP on port 4000; private networks when left out, any behind an external proxy.'),
    }),
])
    .describe('Who may connect to the machine; all else is dropped. off: the site has its own.');
/** The declared firewall with its defaults; undefined when it is off. */
function firewallOf(declared, front) {
    if (declared === 'off')
        return undefined;
    const terminates = front.proxy === 'caddy' && front.tls !== 'off';
    return {
        ssh: networks(declared?.ssh ?? 'any'),
        https: networks(declared?.https ?? (terminates ? 'any' : 'none')),
        gateway: networks(declared?.port_4000 ?? (front.proxy === 'external' ? 'any' : 'private')),
    };
}
function networks(from) {
    if (from === 'any')
        return ANY;
    if (from === 'private')
        return PRIVATE;
    return from === 'none' ? [] : from;
}
function isNetwork(text) {
    const [address = '', length, ...rest] = text.split('/');
    const bits = { 4: 32, 6: 128 }[(0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address)];
    if (bits === undefined || rest.length > 0)
        return false;
    return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}


/***/ }),

/***/ 6871:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ renderLitellmConfig),
/* harmony export */   V: () => (/* binding */ litellmConfigText)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _budgets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6909);
/* harmony import */ var _model_id_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2602);
/* harmony import */ var _source_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5794);




/** The host's PostgreSQL allows for this many connections from each worker of both slots. */
const CONNECTIONS_PER_WORKER = 10;
const REDIS = {
    host: 'os.environ/REDIS_HOST',
    port: 'os.environ/REDIS_PORT',
    password: 'os.environ/REDIS_PASSWORD',
};
/** LiteLLM's config.yaml as data: the user's sections verbatim, a stable id for each model, and the host's own database and Redis. Pure. */
function renderLitellmConfig(gateway) {
    const ids = (0,_model_id_js__WEBPACK_IMPORTED_MODULE_2__/* .modelIds */ .K)(gateway.model_list);
    const providers = (0,_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .providerBudgetConfig */ .hT)(gateway);
    const { router_settings, litellm_settings, general_settings, environment_variables, credential_list } = gateway;
    return {
        model_list: gateway.model_list.map(({ model_name, litellm_params, model_info }, index) => ({
            model_name,
            litellm_params,
            model_info: { ...model_info, id: ids[index] ?? '' },
        })),
        // Four workers share limits and cool-downs through Redis, or each counts for itself.
        router_settings: {
            ...ownRedis(router_settings ?? {}, 'redis_'),
            ...router_settings,
            ...(providers === undefined ? {} : { provider_budget_config: providers }),
        },
        litellm_settings: withCache(litellm_settings ?? {}),
        general_settings: {
            database_connection_pool_limit: CONNECTIONS_PER_WORKER,
            ...general_settings,
            master_key: 'os.environ/LITELLM_MASTER_KEY',
            database_url: 'os.environ/DATABASE_URL',
        },
        ...(environment_variables ? { environment_variables } : {}),
        ...(credential_list ? { credential_list } : {}),
    };
}
/** Our Redis, unless the user points to one. */
function ownRedis(settings, prefix) {
    const names = ['host', 'url', 'startup_nodes', 'sentinel_nodes'].map((name) => prefix + name);
    if (names.some((name) => settings[name] !== undefined) || settings.redis_startup_nodes !== undefined)
        return {};
    return Object.fromEntries(Object.entries(REDIS).map(([name, value]) => [prefix + name, value]));
}
function withCache(settings) {
    const params = settings.cache_params;
    const given = (0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(params) ? params : {};
    // `cache: true` alone means Redis to LiteLLM.
    if (settings.cache !== true || (given.type ?? 'redis') !== 'redis')
        return { ...settings };
    return { ...settings, cache_params: { type: 'redis', ...ownRedis(given, ''), ...given } };
}
/** The text of config.yaml, quoted for YAML 1.1: LiteLLM's parser takes a bare `2024-10-21` for a date and `on` for true. */
function litellmConfigText(config) {
    return `# Written by litellm-gitops from the repository; changes made here are undone by the next sync.\n${(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .stringify */ .As)(config, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`;
}


/***/ }),

/***/ 2602:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ modelIds)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

/** What makes a deployment another one. Limits, prices and keys may change without it: statistics and cool-downs go on. */
const IDENTITY = [
    'model',
    'api_base',
    'base_url',
    'api_version',
    'region_name',
    'aws_region_name',
    'vertex_project',
    'vertex_location',
];
/**
 * The `model_info.id` of each deployment: the one that is written, or one made of what identifies it. LiteLLM would hash all
 * parameters with resolved keys, so that a rotated key makes another model; see `router.py`, `deployment_id`.
 */
function modelIds(models) {
    const seen = new Map();
    return models.map(({ model_name, litellm_params, model_info }) => {
        if (typeof model_info?.id === 'string')
            return model_info.id;
        const identity = JSON.stringify([model_name, ...IDENTITY.map((key) => litellm_params[key] ?? null)]);
        const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(identity).digest('hex').slice(0, 16);
        const count = (seen.get(hash) ?? 0) + 1;
        seen.set(hash, count);
        // The same deployment twice is legal (two keys of one provider); they are told apart by their order.
        return count === 1 ? hash : `${hash}-${count}`;
    });
}


/***/ }),

/***/ 5988:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nv: () => (/* binding */ differingLimits),
/* harmony export */   Po: () => (/* binding */ ALL_MODELS),
/* harmony export */   rL: () => (/* binding */ budgetNotes),
/* harmony export */   rV: () => (/* binding */ budgetChanges),
/* harmony export */   xN: () => (/* binding */ unmanagedBudgets)
/* harmony export */ });
/* unused harmony export limitsOf */
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6909);
/* harmony import */ var _config_period_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1526);
/* harmony import */ var _config_source_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5794);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7986);





/** Objects whose mark lists the limits that are ours; of others a whole row of LiteLLM's budget table is ours, or nothing. */
const LISTS_LIMITS = new Set(['user', 'team', 'member', 'key']);
/** How LiteLLM writes "no restriction" where an empty list would change nothing. */
const ALL_MODELS = 'all-proxy-models';
/**
 * What is declared and stands otherwise. A limit that is not declared is lifted when we made it, and left alone when somebody
 * else did; it is never read as 0. With `prune` the budgets that we made and that are declared no more are lifted too.
 */
function budgetChanges(desired, gateway, now) {
    // Budgets that could not be read say nothing of what stands; the plan carries a warning then.
    if (gateway !== null && gateway.budgets === null)
        return [];
    const live = new Map((gateway?.budgets ?? []).map((budget) => [(0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget), budget]));
    const declared = desired.budgets.filter(({ subject }) => subject !== 'provider');
    const changed = declared.flatMap((budget) => {
        const observed = live.get((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget));
        // A key's value is told to whoever makes it, once: a run that made one would have to show it.
        if (observed === undefined && budget.subject === 'key')
            return [];
        const before = observed === undefined ? undefined : stateOf(observed);
        const after = wanted(budget, before, now);
        if (before !== undefined && sameLimits(before, after) && sameMark(budget, before))
            return [];
        const { subject, id, team, at } = budget;
        return [
            {
                kind: 'budget',
                action: before === undefined ? 'create' : 'update',
                subject,
                id,
                ...(team === undefined ? {} : { team }),
                before,
                after,
                at,
            },
        ];
    });
    const gone = desired.gateway.prune === true ? undeclared(desired, gateway).filter(isOwn) : [];
    return [...changed, ...gone.map((observed) => lifted(observed))];
}
/** Budgets that stand and are not declared: made in the UI, or declared once and not any more. */
function unmanagedBudgets(desired, gateway) {
    return undeclared(desired, gateway).flatMap((observed) => {
        if (isOwn(observed) && desired.gateway.prune === true)
            return [];
        // What the team gives to each member is the team's; it stands there.
        if (observed.shared === true)
            return [];
        const origin = isOwn(observed)
            ? 'declared once, not any more; it stays in force (prune: true lifts it)'
            : 'made in the UI or by the API';
        const { subject, id, team } = observed;
        const name = team === undefined ? id : `${id} of ${team}`;
        return [{ kind: subject, id: name, detail: `${(0,_wording_js__WEBPACK_IMPORTED_MODULE_4__/* .limitsText */ .Cf)(limitsOf(observed))}, ${origin}` }];
    });
}
/** What a reviewer should know of budgets that cannot be made. */
function budgetNotes({ budgets }, gateway) {
    if (gateway?.budgets == null)
        return [];
    const live = new Set(gateway.budgets.map(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf));
    return budgets
        .filter((budget) => budget.subject === 'key' && !live.has((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget)))
        .map(({ id, at }) => ({
        severity: 'warning',
        text: `No key has the alias ${id} yet. Its budget is set by the sync after somebody made it.`,
        at,
    }));
}
function undeclared({ budgets }, gateway) {
    const declared = new Set(budgets.map(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf));
    return (gateway?.budgets ?? []).filter((observed) => !declared.has((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(observed)));
}
function isOwn(observed) {
    return observed.managed !== undefined;
}
function lifted(observed) {
    const before = stateOf(observed);
    const kept = Object.fromEntries(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.map((name) => [name, before.managed?.includes(name) ? null : before[name]]));
    const { subject, id, team } = observed;
    return {
        kind: 'budget',
        action: 'delete',
        subject,
        id,
        ...(team === undefined ? {} : { team }),
        before,
        after: { ..._config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .NO_LIMITS */ .d1, ...kept, managed: undefined, spend: before.spend, resetsAt: null },
    };
}
function stateOf(observed) {
    const { managed, spend, budget_reset_at } = observed;
    return {
        ...limitsOf(observed),
        managed: managed === undefined ? undefined : _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => managed.includes(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMITS */ .b1[name])),
        spend: spend ?? 0,
        // The database keeps UTC without saying so.
        resetsAt: budget_reset_at === undefined ? null : new Date(`${budget_reset_at}Z`).toISOString(),
    };
}
/** The limits of an object in LiteLLM's form. */
function limitsOf(observed) {
    const { models } = observed;
    return {
        maxBudget: observed.max_budget ?? null,
        duration: observed.budget_duration ?? null,
        softBudget: observed.soft_budget ?? null,
        tpmLimit: observed.tpm_limit ?? null,
        rpmLimit: observed.rpm_limit ?? null,
        models: models === undefined || models.includes(ALL_MODELS) ? null : models,
        modelBudgets: modelBudgets(observed.model_max_budget),
        windows: observed.budget_limits?.map(({ max_budget, budget_duration }) => ({
            maxBudget: max_budget,
            duration: budget_duration,
        })) ?? null,
    };
}
/** LiteLLM takes these in two forms, and keeps them as they were sent. */
function modelBudgets(given) {
    if (given === undefined)
        return null;
    return Object.fromEntries(Object.entries(given).map(([model, window]) => {
        const { max_budget, budget_limit, budget_duration, time_period } = (0,_config_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(window) ? window : {};
        return [
            model,
            {
                maxBudget: Number(max_budget ?? budget_limit ?? 0),
                duration: String(budget_duration ?? time_period ?? ''),
            },
        ];
    }));
}
function wanted({ limits, declared }, before, now) {
    // A limit that somebody else set and nobody declares here is none of our business.
    const foreign = _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => !declared.includes(name) && before !== undefined && before.managed?.includes(name) !== true);
    const kept = Object.fromEntries(foreign.map((name) => [name, before?.[name] ?? null]));
    const after = { ...limits, ...kept };
    const sameDuration = before !== undefined && (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(before.duration) === (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(after.duration);
    return {
        ...after,
        managed: declared,
        spend: before?.spend ?? 0,
        resetsAt: sameDuration ? before.resetsAt : ((0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .nextReset */ .Zl)(after.duration, now)?.toISOString() ?? null),
    };
}
/** The limits in which two differ. Other words for one period, and another order of models or windows, are no difference. */
function differingLimits(before, after) {
    return _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => !(0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(comparable(name, before), comparable(name, after)));
}
function sameLimits(before, after) {
    return differingLimits(before, after).length === 0;
}
function comparable(name, limits) {
    switch (name) {
        case 'duration':
            return (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(limits.duration);
        case 'models':
            return limits.models?.toSorted();
        case 'windows':
            return limits.windows?.map(canonicalWindow).toSorted((a, b) => (a < b ? -1 : 1));
        case 'modelBudgets':
            return (limits.modelBudgets &&
                Object.fromEntries(Object.entries(limits.modelBudgets)
                    .map(([model, window]) => [model, canonicalWindow(window)])
                    .toSorted()));
        default:
            return limits[name];
    }
}
function canonicalWindow({ maxBudget, duration }) {
    return `${maxBudget} ${(0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(duration)}`;
}
function sameMark({ subject, declared }, { managed }) {
    if (managed === undefined)
        return false;
    return !LISTS_LIMITS.has(subject) || (0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(managed.toSorted(), declared.toSorted());
}


/***/ })

};
;