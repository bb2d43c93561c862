"""What PyYAML, with which LiteLLM reads its config.yaml, makes of scalars without quotes.

Prints a JSON list of [text, reading]: python3 pyyaml.py > pyyaml.json. A reading is a JSON value, or {"number": "inf"} and the like, or
{"date": text}, or {"error": true}.
"""

import datetime
import itertools
import json
import math

import yaml

WORDS = "yes no true false on off null y n t f none nan inf"
FIXED = """
~ = << . .. - -- + +- 0 -0 +0 00 01 07 08 09 010 -010 +010 0777 0o17 0O17 0x1F 0X1F 0x_1 -0x1f 0b101 -0b11 0b102 0b 0x 0_ 1_000 20_000
1_ _1 1__0 1_0.5 .5 5. 5.0 -.5 +.5 ._5 1.5e3 1.5e+3 1.5E-3 1e3 1e+3 1e-8 1.0e-8 1.e+1 .1e+1 1.0e 1:30 1:60 1:59:59 01:30 12:00 -1:30 +1:30
1:30.5 190:20:30 190:20:30.15 0:30 2:5 .inf -.inf +.inf .Inf .INF .iNf .nan .NaN .NAN -.nan 9007199254740993 -9007199254740993
123456789012345 1234567890123456 12345678901234567890 0.1 1.10 100.0 1,000 1.2.3 192.0.2.1 1/2 5% $5 0.0.0.0 1a a1 1e 1-2 12e03 1_e3 1.5_0
2024-10-21 2024-1-2 2024-10-21T10:00:00Z 2024-10-21x 0123456789 00.5 0.5.5 -1 -1.5 --1 1- 1+ 0o 0o8 +1_0 -0b_1 0x1_F 1.5e3.2 6e2 6E2 6.e2
"""


def reading(text):
    """PyYAML's value of the text, as JSON can have it."""
    try:
        value = yaml.safe_load("- " + text)[0]
    except (yaml.YAMLError, ValueError):
        return {"error": True}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"date": text}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    return value


def texts():
    """Words in three forms, numbers that somebody may write, and all short texts of the characters that numbers have."""
    for word in WORDS.split():
        yield from (word, word.upper(), word.capitalize(), word + "x")
    yield from FIXED.split()
    for length in (2, 3):
        for letters in itertools.product("01_.:ex-", repeat=length):
            yield "".join(letters)


if __name__ == "__main__":
    rows = []
    for text in dict.fromkeys(texts()):
        value = reading(text)
        # A text that is no scalar, such as "-:" or "0:", is not what is asked for here.
        if not isinstance(value, (list, dict)) or "error" in value or "date" in value or "number" in value:
            rows.append(json.dumps([text, value]))
    print("[\n" + ",\n".join(rows) + "\n]")
