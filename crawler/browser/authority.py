"""A certificate authority for loopback: real TLS under any host name, for the canary, the demo company and tests."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Authority:
    """One CA and one leaf certificate for all the given hosts (`*.example.com` allowed)."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._ca = trustme.CA(organization_name="tracking-audit loopback")
        self._leaf = self._ca.issue_cert(*hosts)
        self.spki = spki_hash(self._leaf.cert_chain_pems[0].bytes())
        """For Chromium's --ignore-certificate-errors-spki-list."""

    def server_context(self) -> ssl.SSLContext:
        """A TLS context for a server that plays the hosts."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        return context

    def write_ca(self, path: Path) -> None:
        """Write what `--ca-cert` takes: the leaf and the CA, as PEM."""
        pems = [*self._leaf.cert_chain_pems, self._ca.cert_pem]
        path.write_bytes(b"".join(pem.bytes() for pem in pems))


def spki_hash(pem: bytes) -> str:
    """Base64 of the SHA-256 of a certificate's public key info. Raises `ValueError` for what is no certificate."""
    certificate = x509.load_pem_x509_certificate(pem)
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


def spki_hashes(path: Path) -> tuple[str, ...]:
    """The hash of every certificate in a PEM file. Raises `OSError`, or `ValueError` when there is none."""
    certificates = x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(spki_hash(c.public_bytes(Encoding.PEM)) for c in certificates)
