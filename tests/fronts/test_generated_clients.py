"""Generated clients: requests, results and errors of their operations."""

from __future__ import annotations

import json
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import UNSET

from callers import CALLERS, TARGETS, Caller, client_settings_for
from cloudkeys.errors import DecodeError, ParameterError, StatusError
from cloudkeys_api import huawei_csms
from cloudkeys_api.huawei_csms.models import SecretState
from specs import operation_of

LIST_SECRETS = TARGETS["huawei_csms.ListSecrets"]
ERROR_BODY = b'{"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information."}'
SECRET = "token-that-nobody-may-see"  # noqa: S105 - tests search for it where it must not be

pytestmark = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)


def call(caller: Caller, content: bytes | str, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    settings, _ = client_settings_for(content, status, headers)
    return caller(LIST_SECRETS, settings=settings)


def request_of(
    caller: Caller, name: str = "huawei_csms.ListSecrets", url: str = "http://127.0.0.1", **arguments: Any
) -> httpx.Request:
    """Return the request of a call to a service that knows nothing."""
    settings, requests = client_settings_for("{}", 404)
    settings |= arguments.pop("settings", {})
    with pytest.raises(StatusError):
        caller(TARGETS[name], url, settings=settings, **arguments)
    (request,) = requests
    return request


# Responses.


def test_undocumented_values_fields_and_nulls_are_kept_or_ignored(caller: Caller) -> None:
    content = '{"secrets":[{"description":null},{"state":"ARCHIVED","description":""},{"tomorrow":{"a":[1]}}]}'
    page = call(caller, content).body
    assert [secret.description for secret in page.secrets] == [None, "", UNSET]
    assert isinstance(page.secrets[1].state, SecretState)
    assert msgspec.json.encode(page) == content.replace('"tomorrow":{"a":[1]}', "").encode()
    assert call(caller, '{"secrets": null, "page_info": null}').body.secrets is None


# A newer page may document one of them.
DOCUMENTED = {int(status) for status in operation_of("huawei_csms", "ListSecrets")["responses"]}


def test_a_documented_error_has_its_decoded_body_and_others_the_raw_one(caller: Caller) -> None:
    for status in sorted(({201, 202, 302, 400, 401, 403, 404, 418, 429, 500, 502, 504, 599} | DOCUMENTED) - {200}):
        with pytest.raises(
            StatusError, match=r": neither a signature nor a token was sent: .* \(request id r-1\)$"
        ) as caught:
            call(caller, ERROR_BODY, status, {"X-Request-Id": "r-1"})
        error = caught.value
        assert (error.status_code, error.content) == (status, ERROR_BODY)
        body = msgspec.to_builtins(error.body) if error.body else None
        assert body == (json.loads(ERROR_BODY) if status in DOCUMENTED else None)
    for content in (b"<html>Bad Gateway</html>", b"", b"[]", b'{"error_code": 1}', b"\xff\xfe"):
        with pytest.raises(StatusError) as caught:
            call(caller, content, 502)
        assert (caught.value.body, caught.value.content) == (None, content)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b'{"secrets": [{"create_time": "yesterday"}]}', "$.secrets[0].create_time"),
        (b'{"page_info": []}', "$.page_info"),
        *(
            (content, "$")
            for content in (b"[]", b"<html></html>", b"", b'{"secrets": [', b'{"secrets": [{"name": "\xff')
        ),
        (b'{"invented": ' + b"[" * 100_000, "$"),
    ],
)
def test_a_result_that_contradicts_the_spec_is_a_decode_error_with_its_path(
    caller: Caller, content: bytes, path: str
) -> None:
    with pytest.raises(DecodeError, match="ListSecrets: ") as caught:
        call(caller, content, 200, {"X-Request-Id": "r-1"})
    error = caught.value
    assert (error.path, error.request_id, error.code, error.content) == (path, "r-1", None, content)
    assert path in str(error)


# Requests.


@pytest.mark.parametrize("value", ["a b+c/d~*", "名前", "a&b=c#d?e", "%2B", ""])
def test_a_query_is_encoded_by_rfc_3986(caller: Caller, value: str) -> None:
    url = request_of(caller, event_name=value).url
    assert not set(b"+*") & set(url.query)
    assert dict(url.params) == {"event_name": value}


