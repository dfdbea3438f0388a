"""Facts as keywords of a schema, for a draft: names and numbers are taken over, descriptions left to a person."""

from __future__ import annotations

import copy
import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.document import tokens_of
from toolchain.pages.prove.keywords import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

TO_WRITE: Final = "To be described."
_KEYWORD_OF: Final = {aspect: keyword for keyword, aspect in KEYWORDS.items()}
_AS_THEY_ARE: Final = frozenset(_KEYWORD_OF) - {"type", "enum", "required"}


def own(document: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer, made independent of the places that share it by a YAML alias."""
    node = document
    for token in tokens_of(pointer):
        key: Any = int(token) if isinstance(node, list) else token
        child = node[key]
        if getattr(getattr(child, "anchor", None), "value", None) is not None:
            child = copy.deepcopy(child)
            child.yaml_set_anchor(None)
            node[key] = child
        node = child
    return node


def set_aspect(schema: Any, aspect: str, value: Any) -> None:
    """Make a schema state an aspect, or no longer state it where the value is None."""
    if aspect == "type":
        put(schema, "type", value)
    elif aspect == "nullable":
        kind = schema.get("type")
        plain = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
        put(schema, "type", _flow([plain, "null"]) if value else plain)
    elif aspect == "characters":
        put(schema, "pattern", None if value is None else _pattern(value))
    elif aspect == "example":
        put(schema, "examples", None if value is None else _flow([value]))
    elif aspect in _AS_THEY_ARE and (schema.get("type") != "string" or aspect not in {"minimum", "maximum"}):
        put(schema, _KEYWORD_OF[aspect], value)
    else:
        add_reading(schema, aspect, value)


def put(node: Any, keyword: str, value: Any) -> None:
    """Give a part of a spec a keyword, or take the keyword from it where the value is None."""
    if value is None:
        node.pop(keyword, None)
    else:
        node[keyword] = value


def _flow(values: list[Any]) -> CommentedSeq:
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def _pattern(characters: str) -> str:
    special = characters.removeprefix("a-zA-Z0-9")
    escaped = "".join(f"\\{one}" if one in "\\]^" else one for one in special.replace("-", ""))
    return f"^[a-zA-Z0-9{escaped}{'-' if '-' in special else ''}]+$"


def add_reading(node: Any, aspect: str, page: Any, taken: Any = None) -> None:
    """Say beside a leaf what the page states and the spec doesn't, or the other way round; a person says why."""
    entry = CommentedMap(aspect=aspect, page=page, taken=taken, why=TO_WRITE)
    node.setdefault("x-reading", CommentedSeq()).append(entry)


def settle_reading(node: Any, aspect: str, page: Any, *, differs: bool) -> None:
    """Bring a reading up to date with what the page says now, or remove it where it no longer differs."""
    readings = copy.deepcopy(node.get("x-reading", CommentedSeq()))
    if getattr(readings, "anchor", None) is not None:
        readings.yaml_set_anchor(None)
    for entry in [entry for entry in readings if entry["aspect"] == aspect]:
        if differs:
            entry["page"] = _flow(page) if isinstance(page, list) else page
        else:
            readings.remove(entry)
    put(node, "x-reading", readings or None)


def set_values(schema: Any, values: list[Any] | None) -> None:
    """Give an enumeration its values, with a description to write for each that is new."""
    known = schema.get("x-enum-descriptions")
    put(schema, "enum", None if values is None else _flow(values))
    if known is not None and values is not None:
        schema["x-enum-descriptions"] = CommentedMap((str(value), known.get(str(value), TO_WRITE)) for value in values)


def schema_of(components: Any, owner: str, name: str, aspects: dict[str, Any]) -> CommentedMap:
    """Return a new schema with the aspects of a fact; objects and enumerations get a named schema of their own.

    Args:
        components: The named schemas, to which new ones are added.
        owner: The schema that the new one is a property of.
        name: The name of the property.
        aspects: What the page says.
    """
    schema = CommentedMap()
    class_name = aspects.get("schema") or _free_name(components, f"{owner}{camel_case(name)}", aspects.get("enum"))
    if aspects.get("type") == "object":
        components.setdefault(class_name, object_schema(aspects))
        schema["$ref"] = reference(class_name)
    elif aspects.get("enum") and aspects.get("type") == "string":
        components[class_name] = CommentedMap(type="string", description=TO_WRITE, enum=_flow(aspects["enum"]))
        schema["$ref"] = reference(class_name)
    else:
        schema["type"] = aspects.get("type", "string")
    schema["description"] = TO_WRITE
    for aspect, value in aspects.items():
        if aspect not in {"type", "enum", "schema", "required", "wording"} and (
            aspect != "format" or "$ref" not in schema
        ):
            set_aspect(schema, aspect, value)
    return schema


def _free_name(components: Any, name: str, values: list[Any] | None) -> str:
    """Return a name that no schema has, or only an enumeration of the same values: no schema takes another's place."""
    names = itertools.chain([name], (f"{name}{number}" for number in itertools.count(2)))
    return next(one for one in names if one not in components or (values and components[one].get("enum") == values))


def object_schema(aspects: dict[str, Any]) -> CommentedMap:
    """Return the named schema of an object, without its fields yet.

    Args:
        aspects: What the page says of the object.
    """
    schema = CommentedMap(type="object", description=TO_WRITE)
    if aspects.get("required"):
        schema["required"] = _flow(aspects["required"])
    schema["properties"] = CommentedMap()
    return schema


def reference(name: str) -> str:
    """Return a reference to a named schema, in the quotes that the specs have."""
    quoted: str = DoubleQuotedScalarString(f"#/components/schemas/{name}")
    return quoted


def camel_case(name: str) -> str:
    """Return a name of the API as the name of a class."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def references(node: Any) -> Iterator[str]:
    """Give the names of all schemas that a part of a document refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
