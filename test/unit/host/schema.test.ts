import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

interface Side {
  readonly migrations: readonly string[]
  readonly columns: Readonly<Record<string, readonly string[]>>
  readonly taken?: Readonly<Record<string, readonly string[]>>
}
interface Distance {
  readonly pending: string[]
  readonly unknown: string[]
  readonly missing: string[]
  readonly leaving: string[]
}

/** What lies between each database and its image. */
const distances = (...cases: readonly { readonly has: Side; readonly wants: Side }[]) =>
  inAgent<Distance[]>(
    `
import dataclasses
from agent.gateway import schema
from agent.litellm import image_files
def between(has, wants):
    database = schema.Database(has["migrations"], {name: set(columns) for name, columns in has["columns"].items()})
    return dataclasses.asdict(schema.distance(database, image_files.Schema(taken=wants.pop("taken", {}), **wants)))
return [between(**case) for case in given]`,
    cases,
  )

const side = (migrations: readonly string[], columns: Side['columns'] = {}): Side => ({ migrations, columns })
const FIRST = '20250326162113_baseline'
const SECOND = '20260108_add_user_email_lower_idx'
const THIRD = '20260918000000_add_managed_file_content_table'
/** A name of LiteLLM's own has spaces. */
const SPACED = '20250625145206_of budgets to files'
const RETIRED = '20251115120021_baseline_diff'
const KEYS = { LiteLLM_VerificationToken: ['token', 'spend'] }

describe('the distance between a database and an image', () => {
  it.each<[string, Side, Side, Partial<Distance>]>([
    ['is none where both are the same', side([FIRST, SECOND], KEYS), side([FIRST, SECOND], KEYS), {}],
    [
      'is the migrations that a newer image brings',
      side([FIRST]),
      side([FIRST, SECOND]),
      { pending: [SECOND] },
    ],
    [
      'is those that an older image does not know',
      side([FIRST, SECOND, THIRD]),
      side([FIRST]),
      { unknown: [SECOND, THIRD] },
    ],
    [
      'leaves out one that LiteLLM took back',
      side([FIRST, RETIRED], KEYS),
      side([FIRST, SECOND], KEYS),
      { pending: [SECOND] },
    ],
    [
      'has an image of another line, whose newest migration is newer, when a column of the database is not in it',
      side([FIRST, SECOND], { LiteLLM_VerificationToken: ['token', 'spend', 'budget_fallbacks'] }),
      side([FIRST, THIRD], KEYS),
      { pending: [THIRD], unknown: [SECOND], leaving: ['LiteLLM_VerificationToken.budget_fallbacks'] },
    ],
    [
      'has the columns that were dropped although their migrations are recorded',
      side([FIRST, SECOND], { LiteLLM_VerificationToken: ['token'] }),
      side([FIRST, SECOND], KEYS),
      { missing: ['LiteLLM_VerificationToken.spend'] },
    ],
    [
      'is not moved by tables of people, their columns, and partitions of the log',
      side([FIRST, SECOND], {
        ...KEYS,
        LiteLLM_VerificationToken: [...KEYS.LiteLLM_VerificationToken, 'of_mine'],
        mine: ['a'],
        LiteLLM_SpendLogs_legacy: ['b'],
      }),
      side([FIRST, SECOND], KEYS),
      { leaving: ['LiteLLM_VerificationToken.of_mine'] },
    ],
    [
      'foresees what the pending migrations take away of what there is',
      side([FIRST], KEYS),
      {
        ...side([FIRST, SECOND], KEYS),
        taken: {
          [SECOND]: ['LiteLLM_VerificationToken.spend', 'LiteLLM_Gone'],
          [FIRST]: ['LiteLLM_VerificationToken.token'],
        },
      },
      { pending: [SECOND], leaving: ['LiteLLM_VerificationToken.spend'] },
    ],
    [
      'goes by the bytes of names, as Prisma does',
      side([FIRST, '20260108235959_x']),
      side([FIRST, SECOND]),
      { pending: [SECOND] },
    ],
  ])('%s', (_, has, wants, expected) => {
    expect(distances({ has, wants })).toEqual([
      { pending: [], unknown: [], missing: [], leaving: [], ...expected },
    ])
  })

  it('never lets an image in that lacks the newest migration of the database, and never one of its own in as unknown', () => {
    const names = fc.uniqueArray(
      fc.integer({ min: 1, max: 60 }).map((day) => `202601${String(day).padStart(2, '0')}_m`),
      { minLength: 1, maxLength: 12 },
    )
    const cases = fc
      .sample(fc.tuple(names, names), 300)
      .map(([has, wants]) => ({ has: side([...has].sort()), wants: side([...wants].sort()) }))
    for (const [index, { pending, unknown }] of distances(...cases).entries()) {
      const { has, wants } = cases[index] ?? expect.fail('no case')
      const newest = has.migrations.at(-1) ?? ''
      if (newest > (wants.migrations.at(-1) ?? '')) expect(unknown).toContain(newest)
      expect(unknown.filter((name) => wants.migrations.includes(name))).toEqual([])
      expect(pending).toEqual(wants.migrations.filter((name) => !has.migrations.includes(name)))
    }
  })
})

