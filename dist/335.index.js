"use strict";
exports.id = 335;
exports.ids = [335,931];
exports.modules = {

/***/ 1335:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  doctor: () => (/* binding */ doctor)
});

// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var config_desired = __webpack_require__(2358);
// EXTERNAL MODULE: ./lib/config/known-bad.json
var known_bad = __webpack_require__(4106);
// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
;// CONCATENATED MODULE: ./lib/doctor/finding.js
function onHost(text) {
    return { where: 'host', text };
}
function byUs(text) {
    return { where: 'litellm-gitops', text };
}
function inYaml(text) {
    return { where: 'gateway.yaml', text };
}
function elsewhere(text) {
    return { where: 'elsewhere', text };
}
/** What could not be looked at is not healthy: nobody knows. */
function unread(id, what, problem) {
    return {
        id,
        severity: 'warning',
        what: `${what} cannot be looked at: ${problem}`,
        why: 'What nobody can look at may be broken since long.',
        mend: onHost('journalctl -p warning --since -1h'),
    };
}

;// CONCATENATED MODULE: ./lib/doctor/wording.js
const GIB = 1024 ** 3;
/** `3.2 GiB`; below a tenth in MiB. */
function gib(bytes) {
    return bytes < GIB / 10 ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}
/** `7 %` of a share. */
function percent(share) {
    return `${(share * 100).toFixed(0)} %`;
}
/** `1 day`, `12 days` */
function days(count) {
    const whole = Math.floor(count);
    return whole === 1 ? '1 day' : `${whole} days`;
}
/** `26 hours`, from two days on `3 days`. */
function hours(seconds) {
    const count = seconds / 3600;
    return count >= 48 ? days(count / 24) : `${count.toFixed(0)} hours`;
}

;// CONCATENATED MODULE: ./lib/doctor/backups.js


const HOUR = 3600;
/** The host proves its newest backup each day; one day may be missed by a restart. */
const OLDEST_PROOF = 50 * HOUR;
/**
 * @param now seconds since 1970 by the host's clock
 * @param deployedSince when the gateway was made; null when nobody knows
 */
function backupFindings(facts, now, deployedSince) {
    const { repository, copy, proven, oldestHours } = facts;
    const running = deployedSince === null ? Number.POSITIVE_INFINITY : now - deployedSince;
    const found = [...localFindings(repository, oldestHours * HOUR, now, running)];
    // Without a backup there is nothing that could have been copied or proven.
    if (repository.count === 0)
        return [...found, ...(copy === null ? [] : unreadable(copy, 'backup-copy-broken'))];
    if (copy !== null)
        found.push(...copyFindings(copy, oldestHours * HOUR, now, repository));
    const since = proven === null ? running : now - seconds(proven.time);
    if (since > OLDEST_PROOF)
        found.push({
            id: 'proof-old',
            severity: 'warning',
            what: proven === null
                ? 'No backup was ever proven.'
                : `The last proof of a backup is ${days(since / 86_400)} old.`,
            why: 'A backup that nobody restored may not be one.',
            mend: byUs('litellm-gitops verify'),
        });
    return found;
}
function localFindings(place, oldest, now, running) {
    if (place.problem !== null)
        return unreadable(place, 'backup-repository-broken');
    const why = 'What was not backed up is lost with the machine.';
    const mend = onHost('systemctl start litellm-backup; journalctl -u litellm-backup -n 50');
    if (place.newest === null)
        return running <= oldest
            ? []
            : [
                {
                    id: 'backup-missing',
                    severity: 'error',
                    what: `There is no backup in ${place.location}.`,
                    why,
                    mend,
                },
            ];
    const age = now - seconds(place.newest);
    if (age > oldest)
        return [
            { id: 'backup-old', severity: 'error', what: `The newest backup is ${hours(age)} old.`, why, mend },
        ];
    if (age < -HOUR)
        return [
            {
                id: 'backup-future',
                severity: 'warning',
                what: `The newest backup is from ${place.newest}, which is in the future.`,
                why: 'The clock jumped: retention may keep the wrong ones.',
                mend: onHost('timedatectl; then systemctl start litellm-backup'),
            },
        ];
    return [];
}
function copyFindings(copy, oldest, now, local) {
    if (copy.problem !== null)
        return unreadable(copy, 'backup-copy-broken');
    const age = copy.newest === null ? Number.POSITIVE_INFINITY : now - seconds(copy.newest);
    const here = local.newest === null ? Number.POSITIVE_INFINITY : now - seconds(local.newest);
    // When both are old it is the backup itself that is not taken.
    if (age <= oldest || here > oldest)
        return [];
    return [
        {
            id: 'backup-copy-old',
            severity: 'error',
            what: copy.newest === null
                ? `There is no backup in the off-site copy ${copy.location}.`
                : `The newest backup in the off-site copy is ${hours(age)} old.`,
            why: 'With the machine its own repository is lost too.',
            mend: byUs('litellm-gitops backup # copies those that the copy lacks, and says why it cannot'),
        },
    ];
}
function unreadable({ problem }, id) {
    if (problem === null)
        return [];
    return [
        {
            id,
            severity: 'error',
            what: problem,
            why: 'Nothing can be restored from it as it is.',
            mend: byUs('litellm-gitops backup # says what it needs; a new place is begun under backup.repository or backup.copy_to'),
        },
    ];
}
function seconds(time) {
    return Date.parse(time) / 1000;
}

;// CONCATENATED MODULE: ./lib/doctor/database.js


