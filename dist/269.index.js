"use strict";
exports.id = 269;
exports.ids = [269];
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

/***/ 2269:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sync: () => (/* binding */ sync)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var config_desired = __webpack_require__(2358);
// EXTERNAL MODULE: ./lib/config/litellm-config.js
var litellm_config = __webpack_require__(6871);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
// EXTERNAL MODULE: ./lib/host/observe.js + 1 modules
var observe = __webpack_require__(3834);
// EXTERNAL MODULE: ./lib/host/rollout.js
var rollout = __webpack_require__(1138);
// EXTERNAL MODULE: ./lib/plan/change.js
var change = __webpack_require__(796);
// EXTERNAL MODULE: ./lib/plan/costs.js
var costs = __webpack_require__(6328);
// EXTERNAL MODULE: ./lib/plan/diff.js + 2 modules
var diff = __webpack_require__(5313);
// EXTERNAL MODULE: ./lib/plan/markdown.js
var markdown = __webpack_require__(8561);
// EXTERNAL MODULE: ./lib/plan/wording.js
var wording = __webpack_require__(7986);
// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var commands_apply = __webpack_require__(8293);
// EXTERNAL MODULE: ./lib/commands/host-of.js
var host_of = __webpack_require__(3743);
// EXTERNAL MODULE: ./lib/commands/recorded.js
var recorded = __webpack_require__(2699);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/plan/reviewed.js
var plan_reviewed = __webpack_require__(4077);
;// CONCATENATED MODULE: ./lib/commands/reviewed.js


/**
 * Sees that a merge does what its reviewers saw. Where there is nothing to compare with, it says so and lets the run go on.
 * @throws ConfigError when the gateway has moved since the plan of the pull request, and the run is not told to go on even so
 */
async function requireReviewed(plan, { file }, { reviewed, inputs, logger }) {
    if (reviewed === undefined || inputs.force === true)
        return;
    const found = await reviewed().catch((error) => {
        logger.warning(`GitHub did not tell which plan was reviewed, so this one was not compared: ${error.message}`);
        return undefined;
    });
    if (found === undefined)
        return;
    if (found === 'refused')
        return logger.warning('The plan was not compared with the reviewed one: the job needs pull-requests: read.');
    const name = `#${found.pullRequest}`;
    const mark = found.comment === undefined ? undefined : (0,plan_reviewed/* readReviewedMark */.t0)(found.comment);
    if (mark === undefined)
        return logger.notice(`Pull request ${name} shows no plan of the gateway to compare this one with.`);
    const others = (0,plan_reviewed/* unreviewed */.tj)(plan, mark);
    if (mark.sha === found.headSha && others.length === 0)
        return;
    if (others.length === 0 && plan.changes.length === 0)
        return;
    const why = mark.sha === found.headSha
        ? `the gateway has moved since the plan that was reviewed in ${found.url}. That plan did not show, or showed differently: ${others.slice(0, 20).join('; ')}${others.length > 20 ? `; and ${others.length - 20} more` : ''}.`
        : `the plan in ${found.url} is of commit ${mark.sha.slice(0, 7)}, and ${found.headSha.slice(0, 7)} was merged.`;
    throw new problem/* ConfigError */.x([
        {
            severity: 'error',
            code: 'not-as-reviewed',
            message: `${why} Nothing was changed.`,
            fix: 'look at what a new plan shows (workflow_dispatch of the drift or plan workflow, or the CLI), then start this workflow by hand: that applies what is declared now.',
            at: { file, line: 1, column: 1 },
        },
    ]);
}

// EXTERNAL MODULE: ./lib/commands/values.js
var values = __webpack_require__(2593);
// EXTERNAL MODULE: ./lib/commands/with-lease.js + 1 modules
var with_lease = __webpack_require__(7771);
;// CONCATENATED MODULE: ./lib/commands/sync.js
















