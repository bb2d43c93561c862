"use strict";
exports.id = 640;
exports.ids = [640];
exports.modules = {

/***/ 2593:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ valuesFor),
/* harmony export */   S: () => (/* binding */ requireValues)
/* harmony export */ });
/* harmony import */ var _config_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2144);

/** The values that this step has for the variables that the declaration refers to, known as secrets from here on. */
function valuesFor({ secrets }, context) {
    const found = secrets.flatMap(({ name }) => {
        // An unset secret reaches a workflow step as an empty text.
        const value = context.env[name];
        return value === undefined || value.trim() === '' ? [] : [[name, value]];
    });
    context.secrets.add(...found.map(([, value]) => value));
    return Object.fromEntries(found);
}
/** Refuses a change that would need a value that neither the step nor the gateway has. @throws ConfigError */
function requireValues({ secrets, file }, values, plan) {
    const unknown = new Set(plan.changes.flatMap((change) => change.kind === 'secret' && change.action === 'create' ? [change.name] : []));
    const missing = secrets.filter(({ name }) => values[name] === undefined && unknown.has(name));
    if (missing.length === 0)
        return;
    throw new _config_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .ConfigError */ .x(missing.map(({ name, at }) => ({
        severity: 'error',
        code: 'missing-value',
        message: `${file} refers to os.environ/${name}, but this step's environment has no value for it and the gateway knows none.`,
        fix: `add "${name}: \${{ secrets.${name} }}" to the step's env, with the secret set in the repository or its environment; on a terminal, export ${name}.`,
        at,
    })));
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


/***/ }),

/***/ 6328:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aS: () => (/* binding */ pricedTargets),
/* harmony export */   n4: () => (/* binding */ priceNotes),
/* harmony export */   yy: () => (/* binding */ modelCosts)
/* harmony export */ });
/* harmony import */ var _config_source_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5794);

const MILLION = 1_000_000;
/** Models whose price the plan asks the gateway for: `litellm_params.model` of all that are declared or served. */
function pricedTargets({ litellm }) {
    return [
        ...new Set(litellm.model_list.map(({ litellm_params, model_info }) => target(litellm_params, model_info))),
    ];
}
/** Prices of what changes. Pure; empty when the gateway told no prices. */
function modelCosts(desired, gateway, live, changes) {
    if (gateway?.prices == null)
        return [];
    const { prices, traffic } = gateway;
    const names = new Set(changes.flatMap((change) => (change.kind === 'model' ? change.name : [])));
    return [...names].flatMap((name) => {
        const old = live.filter(({ model_name }) => model_name === name);
        const next = desired.litellm.model_list.filter(({ model_name }) => model_name === name);
        const [before, after] = [common(old, prices), common(next, prices)];
        if (before === undefined && after === undefined)
            return [];
        const used = traffic[name];
        const alone = old.length === 1 && next.length === 1 && used !== undefined;
        const month = alone && before !== undefined && after !== undefined
            ? { requests: used.requests, before: used.spend, after: costOf(used, after) }
            : undefined;
        return [{ name, before, after, month }];
    });
}
/** Declared models that LiteLLM knows no price for: each of their requests costs 0 in every budget. */
function priceNotes(desired, gateway) {
    if (gateway?.prices == null)
        return [];
    const { prices, version } = gateway;
    return desired.litellm.model_list.flatMap(({ litellm_params, model_info }, index) => {
        const model = target(litellm_params, model_info);
        // Absent: this version of the host was not asked for it. null: it was, and LiteLLM's list lacks it.
        if (prices[model] !== null || ownPrice(litellm_params, model_info) !== undefined || model.includes('*'))
            return [];
        return [
            {
                severity: 'warning',
                text: `LiteLLM ${version ?? ''} knows no price of ${model}: its requests cost 0 in every budget. Check the name, or give input_cost_per_token and output_cost_per_token in its litellm_params.`,
                at: desired.locate(['model_list', index, 'litellm_params', 'model']),
            },
        ];
    });
}
/** The price that all deployments of a name have; undefined when they differ or one is not known. */
function common(models, prices) {
    const known = models.map(({ litellm_params, model_info }) => ownPrice(litellm_params, model_info) ?? listed(prices[target(litellm_params, model_info)]));
    const [first] = known;
    return first !== undefined &&
        known.every((price) => price?.input === first.input && price.output === first.output)
        ? first
        : undefined;
}
function listed(price) {
    const { input_cost_per_token: input, output_cost_per_token: output } = price ?? {};
    if (input === undefined && output === undefined)
        return undefined;
    return { input: (input ?? 0) * MILLION, output: (output ?? 0) * MILLION };
}
/** What is declared beats LiteLLM's list. */
function ownPrice(...places) {
    for (const { input_cost_per_token: input, output_cost_per_token: output } of places.filter(_config_source_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)) {
        if (input === undefined && output === undefined)
            continue;
        return { input: Number(input ?? 0) * MILLION, output: Number(output ?? 0) * MILLION };
    }
    return undefined;
}
/** `base_model` says what a deployment with a name of its own really is (Azure). */
function target(params, info) {
    return typeof info.base_model === 'string' ? info.base_model : String(params.model);
}
function costOf({ prompt_tokens, completion_tokens }, { input, output }) {
    return (prompt_tokens * input + completion_tokens * output) / MILLION;
}


