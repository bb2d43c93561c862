"use strict";
exports.id = 647;
exports.ids = [647];
exports.modules = {

/***/ 4372:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Tq: () => (/* binding */ applyBudgets),
  pX: () => (/* binding */ probesOf),
  qB: () => (/* binding */ progress),
  qS: () => (/* binding */ resultsOf),
  pS: () => (/* binding */ withLease)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/gateway/admin-api.js
/** LiteLLM refused or failed to answer a call of its admin API. */
class GatewayError extends Error {
    name = 'GatewayError';
    status;
    constructor(call, status, message) {
        super(`${call} answered ${status}: ${message}`);
        this.status = status;
    }
}
const ATTEMPTS = 3;
function createAdminApi(tunnel, masterKey) {
    const headers = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' };
    return {
        async post(path, body) {
            for (let attempt = 1;; attempt += 1) {
                const answer = await tunnel.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
                const text = await answer.text();
                if (answer.ok)
                    return JSON.parse(text);
                // Too many requests: LiteLLM did nothing, so asking again is safe. Other failures may have been carried out.
                if (answer.status !== 429 || attempt === ATTEMPTS)
                    throw new GatewayError(`POST ${path}`, answer.status, reason(text));
                await new Promise((wait) => setTimeout(wait, 1000 * attempt));
            }
        },
    };
}
/** LiteLLM answers errors as `{error: {message}}`, `{detail: {error}}` or `{detail: "…"}`. */
function reason(text) {
    try {
        const { error, detail } = JSON.parse(text);
        return String(error?.message ?? detail?.error ?? (typeof detail === 'string' ? detail : undefined) ?? text).slice(0, 500);
    }
    catch {
        return text.slice(0, 200);
    }
}

// EXTERNAL MODULE: ./lib/config/period.js
var period = __webpack_require__(1526);
// EXTERNAL MODULE: ./lib/plan/budgets.js
var budgets = __webpack_require__(5988);
;// CONCATENATED MODULE: ./lib/gateway/budgets.js


/**
 * Makes one budget as declared. Spend and reset date of a budget that stands are kept: a duration is sent only when it differs,
 * since LiteLLM computes the date anew on each write of it. @throws GatewayError
 */
async function applyBudget(api, change, metadata) {
    const { subject, id, before, after } = change;
    const own = { ...metadata, ...budgets/* OWNER */.yo };
    const limit = { max_budget: after.maxBudget };
    if (before === undefined) {
        const fresh = {
            ...limit,
            ...(after.duration === null ? {} : { budget_duration: after.duration }),
            metadata: own,
        };
        // Without `auto_create_key: false` every new user would get a key that nobody asked for.
        if (subject === 'user')
            await api.post('/user/new', { user_id: id, auto_create_key: false, ...fresh });
        else
            await api.post('/team/new', { team_id: id, team_alias: id, ...fresh });
        return;
    }
    const sameDuration = (0,period/* canonicalDuration */.D$)(before.duration) === (0,period/* canonicalDuration */.D$)(after.duration);
    const update = { ...limit, ...(sameDuration ? {} : { budget_duration: after.duration }), metadata: own };
    if (subject === 'user')
        await api.post('/user/update', { user_id: id, ...update });
    else
        await api.post('/team/update', { team_id: id, ...update });
}

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

;// CONCATENATED MODULE: ./lib/host/master-key.js
/** Reads the master key on the host. The caller adds it to the known secrets before anything else. @throws HostProgramError `key-missing` */
async function readMasterKey(session) {
    const { masterKey } = await session.run('master_key', {});
    return masterKey;
}

// EXTERNAL MODULE: ./lib/plan/wording.js
var wording = __webpack_require__(7986);
;// CONCATENATED MODULE: ./lib/commands/apply.js






/** Caddy's port on the host, behind which always the serving slot answers. */
const GATEWAY_PORT = 4000;
const LEASE_SECONDS = 120;
const RENEW_MS = 40_000;
/** Holds the lock on the gateway while `work` runs, prolonging it; gives it back in any case. @throws HostProgramError `busy` */
async function withLease(session, { run, logger }, work) {
    // A run that is started again has the same URL, but its first attempt may still be at work on the host.
    const lease = {
        holder: run.holder,
        run: `${run.url}#${(0,external_node_crypto_.randomUUID)().slice(0, 8)}`,
        ttlSeconds: LEASE_SECONDS,
    };
    await acquireLease(session, lease);
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
/** Makes the budgets of the plan through the admin API, each by itself: one that fails does not hold up the others. */
async function applyBudgets(session, plan, observed, { secrets, logger }) {
    const budgets = plan.changes.filter((change) => change.kind === 'budget');
    const failures = new Map();
    if (budgets.length === 0)
        return failures;
    const masterKey = await readMasterKey(session);
    secrets.add(masterKey);
    const tunnel = await session.forward(GATEWAY_PORT);
    try {
        const api = createAdminApi(tunnel, masterKey);
        await Promise.all(budgets.map(async (change) => {
            try {
                await applyBudget(api, change, metadataOf(observed, change));
                logger.info(`budget of ${change.subject} ${change.id}: ${(0,wording/* budgetChangeText */.XU)(change)}`);
            }
            catch (error) {
                failures.set(change, error instanceof Error ? error.message : String(error));
            }
        }));
    }
    finally {
        tunnel.close();
    }
    return failures;
}
/** LiteLLM replaces `metadata` whole: what others wrote there goes along. */
function metadataOf({ gateway }, { subject, id }) {
    const found = subject === 'user'
        ? gateway?.users?.find(({ user_id }) => user_id === id)
        : gateway?.teams?.find(({ team_id }) => team_id === id);
    return found?.metadata ?? {};
}
/**
 * What became of each change: done only when the gateway, read again, has no such difference any more.
 * @param after the difference between the declaration and the gateway as it was read back
 */
function resultsOf(changes, failures, after) {
    const left = new Set(after.changes.map(key));
    return changes.map((change) => {
        const failure = failures.get(change);
        if (failure !== undefined)
            return { change, outcome: 'failed', message: failure };
        if (!left.has(key(change)))
            return { change, outcome: 'done' };
        return {
            change,
            outcome: 'failed',
            message: 'was written, but the gateway does not have it when read back',
        };
    });
}
function key(change) {
    switch (change.kind) {
        case 'model':
            return `model ${change.id}`;
        case 'setting':
            return `setting ${change.section}`;
        case 'secret':
            return `secret ${change.name}`;
        case 'budget':
            return `budget ${change.subject} ${change.id}`;
        case 'host':
            return `host ${change.part} ${change.name}`;
    }
}
/** The models whose requests are tried before anything moves: the changed ones, and one that was there. */
function probesOf({ litellm }, { changes }) {
    const changed = changes.flatMap((change) => change.kind === 'model' && change.action !== 'delete' ? [change.name] : []);
    const names = [
        ...new Set([...changed, ...litellm.model_list.slice(0, 1).map(({ model_name }) => model_name)]),
    ];
    return names.filter((name) => !name.includes('*')).slice(0, MOST_PROBES);
}
/** Each costs a request on each process; what all processes serve is proven for every model besides. */
const MOST_PROBES = 10;
/** Shows the host's steps as they happen. */
function progress({ logger }) {
    return (event) => {
        if (event.event === 'note')
            logger.info(`  ${event.name}: ${event.detail}`);
        else if (event.state !== 'start') {
            const seconds = event.seconds === undefined ? '' : ` (${event.seconds.toFixed(1)} s)`;
            logger.info(`  ${event.state === 'done' ? '✓' : '✗'} ${event.name}${seconds}${event.detail ? `: ${event.detail}` : ''}`);
        }
    };
}


/***/ }),

