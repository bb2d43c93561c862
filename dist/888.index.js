"use strict";
exports.id = 888;
exports.ids = [888];
exports.modules = {

/***/ 2699:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ recorded)
/* harmony export */ });
/**
 * Does the work with a record of it in GitHub. What GitHub does not take is a warning: people's gateway does not wait for it.
 * The record says failure when the work throws, or when its result does.
 */
async function recorded(domain, { record, logger }, work) {
    const quietly = (telling) => telling?.catch((error) => {
        logger.warning(`GitHub did not take the record of this deployment: ${error.message}`);
        return undefined;
    });
    const begun = await quietly(record?.(domain));
    try {
        const result = await work();
        const state = 'failed' in result && result.failed === true ? 'failure' : 'success';
        await quietly(begun?.finish(state, state === 'success' ? 'done, and read back' : 'some of it failed'));
        return result;
    }
    catch (error) {
        await quietly(begun?.finish('failure', 'failed; the summary of the run says why'));
        throw error;
    }
}


/***/ }),

/***/ 888:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   sync: () => (/* binding */ sync)
/* harmony export */ });
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2055);
/* harmony import */ var _config_litellm_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6871);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7504);
/* harmony import */ var _host_observe_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3834);
/* harmony import */ var _host_rollout_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(1138);
/* harmony import */ var _plan_change_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(796);
/* harmony import */ var _plan_diff_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6751);
/* harmony import */ var _plan_markdown_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8561);
/* harmony import */ var _plan_wording_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7986);
/* harmony import */ var _apply_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(8293);
/* harmony import */ var _host_of_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3743);
/* harmony import */ var _recorded_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(2699);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(2593);
/* harmony import */ var _with_lease_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(7771);














/** Makes models, settings, keys and budgets of the running gateway as declared, without losing a request. Leaves the machine alone. */
async function sync(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    const secrets = (0,_values_js__WEBPACK_IMPORTED_MODULE_10__/* .valuesFor */ .E)(desired, context);
    const session = await (0,_host_of_js__WEBPACK_IMPORTED_MODULE_9__/* .connectTo */ .m6)(desired, context, 'change');
    const look = () => (0,_host_observe_js__WEBPACK_IMPORTED_MODULE_3__/* .observe */ .l)(session, {
        manifest: (0,_host_of_js__WEBPACK_IMPORTED_MODULE_9__/* .manifestOf */ .$V)(desired),
        image: desired.gateway.litellm.image,
        secrets,
        owners: desired.budgets,
    });
    try {
        const before = await look();
        if (before.gateway === null)
            throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .HostProgramError */ .N8('not-deployed', `No gateway stands on ${before.host.hostname} yet. Run the command deploy first.`, [], {});
        const plan = (0,_plan_diff_js__WEBPACK_IMPORTED_MODULE_5__/* .diff */ .U)(desired, before, context.now());
        (0,_values_js__WEBPACK_IMPORTED_MODULE_10__/* .requireValues */ .S)(desired, secrets, plan);
        for (const line of (0,_plan_wording_js__WEBPACK_IMPORTED_MODULE_7__/* .planLines */ .HN)(plan, _plan_change_js__WEBPACK_IMPORTED_MODULE_4__/* .title */ .DD))
            context.logger.info(line);
        const changes = plan.changes.filter(({ kind }) => kind !== 'host');
        const report = (applied) => ({
            command: 'sync',
            plan,
            applied,
            problems: desired.warnings,
            markdown: (0,_plan_markdown_js__WEBPACK_IMPORTED_MODULE_6__/* .planMarkdown */ .X)(plan, { file: desired.file, applied }),
            failed: applied.some(({ outcome }) => outcome === 'failed'),
            cost: session.stats,
        });
        if (changes.length === 0 && before.interrupted === null)
            return report([]);
        const apply = async ({ run }) => {
            if (changes.some(_plan_change_js__WEBPACK_IMPORTED_MODULE_4__/* .isConfiguration */ .ZC)) {
                const release = { config: (0,_config_litellm_config_js__WEBPACK_IMPORTED_MODULE_1__/* .litellmConfigText */ .V)(desired.litellm), env: secrets };
                const probe = { models: (0,_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .probesOf */ .pX)(desired, plan) };
                await (0,_host_rollout_js__WEBPACK_IMPORTED_MODULE_12__/* .rollout */ .yT)(session, { release, probe, run }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .progress */ .qB)(context) });
            }
            else if (before.interrupted !== null)
                await (0,_host_rollout_js__WEBPACK_IMPORTED_MODULE_12__/* .recover */ .lj)(session, { run }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .progress */ .qB)(context) });
            const failures = await (0,_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .applyBudgets */ .Tq)(session, plan, context);
            return report((0,_apply_js__WEBPACK_IMPORTED_MODULE_8__/* .resultsOf */ .qS)(changes, failures, (0,_plan_diff_js__WEBPACK_IMPORTED_MODULE_5__/* .diff */ .U)(desired, await look(), context.now())));
        };
        return await (0,_recorded_js__WEBPACK_IMPORTED_MODULE_13__/* .recorded */ .t)(desired.gateway.domain, context, () => (0,_with_lease_js__WEBPACK_IMPORTED_MODULE_11__/* .withLease */ .p)(session, context, apply));
    }
    finally {
        session.close();
    }
}