const DAY = 86_400;
const DATABASE_FOLDER = '/var/lib/postgresql';
const RETENTION = 'general_settings: {maximum_spend_logs_retention_period: 90d}';
/** Fewer say nothing of a trend. */
const ROWS_FOR_A_TREND = 1000;
const LARGE_LOG = 10 * 1024 ** 3;
const WHO_HOLDS_THEM = onHost('runuser -u postgres -- psql -c "SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC"; who is not LiteLLM has to close them');
function databaseFindings(facts) {
    return [...sessions(facts), ...damage(facts), ...tables(facts)];
}
/** The superuser's own connections are taken as well. */
function noConnectionLeft(problem) {
    return {
        id: 'database-connections',
        severity: 'error',
        what: `PostgreSQL takes no connection any more: ${problem}`,
        why: 'Requests fail as if no key were known.',
        mend: WHO_HOLDS_THEM,
    };
}
function sessions({ connections, maxConnections, idleInTransactionSeconds, longestQuerySeconds, waitingSeconds, }) {
    const found = [];
    const share = connections / maxConnections;
    if (share >= 0.8)
        found.push({
            id: 'database-connections',
            severity: share >= 0.95 ? 'error' : 'warning',
            what: `${connections} of ${maxConnections} connections of PostgreSQL are taken (${percent(share)}).`,
            why: 'When none is left, requests fail as if no key were known.',
            mend: WHO_HOLDS_THEM,
        });
    if (idleInTransactionSeconds > 300)
        found.push({
            id: 'database-idle-transaction',
            severity: 'warning',
            what: `A session holds a transaction open and has done nothing for ${idleInTransactionSeconds} s.`,
            why: 'It holds locks, and nothing that was deleted since can be cleaned away.',
            mend: onHost(`runuser -u postgres -- psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '5 minutes'"`),
        });
    if (waitingSeconds > 60)
        found.push({
            id: 'database-locked',
            severity: 'error',
            what: `A session has waited for a lock for ${waitingSeconds} s.`,
            why: 'What it is to do does not happen, and those behind it wait too.',
            mend: onHost(`psql -U litellm -c "SELECT pid, pg_blocking_pids(pid), state FROM pg_stat_activity WHERE wait_event_type = 'Lock'"; pg_terminate_backend ends the one that blocks`),
        });
    else if (longestQuerySeconds > 600)
        found.push({
            id: 'database-slow-query',
            severity: 'warning',
            what: `A query has been running for ${longestQuerySeconds} s.`,
            why: 'It takes disk and processor from the requests.',
            mend: onHost(`psql -U litellm -c "SELECT pid, now() - query_start, left(query, 80) FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC"`),
        });
    return found;
}
function damage(facts) {
    const { checksumFailures, durable, invalidIndexes, failedMigrations, transactionAge } = facts;
    const found = [];
    if (checksumFailures > 0)
        found.push({
            id: 'database-corrupt',
            severity: 'error',
            what: `PostgreSQL has met ${checksumFailures} damaged pages on its disk.`,
            why: 'Rows are lost or wrong, and backups since then hold the same.',
            mend: byUs('litellm-gitops restore # the newest backup from before, on a sound disk'),
        });
    if (!durable)
        found.push({
            id: 'database-not-durable',
            severity: 'error',
            what: 'PostgreSQL does not wait for its disk (fsync or full_page_writes is off).',
            why: 'A power cut can destroy the whole database.',
            mend: onHost('runuser -u postgres -- psql -c "ALTER SYSTEM RESET fsync" -c "ALTER SYSTEM RESET full_page_writes" -c "SELECT pg_reload_conf()"'),
        });
    if (invalidIndexes.length > 0)
        found.push({
            id: 'database-invalid-index',
            severity: 'warning',
            what: `Indexes that were not built to their end: ${invalidIndexes.join(', ')}.`,
            why: 'They cost every write and serve no read.',
            mend: onHost(`psql -U litellm -c 'REINDEX INDEX CONCURRENTLY ${invalidIndexes[0]}'`),
        });
    if (failedMigrations.length > 0)
        found.push({
            id: 'migration-failed',
            severity: 'error',
            what: `Migrations of the schema that did not come to their end: ${failedMigrations.join(', ')}.`,
            why: 'LiteLLM may meet columns that are not there.',
            mend: byUs('litellm-gitops deploy'),
        });
    if (transactionAge > 1_000_000_000)
        found.push({
            id: 'database-wraparound',
            severity: transactionAge > 1_800_000_000 ? 'error' : 'warning',
            what: `The oldest transaction that PostgreSQL still counts is ${transactionAge} transactions old, of 2,147,483,647.`,
            why: 'At the end of them it takes no more writes.',
            mend: onHost('runuser -u postgres -- vacuumdb --all --freeze --jobs 2'),
        });
    return found;
}
function tables({ tables }) {
    return tables
        .filter(({ rows, deadRows }) => deadRows > 50_000 && deadRows > rows)
        .map(({ name, rows, deadRows, bytes }) => ({
        id: 'table-bloated',
        severity: 'warning',
        what: `${name} (${gib(bytes)}) holds ${deadRows} dead rows beside ${rows} living ones.`,
        why: 'Every read of it takes longer, and it goes on growing.',
        mend: onHost(`psql -U litellm -c 'VACUUM (ANALYZE) "${name}"'`),
    }));
}
/** Days until the spend log has filled the disk at the pace of the last days; null when it does not grow so that one could tell. */
function daysUntilFull({ growth }, disks, now) {
    const disk = disks.find(({ holds }) => holds.includes(DATABASE_FOLDER));
    if (disk === undefined || growth.recentRows < ROWS_FOR_A_TREND || growth.oldest === null)
        return null;
    const span = Math.max(Math.min(growth.days, (now - growth.oldest) / DAY), 1 / 24);
    // PostgreSQL's own count of rows is an estimate that may lag behind.
    const perRow = growth.bytes / Math.max(growth.rows, growth.recentRows);
    return disk.freeBytes / ((growth.recentRows / span) * perRow);
}
/**
 * The log of requests, the one table that grows without end.
 * @param retentionDays what is declared to be kept of it; undefined when all is
 */
function growthFindings(usage, disks, retentionDays, now) {
    const { bytes, oldest } = usage.growth;
    const age = oldest === null ? 0 : (now - oldest) / DAY;
    const left = daysUntilFull(usage, disks, now);
    // As much goes as comes, once the log is as long as it may be.
    const steady = retentionDays !== undefined && age >= retentionDays - 1;
    // A disk that is short already is told as that.
    const short = disks.some(({ holds, freeBytes, sizeBytes }) => holds.includes(DATABASE_FOLDER) && freeBytes < sizeBytes / 10);
    if (left !== null && left < 30 && !steady && !short)
        return [
            {
                id: 'disk-forecast',
                severity: left < 7 ? 'error' : 'warning',
                what: `At the pace of the last days the log of requests fills the disk in ${days(left)}.`,
                why: 'PostgreSQL stops when it cannot write.',
                mend: inYaml(retentionDays === undefined
                    ? RETENTION
                    : 'size: {vcpu: 4, memory: 8GiB, disk: 60GiB} # a larger disk, or less retention'),
            },
        ];
    if (retentionDays === undefined && bytes > LARGE_LOG)
        return [
            {
                id: 'table-large',
                severity: 'warning',
                what: `The log of requests has ${gib(bytes)}, and nothing of it is ever removed.`,
                why: 'Backups, restores and the pages of the UI take longer by it.',
                mend: inYaml(RETENTION),
            },
        ];
    return [];
}
/** Days of LiteLLM's durations such as `90d`, `12w` or `720h`; undefined for none, or for one that it would not know either. */
function retentionDays(period) {
    const [, count, unit] = typeof period === 'string' ? (/^(\d+)(mo|[smhdw])$/.exec(period) ?? []) : [];
    if (count === undefined || unit === undefined)
        return undefined;
    const seconds = { s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY, mo: 30 * DAY }[unit];
    return seconds === undefined ? undefined : (Number(count) * seconds) / DAY;
}

// EXTERNAL MODULE: ./lib/plan/change.js
var plan_change = __webpack_require__(796);
;// CONCATENATED MODULE: ./lib/doctor/declared.js


const SHOWN = 5;
/** Where the host and the gateway are not as the repository says. */
function driftFindings({ differs }, plan, { databaseAnswers }) {
    const deploy = byUs('litellm-gitops deploy');
    const found = differs.keys.map((path) => ({
        id: 'key-missing',
        severity: 'error',
        what: `${path} is missing.`,
        why: path.endsWith('salt_key')
            ? 'What is stored encrypted cannot be read without it.'
            : 'The next start of the gateway fails without it.',
        mend: path.endsWith('salt_key')
            ? byUs('litellm-gitops restore # with scope: all; it is in every backup')
            : deploy,
    }));
    if (differs.packages.length > 0)
        found.push({
            id: 'package-missing',
            severity: 'error',
            what: `Packages that the gateway needs are not installed: ${shown(differs.packages)}.`,
            why: 'What depends on them does not work.',
            mend: deploy,
        });
    if (differs.accounts.length > 0)
        found.push({
            id: 'account-missing',
            severity: 'error',
            what: `Accounts are missing: ${shown(differs.accounts)}.`,
            why: 'The key of pull requests cannot log in.',
            mend: deploy,
        });
    if (differs.files.length > 0)
        found.push({
            id: 'file-changed',
            severity: 'warning',
            what: `Files of the host are not as declared: ${shown(differs.files)}.`,
            why: 'Somebody changed them, or they are of another version; the next deploy puts them back.',
            mend: deploy,
        });
    // A server that does not answer looks as if it had no database.
    if (differs.database === 'missing' && databaseAnswers)
        found.push({
            id: 'database-missing',
            severity: 'error',
            what: 'PostgreSQL runs, but has no database of LiteLLM.',
            why: 'No key is known and no spend is counted.',
            mend: byUs('litellm-gitops restore'),
        });
    if (differs.image !== null)
        found.push({
            id: 'image-differs',
            severity: 'warning',
            what: `Another image serves than the declared one: ${differs.image.running ?? 'none'}.`,
            why: 'What was reviewed is not what runs.',
            mend: deploy,
        });
    const drift = plan.changes.filter((change) => change.kind === 'budget' || (0,plan_change/* isConfiguration */.ZC)(change));
    if (drift.length > 0)
        found.push({
            id: 'drift',
            severity: 'warning',
            what: `The gateway differs from the repository in ${drift.length} places: ${shown(drift.map(plan_change/* title */.DD))}.`,
            why: 'What was reviewed is not what runs.',
            mend: byUs('litellm-gitops plan # shows each; sync makes it as declared, import declares it as it is'),
        });
    return found;
}
/** What a crash left half done. */
function interruptedFindings({ interrupted }) {
    if (interrupted === null)
        return [];
    const { kind, step, since } = interrupted;
    return [
        {
            id: 'interrupted',
            severity: 'error',
            what: `A ${kind} was cut short at "${step}" (${since}).`,
            why: 'The gateway serves, but is between two states.',
            mend: byUs(kind === 'restore' ? 'litellm-gitops restore # with the same confirmation' : `litellm-gitops deploy`),
        },
    ];
}
/** A version that nobody should run. */
function versionFindings(version, knownBad) {
    const reason = version === null ? undefined : knownBad[version];
    if (reason === undefined)
        return [];
    return [
        {
            id: 'known-bad-version',
            severity: 'error',
            what: `LiteLLM ${version} serves: ${reason}.`,
            why: 'It is known to do harm.',
            mend: {
                where: 'gateway.yaml',
                text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of another version, then deploy',
            },
        },
    ];
}
function secretFileFindings({ wide, leftovers }) {
    return [
        ...wide.map(({ path, mode, owner, wantedMode, wantedOwner }) => ({
            id: 'file-mode',
            severity: 'error',
            what: `${path} has mode ${mode} and belongs to ${owner}; it should be ${wantedMode} of ${wantedOwner}.`,
            why: 'Others on the machine can read what is secret, or replace it.',
            mend: onHost([
                ...(owner === wantedOwner ? [] : [`chown ${wantedOwner} ${path}`]),
                `chmod ${wantedMode} ${path}`,
            ].join(' && ')),
            fix: { kind: 'close', path },
        })),
        ...leftovers.map((path) => ({
            id: 'backup-leftover',
            severity: 'error',
            what: `${path} holds the content of a backup in clear, and no backup is under way.`,
            why: 'Keys and all rows lie there unencrypted, and take space.',
            mend: onHost('systemctl start litellm-backup # a backup begins and ends with cleaning up'),
        })),
    ];
}
function shown(names) {
    return `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`;
}

