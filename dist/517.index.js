"use strict";
exports.id = 517;
exports.ids = [517];
exports.modules = {

/***/ 517:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   destroy: () => (/* binding */ destroy)
/* harmony export */ });
/* harmony import */ var _config_desired_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2358);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7504);
/* harmony import */ var _machine_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6843);



/** Removes the machine that deploy made, with its disks. Asks for its name, and leaves alone what it did not make. */
async function destroy(context) {
    const desired = (0,_config_desired_js__WEBPACK_IMPORTED_MODULE_0__/* .loadDesired */ .f)(context.config, context.files);
    const provider = await (0,_machine_js__WEBPACK_IMPORTED_MODULE_2__/* .providerOf */ .lc)(desired, context);
    if (provider === undefined)
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh(`${desired.file} declares a machine that stands already (vm.ssh). What was not made here is not destroyed here.`);
    const before = await provider.observe();
    const name = (0,_machine_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOf */ .Vb)(desired);
    await provider.destroy(context.inputs.confirm ?? '', (text) => context.logger.info(`  ${text}`));
    const after = await provider.observe();
    if (after.id !== null)
        throw new _host_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostError */ .dh(`${name} is still there as ${after.id}. Run destroy again.`);
    const said = before.id === null
        ? `There is no machine ${name}; nothing was removed.`
        : `${name} (${before.id}) and its disks are gone.`;
    context.logger.info(said);
    return {
        command: 'destroy',
        plan: undefined,
        applied: undefined,
        problems: desired.warnings,
        markdown: ['### `destroy` done', '', said].join('\n'),
        failed: false,
        cost: undefined,
    };
}


/***/ })

};
;