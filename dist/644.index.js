"use strict";
exports.id = 644;
exports.ids = [644];
exports.modules = {

/***/ 644:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  importGateway: () => (/* binding */ importGateway)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var config_desired = __webpack_require__(2358);
// EXTERNAL MODULE: ./lib/config/problem.js
var config_problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
;// CONCATENATED MODULE: ./lib/gateway/read.js



/** The most that LiteLLM answers on one page of these lists. */
const PAGE = 100;
const TIMEOUT_MS = 60_000;
/** Reads a gateway that runs anywhere; a call for each page of each list, and one for each team that has members. @throws HostError */
async function readGateway(url, adminKey) {
    const ask = asker(url, adminKey);
    const fields = [];
    const config = await readConfiguration(ask, fields);
    return { config, budgets: await readBudgets(ask), fields };
}
function asker(url, adminKey) {
    const base = url.replace(/\/+$/, '');
    return async (path) => {
        const call = `GET ${base}${path.split('?')[0]}`;
        const answer = await fetch(`${base}${path}`, {
            headers: { authorization: `Bearer ${adminKey}` },
            signal: AbortSignal.timeout(TIMEOUT_MS),
            // A key belongs to the gateway that was named, and to nobody it points at.
            redirect: 'error',
        }).catch((cause) => {
            throw new errors/* HostError */.dh(`${call} cannot be asked: ${cause instanceof Error ? cause.message : cause}. Check the address.`, { cause });
        });
        if (!answer.ok)
            throw new errors/* HostError */.dh(`${call} answered ${answer.status}${answer.status === 401 ? ': LITELLM_MASTER_KEY is no admin key of this gateway' : ''}.`);
        return await answer.json();
    };
}
/** What LiteLLM adds to every deployment when it shows it. */
const ADDED_PARAMS = {
    use_in_pass_through: false,
    use_litellm_proxy: false,
    merge_reasoning_content_in_choices: false,
};
/** The keys of `model_info` that only their owner can have written; all others may come from LiteLLM's own list of models. */
const OWN_INFO = new Set(['id', 'base_model', 'access_groups']);
/** Providers that are asked without a key, or with credentials of another kind. */
const WITHOUT_KEY = /^(ollama|ollama_chat|bedrock|bedrock_converse|sagemaker|sagemaker_chat|vertex_ai|lm_studio|llamafile|hosted_vllm|xinference|triton)$/;
async function readConfiguration(ask, fields) {
    const models = list(await ask('/v2/model/info?page=1&size=10000'), 'data').map((model, index) => modelOf(model, index, fields));
    for (const section of ['litellm_settings', 'environment_variables', 'credential_list'])
        fields.push({
            path: section,
            outcome: 'left-out',
            detail: 'the API does not tell it; give config.yaml by --from too',
        });
    return {
        model_list: models,
        router_settings: await settings(ask, '/router/settings', 'fields', 'field_default'),
        general_settings: await settings(ask, '/config/list?config_type=general_settings', undefined, 'field_default_value'),
    };
}
function modelOf(model, index, fields) {
    const path = `model_list[${index}]`;
    const info = (0,source/* isRecord */.u4)(model.model_info) ? model.model_info : {};
    const params = (0,source/* isRecord */.u4)(model.litellm_params) ? model.litellm_params : {};
    const kept = Object.entries(params).filter(([key, value]) => value !== null && !(0,external_node_util_.isDeepStrictEqual)(ADDED_PARAMS[key], value) && !masked(value));
    const provider = String(params.model ?? '').split('/')[0] ?? '';
    const keyless = WITHOUT_KEY.test(provider);
    const reference = `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
    // LiteLLM shows no key of a deployment, not even whether it has one.
    fields.push(keyless
        ? {
            path: `${path}.litellm_params`,
            outcome: 'left-out',
            detail: 'the API shows no credentials; add those that it has',
        }
        : {
            path: `${path}.litellm_params.api_key`,
            outcome: 'reference',
            detail: `os.environ/${reference}, as the API shows no key; set the secret ${reference}`,
        });
    const fromDatabase = info.db_model === true;
    if (fromDatabase)
        fields.push({
            path,
            outcome: 'moved',
            detail: 'from the database to gateway.yaml; delete it in the UI once it is served from there',
        });
    const own = Object.entries(info).filter(([key, value]) => OWN_INFO.has(key) &&
        value !== null &&
        !(key === 'id' && (fromDatabase || /^[0-9a-f]{64}$/.test(String(value)))));
    return {
        model_name: model.model_name,
        litellm_params: {
            ...Object.fromEntries(kept),
            ...(keyless ? {} : { api_key: `os.environ/${reference}` }),
        },
        ...(own.length === 0 ? {} : { model_info: Object.fromEntries(own) }),
    };
}
/** What LiteLLM shows in the place of a secret. */
function masked(value) {
    return typeof value === 'string' && /\*{3,}|REDACTED/i.test(value);
}
/** Settings that are not LiteLLM's defaults. */
async function settings(ask, path, items, standard) {
    const answer = await ask(path);
    const found = items === undefined ? (Array.isArray(answer) ? answer.filter(source/* isRecord */.u4) : []) : list(answer, items);
    return Object.fromEntries(found.flatMap(({ field_name, field_value, ...field }) => {
        const own = field_value !== null && field_value !== undefined && !masked(field_value);
        return own && !(0,external_node_util_.isDeepStrictEqual)(field_value, field[standard])
            ? [[String(field_name), field_value]]
            : [];
    }));
}
async function readBudgets(ask) {
    const [users, teams, keys] = await Promise.all([
        pages(ask, (page) => `/user/list?page=${page}&page_size=${PAGE}&sort_by=user_id&sort_order=asc`, 'users'),
        pages(ask, (page) => `/v2/team/list?page=${page}&page_size=${PAGE}&sort_by=team_id&sort_order=asc`, 'teams'),
        pages(ask, (page) => `/key/list?page=${page}&size=${PAGE}&return_full_object=true`, 'keys'),
    ]);
    const customers = array(await ask('/customer/list'));
    const tags = array(await ask('/tag/list'));
    const members = (await Promise.all(teams
        .filter(({ members_with_roles: roles }) => Array.isArray(roles) && roles.length > 0)
        .map(async ({ team_id }) => list(await ask(`/team/info?team_id=${encodeURIComponent(String(team_id))}`), 'team_memberships').map((membership) => ({ team: String(team_id), ...membership }))))).flat();
    return [
        ...users.map((user) => budgetOf('user', user.user_id, user)),
        ...teams.map((team) => budgetOf('team', team.team_id, team)),
        ...members.map((member) => ({
            ...budgetOf('member', member.user_id, linked(member), linked(member).allowed_models),
            team: String(member.team),
        })),
        ...customers.map((customer) => budgetOf('customer', customer.user_id, linked(customer), customer.models)),
        ...keys
            .filter(({ key_alias, team_id }) => typeof key_alias === 'string' && team_id !== 'litellm-dashboard')
            .map((key) => budgetOf('key', key.key_alias, { ...key, soft_budget: linked(key).soft_budget })),
        ...tags.map((tag) => budgetOf('tag', tag.name, linked(tag), [])),
    ];
}
/** The row of LiteLLM's budget table that an object points to. */
function linked(object) {
    return (0,source/* isRecord */.u4)(object.litellm_budget_table) ? object.litellm_budget_table : {};
}
const LIMITS = [
    'max_budget',
    'budget_duration',
    'soft_budget',
    'tpm_limit',
    'rpm_limit',
    'model_max_budget',
    'budget_limits',
];
function budgetOf(subject, id, row, models = row.models) {
    const set = Object.fromEntries([...LIMITS.map((name) => [name, row[name]]), ['models', models]].filter(([, value]) => value !== null &&
        value !== undefined &&
        !(typeof value === 'object' && Object.keys(value).length === 0)));
    return { subject, id: String(id), ...set };
}
/** Every item of a list that comes in pages; pages are asked four at a time. */
async function pages(ask, path, items) {
    const first = await ask(path(1));
    const total = (0,source/* isRecord */.u4)(first) ? Number(first.total_pages ?? 1) : 1;
    const found = [list(first, items)];
    for (let page = 2; page <= total; page += 4) {
        const numbers = Array.from({ length: Math.min(4, total - page + 1) }, (_, index) => page + index);
        found.push(...(await Promise.all(numbers.map(async (number) => list(await ask(path(number)), items)))));
    }
    return found.flat();
}
function list(answer, items) {
    return array((0,source/* isRecord */.u4)(answer) ? answer[items] : undefined);
}
function array(value) {
    return Array.isArray(value) ? value.filter(source/* isRecord */.u4) : [];
}

// EXTERNAL MODULE: ./lib/host/observe.js + 1 modules
var observe = __webpack_require__(3834);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./lib/config/litellm-config.js
var litellm_config = __webpack_require__(6871);
// EXTERNAL MODULE: ./lib/config/model-id.js
var model_id = __webpack_require__(2602);
// EXTERNAL MODULE: ./lib/config/budgets.js
var config_budgets = __webpack_require__(6909);
// EXTERNAL MODULE: ./lib/config/period.js
var period = __webpack_require__(1526);
// EXTERNAL MODULE: ./lib/plan/budgets.js
var plan_budgets = __webpack_require__(5988);
// EXTERNAL MODULE: ./lib/plan/wording.js
var wording = __webpack_require__(7986);
;// CONCATENATED MODULE: ./lib/import/budgets.js




const OWNER_KEYS = {
    user: 'user_id',
    team: 'team_id',
    customer: 'customer_id',
    key: 'key_alias',
    provider: 'provider',
    tag: 'tag',
};
const WORDS = {
    '1d': 'daily',
    '7d': 'weekly',
    '1mo': 'monthly',
    '365d': 'yearly',
};
/** The budgets of a gateway as entries of `budget_config`. Pure. */
function budgetEntries(budgets) {
    const entries = [];
    const fields = [];
    for (const budget of budgets) {
        const path = `budget of ${(0,config_budgets/* ownerText */.dP)(budget)}`;
        const left = (detail) => fields.push({ path, outcome: 'left-out', detail });
        if (budget.shared === true) {
            left('the team gives it to each of its members');
            continue;
        }
        const limits = (0,plan_budgets/* limitsOf */.Af)(budget);
        const set = config_budgets/* LIMIT_NAMES */.x3.filter((name) => limits[name] !== null);
        const possible = set.filter((name) => config_budgets/* POSSIBLE */.Is[budget.subject].includes(name));
        for (const name of set)
            if (!possible.includes(name))
                left(`${config_budgets/* LIMITS */.b1[name]} of a ${budget.subject} needs a licence of LiteLLM`);
        const wrong = possible.flatMap((name) => wrongPeriods(limits, name));
        if (wrong.length > 0) {
            left(`LiteLLM would never reset it: ${wrong.join('; ')}`);
            continue;
        }
        // Somebody without a limit needs no entry, unless an entry is what we made of them.
        if (possible.length === 0 && budget.managed === undefined)
            continue;
        entries.push({
            ...owner(budget),
            ...Object.assign({}, ...possible.map((name) => entryFor(name, limits))),
        });
        fields.push({ path, outcome: 'kept', detail: (0,wording/* limitsText */.Cf)(limits) });
    }
    return { entries, fields };
}
function owner({ subject, id, team }) {
    return subject === 'member' ? { team_id: team, user_id: id } : { [OWNER_KEYS[subject]]: id };
}
function entryFor(name, limits) {
    switch (name) {
        case 'duration':
            return { time_period: word(limits.duration ?? '') };
        case 'windows':
            return { budget_limits: limits.windows?.map(budgets_window) };
        case 'modelBudgets':
            return {
                model_max_budget: Object.fromEntries(Object.entries(limits.modelBudgets ?? {}).map(([model, budget]) => [model, budgets_window(budget)])),
            };
        default:
            return { [config_budgets/* LIMITS */.b1[name]]: limits[name] };
    }
}
function budgets_window({ maxBudget, duration }) {
    return { max_budget: maxBudget, time_period: word(duration) };
}
/** The words that people write, where there is one for the duration. */
function word(duration) {
    return WORDS[(0,period/* canonicalDuration */.D$)(duration) ?? ''] ?? duration;
}
function wrongPeriods(limits, name) {
    const durations = name === 'duration'
        ? [limits.duration ?? '']
        : name === 'windows'
            ? (limits.windows ?? []).map(({ duration }) => duration)
            : name === 'modelBudgets'
                ? Object.values(limits.modelBudgets ?? {}).map(({ duration }) => duration)
                : [];
    return durations.flatMap((duration) => {
        const parsed = (0,period/* parsePeriod */.DB)(word(duration));
        return 'wrong' in parsed ? [parsed.wrong] : [];
    });
}

;// CONCATENATED MODULE: ./lib/import/field.js
/** Each leaf of a section that was kept. */
function keptFields(value, path) {
    if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
        return value.flatMap((item, index) => keptFields(item, `${path}[${index}]`));
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
        return Object.entries(value).flatMap(([key, item]) => keptFields(item, path === '' ? key : `${path}.${key}`));
    return [{ path, outcome: 'kept', detail: '' }];
}

// EXTERNAL MODULE: ./lib/config/secrets.js
var secrets = __webpack_require__(9082);
// EXTERNAL MODULE: ./lib/config/validate.js + 5 modules
var validate = __webpack_require__(3997);
;// CONCATENATED MODULE: ./lib/import/references.js




/**
 * Puts `os.environ/NAME` in the place of every secret that is written out, one name for each value. Values are compared and
 * never returned. Pure.
 */
function withReferences(document) {
    const names = new Map();
    const taken = new Set((0,secrets/* findSecrets */.d)(document).references.map(({ name }) => name));
    const fields = [];
    const nameOf = (value, path) => {
        const known = names.get(value);
        if (known !== undefined)
            return known;
        const likely = variableFor(path, document);
        // Two values that would be called the same are two secrets.
        let name = likely;
        for (let count = 2; taken.has(name) || config_desired/* HOST_VARIABLES */.F.has(name); count += 1)
            name = `${likely}_${count}`;
        names.set(value, name);
        taken.add(name);
        return name;
    };
    const paths = new Set((0,secrets/* findSecrets */.d)(document).literals.map(({ path }) => JSON.stringify(path)));
    const replace = (node, path) => {
        if ((0,source/* isRecord */.u4)(node)) {
            // What the host answers in the place of a secret that stands written out there.
            if (Object.keys(node).length === 1 && typeof node.fingerprint === 'string')
                return reference(node.fingerprint, path);
            return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, replace(item, [...path, key])]));
        }
        if (Array.isArray(node))
            return node.map((item, index) => replace(item, [...path, index]));
        if (typeof node !== 'string')
            return node;
        if (paths.has(JSON.stringify(path)))
            return reference(node, path);
        return renamed(node, path);
    };
    const reference = (value, path) => {
        const name = nameOf(value, path);
        fields.push({
            path: (0,validate/* pathText */.L)(path),
            outcome: 'reference',
            detail: `os.environ/${name}; set the secret ${name} to the value that stands there`,
        });
        return `os.environ/${name}`;
    };
    /** A variable that means something else on the host that `deploy` makes. */
    const renamed = (text, path) => {
        const name = /^os\.environ\/(.*)$/.exec(text)?.[1];
        if (name === undefined || !config_desired/* HOST_VARIABLES */.F.has(name))
            return text;
        fields.push({
            path: (0,validate/* pathText */.L)(path),
            outcome: 'reference',
            detail: `os.environ/EXTERNAL_${name}, because ${name} is the host's own there; set the secret EXTERNAL_${name}`,
        });
        return `os.environ/EXTERNAL_${name}`;
    };
    return { document: replace(document, []), fields };
}
/** OPENAI_API_KEY for the key of a deployment of `openai/…`; elsewhere the last two steps of the path. */
function variableFor(path, document) {
    const [section, index] = path;
    const models = document.model_list;
    const model = section === 'model_list' && typeof index === 'number' && Array.isArray(models) ? models[index] : undefined;
    const target = (0,source/* isRecord */.u4)(model) && (0,source/* isRecord */.u4)(model.litellm_params) ? model.litellm_params.model : undefined;
    const steps = path.filter((step) => typeof step === 'string');
    const words = section === 'environment_variables'
        ? steps.slice(-1)
        : typeof target === 'string'
            ? [target.split('/')[0], ...steps.slice(-1)]
            : steps.slice(-2);
    const name = words
        .join('_')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, '_')
        .replaceAll(/^_+|_+$/g, '');
    return /^[A-Z_]/.test(name) ? name : `KEY_${name}`;
}

