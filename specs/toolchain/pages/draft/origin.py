"""The address of a page, and the name of its capture."""

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
"""Bytes of a page that contain its head."""


@attrs.frozen
class Origin:
    """The origin of a page.

    Attributes:
        capture: The name of the captured text.
        url: The address; None if neither the caller nor the page states it.
    """

    capture: str
    url: str | None


def origin_of(source: str, content: bytes, url: str | None, otherwise: str) -> Origin:
    """Return the origin of a page; its address comes from the caller, the source or the page itself.

    Args:
        source: The file or URL of the page, or `-`.
        content: The page.
        url: The address, if the caller gives one.
        otherwise: The name of the capture if the source has none.
    """
    fetched = source if _ADDRESS.fullmatch(source) else None
    is_local = not source.startswith(("https://", "http://"))
    last = PurePosixPath(source.replace("\\", "/") if is_local else unquote(urlsplit(source).path)).name
    name = last if _NAME.fullmatch(last) and last != "-" else otherwise
    return Origin(name, url or fetched or _canonical_url(content))


def _canonical_url(content: bytes) -> str | None:
    """Return the canonical address that an HTML page states."""
    for mark in _CANONICAL.finditer(content[:_HEAD]):
        if (found := _TARGET.search(mark[0])) is not None:
            return found[1].decode("ascii")
    return None
