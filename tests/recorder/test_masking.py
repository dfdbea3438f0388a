"""Masking: every value is replaced unless the spec shows that it is public; the rest stays unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.testing.recording import Recording
from contract.arguments import least_arguments, target_of
from contract.cases import CONTRACTS
from contract.recordings import request_failures
from recorder.unmasked import MARK, PUBLIC, RESPONSES, bodies, recorded
from specs import SPEC_OPERATIONS, expanded, schema_errors
from toolchain.document import Document
from tools.recorder.masking import MESSAGES, mask, response_schema
from tools.recorder.replacements import Replacements


class Leaf(NamedTuple):
    """A value before and after the masking, with its schema."""

    before: Any
    after: Any
    schema: Document
    name: str

    @property
    def is_public(self) -> bool:
        if self.schema.get("format") == "password":
            return not self.before
        if isinstance(self.before, str):
            matches_form = self.schema and self.before == PUBLIC.get(self.name)
            return bool(
                matches_form or not self.before or "enum" in self.schema or self.schema.get("format") == "date-time"
            )
        if isinstance(self.before, bool) or self.before is None:
            return True
        if "x-unit" in self.schema:
            return bool(abs(self.before) < 10**13)
        return bool(abs(self.before) < (10**11 if self.schema else 10**6))


def leaves(package: str, before: Any, after: Any, schema: Document, name: str = "") -> Iterator[Leaf]:
    """Yield the values of two bodies, and check that both have the same structure."""
    schema = expanded(package, schema)
    assert type(before) is type(after)
    if isinstance(before, dict):
        assert len(before) == len(after)
        known: Document = schema.get("properties", {})
        for key, other in zip(before, after, strict=True):
            if key in known:
                assert key == other
            elif key != "newField":
                yield Leaf(key, other, {}, "(field name)")
            yield from leaves(package, before[key], after[other], known.get(key, {}), key)
    elif isinstance(before, list):
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            yield from leaves(package, one, other, schema.get("items", {}))
    else:
        yield Leaf(before, after, schema, name)


def masked(operation: str, status: int, body: Any, target: str | None = None, **headers: str) -> Recording:
    text = body if isinstance(body, str) else json.dumps(body)
    return mask(recorded(operation, status, text, target, **headers), Replacements())


def masked_body(operation: str, status: int, body: Any, target: str | None = None) -> Any:
    return json.loads(masked(operation, status, body, target).response.body)


@pytest.mark.parametrize(("operation", "status"), [(name, status) for (name, _), status in RESPONSES.items()])
@given(data=st.data())
def test_a_masked_body_keeps_its_structure_and_loses_its_texts(
    operation: str, status: int, data: st.DataObject
) -> None:
    package, place = SPEC_OPERATIONS[operation]
    schema = response_schema(place, status)
    body = data.draw(bodies(operation, status))
    assert schema_errors(package, schema, body) == []
    after = masked_body(operation, status, body)
    assert schema_errors(package, schema, after) == []
    assert MARK not in json.dumps(after)
    found = list(leaves(package, body, after, schema))
    check_values([leaf for leaf in found if not (leaf.schema and leaf.name in MESSAGES)])
    for leaf in found:
        if leaf.schema and leaf.name in MESSAGES:
            check_message(leaf.before, leaf.after)


def check_values(found: list[Leaf]) -> None:
    """Check that equal values have equal replacements, different values different ones, and that all are new."""
    replaced: dict[Any, Any] = {}
    for leaf in found:
        if leaf.is_public:
            assert leaf.before == leaf.after
        elif leaf.name != "(field name)" or leaf.before != leaf.after:
            assert leaf.before != leaf.after
            # A number and the same number as a string have the same replacement.
            assert replaced.setdefault(str(leaf.before), str(leaf.after)) == str(leaf.after)
    assert len(set(replaced.values())) == len(replaced)
    assert replaced.keys().isdisjoint(replaced.values())


def check_message(before: str, after: str) -> None:
    for word, other in zip(before.split(" "), after.split(" "), strict=True):
        assert (word == other) == (MARK not in word)


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


def test_equal_values_of_a_recording_have_equal_replacements() -> None:
    user, request_id = "07609fb9358010e21f7bc003751c1234", "7f1c9a52d0b34f5e8a6b1c2d3e4f5061"
    key = {"user_id": user, "created_at": "2023-09-13T06:51:20.550Z", "status": "active"}
    body = {
        "access_keys": [key | {"access_key_id": "AK1"}, key | {"access_key_id": "AK2", "note": {"of": "AK1"}}],
        "page_info": {"next_marker": "AK2", "current_count": 2},
        "request_id": request_id,
    }
    target = f"/v5/users/{user}/access-keys?limit=2&marker=AK1"
    found = masked("huawei_iam_v5.ListAccessKeys", 200, body, target, X_Request_Id=request_id)
    zeros = "0" * 31
    same = key | {"user_id": f"{zeros}1"}
    assert json.loads(found.response.body) == {
        "access_keys": [
            same | {"access_key_id": "masked-0002"},
            same | {"access_key_id": "masked-0004", "note": {"of": "masked-0002"}},
        ],
        "page_info": {"next_marker": "masked-0004", "current_count": 2},
        "request_id": f"{zeros}3",
    }
    assert found.request.target == f"/v5/users/{zeros}1/access-keys?limit=2&marker=masked-0002"
    assert found.response.headers == {"Content-Type": "application/json", "X-Request-Id": f"{zeros}3"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("DealTime", "2020-12-03 21:23:38", "2020-12-03 21:23:38"),
        ("DealTime", "alice, 2020-12-03", "masked-0001"),
        ("Status", "pending", "pending"),
        ("Status", "alice", "masked-0001"),
        ("AliUserName", "pending", "masked-0001"),
        ("AliUserName", "", ""),
        ("AliUserName", None, None),
        ("AccesskeyId", "LTAI4Fytv7ALKzkNVBV6****", "masked-0001"),
        ("AliUserName", "B37C9052-A73E-4707-A024-9247702852BE", "00000000-0000-4000-8000-000000000001"),
        ("AliUserName", "1276085894171234", "10000000001"),
        ("GmtModified", 1612357897000, 1612357897000),
        ("GmtModified", 1276085894171234, 10000000001),
        ("Id", 389357, 389357),
        ("Id", 127608589417, 10000000001),
        ("newField", 13800138000, 10000000001),
        ("newField", 389357.5, 389357.5),
        ("newField", 127608589417.5, 10000000001.0),
        ("newField", True, True),
        ("newField", "pending", "masked-0001"),
        ("newField", {"Status": "pending"}, {"Status": "masked-0001"}),
        ("newField", ["2020-12-03 21:23:38"], ["masked-0001"]),
        ("new_field-name", 1, 1),
    ],
)
def test_the_spec_decides_what_is_public(field: str, value: Any, expected: Any) -> None:
    found = masked_body("alibaba_sas.DescribeAccesskeyLeakList", 200, {"AccessKeyLeakList": [{field: value}]})
    assert found == {"AccessKeyLeakList": [{field: expected}]}
    assert type(found["AccessKeyLeakList"][0][field]) is type(expected)


@pytest.mark.parametrize("name", ["user1", "alice@example.com", "\x1b]0;title\x07", "n" * 41, "QTWAOXKZ" * 2 + "QTWA"])
def test_the_name_of_an_unknown_field_is_masked_unless_it_consists_of_words(name: str) -> None:
    assert masked_body("huawei_csms.ListSecrets", 200, {name: 1}) == {"masked-0002": 1}


def test_a_masked_text_is_masked_as_the_name_of_a_field_too() -> None:
    body = {"alice": 1, "secrets": [{"name": "alice"}]}
    expected = {"masked-0002": 1, "secrets": [{"name": "masked-0002"}]}
    assert masked_body("huawei_csms.ListSecrets", 200, body) == expected


def test_an_account_in_the_query_is_masked_and_a_time_is_not() -> None:
    account = "1276085894171234"
    query = "PageSize=20&CurrentPage=1&StartTs=1614155361489&Status=pending&ResourceDirectoryAccountId="
    found = masked("alibaba_sas.DescribeAccesskeyLeakList", 200, {"RequestId": account}, f"/?{query}{account}")
    assert found.request.target == f"/?{query}10000000001"
    assert json.loads(found.response.body) == {"RequestId": "10000000001"}


@pytest.mark.parametrize(
    ("status", "field", "value", "is_public"),
    [
        (200, "created_at", "2023-09-13T06:51:20Z", True),
        (200, "created_at", "2023-09-13T06:51:20.550123+08:00", True),
        (200, "created_at", "2023-09-13T06:51:20Z alice", False),
        (200, "created_at", "alice", False),
        (403, "error_code", "IAM.0003", True),
        (403, "error_code", "InvalidAccessKeyId.NotFound", True),
        (403, "error_code", "alice.smith@example.com", False),
        (403, "error_code", "IAM.1276085894171234", False),
        (403, "error_code", "QTWAOXKZ" * 2 + "QTWA", False),
        (429, "error_code", "APIGW.0308", True),  # an error that the page doesn't document
        (302, "error_code", "APIGW.0308", False),
    ],
)
def test_a_text_is_public_only_in_its_documented_form(status: int, field: str, value: str, *, is_public: bool) -> None:
    body = {"access_keys": [{field: value}]} if status == 200 else {field: value}
    expected = json.dumps(body).replace(value, value if is_public else "masked-0002")
    assert masked_body("huawei_iam_v5.ListAccessKeys", status, body) == json.loads(expected)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("The resource does not exist.", "The resource does not exist."),
        ("Denied (by policy): can't read, or write!", "Denied (by policy): can't read, or write!"),
        ("no key LTAI5tQabc of user@example.com", "no key masked-0002 of masked-0003"),
        ("user:alice of acs:ram::1:user/alice", "masked-0002 of masked-0003"),
        ("the user 'Alice Smith' and \"Bob Smith\"", "the user masked-0002 and masked-0003"),
        ("a_b a=b averyverylongwordwithoutspaces", "masked-0002 masked-0003 masked-0004"),
        ("the user \u5f20\u4e09 or Jos\u00e9", "the user masked-0002 or masked-0003"),
        ("the user alice", "the user masked-0001"),
        ("the caller (alice), alice", "the caller masked-0002 masked-0001"),
        ("access denied: QTWAOXKZQTWAOXKZQTWA", "access denied: masked-0002"),
        ("password is: hunter, password: hunter", "masked-0002"),
        ("  two\tspaces\n", "  two\tspaces\n"),
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
    assert masked("huawei_csms.ListSecrets", 502, body).response.body == expected


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
    assert masked("huawei_csms.ListSecrets", 401, {}, **{name: text}).response.headers.get(name) == expected


@pytest.mark.parametrize("target", ["/v1/project", "/v1/project/secrets/more", "/v2/project/secrets", "/"])
def test_a_request_for_another_operation_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="the request is for another operation"):
        masked("huawei_csms.ListSecrets", 200, {}, target)
