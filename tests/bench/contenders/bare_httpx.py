"""The least that a person would write: httpx, msgspec, and a signature in six lines."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections.abc import Awaitable, Callable

import httpx
import msgspec

from contenders import ACCESS_KEY, SECRET, VALUE, Place
from contenders.signature import signed


class Secret(msgspec.Struct):
    id: str
    name: str
    state: str
    kms_key_id: str
    description: str
    create_time: int
    update_time: int
    scheduled_delete_time: int | None
    secret_type: str
    auto_rotation: bool
    rotation_period: str
    rotation_config: str
    rotation_time: int
    next_rotation_time: int
    event_subscriptions: list[str]
    enterprise_project_id: str


class PageInfo(msgspec.Struct):
    current_count: int
    next_marker: str | None = None


class Secrets(msgspec.Struct):
    secrets: list[Secret]
    page_info: PageInfo


class Leak(msgspec.Struct, rename="pascal"):
    id: int
    deal_time: str
    status: str
    type: str
    user_type: str
    accesskey_id: str
    ali_user_name: str
    deal_type: str
    url: str
    gmt_modified: int
    asset: str


class Leaks(msgspec.Struct, rename="pascal"):
    access_key_leak_list: list[Leak]
    total_count: int


LEAKS_QUERY = "PageSize=100&CurrentPage=1&StartTs=100"
SECRETS, LEAKS = msgspec.json.Decoder(Secrets), msgspec.json.Decoder(Leaks)


def _verify(place: Place) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=place.authority if place.url.startswith("https") else None)


def calls(place: Place) -> dict[str, Callable[[], int]]:
    client = httpx.Client(verify=_verify(place))

    def get(path: str, query: str) -> bytes:
        url = f"{place.url}{path}?{query}" if query else place.url + path
        response = client.get(url, headers=signed(place.host, path, query))
        response.raise_for_status()
        return response.content

    def write() -> int:
        path, body = "/v1/100/secrets/secret/versions", msgspec.json.encode({"secret_string": VALUE})
        headers = signed(place.host, path, "", "POST", body) | {"Content-Type": "application/json"}
        response = client.post(place.url + path, content=body, headers=headers)
        response.raise_for_status()
        return len(msgspec.json.decode(response.content))

    return {
        "write": write,
        "secrets": lambda: len(SECRETS.decode(get("/v1/100/secrets", "limit=100")).secrets),
        "leaks": lambda: len(LEAKS.decode(get("/", LEAKS_QUERY)).access_key_leak_list),
        "access_keys": lambda: len(msgspec.json.decode(get("/v5/users/100/access-keys", "limit=100"))["access_keys"]),
        "access_key": lambda: len(msgspec.json.decode(get(f"/v3.0/OS-CREDENTIAL/credentials/{ACCESS_KEY}", ""))),
    }


def call_async(
    place: Place, operation: str = "secrets"
) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    client = httpx.AsyncClient(verify=_verify(place), timeout=60)

    async def get(path: str, query: str) -> bytes:
        response = await client.get(f"{place.url}{path}?{query}", headers=signed(place.host, path, query))
        response.raise_for_status()
        return response.content

    async def secrets() -> int:
        return len(SECRETS.decode(await get("/v1/100/secrets", "limit=100")).secrets)

    async def leaks() -> int:
        return len(LEAKS.decode(await get("/", LEAKS_QUERY)).access_key_leak_list)

    return {"secrets": secrets, "leaks": leaks}[operation], client.aclose


def decode() -> dict[str, Callable[[bytes], object]]:
    return {"secrets": SECRETS.decode, "leaks": LEAKS.decode}


def sign() -> Callable[[], object]:
    """The hashing alone: no signature is faster."""
    canonical, key = b"x" * 330, SECRET.encode()

    def one() -> str:
        digest = hashlib.sha256(canonical).hexdigest()
        return hmac.digest(key, f"SDK-HMAC-SHA256\n20260101T000000Z\n{digest}".encode(), "sha256").hex()

    return one


def drain(place: Place, kind: str, items: int, size: int) -> int:
    client, count, page = httpx.Client(verify=_verify(place)), 0, "1"
    while True:
        path = f"/v1/{items}/secrets" if kind == "secrets" else "/"
        query = f"limit={size}&marker={page}"
        if kind == "leaks":
            query = f"PageSize={size}&CurrentPage={page}&StartTs={items}"
        content = client.get(f"{place.url}{path}?{query}", headers=signed(place.host, path, query)).content
        if kind == "secrets":
            body = SECRETS.decode(content)
            for _ in body.secrets:
                count += 1
            if body.page_info.next_marker is None:
                return count
            page = body.page_info.next_marker
        else:
            leaks = LEAKS.decode(content)
            for _ in leaks.access_key_leak_list:
                count += 1
            if count >= leaks.total_count:
                return count
            page = str(int(page) + 1)
