"""Calls that fail, and what their errors carry and show."""

from __future__ import annotations

import copy
import functools
import json
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import CloudkeysError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler
from runtime.services import ONCE, SECRET, TOKEN, show


def failure(driver: Driver, handler: Handler, **options: Any) -> Any:
    """Return what a call of Huawei raises."""
    return failure_of(driver, driver.huawei(handler, **{"token": TOKEN, "retry": ONCE} | options))


def failure_of(driver: Driver, huawei: Any) -> Any:
    with pytest.raises(CloudkeysError) as caught:
        show(driver, huawei)
    return caught.value


def answering(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: FakeResponse(status, content, headers or {})


def family(base: type[CloudkeysError] = CloudkeysError) -> Iterator[type[CloudkeysError]]:
    yield base
    for child in base.__subclasses__():
        yield from family(child)


def failure_at(driver: Driver, base_url: str, connections: Connections | None = None, **options: Any) -> Any:
    settings = {"token": TOKEN, "retry": ONCE, "connections": connections or driver.connections()} | options
    return failure_of(driver, driver.front_classes[1](base_url=base_url, **settings))


CREDENTIAL = {
    "user_id": "u",
    "access": "AK",
    "status": "active",
    "create_time": "2026-01-02T03:04:05Z",
    "last_use_time": "2026-01-02T03:04:05Z",
}


def pickled(error: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - made one line above


def public(error: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if not name.startswith("_")}


WAYS_TO_COPY: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle-{number}": functools.partial(pickled, protocol=number) for number in range(6)},
}


def shown(error: BaseException) -> str:
    """Return all that a log or a terminal shows of an error and of those that it came from."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def assert_shows_no_secret(error: BaseException, *secrets: str) -> None:
    """Assert that no secret is in what is shown, nor in an error that comes with it; requests of httpx have secrets."""
    text = shown(error)
    for beneath in (error.__cause__, error.__context__):
        assert not isinstance(beneath, httpx.HTTPError)
        text += shown(beneath) if beneath else ""
    for secret in (SECRET, TOKEN, *secrets):
        assert secret not in text
