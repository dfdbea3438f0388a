"""Every recording is what its spec says and holds no secret; what is wrong with a damaged copy of it is reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloudkeys.testing.recording import Recording, load_recording, recording_text
from conftest import RECORDED
from contract.conformance import request_failures, response_failures
from contract.tally import trying
from specs import PLACES
from tools.recorder.secret_scan import PATTERNS, Finding, findings

FILES = {str(file.relative_to(RECORDED)): file for file in sorted(RECORDED.rglob("*.toml"))}
RECORDINGS = {name: load_recording(file) for name, file in FILES.items()}


def is_of_a_gateway(recording: Recording) -> bool:
    """Return whether a gateway answered, in its own media type: no spec has it, and to the client it is no body."""
    return "gateway" in recording.source and recording.response.status >= 400


def has_a_body(recording: Recording) -> bool:
    return recording.response.status != HTTPStatus.NO_CONTENT


OF_SERVICES = [name for name, each in RECORDINGS.items() if has_a_body(each) and not is_of_a_gateway(each)]


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recorded_response_conforms(name: str) -> None:
    recording = RECORDINGS[name]
    with trying(recording.operation, recording.response.status, "recording"):
        assert response_failures(recording) == ({"UndefinedContentType"} if is_of_a_gateway(recording) else set())


def test_only_what_is_no_json_is_of_a_gateway() -> None:
    assert set(OF_SERVICES) == {
        name for name, recording in RECORDINGS.items() if "json" in recording.response.headers.get("Content-Type", "")
    }


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recorded_request_conforms(name: str) -> None:
    recording = RECORDINGS[name]
    with trying(recording.operation, "-", "recording"):
        assert Path(name).parts[0] == PLACES[recording.operation][0]
        assert request_failures(recording) == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_holds_no_secret(name: str) -> None:
    assert findings(RECORDINGS[name]) == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_stands_as_the_recorder_writes_it(name: str) -> None:
    assert recording_text(RECORDINGS[name]) == FILES[name].read_text(encoding="utf-8")


def with_response(recording: Recording, **changes: Any) -> Recording:
    return msgspec.structs.replace(recording, response=msgspec.structs.replace(recording.response, **changes))


def with_request(recording: Recording, **changes: Any) -> Recording:
    return msgspec.structs.replace(recording, request=msgspec.structs.replace(recording.request, **changes))


def with_wrong_types(recording: Recording) -> Recording:
    body: dict[str, Any] = {name: [[]] for name in json.loads(recording.response.body)}
    return with_response(recording, body=json.dumps(body))


RESPONSE_DAMAGES: dict[str, tuple[Callable[[Recording], Recording], str]] = {
    "wrong types": (with_wrong_types, "JsonSchemaError"),
    "no JSON": (lambda recording: with_response(recording, body="<html></html>"), "MalformedJson"),
    "another media type": (
        lambda recording: with_response(recording, headers={"Content-Type": "text/html"}),
        "UndefinedContentType",
    ),
    "no media type": (lambda recording: with_response(recording, headers={}), "MissingContentType"),
}


@pytest.mark.parametrize("damage", RESPONSE_DAMAGES)
@pytest.mark.parametrize("name", OF_SERVICES)
def test_a_damaged_response_is_reported(name: str, damage: str) -> None:
    make, failure = RESPONSE_DAMAGES[damage]
    assert response_failures(make(RECORDINGS[name])) == {failure}


@pytest.mark.parametrize("name", OF_SERVICES)
def test_an_undocumented_status_is_reported_unless_the_spec_has_any_other(name: str) -> None:
    recording = with_response(RECORDINGS[name], status=418)
    _, place = PLACES[recording.operation]
    assert ("UndefinedStatusCode" in response_failures(recording)) == ("default" not in place.operation["responses"])


@pytest.mark.parametrize(
    ("name", "recorded", "damaged"),
    [
        ("alibaba_sas/leaks.toml", '"master"', '"another"'),
        ("huawei_csms/secrets.toml", "true", '"true"'),
        ("huawei_iam_v3/access_key.toml", "2020-01-08T06:26:08.123059Z", "yesterday"),
        ("huawei_iam_v5/access_keys.toml", '"user_id"', '"user"'),
    ],
    ids=["enumeration", "type", "date-time", "required"],
)
def test_one_wrong_value_is_reported(name: str, recorded: str, damaged: str) -> None:
    recording = RECORDINGS[name]
    body = recording.response.body
    assert recorded in body
    assert response_failures(with_response(recording, body=body.replace(recorded, damaged))) == {"JsonSchemaError"}


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("alibaba_sas/leaks.toml", {"method": "GET"}, "the method is GET"),
        ("alibaba_sas/leaks.toml", {"target": "/?PageSize=20"}, "CurrentPage: missing"),
        ("alibaba_sas/leaks.toml", {"target": "/?PageSize=20&CurrentPage=0"}, "CurrentPage: 0 is less than"),
        ("alibaba_sas/leaks.toml", {"target": "/?PageSize=twenty&CurrentPage=1"}, "PageSize: 'twenty' is not of type"),
        ("alibaba_sas/leaks.toml", {"headers": {"x-acs-action": "Other"}}, "x-acs-action: 'Other' is not one of"),
        ("huawei_iam_v5/access_keys.toml", {"target": "/v5/users/a_b/access-keys"}, "user_id: 'a_b' does not match"),
        ("huawei_iam_v5/access_keys.toml", {"target": "/v5/users/ab/access-keys?x=1"}, "x: not documented"),
        ("huawei_iam_v5/access_keys.toml", {"target": "/v5/users"}, "the path isn't that of the operation"),
    ],
)
def test_a_damaged_request_is_reported(name: str, changes: dict[str, Any], reason: str) -> None:
    failures = request_failures(with_request(RECORDINGS[name], **changes))
    assert len(failures) == 1
    assert failures[0].startswith(reason)


SECRETS = {
    # Each is put together here, so that no program that looks for secrets takes this file for a leak.
    "AccessKey ID of Alibaba Cloud": "LTAI" + "5tQ" * 5,
    "temporary key of Alibaba Cloud": "STS." + "NT1x" * 4,
    "access key ID of Huawei Cloud": "QTWA" + "0X7K" * 4,
    "value of an Authorization header": "SDK-HMAC-SHA256" + " Access=abc",
    "signature": "Signature=" + "Zm9v" * 5,
    "digest of 64 digits": "9f86d081" * 8,
    "value under the name of a secret": "X-Auth-Token" + ": abcdefgh",
    "JSON web token": "eyJhbGci" + ".eyJzdWIi" + ".c2ln",
    "random text": "aB3" * 10,
    "long text in base64": "aB3/" * 20,
    "private key": "-----BEGIN RSA" + " PRIVATE KEY-----",
    "password in a URL": "https://user" + ":word@example.com",
    "e-mail address": "someone" + "@example.com",
    "account ID": "1276085" + "894171234",
    "resource name with an account": "acs:ram::" + "127608589417:user",
}


def test_each_kind_of_secret_has_its_example() -> None:
    assert SECRETS.keys() == PATTERNS.keys()


def planted(text: str) -> list[Recording]:
    """Return recordings that hold a text in each of their places."""
    recording = RECORDINGS["huawei_csms/token_expired.toml"]
    escaped = "".join(f"\\u{ord(character):04x}" for character in text)
    target = "".join(f"%{ord(character):02X}" for character in text)
    return [
        with_response(recording, body=f'{{\n"error_msg": "said {text}"\n}}'),
        with_response(recording, body=f'{{"error_msg": "said {escaped}"}}'),
        with_response(recording, body=f'{{"{text}": 1}}'),
        with_response(recording, body=f"<p> {text} </p>"),
        with_response(recording, headers={"Content-Type": "application/json", "X-Request-Id": text}),
        with_request(recording, target=f"/v1/project/secrets?event_name={text}"),
        with_request(recording, target=f"/v1/project/secrets?event_name={target}"),
        with_request(recording, headers={"X-Any": text}),
        msgspec.structs.replace(recording, source=f"recorded by {text}"),
    ]


@pytest.mark.parametrize("pattern", SECRETS)
def test_the_scan_finds_each_kind_of_secret_wherever_it_stands(pattern: str) -> None:
    for recording in planted(SECRETS[pattern]):
        found = findings(recording)
        assert pattern in {finding.pattern for finding in found}
        assert not any(SECRETS[pattern] in str(finding) for finding in found)


def test_the_scan_finds_the_credentials_in_use() -> None:
    for recording in planted("correct-horse"):
        assert findings(recording) == []
        assert {finding.pattern for finding in findings(recording, ["correct-horse"])} == {
            "one of the credentials in use"
        }


def test_a_finding_names_the_place() -> None:
    pattern = "e-mail address"
    assert findings(planted(SECRETS[pattern])[0]) == [
        Finding(pattern, "response.body, line 2"),
        Finding(pattern, "response.body, decoded, line 2"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("LTAI4Fytv7ALKzkNVBV6****", "LOSZM4YRVLKOY9E8...", "B37C9052-A73E-4707-A024-9247702852BE", "1612357897000"),
        *("masked-0001", "password: masked-0001", "0" * 60 + "0001", "00000000-0000-4000-8000-000000000001"),
        *(
            "alibaba_sas.DescribeAccesskeyLeakList",
            "the password is wrong",
            "https://example.com:443/path",
            "acs:ram::*:user",
        ),
    ],
)
def test_what_is_masked_or_public_is_no_secret(text: str) -> None:
    for recording in planted(text):
        assert findings(recording) == []