/***/ 647:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deploy: () => (/* binding */ deploy_deploy)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 7 modules
var config_desired = __webpack_require__(2055);
// EXTERNAL MODULE: ./lib/config/litellm-config.js
var litellm_config = __webpack_require__(6871);
;// CONCATENATED MODULE: ./lib/host/deploy.js
/**
 * Makes the host what is declared, from an empty Debian or Ubuntu on. Doing it again changes nothing.
 * @throws HostProgramError `unsupported-system`, `packages`, `image-pull`, `migration`, `service-down`, `salt-key-lost`, and those of a rollout
 */
async function deploy(session, input, options = {}) {
    const { manifest, release, ...rest } = input;
    const given = { ...rest, ...release, files: manifest.files, packages: manifest.packages };
    return await session.run('deploy', given, options);
}

// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
// EXTERNAL MODULE: ./lib/host/observe.js
var observe = __webpack_require__(6407);
// EXTERNAL MODULE: ./lib/plan/change.js
var change = __webpack_require__(796);
// EXTERNAL MODULE: ./lib/plan/diff.js + 1 modules
var diff = __webpack_require__(8530);
// EXTERNAL MODULE: ./lib/plan/markdown.js
var markdown = __webpack_require__(8561);
// EXTERNAL MODULE: ./lib/plan/wording.js
var wording = __webpack_require__(7986);
// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var apply = __webpack_require__(4372);
// EXTERNAL MODULE: ./lib/commands/host-of.js + 1 modules
var host_of = __webpack_require__(1501);
// EXTERNAL MODULE: ./lib/commands/values.js
var values = __webpack_require__(2593);
;// CONCATENATED MODULE: ./lib/commands/deploy.js












