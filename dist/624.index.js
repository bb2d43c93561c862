"use strict";
exports.id = 624;
exports.ids = [624];
exports.modules = {

/***/ 6843:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Jy: () => (/* binding */ connectPatiently),
  Bm: () => (/* binding */ convergeMachine),
  ZK: () => (/* binding */ forgetSeed),
  v: () => (/* binding */ hostKeyOf),
  To: () => (/* binding */ machineChanges),
  Vb: () => (/* binding */ nameOf),
  lc: () => (/* binding */ providerOf)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/vm.js
var vm = __webpack_require__(4650);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
// EXTERNAL MODULE: ./lib/host/host-key.js
var host_key = __webpack_require__(6399);
;// CONCATENATED MODULE: ./lib/plan/vm.js
/** What `deploy` would make or change at the hypervisor. A disk never shrinks, so one that is larger than declared is no difference. */
function vmChanges({ id, running, size }, { name, size: wanted }) {
    const change = (action, detail) => ({
        kind: 'host',
        part: 'vm',
        action,
        name,
        detail,
    });
    if (id === null || size === null)
        return [
            change('create', `${wanted.vcpu} vCPU, ${wanted.memoryGiB} GiB of memory, ${wanted.diskGiB} GiB of disk`),
        ];
    const resized = [
        size.vcpu === wanted.vcpu ? '' : `${size.vcpu} → ${wanted.vcpu} vCPU with its next restart`,
        size.memoryGiB === wanted.memoryGiB
            ? ''
            : `${size.memoryGiB} → ${wanted.memoryGiB} GiB of memory with its next restart`,
        size.diskGiB >= wanted.diskGiB ? '' : `${size.diskGiB} → ${wanted.diskGiB} GiB of disk`,
    ].filter((text) => text !== '');
    return [
        ...(resized.length === 0 ? [] : [change('update', resized.join(', '))]),
        ...(running ? [] : [change('update', 'is stopped; deploy starts it')]),
    ];
}

;// CONCATENATED MODULE: ./lib/commands/machine.js






const FIRST_BOOT_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 5_000;
/** Who makes the declared machine; undefined when it stands already and only SSH is declared. @throws ConfigError without the token */
async function providerOf({ gateway, locate }, { env, secrets }) {
    const { proxmox } = gateway.vm;
    if (proxmox === undefined)
        return undefined;
    const token = env.PROXMOX_TOKEN?.trim();
    if (token === undefined || token === '') {
        throw new problem/* ConfigError */.x([
            {
                severity: 'error',
                code: 'proxmox-token',
                message: `the API of ${proxmox.api} is to be asked, but no token was given.`,
                fix: 'set PROXMOX_TOKEN in the environment of the step, from a secret, in the form user@realm!name=secret.',
                at: locate(['vm', 'proxmox']),
            },
        ]);
    }
    secrets.add(token);
    // Loaded when a hypervisor is declared: most runs have none.
    const [{ ProxmoxApi }, { proxmoxProvider }] = await Promise.all([
        __webpack_require__.e(/* import() */ 494).then(__webpack_require__.bind(__webpack_require__, 3494)),
        __webpack_require__.e(/* import() */ 217).then(__webpack_require__.bind(__webpack_require__, 3217)),
    ]);
    const { api, fingerprint } = proxmox;
    const client = new ProxmoxApi({ api, token, ...(fingerprint === undefined ? {} : { fingerprint }) });
    return proxmoxProvider(client, vmOf(proxmox, gateway.domain));
}
function vmOf(proxmox, domain) {
    const { node, storage, bridge, vlan, address, gateway, nameservers = [gateway], name = domain } = proxmox;
    const { url, sha256, sha512 } = proxmox.image;
    const sum = sha512 === undefined
        ? { checksum: sha256 ?? '', algorithm: 'sha256' }
        : { checksum: sha512, algorithm: 'sha512' };
    return {
        name,
        node,
        storage,
        imageStorage: proxmox.image_storage ?? 'local',
        bridge,
        ...(vlan === undefined ? {} : { vlan }),
        address,
        gateway,
        nameservers,
        image: { url, ...sum },
    };
}
/** The host key of a machine that a hypervisor made. @throws HostError before it was made */
async function hostKeyOf(desired, context) {
    const found = await (await providerOf(desired, context))?.observe();
    if (found?.hostKey)
        return found.hostKey;
    throw new errors/* HostError */.dh(`The machine ${desired.gateway.domain} is not made yet. Run the command deploy: it makes it.`);
}
/** What deploy would do at the hypervisor; `missing` while there is no machine to ask. */
async function machineChanges(desired, context) {
    const { proxmox } = desired.gateway.vm;
    if (proxmox?.host_key !== undefined && !context.env.PROXMOX_TOKEN) {
        context.logger.notice('No PROXMOX_TOKEN: the hypervisor was not asked for the size of the machine.');
        return { missing: false, changes: [] };
    }
    const state = await (await providerOf(desired, context))?.observe();
    if (state === undefined || proxmox === undefined)
        return { missing: false, changes: [] };
    const changes = vmChanges(state, { name: nameOf(desired), size: requireSize(desired) });
    if (state.id !== null && !state.running)
        throw new errors/* HostError */.dh(`The machine ${nameOf(desired)} is stopped, so nobody can be asked. Deploy starts it.`);
    return { missing: state.id === null, changes };
}
/**
 * Makes the machine where a hypervisor is declared, or brings it to its declared size, and reads back what stands then; undefined
 * where there is no hypervisor to ask.
 */
async function convergeMachine(desired, context) {
    const provider = await providerOf(desired, context);
    if (provider === undefined)
        return undefined;
    const wanted = { name: nameOf(desired), size: requireSize(desired) };
    const { user } = (0,vm/* reachOf */.x)(desired.gateway.vm);
    const authorizedKeys = [(0,host_key/* publicHalf */.h_)(context.sshKey ?? '')];
    const changes = vmChanges(await provider.observe(), wanted);
    const state = await provider.converge({ ...wanted, user, authorizedKeys }, (text) => context.logger.info(`  ${text}`));
    if (state.pendingRestart.length > 0)
        context.logger.warning(`${state.pendingRestart.join(' and ')} of ${wanted.name} change with its next restart.`);
    const left = vmChanges(state, wanted).map(({ detail }) => detail);
    const applied = changes.map((change) => left.length === 0
        ? { change, outcome: 'done' }
        : { change, outcome: 'failed', message: `read back: ${left.join('; ')}` });
    return { changes, applied };
}
/** What the machine is called at its hypervisor. */
function nameOf({ gateway }) {
    return gateway.vm.proxmox?.name ?? gateway.domain;
}
function requireSize({ size, locate }) {
    if (size !== undefined)
        return size;
    throw new problem/* ConfigError */.x([
        {
            severity: 'error',
            code: 'size',
            message: 'the machine is to be made, but nothing says how large.',
            fix: 'say users: 100, or size: {vcpu: 4, memory: 4GiB, disk: 20GiB}.',
            at: locate(['vm']),
        },
    ]);
}
/** Connects to a machine that may be booting for the first time. */
async function connectPatiently(connecting, { logger }) {
    const deadline = Date.now() + FIRST_BOOT_MS;
    for (let told = false;; told = true) {
        try {
            return await connecting();
        }
        catch (error) {
            if (!(error instanceof errors/* HostUnreachableError */.Zt) || Date.now() > deadline)
                throw error;
            if (!told)
                logger.info('  the machine boots; waiting for its SSH');
            await (0,promises_.setTimeout)(LOOK_AGAIN_MS);
        }
    }
}
/** Takes back what a new machine was told at its birth, now that it was reached: its private host key. */
async function forgetSeed(desired, context) {
    await (await providerOf(desired, context))?.forgetSeed((text) => context.logger.info(`  ${text}`));
}


/***/ }),

/***/ 7957:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GH: () => (/* binding */ backupOf),
/* harmony export */   If: () => (/* binding */ backupSchema),
/* harmony export */   eC: () => (/* binding */ drillTargets),
/* harmony export */   nu: () => (/* binding */ DEFAULT_REPOSITORY)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2047);

const DEFAULT_REPOSITORY = '/var/backups/litellm';
const DEFAULTS = { at: '02:00', keep: '30d' };
/** The proof follows the backup by this long; both take minutes. */
const VERIFY_MINUTES = 60;
const REFERENCE = /^os\.environ\/[A-Za-z_][A-Za-z0-9_]*$/;
const reference = zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().regex(REFERENCE, 'want a reference such as os.environ/BACKUP_S3_KEY');
/** A folder of the machine, or a place in restic's own words. Nothing in it may be taken for an option or a second word. */
const place = zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
    .regex(/^(\/[^\s"'\\]*|(s3|sftp|rest|b2|azure|gs|swift):[^\s"'\\-][^\s"'\\]*)$/, 'want a folder such as /var/backups/litellm, or a place such as s3:https://s3.example/bucket/litellm, sftp:user@host:/folder or rest:https://host/litellm');
const duration = zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
    .regex(/^[1-9]\d{0,4}(m|h|d)$/, 'want minutes, hours or days, such as 30m, 26h or 2d');
const backupSchema = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    at: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'want a time such as "02:00"')
        .optional()
        .describe('When each day, in UTC; 02:00 when left out.'),
    keep: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^[1-9]\d{0,3}d$/, 'want days, such as 30d')
        .optional()
        .describe('So many days that have a backup are kept; 30d when left out. The newest proven one always is.'),
    repository: place.optional().describe('Where backups go first; /var/backups/litellm when left out.'),
    copy_to: place
        .optional()
        .describe('A second repository, on another machine, that each backup is copied to.'),
    copy_host_key: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?$/, 'want a public host key')
        .optional()
        .describe('The public host key of the machine that copy_to names by sftp: "ssh-ed25519 AAAA…".'),
    environment: zod__WEBPACK_IMPORTED_MODULE_0__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().regex(/^[A-Z][A-Z0-9_]*$/, "want a variable of restic's, such as AWS_ACCESS_KEY_ID"), reference)
        .optional()
        .describe('What the storage needs, such as AWS_ACCESS_KEY_ID: os.environ/BACKUP_S3_ID.'),
    escrow: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .regex(/^(age1[a-z0-9]{50,}|ssh-(ed25519|rsa) [A-Za-z0-9+/]+=*)$/, 'want an age1… or ssh-… public key'))
        .min(1)
        .optional()
        .describe('Public keys of age, of two people at least: each backup answers the keys of the gateway encrypted to them.'),
    rto: duration.optional().describe('How long a drill may take to the first answer; 30m when left out.'),
    rpo: duration.optional().describe('How old the newest backup may be; 26h when left out.'),
    heartbeat: reference
        .optional()
        .describe('An address that is called after each complete backup, so that somebody notices when that stops.'),
});
/** The declared backups with their defaults: there is no gateway without. Pure. */
function backupOf({ backup = {} }) {
    const at = backup.at ?? DEFAULTS.at;
    const { copy_to: copyTo, copy_host_key: hostKey, heartbeat } = backup;
    return {
        at,
        verifyAt: later(at, VERIFY_MINUTES),
        keepDays: Number.parseInt(backup.keep ?? DEFAULTS.keep, 10),
        repository: backup.repository ?? DEFAULT_REPOSITORY,
        ...(copyTo === undefined ? {} : { copyTo }),
        ...(copyTo === undefined || hostKey === undefined ? {} : { knownHost: knownHost(copyTo, hostKey) }),
        environment: Object.fromEntries(Object.entries(backup.environment ?? {}).map(([variable, value]) => [variable, nameIn(value)])),
        ...(heartbeat === undefined ? {} : { heartbeat: nameIn(heartbeat) }),
        ...(backup.escrow === undefined ? {} : { escrow: backup.escrow }),
    };
}
/** How fast and how fresh a drill has to find the backups. */
function drillTargets({ backup = {} }) {
    return { rtoSeconds: seconds(backup.rto ?? '30m'), rpoSeconds: seconds(backup.rpo ?? '26h') };
}
function seconds(text) {
    const unit = { m: 60, h: 3600, d: 86_400 }[text.slice(-1)] ?? Number.NaN;
    return Number.parseInt(text, 10) * unit;
}
function nameIn(text) {
    return text.slice('os.environ/'.length);
}
function later(at, minutes) {
    const [hours = 0, minute = 0] = at.split(':').map(Number);
    const total = (hours * 60 + minute + minutes) % (24 * 60);
    return [Math.floor(total / 60), total % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
/** `sftp:user@host:/folder` and `sftp://user@host:port//folder` are restic's two forms. */
function knownHost(place, key) {
    const url = /^sftp:\/\/(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\//.exec(place);
    const plain = /^sftp:(?:[^@:/]+@)?(\[[^\]]+\]|[^:/]+):/.exec(place);
    const host = (url?.[1] ?? plain?.[1] ?? '').replace(/^\[(.*)\]$/, '$1');
    const port = url?.[2];
    return `${port === undefined || port === '22' ? host : `[${host}]:${port}`} ${key.trim()}`;
}


/***/ }),