/***/ }),

/***/ 5313:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  U: () => (/* binding */ diff)
});

// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
// EXTERNAL MODULE: ./lib/plan/budgets.js
var plan_budgets = __webpack_require__(5988);
// EXTERNAL MODULE: ./lib/plan/costs.js
var costs = __webpack_require__(6328);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./lib/plan/fields.js


/** The leaves in which two documents differ. A list is one leaf: its order has a meaning to LiteLLM. Key order has none. */
function fieldChanges(before, after, path = '') {
    // A mapping that comes or goes whole is told leaf by leaf, as far as it has any.
    const from = before === undefined && (0,source/* isRecord */.u4)(after) && Object.keys(after).length > 0 ? {} : before;
    const to = after === undefined && (0,source/* isRecord */.u4)(before) && Object.keys(before).length > 0 ? {} : after;
    if ((0,source/* isRecord */.u4)(from) && (0,source/* isRecord */.u4)(to)) {
        const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
        return keys.flatMap((key) => fieldChanges(from[key], to[key], path === '' ? key : `${path}.${key}`));
    }
    return (0,external_node_util_.isDeepStrictEqual)(before, after) ? [] : [{ path, before, after }];
}

// EXTERNAL MODULE: ./lib/plan/machine.js
var machine = __webpack_require__(5247);
// EXTERNAL MODULE: ./lib/config/budgets.js
var budgets = __webpack_require__(6909);
;// CONCATENATED MODULE: ./lib/plan/provider-budgets.js



/** The key of `router_settings` in which LiteLLM keeps them. */
const PROVIDER_BUDGETS = 'provider_budget_config';
/** Budgets of providers are part of the configuration: what is not declared any more is not served any more. */
function providerChanges(desired, gateway, config) {
    const before = section(config);
    const after = section(desired.litellm);
    const places = new Map(desired.budgets.filter(({ subject }) => subject === 'provider').map(({ id, at }) => [id, at]));
    return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((id) => {
        if ((0,external_node_util_.isDeepStrictEqual)(before[id], after[id]))
            return [];
        const spend = gateway?.providers[id];
        const state = (entry) => ({
            ...budgets/* NO_LIMITS */.d1,
            ...limitsOf(entry),
            managed: undefined,
            spend: spend?.spend ?? 0,
            resetsAt: spend?.budget_reset_at ?? null,
        });
        const at = places.get(id) ?? desired.locate(['router_settings', PROVIDER_BUDGETS, id]);
        const old = before[id] === undefined ? undefined : state(before[id]);
        const next = after[id] === undefined
            ? { ...budgets/* NO_LIMITS */.d1, managed: undefined, spend: 0, resetsAt: null }
            : state(after[id]);
        const action = old === undefined ? 'create' : after[id] === undefined ? 'delete' : 'update';
        return [{ kind: 'budget', action, subject: 'provider', id, before: old, after: next, at }];
    });
}
function section(config) {
    const settings = config.router_settings;
    const budgets = (0,source/* isRecord */.u4)(settings) ? settings[PROVIDER_BUDGETS] : undefined;
    return (0,source/* isRecord */.u4)(budgets) ? budgets : {};
}
/** LiteLLM takes two names for each of the two. */
function limitsOf(entry) {
    const { budget_limit, max_budget, time_period, budget_duration } = (0,source/* isRecord */.u4)(entry) ? entry : {};
    const amount = budget_limit ?? max_budget;
    const period = time_period ?? budget_duration;
    return {
        maxBudget: typeof amount === 'number' ? amount : null,
        duration: typeof period === 'string' ? period : null,
    };
}

;// CONCATENATED MODULE: ./lib/plan/diff.js






