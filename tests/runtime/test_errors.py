"""Errors: the class that each response raises, what the errors contain, and how they read."""

from __future__ import annotations

import copy
import json
import pickle
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from cloudkeys.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    StatusError,
    ThrottledError,
)
from cloudkeys.runtime.status import ADVICE
from cloudkeys_api.huawei_iam_v3.models import ErrorBody, ErrorDetail
from driver import Driver, over_mock
from runtime.calls import assert_shows_no_secret, error_classes, failure, failure_of, open_huawei
from runtime.services import KEY, OPERATION, TOKEN, Service, credential, response, show

pytestmark = over_mock


BODIES: list[tuple[Any, tuple[str | None, str | None, str | None]]] = [
    ({"error_code": "PAP5.0010", "error_msg": "m", "request_id": "r"}, ("PAP5.0010", "m", "r")),
    ({"error": {"code": 400, "message": "m", "title": "Bad Request"}}, ("400", "m", None)),
    ({"error": {"error_code": "KMS.0309", "error_msg": "m"}}, ("KMS.0309", "m", None)),
    ({"errorCode": "KMS.0309", "errorMsg": "m"}, ("KMS.0309", "m", None)),
    ({"Code": "No", "Message": "m", "RequestId": "r", "HostId": "h", "Recommend": "u"}, ("No", "m", "r")),
    ({"code": "No", "message": "m", "requestId": "r"}, ("No", "m", "r")),
    ({"error_code": "KMS.0309", "error_msg": "名前"}, ("KMS.0309", "名前", None)),
    ({"request_id": "r"}, (None, None, "r")),
    ({"request_id": 7, "error_code": "KMS.0309"}, ("KMS.0309", None, None)),
    (
        b"<?xml version='1.0'?> <Error><RequestId>r</RequestId><Code>No</Code><Message>a &lt; b</Message></Error>",
        ("No", "a < b", "r"),
    ),
    (b"<Response xmlns='urn:x'><Error><Code>No</Code><Message>m</Message></Error></Response>", ("No", "m", None)),
    (b"<e:Error xmlns:e='urn:x'><e:Code>No</e:Code></e:Error>", ("No", None, None)),
    ("\ufeff<Error><Code>No</Code></Error>".encode("utf-16-le"), (None, None, None)),
    (b"\xef\xbb\xbf<Error><Code>No</Code></Error>", ("No", None, None)),
    (b"<Error><Code>No</Code>" + b" " * 100_000 + b"</Error>", ("No", None, None)),
    (b'\xef\xbb\xbf{"Code": "No", "Message": "m"}', ("No", "m", None)),
    ('{"Code": "No", "Message": "名"}'.encode("gbk"), ("No", "\ufffd\ufffd", None)),
]


@pytest.mark.parametrize(("body", "expected"), BODIES, ids=range(len(BODIES)))
def test_code_message_and_request_id_are_read_from_json_and_xml(
    driver: Driver, body: Any, expected: tuple[str | None, ...]
) -> None:
    error = failure(driver, response(body))
    assert (error.code, error.vendor_message, error.request_id) == expected
    assert all(text in str(error) for text in expected if text)


