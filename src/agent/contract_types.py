"""Shapes of what the programs are asked and answer. Made of src/contract by `npm run generate`: change it there."""

from typing import Any, Final, Literal, NotRequired, TypedDict

# By program: what it is asked, and what it answers.
PROGRAMS: Final = {
    "observe": ("ObserveQuestion", "Observation"),
    "doctor": ("DoctorQuestion", "DoctorFacts"),
    "report": ("ReportQuestion", "UsageFacts"),
    "deploy": ("DeployQuestion", "DeployAnswer"),
    "rollout": ("RolloutQuestion", "RolloutAnswer"),
    "upgrade_backup": ("UpgradeBackupQuestion", "UpgradeBackupAnswer"),
    "recover": ("RecoverQuestion", "RecoverAnswer"),
    "rollback": ("RollbackQuestion", "RollbackAnswer"),
    "rotation": ("RotationQuestion", "RotationActionAnswer"),
    "rotation_status": ("RotationStatusQuestion", "RotationStatusAnswer"),
    "rotation_made": ("RotationMadeQuestion", "MadeWithKey"),
    "key_records": ("KeyRecordsQuestion", "KeyRecordsAnswer"),
    "lease": ("LeaseQuestion", "LeaseAnswer"),
    "master_key": ("MasterKeyQuestion", "MasterKeyAnswer"),
    "budget_metadata": ("BudgetMetadataQuestion", "BudgetMetadataAnswer"),
    "autofix": ("AutofixQuestion", "AutofixAnswer"),
    "backup": ("BackupQuestion", "BackupAnswer"),
    "backups": ("BackupsQuestion", "BackupsAnswer"),
    "verify": ("VerifyQuestion", "ProofAnswer"),
    "rehearse": ("RehearsalQuestion", "RehearsalAnswer"),
    "drill": ("DrillQuestion", "DrillAnswer"),
    "export": ("ExportQuestion", "ExportAnswer"),
    "restore": ("RestoreQuestion", "RestoreAnswer"),
    "adopt": ("AdoptQuestion", "AdoptAnswer"),
    "move": ("MoveQuestion", "MoveAnswer"),
    "hypervisor": ("HypervisorQuestion", "HypervisorAnswer"),
}

ErrorCode = Literal[
    "account",
    "amcheck",
    "answer",
    "applied",
    "backup",
    "backup-password",
    "backup-value",
    "beside",
    "blind",
    "bug",
    "busy",
    "caddy",
    "certificate",
    "clock",
    "content",
    "copy",
    "damaged",
    "database",
    "database-down",
    "database-dump",
    "database-tools",
    "decrypt",
    "deploy-first",
    "disk",
    "disk-exists",
    "disk-full",
    "dump",
    "dump-file",
    "empty",
    "env-missing",
    "env-name",
    "env-reserved",
    "env-value",
    "escrow",
    "firewall",
    "foreign",
    "forged",
    "gateway-down",
    "image",
    "image-denied",
    "image-missing",
    "image-pull",
    "image-schema",
    "image-unusable",
    "interrupted",
    "key-missing",
    "known-bad",
    "lease-lost",
    "libvirt",
    "litellm",
    "logs",
    "main-down",
    "manifest",
    "master-key-differs",
    "migration",
    "migrations-pending",
    "network",
    "no-answer",
    "no-backup",
    "no-python",
    "no-release",
    "no-undo",
    "not-deployed",
    "not-litellm",
    "not-prepared",
    "not-proven",
    "observer-outdated",
    "old-database",
    "old-database-login",
    "old-database-rights",
    "old-database-tls",
    "old-database-unreachable",
    "old-database-url",
    "old-key",
    "packages",
    "path",
    "pool",
    "provider-key",
    "redis",
    "redis-down",
    "redis-dump",
    "registry-value",
    "rehearsal",
    "repository-backup",
    "repository-check",
    "repository-copy",
    "repository-dump",
    "repository-forget",
    "repository-init",
    "repository-locked",
    "repository-missing",
    "repository-restore",
    "repository-snapshots",
    "repository-unlock",
    "request",
    "request-too-long",
    "restore",
    "rotation-grace",
    "rotation-keys",
    "rotation-not-served",
    "rotation-phase",
    "rotation-test",
    "salt-key",
    "salt-key-lost",
    "schema-incomplete",
    "schema-moved",
    "schema-newer",
    "scope",
    "scratch",
    "server-older",
    "service-down",
    "shrunken",
    "slow",
    "sshd",
    "stored-setting",
    "sudoers",
    "swap",
    "system-calls",
    "time-zone",
    "too-long",
    "too-old",
    "tools",
    "unhealthy",
    "unknown",
    "unsupported-system",
    "upgrade-backup",
]

ProgramName = Literal[
    "observe",
    "doctor",
    "report",
    "deploy",
    "rollout",
    "upgrade_backup",
    "recover",
    "rollback",
    "rotation",
    "rotation_status",
    "rotation_made",
    "key_records",
    "lease",
    "master_key",
    "budget_metadata",
    "autofix",
    "backup",
    "backups",
    "verify",
    "rehearse",
    "drill",
    "export",
    "restore",
    "adopt",
    "move",
    "hypervisor",
]


class FileHash(TypedDict):
    sha256: str
    # such as "0644"
    mode: str
    # such as "root:root"
    owner: str


EntityName = Literal["organization", "team", "user", "key", "access_group", "tag", "customer"]


class ObserveQuestion(TypedDict):
    # by path, in which * stands for the major version of PostgreSQL
    files: dict[str, FileHash]
    # of "a | b" one is enough
    packages: list[str]
    units: list[str]
    # by digest; null: whatever runs is right
    image: str | None
    # values to compare, by variable; empty with the read-only key
    secrets: dict[str, str]
    # by subject: who is answered also without any limit
    budgets: dict[str, list[str | tuple[str, str]]]
    # models as litellm_params.model names them
    prices: list[str]
    # whether to read the gateway itself, which takes most of the time
    gateway: bool
    # kinds of which all objects are answered, and not those alone that are kept from here
    entities: NotRequired[list[EntityName]]


class HostFactsOs(TypedDict):
    id: str
    version: str
    name: str


class HostFactsDisk(TypedDict):
    sizeBytes: int
    freeBytes: int


