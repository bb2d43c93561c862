"use strict";
exports.id = 854;
exports.ids = [854];
exports.modules = {

/***/ 3743:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $V: () => (/* binding */ manifestOf),
/* harmony export */   N: () => (/* binding */ workersOf),
/* harmony export */   f5: () => (/* binding */ settingsOf),
/* harmony export */   m6: () => (/* binding */ connectTo)
/* harmony export */ });
/* harmony import */ var _config_backup_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7957);
/* harmony import */ var _config_firewall_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(331);
/* harmony import */ var _config_problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2144);
/* harmony import */ var _config_vm_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4650);
/* harmony import */ var _host_host_key_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6399);
/* harmony import */ var _host_plan_key_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7294);
/* harmony import */ var _host_render_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8595);
/* harmony import */ var _machine_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6843);








const GIB = 1024 ** 3;
/**
 * Connects to the machine that the declaration names, with its pinned key. The key that may only look is known by its public
 * half in `plan_key`, and has an account of its own.
 * @throws ConfigError without an SSH key, or when one that may only look is given for what changes something; HostError
 */
async function connectTo(desired, context, purpose) {
    const { gateway, locate } = desired;
    const { connect, sshKey, logger } = context;
    const ssh = (0,_config_vm_js__WEBPACK_IMPORTED_MODULE_7__/* .reachOf */ .x)(gateway.vm);
    if (sshKey === undefined || sshKey.trim() === '') {
        throw new _config_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .ConfigError */ .x([
            {
                severity: 'error',
                code: 'ssh-key',
                message: `${ssh.user}@${ssh.host} is to be reached, but no SSH key was given.`,
                fix: 'set the input ssh-key from a secret (action), SSH_KEY or --ssh-key-file (CLI), or validate only with offline.',
                at: locate(['vm']),
            },
        ]);
    }
    const readOnly = ssh.plan_key !== undefined && (0,_host_host_key_js__WEBPACK_IMPORTED_MODULE_3__/* .isHalfOf */ .Bo)(sshKey, ssh.plan_key);
    if (readOnly && purpose === 'change') {
        throw new _config_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .ConfigError */ .x([
            {
                severity: 'error',
                code: 'read-only-key',
                message: 'the SSH key given is the one of plan_key, which may look and change nothing.',
                fix: `give the key of ${ssh.user}@${ssh.host} instead, from a GitHub environment that only the protected branch can use.`,
                at: locate(['vm', gateway.vm.ssh === undefined ? 'proxmox' : 'ssh', 'plan_key']),
            },
        ]);
    }
    const host_key = ssh.host_key ?? (await (0,_machine_js__WEBPACK_IMPORTED_MODULE_6__/* .hostKeyOf */ .v)(desired, context));
    return await connect({
        ...machineOf({ ...ssh, host_key }),
        ...(ssh.proxy_jump === undefined ? {} : { jump: machineOf(ssh.proxy_jump) }),
        ...(readOnly ? { user: _host_plan_key_js__WEBPACK_IMPORTED_MODULE_4__/* .PLAN_USER */ .c } : {}),
        readOnly,
        privateKey: sshKey,
        logger,
    });
}
function machineOf({ host, port, user, host_key }) {
    return { host, user, hostKey: host_key, ...(port === undefined ? {} : { port }) };
}
/** What the machine has to be, as declared. */
function manifestOf({ gateway, size }) {
    const { domain, litellm, proxy = 'caddy', tls = 'acme' } = gateway;
    const memory = size === undefined ? {} : { memoryBytes: size.memoryGiB * GIB };
    const { port, plan_key: planKey } = (0,_config_vm_js__WEBPACK_IMPORTED_MODULE_7__/* .reachOf */ .x)(gateway.vm);
    return (0,_host_render_js__WEBPACK_IMPORTED_MODULE_5__/* .renderHost */ .F)({
        domain,
        tls,
        proxy,
        image: litellm.image,
        workers: workersOf(gateway),
        firewall: (0,_config_firewall_js__WEBPACK_IMPORTED_MODULE_1__/* .firewallOf */ .e)(gateway.firewall, { proxy, tls }),
        backup: (0,_config_backup_js__WEBPACK_IMPORTED_MODULE_0__/* .backupOf */ .GH)(gateway),
        ...(port === undefined ? {} : { sshPort: port }),
        ...memory,
        ...(planKey === undefined ? {} : { planKey }),
    });
}
function workersOf({ litellm }) {
    return litellm.workers ?? 4;
}
/** Settings that reach LiteLLM by its environment. */
function settingsOf({ gateway }) {
    return { storeModelInDb: gateway.general_settings?.store_model_in_db === true };
}


