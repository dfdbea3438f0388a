"""Read a spec as leaves: facts with the places and aspects of a page, each with its pointer and readings."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.document import Document, LocatedOperation, at_pointer, extend_pointer, operations, pointer, tokens_of
from toolchain.pages.facts import field_place
from toolchain.pages.prove.keywords import aspects_of
from toolchain.pages.prove.leaf import Leaf, Reading, most_specific, readings_at

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_OPERATION: Final = {
    "method": ("operation", "method"),
    "path": ("operation", "path"),
    "operationId": ("operation id", "operationId"),
    "permission": ("permission", "presence"),
}
"""The places that the readings at an operation apply to."""
_LARGEST_WALK: Final = 5_000_000
"""Characters of places and pointers: with references, a few lines can mean a billion leaves."""


def leaves(document: Document, operation_id: str) -> dict[str, Leaf]:
    """Return the leaves of one operation of a spec, by place.

    Args:
        document: The spec.
        operation_id: The operation.

    Raises:
        KeyError: The spec doesn't have the operation. A document without the shape of OpenAPI can raise any of
            `MISSHAPEN`.
    """
    places = {place.operation.get("operationId"): place for place in operations(document)}
    place = places[operation_id]
    walker = _Walker(document, operation_id)
    walker.operation(place)
    for leaf in walker.found:
        leaf.readings = most_specific(leaf.readings)
    return {leaf.place: leaf for leaf in walker.found}


def leaves_of_schema(document: Document, operation_id: str, place: str, name: str) -> dict[str, Leaf]:
    """Return the leaves of a named schema as if it were at a place of an operation.

    Args:
        document: The spec.
        operation_id: The operation whose readings apply.
        place: The place.
        name: The schema.
    """
    walker = _Walker(document, operation_id)
    walker.schema(place, {"$ref": pointer("components", "schemas", name)}, f"#/{place}", frozenset())
    for leaf in walker.found:
        leaf.readings = most_specific(leaf.readings)
    return {leaf.place: leaf for leaf in walker.found}


class _Walker:
    def __init__(self, document: Document, operation_id: str) -> None:
        self._document, self._operation_id = document, operation_id
        self.found: list[Leaf] = []
        self._walked = 0

    def _add(self, place: str, where: str, node: Document, aspects: dict[str, Any]) -> Leaf:
        known = {name: value for name, value in aspects.items() if value is not None}
        leaf = Leaf(place, where, known, readings=self._readings(node, where))
        self.found.append(leaf)
        self._walked += len(place) + len(where)
        if self._walked > _LARGEST_WALK:
            raise ValueError("the schemas refer to each other too often")
        return leaf

    def _readings(self, node: Document, where: str) -> list[Reading]:
        return readings_at(node, where, self._operation_id)

    def operation(self, place: LocatedOperation) -> None:
        node, where = place.operation, place.pointer
        page = node.get("x-page", {})
        self._add("title", f"{where}/x-page/title", {}, {"title": page.get("title")})
        if page.get("updated"):
            self._add("page", f"{where}/x-page/updated", {}, {"updated": page["updated"]})
        aspects = {"method": place.method.upper(), "path": place.path.split("#")[0]}
        self._add("operation", where, {}, aspects).page_url = page.get("url")
        self._add("operation id", f"{where}/operationId", {}, {"operationId": node["operationId"]})
        if "x-authorization" in node:
            self._add("permission", f"{where}/x-authorization", {}, dict(node["x-authorization"]))
        self._add_readings(self._readings(node, where))
        for index, server in enumerate(self._document.get("servers", [])):
            self._add(f"server {index + 1}", pointer("servers", index), server, {"host": server["url"]})
        self._security(node.get("security") or self._document.get("security", []))
        for index, parameter in enumerate(node.get("parameters", [])):
            self._parameter(parameter, f"{where}/parameters/{index}")
        if "requestBody" in node:
            body, at = self._resolved(node["requestBody"], f"{where}/requestBody")
            self._body("body", body, at)
        for status, response in node["responses"].items():
            self._response(status, *self._resolved(response, extend_pointer(where, "responses", status)))

    def _add_readings(self, found: Sequence[Reading]) -> None:
        known = {leaf.place: leaf for leaf in self.found}
        for reading in found:
            place, aspect = _AT_OPERATION.get(reading.aspect, ("operation", reading.aspect))
            leaf = known.get(place, known["operation"])
            leaf.readings.append(attrs.evolve(reading, aspect=aspect))

    def _security(self, alternatives: Sequence[Document]) -> None:
        schemes = self._document.get("components", {}).get("securitySchemes", {})
        for name in dict.fromkeys(name for alternative in alternatives for name in alternative):
            where, scheme = pointer("components", "securitySchemes", name), schemes[name]
            if scheme["type"] == "apiKey":
                aspects = {"type": "string", "required": len(alternatives) == 1}
                self._add(f"{scheme['in']} {scheme['name']}", where, scheme, aspects)
            else:
                self._add(f"security {name}", where, scheme, {})

    def _parameter(self, node: Document, where: str) -> None:
        node, where = self._resolved(node, where)
        leaf = self.schema(f"{node['in']} {node['name']}", node["schema"], f"{where}/schema", frozenset())
        leaf.pointer = where
        leaf.readings += self._readings(node, where)
        leaf.aspects["required"] = node.get("required", False)
        leaf.pointers["required"] = f"{where}/required" if "required" in node else where
        for name in ("example", "deprecated"):
            if node.get(name) is not None:
                leaf.aspects[name], leaf.pointers[name] = node[name], f"{where}/{name}"
        if leaf.aspects.get("default") is not None and leaf.aspects.get("enum") == [leaf.aspects["default"]]:
            # A parameter with one value is constant; the default only makes the generator send it.
            del leaf.aspects["default"]

    def _response(self, status: str, node: Document, where: str) -> None:
        response = self._add(f"status {status}", where, node, {})
        for index, error in enumerate(node.get("x-error-codes", [])):
            at = f"{where}/x-error-codes/{index}"
            self._add(f"error {status} {error['code']}", at, {}, {"message": error.get("message")})
        for name, header in node.get("headers", {}).items():
            at = extend_pointer(where, "headers", name)
            self.schema(f"response-header {status} {name}", header["schema"], f"{at}/schema", frozenset()).pointer = at
        self._body(status, node, where)
        self._cover(response)

    def _cover(self, leaf: Leaf) -> None:
        """Mark the parts of a leaf as covered if a reading states that the page lacks it."""
        if any(reading.aspect == "presence" for reading in leaf.readings):
            for part in itertools.takewhile(lambda other: other is not leaf, reversed(self.found)):
                part.covered = True

    def _body(self, root: str, node: Document, where: str) -> None:
        for media, content in node.get("content", {}).items():
            at = extend_pointer(where, "content", media)
            if "schema" in content:
                self.schema(root, content["schema"], f"{at}/schema", frozenset())
            for name, example in content.get("examples", {}).items():
                here = extend_pointer(at, "examples", name)
                self._add(f"example {root}", here, example, {"example": example.get("value")})

    def _resolved(self, node: Document, where: str) -> tuple[Document, str]:
        passed: set[str] = set()
        while "$ref" in node:
            where = node["$ref"]
            if where in passed:
                raise ValueError(f"{where} refers to itself")
            passed.add(where)
            node = at_pointer(self._document, where)
        return node, where

    def schema(self, place: str, node: Document, where: str, above: frozenset[str]) -> Leaf:
        """Add a schema, the keywords next to a reference to it, and all its parts."""
        target, at = self._resolved(node, where)
        name = tokens_of(at)[-1] if at.startswith("#/components/schemas/") and at.count("/") == 3 else None  # noqa: PLR2004
        leaf = self._add(place, where, {}, {})
        leaf.readings += self._readings(target, at)
        for part, here in ((target, at), (node, where)):
            for aspect, keyword, value in aspects_of(part):
                leaf.aspects[aspect], leaf.pointers[aspect] = value, f"{here}/{keyword}"
        if node is not target:
            leaf.readings += self._readings(node, where)
        leaf.schema = name
        if name and leaf.aspects.get("type") == "object":
            leaf.aspects["schema"], leaf.pointers["schema"] = name, at
        if name not in above:
            self._parts(place, target, at, above | ({name} if name else set()))
        self._cover(leaf)
        return leaf

    def _parts(self, place: str, target: Document, at: str, above: frozenset[str]) -> None:
        for key, part in target.get("properties", {}).items():
            self.schema(field_place(place, key), part, extend_pointer(at, "properties", key), above)
        if "items" in target:
            self.schema(f"{place}[]", target["items"], f"{at}/items", above)