class HostFacts(TypedDict):
    os: HostFactsOs
    python: str
    arch: str
    vcpu: int
    memoryBytes: int
    disk: HostFactsDisk
    # the host's clock
    time: str
    hostname: str


class HostDifferencesUnitsItem(TypedDict):
    name: str
    active: str
    enabled: str


class ImageSchema(TypedDict):
    # migrations that the image brings and the database has not had
    pending: list[str]
    # those that the database has had and the image does not know: the image is refused
    unknown: list[str]
    # columns of LiteLLM's tables that the image does not know, and what its pending migrations drop, rename or empty
    leaving: list[str]
    # the one that was taken before the unknown ones
    backup: str | None


class HostDifferencesImage(TypedDict):
    running: str | None
    wanted: str | None
    # of LiteLLM in the wanted image; null when the host never had it
    version: NotRequired[str | None]
    # null: the host never had this image, so its migrations are read when it is pulled
    schema: NotRequired[ImageSchema | None]


DatabaseState = Literal["missing", "outdated", "ready"]


class HostDifferences(TypedDict):
    packages: list[str]
    files: list[str]
    units: list[HostDifferencesUnitsItem]
    # null: the wanted image runs, or none was asked for
    image: HostDifferencesImage | None
    database: DatabaseState
    # paths of key files that are missing
    keys: list[str]
    # accounts of the system that are missing
    accounts: list[str]


class ReleaseSettings(TypedDict):
    storeModelInDb: bool


class ObservedGatewayEnvValue(TypedDict):
    # 16 hex digits that only this host can compute
    live: str | None
    # 16 hex digits that only this host can compute
    given: str | None


class ObservedBudgetBudgetLimitsItem(TypedDict):
    max_budget: float
    budget_duration: str


class ObservedBudget(TypedDict):
    subject: Literal["user", "team", "member", "customer", "key", "tag"]
    id: str
    # of a member
    team: NotRequired[str]
    alias: NotRequired[str]
    max_budget: NotRequired[float]
    budget_duration: NotRequired[str]
    soft_budget: NotRequired[float]
    tpm_limit: NotRequired[float]
    rpm_limit: NotRequired[float]
    models: NotRequired[list[str]]
    model_max_budget: NotRequired[dict[str, Any]]
    budget_limits: NotRequired[list[ObservedBudgetBudgetLimitsItem]]
    # USD in the running period
    spend: NotRequired[float]
    # UTC, without a zone's name
    budget_reset_at: NotRequired[str]
    # LiteLLM's names of the limits that we made; not there when the object does not carry our mark
    managed: NotRequired[list[str]]
    # of a key whose alias others have too: what LiteLLM shows of each, at most six
    same_alias: NotRequired[list[str]]
    # of a user: how many of their keys belong to a team
    team_keys: NotRequired[int]
    # the limits are those that the team gives to all of its members
    shared: NotRequired[Literal[True]]


KeyState = Literal["making", "delivering", "delivered", "retired"]


class KeyReceiver(TypedDict):
    # as GitHub secrets are called everywhere: owner/name (environment) NAME
    name: str
    # by GitHub's clock: when it was written with this key; of one that is being delivered, when it was last written before; null: never
    updatedAt: str | None


class KeyDelivery(TypedDict):
    # the alias that it is declared under
    of: str
    state: KeyState
    # of that state
    since: str
    receivers: list[KeyReceiver]
    # how long it works on at least once it is replaced
    graceSeconds: int


class ObservedEntity(TypedDict):
    kind: EntityName
    # what names it in gateway.yaml; of keys, several may have one alias
    id: str
    # LiteLLM's own, where nobody can choose it
    own_id: NotRequired[str]
    # paths of the fields that are kept from here; not there when the object is not
    managed: NotRequired[list[str]]
    fields: dict[str, Any]
    # without marks; secrets as fingerprints
    metadata: NotRequired[dict[str, Any]]
    # roles by user_id
    members: NotRequired[dict[str, str]]
    permission: NotRequired[dict[str, list[str]]]
    # how many keys and teams would go or be left with it
    holds: NotRequired[dict[str, int]]
    # of a key: what LiteLLM shows of it
    shown: NotRequired[str]
    # of a key: when it was last used
    used: NotRequired[str]
    # of a key: when it was made
    made: NotRequired[str]
    # of a key that is delivered from here
    delivery: NotRequired[KeyDelivery]


class Person(TypedDict):
    # as it was asked for
    email: str
    # LiteLLM's user_id
    id: str


class ObservedGatewayProvidersValue(TypedDict):
    spend: float | None
    budget_reset_at: str | None


class ObservedModel(TypedDict):
    id: str
    model_name: str
    # the program of an earlier version, which a read-only key may be forced to, answers those of the file too
    source: Literal["file", "database"]


StoredSection = Literal[
    "general_settings",
    "router_settings",
    "litellm_settings",
    "environment_variables",
    "model_list",
    "credential_list",
    "cache",
]


class StoredSetting(TypedDict):
    section: StoredSection
    name: str
    # null for a text, which may be a secret: only numbers and truth values are told
    value: float | bool | None


class ListedPrice(TypedDict):
    input_cost_per_token: NotRequired[float]
    output_cost_per_token: NotRequired[float]
    mode: NotRequired[str]
    deprecation_date: NotRequired[str]


class Traffic(TypedDict):
    requests: float
    prompt_tokens: float
    completion_tokens: float
    # USD
    spend: float


class ObservedGateway(TypedDict):
    release: str
    # a keyed hash of all that the release is
    identity: NotRequired[str | None]
    image: str | None
    settings: ReleaseSettings | None
    # as LiteLLM answers it, or as its image has it; null when neither is known
    version: str | None
    healthy: bool
    # worker processes that listen
    workers: int
    # the parsed config.yaml of the serving release, every literal secret in it {"fingerprint": …}
    config: Any
    # by variable: fingerprints of the value that the release has, and of the one that was asked about
    env: dict[str, ObservedGatewayEnvValue]
    # SHA-256 of each file beside config.yaml as it is on the host now; the program of an earlier version does not answer it
    beside: NotRequired[dict[str, str] | None]
    budgets: list[ObservedBudget] | None
    # null when the database does not answer; an earlier program does not answer them
    entities: NotRequired[list[ObservedEntity] | None]
    # entities say of keys how they are delivered; an earlier program does not know it
    deliveries: NotRequired[Literal[True]]
    # users who were asked for by an e-mail address; an earlier program does not answer them
    people: NotRequired[list[Person] | None]
    # those that have a budget, by name
    providers: dict[str, ObservedGatewayProvidersValue]
    models: list[ObservedModel] | None
    # settings in LiteLLM's database; the program of an earlier version does not answer them
    stored: NotRequired[list[StoredSetting] | None]
    # of the models that were asked for; null for one that is not in LiteLLM's list, null for all when it cannot be read
    prices: dict[str, ListedPrice | None] | None
    traffic: dict[str, Traffic]
    # why a list is null
    problem: str | None