// EXTERNAL MODULE: ./lib/config/vm.js
var config_vm = __webpack_require__(4650);
;// CONCATENATED MODULE: ./lib/doctor/front.js



const front_DAY = 86_400;
function outsideFindings({ dns, path }, domain) {
    const found = [];
    if (dns !== undefined)
        found.push({
            id: 'dns-mismatch',
            severity: 'error',
            what: dns,
            why: 'People reach another machine or none, and the certificate cannot be renewed.',
            mend: elsewhere(`Add or correct the record of ${domain} at its DNS provider; dig +short ${domain} tells when it is seen.`),
        });
    else if (path !== undefined)
        found.push({
            id: 'path-broken',
            severity: 'warning',
            what: `${path}.`,
            why: 'People who call the gateway by its domain may see the same.',
            mend: onHost('journalctl -u caddy -n 50; curl -sv http://127.0.0.1:4000/health/liveliness'),
        });
    return found;
}
/** Whether a certificate of ours is to be seen on port 443. */
function terminatesTls({ proxy = 'caddy', tls = 'acme' }) {
    return proxy === 'caddy' && tls !== 'off';
}
/** @param now seconds since 1970 by the host's clock */
function certificateFindings(shown, front, now) {
    const { domain, tls = 'acme' } = front;
    const mend = onHost('systemctl restart caddy; journalctl -u caddy --since -1h --grep "certificate|obtain|renew"');
    if (shown.answers !== null)
        return [
            {
                id: 'certificate-missing',
                severity: 'error',
                what: `Port 443 of the host shows no certificate for ${domain}: ${shown.answers}.`,
                why: 'Nobody can call the gateway by its domain.',
                mend,
            },
        ];
    const { notBefore, notAfter, names, issuer } = shown;
    const left = notAfter - now;
    const life = notAfter - notBefore;
    if (left <= 0)
        return [
            {
                id: 'certificate-expired',
                severity: 'error',
                what: `The certificate of ${domain} expired ${left < -2 * front_DAY ? `${days(-left / front_DAY)} ago` : hours(-left).concat(' ago')}.`,
                why: 'Every client refuses the connection.',
                mend,
            },
        ];
    if (!names.some((name) => covers(name, domain)))
        return [
            {
                id: 'certificate-name',
                severity: 'error',
                what: `The certificate on port 443 is for ${names.join(', ') || 'nobody'}, not for ${domain}.`,
                why: 'Every client refuses the connection.',
                mend,
            },
        ];
    const found = [];
    // Caddy renews when a third of the life is left; half of that time has gone in vain.
    if (left < life / 6)
        found.push({
            id: 'certificate-ending',
            severity: left < life / 12 ? 'error' : 'warning',
            what: `The certificate of ${domain} ends in ${hours(left)} and was not renewed.`,
            why: 'Caddy renews it when a third of its life is left: that has failed since.',
            mend,
        });
    if (tls === 'acme' && /Caddy Local Authority/.test(issuer))
        found.push({
            id: 'certificate-local',
            severity: 'error',
            what: `The certificate of ${domain} is signed by the host itself, not by a public authority.`,
            why: 'Clients refuse the connection.',
            mend,
        });
    return found;
}
function covers(name, domain) {
    const [wanted, shown] = [domain.toLowerCase(), name.toLowerCase()];
    return (shown === wanted || (shown.startsWith('*.') && wanted.split('.').slice(1).join('.') === shown.slice(2)));
}
/** Ports that are for this machine alone, by what listens there. */
const INTERNAL = {
    2019: "Caddy's administration",
    4001: 'LiteLLM itself',
    4002: "LiteLLM's standby",
    5432: 'PostgreSQL',
    6379: 'Redis',
};
/** Who asks for an address or the time has a port open for the answer. */
const HARMLESS = /^(systemd-network|systemd-resolve|systemd-timesyn|dhclient|dhcpcd|chronyd|ntpd|NetworkManager)/;
function portFindings({ open, firewall }, front) {
    const found = [];
    const declaredOff = front.firewall === 'off';
    if (!declaredOff && !firewall)
        found.push({
            id: 'firewall-off',
            severity: 'error',
            what: 'The firewall that is declared is not loaded.',
            why: 'Every port that listens can be reached from outside.',
            mend: onHost('systemctl restart litellm-firewall; nft list table inet litellm_gitops'),
            fix: { kind: 'start', unit: 'litellm-firewall.service' },
        });
    const declared = new Set([
        22,
        (0,config_vm/* reachOf */.x)(front.vm).port ?? 22,
        4000,
        ...(terminatesTls(front) ? [80, 443] : []),
    ]);
    const ports = new Map(open.map((one) => [`${one.protocol} ${one.port} ${one.process}`, one]));
    for (const { protocol, address, port, process } of ports.values()) {
        const internal = protocol === 'tcp' ? INTERNAL[port] : undefined;
        if (internal !== undefined)
            found.push({
                id: 'port-internal',
                severity: firewall ? 'warning' : 'error',
                what: `${internal} (${process}) listens on ${address}:${port}, not on 127.0.0.1 alone.`,
                why: firewall
                    ? 'Only the firewall keeps others away from it.'
                    : 'Other machines can reach it past the gateway.',
                mend: port === 5432 || port === 6379 || port === 2019
                    ? onHost('systemctl restart postgresql redis-server caddy # their files say 127.0.0.1; or litellm-gitops deploy')
                    : onHost('systemctl restart litellm'),
            });
        else if (!firewall && !declared.has(port) && !HARMLESS.test(process))
            found.push({
                id: 'port-open',
                severity: 'warning',
                what: `${process} listens on ${protocol} ${address}:${port}, which nothing here needs.`,
                why: 'What others can reach they can attack.',
                mend: onHost(`ss -tulnp sport = :${port}; then stop it, or let it listen on 127.0.0.1`),
            });
    }
    return found;
}