/** Compares what is declared with what was observed, which is nothing before the machine is made. Pure: the same two give the same plan. */
function diff(desired, observed, now) {
    const gateway = observed?.gateway ?? null;
    const live = gateway === null
        ? undefined
        : { version: gateway.version, workers: gateway.workers, healthy: gateway.healthy };
    const config = (0,source/* isRecord */.u4)(gateway?.config) ? gateway.config : {};
    const budgets = (0,plan_budgets/* budgetChanges */.rV)(desired, gateway, now);
    const changes = [
        ...hostChanges(observed?.differs, gateway),
        ...modelChanges(desired, modelsOf(config)),
        ...settingChanges(desired, config),
        ...secretChanges(desired, gateway),
        ...providerChanges(desired, gateway, config),
        ...budgets.changes,
    ];
    return {
        changes,
        adoptions: budgets.adoptions,
        costs: (0,costs/* modelCosts */.yy)(desired, gateway, modelsOf(config), changes),
        unmanaged: gateway === null ? [] : [...unmanagedModels(gateway), ...(0,plan_budgets/* unmanagedBudgets */.xN)(desired, gateway)],
        notes: [
            ...(observed === undefined ? [] : notes(desired, observed)),
            ...(0,costs/* priceNotes */.n4)(desired, gateway),
            ...(0,plan_budgets/* budgetNotes */.rL)(desired, gateway),
        ],
        live,
    };
}
function hostChanges(differs, gateway) {
    const change = (part, name, detail, action = 'update') => ({ kind: 'host', action, part, name, detail });
    if (gateway === null || differs === undefined)
        return [change('gateway', 'LiteLLM', 'nothing is deployed on this host yet', 'create')];
    return [
        ...differs.packages.map((name) => change('package', name, 'is not installed', 'create')),
        ...differs.files.map((path) => change('file', path, 'is not as rendered')),
        ...differs.units.map(({ name, active, enabled }) => change('unit', name, `is ${active}, ${enabled}`)),
        ...differs.keys.map((path) => change('key', path, 'is missing', 'create')),
        ...differs.accounts.map((name) => change('account', name, 'is missing', 'create')),
        ...(differs.database === 'missing' ? [change('database', 'litellm', 'is missing', 'create')] : []),
        ...(differs.image === null
            ? []
            : [
                change('image', 'LiteLLM', `${differs.image.running ?? 'none'} → ${differs.image.wanted ?? 'none'}`),
            ]),
    ];
}
function modelsOf(config) {
    const list = (0,source/* isRecord */.u4)(config) ? config.model_list : undefined;
    return Array.isArray(list)
        ? list.filter((entry) => (0,source/* isRecord */.u4)(entry) && (0,source/* isRecord */.u4)(entry.model_info) && typeof entry.model_info.id === 'string')
        : [];
}
function modelChanges(desired, live) {
    const before = new Map(live.map((model) => [model.model_info.id, model]));
    const wanted = new Set();
    const made = desired.litellm.model_list.flatMap((model, index) => {
        const { id } = model.model_info;
        wanted.add(id);
        const at = desired.locate(['model_list', index, 'model_name']);
        const old = before.get(id);
        const fields = fieldChanges(old ?? {}, model).filter(({ path }) => path !== 'model_info.id');
        if (old === undefined)
            return [
                {
                    kind: 'model',
                    action: 'create',
                    id,
                    name: model.model_name,
                    fields: fields.filter(({ path }) => path !== 'model_name'),
                    at,
                },
            ];
        return fields.length === 0
            ? []
            : [{ kind: 'model', action: 'update', id, name: model.model_name, fields, at }];
    });
    const gone = live
        .filter(({ model_info }) => !wanted.has(model_info.id))
        .map((model) => ({
        kind: 'model',
        action: 'delete',
        id: model.model_info.id,
        name: model.model_name,
        fields: [],
    }));
    // The order of deployments decides nothing in LiteLLM's routing, so a new order is no change.
    return [...made, ...gone];
}
function settingChanges(desired, live) {
    const sections = [...new Set([...Object.keys(desired.litellm), ...Object.keys(live)])].filter((name) => name !== 'model_list');
    return sections.flatMap((section) => {
        const before = live[section];
        const after = desired.litellm[section];
        const fields = fieldChanges(before ?? {}, after ?? {}).filter(
        // Told as the budgets that they are.
        ({ path }) => section !== 'router_settings' || path.split('.')[0] !== PROVIDER_BUDGETS);
        if (fields.length === 0)
            return [];
        const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
        return [
            {
                kind: 'setting',
                action,
                section,
                fields,
                at: desired.locate([section, ...(fields[0]?.path.split('.') ?? [])]),
            },
        ];
    });
}
function secretChanges({ secrets }, gateway) {
    const env = gateway?.env ?? {};
    const declared = new Set(secrets.map(({ name }) => name));
    const changed = secrets.flatMap(({ name, at }) => {
        const { live = null, given = null } = env[name] ?? {};
        if (live === null)
            return [{ kind: 'secret', action: 'create', name, at }];
        return given !== null && given !== live ? [{ kind: 'secret', action: 'update', name, at }] : [];
    });
    const gone = Object.entries(env).filter(([name, { live }]) => live !== null && !declared.has(name));
    return [...changed, ...gone.map(([name]) => ({ kind: 'secret', action: 'delete', name }))];
}
function unmanagedModels({ models }) {
    return (models ?? [])
        .filter(({ source }) => source === 'database')
        .map(({ id, model_name }) => ({
        kind: 'model',
        id,
        detail: `${model_name}, added in the UI or by the API`,
    }));
}
function notes({ secrets, warnings, size, gateway: { litellm_settings } }, { gateway, interrupted, lease, host }) {
    const found = warnings.map(({ message, fix, at }) => ({
        severity: 'warning',
        text: `${message} ${fix}`,
        at,
    }));
    if (gateway !== null) {
        if (!gateway.healthy)
            found.push({
                severity: 'warning',
                text: 'The gateway does not answer as ready. Budgets and models in its database could not be read.',
            });
        else if (gateway.problem !== null)
            found.push({ severity: 'warning', text: `The gateway did not answer its lists: ${gateway.problem}` });
        const unknown = secrets
            .filter(({ name }) => gateway.env[name]?.live != null && gateway.env[name]?.given == null)
            .map(({ name }) => name);
        if (unknown.length > 0)
            found.push({
                severity: 'info',
                text: `Not compared, because this step has no value for it: ${unknown.join(', ')}. The gateway keeps the value that it has.`,
            });
    }
    const small = (0,machine/* machineTooSmall */.d)(size, host);
    if (small !== undefined)
        found.push({ severity: 'warning', text: small });
    if (interrupted !== null)
        found.push({
            severity: 'warning',
            text: interrupted.kind === 'restore'
                ? `A restore of the backup of ${interrupted.since} was cut short; restore again with the same confirmation, which brings it to its end.`
                : `A ${interrupted.kind} was cut short at "${interrupted.step}" (${interrupted.since}); the next sync or deploy finishes or undoes it.`,
        });
    if (lease !== null && lease.expires > host.time)
        found.push({
            severity: 'info',
            text: `Another run holds the gateway until ${lease.expires}: ${lease.holder}, ${lease.run}`,
        });
    if (litellm_settings?.timezone !== undefined)
        found.push({
            severity: 'info',
            text: 'litellm_settings.timezone is set: budgets start anew at midnight of that zone; the dates below are in UTC.',
        });
    return found;
}


