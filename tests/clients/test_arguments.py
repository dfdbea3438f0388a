"""What is asked of a client: refused before anything is sent, or sent as it is meant; and the raw response."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from clients.services import HOLDERS, KEY, OPERATION, SECRET, TOKEN, Service, show
from cloudkeys import Alibaba, Connections, Huawei
from cloudkeys.errors import ParameterError
from driver import Driver, over_mock

NO_SEGMENT = [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "../x",
    "a\\b",
    "a\nb",
    "a\r\n",
    "a\x00",
    "\x1b[0m",
    "a\x7f",
    "a\x85",
    "a\u2028",
]


@pytest.mark.parametrize("text", [*NO_SEGMENT, "a b", "a%2Fb", "é", "a" * 65, "a.b"])
def test_what_cannot_be_the_id_of_a_user_is_refused(text: str) -> None:
    service = Service()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=service(request).body))
    huawei = Huawei(base_url="http://127.0.0.1", token=TOKEN, connections=Connections(transport=transport))
    with pytest.raises(ParameterError) as caught:
        huawei.access_keys(text)
    assert (caught.value.operation, caught.value.parameter) == ("ListAccessKeys", "user_id")
    assert str(caught.value).isprintable()
    assert service.requests == []


@over_mock
@pytest.mark.parametrize("text", NO_SEGMENT)
def test_what_cannot_be_an_access_key_is_refused(driver: Driver, text: str) -> None:
    service = Service()
    huawei = Huawei(token=TOKEN, **driver.serve(service))
    with pytest.raises(ParameterError) as caught:
        show(driver, huawei, text)
    assert (caught.value.operation, caught.value.parameter) == (OPERATION, "access_key")
    assert service.requests == []


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("text", NO_SEGMENT)
def test_what_cannot_be_the_id_of_a_project_is_refused(holder: str, text: str) -> None:
    # A client with an access key refuses some already when it is made, since the ID goes into a header too.
    with pytest.raises(ValueError, match=r"project_id|X-Project-Id"):
        Huawei(region="cn-north-4", project_id=text, **HOLDERS[holder]).secrets()


@pytest.mark.parametrize("text", ["a/b", "..", "a\nb"])
def test_what_cannot_be_a_segment_of_a_path_is_not_sent(driver: Driver, text: str) -> None:
    service = Service()
    served = driver.serve(service)
    with pytest.raises(ParameterError):
        driver.items(Huawei(token=TOKEN, project_id=text, **served).secrets())
    with pytest.raises(ParameterError):
        driver.items(Huawei(token=TOKEN, **served).access_keys(text))
    assert service.requests == []


def test_other_characters_are_sent_as_they_are_meant(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(credentials=KEY, **driver.serve(service))
    show(driver, huawei, "a b%2F?c#d+é")
    assert service.requests[0].url.raw_path.endswith(b"/credentials/a%20b%252F%3Fc%23d%2B%C3%A9")


def test_a_moment_without_a_time_zone_is_refused(driver: Driver) -> None:
    service = Service()
    alibaba = Alibaba(credentials=KEY, **driver.serve(service))
    with pytest.raises(ValueError, match="since: must have a time zone"):
        alibaba.access_key_leaks(since=datetime(2026, 1, 2))  # noqa: DTZ001 - what must be refused
    assert service.requests == []


@pytest.mark.parametrize(
    ("since", "sent"),
    [
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "1000"),
        (datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC), "1767323045678"),
        (datetime(2026, 1, 2, 11, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=8))), "1767323045678"),
        (1767323045678, "1767323045678"),
    ],
)
def test_a_moment_is_sent_as_unix_milliseconds(driver: Driver, since: datetime | int, sent: str) -> None:
    service = Service()
    driver.items(Alibaba(credentials=KEY, **driver.serve(service)).access_key_leaks(since=since))
    assert service.requests[0].url.params["StartTs"] == sent


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_missing_project_is_told(holder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    huawei = Huawei(region="cn-north-4", **HOLDERS[holder])
    with pytest.raises(ParameterError, match=r"ListSecrets: parameter project_id: .*give project_id") as caught:
        huawei.secrets()
    assert "HUAWEICLOUD_SDK_PROJECT_ID" in str(caught.value)
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "p")
    Huawei(region="cn-north-4", **HOLDERS[holder]).secrets()


@pytest.mark.parametrize(
    "pair", [("a token", "temporary keys"), ("a token", "a password"), ("temporary keys", "a password")]
)
def test_two_ways_to_authenticate_are_refused(pair: tuple[str, str]) -> None:
    for holders in (pair, tuple(HOLDERS)):
        given: dict[str, Any] = {name: value for holder in holders for name, value in HOLDERS[holder].items()}
        with pytest.raises(ValueError, match="give one of credentials, token and password") as caught:
            Huawei(region="cn-north-4", **given)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("given_by", ["the caller", "the environment", "the environment, with the key"])
def test_the_project_and_the_account_are_in_signed_headers(
    driver: Driver, given_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"credentials": KEY, "project_id": "the-project", "domain_id": "the-account"}
    if given_by != "the caller":
        options = {"credentials": KEY}
        monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "the-project")
        monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "the-account")
    if given_by == "the environment, with the key":
        options = {}
        monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "AK")
        monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    service = Service()
    huawei = Huawei(**options, **driver.serve(service))
    driver.items(huawei.secrets())
    driver.items(huawei.access_keys("u"))
    show(driver, huawei)
    csms, *iam = service.requests
    assert csms.headers["X-Project-Id"] == "the-project"
    assert "X-Domain-Id" not in csms.headers
    assert "x-project-id" in csms.headers["Authorization"]
    for request in iam:
        assert request.headers["X-Domain-Id"] == "the-account"
        assert "X-Project-Id" not in request.headers
        assert "x-domain-id" in request.headers["Authorization"]


def test_the_project_in_the_path_is_the_one_in_the_header(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "one")
    huawei = Huawei(credentials=KEY, **driver.serve(service))
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "two")
    driver.items(huawei.secrets())
    assert service.requests[0].url.path.split("/")[2] == service.requests[0].headers["X-Project-Id"] == "one"


@pytest.mark.parametrize("since", ["2026-01-02", date(2026, 1, 2), timedelta(days=7), 1.5, True])
def test_a_moment_of_another_type_is_told_by_its_own_name(since: Any) -> None:
    alibaba = Alibaba(region="cn-hangzhou", credentials=KEY)
    with pytest.raises(ParameterError, match=f"since: must be a datetime with .*, not {type(since).__name__}"):
        alibaba.access_key_leaks(since=since)


def test_a_listing_says_what_it_is() -> None:
    listing = Alibaba(region="cn-hangzhou", credentials=KEY).access_key_leaks()
    assert repr(listing) == "<Listing of DescribeAccesskeyLeakList: loop over it with for or async for>"