/***/ 2358:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  F: () => (/* binding */ HOST_VARIABLES),
  f: () => (/* binding */ loadDesired)
});

// EXTERNAL MODULE: ./lib/config/budgets.js
var budgets = __webpack_require__(6909);
// EXTERNAL MODULE: ./lib/config/litellm-config.js
var litellm_config = __webpack_require__(6871);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/secrets.js
var secrets = __webpack_require__(9082);
;// CONCATENATED MODULE: ./lib/config/sizing.js
/** The sizing table of the README. */
const TABLE = [
    { upTo: 100, size: { vcpu: 4, memoryGiB: 4, diskGiB: 20 } },
    { upTo: 250, size: { vcpu: 4, memoryGiB: 8, diskGiB: 30 } },
    { upTo: Number.POSITIVE_INFINITY, size: { vcpu: 8, memoryGiB: 16, diskGiB: 50 } },
];
/** The machine for so many people: the first row of the table that holds them. */
function sizeFor(users) {
    for (const { upTo, size } of TABLE)
        if (users <= upTo)
            return size;
    throw new RangeError(`not a number of users: ${users}`);
}

// EXTERNAL MODULE: ./lib/config/source.js
var config_source = __webpack_require__(5794);
// EXTERNAL MODULE: ./lib/config/validate.js + 5 modules
var validate = __webpack_require__(3997);
;// CONCATENATED MODULE: ./lib/config/desired.js







/** Names that the host sets for LiteLLM itself; a reference to one needs no value from the step. */
const HOST_VARIABLES = new Set([
    'DATABASE_URL',
    'REDIS_HOST',
    'REDIS_PORT',
    'REDIS_PASSWORD',
    'LITELLM_MASTER_KEY',
    'LITELLM_SALT_KEY',
]);
/** Reads, checks and completes the declaration. @throws ConfigError with every problem found */
function loadDesired(file, files) {
    const source = (0,config_source/* readSource */.o$)(file, files);
    const { gateway, problems } = (0,validate/* validate */.t)(source);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (gateway === undefined || errors.length > 0)
        throw new problem/* ConfigError */.x(problems);
    return {
        file,
        gateway,
        size: sizeOf(gateway),
        litellm: (0,litellm_config/* renderLitellmConfig */.UK)(gateway),
        budgets: (0,budgets/* desiredBudgets */.Fo)(gateway, source),
        secrets: secretsOf(source),
        warnings: problems,
        locate: (path) => source.locate(path),
    };
}
function sizeOf({ users, size }) {
    if (size !== undefined)
        return {
            vcpu: size.vcpu,
            memoryGiB: Number.parseInt(size.memory, 10),
            diskGiB: Number.parseInt(size.disk, 10),
        };
    return users === undefined ? undefined : sizeFor(users);
}
function secretsOf(source) {
    const first = new Map();
    for (const { name, path } of (0,secrets/* findSecrets */.d)(source.value).references) {
        if (!HOST_VARIABLES.has(name) && !first.has(name))
            first.set(name, { name, at: source.locate(path) });
    }
    return [...first.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}


/***/ }),

/***/ 331:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ firewallOf),
/* harmony export */   m: () => (/* binding */ firewallSchema)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2047);


/** Addresses of networks that are reached from inside only: RFC 1918, shared and link-local ones, and their IPv6 kin. */
const PRIVATE = [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
];
const ANY = ['0.0.0.0/0', '::/0'];
const network = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
    .refine(isNetwork, 'want an address or a network such as 10.0.0.0/8 or 2001:db8::/32');
const from = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['any', 'private', 'none']), zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(network).min(1)]);
const firewallSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([
    zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz('off'),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
        ssh: from.optional().describe('Who may reach sshd; any when left out.'),
        https: from
            .optional()
            .describe('Who may reach ports 80 and 443; any when left out and Caddy terminates TLS.'),
        port_4000: from
            .optional()
            .describe('Who may reach plain HTTP on port 4000; private networks when left out, any behind an external proxy.'),
    }),
])
    .describe('Who may connect to the machine; all else is dropped. off: the site has its own.');
/** The declared firewall with its defaults; undefined when it is off. */
function firewallOf(declared, front) {
    if (declared === 'off')
        return undefined;
    const terminates = front.proxy === 'caddy' && front.tls !== 'off';
    return {
        ssh: networks(declared?.ssh ?? 'any'),
        https: networks(declared?.https ?? (terminates ? 'any' : 'none')),
        gateway: networks(declared?.port_4000 ?? (front.proxy === 'external' ? 'any' : 'private')),
    };
}
function networks(from) {
    if (from === 'any')
        return ANY;
    if (from === 'private')
        return PRIVATE;
    return from === 'none' ? [] : from;
}
function isNetwork(text) {
    const [address = '', length, ...rest] = text.split('/');
    const bits = { 4: 32, 6: 128 }[(0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address)];
    if (bits === undefined || rest.length > 0)
        return false;
    return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}


/***/ }),

/***/ 6871:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OX: () => (/* binding */ userSections),
/* harmony export */   UK: () => (/* binding */ renderLitellmConfig),
/* harmony export */   Vw: () => (/* binding */ litellmConfigText)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _budgets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6909);
/* harmony import */ var _model_id_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2602);
/* harmony import */ var _source_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5794);




/** The host's PostgreSQL allows for this many connections from each worker of both slots. */
const CONNECTIONS_PER_WORKER = 10;
const REDIS = {
    host: 'os.environ/REDIS_HOST',
    port: 'os.environ/REDIS_PORT',
    password: 'os.environ/REDIS_PASSWORD',
};
/** LiteLLM's config.yaml as data: the user's sections verbatim, a stable id for each model, and the host's own database and Redis. Pure. */
function renderLitellmConfig(gateway) {
    const ids = (0,_model_id_js__WEBPACK_IMPORTED_MODULE_2__/* .modelIds */ .K)(gateway.model_list);
    const providers = (0,_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .providerBudgetConfig */ .hT)(gateway);
    const { router_settings, litellm_settings, general_settings, environment_variables, credential_list } = gateway;
    return {
        model_list: gateway.model_list.map(({ model_name, litellm_params, model_info }, index) => ({
            model_name,
            litellm_params,
            model_info: { ...model_info, id: ids[index] ?? '' },
        })),
        // Four workers share limits and cool-downs through Redis, or each counts for itself.
        router_settings: {
            ...ownRedis(router_settings ?? {}, 'redis_'),
            ...router_settings,
            ...(providers === undefined ? {} : { provider_budget_config: providers }),
        },
        litellm_settings: withCache(litellm_settings ?? {}),
        general_settings: {
            database_connection_pool_limit: CONNECTIONS_PER_WORKER,
            ...general_settings,
            master_key: 'os.environ/LITELLM_MASTER_KEY',
            database_url: 'os.environ/DATABASE_URL',
        },
        ...(environment_variables ? { environment_variables } : {}),
        ...(credential_list ? { credential_list } : {}),
    };
}
/** Our Redis, unless the user points to one. */
function ownRedis(settings, prefix) {
    const names = ['host', 'url', 'startup_nodes', 'sentinel_nodes'].map((name) => prefix + name);
    if (names.some((name) => settings[name] !== undefined) || settings.redis_startup_nodes !== undefined)
        return {};
    return Object.fromEntries(Object.entries(REDIS).map(([name, value]) => [prefix + name, value]));
}
function withCache(settings) {
    const params = settings.cache_params;
    const given = (0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(params) ? params : {};
    // `cache: true` alone means Redis to LiteLLM.
    if (settings.cache !== true || (given.type ?? 'redis') !== 'redis')
        return { ...settings };
    return { ...settings, cache_params: { type: 'redis', ...ownRedis(given, ''), ...given } };
}
/** What of a configuration a user would have written: without what {@link renderLitellmConfig} adds, which it adds again. Pure. */
function userSections(config) {
    const dropped = [];
    const without = (section, path, own) => {
        if (!(0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(section))
            return section;
        const left = Object.entries(section).filter(([key, value]) => {
            if (!Object.hasOwn(own, key) || (own[key] !== ANY && own[key] !== value))
                return true;
            dropped.push({ path: `${path}.${key}`, why: HOST });
            return false;
        });
        // A section that held nothing else was not the user's.
        return left.length === 0 && Object.keys(section).length > 0 ? undefined : Object.fromEntries(left);
    };
    // Beside another Redis the same variables mean another password.
    const redis = (section, prefix) => (0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(section) && section[`${prefix}host`] === REDIS.host
        ? Object.fromEntries(Object.entries(REDIS).map(([name, value]) => [prefix + name, value]))
        : {};
    const { litellm_settings, general_settings, router_settings } = config;
    const cache = (0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(litellm_settings) ? litellm_settings.cache_params : undefined;
    const sections = {
        ...config,
        router_settings: without(router_settings, 'router_settings', redis(router_settings, 'redis_')),
        litellm_settings: (0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(litellm_settings)
            ? {
                ...litellm_settings,
                ...((0,_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(cache)
                    ? { cache_params: without(cache, 'litellm_settings.cache_params', redis(cache, '')) }
                    : {}),
            }
            : litellm_settings,
        general_settings: without(general_settings, 'general_settings', {
            master_key: ANY,
            database_url: ANY,
            database_connection_pool_limit: CONNECTIONS_PER_WORKER,
        }),
    };
    return { sections, dropped };
}
const ANY = Symbol('whatever it is');
const HOST = 'the host makes and keeps it';
/** The text of config.yaml, quoted for YAML 1.1: LiteLLM's parser takes a bare `2024-10-21` for a date and `on` for true. */
function litellmConfigText(config) {
    return `# Written by litellm-gitops from the repository; changes made here are undone by the next sync.\n${(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .stringify */ .As)(config, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`;
}


/***/ }),

/***/ 2602:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ modelIds)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

/** What makes a deployment another one. Limits, prices and keys may change without it: statistics and cool-downs go on. */
const IDENTITY = [
    'model',
    'api_base',
    'base_url',
    'api_version',
    'region_name',
    'aws_region_name',
    'vertex_project',
    'vertex_location',
];
/**
 * The `model_info.id` of each deployment: the one that is written, or one made of what identifies it. LiteLLM would hash all
 * parameters with resolved keys, so that a rotated key makes another model; see `router.py`, `deployment_id`.
 */
function modelIds(models) {
    const seen = new Map();
    return models.map(({ model_name, litellm_params, model_info }) => {
        if (typeof model_info?.id === 'string')
            return model_info.id;
        const identity = JSON.stringify([model_name, ...IDENTITY.map((key) => litellm_params[key] ?? null)]);
        const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(identity).digest('hex').slice(0, 16);
        const count = (seen.get(hash) ?? 0) + 1;
        seen.set(hash, count);
        // The same deployment twice is legal (two keys of one provider); they are told apart by their order.
        return count === 1 ? hash : `${hash}-${count}`;
    });
}


/***/ }),

/***/ 9082:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ findSecrets)
/* harmony export */ });
/* harmony import */ var _source_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5794);

