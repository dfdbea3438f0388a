"""Masking: every value is replaced unless the spec shows that it is public; the rest stays unchanged."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording
from contract.arguments import least_arguments, target_of
from contract.cases import CONTRACTS
from contract.recordings import request_failures
from contract.responses import RESPONSE_SCHEMAS, ResponseSchema
from specs import SPEC_OPERATIONS, expanded, schema_errors
from toolchain.document import Document
from tools.recorder.masking import FORMS, MESSAGES, mask, response_schema
from tools.recorder.replacements import Replacements

LISTING = "huawei_csms.ListSecrets"
MARK = "plant3d"  # neither in a spec nor in a replacement
PUBLIC = {
    "Code": "NoPermission",
    "error_code": "APIGW.0301",
    "DealTime": "2020-12-03 21:23:38",
    "rotation_period": "30d",
}
"""A public text for each field that has some."""
SCHEMAS = {(each.package, each.reference): each for each in RESPONSE_SCHEMAS}.values()

PLANTED = st.builds("{}{}{}".format, st.text(max_size=5), st.just(MARK), st.text(max_size=5))
TEXTS = st.one_of(
    PLANTED,
    st.uuids().map(str),
    st.text("0123456789abcdefABCDEF", min_size=16, max_size=64),
    st.from_regex(r"[1-9][0-9]{11,18}", fullmatch=True),
    st.sampled_from([MARK, "6fe0b0c2d7f14d5aa3c1e9a7b5d84c21", "1276085894171234", "masked-0001", "1" * 16]),
    st.text(),
)
WORDS = st.sampled_from(["access", "denied", "for", "(the", "caller):", "doesn't", "exist."])
MESSAGE_TEXTS = st.lists(WORDS | st.builds("{}{}".format, st.just(MARK), st.integers(0))).map(" ".join)
JSON = st.recursive(
    st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2 * 10**12),
    "null": st.none(),
    "date-time": st.datetimes().map(lambda moment: moment.replace(fold=0).isoformat(timespec="microseconds") + "Z"),
}


def values(package: str, schema: Document, name: str = "") -> st.SearchStrategy[Any]:
    """Return the values that a schema allows; objects get unknown fields too."""
    schema = expanded(package, schema)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(values_of_type(package, schema, kind, name) for kind in kinds))


def values_of_type(package: str, schema: Document, kind: str, name: str) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "object":
        fields = {key: values(package, item, key) for key, item in schema["properties"].items()}
        required = {key: fields.pop(key) for key in schema.get("required", ())}
        # Hypothesis collects strings from our source, so a random text can be the name of a field.
        names = st.one_of(TEXTS, st.just("newField")).filter(lambda key: key not in schema["properties"])
        others = st.dictionaries(names, JSON, max_size=2)
        return st.builds(lambda known, new: new | known, st.fixed_dictionaries(required, optional=fields), others)
    if kind == "array":
        return st.lists(values(package, schema["items"]), max_size=3)
    kind = "date-time" if schema.get("format") == "date-time" else kind
    if kind in SIMPLE:
        return SIMPLE[kind]
    if name in PUBLIC:
        return st.just(PUBLIC[name]) | TEXTS.filter(lambda text: not re.fullmatch(FORMS[name], text))
    return MESSAGE_TEXTS if name in MESSAGES else TEXTS.filter(lambda text: len(text) >= schema.get("minLength", 0))


@functools.cache
def bodies(operation: str, status: int) -> st.SearchStrategy[Any]:
    package, place = SPEC_OPERATIONS[operation]
    return values(package, response_schema(place, status))


def masked(operation: str, status: int, body: Any, target: str | None = None, **headers: str) -> Recording:
    """Return a masked recording; the names of headers have underscores for hyphens."""
    _, place = SPEC_OPERATIONS[operation]
    path = re.sub(r"\{([^{}]+)\}", r"\1", place.path.partition("#")[0])
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    text = body if isinstance(body, str) else json.dumps(body)
    recording = Recording(
        operation=operation,
        source="recorded",
        request=RecordedRequest(method=place.method.upper(), target=target or path, headers={}),
        response=RecordedResponse(status=status, headers=sent, body=text),
    )
    return mask(recording, Replacements())


def masked_body(operation: str, status: int, body: Any, target: str | None = None) -> Any:
    return json.loads(masked(operation, status, body, target).response.body)


def leaves(before: Any, after: Any, name: str = "") -> Iterator[tuple[Any, Any]]:
    """Yield the values of two bodies in pairs: also the names of fields, and the words of messages."""
    assert type(before) is type(after)
    if isinstance(before, dict | list):
        assert len(before) == len(after)
    if isinstance(before, dict):
        for (key, value), (other, replacement) in zip(before.items(), after.items(), strict=True):
            yield key, other
            yield from leaves(value, replacement, key)
    elif isinstance(before, list):
        for value, replacement in zip(before, after, strict=True):
            yield from leaves(value, replacement)
    elif name in MESSAGES and isinstance(before, str) and before.count(" ") == after.count(" "):
        yield from zip(before.split(" "), after.split(" "), strict=True)
    else:
        yield before, after


@pytest.mark.parametrize("each", SCHEMAS, ids=str)
@settings(max_examples=settings().max_examples // 2)
@given(data=st.data())
def test_a_masked_body_keeps_its_structure_and_loses_its_texts(each: ResponseSchema, data: st.DataObject) -> None:
    package, place = SPEC_OPERATIONS[each.operation]
    schema = response_schema(place, each.codes[0])
    body = data.draw(bodies(each.operation, each.codes[0]))
    assert schema_errors(package, schema, body) == []
    after = masked_body(each.operation, each.codes[0], body)
    assert schema_errors(package, schema, after) == []
    assert MARK not in json.dumps(after)
    replacements: dict[str, str] = {}
    for value, replacement in leaves(body, after):
        if value != replacement:
            # A number and the same number as a string have the same replacement.
            assert replacements.setdefault(str(value), str(replacement)) == str(replacement)
    assert len(set(replacements.values())) == len(replacements)
    assert replacements.keys().isdisjoint(replacements.values())


@pytest.mark.parametrize("operation", SPEC_OPERATIONS)
def test_a_masked_request_still_satisfies_the_spec(operation: str) -> None:
    texts = {
        name: f"{MARK}{name}"
        for name, each in CONTRACTS[operation].parameters.items()
        if each.schema["type"] == "string" and not {"enum", "pattern"} & each.schema.keys() and each.required
    }
    target = target_of(operation, least_arguments(operation) | texts)
    after = masked(operation, 200, {}, target)
    assert request_failures(after) == set()
    assert MARK not in after.request.target
    assert target.count("=") == after.request.target.count("=")


KEPT = object()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("DealTime", "2020-12-03 21:23:38", KEPT),
        ("DealTime", "alice, 2020-12-03", "masked-0001"),
        ("Status", "pending", KEPT),
        ("Status", "alice", "masked-0001"),
        ("AliUserName", "pending", "masked-0001"),
        ("AliUserName", "", KEPT),
        ("AccesskeyId", "LTAI4Fytv7ALKzkNVBV6****", "masked-0001"),
        ("AliUserName", "B37C9052-A73E-4707-A024-9247702852BE", "00000000-0000-4000-8000-000000000001"),
        ("AliUserName", "1276085894171234", "10000000001"),
        ("AliUserName", "07609fb9358010e21f7bc003751c1234", f"{1:032}"),
        ("GmtModified", 1612357897000, KEPT),
        ("GmtModified", 1276085894171234, 10000000001),
        ("Id", 389357, KEPT),
        ("Id", 127608589417, 10000000001),
        ("newField", 13800138000, 10000000001),
        ("newField", 389357.5, KEPT),
        ("newField", {"Status": "pending"}, {"Status": "masked-0001"}),
        ("newField", ["2020-12-03 21:23:38"], ["masked-0001"]),
    ],
)
def test_the_spec_decides_what_is_public(field: str, value: Any, expected: Any) -> None:
    found = masked_body("alibaba_sas.DescribeAccesskeyLeakList", 200, {"AccessKeyLeakList": [{field: value}]})
    assert found == {"AccessKeyLeakList": [{field: value if expected is KEPT else expected}]}


def test_a_password_is_masked_even_if_it_looks_like_a_public_code() -> None:
    body = {"Code": PUBLIC["Code"]}
    assert masked_body("alibaba_sas.DescribeAccessKeyLeakDetail", 403, body) == body
    assert masked_body("alibaba_sas.DescribeAccessKeyLeakDetail", 200, body) == {"Code": "masked-0001"}


@pytest.mark.parametrize("name", ["user1", "alice@example.com", "\x1b]0;title\x07", "n" * 41, "QTWAOXKZ" * 2 + "QTWA"])
def test_the_name_of_an_unknown_field_is_masked_unless_it_consists_of_words(name: str) -> None:
    assert masked_body(LISTING, 200, {name: 1}) == {"masked-0002": 1}


def test_a_text_has_the_same_replacement_everywhere() -> None:
    account = "1276085894171234"
    query = "/?PageSize=20&CurrentPage=1&StartTs=1614155361489&Status=pending&ResourceDirectoryAccountId="
    body = {"RequestId": account, account: 1}
    found = masked("alibaba_sas.DescribeAccesskeyLeakList", 200, body, query + account, X_Request_Id=account)
    assert found.request.target == f"{query}10000000001"
    assert found.response.headers["X-Request-Id"] == "10000000001"
    assert json.loads(found.response.body) == {"RequestId": "10000000001", "10000000001": 1}
    names = {"alice": 1, "secrets": [{"name": "alice"}]}
    assert masked_body(LISTING, 200, names) == {"masked-0002": 1, "secrets": [{"name": "masked-0002"}]}


@pytest.mark.parametrize(
    ("status", "field", "public", "other"),
    [
        (200, "created_at", "2023-09-13T06:51:20Z", "2023-09-13T06:51:20Z alice"),
        (200, "created_at", "2023-09-13T06:51:20.550123+08:00", "alice"),
        (403, "error_code", "IAM.0003", "IAM.1276085894171234"),
        (403, "error_code", "InvalidAccessKeyId.NotFound", "alice.smith@example.com"),
        (429, "error_code", "APIGW.0308", "QTWAOXKZ" * 2 + "QTWA"),
    ],
)
def test_a_text_is_public_only_in_its_documented_form(status: int, field: str, public: str, other: str) -> None:
    for text, expected in ((public, public), (other, "masked-0002")):
        body = {"access_keys": [{field: text}]} if status == 200 else {field: text}
        after = json.loads(json.dumps(body).replace(text, expected))
        assert masked_body("huawei_iam_v5.ListAccessKeys", status, body) == after


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Denied (by policy):  can't read,\tor write!\n", "Denied (by policy):  can't read,\tor write!\n"),
        ("no key LTAI5tQabc of user@example.com", "no key masked-0002 of masked-0003"),
        ("user:alice of acs:ram::1:user/alice", "masked-0002 of masked-0003"),
        ("the user 'Alice Smith' and \"Bob Smith\"", "the user masked-0002 and masked-0003"),
        ("a_b a=b averyverylongwordwithoutspaces", "masked-0002 masked-0003 masked-0004"),
        ("the user \u5f20\u4e09 or Jos\u00e9", "the user masked-0002 or masked-0003"),
        ("the caller (alice), alice", "the caller masked-0002 masked-0001"),
        ("access denied: QTWAOXKZQTWAOXKZQTWA", "access denied: masked-0002"),
        ("password is: hunter, password: hunter", "masked-0002"),
    ],
)
def test_a_message_keeps_its_plain_words(message: str, expected: str) -> None:
    # The path has `alice`: a value that is masked there is masked in a message too.
    target = "/v5/users/alice/access-keys"
    found = masked_body("huawei_iam_v5.ListAccessKeys", 403, {"error_msg": message}, target)
    assert found == {"error_msg": expected}


@pytest.mark.parametrize(
    "body", ["", "<html>alice</html>", "alice", '{"user": NaN}', "[" * 100_000, '{"user": ', "\ufeff{}"]
)
def test_a_body_that_is_not_json_is_removed(body: str) -> None:
    expected = f"masked: {len(body)} characters that aren't JSON\n" if body else ""
    assert masked(LISTING, 502, body).response.body == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Content-Type", "application/json;charset=utf8", "application/json;charset=utf8"),
        ("Content-Type", "text/html; charset=UTF-8", "text/html; charset=UTF-8"),
        ("Content-Type", "application/json; user=alice", "masked-0002"),
        ("Retry-After", "30", "30"),
        ("Retry-After", "alice", "masked-0002"),
        ("X-IAM-Trace-Id", "token_cn-north-4_null_0123", "masked-0002"),
        ("X-Auth-Token", "MIIabc", None),
        ("Set-Cookie", "user=alice", None),
        ("Server", "alice", None),
    ],
)
def test_only_harmless_headers_are_kept(name: str, text: str, expected: str | None) -> None:
    assert masked(LISTING, 401, {}, **{name: text}).response.headers.get(name) == expected


@pytest.mark.parametrize("target", ["/v1/project", "/v1/project/secrets/more", "/v2/project/secrets", "/"])
def test_a_request_for_another_operation_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="the request is for another operation"):
        masked(LISTING, 200, {}, target)
