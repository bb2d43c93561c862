"use strict";
exports.id = 356;
exports.ids = [356,931];
exports.modules = {

/***/ 5356:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rotate: () => (/* binding */ rotate)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var config_desired = __webpack_require__(2358);
// EXTERNAL MODULE: ./lib/config/period.js
var config_period = __webpack_require__(1526);
// EXTERNAL MODULE: ./lib/config/problem.js
var config_problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./node_modules/libsodium-wrappers/dist/modules-esm/libsodium-wrappers.mjs + 1 modules
var libsodium_wrappers = __webpack_require__(4768);
// EXTERNAL MODULE: ./lib/github/client.js
var client = __webpack_require__(3931);
;// CONCATENATED MODULE: ./lib/github/secrets.js


/** `owner/name LITELLM_MASTER_KEY`, with the environment in brackets; `org acme …` for an organisation. */
function targetName(target) {
    if ('organization' in target)
        return `org ${target.organization} ${target.secret}`;
    const environment = target.environment === undefined ? '' : ` (${target.environment})`;
    return `${target.repository}${environment} ${target.secret}`;
}
/**
 * Looks whether every target could be written, before anything is: the public key can be read, and the secret is there already
 * (a rotation that makes new secrets would hide a misspelt name). Warns of a secret of the same name that hides this one.
 */
async function checkTargets(octokit, targets) {
    const flaws = [];
    const warnings = [];
    const updatedAt = new Map();
    const look = async (target) => {
        const [, written] = await Promise.all([publicKeyOf(octokit, target), updatedAtOf(octokit, target)]);
        return { written, hiding: await shadows(octokit, target, targets) };
    };
    const looks = await Promise.allSettled(targets.map(look));
    looks.forEach((result, index) => {
        const target = targets[index];
        const name = targetName(target);
        if (result.status === 'rejected')
            flaws.push({ target: name, problem: flawOf(result.reason, target) });
        else {
            updatedAt.set(name, result.value.written);
            warnings.push(...result.value.hiding);
        }
    });
    return { flaws, warnings, updatedAt };
}
/**
 * Writes the secret, sealed for its target, and answers when GitHub says that it was written, or what stood in the way. A public
 * key that was replaced meanwhile is fetched anew.
 */
async function writeSecret(octokit, target, value) {
    try {
        await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value)).catch(async (error) => {
            if ((0,client/* statusOf */.c)(error) !== 422 && (0,client/* statusOf */.c)(error) !== 409)
                throw error;
            await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value));
        });
        return { updatedAt: await updatedAtOf(octokit, target) };
    }
    catch (error) {
        return { target: targetName(target), problem: flawOf(error, target) };
    }
}
async function sealed({ key, key_id }, value) {
    await libsodium_wrappers/* default.ready */.Ay.ready;
    const box = libsodium_wrappers/* default */.Ay.crypto_box_seal(new TextEncoder().encode(value), Buffer.from(key, 'base64'));
    return { key_id, encrypted_value: Buffer.from(box).toString('base64') };
}
async function publicKeyOf({ rest: { actions } }, target) {
    if ('organization' in target)
        return (await actions.getOrgPublicKey({ org: target.organization })).data;
    const place = placeOf(target);
    return target.environment === undefined
        ? (await actions.getRepoPublicKey(place)).data
        : (await actions.getEnvironmentPublicKey({ ...place, environment_name: target.environment })).data;
}
async function updatedAtOf({ rest: { actions } }, target) {
    const secret_name = target.secret;
    if ('organization' in target)
        return (await actions.getOrgSecret({ org: target.organization, secret_name })).data.updated_at;
    const named = { ...placeOf(target), secret_name };
    return target.environment === undefined
        ? (await actions.getRepoSecret(named)).data.updated_at
        : (await actions.getEnvironmentSecret({ ...named, environment_name: target.environment })).data.updated_at;
}
async function selectedBy(octokit, org, secret_name) {
    return await octokit.paginate(octokit.rest.actions.listSelectedReposForOrgSecret, {
        org,
        secret_name,
        per_page: 100,
    });
}
async function put(octokit, target, box) {
    const { actions } = octokit.rest;
    const secret_name = target.secret;
    if ('organization' in target) {
        // GitHub asks for the visibility with each write: it stays what it was.
        const org = target.organization;
        const { visibility } = (await actions.getOrgSecret({ org, secret_name })).data;
        const selected = visibility === 'selected'
            ? { selected_repository_ids: (await selectedBy(octokit, org, secret_name)).map(({ id }) => id) }
            : {};
        await actions.createOrUpdateOrgSecret({ org, secret_name, visibility, ...selected, ...box });
        return;
    }
    const named = { ...placeOf(target), secret_name, ...box };
    if (target.environment === undefined)
        await actions.createOrUpdateRepoSecret(named);
    else
        await actions.createOrUpdateEnvironmentSecret({ ...named, environment_name: target.environment });
}
/**
 * GitHub gives a job the secret of its environment before that of the repository before that of the organisation: who reads one of
 * the same name that is no target. For an organisation's secret the repositories looked at are those selected for it, or those
 * that are targets themselves.
 */