/***/ }),

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

/***/ 7771:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  p: () => (/* binding */ withLease)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
;// CONCATENATED MODULE: ./lib/host/lease.js
/** Takes the lock on this gateway, or prolongs it. @throws HostProgramError `busy` with `data.lease` while another run holds it */
async function acquireLease(session, input) {
    return await session.run('lease', { action: 'acquire', ...input });
}
/** Prolongs the lock. @throws HostProgramError `lease-lost` when it expired meanwhile, `busy` when another run took it over */
async function renewLease(session, input) {
    return await session.run('lease', { action: 'renew', ...input });
}
/** Gives the lock back; does nothing when it is not ours any more. */
async function releaseLease(session, input) {
    await session.run('lease', { action: 'release', ...input });
}

;// CONCATENATED MODULE: ./lib/commands/with-lease.js




const LEASE_SECONDS = 120;
const RENEW_MS = 40_000;
const LOOK_AGAIN_MS = 5_000;
/** Holds the lock on the gateway while `work` runs, prolonging it; gives it back in any case. @throws HostProgramError `busy` */
async function withLease(session, { run, logger }, work) {
    // A run that is started again has the same URL, but its first attempt may still be at work on the host.
    const lease = {
        holder: run.holder,
        run: `${run.url}#${(0,external_node_crypto_.randomUUID)().slice(0, 8)}`,
        ttlSeconds: LEASE_SECONDS,
    };
    await acquirePatiently(session, lease, logger);
    const timer = setInterval(() => {
        renewLease(session, lease).catch((error) => logger.warning(`The lock could not be prolonged: ${error.message}`));
    }, RENEW_MS);
    try {
        return await work({ run: lease.run });
    }
    finally {
        clearInterval(timer);
        await releaseLease(session, lease).catch((error) => logger.debug(`the lock ends by itself: ${error.message}`));
    }
}
/** A holder that lives prolongs its lease within 40 s, and is left in peace then; one that died is waited out, two minutes at most. */
async function acquirePatiently(session, lease, logger) {
    let seen;
    for (;;) {
        try {
            await acquireLease(session, lease);
            return;
        }
        catch (error) {
            if (!(error instanceof errors/* HostProgramError */.N8) || error.code !== 'busy')
                throw error;
            const held = error.data.lease;
            if (seen !== undefined && (seen.run !== held.run || seen.expires !== held.expires))
                throw error;
            if (seen === undefined)
                logger.info(`${held.holder} has the lock (${held.run}). Waiting: if that run died, its lock ends at ${held.expires}.`);
            seen = held;
            await (0,promises_.setTimeout)(LOOK_AGAIN_MS);
        }
    }
}


/***/ }),

