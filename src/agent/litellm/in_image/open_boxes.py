"""Runs inside LiteLLM's container, by its own Python and with the libraries it encrypts with: which values does a key open?

Reads {key, values} on standard input, answers a list of true and false. Neither LiteLLM nor its settings are loaded, which
would take seconds. The two forms are those of litellm/proxy/common_utils/encrypt_decrypt_utils.py: base64url of a nonce and a
NaCl secret box; or `v2:gcm:` and base64url of nonce, AES-256-GCM ciphertext and tag. The key of both is SHA-256 of the salt key.
"""

import base64
import hashlib
import json
import sys

GCM = "v2:gcm:"


def opens(value: str, key: bytes) -> bool:
    try:
        if value.startswith(GCM):
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            sealed = base64.urlsafe_b64decode(value[len(GCM) :])
            AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
        else:
            import nacl.secret

            nacl.secret.SecretBox(key).decrypt(_bytes(value))
        return True
    except Exception:  # noqa: BLE001 - each library has its own way to say "not a box of this key"
        return False


def _bytes(value: str) -> bytes:
    """Older versions used the ordinary alphabet of base64."""
    return base64.b64decode(value.replace("-", "+").replace("_", "/"))


def main() -> None:
    asked = json.load(sys.stdin)
    key = hashlib.sha256(asked["key"].encode()).digest()
    print(json.dumps([opens(value, key) for value in asked["values"]]))


if __name__ == "__main__":
    main()
