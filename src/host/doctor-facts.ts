import type { Observation } from './facts.ts'

/** A part of what `doctor` asks the host for, or why the host could not read it. */
export type Part<Value> = { readonly value: Value } | { readonly problem: string }

/** One repository of backups. `newest` is ISO 8601; `problem` is why it cannot be read. */
export interface BackupPlace {
  readonly location: string
  readonly count: number
  readonly newest: string | null
  readonly problem: string | null
}

export interface BackupFacts {
  /** Hours after which a backup counts as missing. */
  readonly oldestHours: number
  readonly repository: BackupPlace
  /** null when none is declared. */
  readonly copy: BackupPlace | null
  /** The newest backup that was proven; null before the first proof. */
  readonly proven: { readonly snapshot: string; readonly time: string; readonly level: string } | null
}

/** `answers` is why port 443 shows no certificate; null when it does. Times in seconds since 1970. */
export type CertificateFacts =
  | { readonly answers: string }
  | {
      readonly answers: null
      readonly notBefore: number
      readonly notAfter: number
      readonly issuer: string
      readonly names: readonly string[]
    }

export interface ClockFacts {
  readonly synchronized: boolean | null
  readonly service: string | null
  /** A container has the clock of the machine around it. */
  readonly container: boolean
}

export interface DatabaseFacts {
  readonly connections: number
  readonly maxConnections: number
  readonly idleInTransactionSeconds: number
  readonly longestQuerySeconds: number
  readonly waitingSeconds: number
  readonly transactionAge: number
  readonly checksumFailures: number
  readonly durable: boolean
  readonly bytes: number
  readonly invalidIndexes: readonly string[]
  readonly failedMigrations: readonly string[]
  /** The ten largest. */
  readonly tables: readonly {
    readonly name: string
    readonly bytes: number
    readonly rows: number
    readonly deadRows: number
  }[]
}

export interface DiskFacts {
  /** Where it is mounted. */
  readonly path: string
  readonly sizeBytes: number
  readonly freeBytes: number
  /** Inodes; 0 where the file system counts none. */
  readonly files: number
  readonly freeFiles: number
  readonly readOnly: boolean
  /** Our places on it. */
  readonly holds: readonly string[]
}

/** Events are of the last day. */
export interface MemoryFacts {
  readonly totalBytes: number
  readonly availableBytes: number
  readonly swapBytes: number
  readonly swapFreeBytes: number
  /** Who was killed by the kernel for want of memory. */
  readonly killed: readonly string[]
  readonly workersKilled: number
  readonly workersTimedOut: number
}

export interface PortFacts {
  /** Ports that are not bound to loopback alone. */
  readonly open: readonly {
    readonly protocol: string
    readonly address: string
    readonly port: number
    readonly process: string
  }[]
  /** Whether our table is loaded and drops. */
  readonly firewall: boolean
}

export interface ProviderFacts {
  /** `status` is null when the provider does not answer. */
  readonly keys: readonly {
    readonly name: string
    readonly provider: string
    readonly status: number | null
  }[]
  /** Names that the configuration refers to and that have no value. */
  readonly missing: readonly string[]
  /** Providers without a key. */
  readonly addresses: readonly {
    readonly address: string
    readonly models: readonly string[]
    readonly answers: boolean
    readonly absent: readonly string[]
  }[]
}

export interface RedisFacts {
  readonly hits: number
  readonly misses: number
  readonly evicted: number
  readonly rejected: number
  readonly usedBytes: number
  readonly maxBytes: number
  readonly policy: string
  readonly appendOnly: boolean
  readonly lastWriteOk: boolean
  readonly lastRewriteOk: boolean
  readonly keys: number
  readonly uptimeSeconds: number
}

export interface SecretFileFacts {
  readonly wide: readonly {
    readonly path: string
    readonly mode: string
    readonly owner: string
    readonly wantedMode: string
    readonly wantedOwner: string
  }[]
  /** What lies there in clear and should be gone. */
  readonly leftovers: readonly string[]
}

/** Times in seconds since 1970. */
export interface SystemFacts {
  readonly rebootRequired: boolean
  readonly imageCreated: number | null
  readonly masterKeySince: number | null
  readonly deployedSince: number | null
}

export interface UnitFacts {
  readonly failed: readonly string[]
  readonly restarts: Readonly<Record<string, number>>
  readonly timers: Readonly<
    Record<
      string,
      {
        readonly active: boolean
        readonly scheduled: boolean
        /** systemd's word for how the service of the timer ended last, `success` also before the first time. */
        readonly lastResult: string
        readonly running: boolean
      }
    >
  >
}

export interface ModelUsage {
  readonly model: string
  readonly requests: number
  readonly failures: number
  /** Median and 95th percentile; null when no request was answered by the provider. */
  readonly seconds: readonly [number, number] | null
  /** Failures by LiteLLM's class of error. */
  readonly errors: Readonly<Record<string, number>> | null
}

export interface UsageFacts {
  readonly growth: {
    readonly rows: number
    readonly bytes: number
    readonly recentRows: number
    /** Seconds since 1970 of the oldest row; null when there is none. */
    readonly oldest: number | null
    readonly days: number
  }
  /** Of the last day. */
  readonly models: readonly ModelUsage[]
  /** Of the last seven days. */
  readonly cache: {
    readonly requests: number
    readonly hits: number
    /** Requests that had been asked before, word for word. */
    readonly repeats: number
    readonly repeatHits: number
    /** Four of five repeats came within so many seconds. */
    readonly gapSeconds: number | null
    readonly savedUsd: number
  }
}

export interface WorkerFacts {
  readonly expected: number
  readonly running: number
  readonly ready: boolean
  readonly said: string | null
  /** Why not all of them serve what the release declares. */
  readonly disagree: string | null
}

/** The host's record of changes. */
export interface AuditFacts {
  readonly lines: number
  /** The first line that breaks the hash chain of the audit log. */
  readonly broken: number | null
  /** The first digits of the last link of its chain. */
  readonly link: string
}

/** What the gateway depends on. In parts, so that a broken one does not hide the others. */
export interface DoctorParts {
  /** The program of an earlier version, which a read-only key may still be forced to, does not answer it. */
  readonly audit?: Part<AuditFacts>
  readonly backups: Part<BackupFacts>
  readonly certificate: Part<CertificateFacts>
  readonly clock: Part<ClockFacts>
  readonly database: Part<DatabaseFacts>
  readonly disks: Part<readonly DiskFacts[]>
  readonly memory: Part<MemoryFacts>
  readonly ports: Part<PortFacts>
  readonly providers: Part<ProviderFacts>
  readonly redis: Part<RedisFacts>
  readonly secretFiles: Part<SecretFileFacts>
  readonly system: Part<SystemFacts>
  readonly units: Part<UnitFacts>
  readonly usage: Part<UsageFacts>
  readonly workers: Part<WorkerFacts>
}

/** What the program `doctor` on the host answers. */
export interface DoctorFacts {
  readonly observation: Part<Observation>
  readonly parts: DoctorParts
  /** The host's clock when it answered, seconds since 1970. */
  readonly time: number
}
