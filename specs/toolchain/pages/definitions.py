"""A vendor's machine-readable definition as a second witness: what page, spec and definition each say, side by side.

Two forms are read: Alibaba Cloud's API metadata (`apis`, each with `parameters` and `responses`), and OpenAPI or
Swagger documents, as Huawei Cloud's API Explorer gives them. Both are walked as a spec is.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from toolchain.pages.facts import WORDING, same
from toolchain.pages.report import shown
from toolchain.pages.spec_facts import MISSHAPEN, Leaf, leaves
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
_NUMBERS: Final = frozenset({"minimum", "maximum", "minLength", "maxLength", "maxItems"})
DEEPEST: Final = 100
"""Levels of a definition."""
LARGEST_DEFINITION: Final = 20_000_000
"""Bytes."""
LARGEST_YAML: Final = 1_000_000
"""Bytes: to read YAML takes a hundred times as long as JSON."""


@attrs.frozen
class Testimony:
    """What the three witnesses say of one aspect; None of what one of them is silent about."""

    place: str
    aspect: str
    page: Any
    spec: Any
    definition: Any

    @property
    def contradicts(self) -> bool:
        """Whether the definition says otherwise than the spec; silence is no contradiction."""
        return self.definition is not None and not same(self.spec, self.definition)


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
    except MISSHAPEN as error:
        raise PageError(f"the definition has no {operation} in a form that is known: {error!r}"[:300]) from error


def has_operation(content: bytes, operation: str) -> bool:
    """Tell whether a definition has an operation, in a form that is known.

    Raises:
        PageError: It is neither JSON nor YAML, or too large or too deep.
    """
    document = _parsed(content)
    try:
        _as_openapi(document, operation)
    except MISSHAPEN:
        return False
    return True


@lru_cache(maxsize=1)
def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_DEFINITION:
        raise PageError(f"the definition has more than {LARGEST_DEFINITION:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        # JSON is YAML too, but faster to read.
        document: Any = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (YAMLError, *MISSHAPEN) as error:
        raise PageError(f"the definition is neither JSON nor YAML: {error}"[:300]) from error
    if not isinstance(document, dict):
        raise PageError("the definition is no object")
    if _is_deeper(document, DEEPEST):
        raise PageError(f"the definition has more than {DEEPEST} levels")
    return document


class _NoAliases(Composer):
    """Refuses aliases: they make a few lines mean a billion nodes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise ValueError("it has aliases")
        return super().compose_node(parent, index)


def _yaml(text: str) -> Any:
    """Return YAML as JSON has it: with keys that are texts, and no dates."""
    if len(text) > LARGEST_YAML:
        raise ValueError(f"YAML of more than {LARGEST_YAML:,} characters takes too long: give it as JSON")
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _NoAliases
    return json.loads(json.dumps(yaml.load(text), default=str))


def _is_deeper(document: Any, levels: int) -> bool:
    """Tell whether a document has more levels, without going down into them one by one."""
    level = [document]
    for _ in range(levels):
        inner = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [child for children in inner for child in children]
    return bool(level)


def _as_openapi(document: dict[str, Any], operation: str) -> dict[str, Any]:
    """Return a definition as a document of the form that a spec has."""
    schemas = document.get("components", {}).get("schemas") or document.get("definitions") or {}
    components = {"schemas": {name: _schema(schema) for name, schema in schemas.items()}}
    if "apis" in document:
        api = document["apis"][operation]
        method = next(iter(api.get("methods") or ["post"])).lower()
        return {"paths": {api.get("path") or "/": {method: _operation(api, operation)}}, "components": components}
    for path, item in document["paths"].items():
        for method, found in item.items() if isinstance(item, dict) else ():
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
    return {"name": found["name"], "in": found["in"], "required": required, "schema": _schema(schema)}


