"""Generated clients: requests, results and errors of their operations."""

from __future__ import annotations

import inspect
import json
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import UNSET

from cloudkeys.errors import DecodeError, ParameterError, StatusError
from cloudkeys_api import huawei_csms
from cloudkeys_api.huawei_csms.models import SecretState
from shells import CALLERS, TARGETS, Caller, client_settings_for
from specs import operation_of

LIST_SECRETS = TARGETS["huawei_csms.ListSecrets"]
ERROR_BODY = b'{"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information."}'
SECRET = "token-that-nobody-may-see"  # noqa: S105 - tests search for it where it must not be

pytestmark = pytest.mark.parametrize("shell", [pytest.param(shell, id=name) for name, shell in CALLERS.items()])


def secrets_page(**fields: Any) -> str:
    return json.dumps({"secrets": [{"name": "one", **fields}], "page_info": {"current_count": 1}})


def call(shell: Caller, content: bytes | str, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    settings, _ = client_settings_for(content, status, headers)
    return shell(LIST_SECRETS, settings=settings)


def test_an_unknown_value_of_an_enumeration_survives(shell: Caller) -> None:
    secret = call(shell, secrets_page(state="ARCHIVED")).body.secrets[0]
    assert secret.state == "ARCHIVED"
    assert isinstance(secret.state, SecretState)
    assert msgspec.to_builtins(secret) == {"name": "one", "state": "ARCHIVED"}


def test_unknown_fields_and_null_are_accepted(shell: Caller) -> None:
    assert call(shell, secrets_page(invented_tomorrow={"a": [1]})).body.secrets[0].name == "one"
    assert call(shell, '{"secrets": null, "page_info": null}').body.secrets is None


def test_absent_null_and_present_stay_distinct(shell: Caller) -> None:
    content = '{"secrets":[{"description":null},{"description":""},{}]}'
    page = call(shell, content).body
    assert [secret.description for secret in page.secrets] == [None, "", UNSET]
    assert msgspec.json.encode(page) == content.encode()


# A newer page may document one of them.
DOCUMENTED = {int(status) for status in operation_of("huawei_csms", "ListSecrets")["responses"]}


def test_a_documented_error_has_its_decoded_body_and_others_the_raw_one(shell: Caller) -> None:
    for status in sorted(({201, 202, 302, 400, 401, 403, 404, 418, 429, 500, 502, 504, 599} | DOCUMENTED) - {200}):
        with pytest.raises(StatusError) as caught:
            call(shell, ERROR_BODY, status, {"X-Request-Id": "r-1"})
        error = caught.value
        assert (error.status_code, error.content) == (status, ERROR_BODY)
        body = msgspec.to_builtins(error.body) if error.body else None
        assert body == (json.loads(ERROR_BODY) if status in DOCUMENTED else None)
        assert str(error) == (
            f"ListSecrets: status {status}: APIGW.0301: Incorrect IAM authentication information.: "
            "neither a signature nor a token was sent: the client has no auth (request id r-1)"
        )
    for content in (b"<html>Bad Gateway</html>", b"", b"[]", b'{"error_code": 1}', b"\xff\xfe"):
        with pytest.raises(StatusError) as caught:
            call(shell, content, 502)
        assert (caught.value.status_code, caught.value.body, caught.value.content) == (502, None, content)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (secrets_page(create_time="yesterday"), "$.secrets[0].create_time"),
        (secrets_page(state=1), "$.secrets[0].state"),
        ('{"page_info": []}', "$.page_info"),
        ("[]", "$"),
        ("<html></html>", "$"),
        ("", "$"),
        ('{"secrets": [', "$"),
        ('{"invented": ' + "[" * 100_000, "$"),
        (b'{"secrets": [{"name": "\xff"}]}', "$"),
    ],
)
def test_a_result_that_contradicts_the_spec_is_a_decode_error_with_its_path(
    shell: Caller, content: bytes | str, path: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        call(shell, content, 200, {"X-Request-Id": "r-1"})
    error = caught.value
    assert (error.operation, error.status_code, error.path, error.request_id) == ("ListSecrets", 200, path, "r-1")
    assert error.code is None
    assert error.content == (content.encode() if isinstance(content, str) else content)
    assert "ListSecrets" in str(error)
    assert path in str(error)


@pytest.mark.parametrize("name", TARGETS)
def test_only_the_given_arguments_are_sent(shell: Caller, name: str) -> None:
    settings, requests = client_settings_for("{}", 404)
    with pytest.raises(StatusError):
        shell(TARGETS[name], settings=settings)
    (request,) = requests
    operation, given = TARGETS[name].operation, TARGETS[name].arguments
    schema: Any = operation.parameters
    names = {field.encode_name for field in msgspec.structs.fields(schema) if field.name in given}
    body = set(json.loads(request.content or b"{}"))
    in_path = {part for part in names if f"{{{part}}}" in operation.path}
    assert in_path | body | {part.partition(".")[0] for part in request.url.params} == names
    assert bool(request.content) == (operation.body is not None)


def test_constant_headers_are_sent_and_are_no_arguments(shell: Caller) -> None:
    for name, headers in {
        "alibaba_sas.DescribeAccesskeyLeakList": {
            "x-acs-action": "DescribeAccesskeyLeakList",
            "x-acs-version": "2018-12-03",
        },
        "huawei_iam_v3.ShowPermanentAccessKey": {"content-type": "application/json;charset=utf8"},
    }.items():
        settings, requests = client_settings_for("{}", 404)
        with pytest.raises(StatusError):
            shell(TARGETS[name], settings=settings)
        assert headers.items() <= dict(requests[0].headers).items()
        arguments = inspect.signature(TARGETS[name].operation.parameters).parameters
        assert not {header.replace("-", "_") for header in headers} & set(arguments)


@pytest.mark.parametrize("value", ["a b+c/d~*", "名前", "a&b=c#d?e", "%2B", ""])
def test_a_query_is_encoded_by_rfc_3986(shell: Caller, value: str) -> None:
    settings, requests = client_settings_for("{}", 404)
    with pytest.raises(StatusError):
        shell(LIST_SECRETS, settings=settings, event_name=value)
    query = requests[0].url.query
    assert b"+" not in query
    assert b"*" not in query
    assert dict(requests[0].url.params) == {"event_name": value}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("alibaba_sas.DescribeAccesskeyLeakList", {"page_size": 101}, "PageSize: Expected `int` <= 100"),
        ("alibaba_sas.DescribeAccesskeyLeakList", {"page_size": 0}, "PageSize: Expected `int` >= 1"),
        ("alibaba_sas.DescribeAccesskeyLeakList", {"start_ts": "now"}, "StartTs: Expected `int | null`, got `str`"),
        ("huawei_iam_v5.ListAccessKeys", {"limit": 201}, "limit: Expected `int` <= 200"),
        ("huawei_iam_v5.ListAccessKeys", {"marker": "not a marker"}, "marker: Expected `str` matching"),
        ("huawei_iam_v5.ListAccessKeys", {"marker": "abc"}, "marker: Expected `str` of length >= 4"),
        ("huawei_iam_v5.ListAccessKeys", {"marker": "abcd\n"}, "marker: Expected `str` matching"),
        ("huawei_iam_v5.ListAccessKeys", {"user_id": "a b"}, "user_id: Expected `str` matching"),
        ("huawei_csms.ListSecrets", {"limit": "1001"}, "limit: Expected `str` matching"),
        ("huawei_csms.ListSecrets", {"marker": "\ud800"}, "marker: must be text that UTF-8 can encode"),
        *(
            ("huawei_csms.ListSecrets", {"project_id": value}, "project_id: ")
            for value in ("", ".", "..", "a/b", "a\\b", "a\nb", "\ud800", None, 7)
        ),
    ],
)
def test_a_value_that_the_page_forbids_is_refused_before_anything_is_sent(
    shell: Caller, name: str, arguments: dict[str, Any], message: str
) -> None:
    settings, requests = client_settings_for("{}")
    with pytest.raises(ParameterError) as caught:
        shell(TARGETS[name], settings=settings, **arguments)
    assert str(caught.value).startswith(f"{TARGETS[name].operation.name}: parameter {message}")
    assert requests == []


