"use strict";
exports.id = 333;
exports.ids = [333];
exports.modules = {

/***/ 5074:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E3: () => (/* binding */ drillBackup),
/* harmony export */   ay: () => (/* binding */ takeBackup),
/* harmony export */   dH: () => (/* binding */ restoreBackup),
/* harmony export */   gu: () => (/* binding */ verifyBackup),
/* harmony export */   iW: () => (/* binding */ SCOPES)
/* harmony export */ });
const SCOPES = ['database', 'configuration', 'all'];
/** Takes a backup. @throws HostProgramError `copy` (the backup stands, with `data.backup`, but not off-site), `database-dump`, `redis-down`, `repository-*`, `backup-password`, `disk-full`, `busy` */
async function takeBackup(session, input, options = {}) {
    return await session.run('backup', { ...input, kind: 'manual' }, options);
}
/** Restores a backup into a scratch place on the host and proves its content. What is not proven is in the result, not thrown. */
async function verifyBackup(session, input, options = {}) {
    return await session.run('verify', input, options);
}
/** Brings the gateway up from the off-site copy in a scratch place, by the clock. */
async function drillBackup(session, input, options = {}) {
    return await session.run('drill', input, options);
}
/**
 * Brings back a backup, or says what that would change when it is not confirmed.
 * @throws HostProgramError `no-backup`, `salt-key`, `schema-newer`, `server-older`, `foreign`, `damaged`, `content` (nothing was changed), `unhealthy` (what was there before is back), `no-undo`, `busy`
 */
async function restoreBackup(session, input, options = {}) {
    return await session.run('restore', input, options);
}


/***/ }),

