"use strict";
exports.id = 494;
exports.ids = [494];
exports.modules = {

/***/ 3494:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ProxmoxApi: () => (/* binding */ ProxmoxApi),
/* harmony export */   ProxmoxError: () => (/* binding */ ProxmoxError)
/* harmony export */ });
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _host_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7504);



/** Proxmox answered with an error; `status` is HTTP's, 0 for a task that failed or a connection that broke. */
class ProxmoxError extends _host_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .HostError */ .dh {
    name = 'ProxmoxError';
    status;
    constructor(message, status, options) {
        super(message, options);
        this.status = status;
    }
}
const TASK_MS = 30 * 60_000;
const LOG_LINES = 500;
/** Proxmox' HTTP API (8.4 or newer) with an API token. Nothing is tried again here: what was asked for may have happened. */
class ProxmoxApi {
    #options;
    #base;
    #port;
    constructor(options) {
        this.#options = options;
        this.#base = new URL(options.api);
        // A URL forgets :443, the port of an API behind a proxy; without any, Proxmox listens on its own.
        const said = this.#base.port === '' && /:443\/?$/.test(options.api) ? '443' : this.#base.port;
        this.#port = said === '' ? 8006 : Number(said);
    }
    async get(path, query = {}) {
        return (await this.#ask('GET', Object.keys(query).length === 0 ? path : `${path}?${form(query)}`));
    }
    async post(path, parameters = {}) {
        return (await this.#ask('POST', path, form(parameters)));
    }
    async put(path, parameters = {}) {
        return (await this.#ask('PUT', path, form(parameters)));
    }
    async delete(path, query = {}) {
        return (await this.#ask('DELETE', Object.keys(query).length === 0 ? path : `${path}?${form(query)}`));
    }
    /** Puts a file on a storage. The checksum is Proxmox' to compare. */
    async upload(node, storage, filename, content, sha256) {
        const boundary = `litellm-gitops-${sha256.slice(0, 24)}`;
        const field = (name, value) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
        const head = `${field('content', 'iso')}${field('checksum', sha256)}${field('checksum-algorithm', 'sha256')}--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
        const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
        const path = `/nodes/${node}/storage/${storage}/upload`;
        await this.task(node, (await this.#ask('POST', path, body, `multipart/form-data; boundary=${boundary}`)));
    }
    /** Waits until a task has ended. @throws ProxmoxError with the task's own reason and its last lines when it did not end well */
    async task(node, upid) {
        // Some calls do their work at once and name no task.
        if (typeof upid !== 'string' || !upid.startsWith('UPID:'))
            return;
        const exitstatus = await this.ended(node, upid);
        if (exitstatus === 'OK' || exitstatus.startsWith('WARNINGS'))
            return;
        const log = await this.get(`${taskPath(node, upid)}/log`, { limit: LOG_LINES }).catch(() => []);
        const kind = upid.split(':')[5] ?? 'task';
        const last = log.slice(-5).map(({ t }) => t);
        throw new ProxmoxError(`Proxmox' task ${kind} failed: ${exitstatus}. ${last.join(' | ')}`.trim(), 0);
    }
    /** Waits until a task has ended, well or not, and answers its exit status. */
    async ended(node, upid) {
        const deadline = Date.now() + TASK_MS;
        for (;;) {
            const { status, exitstatus = '' } = await this.get(`${taskPath(node, upid)}/status`);
            if (status === 'stopped')
                return exitstatus;
            if (Date.now() > deadline)
                throw new ProxmoxError(`Proxmox' task ${upid} did not end within ${TASK_MS / 60_000} minutes. Run again: it is waited for.`, 0);
            await this.pause();
        }
    }
    /** Lets Proxmox go on for a moment. */
    async pause() {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(this.#options.pollMs ?? 1000);
    }
    #ask(method, path, body, type = 'application/x-www-form-urlencoded') {
        const { token, fingerprint, timeoutMs = 60_000 } = this.#options;
        const what = `${method} ${path.split('?')[0]} at ${this.#base.host}`;
        return new Promise((resolve, reject) => {
            const fail = (cause) => reject(new ProxmoxError(`${what} did not work: ${cause.message}. Check that the address is right, that this runner reaches it, and that its certificate is trusted or pinned by fingerprint.`, 0, { cause }));
            const sent = (0,node_https__WEBPACK_IMPORTED_MODULE_0__.request)({
                host: this.#base.hostname.replace(/^\[|\]$/g, ''),
                port: this.#port,
                method,
                path: `/api2/json${path}`,
                timeout: timeoutMs,
                agent: false,
                // A pinned certificate is compared below, before a byte of ours is sent.
                rejectUnauthorized: fingerprint === undefined,
                headers: {
                    Authorization: `PVEAPIToken=${token}`,
                    ...(body === undefined
                        ? {}
                        : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }),
                },
            }, (response) => {
                const parts = [];
                response.on('data', (part) => parts.push(part));
                response.on('error', fail);
                response.on('end', () => {
                    const text = Buffer.concat(parts).toString();
                    const status = response.statusCode ?? 0;
                    const answer = parsed(text);
                    if (status >= 200 && status < 300 && answer !== undefined)
                        return resolve(answer.data);
                    reject(new ProxmoxError(`${what} answered ${status}: ${reasonIn(answer, response.statusMessage)}`, status));
                });
            });
            sent.on('timeout', () => sent.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)));
            sent.on('error', fail);
            const send = () => sent.end(body);
            if (fingerprint === undefined)
                return send();
            sent.on('socket', (socket) => socket.once('secureConnect', () => {
                const shown = socket.getPeerCertificate()
                    .fingerprint256;
                if (same(shown, fingerprint))
                    return send();
                sent.destroy(new Error(`it shows the certificate ${shown}, but ${fingerprint} is pinned`));
            }));
        });
    }
}
function taskPath(node, upid) {
    return `/nodes/${node}/tasks/${encodeURIComponent(upid)}`;
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function reasonIn(answer, otherwise) {
    const fields = Object.entries(answer?.errors ?? {}).map(([name, problem]) => `${name}: ${problem.trim()}`);
    return [answer?.message?.trim() ?? otherwise, ...fields].filter((part) => part).join('; ');
}
function form(parameters) {
    return Object.entries(parameters)
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&');
}
function same(one, other) {
    const plain = (text) => text.replaceAll(':', '').toUpperCase();
    return plain(one) === plain(other);
}


/***/ })

};
;