;// CONCATENATED MODULE: ./lib/doctor/github.js
/** Schedules that GitHub stopped. One that a person disabled is that person's choice. */
function scheduleFindings({ workflows }) {
    return workflows
        .filter(({ state }) => state === 'disabled_inactivity')
        .map(({ name, path }) => ({
        id: 'workflow-disabled',
        severity: 'warning',
        what: `GitHub stopped the workflow ${name} (${path}), because nothing happened in the repository for 60 days.`,
        why: 'What it does on its schedule does not happen any more.',
        mend: { where: 'GitHub', text: `gh workflow enable ${path.split('/').at(-1) ?? path}` },
    }));
}

// EXTERNAL MODULE: ./lib/plan/machine.js
var machine = __webpack_require__(5247);
;// CONCATENATED MODULE: ./lib/doctor/machine.js



const machine_GIB = 1024 ** 3;
const machine_DAY = 86_400;
/** File systems that are full, or will be. Below this much, PostgreSQL stops with the next burst. */
function diskFindings(disks) {
    return disks.flatMap((disk) => {
        const { path, sizeBytes, freeBytes, files, freeFiles, readOnly, holds } = disk;
        const found = [];
        const free = sizeBytes === 0 ? 1 : freeBytes / sizeBytes;
        const where = `${path}${path === '/' || holds.length === 0 ? '' : ` (${holds.join(', ')})`}`;
        const mend = onHost(`journalctl --vacuum-size=200M; podman image prune -f; du -xh --max-depth=2 ${path} | sort -h | tail -20`);
        if (readOnly)
            found.push({
                id: 'disk-read-only',
                severity: 'error',
                what: `${where} is mounted read-only.`,
                why: 'Nothing can be written: mostly a disk that fails.',
                mend: onHost(`dmesg | grep -i -E "error|remount"; then mount -o remount,rw ${path}`),
            });
        if (free < 0.03 || freeBytes < 0.1 * machine_GIB)
            found.push({
                id: 'disk-full',
                severity: 'error',
                what: `${where} is full: ${gib(freeBytes)} of ${gib(sizeBytes)} are left.`,
                why: 'PostgreSQL stops when it cannot write, and no backup can be taken.',
                mend,
            });
        else if (free < 0.1)
            found.push({
                id: 'disk-low',
                severity: 'warning',
                what: `${where} has ${gib(freeBytes)} of ${gib(sizeBytes)} left (${percent(free)}).`,
                why: 'A release, a backup or a burst of requests needs more.',
                mend,
            });
        if (files > 0 && freeFiles / files < 0.03)
            found.push({
                id: 'disk-inodes',
                severity: 'error',
                what: `${where} can hold ${freeFiles} more files of ${files}.`,
                why: 'Without inodes no file can be made, although there is space.',
                mend: onHost(`du -x --inodes --max-depth=3 ${path} | sort -n | tail -20`),
            });
        return found;
    });
}
function memoryFindings({ totalBytes, availableBytes }) {
    const free = availableBytes / totalBytes;
    if (free >= 0.1)
        return [];
    return [
        {
            id: 'memory-short',
            severity: free < 0.05 ? 'error' : 'warning',
            what: `${gib(availableBytes)} of ${gib(totalBytes)} of memory are available (${percent(free)}).`,
            why: 'With the next burst the kernel kills a worker, or PostgreSQL.',
            mend: {
                where: 'gateway.yaml',
                text: 'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
            },
        },
    ];
}
function sizeFindings(wanted, host) {
    const small = (0,machine/* machineTooSmall */.d)(wanted, host);
    if (small === undefined)
        return [];
    return [
        {
            id: 'machine-small',
            severity: 'warning',
            what: small,
            why: 'PostgreSQL and Redis are sized for what is declared.',
            mend: elsewhere('Give the machine what is declared at its hypervisor, or declare what it has under size.'),
        },
    ];
}
/** @param skew seconds by which the host's clock is ahead of ours */
function clockFindings({ synchronized, service, container }, skew) {
    const mend = onHost('systemctl enable --now systemd-timesyncd; timedatectl timesync-status');
    const why = 'Budgets start anew by the clock, and certificates end by it.';
    if (Math.abs(skew) > 10)
        return [
            {
                id: 'clock-wrong',
                severity: Math.abs(skew) > 60 ? 'error' : 'warning',
                what: `The host's clock is ${Math.abs(skew).toFixed(0)} s ${skew > 0 ? 'ahead of' : 'behind'} ours.`,
                why,
                mend,
            },
        ];
    if (container || (service !== null && synchronized !== false))
        return [];
    return [
        {
            id: 'clock-unsynchronized',
            severity: 'warning',
            what: service === null
                ? 'No service keeps the clock of the host right.'
                : `${service} runs, but the clock is not synchronized.`,
            why,
            mend,
        },
    ];
}
/** What ages. @param now seconds since 1970 */
function ageFindings({ rebootRequired, imageCreated, masterKeySince }, now) {
    const found = [];
    if (rebootRequired)
        found.push({
            id: 'reboot-required',
            severity: 'warning',
            what: 'Updates that were installed wait for a restart of the machine.',
            why: 'Until then the kernel or a library with the old flaw runs on.',
            mend: onHost('cat /run/reboot-required.pkgs; then systemctl reboot, which costs about a minute of service'),
        });
    // Images that are built reproducibly have no date of their own, but that of 1970.
    if (imageCreated !== null && imageCreated > 50 * 365 * machine_DAY && now - imageCreated > 120 * machine_DAY)
        found.push({
            id: 'image-old',
            severity: 'warning',
            what: `The image of LiteLLM is ${days((now - imageCreated) / machine_DAY)} old.`,
            why: "LiteLLM mends its four newest minor versions, which is about a month's worth.",
            mend: {
                where: 'gateway.yaml',
                text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of a newer one, then deploy',
            },
        });
    if (masterKeySince !== null && now - masterKeySince > 366 * machine_DAY)
        found.push({
            id: 'master-key-old',
            severity: 'warning',
            what: `The master key is ${days((now - masterKeySince) / machine_DAY)} old.`,
            why: 'Whoever ever saw it can still do everything.',
            mend: byUs('litellm-gitops rotate'),
        });
    return found;
}

;// CONCATENATED MODULE: ./lib/doctor/providers.js


