"""Every operation that pages follows the laws of listings, at a service derived from its spec alone."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from callers import TARGETS
from cloudkeys.errors import ListingError
from cloudkeys.testing import FakeResponse
from contract.cases import CONTRACTS
from driver import Driver, over_mock

ABSENT, UNCHANGED = object(), object()
each_listing = pytest.mark.parametrize("name", [name for name, contract in CONTRACTS.items() if contract.paging])


class Service:
    """Serves numbered copies of the first item in the spec's example, in pages as `x-paging` defines.

    Args:
        name: The operation.
        count: The number of items.
        values: The values in place of the marker of the last page, and of the total; ABSENT removes them.
    """

    def __init__(self, name: str, count: int, **values: Any) -> None:
        self._example, self._paging = json.loads(CONTRACTS[name].example), CONTRACTS[name].paging
        (item, *_) = self._access(self._example, "items")
        key = self._paging["key"]
        self.keys = [number if isinstance(item[key], int) else f"key-{number}" for number in range(1, count + 1)]
        self._items = [item | {key: each} for each in self.keys]
        self._values = values
        self.requests: list[httpx.Request] = []

    def _access(self, body: Any, part: str, value: Any = UNCHANGED) -> Any:
        """Return the value at a path that the spec names, or set it."""
        *parents, last = self._paging[part].split(".")
        for name in parents:
            body = body.setdefault(name, {})
        if value is ABSENT:
            body.pop(last, None)
        elif value is not UNCHANGED:
            body[last] = value
        return body.get(last)

    def __call__(self, request: httpx.Request) -> FakeResponse:
        self.requests.append(request)
        step, size = request.url.params.get(self._paging["step"]), int(request.url.params[self._paging["size"]])
        begin = (int(step) - 1) * size if self._paging["style"] == "page-number" else int((step or "from-0")[5:])
        end, body = begin + size, copy.deepcopy(self._example)
        has_more = end < len(self._items)
        values = {
            "items": self._items[begin:end],
            "next": f"from-{end}" if has_more else self._values.get("next", ABSENT),
            "more": has_more,
            "page": int(step or 1) if self._paging["style"] == "page-number" else UNCHANGED,
            "total": self._values.get("total", len(self._items)),
        }
        for part in self._paging.keys() & values.keys():
            self._access(body, part, values[part])
        return FakeResponse(200, json.dumps(body).encode())


def open_listing(driver: Driver, name: str, service: Any, size: int, **options: Any) -> Any:
    target = TARGETS[name]
    kind = target.package.AsyncClient if driver.is_async else target.package.Client
    client = kind(**driver.serve(service), **target.own_settings())
    return target.method(client)(**target.method_arguments(), **{target.module.PAGING.size: size}, **options)


def keys_of(name: str, items: Sequence[Any]) -> list[Any]:
    return [getattr(item, TARGETS[name].module.PAGING.key) for item in items]


@over_mock
@each_listing
def test_a_listing_yields_every_item_and_resumes_from_any_position(name: str, driver: Driver) -> None:
    def rest_after(position: str | None) -> list[Any]:
        if position is None:
            return []
        # Page numbers depend on the page size, so a position contains its own.
        listing = open_listing(driver, name, service, 7, resume=position)
        assert listing.position == position
        return keys_of(name, driver.items(listing))

    for count, size in itertools.product(range(6), (1, 2, 3)):
        service = Service(name, count)
        listing = open_listing(driver, name, service, size)
        pages = driver.pages(listing)
        assert (listing.position, pages[-1].position) == (None, None)
        assert keys_of(name, driver.items(listing)) == service.keys, "each loop begins at the start"
        starts = range(0, max(1, count), size)
        assert [keys_of(name, page.items) for page in pages] == [service.keys[at : at + size] for at in starts]
        for number, page in enumerate(pages, 1):
            assert page.response.status_code == 200
            assert rest_after(page.position) == service.keys[number * size :]
        for taken in range(1, count + 2):
            service.requests.clear()
            listing = open_listing(driver, name, service, size)
            found = keys_of(name, driver.items(listing, stop_after=taken))
            assert (found, len(service.requests)) == (service.keys[:taken], max(1, -(-min(taken, count) // size)))
            assert rest_after(listing.position) == service.keys[taken:]


LAST_PAGES = {
    f"{name}-{part}-{label}": (name, part, value)
    for name, contract in CONTRACTS.items()
    for part in contract.paging.keys() & {"next", "total"}
    for label, value in {"null": None, "empty": "", "absent": ABSENT}.items()
    if (part, label) != ("total", "empty")
}


@over_mock
@pytest.mark.parametrize("case", sorted(LAST_PAGES))
def test_a_listing_ends_however_its_last_page_is_marked(case: str, driver: Driver) -> None:
    name, part, value = LAST_PAGES[case]
    for count in range(6):
        service = Service(name, count, **{part: value})
        assert keys_of(name, driver.items(open_listing(driver, name, service, 3))) == service.keys
        # Without a total, only an empty page is certainly the last.
        extra = count > 0 and part == "total"
        assert len(service.requests) == max(1, -(-count // 3)) + extra


@over_mock
@each_listing
def test_a_listing_that_would_never_end_raises_an_error(name: str, driver: Driver) -> None:
    service, paging = Service(name, 3), CONTRACTS[name].paging
    is_numbered = paging["style"] == "page-number"
    first_page = f"http://127.0.0.1/?{paging['size']}=1" + (f"&{paging['step']}=1" if is_numbered else "")
    reason = "sent page 1 in place of page 2" if is_numbered else "repeats a page"
    listing = open_listing(driver, name, lambda _: service(httpx.Request("GET", first_page)), 1)
    with pytest.raises(ListingError, match=reason):
        driver.items(listing)
    assert len(service.requests) == 2
