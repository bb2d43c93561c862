"use strict";
exports.id = 217;
exports.ids = [217,494];
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


/***/ }),

/***/ 3217:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  proxmoxProvider: () => (/* binding */ proxmoxProvider)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
;// CONCATENATED MODULE: ./lib/vm/host-key-pair.js

const TYPE = 'ssh-ed25519';
const BLOCK = 8;
const LINE = 70;
/** A new host key. Not by ssh2's generator: it drops a leading zero of the public key, and OpenSSH reads 1 in 256 of its keys not at all. */
function generateHostKey(comment) {
    return openSshPair((0,external_node_crypto_.generateKeyPairSync)('ed25519').privateKey, comment);
}
/** An Ed25519 key in OpenSSH's own format (PROTOCOL.key of OpenSSH). */
function openSshPair(key, comment) {
    const { d, x } = key.export({ format: 'jwk' });
    if (d === undefined || x === undefined)
        throw new TypeError('This is no private Ed25519 key.');
    const seed = Buffer.from(d, 'base64url');
    const point = Buffer.from(x, 'base64url');
    const publicPart = Buffer.concat([field(TYPE), field(point)]);
    const check = (0,external_node_crypto_.randomBytes)(4);
    const secret = Buffer.concat([
        check,
        check,
        publicPart,
        field(Buffer.concat([seed, point])),
        field(comment),
    ]);
    const padding = Buffer.from(Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, index) => index + 1));
    const whole = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        field('none'),
        field('none'),
        field(''),
        uint32(1),
        field(publicPart),
        field(Buffer.concat([secret, padding])),
    ]);
    const lines = whole.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
    return {
        private: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
        public: `${TYPE} ${publicPart.toString('base64')}`,
    };
}
function field(content) {
    const bytes = Buffer.from(content);
    return Buffer.concat([uint32(bytes.length), bytes]);
}
function uint32(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
}

// EXTERNAL MODULE: ./lib/vm/proxmox-api.js
var proxmox_api = __webpack_require__(3494);
;// CONCATENATED MODULE: ./lib/vm/proxmox-rights.js

