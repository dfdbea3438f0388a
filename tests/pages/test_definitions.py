"""A vendor's definition is read in each form, and compared with page and spec, aspect by aspect."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from pages.proved import PROVED, edited, other_than
from toolchain.pages.__main__ import main
from toolchain.pages.facts import PageError
from toolchain.pages.prove.definitions import LARGEST_YAML, has_operation, read_definition
from toolchain.pages.prove.evidence import evidence, evidence_as_json, evidence_as_text
from toolchain.pages.prove.leaf import Leaf


def read(definition: Any, operation: str = "PaintLamp") -> dict[str, Leaf]:
    return read_definition(json.dumps(definition).encode(), operation)


ID: Final = {"name": "lamp_id", "in": "path", "required": True}
TEXT: Final = {"type": "string", "maxLength": 40}
IDS: Final = {"type": "array", "maxItems": 50, "items": {"type": "integer", "format": "int64"}}
COLOUR: Final = {"type": "string", "enum": ["red", "blue"], "default": "red", "pattern": "^[a-z]+$"}
WATTS: Final = {"type": "integer", "nullable": True, "deprecated": True}
LAMP: Final = {"required": ["colour"], "properties": {"colour": COLOUR, "watts": WATTS}}
PATH: Final = "/v9/lamps/{lamp_id}"
SWAGGER_LAMP: Final = {"schema": {"$ref": "#/definitions/Lamp"}}
SWAGGER_BODY: Final = {"in": "body", "name": "Lamp", "required": True, **SWAGGER_LAMP}
SWAGGER_PUT: Final[dict[str, Any]] = {
    "operationId": "PaintLamp",
    "parameters": [ID | TEXT, {"name": "ids", "in": "query", **IDS}, SWAGGER_BODY],
    "responses": {"200": SWAGGER_LAMP, "204": {"description": "Nothing."}},
}
SWAGGER: Final[dict[str, Any]] = {
    "version": "2.0",
    "components": None,
    "parameters": {},
    "definitions": {"Lamp": LAMP},
    "paths": {PATH: {"put": SWAGGER_PUT}},
}
"""As API Explorer writes Swagger: `components` is null, and a body is one of the parameters."""
OPENAPI_LAMP: Final = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}}
OPENAPI_PUT: Final[dict[str, Any]] = {
    "operationId": "PaintLampV5",
    "parameters": [{"name": "ids", "in": "query", "schema": IDS}],
    "requestBody": OPENAPI_LAMP,
    "responses": {"200": OPENAPI_LAMP, "204": {"description": "Nothing."}},
}
OPENAPI: Final[dict[str, Any]] = {
    "version": "3.0.3",
    "definitions": None,
    "parameters": None,
    "components": {
        "parameters": {"LampId": ID | {"schema": {"$ref": "#/components/schemas/Id"}}},
        "schemas": {"Id": TEXT, "Lamp": LAMP},
    },
    "paths": {PATH: {"parameters": [{"$ref": "#/components/parameters/LampId"}], "put": OPENAPI_PUT}},
}
"""As API Explorer writes OpenAPI: a parameter is a reference, and can be next to the methods."""
TITLED: Final = {
    "type": "string",
    "enumValueTitles": {"red": "Red", "blue": "Blue"},
    "default": "red",
    "required": True,
}
ALIBABA_LAMP: Final = {
    "title": "A lamp",
    "properties": {"colour": TITLED | {"pattern": "^[a-z]+$"}, "watts": WATTS | {"required": False}},
}
ALIBABA_PUT: Final[dict[str, Any]] = {
    "methods": ["put", "post"],
    "path": PATH,
    "parameters": [
        {"name": "lamp_id", "in": "path", "schema": {"type": "string", "maxLength": "40", "required": True}},
        {"name": "ids", "in": "query", "style": "repeatList", "schema": IDS | {"maxItems": "50"}},
        {"name": "body", "in": "body", "schema": ALIBABA_LAMP},
    ],
    "responses": {"200": {"headers": {}, "schema": ALIBABA_LAMP}, "204": {}},
    "errorCodes": {"404": [{"errorCode": "Lamp.Gone", "errorMessage": "No such lamp."}]},
}
ALIBABA: Final[dict[str, Any]] = {"components": {"schemas": {}}, "apis": {"PaintLamp": ALIBABA_PUT}}
"""As Alibaba Cloud describes an API: schemas without names, numbers as texts, and flags in the schemas."""
BODY: Final = {"type": "object", "required": ["colour"]}
NAMED: Final = BODY | {"schema": "Lamp"}
CODE: Final = {"status 404": {}, "error 404 Lamp.Gone": {"message": "No such lamp."}}


@pytest.mark.parametrize(
    ("definition", "body", "more"), [(SWAGGER, NAMED, {}), (OPENAPI, NAMED, {}), (ALIBABA, BODY, CODE)]
)
def test_every_form_of_a_definition_states_the_same(definition: Any, body: Any, more: dict[str, Any]) -> None:
    expected: dict[str, Any] = {
        "title": {},
        "operation": {"method": "PUT", "path": PATH},
        "operation id": {"operationId": "PaintLamp"},
        "path lamp_id": {"type": "string", "maxLength": 40, "required": True},
        "query ids": {"type": "array", "maxItems": 50, "required": False},
        "query ids[]": {"type": "integer", "format": "int64"},
        "status 200": {},
        "status 204": {},
    }
    for place in ("body", "200"):
        expected |= {place: body, f"{place} colour": COLOUR, f"{place} watts": WATTS}
    assert {place: leaf.aspects for place, leaf in read(definition).items()} == expected | more


def test_a_parameter_that_refers_to_itself_is_refused() -> None:
    looped = edited(OPENAPI, "#/components/parameters/LampId", {"$ref": "#/components/parameters/LampId"})
    with pytest.raises(PageError, match="in a form that is known"):
        read(looped)
    assert not has_operation(json.dumps(looped).encode(), "PaintLamp")


def parameter(schema: Any) -> dict[str, Any]:
    api = {"parameters": [{"name": "x", "in": "query", "schema": schema}], "responses": {"200": {}}}
    return read({"apis": {"PaintLamp": api}})["query x"].aspects


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("100", 100), (100, 100), ("-1", -1), ("0.5", 0.5), ("1e2", 100.0), ("many", "many"), ("true", "true")),
        *(("[1]", "[1]"), ("9" * 5000, "9" * 5000), ("", "")),
    ],
)
def test_a_number_that_is_given_as_a_text_is_a_number(written: Any, meant: Any) -> None:
    aspects = parameter({"type": "integer", "maximum": written, "default": written, "enum": [written]})
    assert (aspects["maximum"], aspects["enum"]) == (meant, [meant])
    # What can have one value has no other default.
    assert "default" not in aspects


def test_a_default_has_the_type_of_its_parameter() -> None:
    assert parameter({"type": "boolean", "default": "false"})["default"] is False
    assert parameter({"type": "string", "default": "100"})["default"] == "100"


UNCOMPARED = {"title", "page", "server", "security", "permission", "example", "operation"}
"""Places that definitions don't describe, or describe in other terms."""