async function shadows(octokit, target, targets) {
    const hiding = 'organization' in target
        ? await hidingOrganization(octokit, target, targets)
        : target.environment === undefined
            ? await hidingRepository(octokit, target)
            : [];
    const named = new Set(targets.map(targetName));
    const others = hiding.filter((one) => !named.has(targetName(one)));
    const looks = await Promise.all(others.map(async (one) => await updatedAtOf(octokit, one).then(Boolean, () => false)));
    return others.filter((_, index) => looks[index]).map((one) => hiddenText(target, one));
}
async function hidingRepository(octokit, target) {
    const environments = await octokit
        .paginate(octokit.rest.repos.getAllEnvironments, { ...placeOf(target), per_page: 100 })
        .catch(() => []);
    return environments.map(({ name }) => ({ ...target, environment: name }));
}
async function hidingOrganization(octokit, { organization, secret }, targets) {
    const { visibility } = (await octokit.rest.actions.getOrgSecret({ org: organization, secret_name: secret }))
        .data;
    const repositories = visibility === 'selected'
        ? (await selectedBy(octokit, organization, secret)).map(({ full_name }) => full_name)
        : targets.flatMap((one) => 'repository' in one && one.repository.startsWith(`${organization}/`) ? [one.repository] : []);
    return [...new Set(repositories)].map((repository) => ({ repository, secret }));
}
function hiddenText(target, by) {
    return by.environment === undefined
        ? `${targetName(target)}: jobs in ${by.repository} read its own ${by.secret}, not the organisation's. Name that repository as a target, too.`
        : `${by.repository}: jobs in the environment ${by.environment} read its own ${by.secret}, not the repository's. Name that environment as a target, too.`;
}
function placeOf({ repository }) {
    const [owner = '', repo = ''] = repository.split('/');
    return { owner, repo };
}
function flawOf(error, target) {
    const needs = 'organization' in target
        ? 'Organization secrets: write'
        : target.environment === undefined
            ? 'Secrets: write'
            : 'Environments: write';
    switch ((0,client/* statusOf */.c)(error)) {
        case 401:
            return 'GitHub does not take the token. Give a fine-grained token or the token of a GitHub App; the job’s own can never write secrets.';
        case 403:
            return `the token may not write it; it needs the permission "${needs}" there. The job’s own token can never have it.`;
        case 404:
            return `there is no such secret, or the token does not reach it (it needs "${needs}"). Make the secret once by hand, with any value.`;
        default:
            return error instanceof Error ? error.message : String(error);
    }
}

;// CONCATENATED MODULE: ./lib/host/rotation.js
/** How things stand; changes nothing. */
async function rotationState(session) {
    return await session.run('rotation', { action: 'status' });
}
/**
 * Makes the new key and has the gateway take old and new; goes on with a rotation that was begun before. Answers the key that the
 * targets shall get, which the caller adds to the known secrets before anything else.
 * @throws HostProgramError `not-deployed`, `master-key-differs`, `salt-key`, `key-missing`, `rotation-test`
 */
