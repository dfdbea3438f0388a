"""Through which proxy a request goes: the caller's, or the one that the environment names."""

from __future__ import annotations

import contextlib
import os
import re
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies

import attrs
import httpx

from cloudkeys.errors import EnvironmentVariableError
from cloudkeys.runtime.endpoints import can_be_reached

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

_WANTED: Final = (
    "must be a URL, such as http://proxy.example.com:3128, with the scheme http, https, socks5 or socks5h; in a user "
    "name or a password, write / ? # @ : and % as %2F %3F %23 %40 %3A and %25"
)
_PORTS: Final = {"http": 80, "https": 443}


@attrs.frozen
class Routes:
    """The proxies, and what is reached without one.

    Attributes:
        proxies: The proxies by the scheme of a URL; `all` is for every scheme. Not shown in `repr`.
        names: Hosts that are reached without a proxy, with the hosts below them; a host may come with a port. `*` is
            every host.
        ranges: Addresses that are reached without a proxy. No name is looked up for it.
    """

    proxies: dict[str, httpx.Proxy] = attrs.field(factory=dict[str, httpx.Proxy], repr=False)
    names: tuple[str, ...] = ()
    ranges: tuple[IPv4Network | IPv6Network, ...] = ()

    def proxy_for(self, url: httpx.URL) -> httpx.Proxy | None:
        """Return the proxy that a request goes through.

        Args:
            url: The URL of the request, http or https.
        """
        proxy = self.proxies.get(url.scheme) or self.proxies.get("all")
        return None if proxy is None or self._has_none(url) else proxy

    def _has_none(self, url: httpx.URL) -> bool:
        host = url.host.rstrip(".")
        names = {"*", host, f"{host}:{url.port or _PORTS[url.scheme]}"}
        if names.intersection(self.names):
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return any(host.endswith(f".{name}") for name in self.names)
        return any(address in one for one in self.ranges)


def given_route(proxy: str | httpx.URL | httpx.Proxy, *, aiohttp: bool) -> Routes:
    """Return the route of a caller who names a proxy for all requests.

    Args:
        proxy: The URL of the proxy, or the proxy.
        aiohttp: Whether aiohttp sends async requests.

    Raises:
        ValueError: It is no URL of a proxy, or of one that can't be spoken to. The message doesn't repeat it, since it
            may hold a password.
    """
    made = proxy if isinstance(proxy, httpx.Proxy) else _parsed(proxy)
    reason = _unusable(made, aiohttp=aiohttp)
    if made is None or reason:
        raise ValueError(f"proxy {reason}")
    return Routes({"all": made})


def routes_of_environment(*, aiohttp: bool) -> Routes:
    """Return the routes that the environment says.

    Args:
        aiohttp: Whether aiohttp sends async requests.

    Raises:
        EnvironmentVariableError: A variable that counts is wrong. One that doesn't isn't looked at: ALL_PROXY where
            each scheme has a proxy of its own, all proxies where NO_PROXY excepts every host.
    """
    named = getproxies()
    names, ranges = _exceptions(named.pop("no", ""))
    if "*" in names:
        return Routes()
    if named.keys() >= _PORTS.keys():
        named.pop("all", None)
    schemes = [scheme for scheme in (*_PORTS, "all") if scheme in named]
    return Routes({scheme: _named_proxy(scheme, named[scheme], aiohttp=aiohttp) for scheme in schemes}, names, ranges)


def shown(proxy: httpx.Proxy) -> str:
    """Return the scheme, the host and the port of a proxy, for messages: never its user and password.

    Args:
        proxy: The proxy.
    """
    return f"{proxy.url.scheme}://{proxy.url.netloc.decode('ascii')}"


def refusal(said: str) -> tuple[str, bool]:
    """Return what a proxy said that refused to connect, and whether it may connect a moment later.

    Args:
        said: The message of the error: of an HTTP proxy, its status and then what isn't shown, since a proxy may repeat
            a password; of a SOCKS proxy, a sentence of httpcore's own.
    """
    if status := re.match(r"[0-9]{3}\b", said):
        return f"status {status[0]}", status[0].startswith("5")
    return said, not said.startswith(("Invalid username/password", "Requested "))


def _named_proxy(scheme: str, value: str, *, aiohttp: bool) -> httpx.Proxy:
    # The environment may name a proxy without its scheme.
    proxy = _parsed(value if "://" in value else f"http://{value}")
    reason = _unusable(proxy, aiohttp=aiohttp)
    if proxy is None or reason:
        raise EnvironmentVariableError(_variable(scheme), reason)
    return proxy


def _parsed(value: str | httpx.URL) -> httpx.Proxy | None:
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        proxy = httpx.Proxy(value)
        # Behind the port is what a password with a slash, a question mark or a hash leaves, with its user as the host.
        rest = (proxy.url.path.removeprefix("/"), proxy.url.query, proxy.url.fragment)
        if can_be_reached(proxy.url) and not any(rest):
            return proxy
    return None


def _unusable(proxy: httpx.Proxy | None, *, aiohttp: bool) -> str:
    """Return why a proxy can't be spoken to; nothing where it can be."""
    if proxy is None:
        return _WANTED
    if not proxy.url.scheme.startswith("socks"):
        return ""
    if aiohttp:
        return "must not be a SOCKS proxy: aiohttp supports none"
    return "is a SOCKS proxy, which needs: pip install 'httpx[socks]'" if find_spec("socksio") is None else ""


def _exceptions(no_proxy: str) -> tuple[tuple[str, ...], tuple[IPv4Network | IPv6Network, ...]]:
    names, ranges = list[str](), list["IPv4Network | IPv6Network"]()
    # A list of hosts may have brackets around those of IPv6; `httpx.URL.host` has none.
    for entry in no_proxy.lower().translate({ord(mark): None for mark in "[]"}).replace(",", " ").split():
        try:
            ranges.append(ip_network(entry, strict=False))
        except ValueError:
            if "/" in entry:
                reason = "must have hosts and ranges of addresses, such as 10.0.0.0/8, between commas; one is neither"
                raise EnvironmentVariableError(_variable("no"), reason) from None
            names.append(entry if entry == "*" else entry.removeprefix("*").lstrip("."))
    return tuple(name for name in names if name), tuple(ranges)


def _variable(scheme: str) -> str:
    """Return the name of the variable that says it, as it is spelt there; small letters come first."""
    name = f"{scheme}_proxy"
    spellings = sorted((one for one in os.environ if one.lower() == name), reverse=True)
    return spellings[0] if spellings else f"{name} (of the system's settings)"
