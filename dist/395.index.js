"use strict";
exports.id = 395;
exports.ids = [395];
exports.modules = {

/***/ 1612:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ filesIn)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


/** Files of a repository; nothing outside of it is read, whatever an include says. */
function filesIn(folder) {
    const inside = (path) => {
        const full = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(folder, path);
        if ((0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(folder, full).startsWith('..'))
            throw new Error('it lies outside of the repository');
        return full;
    };
    return {
        read: (path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(inside(path), 'utf8'),
        list: (pattern) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.globSync)(pattern, { cwd: folder })
            .filter((path) => !path.startsWith('..'))
            .sort(),
    };
}


/***/ }),

/***/ 2192:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ reportJson)
/* harmony export */ });
/* harmony import */ var _plan_change_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(796);

/** The document of `--json` and of the output `plan-json`. Its `schema` grows when a field changes its meaning or goes. */
function reportJson({ command, plan, applied, result, problems, imported, failed, cost, }) {
    return {
        schema: 1,
        command,
        failed,
        changes: plan?.changes ?? null,
        adoptions: plan?.adoptions ?? null,
        needsDeploy: plan === undefined ? null : (0,_plan_change_js__WEBPACK_IMPORTED_MODULE_0__/* .needsDeploy */ .nn)(plan),
        costs: plan?.costs ?? null,
        unmanaged: plan?.unmanaged ?? null,
        notes: plan?.notes ?? null,
        live: plan?.live ?? null,
        applied: applied?.map(({ change, outcome, message }) => ({
            kind: change.kind,
            action: change.action,
            id: idOf(change),
            outcome,
            ...(message === undefined ? {} : { message }),
        })) ?? null,
        result: result ?? null,
        problems,
        ...(imported === undefined ? {} : { imported }),
        connection: cost === undefined ? null : { connections: cost.connections, execs: cost.execs },
    };
}
function idOf(change) {
    if (change.kind === 'setting')
        return change.section;
    return change.kind === 'secret' || change.kind === 'host' ? change.name : change.id;
}


/***/ }),

/***/ 9950:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lo: () => (/* binding */ COMMANDS),
/* harmony export */   d1: () => (/* binding */ runCommand),
/* harmony export */   nZ: () => (/* binding */ COMMAND_NAMES),
/* harmony export */   y9: () => (/* binding */ isCommand)
/* harmony export */ });
/* harmony import */ var _config_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2144);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7504);
/* harmony import */ var _plan_change_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(796);
/* harmony import */ var _plan_markdown_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8561);




const COMMANDS = {
    plan: {
        about: 'validate gateway.yaml and show what it would change on the running gateway',
        inputs: ['offline'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(238), __webpack_require__.e(264)]).then(__webpack_require__.bind(__webpack_require__, 2264))).plan,
    },
    sync: {
        about: 'make models, settings, keys and budgets of the running gateway as declared',
        inputs: ['force'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(238), __webpack_require__.e(269)]).then(__webpack_require__.bind(__webpack_require__, 2269))).sync,
    },
    deploy: {
        about: 'make the whole gateway as declared, from an empty machine on',
        inputs: [],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(238), __webpack_require__.e(321)]).then(__webpack_require__.bind(__webpack_require__, 9321))).deploy,
    },
    rollback: {
        about: 'serve again what an earlier release served',
        inputs: ['target', 'force'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(35)]).then(__webpack_require__.bind(__webpack_require__, 4035))).rollback,
    },
    rotate: {
        about: 'give the gateway a new master key, and the declared GitHub secrets the same',
        inputs: ['force'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(413), __webpack_require__.e(768), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(356)]).then(__webpack_require__.bind(__webpack_require__, 5356))).rotate,
    },
    destroy: {
        about: 'remove the machine that deploy made on a hypervisor, and its disks',
        inputs: ['confirm'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(517)]).then(__webpack_require__.bind(__webpack_require__, 517))).destroy,
    },
    import: {
        about: 'write gateway.yaml from a LiteLLM that runs or is configured, with a report of each field',
        inputs: ['from', 'url', 'force'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(644)]).then(__webpack_require__.bind(__webpack_require__, 644))).importGateway,
    },
    backup: {
        about: 'take a backup now, as the host does by itself each day',
        inputs: [],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(553)]).then(__webpack_require__.bind(__webpack_require__, 5553))).backup,
    },
    verify: {
        about: 'restore a backup into a scratch place and prove its content',
        inputs: ['backup'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(702)]).then(__webpack_require__.bind(__webpack_require__, 3702))).verify,
    },
    drill: {
        about: 'bring the gateway up from the off-site copy in a scratch place, by the clock',
        inputs: ['backup'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(586)]).then(__webpack_require__.bind(__webpack_require__, 5586))).drill,
    },
    restore: {
        about: 'bring back a backup, or undo that; without confirm only say what would change',
        inputs: ['backup', 'scope', 'confirm', 'undo'],
        load: async () => (await Promise.all(/* import() */[__webpack_require__.e(47), __webpack_require__.e(624), __webpack_require__.e(854), __webpack_require__.e(293), __webpack_require__.e(333)]).then(__webpack_require__.bind(__webpack_require__, 2333))).restore,
    },
};
const COMMAND_NAMES = Object.keys(COMMANDS);
function isCommand(name) {
    return Object.hasOwn(COMMANDS, name);
}
/** The one place where an error becomes a report: what the user can mend is told as it is, anything else is a bug and keeps its cause. */
async function runCommand(name, context) {
    try {
        refuseForeignInputs(name, context);
        const command = await COMMANDS[name].load();
        const report = await command(context);
        for (const { change, outcome, message } of report.applied ?? [])
            if (outcome === 'failed')
                context.logger.error(`${(0,_plan_change_js__WEBPACK_IMPORTED_MODULE_2__/* .title */ .DD)(change)}: ${message ?? 'failed'}`);
        return report;
    }
    catch (error) {
        return failure(name, error, context);
    }
}
/** An input that a command does not know would be a wish that nobody hears. */
function refuseForeignInputs(name, { offline, inputs }) {
    const taken = COMMANDS[name].inputs;
    const given = Object.entries({ ...inputs, offline }).filter(([, value]) => value !== undefined && value !== false);
    for (const [input] of given) {
        if (taken.includes(input))
            continue;
        const takers = COMMAND_NAMES.filter((other) => COMMANDS[other].inputs.includes(input));
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh(`${input} is for the command ${takers.join(', ')}; ${name} does not take it. Remove it.`);
    }
}
function failure(command, error, { logger, config }) {
    const report = { command, plan: undefined, applied: undefined, problems: [], failed: true, cost: undefined };
    if (error instanceof _config_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .ConfigError */ .x) {
        for (const problem of error.problems)
            logger[problem.severity]((0,_config_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .formatProblem */ .V)(problem));
        return { ...report, problems: error.problems, markdown: (0,_plan_markdown_js__WEBPACK_IMPORTED_MODULE_3__/* .problemsMarkdown */ .K)(error.problems, config) };
    }
    const message = error instanceof Error ? error.message : String(error);
    const log = error instanceof _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostProgramError */ .N8 ? error.log : [];
    logger.error(message);
    for (const line of log)
        logger.info(`  ${line}`);
    if (!(error instanceof _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh))
        logger.debug(error instanceof Error ? (error.stack ?? '') : '');
    const lines = log.length === 0
        ? []
        : [
            '',
            '<details><summary>What the host said</summary>',
            '',
            '```text',
            ...log.map((line) => line.replaceAll('```', "'''")),
            '```',
            '',
            '</details>',
        ];
    return { ...report, markdown: [`### \`${command}\` failed`, '', message, ...lines].join('\n') };
}


/***/ }),

/***/ 6909:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fo: () => (/* binding */ desiredBudgets),
/* harmony export */   Is: () => (/* binding */ POSSIBLE),
/* harmony export */   b1: () => (/* binding */ LIMITS),
/* harmony export */   d1: () => (/* binding */ NO_LIMITS),
/* harmony export */   dP: () => (/* binding */ ownerText),
/* harmony export */   hT: () => (/* binding */ providerBudgetConfig),
/* harmony export */   iU: () => (/* binding */ budgetProblems),
/* harmony export */   lf: () => (/* binding */ ownerKey),
/* harmony export */   x3: () => (/* binding */ LIMIT_NAMES)
/* harmony export */ });
/* unused harmony exports LICENSE_VARIABLE, ownerOf */
/* harmony import */ var _period_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1526);
/* harmony import */ var _source_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5794);


/** Each limit and LiteLLM's name for it, which is also the one in `gateway.yaml` (but `time_period`). */
const LIMITS = {
    maxBudget: 'max_budget',
    duration: 'budget_duration',
    softBudget: 'soft_budget',
    tpmLimit: 'tpm_limit',
    rpmLimit: 'rpm_limit',
    models: 'models',
    modelBudgets: 'model_max_budget',
    windows: 'budget_limits',
};
const LIMIT_NAMES = Object.keys(LIMITS);
const NO_LIMITS = {
    maxBudget: null,
    duration: null,
    softBudget: null,
    tpmLimit: null,
    rpmLimit: null,
    models: null,
    modelBudgets: null,
    windows: null,
};
/** One text for each owner, to find it by. */
function ownerKey({ subject, id, team }) {
    return JSON.stringify([subject, team ?? null, id]);
}
/** `user team-dev`, `member alice of team data` */
function ownerText({ subject, id, team }) {
    return team === undefined ? `${subject} ${id}` : `${subject} ${id} of team ${team}`;
}
/**
 * What each subject can have in LiteLLM without a licence (1.106.2: `key_management_endpoints.py`, `team_endpoints.py`,
 * `customer_endpoints.py`, `budget_limiter.py`, and what `auth_checks.py` looks at).
 */
const POSSIBLE = {
    user: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models', 'modelBudgets'],
    team: ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit', 'models', 'windows'],
    member: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models'],
    customer: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models'],
    key: ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit', 'models', 'windows'],
    provider: ['maxBudget', 'duration'],
    tag: ['maxBudget', 'duration', 'softBudget'],
};
/** LiteLLM takes these with a licence only, which reaches it by this variable. */
const LICENSED = {
    team: 'modelBudgets',
    key: 'modelBudgets',
    customer: 'modelBudgets',
};
const LICENSE_VARIABLE = 'LITELLM_LICENSE';
const OWNERS = ['user_id', 'team_id', 'customer_id', 'key_alias', 'provider', 'tag'];
const SUBJECTS = {
    user_id: 'user',
    team_id: 'team',
    customer_id: 'customer',
    key_alias: 'key',
    provider: 'provider',
    tag: 'tag',
};
/** Whose the entry is; undefined when it names nobody, or two at once. */
function ownerOf(entry) {
    const named = OWNERS.filter((name) => entry[name] !== undefined);
    const { user_id, team_id } = entry;
    if (named.length === 2 && user_id !== undefined && team_id !== undefined)
        return { subject: 'member', id: user_id, team: team_id };
    const [name] = named;
    const id = name === undefined ? undefined : entry[name];
    return named.length === 1 && name !== undefined && id !== undefined
        ? { subject: SUBJECTS[name], id }
        : undefined;
}
/** The budgets of a declaration that was found right. */
function desiredBudgets({ budget_config }, source) {
    return (budget_config ?? []).flatMap((entry, index) => {
        const owner = ownerOf(entry);
        if (owner === undefined)
            return [];
        const limits = limitsOf(entry);
        const declared = LIMIT_NAMES.filter((name) => entry[KEYS[name]] !== undefined);
        return [{ ...owner, limits, declared, at: source.locate(['budget_config', index]) }];
    });
}
const KEYS = { ...LIMITS, duration: 'time_period' };
function limitsOf(entry) {
    return {
        maxBudget: entry.max_budget ?? null,
        duration: entry.time_period === undefined ? null : durationOf(entry.time_period),
        softBudget: entry.soft_budget ?? null,
        tpmLimit: entry.tpm_limit ?? null,
        rpmLimit: entry.rpm_limit ?? null,
        models: entry.models ?? null,
        modelBudgets: entry.model_max_budget === undefined
            ? null
            : Object.fromEntries(Object.entries(entry.model_max_budget).map(([model, window]) => [model, windowOf(window)])),
        windows: entry.budget_limits?.map(windowOf) ?? null,
    };
}
function windowOf({ max_budget, time_period }) {
    return { maxBudget: max_budget, duration: durationOf(time_period) };
}
function durationOf(period) {
    const parsed = (0,_period_js__WEBPACK_IMPORTED_MODULE_0__/* .parsePeriod */ .DB)(period);
    return 'duration' in parsed ? parsed.duration : period;
}
/** What is wrong in `budget_config` beyond its shape. */
function budgetProblems(gateway, source) {
    const problems = [];
    const first = new Map();
    const licensed = JSON.stringify(gateway).includes(`os.environ/${LICENSE_VARIABLE}`);
    for (const [index, entry] of (gateway.budget_config ?? []).entries()) {
        const error = (code, key, message, fix) => {
            const path = ['budget_config', index, ...(key === undefined ? [] : [key])];
            problems.push({ severity: 'error', code, message, fix, at: source.locate(path) });
        };
        const owner = ownerOf(entry);
        if (owner === undefined) {
            const named = OWNERS.filter((name) => entry[name] !== undefined);
            if (named.length === 0)
                error('budget', undefined, 'the budget does not say whose it is.', `add one of ${OWNERS.join(', ')}.`);
            else
                error('budget', named[1], `the budget names ${named.join(' and ')}.`, 'keep one of them; user_id with team_id is the user within that team.');
            continue;
        }
        const key = ownerKey(owner);
        const earlier = first.get(key);
        if (earlier === undefined)
            first.set(key, index);
        else
            error('duplicate-budget', undefined, `${ownerText(owner)} has a budget already, at line ${source.locate(['budget_config', earlier]).line}.`, 'keep one of the two.');
        limitProblems(owner, entry, licensed, error);
    }
    return [...problems, ...providerProblems(gateway, source)];
}
function limitProblems({ subject }, entry, licensed, error) {
    for (const name of LIMIT_NAMES) {
        const key = KEYS[name];
        if (entry[key] === undefined || POSSIBLE[subject].includes(name))
            continue;
        if (LICENSED[subject] === name) {
            if (!licensed)
                error('license', key, `LiteLLM takes ${key} for a ${subject} with a licence only.`, `remove it, or give the licence as ${LICENSE_VARIABLE}: os.environ/${LICENSE_VARIABLE} in environment_variables. For a user it needs none.`);
            continue;
        }
        const allowed = POSSIBLE[subject].map((one) => KEYS[one]).join(', ');
        error('budget', key, `LiteLLM knows no ${key} of a ${subject}.`, `allowed here: ${allowed}.`);
    }
    if (subject === 'provider' && (entry.max_budget === undefined || entry.time_period === undefined))
        error('budget', undefined, 'the budget of a provider lacks its amount or its period.', 'give both max_budget and time_period.');
    const { soft_budget: soft, max_budget: most } = entry;
    if (soft !== undefined && most !== undefined && soft >= most)
        error('budget', 'soft_budget', `soft_budget is ${(0,_source_js__WEBPACK_IMPORTED_MODULE_1__/* .describe */ .q0)(soft)}, and max_budget ${(0,_source_js__WEBPACK_IMPORTED_MODULE_1__/* .describe */ .q0)(most)}: it would never alert before requests are refused.`, 'write less than max_budget.');
}
/** A provider's budget has one home. */
function providerProblems({ budget_config, router_settings }, source) {
    const verbatim = router_settings?.provider_budget_config;
    const provider = (budget_config ?? []).findIndex((entry) => entry.provider !== undefined);
    if (verbatim === undefined || provider < 0)
        return [];
    return [
        {
            severity: 'error',
            code: 'duplicate-budget',
            message: 'providers have budgets here and in budget_config.',
            fix: 'move all of them to budget_config, or keep all of them here.',
            at: source.locate(['router_settings', 'provider_budget_config'], 'key'),
        },
    ];
}
/** LiteLLM's own section for the budgets of providers; undefined when there are none. */
function providerBudgetConfig(gateway) {
    const entries = (gateway.budget_config ?? []).flatMap(({ provider, max_budget, time_period }) => provider === undefined || time_period === undefined
        ? []
        : [[provider, { budget_limit: max_budget, time_period: durationOf(time_period) }]]);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}


/***/ }),

/***/ 1526:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D$: () => (/* binding */ canonicalDuration),
/* harmony export */   DB: () => (/* binding */ parsePeriod),
/* harmony export */   O1: () => (/* binding */ PERIODS_ALLOWED),
/* harmony export */   Zl: () => (/* binding */ nextReset)
/* harmony export */ });
const WORDS = {
    daily: { duration: '1d', label: 'a day' },
    weekly: { duration: '7d', label: 'a week' },
    monthly: { duration: '1mo', label: 'a month' },
    yearly: { duration: '365d', label: 'a year (365 days)' },
};
const PERIODS_ALLOWED = 'daily, weekly, monthly, yearly, or a LiteLLM duration such as 12h, 14d, 2w or 1mo';
/**
 * Reads a `time_period`: a word, or a duration in LiteLLM's form (`duration_parser.py`): a number and s, m (minutes), h, d, w or mo.
 * Returns the reason instead of a period when LiteLLM would refuse it or quietly do something else.
 */
function parsePeriod(text) {
    const word = WORDS[text];
    if (word !== undefined)
        return word;
    const match = /^([1-9]\d{0,4})(s|m|h|d|w|mo)$/.exec(text);
    if (match === null)
        return { wrong: `"${text}" is not a period that LiteLLM knows` };
    const [, count, unit] = match;
    // Accepted on write, then the reset job raises "only support 1 month intervals" and the budget never starts anew.
    if (unit === 'mo' && count !== '1')
        return { wrong: `"${text}": LiteLLM resets by one month only` };
    const labels = {
        s: 'second',
        m: 'minute',
        h: 'hour',
        d: 'day',
        w: 'week',
        mo: 'month',
    };
    const label = labels[unit ?? ''] ?? '';
    return {
        duration: text,
        label: count === '1' ? `${label === 'hour' ? 'an' : 'a'} ${label}` : `${count} ${label}s`,
    };
}
/** Two durations that LiteLLM resets at the same moments have one form: `24h` is `1d`, `1w` is `7d`, `30d` is `1mo`. */
function canonicalDuration(duration) {
    if (duration === null)
        return null;
    const same = {
        '24h': '1d',
        daily: '1d',
        '1w': '7d',
        weekly: '7d',
        '30d': '1mo',
        monthly: '1mo',
    };
    return same[duration] ?? duration;
}
/**
 * When LiteLLM will next reset a budget of this duration, in UTC; undefined where the moment depends on when it was written.
 * A day ends at midnight, a week on Monday, a month on the 1st (`get_next_standardized_reset_time`).
 */
function nextReset(duration, now) {
    const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
    const day = 86_400_000;
    switch (canonicalDuration(duration)) {
        case '1d':
            return new Date(midnight + day);
        case '7d':
            return new Date(midnight + ((8 - now.getUTCDay()) % 7 || 7) * day);
        case '1mo':
            return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
        default:
            return undefined;
    }
}


/***/ }),

/***/ 2144:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ formatProblem),
/* harmony export */   x: () => (/* binding */ ConfigError)
/* harmony export */ });
/** The user's files cannot be applied as they are. Everything that is wrong is listed, not only the first. */
class ConfigError extends Error {
    name = 'ConfigError';
    problems;
    constructor(problems) {
        super(problems.map(formatProblem).join('\n'));
        this.problems = problems;
    }
}
/** `gateway.yaml:12:5: … Fix: …`, the form that editors turn into links. */
function formatProblem({ message, fix, at }) {
    return `${at.file}:${at.line}:${at.column}: ${message} Fix: ${fix}`;
}


/***/ }),

/***/ 5794:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CJ: () => (/* binding */ parseFile),
/* harmony export */   o$: () => (/* binding */ readSource),
/* harmony export */   q0: () => (/* binding */ describe),
/* harmony export */   u4: () => (/* binding */ isRecord)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2144);


/** Lists that an included file may add to. Everything else is declared once, in the main file. */
const MERGED_LISTS = ['model_list', 'budget_config', 'credential_list'];
/** Reads the file and all that it includes. @throws ConfigError for YAML that cannot be parsed, files that are missing, keys that an included file cannot hold */
function readSource(file, files) {
    const main = parseFile(file, files);
    const patterns = main.value.include;
    if (patterns === undefined || patterns === null)
        return main;
    const names = Array.isArray(patterns) ? patterns : [patterns];
    const parts = [main];
    for (const [index, pattern] of names.entries()) {
        const at = main.locate(Array.isArray(patterns) ? ['include', index] : ['include']);
        const found = typeof pattern === 'string' ? files.list(beside(file, pattern)) : [];
        if (found.length === 0) {
            throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .x([
                problem('include', at, `no file matches the include ${JSON.stringify(pattern)}.`, 'correct the pattern, which is relative to this file, or remove it.'),
            ]);
        }
        parts.push(...found.map((name) => parseFile(name, files)));
    }
    return merge(main, parts);
}
function merge(main, parts) {
    const value = { ...main.value };
    const origins = new Map();
    for (const name of MERGED_LISTS) {
        const entries = parts.flatMap((source) => {
            const list = source.value[name];
            return Array.isArray(list) ? list.map((entry, index) => ({ entry, source, index })) : [];
        });
        if (entries.length === 0)
            continue;
        value[name] = entries.map(({ entry }) => entry);
        origins.set(name, entries);
    }
    const wrong = parts.slice(1).flatMap((part) => Object.keys(part.value)
        .filter((key) => !MERGED_LISTS.includes(key))
        .map((key) => problem('include', part.locate([key], 'key'), `an included file holds the key "${key}".`, `included files may hold ${MERGED_LISTS.join(', ')}; move "${key}" to ${main.file}.`)));
    if (wrong.length > 0)
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .x(wrong);
    return {
        file: main.file,
        value,
        locate(path, part) {
            const [list, index, ...rest] = path;
            const origin = typeof list === 'string' && typeof index === 'number' ? origins.get(list)?.[index] : undefined;
            if (origin === undefined || list === undefined)
                return main.locate(path, part);
            return origin.source.locate([list, origin.index, ...rest], part);
        },
    };
}
/** Reads one file, whatever it includes. @throws ConfigError for a file that is missing or no YAML */
function parseFile(file, files) {
    let text;
    try {
        text = files.read(file);
    }
    catch (cause) {
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .x([
            problem('file', { file, line: 1, column: 1 }, `the file cannot be read (${cause instanceof Error ? cause.message : cause}).`, 'create it with `litellm-gitops init`, or name another with `config`.'),
        ]);
    }
    const counter = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, {
        lineCounter: counter,
        merge: true,
        uniqueKeys: true,
        prettyErrors: false,
    });
    const place = (offset) => {
        const { line, col } = counter.linePos(offset);
        return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
    };
    if (document.errors.length > 0) {
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .x(document.errors.map(({ message, pos, code }) => problem('yaml', place(pos[0]), `not valid YAML: ${message.replace(/\.$/, '')}.`, code === 'DUPLICATE_KEY' ? 'keep one of the two.' : 'correct the YAML; indentation is by spaces.')));
    }
    const value = document.toJS({ maxAliasCount: 1000 });
    if (!isRecord(value)) {
        throw new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .ConfigError */ .x([
            problem('yaml', { file, line: 1, column: 1 }, `the file holds ${describe(value)} where keys and values are expected.`, 'begin with `domain:`, as in the README.'),
        ]);
    }
    return {
        file,
        value,
        locate(path, part = 'value') {
            let node = document.contents;
            let offset = 0;
            for (const step of path) {
                if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node)) {
                    const pair = node.items.find(({ key }) => ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) ? key.value : key) === step);
                    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isPair */ .tO)(pair))
                        break;
                    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(pair.key))
                        offset = pair.key.range?.[0] ?? offset;
                    node = pair.value ?? null;
                }
                else if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node) && typeof step === 'number') {
                    node = node.items[step] ?? null;
                    offset = node?.range?.[0] ?? offset;
                }
                else
                    break;
                // A scalar is pointed at itself, a collection at its key: that is where a reader looks.
                if (part === 'value' && node !== null && !(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isCollection */ .P3)(node))
                    offset = node.range?.[0] ?? offset;
            }
            return place(offset);
        },
    };
}
/** A pattern relative to the folder of the file that names it. */
function beside(file, pattern) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
    return folder + pattern;
}
function problem(code, at, message, fix) {
    return { severity: 'error', code, message, fix, at };
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** A value as a reader would name it: `"abc"`, `12`, `a list`, `nothing`. Long text is cut. */
function describe(value) {
    if (value === undefined || value === null)
        return 'nothing';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a mapping';
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}


/***/ }),

/***/ 9051:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kv: () => (/* binding */ dnsFlaw),
/* harmony export */   SQ: () => (/* binding */ pathFlaw),
/* harmony export */   Zx: () => (/* binding */ expectedAddresses),
/* harmony export */   iS: () => (/* binding */ proxySnippet),
/* harmony export */   sO: () => (/* binding */ addressesOf)
/* harmony export */ });
/* harmony import */ var node_dns_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1553);
/* harmony import */ var node_dns_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_dns_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_1__);


const PRIVATE = new node_net__WEBPACK_IMPORTED_MODULE_1__.BlockList();
for (const [network, length] of [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
    ['169.254.0.0', 16],
    ['127.0.0.0', 8],
])
    PRIVATE.addSubnet(network, length, 'ipv4');
for (const [network, length] of [
    ['fc00::', 7],
    ['fe80::', 10],
    ['::1', 128],
])
    PRIVATE.addSubnet(network, length, 'ipv6');
/** IPv4 and IPv6 addresses of a name, as this machine's resolver tells them; empty when it has none. */
async function addressesOf(name) {
    const found = await (0,node_dns_promises__WEBPACK_IMPORTED_MODULE_0__.lookup)(name, { all: true }).catch((error) => {
        if (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
            return [];
        throw error;
    });
    return found.map(({ address }) => address);
}
/**
 * What is wrong with the domain's DNS records for a certificate to be issued, with the record to add; undefined when nothing is.
 * @param found addresses that the domain resolves to
 * @param expected addresses of the machine as the world sees it; empty when nobody said and the machine's own is private
 */
function dnsFlaw(domain, found, expected) {
    const records = expected.map((address) => `${domain}. ${(0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(address) === 6 ? 'AAAA' : 'A'} ${address}`);
    const add = records.length === 0
        ? `Add an A record for ${domain} with the public address of the machine`
        : `Add the record "${records.join('" or "')}"`;
    const otherwise = 'or set tls to internal or off';
    if (found.length === 0)
        return `${domain} has no address in DNS, so no certificate can be issued. ${add}, ${otherwise}.`;
    const foreign = expected.length === 0 ? [] : found.filter((address) => !expected.includes(address));
    if (foreign.length === 0)
        return undefined;
    return (`${domain} points to ${foreign.join(', ')}, which is not this gateway (${expected.join(', ')}), so its certificate could not be ` +
        `issued. ${add} in place of that, say public_address when the machine is behind another address, ${otherwise}.`);
}
/** Addresses that the domain has to point to: those declared, else that of the machine unless only its own network sees it. */
function expectedAddresses(declared, machine) {
    if (declared.length > 0)
        return declared;
    return machine.filter((address) => !PRIVATE.check(address, (0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(address) === 6 ? 'ipv6' : 'ipv4'));
}
/** The lines for a Caddy that stands elsewhere in front of the gateway. */
function proxySnippet(domain, host) {
    return `${domain} {\n    reverse_proxy ${(0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(host) === 6 ? `[${host}]` : host}:4000\n}`;
}
/** Why the gateway does not answer under its domain as people call it; undefined when it does. */
async function pathFlaw(domain) {
    const url = `https://${domain}/health/liveliness`;
    try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
        const text = await answer.text();
        if (answer.ok && text.includes('alive'))
            return undefined;
        return `${url} answers ${answer.status}, and not as LiteLLM does`;
    }
    catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        return `${url} cannot be reached from here: ${cause instanceof Error ? cause.message : cause}`;
    }
}


/***/ }),

/***/ 2959:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  b: () => (/* binding */ createKnownSecrets)
});

;// CONCATENATED MODULE: ./lib/github/redact.js
/** Values shorter than this are not masked: `dev` or `1234` would turn up inside ordinary words and make the text unreadable. */
const SHORTEST_SECRET = 6;
const MASK = '***';
/** The first and last line of a PEM key is public text that error messages quote. */
const PEM_ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;
/**
 * Makes a function that replaces secrets by `***`.
 *
 * Found are the exact values and each line of a multi-line value, as they are and as base64 (at all three byte offsets, so a
 * password inside a Basic `user:password` is found too), base64url, URL-encoded, form-encoded and JSON-escaped text.
 * Values and lines shorter than {@link SHORTEST_SECRET} characters are ignored: masking those would mangle other text, so a
 * caller with such a short secret must refuse it instead. Overlapping secrets become one mask. Never throws.
 */
function createRedactor(values) {
    const forms = new Set();
    for (const value of values)
        for (const part of partsOf(value))
            for (const form of formsOf(part))
                forms.add(form);
    const needles = [...forms].filter((form) => form.length >= SHORTEST_SECRET);
    if (needles.length === 0)
        return (text) => text;
    return (text) => maskSpans(text, mergedSpans(text, needles));
}
/** The values worth masking in one secret: all of it, and each of its lines. Also what `::add-mask::` has to be told. */
function partsOf(value) {
    const trimmed = value.trim();
    const lines = trimmed
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => !PEM_ARMOUR.test(line));
    return [...new Set([trimmed, ...lines])].filter((part) => part.length >= SHORTEST_SECRET);
}
function formsOf(part) {
    const urlEncoded = percentEncoded(part);
    const forms = [
        part,
        JSON.stringify(part).slice(1, -1),
        urlEncoded,
        urlEncoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
        urlEncoded.replaceAll('%20', '+'),
    ];
    for (const encoded of base64Forms(part))
        forms.push(encoded, encoded.replaceAll('+', '-').replaceAll('/', '_'));
    return forms;
}
function percentEncoded(part) {
    // toWellFormed: encodeURIComponent throws on a lone surrogate, and a redactor must never be what fails.
    return encodeURIComponent(part.toWellFormed());
}
/**
 * The secret as base64 of its own, and the characters of longer base64 text that depend on nothing but the secret, for each
 * offset that it can have there. The characters at the seams mix bits of the neighbours and are left out.
 */
function base64Forms(part) {
    const bytes = Buffer.from(part, 'utf8');
    const whole = bytes.toString('base64');
    const inside = [0, 1, 2].map((offset) => {
        const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
        const start = Math.ceil((offset * 8) / 6);
        const end = Math.floor(((offset + bytes.length) * 8) / 6);
        return encoded.slice(start, end);
    });
    return [whole, whole.replace(/=+$/, ''), ...inside];
}
function mergedSpans(text, needles) {
    const spans = [];
    for (const needle of needles) {
        for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
            spans.push({ start: at, end: at + needle.length });
        }
    }
    spans.sort((a, b) => a.start - b.start);
    const merged = [];
    for (const span of spans) {
        const last = merged.at(-1);
        if (last !== undefined && span.start <= last.end)
            last.end = Math.max(last.end, span.end);
        else
            merged.push({ ...span });
    }
    return merged;
}
function maskSpans(text, spans) {
    if (spans.length === 0)
        return text;
    let masked = '';
    let from = 0;
    for (const { start, end } of spans) {
        masked += text.slice(from, start) + MASK;
        from = end;
    }
    return masked + text.slice(from);
}

;// CONCATENATED MODULE: ./lib/github/known-secrets.js

/**
 * Makes the run's list of secrets.
 * @param mask tells the runner to mask a value in logs and summaries (`core.setSecret`); one line at a time, since the runner's
 *   masks match single lines. Left out on a terminal.
 */
function createKnownSecrets(mask = () => { }) {
    const values = new Set();
    let redact = createRedactor([]);
    return {
        add(...added) {
            const fresh = new Set(added.filter((value) => !values.has(value)));
            if (fresh.size === 0)
                return;
            for (const value of fresh) {
                values.add(value);
                for (const part of partsOf(value))
                    if (!part.includes('\n'))
                        mask(part);
            }
            redact = createRedactor([...values]);
        },
        redact: (text) => redact(text),
    };
}


/***/ }),

/***/ 9000:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ clientFor)
/* harmony export */ });
/** Makes the client when it is asked for, which most commands never do; undefined without a token or an address. */
function clientFor(token, apiUrl) {
    return async () => {
        if (token === undefined || token === '' || apiUrl === undefined)
            return undefined;
        const { createClient } = await Promise.all(/* import() */[__webpack_require__.e(413), __webpack_require__.e(931)]).then(__webpack_require__.bind(__webpack_require__, 3931));
        return createClient({ token, apiUrl });
    };
}


/***/ }),

/***/ 6280:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Df: () => (/* binding */ withoutCommands),
/* harmony export */   Ml: () => (/* binding */ createActionsLogger),
/* harmony export */   nH: () => (/* binding */ createTerminalLogger)
/* harmony export */ });
/* unused harmony export createRecordingLogger */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6421);

/** Logs for a workflow run, with GitHub's folding groups and its colours for notices, warnings and errors. */
function createActionsLogger(redact) {
    const safe = (message) => withoutCommands(redact(message));
    return {
        debug: (message) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz(safe(message)),
        info: (message) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(safe(message)),
        notice: (message) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm(redact(message)),
        warning: (message) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(redact(message)),
        error: (message) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(redact(message)),
        group: (title, work) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .group */ .Os(redact(title), work),
    };
}
/**
 * Breaks up what the runner would take for a workflow command. Lines from the host are logged as they come, and a line such as
 * `::stop-commands::` in a container's log must be read, not obeyed. (`::` counts at the start of a line, `##[` anywhere.)
 */
function withoutCommands(text) {
    return text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [');
}
/** Logs for a person at a terminal. Colours are off when stderr is no terminal, or when `NO_COLOR` is set (no-color.org). */
function createTerminalLogger(options) {
    const write = options.write ?? ((text) => process.stderr.write(text));
    const colors = options.colors ?? (process.stderr.isTTY === true && !process.env.NO_COLOR);
    const paint = (code, text) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
    let depth = 0;
    const line = (label, message) => {
        const indent = '  '.repeat(depth);
        write(`${indent}${label}${options.redact(message).replaceAll('\n', `\n${indent}`)}\n`);
    };
    return {
        debug: (message) => (options.verbose ? line(paint(90, 'debug '), message) : undefined),
        info: (message) => line('', message),
        notice: (message) => line(paint(36, 'notice '), message),
        warning: (message) => line(paint(33, 'warning '), message),
        error: (message) => line(paint(31, 'error '), message),
        async group(title, work) {
            line('', paint(1, title));
            depth += 1;
            try {
                return await work();
            }
            finally {
                depth -= 1;
            }
        },
    };
}
/** Keeps what is logged, for tests: `records` in order, `text` as one string to search for what must not be there. */
function createRecordingLogger(redact = (text) => text) {
    const records = [];
    const groups = [];
    const keep = (level) => (message) => {
        records.push({ level, message: redact(message), groups: [...groups] });
    };
    return {
        records,
        get text() {
            return records.map(({ message }) => message).join('\n');
        },
        debug: keep('debug'),
        info: keep('info'),
        notice: keep('notice'),
        warning: keep('warning'),
        error: keep('error'),
        async group(title, work) {
            keep('group')(title);
            groups.push(redact(title));
            try {
                return await work();
            }
            finally {
                groups.pop();
            }
        },
    };
}


/***/ }),

/***/ 3410:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ agentModules)
/* harmony export */ });
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8496);

/** What the programs on the host are made of, by name of the module; `deploy` places the same text for the read-only key. */
function agentModules() {
    return Object.fromEntries(Object.entries((0,_files_js__WEBPACK_IMPORTED_MODULE_0__/* .hostFiles */ .q)('agent')).map(([name, text]) => [name.replace(/\.py$/, ''), text]));
}


/***/ }),

/***/ 7504:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N8: () => (/* binding */ HostProgramError),
/* harmony export */   R6: () => (/* binding */ HostAuthError),
/* harmony export */   Zt: () => (/* binding */ HostUnreachableError),
/* harmony export */   dh: () => (/* binding */ HostError),
/* harmony export */   oZ: () => (/* binding */ HostKeyError)
/* harmony export */ });
/** Something about the host that its owner can mend: the message says what and how. */
class HostError extends Error {
    name = 'HostError';
}
/** Nobody answers at the address, or the link died. */
class HostUnreachableError extends HostError {
    name = 'HostUnreachableError';
}
/** Somebody answers, but not the machine whose key is pinned. Nothing was sent to it. */
class HostKeyError extends HostError {
    name = 'HostKeyError';
    expected;
    got;
    constructor(message, expected, got) {
        super(message);
        this.expected = expected;
        this.got = got;
    }
}
/** The host refuses our key, or the key cannot be read. */
class HostAuthError extends HostError {
    name = 'HostAuthError';
}
/** A program on the host refused or failed: `code` is stable (see the agent's `Refused`), `log` holds redacted lines. */
class HostProgramError extends HostError {
    name = 'HostProgramError';
    code;
    log;
    data;
    constructor(code, message, log, data) {
        super(message);
        this.code = code;
        this.log = log;
        this.data = data;
    }
}


/***/ }),

/***/ 8496:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ hostFile),
/* harmony export */   q: () => (/* binding */ hostFiles)
/* harmony export */ });
const contents = {
 "agent/account.py": "\"\"\"The account that the key of pull requests logs in as.\"\"\"\n\nimport pwd\n\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\n\nNAME = \"litellm-plan\"\nDEFINITION = \"/etc/sysusers.d/litellm-plan.conf\"\n\n\ndef missing() -> list[str]:\n    try:\n        pwd.getpwnam(NAME)\n        return []\n    except KeyError:\n        return [NAME]\n\n\ndef make_missing() -> list[str]:\n    \"\"\"Makes the account that its definition, placed before, describes; answers what was done.\"\"\"\n    absent = missing()\n    if absent:\n        try:\n            run(\"systemd-sysusers\", DEFINITION)\n        except CommandFailed as failed:\n            raise Refused(\"account\", f\"The account {NAME} cannot be made: {failed}\", failed.output) from None\n    return [f\"account {name} made\" for name in absent]\n",
 "agent/admin_api.py": "\"\"\"LiteLLM's admin API over loopback, on connections that are kept open.\"\"\"\n\nimport http.client\nimport json\nimport socket\nfrom typing import Any\nfrom urllib.parse import urlencode\n\n\nclass ApiError(Exception):\n    \"\"\"The gateway did not answer, or answered with an error status.\"\"\"\n\n    def __init__(self, what: str, status: int | None, body: str) -> None:\n        super().__init__(f\"{what}: {status if status is not None else 'no answer'} {body[:300]}\".strip())\n        self.status = status\n\n\nclass AdminApi:\n    \"\"\"One keep-alive connection to one slot, and with that to one of its workers.\"\"\"\n\n    def __init__(self, port: int, master_key: str, timeout: float = 30) -> None:\n        self.connection = http.client.HTTPConnection(\"127.0.0.1\", port, timeout=timeout)\n        self.headers = {\"Authorization\": f\"Bearer {master_key}\", \"Content-Type\": \"application/json\"}\n\n    def get(self, path: str, **query: Any) -> Any:\n        return self._ask(\"GET\", f\"{path}?{urlencode(query)}\" if query else path, None)\n\n    def post(self, path: str, document: Any, key: str | None = None) -> Any:\n        return self._ask(\"POST\", path, document, key)\n\n    def local_port(self) -> int:\n        \"\"\"Our end of the connection, by which the worker at the other end is found.\"\"\"\n        if self.connection.sock is None:\n            self.connection.connect()\n        sock: socket.socket = self.connection.sock\n        return int(sock.getsockname()[1])\n\n    def close(self) -> None:\n        self.connection.close()\n\n    def _ask(self, method: str, path: str, document: Any, key: str | None = None) -> Any:\n        body = None if document is None else json.dumps(document)\n        headers = self.headers if key is None else self.headers | {\"Authorization\": f\"Bearer {key}\"}\n        # A kept connection may have been closed by the other side meanwhile; one new try tells that from a gateway that is down.\n        for last in (False, True):\n            fresh = self.connection.sock is None\n            try:\n                self.connection.request(method, path, body, headers)\n                answer = self.connection.getresponse()\n                text = answer.read().decode(errors=\"replace\")\n                break\n            except (OSError, http.client.HTTPException) as failure:\n                self.connection.close()\n                if last or fresh:\n                    raise ApiError(f\"{method} {path}\", None, str(failure)) from None\n        if answer.status >= 300:\n            raise ApiError(f\"{method} {path}\", answer.status, text)\n        try:\n            return json.loads(text)\n        except ValueError:\n            raise ApiError(f\"{method} {path}\", answer.status, \"not JSON\") from None\n",
 "agent/application_proof.py": "\"\"\"The last level of a proof: LiteLLM itself on the restored data, with the restored keys and configuration.\"\"\"\n\nimport json\nimport secrets\nfrom pathlib import Path\n\nimport agent\nfrom agent import images, proof, scratch\nfrom agent.admin_api import AdminApi, ApiError\nfrom agent.command import CommandFailed, run\nfrom agent.database_server import Server\nfrom agent.manifest import Manifest\nfrom agent.output import Refused\n\nMOST_VALUES = 50\n# Every string at the top level of these is encrypted by LiteLLM with the salt key.\nENCRYPTED = (\n    (\"LiteLLM_CredentialsTable\", \"credential_values\"),\n    (\"LiteLLM_ProxyModelTable\", \"litellm_params\"),\n)\n\n\ndef environment(files: Path, manifest: Manifest) -> dict[str, str]:\n    \"\"\"What the backed up release gave LiteLLM.\"\"\"\n    text = (files / \"etc/litellm/releases\" / str(manifest[\"release\"]) / \"env\").read_text()\n    return dict(line.split(\"=\", 1) for line in text.splitlines() if \"=\" in line)\n\n\ndef configuration(files: Path, manifest: Manifest) -> str:\n    return (files / \"etc/litellm/releases\" / str(manifest[\"release\"]) / \"config.yaml\").read_text()\n\n\ndef prove(server: Server, url: str, redis_password: str, files: Path, manifest: Manifest) -> str:\n    \"\"\"Answers what was proven. Refuses with the cause.\"\"\"\n    image = manifest[\"image\"]\n    if not images.present(image):\n        images.pull(image)\n    salt = (files / \"etc/litellm/salt_key\").read_text().strip()\n    master = (files / \"etc/litellm/master_key\").read_text().strip()\n    decrypted = _decrypt(server, image, salt)\n    host = {\n        \"DATABASE_URL\": url,\n        \"REDIS_HOST\": \"127.0.0.1\",\n        \"REDIS_PORT\": \"6379\",\n        \"REDIS_PASSWORD\": redis_password,\n        \"LITELLM_MASTER_KEY\": master,\n        \"LITELLM_SALT_KEY\": salt,\n        \"DISABLE_SCHEMA_UPDATE\": \"true\",\n    }\n    config = configuration(files, manifest)\n    seconds = scratch.start_litellm(image, config, environment(files, manifest) | host)\n    models = sorted(name for name in proof.model_ids(config).values() if \"*\" not in name)\n    try:\n        answered = scratch.inside(lambda: _ask(master, server, models[:1]))\n    except (ApiError, proof.NotProven, KeyError) as failure:\n        raise Refused(\"litellm\", f\"LiteLLM runs on the restored data, but: {failure}\", scratch.litellm_log()) from None\n    return f\"LiteLLM {manifest['litellmVersion']} ready after {seconds:.1f} s; {decrypted}; {answered}\"\n\n\ndef _decrypt(server: Server, image: str, salt: str) -> str:\n    \"\"\"LiteLLM's own code reads what is stored encrypted, with the restored salt key.\"\"\"\n    values = []\n    for table, column in ENCRYPTED:\n        query = (\n            f\"SELECT entry.value FROM public.\\\"{table}\\\" AS row, jsonb_each_text(to_jsonb(row.{column})) AS entry \"\n            f\"WHERE jsonb_typeof(to_jsonb(row.{column}) -> entry.key) = 'string' LIMIT {MOST_VALUES};\"\n        )\n        values += [line for line in server.ask(scratch.DATABASE, query).splitlines() if line]\n    if not values:\n        return \"nothing is stored encrypted\"\n    # The interpreter that litellm's own start script names.\n    program = 'exec \"$(head -n 1 \"$(command -v litellm)\" | cut -c 3-)\" -c \"$0\"'\n    try:\n        said = run(\n            \"podman\", \"run\", \"--rm\", \"--interactive\", \"--replace\", f\"--name={scratch.CONTAINER}\", \"--pull=never\", \"--network=none\",\n            \"--entrypoint=/bin/sh\", image, \"-c\", program, agent.SOURCES[\"decrypt_in_image\"],\n            stdin=json.dumps({\"salt\": salt, \"values\": values}), timeout=300,\n        )  # fmt: skip\n        answer = json.loads(said.strip().splitlines()[-1])\n    except (CommandFailed, ValueError, IndexError) as failure:\n        raise Refused(\"decrypt\", f\"Stored values could not be tried: {failure}\") from None\n    if answer[\"good\"] != answer[\"of\"]:\n        raise Refused(\n            \"salt-key\",\n            f\"{answer['of'] - answer['good']} of {answer['of']} stored credentials and model settings cannot be decrypted with the \"\n            \"salt key of this backup: it is another one than they were encrypted with.\",\n        )\n    return f\"{answer['of']} stored values decrypt\"\n\n\ndef _ask(master: str, server: Server, models: list[str]) -> str:\n    api = AdminApi(scratch.PORT, master, timeout=60)\n    try:\n        said = []\n        tokens = int(server.ask(scratch.DATABASE, 'SELECT count(*) FROM public.\"LiteLLM_VerificationToken\";'))\n        listed = int(api.get(\"/key/list\", size=1).get(\"total_count\", 0))\n        if tokens > 0 and listed == 0:\n            raise proof.NotProven(f\"it lists no virtual key, and the database holds {tokens}.\")\n        said.append(f\"{listed} virtual keys known\")\n        alias = f\"litellm-gitops-proof-{secrets.token_hex(6)}\"\n        made = api.post(\"/key/generate\", {\"key_alias\": alias, \"metadata\": {\"allow_client_mock_response\": True}})[\"key\"]\n        for model in models:\n            proof.probe_one(api, made, model)\n            said.append(f\"{model} answered a request\")\n        return \", \".join(said)\n    finally:\n        api.close()\n",
 "agent/audit.py": "\"\"\"The host's own record of who changed what, one JSON line each.\"\"\"\n\nimport json\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.machine import now\nfrom agent.paths import AUDIT_LOG\n\n\ndef record(run: str, what: str, **details: Any) -> None:\n    \"\"\"Adds one line; call it when the change stands, with names and counts, never values.\"\"\"\n    durable.folder(AUDIT_LOG.parent, 0o700)\n    line = {\"time\": now().isoformat(), \"who\": run, \"what\": what} | details\n    durable.append_line(AUDIT_LOG, json.dumps(line))\n",
 "agent/backup.py": "\"\"\"Takes a backup: database, Redis, keys and configuration of one moment, into the repository and its off-site copy.\"\"\"\n\nimport shutil\nimport urllib.error\nimport urllib.request\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import audit, backup_settings, database_dump, database_swap, durable, escrow, job, lease, manifest, redis_dump, restic\nfrom agent import retention\nfrom agent.command import CommandFailed\nfrom agent.database_server import MACHINE\nfrom agent.machine import now\nfrom agent.output import Refused, note, step\nfrom agent.paths import BACKUPS\n\nUNIT = \"litellm-gitops-backup.service\"\n# Always the same path: restic tells what is new by it.\nSTAGING = BACKUPS / \"staging\"\nPROVEN = BACKUPS / \"proven.json\"\nDATABASE = \"litellm\"\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {run, kind?}. Answers what `take` does.\"\"\"\n    lease.require(given[\"run\"])\n    folder = job.start(\n        UNIT, \"job_unit\", {\"program\": \"backup\", \"input\": given}, \"backup\", \"litellm-gitops backup\", \"Nice=10\", after=True\n    )\n    return job.finish(UNIT, folder, \"backup\")\n\n\ndef work(given: Document) -> Document:\n    return take(given.get(\"kind\") or \"manual\", given[\"run\"])\n\n\ndef clean_up() -> None:\n    \"\"\"Removes what a backup that was cut short left: it holds keys and all rows in clear.\"\"\"\n    shutil.rmtree(STAGING, ignore_errors=True)\n\n\ndef take(kind: str, run: str) -> Document:\n    \"\"\"Holds: the gateway serves on, and no snapshot is in the repository that is not whole.\n\n    Answers {snapshot, time, kind, rows, bytes, tables, copied, expired, repositoryBytes, litellm, escrow}. Refuses when the copy\n    failed, though the backup in the repository stands then.\n    \"\"\"\n    settings = backup_settings.read()\n    clean_up()\n    durable.folder(STAGING, 0o700)\n    try:\n        with step(\"database\") as this:\n            database = _database(STAGING / \"database\")\n            rows = sum(table[\"rows\"] for table in database[\"tables\"].values())\n            this.detail = f\"{rows} rows in {len(database['tables'])} tables, {_mib(database['bytes'])}\"\n        with step(\"redis\") as this:\n            redis = redis_dump.dump(STAGING / \"redis.rdb\")\n            this.detail = f\"{redis['keys']} keys\"\n        with step(\"files\") as this:\n            this.detail = f\"{manifest.copy_files(STAGING / 'files')} files\"\n            about = manifest.write(STAGING, kind, settings.domain, database, redis)\n        begun = now()\n        with step(\"repository\") as this:\n            repository = restic.local(settings)\n            try:\n                snapshot = repository.add(STAGING, kind, rows, begun)\n            except Refused as refused:\n                # Asked only then: each call of restic takes a second for the password alone.\n                if refused.code != \"repository-missing\" or not repository.ensure():\n                    raise\n                note(\"repository\", f\"There was no repository at {settings.repository}; a new one is begun there.\")\n                snapshot = repository.add(STAGING, kind, rows, begun)\n            size = repository.bytes()\n            this.detail = snapshot[:8] + (\"\" if size is None else f\", the whole repository has {_mib(size)}\")\n    finally:\n        clean_up()\n    audit.record(run, \"backup\", snapshot=snapshot, kind=kind, rows=rows)\n    trouble = _copy(settings, repository, snapshot)\n    gone = 0 if trouble else _expire(settings, repository)\n    database_swap.drop_kept()\n    result = {\n        \"snapshot\": snapshot,\n        \"time\": about[\"created\"],\n        \"kind\": kind,\n        \"rows\": rows,\n        \"bytes\": database[\"bytes\"],\n        \"tables\": len(database[\"tables\"]),\n        \"copied\": settings.copy_to is not None and trouble is None,\n        \"expired\": gone,\n        \"repositoryBytes\": size,\n        \"litellm\": about[\"litellmVersion\"],\n        \"escrow\": escrow.seal(settings),\n    }\n    if trouble:\n        raise Refused(\n            \"copy\",\n            f\"The backup {snapshot[:8]} stands in {settings.repository}, but not in its off-site copy: {trouble.message}\",\n            trouble.log,\n            backup=result,\n        )\n    _tell(settings)\n    return result\n\n\ndef _database(target: Path) -> Document:\n    try:\n        bytes_ = int(MACHINE.ask(DATABASE, \"SELECT pg_database_size(current_database());\"))\n        # What restic writes is smaller than this; the first time it is not much smaller.\n        database_dump.room_for(bytes_ * 2, BACKUPS, \"A backup\")\n        return database_dump.dump(MACHINE, DATABASE, target)\n    except CommandFailed as failed:\n        raise Refused(\"database-dump\", f\"The database cannot be backed up: {failed}\", failed.output) from None\n\n\ndef _copy(settings: backup_settings.Settings, repository: restic.Repository, snapshot: str) -> Refused | None:\n    \"\"\"Copies the snapshot, and those before it that the copy lacks; answers what went wrong.\"\"\"\n    copy = restic.copy(settings)\n    if copy is None:\n        return None\n    try:\n        with step(\"copy\") as this:\n            copy.ensure(like=repository)\n            have = {one.original for one in copy.snapshots()}\n            missing = [one.id for one in repository.snapshots() if one.original not in have]\n            copy.copy_from(repository, *missing)\n            if snapshot not in {one.original for one in copy.snapshots()}:\n                raise Refused(\"copy\", f\"restic copied {snapshot[:8]} without an error, but it is not in {settings.copy_to}.\")\n            this.detail = f\"{len(missing)} snapshots to {settings.copy_to}\"\n        return None\n    except Refused as refused:\n        return refused\n\n\ndef _expire(settings: backup_settings.Settings, repository: restic.Repository) -> int:\n    \"\"\"Forgets what is older than is wanted; a copy that only takes (append-only) keeps all, as it is meant to.\"\"\"\n    proven = (durable.read_json(PROVEN) or {}).get(\"snapshot\")\n    count = 0\n    with step(\"retention\") as this:\n        for one in (repository, restic.copy(settings)):\n            if one is None:\n                continue\n            gone = retention.expired(one.snapshots(), settings.keep_days, proven)\n            try:\n                one.forget(gone)\n                count += len(gone)\n            except Refused as refused:\n                if one is repository:\n                    raise\n                note(\"retention\", f\"Nothing could be removed from the off-site copy, which is right when it only takes: {refused.message}\")\n        this.detail = f\"{count} removed\" if proven else \"all kept until one is verified\"\n    return count\n\n\ndef _tell(settings: backup_settings.Settings) -> None:\n    \"\"\"Calls the heartbeat's address, so that somebody outside notices when this no longer happens.\"\"\"\n    if settings.heartbeat is None:\n        return\n    address = backup_settings.stored_values().get(settings.heartbeat)\n    if not address:\n        note(\"heartbeat\", f\"{settings.heartbeat} was never given to this host; nobody outside is told.\")\n        return\n    try:\n        urllib.request.urlopen(address, timeout=20).close()\n    except (OSError, ValueError, urllib.error.URLError):\n        # The address is a secret of its own and stays out of the text.\n        note(\"heartbeat\", f\"The address in {settings.heartbeat} did not answer.\")\n\n\ndef _mib(count: int) -> str:\n    return f\"{count / 1024**2:.1f} MiB\"\n",
 "agent/backup_settings.py": "\"\"\"What deploy said about backups: /etc/litellm/backup.json, and the values its storage needs in backup.env.\"\"\"\n\nimport dataclasses\nimport shlex\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.output import Refused\nfrom agent.paths import BACKUP_ENV, BACKUP_SETTINGS, BACKUP_SSH_KEY, ETC\n\nKNOWN_HOSTS = ETC / \"backup_known_hosts\"\n\n\n@dataclasses.dataclass(frozen=True)\nclass Settings:\n    domain: str\n    keep_days: int\n    repository: str\n    copy_to: str | None\n    # Variable of the storage, such as AWS_ACCESS_KEY_ID, and the name under which backup.env has its value.\n    references: dict[str, str]\n    heartbeat: str | None\n    # Hours after which a backup counts as missing.\n    oldest_hours: float\n    escrow: tuple[str, ...]\n\n    def storage_environment(self) -> dict[str, str]:\n        \"\"\"What restic needs to reach the copy. Refuses when a value was never given.\"\"\"\n        values = stored_values()\n        absent = sorted({name for name in self.references.values() if name not in values})\n        if absent:\n            raise Refused(\n                \"backup-value\",\n                f\"The storage of the off-site copy needs {', '.join(absent)}, which this host was never given. Set it in the \"\n                \"environment of the step that runs deploy, and deploy.\",\n            )\n        return {variable: values[name] for variable, name in self.references.items()}\n\n    def sftp_options(self) -> tuple[str, ...]:\n        \"\"\"restic's options for SFTP: our own key, and no host that is not pinned.\"\"\"\n        if not any((place or \"\").startswith(\"sftp:\") for place in (self.repository, self.copy_to)):\n            return ()\n        words = [\"-i\", str(BACKUP_SSH_KEY), \"-o\", \"IdentitiesOnly=yes\", \"-o\", \"BatchMode=yes\", \"-o\", \"StrictHostKeyChecking=yes\"]\n        return (\"-o\", f\"sftp.args={shlex.join([*words, '-o', f'UserKnownHostsFile={KNOWN_HOSTS}'])}\")\n\n\ndef read() -> Settings:\n    document: dict[str, Any] | None = durable.read_json(BACKUP_SETTINGS)\n    if document is None:\n        raise Refused(\"not-deployed\", f\"{BACKUP_SETTINGS} is missing on this host. Run deploy, which places it.\")\n    return Settings(\n        domain=document[\"domain\"],\n        keep_days=int(document[\"keepDays\"]),\n        repository=document[\"repository\"],\n        copy_to=document.get(\"copyTo\"),\n        references=document.get(\"environment\") or {},\n        heartbeat=document.get(\"heartbeat\"),\n        oldest_hours=float(document.get(\"oldestHours\", 26)),\n        escrow=tuple(document.get(\"escrow\") or ()),\n    )\n\n\ndef stored_values() -> dict[str, str]:\n    try:\n        lines = BACKUP_ENV.read_text().splitlines()\n    except FileNotFoundError:\n        return {}\n    return dict(line.split(\"=\", 1) for line in lines if \"=\" in line)\n\n\ndef take_values(given: dict[str, str]) -> dict[str, str]:\n    \"\"\"Keeps those of `given` that are the backup's, drops kept ones that are named no more, and answers the rest for LiteLLM.\"\"\"\n    document = durable.read_json(BACKUP_SETTINGS) or {}\n    names = {*(document.get(\"environment\") or {}).values()}\n    if document.get(\"heartbeat\"):\n        names.add(document[\"heartbeat\"])\n    before = stored_values()\n    after = {name: value for name, value in (before | given).items() if name in names}\n    if after != before:\n        durable.write(BACKUP_ENV, \"\".join(f\"{name}={value.strip()}\\n\" for name, value in sorted(after.items())).encode())\n    return {name: value for name, value in given.items() if name not in names}\n",
 "agent/backup_timers.py": "\"\"\"What makes the backups happen by themselves: timers, the storage's values, and a key of this host's own for SFTP.\"\"\"\n\nfrom agent import backup_settings, pending, units\nfrom agent.command import run\nfrom agent.output import note\nfrom agent.paths import BACKUP_ENV, BACKUP_SSH_KEY\n\nTIMERS = (\"litellm-backup.timer\", \"litellm-verify.timer\")\n\n\ndef ensure(given: dict[str, str]) -> list[str]:\n    \"\"\"Answers what was done.\"\"\"\n    done = []\n    before = backup_settings.stored_values()\n    backup_settings.take_values(given)\n    if backup_settings.stored_values() != before:\n        done.append(f\"{BACKUP_ENV} written\")\n    settings = backup_settings.read()\n    if settings.sftp_options() and not BACKUP_SSH_KEY.exists():\n        run(\"ssh-keygen\", \"-q\", \"-t\", \"ed25519\", \"-N\", \"\", \"-C\", f\"backups of {settings.domain}\", \"-f\", str(BACKUP_SSH_KEY))\n        done.append(f\"{BACKUP_SSH_KEY} made\")\n        public = BACKUP_SSH_KEY.with_suffix(\".pub\").read_text().strip()\n        note(\"backup\", f\"Let this key in where the off-site copy goes ({settings.copy_to}): {public}\")\n    if pending.has(\"restart timers\"):\n        for timer in TIMERS:\n            units.restart(timer)\n        pending.done(\"restart timers\")\n    for timer in TIMERS:\n        units.enable_and_start(timer)\n    return done\n",
 "agent/backups.py": "\"\"\"Lists the backups that there are.\"\"\"\n\nfrom typing import Any\n\nfrom agent import backup, backup_settings, durable, restic\n\nDocument = dict[str, Any]\n\n\ndef work(given: Document) -> Document:\n    \"\"\"Answers {backups: [{id, time, kind}], copy: the same or null, proven, keepDays}; the newest last.\"\"\"\n    del given\n    settings = backup_settings.read()\n    copy = restic.copy(settings)\n    return {\n        \"backups\": _list(restic.local(settings)),\n        \"copy\": None if copy is None else _list(copy),\n        \"proven\": durable.read_json(backup.PROVEN),\n        \"keepDays\": settings.keep_days,\n    }\n\n\ndef _list(repository: restic.Repository) -> list[Document]:\n    return [{\"id\": one.original[:8], \"time\": one.time.isoformat(), \"kind\": one.kind} for one in repository.snapshots()]\n",
 "agent/budget_facts.py": "\"\"\"Every budget that stands in LiteLLM's database, each in one form, read in one transaction that can write nothing.\n\nThe API would answer the same rows a hundred a call, lacks a list of members' budgets and the spend of tags, and says nothing\nwhile LiteLLM is down. Rows are taken as JSON, so that a column another version lacks reads as \"not set\".\n\"\"\"\n\nimport json\nfrom typing import Any\n\nfrom agent import postgres\nfrom agent.command import CommandFailed\n\nDocument = dict[str, Any]\n\nLIMITS = (\n    \"max_budget\", \"budget_duration\", \"soft_budget\", \"tpm_limit\", \"rpm_limit\", \"models\", \"model_max_budget\", \"budget_limits\",\n)  # fmt: skip\n\n# Where the fields of one subject stand: `t` is its row, `b` the row of LiteLLM_BudgetTable it points to.\nOWN = {name: f\"t->'{name}'\" for name in LIMITS} | {\"spend\": \"t->'spend'\", \"budget_reset_at\": \"t->'budget_reset_at'\"}\nLINKED = {name: f\"b->'{name}'\" for name in LIMITS} | {\"spend\": \"t->'spend'\", \"budget_reset_at\": \"b->'budget_reset_at'\"}\nMARK = (\n    \"CASE WHEN t->'metadata'->>'managed_by' = 'litellm-gitops' \"\n    \"THEN coalesce(t->'metadata'->'managed_limits', '[\\\"max_budget\\\", \\\"budget_duration\\\"]') END\"\n)\n# A row of the budget table that we made for one owner: all in it is ours.\nOURS = (\n    \"CASE WHEN b->>'budget_id' = {id} \"\n    \"THEN to_jsonb(array(SELECT jsonb_object_keys(jsonb_strip_nulls(b)) UNION SELECT 'models')) END\"\n)\n\nJOIN = 'LEFT JOIN \"LiteLLM_BudgetTable\" bt ON bt.budget_id = tt.budget_id'\n\n\ndef gather(declared: dict[str, list[Any]]) -> list[Document]:\n    \"\"\"Input: by subject the ids that the repository declares (a member's as [team, user]).\n\n    Answers who has a limit or our mark, or is declared, as {subject, id, team?, alias?, managed?, spend, budget_reset_at} and the\n    limits that are set; `managed` lists the limits that are ours. The shape is `ObservedBudget` in src/host/facts.ts.\n    \"\"\"\n    statements = \"\\n\".join(_statement(declared, *subject) for subject in _subjects())\n    answer = postgres.read(f\"BEGIN READ ONLY;\\n{statements}\\nCOMMIT;\")\n    return [json.loads(line) for line in answer.splitlines() if line.startswith(\"{\")]\n\n\ndef _subjects() -> list[tuple[str, str, dict[str, str]]]:\n    \"\"\"Name, rows and fields of each subject.\"\"\"\n    key = OWN | {\"id\": \"t->'key_alias'\", \"soft_budget\": \"b->'soft_budget'\", \"managed\": MARK}\n    member = LINKED | {\n        \"id\": \"t->'user_id'\",\n        \"team\": \"t->'team_id'\",\n        \"models\": \"b->'allowed_models'\",\n        \"managed\": \"team->'metadata'->'managed_members'->(t->>'user_id')\",\n        \"shared\": \"CASE WHEN b->>'budget_id' = team->'metadata'->>'team_member_budget_id' THEN to_jsonb(true) END\",\n    }\n    customer = LINKED | {\n        \"id\": \"t->'user_id'\",\n        \"models\": \"t->'models'\",\n        \"managed\": OURS.format(id=\"'litellm-gitops:customer:' || (t->>'user_id')\"),\n    }\n    tag = LINKED | {\"id\": \"t->'tag_name'\", \"models\": \"NULL\", \"managed\": OURS.format(id=\"'litellm-gitops:tag:' || (t->>'tag_name')\")}\n    return [\n        (\"user\", 'SELECT to_jsonb(tt) t FROM \"LiteLLM_UserTable\" tt', OWN | {\"id\": \"t->'user_id'\", \"managed\": MARK}),\n        (\"team\", 'SELECT to_jsonb(tt) t FROM \"LiteLLM_TeamTable\" tt', OWN | {\n            \"id\": \"t->'team_id'\", \"alias\": \"t->'team_alias'\", \"managed\": MARK,\n        }),\n        (\"member\", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b, to_jsonb(teams) team FROM \"LiteLLM_TeamMembership\" tt {JOIN} '\n            'LEFT JOIN \"LiteLLM_TeamTable\" teams ON teams.team_id = tt.team_id', member),\n        (\"customer\", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM \"LiteLLM_EndUserTable\" tt {JOIN}', customer),\n        # Sessions of the UI are keys with a budget of their own; a key without an alias cannot be declared.\n        (\"key\", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM \"LiteLLM_VerificationToken\" tt {JOIN} '\n            \"WHERE tt.key_alias IS NOT NULL AND tt.team_id IS DISTINCT FROM 'litellm-dashboard'\", key),\n        (\"tag\", f'SELECT to_jsonb(tt) t, to_jsonb(bt) b FROM \"LiteLLM_TagTable\" tt {JOIN}', tag),\n    ]  # fmt: skip\n\n\ndef _statement(declared: dict[str, list[Any]], subject: str, rows: str, fields: dict[str, str]) -> str:\n    built = \", \".join(f\"'{name}', {_set(source) if name in LIMITS else source}\" for name, source in fields.items())\n    limits = \", \".join(f\"'{name}'\" for name in (*LIMITS, \"managed\"))\n    owner = \"jsonb_build_array(o->'team', o->'id')\" if subject == \"member\" else \"o->'id'\"\n    return (\n        f\"SELECT o FROM (SELECT jsonb_strip_nulls(jsonb_build_object('subject', '{subject}', {built})) o FROM ({rows}) r) x\\n\"\n        f\"WHERE o ?| array[{limits}] OR {owner} IN (SELECT jsonb_array_elements({_literal(declared.get(subject) or [])}))\\n\"\n        \"ORDER BY o->>'team', o->>'id';\"\n    )\n\n\ndef _set(source: str) -> str:\n    \"\"\"An empty list or mapping is LiteLLM's way of saying \"no limit\".\"\"\"\n    return f\"NULLIF(NULLIF(NULLIF({source}, '[]'), '{{}}'), 'null')\"\n\n\ndef _literal(document: Any) -> str:\n    \"\"\"A document as SQL: ASCII without line ends, every quote doubled, so nothing in it ends the text.\"\"\"\n    text = json.dumps(document).replace(\"'\", \"''\")\n    return f\"'{text}'::jsonb\"\n\n\ndef readable(declared: dict[str, list[Any]]) -> tuple[list[Document] | None, str | None]:\n    \"\"\"The budgets, or None and why they cannot be read.\"\"\"\n    try:\n        return gather(declared), None\n    except (CommandFailed, FileNotFoundError) as failure:\n        return None, f\"the database does not answer: {failure}\"\n",
 "agent/budget_metadata.py": "\"\"\"What has to be known of objects before their budgets are written: LiteLLM replaces some of it as a whole.\"\"\"\n\nimport json\nfrom typing import Any\n\nfrom agent import postgres\n\nMETADATA = {\n    \"user\": (\"LiteLLM_UserTable\", \"user_id\"),\n    \"team\": (\"LiteLLM_TeamTable\", \"team_id\"),\n    \"key\": (\"LiteLLM_VerificationToken\", \"key_alias\"),\n}\n# Who can point to a row of the budget table.\nREFERRING = (\n    \"LiteLLM_TagTable\", \"LiteLLM_EndUserTable\", \"LiteLLM_VerificationToken\", \"LiteLLM_TeamMembership\", \"LiteLLM_OrganizationTable\",\n    \"LiteLLM_OrganizationMembership\",\n)  # fmt: skip\n\n\ndef main(given: dict[str, list[str]]) -> dict[str, dict[str, Any]]:\n    \"\"\"Input: ids by subject (user, team, key, tag). Answers {subject: {id: document}}.\n\n    Of users, teams and keys that is their metadata as it is stored; secrets in it are LiteLLM's ciphertext. Of tags it is\n    {row, owners}: the row of the budget table that the tag points to, and how many objects do.\n    \"\"\"\n    return {subject: _tags(ids) if subject == \"tag\" else _metadata(subject, ids) for subject, ids in given.items() if ids}\n\n\ndef _metadata(subject: str, ids: list[str]) -> dict[str, Any]:\n    table, key = METADATA[subject]\n    return _read(f\"SELECT jsonb_build_array({key}, metadata) FROM \\\"{table}\\\" WHERE {key} IN {_listed(ids)};\")\n\n\ndef _tags(names: list[str]) -> dict[str, Any]:\n    owners = \" + \".join(f'(SELECT count(*) FROM \"{table}\" WHERE budget_id = tag.budget_id)' for table in REFERRING)\n    return _read(\n        f\"SELECT jsonb_build_array(tag_name, jsonb_build_object('row', budget_id, 'owners', {owners})) \"\n        f'FROM \"LiteLLM_TagTable\" tag WHERE tag_name IN {_listed(names)};'\n    )\n\n\ndef _listed(ids: list[str]) -> str:\n    \"\"\"The ids as SQL: ASCII without line ends, every quote doubled, so nothing in them ends the text.\"\"\"\n    text = json.dumps(ids).replace(\"'\", \"''\")\n    return f\"(SELECT jsonb_array_elements_text('{text}'::jsonb))\"\n\n\ndef _read(query: str) -> dict[str, Any]:\n    return dict(json.loads(line) for line in postgres.read(query).splitlines() if line)\n",
 "agent/caddy.py": "\"\"\"Caddy's part in a rollout: which slot gets new requests, and how many are still under way.\"\"\"\n\nimport http.client\nimport json\nimport socket\nimport time\n\nfrom agent import durable\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import CADDY_ADMIN, RUNTIME, SERVE_STANDBY\n\nCADDYFILE = \"/etc/caddy/Caddyfile\"\n# A request that Caddy has matched but not yet counted is invisible for a moment: it must have been quiet this often in a row.\nQUIET_POLLS = 5\nPOLL_SECONDS = 0.2\n\n\nclass AdminConnection(http.client.HTTPConnection):\n    \"\"\"HTTP over Caddy's admin socket, which only root and Caddy can open.\"\"\"\n\n    def connect(self) -> None:\n        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\n        self.sock.settimeout(10)\n        self.sock.connect(str(CADDY_ADMIN))\n\n\ndef serve_standby(on: bool) -> None:\n    \"\"\"Sends new requests to the standby slot, or to the main one. It counts from the next request on; nothing is reloaded.\"\"\"\n    durable.folder(RUNTIME, 0o755)\n    if on:\n        durable.write(SERVE_STANDBY, b\"\", 0o644)\n    else:\n        durable.remove(SERVE_STANDBY)\n\n\ndef standby_serves() -> bool:\n    return SERVE_STANDBY.exists()\n\n\ndef under_way(port: int) -> int | None:\n    \"\"\"Requests that Caddy has open to the slot at 127.0.0.1:port, streams included; None when Caddy does not say.\"\"\"\n    connection = AdminConnection(\"localhost\", timeout=10)\n    try:\n        # On a socket that is a file Caddy accepts only the empty host name.\n        connection.request(\"GET\", \"/reverse_proxy/upstreams\", headers={\"Host\": \"\"})\n        upstreams = json.loads(connection.getresponse().read()) or []\n        return max((one[\"num_requests\"] for one in upstreams if one[\"address\"] == f\"127.0.0.1:{port}\"), default=0)\n    except (OSError, ValueError, TypeError, KeyError, http.client.HTTPException):\n        return None\n    finally:\n        connection.close()\n\n\ndef drain(port: int, seconds: float) -> int | None:\n    \"\"\"Waits until nothing is under way to the slot, and answers 0; else how many were left when the time was over.\n\n    None when Caddy could not be asked, which is waited out just as long: what is not known to be idle is not stopped early.\n    \"\"\"\n    deadline = time.monotonic() + seconds\n    quiet = 0\n    while True:\n        left = under_way(port)\n        quiet = quiet + 1 if left == 0 else 0\n        if quiet >= QUIET_POLLS:\n            return 0\n        if time.monotonic() >= deadline:\n            return left\n        time.sleep(POLL_SECONDS)\n\n\ndef check(content: str) -> None:\n    \"\"\"Refuses a Caddyfile that Caddy would not load; called before it is placed, so a broken one never lies where it starts from.\"\"\"\n    candidate = RUNTIME / \"Caddyfile.candidate\"\n    durable.write(candidate, content.encode(), 0o644)\n    try:\n        run(\n            \"runuser\", \"-u\", \"caddy\", \"--\", \"env\", \"HOME=/var/lib/caddy\",\n            \"caddy\", \"validate\", \"--config\", str(candidate), \"--adapter\", \"caddyfile\",\n        )  # fmt: skip\n    except CommandFailed as failed:\n        raise Refused(\"caddy\", f\"Caddy refuses its new configuration: {failed}\", failed.output) from None\n    finally:\n        durable.remove(candidate)\n\n\ndef reload() -> None:\n    \"\"\"Makes Caddy take up its configuration; open requests go on.\"\"\"\n    run(\"systemctl\", \"reload\", \"caddy.service\", timeout=120)\n",
 "agent/command.py": "\"\"\"Runs programs of the host. Values that are secret go in by standard input or files, never as arguments.\"\"\"\n\nimport os\nimport subprocess\nfrom collections.abc import Sequence\n\n# Programs must answer in the language that the agent parses, and must not wait for a person.\nENVIRONMENT = {\n    \"PATH\": \"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",\n    \"LC_ALL\": \"C.UTF-8\",\n    \"HOME\": \"/root\",\n    \"DEBIAN_FRONTEND\": \"noninteractive\",\n    \"NEEDRESTART_SUSPEND\": \"1\",\n}\n\n\nclass CommandFailed(Exception):\n    \"\"\"A program ended with another code than 0, or took too long; `output` holds its last lines.\"\"\"\n\n    def __init__(self, argv: Sequence[str], reason: str, output: str, code: int | None = None) -> None:\n        self.code = code\n        self.output = [line for line in output.strip().split(\"\\n\") if line][-40:]\n        last = self.output[-1] if self.output else \"(it printed nothing)\"\n        super().__init__(f\"{' '.join(argv[:4])} {reason}: {last}\")\n\n\ndef run(\n    *argv: str,\n    stdin: str | None = None,\n    timeout: float = 60,\n    check: bool = True,\n    environment: dict[str, str] | None = None,\n) -> str:\n    \"\"\"Standard output of a program. Raises `CommandFailed` with what it printed when it fails or exceeds `timeout` seconds.\n\n    `environment` holds variables beside the usual ones; like a file, it is seen by root alone.\n    \"\"\"\n    try:\n        done = subprocess.run(\n            argv,\n            input=stdin,\n            stdin=subprocess.DEVNULL if stdin is None else None,\n            stdout=subprocess.PIPE,\n            stderr=subprocess.PIPE,\n            text=True,\n            errors=\"replace\",\n            env=ENVIRONMENT | _proxies() | (environment or {}),\n            timeout=timeout,\n            check=False,\n        )\n    except subprocess.TimeoutExpired as expired:\n        partial = expired.stderr or b\"\"\n        text = partial if isinstance(partial, str) else partial.decode(errors=\"replace\")\n        raise CommandFailed(argv, f\"took more than {timeout:.0f} s\", text) from None\n    if check and done.returncode != 0:\n        raise CommandFailed(\n            argv, f\"exited {done.returncode}\", done.stdout + done.stderr, done.returncode\n        )\n    return done.stdout\n\n\ndef _proxies() -> dict[str, str]:\n    \"\"\"A host that reaches the world through a proxy says so in these variables; apt and podman need them.\"\"\"\n    names = (\"http_proxy\", \"https_proxy\", \"no_proxy\")\n    both = [*names, *(name.upper() for name in names)]\n    return {name: os.environ[name] for name in both if name in os.environ}\n",
 "agent/database_content.py": "\"\"\"What is in a database, in a form that two of them can be compared by: rows and checksum of every table, and each definition.\"\"\"\n\nfrom collections.abc import Callable\nfrom typing import Any\n\nAsk = Callable[[str], list[str]]\nContent = dict[str, Any]\n\n# The text of a row must not depend on who asks.\nSETTINGS = (\n    \"SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; \"\n    \"SET bytea_output = 'hex'; SET xmlbinary = 'base64'; SET search_path = ''; SET idle_in_transaction_session_timeout = 0; \"\n    \"SET statement_timeout = 0\"\n)\nOURS = \"n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'\"\nNAME = \"format('%I.%I', n.nspname, c.relname)\"\n# By kind: SQL that answers name|definition for each object.\nDEFINITIONS = {\n    \"column\": (\n        f\"SELECT {NAME} || '.' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || \"\n        \"coalesce(pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \"\n        \"JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \"\n        f\"WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {OURS}\"\n    ),\n    \"index\": (\n        f\"SELECT {NAME}, pg_get_indexdef(c.oid) || ' ' || i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid \"\n        f\"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}\"\n    ),\n    \"constraint\": (\n        f\"SELECT {NAME} || '.' || quote_ident(o.conname), pg_get_constraintdef(o.oid) FROM pg_constraint o \"\n        f\"JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE o.contype <> 'n' AND {OURS}\"\n    ),\n    \"sequence\": (\n        \"SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value::text, '') FROM pg_sequences \"\n        \"WHERE schemaname !~ '^pg_'\"\n    ),\n    \"view\": f\"SELECT {NAME}, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \"\n    f\"WHERE c.relkind IN ('v', 'm') AND {OURS}\",\n    \"enum\": (\n        \"SELECT format('%I.%I', n.nspname, t.typname), string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e \"\n        f\"JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {OURS} GROUP BY 1\"\n    ),\n}\nTABLES = (\n    f\"SELECT {NAME} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS} ORDER BY 1\"\n)\nMOST_NAMED = 5\n\n\ndef read(ask: Ask, tables: list[str] | None = None) -> Content:\n    \"\"\"{tables: {name: {rows, checksum}}, definitions: {kind: {name: md5}}}; of `tables` only, or of all.\"\"\"\n    ask(SETTINGS)\n    return {\n        \"tables\": {name: read_table(ask, name) for name in ask(TABLES) if tables is None or name in tables},\n        \"definitions\": {kind: _definitions(ask, sql) for kind, sql in DEFINITIONS.items()},\n    }\n\n\ndef read_table(ask: Ask, name: str) -> dict[str, str | int]:\n    \"\"\"The checksum does not depend on the order of rows, which no dump keeps.\"\"\"\n    row = ask(f\"SELECT count(*), coalesce(sum(hashtextextended(t::text COLLATE \\\"C\\\", 0)), 0) FROM ONLY {name} t\")[0]\n    rows, checksum = row.split(\"|\")\n    return {\"rows\": int(rows), \"checksum\": checksum}\n\n\ndef _definitions(ask: Ask, sql: str) -> dict[str, str]:\n    rows = ask(f\"SELECT name, md5(definition) FROM ({sql}) AS found(name, definition) ORDER BY 1\")\n    return dict(row.rsplit(\"|\", 1) for row in rows)\n\n\ndef differences(wanted: Content, found: Content) -> list[str]:\n    \"\"\"Sentences that name what is not the same; empty when the two hold the same.\"\"\"\n    said = []\n    tables, others = wanted[\"tables\"], found[\"tables\"]\n    said += _names(\"tables are missing\", [name for name in tables if name not in others])\n    said += _names(\"tables were not there\", [name for name in others if name not in tables])\n    for name in tables.keys() & others.keys():\n        want, got = tables[name], others[name]\n        if want[\"rows\"] != got[\"rows\"]:\n            said.append(f\"{name} has {got['rows']} rows where {want['rows']} were backed up\")\n        elif want[\"checksum\"] != got[\"checksum\"]:\n            said.append(f\"the rows of {name} are other ones than were backed up\")\n    for kind, definitions in wanted[\"definitions\"].items():\n        have = found[\"definitions\"].get(kind, {})\n        plural = {\"index\": \"indexes\"}.get(kind, f\"{kind}s\")\n        said += _names(f\"{plural} are missing\", [name for name in definitions if name not in have])\n        said += _names(f\"{plural} differ\", [name for name in definitions if name in have and have[name] != definitions[name]])\n    return sorted(said)\n\n\ndef _names(what: str, names: list[str]) -> list[str]:\n    if not names:\n        return []\n    shown = \", \".join(sorted(names)[:MOST_NAMED]) + (\" …\" if len(names) > MOST_NAMED else \"\")\n    return [f\"{len(names)} {what}: {shown}\"]\n\n\ndef rows(content: Content) -> int:\n    return sum(int(table[\"rows\"]) for table in content[\"tables\"].values())\n",
 "agent/database_dump.py": "\"\"\"Takes a database out and puts it in: one exported snapshot for the dump and for what is remembered of its content.\"\"\"\n\nimport os\nimport shutil\nimport subprocess\nimport tempfile\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import database_content\nfrom agent.command import ENVIRONMENT, CommandFailed, run\nfrom agent.database_server import Server, conversation\nfrom agent.output import Refused\n\nHOURS = 3600\n# What grows without end: left out of a restore of the configuration tier.\nLOG_TABLES = (\"LiteLLM_SpendLogs\", \"LiteLLM_SpendLogToolIndex\", \"LiteLLM_SpendLogGuardrailIndex\", \"LiteLLM_ErrorLogs\", \"LiteLLM_AuditLog\")\n\n\ndef jobs() -> str:\n    return str(max(1, min(4, len(os.sched_getaffinity(0)))))\n\n\ndef dump(server: Server, database: str, target: Path) -> dict[str, Any]:\n    \"\"\"Dumps into the folder `target` and answers what the same moment held, with facts of the server.\n\n    Uncompressed, because restic finds the same data again only so. The checksums are read while the dump is written.\n    \"\"\"\n    with conversation(server, database) as session:\n        session.ask(\"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY\")\n        session.ask(database_content.SETTINGS)\n        snapshot = session.ask(\"SELECT pg_export_snapshot()\")[0]\n        argv = server.tool(\n            \"pg_dump\", \"--format=directory\", \"--compress=0\", f\"--jobs={jobs()}\", f\"--snapshot={snapshot}\", \"--no-password\",\n            f\"--file={target}\", database,\n        )  # fmt: skip\n        with tempfile.TemporaryFile(\"w+\") as said:\n            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=ENVIRONMENT)\n            try:\n                content = database_content.read(session.ask)\n                facts = _facts(session.ask)\n                code = process.wait(12 * HOURS)\n            finally:\n                process.kill()\n                process.wait()\n            if code != 0:\n                said.seek(0)\n                raise CommandFailed(argv, f\"exited {code}\", said.read(), code)\n    return facts | content\n\n\ndef _facts(ask: database_content.Ask) -> dict[str, Any]:\n    bytes_, version, locale = ask(\n        \"SELECT pg_database_size(current_database()), current_setting('server_version_num'), datcollate \"\n        \"FROM pg_catalog.pg_database WHERE datname = current_database()\"\n    )[0].split(\"|\")\n    migrations = ask(\n        \"SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1\"\n    )\n    spend = ask('SELECT coalesce(sum(spend), 0), coalesce(max(\"startTime\")::text, \\'\\') FROM public.\"LiteLLM_SpendLogs\"')[0].split(\"|\")\n    return {\n        \"bytes\": int(bytes_),\n        \"serverVersion\": int(version),\n        \"locale\": locale,\n        \"migrations\": migrations,\n        \"spend\": float(spend[0]),\n        \"newestRequest\": spend[1] or None,\n    }\n\n\ndef load(server: Server, database: str, dumped: Path, without: tuple[str, ...] = ()) -> None:\n    \"\"\"Restores a dump into an empty database; rows of the tables `without` stay out. Refuses at the first thing that fails.\"\"\"\n    options = [\"--no-owner\", \"--no-privileges\", \"--exit-on-error\", f\"--jobs={jobs()}\", f\"--dbname={database}\"]\n    with tempfile.TemporaryDirectory() as folder:\n        if without:\n            listing = run(str(Path(server.tool(\"pg_restore\")[0])), \"--list\", str(dumped), timeout=600)\n            kept = [line for line in listing.splitlines() if not any(f\" TABLE DATA public {name} \" in f\"{line} \" for name in without)]\n            (Path(folder) / \"list\").write_text(\"\\n\".join(kept) + \"\\n\")\n            options.append(f\"--use-list={folder}/list\")\n        try:\n            run(*server.tool(\"pg_restore\", *options, str(dumped)), timeout=12 * HOURS)\n            server.ask(database, \"ANALYZE;\", timeout=HOURS)\n        except CommandFailed as failed:\n            raise Refused(\"dump\", f\"The dump cannot be restored: {failed}\", failed.output) from None\n\n\ndef keep_rows(server: Server, source: str, target: str, tables: tuple[str, ...], scratch: Path) -> None:\n    \"\"\"Copies the rows of some tables from one database of the server into another that has the same tables, empty.\"\"\"\n    have = set(server.ask(source, \"SELECT relname FROM pg_class WHERE relkind = 'r';\").splitlines())\n    named = [f'--table=public.\"{name}\"' for name in tables if name in have]\n    if not named:\n        return\n    try:\n        run(*server.tool(\"pg_dump\", \"--format=custom\", \"--data-only\", f\"--file={scratch}\", *named, source), timeout=12 * HOURS)\n        run(*server.tool(\"pg_restore\", \"--data-only\", \"--exit-on-error\", f\"--dbname={target}\", str(scratch)), timeout=12 * HOURS)\n    except CommandFailed as failed:\n        raise Refused(\"logs\", f\"The rows of the logs could not be taken along: {failed}\", failed.output) from None\n\n\ndef room_for(bytes_: int, folder: Path, what: str) -> None:\n    \"\"\"Refuses before the disk is full, which would stop the gateway's own database.\"\"\"\n    spare = 512 * 1024**2\n    free = shutil.disk_usage(folder).free\n    if free < bytes_ + spare:\n        mib = 1024**2\n        raise Refused(\n            \"disk-full\",\n            f\"{what} needs {(bytes_ + spare) // mib} MiB on the host's disk, and {free // mib} MiB are free. Nothing was begun. \"\n            \"Free some, or give the machine a larger disk, and run again.\",\n        )\n",
 "agent/database_server.py": "\"\"\"PostgreSQL's own programs against one server: the machine's, or a scratch one.\"\"\"\n\nimport dataclasses\nimport subprocess\nimport tempfile\nfrom collections.abc import Iterator, Sequence\nfrom contextlib import contextmanager\nfrom pathlib import Path\n\nfrom agent.command import ENVIRONMENT, CommandFailed, run\nfrom agent.output import Refused\n\nVERSIONS = Path(\"/usr/lib/postgresql\")\nANSWERED = \"litellm-gitops: answered\"\n\n\n@dataclasses.dataclass(frozen=True)\nclass Server:\n    socket: Path\n    user: str\n    port: int = 5432\n\n    def tool(self, name: str, *arguments: str) -> list[str]:\n        \"\"\"The command line of a program of PostgreSQL that is root's to run; it connects by the socket, without a password.\"\"\"\n        return [str(programs() / name), \"-h\", str(self.socket), \"-p\", str(self.port), \"-U\", self.user, *arguments]\n\n    def ask(self, database: str, sql: str, timeout: float = 600) -> str:\n        \"\"\"What a script answers, a row a line, columns divided by `|`. Raises `CommandFailed`.\"\"\"\n        return run(*self.tool(\"psql\", *PSQL, \"-d\", database), stdin=sql, timeout=timeout).strip(\"\\n\")\n\n\n# The machine's, as the role that owns all of LiteLLM's tables: root becomes it by the peer map.\nMACHINE = Server(Path(\"/var/run/postgresql\"), \"litellm\")\nPSQL = (\"-X\", \"-q\", \"-At\", \"-v\", \"ON_ERROR_STOP=1\")\n\n\ndef programs() -> Path:\n    \"\"\"Those of the newest major version that has a server here; Debian's wrappers would choose by themselves.\"\"\"\n    found = sorted((int(path.parts[-3]) for path in VERSIONS.glob(\"*/bin/postgres\")), reverse=True)\n    if not found:\n        raise Refused(\"database-down\", \"PostgreSQL is not installed on this host. Run deploy.\")\n    return VERSIONS / str(found[0]) / \"bin\"\n\n\nclass Conversation:\n    \"\"\"One session of psql that stays open between questions: what it began, such as a transaction, goes on.\"\"\"\n\n    def __init__(self, process: \"subprocess.Popen[str]\", errors: \"tempfile._TemporaryFileWrapper[str]\", argv: Sequence[str]) -> None:\n        self.process = process\n        self.errors = errors\n        self.argv = argv\n\n    def ask(self, sql: str) -> list[str]:\n        \"\"\"Rows of the answer. Raises `CommandFailed` when the server refuses or is gone; the session has ended then.\"\"\"\n        assert self.process.stdin and self.process.stdout\n        try:\n            self.process.stdin.write(f\"{sql};\\n\\\\echo {ANSWERED}\\n\")\n            self.process.stdin.flush()\n        except OSError:\n            raise self._failed() from None\n        rows: list[str] = []\n        for line in self.process.stdout:\n            text = line.rstrip(\"\\n\")\n            if text == ANSWERED:\n                return rows\n            rows.append(text)\n        raise self._failed()\n\n    def _failed(self) -> CommandFailed:\n        code = self.process.wait(30)\n        self.errors.seek(0)\n        return CommandFailed(self.argv, f\"exited {code}\", self.errors.read(), code)\n\n\n@contextmanager\ndef conversation(server: Server, database: str) -> Iterator[Conversation]:\n    \"\"\"Opens a session and ends it, and with it its transaction, however the work inside ends.\"\"\"\n    argv = server.tool(\"psql\", *PSQL, \"-d\", database)\n    with tempfile.TemporaryFile(\"w+\") as errors:\n        process = subprocess.Popen(\n            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, errors=\"replace\", env=ENVIRONMENT\n        )\n        try:\n            yield Conversation(process, errors, argv)\n        finally:\n            process.kill()\n            process.wait()\n            for stream in (process.stdin, process.stdout):\n                try:\n                    if stream:\n                        stream.close()\n                except OSError:\n                    pass\n",
 "agent/database_swap.py": "\"\"\"Databases beside the live one, and the exchange of the two by their names.\"\"\"\n\nimport datetime\nimport threading\nimport time\n\nfrom agent import postgres\nfrom agent.command import CommandFailed\nfrom agent.machine import now\nfrom agent.output import Refused\nfrom agent.paths import RESTORE_STATE\n\nLIVE = \"litellm\"\nSECONDS = 30\nKEPT = datetime.timedelta(days=7)\n\n\ndef exists(name: str) -> bool:\n    return postgres.administer(f\"SELECT 1 FROM pg_database WHERE datname = '{name}';\") == \"1\"\n\n\ndef create(name: str) -> None:\n    postgres.administer(f'CREATE DATABASE \"{name}\" OWNER litellm ENCODING \\'UTF8\\' TEMPLATE template0;')\n\n\ndef drop(name: str) -> None:\n    postgres.administer(f'DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE);')\n\n\ndef others(prefix: str) -> list[str]:\n    \"\"\"Databases whose names begin so, oldest first: they end in the time they were made at.\"\"\"\n    return sorted(postgres.administer(f\"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}');\").splitlines())\n\n\ndef drop_kept() -> None:\n    \"\"\"Drops what a restore kept for its undo, when nobody wanted it back for a week.\"\"\"\n    if RESTORE_STATE.exists():\n        return\n    for name in [*others(\"litellm_before_\"), *others(\"litellm_undone_\")]:\n        made = datetime.datetime.strptime(name.rpartition(\"_\")[2], \"%Y%m%d%H%M%S\").replace(tzinfo=datetime.timezone.utc)\n        if now() - made > KEPT:\n            drop(name)\n\n\ndef exchange(new: str, old: str) -> None:\n    \"\"\"The database `new` becomes the live one, which is called `old` from then on. Both or none; done before, it does nothing.\n\n    Renaming waits while somebody is connected, and holds off who wants to connect: so the sessions are ended while it waits.\n    LiteLLM's pools connect again by themselves, to the new one.\n    \"\"\"\n    if exists(old) and not exists(new):\n        return\n    stop = threading.Event()\n\n    def end_sessions() -> None:\n        while not stop.wait(0.05):\n            try:\n                postgres.administer(\n                    \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity \"\n                    f\"WHERE datname IN ('{LIVE}', '{new}') AND pid <> pg_backend_pid();\"\n                )\n            except CommandFailed:\n                time.sleep(0.2)\n\n    ending = threading.Thread(target=end_sessions)\n    ending.start()\n    deadline = time.monotonic() + SECONDS\n    try:\n        while True:\n            try:\n                postgres.administer(\n                    f'BEGIN;\\nALTER DATABASE \"{LIVE}\" RENAME TO \"{old}\";\\nALTER DATABASE \"{new}\" RENAME TO \"{LIVE}\";\\nCOMMIT;'\n                )\n                return\n            except CommandFailed as failed:\n                if time.monotonic() > deadline:\n                    raise Refused(\"swap\", f\"The databases could not change places: {failed}\", failed.output) from None\n                time.sleep(0.1)\n    finally:\n        stop.set()\n        ending.join()\n",
 "agent/decrypt_in_image.py": "\"\"\"Runs inside LiteLLM's image: reads {salt, values} on standard input, answers how many of the values LiteLLM can decrypt.\"\"\"\n\nimport json\nimport os\nimport sys\n\n\ndef main() -> None:\n    asked = json.load(sys.stdin)\n    os.environ[\"LITELLM_SALT_KEY\"] = asked[\"salt\"]\n    from litellm.proxy.common_utils.encrypt_decrypt_utils import decrypt_value_helper  # in the image only\n\n    good = sum(decrypt_value_helper(value, key=\"\", exception_type=\"debug\") is not None for value in asked[\"values\"])\n    print(json.dumps({\"good\": good, \"of\": len(asked[\"values\"])}))\n\n\nif __name__ == \"__main__\":\n    main()\n",
 "agent/deploy.py": "\"\"\"Makes the host what is declared: each step looks first, and does something only where that differs.\"\"\"\n\nimport hashlib\nfrom typing import Any\n\nfrom agent import account, audit, backup_settings, backup_timers, caddy, durable, firewall, images, journal, keys, lease, machine\nfrom agent import managed_files, migration, packages, paths, pending, postgres, redis_server, release, rollout, stored_secrets, units\nfrom agent.output import step\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {files, packages, image, knownBad, workers, settings, config, env, probe?, run}.\n\n    Answers {changed: [what], release, outcome}; `changed` is empty when the host was as declared already.\n    \"\"\"\n    machine.require_supported()\n    machine.require_space()\n    lease.require(given[\"run\"])\n    rollout.settle()\n    with durable.locked(paths.CHANGE_LOCK, paths.CHANGE_LOCK_SECONDS):\n        changed = _converge(given)\n        wanted = rollout.Wanted(\n            config=given[\"config\"],\n            given=backup_settings.take_values(given[\"env\"]),\n            image=given[\"image\"],\n            workers=int(given[\"workers\"]),\n            settings=given[\"settings\"],\n            probe=(given.get(\"probe\") or {}).get(\"models\") or [],\n        )\n        folder = rollout.prepare(wanted, given[\"run\"])\n    if folder is None:\n        return {\"changed\": changed, \"outcome\": \"converged\" if changed else \"unchanged\", \"release\": release.serving()}\n    return rollout.follow(folder) | {\"changed\": [*changed, \"release\"]}\n\n\ndef _converge(given: Document) -> list[str]:\n    changed: list[str] = []\n    durable.folder(paths.STATE, 0o700)\n    journal.begin(\"deploy\", given[\"run\"])\n    for name, work in STEPS:\n        journal.advance(name)\n        with step(name) as this:\n            did = work(given)\n            this.detail = \", \".join(did) or \"as declared\"\n        changed += did\n    if changed:\n        audit.record(given[\"run\"], \"deploy\", changed=changed)\n    journal.end()\n    return changed\n\n\ndef _packages(given: Document) -> list[str]:\n    absent = packages.missing(given[\"packages\"])\n    if absent:\n        packages.install(absent)\n    return [f\"{name} installed\" for name in absent]\n\n\ndef _files(given: Document) -> list[str]:\n    durable.folder(paths.RUNTIME, 0o755)\n    wanted = given[\"files\"]\n    hashed = {path: want | {\"sha256\": hashlib.sha256(want[\"content\"].encode()).hexdigest()} for path, want in wanted.items()}\n    differing = managed_files.differing(hashed)\n    if caddy.CADDYFILE in differing:\n        caddy.check(wanted[caddy.CADDYFILE][\"content\"])\n    if firewall.RULES in differing:\n        firewall.check(wanted[firewall.RULES][\"content\"])\n    pending.note_for(differing)\n    managed_files.place({path: wanted[path] for path in differing})\n    if pending.has(\"daemon-reload\"):\n        units.reload_definitions()\n        pending.done(\"daemon-reload\")\n    if pending.has(\"restart journald\"):\n        units.restart(\"systemd-journald.service\")\n        pending.done(\"restart journald\")\n    return differing\n\n\ndef _firewall(given: Document) -> list[str]:\n    del given\n    return firewall.load()\n\n\ndef _account(given: Document) -> list[str]:\n    del given\n    return account.make_missing()\n\n\ndef _database(given: Document) -> list[str]:\n    del given\n    if pending.has(\"restart postgresql\"):\n        units.restart(\"postgresql.service\")\n        pending.done(\"restart postgresql\")\n    units.enable_and_start(\"postgresql.service\")\n    return stored_secrets.give_salt_key() + keys.make_missing(postgres.has_content) + postgres.ensure()\n\n\ndef _redis(given: Document) -> list[str]:\n    del given\n    placed = redis_server.place_password()\n    if placed or pending.has(\"restart redis\"):\n        units.restart(\"redis-server.service\")\n        pending.done(\"restart redis\")\n    units.enable_and_start(\"redis-server.service\")\n    return [\"Redis password set\"] if placed else []\n\n\ndef _image(given: Document) -> list[str]:\n    if images.present(given[\"image\"]):\n        return []\n    images.pull(given[\"image\"])\n    images.refuse_known_bad(given[\"image\"], given[\"knownBad\"])\n    return [f\"{given['image']} pulled\"]\n\n\ndef _migrations(given: Document) -> list[str]:\n    return migration.run_when_needed(given[\"image\"], given[\"settings\"])\n\n\ndef _caddy(given: Document) -> list[str]:\n    del given\n    if pending.has(\"restart caddy\"):\n        units.restart(\"caddy.service\")\n    elif pending.has(\"reload caddy\") and units.is_active(\"caddy.service\"):\n        caddy.reload()\n    units.enable_and_start(\"caddy.service\")\n    pending.done(\"restart caddy\", \"reload caddy\")\n    return []\n\n\ndef _backup(given: Document) -> list[str]:\n    return backup_timers.ensure(given[\"env\"])\n\n\nSTEPS = (\n    (\"packages\", _packages),\n    (\"files\", _files),\n    (\"firewall\", _firewall),\n    (\"account\", _account),\n    (\"database\", _database),\n    (\"redis\", _redis),\n    (\"image\", _image),\n    (\"migrations\", _migrations),\n    (\"caddy\", _caddy),\n    (\"backup\", _backup),\n)\n",
 "agent/drill.py": "\"\"\"A drill: the gateway from nothing but the off-site copy and the password, in a scratch place, by the clock.\"\"\"\n\nimport time\nfrom typing import Any\n\nfrom agent import audit, backup_settings, durable, job, restic, restore_plan, scratch, verify\nfrom agent.machine import now\nfrom agent.paths import BACKUP_PASSWORD, BACKUPS\n\nUNIT = \"litellm-gitops-drill.service\"\nHISTORY = BACKUPS / \"drills.json\"\nKEPT = 12\n# What a rebuilt host gets otherwise, or should not get.\nNOT_RESTORED = (\n    \"counters of spend in Redis, which LiteLLM reads again from the database\",\n    \"certificates, which Caddy asks for again\",\n    \"the system itself, which deploy makes\",\n)\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {run, targets: {rtoSeconds, rpoSeconds}, backup?, password?}. Answers what `work` does.\"\"\"\n    request = {\"program\": \"drill\", \"input\": restore_plan.keep_password(given)}\n    folder = job.start(UNIT, \"job_unit\", request, \"drill\", \"litellm-gitops drill\", \"Nice=10\", after=True)\n    return job.finish(UNIT, folder, \"drill\")\n\n\ndef clean_up() -> None:\n    scratch.sweep()\n    restore_plan.GIVEN_PASSWORD.unlink(missing_ok=True)\n\n\ndef work(given: Document) -> Document:\n    \"\"\"Answers what a proof does, and how long it took, how old the backup is, and what would be lost: `DrillReport`.\"\"\"\n    settings = backup_settings.read()\n    targets = given[\"targets\"]\n    password = restore_plan.password_file(given)\n    place = settings.copy_to or settings.repository\n    name = \"repository\" if settings.copy_to is None else \"off-site copy\"\n    scratch.sweep()\n    began = now()\n    begun = time.monotonic()\n    proof = verify.Proof(settings, restic.Repository(place, settings, name, password), given.get(\"backup\"), False)\n    try:\n        result = proof.run(without=(\"L1\", \"L6\"))\n        rto = round(time.monotonic() - begun, 1)\n    finally:\n        scratch.sweep()\n    about = proof.manifest\n    age = (began - proof.snapshot.time).total_seconds() if proof.snapshots else None\n    times = [one.time for one in proof.snapshots]\n    gaps = [(after - before).total_seconds() for before, after in zip(times, times[1:], strict=False)]\n    missed = [] if result[\"ok\"] else [result[\"reason\"]]\n    if result[\"ok\"] and rto > targets[\"rtoSeconds\"]:\n        missed.append(f\"It took {rto:.0f} s to the first answer; the target is {targets['rtoSeconds']} s.\")\n    if age is not None and age > targets[\"rpoSeconds\"]:\n        missed.append(f\"The backup is {age / 3600:.1f} hours old; the target is {targets['rpoSeconds'] / 3600:.1f} hours.\")\n    run = {\"time\": began.isoformat(), \"met\": not missed, \"rtoSeconds\": rto, \"rpoSeconds\": round(age or 0)}\n    history = [*(durable.read_json(HISTORY) or []), run][-KEPT:]\n    durable.write_json(HISTORY, history)\n    audit.record(given[\"run\"], \"drill\", snapshot=result[\"snapshot\"], met=not missed, rto=rto)\n    return result | {\n        \"rtoSeconds\": rto,\n        \"rpoSeconds\": run[\"rpoSeconds\"],\n        \"worstGapSeconds\": max(gaps, default=None),\n        \"targets\": targets,\n        \"missed\": missed,\n        \"met\": not missed,\n        \"loss\": restore_plan.newer_than(about[\"database\"].get(\"newestRequest\")) if about else None,\n        \"offSite\": settings.copy_to is not None,\n        \"escrow\": password != BACKUP_PASSWORD,\n        \"notRestored\": list(NOT_RESTORED),\n        \"cleanedUp\": scratch.is_gone(),\n        \"history\": history,\n    }\n",
 "agent/durable.py": "\"\"\"Files that survive a power cut: written beside, flushed, then renamed over.\"\"\"\n\nimport contextlib\nimport fcntl\nimport json\nimport os\nimport secrets\nimport time\nfrom collections.abc import Iterator\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent.output import Refused, note\n\n\ndef write(\n    path: Path,\n    content: bytes,\n    mode: int = 0o600,\n    owner: tuple[int, int] | None = None,\n) -> None:\n    \"\"\"Replaces `path` as a whole; it never exists half written, nor for a moment with a wider mode or another owner.\"\"\"\n    beside = path.with_name(f\".{path.name}.{secrets.token_hex(4)}\")\n    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)\n    try:\n        with os.fdopen(descriptor, \"wb\") as file:\n            file.write(content)\n            file.flush()\n            if owner is not None:\n                os.fchown(file.fileno(), *owner)\n            os.fchmod(file.fileno(), mode)\n            os.fsync(file.fileno())\n        os.replace(beside, path)\n    except BaseException:\n        beside.unlink(missing_ok=True)\n        raise\n    flush_directory(path.parent)\n\n\ndef write_json(path: Path, document: Any) -> None:\n    write(path, (json.dumps(document, indent=1) + \"\\n\").encode())\n\n\ndef read_json(path: Path) -> Any:\n    \"\"\"The document in `path`, or None when there is none.\"\"\"\n    try:\n        return json.loads(path.read_bytes())\n    except FileNotFoundError:\n        return None\n\n\ndef append_line(path: Path, line: str) -> None:\n    \"\"\"Adds one line in a single write and flushes it.\"\"\"\n    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)\n    try:\n        os.write(descriptor, (line + \"\\n\").encode())\n        os.fsync(descriptor)\n    finally:\n        os.close(descriptor)\n\n\ndef link(path: Path, target: str) -> None:\n    \"\"\"Makes `path` a symbolic link to `target`, in place of what it was, without a moment in which it is missing.\"\"\"\n    beside = path.with_name(f\".{path.name}.{secrets.token_hex(4)}\")\n    os.symlink(target, beside)\n    os.replace(beside, path)\n    flush_directory(path.parent)\n\n\ndef remove(path: Path) -> None:\n    path.unlink(missing_ok=True)\n    flush_directory(path.parent)\n\n\ndef folder(path: Path, mode: int) -> None:\n    \"\"\"Makes sure that the folder exists; the ones made on the way get `mode` as well, whatever the umask says.\"\"\"\n    if not path.is_dir():\n        if not path.parent.is_dir():\n            folder(path.parent, 0o755)\n        path.mkdir(exist_ok=True)\n        path.chmod(mode)\n\n\ndef flush_directory(path: Path) -> None:\n    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)\n    try:\n        os.fsync(descriptor)\n    finally:\n        os.close(descriptor)\n\n\n@contextlib.contextmanager\ndef locked(path: Path, seconds: float = 30) -> Iterator[None]:\n    \"\"\"Holds an exclusive lock on `path`; the kernel frees it when this process ends, however it ends.\"\"\"\n    folder(path.parent, 0o755)\n    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)\n    try:\n        begun = time.monotonic()\n        told = False\n        while True:\n            try:\n                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n                break\n            except BlockingIOError:\n                waited = time.monotonic() - begun\n                if waited > 5 and not told:\n                    note(\"wait\", \"What an earlier run began on this host is still going on; waiting for it.\")\n                    told = True\n                if waited >= seconds:\n                    raise Refused(\n                        \"busy\",\n                        \"Another program of litellm-gitops is changing this host right now. Run again when it has ended.\",\n                    ) from None\n                time.sleep(0.2)\n        yield\n    finally:\n        os.close(descriptor)\n",
 "agent/escrow.py": "\"\"\"The keys without which no backup is worth anything, encrypted by age to people who keep them outside of the host.\"\"\"\n\nimport json\n\nfrom agent import keys\nfrom agent.backup_settings import Settings\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import BACKUP_PASSWORD, BACKUP_SSH_KEY, MASTER_KEY, SALT_KEY\n\n\ndef seal(settings: Settings) -> str | None:\n    \"\"\"The sealed text, or None when nobody is named. Only who has one of the private keys can open it; this host cannot.\"\"\"\n    if not settings.escrow:\n        return None\n    held = {path.name: keys.read(path) for path in (BACKUP_PASSWORD, SALT_KEY, MASTER_KEY, BACKUP_SSH_KEY) if path.exists()}\n    about = {\"domain\": settings.domain, \"repository\": settings.repository, \"copyTo\": settings.copy_to}\n    recipients = [word for one in settings.escrow for word in (\"--recipient\", one)]\n    try:\n        return run(\"age\", \"--armor\", *recipients, stdin=json.dumps(about | held, indent=1) + \"\\n\")\n    except (CommandFailed, FileNotFoundError) as failed:\n        raise Refused(\"escrow\", f\"The keys could not be encrypted to those that backup.escrow names: {failed}\") from None\n",
 "agent/firewall.py": "\"\"\"The machine's firewall: who may connect, loaded as a whole.\"\"\"\n\nimport ipaddress\nimport os\nimport re\nfrom pathlib import Path\n\nfrom agent import durable, pending, units\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import RUNTIME\n\nRULES = \"/etc/litellm-firewall.nft\"\nUNIT = \"litellm-firewall.service\"\n\n\ndef check(content: str) -> None:\n    \"\"\"Refuses rules that nft would not load, and rules that would shut out the very connection that brings them.\"\"\"\n    connection = ssh_connection()\n    if connection is not None and not admits(content, *connection):\n        address, port = connection\n        raise Refused(\n            \"firewall\",\n            f\"firewall.ssh would shut out {address}, from where this very run reaches port {port} of the host. Nothing was \"\n            \"changed. Add its network to firewall.ssh.\",\n        )\n    candidate = RUNTIME / \"firewall.candidate\"\n    durable.write(candidate, content.encode(), 0o644)\n    try:\n        run(\"nft\", \"--check\", \"--file\", str(candidate))\n    except CommandFailed as failed:\n        raise Refused(\"firewall\", f\"nft refuses the firewall's rules: {failed}\", failed.output) from None\n    finally:\n        durable.remove(candidate)\n\n\ndef load() -> list[str]:\n    \"\"\"Loads the rules that were placed, in one transaction, now and at every boot.\"\"\"\n    waiting = pending.has(\"load firewall\")\n    if waiting and units.is_active(UNIT):\n        run(\"systemctl\", \"reload\", UNIT)\n    else:\n        units.enable_and_start(UNIT)\n    pending.done(\"load firewall\")\n    return [\"firewall loaded\"] if waiting else []\n\n\ndef admits(content: str, address: str, port: int) -> bool:\n    \"\"\"Whether a new SSH connection from `address` to `port` would be let in by these rules.\"\"\"\n    if \"chain input\" not in content:\n        return True\n    ports = re.search(r\"@ssh4 tcp dport \\{ ([\\d, ]+) \\}\", content)\n    if ports is None or port not in [int(one) for one in ports[1].split(\",\")]:\n        return False\n    source = ipaddress.ip_address(address.partition(\"%\")[0])\n    if source.version == 6 and source.ipv4_mapped is not None:\n        source = source.ipv4_mapped\n    members = re.search(rf\"set ssh{source.version} \\{{[^}}]*?elements = \\{{ ([^}}]*) \\}}\", content)\n    return members is not None and any(\n        source in ipaddress.ip_network(one.strip(), strict=False) for one in members[1].split(\",\")\n    )\n\n\ndef ssh_connection() -> tuple[str, int] | None:\n    \"\"\"Client address and server port of the SSH connection that this program came by; sudo hides them, its parents have them.\"\"\"\n    process = os.getpid()\n    while process > 1:\n        try:\n            environment = Path(f\"/proc/{process}/environ\").read_bytes().split(b\"\\0\")\n            process = int(Path(f\"/proc/{process}/stat\").read_text().rpartition(\")\")[2].split()[1])\n        except (OSError, ValueError, IndexError):\n            return None\n        for entry in environment:\n            if entry.startswith(b\"SSH_CONNECTION=\"):\n                client, _, _, port = entry.decode().partition(\"=\")[2].split(\" \")\n                return client, int(port)\n    return None\n",
 "agent/gateway_facts.py": "\"\"\"The running gateway as it is: configuration, environment, budgets and models, with fingerprints in place of secrets.\"\"\"\n\nfrom typing import Any\n\nfrom agent import backup_settings, budget_facts, caddy, keys, prices, proof, redaction, release, traffic, units, worker_processes\nfrom agent.admin_api import AdminApi, ApiError\nfrom agent.output import Refused\nfrom agent.paths import MASTER_KEY\nfrom agent.slots import MAIN, STANDBY\n\nDocument = dict[str, Any]\n\n\ndef gather(secrets: dict[str, str], declared: dict[str, list[Any]], targets: list[str]) -> Document | None:\n    \"\"\"The facts of the serving release; None when none was ever deployed. A list is null when nobody answers it.\"\"\"\n    name = release.serving()\n    fingerprint = keys.fingerprinter()\n    if name is None or fingerprint is None:\n        return None\n    slot = STANDBY if caddy.standby_serves() else MAIN\n    healthy = units.is_active(slot.unit) and proof.is_ready(slot.port)[0]\n    budgets, unreadable = budget_facts.readable(declared)\n    lists: Document = {\"version\": None, \"models\": None, \"providers\": {}, \"problem\": unreadable}\n    if healthy:\n        api = AdminApi(slot.port, keys.read(MASTER_KEY), timeout=60)\n        try:\n            lists |= _lists(api)\n        except (ApiError, KeyError) as failure:\n            lists[\"problem\"] = str(failure)\n        finally:\n            api.close()\n    about = release.describe(name)\n    return {\n        \"release\": name,\n        \"identity\": about.get(\"identity\"),\n        \"image\": about.get(\"image\"),\n        \"settings\": about.get(\"settings\"),\n        \"healthy\": healthy,\n        \"budgets\": budgets,\n        \"prices\": prices.gather(targets, slot.port) if healthy else None,\n        \"traffic\": traffic.gather() if targets else {},\n        \"workers\": len(worker_processes.workers(slot.port)),\n        \"config\": _config(name, fingerprint),\n        \"env\": _environment(name, secrets, fingerprint),\n    } | lists\n\n\ndef _lists(api: AdminApi) -> Document:\n    return {\n        \"version\": api.get(\"/health/readiness/details\").get(\"litellm_version\"),\n        \"providers\": _providers(api),\n        \"models\": [_model(model) for model in api.get(\"/v2/model/info\", size=proof.ALL)[\"data\"]],\n    }\n\n\ndef _providers(api: AdminApi) -> Document:\n    \"\"\"What each provider that has a budget has spent: {name: {spend, budget_reset_at}}. Kept in Redis alone.\"\"\"\n    try:\n        return api.get(\"/provider/budgets\")[\"providers\"]\n    except ApiError as failure:\n        if failure.status is None:\n            raise\n        # LiteLLM answers an error when no provider has a budget.\n        return {}\n\n\ndef _model(model: Document) -> Document:\n    info = model.get(\"model_info\") or {}\n    source = \"database\" if info.get(\"db_model\") else \"file\"\n    return {\"id\": info.get(\"id\"), \"model_name\": model.get(\"model_name\"), \"source\": source}\n\n\ndef _config(name: str, fingerprint: Any) -> Any:\n    import yaml  # installed by deploy, and there is no configuration before that\n\n    text = (release.folder(name) / \"config.yaml\").read_text()\n    return redaction.without_secrets(yaml.safe_load(text), fingerprint)\n\n\ndef _environment(name: str, given: dict[str, str], fingerprint: Any) -> dict[str, Document]:\n    \"\"\"For each name that the release has or the step gives: the fingerprints of both values, null where there is none.\"\"\"\n    live = release.provider_environment(name) | backup_settings.stored_values()\n    normal: dict[str, str] = {}\n    for key, value in given.items():\n        if key in release.HOST_OWNED:\n            continue\n        try:\n            normal[key] = release.one_line(key, value)\n        except Refused:\n            # Whoever applies it is told why it cannot be kept; here it is only another value than the live one.\n            normal[key] = value\n    names = sorted(live.keys() | normal.keys())\n    return {\n        key: {\n            \"live\": fingerprint(live[key]) if key in live else None,\n            \"given\": fingerprint(normal[key]) if key in normal else None,\n        }\n        for key in names\n    }\n",
 "agent/images.py": "\"\"\"Container images, always by digest.\"\"\"\n\nimport os\nimport re\nfrom collections.abc import Iterable\nfrom pathlib import Path\n\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import RELEASES\n\nVERSION = re.compile(r\"litellm-([0-9][^-]*)\\.dist-info\")\n\n\ndef present(image: str) -> bool:\n    try:\n        run(\"podman\", \"image\", \"exists\", image)\n        return True\n    except (CommandFailed, FileNotFoundError):\n        return False\n\n\ndef pull(image: str) -> None:\n    try:\n        run(\"podman\", \"pull\", \"--quiet\", image, timeout=1800)\n    except CommandFailed as failed:\n        raise Refused(\n            \"image-pull\",\n            f\"The image {image} could not be pulled: {failed}. Check that the host reaches the registry and that the digest exists.\",\n            failed.output,\n        ) from None\n\n\ndef litellm_version(image: str) -> str | None:\n    \"\"\"The version of the package litellm in the image, read from its files: a bad release may do harm as soon as Python starts.\"\"\"\n    root = Path(run(\"podman\", \"image\", \"mount\", image).strip())\n    try:\n        for folder, below, _ in os.walk(root):\n            if os.path.basename(folder) not in (\"site-packages\", \"dist-packages\"):\n                continue\n            found = [VERSION.fullmatch(name) for name in below]\n            below.clear()\n            for match in filter(None, found):\n                return match[1]\n        return None\n    finally:\n        run(\"podman\", \"image\", \"unmount\", image, check=False)\n\n\ndef refuse_known_bad(image: str, bad: dict[str, str]) -> None:\n    \"\"\"Refuses an image whose LiteLLM is in `bad`, {version: reason}, and removes it, before anything of it was run.\"\"\"\n    version = litellm_version(image)\n    if version is None or version not in bad:\n        return\n    run(\"podman\", \"rmi\", image, check=False)\n    raise Refused(\n        \"known-bad\",\n        f\"{image} is LiteLLM {version}, which is known to be bad: {bad[version]}. Nothing of it was run. Name another image.\",\n    )\n\n\ndef drop_unused(removed: Iterable[str]) -> None:\n    \"\"\"After releases were removed: images that no release names are removed too. One that is in use stays, podman sees to that.\"\"\"\n    if not list(removed):\n        return\n    named = {\n        line.partition(\"=\")[2]\n        for path in RELEASES.glob(\"*/unit.env\")\n        for line in path.read_text().splitlines()\n        if line.startswith(\"LITELLM_IMAGE=\")\n    }\n    repositories = {image.partition(\"@\")[0] for image in named}\n    listing = run(\"podman\", \"images\", \"--digests\", \"--format\", \"{{.Repository}} {{.Digest}}\", check=False)\n    for line in listing.splitlines():\n        repository, _, digest = line.partition(\" \")\n        if repository in repositories and f\"{repository}@{digest}\" not in named:\n            run(\"podman\", \"rmi\", f\"{repository}@{digest}\", check=False)\n",
 "agent/job.py": "\"\"\"Long work as a unit of systemd: neither the runner nor its SSH connection is needed to bring it to its end.\"\"\"\n\nimport json\nimport secrets\nimport shutil\nimport sys\nimport time\nfrom pathlib import Path\nfrom typing import Any\n\nimport agent\nfrom agent import durable, units\nfrom agent.command import run\nfrom agent.output import Refused, note, say\nfrom agent.paths import RUNS\n\nKEPT_RUNS = 10\nBUSY_SECONDS = 1800\nAFTER_SECONDS = 120\nBOOTSTRAP = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r[\"modules\"][\"loader\"]);sys.exit(start(r))'\n\n\ndef start(unit: str, main: str, given: dict[str, Any], name: str, description: str, *properties: str, after: bool = False) -> Path:\n    \"\"\"Starts the agent's program `main` as a unit, with {events: file} added to its input; answers the folder of that file.\n\n    With `after` the program is started once more when it has ended, however it ended, with SERVICE_RESULT in its environment.\n    \"\"\"\n    _wait_for_end(unit)\n    folder = RUNS / f\"{name}-{secrets.token_hex(3)}\"\n    durable.folder(folder, 0o700)\n    _drop_old_runs()\n    events = folder / \"events.jsonl\"\n    events.touch(mode=0o600)\n    request = {\"modules\": agent.SOURCES, \"main\": main, \"input\": given | {\"events\": str(events)}}\n    durable.write(folder / \"request.json\", (json.dumps(request) + \"\\n\").encode())\n    program = [sys.executable, \"-I\", \"-B\", \"-c\", BOOTSTRAP]\n    stop = [f\"--property=ExecStopPost={_quoted(program)}\"] if after else []\n    run(\n        \"systemd-run\", f\"--unit={unit}\", \"--collect\", \"--quiet\", f\"--description={description}\", \"--property=Type=exec\",\n        f\"--property=StandardInput=file:{folder / 'request.json'}\", *[f\"--property={one}\" for one in properties], *stop, *program,\n    )  # fmt: skip\n    return folder\n\n\ndef _wait_for_end(unit: str) -> None:\n    \"\"\"The one before may still be at work, or cleaning up behind itself.\"\"\"\n    deadline = time.monotonic() + BUSY_SECONDS\n    told = False\n    while is_under_way(unit):\n        if time.monotonic() > deadline:\n            raise Refused(\"busy\", f\"The same is under way on this host already, for very long. See: journalctl -u {unit}\")\n        if not told and deadline - time.monotonic() < BUSY_SECONDS - 3:\n            note(\"wait\", \"The same was begun before and goes on; waiting for its end.\")\n            told = True\n        time.sleep(0.2)\n\n\ndef _quoted(words: list[str]) -> str:\n    \"\"\"As a line of a unit file: there `$` and `%` mean something, and quotes hold words together.\"\"\"\n    escaped = (word.replace(\"\\\\\", \"\\\\\\\\\").replace('\"', '\\\\\"').replace(\"$\", \"$$\").replace(\"%\", \"%%\") for word in words)\n    return \" \".join(f'\"{word}\"' for word in escaped)\n\n\ndef follow(unit: str, folder: Path, what: str) -> dict[str, Any]:\n    \"\"\"Passes on the unit's events until its answer. Ending this program does not end the unit.\"\"\"\n    with open(folder / \"events.jsonl\", encoding=\"utf-8\") as events:\n        partial = \"\"\n        quiet_since = time.monotonic()\n        ended = False\n        while True:\n            partial += events.readline()\n            if partial.endswith(\"\\n\"):\n                document = json.loads(partial)\n                partial = \"\"\n                quiet_since = time.monotonic()\n                if \"result\" in document:\n                    return document[\"result\"]\n                if \"error\" in document:\n                    error = document[\"error\"]\n                    raise Refused(error[\"code\"], error[\"message\"], error[\"log\"], **error[\"data\"])\n                say(document)\n                continue\n            if ended:\n                raise Refused(\"interrupted\", f\"The {what} ended without an answer. Run again: it takes up from the journal.\")\n            if time.monotonic() - quiet_since > 3:\n                # Its last line may have come between the read above and this: read once more before giving it up.\n                ended = not is_under_way(unit)\n                quiet_since = time.monotonic()\n            time.sleep(0.05)\n\n\ndef finish(unit: str, folder: Path, what: str) -> dict[str, Any]:\n    \"\"\"Like `follow`, and what the unit does after its end has been done too when this answers or refuses.\"\"\"\n    try:\n        return follow(unit, folder, what)\n    finally:\n        deadline = time.monotonic() + AFTER_SECONDS\n        while is_under_way(unit) and time.monotonic() < deadline:\n            time.sleep(0.05)\n\n\ndef is_under_way(unit: str) -> bool:\n    return units.one(unit)[\"ActiveState\"] in (\"active\", \"activating\", \"reloading\", \"deactivating\")\n\n\ndef _drop_old_runs() -> None:\n    folders = sorted((entry for entry in RUNS.iterdir() if entry.is_dir()), key=lambda entry: entry.stat().st_mtime)\n    for folder in folders[:-KEPT_RUNS]:\n        shutil.rmtree(folder, ignore_errors=True)\n",
 "agent/job_unit.py": "\"\"\"A backup, its proof or its restore as systemd runs it.\"\"\"\n\nimport importlib\nimport json\nimport os\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable, output\nfrom agent.paths import BACKUP_LOCK\n\n# One that runs by the clock may hold the lock when somebody asks for another.\nLOCK_SECONDS = 6 * 3600\n\n\ndef main(given: dict[str, Any]) -> Any:\n    \"\"\"Input: {program, input, events?}. Runs the program's `work`; called after its end, however it ended, its `clean_up`.\"\"\"\n    program = importlib.import_module(f\"agent.{given['program']}\")\n    if \"SERVICE_RESULT\" in os.environ:\n        program.clean_up()\n        return None\n    if \"events\" in given:\n        events = Path(given[\"events\"])\n        output.write_to(lambda document: durable.append_line(events, json.dumps(document, default=str)))\n    with durable.locked(BACKUP_LOCK, LOCK_SECONDS):\n        return program.work(given[\"input\"])\n",
 "agent/journal.py": "\"\"\"What is under way on this host, so that whoever comes after a crash can finish or undo it.\"\"\"\n\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.machine import now\nfrom agent.paths import JOURNAL\n\n\ndef begin(kind: str, run: str, **details: Any) -> None:\n    durable.write_json(JOURNAL, {\"kind\": kind, \"run\": run, \"step\": \"begin\", \"since\": now().isoformat()} | details)\n\n\ndef advance(step: str, **details: Any) -> None:\n    \"\"\"Notes the step before it is taken: after a crash it may have happened or not.\"\"\"\n    durable.write_json(JOURNAL, current() | {\"step\": step} | details)\n\n\ndef end() -> None:\n    durable.remove(JOURNAL)\n\n\ndef current() -> dict[str, Any]:\n    \"\"\"The entry of what was begun and has not ended, or {}.\"\"\"\n    return durable.read_json(JOURNAL) or {}\n",
 "agent/keys.py": "\"\"\"The keys that are made on the host, once each, and never leave it in clear.\"\"\"\n\nimport hashlib\nimport hmac\nimport secrets\nimport stat\nfrom collections.abc import Callable\nfrom pathlib import Path\n\nfrom agent import durable\nfrom agent.output import Refused\nfrom agent.paths import BACKUP_PASSWORD, ETC, FINGERPRINT_KEY, MASTER_KEY, POSTGRES_PASSWORD, REDIS_PASSWORD, SALT_KEY, STATE\n\nMAKERS: dict[Path, Callable[[], str]] = {\n    # LiteLLM asks for the prefix, and refuses to start with a well-known key.\n    MASTER_KEY: lambda: \"sk-\" + secrets.token_hex(32),\n    # Everything stored encrypted in the database hangs on this one: made at the first deploy, never changed.\n    SALT_KEY: lambda: secrets.token_hex(32),\n    POSTGRES_PASSWORD: lambda: secrets.token_hex(24),\n    REDIS_PASSWORD: lambda: secrets.token_hex(24),\n    FINGERPRINT_KEY: lambda: secrets.token_hex(32),\n    BACKUP_PASSWORD: lambda: secrets.token_hex(32),\n}\n\n\ndef missing() -> list[str]:\n    return [str(path) for path in MAKERS if not _has_content(path)]\n\n\ndef make_missing(database_has_content: Callable[[], bool]) -> list[str]:\n    \"\"\"Makes the key files that are not there and answers what was done.\n\n    Refuses when the salt key is gone but the database is not: a new one would make every stored credential unreadable.\n    \"\"\"\n    durable.folder(ETC, 0o755)\n    durable.folder(STATE, 0o700)\n    absent = [path for path in MAKERS if not _has_content(path)]\n    if SALT_KEY in absent and database_has_content():\n        raise Refused(\n            \"salt-key-lost\",\n            f\"{SALT_KEY} is missing, but the database holds what was encrypted with it. A new key would make that unreadable. \"\n            \"Put the file back from a backup (it is in every one), then deploy again.\",\n        )\n    for path in absent:\n        durable.write(path, (MAKERS[path]() + \"\\n\").encode(), 0o600)\n    wide = [path for path in MAKERS if stat.S_IMODE(path.stat().st_mode) != 0o600]\n    for path in wide:\n        path.chmod(0o600)\n    return [f\"{path} made\" for path in absent] + [f\"{path} closed to others\" for path in wide]\n\n\ndef read(path: Path) -> str:\n    \"\"\"The key without the line end that people's editors add: LiteLLM compares every byte.\"\"\"\n    try:\n        return path.read_text().strip()\n    except FileNotFoundError:\n        raise Refused(\"key-missing\", f\"{path} is missing on the host. Run deploy, or restore a backup.\") from None\n\n\ndef fingerprinter() -> Callable[[str], str] | None:\n    \"\"\"A function from a value to 16 hex digits that only this host can compute; None before the first deploy.\"\"\"\n    if not _has_content(FINGERPRINT_KEY):\n        return None\n    key = read(FINGERPRINT_KEY).encode()\n    return lambda value: hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16]\n\n\ndef _has_content(path: Path) -> bool:\n    try:\n        return path.stat().st_size > 1\n    except FileNotFoundError:\n        return False\n",
 "agent/lease.py": "\"\"\"The lock on this gateway: a lease that ends by itself, so a runner that died blocks nobody for long.\"\"\"\n\nimport datetime\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.machine import now\nfrom agent.output import Refused\nfrom agent.paths import LEASE, STATE\n\nLOCK = STATE / \"lease.lock\"\n\n\ndef main(given: dict[str, Any]) -> dict[str, Any]:\n    \"\"\"Input: {action: acquire|renew|release, holder, run, ttlSeconds?}. Whoever has the same `run` is the same holder.\"\"\"\n    durable.folder(STATE, 0o700)\n    with durable.locked(LOCK):\n        held = current()\n        action = given[\"action\"]\n        if action == \"release\":\n            # Somebody else's lease is left alone: ours had expired and was taken over.\n            if held and held[\"run\"] == given[\"run\"]:\n                durable.remove(LEASE)\n            return {\"lease\": None, \"takenOver\": None}\n        if held and held[\"run\"] != given[\"run\"]:\n            raise busy(held)\n        if action == \"renew\" and not held:\n            raise Refused(\"lease-lost\", \"The lease expired before it was renewed. Run the command again.\")\n        before = durable.read_json(LEASE)\n        expires = now() + datetime.timedelta(seconds=int(given[\"ttlSeconds\"]))\n        lease = {\"holder\": given[\"holder\"], \"run\": given[\"run\"], \"expires\": expires.isoformat()}\n        durable.write_json(LEASE, lease)\n        expired = before if before and before[\"run\"] != given[\"run\"] else None\n        return {\"lease\": lease, \"takenOver\": expired}\n\n\ndef current() -> dict[str, str] | None:\n    \"\"\"The lease that counts now, or None.\"\"\"\n    lease = durable.read_json(LEASE)\n    if lease is None or datetime.datetime.fromisoformat(lease[\"expires\"]) <= now():\n        return None\n    return lease\n\n\ndef require(run: str) -> None:\n    \"\"\"Refuses when somebody else holds the lease; whoever changes the host asks this first.\"\"\"\n    held = current()\n    if held and held[\"run\"] != run:\n        raise busy(held)\n\n\ndef busy(held: dict[str, str]) -> Refused:\n    return Refused(\n        \"busy\",\n        f\"{held['holder']} is working on this gateway ({held['run']}), at the latest until {held['expires']}. \"\n        \"Wait for that run; after that time its lease no longer counts.\",\n        lease=held,\n    )\n",
 "agent/loader.py": "\"\"\"Runs one program of the agent from the modules that came on standard input; nothing is installed on the host.\n\nThe command line holds only `exec(...)` of this file's text, so no argument list ever carries a value. The request is one\nJSON line: {\"modules\": {name: source}, \"main\": name, \"input\": {...}}. The answer is JSON lines, see `agent.output`.\n\"\"\"\n\nimport importlib.abc\nimport importlib.machinery\nimport importlib.util\nimport os\nimport signal\nimport sys\nfrom types import ModuleType\nfrom typing import Any\n\nPACKAGE = \"agent\"\n\n\nclass StreamedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n    \"\"\"Finds `agent.NAME` among the sources of the request.\"\"\"\n\n    def __init__(self, sources: dict[str, str]) -> None:\n        self.sources = sources\n\n    def find_spec(\n        self, fullname: str, path: Any = None, target: ModuleType | None = None\n    ) -> importlib.machinery.ModuleSpec | None:\n        if fullname == PACKAGE:\n            return importlib.util.spec_from_loader(fullname, self, is_package=True)\n        package, _, name = fullname.partition(\".\")\n        if package == PACKAGE and name in self.sources:\n            return importlib.util.spec_from_loader(fullname, self)\n        return None\n\n    def exec_module(self, module: ModuleType) -> None:\n        if module.__name__ == PACKAGE:\n            module.__dict__[\"SOURCES\"] = self.sources\n            return\n        name = module.__name__.partition(\".\")[2]\n        exec(compile(self.sources[name], f\"{name}.py\", \"exec\"), module.__dict__)\n\n\ndef start(request: dict[str, Any]) -> int:\n    \"\"\"Runs `main` of the module named in the request; the exit code is 0 when it answered a result.\"\"\"\n    # Files are private unless a mode is given: what the agent writes holds keys more often than not.\n    os.umask(0o077)\n    # The runner may vanish at any time. What was begun is brought to its end: every step is safe to finish alone.\n    signal.signal(signal.SIGHUP, signal.SIG_IGN)\n    signal.signal(signal.SIGPIPE, signal.SIG_IGN)\n    sys.meta_path.insert(0, StreamedModules(request[\"modules\"]))\n    output = importlib.import_module(f\"{PACKAGE}.output\")\n    program = importlib.import_module(f\"{PACKAGE}.{request['main']}\")\n    return output.answer(program.main, request[\"input\"])\n",
 "agent/machine.py": "\"\"\"Facts of the machine itself, and whether this product supports it.\"\"\"\n\nimport datetime\nimport os\nimport platform\nimport socket\nfrom typing import Any\n\nfrom agent import paths\nfrom agent.output import Refused, disk_full\n\nLEAST_SPACE = 100 * 1024**2\nLEAST_FILES = 1000\n# The first releases that carry podman 4.4 or newer, which brought Quadlet.\nOLDEST = {\"debian\": (13,), \"ubuntu\": (24, 4)}\n\n\ndef facts() -> dict[str, Any]:\n    release = os_release()\n    disk = os.statvfs(\"/\")\n    return {\n        \"os\": {\n            \"id\": release.get(\"ID\", \"unknown\"),\n            \"version\": release.get(\"VERSION_ID\", \"\"),\n            \"name\": release.get(\"PRETTY_NAME\", \"unknown\"),\n        },\n        \"python\": platform.python_version(),\n        \"arch\": platform.machine(),\n        \"vcpu\": len(os.sched_getaffinity(0)),\n        \"memoryBytes\": memory_bytes(),\n        \"disk\": {\n            \"sizeBytes\": disk.f_blocks * disk.f_frsize,\n            \"freeBytes\": disk.f_bavail * disk.f_frsize,\n        },\n        \"time\": now().isoformat(),\n        \"hostname\": socket.gethostname(),\n    }\n\n\ndef now() -> datetime.datetime:\n    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)\n\n\ndef os_release() -> dict[str, str]:\n    try:\n        return platform.freedesktop_os_release()\n    except OSError:\n        return {}\n\n\ndef memory_bytes() -> int:\n    with open(\"/proc/meminfo\", encoding=\"ascii\") as lines:\n        for line in lines:\n            if line.startswith(\"MemTotal:\"):\n                return int(line.split()[1]) * 1024\n    return 0\n\n\ndef require_space() -> None:\n    \"\"\"Refuses to begin what could not be finished: a release, its journal and its log lines need some room.\"\"\"\n    for path in (paths.ETC, paths.STATE):\n        above = next(one for one in (path, *path.parents) if one.exists())\n        disk = os.statvfs(above)\n        if disk.f_bavail * disk.f_frsize < LEAST_SPACE or 0 < disk.f_files and disk.f_favail < LEAST_FILES:\n            raise disk_full(path)\n\n\ndef require_supported() -> None:\n    \"\"\"Refuses what cannot run the gateway, with the reason.\"\"\"\n    release = os_release()\n    name = release.get(\"PRETTY_NAME\", \"an unknown system\")\n    oldest = OLDEST.get(release.get(\"ID\", \"\"))\n    version = release.get(\"VERSION_ID\", \"0\")\n    if oldest is None or _numbers(version) < oldest:\n        raise Refused(\n            \"unsupported-system\",\n            f\"This host runs {name}. The gateway needs Debian 13 or Ubuntu 24.04 or newer, because they are the first whose \"\n            \"podman (4.4 or newer) runs containers as systemd services (Quadlet). Use such a machine.\",\n        )\n\n\ndef _numbers(version: str) -> tuple[int, ...]:\n    return tuple(int(part) for part in version.split(\".\") if part.isdigit())\n",
 "agent/managed_files.py": "\"\"\"The files that this product places on the host, compared by hash, mode and owner, and replaced as a whole.\"\"\"\n\nimport grp\nimport hashlib\nimport os\nimport pwd\nimport stat\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable\n\n# PostgreSQL's configuration lies under its major version, which the distribution decides: `*` stands for the newest there.\nWILDCARD = \"*\"\n\n\ndef resolve(pattern: str) -> Path | None:\n    \"\"\"The path that `pattern` means on this host, or None while the folder with the wildcard does not exist.\"\"\"\n    if WILDCARD not in pattern:\n        return Path(pattern)\n    before, _, after = pattern.partition(WILDCARD)\n    above = Path(before)\n    versions = [entry.name for entry in above.iterdir() if entry.name.isdigit()] if above.is_dir() else []\n    return Path(f\"{before}{max(versions, key=int)}{after}\") if versions else None\n\n\ndef differing(wanted: dict[str, dict[str, Any]]) -> list[str]:\n    \"\"\"Paths whose content hash, mode (\"0644\") or owner (\"user:group\") is not as wanted. Shape: {path: {sha256, mode, owner}}.\"\"\"\n    return sorted(path for path, want in wanted.items() if not _same(path, want))\n\n\ndef _same(pattern: str, want: dict[str, Any]) -> bool:\n    path = resolve(pattern)\n    if path is None:\n        return False\n    try:\n        status = os.lstat(path)\n        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) != int(want[\"mode\"], 8):\n            return False\n        if (status.st_uid, status.st_gid) != owner_of(want[\"owner\"]):\n            return False\n        return hashlib.sha256(path.read_bytes()).hexdigest() == want[\"sha256\"]\n    except FileNotFoundError:\n        return False\n\n\ndef place(wanted: dict[str, dict[str, Any]]) -> None:\n    \"\"\"Writes the files. Shape: {path: {content, mode, owner}}.\"\"\"\n    for pattern, want in wanted.items():\n        path = resolve(pattern)\n        if path is None:\n            raise FileNotFoundError(f\"no folder matches {pattern}\")\n        owner = owner_of(want[\"owner\"])\n        if owner is None:\n            raise LookupError(f\"{path} is to belong to {want['owner']}, which does not exist here\")\n        durable.folder(path.parent, 0o755)\n        durable.write(path, want[\"content\"].encode(), int(want[\"mode\"], 8), owner)\n\n\ndef owner_of(text: str) -> tuple[int, int] | None:\n    \"\"\"Numeric user and group of \"user:group\"; None while one of them does not exist.\"\"\"\n    user, _, group = text.partition(\":\")\n    try:\n        return pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid\n    except KeyError:\n        return None\n",
 "agent/manifest.py": "\"\"\"What a backup says of itself: what it holds, of which moment, and what it takes to use it. Restores are checked against it.\"\"\"\n\nimport hashlib\nimport hmac\nimport json\nimport os\nimport shutil\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable, images, keys\nfrom agent.machine import now\nfrom agent.output import Refused\nfrom agent.paths import AUDIT_LOG, ETC, FINGERPRINT_KEY, MIGRATED, SALT_KEY\n\nSCHEMA = 1\nNAME = \"manifest.json\"\n# What makes up the machine's part; the rest of it comes with the packages, or by deploy.\nTREES = (\n    ETC, Path(\"/etc/caddy\"), Path(\"/etc/containers/systemd\"), Path(\"/etc/redis\"), Path(\"/etc/postgresql\"), FINGERPRINT_KEY,\n    MIGRATED, AUDIT_LOG, Path(\"/etc/litellm-firewall.nft\"), Path(\"/var/lib/caddy/.local/share/caddy/pki\"),\n)  # fmt: skip\n\nManifest = dict[str, Any]\n\n\ndef copy_files(target: Path) -> int:\n    \"\"\"Copies the machine's files below `target`, links as links; answers how many there are.\"\"\"\n    for last in (False, True):\n        try:\n            _copy(target)\n            break\n        except (shutil.Error, FileNotFoundError):\n            # A rollout that ends just now removes old releases.\n            if last:\n                raise\n            shutil.rmtree(target)\n    return sum(len(files) for _, _, files in os.walk(target))\n\n\ndef _copy(target: Path) -> None:\n    for tree in TREES:\n        to = target / tree.relative_to(\"/\")\n        if tree.is_dir():\n            shutil.copytree(tree, to, symlinks=True, dirs_exist_ok=True)\n        elif tree.exists():\n            to.parent.mkdir(parents=True, exist_ok=True)\n            shutil.copy2(tree, to)\n\n\ndef write(folder: Path, kind: str, domain: str, database: dict[str, Any], redis: dict[str, int]) -> Manifest:\n    \"\"\"Writes the manifest of what stands in the folder, and answers it.\"\"\"\n    # What was copied counts, not what may serve by now.\n    etc = folder / \"files\" / ETC.relative_to(\"/\")\n    serving = Path(os.readlink(etc / \"config.yaml\")).parent.name\n    about = durable.read_json(etc / \"releases\" / serving / \"release.json\")\n    image = about[\"image\"]\n    manifest = {\n        \"schema\": SCHEMA,\n        \"created\": now().isoformat(),\n        \"kind\": kind,\n        \"domain\": domain,\n        \"release\": serving,\n        \"image\": image,\n        \"workers\": about[\"workers\"],\n        \"litellmVersion\": images.litellm_version(image) if images.present(image) else None,\n        \"salt\": fingerprint(keys.read(etc / SALT_KEY.name)),\n        \"database\": database,\n        \"redis\": redis,\n        \"files\": hashes(folder),\n    }\n    durable.write_json(folder / NAME, manifest)\n    return manifest\n\n\ndef parse(content: bytes) -> Manifest:\n    \"\"\"Refuses what is no manifest of ours, or one that a newer version wrote.\"\"\"\n    try:\n        manifest = json.loads(content)\n        schema = int(manifest[\"schema\"])\n    except (ValueError, KeyError, TypeError):\n        raise Refused(\"manifest\", f\"{NAME} of the backup is damaged, or it is no backup of ours.\") from None\n    if schema > SCHEMA:\n        raise Refused(\"manifest\", \"The backup was made by a newer version of litellm-gitops. Use that one.\")\n    return manifest\n\n\ndef fingerprint(key: str) -> str:\n    \"\"\"Tells two keys apart, and nothing else of them.\"\"\"\n    return hmac.new(key.strip().encode(), b\"litellm-gitops backup\", hashlib.sha256).hexdigest()[:16]\n\n\ndef hashes(folder: Path) -> dict[str, str]:\n    \"\"\"SHA-256 of every file below the folder, of links where they point to; the manifest itself is left out.\"\"\"\n    found = {}\n    for root, _, names in os.walk(folder):\n        for name in sorted(names):\n            path = Path(root) / name\n            relative = str(path.relative_to(folder))\n            if relative != NAME:\n                found[relative] = _hash(path)\n    return found\n\n\ndef _hash(path: Path) -> str:\n    if path.is_symlink():\n        return f\"link to {os.readlink(path)}\"\n    with open(path, \"rb\") as file:\n        return hashlib.file_digest(file, \"sha256\").hexdigest()\n\n\ndef differences(manifest: Manifest, folder: Path) -> list[str]:\n    \"\"\"Names the files that are not as they were backed up.\"\"\"\n    wanted, found = manifest[\"files\"], hashes(folder)\n    return (\n        [f\"{name} is missing\" for name in sorted(wanted.keys() - found.keys())]\n        + [f\"{name} was not there\" for name in sorted(found.keys() - wanted.keys())]\n        + [f\"{name} is damaged\" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]\n    )\n",
 "agent/master_key.py": "\"\"\"Answers the master key, to the runner's API client only; it never stands in an argument or a log.\"\"\"\n\nfrom typing import Any\n\nfrom agent import keys\nfrom agent.paths import MASTER_KEY\n\n\ndef main(given: dict[str, Any]) -> dict[str, str]:\n    del given\n    return {\"masterKey\": keys.read(MASTER_KEY)}\n",
 "agent/migration.py": "\"\"\"Database migrations, as a step of their own before anything serves the new image.\"\"\"\n\nfrom typing import Any\n\nfrom agent import durable, postgres, redaction, release\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import MIGRATED, RUNTIME, START_SCRIPT\n\nSECONDS = 1800\nKEPT = 20\n\n\ndef needed(image: str) -> bool:\n    \"\"\"An image brings the migrations it was built with, so they are run once for each image that this database has met.\"\"\"\n    return image not in _met() or postgres.state() != \"ready\"\n\n\ndef run_when_needed(image: str, settings: dict[str, Any]) -> list[str]:\n    if not needed(image):\n        return []\n    run_on(image, settings, postgres.url())\n    if postgres.state() != \"ready\":\n        raise Refused(\"migration\", f\"The migrations of {image} ended without an error, but the schema is not in the database.\")\n    durable.write_json(MIGRATED, {\"images\": [*_met(), image][-KEPT:]})\n    return [\"schema migrated\"]\n\n\ndef run_on(image: str, settings: dict[str, Any], url: str) -> None:\n    \"\"\"Brings one database to the schema that the image wants. Refuses with LiteLLM's own lines.\"\"\"\n    environment = release.host_environment(settings) | {\"DISABLE_SCHEMA_UPDATE\": \"false\", \"DATABASE_URL\": url}\n    file = RUNTIME / \"migrate.env\"\n    durable.write(file, \"\".join(f\"{name}={value}\\n\" for name, value in environment.items()).encode())\n    try:\n        # The same entry point as the server's: it migrates, prepares everything, and ends where it would begin to listen.\n        run(\n            \"podman\", \"run\", \"--rm\", \"--replace\", \"--name=litellm-migrate\", \"--pull=never\", \"--network=host\",\n            \"--log-driver=journald\", f\"--volume={file}:/run/litellm/env:ro\",\n            f\"--volume={START_SCRIPT}:/run/litellm/start:ro\", \"--entrypoint=/run/litellm/start\", image, \"--skip_server_startup\",\n            timeout=SECONDS,\n        )  # fmt: skip\n    except CommandFailed as failed:\n        hide = redaction.redactor([*environment.values()])\n        log = [hide(line) for line in failed.output]\n        raise Refused(\n            \"migration\",\n            f\"The database migrations of {image} failed. Nothing serves the new image yet. The lines below say why.\",\n            log,\n        ) from None\n    finally:\n        durable.remove(file)\n\n\ndef _met() -> list[str]:\n    return (durable.read_json(MIGRATED) or {}).get(\"images\", [])\n",
 "agent/observe.py": "\"\"\"Everything a plan needs to know of the host, in one program that changes nothing and answers no secret.\"\"\"\n\nfrom typing import Any\n\nfrom agent import account, durable, gateway_facts, images, journal, keys, lease, machine, managed_files, packages, postgres, release\nfrom agent import rollout, units\nfrom agent.paths import RESTORE_STATE\n\nDocument = dict[str, Any]\n\n# Raised when the shape of the answer changes: the program for the read-only key may be older than who asks it.\nPROTOCOL = 1\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {files, packages, units, image, secrets, budgets, prices, gateway}.\n\n    The answer's shape is `Observation` in src/host/facts.ts.\n    \"\"\"\n    return {\n        \"protocol\": PROTOCOL,\n        \"host\": machine.facts(),\n        \"differs\": {\n            \"packages\": packages.missing(given[\"packages\"]),\n            \"files\": managed_files.differing(given[\"files\"]),\n            \"units\": units.differing(given[\"units\"]),\n            \"image\": _image(given[\"image\"]),\n            \"database\": postgres.state(),\n            \"keys\": keys.missing(),\n            \"accounts\": account.missing(),\n        },\n        \"gateway\": gateway_facts.gather(given[\"secrets\"], given[\"budgets\"], given[\"prices\"]) if given[\"gateway\"] else None,\n        \"lease\": lease.current(),\n        \"interrupted\": _interrupted(),\n    }\n\n\ndef _image(wanted: str | None) -> Document | None:\n    \"\"\"What main runs and what is wanted, when these differ.\"\"\"\n    serving = release.in_slot(\"main\")\n    running = release.describe(serving).get(\"image\") if serving else None\n    if wanted is None or running == wanted and images.present(wanted):\n        return None\n    return {\"running\": running, \"wanted\": wanted}\n\n\ndef _interrupted() -> Document | None:\n    restoring = durable.read_json(RESTORE_STATE)\n    if restoring and restoring[\"step\"] != \"beside\":\n        return {\"kind\": \"restore\", \"step\": restoring[\"step\"], \"since\": restoring[\"time\"]}\n    state = journal.current()\n    if not state or rollout.is_under_way():\n        return None\n    return {\"kind\": state[\"kind\"], \"step\": state[\"step\"], \"since\": state[\"since\"]}\n",
 "agent/observer.py": "\"\"\"The observing program for a caller who is not trusted: what is asked is bounded and checked before anything looks at it.\"\"\"\n\nimport re\nimport traceback\nfrom collections.abc import Callable\nfrom typing import Any\n\nfrom agent import keys, observe, redaction\nfrom agent.output import Refused\nfrom agent.paths import BACKUP_PASSWORD, FINGERPRINT_KEY, MASTER_KEY, POSTGRES_PASSWORD, REDIS_PASSWORD, SALT_KEY\n\nDocument = dict[str, Any]\n\nSECRETS = (MASTER_KEY, SALT_KEY, POSTGRES_PASSWORD, REDIS_PASSWORD, FINGERPRINT_KEY, BACKUP_PASSWORD)\nFIELDS = {\"files\", \"packages\", \"units\", \"image\", \"secrets\", \"budgets\", \"prices\", \"gateway\"}\nMOST_FILES = 200\nMOST_NAMES = 100\nMOST_MODELS = 5_000\nMOST_OWNERS = 100_000\nMOST_ID = 256\n# Of \"a | b\" one is enough.\nPACKAGE = re.compile(r\"[a-z0-9][a-z0-9+.-]{1,99}( \\| [a-z0-9][a-z0-9+.-]{1,99}){0,9}\")\nUNIT = re.compile(r\"[a-z0-9][A-Za-z0-9@_.-]{0,99}\\.(service|timer|path|socket)\")\nIMAGE = re.compile(r\"[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}\")\nMODE = re.compile(r\"0[0-7]{3}\")\nOWNER = re.compile(r\"[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}\")\nSHA256 = re.compile(r\"[0-9a-f]{64}\")\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {asked: what came from the caller, paths: the files that deploy placed}. Answers what `observe` does.\"\"\"\n    asked = checked(given[\"asked\"])\n    # Whether some other file has a certain content is nobody's business: it is as rendered, or it is not ours.\n    foreign = sorted(asked[\"files\"].keys() - set(given[\"paths\"]))\n    try:\n        answer = observe.main(asked | {\"files\": {path: want for path, want in asked[\"files\"].items() if path not in foreign}})\n    except Refused:\n        raise\n    except Exception as failure:\n        # The text of an exception may quote what it worked on.\n        where = traceback.extract_tb(failure.__traceback__)[-1]\n        raise Refused(\"bug\", f\"{type(failure).__name__} in {where.filename}:{where.lineno}; root finds more by `plan`.\") from None\n    answer[\"differs\"][\"files\"] = sorted([*answer[\"differs\"][\"files\"], *foreign])\n    return without(answer, [keys.read(path) for path in SECRETS if path.exists()])\n\n\ndef checked(asked: Any) -> Document:\n    \"\"\"The request with every field as `observe` wants it. Refuses all else, and tells nothing of the host by that.\"\"\"\n    if not isinstance(asked, dict) or asked.keys() != FIELDS:\n        raise Refused(\"request\", f\"A request has the fields {', '.join(sorted(FIELDS))}.\")\n    files = asked[\"files\"]\n    if not isinstance(files, dict) or len(files) > MOST_FILES or not all(map(_is_file, files.items())):\n        raise Refused(\"request\", f\"files wants at most {MOST_FILES} of {{path: {{sha256, mode, owner}}}}.\")\n    _names(asked, \"packages\", PACKAGE)\n    _names(asked, \"units\", UNIT)\n    if asked[\"image\"] is not None and not _fits(IMAGE, asked[\"image\"]):\n        raise Refused(\"request\", \"image wants null or registry/repository@sha256:….\")\n    if not isinstance(asked[\"gateway\"], bool):\n        raise Refused(\"request\", \"gateway wants true or false.\")\n    owners = asked[\"budgets\"]\n    if not isinstance(owners, dict) or not all(isinstance(ids, list) for ids in owners.values()):\n        raise Refused(\"request\", \"budgets wants lists of ids by subject.\")\n    if sum(map(len, owners.values())) > MOST_OWNERS or not all(_is_owner(owner) for ids in owners.values() for owner in ids):\n        raise Refused(\"request\", f\"budgets wants at most {MOST_OWNERS} ids of at most {MOST_ID} characters.\")\n    models = asked[\"prices\"]\n    if not isinstance(models, list) or len(models) > MOST_MODELS or not all(map(_is_id, models)):\n        raise Refused(\"request\", f\"prices wants at most {MOST_MODELS} names of models.\")\n    # Comparing values would answer guesses: one bit for each, as often as somebody asks.\n    if asked[\"secrets\"] != {}:\n        raise Refused(\"request\", \"This key compares no values of secrets; leave secrets empty.\")\n    return asked\n\n\ndef _names(asked: Document, field: str, form: re.Pattern[str]) -> None:\n    names = asked[field]\n    if not isinstance(names, list) or len(names) > MOST_NAMES or not all(_fits(form, name) for name in names):\n        raise Refused(\"request\", f\"{field} wants a list of at most {MOST_NAMES} names.\")\n\n\ndef _is_file(entry: tuple[Any, Any]) -> bool:\n    path, want = entry\n    return (\n        isinstance(want, dict)\n        and want.keys() == {\"sha256\", \"mode\", \"owner\"}\n        and len(path) < 300\n        and all(_fits(form, want[name]) for name, form in ((\"sha256\", SHA256), (\"mode\", MODE), (\"owner\", OWNER)))\n    )\n\n\ndef _is_owner(owner: Any) -> bool:\n    return _is_id(owner) or isinstance(owner, list) and len(owner) == 2 and all(map(_is_id, owner))\n\n\ndef _is_id(value: Any) -> bool:\n    return isinstance(value, str) and len(value) <= MOST_ID and \"\\0\" not in value\n\n\ndef _fits(form: re.Pattern[str], value: Any) -> bool:\n    return isinstance(value, str) and form.fullmatch(value) is not None\n\n\ndef without(document: Any, values: list[str]) -> Any:\n    \"\"\"A last net: none of the host's own keys leaves it, whichever field somebody wrote it into.\"\"\"\n    return _replace(document, redaction.redactor(values))\n\n\ndef _replace(node: Any, clean: Callable[[str], str]) -> Any:\n    if isinstance(node, dict):\n        return {clean(key): _replace(value, clean) for key, value in node.items()}\n    if isinstance(node, list):\n        return [_replace(item, clean) for item in node]\n    return clean(node) if isinstance(node, str) else node\n",
 "agent/open_boxes.py": "\"\"\"Runs inside LiteLLM's container, by its own Python and with the libraries it encrypts with: which values does a key open?\n\nReads {key, values} on standard input, answers a list of true and false. Neither LiteLLM nor its settings are loaded, which\nwould take seconds. The two forms are those of litellm/proxy/common_utils/encrypt_decrypt_utils.py: base64url of a nonce and a\nNaCl secret box; or `v2:gcm:` and base64url of nonce, AES-256-GCM ciphertext and tag. The key of both is SHA-256 of the salt key.\n\"\"\"\n\nimport base64\nimport hashlib\nimport json\nimport sys\n\nGCM = \"v2:gcm:\"\n\n\ndef opens(value: str, key: bytes) -> bool:\n    try:\n        if value.startswith(GCM):\n            from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n            sealed = base64.urlsafe_b64decode(value[len(GCM) :])\n            AESGCM(key).decrypt(sealed[:12], sealed[12:], None)\n        else:\n            import nacl.secret\n\n            nacl.secret.SecretBox(key).decrypt(_bytes(value))\n        return True\n    except Exception:  # each library has its own way to say \"not a box of this key\"\n        return False\n\n\ndef _bytes(value: str) -> bytes:\n    \"\"\"Older versions used the ordinary alphabet of base64.\"\"\"\n    return base64.b64decode(value.replace(\"-\", \"+\").replace(\"_\", \"/\"))\n\n\ndef main() -> None:\n    asked = json.load(sys.stdin)\n    key = hashlib.sha256(asked[\"key\"].encode()).digest()\n    print(json.dumps([opens(value, key) for value in asked[\"values\"]]))\n\n\nif __name__ == \"__main__\":\n    main()\n",
 "agent/output.py": "\"\"\"What the agent says: progress as it happens, then one result or one error, each a JSON line.\"\"\"\n\nimport contextlib\nimport errno\nimport json\nimport os\nimport sys\nimport time\nimport traceback\nfrom collections.abc import Callable, Iterator\nfrom typing import Any\n\n\nclass Refused(Exception):\n    \"\"\"Something the caller can understand and mend; `code` is stable, `message` is for people and names the next step.\"\"\"\n\n    def __init__(\n        self, code: str, message: str, log: list[str] | None = None, **data: Any\n    ) -> None:\n        super().__init__(message)\n        self.code = code\n        self.message = message\n        self.log = log or []\n        self.data = data\n\n    def document(self) -> dict[str, Any]:\n        return {\n            \"code\": self.code,\n            \"message\": self.message,\n            \"log\": self.log,\n            \"data\": self.data,\n        }\n\n\nWriter = Callable[[dict[str, Any]], None]\n\n\ndef _to_stdout(document: dict[str, Any]) -> None:\n    line = json.dumps(document, default=str, separators=(\",\", \":\")) + \"\\n\"\n    try:\n        sys.stdout.write(line)\n        sys.stdout.flush()\n    except OSError:\n        # The runner is gone. The work goes on; standard output must not raise again when the interpreter ends.\n        sys.stdout = open(os.devnull, \"w\", encoding=\"utf-8\")\n\n\n_writer: Writer = _to_stdout\n\n\ndef write_to(writer: Writer) -> None:\n    \"\"\"Sends everything said from now on to `writer`: the rollout's own unit writes a journal instead of standard output.\"\"\"\n    global _writer\n    _writer = writer\n\n\ndef say(document: dict[str, Any]) -> None:\n    _writer(document)\n\n\ndef note(name: str, detail: str) -> None:\n    \"\"\"A line of progress inside a step.\"\"\"\n    say({\"event\": \"note\", \"name\": name, \"detail\": detail})\n\n\nclass Step:\n    \"\"\"Lets the work inside say what it did; the text is shown when the step is done.\"\"\"\n\n    detail: str | None = None\n\n\n@contextlib.contextmanager\ndef step(name: str) -> Iterator[Step]:\n    \"\"\"Reports start, end and seconds of one step; an exception is reported as its failure and passed on.\"\"\"\n    begun = time.monotonic()\n    this = Step()\n    say({\"event\": \"step\", \"name\": name, \"state\": \"start\"})\n    try:\n        yield this\n    except BaseException as failure:\n        say(_ended(name, \"fail\", begun, _first_line(str(failure))))\n        raise\n    say(_ended(name, \"done\", begun, this.detail))\n\n\ndef _ended(name: str, state: str, begun: float, detail: str | None) -> dict[str, Any]:\n    seconds = round(time.monotonic() - begun, 3)\n    document = {\"event\": \"step\", \"name\": name, \"state\": state, \"seconds\": seconds}\n    return document if detail is None else document | {\"detail\": detail}\n\n\ndef _first_line(text: str) -> str:\n    return text.strip().split(\"\\n\", 1)[0][:300]\n\n\ndef disk_full(where: object) -> Refused:\n    return Refused(\n        \"disk-full\",\n        f\"No space is left on the host's disk for {where}. What served goes on serving. Free some (journalctl --vacuum-size=200M, \"\n        \"podman image prune, old files in /var/backups), or give the machine a larger disk, and run again.\",\n    )\n\n\ndef answer(main: Callable[[dict[str, Any]], Any], given: dict[str, Any]) -> int:\n    \"\"\"Runs `main` and says how it ended. An unexpected exception is answered too, with its traceback as log.\"\"\"\n    try:\n        say({\"result\": main(given)})\n        return 0\n    except Refused as refused:\n        say({\"error\": refused.document()})\n    except Exception as failure:\n        if isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT):\n            say({\"error\": disk_full(failure.filename or \"a file\").document()})\n            return 1\n        # Only file, line and exception: frames' values could be secrets and are never formatted.\n        log = traceback.format_exc().strip().split(\"\\n\")[-20:]\n        say(\n            {\n                \"error\": {\n                    \"code\": \"bug\",\n                    \"message\": f\"{type(failure).__name__}: {failure}\",\n                    \"log\": log,\n                    \"data\": {},\n                }\n            }\n        )\n    return 1\n",
 "agent/packages.py": "\"\"\"Packages of the distribution.\"\"\"\n\nfrom collections.abc import Sequence\nfrom pathlib import Path\n\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\n\nPOLICY = Path(\"/usr/sbin/policy-rc.d\")\n# Debian starts a service the moment it is installed, with defaults that are not ours (Redis without a password). This file\n# holds that back, and says that it is ours so that a crash in between is cleaned up by the next run.\nOUR_POLICY = \"#!/bin/sh\\n# litellm-gitops: services start after their configuration is placed\\nexit 101\\n\"\n\n\ndef missing(names: Sequence[str]) -> list[str]:\n    \"\"\"Those of `names` that are not installed, in the given order. Of \"a | b\" one is enough; `a` is named when none is there.\"\"\"\n    if not names:\n        return []\n    choices = {name: name.split(\" | \") for name in names}\n    answer = run(\n        \"dpkg-query\", \"-W\", \"-f\", \"${binary:Package} ${db:Status-Status}\\\\n\", *sum(choices.values(), []), check=False\n    )\n    installed = {\n        line.split()[0].partition(\":\")[0]\n        for line in answer.splitlines()\n        if line.endswith(\" installed\")\n    }\n    return [any_of[0] for any_of in choices.values() if installed.isdisjoint(any_of)]\n\n\ndef install(names: Sequence[str]) -> None:\n    \"\"\"Installs all of `names` in one transaction; waits up to five minutes for another package manager to end.\"\"\"\n    options = (\n        \"-o\", \"DPkg::Lock::Timeout=300\",\n        \"-o\", \"Dpkg::Options::=--force-confdef\",\n        \"-o\", \"Dpkg::Options::=--force-confold\",\n        \"-o\", \"Acquire::Retries=3\",\n    )  # fmt: skip\n    held_back = not POLICY.exists() or POLICY.read_text() == OUR_POLICY\n    try:\n        if held_back:\n            POLICY.write_text(OUR_POLICY)\n            POLICY.chmod(0o755)\n        run(\"dpkg\", \"--configure\", \"-a\", \"--force-confold\", timeout=600)\n        run(\"apt-get\", *options, \"-q\", \"update\", timeout=300)\n        run(\n            \"apt-get\", *options, \"-q\", \"-y\", \"--no-install-recommends\", \"install\", *names, timeout=1200\n        )\n    except CommandFailed as failed:\n        raise Refused(\n            \"packages\",\n            f\"The packages {', '.join(names)} could not be installed: {failed}. Look at the lines below; a mirror that cannot be \"\n            \"reached and a full disk are the usual reasons.\",\n            failed.output,\n        ) from None\n    finally:\n        if held_back:\n            POLICY.unlink(missing_ok=True)\n",
 "agent/paths.py": "\"\"\"Where things stand on the host. People type the paths under /etc/litellm: they are part of the product's promise.\"\"\"\n\nfrom pathlib import Path\n\nETC = Path(\"/etc/litellm\")\nMASTER_KEY = ETC / \"master_key\"\nSALT_KEY = ETC / \"salt_key\"\nPOSTGRES_PASSWORD = ETC / \"postgres_password\"\nREDIS_PASSWORD = ETC / \"redis_password\"\nROTATION = ETC / \"rotation\"\n# Without this one no backup can be read: escrow it outside of the machine.\nBACKUP_PASSWORD = ETC / \"backup_password\"\nBACKUP_SETTINGS = ETC / \"backup.json\"\nBACKUP_ENV = ETC / \"backup.env\"\nBACKUP_SSH_KEY = ETC / \"backup_ssh_key\"\nRELEASES = ETC / \"releases\"\nSLOTS = ETC / \"slots\"\nCONFIG = ETC / \"config.yaml\"\nENV = ETC / \"env\"\n\nSTATE = Path(\"/var/lib/litellm-gitops\")\nFINGERPRINT_KEY = STATE / \"fingerprint.key\"\nLEASE = STATE / \"lease.json\"\nAUDIT_LOG = STATE / \"audit.log\"\nJOURNAL = STATE / \"journal.json\"\nMIGRATED = STATE / \"migrated.json\"\nRUNS = STATE / \"runs\"\nBACKUPS = STATE / \"backups\"\nRESTORE_STATE = BACKUPS / \"restore.json\"\n\n# Gone after a reboot on purpose: then Caddy sends everything to the main slot, the only one that starts with the machine.\nRUNTIME = Path(\"/run/litellm-gitops\")\nSERVE_STANDBY = RUNTIME / \"serve-standby\"\nCHANGE_LOCK = RUNTIME / \"change.lock\"\nBACKUP_LOCK = RUNTIME / \"backup.lock\"\n# A run whose runner died may be in the middle of installing packages or pulling an image.\nCHANGE_LOCK_SECONDS = 900\n\n# Placed by deploy, started in each container; see litellm-start.sh.\nSTART_SCRIPT = Path(\"/usr/local/lib/litellm-gitops/start\")\n\nCADDY_ADMIN = Path(\"/run/caddy/admin.sock\")\nREDIS_SECRET_CONF = Path(\"/etc/redis/litellm-password.conf\")\n",
 "agent/pending.py": "\"\"\"Services that still have to take up a file that was placed. Kept on disk: a deploy that dies in between must not forget.\"\"\"\n\nfrom agent import durable\nfrom agent.paths import STATE\n\nFILE = STATE / \"pending.json\"\n\n# What to do after a file below a folder was replaced, the longest match counts.\nAFTER = {\n    \"/etc/containers/systemd/\": (\"daemon-reload\",),\n    \"/etc/systemd/\": (\"daemon-reload\",),\n    \"/etc/systemd/system/caddy.service.d/\": (\"daemon-reload\", \"restart caddy\"),\n    \"/etc/systemd/system/litellm-backup.timer\": (\"daemon-reload\", \"restart timers\"),\n    \"/etc/systemd/system/litellm-verify.timer\": (\"daemon-reload\", \"restart timers\"),\n    \"/etc/systemd/journald.conf.d/\": (\"restart journald\",),\n    \"/etc/systemd/system/litellm-firewall.service\": (\"daemon-reload\", \"load firewall\"),\n    \"/etc/litellm-firewall.nft\": (\"load firewall\",),\n    \"/etc/caddy/\": (\"reload caddy\",),\n    \"/etc/redis/\": (\"restart redis\",),\n    \"/etc/postgresql/\": (\"restart postgresql\",),\n}\n\n\ndef note_for(paths: list[str]) -> None:\n    \"\"\"Remembers what the files will ask for. Called before they are placed.\"\"\"\n    actions = current()\n    for path in paths:\n        matches = [prefix for prefix in AFTER if path.startswith(prefix)]\n        if matches:\n            actions |= set(AFTER[max(matches, key=len)])\n    if actions:\n        durable.folder(STATE, 0o700)\n        durable.write_json(FILE, sorted(actions))\n\n\ndef current() -> set[str]:\n    return set(durable.read_json(FILE) or [])\n\n\ndef has(action: str) -> bool:\n    return action in current()\n\n\ndef done(*actions: str) -> None:\n    left = current() - set(actions)\n    if left:\n        durable.write_json(FILE, sorted(left))\n    elif FILE.exists():\n        durable.remove(FILE)\n",
 "agent/postgres.py": "\"\"\"The database: role and database `litellm`, local only. Root becomes the role by the peer map, LiteLLM by password.\"\"\"\n\nimport base64\nimport hashlib\nimport hmac\nimport os\n\nfrom agent import keys\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import POSTGRES_PASSWORD\n\nNAME = \"litellm\"\nITERATIONS = 4096\n\n\ndef state() -> str:\n    \"\"\"'ready' when role, database and LiteLLM's schema are there.\"\"\"\n    return \"ready\" if _ask_in(NAME, \"SELECT to_regclass('_prisma_migrations') IS NOT NULL\") == \"t\" else \"missing\"\n\n\ndef migrations() -> list[str]:\n    \"\"\"Names of the migrations that the schema has, in order; what an image of LiteLLM brings is a list that only grows.\"\"\"\n    query = \"SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1\"\n    return _ask_in(NAME, query).splitlines()\n\n\ndef has_content() -> bool:\n    \"\"\"Whether LiteLLM has ever kept something in the database.\"\"\"\n    return state() == \"ready\"\n\n\ndef ensure() -> list[str]:\n    \"\"\"Creates role and database where they lack, and sets the role's password when it is another; answers what was done.\"\"\"\n    password = keys.read(POSTGRES_PASSWORD)\n    done: list[str] = []\n    role = _ask(\"SELECT rolpassword FROM pg_authid WHERE rolname = 'litellm'\", missing=\"-\")\n    if role == \"-\":\n        _tell(f\"CREATE ROLE litellm LOGIN PASSWORD '{verifier(password)}'\")\n        done.append(\"role made\")\n    elif not _matches(role, password):\n        _tell(f\"ALTER ROLE litellm LOGIN PASSWORD '{verifier(password)}'\")\n        done.append(\"password set\")\n    if _ask(\"SELECT 1 FROM pg_database WHERE datname = 'litellm'\", missing=\"-\") == \"-\":\n        _tell(\"CREATE DATABASE litellm OWNER litellm ENCODING 'UTF8' TEMPLATE template0\")\n        done.append(\"database made\")\n    return done\n\n\ndef url(database: str = NAME) -> str:\n    \"\"\"What LiteLLM connects to. The password is hexadecimal, so nothing in it needs escaping.\"\"\"\n    return f\"postgresql://{NAME}:{keys.read(POSTGRES_PASSWORD)}@127.0.0.1:5432/{database}\"\n\n\ndef verifier(password: str, salt: bytes | None = None) -> str:\n    \"\"\"PostgreSQL's stored form of a SCRAM-SHA-256 password (RFC 5803), so that no statement ever carries the password.\"\"\"\n    salt = salt or os.urandom(16)\n    salted = hashlib.pbkdf2_hmac(\"sha256\", password.encode(), salt, ITERATIONS)\n    client = hmac.new(salted, b\"Client Key\", hashlib.sha256).digest()\n    stored = hashlib.sha256(client).digest()\n    server = hmac.new(salted, b\"Server Key\", hashlib.sha256).digest()\n    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]\n    return f\"SCRAM-SHA-256${ITERATIONS}:{text[0]}${text[1]}:{text[2]}\"\n\n\ndef read(sql: str) -> str:\n    \"\"\"What a script answers, a row a line. Raises `CommandFailed`.\"\"\"\n    return _psql(NAME, sql)\n\n\ndef administer(sql: str) -> str:\n    \"\"\"Runs a script as the superuser, outside of our database; answers its rows. Raises `CommandFailed`.\"\"\"\n    return _psql(\"postgres\", sql)\n\n\ndef _matches(stored: str, password: str) -> bool:\n    try:\n        salt = base64.b64decode(stored.split(\"$\")[1].split(\":\")[1])\n    except (IndexError, ValueError):\n        return False\n    return hmac.compare_digest(stored, verifier(password, salt))\n\n\ndef _ask(query: str, missing: str) -> str:\n    try:\n        return _psql(\"postgres\", query) or missing\n    except CommandFailed as failed:\n        raise Refused(\"database-down\", f\"PostgreSQL does not answer: {failed}\", failed.output) from None\n\n\ndef _ask_in(database: str, query: str) -> str:\n    \"\"\"Like `_ask`, but an answer is not owed: before the first deploy there is no PostgreSQL at all.\"\"\"\n    try:\n        return _psql(database, query)\n    except (CommandFailed, FileNotFoundError):\n        return \"\"\n\n\ndef _tell(statement: str) -> None:\n    # A failing statement must not be copied into the server's log with the verifier in it.\n    _psql(\"postgres\", f\"SET log_min_error_statement = panic;\\n{statement};\")\n\n\ndef _psql(database: str, sql: str) -> str:\n    answer = run(\n        \"runuser\", \"-u\", \"postgres\", \"--\", \"psql\", \"-X\", \"-q\", \"-At\", \"-v\", \"ON_ERROR_STOP=1\", \"-d\", database,\n        stdin=sql if sql.endswith(\";\") else sql + \";\",\n    )  # fmt: skip\n    return answer.strip()\n",
 "agent/prices.py": "\"\"\"What models cost, by the list of the LiteLLM that serves: it lies in the container's own file system.\"\"\"\n\nimport json\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import worker_processes\n\nDocument = dict[str, Any]\n\nLIST = \"site-packages/litellm/model_prices_and_context_window_backup.json\"\nFIELDS = (\"input_cost_per_token\", \"output_cost_per_token\", \"mode\", \"deprecation_date\")\n\n\ndef gather(targets: list[str], port: int) -> dict[str, Document | None] | None:\n    \"\"\"For each `litellm_params.model`: {input_cost_per_token?, output_cost_per_token?, mode?, deprecation_date?}, None when unknown.\n\n    None for all when the list cannot be read: that nobody knows a price is something else.\n    \"\"\"\n    if not targets:\n        return {}\n    file = _file(port)\n    if file is None:\n        return None\n    with file.open(encoding=\"utf-8\") as text:\n        known = json.load(text)\n    return {target: _price(known, target) for target in targets}\n\n\ndef _price(known: Document, target: str) -> Document | None:\n    \"\"\"LiteLLM knows a model by its whole name, or by the part behind its provider.\"\"\"\n    for name in (target, target.partition(\"/\")[2]):\n        found = known.get(name)\n        if isinstance(found, dict) and name != \"sample_spec\":\n            return {field: found[field] for field in FIELDS if field in found}\n    return None\n\n\ndef _file(port: int) -> Path | None:\n    for pid in worker_processes.workers(port):\n        root = Path(f\"/proc/{pid}/root\")\n        try:\n            python = Path((Path(f\"/proc/{pid}/cmdline\").read_bytes().split(b\"\\0\", 1)[0]).decode())\n        except OSError:\n            continue\n        # Its own environment first; a system-wide one is what is left.\n        for prefix in (python.parent.parent, Path(\"/usr/local\"), Path(\"/usr\"), Path(\"/app/.venv\")):\n            for found in (root / prefix.relative_to(\"/\") / \"lib\").glob(f\"python3*/{LIST}\") if prefix.is_absolute() else ():\n                return found\n    return None\n",
 "agent/proof.py": "\"\"\"Proves that a slot serves what its release says: ready is not enough.\n\nA worker that missed its first load calls itself ready and answers \"Invalid model name\" (L#26237), so each worker is asked.\n`/v1/models` is never used: it once cost seven minutes of CPU (L#33636).\n\"\"\"\n\nimport concurrent.futures\nimport http.client\nimport re\nimport secrets\nimport time\nfrom typing import Any\n\nfrom agent import worker_processes\nfrom agent.admin_api import AdminApi, ApiError\n\nWORKER_SECONDS = 60\nWRONG_SECONDS = 5\nPARALLEL = 8\nALL = 10_000\n\n\nclass NotProven(Exception):\n    \"\"\"Why the slot cannot be trusted with traffic.\"\"\"\n\n\ndef is_ready(port: int) -> tuple[bool, str]:\n    \"\"\"Whether LiteLLM says that it is ready and reaches its database; and what it answered.\"\"\"\n    connection = http.client.HTTPConnection(\"127.0.0.1\", port, timeout=10)\n    try:\n        connection.request(\"GET\", \"/health/readiness\")\n        answer = connection.getresponse()\n        text = answer.read().decode(errors=\"replace\")[:300]\n        return answer.status == 200 and '\"connected\"' in text.replace(\"'\", '\"'), text\n    except (OSError, http.client.HTTPException) as failure:\n        return False, str(failure)\n    finally:\n        connection.close()\n\n\ndef prove(port: int, master_key: str, config: str, workers: int, probe: list[str]) -> str:\n    \"\"\"Every worker serves every model of the configuration, and each model of `probe` answers a request that costs nothing.\"\"\"\n    expected = model_ids(config)\n    seen = _ask_every_worker(port, master_key, expected, workers)\n    probed = _probe(port, master_key, probe)\n    return f\"{seen} workers serve {len(expected)} models{probed}\"\n\n\ndef model_ids(config: str) -> dict[str, str]:\n    \"\"\"Name of each model by its id, for those that state one (the renderer gives all of them one).\"\"\"\n    import yaml  # installed by deploy: modules that run before it must be importable without\n\n    models = (yaml.safe_load(config) or {}).get(\"model_list\") or []\n    pairs = [((model.get(\"model_info\") or {}).get(\"id\"), model.get(\"model_name\")) for model in models]\n    return {str(key): str(name) for key, name in pairs if key}\n\n\ndef _ask_every_worker(port: int, master_key: str, expected: dict[str, str], count: int) -> int:\n    \"\"\"Opens connections until all workers were met, keeping them open so that the next one goes to another worker.\"\"\"\n    deadline = time.monotonic() + WORKER_SECONDS\n    answers: dict[int, str] = {}\n    open_connections: list[AdminApi] = []\n    wanted: set[int] = set()\n    wrong_since: float | None = None\n    try:\n        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:\n            while time.monotonic() < deadline:\n                wanted = worker_processes.workers(port)\n                if len(wanted) >= count and all(answers.get(pid) == \"\" for pid in wanted):\n                    return len(wanted)\n                # All have answered and none of them rightly: that is the configuration, not a worker that is late.\n                if len(wanted) >= count and all(answers.get(pid) for pid in wanted):\n                    wrong_since = wrong_since or time.monotonic()\n                    if time.monotonic() - wrong_since > WRONG_SECONDS:\n                        break\n                else:\n                    wrong_since = None\n                batch = [AdminApi(port, master_key) for _ in range(PARALLEL)]\n                open_connections += batch\n                for pid, missing in pool.map(lambda api: _ask(api, port, expected), batch):\n                    if pid is not None:\n                        answers[pid] = missing\n                if len(open_connections) > 10 * PARALLEL:\n                    for api in open_connections[: 5 * PARALLEL]:\n                        api.close()\n                    del open_connections[: 5 * PARALLEL]\n    finally:\n        for api in open_connections:\n            api.close()\n    wrong = [missing for pid, missing in answers.items() if pid in wanted and missing]\n    if wrong:\n        raise NotProven(f\"{len(wrong)} of {len(wanted)} workers do not serve what is declared. {wrong[0]}\")\n    met = len([pid for pid in wanted if pid in answers])\n    raise NotProven(f\"{len(wanted)} of {count} workers run, and {met} of them answered within {WORKER_SECONDS} s.\")\n\n\ndef _ask(api: AdminApi, port: int, expected: dict[str, str]) -> tuple[int | None, str]:\n    \"\"\"The worker that answered, and what it does not serve (\"\" when all is there).\"\"\"\n    try:\n        local = api.local_port()\n        served = {str((model.get(\"model_info\") or {}).get(\"id\")) for model in api.get(\"/v2/model/info\", size=ALL)[\"data\"]}\n        worker = worker_processes.worker_of(port, local)\n    except (ApiError, OSError) as failure:\n        # Which worker it was cannot be told any more; the next connection tries again.\n        return None, str(failure)\n    missing = sorted(name for key, name in expected.items() if key not in served)\n    shown = \", \".join(missing[:5]) + (\" …\" if len(missing) > 5 else \"\")\n    return worker, f\"Missing: {shown}.\" if missing else \"\"\n\n\ndef _probe(port: int, master_key: str, models: list[str]) -> str:\n    \"\"\"One chat request for each model that LiteLLM answers itself.\n\n    `mock_response` goes through authentication, the router and the model's settings, and calls no provider. LiteLLM honours it\n    only for a key that is allowed to (`allow_client_mock_response`), so such a key is made for this moment.\n    \"\"\"\n    if not models:\n        return \"\"\n    api = AdminApi(port, master_key)\n    alias = f\"litellm-gitops-probe-{secrets.token_hex(6)}\"\n    request = {\"key_alias\": alias, \"duration\": \"10m\", \"metadata\": {\"allow_client_mock_response\": True}}\n    try:\n        key = api.post(\"/key/generate\", request)[\"key\"]\n        try:\n            for model in models:\n                probe_one(api, key, model)\n            _require_unknown_refused(api, key)\n        finally:\n            api.post(\"/key/delete\", {\"key_aliases\": [alias]})\n    except ApiError as failure:\n        raise NotProven(f\"A probe request failed. {failure}\") from None\n    finally:\n        api.close()\n    return f\", {len(models)} probed\"\n\n\ndef probe_one(api: AdminApi, key: str, model: str) -> None:\n    \"\"\"The model answers a request that no provider sees. The key is one that may ask for that.\"\"\"\n    word = f\"probe-{secrets.token_hex(4)}\"\n    try:\n        answer = api.post(\"/v1/chat/completions\", _chat(model, word), key)\n    except ApiError as failure:\n        # The router knows the model and would send nobody there: that is what the budget of its provider is for.\n        if failure.status == 429 and \"crossed budget\" in str(failure):\n            return\n        raise\n    if answer[\"choices\"][0][\"message\"][\"content\"] != word:\n        raise NotProven(f\"The model {model} did not answer the probe with what it was told to.\")\n\n\ndef _require_unknown_refused(api: AdminApi, key: str) -> None:\n    \"\"\"A gateway that answers for a model nobody declared would make the probe worthless.\"\"\"\n    try:\n        api.post(\"/v1/chat/completions\", _chat(f\"no-such-model-{secrets.token_hex(4)}\", \"x\"), key)\n    except ApiError as refused:\n        if refused.status in (400, 401, 403, 404):\n            return\n        raise\n    raise NotProven(\"The gateway answered for a model that is not declared.\")\n\n\ndef _chat(model: str, word: str) -> dict[str, Any]:\n    return {\n        \"model\": model,\n        \"messages\": [{\"role\": \"user\", \"content\": \"litellm-gitops probe\"}],\n        \"max_tokens\": 1,\n        \"mock_response\": word,\n        \"cache\": {\"no-cache\": True, \"no-store\": True},\n    }\n\n\ndef cause_in(log: list[str]) -> str | None:\n    \"\"\"The line of LiteLLM's log that most likely says why it did not start: the last exception.\"\"\"\n    pattern = re.compile(r\"^\\s*(?:\\S+:\\s+)?([\\w.]*(?:Error|Exception|Failure)\\b.*)$\")\n    for line in reversed(log):\n        plain = re.sub(r\"\\x1b\\[[0-9;]*m\", \"\", line)\n        if pattern.match(plain) or \"LiteLLM Proxy: \" in plain and (\"cannot\" in plain or \"failed\" in plain):\n            return plain.strip()[:400]\n    return None\n",
 "agent/provider_keys.py": "\"\"\"Tries a provider's key that is to replace another one, by a request that costs nothing, while the old one still serves.\n\nA key that the provider refuses is refused here. One that cannot be tried (no address that is free of charge is known, or the\nprovider does not answer) is told, and taken: the gateway must not depend on that.\n\"\"\"\n\nimport concurrent.futures\nimport urllib.error\nimport urllib.request\nfrom collections.abc import Iterator\nfrom typing import Any\n\nfrom agent.output import Refused, note, step\n\nREFERENCE = \"os.environ/\"\nSECONDS = 10\n\n# Provider by LiteLLM's name: variables that move its address, its own address, and a path there that asks for a key and is free.\nPROVIDERS = {\n    \"openai\": ((\"OPENAI_BASE_URL\", \"OPENAI_API_BASE\"), \"https://api.openai.com/v1\", \"/models\"),\n    \"anthropic\": ((\"ANTHROPIC_API_BASE\", \"ANTHROPIC_BASE_URL\"), \"https://api.anthropic.com\", \"/v1/models\"),\n    \"mistral\": ((\"MISTRAL_API_BASE\",), \"https://api.mistral.ai/v1\", \"/models\"),\n    \"groq\": ((\"GROQ_API_BASE\",), \"https://api.groq.com/openai/v1\", \"/models\"),\n    \"deepseek\": ((\"DEEPSEEK_API_BASE\",), \"https://api.deepseek.com\", \"/models\"),\n    \"xai\": ((\"XAI_API_BASE\",), \"https://api.x.ai/v1\", \"/models\"),\n    # Its list of models asks for no key.\n    \"openrouter\": ((\"OPENROUTER_API_BASE\",), \"https://openrouter.ai/api/v1\", \"/key\"),\n}\n\nDocument = dict[str, Any]\n\n\nclass Trial:\n    \"\"\"One request that tells whether a key is taken.\"\"\"\n\n    def __init__(self, name: str, provider: str, address: str) -> None:\n        self.name = name\n        self.provider = provider\n        self.address = address\n\n    def same_as(self) -> tuple[str, str]:\n        return self.name, self.address\n\n\nclass NoRedirect(urllib.request.HTTPRedirectHandler):\n    \"\"\"A redirect would take the key along, to wherever it leads.\"\"\"\n\n    def redirect_request(self, *_: Any) -> None:\n        return None\n\n\ndef try_changed(config: str, environment: dict[str, str], before: dict[str, str]) -> None:\n    \"\"\"Refuses when a provider refuses a key that differs from the one it replaces.\"\"\"\n    import yaml  # installed by deploy: modules that run before it must be importable without\n\n    changed = {name for name, value in environment.items() if before.get(name) not in (None, value)}\n    if not changed:\n        return\n    document = yaml.safe_load(config)\n    trials = {trial.same_as(): trial for trial in _trials(document, changed, environment)} if isinstance(document, dict) else {}\n    if not trials:\n        return\n    with step(\"provider keys\") as this, concurrent.futures.ThreadPoolExecutor(8) as pool:\n        ordered = list(trials.values())\n        answers = list(pool.map(lambda trial: ask(trial, environment[trial.name]), ordered))\n        refused = [trial for trial, status in zip(ordered, answers, strict=True) if status == 401]\n        if refused:\n            names = \", \".join(f\"{trial.name} ({trial.provider})\" for trial in refused)\n            raise Refused(\n                \"provider-key\",\n                f\"The provider refuses the new value of {names}. Nothing was changed, the old one goes on serving. \"\n                \"Set the secret to a key that is valid, then run again.\",\n            )\n        for trial, status in zip(ordered, answers, strict=True):\n            if status != 200:\n                note(\"provider keys\", f\"{trial.name} could not be tried at {trial.provider}: it answered {status or 'nothing'}.\")\n        this.detail = f\"{answers.count(200)} of {len(answers)} new keys are taken by their provider\"\n\n\ndef _trials(document: Document, changed: set[str], environment: dict[str, str]) -> Iterator[Trial]:\n    declared = document.get(\"environment_variables\") or {}\n    variables = {str(name): str(value) for name, value in declared.items()} | environment\n    for model in document.get(\"model_list\") or []:\n        parameters = model.get(\"litellm_params\") or {}\n        key = str(parameters.get(\"api_key\") or \"\")\n        name = key.removeprefix(REFERENCE)\n        provider = str(parameters.get(\"custom_llm_provider\") or str(parameters.get(\"model\")).partition(\"/\")[0])\n        if not key.startswith(REFERENCE) or name not in changed or provider not in PROVIDERS:\n            continue\n        address = _address(provider, str(parameters.get(\"api_base\") or \"\"), variables)\n        if address:\n            yield Trial(name, provider, address)\n\n\ndef _address(provider: str, given: str, variables: dict[str, str]) -> str | None:\n    moved_by, own, path = PROVIDERS[provider]\n    if given.startswith(REFERENCE):\n        base = variables.get(given.removeprefix(REFERENCE))\n    else:\n        base = given or next((variables[name] for name in moved_by if variables.get(name)), own)\n    return base.rstrip(\"/\") + path if base and base.startswith((\"http://\", \"https://\")) else None\n\n\ndef ask(trial: Trial, key: str) -> int | None:\n    \"\"\"The status that the provider answers to the key; None when it does not answer.\"\"\"\n    headers = {\"Authorization\": f\"Bearer {key}\"}\n    if trial.provider == \"anthropic\":\n        headers = {\"x-api-key\": key, \"anthropic-version\": \"2023-06-01\"}\n    request = urllib.request.Request(trial.address, headers=headers)\n    try:\n        with urllib.request.build_opener(NoRedirect).open(request, timeout=SECONDS) as answer:\n            return int(answer.status)\n    except urllib.error.HTTPError as failure:\n        return failure.code\n    except (OSError, ValueError):\n        return None\n",
 "agent/recover.py": "\"\"\"Finishes or undoes a rollout that was cut short, and does nothing else.\"\"\"\n\nfrom typing import Any\n\nfrom agent import lease, rollout\n\n\ndef main(given: dict[str, Any]) -> dict[str, Any]:\n    \"\"\"Input: {run}. Answers {outcome: none|finished|undone, release?}.\"\"\"\n    lease.require(given[\"run\"])\n    return rollout.settle() or {\"outcome\": \"none\"}\n",
 "agent/redaction.py": "\"\"\"Takes secrets out of what leaves the host: values out of log lines, literals out of a parsed configuration.\"\"\"\n\nimport re\nfrom collections.abc import Callable, Iterable\nfrom typing import Any\n\n# Shorter values turn up inside ordinary words.\nSHORTEST = 6\nREFERENCE = \"os.environ/\"\nSECRET_NAME = re.compile(\n    r\"(^|_)(api_?key|key|secret|token|password|passwd|credentials?|authorization|private_key|dsn|connection_string)s?$\",\n    re.IGNORECASE,\n)\n# These end in a secret's word and hold none.\nNOT_SECRET = re.compile(\n    r\"(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$\"\n    r\"|^(cost|model)_key$|_per_token$|header_key$|user_header_name$\",\n    re.IGNORECASE,\n)\n\nRedact = Callable[[str], str]\n\n\ndef redactor(values: Iterable[str]) -> Redact:\n    \"\"\"A function that replaces each of `values` by `***` in a text.\"\"\"\n    needles = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)\n    if not needles:\n        return lambda text: text\n    pattern = re.compile(\"|\".join(re.escape(needle) for needle in needles))\n    return lambda text: pattern.sub(\"***\", text)\n\n\ndef without_secrets(document: Any, fingerprint: Callable[[str], str]) -> Any:\n    \"\"\"A copy of a parsed config.yaml in which every literal under a secret's name is {\"fingerprint\": …}.\n\n    References (`os.environ/NAME`) stay: they are what the plan compares. Passwords inside URLs are fingerprinted in place.\n    \"\"\"\n    return _walk(document, fingerprint, False)\n\n\ndef _walk(node: Any, fingerprint: Callable[[str], str], secret: bool) -> Any:\n    if isinstance(node, dict):\n        return {\n            str(key): _walk(value, fingerprint, secret or _names_secret(str(key), value)) for key, value in node.items()\n        }\n    if isinstance(node, list):\n        return [_walk(item, fingerprint, secret) for item in node]\n    if not isinstance(node, str) or node.startswith(REFERENCE):\n        return node\n    if secret or _looks_secret(node):\n        return {\"fingerprint\": fingerprint(node)}\n    return re.sub(\n        r\"(?<=://)([^/\\s:@]*):([^/\\s@]+)(?=@)\",\n        lambda found: f\"{found[1]}:fingerprint-{fingerprint(found[2])}\",\n        node,\n    )\n\n\ndef _names_secret(name: str, value: Any) -> bool:\n    if NOT_SECRET.search(name) or name in (\"environment_variables\", \"keys\"):\n        return False\n    # Whoever writes headers or environment variables by hand writes secrets there.\n    if isinstance(value, dict):\n        return name in (\"extra_headers\", \"headers\", \"default_headers\")\n    return SECRET_NAME.search(name) is not None\n\n\ndef _looks_secret(text: str) -> bool:\n    # Eight characters after the mark, as in the toolkit's own list: `sk-team` is a name.\n    return re.match(r\"(sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\\S{8}|-----BEGIN \", text) is not None\n",
 "agent/redis_client.py": "\"\"\"Talks to a Redis server in its own protocol; no argument list and no log ever holds its password.\"\"\"\n\nimport socket\nfrom collections.abc import Iterator\nfrom pathlib import Path\nfrom typing import Any\n\nValue = Any\n\n\nclass RedisError(Exception):\n    \"\"\"The server answered an error, or did not answer.\"\"\"\n\n\nclass Redis:\n    \"\"\"One connection. Address: (host, port), or the path of a socket.\"\"\"\n\n    def __init__(self, address: tuple[str, int] | Path, password: str | None, timeout: float = 60) -> None:\n        try:\n            if isinstance(address, Path):\n                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\n                self.socket.settimeout(timeout)\n                self.socket.connect(str(address))\n            else:\n                self.socket = socket.create_connection(address, timeout)\n        except OSError as failure:\n            raise RedisError(f\"Redis does not answer: {failure}\") from None\n        self.reader = self.socket.makefile(\"rb\")\n        if password is not None:\n            self.ask(\"AUTH\", password)\n\n    def ask(self, *words: str | bytes | int) -> Value:\n        return self.pipeline([words])[0]\n\n    def pipeline(self, commands: list[tuple[str | bytes | int, ...]]) -> list[Value]:\n        \"\"\"Answers in order; the first error is raised after all were read.\"\"\"\n        answers = self.try_all(commands)\n        for answer in answers:\n            if isinstance(answer, RedisError):\n                raise answer\n        return answers\n\n    def try_all(self, commands: list[tuple[str | bytes | int, ...]]) -> list[Value]:\n        \"\"\"Like `pipeline`, but errors stand among the answers.\"\"\"\n        try:\n            self.socket.sendall(b\"\".join(map(_encode, commands)))\n            return [self._answer() for _ in commands]\n        except OSError as failure:\n            raise RedisError(f\"Redis does not answer: {failure}\") from None\n\n    def keys(self, pattern: str = \"*\") -> Iterator[list[bytes]]:\n        \"\"\"All keys that match, in batches; nothing is held up for longer than a batch takes.\"\"\"\n        cursor: bytes = b\"0\"\n        while True:\n            cursor, names = self.ask(\"SCAN\", cursor, \"MATCH\", pattern, \"COUNT\", 1000)\n            if names:\n                yield names\n            if cursor == b\"0\":\n                return\n\n    def info(self, section: str) -> dict[str, str]:\n        lines = self.ask(\"INFO\", section).decode().splitlines()\n        return dict(line.split(\":\", 1) for line in lines if \":\" in line)\n\n    def close(self) -> None:\n        self.reader.close()\n        self.socket.close()\n\n    def _answer(self) -> Value:\n        line = self.reader.readline()\n        if not line.endswith(b\"\\r\\n\"):\n            raise RedisError(\"Redis closed the connection\")\n        kind, rest = line[:1], line[1:-2]\n        if kind == b\"+\":\n            return rest\n        if kind == b\"-\":\n            return RedisError(rest.decode(errors=\"replace\"))\n        if kind == b\":\":\n            return int(rest)\n        if kind == b\"$\":\n            length = int(rest)\n            return None if length < 0 else self.reader.read(length + 2)[:-2]\n        if kind == b\"*\":\n            return [self._answer() for _ in range(int(rest))]\n        raise RedisError(f\"Redis answered something unknown: {line[:40]!r}\")\n\n\ndef _encode(words: tuple[str | bytes | int, ...]) -> bytes:\n    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]\n    return b\"*%d\\r\\n\" % len(parts) + b\"\".join(b\"$%d\\r\\n%s\\r\\n\" % (len(part), part) for part in parts)\n",
 "agent/redis_dump.py": "\"\"\"Redis in a backup: its content as an RDB file, and what of it is put back.\"\"\"\n\nimport re\nimport shutil\nimport time\nfrom pathlib import Path\n\nfrom agent import keys\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import REDIS_PASSWORD\nfrom agent.redis_client import Redis, RedisError\n\nRDB = Path(\"/var/lib/redis/dump.rdb\")\nSECONDS = 1800\n# Counters that LiteLLM reads again from the database, and spend that was on its way into it: of another moment than the database,\n# they would give wrong budgets or count twice.\nNOT_RESTORED = (\n    b\"spend:\", b\"litellm_spend_update_buffer\", b\"litellm_daily_\", b\"litellm_window_spend_update_buffer\", b\"litellm_spend_logs_buffer\",\n    b\"litellm_gateway_requests_buffer\", b\"litellm_request_errors_buffer\", b\"litellm_tool_discovery_buffer\",\n)  # fmt: skip\n\n\ndef live() -> Redis:\n    return Redis((\"127.0.0.1\", 6379), keys.read(REDIS_PASSWORD))\n\n\ndef dump(target: Path) -> dict[str, int]:\n    \"\"\"Has Redis write its content in the background and copies it; answers {keys, expiring}.\"\"\"\n    try:\n        redis = live()\n        before = redis.ask(\"LASTSAVE\")\n        # LASTSAVE counts whole seconds: within the same one a new save would look like the old.\n        while int(time.time()) <= before:\n            time.sleep(0.1)\n        deadline = time.monotonic() + SECONDS\n        asked = False\n        while True:\n            info = redis.info(\"persistence\")\n            if asked and info[\"rdb_bgsave_in_progress\"] == \"0\":\n                if info[\"rdb_last_bgsave_status\"] != \"ok\":\n                    raise Refused(\"redis-dump\", \"Redis could not write its content to disk. journalctl -u redis-server tells why.\")\n                if redis.ask(\"LASTSAVE\") > before:\n                    break\n            if not asked:\n                answer = redis.try_all([(\"BGSAVE\", \"SCHEDULE\")])[0]\n                if isinstance(answer, RedisError) and \"in progress\" not in str(answer):\n                    raise answer\n                asked = not isinstance(answer, RedisError)\n            if time.monotonic() > deadline:\n                raise Refused(\"redis-dump\", f\"Redis did not write its content to disk within {SECONDS} s.\")\n            time.sleep(0.05)\n        redis.close()\n    except RedisError as failure:\n        raise Refused(\"redis-down\", f\"Redis cannot be backed up: {failure}\") from None\n    shutil.copyfile(RDB, target)\n    return check(target)\n\n\ndef check(rdb: Path) -> dict[str, int]:\n    \"\"\"Reads the file whole by Redis' own program; answers {keys, expiring}.\"\"\"\n    try:\n        said = run(\"redis-check-rdb\", str(rdb), timeout=SECONDS)\n    except CommandFailed as failed:\n        raise Refused(\"redis-dump\", f\"The content of Redis is damaged: {failed}\", failed.output) from None\n    counts = {name: int(count) for count, name in re.findall(r\"\\[info\\] (\\d+) (keys read|expires)\\b\", said)}\n    return {\"keys\": counts.get(\"keys read\", 0), \"expiring\": counts.get(\"expires\", 0)}\n\n\ndef forget_counters(redis: Redis) -> int:\n    \"\"\"Deletes what belongs to another moment of the database; LiteLLM reads the counters again from there.\"\"\"\n    count = 0\n    for names in redis.keys():\n        gone = [name for name in names if name.startswith(NOT_RESTORED)]\n        if gone:\n            count += redis.ask(\"UNLINK\", *gone)\n    return count\n\n\ndef put_back(source: Redis, target: Redis) -> int:\n    \"\"\"Copies keys that `target` lacks, with their lifetimes. It goes through its append-only file, as any write does.\"\"\"\n    count = 0\n    for names in source.keys():\n        wanted = [name for name in names if not name.startswith(NOT_RESTORED)]\n        values = source.pipeline([(\"DUMP\", name) for name in wanted])\n        lifetimes = source.pipeline([(\"PTTL\", name) for name in wanted])\n        commands = [\n            (\"RESTORE\", name, max(lifetime, 0), value)\n            for name, value, lifetime in zip(wanted, values, lifetimes, strict=True)\n            if value is not None and lifetime != -2\n        ]\n        for answer in target.try_all(commands):\n            if isinstance(answer, RedisError):\n                if not str(answer).startswith(\"BUSYKEY\"):\n                    raise answer\n            else:\n                count += 1\n    return count\n",
 "agent/redis_server.py": "\"\"\"Redis' password: the one line of its configuration that is made on the host.\"\"\"\n\nfrom agent import durable, keys\nfrom agent.managed_files import owner_of\nfrom agent.paths import REDIS_PASSWORD, REDIS_SECRET_CONF\n\n\ndef place_password() -> bool:\n    \"\"\"Writes the included file with the password when it differs; true when Redis has to read it anew.\"\"\"\n    content = f\"requirepass {keys.read(REDIS_PASSWORD)}\\n\".encode()\n    try:\n        if REDIS_SECRET_CONF.read_bytes() == content:\n            return False\n    except FileNotFoundError:\n        pass\n    durable.write(REDIS_SECRET_CONF, content, 0o600, owner_of(\"redis:redis\"))\n    return True\n",
 "agent/release.py": "\"\"\"Releases: what one generation of the gateway is made of, in a folder of its own that is never edited.\n\n    /etc/litellm/releases/ID/config.yaml   models and settings, no secret in it\n                             env           what the container gets, 0600\n                             unit.env      image and number of workers, for the unit\n                             release.json  how it came about\n    /etc/litellm/slots/{main,standby}      the release each slot runs, changed only while that slot is stopped\n    /etc/litellm/{config.yaml,env}         those of the release that serves\n\"\"\"\n\nimport hashlib\nimport hmac\nimport json\nimport os\nimport re\nimport shutil\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable, keys, postgres\nfrom agent.machine import now\nfrom agent.output import Refused\nfrom agent.paths import CONFIG, ENV, FINGERPRINT_KEY, MASTER_KEY, REDIS_PASSWORD, RELEASES, SALT_KEY, SLOTS, START_SCRIPT\n\nUNIT_FILES = [\n    Path(\"/etc/containers/systemd/litellm.container\"),\n    Path(\"/etc/containers/systemd/litellm-standby.container\"),\n    START_SCRIPT,\n]\nENV_NAME = re.compile(r\"[A-Za-z_][A-Za-z0-9_]*\")\nREFERENCE = re.compile(r\"os\\.environ/([A-Za-z_][A-Za-z0-9_]*)\")\nKEPT = 3\n# LiteLLM lets open requests end for this long when it is told to stop; the units' stop timeouts are longer.\nGRACEFUL_SHUTDOWN_SECONDS = 60\n\nDocument = dict[str, Any]\n\n\ndef host_environment(settings: Document) -> dict[str, str]:\n    \"\"\"What the host itself gives LiteLLM.\"\"\"\n    return {\n        \"DATABASE_URL\": postgres.url(),\n        \"REDIS_HOST\": \"127.0.0.1\",\n        \"REDIS_PORT\": \"6379\",\n        \"REDIS_PASSWORD\": keys.read(REDIS_PASSWORD),\n        \"LITELLM_MASTER_KEY\": keys.read(MASTER_KEY),\n        \"LITELLM_SALT_KEY\": keys.read(SALT_KEY),\n        \"LITELLM_MODE\": \"PRODUCTION\",\n        \"STORE_MODEL_IN_DB\": \"True\" if settings.get(\"storeModelInDb\") else \"False\",\n        # Migrations are a step of their own: a timeout in them once led to serving on a broken schema (L#23976).\n        \"DISABLE_SCHEMA_UPDATE\": \"true\",\n        \"LITELLM_LOCAL_MODEL_COST_MAP\": \"True\",\n        \"LITELLM_TELEMETRY\": \"False\",\n        \"GRACEFUL_SHUTDOWN_TIMEOUT\": str(GRACEFUL_SHUTDOWN_SECONDS),\n    }\n\n\nHOST_OWNED = frozenset(\n    \"DATABASE_URL REDIS_HOST REDIS_PORT REDIS_PASSWORD LITELLM_MASTER_KEY LITELLM_SALT_KEY LITELLM_MODE STORE_MODEL_IN_DB \"\n    \"DISABLE_SCHEMA_UPDATE LITELLM_LOCAL_MODEL_COST_MAP LITELLM_TELEMETRY GRACEFUL_SHUTDOWN_TIMEOUT\".split()\n)\n\n\ndef folder(release: str) -> Path:\n    return RELEASES / release\n\n\ndef serving() -> str | None:\n    \"\"\"The release that people are served by, or None before the first one stands.\"\"\"\n    try:\n        return Path(os.readlink(CONFIG)).parent.name\n    except (FileNotFoundError, OSError):\n        return None\n\n\ndef in_slot(slot: str) -> str | None:\n    try:\n        return Path(os.readlink(SLOTS / slot)).name\n    except FileNotFoundError:\n        return None\n\n\ndef put_in_slot(slot: str, release: str) -> None:\n    \"\"\"Points the slot at the release. Holds: its unit is stopped, because podman resolves the link when it starts.\"\"\"\n    durable.folder(SLOTS, 0o755)\n    durable.link(SLOTS / slot, f\"../releases/{release}\")\n\n\ndef forget_slot(slot: str) -> None:\n    durable.remove(SLOTS / slot)\n\n\ndef publish(release: str) -> None:\n    \"\"\"Makes the paths that people read those of the release that serves now.\"\"\"\n    durable.link(CONFIG, f\"releases/{release}/config.yaml\")\n    durable.link(ENV, f\"releases/{release}/env\")\n\n\ndef describe(release: str) -> Document:\n    return durable.read_json(folder(release) / \"release.json\") or {}\n\n\ndef environment(release: str) -> dict[str, str]:\n    \"\"\"The release's environment as LiteLLM gets it.\"\"\"\n    try:\n        lines = (folder(release) / \"env\").read_text().splitlines()\n    except FileNotFoundError:\n        return {}\n    return dict(line.split(\"=\", 1) for line in lines if \"=\" in line)\n\n\ndef provider_environment(release: str) -> dict[str, str]:\n    \"\"\"The part of the environment that was given by the user: provider keys and what else the configuration refers to.\"\"\"\n    return {name: value for name, value in environment(release).items() if name not in HOST_OWNED}\n\n\ndef assemble(config: str, given: dict[str, str], settings: Document) -> dict[str, str]:\n    \"\"\"The environment of a new release: what the step gave, what it refers to and the serving one has, and the host's own.\n\n    Refuses a reference that nobody has a value for, a name that belongs to the host, and a value the file cannot hold.\n    \"\"\"\n    taken = sorted(set(given) & HOST_OWNED)\n    if taken:\n        raise Refused(\"env-reserved\", f\"{', '.join(taken)} is set by the host itself. Take it out of the environment given.\")\n    before = serving()\n    kept = provider_environment(before) if before else {}\n    values = {name: one_line(name, value) for name, value in given.items()}\n    referred = set(REFERENCE.findall(config)) - HOST_OWNED\n    values |= {name: kept[name] for name in referred - set(values) if name in kept}\n    absent = sorted(referred - set(values))\n    if absent:\n        raise Refused(\n            \"env-missing\",\n            f\"The configuration refers to {', '.join(absent)}, but the environment has no value for it and the gateway knows \"\n            \"none from before. Give it to the step (env: in the workflow, from a secret).\",\n            names=absent,\n        )\n    return dict(sorted(values.items())) | host_environment(settings)\n\n\ndef one_line(name: str, value: str) -> str:\n    \"\"\"The value as it stands in the env file, which keeps one line each. JSON is put on one line; other texts are refused.\"\"\"\n    if not ENV_NAME.fullmatch(name):\n        raise Refused(\"env-name\", f\"{name!r} cannot be the name of an environment variable.\")\n    text = value.strip()\n    if \"\\0\" in text:\n        raise Refused(\"env-value\", f\"The value of {name} holds a zero byte.\")\n    if \"\\n\" not in text and \"\\r\" not in text:\n        return text\n    try:\n        return json.dumps(json.loads(text), separators=(\",\", \":\"))\n    except ValueError:\n        raise Refused(\n            \"env-value\",\n            f\"The value of {name} has several lines, and an environment file keeps one. JSON would be put on one line; \"\n            \"for anything else give it as base64 or in a form without line breaks.\",\n        ) from None\n\n\ndef identity(config: str, env: dict[str, str], image: str, workers: int) -> str:\n    \"\"\"A keyed hash of all that a release is: equal exactly when nothing would change. Keyed, as secrets are part of it.\"\"\"\n    units = [path.read_text() if path.exists() else \"\" for path in UNIT_FILES]\n    whole = json.dumps([config, env, image, workers, units], sort_keys=True)\n    key = keys.read(FINGERPRINT_KEY).encode()\n    return hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()\n\n\ndef write(\n    config: str, env: dict[str, str], image: str, workers: int, settings: Document, run: str, probe: list[str]\n) -> str:\n    \"\"\"Writes a new release folder, complete or not at all, and answers its id.\"\"\"\n    same = identity(config, env, image, workers)\n    release = f\"{now():%Y%m%dT%H%M%SZ}-{same[:8]}\"\n    durable.folder(RELEASES, 0o755)\n    beside = RELEASES / f\".{release}\"\n    shutil.rmtree(beside, ignore_errors=True)\n    durable.folder(beside, 0o755)\n    durable.write(beside / \"config.yaml\", config.encode(), 0o644)\n    durable.write(beside / \"env\", \"\".join(f\"{name}={value}\\n\" for name, value in env.items()).encode(), 0o600)\n    durable.write(beside / \"unit.env\", f\"LITELLM_IMAGE={image}\\nLITELLM_WORKERS={workers}\\n\".encode(), 0o644)\n    durable.write_json(\n        beside / \"release.json\",\n        {\n            \"id\": release,\n            \"identity\": same,\n            \"image\": image,\n            \"workers\": workers,\n            \"settings\": settings,\n            \"probe\": probe,\n            \"run\": run,\n            \"migrations\": len(postgres.migrations()),\n            \"created\": now().isoformat(),\n        },\n    )\n    target = folder(release)\n    if target.exists():\n        # The same content within the same second: a run that was begun and undone just now.\n        shutil.rmtree(target)\n    os.rename(beside, target)\n    durable.flush_directory(RELEASES)\n    return release\n\n\ndef earlier() -> list[str]:\n    \"\"\"Releases that were there before the one that serves, the newest first.\"\"\"\n    now_serving = serving()\n    if now_serving is None:\n        return []\n    known = sorted((entry.name for entry in RELEASES.iterdir() if not entry.name.startswith(\".\")), reverse=True)\n    return [name for name in known if name < now_serving]\n\n\ndef remove(release: str) -> None:\n    \"\"\"Removes a release that nothing points at.\"\"\"\n    if release not in (serving(), in_slot(\"main\")):\n        if in_slot(\"standby\") == release:\n            durable.remove(SLOTS / \"standby\")\n        shutil.rmtree(folder(release), ignore_errors=True)\n\n\ndef prune() -> list[str]:\n    \"\"\"Removes all but the newest releases; those in use stay whatever their age. Answers what was removed.\"\"\"\n    if not RELEASES.is_dir():\n        return []\n    used = {serving(), in_slot(\"main\"), in_slot(\"standby\")}\n    known = sorted(entry.name for entry in RELEASES.iterdir() if not entry.name.startswith(\".\"))\n    old = [name for name in known[:-KEPT] if name not in used]\n    for name in old:\n        shutil.rmtree(folder(name), ignore_errors=True)\n    return old\n",
 "agent/restic.py": "\"\"\"restic, which keeps the backups: encrypted, deduplicated, in a repository on this machine and in one elsewhere.\"\"\"\n\nimport dataclasses\nimport datetime\nimport json\nimport re\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.backup_settings import Settings\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import BACKUP_PASSWORD, BACKUPS\n\nCACHE = Path(\"/var/cache/litellm-gitops-restic\")\nTAG = \"litellm-gitops\"\nROWS = \"rows-\"\nHOURS = 3600\n# restic's own codes since 0.17; Ubuntu 24.04 has 0.16, where the text tells.\nTELLING = re.compile(r\"error|fatal|denied|refused|damaged|not found\", re.IGNORECASE)\nNO_REPOSITORY, LOCKED, WRONG_PASSWORD = 10, 11, 12\n\n\n@dataclasses.dataclass(frozen=True)\nclass Snapshot:\n    id: str\n    time: datetime.datetime\n    kind: str\n    # Of the whole database, when it was taken.\n    rows: int\n    # That of the snapshot it was copied from, so that both can be told to be the same.\n    original: str\n    paths: tuple[str, ...]\n\n\nclass Repository:\n    \"\"\"One repository; `name` is what people are told: \"repository\" or \"off-site copy\".\"\"\"\n\n    def __init__(self, location: str, settings: Settings, name: str, password_file: Path = BACKUP_PASSWORD) -> None:\n        self.location = location\n        self.settings = settings\n        self.name = name\n        self.password_file = password_file\n\n    def ensure(self, like: \"Repository | None\" = None) -> bool:\n        \"\"\"Makes the repository where there is none; true when it did. Like another one, data that both have is the same in both.\"\"\"\n        try:\n            self.run(\"cat\", \"config\", timeout=120)\n            return False\n        except Refused as refused:\n            if refused.code != \"repository-missing\":\n                raise\n        chunker = () if like is None else (\"--from-repo\", like.location, \"--copy-chunker-params\")\n        self.run(\"init\", *chunker, source=like, timeout=120)\n        return True\n\n    def snapshots(self) -> list[Snapshot]:\n        \"\"\"Ours, the oldest first.\"\"\"\n        listing: list[dict[str, Any]] = json.loads(self.run(\"snapshots\", \"--json\", \"--tag\", TAG, timeout=300)) or []\n        found = [\n            Snapshot(\n                id=one[\"id\"],\n                time=datetime.datetime.fromisoformat(one[\"time\"]),\n                kind=next((tag for tag in one[\"tags\"] if tag != TAG and not tag.startswith(ROWS)), \"scheduled\"),\n                rows=next((int(tag[len(ROWS) :]) for tag in one[\"tags\"] if tag.startswith(ROWS)), 0),\n                original=one.get(\"original\") or one[\"id\"],\n                paths=tuple(one[\"paths\"]),\n            )\n            for one in listing\n        ]\n        return sorted(found, key=lambda one: one.time)\n\n    def add(self, folder: Path, kind: str, rows: int, time: datetime.datetime) -> str:\n        \"\"\"Backs up the folder and answers the snapshot's id.\"\"\"\n        lines = self.run(\n            \"backup\", \"--json\", \"--host\", self.settings.domain, \"--tag\", TAG, \"--tag\", kind, \"--tag\", f\"{ROWS}{rows}\", \"--time\",\n             time.astimezone().strftime(\"%Y-%m-%d %H:%M:%S\"), str(folder), timeout=12 * HOURS,\n        ).splitlines()  # fmt: skip\n        summary = next((one for one in map(json.loads, reversed(lines)) if one.get(\"message_type\") == \"summary\"), None)\n        if summary is None or not summary.get(\"snapshot_id\"):\n            raise Refused(\"backup\", f\"restic ended without naming a snapshot in the {self.name}.\", lines[-5:])\n        return str(summary[\"snapshot_id\"])\n\n    def read(self, snapshot: Snapshot, path: str) -> bytes:\n        \"\"\"One file of a snapshot, its path below the folder that was backed up.\"\"\"\n        return self.run(\"dump\", snapshot.id, f\"{snapshot.paths[0]}/{path}\", timeout=600).encode()\n\n    def restore(self, snapshot: Snapshot, target: Path) -> Path:\n        \"\"\"Writes the snapshot's files below `target`; answers the folder that was backed up.\"\"\"\n        # `ID:folder` has the folder itself become the target, whatever path it was taken from.\n        self.run(\"restore\", f\"{snapshot.id}:{snapshot.paths[0]}\", \"--target\", str(target), timeout=12 * HOURS)\n        return target\n\n    def copy_from(self, other: \"Repository\", *snapshots: str) -> None:\n        if snapshots:\n            self.run(\"copy\", \"--from-repo\", other.location, *snapshots, source=other, timeout=24 * HOURS)\n\n    def forget(self, snapshots: list[str]) -> None:\n        if snapshots:\n            self.run(\"forget\", \"--prune\", *snapshots, timeout=12 * HOURS)\n\n    def check(self, part: str | None) -> None:\n        \"\"\"Proves structure and, by `part` (\"3/30\", \"100%\"), so much of the data against its hashes.\"\"\"\n        data = () if part is None else (f\"--read-data-subset={part}\",)\n        self.run(\"check\", *data, timeout=12 * HOURS)\n\n    def bytes(self) -> int | None:\n        \"\"\"What the repository takes on this host's disk; None when it is elsewhere.\"\"\"\n        if \":\" in self.location:\n            return None\n        return sum(file.stat().st_size for file in Path(self.location).rglob(\"*\") if file.is_file())\n\n    def run(self, *arguments: str, timeout: float, source: \"Repository | None\" = None) -> str:\n        \"\"\"Raises `Refused` with a code of its own for what people can mend.\n\n        A lock of somebody who was killed holds nobody up: it is removed, and those of the living are waited for.\n        \"\"\"\n        try:\n            return self._run(\"10s\", *arguments, timeout=timeout, source=source)\n        except Refused as refused:\n            if refused.code != \"repository-locked\":\n                raise\n        for one in (self, source):\n            if one is not None:\n                one._run(\"10s\", \"unlock\", timeout=120)\n        return self._run(\"5m\", *arguments, timeout=timeout, source=source)\n\n    def _run(self, patience: str, *arguments: str, timeout: float, source: \"Repository | None\" = None) -> str:\n        durable.folder(BACKUPS, 0o700)\n        remote = \":\" in self.location or (source is not None and \":\" in source.location)\n        environment = {\n            \"RESTIC_REPOSITORY\": self.location,\n            \"RESTIC_PASSWORD_FILE\": str(self.password_file),\n            \"RESTIC_CACHE_DIR\": str(CACHE),\n            \"RESTIC_PROGRESS_FPS\": \"0.01\",\n        } | (self.settings.storage_environment() if remote else {})\n        if source is not None:\n            environment[\"RESTIC_FROM_PASSWORD_FILE\"] = str(source.password_file)\n        options = self.settings.sftp_options() if remote else ()\n        try:\n            return run(\"restic\", *options, f\"--retry-lock={patience}\", *arguments, timeout=timeout, environment=environment)\n        except FileNotFoundError:\n            raise Refused(\"not-deployed\", \"restic is not installed on this host. Run deploy.\") from None\n        except CommandFailed as failed:\n            raise self._refused(arguments[0], failed) from None\n\n    def _refused(self, what: str, failed: CommandFailed) -> Refused:\n        text = \"\\n\".join(failed.output)\n        where = f\"The {self.name} {self.location}\"\n        if failed.code == NO_REPOSITORY or \"Is there a repository at\" in text:\n            return Refused(\"repository-missing\", f\"{where} does not exist, or holds no repository.\", failed.output)\n        if failed.code == WRONG_PASSWORD or \"wrong password or no key found\" in text:\n            return Refused(\n                \"backup-password\",\n                f\"{where} cannot be opened with the password in {self.password_file}. Put the right one back from its escrow, or \"\n                \"declare another place for new backups.\",\n                failed.output,\n            )\n        if failed.code == LOCKED or \"unable to create lock\" in text:\n            return Refused(\"repository-locked\", f\"{where} is locked by another program.\", failed.output)\n        if \"no space left on device\" in text:\n            return Refused(\"disk-full\", f\"No space is left for {where[0].lower()}{where[1:]}.\", failed.output)\n        telling = next((line for line in failed.output if TELLING.search(line)), failed.output[-1] if failed.output else str(failed))\n        return Refused(f\"repository-{what}\", f\"{where} fails at restic {what}: {telling[:300]}\", failed.output)\n\n\ndef local(settings: Settings) -> Repository:\n    return Repository(settings.repository, settings, \"repository\")\n\n\ndef copy(settings: Settings) -> Repository | None:\n    return None if settings.copy_to is None else Repository(settings.copy_to, settings, \"off-site copy\")\n\n\ndef furthest(settings: Settings) -> Repository:\n    \"\"\"The one to trust least and to prove from: the copy, where there is one.\"\"\"\n    return copy(settings) or local(settings)\n\n\ndef choose(snapshots: list[Snapshot], wanted: str | None) -> Snapshot:\n    \"\"\"The snapshot that is meant by \"latest\", an id (or its beginning), or a time: the last one up to then.\"\"\"\n    if not snapshots:\n        raise Refused(\"no-backup\", \"There is no backup yet. Run backup.\")\n    if wanted is None or wanted == \"latest\":\n        # A safety backup holds what somebody just chose to replace.\n        return [one for one in snapshots if one.kind != \"safety\" or one is snapshots[0]][-1]\n    named = [one for one in snapshots if one.id.startswith(wanted) or one.original.startswith(wanted)]\n    if len(named) == 1:\n        return named[0]\n    try:\n        time = datetime.datetime.fromisoformat(wanted)\n    except ValueError:\n        known = \", \".join(f\"{one.id[:8]} of {one.time:%Y-%m-%d %H:%M}\" for one in snapshots[-10:])\n        raise Refused(\n            \"no-backup\", f'\"{wanted}\" names no backup; give latest, an id or a time such as 2026-11-23T02:00. There are: {known}.'\n        ) from None\n    if time.tzinfo is None:\n        time = time.replace(tzinfo=datetime.timezone.utc)\n    before = [one for one in snapshots if one.time <= time]\n    if not before:\n        raise Refused(\"no-backup\", f\"There is no backup from before {time.isoformat()}; the oldest is of {snapshots[0].time.isoformat()}.\")\n    return before[-1]\n",
 "agent/restore.py": "\"\"\"Brings back a backup: beside the live database, checked there, then exchanged by name. `undo` exchanges back.\n\n    safety     a backup of what there is now                 \\\\\n    fetch      the backup out of the repository, hash by hash  | nothing of the gateway has changed: undo is to drop the copy\n    database   a new database from it, beside the live one     |\n    check      every row against the backup's own checksums   /\n    swap       the two databases change names, both or none      from here on the way is forward\n    forward    keys (scope all), Redis, a rollout of new processes with the usual proofs, finish\n\nEach step can be taken twice, and the state file names the one that was begun last.\n\"\"\"\n\nimport shutil\nimport time\nfrom typing import Any\n\nfrom agent import audit, backup, backup_settings, database_content, database_dump, database_swap, durable, job, lease, manifest, migration\nfrom agent import postgres, release, restore_forward, restore_plan, scratch\nfrom agent.command import CommandFailed\nfrom agent.database_server import MACHINE, conversation\nfrom agent.machine import now\nfrom agent.output import Refused, note, step\nfrom agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS\nfrom agent.restore_forward import FETCHED, STATE_FILE, UNDO\n\nUNIT = \"litellm-gitops-restore.service\"\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {run, backup?, scope?, confirm?, undo?, password?, settings?}. Answers what `work` does.\"\"\"\n    if given.get(\"confirm\"):\n        lease.require(given[\"run\"])\n    request = {\"program\": \"restore\", \"input\": restore_plan.keep_password(given)}\n    folder = job.start(UNIT, \"job_unit\", request, \"restore\", \"litellm-gitops restore\", after=True)\n    return job.finish(UNIT, folder, \"restore\")\n\n\ndef clean_up() -> None:\n    \"\"\"After a crash before the swap nothing is left of the attempt; after it all is kept that the next run needs to go on.\"\"\"\n    backup.clean_up()\n    scratch.sweep()\n    state = durable.read_json(STATE_FILE)\n    if state is None:\n        shutil.rmtree(FETCHED, ignore_errors=True)\n    elif not _has_swapped(state):\n        _drop_attempt(state)\n    if not STATE_FILE.exists():\n        restore_plan.GIVEN_PASSWORD.unlink(missing_ok=True)\n\n\ndef work(given: Document) -> Document:\n    \"\"\"Without the gateway's domain as `confirm` it only says what would happen: {outcome: planned, …}.\n\n    Else {outcome: restored | undone | resumed, snapshot, time, scope, seconds, release, undo}.\n    \"\"\"\n    restore_plan.place_settings(given.get(\"settings\"))\n    settings = backup_settings.read()\n    state = durable.read_json(STATE_FILE)\n    confirmed = given.get(\"confirm\") == settings.domain\n    if confirmed and state is not None and _has_swapped(state):\n        note(\"resume\", f\"A restore of {state['snapshot'][:8]} was cut short after its swap; it is brought to its end.\")\n        result = restore_forward.forward(state) | {\"outcome\": \"resumed\"}\n        if bool(given.get(\"undo\")) == bool(state.get(\"undo\")):\n            return result\n        state = None\n    if given.get(\"undo\"):\n        return _undo(settings, given)\n    chosen = restore_plan.choose(settings, given)\n    if not confirmed:\n        plan = restore_plan.describe(chosen)\n        return plan | {\"outcome\": \"planned\", \"confirm\": settings.domain, \"interrupted\": state and state[\"step\"]}\n    if state is not None:\n        _drop_attempt(state)\n    return _restore(chosen, given)\n\n\ndef _restore(chosen: restore_plan.Chosen, given: Document) -> Document:\n    begun = time.monotonic()\n    plan = restore_plan.describe(chosen)\n    _safety(given[\"run\"])\n    name = f\"{now():%Y%m%d%H%M%S}\"\n    state: Document = {\n        \"step\": \"beside\",\n        \"run\": given[\"run\"],\n        \"snapshot\": chosen.snapshot.original,\n        \"time\": chosen.manifest[\"created\"],\n        \"scope\": chosen.scope,\n        \"beside\": f\"litellm_restore_{name}\",\n        \"before\": f\"litellm_before_{name}\",\n        \"passwordFile\": str(chosen.repository.password_file),\n    }\n    durable.write_json(STATE_FILE, state)\n    try:\n        _beside(chosen, state)\n    except (Refused, CommandFailed) as failure:\n        _drop_attempt(state)\n        if isinstance(failure, Refused):\n            raise\n        raise Refused(\"restore\", f\"{failure} The gateway was not touched.\", failure.output) from None\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        restore_forward.remember(state)\n        state[\"step\"] = \"swap\"\n        durable.write_json(STATE_FILE, state)\n        with step(\"swap\") as this:\n            started = time.monotonic()\n            postgres.ensure()\n            database_swap.exchange(state[\"beside\"], state[\"before\"])\n            this.detail = f\"in {time.monotonic() - started:.2f} s; what was live is kept as {state['before']}\"\n    result = restore_forward.forward(state)\n    return plan | result | {\"outcome\": \"restored\", \"seconds\": round(time.monotonic() - begun, 1)}\n\n\ndef _safety(run: str) -> None:\n    with step(\"safety backup\") as this:\n        if postgres.state() != \"ready\" or release.serving() is None:\n            this.detail = \"there is nothing to save: no database of LiteLLM, or no release, stands on this host\"\n            return\n        try:\n            this.detail = backup.take(\"safety\", run)[\"snapshot\"][:8]\n        except Refused as refused:\n            if refused.code != \"copy\":\n                raise\n            this.detail = f\"{refused.data['backup']['snapshot'][:8]}, on this host only: the off-site copy did not take it\"\n\n\ndef _beside(chosen: restore_plan.Chosen, state: Document) -> None:\n    about = chosen.manifest[\"database\"]\n    with step(\"fetch\") as this:\n        database_dump.room_for(about[\"bytes\"] * 3, FETCHED.parent, \"A restore\")\n        shutil.rmtree(FETCHED, ignore_errors=True)\n        durable.folder(FETCHED, 0o700)\n        chosen.repository.restore(chosen.snapshot, FETCHED)\n        wrong = manifest.differences(chosen.manifest, FETCHED)\n        if wrong:\n            raise Refused(\"damaged\", f\"{len(wrong)} files of the backup are not as they were backed up: {'; '.join(wrong[:5])}\")\n        this.detail = f\"{len(chosen.manifest['files'])} files, every hash equal\"\n    restore_forward.place_lost_passwords(chosen.scope)\n    logs = database_dump.LOG_TABLES if chosen.scope == \"configuration\" else ()\n    with step(\"database\") as this:\n        postgres.ensure()\n        database_swap.drop(state[\"beside\"])\n        database_swap.create(state[\"beside\"])\n        database_dump.load(MACHINE, state[\"beside\"], FETCHED / \"database\", without=logs)\n        if logs:\n            database_dump.keep_rows(MACHINE, \"litellm\", state[\"beside\"], logs, FETCHED / \"logs\")\n        this.detail = f\"{state['beside']}\" + (\", with the logs of the live one\" if logs else \"\")\n    with step(\"check\") as this:\n        kept = [name for name in about[\"tables\"] if not any(log in name for log in logs)]\n        with conversation(MACHINE, state[\"beside\"]) as session:\n            found = database_content.read(session.ask, kept)\n        wanted = {\"tables\": {name: about[\"tables\"][name] for name in kept}, \"definitions\": about[\"definitions\"]}\n        wrong = database_content.differences(wanted, found)\n        if wrong:\n            raise Refused(\"content\", \"What was restored is not what was backed up: \" + \"; \".join(wrong[:10]))\n        this.detail = f\"{database_content.rows(found)} rows in {len(kept)} tables, every checksum equal\"\n    if chosen.migrate:\n        with step(\"migrations\") as this:\n            migration.run_on(chosen.image, {}, postgres.url(state[\"beside\"]))\n            this.detail = f\"the backup is of an older version; its copy has the schema of {chosen.image} now\"\n\n\ndef _has_swapped(state: Document) -> bool:\n    \"\"\"Whether the databases have changed places. One that cannot be asked is taken to have: nothing is dropped by guess.\"\"\"\n    try:\n        return not database_swap.exists(state[\"beside\"])\n    except CommandFailed:\n        return True\n\n\ndef _drop_attempt(state: Document) -> None:\n    if not state.get(\"undo\"):\n        try:\n            database_swap.drop(state[\"beside\"])\n        except CommandFailed as failed:\n            note(\"clean-up\", f\"The database {state['beside']} could not be dropped; the next restore does it: {failed}\")\n            return\n    shutil.rmtree(FETCHED, ignore_errors=True)\n    durable.remove(STATE_FILE)\n\n\ndef _undo(settings: backup_settings.Settings, given: Document) -> Document:\n    \"\"\"What the last restore replaced changes places with what it brought; undone again, that is back.\"\"\"\n    record = durable.read_json(UNDO / \"undo.json\")\n    missing_release = record is not None and record[\"scope\"] == \"all\" and not (UNDO / \"release\").exists()\n    if record is None or missing_release or not database_swap.exists(record[\"before\"]):\n        raise Refused(\"no-undo\", \"There is no restore on this host that could be undone.\")\n    if given.get(\"confirm\") != settings.domain:\n        return {\"outcome\": \"planned\", \"undo\": record[\"before\"], \"confirm\": settings.domain}\n    state = restore_forward.undo_state(record, given[\"run\"])\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        restore_forward.remember(state)\n        durable.write_json(STATE_FILE, state)\n        with step(\"swap\"):\n            database_swap.exchange(state[\"beside\"], state[\"before\"])\n    result = restore_forward.forward(state)\n    audit.record(given[\"run\"], \"undo\", snapshot=state[\"snapshot\"])\n    return result | {\"outcome\": \"undone\"}\n",
 "agent/restore_forward.py": "\"\"\"The way forward from the moment that the databases have changed places: keys, Redis, new processes, and what undo needs.\"\"\"\n\nimport shutil\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import audit, backup_settings, database_swap, durable, images, keys, manifest, redis_dump, redis_server\nfrom agent import release, restic, restore_plan, rollout, scratch, units\nfrom agent.command import CommandFailed\nfrom agent.output import Refused, note, step\nfrom agent.paths import BACKUP_PASSWORD, BACKUPS, CHANGE_LOCK, CHANGE_LOCK_SECONDS, FINGERPRINT_KEY, MASTER_KEY, POSTGRES_PASSWORD\nfrom agent.paths import REDIS_PASSWORD, SALT_KEY\nfrom agent.paths import RESTORE_STATE as STATE_FILE\nfrom agent.redis_client import Redis, RedisError\n\nFETCHED = BACKUPS / \"restore\"\nUNDO = BACKUPS / \"undo\"\nNEXT_UNDO = BACKUPS / \"undo.next\"\n# Those that belong to the data. The passwords of PostgreSQL and Redis belong to the host, and are taken only where it lost them.\nKEYS = (SALT_KEY, MASTER_KEY)\nHOST_KEYS = (POSTGRES_PASSWORD, REDIS_PASSWORD, FINGERPRINT_KEY)\n\nDocument = dict[str, Any]\n\n\ndef remember(state: Document) -> None:\n    \"\"\"Keeps what undo will put back: keys, and the release that serves now.\"\"\"\n    shutil.rmtree(NEXT_UNDO, ignore_errors=True)\n    durable.folder(NEXT_UNDO, 0o700)\n    for path in KEYS:\n        if path.exists():\n            shutil.copy2(path, NEXT_UNDO / path.name)\n    serving = release.serving()\n    if serving is not None:\n        shutil.copytree(release.folder(serving), NEXT_UNDO / \"release\")\n    durable.write_json(NEXT_UNDO / \"undo.json\", {key: state[key] for key in (\"before\", \"snapshot\", \"time\", \"scope\")})\n\n\ndef undo_state(record: Document, run: str) -> Document:\n    \"\"\"The state of an undo: the same way forward, with what was kept in place of what was fetched.\"\"\"\n    kept = record[\"before\"]\n    return record | {\n        \"step\": \"swap\",\n        \"run\": run,\n        \"undo\": True,\n        \"beside\": kept,\n        \"before\": kept.replace(\"_before_\", \"_undone_\") if \"_before_\" in kept else kept.replace(\"_undone_\", \"_before_\"),\n    }\n\n\ndef forward(state: Document) -> Document:\n    \"\"\"Takes the gateway to the restored data; may be called again after a crash at any place. Answers {release, undo}.\"\"\"\n    run = state[\"run\"]\n    database_swap.exchange(state[\"beside\"], state[\"before\"])\n    source = UNDO if state.get(\"undo\") else FETCHED\n    if state[\"scope\"] == \"all\":\n        with step(\"keys\") as this:\n            this.detail = _take_keys(source, bool(state.get(\"undo\")))\n    with step(\"counters\") as this:\n        this.detail = _counters()\n    if state[\"scope\"] == \"all\" and not state.get(\"undo\"):\n        with step(\"redis\") as this:\n            this.detail = _put_back_redis()\n    try:\n        name = _roll_out(state, source, run)\n    except Refused as refused:\n        if state.get(\"undo\"):\n            raise\n        _go_back(state)\n        raise Refused(\n            refused.code,\n            f\"LiteLLM does not run on the restored data, so what was there before is back: {refused.message}\",\n            refused.log,\n        ) from None\n    with step(\"keep\") as this:\n        _counters()\n        for old in [*database_swap.others(\"litellm_before_\"), *database_swap.others(\"litellm_undone_\")]:\n            if old != state[\"before\"]:\n                database_swap.drop(old)\n        _adopt_password(state)\n        shutil.rmtree(UNDO, ignore_errors=True)\n        if NEXT_UNDO.exists():\n            NEXT_UNDO.rename(UNDO)\n        shutil.rmtree(FETCHED, ignore_errors=True)\n        audit.record(run, \"restore\", snapshot=state[\"snapshot\"], scope=state[\"scope\"], undo=bool(state.get(\"undo\")))\n        durable.remove(STATE_FILE)\n        this.detail = f\"{state['before']} is kept for an undo, until the next restore or for a week\"\n    return {\"release\": name, \"undo\": state[\"before\"], \"snapshot\": state[\"snapshot\"], \"time\": state[\"time\"], \"scope\": state[\"scope\"]}\n\n\ndef place_lost_passwords(scope: str) -> None:\n    \"\"\"A host that lost /etc/litellm gets the keys back that its own services still go by.\"\"\"\n    if scope != \"all\":\n        return\n    placed = []\n    for path in HOST_KEYS:\n        kept = FETCHED / \"files\" / path.relative_to(\"/\")\n        if not path.exists() and kept.exists():\n            durable.folder(path.parent, 0o700 if path == FINGERPRINT_KEY else 0o755)\n            durable.write(path, kept.read_bytes())\n            placed.append(path.name)\n    if placed:\n        note(\"keys\", f\"{', '.join(placed)} put back from the backup\")\n        if redis_server.place_password():\n            units.restart(\"redis-server.service\")\n\n\ndef _take_keys(source: Path, undo: bool) -> str:\n    folder = source if undo else source / \"files\" / SALT_KEY.parent.relative_to(\"/\")\n    changed = []\n    for path in KEYS:\n        content = (folder / path.name).read_bytes() if (folder / path.name).exists() else None\n        if content is not None and (not path.exists() or path.read_bytes() != content):\n            durable.write(path, content)\n            changed.append(path.name)\n    return f\"{', '.join(changed)} taken from the backup\" if changed else \"the same as before\"\n\n\ndef _counters() -> str:\n    try:\n        redis = redis_dump.live()\n        count = redis_dump.forget_counters(redis)\n        redis.close()\n        return f\"{count} counters of spend removed from Redis; LiteLLM reads them again from the database\"\n    except RedisError as failure:\n        raise Refused(\"redis-down\", f\"Redis does not answer: {failure} Start it and run the same command again.\") from None\n\n\ndef _put_back_redis() -> str:\n    \"\"\"What Redis lost; keys that it has are newer and stay.\"\"\"\n    scratch.sweep()\n    try:\n        scratch.network()\n        password = scratch.start_redis(FETCHED / \"redis.rdb\")\n        source = scratch.inside(lambda: Redis((\"127.0.0.1\", 6379), password))\n        target = redis_dump.live()\n        return f\"{redis_dump.put_back(source, target)} keys put back\"\n    except (RedisError, CommandFailed) as failure:\n        # A cache: people are served without it.\n        return f\"nothing put back: {failure}\"\n    finally:\n        scratch.sweep()\n\n\ndef _roll_out(state: Document, source: Path, run: str) -> str:\n    \"\"\"New processes on the restored database; the old ones remember keys, budgets and teams of the other one.\"\"\"\n    rollout.settle()\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        folder = _release_folder(state, source)\n        about = durable.read_json(folder / \"release.json\")\n        if not images.present(about[\"image\"]):\n            images.pull(about[\"image\"])\n        lines = (folder / \"env\").read_text().splitlines()\n        given = {name: value for name, value in (line.split(\"=\", 1) for line in lines if \"=\" in line) if name not in release.HOST_OWNED}\n        wanted = rollout.Wanted(\n            config=(folder / \"config.yaml\").read_text(),\n            given=given,\n            image=about[\"image\"],\n            workers=int(about[\"workers\"]),\n            settings=about[\"settings\"],\n            probe=about.get(\"probe\") or [],\n        )\n        events = rollout.prepare(wanted, run, again=True)\n    assert events is not None\n    return str(rollout.follow(events)[\"release\"])\n\n\ndef _release_folder(state: Document, source: Path) -> Path:\n    if state[\"scope\"] != \"all\":\n        return release.folder(str(release.serving()))\n    if state.get(\"undo\"):\n        return source / \"release\"\n    about = manifest.parse((source / manifest.NAME).read_bytes())\n    return source / \"files/etc/litellm/releases\" / str(about[\"release\"])\n\n\ndef _go_back(state: Document) -> None:\n    \"\"\"The rollout left the old release serving; now it gets its database and its keys back.\"\"\"\n    with step(\"undo\"):\n        database_swap.exchange(state[\"before\"], state[\"beside\"])\n        if state[\"scope\"] == \"all\":\n            _take_keys(NEXT_UNDO, undo=True)\n        _counters()\n        if (NEXT_UNDO / \"release\").exists():\n            try:\n                _roll_out(state | {\"undo\": True}, NEXT_UNDO, state[\"run\"])\n            except Refused as refused:\n                note(\"undo\", f\"The old release serves, but it could not be started anew: {refused.message}\")\n        database_swap.drop(state[\"beside\"])\n        shutil.rmtree(FETCHED, ignore_errors=True)\n        shutil.rmtree(NEXT_UNDO, ignore_errors=True)\n        durable.remove(STATE_FILE)\n\n\ndef _adopt_password(state: Document) -> None:\n    \"\"\"A host that was restored from elsewhere with an escrowed password goes on with it.\"\"\"\n    given = restore_plan.GIVEN_PASSWORD\n    if state.get(\"passwordFile\") != str(given) or not given.exists():\n        return\n    if not BACKUP_PASSWORD.exists() or keys.read(given) != keys.read(BACKUP_PASSWORD):\n        settings = backup_settings.read()\n        durable.write(BACKUP_PASSWORD, given.read_bytes())\n        place = Path(settings.repository)\n        if place.is_absolute() and place.exists():\n            try:\n                restic.local(settings).snapshots()\n            except Refused:\n                # Its backups are of the empty gateway that was here; their password goes beside them.\n                place.rename(place.with_name(f\"{place.name}.before-restore\"))\n                note(\"repository\", f\"{place} had another password and is kept as {place}.before-restore.\")\n    durable.remove(given)\n",
 "agent/restore_plan.py": "\"\"\"Which backup is restored, whether it fits, and what that would change; nothing here changes the gateway.\"\"\"\n\nimport dataclasses\nimport json\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import backup_settings, database_content, database_dump, durable, keys, manifest, postgres, release, restic\nfrom agent.command import CommandFailed\nfrom agent.database_server import MACHINE, programs\nfrom agent.manifest import Manifest\nfrom agent.output import Refused, note\nfrom agent.paths import BACKUP_PASSWORD, BACKUP_SETTINGS, BACKUPS, ETC, SALT_KEY\n\nSCOPES = (\"database\", \"configuration\", \"all\")\nGIVEN_PASSWORD = BACKUPS / \"given_password\"\n\nDocument = dict[str, Any]\n\n\n@dataclasses.dataclass(frozen=True)\nclass Chosen:\n    repository: restic.Repository\n    snapshot: restic.Snapshot\n    manifest: Manifest\n    scope: str\n    # What serves on the restored data.\n    image: str\n    # Its schema is older than what that image wants.\n    migrate: bool\n\n\ndef place_settings(given: Document | None) -> None:\n    \"\"\"On a host that lost /etc/litellm, what the declaration says of backups takes the place of what deploy said.\"\"\"\n    if given is not None and not BACKUP_SETTINGS.exists():\n        durable.folder(ETC, 0o755)\n        durable.write(BACKUP_SETTINGS, json.dumps(given, indent=1).encode(), 0o644)\n\n\ndef choose(settings: backup_settings.Settings, given: Document) -> Chosen:\n    \"\"\"Refuses what doesn't fit before anything is touched.\"\"\"\n    scope = given.get(\"scope\") or \"database\"\n    if scope not in SCOPES:\n        raise Refused(\"scope\", f'The scope is \"{scope}\"; it can be {\", \".join(SCOPES)}.')\n    repository, snapshot = _find(settings, given.get(\"backup\"), password_file(given))\n    about = manifest.parse(repository.read(snapshot, manifest.NAME))\n    if about[\"domain\"] != settings.domain:\n        raise Refused(\"foreign\", f\"The backup is of {about['domain']}, not of {settings.domain}: it was not restored.\")\n    serving = release.serving()\n    if scope == \"all\":\n        image, migrate = about[\"image\"], False\n    elif serving is None:\n        raise Refused(\"not-deployed\", \"No gateway stands on this host. Restore with the scope all, which brings its keys and release too.\")\n    else:\n        _require_salt(about)\n        image = release.describe(serving)[\"image\"]\n        migrate = _require_migrations(about, image)\n    _require_server(about)\n    return Chosen(repository, snapshot, about, scope, image, migrate)\n\n\ndef keep_password(given: Document) -> Document:\n    \"\"\"Puts a password from the escrow where restic reads it, and takes it out of what is passed on and written down.\"\"\"\n    rest = {name: value for name, value in given.items() if name != \"password\"}\n    if not given.get(\"password\"):\n        return rest\n    durable.folder(BACKUPS, 0o700)\n    durable.write(GIVEN_PASSWORD, (given[\"password\"].strip() + \"\\n\").encode())\n    return rest | {\"escrow\": True}\n\n\ndef password_file(given: Document) -> Path:\n    \"\"\"Where restic reads the password: the host's own file, or the one with what was given.\"\"\"\n    return GIVEN_PASSWORD if given.get(\"escrow\") else BACKUP_PASSWORD\n\n\ndef _find(settings: backup_settings.Settings, wanted: str | None, password: Path) -> tuple[restic.Repository, restic.Snapshot]:\n    \"\"\"The repository of this host first: it is near. Where it cannot give the backup, the off-site copy does.\"\"\"\n    near = restic.Repository(settings.repository, settings, \"repository\", password)\n    far = None if settings.copy_to is None else restic.Repository(settings.copy_to, settings, \"off-site copy\", password)\n    try:\n        return near, restic.choose(near.snapshots(), wanted)\n    except Refused as refused:\n        if far is None or refused.code == \"disk-full\":\n            raise\n        note(\"repository\", f\"{refused.message} The off-site copy is asked.\")\n    return far, restic.choose(far.snapshots(), wanted)\n\n\ndef _require_salt(about: Manifest) -> None:\n    if SALT_KEY.exists() and about[\"salt\"] == manifest.fingerprint(keys.read(SALT_KEY)):\n        return\n    raise Refused(\n        \"salt-key\",\n        \"What is stored in this backup was encrypted with another salt key than this host has: it could not be read. Restore with the \"\n        \"scope all, which brings the backup's keys too.\",\n    )\n\n\ndef _require_migrations(about: Manifest, image: str) -> bool:\n    \"\"\"Whether the backup's schema is older than the live one. One that is newer has no way back.\"\"\"\n    live, then = set(postgres.migrations()), set(about[\"database\"][\"migrations\"])\n    if not live:\n        return image != about[\"image\"]\n    unknown = sorted(then - live)\n    if unknown:\n        raise Refused(\n            \"schema-newer\",\n            f\"The backup was made by LiteLLM {about['litellmVersion']}, whose schema has {len(unknown)} migrations that the serving image \"\n            f\"does not know ({unknown[-1]}). Deploy {about['image']} first, or restore with the scope all.\",\n        )\n    return bool(live - then)\n\n\ndef _require_server(about: Manifest) -> None:\n    here, there = int(programs().parent.name), about[\"database\"][\"serverVersion\"] // 10000\n    if here < there:\n        raise Refused(\"server-older\", f\"The backup is of PostgreSQL {there}, and this host has {here}, which cannot read it.\")\n\n\ndef describe(chosen: Chosen) -> Document:\n    \"\"\"What a restore would lose and gain, in rows and in dollars.\"\"\"\n    about = chosen.manifest[\"database\"]\n    live = _live_rows()\n    then = {name: int(table[\"rows\"]) for name, table in about[\"tables\"].items()}\n    if chosen.scope == \"configuration\":\n        then = {name: count for name, count in then.items() if not any(log in name for log in database_dump.LOG_TABLES)}\n        live = {name: count for name, count in live.items() if not any(log in name for log in database_dump.LOG_TABLES)}\n    changed = {name: [live.get(name, 0), then.get(name, 0)] for name in sorted(live.keys() | then.keys())}\n    return {\n        \"snapshot\": chosen.snapshot.original,\n        \"time\": chosen.manifest[\"created\"],\n        \"source\": chosen.repository.name,\n        \"scope\": chosen.scope,\n        \"litellm\": chosen.manifest[\"litellmVersion\"],\n        \"rows\": database_content.rows({\"tables\": about[\"tables\"]}),\n        # By table: rows now, rows then.\n        \"tables\": {name: counts for name, counts in changed.items() if counts[0] != counts[1]},\n        \"newer\": newer_than(about.get(\"newestRequest\")),\n    }\n\n\ndef _live_rows() -> dict[str, int]:\n    if postgres.state() != \"ready\":\n        return {}\n    names = MACHINE.ask(\"litellm\", f\"{database_content.TABLES};\").splitlines()\n    query = \" UNION ALL \".join(f\"SELECT '{name}', count(*) FROM {name}\" for name in names)\n    return {row.rsplit(\"|\", 1)[0]: int(row.rsplit(\"|\", 1)[1]) for row in MACHINE.ask(\"litellm\", f\"{query};\").splitlines()}\n\n\ndef newer_than(time: str | None) -> Document | None:\n    \"\"\"{requests, spend}: what the live database has of requests after that time, and a restore would lose; null when it cannot be told.\"\"\"\n    where = f\"WHERE \\\"startTime\\\" > '{time}'\" if time else \"\"\n    try:\n        row = MACHINE.ask(\"litellm\", f'SELECT count(*), coalesce(sum(spend), 0) FROM \"LiteLLM_SpendLogs\" {where};')\n    except CommandFailed:\n        return None\n    count, spend = row.split(\"|\")\n    return {\"requests\": int(count), \"spend\": float(spend)}\n",
 "agent/retention.py": "\"\"\"Which backups may go. Pure: what it decides depends on nothing but what it is given.\"\"\"\n\nimport datetime\nfrom collections.abc import Iterable\n\nfrom agent.restic import Snapshot\n\n\ndef expired(snapshots: Iterable[Snapshot], keep_days: int, last_good: str | None) -> list[str]:\n    \"\"\"Ids of those to forget, given the original id of the newest one that was proven.\n\n    Kept are: of each of the last `keep_days` days that have any, the last one; all of the last of these days; the newest that was\n    proven, and with none proven all. Days that have backups are counted, not days of the calendar: when backups stop, or the clock\n    jumps, the old ones stay.\n    \"\"\"\n    ordered = sorted(snapshots, key=lambda one: one.time)\n    if last_good is None or all(one.original != last_good for one in ordered):\n        return []\n    days: dict[datetime.date, list[Snapshot]] = {}\n    for one in ordered:\n        days.setdefault(one.time.astimezone(datetime.timezone.utc).date(), []).append(one)\n    recent = sorted(days)[-keep_days:]\n    kept = {days[day][-1].id for day in recent} | {one.id for one in days[recent[-1]]}\n    kept |= {one.id for one in ordered if one.original == last_good}\n    return [one.id for one in ordered if one.id not in kept]\n",
 "agent/rollback.py": "\"\"\"Goes back to what an earlier release served: its configuration, image and workers, with the keys of today.\"\"\"\n\nfrom typing import Any\n\nfrom agent import durable, images, lease, postgres, release, rollout\nfrom agent.output import Refused\nfrom agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS\n\n\ndef main(given: dict[str, Any]) -> dict[str, Any]:\n    \"\"\"Input: {to?: a release, force?: although the schema has moved on, run}. Answers what a rollout answers, and {to}.\"\"\"\n    lease.require(given[\"run\"])\n    rollout.settle()\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        to = _choose(given.get(\"to\"))\n        about = release.describe(to)\n        if not given.get(\"force\"):\n            _require_schema(to, about)\n        if not images.present(about[\"image\"]):\n            images.pull(about[\"image\"])\n        serving = release.serving()\n        # A provider key that was changed since was changed for a reason: the newer value counts.\n        values = release.provider_environment(to)\n        values |= {name: value for name, value in release.provider_environment(serving or to).items() if name in values}\n        prepared = rollout.prepare(\n            rollout.Wanted(\n                config=(release.folder(to) / \"config.yaml\").read_text(),\n                given=values,\n                image=about[\"image\"],\n                workers=int(about[\"workers\"]),\n                settings=about[\"settings\"],\n                probe=about.get(\"probe\") or [],\n            ),\n            given[\"run\"],\n        )\n    if prepared is None:\n        return {\"outcome\": \"unchanged\", \"release\": serving, \"to\": to}\n    return rollout.follow(prepared) | {\"to\": to}\n\n\ndef _choose(wanted: str | None) -> str:\n    earlier = release.earlier()\n    if not earlier:\n        raise Refused(\"no-release\", \"There is no earlier release on this host to go back to.\")\n    if wanted is None:\n        return earlier[0]\n    if wanted not in earlier:\n        raise Refused(\"no-release\", f\"There is no earlier release {wanted} on this host; there are: {', '.join(earlier)}.\")\n    return wanted\n\n\ndef _require_schema(to: str, about: dict[str, Any]) -> None:\n    \"\"\"An image works with the schema it was released with; what newer migrations changed it does not know.\"\"\"\n    then, now = about.get(\"migrations\"), len(postgres.migrations())\n    if then == now:\n        return\n    since = \"an unknown number of\" if then is None else str(now - then)\n    raise Refused(\n        \"schema-moved\",\n        f\"The database has had {since} migrations since the release {to}: its image {about['image']} was not made for this schema. \"\n        \"Restore the backup that was taken before the upgrade (command restore), or go back all the same with force, if you know \"\n        \"that these migrations only added things.\",\n    )\n",
 "agent/rollout.py": "\"\"\"Starts a rollout as a unit of its own and tells what it does until it ends.\"\"\"\n\nimport time\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import backup_settings, durable, images, job, journal, lease, machine, provider_keys, release, rollout_steps, units\nfrom agent.output import Refused, note, step\nfrom agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS\n\nUNIT = \"litellm-gitops-rollout.service\"\nSETTLE_SECONDS = 1800\n\n\ndef main(given: dict[str, Any]) -> dict[str, Any]:\n    \"\"\"Input: {release: {config, env}, probe: {models}, run, workers?, image?, settings?}; what lacks stays as it serves now.\"\"\"\n    lease.require(given[\"run\"])\n    settle()\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        serving = release.serving()\n        if serving is None:\n            raise Refused(\"not-deployed\", \"No gateway stands on this host yet. Run deploy first.\")\n        before = release.describe(serving)\n        wanted = Wanted(\n            config=given[\"release\"][\"config\"],\n            given=backup_settings.take_values(given[\"release\"].get(\"env\") or {}),\n            image=given.get(\"image\") or before[\"image\"],\n            workers=int(given.get(\"workers\") or before[\"workers\"]),\n            settings=given.get(\"settings\") or before[\"settings\"],\n            probe=(given.get(\"probe\") or {}).get(\"models\") or [],\n        )\n        prepared = prepare(wanted, given[\"run\"])\n    return {\"outcome\": \"unchanged\", \"release\": serving} if prepared is None else follow(prepared)\n\n\nclass Wanted:\n    \"\"\"What the host shall serve.\"\"\"\n\n    def __init__(\n        self, config: str, given: dict[str, str], image: str, workers: int, settings: dict[str, Any], probe: list[str]\n    ) -> None:\n        self.config = config\n        self.image = image\n        self.workers = workers\n        self.settings = settings\n        self.probe = probe\n        self.environment = release.assemble(config, given, settings)\n\n    def is_served(self) -> bool:\n        \"\"\"Whether the serving release is this one, in every byte, and runs in main.\"\"\"\n        serving = release.serving()\n        if serving is None or release.in_slot(\"main\") != serving:\n            return False\n        same = release.identity(self.config, self.environment, self.image, self.workers)\n        return release.describe(serving).get(\"identity\") == same and units.is_active(\"litellm.service\")\n\n\ndef prepare(wanted: Wanted, run_url: str, again: bool = False) -> Path | None:\n    \"\"\"Writes the release and starts the unit; answers the folder of its events, or None when there is nothing to do.\n\n    With `again` new processes replace the old ones even so: what they keep in memory belongs to another database.\n    \"\"\"\n    if not again and wanted.is_served():\n        return None\n    if not images.present(wanted.image):\n        raise Refused(\"image-missing\", f\"The image {wanted.image} is not on the host. Run deploy: it pulls images, sync does not.\")\n    machine.require_space()\n    previous = release.serving()\n    if previous is not None:\n        provider_keys.try_changed(wanted.config, wanted.environment, release.provider_environment(previous))\n    with step(\"release\") as this:\n        name = release.write(\n            wanted.config, wanted.environment, wanted.image, wanted.workers, wanted.settings, run_url, wanted.probe\n        )\n        this.detail = name\n    journal.begin(\"rollout\", run_url, release=name, previous=previous)\n    return _start_unit(name)\n\n\ndef _start_unit(name: str) -> Path:\n    return job.start(\n        UNIT, \"rollout_unit\", {\"release\": name}, name, \"litellm-gitops rollout\",\n        # Killed: go on from the journal. Ended with an answer (0 or 1): that is the answer.\n        \"Restart=on-failure\", \"RestartPreventExitStatus=1\", \"RestartSec=1\", \"StartLimitIntervalSec=600\", \"StartLimitBurst=10\",\n        \"OOMScoreAdjust=-500\",\n    )  # fmt: skip\n\n\ndef follow(folder: Path) -> dict[str, Any]:\n    \"\"\"Passes on the unit's events until its answer. Ending this program does not end the unit.\"\"\"\n    return job.follow(UNIT, folder, \"rollout\")\n\n\ndef settle() -> dict[str, Any] | None:\n    \"\"\"Brings an earlier rollout to its end, before anything new begins: waits for one that runs, recovers one that crashed.\"\"\"\n    state = journal.current()\n    if state.get(\"kind\") != \"rollout\":\n        return None\n    if is_under_way():\n        note(\"settle\", f\"An earlier rollout ({state['run']}) is still under way; waiting for it.\")\n        deadline = time.monotonic() + SETTLE_SECONDS\n        while is_under_way():\n            if time.monotonic() > deadline:\n                raise Refused(\"busy\", f\"An earlier rollout ({state['run']}) has been under way for very long. See: journalctl -u {UNIT}\")\n            time.sleep(0.5)\n    with durable.locked(CHANGE_LOCK, seconds=120):\n        state = journal.current()\n        if state.get(\"kind\") != \"rollout\":\n            return None\n        with step(\"recover\") as this:\n            result = rollout_steps.recover(state)\n            this.detail = f\"the rollout of {state['release']} that was cut short in the step {state['step']} is {result['outcome']}\"\n        return result\n\n\ndef is_under_way() -> bool:\n    return job.is_under_way(UNIT)\n",
 "agent/rollout_steps.py": "\"\"\"A rollout: the new release proves itself in the standby slot, takes the traffic, then moves into the main slot.\n\n    standby   start the new release beside the old one and prove it         nothing has moved: undo is to stop it\n    switch    Caddy sends new requests to standby, the old ones end         from here on the way is forward\n    main      stop main, give it the new release, start and prove it        fails: the old release goes back into main\n    back      Caddy sends new requests to main again\n    finish    stop standby, publish the release, drop old ones\n\nEach step can be taken twice, and the journal names the one that was begun last, so any of them may be cut short by a crash.\nHolds: people are served by a slot whose release was proven, at every moment.\n\"\"\"\n\nfrom typing import Any\n\nfrom agent import audit, caddy, images, journal, release, slots, units\nfrom agent.output import Refused, note, step\nfrom agent.slots import MAIN, STANDBY\n\n# Streams may run for minutes. What is still open then is cut, and the result says how many that were.\nDRAIN_SECONDS = 600\n\nResult = dict[str, Any]\n\n\ndef roll(new: str, old: str | None, run: str) -> Result:\n    \"\"\"Takes the release from its folder to serving everybody. Refuses, and leaves the old one serving, when it isn't healthy.\"\"\"\n    if old is None:\n        return _first(new, run)\n    journal.advance(\"standby\")\n    try:\n        with step(\"standby\") as this:\n            this.detail = slots.start_and_prove(STANDBY, new)\n    except Refused:\n        _drop_standby(new)\n        journal.end()\n        raise\n    return _forward(new, old, run)\n\n\ndef recover(state: dict[str, Any]) -> Result:\n    \"\"\"Finishes or undoes what a crash left, whichever keeps people served; answers which of the two it was.\"\"\"\n    new, old, run = state[\"release\"], state[\"previous\"], state[\"run\"]\n    if old is None:\n        if release.in_slot(MAIN.name) != new:\n            release.remove(new)\n            journal.end()\n            return {\"outcome\": \"undone\", \"release\": new}\n        return _first(new, run) | {\"outcome\": \"finished\"}\n    if state[\"step\"] == \"undo\":\n        _main_back_to(old)\n        _drop_standby(new)\n        journal.end()\n        return {\"outcome\": \"undone\", \"release\": new}\n    if release.in_slot(MAIN.name) == new:\n        return _main_is_new(new, old, run) | {\"outcome\": \"finished\"}\n    if caddy.standby_serves() and units.is_active(STANDBY.unit):\n        return _forward(new, old, run) | {\"outcome\": \"finished\"}\n    with step(\"undo\"):\n        if not units.is_active(MAIN.unit):\n            slots.start_and_prove(MAIN, old)\n        _to_main()\n        _drop_standby(new)\n        journal.end()\n    return {\"outcome\": \"undone\", \"release\": new}\n\n\ndef _first(new: str, run: str) -> Result:\n    \"\"\"The first release of this host: nobody is served yet, so it goes straight into main.\"\"\"\n    journal.advance(\"main\")\n    try:\n        with step(\"start\") as this:\n            this.detail = slots.start_and_prove(MAIN, new)\n    except Refused:\n        slots.stop(MAIN)\n        release.forget_slot(MAIN.name)\n        release.remove(new)\n        journal.end()\n        raise\n    return _publish(new, None, run, 0)\n\n\ndef _forward(new: str, old: str, run: str) -> Result:\n    journal.advance(\"switch\")\n    with step(\"switch\"):\n        caddy.serve_standby(True)\n    with step(\"drain main\") as this:\n        left = caddy.drain(MAIN.port, DRAIN_SECONDS)\n        this.detail = _drained(left)\n    journal.advance(\"main\")\n    try:\n        with step(\"main\") as this:\n            this.detail = slots.start_and_prove(MAIN, new)\n    except Refused as reason:\n        _undo_main(new, old)\n        raise Refused(reason.code, reason.message + \" The old release serves again.\", reason.log) from None\n    return _back(new, old, run, left or 0)\n\n\ndef _main_is_new(new: str, old: str, run: str) -> Result:\n    \"\"\"Main has the new release already, but nobody saw it proven.\"\"\"\n    try:\n        with step(\"main\") as this:\n            if units.is_active(MAIN.unit):\n                this.detail = slots.prove(MAIN, new)\n            else:\n                this.detail = slots.start_and_prove(MAIN, new)\n    except Refused as reason:\n        _undo_main(new, old)\n        raise Refused(reason.code, reason.message + \" The old release serves again.\", reason.log) from None\n    return _back(new, old, run, 0)\n\n\ndef _back(new: str, old: str, run: str, cut: int) -> Result:\n    journal.advance(\"back\")\n    with step(\"switch back\"):\n        caddy.serve_standby(False)\n    with step(\"drain standby\") as this:\n        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)\n        this.detail = _drained(left)\n    return _publish(new, old, run, cut + (left or 0))\n\n\ndef _publish(new: str, old: str | None, run: str, cut: int) -> Result:\n    journal.advance(\"finish\")\n    with step(\"finish\"):\n        slots.stop(STANDBY)\n        release.publish(new)\n        images.drop_unused(release.prune())\n        audit.record(run, \"rollout\", release=new, previous=old, cut=cut)\n        journal.end()\n    return {\"outcome\": \"rolled-out\", \"release\": new, \"previous\": old, \"cut\": cut}\n\n\ndef _undo_main(new: str, old: str) -> None:\n    \"\"\"The new release was fine in standby and isn't in main: the old one takes its place, standby serves meanwhile.\"\"\"\n    journal.advance(\"undo\")\n    with step(\"undo\"):\n        _main_back_to(old)\n        _drop_standby(new)\n        journal.end()\n\n\ndef _main_back_to(old: str) -> None:\n    try:\n        if release.in_slot(MAIN.name) != old or not units.is_active(MAIN.unit):\n            slots.start_and_prove(MAIN, old)\n    except Refused as reason:\n        # Two proofs failed in this slot, so the machine is at fault. What serves (standby, if it does) is left as it is.\n        raise Refused(\n            \"main-down\",\n            f\"Neither the new nor the old release runs in the main slot: {reason.message} The standby slot goes on serving if it \"\n            \"is up. Look at memory and disk of the host, then run the same command again: it takes up from here.\",\n            reason.log,\n        ) from None\n    _to_main()\n\n\ndef _to_main() -> None:\n    caddy.serve_standby(False)\n    if units.is_active(STANDBY.unit):\n        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)\n        if left != 0:\n            note(\"drain standby\", _drained(left))\n\n\ndef _drop_standby(new: str) -> None:\n    slots.stop(STANDBY)\n    release.remove(new)\n\n\ndef _drained(left: int | None) -> str:\n    if left is None:\n        return f\"Caddy did not tell within {DRAIN_SECONDS} s how many requests are open; they are cut\"\n    return \"no request left\" if left == 0 else f\"{left} requests were still open after {DRAIN_SECONDS} s and are cut\"\n",
 "agent/rollout_unit.py": "\"\"\"The rollout as systemd runs it, on its own: neither the runner nor the SSH connection is needed any more.\n\nsystemd starts it again when it is killed; the journal then tells how far it came.\n\"\"\"\n\nimport json\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable, journal, output, rollout_steps\nfrom agent.output import Refused, note\nfrom agent.paths import CHANGE_LOCK\n\n\ndef main(given: dict[str, Any]) -> dict[str, Any]:\n    events = Path(given[\"events\"])\n    output.write_to(lambda document: durable.append_line(events, json.dumps(document, default=str)))\n    with durable.locked(CHANGE_LOCK, seconds=120):\n        state = journal.current()\n        if state.get(\"release\") != given[\"release\"]:\n            # Killed after its last step and before it could say so.\n            return {\"outcome\": \"rolled-out\", \"release\": given[\"release\"], \"resumed\": True}\n        if state[\"step\"] in (\"begin\", \"standby\"):\n            return _roll(state)\n        note(\"resume\", f\"The rollout was killed in the step {state['step']} and goes on.\")\n        return _recover(state)\n\n\ndef _recover(state: dict[str, Any]) -> dict[str, Any]:\n    result = rollout_steps.recover(state)\n    if result[\"outcome\"] == \"undone\":\n        raise Refused(\"interrupted\", \"The rollout was killed before the new release was safe, and is undone. Run again.\")\n    return result | {\"outcome\": \"rolled-out\", \"resumed\": True}\n\n\ndef _roll(state: dict[str, Any]) -> dict[str, Any]:\n    try:\n        return rollout_steps.roll(state[\"release\"], state[\"previous\"], state[\"run\"])\n    except Refused:\n        raise\n    except Exception as failure:\n        # Not foreseen, so perhaps with the traffic moved half way: bring it to a good end first, then tell.\n        note(\"recover\", f\"{type(failure).__name__}: {failure}\")\n        try:\n            return _recover(journal.current())\n        except Refused:\n            raise failure from None\n",
 "agent/rotation.py": "\"\"\"The master key's rotation: a journaled state machine that any run can take up where another one died.\n\n    created      the new key stands in a file of its own; nothing uses it yet\n    expanded     the gateway takes both keys: each is registered as an administrator's virtual key that ends after the grace time\n                 (the runner now writes the new key to every target, and has each noted here)\n    swapping     the key file holds the new key, a rollout brings it to the workers\n    swapped      the new key is the master; the old one goes on working until the grace time is over\n    finished     the registrations are deleted, every worker refuses the old key; what is left is to remove files\n\nHolds at every moment: whoever has the old or the new key is served. With `distribute: virtual-key` the targets get a key for\nprograms instead of the master key; old and new are both taken meanwhile in the same way.\n\nThe master key encrypts nothing when there is a salt key. A gateway that was adopted without one gets one here: the old master\nkey's own text, with which everything stored is encrypted already. That changes not one stored byte, so that the slot before\nand the slot after a rollout read the same database; re-encrypting it (LITELLM_MIGRATE_FROM_MASTER_KEY, /key/regenerate) would\ntake the stored models away from the one that still serves.\n\"\"\"\n\nimport datetime\nimport secrets\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import audit, durable, keys, lease, release, rollout, stored_secrets\nfrom agent import rotation_files as files\nfrom agent import rotation_keys as gateway\nfrom agent.machine import now\nfrom agent.output import Refused, note, step\nfrom agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, MASTER_KEY, ROTATION\n\n# Registrations outlive the grace time, so that a late `finish` and not their end decides when the old key is refused. Every\n# run of a rotation that is under way prolongs them.\nSLACK = datetime.timedelta(days=30)\n# A worker remembers a key that it has seen for `user_api_key_cache_ttl` seconds, one minute when that is not set.\nCACHE_SECONDS = 60\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {action: status | begin | noted | swap | finish, run, graceSeconds?, distribute?, limits?, target?, now?}.\n\n    Answers {rotation, distributed}, and for `begin` {key}: what the targets shall get.\n    \"\"\"\n    action = given[\"action\"]\n    if action == \"status\":\n        return _answer()\n    lease.require(given[\"run\"])\n    rollout.settle()\n    folder: Path | None = None\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        files.finish()\n        if action == \"begin\":\n            _begin(given)\n            return _answer() | {\"key\": keys.read(_given_out(_require_state()))}\n        if action == \"noted\":\n            _note_target(given[\"target\"])\n        elif action == \"finish\":\n            _finish(given)\n        elif action == \"swap\":\n            folder = _swap(given)\n    if action == \"swap\":\n        _swapped(given, folder)\n    return _answer()\n\n\ndef _answer() -> Document:\n    return {\"rotation\": files.state(), \"distributed\": files.distributed()}\n\n\ndef _require_state() -> Document:\n    state = files.state()\n    if state is None:\n        raise Refused(\"rotation-phase\", \"No rotation is under way. Run rotate.\")\n    return state\n\n\ndef _given_out(state: Document) -> Path:\n    \"\"\"Where the key stands that the targets get.\"\"\"\n    return files.VIRTUAL_PENDING if state[\"distribute\"] == \"virtual-key\" else files.PENDING\n\n\ndef _begin(given: Document) -> None:\n    durable.folder(ROTATION, 0o700)\n    state = files.state()\n    if state is None:\n        with step(\"preflight\") as this:\n            this.detail = _preflight()\n        with step(\"create\"):\n            state = _create(given)\n    elif state[\"phase\"] == \"swapped\":\n        raise Refused(\"rotation-phase\", f\"The old key of the last rotation is taken until {state['graceUntil']}. Run rotate.\")\n    elif state[\"distribute\"] != given[\"distribute\"]:\n        note(\"distribute\", f\"This rotation was begun with {state['distribute']} and goes on so; the next one will be as declared.\")\n    with step(\"expand\") as this:\n        this.detail = _expand(state, given.get(\"limits\") or {})\n        if state[\"phase\"] == \"created\":\n            files.advance(phase=\"expanded\")\n\n\ndef _preflight() -> str:\n    \"\"\"Looks whether the gateway can stand another master key, before anything is changed.\"\"\"\n    serving = release.serving()\n    if serving is None:\n        raise Refused(\"not-deployed\", \"No gateway stands on this host yet. Run deploy first.\")\n    if release.environment(serving).get(\"LITELLM_MASTER_KEY\") != keys.read(MASTER_KEY):\n        raise Refused(\n            \"master-key-differs\",\n            f\"The gateway runs with another master key than {MASTER_KEY} holds; somebody changed the file by hand. Put the key back that \"\n            \"people use (LITELLM_MASTER_KEY in /etc/litellm/env), or make the gateway take the file's: run deploy.\",\n        )\n    key, what = stored_secrets.encryption_key()\n    return f\"{stored_secrets.require_readable(key, what)} stored values are readable with {what}\"\n\n\ndef _create(given: Document) -> Document:\n    \"\"\"The keys exist durably before anything is told about them.\"\"\"\n    new, old = _fresh(), keys.read(MASTER_KEY)\n    files.write_key(files.PENDING, new)\n    state = {\n        \"id\": secrets.token_hex(4),\n        \"phase\": \"created\",\n        \"run\": given[\"run\"],\n        \"since\": now().isoformat(),\n        \"graceSeconds\": int(given[\"graceSeconds\"]),\n        \"distribute\": given[\"distribute\"],\n        \"old\": files.short_hash(old),\n        \"new\": files.short_hash(new),\n        \"targets\": [],\n        # The virtual key that the targets have until now.\n        \"before\": (files.distributed() or {}).get(\"alias\"),\n    }\n    if given[\"distribute\"] == \"virtual-key\":\n        virtual = _fresh()\n        files.write_key(files.VIRTUAL_PENDING, virtual)\n        state[\"virtual\"] = files.short_hash(virtual)\n    durable.write_json(files.STATE, state)\n    return state\n\n\ndef _fresh() -> str:\n    # LiteLLM asks for the prefix of every key.\n    return \"sk-\" + secrets.token_hex(32)\n\n\ndef _expand(state: Document, limits: Document) -> str:\n    \"\"\"Makes the gateway take both keys, whichever of them is the master, or go on taking them.\"\"\"\n    old = files.PREVIOUS if files.PREVIOUS.exists() else MASTER_KEY\n    both = {\"old\": keys.read(old), \"new\": keys.read(files.PENDING)}\n    with gateway.Gateway() as api:\n        api.make_user()\n        for name, key in both.items():\n            api.register(key, gateway.alias(state[\"id\"], name), _seconds(state))\n        if state[\"distribute\"] == \"virtual-key\":\n            api.make_virtual(keys.read(files.VIRTUAL_PENDING), gateway.alias(state[\"id\"], \"targets\"), limits)\n    for key in both.values():\n        gateway.require_answer(key, 200)\n    _require_virtual(state)\n    return \"both keys are taken\"\n\n\ndef _seconds(state: Document) -> int:\n    return int(state[\"graceSeconds\"] + SLACK.total_seconds())\n\n\ndef _require_virtual(state: Document) -> None:\n    if state[\"distribute\"] == \"virtual-key\":\n        gateway.require_answer(keys.read(files.VIRTUAL_PENDING), 200, route=gateway.OWN_ROUTE)\n\n\ndef _note_target(target: Document) -> None:\n    others = [one for one in _require_state()[\"targets\"] if one[\"name\"] != target[\"name\"]]\n    files.advance(targets=[*others, target])\n\n\ndef _swap(given: Document) -> Path | None:\n    \"\"\"Puts the new key in the file and prepares its rollout; None when the workers have it already.\"\"\"\n    state = _require_state()\n    if state[\"phase\"] == \"created\":\n        raise Refused(\"rotation-phase\", \"The gateway does not take both keys yet. Run rotate.\")\n    if state[\"phase\"] == \"swapped\":\n        return None\n    if state[\"phase\"] == \"expanded\":\n        files.write_key(files.PREVIOUS, keys.read(MASTER_KEY))\n        files.advance(phase=\"swapping\")\n    serving = release.serving()\n    assert serving is not None\n    for done in stored_secrets.give_salt_key():\n        note(\"salt key\", done)\n    files.write_key(MASTER_KEY, keys.read(files.PENDING))\n    about = release.describe(serving)\n    try:\n        return rollout.prepare(\n            rollout.Wanted(\n                config=(release.folder(serving) / \"config.yaml\").read_text(),\n                given={},\n                image=about[\"image\"],\n                workers=int(about[\"workers\"]),\n                settings=about[\"settings\"],\n                probe=about.get(\"probe\") or [],\n            ),\n            given[\"run\"],\n        )\n    except Refused:\n        _back_to_old()\n        raise\n\n\ndef _swapped(given: Document, folder: Path | None) -> None:\n    if folder is not None:\n        try:\n            rollout.follow(folder)\n        except Refused as refused:\n            # Nothing moved to the new key; \"interrupted\" means that nobody knows, and the next run looks.\n            if refused.code != \"interrupted\":\n                with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n                    _back_to_old()\n            raise\n    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):\n        state = _require_state()\n        if state[\"phase\"] == \"swapped\":\n            return\n        with step(\"test\") as this:\n            this.detail = _test(state)\n        until = now() + datetime.timedelta(seconds=state[\"graceSeconds\"])\n        files.remember_targets(state, gateway.alias(state[\"id\"], \"targets\") if state[\"distribute\"] == \"virtual-key\" else None)\n        hashes = {name: state[name] for name in (\"old\", \"new\")}\n        audit.record(given[\"run\"], \"rotate\", id=state[\"id\"], graceUntil=until.isoformat(), **hashes)\n        files.advance(phase=\"swapped\", graceUntil=until.isoformat())\n\n\ndef _test(state: Document) -> str:\n    \"\"\"The new key is the master of what serves, the old one is taken, and what is stored can be read.\"\"\"\n    new, old = keys.read(files.PENDING), keys.read(files.PREVIOUS)\n    serving = release.serving()\n    if serving is None or release.environment(serving).get(\"LITELLM_MASTER_KEY\") != new:\n        raise Refused(\"rotation-not-served\", \"The gateway does not run with the new master key. Run rotate again.\")\n    for key in (new, old):\n        gateway.require_answer(key, 200)\n    _require_virtual(state)\n    count = stored_secrets.require_readable(*stored_secrets.encryption_key())\n    return f\"every worker takes the new key as the master and the old one beside it, {count} stored values are readable\"\n\n\ndef _back_to_old() -> None:\n    \"\"\"The rollout was refused, so the old key is what the workers have: the file has to say the same.\"\"\"\n    if files.PREVIOUS.exists():\n        files.write_key(MASTER_KEY, keys.read(files.PREVIOUS))\n        files.advance(phase=\"expanded\")\n\n\ndef _finish(given: Document) -> None:\n    state = files.state()\n    if state is None:\n        return\n    if state[\"phase\"] != \"swapped\":\n        raise Refused(\"rotation-phase\", f\"The rotation stands at {state['phase']} and cannot be finished yet. Run rotate.\")\n    if not given.get(\"now\") and now() < datetime.datetime.fromisoformat(state[\"graceUntil\"]):\n        note(\"grace\", f\"The old key is taken until {state['graceUntil']}.\")\n        return\n    with step(\"finish\") as this:\n        ended = [gateway.alias(state[\"id\"], name) for name in (\"old\", \"new\")]\n        before = state[\"before\"]\n        with gateway.Gateway() as api:\n            api.delete([*ended, before] if before else ended)\n        seconds = _remembered_seconds() * 2\n        gateway.require_answer(keys.read(files.PREVIOUS), 401, seconds)\n        gateway.require_answer(keys.read(MASTER_KEY), 200)\n        if before and files.VIRTUAL.exists():\n            gateway.require_answer(keys.read(files.VIRTUAL), 401, seconds, gateway.OWN_ROUTE)\n        _require_virtual(state)\n        with gateway.Gateway() as api:\n            api.remove_user()\n        audit.record(given[\"run\"], \"rotate-finish\", id=state[\"id\"])\n        files.advance(phase=\"finished\")\n        files.finish()\n        this.detail = \"every worker refuses the old key\"\n\n\ndef _remembered_seconds() -> float:\n    \"\"\"How long a worker may go on taking a key that was deleted, as the serving configuration says.\"\"\"\n    import yaml  # installed by deploy: modules that run before it must be importable without\n\n    serving = release.serving()\n    config = yaml.safe_load((release.folder(serving) / \"config.yaml\").read_text()) if serving else None\n    declared = ((config or {}).get(\"general_settings\") or {}).get(\"user_api_key_cache_ttl\")\n    return max(CACHE_SECONDS, float(declared)) if isinstance(declared, int | float) else CACHE_SECONDS\n",
 "agent/rotation_files.py": "\"\"\"What a rotation keeps on the host, below /etc/litellm/rotation: how far it came, the keys, and which targets have which.\"\"\"\n\nimport hashlib\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import durable\nfrom agent.paths import ROTATION\n\nSTATE = ROTATION / \"state.json\"\n# The new master key, and the old one once the file that people read has the new one.\nPENDING = ROTATION / \"pending\"\nPREVIOUS = ROTATION / \"previous\"\n# With `distribute: virtual-key`: the key that the targets get in this rotation, and the one they have since the last.\nVIRTUAL_PENDING = ROTATION / \"virtual_pending\"\nVIRTUAL = ROTATION / \"virtual\"\n# Outlives the rotation: who was given what, so that a target that somebody else wrote since is noticed.\nDISTRIBUTED = ROTATION / \"distributed.json\"\n\nDocument = dict[str, Any]\n\n\ndef state() -> Document | None:\n    \"\"\"The rotation that is under way; one whose work is done and whose files were only not yet removed is none.\"\"\"\n    found = durable.read_json(STATE)\n    return None if found is None or found[\"phase\"] == \"finished\" else found\n\n\ndef advance(**changes: Any) -> Document:\n    changed: Document = (durable.read_json(STATE) or {}) | changes\n    durable.write_json(STATE, changed)\n    return changed\n\n\ndef distributed() -> Document | None:\n    return durable.read_json(DISTRIBUTED)\n\n\ndef remember_targets(state_now: Document, alias: str | None) -> None:\n    \"\"\"The record of `DISTRIBUTED`: {id, distribute, key: first digits of its hash, alias of the virtual key, targets}.\"\"\"\n    virtual = state_now[\"distribute\"] == \"virtual-key\"\n    record = {\n        \"id\": state_now[\"id\"],\n        \"distribute\": state_now[\"distribute\"],\n        \"key\": state_now[\"virtual\" if virtual else \"new\"],\n        \"alias\": alias,\n        \"targets\": state_now[\"targets\"],\n    }\n    durable.write_json(DISTRIBUTED, record)\n\n\ndef write_key(path: Path, key: str) -> None:\n    durable.write(path, (key + \"\\n\").encode())\n\n\ndef finish() -> None:\n    \"\"\"The last step, and what is left of it when it was cut short. The state goes last: it is what leads here again.\"\"\"\n    found = durable.read_json(STATE)\n    if found is None or found[\"phase\"] != \"finished\":\n        return\n    if VIRTUAL_PENDING.exists():\n        write_key(VIRTUAL, VIRTUAL_PENDING.read_text().strip())\n    elif found[\"distribute\"] == \"master-key\":\n        durable.remove(VIRTUAL)\n    for path in (VIRTUAL_PENDING, PREVIOUS, PENDING, STATE):\n        durable.remove(path)\n\n\ndef short_hash(key: str) -> str:\n    \"\"\"The first twelve hex digits of SHA-256: enough to tell keys of 256 random bits apart, nothing to guess them by.\"\"\"\n    return hashlib.sha256(key.encode()).hexdigest()[:12]\n",
 "agent/rotation_keys.py": "\"\"\"The keys of a rotation as the running gateway knows them: both masters, and the virtual key that targets may get instead.\n\nLiteLLM has one master key. The other value of a rotation works beside it because it is registered as the virtual key of an\nadministrator; that it is taken, or refused, is asked of every worker.\n\"\"\"\n\nimport concurrent.futures\nimport re\nimport time\nfrom typing import Any\n\nfrom agent import caddy, keys, release, worker_processes\nfrom agent.admin_api import AdminApi, ApiError\nfrom agent.output import Refused\nfrom agent.paths import MASTER_KEY\nfrom agent.slots import MAIN, STANDBY\n\nUSER = \"litellm-gitops-rotation\"\n# What an administrator's key may ask, and what every key may.\nADMIN_ROUTE = \"/key/list?size=1\"\nOWN_ROUTE = \"/key/info\"\nPARALLEL = 8\nMOST_OPEN = 64\n\nDocument = dict[str, Any]\n\n\ndef alias(rotation: str, name: str) -> str:\n    return f\"{USER}-{rotation}-{name}\"\n\n\ndef port() -> int:\n    return (STANDBY if caddy.standby_serves() else MAIN).port\n\n\nclass Gateway:\n    \"\"\"The admin API of the slot that serves, with the key that is its master now, whatever the file says already.\"\"\"\n\n    def __enter__(self) -> \"Gateway\":\n        serving = release.serving()\n        master = release.environment(serving).get(\"LITELLM_MASTER_KEY\") if serving else None\n        self.api = AdminApi(port(), master or keys.read(MASTER_KEY))\n        return self\n\n    def __exit__(self, kind: object, failure: BaseException | None, *_: object) -> None:\n        self.api.close()\n        if isinstance(failure, ApiError):\n            # LiteLLM's answer may quote what it was asked.\n            told = re.sub(r\"sk-[\\w-]+\", \"sk-***\", str(failure))\n            raise Refused(\n                \"rotation-keys\",\n                f\"The gateway does not do with its keys what a rotation needs: {told} The master key is as it was. A gateway that forbids \"\n                \"keys chosen by hand (disable_custom_api_keys) cannot take two keys at a time: allow them while it rotates.\",\n            ) from None\n\n    def make_user(self) -> None:\n        user = {\"user_id\": USER, \"user_role\": \"proxy_admin\", \"auto_create_key\": False}\n        try:\n            self.api.post(\"/user/new\", user | {\"metadata\": {\"managed_by\": \"litellm-gitops\"}})\n        except ApiError as failure:\n            # There already: of an earlier rotation, or of this one before it died.\n            if failure.status not in (400, 409):\n                raise\n\n    def remove_user(self) -> None:\n        try:\n            self.api.post(\"/user/delete\", {\"user_ids\": [USER]})\n        except ApiError as failure:\n            if failure.status != 404:\n                raise\n\n    def register(self, key: str, name: str, seconds: int) -> None:\n        \"\"\"Has the gateway take `key` for an administrator's for so long from now on; prolongs that when it does already.\"\"\"\n        if self.knows(name):\n            self.api.post(\"/key/update\", {\"key\": key, \"duration\": f\"{seconds}s\"})\n        else:\n            self.api.post(\"/key/generate\", {\"key\": key, \"user_id\": USER, \"key_alias\": name, \"duration\": f\"{seconds}s\"})\n\n    def make_virtual(self, key: str, name: str, limits: Document) -> None:\n        \"\"\"A key for programs: it calls models and sees its own data, within `limits` as LiteLLM's /key/generate takes them.\"\"\"\n        if not self.knows(name):\n            routes = {\"allowed_routes\": [\"llm_api_routes\", \"info_routes\"]}\n            about = {\"metadata\": {\"managed_by\": \"litellm-gitops\"}}\n            self.api.post(\"/key/generate\", {\"key\": key, \"key_alias\": name} | routes | about | limits)\n\n    def knows(self, name: str) -> bool:\n        return bool(self.api.get(\"/key/list\", key_alias=name, return_full_object=\"true\", size=1).get(\"keys\"))\n\n    def delete(self, names: list[str]) -> None:\n        known = [name for name in names if self.knows(name)]\n        if known:\n            self.api.post(\"/key/delete\", {\"key_aliases\": known})\n\n\ndef require_answer(key: str, status: int, seconds: float = 30, route: str = ADMIN_ROUTE) -> None:\n    \"\"\"Every worker of the serving slot answers this status to the key, each asked by a connection of its own. Refuses otherwise.\"\"\"\n    at = port()\n    deadline = time.monotonic() + seconds\n    answers: dict[int, int | None] = {}\n    open_connections: list[AdminApi] = []\n    workers: set[int] = set()\n    try:\n        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:\n            while True:\n                workers = worker_processes.workers(at)\n                if workers and all(answers.get(pid) == status for pid in workers):\n                    return\n                if time.monotonic() > deadline:\n                    break\n                if any(answers.get(pid, status) != status for pid in workers):\n                    time.sleep(0.5)\n                # Kept open, so that the next ones are accepted by other workers.\n                batch = [AdminApi(at, key) for _ in range(PARALLEL)]\n                open_connections += batch\n                for pid, got in pool.map(lambda api: _ask(api, at, route), batch):\n                    if pid is not None:\n                        answers[pid] = got\n                while len(open_connections) > MOST_OPEN:\n                    open_connections.pop(0).close()\n    finally:\n        for api in open_connections:\n            api.close()\n    wrong = [answers.get(pid) for pid in workers if answers.get(pid) != status]\n    raise Refused(\n        \"rotation-test\",\n        f\"{len(wrong)} of {len(workers)} workers do not answer {status} to a key within {seconds:.0f} s, but \"\n        f\"{', '.join(sorted({str(got or 'nothing') for got in wrong})) or 'nothing'}. Nothing was removed; run rotate again.\",\n    )\n\n\ndef _ask(api: AdminApi, at: int, route: str) -> tuple[int | None, int | None]:\n    \"\"\"The worker that answered, and its status.\"\"\"\n    got: int | None = 200\n    try:\n        local = api.local_port()\n        try:\n            api.get(route)\n        except ApiError as failure:\n            got = failure.status\n        return worker_processes.worker_of(at, local), got\n    except OSError:\n        return None, None\n",
 "agent/scratch.py": "\"\"\"A scratch place on the host: PostgreSQL, Redis and LiteLLM on restored data, in a network of their own that leads nowhere.\n\nNothing in it can reach a provider, send an alert or be reached. All of it has fixed names, so that it can be removed whoever began it.\n\"\"\"\n\nimport concurrent.futures\nimport os\nimport pwd\nimport secrets\nimport shutil\nimport time\nfrom collections.abc import Callable\nfrom pathlib import Path\nfrom typing import TypeVar\n\nfrom agent import durable, units\nfrom agent.admin_api import AdminApi, ApiError\nfrom agent.command import CommandFailed, run\nfrom agent.database_server import Server, programs\nfrom agent.output import Refused\nfrom agent.paths import BACKUPS, RUNTIME, START_SCRIPT\n\nNETWORK = \"litellm-scratch\"\nPOSTGRES_UNIT = \"litellm-gitops-scratch-postgres.service\"\nREDIS_UNIT = \"litellm-gitops-scratch-redis.service\"\nCONTAINER = \"litellm-scratch\"\nPOSTGRES_FOLDER = Path(\"/var/lib/postgresql/litellm-gitops-scratch\")\nREDIS_FOLDER = Path(\"/var/lib/redis/litellm-gitops-scratch\")\nFILES = BACKUPS / \"scratch\"\nENV_FILE = RUNTIME / \"scratch.env\"\nCONFIG_FILE = RUNTIME / \"scratch.yaml\"\nDATABASE = \"litellm\"\nPORT = 4001\nREADY_SECONDS = 240\n# When memory runs short the kernel takes this, never the gateway.\nSACRIFICED = \"OOMScoreAdjust=900\"\n\nResult = TypeVar(\"Result\")\n\n\ndef sweep() -> None:\n    \"\"\"Removes the whole scratch place, as far as there is one.\"\"\"\n    run(\"podman\", \"rm\", \"--force\", \"--time=0\", \"--ignore\", CONTAINER, check=False, timeout=120)\n    for unit in (POSTGRES_UNIT, REDIS_UNIT):\n        run(\"systemctl\", \"kill\", \"--signal=KILL\", unit, check=False)\n        run(\"systemctl\", \"stop\", unit, check=False, timeout=120)\n        units.forget_failure(unit)\n    run(\"ip\", \"netns\", \"delete\", NETWORK, check=False)\n    for folder in (POSTGRES_FOLDER, REDIS_FOLDER, FILES):\n        shutil.rmtree(folder, ignore_errors=True)\n    for file in (ENV_FILE, CONFIG_FILE):\n        file.unlink(missing_ok=True)\n\n\ndef is_gone() -> bool:\n    \"\"\"Whether nothing of the scratch place is left.\"\"\"\n    folders = (POSTGRES_FOLDER, REDIS_FOLDER, FILES, Path(\"/run/netns\") / NETWORK)\n    return not any(path.exists() for path in folders) and not units.is_active(POSTGRES_UNIT) and not units.is_active(REDIS_UNIT)\n\n\ndef network() -> None:\n    run(\"ip\", \"netns\", \"add\", NETWORK)\n    run(\"ip\", \"-n\", NETWORK, \"link\", \"set\", \"lo\", \"up\")\n\n\ndef inside(work: Callable[[], Result]) -> Result:\n    \"\"\"Runs the work in a thread of its own whose sockets are those of the scratch network.\"\"\"\n\n    def enter() -> Result:\n        descriptor = os.open(f\"/run/netns/{NETWORK}\", os.O_RDONLY | os.O_CLOEXEC)\n        try:\n            os.setns(descriptor, os.CLONE_NEWNET)\n        finally:\n            os.close(descriptor)\n        return work()\n\n    with concurrent.futures.ThreadPoolExecutor(1) as pool:\n        return pool.submit(enter).result()\n\n\ndef start_postgres(locale: str) -> tuple[Server, str]:\n    \"\"\"A new cluster with an empty database `litellm`; answers it, and the URL that LiteLLM connects to.\"\"\"\n    account = pwd.getpwnam(\"postgres\")\n    # Answers only who owns the folder, or is root: `trust` is for these two.\n    POSTGRES_FOLDER.mkdir(mode=0o700)\n    os.chown(POSTGRES_FOLDER, account.pw_uid, account.pw_gid)\n    data = POSTGRES_FOLDER / \"data\"\n    run(\n        \"runuser\", \"-u\", \"postgres\", \"--\", str(programs() / \"initdb\"), f\"--pgdata={data}\", \"--encoding=UTF8\", f\"--locale={locale}\",\n        \"--auth-local=trust\", \"--auth-host=scram-sha-256\", \"--no-sync\", timeout=300,\n    )  # fmt: skip\n    settings = (\n        f\"unix_socket_directories = '{POSTGRES_FOLDER}'\\nlisten_addresses = '127.0.0.1'\\nport = 5432\\nfsync = off\\n\"\n        \"synchronous_commit = off\\nfull_page_writes = off\\nautovacuum = off\\nmax_connections = 40\\nshared_buffers = 64MB\\n\"\n        \"maintenance_work_mem = 128MB\\nmax_wal_size = 4GB\\nwal_level = minimal\\nmax_wal_senders = 0\\n\"\n        \"password_encryption = scram-sha-256\\n\"\n    )\n    durable.write(data / \"conf.d.conf\", settings.encode(), 0o600, (account.pw_uid, account.pw_gid))\n    with open(data / \"postgresql.conf\", \"a\", encoding=\"utf-8\") as file:\n        file.write(\"include 'conf.d.conf'\\n\")\n    try:\n        run(\n            \"systemd-run\", f\"--unit={POSTGRES_UNIT}\", \"--collect\", \"--quiet\", \"--uid=postgres\", \"--gid=postgres\",\n            \"--property=Type=notify\", f\"--property={SACRIFICED}\", \"--property=Nice=10\",\n            f\"--property=NetworkNamespacePath=/run/netns/{NETWORK}\", str(programs() / \"postgres\"), \"-D\", str(data), timeout=180,\n        )  # fmt: skip\n    except CommandFailed as failed:\n        raise Refused(\"scratch\", f\"The scratch PostgreSQL does not start: {failed}\", units.log_of(POSTGRES_UNIT)) from None\n    administrator = Server(POSTGRES_FOLDER, \"postgres\")\n    password = secrets.token_hex(16)\n    # The password of a cluster that lives for minutes, in a network that leads nowhere; it still goes in by standard input.\n    administrator.ask(\"postgres\", f\"CREATE ROLE litellm LOGIN PASSWORD '{password}';\")\n    administrator.ask(\"postgres\", \"CREATE DATABASE litellm OWNER litellm TEMPLATE template0;\")\n    return Server(POSTGRES_FOLDER, \"litellm\"), f\"postgresql://litellm:{password}@127.0.0.1:5432/{DATABASE}\"\n\n\ndef amcheck() -> None:\n    \"\"\"Every index and heap page of the scratch database is sound. Refuses with what is not.\"\"\"\n    administrator = Server(POSTGRES_FOLDER, \"postgres\")\n    administrator.ask(DATABASE, \"CREATE EXTENSION IF NOT EXISTS amcheck;\")\n    try:\n        run(*administrator.tool(\"pg_amcheck\", \"--heapallindexed\", \"--no-dependent-toast\", f\"--database={DATABASE}\"), timeout=7200)\n    except CommandFailed as failed:\n        raise Refused(\"amcheck\", f\"pg_amcheck finds the restored database damaged: {failed}\", failed.output) from None\n\n\ndef start_redis(rdb: Path) -> str:\n    \"\"\"A Redis that has loaded the file; answers its password. Without an append-only file: with one it would ignore the RDB.\"\"\"\n    account = pwd.getpwnam(\"redis\")\n    REDIS_FOLDER.mkdir(mode=0o700)\n    password = secrets.token_hex(16)\n    owner = (account.pw_uid, account.pw_gid)\n    shutil.copyfile(rdb, REDIS_FOLDER / \"dump.rdb\")\n    settings = f'bind 127.0.0.1\\nport 6379\\nappendonly no\\nsave \"\"\\ndir {REDIS_FOLDER}\\nrequirepass {password}\\nlogfile \"\"\\n'\n    durable.write(REDIS_FOLDER / \"redis.conf\", settings.encode(), 0o600, owner)\n    for path in (REDIS_FOLDER, REDIS_FOLDER / \"dump.rdb\"):\n        os.chown(path, *owner)\n    run(\n        \"systemd-run\", f\"--unit={REDIS_UNIT}\", \"--collect\", \"--quiet\", \"--uid=redis\", \"--gid=redis\", \"--property=Type=notify\",\n        f\"--property={SACRIFICED}\", f\"--property=NetworkNamespacePath=/run/netns/{NETWORK}\",\n        \"/usr/bin/redis-server\", str(REDIS_FOLDER / \"redis.conf\"), \"--supervised\", \"systemd\", timeout=600,\n    )  # fmt: skip\n    return password\n\n\ndef start_litellm(image: str, config: str, environment: dict[str, str]) -> float:\n    \"\"\"Boots the image with one worker; answers the seconds until it is ready with its database.\"\"\"\n    durable.folder(RUNTIME, 0o755)\n    durable.write(ENV_FILE, \"\".join(f\"{name}={value}\\n\" for name, value in environment.items()).encode())\n    durable.write(CONFIG_FILE, config.encode())\n    begun = time.monotonic()\n    run(\n        \"podman\", \"run\", \"--detach\", \"--replace\", f\"--name={CONTAINER}\", \"--pull=never\", f\"--network=ns:/run/netns/{NETWORK}\",\n        \"--log-driver=journald\", f\"--volume={ENV_FILE}:/run/litellm/env:ro\", f\"--volume={START_SCRIPT}:/run/litellm/start:ro\",\n        f\"--volume={CONFIG_FILE}:/etc/litellm/config.yaml:ro\", \"--entrypoint=/run/litellm/start\", image,\n        \"--config\", \"/etc/litellm/config.yaml\", \"--host\", \"127.0.0.1\", \"--port\", str(PORT), \"--num_workers\", \"1\",\n        timeout=180,\n    )  # fmt: skip\n    last = \"nothing\"\n    while time.monotonic() - begun < READY_SECONDS:\n        if run(\"podman\", \"container\", \"inspect\", \"--format={{.State.Running}}\", CONTAINER, check=False).strip() != \"true\":\n            raise Refused(\"litellm\", \"LiteLLM ended while it started on the restored data.\", litellm_log())\n        try:\n            answer = inside(lambda: AdminApi(PORT, \"none\", timeout=10).get(\"/health/readiness\"))\n            if answer.get(\"db\") == \"connected\":\n                return time.monotonic() - begun\n            last = str(answer)[:200]\n        except ApiError as failure:\n            last = str(failure)\n        time.sleep(0.3)\n    raise Refused(\"litellm\", f\"LiteLLM was not ready on the restored data after {READY_SECONDS} s. It answered: {last}\", litellm_log())\n\n\ndef litellm_log() -> list[str]:\n    said = run(\"journalctl\", \"--no-pager\", \"-q\", \"-o\", \"cat\", \"-n\", \"40\", f\"CONTAINER_NAME={CONTAINER}\", check=False)\n    return [line for line in said.splitlines() if line.strip()]\n",
 "agent/slots.py": "\"\"\"The two places a release can run in. Holds at every moment of a rollout: at least one of them serves a proven release.\"\"\"\n\nimport dataclasses\nimport json\nimport os\nimport time\n\nfrom agent import keys, proof, redaction, release, units, worker_processes\nfrom agent.command import run\nfrom agent.output import Refused\nfrom agent.paths import MASTER_KEY\n\n\n@dataclasses.dataclass(frozen=True)\nclass Slot:\n    name: str\n    unit: str\n    container: str\n    port: int\n    # How often the unit may restart while it comes up. A standby that fails once is given up, nothing depends on it.\n    restarts: int\n\n\nMAIN = Slot(\"main\", \"litellm.service\", \"litellm\", 4001, 1)\nSTANDBY = Slot(\"standby\", \"litellm-standby.service\", \"litellm-standby\", 4002, 0)\n\nREADY_SECONDS = 240\n# Longer than the unit's own TimeoutStopSec.\nSTOP_SECONDS = 150\n\n\ndef start_and_prove(slot: Slot, name: str) -> str:\n    \"\"\"Runs the release in the slot and proves it; answers what was proven. Refuses with LiteLLM's own reason.\"\"\"\n    stop(slot)\n    release.put_in_slot(slot.name, name)\n    since = time.time()\n    units.start(slot.unit)\n    return prove(slot, name, since)\n\n\ndef prove(slot: Slot, name: str, since: float | None = None) -> str:\n    \"\"\"Waits until the running slot is ready, then proves that each of its workers serves the release.\"\"\"\n    about = release.describe(name)\n    begun = time.time() if since is None else since\n    hide = redaction.redactor(secrets_of(name))\n    try:\n        seconds = _wait_ready(slot, hide)\n        proven = proof.prove(\n            slot.port,\n            keys.read(MASTER_KEY),\n            (release.folder(name) / \"config.yaml\").read_text(),\n            int(about[\"workers\"]),\n            about.get(\"probe\") or [],\n        )\n    except proof.NotProven as reason:\n        raise unhealthy(slot, str(reason), begun, hide) from None\n    return f\"ready after {seconds:.1f} s, {proven}\"\n\n\ndef stop(slot: Slot) -> None:\n    \"\"\"Stops the slot's unit, as fast as its workers end.\n\n    gunicorn 23 may miss that its last worker has ended (a signal that interrupts its own log call) and then sits out its timeout\n    of 30 s with nothing left to do. When the workers are gone, so is all that had to be flushed: the rest is killed.\n    \"\"\"\n    if units.one(slot.unit)[\"ActiveState\"] not in (\"active\", \"activating\", \"reloading\", \"deactivating\"):\n        return\n    workers = worker_processes.workers(slot.port)\n    units.stop_soon(slot.unit)\n    deadline = time.monotonic() + STOP_SECONDS\n    gone_since: float | None = None\n    while not units.is_down(slot.unit):\n        if time.monotonic() > deadline:\n            raise Refused(\"service-down\", f\"{slot.unit} does not stop.\", units.log_of(slot.unit))\n        # A process that has ended and is not yet reaped has no descriptors any more.\n        if gone_since is None and not any(os.path.exists(f\"/proc/{pid}/fd/0\") for pid in workers):\n            gone_since = time.monotonic()\n        if workers and gone_since is not None and time.monotonic() - gone_since > 0.5:\n            run(\"podman\", \"kill\", \"--signal=KILL\", slot.container, check=False)\n            workers = set()\n        time.sleep(0.1)\n    # To be killed counts as a failure with systemd; it was meant.\n    units.forget_failure(slot.unit)\n\n\ndef unhealthy(slot: Slot, reason: str, begun: float, hide: redaction.Redact) -> Refused:\n    \"\"\"The refusal that tells why a release does not run, with LiteLLM's last lines.\"\"\"\n    log = [hide(line) for line in units.lines_since(slot.unit, begun)]\n    cause = proof.cause_in(log)\n    text = f\"The new release is not healthy: {hide(reason)}\"\n    if cause:\n        text += f\" LiteLLM says: {cause}\"\n    return Refused(\"unhealthy\", text, log[-40:])\n\n\ndef secrets_of(name: str) -> list[str]:\n    \"\"\"All values that must not be seen in a log of this release. Short settings such as `True` are words, not secrets.\"\"\"\n    hidden = (\"REDIS_HOST\", \"REDIS_PORT\", \"LITELLM_MODE\", \"STORE_MODEL_IN_DB\", \"DISABLE_SCHEMA_UPDATE\")\n    shown = (*hidden, \"LITELLM_LOCAL_MODEL_COST_MAP\", \"LITELLM_TELEMETRY\", \"GRACEFUL_SHUTDOWN_TIMEOUT\")\n    values = [value for key, value in release.environment(name).items() if key not in shown]\n    password = [part for value in values if value.startswith(\"postgresql://\") for part in [value.split(\":\")[2].split(\"@\")[0]]]\n    escaped = [json.dumps(value)[1:-1] for value in values]\n    return values + password + escaped\n\n\ndef _wait_ready(slot: Slot, hide: redaction.Redact) -> float:\n    begun = time.monotonic()\n    deadline = begun + READY_SECONDS\n    restarts: int | None = None\n    last = \"\"\n    while time.monotonic() < deadline:\n        ready, last = proof.is_ready(slot.port)\n        unit = units.one(slot.unit)\n        if ready and unit[\"ActiveState\"] == \"active\":\n            return time.monotonic() - begun\n        count = int(unit[\"NRestarts\"] or 0)\n        restarts = count if restarts is None else restarts\n        if unit[\"ActiveState\"] == \"failed\" or count - restarts > slot.restarts:\n            raise proof.NotProven(f\"{slot.unit} ended while it started.\")\n        time.sleep(0.3)\n    raise proof.NotProven(f\"{slot.unit} was not ready after {READY_SECONDS} s. It last answered: {hide(last) or 'nothing'}.\")\n",
 "agent/stored_secrets.py": "\"\"\"What LiteLLM keeps encrypted in its database, and whether a key opens it.\n\nLiteLLM starts healthy with a wrong salt key: readiness says connected, nothing is logged, and stored models are gone.\nSo this is tried, with every stored value, before and after anything that has to do with keys.\n\"\"\"\n\nimport json\nimport re\nfrom typing import Any\n\nimport agent\nfrom agent import caddy, durable, keys, postgres, release\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\nfrom agent.paths import SALT_KEY\nfrom agent.slots import MAIN, STANDBY\n\n# As in litellm/proxy/db/master_key_migration.py of 1.106.2. In the first two every text at the top level is encrypted.\nALWAYS = ((\"LiteLLM_ProxyModelTable\", \"litellm_params\"), (\"LiteLLM_CredentialsTable\", \"credential_values\"))\nSOMETIMES = (\n    (\"LiteLLM_Config\", \"param_value\"),\n    (\"LiteLLM_SSOConfig\", \"sso_settings\"),\n    (\"LiteLLM_CacheConfig\", \"cache_settings\"),\n    (\"LiteLLM_ConfigOverrides\", \"config_value\"),\n    (\"LiteLLM_MCPServerTable\", \"credentials\"),\n    (\"LiteLLM_MCPServerTable\", \"static_headers\"),\n    (\"LiteLLM_MCPServerTable\", \"env_vars\"),\n    (\"LiteLLM_MCPServerTable\", \"env\"),\n    (\"LiteLLM_MCPServerOAuthClient\", \"credentials\"),\n    (\"LiteLLM_MCPUserCredentials\", \"credential_b64\"),\n    (\"LiteLLM_MCPUserEnvVars\", \"values_b64\"),\n    (\"LiteLLM_SSOIdentityAssertion\", \"assertion_b64\"),\n    (\"LiteLLM_SearchToolsTable\", \"litellm_params\"),\n)\n# Here encrypted texts carry a mark; without one nothing in them is.\nMARKED = (\n    (\"LiteLLM_GuardrailsTable\", \"litellm_params\"),\n    (\"LiteLLM_TeamTable\", \"metadata\"),\n    (\"LiteLLM_VerificationToken\", \"metadata\"),\n    (\"LiteLLM_UserTable\", \"metadata\"),\n    (\"LiteLLM_DeletedTeamTable\", \"metadata\"),\n    (\"LiteLLM_DeletedVerificationToken\", \"metadata\"),\n)\nMARK = \"litellm_enc::\"\nGCM = \"v2:gcm:\"\n# A box has 24 bytes of nonce and 16 of proof: in base64 no encrypted text is shorter.\nBOX = re.compile(r\"[A-Za-z0-9_+/-]{54,}={0,2}\")\n# Any Python of the image would do that has LiteLLM's libraries: the one that its start script names has.\nPROGRAM = 'exec \"$(head -n 1 \"$(command -v litellm)\" | cut -c 3-)\" -c \"$0\"'\n\nColumn = tuple[str, str]\n\n\nclass Found:\n    \"\"\"Stored values: those that are encrypted for sure, and those that may be.\"\"\"\n\n    def __init__(self, sure: list[str], perhaps: list[str]) -> None:\n        self.sure = sure\n        self.perhaps = perhaps\n\n\ndef require_readable(key: str, what: str) -> int:\n    \"\"\"How many stored values `key` opens. Refuses when it does not open all that are encrypted for sure.\"\"\"\n    found = read()\n    opened = _opened(key, found.sure + found.perhaps)\n    sure = opened[: len(found.sure)]\n    if not all(sure):\n        raise Refused(\n            \"salt-key\",\n            f\"{len(sure) - sum(sure)} of {len(sure)} stored credentials and model settings cannot be decrypted with {what}: they \"\n            \"were encrypted with another key. Nothing was changed. Put the right one back (it is in every backup), then run again.\",\n        )\n    return sum(opened)\n\n\ndef encryption_key() -> tuple[str, str]:\n    \"\"\"The key that the next release will encrypt with, and what it is called; without a salt key that is the serving master key.\"\"\"\n    served = _served()\n    if served.get(\"LITELLM_SALT_KEY\") == \"\" or SALT_KEY.exists() and not keys.read(SALT_KEY):\n        # For LiteLLM that is a salt key like any other.\n        raise Refused(\"salt-key\", f\"The salt key is empty, and LiteLLM encrypts with that text then. Put the right one into {SALT_KEY}.\")\n    if SALT_KEY.exists():\n        return keys.read(SALT_KEY), f\"the salt key in {SALT_KEY}\"\n    if \"LITELLM_SALT_KEY\" in served:\n        raise Refused(\"key-missing\", f\"{SALT_KEY} is missing, but the gateway runs with a salt key. Put the file back from a backup.\")\n    return served[\"LITELLM_MASTER_KEY\"], \"the master key, which encrypts because this gateway has no salt key\"\n\n\ndef give_salt_key() -> list[str]:\n    \"\"\"A gateway that was adopted without a salt key gets one: the text of the master key that has encrypted until now.\n\n    Not one stored byte changes by that, so the slots before and after a rollout read the same database. From then on the master\n    key encrypts nothing. Answers what was done.\n    \"\"\"\n    served = _served()\n    if SALT_KEY.exists() or not served or \"LITELLM_SALT_KEY\" in served:\n        return []\n    require_readable(*encryption_key())\n    durable.write(SALT_KEY, (served[\"LITELLM_MASTER_KEY\"] + \"\\n\").encode())\n    return [f\"{SALT_KEY} made of the master key that has encrypted until now\"]\n\n\ndef _served() -> dict[str, str]:\n    serving = release.serving()\n    return release.environment(serving) if serving else {}\n\n\ndef read() -> Found:\n    \"\"\"Everything that is, or may be, encrypted. Raises `CommandFailed` when the database does not answer.\"\"\"\n    there = {\n        tuple(line.split(\"|\", 1))\n        for line in postgres.read(\n            \"SELECT table_name || '|' || column_name FROM information_schema.columns WHERE table_schema = 'public'\"\n        ).splitlines()\n    }\n    wanted = [column for column in (*ALWAYS, *SOMETIMES, *MARKED) if column in there]\n    rows = postgres.read(\" UNION ALL \".join(map(_query, wanted))).splitlines() if wanted else []\n    sure: list[str] = []\n    perhaps: list[str] = []\n    for row in rows:\n        table, column, text = row.split(\"|\", 2)\n        sort(json.loads(text), (table, column), sure, perhaps)\n    return Found(sure, perhaps)\n\n\ndef sort(stored: Any, column: Column, sure: list[str], perhaps: list[str]) -> None:\n    \"\"\"Puts the texts of one stored value where they belong.\"\"\"\n    top = stored if isinstance(stored, dict) else {}\n    certain = {value for value in top.values() if isinstance(value, str) and BOX.fullmatch(value)} if column in ALWAYS else set()\n    for text in texts(stored):\n        if text.startswith(MARK):\n            sure.append(text.removeprefix(MARK))\n        elif text.startswith(GCM) or text in certain:\n            sure.append(text)\n        elif column not in MARKED and BOX.fullmatch(text):\n            perhaps.append(text)\n\n\ndef texts(node: Any) -> list[str]:\n    if isinstance(node, str):\n        return [node]\n    if isinstance(node, dict):\n        return [text for value in node.values() for text in texts(value)]\n    if isinstance(node, list):\n        return [text for value in node for text in texts(value)]\n    return []\n\n\ndef _query(column: Column) -> str:\n    table, name = column\n    only = f\" AND \\\"{name}\\\"::text LIKE '%{MARK}%'\" if column in MARKED else \"\"\n    return f\"SELECT '{table}|{name}|' || to_jsonb(\\\"{name}\\\")::text FROM \\\"{table}\\\" WHERE \\\"{name}\\\" IS NOT NULL{only}\"\n\n\ndef _opened(key: str, values: list[str]) -> list[bool]:\n    if not values:\n        return []\n    container = (STANDBY if caddy.standby_serves() else MAIN).container\n    try:\n        said = run(\n            \"podman\", \"exec\", \"--interactive\", container, \"/bin/sh\", \"-c\", PROGRAM, agent.SOURCES[\"open_boxes\"],\n            stdin=json.dumps({\"key\": key, \"values\": values}), timeout=120,\n        )  # fmt: skip\n        return json.loads(said.strip().splitlines()[-1])\n    except (CommandFailed, ValueError, IndexError) as failure:\n        log = failure.output if isinstance(failure, CommandFailed) else []\n        raise Refused(\"decrypt\", \"The stored credentials could not be tried with LiteLLM's own libraries.\", log) from None\n",
 "agent/terminal.py": "\"\"\"The same programs for people and timers on the host: what happens is told in lines, and nothing of it needs GitHub.\"\"\"\n\nimport argparse\nimport sys\nfrom typing import Any\n\nfrom agent import job_unit, output\nfrom agent.output import Refused\n\n\ndef main(given: dict[str, Any]) -> Any:\n    \"\"\"Input: {argv}. Exits 0 when it went well, 1 when it did not.\"\"\"\n    output.write_to(_print)\n    asked = _parser().parse_args(given[\"argv\"])\n    request: dict[str, Any] = {\"run\": \"on the host\", \"kind\": \"scheduled\" if asked.scheduled else \"manual\"}\n    request |= {name: value for name, value in vars(asked).items() if name not in (\"command\", \"scheduled\") and value is not None}\n    result = job_unit.main({\"program\": asked.command, \"input\": request})\n    if isinstance(result, dict) and result.get(\"ok\") is False:\n        raise Refused(\"not-proven\", result[\"reason\"])\n    return result\n\n\ndef _parser() -> argparse.ArgumentParser:\n    parser = argparse.ArgumentParser(prog=\"litellm-gitops\", description=\"Backups of this gateway, without GitHub.\")\n    commands = parser.add_subparsers(dest=\"command\", required=True)\n    about = {\n        \"backup\": \"take a backup now\",\n        \"backups\": \"list the backups\",\n        \"verify\": \"restore the newest backup into a scratch place and prove its content\",\n        \"restore\": \"bring back a backup; without --confirm only say what would happen\",\n    }\n    for name, text in about.items():\n        command = commands.add_parser(name, help=text)\n        command.add_argument(\"--scheduled\", action=\"store_true\", help=argparse.SUPPRESS)\n        if name in (\"verify\", \"restore\"):\n            command.add_argument(\"--backup\", help=\"latest, an id or a time; latest when left out\")\n        if name == \"restore\":\n            command.add_argument(\"--scope\", choices=[\"database\", \"configuration\", \"all\"])\n            command.add_argument(\"--confirm\", help=\"the gateway's domain\")\n            command.add_argument(\"--undo\", action=\"store_true\", default=None, help=\"put back what the last restore replaced\")\n    return parser\n\n\ndef _print(document: dict[str, Any]) -> None:\n    if document.get(\"event\") == \"note\":\n        print(f\"  {document['name']}: {document['detail']}\", flush=True)\n    elif document.get(\"event\") == \"step\" and document[\"state\"] != \"start\":\n        mark = \"✓\" if document[\"state\"] == \"done\" else \"✗\"\n        detail = f\": {document['detail']}\" if document.get(\"detail\") else \"\"\n        print(f\"  {mark} {document['name']} ({document['seconds']:.1f} s){detail}\", flush=True)\n    elif \"error\" in document:\n        print(\"\\n\".join([document[\"error\"][\"message\"], *document[\"error\"][\"log\"]]), file=sys.stderr, flush=True)\n    elif document.get(\"result\"):\n        for name, value in document[\"result\"].items():\n            _print_value(name, value)\n\n\ndef _print_value(name: str, value: Any) -> None:\n    \"\"\"One line for a value, one for each entry of a list; what is null is not worth one.\"\"\"\n    if isinstance(value, list):\n        for entry in value:\n            text = \"  \".join(str(part) for part in entry.values()) if isinstance(entry, dict) else entry\n            print(f\"{name}: {text}\", flush=True)\n    elif isinstance(value, dict):\n        for part, count in value.items():\n            print(f\"{name}: {part}: {' → '.join(map(str, count)) if isinstance(count, list) else count}\", flush=True)\n    elif value is not None:\n        print(f\"{name}: {value}\", flush=True)\n",
 "agent/traffic.py": "\"\"\"What was asked of each model lately, from LiteLLM's own daily sums.\"\"\"\n\nimport datetime\nimport json\nfrom typing import Any\n\nfrom agent import postgres\nfrom agent.command import CommandFailed\nfrom agent.machine import now\n\nDAYS = 30\nMOST = 1000\n\n\ndef gather() -> dict[str, Any]:\n    \"\"\"By name of the model: {requests, prompt_tokens, completion_tokens, spend} of the last 30 whole days; {} when there are none.\"\"\"\n    since = now().date() - datetime.timedelta(days=DAYS)\n    try:\n        answer = postgres.read(\n            \"BEGIN READ ONLY;\\n\"\n            \"SELECT jsonb_build_object('name', model_group, 'requests', sum(api_requests), 'prompt_tokens', sum(prompt_tokens), \"\n            \"'completion_tokens', sum(completion_tokens), 'spend', sum(spend))\\n\"\n            f\"FROM \\\"LiteLLM_DailyUserSpend\\\" WHERE date >= '{since.isoformat()}' AND model_group IS NOT NULL\\n\"\n            f\"GROUP BY model_group ORDER BY sum(spend) DESC LIMIT {MOST};\\nCOMMIT;\"\n        )\n    except (CommandFailed, FileNotFoundError):\n        return {}\n    rows = [json.loads(line) for line in answer.splitlines() if line.startswith(\"{\")]\n    return {row.pop(\"name\"): row for row in rows}\n",
 "agent/units.py": "\"\"\"systemd units: their state, starting and stopping, and what they wrote to the journal.\"\"\"\n\nimport re\nfrom collections.abc import Sequence\n\nfrom agent.command import CommandFailed, run\nfrom agent.output import Refused\n\nPROPERTIES = \"Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,InvocationID,Result\"\n\n\ndef show(names: Sequence[str]) -> dict[str, dict[str, str]]:\n    \"\"\"Properties of each unit, by its name with the suffix, in one call.\"\"\"\n    if not names:\n        return {}\n    answer = run(\"systemctl\", \"show\", \"-p\", PROPERTIES, \"--\", *names)\n    blocks = [dict(line.split(\"=\", 1) for line in block.splitlines()) for block in answer.strip().split(\"\\n\\n\")]\n    # The order of the answer is that of the question; `Id` may differ from it for an alias.\n    return dict(zip(names, blocks, strict=True))\n\n\ndef one(name: str) -> dict[str, str]:\n    return show([name])[name]\n\n\ndef is_active(name: str) -> bool:\n    return one(name)[\"ActiveState\"] == \"active\"\n\n\ndef differing(names: Sequence[str]) -> list[dict[str, str]]:\n    \"\"\"Units that do not run, or would not start with the machine.\"\"\"\n    return [\n        {\"name\": name, \"active\": unit[\"ActiveState\"], \"enabled\": unit[\"UnitFileState\"] or unit[\"LoadState\"]}\n        for name, unit in show(names).items()\n        if unit[\"ActiveState\"] != \"active\"\n        # \"generated\" is Quadlet's word for a unit whose [Install] section is honoured.\n        or unit[\"UnitFileState\"] not in (\"enabled\", \"generated\", \"enabled-runtime\", \"alias\")\n    ]\n\n\ndef reload_definitions() -> None:\n    run(\"systemctl\", \"daemon-reload\")\n\n\ndef start(name: str) -> None:\n    \"\"\"Starts the unit and does not wait for it to be ready.\"\"\"\n    forget_failure(name)\n    run(\"systemctl\", \"start\", \"--no-block\", name)\n\n\ndef stop_soon(name: str) -> None:\n    \"\"\"Tells the unit to stop and does not wait for it.\"\"\"\n    run(\"systemctl\", \"stop\", \"--no-block\", name)\n\n\ndef forget_failure(name: str) -> None:\n    run(\"systemctl\", \"reset-failed\", name, check=False)\n\n\ndef is_down(name: str) -> bool:\n    return one(name)[\"ActiveState\"] in (\"inactive\", \"failed\")\n\n\ndef enable_and_start(name: str) -> None:\n    \"\"\"Starts a service of the distribution and waits until systemd says that it runs; a failure is told with its log.\"\"\"\n    if not differing([name]):\n        return\n    forget_failure(name)\n    try:\n        run(\"systemctl\", \"enable\", \"--now\", \"--quiet\", name, timeout=180)\n    except CommandFailed as failed:\n        raise Refused(\"service-down\", f\"{name} does not start: {failed}\", log_of(name)) from None\n\n\ndef restart(name: str) -> None:\n    try:\n        run(\"systemctl\", \"restart\", name, timeout=180)\n    except CommandFailed as failed:\n        raise Refused(\"service-down\", f\"{name} does not restart: {failed}\", log_of(name)) from None\n\n\n# An access line of gunicorn for a request that was answered well.\nANSWERED = re.compile(r'\"(GET|POST) \\S+ HTTP/[\\d.]+\" 2\\d\\d')\nREAD_LINES = 400\n\n\ndef log_of(name: str, lines: int = 40, invocation: str | None = None) -> list[str]:\n    \"\"\"The last lines the unit wrote; with `invocation` only those of that run of it.\"\"\"\n    which = [f\"_SYSTEMD_INVOCATION_ID={invocation}\"] if invocation else [\"-u\", name]\n    answer = run(\"journalctl\", \"--no-pager\", \"-q\", \"-o\", \"cat\", \"-n\", str(READ_LINES), *which, check=False)\n    return _telling(answer)[-lines:]\n\n\ndef lines_since(name: str, since: float, limit: int = 400) -> list[str]:\n    \"\"\"What the unit wrote from the wall clock time `since` on, at most the last `limit` lines.\"\"\"\n    answer = run(\n        \"journalctl\", \"--no-pager\", \"-q\", \"-o\", \"cat\", \"-u\", name, \"-n\", str(limit), \"--since\", f\"@{since:.0f}\",\n        check=False,\n    )  # fmt: skip\n    return _telling(answer)\n\n\ndef _telling(text: str) -> list[str]:\n    \"\"\"The lines that can say why: requests that went well, our own above all, would fill every excerpt.\"\"\"\n    return [line for line in text.splitlines() if line.strip() and not ANSWERED.search(line)]\n",
 "agent/verify.py": "\"\"\"Proves that the newest backup can be restored, by restoring it into a scratch place. What it reached is a level:\n\n    L0  there is a backup, young enough, and not smaller than the ones before it let expect\n    L1  the repository is whole: its structure, a rotating thirtieth of its data, all of it on Sundays\n    L2  every file of the backup comes out with the hash it went in with\n    L3  PostgreSQL and Redis load it\n    L4  every table has the rows and the checksum of the moment of the backup, every definition is there, pg_amcheck finds nothing\n    L5  the LiteLLM of the backup boots on it, decrypts what is stored, and answers a request\n    L6  the checks themselves turn red when one byte is flipped and when one row is changed\n\"\"\"\n\nimport time\nfrom collections.abc import Callable\nfrom pathlib import Path\nfrom typing import Any\n\nfrom agent import application_proof, audit, backup, backup_settings, database_content, database_dump, durable, job, manifest, redis_dump\nfrom agent import restic, scratch\nfrom agent.command import CommandFailed\nfrom agent.database_server import Server, conversation\nfrom agent.machine import now\nfrom agent.output import Refused, step\nfrom agent.paths import BACKUPS\nfrom agent.redis_client import Redis, RedisError\n\nUNIT = \"litellm-gitops-verify.service\"\nSHRUNKEN = 0.5\nPARTS = 30\nSUNDAY = 6\n\nDocument = dict[str, Any]\n\n\ndef main(given: Document) -> Document:\n    \"\"\"Input: {run, backup?, full?}. Answers what `work` does.\"\"\"\n    folder = job.start(\n        UNIT, \"job_unit\", {\"program\": \"verify\", \"input\": given}, \"verify\", \"litellm-gitops verify\", \"Nice=10\", after=True\n    )\n    return job.finish(UNIT, folder, \"proof\")\n\n\ndef clean_up() -> None:\n    scratch.sweep()\n\n\ndef work(given: Document) -> Document:\n    \"\"\"Answers {ok, reason, level, levels: [{level, name, ok, seconds, detail}], snapshot, time, source, rows, seconds}.\"\"\"\n    settings = backup_settings.read()\n    proof = Proof(settings, restic.furthest(settings), given.get(\"backup\"), bool(given.get(\"full\")))\n    scratch.sweep()\n    try:\n        result = proof.run()\n    finally:\n        scratch.sweep()\n    if result[\"ok\"] and result[\"newest\"]:\n        durable.write_json(backup.PROVEN, {\"snapshot\": result[\"snapshot\"], \"time\": now().isoformat(), \"level\": result[\"level\"]})\n    audit.record(given[\"run\"], \"verify\", snapshot=result[\"snapshot\"], ok=result[\"ok\"], level=result[\"level\"])\n    return result\n\n\nclass Proof:\n    \"\"\"One proof of one snapshot; each level stands on those before it, and the first that fails ends it.\"\"\"\n\n    def __init__(self, settings: backup_settings.Settings, repository: restic.Repository, wanted: str | None, full: bool) -> None:\n        self.settings = settings\n        self.repository = repository\n        self.wanted = wanted\n        self.full = full\n        self.snapshots: list[restic.Snapshot] = []\n        self.snapshot: restic.Snapshot\n        self.manifest: manifest.Manifest = {}\n        self.server: Server\n        self.url = \"\"\n        self.redis_password = \"\"\n        self.levels: list[Document] = []\n\n    def run(self, without: tuple[str, ...] = ()) -> Document:\n        begun = time.monotonic()\n        reason = None\n        for level, name, work in self._levels():\n            if level in without:\n                continue\n            started = time.monotonic()\n            try:\n                with step(f\"{level} {name}\") as this:\n                    this.detail = work()\n                self._note(level, name, True, started, this.detail)\n            except (Refused, CommandFailed, RedisError) as failure:\n                text = failure.message if isinstance(failure, Refused) else str(failure)\n                self._note(level, name, False, started, text)\n                reason = f\"{level} {name}: {text}\"\n                break\n        reached = [one[\"level\"] for one in self.levels if one[\"ok\"]]\n        about = self.manifest\n        return {\n            \"ok\": reason is None,\n            \"reason\": reason,\n            \"level\": reached[-1] if reached else None,\n            \"levels\": self.levels,\n            \"source\": self.repository.name,\n            \"snapshot\": self.snapshot.original if self.snapshots else None,\n            \"newest\": bool(self.snapshots) and self.snapshot == restic.choose(self.snapshots, None),\n            \"time\": about.get(\"created\"),\n            \"rows\": database_content.rows(about[\"database\"]) if about else None,\n            \"seconds\": round(time.monotonic() - begun, 1),\n        }\n\n    def _note(self, level: str, name: str, ok: bool, started: float, detail: str | None) -> None:\n        seconds = round(time.monotonic() - started, 2)\n        self.levels.append({\"level\": level, \"name\": name, \"ok\": ok, \"seconds\": seconds, \"detail\": detail})\n\n    def _levels(self) -> list[tuple[str, str, Callable[[], str]]]:\n        return [\n            (\"L0\", \"presence\", self.presence),\n            (\"L1\", \"repository\", self.whole),\n            (\"L2\", \"files\", self.files),\n            (\"L3\", \"load\", self.load),\n            (\"L4\", \"content\", self.content),\n            (\"L5\", \"application\", self.application),\n            (\"L6\", \"negative control\", self.negative_control),\n        ]\n\n    def presence(self) -> str:\n        self.snapshots = self.repository.snapshots()\n        self.snapshot = restic.choose(self.snapshots, self.wanted)\n        self.manifest = manifest.parse(self.repository.read(self.snapshot, manifest.NAME))\n        if self.manifest[\"domain\"] != self.settings.domain:\n            raise Refused(\"foreign\", f\"The backup is of {self.manifest['domain']}, not of {self.settings.domain}.\")\n        hours = (now() - self.snapshot.time).total_seconds() / 3600\n        if self.wanted in (None, \"latest\"):\n            if hours > self.settings.oldest_hours:\n                raise Refused(\n                    \"too-old\",\n                    f\"The newest backup is {hours:.0f} hours old; one is due every 24. systemctl status litellm-backup tells why.\",\n                )\n            if hours < -1:\n                raise Refused(\"clock\", f\"The newest backup is from {self.snapshot.time.isoformat()}, which is in the future.\")\n        self._not_shrunken()\n        return f\"{len(self.snapshots)} backups, this one is {hours:.1f} hours old\"\n\n    def _not_shrunken(self) -> None:\n        \"\"\"Rows against the median of the seven backups before it: a dump that went wrong is small before it is missing.\"\"\"\n        before = [one for one in self.snapshots if one.time < self.snapshot.time][-7:]\n        counts = sorted(one.rows for one in before)\n        rows = database_content.rows(self.manifest[\"database\"])\n        if not self.manifest[\"database\"][\"tables\"] or not self.manifest[\"database\"][\"migrations\"]:\n            raise Refused(\"empty\", \"The backup holds no schema of LiteLLM: the database was empty when it was taken.\")\n        usual = counts[len(counts) // 2] if counts else 0\n        if rows < usual * SHRUNKEN:\n            raise Refused(\"shrunken\", f\"The backup has {rows} rows; the ones before it had {usual}.\")\n\n    def whole(self) -> str:\n        today = now()\n        full = self.full or today.weekday() == SUNDAY\n        part = \"100%\" if full else f\"{today.timetuple().tm_yday % PARTS + 1}/{PARTS}\"\n        self.repository.check(part)\n        near = restic.local(self.settings)\n        if near.location != self.repository.location:\n            near.check(part)\n        return f\"structure sound, {'all data' if full else f'part {part} of the data'} read\"\n\n    def files(self) -> str:\n        bytes_ = self.manifest[\"database\"][\"bytes\"]\n        database_dump.room_for(bytes_ * 3, BACKUPS, \"A proof\")\n        durable.folder(scratch.FILES, 0o700)\n        self.repository.restore(self.snapshot, scratch.FILES)\n        wrong = manifest.differences(self.manifest, scratch.FILES)\n        if wrong:\n            raise Refused(\"damaged\", f\"{len(wrong)} files are not as they were backed up: {'; '.join(wrong[:5])}\")\n        return f\"{len(self.manifest['files'])} files as they were backed up\"\n\n    def load(self) -> str:\n        scratch.network()\n        self.server, self.url = scratch.start_postgres(self.manifest[\"database\"][\"locale\"])\n        database_dump.load(self.server, scratch.DATABASE, scratch.FILES / \"database\")\n        rdb = scratch.FILES / \"redis.rdb\"\n        counts = redis_dump.check(rdb)\n        self.redis_password = scratch.start_redis(rdb)\n        loaded = scratch.inside(lambda: Redis((\"127.0.0.1\", 6379), self.redis_password).ask(\"DBSIZE\"))\n        if not counts[\"keys\"] - counts[\"expiring\"] <= loaded <= counts[\"keys\"] or counts != self.manifest[\"redis\"]:\n            raise Refused(\"redis\", f\"Redis loaded {loaded} keys of {self.manifest['redis']['keys']} that were backed up.\")\n        return f\"PostgreSQL and Redis run on it, {loaded} keys in Redis\"\n\n    def content(self) -> str:\n        with conversation(self.server, scratch.DATABASE) as session:\n            found = database_content.read(session.ask)\n        wrong = database_content.differences(self.manifest[\"database\"], found)\n        if wrong:\n            raise Refused(\"content\", \"; \".join(wrong[:10]))\n        scratch.amcheck()\n        return f\"{database_content.rows(found)} rows in {len(found['tables'])} tables, every checksum equal, pg_amcheck clean\"\n\n    def application(self) -> str:\n        return application_proof.prove(self.server, self.url, self.redis_password, scratch.FILES / \"files\", self.manifest)\n\n    def negative_control(self) -> str:\n        \"\"\"A check that never turns red proves nothing: the same ones are asked about data that is wrong on purpose.\"\"\"\n        victim = max((scratch.FILES / name for name in self.manifest[\"files\"]), key=_size)\n        flip_byte(victim)\n        if manifest.differences(self.manifest, scratch.FILES) != [f\"{victim.relative_to(scratch.FILES)} is damaged\"]:\n            raise Refused(\"blind\", f\"A flipped byte in {victim.name} was not noticed: the check of files is blind.\")\n        with conversation(self.server, scratch.DATABASE) as session:\n            session.ask(\"BEGIN\")\n            session.ask(database_content.SETTINGS)\n            session.ask(\"UPDATE public._prisma_migrations SET logs = coalesce(logs, '') || 'x' WHERE id = \"\n                        \"(SELECT id FROM public._prisma_migrations LIMIT 1)\")  # fmt: skip\n            name = \"public._prisma_migrations\"\n            found = database_content.read_table(session.ask, name)\n            if found == self.manifest[\"database\"][\"tables\"][name]:\n                raise Refused(\"blind\", \"A changed row was not noticed: the check of content is blind.\")\n        return \"a flipped byte and a changed row are noticed\"\n\n\ndef flip_byte(file: Path) -> None:\n    with open(file, \"r+b\") as handle:\n        handle.seek(_size(file) // 2)\n        byte = handle.read(1)\n        handle.seek(-1, 1)\n        handle.write(bytes([byte[0] ^ 1]))\n\n\ndef _size(path: Path) -> int:\n    return 0 if path.is_symlink() else path.stat().st_size\n",
 "agent/worker_processes.py": "\"\"\"Finds LiteLLM's worker processes in /proc, and which of them answers a given connection.\n\nNo address leads to one worker: the kernel hands each new connection to any of them. What tells them apart is who holds the\naccepted socket, and that stands in /proc.\n\"\"\"\n\nimport os\nimport re\n\nLISTEN = \"0A\"\n\n\ndef workers(port: int) -> set[int]:\n    \"\"\"Process ids of the workers that listen on 127.0.0.1:port; the process that forked them is not one.\"\"\"\n    inodes = _sockets(local_port=port, state=LISTEN)\n    holders = {pid for inode in inodes for pid in _holders(inode)}\n    children = {pid for pid in holders if _parent(pid) in holders}\n    return children or holders\n\n\ndef worker_of(port: int, peer_port: int) -> int | None:\n    \"\"\"The worker that holds the server's side of the connection from 127.0.0.1:peer_port; None before it was accepted.\"\"\"\n    for inode in _sockets(local_port=port, remote_port=peer_port):\n        for pid in _holders(inode):\n            return pid\n    return None\n\n\ndef _sockets(local_port: int, remote_port: int | None = None, state: str | None = None) -> list[str]:\n    found: list[str] = []\n    with open(\"/proc/net/tcp\", encoding=\"ascii\") as lines:\n        next(lines)\n        for line in lines:\n            fields = line.split()\n            if int(fields[1].partition(\":\")[2], 16) != local_port:\n                continue\n            if remote_port is not None and int(fields[2].partition(\":\")[2], 16) != remote_port:\n                continue\n            if state is not None and fields[3] != state:\n                continue\n            if fields[9] != \"0\":\n                found.append(fields[9])\n    return found\n\n\ndef _holders(inode: str) -> list[int]:\n    wanted = f\"socket:[{inode}]\"\n    return [pid for pid in _litellm_processes() if _has_open(pid, wanted)]\n\n\ndef _litellm_processes() -> list[int]:\n    \"\"\"Only processes that could be LiteLLM: reading every descriptor of a busy host would take long.\"\"\"\n    return [int(name) for name in os.listdir(\"/proc\") if name.isdigit() and _is_python(name)]\n\n\ndef _is_python(pid: str) -> bool:\n    try:\n        with open(f\"/proc/{pid}/cmdline\", \"rb\") as file:\n            return re.search(rb\"litellm|gunicorn|python\", file.read(400)) is not None\n    except OSError:\n        return False\n\n\ndef _has_open(pid: int, wanted: str) -> bool:\n    folder = f\"/proc/{pid}/fd\"\n    try:\n        return any(_points_at(f\"{folder}/{name}\") == wanted for name in os.listdir(folder))\n    except OSError:\n        return False\n\n\ndef _points_at(path: str) -> str:\n    try:\n        return os.readlink(path)\n    except OSError:\n        return \"\"\n\n\ndef _parent(pid: int) -> int:\n    try:\n        with open(f\"/proc/{pid}/stat\", encoding=\"utf-8\", errors=\"replace\") as file:\n            # The name in parentheses may hold spaces: the fields start behind the last one.\n            return int(file.read().rpartition(\")\")[2].split()[1])\n    except OSError:\n        return 0\n",
 "apt/60litellm-gitops": "// Placed by litellm-gitops: security updates come by themselves, each day. When the machine restarts is for people to say.\nAPT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"1\";\nUnattended-Upgrade::Automatic-Reboot \"false\";\nUnattended-Upgrade::Remove-Unused-Kernel-Packages \"true\";\n",
 "backup/litellm-gitops": "#!/usr/bin/python3 -IB\n\"\"\"litellm-gitops backup | backups | verify | restore: the gateway's backups, from the host itself.\n\nThe modules are those of the deploy that placed agent.json; systemd's timers run this too.\n\"\"\"\n\nimport json\nimport os\nimport sys\n\nAGENT = \"/usr/local/lib/litellm-gitops/agent.json\"\n\nif os.geteuid() != 0:\n    sys.exit(\"Run this as root: sudo litellm-gitops …\")\nwith open(AGENT, encoding=\"utf-8\") as file:\n    modules = json.load(file)[\"modules\"]\nloader: dict[str, object] = {}\nexec(compile(modules[\"loader\"], \"loader.py\", \"exec\"), loader)\nstart = loader[\"start\"]\nsys.exit(start({\"modules\": modules, \"main\": \"terminal\", \"input\": {\"argv\": sys.argv[1:]}}))\n",
 "bootstrap.sh": "#!/bin/sh\n# Installs the one thing the agent needs and a minimal image may lack. Run as root; says nothing when python3 is there.\nset -eu\ncommand -v python3 >/dev/null 2>&1 && exit 0\nif ! command -v apt-get >/dev/null 2>&1; then\n  echo \"This host has neither python3 nor apt-get. The gateway needs Debian 13 or Ubuntu 24.04 or newer.\" >&2\n  exit 1\nfi\nexport DEBIAN_FRONTEND=noninteractive\napt-get -q -o Acquire::Retries=3 update >&2\napt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install python3 >&2\n",
 "caddy/Caddyfile": "# In front of both slots of the gateway. Which slot gets a request is decided for each request by whether a file exists:\n# nothing is reloaded during a rollout, so no idle connection of a client is closed just when it is used again.\n{\n\tadmin unix//run/caddy/admin.sock\n\t# The local authority signs for this host only; nobody's trust store is changed.\n\tskip_install_trust\n\tservers {\n\t\ttimeouts {\n\t\t\t# Bounds a client that never finishes its headers. Bodies and streams have no bound: answers take minutes.\n\t\t\tread_header 30s\n\t\t}\n\t}\n}\n\n(slot) {\n\t# A connection that is refused is tried again this long, which covers a restart after a crash. There is no second address to\n\t# fall back to: during a rollout the other slot is one that ends or is not proven yet.\n\tlb_try_duration 20s\n\tlb_try_interval 250ms\n\tflush_interval -1\n\ttransport http {\n\t\tdial_timeout 3s\n\t\t# gunicorn closes an idle connection after 2 s. Caddy must be first, or it sends a request into a closing one.\n\t\tkeepalive 1s\n\t\tkeepalive_idle_conns_per_host 64\n\t}\n}\n\n(gateway) {\n\t@standby file {\n\t\troot /run/litellm-gitops\n\t\ttry_files serve-standby\n\t}\n\thandle @standby {\n\t\treverse_proxy 127.0.0.1:4002 {\n\t\t\timport slot\n\t\t}\n\t}\n\thandle {\n\t\treverse_proxy 127.0.0.1:4001 {\n\t\t\timport slot\n\t\t}\n\t}\n}\n\n:4000 {\n\timport gateway\n}\n",
 "caddy/domain.acme": "\n@DOMAIN@ {\n\timport gateway\n}\n",
 "caddy/domain.internal": "\n@DOMAIN@ {\n\ttls internal\n\timport gateway\n}\n",
 "firewall/litellm-gitops.nft": "# Placed by litellm-gitops. Who may connect to this machine, as gateway.yaml says under `firewall`; everything else that comes\n# in is dropped. Loaded as a whole in one transaction, beside tables of others, which stay as they are.\ntable inet litellm_gitops\ndelete table inet litellm_gitops\n\ntable inet litellm_gitops {\n\tset ssh4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@SSH4@\n\t}\n\tset ssh6 {\n\t\ttype ipv6_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@SSH6@\n\t}\n\tset https4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@HTTPS4@\n\t}\n\tset https6 {\n\t\ttype ipv6_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@HTTPS6@\n\t}\n\tset gateway4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@GATEWAY4@\n\t}\n\tset gateway6 {\n\t\ttype ipv6_addr\n\t\tflags interval\n\t\tauto-merge\n\t\t@GATEWAY6@\n\t}\n\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established,related accept\n\t\tct state invalid drop\n\t\tiif lo accept\n\t\t# Without these neither path MTU nor IPv6 neighbours are found.\n\t\tmeta l4proto { icmp, ipv6-icmp } accept\n\t\t# Answers of DHCP come from a server that was not asked directly.\n\t\tudp sport { 67, 547 } udp dport { 68, 546 } accept\n\t\tip saddr @ssh4 tcp dport { @SSH_PORTS@ } accept\n\t\tip6 saddr @ssh6 tcp dport { @SSH_PORTS@ } accept\n\t\tip saddr @https4 tcp dport { 80, 443 } accept\n\t\tip6 saddr @https6 tcp dport { 80, 443 } accept\n\t\t# HTTP/3\n\t\tip saddr @https4 udp dport 443 accept\n\t\tip6 saddr @https6 udp dport 443 accept\n\t\tip saddr @gateway4 tcp dport 4000 accept\n\t\tip6 saddr @gateway6 tcp dport 4000 accept\n\t}\n}\n",
 "firewall/off.nft": "# Placed by litellm-gitops: gateway.yaml says `firewall: off`, so the site says who may connect.\ntable inet litellm_gitops\ndelete table inet litellm_gitops\n",
 "litellm-start.sh": "#!/bin/sh\n# Starts LiteLLM inside its container with the variables of a mounted file, one NAME=value a line, taken literally.\n# They don't come by podman's own options, because podman keeps those in its database and in config.json, which are not 0600.\nset -eu\nwhile IFS= read -r line || [ -n \"$line\" ]; do\n  case $line in\n    [A-Za-z_]*=*)\n      # shellcheck disable=SC2163 # the line is NAME=value, both at once\n      export \"$line\"\n      ;;\n  esac\ndone </run/litellm/env\nexec litellm \"$@\"\n",
 "plan-key/authorized_keys": "# Placed by litellm-gitops: the keys of vm.ssh.plan_key. Whatever they ask for, they get the answer of one program.\n",
 "plan-key/observe": "#!/usr/bin/python3 -IB\n\"\"\"What the key of pull requests is forced to: answers how this host and its gateway stand, and changes nothing.\n\nRuns as root through one rule of sudo, for a caller who is not trusted: one line of JSON on standard input is all that is\ntaken, whatever was asked for as a command. The modules are those of the deploy that placed agent.json beside this file.\n\"\"\"\n\nimport fcntl\nimport json\nimport os\nimport signal\nimport sys\nimport time\n\nAGENT = \"/usr/local/lib/litellm-gitops/agent.json\"\nMOST_BYTES = 8 * 1024 * 1024\nMOST_SECONDS = 240\nTURN_SECONDS = 60\n\n\ndef refuse(code: str, message: str) -> int:\n    print(json.dumps({\"error\": {\"code\": code, \"message\": message, \"log\": [], \"data\": {}}}), flush=True)\n    return 1\n\n\ndef take_turn(descriptor: int) -> bool:\n    \"\"\"One at a time: whoever asks in a loop keeps the others waiting, and does not fill the machine.\"\"\"\n    deadline = time.monotonic() + TURN_SECONDS\n    while time.monotonic() < deadline:\n        try:\n            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n            return True\n        except BlockingIOError:\n            time.sleep(0.1)\n    return False\n\n\ndef main() -> int:\n    os.environ.clear()\n    os.chdir(\"/\")\n    signal.alarm(MOST_SECONDS)\n    line = sys.stdin.buffer.readline(MOST_BYTES + 1)\n    if len(line) > MOST_BYTES:\n        return refuse(\"request\", f\"The request is longer than {MOST_BYTES} bytes.\")\n    try:\n        asked = json.loads(line)\n    except (ValueError, RecursionError):\n        return refuse(\"request\", \"Send one line of JSON; this key can ask for nothing else than how the gateway stands.\")\n    with open(AGENT, encoding=\"utf-8\") as file:\n        if not take_turn(file.fileno()):\n            return refuse(\"busy\", \"Others are asking this host all the time; try again.\")\n        installed = json.load(file)\n        modules = installed[\"modules\"]\n        loader: dict[str, object] = {}\n        exec(compile(modules[\"loader\"], \"loader.py\", \"exec\"), loader)\n        start = loader[\"start\"]\n        return start({\"modules\": modules, \"main\": \"observer\", \"input\": {\"asked\": asked, \"paths\": installed[\"paths\"]}})\n\n\nsys.exit(main())\n",
 "plan-key/sudoers": "# Placed by litellm-gitops: the key of pull requests may start this one program, without arguments.\nDefaults:litellm-plan env_reset, !setenv, env_keep=\"\", env_check=\"\", !requiretty, umask=0077, umask_override\nlitellm-plan ALL=(root) NOPASSWD: /usr/local/lib/litellm-gitops/observe \"\"\n",
 "plan-key/sysusers.conf": "# Placed by litellm-gitops: who the key of pull requests logs in as. Owns nothing, and has no password.\nu litellm-plan - \"litellm-gitops plan\" /var/lib/litellm-plan /bin/sh\n",
 "postgresql/litellm.conf": "# Placed by litellm-gitops. Reached from this machine only; sized for @WORKERS@ workers in each of two slots.\nlisten_addresses = '127.0.0.1'\nport = 5432\npassword_encryption = scram-sha-256\nmax_connections = @MAX_CONNECTIONS@\nshared_buffers = @SHARED_BUFFERS_MB@MB\neffective_cache_size = @CACHE_MB@MB\nwork_mem = 4MB\nmaintenance_work_mem = 64MB\nidle_in_transaction_session_timeout = 10min\n",
 "postgresql/pg_hba.conf": "# Placed by litellm-gitops. TYPE  DATABASE  USER  ADDRESS  METHOD\nlocal   all   postgres                  peer\n# root becomes the role litellm (pg_ident.conf), so that `psql -U litellm` works for who administers the machine.\nlocal   all   litellm                   peer map=litellm\nlocal   all   all                       peer\nhost    all   litellm   127.0.0.1/32    scram-sha-256\n",
 "postgresql/pg_ident.conf": "# Placed by litellm-gitops. MAPNAME  SYSTEM-USERNAME  PG-USERNAME\nlitellm   root       litellm\nlitellm   postgres   litellm\n",
 "redis/redis.conf": "# Placed by litellm-gitops. LiteLLM's response cache, spend counters and locks; reached from this machine only.\nbind 127.0.0.1\nport 6379\nprotected-mode yes\ninclude /etc/redis/litellm-password.conf\nsupervised systemd\npidfile /run/redis/redis-server.pid\nlogfile \"\"\ndir /var/lib/redis\ntcp-keepalive 60\n# Spend that is not yet in the database may be kept here (use_redis_transaction_buffer): each second is written to disk.\nappendonly yes\nappendfsync everysec\nauto-aof-rewrite-percentage 100\nauto-aof-rewrite-min-size 64mb\nsave \"\"\nmaxmemory @MAXMEMORY_MB@mb\n# Cached answers have a lifetime and may go when memory is short; buffers of spend have none and must stay.\nmaxmemory-policy volatile-lru\n",
 "systemd/caddy-litellm.conf": "# The folder of Caddy's admin socket: only root and Caddy may talk to it.\n[Unit]\nAfter=network-online.target\n\n[Service]\nRuntimeDirectory=caddy\nRuntimeDirectoryMode=0750\nRestart=on-failure\nRestartSec=1\n",
 "systemd/journald.conf": "# Placed by litellm-gitops: LiteLLM writes a line for each request, and a full disk would stop PostgreSQL.\n[Journal]\nSystemMaxUse=1G\nSystemKeepFree=1G\nMaxRetentionSec=30day\n",
 "systemd/postgresql-litellm.conf": "# Debian's unit leaves a cluster down whose server was killed, by the kernel for memory above all; the gateway cannot do without.\n[Service]\nRestart=on-failure\nRestartSec=1\n",
 "units/litellm-backup.service": "# The daily backup. What it does and how it went: journalctl -u litellm-backup\n[Unit]\nDescription=Backup of the LiteLLM gateway\nAfter=network-online.target postgresql.service redis-server.service\nWants=network-online.target\n\n[Service]\nType=oneshot\nExecStart=/usr/local/sbin/litellm-gitops backup --scheduled\n# Also after a kill: removes what lies in clear on its way into the repository.\nExecStopPost=/usr/local/sbin/litellm-gitops backup --scheduled\nNice=10\nIOSchedulingClass=idle\nTimeoutStartSec=12h\n",
 "units/litellm-backup.timer": "[Unit]\nDescription=Daily backup of the LiteLLM gateway\n\n[Timer]\nOnCalendar=*-*-* @AT@:00 UTC\n# A machine that was off at that time takes it when it is on again.\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
 "units/litellm-firewall.service": "# The machine's firewall, loaded before the network is up.\n[Unit]\nDescription=Firewall of the LiteLLM gateway\nDefaultDependencies=no\nBefore=network-pre.target shutdown.target\nWants=network-pre.target\nConflicts=shutdown.target\nAfter=local-fs.target\n\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/nft -f /etc/litellm-firewall.nft\nExecReload=/usr/sbin/nft -f /etc/litellm-firewall.nft\n# With the firewall off there is no table.\nExecStop=-/usr/sbin/nft delete table inet litellm_gitops\n\n[Install]\nWantedBy=sysinit.target\n",
 "units/litellm-standby.container": "# The slot that serves during a rollout, while main gets its new release. Stopped at all other times and never started at boot.\n[Unit]\nDescription=LiteLLM gateway, standby for a rollout\nWants=network-online.target\nAfter=network-online.target postgresql.service redis-server.service\n\n[Container]\nContainerName=litellm-standby\nImage=${LITELLM_IMAGE}\nPull=never\nNetwork=host\nVolume=/etc/litellm/slots/standby/env:/run/litellm/env:ro\nVolume=/usr/local/lib/litellm-gitops/start:/run/litellm/start:ro\nVolume=/etc/litellm/slots/standby/config.yaml:/etc/litellm/config.yaml:ro\nExec=--config /etc/litellm/config.yaml --host 127.0.0.1 --port 4002 --num_workers ${LITELLM_WORKERS} --run_gunicorn\nLogDriver=journald\nNoNewPrivileges=true\nPodmanArgs=--stop-timeout=80 --entrypoint=/run/litellm/start\n\n[Service]\nEnvironmentFile=/etc/litellm/slots/standby/unit.env\nRestart=always\nRestartSec=2\nTimeoutStartSec=120\nTimeoutStopSec=100\nOOMPolicy=continue\n",
 "units/litellm-verify.service": "# The daily proof that the newest backup can be restored: journalctl -u litellm-verify\n[Unit]\nDescription=Proof of the LiteLLM gateway's newest backup\nAfter=network-online.target postgresql.service litellm-backup.service\nWants=network-online.target\n\n[Service]\nType=oneshot\nExecStart=/usr/local/sbin/litellm-gitops verify --scheduled\n# Also after a kill: removes the scratch place.\nExecStopPost=/usr/local/sbin/litellm-gitops verify --scheduled\nNice=10\nIOSchedulingClass=idle\nTimeoutStartSec=12h\n",
 "units/litellm-verify.timer": "[Unit]\nDescription=Daily proof of the LiteLLM gateway's newest backup\n\n[Timer]\nOnCalendar=*-*-* @AT@:00 UTC\nPersistent=true\nRandomizedDelaySec=5min\n\n[Install]\nWantedBy=timers.target\n",
 "units/litellm.container": "# The slot that serves. Image, workers and environment are those of the release it points at: /etc/litellm/slots/main.\n# It is pointed elsewhere only while this unit is stopped, so a restart after a crash runs the same release again.\n[Unit]\nDescription=LiteLLM gateway\nWants=network-online.target\nAfter=network-online.target postgresql.service redis-server.service\n\n[Container]\nContainerName=litellm\nImage=${LITELLM_IMAGE}\nPull=never\nNetwork=host\n# The start script reads the environment from its file: values given to podman itself would stand in its database.\nVolume=/etc/litellm/slots/main/env:/run/litellm/env:ro\nVolume=/usr/local/lib/litellm-gitops/start:/run/litellm/start:ro\nVolume=/etc/litellm/slots/main/config.yaml:/etc/litellm/config.yaml:ro\n# gunicorn loads the application once and forks: a third of the memory and a quarter of the time of separate workers.\nExec=--config /etc/litellm/config.yaml --host 127.0.0.1 --port 4001 --num_workers ${LITELLM_WORKERS} --run_gunicorn\nLogDriver=journald\nNoNewPrivileges=true\n# Longer than GRACEFUL_SHUTDOWN_TIMEOUT (60 s) and gunicorn's 10 s on top, or streams are cut and spend is lost.\nPodmanArgs=--stop-timeout=80 --entrypoint=/run/litellm/start\n\n[Service]\nEnvironmentFile=/etc/litellm/slots/main/unit.env\nRestart=always\nRestartSec=2\nTimeoutStartSec=120\nTimeoutStopSec=100\n# One worker that outgrows the machine is replaced by gunicorn; it must not take the whole gateway down.\nOOMPolicy=continue\n\n[Install]\nWantedBy=multi-user.target\n"
}
function hostFile(name) {
  const text = contents[name]
  if (text === undefined) throw new Error('no file of the host is called ' + name)
  return text
}
function hostFiles(prefix) {
  const inside = Object.keys(contents).filter((name) => name.startsWith(prefix + '/') && !name.slice(prefix.length + 1).includes('/'))
  return Object.fromEntries(inside.map((name) => [name.slice(prefix.length + 1), contents[name]]))
}


/***/ }),

/***/ 6399:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bo: () => (/* binding */ isHalfOf),
/* harmony export */   C3: () => (/* binding */ parseHostKeys),
/* harmony export */   ax: () => (/* binding */ fingerprintOf),
/* harmony export */   h_: () => (/* binding */ publicHalf),
/* harmony export */   qT: () => (/* binding */ publicKeyLines)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5472);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(ssh2__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7504);



const ALGORITHMS = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    // The key's name is that of the old signature; SHA-1 is not asked for.
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};
/**
 * Reads pinned host keys: one `TYPE BASE64 [comment]` a line; a host name in front, as in `known_hosts`, is skipped.
 * @throws HostKeyError when nothing usable stands in the text: an unknown host is never trusted on first sight.
 */
function parseHostKeys(text) {
    const found = blobsIn(text);
    const blobs = found.map(({ blob }) => blob);
    const algorithms = new Set(found.flatMap(({ type }) => ALGORITHMS[type] ?? []));
    if (blobs.length === 0) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .HostKeyError */ .oZ('host_key holds no SSH host key. Put the line of /etc/ssh/ssh_host_ed25519_key.pub of the host there ("ssh-ed25519 AAAA…"), read on the machine itself or from its console.', [], null);
    }
    return {
        algorithms: [...algorithms],
        fingerprints: blobs.map(fingerprintOf),
        accepts: (key) => blobs.some((blob) => blob.equals(key)),
    };
}
/** Public keys as `TYPE BASE64`, without what else stood in their lines; lines that hold none are left out. */
function publicKeyLines(text) {
    return blobsIn(text).map(({ type, blob }) => `${type} ${blob.toString('base64')}`);
}
/** Whether the private key is the other half of one of these public keys; false when it cannot be read without a passphrase. */
function isHalfOf(privateKey, publicKeys) {
    const parsed = ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(privateKey);
    if (parsed instanceof Error)
        return false;
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    const own = key?.getPublicSSH();
    return own !== undefined && blobsIn(publicKeys).some(({ blob }) => blob.equals(own));
}
/** The public half of a private key, as `TYPE BASE64`. @throws HostAuthError when it cannot be read without a passphrase */
function publicHalf(privateKey) {
    const parsed = ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(privateKey);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key === undefined || key instanceof Error) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .HostAuthError */ .R6('The SSH key cannot be read. It has to be a private key in the format of OpenSSH, without a passphrase.');
    }
    return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}
/** The form that `ssh-keygen -l` prints: `SHA256:` and base64 without padding. */
function fingerprintOf(key) {
    return `SHA256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
function blobsIn(text) {
    return text.split('\n').flatMap((line) => {
        const words = line.trim().split(/\s+/);
        const at = words.findIndex((word) => Object.hasOwn(ALGORITHMS, word));
        const type = words[at];
        const encoded = words[at + 1];
        if (line.trim().startsWith('#') || type === undefined || encoded === undefined)
            return [];
        const blob = Buffer.from(encoded, 'base64');
        return startsWithName(blob, type) ? [{ type, blob }] : [];
    });
}
/** A key blob begins with its own type as a length-prefixed string (RFC 4253 §6.6); a truncated paste doesn't. */
function startsWithName(blob, name) {
    return (blob.length > name.length + 4 &&
        blob.readUInt32BE(0) === name.length &&
        blob.toString('latin1', 4, 4 + name.length) === name);
}


/***/ }),

/***/ 9410:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./node_modules/node-ssh/lib/esm/index.mjs + 2 modules
var esm = __webpack_require__(9487);
// EXTERNAL MODULE: ./lib/host/agent-modules.js
var agent_modules = __webpack_require__(3410);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
;// CONCATENATED MODULE: ./lib/host/connect-errors.js

/** What can be said about a connection that failed, and what to do about it. */
function explainConnectError(cause, where, expected, shown) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const level = 'level' in error ? error.level : undefined;
    if (shown !== null && !expected.includes(shown)) {
        return new errors/* HostKeyError */.oZ(`${where} shows the host key ${shown}, but ${expected.join(' or ')} is pinned. Either this is another machine than you think, or it was installed anew: ` +
            'compare with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on its console and change host_key only when they agree.', expected, shown);
    }
    if (/no matching host key/i.test(error.message)) {
        return new errors/* HostKeyError */.oZ(`${where} has no host key of the pinned kind (${expected.join(', ')}). Pin a key that it has: the line of a file /etc/ssh/ssh_host_*_key.pub, read on its console.`, expected, null);
    }
    if (level === 'client-authentication') {
        return new errors/* HostAuthError */.R6(`${where} refuses the SSH key. Its public part belongs in ~/.ssh/authorized_keys of that user on the host; check also that ssh-key is the right secret. A key that may only look is known by its public half: it stands in vm.ssh.plan_key, and deploy has run since.`, { cause });
    }
    if (/cannot parse privatekey|unsupported key format|encrypted .*key|malformed/i.test(error.message)) {
        return new errors/* HostAuthError */.R6(`The SSH private key cannot be read: ${error.message}. It has to be the whole file, from its BEGIN line to its END line, without a passphrase.`, { cause });
    }
    return new errors/* HostUnreachableError */.Zt(`${where} cannot be reached: ${error.message}. Check that the machine is up, that the address and port are right, and that a firewall lets this runner in.`, { cause });
}

// EXTERNAL MODULE: ./lib/host/files.js
var files = __webpack_require__(8496);
// EXTERNAL MODULE: ./lib/host/host-key.js
var host_key = __webpack_require__(6399);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
;// CONCATENATED MODULE: ./lib/host/tunnel.js


/** The server of the host accepts ten sessions on a connection by default (sshd_config MaxSessions); direct channels count apart. */
const MOST_CHANNELS = 8;
/** gunicorn closes an idle connection after 2 s. Ours goes before that, or a request meets a closing one. */
const IDLE_MS = 1_000;
const NO_BODY = new Set([204, 205, 304]);
/** Makes a tunnel over channels that `open` opens; they are kept open and used again. */
function openTunnel(port, open) {
    const agent = new ChannelAgent(open);
    const turn = turns(MOST_CHANNELS);
    return {
        fetch: (path, options = {}) => turn(() => send(agent, port, path, options)),
        close: () => agent.destroy(),
    };
}
/** Lets at most `most` pieces of work be under way. (The agent's own `maxSockets` doesn't count channels that are being opened.) */
function turns(most) {
    let free = most;
    const waiting = [];
    return async (work) => {
        if (free === 0)
            await new Promise((resolve) => waiting.push(resolve));
        else
            free -= 1;
        try {
            return await work();
        }
        finally {
            const next = waiting.shift();
            if (next === undefined)
                free += 1;
            else
                next();
        }
    };
}
class ChannelAgent extends external_node_http_.Agent {
    open;
    idle = new WeakMap();
    constructor(open) {
        super({ keepAlive: true });
        this.open = open;
    }
    createConnection(_options, done) {
        this.open().then((channel) => done?.(null, asSocket(channel)), (error) => done?.(error, undefined));
        return null;
    }
    keepSocketAlive(channel) {
        this.idle.set(channel, setTimeout(() => channel.destroy(), IDLE_MS));
        return true;
    }
    reuseSocket(channel, asked) {
        clearTimeout(this.idle.get(channel));
        super.reuseSocket(channel, asked);
    }
}
/** What `http` calls on a socket and a channel doesn't have: nothing to do for any of it. */
function asSocket(channel) {
    const nothing = () => channel;
    const socket = channel;
    for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'])
        socket[name] ??= nothing;
    return channel;
}
function send(agent, port, path, options) {
    return new Promise((resolve, reject) => {
        const { method = 'GET', headers = {}, body, signal } = options;
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const asked = (0,external_node_http_.request)({
            agent,
            host: '127.0.0.1',
            port,
            path,
            method,
            headers: { ...headers, ...length },
            ...(signal ? { signal } : {}),
        }, (answer) => {
            const chunks = [];
            answer.on('data', (chunk) => chunks.push(chunk));
            answer.on('error', reject);
            answer.on('end', () => {
                const status = answer.statusCode ?? 500;
                const text = NO_BODY.has(status) ? null : Buffer.concat(chunks).toString('utf8');
                resolve(new Response(text, { status, headers: headersOf(answer.headers) }));
            });
        });
        asked.on('error', (cause) => {
            if (signal?.aborted)
                reject(cause);
            else
                reject(new errors/* HostUnreachableError */.Zt(`${method} ${path.split('?')[0]} through the tunnel to port ${port}: ${cause.message}`, { cause }));
        });
        asked.end(body);
    });
}
function headersOf(headers) {
    return Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value ?? '']).map((one) => [name, one]));
}

;// CONCATENATED MODULE: ./lib/host/session.js







/** Constant, so that no argument list ever holds a value. The loader's text, like all else, comes on stdin. */
const BOOTSTRAP = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))';
const CONNECT_MS = 20_000;
const PROGRAM_MS = 45 * 60_000;
const NOT_FOUND = 127;
/** Connects and proves who answers, the machine to jump from first. @throws HostKeyError, HostUnreachableError, HostAuthError */
async function connect(options) {
    const where = `${options.user}@${options.host}:${options.port ?? 22}`;
    const jump = options.jump === undefined ? undefined : await session_open(options.jump, options);
    try {
        const socket = jump && (await through(jump.ssh, jump.where, options));
        const { ssh } = await session_open(options, options, socket);
        if (jump !== undefined)
            ssh.connection?.once('close', () => jump.ssh.dispose());
        return new SshSession(ssh, options, where);
    }
    catch (error) {
        jump?.ssh.dispose();
        throw error;
    }
}
async function session_open(machine, { privateKey, timeoutMs, logger }, sock) {
    const pinned = (0,host_key/* parseHostKeys */.C3)(machine.hostKey);
    const where = `${machine.user}@${machine.host}:${machine.port ?? 22}`;
    const ssh = new esm/* NodeSSH */.H();
    let shown = null;
    try {
        await ssh.connect({
            host: machine.host,
            port: machine.port ?? 22,
            username: machine.user,
            privateKey,
            ...(sock === undefined ? {} : { sock }),
            readyTimeout: timeoutMs ?? CONNECT_MS,
            // A link that is dead in the middle is noticed within half a minute.
            keepaliveInterval: 10_000,
            keepaliveCountMax: 3,
            algorithms: { serverHostKey: pinned.algorithms },
            hostVerifier: (key) => {
                shown = (0,host_key/* fingerprintOf */.ax)(key);
                return pinned.accepts(key);
            },
        });
    }
    catch (cause) {
        ssh.dispose();
        throw explainConnectError(cause, where, pinned.fingerprints, shown);
    }
    logger.debug(`connected to ${where}, host key ${shown}`);
    return { ssh, where };
}
async function through(jump, from, { host, port = 22 }) {
    // Without a listener a broken link would end the process; the connection that it carries reports it.
    jump.connection?.on('error', () => { });
    try {
        return await jump.forwardOut('127.0.0.1', 0, host, port);
    }
    catch (cause) {
        const said = cause instanceof Error ? cause.message : String(cause);
        throw new errors/* HostUnreachableError */.Zt(`${from} cannot reach ${host}:${port} for us: ${said}. Check the address as seen from there, and that its sshd has AllowTcpForwarding.`, { cause });
    }
}
class SshSession {
    stats;
    readOnly;
    ssh;
    sudo;
    where;
    logger;
    lost;
    closed;
    tunnels = new Set();
    constructor(ssh, options, where) {
        this.ssh = ssh;
        this.where = where;
        this.readOnly = options.readOnly === true;
        this.logger = options.logger;
        this.stats = { connections: options.jump === undefined ? 1 : 2, execs: 0, channels: 0 };
        this.sudo = options.user === 'root' ? '' : 'sudo -n ';
        // Without a listener a broken link would end the process; with it the pending exec reports it.
        ssh.connection?.on('error', (error) => {
            this.lost = error;
        });
        this.closed = new Promise((resolve) => ssh.connection?.once('close', resolve));
    }
    async run(main, input, options = {}) {
        const answer = new Answer(options.onEvent);
        const { command, request } = this.readOnly
            ? { command: this.only(main), request: input }
            : {
                command: `${this.sudo}python3 -I -B -c '${BOOTSTRAP}'`,
                request: { modules: (0,agent_modules/* agentModules */.z)(), main, input },
            };
        const { code, stderr } = await this.exec(command, `${JSON.stringify(request)}\n`, options.timeoutMs ?? PROGRAM_MS, (chunk) => answer.add(chunk));
        return answer.end(() => this.noAnswer(main, code, stderr));
    }
    /** The host ignores the name; a program that it would not run is not asked for. */
    only(main) {
        if (main === 'observe')
            return main;
        throw new errors/* HostAuthError */.R6(`The SSH key given may only look, and ${main} on ${this.where} changes something. Give the key that may.`);
    }
    async forward(port) {
        const tunnel = openTunnel(port, async () => {
            this.stats.channels += 1;
            return await this.ssh.forwardOut('127.0.0.1', 0, '127.0.0.1', port);
        });
        this.tunnels.add(tunnel);
        return tunnel;
    }
    async bootstrap() {
        const { code, stderr } = await this.exec(`${this.sudo}sh -s`, (0,files/* hostFile */.R)('bootstrap.sh'), 10 * 60_000);
        if (code !== 0)
            throw this.noAnswer('bootstrap', code, stderr);
    }
    close() {
        for (const tunnel of this.tunnels)
            tunnel.close();
        this.ssh.dispose();
    }
    async exec(command, stdin, timeoutMs, onStdout = () => { }) {
        this.stats.execs += 1;
        const decoder = new TextDecoder();
        let timer;
        const done = this.ssh.execCommand(command, {
            stdin,
            noTrim: true,
            onStdout: (chunk) => onStdout(decoder.decode(chunk, { stream: true })),
        });
        // The race may be over before it: a late rejection is nobody's then, and must not end the process.
        done.catch(() => { });
        try {
            return await Promise.race([
                done,
                new Promise((_, reject) => {
                    timer = setTimeout(() => reject(this.tooSlow(timeoutMs)), timeoutMs);
                }),
                this.disconnected(),
            ]);
        }
        finally {
            clearTimeout(timer);
        }
    }
    async disconnected() {
        await this.closed;
        const reason = this.lost === undefined ? '' : ` (${this.lost.message})`;
        throw new errors/* HostUnreachableError */.Zt(`The connection to ${this.where} broke${reason}. What was begun on the host goes on there; run again to see how it ended.`, { cause: this.lost });
    }
    tooSlow(timeoutMs) {
        return new errors/* HostError */.dh(`The program on ${this.where} did not answer within ${Math.round(timeoutMs / 1000)} s. It goes on there; run again to see how it ended.`);
    }
    noAnswer(main, code, stderr) {
        const said = stderr.trim().split('\n').slice(-5).join('\n');
        this.logger.debug(`${main} on ${this.where} exited ${code}: ${said}`);
        if (/a password is required|not in the sudoers|not allowed to execute/.test(said)) {
            return new errors/* HostAuthError */.R6(`${this.where} cannot become root without a password. Let it: "USER ALL=(ALL) NOPASSWD: ALL" in /etc/sudoers.d, or connect as root.`);
        }
        if (code === NOT_FOUND || /command not found|not found/.test(said)) {
            return new errors/* HostProgramError */.N8('no-python', `${this.where} lacks python3 or sudo: ${said}`, [], {});
        }
        return new errors/* HostProgramError */.N8('no-answer', `${main} on ${this.where} ended (exit ${code}) without an answer. ${said.split('\n').at(-1) ?? ''}`.trimEnd(), said.split('\n'), {});
    }
}
/** Puts the lines of a program together: events go out as they come, the last line is the answer. */
class Answer {
    rest = '';
    onEvent;
    ended;
    constructor(onEvent = () => { }) {
        this.onEvent = onEvent;
    }
    add(chunk) {
        const lines = (this.rest + chunk).split('\n');
        this.rest = lines.pop() ?? '';
        for (const line of lines) {
            const document = JSON.parse(line);
            if ('event' in document)
                this.onEvent(document);
            else
                this.ended = document;
        }
    }
    end(none) {
        if (this.ended === undefined)
            throw none();
        if ('result' in this.ended)
            return this.ended.result;
        const { code, message, log, data } = this.ended.error;
        throw new errors/* HostProgramError */.N8(code, message, log, data);
    }
}


/***/ }),

/***/ 796:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DD: () => (/* binding */ title),
/* harmony export */   ZC: () => (/* binding */ isConfiguration),
/* harmony export */   nn: () => (/* binding */ needsDeploy)
/* harmony export */ });
/* harmony import */ var _config_budgets_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6909);

function needsDeploy(plan) {
    return plan.changes.some(({ kind }) => kind === 'host');
}
/** Whether the change is made by a rollout of a new configuration; budgets are made through the admin API, but those of providers. */
function isConfiguration(change) {
    if (change.kind === 'budget')
        return change.subject === 'provider';
    return change.kind !== 'host';
}
/** How a change is called in one line: `model local-llama`, `budget of user team-dev`. */
function title(change) {
    switch (change.kind) {
        case 'model':
            return `model ${change.name} (${change.id})`;
        case 'setting':
            return change.section;
        case 'secret':
            return `value of ${change.name}`;
        case 'budget':
            return `budget of ${(0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_0__/* .ownerText */ .dP)(change)}`;
        case 'host':
            return `${change.part} ${change.name}`;
    }
}


/***/ }),

/***/ 8561:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ problemsMarkdown),
/* harmony export */   X: () => (/* binding */ planMarkdown)
/* harmony export */ });
/* harmony import */ var _config_budgets_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6909);
/* harmony import */ var _change_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(796);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7986);



const MARK = { create: '➕', update: '✏️', delete: '➖' };
/** The plan as a reviewer reads it: what will happen, to what, and what to know besides. */
function planMarkdown(plan, { file, applied }) {
    const { changes, live } = plan;
    const heading = applied === undefined
        ? `### Plan for \`${file}\`: ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .countText */ .lT)(changes)}`
        : `### Applied \`${file}\`: ${appliedText(applied)}`;
    const serving = live === undefined
        ? 'Nothing serves on this host yet.'
        : `Serving now: LiteLLM ${live.version ?? 'of unknown version'}, ${live.workers} workers${live.healthy ? '' : ', **not ready**'}.`;
    return [
        heading,
        '',
        serving,
        ...(changes.length === 0 ? ['', 'The gateway is as declared.'] : ['', ...table(plan.changes, applied)]),
        ...costs(plan),
        ...adoptions(plan),
        ...((0,_change_js__WEBPACK_IMPORTED_MODULE_1__/* .needsDeploy */ .nn)(plan)
            ? ['', '> [!IMPORTANT]', '> Some of this is of the machine itself: `sync` leaves it, run `deploy`.']
            : []),
        ...notes(plan),
        ...unmanaged(plan),
    ].join('\n');
}
/** What is wrong in the files, as a list with places. */
function problemsMarkdown(problems, file) {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    return [
        `### \`${file}\`: ${errors === 0 ? `valid, ${problems.length} to look at` : `${errors} ${errors === 1 ? 'error' : 'errors'}, nothing was changed`}`,
        '',
        ...problems.map(({ at, severity, message, fix }) => `- **${severity}** \`${at.file}:${at.line}:${at.column}\` ${message} **Fix:** ${fix}`),
    ].join('\n');
}
function appliedText(results) {
    const failed = results.filter(({ outcome }) => outcome === 'failed').length;
    if (results.length === 0)
        return 'nothing to do';
    return failed === 0
        ? `${results.length} of ${results.length} done`
        : `${failed} of ${results.length} failed`;
}
function table(changes, applied) {
    const results = new Map(applied?.map((result) => [result.change, result]));
    const head = applied === undefined
        ? ['| | what | change |', '|---|---|---|']
        : ['| | what | change | result |', '|---|---|---|---|'];
    const rows = changes.map((change) => {
        const result = results.get(change);
        const cells = [MARK[change.action], cell((0,_change_js__WEBPACK_IMPORTED_MODULE_1__/* .title */ .DD)(change)), (0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .details */ .zH)(change).map(cell).join('<br>')];
        if (applied !== undefined)
            cells.push(result === undefined
                ? 'left for `deploy`'
                : result.outcome === 'done'
                    ? '✅ read back'
                    : `❌ ${cell(result.message ?? 'failed')}`);
        return `| ${cells.join(' | ')} |`;
    });
    return [...head, ...rows];
}
/** What a change costs, and would have cost. */
function costs({ costs: found }) {
    if (found.length === 0)
        return [];
    const month = found.some((cost) => cost.month !== undefined);
    const head = [
        'model',
        'USD per million tokens, in / out',
        ...(month ? ['last 30 days', 'with this change'] : []),
    ];
    const rows = found.map((cost) => {
        const was = cost.month === undefined
            ? ['', '']
            : [`${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .usd */ .dR)(cost.month.before)}, ${cost.month.requests} requests`, (0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .usd */ .dR)(cost.month.after)];
        return [cell(cost.name), (0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .priceChangeText */ .lY)(cost), ...(month ? was : [])];
    });
    return [
        '',
        '**What it costs**',
        '',
        ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    ];
}
function adoptions({ adoptions: found }) {
    if (found.length === 0)
        return [];
    return [
        '',
        `<details><summary>${found.length} ${found.length === 1 ? 'budget stands' : 'budgets stand'} as declared; sync marks ${found.length === 1 ? 'it' : 'them'} as kept from here</summary>`,
        '',
        ...found.map((change) => `- ${cell((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_0__/* .ownerText */ .dP)(change))}: ${cell((0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .limitsText */ .Cf)(change.after))}`),
        '',
        '</details>',
    ];
}
function notes({ notes }) {
    return notes.length === 0
        ? []
        : [
            '',
            ...notes.map(({ severity, text, at }) => `- ${severity === 'warning' ? '⚠️ ' : ''}${at === undefined ? '' : `\`${at.file}:${at.line}\` `}${text}`),
        ];
}
function unmanaged({ unmanaged: found }) {
    if (found.length === 0)
        return [];
    const rows = found.map(({ kind, id, detail }) => `| ${kind} | ${cell(id)} | ${cell(detail)} |`);
    return [
        '',
        `<details><summary>${found.length} not declared here, left alone</summary>`,
        '',
        '| kind | id | |',
        '|---|---|---|',
        ...rows,
        '',
        '</details>',
    ];
}
/** Text inside a table cell: a value from a file or a gateway must not become markup of ours. */
function cell(text) {
    return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>|~@#]/g, '\\$&');
}


/***/ }),

/***/ 7986:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cf: () => (/* binding */ limitsText),
/* harmony export */   HN: () => (/* binding */ planLines),
/* harmony export */   XU: () => (/* binding */ budgetChangeText),
/* harmony export */   dR: () => (/* binding */ usd),
/* harmony export */   lT: () => (/* binding */ countText),
/* harmony export */   lY: () => (/* binding */ priceChangeText),
/* harmony export */   zH: () => (/* binding */ details)
/* harmony export */ });
/* unused harmony exports budgetText, fieldText */
/* harmony import */ var _config_budgets_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6909);
/* harmony import */ var _config_period_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1526);


const SIGN = { create: '+', update: '~', delete: '-' };
/** `100.00 USD a month`, `no limit` */
function budgetText({ maxBudget, duration }) {
    if (maxBudget === null)
        return duration === null ? 'no limit' : `no limit, spend counted${every(duration)}`;
    return usd(maxBudget) + (duration === null ? ', never reset' : every(duration));
}
/** ` a month`, ` every 14 days` */
function every(duration) {
    const period = (0,_config_period_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePeriod */ .DB)(words[duration] ?? duration);
    if (!('label' in period))
        return ` every ${duration}`;
    return /^\d/.test(period.label) ? ` every ${period.label}` : ` ${period.label}`;
}
const words = {
    '1d': 'daily',
    '24h': 'daily',
    '7d': 'weekly',
    '1w': 'weekly',
    '1mo': 'monthly',
    '30d': 'monthly',
    '365d': 'yearly',
};
/** Two decimals, as money is written; more only where they would hide the amount. */
function usd(amount) {
    const text = amount > 0 && amount < 1e-6 ? amount.toExponential(2) : MONEY.format(amount);
    return `${text} USD`;
}
const MONEY = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
    useGrouping: false,
});
/** The limits besides the budget itself: what each is called, and how its value is told. */
const FURTHER = {
    softBudget: (amount) => `alert from ${usd(amount)} on`,
    tpmLimit: (count) => `${count} tokens a minute`,
    rpmLimit: (count) => `${count} requests a minute`,
    models: (names) => `only the models ${names.join(', ')}`,
    modelBudgets: (budgets) => Object.entries(budgets)
        .map(([model, window]) => `${model} up to ${budgetText(window)}`)
        .join(', '),
    windows: (windows) => windows.map((window) => `also ${budgetText(window)}`).join(', '),
};
const FURTHER_NAMES = Object.keys(FURTHER);
/** What each further limit is called where there is none. */
const NONE = {
    softBudget: 'no alert',
    tpmLimit: 'any number of tokens a minute',
    rpmLimit: 'any number of requests a minute',
    models: 'all models',
    modelBudgets: 'no budgets by model',
    windows: 'no further budgets',
};
function furtherText(name, limits) {
    const value = limits[name];
    return value === null ? undefined : FURTHER[name](value);
}
/** All limits in one line: `100.00 USD a month, 60 requests a minute` */
function limitsText(limits) {
    return [budgetText(limits), ...FURTHER_NAMES.flatMap((name) => furtherText(name, limits) ?? [])].join(', ');
}
/** `no limit → 100.00 USD a month; 60 → 90 requests a minute; spent 3.20 USD; starts anew on 2026-12-01` */
function budgetChangeText({ action, before, after }) {
    const from = before === undefined ? 'new' : budgetText(before);
    const to = budgetText(after);
    const further = FURTHER_NAMES.flatMap((name) => {
        const [old, next] = [before && furtherText(name, before), furtherText(name, after)];
        if (old === next)
            return [];
        return before === undefined ? [next] : [`${old ?? NONE[name]} → ${next ?? NONE[name]}`];
    });
    const amount = from === to ? (further.length === 0 ? [to] : []) : [`${from} → ${to}`];
    return [
        ...amount,
        ...further,
        ...(before !== undefined && from === to && further.length === 0 ? [markText(action, before, after)] : []),
        ...(before === undefined ? [] : [`spent ${before.spend.toFixed(2)} USD`]),
        ...(after.resetsAt === null ? [] : [`starts anew on ${after.resetsAt.slice(0, 10)}`]),
        ...(before !== undefined && after.maxBudget !== null && before.spend >= after.maxBudget
            ? ['already used up: requests are refused at once']
            : []),
    ].join('; ');
}
/** `2.50 / 10.00 → 0.15 / 0.60`, `new: 2.50 / 10.00` */
function priceChangeText({ before, after }) {
    if (after === undefined)
        return before === undefined ? 'not known' : `${priceText(before)} → not known, or not served`;
    if (before === undefined)
        return `new: ${priceText(after)}`;
    const [old, next] = [priceText(before), priceText(after)];
    return old === next ? `${next}, as before` : `${old} → ${next}`;
}
function priceText({ input, output }) {
    return [input, output].map((amount) => amount.toFixed(amount > 0 && amount < 0.01 ? 4 : 2)).join(' / ');
}
/** What changes when no limit does: who keeps it. */
function markText(action, before, after) {
    if (action === 'delete')
        return 'not kept from here any more';
    if (before.managed === undefined)
        return 'adopted: kept from here from now on';
    const names = _config_budgets_js__WEBPACK_IMPORTED_MODULE_0__/* .LIMIT_NAMES */ .x3.filter((name) => after.managed?.includes(name) !== before.managed?.includes(name));
    return `kept from here: ${names.map((name) => _config_budgets_js__WEBPACK_IMPORTED_MODULE_0__/* .LIMITS */ .b1[name]).join(', ')}`;
}
/** One field as a reader compares it: `rpm: 10 → 60`. */
function fieldText({ path, before, after }) {
    if (before === undefined)
        return `${path}: ${value(after)}`;
    if (after === undefined)
        return `${path}: ${value(before)} → removed`;
    return `${path}: ${value(before)} → ${value(after)}`;
}
function value(given) {
    if (typeof given === 'object' && given !== null && 'fingerprint' in given)
        return `a value written out on the host (fingerprint ${given.fingerprint})`;
    return typeof given === 'string' ? given : JSON.stringify(given);
}
/** What a change consists of, a line each. */
function details(change) {
    switch (change.kind) {
        case 'model':
            return change.action === 'delete'
                ? ['no longer declared: it is not served any more']
                : change.fields.map(fieldText);
        case 'setting':
            return change.fields.map(fieldText);
        case 'secret':
            return [
                {
                    create: 'the gateway has none yet',
                    update: 'differs from what the gateway has',
                    delete: 'nothing refers to it any more',
                }[change.action],
            ];
        case 'budget':
            return [budgetChangeText(change)];
        case 'host':
            return [change.detail];
    }
}
/** `+ model gpt-4`, with its details below; for terminals and logs. */
function planLines({ changes, adoptions }, title) {
    const lines = (sign, change) => [
        `${sign} ${title(change)}`,
        ...details(change).map((line) => `    ${line}`),
    ];
    return [
        ...changes.flatMap((change) => lines(SIGN[change.action], change)),
        ...adoptions.flatMap((change) => lines('=', change)),
    ];
}
/** `2 to create, 1 to update`, `no changes` */
function countText(changes) {
    const count = (action) => changes.filter((change) => change.action === action).length;
    const parts = ['create', 'update', 'delete']
        .map((action) => [count(action), action])
        .filter(([number]) => number > 0);
    return parts.length === 0
        ? 'no changes'
        : parts.map(([number, action]) => `${number} to ${action}`).join(', ');
}


/***/ })

};
;