/***/ }),

/***/ 7294:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ planKeyFiles),
/* harmony export */   c: () => (/* binding */ PLAN_USER)
/* harmony export */ });
/* harmony import */ var _agent_modules_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3410);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8496);
/* harmony import */ var _host_key_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6399);



/** The account that a read-only key logs in as; see `agent/account.py`. */
const PLAN_USER = 'litellm-plan';
const FOLDER = '/usr/local/lib/litellm-gitops';
/** `restrict` refuses forwarding of every kind, a terminal and ~/.ssh/rc; what is asked for instead of the command is ignored. */
const FORCED = `restrict,command="exec sudo -n ${FOLDER}/observe"`;
/**
 * What a host holds for the keys that may only look. It stands there without any key too: a key that is not declared any more
 * is taken away by the same files. Pure.
 * @param keys public keys, one a line
 * @param managed paths of the other managed files: those whose state may be asked for
 */
function planKeyFiles(keys, managed) {
    const lines = (0,_host_key_js__WEBPACK_IMPORTED_MODULE_2__/* .publicKeyLines */ .qT)(keys).map((key) => `${FORCED} ${key}\n`);
    const files = {
        '/etc/sysusers.d/litellm-plan.conf': file((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('plan-key/sysusers.conf'), '0644'),
        '/etc/sudoers.d/litellm-plan': file((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('plan-key/sudoers'), '0440'),
        [`${FOLDER}/observe`]: file((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('plan-key/observe'), '0755'),
        '/var/lib/litellm-plan/.ssh/authorized_keys': file((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('plan-key/authorized_keys') + lines.join(''), '0644'),
    };
    const agent = `${FOLDER}/agent.json`;
    const paths = [...managed, ...Object.keys(files), agent].sort();
    // One file, so that a deploy replaces all modules at once while somebody may be asking.
    const content = `${JSON.stringify({ paths, modules: (0,_agent_modules_js__WEBPACK_IMPORTED_MODULE_0__/* .agentModules */ .z)() }, undefined, 1)}\n`;
    return { ...files, [agent]: file(content, '0644') };
}
function file(content, mode) {
    return { content, mode, owner: 'root:root' };
}


/***/ }),

/***/ 8595:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ renderHost),
/* harmony export */   e: () => (/* binding */ hostBackupSettings)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8496);
/* harmony import */ var _plan_key_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7294);



const MIB = 1024 * 1024;
const DEFAULT_MEMORY = 4096 * MIB;
/** LiteLLM's pool for each worker (`database_connection_pool_limit`). */
const CONNECTIONS_PER_WORKER = 10;
/** People's psql, backups, migrations. */
const SPARE_CONNECTIONS = 40;
const PACKAGES = [
    'postgresql',
    'redis-server',
    'caddy',
    'podman',
    'netavark',
    'python3',
    'python3-yaml',
    'sudo',
    'ca-certificates',
    'nftables',
    'unattended-upgrades',
    'logrotate',
    'restic',
    'age',
    'iproute2',
    'openssh-client',
    // Budgets reset by the clock, and certificates end by it.
    'systemd-timesyncd | chrony | ntpsec | openntpd',
];
const UNITS = [
    'litellm.service',
    'caddy.service',
    'postgresql.service',
    'redis-server.service',
    'litellm-firewall.service',
    'litellm-backup.timer',
    'litellm-verify.timer',
];
const BACKUP_SETTINGS = '/etc/litellm/backup.json';
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const IMAGE = /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;
/**
 * The files, packages and units of a host with these settings. Pure.
 * @throws RangeError when a value could mean something else in the file it is put into; what a user writes is checked before
 */
