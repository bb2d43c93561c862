import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/record.ts'
import type { DoctorFacts, ModelUsage, Part } from '../contract/programs/doctor.ts'
import { daysUntilFull } from './database.ts'
import { REPEATS_FOR_A_RATE, ttlFor } from './redis.ts'

/** Figures worth knowing even when nothing is wrong; null when unreadable or meaningless. */
export interface Measured {
  readonly workers: number | null
  readonly models: readonly ModelUsage[]
  /** Of the last seven days; shares from 0 to 1. */
  readonly cache: {
    readonly requests: number
    readonly hitRate: number | null
    /** Of the requests that had been asked before. */
    readonly repeatHitRate: number | null
    readonly savedUsd: number
  } | null
  /** Redis' own count since it was started, of everything that is kept there. */
  readonly redisHitRate: number | null
  readonly databaseBytes: number | null
  readonly databaseConnections: readonly [number, number] | null
  readonly daysUntilDiskFull: number | null
  /** ISO 8601; null when there is none. */
  readonly newestBackup: string | null
  readonly newestProof: string | null
  /** ISO 8601. */
  readonly certificateEnds: string | null
}

/** The figures of the last days. Pure. */
export function measure({ parts, time }: DoctorFacts): Measured {
  const usage = value(parts.usage)
  const redis = value(parts.redis)
  const database = value(parts.database)
  const backups = value(parts.backups)
  const certificate = value(parts.certificate)
  const cache = usage?.cache
  return {
    workers: value(parts.workers)?.running ?? null,
    models: usage?.models ?? [],
    cache:
      cache === undefined
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
    daysUntilDiskFull: usage === undefined ? null : daysUntilFull(usage, value(parts.disks) ?? [], time),
    newestBackup: backups?.repository.newest ?? null,
    newestProof: backups?.proven?.time ?? null,
    certificateEnds:
      certificate === undefined || certificate.answers !== null
        ? null
        : new Date(certificate.notAfter * 1000).toISOString(),
  }
}

/** Possible improvements although nothing is wrong. */
export function advice({ gateway }: Desired, { parts }: DoctorFacts): string[] {
  const found: string[] = []
  const cache = value(parts.usage)?.cache
  const settings = isRecord(gateway.litellm_settings) ? gateway.litellm_settings : {}
  const params = isRecord(settings.cache_params) ? settings.cache_params : {}
  if (cache !== undefined && cache.repeats >= REPEATS_FOR_A_RATE && settings.cache !== true)
    found.push(
      `${cache.repeats} requests of the last seven days were repeats. A cache answers those for free: litellm_settings: {cache: true, cache_params: {type: redis, ttl: ${ttlFor(cache.gapSeconds)}}}`,
    )
  else if (
    cache !== undefined &&
    cache.repeats >= REPEATS_FOR_A_RATE &&
    cache.repeatHits / cache.repeats < 0.6 &&
    ttlFor(cache.gapSeconds) > Number(params.ttl ?? 0)
  )
    found.push(
      `The cache answered ${cache.repeatHits} of ${cache.repeats} repeated requests; four of five came within ${Math.round(cache.gapSeconds ?? 0)} s. A longer lifetime answers more: litellm_settings: {cache_params: {ttl: ${ttlFor(cache.gapSeconds)}}}`,
    )
  if (gateway.backup.copyTo === undefined)
    found.push(
      'Backups are only on this machine and would be lost with it. backup: {copy_to: "sftp:backup@nas.example.com:/litellm"} keeps a copy elsewhere.',
    )
  return found
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function value<Value>(part: Part<Value>): Value | undefined {
  return 'value' in part ? part.value : undefined
}
