import { describe, expect, test } from 'vitest'
import { backupOf, backupSchema, drillTargets } from '../../../src/config/backup.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS'

describe('backups', () => {
  test('have defaults: nobody goes without', () => {
    expect(backupOf({})).toEqual({
      at: '02:00',
      verifyAt: '03:00',
      keepDays: 30,
      repository: '/var/backups/litellm',
      environment: {},
    })
    expect(drillTargets({})).toEqual({ rtoSeconds: 1800, rpoSeconds: 93_600 })
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

  test.each([
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
    [{ retention: 3 }],
  ])('refuse %o', (wrong) => expect(backupSchema.safeParse(wrong).success).toBe(false))
})