class Lease(TypedDict):
    holder: str
    run: str
    # by the host's clock
    expires: str


class Applied(TypedDict):
    # 40 or 64 digits
    commit: str
    # owner/name
    repository: str


class ObservationInterruptedRollout(TypedDict):
    kind: Literal["rollout", "deploy", "restore"]
    step: str
    since: str


class Observation(TypedDict):
    protocol: int
    host: HostFacts
    differs: HostDifferences
    gateway: ObservedGateway | None
    lease: Lease | None
    # null when none is known; the program of an earlier version does not answer it
    applied: NotRequired[Applied | None]
    # what a crash left half done; the next deploy or rollout finishes or undoes it
    interrupted: ObservationInterruptedRollout | None


class DoctorQuestion(TypedDict):
    # by path, in which * stands for the major version of PostgreSQL
    files: dict[str, FileHash]
    # of "a | b" one is enough
    packages: list[str]
    units: list[str]
    # by digest; null: whatever runs is right
    image: str | None
    # values to compare, by variable; empty with the read-only key
    secrets: dict[str, str]
    # by subject: who is answered also without any limit
    budgets: dict[str, list[str | tuple[str, str]]]
    # models as litellm_params.model names them
    prices: list[str]
    # whether to read the gateway itself, which takes most of the time
    gateway: bool
    # kinds of which all objects are answered, and not those alone that are kept from here
    entities: NotRequired[list[EntityName]]
    doctor: Literal[True]


class DoctorFactsObservation(TypedDict):
    value: Observation


class Unreadable(TypedDict):
    # why the host cannot read it
    problem: str


class AuditFacts(TypedDict):
    lines: int
    # the first line that does not follow from the ones before it
    broken: int | None
    # the first digits of the last link of its chain
    link: str


class DoctorPartsAudit(TypedDict):
    value: AuditFacts


class BackupPlace(TypedDict):
    location: str
    count: int
    # ISO 8601
    newest: str | None
    # why it cannot be read
    problem: str | None


class Proven(TypedDict):
    snapshot: str
    time: str
    level: str


class BackupFacts(TypedDict):
    # hours after which a backup counts as missing
    oldestHours: float
    repository: BackupPlace
    # null when none is declared
    copy: BackupPlace | None
    # the newest backup that was proven; null before the first proof
    proven: Proven | None


class DoctorPartsBackups(TypedDict):
    value: BackupFacts


class NoCertificate(TypedDict):
    # why port 443 shows no certificate
    answers: str


class Certificate(TypedDict):
    answers: None
    notBefore: float
    notAfter: float
    issuer: str
    names: list[str]


CertificateFacts = NoCertificate | Certificate


class DoctorPartsCertificate(TypedDict):
    value: CertificateFacts


class ClockFacts(TypedDict):
    synchronized: bool | None
    service: str | None
    # a container has the clock of the machine around it
    container: bool


class DoctorPartsClock(TypedDict):
    value: ClockFacts


class SpendCounter(TypedDict):
    subject: str
    id: str
    # of a key: the first digits of LiteLLM's hash of it
    hash: str | None
    # USD, by the database
    spend: float
    # USD, by Redis: the budget or more
    counted: float
    # USD
    budget: float


class DoctorPartsCounters(TypedDict):
    value: list[SpendCounter]


class DatabaseFactsTablesItem(TypedDict):
    name: str
    bytes: int
    rows: int
    deadRows: int


class DatabaseFacts(TypedDict):
    connections: int
    maxConnections: int
    idleInTransactionSeconds: int
    longestQuerySeconds: int
    waitingSeconds: int
    transactionAge: int
    checksumFailures: int
    durable: bool
    bytes: int
    invalidIndexes: list[str]
    failedMigrations: list[str]
    # the ten largest
    tables: list[DatabaseFactsTablesItem]


class DoctorPartsDatabase(TypedDict):
    value: DatabaseFacts


class DiskFacts(TypedDict):
    # where it is mounted
    path: str
    sizeBytes: int
    freeBytes: int
    # inodes; 0 where the file system counts none
    files: int
    freeFiles: int
    readOnly: bool
    # our places on it
    holds: list[str]


class DoctorPartsDisks(TypedDict):
    value: list[DiskFacts]


class MemoryFacts(TypedDict):
    totalBytes: int
    availableBytes: int
    swapBytes: int
    swapFreeBytes: int
    # killed by the kernel for want of memory, within the last day
    killed: list[str]
    workersKilled: int
    workersTimedOut: int


class DoctorPartsMemory(TypedDict):
    value: MemoryFacts


class PortFactsOpenItem(TypedDict):
    protocol: str
    address: str
    port: int
    process: str


class PortFactsOthersItem(TypedDict):
    name: str
    ports: list[int]
    # the command that lets them in
    opens: str


class PortFacts(TypedDict):
    # ports that are not bound to loopback alone
    open: list[PortFactsOpenItem]
    # our table is loaded and drops
    firewall: bool
    # firewalls of others that drop what comes to ports that people need
    others: NotRequired[list[PortFactsOthersItem]]


class DoctorPartsPorts(TypedDict):
    value: PortFacts


class ProviderFactsKeysItem(TypedDict):
    name: str
    provider: str
    # null when the provider does not answer
    status: int | None


class ProviderFactsAddressesItem(TypedDict):
    address: str
    models: list[str]
    answers: bool
    absent: list[str]


class ProviderFacts(TypedDict):
    keys: list[ProviderFactsKeysItem]
    # variables that the configuration refers to and that have no value
    missing: list[str]
    # providers without a key; absent: models that they say they do not have
    addresses: list[ProviderFactsAddressesItem]


class DoctorPartsProviders(TypedDict):
    value: ProviderFacts


