"""Runs inside LiteLLM's container, by its own Python and libraries: opens values with any of the old keys, and seals them with one.

Reads {keys, key, values} on standard input, answers a list of sealed texts, each in the form that it had; null where no key opens it.
The forms are those of `open_boxes`. Nothing that was sealed is printed open.
"""

import base64
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable

GCM = "v2:gcm:"


def sealed_again(value: str, keys: list[bytes], key: bytes) -> str | None:
    if value.startswith(GCM):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        sealed = base64.urlsafe_b64decode(value[len(GCM) :])
        plain = _first(lambda one: AESGCM(one).decrypt(sealed[:12], sealed[12:], None), keys)
        if plain is None:
            return None
        nonce = os.urandom(12)
        return GCM + base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode()
    import nacl.secret

    box = base64.b64decode(value.replace("-", "+").replace("_", "/"))
    plain = _first(lambda one: nacl.secret.SecretBox(one).decrypt(box), keys)
    return None if plain is None else base64.urlsafe_b64encode(bytes(nacl.secret.SecretBox(key).encrypt(plain))).decode()


def _first(decrypt: Callable[[bytes], bytes], keys: list[bytes]) -> bytes | None:
    for key in keys:
        # Each library has its own way to say "not a box of this key".
        with contextlib.suppress(Exception):
            return decrypt(key)
    return None


def main() -> None:
    asked = json.load(sys.stdin)
    keys = [hashlib.sha256(key.encode()).digest() for key in asked["keys"]]
    key = hashlib.sha256(asked["key"].encode()).digest()
    print(json.dumps([sealed_again(value, keys, key) for value in asked["values"]]))


if __name__ == "__main__":
    main()
