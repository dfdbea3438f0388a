"""Arguments of calls and clients: refused before anything is sent, or sent unchanged."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from cloudkeys import AsyncHuawei, Huawei
from cloudkeys.errors import ParameterError
from driver import Driver, over_mock
from runtime.calls import open_huawei
from runtime.services import HOLDERS, KEY, OPERATION, SECRET, Service, response, show

NO_SEGMENT = ["", ".", "..", "a/b", "../x", *(f"a{mark}" for mark in "\\\n\r\x00\x1b\x7f\x85\u2028")]
NO_USER = ["a b", "a%2Fb", "é", "a" * 65, "a.b"]


@over_mock
def test_a_value_that_is_no_segment_of_a_path_is_refused(driver: Driver) -> None:
    service = Service()
    huawei = open_huawei(driver, service)
    for text in [*NO_SEGMENT, *NO_USER]:
        with pytest.raises(ParameterError) as caught:
            huawei.iam_v5.list_access_keys(text)
        assert (caught.value.operation, caught.value.parameter) == ("ListAccessKeys", "user_id")
        assert str(caught.value).isprintable()
    for text in NO_SEGMENT:
        with pytest.raises(ParameterError) as caught:
            show(driver, huawei, text)
        assert (caught.value.operation, caught.value.parameter) == (OPERATION, "access_key")
        # Some are refused when the client is made, because the ID may go into a header.
        for holder in HOLDERS.values():
            with pytest.raises(ValueError, match="project_id"):
                open_huawei(driver, service, project_id=text, **holder).csms.list_secrets()
    assert service.requests == []


@over_mock
def test_other_characters_of_a_segment_are_percent_encoded(driver: Driver) -> None:
    service = Service()
    show(driver, open_huawei(driver, service), "a b%2F?c#d+é")
    assert service.requests[0].url.raw_path.endswith(b"/credentials/a%20b%252F%3Fc%23d%2B%C3%A9")


@over_mock
@pytest.mark.parametrize("name", ["secret_binary", "secret_string"])
def test_a_secret_may_have_at_most_the_documented_length(driver: Driver, name: str) -> None:
    service = Service(response({}, 200))
    csms = open_huawei(driver, service, project_id="p").csms
    driver.run(lambda: csms.create_secret_version("name", **{name: "é" * 32_768}))
    with pytest.raises(ParameterError, match=f"{name}: must have at most 32768 characters") as caught:
        driver.run(lambda: csms.create_secret_version("name", **{name: "é" * 32_769}))
    assert "é" not in str(caught.value)
    assert [json.loads(request.content) for request in service.requests] == [{name: "é" * 32_768}]


@pytest.mark.parametrize("front", [Huawei, AsyncHuawei])
@pytest.mark.parametrize("holder", [*HOLDERS, "none"])
def test_only_a_service_that_needs_a_project_asks_for_one(
    front: type[Any], holder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    huawei = front(region="cn-north-4", **HOLDERS.get(holder, {}))
    assert huawei.iam_v5.list_access_keys("u")
    with pytest.raises(ValueError, match=r"^csms needs project_id: give it, or set HUAWEICLOUD_SDK_PROJECT_ID$"):
        _ = huawei.csms
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "p")
    assert huawei.csms.project_id == "p"


@pytest.mark.parametrize("holders", [*itertools.combinations(HOLDERS, 2), tuple(HOLDERS)])
def test_only_one_way_to_authenticate_may_be_given(holders: tuple[str, ...]) -> None:
    given: dict[str, Any] = {name: value for holder in holders for name, value in HOLDERS[holder].items()}
    with pytest.raises(ValueError, match="give one of credentials, token and password") as caught:
        Huawei(region="cn-north-4", **given)
    assert SECRET not in str(caught.value)


IDS = {"project_id": "the-project", "domain_id": "the-account"}
VARIABLES = {f"HUAWEICLOUD_SDK_{name.upper()}": text for name, text in IDS.items()}
SOURCES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "the caller": ({"credentials": KEY} | IDS, {}),
    "the environment": ({"credentials": KEY}, VARIABLES),
    "the environment, with the key": ({}, VARIABLES | {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": SECRET}),
}


@over_mock
@pytest.mark.parametrize("source", SOURCES)
def test_project_and_account_are_in_signed_headers(
    driver: Driver, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, variables = SOURCES[source]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    service = Service()
    huawei = driver.huawei(service, **options)
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "another, too late")
    driver.items(huawei.csms.list_secrets())
    driver.items(huawei.iam_v5.list_access_keys("u"))
    show(driver, huawei)
    csms, *iam = service.requests
    assert csms.url.path == "/v1/the-project/secrets"
    assert csms.headers["X-Project-Id"] == "the-project"
    assert "X-Domain-Id" not in csms.headers
    assert "x-project-id" in csms.headers["Authorization"]
    for request in iam:
        assert request.headers["X-Domain-Id"] == "the-account"
        assert "X-Project-Id" not in request.headers
        assert "x-domain-id" in request.headers["Authorization"]
