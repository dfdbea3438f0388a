"""aiohttp and msgspec, signed: what another HTTP library makes of many calls at once."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable

import aiohttp

from contenders import Place
from contenders.bare_httpx import SECRETS
from contenders.signature import signed


def call_async(place: Place) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    tls = ssl.create_default_context(cafile=place.authority)
    sessions: list[aiohttp.ClientSession] = []

    async def call() -> int:
        if not sessions:
            sessions.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=tls)))
        path, query = "/v1/100/secrets", "limit=100"
        async with sessions[0].get(f"{place.url}{path}?{query}", headers=signed(place.host, path, query)) as response:
            return len(SECRETS.decode(await response.read()).secrets)

    async def close() -> None:
        for session in sessions:
            await session.close()

    return call, close
