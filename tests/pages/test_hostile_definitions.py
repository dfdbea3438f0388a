"""A hostile definition, or one of an unknown form, ends soon, in an error or a result."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pages.made_definitions import altered, other
from toolchain.pages.facts import PageError
from toolchain.pages.prove.definitions import LARGEST_YAML, has_operation, read_definition
from toolchain.pages.prove.evidence import evidence, evidence_as_json, evidence_as_text


def api_of(answer: Any, schemas: Any = None) -> bytes:
    api = {"parameters": [], "responses": {"200": {"schema": answer}}}
    return json.dumps({"apis": {"Do": api}, "components": {"schemas": schemas or {}}}).encode()


def once(count: int) -> dict[str, Any]:
    """Return schemas of which each refers to the next one."""
    return {f"S{n}": {"properties": {"a": {"$ref": f"#/S{n + 1}"}}} for n in range(count)}


def many(count: int) -> dict[str, Any]:
    """Return schemas of which each refers to the next one twice."""
    twice = {
        f"S{n}": {"type": "object", "properties": {k: {"$ref": f"#/S{n + 1}"} for k in "ab"}} for n in range(count)
    }
    return twice | {f"S{count}": {"type": "string"}}


ALIASES = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
HOSTILE = {
    "a schema that is itself": api_of({"$ref": "#/A"}, {"A": {"$ref": "#/A"}}),
    "two that are each other": api_of({"$ref": "#/A"}, {"A": {"$ref": "#/B"}, "B": {"$ref": "#/A"}}),
    "a billion leaves": api_of({"$ref": "#/S0"}, many(30)),
    "a long chain": api_of({"$ref": "#/S0"}, once(5000)),
    "no such schema": api_of({"$ref": "#/A"}),
    "deep JSON": b'{"apis":' * 100_000,
    "deep lists": b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep YAML": b"a: " + b"[" * 3000,
    "aliases": ALIASES.encode(),
    "aliases in a list": b"paths: {a: [&a [x], *a]}",
    "large YAML": b"a:\n" + b"- b\n" * (LARGEST_YAML // 4),
    "large JSON": b'{"apis": [' + b"{}," * 1_500_000 + b"{}]}",
    "too large": b" " * 20_000_001,
    "no object": b"- a",
    "no text": b"\xff\xfe",
    "nothing": b"",
    "a tag": b"a: !!python/object/apply:os.system [x]",
    "two keys": b"a: 1\na: 2",
    "large numbers": b'{"a": ' + b"9" * 5000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_definition_ends_soon(name: str) -> None:
    began = time.process_time()
    with pytest.raises(PageError) as caught:
        read_definition(HOSTILE[name], "Do")
    assert time.process_time() - began < 10
    assert len(str(caught.value)) <= 300
    assert "aliases" in str(caught.value) or not name.startswith("aliases")


SHAPES: list[Any] = [
    None,
    1,
    "text",
    True,
    [],
    [1],
    {},
    {"": None},
    {"a": {"b": []}},
    [[]],
    ["x"],
    {"200": {"schema": 1}},
]
KEYS = [
    "apis",
    "apis/Do",
    "apis/Do/methods",
    "apis/Do/parameters",
    "apis/Do/responses",
    "apis/Do/errorCodes",
    "components",
]
MORE = ["apis/Do/parameters/0", "apis/Do/parameters/0/in", "apis/Do/parameters/0/name", "apis/Do/parameters/0/schema"]
SCHEMA = [
    f"apis/Do/parameters/0/schema/{name}" for name in ("type", "enum", "required", "properties", "items", "maximum")
]


@pytest.mark.parametrize("path", [*KEYS, *MORE, *SCHEMA])
def test_a_definition_of_another_shape_is_an_error_or_is_read(path: str) -> None:
    api = {"parameters": [{"name": "x", "in": "query", "schema": {"type": "string"}}], "responses": {"200": {}}}
    for shape in SHAPES:
        content = json.dumps(altered({"apis": {"Do": api}, "components": {}}, path, other(shape))).encode()
        try:
            leaves = read_definition(content, "Do")
        except PageError:
            continue
        assert has_operation(content, "Do")
        found = {"Do": evidence({}, {}, leaves)}
        assert evidence_as_text(found).isascii()
        assert json.loads(evidence_as_json(found)).keys() == {"Do"}
