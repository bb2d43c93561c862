import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nofollow-'))
  mkdirSync(join(folder, 'target'))
  writeFileSync(join(folder, 'target/precious'), 'precious')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** `theirs` is a folder that others may write to, as good as another account's; `target` is what a link of theirs leads to. */
const world = `
import contextlib, os, socket
from pathlib import Path
from agent.base import durable, nofollow, refusal
here = Path(given["folder"])
target, theirs = here / "target", here / "theirs"
theirs.mkdir(); theirs.chmod(0o777)
def code(work, *arguments, **named):
    try: work(*arguments, **named)
    except refusal.Refused as refused: return refused.code
    except OSError as failure: return type(failure).__name__
    return None
`
const there = () => readdirSync(join(folder, 'target'))

describe('a folder that another account could move away', () => {
  it('is not written into, by anything that writes', () => {
    const script = `${world}
(theirs / "inner").mkdir()
(theirs / "inner/file").write_text("as it was")
refused = {}
for at in (theirs, theirs / "inner"):
    file = at / "file"
    refused |= {f"{at.name} {name}": code(*call) for name, call in {
        "write": (durable.write, file, b"x"),
        "write_json": (durable.write_json, file, {}),
        "append_line": (durable.append_line, file, "x"),
        "link": (durable.link, file, "x"),
        "remove": (durable.remove, file),
        "folder": (durable.folder, at / "new", 0o755),
        "locked": (lambda path: durable.locked(path).__enter__(), file),
    }.items()}
return [refused, nofollow.is_safe(theirs), nofollow.is_safe(theirs / "inner"), nofollow.is_safe(target), (theirs / "inner/file").read_text()]`
    const [refused, ...rest] = inAgent<[Record<string, string>, ...unknown[]]>(script, { folder })
    expect(Object.keys(refused)).toHaveLength(14)
    expect(new Set(Object.values(refused))).toEqual(new Set(['path']))
    expect(rest).toEqual([false, false, true, 'as it was'])
  })

  it('is told with what is wrong and what to do', () => {
    expect(() => inAgent(`${world}\ndurable.write(theirs / "file", b"x")`, { folder })).toThrow(
      /^path: .*\/theirs belongs to the user \d+ and has the mode 0777, so others than root may change it: .* \(chown root, chmod go-w\)/,
    )
  })

  it('is reached by a link of root’s, and no link in it is followed', () => {
    const script = `${world}
(here / "ours").symlink_to("target"); (here / "absolute").symlink_to(target); (target / "up").symlink_to("../target")
(theirs / "link").symlink_to(target)
durable.write(here / "ours/one", b"1"); durable.write(here / "absolute/two", b"2"); durable.write(here / "ours/up/three", b"3")
return [code(durable.write, theirs / "link/four", b"4"), code(nofollow.copy_file, theirs / "link/precious", here / "copy"),
        code(nofollow.copy_tree, theirs / "link", here / "copies")]`
    expect(inAgent(script, { folder })).toEqual(['path', 'path', 'path'])
    expect(there().sort()).toEqual(['one', 'precious', 'three', 'two', 'up'])
  })

  it('a link in a circle ends', () => {
    const script = `${world}
(here / "a").symlink_to("b"); (here / "b").symlink_to("a")
return code(durable.write, here / "a/file", b"x")`
    expect(inAgent(script, { folder })).toBe('path')
  })

  it('is written into, made and not wider than wanted, where all is ours', () => {
    const script = `${world}
os.umask(0)
durable.folder(target / "a/b/c", 0o700)
durable.write(target / "a/b/c/file", b"x")
durable.write(target / "a/b/c/file", b"y", 0o640)
about = lambda path: oct(path.stat().st_mode & 0o7777)
return [*[about(target / path) for path in ("a", "a/b", "a/b/c", "a/b/c/file")], (target / "a/b/c/file").read_text(), os.listdir(target / "a/b/c")]`
    expect(inAgent(script, { folder })).toEqual(['0o755', '0o755', '0o700', '0o640', 'y', ['file']])
  })

  it('an error names the whole path', () => {
    expect(() => inAgent(`${world}\ndurable.write(here / "none/file", b"x")`, { folder })).toThrow(
      `No such file or directory: '${folder}/none'`,
    )
  })
})

