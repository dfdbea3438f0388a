"""A vendor on loopback whose responses are full of secrets, and runs of the recorder against it."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import httpx
import pytest

from cloudkeys.testing import FakeResponse
from cloudkeys.testing.recording import Recording, load_recording
from contract.cases import CONTRACTS
from contract.recordings import request_failures, response_failures
from specs import SPEC_OPERATIONS, expanded
from toolchain.document import Document
from tools.recorder import record
from tools.recorder.masking import HEADERS, response_schema
from tools.recorder.secret_scan import findings

# Each is concatenated, so that no secret scanner reports this file.
ACCESS_KEY_ID: Final = "QTWA" + "0X7K" * 4
SECRET: Final = "kY3wQ9vR7" + "tZ1xC5bN2mL8pJ4hG6fD0sA" + "wEiUoPy9"
TOKEN: Final = "MIIab3Cd" * 12
PROJECT: Final = "2b31ed52" + "0c4f4b7a" + "9d8e7f60" + "5a4b3c2d"
USER: Final = "07609fb9" + "358010e2" + "1f7bc003" + "751c77aa"
ACCOUNT: Final = 1276085894171234
SECRETS: Final = {
    "access key ID": ACCESS_KEY_ID,
    "secret": SECRET,
    "token": TOKEN,
    "project": PROJECT,
    "user": USER,
    "account": str(ACCOUNT),
    "other access key ID": "LTAI" + "5tQ" * 5,
    "name": "alice.smith",
    "e-mail address": "alice.smith" + "@example.com",
    "resource": f"acs:ram::{ACCOUNT}:user/alice.smith",
    "URL": "https://alice.smith:word@git.example.com/repository",
    "note": "of the quarter, for Alice",
    "JSON in a text": json.dumps({"InstanceId": "instance-of-alice"}),
}
REQUEST_ID: Final = "7f1c9a52d0b34f5e8a6b1c2d3e4f5061"
UNKNOWN_FIELDS: Final[dict[str, Any]] = {
    "newField": SECRETS["name"],
    "token": TOKEN,
    "newAccount": {"id": ACCOUNT, "names": [SECRETS["name"], None, True, 3]},
    SECRETS["e-mail address"]: "x",
}
_PATTERNS: Final = {
    name: re.compile(re.sub(r"\{[^{}]+\}", "[^/]+", contract.path) + "$")
    for name, contract in CONTRACTS.items()
    if contract.path != "/"
}

Handler = Callable[[httpx.Request], FakeResponse]


def operation_of(request: httpx.Request) -> str:
    """Return the operation of a request; a base URL may put a path before the operation's."""
    if "x-acs-action" in request.headers:
        return next(name for name in SPEC_OPERATIONS if name.endswith(f".{request.headers['x-acs-action']}"))
    methods = {name: pattern for name, pattern in _PATTERNS.items() if CONTRACTS[name].method == request.method}
    return next(name for name, pattern in methods.items() if pattern.search(request.url.path))


def result(request: httpx.Request) -> dict[str, Any]:
    """Return a result with a secret in each string, and with unknown fields."""
    name = operation_of(request)
    package, place = SPEC_OPERATIONS[name]
    secrets = itertools.cycle(SECRETS.values())
    body: dict[str, Any] = _planted(package, response_schema(place, CONTRACTS[name].success), secrets)
    return body | UNKNOWN_FIELDS


def _planted(package: str, schema: Document, secrets: Iterator[str]) -> Any:
    schema = expanded(package, schema)
    if "properties" in schema:
        return {name: _planted(package, field, secrets) for name, field in schema["properties"].items()}
    if "items" in schema:
        return [_planted(package, schema["items"], secrets)]
    if "enum" in schema:
        return schema["enum"][0]
    by_format = {"date-time": "2023-09-13T06:51:20.550Z", "password": SECRET}
    by_type = {"integer": 1612357897000 if "x-unit" in schema else 1, "boolean": True}
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    return next((value for kind, value in by_type.items() if kind in schema["type"]), None) or next(secrets)


def error(request: httpx.Request) -> dict[str, Any]:
    """Return an error that repeats the request, as the spec defines it for status 403."""
    message = f"Denied: {request.headers['Authorization']} of {SECRETS['resource']} ({request.url}), see {TOKEN}"
    package, place = SPEC_OPERATIONS[operation_of(request)]
    known = expanded(package, response_schema(place, 403))["properties"]
    texts: dict[str, Any] = {"error": {"code": 403, "message": message, "title": "Forbidden"}}
    texts |= {"RequestId": REQUEST_ID, "HostId": SECRETS["URL"], "Code": "SignatureDoesNotMatch", "Message": message}
    texts |= {"error_code": "IAM.0003", "error_msg": message, "request_id": REQUEST_ID}
    return {name: text for name, text in texts.items() if name in known}


def responding(
    body: Any,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
    *,
    compressed: bool = False,
) -> Handler:
    """Return a handler that responds with a body, bytes or JSON, or with a function's; the headers have secrets too."""

    def handle(request: httpx.Request) -> FakeResponse:
        found = body(request) if callable(body) else body
        content = found if isinstance(found, bytes) else json.dumps(found).encode()
        leaking = {
            "Content-Type": "application/json",
            "X-Request-Id": REQUEST_ID,
            "X-Subject-Token": TOKEN,
            "Set-Cookie": f"user={SECRETS['name']}",
            "X-Echo": request.headers["Authorization"],
        }
        encoding = {"Content-Encoding": "gzip"} if compressed else {}
        return FakeResponse(
            status, gzip.compress(content) if compressed else content, leaking | encoding | dict(headers)
        )

    return handle


def set_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix, names in {
        "ALIBABA_CLOUD_": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"),
        "HUAWEICLOUD_SDK_": ("AK", "SK", "SECURITY_TOKEN"),
    }.items():
        for name, value in zip(names, (ACCESS_KEY_ID, SECRET, TOKEN), strict=True):
            monkeypatch.setenv(prefix + name, value)


def run_recorder(folder: Path, base_url: str, *operations: str) -> int:
    """Run the recorder with all arguments that the operations need, and return its exit status."""
    known = {"project_id": PROJECT, "user_id": USER, "access_key": ACCESS_KEY_ID}
    options: dict[str, str] = {}
    for call in record.CALLS.values():
        arguments = call.target.arguments | known
        options |= {f"--{name.replace('_', '-')}": str(arguments[name]) for name in (*call.needs, *call.settings)}
    pairs = [text for pair in options.items() for text in pair]
    return record.main([*operations, "--folder", str(folder), "--base-url", base_url, *pairs])


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def checked(file: Path, *, conforms: bool = True) -> Recording:
    """Load a recording, and check that it satisfies its spec and holds no secret."""
    text = file.read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in text)
    assert [name for name, secret in SECRETS.items() if secret.casefold() in text.casefold()] == []
    recording = load_recording(file)
    assert findings(recording) == []
    assert request_failures(recording) == set()
    assert recording.response.headers.keys() <= HEADERS.keys()
    assert not conforms or response_failures(recording) == set()
    return recording
