"use strict";
exports.id = 293;
exports.ids = [293];
exports.modules = {

/***/ 8293:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Tq: () => (/* binding */ applyBudgets),
  pX: () => (/* binding */ probesOf),
  qB: () => (/* binding */ progress),
  qS: () => (/* binding */ resultsOf)
});

// EXTERNAL MODULE: ./lib/config/budgets.js
var config_budgets = __webpack_require__(6909);
// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
;// CONCATENATED MODULE: ./lib/gateway/admin-api.js
/** LiteLLM refused or failed to answer a call of its admin API. */
class GatewayError extends Error {
    name = 'GatewayError';
    /** 0 when no answer came. */
    status;
    constructor(call, status, message) {
        super(status === 0 ? `${call}: ${message}` : `${call} answered ${status}: ${message}`);
        this.status = status;
    }
}
const ATTEMPTS = 3;
/** A bulk call writes one object after the other. */
const TIMEOUT_MS = 120_000;
/** @param timeoutMs how long one call may take before it counts as failed */
function createAdminApi(tunnel, masterKey, timeoutMs = TIMEOUT_MS) {
    const headers = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' };
    const ask = async (method, path, body) => {
        const call = `${method} ${path.split('?')[0]}`;
        for (let attempt = 1;; attempt += 1) {
            const sent = body === undefined ? {} : { body: JSON.stringify(body) };
            const signal = AbortSignal.timeout(timeoutMs);
            const { answer, text } = await answered(tunnel, path, { method, headers, signal, ...sent }).catch((error) => {
                if (!signal.aborted)
                    throw error;
                throw new GatewayError(call, 0, `no answer within ${Math.round(timeoutMs / 1000)} s`);
            });
            if (answer.ok)
                return JSON.parse(text);
            // Too many requests: LiteLLM did nothing, so asking again is safe. Other failures may have been carried out.
            if (answer.status !== 429 || attempt === ATTEMPTS)
                throw new GatewayError(call, answer.status, reason(text));
            await new Promise((wait) => setTimeout(wait, 1000 * attempt));
        }
    };
    return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}