/***/ 3834:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  l: () => (/* binding */ observe)
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
    const { manifest, image, secrets, owners = [], gateway } = input;
    const budgets = Object.fromEntries([...new Set(owners.map(({ subject }) => subject))].map((subject) => [
        subject,
        owners
            .filter((owner) => owner.subject === subject)
            .map(({ id, team }) => (team === undefined ? id : [team, id])),
    ]));
    const seen = await session.run('observe', {
        files: Object.fromEntries(Object.entries(manifest?.files ?? {}).map(([path, { content, mode, owner }]) => [
            path,
            { sha256: (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex'), mode, owner },
        ])),
        packages: manifest?.packages ?? [],
        units: manifest?.units ?? [],
        image: image ?? null,
        secrets: session.readOnly ? {} : (secrets ?? {}),
        budgets,
        gateway: gateway ?? true,
    }, { timeoutMs: 5 * 60_000, ...options });
    if (seen.protocol !== PROTOCOL)
        throw new errors/* HostProgramError */.N8('observer-outdated', 'The program on the host that answers the read-only key is of another version than this one. Run deploy, which replaces it; until then plan needs the key of sync, or offline.', [], {});
    return seen;
}


/***/ }),

/***/ 1138:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dU: () => (/* binding */ rollback),
/* harmony export */   lj: () => (/* binding */ recover),
/* harmony export */   yT: () => (/* binding */ rollout)
/* harmony export */ });
/**
 * Makes the gateway serve this release without losing a request. The host does it by itself: when the connection breaks it
 * goes on to its end, or undoes what it began.
 * @throws HostProgramError `unhealthy` (the old release serves on; `log` says why), `env-missing`, `env-value`, `busy`, `main-down`
 */
async function rollout(session, input, options = {}) {
    return await session.run('rollout', input, options);
}
/** Finishes or undoes a rollout that was cut short by a crash; deploy and rollout do this first by themselves. */
async function recover(session, input, options = {}) {
    return await session.run('recover', input, options);
}
/**
 * Goes back to an earlier release: its configuration, image and workers, with the provider keys of today.
 * @throws HostProgramError `no-release`, `schema-moved`, `image-pull`, and those of a rollout
 */
async function rollback(session, input, options = {}) {
    return await session.run('rollback', input, options);
}


/***/ }),

/***/ 6751:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  U: () => (/* binding */ diff)
});

// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
// EXTERNAL MODULE: ./lib/plan/budgets.js
var budgets = __webpack_require__(5988);
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

;// CONCATENATED MODULE: ./lib/plan/machine.js
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

// EXTERNAL MODULE: ./lib/config/budgets.js
var config_budgets = __webpack_require__(6909);
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
            ...config_budgets/* NO_LIMITS */.d1,
            ...limitsOf(entry),
            managed: undefined,
            spend: spend?.spend ?? 0,
            resetsAt: spend?.budget_reset_at ?? null,
        });
        const at = places.get(id) ?? desired.locate(['router_settings', PROVIDER_BUDGETS, id]);
        const old = before[id] === undefined ? undefined : state(before[id]);
        const next = after[id] === undefined
            ? { ...config_budgets/* NO_LIMITS */.d1, managed: undefined, spend: 0, resetsAt: null }
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





/** Compares what is declared with what was observed. Pure: the same two give the same plan. */
function diff(desired, observed, now) {
    const { gateway } = observed;
    const live = gateway === null
        ? undefined
        : { version: gateway.version, workers: gateway.workers, healthy: gateway.healthy };
    const config = (0,source/* isRecord */.u4)(gateway?.config) ? gateway.config : {};
    const changes = [
        ...hostChanges(observed),
        ...modelChanges(desired, modelsOf(gateway?.config)),
        ...settingChanges(desired, config),
        ...secretChanges(desired, gateway),
        ...providerChanges(desired, gateway, config),
        ...(0,budgets/* budgetChanges */.rV)(desired, gateway, now),
    ];
    return {
        changes,
        unmanaged: gateway === null ? [] : [...unmanagedModels(gateway), ...(0,budgets/* unmanagedBudgets */.xN)(desired, gateway)],
        notes: [...notes(desired, observed), ...(0,budgets/* budgetNotes */.rL)(desired, gateway)],
        live,
    };
}
function hostChanges({ differs, gateway }) {
    const change = (part, name, detail, action = 'update') => ({ kind: 'host', action, part, name, detail });
    if (gateway === null)
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
    const small = machineTooSmall(size, host);
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


/***/ })

};
;