/** Classes of error that are the provider's or the way to it; what callers did wrong is theirs. */
const DENIED = ['AuthenticationError', 'PermissionDeniedError'];
const LIMITED = ['RateLimitError', 'RouterRateLimitError'];
const BROKEN = [
    'APIConnectionError',
    'APIError',
    'BadGatewayError',
    'InternalServerError',
    'MidStreamFallbackError',
    'NotFoundError',
    'ServiceUnavailableError',
    'Timeout',
];
const FEW = 10;
const SHARE = 0.05;
/** Keys, addresses and models, each tried at its provider by a request that costs nothing. */
function providerFindings({ keys, missing, addresses }) {
    const tried = new Map(keys.map((key) => [`${key.name} ${key.provider}`, key]));
    return [
        ...missing.map((name) => ({
            id: 'provider-key-missing',
            severity: 'error',
            what: `The configuration refers to os.environ/${name}, and the gateway has no value for it.`,
            why: 'Every request to the models that need it fails.',
            mend: byUs(`litellm-gitops sync # with ${name} in the environment of the step, from a secret`),
        })),
        ...[...tried.values()].flatMap(keyFindings),
        ...addresses.flatMap(({ address, models, answers, absent }) => {
            if (!answers)
                return [
                    {
                        id: 'provider-unreachable',
                        severity: 'error',
                        what: `${address}, which serves ${models.join(', ')}, does not answer the host.`,
                        why: 'Every request to these models fails.',
                        mend: onHost(`curl -sv -m 10 ${address} # then start it there, or correct api_base`),
                    },
                ];
            return absent.map((name) => ({
                id: 'ollama-model-missing',
                severity: 'error',
                what: `Ollama at ${address} does not have the model ${name}.`,
                why: 'Every request to it fails.',
                mend: elsewhere(`On the machine of Ollama: ollama pull ${name}`),
            }));
        }),
    ];
}
function keyFindings({ name, provider, status }) {
    const finding = (id, severity, what, mend) => ({
        id,
        severity,
        what,
        why: `Every request to the models of ${provider} fails.`,
        mend,
    });
    const renew = byUs(`litellm-gitops sync # after the secret ${name} was set to a key that is valid at ${provider}`);
    if (status === 401 || status === 403)
        return [
            finding('provider-key-refused', 'error', `${provider} refuses the key in ${name} (${status}).`, renew),
        ];
    if (status === 402)
        return [
            finding('provider-credit', 'error', `${provider} wants to be paid before it answers to the key in ${name} (402).`, elsewhere(`Add credit to the account at ${provider}.`)),
        ];
    if (status === 429)
        return [
            {
                ...finding('provider-limited', 'warning', `${provider} limits the key in ${name} at this moment (429).`, inYaml(LIMITS)),
                why: 'Requests wait or fail until the limit is over.',
            },
        ];
    if (status === null || status >= 500)
        return [
            finding(status === null ? 'provider-unreachable' : 'provider-down', status === null ? 'error' : 'warning', status === null
                ? `${provider} does not answer the host.`
                : `${provider} answers ${status}, so its service is disturbed.`, inYaml('router_settings: {fallbacks: [{MODEL: [ANOTHER]}]} # another provider takes over meanwhile')),
        ];
    return [];
}
const LIMITS = 'model_list: [{litellm_params: {rpm: …, tpm: …}}] # what the provider grants; router_settings: {fallbacks: [{MODEL: [ANOTHER]}]}';
/** What became of the requests of the last day. */
function usageFindings(models) {
    return models.flatMap(({ model, requests, errors }) => {
        const count = (classes) => classes.reduce((sum, name) => sum + (errors?.[name] ?? 0), 0);
        const found = [];
        const [denied, limited, broken] = [count(DENIED), count(LIMITED), count(BROKEN)];
        if (denied >= FEW)
            found.push({
                id: 'model-denied',
                severity: 'error',
                what: `${denied} of ${requests} requests to ${model} of the last day were refused by the provider for their key.`,
                why: 'The key is not valid, or may not use this model.',
                mend: byUs('litellm-gitops sync # with a key that may use the model in the environment of the step'),
            });
        if (limited >= FEW && limited / requests >= SHARE)
            found.push({
                id: 'model-rate-limited',
                severity: 'warning',
                what: `${limited} of ${requests} requests to ${model} of the last day met the rate limit of the provider (${percent(limited / requests)}).`,
                why: 'People wait, or get an error.',
                mend: inYaml(LIMITS),
            });
        if (broken >= FEW && broken / requests >= SHARE)
            found.push({
                id: 'model-failing',
                severity: broken / requests >= 0.5 ? 'error' : 'warning',
                what: `${broken} of ${requests} requests to ${model} of the last day failed at the provider (${percent(broken / requests)}).`,
                why: 'People get errors that are not theirs.',
                mend: inYaml(`router_settings: {fallbacks: [{${model}: [ANOTHER]}], num_retries: 2}`),
            });
        return found;
    });
}

;// CONCATENATED MODULE: ./lib/doctor/redis.js


/** Fewer repeats say nothing of a rate. */
const REPEATS_FOR_A_RATE = 50;
function redisDown(problem) {
    return {
        id: /NOAUTH|WRONGPASS|invalid password/i.test(problem) ? 'redis-password' : 'redis-down',
        severity: 'error',
        what: `Redis does not answer: ${problem}`,
        why: 'Every answer is paid for again, and the workers count budgets and limits each for itself.',
        mend: /NOAUTH|WRONGPASS|invalid password/i.test(problem)
            ? byUs('litellm-gitops deploy # puts the password in place again')
            : onHost('systemctl restart redis-server; journalctl -u redis-server -n 50'),
    };
}
function redisFindings(facts) {
    const { appendOnly, lastWriteOk, lastRewriteOk, policy, usedBytes, maxBytes, evicted, rejected } = facts;
    const found = [];
    if (!appendOnly)
        found.push({
            id: 'redis-not-persistent',
            severity: 'error',
            what: 'Redis writes nothing to its disk (appendonly is off).',
            why: 'Spend that is not yet in the database is lost with a restart, and the cache with it.',
            mend: onHost('systemctl restart redis-server # its file says appendonly yes; or litellm-gitops deploy'),
        });
    else if (!lastWriteOk || !lastRewriteOk)
        found.push({
            id: 'redis-write-error',
            severity: 'error',
            what: 'The last write of Redis to its disk failed.',
            why: 'It refuses writes, and what it holds is lost with a restart.',
            mend: onHost('df -h /var/lib/redis; journalctl -u redis-server -n 50'),
        });
    if (!policy.startsWith('volatile-'))
        found.push({
            id: 'redis-policy',
            severity: policy === 'noeviction' ? 'warning' : 'error',
            what: `Redis has the policy ${policy} for full memory, not volatile-lru.`,
            why: policy === 'noeviction'
                ? 'When its memory is full it refuses every write.'
                : 'When its memory is full it drops spend that was not written yet.',
            mend: onHost('systemctl restart redis-server # its file says volatile-lru; or litellm-gitops deploy'),
        });
    const share = maxBytes === 0 ? 0 : usedBytes / maxBytes;
    if (share > 0.9 && evicted > 0)
        found.push({
            id: 'redis-memory',
            severity: 'warning',
            what: `Redis holds ${gib(usedBytes)} of ${gib(maxBytes)} (${percent(share)}), and dropped ${evicted} answers early.`,
            why: 'Answers that could have been had for nothing are paid for again.',
            mend: inYaml('litellm_settings: {cache_params: {ttl: 300}} # a shorter life, or more memory under size'),
        });
    if (rejected > 0)
        found.push({
            id: 'redis-clients',
            severity: 'warning',
            what: `Redis refused ${rejected} connections because it had too many.`,
            why: 'The worker that was refused answers without cache and limits.',
            mend: onHost('ss -tnp dst 127.0.0.1:6379 # who holds so many'),
        });
    return found;
}
/** A cache that is on and never answers. */
function cacheFindings({ cache }, declared) {
    const { repeats, repeatHits } = cache;
    if (!declared || repeats < REPEATS_FOR_A_RATE || repeatHits / repeats >= 0.05)
        return [];
    return [
        {
            id: 'cache-useless',
            severity: 'warning',
            what: `Of ${repeats} requests of the last seven days that had been asked before, the cache answered ${repeatHits}.`,
            why: 'The same answers are paid for again and again.',
            mend: inYaml(`litellm_settings: {cache: true, cache_params: {type: redis, ttl: ${ttlFor(cache.gapSeconds)}}}`),
        },
    ];
}
/** A life that covers four of five repeats, in whole minutes, an hour to a day. */
function ttlFor(gapSeconds) {
    const wanted = Math.ceil((gapSeconds ?? 3600) / 60) * 60;
    return Math.min(Math.max(wanted, 3600), 86_400);
}

;// CONCATENATED MODULE: ./lib/doctor/units.js