;// CONCATENATED MODULE: ./lib/import/declaration.js







const SECTIONS = [
    'model_list',
    'router_settings',
    'litellm_settings',
    'general_settings',
    'environment_variables',
    'credential_list',
];
/** Stand in for what nobody but the owner knows: valid, so that `plan --offline` checks all the rest. */
const PLACEHOLDERS = {
    domain: 'llm.example.com',
    vm: { ssh: { host: '192.0.2.10', user: 'debian', host_key: 'ssh-ed25519 AAAA' } },
    litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'0'.repeat(64)}` },
};
const TO_FILL = {
    domain: 'the name under which people reach the gateway',
    vm: 'the machine; host_key is the line in its /etc/ssh/ssh_host_ed25519_key.pub',
    litellm: 'the image by digest; skopeo inspect --format "{{.Digest}}" docker://IMAGE:TAG tells it',
};
/** A gateway.yaml of a LiteLLM that runs or is configured, and what became of each of its fields. Pure; no secret's value is in it. */
function declarationOf({ config, budgets, own }) {
    const fields = [];
    const { sections: known, dropped } = (0,litellm_config/* userSections */.OX)(config);
    for (const { path, why } of dropped)
        fields.push({ path, outcome: 'left-out', detail: why });
    for (const name of Object.keys(known).filter((key) => !SECTIONS.includes(key)))
        fields.push({ path: name, outcome: 'left-out', detail: 'gateway.yaml has no such section' });
    const sections = Object.fromEntries(SECTIONS.flatMap((name) => {
        const value = known[name];
        return value === undefined || value === null ? [] : [[name, value]];
    }));
    const secrets = withReferences({ ...sections, model_list: models(sections.model_list, fields) });
    const providers = providerEntries(secrets.document.router_settings, fields);
    const found = budgetEntries(budgets);
    const entries = [...found.entries, ...providers.entries];
    const document = {
        ...PLACEHOLDERS,
        ...own,
        ...secrets.document,
        ...(providers.settings === undefined ? {} : { router_settings: providers.settings }),
        ...(entries.length === 0 ? {} : { budget_config: entries }),
    };
    const references = new Set(secrets.fields.map(({ path }) => path));
    const moved = new Set(fields.map(({ path }) => path));
    fields.push(...keptFields(sections, '').filter(({ path }) => !references.has(path) && !moved.has(path)), ...secrets.fields, ...found.fields);
    const missing = Object.keys(PLACEHOLDERS).filter((name) => own[name] === undefined);
    for (const name of missing)
        fields.push({ path: name, outcome: 'fill-in', detail: TO_FILL[name] ?? '' });
    return { text: textOf(document, missing), fields };
}
/** Without the ids that follow from the deployment itself: those are made again, the same. */
function models(list, fields) {
    const entries = (Array.isArray(list) ? list : []).filter(source/* isRecord */.u4);
    const bare = entries.map(({ model_info, ...rest }) => {
        const { id, ...info } = (0,source/* isRecord */.u4)(model_info) ? model_info : {};
        return { ...rest, ...(Object.keys(info).length === 0 ? {} : { model_info: info }) };
    });
    const made = (0,model_id/* modelIds */.K)(bare.map(identified));
    return entries.map((entry, index) => {
        const info = (0,source/* isRecord */.u4)(entry.model_info) ? entry.model_info : {};
        const generated = info.id === made[index] || /^[0-9a-f]{64}$/.test(String(info.id ?? ''));
        if (info.id === undefined || !generated)
            return entry;
        fields.push({
            path: `model_list[${index}].model_info.id`,
            outcome: 'left-out',
            detail: 'it follows from the deployment',
        });
        return bare[index] ?? entry;
    });
}
function identified(entry) {
    const { model_name, litellm_params } = entry;
    return {
        model_name: String(model_name),
        litellm_params: (0,source/* isRecord */.u4)(litellm_params) ? litellm_params : {},
    };
}
/** Budgets of providers stand with the other budgets, where all of them have that form. */
function providerEntries(settings, fields) {
    const budgets = (0,source/* isRecord */.u4)(settings) ? settings.provider_budget_config : undefined;
    if (!(0,source/* isRecord */.u4)(settings) || !(0,source/* isRecord */.u4)(budgets))
        return { entries: [], settings: undefined };
    const entries = Object.entries(budgets).map(([provider, entry]) => {
        const { budget_limit, max_budget = budget_limit, time_period, budget_duration, ...more } = (0,source/* isRecord */.u4)(entry) ? entry : {};
        const period = time_period ?? budget_duration;
        return typeof max_budget === 'number' && typeof period === 'string' && Object.keys(more).length === 0
            ? { provider, max_budget, time_period: word(period) }
            : undefined;
    });
    const complete = entries.filter((entry) => entry !== undefined);
    if (complete.length < entries.length)
        return { entries: [], settings: undefined };
    for (const { path } of keptFields(budgets, 'router_settings.provider_budget_config'))
        fields.push({ path, outcome: 'moved', detail: 'budget_config' });
    const { provider_budget_config: _moved, ...rest } = settings;
    return { entries: complete, settings: rest };
}
function textOf(document, missing) {
    const yaml = new dist/* Document */.yo(document, { aliasDuplicateObjects: false });
    yaml.commentBefore = ' Written by `litellm-gitops import`.';
    if ((0,dist/* isMap */.jh)(yaml.contents))
        for (const pair of yaml.contents.items)
            if ((0,dist/* isPair */.tO)(pair) && (0,dist/* isScalar */.jn)(pair.key) && missing.includes(String(pair.key.value)))
                pair.key.commentBefore = ` FILL IN: ${TO_FILL[String(pair.key.value)]}`;
    return yaml.toString({ lineWidth: 0 });
}

;// CONCATENATED MODULE: ./lib/import/markdown.js
const TITLES = {
    'fill-in': 'To fill in',
    reference: 'Secrets, now references: set each of them',
    'left-out': 'Left out',
    moved: 'Moved',
    kept: 'Kept as it was',
};
/** The report of an import, what asks for something first. */
function importMarkdown(file, fields) {
    const parts = Object.entries(TITLES).flatMap(([outcome, title]) => {
        const found = fields.filter((field) => field.outcome === outcome);
        if (found.length === 0)
            return [];
        const lines = found.map(({ path, detail }) => `- \`${path}\`${detail === '' ? '' : `: ${detail}`}`);
        return [
            '',
            `<details${outcome === 'kept' ? '' : ' open'}><summary>${title} (${found.length})</summary>`,
            '',
            ...lines,
            '',
            '</details>',
        ];
    });
    return [`### \`${file}\` was written`, ...parts].join('\n');
}