/** LiteLLM's own form of a reference: the value comes from this variable of the gateway's environment. */
const REFERENCE = /^os\.environ\/(.*)$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
// The same names and forms as in the host's redaction (files/agent/redaction.py): what is refused here is what is fingerprinted there.
const SECRET_NAME = /(^|_)(api_?key|key|secret|token|password|passwd|credentials?|authorization|private_key|dsn|connection_string)s?$/i;
const NOT_SECRET = /(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$/i;
// Eight characters at least behind the mark: a team may be called `pk-` or `sk-one`, and no provider's key is that short.
const SECRET_FORM = /^(?:(?:sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\S{8}|-----BEGIN )/;
const URL_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;
const HEADERS = new Set(['extra_headers', 'headers', 'default_headers']);
/** Finds every reference and every secret that is written out. Pure; values of secrets are never returned. */
function findSecrets(value) {
    const references = [];
    const malformed = [];
    const literals = [];
    walk(value, [], undefined, (path, text, why) => {
        const name = REFERENCE.exec(text)?.[1];
        if (name !== undefined)
            (VARIABLE.test(name) ? references : malformed).push({ name, path });
        else if (why !== undefined && text !== '')
            literals.push({ path, why });
        else if (SECRET_FORM.test(text))
            literals.push({ path, why: 'form' });
        else if (URL_PASSWORD.test(text))
            literals.push({ path, why: 'url' });
    });
    return { references, malformed, literals };
}
function walk(node, path, why, visit) {
    if (typeof node === 'string')
        visit(path, node, why);
    else if (Array.isArray(node))
        for (const [index, item] of node.entries())
            walk(item, [...path, index], why, visit);
    else if ((0,_source_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(node)) {
        for (const [key, item] of Object.entries(node))
            walk(item, [...path, key], why ?? secretBy(key, item), visit);
    }
}
function secretBy(name, value) {
    if (NOT_SECRET.test(name) || name === 'environment_variables' || name === 'keys')
        return undefined;
    // Whoever writes headers by hand writes secrets there.
    if ((0,_source_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value))
        return HEADERS.has(name) ? 'header' : undefined;
    return SECRET_NAME.test(name) ? 'name' : undefined;
}


/***/ }),

/***/ 3997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  L: () => (/* binding */ pathText),
  t: () => (/* binding */ validate)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/core/json-schema-processors.js
var json_schema_processors = __webpack_require__(8439);
// EXTERNAL MODULE: ./lib/config/backup.js
var backup = __webpack_require__(7957);
// EXTERNAL MODULE: ./lib/config/budgets.js
var budgets = __webpack_require__(6909);
;// CONCATENATED MODULE: ./lib/config/litellm-keys.json
const litellm_keys_namespaceObject = /*#__PURE__*/JSON.parse('{"rE":"1.106.2","r5":["a2a","a2a_agent","ai21","ai21_chat","aiml","aiohttp_openai","amazon_nova","anthropic","anthropic_text","apertis","assemblyai","auto_router","aws_polly","aws_textract","azure","azure_ai","azure_speech","azure_text","baseten","bedrock","bedrock_mantle","black_forest_labs","bytez","cerebras","charity_engine","chatgpt","chutes","clarifai","cloudflare","codestral","cognition","cohere","cohere_chat","cometapi","compactifai","cortecs","cursor","custom","custom_openai","darkbloom","dashscope","databricks","datarobot","deepgram","deepinfra","deepseek","docker_model_runner","dotprompt","edenai","elevenlabs","empower","fal_ai","featherless_ai","fireworks_ai","friendliai","galadriel","gdc","gemini","gigachat","github","github_copilot","gradient_ai","groq","helicone","heroku","hosted_vllm","huggingface","humanloop","hyperbolic","inception","infinity","jina_ai","lambda_ai","langflow","langfuse","langgraph","lemonade","libertai","litellm_agent","litellm_proxy","llamafile","lm_studio","manus","maritalk","meta","meta_llama","milvus","minimax","mistral","modelscope","mongodb","moonshot","morph","nadir","nano-gpt","nebius","neosantara","nlp_cloud","novita","nscale","nvidia_nim","nvidia_riva","oci","ollama","ollama_chat","oobabooga","openai","openai_like","openrouter","ovhcloud","parasail","perplexity","petals","pg_vector","pinstripes","poe","predibase","prism","publicai","qwen_ai_platform","qwencloud","ragflow","recraft","reducto","reka","replicate","runwayml","s3_vectors","sagemaker","sagemaker_chat","sagemaker_nova","sail","sambanova","sap","scaleway","scx-ai","snowflake","soniox","stability","strands_decider","synthetic","tencent","tensormesh","text-completion-codestral","text-completion-inception","text-completion-openai","together_ai","topaz","transcribe","triton","typesafe","v0","valkey","vercel_ai_gateway","vertex_ai","vertex_ai_beta","vllm","volcengine","voyage","wandb","watsonx","watsonx_text","xai","xiaomi_mimo","xinference","zai"],"RZ":{"adaptive_router_config":"map","adaptive_router_default_model":"string","additional_drop_params":"any","allow_client_keepalive_override":"boolean","allowed_openai_params":"any","annotation_cost_per_page":"number","annotation_cost_per_page_batches":"number","anthropic_disable_workload_identity_federation":"boolean","anthropic_federation_rule_id":"string","anthropic_federation_workspace_id":"string","anthropic_identity_source":"string","anthropic_identity_token":"string","anthropic_identity_token_file":"string","anthropic_issuer_audience":"string","anthropic_issuer_signing_key_ref":"string","anthropic_issuer_subject":"string","anthropic_issuer_ttl_seconds":"number","anthropic_issuer_url":"string","anthropic_keycloak_auth_method":"string","anthropic_keycloak_client_id":"string","anthropic_keycloak_client_secret_ref":"string","anthropic_keycloak_scope":"string","anthropic_keycloak_token_url":"string","anthropic_organization_id":"string","anthropic_service_account_id":"string","api_base":"string","api_key":"string","api_version":"string","audio":"any","auto_router_config":"string","auto_router_config_path":"string","auto_router_default_model":"string","auto_router_embedding_model":"string","auto_router_max_input_chars":"number","auto_router_model_compression":"string","auto_router_routing_compression":"string","aws_access_key_id":"string","aws_batch_role_arn":"string","aws_bedrock_project_id":"string","aws_bedrock_runtime_endpoint":"string","aws_external_id":"string","aws_profile_name":"string","aws_region_name":"string","aws_role_name":"string","aws_secret_access_key":"string","aws_session_name":"string","aws_session_tags":"list","aws_session_token":"string","aws_sts_endpoint":"string","aws_web_identity_token":"string","azure_ad_token":"string","azure_password":"string","azure_scope":"string","azure_username":"string","base_url":"any","bedrock_tags":"list","bucket_name":"string","budget_duration":"string","cache_creation_input_audio_token_cost":"number","cache_creation_input_token_cost":"number","cache_creation_input_token_cost_above_100k_tokens":"number","cache_creation_input_token_cost_above_100k_tokens_batches":"number","cache_creation_input_token_cost_above_1hr":"number","cache_creation_input_token_cost_above_1hr_above_100k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens":"number","cache_creation_input_token_cost_above_272k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens_flex":"number","cache_creation_input_token_cost_above_272k_tokens_priority":"number","cache_creation_input_token_cost_above_272k_tokens_ultrafast":"number","cache_creation_input_token_cost_batches":"number","cache_creation_input_token_cost_flex":"number","cache_creation_input_token_cost_priority":"number","cache_creation_input_token_cost_ultrafast":"number","cache_read_input_audio_token_cost":"number","cache_read_input_image_token_cost":"number","cache_read_input_token_cost":"number","cache_read_input_token_cost_above_100k_tokens":"number","cache_read_input_token_cost_above_100k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens":"number","cache_read_input_token_cost_above_200k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens":"number","cache_read_input_token_cost_above_272k_tokens_batches":"number","cache_read_input_token_cost_above_272k_tokens_flex":"number","cache_read_input_token_cost_above_272k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens_ultrafast":"number","cache_read_input_token_cost_above_512k_tokens":"number","cache_read_input_token_cost_balanced":"number","cache_read_input_token_cost_batches":"number","cache_read_input_token_cost_flex":"number","cache_read_input_token_cost_priority":"number","cache_read_input_token_cost_ultrafast":"number","citation_cost_per_token":"number","client_id":"string","client_secret":"string","complexity_router_config":"map","complexity_router_default_model":"string","configurable_clientside_auth_params":"any","context_management":"any","cost_per_second":"number","custom_llm_provider":"string","default_api_key_rpm_limit":"number","default_api_key_tpm_limit":"number","default_headers":"any","deployment_id":"any","dimensions":"any","drop_params":"boolean|string","encoding_format":"any","extra_headers":"any","fireworks_forward_user_id":"boolean","frequency_penalty":"any","function_call":"any","functions":"any","gcs_bucket_name":"string","google_maps_grounding_cost_per_query":"number","include_server_side_tool_invocations":"any","input_cost_per_audio_per_second":"number","input_cost_per_audio_per_second_above_128k_tokens":"number","input_cost_per_audio_token":"number","input_cost_per_audio_token_batches":"number","input_cost_per_character":"number","input_cost_per_character_above_128k_tokens":"number","input_cost_per_image":"number","input_cost_per_image_above_128k_tokens":"number","input_cost_per_image_token":"number","input_cost_per_image_token_batches":"number","input_cost_per_pixel":"number","input_cost_per_query":"number","input_cost_per_second":"number","input_cost_per_token":"number","input_cost_per_token_above_100k_tokens":"number","input_cost_per_token_above_100k_tokens_batches":"number","input_cost_per_token_above_128k_tokens":"number","input_cost_per_token_above_200k_tokens":"number","input_cost_per_token_above_200k_tokens_batches":"number","input_cost_per_token_above_200k_tokens_priority":"number","input_cost_per_token_above_272k_tokens":"number","input_cost_per_token_above_272k_tokens_batches":"number","input_cost_per_token_above_272k_tokens_flex":"number","input_cost_per_token_above_272k_tokens_priority":"number","input_cost_per_token_above_272k_tokens_ultrafast":"number","input_cost_per_token_above_512k_tokens":"number","input_cost_per_token_balanced":"number","input_cost_per_token_batches":"number","input_cost_per_token_cache_hit":"number","input_cost_per_token_flex":"number","input_cost_per_token_priority":"number","input_cost_per_token_ultrafast":"number","input_cost_per_video_per_second":"number","input_cost_per_video_per_second_above_128k_tokens":"number","input_cost_per_video_per_second_above_15s_interval":"number","input_cost_per_video_per_second_above_8s_interval":"number","input_cost_per_video_token":"number","input_cost_per_video_token_batches":"number","itpm":"number","keepalive_seconds":"number","litellm_credential_name":"string","litellm_trace_id":"string","logit_bias":"any","logprobs":"any","max_budget":"number","max_completion_tokens":"any","max_file_size_mb":"number","max_retries":"number","max_tokens":"any","merge_reasoning_content_in_choices":"boolean","messages":"any","metadata":"any","milvus_db_name":"string","milvus_partition_names":"list","milvus_text_field":"string","mock_response":"any","modalities":"any","model":"string","model_config":"any","model_info":"map","n":"any","ocr_cost_per_credit":"number","ocr_cost_per_page":"number","ocr_cost_per_page_batches":"number","openai_identity_provider_id":"string","openai_identity_token_file":"string","openai_service_account_id":"string","organization":"string","otpm":"number","output_cost_per_audio_per_second":"number","output_cost_per_audio_token":"number","output_cost_per_character":"number","output_cost_per_character_above_128k_tokens":"number","output_cost_per_image":"number","output_cost_per_image_1024":"number","output_cost_per_image_1536":"number","output_cost_per_image_512":"number","output_cost_per_image_token":"number","output_cost_per_image_token_batches":"number","output_cost_per_pixel":"number","output_cost_per_reasoning_token":"number","output_cost_per_reasoning_token_flex":"number","output_cost_per_reasoning_token_priority":"number","output_cost_per_second":"number","output_cost_per_second_1080p":"number","output_cost_per_second_2k":"number","output_cost_per_second_480p":"number","output_cost_per_second_4k":"number","output_cost_per_second_720p":"number","output_cost_per_second_768p":"number","output_cost_per_token":"number","output_cost_per_token_above_100k_tokens":"number","output_cost_per_token_above_100k_tokens_batches":"number","output_cost_per_token_above_128k_tokens":"number","output_cost_per_token_above_200k_tokens":"number","output_cost_per_token_above_200k_tokens_batches":"number","output_cost_per_token_above_200k_tokens_priority":"number","output_cost_per_token_above_272k_tokens":"number","output_cost_per_token_above_272k_tokens_batches":"number","output_cost_per_token_above_272k_tokens_flex":"number","output_cost_per_token_above_272k_tokens_priority":"number","output_cost_per_token_above_272k_tokens_ultrafast":"number","output_cost_per_token_above_512k_tokens":"number","output_cost_per_token_balanced":"number","output_cost_per_token_batches":"number","output_cost_per_token_flex":"number","output_cost_per_token_priority":"number","output_cost_per_token_ultrafast":"number","output_cost_per_video_per_second":"number","output_cost_per_video_token":"number","output_vector_size":"number","parallel_tool_calls":"any","prediction":"any","presence_penalty":"any","prompt_cache_key":"any","prompt_cache_retention":"any","provider_affinity_header":"string","quality_router_config":"map","quality_router_default_model":"string","reasoning_effort":"any","region_name":"string","regional_endpoint_uplift_multiplier":"number","regional_processing_uplift_multiplier_eu":"number","regional_processing_uplift_multiplier_us":"number","request_timeout":"any","response_format":"any","rpm":"number","rust":"any","s3_access_key_id":"string","s3_bucket_name":"string","s3_bucket_owner":"string","s3_encryption_key_id":"string","s3_endpoint_url":"string","s3_output_bucket_name":"string","s3_region_name":"string","s3_secret_access_key":"string","safety_identifier":"any","search_context_cost_per_query":"map","seed":"any","self":"any","service_tier":"any","stop":"any","store":"any","stream":"any","stream_options":"any","stream_timeout":"number|string","stream_timeout_by_service_tier":"map","tag_regex":"list","tags":"list","temperature":"any","tenant_id":"string","thinking":"any","tiered_pricing":"list","timeout":"any","timeout_by_service_tier":"map","tool_choice":"any","tools":"any","top_logprobs":"any","top_p":"any","tpm":"number","use_chat_completions_api":"boolean","use_client":"any","use_in_pass_through":"boolean","use_litellm_proxy":"boolean","use_xai_oauth":"boolean","user":"any","valkey_embedding_field":"string","valkey_host":"string","valkey_password":"string","valkey_port":"number","valkey_ssl":"boolean","valkey_text_field":"string","vector_store_id":"string","verbosity":"any","vertex_credentials":"map|string","vertex_location":"string","vertex_project":"string","watsonx_region_name":"string","web_search_options":"any"},"nE":{"access_groups":"list","access_windows":"list","allow_fail_open":"boolean","annotation_cost_per_page":"number","annotation_cost_per_page_batches":"number","base_model":"string","bedrock_converse_supports_strict_tools":"any","bedrock_output_config_effort_ceiling":"any","blocked":"boolean","cache_creation_input_audio_token_cost":"number","cache_creation_input_token_cost":"number","cache_creation_input_token_cost_above_100k_tokens":"number","cache_creation_input_token_cost_above_100k_tokens_batches":"number","cache_creation_input_token_cost_above_1hr":"number","cache_creation_input_token_cost_above_1hr_above_100k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens":"number","cache_creation_input_token_cost_above_200k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens":"number","cache_creation_input_token_cost_above_272k_tokens_batches":"number","cache_creation_input_token_cost_above_272k_tokens_flex":"number","cache_creation_input_token_cost_above_272k_tokens_priority":"number","cache_creation_input_token_cost_above_272k_tokens_ultrafast":"number","cache_creation_input_token_cost_batches":"number","cache_creation_input_token_cost_flex":"number","cache_creation_input_token_cost_priority":"number","cache_creation_input_token_cost_ultrafast":"number","cache_read_input_audio_token_cost":"number","cache_read_input_image_token_cost":"number","cache_read_input_token_cost":"number","cache_read_input_token_cost_above_100k_tokens":"number","cache_read_input_token_cost_above_100k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens":"number","cache_read_input_token_cost_above_200k_tokens_batches":"number","cache_read_input_token_cost_above_200k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens":"number","cache_read_input_token_cost_above_272k_tokens_batches":"number","cache_read_input_token_cost_above_272k_tokens_flex":"number","cache_read_input_token_cost_above_272k_tokens_priority":"number","cache_read_input_token_cost_above_272k_tokens_ultrafast":"number","cache_read_input_token_cost_above_512k_tokens":"number","cache_read_input_token_cost_balanced":"number","cache_read_input_token_cost_batches":"number","cache_read_input_token_cost_flex":"number","cache_read_input_token_cost_priority":"number","cache_read_input_token_cost_ultrafast":"number","citation_cost_per_token":"number","cost_per_ptu_per_hour":"number","cost_per_second":"number","created_at":"any","created_by":"string","db_model":"boolean","default_reasoning_effort":"any","discoverable":"boolean","enable_tag_filtering":"boolean","google_maps_grounding_cost_per_query":"number","health_check_model":"string","id":"string","input_cost_per_audio_per_second":"number","input_cost_per_audio_per_second_above_128k_tokens":"number","input_cost_per_audio_token":"number","input_cost_per_audio_token_batches":"number","input_cost_per_character":"number","input_cost_per_character_above_128k_tokens":"number","input_cost_per_image":"number","input_cost_per_image_above_128k_tokens":"number","input_cost_per_image_token":"number","input_cost_per_image_token_batches":"number","input_cost_per_pixel":"number","input_cost_per_query":"number","input_cost_per_second":"number","input_cost_per_token":"number","input_cost_per_token_above_100k_tokens":"number","input_cost_per_token_above_100k_tokens_batches":"number","input_cost_per_token_above_128k_tokens":"number","input_cost_per_token_above_200k_tokens":"number","input_cost_per_token_above_200k_tokens_batches":"number","input_cost_per_token_above_200k_tokens_priority":"number","input_cost_per_token_above_272k_tokens":"number","input_cost_per_token_above_272k_tokens_batches":"number","input_cost_per_token_above_272k_tokens_flex":"number","input_cost_per_token_above_272k_tokens_priority":"number","input_cost_per_token_above_272k_tokens_ultrafast":"number","input_cost_per_token_above_512k_tokens":"number","input_cost_per_token_balanced":"number","input_cost_per_token_batches":"number","input_cost_per_token_cache_hit":"number","input_cost_per_token_flex":"number","input_cost_per_token_priority":"number","input_cost_per_token_ultrafast":"number","input_cost_per_video_per_second":"number","input_cost_per_video_per_second_above_128k_tokens":"number","input_cost_per_video_per_second_above_15s_interval":"number","input_cost_per_video_per_second_above_8s_interval":"number","input_cost_per_video_token":"number","input_cost_per_video_token_batches":"number","internal_router_model":"boolean","key":"any","litellm_provider":"any","max_input_tokens":"any","max_output_tokens":"any","max_tokens":"any","member_auto_router":"boolean","mode":"string","ocr_cost_per_credit":"number","ocr_cost_per_page":"number","ocr_cost_per_page_batches":"number","off_peak_pricing":"any","output_cost_per_audio_per_second":"number","output_cost_per_audio_token":"number","output_cost_per_character":"number","output_cost_per_character_above_128k_tokens":"number","output_cost_per_image":"number","output_cost_per_image_1024":"number","output_cost_per_image_1536":"number","output_cost_per_image_512":"number","output_cost_per_image_token":"number","output_cost_per_image_token_batches":"number","output_cost_per_pixel":"number","output_cost_per_reasoning_token":"number","output_cost_per_reasoning_token_flex":"number","output_cost_per_reasoning_token_priority":"number","output_cost_per_second":"number","output_cost_per_second_1080p":"number","output_cost_per_second_2k":"number","output_cost_per_second_480p":"number","output_cost_per_second_4k":"number","output_cost_per_second_720p":"number","output_cost_per_second_768p":"number","output_cost_per_token":"number","output_cost_per_token_above_100k_tokens":"number","output_cost_per_token_above_100k_tokens_batches":"number","output_cost_per_token_above_128k_tokens":"number","output_cost_per_token_above_200k_tokens":"number","output_cost_per_token_above_200k_tokens_batches":"number","output_cost_per_token_above_200k_tokens_priority":"number","output_cost_per_token_above_272k_tokens":"number","output_cost_per_token_above_272k_tokens_batches":"number","output_cost_per_token_above_272k_tokens_flex":"number","output_cost_per_token_above_272k_tokens_priority":"number","output_cost_per_token_above_272k_tokens_ultrafast":"number","output_cost_per_token_above_512k_tokens":"number","output_cost_per_token_balanced":"number","output_cost_per_token_batches":"number","output_cost_per_token_flex":"number","output_cost_per_token_priority":"number","output_cost_per_token_ultrafast":"number","output_cost_per_video_per_second":"number","output_cost_per_video_token":"number","output_vector_size":"number","prompt_cache_min_tokens":"any","provider_specific_entry":"any","ptu_count":"number","ptu_effective_from":"any","ptu_effective_to":"any","reasoning_effort_levels":"any","regional_endpoint_uplift_multiplier":"number","regional_processing_uplift_multiplier_eu":"number","regional_processing_uplift_multiplier_us":"number","rpm":"any","search_context_cost_per_query":"map","search_free_requests":"any","supported_audio_formats":"any","supported_endpoints":"any","supports_adaptive_thinking":"any","supports_anthropic_compaction":"any","supports_anthropic_thinking_payload":"any","supports_assistant_prefill":"any","supports_audio_input":"any","supports_audio_output":"any","supports_box_questions":"any","supports_computer_use":"any","supports_embedding_image_input":"any","supports_function_calling":"any","supports_image_size":"any","supports_legacy_thinking":"any","supports_low_reasoning_effort":"any","supports_max_reasoning_effort":"any","supports_mid_conversation_system":"any","supports_minimal_reasoning_effort":"any","supports_native_streaming":"any","supports_native_structured_output":"any","supports_none_reasoning_effort":"any","supports_output_config":"any","supports_parallel_function_calling":"any","supports_pdf_input":"any","supports_prompt_cache_breakpoint":"any","supports_prompt_caching":"any","supports_reasoning":"any","supports_regex_lookaround":"any","supports_response_schema":"any","supports_system_messages":"any","supports_thinking_cache_preservation":"any","supports_tool_choice":"any","supports_tool_search":"any","supports_url_context":"any","supports_video_input":"any","supports_vision":"any","supports_web_search":"any","supports_xhigh_reasoning_effort":"any","team_id":"string","team_public_model_name":"string","thinking_always_on":"any","tier":"=free|=paid","tiered_pricing":"list","token_count_framing":"any","token_count_model":"any","token_count_tokenizer":"any","tpm":"any","updated_at":"any","updated_by":"string","use_openai_responses_path":"any","uses_embed_content":"any","vertex_ai_audio_api":"any","web_search_billing_unit":"any"},"GE":{"alerting_config":"any","allowed_fails":"number","allowed_fails_policy":"any","assistants_config":"any","auto_router_capability_limit":"any","background_health_check_model_groups":"list","cache_kwargs":"map","cache_responses":"boolean","caching_groups":"list","client_ttl":"number","content_policy_fallbacks":"list","context_window_fallbacks":"list","cooldown_time":"number","debug_level":"=DEBUG|=INFO","default_fallbacks":"list","default_litellm_params":"map","default_max_parallel_requests":"number","default_priority":"number","deployment_affinity_ttl_seconds":"number","disable_cooldowns":"boolean","enable_health_check_routing":"boolean","enable_pre_call_checks":"boolean","enable_tag_filtering":"boolean","enable_weighted_failover":"boolean","fallback_access_check":"any","fallback_budget_check":"any","fallbacks":"list","guardrail_list":"list","health_check_ignore_transient_errors":"boolean","health_check_staleness_threshold":"number","ignore_invalid_deployments":"boolean","max_fallbacks":"number","max_retries":"number","model_group_affinity_config":"map","model_group_alias":"map","model_group_retry_policy":"map","model_list":"list","num_retries":"number","optional_pre_call_checks":"any","plugins":"list","polling_interval":"number","provider_budget_config":"any","redis_db":"number","redis_host":"string","redis_password":"string","redis_port":"number","redis_url":"string","retry_after":"number","retry_policy":"any","router_general_settings":"any","routing_groups":"list","routing_strategy":"=simple-shuffle|=least-busy|=usage-based-routing|=latency-based-routing|=cost-based-routing|=usage-based-routing-v2|=lar1","routing_strategy_args":"map","search_tools":"list","set_verbose":"boolean","stream_timeout":"number","tag_filtering_match_any":"boolean","tag_routing_prefix":"string","timeout":"number","weights":"any"},"IF":{"aclient_session":"any","adapters":"list","add_function_to_prompt":"boolean","add_user_information_to_llm_headers":"boolean","agent_search_embedding_model":"string","ai21_chat_models":"any","ai21_key":"string","ai21_models":"any","aiml_models":"any","aiohttp_trust_env":"boolean","aleph_alpha_key":"string","aleph_alpha_models":"any","alert_to_webhook_url":"any","allow_dynamic_callback_disabling":"boolean","allowed_fails":"number","amazon_nova_api_key":"string","amazon_nova_models":"any","anthropic_beta_headers_url":"string","anthropic_key":"string","anthropic_models":"any","anthropic_prompt_caching_ttl":"=5m|=1h","anthropic_sse_ping_interval_seconds":"number","anyscale_models":"any","api_base":"string","api_key":"string","api_version":"string","apply_search_free_tier":"boolean","argilla_batch_size":"number","argilla_transformation_object":"map","assemblyai_models":"any","audit_log_callbacks":"any","autorouter_presets_url":"string","aws_polly_models":"any","aws_sqs_callback_params":"map","azure_ai_models":"any","azure_anthropic_models":"any","azure_key":"string","azure_models":"any","azure_text_models":"any","banned_keywords_list":"any","baseten_key":"string","bedrock_converse_models":"any","bedrock_mantle_models":"any","bedrock_models":"any","bedrock_neutralize_orphaned_tool_blocks":"boolean","bedrock_request_metadata_fields":"list","black_forest_labs_models":"any","block_requests_for_models_without_pricing":"boolean","blocked_user_list":"any","blog_posts_url":"string","budget_duration":"string","budget_exceeded_status_code":"number","budget_exceeded_throttle_percentage":"number","budget_reset_time":"any","budget_rollover":"boolean","bytez_key":"string","cache":"any","cache_params":"map","caching":"boolean","caching_with_models":"boolean","callback_settings":"map","callbacks":"any","cerebras_models":"any","chatgpt_models":"any","clarifai_key":"string","client_session":"any","cloudflare_api_key":"string","cloudflare_models":"any","codestral_models":"any","cohere_chat_models":"any","cohere_key":"string","cohere_models":"any","cold_storage_custom_logger":"any","cometapi_key":"string","cometapi_models":"any","common_cloud_provider_auth_params":"map","content_policy_fallbacks":"list","context_window_fallbacks":"list","cost_discount_config":"map","cost_margin_config":"map","credential_list":"list","custom_prometheus_metadata_labels":"list","custom_prometheus_tags":"list","custom_prompt_dict":"map","custom_provider_map":"any","darkbloom_models":"any","dashscope_models":"any","databricks_key":"string","databricks_models":"any","datadog_llm_observability_params":"any","datadog_params":"any","datadog_use_v1":"boolean","datarobot_key":"string","datarobot_models":"any","deepgram_models":"any","deepinfra_models":"any","deepseek_models":"any","default_fallbacks":"list","default_in_memory_ttl":"number","default_internal_user_params":"any","default_key_generate_params":"map","default_key_max_budget_alert_emails":"map","default_max_internal_user_budget":"any","default_redis_batch_cache_expiry":"number","default_redis_ttl":"number","default_soft_budget":"number","default_team_params":"any","default_team_settings":"any","disable_add_prefix_to_prompt":"boolean","disable_add_transform_inline_image_block":"boolean","disable_add_user_agent_to_request_tags":"boolean","disable_aiohttp_transport":"boolean","disable_aiohttp_trust_env":"boolean","disable_anthropic_gemini_context_caching_transform":"boolean","disable_copilot_system_to_assistant":"boolean","disable_end_user_cost_tracking":"boolean","disable_end_user_cost_tracking_prometheus_only":"boolean","disable_hf_tokenizer_download":"boolean","disable_stop_sequence_limit":"boolean","disable_streaming_logging":"boolean","disable_token_counter":"boolean","disable_vertex_batch_output_transformation":"boolean","docker_model_runner_models":"any","drop_params":"any","dynamodb_table_name":"string","edenai_models":"any","elevenlabs_models":"any","email":"string","enable_anthropic_prompt_caching":"boolean","enable_azure_ad_token_refresh":"boolean","enable_caching_on_provider_specific_optional_params":"boolean","enable_end_user_cost_tracking_prometheus_only":"boolean","enable_gemini_default_thinking_level_low":"boolean","enable_json_schema_validation":"boolean","enable_key_alias_format_validation":"boolean","enable_loadbalancing_on_batch_endpoints":"boolean","enable_model_config_credential_overrides":"boolean","enable_preview_features":"boolean","enable_redis_auth_cache":"any","error_logs":"map","expose_router_debug_in_errors":"boolean","extra_spend_tag_headers":"list","failure_callback":"any","fal_ai_models":"any","fallbacks":"list","featherless_ai_models":"any","filter_invalid_headers":"boolean","fireworks_ai_embedding_models":"any","fireworks_ai_models":"any","force_ipv4":"boolean","force_redis_hash_tag_grouping":"boolean","forward_traceparent_to_llm_provider":"boolean","friendliai_models":"any","galadriel_models":"any","gcs_pub_sub_use_v1":"boolean","gdc_api_base":"string","gdc_key":"string","gemini_live_defer_setup":"boolean","gemini_models":"any","generic_api_use_v1":"boolean","generic_logger_headers":"map","gigachat_key":"string","gigachat_models":"any","github_copilot_models":"any","global_bitbucket_config":"any","global_disable_no_log_param":"boolean","global_gitlab_config":"any","global_prompt_directory":"any","google_moderation_confidence_threshold":"number","gradient_ai_api_key":"string","gradient_ai_models":"any","groq_key":"string","groq_models":"any","guardrail_name_config_map":"map","guardrails":"any","heroku_key":"string","heroku_models":"any","http2":"boolean","huggingface_key":"string","hyperbolic_models":"any","in_memory_llm_clients_cache":"any","inception_key":"string","inception_models":"any","include_cost_in_streaming_usage":"boolean","infinity_key":"string","infinity_models":"any","initialized_langfuse_clients":"number","input_callback":"list","internal_user_budget_duration":"string","jina_ai_models":"any","json_logs":"any","key_alias_pattern":"any","key_generation_settings":"any","lambda_ai_models":"any","langfuse_default_tags":"list","langfuse_enable_update_trace_keys":"boolean","langsmith_batch_size":"number","lemonade_key":"string","lemonade_models":"any","llama_api_key":"string","llama_models":"any","llamagate_models":"any","llamaguard_model_name":"string","llamaguard_unsafe_content_categories":"string","llm_guard_mode":"=all|=key-specific|=request-specific","log_auth_failure_key_identity":"boolean","log_client_error_tracebacks":"boolean","log_raw_request_response":"boolean","logged_real_time_event_types":"any","logging":"boolean","longer_context_model_fallback_dict":"map","maritalk_key":"string","max_budget":"any","max_end_user_budget":"number","max_end_user_budget_id":"string","max_fallbacks":"number","max_internal_user_budget":"any","max_tokens":"number","max_ui_session_budget":"any","max_user_budget":"number","mcp_aliases":"any","mcp_semantic_tool_filter":"any","mcp_tool_search":"map","minimax_models":"any","mistral_chat_models":"any","model_alias_map":"map","model_cost_map_url":"string","model_fallbacks":"list","model_group_settings":"any","models_by_provider":"map","moonshot_models":"any","morph_models":"any","nadir_models":"any","nebius_embedding_models":"any","nebius_key":"string","nebius_models":"any","network_mock":"boolean","newrelic_params":"any","nlp_cloud_key":"string","nlp_cloud_models":"any","novita_api_key":"string","novita_models":"any","nscale_models":"any","num_retries":"number","num_retries_per_request":"number","nvidia_nim_models":"any","nvidia_riva_models":"any","oci_models":"any","ollama_key":"string","open_ai_chat_completion_models":"any","open_ai_text_completion_models":"any","openai_key":"string","openai_like_key":"string","openai_moderations_model_name":"string","openai_system_messages_first":"boolean","openrouter_key":"string","openrouter_models":"any","otel_tenant_destination_mode":"string","output_parse_pii":"boolean","overwrite_user_with_key_hash":"boolean","ovhcloud_embedding_models":"any","ovhcloud_key":"string","ovhcloud_models":"any","palm_models":"any","perplexity_models":"any","plugin_key":"any","plugins":"any","pointfive_params":"any","post_call_rules":"any","pre_call_rules":"list","predibase_key":"string","predibase_tenant_id":"string","presidio_ad_hoc_recognizers":"string","priority_reservation":"map","priority_reservation_settings":"any","prometheus_deployment_and_latency_caller_identity":"=api_key_alias|=user_email|=both","prometheus_emit_input_sequence_length_label":"boolean","prometheus_emit_rate_limit_labels":"boolean","prometheus_emit_stream_label":"boolean","prometheus_end_user_metrics_cleanup_interval_seconds":"number","prometheus_end_user_metrics_max_series_per_metric":"number","prometheus_end_user_metrics_ttl_seconds":"number","prometheus_exclude_labels":"list","prometheus_exclude_metrics":"list","prometheus_initialize_budget_metrics":"boolean","prometheus_latency_buckets":"list","prometheus_metrics_cleanup_interval_seconds":"number","prometheus_metrics_config":"list","prometheus_metrics_max_series_per_metric":"number","prometheus_metrics_ttl_seconds":"number","prometheus_user_budget_label_include_email_alias":"boolean","prompt_name_config_map":"map","provider_url_destination_allowed_hosts":"list","proxy_auth":"any","public_agent_groups":"list","public_mcp_hub_strict_whitelist":"boolean","public_mcp_servers":"list","public_model_groups":"list","public_model_groups_links":"map","public_skills_index":"boolean","publicai_models":"any","qwen_ai_platform_models":"any","qwencloud_models":"any","reasoning_auto_summary":"boolean","recraft_models":"any","redact_messages_in_exceptions":"boolean","redact_user_api_key_info":"boolean","reducto_models":"any","replicate_key":"string","request_correlation_in_logs":"boolean","request_timeout":"number","require_auth_for_metrics_endpoint":"boolean","require_managed_files":"boolean","responses":"any","return_response_headers":"boolean","route_all_chat_openai_to_responses":"boolean","runwayml_models":"any","s3_audit_callback_params":"map","s3_callback_params":"map","safe_memory_mode":"boolean","sambanova_embedding_models":"any","sambanova_models":"any","sap_service_key":"string","secret_manager_client":"any","service_callback":"list","skill_search_embedding_model":"string","skip_system_message_in_guardrail":"boolean","skip_tool_message_in_guardrail":"boolean","snowflake_key":"string","snowflake_models":"any","soniox_models":"any","sse_keepalive_ping_interval_seconds":"number","ssl_certificate":"string","ssl_ecdh_curve":"string","ssl_security_level":"string","ssl_verify":"any","stability_models":"any","standard_logging_payload_excluded_fields":"list","store_audit_logs":"any","strip_anthropic_total_tokens":"boolean","success_callback":"any","suppress_debug_info":"boolean","tag_budget_config":"map","tencent_models":"any","text_completion_codestral_models":"any","text_completion_inception_models":"any","togetherai_api_key":"string","token":"string","transcribe_models":"any","turn_off_message_logging":"boolean","undefined":"any","upperbound_key_generate_params":"any","use_aiohttp_transport":"boolean","use_chat_completions_url_for_anthropic_messages":"boolean","use_client":"boolean","use_litellm_proxy":"boolean","user_url_allowed_hosts":"list","user_url_validation":"boolean","v0_models":"any","validate_end_user_id_in_db":"boolean","vector_store_index_registry":"any","vector_store_registry":"any","vector_store_search_failure_mode":"any","vercel_ai_gateway_key":"string","vercel_ai_gateway_models":"any","vertex_ai_ai21_models":"any","vertex_ai_image_models":"any","vertex_ai_safety_settings":"map","vertex_ai_video_models":"any","vertex_anthropic_models":"any","vertex_chat_models":"any","vertex_code_chat_models":"any","vertex_code_text_models":"any","vertex_deepseek_models":"any","vertex_embedding_models":"any","vertex_language_models":"any","vertex_llama3_models":"any","vertex_location":"string","vertex_minimax_models":"any","vertex_mistral_models":"any","vertex_moonshot_models":"any","vertex_openai_models":"any","vertex_project":"string","vertex_text_models":"any","vertex_vision_models":"any","vertex_zai_models":"any","volcengine_models":"any","voyage_models":"any","wandb_key":"string","wandb_models":"any","watsonx_models":"any","websearch_interception_params":"any","xai_key":"string","xai_models":"any","zai_models":"any","zerobus_params":"any"},"pU":{"admission_queue_timeout_seconds":"number","alert_to_webhook_url":"map","alert_type_config":"any","alert_types":"list","alerting":"list","alerting_args":"map","alerting_threshold":"number","allow_cli_sso_verification_uri_complete":"boolean","allow_unmanaged_response_ids":"boolean","allowed_file_extensions":"list","allowed_ips":"any","allowed_routes":"list","apply_user_budget_to_team_keys":"boolean","background_health_check_model_groups":"list","background_health_checks":"boolean","blocked_file_extensions":"list","cancel_on_disconnect":"boolean","claude_code_gateway_managed_settings":"map","completion_model":"string","control_plane_url":"string","coordination_redis":"any","custom_auth":"string","custom_auth_run_common_checks":"any","custom_key_generate":"any","custom_key_policy":"any","custom_key_update":"any","custom_sso":"any","custom_team_metadata_validate":"any","custom_ui_sso_sign_in_handler":"any","dangerously_permit_weak_or_unset_master_key":"boolean","database_args":"any","database_connect_timeout":"number","database_connection_pool_limit":"number","database_connection_timeout":"number","database_disable_prepared_statements":"boolean","database_extra_connection_params":"map","database_max_idle_connection_lifetime":"number","database_socket_timeout":"number","database_type":"=dynamo_db","database_url":"string","disable_auto_add_proxy_admin_to_teams":"boolean","disable_budget_reservation":"boolean","disable_env_credential_login":"boolean","disable_model_info_refresh":"any","disable_password_login_when_sso_enabled":"boolean","disable_reset_budget":"any","disable_responses_id_security":"boolean","disable_retry_on_max_parallel_request_limit_error":"any","disable_spend_logs":"any","enable_claude_code_gateway":"boolean","enable_health_check_routing":"any","enable_openai_websocket_passthrough":"boolean","enable_public_model_hub":"boolean","enforce_fallback_model_access":"boolean","enforced_params":"any","expose_fallback_errors_to_caller":"any","fail_closed_budget_enforcement":"any","fail_closed_rate_limit_enforcement":"boolean","failed_login_block_seconds":"number","failed_login_window_seconds":"number","forward_client_headers_to_llm_api":"boolean","global_max_parallel_requests":"number","health_check_concurrency":"number","health_check_details":"any","health_check_ignore_transient_errors":"any","health_check_interval":"number","health_check_skip_disabled_background_models":"boolean","health_check_staleness_threshold":"any","include_call_id_in_error_body":"boolean","infer_model_from_keys":"boolean","key_management_settings":"any","key_management_system":"any","litellm_jwtauth":"any","litellm_key_header_name":"any","litellm_license":"any","master_key":"string","max_batch_file_records":"number","max_batch_file_size_mb":"number","max_batch_file_uploads_per_day":"number","max_failed_login_attempts_per_source":"number","max_failed_login_attempts_per_source_overrides":"map","max_file_downloads_per_minute":"number","max_file_size_mb":"number","max_in_flight_requests_per_worker":"number","max_parallel_requests":"number","max_queued_requests_per_worker":"number","max_request_size_mb":"number","max_response_size_mb":"number","maximum_autorouter_session_retention_period":"string","maximum_daily_tag_spend_retention_period":"string","maximum_health_check_retention_period":"string","maximum_spend_logs_cleanup_batch_size":"number","maximum_spend_logs_cleanup_batch_timeout":"string","maximum_spend_logs_cleanup_cron":"any","maximum_spend_logs_cleanup_max_batches":"number","maximum_spend_logs_cleanup_run_budget":"string","maximum_spend_logs_retention_interval":"any","maximum_spend_logs_retention_period":"string","mcp_advertised_versions":"any","mcp_allowed_clients":"list","mcp_client_id_header":"string","mcp_internal_ip_ranges":"list","mcp_prefer_client_id_metadata_document":"boolean","mcp_required_fields":"list","mcp_trusted_proxy_ranges":"list","mcp_xff_num_trusted_hops":"number","missing_session_id":"=generate|=omit|=reject","model_list_healthy_only":"boolean","otel":"boolean","pass_through_endpoints":"list","pass_through_request_timeout":"number","password_policy_min_length":"number","password_policy_require_lowercase":"boolean","password_policy_require_numbers":"boolean","password_policy_require_special_characters":"boolean","password_policy_require_uppercase":"boolean","plugins":"list","provider_url_destination_allowed_hosts":"list","proxy_batch_polling_interval":"any","proxy_batch_write_at":"any","proxy_budget_rescheduler_max_time":"any","proxy_budget_rescheduler_min_time":"any","proxy_config_reload_interval_seconds":"number","reject_clientside_metadata_tags":"boolean","responses_websocket_session_limit_seconds":"number","role_permissions":"any","scheduled_job_stagger":"any","search_tool_deny_by_default":"boolean","search_tools":"any","spend_capture_rate_check":"any","spend_logs_metadata_fields":"any","spend_report_frequency":"any","store_model_in_db":"boolean","store_prompts_in_spend_logs":"boolean","supported_db_objects":"list","team_metadata_schema":"any","tracing":"any","track_unmanaged_batch_cost":"any","transcribe_media_buckets":"list","trusted_proxy_ranges":"list","ui_access_mode":"=admin_only|=all","use_azure_key_vault":"boolean","use_google_kms":"boolean","use_redis_transaction_buffer":"any","use_shared_health_check":"any","use_spend_logs_partitioning":"boolean","user_api_key_cache_max_size":"number","user_api_key_cache_ttl":"any","user_header_mappings":"list","user_header_name":"string","user_mcp_management_mode":"any","user_url_allowed_hosts":"list","user_url_validation":"boolean","vector_store_deny_by_default":"boolean"},"cp":{"azure_account_url":"string","azure_blob_container":"string","db":"number","default_in_memory_ttl":"number","default_in_redis_ttl":"number","disk_cache_dir":"string","gcp_service_account":"string","gcp_ssl_ca_certs":"string","gcs_bucket_name":"string","gcs_path":"string","gcs_path_service_account":"string","host":"string","max_connections":"number","max_messages":"number","mode":"any","namespace":"string","password":"string","port":"number|string","qdrant_api_base":"string","qdrant_api_key":"string","qdrant_collection_name":"string","qdrant_quantization_config":"string","qdrant_semantic_cache_embedding_model":"string","qdrant_semantic_cache_vector_size":"number","redis_flush_size":"number","redis_semantic_cache_embedding_model":"string","redis_semantic_cache_index_name":"string","redis_startup_nodes":"list","s3_api_version":"string","s3_aws_access_key_id":"string","s3_aws_secret_access_key":"string","s3_aws_session_token":"string","s3_bucket_name":"string","s3_config":"any","s3_endpoint_url":"string","s3_path":"string","s3_region_name":"string","s3_use_ssl":"boolean","s3_verify":"boolean|string","semantic_cache_embedding_max_input_tokens":"number","semantic_cache_embedding_timeout":"number","semantic_cache_scope":"string","sentinel_nodes":"list","sentinel_password":"string","service_name":"string","similarity_threshold":"number","socket_timeout":"number","ssl":"boolean","supported_call_types":"list","ttl":"number","type":"any","url":"string","username":"string","valkey_semantic_cache_embedding_model":"string","valkey_semantic_cache_index_name":"string"}}');
;// CONCATENATED MODULE: ./lib/config/nearest.js
/** The known name that was probably meant, or undefined when none is close: at most two letters, or a third of them, differ. */
function nearest(name, known) {
    let best;
    let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
    for (const candidate of known) {
        const distance = editDistance(name, candidate, bestDistance);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}
/** Levenshtein's distance, given up at `limit`. */
function editDistance(a, b, limit) {
    if (Math.abs(a.length - b.length) >= limit)
        return limit;
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i += 1) {
        const current = [i];
        for (let j = 1; j <= b.length; j += 1) {
            const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced));
        }
        previous = current;
    }
    return previous[b.length] ?? limit;
}

