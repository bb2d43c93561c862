import re
import subprocess
import time
from pathlib import Path

from agent.facts import certificate


def test_certificate_is_read_with_its_names_and_its_end(tmp_path: Path) -> None:
    key, pem = tmp_path / "key", tmp_path / "pem"
    names = "subjectAltName=DNS:llm.example.com,DNS:*.example.net"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", pem, "-subj", "/CN=x", "-addext", names], check=True, capture_output=True)
    found = certificate.describe(pem.read_text())
    assert found["names"] == ["llm.example.com", "*.example.net"]
    assert found["notAfter"] - found["notBefore"] == 2 * 86_400
    assert abs(found["notBefore"] - time.time()) < 60
    assert re.search("CN ?= ?x", found["issuer"])
