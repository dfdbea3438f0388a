"""Endpoints: the base URL of a service in a region, from the servers of its spec."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

# A region becomes a part of a host name, and must not contain anything else.
_REGION: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

_LONGEST_LABEL: Final = 63
"""Bytes."""
_PORTS: Final = range(1, 65_536)


def base_url_in_region(region: str, servers: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Return the base URL for a region.

    Args:
        region: The vendor's ID of the region, such as `cn-north-4`. A region that the spec doesn't list follows the
            vendor's naming scheme.
        servers: The servers of the spec, each with the patterns of its regions; the longest match decides.

    Raises:
        ValueError: The region has characters other than lower-case letters, digits and hyphens.
    """
    if not _REGION.fullmatch(region):
        raise ValueError("region must be lower-case letters, digits and hyphens, such as cn-north-4")
    matches = [(len(p), url) for url, patterns in servers for p in patterns if fnmatchcase(region, p)]
    return max(matches)[1].replace("{region}", region)


def choose_base_url(
    given: str | None, region: str | None, servers: Iterable[tuple[str, tuple[str, ...]]], example: str
) -> str:
    """Return the given base URL, or the one for the region.

    Args:
        given: The base URL; None to use the region.
        region: The vendor's ID of the region.
        servers: The servers of the spec, as for `base_url_in_region`.
        example: The ID of a region, for the error message.

    Raises:
        ValueError: Neither is given, or the region is invalid.
    """
    if given is None and region is None:
        raise ValueError(f"give a region, such as {example}, or a base_url")
    return given or base_url_in_region(region or "", servers)


def parsed_url(base_url: str) -> httpx.URL:
    """Parse a base URL.

    Args:
        base_url: The scheme and the host, with a path if the API isn't at the root.

    Raises:
        ValueError: It isn't an absolute http or https URL.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not has_valid_host(url):
        raise ValueError("base_url must be an absolute http or https URL")
    return url


def has_valid_host(url: httpx.URL) -> bool:
    """Return whether host and port are valid: looking up others raises exceptions other than OSError."""
    labels = url.raw_host.removesuffix(b".").split(b".")
    return all(0 < len(label) <= _LONGEST_LABEL for label in labels) and (url.port is None or url.port in _PORTS)