async function answered(tunnel, path, options) {
    const answer = await tunnel.fetch(path, options);
    return { answer, text: await answer.text() };
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

// EXTERNAL MODULE: ./lib/plan/budgets.js
var budgets = __webpack_require__(5988);
;// CONCATENATED MODULE: ./lib/gateway/budget-fields.js


/** The mark that says whose an object is, in LiteLLM's `metadata`. */
const MANAGER = 'litellm-gitops';
/**
 * The limits that have to be written, by LiteLLM's names: those that differ, a lifted one as null. A period is sent only when it
 * differs, since LiteLLM computes the date of the next reset anew on each write of it. Pure.
 */
function changedFields({ subject, before, after }) {
    const names = (0,budgets/* differingLimits */.Nv)(before ?? config_budgets/* NO_LIMITS */.d1, after);
    return Object.fromEntries(names.map((name) => [nameFor(subject, name), valueFor(subject, name, after)]));
}
/** All limits, those that are not set as null. */
function allFields({ subject, after }, names) {
    return Object.fromEntries(names.map((name) => [nameFor(subject, name), valueFor(subject, name, after)]));
}
function nameFor(subject, name) {
    if (subject === 'member' && name === 'maxBudget')
        return 'max_budget_in_team';
    if (subject === 'member' && name === 'models')
        return 'allowed_models';
    return config_budgets/* LIMITS */.b1[name];
}
function valueFor(subject, name, limits) {
    switch (name) {
        case 'models':
            // An empty list changes nothing for a user (`_update_internal_user_params`), and lifts the limit everywhere else.
            return limits.models ?? (subject === 'user' ? [budgets/* ALL_MODELS */.Po] : []);
        case 'windows':
            return (limits.windows ?? []).map(({ maxBudget, duration }) => ({
                max_budget: maxBudget,
                budget_duration: duration,
            }));
        case 'modelBudgets':
            return Object.fromEntries(Object.entries(limits.modelBudgets ?? {}).map(([model, { maxBudget, duration }]) => [
                model,
                { max_budget: maxBudget, budget_duration: duration },
            ]));
        default:
            return limits[name];
    }
}
/** The metadata with our mark on it, or without it when nothing is kept from here any more. */
function marked(metadata, managed) {
    const { managed_by: _by, managed_limits: _limits, ...others } = metadata;
    // An empty mapping would change nothing (`_update_internal_user_params`).
    if (managed === undefined)
        return Object.keys(others).length === 0 ? { managed_by: null } : others;
    return { ...others, managed_by: MANAGER, managed_limits: managed.map((name) => config_budgets/* LIMITS */.b1[name]) };
}
/** The metadata of a team with our mark on the budget of one of its members: that has no place of its own for one. */
function memberMarked(metadata, user, managed) {
    const { managed_members: members, ...others } = metadata;
    const left = Object.entries(members ?? {}).filter(([id]) => id !== user);
    const all = managed === undefined ? left : [...left, [user, managed.map((name) => config_budgets/* LIMITS */.b1[name])]];
    return all.length === 0 ? others : { ...others, managed_members: Object.fromEntries(all) };
}
/** Whether the mark has to be written. */
function marksDiffer({ before, after }) {
    const [old, next] = [before?.managed, after.managed].map((names) => names?.toSorted().join());
    return old !== next;
}
/** The row of LiteLLM's budget table that holds the limits of one customer or tag, and says by its id that it is ours. */
function budgetRow({ subject, id }) {
    return `${MANAGER}:${subject}:${id}`;
}

;// CONCATENATED MODULE: ./lib/gateway/budgets.js



/** Users in one call; LiteLLM takes 500 and writes them one after the other, so several calls are under way instead. */
const BULK = 100;
/** Those whose metadata is written, and has to be read before: LiteLLM replaces it as a whole. */
function metadataNeeded(changes) {
    const ids = (subject) => [
        ...new Set(changes.flatMap((change) => {
            if (!marksDiffer(change))
                return [];
            if (change.subject === 'member')
                return subject === 'team' ? (change.team ?? []) : [];
            return change.subject === subject && change.before !== undefined ? change.id : [];
        })),
    ];
    return { user: ids('user'), team: ids('team'), key: ids('key'), tag: ids('tag') };
}
/**
 * Makes budgets as planned, each by itself: one that is refused does not hold up the others. Doing it again is safe: what a
 * crash left half made is found and finished. Every change is told to `onBudget` once.
 */
async function applyBudgetChanges(api, changes, { stored, newUsersInBulk }, onBudget) {
    const of = (subject) => changes.filter((change) => change.subject === subject);
    const each = async (subject, apply) => {
        await Promise.all(of(subject).map((change) => one(change, apply, onBudget)));
    };
    const metadata = (change) => stored[change.subject]?.[change.id] ?? {};
    const teams = new Map(Object.entries(stored.team ?? {}));
    // A member needs team and user, a key's limits may not exceed its team's.
    await Promise.all([
        each('team', (change) => applyTeam(api, change, teams)),
        applyUsers(api, of('user'), metadata, newUsersInBulk, onBudget),
        each('customer', (change) => applyCustomer(api, change)),
        each('tag', (change) => applyTag(api, change, metadata(change))),
    ]);
    await applyMembers(api, of('member'), teams, onBudget);
    await each('key', (change) => applyKey(api, change, metadata(change)));
}
async function one(change, apply, onBudget) {
    try {
        await apply(change);
        onBudget(change, undefined);
    }
    catch (error) {
        onBudget(change, error instanceof Error ? error.message : String(error));
    }
}
/** `metadata` only when the mark changes: left out, it stays. */
function mark(change, metadata) {
    return marksDiffer(change) ? { metadata: marked(metadata, change.after.managed) } : {};
}
async function applyUsers(api, changes, metadata, newInBulk, onBudget) {
    const isSingle = ({ before }) => before === undefined && !newInBulk;
    const update = (change) => ({
        user_id: change.id,
        ...changedFields(change),
        ...mark(change, metadata(change)),
    });
    const create = async (change) => {
        // Without `auto_create_key: false` every new user would get a key that nobody asked for.
        const { model_max_budget: byModel, ...body } = changedFields(change);
        const fresh = { user_id: change.id, ...body, ...mark(change, {}), auto_create_key: false };
        const made = await api.post('/user/new', fresh).then(() => true, (error) => {
            // Made meanwhile, or by a run that was cut short before it could say so.
            if (!(error instanceof GatewayError) || error.status !== 409)
                throw error;
            return false;
        });
        // A new user's budgets by model need a licence; an update's do not.
        if (!made || byModel !== undefined)
            await api.post('/user/update', update(change));
    };
    const single = (change) => one(change, () => (change.before === undefined ? create(change) : api.post('/user/update', update(change))), onBudget);
    const many = chunks(changes.filter((change) => !isSingle(change)), BULK);
    await Promise.all([
        ...changes.filter(isSingle).map(single),
        ...many.map((chunk) => updateUsers(api, chunk, update, single, onBudget)),
    ]);
}
/** One call for many; each of them succeeds or fails by itself, and what LiteLLM does not name was not done. */
async function updateUsers(api, changes, update, single, onBudget) {
    let answer;
    try {
        answer = await api.post('/user/bulk_update', { users: changes.map(update) });
    }
    catch {
        // This version lacks the call, or nobody knows what became of the single ones: writing them again does no harm.
        await Promise.all(changes.map(single));
        return;
    }
    const results = (0,source/* isRecord */.u4)(answer) && Array.isArray(answer.results) ? answer.results.filter(source/* isRecord */.u4) : [];
    const byId = new Map(results.map((result) => [result.user_id, result]));
    for (const change of changes) {
        const result = byId.get(change.id);
        if (result?.success === true)
            onBudget(change, undefined);
        else
            onBudget(change, String(result?.error ?? 'LiteLLM did not say what became of it'));
    }
}
async function applyTeam(api, change, teams) {
    const { id, before } = change;
    const own = mark(change, teams.get(id) ?? {});
    if (own.metadata !== undefined)
        teams.set(id, own.metadata);
    const body = { team_id: id, ...changedFields(change), ...own };
    if (before !== undefined)
        await api.post('/team/update', body);
    else
        await api.post('/team/new', { team_alias: id, ...body }).catch((error) => {
            if (!says(error, /already exists/i))
                throw error;
            return api.post('/team/update', body);
        });
}
/** Team by team: the marks of its members stand in one document. */
async function applyMembers(api, changes, teams, onBudget) {
    const names = [...new Set(changes.map(({ team = '' }) => team))];
    await Promise.all(names.map(async (team) => {
        const written = [];
        const write = async (change) => {
            await applyMember(api, change);
            written.push(change);
        };
        const refused = (change, failure) => {
            if (failure !== undefined)
                onBudget(change, failure);
        };
        const members = changes.filter((change) => (change.team ?? '') === team);
        await Promise.all(members.map((change) => one(change, write, refused)));
        const failure = await markMembers(api, team, written, teams.get(team) ?? {});
        for (const change of written)
            onBudget(change, marksDiffer(change) ? failure : undefined);
    }));
}
async function markMembers(api, team, members, before) {
    const changed = members.filter(marksDiffer);
    if (changed.length === 0)
        return undefined;
    const metadata = changed.reduce((all, { id, after }) => memberMarked(all, id, after.managed), before);
    try {
        await api.post('/team/update', { team_id: team, metadata });
        return undefined;
    }
    catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}
async function applyMember(api, change) {
    const { id, team, before } = change;
    if (before === undefined)
        await api
            .post('/team/member_add', { team_id: team, member: { role: 'user', user_id: id } })
            .catch((error) => {
            if (!says(error, /already (in|a member|exists)/i))
                throw error;
        });
    await api.post('/team/member_update', { team_id: team, user_id: id, ...changedFields(change) });
}
/** `/customer/update` takes 0 for "not given" and knows no period, so the limits stand in a row of their own. */
async function applyCustomer(api, change) {
    const { id, before, action } = change;
    const { models, ...fields } = changedFields(change);
    const row = budgetRow(change);
    const allowed = models === undefined ? {} : { models };
    if (action === 'delete') {
        await api.post('/budget/delete', { id: row });
        // Also makes LiteLLM forget what it remembers of this customer.
        await api.post('/customer/update', { user_id: id, ...allowed });
        return;
    }
    await writeRow(api, change, fields);
    const body = { user_id: id, budget_id: row, ...allowed };
    if (before !== undefined)
        await api.post('/customer/update', body);
    else
        await api.post('/customer/new', body).catch((error) => {
            if (!says(error, /already exists/i))
                throw error;
            return api.post('/customer/update', body);
        });
}
/** @param known the row of the budget table that the tag points to, and how many objects do */
async function applyTag(api, change, known) {
    const { id, before, action } = change;
    const row = budgetRow(change);
    if (action === 'delete') {
        await api.post('/budget/delete', { id: row });
        await api.post('/tag/update', await tagOf(api, id));
        return;
    }
    await writeRow(api, change, changedFields(change));
    if (before !== undefined && typeof known.row === 'string' && known.row !== row) {
        if (known.owners !== 1)
            throw new Error(`its budget ${known.row} is that of others too; give the tag one of its own in the UI first`);
        // LiteLLM fails to point a tag from one row to another (`handle_budget_for_entity`); without a row it can.
        await api.post('/budget/delete', { id: known.row });
    }
    const link = async () => api.post('/tag/update', { ...(await tagOf(api, id)), budget_id: row });
    if (before !== undefined)
        await link();
    else
        await api.post('/tag/new', { name: id, budget_id: row }).catch((error) => {
            if (!says(error, /already exists/i))
                throw error;
            return link();
        });
}
/** What an update of a tag would otherwise wipe. */
async function tagOf(api, name) {
    const answer = await api.post('/tag/info', { names: [name] });
    const tag = (0,source/* isRecord */.u4)(answer) ? answer[name] : undefined;
    const { description, models } = (0,source/* isRecord */.u4)(tag) ? tag : {};
    return { name, description, models };
}
const ROW_LIMITS = ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit'];
/** The row is made when the owner has none of ours; one that a crash left without its owner is taken. */
async function writeRow(api, change, changed) {
    const row = { budget_id: budgetRow(change) };
    if (change.before?.managed !== undefined) {
        if (Object.keys(changed).length > 0)
            await api.post('/budget/update', { ...row, ...changed });
        return;
    }
    const all = allFields(change, ROW_LIMITS);
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    await api.post('/budget/new', { ...row, ...given }).catch((error) => {
        if (!says(error, /already exists/i))
            throw error;
        return api.post('/budget/update', { ...row, ...all });
    });
}
async function applyKey(api, change, metadata) {
    const found = await api.get(`/key/list?key_alias=${encodeURIComponent(change.id)}&return_full_object=true&size=100`);
    const keys = (0,source/* isRecord */.u4)(found) && Array.isArray(found.keys) ? found.keys.filter(source/* isRecord */.u4) : [];
    const [key, ...more] = keys.filter(({ key_alias }) => key_alias === change.id);
    if (key === undefined || more.length > 0)
        throw new Error(`${more.length === 0 ? 'no key has' : `${keys.length} keys have`} the alias ${change.id}`);
    // The hash by which LiteLLM knows the key; nobody can ask anything with it.
    await api.post('/key/update', { key: key.token, ...changedFields(change), ...mark(change, metadata) });
}
function says(error, pattern) {
    return error instanceof GatewayError && pattern.test(error.message);
}
function chunks(items, size) {
    return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

;// CONCATENATED MODULE: ./lib/host/master-key.js
/** Reads the master key on the host. The caller adds it to the known secrets before anything else. @throws HostProgramError `key-missing` */
async function readMasterKey(session) {
    const { masterKey } = await session.run('master_key', {});
    return masterKey;
}

// EXTERNAL MODULE: ./lib/plan/change.js
var plan_change = __webpack_require__(796);
// EXTERNAL MODULE: ./lib/plan/wording.js
var wording = __webpack_require__(7986);
;// CONCATENATED MODULE: ./lib/commands/apply.js







/** Caddy's port on the host, behind which always the serving slot answers. */
const GATEWAY_PORT = 4000;
/** Makes the budgets of the plan through the admin API, each by itself: one that fails does not hold up the others. */
async function applyBudgets(session, { litellm }, plan, { secrets, logger }, timeoutMs) {
    const budgets = [...plan.changes, ...plan.adoptions].filter((change) => change.kind === 'budget' && !(0,plan_change/* isConfiguration */.ZC)(change));
    const failures = new Map();
    if (budgets.length === 0)
        return failures;
    const masterKey = await readMasterKey(session);
    secrets.add(masterKey);
    const tunnel = await session.forward(GATEWAY_PORT);
    try {
        const api = createAdminApi(tunnel, masterKey, timeoutMs);
        const stored = await readMetadata(session, metadataNeeded(budgets));
        const { litellm_settings: settings } = litellm;
        const newUsersInBulk = !(0,source/* isRecord */.u4)(settings) || settings.default_internal_user_params === undefined;
        await applyBudgetChanges(api, budgets, { stored, newUsersInBulk }, (change, failure) => {
            if (failure === undefined)
                logger.info(`budget of ${(0,config_budgets/* ownerText */.dP)(change)}: ${(0,wording/* budgetChangeText */.XU)(change)}`);
            else
                failures.set(change, failure);
        });
    }
    finally {
        tunnel.close();
    }
    return failures;
}
async function readMetadata(session, needed) {
    if (Object.values(needed).every((ids) => ids.length === 0))
        return {};
    return await session.run('budget_metadata', needed);
}
/**
 * What became of each change: done only when the gateway, read again, has no such difference any more.
 * @param after the difference between the declaration and the gateway as it was read back
 */
function resultsOf(changes, failures, after) {
    const left = new Set([...after.changes, ...after.adoptions].map(key));
    return changes.map((change) => {
        const failure = failures.get(change);
        // What stands is what counts: an answer may get lost, or be an error after the work was done.
        if (!left.has(key(change)))
            return { change, outcome: 'done' };
        return {
            change,
            outcome: 'failed',
            message: failure ?? 'was written, but the gateway does not have it when read back',
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
            return `budget ${(0,config_budgets/* ownerKey */.lf)(change)}`;
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


/***/ })

};
;