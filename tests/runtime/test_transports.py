"""How connections are used, with services that behave well."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from cloudkeys.errors import NotFoundError
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest
from cloudkeys.testing.http import server
from driver import Driver, over_sockets
from runtime.services import ONCE, show
from runtime.transports import OK, Service, limit, names, opened, served, shown_together

pytestmark = over_sockets


def test_calls_one_after_another_share_a_connection(driver: Driver) -> None:
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        assert [show(driver, huawei, name).access for name in names(5)] == names(5)
    assert (service.connections, service.requests) == (1, 5)


@pytest.mark.parametrize("calls", [64, 130])
def test_many_threads_or_tasks_share_a_client(driver: Driver, calls: int) -> None:
    # Each thread has a connection; tasks have 100. Nobody gets a response before so many have asked.
    most = min(100, calls) if driver.is_async else calls
    service = Service(together=most)
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        assert shown_together(driver, huawei, names(calls)) == names(calls)
        assert service.most_at_once == service.connections == most
        assert shown_together(driver, huawei, names(calls)) == names(calls)
    assert service.most_at_once == most


HEAD, _, BODY = OK.partition(b"\r\n\r\n")
CHUNKS = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (BODY[:5], BODY[5:], b""))
FORMS = {
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "announced": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    "header of a token's length": OK.replace(b"OK\r\n", b"OK\r\nX-Subject-Token: %b\r\n" % (b"t" * 30_000), 1),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_response_is_read_and_the_connection_used_again(driver: Driver, form: str) -> None:
    service = Service(FORMS[form])
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        assert [show(driver, huawei).access for _ in range(3)] == ["AK"] * 3
    assert service.connections == 1


@pytest.mark.parametrize(
    "response",
    [b"HTTP/1.1 200 OK\r\n\r\n" + BODY, OK.replace(b"HTTP/1.1", b"HTTP/1.0"), OK],
    ids=["ended by the close", "HTTP/1.0", "kept alive, then closed"],
)
def test_a_service_that_closes_gets_a_new_connection(driver: Driver, response: bytes) -> None:
    service = Service(response, closes=True)
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        for _ in range(5):
            assert show(driver, huawei).access == "AK"
            assert service.closed.acquire(timeout=20)
    assert service.connections == 5


@pytest.mark.parametrize("seconds", [0.02, 5])
def test_a_connection_that_was_idle_for_long_is_not_used_again(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    limit(monkeypatch, max_connections=100, keepalive_expiry=seconds)
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        for _ in range(2):
            show(driver, huawei)
            time.sleep(0.05)
    assert service.connections == (2 if seconds < 1 else 1)


AWKWARD = ("a b", "a+b", "100%", "a/b", "a%2Fb", "ä€😀", "~-._", ":@!$&'()*,;=", "?#[]", "%7E%41", "'\"<>\\^`{|}")


@pytest.mark.parametrize("text", AWKWARD)
def test_the_url_that_arrives_means_what_was_signed(driver: Driver, text: str) -> None:
    cloud, targets = FakeCloud(), list[str]()

    def note(request: ReceivedRequest) -> FakeResponse:
        targets.append(request.target)
        return cloud.answer(request)

    with server.serving(note) as base_url:
        settings: dict[str, Any] = {"base_url": base_url, "connections": driver.connections(), "retry": ONCE}
        alibaba, huawei = driver.front_classes
        sas = alibaba(credentials=cloud.alibaba_key, **settings).sas
        assert driver.items(sas.describe_accesskey_leak_list(query=text)) == []
        assert parse_qs(targets[0].partition("?")[2])["Query"] == [text]
        segment = text.translate({ord(slash): "%2F" for slash in "/\\"})  # a path has none within a segment
        with pytest.raises(NotFoundError):
            show(driver, huawei(credentials=cloud.huawei_key, domain_id=cloud.domain_id, **settings), segment)
        assert unquote(targets[1].rpartition("/")[2]) == segment