FORBIDDEN: list[tuple[str, dict[str, Any], str]] = [
    ("alibaba_sas.DescribeAccesskeyLeakList", {"page_size": 101}, "PageSize: Expected `int` <= 100"),
    ("alibaba_sas.DescribeAccesskeyLeakList", {"page_size": 0}, "PageSize: Expected `int` >= 1"),
    ("alibaba_sas.DescribeAccesskeyLeakList", {"start_ts": "now"}, "StartTs: Expected `int | null`, got `str`"),
    ("huawei_iam_v5.ListAccessKeys", {"limit": 201}, "limit: Expected `int` <= 200"),
    ("huawei_iam_v5.ListAccessKeys", {"marker": "not a marker"}, "marker: Expected `str` matching"),
    ("huawei_iam_v5.ListAccessKeys", {"marker": "abc"}, "marker: Expected `str` of length >= 4"),
    ("huawei_iam_v5.ListAccessKeys", {"marker": "abcd\n"}, "marker: Expected `str` matching"),
    ("huawei_csms.ListSecrets", {"limit": "1001"}, "limit: Expected `str` matching"),
    ("huawei_csms.ListSecrets", {"marker": "\ud800"}, "marker: must be text that UTF-8 can encode"),
    *(("huawei_csms.ListSecrets", {"project_id": value}, "project_id: ") for value in ("..", "\ud800", None, 7)),
]


@pytest.mark.parametrize(("name", "arguments", "message"), FORBIDDEN)
def test_a_value_that_the_page_forbids_is_refused_before_anything_is_sent(
    caller: Caller, name: str, arguments: dict[str, Any], message: str
) -> None:
    settings, requests = client_settings_for("{}")
    with pytest.raises(ParameterError) as caught:
        caller(TARGETS[name], settings=settings, **arguments)
    assert str(caught.value).startswith(f"{TARGETS[name].operation.name}: parameter {message}")
    assert requests == []


# Settings of the client.


def test_clients_responses_and_errors_show_no_secret(caller: Caller) -> None:
    own = {"auth": httpx.BasicAuth("user", SECRET), "headers": {"X-Auth-Token": SECRET}}
    request = request_of(caller, settings=own)
    assert request.headers["X-Auth-Token"] == SECRET
    assert request.headers["Authorization"].startswith("Basic ")
    client = huawei_csms.Client(base_url="http://127.0.0.1", project_id="p", **own)  # type: ignore[arg-type] # two types
    response = call(caller, "{}", 200, {"X-Subject-Token": SECRET})
    assert response.headers["X-Subject-Token"] == SECRET
    with pytest.raises(StatusError) as caught:
        call(caller, ERROR_BODY, 401, {"X-Subject-Token": SECRET})
    for shown in (repr(client), str(client), repr(caught.value), str(caught.value), repr(response)):
        assert SECRET not in shown


def test_a_header_of_the_callers_replaces_ours(caller: Caller) -> None:
    own = {"user-agent": "mine", "ACCEPT": "application/json"}
    headers = request_of(caller, settings={"headers": own}).headers
    names = [name.lower() for name, _ in headers.raw]
    assert len(names) == len(set(names))
    assert (headers["User-Agent"], headers["Accept"]) == ("mine", "application/json")


WRONG_URLS = ["", "kms", "/v1", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "http://127.0.0.1/?a=b", "http://h#f"]
WRONG_URLS += ["https://a..b", "https://" + "a" * 64, "https://h:0", "https://h:65536", "https://h:abc", "https://[::"]


def test_a_base_url_may_have_a_path_and_a_wrong_one_is_refused(caller: Caller) -> None:
    path = request_of(caller, url="http://127.0.0.1/proxy", event_name="a b").url.raw_path
    assert path == b"/proxy/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets?event_name=a%20b"
    for base_url in WRONG_URLS:
        with pytest.raises(ValueError, match="base_url must"):
            caller(LIST_SECRETS, base_url)
