"""A signature is for one request: the fake cloud refuses it when anything is changed on the way."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys import Connections
from cloudkeys.auth.signing import sha256_hex
from cloudkeys.errors import AuthenticationError, NotFoundError
from cloudkeys.testing import FakeCloud
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys.testing.state import PROJECT_ID
from contract.tally import trying
from testing.changes import Change, again, authorization, both, content, header, resigned, target, without
from testing.requests import (
    ACCEPTED,
    ACTION,
    LEAKS,
    OTHER_PROJECT,
    REFUSED,
    WRONG_SIGNATURE,
    fixed_cloud,
    in_both_ways,
    leaks_request,
    listed,
    listing_of,
    new_cloud,
    outcome,
)


def with_names_in_another_order(authorization: str) -> str:
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0]
    return authorization.replace(names, ";".join(reversed(names.split(";"))))


def next_second(date: str) -> str:
    return f"{date[:-3]}{(int(date[-3:-1]) + 1) % 60:02}Z"


INCOMPLETE = (400, "IncompleteSignature")
ALIBABA_MANDATORY = ("x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256", "host")
MALFORMED = {
    "no authorization": without("Authorization"),
    "an empty authorization": header("Authorization", ""),
    "two authorizations": again("Authorization"),
    "another algorithm": authorization("HMAC-SHA256", "HMAC-SM3"),
    "a lower-case algorithm": authorization("HMAC", "hmac"),
    "text after the signature": header("Authorization", lambda value: f"{value}0"),
    "a short signature": header("Authorization", lambda value: value[:-1]),
    "an upper-case signature": header("Authorization", lambda value: value[:-64] + value[-64:].upper()),
    "a signed header that isn't there": authorization("SignedHeaders=", "SignedHeaders=absent;"),
    "a name signed twice": authorization("host;", "host;host;"),
    "names in another order": header("Authorization", with_names_in_another_order),
    "no name": authorization("SignedHeaders=", "SignedHeaders=;"),
    "names with commas": authorization(";", ","),
    "a token of nothing": header("Authorization", "Bearer abc"),
}
TAMPERED: dict[str, dict[str, tuple[Change, tuple[int, str]]]] = {
    "alibaba": {
        "a changed value": (target("PageSize=20", "PageSize=21"), WRONG_SIGNATURE),
        "an added pair": (target("PageSize=20", "PageSize=20&StartTs=1"), WRONG_SIGNATURE),
        "a repeated pair": (target("PageSize=20", "PageSize=20&PageSize=20"), WRONG_SIGNATURE),
        "a removed pair": (target("&Query=a%20b%2Bc", ""), WRONG_SIGNATURE),
        "a renamed pair": (target("Query=", "query="), WRONG_SIGNATURE),
        "a decoded plus": (target("%2B", "+"), WRONG_SIGNATURE),
        "a body": (content(b"{}"), WRONG_SIGNATURE),
        "a body with its hash": (
            both(content(b"{}"), header("x-acs-content-sha256", sha256_hex(b"{}"))),
            WRONG_SIGNATURE,
        ),
        "another method": (resigned(method="GET"), WRONG_SIGNATURE),
        "another host": (header("Host", "tds.ap-southeast-1.aliyuncs.com"), WRONG_SIGNATURE),
        "another second": (header("x-acs-date", next_second), WRONG_SIGNATURE),
        "another nonce": (header("x-acs-signature-nonce", "other"), WRONG_SIGNATURE),
        "another nonce beside it": (again("x-acs-signature-nonce", "other"), WRONG_SIGNATURE),
        "another hash": (header("x-acs-content-sha256", sha256_hex(b"{}")), WRONG_SIGNATURE),
        "another signature": (header("Authorization", lambda value: value[:-64] + "0" * 64), WRONG_SIGNATURE),
        "another key": (authorization("LTAIfakecloud", "LTAI"), (404, "InvalidAccessKeyId.NotFound")),
        "an unsigned header": (header("x-acs-extra", "1"), INCOMPLETE),
        "an unsigned token": (header("x-acs-security-token", "token"), INCOMPLETE),
        **{f"{name} removed": (without(name), INCOMPLETE) for name in ALIBABA_MANDATORY},
        **{f"{name} not signed": (resigned(leave_out=name), INCOMPLETE) for name in (*ALIBABA_MANDATORY, *ACTION)},
        **{name: (what, INCOMPLETE) for name, what in MALFORMED.items()},
        "no key": (authorization("=LTAIfakecloud", "="), INCOMPLETE),
        "the other vendor's form": (authorization(",", ", "), INCOMPLETE),
        "another action": (header("x-acs-action", "DescribeLeaks"), (404, "InvalidAction.NotFound")),
        "another version": (header("x-acs-version", "2018-12-04"), (404, "InvalidAction.NotFound")),
    },
    "huawei": {
        "a second date": (again("X-Sdk-Date", "20260102T030405Z"), (401, "APIGW.0303")),
    }
    | {
        name: (what, (401, "APIGW.0301"))
        for name, what in {
            "a changed value": target("limit=50", "limit=51"),
            "an added pair": target("limit=50", "limit=50&marker="),
            "a repeated pair": target("limit=50", "limit=50&limit=50"),
            "a removed pair": target("&event_name=a%20b%2Bc", ""),
            "a decoded plus": target("%2B", "+"),
            "another project": target(PROJECT_ID, OTHER_PROJECT),
            "a body": content(b"{}"),
            "another host": header("Host", "kms.cn-north-1.myhuaweicloud.com"),
            "another second": header("X-Sdk-Date", next_second),
            "no date": without("X-Sdk-Date"),
            "no signed header": without("Host"),
            "another header that was signed": header("X-Project-Id", "other"),
            "another signature": header("Authorization", lambda value: value[:-64] + "0" * 64),
            "another key": authorization("FAKECLOUD", "FAKE"),
            **MALFORMED,
            "no key": authorization("=FAKECLOUD", "="),
            "the other vendor's form": authorization(", ", ","),
        }.items()
    },
}
ADDED = {
    f"{name} added": again(name, value)
    for name, value in {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=192.0.2.1",
        "Via": "1.1 proxy",
        "X-Request-Id": "1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "Cookie": "a=b",
        "Accept-Encoding": "br",
        "Accept": "*/*",
        "Connection": "close",
        "Cache-Control": "no-cache",
        "User-Agent": "a library",
    }.items()
}
"""Headers that HTTP libraries and proxies add to a request that was signed."""
UNTOUCHED: dict[str, dict[str, Change]] = {
    "alibaba": {
        "pairs in another order": target("PageSize=20&CurrentPage=1", "CurrentPage=1&PageSize=20"),
        "a plus for a space": target("%20", "+"),
        "a longer encoding": target("Query=a", "Query=%61"),
        "another user agent": header("User-Agent", "proxy"),
        "an unsigned type": header("Content-Type", "application/octet-stream"),
        **ADDED,
    },
    "huawei": {
        "pairs in another order": target("limit=50&event_name=a%20b%2Bc", "event_name=a%20b%2Bc&limit=50"),
        "a plus for a space": target("%20", "+"),
        "a longer encoding": target("event_name=a", "event_name=%61"),
        "another user agent": header("User-Agent", "proxy"),
        **ADDED,
    },
}


def tampering(cloud: FakeCloud, what: Change) -> Connections:
    transport = HandlerTransport(lambda request: cloud.answer(what(request)))
    return Connections(transport=transport, async_transport=transport)


@in_both_ways
@pytest.mark.parametrize(("vendor", "name"), [(vendor, name) for vendor in TAMPERED for name in TAMPERED[vendor]])
def test_a_signature_is_for_one_request(vendor: str, name: str, way: str) -> None:
    cloud = new_cloud()
    what, (status, code) = TAMPERED[vendor][name]
    assert listed(listing_of(way, vendor, cloud)) == []
    with (
        trying(cloud.calls[0].operation, status, REFUSED),
        pytest.raises(NotFoundError if code == "InvalidAction.NotFound" else AuthenticationError) as raised,
    ):
        listed(listing_of(way, vendor, cloud, connections=tampering(cloud, what)))
    assert (raised.value.status_code, raised.value.code) == (status, code)
    assert [(call.status, call.code) for call in cloud.calls] == [(200, ""), (status, code)]


@in_both_ways
@pytest.mark.parametrize(("vendor", "name"), [(vendor, name) for vendor in UNTOUCHED for name in UNTOUCHED[vendor]])
def test_what_was_not_signed_may_change(vendor: str, name: str, way: str) -> None:
    cloud = new_cloud()
    with trying("-", 200, ACCEPTED):
        assert listed(listing_of(way, vendor, cloud, connections=tampering(cloud, UNTOUCHED[vendor][name]))) == []


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(["+", " ", "%2B", "&a=", "é"])
PAIRS = st.lists(st.tuples(st.sampled_from(["Query", "Status", "a", "é"]), ODD), min_size=1, max_size=4)


@given(signed=PAIRS, sent=PAIRS, chance=st.randoms(), shuffled=st.booleans())
def test_the_signature_is_for_these_pairs_in_any_order(
    signed: list[Any], sent: list[Any], chance: random.Random, *, shuffled: bool
) -> None:
    """Only what was authenticated reaches the check of parameters, which refuses all of these."""
    sent = chance.sample(signed, len(signed)) if shuffled else sent
    request = leaks_request("/?" + urlencode(signed, quote_via=quote, safe="~"))
    is_same = sorted(signed) == sorted(sent)
    tampered = attrs.evolve(request, target="/?" + urlencode(sent, quote_via=quote, safe="~"))
    with trying(LEAKS, 400, ACCEPTED if is_same else REFUSED):
        assert outcome(fixed_cloud(), tampered).code == ("InvalidParameter" if is_same else "SignatureDoesNotMatch")
