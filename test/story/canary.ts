import type { Lab } from '../lab/lab.ts'

/** Where on the host a secret can be seen by others than root: in files wider than 0600, in arguments of processes. */
export async function exposedOn(lab: Lab, secrets: readonly string[]): Promise<string[]> {
  // The secrets go in on stdin, or the search would find itself.
  const search = `
set -u
patterns=$(mktemp); chmod 600 "$patterns"; cat > "$patterns"
grep -rlaFf "$patterns" / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev 2>/dev/null | while IFS= read -r file; do
  [ "$file" = "$patterns" ] && continue
  mode=$(stat -c %a "$file" 2>/dev/null) || continue
  case "$mode" in *00) ;; *) stat -c 'file %n is %a' "$file" ;; esac
done
for arguments in /proc/[0-9]*/cmdline; do
  tr '\\0' ' ' < "$arguments" 2>/dev/null | grep -qFf "$patterns" && echo "arguments of $arguments"
done
journalctl --no-pager -q 2>/dev/null | grep -cFf "$patterns" | sed -n '/^0$/!s/^/journal lines: /p'
rm -f "$patterns"`
  const { stdout } = await lab.exec(search, { stdin: `${secrets.join('\n')}\n`, timeoutMs: 180_000 })
  return stdout.split('\n').filter((line) => line !== '')
}

/** Those of `secrets` that stand in a text, in full or as base64. */
export function exposedIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) =>
    [secret, Buffer.from(secret).toString('base64')].some((form) => text.includes(form)),
  )
}
