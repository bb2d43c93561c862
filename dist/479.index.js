"use strict";
exports.id = 479;
exports.ids = [479];
exports.modules = {

/***/ 9479:
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
;// CONCATENATED MODULE: ./lib/host/rollout.js
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
// EXTERNAL MODULE: ./lib/commands/apply.js + 5 modules
var apply = __webpack_require__(8095);
// EXTERNAL MODULE: ./lib/commands/host-of.js + 2 modules
var host_of = __webpack_require__(6753);
// EXTERNAL MODULE: ./lib/commands/values.js
var values = __webpack_require__(2593);
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
        return await (0,apply/* withLease */.pS)(session, context, async ({ run }) => {
            if (changes.some(change/* isConfiguration */.ZC)) {
                const release = { config: (0,litellm_config/* litellmConfigText */.Vw)(desired.litellm), env: secrets };
                const probe = { models: (0,apply/* probesOf */.pX)(desired, plan) };
                await rollout(session, { release, probe, run }, { onEvent: (0,apply/* progress */.qB)(context) });
            }
            else if (before.interrupted !== null)
                await recover(session, { run }, { onEvent: (0,apply/* progress */.qB)(context) });
            const failures = await (0,apply/* applyBudgets */.Tq)(session, plan, context);
            return report((0,apply/* resultsOf */.qS)(changes, failures, (0,diff/* diff */.U)(desired, await look(), context.now())));
        });
    }
    finally {
        session.close();
    }
}


/***/ })

};
;