"use strict";
exports.id = 931;
exports.ids = [931];
exports.modules = {

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