import { differs, gateway, place, testFaults, timer } from './fault.ts'
import { hoursAgo } from './healthy.ts'

/** The one of the healthy gateway. */
const DECLARED_BUDGET = {
  subject: 'user' as const,
  id: 'team-dev',
  max_budget: 100,
  budget_duration: '1mo',
  budget_reset_at: '2026-12-01T00:00:00',
  managed: ['max_budget', 'budget_duration'],
}

testFaults([
  [
    'no backup',
    { parts: { backups: { repository: place(null, 0) } } },
    'backup-missing',
    'error',
    /start litellm-backup/,
  ],
  [
    'an old backup',
    { parts: { backups: { repository: place(hoursAgo(80)) } } },
    'backup-old',
    'error',
    /start litellm-backup/,
  ],
  [
    'a backup that is older than backup.rpo allows',
    { parts: { backups: { oldestHours: 6 } } },
    'backup-old',
    'error',
    /start litellm-backup/,
  ],
  [
    'a record of changes that somebody has changed',
    { parts: { audit: { broken: 7 } } },
    'audit-broken',
    'error',
    /sed -n '6,7p'.*earlier backup/,
  ],
  [
    'a backup from the future',
    { parts: { backups: { repository: place(hoursAgo(-5)) } } },
    'backup-future',
    'warning',
    /timedatectl/,
  ],
  [
    'a repository that cannot be opened',
    { parts: { backups: { repository: place(null, 0, 'wrong password') } } },
    'backup-repository-broken',
    'error',
    /litellm-gitops backup/,
  ],
  [
    'an old copy',
    { parts: { backups: { copy: place(hoursAgo(80)) } } },
    'backup-copy-old',
    'error',
    /litellm-gitops backup/,
  ],
  [
    'a copy out of reach',
    { parts: { backups: { copy: place(null, 0, 'timed out') } } },
    'backup-copy-broken',
    'error',
    /litellm-gitops backup/,
  ],
  [
    'an old proof',
    { parts: { backups: { proven: { snapshot: 'a', time: hoursAgo(200), level: 'L6' } } } },
    'proof-old',
    'warning',
    /litellm-gitops verify/,
  ],
  ['never proven', { parts: { backups: { proven: null } } }, 'proof-old', 'warning', /litellm-gitops verify/],
  [
    'the last backup failed',
    timer('litellm-backup.timer', { lastResult: 'exit-code' }),
    'backup-failed',
    'error',
    /journalctl -u litellm-backup/,
  ],
  [
    'the last proof failed',
    timer('litellm-verify.timer', { lastResult: 'exit-code' }),
    'proof-failed',
    'error',
    /litellm-gitops verify/,
  ],
  [
    'a backup lies in clear',
    { parts: { secretFiles: { leftovers: ['/var/lib/litellm-gitops/backups/staging'] } } },
    'backup-leftover',
    'error',
    /start litellm-backup/,
  ],
  [
    'a key that others can read',
    {
      parts: {
        secretFiles: {
          wide: [
            {
              path: '/etc/litellm/master_key',
              mode: '0644',
              owner: 'root:root',
              wantedMode: '0600',
              wantedOwner: 'root:root',
            },
          ],
        },
      },
    },
    'file-mode',
    'error',
    /^chmod 0600 \/etc\/litellm\/master_key$/,
  ],
  [
    'a key of somebody else',
    {
      parts: {
        secretFiles: {
          wide: [
            {
              path: '/etc/litellm/salt_key',
              mode: '0600',
              owner: 'debian:debian',
              wantedMode: '0600',
              wantedOwner: 'root:root',
            },
          ],
        },
      },
    },
    'file-mode',
    'error',
    /^chown root:root \/etc\/litellm\/salt_key && chmod/,
  ],
  [
    'a lost salt key',
    { observed: differs({ keys: ['/etc/litellm/salt_key'] }) },
    'key-missing',
    'error',
    /litellm-gitops restore/,
  ],
  [
    'a lost backup password',
    { observed: differs({ keys: ['/etc/litellm/backup_password'] }) },
    'key-missing',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'a removed package',
    { observed: differs({ packages: ['restic'] }) },
    'package-missing',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'a removed account',
    { observed: differs({ accounts: ['litellm-plan'] }) },
    'account-missing',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'an edited file',
    { observed: differs({ files: ['/etc/caddy/Caddyfile'] }) },
    'file-changed',
    'warning',
    /litellm-gitops deploy/,
  ],
  [
    'another image',
    { observed: differs({ image: { running: 'x', wanted: 'y' } }) },
    'image-differs',
    'warning',
    /litellm-gitops deploy/,
  ],
  [
    'a budget that should have been reset long ago',
    {
      observed: gateway({
        budgets: [
          DECLARED_BUDGET,
          {
            subject: 'customer',
            id: 'acme',
            max_budget: 5,
            budget_duration: '1mo',
            budget_reset_at: '2026-11-01T00:00:00',
          },
        ],
      }),
    },
    'budget-reset-late',
    'error',
    /systemctl restart litellm/,
  ],
  [
    'a key that belongs to nobody',
    {
      observed: gateway({
        entities: [
          { kind: 'key', id: 'ci', fields: { user_id: 'default_user_id' }, used: '2099-01-01T00:00:00' },
          { kind: 'key', id: 'ours', fields: { team_id: 'data' }, used: '2099-01-01T00:00:00' },
        ],
      }),
    },
    'key-unowned',
    'warning',
    /keys: \[\{key_alias/,
  ],
  [
    'a key that nobody uses',
    {
      observed: gateway({
        entities: [
          { kind: 'key', id: 'ci', fields: { team_id: 'data' }, used: '2020-01-01T00:00:00' },
          { kind: 'key', id: 'never', fields: { team_id: 'data' }, made: '2020-01-01T00:00:00' },
          { kind: 'key', id: 'new', fields: { team_id: 'data' }, made: '2099-01-01T00:00:00' },
        ],
      }),
    },
    'key-unused',
    'warning',
    /sync # with prune/,
  ],
  [
    'a key of others whose spend is never reset',
    {
      observed: gateway({
        budgets: [DECLARED_BUDGET, { subject: 'key', id: 'ci', max_budget: 5, budget_duration: '1mo' }],
      }),
    },
    'budget-reset-missing',
    'warning',
    /save them again in the UI/,
  ],
  [
    'a version that is too old',
    { observed: gateway({ version: '1.90.7' }) },
    'version-unsupported',
    'warning',
    /digest of a newer version/,
  ],
  [
    'a known-bad version',
    { observed: gateway({ version: '1.94.0' }) },
    'known-bad-version',
    'error',
    /litellm: \{image/,
  ],
  [
    'a changed model',
    { observed: gateway({ config: { model_list: [] } }) },
    'drift',
    'warning',
    /litellm-gitops plan/,
  ],
  [
    'a rollout cut short',
    {
      observed: (seen) => ({
        ...seen,
        interrupted: { kind: 'rollout', step: 'standby', since: hoursAgo(3) },
      }),
    },
    'interrupted',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'nothing deployed',
    {
      observed: (seen) => ({
        ...differs({ database: 'missing', keys: ['a', 'b', 'c', 'd'] })(seen),
        gateway: null,
      }),
    },
    'not-deployed',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'a schedule that GitHub stopped',
    {
      schedules: {
        workflows: [
          { name: 'Drift', path: '.github/workflows/drift.yml', state: 'disabled_inactivity' },
          { name: 'Plan', path: 'p.yml', state: 'active' },
        ],
      },
    },
    'workflow-disabled',
    'warning',
    /gh workflow enable drift\.yml/,
  ],
  [
    'a host that cannot be observed',
    { unobserved: 'KeyError in x.py:3' },
    'host-unread',
    'warning',
    /journalctl/,
  ],
])
