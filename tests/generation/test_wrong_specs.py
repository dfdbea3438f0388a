"""A wrong spec is refused with the place of the fault, and nothing is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from generation.spec_factory import show, small_spec, tree, write_spec
from toolchain.__main__ import main
from toolchain.document import SpecError
from toolchain.generate import generate

PLACES = {
    "path": "paths/~1things~1{thing_id}",
    "get": "paths/~1things~1{thing_id}/get",
    "post": "paths/~1things~1{thing_id}/post",
    "body": "paths/~1things~1{thing_id}/post/requestBody",
    "paging": "paths/~1things~1{thing_id}/get/x-paging",
    "thing_id": "paths/~1things~1{thing_id}/get/parameters/0",
    "kind": "paths/~1things~1{thing_id}/get/parameters/1",
    "constant": "paths/~1things~1{thing_id}/get/parameters/2",
    "new": "paths/~1things~1{thing_id}/get/parameters/3",
    "added": "paths/~1things~1{thing_id}/get/parameters/-",
    "second": "paths/~1others~1{other_id}/get",
    "schemas": "components/schemas",
    "fields": "components/schemas/FakeResponse/properties",
    "field": "components/schemas/Body/properties/a",
}
"""The first word of a place, and the pointer that it stands for; `-` is the end of a list."""
VALUES = {
    "TEXT": {"type": "string"},
    "SECRET": {"type": "string", "format": "password"},
    "OBJECT": {"type": "object", "properties": {}},
    "RESPONSE": {"$ref": "#/components/schemas/FakeResponse"},
    "REQUEST": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
    "SAME": show(small_spec()),
    "SIMILAR": show(small_spec()) | {"operationId": "showThing"},
}
"""Words in the tables, and the values that they stand for."""
SPECS = r"""
paths: null => paths: not an OpenAPI document
openapi: 3.0.3 => openapi: must be 3.1.x
info/title: null => info:
schemas/Kind: null => kind/schema/$ref: leads nowhere
kind/schema: {$ref: other.yaml#/x} => kind/schema/$ref: leads nowhere
fields/headers: {$ref: file:///etc/hostname} => fields/headers/$ref: leads nowhere
kind/schema/maxLength: 3 => kind/schema: next to a $ref, the generators ignore maxLength
"paths/~1others~1{other_id}": {get: SAME} => second/operationId: duplicate operationId 'ShowThing'
"paths/~1others~1{other_id}": {get: SIMILAR} => second/operationId: maps to the same module things.show_thing
get/operationId: null => get: operationId must be
get/operationId: x(); y => get: operationId must be
get/operationId: WithOptions => get/operationId: every client already has
paths/~1x: {get: 1} => paths/~1x/get:
get/tags: [../../x] => get/tags: '../../x' must be
get/servers: [{url: https://other.example}] => get: the templates don't support servers
path/servers: [{url: https://other.example}] => path: the templates don't support servers
"paths/~1{thing_id}?a=b": {get: SAME}, path: null => paths/~1{thing_id}?a=b/get: the path must begin with one slash
info/x-unknown: 1 => info/x-unknown: unknown extension
schemas/Kind/x-enum-descriptions: [one] => schemas/Kind/x-enum-descriptions: has 1 descriptions for 2 values
schemas/Kind/x-enum-descriptions: {a: b} => schemas/Kind/x-enum-descriptions: {'a': 'b'} is not of type 'array'
get/x-reading: [{page: 1, taken: 2, aspect: mood, why: w}] => get/x-reading/0/aspect: 'mood' is not one of
get/x-reading: [{page: 1, taken: 2, aspect: type}] => get/x-reading/0: 'why' is a required property
schemas/lower_case: OBJECT => schemas/lower_case: the two generators would name its class
schemas/ShowThingParameters: OBJECT => schemas/ShowThingParameters: the parameters of
schemas/Client: OBJECT => schemas/Client: the generated modules use this name
schemas/FakeResponse/customBasePath: os.path => schemas/FakeResponse: the generators don't support customBasePath
schemas/FakeResponse/allOf: [OBJECT] => schemas/FakeResponse: the generators don't support allOf
fields/text/type: null => fields/text: must have a type
fields/text/enum: [a] => fields/text/enum: an enumeration must be of strings
schemas/Kind: {type: integer, enum: [1]} => schemas/Kind/enum: an enumeration must be of strings
fields/text/pattern: ( => properties/text/pattern: '(' is not
fields/text: {type: integer, format: int46} => schemas:
fields/text: {type: integer, format: password} => fields/text: format: password is only for a string
schemas/Hidden: SECRET => schemas/Hidden: format: password is only for a string
added: {name: word, in: query, schema: {type: string, format: password, pattern: a}}
    => new/schema: with format: password, the client checks only maxLength
constant/schema/enum: [Show, Hide] => constant: a header with an enum must be constant: one value
constant/schema: {type: array, items: TEXT} => constant/schema: must be one of
constant/name: Content-Length, constant/schema: {type: integer} => constant: the client sends the header
constant/schema: {type: string, enum: ["a\r\nb"], default: "a\r\nb"} => constant/schema/enum: 'a\r\nb' can't be used
constant/schema: {type: string, enum: [é], default: é} => constant/schema/enum/0: must be printable ASCII
constant/name: "x: y" => constant: a header's name must consist
kind/in: cookie => kind: a parameter must be in path, query or header
kind/allowReserved: true => kind: the templates don't support allowReserved
kind/schema: {type: string, enum: [a, b]} => kind/schema: must be one of
added: {name: thing_id, in: query, schema: TEXT} => get/parameters: two parameters have the same name
thing_id: null => : Path parameter 'thing_id'
added: {name: Self, in: query, schema: TEXT} => new: the generated method uses the name 'self'
added: {name: ShowThing, in: query, schema: TEXT} => new: the generated method uses the name 'show_thing'
kind/x-client-setting: true => kind: a setting of a client must be a required string
added: {name: BaseURL, in: query, schema: TEXT, required: true, x-client-setting: true}
    => new: a setting of a client must be a required string, with a name that no client has
added: {name: list, in: query, schema: {type: array, items: TEXT}, explode: false} => new: an array must be
added: {name: list, in: query, schema: {type: array, items: TEXT}, style: pipeDelimited} => new: an array must be
added: {name: list, in: query, schema: {type: array, items: RESPONSE}} => new: an array of objects in the query must
thing_id/schema: {type: array, items: TEXT} => thing_id/schema: must be one of
kind/x-array: numbered => kind: only an array can have x-array or a style
get/responses: {500: {description: A}} => get/responses: must have a 2xx response
get/responses/200/content/application~1json/schema: OBJECT => get/responses/200: must have application/json
get/responses/4XX: {description: An error.} => get/responses/4XX: must be a status code
get/requestBody: REQUEST, schemas/Body: OBJECT => get/requestBody: a GET can't have a body
get/x-constraints: [{exactly-one-of: [thing_id, kind]}] => get/x-constraints/0: must name optional parameters
get/x-constraints: [{exactly-one-of: [x-action, kind]}] => get/x-constraints/0: must name optional parameters
get/x-constraints: [{at-most-one-of: [kind, sort]}] => get/x-constraints/0: must name optional parameters, not 'sort'
get/x-constraints: [{at-most-one-of: [kind]}] => get/x-constraints/0/at-most-one-of: ['kind'] is too short
get/x-constraints: [{all-of: [kind, x-action]}] => get/x-constraints/0: 'all-of' is not one of
"""
"""Edits of the small spec in YAML, where null removes a value, and the message that follows."""
TO_WRITE = """
get: null, post: SAME, post/x-idempotent: false, body: REQUEST,
    schemas/Body: {type: object, properties: {a: TEXT}}
"""
WRITES = """
post/x-idempotent: null => post: set x-idempotent to true, false or delete
post/x-idempotent: "yes" => post/x-idempotent: 'yes' is not one of
post/x-idempotent: delete, schemas/FakeResponse/required: [text] => post/x-idempotent: with x-idempotent: delete
schemas/Body/required: [a], post/x-constraints: [{at-most-one-of: [a, kind]}] => post/x-constraints/0: must name
body/content/application~1xml: {schema: RESPONSE} => body: must have only application/json content
body/content/application~1json/schema: OBJECT => body: must have only application/json content
schemas/Body: {type: array, items: TEXT} => body: the schema of a body must be an object with properties
schemas/Body: {type: object} => body: the schema of a body must be an object with properties
schemas/Body: {type: object, properties: {kind: TEXT}} => body: a field of the body has the same name as the parameter
schemas/Body: {type: object, properties: {Self: TEXT}} => body: the generated method uses the name 'self'
schemas/Body/required: [b] => schemas/Body/required: 'b' is not a property
schemas/Body/additionalProperties: true => schemas/Body: the generators don't support additionalProperties
field: OBJECT => field: an object in a request must be a named schema
field: {type: array, items: {type: object}} => field/items: an object in a request must be a named schema
schemas/Free: {type: object}, field: {$ref: "#/components/schemas/Free"} => field: a $ref in a request must
field: {type: array} => field: must be one of
field: {type: [string, integer]} => field: must be one of
field: {type: string, format: byte} => field: must be one of
field: {$ref: "#/components/schemas/Kind", pattern: ^a} => field: next to a $ref, the generators ignore pattern
"""
TO_LISTING = """
fields/things: {type: array, items: RESPONSE}, added: {name: marker, in: query, schema: TEXT},
    paging: {style: marker, items: things, key: text, step: marker, size: limit, next: text}
"""
WITH_LIMIT = "added: {name: limit, in: query, schema: {type: integer}}"
LISTINGS = """
get/responses/202: {description: Later.} => paging: a listing must have exactly one 2xx response, with a body
get/responses/200/content: null => paging: a listing must have exactly one 2xx response, with a body
added: {name: word, in: query, schema: SECRET} => get/parameters/5: a listing takes no secret
paging/next: null => paging: the style marker needs next
fields/text/type: integer => paging/next: must be of type string in the style marker
paging/page: text => paging/page: must be of type integer in the style marker
paging/style: page-number, paging/page-size: 2 => paging/step: must be of type integer in the style page-number
paging/more: text => paging/more: must be of type boolean in the style marker
paging/step: start => paging/step: must name a path or query parameter, not 'start'
get/parameters/4/schema/type: string => paging: needs page-size
paging/items: text => paging/items: must lead to an array of schemas in components
paging/key: id => paging/key: must be a field of the items, not 'id'
paging/next: page_info.next => paging/next: must lead to a field of the result, not 'page_info.next'
"""
DAMAGES = [
    (preparations, *case.split(" => "))
    for table, *preparations in ((SPECS,), (WRITES, TO_WRITE), (LISTINGS, TO_LISTING, WITH_LIMIT))
    for case in table.strip().replace("\n    =>", " =>").split("\n")
]


def pointer_of(place: str) -> str:
    first, slash, rest = place.partition("/")
    return f"{PLACES.get(first, first)}{slash}{rest}"


def edit(document: dict[str, Any], edits: str) -> None:
    """Set, append or remove the value at each place."""
    text = re.sub("|".join(VALUES), lambda word: json.dumps(VALUES[word[0]]), edits)
    for place, value in yaml.safe_load(f"{{{text}}}").items():
        node: Any = document
        *path, last = (key.replace("~1", "/") for key in pointer_of(place).split("/"))
        for key in path:
            node = node[int(key) if isinstance(node, list) else key]
        if last == "-":
            node.append(value)
        elif value is not None:
            node[last] = value
        else:
            del node[int(last) if isinstance(node, list) else last]


@pytest.mark.parametrize(("preparations", "edits", "message"), DAMAGES, ids=[str(edits) for _, edits, _ in DAMAGES])
def test_a_wrong_spec_is_refused_and_nothing_is_written(
    preparations: list[str], edits: str, message: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, output = small_spec(), small / "generated" / "cloudkeys_api"
    before = tree(output)
    for each in (*preparations, edits):
        edit(document, each)
    specs = write_spec(small / "specs", document)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    place, _, text = message.partition(":")
    pointer = f"#/{pointer_of(place)}".rstrip("/")
    assert f"error: specs/small.yaml: {pointer}:{text}" in capsys.readouterr().err
    assert tree(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["cloudkeys_api"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"openapi: [3.1", "line 1: not readable as YAML"),
        (b"a: 1\na: 2\n", "line 2: not readable as YAML"),
        (b"\xff\xfe\x00", "#: not readable as YAML"),
        (b"paths: " + b"[" * 1_000, "#: not readable as YAML"),
        (b"paths: &a\n  b: *a\n", "#: nested too deeply, or an alias that contains itself"),
        (b"", "#/paths: not an OpenAPI document"),
        (b"- 1\n", "#/paths: not an OpenAPI document"),
        (b"info: {version: 2018-12-03}\npaths: {}\n", "#/info/version: 2018-12-03 is read as a date"),
        (b"paths: {/: {get: {responses: {200: {}}}}}\n", "#/paths/~1/get/responses/200: the key 200 must be a string"),
        (None, "no specs here"),
    ],
)
def test_a_damaged_file_is_refused(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, output = tmp_path / "specs", tmp_path / "cloudkeys_api"
    specs.mkdir()
    if content is not None:
        (specs / "small.yaml").write_bytes(content)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    assert message in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize("name", ["Upper.yaml", "with-dash.yaml", "class .yaml", "1st.yaml", "import.yaml"])
def test_a_spec_whose_name_is_no_package_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="names a Python package"):
        generate(write_spec(tmp_path / "specs", small_spec(), name), tmp_path / "cloudkeys_api")
