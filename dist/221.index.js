"use strict";
exports.id = 221;
exports.ids = [221,931];
exports.modules = {

/***/ 3221:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rotate: () => (/* binding */ rotate)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 7 modules
var config_desired = __webpack_require__(2055);
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
    for (const target of targets) {
        const name = targetName(target);
        try {
            await publicKeyOf(octokit, target);
            await updatedAtOf(octokit, target);
            warnings.push(...(await shadows(octokit, target)));
        }
        catch (error) {
            flaws.push({ target: name, problem: flawOf(error, target) });
        }
    }
    return { flaws, warnings };
}
/**
 * Writes the secret, sealed for its target, and answers when GitHub says that it was written. A public key that was replaced
 * meanwhile is fetched anew. Throws an Error that names target and permission.
 */
async function writeSecret(octokit, target, value) {
    try {
        await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value)).catch(async (error) => {
            if ((0,client/* statusOf */.c)(error) !== 422 && (0,client/* statusOf */.c)(error) !== 409)
                throw error;
            await put(octokit, target, await sealed(await publicKeyOf(octokit, target), value));
        });
        return await updatedAtOf(octokit, target);
    }
    catch (error) {
        throw new Error(`${targetName(target)}: ${flawOf(error, target)}`, { cause: error });
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
    const found = await octokit.paginate(octokit.rest.actions.listSelectedReposForOrgSecret, {
        org,
        secret_name,
        per_page: 100,
    });
    return found.map(({ id }) => id);
}
async function put(octokit, target, box) {
    const { actions } = octokit.rest;
    const secret_name = target.secret;
    if ('organization' in target) {
        // GitHub asks for the visibility with each write: it stays what it was.
        const org = target.organization;
        const { visibility } = (await actions.getOrgSecret({ org, secret_name })).data;
        const selected = visibility === 'selected'
            ? { selected_repository_ids: await selectedBy(octokit, org, secret_name) }
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
/** GitHub gives a job the secret of its environment before that of the repository before that of the organisation. */
async function shadows(octokit, target) {
    if ('organization' in target || target.environment !== undefined)
        return [];
    const place = placeOf(target);
    const environments = await octokit
        .paginate(octokit.rest.repos.getAllEnvironments, { ...place, per_page: 100 })
        .catch(() => []);
    const hiding = [];
    for (const { name } of environments) {
        const found = await octokit.rest.actions
            .getEnvironmentSecret({ ...place, environment_name: name, secret_name: target.secret })
            .catch(() => undefined);
        if (found !== undefined)
            hiding.push(name);
    }
    return hiding.map((name) => `${target.repository}: jobs in the environment ${name} read its own ${target.secret}, not the repository's. Name that environment as a target, too.`);
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
/** The rotation that is under way on the host, or null. */
async function rotationState(session) {
    return (await session.run('rotation', { action: 'status' })).rotation;
}
/** Makes the new key and has the gateway take both; goes on with one that was begun before. @throws HostProgramError `no-salt-key`, `rotation-test`, `not-deployed` */
async function beginRotation(session, input, options = {}) {
    return (await session.run('rotation', { action: 'begin', ...input }, options)).rotation;
}
/** The new key itself. The caller adds it to the known secrets before anything else. */
async function readNewKey(session, input) {
    return (await session.run('rotation', { action: 'key', ...input })).key;
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

;// CONCATENATED MODULE: ./lib/rotation/rotate.js


/**
 * Takes the rotation as far as it can go now: ends one whose grace time is over, goes on with one that died, or makes a new one.
 * Holds at each step: whoever has the old or the new key is served, and the next run finds on the host how far this one came.
 */
async function rotateMasterKey(rotation) {
    const { session, run, octokit, targets, graceSeconds, finishNow, secrets, logger, onEvent } = rotation;
    const before = await rotationState(session);
    if (before?.phase === 'swapped') {
        const state = await finishRotation(session, { run, now: finishNow }, { onEvent });
        return state === null
            ? { outcome: 'finished', warnings: [] }
            : { outcome: 'waiting', state, warnings: [] };
    }
    const { flaws, warnings } = await checkTargets(octokit, targets);
    for (const warning of warnings)
        logger.warning(warning);
    if (flaws.length > 0)
        return { outcome: 'refused', flaws, warnings };
    if (before !== null)
        logger.info(`Going on with the rotation ${before.id}, which stands at "${before.phase}".`);
    const begun = await beginRotation(session, { run, graceSeconds }, { onEvent });
    const key = await readNewKey(session, { run });
    secrets.add(key);
    const written = new Set(begun?.targets.map(({ name }) => name));
    for (const target of targets) {
        const name = targetName(target);
        if (written.has(name))
            continue;
        const updatedAt = await writeSecret(octokit, target, key);
        await noteTarget(session, { run, target: { name, updatedAt } });
        logger.info(`  ✓ ${name} holds the new key (${updatedAt})`);
    }
    const state = await swapKeys(session, { run }, { onEvent });
    if (state === null)
        throw new Error('The host has forgotten the rotation that it was just asked to end.');
    return { outcome: 'rotated', state, warnings };
}

// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var apply = __webpack_require__(8293);
// EXTERNAL MODULE: ./lib/commands/host-of.js + 2 modules
var host_of = __webpack_require__(6753);
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
            targets: declared.targets,
            graceSeconds: secondsOf(declared.grace ?? DEFAULT_GRACE),
            finishNow: context.inputs.force === true,
            secrets: context.secrets,
            logger: context.logger,
            onEvent: (0,apply/* progress */.qB)(context),
        }));
        const lines = linesOf(result);
        for (const line of lines)
            context.logger[result.outcome === 'refused' ? 'error' : 'info'](line);
        return {
            command: 'rotate',
            plan: undefined,
            applied: undefined,
            problems: desired.warnings,
            markdown: [`### \`rotate\`: ${result.outcome}`, '', ...lines, ...result.warnings].join('\n\n'),
            failed: result.outcome === 'refused',
            cost: session.stats,
        };
    }
    finally {
        session.close();
    }
}
function linesOf(result) {
    switch (result.outcome) {
        case 'rotated':
            return [
                `The gateway has a new master key (SHA-256 ${result.state.new}…), and so have ${result.state.targets.length} secrets: ${result.state.targets.map(({ name }) => name).join(', ') || 'none'}.`,
                `The old one (${result.state.old}…) works until ${result.state.graceUntil}; the next rotate after that ends it.`,
            ];
        case 'waiting':
            return [
                `A rotation was made at ${result.state.since}. The old key works until ${result.state.graceUntil}; nothing was changed. force ends it now.`,
            ];
        case 'finished':
            return ['The grace time is over: the old master key is deleted, and every worker refuses it.'];
        case 'refused':
            return [
                'Nothing was changed: not every target could be written.',
                ...result.flaws.map(({ target, problem }) => `${target}: ${problem}`),
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