"use strict";
exports.id = 647;
exports.ids = [647];
exports.modules = {

/***/ 647:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deploy: () => (/* binding */ deploy_deploy)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var config_desired = __webpack_require__(2358);
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
// EXTERNAL MODULE: ./lib/host/observe.js + 1 modules
var observe = __webpack_require__(3834);
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
;// CONCATENATED MODULE: ./lib/commands/deploy.js













/** Makes the whole gateway as declared, from an empty machine on: system, database, proxy, LiteLLM, then models and budgets. */
async function deploy_deploy(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const secrets = (0,values/* valuesFor */.E)(desired, context);
    const manifest = (0,host_of/* manifestOf */.$V)(desired);
    const { image } = desired.gateway.litellm;
    const session = await (0,host_of/* connectTo */.m6)(desired, context, 'change');
    const look = () => (0,observe/* observe */.l)(session, { manifest, image, secrets, owners: desired.budgets, prices: (0,costs/* pricedTargets */.aS)(desired) });
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
        const changes = [...plan.changes, ...plan.adoptions];
        if (changes.length === 0 && before.interrupted === null)
            return report([]);
        return await (0,apply/* withLease */.pS)(session, context, async ({ run }) => {
            const release = { config: (0,litellm_config/* litellmConfigText */.Vw)(desired.litellm), env: secrets };
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