class RedisFacts(TypedDict):
    hits: int
    misses: int
    evicted: int
    rejected: int
    usedBytes: int
    maxBytes: int
    policy: str
    appendOnly: bool
    lastWriteOk: bool
    lastRewriteOk: bool
    keys: int
    uptimeSeconds: int


class DoctorPartsRedis(TypedDict):
    value: RedisFacts


class SecretFileFactsWideItem(TypedDict):
    path: str
    mode: str
    owner: str
    wantedMode: str
    wantedOwner: str


class SecretFileFacts(TypedDict):
    wide: list[SecretFileFactsWideItem]
    # what is there in clear and should be gone
    leftovers: list[str]


class DoctorPartsSecretFiles(TypedDict):
    value: SecretFileFacts


class SystemFacts(TypedDict):
    rebootRequired: bool
    imageCreated: float | None
    masterKeySince: float | None
    deployedSince: float | None


class DoctorPartsSystem(TypedDict):
    value: SystemFacts


class TimerFacts(TypedDict):
    active: bool
    scheduled: bool
    # systemd's word for how the service of the timer ended last, `success` also before the first time
    lastResult: str
    running: bool


class UnitFacts(TypedDict):
    failed: list[str]
    restarts: dict[str, int]
    timers: dict[str, TimerFacts]


class DoctorPartsUnits(TypedDict):
    value: UnitFacts


class LogFactsGrowth(TypedDict):
    rows: int
    bytes: int
    recentRows: int
    # seconds since 1970 of the oldest row; null when there is none
    oldest: float | None
    days: int


class ModelUsage(TypedDict):
    model: str
    requests: int
    failures: int
    # median and 95th percentile; null when no request was answered by the provider
    seconds: tuple[float, float] | None
    # failures by LiteLLM's class of error
    errors: dict[str, int] | None


class LogFactsCache(TypedDict):
    requests: int
    hits: int
    # requests that had been asked before, word for word
    repeats: int
    repeatHits: int
    # four of five repeats came within so many seconds
    gapSeconds: float | None
    savedUsd: float


class LogFacts(TypedDict):
    growth: LogFactsGrowth
    # of the last day
    models: list[ModelUsage]
    # of the last seven days
    cache: LogFactsCache


class DoctorPartsUsage(TypedDict):
    value: LogFacts


class WorkerFacts(TypedDict):
    expected: int
    running: int
    ready: bool
    said: str | None
    # why not all of them serve what the release declares
    disagree: str | None


class DoctorPartsWorkers(TypedDict):
    value: WorkerFacts


class DoctorParts(TypedDict):
    # the program of an earlier version, which a read-only key may still be forced to, does not answer it
    audit: NotRequired[DoctorPartsAudit | Unreadable]
    backups: DoctorPartsBackups | Unreadable
    certificate: DoctorPartsCertificate | Unreadable
    clock: DoctorPartsClock | Unreadable
    # the program of an earlier version does not answer it
    counters: NotRequired[DoctorPartsCounters | Unreadable]
    database: DoctorPartsDatabase | Unreadable
    disks: DoctorPartsDisks | Unreadable
    memory: DoctorPartsMemory | Unreadable
    ports: DoctorPartsPorts | Unreadable
    providers: DoctorPartsProviders | Unreadable
    redis: DoctorPartsRedis | Unreadable
    secretFiles: DoctorPartsSecretFiles | Unreadable
    system: DoctorPartsSystem | Unreadable
    units: DoctorPartsUnits | Unreadable
    usage: DoctorPartsUsage | Unreadable
    workers: DoctorPartsWorkers | Unreadable


class DoctorFacts(TypedDict):
    observation: DoctorFactsObservation | Unreadable
    parts: DoctorParts
    # the host's clock when it answered
    time: float


class UsageRange(TypedDict):
    # YYYY-MM-DD
    since: str
    # YYYY-MM-DD, the day after the last one
    until: str
    # IANA name, in which days are cut
    zone: str


class ReportQuestion(TypedDict):
    # by path, in which * stands for the major version of PostgreSQL
    files: dict[str, FileHash]
    # of "a | b" one is enough
    packages: list[str]
    units: list[str]
    # by digest; null: whatever runs is right
    image: str | None
    # values to compare, by variable; empty with the read-only key
    secrets: dict[str, str]
    # by subject: who is answered also without any limit
    budgets: dict[str, list[str | tuple[str, str]]]
    # models as litellm_params.model names them
    prices: list[str]
    # whether to read the gateway itself, which takes most of the time
    gateway: bool
    # kinds of which all objects are answered, and not those alone that are kept from here
    entities: NotRequired[list[EntityName]]
    report: UsageRange


class UsageGroup(TypedDict):
    by: Literal["total", "day", "model", "provider", "team", "user", "key"]
    # a day as YYYY-MM-DD, a name, LiteLLM's id; of a key the first digits of its hash. Empty for requests without one
    id: str
    # of a team or key, where it has one and still exists
    alias: str | None
    requests: int
    failures: int
    # answered from the cache; null where LiteLLM's daily sums are the source, which do not have it
    hits: int | None
    # USD
    spend: float
    promptTokens: float
    completionTokens: float
    # USD that a request cost which a provider answered; null when there was none
    averageUncached: float | None


UsageFactsErrorsItem = TypedDict(
    "UsageFactsErrorsItem",
    {
        "class": str,
        "count": int,
    },
)


class UsageFacts(TypedDict):
    # LiteLLM's log of requests, or its sums by day in UTC where the log does not have these days; an earlier program has the log alone
    source: NotRequired[Literal["log", "daily"]]
    groups: list[UsageGroup]
    errors: list[UsageFactsErrorsItem]
    budgets: list[ObservedBudget]
    # UTC, without a zone's name
    now: str


class ManagedFile(TypedDict):
    content: str
    # such as "0644"
    mode: str
    # such as "root:root"
    owner: str


class DeployQuestionProbe(TypedDict):
    models: list[str]


class SettingName(TypedDict):
    section: StoredSection
    name: str


