"""The certificate that people get who call the gateway by its domain."""

import re
import socket
import ssl
from typing import Any

from agent.backup import settings as backup_settings
from agent.base.process import run

FIELD = re.compile(r"^(notBefore|notAfter|issuer)=(.*)$", re.MULTILINE)
NAME = re.compile(r"DNS:([^,\s]+)")


def gather() -> dict[str, Any]:
    """{answers, notBefore, notAfter, issuer, names}; times in seconds. `answers` is why there is none, null when there is one."""
    domain = backup_settings.read().domain
    try:
        shown = served(domain)
    except OSError as failure:
        return {"answers": f"{type(failure).__name__}: {failure.strerror or failure}"}
    return {"answers": None} | describe(shown)


def served(domain: str, address: tuple[str, int] = ("127.0.0.1", 443)) -> str:
    """The certificate in PEM. Who signed it is not checked here: to be expired is what it may be found to be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(address, timeout=10) as plain, context.wrap_socket(plain, server_hostname=domain) as secure:
        return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")


def describe(pem: str) -> dict[str, Any]:
    answer = run("openssl", "x509", "-noout", "-dates", "-issuer", "-ext", "subjectAltName", stdin=pem)
    fields = {name: value.strip() for name, value in FIELD.findall(answer)}
    return {
        "notBefore": ssl.cert_time_to_seconds(fields["notBefore"]),
        "notAfter": ssl.cert_time_to_seconds(fields["notAfter"]),
        "issuer": fields.get("issuer", ""),
        "names": NAME.findall(answer),
    }