/** What making, changing and removing a machine asks for, by the path it is asked on (PVE's API schema, 9.1). */
function rightsFor({ node, storage, imageStorage, bridge, }) {
    return [
        [
            '/vms',
            [
                'VM.Allocate',
                'VM.Audit',
                'VM.Config.CDROM',
                'VM.Config.CPU',
                'VM.Config.Disk',
                'VM.Config.HWType',
                'VM.Config.Memory',
                'VM.Config.Network',
                'VM.Config.Options',
                'VM.PowerMgmt',
            ],
        ],
        [`/storage/${storage}`, ['Datastore.AllocateSpace', 'Datastore.Audit']],
        [
            `/storage/${imageStorage}`,
            // Proxmox lets nobody delete a file without Datastore.Allocate: the seed with the private host key could not be taken back.
            ['Datastore.Allocate', 'Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'Datastore.Audit'],
        ],
        [`/nodes/${node}`, ['Sys.AccessNetwork']],
        [`/sdn/zones/localnetwork/${bridge}`, ['SDN.Use']],
    ];
}
/** Before anything is made: the token has every right that it will need. @throws HostError that names each one that lacks, with its path */
async function requireRights(api, places) {
    const held = await api.get('/access/permissions');
    const missing = rightsFor(places).flatMap(([path, rights]) => rights
        .filter((right) => !has(held, path, right) && !otherwise(held, right, places))
        .map((right) => `${right} on ${path}`));
    if (missing.length === 0)
        return;
    throw new errors/* HostError */.dh(`The Proxmox token lacks ${missing.length === 1 ? 'a right' : 'rights'}, and nothing was changed: ${missing.join(', ')}. ` +
        'Give them to the token itself (a token with privilege separation has none of its user’s), with propagation.');
}
/** Two rights can be held in another way, which Proxmox takes as well. */
function otherwise(held, right, { bridge }) {
    // What allowed downloads before there was a right of its own for it.
    if (right === 'Sys.AccessNetwork')
        return has(held, '/', 'Sys.Audit') && has(held, '/', 'Sys.Modify');
    // A bridge of software-defined networking lies in a zone of its own, which only the grant tells.
    if (right === 'SDN.Use')
        return Object.entries(held).some(([path, rights]) => /^\/sdn\/zones\/[^/]+\/([^/]+)$/.exec(path)?.[1] === bridge && rights['SDN.Use'] !== undefined);
    return false;
}
function has(held, path, right) {
    const parts = path.split('/').filter((part) => part !== '');
    for (let depth = parts.length; depth >= 0; depth -= 1) {
        const granted = held[`/${parts.slice(0, depth).join('/')}`]?.[right];
        if (granted === undefined)
            continue;
        return depth === parts.length || granted === 1;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/vm/iso9660.js
/** Size of a block on a CD. */
const iso9660_BLOCK = 2048;
/** The first sixteen blocks belong to whoever boots. */
const RESERVED = 16;
/**
 * A CD image (ISO 9660, ECMA-119, one folder) with the volume label `label`: what cloud-init's NoCloud looks for, and the one form
 * of file that Proxmox takes over its API. Names carry the `-` that ECMA-119 does not allow and that every reader takes.
 */
function isoImage(label, files, date) {
    const rootBlock = RESERVED + 2 + 2;
    let next = rootBlock + 1;
    const placed = files.map(({ name, content }) => {
        const block = next;
        next += Math.max(1, Math.ceil(content.length / iso9660_BLOCK));
        return { name: `${name.toUpperCase()};1`, content, block };
    });
    const image = Buffer.alloc(next * iso9660_BLOCK);
    const root = record('\0', rootBlock, iso9660_BLOCK, true, date);
    const volume = image.subarray(RESERVED * iso9660_BLOCK, (RESERVED + 1) * iso9660_BLOCK);
    volume.write('\x01CD001\x01', 0, 'latin1');
    volume.write(''.padEnd(32), 8);
    volume.write(label.padEnd(32), 40);
    both32(volume, 80, next);
    both16(volume, 120, 1);
    both16(volume, 124, 1);
    both16(volume, 128, iso9660_BLOCK);
    both32(volume, 132, 10);
    volume.writeUInt32LE(RESERVED + 2, 140);
    volume.writeUInt32BE(RESERVED + 3, 148);
    root.copy(volume, 156);
    volume.write(''.padEnd(128 * 4 + 37 * 3), 190);
    const stamp = `${date.toISOString().replace(/\D/g, '').slice(0, 16)}`;
    for (const offset of [813, 830, 864])
        volume.write(stamp, offset);
    volume.write('0'.repeat(16), 847);
    volume[881] = 1;
    const end = image.subarray((RESERVED + 1) * iso9660_BLOCK, (RESERVED + 2) * iso9660_BLOCK);
    end.write('\xffCD001\x01', 0, 'latin1');
    // The path tables know one folder, the root: one in each byte order.
    for (const [block, big] of [
        [RESERVED + 2, false],
        [RESERVED + 3, true],
    ]) {
        const table = image.subarray(block * iso9660_BLOCK);
        table[0] = 1;
        if (big)
            table.writeUInt32BE(rootBlock, 2);
        else
            table.writeUInt32LE(rootBlock, 2);
        if (big)
            table.writeUInt16BE(1, 6);
        else
            table.writeUInt16LE(1, 6);
    }
    const entries = [
        root,
        record('\x01', rootBlock, iso9660_BLOCK, true, date),
        ...placed
            .toSorted((one, other) => (one.name < other.name ? -1 : 1))
            .map(({ name, content, block }) => record(name, block, content.length, false, date)),
    ];
    Buffer.concat(entries).copy(image, rootBlock * iso9660_BLOCK);
    for (const { content, block } of placed)
        image.set(content, block * iso9660_BLOCK);
    return image;
}
function record(name, block, size, folder, date) {
    const length = 33 + name.length + (name.length % 2 === 0 ? 1 : 0);
    const bytes = Buffer.alloc(length);
    bytes[0] = length;
    both32(bytes, 2, block);
    both32(bytes, 10, size);
    const when = [
        date.getUTCFullYear() - 1900,
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
        0,
    ];
    bytes.set(when, 18);
    bytes[25] = folder ? 2 : 0;
    both16(bytes, 28, 1);
    bytes[32] = name.length;
    bytes.write(name, 33, 'latin1');
    return bytes;
}
function both16(bytes, offset, value) {
    bytes.writeUInt16LE(value, offset);
    bytes.writeUInt16BE(value, offset + 2);
}
function both32(bytes, offset, value) {
    bytes.writeUInt32LE(value, offset);
    bytes.writeUInt32BE(value, offset + 4);
}

;// CONCATENATED MODULE: ./lib/vm/seed.js

/** The CD from which a cloud image learns who it is (cloud-init's NoCloud). It holds the private host key: it is removed once it was read. */
function seedImage(options, date) {
    const { instanceId, hostname, user, authorizedKeys, hostKey, address, gateway, nameservers } = options;
    // JSON is YAML, and leaves nothing to quote.
    const userData = {
        hostname,
        manage_etc_hosts: true,
        ssh_pwauth: false,
        disable_root: true,
        ssh_deletekeys: true,
        // With keys given, cloud-init makes none of its own.
        ssh_keys: { ed25519_private: hostKey.private, ed25519_public: hostKey.public },
        users: [
            {
                name: user,
                lock_passwd: true,
                shell: '/bin/bash',
                sudo: 'ALL=(ALL) NOPASSWD:ALL',
                ssh_authorized_keys: authorizedKeys,
            },
        ],
        growpart: { mode: 'auto', devices: ['/'] },
        package_update: false,
    };
    const network = {
        version: 2,
        ethernets: {
            lan: {
                match: { name: 'e*' },
                addresses: [address],
                routes: [{ to: gateway.includes(':') ? '::/0' : '0.0.0.0/0', via: gateway }],
                nameservers: { addresses: nameservers },
            },
        },
    };
    const file = (name, text) => ({ name, content: Buffer.from(text) });
    return isoImage('cidata', [
        file('user-data', `#cloud-config\n${JSON.stringify(userData, undefined, 1)}\n`),
        file('meta-data', `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostname })}\n`),
        file('network-config', `${JSON.stringify(network, undefined, 1)}\n`),
    ], date);
}

;// CONCATENATED MODULE: ./lib/vm/proxmox.js






const TAG = 'litellm-gitops';
const MIB_PER_GIB = 1024;
const GIB = 1024 ** 3;
const OLDEST = [8, 4];
const DISK = 'scsi0';
const CDROM = 'ide2';
const NEXT_ID_TRIES = 5;
/** Of a machine whose configuration does not say it. */
const DEFAULTS = { cores: 1, memory: 512 };
/** A virtual machine on Proxmox VE, by its HTTP API alone. Ours is the one with our tag whose description names it. */
function proxmoxProvider(api, vm) {
    return new ProxmoxProvider(api, vm);
}
class ProxmoxProvider {
    #api;
    #vm;
    constructor(api, vm) {
        this.#api = api;
        this.#vm = vm;
    }
    async observe() {
        const found = await this.#find();
        return found === undefined
            ? { id: null, running: false, size: null, hostKey: null, pendingRestart: [] }
            : await this.#state(found);
    }
    async converge(wanted, onStep) {
        await this.#requireVersion();
        await requireRights(this.#api, this.#vm);
        let found = await this.#findEvenUnfinished(onStep);
        if (found === undefined) {
            await this.#fetchImage(onStep);
            await this.#create(wanted, onStep);
            found = await this.#find();
            if (found === undefined)
                throw new errors/* HostError */.dh(`Proxmox made ${this.#vm.name}, and shows no such machine. Run again.`);
        }
        await this.#unlocked(found);
        await this.#resize(found, wanted, onStep);
        if ((await this.#status(found)) !== 'running') {
            onStep(`start ${this.#vm.name}`);
            await this.#do(found, 'POST', '/status/start').catch(async (error) => {
                // The start of a run before this one may have come in between: what counts is that it runs.
                if (!(error instanceof proxmox_api.ProxmoxError) || (await this.#status(found)) !== 'running')
                    throw error;
            });
        }
        return await this.#state(found);
    }
    async forgetSeed(onStep) {
        const found = await this.#find();
        if (found === undefined)
            return;
        const config = await this.#config(found);
        if (String(config[CDROM] ?? '').includes(this.#seedFile())) {
            onStep('take out the CD with the first configuration');
            await this.#do(found, 'POST', '/config', { [CDROM]: 'none,media=cdrom' });
        }
        await this.#removeSeed();
    }
    async destroy(confirm, onStep) {
        const { name } = this.#vm;
        if (confirm !== name)
            throw new errors/* HostError */.dh(`To destroy ${name} and its disks, confirm with its name; got ${JSON.stringify(confirm)}. Nothing was removed.`);
        // A token that may not see a machine would find none, and this would pass for success.
        await requireRights(this.#api, this.#vm);
        const found = await this.#findEvenUnfinished(onStep);
        if (found === undefined) {
            const foreign = (await this.#resources()).find((one) => one.name === name);
            // The run before this one may have died between the machine and its seed.
            if (foreign === undefined)
                return await this.#removeSeed();
            throw new errors/* HostError */.dh(`The machine ${foreign.vmid} is called ${name} and was not made by litellm-gitops (it lacks the tag or the description). It is left alone.`);
        }
        await this.#unlocked(found);
        if ((await this.#status(found)) === 'running') {
            onStep(`stop ${name}`);
            await this.#do(found, 'POST', '/status/stop');
        }
        onStep(`remove ${name} and its disks`);
        const path = `/nodes/${found.node}/qemu/${found.vmid}`;
        // Not destroy-unreferenced-disks: a disk that only carries the number may be another cluster's, on a shared storage.
        await this.#api.task(found.node, await this.#api.delete(path, { purge: 1 }));
        await this.#removeSeed();
    }
    async #requireVersion() {
        const { version } = await this.#api.get('/version');
        const [major = 0, minor = 0] = version.split('.').map(Number);
        if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
            throw new errors/* HostError */.dh(`This is Proxmox VE ${version}; importing an image over its API needs ${OLDEST.join('.')} or newer.`);
    }
    async #resources() {
        return await this.#api.get('/cluster/resources', { type: 'vm' });
    }
    async #find() {
        const tagged = (await this.#resources()).filter(({ tags = '' }) => tags.split(/[;, ]/).includes(TAG));
        const ours = [];
        for (const one of tagged) {
            const { description = '' } = await this.#config(one);
            if (String(description).split('\n').includes(this.#mark()))
                ours.push(one);
        }
        if (ours.length > 1)
            throw new errors/* HostError */.dh(`There are ${ours.length} machines for ${this.#vm.name}: ${ours.map(({ vmid }) => vmid).join(', ')}. Remove the tag ${TAG} from those that are not the gateway.`);
        return ours[0];
    }
    /**
     * Finds ours also when a run that died left it being made: until its image is imported, Proxmox shows neither tag nor description,
     * and only the task tells of it. Holds: no second machine is made beside an unfinished first.
     */
    async #findEvenUnfinished(onStep) {
        const found = await this.#find();
        if (found !== undefined)
            return found;
        const { node, name } = this.#vm;
        const tasks = await this.#api.get(`/nodes/${node}/tasks`, {
            source: 'active',
            typefilter: 'qmcreate',
        });
        const running = tasks.filter(({ type, endtime }) => type === 'qmcreate' && endtime === undefined);
        for (const { upid, id } of running) {
            onStep(`wait for the machine ${id} on ${node}, which is being made and may be ${name}`);
            // How it ended shows in what stands then.
            await this.#api.ended(node, upid);
        }
        // Looked at even when nothing runs: it may have ended between the first look and the question for tasks.
        return await this.#find();
    }
    #mark() {
        return `litellm-gitops: ${this.#vm.name}`;
    }
    async #config({ node, vmid }) {
        return await this.#api.get(`/nodes/${node}/qemu/${vmid}/config`);
    }
    async #status({ node, vmid }) {
        return (await this.#api.get(`/nodes/${node}/qemu/${vmid}/status/current`)).status;
    }
    /** A machine that is still being made or backed up is locked: that ends by itself. */
    async #unlocked(found) {
        for (let looks = 0; looks < 120; looks += 1) {
            const { lock } = await this.#config(found);
            if (lock === undefined)
                return;
            if (looks === 119)
                throw new errors/* HostError */.dh(`The machine ${found.vmid} stays locked (${lock}). When nothing works on it any more: qm unlock ${found.vmid}.`);
            await this.#api.pause();
        }
    }
    async #fetchImage(onStep) {
        const { node, imageStorage, image } = this.#vm;
        if (await this.#has(this.#imageVolume()))
            return;
        onStep(`download ${image.url} to ${imageStorage}`);
        const upid = await this.#api.post(`/nodes/${node}/storage/${imageStorage}/download-url`, {
            content: 'import',
            filename: this.#imageFile(),
            url: image.url,
            checksum: image.checksum,
            'checksum-algorithm': image.algorithm,
        });
        await this.#api.task(node, upid);
    }
    async #has(volume) {
        const { node, imageStorage } = this.#vm;
        const held = await this.#api.get(`/nodes/${node}/storage/${imageStorage}/content`);
        return held.some(({ volid }) => volid === volume);
    }
    /** Named by its checksum: an image that is declared anew is another file. */
    #imageFile() {
        return `litellm-gitops-${this.#vm.image.checksum.slice(0, 16)}.qcow2`;
    }
    #imageVolume() {
        return `${this.#vm.imageStorage}:import/${this.#imageFile()}`;
    }
    #seedFile() {
        return `litellm-gitops-${this.#vm.name}.iso`;
    }
    async #removeSeed() {
        const { node, imageStorage } = this.#vm;
        const volume = `${imageStorage}:iso/${this.#seedFile()}`;
        if (!(await this.#has(volume)))
            return;
        const upid = await this.#api.delete(`/nodes/${node}/storage/${imageStorage}/content/${encodeURIComponent(volume)}`);
        await this.#api.task(node, upid);
    }
    async #create(wanted, onStep) {
        const { name, node, storage, imageStorage, bridge, vlan, address, gateway, nameservers } = this.#vm;
        const hostKey = generateHostKey(name);
        const seed = seedImage({
            instanceId: (0,external_node_crypto_.randomBytes)(8).toString('hex'),
            hostname: name.split('.')[0] ?? name,
            user: wanted.user,
            authorizedKeys: wanted.authorizedKeys,
            hostKey,
            address,
            gateway,
            nameservers,
        }, new Date());
        onStep('upload the first configuration, with a host key of its own');
        // The seed of a run that died holds a key that nobody knows; Proxmox overwrites no file.
        await this.#removeSeed();
        const checksum = (0,external_node_crypto_.createHash)('sha256').update(seed).digest('hex');
        await this.#api.upload(node, imageStorage, this.#seedFile(), seed, checksum);
        const parameters = {
            name,
            tags: TAG,
            description: [this.#mark(), `host key: ${hostKey.public}`].join('\n'),
            ostype: 'l26',
            cores: wanted.size.vcpu,
            memory: wanted.size.memoryGiB * MIB_PER_GIB,
            cpu: 'x86-64-v2-AES',
            scsihw: 'virtio-scsi-single',
            [DISK]: `${storage}:0,import-from=${this.#imageVolume()},discard=on,iothread=1`,
            [CDROM]: `${imageStorage}:iso/${this.#seedFile()},media=cdrom`,
            net0: `virtio,bridge=${bridge}${vlan === undefined ? '' : `,tag=${vlan}`}`,
            serial0: 'socket',
            boot: `order=${DISK}`,
            onboot: 1,
        };
        for (let attempt = 1;; attempt += 1) {
            const vmid = Number(await this.#api.get('/cluster/nextid'));
            onStep(`create ${name} as ${vmid} on ${node}`);
            try {
                await this.#api.task(node, await this.#api.post(`/nodes/${node}/qemu`, { vmid, ...parameters }));
                return;
            }
            catch (error) {
                // Somebody else took the number between the two calls.
                if (!(error instanceof proxmox_api.ProxmoxError) ||
                    !/already exists/.test(error.message) ||
                    attempt === NEXT_ID_TRIES)
                    throw error;
            }
        }
    }
    async #resize(found, { size }, onStep) {
        const config = await this.#config(found);
        const changes = {};
        if (Number(config.cores ?? DEFAULTS.cores) !== size.vcpu)
            changes.cores = size.vcpu;
        if (Number(config.memory ?? DEFAULTS.memory) !== size.memoryGiB * MIB_PER_GIB)
            changes.memory = size.memoryGiB * MIB_PER_GIB;
        const pending = await this.#pending(found);
        const news = Object.entries(changes).filter(([name, value]) => Number(pending.get(name)) !== value);
        if (news.length > 0) {
            onStep(`give it ${news.map(([name, value]) => `${value} ${name === 'memory' ? 'MiB of memory' : 'vCPU'}`).join(', ')}`);
            await this.#do(found, 'POST', '/config', Object.fromEntries(news));
        }
        const has = diskBytes(String(config[DISK] ?? ''));
        if (has !== undefined && has < size.diskGiB * GIB) {
            onStep(`grow its disk to ${size.diskGiB} GiB`);
            await this.#do(found, 'PUT', '/resize', { disk: DISK, size: `${size.diskGiB}G` });
        }
    }
    async #pending({ node, vmid }) {
        const all = await this.#api.get(`/nodes/${node}/qemu/${vmid}/pending`);
        return new Map(all.flatMap(({ key, pending }) => (pending === undefined ? [] : [[key, pending]])));
    }
    async #do({ node, vmid }, method, what, parameters = {}) {
        const path = `/nodes/${node}/qemu/${vmid}${what}`;
        const upid = method === 'POST'
            ? await this.#api.post(path, parameters)
            : await this.#api.put(path, parameters);
        await this.#api.task(node, upid);
    }
    async #state(found) {
        const config = await this.#config(found);
        const pending = await this.#pending(found);
        const line = String(config.description ?? '')
            .split('\n')
            .find((one) => one.startsWith('host key: '));
        const declared = (name) => Number(pending.get(name) ?? config[name] ?? DEFAULTS[name]);
        return {
            id: `${found.node}/${found.vmid}`,
            running: (await this.#status(found)) === 'running',
            size: {
                vcpu: declared('cores'),
                memoryGiB: declared('memory') / MIB_PER_GIB,
                diskGiB: Math.floor((diskBytes(String(config[DISK] ?? '')) ?? 0) / GIB),
            },
            hostKey: line?.slice('host key: '.length) ?? null,
            pendingRestart: ['cores', 'memory'].filter((name) => pending.has(name)),
        };
    }
}
/** `storage:vm-101-disk-0,size=20G` → bytes. */
function diskBytes(drive) {
    const found = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)/.exec(drive);
    if (found === null)
        return undefined;
    const unit = { '': 1, K: 1024, M: 1024 ** 2, G: GIB, T: 1024 ** 4 }[found[2] ?? ''] ?? 1;
    return Number(found[1]) * unit;
}


/***/ })

};
;