"""The tree of errors: which class a response becomes, what it has, and what it says."""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest

from cloudkeys import AccessKey, errors
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    StatusError,
    ThrottledError,
)
from cloudkeys.runtime.status import ADVICE, CLASSES_BY_CODE, CLASSES_BY_STATUS, REQUEST_ID_HEADERS
from cloudkeys.testing import FakeResponse
from cloudkeys_api.huawei_iam_v3.models import ErrorBody, ErrorDetail
from driver import Driver, over_mock
from runtime.failing import answering, assert_shows_no_secret, failure, failure_of, family
from runtime.scripted import Scripted, count_of, open_alibaba, open_huawei
from runtime.services import ONCE, OPERATION, SECRET, TOKEN


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r" {4}((?:[│ ] {3}|[├└]── )*)(\w+Error)\b", line):
            path[len(found[1]) // 4 :] = [found[2]]
            drawn[found[2]] = path[-2] if len(path) > 1 else None
    real = {
        kind.__name__: next((base.__name__ for base in kind.__bases__ if issubclass(base, CloudkeysError)), None)
        for kind in family()
    }
    assert drawn == real
    assert all(kind.__module__ == "cloudkeys.errors" for kind in family())


SHAPES: list[tuple[dict[str, Any], tuple[str | None, str | None, str | None]]] = [
    ({"error_code": "PAP5.0010", "error_msg": "wrong marker"}, ("PAP5.0010", "wrong marker", None)),
    ({"error_code": "PAP5.0010", "error_msg": "m", "request_id": "r"}, ("PAP5.0010", "m", "r")),
    ({"error_msg": "m", "error_code": "IAM.1", "encoded_authorization_message": "e"}, ("IAM.1", "m", None)),
    ({"error": {"code": 400, "message": "m", "title": "Bad Request"}}, ("400", "m", None)),
    ({"error": {"error_code": "KMS.0309", "error_msg": "m"}}, ("KMS.0309", "m", None)),
    ({"errorCode": "KMS.0309", "errorMsg": "m"}, ("KMS.0309", "m", None)),
    ({"code": "KMS.0309", "message": "m"}, ("KMS.0309", "m", None)),
    ({"Code": "No", "Message": "m", "RequestId": "r", "HostId": "h", "Recommend": "u"}, ("No", "m", "r")),
    ({"code": "No", "message": "m", "requestId": "r"}, ("No", "m", "r")),
    ({"error_code": "KMS.0309"}, ("KMS.0309", None, None)),
    ({"error_code": "KMS.0309", "error_msg": "名前"}, ("KMS.0309", "名前", None)),
    ({"request_id": "r"}, (None, None, "r")),
    ({"request_id": 7, "error_code": "KMS.0309"}, ("KMS.0309", None, None)),
]


@over_mock
@pytest.mark.parametrize(("body", "expected"), SHAPES)
def test_each_form_of_an_error_body_is_read(
    driver: Driver, body: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    error = failure(driver, answering(body))
    assert (error.code, error.vendor_message, error.request_id) == expected
    assert all(text in str(error) for text in expected if text)


TEXTS: dict[str, tuple[bytes, tuple[str | None, ...]]] = {
    "XML": (
        b"""<?xml version='1.0' encoding='utf-8'?>
        <Error><RequestId>r</RequestId><HostId>h</HostId><Code>No</Code><Message>a &lt; b</Message></Error>""",
        ("No", "a < b", "r"),
    ),
    "XML of a storage service": (
        b"<Error><Code>AccessDenied</Code><Message>m</Message><RequestId>r</RequestId></Error>",
        ("AccessDenied", "m", "r"),
    ),
    "XML in XML": (
        b"<ErrorResponse xmlns='urn:x'><Error><Code>No</Code><Message>m</Message></Error></ErrorResponse>",
        ("No", "m", None),
    ),
    "XML with prefixes": (b"<e:Error xmlns:e='urn:x'><e:Code>No</e:Code></e:Error>", ("No", None, None)),
    "XML of UTF-16": ("\ufeff<Error><Code>No</Code></Error>".encode("utf-16-le"), (None, None, None)),
    "XML with a mark of bytes": (b"\xef\xbb\xbf<Error><Code>No</Code></Error>", ("No", None, None)),
    "XML that goes on": (b"<Error><Code>No</Code>" + b" " * 100_000 + b"</Error>", ("No", None, None)),
    "JSON with a mark of bytes": (b'\xef\xbb\xbf{"Code": "No", "Message": "m"}', ("No", "m", None)),
    "JSON in another encoding": ('{"Code": "No", "Message": "名"}'.encode("gbk"), ("No", "\ufffd\ufffd", None)),
}


@over_mock
@pytest.mark.parametrize("name", TEXTS)
def test_each_encoding_of_an_error_body_is_read(driver: Driver, name: str) -> None:
    content, expected = TEXTS[name]
    error = failure(driver, answering(content))
    assert (error.code, error.vendor_message, error.request_id) == expected


@pytest.mark.parametrize("code", ["Throttling.User", "ServiceUnavailable"])
def test_throttling_is_known_in_xml_too(driver: Driver, code: str) -> None:
    service = Scripted(FakeResponse(400, f"<Error><Code>{code}</Code></Error>".encode(), {"Content-Type": "text/xml"}))
    assert count_of(driver, open_alibaba(driver, service)) == 1
    assert len(service.asked) == 2, "the call was made again"


FAILED_THOUGH_200: dict[str, tuple[dict[str, Any], type[StatusError], str | None]] = {
    "no success": ({"Code": "InternalError", "Message": "m", "Success": False}, ServerError, "InternalError"),
    "no success, and no code": ({"Success": False, "RequestId": "r"}, StatusError, None),
    "no success, as a text": ({"Success": "false", "Code": "Forbidden"}, StatusError, "Forbidden"),
    "a code": ({"Code": "NoPermission", "Message": "m"}, PermissionDeniedError, "NoPermission"),
    "the code of a gateway": ({"error_code": "APIGW.0301", "error_msg": "m"}, AuthenticationError, "APIGW.0301"),
    "an error": ({"error": {"code": 401, "message": "m"}}, StatusError, "401"),
    "throttling": ({"Code": "Throttling", "Message": "m"}, ThrottledError, "Throttling"),
    "items too": ({"AccessKeyLeakList": [], "TotalCount": 0, "Success": False}, StatusError, None),
}


@over_mock
@pytest.mark.parametrize("name", FAILED_THOUGH_200)
def test_a_body_that_says_that_the_call_failed_is_no_result_whatever_its_status(driver: Driver, name: str) -> None:
    body, kind, code = FAILED_THOUGH_200[name]
    alibaba = open_alibaba(driver, answering(body, 200), retry=ONCE)
    with pytest.raises(StatusError) as caught:
        count_of(driver, alibaba)
    error = caught.value
    assert (type(error), error.status_code, error.code) == (kind, 200, code)
    assert error.may_have_taken_effect == (kind is not ThrottledError)


@over_mock
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Success": True},
        {"Success": True, "Code": "Anything"},
        {"Code": "200", "Message": "OK"},
        {"Code": "OK"},
        {"code": 0, "message": ""},
        {"error": None},
        {"error_code": "", "error_msg": ""},
        {"Message": "a text alone"},
        {"Code": "a code alone"},
    ],
)
def test_a_body_that_says_that_the_call_went_well_is_a_result(driver: Driver, said: dict[str, Any]) -> None:
    body = {"AccessKeyLeakList": [{"Id": 1, "Code": "x", "error_code": "y"}], "TotalCount": 1} | said
    assert count_of(driver, open_alibaba(driver, answering(body, 200), retry=ONCE)) == 1


