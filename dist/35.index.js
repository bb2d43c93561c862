"use strict";
exports.id = 35;
exports.ids = [35];
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

/***/ 4035:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   rollback: () => (/* binding */ rollback)
/* harmony export */ });
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2055);
/* harmony import */ var _host_rollout_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1138);
/* harmony import */ var _apply_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8293);
/* harmony import */ var _host_of_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6753);
/* harmony import */ var _recorded_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2699);
/* harmony import */ var _with_lease_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7771);






/** Serves again what an earlier release served, without losing a request; the repository is left behind until it says the same. */
async function rollback(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    const { target, force = false } = context.inputs;
    const session = await (0,_host_of_js__WEBPACK_IMPORTED_MODULE_2__/* .connectTo */ .m6)(desired, context, 'change');
    try {
        const apply = ({ run }) => (0,_host_rollout_js__WEBPACK_IMPORTED_MODULE_4__/* .rollback */ .dU)(session, { run, force, ...(target === undefined ? {} : { to: target }) }, { onEvent: (0,_apply_js__WEBPACK_IMPORTED_MODULE_1__/* .progress */ .qB)(context) });
        const { outcome, release, previous, to } = await (0,_recorded_js__WEBPACK_IMPORTED_MODULE_5__/* .recorded */ .t)(desired.gateway.domain, context, async () => await (0,_with_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .withLease */ .p)(session, context, apply));
        const said = outcome === 'unchanged'
            ? `The release ${release} serves already what ${to} served; nothing was changed.`
            : `What the release ${to} served is served again, as ${release}; ${previous} was served before.`;
        const next = `${desired.file} still says otherwise: revert the change there too, or the next sync makes it again.`;
        context.logger.info(said);
        context.logger.warning(next);
        return {
            command: 'rollback',
            plan: undefined,
            applied: undefined,
            problems: desired.warnings,
            markdown: ['### `rollback` done', '', said, '', next].join('\n'),
            failed: false,
            cost: session.stats,
        };
    }
    finally {
        session.close();
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