"use strict";
exports.id = 556;
exports.ids = [556,931];
exports.modules = {

/***/ 2556:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  action: () => (/* binding */ action)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 14 modules
var lib_core = __webpack_require__(6421);
// EXTERNAL MODULE: ./lib/commands/files.js
var files = __webpack_require__(1612);
// EXTERNAL MODULE: ./lib/github/client.js
var client = __webpack_require__(3931);
;// CONCATENATED MODULE: ./lib/github/identity.js
/**
 * Who the token speaks as. REST tells it only for people's tokens (`GET /user` is 403 for the job's own token and for Apps);
 * GraphQL's viewer answers for every kind, with `[bot]` behind the name of an App (marocchino/sticky-pull-request-comment#332).
 */
async function loginOf(octokit) {
    const { viewer } = await octokit.graphql('query { viewer { login } }');
    return viewer.login;
}

;// CONCATENATED MODULE: ./lib/github/truncate-markdown.js
const characters = (text) => text.length;
const bytes = (text) => Buffer.byteLength(text, 'utf8');
const FENCE = /^\s*(`{3,}|~{3,})/;
/**
 * Shortens Markdown to at most `limit` as `measure` counts it, at the end of a line, with `note` as the last paragraph.
 * A code block or `<details>` that the cut leaves open is closed, so that the note does not become part of it. A text within
 * the limit is returned as it is. Throws a RangeError when not even the note fits.
 */
function truncateMarkdown(markdown, limit, measure, note) {
    if (measure(markdown) <= limit)
        return markdown;
    const closing = (kept) => `${openedBy(kept)}\n${note}\n`;
    if (measure(`\n\n${note}\n`) > limit)
        throw new RangeError(`a note of ${measure(note)} does not fit into ${limit}`);
    const lines = markdown.split('\n');
    let low = 0;
    let high = lines.length;
    // Lines are only ever added between low and high, so the length grows with them, but for the closing tags: the loop after
    // the search gives back the few lines that those need.
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (measure(lines.slice(0, middle).join('\n')) <= limit)
            low = middle;
        else
            high = middle - 1;
    }
    for (let count = low; count > 0; count -= 1) {
        const kept = lines.slice(0, count);
        const text = `${kept.join('\n')}\n${closing(kept)}`;
        if (measure(text) <= limit)
            return text;
    }
    return `${note}\n`;
}
/** The lines that close what these lines leave open. */
function openedBy(lines) {
    let fence;
    let details = 0;
    for (const line of lines) {
        const marker = FENCE.exec(line)?.[1];
        if (fence !== undefined) {
            if (marker?.startsWith(fence) && line.trim() === marker)
                fence = undefined;
        }
        else if (marker !== undefined) {
            fence = marker;
        }
        else {
            details += (line.match(/<details\b/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
        }
    }
    return `${fence === undefined ? '' : `${fence}\n`}${'</details>\n'.repeat(Math.max(0, details))}`;
}

;// CONCATENATED MODULE: ./lib/github/sticky-comment.js



/** GitHub refuses more than 65,536 characters; the rest is room for what it counts differently. */
const COMMENT_LIMIT = 64_000;
/** Of the comment with the plan of a pull request. */
const PLAN_MARKER = 'litellm-gitops plan';
/**
 * Keeps one comment up to date on an issue or pull request.
 *
 * The comment is known by a hidden marker on its first line and by its author, who must be the owner of the token: a comment
 * of somebody else into which the marker was copied is left alone. All pages of comments are read. With an unchanged body
 * nothing is written. Throws GitHub's error for anything but a refusal to comment.
 */
async function upsertStickyComment(options) {
    const { octokit, owner, repo, issue } = options;
    const body = commentBody(options);
    const place = { owner, repo, issue_number: issue };
    try {
        const existing = await findComment(options);
        if (existing !== undefined) {
            if (sameText(existing.body, body))
                return { outcome: 'unchanged', id: existing.id, url: existing.html_url };
            const updated = await octokit.rest.issues
                .updateComment({ owner, repo, comment_id: existing.id, body })
                .catch((error) => {
                // Deleted by somebody since it was listed: a new one is what that person would see anyway at the next run.
                if ((0,client/* statusOf */.c)(error) === 404)
                    return undefined;
                throw error;
            });
            if (updated !== undefined)
                return { outcome: 'updated', id: updated.data.id, url: updated.data.html_url };
        }
        const created = await octokit.rest.issues.createComment({ ...place, body });
        return { outcome: 'created', id: created.data.id, url: created.data.html_url };
    }
    catch (error) {
        if ((0,client/* statusOf */.c)(error) !== 403 || isRateLimit(error))
            throw error;
        return { outcome: 'refused', reason: error instanceof Error ? error.message : String(error) };
    }
}
/** The hidden first line of the comment. Throws a TypeError for a marker that could end the HTML comment early. */
function markerLine(marker) {
    if (!/^[\w ./-]+$/.test(marker) || marker.includes('--'))
        throw new TypeError(`not a usable marker: ${marker}`);
    return `<!-- ${marker} -->`;
}
function commentBody({ marker, body, redact }) {
    const head = `${markerLine(marker)}\n`;
    const note = '_Cut here: the whole text is in the summary of the run._';
    return head + truncateMarkdown(redact(body), COMMENT_LIMIT - head.length, characters, note);
}
/** The comment that carries the marker and is of the token's owner. */
async function findComment(options) {
    const { octokit, owner, repo, issue } = options;
    const first = markerLine(options.marker);
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        owner,
        repo,
        issue_number: issue,
        per_page: 100,
    });
    // At the very start: a quote of our comment, or a review that mentions the marker, carries it elsewhere.
    const marked = comments.filter(({ body }) => body?.startsWith(first));
    if (marked.length === 0)
        return undefined;
    const self = await loginOf(octokit);
    return marked.find(({ user }) => user?.login === self);
}
/** GitHub stores line ends as they were sent, but drops white space at the end. */
function sameText(stored, wanted) {
    return stored?.replaceAll('\r\n', '\n').trimEnd() === wanted.trimEnd();
}
function isRateLimit(error) {
    return error instanceof Error && /rate limit/i.test(error.message);
}

;// CONCATENATED MODULE: ./lib/github/alarm-issue.js




/**
 * Keeps one issue open for as long as something is wrong: opened once, its text kept up to date, closed with a comment when it is
 * over. It is known by a hidden marker and by its author. Throws GitHub's error for anything but a refusal.
 */
async function tellAlarm(options) {
    const { octokit, owner, repo, title, wrong, over, redact } = options;
    try {
        const open = await findOwn(options);
        if (wrong === undefined) {
            if (open === undefined)
                return { outcome: 'quiet' };
            const place = { owner, repo, issue_number: open.number };
            await octokit.rest.issues.createComment({ ...place, body: cut(redact(over)) });
            await octokit.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' });
            return { outcome: 'closed', number: open.number, url: open.html_url };
        }
        const body = `${markerLine(options.marker)}\n${cut(redact(wrong))}`;
        const { data } = open === undefined
            ? await octokit.rest.issues.create({ owner, repo, title, body })
            : await octokit.rest.issues.update({ owner, repo, issue_number: open.number, body });
        return { outcome: open === undefined ? 'opened' : 'updated', number: data.number, url: data.html_url };
    }
    catch (error) {
        const status = (0,client/* statusOf */.c)(error);
        // 410: the repository has no issues.
        if (status !== 403 && status !== 404 && status !== 410)
            throw error;
        if (isRateLimit(error))
            throw error;
        return { outcome: 'refused' };
    }
}
function cut(text) {
    return truncateMarkdown(text, COMMENT_LIMIT - 200, characters, '_Cut here: the whole text is in the summary of the run._');
}
async function findOwn({ octokit, owner, repo, marker }) {
    const first = markerLine(marker);
    const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
        owner,
        repo,
        state: 'open',
        per_page: 100,
    });
    const marked = issues.filter(({ body, pull_request }) => pull_request === undefined && body?.startsWith(first));
    if (marked.length === 0)
        return undefined;
    const self = await loginOf(octokit);
    return marked.find(({ user }) => user?.login === self);
}

// EXTERNAL MODULE: ./lib/github/logger.js
var github_logger = __webpack_require__(6280);
;// CONCATENATED MODULE: ./lib/github/annotations.js


const issue = { error: lib_core/* error */.z3, warning: lib_core/* warning */.$e, notice: lib_core/* notice */.lm };
/** GitHub shows this many annotations of each severity per step and silently drops the others. */
const SHOWN_PER_SEVERITY = 10;
/**
 * Shows annotations in a workflow run. Those beyond GitHub's limit go to the log as `file:line:column: message`, so none is
 * lost, and the log says how many there were.
 */
function annotate(annotations, redact) {
    const shown = { error: 0, warning: 0, notice: 0 };
    const beyond = [];
    for (const annotation of annotations) {
        if (shown[annotation.severity] === SHOWN_PER_SEVERITY) {
            beyond.push(annotation);
            continue;
        }
        shown[annotation.severity] += 1;
        issue[annotation.severity](redact(annotation.message), {
            ...(annotation.title === undefined ? {} : { title: redact(annotation.title) }),
            file: annotation.file,
            startLine: annotation.line,
            startColumn: annotation.column,
            endLine: annotation.endLine ?? annotation.line,
            ...(annotation.endColumn === undefined ? {} : { endColumn: annotation.endColumn }),
        });
    }
    if (beyond.length === 0)
        return;
    (0,lib_core/* info */.pq)(`${beyond.length} more, beyond the ${SHOWN_PER_SEVERITY} of a kind that GitHub shows:`);
    for (const annotation of beyond)
        (0,lib_core/* info */.pq)((0,github_logger/* withoutCommands */.Df)(redact(annotationLine(annotation))));
}
/** One annotation as compilers print it, so that terminals and editors can jump to the place. */
function annotationLine({ severity, title, message, file, line, column }) {
    const lead = title === undefined ? '' : `${title}: `;
    return `${file}:${line}:${column}: ${severity}: ${lead}${message}`;
}

;// CONCATENATED MODULE: ./lib/github/outputs.js

/** GitHub refuses a job output larger than this (1 MiB, counted in UTF-16). */
const OUTPUT_LIMIT_BYTES = 1024 * 1024;
/**
 * Sets the step's outputs; names are kebab-case. Values pass the redactor, because GitHub blanks a whole job output in which it
 * finds a masked value.
 * @returns the names that were left out for being too large: half a JSON document would be worse than none.
 */
function setOutputs(outputs, redact) {
    const tooLarge = [];
    for (const [name, value] of Object.entries(outputs)) {
        const text = redact(String(value));
        if (text.length * 2 > OUTPUT_LIMIT_BYTES)
            tooLarge.push(name);
        else
            lib_core/* setOutput */.uH(name, text);
    }
    return tooLarge;
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./lib/github/summary.js


/** GitHub drops a step's whole summary when it is larger than this (1 MiB). */
const SUMMARY_LIMIT_BYTES = 1024 * 1024;
/**
 * Adds Markdown to the job summary; on failure too, that is when people read it.
 * What does not fit beside what the step wrote before is cut with a note. Says whether there was a summary to write to.
 */
async function writeSummary({ markdown, redact, file }) {
    if (file === undefined || file === '')
        return false;
    const written = await (0,promises_.stat)(file).then(({ size }) => size, () => 0);
    const room = SUMMARY_LIMIT_BYTES - written;
    const note = '_Cut here: a job summary holds 1 MiB. The log has the rest._';
    // With no room left even for the note nothing is added: one byte too many and GitHub would drop what stands there, too.
    if (room < bytes(note) + 16)
        return true;
    const text = redact(markdown);
    await (0,promises_.appendFile)(file, truncateMarkdown(text.endsWith('\n') ? text : `${text}\n`, room, bytes, note), 'utf8');
    return true;
}

// EXTERNAL MODULE: ./lib/plan/change.js
var change = __webpack_require__(796);
// EXTERNAL MODULE: ./lib/plan/reviewed.js
var reviewed = __webpack_require__(4077);
// EXTERNAL MODULE: ./lib/commands/report-json.js
var report_json = __webpack_require__(2192);
;// CONCATENATED MODULE: ./lib/commands/publish.js










/** Tells GitHub what a command found and did: summary and outputs always, annotations on the files, one comment on a pull request. */
async function publish(publication) {
    const { report, secrets, logger } = publication;
    const { redact } = secrets;
    await writeSummary({ markdown: `${report.markdown}\n`, redact, file: process.env.GITHUB_STEP_SUMMARY });
    annotate(report.problems.map(({ severity, message, fix, at, code }) => ({
        severity,
        title: `litellm-gitops: ${code}`,
        message: `${message} Fix: ${fix}`,
        ...at,
    })), redact);
    const { plan } = report;
    const left = setOutputs({
        changes: plan?.changes.length ?? 0,
        'has-changes': (plan?.changes.length ?? 0) > 0,
        'needs-deploy': plan !== undefined && (0,change/* needsDeploy */.nn)(plan),
        'plan-json': JSON.stringify((0,report_json/* reportJson */.l)(report)),
    }, redact);
    if (left.length > 0)
        logger.warning(`Too large for an output, left out: ${left.join(', ')}`);
    await comment(publication);
    await alarm(publication);
    if (report.failed)
        (0,lib_core/* setFailed */.C1)(`${report.command} failed; the summary says why.`);
}
async function comment({ report, run, token, apiUrl, secrets: { redact }, logger, }) {
    if (report.command !== 'plan' || run?.pullRequest === undefined || apiUrl === undefined)
        return;
    const { origin, number } = run.pullRequest;
    if (token === '')
        return logger.notice('No github-token: the plan stands in the summary only.');
    const { owner, repo } = run;
    // A plan that asked no gateway promises nothing that a later sync could be held to.
    const mark = report.plan === undefined ? '' : `${(0,reviewed/* reviewedMark */.HF)(report.plan, run.pullRequest.headSha)}\n`;
    const body = `${mark}${report.markdown}\n\n<sub>${run.sha.slice(0, 7)} · [run](${run.runUrl})</sub>`;
    try {
        const result = await upsertStickyComment({
            octokit: (0,client.createClient)({ token, apiUrl }),
            owner,
            repo,
            issue: number,
            marker: PLAN_MARKER,
            body,
            redact,
        });
        if (result.outcome === 'refused')
            logger.notice(`The token may not comment here${origin === 'trusted' ? ' (the job needs pull-requests: write)' : `, as usual for a ${origin === 'fork' ? 'fork' : 'Dependabot branch'}`}: the plan stands in the summary.`);
        else
            logger.info(`Comment ${result.outcome}: ${result.url}`);
    }
    catch (error) {
        // The plan itself is made and in the summary; a comment that cannot be written must not hide it.
        logger.warning(`The comment could not be written: ${error instanceof Error ? error.message : error}`);
    }
}
/** What an issue is kept open for, as long as it is wrong; undefined when this run tells nothing about it. */
function alarmOf({ command, failed, plan }, run) {
    if (command === 'verify')
        return { name: command, title: 'The backup of the gateway is not proven', wrong: failed };
    if (command === 'doctor')
        return { name: command, title: 'Something is wrong with the gateway', wrong: failed };
    if (command === 'drill')
        return { name: command, title: 'The drill of the gateway missed its targets', wrong: failed };
    // A plan on a schedule compares what was merged with what runs: any difference came from somewhere else.
    if (command === 'plan' && run.eventName === 'schedule' && !failed && plan !== undefined)
        return {
            name: 'drift',
            title: 'The gateway is not as the repository says',
            wrong: plan.changes.length > 0,
        };
    return undefined;
}
async function alarm({ report, run, token, apiUrl, secrets: { redact }, logger, }) {
    const found = run === undefined ? undefined : alarmOf(report, run);
    if (found === undefined || run === undefined)
        return;
    if (token === '' || apiUrl === undefined)
        return logger.notice('No github-token: no issue is kept, the result stands in the summary only.');
    const { owner, repo, runUrl } = run;
    try {
        const result = await tellAlarm({
            octokit: (0,client.createClient)({ token, apiUrl }),
            owner,
            repo,
            marker: `litellm-gitops ${found.name}`,
            title: found.title,
            wrong: found.wrong ? `${report.markdown}\n\n<sub>[run](${runUrl})</sub>` : undefined,
            over: `It is over: [this run](${runUrl}) went well.\n\n${report.markdown}`,
            redact,
        });
        if (result.outcome === 'refused')
            logger.warning('The token may not write issues (the job needs issues: write): see the summary.');
        else if (result.outcome !== 'quiet')
            logger.info(`Issue ${result.outcome}: ${result.url}`);
    }
    catch (error) {
        logger.warning(`The issue could not be written: ${error instanceof Error ? error.message : error}`);
    }
}

// EXTERNAL MODULE: ./lib/commands/run.js
var commands_run = __webpack_require__(9950);
// EXTERNAL MODULE: ./lib/gateway/front-door.js
var front_door = __webpack_require__(9051);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 5 modules
var classic_schemas = __webpack_require__(2047);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/api.js
var api = __webpack_require__(3759);
;// CONCATENATED MODULE: ./node_modules/zod/v4/classic/coerce.js


function string(params) {
    return core._coercedString(schemas.ZodString, params);
}
function number(params) {
    return api/* _coercedNumber */.qG(classic_schemas/* ZodNumber */.rSt, params);
}
function coerce_boolean(params) {
    return core._coercedBoolean(schemas.ZodBoolean, params);
}
function bigint(params) {
    return core._coercedBigint(schemas.ZodBigInt, params);
}
function date(params) {
    return core._coercedDate(schemas.ZodDate, params);
}

// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var errors = __webpack_require__(7428);
;// CONCATENATED MODULE: ./lib/github/context.js


const DEPENDABOT = 'dependabot[bot]';
const environmentSchema = classic_schemas/* object */.Ikc({
    GITHUB_REPOSITORY: classic_schemas/* string */.YjP().regex(/^[^/]+\/[^/]+$/),
    GITHUB_EVENT_NAME: classic_schemas/* string */.YjP().min(1),
    GITHUB_EVENT_PATH: classic_schemas/* string */.YjP().optional(),
    GITHUB_SHA: classic_schemas/* string */.YjP(),
    GITHUB_REF: classic_schemas/* string */.YjP(),
    GITHUB_ACTOR: classic_schemas/* string */.YjP(),
    GITHUB_RUN_ID: number().int(),
    GITHUB_RUN_ATTEMPT: number().int().default(1),
    GITHUB_SERVER_URL: classic_schemas/* string */.YjP().default('https://github.com'),
    GITHUB_API_URL: classic_schemas/* string */.YjP().default('https://api.github.com'),
    GITHUB_WORKSPACE: classic_schemas/* string */.YjP(),
});
const branchSchema = classic_schemas/* object */.Ikc({
    sha: classic_schemas/* string */.YjP(),
    ref: classic_schemas/* string */.YjP(),
    /** Null when the fork was deleted since. */
    repo: classic_schemas/* object */.Ikc({ full_name: classic_schemas/* string */.YjP() }).nullish(),
});
const eventSchema = classic_schemas/* object */.Ikc({
    pull_request: classic_schemas/* object */.Ikc({
        number: classic_schemas/* number */.aig().int(),
        head: branchSchema,
        base: branchSchema,
    })
        .nullish(),
});
/**
 * Reads what the runner says about this run, from the environment and the event file. Undefined outside of GitHub Actions.
 * Throws an Error that names the variable when the runner's own description is broken.
 */
function readRunContext({ env, readEvent = (path) => (0,external_node_fs_.readFileSync)(path, 'utf8'), }) {
    if (env.GITHUB_ACTIONS !== 'true')
        return undefined;
    const runner = parsed(environmentSchema, env, 'the environment of the run');
    const [owner = '', repo = ''] = runner.GITHUB_REPOSITORY.split('/');
    const event = runner.GITHUB_EVENT_PATH
        ? parsed(eventSchema, JSON.parse(readEvent(runner.GITHUB_EVENT_PATH)), 'the event file')
        : {};
    const run = `${runner.GITHUB_SERVER_URL}/${owner}/${repo}/actions/runs/${runner.GITHUB_RUN_ID}`;
    return {
        owner,
        repo,
        eventName: runner.GITHUB_EVENT_NAME,
        sha: runner.GITHUB_SHA,
        ref: runner.GITHUB_REF,
        actor: runner.GITHUB_ACTOR,
        runId: runner.GITHUB_RUN_ID,
        runAttempt: runner.GITHUB_RUN_ATTEMPT,
        runUrl: `${run}/attempts/${runner.GITHUB_RUN_ATTEMPT}`,
        apiUrl: runner.GITHUB_API_URL,
        workspace: runner.GITHUB_WORKSPACE,
        ...(event.pull_request ? { pullRequest: pullRequestFrom(event.pull_request, runner) } : {}),
    };
}
function pullRequestFrom({ number, head, base }, runner) {
    const sameRepository = head.repo?.full_name.toLowerCase() === runner.GITHUB_REPOSITORY.toLowerCase();
    // GitHub withholds secrets when Dependabot is the actor; after a push by a person to its branch the run has them.
    const dependabot = runner.GITHUB_ACTOR === DEPENDABOT;
    return {
        number,
        headSha: head.sha,
        headRef: head.ref,
        baseSha: base.sha,
        baseRef: base.ref,
        origin: !sameRepository ? 'fork' : dependabot ? 'dependabot' : 'trusted',
    };
}
function parsed(schema, value, source) {
    const result = schema.safeParse(value);
    if (result.success)
        return result.data;
    throw new Error(`${source} is not as GitHub describes it: ${errors/* prettifyError */.S1(result.error)}`);
}

;// CONCATENATED MODULE: ./lib/github/deployment.js

/** GitHub cuts nothing: a longer description is refused. */
const DESCRIPTION_LIMIT = 140;
/**
 * Records in GitHub that a commit is being deployed to the gateway, for the history on the repository's page and for whoever
 * waits for it. Undefined when the token may not (it needs `deployments: write`). Throws GitHub's error for anything else.
 */
async function beginDeployment(options) {
    const { octokit, owner, repo, sha, environment, environmentUrl, logUrl } = options;
    try {
        const { data } = await octokit.rest.repos.createDeployment({
            owner,
            repo,
            ref: sha,
            environment,
            description: options.description.slice(0, DESCRIPTION_LIMIT),
            // The commit is what was reviewed: nothing is merged into it here, and its checks were the merge's business.
            auto_merge: false,
            required_contexts: [],
            production_environment: true,
        });
        if (!('id' in data))
            throw new Error(`GitHub made no deployment: ${data.message}`);
        const tell = async (state, description) => {
            await octokit.rest.repos.createDeploymentStatus({
                owner,
                repo,
                deployment_id: data.id,
                state,
                description: description.slice(0, DESCRIPTION_LIMIT),
                environment_url: environmentUrl,
                log_url: logUrl,
            });
        };
        await tell('in_progress', options.description);
        return { finish: tell };
    }
    catch (error) {
        if ((0,client/* statusOf */.c)(error) === 403 || (0,client/* statusOf */.c)(error) === 404)
            return undefined;
        throw error;
    }
}
/** Records deployments to the gateway at a domain in the name of this run; records nothing outside of GitHub or without a token. */
function deploymentRecorder({ run, token, apiUrl, command }) {
    return async (domain) => {
        if (run === undefined || apiUrl === undefined || token === '')
            return undefined;
        return await beginDeployment({
            octokit: (0,client.createClient)({ token, apiUrl }),
            owner: run.owner,
            repo: run.repo,
            sha: run.sha,
            environment: domain,
            environmentUrl: `https://${domain}`,
            logUrl: run.runUrl,
            description: `${command} by ${run.actor}`,
        });
    };
}

