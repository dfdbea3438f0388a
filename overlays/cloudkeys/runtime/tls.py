"""The default TLS settings: httpx's, with the certificates and the key log of the environment."""

from __future__ import annotations

import contextlib
import functools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from cloudkeys.errors import EnvironmentVariableError

if TYPE_CHECKING:
    import ssl


def default_tls_settings() -> ssl.SSLContext:
    """Return the TLS settings, which all clients of a process share: creating them takes longer than a call.

    Raises:
        EnvironmentVariableError: An environment variable names a file or directory that can't be used.
    """
    return _settings(*(os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")))


@functools.cache
def _settings(certificates: str, directory: str, key_log: str) -> ssl.SSLContext:
    """Create the settings. httpx reads the variables itself; here they are the key of the cache."""
    try:
        if key_log:
            Path(key_log).open("ab").close()
    except OSError as error:
        raise EnvironmentVariableError("SSLKEYLOGFILE", f"can't be written, {key_log!r}: {error.strerror}") from None
    try:
        settings = httpx.create_ssl_context()
    except OSError as error:
        if not certificates:
            raise
        # OpenSSL's message for a file without certificates is obscure.
        why = "no certificates in the PEM format" if hasattr(error, "library") else error.strerror
        raise EnvironmentVariableError("SSL_CERT_FILE", f"can't be used, {certificates!r}: {why}") from None
    if directory and not certificates and not _has_certificates(directory):
        reason = f"can't be used, {directory!r}: no certificates under the names that `openssl rehash` gives them"
        raise EnvironmentVariableError("SSL_CERT_DIR", reason)
    return settings


def _has_certificates(directories: str) -> bool:
    """Return whether OpenSSL would find certificates; it ignores missing directories."""
    for one in filter(None, directories.split(os.pathsep)):
        with contextlib.suppress(OSError):
            if any(re.fullmatch(r"[0-9a-f]{8}\.[0-9]+", file.name) for file in Path(one).iterdir()):
                return True
    return False
