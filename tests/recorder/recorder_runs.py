"""Running the recorder against loopback, with the credentials that the leaky vendor knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudkeys.testing.recording import Recording, load_recording
from contract.recordings import request_failures, response_failures
from recorder.leaky_vendor import ACCESS_KEY_ID, PROJECT, SECRET, SECRETS, TOKEN, USER
from tools.recorder import record
from tools.recorder.masking import HEADERS
from tools.recorder.secret_scan import findings


def set_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix, names in {
        "ALIBABA_CLOUD_": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"),
        "HUAWEICLOUD_SDK_": ("AK", "SK", "SECURITY_TOKEN"),
    }.items():
        for name, value in zip(names, (ACCESS_KEY_ID, SECRET, TOKEN), strict=True):
            monkeypatch.setenv(prefix + name, value)


def recorded(folder: Path, base_url: str, *operations: str) -> int:
    known = {"project_id": PROJECT, "user_id": USER, "access_key": ACCESS_KEY_ID}
    given: dict[str, str] = {}
    for call in record.CALLS.values():
        arguments = call.target.arguments | known
        given |= {f"--{name.replace('_', '-')}": str(arguments[name]) for name in (*call.needs, *call.settings)}
    options = [text for pair in given.items() for text in pair]
    return record.main([*operations, "--folder", str(folder), "--base-url", base_url, *options])


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def only(folder: Path) -> Recording:
    (file,) = files(folder)
    return load_recording(file)


def check(file: Path, *, conforms: bool = True) -> Recording:
    """Check that a file holds a recording that is what its spec says, without any secret."""
    text = file.read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in text)
    assert [name for name, secret in SECRETS.items() if secret.casefold() in text.casefold()] == []
    recording = load_recording(file)
    assert findings(recording) == []
    assert request_failures(recording) == set()
    assert recording.response.headers.keys() <= HEADERS.keys()
    assert not conforms or response_failures(recording) == set()
    return recording