// EXTERNAL MODULE: ./lib/github/known-secrets.js + 1 modules
var known_secrets = __webpack_require__(2959);
// EXTERNAL MODULE: ./lib/github/lazy-client.js
var lazy_client = __webpack_require__(9000);
;// CONCATENATED MODULE: ./lib/github/reviewed-plan.js


/**
 * The pull request that this commit merged, with the plan that its reviewers saw. Undefined when the commit merged none;
 * `refused` when the token may not read pull requests (`pull-requests: read`). Throws GitHub's error for anything else.
 */
async function findReviewedPlan({ octokit, owner, repo, sha, }) {
    try {
        const pulls = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
            owner,
            repo,
            commit_sha: sha,
            per_page: 100,
        });
        const merged = pulls.find(({ merged_at, merge_commit_sha }) => merged_at !== null && merge_commit_sha === sha);
        if (merged === undefined)
            return undefined;
        const comment = await findComment({ octokit, owner, repo, issue: merged.number, marker: PLAN_MARKER });
        return {
            pullRequest: merged.number,
            url: merged.html_url,
            headSha: merged.head.sha,
            comment: comment?.body,
        };
    }
    catch (error) {
        const status = (0,client/* statusOf */.c)(error);
        if ((status !== 403 && status !== 404) || isRateLimit(error))
            throw error;
        return 'refused';
    }
}
/** Finds the reviewed plan of this run's commit; of none without a token. */
function reviewedPlanFinder({ run: { owner, repo, sha }, token, apiUrl }) {
    return async () => {
        if (apiUrl === undefined || token === '')
            return undefined;
        return await findReviewedPlan({ octokit: (0,client.createClient)({ token, apiUrl }), owner, repo, sha });
    };
}

