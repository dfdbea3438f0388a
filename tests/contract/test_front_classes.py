"""What is asked for through the front classes reaches the service as the spec means it.

The witness is schemathesis, as for the generated functions; the front classes set what belongs to paging themselves.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
from schemathesis import GenerationMode

from cloudkeys import AccessKey, Alibaba, Huawei
from cloudkeys.errors import ParameterError
from cloudkeys.testing import Answer
from contract.cases import CONTRACTS, PHASES, Wire, arguments_of, each_case, witness
from contract.sending import assert_says
from contract.tally import trying
from contract.verdicts import judge
from driver import Driver

SENT, REFUSED = "valid request, front class", "valid request, front class: not one segment of a path"
KEY = AccessKey("LTAIexample", "secret-example")
Settings = Mapping[str, Any]


def leaks(driver: Driver, settings: Settings, **arguments: Any) -> None:
    driver.items(Alibaba(credentials=KEY, **settings).sas.describe_accesskey_leak_list(**arguments), stop_after=1)


def access_keys(driver: Driver, settings: Settings, **arguments: Any) -> None:
    driver.items(Huawei(credentials=KEY, **settings).iam_v5.list_access_keys(**arguments), stop_after=1)


def access_key(driver: Driver, settings: Settings, access_key: str) -> None:
    huawei = Huawei(credentials=KEY, **settings)
    driver.call(lambda: huawei.access_key(access_key), lambda: huawei.access_key_async(access_key))


def secrets(
    driver: Driver, settings: Settings, project_id: str, page_size: str | None = None, event_name: str | None = None
) -> None:
    login: dict[str, Any] = {"credentials": KEY}
    # A signature is for a project, which a header names: what no header can carry is refused at once.
    if not re.fullmatch("[!-~]([ -~]*[!-~])?", project_id):
        with pytest.raises(ValueError, match="X-Project-Id"):
            Huawei(project_id=project_id, **login, **settings)
        login = {"token": "token-example"}
    size: dict[str, Any] = {} if page_size is None else {"page_size": int(page_size)}
    listing = Huawei(project_id=project_id, **login, **settings).csms.list_secrets(event_name=event_name, **size)
    driver.items(listing, stop_after=1)


class Front(NamedTuple):
    """A method of a front class.

    Attributes:
        ask: Asks for one page or one thing.
        names: The names of its arguments, by the vendor's.
        own: What it sends where the caller doesn't say.
    """

    ask: Callable[..., None]
    names: Mapping[str, str]
    own: Mapping[str, str]


FRONTS = {
    "DescribeAccesskeyLeakList": Front(
        leaks,
        {
            "Status": "status",
            "Query": "access_key_id",
            "StartTs": "since",
            "ResourceDirectoryAccountId": "account_id",
            "PageSize": "page_size",
        },
        {"CurrentPage": "1"},
    ),
    "ListAccessKeys": Front(access_keys, {"user_id": "user_id", "limit": "page_size"}, {}),
    "ShowPermanentAccessKey": Front(access_key, {"access_key": "access_key"}, {}),
    "ListSecrets": Front(
        secrets, {"project_id": "project_id", "limit": "page_size", "event_name": "event_name"}, {"limit": "50"}
    ),
}


def check(driver: Driver, name: str, case: Any) -> str:
    arguments = {key: value for key, value in arguments_of(name, case).items() if key in FRONTS[name].names}
    kind = REFUSED if judge(name, arguments).no_segment else SENT
    with trying(name, "-", kind):
        requests, error = ask(driver, name, arguments)
        if kind == REFUSED:
            assert isinstance(error, ParameterError)
            assert requests == []
        else:
            assert error is None
            (request,) = requests
            assert_says(request, expected(name, witness(case)))
    return kind


def ask(driver: Driver, name: str, arguments: Mapping[str, Any]) -> tuple[list[httpx.Request], ParameterError | None]:
    front = FRONTS[name]
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> Answer:
        requests.append(request)
        return Answer(200, CONTRACTS[name].example)

    try:
        front.ask(driver, driver.serve(answer), **{front.names[key]: value for key, value in arguments.items()})
    except ParameterError as error:
        return requests, error
    return requests, None


def expected(name: str, meant: Wire) -> Wire:
    contract, front = CONTRACTS[name], FRONTS[name]
    query = dict(front.own) | {key: value for key, value in meant.query if key in front.names}
    constants = {key.lower(): value for key, value in contract.constants.items()}
    return meant._replace(query=tuple(sorted(query.items())), headers=constants)


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
    assert kinds[SENT] >= 2


@pytest.mark.parametrize("page_size", ["10", 10.0, True, 0, 1001, None, [10]])
@pytest.mark.parametrize(
    "listing",
    [
        pytest.param(
            lambda size: Alibaba(region="cn-hangzhou").sas.describe_accesskey_leak_list(page_size=size), id="leaks"
        ),
        pytest.param(
            lambda size: Huawei(region="cn-north-4").iam_v5.list_access_keys("user", limit=size), id="access keys"
        ),
        pytest.param(
            lambda size: Huawei(region="cn-north-4", project_id="1").csms.list_secrets(limit=size), id="secrets"
        ),
    ],
)
def test_a_wrong_page_size_is_named(
    listing: Callable[[Any], Any], page_size: Any, request: pytest.FixtureRequest
) -> None:
    if page_size is None and "access keys" in request.node.callspec.id:
        assert listing(page_size).position is not None  # None is the service's own page size there
        return
    with pytest.raises(ParameterError) as caught:
        listing(page_size)
    assert caught.value.parameter in {"PageSize", "limit"}
