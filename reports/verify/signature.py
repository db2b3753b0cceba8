"""The signature of a certificate, checked by ssh-keygen: https://man.openbsd.org/ssh-keygen.1, -Y verify."""

import base64
import binascii
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reports.certificate import NAMESPACE
from reports.manifest import SIGNATURE
from reports.verify.checks import Unreadable, Wrong

TIMEOUT = 30.0  # seconds, for what takes milliseconds
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"  # PROTOCOL.sshsig of OpenSSH
_WIDTH = 70  # of a line: sshbuf_dtob64 of OpenSSH


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """Whose signatures count: a file as ssh-keygen's ALLOWED SIGNERS, and one identity in it, or any."""

    allowed: Path | None = None
    identity: str | None = None

    def check(self, certificate: bytes, signature: bytes) -> str:
        """Who signed these bytes; Wrong where nobody did who may, Unreadable where ssh-keygen cannot be run."""
        _check_armour(signature)
        with tempfile.NamedTemporaryFile(prefix="gb10-signature-") as file:
            file.write(signature)
            file.flush()
            return self._checked(certificate, file.name)

    def _checked(self, certificate: bytes, signature: str) -> str:
        if self.allowed is None:
            said = _keygen(["check-novalidate", "-n", NAMESPACE, "-s", signature], certificate)
            return f"{said}; whose key that is only --allowed-signers can say"
        allowed = ["-f", str(self.allowed)]
        identity = self.identity or _keygen(["find-principals", "-s", signature, *allowed], b"").split("\n")[0]
        return _keygen(["verify", "-n", NAMESPACE, "-s", signature, "-I", identity, *allowed], certificate)


def _check_armour(signature: bytes) -> None:
    """ssh-keygen is lenient about what surrounds a signature, and how it is wrapped; here each byte counts."""
    try:
        text = signature.removeprefix(_BEGIN).removesuffix(_END).replace(b"\n", b"")
        body = base64.b64encode(base64.b64decode(text, validate=True))
    except binascii.Error:
        body = b""
    lines = b"".join(body[at : at + _WIDTH] + b"\n" for at in range(0, len(body), _WIDTH))
    if not body or signature != _BEGIN + lines + _END:
        raise Wrong(f"{SIGNATURE} is no signature as ssh-keygen writes it")


def _keygen(arguments: list[str], data: bytes) -> str:
    """What ssh-keygen says where it agrees; Wrong with what it says where it does not."""
    command = ["ssh-keygen", "-Y", *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT, check=False)
    except OSError as error:
        raise Unreadable(f"ssh-keygen, which checks signatures, cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise Unreadable(f"ssh-keygen did not end within {TIMEOUT:g} s") from None
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode != 0:
        told = (done.stderr.decode(errors="replace").strip() or said).replace("\n", "; ")
        raise Wrong(f"the signature does not hold: {told or 'no signer of the file made it'}")
    return said
