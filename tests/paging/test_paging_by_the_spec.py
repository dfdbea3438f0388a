"""Each operation that pages gives every item once and in order, at a service that is made of its spec alone."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import httpx
import pytest

from cloudkeys.errors import ListingError
from cloudkeys.testing import FakeResponse
from contract.cases import CONTRACTS
from contract.tally import trying
from driver import Driver, over_mock
from shells import TARGETS

LAW = "paging law, by the spec"
each_listing = pytest.mark.parametrize("name", [name for name, contract in CONTRACTS.items() if contract.paging])


class Service:
    """Serves numbered copies of the first item of the spec's example, in pages as `x-paging` says."""

    def __init__(self, name: str, count: int) -> None:
        self._contract, self._paging = CONTRACTS[name], CONTRACTS[name].paging
        (item, *_) = self._holder(self.example(), "items")
        key = self._paging["key"]
        self.keys = [number if isinstance(item[key], int) else f"key-{number}" for number in range(1, count + 1)]
        self._items = [item | {key: each} for each in self.keys]
        self.requests: list[httpx.Request] = []

    def example(self) -> Any:
        return json.loads(self._contract.example)

    def _holder(self, body: Any, part: str, value: Any = None) -> Any:
        """Return what stands at a place that the spec names, or put a value there; the empty text takes it away."""
        *way, last = self._paging[part].split(".")
        for name in way:
            body = body.setdefault(name, {})
        if value == "":
            body.pop(last, None)
        elif value is not None:
            body[last] = value
        return body.get(last)

    def __call__(self, request: httpx.Request) -> FakeResponse:
        self.requests.append(request)
        step, size = request.url.params.get(self._paging["step"]), int(request.url.params[self._paging["size"]])
        begin = (int(step) - 1) * size if self._paging["style"] == "page-number" else int((step or "from-0")[5:])
        end, body = begin + size, copy.deepcopy(self.example())
        self._holder(body, "items", self._items[begin:end])
        if "next" in self._paging:
            self._holder(body, "next", f"from-{end}" if end < len(self._items) else "")
        if "more" in self._paging:
            self._holder(body, "more", end < len(self._items))
        if "page" in self._paging:
            self._holder(body, "page", int(step or 1))
        if "total" in self._paging:
            self._holder(body, "total", len(self._items))
        return FakeResponse(200, json.dumps(body).encode())


def listing_of(driver: Driver, name: str, service: Any, size: int, **options: Any) -> Any:
    target = TARGETS[name]
    kind = target.package.AsyncClient if driver.is_async else target.package.Client
    client = kind(**driver.serve(service), **target.own_settings())
    return target.method(client)(**target.method_arguments(), **{target.module.PAGING.size: size}, **options)


@over_mock
@each_listing
def test_a_listing_gives_every_item_and_goes_on_from_any_position(name: str, driver: Driver) -> None:
    for count, size in itertools.product(range(6), (1, 2, 3)):
        service = Service(name, count)
        for taken in range(1, count + 2):
            service.requests.clear()
            with trying(name, 200, LAW):
                listing = listing_of(driver, name, service, size)
                given = keys_of(name, driver.items(listing, stop_after=taken))
                assert (given, len(service.requests)) == (service.keys[:taken], max(1, -(-min(taken, count) // size)))
                if listing.position is not None:
                    rest = listing_of(driver, name, service, size, resume=listing.position)
                    given += keys_of(name, driver.items(rest))
                assert given == service.keys


def keys_of(name: str, items: list[Any]) -> list[Any]:
    return [getattr(item, TARGETS[name].module.PAGING.key) for item in items]


@over_mock
@each_listing
def test_a_listing_that_would_never_end_is_an_error(name: str, driver: Driver) -> None:
    service = Service(name, 3)

    def stuck(_: httpx.Request) -> FakeResponse:
        return service(httpx.Request("GET", f"http://127.0.0.1/?{CONTRACTS[name].paging['size']}=1&{first}"))

    is_numbered = CONTRACTS[name].paging["style"] == "page-number"
    first = f"{CONTRACTS[name].paging['step']}=1" if is_numbered else ""
    reason = "sent page 1 in place of page 2" if is_numbered else "repeats a page"
    with trying(name, 200, LAW), pytest.raises(ListingError, match=reason):
        assert keys_of(name, driver.items(listing_of(driver, name, stuck, 1))) == service.keys[:1]
    assert len(service.requests) == 2
