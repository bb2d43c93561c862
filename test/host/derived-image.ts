import type { Lab } from '../lab/lab.ts'

/**
 * Makes another image from the lab's, inside the host, and pushes it to the lab's registry; the host forgets it again, so that
 * a deploy has to pull it. Answers its name by digest.
 * @param lines what follows `FROM`, as in a Containerfile
 * @param prepare shell that fills the build's folder, `$context`
 */
export async function derivedImage(
  lab: Lab,
  lines: readonly string[],
  { from = lab.image, prepare = '' }: { from?: string; prepare?: string } = {},
): Promise<string> {
  const repository = lab.image.replace(/@.*$/, '')
  const script = `set -eu
context=$(mktemp -d)
${prepare}
cat >"$context/Containerfile"
podman build -q --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --iidfile "$context/id" "$context" >/dev/null
podman push -q --digestfile "$context/digest" "$(cat "$context/id")" docker://${repository}:derived >/dev/null
podman rmi -f "$(cat "$context/id")" >/dev/null
cat "$context/digest"
rm -r "$context"`
  const containerfile = [`FROM ${from}`, ...lines, ''].join('\n')
  const { code, stdout, stderr } = await lab.exec(script, { stdin: containerfile, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`The image could not be made: ${stderr}`)
  return `${repository}@${stdout.trim()}`
}