class DeployQuestion(TypedDict):
    # the text of LiteLLM's config.yaml; every model states model_info.id, secrets are os.environ/NAME
    config: str
    # values of the variables that the configuration refers to, as far as the step has them. One that is referred to and not given keeps the
    # value of the serving release; one that is neither given nor referred to is dropped
    env: dict[str, str]
    # the texts of all files beside config.yaml, by their path from there; no secret is in any. None when left out
    beside: NotRequired[dict[str, str]]
    # by path, in which * stands for the major version of PostgreSQL
    files: dict[str, ManagedFile]
    packages: list[str]
    # by digest; pulled when the host does not have it, and its migrations are run before anything serves it
    image: str
    workers: int
    settings: ReleaseSettings
    # models that must answer a request on each new process before it gets traffic; no provider is called for it
    probe: NotRequired[DeployQuestionProbe]
    # taken out of LiteLLM's database before the new processes start, so that the release's own are served
    undo: NotRequired[list[SettingName]]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str


class DeployAnswer(TypedDict):
    # converged: something of the host was changed, and the gateway went on without a rollout
    outcome: Literal["rolled-out", "converged", "unchanged"]
    release: str
    previous: NotRequired[str | None]
    # requests that were still open after the longest drain and were cut
    cut: NotRequired[int]
    # the rollout was killed after its first step, and went on from where it was
    resumed: NotRequired[Literal[True]]
    # what was changed, for people; empty when the host was as declared
    changed: list[str]
    # of that, what people read about migrations: the backup before them, and columns that are gone
    migrated: NotRequired[list[str]]


class ReleaseContent(TypedDict):
    # the text of LiteLLM's config.yaml; every model states model_info.id, secrets are os.environ/NAME
    config: str
    # values of the variables that the configuration refers to, as far as the step has them. One that is referred to and not given keeps the
    # value of the serving release; one that is neither given nor referred to is dropped
    env: dict[str, str]
    # the texts of all files beside config.yaml, by their path from there; no secret is in any. None when left out
    beside: NotRequired[dict[str, str]]


class RolloutQuestionProbe(TypedDict):
    models: list[str]


class RolloutQuestion(TypedDict):
    release: ReleaseContent
    # models that must answer a request on each new process before it gets traffic; no provider is called for it
    probe: NotRequired[RolloutQuestionProbe]
    # taken out of LiteLLM's database before the new processes start, so that the release's own are served
    undo: NotRequired[list[SettingName]]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # this and the next two stay as they serve now when left out
    workers: NotRequired[int]
    image: NotRequired[str]
    settings: NotRequired[ReleaseSettings]


class RolloutAnswer(TypedDict):
    outcome: Literal["rolled-out", "unchanged"]
    release: str
    previous: NotRequired[str | None]
    # requests that were still open after the longest drain and were cut
    cut: NotRequired[int]
    # the rollout was killed after its first step, and went on from where it was
    resumed: NotRequired[Literal[True]]


class UpgradeBackupQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str


class UpgradeBackupAnswer(TypedDict):
    # null where no release serves, so that there is only a dump
    snapshot: str | None
    # the first digits of the snapshot, or the path of the dump
    name: str
    time: str


class RecoverQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str


class RecoverAnswer(TypedDict):
    outcome: Literal["none", "finished", "undone"]
    release: NotRequired[str | None]
    previous: NotRequired[str | None]
    # requests that were still open after the longest drain and were cut
    cut: NotRequired[int]
    # the rollout was killed after its first step, and went on from where it was
    resumed: NotRequired[Literal[True]]


class RollbackQuestion(TypedDict):
    # the release to go back to; the one before the serving one when left out
    to: NotRequired[str]
    # although the database is ahead of the release's image
    force: NotRequired[bool]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str


class RollbackAnswer(TypedDict):
    outcome: Literal["rolled-out", "unchanged"]
    release: str
    previous: NotRequired[str | None]
    # requests that were still open after the longest drain and were cut
    cut: NotRequired[int]
    # the rollout was killed after its first step, and went on from where it was
    resumed: NotRequired[Literal[True]]
    to: str


Distribute = Literal["master-key", "virtual-key"]


class RotationQuestionBegin(TypedDict):
    action: Literal["begin"]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    graceSeconds: int
    distribute: Distribute
    limits: dict[str, Any]


class NotedTarget(TypedDict):
    name: str
    # by GitHub's clock
    updatedAt: str


class RotationQuestionNoted(TypedDict):
    action: Literal["noted"]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    targets: list[NotedTarget]


class RotationQuestionSwap(TypedDict):
    action: Literal["swap"]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    targets: list[NotedTarget]


class RotationQuestionFinish(TypedDict):
    action: Literal["finish"]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    now: NotRequired[bool]


RotationQuestion = RotationQuestionBegin | RotationQuestionNoted | RotationQuestionSwap | RotationQuestionFinish


class RotationState(TypedDict):
    id: str
    phase: Literal["created", "expanded", "swapping", "swapped"]
    run: NotRequired[str]
    since: str
    graceSeconds: int
    graceUntil: NotRequired[str]
    distribute: Distribute
    # the first twelve hex digits of SHA-256
    old: str
    # when the old key became the master; not there when nobody noted it
    oldSince: NotRequired[str | None]
    # the first twelve hex digits of SHA-256
    new: str
    # of the virtual key, when that is what the targets get
    virtual: NotRequired[str]
    # alias of the virtual key that the targets have until now
    before: NotRequired[str | None]
    targets: list[NotedTarget]


class Distributed(TypedDict):
    id: str
    # when the key became the master; an earlier version did not note it
    time: NotRequired[str]
    distribute: Distribute
    # the first twelve hex digits of SHA-256
    key: str
    # of the virtual key
    alias: NotRequired[str | None]
    targets: list[NotedTarget]


class RotationActionAnswer(TypedDict):
    # the one that is under way
    rotation: RotationState | None
    distributed: Distributed | None
    # SECRET. What the targets shall get; to "begin" only
    key: NotRequired[str]


class RotationStatusQuestion(TypedDict):
    pass


class RotationStatusAnswer(TypedDict):
    # the one that is under way
    rotation: RotationState | None
    distributed: Distributed | None


class RotationMadeQuestion(TypedDict):
    # null: ever
    since: str | None


class MadeWithKeyKeysItem(TypedDict):
    # the first digits of its hash
    id: str
    alias: str | None
    by: str
    at: str | None
    user: str | None
    team: str | None
    expires: str | None


class MadeWithKeyUsersItem(TypedDict):
    id: str
    alias: str | None
    role: str | None
    at: str | None


