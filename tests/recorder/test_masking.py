"""Masking: whatever stands where the spec doesn't show a public value is gone, and the rest is as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.testing.recording import Recording
from contract.recordings import request_failures
from recorder.unmasked import MARK, PUBLIC, RESPONSES, bodies, recorded, targets
from specs import PLACES, expanded, schema_errors
from toolchain.document import Document
from tools.recorder.masking import MESSAGES, mask, response_schema
from tools.recorder.replacements import Replacements


class Leaf(NamedTuple):
    """A value before and after, and what the spec says of it."""

    before: Any
    after: Any
    schema: Document
    name: str

    @property
    def is_public(self) -> bool:
        if self.schema.get("format") == "password":
            return not self.before
        if isinstance(self.before, str):
            in_form = self.schema and self.before == PUBLIC.get(self.name)
            return bool(in_form or not self.before or "enum" in self.schema or self.schema.get("format") == "date-time")
        if isinstance(self.before, bool) or self.before is None:
            return True
        if "x-unit" in self.schema:
            return bool(abs(self.before) < 10**13)
        return bool(abs(self.before) < (10**11 if self.schema else 10**6))


def leaves(package: str, before: Any, after: Any, schema: Document, name: str = "") -> Iterator[Leaf]:
    """Yield the values of two bodies, asserting that both are built alike."""
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


def masked_alone(recording: Recording) -> Recording:
    return mask(recording, Replacements())


@pytest.mark.parametrize(("operation", "status"), [(name, status) for (name, _), status in RESPONSES.items()])
@given(data=st.data())
def test_a_masked_body_keeps_its_form_and_loses_its_texts(operation: str, status: int, data: st.DataObject) -> None:
    package, place = PLACES[operation]
    schema = response_schema(place, status)
    body = data.draw(bodies(operation, status))
    assert schema_errors(package, schema, body) == []
    text = masked_alone(recorded(operation, status, json.dumps(body))).response.body
    masked = json.loads(text)
    assert schema_errors(package, schema, masked) == []
    found = list(leaves(package, body, masked, schema))
    assert MARK not in text
    check_values([leaf for leaf in found if not (leaf.schema and leaf.name in MESSAGES)])
    for leaf in found:
        if leaf.schema and leaf.name in MESSAGES:
            check_message(leaf.before, leaf.after)


def check_values(found: list[Leaf]) -> None:
    replaced: dict[Any, Any] = {}
    for leaf in found:
        if leaf.is_public:
            assert leaf.before == leaf.after
        elif leaf.name != "(field name)" or leaf.before != leaf.after:
            assert leaf.before != leaf.after
            # The same gets the same, and a number as text is the same as the number.
            assert replaced.setdefault(str(leaf.before), str(leaf.after)) == str(leaf.after)
    assert len(set(replaced.values())) == len(replaced)


def check_message(before: str, after: str) -> None:
    for word, masked in zip(before.split(" "), after.split(" "), strict=True):
        assert (word == masked) == (MARK not in word)


@pytest.mark.parametrize("operation", PLACES)
@given(data=st.data())
def test_a_masked_request_is_still_one_of_the_operation(operation: str, data: st.DataObject) -> None:
    target = data.draw(targets(operation))
    before = recorded(operation, 200, "{}", target)
    assert request_failures(before) == set()
    after = masked_alone(before)
    assert request_failures(after) == set()
    assert MARK not in unquote(after.request.target)
    assert before.request.target.count("=") == after.request.target.count("=")


def body_of(operation: str, status: int, body: Any) -> Any:
    return json.loads(masked_alone(recorded(operation, status, json.dumps(body))).response.body)


def test_the_parts_of_a_recording_still_belong_together() -> None:
    user, request_id = "07609fb9358010e21f7bc003751c1234", "7f1c9a52d0b34f5e8a6b1c2d3e4f5061"
    key = {"user_id": user, "created_at": "2023-09-13T06:51:20.550Z", "status": "active"}
    body = {
        "access_keys": [key | {"access_key_id": "AK1"}, key | {"access_key_id": "AK2", "note": {"of": "AK1"}}],
        "page_info": {"next_marker": "AK2", "current_count": 2},
        "request_id": request_id,
    }
    target = f"/v5/users/{user}/access-keys?limit=2&marker=AK1"
    masked = masked_alone(
        recorded("huawei_iam_v5.ListAccessKeys", 200, json.dumps(body), target, X_Request_Id=request_id)
    )
    hexadecimal = "0" * 31
    same = {"user_id": f"{hexadecimal}1", "created_at": "2023-09-13T06:51:20.550Z", "status": "active"}
    assert json.loads(masked.response.body) == {
        "access_keys": [
            same | {"access_key_id": "masked-0002"},
            same | {"access_key_id": "masked-0004", "note": {"of": "masked-0002"}},
        ],
        "page_info": {"next_marker": "masked-0004", "current_count": 2},
        "request_id": f"{hexadecimal}3",
    }
    assert masked.request.target == f"/v5/users/{hexadecimal}1/access-keys?limit=2&marker=masked-0002"
    assert masked.response.headers == {"Content-Type": "application/json", "X-Request-Id": f"{hexadecimal}3"}


@pytest.mark.parametrize(
    ("field", "value", "masked"),
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
    ],
)
def test_what_the_spec_says_decides(field: str, value: Any, masked: Any) -> None:
    found = body_of("alibaba_sas.DescribeAccesskeyLeakList", 200, {"AccessKeyLeakList": [{field: value}]})
    assert found == {"AccessKeyLeakList": [{field: masked}]}
    assert type(found["AccessKeyLeakList"][0][field]) is type(masked)


def test_an_account_in_the_query_is_masked_and_a_time_is_not() -> None:
    query = "PageSize=20&CurrentPage=1&StartTs=1614155361489&Status=pending&ResourceDirectoryAccountId="
    body = {"RequestId": "1276085894171234", "GmtLast": 1276085894171234}
    masked = masked_alone(
        recorded("alibaba_sas.DescribeAccesskeyLeakList", 200, json.dumps(body), f"/?{query}1276085894171234")
    )
    assert masked.request.target == f"/?{query}10000000001"
    assert json.loads(masked.response.body) == {"RequestId": "10000000001", "GmtLast": 10000000001}


def test_no_replacement_is_another_text_of_the_recording() -> None:
    names = ["1276085894171234", "alice"]
    names += [f"masked-{number:04}" for number in range(5)] + [str(10**10 + number) for number in range(100)]
    body = {"secrets": [{"event_subscriptions": names}]}
    masked = json.loads(masked_alone(recorded("huawei_csms.ListSecrets", 200, json.dumps(body))).response.body)
    assert not {*masked["secrets"][0]["event_subscriptions"]} & {*names}


def test_recordings_that_belong_together_share_their_replacements() -> None:
    replacements = Replacements()
    listed = recorded(
        "huawei_iam_v5.ListAccessKeys", 200, json.dumps({"page_info": {"next_marker": "AK1", "current_count": 0}})
    )
    asked = recorded("huawei_iam_v3.ShowPermanentAccessKey", 404, "{}", "/v3.0/OS-CREDENTIAL/credentials/AK1")
    marker = json.loads(mask(listed, replacements).response.body)["page_info"]["next_marker"]
    assert mask(asked, replacements).request.target == f"/v3.0/OS-CREDENTIAL/credentials/{marker}"


def shown(recording: Recording) -> Any:
    """Return a masked body, without the numbers of the replacements."""
    return json.loads(re.sub("masked-[0-9]+", "***", recording.response.body))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("newField", "newField"),
        ("new_field-name", "new_field-name"),
        ("user1", "***"),
        ("alice@example.com", "***"),
        ("\x1b]0;title\x07", "***"),
        ("n" * 41, "***"),
        ("QTWAOXKZ" * 2 + "QTWA", "***"),
    ],
)
def test_a_field_that_no_spec_has_keeps_a_name_of_words(name: str, masked: str) -> None:
    assert shown(masked_alone(recorded("huawei_csms.ListSecrets", 200, json.dumps({name: 1})))) == {masked: 1}


def test_a_masked_text_is_no_name_of_a_field_either() -> None:
    body = {"alice": 1, "secrets": [{"name": "alice"}]}
    assert shown(masked_alone(recorded("huawei_csms.ListSecrets", 200, json.dumps(body)))) == {
        "***": 1,
        "secrets": [{"name": "***"}],
    }


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
    ],
)
def test_a_text_is_public_in_its_documented_form_alone(status: int, field: str, value: str, *, is_public: bool) -> None:
    body = {"access_keys": [{field: value}]} if status == 200 else {field: value}
    masked = json.dumps(body).replace(value, value if is_public else "***")
    assert shown(masked_alone(recorded("huawei_iam_v5.ListAccessKeys", status, json.dumps(body)))) == json.loads(masked)


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("The resource does not exist.", "The resource does not exist."),
        ("Denied (by policy): can't read, or write!", "Denied (by policy): can't read, or write!"),
        ("no key LTAI5tQabc of user@example.com", "no key *** of ***"),
        ("user:alice of acs:ram::1:user/alice", "*** of ***"),
        ("the user 'Alice Smith' and \"Bob Smith\"", "the user *** and ***"),
        ("a_b a=b averyverylongwordwithoutspaces", "*** *** ***"),
        ("the user \u5f20\u4e09 or Jos\u00e9", "the user *** or ***"),
        ("the user alice", "the user ***"),
        ("the caller (alice), alice", "the caller *** ***"),
        ("access denied: QTWAOXKZQTWAOXKZQTWA", "access denied: ***"),
        ("password is: hunter, password: hunter", "***"),
        ("  two\tspaces\n", "  two\tspaces\n"),
    ],
)
def test_a_message_keeps_its_plain_words(message: str, masked: str) -> None:
    # What is masked elsewhere, here the user of the path, is masked in a message too.
    target = "/v5/users/alice/access-keys"
    assert shown(
        masked_alone(recorded("huawei_iam_v5.ListAccessKeys", 403, json.dumps({"error_msg": message}), target))
    ) == {"error_msg": masked}


@pytest.mark.parametrize(
    "body", ["<html>alice</html>", "alice", '{"user": NaN}', "[" * 100_000, '{"user": ', "\ufeff{}"]
)
def test_a_body_that_is_no_json_is_gone(body: str) -> None:
    masked = masked_alone(recorded("huawei_csms.ListSecrets", 502, body)).response.body
    assert masked == f"masked: {len(body)} characters that are no JSON\n"


def test_a_body_that_is_empty_stays_empty() -> None:
    assert masked_alone(recorded("huawei_csms.ListSecrets", 502, "")).response.body == ""


@pytest.mark.parametrize(
    ("name", "text", "masked"),
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
def test_few_headers_are_kept(name: str, text: str, masked: str | None) -> None:
    recording = masked_alone(recorded("huawei_csms.ListSecrets", 401, "{}", **{name: text}))
    assert recording.response.headers.get(name) == masked


@pytest.mark.parametrize(
    "target", ["/v1/project", "/v1/project/secrets/more", "/v2/project/secrets", "/", "//v1/project/secrets"]
)
def test_a_request_of_another_operation_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="the request isn't one of the operation"):
        masked_alone(recorded("huawei_csms.ListSecrets", 200, "{}", target))


def test_an_error_that_is_not_documented_keeps_its_code() -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached: user over 60s."}
    assert shown(masked_alone(recorded("huawei_csms.ListSecrets", 429, json.dumps(body)))) == {
        "error_code": "APIGW.0308",
        "error_msg": "The throttling threshold has been reached: user over ***",
    }


def test_the_body_of_a_redirect_is_masked_altogether() -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "over"}
    assert shown(masked_alone(recorded("huawei_csms.ListSecrets", 302, json.dumps(body)))) == {
        "error_code": "***",
        "error_msg": "***",
    }
