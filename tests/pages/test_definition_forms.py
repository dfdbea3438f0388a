"""The forms of the vendors' definitions; a hostile definition, or one of an unknown form, is an error or is read."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

import pytest

from pages.made_definitions import altered, other
from toolchain.pages.facts import PageError
from toolchain.pages.prove.definitions import LARGEST_YAML, has_operation, read_definition
from toolchain.pages.prove.evidence import evidence, evidence_as_json, evidence_as_text
from toolchain.pages.prove.leaf import Leaf

ID: Final = {"name": "lamp_id", "in": "path", "required": True}
TEXT: Final = {"type": "string", "maxLength": 40}
LAMP: Final = {"required": ["colour"], "properties": {"colour": {"type": "string"}, "watts": {"type": "integer"}}}


def put(parameters: list[Any], schema: str, **more: Any) -> dict[str, Any]:
    """Return an operation whose response has a schema as a body."""
    success: dict[str, Any] = {"schema": {"$ref": f"#/{schema}"}}
    if "requestBody" in more:
        success = {"content": {"application/json": success}}
    responses = {"200": success, "204": {"description": "Nothing."}}
    return {"operationId": "PaintLamp", "parameters": parameters, "responses": responses, **more}


BODY: Final = {"in": "body", "name": "Lamp", "required": True, "schema": {"$ref": "#/definitions/Lamp"}}
SWAGGER: Final[dict[str, Any]] = {
    "version": "2.0",
    "components": None,
    "parameters": {},
    "security_definitions": None,
    "definitions": {"Lamp": LAMP},
    "paths": {"/v9/lamps/{lamp_id}": {"put": put([ID | TEXT, BODY], "definitions/Lamp")}},
}
"""As API Explorer writes Swagger: `components` is null, and a body is one of the parameters."""
REQUEST: Final = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}}
OPENAPI: Final[dict[str, Any]] = {
    "version": "3.0.3",
    "definitions": None,
    "parameters": None,
    "components": {
        "parameters": {"LampId": ID | {"schema": {"$ref": "#/components/schemas/Id"}}},
        "schemas": {"Id": TEXT, "Lamp": LAMP},
    },
    "paths": {
        "/v9/lamps/{lamp_id}": {
            "parameters": [{"$ref": "#/components/parameters/LampId"}],
            "put": put([], "components/schemas/Lamp", requestBody=REQUEST),
        }
    },
}
"""As API Explorer writes OpenAPI: a parameter is a reference, and can be next to the methods."""


def read(definition: Any, operation: str) -> dict[str, Leaf]:
    return read_definition(json.dumps(definition).encode(), operation)


@pytest.mark.parametrize("definition", [SWAGGER, OPENAPI])
def test_parameters_and_bodies_are_read(definition: Any) -> None:
    leaves = read(definition, "PaintLamp")
    assert leaves["path lamp_id"].aspects == {"type": "string", "maxLength": 40, "required": True}
    assert leaves["body"].aspects == {"type": "object", "required": ["colour"], "schema": "Lamp"}
    assert leaves["body watts"].aspects == leaves["200 watts"].aspects == {"type": "integer"}
    assert "status 204" in leaves
    assert "204" not in leaves


def test_an_array_of_a_query_is_read_with_its_elements() -> None:
    ids = {"type": "array", "maxItems": 50, "items": {"type": "integer"}}
    api = {
        "methods": ["post", "get"],
        "parameters": [{"name": "IdList", "in": "query", "style": "repeatList", "schema": ids}],
        "responses": {"200": {"headers": {}, "schema": {"properties": {"Id": {"type": "string"}}}}},
        "errorCodes": None,
    }
    leaves = read({"apis": {"PaintLamps": api}}, "PaintLamps")
    assert leaves["query IdList"].aspects == {"type": "array", "maxItems": 50, "required": False}
    assert leaves["query IdList[]"].aspects == {"type": "integer"}
    assert leaves["200"].aspects == {"type": "object"}


def test_a_parameter_that_refers_to_itself_is_refused() -> None:
    itself = {"$ref": "#/components/parameters/LampId"}
    looped = altered(OPENAPI, "components/parameters/LampId", other(itself))
    with pytest.raises(PageError, match="in a form that is known"):
        read(looped, "PaintLamp")
    assert not has_operation(json.dumps(looped).encode(), "PaintLamp")


def api_of(schema: str, **schemas: Any) -> bytes:
    api = {"parameters": [], "responses": {"200": {"schema": {"$ref": f"#/{schema}"}}}}
    return json.dumps({"apis": {"Do": api}, "components": {"schemas": schemas}}).encode()


def chain(count: int, names: str) -> dict[str, Any]:
    """Return schemas of which each refers to the next one, once for each name."""
    schemas = {
        f"S{at}": {"type": "object", "properties": {name: {"$ref": f"#/S{at + 1}"} for name in names}}
        for at in range(count)
    }
    return schemas | {f"S{count}": {"type": "string"}}


LETTERS: Final = "abcdefghijklmnopqrstu"
ALIASES: Final = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise(LETTERS))
HOSTILE: Final = {
    "a schema that is itself": api_of("A", A={"$ref": "#/A"}),
    "two that are each other": api_of("A", A={"$ref": "#/B"}, B={"$ref": "#/A"}),
    "a billion leaves": api_of("S0", **chain(30, "ab")),
    "a long chain": api_of("S0", **chain(5000, "a")),
    "no such schema": api_of("A"),
    "deep JSON": b'{"apis":' * 100_000,
    "deep lists": b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep YAML": b"a: " + b"[" * 1000,
    "aliases": ALIASES.encode(),
    "aliases in a list": b"paths: {a: [&a [x], *a]}",
    "large YAML": b"a:\n" + b"- b\n" * (LARGEST_YAML // 4),
    "large JSON": b'{"apis": [' + b"{}," * 500_000 + b"{}]}",
    "too large": b" " * 20_000_001,
    "no object": b"- a",
    "no text": b"\xff\xfe",
    "nothing": b"",
    "a tag": b"a: !!python/object/apply:os.system [x]",
    "two keys": b"a: 1\na: 2",
    "large numbers": b'{"a": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_definition_is_an_error(name: str) -> None:
    with pytest.raises(PageError) as caught:
        read_definition(HOSTILE[name], "Do")
    assert len(str(caught.value)) <= 300
    assert "aliases" in str(caught.value) or not name.startswith("aliases")


PARTS: Final = ("methods", "parameters", "responses", "errorCodes")
PARAMETER: Final = ("", "/in", "/name", "/schema")
KEYWORDS: Final = ("/type", "/enum", "/required", "/properties", "/items", "/maximum")


@pytest.mark.parametrize(
    "path",
    [
        *("apis", "apis/Do", "components"),
        *(f"apis/Do/{part}" for part in PARTS),
        *(f"apis/Do/parameters/0{part}" for part in PARAMETER),
        *(f"apis/Do/parameters/0/schema{keyword}" for keyword in KEYWORDS),
    ],
)
def test_a_definition_of_another_form_is_an_error_or_is_read(path: str) -> None:
    api = {"parameters": [{"name": "x", "in": "query", "schema": {"type": "string"}}], "responses": {"200": {}}}
    shapes: list[Any] = [
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
    for shape in shapes:
        content = json.dumps(altered({"apis": {"Do": api}, "components": {}}, path, other(shape))).encode()
        try:
            leaves = read_definition(content, "Do")
        except PageError:
            continue
        assert has_operation(content, "Do")
        found = {"Do": evidence({}, {}, leaves)}
        assert evidence_as_text(found).isascii()
        assert json.loads(evidence_as_json(found)).keys() == {"Do"}
