import { describe, expect, test } from 'vitest'
import { backupFlaws, backupOf, backupSchema, drillTargets } from '../../../src/config/backup.ts'
import { loadDesired } from '../../../src/config/desired.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS'

const DECLARATION = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 100
model_list:
  - model_name: gpt-4
    litellm_params: {model: openai/gpt-4, api_key: os.environ/OPENAI_API_KEY}
backup:
  at: "23:30"
  keep: 14d
  copy_to: sftp:backup@nas.example.com:/litellm
  copy_host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
  environment: {AWS_ACCESS_KEY_ID: os.environ/BACKUP_S3_ID, AWS_SECRET_ACCESS_KEY: os.environ/BACKUP_S3_KEY}
  heartbeat: os.environ/BACKUP_HEARTBEAT
  escrow: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"]
  rto: 30m
  rpo: 26h
`

describe('backups', () => {
  test('with all that can be declared are no problem, and name the values that the step has to give', () => {
    const desired = loadDesired('gateway.yaml', { read: () => DECLARATION, list: () => [] })
    expect(desired.warnings).toEqual([])
    expect(desired.secrets.map(({ name }) => name)).toEqual([
      'BACKUP_HEARTBEAT',
      'BACKUP_S3_ID',
      'BACKUP_S3_KEY',
      'OPENAI_API_KEY',
    ])
    expect(desired.gateway.backup).toMatchObject({ keepDays: 14, verifyAt: '00:30', escrow: [key] })
  })

  test('have defaults: nobody goes without', () => {
    expect(backupOf({})).toEqual({
      at: '02:00',
      verifyAt: '03:00',
      keepDays: 30,
      oldestHours: 26,
      repository: '/var/backups/litellm',
      environment: {},
    })
    expect(drillTargets({})).toEqual({ rtoSeconds: 1800, rpoSeconds: 93_600 })
  })

  test.each([
    ['48h', 48],
    ['2d', 48],
    ['90m', 1.5],
  ])('may be as old as backup.rpo says, for the proof and for doctor too: %s', (rpo, hours) => {
    const backup = { rpo }
    expect(backupOf({ backup }).oldestHours).toBe(hours)
    expect(drillTargets({ backup }).rpoSeconds).toBe(hours * 3600)
  })

  test('are proven an hour later, over midnight too', () => {
    expect(backupOf({ backup: { at: '23:30' } }).verifyAt).toBe('00:30')
  })

  test.each([
    ['sftp:backup@host.example:/litellm', `host.example ${key}`],
    ['sftp:host.example:litellm', `host.example ${key}`],
    ['sftp://backup@host.example:2222//litellm', `[host.example]:2222 ${key}`],
    ['sftp://backup@[2001:db8::1]:22/litellm', `2001:db8::1 ${key}`],
  ])('pin the host of %s', (copy_to, knownHost) => {
    expect(backupOf({ backup: { copy_to, copy_host_key: key } }).knownHost).toBe(knownHost)
  })

  test('name the variables of the storage, never their values', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'os.environ/BACKUP_ID' }
    expect(backupOf({ backup: { environment, heartbeat: 'os.environ/BEAT' } })).toMatchObject({
      environment: { AWS_ACCESS_KEY_ID: 'BACKUP_ID' },
      heartbeat: 'BEAT',
    })
  })

  test('may name other credentials for the copy', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'os.environ/NEAR_ID' }
    const copy_environment = { AWS_ACCESS_KEY_ID: 'os.environ/FAR_ID' }
    const backup = { environment, copy_environment, copy_to: 's3:https://far.example/bucket' }
    expect(backupOf({ backup })).toMatchObject({
      environment: { AWS_ACCESS_KEY_ID: 'NEAR_ID' },
      copyEnvironment: { AWS_ACCESS_KEY_ID: 'FAR_ID' },
    })
    expect(backupOf({ backup: { environment } })).not.toHaveProperty('copyEnvironment')
    expect(backupFlaws({ backup })).toEqual([])
    expect(backupFlaws({ backup: { copy_environment } })).toMatchObject([
      { code: 'copy-environment', path: ['backup', 'copy_environment'] },
    ])
  })

  test.each([
    [{ copy_environment: { AWS_SECRET_ACCESS_KEY: 'written-out' } }],
    [{ copy_environment: { RESTIC_PASSWORD_COMMAND: 'os.environ/X' } }],
    [{ repository: 'var/backups' }],
    [{ repository: '--password-command=x' }],
    [{ copy_to: 'sftp:-oProxyCommand=x:/y' }],
    [{ copy_to: 'ftp:host' }],
    [{ copy_to: '/with space' }],
    [{ keep: '0d' }],
    [{ keep: '30' }],
    [{ at: '24:00' }],
    [{ environment: { AWS_SECRET_ACCESS_KEY: 'written-out' } }],
    [{ environment: { 'A=B': 'os.environ/X' } }],
    [{ heartbeat: 'https://hc.example/secret' }],
    [{ rto: 'soon' }],
    [{ escrow: [] }],
    [{ escrow: ['AGE-SECRET-KEY-1…'] }],
    [{ retention: 3 }],
  ])('refuse %o', (wrong) => expect(backupSchema.safeParse(wrong).success).toBe(false))
})