// EXTERNAL MODULE: ./lib/config/source.js
var config_source = __webpack_require__(5794);
;// CONCATENATED MODULE: ./lib/config/litellm-keys.js



/** The LiteLLM version whose keys and types are known here; newer versions may have more. */
const KNOWN_VERSION = litellm_keys_namespaceObject.rE;
const SECTIONS = {
    litellm_params: litellm_keys_namespaceObject.RZ,
    model_info: litellm_keys_namespaceObject.nE,
    router_settings: litellm_keys_namespaceObject.GE,
    litellm_settings: litellm_keys_namespaceObject.IF,
    general_settings: litellm_keys_namespaceObject.pU,
    cache_params: litellm_keys_namespaceObject.cp,
};
/**
 * Checks one mapping of LiteLLM's own format: a known key of a wrong type is an error, an unknown key a warning with the nearest
 * known name (LiteLLM gains keys every week), or an error when `strict`.
 */
function checkKeys(section, value, path, source, strict) {
    if (!(0,config_source/* isRecord */.u4)(value))
        return [];
    const known = SECTIONS[section];
    return Object.entries(value).flatMap(([key, item]) => {
        const at = [...path, key];
        const kind = Object.hasOwn(known, key) ? known[key] : undefined;
        if (kind === undefined) {
            const meant = nearest(key, Object.keys(known));
            return [
                {
                    severity: strict ? 'error' : 'warning',
                    code: 'unknown-key',
                    message: `LiteLLM ${KNOWN_VERSION} has no key "${key}" in ${section}.`,
                    fix: meant === undefined
                        ? 'remove it, or ignore this if your version of LiteLLM is newer.'
                        : `did you mean "${meant}"?`,
                    at: source.locate(at, 'key'),
                },
            ];
        }
        const allowed = kind.split('|');
        if (item === null || kind === 'any' || allowed.some((one) => matches(one, item)))
            return [];
        return [
            {
                severity: 'error',
                code: 'wrong-type',
                message: `"${key}" is ${(0,config_source/* describe */.q0)(item)}, but ${section} wants ${allowed.map(wording).join(' or ')}.`,
                fix: `write ${example(allowed[0] ?? '')}.`,
                at: source.locate(at),
            },
        ];
    });
}
function matches(kind, value) {
    if (typeof value === 'string' && value.startsWith('os.environ/'))
        return true;
    if (kind.startsWith('='))
        return value === kind.slice(1);
    if (kind === 'list')
        return Array.isArray(value);
    if (kind === 'map')
        return (0,config_source/* isRecord */.u4)(value);
    // LiteLLM's own examples write numbers and booleans in quotes now and then, and its models take them.
    if (kind === 'number')
        return (typeof value === 'number' ||
            (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))));
    if (kind === 'boolean')
        return typeof value === 'boolean' || value === 'true' || value === 'false';
    return typeof value === kind;
}
function wording(kind) {
    if (kind.startsWith('='))
        return `"${kind.slice(1)}"`;
    return ({ list: 'a list', map: 'a mapping', number: 'a number', boolean: 'true or false', string: 'text' }[kind] ?? kind);
}
function example(kind) {
    if (kind.startsWith('='))
        return kind.slice(1);
    return ({
        list: 'it as a list: [first, second]',
        map: 'it as a mapping: {key: value}',
        number: 'a plain number',
        boolean: 'true or false',
        string: 'text, in quotes if it looks like a number',
    }[kind] ?? 'it as LiteLLM documents it');
}