def compared(package: str, definition: dict[str, Leaf]) -> dict[tuple[str, str], tuple[Any, Any, Any]]:
    found = evidence(PROVED[package].facts, PROVED[package].leaves, definition)
    return {(one.place, one.aspect): (one.page, one.spec, one.definition) for one in found}


@pytest.mark.parametrize("package", sorted(PROVED))
def test_a_definition_that_equals_the_spec_differs_from_the_page_as_the_readings_say(package: str) -> None:
    leaves = PROVED[package].leaves
    read = {
        (leaf.place, reading.aspect): (reading.page, reading.taken, reading.taken)
        for leaf in leaves.values()
        for reading in leaf.readings
        if reading.aspect not in {"meaning", "example"} and leaf.place.split()[0] not in UNCOMPARED
    }
    # What the page lacks as a whole needs no reading of each part.
    found = compared(package, leaves).items()
    assert {key: values for key, values in found if not leaves[key[0]].covered or key in read} == read


def test_an_altered_definition_differs_there_and_nowhere_else() -> None:
    _, _, facts, leaves = PROVED["huawei_iam_v5"]
    same = compared("huawei_iam_v5", leaves)
    for place, leaf in leaves.items():
        if place.split()[0] in UNCOMPARED:
            continue
        page = facts[place].aspects if place in facts else {}
        for aspect in leaf.aspects.keys() - {"schema"}:
            value = leaf.aspects[aspect]
            altered = attrs.evolve(leaf, aspects=leaf.aspects | {aspect: other_than(value)})
            difference = (page.get(aspect), value, other_than(value))
            found = compared("huawei_iam_v5", leaves | {place: altered})
            assert found == same | {(place, aspect): difference}
        found = compared("huawei_iam_v5", {name: other for name, other in leaves.items() if name != place})
        assert found[place, "presence"] == ("present" if place in facts else None, "present", None)
        found = compared("huawei_iam_v5", leaves | {f"{place}.extra": leaf})
        assert found[f"{place}.extra", "presence"] == (None, None, "present")


def test_the_table_shows_what_each_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "DescribeAccesskeyLeakList"
    size = {"name": "PageSize", "in": "query", "schema": {"type": "integer", "maximum": "50"}}
    file = tmp_path / "definition.json"
    file.write_text(json.dumps({"apis": {name: {"parameters": [size]}}}), encoding="utf-8")
    assert main(["--definition", str(file)]) == 1
    table = capsys.readouterr().out
    assert "  query PageSize: maximum\n    page       100\n    spec       100\n    definition 50\n" in table
    assert main(["--definition", str(file), "--format", "json"]) == 1
    rows = json.loads(capsys.readouterr().out)[name]
    assert {"place": "query PageSize", "aspect": "maximum", "page": 100, "spec": 100, "definition": 50} in rows
    file.write_text("paths: {}", encoding="utf-8")
    assert main(["--definition", str(file)]) == 2
    assert "none of the operations" in capsys.readouterr().err


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


SHAPES: Final[list[Any]] = [None, 1, "text", True, [], [1], {}, {"": None}, {"a": {"b": []}}, [[]], ["x"]]
API: Final = "#/apis/PaintLamp"


@pytest.mark.parametrize(
    "pointer",
    [
        *("#/apis", API, "#/components"),
        *(f"{API}/{part}" for part in ("methods", "parameters", "responses", "responses/200/schema", "errorCodes")),
        *(f"{API}/parameters/0{part}" for part in ("", "/in", "/name", "/schema")),
        *(
            f"{API}/parameters/0/schema/{keyword}"
            for keyword in ("type", "enum", "required", "properties", "items", "maximum")
        ),
    ],
)
def test_a_definition_of_another_form_is_an_error_or_is_read(pointer: str) -> None:
    for shape in SHAPES:
        content = json.dumps(edited(ALIBABA, pointer, shape)).encode()
        try:
            leaves = read_definition(content, "PaintLamp")
        except PageError:
            continue
        assert has_operation(content, "PaintLamp")
        found = {"PaintLamp": evidence({}, {}, leaves)}
        assert evidence_as_text(found).isascii()
        assert json.loads(evidence_as_json(found)).keys() == {"PaintLamp"}