async function beginRotation(session, input, options = {}) {
    return await session.run('rotation', { action: 'begin', ...input }, options);
}
/** Has the host note that a target holds the new key. */
async function noteTarget(session, input) {
    await session.run('rotation', { action: 'noted', ...input });
}
/** Makes the new key the master by a rollout and tests both. @throws HostProgramError as a rollout does, `rotation-test`; the old key is the master then */
async function swapKeys(session, input, options = {}) {
    return (await session.run('rotation', { action: 'swap', ...input }, options)).rotation;
}
/** After the grace time, or at once with `now`: the old key is deleted and proven to be refused. Answers null when that is done. */
async function finishRotation(session, input, options = {}) {
    return (await session.run('rotation', { action: 'finish', ...input }, options)).rotation;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/rotation/canary.js



/** The file that the target's repository has from `workflows/`. */
const WORKFLOW = 'rotate-canary.yml';
const ANSWER = 'rotate-canary-';
/**
 * Has a job of the repository prove that the secret it reads is this key: it gets a nonce and answers the HMAC of it, as the name
 * of an artifact, which tells nothing of the key. The only way to see what a secret of GitHub holds. Answers what is wrong, or
 * undefined when the key is proven.
 */
async function askCanary(octokit, { repository, environment = '' }, key, { patienceMs = 300_000, pollMs = 3_000 } = {}) {
    const [owner = '', repo = ''] = repository.split('/');
    const place = { owner, repo };
    const nonce = (0,external_node_crypto_.randomBytes)(16).toString('hex');
    const right = (0,external_node_crypto_.createHmac)('sha256', key).update(nonce).digest('hex');
    try {
        const { default_branch: ref } = (await octokit.rest.repos.get(place)).data;
        const inputs = { nonce, environment };
        await octokit.rest.actions.createWorkflowDispatch({ ...place, workflow_id: WORKFLOW, ref, inputs });
        const deadline = Date.now() + patienceMs;
        while (Date.now() < deadline) {
            const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
                ...place,
                event: 'workflow_dispatch',
                per_page: 50,
            });
            const run = data.workflow_runs.find(({ display_title }) => display_title.includes(nonce));
            if (run?.status === 'completed')
                return await answerOf(octokit, { ...place, run_id: run.id }, right);
            await (0,promises_.setTimeout)(pollMs);
        }
        return `its workflow ${WORKFLOW} did not answer within ${Math.round(patienceMs / 1000)} s. Whether its jobs read the new key is not proven.`;
    }
    catch (error) {
        const status = (0,client/* statusOf */.c)(error);
        if (status === 404)
            return `it has no workflow ${WORKFLOW} on its default branch, or the token does not reach it. Copy workflows/${WORKFLOW} there.`;
        if (status === 403)
            return `the token may not start its workflow ${WORKFLOW}; it needs "Actions: write".`;
        return `its workflow ${WORKFLOW} could not be asked: ${error instanceof Error ? error.message : String(error)}`;
    }
}
async function answerOf(octokit, run, right) {
    const { artifacts } = (await octokit.rest.actions.listWorkflowRunArtifacts({ ...run, per_page: 100 })).data;
    const answers = artifacts.filter(({ name }) => name.startsWith(ANSWER));
    if (answers.some(({ name }) => name === `${ANSWER}${right}`))
        return undefined;
    return answers.length === 0
        ? `its workflow ${WORKFLOW} ended without an answer (run ${run.run_id}).`
        : `its jobs read another key: an environment’s or organisation’s secret of that name may come first, or ${WORKFLOW} names another secret.`;
}

;// CONCATENATED MODULE: ./lib/rotation/rotate.js



/**
 * Takes the rotation as far as it can go now: ends one whose grace time is over, goes on with one that died, or makes a new one.
 * Holds at each step: whoever has the old or the new key is served, and the next run finds on the host how far this one came.
 */
async function rotateMasterKey(rotation) {
    const { session, run, octokit, targets, finishNow, logger, onEvent } = rotation;
    const { rotation: before, distributed } = await rotationState(session);
    const check = await checkTargets(octokit, targets);
    const warnings = [...check.warnings, ...drift(before?.targets ?? distributed?.targets ?? [], check)];
    for (const warning of warnings)
        logger.warning(warning);
    if (before?.phase === 'swapped') {
        const state = await finishRotation(session, { run, now: finishNow }, { onEvent });
        return state === null ? { outcome: 'finished', warnings } : { outcome: 'waiting', state, warnings };
    }
    if (check.flaws.length > 0)
        return { outcome: 'refused', flaws: check.flaws, warnings };
    if (before !== null)
        logger.info(`Going on with the rotation ${before.id}, which stands at "${before.phase}".`);
    const { graceSeconds, distribute, limits } = rotation;
    const begun = await beginRotation(session, { run, graceSeconds, distribute, limits }, { onEvent });
    rotation.secrets.add(begun.key);
    const unwritten = await writeTargets(rotation, begun, check);
    if (unwritten.length > 0)
        return { outcome: 'incomplete', state: begun.rotation, flaws: unwritten, warnings };
    const state = await swapKeys(session, { run }, { onEvent });
    if (state === null)
        throw new Error('The host has forgotten the rotation that it was just asked to end.');
    const flaws = rotation.canary ? await askCanaries(rotation, begun.key) : [];
    return { outcome: 'rotated', state, flaws, warnings };
}
/** Writes every target that does not hold the key yet, also after one failed; answers those that could not be written. */
async function writeTargets({ session, run, octokit, targets, logger }, { rotation, key }, { updatedAt }) {
    const noted = new Map(rotation.targets.map((target) => [target.name, target.updatedAt]));
    const flaws = [];
    for (const target of targets) {
        const name = targetName(target);
        // What somebody else has written since is written once more.
        if (noted.has(name) && noted.get(name) === updatedAt.get(name))
            continue;
        const written = await writeSecret(octokit, target, key);
        if ('problem' in written) {
            logger.error(`${name}: ${written.problem}`);
            flaws.push(written);
            continue;
        }
        await noteTarget(session, { run, target: { name, updatedAt: written.updatedAt } });
        logger.info(`  ✓ ${name} holds the new key (${written.updatedAt})`);
    }
    return flaws;
}
/** Targets that somebody else wrote since the last rotation did: whoever reads them may have another key. */
function drift(noted, { updatedAt }) {
    return noted.flatMap(({ name, updatedAt: ours }) => {
        const now = updatedAt.get(name);
        return now === undefined || now === ours
            ? []
            : [`${name} was written by somebody else at ${now}, after the rotation did at ${ours}.`];
    });
}
async function askCanaries({ octokit, targets, logger }, key) {
    const asked = targets.flatMap((target) => ('repository' in target ? [target] : []));
    const answers = await Promise.all(asked.map(async (target) => {
        const problem = await askCanary(octokit, target, key);
        if (problem === undefined)
            logger.info(`  ✓ a job proved that ${targetName(target)} is the new key`);
        else
            logger.error(`${targetName(target)}: ${problem}`);
        return problem === undefined ? [] : [{ target: targetName(target), problem }];
    }));
    return answers.flat();
}

// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var apply = __webpack_require__(8293);
// EXTERNAL MODULE: ./lib/commands/host-of.js
var host_of = __webpack_require__(3743);
// EXTERNAL MODULE: ./lib/commands/with-lease.js + 1 modules
var with_lease = __webpack_require__(7771);
;// CONCATENATED MODULE: ./lib/commands/rotate.js







const HOUR = 3600;
const DEFAULT_GRACE = '24h';
/** Gives the gateway a new master key and every declared secret of GitHub the same; the old one works until the grace time is over. */
async function rotate(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const { rotate: declared } = desired.gateway;
    if (declared === undefined)
        throw refusal(desired, 'it has no section rotate', 'say under rotate who gets the new key.');
    const octokit = await context.github?.();
    if (octokit === undefined && declared.targets.length > 0)
        throw refusal(desired, 'no token was given that could write its targets', 'set github-token (action) or GITHUB_TOKEN (CLI) to a fine-grained token or that of a GitHub App.');
    const session = await (0,host_of/* connectTo */.m6)(desired, context, 'change');
    try {
        const result = await (0,with_lease/* withLease */.p)(session, context, ({ run }) => rotateMasterKey({
            session,
            run,
            // Without a token there are no targets either, so that nobody asks.
            octokit: octokit,
            targets: declared.targets.map(targetOf),
            graceSeconds: secondsOf(declared.grace ?? DEFAULT_GRACE),
            distribute: declared.distribute ?? 'master-key',
            limits: limitsOf(declared),
            canary: declared.canary === true,
            finishNow: context.inputs.force === true,
            secrets: context.secrets,
            logger: context.logger,
            onEvent: (0,apply/* progress */.qB)(context),
        }));
        const lines = linesOf(result);
        const flaws = 'flaws' in result ? result.flaws : [];
        for (const line of lines)
            context.logger[flaws.length > 0 ? 'error' : 'info'](line);
        const details = flaws.map(({ target, problem }) => `- ${target}: ${problem}`);
        if (result.outcome === 'refused')
            for (const line of details)
                context.logger.error(line);
        return {
            command: 'rotate',
            plan: undefined,
            applied: undefined,
            problems: desired.warnings,
            markdown: [
                `### \`rotate\`: ${result.outcome}`,
                '',
                ...lines,
                details.join('\n'),
                ...result.warnings,
            ].join('\n\n'),
            failed: flaws.length > 0,
            cost: session.stats,
        };
    }
    finally {
        session.close();
    }
}
function targetOf(declared) {
    if ('organization' in declared)
        return { organization: declared.organization, secret: declared.name };
    const { repository, environment, name: secret } = declared;
    return { repository, secret, ...(environment === undefined ? {} : { environment }) };
}
/** LiteLLM's names for what the virtual key may do. */
function limitsOf({ key = {} }) {
    const { time_period, ...limits } = key;
    const period = time_period === undefined ? undefined : (0,config_period/* parsePeriod */.DB)(time_period);
    return period === undefined || 'wrong' in period ? limits : { ...limits, budget_duration: period.duration };
}
function linesOf(result) {
    switch (result.outcome) {
        case 'rotated': {
            const { state, flaws } = result;
            const names = state.targets.map(({ name }) => name).join(', ') || 'none';
            const held = state.virtual === undefined
                ? `so have ${state.targets.length} secrets: ${names}`
                : `${state.targets.length} secrets have a new virtual key (${state.virtual}…): ${names}`;
            const proven = flaws.length === 0 ? [] : ['Not every target has proven that its jobs read the new key:'];
            return [
                `The gateway has a new master key (SHA-256 ${state.new}…), and ${held}.`,
                `The old one (${state.old}…) works until ${state.graceUntil}; the next rotate after that ends it.`,
                ...proven,
            ];
        }
        case 'waiting':
            return [
                `A rotation was made at ${result.state.since}. The old key works until ${result.state.graceUntil}; nothing was changed. force ends it now.`,
            ];
        case 'finished':
            return ['The grace time is over: the old master key is deleted, and every worker refuses it.'];
        case 'refused':
            return ['Nothing was changed: not every target could be written.'];
        case 'incomplete':
            return [
                `The old key (SHA-256 ${result.state.old}…) is still the master, and the new one works beside it. These targets were not written; the next rotate goes on with them:`,
            ];
    }
}
function secondsOf(grace) {
    const count = Number.parseInt(grace, 10);
    return grace.endsWith('d') ? count * 24 * HOUR : count * HOUR;
}
function refusal({ file, locate }, problem, fix) {
    const message = `${file} does not say how to rotate: ${problem}.`;
    return new config_problem/* ConfigError */.x([{ severity: 'error', code: 'rotate', message, fix, at: locate(['rotate']) }]);
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

/***/ 3931:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ statusOf),
/* harmony export */   createClient: () => (/* binding */ createClient)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2413);