// EXTERNAL MODULE: ./lib/host/session.js + 2 modules
var session = __webpack_require__(9410);
;// CONCATENATED MODULE: ./lib/action.js












/** The action: inputs in, one command, then summary, comment, annotations and outputs. */
async function action() {
    const secrets = (0,known_secrets/* createKnownSecrets */.b)(lib_core/* setSecret */.Pq);
    const token = lib_core/* getInput */.V4('github-token');
    const sshKey = lib_core/* getInput */.V4('ssh-key');
    secrets.add(...[token, sshKey].filter((value) => value !== ''));
    const logger = (0,github_logger/* createActionsLogger */.Ml)(secrets.redact);
    const command = lib_core/* getInput */.V4('command', { required: true });
    if (!(0,commands_run/* isCommand */.y9)(command)) {
        lib_core/* setFailed */.C1(`The input command is "${command}"; it can be ${commands_run/* COMMAND_NAMES */.nZ.join(', ')}.`);
        return;
    }
    const run = readRunContext({ env: process.env });
    const apiUrl = lib_core/* getInput */.V4('github-api-url') || run?.apiUrl;
    const report = await (0,commands_run/* runCommand */.d1)(command, {
        config: lib_core/* getInput */.V4('config') || 'gateway.yaml',
        files: (0,files/* filesIn */.n)(run?.workspace ?? process.cwd()),
        offline: flag('offline'),
        inputs: {
            ...action_text('target'),
            ...action_text('backup'),
            ...action_text('scope'),
            ...action_text('confirm'),
            force: flag('force'),
            undo: flag('undo'),
            fix: flag('fix'),
        },
        sshKey: sshKey === '' ? undefined : sshKey,
        env: process.env,
        logger,
        secrets,
        connect: session/* connect */.N,
        addressesOf: front_door/* addressesOf */.sO,
        now: () => new Date(),
        github: (0,lazy_client/* clientFor */.$)(token, apiUrl),
        ...(run?.eventName === 'push' ? { reviewed: reviewedPlanFinder({ run, token, apiUrl }) } : {}),
        record: deploymentRecorder({ run, token, apiUrl, command }),
        run: {
            holder: `${run?.actor ?? 'somebody'}, ${command} of ${run?.ref ?? 'an unknown ref'}`,
            url: run?.runUrl ?? 'a run without address',
        },
    });
    await publish({ report, run, token, apiUrl, secrets, logger });
}
function flag(name) {
    return lib_core/* getInput */.V4(name) !== '' && lib_core/* getBooleanInput */.Vt(name);
}
/** The input when it was given; an empty one is what GitHub passes for none. */
function action_text(name) {
    const value = lib_core/* getInput */.V4(name);
    return value === '' ? {} : { [name]: value };
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