// EXTERNAL MODULE: ./lib/commands/host-of.js
var host_of = __webpack_require__(3743);
;// CONCATENATED MODULE: ./lib/commands/import.js









/** LiteLLM's part of a gateway.yaml; all else there is kept as it is. */
const LITELLM_KEYS = new Set([
    'model_list',
    'router_settings',
    'litellm_settings',
    'general_settings',
    'environment_variables',
    'credential_list',
    'budget_config',
    'include',
]);
/** Writes gateway.yaml from a gateway that runs, or from a config.yaml, and reports what became of each field. Changes no gateway. */
async function importGateway(context) {
    const { inputs, write, config: target, files, logger } = context;
    if (write === undefined)
        throw new errors/* HostError */.dh('import writes a file for somebody to look at; run it on a command line.');
    const existing = exists(files, target) ? (0,source/* readSource */.o$)(target, files).value : undefined;
    requireFree(existing, target, inputs);
    const { config, budgets, fields: told } = await read(context, inputs, existing);
    const own = Object.fromEntries(Object.entries(existing ?? {}).filter(([key]) => !LITELLM_KEYS.has(key)));
    const { text, fields: made } = declarationOf({ config, budgets, own });
    const known = new Set(told.map(({ path }) => path));
    const fields = [...told, ...made.filter(({ path }) => !known.has(path))];
    // What is written is read as any declaration is: what is wrong in it was wrong before, and is told with its new place.
    const problems = problemsOf(target, text, files);
    write(target, text);
    for (const problem of problems)
        logger[problem.severity]((0,config_problem/* formatProblem */.V)(problem));
    for (const { path, outcome, detail } of fields)
        if (outcome !== 'kept')
            logger.info(`${outcome}: ${path}${detail === '' ? '' : ` (${detail})`}`);
    logger.info(`${target} is written: ${countText(fields)}.`);
    return {
        command: 'import',
        plan: undefined,
        applied: undefined,
        problems,
        imported: fields,
        markdown: importMarkdown(target, fields),
        failed: false,
        cost: undefined,
    };
}
async function read(context, { from, url }, existing) {
    const file = from === undefined ? undefined : readConfig(from, context.files);
    if (url !== undefined) {
        const key = context.env.LITELLM_MASTER_KEY;
        if (key === undefined || key.trim() === '')
            throw new errors/* HostError */.dh(`${url} is to be read, but LITELLM_MASTER_KEY is not set. Export an admin key of that gateway.`);
        context.secrets.add(key);
        const running = await readGateway(url, key);
        return file === undefined ? running : { config: file, budgets: running.budgets, fields: [] };
    }
    if (file !== undefined)
        return { config: file, budgets: [], fields: [] };
    if (existing === undefined)
        throw new errors/* HostError */.dh(`There is nothing to read from: give --from config.yaml, --url https://gateway, or a ${context.config} with domain, vm, litellm and an empty model_list.`);
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const session = await (0,host_of/* connectTo */.m6)(desired, context, 'look');
    try {
        const { gateway, host } = await (0,observe/* observe */.l)(session, {});
        if (gateway === null)
            throw new errors/* HostError */.dh(`No gateway stands on ${host.hostname} yet; deploy makes one.`);
        if (gateway.budgets === null)
            throw new errors/* HostError */.dh(`The budgets cannot be read: ${gateway.problem}`);
        const config = (0,source/* isRecord */.u4)(gateway.config) ? gateway.config : {};
        return { config, budgets: gateway.budgets, fields: [] };
    }
    finally {
        session.close();
    }
}
/** A config.yaml with what it includes: LiteLLM adds the lists of included files to the lists, and their keys to the keys. */
function readConfig(path, files) {
    const { include, ...config } = (0,source/* parseFile */.CJ)(path, files).value;
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const names = (Array.isArray(include) ? include : [include]).filter((name) => typeof name === 'string');
    return names.reduce((all, name) => merged(all, readConfig(folder + name, files)), config);
}
function merged(config, more) {
    const all = { ...config };
    for (const [key, value] of Object.entries(more)) {
        const before = all[key];
        all[key] =
            Array.isArray(before) && Array.isArray(value)
                ? [...before, ...value]
                : (0,source/* isRecord */.u4)(before) && (0,source/* isRecord */.u4)(value)
                    ? { ...before, ...value }
                    : value;
    }
    return all;
}
function exists(files, path) {
    try {
        files.read(path);
        return true;
    }
    catch {
        return false;
    }
}
/** Refuses to replace what somebody declared. @throws ConfigError */
function requireFree(existing, file, { force = false }) {
    const declared = Object.entries(existing ?? {}).filter(([key, value]) => LITELLM_KEYS.has(key) && value !== null && Object.keys(value).length > 0);
    if (force || declared.length === 0)
        return;
    throw new config_problem/* ConfigError */.x([
        {
            severity: 'error',
            code: 'exists',
            message: `${file} declares ${declared.map(([key]) => key).join(', ')} already.`,
            fix: 'give --force to replace that, or --config with another name.',
            at: { file, line: 1, column: 1 },
        },
    ]);
}
function problemsOf(file, text, files) {
    try {
        return (0,config_desired/* loadDesired */.f)(file, { ...files, read: (path) => (path === file ? text : files.read(path)) }).warnings;
    }
    catch (error) {
        if (error instanceof config_problem/* ConfigError */.x)
            return error.problems;
        throw error;
    }
}
function countText(fields) {
    const outcomes = ['kept', 'reference', 'moved', 'left-out', 'fill-in'];
    const counts = outcomes.map((outcome) => [fields.filter((field) => field.outcome === outcome).length, outcome]);
    return counts.flatMap(([count, outcome]) => (count === 0 ? [] : `${count} ${outcome}`)).join(', ');
}


