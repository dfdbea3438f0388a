"""The recordings contain no secret, and the recorder's scan finds every kind of secret."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cloudkeys.testing.recording import Recording
from contract.recordings import RECORDINGS
from tools.recorder.secret_scan import PATTERNS, Finding, findings


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_holds_no_secret(name: str) -> None:
    assert findings(RECORDINGS[name]) == []


def changed(recording: Recording, part: str, **changes: Any) -> Recording:
    return msgspec.structs.replace(recording, **{part: msgspec.structs.replace(getattr(recording, part), **changes)})


SECRETS = {
    # Each is concatenated, so that no secret scanner reports this file.
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


def with_text(text: str) -> list[Recording]:
    """Return recordings that contain a text in different locations."""
    recording = RECORDINGS["huawei_csms/token_expired.toml"]
    escaped = "".join(f"\\u{ord(character):04x}" for character in text)
    target = "".join(f"%{ord(character):02X}" for character in text)
    return [
        changed(recording, "response", body=f'{{\n"error_msg": "denied {text}"\n}}'),
        changed(recording, "response", body=f'{{"error_msg": "denied {escaped}"}}'),
        changed(recording, "response", body=f'{{"{text}": 1}}'),
        changed(recording, "response", body=f"<p> {text} </p>"),
        changed(recording, "response", headers={"Content-Type": "application/json", "X-Request-Id": text}),
        changed(recording, "request", target=f"/v1/project/secrets?event_name={text}"),
        changed(recording, "request", target=f"/v1/project/secrets?event_name={target}"),
        changed(recording, "request", headers={"X-Any": text}),
        msgspec.structs.replace(recording, source=f"recorded by {text}"),
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_scan_finds_each_kind_of_secret_in_every_location(pattern: str) -> None:
    for recording in with_text(SECRETS[pattern]):
        found = findings(recording)
        assert pattern in {finding.pattern for finding in found}
        assert not any(SECRETS[pattern] in str(finding) for finding in found)


def test_the_scan_finds_the_credentials_in_use() -> None:
    for recording in with_text("correct-horse"):
        found = {finding.pattern for finding in findings(recording, ["correct-horse"])}
        assert found == {"one of the credentials in use"}


def test_a_finding_names_its_location() -> None:
    pattern = "e-mail address"
    assert findings(with_text(SECRETS[pattern])[0]) == [
        Finding(pattern, "response.body, line 2"),
        Finding(pattern, "response.body, decoded, line 2"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("LTAI4Fytv7ALKzkNVBV6****", "LOSZM4YRVLKOY9E8...", "B37C9052-A73E-4707-A024-9247702852BE", "1612357897000"),
        *("masked-0001", "password: masked-0001", "0" * 60 + "0001", "00000000-0000-4000-8000-000000000001"),
        *("alibaba_sas.DescribeAccesskeyLeakList", "the password is wrong", "correct-horse"),
        *("https://example.com:443/path", "acs:ram::*:user"),
    ],
)
def test_masked_and_public_texts_are_no_secrets(text: str) -> None:
    for recording in with_text(text):
        assert findings(recording) == []
