"""Where a page is, and the name of the text that was taken of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import attrs

_NAME: Final = re.compile(r"[\w.-]{1,100}")
_ADDRESS: Final = re.compile(r"https://[!-~]+")
_CANONICAL: Final = re.compile(
    rb"<link\b[^<>]{0,300}?rel\s{0,3}=\s{0,3}[\"']?canonical[\"']?[^<>]{0,300}>"
    rb"|<meta\b[^<>]{0,300}?property\s{0,3}=\s{0,3}[\"']?og:url[\"']?[^<>]{0,300}>",
    re.IGNORECASE,
)
_TARGET: Final = re.compile(rb"(?:href|content)\s{0,3}=\s{0,3}[\"']?(https://[!-~]{1,500}?)[\"'\s>]", re.IGNORECASE)
_HEAD: Final = 200_000
"""Bytes of a page in which its head ends."""


@attrs.frozen
class Origin:
    """Where a page is.

    Attributes:
        capture: The name of the text that was taken of it.
        url: Its address; None where neither the caller nor the page says it.
    """

    capture: str
    url: str | None


def origin_of(source: str, content: bytes, url: str | None, otherwise: str) -> Origin:
    """Return where a page is: as the caller says, as it was fetched, or as the page says itself.

    Args:
        source: The file, `-`, or the URL that the page was taken from.
        content: The page.
        url: The address that the caller knows.
        otherwise: The name of the text, where the source has none.
    """
    fetched = source if _ADDRESS.fullmatch(source) else None
    is_local = not source.startswith(("https://", "http://"))
    last = PurePosixPath(source.replace("\\", "/") if is_local else unquote(urlsplit(source).path)).name
    name = last if _NAME.fullmatch(last) and last != "-" else otherwise
    return Origin(name, url or fetched or _said(content))


def _said(content: bytes) -> str | None:
    """Return the address that a page of HTML gives as its own."""
    for mark in _CANONICAL.finditer(content[:_HEAD]):
        if (found := _TARGET.search(mark[0])) is not None:
            return found[1].decode("ascii")
    return None