const WHY = {
    'litellm.service': 'No request is answered.',
    'caddy.service': 'Nobody reaches the gateway: Caddy stands in front of it.',
    'postgresql.service': 'Without PostgreSQL no key is known and no spend is counted.',
    'redis-server.service': 'Every answer is paid for again, and the workers count budgets and limits each for itself.',
    'litellm-firewall.service': 'Every port that listens can be reached from outside, also after the next start.',
    'litellm-backup.timer': 'No backup is taken by itself any more.',
    'litellm-verify.timer': 'Nobody notices a backup that cannot be restored.',
};
/** What the gateway depends on besides the units that are declared. */
const OURS = /^(litellm|caddy|postgresql|redis|unattended-upgrades|apt-daily|logrotate|chrony|systemd-timesyncd)/;
const BACKUP_SERVICES = ['litellm-backup.service', 'litellm-verify.service'];
const MANY_RESTARTS = 3;
/** Units that do not run or would not start with the machine. */
function stoppedUnits(units) {
    return units.map(({ name, active, enabled }) => {
        const timer = name.endsWith('.timer');
        const stopped = active !== 'active';
        // Quadlet's units are enabled by their file: there is nothing for systemctl to enable.
        const verb = name === 'litellm.service' ? 'start' : 'enable --now';
        return {
            id: timer ? 'timer-stopped' : stopped ? 'unit-stopped' : 'unit-disabled',
            severity: 'error',
            what: stopped
                ? `${name} is ${active}${enabled === 'enabled' || enabled === 'generated' ? '' : ` and ${enabled}`}.`
                : `${name} runs, but is ${enabled}: it would not start with the machine.`,
            why: WHY[name] ?? 'The gateway depends on it.',
            mend: onHost(`systemctl ${verb} ${name}${active === 'failed' ? `; journalctl -u ${name} -n 50` : ''}`),
            fix: { kind: 'start', unit: name },
        };
    });
}
/** Services that failed or fall over again and again, and timers that will not fire. */
function unitFindings(units, stopped) {
    return [...failedUnits(units, stopped), ...restarts(units), ...silentTimers(units, stopped)];
}
function failedUnits({ failed }, stopped) {
    return failed
        .filter((name) => OURS.test(name) && !BACKUP_SERVICES.includes(name) && !stopped.has(name))
        .map((name) => ({
        id: 'unit-failed',
        severity: 'warning',
        what: `${name} failed.`,
        why: 'What it should have done was not done, and nobody was told.',
        mend: onHost(`systemctl restart ${name}; journalctl -u ${name} -n 50`),
    }));
}
function restarts({ restarts }) {
    return Object.entries(restarts)
        .filter(([, count]) => count >= MANY_RESTARTS)
        .map(([name, count]) => ({
        id: 'unit-restarting',
        severity: 'warning',
        what: `${name} ended by itself and was started again ${count} times.`,
        why: 'Each time requests that were under way are lost.',
        mend: onHost(`journalctl -u ${name} -n 200; then systemctl reset-failed ${name}`),
    }));
}
function silentTimers({ timers }, stopped) {
    return Object.entries(timers)
        .filter(([name, timer]) => timer.active && !timer.scheduled && !timer.running && !stopped.has(name))
        .map(([name]) => ({
        id: 'timer-silent',
        severity: 'error',
        what: `${name} is active, but has no next time.`,
        why: WHY[name] ?? 'What it starts does not happen any more.',
        mend: onHost(`systemctl restart ${name}; systemctl list-timers ${name}`),
    }));
}
/** The last backup or proof that the host's own timers started went wrong. */
function failedRuns({ timers }, backups) {
    const failed = (timer) => {
        const run = timers[timer];
        return run !== undefined && !run.running && run.lastResult !== '' && run.lastResult !== 'success';
    };
    const found = [];
    if (failed('litellm-backup.timer'))
        found.push({
            id: 'backup-failed',
            severity: 'error',
            what: `The last backup that the host took by itself failed (${timers['litellm-backup.timer']?.lastResult}).`,
            why: 'What is lost with the machine grows by the hour.',
            mend: onHost('journalctl -u litellm-backup -n 50; then systemctl start litellm-backup'),
        });
    if (failed('litellm-verify.timer'))
        found.push({
            id: 'proof-failed',
            severity: 'error',
            what: `The last proof of a backup failed (${timers['litellm-verify.timer']?.lastResult})${backups?.proven == null ? '; none was ever proven' : ''}.`,
            why: 'The backup may not be one.',
            mend: byUs('litellm-gitops verify'),
        });
    return found;
}
/** Whether LiteLLM answers, with all of its workers, and all of them the same. */
function workerFindings({ expected, running, ready, said, disagree }) {
    if (!ready)
        return [
            {
                id: 'gateway-not-ready',
                severity: 'error',
                what: `LiteLLM runs, but does not answer as ready${said === null ? '' : `: ${said}`}.`,
                why: 'Requests fail.',
                mend: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
            },
        ];
    if (running < expected)
        return [
            {
                id: 'workers-missing',
                severity: 'error',
                what: `${running} of ${expected} workers run.`,
                why: 'The others answer more slowly, and one more death may end the service.',
                mend: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
            },
        ];
    if (disagree === null)
        return [];
    return [
        {
            id: 'workers-disagree',
            severity: 'error',
            what: `Not every worker serves what is declared: ${disagree}`,
            why: 'The same request succeeds or fails by chance.',
            mend: onHost('systemctl restart litellm'),
        },
    ];
}
/** Who was killed or hung within the last day. */
function killFindings({ killed, workersKilled, workersTimedOut }) {
    const found = [];
    if (killed.length > 0)
        found.push({
            id: 'oom-kill',
            severity: 'error',
            what: `The kernel killed ${killed.length} processes for want of memory within a day, the last: ${killed.at(-1)}.`,
            why: 'Requests were lost, and it will happen again.',
            mend: {
                where: 'gateway.yaml',
                text: 'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
            },
        });
    if (workersKilled > 0)
        found.push({
            id: 'worker-killed',
            severity: 'warning',
            what: `${workersKilled} workers of LiteLLM were killed within a day.`,
            why: 'The requests that they were answering are lost. Mostly it is for want of memory.',
            mend: onHost('journalctl -u litellm --since -1d --grep "SIGKILL"; journalctl -k --since -1d --grep "Killed process"'),
        });
    if (workersTimedOut > 0)
        found.push({
            id: 'worker-timeout',
            severity: 'warning',
            what: `${workersTimedOut} workers of LiteLLM hung within a day and were ended.`,
            why: 'The requests that they were answering are lost.',
            mend: onHost('journalctl -u litellm --since -1d --grep "WORKER TIMEOUT"'),
        });
    return found;
}

;// CONCATENATED MODULE: ./lib/doctor/examine.js











