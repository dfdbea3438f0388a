"""Hooks with which schemathesis signs requests to a served fake cloud, and uses IDs and markers that exist.

Schemathesis loads this module in its own process, through the environment variable SCHEMATHESIS_HOOKS.
"""

from __future__ import annotations

import base64
import itertools
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import httpx
import requests
import schemathesis
from requests.auth import AuthBase

from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from contract.cases import CONTRACTS, content_of
from network_guard import guard
from testing.requests import KNOWN_IDS, MEMBER, served_cloud

sys.addaudithook(guard)

_CLOUD = served_cloud()


def _encoded(listing: str, items: Iterable[str]) -> list[str]:
    return [base64.urlsafe_b64encode(f"{listing}/{item}".encode()).decode() for item in items]


_ACTION = "x-acs-action"
_ARRAYS = {name for contract in CONTRACTS.values() for name in contract.numbered}
_CASES = itertools.count()
_KEYS = [key.access for key in _CLOUD.access_keys]
_USERS = [user.user_id for user in _CLOUD.users]
_RAM_USERS = [str(user.user_principal_name) for user in _CLOUD.ram_users]
_SECRETS = [str(secret.name) for secrets in _CLOUD.secrets.values() for secret in secrets]
_MARKERS = {
    "huawei_csms.ListSecrets": _SECRETS,
    "huawei_csms.ListSecretVersions": [f"v{number}" for number in range(1, 50)],
    "huawei_iam_v5.ListAccessKeys": _encoded(str(KNOWN_IDS["user_id"]), _KEYS),
    "huawei_iam_v5.ListUsers": _encoded("users", _USERS),
    "alibaba_ims.ListUsers": [base64.b32encode(name.encode()).decode() for name in _RAM_USERS],
}
_KNOWN: dict[str, list[Any]] = {
    **{name: [KNOWN_IDS[name]] for name in ("project_id", "user_id", "version_id", "stage_name")},
    "access_key": _KEYS,
    "access_key_id": _KEYS,
    "secret_name": _SECRETS,
    "UserPrincipalName": _RAM_USERS,
    "UserAccessKeyId": [key.access_key_id for key in _CLOUD.ram_access_keys],
    "Id": [leak.id for leak in _CLOUD.leaks],
}
"""The known values of parameters; values at the same index belong together."""


def _numbered(url: str) -> str:
    """Number the items of arrays as Alibaba Cloud does; OpenAPI can't express that."""
    split = urlsplit(url)
    pairs = parse_qsl(split.query, keep_blank_values=True)
    counts: Counter[str] = Counter()
    for number, (name, value) in enumerate(pairs):
        if name in _ARRAYS:
            counts[name] += 1
            pairs[number] = f"{name}.{counts[name]}", value
    return urlunsplit(split._replace(query=urlencode(pairs, quote_via=quote)))


class Signed(AuthBase):
    """Replaces the random credentials of schemathesis by signatures."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        if _ACTION in prepared.headers:
            prepared.url = _numbered(str(prepared.url))
            if "Authorization" not in prepared.headers:
                # The service must refuse a case without credentials.
                return prepared
        split = urlsplit(prepared.url or "")
        base_url = f"{split.scheme}://{split.netloc}"
        for name in ("Authorization", "X-Auth-Token"):
            prepared.headers.pop(name, None)
        prepared.headers["Host"] = split.netloc
        request = httpx.Request(
            prepared.method or "",
            prepared.url or "",
            headers={name: str(value) for name, value in prepared.headers.items()},
            content=content_of(prepared),
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
    """Make valid cases name existing items, and satisfy the constraints that JSON Schema can't express."""
    if case.meta is None or case.meta.generation.mode != schemathesis.GenerationMode.POSITIVE:
        return
    raw, query = case.operation.definition.raw, case.query
    fields: dict[str, Any] = case.body if isinstance(case.body, dict) else {}
    for each in raw.get("x-constraints", ()):
        _satisfy(each, fields if fields.keys() & set(*each.values()) else query)
    _use_known_names(raw["operationId"], case, query, fields)
    if "ResourceDirectoryAccountId" in query:
        query["ResourceDirectoryAccountId"] = str(MEMBER)
    if "marker" in query:
        # The markers belong to the listing without filters.
        for name in {"group_id", "access_key_id"} & set(query):
            del query[name]


def _satisfy(constraint: dict[str, list[str]], values: dict[str, Any]) -> None:
    for kind, names in constraint.items():
        given = [name for name in names if values.get(name)] or names[:1]
        values[given[0]] = values.get(given[0]) or _KNOWN.get(given[0], ["value"])[0]
        for name in names:
            if kind != "at-least-one-of" and name != given[0]:
                values.pop(name, None)


def _use_known_names(operation: str, case: Any, query: dict[str, Any], fields: dict[str, Any]) -> None:
    """Use known names in each case with a marker and in three of four others."""
    key = next((name for name in ("marker", "Marker") if name in query), None)
    markers = _MARKERS.get(operation, [])
    if key is not None:
        wanted = query.pop(key)
        query |= {key: markers[len(wanted) % len(markers)]} if markers else {}
    number = next(_CASES)
    if key not in query and number % 4 == 0:
        return
    for values in (case.path_parameters or {}, query, fields):
        for name in _KNOWN.keys() & set(values):
            # A user without an access key may create one.
            is_creation = name == "user_id" and ".Create" in operation
            known = _USERS if is_creation else _KNOWN[name]
            values[name] = known[number % len(known)]