/***/ 9345:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kw: () => (/* binding */ proofMarkdown),
/* harmony export */   Vd: () => (/* binding */ drillMarkdown),
/* harmony export */   Xg: () => (/* binding */ planMarkdown),
/* harmony export */   aX: () => (/* binding */ backupMarkdown),
/* harmony export */   qX: () => (/* binding */ restoredMarkdown)
/* harmony export */ });
const MIB = 1024 ** 2;
const MOST_TABLES = 20;
/** Markdown for people: what was backed up. Pure, as all of these. */
function backupMarkdown(result) {
    const { escrow } = result;
    const { snapshot, time, rows, tables, bytes, repositoryBytes, copied, expired, litellm } = result;
    return [
        '### Backup taken',
        '',
        '| | |',
        '| --- | --- |',
        `| backup | \`${snapshot.slice(0, 8)}\` of ${time} |`,
        `| database | ${number(rows)} rows in ${tables} tables, ${mib(bytes)} |`,
        `| LiteLLM | ${litellm ?? 'unknown'} |`,
        `| repository | ${repositoryBytes === null ? 'elsewhere' : mib(repositoryBytes)} |`,
        `| off-site copy | ${copied ? 'has it' : 'none is declared'} |`,
        `| removed | ${expired} |`,
        ...(escrow === null
            ? [
                '',
                'Keep `/etc/litellm/backup_password` of the host where two people find it: without it no backup can be read.',
            ]
            : [
                '',
                'The keys of the gateway, encrypted to those that `backup.escrow` names. Keep this outside of the host; `age --decrypt` opens it.',
                '',
                '```text',
                escrow.trim(),
                '```',
            ]),
    ].join('\n');
}
function proofMarkdown({ ok, reason, levels, source, snapshot, time, rows, seconds, }) {
    const what = snapshot === null
        ? `The ${source} holds no backup.`
        : `Backup \`${snapshot.slice(0, 8)}\` of ${time ?? 'unknown time'}, restored from the ${source} into a scratch place in ${seconds} s${rows === null ? '' : `: ${number(rows)} rows`}.`;
    return [
        ok ? '### Backup proven' : '### Backup NOT proven',
        '',
        what,
        ...(reason === null ? [] : ['', `**${cell(reason)}**`]),
        '',
        '| level | | seconds | |',
        '| --- | --- | ---: | --- |',
        ...levels.map((one) => `| ${one.level} ${one.name} | ${one.ok ? '✅' : '❌'} | ${one.seconds} | ${cell(one.detail ?? '')} |`),
    ].join('\n');
}
function drillMarkdown(report) {
    const { met, missed, rtoSeconds, rpoSeconds, targets, worstGapSeconds, loss, history } = report;
    const goal = (name, took, target) => `| ${name} | ${duration(took)} | ${duration(target)} | ${took <= target ? '✅' : '❌'} |`;
    return [
        met ? '### Drill: every target met' : '### Drill: targets missed',
        '',
        ...missed.map((text) => `- ${cell(text)}`),
        ...(missed.length > 0 ? [''] : []),
        '| | measured | target | |',
        '| --- | ---: | ---: | --- |',
        goal('RTO, from nothing to the first answer', rtoSeconds, targets.rtoSeconds),
        goal('RPO, age of the backup', rpoSeconds, targets.rpoSeconds),
        `| longest time between two backups | ${worstGapSeconds === null ? 'only one there is' : duration(worstGapSeconds)} | | |`,
        `| would be lost now | ${lossText(loss)} | | |`,
        '',
        proofMarkdown(report).replace(/^### /, '#### '),
        '',
        `Source: ${report.offSite ? 'the off-site copy' : 'the repository on the host itself, because no off-site copy is declared; whoever loses the host loses it too'}, opened with the password ${report.escrow ? 'from its escrow' : "on the host; give BACKUP_PASSWORD to prove the escrow's"}.`,
        `Not restored: ${report.notRestored.join('; ')}. Clean-up: ${report.cleanedUp ? 'done' : 'NOT complete'}.`,
        ...(history.length > 1 ? ['', ...chart(history)] : []),
    ].join('\n');
}
/** The last drills as a chart that GitHub draws. */
function chart(history) {
    const bars = history.map(({ rtoSeconds }) => Math.round(rtoSeconds));
    return [
        '```mermaid',
        'xychart-beta',
        '  title "RTO of the last drills, seconds"',
        `  x-axis [${history.map(({ time }) => `"${time.slice(5, 16).replace('T', ' ')}"`).join(', ')}]`,
        `  y-axis "seconds" 0 --> ${Math.max(...bars, 1)}`,
        `  bar [${bars.join(', ')}]`,
        '```',
    ];
}
/** What a restore would do, and how to have it done. */
function planMarkdown(plan, domain) {
    const tables = Object.entries(plan.tables);
    return [
        '### Restore planned, nothing done',
        '',
        `Backup \`${plan.snapshot.slice(0, 8)}\` of ${plan.time} (LiteLLM ${plan.litellm ?? 'unknown'}, ${number(plan.rows)} rows, from the ${plan.source}), scope \`${plan.scope}\`.`,
        '',
        `Lost would be: ${lossText(plan.newer)}.`,
        '',
        ...(tables.length === 0
            ? ['Every table has as many rows now as then.']
            : [
                '| table | rows now | rows then |',
                '| --- | ---: | ---: |',
                ...tables
                    .slice(0, MOST_TABLES)
                    .map(([name, [now, then]]) => `| ${cell(name)} | ${number(now)} | ${number(then)} |`),
                ...(tables.length > MOST_TABLES ? [`| … ${tables.length - MOST_TABLES} more | | |`] : []),
            ]),
        '',
        `To do it, give \`confirm: ${domain}\`. A safety backup is taken first, and \`undo\` brings back what was there.`,
    ].join('\n');
}
function restoredMarkdown(done) {
    const what = {
        restored: '### Restored',
        resumed: '### Restore brought to its end',
        undone: '### Restore undone',
    }[done.outcome];
    return [
        what,
        '',
        done.outcome === 'undone'
            ? `What was there before the restore of \`${done.snapshot.slice(0, 8)}\` is served again, by release ${done.release}.`
            : `Backup \`${done.snapshot.slice(0, 8)}\` of ${done.time} is served, scope \`${done.scope}\`, by release ${done.release}: every row was checked before, and every worker after.`,
        '',
        `The database that was live until then is kept on the host as \`${done.undo}\` until the next restore; \`undo\` exchanges the two.`,
    ].join('\n');
}
function lossText(loss) {
    if (loss === null)
        return 'unknown, the live database does not answer';
    return loss.requests === 0
        ? 'no request'
        : `${number(loss.requests)} requests that cost ${loss.spend.toFixed(2)} USD`;
}
/** `1 h 5 min`, `12 s`. */
function duration(seconds) {
    if (seconds < 120)
        return `${Math.round(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
function number(value) {
    return value.toLocaleString('en-US');
}
function mib(bytes) {
    return `${(bytes / MIB).toFixed(1)} MiB`;
}
/** Text from the host in one cell of a table. */
function cell(text) {
    return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}


/***/ }),

/***/ 4427:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ escrowedPassword)
/* harmony export */ });
/** The repository's password from where it is escrowed, as the step has it in BACKUP_PASSWORD; known as a secret from here on. */
function escrowedPassword({ env, secrets }) {
    const value = env.BACKUP_PASSWORD?.trim();
    if (value === undefined || value === '')
        return undefined;
    secrets.add(value);
    return value;
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

/***/ 2333:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   restore: () => (/* binding */ restore)
/* harmony export */ });
/* harmony import */ var _backup_programs_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5074);
/* harmony import */ var _backup_report_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9345);
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2358);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7504);
/* harmony import */ var _host_render_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8595);
/* harmony import */ var _apply_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8293);
/* harmony import */ var _backup_password_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4427);
/* harmony import */ var _host_of_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3743);
/* harmony import */ var _recorded_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2699);
/* harmony import */ var _with_lease_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7771);










/** Brings back a backup, with a safety backup first and an undo; without the domain as confirmation it only says what would change. */
async function restore(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    const { domain } = desired.gateway;
    const { backup, scope, confirm, undo = false } = context.inputs;
    if (confirm !== undefined && confirm !== domain)
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh(`confirm is "${confirm}"; type the domain of this gateway, ${domain}, or leave it out to see what would change.`);
    if (undo && (backup !== undefined || scope !== undefined))
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh('undo brings back what the last restore replaced; it takes neither backup nor scope.');
    const password = (0,_backup_password_js__WEBPACK_IMPORTED_MODULE_6__/* .escrowedPassword */ .S)(context);
    const input = {
        settings: (0,_host_render_js__WEBPACK_IMPORTED_MODULE_2__/* .hostBackupSettings */ .e)((0,_host_of_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestOf */ .$V)(desired)),
        undo,
        ...(backup === undefined ? {} : { backup }),
        ...(scope === undefined ? {} : { scope: scopeOf(scope) }),
        ...(password === undefined ? {} : { password }),
    };
    const session = await (0,_host_of_js__WEBPACK_IMPORTED_MODULE_4__/* .connectTo */ .m6)(desired, context, 'change');
    const report = (markdown, result) => ({
        command: 'restore',
        plan: undefined,
        applied: undefined,
        problems: desired.warnings,
        markdown,
        result,
        failed: false,
        cost: session.stats,
    });
    try {
        const run = (given) => (0,_backup_programs_js__WEBPACK_IMPORTED_MODULE_7__/* .restoreBackup */ .dH)(session, { ...input, ...given }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_3__/* .progress */ .qB)(context) });
        const result = confirm === undefined
            ? await run({ run: context.run.url })
            : await (0,_recorded_js__WEBPACK_IMPORTED_MODULE_8__/* .recorded */ .t)(domain, context, () => (0,_with_lease_js__WEBPACK_IMPORTED_MODULE_5__/* .withLease */ .p)(session, context, (lease) => run({ run: lease.run, confirm })));
        if (result.outcome !== 'planned') {
            context.logger.info(`${result.outcome}: ${result.snapshot.slice(0, 8)}; kept as ${result.undo}`);
            return report((0,_backup_report_js__WEBPACK_IMPORTED_MODULE_9__/* .restoredMarkdown */ .qX)(result), result);
        }
        context.logger.info(`Nothing was done. To do it, give confirm: ${domain}`);
        const said = 'snapshot' in result
            ? (0,_backup_report_js__WEBPACK_IMPORTED_MODULE_9__/* .planMarkdown */ .Xg)(result, domain)
            : `### Undo planned, nothing done\n\nThe database \`${result.undo}\` would be live again. To do it, give \`confirm: ${domain}\`.`;
        return report(said, result);
    }
    finally {
        session.close();
    }
}
function scopeOf(text) {
    const scope = _backup_programs_js__WEBPACK_IMPORTED_MODULE_7__/* .SCOPES */ .iW.find((one) => one === text);
    if (scope === undefined)
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh(`scope is "${text}"; it can be ${_backup_programs_js__WEBPACK_IMPORTED_MODULE_7__/* .SCOPES */ .iW.join(', ')}.`);
    return scope;
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


/***/ })

};
;