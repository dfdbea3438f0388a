"""A vendor on loopback whose every answer is full of what must not be recorded."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import httpx

from cloudkeys.testing import FakeResponse
from contract.cases import CONTRACTS
from specs import PLACES, expanded
from tools.recorder.masking import response_schema

# Each is put together here, so that no program that looks for secrets takes this file for a leak.
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
    "database": "indstance-of-alice",
}
REQUEST_ID: Final = "7f1c9a52d0b34f5e8a6b1c2d3e4f5061"
_TIME: Final = 1612357897000

_EXTRA: Final[dict[str, Any]] = {
    "newField": SECRETS["name"],
    "token": TOKEN,
    "newAccount": {"id": ACCOUNT, "names": [SECRETS["name"], None, True, 3]},
    SECRETS["e-mail address"]: "x",
}
_LEAK: Final = {
    "DealTime": "2020-12-03 21:23:38",
    "Status": "pending",
    "Type": "AccessKey",
    "UserType": "ram",
    "AccesskeyId": SECRETS["other access key ID"],
    "AliUserName": SECRETS["name"],
    "DealType": "manual",
    "Url": SECRETS["URL"],
    "GmtModified": _TIME,
    "Asset": SECRETS["note"],
    "Id": 389357,
}
_METADATA: Final = {
    "user_id": USER,
    "access_key_id": ACCESS_KEY_ID,
    "created_at": "2023-09-13T06:51:20.550Z",
    "status": "active",
}
_SECRET: Final = {
    "id": "bb6a3d22-dc93-47ac-b5bd-88df7ad35f1e",
    "name": SECRETS["name"],
    "state": "ENABLED",
    "kms_key_id": PROJECT[::-1],
    "description": SECRETS["note"],
    "create_time": _TIME,
    "secret_type": "RDS",
    "auto_rotation": True,
    "rotation_config": json.dumps({"InstanceId": SECRETS["database"]}),
    "rotation_period": "1d",
    "event_subscriptions": [SECRETS["note"]],
}
PAGES: Final[dict[str, dict[str, Any]]] = {
    "alibaba_sas.DescribeAccesskeyLeakList": {
        "CurrentPage": 1,
        "PageSize": 100,
        "TotalCount": 2,
        "RequestId": REQUEST_ID,
        "AccessKeyLeakList": [_LEAK, _LEAK | {"Id": 389358, "DealTime": None}],
    },
    "huawei_iam_v5.ListAccessKeys": {
        "access_keys": [_METADATA],
        "page_info": {"next_marker": ACCESS_KEY_ID, "current_count": 1},
    },
    "huawei_iam_v3.ShowPermanentAccessKey": {
        "credential": {
            "user_id": USER,
            "access": ACCESS_KEY_ID,
            "status": "active",
            "create_time": "2020-01-08T06:26:08.123059Z",
            "last_use_time": "2020-01-08T06:26:08.123059Z",
            "description": SECRETS["note"],
        }
    },
    "huawei_csms.ListSecrets": {
        "secrets": [_SECRET],
        "page_info": {"next_marker": SECRETS["name"], "current_count": 1},
    },
}
_PATTERNS: Final = {
    name: re.compile(re.sub(r"\{[^{}]+\}", "[^/]+", contract.path) + "$")
    for name, contract in CONTRACTS.items()
    if contract.path != "/"
}


def operation_of(request: httpx.Request) -> str:
    """Return which operation is called; the URL may have a path before that of the operation."""
    if "x-acs-action" in request.headers:
        return next(name for name in PLACES if name.endswith(f".{request.headers['x-acs-action']}"))
    return next(name for name, pattern in _PATTERNS.items() if pattern.search(request.url.path))


def error_of(request: httpx.Request) -> dict[str, Any]:
    """Return an error that repeats what was sent, in the form that the spec has for status 403."""
    said = f"Denied: {request.headers['Authorization']} of {SECRETS['resource']} ({request.url}), see {TOKEN}"
    package, place = PLACES[operation_of(request)]
    known = expanded(package, response_schema(place, 403))["properties"]
    if "error" in known:
        return {"error": {"code": 403, "message": said, "title": "Forbidden"}}
    texts = {"RequestId": REQUEST_ID, "HostId": SECRETS["URL"], "Code": "SignatureDoesNotMatch", "Message": said}
    texts |= {"error_code": "IAM.0003", "error_msg": said, "request_id": REQUEST_ID}
    return {name: text for name, text in texts.items() if name in known}


def answering(
    body_of: Callable[[httpx.Request], Any],
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
    *,
    compressed: bool = False,
) -> Callable[[httpx.Request], FakeResponse]:
    """Return a handler that answers with JSON, and with headers that tell everything."""

    def handle(request: httpx.Request) -> FakeResponse:
        body = body_of(request)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        telling = {
            "Content-Type": "application/json",
            "X-Request-Id": REQUEST_ID,
            "X-Subject-Token": TOKEN,
            "Set-Cookie": f"user={SECRETS['name']}",
            "X-Echo": request.headers["Authorization"],
        }
        encoding = {"Content-Encoding": "gzip"} if compressed else {}
        return FakeResponse(
            status, gzip.compress(content) if compressed else content, telling | encoding | dict(headers)
        )

    return handle


def always(body: Any) -> Callable[[httpx.Request], Any]:
    """Return what makes the same body of every request: bytes to the letter, anything else as JSON."""
    return lambda _: body


def page_of(request: httpx.Request) -> dict[str, Any]:
    """Return a page with fields that no spec has."""
    name = operation_of(request)
    page: dict[str, Any] = PAGES.get(name) or json.loads(CONTRACTS[name].example)
    return page | _EXTRA