/** Makes models, settings, keys and budgets of the running gateway as declared, without losing a request. Leaves the machine alone. */
async function sync(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const secrets = (0,values/* valuesFor */.E)(desired, context);
    const session = await (0,host_of/* connectTo */.m6)(desired, context, 'change');
    const look = () => (0,observe/* observe */.l)(session, {
        manifest: (0,host_of/* manifestOf */.$V)(desired),
        image: desired.gateway.litellm.image,
        secrets,
        owners: desired.budgets,
        prices: (0,costs/* pricedTargets */.aS)(desired),
    });
    try {
        const before = await look();
        if (before.gateway === null)
            throw new errors/* HostProgramError */.N8('not-deployed', `No gateway stands on ${before.host.hostname} yet. Run the command deploy first.`, [], {});
        const plan = (0,diff/* diff */.U)(desired, before, context.now());
        (0,values/* requireValues */.S)(desired, secrets, plan);
        for (const line of (0,wording/* planLines */.HN)(plan, change/* title */.DD))
            context.logger.info(line);
        await requireReviewed(plan, desired, context);
        const changes = [...plan.changes.filter(({ kind }) => kind !== 'host'), ...plan.adoptions];
        const report = (applied) => ({
            command: 'sync',
            plan,
            applied,
            problems: desired.warnings,
            markdown: (0,markdown/* planMarkdown */.X)(plan, { file: desired.file, applied }),
            failed: applied.some(({ outcome }) => outcome === 'failed'),
            cost: session.stats,
        });
        if (changes.length === 0 && before.interrupted === null)
            return report([]);
        const apply = async ({ run }) => {
            if (changes.some(change/* isConfiguration */.ZC)) {
                const release = { config: (0,litellm_config/* litellmConfigText */.Vw)(desired.litellm), env: secrets };
                const probe = { models: (0,commands_apply/* probesOf */.pX)(desired, plan) };
                await (0,rollout/* rollout */.yT)(session, { release, probe, run }, { onEvent: (0,commands_apply/* progress */.qB)(context) });
            }
            else if (before.interrupted !== null)
                await (0,rollout/* recover */.lj)(session, { run }, { onEvent: (0,commands_apply/* progress */.qB)(context) });
            const failures = await (0,commands_apply/* applyBudgets */.Tq)(session, desired, plan, context);
            return report((0,commands_apply/* resultsOf */.qS)(changes, failures, (0,diff/* diff */.U)(desired, await look(), context.now())));
        };
        return await (0,recorded/* recorded */.t)(desired.gateway.domain, context, () => (0,with_lease/* withLease */.p)(session, context, apply));
    }
    finally {
        session.close();
    }
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
    const deadline = performance.now() + (LEASE_SECONDS + 10) * 1000;
    for (;;) {
        try {
            await acquireLease(session, lease);
            return;
        }
        catch (error) {
            if (!(error instanceof errors/* HostProgramError */.N8) || error.code !== 'busy')
                throw error;
            const held = error.data.lease;
            const prolonged = seen !== undefined && (seen.run !== held.run || seen.expires !== held.expires);
            if (prolonged || performance.now() > deadline)
                throw error;
            if (seen === undefined)
                logger.info(`${held.holder} has the lock (${held.run}). Waiting: if that run died, its lock ends at ${held.expires}.`);
            seen = held;
            await (0,promises_.setTimeout)(LOOK_AGAIN_MS);
        }
    }
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

/***/ 4077:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HF: () => (/* binding */ reviewedMark),
/* harmony export */   t0: () => (/* binding */ readReviewedMark),
/* harmony export */   tj: () => (/* binding */ unreviewed)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _change_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(796);


/** Beyond it the comment would have no room for its text; a plan that large is known as a whole. */
const MOST_CHANGES = 1_000;
const DIGITS = 12;
const MARK = /^<!-- planned for ([0-9a-f]{7,64}):((?: [0-9a-f]{12})*) -->$/m;
/**
 * A hidden line for the comment: the planned commit and a digest of each change, with what stood before and what comes after.
 * Values of secrets are left out, because a pull request is planned without them; so is the machine, which only `deploy` changes.
 */
function reviewedMark({ changes }, sha) {
    const digests = digestsOf(changes.filter(isCompared));
    return `<!-- planned for ${sha}:${digests.map((digest) => ` ${digest}`).join('')} -->`;
}
/** Reads {@link reviewedMark} out of a comment; undefined when there is none: an offline plan, or one of an older version. */
function readReviewedMark(comment) {
    const [, sha, digests] = MARK.exec(comment) ?? [];
    if (sha === undefined || digests === undefined)
        return undefined;
    return { sha, digests: new Set(digests.split(' ').filter((digest) => digest !== '')) };
}
/** The changes that the reviewed plan did not show like this: what stands on the gateway has moved since. */
function unreviewed({ changes }, { digests }) {
    const compared = changes.filter(isCompared);
    if (compared.length > MOST_CHANGES)
        return digestsOf(compared).every((digest) => digests.has(digest))
            ? []
            : [`${compared.length} changes, other ones than planned`];
    return compared.filter((change) => !digests.has(digestOf(change))).map(_change_js__WEBPACK_IMPORTED_MODULE_1__/* .title */ .DD);
}
function isCompared({ kind }) {
    return kind !== 'secret' && kind !== 'host';
}
function digestsOf(changes) {
    const digests = changes.map(digestOf).sort();
    return digests.length <= MOST_CHANGES ? digests : [hash(digests.join())];
}
function digestOf(change) {
    return hash(JSON.stringify(change, (key, value) => (isVolatile(key) ? undefined : sorted(value))));
}
/** Moves by itself between two looks, or says only where the declaration stands. */
function isVolatile(key) {
    return key === 'at' || key === 'spend' || key === 'resetsAt';
}
function sorted(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
function hash(text) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex').slice(0, DIGITS);
}


/***/ })

};
;