@over_mock
def test_a_field_of_a_result_may_have_the_name_of_an_error(driver: Driver) -> None:
    alibaba = open_alibaba(driver, answering({"AccesskeyId": "LTAI", "Code": "AK = ..."}, 200))
    assert driver.do(lambda: alibaba.sas.describe_access_key_leak_detail(1)).accesskey_id == "LTAI"


@over_mock
def test_the_error_of_a_call_with_secrets_has_its_code_and_no_secret(driver: Driver) -> None:
    body = {"error_code": "IAM.0002", "error_msg": f"no {SECRET}", "request_id": "r"}
    huawei = open_huawei(driver, answering(body, 201), token=SECRET, credentials=None, retry=ONCE)
    with pytest.raises(PermissionDeniedError) as caught:
        driver.do(lambda: huawei.iam_v5.create_access_key("u"))
    assert (caught.value.code, caught.value.request_id, caught.value.content) == ("IAM.0002", "r", b"")
    assert_shows_no_secret(caught.value, SECRET)
    assert caught.value.vendor_message == "no ***"


UNREADABLE = {
    "HTML": b"<html><title>502 Bad Gateway</title></html>",
    "nothing": b"",
    "truncated": b'{"error_code": "KMS.0309", "error_',
    "an array": b'[{"error_code": "KMS.0309"}]',
    "a number": b"7",
    "a text": b'"error_code"',
    "null": b"null",
    "a number without end": b'{"error_code": ' + b"9" * 10_000 + b"}",
    "an infinite number": b'{"error": {"code": 1e999}}',
    "deep nesting": b'{"error": ' + b"[" * 100_000,
    "deep nesting, closed": b'{"error_code": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a lone surrogate": rb'{"error_code": "\ud800", "error_msg": "m"}',
    "a huge page": b"<html>" + b"x" * 5_000_000,
    "an object for a code": b'{"error_code": {"a": 1}, "error_msg": ["m"]}',
    "an error that is no object": b'{"error": "KMS.0309"}',
    "XML of entities": b"<!DOCTYPE Error [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><Error><Code>&c;</Code></Error>",
    "XML of a file": b"<!DOCTYPE Error [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Error><Code>&a;</Code></Error>",
    "XML that breaks": b"<Error><Code>Throttling</Error>",
    "XML in an encoding that nobody knows": b"<?xml version='1.0' encoding='x-1'?><Error><Code>No</Code></Error>",
    "XML that begins late": b"<Error>" + b" " * 100_000 + b"<Code>No</Code></Error>",
    "XHTML": b"<html><body><Code>x</Code></body></html>",
    "deep XML": b"<a>" * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_cannot_be_read_is_kept_and_gives_no_code(driver: Driver, name: str) -> None:
    error = failure(driver, answering(UNREADABLE[name], 502, {"X-Request-Id": "r-1"}))
    assert type(error) is ServerError
    assert (error.code, error.vendor_message, error.body) == (None, None, None)
    assert error.content == UNREADABLE[name]
    assert str(error) == f"{OPERATION}: status 502 (request id r-1)"


@over_mock
def test_a_body_that_is_nested_just_as_deep_as_can_be_read_is_no_other_error(driver: Driver) -> None:
    limit = sys.getrecursionlimit()
    bodies = iter(b'{"code": %b}' % (b"[" * depth + b"1" + b"]" * depth) for depth in range(limit - 200, limit + 1))
    huawei = driver.huawei(lambda _: FakeResponse(400, next(bodies)), token=TOKEN, retry=ONCE)
    for _ in range(200):
        assert type(failure_of(driver, huawei)) is StatusError


def test_an_error_has_all_that_is_known_of_it(driver: Driver) -> None:
    body = {"error": {"code": 403, "message": "not allowed", "title": "Forbidden"}, "request_id": "r-1"}
    error = failure(driver, answering(body, 403, {"X-Extra": "e"}))
    assert type(error) is PermissionDeniedError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, 403, "r-1")
    assert (error.code, error.vendor_message) == ("403", "not allowed")
    assert error.headers["x-extra"] == error.headers["X-EXTRA"] == "e"
    assert json.loads(error.content) == body
    assert error.body == ErrorBody(
        error=ErrorDetail(code=403, message="not allowed", title="Forbidden"), request_id="r-1"
    )
    assert str(error) == f"{OPERATION}: status 403: 403: not allowed (request id r-1)"


