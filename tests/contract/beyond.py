"""Responses that go beyond the specs, as far as the client lets that pass."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from toolchain.document import Document

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


class Leaves(NamedTuple):
    """What stands in each kind of place of a body."""

    texts: SearchStrategy[Any] = st.text(max_size=20)
    integers: SearchStrategy[Any] = st.integers() | st.integers(-(10**100), 10**100)
    moments: SearchStrategy[Any] = st.datetimes(timezones=ZONES).map(datetime.isoformat)


def beyond(schema: Document, leaves: Leaves) -> SearchStrategy[Any]:
    """Return values that have the types of a schema, and all else that the client lets pass.

    They have any text in place of an enumeration's values, unknown members, and null where a member may be absent.
    """
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return _of_kind(schema, kinds[0], leaves) | st.none() if "null" in kinds else _of_kind(schema, kinds[0], leaves)


def _of_kind(schema: Document, kind: str, leaves: Leaves) -> SearchStrategy[Any]:
    if kind == "object":
        return _objects(schema, leaves)
    if kind == "array":
        return st.lists(beyond(schema["items"], leaves), max_size=3)
    texts = leaves.moments if schema.get("format") == "date-time" else leaves.texts
    return {"string": texts, "integer": leaves.integers, "boolean": st.booleans()}[kind]


def _objects(schema: Document, leaves: Leaves) -> SearchStrategy[Any]:
    members = {name: beyond(value, leaves) for name, value in schema["properties"].items()}
    required = {name: members.pop(name) for name in schema.get("required", ())}
    names = st.text(max_size=8).filter(lambda name: name not in schema["properties"])
    scalars = (
        st.none() | st.booleans() | leaves.integers | st.floats(allow_nan=False, allow_infinity=False) | leaves.texts
    )
    values = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
        max_leaves=3,
    )
    unknown = st.dictionaries(names, values, max_size=2)
    return st.builds(
        lambda before, known, after: before | known | after,
        unknown,
        st.fixed_dictionaries(required, optional=members),
        unknown,
    )


def written(values: SearchStrategy[Any]) -> SearchStrategy[bytes]:
    """Return values as JSON, with escapes and line breaks and without."""
    texts = st.builds(json.dumps, values, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 1]))
    return texts.map(str.encode)
