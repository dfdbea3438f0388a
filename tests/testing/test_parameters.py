"""The fake cloud refuses every parameter that the vendors' pages forbid, and each response conforms to the specs."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudkeys.testing import ReceivedRequest
from shells import TARGETS as OPERATIONS
from specs import SPEC_OPERATIONS, expanded, schema_errors
from testing.requests import (
    FOUND,
    KEY,
    KEYS,
    LEAKS,
    SECRETS,
    TARGETS,
    check,
    fixed_cloud,
    known,
    outcome,
    request_of,
    respond,
)

WRONG_PARAMETER = {
    LEAKS: (400, "InvalidParameter"),
    KEYS: (400, "IAM.0007"),
    KEY: (400, ""),
    SECRETS: (400, "CSMS.0002"),
}
NO_NUMBERS = ("", "x", "-1", "1e1", "10.0", "1,0", "%2B5", "%205", "5%0A", "0x10", "%D9%A3", "true", "9" * 5000)
# The random requests below find the rest; these are written, or encoded, in a way that hypothesis doesn't find.
FORBIDDEN = {
    LEAKS: [
        *("", "&".join(["a=1"] * 101)),
        *(f"CurrentPage=1&PageSize={size}" for size in NO_NUMBERS),
        *(f"PageSize=20&CurrentPage=1&{odd}" for odd in ("Unknown", "=", "%FF=1", "Query=%FF", "PageSize=20")),
    ],
    KEYS: [*(f"limit={limit}" for limit in NO_NUMBERS), "limit=1&limit=1", "Limit=1", "limit", "marker=%FF"],
    KEY: ["limit=1", "unknown", "="],
    SECRETS: [*(f"limit={limit}" for limit in (*NO_NUMBERS, "050")), "project_id=p", "event_name=%FF"],
}


@pytest.mark.parametrize("operation", WRONG_PARAMETER)
def test_a_forbidden_query_is_refused(operation: str) -> None:
    path = TARGETS[operation].partition("?")[0]
    for query in FORBIDDEN[operation]:
        check(fixed_cloud(), request_of(operation, f"{path}?{query}"), WRONG_PARAMETER[operation])


def test_a_forbidden_id_in_the_path_is_refused() -> None:
    for user in ("a_b", "a%20b", "a.b", "%C3%A9", "a" * 65, "%FF", "a%2Fb", "a%0A"):
        check(fixed_cloud(), request_of(KEYS, f"/v5/users/{user}/access-keys"), WRONG_PARAMETER[KEYS])
    keys = "/v3.0/OS-CREDENTIAL/credentials"
    check(fixed_cloud(), request_of(KEY, f"{keys}/%FF"), WRONG_PARAMETER[KEY])
    for key in ("unknown", "EXAMPLE00000000", "example000000001", "a%2Fb", "%C3%A9", "EXAMPLE000000001%20"):
        check(fixed_cloud(), request_of(KEY, f"{keys}/{key}"), (404, ""))


JSON_TYPES = ("application/json;charset=utf8", "application/json", "application/json; charset=UTF-8")
OTHER_TYPES = ("", "text/plain", "application/json;charset=latin-1", "application/jsonx")


@pytest.mark.parametrize("content_type", [*JSON_TYPES, *OTHER_TYPES])
def test_only_iam_v3_requires_the_content_type_json(content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    request = request_of(KEY, headers=headers)
    check(fixed_cloud(), request, FOUND if content_type in JSON_TYPES else WRONG_PARAMETER[KEY])
    if content_type in OTHER_TYPES:
        assert b"Content-Type must be application/json" in fixed_cloud().respond(request).body
    for operation in (KEYS, SECRETS):
        check(fixed_cloud(), request_of(operation, headers=headers))


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}


@pytest.mark.parametrize("operation", TARGETS)
def test_a_path_has_the_methods_of_its_operations(operation: str) -> None:
    cloud, path = fixed_cloud(), SPEC_OPERATIONS[operation][1].path.partition("#")[0]
    right = {each.method.upper() for _, each in SPEC_OPERATIONS.values() if each.path.partition("#")[0] == path}
    for method in METHODS - right:
        request = attrs.evolve(request_of(operation), method=method)
        check(cloud, request, (405, "APIGW.0101"))
        assert cloud.respond(request).headers["Allow"] == ", ".join(sorted(right))


UNKNOWN_PATHS = (
    *("", "*", "//", "/index.html", "/v5", "/v5/users/example-user/access-keys/", "/v5/users//access-keys"),
    *("/V5/users/example-user/access-keys", "/v1/p/q/secrets", "/v3/auth/tokens/", "/%2F", "/v1/p/secrets\n", "/\xe9"),
    *("http://iam.example/v5/users/example-user/access-keys", "/v3.0/OS-CREDENTIAL/credentials/a/b"),
)


def test_an_unknown_path_is_not_found() -> None:
    for target in UNKNOWN_PATHS:
        check(fixed_cloud(), attrs.evolve(request_of(SECRETS), target=target), (404, "APIGW.0101"))


# Random requests.

PARAMETERS: dict[str, dict[str, Any]] = {
    # The items of an array have names of their own; test_as_server.py tests them.
    operation: {each["name"]: each for each in place.operation.get("parameters", []) if "x-array" not in each}
    for operation, (_, place) in SPEC_OPERATIONS.items()
}
BOUNDS = {"int32": 2**31, "int64": 2**63}


def forbids(operation: str, name: str, text: str) -> bool:
    """Return whether the spec forbids a text as the value of a parameter."""
    package, _ = SPEC_OPERATIONS[operation]
    resolved = expanded(package, PARAMETERS[operation][name]["schema"])
    if resolved["type"] == "string":
        # jsonschema uses Python's patterns, in which $ matches before a final line break.
        return (text.endswith("\n") and "pattern" in resolved) or bool(schema_errors(package, resolved, text))
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,20})", text):
        return True
    bound = BOUNDS[resolved["format"]]
    return not -bound <= int(text) < bound or bool(schema_errors(package, resolved, int(text)))


def is_forbidden(operation: str, pairs: list[tuple[str, str]], in_path: dict[str, str]) -> bool:
    known = PARAMETERS[operation]
    queried = {name for name, each in known.items() if each["in"] == "query"}
    names = [name for name, _ in pairs]
    required = {name for name in queried if known[name]["required"]}
    if len(set(names)) < len(names) or not required <= set(names) <= queried:
        return True
    for each in SPEC_OPERATIONS[operation][1].operation.get("x-constraints", ()):
        for kind, together in ((kind, names) for kind, names in each.items() if set(names) & queried):
            # An empty text counts as absent.
            count = sum(name in together and text != "" for name, text in pairs)
            if (count > 1 and kind != "at-least-one-of") or (count == 0 and kind != "at-most-one-of"):
                return True
    return any(forbids(operation, name, text) for name, text in (*pairs, *in_path.items()))


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["", " ", "%", "null", "é", "+"])
NUMBERS = st.integers(-2, 1002).map(str) | st.integers(-(2**65), 2**65).map(str)
WORDS = st.sampled_from(["pending", "dealed", "example-secret-1", "example-user", "a", "ab/+=", "007", "1.0"])
TEXTS = ODD | NUMBERS | WORDS
SEGMENTS = TEXTS.filter(lambda text: text.strip(".") and "/" not in text)


@st.composite
def queries(draw: st.DrawFn, operation: str) -> list[tuple[str, str]]:
    """Draw a query that the operation accepts, or nearly does."""
    schemas = {name: each for name, each in PARAMETERS[operation].items() if each["in"] == "query"}
    fitting = {"integer": st.integers(1, 100).map(str), "string": WORDS}
    pairs: list[tuple[str, str]] = []
    for name, each in schemas.items():
        if draw(st.sampled_from([each["required"], True, False])):
            kind = each["schema"].get("type", "string")
            pairs.append((name, draw(fitting[kind] if draw(st.integers(0, 4)) else TEXTS)))
    extra = st.tuples(st.sampled_from([*schemas, "unknown"]), TEXTS)
    return draw(st.permutations([*pairs, *draw(st.just([]) | st.lists(extra, max_size=1))]))


# The refusals of allowed parameters, and those of forbidden ones that differ from `WRONG_PARAMETER`.
OTHER_REFUSALS = {
    LEAKS: {(400, "RdCheckNoPermission")},
    KEYS: {(400, "PAP5.0010"), (404, "IAM.0004")},
    KEY: {(404, "")},
    SECRETS: {(400, "CSMS.0005"), (403, "KMS.0321")},
}
WRONG_ID_OR_MARKER = {KEYS: [(400, "PAP5.0010")], SECRETS: [(403, "KMS.0321")]}


@pytest.mark.parametrize("operation", TARGETS)
def test_a_random_request_is_refused_if_the_spec_forbids_it(operation: str) -> None:
    path = OPERATIONS[operation].operation.path
    arguments = known(OPERATIONS[operation].arguments).items()
    in_path = {each: str(value) for each, value in arguments if f"{{{each}}}" in path}
    segments = st.fixed_dictionaries({each: st.just(value) | SEGMENTS for each, value in in_path.items()})

    @settings(max_examples=settings().max_examples if operation in WRONG_PARAMETER else settings().max_examples // 4)
    @given(queries(operation), segments)
    def check_one(pairs: list[tuple[str, str]], segments: dict[str, str]) -> None:
        query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
        asked = path.format(**{each: quote(value, safe="") for each, value in segments.items()})
        # `outcome` checks the response against the spec.
        found = outcome(fixed_cloud(3), request_of(operation, f"{asked}?{query}" if query else asked))
        if is_forbidden(operation, pairs, segments):
            assert found.status >= 400
            assert found in {WRONG_PARAMETER.get(operation, found), *WRONG_ID_OR_MARKER.get(operation, ())}
        else:
            assert found in {FOUND, *OTHER_REFUSALS.get(operation, {found})}

    check_one()


LATIN = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
HEADER_NAMES = st.sampled_from(["Authorization", "X-Auth-Token", "Host", "X-Sdk-Date", "x-acs-action", "Content-Type"])
HEADERS = st.lists(st.tuples(HEADER_NAMES, LATIN.map(lambda text: text.encode("latin-1"))), max_size=4)
RANDOM_TARGETS = st.builds("{}{}".format, st.sampled_from([*TARGETS.values(), "", "/v3/auth/tokens", "/v1/"]), LATIN)


@given(st.sampled_from(sorted(METHODS)), RANDOM_TARGETS, HEADERS, st.binary(max_size=20))
def test_a_random_unsigned_request_is_refused_and_recorded(
    method: str, target: str, headers: list[tuple[str, bytes]], body: bytes
) -> None:
    cloud = fixed_cloud(3)
    raw = [(name.encode(), value) for name, value in headers]
    response = respond(cloud, ReceivedRequest(method, target, httpx.Headers(raw), body))
    assert 400 <= response.status < 500
    assert json.loads(response.body)
    assert cloud.calls[-1].target == target
