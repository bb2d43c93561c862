"use strict";
exports.id = 264;
exports.ids = [264];
exports.modules = {

/***/ 2264:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   plan: () => (/* binding */ plan)
/* harmony export */ });
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2358);
/* harmony import */ var _host_observe_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3834);
/* harmony import */ var _plan_change_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(796);
/* harmony import */ var _plan_costs_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6328);
/* harmony import */ var _plan_diff_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5313);
/* harmony import */ var _plan_markdown_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8561);
/* harmony import */ var _plan_wording_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7986);
/* harmony import */ var _host_of_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3743);
/* harmony import */ var _machine_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6843);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(2593);










/** Validates the declaration, then says what it would change on the running gateway. Changes nothing. */
async function plan(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    if (context.offline) {
        const note = '\n\nThe gateway was not asked: this run is offline, so only the files were checked.';
        const markdown = (0,_plan_markdown_js__WEBPACK_IMPORTED_MODULE_5__/* .problemsMarkdown */ .K)(desired.warnings, desired.file) + note;
        return {
            command: 'plan',
            plan: undefined,
            applied: undefined,
            problems: desired.warnings,
            markdown,
            failed: false,
            cost: undefined,
        };
    }
    const secrets = (0,_values_js__WEBPACK_IMPORTED_MODULE_9__/* .valuesFor */ .E)(desired, context);
    const machine = await (0,_machine_js__WEBPACK_IMPORTED_MODULE_8__/* .machineChanges */ .To)(desired, context);
    const tell = (observed, cost) => {
        const differs = (0,_plan_diff_js__WEBPACK_IMPORTED_MODULE_4__/* .diff */ .U)(desired, observed, context.now());
        const found = { ...differs, changes: [...machine.changes, ...differs.changes] };
        for (const line of (0,_plan_wording_js__WEBPACK_IMPORTED_MODULE_6__/* .planLines */ .HN)(found, _plan_change_js__WEBPACK_IMPORTED_MODULE_2__/* .title */ .DD))
            context.logger.info(line);
        return {
            command: 'plan',
            plan: found,
            applied: undefined,
            problems: desired.warnings,
            markdown: (0,_plan_markdown_js__WEBPACK_IMPORTED_MODULE_5__/* .planMarkdown */ .X)(found, { file: desired.file }),
            failed: false,
            cost,
        };
    };
    if (machine.missing)
        return tell(undefined, undefined);
    const session = await (0,_host_of_js__WEBPACK_IMPORTED_MODULE_7__/* .connectTo */ .m6)(desired, context, 'look');
    try {
        const observed = await (0,_host_observe_js__WEBPACK_IMPORTED_MODULE_1__/* .observe */ .l)(session, {
            manifest: (0,_host_of_js__WEBPACK_IMPORTED_MODULE_7__/* .manifestOf */ .$V)(desired),
            image: desired.gateway.litellm.image,
            secrets,
            owners: desired.budgets,
            prices: (0,_plan_costs_js__WEBPACK_IMPORTED_MODULE_3__/* .pricedTargets */ .aS)(desired),
        });
        return tell(observed, session.stats);
    }
    finally {
        session.close();
    }
}


/***/ })

};
;