/** What is wrong, errors first. Pure: the same facts give the same findings. A cause is told once, not again by what follows from it. */
function examine(examination) {
    const { desired, facts, plan, outside, schedules, knownBad, now } = examination;
    const { gateway } = desired;
    const observation = value(facts.observation);
    const observed = [
        ...('problem' in facts.observation
            ? [unread('host-unread', 'The state of the host', facts.observation.problem)]
            : []),
        ...outsideFindings(outside, gateway.domain),
        ...(schedules === undefined ? [] : scheduleFindings(schedules)),
    ];
    if (observation !== undefined &&
        (plan === undefined || observation.gateway === null) &&
        isBare(observation.differs))
        return [notDeployed()];
    const units = observation?.differs.units ?? [];
    const down = new Set(units.filter(({ active }) => active !== 'active').map(({ name }) => name));
    const { parts } = facts;
    const databaseAnswers = 'value' in parts.database;
    const found = [
        ...observed,
        ...stoppedUnits(units),
        ...(observation === undefined
            ? []
            : [
                ...interruptedFindings(observation),
                ...versionFindings(observation.gateway?.version ?? null, knownBad),
                ...sizeFindings(desired.size, observation.host),
                ...(plan === undefined ? [] : driftFindings(observation, plan, { databaseAnswers })),
            ]),
        ...services(examination, down),
        ...each(parts.disks, 'disks-unread', 'The disks', diskFindings),
        ...each(parts.memory, 'memory-unread', 'Memory', (memory) => [
            ...memoryFindings(memory),
            ...killFindings(memory),
        ]),
        ...each(parts.clock, 'clock-unread', 'The clock', (clock) => clockFindings(clock, facts.time - now)),
        ...each(parts.system, 'system-unread', 'The age of things', (system) => ageFindings(system, facts.time)),
        ...each(parts.secretFiles, 'secret-files-unread', 'The files with secrets', secretFileFindings),
        ...each(parts.ports, 'ports-unread', 'The ports', (ports) => portFindings(
        // That the unit is down is told, with the same cure.
        down.has('litellm-firewall.service') ? { ...ports, firewall: true } : ports, gateway)),
        ...each(parts.backups, 'backups-unread', 'The backups', (backups) => backupFindings(backups, facts.time, value(parts.system)?.deployedSince ?? null)),
    ];
    return inOrder(found);
}
/** The services themselves; nothing is said of what only fails because another is down. */
function services({ desired, facts }, down) {
    const { gateway } = desired;
    const { parts } = facts;
    const found = [
        ...each(parts.units, 'units-unread', 'The services', (units) => [
            ...unitFindings(units, down),
            ...failedRuns(units, value(parts.backups)),
        ]),
        ...each(parts.providers, 'providers-unread', 'The providers', providerFindings),
    ];
    if ('value' in parts.redis)
        found.push(...redisFindings(parts.redis.value));
    else if (!down.has('redis-server.service'))
        found.push(redisDown(parts.redis.problem));
    if (terminatesTls(gateway) && !down.has('caddy.service'))
        found.push(...each(parts.certificate, 'certificate-unread', 'The certificate', (shown) => certificateFindings(shown, gateway, facts.time)));
    if ('problem' in parts.database) {
        if (!down.has('postgresql.service'))
            found.push(databaseDown(parts.database.problem));
        return found;
    }
    found.push(...databaseFindings(parts.database.value));
    if (!down.has('litellm.service'))
        found.push(...each(parts.workers, 'workers-unread', 'The workers', workerFindings));
    const cached = (0,source/* isRecord */.u4)(gateway.litellm_settings) && gateway.litellm_settings.cache === true;
    const kept = retentionDays(gateway.general_settings?.maximum_spend_logs_retention_period);
    found.push(...each(parts.usage, 'usage-unread', 'The log of requests', (usage) => [
        ...usageFindings(usage.models),
        ...cacheFindings(usage, cached),
        ...growthFindings(usage, value(parts.disks) ?? [], kept, facts.time),
    ]));
    return found;
}
function each(part, id, what, findings) {
    return 'value' in part ? findings(part.value) : [unread(id, what, part.problem)];
}
function value(part) {
    return 'value' in part ? part.value : undefined;
}
/** Nothing of ours stands there yet: one finding says more than all that follows from it. */
function isBare({ keys, database }) {
    return database === 'missing' && keys.length > 3;
}
function notDeployed() {
    return {
        id: 'not-deployed',
        severity: 'error',
        what: 'Nothing is deployed on this host yet.',
        why: 'There is no gateway.',
        mend: byUs('litellm-gitops deploy'),
    };
}
function databaseDown(problem) {
    if (/too many clients|connection slots/.test(problem))
        return noConnectionLeft(problem);
    return {
        id: 'database-down',
        severity: 'error',
        what: `PostgreSQL does not answer: ${problem}`,
        why: 'Without PostgreSQL no key is known and no spend is counted.',
        mend: onHost('systemctl restart postgresql; journalctl -u "postgresql@*" -n 50'),
    };
}
function inOrder(findings) {
    const rank = { error: 0, warning: 1 };
    return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

;// CONCATENATED MODULE: ./lib/doctor/markdown.js

const MARK = { error: '❌', warning: '⚠️' };
const WHERE = {
    host: 'On the host, as root',
    'litellm-gitops': 'With this program',
    'gateway.yaml': 'In `gateway.yaml`',
    GitHub: 'In the repository',
    elsewhere: 'Elsewhere',
};
/** What `doctor` found as people read it: each finding with its cure, then the figures. */
function doctorMarkdown(findings, measured, advice, fixed = []) {
    return [
        `### Doctor: ${countText(findings)}`,
        ...findings.flatMap(({ id, severity, what, why, mend }) => [
            '',
            `#### ${MARK[severity]} \`${id}\``,
            '',
            `${line(what)} ${line(why)}`,
            '',
            `${WHERE[mend.where]}:`,
            '',
            '```text',
            mend.text.replaceAll('```', "'''"),
            '```',
        ]),
        ...(fixed.length === 0 ? [] : ['', '#### Mended', '', ...fixed.map((text) => `- ${line(text)}`)]),
        '',
        '#### Measured',
        '',
        '| | |',
        '| --- | --- |',
        ...figures(measured).map(([name, text]) => `| ${name} | ${cell(text)} |`),
        ...models(measured),
        ...(advice.length === 0
            ? []
            : ['', '#### Could be better', '', ...advice.map((text) => `- ${line(text)}`)]),
    ].join('\n');
}
/** `nothing wrong`, `2 errors, 1 warning` */
function countText(findings) {
    if (findings.length === 0)
        return 'nothing wrong';
    const count = (severity) => findings.filter((one) => one.severity === severity).length;
    const [errors, warnings] = [count('error'), count('warning')];
    return [
        ...(errors === 0 ? [] : [`${errors} ${errors === 1 ? 'error' : 'errors'}`]),
        ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    ].join(', ');
}
function figures(measured) {
    const { cache, databaseConnections: connections } = measured;
    const rate = (share) => (share == null ? 'no requests' : percent(share));
    return [
        ['workers', `${measured.workers ?? 'unknown'}`],
        ['cache, 7 days', cache === null ? 'unknown' : `${rate(cache.hitRate)} of ${cache.requests} requests`],
        ['cache, of what had been asked before', rate(cache?.repeatHitRate)],
        ['saved by the cache, 7 days', cache === null ? 'unknown' : `${cache.savedUsd.toFixed(2)} USD`],
        ['Redis, hits since its start', rate(measured.redisHitRate)],
        [
            'database',
            measured.databaseBytes === null
                ? 'unknown'
                : `${gib(measured.databaseBytes)}, ${connections?.[0] ?? '?'} of ${connections?.[1] ?? '?'} connections`,
        ],
        [
            'disk full in',
            measured.daysUntilDiskFull === null
                ? 'too few requests to tell'
                : `${Math.floor(measured.daysUntilDiskFull)} days`,
        ],
        ['newest backup', measured.newestBackup ?? 'none'],
        ['newest proof', measured.newestProof ?? 'none'],
        ['certificate ends', measured.certificateEnds ?? 'none shown'],
    ];
}
function models({ models }) {
    if (models.length === 0)
        return [];
    const seconds = (value) => (value === undefined ? '' : `${value.toFixed(2)} s`);
    return [
        '',
        '| model, 1 day | requests | failed | median | 95 % within |',
        '| --- | ---: | ---: | ---: | ---: |',
        ...models.map((one) => `| ${cell(one.model)} | ${one.requests} | ${one.failures} | ${seconds(one.seconds?.[0])} | ${seconds(one.seconds?.[1])} |`),
    ];
}
/** Text from the host on one line, in no table. */
function line(text) {
    return text.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
}
function cell(text) {
    return line(text).replaceAll('|', '\\|');
}

;// CONCATENATED MODULE: ./lib/doctor/measured.js



/** What of the last days can be put in figures. Pure. */
function measure({ parts, time }) {
    const usage = measured_value(parts.usage);
    const redis = measured_value(parts.redis);
    const database = measured_value(parts.database);
    const backups = measured_value(parts.backups);
    const certificate = measured_value(parts.certificate);
    const cache = usage?.cache;
    return {
        workers: measured_value(parts.workers)?.running ?? null,
        models: usage?.models ?? [],
        cache: cache === undefined
            ? null
            : {
                requests: cache.requests,
                hitRate: share(cache.hits, cache.requests),
                repeatHitRate: share(cache.repeatHits, cache.repeats),
                savedUsd: cache.savedUsd,
            },
        redisHitRate: redis === undefined ? null : share(redis.hits, redis.hits + redis.misses),
        databaseBytes: database?.bytes ?? null,
        databaseConnections: database === undefined ? null : [database.connections, database.maxConnections],
        daysUntilDiskFull: usage === undefined ? null : daysUntilFull(usage, measured_value(parts.disks) ?? [], time),
        newestBackup: backups?.repository.newest ?? null,
        newestProof: backups?.proven?.time ?? null,
        certificateEnds: certificate === undefined || certificate.answers !== null
            ? null
            : new Date(certificate.notAfter * 1000).toISOString(),
    };
}
/** What could be better although nothing is wrong. */
function advice({ gateway }, { parts }) {
    const found = [];
    const cache = measured_value(parts.usage)?.cache;
    const settings = (0,source/* isRecord */.u4)(gateway.litellm_settings) ? gateway.litellm_settings : {};
    const params = (0,source/* isRecord */.u4)(settings.cache_params) ? settings.cache_params : {};
    if (cache !== undefined && cache.repeats >= REPEATS_FOR_A_RATE && settings.cache !== true)
        found.push(`${cache.repeats} requests of the last seven days had been asked before. A cache answers those for nothing: litellm_settings: {cache: true, cache_params: {type: redis, ttl: ${ttlFor(cache.gapSeconds)}}}`);
    else if (cache !== undefined &&
        cache.repeats >= REPEATS_FOR_A_RATE &&
        cache.repeatHits / cache.repeats < 0.6 &&
        ttlFor(cache.gapSeconds) > Number(params.ttl ?? 0))
        found.push(`The cache answered ${cache.repeatHits} of ${cache.repeats} requests that had been asked before; four of five came within ${Math.round(cache.gapSeconds ?? 0)} s. A longer life answers more: litellm_settings: {cache_params: {ttl: ${ttlFor(cache.gapSeconds)}}}`);
    if (gateway.backup?.copy_to === undefined)
        found.push('Backups stay on this machine and are lost with it. backup: {copy_to: "sftp:backup@nas.example.com:/litellm"} keeps a copy elsewhere.');
    return found;
}
function share(part, whole) {
    return whole === 0 ? null : part / whole;
}
function measured_value(part) {
    return 'value' in part ? part.value : undefined;
}

;// CONCATENATED MODULE: ./lib/host/mend.js
/** Closes files of ours to others and starts units that should run. @throws HostProgramError `request` for what is not ours, `busy` */
async function mend(session, input, options = {}) {
    return await session.run('mend', input, options);
}

// EXTERNAL MODULE: ./lib/host/observe.js + 1 modules
var observe = __webpack_require__(3834);
// EXTERNAL MODULE: ./lib/plan/diff.js + 2 modules
var diff = __webpack_require__(5313);
// EXTERNAL MODULE: ./lib/commands/apply.js + 4 modules
var apply = __webpack_require__(8293);
// EXTERNAL MODULE: ./lib/commands/host-of.js
var host_of = __webpack_require__(3743);
// EXTERNAL MODULE: ./lib/gateway/front-door.js
var front_door = __webpack_require__(9051);
// EXTERNAL MODULE: ./lib/github/client.js
var client = __webpack_require__(3931);
;// CONCATENATED MODULE: ./lib/commands/outside.js



/** How the domain looks from where this program runs. Asked where the declaration says that the world sees it. */
async function seenFromHere({ gateway }, { addressesOf, logger }) {
    const { domain, proxy = 'caddy', tls = 'acme', public_address: declared, vm } = gateway;
    if (tls !== 'acme' && declared === undefined)
        return {};
    const { host, proxy_jump } = (0,config_vm/* reachOf */.x)(vm);
    try {
        const machine = proxy_jump === undefined && proxy === 'caddy' ? await addressesOf(host) : [];
        const expected = (0,front_door/* expectedAddresses */.Zx)([declared ?? []].flat(), machine);
        const dns = (0,front_door/* dnsFlaw */.Kv)(domain, await addressesOf(domain), expected);
        if (dns !== undefined)
            return { dns };
    }
    catch (error) {
        logger.warning(`DNS could not be asked for ${domain}: ${error instanceof Error ? error.message : error}`);
        return {};
    }
    const path = tls === 'acme' ? await (0,front_door/* pathFlaw */.SQ)(domain) : undefined;
    return path === undefined ? {} : { path };
}
/** The state of the repository's workflows; undefined without a token, or with one that may not read them. */
async function schedulesOf({ github, env, logger, }) {
    const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/');
    if (github === undefined || !owner || !repo)
        return undefined;
    try {
        const octokit = await github();
        if (octokit === undefined)
            return undefined;
        const workflows = await octokit.paginate(octokit.rest.actions.listRepoWorkflows, {
            owner,
            repo,
            per_page: 100,
        });
        return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) };
    }
    catch (error) {
        const status = (0,client/* statusOf */.c)(error);
        logger.info(`The repository's workflows were not looked at: GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`);
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/commands/values.js
var values = __webpack_require__(2593);
// EXTERNAL MODULE: ./lib/commands/with-lease.js + 1 modules
var with_lease = __webpack_require__(7771);
;// CONCATENATED MODULE: ./lib/commands/doctor.js













/** Looks at everything that the gateway stands on, and says of each thing that is wrong what mends it; with `fix` it mends what can do no harm. */
async function doctor(context) {
    const desired = (0,config_desired/* loadDesired */.f)(context.config, context.files);
    const wantsFix = context.inputs.fix === true;
    const around = Promise.all([seenFromHere(desired, context), schedulesOf(context)]);
    const session = await (0,host_of/* connectTo */.m6)(desired, context, wantsFix ? 'change' : 'look');
    try {
        const look = async () => {
            const facts = await readFacts(session, desired, context);
            return { facts, findings: judge(desired, facts, await around, context.now()) };
        };
        let seen = await look();
        let mended;
        if (wantsFix && seen.findings.some(({ fix }) => fix !== undefined)) {
            mended = await applyFixes(session, seen.findings, context);
            // What was mended is told by looking again, not by having tried.
            seen = await look();
        }
        const { facts, findings } = seen;
        for (const { id, severity, what, mend } of findings)
            context.logger[severity](`${id}: ${what} → ${mend.text}`);
        context.logger.info(`Doctor: ${countText(findings)}.`);
        const measured = measure(facts);
        const hints = advice(desired, facts);
        return {
            command: 'doctor',
            plan: undefined,
            applied: undefined,
            problems: desired.warnings,
            markdown: doctorMarkdown(findings, measured, hints, mended?.done),
            result: { findings, measured, advice: hints, ...(mended === undefined ? {} : { mended }) },
            failed: findings.some(({ severity }) => severity === 'error'),
            cost: session.stats,
        };
    }
    finally {
        session.close();
    }
}
async function readFacts(session, desired, context) {
    return await (0,observe/* observeForDoctor */.$)(session, {
        manifest: (0,host_of/* manifestOf */.$V)(desired),
        image: desired.gateway.litellm.image,
        secrets: (0,values/* valuesFor */.E)(desired, context),
        owners: desired.budgets,
    });
}
function judge(desired, facts, [outside, schedules], now) {
    const observed = 'value' in facts.observation ? facts.observation.value : undefined;
    return examine({
        desired,
        facts,
        plan: observed === undefined ? undefined : (0,diff/* diff */.U)(desired, observed, now),
        outside,
        ...(schedules === undefined ? {} : { schedules }),
        knownBad: known_bad,
        now: now.getTime() / 1000,
    });
}
async function applyFixes(session, findings, context) {
    const fixes = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    const mended = await (0,with_lease/* withLease */.p)(session, context, ({ run }) => mend(session, {
        run,
        close: fixes.flatMap((fix) => (fix.kind === 'close' ? [fix.path] : [])),
        start: fixes.flatMap((fix) => (fix.kind === 'start' ? [fix.unit] : [])),
    }, { onEvent: (0,apply/* progress */.qB)(context) }));
    for (const text of mended.done)
        context.logger.info(`mended: ${text}`);
    for (const { what, why } of mended.failed)
        context.logger.warning(`${what} could not be mended: ${why}`);
    return mended;
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

/***/ 4106:
/***/ ((module) => {

module.exports = /*#__PURE__*/JSON.parse('{"1.82.7":"the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)","1.82.8":"the PyPI release that stole credentials from whoever started Python (LiteLLM issue 24518)","1.94.0":"it locks out keys of teams that have a budget"}');

/***/ })

};
;