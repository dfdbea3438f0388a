"""The TLS settings of clients that are given none: httpx's, as the environment changes them."""

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
    """Return the TLS settings that all clients of a process share, since making them takes longer than a call.

    Raises:
        EnvironmentVariableError: A file or directory that the environment names can't be used.
    """
    return _settings(*(os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")))


@functools.cache
def _settings(certificates: str, directory: str, key_log: str) -> ssl.SSLContext:
    """Make the settings, from what the variables say at the moment."""
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
        # OpenSSL says of a file without certificates what nobody understands.
        why = "no certificates in the PEM format" if hasattr(error, "library") else error.strerror
        raise EnvironmentVariableError("SSL_CERT_FILE", f"can't be used, {certificates!r}: {why}") from None
    if directory and not certificates and not _has_certificates(directory):
        reason = f"can't be used, {directory!r}: no certificates under the names that `openssl rehash` gives them"
        raise EnvironmentVariableError("SSL_CERT_DIR", reason)
    return settings


def _has_certificates(directories: str) -> bool:
    """Return whether OpenSSL would find any: it says nothing of directories that aren't there."""
    for one in filter(None, directories.split(os.pathsep)):
        with contextlib.suppress(OSError):
            if any(re.fullmatch(r"[0-9a-f]{8}\.[0-9]+", file.name) for file in Path(one).iterdir()):
                return True
    return False
