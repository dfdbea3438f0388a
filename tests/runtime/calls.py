"""Clients of the services, and the errors of calls that fail."""

from __future__ import annotations

import traceback
from typing import Any

import httpx
import pytest

from cloudkeys.errors import CloudkeysError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler
from runtime.services import ONCE, SECRET, TOKEN, Pieces, show


def open_huawei(driver: Driver, place: str | FakeResponse | Handler, **options: Any) -> Any:
    """Return a client that calls a URL or a handler, by default without retries and with a token."""
    if isinstance(place, str):
        served = {"base_url": place, "connections": options.get("connections") or driver.connections()}
    else:
        served = driver.serve((lambda _: place) if isinstance(place, FakeResponse) else place)
    holder = {} if {"credentials", "password"} & options.keys() else {"token": TOKEN}
    return driver.front_classes[1](**served | holder | {"retry": ONCE} | options)


def open_on_pieces(driver: Driver, pieces: list[bytes], encoding: str = "identity") -> Any:
    """Return a client whose calls receive a body in these pieces."""
    headers = {"Content-Encoding": encoding}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Pieces(pieces), headers=headers))
    connections = driver.connections(transport=transport, async_transport=transport)
    return open_huawei(driver, "http://127.0.0.1:1", connections=connections)


def close(driver: Driver, client: Any) -> None:
    driver.run(client.aclose if driver.is_async else client.close)


def failure_of(driver: Driver, huawei: Any) -> Any:
    with pytest.raises(CloudkeysError) as caught:
        show(driver, huawei)
    return caught.value


def failure(driver: Driver, place: str | FakeResponse | Handler, **options: Any) -> Any:
    """Return the error of a call; the arguments are those of `open_huawei`."""
    return failure_of(driver, open_huawei(driver, place, **options))


def error_classes(base: type[CloudkeysError] = CloudkeysError) -> list[type[Any]]:
    return [base, *(found for child in base.__subclasses__() for found in error_classes(child))]


def printed(error: BaseException) -> str:
    """Return everything that a log or a terminal shows of an error and its causes."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def assert_shows_no_secret(error: BaseException, *secrets: str) -> None:
    text = printed(error)
    for beneath in (error.__cause__, error.__context__):
        assert not isinstance(beneath, httpx.HTTPError), "its request has secrets"
        text += printed(beneath) if beneath else ""
    for secret in (SECRET, TOKEN, *secrets):
        assert secret not in text
