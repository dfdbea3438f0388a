"""Reads a page from a file, the standard input, or the network."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import httpx

from toolchain.pages.facts import PageError
from toolchain.pages.read.text import LARGEST_PAGE, decoded

TIMEOUT: Final = 60.0
"""Seconds for a whole page, including redirects."""
_SAVE_IT: Final = "the site refuses programs; save the page in a browser, and give the file"
_MOVED: Final = "the page no longer exists; find its new address"
_ADVICE: Final = {401: _SAVE_IT, 403: _SAVE_IT, 404: _MOVED, 410: _MOVED, 429: "too many requests; try again later"}
_ENCODINGS: Final = ("gzip", "deflate")


def read_source(source: str, largest: int = LARGEST_PAGE) -> bytes:
    """Return the bytes of a page, reading little more than the largest size.

    Args:
        source: A file, `-`, or a URL.
        largest: How many bytes it may have.

    Raises:
        PageError: The page can't be fetched or opened.
    """
    if source == "-":
        return sys.stdin.buffer.read(largest + 1)
    if source.startswith(("https://", "http://")):
        try:
            return asyncio.run(_fetched(source, largest))
        except TimeoutError as error:
            raise PageError(f"{source}: the page didn't arrive within {TIMEOUT:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PageError(f"{source}: {str(error) or type(error).__name__}") from error
    try:
        with Path(source).open("rb") as file:
            return file.read(largest + 1)
    except OSError as error:
        raise PageError(f"{source}: {error.strerror}") from error


async def _fetched(url: str, largest: int) -> bytes:
    """Return the body of a page, from one site, within bounds of time and size."""
    asked = httpx.URL(url)

    async def stay(request: httpx.Request) -> None:
        if request.url.host != asked.host or (request.url.scheme, asked.scheme) == ("http", "https"):
            raise PageError(f"{url}: it redirects to another site: pass {request.url} if that is the page")

    client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=True, event_hooks={"request": [stay]})
    headers = {"Accept-Encoding": ", ".join(_ENCODINGS)}
    content = bytearray()
    async with asyncio.timeout(TIMEOUT), client, client.stream("GET", url, headers=headers) as response:
        if (problem := _problem(response)) is not None:
            raise PageError(f"{url}: {problem}")
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > largest:
                break
    charset = (response.charset_encoding or "utf-8").lower()
    return bytes(content) if charset == "utf-8" else decoded(bytes(content), charset).encode()


def _problem(response: httpx.Response) -> str | None:
    """Return why a response can't be a page; None if it may be one."""
    if not response.is_success:
        status = response.status_code
        advice = _ADVICE.get(status, "the site didn't return the page")
        return f"status {status}: {advice}"
    encoding = response.headers.get("Content-Encoding", "identity")
    known = encoding.lower() in {"identity", *_ENCODINGS}
    return None if known else f"unsupported compression: {encoding}"
