import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash } from '../test/lab/cache.ts'
import { must, run } from '../test/lab/command.ts'
import { installMissing, MachineError } from '../test/lab/tools.ts'

const root = join(import.meta.dirname, '..')
const REQUIREMENTS = join(root, 'requirements-dev.txt')
const PROGRAMS = join(root, 'requirements-programs.txt')

/** The system's own, as on a host; what else PATH has under that name may be a slow shim. */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** How to start a tool: its arguments follow `args`, and `env` is added to the environment. */
export interface PythonTool {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * ruff, mypy or pytest as pinned in requirements-dev.txt, installed on first use. They run on the system's Python, but nothing of
 * that Python's own packages is touched or needed.
 */
export async function pythonTool(name: 'ruff' | 'mypy' | 'pytest'): Promise<PythonTool> {
  const folder = await pythonPackages('python_tools', REQUIREMENTS)
  const env = {
    PYTHONPATH: folder,
    PYTHONNOUSERSITE: '1',
    PYTHONPYCACHEPREFIX: join(root, 'node_modules/.cache/python'),
  }
  if (name === 'ruff') return { program: join(folder, 'bin/ruff'), args: [], env }
  return { program: PYTHON, args: ['-m', name], env }
}

/** The folder with what a requirements file pins, for PYTHONPATH; `kind` is its name among the cached parts. */
export async function pythonPackages(kind: string, requirementsFile: string): Promise<string> {
  const requirements = await readFile(requirementsFile, 'utf8')
  return cachedPart({
    kind,
    // Compiled wheels belong to one version of Python.
    hash: contentHash(requirements, await pythonVersion()),
    build: (target) => installWheels(requirements, target),
  })
}

/** A program that a wheel carries, such as zizmor; `wheel` is what requirements-programs.txt pins. */
export async function programFromWheel(name: string, wheel: string = name): Promise<string> {
  const requirement = await requirementOf(wheel)
  const folder = await cachedPart({
    kind: name,
    hash: contentHash(requirement),
    build: (target) => installWheels(requirement, target),
  })
  return join(folder, 'bin', name)
}

/** The lines of requirements-programs.txt that pin a wheel, with its hash. Dependabot keeps them. */
export async function requirementOf(wheel: string): Promise<string> {
  const text = await readFile(PROGRAMS, 'utf8')
  // A line that begins with a space continues the one before.
  const pinned = text.split(/\n(?! )/).find((line) => line.startsWith(`${wheel}==`))
  if (pinned === undefined) throw new Error(`requirements-programs.txt has no ${wheel}`)
  return pinned
}

/**
 * Installs wheels into `target`: no virtual environment is needed. `requirements` has the format of pip's requirements file, and pip
 * refuses everything whose hash is not in it. Packages come from the index that pip is configured for.
 */
export async function installWheels(requirements: string, target: string): Promise<void> {
  await ensurePip()
  await mkdir(target, { recursive: true })
  const list = join(target, 'requirements.txt')
  await writeFile(list, requirements)
  const quietly = [
    '--quiet',
    '--disable-pip-version-check',
    '--root-user-action=ignore',
    '--no-warn-script-location',
  ]
  const only = ['--require-hashes', '--only-binary=:all:']
  await must([PYTHON, '-m', 'pip', 'install', ...quietly, ...only, '--target', target, '-r', list])
  await rm(list)
}

/** Debian and Ubuntu install Python without pip. */
async function ensurePip(): Promise<void> {
  const found = await run([PYTHON, '-m', 'pip', '--version']).catch(() => undefined)
  if (found?.code !== 0) await installMissing(['python3-pip'])
}

/** Such as 3.12. The tools and the host's programs need 3.11 or newer. */
async function pythonVersion(): Promise<string> {
  const [, minor = ''] = /^Python 3\.(\d+)/.exec(await must([PYTHON, '--version'])) ?? []
  if (Number(minor) < 11 || minor === '')
    throw new MachineError('The Python tools need Python 3.11 or newer, as in Debian 12 and Ubuntu 24.04.')
  return `3.${minor}`
}