/***/ }),

/***/ 3834:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  l: () => (/* binding */ observe),
  $: () => (/* binding */ observeForDoctor)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
;// CONCATENATED MODULE: ./lib/host/facts.js
/** Of the answer's shape, the same as in `agent/observe.py`; the program that the read-only key gets may be of another version. */
const PROTOCOL = 1;

;// CONCATENATED MODULE: ./lib/host/observe.js



/** Reads the state of the host and its gateway in one exec; changes nothing. @throws HostProgramError, `observer-outdated` when what stands on the host for the read-only key is of another version */
async function observe(session, input, options = {}) {
    const seen = await session
        .run('observe', requestOf(session, input), { timeoutMs: 5 * 60_000, ...options })
        .catch(refusal(session));
    return requireProtocol(seen);
}
/** Reads also all that the gateway stands on, in the same one exec; changes nothing. @throws HostProgramError as `observe` does */
async function observeForDoctor(session, input, options = {}) {
    const facts = await session
        .run('doctor', { ...requestOf(session, input), doctor: true }, { timeoutMs: 5 * 60_000, ...options })
        .catch(refusal(session));
    if ('value' in facts.observation)
        requireProtocol(facts.observation.value);
    return facts;
}
/** What the programs on the host are asked. */
function requestOf(session, input) {
    const { manifest, image, secrets, owners = [], prices = [], gateway } = input;
    const budgets = Object.fromEntries([...new Set(owners.map(({ subject }) => subject))].map((subject) => [
        subject,
        owners
            .filter((owner) => owner.subject === subject)
            .map(({ id, team }) => (team === undefined ? id : [team, id])),
    ]));
    return {
        files: Object.fromEntries(Object.entries(manifest?.files ?? {}).map(([path, { content, mode, owner }]) => [
            path,
            { sha256: (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex'), mode, owner },
        ])),
        packages: manifest?.packages ?? [],
        units: manifest?.units ?? [],
        image: image ?? null,
        secrets: session.readOnly ? {} : (secrets ?? {}),
        budgets,
        prices,
        gateway: gateway ?? true,
    };
}
function refusal(session) {
    return (error) => {
        // It checks what it is asked: a question that it does not know is one of another version.
        if (session.readOnly && error instanceof errors/* HostProgramError */.N8 && error.code === 'request')
            throw outdated();
        throw error;
    };
}
function requireProtocol(seen) {
    if (seen.protocol !== PROTOCOL)
        throw outdated();
    return seen;
}
function outdated() {
    return new errors/* HostProgramError */.N8('observer-outdated', 'The program on the host that answers the read-only key is of another version than this one. Run deploy, which replaces it; until then plan needs the key of sync, or offline.', [], {});
}


/***/ })

};
;