describe('a migration', () => {
  it.each([
    ['ALTER TABLE "LiteLLM_A" ADD COLUMN "b" TEXT;', []],
    [
      'ALTER TABLE "LiteLLM_A" DROP COLUMN IF EXISTS "b",\nDROP COLUMN "c",\nADD COLUMN "d" TEXT;\nCREATE INDEX x ON "LiteLLM_B" (c);',
      ['LiteLLM_A.b', 'LiteLLM_A.c'],
    ],
    ['-- ALTER TABLE "LiteLLM_A" DROP COLUMN "b";\n/* DROP TABLE "LiteLLM_A"; */', []],
    [
      'DO $$ BEGIN\n ALTER TABLE IF EXISTS public."LiteLLM_A" RENAME COLUMN "b" TO "c";\nEND $$;',
      ['LiteLLM_A.b'],
    ],
    [
      'ALTER TABLE IF EXISTS "LiteLLM_A" RENAME TO "LiteLLM_B"; drop table "LiteLLM_C" cascade;',
      ['LiteLLM_A', 'LiteLLM_C'],
    ],
    ['DELETE FROM "LiteLLM_A" WHERE b; TRUNCATE TABLE "LiteLLM_B";', ['LiteLLM_A', 'LiteLLM_B']],
  ])('%j takes away %j', (sql, expected) => {
    const script = 'from agent.litellm import migration_sql\nreturn migration_sql.taken(given["sql"])'
    expect(inAgent(script, { sql })).toEqual(expected)
  })
})