def _response(found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("content") or {}
    schema = found.get("schema") or next((media.get("schema") for media in content.values()), None)
    return {} if not schema else {"content": {"application/json": {"schema": _schema(schema)}}}


def _schema(found: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in the keywords and under the names that a spec has."""
    schema = {key: value for key, value in found.items() if key in _SCHEMA_KEYWORDS}
    if "$ref" in schema:
        schema["$ref"] = "#/components/schemas/" + str(schema["$ref"]).rpartition("/")[2]
    if "enumValueTitles" in found and "enum" not in schema:
        schema["enum"] = list(found["enumValueTitles"])
    if not isinstance(schema.get("required"), list):
        schema.pop("required", None)
    if "properties" in schema:
        schema["properties"] = {name: _schema(part) for name, part in schema["properties"].items()}
        required = [name for name, part in found["properties"].items() if part.get("required") is True]
        schema |= {"required": required} if required else {}
    if "items" in schema:
        schema["items"] = _schema(schema["items"])
    schema.pop("example", None)
    return schema | _typed(schema) | _nullable(found)


def _typed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that Alibaba Cloud's metadata give as texts, whatever they are, as what they are."""
    kind = str(schema.get("type"))
    typed = {name: _value(schema[name], "number") for name in _NUMBERS & schema.keys()}
    if "default" in schema:
        typed["default"] = _value(schema["default"], kind)
    if isinstance(schema.get("enum"), list):
        typed["enum"] = [_value(value, kind) for value in schema["enum"]]
    return typed


def _value(value: Any, kind: str) -> Any:
    """Return the value of a type that a text stands for; a text that stands for none stays."""
    if not isinstance(value, str) or kind not in {"integer", "number", "boolean"}:
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, bool) == (kind == "boolean") and isinstance(found, bool | int | float) else value


def _nullable(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the type of what OpenAPI 3.0 calls nullable, as 3.1 has it."""
    kind = found.get("type")
    return {"type": [kind, "null"]} if found.get("nullable") is True and isinstance(kind, str) else {}


def testimonies(facts: Mapping[str, Fact], spec: Mapping[str, Leaf], definition: Mapping[str, Leaf]) -> list[Testimony]:
    """Return every aspect of which the three witnesses don't say the same.

    Args:
        facts: What the page says, by place.
        spec: What the spec says.
        definition: What the definition says.
    """
    found: list[Testimony] = []
    for place in dict.fromkeys([*spec, *facts, *definition]):
        if place.partition(" ")[0] not in _OUR_OWN:
            found += _of_place(place, [_said(witness, place) for witness in (facts, spec, definition)])
    return found


def _of_place(place: str, witnesses: Sequence[dict[str, Any]]) -> Iterator[Testimony]:
    """Give the aspects of which the witnesses differ; one that hasn't the place at all only differs in that."""
    for aspect in dict.fromkeys(aspect for witness in witnesses for aspect in witness):
        heard = [witness.get(aspect) for witness in witnesses if witness or aspect == "presence"]
        if not all(same(value, heard[0]) for value in heard):
            yield Testimony(place, aspect, *(witness.get(aspect) for witness in witnesses))


def _said(witness: Mapping[str, Any], place: str) -> dict[str, Any]:
    if place not in witness:
        return {}
    aspects = {
        name: value for name, value in witness[place].aspects.items() if name not in {WORDING, "example", "schema"}
    }
    return {"presence": "present", **aspects}


def testimonies_as_text(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return what the witnesses say, side by side, where the definition says something that another doesn't."""
    lines = []
    for operation, found in heard.items():
        told = [one for one in found if one.definition is not None]
        silent = f"of {len(found) - len(told)} more it is silent"
        lines.append(
            f"{operation}: {len(told)} aspects of which the definition says what page or spec doesn't; {silent}"
        )
        for one in told:
            said = zip(("page", "spec", "definition"), (one.page, one.spec, one.definition), strict=True)
            lines.append(f"  {shown(one.place)[1:-1]}: {one.aspect}")
            lines += [f"    {witness:<11}{'silent' if value is None else shown(value)}" for witness, value in said]
    return "\n".join(lines)


def testimonies_as_json(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return the same for programs: an object with a list for each operation."""
    return json.dumps({operation: [attrs.asdict(one) for one in found] for operation, found in heard.items()}, indent=2)