function renderHost(settings) {
    const { domain, workers, image } = settings;
    if (!DOMAIN.test(domain))
        throw new RangeError(`not a domain name: ${JSON.stringify(domain)}`);
    if (!IMAGE.test(image))
        throw new RangeError(`not an image by digest: ${JSON.stringify(image)}`);
    if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
        throw new RangeError(`not a number of workers: ${workers}`);
    }
    const memory = Math.floor((settings.memoryBytes ?? DEFAULT_MEMORY) / MIB);
    return {
        packages: PACKAGES,
        units: UNITS,
        files: withPlanKey(settings.planKey, {
            '/etc/containers/systemd/litellm.container': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('units/litellm.container')),
            '/etc/containers/systemd/litellm-standby.container': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('units/litellm-standby.container')),
            '/usr/local/lib/litellm-gitops/start': { ...root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('litellm-start.sh')), mode: '0755' },
            '/etc/systemd/system/litellm-firewall.service': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('units/litellm-firewall.service')),
            '/etc/litellm-firewall.nft': root(firewall(settings)),
            ...backupFiles(settings),
            '/etc/apt/apt.conf.d/60litellm-gitops': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('apt/60litellm-gitops')),
            '/etc/systemd/journald.conf.d/litellm-gitops.conf': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('systemd/journald.conf')),
            '/etc/caddy/Caddyfile': root(caddyfile(settings)),
            '/etc/systemd/system/caddy.service.d/litellm.conf': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('systemd/caddy-litellm.conf')),
            '/etc/systemd/system/postgresql@.service.d/litellm.conf': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('systemd/postgresql-litellm.conf')),
            '/etc/postgresql/*/main/conf.d/litellm.conf': postgres(fill((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('postgresql/litellm.conf'), {
                WORKERS: workers,
                MAX_CONNECTIONS: 2 * workers * CONNECTIONS_PER_WORKER + SPARE_CONNECTIONS,
                SHARED_BUFFERS_MB: within(memory / 16, 64, 2048),
                CACHE_MB: within(memory / 4, 256, 16_384),
            }), '0644'),
            '/etc/postgresql/*/main/pg_hba.conf': postgres((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('postgresql/pg_hba.conf'), '0640'),
            '/etc/postgresql/*/main/pg_ident.conf': postgres((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('postgresql/pg_ident.conf'), '0640'),
            '/etc/redis/redis.conf': {
                content: fill((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('redis/redis.conf'), { MAXMEMORY_MB: within(memory / 16, 128, 2048) }),
                mode: '0640',
                owner: 'redis:redis',
            },
        }),
    };
}
function backupFiles({ domain, backup }) {
    const { at, verifyAt, knownHost, ...settings } = backup;
    const timer = (name, time) => root(fill((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)(`units/${name}.timer`), { AT: time }));
    return {
        '/usr/local/sbin/litellm-gitops': { ...root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('backup/litellm-gitops')), mode: '0755' },
        '/etc/systemd/system/litellm-backup.service': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('units/litellm-backup.service')),
        '/etc/systemd/system/litellm-backup.timer': timer('litellm-backup', at),
        '/etc/systemd/system/litellm-verify.service': root((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('units/litellm-verify.service')),
        '/etc/systemd/system/litellm-verify.timer': timer('litellm-verify', verifyAt),
        [BACKUP_SETTINGS]: root(`${JSON.stringify({ domain, ...settings }, undefined, 1)}\n`),
        '/etc/litellm/backup_known_hosts': root(knownHost === undefined ? '' : `${knownHost}\n`),
    };
}
/** What deploy tells the host of its backups, for a host that lost it. */
function hostBackupSettings({ files }) {
    return JSON.parse(files[BACKUP_SETTINGS]?.content ?? 'null');
}
function withPlanKey(keys, files) {
    return { ...files, ...(0,_plan_key_js__WEBPACK_IMPORTED_MODULE_2__/* .planKeyFiles */ .I)(keys ?? '', Object.keys(files)) };
}
function caddyfile({ domain, tls, proxy }) {
    const common = (0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('caddy/Caddyfile');
    if (proxy === 'external' || tls === 'off')
        return common;
    return common + fill((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)(`caddy/domain.${tls}`), { DOMAIN: domain.toLowerCase() });
}
function firewall({ firewall, sshPort = 22 }) {
    if (firewall === undefined)
        return (0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('firewall/off.nft');
    const { ssh, https, gateway } = firewall;
    return fill((0,_files_js__WEBPACK_IMPORTED_MODULE_1__/* .hostFile */ .R)('firewall/litellm-gitops.nft'), {
        SSH_PORTS: [...new Set([22, sshPort])].join(', '),
        SSH4: elements(ssh, 4),
        SSH6: elements(ssh, 6),
        HTTPS4: elements(https, 4),
        HTTPS6: elements(https, 6),
        GATEWAY4: elements(gateway, 4),
        GATEWAY6: elements(gateway, 6),
    });
}
/** The line of a set that names its members; nft knows no empty one. */
function elements(networks, version) {
    const mine = networks.filter((network) => (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(network.split('/')[0] ?? '') === version);
    return mine.length === 0 ? '# nobody' : `elements = { ${mine.join(', ')} }`;
}
/** Replaces `@NAME@`; the values were checked, and a placeholder without a value is a bug of ours. */
function fill(text, values) {
    return text.replace(/@([A-Z_]+[46]?)@/g, (placeholder, name) => {
        const value = values[name];
        if (value === undefined)
            throw new RangeError(`no value for ${placeholder}`);
        return String(value);
    });
}
function within(value, least, most) {
    return Math.floor(Math.min(Math.max(value, least), most));
}
function root(content) {
    return { content, mode: '0644', owner: 'root:root' };
}
function postgres(content, mode) {
    return { content, mode, owner: 'postgres:postgres' };
}


/***/ }),

/***/ 5988:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Af: () => (/* binding */ limitsOf),
/* harmony export */   Nv: () => (/* binding */ differingLimits),
/* harmony export */   Po: () => (/* binding */ ALL_MODELS),
/* harmony export */   rL: () => (/* binding */ budgetNotes),
/* harmony export */   rV: () => (/* binding */ budgetChanges),
/* harmony export */   xN: () => (/* binding */ unmanagedBudgets)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6909);
/* harmony import */ var _config_period_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1526);
/* harmony import */ var _config_source_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5794);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7986);





