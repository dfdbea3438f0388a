"""The shapes of the vendors' definitions: empty parts, references instead of parameters, request bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolchain.pages.facts import PageError
from toolchain.pages.prove.definitions import has_operation, read_definition
from toolchain.pages.prove.leaf import Leaf

ID = {"name": "lamp_id", "in": "path", "required": True, "type": "string", "maxLength": 40}
LAMP = {"required": ["colour"], "properties": {"colour": {"type": "string"}, "watts": {"type": "integer"}}}
BODY = {"in": "body", "name": "Lamp", "required": True, "schema": {"$ref": "#/definitions/Lamp"}}
SWAGGER: dict[str, Any] = {
    "version": "2.0",
    "components": None,
    "parameters": {},
    "security_definitions": None,
    "definitions": {"Lamp": LAMP},
    "paths": {
        "/v9/lamps/{lamp_id}": {
            "put": {
                "operationId": "PaintLamp",
                "parameters": [ID, BODY],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Lamp"}}, "204": {"description": "Nothing."}},
            }
        }
    },
}
"""As API Explorer writes Swagger: `components` is null, and a body is one of the parameters."""
OPENAPI: dict[str, Any] = {
    "version": "3.0.3",
    "definitions": None,
    "parameters": None,
    "components": {
        "parameters": {
            "LampId": {"name": "lamp_id", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/Id"}}
        },
        "schemas": {"Id": {"type": "string", "maxLength": 40}, "Lamp": LAMP},
    },
    "paths": {
        "/v9/lamps/{lamp_id}": {
            "parameters": [{"$ref": "#/components/parameters/LampId"}],
            "put": {
                "operationId": "PaintLampV9",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}},
                    "204": {"description": "Nothing."},
                },
            },
        }
    },
}
"""As API Explorer writes OpenAPI: a parameter is a reference, and can be next to the methods."""
IDS = {"type": "array", "maxItems": 50, "items": {"type": "integer"}}
METADATA: dict[str, Any] = {
    "apis": {
        "PaintLamps": {
            "methods": ["post", "get"],
            "parameters": [{"name": "IdList", "in": "query", "style": "repeatList", "schema": IDS}],
            "responses": {"200": {"headers": {}, "schema": {"properties": {"Id": {"type": "string"}}}}},
            "errorCodes": None,
        }
    }
}


def read(definition: Any, operation: str) -> dict[str, Leaf]:
    return read_definition(json.dumps(definition).encode(), operation)


@pytest.mark.parametrize(("definition", "operation"), [(SWAGGER, "PaintLamp"), (OPENAPI, "PaintLampV9")])
def test_parameters_and_bodies_are_read(definition: Any, operation: str) -> None:
    leaves = read(definition, operation)
    assert leaves["path lamp_id"].aspects == {"type": "string", "maxLength": 40, "required": True}
    assert leaves["body"].aspects == {"type": "object", "required": ["colour"], "schema": "Lamp"}
    assert leaves["body watts"].aspects == leaves["200 watts"].aspects == {"type": "integer"}
    assert "status 204" in leaves
    assert "204" not in leaves


def test_an_array_of_a_query_is_read_with_its_elements() -> None:
    leaves = read(METADATA, "PaintLamps")
    assert leaves["query IdList"].aspects == {"type": "array", "maxItems": 50, "required": False}
    assert leaves["query IdList[]"].aspects == {"type": "integer"}
    assert leaves["200"].aspects == {"type": "object"}


def test_a_parameter_that_refers_to_itself_is_refused() -> None:
    parameters = OPENAPI["components"]["parameters"] | {"LampId": {"$ref": "#/components/parameters/LampId"}}
    looped = OPENAPI | {"components": OPENAPI["components"] | {"parameters": parameters}}
    with pytest.raises(PageError, match="in a form that is known"):
        read(looped, "PaintLampV9")
    assert not has_operation(json.dumps(looped).encode(), "PaintLampV9")
