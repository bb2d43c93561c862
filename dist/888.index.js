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
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2358);
/* harmony import */ var _config_litellm_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6871);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7504);
/* harmony import */ var _host_observe_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3834);
/* harmony import */ var _host_rollout_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(1138);
/* harmony import */ var _plan_change_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(796);
/* harmony import */ var _plan_costs_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6328);
/* harmony import */ var _plan_diff_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6751);
/* harmony import */ var _plan_markdown_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8561);
/* harmony import */ var _plan_wording_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7986);
/* harmony import */ var _apply_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(8293);
/* harmony import */ var _host_of_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(3743);
/* harmony import */ var _recorded_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(2699);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(2593);
/* harmony import */ var _with_lease_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(7771);















/** Makes models, settings, keys and budgets of the running gateway as declared, without losing a request. Leaves the machine alone. */
async function sync(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    const secrets = (0,_values_js__WEBPACK_IMPORTED_MODULE_11__/* .valuesFor */ .E)(desired, context);
    const session = await (0,_host_of_js__WEBPACK_IMPORTED_MODULE_10__/* .connectTo */ .m6)(desired, context, 'change');
    const look = () => (0,_host_observe_js__WEBPACK_IMPORTED_MODULE_3__/* .observe */ .l)(session, {
        manifest: (0,_host_of_js__WEBPACK_IMPORTED_MODULE_10__/* .manifestOf */ .$V)(desired),
        image: desired.gateway.litellm.image,
        secrets,
        owners: desired.budgets,
        prices: (0,_plan_costs_js__WEBPACK_IMPORTED_MODULE_5__/* .pricedTargets */ .aS)(desired),
    });
    try {
        const before = await look();
        if (before.gateway === null)
            throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .HostProgramError */ .N8('not-deployed', `No gateway stands on ${before.host.hostname} yet. Run the command deploy first.`, [], {});
        const plan = (0,_plan_diff_js__WEBPACK_IMPORTED_MODULE_6__/* .diff */ .U)(desired, before, context.now());
        (0,_values_js__WEBPACK_IMPORTED_MODULE_11__/* .requireValues */ .S)(desired, secrets, plan);
        for (const line of (0,_plan_wording_js__WEBPACK_IMPORTED_MODULE_8__/* .planLines */ .HN)(plan, _plan_change_js__WEBPACK_IMPORTED_MODULE_4__/* .title */ .DD))
            context.logger.info(line);
        const changes = [...plan.changes.filter(({ kind }) => kind !== 'host'), ...plan.adoptions];
        const report = (applied) => ({
            command: 'sync',
            plan,
            applied,
            problems: desired.warnings,
            markdown: (0,_plan_markdown_js__WEBPACK_IMPORTED_MODULE_7__/* .planMarkdown */ .X)(plan, { file: desired.file, applied }),
            failed: applied.some(({ outcome }) => outcome === 'failed'),
            cost: session.stats,
        });
        if (changes.length === 0 && before.interrupted === null)
            return report([]);
        const apply = async ({ run }) => {
            if (changes.some(_plan_change_js__WEBPACK_IMPORTED_MODULE_4__/* .isConfiguration */ .ZC)) {
                const release = { config: (0,_config_litellm_config_js__WEBPACK_IMPORTED_MODULE_1__/* .litellmConfigText */ .Vw)(desired.litellm), env: secrets };
                const probe = { models: (0,_apply_js__WEBPACK_IMPORTED_MODULE_9__/* .probesOf */ .pX)(desired, plan) };
                await (0,_host_rollout_js__WEBPACK_IMPORTED_MODULE_13__/* .rollout */ .yT)(session, { release, probe, run }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_9__/* .progress */ .qB)(context) });
            }
            else if (before.interrupted !== null)
                await (0,_host_rollout_js__WEBPACK_IMPORTED_MODULE_13__/* .recover */ .lj)(session, { run }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_9__/* .progress */ .qB)(context) });
            const failures = await (0,_apply_js__WEBPACK_IMPORTED_MODULE_9__/* .applyBudgets */ .Tq)(session, desired, plan, context);
            return report((0,_apply_js__WEBPACK_IMPORTED_MODULE_9__/* .resultsOf */ .qS)(changes, failures, (0,_plan_diff_js__WEBPACK_IMPORTED_MODULE_6__/* .diff */ .U)(desired, await look(), context.now())));
        };
        return await (0,_recorded_js__WEBPACK_IMPORTED_MODULE_14__/* .recorded */ .t)(desired.gateway.domain, context, () => (0,_with_lease_js__WEBPACK_IMPORTED_MODULE_12__/* .withLease */ .p)(session, context, apply));
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


/***/ })

};
;