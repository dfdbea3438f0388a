"""Checks of a spec before generation: it must be valid OpenAPI and use only what the generators support.

Each check yields the pointer and the message of every fault in a spec; `CHECKS` lists them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from openapi_python_client.strings import ClassName, PythonIdentifier
from openapi_spec_validator import OpenAPIV31SpecValidator

from toolchain.client_limits import is_within_the_client
from toolchain.document import Document, LocatedOperation, Problem, at_pointer, operations, pointer
from toolchain.extensions import EXTENSIONS
from toolchain.template_limits import Finding, is_within_the_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FIELD_PREFIX = "field_"
_TAKEN_CLASS_NAMES = frozenset(
    {
        "Annotated",
        "AsyncClient",
        "AsyncListing",
        "Client",
        "Final",
        "Listing",
        "Literal",
        "Meta",
        "NoneType",
        "Operation",
        "Paging",
        "SecretStr",
        "Service",
        "StrEnum",
        "Struct",
        "UnsetType",
    }
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check(file: Path, document: Document) -> list[Problem]:
    """Return the problems of the first check that finds any: later checks rely on earlier ones."""
    for find in CHECKS:
        try:
            problems = [Problem(file, place, message) for place, message in find(document)]
        except Exception as error:  # noqa: BLE001 - a spec that breaks a check must still be named
            problems = [Problem(file, "#", f"a check failed: {type(error).__name__}: {error}")]
        if problems:
            return problems
    return []


def module_name(place: LocatedOperation) -> tuple[str, str]:
    """Return the names of the generated subpackage and module of an operation."""
    tag = (place.operation.get("tags") or ["default"])[0]
    return PythonIdentifier(tag, "tag"), PythonIdentifier(place.operation["operationId"], FIELD_PREFIX)


def _has_plain_names(document: Document) -> Iterator[Finding]:
    for place in operations(document):
        if not _NAME.fullmatch(str(place.operation.get("operationId", ""))):
            yield place.pointer, "operationId must be the vendor's name of the operation: letters, digits, underscores"
        for tag in place.operation.get("tags", ()):
            if not _NAME.fullmatch(str(tag)):
                yield (
                    f"{place.pointer}/tags",
                    f"{tag!r} must be letters, digits and underscores, since it names a package",
                )


def _is_unique(document: Document) -> Iterator[Finding]:
    by_id: dict[str, list[str]] = defaultdict(list)
    by_module: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in operations(document):
        by_id[place.operation["operationId"]].append(place.pointer)
        by_module[module_name(place)].append(place.pointer)
    for name, places in by_id.items():
        for other in places[1:]:
            yield f"{other}/operationId", f"duplicate operationId {name!r}, first used at {places[0]}"
    if all(len(places) == 1 for places in by_id.values()):
        for module, places in by_module.items():
            for other in places[1:]:
                text = f"maps to the same module {'.'.join(module)} as {places[0]}; rename one operationId"
                yield f"{other}/operationId", text


def _is_openapi(document: Document) -> Iterator[Finding]:
    if not str(document.get("openapi", "")).startswith("3.1."):
        yield "#/openapi", "must be 3.1.x"
        return
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        # The later lines repeat OpenAPI's schema and the whole instance.
        yield pointer(*error.absolute_path), error.message.partition("\n")[0]


def _has_no_dangling_reference(document: Document) -> Iterator[Finding]:
    for place, node in _nodes(document):
        if place[-1:] == ("$ref",) and isinstance(node, str) and not _leads_somewhere(document, node):
            yield pointer(*place), f"leads nowhere: {node!r}; a reference begins with #/ and stays in the file"


def _leads_somewhere(document: Document, reference: str) -> bool:
    try:
        return reference.startswith("#/") and at_pointer(document, reference) is not None
    except (LookupError, TypeError, ValueError):
        return False


def _has_known_extensions(document: Document) -> Iterator[Finding]:
    validators = {name: Draft202012Validator(schema) for name, schema in EXTENSIONS.items()}
    for place, value in _nodes(document):
        key = place[-1] if place else None
        if not isinstance(key, str) or not key.startswith("x-") or _names_things(place[:-1]):
            continue
        if key not in validators:
            yield pointer(*place), f"unknown extension; the known ones are {', '.join(validators)}"
            continue
        for error in validators[key].iter_errors(value):
            yield pointer(*place, *error.absolute_path), error.message


def _describes_each_value(document: Document) -> Iterator[Finding]:
    for place, node in _nodes(document):
        if isinstance(node, dict) and "x-enum-descriptions" in node and not _names_things(place):
            values, texts = node.get("enum", ()), node["x-enum-descriptions"]
            if len(values) != len(texts):
                text = f"has {len(texts)} descriptions for {len(values)} values; give one for each, in `enum` order"
                yield pointer(*place, "x-enum-descriptions"), text


def _nodes(node: Any, place: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], Any]]:
    """Yield each keyword of a spec with its path. Examples, defaults and extensions are data, so they are skipped."""
    yield place, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if _names_things(place) or not _is_data(key, value):
            yield from _nodes(value, (*place, key))
        elif str(key).startswith("x-"):
            yield (*place, key), value


def _names_things(place: tuple[object, ...]) -> bool:
    """Return whether the keys of an object are the vendor's names, not keywords of OpenAPI."""
    named = {"properties", "schemas", "parameters", "headers", "responses", "variables", "paths", "securitySchemes"}
    return bool(place) and place[-1] in named and not _names_things(place[:-1])


def _is_data(key: object, value: Any) -> bool:
    """Return whether the value of a keyword is data. A map of named examples only contains data."""
    if key == "examples":
        return not isinstance(value, dict)
    return key in {"example", "value", "default"} or str(key).startswith("x-")


def _has_generator_names(document: Document) -> Iterator[Finding]:
    schemas = document.get("components", {}).get("schemas", {})
    for name in schemas:
        if name in _TAKEN_CLASS_NAMES:
            yield pointer("components", "schemas", name), "the generated modules use this name; choose another"
        if name != ClassName(name, FIELD_PREFIX):
            yield (
                pointer("components", "schemas", name),
                (f"the two generators would name its class differently; rename it {ClassName(name, FIELD_PREFIX)}"),
            )
    for place in operations(document):
        name = ClassName(f"{place.operation['operationId']}Parameters", FIELD_PREFIX)
        if name in schemas:
            yield pointer("components", "schemas", name), f"the parameters of {place.pointer} take this name; rename it"


def _has_writable_names(document: Document) -> Iterator[Finding]:
    """Names become Python literals and JSON keys; msgspec accepts no quote or backslash in a key."""
    for place, node in _nodes(document):
        kind = place[-1] if place else ""
        if kind == "enum":
            names = [value for value in node if isinstance(value, str)]
        elif kind in {"properties", "parameters"}:
            names = [item["name"] if isinstance(item, dict) else item for item in node]
        else:
            continue
        forbidden = set() if kind == "enum" else set('"\\')
        for name in names:
            if not name.isprintable() or forbidden & set(name):
                yield pointer(*place), f"{name!r} can't be used: it must be printable, with no quote and no backslash"


CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _has_plain_names,
    _is_unique,
    _has_no_dangling_reference,
    _is_openapi,
    _has_known_extensions,
    _describes_each_value,
    _has_generator_names,
    _has_writable_names,
    is_within_the_templates,
    is_within_the_client,
)
"""The checks, in the order of their dependencies."""