/** Makes the whole gateway as declared, from an empty machine on: system, database, proxy, LiteLLM, then models and budgets. */
async function deploy_deploy(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const secrets = (0,values/* valuesFor */.E)(desired, context);
    const manifest = (0,host_of/* manifestOf */.$V)(desired);
    const { image } = desired.gateway.litellm;
    const session = await (0,host_of/* connectTo */.m6)(desired, context);
    const look = () => (0,observe/* observe */.l)(session, { manifest, image, secrets });
    try {
        const before = await look().catch(async (error) => {
            // The programs that look are Python; a minimal system may come without.
            if (!(error instanceof errors/* HostProgramError */.N8) || error.code !== 'no-python')
                throw error;
            await session.bootstrap();
            return await look();
        });
        const plan = (0,diff/* diff */.U)(desired, before, context.now());
        (0,values/* requireValues */.S)(desired, secrets, plan);
        for (const line of (0,wording/* planLines */.HN)(plan, change/* title */.DD))
            context.logger.info(line);
        const report = (applied) => ({
            command: 'deploy',
            plan,
            applied,
            problems: desired.warnings,
            markdown: (0,markdown/* planMarkdown */.X)(plan, { file: desired.file, applied }),
            failed: applied.some(({ outcome }) => outcome === 'failed'),
            cost: session.stats,
        });
        if (plan.changes.length === 0 && before.interrupted === null)
            return report([]);
        return await (0,apply/* withLease */.pS)(session, context, async ({ run }) => {
            const release = { config: (0,litellm_config/* litellmConfigText */.V)(desired.litellm), env: secrets };
            const input = {
                manifest,
                image,
                workers: (0,host_of/* workersOf */.N)(desired.gateway),
                settings: (0,host_of/* settingsOf */.f5)(desired),
                release,
                probe: { models: (0,apply/* probesOf */.pX)(desired, plan) },
                run,
            };
            await deploy(session, input, { onEvent: (0,apply/* progress */.qB)(context) });
            const failures = await (0,apply/* applyBudgets */.Tq)(session, plan, before, context);
            return report((0,apply/* resultsOf */.qS)(plan.changes, failures, (0,diff/* diff */.U)(desired, await look(), context.now())));
        });
    }
    finally {
        session.close();
    }
}


/***/ })

};
;