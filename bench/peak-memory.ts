import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const CLI = join(import.meta.dirname, '../dist/cli.js')
const SCRIPT =
  'import resource,subprocess,sys;code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode;' +
  'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);sys.exit(0 if code in (0, 2) else code)'
const start = promisify(execFile)

/** Runs the command line in a folder; answers the largest resident size of its process in KiB. Rejects when it fails. */
export async function peakMemory(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const { stdout } = await start('python3', ['-c', SCRIPT, process.execPath, CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    maxBuffer: 256 * 1024 * 1024,
  })
  return Number(stdout)
}