// EXTERNAL MODULE: ./lib/config/model-id.js
var model_id = __webpack_require__(2602);
;// CONCATENATED MODULE: ./lib/config/providers.js




const PROVIDERS = new Set(litellm_keys_namespaceObject.r5);
/**
 * Deployments whose `litellm_params.model` begins with a provider that LiteLLM does not know: it would refuse each request, or
 * take the whole for the name of an OpenAI model. An error when `strict`; a newer LiteLLM may know more.
 */
function providerProblems(source, strict) {
    const { model_list, litellm_settings } = source.value;
    // Whoever registers providers of their own knows them better.
    if ((0,config_source/* isRecord */.u4)(litellm_settings) && litellm_settings.custom_provider_map !== undefined)
        return [];
    return (Array.isArray(model_list) ? model_list : []).flatMap((entry, index) => {
        const params = (0,config_source/* isRecord */.u4)(entry) ? entry.litellm_params : undefined;
        if (!(0,config_source/* isRecord */.u4)(params) || typeof params.model !== 'string' || params.custom_llm_provider !== undefined)
            return [];
        const [provider = '', ...rest] = params.model.split('/');
        if (rest.length === 0 || PROVIDERS.has(provider) || provider.startsWith('os.environ') || provider === '*')
            return [];
        const meant = nearest(provider, [...PROVIDERS]);
        return [
            {
                severity: strict ? 'error' : 'warning',
                code: 'unknown-provider',
                message: `LiteLLM ${KNOWN_VERSION} has no provider "${provider}".`,
                fix: meant === undefined
                    ? 'begin the model with its provider, such as openai/gpt-4o; for any server that speaks as OpenAI does write openai/NAME with api_base.'
                    : `did you mean "${[meant, ...rest].join('/')}"?`,
                at: source.locate(['model_list', index, 'litellm_params', 'model']),
            },
        ];
    });
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 5 modules
var schemas = __webpack_require__(2047);
// EXTERNAL MODULE: ./lib/config/firewall.js
var firewall = __webpack_require__(331);
// EXTERNAL MODULE: ./lib/config/period.js
var period = __webpack_require__(1526);
;// CONCATENATED MODULE: ./lib/config/schema.js





const schema_text = schemas/* string */.YjP().min(1);
const settings = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J());
/** `ssh-ed25519 AAAA…`, one key a line, as in a file `/etc/ssh/ssh_host_*_key.pub`. */
const hostKey = schemas/* string */.YjP()
    .regex(/^\s*(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?$/m, 'want the public host key, such as "ssh-ed25519 AAAA…": the line in /etc/ssh/ssh_host_ed25519_key.pub on the host');
const planKey = schemas/* string */.YjP()
    .regex(/^(\s*((ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?|#.*)?\n?)+$/, 'want public keys such as "ssh-ed25519 AAAA…", one a line: the file that ssh-keygen writes with .pub at its end');
const machine = {
    host: schema_text.describe('Address or name of the machine.'),
    port: schemas/* int */.Whr().min(1).max(65_535).optional().describe('Port of sshd; 22 when left out.'),
    user: schemas/* string */.YjP()
        .regex(/^[a-z_][a-z0-9_-]*$/i, 'want a user name')
        .describe('root, or a user who may sudo without a password.'),
    host_key: hostKey.describe('The public host key that is pinned: "ssh-ed25519 AAAA…".'),
};
const jump = schemas/* strictObject */.rej({ ...machine, user: machine.user.describe('Needs no rights there but forwarding.') })
    .describe('A machine that is reached first, with the same SSH key, and from which the host is.');
const ssh = schemas/* strictObject */.rej({
    ...machine,
    proxy_jump: jump.optional(),
    plan_key: planKey
        .optional()
        .describe('The public half of the key that pull requests use; deploy lets it look and do nothing else.'),
});
const checksum = (digits) => schemas/* string */.YjP()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), `want ${digits} hex digits, as the image's list of checksums has them`);
const proxmox = schemas/* strictObject */.rej({
    api: schemas/* url */.OZ5({ protocol: /^https$/, error: 'want the address of the API, such as https://pve.example:8006' }),
    fingerprint: schemas/* string */.YjP()
        .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/i, 'want the SHA-256 fingerprint of its certificate: pvenode cert info')
        .optional()
        .describe('SHA-256 of the API’s certificate, when no known authority signed it.'),
    node: schema_text,
    storage: schema_text.describe('For the disk.'),
    image_storage: schema_text
        .optional()
        .describe('For the image and the first configuration: files with content import and iso; local when left out.'),
    bridge: schema_text,
    vlan: schemas/* int */.Whr().min(1).max(4094).optional(),
    name: schemas/* string */.YjP()
        .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/i, 'want a DNS name')
        .optional()
        .describe('Of the machine; the domain when left out.'),
    address: schemas/* string */.YjP()
        .regex(/^[0-9a-f.:]+\/\d{1,3}$/i, 'want the address of the machine with its prefix length, such as 192.0.2.10/24'),
    gateway: schemas/* string */.YjP().refine((value) => (0,external_node_net_.isIP)(value) !== 0, 'want an IPv4 or IPv6 address'),
    nameservers: schemas/* array */.YOg(schemas/* string */.YjP().refine((value) => (0,external_node_net_.isIP)(value) !== 0, 'want an IPv4 or IPv6 address'))
        .optional(),
    image: schemas/* strictObject */.rej({
        url: schemas/* url */.OZ5({ protocol: /^https?$/, error: 'want the address of a qcow2 cloud image' }),
        sha256: checksum(64).optional(),
        sha512: checksum(128).optional(),
    })
        .refine(({ sha256, sha512 }) => (sha256 === undefined) !== (sha512 === undefined), 'want either sha256 or sha512')
        .describe('The cloud image that the machine is made of: Debian 13 or Ubuntu 24.04, with cloud-init.'),
    user: machine.user.optional(),
    host_key: machine.host_key
        .optional()
        .describe('Pins the key here; when left out, Proxmox is asked for it.'),
    plan_key: planKey.optional(),
    proxy_jump: jump.optional(),
});
const address = schemas/* string */.YjP().refine((value) => (0,external_node_net_.isIP)(value) !== 0, 'want an IPv4 or IPv6 address');
const gib = schemas/* string */.YjP().regex(/^[1-9]\d{0,3}GiB$/, 'want a size such as 4GiB');
const schema_period = schemas/* string */.YjP().superRefine((value, context) => {
    const parsed = (0,period/* parsePeriod */.DB)(value);
    if ('wrong' in parsed)
        context.addIssue({ code: 'custom', message: `${parsed.wrong}; want ${period/* PERIODS_ALLOWED */.O1}` });
});
const usd = schemas/* number */.aig().nonnegative();
const schema_window = schemas/* strictObject */.rej({ max_budget: usd, time_period: schema_period });
/** Whose it is and which limits that one can have is checked in `budgets.ts`: the place is known better there. */
const budget = schemas/* strictObject */.rej({
    user_id: schema_text.optional().describe('An internal user; with team_id: that user within the team.'),
    team_id: schema_text.optional(),
    customer_id: schema_text.optional().describe('An end user: what requests give as `user`.'),
    key_alias: schema_text.optional().describe('A virtual key that exists, by its alias.'),
    provider: schema_text.optional().describe('A provider such as openai; all its deployments together.'),
    tag: schema_text.optional().describe('A tag that requests carry.'),
    max_budget: usd.optional().describe('USD in each period; no limit when left out.'),
    time_period: schema_period
        .optional()
        .describe(`When the spend starts anew: ${period/* PERIODS_ALLOWED */.O1}. Never, when left out.`),
    soft_budget: usd.optional().describe('USD from which on LiteLLM alerts; nothing is refused.'),
    tpm_limit: schemas/* int */.Whr().nonnegative().optional().describe('Tokens a minute.'),
    rpm_limit: schemas/* int */.Whr().nonnegative().optional().describe('Requests a minute.'),
    models: schemas/* array */.YOg(schema_text).min(1).optional().describe('The models that may be used; all, when left out.'),
    model_max_budget: schemas/* record */.g1P(schema_text, schema_window).optional().describe('Budgets by name of the model.'),
    budget_limits: schemas/* array */.YOg(schema_window).min(1).optional().describe('Further budgets that hold at the same time.'),
});
const IMAGE = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;
const secretName = schemas/* string */.YjP()
    .regex(/^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/, 'want the name of a secret such as LITELLM_MASTER_KEY');
const rotate = schemas/* strictObject */.rej({
    grace: schemas/* string */.YjP()
        .regex(/^[1-9]\d{0,3}[hd]$/, 'want hours or days, such as 24h or 2d')
        .optional()
        .describe('How long the old key goes on working; 24h when left out. At least the longest job that reads the secret.'),
    targets: schemas/* array */.YOg(schemas/* union */.KCZ([
        schemas/* strictObject */.rej({
            repository: schemas/* string */.YjP().regex(/^[\w.-]+\/[\w.-]+$/, 'want owner/name'),
            environment: schema_text.optional(),
            name: secretName,
        }),
        schemas/* strictObject */.rej({
            organization: schemas/* string */.YjP().regex(/^[\w.-]+$/, 'want the name of an organisation'),
            name: secretName,
        }),
    ]))
        .describe('The GitHub secrets that get the new key. Each has to exist already.'),
    distribute: schemas/* enum */.k5n(['virtual-key', 'master-key'])
        .optional()
        .describe('What the targets get. virtual-key: one that calls models and administers nothing, while the master key stays on the host. master-key when left out.'),
    key: schemas/* strictObject */.rej({
        models: schemas/* array */.YOg(schema_text).min(1).optional().describe('The models that it may use; all, when left out.'),
        team_id: schema_text.optional(),
        user_id: schema_text.optional(),
        max_budget: usd.optional().describe('USD in each period.'),
        time_period: schema_period.optional(),
        tpm_limit: schemas/* int */.Whr().nonnegative().optional(),
        rpm_limit: schemas/* int */.Whr().nonnegative().optional(),
    })
        .optional()
        .describe('What the virtual key may do.'),
    canary: schemas/* boolean */.zMY()
        .optional()
        .describe('Ask each repository, by its workflow rotate-canary.yml, to prove that jobs read the new key. The token needs Actions: write there.'),
});
/** The shape of `gateway.yaml`. LiteLLM's own sections are open here; their keys are checked against LiteLLM's (`litellm-keys.ts`). */
const gatewaySchema = schemas/* strictObject */.rej({
    domain: schemas/* string */.YjP()
        .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'want a domain name such as llm.example.com')
        .describe('The name under which people reach the gateway.'),
    users: schemas/* int */.Whr().positive().optional().describe('How many people use it; sizes the VM.'),
    size: schemas/* strictObject */.rej({ vcpu: schemas/* int */.Whr().positive(), memory: gib, disk: gib })
        .optional()
        .describe('The VM, when the table does not fit.'),
    vm: schemas/* strictObject */.rej({ ssh: ssh.optional(), proxmox: proxmox.optional() })
        .refine((vm) => Object.values(vm).filter((one) => one !== undefined).length === 1, 'want exactly one of ssh and proxmox')
        .describe('Who makes the machine.'),
    litellm: schemas/* strictObject */.rej({
        image: schemas/* string */.YjP()
            .regex(IMAGE, 'want an image by digest: registry/repository@sha256:… (skopeo inspect --format "{{.Digest}}" docker://IMAGE:TAG tells it)'),
        workers: schemas/* int */.Whr().min(1).max(64).optional().describe('Worker processes; 4 when left out.'),
    }),
    strict: schemas/* boolean */.zMY().optional().describe('Unknown LiteLLM keys are errors, not warnings.'),
    model_list: schemas/* array */.YOg(schemas/* strictObject */.rej({
        model_name: schema_text,
        litellm_params: schemas/* looseObject */._H3({ model: schema_text }),
        model_info: schemas/* looseObject */._H3({ id: schema_text.optional() }).optional(),
    })),
    router_settings: settings.nullish(),
    litellm_settings: settings.nullish(),
    general_settings: settings.nullish(),
    environment_variables: schemas/* record */.g1P(schemas/* string */.YjP().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'want the name of an environment variable'), schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()]))
        .nullish(),
    credential_list: schemas/* array */.YOg(settings).nullish(),
    budget_config: schemas/* array */.YOg(budget).nullish(),
    prune: schemas/* boolean */.zMY()
        .optional()
        .describe('Budgets that this repository made and declares no more are lifted; without it they stay and are listed.'),
    backup: backup/* backupSchema */.If.optional(),
    rotate: rotate.optional().describe('How the master key is rotated, and who gets the new one.'),
    proxy: schemas/* enum */.k5n(['caddy', 'external']).optional().describe('Who stands in front; caddy when left out.'),
    tls: schemas/* enum */.k5n(['acme', 'internal', 'off'])
        .optional()
        .describe('Where the certificate comes from; acme when left out. internal: an authority on the host itself.'),
    public_address: schemas/* union */.KCZ([address, schemas/* array */.YOg(address).min(1)])
        .optional()
        .describe('The addresses that DNS has to name for the domain, when they are not those of the machine.'),
    firewall: firewall/* firewallSchema */.m.optional(),
    include: schemas/* union */.KCZ([schema_text, schemas/* array */.YOg(schema_text)])
        .optional()
        .describe('Files that hold more of the lists.'),
});