@pytest.mark.parametrize("header", REQUEST_ID_HEADERS)
def test_the_request_id_is_in_the_body_or_in_a_header(driver: Driver, header: str) -> None:
    headers = {header.title(): "from-header"}
    assert failure(driver, answering({}, headers=headers)).request_id == "from-header"
    assert failure(driver, answering(b"<html>", headers=headers)).request_id == "from-header"
    assert failure(driver, answering({"request_id": "from-body"}, headers=headers)).request_id == "from-body"
    assert failure(driver, answering([], 200, headers)).request_id == "from-header"
    assert failure(driver, answering({})).request_id is None


def test_the_request_id_headers_are_those_of_the_vendors() -> None:
    assert set(REQUEST_ID_HEADERS) == {"x-request-id", "x-iam-trace-id", "x-acs-request-id"}


def spelt(pattern: str) -> Iterator[str]:
    """Give codes that a pattern matches: each character of a class, and something and nothing for a star."""
    parts = re.findall(r"\[([^]]+)\]|(\*)|(\?)|([^*?\[]+)", pattern)
    choices = [
        list(cls) if cls else ["", ".X"] if star else ["7"] if mark else [text] for cls, star, mark, text in parts
    ]
    return map("".join, itertools.product(*choices))


ROWS = [(code, kind) for pattern, kind in CLASSES_BY_CODE for code in spelt(pattern)]


@over_mock
@pytest.mark.parametrize(("code", "kind"), ROWS)
def test_the_code_decides_before_the_status(driver: Driver, code: str, kind: type[StatusError]) -> None:
    for status in (400, 404 if kind is not NotFoundError else 403):
        error = failure(driver, answering({"error_code": code}, status))
        assert (type(error), error.status_code, error.code) == (kind, status, code)


@over_mock
@pytest.mark.parametrize(("status", "kind"), CLASSES_BY_STATUS.items())
def test_the_status_decides_where_no_code_does(driver: Driver, status: int, kind: type[StatusError]) -> None:
    for body in ({"error_code": "X.1"}, {}, b"<html>"):
        assert type(failure(driver, answering(body, status))) is kind


@over_mock
@pytest.mark.parametrize("status", [400, 418, 499, 302, 201])
def test_another_status_below_500_is_an_error_of_no_special_kind(driver: Driver, status: int) -> None:
    assert type(failure(driver, answering({}, status))) is StatusError