def test_clients_responses_and_errors_show_no_secret(shell: Caller) -> None:
    settings, requests = client_settings_for(ERROR_BODY, 401, {"X-Subject-Token": SECRET})
    settings |= {"auth": httpx.BasicAuth("user", SECRET), "headers": {"X-Auth-Token": SECRET}}
    client = huawei_csms.Client(base_url="http://127.0.0.1", project_id="p", **settings)
    with pytest.raises(StatusError) as caught:
        shell(LIST_SECRETS, settings=settings)
    assert requests[0].headers["X-Auth-Token"] == SECRET
    assert requests[0].headers["Authorization"].startswith("Basic ")
    response = call(shell, secrets_page(), 200, {"X-Subject-Token": SECRET})
    assert response.headers["X-Subject-Token"] == SECRET
    for shown in (repr(client), str(client), repr(caught.value), str(caught.value), repr(response)):
        assert SECRET not in shown


def test_a_header_of_the_callers_replaces_ours(shell: Caller) -> None:
    settings, requests = client_settings_for("{}", 404)
    with pytest.raises(StatusError):
        shell(LIST_SECRETS, settings=settings | {"headers": {"user-agent": "mine", "ACCEPT": "application/json"}})
    names = [name.lower() for name, _ in requests[0].headers.raw]
    assert len(names) == len(set(names))
    assert requests[0].headers["User-Agent"] == "mine"
    assert requests[0].headers["Accept"] == "application/json"


WRONG_URLS = ["", "kms", "/v1", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "http://127.0.0.1/?a=b", "http://h#f"]
WRONG_URLS += ["https://a..b", "https://" + "a" * 64, "https://h:0", "https://h:65536", "https://h:abc", "https://[::"]


def test_a_wrong_base_url_is_refused(shell: Caller) -> None:
    for base_url in WRONG_URLS:
        with pytest.raises(ValueError, match="base_url must"):
            shell(LIST_SECRETS, base_url)


def test_a_base_url_may_have_a_path(shell: Caller) -> None:
    settings, requests = client_settings_for("{}", 404)
    with pytest.raises(StatusError):
        shell(LIST_SECRETS, "http://127.0.0.1/proxy", settings=settings, event_name="a b")
    assert requests[0].url.raw_path == b"/proxy/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets?event_name=a%20b"
