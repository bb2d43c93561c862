"""Starts programs for starter.ts: reads requests, a JSON document a line, from one pipe, and answers each on another, until nobody asks."""

import base64
import json
import subprocess
import sys

with open(sys.argv[1], "rb") as requests, open(sys.argv[2], "wb") as answers:
    for line in requests:
        asked = json.loads(line)
        try:
            done = subprocess.run(
                asked["command"],
                input=base64.b64decode(asked["input"]),
                capture_output=True,
                cwd=asked["cwd"],
                env=asked["env"],
                check=False,
            )
            answer = {
                "status": done.returncode,
                "stdout": base64.b64encode(done.stdout).decode(),
                "stderr": base64.b64encode(done.stderr).decode(),
            }
        except OSError as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
