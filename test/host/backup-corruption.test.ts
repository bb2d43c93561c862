import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { backupOf } from '../../src/config/backup.ts'
import type { ProofResult } from '../../src/contract/programs/backup.ts'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { counted } from '../lab/proof.ts'
import { fill, leftovers } from './backup-data.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/** How many damages of the repository are tried; each has its own seed, so a failure can be tried again by itself. */
const CASES = Number(process.env.CASES ?? 100)
/** How many proofs are made of what is whole. Each boots LiteLLM, which is most of this file's time. */
const GREEN = Number(process.env.GREEN ?? 100)
const COPY = '/srv/off-site'
const PRISTINE = '/srv/pristine'
let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  await fill(gateway, 20_000)
  const manifest = manifestFor(gateway.lab, { backup: backupOf({ backup: { copy_to: COPY } }) })
  await deploy(session, { ...deployInput(gateway.lab), manifest })
  await takeBackup(session, { run: 'test' })
  await takeBackup(session, { run: 'test' })
  await must(`cp -a ${COPY} ${PRISTINE}`)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(command: string, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { stdin, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}

const verify = async (full = true): Promise<ProofResult> => await verifyBackup(session, { run: 'test', full })

async function mend(): Promise<void> {
  await must(`rm -rf ${COPY} && cp -a ${PRISTINE} ${COPY}`)
}

/** Damages one file of the repository in place, by a seed; prints what it did. */
const DAMAGE = `
import os, random, sys
seed, root = int(sys.argv[1]), sys.argv[2]
random.seed(seed)
kind = ["data", "index", "keys", "snapshots", "config"][seed % 5]
files = [root + "/config"] if kind == "config" else sorted(os.path.join(d, f) for d, _, names in os.walk(root + "/" + kind) for f in names)
file = random.choice(files)
os.chmod(file, 0o600)
size = os.path.getsize(file)
how = random.choice(["flip", "flip", "truncate", "delete"])
if how == "delete": os.remove(file)
elif how == "truncate": os.truncate(file, random.randrange(size))
else:
    with open(file, "r+b") as f:
        at = random.randrange(size)
        f.seek(at); byte = f.read(1)[0]; f.seek(at); f.write(bytes([byte ^ (1 << random.randrange(8))]))
print(how, kind)
`

/** Puts a backup into the repositories that is whole as restic and its hashes see it, and wrong inside. */
const FORGE = `
import json, os, shutil, subprocess, sys
how, copy = sys.argv[1], sys.argv[2]
staging = "/var/lib/litellm-gitops/backups/staging"
env = os.environ | {"RESTIC_PASSWORD_FILE": "/etc/litellm/backup_password", "RESTIC_REPOSITORY": copy}
run = lambda *a: subprocess.run(a, env=env, check=True, capture_output=True, text=True).stdout
latest = json.loads(run("restic", "snapshots", "--json", "--latest", "1"))[-1]
shutil.rmtree(staging, ignore_errors=True)
run("restic", "restore", latest["id"] + ":" + latest["paths"][0], "--target", staging)
manifest = json.load(open(staging + "/manifest.json"))
toc = run("/usr/lib/postgresql/17/bin/pg_restore", "--list", staging + "/database")
def dat(table):
    line = next(l for l in toc.splitlines() if f"TABLE DATA public {table} " in l)
    return f"{staging}/database/{line.split(';')[0]}.dat"
spend = dat("LiteLLM_SpendLogs")
if how == "truncated dump":
    lines = open(spend).read().split("\\n"); open(spend, "w").write("\\n".join(lines[:len(lines) // 2] + ["\\\\.", "", ""]))
elif how == "cut off dump": os.truncate(spend, os.path.getsize(spend) // 2 + 7)
elif how == "changed row": text = open(spend).read(); open(spend, "w").write(text.replace("gpt-4", "gpt-5", 1))
elif how == "missing index":
    kind = manifest["database"]["definitions"]["index"]; kind["public.was_there"] = "0" * 32
elif how == "empty dump": open(spend, "w").write("\\\\.\\n\\n\\n")
elif how == "wrong salt key": open(staging + "/files/etc/litellm/salt_key", "w").write("another\\n")
elif how == "another domain": manifest["domain"] = "other.example.com"
elif how == "lost schema": manifest["database"]["tables"] = {}
elif how == "damaged redis": os.truncate(staging + "/redis.rdb", os.path.getsize(staging + "/redis.rdb") - 9)
elif how == "newer tool": manifest["schema"] = 99
elif how == "a file too few": os.remove(staging + "/files/etc/litellm/master_key")
if how != "a file too few":
    import hashlib
    for name in manifest["files"]:
        path = os.path.join(staging, name)
        if not os.path.islink(path): manifest["files"][name] = hashlib.sha256(open(path, "rb").read()).hexdigest()
json.dump(manifest, open(staging + "/manifest.json", "w"))
run("restic", "backup", "--host", latest["hostname"], "--tag", "litellm-gitops", "--tag", "manual", staging)
shutil.rmtree(staging)
`

describe('a proof', () => {
  it(`is green in ${GREEN} of ${GREEN} without damage`, async ({ task }) => {
    const slowest: number[] = []
    for (let count = 0; count < GREEN; count += 1) {
      const { ok, reason, level, seconds } = await verify()
      expect({ ok, reason, level }, `number ${count}`).toEqual({ ok: true, reason: null, level: 'L6' })
      slowest.push(seconds)
    }
    counted(task, `${slowest.length} green, ${Math.max(...slowest)} s the slowest`)
    expect(await leftovers(gateway)).toEqual([])
  })

  it(`is red in ${CASES} of ${CASES} damages of the repository`, async ({ task }) => {
    const missed: string[] = []
    const told = new Map<string, number>()
    for (let seed = 0; seed < CASES; seed += 1) {
      const what = (await must(`python3 - ${seed} ${COPY}`, DAMAGE)).trim()
      const { ok, reason } = await verify()
      if (ok) missed.push(`${seed}: ${what}`)
      const level = reason?.slice(0, 2) ?? 'green'
      told.set(`${what} ${level}`, (told.get(`${what} ${level}`) ?? 0) + 1)
      await mend()
    }
    console.log(Object.fromEntries([...told].sort()))
    counted(task, `${CASES - missed.length} red, ${missed.length} missed`)
    expect(missed).toEqual([])
    expect(await leftovers(gateway)).toEqual([])
  })

  it.each([
    ['truncated dump', /^L4 content: public\."LiteLLM_SpendLogs" has \d+ rows where \d+ were backed up/],
    ['cut off dump', /^L3 load: The dump cannot be restored/],
    ['changed row', /^L4 content: the rows of public\."LiteLLM_SpendLogs" are other ones/],
    ['missing index', /^L4 content: 1 indexes are missing: public\.was_there/],
    ['empty dump', /^L4 content: public\."LiteLLM_SpendLogs" has 0 rows/],
    ['wrong salt key', /^L5 application: \d+ of \d+ stored .* cannot be decrypted/],
    ['another domain', /^L0 presence: The backup is of other\.example\.com/],
    ['lost schema', /^L0 presence: The backup holds no schema/],
    ['damaged redis', /^L3 load: The content of Redis is damaged/],
    ['newer tool', /^L0 presence: The backup was made by a newer version/],
    ['a file too few', /^L2 files: 1 files .*\/master_key is missing/],
  ])('is red for a backup that is whole and wrong inside: %s', async (how, reason) => {
    await must(`python3 - '${how}' ${COPY}`, FORGE)
    try {
      expect((await verify(false)).reason).toMatch(reason)
    } finally {
      await mend()
    }
    expect(await leftovers(gateway)).toEqual([])
  })
})
