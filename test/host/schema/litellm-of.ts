// Images of other versions of LiteLLM, as far as the database goes: the lab's, with another package of migrations.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash } from '../../lab/cache.ts'
import { must } from '../../lab/command.ts'
import type { Lab } from '../../lab/lab.ts'
import { derivedImage } from '../derived-image.ts'

/** Where the lab's image has the package of LiteLLM's migrations. */
export async function extrasIn({ image, exec }: Pick<Lab, 'image' | 'exec'>): Promise<string> {
  // A host that has moved on to other images has removed it.
  const { stdout, stderr } = await exec(
    `podman pull -q ${image} >/dev/null; find "$(podman image mount ${image})" -type d -name litellm_proxy_extras | head -1; podman image unmount ${image} >/dev/null`,
  )
  const inside = stdout.trim().replace(/^.*\/(merged|diff)\//, '/')
  if (inside === '') throw new Error(`${image} has no litellm_proxy_extras: ${stderr}`)
  return inside
}

/** The lab's image with one migration more, which executes `sql`. */
export async function withMigration(lab: Lab, name: string, sql: string, from = lab.image): Promise<string> {
  const inside = await extrasIn(lab)
  return await derivedImage(lab, [`COPY more ${inside}/migrations/${name}`], {
    from,
    prepare: `mkdir "$context/more"; cat >"$context/more/migration.sql" <<'SQL'\n${sql}\nSQL`,
  })
}

/**
 * The lab's image with the real `litellm-proxy-extras` of that version, whose resolver gets true answers to `prisma migrate diff`.
 * It migrates as LiteLLM of that time, but for the views, whose statements are of the lab's version; it cannot serve.
 */
export async function withExtras(lab: Lab, version: string): Promise<string> {
  const inside = await extrasIn(lab)
  const wheel = await wheelOf(version)
  const prisma = await readFile(join(import.meta.dirname, 'prisma.py'))
  const put = async (path: string, content: Buffer) => {
    const { code, stderr } = await lab.exec(`base64 -d >${path}`, { stdin: content.toString('base64') })
    if (code !== 0) throw new Error(stderr)
  }
  await put('/root/extras.whl', wheel)
  await put('/root/prisma.py', prisma)
  return await derivedImage(
    lab,
    [
      `RUN rm -rf ${inside} ${inside.replace(/[^/]+$/, 'litellm/proxy/db/create_views.py')} && mv /opt/litellm/bin/prisma /opt/litellm/bin/prisma-of-the-lab`,
      `COPY extras/litellm_proxy_extras ${inside}`,
      'COPY --chmod=755 prisma.py /opt/litellm/bin/prisma',
    ],
    {
      prepare:
        'python3 -m zipfile -e /root/extras.whl "$context/extras" && chmod -R a+rX "$context/extras" && cp /root/prisma.py "$context/"',
    },
  )
}

/** From the registry of Python packages, once. */
async function wheelOf(version: string): Promise<Buffer> {
  const requirement = `litellm-proxy-extras==${version}`
  const folder = await cachedPart({
    kind: `extras-${version}`,
    hash: contentHash(requirement),
    build: async (target) => {
      await must([
        'python3',
        '-m',
        'pip',
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '--only-binary=:all:',
        '--dest',
        target,
        requirement,
      ])
    },
  })
  const [name = ''] = await readdir(folder)
  return await readFile(join(folder, name))
}