class MadeWithKey(TypedDict):
    since: str | None
    keys: list[MadeWithKeyKeysItem]
    # all that were made in that time: LiteLLM does not write down by whom
    users: list[MadeWithKeyUsersItem]
    # there are others; only the newest are told
    more: bool


class KeyRecordsQuestionRead(TypedDict):
    action: Literal["read"]


class KeyRecord(TypedDict):
    # the alias that it is declared under
    of: str
    state: KeyState
    # of that state
    since: str
    receivers: list[KeyReceiver]
    # how long it works on at least once it is replaced
    graceSeconds: int
    # 8 hex digits
    id: str
    # which it has until it replaces the one of before
    alias: str
    # the hash that LiteLLM knows it by; null while it is made
    token: str | None


class KeyRecordsQuestionChange(TypedDict):
    action: Literal["change"]
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # new ones, and those that replace the one of the same id
    put: list[KeyRecord]
    # ids
    drop: list[str]


KeyRecordsQuestion = KeyRecordsQuestionRead | KeyRecordsQuestionChange


class KeyRecordsAnswer(TypedDict):
    records: list[KeyRecord]
    # the host's clock
    time: str


class LeaseQuestionAcquire(TypedDict):
    action: Literal["acquire", "renew"]
    # who asks, for the message to others, such as "octocat, sync of main"
    holder: str
    # URL or name of the run; any caller with the same one is the same holder
    run: str
    ttlSeconds: int


class LeaseQuestionRelease(TypedDict):
    action: Literal["release"]
    # who asks, for the message to others, such as "octocat, sync of main"
    holder: str
    # URL or name of the run; any caller with the same one is the same holder
    run: str


class LeaseQuestionApplied(TypedDict):
    action: Literal["applied"]
    # who asks, for the message to others, such as "octocat, sync of main"
    holder: str
    # URL or name of the run; any caller with the same one is the same holder
    run: str
    # 40 or 64 digits
    commit: str
    # owner/name
    repository: str


LeaseQuestion = LeaseQuestionAcquire | LeaseQuestionRelease | LeaseQuestionApplied


class LeaseAnswer(TypedDict):
    # null after a release
    lease: Lease | None
    # the expired lease of another run that this one took the place of
    takenOver: Lease | None


class MasterKeyQuestion(TypedDict):
    pass


class MasterKeyAnswer(TypedDict):
    # SECRET
    masterKey: str


class BudgetMetadataQuestion(TypedDict):
    user: NotRequired[list[str]]
    team: NotRequired[list[str]]
    organization: NotRequired[list[str]]
    key: NotRequired[list[str]]
    tag: NotRequired[list[str]]


class BudgetMetadataAnswerTagValue(TypedDict):
    row: str | None
    owners: int


class BudgetMetadataAnswer(TypedDict):
    # LiteLLM's metadata by id, as it is stored
    user: NotRequired[dict[str, dict[str, Any]]]
    team: NotRequired[dict[str, dict[str, Any]]]
    organization: NotRequired[dict[str, dict[str, Any]]]
    key: NotRequired[dict[str, dict[str, Any]]]
    # the row of the budget table that a tag points to, and how many objects point to it
    tag: NotRequired[dict[str, BudgetMetadataAnswerTagValue]]


class AutofixQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # paths of files that others than their owner can read
    close: list[str]
    # units that should run
    start: list[str]


class AutofixAnswerFailedItem(TypedDict):
    what: str
    why: str


class AutofixAnswer(TypedDict):
    done: list[str]
    failed: list[AutofixAnswerFailedItem]


BackupKind = Literal["manual", "scheduled", "safety", "upgrade", "adopted"]


class BackupQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # manual when left out
    kind: NotRequired[BackupKind]


class BackupAnswer(TypedDict):
    snapshot: str
    time: str
    kind: BackupKind
    rows: int
    # of the database
    bytes: int
    tables: int
    # it is in the off-site copy too
    copied: bool
    # how many old ones were removed
    expired: int
    # on the host's disk; null when the repository is elsewhere
    repositoryBytes: int | None
    litellm: str | None
    # the gateway's keys, encrypted by age to the declared people and to nobody else; null when none are declared
    escrow: str | None


class BackupsQuestion(TypedDict):
    pass


class ListedBackup(TypedDict):
    id: str
    time: str
    kind: str


class BackupsAnswer(TypedDict):
    # the newest last
    backups: list[ListedBackup]
    # null when none is declared
    copy: list[ListedBackup] | None
    proven: Proven | None
    keepDays: int


class VerifyQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # latest, an id or a time; the latest when left out
    backup: NotRequired[str]
    # read all data of the repository
    full: NotRequired[bool]


class ProofLevel(TypedDict):
    level: str
    name: str
    ok: bool
    seconds: float
    detail: str | None


class ProofAnswer(TypedDict):
    ok: bool
    # what failed first; null when all is proven
    reason: str | None
    # the last level that was reached; null when none was
    level: str | None
    levels: list[ProofLevel]
    source: str
    snapshot: str | None
    newest: bool
    time: NotRequired[str | None]
    rows: int | None
    seconds: float


class RehearsalQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # by digest; pulled when the host does not have it
    image: str
    # models, as litellm_params.model has them, whose prices are compared
    prices: list[str]
    # the longest that its migrations may take; 1800 when left out
    seconds: NotRequired[int]


class ServedImage(TypedDict):
    image: str
    version: str | None


class RehearsedBackup(TypedDict):
    snapshot: str
    time: str
    rows: int
    bytes: int


class RehearsedStep(TypedDict):
    name: str
    ok: bool
    seconds: float
    detail: str | None


class LockedTable(TypedDict):
    table: str
    # measured on the copy, where nobody else is at work
    seconds: float
    # which requests wait meanwhile
    blocks: Literal["all", "writes"]


class RehearsedMigrations(TypedDict):
    # names, in order
    pending: list[str]
    seconds: float
    bytesBefore: int
    bytesAfter: int
    # of the database, while they ran
    bytesMost: int
    # tables that were there before, the longest first
    locks: list[LockedTable]
    # tables and columns that they drop, rename or empty, as their statements say
    takes: list[str]
    # columns that were gone afterwards
    lost: list[str]