UNREADABLE = {
    "HTML": b"<html><title>502 Bad Gateway</title></html>",
    "empty": b"",
    "truncated": b'{"error_code": "KMS.0309", "error_',
    "an array": b'[{"error_code": "KMS.0309"}]',
    "a string": b'"error_code"',
    "null": b"null",
    "an endless number": b'{"error_code": ' + b"9" * 10_000 + b"}",
    "an infinite number": b'{"error": {"code": 1e999}}',
    "deep nesting": b'{"error": ' + b"[" * 100_000,
    "deep nesting, closed": b'{"error_code": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a lone surrogate": rb'{"error_code": "\ud800", "error_msg": "m"}',
    "a huge page": b"<html>" + b"x" * 5_000_000,
    "a code that is an object": b'{"error_code": {"a": 1}, "error_msg": ["m"]}',
    "an error that is a string": b'{"error": "KMS.0309"}',
    "XML entities": b"<!DOCTYPE Error [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><Error><Code>&c;</Code></Error>",
    "an XML entity of a file": b"<!DOCTYPE E [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><E><Code>&a;</Code></E>",
    "broken XML": b"<Error><Code>Throttling</Error>",
    "XML in an unknown encoding": b"<?xml version='1.0' encoding='x-1'?><Error><Code>No</Code></Error>",
    "XML with a late code": b"<Error>" + b" " * 100_000 + b"<Code>No</Code></Error>",
    "XHTML": b"<html><body><Code>x</Code></body></html>",
    "deep XML": b"<a>" * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_error_body_is_kept_and_has_no_code(driver: Driver, name: str) -> None:
    error = failure(driver, response(UNREADABLE[name], 502, {"X-Request-Id": "r-1"}))
    assert type(error) is ServerError
    assert (error.code, error.vendor_message, error.body, error.content) == (None, None, None, UNREADABLE[name])
    assert str(error) == f"{OPERATION}: status 502 (request id r-1)"


def test_a_body_nested_up_to_the_recursion_limit_raises_no_other_error(driver: Driver) -> None:
    limit = sys.getrecursionlimit()
    depths = range(limit - 200, limit + 1)
    bodies = [response(b'{"code": %b}' % (b"[" * depth + b"1" + b"]" * depth)) for depth in depths]
    huawei = open_huawei(driver, Service(*bodies))
    assert {type(failure_of(driver, huawei)) for _ in bodies} == {StatusError}


FAILED_WITH_200: list[tuple[dict[str, Any], type[StatusError], str | None]] = [
    ({"Code": "InternalError", "Message": "m", "Success": False}, ServerError, "InternalError"),
    ({"Success": False, "RequestId": "r"}, StatusError, None),
    ({"Success": "false", "Code": "Forbidden"}, StatusError, "Forbidden"),
    ({"Code": "NoPermission", "Message": "m"}, PermissionDeniedError, "NoPermission"),
    ({"error_code": "APIGW.0301", "error_msg": "m"}, AuthenticationError, "APIGW.0301"),
    ({"error": {"code": 401, "message": "m"}}, StatusError, "401"),
    ({"Code": "Throttling", "Message": "m"}, ThrottledError, "Throttling"),
]
SUCCEEDED: list[dict[str, Any]] = [
    *({}, {"Success": True, "Code": "Anything"}, {"Code": "200", "Message": "OK"}, {"Code": "OK"}, {"error": None}),
    *({"code": 0, "message": ""}, {"error_code": "", "error_msg": ""}, {"Message": "alone"}, {"Code": "alone"}),
]
RESULT = json.loads(credential("AK").body)


@pytest.mark.parametrize(("body", "kind", "code"), FAILED_WITH_200, ids=str)
def test_a_body_that_reports_a_failure_is_an_error_in_spite_of_status_200(
    driver: Driver, body: dict[str, Any], kind: type[StatusError], code: str | None
) -> None:
    for fields in (body, RESULT | body):
        error = failure(driver, response(fields, 200))
        assert (type(error), error.status_code, error.code) == (kind, 200, code)
        assert error.may_have_taken_effect == (kind is not ThrottledError)


@pytest.mark.parametrize("fields", SUCCEEDED, ids=str)
def test_a_body_that_reports_success_is_a_result(driver: Driver, fields: dict[str, Any]) -> None:
    assert show(driver, open_huawei(driver, response(RESULT | fields, 200))).access == "AK"


def test_a_field_of_a_result_may_be_named_like_one_of_an_error(driver: Driver) -> None:
    alibaba = driver.alibaba(lambda _: response({"AccesskeyId": "LTAI", "Code": "AK = ..."}, 200), credentials=KEY)
    assert driver.run(lambda: alibaba.sas.describe_access_key_leak_detail(1)).accesskey_id == "LTAI"


def test_the_error_of_a_call_with_secrets_has_a_code_but_no_secret(driver: Driver) -> None:
    body = {"error_code": "IAM.0002", "error_msg": f"no {TOKEN}", "request_id": "r"}
    huawei = open_huawei(driver, response(body, 201))
    with pytest.raises(PermissionDeniedError) as caught:
        driver.run(lambda: huawei.iam_v5.create_access_key("u"))
    assert (caught.value.code, caught.value.request_id, caught.value.content) == ("IAM.0002", "r", b"")
    assert_shows_no_secret(caught.value)
    assert caught.value.vendor_message == "no ***"


def test_an_error_has_status_headers_content_and_decoded_body(driver: Driver) -> None:
    body = {"error": {"code": 403, "message": "not allowed", "title": "Forbidden"}, "request_id": "r-1"}
    error = failure(driver, response(body, 403, {"X-Extra": "e"}))
    assert type(error) is PermissionDeniedError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, 403, "r-1")
    assert (error.code, error.vendor_message, error.headers["X-EXTRA"]) == ("403", "not allowed", "e")
    assert json.loads(error.content) == body
    detail = ErrorDetail(code=403, message="not allowed", title="Forbidden")
    assert error.body == ErrorBody(error=detail, request_id="r-1")
    assert str(error) == f"{OPERATION}: status 403: 403: not allowed (request id r-1)"


