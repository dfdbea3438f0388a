"""What the vendors' pages forbid, the fake cloud refuses, and whatever it answers is as the specs document it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import attrs
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.testing import FakeCloud, ReceivedRequest, example_access_key, example_leak, example_secret
from cloudkeys.testing.state import PROJECT_ID
from contract.tally import trying
from shells import TARGETS as OPERATIONS
from specs import PLACES, expanded, schema_errors
from testing.requests import (
    FOUND,
    KEY,
    KEYS,
    LEAKS,
    SECRETS,
    TARGETS,
    answered,
    check,
    fixed_cloud,
    huawei_request,
    known,
    outcome,
    request_of,
)

ALLOWED, FORBIDDEN = "fake cloud: allowed request", "fake cloud: forbidden request"
WRONG_PARAMETER = {
    LEAKS: (400, "InvalidParameter"),
    KEYS: (400, "IAM.0007"),
    KEY: (400, ""),
    SECRETS: (400, "CSMS.0002"),
}
MANY = "&".join(["a=1"] * 101)
FORBIDDEN_QUERIES = {
    LEAKS: [
        *("", "PageSize=20", "CurrentPage=1", MANY),
        *(f"CurrentPage=1&PageSize={size}" for size in ("0", "101", "-1", "", "x", "%2B5", "%205", "5%0A", "20,0")),
        *(f"CurrentPage=1&PageSize={size}" for size in ("1e1", "10.0", "0x10", "9" * 5000, "%D9%A3", "true", "null")),
        *(f"PageSize=20&CurrentPage={number}" for number in ("0", "-1", "2147483648", "1.0", "")),
        *(f"PageSize=20&CurrentPage=1&Status={status}" for status in ("", "Pending", "pending%20", "handled")),
        *(f"PageSize=20&CurrentPage=1&StartTs={moment}" for moment in ("", "x", "1.5", 2**63, -(2**63) - 1)),
        *(f"PageSize=20&CurrentPage=1&ResourceDirectoryAccountId={account}" for account in ("", "x", 2**63)),
        *(f"PageSize=20&CurrentPage=1&{other}" for other in ("Unknown=1", "status=pending", "Unknown", "=", "%FF=1")),
        *(f"PageSize=20&CurrentPage=1&{twice}" for twice in ("PageSize=20", "Query=a&Query=a", "Query=%FF")),
    ],
    KEYS: [
        *(f"limit={limit}" for limit in ("0", "201", "-1", "", "x", "1e1", "10.0", "1,0", 2**31)),
        *("limit=1&limit=1", "Limit=1", "unknown=1", "limit", "marker=%FF"),
    ],
    KEY: ["limit=1", "access_key=EXAMPLE", "unknown", "="],
    SECRETS: [
        *(f"limit={limit}" for limit in ("0", "1001", "050", "-1", "", "x", "%205", "5%0A", "1e1", "10.0", "%D9%A3")),
        *("limit=1&limit=1", "Limit=1", "unknown=1", "event=a", "project_id=p", "event_name=%FF"),
    ],
}  # fmt: skip
ALLOWED_QUERIES = {
    LEAKS: [
        *(f"PageSize={size}&CurrentPage=1" for size in (1, 100)),
        *(f"PageSize=20&CurrentPage={number}" for number in (1, 2**31 - 1)),
        *(f"PageSize=20&CurrentPage=1&StartTs={moment}" for moment in (0, -1, 2**63 - 1, -(2**63))),
        *(f"PageSize=20&CurrentPage=1&Status={status}&Query=a" for status in ("pending", "dealed")),
        *("PageSize=20&CurrentPage=1&Query=", "PageSize=20&CurrentPage=1&Query=%E5%90%8D"),
    ],
    KEYS: ["", "limit=1", "limit=200"],
    KEY: [""],
    SECRETS: [
        "",
        "limit=1",
        "limit=1000",
        "event_name=",
        "event_name=a%20b",
        "marker=",
        "limit=50&marker=&event_name=a",
    ],
}


def in_pairs(table: dict[str, list[str]]) -> list[Any]:
    return [pytest.param(name, each, id=f"{name}-{each[:40]}") for name, values in table.items() for each in values]


def with_query(operation: str, query: str) -> str:
    path = TARGETS[operation].partition("?")[0]
    return f"{path}?{query}" if query else path


@pytest.mark.parametrize(("operation", "query"), in_pairs(FORBIDDEN_QUERIES))
def test_what_the_page_forbids_is_refused(operation: str, query: str) -> None:
    check(fixed_cloud(), request_of(operation, with_query(operation, query)), WRONG_PARAMETER[operation], FORBIDDEN)


@pytest.mark.parametrize(("operation", "query"), in_pairs(ALLOWED_QUERIES))
def test_what_the_page_allows_is_answered(operation: str, query: str) -> None:
    check(fixed_cloud(), request_of(operation, with_query(operation, query)), FOUND, ALLOWED)


@pytest.mark.parametrize("user", ["a_b", "a%20b", "a.b", "%C3%A9", "a" * 65, "%FF", "a%2Fb", "%0A", "a%0A"])
def test_what_is_no_id_of_a_user_is_refused(user: str) -> None:
    check(fixed_cloud(), huawei_request(f"/v5/users/{user}/access-keys"), WRONG_PARAMETER[KEYS], FORBIDDEN)


@pytest.mark.parametrize("path", ["/v3.0/OS-CREDENTIAL/credentials/%FF"])
def test_what_is_no_text_is_refused(path: str) -> None:
    check(fixed_cloud(), huawei_request(path), WRONG_PARAMETER[KEY], FORBIDDEN)


@pytest.mark.parametrize("path", ["unknown", "example", "EXAMPL", "a%2Fb", "%C3%A9", "EXAMPLE%20"])
def test_an_unknown_access_key_is_not_found(path: str) -> None:
    check(fixed_cloud(), huawei_request(f"/v3.0/OS-CREDENTIAL/credentials/{path}"), (404, ""), FORBIDDEN)


KINDS = {
    "application/json;charset=utf8": FOUND,
    "application/json": FOUND,
    "application/json; charset=UTF-8": FOUND,
    "": WRONG_PARAMETER[KEY],
    "text/plain": WRONG_PARAMETER[KEY],
    "application/json;charset=latin-1": WRONG_PARAMETER[KEY],
    "application/jsonx": WRONG_PARAMETER[KEY],
}


def test_iam_v3_says_which_header_it_wants() -> None:
    body = fixed_cloud().answer(huawei_request(TARGETS[KEY], headers={})).body
    assert b"Content-Type, which must be application/json" in body


@pytest.mark.parametrize("kind", KINDS)
def test_iam_v3_wants_json_and_the_others_do_not_care(kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    expected = KINDS[kind]
    check(
        fixed_cloud(),
        huawei_request(TARGETS[KEY], headers=headers),
        expected,
        ALLOWED if expected is FOUND else FORBIDDEN,
    )
    for operation in (KEYS, SECRETS):
        check(fixed_cloud(), huawei_request(TARGETS[operation], headers=headers), FOUND, ALLOWED)


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}


@pytest.mark.parametrize("operation", TARGETS)
def test_each_path_has_the_methods_of_its_operations(operation: str) -> None:
    cloud, path = fixed_cloud(), PLACES[operation][1].path.partition("#")[0]
    right = {each.method.upper() for _, each in PLACES.values() if each.path.partition("#")[0] == path}
    for method in METHODS - right:
        request = attrs.evolve(request_of(operation), method=method)
        check(cloud, request, (405, "APIGW.0101"), FORBIDDEN)
        assert cloud.answer(request).headers["Allow"] == ", ".join(sorted(right))


@pytest.mark.parametrize(
    "target",
    [
        *("", "*", "//", "/index.html", "/v5", "/v5/users/example-user/access-keys/", "/v5/users//access-keys"),
        *("/V5/users/example-user/access-keys", "/v1/p/secrets/s/t", "/v1/p/q/secrets", "/v3/auth/tokens/", "/%2F"),
        *("http://iam.example/v5/users/example-user/access-keys", "/v1/p/secrets\n", "/\xe9"),
        "/v3.0/OS-CREDENTIAL/credentials/a/b",
    ],
)  # fmt: skip
def test_an_unknown_path_is_not_found(target: str) -> None:
    request = attrs.evolve(huawei_request(), target=target)
    check(fixed_cloud(), request, (404, "APIGW.0101"), FORBIDDEN)


# Requests by chance.

PARAMETERS: dict[str, dict[str, Any]] = {
    # The items of an array have names of their own, and are tested by test_fake_cloud_as_server.py.
    operation: {each["name"]: each for each in place.operation.get("parameters", []) if "x-array" not in each}
    for operation, (_, place) in PLACES.items()
}
RANGES = {"int32": 2**31, "int64": 2**63}


def forbids(operation: str, name: str, text: str) -> bool:
    """Whether the spec forbids a text as the value of a parameter."""
    package, _ = PLACES[operation]
    resolved = expanded(package, PARAMETERS[operation][name]["schema"])
    if resolved["type"] == "string":
        # jsonschema's patterns are Python's, where a line break may follow the end.
        return (text.endswith("\n") and "pattern" in resolved) or bool(schema_errors(package, resolved, text))
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,20})", text):
        return True
    bound = RANGES[resolved["format"]]
    return not -bound <= int(text) < bound or bool(schema_errors(package, resolved, int(text)))


def is_forbidden(operation: str, pairs: list[tuple[str, str]], in_path: dict[str, str]) -> bool:
    known = PARAMETERS[operation]
    queried = {name for name, each in known.items() if each["in"] == "query"}
    names = [name for name, _ in pairs]
    required = {name for name in queried if known[name]["required"]}
    if len(set(names)) < len(names) or not required <= set(names) <= queried:
        return True
    for each in PLACES[operation][1].operation.get("x-constraints", ()):
        for kind, together in ((kind, names) for kind, names in each.items() if set(names) & queried):
            # Nothing is given by an empty text.
            count = sum(name in together and text != "" for name, text in pairs)
            if (count > 1 and kind != "at-least-one-of") or (count == 0 and kind != "at-most-one-of"):
                return True
    return any(forbids(operation, name, text) for name, text in (*pairs, *in_path.items()))


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["", " ", "%", "null", "é", "+"])
NUMBERS = st.integers(-2, 1002).map(str) | st.integers(-(2**65), 2**65).map(str)
WORDS = st.sampled_from(["pending", "dealed", "example-secret-1", "example-user", "a", "ab/+=", "007", "1.0"])
TEXTS = ODD | NUMBERS | WORDS


@st.composite
def queries(draw: st.DrawFn, operation: str) -> list[tuple[str, str]]:
    """Return pairs that are nearly, or wholly, what an operation takes."""
    schemas = {name: each for name, each in PARAMETERS[operation].items() if each["in"] == "query"}
    fitting = {"integer": st.integers(1, 100).map(str), "string": WORDS}
    pairs: list[tuple[str, str]] = []
    for name, each in schemas.items():
        if draw(st.sampled_from([each["required"], True, False])):
            kind = each["schema"].get("type", "string")
            pairs.append((name, draw(fitting[kind] if draw(st.integers(0, 4)) else TEXTS)))
    extra = st.tuples(st.sampled_from([*schemas, "unknown"]), TEXTS)
    return draw(st.permutations([*pairs, *draw(st.just([]) | st.lists(extra, max_size=1))]))


SEGMENTS = TEXTS.filter(lambda text: text.strip(".") and "/" not in text)
# What else than a result an allowed request may get.
OTHERWISE = {
    LEAKS: {(400, "RdCheckNoPermission")},
    KEYS: {(400, "PAP5.0010"), (404, "IAM.0004")},
    KEY: {(404, "")},
    SECRETS: {(400, "CSMS.0005"), (403, "KMS.0321")},
}
WRONG_ID_OR_MARKER = {KEYS: [(400, "PAP5.0010")], SECRETS: [(403, "KMS.0321")]}


def small_cloud() -> FakeCloud:
    return fixed_cloud(
        leaks=[example_leak(number) for number in range(1, 4)],
        access_keys=[example_access_key(1), example_access_key(2, access="EXAMPLE")],
        secrets={PROJECT_ID: [example_secret(number) for number in range(1, 4)]},
    )


@pytest.mark.parametrize("operation", TARGETS)
def test_any_request_is_answered_as_the_spec_says(operation: str) -> None:
    asked = OPERATIONS[operation].operation
    in_path = {
        each: str(value)
        for each, value in known(OPERATIONS[operation].arguments).items()
        if f"{{{each}}}" in asked.path
    }
    segments = st.fixed_dictionaries({each: st.just(value) | SEGMENTS for each, value in in_path.items()})

    @given(queries(operation), segments)
    def check_one(pairs: list[tuple[str, str]], segments: dict[str, str]) -> None:
        query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
        path = asked.path.format(**{each: quote(value, safe="") for each, value in segments.items()})
        forbidden = is_forbidden(operation, pairs, segments)
        found = outcome(small_cloud(), request_of(operation, f"{path}?{query}" if query else path))
        with trying(operation, found.status, FORBIDDEN if forbidden else ALLOWED):
            # Of an operation that isn't in the tables, `outcome` says that the spec has the answer.
            if not forbidden:
                assert found in {FOUND, *OTHERWISE.get(operation, {found})}
            else:
                assert found.status >= 400
                assert found in {WRONG_PARAMETER.get(operation, found), *WRONG_ID_OR_MARKER.get(operation, ())}

    check_one()


LATIN = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
HEADER_NAMES = st.sampled_from(["Authorization", "X-Auth-Token", "Host", "X-Sdk-Date", "x-acs-action", "Content-Type"])
HEADERS = st.lists(st.tuples(HEADER_NAMES, LATIN.map(lambda text: text.encode("latin-1"))), max_size=4)


@given(
    st.sampled_from(sorted(METHODS)),
    st.builds("{}{}".format, st.sampled_from([*TARGETS.values(), "", "/v3/auth/tokens", "/v1/"]), LATIN),
    HEADERS,
    st.binary(max_size=20),
)
def test_nothing_that_comes_in_makes_it_fail(
    method: str, target: str, headers: list[tuple[str, bytes]], body: bytes
) -> None:
    cloud = small_cloud()
    raw = [(name.encode(), value) for name, value in headers]
    answer = answered(cloud, ReceivedRequest(method, target, httpx.Headers(raw), body))
    with trying(cloud.calls[-1].operation or "(no operation)", answer.status, FORBIDDEN):
        assert 400 <= answer.status < 500
        assert json.loads(answer.body)
        assert cloud.calls[-1].target == target
