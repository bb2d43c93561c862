"use strict";
exports.id = 219;
exports.ids = [219];
exports.modules = {

/***/ 7219:
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
// EXTERNAL MODULE: ./lib/config/known-bad.json
var known_bad = __webpack_require__(4106);
;// CONCATENATED MODULE: ./lib/host/deploy.js

/**
 * Makes the host what is declared, from an empty Debian or Ubuntu on. Doing it again changes nothing.
 * @throws HostProgramError `unsupported-system`, `packages`, `image-pull`, `known-bad`, `migration`, `service-down`, `salt-key-lost`, and those of a rollout
 */
async function deploy(session, input, options = {}) {
    const { manifest, release, ...rest } = input;
    const given = { ...rest, ...release, knownBad: known_bad, files: manifest.files, packages: manifest.packages };
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
// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var commands_apply = __webpack_require__(8293);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/vm.js
var config_vm = __webpack_require__(4650);
// EXTERNAL MODULE: ./lib/gateway/front-door.js
var front_door = __webpack_require__(9051);
;// CONCATENATED MODULE: ./lib/commands/front-door.js



/** Before a certificate is asked for: the domain has to point here. @throws ConfigError with the record to add */
async function requireDns({ gateway, locate }, { addressesOf }) {
    const { domain, proxy = 'caddy', tls = 'acme', public_address: declared = [], vm } = gateway;
    if (proxy === 'external' || tls !== 'acme')
        return;
    const { host, proxy_jump } = (0,config_vm/* reachOf */.x)(vm);
    const machine = proxy_jump === undefined ? await addressesOf(host) : [];
    const expected = (0,front_door/* expectedAddresses */.Zx)([declared].flat(), machine);
    const flaw = (0,front_door/* dnsFlaw */.Kv)(domain, await addressesOf(domain), expected);
    if (flaw === undefined)
        return;
    throw new problem/* ConfigError */.x([
        {
            severity: 'error',
            code: 'dns',
            message: flaw,
            fix: 'add the record and run deploy again; nothing was changed.',
            at: locate(['domain']),
        },
    ]);
}
/** Tells whether people reach the gateway under its domain, and behind somebody else's proxy what that has to say. */
async function tellFrontDoor({ gateway }, { logger }) {
    const { domain, proxy = 'caddy', tls = 'acme', vm } = gateway;
    if (proxy === 'caddy' && tls !== 'acme')
        return [];
    const flaw = await (0,front_door/* pathFlaw */.SQ)(domain);
    if (flaw === undefined) {
        logger.info(`https://${domain} answers through the whole path`);
        return [`https://${domain} answers through the whole path.`];
    }
    logger.warning(flaw);
    if (proxy === 'caddy')
        return [
            `${flaw}. Caddy goes on asking for the certificate by itself: journalctl -u caddy tells how it goes.`,
        ];
    const snippet = (0,front_door/* proxySnippet */.iS)(domain, (0,config_vm/* reachOf */.x)(vm).host);
    logger.info(`The Caddy in front needs:\n${snippet}`);
    return [`${flaw}. The proxy in front needs, if it is a Caddy:`, `\`\`\`\n${snippet}\n\`\`\``];
}

// EXTERNAL MODULE: ./lib/commands/host-of.js
var host_of = __webpack_require__(3743);
// EXTERNAL MODULE: ./lib/commands/machine.js + 1 modules
var commands_machine = __webpack_require__(6843);
// EXTERNAL MODULE: ./lib/commands/recorded.js
var recorded = __webpack_require__(2699);
// EXTERNAL MODULE: ./lib/commands/values.js
var values = __webpack_require__(2593);
// EXTERNAL MODULE: ./lib/commands/with-lease.js + 1 modules
var with_lease = __webpack_require__(7771);
;// CONCATENATED MODULE: ./lib/commands/deploy.js

















/** Makes the whole gateway as declared, from an empty machine on: system, database, proxy, LiteLLM, then models and budgets. */
async function deploy_deploy(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const secrets = (0,values/* valuesFor */.E)(desired, context);
    await requireDns(desired, context);
    const manifest = (0,host_of/* manifestOf */.$V)(desired);
    const { image } = desired.gateway.litellm;
    const machine = await (0,commands_machine/* convergeMachine */.Bm)(desired, context);
    const connecting = () => (0,host_of/* connectTo */.m6)(desired, context, 'change');
    const session = machine === undefined ? await connecting() : await (0,commands_machine/* connectPatiently */.Jy)(connecting, context);
    const look = () => (0,observe/* observe */.l)(session, { manifest, image, secrets, owners: desired.budgets, prices: (0,costs/* pricedTargets */.aS)(desired) });
    try {
        const before = await look().catch(async (error) => {
            // The programs that look are Python; a minimal system may come without.
            if (!(error instanceof errors/* HostProgramError */.N8) || error.code !== 'no-python')
                throw error;
            await session.bootstrap();
            return await look();
        });
        const differs = (0,diff/* diff */.U)(desired, before, context.now());
        const plan = { ...differs, changes: [...(machine?.changes ?? []), ...differs.changes] };
        (0,values/* requireValues */.S)(desired, secrets, plan);
        for (const line of (0,wording/* planLines */.HN)(plan, change/* title */.DD))
            context.logger.info(line);
        const report = (results, more = []) => {
            const applied = [...(machine?.applied ?? []), ...results];
            return {
                command: 'deploy',
                plan,
                applied,
                problems: desired.warnings,
                markdown: [(0,markdown/* planMarkdown */.X)(plan, { file: desired.file, applied }), ...more].join('\n\n'),
                failed: applied.some(({ outcome }) => outcome === 'failed'),
                cost: session.stats,
            };
        };
        const changes = [...differs.changes, ...differs.adoptions];
        if (changes.length === 0 && before.interrupted === null) {
            // A run that died at its very end left it.
            await (0,commands_machine/* forgetSeed */.ZK)(desired, context);
            return report([]);
        }
        const apply = async ({ run }) => {
            const release = { config: (0,litellm_config/* litellmConfigText */.Vw)(desired.litellm), env: secrets };
            const input = {
                manifest,
                image,
                workers: (0,host_of/* workersOf */.N)(desired.gateway),
                settings: (0,host_of/* settingsOf */.f5)(desired),
                release,
                probe: { models: (0,commands_apply/* probesOf */.pX)(desired, plan) },
                run,
            };
            await deploy(session, input, { onEvent: (0,commands_apply/* progress */.qB)(context) });
            const failures = await (0,commands_apply/* applyBudgets */.Tq)(session, desired, plan, context);
            const applied = (0,commands_apply/* resultsOf */.qS)(changes, failures, (0,diff/* diff */.U)(desired, await look(), context.now()));
            await (0,commands_machine/* forgetSeed */.ZK)(desired, context);
            return report(applied, await tellFrontDoor(desired, context));
        };
        return await (0,recorded/* recorded */.t)(desired.gateway.domain, context, () => (0,with_lease/* withLease */.p)(session, context, apply));
    }
    finally {
        session.close();
    }
}


/***/ }),

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

/***/ 4106:
/***/ ((module) => {

module.exports = /*#__PURE__*/JSON.parse('{"1.82.7":"the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)","1.82.8":"the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)","1.94.0":"it locks out keys of teams that have a budget"}');

/***/ })

};
;