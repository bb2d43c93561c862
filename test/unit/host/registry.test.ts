import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

/** A registry on this machine without TLS; with `token` it wants one, as those of public images do. */
const world = `
import hashlib, http.server, json, threading
from agent.gateway import registry
blobs = {}
def put(document):
    content = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    return digest
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *said): pass
    def answer(self, code, content, **headers):
        self.send_response(code)
        for name, value in headers.items(): self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content))); self.end_headers(); self.wfile.write(content)
    def do_GET(self):
        if self.path.startswith("/token?"): return self.answer(200, json.dumps({"token": "t"}).encode())
        if given.get("token") and self.headers.get("Authorization") != "Bearer t":
            realm = f'Bearer realm="http://{place}/token",service="s",scope="repository:litellm:pull"'
            return self.answer(401, b"{}", WWW_Authenticate=realm)
        found = blobs.get(self.path.rpartition("/")[2])
        return self.answer(404, b"") if found is None else self.answer(200, given["forged"].encode() if given.get("forged") else found)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
place = f"127.0.0.1:{server.server_port}"
manifest = put({"layers": [{"digest": "sha256:a", "size": 100}, {"digest": "sha256:b", "size": 20}]})
other = put({"layers": []})
def entry(digest, architecture): return {"digest": digest, "platform": {"os": "linux", "architecture": architecture}}
index = put({"manifests": [entry(other, "s390x"), entry(manifest, {"x86_64": "amd64", "aarch64": "arm64"}[registry.platform.machine()])]})
def layers(digest):
    try: return registry.layers(f"{place}/litellm@{digest}")
    finally: server.shutdown(); server.server_close()
`
const sizes = { 'sha256:a': 100, 'sha256:b': 20 }

describe('what a registry says of an image', () => {
  it.each([
    ['its layers and their sizes', 'manifest', {}, sizes],
    ['those of this machine, of an image for several', 'index', {}, sizes],
    ['the same after it wanted a token', 'index', { token: true }, sizes],
    ['nothing, when the answer is not what the hash says', 'manifest', { forged: '{"layers": []}' }, null],
    ['nothing, when it does not have the image', '"sha256:0"', {}, null],
  ])('is %s', (_, digest, more, expected) => {
    expect(inAgent(`${world}\nreturn layers(${digest})`, more)).toEqual(expected)
  })
})

describe('a pull', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pull-'))
    mkdirSync(join(folder, 'overlay-layers'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const GIB = 1024 ** 3

  const pull = (layers: Readonly<Record<string, number>> | null, free: number) =>
    inAgent<[string | null, string, string[]]>(
      `
from pathlib import Path
from agent.base import room
from agent.base.refusal import Refused
from agent.gateway import images
calls = []
def podman(*argv, **more):
    calls.append(argv[1])
    return given["folder"] + "\\n"
images.run = podman
images.DOWNLOADS = Path(given["folder"]) / "downloads"
images.registry.layers = lambda image: given["layers"]
room.shutil.disk_usage = lambda place: type("D", (), {"free": given["free"]})
try: return [None, images.pull("r.example/litellm@sha256:0"), calls]
except Refused as refused: return [refused.code, refused.message, calls]`,
      { folder, layers, free },
    )

  it('is refused before it begins when the disk has no room for the image, with the figures', () => {
    const [code, message, calls] = pull({ 'sha256:a': GIB }, 5 * GIB)
    expect([code, calls]).toEqual(['disk-full', ['info']])
    expect(message).toMatch(
      /of which 1024 MiB are sent, needs 5120 MiB .* 512 MiB have to stay free, and 5120 MiB are free/,
    )
  })

  it('counts only the layers that the host does not have of another image', () => {
    writeFileSync(
      join(folder, 'overlay-layers/layers.json'),
      JSON.stringify([{ id: '1', 'compressed-diff-digest': 'sha256:a' }, { id: '2' }]),
    )
    expect(pull({ 'sha256:a': GIB, 'sha256:b': 1024 }, GIB)[0]).toBeNull()
  })

  it('is begun when the registry does not say: podman then tells why', () => {
    expect(pull(null, 0)).toEqual([null, null, ['pull']])
  })
})