describe('a schema of Prisma', () => {
  it('has a column for each field that is no relation, under the name that the database has', () => {
    const text = `
model LiteLLM_BudgetTable {
  budget_id String @id @default(uuid()) // the key
  max_budget Float?
  models String[] @default([])
  metadata Json? @default("{}")
  createdAt DateTime @default(now()) @map("created_at")
  keys Key[] // a relation
  state JobStatus @default(INACTIVE)
  @@index([budget_id])
}
model Key { // called otherwise
  token String @id
  budget LiteLLM_BudgetTable? @relation(fields: [token], references: [budget_id])
  @@map("LiteLLM_VerificationToken")
}
enum JobStatus {
  ACTIVE
  INACTIVE
}
`
    expect(
      inAgent('from agent.litellm import prisma_schema\nreturn prisma_schema.columns(given["text"])', {
        text,
      }),
    ).toEqual({
      LiteLLM_BudgetTable: ['budget_id', 'created_at', 'max_budget', 'metadata', 'models', 'state'],
      LiteLLM_VerificationToken: ['token'],
    })
  })
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the schema of an image', () => {
  const packages = () => join(folder, 'usr/lib/python3.13/site-packages')
  const extras = (below: string, ...names: readonly string[]) => {
    for (const name of names) {
      mkdirSync(join(below, 'litellm_proxy_extras/migrations', name), { recursive: true })
      writeFileSync(join(below, 'litellm_proxy_extras/migrations', name, 'migration.sql'), 'SELECT 1;')
    }
    writeFileSync(
      join(below, 'litellm_proxy_extras/schema.prisma'),
      'model LiteLLM_Config {\n  param_name String @id\n}\n',
    )
  }
  const read = () =>
    inAgent<Side | null>(
      'import dataclasses\nfrom agent.litellm import image_files\nfound = image_files.contents(given["folder"]).schema\nreturn found and dataclasses.asdict(found)',
      { folder },
    )
  beforeEach(() => mkdirSync(join(packages(), 'litellm-1.106.2.dist-info'), { recursive: true }))
  const found = { migrations: [FIRST, SECOND], columns: { LiteLLM_Config: ['param_name'] }, taken: {} }

  it('is read beside LiteLLM, its migrations in order, without what is no migration', () => {
    extras(packages(), SECOND, SPACED, FIRST)
    mkdirSync(join(packages(), 'litellm_proxy_extras/migrations/empty'))
    writeFileSync(join(packages(), 'litellm_proxy_extras/migrations/migration_lock.toml'), '')
    expect(read()).toEqual({ ...found, migrations: [FIRST, SPACED, SECOND] })
  })

  it('is read from where its source lies', () => {
    extras(join(folder, 'app/litellm-proxy-extras'), FIRST, SECOND)
    expect(read()).toEqual(found)
  })

  it('follows no link that the image holds', () => {
    const outside = join(folder, '../outside')
    mkdirSync(outside, { recursive: true })
    symlinkSync(outside, join(packages(), 'litellm_proxy_extras'))
    expect(read()).toBeNull()
    rmSync(outside, { recursive: true })
  })
})

/** A host with one database, its images and what `before` and `podman` were asked. */
const world = `
from pathlib import Path
from agent.backup import upgrade as upgrade_backup
from agent.base import migration_runs
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import images, migration, release, schema
from agent.litellm import image_files
from agent.rollout import upgrade
here, did = Path(given["folder"]), []
migration_runs.MIGRATED = here / "migrated.json"
state = {"migrations": list(given["has"])}
wants = {name: image_files.Schema(list(names), {}, {}) for name, names in given["images"].items()}
image_files.schema = wants.get
images.litellm_version = lambda image: "1.80.5"
release.serving = lambda: "r1" if given.get("serving") else None
release.describe = lambda name: {"image": given["serving"]}
schema.of_database = lambda: schema.Database(list(state["migrations"]), {})
postgres.owner_url, postgres.give_rows = (lambda: "postgresql://"), (lambda server, name: None)
def run_on(image, settings, url):
    did.append("migrate " + image)
    state["migrations"] += [name for name in wants[image].migrations if name not in state["migrations"]]
migration.run_on = run_on
def before(what, run):
    did.append("backup")
    if given.get("broken"): raise Refused("upgrade-backup", "no room")
    return {"snapshot": "abcdef0123456789", "name": "abcdef01", "time": "2026-11-29T14:00:00+00:00"}
upgrade_backup.before = before
def code(work):
    try: return [None, work()]
    except Refused as refused: return [refused.code, refused.message]
def deploy(image): return code(lambda: upgrade.run_when_needed(image, {}, "run"))
`
const three = { old: [FIRST], now: [FIRST, SECOND], new: [FIRST, SECOND, THIRD] }
const world1 = (more: object) => ({ folder, images: three, has: [FIRST, SECOND], serving: 'now', ...more })

