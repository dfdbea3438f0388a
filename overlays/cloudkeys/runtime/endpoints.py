"""From a region to the base URL of a service, by the servers that its spec lists."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

# A region becomes a part of a host name, so nothing else may come with it.
_REGION: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

_LONGEST_LABEL: Final = 63
"""Bytes between two dots of a host name."""
_PORTS: Final = range(1, 65_536)


def base_url_of(region: str, servers: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Return the base URL that serves a region.

    Args:
        region: The vendor's ID of the region, such as `cn-north-4`; one that the spec doesn't know goes by the
            vendor's rule for names of hosts.
        servers: The servers of the spec, each with the patterns of its regions; the longest that matches decides.

    Returns:
        The base URL.

    Raises:
        ValueError: The region isn't lower-case letters, digits and hyphens.
    """
    if not _REGION.fullmatch(region):
        raise ValueError("region must be lower-case letters, digits and hyphens, such as cn-north-4")
    matches = [(len(p), url) for url, patterns in servers for p in patterns if fnmatchcase(region, p)]
    return max(matches)[1].replace("{region}", region)


def chosen_url(
    given: str | None, region: str | None, servers: Iterable[tuple[str, tuple[str, ...]]], example: str
) -> str:
    """Return the base URL that was given, or else the one that serves the region.

    Args:
        given: The base URL; None where the region decides.
        region: The vendor's ID of the region.
        servers: The servers of the spec, as for `base_url_of`.
        example: The ID of a region, for the message.

    Raises:
        ValueError: There is neither, or the region can't be right.
    """
    if given is None and region is None:
        raise ValueError(f"give a region, such as {example}, or a base_url")
    return given or base_url_of(region or "", servers)


def parsed_url(base_url: str) -> httpx.URL:
    """Return a base URL, taken apart.

    Args:
        base_url: The scheme and the host, with a path where the API doesn't begin at the root.

    Raises:
        ValueError: It is no absolute http or https URL.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not can_be_reached(url):
        raise ValueError("base_url must be an absolute http or https URL")
    return url


def can_be_reached(url: httpx.URL) -> bool:
    """Return whether there can be such a host and port: looking another up raises what is no OSError."""
    labels = url.raw_host.removesuffix(b".").split(b".")
    return all(0 < len(label) <= _LONGEST_LABEL for label in labels) and (url.port is None or url.port in _PORTS)
