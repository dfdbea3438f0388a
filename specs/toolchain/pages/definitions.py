"""A vendor's machine-readable definition as a second witness: what page, spec and definition each say, side by side.

Two forms are read: Alibaba Cloud's API metadata (`apis`, each with `parameters` and `responses`), and OpenAPI or
Swagger documents, as Huawei Cloud's API Explorer gives them. Both are walked as a spec is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolchain.pages.facts import WORDING
from toolchain.pages.report import shown
from toolchain.pages.spec_facts import Leaf, leaves
from toolchain.pages.text import PageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact

_METHODS: Final = frozenset({"get", "post", "put", "delete", "patch", "head"})
_SCHEMA_KEYWORDS: Final = frozenset(
    {
        "type",
        "format",
        "enum",
        "default",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "maxItems",
        "deprecated",
        "pattern",
    }
    | {"items", "properties", "$ref", "required", "example"}
)
_OUR_OWN: Final = frozenset({"title", "page", "server", "security", "permission", "example", "operation"})
"""Places that a definition says nothing of, or in other terms."""
DEEPEST: Final = 40
LARGEST_DEFINITION: Final = 20_000_000
"""Bytes."""


@attrs.frozen
class Testimony:
    """What the three witnesses say of one aspect; None of what one of them is silent about."""

    place: str
    aspect: str
    page: Any
    spec: Any
    definition: Any


def read_definition(content: bytes, operation: str) -> dict[str, Leaf]:
    """Return the facts of one operation of a definition, by place.

    Args:
        content: The definition, as JSON or YAML.
        operation: The operation.

    Raises:
        PageError: It is in neither form, or doesn't have the operation.
    """
    document = _parsed(content)
    try:
        return leaves(_as_openapi(document, operation), operation)
    except (KeyError, TypeError, AttributeError, StopIteration, RecursionError, IndexError, ValueError) as error:
        raise PageError(f"the definition has no {operation} in a form that is known: {error!r}"[:300]) from error


def has_operation(content: bytes, operation: str) -> bool:
    """Tell whether a definition has an operation, in a form that is known.

    Raises:
        PageError: It is neither JSON nor YAML.
    """
    document = _parsed(content)
    try:
        _as_openapi(document, operation)
    except (KeyError, TypeError, AttributeError, StopIteration, RecursionError, IndexError, ValueError):
        return False
    return True


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_DEFINITION:
        raise PageError(f"the definition has more than {LARGEST_DEFINITION:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        # JSON is YAML too, but a hundred times faster to read.
        document: Any = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise PageError("the definition is neither JSON nor YAML") from error
    if not isinstance(document, dict):
        raise PageError("the definition is no object")
    return document


def _yaml(text: str) -> Any:
    # An alias can make a few lines mean a billion nodes.
    if re.search(r"(?m)[:\s]&\w", text):
        raise ValueError("aliases")
    return YAML(typ="safe").load(text)


def _as_openapi(document: dict[str, Any], operation: str) -> dict[str, Any]:
    """Return a definition as a document of the form that a spec has."""
    schemas = document.get("components", {}).get("schemas") or document.get("definitions") or {}
    components = {"schemas": {name: _schema(schema, 0) for name, schema in schemas.items()}}
    if "apis" in document:
        api = document["apis"][operation]
        method = next(iter(api.get("methods") or ["post"]))
        return {"paths": {api.get("path") or "/": {method: _operation(api, operation)}}, "components": components}
    for path, item in document["paths"].items():
        for method, found in item.items():
            if method in _METHODS and _is_named(found.get("operationId", ""), operation):
                return {"paths": {path: {method: _operation(found, operation)}}, "components": components}
    raise KeyError(operation)


def _is_named(name: str, operation: str) -> bool:
    """Tell whether a name is that of an operation; the vendor puts the version behind it in some definitions."""
    return name == operation or (name.startswith(operation) and name[len(operation) :].lower() in {"v5", "v3", "v1"})


def _operation(found: dict[str, Any], operation: str) -> dict[str, Any]:
    responses = {str(status): _response(response) for status, response in found.get("responses", {}).items()}
    for status, errors in found.get("errorCodes", {}).items():
        codes = [{"code": error["errorCode"], "message": error.get("errorMessage")} for error in errors]
        responses.setdefault(str(status), {})["x-error-codes"] = codes
    parameters = [_parameter(parameter) for parameter in found.get("parameters", []) if parameter.get("in") != "body"]
    return {"operationId": operation, "parameters": parameters, "responses": responses}


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    schema = found.get("schema") or found
    required = bool(found.get("required", schema.get("required") is True))
    return {"name": found["name"], "in": found["in"], "required": required, "schema": _schema(schema, 0)}


def _response(found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("content") or {}
    schema = found.get("schema") or next((media.get("schema") for media in content.values()), None)
    return {} if not schema else {"content": {"application/json": {"schema": _schema(schema, 0)}}}


def _schema(found: Any, depth: int) -> dict[str, Any]:
    """Return a schema in the keywords and under the names that a spec has."""
    if depth > DEEPEST:
        raise ValueError("the schemas are nested too deeply")
    schema = {key: value for key, value in found.items() if key in _SCHEMA_KEYWORDS}
    if "$ref" in schema:
        return {"$ref": "#/components/schemas/" + str(schema["$ref"]).rpartition("/")[2]}
    if "enumValueTitles" in found and "enum" not in schema:
        schema["enum"] = list(found["enumValueTitles"])
    if not isinstance(schema.get("required"), list):
        schema.pop("required", None)
    if "properties" in schema:
        schema["properties"] = {name: _schema(part, depth + 1) for name, part in schema["properties"].items()}
        required = [name for name, part in found["properties"].items() if part.get("required") is True]
        schema |= {"required": required} if required else {}
    if "items" in schema:
        schema["items"] = _schema(schema["items"], depth + 1)
    schema.pop("example", None)
    return schema


def testimonies(facts: Mapping[str, Fact], spec: Mapping[str, Leaf], definition: Mapping[str, Leaf]) -> list[Testimony]:
    """Return every aspect of which the three witnesses don't say the same.

    Args:
        facts: What the page says, by place.
        spec: What the spec says.
        definition: What the definition says.
    """
    found: list[Testimony] = []
    for place in dict.fromkeys([*spec, *facts, *definition]):
        if place.split()[0] not in _OUR_OWN:
            found += _of_place(place, [_said(witness, place) for witness in (facts, spec, definition)])
    return found


def _of_place(place: str, witnesses: Sequence[dict[str, Any]]) -> Iterator[Testimony]:
    """Give the aspects of which the witnesses differ; one that hasn't the place at all only differs in that."""
    for aspect in dict.fromkeys(aspect for witness in witnesses for aspect in witness):
        heard = [witness.get(aspect) for witness in witnesses if witness or aspect == "presence"]
        if any(value != heard[0] for value in heard):
            yield Testimony(place, aspect, *(witness.get(aspect) for witness in witnesses))


def _said(witness: Mapping[str, Any], place: str) -> dict[str, Any]:
    if place not in witness:
        return {}
    aspects = {
        name: value for name, value in witness[place].aspects.items() if name not in {WORDING, "example", "schema"}
    }
    return {"presence": "present", **aspects}


def testimonies_as_text(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return what the witnesses say, side by side, where they don't say the same."""
    lines = []
    for operation, found in heard.items():
        lines.append(f"{operation}: {len(found)} aspects of which page, spec and definition don't say the same")
        for one in found:
            said = zip(("page", "spec", "definition"), (one.page, one.spec, one.definition), strict=True)
            lines.append(f"  {shown(one.place)[1:-1]}: {one.aspect}")
            lines += [f"    {witness:<11}{'silent' if value is None else shown(value)}" for witness, value in said]
    return "\n".join(lines)


def testimonies_as_json(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return the same for programs: an object with a list for each operation."""
    return json.dumps({operation: [attrs.asdict(one) for one in found] for operation, found in heard.items()}, indent=2)