/** Objects whose mark lists the limits that are ours; of others a whole row of LiteLLM's budget table is ours, or nothing. */
const LISTS_LIMITS = new Set(['user', 'team', 'member', 'key']);
/** How LiteLLM writes "no restriction" where an empty list would change nothing. */
const ALL_MODELS = 'all-proxy-models';
/**
 * What is declared and stands otherwise. A limit that is not declared is lifted when we made it, and left alone when somebody
 * else did; it is never read as 0. With `prune` the budgets that we made and that are declared no more are lifted too.
 */
function budgetChanges(desired, gateway, now) {
    // Budgets that could not be read say nothing of what stands; the plan carries a warning then.
    if (gateway !== null && gateway.budgets === null)
        return { changes: [], adoptions: [] };
    const live = new Map((gateway?.budgets ?? []).map((budget) => [(0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget), budget]));
    const declared = desired.budgets.filter(({ subject }) => subject !== 'provider');
    const changed = declared.flatMap((budget) => {
        const observed = live.get((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget));
        // A key's value is told to whoever makes it, once: a run that made one would have to show it.
        if (observed === undefined && budget.subject === 'key')
            return [];
        const before = observed === undefined ? undefined : stateOf(observed);
        const after = wanted(budget, before, now);
        if (before !== undefined && sameLimits(before, after) && sameMark(budget, before))
            return [];
        const { subject, id, team, at } = budget;
        return [
            {
                kind: 'budget',
                action: before === undefined ? 'create' : 'update',
                subject,
                id,
                ...(team === undefined ? {} : { team }),
                before,
                after,
                at,
            },
        ];
    });
    const gone = desired.gateway.prune === true ? undeclared(desired, gateway).filter(isOwn) : [];
    const isChange = ({ before, after }) => before === undefined || !sameLimits(before, after);
    return {
        changes: [...changed.filter(isChange), ...gone.map(lifted)],
        adoptions: changed.filter((change) => !isChange(change)),
    };
}
/** Budgets that stand and are not declared: made in the UI, or declared once and not any more. */
function unmanagedBudgets(desired, gateway) {
    return undeclared(desired, gateway).flatMap((observed) => {
        if (isOwn(observed) && desired.gateway.prune === true)
            return [];
        // What the team gives to each member is the team's; it stands there.
        if (observed.shared === true || (!isOwn(observed) && sameLimits(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .NO_LIMITS */ .d1, limitsOf(observed))))
            return [];
        const origin = isOwn(observed)
            ? 'declared once, not any more; it stays in force (prune: true lifts it)'
            : 'made in the UI or by the API';
        const { subject, id, team } = observed;
        const name = team === undefined ? id : `${id} of ${team}`;
        return [{ kind: subject, id: name, detail: `${(0,_wording_js__WEBPACK_IMPORTED_MODULE_4__/* .limitsText */ .Cf)(limitsOf(observed))}, ${origin}` }];
    });
}
/** What a reviewer should know of budgets that cannot be made. */
function budgetNotes({ budgets }, gateway) {
    if (gateway?.budgets == null)
        return [];
    const live = new Set(gateway.budgets.map(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf));
    return budgets
        .filter((budget) => budget.subject === 'key' && !live.has((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(budget)))
        .map(({ id, at }) => ({
        severity: 'warning',
        text: `No key has the alias ${id} yet. Its budget is set by the sync after somebody made it.`,
        at,
    }));
}
function undeclared({ budgets }, gateway) {
    const declared = new Set(budgets.map(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf));
    return (gateway?.budgets ?? []).filter((observed) => !declared.has((0,_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .ownerKey */ .lf)(observed)));
}
function isOwn(observed) {
    return observed.managed !== undefined;
}
function lifted(observed) {
    const before = stateOf(observed);
    const kept = Object.fromEntries(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.map((name) => [name, before.managed?.includes(name) ? null : before[name]]));
    const { subject, id, team } = observed;
    return {
        kind: 'budget',
        action: 'delete',
        subject,
        id,
        ...(team === undefined ? {} : { team }),
        before,
        after: { ..._config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .NO_LIMITS */ .d1, ...kept, managed: undefined, spend: before.spend, resetsAt: null },
    };
}
function stateOf(observed) {
    const { managed, spend, budget_reset_at } = observed;
    return {
        ...limitsOf(observed),
        managed: managed === undefined ? undefined : _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => managed.includes(_config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMITS */ .b1[name])),
        spend: spend ?? 0,
        // The database keeps UTC without saying so.
        resetsAt: budget_reset_at === undefined ? null : new Date(`${budget_reset_at}Z`).toISOString(),
    };
}
/** The limits of an object in LiteLLM's form. */
function limitsOf(observed) {
    const { models } = observed;
    return {
        maxBudget: observed.max_budget ?? null,
        duration: observed.budget_duration ?? null,
        softBudget: observed.soft_budget ?? null,
        tpmLimit: observed.tpm_limit ?? null,
        rpmLimit: observed.rpm_limit ?? null,
        models: models === undefined || models.includes(ALL_MODELS) ? null : models,
        modelBudgets: modelBudgets(observed.model_max_budget),
        windows: observed.budget_limits?.map(({ max_budget, budget_duration }) => ({
            maxBudget: max_budget,
            duration: budget_duration,
        })) ?? null,
    };
}
/** LiteLLM takes these in two forms, and keeps them as they were sent. */
function modelBudgets(given) {
    if (given === undefined)
        return null;
    return Object.fromEntries(Object.entries(given).map(([model, window]) => {
        const { max_budget, budget_limit, budget_duration, time_period } = (0,_config_source_js__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4)(window) ? window : {};
        return [
            model,
            {
                maxBudget: Number(max_budget ?? budget_limit ?? 0),
                duration: String(budget_duration ?? time_period ?? ''),
            },
        ];
    }));
}
function wanted({ limits, declared }, before, now) {
    // A limit that somebody else set and nobody declares here is none of our business.
    const foreign = _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => !declared.includes(name) && before !== undefined && before.managed?.includes(name) !== true);
    const kept = Object.fromEntries(foreign.map((name) => [name, before?.[name] ?? null]));
    const after = { ...limits, ...kept };
    const sameDuration = before !== undefined && (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(before.duration) === (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(after.duration);
    return {
        ...after,
        managed: declared,
        spend: before?.spend ?? 0,
        resetsAt: sameDuration ? before.resetsAt : ((0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .nextReset */ .Zl)(after.duration, now)?.toISOString() ?? null),
    };
}
/** The limits in which two differ. Other words for one period, and another order of models or windows, are no difference. */
function differingLimits(before, after) {
    return _config_budgets_js__WEBPACK_IMPORTED_MODULE_1__/* .LIMIT_NAMES */ .x3.filter((name) => !(0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(comparable(name, before), comparable(name, after)));
}
function sameLimits(before, after) {
    return differingLimits(before, after).length === 0;
}
function comparable(name, limits) {
    switch (name) {
        case 'duration':
            return (0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(limits.duration);
        case 'models':
            return limits.models?.toSorted();
        case 'windows':
            return limits.windows?.map(canonicalWindow).toSorted((a, b) => (a < b ? -1 : 1));
        case 'modelBudgets':
            return (limits.modelBudgets &&
                Object.fromEntries(Object.entries(limits.modelBudgets)
                    .map(([model, window]) => [model, canonicalWindow(window)])
                    .toSorted()));
        default:
            return limits[name] === null ? null : money(limits[name]);
    }
}
/** Without the digits in which binary fractions differ: not all that stands between us and the database keeps them. */
function money(amount) {
    return Number(amount.toPrecision(12));
}
function canonicalWindow({ maxBudget, duration }) {
    return `${money(maxBudget)} ${(0,_config_period_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalDuration */ .D$)(duration)}`;
}
function sameMark({ subject, declared }, { managed }) {
    if (managed === undefined)
        return false;
    return !LISTS_LIMITS.has(subject) || (0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(managed.toSorted(), declared.toSorted());
}


/***/ })

};
;