const TRIES = 4;
/** A rate limit that frees up later than this is reported instead of waited for: runner minutes cost money. */
const LONGEST_WAIT_SECONDS = 60;
/**
 * Makes a client that gets over GitHub's passing faults: no connection, 500, 502, 503, 504 and rate limits that free up within
 * a minute, at most four tries. What creates something (POST) is tried again only when GitHub says that it did nothing (a
 * rate limit): a lost answer to "create" must not create twice. Each try ends after `timeoutMs`.
 */
function createClient({ token, apiUrl, wait = node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout, timeoutMs = 20_000 }) {
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_1__/* .getOctokit */ .Q)(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'litellm-gitops' });
    octokit.hook.wrap('request', async (request, options) => {
        for (let attempt = 1;; attempt += 1) {
            try {
                // In place: the hooks further in (octokit's authentication) were bound to this very object and see no other.
                options.request = { ...options.request, signal: AbortSignal.timeout(timeoutMs) };
                return await request(options);
            }
            catch (error) {
                const seconds = attempt < TRIES ? secondsBeforeRetry(error, options, attempt) : undefined;
                if (seconds === undefined)
                    throw error;
                await wait(seconds * 1000);
            }
        }
    });
    return octokit;
}
/** The status of a failed request; undefined when no answer came, or when the error is no request's. */
function statusOf(error) {
    const status = field(error, 'status');
    // Octokit reports a connection that broke, and its own timeout, as a RequestError with status 500 and no response.
    return typeof status === 'number' && field(error, 'response') !== undefined ? status : undefined;
}
function secondsBeforeRetry(error, { method, url }, attempt) {
    const status = statusOf(error);
    const backOff = 2 ** (attempt - 1);
    if (status === 403 || status === 429) {
        const seconds = limitedFor(error);
        return seconds !== undefined && seconds <= LONGEST_WAIT_SECONDS ? seconds : undefined;
    }
    // GraphQL is POST for questions too, and questions are all that we use it for.
    if (method === 'POST' && !url.endsWith('/graphql'))
        return undefined;
    if (status === undefined)
        return field(error, 'name') === 'HttpError' ? backOff : undefined;
    return [500, 502, 503, 504].includes(status) ? backOff : undefined;
}
/** Seconds until a rate limit ends; undefined when the refusal is about permissions. */
function limitedFor(error) {
    const headers = field(field(error, 'response'), 'headers');
    const after = Number(field(headers, 'retry-after'));
    if (Number.isFinite(after) && after > 0)
        return after;
    if (field(headers, 'x-ratelimit-remaining') !== '0')
        return undefined;
    const seconds = Number(field(headers, 'x-ratelimit-reset')) - Date.now() / 1000;
    return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}
function field(value, name) {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}


/***/ })

};
;