@over_mock
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
def test_every_status_from_500_on_is_an_error_of_the_service(driver: Driver, status: int) -> None:
    error = failure(driver, answering({}, status))
    assert (type(error), error.status_code) == (ServerError, status)


@over_mock
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "Throttling", ThrottledError),
        (400, "Throttling.User", ThrottledError),
        (400, "Throttling.Api", ThrottledError),
        (400, "Rejected.Throttling", ThrottledError),
        (429, "IAM.0012", ThrottledError),
        (429, "X.1", ThrottledError),
        (400, "ServiceUnavailable", ServerError),
        (500, "RdCheckInnerError", ServerError),
        (404, "InvalidAccessKeyId.NotFound", AuthenticationError),
        (400, "InvalidAccessKeyId.Inactive", AuthenticationError),
        (400, "SignatureDoesNotMatch", AuthenticationError),
        (400, "InvalidTimeStamp.Expired", AuthenticationError),
        (400, "SignatureNonceUsed", AuthenticationError),
        (400, "NoPermission", PermissionDeniedError),
        (403, "NoPermission", PermissionDeniedError),
        (400, "RdCheckNoPermission", PermissionDeniedError),
        (401, "APIGW.0301", AuthenticationError),
        (401, "APIGW.0303", AuthenticationError),
        *((401, f"IAM.{number}", AuthenticationError) for number in ("0001", "0061", "0062", "0063", "0066", "0067")),
        (403, "IAM.0002", PermissionDeniedError),
        (403, "IAM.0080", PermissionDeniedError),
        (404, "IAM.0004", NotFoundError),
        (400, "CSMS.0005", NotFoundError),
        *((403, f"KMS.{number}", AuthenticationError) for number in ("0301", "0302", "0303", "0305", "0321")),
        (403, "KMS.0309", PermissionDeniedError),
    ],
)
def test_the_vendors_codes_mean_what_their_pages_say(
    driver: Driver, status: int, code: str, kind: type[StatusError]
) -> None:
    assert type(failure(driver, answering({"error_code": code}, status))) is kind


@over_mock
@pytest.mark.parametrize(("code", "advice"), [(code, advice) for pattern, advice in ADVICE for code in spelt(pattern)])
def test_the_message_says_what_to_do(driver: Driver, code: str, advice: str) -> None:
    error = failure(driver, answering({"error_code": code, "error_msg": "m"}, headers={"X-Request-Id": "r"}))
    assert str(error) == f"{OPERATION}: status 400: {code}: m: {advice} (request id r)"


@over_mock
@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("InvalidTimeStamp.Expired", "clock"),
        ("APIGW.0303", "clock"),
        ("APIGW.0301", "project_id"),
        ("KMS.0303", "expired"),
        ("IAM.0066", "expired"),
        ("KMS.0321", "project"),
    ],
)
def test_what_to_do_is_said_of_a_clock_a_token_and_a_project(driver: Driver, code: str, word: str) -> None:
    assert word in str(failure(driver, answering({"error_code": code})))
    assert word not in str(failure(driver, answering({"error_code": "X.1"})))


@over_mock
@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(days=1), "1 day, 0:00:0[0-9] ahead"),
        (timedelta(hours=-3), "(3:00:00|2:59:5[0-9]) behind"),
        (None, "$"),
    ],
)
def test_a_clock_that_is_off_is_named_with_its_difference(driver: Driver, ahead: timedelta | None, said: str) -> None:
    date = "" if ahead is None else format_datetime(datetime.now(UTC) - ahead, usegmt=True)
    error = failure(driver, answering({"error_code": "APIGW.0303"}, 401, headers={"Date": date}))
    said = said if ahead is None else f"; by the response's Date it is {said}$"
    assert re.search(f"the clock of this machine is off by more than 15 minutes{said}", str(error)), error


@over_mock
def test_a_clock_that_agrees_is_not_named(driver: Driver) -> None:
    date = format_datetime(datetime.now(UTC), usegmt=True)
    assert str(failure(driver, answering({"error_code": "APIGW.0303"}, headers={"Date": date}))).endswith("15 minutes")


def test_alibaba_has_the_same_errors(driver: Driver) -> None:
    body = {"RequestId": "r-1", "HostId": "h", "Code": "Throttling.User", "Message": "too fast"}
    alibaba = driver.alibaba(answering(body), credentials=AccessKey("AK", SECRET), retry=ONCE)
    with pytest.raises(ThrottledError) as caught:
        driver.items(alibaba.sas.describe_accesskey_leak_list())
    error = caught.value
    assert (error.code, error.vendor_message, error.request_id) == ("Throttling.User", "too fast", "r-1")
    assert msgspec.to_builtins(error.body) == body