describe('what another account left', () => {
  it.each([
    ['a link', 'os.symlink(target / "precious", theirs / "dump.rdb")', 'path'],
    ['a pipe', 'os.mkfifo(theirs / "dump.rdb")', 'path'],
    ['a socket', 'socket.socket(socket.AF_UNIX).bind(str(theirs / "dump.rdb"))', 'path'],
    ['a folder', '(theirs / "dump.rdb").mkdir()', 'path'],
    ['nothing', 'pass', 'FileNotFoundError'],
    ['a file', '(theirs / "dump.rdb").write_text("dump")', null],
  ])('%s in place of a file is copied only when it is one', (_, harm, code) => {
    const script = `${world}
${harm}
return [code(nofollow.copy_file, theirs / "dump.rdb", here / "copy"), (here / "copy").exists()]`
    expect(inAgent(script, { folder })).toEqual([code, code === null])
  })

  it('is copied as it is: links as links, modes without special bits, and no pipes', () => {
    const script = `${world}
(theirs / "in").mkdir(); (theirs / "in/file").write_text("x"); (theirs / "in/file").chmod(0o4640)
(theirs / "link").symlink_to(target); os.mkfifo(theirs / "pipe")
nofollow.copy_tree(theirs, here / "copies")
copies = here / "copies"
return [sorted(os.listdir(copies)), os.readlink(copies / "link") == str(target), oct((copies / "in/file").stat().st_mode & 0o7777)]`
    expect(inAgent(script, { folder })).toEqual([['in', 'link'], true, '0o640'])
  })

  it('is removed whole, and nothing that a link of it leads to', () => {
    const script = `${world}
deep = theirs / "gone"
deep.mkdir()
at = os.open(deep, os.O_RDONLY)
for depth in range(3000):
    os.mkdir("d", dir_fd=at); below = os.open("d", os.O_RDONLY, dir_fd=at); os.close(at); at = below
os.symlink(target, "link", dir_fd=at); os.close(at)
(deep / "link").symlink_to(target); os.mkfifo(deep / "pipe"); (deep / "file").write_text("x")
nofollow.remove_tree(deep)
(theirs / "link").symlink_to(target)
nofollow.remove_tree(theirs / "link"); nofollow.remove_tree(theirs / "none"); nofollow.remove_tree(here / "no/folder")
return os.listdir(theirs)`
    expect(inAgent(script, { folder })).toEqual([])
    expect(there()).toEqual(['precious'])
  })

  it('is removed while somebody puts links in the place of its folders', () => {
    const script = `${world}
import threading
gone, made, end = theirs / "gone", theirs / "made", threading.Event()
def swap():
    while not end.is_set():
        for name in ("a", "b"):
            with contextlib.suppress(OSError):
                os.rename(gone / name, gone / "aside"); os.symlink(target, gone / name)
                os.unlink(gone / name); os.rename(gone / "aside", gone / name)
thread = threading.Thread(target=swap, daemon=True); thread.start()
for _ in range(200):
    for name in ("a/a/a", "b/b/b"): os.makedirs(made / name)
    os.rename(made, gone)
    with contextlib.suppress(OSError): nofollow.remove_tree(gone)
    with contextlib.suppress(OSError): nofollow.remove_tree(gone)
    if gone.exists(): os.rename(gone, theirs / f"left{_}")
end.set(); thread.join()
nofollow.remove_tree(gone)
return gone.exists()`
    expect(inAgent(script, { folder })).toBe(false)
    expect(there()).toEqual(['precious'])
    expect(readFileSync(join(folder, 'target/precious'), 'utf8')).toBe('precious')
  })
})

describe('managed files', () => {
  it('differ where their folder is another account’s, and are told apart from those with other content', () => {
    const script = `${world}
import grp, hashlib, pwd
from agent.system import managed_files
owner = pwd.getpwuid(os.getuid()).pw_name + ":" + grp.getgrgid(os.getgid()).gr_name
for at in (target, theirs):
    for name in ("same", "mode", "text"):
        (at / name).write_bytes(b"y" if name == "text" else b"x"); (at / name).chmod(0o600 if name == "mode" else 0o644)
want = {"sha256": hashlib.sha256(b"x").hexdigest(), "mode": "0644", "owner": owner}
files = {str(at / name): want for at in (target, theirs) for name in ("same", "mode", "text")}
short = lambda paths: sorted(str(Path(path).relative_to(here)) for path in paths)
place = {str(theirs / "same"): {"content": "x", "mode": "0644", "owner": owner}}
return [short(managed_files.differing(files)), short(managed_files.with_other_content(files)), code(managed_files.place, place)]`
    expect(inAgent(script, { folder })).toEqual([
      ['target/mode', 'target/text', 'theirs/mode', 'theirs/same', 'theirs/text'],
      ['target/text', 'theirs/text'],
      'path',
    ])
  })
})
