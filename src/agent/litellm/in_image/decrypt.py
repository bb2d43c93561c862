"""Runs inside LiteLLM's image: reads {salt, values} on standard input, answers how many of the values LiteLLM can decrypt."""

import json
import os
import sys


def main() -> None:
    asked = json.load(sys.stdin)
    os.environ["LITELLM_SALT_KEY"] = asked["salt"]
    from litellm.proxy.common_utils.encrypt_decrypt_utils import decrypt_value_helper  # in the image only

    good = sum(decrypt_value_helper(value, key="", exception_type="debug") is not None for value in asked["values"])
    print(json.dumps({"good": good, "of": len(asked["values"])}))


if __name__ == "__main__":
    main()