class TriedProvider(TypedDict):
    provider: str
    # as it is declared
    model: str
    # null: there is no stand-in for it
    ok: bool | None
    detail: str


class ChangedPrice(TypedDict):
    model: str
    before: ListedPrice | None
    after: ListedPrice | None


class RehearsalAnswer(TypedDict):
    ok: bool
    # what failed first; null when it would go well
    reason: str | None
    image: str
    version: str | None
    serves: ServedImage
    backup: RehearsedBackup | None
    steps: list[RehearsedStep]
    # without the step that pulls the image
    seconds: float
    # seconds; null when the host had the image
    pull: float | None
    # null when it did not get that far
    migrations: RehearsedMigrations | None
    # to what serves now: "free"; "forced", because the schema is newer and has all that it needs; "restore", because something it needs is
    # gone. null when it is not known
    rollback: Literal["free", "forced", "restore"] | None
    providers: list[TriedProvider]
    # those that differ; null when a list could not be read
    prices: list[ChangedPrice] | None
    cleanedUp: bool


class DrillQuestionTargets(TypedDict):
    rtoSeconds: int
    rpoSeconds: int


class DrillQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    targets: DrillQuestionTargets
    # latest, an id or a time; the latest when left out
    backup: NotRequired[str]
    # SECRET. The repository's, from its escrow
    password: NotRequired[str]


class DrillAnswerTargets(TypedDict):
    rtoSeconds: int
    rpoSeconds: int


class Loss(TypedDict):
    requests: int
    # USD
    spend: float


class DrillRun(TypedDict):
    time: str
    met: bool
    rtoSeconds: float
    rpoSeconds: int


class DrillAnswer(TypedDict):
    ok: bool
    # what failed first; null when all is proven
    reason: str | None
    # the last level that was reached; null when none was
    level: str | None
    levels: list[ProofLevel]
    source: str
    snapshot: str | None
    newest: bool
    time: NotRequired[str | None]
    rows: int | None
    seconds: float
    # from the start of the drill to the first answered request
    rtoSeconds: float
    # the age of the backup when the drill began
    rpoSeconds: int
    # the longest time between two backups that are kept
    worstGapSeconds: float | None
    targets: DrillAnswerTargets
    # targets that were missed, in words; empty when all were met
    missed: list[str]
    met: bool
    loss: Loss | None
    offSite: bool
    # the password came from its escrow, not from the host itself
    escrow: bool
    notRestored: list[str]
    cleanedUp: bool
    # the last drills, this one at the end
    history: list[DrillRun]


class ExportQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str


class ExportAnswer(TypedDict):
    # on the host; root alone may read it
    folder: str
    rows: int
    tables: int
    # of all its files
    bytes: int
    image: str
    # major version
    postgres: int
    # how often config.yaml names the machine itself, which in a container is another
    loopback: int


RestoreScope = Literal["database", "configuration", "all"]


class BackupSettings(TypedDict):
    domain: str
    keepDays: int
    # hours after which a backup counts as missing; 26 when left out
    oldestHours: NotRequired[float]
    # where backups go first: a folder, or a place in the words of restic
    repository: str
    # where they go besides
    copyTo: NotRequired[str]
    # by variable of the storage: the name under which the host was given the value
    environment: dict[str, str]
    # the same for where they go besides; environment when left out
    copyEnvironment: NotRequired[dict[str, str]]
    # the name under which it was given the address
    heartbeat: NotRequired[str]
    # public keys that the gateway's keys are escrowed to
    escrow: NotRequired[list[str]]


class RestoreQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # latest, an id or a time; the latest when left out
    backup: NotRequired[str]
    # database when left out
    scope: NotRequired[RestoreScope]
    # the gateway's domain; without it nothing is done
    confirm: NotRequired[str]
    # put back what the last restore replaced
    undo: NotRequired[bool]
    # nothing was written since the last backup: no other one is taken before
    saved: NotRequired[bool]
    # SECRET. The repository's, from its escrow, for a host that has another one or none
    password: NotRequired[str]
    # what deploy places as backup.json, for a host that lost it
    settings: NotRequired[BackupSettings | None]


class RestorePlan(TypedDict):
    outcome: Literal["planned"]
    snapshot: str
    time: str
    scope: RestoreScope
    source: str
    litellm: str | None
    rows: int
    # that are replaced and are other ones in the backup: rows before, rows in the backup
    tables: dict[str, tuple[int, int]]
    # that stay as they are, and their rows
    kept: dict[str, int]
    # of the kept, those that are not of a LiteLLM that this version knows
    unknown: list[str]
    newer: Loss | None
    # the gateway's domain
    confirm: str
    # the step in which an earlier restore was cut short
    interrupted: str | None


class UndoPlan(TypedDict):
    outcome: Literal["planned"]
    undo: str
    scope: RestoreScope
    # that are replaced and are other ones in the backup: rows before, rows in the backup
    tables: dict[str, tuple[int, int]]
    # that stay as they are, and their rows
    kept: dict[str, int]
    # of the kept, those that are not of a LiteLLM that this version knows
    unknown: list[str]
    newer: Loss | None
    # the gateway's domain
    confirm: str


class RestoreDone(TypedDict):
    outcome: Literal["restored", "resumed", "undone"]
    snapshot: str
    time: str
    scope: RestoreScope
    release: str
    # the database that was live before, which undo brings back
    undo: str
    # this and the rest: of "restored" only
    seconds: NotRequired[float]
    source: NotRequired[str]
    litellm: NotRequired[str | None]
    rows: NotRequired[int]
    # that are replaced and are other ones in the backup: rows before, rows in the backup
    tables: NotRequired[dict[str, tuple[int, int]]]
    # that stay as they are, and their rows
    kept: NotRequired[dict[str, int]]
    # of the kept, those that are not of a LiteLLM that this version knows
    unknown: NotRequired[list[str]]
    newer: NotRequired[Loss | None]


RestoreAnswer = RestorePlan | UndoPlan | RestoreDone


class OldSourcePostgres(TypedDict):
    kind: Literal["postgres"]


class OldSourceFilesFilesItem(TypedDict):
    name: str
    bytes: int


class OldSourceFiles(TypedDict):
    kind: Literal["files"]
    # of a dump, in the order in which they follow the question on standard input
    files: list[OldSourceFilesFilesItem]


