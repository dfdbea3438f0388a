"""The proxy of each request: the caller's, or the environment's."""

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
from cloudkeys.runtime.endpoints import has_valid_host

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

_WANTED: Final = (
    "must be a URL, such as http://proxy.example.com:3128, with the scheme http, https, socks5 or socks5h; in a user "
    "name or a password, write / ? # @ : and % as %2F %3F %23 %40 %3A and %25"
)
_PORTS: Final = {"http": 80, "https": 443}


@attrs.frozen
class Routes:
    """The proxies, and the hosts that are reached without one.

    Attributes:
        proxies: The proxies by the scheme of the URL; `all` applies to every scheme. Not shown in `repr`.
        names: Hosts that are reached without a proxy, with their subdomains; a host may have a port. `*` is every host.
        ranges: Addresses that are reached without a proxy. Names are not resolved to check this.
    """

    proxies: dict[str, httpx.Proxy] = attrs.field(factory=dict[str, httpx.Proxy], repr=False)
    names: tuple[str, ...] = ()
    ranges: tuple[IPv4Network | IPv6Network, ...] = ()

    def proxy_for(self, url: httpx.URL) -> httpx.Proxy | None:
        """Return the proxy for a request.

        Args:
            url: The URL of the request, http or https.
        """
        proxy = self.proxies.get(url.scheme) or self.proxies.get("all")
        return None if proxy is None or self._is_excepted(url) else proxy

    def _is_excepted(self, url: httpx.URL) -> bool:
        host = url.host.rstrip(".")
        names = {"*", host, f"{host}:{url.port or _PORTS[url.scheme]}"}
        if names.intersection(self.names):
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return any(host.endswith(f".{name}") for name in self.names)
        return any(address in one for one in self.ranges)


def route_through(proxy: str | httpx.URL | httpx.Proxy, *, aiohttp: bool) -> Routes:
    """Return routes through one proxy for all requests.

    Args:
        proxy: The URL of the proxy, or the proxy.
        aiohttp: Whether aiohttp sends async requests.

    Raises:
        ValueError: It isn't the URL of a proxy, or the proxy isn't supported. The message doesn't show it, since it may
            contain a password.
    """
    made = proxy if isinstance(proxy, httpx.Proxy) else _parsed(proxy)
    reason = _reason_refused(made, aiohttp=aiohttp)
    if made is None or reason:
        raise ValueError(f"proxy {reason}")
    return Routes({"all": made})


def routes_of_environment(*, aiohttp: bool) -> Routes:
    """Return the routes of the environment.

    Args:
        aiohttp: Whether aiohttp sends async requests.

    Raises:
        EnvironmentVariableError: A variable is wrong. Variables without effect are ignored: ALL_PROXY if each scheme
            has its own proxy, and all proxies if NO_PROXY excepts every host.
    """
    found = getproxies()
    names, ranges = _exceptions(found.pop("no", ""))
    if "*" in names:
        return Routes()
    if found.keys() >= _PORTS.keys():
        found.pop("all", None)
    schemes = [scheme for scheme in (*_PORTS, "all") if scheme in found]
    return Routes({scheme: _named_proxy(scheme, found[scheme], aiohttp=aiohttp) for scheme in schemes}, names, ranges)


def proxy_address(proxy: httpx.Proxy) -> str:
    """Return the scheme, host and port of a proxy for messages, without user and password.

    Args:
        proxy: The proxy.
    """
    return f"{proxy.url.scheme}://{proxy.url.netloc.decode('ascii')}"


def describe_refusal(message: str) -> tuple[str, bool]:
    """Return why a proxy refused to connect, and whether a retry may help.

    Args:
        message: The message of the error. For an HTTP proxy, it begins with the status; the rest isn't shown, since a
            proxy may echo a password. For a SOCKS proxy, it is a sentence of httpcore's.
    """
    if status := re.match(r"[0-9]{3}\b", message):
        return f"status {status[0]}", status[0].startswith("5")
    return message, not message.startswith(("Invalid username/password", "Requested "))


def _named_proxy(scheme: str, value: str, *, aiohttp: bool) -> httpx.Proxy:
    # The scheme is optional in the environment.
    proxy = _parsed(value if "://" in value else f"http://{value}")
    reason = _reason_refused(proxy, aiohttp=aiohttp)
    if proxy is None or reason:
        raise EnvironmentVariableError(_variable(scheme), reason)
    return proxy


def _parsed(value: str | httpx.URL) -> httpx.Proxy | None:
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        proxy = httpx.Proxy(value)
        # A slash, a question mark or a hash in the password ends the host: the rest is after the port.
        rest = (proxy.url.path.removeprefix("/"), proxy.url.query, proxy.url.fragment)
        if has_valid_host(proxy.url) and not any(rest):
            return proxy
    return None


def _reason_refused(proxy: httpx.Proxy | None, *, aiohttp: bool) -> str:
    """Return why a proxy can't be used; empty if it can."""
    if proxy is None:
        return _WANTED
    if not proxy.url.scheme.startswith("socks"):
        return ""
    if aiohttp:
        return "must not be a SOCKS proxy: aiohttp supports none"
    return "is a SOCKS proxy, which needs: pip install 'httpx[socks]'" if find_spec("socksio") is None else ""


def _exceptions(no_proxy: str) -> tuple[tuple[str, ...], tuple[IPv4Network | IPv6Network, ...]]:
    names, ranges = list[str](), list["IPv4Network | IPv6Network"]()
    # IPv6 addresses may have brackets, which `httpx.URL.host` doesn't have.
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
    """Return the name of the variable as the environment spells it; lower case takes precedence."""
    name = f"{scheme}_proxy"
    spellings = sorted((one for one in os.environ if one.lower() == name), reverse=True)
    return spellings[0] if spellings else f"{name} (of the system's settings)"
