"""What schemathesis needs to test a fake cloud as a server: signatures, and IDs and markers that the cloud knows.

Schemathesis loads this file in a process of its own, by the environment variable SCHEMATHESIS_HOOKS.
"""

from __future__ import annotations

import base64
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
import schemathesis
from requests.auth import AuthBase

from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.testing import FakeCloud
from contract.served_data import ACCESS_KEYS, KNOWN_IDS, MEMBER, SECRETS, USER
from network_guard import guard

sys.addaudithook(guard)

_CLOUD = FakeCloud()
_MARKERS = {
    "ListSecrets": [str(secret.name) for secret in SECRETS],
    "ListAccessKeys": [base64.urlsafe_b64encode(f"{USER}/{key.access}".encode()).decode() for key in ACCESS_KEYS],
}


class Signed(AuthBase):
    """Signs what schemathesis sends, in place of the credentials that it makes up."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        split = urlsplit(prepared.url or "")
        base_url = f"{split.scheme}://{split.netloc}"
        for name in ("Authorization", "X-Auth-Token"):
            prepared.headers.pop(name, None)
        prepared.headers["Host"] = split.netloc
        request = httpx.Request(
            prepared.method or "",
            prepared.url or "",
            headers={name: str(value) for name, value in prepared.headers.items()},
        )
        if split.path == "/":
            Acs3Auth(_CLOUD.alibaba_key, base_url).sign(request, _CLOUD.alibaba_key)
        else:
            SdkHmacAuth(_CLOUD.huawei_key, base_url).sign(request, _CLOUD.huawei_key)
        prepared.headers.update(request.headers)
        return prepared


schemathesis.auth.set_from_requests(Signed())  # type: ignore[attr-defined] # documented, but made at run time


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Let valid cases name what there is: half of the IDs in paths, and each marker and member account."""
    if case.meta is None or case.meta.generation.mode != schemathesis.GenerationMode.POSITIVE:
        return
    query: dict[str, str] = case.query or {}
    if "ResourceDirectoryAccountId" in query:
        query["ResourceDirectoryAccountId"] = str(MEMBER)
    markers = _MARKERS.get(case.operation.definition.raw["operationId"], [])
    is_known = query.get("marker") in markers
    if "marker" in query and not is_known:
        wanted = query.pop("marker")
        query |= {"marker": markers[len(wanted) % len(markers)]} if markers else {}
    for name, value in (case.path_parameters or {}).items():
        if "marker" in query or len(value) % 2:
            case.path_parameters[name] = KNOWN_IDS.get(name, value) if not is_known else value
