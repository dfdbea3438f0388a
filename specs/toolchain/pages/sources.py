"""Where a newer copy of a page comes from: a file, the standard input, or the network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import httpx

from toolchain.pages.text import LARGEST_PAGE, PageError

TIMEOUT: Final = 30.0
"""Seconds for each step of a request."""


def content_of(source: str, largest: int = LARGEST_PAGE) -> bytes:
    """Return the bytes of a page; no more than one above the most that it may have.

    Args:
        source: A file, `-`, or a URL.
        largest: How many bytes it may have.

    Raises:
        PageError: There is no such page.
    """
    if source == "-":
        return sys.stdin.buffer.read(largest + 1)
    if source.startswith(("https://", "http://")):
        return _fetched(source, largest)
    try:
        with Path(source).open("rb") as file:
            return file.read(largest + 1)
    except OSError as error:
        raise PageError(f"{source}: {error.strerror}") from error


def _fetched(url: str, largest: int) -> bytes:
    content = bytearray()
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > largest:
                    break
    except httpx.HTTPStatusError as error:
        raise PageError(f"{url}: status {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PageError(f"{url}: {error}") from error
    return bytes(content)