describe('deploy', () => {
  it('takes no backup of an empty database', () => {
    const script = `${world}\nreturn [deploy("now"), did]`
    expect(inAgent(script, world1({ has: [], serving: null }))).toEqual([
      [null, ['schema migrated']],
      ['migrate now'],
    ])
  })

  it('takes a backup before migrations, says so, and does neither again', () => {
    const script = `${world}\nreturn [deploy("new"), deploy("new"), did, migration_runs.backup_for("new")["name"]]`
    const [first, second, did, name] = inAgent<[unknown, unknown, string[], string]>(script, world1({}))
    expect(first).toEqual([null, [`backup abcdef01 taken before 1 migration (${THIRD})`, 'schema migrated']])
    expect(second).toEqual([null, []])
    expect(did).toEqual(['backup', 'migrate new'])
    expect(name).toBe('abcdef01')
  })

  it('runs no migration when the backup fails', () => {
    const script = `${world}\nreturn [deploy("new")[0], did, state["migrations"]]`
    expect(inAgent(script, world1({ broken: true }))).toEqual(['upgrade-backup', ['backup'], [FIRST, SECOND]])
  })

  it('refuses an image that is older than the schema, names the migrations and the backup, and changes nothing', () => {
    const script = `${world}\ndeploy("new")\ndid.clear()\nreturn [deploy("now"), did, state["migrations"]]`
    const [[code, message], did, migrations] = inAgent<[[string, string], string[], string[]]>(
      script,
      world1({ serving: 'new' }),
    )
    expect(code).toBe('schema-moved')
    expect(message).toContain(`1 migration (${THIRD}) that now (LiteLLM 1.80.5) does not know`)
    expect(message).toContain('the backup abcdef01 of 2026-11-29T14:00:00+00:00 was taken before them')
    expect([did, migrations]).toEqual([[], [FIRST, SECOND, THIRD]])
  })

  it('runs what is missing of an image that the database has met before, as after a restore', () => {
    const script = `${world}\ndeploy("new")\nstate["migrations"] = list(given["has"])\ndid.clear()\nreturn [deploy("new")[1], did]`
    const [done, did] = inAgent<[string[], string[]]>(script, world1({}))
    expect(done.at(-1)).toBe('schema migrated')
    expect(did).toEqual(['backup', 'migrate new'])
  })

  it('goes on with an image that serves on a newer schema, as after a rollback that was forced', () => {
    const script = `${world}\nreturn [deploy("old"), did]`
    expect(inAgent(script, world1({ serving: 'old' }))).toEqual([[null, []], []])
  })

  it('refuses an image whose migrations nobody can read, where the database has content', () => {
    const script = `${world}\nreturn [deploy("other")[0], did]`
    expect(inAgent(script, world1({}))).toEqual(['image-schema', []])
  })
})

describe('every rollout to another image', () => {
  const fits = (image: string, more: object = {}) =>
    inAgent<[string | null, string]>(
      `${world}\nreturn code(lambda: schema.require_fit(${JSON.stringify(image)}))`,
      world1(more),
    )[0]

  it('is refused where the database is ahead of it, and where its migrations were not run', () => {
    expect([
      fits('old'),
      fits('new'),
      fits('now'),
      fits('old', { serving: 'old' }),
      fits('new', { has: [] }),
    ]).toEqual(['schema-moved', 'migrations-pending', null, null, null])
  })
})

describe('room on a disk', () => {
  const require = (needed: Readonly<Record<string, number>>, free: number) =>
    inAgent<[string, string] | null>(
      `
from pathlib import Path
from agent.base import room
from agent.base.refusal import Refused
room.shutil.disk_usage = lambda place: type("D", (), {"free": given["free"]})
try: return room.require({Path(place): bytes_ for place, bytes_ in given["needed"].items()}, "A backup")
except Refused as refused: return [refused.code, refused.message]`,
      { needed, free },
    )
  const MIB = 1024 ** 2

  it('is what all places on one file system need together, with a spare', () => {
    expect(require({ [folder]: 100 * MIB, [`${folder}/not/yet`]: 100 * MIB }, 712 * MIB)).toBeNull()
    const [code, message] =
      require({ [folder]: 100 * MIB, [`${folder}/not/yet`]: 100 * MIB }, 711 * MIB) ?? []
    expect(code).toBe('disk-full')
    expect(message).toContain(
      `A backup needs 200 MiB on the disk of ${folder} and ${folder}/not/yet, 512 MiB have to stay free, and 711 MiB are free.`,
    )
  })

  it('is not asked for where nothing is written', () => {
    expect(require({ [folder]: 0 }, 0)).toBeNull()
  })
})