@pytest.mark.parametrize("header", ["X-Request-Id", "X-Iam-Trace-Id", "X-Acs-Request-Id"])
def test_the_request_id_is_in_the_body_or_in_a_header(driver: Driver, header: str) -> None:
    headers = {header: "from-header"}
    for body, status in (({}, 400), (b"<html>", 400), ([], 200)):
        assert failure(driver, response(body, status, headers)).request_id == "from-header"
    assert failure(driver, response({"request_id": "from-body"}, 400, headers)).request_id == "from-body"
    assert failure(driver, response({})).request_id is None


STATUSES: dict[int, type[StatusError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: ThrottledError,
    **dict.fromkeys((500, 502, 503, 504, 520, 599), ServerError),
    **dict.fromkeys((201, 302, 400, 418, 499), StatusError),
}


@pytest.mark.parametrize("status", STATUSES)
def test_without_a_known_code_the_status_decides(driver: Driver, status: int) -> None:
    for body in ({"error_code": "X.1"}, {}, b"<html>"):
        assert type(failure(driver, response(body, status))) is STATUSES[status]


CODES: dict[type[StatusError], str] = {
    ThrottledError: "Throttling Throttling.User Throttling.Api Rejected.Throttling IAM.0012",
    ServerError: "ServiceUnavailable InternalError InternalError.X ServerError",
    AuthenticationError: "InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive SignatureDoesNotMatch "
    "InvalidTimeStamp.Expired InvalidSecurityToken.Expired SignatureNonceUsed IncompleteSignature APIGW.0301 "
    "APIGW.0303 IAM.0001 IAM.0061 IAM.0062 IAM.0063 IAM.0066 IAM.0067 KMS.0301 KMS.0302 KMS.0303 KMS.0305 KMS.0321",
    PermissionDeniedError: "NoPermission RdCheckNoPermission IAM.0002 IAM.0003",
    NotFoundError: "IAM.0004 CSMS.0005",
}


@pytest.mark.parametrize("kind", CODES)
def test_a_known_code_decides_before_the_status(driver: Driver, kind: type[StatusError]) -> None:
    for code in CODES[kind].split():
        for status in (400, 404 if kind is not NotFoundError else 403):
            error = failure(driver, response({"error_code": code}, status))
            assert (type(error), error.status_code, error.code) == (kind, status, code)


@pytest.mark.parametrize(("pattern", "advice"), ADVICE, ids=str)
def test_the_message_ends_with_advice_for_a_known_code(driver: Driver, pattern: str, advice: str) -> None:
    code = pattern.replace("*", ".Expired")
    error = failure(driver, response({"error_code": code, "error_msg": "m"}, 400, {"X-Request-Id": "r"}))
    assert str(error) == f"{OPERATION}: status 400: {code}: m: {advice} (request id r)"


CLOCKS = [
    (timedelta(days=1), "; by the response's Date it is 1 day, 0:00:0[0-9] ahead"),
    (timedelta(hours=-3), "; by the response's Date it is (3:00:00|2:59:5[0-9]) behind"),
    (timedelta(), ""),
    (None, ""),
]


@pytest.mark.parametrize(("ahead", "words"), CLOCKS)
def test_the_advice_about_a_wrong_clock_names_the_difference(
    driver: Driver, ahead: timedelta | None, words: str
) -> None:
    headers = {} if ahead is None else {"Date": format_datetime(datetime.now(UTC) - ahead, usegmt=True)}
    error = failure(driver, response({"error_code": "APIGW.0303"}, 401, headers))
    assert re.search(f"the clock of this machine is off by more than 15 minutes{words}$", str(error)), error


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301 - pickled in this line
def test_errors_can_be_copied_and_pickled(driver: Driver, way: Callable[[Any], Any]) -> None:
    errors = [failure(driver, response({"error_msg": TOKEN, "request_id": TOKEN}))]
    for kind in error_classes():
        names = getattr(kind.__init__, "__annotations__", {}).keys() - {"return"}
        errors.append(kind(*names))
        vars(errors[-1]).update(code="c", path="$.a")
    for error in errors:
        again = way(error)
        assert (type(again), str(again), repr(again)) == (type(error), str(error), repr(error))
        assert vars(again) == vars(error)
        assert_shows_no_secret(again)
