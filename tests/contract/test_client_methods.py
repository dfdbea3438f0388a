"""What is asked for through the methods of the generated clients reaches the service as the spec means it.

The witness is schemathesis, as for the operations' functions; the pager sets its own parameters.
"""

from __future__ import annotations

import contextlib
import inspect
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from schemathesis import GenerationMode

from cloudkeys.alibaba import Alibaba, AsyncAlibaba
from cloudkeys.errors import ParameterError
from cloudkeys.huawei import AsyncHuawei, Huawei
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime.service import Front
from cloudkeys.testing import FakeResponse
from contract.cases import CONTRACTS, PHASES, Wire, arguments_of, each_case, witness
from contract.sending import assert_says, python_names
from contract.tally import trying
from contract.verdicts import judge
from driver import Driver
from shells import TARGETS

SENT, REFUSED = "valid request, method", "valid request, method: refused"
FRONTS: dict[str, tuple[type[Front], type[Front]]] = {
    "alibaba": (Alibaba, AsyncAlibaba),
    "huawei": (Huawei, AsyncHuawei),
}
LISTINGS = [name for name, contract in CONTRACTS.items() if contract.paging]


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_front_class_holds_the_client_by_the_name_of_the_spec(name: str) -> None:
    target = TARGETS[name]
    for front in FRONTS[target.vendor]:
        api = front.apis()[target.api]
        assert api.client is target.package.Client
        assert set(api.own_settings) == {python_names(name)[each] for each in CONTRACTS[name].settings}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_method_takes_what_neither_the_client_nor_the_pager_knows(name: str) -> None:
    contract, names = CONTRACTS[name], python_names(name)
    elsewhere = contract.settings | {contract.paging.get("step")}
    for client in (TARGETS[name].package.Client, TARGETS[name].package.AsyncClient):
        taken = inspect.signature(TARGETS[name].method(client)).parameters
        assert set(taken) - {"self", "resume"} == {names[key] for key in contract.parameters if key not in elsewhere}
        assert ("resume" in taken) == bool(contract.paging)
        needed = contract.required - elsewhere - {contract.paging.get("size")}
        assert {key for key, each in taken.items() if each.default is each.empty} - {"self"} == {
            names[key] for key in needed
        }
        by_position = {key for key, each in taken.items() if each.kind is each.POSITIONAL_OR_KEYWORD} - {"self"}
        assert by_position == {names[key] for key in needed}


def check(driver: Driver, name: str, case: Any) -> str:
    arguments = arguments_of(name, case)
    arguments.pop(CONTRACTS[name].paging.get("step", ""), None)
    kind = REFUSED if judge(name, arguments).refused else SENT
    with trying(name, "-", kind):
        requests, error = ask(driver, name, arguments)
        if kind == REFUSED:
            assert isinstance(error, ParameterError)
            assert requests == []
        else:
            assert error is None
            (request,) = requests
            assert_says(request, expected(name, witness(name, case)))
    return kind


def ask(driver: Driver, name: str, arguments: Mapping[str, Any]) -> tuple[list[httpx.Request], ParameterError | None]:
    """Ask for one page or one thing, and return what was sent and what was raised."""
    contract, names, target = CONTRACTS[name], python_names(name), TARGETS[name]
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> FakeResponse:
        requests.append(request)
        return FakeResponse(contract.success, contract.example)

    own = {names[key]: value for key, value in arguments.items() if key in contract.settings}
    kind = target.package.AsyncClient if driver.is_async else target.package.Client
    client = kind(**driver.serve(answer), **own)
    given = {
        # The size is a number to the caller, also where the vendor wants it as text.
        names[key]: int(value) if key == contract.paging.get("size") else value
        for key, value in arguments.items()
        if key not in contract.settings
    }
    try:
        take_first(driver, lambda: target.method(client)(**given))
    except ParameterError as error:
        return requests, error
    return requests, None


def take_first(driver: Driver, call: Any) -> None:
    found = driver.do(call)
    if isinstance(found, Listing | AsyncListing):
        driver.items(found, stop_after=1)


def expected(name: str, meant: Wire) -> Wire:
    """Return what a case means, from its first page on, with the size of a page that the spec has for the pager."""
    contract, paging = CONTRACTS[name], CONTRACTS[name].paging
    named = {key: value for key, value in meant.query if key.partition(".")[0] in contract.parameters}
    query = {key: value for key, value in named.items() if key != paging.get("step")}
    first = {paging["step"]: "1"} if paging.get("style") == "page-number" else {}
    size = {paging["size"]: str(paging["page-size"])} if "page-size" in paging else {}
    constants = {key.lower(): value for key, value in contract.constants.items()}
    return meant._replace(query=tuple(sorted((size | first | query).items())), headers=constants)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", CONTRACTS)
def test_a_valid_request_is_sent_as_the_spec_means_it(name: str, phase: str) -> None:
    kinds: Counter[str] = Counter()

    def try_one(case: Any) -> None:
        # Cases are made once for both ways: that takes longer than to send them.
        for is_async in (False, True):
            with contextlib.closing(Driver(is_async=is_async, over_sockets=False)) as driver:
                kinds.update([check(driver, name, case)])

    each_case(name, phase, GenerationMode.POSITIVE, try_one)
    # A page may have no example of a request, or one of each parameter of which only one is allowed.
    assert kinds[SENT] >= 2 or (phase == "examples" and kinds.total() == kinds[REFUSED])


@pytest.mark.parametrize("size", [10.0, True, 0, -1, 10**9, "ten", [10]])
@pytest.mark.parametrize("name", LISTINGS)
def test_a_wrong_page_size_is_named_before_anything_is_sent(name: str, size: Any) -> None:
    target, key = TARGETS[name], CONTRACTS[name].paging["size"]
    with target.package.Client(base_url="http://127.0.0.1:9", **target.own_settings()) as client:
        with pytest.raises(ParameterError) as caught:
            target.method(client)(**target.method_arguments(), **{python_names(name)[key]: size})
        assert caught.value.parameter == key