/***/ }),

/***/ 5247:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ machineTooSmall)
/* harmony export */ });
const GIB = 1024 ** 3;
/** Firmware, kernel and file system keep a part of what a machine was given. */
const SEEN_BY_THE_SYSTEM = 0.9;
/** What the machine lacks of its declared size, and what has to happen for it; undefined when it is large enough. */
function machineTooSmall(wanted, { vcpu, memoryBytes, disk }) {
    if (wanted === undefined)
        return undefined;
    const lacks = [
        { lacking: vcpu < wanted.vcpu, text: `${vcpu} vCPU where ${wanted.vcpu} are declared`, restart: true },
        {
            lacking: memoryBytes < wanted.memoryGiB * GIB * SEEN_BY_THE_SYSTEM,
            text: `${gib(memoryBytes)} of memory where ${wanted.memoryGiB} GiB are declared`,
            restart: true,
        },
        {
            lacking: disk.sizeBytes < wanted.diskGiB * GIB * SEEN_BY_THE_SYSTEM,
            text: `${gib(disk.sizeBytes)} of disk where ${wanted.diskGiB} GiB are declared`,
            restart: false,
        },
    ].filter(({ lacking }) => lacking);
    if (lacks.length === 0)
        return undefined;
    const restart = lacks.some((lack) => lack.restart) ? ' vCPU and memory take a restart of the machine.' : '';
    return `The machine has ${lacks.map(({ text }) => text).join(', ')}. Give it more at its hypervisor, or declare what it has under size.${restart}`;
}
function gib(bytes) {
    return `${(bytes / GIB).toFixed(1)} GiB`;
}


/***/ })

};
;