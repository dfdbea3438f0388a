"""Calls that fail, and the errors that they raise."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import CloudkeysError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler
from runtime.services import ONCE, SECRET, TOKEN, show


def failure_of(driver: Driver, huawei: Any) -> Any:
    with pytest.raises(CloudkeysError) as caught:
        show(driver, huawei)
    return caught.value


def failure(driver: Driver, handler: Handler, **options: Any) -> Any:
    """Return the error of a call to Huawei Cloud."""
    return failure_of(driver, driver.huawei(handler, **{"token": TOKEN, "retry": ONCE} | options))


def failure_at(driver: Driver, base_url: str, connections: Connections | None = None, **options: Any) -> Any:
    settings = {"token": TOKEN, "retry": ONCE, "connections": connections or driver.connections()} | options
    return failure_of(driver, driver.front_classes[1](base_url=base_url, **settings))


def respond(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: FakeResponse(status, content, headers or {})


def error_classes(base: type[CloudkeysError] = CloudkeysError) -> Iterator[type[CloudkeysError]]:
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)


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