class OldSourceStream(TypedDict):
    kind: Literal["stream"]
    # where it is dumped, for people
    place: str
    # of the database; its dump follows the question in blocks, each after its length
    bytes: int


OldSource = OldSourcePostgres | OldSourceFiles | OldSourceStream


class AdoptQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    source: OldSource
    # the new gateway's domain; without it nothing is kept
    confirm: NotRequired[str]
    # the gateway of this host need not go first, as people wait for the copy
    urgent: NotRequired[bool]
    # SECRET. Of the old database, with its password
    url: NotRequired[str]
    # certificates that sign the old server's, PEM
    authority: NotRequired[str]
    # SECRET. The old gateway's LITELLM_SALT_KEY
    salt: NotRequired[str]
    # SECRET. Its master key
    master: NotRequired[str]
    # SECRET. The master key that it had before
    before: NotRequired[str]


class OldNames(TypedDict):
    count: int
    # the first of them
    names: list[str]


class OldContent(TypedDict):
    # their rows; of a large table about how many
    tables: dict[str, int]
    rows: int
    # by alias
    keys: OldNames
    teams: OldNames
    users: OldNames
    budgets: OldNames
    models: OldNames
    credentials: OldNames
    # USD, of the log of requests; null where that is too long for a plan
    spend: float | None


OldKeyRole = Literal["salted", "unsalted", "before", "none"]


class OldSecretsDeadItem(TypedDict):
    table: str
    count: int


class OldSecrets(TypedDict):
    # stored values that are encrypted
    total: int
    # texts that look so and open with no key
    unsure: int
    # by the variable of a key that was given: how many it opens
    opened: dict[str, int]
    # of the key that opens most of them
    role: OldKeyRole
    # how many another key opens; the copy has them sealed with the key of the rest
    again: int
    # those that no key opens
    dead: list[OldSecretsDeadItem]


OldMaster = Literal["own", "taken", "unusable"]


class LeftOut(TypedDict):
    name: str
    why: str


class AdoptPlan(TypedDict):
    outcome: Literal["planned"]
    # the new gateway's domain
    confirm: str
    # host, port and name of the old database, where it was dumped, or dump
    source: str
    # the version of its PostgreSQL, where it is known
    server: str | None
    bytes: int
    content: OldContent
    secrets: OldSecrets
    # own: this host keeps its master key; unusable: so too, as the new LiteLLM refuses the old one
    master: OldMaster
    image: str
    # migrations of the image that the old database has not had
    pending: int
    # models in the database are served
    storeModelInDb: bool
    leftOut: list[LeftOut]


class AdoptDone(TypedDict):
    outcome: Literal["adopted"]
    # the new gateway's domain
    confirm: str
    # host, port and name of the old database, where it was dumped, or dump
    source: str
    # the version of its PostgreSQL, where it is known
    server: str | None
    bytes: int
    content: OldContent
    secrets: OldSecrets
    # own: this host keeps its master key; unusable: so too, as the new LiteLLM refuses the old one
    master: OldMaster
    image: str
    # migrations of the image that the old database has not had
    pending: int
    # models in the database are served
    storeModelInDb: bool
    leftOut: list[LeftOut]
    snapshot: str
    time: str
    # it is in the off-site copy too
    copied: bool
    # seconds by step
    took: dict[str, float]
    seconds: float


AdoptAnswer = AdoptPlan | AdoptDone


MovePhase = Literal["preparing", "holding", "copying", "restoring", "opening", "moved", "returning", "returned"]


class MoveRecordContainersItem(TypedDict):
    name: str
    # when its engine started it again, before the move
    restart: str


class MoveRecord(TypedDict):
    phase: MovePhase
    # of the old gateway: `ssh://user@host/folder`
    place: str
    # those of LiteLLM on the old machine
    containers: list[MoveRecordContainersItem]
    # where requests of the old address are sent
    target: str
    # of the image, by which a container there holds and forwards requests; without it none does
    python: NotRequired[str]
    # when the old gateway was stopped
    held: str
    # the last copy
    snapshot: NotRequired[str]
    # seconds in which no request was answered
    gap: NotRequired[float]


class MoveQuestion(TypedDict):
    # URL or name of this run, for the journal and the audit log; the same as the lease's
    run: str
    # takes the place of the one that is there
    record: NotRequired[MoveRecord]


class CopyTaken(TypedDict):
    snapshot: str
    time: str
    place: str
    # from the look to the backup
    seconds: float


class LiveContent(TypedDict):
    # virtual keys
    keys: int
    # USD, of all keys
    spend: float
    # in the log since the old gateway was stopped
    requests: int
    # USD, by these
    spent: float
    # the first aliases of keys that were made since
    fresh: list[str]


class MoveAnswer(TypedDict):
    record: MoveRecord | None
    # the last one that import --data kept
    copy: CopyTaken | None
    # null without a database that serves, and where a record was given
    live: LiveContent | None


class HypervisorQuestionObserve(TypedDict):
    action: Literal["observe", "forget-seed", "destroy"]
    name: str
    # a storage pool of files
    pool: str


class HypervisorQuestionConvergeImage(TypedDict):
    url: str
    # hex digits
    checksum: str
    algorithm: Literal["sha256", "sha512"]


class HypervisorQuestionConverge(TypedDict):
    action: Literal["converge"]
    name: str
    # a storage pool of files
    pool: str
    # of libvirt
    network: NotRequired[str]
    # of the hypervisor, in place of a network
    bridge: NotRequired[str]
    vcpu: int
    memoryMib: int
    diskGib: int
    image: HypervisorQuestionConvergeImage
    # the public half of the one that it is born with
    hostKey: str
    # SECRET. base64 of a CD with its first configuration
    seed: str


HypervisorQuestion = HypervisorQuestionObserve | HypervisorQuestionConverge


class HypervisorAnswer(TypedDict):
    # null: there is no such VM
    id: str | None
    running: bool
    vcpu: int
    memoryMib: int
    diskBytes: int
    hostKey: str | None
    pendingRestart: list[str]


class StepEvent(TypedDict):
    event: Literal["step"]
    name: str
    state: Literal["start", "done", "fail"]
    # this and the detail are there when it ended
    seconds: NotRequired[float]
    detail: NotRequired[str]


class NoteEvent(TypedDict):
    event: Literal["note"]
    name: str
    detail: str


HostEvent = StepEvent | NoteEvent
