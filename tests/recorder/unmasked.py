"""Generated recordings before the masking, with everything that the specs allow."""

from __future__ import annotations

import functools
import re
from typing import Any

from hypothesis import strategies as st

from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording
from specs import SPEC_OPERATIONS, expanded
from toolchain.document import Document
from tools.recorder.masking import FORMS, MESSAGES, response_schema

# A status code for each response schema.
RESPONSES = {
    (name, str(response["content"])): 599 if status == "default" else int(status)
    for name, (_, place) in SPEC_OPERATIONS.items()
    for status, response in place.operation["responses"].items()
    if "content" in response
}
# A public text for each field that has some.
PUBLIC = {
    "Code": "NoPermission",
    "error_code": "APIGW.0301",
    "DealTime": "2020-12-03 21:23:38",
    "rotation_period": "30d",
}
PLAIN_WORDS = ["access", "denied", "for", "(the", "caller):", "doesn't", "exist."]
MARK = "plant3d"  # neither in a spec nor in a replacement


def recorded(operation: str, status: int, body: str, target: str | None = None, **headers: str) -> Recording:
    _, place = SPEC_OPERATIONS[operation]
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
    """Return the values that a schema allows; objects get unknown fields too."""
    schema = expanded(package, schema)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(_of_kind(package, schema, kind, name) for kind in kinds))


@functools.cache
def bodies(operation: str, status: int) -> st.SearchStrategy[Any]:
    package, place = SPEC_OPERATIONS[operation]
    return values(package, response_schema(place, status))


def _of_kind(package: str, schema: Document, kind: str, name: str) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "object":
        fields = {key: values(package, item, key) for key, item in schema["properties"].items()}
        required = {key: fields.pop(key) for key in schema.get("required", ())}
        # Hypothesis collects strings from our source, so a random text can be the name of a field.
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
