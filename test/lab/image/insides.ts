/**
 * Where a LiteLLM image has what, and as whom it runs. All but the first are what the published Dockerfiles of BerriAI/litellm make, with
 * Debian in place of Wolfi: `docker/Dockerfile.database` as it was until spring 2026, the `Dockerfile` of today, `docker/Dockerfile.non_root`.
 */
export type Inside = 'lab' | 'database' | 'venv' | 'non_root'

interface Layout {
  readonly config: {
    readonly Entrypoint: readonly string[]
    readonly Cmd?: readonly string[]
    readonly Env: readonly string[]
    readonly WorkingDir: string
    readonly User?: string
  }
}

/** The lab's engine in place of Prisma's, which no package registry has; and no bytecode in a file system that nobody writes to. */
const ENGINE = [
  'PRISMA_QUERY_ENGINE_BINARY=/opt/engine/query-engine',
  'CHECKPOINT_DISABLE=1',
  'PYTHONDONTWRITEBYTECODE=1',
]
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export const INSIDES: Readonly<Record<Inside, Layout>> = {
  lab: {
    config: {
      Entrypoint: ['litellm'],
      Env: ['PATH=/opt/litellm/bin:/usr/local/bin:/usr/bin:/bin', 'HOME=/root', ...ENGINE],
      WorkingDir: '/root',
    },
  },
  database: {
    config: {
      Entrypoint: ['docker/prod_entrypoint.sh'],
      Cmd: ['--port', '4000'],
      Env: [`PATH=${SYSTEM_PATH}`, ...ENGINE],
      WorkingDir: '/app',
    },
  },
  venv: {
    config: {
      Entrypoint: ['docker/prod_entrypoint.sh'],
      Cmd: ['--port', '4000'],
      Env: [`PATH=/app/.venv/bin:${SYSTEM_PATH}`, ...ENGINE],
      WorkingDir: '/app',
    },
  },
  non_root: {
    config: {
      Entrypoint: ['/app/docker/prod_entrypoint.sh'],
      Cmd: ['--port', '4000'],
      Env: [
        `PATH=/app/.venv/bin:${SYSTEM_PATH}`,
        'PRISMA_BINARY_CACHE_DIR=/app/.cache/prisma-python/binaries',
        'HOME=/app',
        'LITELLM_NON_ROOT=true',
        'XDG_CACHE_HOME=/app/.cache',
        'NPM_CONFIG_CACHE=/app/.cache/npm',
        'PRISMA_OFFLINE_MODE=true',
        ...ENGINE,
      ],
      WorkingDir: '/app',
      User: 'nobody',
    },
  },
}