// EXTERNAL MODULE: ./lib/config/secrets.js
var secrets = __webpack_require__(9082);
;// CONCATENATED MODULE: ./lib/config/validate.js










/** Names that LiteLLM's own sections can set and that the host sets itself. */
const OWNED_BY_HOST = {
    master_key: 'os.environ/LITELLM_MASTER_KEY',
    database_url: 'os.environ/DATABASE_URL',
};
const PUBLIC_KEYS = new Set(['host_key', 'plan_key', 'copy_host_key']);
/** Checks a declaration whole. `gateway` is undefined when its shape is wrong; no secret's value is in any problem. */
function validate(source) {
    const secrets = secretProblems(source);
    const parsed = gatewaySchema.safeParse(source.value, { reportInput: false });
    if (!parsed.success) {
        return {
            gateway: undefined,
            problems: inOrder([
                ...parsed.error.issues.flatMap((issue) => shapeProblems(issue, source)),
                ...keyProblems(source),
                ...secrets,
            ]),
        };
    }
    return {
        gateway: parsed.data,
        problems: inOrder([...secrets, ...keyProblems(source), ...meaningProblems(parsed.data, source)]),
    };
}
function inOrder(problems) {
    const unique = new Map(problems.map((problem) => [
        `${problem.at.file}:${problem.at.line}:${problem.at.column}:${problem.message}`,
        problem,
    ]));
    return [...unique.values()].sort((a, b) => a.severity === b.severity ? a.at.line - b.at.line : a.severity === 'error' ? -1 : 1);
}
function keyProblems(source) {
    const strict = source.value.strict === true;
    const check = (section, value, path) => checkKeys(section, value, path, source, strict);
    const { model_list, router_settings, litellm_settings, general_settings } = source.value;
    const cache = (0,config_source/* isRecord */.u4)(litellm_settings) ? litellm_settings.cache_params : undefined;
    return [
        ...providerProblems(source, strict),
        ...(Array.isArray(model_list) ? model_list : []).flatMap((model, index) => (0,config_source/* isRecord */.u4)(model)
            ? ['litellm_params', 'model_info'].flatMap((section) => check(section, model[section], ['model_list', index, section]))
            : []),
        ...check('router_settings', router_settings, ['router_settings']),
        ...check('litellm_settings', litellm_settings, ['litellm_settings']),
        ...check('cache_params', cache, ['litellm_settings', 'cache_params']),
        ...check('general_settings', general_settings, ['general_settings']),
    ];
}
function secretProblems(source) {
    const { literals, malformed } = (0,secrets/* findSecrets */.d)(source.value);
    return [
        ...literals
            // The public half of a key pair; a private one that is pasted there by mistake has a form of its own.
            .filter(({ path, why }) => why === 'form' || !PUBLIC_KEYS.has(path.at(-1)))
            .map(({ path, why }) => ({
            severity: 'error',
            code: 'literal-secret',
            message: `${pathText(path)} ${LITERAL[why]}; a secret never stands in the repository.`,
            fix: `write os.environ/${variableFor(path, source)} and give the value to the step's environment. If this file was ever pushed, replace the key at its provider.`,
            at: source.locate(path),
        })),
        ...malformed.map(({ name, path }) => ({
            severity: 'error',
            code: 'reference',
            message: `${pathText(path)} refers to ${JSON.stringify(name)}, which cannot be the name of an environment variable.`,
            fix: 'write os.environ/NAME with letters, digits and underscores.',
            at: source.locate(path),
        })),
    ];
}
const LITERAL = {
    name: 'is written out',
    header: 'is a header that is written out',
    form: 'looks like a key',
    url: 'holds a password in a URL',
};
/** A likely name: OPENAI_API_KEY for the key of `openai/…`. */
function variableFor(path, source) {
    const [section, index, , key] = path;
    const list = source.value.model_list;
    const model = section === 'model_list' && typeof index === 'number' && Array.isArray(list) ? list[index] : undefined;
    const target = (0,config_source/* isRecord */.u4)(model) && (0,config_source/* isRecord */.u4)(model.litellm_params) ? model.litellm_params.model : undefined;
    const provider = typeof target === 'string' ? target.split('/')[0] : undefined;
    return [provider, key ?? path.at(-1)]
        .filter((part) => part !== undefined)
        .join('_')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, '_');
}
function meaningProblems(gateway, source) {
    const problems = [];
    const error = (code, path, message, fix) => problems.push({ severity: 'error', code, message, fix, at: source.locate(path) });
    if (gateway.users !== undefined && gateway.size !== undefined)
        error('size', ['size'], 'both users and size are given.', 'keep one of the two.');
    for (const [name, reference] of Object.entries(OWNED_BY_HOST)) {
        const value = gateway.general_settings?.[name];
        if (value !== undefined && value !== reference)
            error('owned', ['general_settings', name], `${name} is set, but it is made and kept on the host.`, `remove it, or write ${reference}.`);
    }
    const { repository, copy_to: copyTo, copy_host_key: hostKey } = gateway.backup ?? {};
    if (copyTo?.startsWith('sftp:') && hostKey === undefined)
        error('copy-host-key', ['backup', 'copy_to'], 'backup.copy_to is reached by sftp, and the key of its host is not pinned.', 'add copy_host_key: the line in /etc/ssh/ssh_host_ed25519_key.pub there.');
    if (copyTo !== undefined && copyTo === (repository ?? backup/* DEFAULT_REPOSITORY */.nu))
        error('copy-to', ['backup', 'copy_to'], 'backup.copy_to is the repository itself.', 'name another place, best on another machine, or leave it out.');
    const ids = (0,model_id/* modelIds */.K)(gateway.model_list);
    const firstOf = new Map();
    for (const [index, id] of ids.entries()) {
        const first = firstOf.get(id);
        if (first === undefined)
            firstOf.set(id, index);
        else {
            const { line } = source.locate(['model_list', first]);
            error('duplicate-model', ['model_list', index, 'model_info', 'id'], `the model id "${id}" is taken by the model at line ${line}.`, 'give each model its own model_info.id, or none: then one is made.');
        }
    }
    return [...problems, ...(0,budgets/* budgetProblems */.iU)(gateway, source)];
}
function shapeProblems(issue, source) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const problem = (code, at, message, fix, part = 'value') => ({ severity: 'error', code, message, fix, at: source.locate(at, part) });
    if (issue.code === 'unrecognized_keys') {
        const known = knownKeys(path);
        return issue.keys.map((key) => {
            const meant = nearest(key, known);
            return problem('unknown-key', [...path, key], `"${key}" is not a key of ${path.length === 0 ? 'gateway.yaml' : pathText(path)}.`, meant === undefined ? `allowed here: ${known.join(', ')}.` : `did you mean "${meant}"?`, 'key');
        });
    }
    const got = valueAt(source, path);
    if (got === undefined) {
        return [
            problem('missing', path, `${pathText(path)} is missing.`, `add ${path.at(-1)}: ${hint(issue) ?? 'a value'}.`, 'key'),
        ];
    }
    const shown = (0,secrets/* findSecrets */.d)({ [String(path.at(-1))]: got }).literals.length > 0 ? 'a secret' : (0,config_source/* describe */.q0)(got);
    return [
        problem(issue.code === 'invalid_type' ? 'wrong-type' : 'value', path, `${pathText(path)} is ${shown}.`, `${hint(issue) ?? issue.message}.`),
    ];
}
function hint(issue) {
    switch (issue.code) {
        case 'invalid_type':
            return `write ${{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys and values', record: 'keys and values' }[issue.expected] ?? issue.expected} here`;
        case 'invalid_value':
            return `allowed: ${issue.values.join(', ')}`;
        case 'too_small':
            return issue.origin === 'string' ? 'write some text here' : `write at least ${issue.minimum}`;
        case 'too_big':
            return `write at most ${issue.maximum}`;
        case 'invalid_union':
            return 'write it as the README shows';
        default:
            return issue.message;
    }
}
function valueAt(source, path) {
    let value = source.value;
    for (const step of path) {
        if (Array.isArray(value) && typeof step === 'number')
            value = value[step];
        else if ((0,config_source/* isRecord */.u4)(value))
            value = value[step];
        else
            return undefined;
    }
    return value;
}
/** The keys that the schema allows at a path. */
function knownKeys(path) {
    let node = json_schema_processors/* toJSONSchema */.bl(gatewaySchema);
    for (const step of path) {
        // A list that may also be null is a choice of two.
        const options = node?.anyOf ?? [node];
        node = options
            .map((option) => (typeof step === 'number' ? option?.items : option?.properties?.[step]))
            .find((found) => found !== undefined);
    }
    return [...new Set((node?.anyOf ?? [node]).flatMap((option) => Object.keys(option?.properties ?? {})))];
}
/** `model_list[0].litellm_params.api_key` */
function pathText(path) {
    return path
        .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
        .join('');
}


/***/ }),

/***/ 4650:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ reachOf)
/* harmony export */ });
const DEFAULT_USER = 'debian';
/** How the declared machine is reached by SSH, whoever makes it. */
function reachOf({ ssh, proxmox }) {
    if (ssh !== undefined)
        return ssh;
    if (proxmox === undefined)
        throw new TypeError('The schema lets no declaration through that says neither ssh nor proxmox.');
    const { address, user = DEFAULT_USER, host_key, plan_key, proxy_jump } = proxmox;
    return {
        host: address.split('/')[0] ?? address,
        user,
        ...(host_key === undefined ? {} : { host_key }),
        ...(plan_key === undefined ? {} : { plan_key }),
        ...(proxy_jump === undefined ? {} : { proxy_jump }),
    };
}


/***/ })

};
;