"""Recordings as they come from a real account, before they are masked: made up, with all that the specs allow."""

from __future__ import annotations

import functools
import re
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording
from specs import PLACES, expanded
from toolchain.document import Document
from tools.recorder.masking import FORMS, MESSAGES, response_schema

# One status for each schema of an operation.
RESPONSES = {
    (name, str(response["content"])): 599 if status == "default" else int(status)
    for name, (_, place) in PLACES.items()
    for status, response in place.operation["responses"].items()
    if "content" in response
}
# For each form of a public text, an example of it.
PUBLIC = {
    "Code": "NoPermission",
    "error_code": "APIGW.0301",
    "DealTime": "2020-12-03 21:23:38",
    "rotation_period": "30d",
}
PLAIN_WORDS = ["access", "denied", "for", "(the", "caller):", "doesn't", "exist."]
MARK = "plant3d"  # in no spec, and in no replacement


def recorded(operation: str, status: int, body: str, target: str | None = None, **headers: str) -> Recording:
    _, place = PLACES[operation]
    path = re.sub(r"\{([^{}]+)\}", r"\1", place.path.partition("#")[0])
    request = RecordedRequest(method=place.method.upper(), target=target or path, headers={})
    response = RecordedResponse(
        status=status,
        headers={"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()},
        body=body,
    )
    return Recording(operation=operation, source="recorded", request=request, response=response)


PLANTED = st.builds("{}{}{}".format, st.text(max_size=5), st.just(MARK), st.text(max_size=5))
IDS = st.one_of(
    st.uuids().map(str),
    st.text("0123456789abcdefABCDEF", min_size=16, max_size=64),
    st.from_regex(r"[1-9][0-9]{11,18}", fullmatch=True),
    st.sampled_from([MARK, "6fe0b0c2d7f14d5aa3c1e9a7b5d84c21", "1276085894171234", "masked-0001", "1" * 16]),
    st.text(),
)
TEXTS = st.one_of(PLANTED, IDS)
JSON = st.recursive(
    st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2 * 10**12),
    "null": st.none(),
}


def values(package: str, schema: Document, name: str = "") -> st.SearchStrategy[Any]:
    """Return what the spec allows at a place, with fields that it doesn't know."""
    schema = expanded(package, schema)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(_of_kind(package, schema, kind, name) for kind in kinds))


@functools.cache
def bodies(operation: str, status: int) -> st.SearchStrategy[Any]:
    package, place = PLACES[operation]
    return values(package, response_schema(place, status))


def _of_kind(package: str, schema: Document, kind: str, name: str) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "object":
        fields = {key: values(package, item, key) for key, item in schema["properties"].items()}
        required = {key: fields.pop(key) for key in schema.get("required", ())}
        # hypothesis knows the names in our source, so a random text can be the name of a field.
        names = st.one_of(TEXTS, st.just("newField")).filter(lambda key: key not in schema["properties"])
        others = st.dictionaries(names, JSON, max_size=2)
        return st.builds(lambda known, new: new | known, st.fixed_dictionaries(required, optional=fields), others)
    if kind == "array":
        return st.lists(values(package, schema["items"]), max_size=3)
    if kind == "string":
        return _texts(schema, name)
    return SIMPLE[kind]


def _texts(schema: Document, name: str) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: moment.replace(fold=0).isoformat(timespec="microseconds") + "Z")
    if name in MESSAGES:
        words = st.one_of(st.sampled_from(PLAIN_WORDS), st.builds("{}{}".format, st.just(MARK), st.integers(0)))
        return st.lists(words).map(" ".join)
    if name in PUBLIC:
        return st.just(PUBLIC[name]) | TEXTS.filter(lambda text: not re.fullmatch(FORMS[name], text))
    return TEXTS.filter(lambda text: len(text) >= schema.get("minLength", 0))


@functools.cache
def targets(operation: str) -> st.SearchStrategy[str]:
    """Return the targets of an operation, with all that its spec allows."""
    package, place = PLACES[operation]
    strategies = {
        # Of an array whose items are numbered, the first item.
        f"{item['name']}.1" if "x-array" in item else item["name"]: _parameter(package, item)
        for item in place.operation.get("parameters", ())
        if item["in"] != "header"
    }
    path = place.path.partition("#")[0]
    inside = {name: strategies.pop(name) for name in list(strategies) if f"{{{name}}}" in path}

    def target(in_path: dict[str, Any], in_query: dict[str, Any]) -> str:
        encoded = {name: quote(str(value), safe="~") for name, value in in_path.items()}
        query = "&".join(f"{name}={quote(str(value), safe='~')}" for name, value in in_query.items())
        return path.format(**encoded) + ("?" + query if query else "")

    return st.builds(target, st.fixed_dictionaries(inside), st.fixed_dictionaries(strategies))


def _parameter(package: str, item: Document) -> st.SearchStrategy[Any]:
    schema = expanded(package, item["schema"])
    schema = schema["items"] if "x-array" in item else schema
    if "pattern" in schema:
        found = st.from_regex(schema["pattern"], fullmatch=True)
        return found.filter(lambda text: schema.get("minLength", 1) <= len(text) <= schema.get("maxLength", 64))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 2**53))
    shortest, longest = schema.get("minLength", 1), schema.get("maxLength", 2**16)
    return TEXTS.filter(lambda text: shortest <= len(text) <= longest and text not in {".", ".."})
